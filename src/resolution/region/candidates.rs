//! Zeros of the generators in a region: points at which an upper bound may be found.
//!
//! They only propose: what is proved at a point is a germ's certificate.

use super::Locus;
use super::special_points::{Value, special_points};
use crate::algebra::{Polynomial, Rational};

/// Points that are looked at, at the most.
const MOST_POINTS: usize = 100_000;

/// Terms that are computed at all of them together, at the most.
const MOST_TERMS: usize = 20_000_000;

/// Points that are proposed of each kind.
const MOST_PROPOSED: usize = 5;

/// What is 0 in floating point.
const TINY: f64 = 1e-9;

/// A point of the region at which all generators are 0.
pub(super) struct Candidate {
    pub(super) point: Vec<Value>,
    /// Variables that lie at a lower end 0.
    pub(super) at_end: Vec<usize>,
    /// The rank of the generators' derivatives there: the lower, the more singular.
    rank: usize,
}

/// Numbers that equations of people have as zeros.
const VALUES: [(i64, i64); 15] = [
    (0, 1),
    (1, 1),
    (-1, 1),
    (1, 2),
    (-1, 2),
    (2, 1),
    (-2, 1),
    (1, 4),
    (3, 4),
    (1, 3),
    (2, 3),
    (3, 2),
    (-3, 2),
    (3, 1),
    (-3, 1),
];

/// A polynomial in floating point.
struct Float(Vec<(f64, Vec<(usize, i32)>)>);

impl Float {
    fn of(p: &Polynomial) -> Self {
        let term = |(e, c): (&[u32], &Rational)| {
            let powers = e.iter().enumerate().filter(|(_, e)| **e > 0);
            let powers = powers.map(|(i, e)| (i, i32::try_from(*e).unwrap_or(i32::MAX)));
            (c.to_f64(), powers.collect())
        };
        Self(p.terms().map(term).collect())
    }

    fn at(&self, x: &[f64]) -> f64 {
        let terms = self.0.iter();
        terms
            .map(|(c, powers)| powers.iter().fold(*c, |t, (i, e)| t * x[*i].powi(*e)))
            .sum()
    }
}

/// The most singular points first, those inside before those at an end, irrational ones last.
pub(super) fn candidates(locus: &Locus) -> Vec<Candidate> {
    let mut found = rational(locus);
    let slopes = slopes(locus);
    let irrational = special_points(locus).into_iter().map(|point| {
        let x: Vec<f64> = point.iter().map(Value::to_f64).collect();
        let rows = slopes.iter().map(|row| row.iter().map(|s| s.at(&x)));
        Candidate {
            rank: rank(rows.map(Iterator::collect).collect()),
            point,
            at_end: Vec::new(),
        }
    });
    let mut irrational: Vec<Candidate> = irrational.collect();
    irrational.sort_by_key(|candidate| candidate.rank);
    found.extend(irrational.into_iter().take(MOST_PROPOSED));
    found
}

/// The derivatives of the generators.
fn slopes(locus: &Locus) -> Vec<Vec<Float>> {
    let d = locus.ring.len();
    let generators = locus.generators.iter();
    generators
        .map(|g| (0..d).map(|i| Float::of(&g.derivative(i))).collect())
        .collect()
}

/// Rational points, the simplest of the most singular ones.
fn rational(locus: &Locus) -> Vec<Candidate> {
    let d = locus.ring.len();
    let choices: Vec<Vec<(Rational, bool)>> = (0..d).map(|i| choices(locus, i)).collect();
    // as many values of each variable as there may be points
    let mut most = VALUES.len() + 2;
    let count = |most: usize| choices.iter().map(|c| c.len().min(most)).product::<usize>();
    let terms: usize = locus.generators.iter().map(|g| g.terms().count()).sum();
    let most_points = MOST_POINTS.min(MOST_TERMS / terms.max(1));
    while most > 1 && count(most) > most_points {
        most -= 1;
    }
    let choices: Vec<&[(Rational, bool)]> =
        choices.iter().map(|c| &c[..c.len().min(most)]).collect();
    if choices.iter().any(|c| c.is_empty()) || count(most) > most_points {
        return Vec::new();
    }
    let floats: Vec<Float> = locus.generators.iter().map(Float::of).collect();
    let slopes = slopes(locus);
    let mut chosen = vec![0_usize; d];
    let mut x: Vec<f64> = choices.iter().map(|c| c[0].0.to_f64()).collect();
    let mut found: Vec<Candidate> = Vec::new();
    loop {
        if floats.iter().all(|g| g.at(&x).abs() < TINY) {
            let point: Vec<Rational> = (0..d).map(|i| choices[i][chosen[i]].0.clone()).collect();
            let zero = |g: &Polynomial| g.evaluate(&point).is_ok_and(|value| value.is_zero());
            let inside = |l: &Polynomial| l.evaluate(&point).is_ok_and(|v| v.is_positive());
            if locus.generators.iter().all(zero) && locus.inequalities.iter().all(inside) {
                let rows = slopes
                    .iter()
                    .map(|row| row.iter().map(|s| s.at(&x)).collect());
                let at_end = (0..d).filter(|&i| choices[i][chosen[i]].1).collect();
                found.push(Candidate {
                    point: point.into_iter().map(Value::Rational).collect(),
                    at_end,
                    rank: rank(rows.collect()),
                });
            }
        }
        // the next point
        let Some(i) = (0..d).rfind(|&i| chosen[i] + 1 < choices[i].len()) else {
            break;
        };
        chosen[i] += 1;
        chosen[i + 1..].fill(0);
        for i in i..d {
            x[i] = choices[i][chosen[i]].0.to_f64();
        }
    }
    found.extend(locus.known.iter().filter_map(|point| known(locus, point)));
    // the simplest of the most singular ones
    found.sort_by_key(|c| (c.rank, c.at_end.len()));
    let (inside, at_end): (Vec<_>, Vec<_>) = found.into_iter().partition(|c| c.at_end.is_empty());
    [inside, at_end]
        .into_iter()
        .flat_map(|kind| kind.into_iter().take(MOST_PROPOSED))
        .collect()
}

/// A point that was given, if it is a zero in the region at which a germ can be asked about.
fn known(locus: &Locus, point: &[Rational]) -> Option<Candidate> {
    if point.len() != locus.ring.len() {
        return None;
    }
    let mut at_end = Vec::new();
    for (i, (name, value)) in locus.ring.names().iter().zip(point).enumerate() {
        let Some(interval) = locus.region.interval(name) else {
            continue;
        };
        let above = interval.lower.as_ref().is_none_or(|a| a < value);
        let below = interval.upper.as_ref().is_none_or(|b| value < b);
        if !above && value.is_zero() && interval.lower.as_ref() == Some(value) {
            at_end.push(i);
        } else if !above {
            return None;
        }
        if !below {
            return None;
        }
    }
    let zero = |g: &Polynomial| g.evaluate(point).is_ok_and(|v| v.is_zero());
    let inside = |l: &Polynomial| l.evaluate(point).is_ok_and(|v| v.is_positive());
    let is_zero = locus.generators.iter().all(zero) && locus.inequalities.iter().all(inside);
    is_zero.then(|| Candidate {
        point: point.iter().cloned().map(Value::Rational).collect(),
        at_end,
        // before all others
        rank: 0,
    })
}

/// Values of a variable, with whether they are its lower end.
fn choices(locus: &Locus, i: usize) -> Vec<(Rational, bool)> {
    let mut values: Vec<Rational> = VALUES
        .iter()
        .filter_map(|(p, q)| Rational::new(*p, *q).ok())
        .collect();
    let Some(interval) = locus.region.interval(&locus.ring.names()[i]) else {
        return values.into_iter().map(|value| (value, false)).collect();
    };
    if let (Some(a), Some(b)) = (&interval.lower, &interval.upper) {
        let half = Rational::new(1, 2).unwrap_or(Rational::ONE);
        values.push((a + b) * &half);
    }
    let one = Rational::ONE;
    values.extend(interval.lower.as_ref().map(|a| a + &one));
    values.extend(interval.upper.as_ref().map(|b| b - &one));
    let mut allowed: Vec<(Rational, bool)> = Vec::new();
    for value in values {
        let above = interval.lower.as_ref().is_none_or(|a| *a < value);
        let below = interval.upper.as_ref().is_none_or(|b| value < *b);
        let at_end = value.is_zero() && interval.lower.as_ref() == Some(&value);
        if below && (above || at_end) && allowed.iter().all(|(known, _)| *known != value) {
            allowed.push((value, at_end));
        }
    }
    allowed
}

/// The rank of a matrix in floating point.
pub(super) fn rank(mut rows: Vec<Vec<f64>>) -> usize {
    let columns = rows.first().map_or(0, Vec::len);
    let mut rank = 0;
    for column in 0..columns {
        let size = |row: &Vec<f64>| row[column].abs();
        let rest = rank..rows.len();
        let Some(pivot) = rest.max_by(|&a, &b| size(&rows[a]).total_cmp(&size(&rows[b]))) else {
            break;
        };
        if size(&rows[pivot]) < 1e-7 {
            continue;
        }
        rows.swap(rank, pivot);
        for k in rank + 1..rows.len() {
            let factor = rows[k][column] / rows[rank][column];
            let (above, below) = rows.split_at_mut(k);
            let pairs = below[0].iter_mut().zip(&above[rank]).skip(column);
            pairs.for_each(|(x, pivot)| *x -= factor * pivot);
        }
        rank += 1;
    }
    rank
}
