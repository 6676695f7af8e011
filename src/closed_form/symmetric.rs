//! A matrix times its transpose.

use super::family::{About, Tier};
use super::size::{at_least, at_most, half, positive, quarter, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;

const SCHUR: Source = Source::derivation(
    "Schur complements of a positive semidefinite matrix",
    "symmetric factorisations",
);

pub(super) const FACTORISATION: About = About {
    name: "symmetric factorisation",
    source: SCHUR,
    conditions: "K = ‖WWᵀ − C‖² with C of the given rank, W of d rows and q columns; the prior is \
                 positive on the fibre",
    tier: Tier::Derived,
};

pub(super) const PRINCIPAL_COMPONENTS: About = About {
    name: "probabilistic principal component analysis",
    source: SCHUR,
    conditions: "normal distributions with covariance WWᵀ + sI, W of d rows and q < d columns, the \
                 truth of q₀ ≤ q components; the prior is positive on the fibre",
    tier: Tier::Derived,
};

/// (q₀d − q₀(q₀−1)/2)/2 + (d − q₀)(q − q₀)/4.
fn value(dimension: usize, columns: usize, rank: usize) -> Rational {
    let [d, q, r] = [dimension, columns, rank].map(rational);
    let regular = &r * &d - half(&r * &(&r - &Rational::ONE));
    half(regular) + quarter((d - &r) * (q - r))
}

/// The learning coefficient of ‖WWᵀ − C‖² for W of d = `dimension` rows and q = `columns` columns
/// and C of rank q₀ = `rank`: λ = (q₀d − q₀(q₀−1)/2)/2 + (d − q₀)(q − q₀)/4, m = 1, at every point
/// of the fibre.
///
/// The fibre is one orbit of the orthogonal group, so W may have q − q₀ columns 0 and C the first
/// q₀ rows alone. The entries of those rows of WWᵀ are q₀d − q₀(q₀−1)/2 coordinates; the Schur
/// complement of the corner leaves W′W′ᵀ for W′ of d − q₀ rows and q − q₀ columns near 0, and
/// ‖W′W′ᵀ‖² is comparable to |W′|⁴.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a size is 0, [`ClosedFormError::TooLarge`] if the rank exceeds
/// a size.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::symmetric_factorisation(3, 2, 1)?.lambda().to_string(), "2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn symmetric_factorisation(
    dimension: usize,
    columns: usize,
    rank: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("dimension", dimension), ("columns", columns)])?;
    at_most("rank", rank, dimension.min(columns))?;
    let model = format!("dimension {dimension}, {columns} columns, truth of rank {rank}");
    let lambda = value(dimension, columns, rank);
    Ok(ClosedForm::of(
        lambda,
        1,
        Family::SymmetricFactorisation,
        model,
    ))
}

/// The learning coefficient of probabilistic principal component analysis in d = `dimension`
/// dimensions with q = `components` < d, of which the truth has q₀: 1/2 more than
/// [`symmetric_factorisation`], m = 1.
///
/// On the Schur complement W′W′ᵀ + tI, where t is the error of the noise variance, one eigenvalue
/// is t itself because q − q₀ < d − q₀: so K is comparable to t² + |W′|⁴ and the regular part.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] or [`ClosedFormError::TooLarge`] unless
/// q₀ ≤ q < d and d ≥ 1.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::principal_components(3, 2, 1)?.lambda().to_string(), "5/2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn principal_components(
    dimension: usize,
    components: usize,
    truth: usize,
) -> Result<ClosedForm, ClosedFormError> {
    at_least("dimension", dimension, 1)?;
    at_most("components", components, dimension - 1)?;
    at_most("true components", truth, components)?;
    let model = format!("dimension {dimension}, {components} components, {truth} true");
    let lambda = value(dimension, components, truth) + half(Rational::ONE);
    Ok(ClosedForm::of(
        lambda,
        1,
        Family::PrincipalComponents,
        model,
    ))
}
