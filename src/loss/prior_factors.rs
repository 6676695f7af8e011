//! Factors of a prior that are no powers: normal densities and intervals.

use serde::{Deserialize, Serialize};

/// For each coordinate a normal density and an interval, where there are any.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Factors {
    /// Mean and precision 1/σ²; empty if no coordinate has any.
    normals: Vec<Option<(f64, f64)>>,
    /// Lower and upper end; empty if no coordinate has any.
    intervals: Vec<Option<(f64, f64)>>,
}

impl Factors {
    pub(super) fn has_normals(&self) -> bool {
        !self.normals.is_empty()
    }

    pub(super) fn has_intervals(&self) -> bool {
        !self.intervals.is_empty()
    }

    pub(super) fn normal(&self, index: usize) -> Option<(f64, f64)> {
        self.normals.get(index).copied().flatten()
    }

    pub(super) fn interval(&self, index: usize) -> Option<(f64, f64)> {
        self.intervals.get(index).copied().flatten()
    }

    /// Multiplies by a normal density: a product of normal densities is one, up to a constant.
    pub(super) fn multiply_normal(
        &mut self,
        dimension: usize,
        index: usize,
        (mean, precision): (f64, f64),
    ) {
        self.normals.resize(dimension, None);
        let product = match self.normals[index] {
            None => (mean, precision),
            Some((other, more)) => {
                let sum = precision + more;
                ((precision * mean + more * other) / sum, sum)
            }
        };
        self.normals[index] = Some(product);
    }

    /// Restricts to an interval, and to those before: what is left, which may be empty.
    pub(super) fn restrict(
        &mut self,
        dimension: usize,
        index: usize,
        (lower, upper): (f64, f64),
    ) -> (f64, f64) {
        self.intervals.resize(dimension, None);
        let both = match self.intervals[index] {
            None => (lower, upper),
            Some((a, b)) => (lower.max(a), upper.min(b)),
        };
        self.intervals[index] = Some(both);
        both
    }
}

/// Where reflection at both ends of an interval takes a point from outside, and whether a velocity
/// turns round.
pub(super) fn folded(x: f64, (lower, upper): (f64, f64)) -> (f64, bool) {
    let width = upper - lower;
    let turns = ((x - lower) / width).floor();
    let rest = x - lower - turns * width;
    let is_odd = turns.rem_euclid(2.0) == 1.0;
    let inside = if is_odd { upper - rest } else { lower + rest };
    // rounding may lead out again
    (inside.clamp(lower, upper), is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn folding_is_the_triangular_wave(x in -50.0..50.0_f64, lower in -3.0..0.0_f64, width in 0.1..4.0_f64) {
            let upper = lower + width;
            let (inside, turned) = folded(x, (lower, upper));
            prop_assert!((lower..=upper).contains(&inside));
            // unfolded again it differs from x, or from its mirror image, by whole periods
            let image = if turned { 2.0 * lower - inside } else { inside };
            let periods = (x - image) / (2.0 * width);
            prop_assert!((periods - periods.round()).abs() < 1e-9, "{periods}");
        }
    }
}
