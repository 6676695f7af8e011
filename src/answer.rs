//! What is known of a learning coefficient: the pair (λ, m), or bounds of λ.

use crate::LearningCoefficient;
use crate::algebra::Rational;
use serde::{Deserialize, Serialize};
use std::fmt;

/// λ > 0 is all that is known where no lower bound is proved.
static NO_LOWER_BOUND: Rational = Rational::ZERO;

/// A learning coefficient, exact or between proved bounds: what the engine finds
/// ([`resolution::Answer`](crate::resolution::Answer)), a closed form states, the catalogue holds
/// and a report tells. `R` is how a reason is given why bounds are all there is.
///
/// As JSON an object `{"answer": "exact", "lambda", "multiplicity"}` or
/// `{"answer": "bounds", "lower", "upper", "reason"}`, where a lower bound that is not proved and a
/// reason that is not given are left out; rationals are strings `"p/q"`.
///
/// # Examples
///
/// ```
/// use rlct::{Answer, LearningCoefficient, algebra::Rational};
///
/// let exact: Answer = LearningCoefficient::new(Rational::new(5, 12)?, 1).into();
/// assert_eq!(exact.to_string(), "λ = 5/12, m = 1");
/// let open: Answer = Answer::Bounds {
///     lower: Some(Rational::new(1, 3)?),
///     upper: Rational::new(5, 12)?,
///     reason: Some("out of time".into()),
/// };
/// assert_eq!(open.to_string(), "1/3 ≤ λ ≤ 5/12 (out of time)");
/// assert_eq!(
///     serde_json::to_string(&exact)?,
///     r#"{"answer":"exact","lambda":"5/12","multiplicity":1}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Answer<R = String> {
    /// λ and m are known.
    Exact(LearningCoefficient),
    /// lower ≤ λ ≤ upper, both ends proved. If they are equal, λ is known and only m is not.
    Bounds {
        /// The lower bound, if one is proved.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        lower: Option<Rational>,
        /// The upper bound.
        upper: Rational,
        /// Why there is no exact value, if that is told.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        reason: Option<R>,
    },
}

/// What is left out in JSON.
fn none<T>() -> Option<T> {
    None
}

impl<R> Answer<R> {
    /// The pair (λ, m), if it is known.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let answer = Germ::ideal(["x*y"])?.learning_coefficient(&Budget::default())?;
    /// assert_eq!(answer.coefficient().unwrap().multiplicity(), 2);
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn coefficient(&self) -> Option<&LearningCoefficient> {
        match self {
            Self::Exact(coefficient) => Some(coefficient),
            Self::Bounds { .. } => None,
        }
    }

    /// The proved lower bound of λ, 0 if there is none; λ itself if exact.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let answer = Germ::ideal(["x*y"])?.learning_coefficient(&Budget::default())?;
    /// assert_eq!(answer.lower(), answer.upper());
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn lower(&self) -> &Rational {
        match self {
            Self::Exact(coefficient) => coefficient.lambda(),
            Self::Bounds { lower, .. } => lower.as_ref().unwrap_or(&NO_LOWER_BOUND),
        }
    }

    /// The proved upper bound of λ; λ itself if exact.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let answer = Germ::ideal(["x"])?.learning_coefficient(&Budget::default())?;
    /// assert_eq!(answer.upper().to_string(), "1/2");
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn upper(&self) -> &Rational {
        match self {
            Self::Exact(coefficient) => coefficient.lambda(),
            Self::Bounds { upper, .. } => upper,
        }
    }

    /// Why bounds are all there is, if that is told.
    #[must_use]
    pub fn reason(&self) -> Option<&R> {
        match self {
            Self::Exact(_) => None,
            Self::Bounds { reason, .. } => reason.as_ref(),
        }
    }

    /// The same with the reason as text.
    #[must_use]
    pub fn with_reason_as_text(self) -> Answer
    where
        R: fmt::Display,
    {
        match self {
            Self::Exact(coefficient) => Answer::Exact(coefficient),
            Self::Bounds {
                lower,
                upper,
                reason,
            } => Answer::Bounds {
                lower,
                upper,
                reason: reason.map(|reason| reason.to_string()),
            },
        }
    }

    /// What is known, without the reason why it is not more.
    pub(crate) fn fmt_known(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(coefficient) => write!(f, "{coefficient}"),
            Self::Bounds { lower, upper, .. } => match lower {
                Some(lower) if lower == upper => write!(f, "λ = {upper}, m undecided"),
                Some(lower) => write!(f, "{lower} ≤ λ ≤ {upper}"),
                None => write!(f, "λ ≤ {upper}"),
            },
        }
    }
}

impl<R> From<LearningCoefficient> for Answer<R> {
    fn from(coefficient: LearningCoefficient) -> Self {
        Self::Exact(coefficient)
    }
}

impl<R: fmt::Display> fmt::Display for Answer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_known(f)?;
        match self.reason() {
            Some(reason) => write!(f, " ({reason})"),
            None => Ok(()),
        }
    }
}
