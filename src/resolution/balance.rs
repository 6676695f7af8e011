//! Coefficients kept small.

use super::chart::Chart;
use crate::algebra::{Polynomial, Rational};
use crate::budget::look;
use num_bigint::BigInt;

/// Coefficients with no more bits than this are small enough.
const FEW_BITS: u64 = 40;

/// The primes whose powers are divided among the coordinates.
const PRIMES: [i64; 15] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47];

/// The most changes of an exponent of one prime.
const MOST_CHANGES: usize = 200;

/// Generators with fewer bits than this may grow.
const SHORT: u64 = 600;

/// Whether a change makes generators longer that are not short: counted are the bits of exponents
/// and coefficients, about.
///
/// What undoes a disguise makes them shorter. A few terms less of a polynomial that is long for
/// another reason, a product of linear forms say, are paid for with large coefficients from then
/// on.
pub(super) fn grows(before: &Chart, after: &Chart) -> bool {
    let length = |chart: &Chart| -> u64 {
        let terms = chart.generators.iter().flat_map(Polynomial::terms);
        terms.map(|(_, c)| 8 + c.bits()).sum()
    };
    length(after) > length(before).max(SHORT)
}

/// What is left of a generator: for each term its exponents and the power of a prime in its
/// coefficient.
type Valued<'a> = Vec<(&'a [u32], i64)>;

/// The exponent of a prime in a number that is not 0.
fn valuation(mut c: BigInt, prime: &BigInt) -> i64 {
    let mut count = 0;
    while (&c % prime) == BigInt::ZERO {
        c /= prime;
        count += 1;
    }
    count
}

/// The excess over the common power, under scales p^k.
fn cost(generators: &[Valued<'_>], k: &[i64]) -> i64 {
    let of = |terms: &Valued<'_>| {
        let value = |(e, v): &(&[u32], i64)| {
            v + e.iter().zip(k).map(|(e, k)| i64::from(*e) * k).sum::<i64>()
        };
        let (mut sum, mut least) = (0, i64::MAX);
        for term in terms {
            let value = value(term);
            sum += value;
            least = least.min(value);
        }
        sum - least * terms.len() as i64
    };
    generators.iter().map(of).sum()
}

/// The exponents k of the scales for one prime, by steps of one each.
fn exponents(generators: &[Valued<'_>], d: usize) -> Vec<i64> {
    let mut k = vec![0; d];
    let mut least = cost(generators, &k);
    for _ in 0..MOST_CHANGES {
        let mut best = None;
        for i in 0..d {
            for step in [1, -1] {
                k[i] += step;
                let now = cost(generators, &k);
                k[i] -= step;
                if now < least {
                    least = now;
                    best = Some((i, step));
                }
            }
        }
        let Some((i, step)) = best else { break };
        k[i] += step;
    }
    k
}

/// Scales s > 0, so that the generators have smaller coefficients in wᵢ/sᵢ; `None` if they are
/// small, or no such scales are seen.
///
/// Completed powers and translations leave powers of small primes in the coefficients, which
/// scales take away one prime after the other; the larger the coefficients, the fewer factors are
/// found.
pub(super) fn balancing_scale(chart: &Chart) -> Option<Vec<Rational>> {
    let bits = |p: &Polynomial| p.coefficient_bits();
    if chart.generators.iter().map(bits).max()? <= FEW_BITS {
        return None;
    }
    let d = chart.dimension();
    let mut scale = vec![Rational::ONE; d];
    for prime in PRIMES {
        let p = BigInt::from(prime);
        let generators: Vec<Valued<'_>> = chart
            .generators
            .iter()
            .map(|g| {
                look(g.len() * d);
                let terms = g.terms();
                terms
                    .map(|(e, c)| (&e[..d], valuation(c.numerator(), &p)))
                    .collect()
            })
            .collect();
        for (s, k) in scale.iter_mut().zip(exponents(&generators, d)) {
            let power = Rational::from(prime).pow(u32::try_from(k.abs()).ok()?);
            *s *= if k < 0 { power.recip()? } else { power };
        }
    }
    scale.iter().any(|s| *s != Rational::ONE).then_some(scale)
}

/// The chart in wᵢ/sᵢ.
pub(super) fn scaled(chart: &Chart, scale: &[Rational]) -> Option<Chart> {
    let change = |p: &Polynomial| {
        let terms = p.terms().map(|(e, c)| {
            let factors = e.iter().zip(scale).filter(|(e, _)| **e > 0);
            let factor: Rational = factors.map(|(e, s)| s.pow(*e)).product();
            (crate::algebra::Monomial::new(e), c * &factor)
        });
        Some(Polynomial::from_terms(p.variables(), terms))
    };
    chart.mapped(change)
}
