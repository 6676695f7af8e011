//! Deep linear networks of any depth.

use super::family::{About, Tier};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::LearningCoefficient;
use crate::algebra::Rational;
use num_bigint::BigInt;

pub(super) const ABOUT: About = About {
    name: "deep linear network",
    source: Source {
        authors: "Aoyagi",
        year: 2024,
        title: "Consideration on the learning efficiency of multiple-layered neural networks with \
            linear units",
        venue: "Neural Networks 172, 106132",
        statement: "Theorem 1",
    },
    conditions: "y = W_L⋯W_1 x + Gaussian noise with E[xxᵀ] positive definite, \
     the truth realisable and of the given rank; the prior is positive on a compact set that holds \
     a factorisation of the truth by factors of that rank; the global coefficient",
    tier: Tier::Computed,
};

/// The learning coefficient of the linear network `W_L⋯W₁` whose layers have the given widths,
/// inputs first, where the truth has rank `rank`.
///
/// With `M_s = H_s − r` the widths in excess of the rank, let Σ be the `l + 1` smallest of them,
/// with `l ≥ 1` the largest number such that `l` times the greatest member of Σ does not exceed
/// their sum T. With `a = T − (⌈T/l⌉ − 1)l`,
///
/// λ = (r(H_in + H_out) − r²)/2 + a(l−a)/(4l) − (l−1)T²/(4l) + ½ Σ_{i<j in Σ} MᵢMⱼ,
/// m = a(l−a) + 1.
///
/// Wide layers, outside Σ, do not count; the order of the layers matters only through the
/// widths of the inputs and the outputs when r > 0.
///
/// # Shapes
/// `widths` lists the L + 1 widths from the inputs to the outputs: `[10, 5, 10]` has two matrices,
/// of shapes 5 × 10 and 10 × 5.
///
/// # Errors
/// - [`ClosedFormError::TooFewWidths`] for fewer than two widths;
/// - [`ClosedFormError::ZeroWidth`] if a width is 0;
/// - [`ClosedFormError::RankTooLarge`] if `rank` exceeds the narrowest width;
/// - [`ClosedFormError::MultiplicityOverflow`] if m exceeds the machine word, which takes
///   billions of layers.
///
/// # Complexity
/// O(L log L): one sort.
///
/// # References
/// Aoyagi 2024, *Consideration on the learning efficiency of multiple-layered neural networks with
/// linear units*, Neural Networks 172, 106132, Theorem 1. The selection of Σ by sorting is
/// equivalent to its Definition 3. Lehalleur & Rimányi (arXiv:2411.19920) find 2λ as a
/// codimension; the multiplicity printed there lacks the 1 in a(l−a) + 1.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let truth = closed_form::deep_linear(&[2, 2, 2, 2], 1)?;
/// assert_eq!(truth.coefficient().to_string(), "λ = 2, m = 3");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn deep_linear(widths: &[usize], rank: usize) -> Result<ClosedForm, ClosedFormError> {
    let [inputs, .., outputs] = widths else {
        return Err(ClosedFormError::TooFewWidths {
            given: widths.len(),
        });
    };
    if let Some(layer) = widths.iter().position(|&width| width == 0) {
        return Err(ClosedFormError::ZeroWidth { layer });
    }
    let mut excess = Vec::with_capacity(widths.len());
    for &width in widths {
        let over = width
            .checked_sub(rank)
            .ok_or_else(|| ClosedFormError::RankTooLarge {
                rank,
                narrowest: widths.iter().copied().min().unwrap_or(width),
            })?;
        excess.push(over as u128);
    }
    excess.sort_unstable();
    let sigma = narrow_layers(&excess);
    let (core, multiplicity) = core(sigma).ok_or(ClosedFormError::MultiplicityOverflow {
        widths: widths.len(),
    })?;
    let r = Rational::from(rank);
    let through = &r * (Rational::from(*inputs) + Rational::from(*outputs)) - &r * &r;
    let lambda = through / Rational::from(2) + core;
    let coefficient = LearningCoefficient::new(lambda, multiplicity);
    Ok(ClosedForm::new(
        coefficient,
        Family::DeepLinear,
        describe(widths, rank),
    ))
}

/// Σ: the l + 1 smallest of the sorted numbers, l ≥ 1 the largest with l·M₍l₎ ≤ M₍0₎ + … + M₍l₎.
///
/// At least two numbers are given, and l = 1 always qualifies. Sums and products of at most 2⁶¹
/// machine words stay below 2¹²⁸.
fn narrow_layers(excess: &[u128]) -> &[u128] {
    let mut sum = 0;
    let mut last = 0;
    for (l, &width) in excess.iter().enumerate() {
        sum += width;
        if l as u128 * width <= sum {
            last = l;
        }
    }
    &excess[..=last]
}

/// The pair of the rank-zero network with widths Σ; `None` if m exceeds the machine word.
fn core(sigma: &[u128]) -> Option<(Rational, usize)> {
    let l = sigma.len() - 1;
    let total: u128 = sigma.iter().sum();
    // a and l give the same product a(l − a) as 0: the remainder serves for a
    let a = (total % l as u128) as usize;
    let corner = a.checked_mul(l - a)?;
    let multiplicity = corner.checked_add(1)?;

    let total = Rational::from(BigInt::from(total));
    let squares: Rational = sigma
        .iter()
        .map(|&width| Rational::from(BigInt::from(width)).pow(2))
        .sum();
    let pairs = (total.pow(2) - squares) / Rational::from(2);
    let four_l = Rational::from(4) * Rational::from(l);
    let lambda = (Rational::from(corner) - Rational::from(l - 1) * total.pow(2)) / four_l
        + pairs / Rational::from(2);
    Some((lambda, multiplicity))
}

/// `widths 10-5-10, truth of rank 3`.
fn describe(widths: &[usize], rank: usize) -> String {
    let widths: Vec<_> = widths.iter().map(ToString::to_string).collect();
    format!("widths {}, truth of rank {rank}", widths.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The three conditions of Definition 3 that Σ must satisfy.
    fn is_sigma(sigma: &[u128], rest: &[u128]) -> bool {
        let l = (sigma.len() - 1) as u128;
        let sum: u128 = sigma.iter().sum();
        let max = sigma.iter().max().unwrap();
        l >= 1
            && sum >= l * max
            && rest
                .iter()
                .min()
                .is_none_or(|min| max < min && sum < l * min)
    }

    #[test]
    fn sorting_finds_the_subset_of_the_definition() {
        let mut widths = [0u128; 5];
        for code in 0..6usize.pow(5) {
            let mut digits = code;
            for width in &mut widths {
                *width = (digits % 6) as u128;
                digits /= 6;
            }
            let mut sorted = widths;
            sorted.sort_unstable();
            let length = narrow_layers(&sorted).len();
            let (sigma, rest) = sorted.split_at(length);
            assert!(is_sigma(sigma, rest), "{sorted:?} gave {sigma:?}");
        }
    }

    #[test]
    fn remainder_and_published_a_give_the_same_product() {
        for l in 1usize..12 {
            for total in 0usize..60 {
                let a = total as i64 - (total.div_ceil(l) as i64 - 1) * l as i64;
                let published = a * (l as i64 - a);
                let ours = ((total % l) * (l - total % l)) as i64;
                assert_eq!(ours, published, "T = {total}, l = {l}");
            }
        }
    }
}
