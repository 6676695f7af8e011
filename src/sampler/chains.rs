//! Several Langevin chains, in parallel.

use super::chain_state::ChainState;
use super::control::{Control, Pace};
use super::{Failure, Langevin, Posterior, SamplerError, parallel};
use crate::loss::Scalar;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How many chains, how long, from which data.
///
/// # Examples
///
/// ```
/// use rlct::loss::{Reading, PolynomialLoss, Prior};
/// use rlct::sampler::{Chains, Control, Mala, Posterior};
///
/// // exp(−100·w²/2·2): E[100·w²] = 1/2
/// let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
/// let posterior = Posterior::new(&loss, &[0.0], Prior::flat(1), 100.0, 0.0)?;
/// let draws = Chains::new().with_num_draws(2000).run(
///     &posterior,
///     &Mala::adaptive(1e-2).into(),
///     &Control::new(),
/// )?;
/// assert_eq!(draws.chains.len(), 4);
/// assert!(draws.chains.iter().all(|chain| chain.failure.is_none()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Chains {
    /// Number of chains. Default 4, the least for a useful R̂.
    pub num_chains: usize,
    /// Draws kept of each chain. Default 2000.
    pub num_draws: usize,
    /// Steps before the first draw; never part of an estimate. Default 1000.
    pub burn_in: usize,
    /// Steps from one draw to the next. Default 1.
    pub steps_between_draws: usize,
    /// Mini-batch size, `None` for all the data. Default `None`.
    pub batch_size: Option<usize>,
    /// How mini-batches are drawn. Default [`BatchSampling::WithoutReplacement`].
    pub batch_sampling: BatchSampling,
    /// Which loss a draw records. Default [`RecordedLoss::Batch`].
    pub recorded: RecordedLoss,
    /// Seed; chain number c uses stream c of it. Default 0.
    pub seed: u64,
}

/// How the samples of a mini-batch are drawn, anew for every step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BatchSampling {
    /// Distinct samples: the gradient's noise is smaller by a factor 1 − b/n.
    WithoutReplacement,
    /// Independent samples.
    WithReplacement,
}

/// What sees every draw of a chain, besides its record of losses.
pub(crate) trait Observer<T>: Send {
    /// The point of a draw.
    fn draw(&mut self, w: &[T]);

    /// The Metropolis acceptance of a step, where it is known; in the burn-in as well.
    fn acceptance(&mut self, _: f64) {}
}

/// Which loss a draw records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecordedLoss {
    /// The loss on the mini-batch of the step, which costs nothing.
    Batch,
    /// The loss on all the data.
    Full,
}

/// One chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// Losses of the draws, in order; those before the failure if the chain failed.
    pub losses: Vec<f64>,
    /// Where the chain ended.
    pub last_point: Vec<f64>,
    /// Mean Metropolis–Hastings acceptance after the burn-in. For SGLD on all the data that of
    /// its proposals, had they been up for acceptance; `None` with mini-batches.
    pub acceptance: Option<f64>,
    /// The step size after the burn-in.
    pub step_size: f64,
    /// If the chain was given up: at which step, and why.
    pub failure: Option<ChainFailure>,
}

/// Where and why a chain was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainFailure {
    /// The step, counted from the start of the burn-in.
    pub step: usize,
    /// Why.
    pub failure: Failure,
}

/// All chains of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draws {
    /// The chains, in the order of their streams.
    pub chains: Vec<Chain>,
    /// Whether the stop flag or the time limit ended the run; chains may then differ in length.
    pub stopped: bool,
}

impl Default for Chains {
    fn default() -> Self {
        Self {
            num_chains: 4,
            num_draws: 2000,
            burn_in: 1000,
            steps_between_draws: 1,
            batch_size: None,
            batch_sampling: BatchSampling::WithoutReplacement,
            recorded: RecordedLoss::Batch,
            seed: 0,
        }
    }
}

impl Chains {
    /// The default settings.
    ///
    /// ```
    /// # use rlct::sampler::Chains;
    /// assert_eq!(Chains::new(), Chains::default());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the number of chains.
    ///
    /// ```
    /// # use rlct::sampler::Chains;
    /// assert_eq!(Chains::new().with_num_chains(8).num_chains, 8);
    /// ```
    #[must_use]
    pub fn with_num_chains(mut self, num_chains: usize) -> Self {
        self.num_chains = num_chains;
        self
    }

    /// Sets the number of draws of each chain.
    ///
    /// ```
    /// # use rlct::sampler::Chains;
    /// assert_eq!(Chains::new().with_num_draws(10).num_draws, 10);
    /// ```
    #[must_use]
    pub fn with_num_draws(mut self, num_draws: usize) -> Self {
        self.num_draws = num_draws;
        self
    }

    /// Sets the number of steps before the first draw.
    ///
    /// ```
    /// # use rlct::sampler::Chains;
    /// assert_eq!(Chains::new().with_burn_in(10).burn_in, 10);
    /// ```
    #[must_use]
    pub fn with_burn_in(mut self, burn_in: usize) -> Self {
        self.burn_in = burn_in;
        self
    }

    /// Sets the number of steps from one draw to the next.
    ///
    /// ```
    /// # use rlct::sampler::Chains;
    /// assert_eq!(Chains::new().with_steps_between_draws(10).steps_between_draws, 10);
    /// ```
    #[must_use]
    pub fn with_steps_between_draws(mut self, steps: usize) -> Self {
        self.steps_between_draws = steps;
        self
    }

    /// Sets the mini-batch size.
    ///
    /// ```
    /// # use rlct::sampler::Chains;
    /// assert_eq!(Chains::new().with_batch_size(64).batch_size, Some(64));
    /// ```
    #[must_use]
    pub fn with_batch_size(mut self, batch_size: usize) -> Self {
        self.batch_size = Some(batch_size);
        self
    }

    /// Sets how mini-batches are drawn.
    ///
    /// ```
    /// # use rlct::sampler::{BatchSampling, Chains};
    /// let chains = Chains::new().with_batch_sampling(BatchSampling::WithReplacement);
    /// assert_eq!(chains.batch_sampling, BatchSampling::WithReplacement);
    /// ```
    #[must_use]
    pub fn with_batch_sampling(mut self, sampling: BatchSampling) -> Self {
        self.batch_sampling = sampling;
        self
    }

    /// Sets which loss a draw records.
    ///
    /// ```
    /// # use rlct::sampler::{Chains, RecordedLoss};
    /// let chains = Chains::new().with_recorded_loss(RecordedLoss::Full);
    /// assert_eq!(chains.recorded, RecordedLoss::Full);
    /// ```
    #[must_use]
    pub fn with_recorded_loss(mut self, recorded: RecordedLoss) -> Self {
        self.recorded = recorded;
        self
    }

    /// Sets the seed.
    ///
    /// ```
    /// # use rlct::sampler::Chains;
    /// assert_eq!(Chains::new().with_seed(7).seed, 7);
    /// ```
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    pub(crate) fn check<T: Scalar>(
        &self,
        posterior: &Posterior<'_, T>,
        sampler: &Langevin,
    ) -> Result<f64, SamplerError> {
        sampler.check()?;
        for (what, found) in [
            ("chains", self.num_chains),
            ("draws", self.num_draws),
            ("steps between draws", self.steps_between_draws),
        ] {
            if found == 0 {
                return Err(SamplerError::TooFew {
                    what,
                    least: 1,
                    found,
                });
            }
        }
        match (self.batch_size, posterior.loss.num_samples()) {
            (None, _) => {}
            (Some(_), _) if sampler.is_metropolised() => {
                return Err(SamplerError::BatchWithMetropolis);
            }
            (Some(_), None) => return Err(SamplerError::BatchWithoutSamples),
            (Some(0), _) => {
                return Err(SamplerError::TooFew {
                    what: "samples in a batch",
                    least: 1,
                    found: 0,
                });
            }
            (Some(batch), Some(num_samples)) if batch > num_samples => {
                return Err(SamplerError::BatchTooLarge { batch, num_samples });
            }
            _ => {}
        }
        posterior.baseline()
    }

    /// Runs the chains from w*.
    ///
    /// A chain whose loss, gradient or parameters stop being finite is given up there; its draws
    /// so far and the step are kept, and the other chains go on.
    ///
    /// # Errors
    /// [`SamplerError`] for settings out of range, a batch larger than the data set, mini-batches
    /// with MALA or HMC or without data, and a loss that is not finite at w*.
    ///
    /// ```
    /// # use rlct::loss::{Reading, PolynomialLoss, Prior};
    /// # use rlct::sampler::{Chains, Control, Posterior, SamplerError, Sgld};
    /// # let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
    /// # let posterior = Posterior::new(&loss, &[0.0], Prior::flat(1), 100.0, 0.0)?;
    /// let sampler = Sgld::new(1e-3).into();
    /// let none = Chains::new().with_num_chains(0).run(&posterior, &sampler, &Control::new());
    /// assert_eq!(none, Err(SamplerError::TooFew { what: "chains", least: 1, found: 0 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run<T: Scalar>(
        &self,
        posterior: &Posterior<'_, T>,
        sampler: &Langevin,
        control: &Control<'_>,
    ) -> Result<Draws, SamplerError> {
        let observers = || None::<Unobserved>;
        self.run_observed(posterior, sampler, control, observers)
            .map(|(draws, _)| draws)
    }

    /// Runs the chains, each with an observer of its draws.
    pub(crate) fn run_observed<T: Scalar, O: Observer<T>>(
        &self,
        posterior: &Posterior<'_, T>,
        sampler: &Langevin,
        control: &Control<'_>,
        observer: impl Fn() -> Option<O> + Sync,
    ) -> Result<(Draws, Vec<Option<O>>), SamplerError> {
        let baseline = self.check(posterior, sampler)?;
        let steps = self.burn_in + self.num_draws * self.steps_between_draws;
        let total = (steps * self.num_chains) as u64;
        let done = AtomicU64::new(0);
        let stopped = AtomicBool::new(false);
        let chains = parallel::map(self.num_chains, |index| {
            let mut observer = observer();
            let seen = observer.as_mut().map(|o| o as &mut dyn Observer<T>);
            let mut state = ChainState::new(self, posterior, sampler, baseline, index as u64, seen);
            let mut pace = Pace::new();
            let mut step = 0;
            while step < steps {
                if control.stopped() {
                    stopped.store(true, Ordering::Relaxed);
                    break;
                }
                let block = pace.block(steps - step);
                if let Err(failure) = state.advance(block) {
                    done.fetch_add((steps - step) as u64, Ordering::Relaxed);
                    let chain = state.finish(Some(failure));
                    return (chain, observer);
                }
                step += block;
                pace.taken();
                let now = done.fetch_add(block as u64, Ordering::Relaxed) + block as u64;
                control.report(now, total);
            }
            let chain = state.finish(None);
            (chain, observer)
        });
        let (chains, observers) = chains.into_iter().unzip();
        let draws = Draws {
            chains,
            stopped: stopped.into_inner(),
        };
        Ok((draws, observers))
    }
}

/// No observer.
struct Unobserved;

impl<T> Observer<T> for Unobserved {
    fn draw(&mut self, _: &[T]) {}
}

impl Draws {
    /// Losses of the chains that did not fail, cut to equal length. Where a stop left chains of
    /// different lengths, the shorter ones are left out if that keeps more draws in all.
    ///
    /// ```
    /// # use rlct::sampler::{Chain, Draws};
    /// let chain = |losses: Vec<f64>| Chain {
    ///     losses, last_point: vec![], acceptance: None, step_size: 1.0, failure: None,
    /// };
    /// let chains = vec![chain(vec![1.0, 2.0]), chain(vec![]), chain(vec![3.0, 4.0, 5.0])];
    /// let draws = Draws { chains, stopped: true };
    /// assert_eq!(draws.losses(), [[1.0, 2.0], [3.0, 4.0]]);
    /// ```
    #[must_use]
    pub fn losses(&self) -> Vec<&[f64]> {
        let good = || self.chains.iter().filter(|chain| chain.failure.is_none());
        let mut lengths: Vec<usize> = good().map(|chain| chain.losses.len()).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        let draws_kept = |&(longer, &length): &(usize, &usize)| (longer + 1) * length;
        let length = lengths
            .iter()
            .enumerate()
            .max_by_key(draws_kept)
            .map_or(0, |(_, &l)| l);
        good()
            .filter(|chain| chain.losses.len() >= length)
            .map(|chain| &chain.losses[..length])
            .collect()
    }

    /// The chains that failed, by index.
    ///
    /// ```
    /// # use rlct::sampler::Draws;
    /// assert!(Draws { chains: vec![], stopped: false }.failures().is_empty());
    /// ```
    #[must_use]
    pub fn failures(&self) -> Vec<(usize, ChainFailure)> {
        self.chains
            .iter()
            .enumerate()
            .filter_map(|(index, chain)| chain.failure.map(|failure| (index, failure)))
            .collect()
    }
}
