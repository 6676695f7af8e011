//! Gaussian latent tree models.

use super::covariance::place;
use super::error::{at_least, at_most};
use super::{Domain, GaussianCovariance, ModelError};
use crate::algebra::{Polynomial, Rational, Variables};

/// The Gaussian latent tree model: nodes 0, …, p − 1 are observed, all others hidden, and
/// Σ_ii = s_i², Σ_ij = s_i s_j Π r_e over the edges e of the path from i to j.
///
/// Parameters: the standard deviations `s0`, `s1`, … ≥ 0 of the observed nodes, then the
/// correlations `r0`, `r1`, … ∈ [−1, 1] of the edges, in their order. A true parameter with some
/// r_e = 0 is a sub-forest. Learning coefficients: Drton, Lin, Weihs & Zwiernik, Bernoulli 23
/// (2017) 1202–1232.
///
/// # Errors
/// [`ModelError::Graph`] if the edges are no tree on nodes 0, …, number of edges;
/// [`ModelError::TooSmall`] for fewer than two observed nodes.
///
/// ```
/// use rlct::{Budget, model::{Model, gaussian_latent_tree, rational_point}};
/// // three leaves of one hidden node, independent in truth
/// let model = gaussian_latent_tree(3, &[(0, 3), (1, 3), (2, 3)])?;
/// let truth = rational_point(&[1.0, 1.0, 1.0, 0.0, 0.0, 0.0])?;
/// let answer = model.germ(&truth)?.learning_coefficient(&Budget::default())?;
/// assert_eq!(answer.to_string(), "λ = 9/4, m = 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn gaussian_latent_tree(
    observed: usize,
    edges: &[(usize, usize)],
) -> Result<GaussianCovariance, ModelError> {
    at_least("the number of observed nodes", 2, observed)?;
    at_most("the number of observed nodes", 64, observed)?;
    at_most("the number of edges", 256, edges.len())?;
    let nodes = edges.len() + 1;
    if observed > nodes || edges.iter().any(|(u, v)| *u.max(v) >= nodes) {
        return Err(ModelError::Graph {
            reason: "a tree with e edges has the nodes 0, …, e, and the observed ones come first",
        });
    }
    let names = (0..observed).map(|i| format!("s{i}"));
    let ring = Variables::new(names.chain((0..edges.len()).map(|e| format!("r{e}"))))?;
    let one = Polynomial::constant(&ring, Rational::ONE);
    let mut entries = vec![Polynomial::zero(&ring); observed * (observed + 1) / 2];
    for i in 0..observed {
        // The product of the correlations from i to every node.
        let mut along: Vec<Option<Polynomial>> = vec![None; nodes];
        along[i] = Some(one.clone());
        let mut open = vec![i];
        while let Some(node) = open.pop() {
            for (e, &(u, v)) in edges.iter().enumerate() {
                let next = match node {
                    n if n == u => v,
                    n if n == v => u,
                    _ => continue,
                };
                if along[next].is_none() {
                    let edge = Polynomial::variable(&ring, observed + e);
                    along[next] = along[node].as_ref().map(|path| path * &edge);
                    open.push(next);
                }
            }
        }
        for j in i..observed {
            let Some(path) = &along[j] else {
                return Err(ModelError::Graph {
                    reason: "the edges do not connect all nodes",
                });
            };
            let scale = &Polynomial::variable(&ring, i) * &Polynomial::variable(&ring, j);
            entries[place(observed, i, j)] = path * &scale;
        }
        if along.iter().any(Option::is_none) {
            return Err(ModelError::Graph {
                reason: "the edges do not connect all nodes",
            });
        }
    }
    let mut constraints: Vec<Polynomial> = (0..observed)
        .map(|i| Polynomial::variable(&ring, i))
        .collect();
    for e in 0..edges.len() {
        let r = Polynomial::variable(&ring, observed + e);
        constraints.extend([&one - &r, &one + &r]);
    }
    let domain = Domain::new(&ring, constraints)?;
    Ok(GaussianCovariance::new(&ring, observed, &entries)?.on_domain(domain))
}
