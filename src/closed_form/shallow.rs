//! Shallow networks with analytic activation: Σ aᵢ σ(bᵢ·x).

use super::family::{About, Tier};
use super::size::{at_least, at_most, half, last, positive, quarter, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::LearningCoefficient;
use crate::algebra::Rational;

const AOYAGI: Source = Source::publication(
    "Aoyagi",
    2009,
    "Log canonical threshold of Vandermonde matrix type singularities and generalization error of \
     a three-layered neural network in Bayesian estimation",
    "International Journal of Pure and Applied Mathematics 52, 177–204",
    "main theorem",
);

pub(super) const UNIT: About = About {
    name: "one hidden unit",
    source: Source::publication(
        "Watanabe",
        2009,
        "Algebraic Geometry and Statistical Learning Theory",
        "Cambridge University Press",
        "products in disjoint variables",
    ),
    conditions: "y = aσ(b·x) + noise, σ(0) = 0, σ′(0) ≠ 0 (analytic, or ReLU on a domain around \
                 0), truth 0; the prior is positive at the origin",
    tier: Tier::Computed,
};

pub(super) const ZERO_TRUTH: About = About {
    name: "shallow network on a line, truth 0",
    source: AOYAGI,
    conditions: "y = Σ aᵢσ(bᵢx) + noise, one input, σ analytic with its Taylor coefficients of \
                 orders 1, 1 + Q, 1 + 2Q, … different from 0 and the others 0 (tanh: Q = 2), truth \
                 0; the prior is positive at the origin; the global coefficient",
    tier: Tier::Computed,
};

pub(super) const TRUE_UNITS: About = About {
    name: "shallow network on a line",
    source: Source::derivation(
        "Clusters of units at a true unit",
        "after Aoyagi 2009, 2013",
    ),
    conditions: "as for truth 0, with r true units aⱼσ(bⱼx), aⱼ ≠ 0, the frequencies bⱼ ≠ 0 and \
                 different up to sign, σ(bⱼx), xσ′(bⱼx), … and the powers of x independent; the \
                 prior is positive on the fibre; the global coefficient",
    tier: Tier::Derived,
};

pub(super) const LOCATION: About = About {
    name: "location network on a line",
    source: Source::derivation(
        "Location networks are Vandermonde after one translation",
        "after Aoyagi 2009",
    ),
    conditions: "y = Σ aᵢφ(x − bᵢ) + noise, one input, all derivatives of φ independent, truth 0; \
                 the prior is positive where all bᵢ are equal and all aᵢ are 0",
    tier: Tier::Derived,
};

pub(super) const RELU_LINE: About = About {
    name: "ReLU network on a line, truth 0",
    source: Source::derivation("ReLU units without bias on a line", "positive homogeneity"),
    conditions: "y = Σ aᵢ max(0, bᵢx) + noise, one input with both signs, no biases, truth 0; the \
                 prior is positive at the origin",
    tier: Tier::Derived,
};

/// The learning coefficient of one unit aσ(b·x) at truth 0: λ = min(M, N)/2 for M outputs and N
/// inputs, and m = 2 if they are equal, else 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a size is 0.
///
/// # References
/// Watanabe 2009: K is comparable to ‖a‖²‖b‖², a product in disjoint variables.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::analytic_unit(2, 2)?.coefficient().to_string(), "λ = 1, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn analytic_unit(outputs: usize, inputs: usize) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("outputs", outputs), ("inputs", inputs)])?;
    let m = 1 + usize::from(outputs == inputs);
    let model = format!("{outputs} outputs, {inputs} inputs");
    let lambda = half(rational(outputs.min(inputs)));
    Ok(ClosedForm::of(lambda, m, Family::AnalyticUnit, model))
}

/// The learning coefficient of Σᵢ aᵢσ(bᵢx), H units, M outputs and one input, at truth 0, where σ
/// has the Taylor coefficients of orders 1, 1 + Q, 1 + 2Q, …: the singularity of Vandermonde type
/// ⟨Σᵢ a_ki bᵢ^(Qn+1)⟩. `step` is Q: 2 for odd functions such as tanh, 1 for general ones.
///
/// With k = max{i ≥ 0: 2H ≥ M(i(i−1)Q + 2i)},
/// λ = (MQk(k+1) + 2H)/(4(1 + kQ)), and m = 2 if 2H = M(k(k−1)Q + 2k) and k ≥ 1, else 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0.
///
/// # Complexity
/// O(log H).
///
/// # References
/// Aoyagi 2009, International Journal of Pure and Applied Mathematics 52, 177–204, main theorem;
/// equal to the least of (2H + MQk(k+1))/(4(1 + kQ)) over k ≥ 0.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // four tanh units
/// let pair = closed_form::shallow_zero_truth(1, 2, 4)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 1, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn shallow_zero_truth(
    outputs: usize,
    step: usize,
    units: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("outputs", outputs), ("step", step), ("units", units)])?;
    let coefficient = zero_truth(outputs, step, units);
    let model = format!("{outputs} outputs, {units} units, step {step}");
    Ok(ClosedForm::new(
        coefficient,
        Family::ShallowZeroTruth,
        model,
    ))
}

/// The value of [`shallow_zero_truth`] for sizes ≥ 1.
fn zero_truth(outputs: usize, step: usize, units: usize) -> LearningCoefficient {
    let (m, q, twice) = (outputs as u128, step as u128, 2 * units as u128);
    // M(i(i−1)Q + 2i), which grows with i; beyond the word it exceeds 2H
    let threshold = |i: u128| -> Option<u128> {
        let pairs = i.checked_mul(i.saturating_sub(1))?.checked_mul(q)?;
        pairs.checked_add(2 * i)?.checked_mul(m)
    };
    let k = last(units, |i| threshold(i).is_some_and(|t| t <= twice));
    let order = if k >= 1 && threshold(k as u128) == Some(twice) {
        2
    } else {
        1
    };
    let [m, q, h, k] = [outputs, step, units, k].map(rational);
    let numerator = m * &q * &k * (&k + Rational::ONE) + rational(2) * h;
    LearningCoefficient::new(quarter(numerator / (Rational::ONE + k * q)), order)
}

/// The pair of `units` ≥ 1 units around one true unit: the least of h/(2k) + M(k+1)/4 over
/// 1 ≤ k ≤ h, and how many k attain it.
fn cluster(outputs: usize, units: usize) -> LearningCoefficient {
    let (m, twice) = (outputs as u128, 2 * units as u128);
    let threshold = |k: u128| k.checked_mul(k.saturating_sub(1))?.checked_mul(m);
    let k = last(units, |k| threshold(k).is_some_and(|t| t <= twice)).max(1);
    let order = 1 + usize::from(k >= 2 && threshold(k as u128) == Some(twice));
    let [m, h, k] = [outputs, units, k].map(rational);
    let lambda = half(h / &k) + quarter(m * (k + Rational::ONE));
    LearningCoefficient::new(lambda, order)
}

/// The learning coefficient of Σᵢ aᵢσ(bᵢx), H units, M outputs and one input, where the truth is a
/// sum of r units of the same kind; `step` is Q as in [`shallow_zero_truth`].
///
/// The units gather around the true ones, h₀ around 0 and hⱼ ≥ 1 around the j-th true unit. A
/// cluster of h units costs the least of h/(2k) + M(k+1)/4 over 1 ≤ k ≤ h, and the units around 0
/// what they cost at truth 0; both are concave in the number of units, so that the least sum has
/// all H − r surplus units in one place, around 0 or around one true unit. λ is the lesser of the
/// two sums, m − 1 the sum of the places' m − 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if outputs, step or units are 0, [`ClosedFormError::TooLarge`] if
/// there are more true units than units.
///
/// # Complexity
/// O(log H).
///
/// # References
/// The structure is that of Aoyagi 2009 and 2013 (Entropy 15, 3714); the clusters are enumerated
/// exactly for h, M ≤ 4.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // three tanh units, one of them true
/// let pair = closed_form::shallow_network(1, 2, 3, 1)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 3/2, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn shallow_network(
    outputs: usize,
    step: usize,
    units: usize,
    true_units: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("outputs", outputs), ("step", step), ("units", units)])?;
    at_most("true units", true_units, units)?;
    let model = format!("{outputs} outputs, {units} units, {true_units} true, step {step}");
    let surplus = units - true_units;
    let coefficient = if true_units == 0 {
        zero_truth(outputs, step, units)
    } else {
        let single = half(rational(outputs) + Rational::ONE);
        let others = &single * &rational(true_units - 1);
        let place = cluster(outputs, surplus + 1);
        let gathered = LearningCoefficient::new(place.lambda() + &others, place.multiplicity());
        if surplus == 0 {
            gathered
        } else {
            let spare = zero_truth(outputs, step, surplus);
            let apart =
                LearningCoefficient::new(others + single + spare.lambda(), spare.multiplicity());
            worse(gathered, apart)
        }
    };
    Ok(ClosedForm::new(coefficient, Family::ShallowNetwork, model))
}

/// The pair of the larger volume.
fn worse(a: LearningCoefficient, b: LearningCoefficient) -> LearningCoefficient {
    use std::cmp::Ordering::{Equal, Greater, Less};
    match a.lambda().cmp(b.lambda()) {
        Less => a,
        Greater => b,
        Equal => {
            LearningCoefficient::new(a.lambda().clone(), a.multiplicity().max(b.multiplicity()))
        }
    }
}

/// The learning coefficient of Σᵢ aᵢφ(x − bᵢ), H units, M outputs and one input, at truth 0:
/// M/2 plus the pair of [`shallow_zero_truth`] with H − 1 units and Q = 1.
///
/// One translation is flat: with b₁ = 0 the ideal is ⟨Σaᵢ⟩ and ⟨Σ_{i≥2} aᵢbᵢⁿ: n ≥ 1⟩, and Σaᵢ is a
/// coordinate in place of a₁.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if outputs or units are 0.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::location_network(1, 2)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 1, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn location_network(outputs: usize, units: usize) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("outputs", outputs), ("units", units)])?;
    let regular = LearningCoefficient::new(half(rational(outputs)), 1);
    let coefficient = match units - 1 {
        0 => regular,
        others => regular.sum(&zero_truth(outputs, 1, others)),
    };
    let model = format!("{outputs} outputs, {units} units");
    Ok(ClosedForm::new(coefficient, Family::LocationNetwork, model))
}

/// The learning coefficient of Σᵢ aᵢ max(0, bᵢx) on a line, without biases, at truth 0:
/// (1/2, 2) for one unit; (1/2, 1) for more.
///
/// The function is a multiple of x on each half-line: K is comparable to (Σ aᵢbᵢ⁺)² + (Σ aᵢbᵢ⁻)².
/// One unit is the monomial ab. With all bᵢ > 0 the set of zeros is that of one function, a
/// nondegenerate form in four or more variables, λ = 1/2 and m = 1; other signs give at least as
/// much.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for no unit.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::relu_line(5)?.coefficient().to_string(), "λ = 1/2, m = 1");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn relu_line(units: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("units", units, 1)?;
    let m = 1 + usize::from(units == 1);
    let model = format!("{units} units");
    Ok(ClosedForm::of(
        half(Rational::ONE),
        m,
        Family::ReluLine,
        model,
    ))
}
