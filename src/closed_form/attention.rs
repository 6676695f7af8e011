//! Single attention heads.

use super::family::{About, Tier};
use super::reduced_rank::reduced_rank;
use super::size::{at_least, at_most, half, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::LearningCoefficient;
use crate::algebra::Rational;

pub(super) const SOFTMAX: About = About {
    name: "softmax attention, uniform truth",
    source: Source::derivation(
        "Softmax outputs are regression with one output less",
        "attention at the uniform truth",
    ),
    conditions: "one head of softmax attention with softmax output over a vocabulary, embeddings \
                 of dimension e, uniform truth; the prior is positive on the fibre; the global \
                 coefficient",
    tier: Tier::Published,
};

pub(super) const TEACHER: About = About {
    name: "softmax attention, generic teacher, uniform truth",
    source: Source::derivation(
        "One head at a generic teacher is regular but for the origin of a small ideal",
        "attention at a generic teacher",
    ),
    conditions: "one head of softmax attention over v tokens with embeddings of dimension e and a \
                 teacher of generic rank k; the prior is positive at the point: k(2v − 1) regular \
                 directions, and the origin of (L·D, L·Y, X·L̄ᵀ, L·Z·L̄ᵀ)",
    tier: Tier::Computed,
};

pub(super) const LINEAR: About = About {
    name: "linear attention of one dimension, truth 0",
    source: Source::derivation(
        "Linear attention of one dimension is a product",
        "linear attention",
    ),
    conditions: "one head of linear attention with embeddings of one dimension, contexts of two or \
                 more tokens, truth 0: K comparable to |E|⁶q²|u|²; the prior is positive at the \
                 origin",
    tier: Tier::Derived,
};

/// The learning coefficient of softmax attention with `vocabulary` = v tokens and embeddings of
/// dimension e at the uniform truth: the pair of reduced-rank regression with v inputs, v − 1
/// outputs, e hidden units, rank 0, whatever the length of the context.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two tokens or dimension 0.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::softmax_attention(3, 2)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 2, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn softmax_attention(
    vocabulary: usize,
    embedding: usize,
) -> Result<ClosedForm, ClosedFormError> {
    at_least("vocabulary", vocabulary, 2)?;
    at_least("embedding", embedding, 1)?;
    let linear = reduced_rank(vocabulary, vocabulary - 1, embedding, 0)?;
    let model = format!("{vocabulary} tokens, embeddings of dimension {embedding}");
    let coefficient = linear.coefficient().clone();
    Ok(ClosedForm::new(
        coefficient,
        Family::SoftmaxAttention,
        model,
    ))
}

/// The pairs that the engine has certified for the origin of the small ideal, by (v, e, k).
const SMALL: [([usize; 3], [i64; 2], usize); 20] = [
    ([2, 2, 1], [1, 2], 2),
    ([2, 3, 1], [1, 2], 1),
    ([2, 4, 1], [1, 2], 1),
    ([2, 5, 1], [1, 2], 1),
    ([3, 2, 1], [1, 1], 1),
    ([3, 3, 1], [2, 1], 3),
    ([3, 3, 2], [1, 2], 1),
    ([3, 4, 1], [5, 2], 1),
    ([3, 4, 2], [1, 1], 2),
    ([3, 5, 2], [1, 1], 1),
    ([4, 2, 1], [3, 2], 1),
    ([4, 3, 1], [3, 1], 2),
    ([4, 3, 2], [1, 1], 1),
    ([4, 4, 2], [2, 1], 1),
    ([4, 4, 3], [1, 2], 1),
    ([4, 5, 3], [1, 1], 1),
    ([5, 2, 1], [2, 1], 1),
    ([5, 3, 1], [4, 1], 2),
    ([5, 3, 2], [3, 2], 1),
    ([6, 2, 1], [5, 2], 1),
];

/// The learning coefficient of one head of softmax attention with `vocabulary` = v tokens and
/// embeddings of dimension e at a generic teacher of rank k, where it is known:
/// λ = k(2v − 1)/2 + λ_G with G the ideal (L·D, L·Y, X·L̄ᵀ, L·Z·L̄ᵀ) at its origin, L of size
/// (v − k) × (e − k), L̄ its first v − 1 − k rows, D, Y, X, Z of sizes (e − k) × (v − 1 − k),
/// (e − k) × k, k × (e − k), (e − k) × (e − k).
///
/// For e = k there is nothing left, and m = 1.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two tokens or k = 0, [`ClosedFormError::TooLarge`]
/// for k > e or k > v − 1, [`ClosedFormError::NotKnown`] where the engine has only bounds for G.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::attention_teacher(3, 3, 1)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 9/2, m = 3");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn attention_teacher(
    vocabulary: usize,
    embedding: usize,
    rank: usize,
) -> Result<ClosedForm, ClosedFormError> {
    at_least("vocabulary", vocabulary, 2)?;
    at_least("rank", rank, 1)?;
    at_most("rank", rank, embedding.min(vocabulary - 1))?;
    let sizes = [vocabulary, embedding, rank];
    let (own, m) = match SMALL.iter().find(|(known, ..)| *known == sizes) {
        Some((_, [numerator, denominator], m)) => (
            Rational::from(*numerator) / Rational::from(*denominator),
            *m,
        ),
        None if embedding == rank => (Rational::ZERO, 1),
        None => {
            return Err(ClosedFormError::NotKnown {
                what: "attention at a generic teacher of these sizes",
            });
        }
    };
    let two = Rational::from(2);
    let regular = half(rational(rank) * (rational(vocabulary) * two - Rational::ONE));
    let model = format!("{vocabulary} tokens, embeddings of dimension {embedding}, rank {rank}");
    Ok(ClosedForm::of(
        regular + own,
        m,
        Family::AttentionTeacher,
        model,
    ))
}

/// The learning coefficient of linear attention with `vocabulary` = v tokens and embeddings of one
/// dimension at truth 0: λ = min(v/6, 1/2), m = 2 if v = 3, else 1.
///
/// The output is the product of a cubic in the embeddings E, a scalar q and a vector u of v
/// entries: K is comparable to |E|⁶q²|u|².
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two tokens.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::linear_attention(3)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 1/2, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn linear_attention(vocabulary: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("vocabulary", vocabulary, 2)?;
    let embedding = LearningCoefficient::new(rational(vocabulary) / rational(6), 1);
    let scalar = LearningCoefficient::new(half(Rational::ONE), 1);
    let output = LearningCoefficient::new(half(rational(vocabulary)), 1);
    let coefficient = embedding.product(&scalar).product(&output);
    let model = format!("{vocabulary} tokens");
    Ok(ClosedForm::new(coefficient, Family::LinearAttention, model))
}
