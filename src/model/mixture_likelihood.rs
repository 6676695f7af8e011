//! The likelihood of mixtures of normal components, many observations side by side.

use super::lanes::{LANES, Lanes, exp};
use pulp::{Arch, Simd, WithSimd};

/// A component at a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Component {
    pub(super) weight: f64,
    pub(super) location: f64,
    /// log of weight and normalisation.
    pub(super) log_factor: f64,
    /// 1/(2 variance).
    pub(super) scale: f64,
}

/// The largest number of components that are taken side by side, and their least weight: below it
/// a quotient by the weight could overflow. Others go one observation after the other.
pub(super) const MOST: usize = 8;
const LEAST_WEIGHT: f64 = 1e-200;
/// exp is asked for no smaller number: beside 1 it is nothing.
const LOWEST: f64 = -700.0;
/// So many blocks are multiplied before the logarithm: below [`MOST`] to that power.
const TOGETHER: usize = 64;

/// What the gradient needs, summed over the observations, by component.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Moments {
    /// Σ ρᵢ: the component's share of the density.
    pub(super) shares: f64,
    /// Σ ρᵢ (x − mᵢ).
    pub(super) deviations: f64,
    /// Σ ρᵢ (x − mᵢ)².
    pub(super) squares: f64,
}

/// Whether these components go side by side.
pub(super) fn is_plain(components: &[Component]) -> bool {
    components.len() <= MOST
        && components
            .iter()
            .all(|c| c.weight > LEAST_WEIGHT && c.log_factor.is_finite() && c.scale > 0.0)
}

/// Observations in blocks.
#[derive(Debug, Clone)]
pub(super) struct Blocks {
    arch: Arch,
    blocks: Vec<Lanes>,
    /// How many there are: the last block may have fewer.
    count: usize,
}

impl PartialEq for Blocks {
    fn eq(&self, other: &Self) -> bool {
        (&self.blocks, self.count) == (&other.blocks, other.count)
    }
}

impl Blocks {
    pub(super) fn new(points: &[f64]) -> Self {
        let first = points.first().copied().unwrap_or(0.0);
        let block = |chunk: &[f64]| -> Lanes {
            std::array::from_fn(|lane| chunk.get(lane).copied().unwrap_or(first))
        };
        Self {
            arch: Arch::new(),
            blocks: points.chunks(LANES).map(block).collect(),
            count: points.len(),
        }
    }

    /// Σ log p over the observations, and what the gradient needs of it.
    pub(super) fn log_likelihood(
        &self,
        components: &[Component],
        moments: Option<&mut [Moments]>,
    ) -> f64 {
        self.arch.dispatch(Sum {
            blocks: self,
            components,
            moments,
        })
    }
}

struct Sum<'a> {
    blocks: &'a Blocks,
    components: &'a [Component],
    moments: Option<&'a mut [Moments]>,
}

impl WithSimd for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        match self.components.len() {
            1 => self.of::<1>(),
            2 => self.of::<2>(),
            3 => self.of::<3>(),
            4 => self.of::<4>(),
            _ => self.of::<MOST>(),
        }
    }
}

impl Sum<'_> {
    /// Of at most H components.
    #[inline(always)]
    fn of<const H: usize>(mut self) -> f64 {
        let count = self.components.len();
        let mut largest_sum = [0.0; LANES];
        let mut product = [1.0; LANES];
        let mut logs = 0.0;
        let mut sums = [[[0.0; LANES]; 3]; H];
        let wants = self.moments.is_some();
        let whole = self.blocks.count / LANES;
        for (index, x) in self.blocks.blocks.iter().enumerate() {
            let lanes = match index < whole {
                true => LANES,
                false => self.blocks.count - whole * LANES,
            };
            let mut terms = [[0.0; LANES]; H];
            let mut largest = [f64::NEG_INFINITY; LANES];
            for (term, c) in terms.iter_mut().zip(self.components) {
                for l in 0..LANES {
                    let deviation = x[l] - c.location;
                    term[l] = c.log_factor - c.scale * (deviation * deviation);
                    largest[l] = if term[l] > largest[l] {
                        term[l]
                    } else {
                        largest[l]
                    };
                }
            }
            let mut total = [0.0; LANES];
            for term in &mut terms[..count] {
                for l in 0..LANES {
                    let less = term[l] - largest[l];
                    term[l] = exp(if less > LOWEST { less } else { LOWEST }).0;
                    total[l] += term[l];
                }
            }
            if lanes == LANES {
                for l in 0..LANES {
                    largest_sum[l] += largest[l];
                    product[l] *= total[l];
                }
            } else {
                for l in 0..lanes {
                    largest_sum[l] += largest[l];
                    product[l] *= total[l];
                }
                // the rest of the block stands for nothing
                for term in &mut terms[..count] {
                    term[lanes..].fill(0.0);
                }
            }
            if index % TOGETHER == TOGETHER - 1 {
                logs += product.iter().map(|p: &f64| p.ln()).sum::<f64>();
                product = [1.0; LANES];
            }
            if wants {
                for ((sum, term), c) in sums.iter_mut().zip(&terms).zip(self.components) {
                    for l in 0..LANES {
                        let share = term[l] / total[l];
                        let deviation = x[l] - c.location;
                        sum[0][l] += share;
                        sum[1][l] += share * deviation;
                        sum[2][l] += share * deviation * deviation;
                    }
                }
            }
        }
        if let Some(moments) = &mut self.moments {
            for (moments, sum) in moments.iter_mut().zip(&sums) {
                let [shares, deviations, squares] = sum.map(|lanes| lanes.iter().sum::<f64>());
                *moments = Moments {
                    shares,
                    deviations,
                    squares,
                };
            }
        }
        logs += product.iter().map(|p| p.ln()).sum::<f64>();
        largest_sum.iter().sum::<f64>() + logs
    }
}
