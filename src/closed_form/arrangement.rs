//! Hyperplane arrangements: K is the square of a product of linear forms.

use super::family::{About, Tier};
use super::size::{at_least, half, positive, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;

const MUSTATA: Source = Source::publication(
    "Mustaţă",
    2006,
    "Multiplier ideals of hyperplane arrangements",
    "Transactions of the AMS 358, 5015–5023",
    "corollary 0.3",
);

pub(super) const GENERIC: About = About {
    name: "hyperplanes in general position",
    source: MUSTATA,
    conditions: "K = Π lᵢ², any d of the linear forms lᵢ independent; the prior is positive at the \
                 origin",
    tier: Tier::Computed,
};

pub(super) const BRAID: About = About {
    name: "braid arrangement",
    source: MUSTATA,
    conditions: "K = Π_{i<j} (xᵢ − xⱼ)²; the prior is positive at the origin",
    tier: Tier::Computed,
};

/// The learning coefficient of K = Π lᵢ² for `hyperplanes` linear forms in `dimension` variables,
/// any `dimension` of which are independent.
///
/// 2λ is the least of codim(W)/#{i: lᵢ = 0 on W} over the intersections W: 1 at the hyperplanes
/// and d/n at the origin. So λ = d/(2n), m = 1 for n > d, and λ = 1/2, m = n for n ≤ d (normal
/// crossings). In the plane, any n different lines are in general position.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0; for n > d = 1 the forms are equal up to factors:
/// that is a [`normal_crossing`](super::normal_crossing()), and an error here.
///
/// # References
/// Mustaţă 2006, *Multiplier ideals of hyperplane arrangements*, Transactions of the AMS 358.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // xyz(x + y + z)
/// assert_eq!(closed_form::generic_arrangement(3, 4)?.lambda().to_string(), "3/8");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn generic_arrangement(
    dimension: usize,
    hyperplanes: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("dimension", dimension), ("hyperplanes", hyperplanes)])?;
    if hyperplanes > 1 {
        at_least("dimension", dimension, 2)?;
    }
    let model = format!("{hyperplanes} hyperplanes in dimension {dimension}");
    let (ratio, m) = if hyperplanes > dimension {
        (rational(dimension) / rational(hyperplanes), 1)
    } else {
        (Rational::ONE, hyperplanes)
    };
    Ok(ClosedForm::of(
        half(ratio),
        m,
        Family::GenericArrangement,
        model,
    ))
}

/// The learning coefficient of K = Π_{i<j} (xᵢ − xⱼ)² in n variables: λ = 1/n, m = 1.
///
/// Where k coordinates coincide, k(k−1)/2 forms vanish on a subspace of codimension k − 1: the
/// ratio 2/k is least at k = n.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two variables.
///
/// # References
/// Mustaţă 2006, *Multiplier ideals of hyperplane arrangements*, Transactions of the AMS 358.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::braid_arrangement(4)?.lambda().to_string(), "1/4");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn braid_arrangement(variables: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("variables", variables, 2)?;
    let lambda = Rational::ONE / rational(variables);
    let model = format!("{variables} variables");
    Ok(ClosedForm::of(lambda, 1, Family::BraidArrangement, model))
}
