//! Normal crossings: the loss and the prior are monomials.

use super::family::{About, Tier};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::LearningCoefficient;
use crate::algebra::Rational;

pub(super) const ABOUT: About = About {
    name: "normal crossing",
    source: Source {
        authors: "Watanabe",
        year: 2009,
        title: "Algebraic Geometry and Statistical Learning Theory",
        venue: "Cambridge University Press",
        statement: "normal crossings, by definition of the zeta function",
    },
    conditions: "near the point the loss is Π w_i^(2k_i) and the prior \
     Π |w_i|^(h_i), each times a positive function",
    tier: Tier::Computed,
};

/// The learning coefficient of the monomial loss `Π wᵢ^(2kᵢ)` under the prior `Π |wᵢ|^hᵢ`:
/// λ is the least of `(hᵢ + 1)/(2kᵢ)` over the coordinates with `kᵢ > 0`, and m is the number of
/// coordinates that attain it.
///
/// # Shapes
/// `k` and `h` have one entry a coordinate; a flat prior is all zeros.
///
/// # Errors
/// - [`ClosedFormError::LengthMismatch`] if `k` and `h` differ in length;
/// - [`ClosedFormError::NegativeAmplitude`] if an `hᵢ` is negative;
/// - [`ClosedFormError::NoPositivePower`] if every `kᵢ` is 0, in particular if there is none.
///
/// # References
/// Watanabe 2009, *Algebraic Geometry and Statistical Learning Theory*: the integral of a
/// monomial is a product of simple poles.
///
/// # Examples
///
/// ```
/// use rlct::{algebra::Rational, closed_form};
///
/// let flat = closed_form::normal_crossing(&[1, 2], &[Rational::ZERO, Rational::ZERO])?;
/// assert_eq!(flat.coefficient().to_string(), "λ = 1/4, m = 1");
/// let weighted = closed_form::normal_crossing(&[1, 2], &[Rational::ZERO, Rational::ONE])?;
/// assert_eq!(weighted.coefficient().to_string(), "λ = 1/2, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn normal_crossing(k: &[u32], h: &[Rational]) -> Result<ClosedForm, ClosedFormError> {
    if k.len() != h.len() {
        return Err(ClosedFormError::LengthMismatch {
            powers: k.len(),
            amplitude: h.len(),
        });
    }
    if let Some((index, value)) = h.iter().enumerate().find(|(_, h)| h.is_negative()) {
        return Err(ClosedFormError::NegativeAmplitude {
            index,
            value: value.clone(),
        });
    }
    let pole = k
        .iter()
        .zip(h)
        .filter(|(k, _)| **k > 0)
        .map(|(&k, h)| {
            let lambda = (h + Rational::ONE) / (Rational::from(2) * Rational::from(k));
            LearningCoefficient::new(lambda, 1)
        })
        .reduce(|pole, other| pole.product(&other))
        .ok_or(ClosedFormError::NoPositivePower)?;
    Ok(ClosedForm::new(
        pole,
        Family::NormalCrossing,
        describe(k, h),
    ))
}

/// `k = (1, 2), h = (0, 1/2)`.
fn describe(k: &[u32], h: &[Rational]) -> String {
    let k: Vec<_> = k.iter().map(ToString::to_string).collect();
    let h: Vec<_> = h.iter().map(ToString::to_string).collect();
    format!("k = ({}), h = ({})", k.join(", "), h.join(", "))
}
