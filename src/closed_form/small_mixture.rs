//! Mixtures of two components, and the smallest hidden Markov model.

use super::family::{About, Tier};
use super::size::{at_least, half, quarter, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;
use std::cmp::Ordering;

const MOMENTS: Source =
    Source::derivation("Moments of small mixtures", "mixtures of two components");

pub(super) const KNOWN_COMPONENT: About = About {
    name: "two components, one of them known",
    source: MOMENTS,
    conditions: "(1 − a)p(x | 0) + a p(x | b), b in N dimensions, first derivatives of p \
                 independent, truth p(x | 0); the prior is positive at a = 0, b = 0",
    tier: Tier::Computed,
};

pub(super) const FIXED_RATIO: About = About {
    name: "two components of known unequal weights",
    source: MOMENTS,
    conditions: "c p(x | b₁) + (1 − c) p(x | b₂), 0 < c < 1 known, derivatives of p up to order \
                 two independent, truth p(x | 0); the prior is positive at b₁ = b₂ = 0",
    tier: Tier::Computed,
};

pub(super) const SYMMETRIC: About = About {
    name: "two opposite components of equal weights",
    source: MOMENTS,
    conditions: "(p(x | b) + p(x | −b))/2, b in N dimensions, second derivatives of p independent, \
                 truth p(x | 0); the prior is positive at b = 0",
    tier: Tier::Computed,
};

pub(super) const NORMAL_SCALE: About = About {
    name: "two normal components of unknown variances",
    source: Source::derivation("Cumulants of a normal mixture", "normal-mixture-cumulants"),
    conditions: "aN(μ₁, v₁) + (1 − a)N(μ₂, v₂) on a line, weights of a Dirichlet prior, truth one \
                 normal distribution; the prior of means and variances is positive; the global \
                 coefficient",
    tier: Tier::Derived,
};

pub(super) const COMMON_VARIANCE: About = About {
    name: "two normal components of one unknown variance",
    source: Source::derivation("Cumulants of a normal mixture", "normal-mixture-cumulants"),
    conditions: "aN(μ₁, v) + (1 − a)N(μ₂, v) on a line, weights of a Dirichlet prior, truth one \
                 normal distribution; the prior of means and variance is positive; the global \
                 coefficient",
    tier: Tier::Derived,
};

pub(super) const TWO_STATE_MARKOV: About = About {
    name: "hidden Markov model of two states",
    source: Source::derivation("Moments of small mixtures", "two hidden states"),
    conditions: "two hidden states with one real emission parameter each, strongly identifiable \
                 emissions, sequences of fixed length, uniform prior of the transition \
                 probabilities; the truth is one state",
    tier: Tier::Derived,
};

/// The learning coefficient of (1 − a)p(x | 0) + a p(x | b) at truth p(x | 0), b in `dimension`
/// dimensions: (1/2, 2) for one, (1/2, 1) for more. K is comparable to a²|b|².
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for dimension 0.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::known_component(1)?.coefficient().to_string(), "λ = 1/2, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn known_component(dimension: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("dimension", dimension, 1)?;
    let m = 1 + usize::from(dimension == 1);
    let model = format!("dimension {dimension}");
    Ok(ClosedForm::of(
        half(Rational::ONE),
        m,
        Family::KnownComponent,
        model,
    ))
}

/// The learning coefficient of c p(x | b₁) + (1 − c) p(x | b₂) at truth p(x | 0), with c known and
/// b₁, b₂ in N = `dimension` dimensions: λ = 3N/4, m = 1.
///
/// With u = cb₁ + (1 − c)b₂ and v = b₁ − b₂ the first moment is u and, where it vanishes, the
/// second is c(1 − c)vvᵀ: K is comparable to |u|² + |v|⁴.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for dimension 0.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::fixed_ratio(1)?.lambda().to_string(), "3/4");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn fixed_ratio(dimension: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("dimension", dimension, 1)?;
    let model = format!("dimension {dimension}");
    let lambda = quarter(rational(3) * rational(dimension));
    Ok(ClosedForm::of(lambda, 1, Family::FixedRatio, model))
}

/// The learning coefficient of (p(x | b) + p(x | −b))/2 at truth p(x | 0), b in N = `dimension`
/// dimensions: λ = N/4, m = 1. K is comparable to ‖bbᵀ‖² = |b|⁴.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for dimension 0.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::symmetric_mixture(1)?.lambda().to_string(), "1/4");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn symmetric_mixture(dimension: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("dimension", dimension, 1)?;
    let model = format!("dimension {dimension}");
    let lambda = quarter(rational(dimension));
    Ok(ClosedForm::of(lambda, 1, Family::SymmetricMixture, model))
}

/// The learning coefficient of a mixture of two normal distributions on a line, weights, means and
/// variances unknown, where the truth is one normal distribution: λ = 3/2, m = 3, which is
/// [`normal_scale_mixture_dirichlet`] at φ = 1.
///
/// # Errors
/// None at present; a `Result` like the other families.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::normal_scale_mixture()?.coefficient().to_string(), "λ = 3/2, m = 3");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn normal_scale_mixture() -> Result<ClosedForm, ClosedFormError> {
    let model = "two components on a line, one true".to_string();
    let lambda = half(rational(3));
    Ok(ClosedForm::of(lambda, 3, Family::NormalScaleMixture, model))
}

/// The same under a Dirichlet prior of the weights with index φ = `concentration`:
/// λ = 1 + ½ min{φ, 1}, and m = 1 for φ < 1, 3 for φ = 1, 2 for φ > 1.
///
/// The first two cumulants are coordinates, by the mean and one variance, and give 1. With
/// s = a(1 − a), u = 1 − 2a and the differences μ of the means and d of the variances, left are
/// κ₃ = sμ(3d + uμ²) and κ₄ = s(3d² + 6uμ²d + (1 − 6s)μ⁴), in whose ideal the higher ones lie near
/// the truth. Where s ≠ 0 they are homogeneous in the weights (1, 2), of degrees 3 and 4, without
/// a common zero but the origin: that divisor has (1 + 2)/6 = ½. On it κ₃ has simple zeros
/// at which κ₄ has none: ⟨t³x, t⁴⟩ there, whose further divisor has (3 + 1)/8 = ½ too. So (½, 2),
/// beside φ/2 for s under the amplitude s^(φ−1).
///
/// # Errors
/// [`ClosedFormError::NotPositive`] for φ ≤ 0.
pub fn normal_scale_mixture_dirichlet(
    concentration: &Rational,
) -> Result<ClosedForm, ClosedFormError> {
    of_normal_pair(concentration, &Rational::ONE, 2, Family::NormalScaleMixture)
}

/// The learning coefficient of a mixture of two normal distributions of the same variance on a
/// line, weights, means and variance unknown, where the truth is one normal distribution, under a
/// Dirichlet prior of the weights with index φ = `concentration`: λ = 1 + ½ min{φ, 1/3}, and m = 1
/// but for φ = 1/3, where it is 2.
///
/// The first two cumulants are coordinates, by the mean and the variance, and give 1. With the
/// difference μ of the means, left are κ₃ = a(1 − a)(1 − 2a)μ³ and κ₄ = a(1 − a)(1 − 6a(1 − a))μ⁴.
/// Where a is not 0, ½ or 1, μ⁶ gives 1/6; at ½, ⟨(1 − 2a)μ³, μ⁴⟩ gives no less, its other divisor
/// having (1 + 1)/8; at 0 and 1 a^(φ−1) gives φ/2.
///
/// # Errors
/// [`ClosedFormError::NotPositive`] for φ ≤ 0.
///
/// # Examples
///
/// ```
/// use rlct::{algebra::Rational, closed_form};
///
/// let pair = closed_form::common_variance_mixture(&Rational::ONE)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 7/6, m = 1");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn common_variance_mixture(concentration: &Rational) -> Result<ClosedForm, ClosedFormError> {
    let third = Rational::ONE / rational(3);
    of_normal_pair(concentration, &third, 1, Family::CommonVarianceMixture)
}

/// 1 + ½ min{φ, c}, with the multiplicity of c where φ > c, one more where they are equal.
fn of_normal_pair(
    concentration: &Rational,
    centre: &Rational,
    multiplicity: usize,
    family: Family,
) -> Result<ClosedForm, ClosedFormError> {
    if !concentration.is_positive() {
        return Err(ClosedFormError::NotPositive {
            name: "Dirichlet index",
            value: concentration.clone(),
        });
    }
    let m = match concentration.cmp(centre) {
        Ordering::Less => 1,
        Ordering::Equal => multiplicity + 1,
        Ordering::Greater => multiplicity,
    };
    let lambda = Rational::ONE + half(concentration.clone().min(centre.clone()));
    let model = format!("two components on a line, one true, Dirichlet index {concentration}");
    Ok(ClosedForm::of(lambda, m, family, model))
}

/// The learning coefficient of a hidden Markov model of two states with one emission parameter
/// each, where the truth is one state: λ = 3/4, m = 1.
///
/// The marginal of one observation is a mixture, whose second moment bounds all joint moments: the
/// value is that of two components in one dimension, of which one is true.
///
/// # Errors
/// None at present; a `Result` like the other families.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::two_state_markov()?.coefficient().to_string(), "λ = 3/4, m = 1");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn two_state_markov() -> Result<ClosedForm, ClosedFormError> {
    let model = "two states, one true".to_string();
    let lambda = quarter(rational(3));
    Ok(ClosedForm::of(lambda, 1, Family::TwoStateMarkov, model))
}
