//! What every kernel moves and is handed, whichever it is; nothing is allocated after its
//! construction.

use super::batches::Batches;
use super::chains::{Chains, RecordedLoss};
use super::failure::Failure;
use super::noise::NormalStream;
use super::posterior::Posterior;
use super::restriction::Restriction;
use super::trace::{Chain, ChainFailure, Moments, Observer, Roughness};
use super::update::{all_finite, with_noise};
use crate::loss::Scalar;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use std::ops::Range;

/// Draws for which there is room from the start, at most.
const MOST_AT_FIRST: usize = 1 << 20;

/// A chain but for its kernel.
pub(super) struct ChainState<'a, T: Scalar> {
    pub(super) settings: &'a Chains,
    pub(super) posterior: &'a Posterior<'a, T>,
    pub(super) step: usize,
    pub(super) step_size: f64,
    pub(super) point: Point<T>,
    /// The diagonal preconditioner G, from outside or the kernel's own; empty where there is none.
    pub(super) metric: Vec<T>,
    pub(super) rng: ChaCha8Rng,
    pub(super) noise: Noise<T>,
    pub(super) scratch: Vec<T>,
    /// `None`: all the data.
    pub(super) batches: Option<Batches>,
    pub(super) record: Record<'a, T>,
    pub(super) divergence: Divergence,
}

/// Where a chain is.
pub(super) struct Point<T> {
    pub(super) w: Vec<T>,
    /// The loss, on the batch of the step if there is one.
    pub(super) value: T,
    /// Gradient of the loss, then of −log density.
    pub(super) drift: Vec<T>,
}

/// Standard normal numbers in the subspace in which the chain moves.
pub(super) struct Noise<T> {
    pub(super) stream: NormalStream<T>,
    /// The noise of a step, where it must be projected; empty otherwise.
    whole: Vec<T>,
}

impl<T: Scalar> Noise<T> {
    /// Hands the noise of one step to `update`, with its place, in pieces; see [`with_noise`].
    pub(super) fn hand_out(
        &mut self,
        restriction: &Restriction<T>,
        dimension: usize,
        update: impl FnMut(Range<usize>, &[T]),
    ) {
        let (stream, whole) = (&mut self.stream, &mut self.whole);
        with_noise(stream, whole, restriction, dimension, update);
    }
}

/// What is kept of the draws, and who sees them.
pub(super) struct Record<'a, T> {
    pub(super) losses: Vec<f64>,
    pub(super) moments: Moments,
    /// Whether moments are asked for; whether this step's point is a draw.
    keeps_moments: bool,
    due: bool,
    /// Sum and number after the burn-in.
    pub(super) acceptance: (f64, usize),
    observer: Option<&'a mut dyn Observer<T>>,
}

/// When a chain has diverged.
pub(super) struct Divergence {
    /// The loss above which it has.
    bound: f64,
    /// The step from which on the loss on all the data may be looked at again, and how long to
    /// wait after that.
    pub(super) next_look: usize,
    pub(super) wait: usize,
}

impl<'a, T: Scalar> ChainState<'a, T> {
    /// A chain at w*, with its own stream of random numbers.
    pub(super) fn new(
        settings: &'a Chains,
        posterior: &'a Posterior<'a, T>,
        step_size: f64,
        baseline: f64,
        stream: u64,
        observer: Option<&'a mut dyn Observer<T>>,
    ) -> Self {
        let d = posterior.w_star.len();
        let zero = T::of(0.0);
        let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
        rng.set_stream(stream);
        let projected = if posterior.restriction.is_proper() {
            d
        } else {
            0
        };
        let mut state = Self {
            settings,
            posterior,
            step: 0,
            step_size,
            point: Point {
                w: posterior.w_star.to_vec(),
                value: zero,
                drift: vec![zero; d],
            },
            metric: Vec::new(),
            noise: Noise {
                stream: NormalStream::new(&mut rng),
                whole: vec![zero; projected],
            },
            rng,
            scratch: vec![zero; posterior.loss.scratch_len()],
            batches: Batches::of(settings, posterior.loss.num_samples()),
            record: Record {
                losses: Vec::with_capacity(settings.num_draws.min(MOST_AT_FIRST)),
                moments: Moments::default(),
                keeps_moments: false,
                due: false,
                acceptance: (0.0, 0),
                observer,
            },
            divergence: Divergence {
                // 10⁴(d + 100) times the temperature: never reached by a chain that samples.
                bound: baseline + 1e4 * (d as f64 + 100.0) / posterior.nbeta,
                next_look: 0,
                wait: 32,
            },
        };
        state.leave_amplitude();
        state
    }

    /// Where the prior vanishes at w* itself, leaves it by one step of noise.
    fn leave_amplitude(&mut self) {
        if !self.posterior.prior.has_amplitude() {
            return;
        }
        let scale = T::of(self.step_size.sqrt());
        let restriction = &self.posterior.restriction;
        let w = &mut self.point.w;
        self.noise.hand_out(restriction, w.len(), |range, z| {
            w[range]
                .iter_mut()
                .zip(z)
                .for_each(|(w, &z)| *w += scale * z);
        });
        self.reflect_point();
    }

    /// Starts at `w`, if it is given, instead of w*, with a constant preconditioner if one is
    /// given, and keeps the moments of the draws.
    pub(super) fn begin_at(&mut self, w: Option<&[T]>, metric: Option<&[T]>) {
        if let Some(w) = w {
            self.point.w.copy_from_slice(w);
            // w* itself among the starts, say
            if self.posterior.prior.vanishes_at(w) {
                self.leave_amplitude();
            }
        }
        if let Some(metric) = metric {
            self.metric = metric.to_vec();
        }
        self.record.keeps_moments = true;
    }

    /// What the chain has so far.
    pub(super) fn losses(&self) -> &[f64] {
        &self.record.losses
    }

    pub(super) fn moments(&self) -> &Moments {
        &self.record.moments
    }

    /// Whether gradients are taken on mini-batches.
    pub(super) fn is_batched(&self) -> bool {
        self.batches.is_some()
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
    pub(super) fn keep_moments_of(&mut self, factor: f64, pull: f64) {
        if !(self.record.keeps_moments && self.record.due) {
            return;
        }
        let Point { w, drift, .. } = &self.point;
        let (mut along, mut square) = (0.0, 0.0);
        for ((&w, &w_star), &g) in w.iter().zip(self.posterior.w_star).zip(drift) {
            let offset = w.float() - w_star.float();
            along += offset * g.float();
            square += offset * offset;
        }
        let moments = &mut self.record.moments;
        moments.virials.push(factor * along + pull * square);
        moments.squares.push(square);
    }

    /// What the chain leaves behind.
    pub(super) fn finish(self, failure: Option<ChainFailure>) -> Chain {
        let Record {
            losses, acceptance, ..
        } = self.record;
        let Point { w, drift, .. } = self.point;
        // What is long goes before the point is copied.
        drop((drift, self.scratch, self.noise, self.metric));
        let (sum, count) = acceptance;
        Chain {
            losses,
            last_point: w.iter().map(|w| w.float()).collect(),
            acceptance: (count > 0).then(|| sum / count as f64),
            step_size: self.step_size,
            failure,
        }
    }

    /// Records the loss if a draw is due before this step.
    pub(super) fn record(&mut self) {
        self.record.due = false;
        let Some(after) = self.step.checked_sub(self.settings.burn_in) else {
            return;
        };
        if after % self.settings.steps_between_draws != 0 {
            return;
        }
        let value = match self.settings.recorded {
            RecordedLoss::Full if self.is_batched() => {
                self.posterior.loss.value(&self.point.w, &mut self.scratch)
            }
            RecordedLoss::Full | RecordedLoss::Batch => self.point.value,
        };
        self.record.losses.push(value.float());
        self.record.due = true;
        if let Some(observer) = &mut self.record.observer {
            observer.draw(&self.point.w);
        }
    }

    /// Reflects w at the prior's half-lines.
    pub(super) fn reflect_point(&mut self) {
        reflect(self.posterior, &mut self.point.w);
    }

    /// Counts the acceptance probability exp(`log_ratio`), at most 1, of this step.
    pub(super) fn count_acceptance(&mut self, log_ratio: f64) {
        let acceptance = if log_ratio.is_nan() {
            0.0
        } else {
            log_ratio.exp().min(1.0)
        };
        if self.is_after_burn_in() {
            self.record.acceptance.0 += acceptance;
            self.record.acceptance.1 += 1;
        }
        if let Some(observer) = &mut self.record.observer {
            observer.acceptance(acceptance);
        }
    }

    /// Whether the burn-in is over at this step.
    pub(super) fn is_after_burn_in(&self) -> bool {
        self.step >= self.settings.burn_in
    }

    /// Checks the loss and the gradient at `w`.
    pub(super) fn check_gradient(&self) -> Result<(), Failure> {
        if !self.point.value.finite() {
            Err(Failure::Loss)
        } else if all_finite(&self.point.drift) {
            Ok(())
        } else {
            Err(Failure::Gradient)
        }
    }

    /// Checks that the loss has not run away, as it does where a step is not stable. The loss of a
    /// batch may be high by itself; then the loss on all the data decides, looked at ever less
    /// often, so that it costs little.
    pub(super) fn check_divergence(&mut self) -> Result<(), Failure> {
        let bound = self.divergence.bound;
        if self.point.value.float() <= bound {
            return Ok(());
        }
        if !self.is_batched() {
            return Err(Failure::Diverged);
        }
        if self.step < self.divergence.next_look {
            return Ok(());
        }
        self.divergence.next_look = self.step + self.divergence.wait;
        self.divergence.wait *= 2;
        let value = self.posterior.loss.value(&self.point.w, &mut self.scratch);
        if value.float() <= bound {
            Ok(())
        } else {
            Err(Failure::Diverged)
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
    pub(super) fn compute(&mut self) {
        let loss = self.posterior.loss;
        let Point { w, value, drift } = &mut self.point;
        *value = match &mut self.batches {
            Some(batches) => {
                let batch = batches.draw(&mut self.rng);
                loss.batch_gradient(w, batch, drift, &mut self.scratch)
            }
            None => loss.gradient(w, drift, &mut self.scratch),
        };
    }

    /// drift ← the gradient of −log density, from that of the loss; its moments are kept.
    pub(super) fn turn_to_drift(&mut self) {
        let Point { w, drift, .. } = &mut self.point;
        self.posterior.drift(w, drift);
        self.keep_moments();
    }

    /// Checks that the chain is at a point of ℝᵈ.
    pub(super) fn check_point(&self) -> Result<(), Failure> {
        if all_finite(&self.point.w) {
            Ok(())
        } else {
            Err(Failure::Parameter)
        }
    }
}

/// Reflects a point at the prior's boundary.
pub(super) fn reflect<T: Scalar>(posterior: &Posterior<'_, T>, w: &mut [T]) {
    if posterior.prior.has_boundary() {
        for (index, w) in w.iter_mut().enumerate() {
            if let Some((inside, _)) = posterior.prior.reflected(index, *w) {
                *w = inside;
            }
        }
    }
}
