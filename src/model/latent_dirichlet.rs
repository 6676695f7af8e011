//! Latent Dirichlet allocation as stochastic matrix factorisation.

use super::error::{at_least, at_most};
use super::simplices::Simplices;
use super::{FiniteOutcomes, ModelError};
use crate::algebra::{Polynomial, Rational};

/// Latent Dirichlet allocation with M words, H topics and N documents, which is stochastic matrix
/// factorisation: a word i of document j has the probability (AB)_ij, A an M × H and B an H × N
/// matrix whose columns lie on simplices. An observation is a word and its document, every document
/// equally likely: p(i, j) = (AB)_ij / N.
///
/// Parameters: the columns of A, `a1`, `a2`, … (topics), then those of B, `b1`, `b2`, …
/// (documents), each without its last entry. Outcomes: (i, j), the document fastest. Source of the
/// learning coefficient: Hayashi, Neural Networks 137 (2021) 127–137, arXiv:2008.01304.
///
/// # Errors
/// [`ModelError::TooSmall`] for fewer than two words, or no topic or document;
/// [`ModelError::TooLarge`].
///
/// ```
/// use rlct::model::{Model, latent_dirichlet_allocation};
/// let model = latent_dirichlet_allocation(3, 2, 2)?;
/// assert_eq!(model.parameters().names(), ["a1_1", "a1_2", "a2_1", "a2_2", "b1", "b2"]);
/// # Ok::<(), rlct::model::ModelError>(())
/// ```
pub fn latent_dirichlet_allocation(
    words: usize,
    topics: usize,
    documents: usize,
) -> Result<FiniteOutcomes, ModelError> {
    at_least("the number of words", 2, words)?;
    at_least("the number of topics", 1, topics)?;
    at_least("the number of documents", 1, documents)?;
    at_most(
        "words times documents",
        4096,
        words.saturating_mul(documents),
    )?;
    at_most("the number of topics", 256, topics)?;
    let mut simplices = Simplices::default();
    for topic in 1..=topics {
        simplices.point(&format!("a{topic}"), words);
    }
    for document in 1..=documents {
        simplices.point(&format!("b{document}"), topics);
    }
    let (domain, points) = simplices.finish()?;
    let (a, b) = points.split_at(topics);
    let ring = a[0][0].variables().clone();
    let share = Rational::ONE / Rational::from(documents);
    let mut probabilities = Vec::with_capacity(words * documents);
    for word in 0..words {
        for document in b {
            let sum = a
                .iter()
                .zip(document)
                .fold(Polynomial::zero(&ring), |sum, (topic, weight)| {
                    &sum + &(&topic[word] * weight)
                });
            probabilities.push(sum.scale(&share));
        }
    }
    Ok(FiniteOutcomes::new(&ring, &probabilities)?.on_domain(domain))
}
