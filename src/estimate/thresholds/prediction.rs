//! WAIC and cross-validation: when they and their standard errors are doubted.
//!
//! | doubt | where |
//! |---|---|
//! | [`ParetoShape`](Doubt::ParetoShape) | k̂ > [`largest_shape`], 1 − 1/log₁₀ S up to 0.7 |
//! | [`Rhat`](Doubt::Rhat), [`Drift`](Doubt::Drift) | as for [`chains`] |
//! | [`EffectiveSampleSize`](Doubt::EffectiveSampleSize) | as for [`chains`] |
//! | [`Acceptance`](Doubt::Acceptance) | as for [`chains`] |
//!
//! [`chains`]: super::chains

#[cfg(doc)]
use crate::estimate::Doubt;

/// The Pareto shape above which no number of draws is enough in practice (see [`largest_shape`]).
pub const LARGEST_SHAPE: f64 = 0.7;

/// The Pareto shape of importance weights up to which S draws are enough: min(1 − 1/log₁₀ S, 0.7)
/// (Vehtari, Simpson, Gelman, Yao & Gabry 2024, *Pareto smoothed importance sampling*, Journal of
/// Machine Learning Research 25, 72).
///
/// ```
/// # use rlct::estimate::thresholds::prediction::largest_shape;
/// assert_eq!(largest_shape(1e2), 0.5);
/// assert_eq!(largest_shape(1e6), 0.7);
/// ```
#[must_use]
pub fn largest_shape(draws: f64) -> f64 {
    (1.0 - 1.0 / draws.log10()).min(LARGEST_SHAPE)
}
