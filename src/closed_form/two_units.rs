//! Two hidden units with many inputs.

use super::family::{About, Tier};
use super::size::{half, positive, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;

pub(super) const ABOUT: About = About {
    name: "two hidden units, many inputs",
    source: Source::publication(
        "Aoyagi",
        2019,
        "Learning coefficient of Vandermonde matrix-type singularities in model selection",
        "Entropy 21, 561",
        "theorem 6",
    ),
    conditions: "y = a₁σ(b₁·x) + a₂σ(b₂·x) + noise, σ analytic with its Taylor coefficients of \
                 orders 1, 1 + Q, … different from 0 and the others 0, truth 0; the prior is \
                 positive at the origin; the global coefficient",
    tier: Tier::Derived,
};

/// The learning coefficient of two units a₁σ(b₁·x) + a₂σ(b₂·x), M outputs and N inputs, at truth
/// 0; `step` is Q as in [`shallow_zero_truth`](super::shallow_zero_truth()).
///
/// λ is the least of M, (M + N)/2, N and (2N + Q(N − 1 + M))/(2Q + 2), m the number of the values
/// M, N and the last that attain it.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a size is 0.
///
/// # References
/// Aoyagi 2019, *Learning coefficient of Vandermonde matrix-type singularities in model
/// selection*, Entropy 21, 561, theorem 6; m from an exact tropical enumeration at small sizes.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::two_units(2, 2, 1)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 7/4, m = 1");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn two_units(
    outputs: usize,
    inputs: usize,
    step: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("outputs", outputs), ("inputs", inputs), ("step", step)])?;
    let model = format!("{outputs} outputs, {inputs} inputs, step {step}");
    let [m, n, q] = [outputs, inputs, step].map(rational);
    let together = rational(2) * &n + &q * &(&n - &Rational::ONE + &m);
    let together = half(together / (q + Rational::ONE));
    // M = N ties, but then the last value is less than both
    let values = [m, n, together];
    let least = values.iter().min().cloned().unwrap_or_default();
    let order = values.iter().filter(|value| **value == least).count();
    Ok(ClosedForm::of(least, order, Family::TwoUnits, model))
}
