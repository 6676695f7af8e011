//! Elementary losses: powers, forms, and products in separate coordinates.

use super::family::{About, Tier};
use super::size::{at_least, at_most, half, positive, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::LearningCoefficient;
use crate::algebra::Rational;

const WATANABE: Source = Source::publication(
    "Watanabe",
    2009,
    "Algebraic Geometry and Statistical Learning Theory",
    "Cambridge University Press",
    "chapters 2 and 7",
);

pub(super) const MORSE_BOTT: About = About {
    name: "Morse–Bott minimum",
    source: WATANABE,
    conditions: "the minima form a manifold near the point and the Hessian of the loss is \
                 positive definite across it; the prior is positive there",
    tier: Tier::Computed,
};

pub(super) const SUM_OF_POWERS: About = About {
    name: "sum of powers",
    source: WATANABE,
    conditions: "K = Σ wᵢ^(2kᵢ) up to a factor between positive constants; the prior is positive \
                 at the origin",
    tier: Tier::Computed,
};

pub(super) const DEFINITE_FORM: About = About {
    name: "definite form",
    source: WATANABE,
    conditions: "K is homogeneous and positive outside the origin; the prior is positive there",
    tier: Tier::Computed,
};

pub(super) const SEMI_REGULAR: About = About {
    name: "semi-regular model",
    source: Source::publication(
        "Kurumadani",
        2024,
        "Learning coefficients in semiregular models",
        "arXiv:2406.02646",
        "main theorem",
    ),
    conditions: "K = Σ_{i≤r} xᵢ² plus a positive definite form of degree 2p in the other d − r \
                 coordinates, up to higher terms; the prior is positive at the origin",
    tier: Tier::Computed,
};

pub(super) const OUTER_PRODUCT: About = About {
    name: "outer product",
    source: WATANABE,
    conditions: "K = ‖a₁ ⊗ a₂ ⊗ …‖², the vectors of disjoint parameters, truth 0 (a tensor of rank \
                 one, a Kronecker product); the prior is positive at the origin",
    tier: Tier::Computed,
};

/// The learning coefficient where the minima form a manifold of codimension `codimension` in a
/// space of `dimension` parameters and the Hessian does not degenerate across it:
/// λ = codimension/2, m = 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if the codimension is 0, [`ClosedFormError::TooLarge`] if it
/// exceeds the dimension.
///
/// # References
/// Watanabe 2009, *Algebraic Geometry and Statistical Learning Theory*; the Morse–Bott lemma.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // orthogonal 3 × 3 matrices: ‖QᵀQ − I‖²
/// assert_eq!(closed_form::morse_bott(9, 6)?.lambda().to_string(), "3");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn morse_bott(dimension: usize, codimension: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("codimension", codimension, 1)?;
    at_most("codimension", codimension, dimension)?;
    let model = format!("minima of codimension {codimension} in dimension {dimension}");
    let lambda = half(rational(codimension));
    Ok(ClosedForm::of(lambda, 1, Family::MorseBott, model))
}

/// The learning coefficient of K = Σ wᵢ^(2kᵢ): λ = Σ 1/(2kᵢ), m = 1.
///
/// # Errors
/// [`ClosedFormError::NoParameters`] for no exponent, [`ClosedFormError::TooSmall`] for an
/// exponent 0.
///
/// # References
/// Watanabe 2009, *Algebraic Geometry and Statistical Learning Theory*: sums in disjoint variables.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // x² + y⁴
/// assert_eq!(closed_form::sum_of_powers(&[1, 2])?.lambda().to_string(), "3/4");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn sum_of_powers(k: &[usize]) -> Result<ClosedForm, ClosedFormError> {
    if k.is_empty() {
        return Err(ClosedFormError::NoParameters);
    }
    k.iter().try_for_each(|&k| at_least("exponent", k, 1))?;
    let lambda = k.iter().map(|&k| half(Rational::ONE / rational(k))).sum();
    let text: Vec<_> = k.iter().map(ToString::to_string).collect();
    let model = format!("k = ({})", text.join(", "));
    Ok(ClosedForm::of(lambda, 1, Family::SumOfPowers, model))
}

/// The learning coefficient of a positive definite form K of degree `degree` in `dimension`
/// variables: λ = d/degree, m = 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0, [`ClosedFormError::NotKnown`] if the degree is
/// odd: such a form changes sign.
///
/// # References
/// Watanabe 2009, *Algebraic Geometry and Statistical Learning Theory*: polar coordinates, or one
/// blow-up of the origin.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // (x² + y² + z²)²
/// assert_eq!(closed_form::definite_form(3, 4)?.lambda().to_string(), "3/4");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn definite_form(dimension: usize, degree: usize) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("dimension", dimension), ("degree", degree)])?;
    if degree % 2 == 1 {
        return Err(ClosedFormError::NotKnown {
            what: "a form of odd degree changes sign and is no loss",
        });
    }
    let model = format!("degree {degree} in dimension {dimension}");
    let lambda = rational(dimension) / rational(degree);
    Ok(ClosedForm::of(lambda, 1, Family::DefiniteForm, model))
}

/// The learning coefficient of a semi-regular model: the Fisher information has rank `rank` in
/// `dimension` parameters, and in the other directions the loss begins with a positive definite
/// form of degree 2·`order`: λ = r/2 + (d − r)/(2·order), m = 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if the dimension or the order is 0,
/// [`ClosedFormError::TooLarge`] if the rank exceeds the dimension.
///
/// # References
/// Kurumadani 2024, arXiv:2406.02646; here by the rule for sums in disjoint variables.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::semi_regular(3, 2, 2)?.lambda().to_string(), "5/4");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn semi_regular(
    dimension: usize,
    rank: usize,
    order: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("dimension", dimension), ("order", order)])?;
    at_most("rank", rank, dimension)?;
    let rest = rational(dimension) - rational(rank);
    let lambda = half(rational(rank) + rest / rational(order));
    let model = format!("d = {dimension}, Fisher information of rank {rank}, order {order}");
    Ok(ClosedForm::of(lambda, 1, Family::SemiRegular, model))
}

/// The learning coefficient of K = ‖a₁ ⊗ a₂ ⊗ …‖² = Π ‖aᵢ‖² for vectors of the given
/// dimensions: λ = min dᵢ/2, m the number of vectors that attain it.
///
/// # Errors
/// [`ClosedFormError::NoParameters`] for no vector, [`ClosedFormError::TooSmall`] for dimension 0.
///
/// # References
/// Watanabe 2009, *Algebraic Geometry and Statistical Learning Theory*: products in disjoint
/// variables.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // a 2 × 2 × 2 tensor of rank one
/// assert_eq!(closed_form::outer_product(&[2, 2, 2])?.coefficient().to_string(), "λ = 1, m = 3");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn outer_product(dimensions: &[usize]) -> Result<ClosedForm, ClosedFormError> {
    let factors = dimensions.iter().map(|&d| {
        at_least("dimension", d, 1)?;
        Ok(LearningCoefficient::new(half(rational(d)), 1))
    });
    let factors: Vec<_> = factors.collect::<Result<_, ClosedFormError>>()?;
    let product = factors.into_iter().reduce(|a, b| a.product(&b));
    let coefficient = product.ok_or(ClosedFormError::NoParameters)?;
    let text: Vec<_> = dimensions.iter().map(ToString::to_string).collect();
    let model = format!("vectors of dimensions {}", text.join(", "));
    Ok(ClosedForm::new(coefficient, Family::OuterProduct, model))
}
