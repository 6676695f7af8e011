//! Sums, products, powers, derivatives and substitution of polynomials.

use crate::polynomial::Term;
use crate::work::look;
use crate::{Monomial, Polynomial, PolynomialError, Rational, SizeLimits, Variables};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

/// The two polynomials in the union of their variables.
fn aligned<'a>(a: &'a Polynomial, b: &'a Polynomial) -> (Cow<'a, Polynomial>, Cow<'a, Polynomial>) {
    if a.variables() == b.variables() {
        return (Cow::Borrowed(a), Cow::Borrowed(b));
    }
    let ring = a.variables().union(b.variables());
    let embed = |p: &Polynomial| {
        let places: Vec<usize> = p
            .variables()
            .names()
            .iter()
            .filter_map(|name| ring.index_of(name))
            .collect();
        let terms = p.terms().map(|(exponents, c)| {
            let mut wide = vec![0; ring.len()];
            for (&e, &place) in exponents.iter().zip(&places) {
                wide[place] = e;
            }
            (Monomial::new(&wide), c.clone())
        });
        Cow::Owned(Polynomial::from_terms(&ring, terms))
    };
    (embed(a), embed(b))
}

/// a + scale·b for sorted term lists.
fn merge(a: &[Term], b: &[Term], negate_b: bool) -> Vec<Term> {
    look(a.len() + b.len());
    let signed = |c: &Rational| if negate_b { -c } else { c.clone() };
    let mut result = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        match a[i].0.cmp(&b[j].0) {
            Ordering::Greater => {
                result.push(a[i].clone());
                i += 1;
            }
            Ordering::Less => {
                result.push((b[j].0.clone(), signed(&b[j].1)));
                j += 1;
            }
            Ordering::Equal => {
                let sum = if negate_b {
                    &a[i].1 - &b[j].1
                } else {
                    &a[i].1 + &b[j].1
                };
                if !sum.is_zero() {
                    result.push((a[i].0.clone(), sum));
                }
                i += 1;
                j += 1;
            }
        }
    }
    result.extend_from_slice(&a[i..]);
    result.extend(b[j..].iter().map(|(m, c)| (m.clone(), signed(c))));
    result
}

/// Monomials as single machine words whose order is the monomial order and whose sum is the
/// product: the partial sums α₁+…+α_d, α₁+…+α_{d−1}, …, α₁ side by side.
struct Packing {
    bits: u32,
    dimension: usize,
}

impl Packing {
    /// A packing that holds every monomial up to the given degree, if 128 bits suffice.
    fn for_degree(dimension: usize, degree: u64) -> Option<Self> {
        let bits = (64 - degree.leading_zeros()).max(1);
        (dimension as u32 * bits <= 128 && dimension > 0).then_some(Self { bits, dimension })
    }

    fn pack(&self, monomial: &Monomial) -> u128 {
        let mut word = 0_u128;
        let mut sum = u128::from(monomial.degree());
        for &e in monomial.exponents().iter().rev() {
            word = word.unbounded_shl(self.bits) | sum;
            sum -= u128::from(e);
        }
        word
    }

    fn unpack(&self, mut word: u128) -> Monomial {
        let mask = u128::MAX.unbounded_shr(128 - self.bits);
        let mut exponents = [0_u32; 128];
        let mut previous = 0;
        for slot in &mut exponents[..self.dimension] {
            let sum = (word & mask) as u64;
            *slot = (sum - previous) as u32;
            previous = sum;
            word = word.unbounded_shr(self.bits);
        }
        Monomial::new(&exponents[..self.dimension])
    }
}

/// Sorts from the largest key down and adds up equal keys.
fn combine<K: Ord>(products: &mut Vec<(K, Rational)>) {
    products.sort_by(|a, b| b.0.cmp(&a.0));
    let mut kept = 0;
    for i in 0..products.len() {
        if kept > 0 && products[kept - 1].0 == products[i].0 {
            let c = std::mem::take(&mut products[i].1);
            products[kept - 1].1 += c;
        } else {
            if kept > 0 && products[kept - 1].1.is_zero() {
                kept -= 1;
            }
            products.swap(kept, i);
            kept += 1;
        }
    }
    if kept > 0 && products[kept - 1].1.is_zero() {
        kept -= 1;
    }
    products.truncate(kept);
}

/// All products of a term of `a` and a term of `b`, combined; in pieces, so that memory stays
/// near the size of the result.
fn products<K: Ord + Clone>(
    a: &[(K, &Rational)],
    b: &[(K, &Rational)],
    multiply: impl Fn(&K, &K) -> Option<K>,
    limits: &SizeLimits,
) -> Result<Vec<(K, Rational)>, PolynomialError> {
    const PIECE: usize = 1 << 18;
    let mut result: Vec<(K, Rational)> = Vec::new();
    let mut settled = 0;
    for (x, c) in a {
        look(2 * b.len());
        for (y, d) in b {
            let product = multiply(x, y).ok_or(PolynomialError::ExponentOverflow)?;
            result.push((product, *c * *d));
        }
        if result.len() - settled > PIECE.max(settled) {
            combine(&mut result);
            settled = result.len();
            if settled > limits.terms {
                break;
            }
        }
    }
    combine(&mut result);
    if result.len() > limits.terms {
        return Err(PolynomialError::TooLarge {
            limit: limits.terms,
            what: "terms",
        });
    }
    Ok(result)
}

/// The most bits of a common denominator that is worth its length in the product of two: that of
/// many coprime denominators is as long as all of them together.
fn common_bits(a: &Polynomial, b: &Polynomial) -> u64 {
    512 * (a.coefficient_bits().max(b.coefficient_bits()) / 64 + 2)
}

/// The terms of a polynomial under other names for their monomials.
fn keyed<K>(p: &Polynomial, key: impl Fn(&Monomial) -> K) -> Vec<(K, &Rational)> {
    p.sorted_terms().iter().map(|(m, c)| (key(m), c)).collect()
}

impl Polynomial {
    fn has_fractions(&self) -> bool {
        self.sorted_terms().iter().any(|(_, c)| !c.is_integer())
    }

    /// By how many machine words the coefficients of a product may be longer than those of the
    /// factors, because their denominators have no short multiple in common; 0 if they have.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// let halves: Polynomial = "1/2*x + 3/2".parse()?;
    /// assert_eq!(halves.denominator_words(&halves), 0);
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn denominator_words(&self, other: &Self) -> usize {
        if self.len() < 2 || other.len() < 2 {
            return 0;
        }
        let most = common_bits(self, other);
        let long = |p: &Self| p.has_fractions() && p.content_within(most).is_none();
        if !long(self) && !long(other) {
            return 0;
        }
        let terms = self.sorted_terms().iter().chain(other.sorted_terms());
        let bits: u64 = terms.map(|(_, c)| c.denominator().bits()).sum();
        usize::try_from(bits / 64).unwrap_or(usize::MAX)
    }

    /// The product, within limits.
    ///
    /// # Errors
    /// If an exponent overflows or the result exceeds the limits.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, SizeLimits};
    /// let p: Polynomial = "x + y".parse().unwrap();
    /// let q: Polynomial = "x - y".parse().unwrap();
    /// assert_eq!(p.checked_mul(&q, &SizeLimits::default()).unwrap().to_string(), "x^2 - y^2");
    /// ```
    pub fn checked_mul(&self, other: &Self, limits: &SizeLimits) -> Result<Self, PolynomialError> {
        if let ([(m, c)], [(n, d)]) = (self.sorted_terms(), other.sorted_terms())
            && self.variables() == other.variables()
            && c.bits() + d.bits() <= 128
            && limits.work > 0
        {
            // texts are read factor by factor
            let product = m.checked_mul(n).ok_or(PolynomialError::ExponentOverflow)?;
            let term = (product, c * d);
            return Ok(Self::from_sorted(self.variables().clone(), vec![term]));
        }
        let (a, b) = aligned(self, other);
        let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        if a.is_zero() {
            return Ok(Self::zero(a.variables()));
        }
        let words = a.coefficient_bits().max(b.coefficient_bits()) as usize / 64 + 1;
        let words = words.saturating_add(a.denominator_words(&b));
        let work = a.len().saturating_mul(b.len()).saturating_mul(words);
        if work > limits.work || limits.is_given_up() {
            return Err(PolynomialError::TooLarge {
                limit: limits.work,
                what: "products of terms",
            });
        }
        look(2 * (a.len() + b.len()));
        let most = common_bits(&a, &b);
        if words > 1
            && a.len() > 1
            && (a.has_fractions() || b.has_fractions())
            && let (Some(c), Some(d)) = (a.content_within(most), b.content_within(most))
        {
            // without denominators no product needs to be reduced
            let cleared = |p: &Self, c: &Rational| p.scale(&c.recip().unwrap_or(Rational::ONE));
            let product = cleared(&a, &c).checked_mul(&cleared(&b, &d), limits)?;
            return Ok(product.scale(&(c * d)));
        }
        let ring = a.variables().clone();
        for i in 0..ring.len() {
            if a.degree_in(i).checked_add(b.degree_in(i)).is_none() {
                return Err(PolynomialError::ExponentOverflow);
            }
        }
        if let [(monomial, coefficient)] = a.sorted_terms() {
            let terms: Option<Vec<Term>> = b
                .sorted_terms()
                .iter()
                .map(|(m, c)| Some((m.checked_mul(monomial)?, c * coefficient)))
                .collect();
            let terms = terms.ok_or(PolynomialError::ExponentOverflow)?;
            return Ok(Self::from_sorted(ring, terms));
        }
        let terms = match Packing::for_degree(ring.len(), a.degree() + b.degree()) {
            Some(packing) => {
                let key = |m: &Monomial| packing.pack(m);
                products(&keyed(&a, key), &keyed(&b, key), |x, y| Some(x + y), limits)?
                    .into_iter()
                    .map(|(word, c)| (packing.unpack(word), c))
                    .collect()
            }
            None => {
                let (a, b) = (keyed(&a, Monomial::clone), keyed(&b, Monomial::clone));
                products(&a, &b, Monomial::checked_mul, limits)?
            }
        };
        Ok(Self::from_sorted(ring, terms))
    }

    /// The power pᵉ, within limits.
    ///
    /// # Errors
    /// If an exponent overflows or the result exceeds the limits.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, SizeLimits};
    /// let p: Polynomial = "x + 1".parse().unwrap();
    /// assert_eq!(p.checked_pow(2, &SizeLimits::default()).unwrap().to_string(), "x^2 + 2*x + 1");
    /// assert!(p.checked_pow(1_000_000, &SizeLimits::default()).is_err());
    /// ```
    pub fn checked_pow(&self, exponent: u32, limits: &SizeLimits) -> Result<Self, PolynomialError> {
        if let [(m, c)] = self.sorted_terms() {
            let exponents: Option<Vec<u32>> = m
                .exponents()
                .iter()
                .map(|e| e.checked_mul(exponent))
                .collect();
            let exponents = exponents.ok_or(PolynomialError::ExponentOverflow)?;
            let bits = if c.abs().is_one() {
                0
            } else {
                c.bits().saturating_mul(exponent.into())
            };
            if bits / 64 > limits.work as u64 / 1000 {
                return Err(PolynomialError::TooLarge {
                    limit: limits.work / 1000,
                    what: "words in a number",
                });
            }
            let power = if c.is_one() {
                Rational::ONE
            } else {
                c.pow(exponent)
            };
            let term = (Monomial::new(&exponents), power);
            return Ok(Self::from_sorted(self.variables().clone(), vec![term]));
        }
        if self.has_fractions()
            && let Some(content) = self.content_within(common_bits(self, self))
        {
            // without denominators no product needs to be reduced
            let cleared = self.scale(&content.recip().unwrap_or(Rational::ONE));
            let power = cleared.checked_pow(exponent, limits)?;
            return Ok(power.scale(&content.pow(exponent)));
        }
        let mut base = self.clone();
        let mut result = Self::constant(self.variables(), Rational::ONE);
        let mut e = exponent;
        while e > 0 {
            if e & 1 == 1 {
                result = result.checked_mul(&base, limits)?;
            }
            e >>= 1;
            if e > 0 {
                base = base.checked_mul(&base, limits)?;
            }
        }
        Ok(result)
    }

    /// The multiple c·p.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, Rational};
    /// let p: Polynomial = "x - 2*y".parse()?;
    /// assert_eq!(p.scale(&Rational::from(-3)).to_string(), "-3*x + 6*y");
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn scale(&self, factor: &Rational) -> Self {
        if factor.is_zero() {
            return Self::zero(self.variables());
        }
        look(self.len());
        let terms = self
            .sorted_terms()
            .iter()
            .map(|(m, c)| (m.clone(), c * factor))
            .collect();
        Self::from_sorted(self.variables().clone(), terms)
    }

    /// The partial derivative ∂p/∂x_i.
    ///
    /// # Panics
    /// If there is no variable number `i`.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// let p: Polynomial = "x^3*y + y".parse()?;
    /// assert_eq!(p.derivative(0).to_string(), "3*x^2*y");
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn derivative(&self, i: usize) -> Self {
        assert!(i < self.dimension(), "there is no variable number {i}");
        look(self.len());
        let terms = self
            .terms()
            .filter(|(exponents, _)| exponents[i] > 0)
            .map(|(exponents, c)| {
                let mut lowered = exponents.to_vec();
                lowered[i] -= 1;
                (Monomial::new(&lowered), c * Rational::from(exponents[i]))
            });
        Self::from_terms(self.variables(), terms)
    }

    /// The value at a point.
    ///
    /// # Errors
    /// [`PolynomialError::WrongLength`] if the point has not one coordinate for each variable;
    /// [`PolynomialError::TooLarge`] if a power of a coordinate has more than a million bits.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, Rational};
    /// let p: Polynomial = "x^2 - y".parse()?;
    /// let value = p.evaluate(&[Rational::from(3), Rational::from(1)]);
    /// assert_eq!(value, Ok(Rational::from(8)));
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    pub fn evaluate(&self, point: &[Rational]) -> Result<Rational, PolynomialError> {
        /// The most words of a power of a coordinate.
        const MOST_WORDS: usize = 1 << 14;
        self.expect_length(point.len())?;
        for (i, x) in point.iter().enumerate() {
            let is_short = x.is_zero() || x.abs().is_one();
            let bits = x.bits().saturating_mul(self.degree_in(i).into());
            if !is_short && bits / 64 > MOST_WORDS as u64 {
                return Err(PolynomialError::TooLarge {
                    limit: MOST_WORDS,
                    what: "words in a number",
                });
            }
        }
        Ok(self
            .terms()
            .map(|(exponents, c)| {
                look(exponents.len());
                let powers = exponents.iter().zip(point).filter(|(e, _)| **e > 0);
                powers.fold(c.clone(), |product, (&e, x)| product * x.pow(e))
            })
            .sum())
    }

    /// The composition p(q₁, …, q_d): every variable replaced by a polynomial at once.
    ///
    /// # Errors
    /// If there is not one polynomial for each variable, or the result exceeds the limits.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, SizeLimits};
    /// let p: Polynomial = "x^2 - y".parse().unwrap();
    /// let (q, r): (Polynomial, Polynomial) = ("u + v".parse().unwrap(), "u^2".parse().unwrap());
    /// let composed = p.compose(&[q, r], &SizeLimits::default()).unwrap();
    /// assert_eq!(composed.to_string(), "2*u*v + v^2");
    /// ```
    pub fn compose(&self, images: &[Self], limits: &SizeLimits) -> Result<Self, PolynomialError> {
        self.expect_length(images.len())?;
        let ring = images
            .iter()
            .map(|q| q.variables().clone())
            .reduce(|a, b| a.union(&b))
            .unwrap_or_else(|| self.variables().clone());
        let mut powers: Vec<Vec<Self>> = images
            .iter()
            .map(|_| vec![Self::constant(&ring, Rational::ONE)])
            .collect();
        let mut terms: Vec<Term> = Vec::new();
        for (exponents, c) in self.terms() {
            look(exponents.len());
            let mut product = Self::constant(&ring, c.clone());
            for (i, &e) in exponents.iter().enumerate().filter(|(_, e)| **e > 0) {
                let power = if e > 64 {
                    Cow::Owned(images[i].checked_pow(e, limits)?)
                } else {
                    while powers[i].len() <= e as usize {
                        let last = &powers[i][powers[i].len() - 1];
                        let next = last.checked_mul(&images[i], limits)?;
                        powers[i].push(next);
                    }
                    Cow::Borrowed(&powers[i][e as usize])
                };
                product = product.checked_mul(&power, limits)?;
            }
            terms.extend(product.sorted_terms().iter().cloned());
            if terms.len() > limits.terms.saturating_mul(4) {
                return Err(PolynomialError::TooLarge {
                    limit: limits.terms,
                    what: "terms",
                });
            }
        }
        Ok(Self::from_terms(&ring, terms))
    }

    /// The polynomial with variable `i` replaced by `image`.
    ///
    /// # Errors
    /// If the result exceeds the limits.
    ///
    /// # Panics
    /// If there is no variable number `i`.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, SizeLimits};
    /// let p: Polynomial = "x^2 - y".parse().unwrap();
    /// let q: Polynomial = "x + y".parse().unwrap();
    /// assert_eq!(p.substitute(1, &q, &SizeLimits::default()).unwrap().to_string(), "x^2 - x - y");
    /// ```
    pub fn substitute(
        &self,
        i: usize,
        image: &Self,
        limits: &SizeLimits,
    ) -> Result<Self, PolynomialError> {
        assert!(i < self.dimension(), "there is no variable number {i}");
        let images: Vec<Self> = (0..self.dimension())
            .map(|j| {
                if j == i {
                    image.clone()
                } else {
                    Self::variable(self.variables(), j)
                }
            })
            .collect();
        self.compose(&images, limits)
    }

    /// The polynomial p(x + a): the point `a` moved to the origin.
    ///
    /// # Errors
    /// If the point has the wrong length, or the result exceeds the limits.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, Rational, SizeLimits};
    /// let p: Polynomial = "x^2 - 1".parse().unwrap();
    /// let moved = p.translate(&[Rational::ONE], &SizeLimits::default()).unwrap();
    /// assert_eq!(moved.to_string(), "x^2 + 2*x");
    /// ```
    pub fn translate(
        &self,
        point: &[Rational],
        limits: &SizeLimits,
    ) -> Result<Self, PolynomialError> {
        self.expect_length(point.len())?;
        if point.iter().all(Rational::is_zero) {
            return Ok(self.clone());
        }
        let ring = self.variables();
        let images: Vec<Self> = point
            .iter()
            .enumerate()
            .map(|(i, a)| &Self::variable(ring, i) + &Self::constant(ring, a.clone()))
            .collect();
        self.compose(&images, limits)
    }

    fn expect_length(&self, found: usize) -> Result<(), PolynomialError> {
        let expected = self.dimension();
        if found == expected {
            Ok(())
        } else {
            Err(PolynomialError::WrongLength { expected, found })
        }
    }
}

impl Add for &Polynomial {
    type Output = Polynomial;
    fn add(self, other: Self) -> Polynomial {
        let (a, b) = aligned(self, other);
        Polynomial::from_sorted(
            a.variables().clone(),
            merge(a.sorted_terms(), b.sorted_terms(), false),
        )
    }
}

impl Sub for &Polynomial {
    type Output = Polynomial;
    fn sub(self, other: Self) -> Polynomial {
        let (a, b) = aligned(self, other);
        Polynomial::from_sorted(
            a.variables().clone(),
            merge(a.sorted_terms(), b.sorted_terms(), true),
        )
    }
}

impl Mul for &Polynomial {
    type Output = Polynomial;

    /// The product.
    ///
    /// # Panics
    /// If an exponent overflows 32 bits; [`Polynomial::checked_mul`] does not.
    fn mul(self, other: Self) -> Polynomial {
        #[expect(clippy::expect_used, reason = "documented; as for the integer types")]
        self.checked_mul(other, &SizeLimits::NONE)
            .expect("an exponent overflows 32 bits")
    }
}

impl Neg for &Polynomial {
    type Output = Polynomial;
    fn neg(self) -> Polynomial {
        let terms = self
            .sorted_terms()
            .iter()
            .map(|(m, c)| (m.clone(), -c))
            .collect();
        Polynomial::from_sorted(self.variables().clone(), terms)
    }
}

/// Σ pᵢ in one pass, in the union of the variables.
pub(crate) fn sum(ring: &Variables, summands: Vec<Polynomial>) -> Polynomial {
    let terms = summands.into_iter().flat_map(|p| p.sorted_terms().to_vec());
    Polynomial::from_terms(ring, terms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn polynomial(dimension: usize) -> impl Strategy<Value = Polynomial> {
        let ring = Variables::from_trusted((0..dimension).map(|i| format!("x{i}")).collect());
        let term = (
            prop::collection::vec(0_u32..5, dimension),
            -9_i64..10,
            1_i64..5,
        );
        prop::collection::vec(term, 0..7).prop_map(move |terms| {
            Polynomial::from_terms(
                &ring,
                terms
                    .into_iter()
                    .map(|(e, n, d)| (Monomial::new(&e), Rational::new(n, d).unwrap())),
            )
        })
    }

    /// The definition of the product, term by term.
    fn schoolbook(a: &Polynomial, b: &Polynomial) -> Polynomial {
        let mut terms = Vec::new();
        for (m, c) in a.sorted_terms() {
            for (n, d) in b.sorted_terms() {
                terms.push((m.checked_mul(n).unwrap(), c * d));
            }
        }
        Polynomial::from_terms(a.variables(), terms)
    }

    proptest! {
        #[test]
        fn ring_axioms(a in polynomial(3), b in polynomial(3), c in polynomial(3)) {
            prop_assert_eq!(&(&a + &b) * &c, &(&a * &c) + &(&b * &c));
            prop_assert_eq!(&(&a * &b) * &c, &a * &(&b * &c));
            prop_assert_eq!(&a * &b, schoolbook(&a, &b));
            prop_assert!((&a - &a).is_zero());
            prop_assert_eq!(&-&a + &a, Polynomial::zero(a.variables()));
            prop_assert!((&a * &b).is_canonical());
        }

        #[test]
        fn packed_and_plain_products_agree(a in polynomial(40), b in polynomial(40)) {
            // 40 variables do not fit a packed word
            prop_assert_eq!(&a * &b, schoolbook(&a, &b));
        }

        #[test]
        fn evaluation_is_a_homomorphism(
            a in polynomial(3),
            b in polynomial(3),
            x in prop::collection::vec(-3_i64..4, 3),
        ) {
            let x: Vec<Rational> = x.into_iter().map(Rational::from).collect();
            let at = |p: &Polynomial| p.evaluate(&x).unwrap();
            prop_assert_eq!(at(&(&a * &b)), at(&a) * at(&b));
            prop_assert_eq!(at(&(&a + &b)), at(&a) + at(&b));
            let moved = a.translate(&x, &SizeLimits::NONE).unwrap();
            prop_assert_eq!(moved.constant_term(), at(&a));
        }

        #[test]
        fn derivative_obeys_the_product_rule(a in polynomial(3), b in polynomial(3)) {
            let left = (&a * &b).derivative(1);
            let right = &(&a.derivative(1) * &b) + &(&a * &b.derivative(1));
            prop_assert_eq!(left, right);
        }

        #[test]
        fn packing_keeps_order_and_products(
            a in prop::collection::vec(0_u32..50, 5),
            b in prop::collection::vec(0_u32..50, 5),
        ) {
            let packing = Packing::for_degree(5, 600).unwrap();
            let (a, b) = (Monomial::new(&a), Monomial::new(&b));
            prop_assert_eq!(packing.pack(&a).cmp(&packing.pack(&b)), a.cmp(&b));
            let product = a.checked_mul(&b).unwrap();
            prop_assert_eq!(packing.unpack(packing.pack(&a) + packing.pack(&b)), product);
        }

        #[test]
        fn content_times_primitive_part(a in polynomial(2)) {
            let content = a.content();
            let back = a.primitive_part().scale(&content);
            prop_assert!(back == a || -&back == a);
        }
    }

    #[test]
    fn overflow_is_an_error() {
        let ring = Variables::new(["x"]).unwrap();
        let huge = Polynomial::from_terms(&ring, [(Monomial::new(&[u32::MAX]), Rational::ONE)]);
        let overflow = Err(PolynomialError::ExponentOverflow);
        assert_eq!(huge.checked_mul(&huge, &SizeLimits::default()), overflow);
        assert_eq!(huge.checked_pow(2, &SizeLimits::default()), overflow);
    }

    #[test]
    fn coprime_denominators_count_as_long_numbers() {
        // 1/(10¹⁸ + 1)·x + 1/(10¹⁸ + 2)·x² + …
        let text = |n: u64| {
            let terms = (1..=n).map(|i| format!("1/{}*x^{i}", 10_u64.pow(18) + i));
            terms.collect::<Vec<_>>().join(" + ")
        };
        let few: Polynomial = text(3).parse().unwrap();
        assert_eq!(few.denominator_words(&few), 0);
        assert_eq!(
            few.checked_mul(&few, &SizeLimits::NONE).unwrap(),
            schoolbook(&few, &few)
        );
        let many: Polynomial = text(200).parse().unwrap();
        assert!(many.denominator_words(&many) > 300);
        // 40 000 products of two words each, but for the denominators
        assert!(
            many.checked_mul(&many, &SizeLimits::default().with_work(1_000_000))
                .is_err()
        );
        let some: Polynomial = text(40).parse().unwrap();
        assert!(some.denominator_words(&some) > 0);
        assert_eq!(
            some.checked_mul(&some, &SizeLimits::NONE).unwrap(),
            schoolbook(&some, &some)
        );
    }

    #[test]
    fn sums_join_the_variables() {
        let x: Polynomial = "x".parse().unwrap();
        let y: Polynomial = "y".parse().unwrap();
        assert_eq!((&x + &y).to_string(), "x + y");
        assert_eq!((&x * &y).to_string(), "x*y");
    }
}
