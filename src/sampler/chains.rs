//! Settings of chains at one temperature.

use serde::{Deserialize, Serialize};

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
}
