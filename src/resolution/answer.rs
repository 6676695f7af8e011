//! What the engine returns.

use crate::LearningCoefficient;
use crate::algebra::Rational;
use crate::budget::Exhausted;
use std::fmt;

/// The learning coefficient of a germ, exact or between proved bounds.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, resolution::{Answer, Germ}};
///
/// let answer = Germ::ideal(["x^2 - y^3"])?.learning_coefficient(&Budget::default())?;
/// assert_eq!(answer.to_string(), "λ = 5/12, m = 1");
/// assert!(matches!(answer, Answer::Exact { .. }));
/// # Ok::<(), rlct::resolution::GermError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// λ and m are known.
    Exact {
        /// The pair (λ, m).
        coefficient: LearningCoefficient,
    },
    /// lower ≤ λ ≤ upper, both ends proved.
    Bounds {
        /// The proved lower bound. If it equals the upper one, λ is known and only m is not.
        lower: Rational,
        /// The proved upper bound.
        upper: Rational,
        /// What stopped the engine.
        reason: Undecided,
    },
}

impl Answer {
    /// The exact pair, if the engine decided.
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
            Self::Exact { coefficient } => Some(coefficient),
            Self::Bounds { .. } => None,
        }
    }

    /// The proved lower bound of λ; λ itself if exact.
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
            Self::Exact { coefficient } => coefficient.lambda(),
            Self::Bounds { lower, .. } => lower,
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
            Self::Exact { coefficient } => coefficient.lambda(),
            Self::Bounds { upper, .. } => upper,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact { coefficient } => coefficient.fmt(f),
            Self::Bounds {
                lower,
                upper,
                reason,
            } if lower == upper => {
                write!(f, "λ = {lower}, m undecided ({reason})")
            }
            Self::Bounds {
                lower,
                upper,
                reason,
            } => {
                write!(f, "{lower} ≤ λ ≤ {upper} ({reason})")
            }
        }
    }
}

/// Why the engine returns bounds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undecided {
    /// The budget ended the search.
    #[error("{0}")]
    Budget(#[from] Exhausted),
    /// A face polynomial has singular real zeros along a positive-dimensional set, or zeros that
    /// could not be located.
    #[error("the real zeros of the face polynomial {face} could not be opened")]
    Zeros {
        /// The face polynomials, in coordinates along the face.
        face: String,
    },
    /// A centre has irrational coordinates.
    #[error("the face polynomial {face} has a multiple root at an irrational point")]
    IrrationalCentre {
        /// The face polynomial, in the coordinate along the face.
        face: String,
    },
    /// It is not known whether the smooth zeros of a face are real, or how the ideal lies there.
    #[error("the pole at the smooth zeros of the face polynomial {face} is not settled")]
    SmoothZeros {
        /// The face polynomials, in coordinates along the face.
        face: String,
    },
    /// The chain of centres is longer than any that ends.
    #[error("more than {0} centres one above the other")]
    Depth(usize),
}
