//! What can be wrong with a problem.

use crate::fisher::FisherError;
use crate::loss::LossError;
use crate::model::ModelError;
use crate::resolution::GermError;

/// Why a problem could not be put, or has no exact answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemError {
    /// The polynomials, the point or the prior.
    #[error(transparent)]
    Germ(#[from] GermError),
    /// The loss.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// The model, or its true parameter.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The rank of the Fisher information.
    #[error("{0}")]
    Fisher(Box<FisherError>),
    /// A region whose volume is infinite.
    #[error(
        "volumes are of a bounded region, and {name} has no {end} end: give one, as in `{name} in \
         [-1, 1]`"
    )]
    Unbounded {
        /// The variable.
        name: String,
        /// "lower" or "upper".
        end: &'static str,
    },
    /// There are no polynomials for the exact lane.
    #[error("only the loss is known, and no polynomials: there is no exact answer")]
    NoPolynomials,
}

impl From<FisherError> for ProblemError {
    fn from(error: FisherError) -> Self {
        Self::Fisher(Box::new(error))
    }
}
