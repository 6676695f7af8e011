//! Greatest common divisors of polynomials in several variables.
//!
//! Most pairs are coprime, and an image modulo a prime shows it. The others go through the
//! heuristic algorithm: the variables are replaced by large integers one after the other, the
//! divisor of the integers is read as the values of a polynomial, and division decides whether it
//! is a divisor (Char, Geddes, Gonnet 1989, *GCDHEU: heuristic polynomial GCD algorithm based on
//! integer GCD computation*, Theorem 1). Where the integers grow too long, Brown's modular
//! algorithm follows.

use super::limits::wide;
use super::modular_gcd::modular;
use super::{Monomial, Polynomial, Rational};
use crate::budget::{look, time_is_up};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};
use rlct_algebra::dense;
use rlct_algebra::modular::Field;
use std::collections::BTreeMap;

/// Integers longer than this end the heuristic search: images modulo primes cost less.
const MOST_BITS: u64 = 8_000;

/// Points tried for each variable.
const MOST_POINTS: usize = 6;

/// A greatest common divisor; see [`Factors::gcd`](super::Factors::gcd).
pub(super) fn gcd(p: &Polynomial, q: &Polynomial) -> Option<Polynomial> {
    if p.is_zero() || q.is_zero() {
        let p = if p.is_zero() { q } else { p };
        return Some(p.primitive_part());
    }
    let (a, b) = (p.primitive_part(), q.primitive_part());
    let shared: Vec<usize> = (0..p.dimension())
        .filter(|&i| a.degree_in(i) > 0 && b.degree_in(i) > 0)
        .collect();
    if shared.iter().all(|&i| free_of(&a, &b, i)) {
        return Some(Polynomial::constant(p.variables(), Rational::ONE));
    }
    let both = |d: &Polynomial| {
        [&a, &b]
            .into_iter()
            .all(|p| p.quotient_within(d, &wide()).is_some())
    };
    match heuristic(&integers(&a), &integers(&b), p, 0) {
        Some(common) => Some(rationals(p, common).primitive_part()),
        None => modular(&a, &b, both),
    }
}

/// The greatest common divisor of the coefficients of p in powers of x_i.
pub(super) fn content_in(p: &Polynomial, i: usize) -> Option<Polynomial> {
    let mut parts: Vec<Polynomial> = p.layers_in(i).into_values().collect();
    parts.sort_by_key(|p| (p.len(), p.degree()));
    let mut content = Polynomial::zero(p.variables());
    for p in &parts {
        content = gcd(&content, p)?;
        if content.as_constant().is_some() {
            return Some(Polynomial::constant(p.variables(), Rational::ONE));
        }
    }
    Some(content)
}

/// Terms with integer coefficients.
type Integers = BTreeMap<Monomial, BigInt>;

fn integers(p: &Polynomial) -> Integers {
    p.sorted_terms()
        .iter()
        .map(|(m, c)| (m.clone(), c.numerator()))
        .collect()
}

fn rationals(ring: &Polynomial, terms: Integers) -> Polynomial {
    let terms = terms.into_iter().map(|(m, c)| (m, Rational::from(c)));
    Polynomial::from_terms(ring.variables(), terms)
}

/// The divisor of a and b, polynomials in the variables from number `from` on, up to sign.
fn heuristic(a: &Integers, b: &Integers, ring: &Polynomial, from: usize) -> Option<Integers> {
    let involved = |i: usize| {
        let has = |p: &Integers| p.keys().any(|m| m.exponents()[i] > 0);
        has(a) || has(b)
    };
    let Some(i) = (from..ring.dimension()).find(|&i| involved(i)) else {
        let [a, b] = [a, b].map(|p| p.values().next().cloned().unwrap_or_default());
        let constant = a.gcd(&b);
        return Some(Integers::from([(
            Monomial::new(&vec![0; ring.dimension()]),
            constant,
        )]));
    };
    let content = |p: &Integers| p.values().fold(BigInt::zero(), |c, v| c.gcd(v));
    let common_content = content(a).gcd(&content(b));
    let norm = |p: &Integers| p.values().map(Signed::abs).max().unwrap_or_default();
    let mut xi: BigInt = norm(a).min(norm(b)) * 2 + 29;
    let degree = a.keys().chain(b.keys()).map(|m| m.exponents()[i]).max()?;
    for _ in 0..MOST_POINTS {
        if xi.bits().saturating_mul(u64::from(degree)) > MOST_BITS || time_is_up() {
            return None;
        }
        let (at_a, at_b) = (evaluated(a, i, &xi), evaluated(b, i, &xi));
        if !at_a.is_empty() && !at_b.is_empty() {
            let values = heuristic(&at_a, &at_b, ring, i + 1)?;
            let mut found = expanded(values, i, &xi)?;
            let own = content(&found);
            for c in found.values_mut() {
                *c = &*c / &own * &common_content;
            }
            if divides(&found, a, ring) && divides(&found, b, ring) {
                return Some(found);
            }
        }
        // another point, not a rational multiple of the last by a small factor
        xi = xi * 73_794 / 27_011;
    }
    None
}

fn divides(divisor: &Integers, p: &Integers, ring: &Polynomial) -> bool {
    let divisor = rationals(ring, divisor.clone());
    rationals(ring, p.clone())
        .exact_quotient(&divisor)
        .is_some_and(|q| q.terms().all(|(_, c)| c.is_integer()))
}

/// p at x_i = ξ.
fn evaluated(p: &Integers, i: usize, xi: &BigInt) -> Integers {
    let mut powers = vec![BigInt::one()];
    let mut result = Integers::new();
    for (m, c) in p {
        let mut exponents = m.exponents().to_vec();
        let e = std::mem::take(&mut exponents[i]) as usize;
        look(c.bits() as usize / 64 + 8);
        while powers.len() <= e {
            look(powers[powers.len() - 1].bits() as usize / 64);
            powers.push(&powers[powers.len() - 1] * xi);
        }
        *result.entry(Monomial::new(&exponents)).or_default() += c * &powers[e];
    }
    result.retain(|_, c| !c.is_zero());
    result
}

/// The polynomial with coefficients between −ξ/2 and ξ/2 that takes the value p at x_i = ξ.
fn expanded(p: Integers, i: usize, xi: &BigInt) -> Option<Integers> {
    let half: BigInt = xi / 2;
    let mut result = Integers::new();
    for (m, mut value) in p {
        let mut exponents = m.exponents().to_vec();
        while !value.is_zero() {
            look(value.bits() as usize / 16 + 4);
            let mut digit = value.mod_floor(xi);
            if digit > half {
                digit -= xi;
            }
            value = (value - &digit) / xi;
            if !digit.is_zero() {
                result.insert(Monomial::new(&exponents), digit);
            }
            exponents[i] = exponents[i].checked_add(1)?;
        }
    }
    Some(result)
}

/// Whether an image modulo a prime shows that no common divisor of a and b contains x_i.
fn free_of(a: &Polynomial, b: &Polynomial, i: usize) -> bool {
    let field = Field::LARGEST;
    let image = |p: &Polynomial| -> Option<Vec<u64>> {
        let degree = p.degree_in(i) as usize;
        if degree > 4_096 {
            return None;
        }
        let mut coefficients = vec![0_u64; degree + 1];
        for (exponents, c) in p.terms() {
            look(c.bits() as usize / 64 + 4 * exponents.len());
            let mut value = field.residue(&c.numerator());
            for (j, e) in exponents.iter().enumerate().filter(|(j, _)| *j != i) {
                let point = POINTS[j % POINTS.len()] + j as u64;
                value = field.times(value, field.power(point, u64::from(*e)));
            }
            let entry = &mut coefficients[exponents[i] as usize];
            *entry = field.plus(*entry, value);
        }
        coefficients
            .last()
            .is_some_and(|c| *c != 0)
            .then_some(coefficients)
    };
    // a divisor keeps its degree in x_i where the leading coefficient of a multiple does not vanish
    match (image(a), image(b)) {
        (Some(a), Some(b)) => coprime(a, b),
        _ => false,
    }
}

/// Values of the other variables in images: anything without pattern.
const POINTS: [u64; 8] = [
    1_202_604_283_927_651,
    982_451_653_001_777,
    715_225_739_338_813,
    1_618_033_988_749_894,
    577_215_664_901_532,
    271_828_182_845_904,
    1_414_213_562_373_095,
    693_147_180_559_945,
];

/// Whether two polynomials modulo the largest prime, leading coefficient last and not 0, are
/// coprime.
fn coprime(a: Vec<u64>, b: Vec<u64>) -> bool {
    dense::gcd(Field::LARGEST, a, b).len() == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algebra::Factors;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn all(texts: &[&str]) -> Vec<Polynomial> {
        Polynomial::parse_all(texts).unwrap()
    }

    #[test]
    fn common_divisors_in_several_variables() {
        let p = all(&[
            "(x*y - z)*(x + y)^2",
            "(x*y - z)*(x - y)",
            "x + z",
            "x*y - z",
        ]);
        assert_eq!(p[0].gcd(&p[1]).unwrap(), p[3].primitive_part());
        assert_eq!(p[0].gcd(&p[2]).unwrap().as_constant(), Some(Rational::ONE));
    }

    #[test]
    fn contents_and_variables_of_one_alone() {
        let p = all(&["6*x^2*y*(z - 1/2)", "9*x*y^2*(w^3 + 2)", "4", "x*y"]);
        assert_eq!(p[0].gcd(&p[1]).unwrap(), p[3]);
        assert_eq!(p[0].gcd(&p[2]).unwrap().as_constant(), Some(Rational::ONE));
    }

    #[test]
    fn a_dense_pair_of_high_degree() {
        let p = all(&["(y + x^2 - 2*x*y - 7)^9 + x^18", "y^3 - 2*x + 5"]);
        let common = &p[0] * &p[1];
        assert_eq!(common.gcd(&p[1]).unwrap(), p[1].primitive_part());
        assert_eq!(common.gcd(&p[0]).unwrap(), p[0].primitive_part());
        assert_eq!(p[0].gcd(&p[0].derivative(1)).unwrap().degree(), 0);
    }

    fn small() -> impl Strategy<Value = Polynomial> {
        let term = (prop::collection::vec(0_u32..4, 3), -5_i64..6);
        prop::collection::vec(term, 1..5).prop_map(|terms| {
            let ring = super::super::Variables::new(["x", "y", "z"]).unwrap();
            let terms = terms
                .into_iter()
                .map(|(e, c)| (Monomial::new(&e), Rational::from(c)));
            Polynomial::from_terms(&ring, terms)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 200,
            rng_seed: RngSeed::Fixed(3),
            ..ProptestConfig::default()
        })]

        #[test]
        fn the_divisor_divides_and_the_quotients_are_coprime(
            a in small(),
            b in small(),
            c in small(),
        ) {
            prop_assume!(!a.is_zero() && !b.is_zero() && !c.is_zero());
            let (p, q) = (&a * &c, &b * &c);
            let common = p.gcd(&q).unwrap();
            prop_assert!(common.exact_quotient(&c.primitive_part()).is_some());
            let (p, q) = (p.exact_quotient(&common).unwrap(), q.exact_quotient(&common).unwrap());
            prop_assert_eq!(p.gcd(&q).unwrap().degree(), 0);
        }
    }
}
