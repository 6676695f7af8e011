//! What the exact lane can say of one germ.

use crate::algebra::Rational;
use crate::{Answer, LearningCoefficient};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The outcome of one exact computation, in the shape that is printed and written as JSON: an
/// [`Answer`], or why the question has none.
///
/// The JSON carries the field `answer`, one of `"exact"`, `"bounds"` and `"error"`; rationals are
/// strings `"p/q"`.
///
/// # Examples
///
/// ```
/// use rlct::{Answer, algebra::Rational, report::Outcome};
///
/// let open = Outcome::Answer(Answer::Bounds {
///     lower: Some(Rational::new(1, 3)?),
///     upper: Rational::new(5, 12)?,
///     reason: Some("1000 charts were looked at".into()),
/// });
/// assert_eq!(open.to_string(), "1/3 ≤ λ ≤ 5/12: 1000 charts were looked at");
/// assert_eq!(
///     serde_json::to_string(&open)?,
///     r#"{"answer":"bounds","lower":"1/3","upper":"5/12","reason":"1000 charts were looked at"}"#
/// );
/// let none = Outcome::Error { message: "the ideal is empty".into() };
/// assert_eq!(
///     serde_json::to_string(&none)?,
///     r#"{"answer":"error","message":"the ideal is empty"}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Json", into = "Json")]
#[non_exhaustive]
pub enum Outcome {
    /// The pair (λ, m), or bounds of λ and what stopped the search; all of it proved.
    Answer(Answer),
    /// The question has no answer; the message says what is wrong with it.
    Error {
        /// What is wrong, for a reader.
        message: String,
    },
}

/// An outcome as JSON: both alternatives have the tag `answer`.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Json {
    Answer(Answer),
    NoAnswer(NoAnswer),
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "lowercase")]
enum NoAnswer {
    Error { message: String },
}

impl From<Outcome> for Json {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Answer(answer) => Self::Answer(answer),
            Outcome::Error { message } => Self::NoAnswer(NoAnswer::Error { message }),
        }
    }
}

impl From<Json> for Outcome {
    fn from(json: Json) -> Self {
        match json {
            Json::Answer(answer) => Self::Answer(answer),
            Json::NoAnswer(NoAnswer::Error { message }) => Self::Error { message },
        }
    }
}

impl Outcome {
    /// The answer, unless it is an error.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Answer(answer) => Some(answer),
            Self::Error { .. } => None,
        }
    }

    /// The pair (λ, m), if it is known.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, algebra::Rational, report::Outcome};
    /// let pair = LearningCoefficient::new(Rational::ONE, 2);
    /// assert_eq!(Outcome::from(pair.clone()).coefficient(), Some(&pair));
    /// ```
    #[must_use]
    pub fn coefficient(&self) -> Option<&LearningCoefficient> {
        self.answer().and_then(Answer::coefficient)
    }

    /// The proved bounds of λ; equal for an exact answer, `None` for an error.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, algebra::Rational, report::Outcome};
    /// let exact = Outcome::from(LearningCoefficient::new(Rational::ONE, 2));
    /// assert_eq!(exact.bounds(), Some((&Rational::ONE, &Rational::ONE)));
    /// ```
    #[must_use]
    pub fn bounds(&self) -> Option<(&Rational, &Rational)> {
        self.answer().map(|answer| (answer.lower(), answer.upper()))
    }

    /// Whether both outcomes can be true of the same germ: equal pairs, or bounds that overlap.
    /// `None` where one of them is an error and says nothing.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, algebra::Rational, report::Outcome};
    /// let one = Outcome::from(LearningCoefficient::new(Rational::ONE, 1));
    /// let two = Outcome::from(LearningCoefficient::new(Rational::ONE, 2));
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

impl From<LearningCoefficient> for Outcome {
    fn from(coefficient: LearningCoefficient) -> Self {
        Self::Answer(coefficient.into())
    }
}

impl<R: fmt::Display> From<Answer<R>> for Outcome {
    fn from(answer: Answer<R>) -> Self {
        Self::Answer(answer.with_reason_as_text())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(answer) => {
                answer.fmt_known(f)?;
                match answer.reason() {
                    Some(reason) => write!(f, ": {reason}"),
                    None => Ok(()),
                }
            }
            Self::Error { message } => write!(f, "error: {message}"),
        }
    }
}
