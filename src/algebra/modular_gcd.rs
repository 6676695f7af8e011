//! Greatest common divisors by images modulo primes and at points (Brown 1971, *On Euclid's
//! algorithm and the computation of polynomial greatest common divisors*, J. ACM 18, 478–504).
//!
//! Modulo a prime p, the last variable is replaced by points until the images determine the divisor
//! by interpolation, one variable after the other down to Euclid's algorithm in one. Images modulo
//! several primes determine the integers. The leading coefficient, which images know up to a factor
//! only, is that of a multiple of the divisor. Primes and points at which the image has a leading
//! monomial too large are left out; whether the outcome divides both is for the caller to see.

use super::{Monomial, Polynomial, Rational};
use crate::budget::{look, time_is_up};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::Zero;
use rlct_algebra::dense::{Dense, divided, monic, product, trim};
use rlct_algebra::modular::{Field, fields};
use smallvec::SmallVec;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Products modulo a prime before the search for a divisor ends: about half a second.
const MOST_WORK: u64 = 20_000_000;

/// Coefficients of one polynomial that is written out with all its powers.
const MOST_SIZE: usize = 1 << 22;

/// Points are START·FACTORⁿ: anything without pattern.
const START: u64 = 0x9E37_79B9_7F4A_7C15;
const FACTOR: u64 = 6_364_136_223_846_793_005;

/// Exponents, the main variable first: ordered lexicographically.
type Exponents = SmallVec<[u32; 4]>;

/// A polynomial modulo the prime in the first variables.
type Terms = BTreeMap<Exponents, u64>;

/// A polynomial in the last variable for each monomial in the others.
type Layers = BTreeMap<Exponents, Dense>;

/// The divisor of a and b, primitive polynomials with integer coefficients: a primitive polynomial
/// of which `divides` says that it divides both. `None` if it is not found within moderate work.
pub(super) fn modular(
    a: &Polynomial,
    b: &Polynomial,
    divides: impl Fn(&Polynomial) -> bool,
) -> Option<Polynomial> {
    let mut variables: Vec<usize> = (0..a.dimension())
        .filter(|&i| a.degree_in(i) > 0 || b.degree_in(i) > 0)
        .collect();
    variables.sort_by_key(|&i| (std::cmp::Reverse(a.degree_in(i).min(b.degree_in(i))), i));
    let [a_terms, b_terms] = [a, b].map(|p| terms_in(p, &variables));
    let (first, second) = (a_terms.last_key_value()?, b_terms.last_key_value()?);
    let leading = first.1.gcd(second.1);
    let work = Cell::new(MOST_WORK);
    let mut found = Lift::default();
    for field in fields() {
        if time_is_up() {
            return None;
        }
        if field.residue(first.1) == 0 || field.residue(second.1) == 0 {
            continue;
        }
        let [a_image, b_image] = [&a_terms, &b_terms].map(|p| residues(field, p));
        let images = Images { field, work: &work };
        images.spend(40 * (a_image.len() + b_image.len()))?;
        let image = images.gcd(&a_image, &b_image, variables.len())?;
        let monomial = image.last_key_value()?.0.clone();
        if monomial.iter().all(|e| *e == 0) {
            // the divisor modulo p has at least the degree of the divisor
            return Some(Polynomial::constant(a.variables(), Rational::ONE));
        }
        let image = images.scaled(&image, field.residue(&leading));
        if found.takes(field, image, &monomial, &work)? {
            let candidate = found.polynomial(a, &variables).primitive_part();
            if divides(&candidate) {
                return Some(candidate);
            }
        }
    }
    None
}

fn terms_in(p: &Polynomial, variables: &[usize]) -> BTreeMap<Exponents, BigInt> {
    p.terms()
        .map(|(e, c)| (variables.iter().map(|&i| e[i]).collect(), c.numerator()))
        .collect()
}

fn residues(field: Field, p: &BTreeMap<Exponents, BigInt>) -> Terms {
    p.iter()
        .map(|(e, c)| (e.clone(), field.residue(c)))
        .filter(|(_, c)| *c != 0)
        .collect()
}

/// Integers by their residues modulo the primes so far (Chinese remaindering).
#[derive(Default)]
struct Lift {
    monomial: Exponents,
    modulus: BigInt,
    values: BTreeMap<Exponents, BigInt>,
}

impl Lift {
    /// Takes another image with this leading monomial: whether it only confirms the integers.
    /// Images with a smaller leading monomial show that those before had unlucky primes.
    fn takes(
        &mut self,
        field: Field,
        image: Terms,
        monomial: &Exponents,
        work: &Cell<u64>,
    ) -> Option<bool> {
        if self.modulus.is_zero() || *monomial < self.monomial {
            self.monomial = monomial.clone();
            self.modulus = BigInt::from(field.p);
            let values = image.into_iter();
            self.values = values
                .map(|(e, c)| (e, self.symmetric(BigInt::from(c))))
                .collect();
            return Some(false);
        }
        if *monomial > self.monomial {
            return Some(false);
        }
        let inverse = field.inverse(field.residue(&self.modulus));
        let words = self.modulus.bits() / 64 + 1;
        let size = (image.len() + self.values.len()) as u64;
        look((size * words) as usize);
        work.set(work.get().checked_sub(size * words)?);
        let next = &self.modulus * field.p;
        let half: BigInt = &next >> 1;
        let mut agrees = true;
        let places: Vec<Exponents> = image.keys().chain(self.values.keys()).cloned().collect();
        for place in places {
            let value = self.values.entry(place.clone()).or_default();
            let residue = image.get(&place).copied().unwrap_or(0);
            let difference = field.minus(residue, field.residue(value));
            if difference != 0 {
                agrees = false;
                *value += &self.modulus * field.times(difference, inverse);
                if *value > half {
                    *value -= &next;
                }
            }
        }
        self.modulus = next;
        Some(agrees)
    }

    fn symmetric(&self, c: BigInt) -> BigInt {
        if &c * 2 > self.modulus {
            c - &self.modulus
        } else {
            c
        }
    }

    fn polynomial(&self, ring: &Polynomial, variables: &[usize]) -> Polynomial {
        let terms = self.values.iter().filter(|(_, c)| !c.is_zero());
        let terms = terms.map(|(e, c)| {
            let mut exponents = vec![0; ring.dimension()];
            for (&i, &e) in variables.iter().zip(e) {
                exponents[i] = e;
            }
            (Monomial::new(&exponents), Rational::from(c.clone()))
        });
        Polynomial::from_terms(ring.variables(), terms)
    }
}

/// Divisors modulo one prime.
struct Images<'a> {
    field: Field,
    work: &'a Cell<u64>,
}

impl Images<'_> {
    fn spend(&self, products: usize) -> Option<()> {
        look(products / 8 + 1);
        self.work.set(self.work.get().checked_sub(products as u64)?);
        Some(())
    }

    fn scaled(&self, p: &Terms, factor: u64) -> Terms {
        p.iter()
            .map(|(e, c)| (e.clone(), self.field.times(*c, factor)))
            .collect()
    }

    /// The divisor of a and b, not 0, polynomials in the first k variables, with leading
    /// coefficient 1.
    fn gcd(&self, a: &Terms, b: &Terms, k: usize) -> Option<Terms> {
        if k <= 1 {
            let divisor = self.euclid(dense(a)?, dense(b)?)?;
            return Some(sparse(&divisor, k));
        }
        let (a, a_content) = self.without_content(layers(a, k)?)?;
        let (b, b_content) = self.without_content(layers(b, k)?)?;
        let content = self.euclid(a_content, b_content)?;
        let (a_leading, b_leading) = (a.last_key_value()?.1, b.last_key_value()?.1);
        let leading = self.euclid(a_leading.clone(), b_leading.clone())?;
        let degree = |p: &Layers| p.values().map(Vec::len).max().unwrap_or(0);
        let enough = degree(&a).min(degree(&b)) + leading.len();
        let mut found = Interpolation::default();
        let mut at = START % self.field.p;
        let mut confirmed = 0;
        while found.points < enough && confirmed < 2 {
            at = self.field.times(at, FACTOR % self.field.p);
            self.spend(degree(&a) * a.len() + degree(&b) * b.len() + 64)?;
            if self.value(a_leading, at) == 0 || self.value(b_leading, at) == 0 {
                continue;
            }
            let [a_at, b_at] = [&a, &b].map(|p| self.at(p, at));
            let image = self.gcd(&a_at, &b_at, k - 1)?;
            let monomial = image.last_key_value()?.0.clone();
            if monomial.iter().all(|e| *e == 0) {
                let one = Layers::from([(monomial, vec![1])]);
                return self.monic(self.times_content(one, &content)?, k);
            }
            let image = self.scaled(&image, self.value(&leading, at));
            let same = self.interpolate(&mut found, image, &monomial, at)?;
            confirmed = if same { confirmed + 1 } else { 0 };
        }
        let (divisor, _) = self.without_content(found.values)?;
        self.monic(self.times_content(divisor, &content)?, k)
    }

    /// Takes the value at another point: whether it only confirms the polynomial so far.
    fn interpolate(
        &self,
        found: &mut Interpolation,
        image: Terms,
        monomial: &Exponents,
        at: u64,
    ) -> Option<bool> {
        let field = self.field;
        if found.points == 0 || *monomial < found.monomial {
            *found = Interpolation {
                monomial: monomial.clone(),
                points: 1,
                // x − α
                vanishing: vec![field.minus(0, at), 1],
                values: image.into_iter().map(|(e, c)| (e, vec![c])).collect(),
            };
            return Some(false);
        }
        if *monomial > found.monomial {
            return Some(false);
        }
        self.spend((found.points + 1) * (found.values.len() + image.len()))?;
        let inverse = field.inverse(self.value(&found.vanishing, at));
        let mut same = true;
        let places: Vec<Exponents> = image.keys().chain(found.values.keys()).cloned().collect();
        for place in places {
            let value = found.values.entry(place.clone()).or_default();
            let wanted = image.get(&place).copied().unwrap_or(0);
            let difference = field.minus(wanted, self.value(value, at));
            if difference == 0 {
                continue;
            }
            same = false;
            let factor = field.times(difference, inverse);
            value.resize(found.vanishing.len(), 0);
            for (c, m) in value.iter_mut().zip(&found.vanishing) {
                *c = field.plus(*c, field.times(*m, factor));
            }
        }
        // times x − α
        let last = found.vanishing.clone();
        found.vanishing.insert(0, 0);
        for (c, m) in found.vanishing.iter_mut().zip(&last) {
            *c = field.minus(*c, field.times(*m, at));
        }
        found.points += 1;
        Some(same)
    }

    fn value(&self, p: &[u64], at: u64) -> u64 {
        let step = |value, c: &u64| self.field.plus(self.field.times(value, at), *c);
        p.iter().rev().fold(0, step)
    }

    fn at(&self, p: &Layers, at: u64) -> Terms {
        p.iter()
            .map(|(e, c)| (e.clone(), self.value(c, at)))
            .filter(|(_, c)| *c != 0)
            .collect()
    }

    /// p without the divisor of its coefficients in the last variable, and that divisor.
    fn without_content(&self, mut p: Layers) -> Option<(Layers, Dense)> {
        p.retain(|_, c| {
            trim(c);
            !c.is_empty()
        });
        let mut content = Dense::new();
        for c in p.values() {
            content = self.euclid(content, c.clone())?;
            if content.len() == 1 {
                return Some((p, content));
            }
        }
        for c in p.values_mut() {
            let (quotient, _) = self.divided(std::mem::take(c), &content)?;
            *c = quotient;
        }
        Some((p, content))
    }

    fn times_content(&self, mut p: Layers, content: &Dense) -> Option<Layers> {
        for c in p.values_mut() {
            self.spend(c.len() * content.len())?;
            *c = product(self.field, c, content);
        }
        Some(p)
    }

    /// The terms of p in k variables, scaled to leading coefficient 1.
    fn monic(&self, p: Layers, k: usize) -> Option<Terms> {
        let mut terms = Terms::new();
        for (e, c) in p {
            for (i, c) in c.into_iter().enumerate().filter(|(_, c)| *c != 0) {
                let mut e = e.clone();
                e.resize(k - 1, 0);
                e.push(u32::try_from(i).ok()?);
                terms.insert(e, c);
            }
        }
        let inverse = self.field.inverse(*terms.last_key_value()?.1);
        Some(self.scaled(&terms, inverse))
    }

    /// Euclid's algorithm: the divisor with leading coefficient 1; 0 is divisible by all.
    fn euclid(&self, mut a: Dense, mut b: Dense) -> Option<Dense> {
        if a.len() < b.len() {
            std::mem::swap(&mut a, &mut b);
        }
        while !b.is_empty() {
            let (_, rest) = self.divided(a, &b)?;
            a = std::mem::replace(&mut b, rest);
        }
        Some(monic(self.field, a))
    }

    /// Quotient and remainder by b ≠ 0.
    fn divided(&self, a: Dense, b: &Dense) -> Option<(Dense, Dense)> {
        let steps = (a.len() + 1).saturating_sub(b.len());
        self.spend(steps * b.len() + 64)?;
        Some(divided(self.field, a, b))
    }
}

/// A polynomial by its values at some points.
#[derive(Default)]
struct Interpolation {
    monomial: Exponents,
    points: usize,
    /// ∏ (x − α).
    vanishing: Dense,
    values: Layers,
}

/// With all powers; `None` if they are too many.
fn dense(p: &Terms) -> Option<Dense> {
    let degree = |e: &Exponents| e.first().map_or(0, |e| *e as usize);
    let size = p.keys().map(degree).max().map_or(0, |d| d + 1);
    if size > MOST_SIZE {
        return None;
    }
    let mut coefficients = vec![0; size];
    for (e, c) in p {
        coefficients[degree(e)] = *c;
    }
    Some(coefficients)
}

fn sparse(p: &Dense, k: usize) -> Terms {
    let exponents = |i: usize| -> Exponents { std::iter::repeat_n(i as u32, k).collect() };
    let terms = p.iter().enumerate().filter(|(_, c)| **c != 0);
    terms.map(|(i, c)| (exponents(i), *c)).collect()
}

/// By the monomials in all variables but the last, with all its powers; `None` if they are too
/// many.
fn layers(p: &Terms, k: usize) -> Option<Layers> {
    let mut layers = Layers::new();
    let mut size = 0;
    for (e, c) in p {
        let (last, others) = (e[k - 1] as usize, &e[..k - 1]);
        let layer = layers.entry(SmallVec::from_slice(others)).or_default();
        if layer.len() <= last {
            size += last + 1 - layer.len();
            if size > MOST_SIZE {
                return None;
            }
            layer.resize(last + 1, 0);
        }
        layer[last] = *c;
    }
    Some(layers)
}

#[cfg(test)]
mod tests;
