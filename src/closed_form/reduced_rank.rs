//! Reduced-rank regression, that is a linear network with one hidden layer.

use super::family::{About, Tier};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::LearningCoefficient;
use crate::algebra::Rational;

pub(super) const ABOUT: About = About {
    name: "reduced-rank regression",
    source: Source {
        authors: "Aoyagi & Watanabe",
        year: 2005,
        title: "Stochastic complexities of reduced rank regression in Bayesian estimation",
        venue: "Neural Networks 18, 924–933",
        statement: "main theorem",
    },
    conditions: "y = BAx + Gaussian noise with E[xxᵀ] positive definite, the \
     truth realisable and of the given rank; the prior is positive on a compact set that holds a \
     factorisation of the truth by factors of that rank; the global coefficient",
    tier: Tier::Computed,
};

/// The learning coefficient of reduced-rank regression `y = BAx + noise`, with A of shape
/// `hidden × inputs`, B of shape `outputs × hidden` and a truth `B₀A₀` of rank `rank`.
///
/// Write M, N, H, r for inputs, outputs, hidden and rank. The main theorem has four cases:
///
/// 1. N + r ≤ M + H, M + r ≤ N + H and H + r ≤ M + N:
///    λ = (2(H+r)(M+N) − (M−N)² − (H+r)²)/8 and m = 1 if M + N + H + r is even,
///    λ = (2(H+r)(M+N) − (M−N)² − (H+r)² + 1)/8 and m = 2 if it is odd;
/// 2. M + H < N + r: λ = (HM − Hr + Nr)/2, m = 1;
/// 3. N + H < M + r: λ = (HN − Hr + Mr)/2, m = 1;
/// 4. M + N < H + r: λ = MN/2, m = 1.
///
/// # Errors
/// - [`ClosedFormError::ZeroWidth`] if a size is 0 (layers: inputs 0, hidden 1, outputs 2);
/// - [`ClosedFormError::RankTooLarge`] if `rank` exceeds the least of the three sizes.
///
/// # References
/// Aoyagi & Watanabe 2005, *Stochastic complexities of reduced rank regression in Bayesian
/// estimation*, Neural Networks 18, 924–933, main theorem.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let truth = closed_form::reduced_rank(2, 2, 2, 1)?;
/// assert_eq!(truth.coefficient().to_string(), "λ = 2, m = 2");
/// assert!(closed_form::reduced_rank(2, 2, 2, 3).is_err());
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn reduced_rank(
    inputs: usize,
    outputs: usize,
    hidden: usize,
    rank: usize,
) -> Result<ClosedForm, ClosedFormError> {
    let widths = [inputs, hidden, outputs];
    if let Some(layer) = widths.iter().position(|&width| width == 0) {
        return Err(ClosedFormError::ZeroWidth { layer });
    }
    let narrowest = inputs.min(hidden).min(outputs);
    if rank > narrowest {
        return Err(ClosedFormError::RankTooLarge { rank, narrowest });
    }
    let model =
        format!("{inputs} inputs, {outputs} outputs, {hidden} hidden, truth of rank {rank}");
    let coefficient = main_theorem(inputs, outputs, hidden, rank);
    Ok(ClosedForm::new(coefficient, Family::ReducedRank, model))
}

/// The four cases, for sizes already known to be valid.
fn main_theorem(inputs: usize, outputs: usize, hidden: usize, rank: usize) -> LearningCoefficient {
    let odd = (inputs ^ outputs ^ hidden ^ rank) & 1 == 1;
    let [m, n, h, r] = [inputs, outputs, hidden, rank].map(Rational::from);
    let two = Rational::from(2);
    if &m + &h < &n + &r {
        LearningCoefficient::new((&h * &m - &h * &r + &n * &r) / two, 1)
    } else if &n + &h < &m + &r {
        LearningCoefficient::new((&h * &n - &h * &r + &m * &r) / two, 1)
    } else if &m + &n < &h + &r {
        LearningCoefficient::new(m * n / two, 1)
    } else {
        let core = two * (&h + &r) * (&m + &n) - (&m - &n).pow(2) - (&h + &r).pow(2);
        let eight = Rational::from(8);
        if odd {
            LearningCoefficient::new((core + Rational::ONE) / eight, 2)
        } else {
            LearningCoefficient::new(core / eight, 1)
        }
    }
}
