//! Units with polynomial activation.

use super::family::{About, Tier};
use super::size::{at_least, half, positive, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::LearningCoefficient;
use crate::algebra::Rational;

pub(super) const UNIT: About = About {
    name: "one unit with a power as activation",
    source: Source::publication(
        "Watanabe",
        2009,
        "Algebraic Geometry and Statistical Learning Theory",
        "Cambridge University Press",
        "products in disjoint variables",
    ),
    conditions: "y = a(w·x)^p + noise, truth 0; the prior is positive at the origin",
    tier: Tier::Computed,
};

pub(super) const NETWORK: About = About {
    name: "quadratic network, truth 0",
    source: Source::derivation("Quadratic networks of few units", "tropical volumes"),
    conditions: "y = Σ aᵢ(wᵢ·x)² + noise, one output, truth 0; the prior is positive at the origin",
    tier: Tier::Derived,
};

pub(super) const LOCAL: About = About {
    name: "quadratic network at a nondegenerate point",
    source: Source::publication(
        "Cullen et al.",
        2026,
        "Learning coefficients of quadratic networks",
        "arXiv:2603.01192",
        "as quoted in the literature on modular addition",
    ),
    conditions: "y = Σ_j V_j(u_j·x)² + noise at a point where the fibre is one orbit of the \
                 rescalings of its units and the Hessian is nondegenerate across it; local, not \
                 the global coefficient",
    tier: Tier::Published,
};

/// The learning coefficient of one unit a(w·x)^p, M outputs and N inputs, at truth 0:
/// λ = min(M/2, N/(2p)), and m = 2 if M = N/p, else 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0.
///
/// # References
/// Watanabe 2009: K is comparable to ‖a‖²‖w‖^(2p), a product in disjoint variables.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::polynomial_unit(1, 2, 2)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 1/2, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn polynomial_unit(
    outputs: usize,
    inputs: usize,
    degree: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("outputs", outputs), ("inputs", inputs), ("degree", degree)])?;
    let outer = LearningCoefficient::new(half(rational(outputs)), 1);
    let inner = LearningCoefficient::new(half(rational(inputs) / rational(degree)), 1);
    let model = format!("{outputs} outputs, {inputs} inputs, degree {degree}");
    let coefficient = outer.product(&inner);
    Ok(ClosedForm::new(coefficient, Family::PolynomialUnit, model))
}

/// The learning coefficient of Σ aᵢ(wᵢ·x)² with one output at truth 0, where it is known: one unit
/// with any number of inputs (as [`polynomial_unit`]); one input, (1/2, 2) for two units and
/// (1/2, 1) for more; two units with two inputs, (1, 4).
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0, [`ClosedFormError::NotKnown`] for other sizes.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::quadratic_network(2, 2)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 1, m = 4");
/// assert!(closed_form::quadratic_network(3, 3).is_err());
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn quadratic_network(inputs: usize, units: usize) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("inputs", inputs), ("units", units)])?;
    let model = format!("{inputs} inputs, {units} units");
    let (lambda, m) = match (inputs, units) {
        (_, 1) => {
            let unit = polynomial_unit(1, inputs, 2)?;
            (unit.lambda().clone(), unit.multiplicity())
        }
        (1, 2) => (half(Rational::ONE), 2),
        (1, _) => (half(Rational::ONE), 1),
        (2, 2) => (Rational::ONE, 4),
        _ => {
            return Err(ClosedFormError::NotKnown {
                what: "quadratic networks of several units with more than two inputs, or of more \
                       than two units with two",
            });
        }
    };
    Ok(ClosedForm::of(lambda, m, Family::QuadraticNetwork, model))
}

/// The learning coefficient of `units` quadratic units at a nondegenerate point:
/// λ = H(d_in + d_out − 1)/2, m = 1. The scaling of each unit is flat.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::quadratic_network_local(3, 4, 2)?.lambda().to_string(), "15/2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn quadratic_network_local(
    units: usize,
    inputs: usize,
    outputs: usize,
) -> Result<ClosedForm, ClosedFormError> {
    at_least("units", units, 1)?;
    positive(&[("inputs", inputs), ("outputs", outputs)])?;
    let each = rational(inputs) + rational(outputs) - Rational::ONE;
    let model = format!("{units} units, {inputs} inputs, {outputs} outputs");
    let lambda = half(rational(units) * each);
    Ok(ClosedForm::of(
        lambda,
        1,
        Family::QuadraticNetworkLocal,
        model,
    ))
}
