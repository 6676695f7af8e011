//! The engine's word on an instance.

use super::instance::Instance;
use crate::certificate::CheckError;
use crate::resolution::{Answer, GermError, GermText};
use crate::{Budget, LearningCoefficient};

/// What the engine says of an instance.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, catalogue::{self, Confirmation}};
///
/// let first = &catalogue::instances()?[0];
/// assert_eq!(first.confirm(&Budget::default()).unwrap(), Confirmation::Certified);
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Confirmation {
    /// The same (λ, m), with a certificate that the checker accepts.
    Certified,
    /// Bounds that hold the value.
    Undecided(Answer),
    /// Another value, or bounds that exclude it.
    Contradicted(Answer),
    /// The certificate of the answer was refused: an error of the engine.
    Refused(CheckError),
    /// The instance has no polynomial germ.
    NoGerm,
}

impl Instance {
    /// Lets the engine compute the value from the germ, replays its certificate, and compares.
    ///
    /// # Errors
    /// As [`Germ::learning_coefficient`](crate::resolution::Germ::learning_coefficient); none for
    /// the germs of this catalogue.
    ///
    /// ```
    /// # use rlct::{Budget, catalogue::{self, Confirmation}, closed_form::Family};
    /// let all = catalogue::instances()?;
    /// let network = all.iter().find(|i| i.family() == Family::Superposition).unwrap();
    /// assert_eq!(network.confirm(&Budget::default()).unwrap(), Confirmation::NoGerm);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    pub fn confirm(&self, budget: &Budget) -> Result<Confirmation, GermError> {
        self.against(self.germ(), budget)
    }

    /// The same of the [`loss`](Self::loss), which the engine may not decide.
    ///
    /// # Errors
    /// As [`confirm`](Self::confirm).
    pub fn confirm_loss(&self, budget: &Budget) -> Result<Confirmation, GermError> {
        self.against(self.loss(), budget)
    }

    fn against(&self, text: Option<&GermText>, budget: &Budget) -> Result<Confirmation, GermError> {
        let Some(text) = text else {
            return Ok(Confirmation::NoGerm);
        };
        let resolution = text.germ()?.resolve(budget)?;
        let answer = resolution.answer().clone();
        let verified = match resolution.certificate().check() {
            Ok(verified) => verified,
            Err(error) => return Ok(Confirmation::Refused(error)),
        };
        let proved = verified.lower();
        let is_proved = |found: &LearningCoefficient| {
            verified.upper() == Some(proved)
                && proved.lambda() == Some(found.lambda())
                && proved.multiplicity() == found.multiplicity()
        };
        if answer.coefficient().is_some_and(|found| !is_proved(found)) {
            return Ok(Confirmation::Contradicted(answer));
        }
        Ok(compared(self.value(), answer))
    }
}

/// What an answer of the engine says of a value that is known.
pub(super) fn compared(known: &crate::Answer, answer: Answer) -> Confirmation {
    let overlap = answer.lower() <= known.upper() && known.lower() <= answer.upper();
    match (known.coefficient(), answer.coefficient()) {
        (Some(pair), Some(found)) if found == pair => Confirmation::Certified,
        (Some(_), Some(_)) => Confirmation::Contradicted(answer),
        _ if overlap => Confirmation::Undecided(answer),
        _ => Confirmation::Contradicted(answer),
    }
}
