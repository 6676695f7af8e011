//! Units with polynomial activation.

use super::family::{About, Tier};
use super::size::{at_most, half, positive, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::LearningCoefficient;
use crate::algebra::Rational;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

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
    name: "quadratic network at a generic point",
    source: Source::publication(
        "Cullen, Estan-Ruiz, Danait & Li",
        2026,
        "Learning coefficients of quadratic networks",
        "arXiv:2603.01192",
        "λ is half the rank of the Jacobian; the statement's number was not checked",
    ),
    conditions: "y = Σ_j V_j(u_j·x)² + noise at a generic point, where the Jacobian of the map from \
                 weights to quadratic forms has its largest rank; local, not the global coefficient",
    tier: Tier::Computed,
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

/// The most quadratic forms' coefficients, outputs × inputs (inputs + 1)/2, for which a rank is
/// computed.
const MOST_COEFFICIENTS: usize = 600;

/// The learning coefficient of `units` = K quadratic units with d inputs and p outputs at a generic
/// point: λ = r/2, m = 1, with r the generic rank of the Jacobian of (u, V) ↦ Σ_j V_j ⊗ u_j u_jᵀ.
///
/// There the map has constant rank, its fibre is a manifold of codimension r and K comparable to
/// the squared distance from it. r ≤ min{K(d + p − 1), p·d(d + 1)/2}, and often less: a sum of K
/// squares has rank Kd − K(K − 1)/2. r is computed, at an integer point drawn by a fixed seed and
/// exactly; the rank there is never above the generic one, and below it only on a set of measure 0.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0, [`ClosedFormError::TooLarge`] for more than 600
/// coefficients of quadratic forms, p·d(d + 1)/2.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::quadratic_network_local(3, 4, 2)?.lambda().to_string(), "15/2");
/// // two squares of three variables: 2·3 − 1
/// assert_eq!(closed_form::quadratic_network_local(2, 3, 1)?.lambda().to_string(), "5/2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn quadratic_network_local(
    units: usize,
    inputs: usize,
    outputs: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("units", units), ("inputs", inputs), ("outputs", outputs)])?;
    let forms = inputs.checked_add(1).and_then(|n| n.checked_mul(inputs));
    let coefficients = forms.and_then(|n| (n / 2).checked_mul(outputs));
    let name = "outputs × inputs (inputs + 1)/2";
    at_most(name, coefficients.unwrap_or(usize::MAX), MOST_COEFFICIENTS)?;
    let rank = generic_rank(units, inputs, outputs);
    let model = format!("{units} units, {inputs} inputs, {outputs} outputs");
    let lambda = half(rational(rank));
    Ok(ClosedForm::of(
        lambda,
        1,
        Family::QuadraticNetworkLocal,
        model,
    ))
}

/// The rank of the Jacobian of (u, V) ↦ Σ_j V_j ⊗ u_j u_jᵀ at an integer point.
fn generic_rank(units: usize, inputs: usize, outputs: usize) -> usize {
    let all = outputs * inputs * (inputs + 1) / 2;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut vector =
        |n: usize| -> Vec<i64> { (0..n).map(|_| rng.random_range(-99..=99)).collect() };
    // a unit that adds nothing is in the span of generic ones, and so are all after it
    let (mut rows, mut rank) = (Vec::new(), 0);
    for _ in 0..units {
        if rank == all {
            break;
        }
        rows.extend(unit_rows(&vector(inputs), &vector(outputs)));
        let more = crate::algebra::rank(&rows);
        if more == rank {
            break;
        }
        rank = more;
    }
    rank
}

/// The derivatives of V ⊗ u uᵀ, by V and by u: the entries of symmetric matrices, output after
/// output.
fn unit_rows(u: &[i64], v: &[i64]) -> Vec<Vec<Rational>> {
    let pairs = || (0..u.len()).flat_map(|a| (a..u.len()).map(move |b| (a, b)));
    let square: Vec<i64> = pairs().map(|(a, b)| u[a] * u[b]).collect();
    let by_output = |of: &dyn Fn(usize) -> i64, form: &[i64]| -> Vec<Rational> {
        let entries = (0..v.len()).flat_map(|k| form.iter().map(move |x| of(k) * x));
        entries.map(Rational::from).collect()
    };
    let mut rows = Vec::new();
    for k in 0..v.len() {
        rows.push(by_output(&|other| i64::from(other == k), &square));
    }
    for i in 0..u.len() {
        let slope = |(a, b): (usize, usize)| i64::from(a == i) * u[b] + i64::from(b == i) * u[a];
        let form: Vec<i64> = pairs().map(slope).collect();
        rows.push(by_output(&|k| v[k], &form));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For one output the symmetric matrices of rank K; for more, values of a computation of their
    /// own.
    #[test]
    fn generic_ranks() {
        for (units, inputs, outputs, rank) in [
            (2, 3, 1, 5),
            (2, 4, 1, 7),
            (3, 4, 1, 9),
            (2, 5, 1, 9),
            (3, 5, 1, 12),
            (4, 5, 1, 14),
            (100, 2, 1, 3),
            (5, 3, 6, 35),
            (5, 3, 7, 40),
            (5, 4, 3, 29),
            (6, 4, 5, 47),
        ] {
            let found = generic_rank(units, inputs, outputs);
            assert_eq!(
                found, rank,
                "{units} units, {inputs} inputs, {outputs} outputs"
            );
        }
        for (inputs, units) in [(4, 1), (4, 2), (4, 3), (4, 4), (4, 7), (6, 5)] {
            let k = units.min(inputs);
            let found = generic_rank(units, inputs, 1);
            assert_eq!(
                found,
                k * inputs - k * (k - 1) / 2,
                "{units} units, {inputs} inputs"
            );
        }
    }
}
