//! Training: from a start to a trained network, with what happened on the way.

use super::NetworkError;
use super::network_loss::NetworkLoss;
use super::optimizer::Optimizer;
use crate::loss::{Loss, Scalar};
use crate::sampler::{BatchSampling, Control};
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};

/// How a network is trained.
///
/// The rate at step k is that of the last entry of the schedule whose step is at most k: jumps of
/// the rate are said in one line. The batch of step k depends on the seed and k alone, so that a
/// run that was stopped goes on bit by bit as it would have. Without replacement, every sample is
/// taken once an epoch; what is left of an epoch and fills no batch is left out.
///
/// # Examples
///
/// ```
/// use rlct::network::{
///     Activation, Dataset, Head, Network, NetworkDescription, NetworkLoss, Optimizer, Table,
///     Training,
/// };
/// use rlct::sampler::Control;
///
/// // exclusive or
/// let head = Head::CrossEntropy;
/// let description = NetworkDescription::perceptron(&[2, 8, 2], Activation::Tanh, head);
/// let network = Network::new(&description)?;
/// let inputs = Table::new("x", 2, vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0])?;
/// let labels = Table::new("y", 1, vec![0.0, 1.0, 1.0, 0.0])?;
/// let loss = NetworkLoss::<f32>::new(&network, &Dataset::new(&network, inputs, labels)?)?;
/// let training = Training { steps: 400, ..Training::new(Optimizer::adam(), 0.05) };
/// let trained = training.run(&loss, None, &network.initial(1), &Control::new(), |_| Ok(()))?;
/// assert_eq!(loss.accuracy(&trained.w), Some(1.0));
/// # Ok::<(), rlct::network::NetworkError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// What is done with a gradient.
    pub optimizer: Optimizer,
    /// Steps and the rates from them on; the first step is 0, steps increase.
    pub schedule: Vec<(u64, f64)>,
    /// How many steps, in all.
    pub steps: u64,
    /// Samples of a batch; `None` for all the data in every step.
    pub batch: Option<usize>,
    /// How batches are drawn.
    pub sampling: BatchSampling,
    /// The seed of the batches.
    pub seed: u64,
    /// The steps before which the state is handed on: 0 is the start, `steps` the end. For
    /// [`descend`](Self::descend) they increase.
    pub checkpoints: Vec<u64>,
    /// The loss on all the data is recorded before every so many steps, and at the end; 0 for
    /// checkpoints alone.
    pub trace_every: u64,
}

/// The state of training between two steps.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingState<T> {
    /// How many steps were taken.
    pub step: u64,
    /// The parameters.
    pub w: Vec<T>,
    /// Momentum, or the means of gradients; of a cone the anchor.
    pub first: Vec<T>,
    /// The means of their squares; of SGD zeros, of a cone the last direction.
    pub second: Vec<T>,
    /// What was recorded.
    pub trace: Vec<TracePoint>,
}

impl<T: Scalar> TrainingState<T> {
    /// Before the first step.
    #[must_use]
    pub fn start(w: &[T]) -> Self {
        Self {
            step: 0,
            w: w.to_vec(),
            first: vec![T::of(0.0); w.len()],
            second: vec![T::of(0.0); w.len()],
            trace: Vec::new(),
        }
    }

    /// Before the first step of a descent in cones around the way back to `anchor`, a point of the
    /// same length.
    #[must_use]
    pub fn anchored(w: &[T], anchor: &[T]) -> Self {
        Self {
            first: anchor.to_vec(),
            ..Self::start(w)
        }
    }
}

/// A network on its way, on all the data.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TracePoint {
    /// Steps taken.
    pub step: u64,
    /// The rate of the step that follows.
    pub rate: f64,
    /// L on the training data.
    pub loss: f64,
    /// The share of training samples that are right, where there is such a thing.
    pub accuracy: Option<f64>,
    /// L on the test data, if there is any.
    pub test_loss: Option<f64>,
    /// The share of test samples that are right.
    pub test_accuracy: Option<f64>,
}

impl Training {
    /// 1000 steps on all the data at one rate, recorded every tenth of them.
    #[must_use]
    pub fn new(optimizer: Optimizer, rate: f64) -> Self {
        Self {
            optimizer,
            schedule: vec![(0, rate)],
            steps: 1000,
            batch: None,
            sampling: BatchSampling::WithoutReplacement,
            seed: 0,
            checkpoints: Vec::new(),
            trace_every: 100,
        }
    }

    /// The rate of a step.
    #[must_use]
    pub fn rate(&self, step: u64) -> f64 {
        let before = self.schedule.iter().rev().find(|(from, _)| *from <= step);
        before.map_or(0.0, |(_, rate)| *rate)
    }

    /// Whether so many samples can be trained on like this.
    ///
    /// # Errors
    /// [`NetworkError::Setting`] for what is out of its range.
    pub fn check(&self, samples: usize) -> Result<(), NetworkError> {
        let setting = |what, expected, found| {
            Err(NetworkError::Setting {
                what,
                expected,
                found,
            })
        };
        self.optimizer.check()?;
        match self.schedule.first() {
            Some((0, _)) => {}
            Some((step, _)) => {
                return setting("the first step of the schedule", "0", *step as f64);
            }
            None => return setting("the length of the schedule", "at least 1", 0.0),
        }
        if let Some(pair) = self.schedule.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            return setting("steps of the schedule", "increasing", pair[1].0 as f64);
        }
        let wrong = |rate: f64| !(rate.is_finite() && rate >= 0.0);
        if let Some((_, rate)) = self.schedule.iter().find(|(_, rate)| wrong(*rate)) {
            return setting("a rate", "finite and not negative", *rate);
        }
        match (self.batch, self.sampling) {
            (Some(0), _) => setting("the batch size", "at least 1", 0.0),
            (Some(b), BatchSampling::WithoutReplacement) if b > samples => {
                setting("the batch size", "at most the number of samples", b as f64)
            }
            _ => Ok(()),
        }
    }

    /// Trains from a start, which is the anchor of a cone; see [`resume`](Self::resume).
    ///
    /// # Errors
    /// As [`resume`](Self::resume).
    pub fn run<T: Scalar>(
        &self,
        loss: &NetworkLoss<T>,
        test: Option<&NetworkLoss<T>>,
        start: &[T],
        control: &Control<'_>,
        checkpoint: impl FnMut(&TrainingState<T>) -> Result<(), NetworkError>,
    ) -> Result<TrainingState<T>, NetworkError> {
        let state = match self.optimizer {
            Optimizer::Cone { .. } => TrainingState::anchored(start, start),
            _ => TrainingState::start(start),
        };
        self.resume(loss, test, state, control, checkpoint)
    }

    /// Goes on from a state until the last step or until it is stopped, which
    /// [`TrainingState::step`] then tells. `checkpoint` is called with the state before
    /// each of the steps in [`checkpoints`](Self::checkpoints).
    ///
    /// # Errors
    /// [`NetworkError::Setting`] for settings out of range, [`NetworkError::Dimension`] or
    /// [`NetworkError::Weight`] for a start that does not fit, [`NetworkError::Diverged`] where
    /// the loss is not finite, and what `checkpoint` returns.
    pub fn resume<T: Scalar>(
        &self,
        loss: &NetworkLoss<T>,
        test: Option<&NetworkLoss<T>>,
        mut state: TrainingState<T>,
        control: &Control<'_>,
        mut checkpoint: impl FnMut(&TrainingState<T>) -> Result<(), NetworkError>,
    ) -> Result<TrainingState<T>, NetworkError> {
        let samples = loss.samples();
        self.check(samples)?;
        loss.network().check(&state.w)?;
        let dimension = state.w.len();
        for memory in [&state.first, &state.second] {
            if memory.len() != dimension {
                return Err(NetworkError::Dimension {
                    expected: dimension,
                    found: memory.len(),
                });
            }
        }
        let mut scratch = vec![T::of(0.0); loss.scratch_len()];
        let mut gradient = vec![T::of(0.0); dimension];
        let mut batches = Batches::new(self, samples);
        loop {
            let step = state.step;
            control.report(step, self.steps);
            let at_end = step >= self.steps;
            // Of a state that was resumed, this step's record was already made.
            let recorded = state.trace.last().is_some_and(|point| point.step == step);
            let regular = self.trace_every > 0 && (at_end || step.is_multiple_of(self.trace_every));
            let marked = self.checkpoints.contains(&step);
            if (regular || marked) && !recorded {
                let point = self.point(loss, test, &state, &mut scratch)?;
                state.trace.push(point);
                if marked {
                    checkpoint(&state)?;
                }
            }
            if at_end || control.stopped() {
                return Ok(state);
            }
            self.advance(loss, &mut state, &mut batches, &mut gradient, &mut scratch)?;
        }
    }

    /// One step on a loss.
    fn advance<T: Scalar>(
        &self,
        loss: &dyn Loss<T>,
        state: &mut TrainingState<T>,
        batches: &mut Batches,
        gradient: &mut [T],
        scratch: &mut [T],
    ) -> Result<(), NetworkError> {
        let step = state.step;
        let value = match batches.at(step) {
            Some(batch) => loss.batch_gradient(&state.w, batch, gradient, scratch),
            None => loss.gradient(&state.w, gradient, scratch),
        };
        if !value.finite() {
            return Err(NetworkError::Diverged {
                step,
                value: value.float(),
            });
        }
        self.optimizer.step(
            self.seed,
            step + 1,
            self.rate(step),
            &mut state.w,
            gradient,
            &mut state.first,
            &mut state.second,
        );
        state.step += 1;
        Ok(())
    }

    /// Descends on any loss, a polynomial, say, from a state to the last step or until it is
    /// stopped. `checkpoint` is called as by [`resume`](Self::resume); nothing is recorded, and
    /// there is no accuracy. A loss without samples has no batches.
    ///
    /// # Errors
    /// As [`resume`](Self::resume).
    ///
    /// ```
    /// use rlct::loss::{PolynomialLoss, Reading};
    /// use rlct::network::{Optimizer, Training, TrainingState};
    /// use rlct::sampler::Control;
    ///
    /// // downhill on x², in cones 1 wide around the way back to the anchor
    /// let loss = PolynomialLoss::from_terms(2, &[vec![(vec![1, 0], 1.0)]], Reading::Ideal)?;
    /// let training = Training { steps: 4000, ..Training::new(Optimizer::Cone { angle: 1.0 }, 1e-3) };
    /// let start = TrainingState::anchored(&[1.0_f64, 1.0], &[0.0, 0.0]);
    /// let end = training.descend(&loss, start, &Control::new(), |_, _| Ok(()))?;
    /// // not (0, 1), where steepest descent ends
    /// assert!(end.w[0].abs() < 2e-3 && end.w[1].abs() < 2e-3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn descend<T: Scalar>(
        &self,
        loss: &dyn Loss<T>,
        mut state: TrainingState<T>,
        control: &Control<'_>,
        mut checkpoint: impl FnMut(u64, &[T]) -> Result<(), NetworkError>,
    ) -> Result<TrainingState<T>, NetworkError> {
        let samples = loss.num_samples().unwrap_or(0);
        let whole = Self {
            batch: self.batch.filter(|_| samples > 0),
            ..self.clone()
        };
        whole.check(samples)?;
        let dimension = loss.dimension();
        for part in [&state.w, &state.first, &state.second] {
            if part.len() != dimension {
                return Err(NetworkError::Dimension {
                    expected: dimension,
                    found: part.len(),
                });
            }
        }
        let mut scratch = vec![T::of(0.0); loss.scratch_len()];
        let mut gradient = vec![T::of(0.0); dimension];
        let mut batches = Batches::new(&whole, samples);
        loop {
            if whole.checkpoints.binary_search(&state.step).is_ok() {
                checkpoint(state.step, &state.w)?;
            }
            // a look at the clock takes as long as a step on a small loss
            let look = state.step.is_multiple_of(64);
            if state.step >= whole.steps || (look && control.stopped()) {
                return Ok(state);
            }
            whole.advance(loss, &mut state, &mut batches, &mut gradient, &mut scratch)?;
        }
    }

    fn point<T: Scalar>(
        &self,
        loss: &NetworkLoss<T>,
        test: Option<&NetworkLoss<T>>,
        state: &TrainingState<T>,
        scratch: &mut [T],
    ) -> Result<TracePoint, NetworkError> {
        let value = loss.value(&state.w, scratch).float();
        if !value.is_finite() {
            return Err(NetworkError::Diverged {
                step: state.step,
                value,
            });
        }
        let of_test = |test: &NetworkLoss<T>| {
            let mut scratch = vec![T::of(0.0); test.scratch_len()];
            test.value(&state.w, &mut scratch).float()
        };
        Ok(TracePoint {
            step: state.step,
            rate: self.rate(state.step),
            loss: value,
            accuracy: loss.accuracy(&state.w),
            test_loss: test.map(of_test),
            test_accuracy: test.and_then(|test| test.accuracy(&state.w)),
        })
    }
}

/// The batches of all steps.
struct Batches {
    rng: ChaCha8Rng,
    size: Option<usize>,
    sampling: BatchSampling,
    samples: usize,
    batch: Vec<u32>,
    /// Without replacement: the order of an epoch, and its number.
    order: Vec<u32>,
    epoch: Option<u64>,
}

impl Batches {
    fn new(training: &Training, samples: usize) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(training.seed),
            size: training.batch,
            sampling: training.sampling,
            samples,
            batch: Vec::new(),
            order: Vec::new(),
            epoch: None,
        }
    }

    /// The batch of a step: stream number k of the seed draws step k, or epoch k.
    fn at(&mut self, step: u64) -> Option<&[u32]> {
        let size = self.size?;
        let n = self.samples as u32;
        if self.sampling == BatchSampling::WithReplacement {
            self.rng.set_stream(step);
            self.rng.set_word_pos(0);
            self.batch.clear();
            let rng = &mut self.rng;
            self.batch.extend((0..size).map(|_| rng.random_range(0..n)));
            return Some(&self.batch);
        }
        let per_epoch = (self.samples / size) as u64;
        let epoch = step / per_epoch;
        if self.epoch != Some(epoch) {
            self.rng.set_stream(epoch);
            self.rng.set_word_pos(0);
            self.order.clear();
            self.order.extend(0..n);
            self.order.shuffle(&mut self.rng);
            self.epoch = Some(epoch);
        }
        let start = (step % per_epoch) as usize * size;
        Some(&self.order[start..start + size])
    }
}
