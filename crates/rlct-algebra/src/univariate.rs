//! Polynomials in one variable over ℚ: division, gcd, multiplicities.

use crate::dense::{self, Dense};
use crate::modular::{Field, fields};
use crate::rational::gcd;
use crate::work::{look, look_at_numbers};
use crate::{Monomial, Polynomial, Rational, Variables};
use num_bigint::BigInt;
use num_integer::Integer;

/// A polynomial c₀ + c₁x + … + c_n xⁿ over ℚ.
///
/// # Examples
///
/// ```
/// use rlct_algebra::{Rational, Univariate};
///
/// let p = Univariate::new([-2, 0, 1].map(Rational::from)); // x² − 2
/// assert_eq!(p.count_positive_roots(), 1);
/// assert!(p.rational_roots().is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Univariate {
    /// From the constant term up; the last is not 0.
    coefficients: Vec<Rational>,
}

impl Univariate {
    /// The polynomial with these coefficients, from the constant term up.
    ///
    /// ```
    /// # use rlct_algebra::{Rational, Univariate};
    /// assert_eq!(Univariate::new([1, 2, 0].map(Rational::from)).degree(), Some(1));
    /// ```
    #[must_use]
    pub fn new(coefficients: impl IntoIterator<Item = Rational>) -> Self {
        let mut coefficients: Vec<Rational> = coefficients.into_iter().collect();
        while coefficients.last().is_some_and(Rational::is_zero) {
            coefficients.pop();
        }
        Self { coefficients }
    }

    /// The degree; `None` for the polynomial 0.
    ///
    /// ```
    /// # use rlct_algebra::Univariate;
    /// assert_eq!(Univariate::new([]).degree(), None);
    /// ```
    #[must_use]
    pub fn degree(&self) -> Option<usize> {
        self.coefficients.len().checked_sub(1)
    }

    /// The coefficients from the constant term up.
    ///
    /// ```
    /// # use rlct_algebra::{Rational, Univariate};
    /// assert_eq!(Univariate::new([Rational::ONE]).coefficients(), [Rational::ONE]);
    /// ```
    #[must_use]
    pub fn coefficients(&self) -> &[Rational] {
        &self.coefficients
    }

    fn is_zero(&self) -> bool {
        self.coefficients.is_empty()
    }

    fn is_constant(&self) -> bool {
        self.coefficients.len() <= 1
    }

    /// Coprime integer coefficients with the sign kept.
    pub fn primitive(&self) -> Self {
        let mut numerator = BigInt::ZERO;
        let mut denominator = BigInt::from(1);
        for c in &self.coefficients {
            numerator = gcd(&numerator, &c.numerator());
            if !c.is_integer() {
                look_at_numbers(denominator.bits() + c.bits());
                denominator = denominator.lcm(&c.denominator());
            }
        }
        if numerator == BigInt::ZERO {
            return self.clone();
        }
        let scale = Rational::from(denominator) / Rational::from(numerator);
        Self {
            coefficients: self.coefficients.iter().map(|c| c * &scale).collect(),
        }
    }

    /// The value at x.
    ///
    /// ```
    /// # use rlct_algebra::{Rational, Univariate};
    /// let p = Univariate::new([-2, 0, 1].map(Rational::from));
    /// assert_eq!(p.evaluate(&Rational::from(3)), Rational::from(7));
    /// ```
    #[must_use]
    pub fn evaluate(&self, x: &Rational) -> Rational {
        self.coefficients
            .iter()
            .rev()
            .fold(Rational::ZERO, |value, c| value * x + c)
    }

    /// The derivative.
    ///
    /// ```
    /// # use rlct_algebra::{Rational, Univariate};
    /// let p = Univariate::new([5, 3].map(Rational::from));
    /// assert_eq!(p.derivative(), Univariate::new([Rational::from(3)]));
    /// ```
    #[must_use]
    pub fn derivative(&self) -> Self {
        Self::new(
            self.coefficients
                .iter()
                .enumerate()
                .skip(1)
                .map(|(i, c)| c * Rational::from(i)),
        )
    }

    /// Quotient and remainder by a divisor that is not 0.
    fn divide(&self, divisor: &Self) -> (Self, Self) {
        let n = divisor.coefficients.len();
        let leading = &divisor.coefficients[n - 1];
        let mut rest = self.coefficients.clone();
        let mut quotient = vec![Rational::ZERO; (rest.len() + 1).saturating_sub(n)];
        for shift in (0..quotient.len()).rev() {
            look(n);
            let factor = &rest[shift + n - 1] / leading;
            if !factor.is_zero() {
                for (i, c) in divisor.coefficients.iter().enumerate() {
                    rest[shift + i] -= &factor * c;
                }
            }
            quotient[shift] = factor;
        }
        (Self::new(quotient), Self::new(rest))
    }

    /// The greatest common divisor, with coprime integer coefficients; 0 only for gcd(0, 0).
    ///
    /// ```
    /// # use rlct_algebra::{Rational, Univariate};
    /// let p = Univariate::new([-1, 0, 1].map(Rational::from));
    /// let q = Univariate::new([2, 2].map(Rational::from));
    /// assert_eq!(p.gcd(&q), Univariate::new([1, 1].map(Rational::from)));
    /// ```
    #[must_use]
    pub fn gcd(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.primitive(), other.primitive());
        let images = [&a, &b].map(|p| p.residues(Field::LARGEST));
        if let [Some(a), Some(b)] = images
            && dense::gcd(Field::LARGEST, a, b).len() == 1
        {
            return Self::new([Rational::ONE]);
        }
        while !b.is_zero() {
            let (_, remainder) = a.divide(&b);
            (a, b) = (b, remainder.primitive());
        }
        if a.coefficients.last().is_some_and(Rational::is_negative) {
            a.coefficients.iter_mut().for_each(|c| *c = -&*c);
        }
        a
    }

    /// The image of a polynomial with integer coefficients modulo a prime, if the prime does not
    /// divide the leading one.
    #[must_use]
    pub fn residues(&self, field: Field) -> Option<Dense> {
        let coefficients = self.coefficients.iter();
        let image: Dense = coefficients
            .map(|c| field.residue(&c.numerator()))
            .collect();
        image.last().is_some_and(|c| *c != 0).then_some(image)
    }

    /// Bézout's identity a·p + b·q = gcd(p, q), as (gcd, a, b).
    ///
    /// ```
    /// # use rlct_algebra::{Rational, Univariate};
    /// let p = Univariate::new([-2, 0, 1].map(Rational::from)); // x² − 2
    /// let (gcd, a, b) = p.bezout(&p.derivative());
    /// assert_eq!(gcd.degree(), Some(0));
    /// let at = |f: &Univariate| f.evaluate(&Rational::from(3));
    /// assert_eq!(at(&a) * at(&p) + at(&b) * at(&p.derivative()), at(&gcd));
    /// ```
    #[must_use]
    pub fn bezout(&self, other: &Self) -> (Self, Self, Self) {
        let zero = || Self::new([]);
        let one = || Self::new([Rational::ONE]);
        let (mut r, mut s) = (self.clone(), other.clone());
        let (mut a, mut next_a) = (one(), zero());
        let (mut b, mut next_b) = (zero(), one());
        while !s.is_zero() {
            let (quotient, remainder) = r.divide(&s);
            let after_a = a.minus(&quotient.times(&next_a));
            let after_b = b.minus(&quotient.times(&next_b));
            (r, s) = (s, remainder);
            (a, next_a) = (next_a, after_a);
            (b, next_b) = (next_b, after_b);
        }
        (r, a, b)
    }

    fn times(&self, other: &Self) -> Self {
        if self.is_zero() || other.is_zero() {
            return Self::new([]);
        }
        let mut product =
            vec![Rational::ZERO; self.coefficients.len() + other.coefficients.len() - 1];
        for (i, a) in self.coefficients.iter().enumerate() {
            look(other.coefficients.len());
            for (j, b) in other.coefficients.iter().enumerate() {
                product[i + j] += a * b;
            }
        }
        Self::new(product)
    }

    /// p(x + c).
    pub fn translated(&self, c: &Rational) -> Self {
        let mut shifted = self.coefficients.clone();
        let n = shifted.len();
        for i in 0..n {
            look(n - i);
            for j in (i..n - 1).rev() {
                let carry = c * &shifted[j + 1];
                shifted[j] += carry;
            }
        }
        Self::new(shifted)
    }

    /// The exponents of p(x + c), without its coefficients, which may be long: those that are 0
    /// modulo a large prime are taken for
    /// 0. So one may be missing, by a rare accident, but none is too many.
    pub fn exponents_translated(&self, c: &Rational) -> Vec<usize> {
        let images = fields().take(4).find_map(|field| {
            let image = self.coefficients.iter().map(|x| field.fraction(x));
            Some(dense::translated(
                field,
                image.collect::<Option<_>>()?,
                field.fraction(c)?,
            ))
        });
        let Some(image) = images else {
            return (0..self.coefficients.len()).collect();
        };
        (0..image.len()).filter(|&k| image[k] != 0).collect()
    }

    /// The same polynomial in variable number i of a ring.
    pub fn in_variable(&self, ring: &Variables, i: usize) -> Polynomial {
        let terms = self.coefficients.iter().enumerate().map(|(k, c)| {
            let mut exponents = vec![0; ring.len()];
            exponents[i] = k as u32;
            (Monomial::new(&exponents), c.clone())
        });
        Polynomial::from_terms(ring, terms)
    }

    /// The square-free decomposition: pairwise coprime square-free factors fᵢ of positive degree
    /// with multiplicities eᵢ, such that p = c·∏ fᵢ^eᵢ (Yun 1976).
    ///
    /// ```
    /// # use rlct_algebra::{Rational, Univariate};
    /// let p = Univariate::new([0, 0, 1, 1].map(Rational::from)); // x²(x + 1)
    /// let multiplicities: Vec<_> = p.square_free().iter().map(|(_, e)| *e).collect();
    /// assert_eq!(multiplicities, [1, 2]);
    /// ```
    #[must_use]
    pub fn square_free(&self) -> Vec<(Self, usize)> {
        let mut factors = Vec::new();
        if self.is_constant() {
            return factors;
        }
        let derivative = self.derivative();
        let common = self.gcd(&derivative);
        let mut b = self.divide(&common).0;
        let mut c = derivative.divide(&common).0;
        let mut multiplicity = 1;
        while !b.is_constant() {
            let d = c.minus(&b.derivative());
            let factor = b.gcd(&d);
            b = b.divide(&factor).0;
            c = d.divide(&factor).0;
            if !factor.is_constant() {
                factors.push((factor, multiplicity));
            }
            multiplicity += 1;
        }
        factors
    }

    fn minus(&self, other: &Self) -> Self {
        let n = self.coefficients.len().max(other.coefficients.len());
        let at = |p: &Self, i: usize| p.coefficients.get(i).cloned().unwrap_or_default();
        Self::new((0..n).map(|i| at(self, i) - at(other, i)))
    }

    /// p(−x).
    pub fn mirrored(&self) -> Self {
        let signed = |(i, c): (usize, &Rational)| if i % 2 == 1 { -c } else { c.clone() };
        Self {
            coefficients: self.coefficients.iter().enumerate().map(signed).collect(),
        }
    }

    /// The quotient by a divisor that is not 0, if it leaves no remainder.
    pub fn exact_quotient(&self, divisor: &Self) -> Option<Self> {
        if divisor.is_zero() {
            return None;
        }
        let (quotient, remainder) = self.divide(divisor);
        remainder.is_zero().then_some(quotient)
    }

    /// The quotient by the highest power of x that divides the polynomial.
    #[must_use]
    pub fn without_root_zero(&self) -> Self {
        Self {
            coefficients: self
                .coefficients
                .iter()
                .skip_while(|c| c.is_zero())
                .cloned()
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn times(a: &Univariate, b: &Univariate) -> Univariate {
        if a.is_zero() || b.is_zero() {
            return Univariate::new([]);
        }
        let mut c = vec![Rational::ZERO; a.coefficients.len() + b.coefficients.len() - 1];
        for (i, x) in a.coefficients.iter().enumerate() {
            for (j, y) in b.coefficients.iter().enumerate() {
                c[i + j] += x * y;
            }
        }
        Univariate::new(c)
    }

    /// ∏ (q x − p)^e
    fn from_roots(roots: &[(i64, i64, usize)]) -> Univariate {
        let one = Univariate::new([Rational::ONE]);
        roots.iter().fold(one, |product, &(p, q, e)| {
            let factor = Univariate::new([Rational::from(-p), Rational::from(q)]);
            (0..e).fold(product, |product, _| times(&product, &factor))
        })
    }

    proptest! {
        #[test]
        fn roots_come_back(
            roots in prop::collection::vec((-12_i64..13, 1_i64..6, 1_usize..4), 1..5),
            irrational in any::<bool>(),
        ) {
            let mut p = from_roots(&roots);
            if irrational {
                p = times(&p, &Univariate::new([-2, 0, 1].map(Rational::from)));
            }
            let mut expected: Vec<Rational> = roots
                .iter()
                .map(|&(p, q, _)| Rational::new(p, q).unwrap())
                .filter(|r| !r.is_zero())
                .collect();
            expected.sort();
            expected.dedup();
            let extra = usize::from(irrational);
            let positive = expected.iter().filter(|r| r.is_positive()).count();
            prop_assert_eq!(p.count_positive_roots(), positive + extra);
            prop_assert_eq!(p.count_negative_roots(), expected.len() - positive + extra);
            prop_assert_eq!(p.rational_roots(), expected);
        }

        #[test]
        fn square_free_factors_multiply_back(
            roots in prop::collection::vec((-5_i64..6, 1_i64..4, 1_usize..4), 1..5),
        ) {
            let p = from_roots(&roots);
            let one = Univariate::new([Rational::ONE]);
            let product = p.square_free().iter().fold(one, |product, (f, e)| {
                (0..*e).fold(product, |product, _| times(&product, f))
            });
            prop_assert_eq!(product.primitive(), p.primitive());
        }
    }

    #[test]
    fn constants_have_no_roots() {
        for constant in [Univariate::new([]), Univariate::new([Rational::from(3)])] {
            assert_eq!(constant.count_positive_roots(), 0);
            assert!(constant.rational_roots().is_empty());
            assert!(constant.square_free().is_empty());
        }
    }
}
