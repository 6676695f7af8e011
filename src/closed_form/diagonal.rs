//! Diagonal linear networks: each input coordinate has its own chain of weights.

use super::family::{About, Tier};
use super::size::{at_least, at_most, half, multiplicity, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;

const RULES: Source = Source::publication(
    "Watanabe",
    2009,
    "Algebraic Geometry and Statistical Learning Theory",
    "Cambridge University Press",
    "sums and products in disjoint variables",
);

pub(super) const DIAGONAL: About = About {
    name: "diagonal linear network",
    source: RULES,
    conditions: "y = Σᵢ (Π_l uᵢ^(l)) xᵢ + noise with E[xxᵀ] positive definite, realisable truth; \
                 the prior is positive on the fibre; the global coefficient",
    tier: Tier::Computed,
};

pub(super) const TIED: About = About {
    name: "diagonal linear network with equal layers",
    source: RULES,
    conditions: "y = Σᵢ uᵢ^L xᵢ + noise with E[xxᵀ] positive definite, realisable truth; the prior \
                 is positive on the fibre; the global coefficient",
    tier: Tier::Computed,
};

pub(super) const DIFFERENCE: About = About {
    name: "difference of powers",
    source: RULES,
    conditions: "y = (u^L − v^L)x + noise, truth 0; the prior is positive at the origin; the \
                 global coefficient",
    tier: Tier::Computed,
};

/// The learning coefficient of the diagonal linear network of the given depth on `inputs`
/// coordinates, `zeros` of which have true coefficient 0: λ = d/2, m = 1 + zeros·(depth − 1).
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if inputs or depth is 0, [`ClosedFormError::TooLarge`] if there
/// are more zeros than inputs.
///
/// # References
/// Watanabe 2009: a coordinate with truth 0 is the monomial Πu² (1/2, L), any other is regular.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::diagonal_linear(2, 2, 4)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 1, m = 7");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn diagonal_linear(
    inputs: usize,
    zeros: usize,
    depth: usize,
) -> Result<ClosedForm, ClosedFormError> {
    at_least("inputs", inputs, 1)?;
    at_least("depth", depth, 1)?;
    at_most("zeros", zeros, inputs)?;
    let m = zeros.checked_mul(depth - 1).and_then(|n| n.checked_add(1));
    let m = multiplicity(m)?;
    let model = format!("{inputs} inputs, {zeros} of them 0, depth {depth}");
    let lambda = half(rational(inputs));
    Ok(ClosedForm::of(lambda, m, Family::DiagonalLinear, model))
}

/// The learning coefficient of y = Σ uᵢ^depth xᵢ on `inputs` coordinates, `zeros` of which have
/// true coefficient 0: λ = (d − zeros)/2 + zeros/(2·depth), m = 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if inputs or depth is 0, [`ClosedFormError::TooLarge`] if there
/// are more zeros than inputs.
///
/// # References
/// Watanabe 2009: a coordinate with truth 0 is u^(2·depth), any other is regular.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::tied_diagonal_linear(3, 1, 2)?.lambda().to_string(), "5/4");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn tied_diagonal_linear(
    inputs: usize,
    zeros: usize,
    depth: usize,
) -> Result<ClosedForm, ClosedFormError> {
    at_least("inputs", inputs, 1)?;
    at_least("depth", depth, 1)?;
    at_most("zeros", zeros, inputs)?;
    let lambda = half(rational(inputs - zeros) + rational(zeros) / rational(depth));
    let model = format!("{inputs} inputs, {zeros} of them 0, depth {depth}");
    Ok(ClosedForm::of(lambda, 1, Family::TiedDiagonalLinear, model))
}

/// The learning coefficient of K = (u^L − v^L)²: (1/2, 1) for L = 1, (1/2, 2) for L = 2, and
/// (1/L, 1) for L ≥ 3.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if the depth is 0.
///
/// # References
/// The form u^L − v^L has an isolated real singularity and changes sign: one blow-up
/// (Watanabe 2009).
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::power_difference(3)?.lambda().to_string(), "1/3");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn power_difference(depth: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("depth", depth, 1)?;
    let lambda = Rational::ONE / rational(depth.max(2));
    let m = 1 + usize::from(depth == 2);
    let model = format!("depth {depth}");
    Ok(ClosedForm::of(lambda, m, Family::PowerDifference, model))
}
