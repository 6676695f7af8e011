//! What can be wrong with a model, a true parameter or data.

use crate::algebra::{ParseError, PolynomialError, Rational, VariablesError};
use crate::budget::Exhausted;
use crate::loss::LossError;
use crate::resolution::{GermError, RegionError};

/// Why a model, its ideal or its loss could not be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A parameter vector of the wrong length.
    #[error("the model has {expected} parameters, but the point has {found} coordinates")]
    ParameterCount {
        /// The number of parameters.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// A number that is infinite or NaN.
    #[error("entry {index} of {what} is {value}; give finite numbers")]
    NotFinite {
        /// Which list.
        what: &'static str,
        /// Index of the entry.
        index: usize,
        /// The value.
        value: f64,
    },
    /// A parameter outside the domain of the model.
    #[error("the point lies outside the domain: {constraint} is {value}, must be at least 0")]
    OutsideDomain {
        /// The affine function that must not be negative.
        constraint: String,
        /// Its value.
        value: Rational,
    },
    /// The domain is no product of lines and half-lines at the point.
    #[error(
        "the domain has a corner at the point that is no product of half-lines: the active \
         constraints {constraints} depend on each other; choose a point where fewer of them are 0"
    )]
    Corner {
        /// The constraints that are 0.
        constraints: String,
    },
    /// A constraint that is not affine in the parameters.
    #[error(
        "constraint {index}, `{constraint}`, has degree above 1; a domain is given by affine \
         functions"
    )]
    NotAffine {
        /// Its index.
        index: usize,
        /// The polynomial.
        constraint: String,
    },
    /// Probabilities whose sum is not the polynomial 1.
    #[error(
        "the probabilities sum to {sum}, not to 1; mend them, or give weights to \
         `FiniteOutcomes::unnormalised`"
    )]
    NotNormalised {
        /// The sum.
        sum: String,
    },
    /// An outcome (a mean, a weight) that is negative under the truth.
    #[error("{what} {index} has the value {value} at the true parameter, must not be negative")]
    Negative {
        /// What it is.
        what: &'static str,
        /// Its index.
        index: usize,
        /// Its value.
        value: Rational,
    },
    /// K is linear and not quadratic in an outcome that the truth never shows.
    #[error(
        "{what} {index} is 0 at the true parameter: there K grows linearly in it, so K is not \
         comparable with Σ gᵢ² of any ideal; choose a true parameter where it is positive"
    )]
    ZeroProbability {
        /// What it is.
        what: &'static str,
        /// Its index.
        index: usize,
    },
    /// A size below what the model needs.
    #[error("{what} is {found}, must be at least {least}")]
    TooSmall {
        /// Which size.
        what: &'static str,
        /// The least size.
        least: usize,
        /// The size found.
        found: usize,
    },
    /// A size above what the model allows.
    #[error("{what} is {found}, above the limit of {limit}; choose a smaller model")]
    TooLarge {
        /// Which size.
        what: &'static str,
        /// The limit.
        limit: usize,
        /// The size found.
        found: usize,
    },
    /// A name that is neither a parameter nor an input of the model.
    #[error("`{name}` is neither a parameter nor an input of the model")]
    UnknownName {
        /// The name.
        name: String,
    },
    /// A list that does not fit the others.
    #[error("{what} has {found} entries, expected {expected}")]
    Length {
        /// Which list.
        what: &'static str,
        /// The length needed.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// No samples.
    #[error("a data set needs at least one sample (n = 0)")]
    NoSamples,
    /// An observation that the model cannot produce.
    #[error("observation {index} is {value}, which the model cannot produce ({allowed})")]
    Observation {
        /// Its index.
        index: usize,
        /// The value.
        value: f64,
        /// What the model can produce.
        allowed: &'static str,
    },
    /// K has no polynomial or analytic ideal.
    #[error("there is no ideal: {reason}; use the losses and the estimators")]
    NoIdeal {
        /// Why.
        reason: &'static str,
    },
    /// No finite set of moments could be proved to be enough.
    #[error(
        "no finite set of moments could be proved to generate the ideal at this point ({reason}); \
         choose a true parameter with positive weights"
    )]
    Truncation {
        /// What went wrong.
        reason: &'static str,
    },
    /// The covariance matrix at the true parameter is not positive definite.
    #[error(
        "the covariance matrix at the true parameter is not positive definite; its density does \
         not exist"
    )]
    NotPositiveDefinite,
    /// A graph that is not what the model needs.
    #[error("the graph is not valid: {reason}")]
    Graph {
        /// What is wrong.
        reason: &'static str,
    },
    /// A text that is not a polynomial.
    #[error("polynomial {index}: {source}")]
    Parse {
        /// Its index in the list.
        index: usize,
        /// What is wrong.
        source: ParseError,
    },
    /// A loss that cannot be built.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// A polynomial operation without result.
    #[error(transparent)]
    Polynomial(#[from] PolynomialError),
    /// Names of parameters that are malformed or repeated.
    #[error(transparent)]
    Variables(#[from] VariablesError),
    /// A question about the whole domain of a model whose ideal is local.
    #[error(
        "the ideal stands for the model near its true parameter only, as finitely many moments do: \
         ask at a point"
    )]
    LocalIdeal,
    /// A region that has no answer.
    #[error(transparent)]
    Region(Box<RegionError>),
    /// A germ that cannot be built.
    #[error(transparent)]
    Germ(#[from] GermError),
    /// A Gröbner basis that took too long.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}

impl From<RegionError> for ModelError {
    fn from(error: RegionError) -> Self {
        Self::Region(Box::new(error))
    }
}

/// Fails where `found` < `least`.
pub(super) fn at_least(what: &'static str, least: usize, found: usize) -> Result<(), ModelError> {
    if found < least {
        return Err(ModelError::TooSmall { what, least, found });
    }
    Ok(())
}

/// Fails where `found` > `limit`.
pub(super) fn at_most(what: &'static str, limit: usize, found: usize) -> Result<(), ModelError> {
    if found > limit {
        return Err(ModelError::TooLarge { what, limit, found });
    }
    Ok(())
}
