//! The engine's word on an instance.

use super::instance::Instance;
use crate::Budget;
use crate::certificate::CheckError;
use crate::resolution::{Answer, GermError, GermText};

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
        let known = self.value();
        let overlap = answer.lower() <= known.upper() && known.lower() <= answer.upper();
        Ok(match (known.coefficient(), answer.coefficient()) {
            (Some(pair), Some(found)) => {
                let proved = verified.lower();
                let same = verified.upper() == Some(proved)
                    && proved.lambda() == Some(pair.lambda())
                    && proved.multiplicity() == pair.multiplicity()
                    && found == pair;
                if same {
                    Confirmation::Certified
                } else {
                    Confirmation::Contradicted(answer)
                }
            }
            _ if overlap => Confirmation::Undecided(answer),
            _ => Confirmation::Contradicted(answer),
        })
    }
}
