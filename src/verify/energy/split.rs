//! K as a sum of parts that share no variable.

use super::super::{Case, Terms};
use crate::algebra::{Rational, Reading};

/// A part of K in the variables of its axes.
#[derive(Debug, Clone)]
pub(super) struct Summand {
    pub(super) axes: Vec<Axis>,
    /// Exponents, one an axis, and coefficients of the part itself.
    pub(super) terms: Vec<(Vec<i32>, f64)>,
}

/// One variable on its interval, in a coordinate s in which the prior is flat:
/// w = sgn(s)·|s|^{1/(h + 1)}.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    /// h, above −1.
    pub(super) power: f64,
    pub(super) nonnegative: bool,
}

impl Axis {
    pub(super) fn place(self, s: f64) -> f64 {
        match self.power {
            0.0 => s,
            h => s.signum() * s.abs().powf(1.0 / (h + 1.0)),
        }
    }

    /// The coordinate s of w.
    pub(super) fn coordinate(self, w: f64) -> f64 {
        match self.power {
            0.0 => w,
            h => w.signum() * w.abs().powf(h + 1.0),
        }
    }

    /// The interval, broken at 0.
    pub(super) fn breaks(self) -> &'static [f64] {
        match self.nonnegative {
            true => &[0.0, 1.0],
            false => &[-1.0, 0.0, 1.0],
        }
    }
}

impl Summand {
    pub(super) fn value(&self, w: &[f64]) -> f64 {
        let of = |(e, c): &(Vec<i32>, f64)| {
            let powers = e.iter().zip(w).map(|(&e, w)| w.powi(e));
            c * powers.product::<f64>()
        };
        self.terms.iter().map(of).sum()
    }
}

/// The summands of K; `None` for |f|, which is no polynomial.
pub(super) fn summands(case: &Case) -> Option<Vec<Summand>> {
    // K itself, as pieces that stay together: the square of a generator, or a term
    let pieces: Vec<Vec<(Vec<i32>, f64)>> = match case.reading {
        Reading::Ideal => case.terms.iter().map(square).collect::<Option<_>>()?,
        Reading::Loss => {
            let terms = case.terms.iter().flatten();
            let term = |(e, c): &(Vec<u32>, Rational)| Some(vec![(whole(e)?, c.to_f64())]);
            terms.map(term).collect::<Option<_>>()?
        }
        _ => return None,
    };
    let dimension = case.dimension();
    let mut parent: Vec<usize> = (0..dimension).collect();
    fn root(parent: &[usize], mut i: usize) -> usize {
        while parent[i] != i {
            i = parent[i];
        }
        i
    }
    for piece in &pieces {
        let used: Vec<usize> = (0..dimension)
            .filter(|&i| piece.iter().any(|(e, _)| e.get(i).is_some_and(|&e| e > 0)))
            .collect();
        for pair in used.windows(2) {
            let [a, b] = [root(&parent, pair[0]), root(&parent, pair[1])];
            parent[a] = b;
        }
    }
    let axis = |i: usize| {
        let name = case.variables.get(i)?;
        Some(Axis {
            power: case.amplitude.get(i).map_or(0.0, Rational::to_f64),
            nonnegative: case.nonnegative.contains(name),
        })
    };
    let mut found = Vec::new();
    for head in (0..dimension).filter(|&i| root(&parent, i) == i) {
        let members: Vec<usize> = (0..dimension)
            .filter(|&i| root(&parent, i) == head)
            .collect();
        let mut terms = Vec::new();
        for (e, c) in pieces.iter().flatten() {
            if members.iter().any(|&i| e[i] > 0) {
                terms.push((members.iter().map(|&i| e[i]).collect(), *c));
            }
        }
        // K does not depend on it
        if terms.is_empty() {
            continue;
        }
        let axes = members.iter().map(|&i| axis(i)).collect::<Option<_>>()?;
        found.push(Summand { axes, terms });
    }
    Some(found)
}

fn whole(exponents: &[u32]) -> Option<Vec<i32>> {
    let each = exponents.iter().map(|&e| i32::try_from(e).ok());
    each.collect()
}

/// g², its terms collected.
fn square(terms: &Terms) -> Option<Vec<(Vec<i32>, f64)>> {
    let mut sum = std::collections::BTreeMap::<Vec<i32>, f64>::new();
    for (e, a) in terms {
        for (f, b) in terms {
            let both = whole(e)?
                .iter()
                .zip(&whole(f)?)
                .map(|(e, f)| e + f)
                .collect();
            *sum.entry(both).or_default() += a.to_f64() * b.to_f64();
        }
    }
    Some(sum.into_iter().collect())
}
