//! The point of a germ: rational coordinates, or polynomials in real algebraic numbers.

use super::super::boxes::on_box;
use super::error::GermError;
use crate::algebra::{
    AlgebraicNumber, FloatTerm, Monomial, Polynomial, Rational, SizeLimits, Variables,
};
use std::collections::BTreeMap;

/// Values of the variables: polynomials over ℚ in some real algebraic numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    numbers: Vec<AlgebraicNumber>,
    /// In the ring of the numbers.
    values: Vec<Polynomial>,
}

/// What is known of a real number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Negative,
    Zero,
    Positive,
    /// Not even on short intervals, and no identity shows that it is 0.
    Unknown,
}

/// The ring of the numbers.
fn ring_of(numbers: &[AlgebraicNumber]) -> Variables {
    Variables::from_trusted(numbers.iter().map(|s| s.name().to_string()).collect())
}

impl Point {
    /// The origin of ℝᵈ.
    pub(super) fn origin(d: usize) -> Self {
        let zero = Polynomial::zero(&ring_of(&[]));
        Self {
            numbers: Vec::new(),
            values: vec![zero; d],
        }
    }

    pub(super) fn numbers(&self) -> &[AlgebraicNumber] {
        &self.numbers
    }

    pub(super) fn ring(&self) -> Variables {
        ring_of(&self.numbers)
    }

    /// A further number for the coordinates to come.
    pub(super) fn add_number(&mut self, number: AlgebraicNumber) {
        self.numbers.push(number);
        let ring = self.ring();
        for value in &mut self.values {
            *value = value.in_ring(&ring).unwrap_or_else(|| value.clone());
        }
    }

    pub(super) fn set(&mut self, i: usize, value: Polynomial) {
        self.values[i] = value;
    }

    pub(super) fn set_rational(&mut self, i: usize, value: Rational) {
        self.values[i] = Polynomial::constant(&self.ring(), value);
    }

    pub(super) fn values(&self) -> &[Polynomial] {
        &self.values
    }

    pub(super) fn is_origin(&self) -> bool {
        self.values.iter().all(Polynomial::is_zero)
    }

    /// The coordinates, if all are rational and there are no algebraic numbers.
    pub(super) fn rational(&self) -> Option<Vec<Rational>> {
        if !self.numbers.is_empty() {
            return None;
        }
        self.values.iter().map(Polynomial::as_constant).collect()
    }

    /// g(w + point), in the ring of the variables and then the numbers.
    pub(super) fn moved(
        &self,
        g: &Polynomial,
        ring: &Variables,
        limits: &SizeLimits,
    ) -> Result<Polynomial, GermError> {
        let images: Vec<Polynomial> = self
            .values
            .iter()
            .enumerate()
            .map(|(i, value)| {
                let value = value.in_ring(ring);
                value.map(|v| &Polynomial::variable(ring, i) + &v)
            })
            .collect::<Option<_>>()
            .unwrap_or_default();
        Ok(g.compose(&images, limits)?)
    }

    /// States the numbers as roots of divisors of their polynomials where coefficients of a moved
    /// polynomial tell them apart from the other roots.
    pub(super) fn learn_from(&mut self, moved: &Polynomial) {
        for c in self.coefficients(moved).into_values() {
            self.told_zero(&c);
        }
    }

    /// Whether a polynomial in one of the numbers alone is 0 there; the number is known better from
    /// then on.
    fn told_zero(&mut self, q: &Polynomial) -> bool {
        let mut involved = (0..self.numbers.len()).filter(|&k| q.degree_in(k) > 0);
        let (Some(k), None) = (involved.next(), involved.next()) else {
            return false;
        };
        let rest = self.remainder(q);
        let Some(u) = rest.as_univariate(k) else {
            return false;
        };
        let (vanishes, number) = self.numbers[k].told_by(&u);
        self.numbers[k] = number;
        vanishes
    }

    /// The coefficients, in the numbers, of a polynomial in the variables and then the numbers.
    pub(super) fn coefficients(&self, g: &Polynomial) -> BTreeMap<Vec<u32>, Polynomial> {
        let (d, ring) = (self.values.len(), self.ring());
        let mut terms: BTreeMap<Vec<u32>, Vec<(Monomial, Rational)>> = BTreeMap::new();
        for (e, c) in g.terms() {
            let (own, numbers) = e.split_at(d);
            let coefficient = terms.entry(own.to_vec()).or_default();
            coefficient.push((Monomial::new(numbers), c.clone()));
        }
        terms
            .into_iter()
            .map(|(e, terms)| (e, Polynomial::from_terms(&ring, terms)))
            .collect()
    }

    /// The sign of a polynomial in the numbers. Where a number proves to be a root of a divisor of
    /// its polynomial, it is stated as that from then on.
    pub(super) fn sign(&mut self, q: &Polynomial) -> Sign {
        if let Some(c) = q.as_constant() {
            return match c.signum() {
                -1 => Sign::Negative,
                0 => Sign::Zero,
                _ => Sign::Positive,
            };
        }
        if self.told_zero(q) {
            return Sign::Zero;
        }
        let rest = self.remainder(q);
        if rest.is_zero() {
            return Sign::Zero;
        }
        self.sign_by_intervals(&rest)
    }

    /// q modulo the polynomials of the numbers.
    fn remainder(&self, q: &Polynomial) -> Polynomial {
        let ring = self.ring();
        let mut rest = q.clone();
        for k in 0..self.numbers.len() {
            let relation = self.relation(k, &ring, k);
            let degree = relation.degree_in(k);
            let Some(leading) = relation.leading_in(k) else {
                continue;
            };
            let inverse = leading.as_constant().and_then(|c| c.recip());
            while degree > 0 && rest.degree_in(k) >= degree {
                let mut shift = vec![0; ring.len()];
                shift[k] = rest.degree_in(k) - degree;
                let (Some(top), Some(inverse)) = (rest.leading_in(k), &inverse) else {
                    break;
                };
                let shift =
                    Polynomial::from_terms(&ring, [(Monomial::new(&shift), inverse.clone())]);
                rest = &rest - &(&(&top * &shift) * &relation);
            }
        }
        rest
    }

    fn sign_by_intervals(&self, q: &Polynomial) -> Sign {
        let step = Rational::new(1, 1 << 16).unwrap_or_default();
        let mut width = Rational::ONE;
        for _ in 0..16 {
            width *= &step;
            let at: Vec<[Rational; 2]> = self.numbers.iter().map(|s| s.within(&width)).collect();
            let [low, high] = on_box(q, &at);
            if low.is_positive() {
                return Sign::Positive;
            }
            if high.is_negative() {
                return Sign::Negative;
            }
        }
        Sign::Unknown
    }

    /// A value near that of a polynomial in the numbers.
    pub(super) fn approximate(&self, q: &Polynomial) -> f64 {
        // each number is narrowed once, not for every term
        let at: Vec<f64> = self.numbers.iter().map(AlgebraicNumber::to_f64).collect();
        let terms = q.terms().map(|(e, c)| {
            let powers = at.iter().zip(e);
            powers.fold(c.to_f64(), |x, (s, &e)| x * s.powf(f64::from(e)))
        });
        terms.sum()
    }

    /// The terms of a polynomial in the variables and then the numbers as one in the variables
    /// alone, to machine precision: what is 0 is left out.
    pub(super) fn approximate_terms(&self, g: &Polynomial) -> Vec<FloatTerm> {
        let value = |c: &Polynomial| self.approximate(&self.remainder(c));
        let terms = self.coefficients(g).into_iter();
        terms
            .map(|(e, c)| (e, value(&c)))
            .filter(|(_, c)| *c != 0.0)
            .collect()
    }

    /// The same point with intervals of the numbers so short that their ends show which values are
    /// not 0.
    pub(super) fn with_signs_shown(mut self) -> Self {
        const MOST: usize = 200;
        for value in self.values.clone() {
            if value.is_zero() {
                continue;
            }
            for _ in 0..MOST {
                let at: Vec<_> = self.numbers.iter().map(|s| s.between().clone()).collect();
                let [low, high] = on_box(&value, &at);
                if low.is_positive() || high.is_negative() {
                    break;
                }
                self.numbers = self.numbers.into_iter().map(|s| s.halved()).collect();
            }
        }
        self
    }

    /// The same point with intervals of the numbers that are thousands of times shorter.
    pub(super) fn with_short_intervals(mut self) -> Self {
        for _ in 0..6 {
            self.numbers = self.numbers.into_iter().map(|s| s.halved()).collect();
        }
        self
    }

    /// The polynomial of number k, in a ring in which it is variable i.
    pub(super) fn relation(&self, k: usize, ring: &Variables, i: usize) -> Polynomial {
        self.numbers[k].relation(ring, i)
    }
}
