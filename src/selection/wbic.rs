//! The widely applicable Bayesian information criterion, sampled.

use super::SelectionError;
use crate::estimate::{Doubt, Llc, Verdict, WithError};
use crate::loss::Loss;
use crate::sampler::Control;
use serde::{Deserialize, Serialize};

/// WBIC = E_β[n L_n(w)], the mean over the posterior at inverse temperature β = 1/log n.
///
/// It estimates the free energy −log ∫ exp(−n L_n) φ up to O(√log n). Four chains of adaptive MALA
/// start where the prior N(0, s²) is centred.
///
/// # References
/// Watanabe 2013, *A widely applicable Bayesian information criterion*, Journal of Machine Learning
/// Research 14, 867–897.
///
/// # Examples
///
/// ```
/// use rlct::loss::LinearNetworkSample;
/// use rlct::selection::Wbic;
///
/// let x: Vec<f64> = (0..100).map(|i| f64::from(i % 7) - 3.0).collect();
/// let loss = LinearNetworkSample::new(&[1, 1], &x, &x)?; // the least loss is 0, λ = 1/2
/// let wbic = Wbic::new().seed(1).estimate(&loss, 10.0)?;
/// assert!((wbic.value - 100_f64.ln() / 2.0).abs() < 5.0 * wbic.standard_error);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wbic {
    draws: usize,
    burn_in: usize,
    thinning: usize,
    seed: u64,
    pub(super) prior_deviation: Option<f64>,
}

/// A sampled WBIC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WbicEstimate {
    /// E_β[n L_n]; −WBIC is on the scale of the log marginal likelihood.
    pub value: f64,
    /// The standard error of the sampling.
    pub standard_error: f64,
    /// The effective number of draws.
    pub effective_sample_size: f64,
    /// R̂ of the chains.
    pub rhat: f64,
    /// Whether the sampling converged; WBIC is a mean at one temperature. That WBIC depends on the
    /// prior is no doubt of the sampling, see `prior_effect`.
    pub verdict: Verdict,
    /// The standard deviation s of the prior N(0, s²) of each parameter.
    pub prior_deviation: f64,
    /// The effect of the prior: dWBIC/d log s. Doubling s changes WBIC by about 0.7 times as much.
    pub prior_effect: WithError,
}

impl Default for Wbic {
    fn default() -> Self {
        Self {
            draws: 4000,
            burn_in: 4000,
            thinning: 5,
            seed: 0,
            prior_deviation: None,
        }
    }
}

impl Wbic {
    /// 4 chains of 4000 draws, five steps from one to the next, after 4000 steps.
    ///
    /// ```
    /// # use rlct::selection::Wbic;
    /// assert_eq!(Wbic::new(), Wbic::default());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the number of draws of each chain.
    ///
    /// ```
    /// # use rlct::selection::Wbic;
    /// assert_ne!(Wbic::new().draws(100), Wbic::new());
    /// ```
    #[must_use]
    pub fn draws(mut self, draws: usize) -> Self {
        self.draws = draws;
        self
    }

    /// Sets the number of steps before the first draw.
    ///
    /// ```
    /// # use rlct::selection::Wbic;
    /// assert_ne!(Wbic::new().burn_in(100), Wbic::new());
    /// ```
    #[must_use]
    pub fn burn_in(mut self, steps: usize) -> Self {
        self.burn_in = steps;
        self
    }

    /// Sets the number of steps from one draw to the next.
    ///
    /// ```
    /// # use rlct::selection::Wbic;
    /// assert_ne!(Wbic::new().thinning(1), Wbic::new());
    /// ```
    #[must_use]
    pub fn thinning(mut self, steps: usize) -> Self {
        self.thinning = steps;
        self
    }

    /// Sets the seed.
    ///
    /// ```
    /// # use rlct::selection::Wbic;
    /// assert_ne!(Wbic::new().seed(7), Wbic::new());
    /// ```
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the standard deviation s of the prior of every model, in place of the family's own
    /// [`SampledFamily::prior_deviation`](super::SampledFamily::prior_deviation).
    #[must_use]
    pub fn prior_deviation(mut self, deviation: f64) -> Self {
        self.prior_deviation = Some(deviation);
        self
    }

    /// Samples a loss on n samples under the prior N(0, s²) of each parameter.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] for s not positive or a loss without samples,
    /// [`SelectionError::Estimate`] if the chains cannot run or all fail.
    ///
    /// ```
    /// # use rlct::{loss::LinearNetworkSample, selection::Wbic};
    /// let loss = LinearNetworkSample::new(&[1, 1], &[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0])?;
    /// assert!(Wbic::new().estimate(&loss, -1.0).is_err());
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn estimate(
        &self,
        loss: &dyn Loss<f64>,
        prior_deviation: f64,
    ) -> Result<WbicEstimate, SelectionError> {
        self.estimate_with(loss, prior_deviation, &Control::new())
    }

    /// The same under a [`Control`], which can watch and stop it.
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate), and [`SelectionError::Estimate`] if it was stopped before
    /// there were enough draws.
    ///
    /// ```
    /// # use rlct::{loss::LinearNetworkSample, sampler::Control, selection::Wbic};
    /// # use std::time::Duration;
    /// let loss = LinearNetworkSample::new(&[1, 1], &[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0])?;
    /// let control = Control::new().with_time(Duration::ZERO);
    /// assert!(Wbic::new().estimate_with(&loss, 10.0, &control).is_err());
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn estimate_with(
        &self,
        loss: &dyn Loss<f64>,
        prior_deviation: f64,
        control: &Control<'_>,
    ) -> Result<WbicEstimate, SelectionError> {
        if !(prior_deviation > 0.0 && prior_deviation.is_finite()) {
            return Err(SelectionError::Setting {
                what: "the prior's standard deviation",
                expected: "positive and finite".into(),
                found: prior_deviation,
            });
        }
        let num_samples = loss.num_samples().unwrap_or(0);
        if num_samples < 3 {
            return Err(SelectionError::Setting {
                what: "the number of samples",
                expected: "at least 3".into(),
                found: num_samples as f64,
            });
        }
        let n = num_samples as f64;
        let centre = vec![0.0; loss.dimension()];
        let llc = Llc::new(loss, &centre)
            .localization(prior_deviation.powi(-2))
            .draws(self.draws)
            .burn_in(self.burn_in)
            .steps_between_draws(self.thinning)
            .seed(self.seed)
            .estimate_with(control)?;
        // the centre of the prior is no minimum: nβ(E[L] − L(centre)) may well be negative; and the
        // localisation is the prior, on which WBIC depends by definition
        let doubts: Vec<Doubt> = llc
            .verdict()
            .doubts()
            .iter()
            .filter(|doubt| {
                !matches!(
                    doubt,
                    Doubt::BelowMinimum { .. } | Doubt::Localization { .. }
                )
            })
            .cloned()
            .collect();
        let effect = llc.localization_effect();
        Ok(WbicEstimate {
            value: n * llc.baseline() + llc.energy() * n.ln(),
            standard_error: llc.standard_error() * n.ln(),
            effective_sample_size: llc.effective_sample_size(),
            rhat: llc.rhat(),
            verdict: Verdict::of_energy(doubts),
            prior_deviation,
            // γ = s⁻²
            prior_effect: WithError {
                value: -2.0 * n.ln() * effect.value,
                standard_error: 2.0 * n.ln() * effect.standard_error,
            },
        })
    }
}
