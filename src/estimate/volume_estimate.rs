//! What volume scaling answers.

use super::{PoleFit, Verdict};
use crate::sampler::SplittingEnd;
use serde::{Deserialize, Serialize};

/// (λ̂, m̂) from volume scaling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VolumeEstimate {
    pub(super) fit: PoleFit,
    pub(super) dispersion: f64,
    pub(super) log_volume: f64,
    pub(super) end: SplittingEnd,
    pub(super) evaluations: u64,
    pub(super) verdict: Verdict,
}

impl VolumeEstimate {
    /// λ̂.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let estimate = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
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
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let estimate = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
    /// assert!(estimate.standard_error() < 0.05);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.fit.standard_error
    }

    /// m̂.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let estimate = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
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
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let estimate = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
    /// assert_eq!(estimate.fit().given.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn fit(&self) -> &PoleFit {
        &self.fit
    }

    /// Variance between replicates over that of independent deaths: 1 for particles that mix
    /// perfectly.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let estimate = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
    /// assert!(estimate.dispersion() < 3.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn dispersion(&self) -> f64 {
        self.dispersion
    }

    /// log V at the end of the shortest replicate.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let estimate = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
    /// assert!(estimate.log_volume() < -40.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn log_volume(&self) -> f64 {
        self.log_volume
    }

    /// Why the splitting ended.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork, sampler::SplittingEnd};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let estimate = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
    /// assert_eq!(estimate.end(), SplittingEnd::Volume);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn end(&self) -> SplittingEnd {
        self.end
    }

    /// Evaluations of the loss.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let estimate = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
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
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let estimate = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
    /// assert!(estimate.verdict().is_trustworthy());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }
}
