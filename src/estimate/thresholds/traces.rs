//! Losses of chains made elsewhere: when their mean and its standard error are doubted.
//!
//! | doubt | where |
//! |---|---|
//! | [`FailedChains`](Doubt::FailedChains) | a loss is NaN or infinite |
//! | [`OneChain`](Doubt::OneChain) | there is one chain |
//! | [`StuckChain`](Doubt::StuckChain) | a chain's loss never changes, those of others do |
//! | [`BurnIn`](Doubt::BurnIn) | the burn-in found reaches [`LARGEST_BURN_IN`] of the draws |
//! | [`Rhat`](Doubt::Rhat), [`Drift`](Doubt::Drift) | as for [`chains`] |
//! | [`EffectiveSampleSize`](Doubt::EffectiveSampleSize) | as for [`chains`] |
//! | [`BelowMinimum`](Doubt::BelowMinimum) | as for [`chains`] |
//! | [`RisingLoss`](Doubt::RisingLoss) | the difference quotient below −[`RISING_ERRORS`] |
//!
//! [`chains`]: super::chains

#[cfg(doc)]
use crate::estimate::Doubt;

/// The fewest draws of a chain, after the burn-in, of which anything is said. Chosen by hand: the
/// halves of R̂ then have ten each.
pub const FEWEST_DRAWS: usize = 20;

/// The part of the draws that a burn-in which is found may take. A minimum of MSER at this end says
/// that the run is too short for it (White 1997 and later work on it take one half).
pub const LARGEST_BURN_IN: f64 = 0.5;

/// Standard errors by which a difference quotient is below 0 where the chains cannot be of the same
/// posterior, or have not settled: E_tL falls as t rises, since its derivative is −Var_t L. Chosen
/// by hand: one-sided, of normal errors 0.1 % are larger.
pub const RISING_ERRORS: f64 = 3.0;
