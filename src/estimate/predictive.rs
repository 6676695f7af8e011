//! WAIC and leave-one-out cross-validation from the draws of a posterior.

use super::judgement::{Judgement, Spread};
use super::llc_run::FIRST_STEP;
use super::thresholds::prediction;
use super::{Doubt, EstimateError, Llc, PredictiveEstimate, WithError};
use crate::diagnostics::{smoothed_tail, tail_size};
use crate::loss::{Loss, Scalar};
use crate::sampler::{Chains, Control, Mala, Observer, SamplerError};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The most weights that a chain keeps in all, 256 MiB.
const MOST_KEPT: usize = 1 << 25;
/// Of each sample at least so many.
const LEAST_KEPT: usize = 24;
/// Blocks of draws of a chain, of which the standard errors leave out one at a time. Chosen by
/// hand: long enough to hold the autocorrelation, and of four chains 32.
const BLOCKS: usize = 8;

impl<T: Scalar> Llc<'_, T> {
    /// WAIC, leave-one-out cross-validation and the singular fluctuation, from the posterior at β =
    /// 1 with the other settings of this builder; see [`PredictiveEstimate`] for the formulas. The
    /// localisation γ acts as a normal prior around w*. Chains are not tuned: by default they are
    /// four of adaptive MALA, 2000 draws each after 1000 steps.
    ///
    /// Memory is 32 bytes times n, times 8 blocks for each chain, and 8 bytes for each of the
    /// largest min(S/5, 3√S) weights of a sample, S draws in all, up to 256 MiB a chain.
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate); [`EstimateError::NoSamples`] for a loss without samples,
    /// [`EstimateError::PredictiveTemperature`] if β, nβ or n was set.
    ///
    /// ```
    /// use rlct::estimate::Llc;
    /// use rlct::loss::{LinearNetwork, LinearNetworkSample};
    ///
    /// // y = wx + noise, a regular model of one parameter: ν = 1/2
    /// let (population, w_star) = LinearNetwork::<f64>::of_rank(&[1, 1], 1)?;
    /// let loss = LinearNetworkSample::draw(&population, 100, 1.0, 3)?;
    /// let predictive = Llc::new(&loss, &w_star).predictive()?;
    /// assert!((predictive.singular_fluctuation().value - 0.5).abs() < 0.2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn predictive(&self) -> Result<PredictiveEstimate, EstimateError> {
        self.predictive_with(&Control::new())
    }

    /// [`predictive`](Self::predictive) under a [`Control`].
    ///
    /// # Errors
    /// As [`predictive`](Self::predictive), and [`SamplerError::StoppedEarly`].
    ///
    /// ```
    /// # use rlct::{estimate::{EstimateError, Llc}, loss::LinearNetwork, sampler::Control};
    /// let population = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let none = Llc::new(&population, &[0.0]).predictive_with(&Control::new());
    /// assert_eq!(none, Err(EstimateError::NoSamples));
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn predictive_with(
        &self,
        control: &Control<'_>,
    ) -> Result<PredictiveEstimate, EstimateError> {
        let num_samples = self.loss.num_samples().ok_or(EstimateError::NoSamples)?;
        if self.nbeta.is_some() || self.num_samples.is_some() || self.inverse_temperature.is_some()
        {
            return Err(EstimateError::PredictiveTemperature);
        }
        let posterior = self.posterior(num_samples as f64)?;
        let baseline = posterior.baseline()?;
        let mut scratch = vec![T::of(0.0); self.loss.scratch_len()];
        let mut values = vec![T::of(0.0); num_samples];
        self.loss
            .sample_values(self.w_star, &mut values, &mut scratch);
        let at_w_star: Vec<f64> = values.iter().map(|l| l.float()).collect();
        if at_w_star.iter().any(|l| !l.is_finite()) {
            return Err(SamplerError::NotFinite {
                what: "the loss of a sample at w*",
            }
            .into());
        }
        let sampler = self
            .sampler
            .unwrap_or_else(|| Mala::adaptive(FIRST_STEP).into());
        if let Some(budget) = self.length.budget {
            let Chains {
                num_chains,
                num_draws,
                burn_in,
                steps_between_draws,
                ..
            } = self.chains;
            let steps = num_draws
                .saturating_mul(steps_between_draws)
                .saturating_add(burn_in);
            let of_chain = steps.saturating_mul(sampler.gradients()).saturating_add(1);
            let least = num_chains.saturating_mul(of_chain) as u64;
            if budget < least {
                return Err(EstimateError::BudgetTooSmall { budget, least });
            }
        }
        let draws_in_all = self.chains.num_draws.saturating_mul(self.chains.num_chains);
        let kept = (tail_size(draws_in_all) + 1).min((MOST_KEPT / num_samples).max(LEAST_KEPT));
        let observer = || {
            Some(SampleMoments {
                loss: self.loss,
                at_w_star: &at_w_star,
                values: vec![T::of(0.0); num_samples],
                scratch: vec![T::of(0.0); self.loss.scratch_len()],
                num_draws: self.chains.num_draws,
                seen: 0,
                blocks: vec![Block::new(num_samples); BLOCKS],
                largest: vec![BinaryHeap::with_capacity(kept + 1); num_samples],
                kept,
            })
        };
        let (draws, moments) = self
            .chains
            .run_observed(&posterior, &sampler, control, observer)?;
        let losses = draws.losses();
        Judgement::check(&draws, &losses, control)?;
        let spread = Spread::of(&losses, baseline)?;
        let mut judgement = Judgement::of(&draws, losses.len(), &spread, &sampler, control);
        let good: Vec<SampleMoments<'_, T>> = moments
            .into_iter()
            .flatten()
            .zip(&draws.chains)
            .filter(|(_, chain)| chain.failure.is_none())
            .map(|(moments, _)| moments)
            .collect();
        let blocks: Vec<&Block> = good
            .iter()
            .flat_map(|moments| &moments.blocks)
            .filter(|block| block.count > 0.0)
            .collect();
        if blocks.len() < 2 {
            return Err(control.too_early().into());
        }
        let mut total = Block::new(num_samples);
        for block in &blocks {
            total.add(block, 1.0);
        }
        let mut all = Quantities::of(&total, &at_w_star);
        if !all.0.iter().all(|x| x.is_finite()) {
            return Err(SamplerError::NotFinite {
                what: "the mean of a sample's likelihood, or of its inverse",
            }
            .into());
        }
        let errors = jackknife(&blocks, &total, &at_w_star);
        let left_out: Vec<LeftOut> = (0..num_samples)
            .map(|i| {
                let kept = good.iter().flat_map(|moments| &moments.largest[i]);
                let kept: Vec<f64> = kept.map(|Reverse(Ordered(log))| *log).collect();
                LeftOut::of(&total.sums[i], total.count, kept)
            })
            .collect();
        let terms = left_out
            .iter()
            .zip(&at_w_star)
            .map(|(out, l)| l + out.log_mean);
        all.0[3] = terms.sum::<f64>() / num_samples as f64;
        let threshold = prediction::largest_shape(total.count);
        let heavy: Vec<Option<f64>> = left_out
            .iter()
            .filter(|out| !out.is_flat && out.shape.is_none_or(|shape| shape > threshold))
            .map(|out| out.shape)
            .collect();
        if !heavy.is_empty() {
            judgement.doubts.push(Doubt::ParetoShape {
                samples: heavy.len(),
                largest: heavy.iter().flatten().copied().reduce(f64::max),
                threshold,
            });
        }
        let quantity = |index: usize| WithError {
            value: all.0[index],
            standard_error: errors[index],
        };
        Ok(PredictiveEstimate {
            num_samples,
            training_loss: quantity(0),
            functional_variance: quantity(1),
            waic: quantity(2),
            leave_one_out: quantity(3),
            pareto_shapes: left_out.iter().map(|out| out.shape).collect(),
            effective_sample_size: spread.effective_sample_size,
            rhat: spread.rhat,
            acceptance: judgement.acceptance,
            verdict: judgement.doubts.into(),
        })
    }
}

/// What leaving a sample out says: from all its weights e^δ, the largest of them smoothed.
struct LeftOut {
    /// log of the inverse of the mean of e^{−δ} under the weights, which is what l(w*) lacks.
    log_mean: f64,
    shape: Option<f64>,
    /// Whether the largest weights are all equal: nothing is to be fitted, and nothing heavy.
    is_flat: bool,
}

impl LeftOut {
    fn of(sums: &Sums, count: f64, mut kept: Vec<f64>) -> Self {
        kept.sort_unstable_by(|a, b| b.total_cmp(a));
        kept.truncate((tail_size(count as usize) + 1).min(kept.len()));
        let tail = smoothed_tail(&kept);
        // of the other draws weight times likelihood is 1
        let (mut weights, mut products) = (sums.inverse_likelihood, count);
        for (old, new) in kept.iter().zip(&tail.log_weights) {
            weights += new.exp() - old.exp();
            products += (new - old).exp() - 1.0;
        }
        Self {
            log_mean: (weights / products).ln(),
            shape: tail.shape,
            is_flat: kept.first() == kept.last(),
        }
    }
}

/// T_n, V_n, WAIC, LOO.
struct Quantities([f64; 4]);

impl Quantities {
    fn of(block: &Block, at_w_star: &[f64]) -> Self {
        let (n, count) = (at_w_star.len() as f64, block.count);
        let [mut training, mut variance, mut left_out] = [0.0; 3];
        for (sums, l) in block.sums.iter().zip(at_w_star) {
            training += l - (sums.likelihood / count).ln();
            left_out += l + (sums.inverse_likelihood / count).ln();
            let mean = sums.first / count;
            variance += (sums.second - count * mean * mean) / (count - 1.0);
        }
        let (training, left_out) = (training / n, left_out / n);
        Self([training, variance, training + variance / n, left_out])
    }
}

/// Standard errors from the values with one block of draws left out.
fn jackknife(blocks: &[&Block], total: &Block, at_w_star: &[f64]) -> [f64; 4] {
    let count = blocks.len() as f64;
    let mut rest = total.clone();
    let left_out: Vec<[f64; 4]> = blocks
        .iter()
        .map(|block| {
            rest.clone_from(total);
            rest.add(block, -1.0);
            Quantities::of(&rest, at_w_star).0
        })
        .collect();
    std::array::from_fn(|index| {
        let mean = left_out.iter().map(|q| q[index]).sum::<f64>() / count;
        let squares = left_out.iter().map(|q| (q[index] - mean).powi(2));
        ((count - 1.0) / count * squares.sum::<f64>()).sqrt()
    })
}

/// Sums over draws for one sample, of δ = l(w) − l(w*).
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    first: f64,
    second: f64,
    /// Of e^{−δ}.
    likelihood: f64,
    /// Of e^δ.
    inverse_likelihood: f64,
}

/// Sums over a block of consecutive draws of one chain.
#[derive(Debug, Clone)]
struct Block {
    count: f64,
    sums: Vec<Sums>,
}

impl Block {
    fn new(num_samples: usize) -> Self {
        Self {
            count: 0.0,
            sums: vec![Sums::default(); num_samples],
        }
    }

    fn add(&mut self, other: &Self, sign: f64) {
        self.count += sign * other.count;
        for (sums, other) in self.sums.iter_mut().zip(&other.sums) {
            sums.first += sign * other.first;
            sums.second += sign * other.second;
            sums.likelihood += sign * other.likelihood;
            sums.inverse_likelihood += sign * other.inverse_likelihood;
        }
    }
}

/// Gathers the sums of a chain.
struct SampleMoments<'a, T: Scalar> {
    loss: &'a dyn Loss<T>,
    at_w_star: &'a [f64],
    values: Vec<T>,
    scratch: Vec<T>,
    num_draws: usize,
    seen: usize,
    blocks: Vec<Block>,
    /// The largest δ of each sample, the least of them on top.
    largest: Vec<BinaryHeap<Reverse<Ordered>>>,
    /// How many of them.
    kept: usize,
}

/// A number by its total order.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ordered(f64);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl<T: Scalar> Observer<T> for SampleMoments<'_, T> {
    fn draw(&mut self, w: &[T]) {
        self.loss
            .sample_values(w, &mut self.values, &mut self.scratch);
        let block = &mut self.blocks[self.seen * BLOCKS / self.num_draws];
        self.seen += 1;
        block.count += 1.0;
        for (i, sums) in block.sums.iter_mut().enumerate() {
            let delta = self.values[i].float() - self.at_w_star[i];
            sums.first += delta;
            sums.second += delta * delta;
            sums.likelihood += (-delta).exp();
            sums.inverse_likelihood += delta.exp();
            let largest = &mut self.largest[i];
            if largest.len() < self.kept {
                largest.push(Reverse(Ordered(delta)));
            } else if let Some(mut least) = largest.peek_mut()
                && delta > least.0.0
            {
                *least = Reverse(Ordered(delta));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LeftOut, Sums};

    /// `arviz.loo(…, reff=1)` of ArviZ 0.23.4 on the same matrix of four chains, 500 draws and
    /// seven samples.
    #[test]
    fn cross_validation_is_that_of_arviz() {
        let shapes = [
            -0.781_595_646_692_802_3,
            -0.725_103_636_308_448_9,
            -0.704_896_810_174_954_8,
            -0.677_155_393_975_386_6,
            -0.550_476_154_188_582_9,
            -0.649_721_834_835_198_4,
            -0.643_216_151_124_311_1,
        ];
        let mut log_predictive = 0.0;
        for (sample, expected) in shapes.into_iter().enumerate() {
            let j = sample as f64;
            let mut losses = Vec::new();
            for chain in 0..4 {
                for draw in 0..500 {
                    let (c, d) = (f64::from(chain), f64::from(draw));
                    let w = (1.7 * d + c).sin() + 0.3 * (0.31 * d * (1.0 + j)).cos();
                    losses.push(0.5 * (w + 0.4 * j).powi(2) + 0.2 * j);
                }
            }
            let sums = Sums {
                inverse_likelihood: losses.iter().map(|l| l.exp()).sum(),
                ..Sums::default()
            };
            let out = LeftOut::of(&sums, losses.len() as f64, losses);
            assert!(
                (out.shape.unwrap() - expected).abs() < 1e-8,
                "{:?}",
                out.shape
            );
            log_predictive -= out.log_mean;
        }
        assert!(
            (log_predictive + 17.486_548_944_706_787).abs() < 1e-9,
            "{log_predictive}"
        );
    }
}
