//! What can be wrong with an experiment.

use crate::closed_form::ClosedFormError;
use crate::estimate::EstimateError;
use crate::fisher::FisherError;
use crate::loss::LossError;
use crate::model::ModelError;
use crate::network::NetworkError;
use crate::problem::ProblemError;
use crate::sampler::SamplerError;
use crate::selection::SelectionError;

/// Why an experiment could not be run to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExperimentError {
    /// No experiment has this name.
    #[error("no experiment is called `{name}`; there are: {known}")]
    Unknown {
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// No seed at all.
    #[error("an experiment needs at least one seed")]
    NoSeeds,
    /// The flag was set or the time was over; what was measured before is in the report.
    #[error("stopped")]
    Stopped,
    /// A figure that was never predicted, a mistake of the experiment.
    #[error("the figure `{key}` was measured and not predicted before the run")]
    NotPredicted {
        /// The name of the figure.
        key: String,
    },
    /// A numerical method that did not arrive.
    #[error("{what}: {reason}")]
    Numerical {
        /// What was computed.
        what: String,
        /// Why it could not be.
        reason: String,
    },
    /// There is no estimate.
    #[error(transparent)]
    Estimate(#[from] EstimateError),
    /// A sampler could not run.
    #[error(transparent)]
    Sampler(#[from] SamplerError),
    /// A loss could not be built.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// A model could not be built.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A network could not be built or trained.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A closed form does not hold for the sizes.
    #[error(transparent)]
    ClosedForm(#[from] ClosedFormError),
    /// A problem could not be put.
    #[error(transparent)]
    Problem(Box<ProblemError>),
    /// A selection could not be made.
    #[error(transparent)]
    Selection(Box<SelectionError>),
    /// A rank could not be computed.
    #[error(transparent)]
    Fisher(Box<FisherError>),
}

impl From<ProblemError> for ExperimentError {
    fn from(error: ProblemError) -> Self {
        Self::Problem(Box::new(error))
    }
}

impl From<SelectionError> for ExperimentError {
    fn from(error: SelectionError) -> Self {
        Self::Selection(Box::new(error))
    }
}

impl From<FisherError> for ExperimentError {
    fn from(error: FisherError) -> Self {
        Self::Fisher(Box::new(error))
    }
}

impl ExperimentError {
    /// Whether it only says that the run was stopped.
    #[must_use]
    pub fn is_stop(&self) -> bool {
        let sampler = match self {
            Self::Stopped => return true,
            Self::Sampler(error) | Self::Estimate(EstimateError::Sampler(error)) => error,
            _ => return false,
        };
        matches!(
            sampler,
            SamplerError::StoppedEarly | SamplerError::TimeTooShort { .. }
        )
    }
}
