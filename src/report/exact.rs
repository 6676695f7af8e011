//! One exact value and its origin.

use super::Outcome;
use crate::closed_form::ClosedForm;
use serde::Serialize;
use std::fmt;

/// Where an exact value comes from.
///
/// # Examples
///
/// ```
/// use rlct::report::Origin;
///
/// assert_eq!(Origin::Engine.to_string(), "engine");
/// assert_eq!(Origin::ClosedForm { source: "Aoyagi 2024".into() }.to_string(), "Aoyagi 2024");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "origin", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Origin {
    /// Computed from the polynomials.
    Engine,
    /// A formula of the literature.
    ClosedForm {
        /// Authors and year.
        source: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Engine => "engine",
            Self::ClosedForm { source } => source,
        })
    }
}

/// One exact value with its origin.
///
/// # Examples
///
/// ```
/// use rlct::{closed_form, report::ExactReport};
///
/// let value = ExactReport::from(&closed_form::regular(4)?);
/// assert_eq!(value.to_string(), "λ = 2, m = 1 (Watanabe 2009)");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExactReport {
    #[serde(flatten)]
    origin: Origin,
    #[serde(flatten)]
    outcome: Outcome,
    seconds: f64,
}

impl ExactReport {
    /// What `origin` says, and how many seconds it took to say it.
    ///
    /// ```
    /// # use rlct::report::{ExactReport, Origin, Outcome};
    /// let failed = Outcome::Error { message: "the ideal is empty".into() };
    /// assert_eq!(ExactReport::new(Origin::Engine, failed, 0.1).origin(), &Origin::Engine);
    /// ```
    #[must_use]
    pub fn new(origin: Origin, outcome: Outcome, seconds: f64) -> Self {
        Self {
            origin,
            outcome,
            seconds,
        }
    }

    /// Where the value comes from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The value, the bounds, or the error.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The time it took, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.seconds
    }
}

impl From<&ClosedForm> for ExactReport {
    fn from(value: &ClosedForm) -> Self {
        let origin = Origin::ClosedForm {
            source: value.source().short(),
        };
        Self::new(origin, value.coefficient().clone().into(), 0.0)
    }
}

impl fmt::Display for ExactReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.outcome, self.origin)
    }
}
