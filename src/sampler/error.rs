//! What can be wrong with a run.

use super::failure::Failure;
use crate::loss::LossError;

/// Why a run could not start, or has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SamplerError {
    /// w* (or a prior) of the wrong length.
    #[error("{what} has {found} coordinates, the loss has {expected}")]
    Dimension {
        /// What has the wrong length.
        what: &'static str,
        /// The dimension of the loss.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// A coordinate of the starting point that is not finite.
    #[error("coordinate {index} of w* is {value}; start from a finite point")]
    StartNotFinite {
        /// Index of the coordinate.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// A starting point where the prior vanishes.
    #[error(
        "w* lies outside the prior's domain: coordinate {index} is {value}, must not be negative"
    )]
    StartOutside {
        /// Index of the coordinate.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// A starting point outside the interval of a uniform prior.
    #[error(
        "w* lies outside the prior's domain: coordinate {index} is {value}, and the prior is 0 but \
         from {lower} to {upper}; a uniform prior must hold the point"
    )]
    StartOutsideInterval {
        /// Index of the coordinate.
        index: usize,
        /// Its value.
        value: f64,
        /// The lower end.
        lower: f64,
        /// The upper end.
        upper: f64,
    },
    /// Normal densities or intervals with a method that looks at a box around w*.
    #[error(
        "{sampler} samples a box around w*, where normal and uniform factors of the prior are not \
         taken into account; a factor that is positive and smooth at w* does not change λ: leave \
         it out, or ask for U(t) by chains (--method hmc)"
    )]
    PriorWithoutEffect {
        /// Which method.
        sampler: &'static str,
    },
    /// A quantity that is not finite where it has to be.
    #[error("{what} is not finite")]
    NotFinite {
        /// Which quantity.
        what: &'static str,
    },
    /// A loss without a gradient, or with a wrong one.
    #[error(transparent)]
    Loss(Box<LossError>),
    /// A setting that has to be positive and finite.
    #[error("{what} must be positive and finite, got {value}")]
    NotPositive {
        /// Which setting.
        what: &'static str,
        /// The value given.
        value: f64,
    },
    /// A setting that has to be at least 0 and finite.
    #[error("{what} must be finite and not negative, got {value}")]
    Negative {
        /// Which setting.
        what: &'static str,
        /// The value given.
        value: f64,
    },
    /// A setting outside its range.
    #[error("{what} must be {range}, got {value}")]
    Range {
        /// Which setting.
        what: &'static str,
        /// The range in words.
        range: &'static str,
        /// The value given.
        value: f64,
    },
    /// A parameter that the loss does not have.
    #[error("there is no parameter {index}: the loss has {dimension}, counted from 0")]
    NoSuchParameter {
        /// The index given.
        index: usize,
        /// The number of parameters.
        dimension: usize,
    },
    /// A mask, or the orthogonality to the gradient, that leaves no parameter to sample.
    #[error("no parameter is left to move: let the mask keep at least one direction free")]
    NothingMoves,
    /// The subspace orthogonal to the gradient, with a prior whose half-lines reflect.
    #[error(
        "a prior on half-lines reflects out of the subspace orthogonal to the gradient; use a \
         prior on all of ℝᵈ, or a mask instead"
    )]
    OrthogonalWithBoundary,
    /// Too few of something: chains, draws, particles, rungs.
    #[error("at least {least} {what} are needed, got {found}")]
    TooFew {
        /// Of what.
        what: &'static str,
        /// The least number.
        least: usize,
        /// The number given.
        found: usize,
    },
    /// A mini-batch larger than the data set.
    #[error("a batch of {batch} is larger than the data set of n = {num_samples}; use at most n")]
    BatchTooLarge {
        /// The batch size given.
        batch: usize,
        /// The number of samples.
        num_samples: usize,
    },
    /// Mini-batches of a loss without samples.
    #[error("a batch size was given, but the loss has no samples to draw from")]
    BatchWithoutSamples,
    /// Mini-batches with a sampler that needs the loss on all the data.
    #[error(
        "a Metropolis test accepts or rejects by the loss on all the data; use a sampler without \
         one, such as SGLD, for mini-batches"
    )]
    BatchWithMetropolis,
    /// A posterior that a sampler cannot be used for.
    #[error("{sampler} does not support {what}; use HMC")]
    Unsupported {
        /// The sampler.
        sampler: &'static str,
        /// What it does not support.
        what: &'static str,
    },
    /// A loss that falls below its value at w*.
    #[error("w* is not a minimum: the loss is {excess:e} below L(w*) at {point:?}")]
    NotAMinimum {
        /// K − K(w*), negative.
        excess: f64,
        /// Where.
        point: Vec<f64>,
    },
    /// A region that is a small part of the box around it.
    #[error("none of {draws} draws of the box around the region is in it: narrow its intervals")]
    RegionTooThin {
        /// How many draws were made.
        draws: usize,
    },
    /// No chain survived.
    #[error("all {chains} chains failed; chain {chain} first, at step {step}: {failure}")]
    AllChainsFailed {
        /// How many chains there were.
        chains: usize,
        /// The chain that failed at the earliest step.
        chain: usize,
        /// That step.
        step: usize,
        /// Why.
        failure: Failure,
    },
    /// Stopped before there was anything to answer with.
    #[error("the run was stopped before it had enough draws to answer with")]
    StoppedEarly,
    /// The time was over before there was anything to answer with.
    #[error(
        "the time of {seconds} s was over before there were enough draws to answer with; allow more"
    )]
    TimeTooShort {
        /// The time allowed.
        seconds: f64,
    },
}

impl SamplerError {
    /// Whether the stop flag or the time is what it says.
    pub(crate) fn is_stop(&self) -> bool {
        matches!(self, Self::StoppedEarly | Self::TimeTooShort { .. })
    }
}

impl From<LossError> for SamplerError {
    fn from(error: LossError) -> Self {
        Self::Loss(Box::new(error))
    }
}
