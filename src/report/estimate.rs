//! One estimate with its standard error, by the name of what it is, and what speaks against it.

use crate::algebra::Rational;
use crate::estimate::thresholds::fit::LEAST_PROBABILITY_STATED;
use crate::estimate::{Estimate, LikelyDistance, Quantity, Verdict};
use serde::{Serialize, Serializer};
use std::fmt;

/// A multiplicity of less probability is not told among those that are possible.
const LEAST_PROBABILITY_TOLD: f64 = 0.005;

/// An estimate as a comparison needs it: what was estimated, the way, the value with its standard
/// error, the time, and the reasons, if any, against it.
///
/// Only an estimate of λ can be [trustworthy](Self::is_trustworthy). An energy U(t), the mean at
/// one temperature, is not one: it has [converged](Self::is_converged) or not, and takes no part in
/// a verdict on λ.
///
/// As JSON `{"way", "quantity": "learning_coefficient", "lambda", "standard_error", "doubts",
/// "seconds"}`, with `"multiplicity"` where it is stated, or `{"way", "quantity": "energy",
/// "inverse_temperature", "energy", "lambda": null, "standard_error", "doubts", "seconds",
/// "likely_distance"}`, where the last is null if it is not known.
///
/// # Examples
///
/// ```
/// use rlct::{algebra::Rational, report::EstimateReport};
///
/// let estimate = EstimateReport::new("ladder", 1.98, 0.02, 3.5);
/// assert!(estimate.is_trustworthy());
/// assert!((estimate.deviation(&Rational::from(2)).unwrap() + 1.0).abs() < 1e-9);
/// let doubtful = estimate.doubt("R̂ = 1.3 exceeds 1.05");
/// assert!(!doubtful.is_trustworthy());
///
/// let energy = EstimateReport::energy_at("SGLD", 1000.0, 1.98, 0.02, 3.5);
/// assert!(energy.is_converged() && !energy.is_trustworthy());
/// assert_eq!((energy.lambda(), energy.energy()), (None, Some(1.98)));
/// assert_eq!(energy.deviation(&Rational::from(2)), None);
/// # Ok::<(), rlct::algebra::RationalError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EstimateReport {
    way: String,
    quantity: Quantity,
    value: f64,
    standard_error: f64,
    multiplicity: Option<usize>,
    /// Each m with its probability, where no m̂ is stated.
    undecided: Vec<(usize, f64)>,
    likely_distance: Option<LikelyDistance>,
    doubts: Vec<String>,
    seconds: f64,
}

impl EstimateReport {
    /// The estimate `lambda` of λ with its standard error, obtained by `way` in so many seconds.
    ///
    /// A value or error that is not finite, or an error that is not positive, is a doubt at once.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert!(!EstimateReport::new("ladder", f64::NAN, 0.1, 1.0).is_trustworthy());
    /// ```
    #[must_use]
    pub fn new(way: impl Into<String>, lambda: f64, standard_error: f64, seconds: f64) -> Self {
        let quantity = Quantity::LearningCoefficient;
        Self::of(way.into(), quantity, (lambda, standard_error), seconds)
    }

    /// The energy U(t) at inverse temperature t, with its standard error.
    ///
    /// A value or error that is not finite, or an error that is not positive, is a doubt at once.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// let energy = EstimateReport::energy_at("MALA", 1e3, 0.5, 0.01, 1.0);
    /// assert_eq!(energy.quantity().to_string(), "U(t) at t = 1000.0");
    /// assert!(!EstimateReport::energy_at("MALA", 1e3, f64::NAN, 0.01, 1.0).is_converged());
    /// ```
    #[must_use]
    pub fn energy_at(
        way: impl Into<String>,
        inverse_temperature: f64,
        energy: f64,
        standard_error: f64,
        seconds: f64,
    ) -> Self {
        let quantity = Quantity::Energy {
            inverse_temperature,
        };
        Self::of(way.into(), quantity, (energy, standard_error), seconds)
    }

    /// A run that ended without a number, for this reason.
    ///
    /// ```
    /// # use rlct::{estimate::Quantity, report::EstimateReport};
    /// let failed = EstimateReport::failed("ladder", Quantity::LearningCoefficient, "K(w*) is
    /// NaN");
    /// assert!(!failed.is_trustworthy() && !failed.is_converged());
    /// ```
    #[must_use]
    pub fn failed(way: impl Into<String>, quantity: Quantity, reason: impl Into<String>) -> Self {
        Self::of(way.into(), quantity, (f64::NAN, f64::NAN), 0.0).doubt(reason)
    }

    fn of(
        way: String,
        quantity: Quantity,
        (value, standard_error): (f64, f64),
        seconds: f64,
    ) -> Self {
        let mut doubts = Vec::new();
        if !value.is_finite() {
            doubts.push("the estimate is not a finite number".into());
        }
        if !(standard_error.is_finite() && standard_error > 0.0) {
            doubts.push("the standard error is not a positive number".into());
        }
        Self {
            way,
            quantity,
            value,
            standard_error,
            multiplicity: None,
            undecided: Vec::new(),
            likely_distance: None,
            doubts,
            seconds,
        }
    }

    /// An estimate obtained by `way` in so many seconds, with its doubts. m̂ is stated where there
    /// is a fit that gives it a probability of at least [`LEAST_PROBABILITY_STATED`]; where the fit
    /// does not, the probabilities of all m are told.
    ///
    /// ```
    /// # use rlct::{estimate::{Llc, VolumeScaling}, loss::LinearNetwork, report::EstimateReport};
    /// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let volume = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
    /// let report = EstimateReport::from_estimate("volume", &volume, 0.1);
    /// assert_eq!(report.lambda(), Some(volume.lambda()));
    /// assert_eq!(report.multiplicity(), Some(1));
    ///
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
    /// let report = EstimateReport::from_estimate("HMC", &llc, 0.1);
    /// assert_eq!(report.energy(), Some(llc.energy()));
    /// assert_eq!(report.is_converged(), llc.verdict().is_converged());
    /// assert!(!report.is_trustworthy());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn from_estimate(way: impl Into<String>, estimate: &dyn Estimate, seconds: f64) -> Self {
        let number = (estimate.value(), estimate.standard_error());
        let mut report = Self::of(way.into(), estimate.quantity(), number, seconds);
        match estimate.pole() {
            Some(pole) if pole.probability() >= LEAST_PROBABILITY_STATED => {
                report.multiplicity = Some(pole.multiplicity);
            }
            Some(pole) => {
                let each = pole.given.iter().map(|m| (m.multiplicity, m.probability));
                report.undecided = each.collect();
            }
            None => {}
        }
        estimate
            .doubts()
            .iter()
            .fold(report, |report, doubt| report.doubt(doubt.to_string()))
    }

    /// The same with the likely distance from U(t) to λ, if it is known.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// let energy = EstimateReport::energy_at("MALA", 1e3, 0.5, 0.01, 1.0);
    /// assert_eq!(energy.with_likely_distance(None).likely_distance(), None);
    /// ```
    #[must_use]
    pub fn with_likely_distance(mut self, distance: Option<LikelyDistance>) -> Self {
        self.likely_distance = distance;
        self
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

    /// The same with one more reason against it.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// let estimate = EstimateReport::new("ladder", 0.5, 0.01, 1.0).doubt("the ladders drift");
    /// assert_eq!(estimate.doubts(), ["the ladders drift"]);
    /// ```
    #[must_use]
    pub fn doubt(mut self, reason: impl Into<String>) -> Self {
        self.doubts.push(reason.into());
        self
    }

    /// How the estimate was obtained.
    #[must_use]
    pub fn way(&self) -> &str {
        &self.way
    }

    /// What was estimated.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// The number, whatever it is.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The estimate λ̂, if it is one of λ.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert_eq!(EstimateReport::new("ladder", 0.5, 0.01, 1.0).lambda(), Some(0.5));
    /// assert_eq!(EstimateReport::energy_at("MALA", 1e3, 0.5, 0.01, 1.0).lambda(), None);
    /// ```
    #[must_use]
    pub fn lambda(&self) -> Option<f64> {
        (!self.quantity.is_energy()).then_some(self.value)
    }

    /// The energy U(t), if it is one.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert_eq!(EstimateReport::new("ladder", 0.5, 0.01, 1.0).energy(), None);
    /// ```
    #[must_use]
    pub fn energy(&self) -> Option<f64> {
        self.quantity.is_energy().then_some(self.value)
    }

    /// The standard error of the number.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.standard_error
    }

    /// The estimate m̂ of the multiplicity, if the method gives one.
    #[must_use]
    pub fn multiplicity(&self) -> Option<usize> {
        self.multiplicity
    }

    /// The likely distance from U(t) to λ, if it is known.
    #[must_use]
    pub fn likely_distance(&self) -> Option<&LikelyDistance> {
        self.likely_distance.as_ref()
    }

    /// The reasons against the number and its standard error.
    #[must_use]
    pub fn doubts(&self) -> &[String] {
        &self.doubts
    }

    /// Whether it is an estimate of λ against which nothing speaks: it then takes part in the
    /// verdict. Never of an energy.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert!(!EstimateReport::new("ladder", 0.5, 0.0, 1.0).is_trustworthy());
    /// assert!(!EstimateReport::energy_at("MALA", 1e3, 0.5, 0.01, 1.0).is_trustworthy());
    /// ```
    #[must_use]
    pub fn is_trustworthy(&self) -> bool {
        self.is_converged() && !self.quantity.is_energy()
    }

    /// Whether nothing speaks against the number and its standard error, whatever the number is.
    ///
    /// ```
    /// # use rlct::report::EstimateReport;
    /// assert!(EstimateReport::energy_at("MALA", 1e3, 0.5, 0.01, 1.0).is_converged());
    /// ```
    #[must_use]
    pub fn is_converged(&self) -> bool {
        self.doubts.is_empty()
    }

    /// The time it took, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    /// The deviation (λ̂ − λ)/s.e. from an exact λ, in standard errors; `None` for an energy, which
    /// is not an estimate of λ.
    ///
    /// ```
    /// # use rlct::{algebra::Rational, report::EstimateReport};
    /// let estimate = EstimateReport::new("ladder", 0.75, 0.125, 1.0);
    /// assert_eq!(estimate.deviation(&Rational::new(1, 2)?), Some(2.0));
    /// # Ok::<(), rlct::algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn deviation(&self, lambda: &Rational) -> Option<f64> {
        let ours = self.lambda()?;
        Some((ours - lambda.to_f64()) / self.standard_error)
    }

    /// The deviation from the interval [lower, upper]: 0 inside it.
    pub(super) fn deviation_from_interval(
        &self,
        lower: &Rational,
        upper: &Rational,
    ) -> Option<f64> {
        let ours = self.lambda()?;
        if ours < lower.to_f64() {
            self.deviation(lower)
        } else if ours > upper.to_f64() {
            self.deviation(upper)
        } else {
            Some(0.0)
        }
    }
}

impl fmt::Display for EstimateReport {
    /// The estimate in one line, then each doubt in one. An energy without doubts is told to have
    /// converged, and what it says of λ is a line of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, error) = (self.value, self.standard_error);
        match self.quantity {
            Quantity::LearningCoefficient => write!(f, "λ̂ = {value:.4} ± {error:.4}")?,
            Quantity::Energy {
                inverse_temperature,
            } => write!(
                f,
                "U(t) = {value:.4} ± {error:.4} at t = {inverse_temperature:.1}"
            )?,
        }
        if let Some(multiplicity) = self.multiplicity {
            write!(f, ", m̂ = {multiplicity}")?;
        }
        write!(f, " ({}) [{:.3} s]", self.way, self.seconds)?;
        let told = |(_, probability): &&(usize, f64)| *probability >= LEAST_PROBABILITY_TOLD;
        for (place, (m, probability)) in self.undecided.iter().filter(told).enumerate() {
            let before = if place == 0 { "\nm undecided:" } else { "," };
            write!(f, "{before} {m} ({:.1} %)", 100.0 * probability)?;
        }
        if self.quantity.is_energy() && self.is_converged() {
            write!(f, "\n{}", Verdict::Converged)?;
        }
        for doubt in &self.doubts {
            write!(f, "\ndoubtful: {doubt}")?;
        }
        match (&self.likely_distance, self.quantity) {
            (_, Quantity::LearningCoefficient) => Ok(()),
            (Some(distance), _) => {
                let (lower, upper) = distance.lambda(value, error);
                write!(f, "\n{distance}; λ from {lower:.3} to {upper:.3}")
            }
            (None, _) => f.write_str("\ndistance to λ unknown: several temperatures are needed"),
        }
    }
}

impl Serialize for EstimateReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View<'a> {
            way: &'a str,
            #[serde(flatten)]
            quantity: Quantity,
            #[serde(skip_serializing_if = "Option::is_none")]
            energy: Option<Option<f64>>,
            /// Of an energy null, for one release.
            lambda: Option<f64>,
            standard_error: f64,
            #[serde(skip_serializing_if = "Option::is_none")]
            multiplicity: Option<usize>,
            doubts: &'a [String],
            seconds: f64,
            #[serde(skip_serializing_if = "Option::is_none")]
            likely_distance: Option<Option<&'a LikelyDistance>>,
        }
        let energy = self.quantity.is_energy();
        View {
            way: &self.way,
            quantity: self.quantity,
            energy: energy.then_some(self.energy()),
            lambda: self.lambda(),
            standard_error: self.standard_error,
            multiplicity: self.multiplicity,
            doubts: &self.doubts,
            seconds: self.seconds,
            likely_distance: energy.then_some(self.likely_distance()),
        }
        .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::{Conditional, EstimateCost, Evaluated, PoleFit, WithError};
    use serde_json::json;

    #[test]
    fn an_energy_is_called_what_it_is() {
        let energy = EstimateReport::energy_at("HMC", 1085.75, 0.3952, 0.0021, 0.5);
        let text = energy.to_string();
        assert_eq!(
            text,
            "U(t) = 0.3952 ± 0.0021 at t = 1085.8 (HMC) [0.500 s]\nconverged\n\
             distance to λ unknown: several temperatures are needed"
        );
        assert!(!text.contains("trustworthy") && !text.contains("λ̂"));
        assert_eq!(
            serde_json::to_value(&energy).unwrap(),
            json!({
                "way": "HMC", "quantity": "energy", "inverse_temperature": 1085.75,
                "energy": 0.3952, "lambda": null, "standard_error": 0.0021, "doubts": [],
                "seconds": 0.5, "likely_distance": null,
            })
        );
        let doubtful = energy.doubt("the chains drift").to_string();
        assert!(
            doubtful.contains("doubtful: the chains drift"),
            "{doubtful}"
        );
        assert!(!doubtful.contains("converged"), "{doubtful}");
    }

    #[test]
    fn an_estimate_of_lambda_has_no_energy() {
        let ladder = EstimateReport::new("ladder", 0.5, 0.01, 1.0).with_multiplicity(2);
        assert_eq!(
            serde_json::to_value(&ladder).unwrap(),
            json!({
                "way": "ladder", "quantity": "learning_coefficient", "lambda": 0.5,
                "standard_error": 0.01, "multiplicity": 2, "doubts": [], "seconds": 1.0,
            })
        );
        let text = ladder.to_string();
        assert_eq!(text, "λ̂ = 0.5000 ± 0.0100, m̂ = 2 (ladder) [1.000 s]");
    }

    /// A fit that leaves m open.
    struct Open(PoleFit);

    impl Estimate for Open {
        fn quantity(&self) -> Quantity {
            Quantity::LearningCoefficient
        }

        fn number(&self) -> WithError {
            WithError {
                value: self.0.lambda,
                standard_error: self.0.standard_error,
            }
        }

        fn cost(&self) -> EstimateCost {
            EstimateCost {
                evaluations: 1,
                of: Evaluated::Gradient,
            }
        }

        fn verdict(&self) -> &Verdict {
            &Verdict::Converged
        }

        fn pole(&self) -> Option<&PoleFit> {
            Some(&self.0)
        }
    }

    #[test]
    fn a_multiplicity_that_is_undecided_is_told_as_such() {
        let given = [0.64, 0.357, 0.003].into_iter().zip(1..);
        let given = given.map(|(probability, multiplicity)| Conditional {
            multiplicity,
            probability,
            lambda: 0.42,
            standard_error: 0.01,
        });
        let fit = PoleFit {
            lambda: 0.42,
            standard_error: 0.01,
            multiplicity: 1,
            given: given.collect(),
            chi_squared: 20.0,
            degrees_of_freedom: 20,
            window_start: 2.0,
            window_end: 40.0,
        };
        let report = EstimateReport::from_estimate("ladder", &Open(fit), 1.0);
        assert_eq!(report.multiplicity(), None);
        assert_eq!(
            report.to_string(),
            "λ̂ = 0.4200 ± 0.0100 (ladder) [1.000 s]\nm undecided: 1 (64.0 %), 2 (35.7 %)"
        );
    }
}
