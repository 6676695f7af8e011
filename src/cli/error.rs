//! Errors of the command line, told to people.

use super::{Caret, Exit};
use crate::algebra::{ParseError, RationalError, VariablesError};
use crate::certificate::{CertificateError, CheckError};
use crate::closed_form::ClosedFormError;
use crate::draws::{DrawsError, TraceError};
use crate::estimate::{EstimateError, JudgeError, StateError};
use crate::experiment::ExperimentError;
use crate::fisher::FisherError;
use crate::loss::LossError;
use crate::model::ModelError;
use crate::network::NetworkError;
use crate::problem::ProblemError;
use crate::resolution::{GermError, RegionError};
use crate::sampler::SamplerError;
use crate::selection::SelectionError;
use std::io;
use std::path::PathBuf;

/// Why a command could not be carried out. All but a broken pipe are told on stderr.
///
/// # Examples
///
/// ```
/// use rlct::{algebra::Polynomial, cli::CliError};
///
/// let text = "x^2 + y^";
/// let error = text.parse::<Polynomial>().unwrap_err();
/// let shown = CliError::Polynomial { text: text.into(), error }.to_string();
/// assert!(shown.ends_with("\n  x^2 + y^\n          ^"), "{shown}");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CliError {
    /// A text is not a polynomial.
    #[error("{error}\n{}", Caret::new(text, error.column(), error.width()))]
    Polynomial {
        /// The text.
        text: String,
        /// What is wrong with it, and where.
        error: ParseError,
    },
    /// A text is not the value of a variable.
    #[error(
        "{error}\n{}\nvalues are rational, as 1/2, or polynomials in numbers given by --where 's^2 \
         = 2, 1 < s < 2'",
        Caret::new(text, error.column(), error.width())
    )]
    Value {
        /// The text.
        text: String,
        /// What is wrong with it, and where.
        error: ParseError,
    },
    /// Names that cannot be the variables of a ring.
    #[error(transparent)]
    Variables(#[from] VariablesError),
    /// Half-lines that are none of a coordinate.
    #[error(
        "`{name}` ≥ 0: `{name}` is not a variable of the ring, which has {ring}; half-lines are \
         given by names of variables, and --variables adds one that does not occur"
    )]
    NotAVariable {
        /// What was given.
        name: String,
        /// The variables there are.
        ring: String,
    },
    /// A variable with two values at the point.
    #[error("the point has two values of `{name}`")]
    TwoValues {
        /// The variable.
        name: String,
    },
    /// Polynomials that make no germ with a learning coefficient.
    #[error(transparent)]
    Germ(#[from] GermError),
    /// A question about a region that has no answer.
    #[error(transparent)]
    Region(#[from] RegionError),
    /// Sizes for which a closed form has no meaning.
    #[error(transparent)]
    ClosedForm(#[from] ClosedFormError),
    /// Polynomials or widths that make no loss.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// There is no estimate.
    #[error(transparent)]
    Estimate(#[from] EstimateError),
    /// Log-likelihoods in a file that has no place for them.
    #[error("--log-likelihoods: only a store has a place for them; give --draws a name in .zarr")]
    LogLikelihoodsNeedZarr,
    /// The draws cannot be written.
    #[error(transparent)]
    Draws(#[from] DrawsError),
    /// Losses of another program cannot be read.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// Losses of another program cannot be judged.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// NUTS in a program that was built without it.
    #[error(
        "this rlct was built without NUTS; `cargo install rlct --features nuts` builds it in, or \
         use --method hmc"
    )]
    NoNuts,
    /// An option of chains with a method that has none.
    #[error(
        "{option} needs chains: choose --method mala, hmc, sgld or another of `rlct estimate \
         --help`"
    )]
    OnlyChains {
        /// The option.
        option: &'static str,
    },
    /// A file of checkpoints has a bad row.
    #[error("{}:{line}: {reason}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong there, with the column.
        reason: String,
    },
    /// An experiment that is unknown or could not be run.
    #[error(transparent)]
    Experiment(Box<ExperimentError>),
    /// There is no rank or splitting.
    #[error(transparent)]
    Fisher(Box<FisherError>),
    /// Sizes or parameters that make no model.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A problem that cannot be put, or has no exact answer.
    #[error("{0}")]
    Problem(Box<ProblemError>),
    /// A coordinate that is no rational number.
    #[error("{name}: {error}")]
    Coordinate {
        /// The parameter.
        name: String,
        /// What is wrong.
        error: RationalError,
    },
    /// A list of sizes of the wrong length.
    #[error("the model {model} needs --sizes {needed}, got {found} numbers")]
    Sizes {
        /// The model.
        model: &'static str,
        /// The sizes it needs.
        needed: &'static str,
        /// How many were given.
        found: usize,
    },
    /// The engine has only bounds for a model of a suite.
    #[error("the engine does not decide {model}, so no estimate can be held against it")]
    NoExactValue {
        /// The model.
        model: String,
    },
    /// A network, its data, its weights or its training.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// What is wrong with a file that describes a network.
    #[error("{}: {error}", path.display())]
    OfFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: NetworkError,
    },
    /// The comparison has no such model.
    #[error("no model of the comparison has `{name}` in its name; there are: {known}")]
    NoSuchModel {
        /// The text that was looked for.
        name: String,
        /// The models there are.
        known: String,
    },
    /// None of the chosen ways is tried on the chosen models.
    #[error(
        "the chosen models have more than {most} parameters, too many for volume scaling; add \
         --way ladder"
    )]
    TooManyParameters {
        /// The most that volume scaling is tried with.
        most: usize,
    },
    /// The catalogue has no such family.
    #[error("the catalogue has no family `{name}`; there are: {known}")]
    NoSuchFamily {
        /// The key that was looked for.
        name: String,
        /// The families there are.
        known: String,
    },
    /// A file that exists would be replaced.
    #[error("{} exists; --force replaces it", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A file for the state of a run exists, and is not the one that the run goes on from.
    #[error(
        "{0} exists; --resume {0} goes on with the run in it, --force replaces it",
        path.display()
    )]
    StateExists {
        /// The file.
        path: PathBuf,
    },
    /// The state of a run that cannot go on from it, or cannot be kept.
    #[error("the state {}: {error}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: StateError,
    },
    /// An option that the chosen method does not look at.
    #[error("{option} has no effect on {method}: {needs}")]
    NoEffect {
        /// The option.
        option: &'static str,
        /// The method, in words.
        method: String,
        /// What it has an effect on.
        needs: &'static str,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
    /// A file is not a list of cases.
    #[error("{}:{line}: {reason}\n{place}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The line's text with a caret under the column.
        place: Caret,
        /// What is wrong there.
        reason: String,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    WriteFile {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
    /// Data from which no model can be chosen.
    #[error("{}: {error}", path.display())]
    Selection {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: SelectionError,
    },
    /// An option that the chosen family of models does not have.
    #[error("the option {option} is not one of this family of models; leave it out")]
    ForeignOption {
        /// The option.
        option: &'static str,
    },
    /// Settings that do not go together.
    #[error("{0}")]
    Setting(String),
    /// A file is not a certificate.
    #[error("{}: {error}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: CertificateError,
    },
    /// A certificate cannot be written in another language.
    #[error("{}: {error}", path.display())]
    NotExported {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: Box<CheckError>,
    },
    /// The engine's own certificate was refused: an error of this program.
    #[error("the certificate was refused: {0}")]
    Refused(#[from] CheckError),
    /// The answer cannot be written.
    #[error("cannot write the answer: {0}")]
    Write(io::Error),
}

impl From<ProblemError> for CliError {
    /// What is wrong in a part of the problem is told as that.
    fn from(error: ProblemError) -> Self {
        match error {
            ProblemError::Germ(error) => error.into(),
            ProblemError::Loss(error) => error.into(),
            ProblemError::Model(error) => error.into(),
            ProblemError::Fisher(error) => Self::Fisher(error),
            error @ (ProblemError::NoPolynomials | ProblemError::Unbounded { .. }) => {
                Self::Problem(Box::new(error))
            }
        }
    }
}

impl From<FisherError> for CliError {
    fn from(error: FisherError) -> Self {
        Self::Fisher(Box::new(error))
    }
}

impl From<ExperimentError> for CliError {
    fn from(error: ExperimentError) -> Self {
        Self::Experiment(Box::new(error))
    }
}

impl CliError {
    /// How the process ends after this error. A reader that stops reading, as `head` does, is no
    /// error; work that Ctrl-C or a time limit ended before there was an answer is no bad input.
    ///
    /// ```
    /// use rlct::cli::{CliError, Exit};
    /// use std::io::{Error, ErrorKind};
    ///
    /// assert_eq!(CliError::Write(ErrorKind::BrokenPipe.into()).exit(), Exit::Success);
    /// assert_eq!(CliError::Write(Error::other("disk full")).exit(), Exit::BadInput);
    /// let stopped = rlct::sampler::SamplerError::StoppedEarly;
    /// assert_eq!(CliError::Estimate(stopped.into()).exit(), Exit::Interrupted);
    /// ```
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
            Self::Estimate(error)
            | Self::Selection {
                error: SelectionError::Estimate(error),
                ..
            } => match error {
                EstimateError::Sampler(SamplerError::StoppedEarly) => Exit::Interrupted,
                EstimateError::Sampler(SamplerError::TimeTooShort { .. }) => Exit::Undecided,
                _ => Exit::BadInput,
            },
            _ => Exit::BadInput,
        }
    }
}
