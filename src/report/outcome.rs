//! What the exact lane can say of one germ.

use crate::LearningCoefficient;
use crate::algebra::Rational;
use crate::resolution::Answer;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The outcome of one exact computation, in the shape that is printed and written as JSON.
///
/// The JSON carries the field `answer`, one of `"exact"`, `"bounds"` and `"error"`; rationals are
/// strings `"p/q"`.
///
/// # Examples
///
/// ```
/// use rlct::{algebra::Rational, report::Outcome};
///
/// let open = Outcome::Bounds {
///     lower: Rational::new(1, 3)?,
///     upper: Rational::new(5, 12)?,
///     reason: "1000 charts were looked at".into(),
/// };
/// assert_eq!(open.to_string(), "1/3 ≤ λ ≤ 5/12: 1000 charts were looked at");
/// assert_eq!(
///     serde_json::to_string(&open)?,
///     r#"{"answer":"bounds","lower":"1/3","upper":"5/12","reason":"1000 charts were looked at"}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Outcome {
    /// The pair (λ, m), proved.
    Exact(LearningCoefficient),
    /// Two proved bounds of λ, and what stopped the search. Where they coincide, λ is known and
    /// only m is not.
    Bounds {
        /// λ is at least this.
        lower: Rational,
        /// λ is at most this.
        upper: Rational,
        /// What stopped the search.
        reason: String,
    },
    /// The question has no answer; the message says what is wrong with it.
    Error {
        /// What is wrong, for a reader.
        message: String,
    },
}

impl Outcome {
    /// The pair (λ, m), if it is known.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, algebra::Rational, report::Outcome};
    /// let pair = LearningCoefficient::new(Rational::ONE, 2);
    /// assert_eq!(Outcome::Exact(pair.clone()).coefficient(), Some(&pair));
    /// ```
    #[must_use]
    pub fn coefficient(&self) -> Option<&LearningCoefficient> {
        match self {
            Self::Exact(coefficient) => Some(coefficient),
            Self::Bounds { .. } | Self::Error { .. } => None,
        }
    }

    /// The proved bounds of λ; equal for an exact answer, `None` for an error.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, algebra::Rational, report::Outcome};
    /// let exact = Outcome::Exact(LearningCoefficient::new(Rational::ONE, 2));
    /// assert_eq!(exact.bounds(), Some((&Rational::ONE, &Rational::ONE)));
    /// ```
    #[must_use]
    pub fn bounds(&self) -> Option<(&Rational, &Rational)> {
        match self {
            Self::Exact(coefficient) => Some((coefficient.lambda(), coefficient.lambda())),
            Self::Bounds { lower, upper, .. } => Some((lower, upper)),
            Self::Error { .. } => None,
        }
    }

    /// Whether both outcomes can be true of the same germ: equal pairs, or bounds that overlap.
    /// `None` where one of them is an error and says nothing.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, algebra::Rational, report::Outcome};
    /// let one = Outcome::Exact(LearningCoefficient::new(Rational::ONE, 1));
    /// let two = Outcome::Exact(LearningCoefficient::new(Rational::ONE, 2));
    /// assert_eq!(one.agrees_with(&one), Some(true));
    /// assert_eq!(one.agrees_with(&two), Some(false));
    /// assert_eq!(one.agrees_with(&Outcome::Error { message: "unit".into() }), None);
    /// ```
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> Option<bool> {
        if let (Some(one), Some(two)) = (self.coefficient(), other.coefficient()) {
            return Some(one == two);
        }
        let ((lower, upper), (least, most)) = (self.bounds()?, other.bounds()?);
        Some(lower <= most && least <= upper)
    }
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Exact { coefficient } => Self::Exact(coefficient),
            Answer::Bounds {
                lower,
                upper,
                reason,
            } => Self::Bounds {
                lower,
                upper,
                reason: reason.to_string(),
            },
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(coefficient) => write!(f, "{coefficient}"),
            Self::Bounds {
                lower,
                upper,
                reason,
            } if lower == upper => {
                write!(f, "λ = {lower}, m undecided: {reason}")
            }
            Self::Bounds {
                lower,
                upper,
                reason,
            } => {
                write!(f, "{lower} ≤ λ ≤ {upper}: {reason}")
            }
            Self::Error { message } => write!(f, "error: {message}"),
        }
    }
}
