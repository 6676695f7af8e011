//! Squares of functions with an isolated real singularity.

use super::family::{About, Tier};
use super::size::{at_least, half, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;
use std::fmt;

const VARCHENKO: Source = Source::publication(
    "Varchenko",
    1976,
    "Newton polyhedra and estimation of oscillating integrals",
    "Functional Analysis and Its Applications 10",
    "section 4",
);

pub(super) const ISOLATED_FORM: About = About {
    name: "isolated form, squared",
    source: Source::publication(
        "Watanabe",
        2009,
        "Algebraic Geometry and Statistical Learning Theory",
        "Cambridge University Press",
        "one blow-up",
    ),
    conditions: "K = f², f homogeneous, its gradient without real zeros outside the origin, and f \
                 changes sign; the prior is positive at the origin",
    tier: Tier::Computed,
};

pub(super) const WEIGHTED_HOMOGENEOUS: About = About {
    name: "weighted homogeneous function, squared",
    source: VARCHENKO,
    conditions: "K = f², f of weighted degree one, its gradient without real zeros outside the \
                 origin, and f changes sign; the prior is positive at the origin",
    tier: Tier::Computed,
};

pub(super) const BRIESKORN_PHAM: About = About {
    name: "Brieskorn–Pham singularity, squared",
    source: VARCHENKO,
    conditions: "K = (Σ xᵢ^aᵢ)², all signs plus; the prior is positive at the origin",
    tier: Tier::Computed,
};

pub(super) const SIMPLE_SINGULARITY: About = About {
    name: "simple singularity, squared",
    source: Source::publication(
        "Arnold, Gusein-Zade & Varchenko",
        1988,
        "Singularities of Differentiable Maps, volume II",
        "Birkhäuser",
        "normal forms and weights",
    ),
    conditions: "K = f², f the normal form in a real form that changes sign, with squares of the \
                 further variables added; the prior is positive at the origin",
    tier: Tier::Computed,
};

/// λ = min(1, Σ weights)/2 for K = f², m = 2 on the tie: the exceptional divisor of the weighted
/// blow-up against the strict transform of f.
fn of_weights(weights: &Rational) -> (Rational, usize) {
    let lambda = half(weights.clone().min(Rational::ONE));
    (lambda, 1 + usize::from(weights.is_one()))
}

/// The learning coefficient of K = f² for a form f of degree p in `dimension` ≥ 2 variables that
/// changes sign and whose gradient vanishes at the origin alone: λ = min(1/2, d/(2p)), and m = 2
/// if d = p, else 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two variables or degree 0.
///
/// # References
/// One blow-up of the origin: a divisor of order p and discrepancy d − 1 against the strict
/// transform (Watanabe 2009).
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // (x² − y²)²
/// assert_eq!(closed_form::isolated_form(2, 2)?.coefficient().to_string(), "λ = 1/2, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn isolated_form(dimension: usize, degree: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("dimension", dimension, 2)?;
    at_least("degree", degree, 1)?;
    let (lambda, m) = of_weights(&(rational(dimension) / rational(degree)));
    let model = format!("degree {degree} in dimension {dimension}");
    Ok(ClosedForm::of(lambda, m, Family::IsolatedForm, model))
}

/// The learning coefficient of K = f² for f of weighted degree one: f(t^w₁x₁, …) = t f(x), with an
/// isolated real singularity and both signs: λ = min(1, Σwᵢ)/2, and m = 2 if Σwᵢ = 1, else 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two weights, [`ClosedFormError::NotPositive`] for a
/// weight that is not positive.
///
/// # References
/// Varchenko 1976; Arnold, Gusein-Zade & Varchenko 1988, volume II.
///
/// # Examples
///
/// ```
/// use rlct::{algebra::Rational, closed_form};
///
/// // x³ + x y³, the singularity E₇
/// let weights = [Rational::new(1, 3).unwrap(), Rational::new(2, 9).unwrap()];
/// assert_eq!(closed_form::weighted_homogeneous(&weights)?.lambda().to_string(), "5/18");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn weighted_homogeneous(weights: &[Rational]) -> Result<ClosedForm, ClosedFormError> {
    at_least("number of weights", weights.len(), 2)?;
    if let Some(value) = weights.iter().find(|w| !w.is_positive()) {
        return Err(ClosedFormError::NotPositive {
            name: "weight",
            value: value.clone(),
        });
    }
    let (lambda, m) = of_weights(&weights.iter().cloned().sum());
    let text: Vec<_> = weights.iter().map(ToString::to_string).collect();
    let model = format!("weights {}", text.join(", "));
    Ok(ClosedForm::of(
        lambda,
        m,
        Family::WeightedHomogeneous,
        model,
    ))
}

/// The learning coefficient of K = (Σ xᵢ^aᵢ)²: with s = Σ 1/aᵢ, λ = s/2 and m = 1 if all aᵢ are
/// even (the sum is definite) or there is one variable; otherwise λ = min(1, s)/2, and m = 2 if
/// s = 1, else 1.
///
/// # Errors
/// [`ClosedFormError::NoParameters`] for no exponent, [`ClosedFormError::TooSmall`] for an
/// exponent 0.
///
/// # References
/// Varchenko 1976.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // the cusp x² + y³
/// assert_eq!(closed_form::brieskorn_pham(&[2, 3])?.lambda().to_string(), "5/12");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn brieskorn_pham(exponents: &[usize]) -> Result<ClosedForm, ClosedFormError> {
    if exponents.is_empty() {
        return Err(ClosedFormError::NoParameters);
    }
    exponents
        .iter()
        .try_for_each(|&a| at_least("exponent", a, 1))?;
    let weights: Rational = exponents.iter().map(|&a| Rational::ONE / rational(a)).sum();
    let definite = exponents.len() == 1 || exponents.iter().all(|a| a % 2 == 0);
    let (lambda, m) = if definite {
        (half(weights), 1)
    } else {
        of_weights(&weights)
    };
    let text: Vec<_> = exponents.iter().map(ToString::to_string).collect();
    let model = format!("exponents {}", text.join(", "));
    Ok(ClosedForm::of(lambda, m, Family::BrieskornPham, model))
}

/// Arnold's simple singularities.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::SingularityType;
///
/// assert_eq!(SingularityType::D(4).to_string(), "D4");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SingularityType {
    /// A_k: x^(k+1) ± y², k ≥ 1.
    A(usize),
    /// D_k: x²y ± y^(k−1), k ≥ 4.
    D(usize),
    /// E₆: x³ + y⁴.
    E6,
    /// E₇: x³ + xy³.
    E7,
    /// E₈: x³ + y⁵.
    E8,
}

impl fmt::Display for SingularityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(k) => write!(f, "A{k}"),
            Self::D(k) => write!(f, "D{k}"),
            Self::E6 => f.write_str("E6"),
            Self::E7 => f.write_str("E7"),
            Self::E8 => f.write_str("E8"),
        }
    }
}

/// The learning coefficient of K = f² for a simple singularity f of two variables, with squares
/// of `variables` − 2 further ones added so that f changes sign.
///
/// In two variables the sum of weights is 1/2 + 1/(k+1) for A_k, k/(2(k−1)) for D_k, and 7/12, 5/9,
/// 8/15 for E₆, E₇, E₈; λ is half of it, and m = 1 but for A₁, where m = 2. Each further square
/// adds 1/2, so that λ = 1/2, m = 1 from three variables on.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two variables, or for k < 1 (A) or k < 4 (D).
///
/// # References
/// Arnold, Gusein-Zade & Varchenko 1988, *Singularities of Differentiable Maps*, volume II.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::{SingularityType, simple_singularity};
///
/// assert_eq!(simple_singularity(SingularityType::E8, 2)?.lambda().to_string(), "4/15");
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
pub fn simple_singularity(
    kind: SingularityType,
    variables: usize,
) -> Result<ClosedForm, ClosedFormError> {
    at_least("variables", variables, 2)?;
    let one_half = half(Rational::ONE);
    let fraction = |p: usize, q: usize| rational(p) / rational(q);
    let plane = match kind {
        SingularityType::A(k) => {
            at_least("k", k, 1)?;
            &one_half + &(Rational::ONE / (rational(k) + Rational::ONE))
        }
        SingularityType::D(k) => {
            at_least("k", k, 4)?;
            half(fraction(k, k - 1))
        }
        SingularityType::E6 => fraction(7, 12),
        SingularityType::E7 => fraction(5, 9),
        SingularityType::E8 => fraction(8, 15),
    };
    let (lambda, m) = of_weights(&(plane + rational(variables - 2) * one_half));
    let model = format!("{kind} in {variables} variables");
    Ok(ClosedForm::of(lambda, m, Family::SimpleSingularity, model))
}
