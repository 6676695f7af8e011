//! What can be wrong with an estimate.

use super::state_error::StateError;
use crate::diagnostics::DiagnosticsError;
use crate::sampler::SamplerError;

/// Why there is no estimate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EstimateError {
    /// The sampler could not run, or nothing of it was left.
    #[error(transparent)]
    Sampler(#[from] SamplerError),
    /// The draws cannot be judged.
    #[error(transparent)]
    Diagnostics(#[from] DiagnosticsError),
    /// A state from which the run cannot go on.
    #[error("the state: {0}")]
    State(#[from] StateError),
    /// WAIC or cross-validation of a loss without samples.
    #[error("prediction is judged sample by sample, but the loss has no samples; use one on data")]
    NoSamples,
    /// Log-likelihoods of all samples and draws, for which there is no room.
    #[error(
        "the log-likelihoods of {num_samples} samples can be kept of {most_draws} draws of all \
         chains together: set the number of draws"
    )]
    TooManyLogLikelihoods {
        /// n.
        num_samples: usize,
        /// The most draws.
        most_draws: usize,
    },
    /// WAIC or cross-validation at another temperature.
    #[error(
        "WAIC and cross-validation are at β = 1 and the n of the data; set neither n, β nor nβ"
    )]
    PredictiveTemperature,
    /// n = 0, or n = 1, where β* = 1/log n is infinite.
    #[error("β* = 1/log n needs n ≥ 2, got n = {num_samples}")]
    SampleSize {
        /// The n given.
        num_samples: usize,
    },
    /// An inverse temperature that is not positive.
    #[error("the inverse temperature β must be positive and finite, got {beta}")]
    InverseTemperature {
        /// The β given.
        beta: f64,
    },
    /// A budget of gradients that does not suffice for an estimate.
    #[error("a budget of {budget} gradients is too small: an estimate needs at least {least}")]
    BudgetTooSmall {
        /// The budget given.
        budget: u64,
        /// What the shortest pilot and the shortest chains take.
        least: u64,
    },
    /// More parameters than volume scaling serves for.
    #[error(
        "too many parameters for volume scaling ({dimension}; at most {most}): use the temperature \
         ladder (--method ladder)"
    )]
    TooManyParameters {
        /// The number of parameters of the loss.
        dimension: usize,
        /// The most that volume scaling takes by itself.
        most: usize,
    },
    /// A ladder around a point that is no minimum in its box.
    #[error(
        "w* is not the minimum in the box: the mean of t (L(w) − L(w*)) is {energy:.3e} at t = \
         {t:.3e}; on data, several temperatures do without L(w*)"
    )]
    NotTheLeast {
        /// The mean of t (L(w) − L(w*)) on a rung.
        energy: f64,
        /// Its inverse temperature.
        t: f64,
    },
    /// The slopes could not be fitted: the asymptotic range is too short.
    #[error("the range from {start} to {end} in {variable} is too short to fit a pole")]
    RangeTooShort {
        /// log(1/ε) or log t.
        variable: &'static str,
        /// Where the range begins.
        start: f64,
        /// Where it ends.
        end: f64,
    },
    /// K has no zero in the region that volumes see.
    #[error(
        "no zero of K in the region was seen: its volumes end at K = {least:.3e}, faster than any \
         zero has it"
    )]
    NoZero {
        /// The least K of a particle that died.
        least: f64,
    },
    /// An integral that adaptive quadrature does not resolve.
    #[error("the quadrature fails: {reason}")]
    Quadrature {
        /// Why.
        reason: &'static str,
    },
}
