//! Naive Bayes models: latent classes with conditionally independent features.

use super::error::at_least;
use super::{FiniteOutcomes, ModelError, Node, bayesian_network};

/// The naive Bayes (latent class) model: p(x) = Σ_c π_c Π_v θ_{v,c}(x_v), with a hidden class c and
/// features of `states[v]` states that are independent given the class.
///
/// It is the [`bayesian_network`] of a hidden root, node 0, whose children are the features:
/// parameters `p0` (or `p0_1`, `p0_2`, …) for the class, `p{v}_{class}` for feature v, from 1.
/// Learning coefficients for two classes: Rusakov & Geiger, JMLR 6 (2005) 1–35, Theorem 4.
///
/// # Errors
/// [`ModelError::TooSmall`] for no feature, or fewer than two classes or states; as
/// [`bayesian_network`].
///
/// ```
/// use rlct::model::{Model, naive_bayes};
/// let model = naive_bayes(2, &[2, 3])?;
/// assert_eq!(
///     model.parameters().names(),
///     ["p0", "p1_0", "p1_1", "p2_0_1", "p2_0_2", "p2_1_1", "p2_1_2"]
/// );
/// # Ok::<(), rlct::model::ModelError>(())
/// ```
pub fn naive_bayes(classes: usize, states: &[usize]) -> Result<FiniteOutcomes, ModelError> {
    at_least("the number of features", 1, states.len())?;
    let mut nodes = vec![Node::hidden(classes, &[])];
    nodes.extend(states.iter().map(|s| Node::observed(*s, &[0])));
    bayesian_network(&nodes)
}
