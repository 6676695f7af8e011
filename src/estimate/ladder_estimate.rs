//! What the temperature ladder answers.

use super::{LeastLoss, PoleFit, Verdict};
use serde::{Deserialize, Serialize};

/// (λ̂, m̂) from the temperature ladder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LadderEstimate {
    pub(super) fit: PoleFit,
    pub(super) rhat: f64,
    pub(super) effective_sample_size: f64,
    pub(super) acceptance: f64,
    pub(super) exchange: f64,
    pub(super) dispersion: f64,
    pub(super) energies: Vec<Energy>,
    pub(super) least: LeastLoss,
    pub(super) evaluations: u64,
    pub(super) verdict: Verdict,
}

/// U at one temperature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Energy {
    /// log t.
    pub log_t: f64,
    /// U(t) = t·E_t(K).
    pub mean: f64,
    /// Its standard error, from the independent ladders.
    pub standard_error: f64,
}

impl LadderEstimate {
    /// λ̂.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert!((estimate.lambda() - 0.5).abs() < 0.1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn lambda(&self) -> f64 {
        self.fit.lambda
    }

    /// Standard error of λ̂: noise, choice of model and window.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert!(estimate.standard_error() < 0.1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.fit.standard_error
    }

    /// m̂.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert_eq!(estimate.multiplicity(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn multiplicity(&self) -> usize {
        self.fit.multiplicity
    }

    /// The fit: λ̂ for each m, χ², window.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert_eq!(estimate.fit().given.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn fit(&self) -> &PoleFit {
        &self.fit
    }

    /// The largest R̂ between the ladders over the rungs the fit uses, each by the median of the
    /// rungs around: of the energies, or with half the weight of the distances from w*.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert!(estimate.rhat() < 1.3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn rhat(&self) -> f64 {
        self.rhat
    }

    /// The smallest effective number of blocks over the rungs the fit uses.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert!(estimate.effective_sample_size() > 20.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn effective_sample_size(&self) -> f64 {
        self.effective_sample_size
    }

    /// The lowest acceptance of trajectories over those rungs, in the mean over the ladders.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert!(estimate.acceptance() > 0.2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn acceptance(&self) -> f64 {
        self.acceptance
    }

    /// The lowest rate of exchange over those rungs.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert!(estimate.exchange() > 0.3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn exchange(&self) -> f64 {
        self.exchange
    }

    /// How much the errors of neighbouring rungs are correlated.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert!(estimate.dispersion() >= 1.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn dispersion(&self) -> f64 {
        self.dispersion
    }

    /// L₀ in E_t\[L\] = L₀ + λ/t + …: L(w*), or on samples as it was fitted.
    ///
    /// ```
    /// # use rlct::{estimate::{Ladder, LeastLoss}, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert_eq!(estimate.least_loss(), LeastLoss::AtPoint { value: 0.0 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn least_loss(&self) -> LeastLoss {
        self.least
    }

    /// U over the temperatures, with the loss at w* for the least. On samples it has the error of
    /// that in it.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert!((estimate.energies()[15].mean - 0.5).abs() < 0.2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn energies(&self) -> &[Energy] {
        &self.energies
    }

    /// Evaluations of loss and gradient.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert!(estimate.evaluations() > 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn evaluations(&self) -> u64 {
        self.evaluations
    }

    /// Whether to trust the estimate.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// # let short = Tempering::new().with_sweeps(1000);
    /// let estimate = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
    /// assert!(estimate.verdict().doubts().len() < 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }
}
