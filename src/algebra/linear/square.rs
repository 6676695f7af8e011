//! Square systems over ℚ.

use super::integer_row;
use super::lifting::Lift;
use crate::algebra::Rational;
use num_bigint::BigInt;
use num_traits::{One, Zero};
use rlct_algebra::modular::fields;

/// Primes that are tried before a matrix counts as singular.
const MOST_PRIMES: usize = 3;

/// The x with A·x = b, for a square A by rows; `None` if A is singular, or looks so modulo several
/// primes.
pub(crate) fn solution(rows: &[Vec<Rational>], right: &[Rational]) -> Option<Vec<Rational>> {
    if rows.is_empty() {
        return Some(Vec::new());
    }
    let (mut integers, mut bounds) = (Vec::new(), Vec::new());
    for (row, b) in rows.iter().zip(right) {
        let whole: Vec<Rational> = row.iter().chain([b]).cloned().collect();
        let (mut whole, _) = integer_row(&whole);
        bounds.push(whole.pop()?);
        integers.push(whole);
    }
    let bits = bounds.iter().map(BigInt::bits).max().unwrap_or(0);
    let solves = |x: &[BigInt], d: &BigInt| {
        integers.iter().zip(&bounds).all(|(row, b)| {
            let terms = row.iter().zip(x).filter(|(a, _)| !a.is_zero());
            terms.map(|(a, x)| a * x).sum::<BigInt>() == b * d
        })
    };
    let (numerators, denominator) = fields().take(MOST_PRIMES).find_map(|field| {
        let rows = integers.iter().map(|row| row.iter().collect()).collect();
        Lift::new(field, rows, bits)?.solve(&bounds, &BigInt::one(), solves)
    })?;
    let inverse = Rational::from(denominator).recip()?;
    let whole = numerators.into_iter().map(Rational::from);
    Some(whole.map(|x| x * &inverse).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn solutions_solve(
            rows in prop::collection::vec(prop::collection::vec(-9_i64..10, 4), 4),
            right in prop::collection::vec(-9_i64..10, 4),
            scale in 1_i64..5,
        ) {
            let fraction = |x: &i64| Rational::new(*x, scale).unwrap();
            let rows: Vec<Vec<Rational>> =
                rows.iter().map(|row| row.iter().map(fraction).collect()).collect();
            let right: Vec<Rational> = right.iter().map(fraction).collect();
            let full = super::super::rank(&rows) == 4;
            let found = solution(&rows, &right);
            prop_assert_eq!(found.is_some(), full);
            if let Some(x) = found {
                for (row, b) in rows.iter().zip(&right) {
                    let left: Rational = row.iter().zip(&x).map(|(a, x)| a * x).sum();
                    prop_assert_eq!(&left, b);
                }
            }
        }
    }
}
