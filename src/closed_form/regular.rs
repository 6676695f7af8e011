//! Regular models: the loss is locally a sum of squares.

use super::family::{About, Tier};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::LearningCoefficient;
use crate::algebra::Rational;

pub(super) const ABOUT: About = About {
    name: "regular model",
    source: Source {
        authors: "Watanabe",
        year: 2009,
        title: "Algebraic Geometry and Statistical Learning Theory",
        venue: "Cambridge University Press",
        statement: "regular case",
    },
    conditions: "the Hessian of the loss is positive definite at the point, \
     or in the d directions normal to a manifold of minima; the prior is positive there",
    tier: Tier::Computed,
};

/// The learning coefficient of a regular model with `d` parameters: λ = d/2, m = 1.
///
/// The loss is `Σ wᵢ²` in suitable coordinates. By the Morse–Bott lemma the same value holds
/// where the minima form a manifold of codimension `d` and the Hessian is nondegenerate across it.
///
/// # Errors
/// [`ClosedFormError::NoParameters`] if `d` is 0.
///
/// # References
/// Watanabe 2009, *Algebraic Geometry and Statistical Learning Theory*.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // A circle of minima in the plane has codimension 1.
/// let circle = closed_form::regular(1)?;
/// assert_eq!(circle.lambda().to_string(), "1/2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn regular(d: usize) -> Result<ClosedForm, ClosedFormError> {
    if d == 0 {
        return Err(ClosedFormError::NoParameters);
    }
    let lambda = Rational::from(d) / Rational::from(2);
    let model = format!("d = {d}");
    Ok(ClosedForm::new(
        LearningCoefficient::new(lambda, 1),
        Family::Regular,
        model,
    ))
}
