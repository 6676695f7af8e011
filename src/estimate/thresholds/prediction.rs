//! WAIC and cross-validation: when they and their standard errors are doubted.
//!
//! | doubt | where |
//! |---|---|
//! | [`LeaveOneOutWeight`](Doubt::LeaveOneOutWeight) | > [`LARGEST_WEIGHT`] |
//! | [`Rhat`](Doubt::Rhat), [`Drift`](Doubt::Drift) | as for [`chains`] |
//! | [`EffectiveSampleSize`](Doubt::EffectiveSampleSize) | as for [`chains`] |
//! | [`Acceptance`](Doubt::Acceptance) | as for [`chains`] |
//!
//! [`chains`]: super::chains

#[cfg(doc)]
use crate::estimate::Doubt;

/// The share of a single draw in an importance weight of leave-one-out cross-validation, above
/// which its tail is heavy and the mean rests on few draws. Chosen by hand: the weight then has ten
/// effective draws or so.
pub const LARGEST_WEIGHT: f64 = 0.1;
