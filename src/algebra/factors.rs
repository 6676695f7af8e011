//! Factors of polynomials in several variables.

use super::gcd::{content_in, gcd};
use super::lifted_factors::factors_by_lifting;
use super::limits::wide;
use super::univariate_factors::irreducible_factors;
use super::{Monomial, Polynomial, Rational, Univariate};

/// Forms of higher degree are not written out with all their coefficients.
const MOST_DEGREE: u32 = 5_000;

/// Common divisors and factors of polynomials over ℚ: what the search needs and a checker does not.
pub trait Factors: Sized {
    /// A greatest common divisor, with coprime integer coefficients; `None` if it was not found
    /// within moderate size.
    ///
    /// ```
    /// # use rlct::algebra::{Factors, Polynomial};
    /// let [p, q] = Polynomial::parse_all(["x^2 - y^2", "x^2 + 2*x*y + y^2"])
    ///     .unwrap()
    ///     .try_into()
    ///     .unwrap();
    /// assert_eq!(p.gcd(&q).unwrap().to_string(), "x + y");
    /// ```
    #[must_use]
    fn gcd(&self, other: &Self) -> Option<Self>;

    /// p = c·∏ f_k^k: pairs (f, k) of pairwise coprime, square-free, non-constant primitive
    /// polynomials, the coordinates first; `None` if a divisor was not found within moderate size.
    ///
    /// One variable after the other (Musser 1971), the contents by themselves.
    ///
    /// ```
    /// # use rlct::algebra::{Factors, Polynomial};
    /// let p: Polynomial = "3*x*(x + y^2)^2*(y - 1)^2".parse()?;
    /// let factors = p.square_free_factors().unwrap();
    /// let factors: Vec<String> = factors.iter().map(|(f, k)| format!("({f})^{k}")).collect();
    /// assert_eq!(factors, ["(x)^1", "(y^2 + x)^2", "(y - 1)^2"]);
    /// # Ok::<(), rlct::algebra::ParseError>(())
    /// ```
    #[must_use]
    fn square_free_factors(&self) -> Option<Vec<(Self, u32)>>;

    /// Pairwise coprime, square-free, non-constant primitive factors with the same real zeros as p,
    /// simplest first. All are irreducible over ℚ unless they are large.
    #[must_use]
    fn simple_factors(&self) -> Vec<Self>;
}

impl Factors for Polynomial {
    fn gcd(&self, other: &Self) -> Option<Self> {
        gcd(self, other)
    }

    fn square_free_factors(&self) -> Option<Vec<(Self, u32)>> {
        let mut found = Vec::new();
        let n = self.dimension();
        let content: Vec<u32> = (0..n)
            .map(|i| self.terms().map(|(e, _)| e[i]).min().unwrap_or(0))
            .collect();
        let wide = wide();
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
            let outside = content_in(&rest, i)?;
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

    fn simple_factors(&self) -> Vec<Self> {
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
        if let Some(content) = content_in(&p, i)
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
        let factors = irreducible_factors(&rest).into_iter();
        found.extend(factors.map(|f| f.in_variable(p.variables(), i).primitive_part()));
    }
}

/// The irreducible factors over ℚ of a square-free form in two variables without monomial factor.
fn factors_of_form(p: &Polynomial, i: usize, j: usize, found: &mut Vec<Polynomial>) {
    let mut coefficients = vec![Rational::ZERO; p.degree_in(i) as usize + 1];
    for (e, c) in p.terms() {
        coefficients[e[i] as usize] = c.clone();
    }
    for factor in irreducible_factors(&Univariate::new(coefficients)) {
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
