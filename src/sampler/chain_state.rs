//! The state of one Langevin chain; nothing is allocated after its construction.

use super::chains::{Chain, ChainFailure, Chains, RecordedLoss};
use super::noise::fill_normal;
use super::{Failure, Langevin, Posterior};
use crate::loss::Scalar;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

pub(super) struct ChainState<'a, T: Scalar> {
    settings: &'a Chains,
    posterior: &'a Posterior<'a, T>,
    sampler: &'a Langevin,
    rng: ChaCha8Rng,
    step: usize,
    step_size: f64,
    w: Vec<T>,
    /// Gradient of the loss, then of −log density.
    drift: Vec<T>,
    value: T,
    proposal: Vec<T>,
    proposal_drift: Vec<T>,
    noise: Vec<T>,
    scratch: Vec<T>,
    /// A permutation of the sample indices; its first entries are the batch.
    indices: Vec<u32>,
    /// log density at `w` where it is needed.
    log_density: f64,
    losses: Vec<f64>,
    acceptance: (f64, usize),
}

impl<'a, T: Scalar> ChainState<'a, T> {
    pub(super) fn new(
        settings: &'a Chains,
        posterior: &'a Posterior<'a, T>,
        sampler: &'a Langevin,
        stream: u64,
    ) -> Self {
        let d = posterior.w_star.len();
        let zero = T::of(0.0);
        let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
        rng.set_stream(stream);
        let samples = settings
            .batch_size
            .and(posterior.loss.num_samples())
            .unwrap_or(0);
        let mut state = Self {
            settings,
            posterior,
            sampler,
            rng,
            step: 0,
            step_size: sampler.step_size(),
            w: posterior.w_star.to_vec(),
            drift: vec![zero; d],
            value: zero,
            proposal: vec![zero; d],
            proposal_drift: vec![zero; d],
            noise: vec![zero; d],
            scratch: vec![zero; posterior.loss.scratch_len()],
            indices: (0..samples as u32).collect(),
            log_density: f64::NAN,
            losses: Vec::with_capacity(settings.num_draws),
            acceptance: (0.0, 0),
        };
        if posterior.prior.has_amplitude() {
            // The prior vanishes at w* itself: leave it by one step of noise.
            let scale = T::of(state.step_size.sqrt());
            fill_normal(&mut state.noise, &mut state.rng);
            for (i, w) in state.w.iter_mut().enumerate() {
                *w += scale * state.noise[i];
                if posterior.prior.nonnegative()[i] && w.float() < 0.0 {
                    *w = -*w;
                }
            }
        }
        state
    }

    /// Takes some steps; the step and reason if the chain has to be given up.
    pub(super) fn advance(&mut self, steps: usize) -> Result<(), ChainFailure> {
        for _ in 0..steps {
            let result = match *self.sampler {
                Langevin::Sgld(_) if self.indices.is_empty() => self.sgld_full(),
                Langevin::Sgld(_) => self.sgld_batch(),
                Langevin::Mala(mala) => self.mala(mala.target_acceptance()),
            };
            result.map_err(|failure| ChainFailure {
                step: self.step,
                failure,
            })?;
            self.step += 1;
        }
        Ok(())
    }

    pub(super) fn finish(self, failure: Option<ChainFailure>) -> Chain {
        let (sum, count) = self.acceptance;
        Chain {
            losses: self.losses,
            last_point: self.w.iter().map(|w| w.float()).collect(),
            acceptance: (count > 0).then(|| sum / count as f64),
            step_size: self.step_size,
            failure,
        }
    }

    /// Records the loss if a draw is due before this step.
    fn record(&mut self) {
        if let Some(after) = self.step.checked_sub(self.settings.burn_in)
            && after % self.settings.steps_between_draws == 0
        {
            let value = match self.settings.recorded {
                RecordedLoss::Full if !self.indices.is_empty() => {
                    self.posterior.loss.value(&self.w, &mut self.scratch)
                }
                _ => self.value,
            };
            self.losses.push(value.float());
        }
    }

    fn count_acceptance(&mut self, log_ratio: f64) {
        if self.step >= self.settings.burn_in {
            self.acceptance.0 += if log_ratio.is_nan() {
                0.0
            } else {
                log_ratio.exp().min(1.0)
            };
            self.acceptance.1 += 1;
        }
    }

    /// Checks the loss and the gradient at `w`.
    fn check_gradient(&self) -> Result<(), Failure> {
        if !self.value.finite() {
            Err(Failure::Loss)
        } else if self.drift.iter().all(|g| g.finite()) {
            Ok(())
        } else {
            Err(Failure::Gradient)
        }
    }

    /// SGLD on a mini-batch: gradient, then one fused pass over w.
    fn sgld_batch(&mut self) -> Result<(), Failure> {
        let batch = self.settings.batch_size.unwrap_or(self.indices.len());
        let samples = self.indices.len();
        for i in 0..batch {
            let j = self.rng.random_range(i..samples);
            self.indices.swap(i, j);
        }
        self.value = self.posterior.loss.batch_gradient(
            &self.w,
            &self.indices[..batch],
            &mut self.drift,
            &mut self.scratch,
        );
        self.check_gradient()?;
        self.record();
        self.posterior.drift(&self.w, &mut self.drift);
        self.move_on()
    }

    /// SGLD on all the data; the acceptance its proposals would have is known one step later.
    fn sgld_full(&mut self) -> Result<(), Failure> {
        let before = self.log_density;
        self.value =
            self.posterior
                .loss
                .gradient(&self.w, &mut self.proposal_drift, &mut self.scratch);
        self.posterior.drift(&self.w, &mut self.proposal_drift);
        self.log_density = self.posterior.log_density(&self.w, self.value);
        if self.step > 0 {
            // `proposal` holds the previous point, `drift` its drift.
            let ratio = self.log_density - before + self.log_proposal_ratio();
            self.count_acceptance(ratio);
        }
        std::mem::swap(&mut self.drift, &mut self.proposal_drift);
        self.check_gradient()?;
        self.record();
        self.move_on()
    }

    /// Draws the next point and takes it, without a Metropolis test.
    fn move_on(&mut self) -> Result<(), Failure> {
        self.propose();
        std::mem::swap(&mut self.w, &mut self.proposal);
        if self.w.iter().all(|w| w.finite()) {
            Ok(())
        } else {
            Err(Failure::Parameter)
        }
    }

    /// log q(w → previous) − log q(previous → w), for `w` with drift `proposal_drift` and the
    /// previous point `proposal` with drift `drift`.
    fn log_proposal_ratio(&self) -> f64 {
        let half = 0.5 * self.step_size;
        let mut sum = 0.0;
        for i in 0..self.w.len() {
            let (new, old) = (self.w[i].float(), self.proposal[i].float());
            let backward = old - new + half * self.proposal_drift[i].float();
            let forward = new - old + half * self.drift[i].float();
            sum += forward * forward - backward * backward;
        }
        sum / (2.0 * self.step_size)
    }

    /// proposal ← w − ε/2·drift + N(0, ε), reflected at the prior's half-lines for SGLD.
    fn propose(&mut self) {
        fill_normal(&mut self.noise, &mut self.rng);
        let half = T::of(0.5 * self.step_size);
        let scale = T::of(self.step_size.sqrt());
        for (((p, &w), &g), &z) in self
            .proposal
            .iter_mut()
            .zip(&self.w)
            .zip(&self.drift)
            .zip(&self.noise)
        {
            *p = w - half * g + scale * z;
        }
        if self.posterior.prior.has_boundary() && matches!(self.sampler, Langevin::Sgld(_)) {
            for (p, &reflects) in self
                .proposal
                .iter_mut()
                .zip(self.posterior.prior.nonnegative())
            {
                if reflects && p.float() < 0.0 {
                    *p = -*p;
                }
            }
        }
    }

    fn mala(&mut self, target_acceptance: Option<f64>) -> Result<(), Failure> {
        if self.step == 0 {
            self.value = self
                .posterior
                .loss
                .gradient(&self.w, &mut self.drift, &mut self.scratch);
            self.posterior.drift(&self.w, &mut self.drift);
            self.log_density = self.posterior.log_density(&self.w, self.value);
            self.check_gradient()?;
        }
        self.record();
        self.propose();
        let value = self.posterior.loss.gradient(
            &self.proposal,
            &mut self.proposal_drift,
            &mut self.scratch,
        );
        self.posterior
            .drift(&self.proposal, &mut self.proposal_drift);
        let log_density = self.posterior.log_density(&self.proposal, value);
        // A proposal where the density is not finite is one that cannot be accepted.
        std::mem::swap(&mut self.w, &mut self.proposal);
        let ratio = log_density - self.log_density + self.log_proposal_ratio();
        self.count_acceptance(ratio);
        let uniform: f64 = 1.0 - self.rng.random::<f64>();
        if uniform.ln() < ratio && log_density.is_finite() {
            std::mem::swap(&mut self.drift, &mut self.proposal_drift);
            self.value = value;
            self.log_density = log_density;
        } else {
            std::mem::swap(&mut self.w, &mut self.proposal);
        }
        if let Some(target) = target_acceptance
            && self.step < self.settings.burn_in
        {
            let accepted = if ratio.is_nan() {
                0.0
            } else {
                ratio.exp().min(1.0)
            };
            let rate = 1.0 / (self.step as f64 + 1.0).powf(0.6);
            self.step_size *= (2.0 * rate * (accepted - target)).exp();
        }
        Ok(())
    }
}
