//! Mixtures whose weights are not negative.

use super::family::{About, Tier};
use super::size::{at_least, at_most, half, multiplicity, positive, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;

pub(super) const FINITE: About = About {
    name: "strongly identifiable mixture",
    source: Source::derivation(
        "Moments of mixtures with weights that are not negative",
        "finite mixtures",
    ),
    conditions: "Σ wᵢ p(x | θᵢ), θᵢ in N dimensions, weights ≥ 0 of a Dirichlet prior; p and its \
                 derivatives up to order two at the true θ independent (normal components of \
                 known covariance; Poisson), the truth has r different components of positive \
                 weight; the prior of θ is positive; the global coefficient",
    tier: Tier::Derived,
};

pub(super) const POISSON: About = About {
    name: "Poisson mixture",
    source: Source::publication(
        "Sato & Watanabe",
        2019,
        "Bayesian generalization error of Poisson mixture and simplex Vandermonde matrix type \
         singularity",
        "arXiv:1912.13289",
        "main theorem",
    ),
    conditions: "a mixture of Poisson distributions, uniform prior of the weights; the truth has r \
                 components of different positive rates; the global coefficient",
    tier: Tier::Derived,
};

pub(super) const BINOMIAL: About = About {
    name: "binomial mixture",
    source: Source::derivation(
        "Moments of mixtures with weights that are not negative",
        "binomial mixtures; Yamazaki, Aoyagi & Watanabe 2010 for two components",
    ),
    conditions: "a mixture of binomial distributions of n trials with n + 1 ≥ 3r, uniform prior of \
                 the weights; the truth has r components of different success probabilities inside \
                 (0, 1); the global coefficient",
    tier: Tier::Derived,
};

/// The learning coefficient of a strongly identifiable mixture: `components` fitted, `true_ones`
/// of them in the truth, each of `dimension` parameters, weights of a Dirichlet prior with index
/// φ = `concentration`.
///
/// λ = (r − 1 + rN + (H − r) min(φ, N/2))/2, and m = 1 + (H − r) if φ = N/2, else 1.
///
/// Because the weights are not negative, the second moments bound all higher ones: K ~ ‖Σ a b‖² +
/// (Σ a|b|²)² around each true component. The first moments, the weights of the true components and
/// their centres are r − 1 + rN coordinates; what is left is Σ aᵢ|bᵢ|² over the H − r surplus
/// components; its terms are not negative, and each squared has λ = min(φ/2, N/4) under the
/// amplitude aᵢ^(φ−1).
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0, [`ClosedFormError::TooLarge`] if the truth has
/// more components than are fitted, [`ClosedFormError::NotPositive`] for φ ≤ 0,
/// [`ClosedFormError::MultiplicityTooLarge`] beyond the machine word.
///
/// # References
/// This project's derivation; for Poisson mixtures Sato & Watanabe 2019 (arXiv:1912.13289). The
/// values for weights of both signs (Aoyagi 2010) differ for four and more components.
///
/// # Examples
///
/// ```
/// use rlct::{algebra::Rational, closed_form};
///
/// // three bivariate normal components, uniform weights, where the truth is one of them
/// let pair = closed_form::finite_mixture(2, 3, 1, &Rational::ONE)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 2, m = 3");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn finite_mixture(
    dimension: usize,
    components: usize,
    true_ones: usize,
    concentration: &Rational,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("dimension", dimension), ("components", components)])?;
    at_least("true components", true_ones, 1)?;
    at_most("true components", true_ones, components)?;
    if !concentration.is_positive() {
        return Err(ClosedFormError::NotPositive {
            name: "Dirichlet index",
            value: concentration.clone(),
        });
    }
    let surplus = components - true_ones;
    let centre = half(rational(dimension));
    let m = if *concentration == centre {
        multiplicity(surplus.checked_add(1))?
    } else {
        1
    };
    let r = rational(true_ones);
    let regular = &r - &Rational::ONE + &r * &rational(dimension);
    let lambda = half(regular + rational(surplus) * concentration.clone().min(centre));
    let model = format!(
        "{components} components of dimension {dimension}, {true_ones} true, Dirichlet index \
         {concentration}"
    );
    Ok(ClosedForm::of(lambda, m, Family::FiniteMixture, model))
}

/// The learning coefficient of a Poisson mixture with uniform weights: λ = (3r + H − 2)/4, m = 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if the truth has no component, [`ClosedFormError::TooLarge`] if
/// it has more than are fitted.
///
/// # References
/// Sato & Watanabe 2019, arXiv:1912.13289.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::poisson_mixture(3, 2)?.lambda().to_string(), "7/4");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn poisson_mixture(components: usize, true_ones: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("true components", true_ones, 1)?;
    at_most("true components", true_ones, components)?;
    let numerator = rational(3) * rational(true_ones) + rational(components) - rational(2);
    let lambda = half(half(numerator));
    let model = format!("{components} components, {true_ones} true");
    Ok(ClosedForm::of(lambda, 1, Family::PoissonMixture, model))
}

/// The learning coefficient of a mixture of binomial distributions of `trials` trials with uniform
/// weights: λ = (3r + H − 2)/4, m = 1, provided that trials + 1 ≥ 3r.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if the truth has no component or the trials are too few to
/// identify it to second order, [`ClosedFormError::TooLarge`] if it has more than are fitted.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::binomial_mixture(4, 2, 1)?.lambda().to_string(), "3/4");
/// assert!(closed_form::binomial_mixture(4, 3, 2).is_err()); // 4 + 1 < 6
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn binomial_mixture(
    trials: usize,
    components: usize,
    true_ones: usize,
) -> Result<ClosedForm, ClosedFormError> {
    let poisson = poisson_mixture(components, true_ones)?;
    at_least("trials", trials, true_ones.saturating_mul(3) - 1)?;
    let model = format!("{trials} trials, {components} components, {true_ones} true");
    Ok(ClosedForm::of(
        poisson.lambda().clone(),
        1,
        Family::BinomialMixture,
        model,
    ))
}
