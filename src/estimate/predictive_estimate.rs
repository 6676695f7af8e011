//! What the draws of a posterior say about prediction.

use super::Verdict;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A value with its Monte Carlo standard error.
///
/// # Examples
///
/// ```
/// use rlct::estimate::WithError;
///
/// let value = WithError { value: 0.5, standard_error: 0.01 };
/// assert_eq!(value.to_string(), "0.5000 ± 0.0100");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WithError {
    /// The value.
    pub value: f64,
    /// Its standard error from the finite number of draws; the data are given.
    pub standard_error: f64,
}

impl fmt::Display for WithError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.4} ± {:.4}", self.value, self.standard_error)
    }
}

/// Estimates of prediction from the posterior at β = 1, E_w its mean, l_i(w) = −log p(X_i|w) the
/// loss of a sample up to a constant of the model:
///
/// - training loss T_n = −(1/n) Σ log E_w(e^{−l_i});
/// - functional variance V_n = Σ (E_w(l_i²) − E_w(l_i)²), singular fluctuation ν̂ = V_n/2;
/// - WAIC = T_n + V_n/n (Watanabe 2010, *Journal of Machine Learning Research* 11, 3571);
/// - leave-one-out cross-validation −(1/n) Σ log p(X_i | the others) = (1/n) Σ log E_w(e^{l_i}), by
///   importance sampling, the weights e^{l_i} Pareto-smoothed (Vehtari, Gelman and Gabry 2017,
///   *Statistics and Computing* 27, 1413), as in the packages loo of R and ArviZ.
///
/// WAIC and cross-validation estimate the generalisation loss, and agree up to 1/n². Over data
/// sets n·(mean WAIC − mean L_n(w₀)) → λ and E(V_n)/2 → ν at a realisable truth w₀ (Watanabe 2009,
/// section 6.3); for regular models λ = ν = d/2. Standard errors are of the draws, by a jackknife
/// over blocks of them, so that autocorrelation within a block is counted.
///
/// # Examples
///
/// ```
/// use rlct::estimate::Llc;
/// use rlct::loss::LinearNetworkSample;
///
/// let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
/// let predictive = Llc::new(&loss, &[0.275]).draws(500).predictive()?;
/// let (waic, cv) = (predictive.waic().value, predictive.leave_one_out().value);
/// assert!((waic - cv).abs() < 0.1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PredictiveEstimate {
    pub(super) num_samples: usize,
    pub(super) training_loss: WithError,
    pub(super) functional_variance: WithError,
    pub(super) waic: WithError,
    pub(super) leave_one_out: WithError,
    pub(super) pareto_shapes: Vec<Option<f64>>,
    pub(super) effective_sample_size: f64,
    pub(super) rhat: f64,
    pub(super) acceptance: Option<f64>,
    pub(super) verdict: Verdict,
}

impl PredictiveEstimate {
    /// The number n of samples.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// # let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
    /// let predictive = Llc::new(&loss, &[0.275]).draws(100).predictive()?;
    /// assert_eq!(predictive.num_samples(), 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn num_samples(&self) -> usize {
        self.num_samples
    }

    /// The training loss T_n of the predictive distribution.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// # let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
    /// let predictive = Llc::new(&loss, &[0.275]).draws(100).predictive()?;
    /// assert!(predictive.training_loss().value > 0.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn training_loss(&self) -> WithError {
        self.training_loss
    }

    /// The functional variance V_n.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// # let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
    /// let predictive = Llc::new(&loss, &[0.275]).draws(100).predictive()?;
    /// assert!(predictive.functional_variance().value > 0.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn functional_variance(&self) -> WithError {
        self.functional_variance
    }

    /// The singular fluctuation ν̂ = V_n/2.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// # let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
    /// let predictive = Llc::new(&loss, &[0.275]).draws(100).predictive()?;
    /// assert!(predictive.singular_fluctuation().standard_error < 0.2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn singular_fluctuation(&self) -> WithError {
        WithError {
            value: self.functional_variance.value / 2.0,
            standard_error: self.functional_variance.standard_error / 2.0,
        }
    }

    /// WAIC per sample.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// # let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
    /// let predictive = Llc::new(&loss, &[0.275]).draws(100).predictive()?;
    /// assert!(predictive.waic().value > predictive.training_loss().value);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn waic(&self) -> WithError {
        self.waic
    }

    /// Leave-one-out cross-validation per sample.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// # let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
    /// let predictive = Llc::new(&loss, &[0.275]).draws(100).predictive()?;
    /// assert!(predictive.leave_one_out().value > predictive.training_loss().value);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn leave_one_out(&self) -> WithError {
        self.leave_one_out
    }

    /// The Pareto shape k̂ of the importance weights of each sample, in order: below 1/2 they have
    /// a variance, and above [`largest_shape`](super::thresholds::prediction::largest_shape) the
    /// cross-validation of that sample is doubted. `None` where less than five weights stand out.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// # let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
    /// let predictive = Llc::new(&loss, &[0.275]).draws(500).predictive()?;
    /// assert!(predictive.pareto_shapes().iter().flatten().all(|k| *k < 0.7));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn pareto_shapes(&self) -> &[Option<f64>] {
        &self.pareto_shapes
    }

    /// Effective number of draws, of the losses.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// # let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
    /// let predictive = Llc::new(&loss, &[0.275]).draws(100).predictive()?;
    /// assert!(predictive.effective_sample_size() > 20.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn effective_sample_size(&self) -> f64 {
        self.effective_sample_size
    }

    /// Rank-normalised split R̂ of the losses.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// # let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
    /// let predictive = Llc::new(&loss, &[0.275]).draws(100).predictive()?;
    /// assert!(predictive.rhat() < 1.2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn rhat(&self) -> f64 {
        self.rhat
    }

    /// Mean Metropolis acceptance, where it is known.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// # let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
    /// let predictive = Llc::new(&loss, &[0.275]).draws(100).predictive()?;
    /// assert!(predictive.acceptance().is_some_and(|a| a > 0.2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn acceptance(&self) -> Option<f64> {
        self.acceptance
    }

    /// Whether to trust the estimates.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// # let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
    /// let predictive = Llc::new(&loss, &[0.275]).draws(100).predictive()?;
    /// assert!(!predictive.verdict().is_trustworthy()); // few draws
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }
}
