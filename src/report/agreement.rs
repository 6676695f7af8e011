//! Contradictions, and whether there are any.

use serde::Serialize;
use std::fmt;

/// Two values of one model that cannot both be true.
///
/// # Examples
///
/// ```
/// use rlct::report::Disagreement;
///
/// let off = Disagreement::Estimate { way: "SGLD".into(), deviation: -7.25 };
/// assert_eq!(off.to_string(), "SGLD is 7.2 standard errors below the exact value");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "between", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Disagreement {
    /// Two exact values differ.
    Exact {
        /// One, with its origin.
        one: String,
        /// The other, with its origin.
        other: String,
    },
    /// A trustworthy estimate is too far from the exact value.
    Estimate {
        /// How the estimate was obtained.
        way: String,
        /// (λ̂ − λ)/s.e.
        deviation: f64,
    },
    /// A trustworthy estimate has another multiplicity.
    Multiplicity {
        /// How the estimate was obtained.
        way: String,
        /// Its m̂.
        estimate: usize,
        /// The exact m.
        exact: usize,
    },
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact { one, other } => write!(f, "{one} contradicts {other}"),
            Self::Estimate { way, deviation } => {
                let side = if *deviation < 0.0 { "below" } else { "above" };
                write!(
                    f,
                    "{way} is {:.1} standard errors {side} the exact value",
                    deviation.abs()
                )
            }
            Self::Multiplicity {
                way,
                estimate,
                exact,
            } => {
                write!(f, "{way} finds m = {estimate}, not {exact}")
            }
        }
    }
}

/// Whether the values of a model, or of all models, agree.
///
/// # Examples
///
/// ```
/// use rlct::report::Agreement;
///
/// assert_eq!(Agreement::Agree.to_string(), "agree");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Agreement {
    /// At least two values were compared, and all agree.
    Agree,
    /// At least two values contradict each other.
    Disagree,
    /// Nothing contradicts, but an exact computation failed or fewer than two values can be
    /// compared.
    Undecided,
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Agree => "agree",
            Self::Disagree => "DISAGREE",
            Self::Undecided => "undecided",
        })
    }
}
