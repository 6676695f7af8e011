//! Mixtures of binomial distributions.

use super::error::{at_least, at_most};
use super::simplices::Simplices;
use super::{FiniteOutcomes, ModelError};
use crate::algebra::{Polynomial, Rational, SizeLimits};

/// The mixture of binomial distributions of n trials: p(x) = Σ_i a_i C(n, x) p_i^x (1 − p_i)^{n−x},
/// x = 0, …, n.
///
/// Parameters: the weights but the last (`a` for two components, else `a_1`, `a_2`, …), then `p1`,
/// `p2`, …
///
/// # Errors
/// [`ModelError::TooSmall`] or [`ModelError::TooLarge`] (at most 100 trials).
///
/// ```
/// use rlct::model::{Model, binomial_mixture};
/// let model = binomial_mixture(2, 3)?;
/// assert_eq!(model.parameters().names(), ["a", "p1", "p2"]);
/// assert_eq!(model.weights().len(), 4);
/// # Ok::<(), rlct::model::ModelError>(())
/// ```
pub fn binomial_mixture(components: usize, trials: usize) -> Result<FiniteOutcomes, ModelError> {
    at_least("the number of components", 1, components)?;
    at_least("the number of trials", 1, trials)?;
    at_most("the number of trials", 100, trials)?;
    let mut simplices = Simplices::default();
    simplices.point("a", components);
    for i in 1..=components {
        simplices.point(&format!("p{i}"), 2);
    }
    let (domain, points) = simplices.finish()?;
    let ring = points[1][0].variables().clone();
    let limits = SizeLimits::default();
    let mut probabilities = Vec::with_capacity(trials + 1);
    let mut binomial = Rational::ONE;
    for x in 0..=trials {
        let mut sum = Polynomial::zero(&ring);
        for i in 0..components {
            let success = points[1 + i][0].checked_pow(x as u32, &limits)?;
            let failure = points[1 + i][1].checked_pow((trials - x) as u32, &limits)?;
            let both = success.checked_mul(&failure, &limits)?;
            sum = &sum + &both.checked_mul(&points[0][i], &limits)?;
        }
        probabilities.push(sum.scale(&binomial));
        binomial = binomial * Rational::from(trials - x) / Rational::from(x + 1);
    }
    Ok(FiniteOutcomes::new(&ring, &probabilities)?.on_domain(domain))
}
