//! Factor analysis: a diagonal covariance plus one of low rank.

use super::family::{About, Tier};
use super::size::{at_least, at_most, half, quarter, rational};
use super::{ClosedForm, ClosedFormBounds, ClosedFormError, Family, Source};
use crate::algebra::Rational;

const DRTON_PLUMMER: Source = Source::publication(
    "Drton & Plummer",
    2017,
    "A Bayesian information criterion for singular models",
    "Journal of the Royal Statistical Society B 79, 323–380",
    "table 2",
);

pub(super) const ONE_FACTOR: About = About {
    name: "one-factor analysis",
    source: Source::publication(
        "Drton, Lin, Weihs & Zwiernik",
        2017,
        "Marginal likelihood and model selection for Gaussian latent tree and forest models",
        "Bernoulli 23, 1202–1232",
        "the star tree",
    ),
    conditions: "normal distributions with covariance D + llᵀ, D diagonal; the prior is positive \
                 on the fibre; the global coefficient",
    tier: Tier::Derived,
};

pub(super) const FACTOR_ANALYSIS: About = About {
    name: "factor analysis",
    source: DRTON_PLUMMER,
    conditions: "normal distributions with covariance D + LLᵀ, D diagonal, L of k columns; a \
                 generic truth of l factors; the prior is positive on the fibre; the global \
                 coefficient",
    tier: Tier::Derived,
};

pub(super) const BOUNDS: About = About {
    name: "bound for factor analysis",
    ..FACTOR_ANALYSIS
};

/// The learning coefficient of one-factor analysis of p = `variables` variables, where
/// `loadings` of the true ones are not 0: p for three or more, (2p − 1)/2 for two, 3p/4 for one or
/// none; m = 1, but m = 2 for two independent variables.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two variables, [`ClosedFormError::TooLarge`] for
/// more loadings than variables.
///
/// # References
/// Drton, Lin, Weihs & Zwiernik 2017, Bernoulli 23, 1202–1232, for the star tree.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::one_factor(3, 0)?.lambda().to_string(), "9/4");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn one_factor(variables: usize, loadings: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("variables", variables, 2)?;
    at_most("loadings", loadings, variables)?;
    let p = rational(variables);
    let (lambda, m) = match loadings {
        0 | 1 => (quarter(rational(3) * p), 1 + usize::from(variables == 2)),
        2 => (p - half(Rational::ONE), 1),
        _ => (p, 1),
    };
    let model = format!("{variables} variables, {loadings} true loadings that are not 0");
    Ok(ClosedForm::of(lambda, m, Family::OneFactor, model))
}

/// ((k + 2)p + l(p − k + 1))/4.
fn table(variables: usize, factors: usize, truth: usize) -> Rational {
    let [p, k, l] = [variables, factors, truth].map(rational);
    quarter((&k + &rational(2)) * &p + l * (p - k + Rational::ONE))
}

fn check(variables: usize, factors: usize, truth: usize) -> Result<String, ClosedFormError> {
    at_least("variables", variables, 2)?;
    at_least("factors", factors, 1)?;
    at_most("factors", factors, variables)?;
    at_most("true factors", truth, factors)?;
    Ok(format!(
        "{variables} variables, {factors} factors, {truth} true"
    ))
}

/// The learning coefficient of factor analysis of p = `variables` with k = `factors` at a generic
/// truth of l factors, where it is known:
///
/// - l = 0 and p ≥ k + 1: λ = (k + 2)p/4, and m = p if p = k + 1, else 1;
/// - k = 2, l = 1 and p ≥ 4: λ = (5p − 1)/4, m = 1;
/// - l = k: half the dimension of the model, min{p(k + 1) − k(k − 1)/2, p(p + 1)/2}/2, m = 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] or [`ClosedFormError::TooLarge`] for sizes without meaning,
/// [`ClosedFormError::NotKnown`] otherwise: [`factor_analysis_bounds`] then has a bound.
///
/// # References
/// Drton & Plummer 2017, Journal of the Royal Statistical Society B 79, table 2; the first case is
/// that of [`off_diagonal_gram`](super::off_diagonal_gram()), whose multiplicity at p = k + 1 the
/// table lacks.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::factor_analysis(4, 3, 0)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 5, m = 4");
/// assert!(closed_form::factor_analysis(6, 3, 1).is_err());
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn factor_analysis(
    variables: usize,
    factors: usize,
    truth: usize,
) -> Result<ClosedForm, ClosedFormError> {
    let model = check(variables, factors, truth)?;
    let (lambda, m) = if truth == factors {
        let [p, k] = [variables, factors].map(rational);
        let one = Rational::ONE;
        let loadings = &p * &(&k + &one) - half(&k * &(&k - &one));
        (half(loadings.min(half(&p * &(&p + &one)))), 1)
    } else if truth == 0 && variables > factors {
        let m = if variables == factors + 1 {
            variables
        } else {
            1
        };
        (table(variables, factors, 0), m)
    } else if factors == 2 && truth == 1 && variables >= 4 {
        (table(variables, 2, 1), 1)
    } else {
        return Err(ClosedFormError::NotKnown {
            what: "factor analysis of these sizes; factor_analysis_bounds has an upper bound",
        });
    };
    Ok(ClosedForm::of(lambda, m, Family::FactorAnalysis, model))
}

/// An upper bound of the learning coefficient of factor analysis at a generic truth of l factors:
/// λ ≤ min{(k + 2)p + l(p − k + 1), p(p + 1)}/4.
///
/// The first is the value at the point of the fibre where the surplus columns of L vanish, the
/// second half the number of entries of the covariance.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] or [`ClosedFormError::TooLarge`] for sizes without meaning.
///
/// # References
/// Drton & Plummer 2017, Journal of the Royal Statistical Society B 79, table 2.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::factor_analysis_bounds(6, 3, 1)?.upper().to_string(), "17/2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn factor_analysis_bounds(
    variables: usize,
    factors: usize,
    truth: usize,
) -> Result<ClosedFormBounds, ClosedFormError> {
    let model = check(variables, factors, truth)?;
    let p = rational(variables);
    let ambient = quarter(&p * &(&p + &Rational::ONE));
    let upper = table(variables, factors, truth).min(ambient);
    ClosedFormBounds::new(None, upper, Family::FactorAnalysisBounds, model)
}
