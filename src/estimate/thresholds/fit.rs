//! The fit of the pole (λ, m) to slopes, of the ladder and of volume scaling.
//!
//! | doubt | where |
//! |---|---|
//! | [`Fit`](Doubt::Fit) | χ² > [`LARGEST_REDUCED_CHI_SQUARED`] per degree of freedom |

#[cfg(doc)]
use crate::estimate::Doubt;

/// χ² over degrees of freedom of the best candidate above which none describes the slopes. Chosen
/// by hand: of ten degrees of freedom, about the fewest of a window, chance exceeds it in 3 % of
/// cases, of forty in 0.02 %.
pub const LARGEST_REDUCED_CHI_SQUARED: f64 = 2.0;

/// The probability by the fit from which m̂ is stated in a report. The usual 95 %.
pub const LEAST_PROBABILITY_STATED: f64 = 0.95;
