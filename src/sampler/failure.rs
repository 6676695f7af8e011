//! Why a chain ends before its time.

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
                "the loss left the posterior's range, the step size ε is too large; take a smaller \
                 one"
            }
        })
    }
}
