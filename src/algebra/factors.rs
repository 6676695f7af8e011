//! Exact division and simple factors of polynomials in several variables.

use super::{Monomial, Polynomial, Rational, SizeLimits, Univariate};
use std::collections::BTreeMap;

/// Divisors whose computation would grow beyond these limits are not found.
fn limits() -> SizeLimits {
    SizeLimits::default().with_terms(2_000).with_work(200_000)
}

impl Polynomial {
    /// The quotient p/q, if q divides p and both are of moderate size.
    ///
    /// ```
    /// # use rlct::algebra::Polynomial;
    /// let [p, q] = Polynomial::parse_all(["x^2 - y^2", "x + y"])?.try_into().unwrap();
    /// assert_eq!(p.exact_quotient(&q).unwrap().to_string(), "x - y");
    /// assert!(q.exact_quotient(&p).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn exact_quotient(&self, divisor: &Self) -> Option<Self> {
        let (leading, scale) = divisor.sorted_terms().first()?;
        let ring = self.variables();
        if divisor.variables() != ring {
            return None;
        }
        let mut remainder: BTreeMap<Monomial, Rational> =
            self.sorted_terms().iter().cloned().collect();
        let mut quotient = Vec::new();
        let mut work = 0_usize;
        while let Some((monomial, coefficient)) = remainder.pop_last() {
            let factor = monomial.checked_div(leading)?;
            let c = coefficient / scale;
            for (m, d) in &divisor.sorted_terms()[1..] {
                let product = m.checked_mul(&factor)?;
                let entry = remainder.entry(product.clone()).or_default();
                *entry -= &c * d;
                if entry.is_zero() {
                    remainder.remove(&product);
                }
            }
            quotient.push((factor, c));
            work += divisor.len();
            if work > limits().work || quotient.len() > limits().terms {
                return None;
            }
        }
        Some(Self::from_terms(ring, quotient))
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

    /// The greatest common divisor of the coefficients in powers of x_i.
    fn content_in(&self, i: usize) -> Option<Self> {
        let mut parts: Vec<Self> = self.coefficients_in(i);
        parts.retain(|p| !p.is_zero());
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
        const MOST_DEGREE: u32 = 5_000;
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

    /// Pairwise different, square-free, non-constant primitive factors with the same real zeros as p,
    /// simplest first: coordinates, linear factors of univariate parts, contents, and what remains. Not all are
    /// irreducible.
    pub(crate) fn simple_factors(&self) -> Vec<Self> {
        let mut found = Vec::new();
        collect_factors(self, &mut found);
        found.sort_by_key(|p| (p.degree(), p.len()));
        let mut distinct: Vec<Self> = Vec::new();
        for p in found {
            if !distinct.contains(&p) {
                distinct.push(p);
            }
        }
        distinct
    }
}

fn collect_factors(p: &Polynomial, found: &mut Vec<Polynomial>) {
    if p.as_constant().is_some() {
        return;
    }
    let n = p.dimension();
    let content: Vec<u32> = (0..n)
        .map(|i| p.terms().map(|(e, _)| e[i]).min().unwrap_or(0))
        .collect();
    if content.iter().any(|e| *e > 0) {
        for i in (0..n).filter(|&i| content[i] > 0) {
            found.push(Polynomial::variable(p.variables(), i));
        }
        let monomial = Monomial::new(&content);
        let rest = p
            .sorted_terms()
            .iter()
            .filter_map(|(m, c)| Some((m.checked_div(&monomial)?, c.clone())));
        return collect_factors(&Polynomial::from_terms(p.variables(), rest), found);
    }
    let involved: Vec<usize> = (0..n).filter(|&i| p.degree_in(i) > 0).collect();
    if let [i] = involved[..] {
        match p.as_univariate(i) {
            Some(u) => univariate_factors(&u, p, i, found),
            None => found.push(p.primitive_part()),
        }
        return;
    }
    for &i in &involved {
        if p.degree_in(i) < 1 {
            continue;
        }
        let Some(content) = p.content_in(i) else {
            continue;
        };
        if content.as_constant().is_none()
            && let Some(rest) = p.exact_quotient(&content)
        {
            collect_factors(&content, found);
            return collect_factors(&rest, found);
        }
    }
    for &i in &involved {
        let Some(common) = p.gcd(&p.derivative(i)) else {
            continue;
        };
        if common.as_constant().is_none()
            && let Some(rest) = p.exact_quotient(&common)
        {
            collect_factors(&common, found);
            return collect_factors(&rest, found);
        }
    }
    if let Some((a, b)) = factor_of_binary_form(p, &involved) {
        collect_factors(&a, found);
        return collect_factors(&b, found);
    }
    found.push(p.primitive_part());
}

/// The linear factors over ℚ and the square-free rest.
fn univariate_factors(u: &Univariate, p: &Polynomial, i: usize, found: &mut Vec<Polynomial>) {
    for (factor, _) in u.square_free() {
        let mut rest = factor.clone();
        for root in factor.rational_roots() {
            let linear = Univariate::new([-root, Rational::ONE]);
            if let Some(quotient) = rest.exact_quotient(&linear) {
                rest = quotient;
                found.push(linear.in_variable(p.variables(), i).primitive_part());
            }
        }
        if rest.degree().is_some_and(|d| d > 0) {
            found.push(rest.in_variable(p.variables(), i).primitive_part());
        }
    }
}

/// A linear factor x_i − c·x_j of a form in two variables, and the cofactor.
fn factor_of_binary_form(p: &Polynomial, involved: &[usize]) -> Option<(Polynomial, Polynomial)> {
    let [i, j] = involved else {
        return None;
    };
    let degree = p.degree();
    if p.order() != Some(degree) || degree < 2 {
        return None;
    }
    let mut coefficients = vec![Rational::ZERO; usize::try_from(degree).ok()? + 1];
    for (e, c) in p.terms() {
        coefficients[e[*i] as usize] = c.clone();
    }
    let root = Univariate::new(coefficients)
        .rational_roots()
        .into_iter()
        .next()?;
    let ring = p.variables();
    let linear = &Polynomial::variable(ring, *i) - &Polynomial::variable(ring, *j).scale(&root);
    let rest = p.exact_quotient(&linear)?;
    Some((linear, rest))
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
