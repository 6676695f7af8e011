//! Samplers: Langevin and Hamiltonian chains, replica exchange over temperatures, multilevel splitting.
//!
//! Every chain, ladder and replicate owns one ChaCha8 stream, numbered, from which a chain also
//! seeds its [`NormalStream`]: the same seed gives the same draws bit for bit, whatever the number
//! of threads and whether or not the feature `parallel` is on.

mod chain_state;
mod chains;
mod control;
mod curve_moves;
mod dynamics;
mod error;
mod hamiltonian;
mod ladder_state;
mod langevin;
mod noise;
#[cfg(feature = "nuts")]
mod nuts;
pub(crate) mod parallel;
mod pilot;
mod population;
mod posterior;
mod preconditioned;
mod restriction;
mod rounds;
mod splitting;
mod tempering;
mod update;

pub(crate) use chain_state::{Moments, Roughness};
pub(crate) use chains::Observer;
pub use chains::{BatchSampling, Chain, ChainFailure, Chains, Draws, RecordedLoss};
pub use control::{Control, Halt, Progress};
pub use error::SamplerError;
pub use hamiltonian::{Hmc, Sghmc, Sgnht};
pub use langevin::{Langevin, Mala, Sgld};
pub use noise::NormalStream;
#[cfg(feature = "nuts")]
pub use nuts::Nuts;
pub(crate) use pilot::Plateau;
pub use posterior::Posterior;
pub use preconditioned::PreconditionedSgld;
pub(crate) use rounds::Rounds;
pub use splitting::{Death, Replicate, Splitting, SplittingEnd, SplittingRun};
pub use tempering::{LadderTrace, Tempering, TemperingRun};

use crate::loss::{Loss, Prior, Scalar};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a chain was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Failure {
    /// The loss is infinite or NaN.
    Loss,
    /// A component of the gradient is infinite or NaN.
    Gradient,
    /// A parameter is infinite or NaN.
    Parameter,
    /// nβ(L(w) − L(w*)) is above 10⁴(d + 100), where the posterior has no mass: an unstable step.
    Diverged,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loss => "the loss is not finite",
            Self::Gradient => "the gradient is not finite",
            Self::Parameter => "a parameter is not finite",
            Self::Diverged => {
                "the loss left the posterior's range, the step size ε is too large; take a smaller one"
            }
        })
    }
}

/// Checks a starting point against the loss and the prior.
pub(crate) fn check_point<T: Scalar>(
    loss: &dyn Loss<T>,
    w_star: &[T],
    prior: &Prior,
) -> Result<(), SamplerError> {
    let expected = loss.dimension();
    for (what, found) in [("w*", w_star.len()), ("the prior", prior.dimension())] {
        if found != expected {
            return Err(SamplerError::Dimension {
                what,
                expected,
                found,
            });
        }
    }
    if expected == 0 {
        return Err(SamplerError::TooFew {
            what: "parameters",
            least: 1,
            found: 0,
        });
    }
    for (index, w) in w_star.iter().enumerate() {
        let value = w.float();
        if !value.is_finite() {
            return Err(SamplerError::StartNotFinite { index, value });
        }
        if prior.has_boundary() && prior.nonnegative()[index] && value < 0.0 {
            return Err(SamplerError::StartOutside { index, value });
        }
    }
    Ok(())
}

/// L(w*) on all the data.
pub(crate) fn baseline<T: Scalar>(loss: &dyn Loss<T>, w_star: &[T]) -> Result<f64, SamplerError> {
    let mut scratch = vec![T::of(0.0); loss.scratch_len()];
    let value = loss.value(w_star, &mut scratch).float();
    if value.is_finite() {
        Ok(value)
    } else {
        Err(SamplerError::NotFinite { what: "L(w*)" })
    }
}

/// Checks that a setting is positive and finite.
pub(crate) fn check_positive(what: &'static str, value: f64) -> Result<(), SamplerError> {
    if value > 0.0 && value.is_finite() {
        Ok(())
    } else {
        Err(SamplerError::NotPositive { what, value })
    }
}
