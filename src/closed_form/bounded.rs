//! Where only bounds are known.

use super::{ClosedFormError, Family, Source};
use crate::Answer;
use crate::algebra::Rational;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Proved bounds of a learning coefficient, with the model they belong to and their source.
///
/// If both bounds are equal, λ is known and only m is not.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let bounds = closed_form::nonnegative_bounds(4, 4, 3, 2)?;
/// assert_eq!(bounds.lower().unwrap().to_string(), "7");
/// assert_eq!(bounds.upper().to_string(), "8");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClosedFormBounds {
    lower: Option<Rational>,
    upper: Rational,
    family: Family,
    model: String,
}

impl ClosedFormBounds {
    pub(super) fn new(
        lower: Option<Rational>,
        upper: Rational,
        family: Family,
        model: String,
    ) -> Result<Self, ClosedFormError> {
        if !upper.is_positive() {
            return Err(ClosedFormError::NoParameters);
        }
        Ok(Self {
            lower,
            upper,
            family,
            model,
        })
    }

    /// The lower bound, if one better than 0 is proved.
    ///
    /// ```
    /// # use rlct::closed_form;
    /// let bounds = closed_form::relu_bounds(3, 1, 2)?;
    /// assert_eq!(bounds.lower(), None);
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn lower(&self) -> Option<&Rational> {
        self.lower.as_ref()
    }

    /// The upper bound.
    ///
    /// ```
    /// # use rlct::closed_form;
    /// assert_eq!(closed_form::relu_bounds(3, 1, 2)?.upper().to_string(), "9/2");
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn upper(&self) -> &Rational {
        &self.upper
    }

    /// The bounds as an answer, for which no reason is given.
    ///
    /// ```
    /// # use rlct::closed_form;
    /// assert_eq!(closed_form::relu_bounds(3, 1, 2)?.answer().to_string(), "λ ≤ 9/2");
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn answer(&self) -> Answer {
        Answer::Bounds {
            lower: self.lower.clone(),
            upper: self.upper.clone(),
            reason: None,
        }
    }

    /// The family the model belongs to.
    ///
    /// ```
    /// # use rlct::closed_form::{self, Family};
    /// assert_eq!(closed_form::relu_bounds(3, 1, 2)?.family(), Family::ReluBounds);
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn family(&self) -> Family {
        self.family
    }

    /// The model in words, with its sizes.
    ///
    /// ```
    /// # use rlct::closed_form;
    /// let bounds = closed_form::relu_bounds(3, 1, 2)?;
    /// assert_eq!(bounds.model(), "3 inputs, 1 outputs, 2 true units");
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The publication of the bounds.
    ///
    /// ```
    /// # use rlct::closed_form;
    /// assert!(closed_form::relu_bounds(3, 1, 2)?.source().year() >= 2023);
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn source(&self) -> Source {
        self.family.source()
    }
}

impl fmt::Display for ClosedFormBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (answer, source) = (self.answer(), self.source().short());
        write!(f, "{answer} ({}, {source})", self.family)
    }
}
