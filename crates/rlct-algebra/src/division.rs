//! Exact division, and a polynomial in several variables seen as one in one of them.

use crate::work::look;
use crate::{Monomial, Polynomial, Rational, SizeLimits, Univariate};
use std::collections::BTreeMap;

/// Divisors whose computation would grow beyond these limits are not found.
fn limits() -> SizeLimits {
    SizeLimits::default().with_terms(2_000).with_work(200_000)
}

/// Polynomials of higher degree are not written out with all their coefficients.
const MOST_DEGREE: u32 = 5_000;

impl Polynomial {
    /// The quotient p/q, if q divides p and both are of moderate size.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
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
    /// By Gauss's lemma a primitive polynomial divides another one over the integers, or not at
    /// all.
    #[must_use]
    pub fn quotient_within(&self, divisor: &Self, limits: &SizeLimits) -> Option<Self> {
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
            if work > limits.work || quotient.len() > limits.terms || limits.is_given_up() {
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
    /// # use rlct_algebra::Polynomial;
    /// let p: Polynomial = "x^2*y + x^2 - y".parse()?;
    /// let parts: Vec<String> = p.coefficients_in(0).iter().map(ToString::to_string).collect();
    /// assert_eq!(parts, ["-y", "0", "y + 1"]);
    /// # Ok::<(), rlct_algebra::ParseError>(())
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
    #[must_use]
    pub fn layers_in(&self, i: usize) -> BTreeMap<u32, Self> {
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
    #[must_use]
    pub fn leading_in(&self, i: usize) -> Option<Self> {
        let degree = self.degree_in(i);
        let top = self.terms().filter(|(e, _)| e[i] == degree).map(|(e, c)| {
            let mut rest = e.to_vec();
            rest[i] = 0;
            (Monomial::new(&rest), c.clone())
        });
        (!self.is_zero()).then(|| Self::from_terms(self.variables(), top))
    }

    /// The polynomial in the one variable x_i, if no other occurs.
    #[must_use]
    pub fn as_univariate(&self, i: usize) -> Option<Univariate> {
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
}
