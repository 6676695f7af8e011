//! Exact division and simple factors of polynomials in several variables.

use super::lifted_factors::factors_by_lifting;
use super::{Monomial, Polynomial, Rational, SizeLimits, Univariate};
use crate::budget::{look, time_is_up};
use std::collections::BTreeMap;

/// Divisors whose computation would grow beyond these limits are not found.
fn limits() -> SizeLimits {
    SizeLimits::default().with_terms(2_000).with_work(200_000)
}

/// The same for divisors that are known: the division serves as a proof.
pub(super) fn wide_limits() -> SizeLimits {
    SizeLimits::default()
        .with_terms(20_000)
        .with_work(4_000_000)
}

/// Polynomials of higher degree are not written out with all their coefficients.
const MOST_DEGREE: u32 = 5_000;

impl Polynomial {
    /// The quotient p/q, if q divides p and both are of moderate size.
    ///
    /// ```
    /// # use rlct::algebra::Polynomial;
    /// let [p, q] = Polynomial::parse_all(["x^2 - y^2", "x + y"]).unwrap().try_into().unwrap();
    /// assert_eq!(p.exact_quotient(&q).unwrap().to_string(), "x - y");
    /// assert!(q.exact_quotient(&p).is_none());
    /// ```
    #[must_use]
    pub fn exact_quotient(&self, divisor: &Self) -> Option<Self> {
        self.quotient_within(divisor, &limits())
    }

    /// The quotient p/q, if q divides p and the quotient and the work stay within limits.
    ///
    /// By Gauss's lemma a primitive polynomial divides another one over the integers, or not at all.
    pub(super) fn quotient_within(&self, divisor: &Self, limits: &SizeLimits) -> Option<Self> {
        let ring = self.variables();
        if divisor.variables() != ring || divisor.is_zero() {
            return None;
        }
        let (own, other) = (self.content(), divisor.content());
        let cleared = |p: &Self, content: &Rational| match content.recip() {
            Some(inverse) if !content.is_one() => p.scale(&inverse),
            _ => p.clone(),
        };
        let divisor = cleared(divisor, &other);
        let (leading, scale) = divisor.sorted_terms().first()?;
        let dividend = cleared(self, &own);
        let mut remainder: BTreeMap<Monomial, Rational> =
            dividend.sorted_terms().iter().cloned().collect();
        let mut quotient = Vec::new();
        let mut work = 0_usize;
        while let Some((monomial, coefficient)) = remainder.pop_last() {
            let factor = monomial.checked_div(leading)?;
            let c = coefficient.integer_quotient(scale)?;
            for (m, d) in &divisor.sorted_terms()[1..] {
                let product = m.checked_mul(&factor)?;
                let entry = remainder.entry(product.clone()).or_default();
                *entry -= &c * d;
                if entry.is_zero() {
                    remainder.remove(&product);
                }
            }
            // large numbers cost the square of their length
            let words = 1 + c.bits() as usize / 256;
            let products = divisor.len().saturating_mul(words.saturating_mul(words));
            work += products;
            look(4 * products);
            quotient.push((factor, c));
            if work > limits.work || quotient.len() > limits.terms || time_is_up() {
                return None;
            }
        }
        let quotient = Self::from_terms(ring, quotient);
        Some(match own == other {
            true => quotient,
            false => quotient.scale(&(own / other)),
        })
    }

    /// p = Σ p_k x_i^k: the coefficients p_0, p_1, …, free of x_i.
    ///
    /// # Panics
    /// If there is no variable number i.
    ///
    /// ```
    /// # use rlct::algebra::Polynomial;
    /// let p: Polynomial = "x^2*y + x^2 - y".parse()?;
    /// let parts: Vec<String> = p.coefficients_in(0).iter().map(ToString::to_string).collect();
    /// assert_eq!(parts, ["-y", "0", "y + 1"]);
    /// # Ok::<(), rlct::algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn coefficients_in(&self, i: usize) -> Vec<Self> {
        let degree = self.degree_in(i) as usize;
        let mut parts: Vec<Vec<(Monomial, Rational)>> = vec![Vec::new(); degree + 1];
        for (exponents, c) in self.terms() {
            let mut rest = exponents.to_vec();
            let k = std::mem::take(&mut rest[i]) as usize;
            parts[k].push((Monomial::new(&rest), c.clone()));
        }
        parts
            .into_iter()
            .map(|terms| Self::from_terms(self.variables(), terms))
            .collect()
    }

    /// The coefficients p_k ≠ 0 of p = Σ p_k x_i^k, by k: however high the powers are.
    pub(crate) fn layers_in(&self, i: usize) -> BTreeMap<u32, Self> {
        look(2 * self.len());
        let mut layers: BTreeMap<u32, Vec<(Monomial, Rational)>> = BTreeMap::new();
        for (exponents, c) in self.terms() {
            let mut rest = exponents.to_vec();
            let k = std::mem::take(&mut rest[i]);
            let term = (Monomial::new(&rest), c.clone());
            layers.entry(k).or_default().push(term);
        }
        let polynomial = |terms| Self::from_terms(self.variables(), terms);
        layers
            .into_iter()
            .map(|(k, terms)| (k, polynomial(terms)))
            .collect()
    }

    /// The coefficient of the highest power of x_i; `None` for 0.
    pub(crate) fn leading_in(&self, i: usize) -> Option<Self> {
        let degree = self.degree_in(i);
        let top = self.terms().filter(|(e, _)| e[i] == degree).map(|(e, c)| {
            let mut rest = e.to_vec();
            rest[i] = 0;
            (Monomial::new(&rest), c.clone())
        });
        (!self.is_zero()).then(|| Self::from_terms(self.variables(), top))
    }

    /// The greatest common divisor of the coefficients in powers of x_i.
    pub(super) fn content_in(&self, i: usize) -> Option<Self> {
        let mut parts: Vec<Self> = self.layers_in(i).into_values().collect();
        parts.sort_by_key(|p| (p.len(), p.degree()));
        let mut content = Self::zero(self.variables());
        for p in &parts {
            content = content.gcd(p)?;
            if content.as_constant().is_some() {
                return Some(Self::constant(self.variables(), Rational::ONE));
            }
        }
        Some(content)
    }

    /// The polynomial in the one variable x_i, if no other occurs.
    pub(crate) fn as_univariate(&self, i: usize) -> Option<Univariate> {
        if self.degree_in(i) > MOST_DEGREE {
            return None;
        }
        let mut coefficients = vec![Rational::ZERO; self.degree_in(i) as usize + 1];
        for (exponents, c) in self.terms() {
            if exponents.iter().enumerate().any(|(j, e)| j != i && *e > 0) {
                return None;
            }
            coefficients[exponents[i] as usize] = c.clone();
        }
        Some(Univariate::new(coefficients))
    }

    /// p = c·∏ f_k^k: pairs (f, k) of pairwise coprime, square-free, non-constant primitive polynomials, the
    /// coordinates first; `None` if a divisor was not found within moderate size.
    ///
    /// One variable after the other (Musser 1971), the contents by themselves.
    ///
    /// ```
    /// # use rlct::algebra::Polynomial;
    /// let p: Polynomial = "3*x*(x + y^2)^2*(y - 1)^2".parse()?;
    /// let factors: Vec<String> = p.square_free_factors().unwrap().iter().map(|(f, k)| format!("({f})^{k}")).collect();
    /// assert_eq!(factors, ["(x)^1", "(y^2 + x)^2", "(y - 1)^2"]);
    /// # Ok::<(), rlct::algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn square_free_factors(&self) -> Option<Vec<(Self, u32)>> {
        let mut found = Vec::new();
        let n = self.dimension();
        let content: Vec<u32> = (0..n)
            .map(|i| self.terms().map(|(e, _)| e[i]).min().unwrap_or(0))
            .collect();
        let wide = wide_limits();
        let mut rest = self.primitive_part();
        for i in (0..n).filter(|&i| content[i] > 0) {
            found.push((Self::variable(self.variables(), i), content[i]));
        }
        if !found.is_empty() {
            let monomial = Monomial::new(&content);
            let terms = rest.sorted_terms().iter();
            let divided = terms.filter_map(|(m, c)| Some((m.checked_div(&monomial)?, c.clone())));
            rest = Self::from_terms(self.variables(), divided);
        }
        for i in 0..n {
            if rest.degree_in(i) == 0 {
                continue;
            }
            let outside = rest.content_in(i)?;
            let own = rest.quotient_within(&outside, &wide)?;
            rest = outside;
            // every factor of `own` involves x_i
            let mut repeated = own.gcd(&own.derivative(i))?;
            let mut distinct = own.quotient_within(&repeated, &wide)?;
            for k in 1.. {
                if distinct.as_constant().is_some() {
                    break;
                }
                let later = distinct.gcd(&repeated)?;
                let factor = distinct.quotient_within(&later, &wide)?;
                if factor.as_constant().is_none() {
                    found.push((factor.primitive_part(), k));
                }
                repeated = repeated.quotient_within(&later, &wide)?;
                distinct = later;
            }
        }
        Some(found)
    }

    /// Pairwise coprime, square-free, non-constant primitive factors with the same real zeros as p, simplest
    /// first. All are irreducible over ℚ unless they are large.
    pub(crate) fn simple_factors(&self) -> Vec<Self> {
        if self.as_constant().is_some() {
            return Vec::new();
        }
        let Some(factors) = self.square_free_factors() else {
            return vec![self.primitive_part()];
        };
        let mut found = Vec::new();
        for (p, _) in factors {
            split(p, &mut found);
        }
        found.sort_by_key(|p| (p.degree(), p.len()));
        found
    }
}

/// Splits a square-free polynomial at its contents, and what has none into its factors.
fn split(p: Polynomial, found: &mut Vec<Polynomial>) {
    let involved: Vec<usize> = (0..p.dimension()).filter(|&i| p.degree_in(i) > 0).collect();
    if let [i] = involved[..] {
        return match p.as_univariate(i) {
            Some(u) => univariate_factors(&u, &p, i, found),
            None => found.push(p),
        };
    }
    for &i in &involved {
        if let Some(content) = p.content_in(i)
            && content.as_constant().is_none()
            && let Some(rest) = p.exact_quotient(&content)
        {
            split(content, found);
            return split(rest, found);
        }
    }
    match involved[..] {
        [i, j] if p.order() == Some(p.degree()) && p.degree() <= u64::from(MOST_DEGREE) => {
            factors_of_form(&p, i, j, found);
        }
        _ => found.extend(factors_by_lifting(&p)),
    }
}

/// The irreducible factors over ℚ of a square-free polynomial, as far as they are of moderate size.
fn univariate_factors(u: &Univariate, p: &Polynomial, i: usize, found: &mut Vec<Polynomial>) {
    let mut rest = u.clone();
    for root in u.rational_roots() {
        let linear = Univariate::new([-root, Rational::ONE]);
        if let Some(quotient) = rest.exact_quotient(&linear) {
            rest = quotient;
            found.push(linear.in_variable(p.variables(), i).primitive_part());
        }
    }
    if rest.degree().is_some_and(|d| d > 0) {
        let factors = rest.irreducible_factors().into_iter();
        found.extend(factors.map(|f| f.in_variable(p.variables(), i).primitive_part()));
    }
}

/// The irreducible factors over ℚ of a square-free form in two variables without monomial factor.
fn factors_of_form(p: &Polynomial, i: usize, j: usize, found: &mut Vec<Polynomial>) {
    let mut coefficients = vec![Rational::ZERO; p.degree_in(i) as usize + 1];
    for (e, c) in p.terms() {
        coefficients[e[i] as usize] = c.clone();
    }
    for factor in Univariate::new(coefficients).irreducible_factors() {
        let degree = factor.coefficients().len() - 1;
        let terms = factor.coefficients().iter().enumerate().map(|(k, c)| {
            let mut e = vec![0; p.dimension()];
            (e[i], e[j]) = (k as u32, (degree - k) as u32);
            (Monomial::new(&e), c.clone())
        });
        found.push(Polynomial::from_terms(p.variables(), terms).primitive_part());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_by_contents_powers_and_roots() {
        let same = |text: &str, factors: &[&str]| {
            let p: Polynomial = text.parse().unwrap();
            let mut found: Vec<Polynomial> = p.simple_factors();
            for factor in factors {
                let factor = Polynomial::parse_in(factor, p.variables()).unwrap();
                let place = found.iter().position(|q| *q == factor.primitive_part());
                found.remove(place.unwrap_or_else(|| panic!("{factor} of {text}")));
            }
            assert!(found.is_empty(), "{text} has more factors: {found:?}");
        };
        same(
            "y*z*(1-y)*(1-z)*(y-z)",
            &["y", "z", "y - 1", "z - 1", "y - z"],
        );
        same("(x^2 + y)^3*x", &["x", "x^2 + y"]);
        same("(x^2 - 2)^2*(x - 1)", &["x - 1", "x^2 - 2"]);
        same("x^2 - y^2", &["x + y", "x - y"]);
    }
}
