//! Single attention heads.

use super::family::{About, Tier};
use super::reduced_rank::reduced_rank;
use super::size::{at_least, half, rational};
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
