//! Whole models: the domain on which the generators of an instance hold, and the engine's word on
//! the worst zero in it.

use super::confirm::compared;
use super::{Confirmation, Instance, Written};
use crate::Budget;
use crate::algebra::Rational;
use crate::closed_form::Family;
use crate::resolution::{GermText, Locus, Region, RegionError};
use serde_json::{Map, Value};

/// Instances that the engine does not decide on the domain within the default budget, or hardly.
const BEYOND: [&str; 1] = ["deep-linear: widths 2-2-2-2, truth of rank 2"];

/// The domain of the model in the variables of the germ, for families whose generators are those of
/// the model at all of its parameters and not only near the point, where the prior is positive.
pub(super) fn region(
    family: Family,
    sizes: &Map<String, Value>,
    text: &GermText,
    written: &Written,
) -> Option<String> {
    // the engine's regions have no density but at their ends
    if written.prior().iter().any(|h| !h.is_zero()) {
        return None;
    }
    let names = written.variables();
    let size = |name: &str| sizes.get(name).and_then(Value::as_u64);
    // an interval for the variables whose names begin so, and another for the others
    let by_letter = |letter: char, its: &str, others: &str| -> String {
        let condition = |name: &String| match name.starts_with(letter) {
            true => format!("{name} {its}"),
            false => format!("{name} {others}"),
        };
        let conditions = names.iter().map(condition);
        let said = conditions.filter(|text| !text.ends_with(' '));
        said.collect::<Vec<_>>().join(", ")
    };
    let region = match family {
        // products of matrices and powers, whatever their entries
        Family::ReducedRank
        | Family::DeepLinear
        | Family::DiagonalLinear
        | Family::TiedDiagonalLinear
        | Family::PowerDifference
        | Family::SymmetricFactorisation
        | Family::ConceptBottleneck
        | Family::PartialBottleneck => "everywhere".to_string(),
        // of entries that are not negative
        Family::NonnegativeZero | Family::NonnegativePositive => {
            format!("{} >= 0", names.join(", "))
        }
        // variances are 1 in truth, and d is what is added
        Family::OneFactor | Family::FactorAnalysis => by_letter('d', ">= -1", ""),
        // the means of one hidden unit are products of tanh of its weights
        Family::BoltzmannMachine if size("hidden") == Some(1) => by_letter('t', "in [-1, 1]", ""),
        // p and the means of features ±1, which are 0 in truth
        Family::NaiveBayes if text.at.is_empty() => by_letter('p', "in [0, 1]", "in [-1, 1]"),
        // the second weight, and success probabilities less one half
        Family::BinomialMixture if size("components") == Some(2) => {
            by_letter('w', "in [0, 1]", "in [-1/2, 1/2]")
        }
        // the probability of the first of two words, and the weight of the first of two topics
        Family::LatentDirichlet if (size("words"), size("topics")) == (Some(2), Some(2)) => {
            by_letter('a', "in [0, 1]", "in [0, 1]")
        }
        _ => return None,
    };
    match region.is_empty() {
        true => Some("everywhere".to_string()),
        false => Some(region),
    }
}

/// Whether the engine confirms the value on all of the domain.
pub(super) fn is_decided(id: &str) -> bool {
    !BEYOND.contains(&id)
}

impl Instance {
    /// Lets the engine compute the worst (λ, m) over the model's [`domain`](Self::region), with a
    /// certificate that the checker accepts, and compares.
    ///
    /// # Errors
    /// As [`Locus::resolve`]; none for the instances of this catalogue.
    ///
    /// ```
    /// # use rlct::{Budget, catalogue::{self, Confirmation}};
    /// let all = catalogue::instances()?;
    /// let id = "reduced-rank: 1 inputs, 2 outputs, 1 hidden, truth of rank 1";
    /// let instance = all.iter().find(|i| i.id() == id).unwrap();
    /// assert_eq!(instance.region(), Some("everywhere"));
    /// let found = instance.confirm_on_region(&Budget::default()).unwrap();
    /// assert_eq!(found, Confirmation::Certified);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    pub fn confirm_on_region(&self, budget: &Budget) -> Result<Confirmation, RegionError> {
        let (Some(text), Some(region)) = (self.germ(), self.region()) else {
            return Ok(Confirmation::NoGerm);
        };
        let mut locus = Locus::of(&text.germ()?)?;
        if let Some(point) = self.written().and_then(rational_point) {
            locus = locus.with_candidate(&point);
        }
        let region = Region::parse_in(region, locus.variables())?;
        let found = locus.on(region)?.resolve(budget)?;
        if let Err(error) = found.certificate().check() {
            return Ok(Confirmation::Refused(error));
        }
        let Some(answer) = found.answer() else {
            // no zero at all: the generators do not stand for the model
            return Ok(Confirmation::NoGerm);
        };
        Ok(compared(self.value(), answer))
    }
}

fn rational_point(written: &Written) -> Option<Vec<Rational>> {
    let point = written.point().iter();
    point.map(|x| x.parse().ok()).collect()
}
