//! The energy at one temperature, towards the local learning coefficient.

use super::EstimateError;
use super::tuning::Length;
use crate::loss::{Loss, Prior, Scalar};
use crate::sampler::{BatchSampling, Chains, Langevin, Posterior, RecordedLoss, SamplerError};

/// The energy at inverse temperature t = nβ,
///
/// U(t) = nβ ( E[L_n(w)] − L_n(w*) ),
///
/// which Lau, Furman, Wang, Murfet, Wei (2023, arXiv:2308.12108) take for the local learning
/// coefficient λ: the mean over the posterior at inverse temperature β, localised around w* by
/// exp(−γ/2·|w − w*|²); β* = 1/log n by default, after WBIC (Watanabe 2013).
///
/// U(t) is not λ, and three differences are not in its standard error. At one temperature the
/// multiplicity and the next poles keep it from λ, often by a tenth or more
/// ([`LlcEstimate::likely_distance`](super::LlcEstimate::likely_distance)); with data, when w* is
/// the true parameter and not the empirical minimiser, U is low by about λ/log n; and localisation
/// changes it by O(γ/nβ) powers. [`Temperatures`](super::Temperatures) runs these chains at several
/// temperatures and estimates λ, as [`Ladder`](super::Ladder) does by exchange.
///
/// # What is chosen, and how to choose by hand
///
/// | quantity | by itself | by hand |
/// |---|---|---|
/// | sampler | HMC, preconditioned by the variances of pilot draws where these differ by more than chains do and draws then move further for a gradient; with mini-batches SGLD | [`sampler`](Self::sampler) |
/// | ε | a Metropolis acceptance of 0.9 (HMC; 0.8 in 100 dimensions and more, or of one set by hand) or 0.574 (MALA); without a test, ε/4·E\|∇U_b\|² = 1 % of E[(w − w*)·nβ∇L] at pilot draws | in the sampler, unless [`tune_step_size`](Self::tune_step_size) |
/// | starts | half of the chains at w*, half at draws of N(w*, 1/γ) annealed to the temperature | [`disperse`](Self::disperse) |
/// | burn-in | the pilot, and a fifth of each chain | [`burn_in`](Self::burn_in) |
/// | length | rounds until the standard error is 2 % of U(t) and the [chains](super::thresholds::chains) agree | [`draws`](Self::draws), [`relative_error`](Self::relative_error), [`budget`](Self::budget) |
/// | γ | 1; its effect is [`LlcEstimate::localization_effect`](super::LlcEstimate::localization_effect) | [`localization`](Self::localization) |
/// | n | that of the loss, or 10⁴ | [`num_samples`](Self::num_samples), [`nbeta`](Self::nbeta) |
///
/// A setter turns the choice of its quantity off; with a sampler of one's own there is no pilot.
/// [`LlcEstimate::tuning`](super::LlcEstimate::tuning) tells what was chosen.
///
/// # Examples
///
/// ```
/// use rlct::estimate::Llc;
/// use rlct::loss::LinearNetwork;
/// use rlct::sampler::Mala;
///
/// // K = ½ w², a regular model of one parameter: U(t) = ½ t/(t + γ)
/// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
/// let llc = Llc::new(&loss, &[0.0])
///     .num_samples(10_000)
///     .sampler(Mala::adaptive(1e-3))
///     .chains(4)
///     .seed(1)
///     .estimate()?;
/// assert!((llc.energy() - 0.5).abs() < 4.0 * llc.standard_error());
/// assert!(llc.verdict().is_converged());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Llc<'a, T: Scalar> {
    pub(super) loss: &'a dyn Loss<T>,
    pub(super) w_star: &'a [T],
    pub(super) prior: Prior,
    /// `None`: HMC, on batches SGLD, with a step size from the pilot.
    pub(super) sampler: Option<Langevin>,
    pub(super) tunes_step: bool,
    pub(super) disperses: Option<bool>,
    pub(super) chains: Chains,
    pub(super) draws_given: bool,
    pub(super) burn_in_given: bool,
    pub(super) length: Length,
    pub(super) num_samples: Option<usize>,
    pub(super) inverse_temperature: Option<f64>,
    pub(super) nbeta: Option<f64>,
    pub(super) localization: f64,
    pub(super) mask: Option<Vec<bool>>,
    pub(super) orthogonal: bool,
}

impl<'a, T: Scalar> Llc<'a, T> {
    /// n of a loss without samples, where none is set.
    pub const NUM_SAMPLES: usize = 10_000;

    /// The energy of `loss` at `w_star`, on four chains, with γ = 1, a flat prior, and for a
    /// loss without samples n = 10⁴; all else is chosen by pilot chains.
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
            sampler: None,
            tunes_step: false,
            disperses: None,
            chains: Chains::default(),
            draws_given: false,
            burn_in_given: false,
            length: Length::default(),
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
        self.sampler = Some(sampler.into());
        self
    }

    /// Lets pilot chains choose the step size of the sampler that was set.
    ///
    /// ```
    /// # use rlct::{estimate::{Llc, StepRule}, loss::LinearNetwork, sampler::Sgld};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).sampler(Sgld::new(1.0)).tune_step_size().estimate()?;
    /// assert!(matches!(llc.tuning().step_rule, StepRule::Virial { .. }));
    /// assert!(llc.tuning().sampler.step_size() < 1e-3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn tune_step_size(mut self) -> Self {
        self.tunes_step = true;
        self
    }

    /// Whether half of the chains start away from w*, at draws of N(w*, 1/γ) annealed to the
    /// posterior's temperature: chains that all start at w* may agree and be wrong. By default they
    /// do where the step size is tuned.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).disperse(false).estimate()?;
    /// assert_eq!(llc.tuning().starts.dispersed, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn disperse(mut self, disperse: bool) -> Self {
        self.disperses = Some(disperse);
        self
    }

    /// Sets the standard error aimed at, relative to U(t); by default
    /// [`ROUNDS_RELATIVE_ERROR`](super::thresholds::chains::ROUNDS_RELATIVE_ERROR).
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).relative_error(0.1).estimate()?;
    /// assert!(llc.standard_error() < 0.1 * llc.energy());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn relative_error(mut self, relative_error: f64) -> Self {
        self.length.relative_error = relative_error;
        self
    }

    /// Sets how many gradients the pilot and the chains may take in all. The pilot aims at a
    /// quarter of them; burn-in (unless it is set), draws (also those that are set) and the
    /// trajectories that the pilot chooses are cut to the rest, so that a run takes no more. One
    /// that does not suffice for an estimate is [`EstimateError::BudgetTooSmall`]. A pilot gradient
    /// counts as n/b on mini-batches of size b.
    ///
    /// By default, where the draws are not set, 2·10⁸/d, on samples over the thousands of them (of
    /// a batch, if there are batches), but at least 10⁵ and at most 2·10⁶, and not less than four
    /// times what an estimate needs.
    ///
    /// ```
    /// # use rlct::{estimate::{Doubt, Llc}, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).budget(5_000).estimate()?;
    /// assert!(llc.verdict().doubts().contains(&Doubt::Budget { evaluations: 5_000 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn budget(mut self, evaluations: u64) -> Self {
        self.length.budget = Some(evaluations);
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
        self.draws_given = true;
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
        self.burn_in_given = true;
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

    /// w* + `scale`·`offset`, reflected at the prior's half-lines.
    pub(super) fn moved(&self, offset: &[T], scale: f64) -> Vec<T> {
        let mut point: Vec<T> = self.w_star.to_vec();
        for (index, (w, &x)) in point.iter_mut().zip(offset).enumerate() {
            *w += T::of(scale) * x;
            if let Some((inside, _)) = self.prior.reflected(index, *w) {
                *w = inside;
            }
        }
        point
    }

    /// nβ, and n if it had to be assumed.
    pub(super) fn resolved_nbeta(&self) -> Result<(f64, Option<usize>), EstimateError> {
        if let Some(nbeta) = self.nbeta {
            return Ok((nbeta, None));
        }
        let known = self.num_samples.or_else(|| self.loss.num_samples());
        let num_samples = known.unwrap_or(Self::NUM_SAMPLES);
        let n = num_samples as f64;
        let nbeta = match self.inverse_temperature {
            Some(beta) if !(beta > 0.0 && beta.is_finite()) => {
                Err(EstimateError::InverseTemperature { beta })
            }
            Some(_) if num_samples == 0 => Err(EstimateError::SampleSize { num_samples }),
            Some(beta) => Ok(n * beta),
            None if num_samples < 2 => Err(EstimateError::SampleSize { num_samples }),
            None => Ok(n / n.ln()),
        }?;
        Ok((nbeta, known.is_none().then_some(num_samples)))
    }

    /// n, if the loss is on data and the temperature that of WBIC.
    pub(super) fn wbic_samples(&self) -> Option<usize> {
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
}
