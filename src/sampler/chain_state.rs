//! The state of one Langevin chain; nothing is allocated after its construction.

use super::chains::{BatchSampling, Chains, RecordedLoss};
use super::failure::Failure;
use super::langevin::Langevin;
use super::noise::NormalStream;
use super::posterior::Posterior;
use super::preconditioned::PreconditionedSgld;
use super::trace::{Chain, ChainFailure, Moments, Observer, Roughness};
use super::update::{LangevinStep, all_finite, with_noise};
use crate::loss::Scalar;
use pulp::Arch;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// Draws for which there is room from the start, at most.
const MOST_AT_FIRST: usize = 1 << 20;

pub(super) struct ChainState<'a, T: Scalar> {
    settings: &'a Chains,
    pub(super) posterior: &'a Posterior<'a, T>,
    sampler: &'a Langevin,
    pub(super) rng: ChaCha8Rng,
    pub(super) step: usize,
    pub(super) step_size: f64,
    pub(super) w: Vec<T>,
    /// Gradient of the loss, then of −log density.
    pub(super) drift: Vec<T>,
    pub(super) value: T,
    /// Only for samplers that propose; as the next two.
    pub(super) proposal: Vec<T>,
    pub(super) proposal_drift: Vec<T>,
    /// Velocity or momentum.
    pub(super) momentum: Vec<T>,
    /// The friction of SGNHT.
    pub(super) friction: f64,
    /// The mean square V of the gradient, and the preconditioner G.
    mean_square: Vec<T>,
    pub(super) metric: Vec<T>,
    pub(super) normals: NormalStream<T>,
    /// The noise of a step, where it must be projected or scaled by the preconditioner.
    pub(super) noise: Vec<T>,
    arch: Arch,
    /// SGLD with batches, on all of ℝᵈ, φ constant up to boundaries: one pass over w in place.
    fused: bool,
    pub(super) scratch: Vec<T>,
    /// Without replacement a permutation of the sample indices; its first entries are the batch.
    indices: Vec<u32>,
    /// log density at `w` where it is needed.
    pub(super) log_density: f64,
    losses: Vec<f64>,
    /// What is kept of the draws besides, if asked for; whether this step's is one.
    moments: Moments,
    keeps_moments: bool,
    due: bool,
    acceptance: (f64, usize),
    observer: Option<&'a mut dyn Observer<T>>,
    /// The loss above which a chain has diverged.
    bound: f64,
    /// When the loss on all the data may be looked at next, and how long to wait after that.
    next_look: (usize, usize),
}

impl<'a, T: Scalar> ChainState<'a, T> {
    pub(super) fn new(
        settings: &'a Chains,
        posterior: &'a Posterior<'a, T>,
        sampler: &'a Langevin,
        baseline: f64,
        stream: u64,
        observer: Option<&'a mut dyn Observer<T>>,
    ) -> Self {
        let d = posterior.w_star.len();
        let zero = T::of(0.0);
        let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
        rng.set_stream(stream);
        let indices = match (settings.batch_size, posterior.loss.num_samples()) {
            (Some(batch), Some(samples)) => match settings.batch_sampling {
                BatchSampling::WithoutReplacement => (0..samples as u32).collect(),
                BatchSampling::WithReplacement => vec![0; batch],
            },
            _ => Vec::new(),
        };
        // A buffer for those who need it.
        let buffer = |needed: bool, value: f64| {
            if needed {
                vec![T::of(value); d]
            } else {
                Vec::new()
            }
        };
        let preconditioned = matches!(sampler, Langevin::PreconditionedSgld(_));
        let overdamped = preconditioned || matches!(sampler, Langevin::Sgld(_));
        let proposes = sampler.is_metropolised() || (overdamped && indices.is_empty());
        let restricted = posterior.restriction.is_proper();
        let fused = matches!(sampler, Langevin::Sgld(_))
            && !proposes
            && !restricted
            && !posterior.prior.has_amplitude();
        let mut state = Self {
            settings,
            posterior,
            sampler,
            normals: NormalStream::new(&mut rng),
            rng,
            arch: Arch::new(),
            fused,
            step: 0,
            step_size: sampler.step_size(),
            w: posterior.w_star.to_vec(),
            drift: vec![zero; d],
            value: zero,
            proposal: buffer((proposes || overdamped) && !fused, 0.0),
            proposal_drift: buffer(proposes, 0.0),
            momentum: buffer(!overdamped && !matches!(sampler, Langevin::Mala(_)), 0.0),
            friction: match sampler {
                Langevin::Sgnht(sgnht) => sgnht.diffusion(),
                _ => 0.0,
            },
            mean_square: buffer(preconditioned, 1.0),
            metric: buffer(preconditioned, 1.0),
            noise: buffer(restricted || preconditioned, 0.0),
            scratch: vec![zero; posterior.loss.scratch_len()],
            indices,
            log_density: f64::NAN,
            losses: Vec::with_capacity(settings.num_draws.min(MOST_AT_FIRST)),
            moments: Moments::default(),
            keeps_moments: false,
            due: false,
            acceptance: (0.0, 0),
            observer,
            // 10⁴(d + 100) times the temperature: never reached by a chain that samples.
            bound: baseline + 1e4 * (d as f64 + 100.0) / posterior.nbeta,
            next_look: (0, 32),
        };
        if posterior.prior.has_amplitude() {
            // The prior vanishes at w* itself: leave it by one step of noise.
            let scale = T::of(state.step_size.sqrt());
            let w = &mut state.w;
            let (stream, noise) = (&mut state.normals, &mut state.noise);
            with_noise(stream, noise, &posterior.restriction, d, |range, z| {
                w[range]
                    .iter_mut()
                    .zip(z)
                    .for_each(|(w, &z)| *w += scale * z);
            });
            state.reflect_point();
        }
        state
    }

    /// Takes some steps; the step and reason if the chain has to be given up.
    pub(super) fn advance(&mut self, steps: usize) -> Result<(), ChainFailure> {
        for _ in 0..steps {
            let result = match self.sampler {
                Langevin::Sgld(_) if self.fused => self.sgld_fused(),
                Langevin::Sgld(_) if self.indices.is_empty() => self.sgld_full(None),
                Langevin::Sgld(_) => self.sgld_batch(None),
                Langevin::PreconditionedSgld(sgld)
                    if self.indices.is_empty() && self.has_proposal_density(sgld) =>
                {
                    self.sgld_full(Some(sgld))
                }
                Langevin::PreconditionedSgld(sgld) => self.sgld_batch(Some(sgld)),
                Langevin::Mala(mala) => self.mala(mala.target_acceptance()),
                Langevin::Sghmc(sghmc) => self.sghmc(sghmc),
                Langevin::Sgnht(sgnht) => self.sgnht(sgnht),
                Langevin::Hmc(hmc) => self.hmc(hmc),
            };
            result.map_err(|failure| ChainFailure {
                step: self.step,
                failure,
            })?;
            self.step += 1;
        }
        Ok(())
    }

    /// Starts at `w` instead of w*, with a constant preconditioner if one is given, and keeps the
    /// moments of the draws.
    pub(super) fn begin_at(&mut self, w: &[T], metric: Option<&[T]>) {
        self.w.copy_from_slice(w);
        if let Some(metric) = metric {
            self.metric = metric.to_vec();
            self.noise.resize(w.len(), T::of(0.0));
        }
        self.keeps_moments = true;
    }

    /// What the chain has so far.
    pub(super) fn losses(&self) -> &[f64] {
        &self.losses
    }

    pub(super) fn moments(&self) -> &Moments {
        &self.moments
    }

    /// The gradients taken so far.
    pub(super) fn gradients(&self) -> u64 {
        if self.step == 0 {
            return 0;
        }
        let first = u64::from(self.sampler.is_metropolised());
        self.step as u64 * self.sampler.gradients() as u64 + first
    }

    /// The parameter at which the spacing of floating-point numbers at w* is largest beside the
    /// length √(ε Gᵢ) of a step, if the spacing is the larger of the two: there the sum w + step
    /// is w again, or a neighbour of it, and the draws are those of rounding.
    pub(super) fn roughness(&self) -> Option<Roughness> {
        let mut roughest = None::<Roughness>;
        for (parameter, w_star) in self.posterior.w_star.iter().enumerate() {
            if !self.posterior.restriction.is_free(parameter) {
                continue;
            }
            let metric = self.metric.get(parameter).map_or(1.0, |g| g.float());
            let step = (self.step_size * metric).sqrt();
            let spacing = T::spacing(w_star.float());
            let before = roughest.map_or(1.0, |r| r.spacing / r.step);
            if spacing > before * step {
                roughest = Some(Roughness {
                    parameter,
                    step,
                    spacing,
                });
            }
        }
        roughest
    }

    /// Keeps the moments of a draw, of which `drift` is the gradient of −log density.
    pub(super) fn keep_moments(&mut self) {
        self.keep_moments_of(1.0, 0.0);
    }

    /// As [`keep_moments`](Self::keep_moments), the gradient of −log density being
    /// `factor`·drift + `pull`·(w − w*).
    fn keep_moments_of(&mut self, factor: f64, pull: f64) {
        if !(self.keeps_moments && self.due) {
            return;
        }
        let (mut along, mut square) = (0.0, 0.0);
        for ((&w, &w_star), &g) in self.w.iter().zip(self.posterior.w_star).zip(&self.drift) {
            let offset = w.float() - w_star.float();
            along += offset * g.float();
            square += offset * offset;
        }
        self.moments.virials.push(factor * along + pull * square);
        self.moments.squares.push(square);
    }

    pub(super) fn finish(self, failure: Option<ChainFailure>) -> Chain {
        let (sum, count) = self.acceptance;
        let w = self.w;
        // What is long goes before the point is copied.
        drop((
            self.drift,
            self.scratch,
            self.noise,
            self.momentum,
            self.metric,
        ));
        drop((self.mean_square, self.proposal, self.proposal_drift));
        Chain {
            losses: self.losses,
            last_point: w.iter().map(|w| w.float()).collect(),
            acceptance: (count > 0).then(|| sum / count as f64),
            step_size: self.step_size,
            failure,
        }
    }

    /// Records the loss if a draw is due before this step.
    pub(super) fn record(&mut self) {
        self.due = false;
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
            self.due = true;
            if let Some(observer) = &mut self.observer {
                observer.draw(&self.w);
            }
        }
    }

    /// Reflects w at the prior's half-lines.
    fn reflect_point(&mut self) {
        if self.posterior.prior.has_boundary() {
            for (w, &reflects) in self.w.iter_mut().zip(self.posterior.prior.nonnegative()) {
                if reflects && w.float() < 0.0 {
                    *w = -*w;
                }
            }
        }
    }

    fn count_acceptance(&mut self, log_ratio: f64) {
        let acceptance = if log_ratio.is_nan() {
            0.0
        } else {
            log_ratio.exp().min(1.0)
        };
        if self.step >= self.settings.burn_in {
            self.acceptance.0 += acceptance;
            self.acceptance.1 += 1;
        }
        if let Some(observer) = &mut self.observer {
            observer.acceptance(acceptance);
        }
    }

    /// Checks the loss and the gradient at `w`.
    pub(super) fn check_gradient(&self) -> Result<(), Failure> {
        if !self.value.finite() {
            Err(Failure::Loss)
        } else if all_finite(&self.drift) {
            Ok(())
        } else {
            Err(Failure::Gradient)
        }
    }

    /// Checks that the loss has not run away, as it does where a step is not stable. The loss of a
    /// batch may be high by itself; then the loss on all the data decides, looked at ever less
    /// often, so that it costs little.
    fn check_divergence(&mut self) -> Result<(), Failure> {
        if self.value.float() <= self.bound {
            return Ok(());
        }
        if self.indices.is_empty() {
            return Err(Failure::Diverged);
        }
        let (next, wait) = self.next_look;
        if self.step < next {
            return Ok(());
        }
        self.next_look = (self.step + wait, 2 * wait);
        let value = self.posterior.loss.value(&self.w, &mut self.scratch);
        if value.float() <= self.bound {
            Ok(())
        } else {
            Err(Failure::Diverged)
        }
    }

    /// Draws the samples of this step's batch.
    fn draw_batch(&mut self, batch: usize) {
        match self.settings.batch_sampling {
            BatchSampling::WithoutReplacement => {
                let samples = self.indices.len() as u32;
                for i in 0..batch as u32 {
                    let j = self.rng.random_range(i..samples);
                    self.indices.swap(i as usize, j as usize);
                }
            }
            BatchSampling::WithReplacement => {
                let samples = self.posterior.loss.num_samples().unwrap_or(1) as u32;
                for index in &mut self.indices {
                    *index = self.rng.random_range(0..samples);
                }
            }
        }
    }

    /// value, drift ← L(w), ∇L(w), on a batch or on all the data; checked, and recorded.
    pub(super) fn evaluate(&mut self) -> Result<(), Failure> {
        self.compute();
        self.check_gradient()?;
        self.check_divergence()?;
        self.record();
        Ok(())
    }

    /// value, drift ← L(w), ∇L(w), on a batch or on all the data.
    fn compute(&mut self) {
        let loss = self.posterior.loss;
        self.value = match self.settings.batch_size {
            Some(batch) if !self.indices.is_empty() => {
                self.draw_batch(batch);
                let batch = &self.indices[..batch];
                loss.batch_gradient(&self.w, batch, &mut self.drift, &mut self.scratch)
            }
            _ => loss.gradient(&self.w, &mut self.drift, &mut self.scratch),
        };
    }

    /// SGLD with batches in one pass over w after the gradient, which is checked on the way: where
    /// it is not finite, the pass ends before the block of that component.
    fn sgld_fused(&mut self) -> Result<(), Failure> {
        self.compute();
        if !self.value.finite() {
            return Err(Failure::Loss);
        }
        self.check_divergence()?;
        self.record();
        self.keep_moments_of(self.posterior.nbeta, self.posterior.localization);
        let step = LangevinStep {
            nbeta: T::of(self.posterior.nbeta),
            gamma: T::of(self.posterior.localization),
            half: T::of(0.5 * self.step_size),
            scale: T::of(self.step_size.sqrt()),
        };
        let (w, w_star, g) = (&mut self.w[..], self.posterior.w_star, &self.drift[..]);
        let mut start = 0;
        while start < w.len() {
            let noise = self.normals.take(w.len() - start);
            let range = start..start + noise.len();
            let (centre, g) = (&w_star[range.clone()], &g[range.clone()]);
            start = range.end;
            step.apply(self.arch, &mut w[range], centre, g, noise)?;
        }
        self.reflect_point();
        Ok(())
    }

    /// SGLD without a look at its acceptance.
    fn sgld_batch(&mut self, preconditioned: Option<&PreconditionedSgld>) -> Result<(), Failure> {
        self.evaluate()?;
        if let Some(sgld) = preconditioned {
            self.adapt_metric(sgld);
        }
        self.posterior.drift(&self.w, &mut self.drift);
        self.keep_moments();
        self.move_on()
    }

    /// SGLD on all the data; the acceptance its proposals would have is known one step later.
    fn sgld_full(&mut self, preconditioned: Option<&PreconditionedSgld>) -> Result<(), Failure> {
        let before = self.log_density;
        // `drift` becomes the gradient here, `proposal_drift` what was used one step before.
        std::mem::swap(&mut self.drift, &mut self.proposal_drift);
        self.evaluate()?;
        if let Some(sgld) = preconditioned {
            self.adapt_metric(sgld);
        }
        self.posterior.drift(&self.w, &mut self.drift);
        self.keep_moments();
        self.log_density = self.posterior.log_density(&self.w, self.value);
        if self.step > 0 {
            // `proposal` holds the previous point.
            let ratio = self.log_density - before
                + self.log_proposal_ratio(&self.drift, &self.proposal_drift);
            self.count_acceptance(ratio);
        }
        self.move_on()
    }

    /// Whether a preconditioned proposal has a density that is known: a constant preconditioner,
    /// in a subspace spanned by coordinates.
    fn has_proposal_density(&self, sgld: &PreconditionedSgld) -> bool {
        !sgld.adapts_throughout() && !self.posterior.restriction.is_oblique()
    }

    /// Moves V, and G with it, by the gradient of the loss in `drift`.
    fn adapt_metric(&mut self, sgld: &PreconditionedSgld) {
        if self.step >= self.settings.burn_in && !sgld.adapts_throughout() {
            return;
        }
        let (keep, take) = (T::of(sgld.decay()), T::of(1.0 - sgld.decay()));
        let damping = sgld.damping();
        let squares = self.mean_square.iter_mut().zip(&mut self.metric);
        for ((v, metric), &g) in squares.zip(&self.drift) {
            *v = keep * *v + take * g * g;
            *metric = T::of(1.0 / (damping + v.float().sqrt()));
        }
    }

    /// Draws the next point and takes it, without a Metropolis test.
    fn move_on(&mut self) -> Result<(), Failure> {
        self.propose();
        std::mem::swap(&mut self.w, &mut self.proposal);
        self.check_point()
    }

    pub(super) fn check_point(&self) -> Result<(), Failure> {
        if all_finite(&self.w) {
            Ok(())
        } else {
            Err(Failure::Parameter)
        }
    }

    /// log q(w → previous) − log q(previous → w), for `w` with drift `at_w` and the previous point
    /// `proposal` with drift `before`.
    fn log_proposal_ratio(&self, at_w: &[T], before: &[T]) -> f64 {
        let half = 0.5 * self.step_size;
        let mut sum = 0.0;
        for i in 0..self.w.len() {
            let (new, old) = (self.w[i].float(), self.proposal[i].float());
            let metric = self.metric.get(i).map_or(1.0, |g| g.float());
            let backward = old - new + half * metric * at_w[i].float();
            let forward = new - old + half * metric * before[i].float();
            sum += (forward * forward - backward * backward) / metric;
        }
        sum / (2.0 * self.step_size)
    }

    /// proposal ← w − ε/2·drift + N(0, ε), reflected at the prior's half-lines for SGLD.
    fn propose(&mut self) {
        let half = T::of(0.5 * self.step_size);
        let scale = T::of(self.step_size.sqrt());
        if self.metric.is_empty() {
            let (proposal, w, drift) = (&mut self.proposal, &self.w, &self.drift);
            let (stream, restriction) = (&mut self.normals, &self.posterior.restriction);
            with_noise(stream, &mut self.noise, restriction, w.len(), |range, z| {
                let from = w[range.clone()].iter().zip(&drift[range.clone()]);
                for (p, ((&w, &g), &z)) in proposal[range].iter_mut().zip(from.zip(z)) {
                    *p = w - half * g + scale * z;
                }
            });
        } else {
            // In the subspace with projection P the preconditioner is P G P.
            self.normals.fill(&mut self.noise);
            for ((z, &g), &metric) in self.noise.iter_mut().zip(&self.drift).zip(&self.metric) {
                *z = scale * T::of(metric.float().sqrt()) * *z - half * metric * g;
            }
            self.posterior.restriction.project(&mut self.noise);
            for ((p, &w), &z) in self.proposal.iter_mut().zip(&self.w).zip(&self.noise) {
                *p = w + z;
            }
        }
        if self.posterior.prior.has_boundary() && !self.sampler.is_metropolised() {
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

    /// Value, drift and log density at w, where a Metropolis test begins.
    pub(super) fn begin(&mut self) -> Result<(), Failure> {
        if self.step == 0 {
            let loss = self.posterior.loss;
            self.value = loss.gradient(&self.w, &mut self.drift, &mut self.scratch);
            self.posterior.drift(&self.w, &mut self.drift);
            self.log_density = self.posterior.log_density(&self.w, self.value);
            self.check_gradient()?;
        }
        self.record();
        self.keep_moments();
        Ok(())
    }

    fn mala(&mut self, target_acceptance: Option<f64>) -> Result<(), Failure> {
        self.begin()?;
        self.propose();
        let value = self.posterior.loss.gradient(
            &self.proposal,
            &mut self.proposal_drift,
            &mut self.scratch,
        );
        self.posterior
            .drift(&self.proposal, &mut self.proposal_drift);
        let log_density = self.posterior.log_density(&self.proposal, value);
        std::mem::swap(&mut self.w, &mut self.proposal);
        let proposal_ratio = self.log_proposal_ratio(&self.proposal_drift, &self.drift);
        std::mem::swap(&mut self.w, &mut self.proposal);
        let ratio = log_density - self.log_density + proposal_ratio;
        self.metropolis(value, log_density, ratio, target_acceptance);
        Ok(())
    }

    /// Accepts `proposal` or not, and adapts the step size in the burn-in. A proposal where the
    /// density is not finite is one that cannot be accepted.
    pub(super) fn metropolis(
        &mut self,
        value: T,
        log_density: f64,
        ratio: f64,
        target_acceptance: Option<f64>,
    ) {
        self.count_acceptance(ratio);
        let uniform: f64 = 1.0 - self.rng.random::<f64>();
        if uniform.ln() < ratio && log_density.is_finite() {
            std::mem::swap(&mut self.w, &mut self.proposal);
            std::mem::swap(&mut self.drift, &mut self.proposal_drift);
            self.value = value;
            self.log_density = log_density;
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
    }
}
