//! The value of a closed form: the pair (λ, m) and what it rests on.

use super::{Family, Source};
use crate::algebra::Rational;
use crate::{Answer, LearningCoefficient};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A learning coefficient from the literature, with the model it belongs to and its source.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let truth = closed_form::reduced_rank(4, 3, 2, 1)?;
/// assert_eq!(truth.lambda().to_string(), "4");
/// assert_eq!(truth.multiplicity(), 1);
/// assert_eq!(truth.source().short(), "Aoyagi & Watanabe 2005");
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClosedForm {
    coefficient: LearningCoefficient,
    family: Family,
    model: String,
}

impl ClosedForm {
    pub(super) fn new(coefficient: LearningCoefficient, family: Family, model: String) -> Self {
        Self {
            coefficient,
            family,
            model,
        }
    }

    pub(super) fn of(lambda: Rational, multiplicity: usize, family: Family, model: String) -> Self {
        let coefficient = LearningCoefficient::new(lambda, multiplicity);
        Self::new(coefficient, family, model)
    }

    /// The pair (λ, m).
    ///
    /// ```
    /// # use rlct::closed_form;
    /// let pair = closed_form::regular(3)?;
    /// assert_eq!(pair.coefficient().to_string(), "λ = 3/2, m = 1");
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn coefficient(&self) -> &LearningCoefficient {
        &self.coefficient
    }

    /// The pair as an answer.
    #[must_use]
    pub fn answer(&self) -> Answer {
        self.coefficient.clone().into()
    }

    /// The learning coefficient λ.
    ///
    /// ```
    /// # use rlct::closed_form;
    /// assert_eq!(closed_form::regular(3)?.lambda().to_string(), "3/2");
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn lambda(&self) -> &Rational {
        self.coefficient.lambda()
    }

    /// The multiplicity m.
    ///
    /// ```
    /// # use rlct::closed_form;
    /// assert_eq!(closed_form::deep_linear(&[2, 2, 2, 2], 0)?.multiplicity(), 3);
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn multiplicity(&self) -> usize {
        self.coefficient.multiplicity()
    }

    /// The family the model belongs to.
    ///
    /// ```
    /// # use rlct::closed_form::{self, Family};
    /// assert_eq!(closed_form::regular(3)?.family(), Family::Regular);
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
    /// let truth = closed_form::deep_linear(&[10, 5, 10], 3)?;
    /// assert_eq!(truth.model(), "widths 10-5-10, truth of rank 3");
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The publication of the formula.
    ///
    /// ```
    /// # use rlct::closed_form;
    /// assert_eq!(closed_form::regular(3)?.source().year(), 2009);
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn source(&self) -> Source {
        self.family.source()
    }

    /// What must hold of model, truth and prior for the value to apply.
    ///
    /// ```
    /// # use rlct::closed_form;
    /// assert!(closed_form::regular(3)?.conditions().contains("prior"));
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn conditions(&self) -> &'static str {
        self.family.conditions()
    }
}

impl fmt::Display for ClosedForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}, {})",
            self.coefficient,
            self.family,
            self.source().short()
        )
    }
}
