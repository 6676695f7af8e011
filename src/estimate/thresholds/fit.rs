//! The fit of the pole (λ, m) to slopes, of the ladder and of volume scaling, and where their states
//! are.
//!
//! | doubt | where |
//! |---|---|
//! | [`Fit`](Doubt::Fit) | χ² > [`LARGEST_REDUCED_CHI_SQUARED`] per degree of freedom |
//! | [`Elsewhere`](Doubt::Elsewhere) | states of least K, in a coordinate, past [`WAY_TO_THE_MEDIAN`] |

#[cfg(doc)]
use crate::estimate::Doubt;

/// χ² over degrees of freedom of the best candidate above which none describes the slopes. Chosen
/// by hand: of ten degrees of freedom, about the fewest of a window, chance exceeds it in 3 % of
/// cases, of forty in 0.02 %.
pub const LARGEST_REDUCED_CHI_SQUARED: f64 = 2.0;

/// The probability by the fit from which m̂ is stated in a report. The usual 95 %.
pub const LEAST_PROBABILITY_STATED: f64 = 0.95;

/// Of the way from where the nearest state is expected around w* to the median distance, how far
/// all states of least K keep away from w* where they are not around it. Chosen by hand.
pub const WAY_TO_THE_MEDIAN: f64 = 0.5;
