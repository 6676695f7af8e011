//! How far from w* states keep.

use serde::{Deserialize, Serialize};

/// How far from w* the states on one side of it are, in one coordinate or by the largest |wᵢ −
/// w*ᵢ|.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Apart {
    /// The least distance; +∞ of no states.
    pub least: f64,
    /// The sum of the distances.
    pub sum: f64,
    /// How many states there are.
    pub states: f64,
}

impl Apart {
    /// No states.
    pub const NONE: Self = Self {
        least: f64::INFINITY,
        sum: 0.0,
        states: 0.0,
    };

    /// Of the states here and there together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            sum: self.sum + other.sum,
            states: self.states + other.states,
        }
    }

    /// The mean distance; NaN of no states.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.sum / self.states
    }

    fn of(distance: f64) -> Self {
        Self {
            least: distance,
            sum: distance,
            states: 1.0,
        }
    }

    /// Notes the offsets w − w* of a state, and gives the largest distance. The places are of the
    /// states on the lower side and on the upper side of w*, a pair for each coordinate, and last
    /// a pair whose second place is of the largest distance and whose first stays empty.
    pub(crate) fn note(places: &mut [[Self; 2]], offsets: impl Iterator<Item = f64>) -> f64 {
        let mut largest = 0.0_f64;
        for (sides, offset) in places.iter_mut().zip(offsets) {
            let side = &mut sides[usize::from(offset >= 0.0)];
            *side = side.and(Self::of(offset.abs()));
            largest = largest.max(offset.abs());
        }
        if let Some([_, side]) = places.last_mut() {
            *side = side.and(Self::of(largest));
        }
        largest
    }

    /// Places for states in so many coordinates.
    pub(crate) fn places(dimension: usize) -> Vec<[Self; 2]> {
        vec![[Self::NONE; 2]; dimension + 1]
    }
}
