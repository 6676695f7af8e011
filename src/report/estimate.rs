//! One estimate λ̂ with its standard error, and what speaks against trusting it.

use crate::algebra::Rational;
use crate::estimate::{LadderEstimate, LlcEstimate, PoleFit, Verdict, VolumeEstimate};
use serde::Serialize;
use std::fmt;

/// An estimate λ̂ as a comparison needs it: the way it was obtained, the value with its standard
/// error, the time, and the reasons, if any, not to trust it.
///
/// # Examples
///
/// ```
/// use rlct::{algebra::Rational, report::EstimateReport};
///
/// let estimate = EstimateReport::new("SGLD", 1.98, 0.02, 3.5);
/// assert!(estimate.is_trustworthy());
/// assert!((estimate.deviation(&Rational::from(2)) + 1.0).abs() < 1e-9);
/// let doubtful = estimate.doubt("R̂ = 1.3 exceeds 1.05");
/// assert!(!doubtful.is_trustworthy());
/// # Ok::<(), rlct::algebra::RationalError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EstimateReport {
    way: String,
    lambda: f64,
    standard_error: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    multiplicity: Option<usize>,
    doubts: Vec<String>,
    seconds: f64,
}

impl EstimateReport {
    /// The estimate `lambda` with its standard error, obtained by `way` in so many seconds.
    ///
    /// A value or error that is not finite, or an error that is not positive, is a doubt at once.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert!(!EstimateReport::new("SGLD", f64::NAN, 0.1, 1.0).is_trustworthy());
    /// ```
    #[must_use]
    pub fn new(way: impl Into<String>, lambda: f64, standard_error: f64, seconds: f64) -> Self {
        let mut doubts = Vec::new();
        if !lambda.is_finite() {
            doubts.push("the estimate is not a finite number".into());
        }
        if !(standard_error.is_finite() && standard_error > 0.0) {
            doubts.push("the standard error is not a positive number".into());
        }
        Self {
            way: way.into(),
            lambda,
            standard_error,
            multiplicity: None,
            doubts,
            seconds,
        }
    }

    /// The estimate at one temperature, with its doubts.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork, report::EstimateReport};
    /// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
    /// let report = EstimateReport::from_llc("MALA", &llc, 0.1);
    /// assert_eq!(report.lambda(), llc.mean());
    /// assert_eq!(report.is_trustworthy(), llc.verdict().is_trustworthy());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn from_llc(way: impl Into<String>, llc: &LlcEstimate, seconds: f64) -> Self {
        let report = Self::new(way, llc.mean(), llc.standard_error(), seconds);
        llc.verdict()
            .doubts()
            .iter()
            .fold(report, |report, doubt| report.doubt(doubt.to_string()))
    }

    /// The estimate by volume scaling, with its doubts. m̂ is stated where the fit gives it a
    /// probability of at least 95 %.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork, report::EstimateReport};
    /// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let volume = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
    /// let report = EstimateReport::from_volume("volume", &volume, 0.1);
    /// assert_eq!(report.lambda(), volume.lambda());
    /// assert_eq!(report.multiplicity(), Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn from_volume(way: impl Into<String>, volume: &VolumeEstimate, seconds: f64) -> Self {
        Self::from_fit(way.into(), volume.fit(), volume.verdict(), seconds)
    }

    /// The estimate by a temperature ladder, with its doubts. m̂ is stated where the fit gives it
    /// a probability of at least 95 %.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, report::EstimateReport};
    /// # use rlct::sampler::Tempering;
    /// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let tempering = Tempering::new().with_sweeps(1000);
    /// let ladder = Ladder::new(&loss, &[0.0]).tempering(tempering).estimate()?;
    /// let report = EstimateReport::from_ladder("ladder", &ladder, 0.1);
    /// assert_eq!(report.lambda(), ladder.lambda());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn from_ladder(way: impl Into<String>, ladder: &LadderEstimate, seconds: f64) -> Self {
        Self::from_fit(way.into(), ladder.fit(), ladder.verdict(), seconds)
    }

    fn from_fit(way: String, fit: &PoleFit, verdict: &Verdict, seconds: f64) -> Self {
        let mut report = Self::new(way, fit.lambda, fit.standard_error, seconds);
        if fit.probability() >= 0.95 {
            report = report.with_multiplicity(fit.multiplicity);
        }
        verdict
            .doubts()
            .iter()
            .fold(report, |report, doubt| report.doubt(doubt.to_string()))
    }

    /// The same with an estimate m̂ of the multiplicity, for methods that give one.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// let estimate = EstimateReport::new("volume", 0.5, 0.01, 1.0).with_multiplicity(2);
    /// assert_eq!(estimate.multiplicity(), Some(2));
    /// ```
    #[must_use]
    pub fn with_multiplicity(mut self, multiplicity: usize) -> Self {
        self.multiplicity = Some(multiplicity);
        self
    }

    /// The same with one more reason not to trust it.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// let estimate = EstimateReport::new("SGLD", 0.5, 0.01, 1.0).doubt("the chains drift");
    /// assert_eq!(estimate.doubts(), ["the chains drift"]);
    /// ```
    #[must_use]
    pub fn doubt(mut self, reason: impl Into<String>) -> Self {
        self.doubts.push(reason.into());
        self
    }

    /// How the estimate was obtained.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert_eq!(EstimateReport::new("MALA", 0.5, 0.01, 1.0).way(), "MALA");
    /// ```
    #[must_use]
    pub fn way(&self) -> &str {
        &self.way
    }

    /// The estimate λ̂.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert_eq!(EstimateReport::new("MALA", 0.5, 0.01, 1.0).lambda(), 0.5);
    /// ```
    #[must_use]
    pub fn lambda(&self) -> f64 {
        self.lambda
    }

    /// The standard error of λ̂.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert_eq!(EstimateReport::new("MALA", 0.5, 0.01, 1.0).standard_error(), 0.01);
    /// ```
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.standard_error
    }

    /// The estimate m̂ of the multiplicity, if the method gives one.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert_eq!(EstimateReport::new("MALA", 0.5, 0.01, 1.0).multiplicity(), None);
    /// ```
    #[must_use]
    pub fn multiplicity(&self) -> Option<usize> {
        self.multiplicity
    }

    /// The reasons not to trust the estimate.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert!(EstimateReport::new("MALA", 0.5, 0.01, 1.0).doubts().is_empty());
    /// ```
    #[must_use]
    pub fn doubts(&self) -> &[String] {
        &self.doubts
    }

    /// Whether nothing speaks against the estimate: it then takes part in the verdict.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert!(!EstimateReport::new("MALA", 0.5, 0.0, 1.0).is_trustworthy());
    /// ```
    #[must_use]
    pub fn is_trustworthy(&self) -> bool {
        self.doubts.is_empty()
    }

    /// The time it took, in seconds.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert_eq!(EstimateReport::new("MALA", 0.5, 0.01, 1.0).seconds(), 1.0);
    /// ```
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    /// The deviation (λ̂ − λ)/s.e. from an exact λ, in standard errors.
    ///
    /// ```
    /// # use rlct::{algebra::Rational, report::EstimateReport};
    /// let estimate = EstimateReport::new("MALA", 0.75, 0.125, 1.0);
    /// assert_eq!(estimate.deviation(&Rational::new(1, 2)?), 2.0);
    /// # Ok::<(), rlct::algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn deviation(&self, lambda: &Rational) -> f64 {
        (self.lambda - lambda.to_f64()) / self.standard_error
    }

    /// The deviation from the interval [lower, upper]: 0 inside it.
    pub(super) fn deviation_from_interval(&self, lower: &Rational, upper: &Rational) -> f64 {
        if self.lambda < lower.to_f64() {
            self.deviation(lower)
        } else if self.lambda > upper.to_f64() {
            self.deviation(upper)
        } else {
            0.0
        }
    }
}

impl fmt::Display for EstimateReport {
    /// The estimate in one line, then each doubt in one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "λ̂ = {:.4} ± {:.4}", self.lambda, self.standard_error)?;
        if let Some(multiplicity) = self.multiplicity {
            write!(f, ", m̂ = {multiplicity}")?;
        }
        write!(f, " ({}) [{:.3} s]", self.way, self.seconds)?;
        self.doubts
            .iter()
            .try_for_each(|doubt| write!(f, "\ndoubtful: {doubt}"))
    }
}
