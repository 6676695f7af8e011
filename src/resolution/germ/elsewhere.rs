//! Zeros of K away from the point that are easily seen: the answer at the point does not speak of
//! them.

use super::builder::Germ;
use crate::Budget;
use crate::algebra::{Polynomial, Rational, Univariate};

/// Polynomials of a higher degree or with more terms are not searched for zeros.
const MOST_DEGREE: u32 = 200;
const MOST_TERMS: usize = 10_000;

impl Germ {
    /// Rational zeros of K on the lines through the point along the coordinates: the variable that
    /// moves, and its value there. Empty if nothing is seen, or if the germ is weighted homogeneous
    /// at the origin, where no zero is worse.
    ///
    /// A zero x = r is seen where r is a root of a factor of K in x alone, or of the restriction of
    /// K to the line. λ of the model is the least of all its zeros; this germ tells of one.
    ///
    /// ```
    /// # use rlct::resolution::Germ;
    /// let germ = Germ::of(&"x^2*(x-1)^4".parse().unwrap())?;
    /// assert_eq!(germ.zeros_elsewhere()[0].1.to_string(), "1");
    /// // weighted homogeneous
    /// assert!(Germ::ideal(["x^2 - y^3"])?.zeros_elsewhere().is_empty());
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn zeros_elsewhere(&self) -> Vec<(String, Rational)> {
        let small = |g: &Polynomial| {
            g.len() <= MOST_TERMS && g.terms().all(|(e, _)| e.iter().all(|&e| e <= MOST_DEGREE))
        };
        if !self.generators().iter().all(small) {
            return Vec::new();
        }
        // the zeros of a homogeneous germ at the origin are no worse than the origin
        if matches!(
            self.homogeneous_weights(&Budget::default()),
            Ok(Some(_)) | Err(_)
        ) {
            return Vec::new();
        }
        let mut zeros = Vec::new();
        for (i, name) in self.variables().names().iter().enumerate() {
            let here = self.rational_coordinate(i);
            let mut found = roots(&self.common_factor(i));
            if let Some(line) = self.on_line(i) {
                found.extend(roots(&line));
            }
            found.retain(|root| {
                let inside = !self.is_nonnegative(i) || !root.is_negative();
                inside && here.as_ref() != Some(root)
            });
            found.sort();
            found.dedup();
            zeros.extend(found.into_iter().map(|root| (name.clone(), root)));
        }
        zeros
    }

    /// The largest factor of all generators in one variable alone: the gcd of the coefficients of
    /// the monomials in the others.
    fn common_factor(&self, i: usize) -> Univariate {
        let mut factor = Univariate::new([]);
        for g in self.generators() {
            let mut coefficients: std::collections::BTreeMap<Vec<u32>, Vec<Rational>> =
                std::collections::BTreeMap::new();
            for (exponents, c) in g.terms() {
                let mut others = exponents.to_vec();
                let power = std::mem::take(&mut others[i]) as usize;
                let row = coefficients.entry(others).or_default();
                if row.len() <= power {
                    row.resize(power + 1, Rational::ZERO);
                }
                row[power] = c.clone();
            }
            for row in coefficients.into_values() {
                factor = factor.gcd(&Univariate::new(row));
                if factor.degree() == Some(0) {
                    return factor;
                }
            }
        }
        factor
    }

    /// The common factor of the generators on the line through the point along one coordinate;
    /// `None` if another coordinate is irrational, or K is 0 on the line.
    fn on_line(&self, i: usize) -> Option<Univariate> {
        let d = self.variables().len();
        let point: Vec<Rational> = (0..d)
            .map(|j| {
                if j == i {
                    Some(Rational::ONE)
                } else {
                    self.rational_coordinate(j)
                }
            })
            .collect::<Option<_>>()?;
        let mut factor = Univariate::new([]);
        for g in self.generators() {
            let mut row: Vec<Rational> = Vec::new();
            for (exponents, c) in g.terms() {
                let mut value = c.clone();
                for (j, (&e, x)) in exponents.iter().zip(&point).enumerate() {
                    if j != i && e > 0 {
                        value = &value * &x.pow(e);
                    }
                }
                let power = exponents[i] as usize;
                if row.len() <= power {
                    row.resize(power + 1, Rational::ZERO);
                }
                row[power] += &value;
            }
            factor = factor.gcd(&Univariate::new(row));
        }
        factor.degree().is_some().then_some(factor)
    }
}

/// The rational roots of a polynomial, 0 among them; none of the polynomial 0.
fn roots(p: &Univariate) -> Vec<Rational> {
    let mut roots = p.rational_roots();
    if p.degree().is_some() && p.evaluate(&Rational::ZERO).is_zero() {
        roots.push(Rational::ZERO);
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::format::Reading;

    fn seen(reading: Reading, texts: &[&str], nonnegative: &[&str]) -> Vec<String> {
        let generators = Polynomial::parse_all(texts).unwrap();
        let germ = Germ::new(reading, generators).unwrap();
        let germ = germ.nonnegative(nonnegative).unwrap();
        let zeros = germ.zeros_elsewhere();
        zeros
            .iter()
            .map(|(name, r)| format!("{name}={r}"))
            .collect()
    }

    #[test]
    fn factors_and_lines_are_searched() {
        assert_eq!(seen(Reading::Loss, &["x^2*(x-1)^4"], &[]), ["x=1"]);
        assert_eq!(
            seen(Reading::Ideal, &["x*(2*x+1)*(x^2+y)"], &[]),
            ["x=-1/2"]
        );
        assert_eq!(
            seen(Reading::Ideal, &["x*(2*x+1)*(x^2+y)"], &["x"]),
            [""; 0]
        );
        // on the axes alone, and common to both generators
        assert_eq!(
            seen(Reading::Ideal, &["x*(x-3) + y*x^5", "x^2-3*x+y"], &[]),
            ["x=3"]
        );
        assert_eq!(seen(Reading::Ideal, &["x*y*(x+y)"], &[]), [""; 0]);
        // 0 is a zero like others
        let germ = Germ::ideal(["x*(x-1)"])
            .unwrap()
            .at([("x", Rational::ONE)])
            .unwrap();
        assert_eq!(germ.zeros_elsewhere(), [("x".to_string(), Rational::ZERO)]);
        // no rational zero
        assert_eq!(seen(Reading::Loss, &["x^2*(x^2-2)^2"], &[]), [""; 0]);
    }
}
