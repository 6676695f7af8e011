//! Real points of strata.

use super::Stratum;
use crate::algebra::{AlgebraicNumber, Polynomial, Rational, Univariate};
use crate::resolution::region::Locus;
use crate::resolution::region::special_points::{Value, real_values};

/// The most points of which all but one coordinate are chosen, in the search for an example.
const MOST_TRIED: usize = 4000;

/// A polynomial in floating point that is not 0, as a share of its terms.
const NOT_ZERO: f64 = 1e-6;

/// A real point of a stratum inside the region: rational, or with one algebraic coordinate.
pub(super) fn example(locus: &Locus, stratum: &Stratum) -> Option<Vec<Value>> {
    let d = locus.ring.len();
    let values: Vec<Rational> = [
        (0, 1),
        (1, 2),
        (-1, 2),
        (1, 1),
        (-1, 1),
        (3, 4),
        (2, 1),
        (-2, 1),
        (1, 4),
    ]
    .iter()
    .filter_map(|(p, q)| Rational::new(*p, *q).ok())
    .collect();
    let mut most = values.len();
    let count = |most: usize| most.checked_pow(u32::try_from(d - 1).unwrap_or(u32::MAX));
    while most > 1 && count(most).is_none_or(|count| count * d > MOST_TRIED) {
        most -= 1;
    }
    let mut irrational = None;
    let mut chosen = vec![0_usize; d - 1];
    loop {
        for free in 0..d {
            let others = (0..d).filter(|i| *i != free).zip(&chosen);
            let images: Vec<Polynomial> = {
                let mut images: Vec<Polynomial> = (0..d)
                    .map(|i| Polynomial::variable(&locus.ring, i))
                    .collect();
                for (i, k) in others {
                    images[i] = Polynomial::constant(&locus.ring, values[*k].clone());
                }
                images
            };
            for value in free_values(locus, stratum, free, &images, &values[..most]) {
                let mut point: Vec<Value> = Vec::with_capacity(d);
                let mut rest = chosen.iter();
                for i in 0..d {
                    point.push(match i == free {
                        true => value.clone(),
                        false => Value::Rational(values[*rest.next()?].clone()),
                    });
                }
                if !is_in(locus, stratum, &point) {
                    continue;
                }
                match value {
                    Value::Rational(_) => return Some(point),
                    Value::Number(_) => irrational = irrational.or(Some(point)),
                }
            }
        }
        let Some(i) = (0..d - 1).rfind(|&i| chosen[i] + 1 < most) else {
            return irrational;
        };
        chosen[i] += 1;
        chosen[i + 1..].fill(0);
    }
}

/// Values of one variable, the others given, at which what is to be 0 is 0.
fn free_values(
    locus: &Locus,
    stratum: &Stratum,
    free: usize,
    images: &[Polynomial],
    values: &[Rational],
) -> Vec<Value> {
    let mut common: Option<Univariate> = None;
    for p in &stratum.zeros {
        let Ok(p) = p.compose(images, &Default::default()) else {
            return Vec::new();
        };
        if p.is_zero() {
            continue;
        }
        let Some(p) = p.as_univariate(free) else {
            return Vec::new();
        };
        common = Some(common.map_or_else(|| p.clone(), |q| q.gcd(&p)));
    }
    match common {
        None => values.iter().cloned().map(Value::Rational).collect(),
        Some(p) if p.degree().is_none_or(|degree| degree == 0) => Vec::new(),
        Some(p) => real_values(locus, free, &p),
    }
}

/// Whether a point is in a stratum and inside the region: exactly where it is rational, else as far
/// as floating point tells.
fn is_in(locus: &Locus, stratum: &Stratum, point: &[Value]) -> bool {
    let rational: Option<Vec<Rational>> = point
        .iter()
        .map(|value| match value {
            Value::Rational(value) => Some(value.clone()),
            Value::Number(_) => None,
        })
        .collect();
    for (name, value) in locus.ring.names().iter().zip(point) {
        let x = value.to_f64();
        let (lower, upper) = locus.region.ends(name);
        if lower.is_some_and(|a| a.to_f64() >= x) || upper.is_some_and(|b| b.to_f64() <= x) {
            return false;
        }
    }
    if let Some(point) = rational {
        let positive = |p: &Polynomial| p.evaluate(&point).is_ok_and(|v| v.is_positive());
        return stratum.contains(&point) && locus.inequalities.iter().all(positive);
    }
    let x: Vec<f64> = point.iter().map(Value::to_f64).collect();
    let size_of = |p: &Polynomial| {
        let (sum, size) = crate::resolution::region::special_points::sums(p, &x);
        (sum, NOT_ZERO * size)
    };
    let zero = |p: &Polynomial| size_of(p).0.abs() <= size_of(p).1;
    let positive = |p: &Polynomial| size_of(p).0 > size_of(p).1;
    stratum.zeros.iter().all(zero)
        && !stratum.nonzero.iter().any(zero)
        && stratum.positive.iter().all(positive)
        && locus.inequalities.iter().all(positive)
}

/// A value as a text: an irrational one with its equation.
pub(super) fn told(value: &Value) -> String {
    match value {
        Value::Rational(value) => value.to_string(),
        Value::Number(number) => {
            let number = rounded(number);
            let [a, b] = number.between();
            let name = number.name();
            let ring = crate::algebra::Variables::from_trusted(vec![name.to_string()]);
            let equation = number.polynomial().in_variable(&ring, 0);
            format!("{name} ({equation} = 0, {a} < {name} < {b})")
        }
    }
}

/// The number with eighths as the ends of its interval, where they tell it from the other roots.
fn rounded(number: &AlgebraicNumber) -> AlgebraicNumber {
    let x = 8.0 * number.to_f64();
    let eighths = |x: f64| Rational::new(x as i64, 8).ok();
    let around = eighths(x.floor()).zip(eighths(x.ceil()));
    around
        .and_then(|(a, b)| AlgebraicNumber::new(number.name(), number.polynomial(), [a, b]).ok())
        .unwrap_or_else(|| number.clone())
}

/// The rank of the derivatives at a point, in floating point.
pub(super) fn rank(zeros: &[Polynomial], x: &[f64]) -> usize {
    let rows = zeros.iter().map(|p| {
        let slopes = (0..x.len())
            .map(|i| crate::resolution::region::special_points::sums(&p.derivative(i), x).0);
        slopes.collect::<Vec<f64>>()
    });
    crate::resolution::region::candidates::rank(rows.collect())
}
