//! Decompositions of tensors of three modes into sums of products of vectors.

use super::family::{About, Tier};
use super::size::{at_least, at_most, half, positive, rational};
use super::{ClosedForm, ClosedFormBounds, ClosedFormError, Family, Source};
use crate::algebra::Rational;

pub(super) const TWO_TERMS: About = About {
    name: "two terms of a tensor",
    source: Source::derivation("Two collinear products", "tropical volumes"),
    conditions: "K = ‖a₁ ⊗ b₁ ⊗ c₁ + a₂ ⊗ b₂ ⊗ c₂‖², truth 0; the prior is positive at the origin",
    tier: Tier::Derived,
};

pub(super) const BOUNDS: About = About {
    name: "bounds for tensor decompositions",
    source: Source::publication(
        "Yoshida & Watanabe",
        2023,
        "Upper bound of real log canonical threshold of tensor decomposition and its application \
         to Bayesian inference",
        "arXiv:2303.05731",
        "here by subadditivity",
    ),
    conditions: "K = ‖Σ_h a_h ⊗ b_h ⊗ c_h − T‖², T a sum of H₀ products; the prior is positive on \
                 the fibre",
    tier: Tier::Derived,
};

/// The learning coefficient of two terms of a 2 × 2 × 2 tensor at truth 0: λ = 2, m = 6.
///
/// For larger tensors λ is known but not m: [`tensor_bounds`].
///
/// # Errors
/// None at present; a `Result` like the other families.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::tensor_two_terms()?.coefficient().to_string(), "λ = 2, m = 6");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn tensor_two_terms() -> Result<ClosedForm, ClosedFormError> {
    let model = "2 × 2 × 2, two terms".to_string();
    Ok(ClosedForm::of(
        rational(2),
        6,
        Family::TensorTwoTerms,
        model,
    ))
}

/// Bounds of the learning coefficient of a decomposition of a d₁ × d₂ × d₃ tensor into `terms` = H
/// products, where the truth is a sum of `true_terms` = H₀ of them:
/// λ ≤ min{H₀(d₁ + d₂ + d₃ − 2) + (H − H₀) min dᵢ, d₁d₂d₃}/2.
///
/// For two terms at truth 0 and all dᵢ ≥ 2, λ = min{2 min dᵢ, d₁ + d₂ + d₃ − 2}/2 is both bounds:
/// either both terms are small or they cancel, collinear in every mode.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0, [`ClosedFormError::TooLarge`] if the truth has
/// more terms.
///
/// # References
/// Cf. Yoshida & Watanabe 2023, arXiv:2303.05731.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::tensor_bounds([3, 3, 3], 3, 1)?.upper().to_string(), "13/2");
/// let two = closed_form::tensor_bounds([3, 3, 3], 2, 0)?;
/// assert_eq!(two.lower(), Some(two.upper()));
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn tensor_bounds(
    dimensions: [usize; 3],
    terms: usize,
    true_terms: usize,
) -> Result<ClosedFormBounds, ClosedFormError> {
    let [d1, d2, d3] = dimensions;
    positive(&[("first mode", d1), ("second mode", d2), ("third mode", d3)])?;
    at_least("terms", terms, 1)?;
    at_most("true terms", true_terms, terms)?;
    let least = rational(d1.min(d2).min(d3));
    let [a, b, c, h, r] = [d1, d2, d3, terms, true_terms].map(rational);
    let product = &a + &b + &c - rational(2);
    let exact_lambda = terms == 2 && true_terms == 0 && least > Rational::ONE;
    let twice = if exact_lambda {
        product.min(rational(2) * least)
    } else {
        (&r * &product + (h - &r) * least).min(a * b * c)
    };
    let upper = half(twice);
    let lower = exact_lambda.then(|| upper.clone());
    let model = format!("{d1} × {d2} × {d3}, {terms} terms, {true_terms} true");
    ClosedFormBounds::new(lower, upper, Family::TensorBounds, model)
}
