//! Linear concept bottleneck models: the hidden layer is observed too.

use super::family::{About, Tier};
use super::reduced_rank::reduced_rank;
use super::size::{at_most, half, positive, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::LearningCoefficient;

pub(super) const FULL: About = About {
    name: "linear concept bottleneck model",
    source: Source::publication(
        "Hayashi & Sawada",
        2023,
        "Upper bound of Bayesian generalization error in concept bottleneck model (CBM)",
        "arXiv:2303.09154",
        "full rank; the general case by this project",
    ),
    conditions: "y = ABx, c = Bx, both observed with noise, E[xxᵀ] positive definite, realisable \
                 truth; the prior is positive on the fibre",
    tier: Tier::Derived,
};

pub(super) const PARTIAL: About = About {
    name: "linear concept bottleneck model with latent concepts",
    source: Source::derivation(
        "Observed concepts are coordinates",
        "bound in Hayashi & Sawada 2024, arXiv:2403.09206",
    ),
    conditions: "y = A₁B₁x + A₂B₂x, c = B₂x, y and c observed with noise, E[xxᵀ] positive \
                 definite, realisable truth; the rest of the rank given is that of the remaining \
                 map on the kernel of B₂; the prior is positive on the fibre; the global \
                 coefficient",
    tier: Tier::Derived,
};

/// The learning coefficient of the linear concept bottleneck with N = `inputs`, K = `concepts`,
/// M = `outputs` where the true map to the concepts has rank r: λ = (KN + Mr)/2, m = 1.
///
/// The entries of B are coordinates; on B = B₀ the entries of (A − A₀)B₀ are Mr more.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a size is 0, [`ClosedFormError::TooLarge`] if the rank exceeds
/// inputs or concepts.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::concept_bottleneck(2, 2, 2, 1)?.lambda().to_string(), "3");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn concept_bottleneck(
    inputs: usize,
    concepts: usize,
    outputs: usize,
    rank: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[
        ("inputs", inputs),
        ("concepts", concepts),
        ("outputs", outputs),
    ])?;
    at_most("rank", rank, inputs.min(concepts))?;
    let lambda = half(rational(concepts) * rational(inputs) + rational(outputs) * rational(rank));
    let model = format!("{inputs} inputs, {concepts} concepts, {outputs} outputs, rank {rank}");
    Ok(ClosedForm::of(lambda, 1, Family::ConceptBottleneck, model))
}

/// The learning coefficient of the linear bottleneck with K = `concepts` observed and
/// H = `latent` latent concepts: with r₂ = `concept_rank` the rank of the true map to the observed
/// concepts and r′ = `latent_rank` that of the remaining map on its kernel, λ is
/// (KN + Mr₂)/2 plus λ of reduced-rank regression of N − r₂ inputs, M outputs, H hidden units and
/// rank r′, and m that of the latter.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a size is 0, [`ClosedFormError::TooLarge`] if a rank exceeds
/// what the sizes allow.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::partial_bottleneck([4, 1, 2, 3], 1, 1)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 7, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
///
/// # Shapes
/// The sizes are inputs, observed concepts, latent concepts, outputs.
pub fn partial_bottleneck(
    [inputs, concepts, latent, outputs]: [usize; 4],
    concept_rank: usize,
    latent_rank: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("inputs", inputs), ("concepts", concepts)])?;
    positive(&[("latent concepts", latent), ("outputs", outputs)])?;
    at_most("rank of the concepts", concept_rank, inputs.min(concepts))?;
    let kernel = inputs - concept_rank;
    at_most("latent rank", latent_rank, kernel.min(latent).min(outputs))?;
    let regular =
        half(rational(concepts) * rational(inputs) + rational(outputs) * rational(concept_rank));
    let regular = LearningCoefficient::new(regular, 1);
    let coefficient = if kernel == 0 {
        regular
    } else {
        regular.sum(reduced_rank(kernel, outputs, latent, latent_rank)?.coefficient())
    };
    let model = format!(
        "{inputs} inputs, {concepts} concepts, {latent} latent, {outputs} outputs, ranks \
         {concept_rank} and {latent_rank}"
    );
    Ok(ClosedForm::new(
        coefficient,
        Family::PartialBottleneck,
        model,
    ))
}
