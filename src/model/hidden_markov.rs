//! Hidden Markov models with finitely many outputs.

use super::error::{at_least, at_most};
use super::simplices::Simplices;
use super::{FiniteOutcomes, ModelError};
use crate::algebra::{Polynomial, SizeLimits};

/// The hidden Markov model of sequences x₁ … x_T over `symbols` letters with K hidden `states`:
/// p(x) = Σ_h π(h₁) e(h₁, x₁) Π_t t(h_{t−1}, h_t) e(h_t, x_t). One observation is one sequence.
///
/// Parameters: the initial distribution `s`, the rows of the transition matrix `t1`, `t2`, … and of
/// the emission matrix `e1`, `e2`, …; each without its last entry, entries numbered `_1`, `_2`, …
/// where there are several. Outcomes: sequences, the last letter fastest.
///
/// # Errors
/// [`ModelError::TooSmall`] for fewer than one state, two letters or length one;
/// [`ModelError::TooLarge`] for more than 4096 sequences.
///
/// ```
/// use rlct::model::{Model, hidden_markov};
/// let model = hidden_markov(2, 2, 3)?;
/// assert_eq!(model.parameters().names(), ["s", "t1", "t2", "e1", "e2"]);
/// assert_eq!(model.weights().len(), 8);
/// # Ok::<(), rlct::model::ModelError>(())
/// ```
pub fn hidden_markov(
    states: usize,
    symbols: usize,
    length: usize,
) -> Result<FiniteOutcomes, ModelError> {
    at_least("the number of hidden states", 1, states)?;
    at_least("the number of letters", 2, symbols)?;
    at_least("the length of a sequence", 1, length)?;
    let outcomes = u32::try_from(length)
        .ok()
        .and_then(|length| symbols.checked_pow(length))
        .unwrap_or(usize::MAX);
    at_most("the number of sequences", 4096, outcomes)?;
    let mut simplices = Simplices::default();
    simplices.point("s", states);
    for (prefix, entries) in [("t", states), ("e", symbols)] {
        for row in 1..=states {
            simplices.point(&format!("{prefix}{row}"), entries);
        }
    }
    let (domain, points) = simplices.finish()?;
    let (initial, transitions, emissions) =
        (&points[0], &points[1..=states], &points[1 + states..]);
    let limits = SizeLimits::default();
    let ring = emissions[0][0].variables().clone();
    let mut probabilities = Vec::with_capacity(outcomes);
    for outcome in 0..outcomes {
        let letter = |t: usize| outcome / symbols.pow((length - 1 - t) as u32) % symbols;
        // The forward recursion: the joint probability of x₁ … x_t and h_t.
        let mut forward = Vec::with_capacity(states);
        for h in 0..states {
            forward.push(initial[h].checked_mul(&emissions[h][letter(0)], &limits)?);
        }
        for t in 1..length {
            let mut next = Vec::with_capacity(states);
            for h in 0..states {
                let mut sum = Polynomial::zero(&ring);
                for (from, row) in forward.iter().zip(transitions) {
                    sum = &sum + &from.checked_mul(&row[h], &limits)?;
                }
                next.push(sum.checked_mul(&emissions[h][letter(t)], &limits)?);
            }
            forward = next;
        }
        probabilities.push(forward.iter().fold(Polynomial::zero(&ring), |s, p| &s + p));
    }
    Ok(FiniteOutcomes::new(&ring, &probabilities)?.on_domain(domain))
}
