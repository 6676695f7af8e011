//! Linear networks away from the point where the global coefficient is attained.

use super::family::{About, Tier};
use super::reduced_rank::reduced_rank;
use super::size::{at_least, at_most, half, positive, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::LearningCoefficient;

pub(super) const LOCAL: About = About {
    name: "two-layer linear network at a point",
    source: Source::derivation(
        "Local learning coefficients of two-layer linear networks",
        "proofs/two-layer-linear-local",
    ),
    conditions: "K = ‖BA − C‖² up to a factor between positive constants, near a point with BA = C \
                 and the given ranks of A, B and C; the prior is positive there",
    tier: Tier::Computed,
};

pub(super) const LOW_RANK_APPROXIMATION: About = About {
    name: "low-rank approximation",
    source: Source::derivation(
        "Eckart–Young minima are a Morse–Bott manifold",
        "low-rank approximation",
    ),
    conditions: "y = BAx + noise (or W₀ + BA, or a linear autoencoder) with the truth of rank \
                 above the number of hidden units H and σ_H > σ_{H+1} for its singular values, \
                 relative to E[xxᵀ]; λ is that of the excess loss over its minimum",
    tier: Tier::Derived,
};

pub(super) const RESIDUAL: About = About {
    name: "residual linear network",
    source: Source::derivation(
        "Products of invertible matrices are regular",
        "residual networks",
    ),
    conditions: "y = Π(I + W_l)x + noise with E[xxᵀ] positive definite and an invertible truth; \
                 the prior is positive on the fibre",
    tier: Tier::Computed,
};

/// The learning coefficient of K = ‖BA − C‖² at a given point of the fibre BA = C, for A of shape
/// `hidden × inputs` and rank `rank_a`, B of shape `outputs × hidden` and rank `rank_b`, and C of
/// rank `rank`.
///
/// With M, N, H for inputs, outputs, hidden and s, t, r for the three ranks,
///
/// λ = (Ns + t(M − s))/2 + λ₀, m = m₀,
///
/// where (λ₀, m₀) is the pair of reduced-rank regression of sizes M − s, N − t, H − s − t + r and
/// truth 0, and (0, 1) if one of these sizes is 0. In suitable coordinates the ideal is the sum of
/// Ns + t(M − s) coordinates and of the entries of a product of two matrices of these sizes that
/// vanish at the point; `proofs/two-layer-linear-local` has the proof. The least value over the
/// fibre, at s = t = r, is the global coefficient [`reduced_rank`](super::reduced_rank()).
///
/// # Errors
/// - [`ClosedFormError::TooSmall`] if a size is 0, or if `rank` is below
///   `rank_a + rank_b − hidden` (Sylvester's inequality);
/// - [`ClosedFormError::TooLarge`] if a rank exceeds what the sizes allow.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // BA = 0 in 2 × 2 matrices: at A = B = 0, and at A = 0 with B invertible
/// let origin = closed_form::reduced_rank_local(2, 2, 2, [0, 0], 0)?;
/// assert_eq!(origin.coefficient().to_string(), "λ = 3/2, m = 1");
/// let regular = closed_form::reduced_rank_local(2, 2, 2, [0, 2], 0)?;
/// assert_eq!(regular.coefficient().to_string(), "λ = 2, m = 1");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn reduced_rank_local(
    inputs: usize,
    outputs: usize,
    hidden: usize,
    [rank_a, rank_b]: [usize; 2],
    rank: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("inputs", inputs), ("outputs", outputs), ("hidden", hidden)])?;
    at_most("rank of A", rank_a, inputs.min(hidden))?;
    at_most("rank of B", rank_b, outputs.min(hidden))?;
    at_most("rank of BA", rank, rank_a.min(rank_b))?;
    // s + t − r ≤ H, written without overflow: s − r ≤ H − t
    at_least("rank of BA", rank, rank_a.saturating_sub(hidden - rank_b))?;
    let free = rational(outputs) * rational(rank_a) + rational(rank_b) * rational(inputs - rank_a);
    let core_sizes = [
        inputs - rank_a,
        outputs - rank_b,
        (hidden - rank_b) - (rank_a - rank),
    ];
    let regular = half(free);
    let coefficient = if core_sizes.contains(&0) {
        if !regular.is_positive() {
            return Err(ClosedFormError::NoParameters);
        }
        LearningCoefficient::new(regular, 1)
    } else {
        let [m, n, h] = core_sizes;
        let core = reduced_rank(m, n, h, 0)?;
        LearningCoefficient::new(regular + core.lambda(), core.multiplicity())
    };
    let model = format!(
        "{inputs} inputs, {outputs} outputs, {hidden} hidden, ranks {rank_a} of A, {rank_b} of B, \
         {rank} of BA"
    );
    Ok(ClosedForm::new(
        coefficient,
        Family::ReducedRankLocal,
        model,
    ))
}

/// The learning coefficient of reduced-rank regression with `hidden` units at its minimum, where
/// the truth has a larger rank: λ = H(M + N − H)/2, m = 1.
///
/// By the theorem of Eckart & Young the best map of rank H is unique if σ_H > σ_{H+1}; its
/// factorisations are one orbit of GL_H, of codimension H(M + N) − H², and the Hessian is positive
/// definite across it.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a size is 0, [`ClosedFormError::TooLarge`] if no truth has a
/// rank above `hidden`.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::low_rank_approximation(4, 3, 2)?.lambda().to_string(), "5");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn low_rank_approximation(
    inputs: usize,
    outputs: usize,
    hidden: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("inputs", inputs), ("outputs", outputs), ("hidden", hidden)])?;
    at_most("hidden", hidden, inputs.min(outputs) - 1)?;
    let lambda = half(rational(hidden) * (rational(inputs) + rational(outputs) - rational(hidden)));
    let model =
        format!("{inputs} inputs, {outputs} outputs, {hidden} hidden, truth of larger rank");
    Ok(ClosedForm::of(
        lambda,
        1,
        Family::LowRankApproximation,
        model,
    ))
}

/// The learning coefficient of the residual network y = Π(I + W_l)x of n × n matrices with an
/// invertible truth: λ = n²/2, m = 1, at any depth.
///
/// All factors are invertible on the fibre, so the product is a submersion there.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if width or depth is 0.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::residual_linear(3, 4)?.lambda().to_string(), "9/2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn residual_linear(width: usize, depth: usize) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("width", width), ("depth", depth)])?;
    let model = format!("width {width}, depth {depth}, invertible truth");
    let lambda = half(rational(width).pow(2));
    Ok(ClosedForm::of(lambda, 1, Family::ResidualLinear, model))
}
