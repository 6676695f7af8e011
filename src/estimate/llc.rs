//! The local learning coefficient at one temperature.

use super::judgement::Judgement;
use super::{Doubt, EstimateError, LlcEstimate};
use crate::loss::{Loss, Prior, Scalar};
use crate::sampler::{
    BatchSampling, Chains, Control, Draws, Langevin, Mala, Posterior, RecordedLoss, SamplerError,
    baseline,
};

/// The local learning coefficient (Lau, Furman, Wang, Murfet, Wei 2023, arXiv:2308.12108)
///
/// λ̂ = nβ ( E[L_n(w)] − L_n(w*) ),
///
/// the mean over the posterior at inverse temperature β, localised around w* by
/// exp(−γ/2·|w − w*|²); β* = 1/log n by default, after WBIC (Watanabe 2013).
///
/// Three systematic errors are not in the standard error. At one temperature
/// λ̂ → λ − (m − 1)/log(nβ) (see [`LlcEstimate::temperature_bias`]); with data, when w* is the
/// true parameter and not the empirical minimiser, λ̂ is low by about λ/log n; and localisation
/// changes it by O(γ/nβ) powers. [`Ladder`](super::Ladder) fits the first away.
///
/// # Examples
///
/// ```
/// use rlct::estimate::Llc;
/// use rlct::loss::LinearNetwork;
/// use rlct::sampler::Mala;
///
/// // K = ½ w², a regular model of one parameter: λ = 1/2
/// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
/// let llc = Llc::new(&loss, &[0.0])
///     .num_samples(10_000)
///     .sampler(Mala::adaptive(1e-3))
///     .chains(4)
///     .seed(1)
///     .estimate()?;
/// assert!((llc.mean() - 0.5).abs() < 4.0 * llc.standard_error());
/// assert!(llc.verdict().is_trustworthy());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Llc<'a, T: Scalar> {
    pub(super) loss: &'a dyn Loss<T>,
    pub(super) w_star: &'a [T],
    prior: Prior,
    pub(super) sampler: Langevin,
    pub(super) chains: Chains,
    pub(super) num_samples: Option<usize>,
    pub(super) inverse_temperature: Option<f64>,
    pub(super) nbeta: Option<f64>,
    pub(super) localization: f64,
    mask: Option<Vec<bool>>,
    orthogonal: bool,
}

impl<'a, T: Scalar> Llc<'a, T> {
    /// The coefficient of `loss` at `w_star`, by adaptive MALA from a first step of 10⁻³ on
    /// four chains, with γ = 1 and a flat prior.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn new(loss: &'a dyn Loss<T>, w_star: &'a [T]) -> Self {
        Self {
            loss,
            w_star,
            prior: Prior::flat(loss.dimension()),
            sampler: Mala::adaptive(1e-3).into(),
            chains: Chains::default(),
            num_samples: None,
            inverse_temperature: None,
            nbeta: None,
            localization: 1.0,
            mask: None,
            orthogonal: false,
        }
    }

    /// Sets the sampler.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork, sampler::Sgld};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).sampler(Sgld::new(1e-4));
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn sampler(mut self, sampler: impl Into<Langevin>) -> Self {
        self.sampler = sampler.into();
        self
    }

    /// Sets the prior.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::{LinearNetwork, Prior}};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).prior(Prior::flat(1).with_nonnegative(&[0])?);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn prior(mut self, prior: Prior) -> Self {
        self.prior = prior;
        self
    }

    /// Sets the number of chains.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).chains(8);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn chains(mut self, num_chains: usize) -> Self {
        self.chains.num_chains = num_chains;
        self
    }

    /// Sets the number of draws of each chain.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).draws(500);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn draws(mut self, num_draws: usize) -> Self {
        self.chains.num_draws = num_draws;
        self
    }

    /// Sets the number of steps before the first draw.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).burn_in(500);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn burn_in(mut self, burn_in: usize) -> Self {
        self.chains.burn_in = burn_in;
        self
    }

    /// Sets the number of steps from one draw to the next.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).steps_between_draws(10);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn steps_between_draws(mut self, steps: usize) -> Self {
        self.chains.steps_between_draws = steps;
        self
    }

    /// Sets the mini-batch size, for a loss with samples and a sampler without Metropolis test. n
    /// stays that of the data.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// let loss = LinearNetworkSample::new(&[1, 1], &[1.0, 2.0], &[1.0, 2.0])?;
    /// let llc = Llc::new(&loss, &[1.0]).batch_size(1);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        self.chains.batch_size = Some(batch_size);
        self
    }

    /// Sets how mini-batches are drawn.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample, sampler::BatchSampling};
    /// let loss = LinearNetworkSample::new(&[1, 1], &[1.0, 2.0], &[1.0, 2.0])?;
    /// let llc = Llc::new(&loss, &[1.0]).batch_sampling(BatchSampling::WithReplacement);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn batch_sampling(mut self, sampling: BatchSampling) -> Self {
        self.chains.batch_sampling = sampling;
        self
    }

    /// Holds the parameters with `false` at w*: the refined coefficient of the others.
    ///
    /// ```
    /// # use rlct::{estimate::{EstimateError, Llc}, loss::LinearNetwork, sampler::SamplerError};
    /// let loss = LinearNetwork::new(&[2, 1], &[0.0, 0.0])?;
    /// let llc = Llc::new(&loss, &[0.0, 0.0]).nbeta(1e3).mask(&[false, false]);
    /// assert_eq!(llc.estimate(), Err(EstimateError::Sampler(SamplerError::NothingMoves)));
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn mask(mut self, free: &[bool]) -> Self {
        self.mask = Some(free.to_vec());
        self
    }

    /// Restricts the chains to the subspace orthogonal to ∇L(w*), for points that are no minima;
    /// see [`Posterior::orthogonal_to_gradient`].
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// let loss = LinearNetwork::new(&[2, 1], &[0.0, 0.0])?;
    /// let llc = Llc::new(&loss, &[0.0, 1.0]).orthogonal_to_gradient();
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn orthogonal_to_gradient(mut self) -> Self {
        self.orthogonal = true;
        self
    }

    /// Sets which loss a draw records.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork, sampler::RecordedLoss};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).recorded_loss(RecordedLoss::Full);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn recorded_loss(mut self, recorded: RecordedLoss) -> Self {
        self.chains.recorded = recorded;
        self
    }

    /// Sets the seed.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).seed(1);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.chains.seed = seed;
        self
    }

    /// Sets n, for a deterministic loss.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).num_samples(1000);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn num_samples(mut self, num_samples: usize) -> Self {
        self.num_samples = Some(num_samples);
        self
    }

    /// Sets β instead of 1/log n.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).num_samples(1000).inverse_temperature(1.0);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn inverse_temperature(mut self, beta: f64) -> Self {
        self.inverse_temperature = Some(beta);
        self
    }

    /// Sets nβ itself.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e4);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn nbeta(mut self, nbeta: f64) -> Self {
        self.nbeta = Some(nbeta);
        self
    }

    /// Sets the localization γ.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).localization(100.0);
    /// # let _ = llc;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn localization(mut self, gamma: f64) -> Self {
        self.localization = gamma;
        self
    }

    pub(super) fn resolved_nbeta(&self) -> Result<f64, EstimateError> {
        if let Some(nbeta) = self.nbeta {
            return Ok(nbeta);
        }
        let num_samples = self
            .num_samples
            .or_else(|| self.loss.num_samples())
            .ok_or(EstimateError::NoSampleSize)?;
        let n = num_samples as f64;
        match self.inverse_temperature {
            Some(beta) if !(beta > 0.0 && beta.is_finite()) => {
                Err(EstimateError::InverseTemperature { beta })
            }
            Some(_) if num_samples == 0 => Err(EstimateError::SampleSize { num_samples }),
            Some(beta) => Ok(n * beta),
            None if num_samples < 2 => Err(EstimateError::SampleSize { num_samples }),
            None => Ok(n / n.ln()),
        }
    }

    /// n, if the loss is on data and the temperature that of WBIC.
    fn wbic_samples(&self) -> Option<usize> {
        self.loss.num_samples().filter(|_| {
            self.num_samples.is_none() && self.nbeta.is_none() && self.inverse_temperature.is_none()
        })
    }

    pub(super) fn posterior(&self, nbeta: f64) -> Result<Posterior<'a, T>, SamplerError> {
        let (loss, w_star) = (self.loss, self.w_star);
        let mut posterior =
            Posterior::new(loss, w_star, self.prior.clone(), nbeta, self.localization)?;
        if let Some(free) = &self.mask {
            posterior = posterior.with_mask(free)?;
        }
        if self.orthogonal {
            posterior = posterior.orthogonal_to_gradient()?;
        }
        Ok(posterior)
    }

    /// Runs the chains and estimates λ.
    ///
    /// # Errors
    /// [`EstimateError`]: settings out of range, a point that does not fit the loss, a loss not
    /// finite at w*, or all chains failed.
    ///
    /// ```
    /// # use rlct::{estimate::{EstimateError, Llc}, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// assert_eq!(Llc::new(&loss, &[0.0]).estimate(), Err(EstimateError::NoSampleSize));
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn estimate(&self) -> Result<LlcEstimate, EstimateError> {
        self.estimate_with(&Control::new())
    }

    /// Runs the chains under a [`Control`], which can watch and stop them.
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate), and [`SamplerError::StoppedEarly`] if there were too few
    /// draws when the run was stopped.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork, sampler::Control};
    /// # use std::sync::atomic::AtomicBool;
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let flag = AtomicBool::new(true);
    /// let control = Control::new().with_stop(&flag);
    /// let stopped = Llc::new(&loss, &[0.0]).num_samples(100).estimate_with(&control);
    /// assert!(stopped.is_err());
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn estimate_with(&self, control: &Control<'_>) -> Result<LlcEstimate, EstimateError> {
        let nbeta = self.resolved_nbeta()?;
        let posterior = self.posterior(nbeta)?;
        let draws = self.chains.run(&posterior, &self.sampler, control)?;
        self.conclude(nbeta, draws)
    }

    /// The estimate from the chains at nβ.
    pub(super) fn conclude(&self, nbeta: f64, draws: Draws) -> Result<LlcEstimate, EstimateError> {
        let baseline = baseline(self.loss, self.w_star)?;
        let Judgement {
            mean_excess,
            standard_error,
            effective_sample_size,
            rhat,
            drift,
            acceptance,
            mut doubts,
        } = Judgement::of(&draws, baseline, &self.sampler)?;
        let mean = nbeta * mean_excess;
        let standard_error = nbeta * standard_error;
        if mean < -2.0 * standard_error {
            doubts.push(Doubt::BelowMinimum { lambda: mean });
        }
        Ok(LlcEstimate {
            mean,
            standard_error,
            effective_sample_size,
            rhat,
            drift,
            acceptance,
            nbeta,
            wbic_samples: self.wbic_samples(),
            localization: self.localization,
            baseline,
            recorded: self.chains.recorded,
            verdict: doubts.into(),
            chains: draws.chains,
        })
    }
}
