//! Chains at one temperature: when U(t) and its standard error are doubted.
//!
//! | doubt | where |
//! |---|---|
//! | [`Rhat`](Doubt::Rhat) | R̂ of the losses > [`LARGEST_RHAT`] |
//! | [`EffectiveSampleSize`](Doubt::EffectiveSampleSize) | < [`LEAST_EFFECTIVE_DRAWS`] a chain |
//! | [`Acceptance`](Doubt::Acceptance) | < [`LEAST_ACCEPTANCE`], or [`LEAST_ACCEPTANCE_UNTESTED`] |
//! | [`Drift`](Doubt::Drift) | beyond ±[`LARGEST_DRIFT`] |
//! | [`Starts`](Doubt::Starts) | beyond ±[`LARGEST_DIFFERENCE_OF_STARTS`] |
//! | [`Places`](Doubt::Places) | R̂ of \|w − w*\|² > [`LARGEST_RHAT_OF_DISTANCES`] |
//! | [`Virial`](Doubt::Virial) | beyond ±[`VIRIAL_ERRORS`], or [`VIRIAL_ERRORS_UNTESTED`] |
//! | [`Relaxation`](Doubt::Relaxation) | in place of the two above (a virial below D), of SGLD, MALA and SGHMC, where a chain has fewer than 2/(γε) steps |
//! | [`Away`](Doubt::Away) | all of [`LEAST_EFFECTIVE_DRAWS`] or more past [`WAY_TO_THE_MEDIAN`](super::fit::WAY_TO_THE_MEDIAN) |
//! | [`Localization`](Doubt::Localization) | > [`VISIBLE`]·U(t) and [`LOCALIZATION_ERRORS`] |
//! | [`BelowMinimum`](Doubt::BelowMinimum) | U(t) below −[`BELOW_MINIMUM_ERRORS`] |
//!
//! Rounds of chains whose length is not set aim at less, so that a run which ends by itself is
//! rarely doubted: [`ROUNDS_RHAT`], [`ROUNDS_RHAT_OF_DISTANCES`], [`ROUNDS_APART`],
//! [`ROUNDS_RELATIVE_ERROR`] and again [`LEAST_EFFECTIVE_DRAWS`].

#[cfg(doc)]
use crate::estimate::Doubt;

/// R̂ of the losses, a ratio of standard deviations, above which chains disagree. Vehtari et al.
/// 2021 take 1.01 for a limit, at which rounds end; a run of a length set by hand may be a little
/// worse. Chosen by hand between 1.01 and 1.1, the older limit.
pub const LARGEST_RHAT: f64 = 1.05;

/// Effective draws of each chain below which its autocorrelation, and with it the standard error,
/// is not known well. Vehtari et al. 2021 ask for 400 of four chains.
pub const LEAST_EFFECTIVE_DRAWS: f64 = 100.0;

/// The mean probability of acceptance of a sampler with a Metropolis test. It is right at any
/// acceptance, but slow below this one. Chosen by hand, far below the optima of MALA (0.574) and
/// HMC (0.651).
pub const LEAST_ACCEPTANCE: f64 = 0.2;

/// The same of a sampler without a test, whose proposals are not refused: its bias is small only
/// where hardly any would have been. Chosen by hand. Where the virial is telling, it replaces this
/// doubt.
pub const LEAST_ACCEPTANCE_UNTESTED: f64 = 0.9;

/// The difference of the means over the last half and the first tenth of the draws, in its standard
/// errors, beyond which chains have not settled (Geweke 1992). Chosen by hand: of normal
/// differences 0.3 % are larger.
pub const LARGEST_DRIFT: f64 = 3.0;

/// The difference of the mean losses of chains from w* and from elsewhere, in its standard errors.
/// Chosen by hand, above that of a drift: the two errors come from half of the chains each, and
/// are less well known.
pub const LARGEST_DIFFERENCE_OF_STARTS: f64 = 4.0;

/// R̂ of |w − w*|² above which chains are in different places. Chosen by hand above that of the
/// losses, since distances are autocorrelated more and U(t) depends on them little.
pub const LARGEST_RHAT_OF_DISTANCES: f64 = 1.1;

/// The virial's excess over D, in its standard errors, from which draws with a Metropolis test have
/// not settled. Chosen by hand: such draws have no bias of the step, so that only a clear excess
/// counts.
pub const VIRIAL_ERRORS: f64 = 4.0;

/// The same without a Metropolis test, where an excess is what a step does. Chosen by hand.
pub const VIRIAL_ERRORS_UNTESTED: f64 = 2.5;

/// The relative excess of the virial, in relative standard errors of U(t), below which the bias of
/// a step without a test is hidden in the error. Chosen by hand.
pub const VIRIAL_SHARE_OF_ERROR: f64 = 0.5;

/// The part of U(t) above which an effect on it is visible: of γ, and of the step as the virial
/// would tell, which clears a low or unknown acceptance only if its own relative standard error is
/// below this. Chosen by hand.
pub const VISIBLE: f64 = 0.1;

/// The effect of γ, in its standard errors, from which it is no chance. Chosen by hand.
pub const LOCALIZATION_ERRORS: f64 = 4.0;

/// Standard errors by which U(t) is below 0 where w* is no minimum, since K ≥ 0 there. Chosen by
/// hand: one-sided, of normal errors 2.3 % are larger.
pub const BELOW_MINIMUM_ERRORS: f64 = 2.0;

/// The fewest draws of each chain that a run which was stopped answers with: as many as a drift
/// needs.
pub const FEWEST_DRAWS: usize = crate::diagnostics::FEWEST_DRAWS_OF_DRIFT;

/// R̂ of the losses up to which rounds end (Vehtari et al. 2021).
pub const ROUNDS_RHAT: f64 = 1.01;

/// R̂ of |w − w*|² up to which rounds end. Chosen by hand, between that of the losses and the
/// doubt.
pub const ROUNDS_RHAT_OF_DISTANCES: f64 = 1.05;

/// Standard errors between early and late draws, and between chains from w* and from elsewhere, up
/// to which rounds end. Chosen by hand.
pub const ROUNDS_APART: f64 = 3.0;

/// The standard error, relative to U(t), at which rounds end where none is set. Chosen by hand:
/// the difference of U(t) from λ is often larger.
pub const ROUNDS_RELATIVE_ERROR: f64 = 0.02;
