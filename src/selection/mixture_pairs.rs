//! Learning coefficients of mixtures at truths of fewer components, under a Dirichlet prior.

use super::{PairCoefficient, SelectionError};
use crate::algebra::Rational;
use crate::closed_form;

/// φ = (N + 1)/2 for components of N parameters: above N/2, where λ no longer depends on it.
pub(super) fn default_concentration(dimension: usize) -> Rational {
    Rational::from(dimension + 1) / Rational::from(2)
}

/// `fitted` components of N = `dimension` parameters at a truth of `truth`: exact where the
/// densities and their derivatives up to order two at the true parameters are independent
/// (`identified`).
///
/// Elsewhere the same λ is an upper bound. For K is at most a constant times ‖Σ a b‖² + (Σ a|b|²)²
/// around each true component, by Taylor's theorem; that the right side bounds K from below also is
/// what independence is needed for.
pub(super) fn smooth(
    dimension: usize,
    fitted: usize,
    truth: usize,
    concentration: &Rational,
    identified: bool,
) -> Result<PairCoefficient, SelectionError> {
    let value = closed_form::finite_mixture(dimension, fitted, truth, concentration)?;
    Ok(if identified {
        PairCoefficient::from(&value)
    } else {
        PairCoefficient::AtMost(value.lambda().clone())
    })
}

/// Latent classes with features of the given numbers of states: exact for two classes at a truth
/// of one, else the upper bound of [`smooth`], or less.
///
/// Less where one feature has more than half of the N free probabilities: classes that differ in
/// this feature alone are one class, so that a surplus class costs (N − max d)/2 at most, with d
/// the free probabilities of a feature.
pub(super) fn latent_classes(
    states: &[usize],
    fitted: usize,
    truth: usize,
    concentration: &Rational,
) -> Result<PairCoefficient, SelectionError> {
    if (fitted, truth) == (2, 1) {
        let value = closed_form::latent_class_dirichlet(states, concentration)?;
        return Ok(PairCoefficient::from(&value));
    }
    let free = states.iter().map(|s| s - 1);
    let dimension: usize = free.clone().sum();
    let others = dimension - free.max().unwrap_or(0);
    // the cost of a surplus class is half of min{φ, N/2, N − max d}
    let cost = concentration.clone().min(Rational::from(others));
    smooth(dimension, fitted, truth, &cost, false)
}

/// Normal components on a line that share a fitted variance: exact for two at a truth of one.
///
/// At a truth of one normal distribution the first two cumulants are coordinates, by the mean and
/// the variance, and give 1. The others are of order three and more in the i − 1 differences of the
/// means, so that where these are of order t, K is of order t⁶: a surplus component costs 1/6 at
/// most, or φ/2 with its weight. Beside several true components their variance is one identified
/// parameter more than [`smooth`] has.
pub(super) fn common_variance(
    fitted: usize,
    truth: usize,
    concentration: &Rational,
) -> Result<PairCoefficient, SelectionError> {
    if (fitted, truth) == (2, 1) {
        let value = closed_form::common_variance_mixture(concentration)?;
        return Ok(PairCoefficient::from(&value));
    }
    if truth == 1 {
        // of index 1/3 at most: half of it is what a surplus component costs
        let third = Rational::ONE / Rational::from(3);
        let cost = concentration.clone().min(third);
        return Ok(smooth(1, fitted, truth, &cost, false)?.with_regular(1));
    }
    Ok(smooth(1, fitted, truth, concentration, false)?.with_regular(1))
}

/// Normal components on a line, each with a fitted variance: exact for two at a truth of one.
pub(super) fn variances(
    fitted: usize,
    truth: usize,
    concentration: &Rational,
) -> Result<PairCoefficient, SelectionError> {
    if (fitted, truth) == (2, 1) {
        let value = closed_form::normal_scale_mixture_dirichlet(concentration)?;
        return Ok(PairCoefficient::from(&value));
    }
    smooth(2, fitted, truth, concentration, false)
}
