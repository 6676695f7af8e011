//! Coverage: how often intervals hold the exact λ, over a suite of models and seeds.

use super::CoverageSummary;
use crate::LearningCoefficient;
use crate::estimate::{Estimate, NORMAL_95, Quantity};
use serde::{Serialize, Serializer};

/// One run of one way of estimating on a model, with one seed.
///
/// What was estimated is λ or, at one temperature, the energy U(t), which is not an estimate of λ:
/// such a run is never trustworthy, and that its interval holds λ is a coincidence that is counted
/// to show how often it happens.
///
/// # Examples
///
/// ```
/// use rlct::report::SuiteRun;
///
/// let run = SuiteRun::new("volume scaling", 7, 0.5, 0.01)
///     .with_multiplicity(2, 0.97)
///     .with_evaluations(1000);
/// assert_eq!((run.seed(), run.multiplicity(), run.evaluations()), (7, Some(2), 1000));
/// assert!(run.is_trustworthy());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SuiteRun {
    way: String,
    seed: u64,
    quantity: Quantity,
    value: f64,
    standard_error: f64,
    multiplicity: Option<usize>,
    multiplicity_probability: Option<f64>,
    expected_bias: f64,
    evaluations: u64,
    seconds: f64,
    doubts: Vec<String>,
}

impl SuiteRun {
    /// λ̂ with its standard error, by `way`, with a seed.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// assert_eq!(SuiteRun::new("ladder", 1, 0.5, 0.01).value(), 0.5);
    /// ```
    #[must_use]
    pub fn new(way: impl Into<String>, seed: u64, lambda: f64, standard_error: f64) -> Self {
        let quantity = Quantity::LearningCoefficient;
        Self::of(way.into(), seed, quantity, (lambda, standard_error))
    }

    /// The energy U(t) at inverse temperature t with its standard error, by `way`, with a seed.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// assert!(!SuiteRun::energy_at("MALA", 1, 1e3, 0.5, 0.01).is_trustworthy());
    /// ```
    #[must_use]
    pub fn energy_at(
        way: impl Into<String>,
        seed: u64,
        inverse_temperature: f64,
        energy: f64,
        standard_error: f64,
    ) -> Self {
        let quantity = Quantity::Energy {
            inverse_temperature,
        };
        Self::of(way.into(), seed, quantity, (energy, standard_error))
    }

    fn of(way: String, seed: u64, quantity: Quantity, (value, standard_error): (f64, f64)) -> Self {
        Self {
            way,
            seed,
            quantity,
            value,
            standard_error,
            multiplicity: None,
            multiplicity_probability: None,
            expected_bias: 0.0,
            evaluations: 0,
            seconds: 0.0,
            doubts: Vec::new(),
        }
    }

    /// An estimate by `way`, with a seed: the number, m̂ with its probability where the method
    /// finds one, the doubts and the evaluations.
    ///
    /// ```
    /// # use rlct::{estimate::{Llc, VolumeScaling}, loss::LinearNetwork, report::SuiteRun};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let volume = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
    /// let run = SuiteRun::from_estimate("volume scaling", 0, &volume);
    /// assert_eq!((run.value(), run.multiplicity()), (volume.lambda(), Some(1)));
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
    /// let run = SuiteRun::from_estimate("HMC", 0, &llc);
    /// assert_eq!((run.value(), run.multiplicity()), (llc.energy(), None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn from_estimate(way: impl Into<String>, seed: u64, estimate: &dyn Estimate) -> Self {
        let number = (estimate.value(), estimate.standard_error());
        let run = Self::of(way.into(), seed, estimate.quantity(), number)
            .with_evaluations(estimate.cost().evaluations)
            .with_doubts(estimate.doubts().iter().map(ToString::to_string));
        match estimate.pole() {
            Some(pole) => run.with_multiplicity(pole.multiplicity, pole.probability()),
            None => run,
        }
    }

    /// A run that ended without an estimate: it counts, as an interval that holds nothing.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// let run = SuiteRun::failed("ladder", 1, "w* is no minimum");
    /// assert!(run.has_failed() && !run.is_trustworthy());
    /// ```
    #[must_use]
    pub fn failed(way: impl Into<String>, seed: u64, reason: impl Into<String>) -> Self {
        Self::new(way, seed, f64::NAN, f64::NAN).with_doubts([reason.into()])
    }

    /// The same with the most probable multiplicity and its probability.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// let run = SuiteRun::new("ladder", 1, 0.5, 0.01).with_multiplicity(1, 0.8);
    /// assert_eq!(run.multiplicity_probability(), Some(0.8));
    /// ```
    #[must_use]
    pub fn with_multiplicity(mut self, multiplicity: usize, probability: f64) -> Self {
        self.multiplicity = Some(multiplicity);
        self.multiplicity_probability = Some(probability);
        self
    }

    /// The same with the part of U(t) − λ that the multiplicity makes, −(m − 1)/log t to leading
    /// order; the next poles make another one.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// assert_eq!(
    ///     SuiteRun::new("MALA", 1, 0.4, 0.01)
    ///         .with_expected_bias(-0.1)
    ///         .expected_bias(),
    ///     -0.1
    /// );
    /// ```
    #[must_use]
    pub fn with_expected_bias(mut self, bias: f64) -> Self {
        self.expected_bias = bias;
        self
    }

    /// The same with its cost: evaluations of the loss, with or without its gradient.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// assert_eq!(SuiteRun::new("MALA", 1, 0.4, 0.01).with_evaluations(9).evaluations(), 9);
    /// ```
    #[must_use]
    pub fn with_evaluations(mut self, evaluations: u64) -> Self {
        self.evaluations = evaluations;
        self
    }

    /// The same with the time it took, in seconds.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// assert_eq!(SuiteRun::new("MALA", 1, 0.4, 0.01).with_seconds(0.25).seconds(), 0.25);
    /// ```
    #[must_use]
    pub fn with_seconds(mut self, seconds: f64) -> Self {
        self.seconds = seconds;
        self
    }

    /// The same with reasons not to trust it.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// let run = SuiteRun::new("MALA", 1, 0.4, 0.01).with_doubts(["the chains drift".to_string()]);
    /// assert!(!run.is_trustworthy());
    /// ```
    #[must_use]
    pub fn with_doubts(mut self, doubts: impl IntoIterator<Item = String>) -> Self {
        self.doubts.extend(doubts);
        self
    }

    /// The way of estimating.
    #[must_use]
    pub fn way(&self) -> &str {
        &self.way
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// What was estimated.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// The number, λ̂ or U(t); NaN for a failed run.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// assert!(SuiteRun::failed("ladder", 1, "NaN").value().is_nan());
    /// ```
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Its standard error.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.standard_error
    }

    /// The most probable multiplicity, for ways that give one.
    #[must_use]
    pub fn multiplicity(&self) -> Option<usize> {
        self.multiplicity
    }

    /// Its probability.
    #[must_use]
    pub fn multiplicity_probability(&self) -> Option<f64> {
        self.multiplicity_probability
    }

    /// The part of U(t) − λ that the multiplicity makes; 0 for ways that extrapolate.
    #[must_use]
    pub fn expected_bias(&self) -> f64 {
        self.expected_bias
    }

    /// Evaluations of the loss, with or without its gradient.
    #[must_use]
    pub fn evaluations(&self) -> u64 {
        self.evaluations
    }

    /// The time it took, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    /// Whether it ended without an estimate.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// assert!(!SuiteRun::new("MALA", 3, 0.4, 0.01).has_failed());
    /// ```
    #[must_use]
    pub fn has_failed(&self) -> bool {
        !(self.value.is_finite() && self.standard_error > 0.0)
    }

    /// Whether it is an estimate of λ against which nothing speaks; never of an energy.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// assert!(SuiteRun::new("ladder", 3, 0.4, 0.01).is_trustworthy());
    /// ```
    #[must_use]
    pub fn is_trustworthy(&self) -> bool {
        self.is_converged() && !self.quantity.is_energy()
    }

    /// Whether nothing speaks against the number, whatever it is.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// assert!(SuiteRun::energy_at("MALA", 1, 1e3, 0.5, 0.01).is_converged());
    /// ```
    #[must_use]
    pub fn is_converged(&self) -> bool {
        self.doubts.is_empty() && !self.has_failed()
    }

    /// Whether the number ± 1.96 standard errors holds an exact λ.
    ///
    /// ```
    /// # use rlct::report::SuiteRun;
    /// let run = SuiteRun::new("MALA", 3, 0.48, 0.0103);
    /// assert!(run.covers(0.5) && !run.covers(0.51));
    /// assert!(!SuiteRun::failed("MALA", 3, "NaN").covers(0.5));
    /// ```
    #[must_use]
    pub fn covers(&self, lambda: f64) -> bool {
        (self.value - lambda).abs() <= NORMAL_95 * self.standard_error
    }
}

impl Serialize for SuiteRun {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View<'a> {
            way: &'a str,
            seed: u64,
            #[serde(flatten)]
            quantity: Quantity,
            #[serde(skip_serializing_if = "Option::is_none")]
            energy: Option<f64>,
            /// Of an energy null, for one release.
            lambda: Option<f64>,
            standard_error: f64,
            multiplicity: Option<usize>,
            multiplicity_probability: Option<f64>,
            expected_bias: f64,
            evaluations: u64,
            seconds: f64,
            doubts: &'a [String],
        }
        let energy = self.quantity.is_energy();
        View {
            way: &self.way,
            seed: self.seed,
            quantity: self.quantity,
            energy: energy.then_some(self.value),
            lambda: (!energy).then_some(self.value),
            standard_error: self.standard_error,
            multiplicity: self.multiplicity,
            multiplicity_probability: self.multiplicity_probability,
            expected_bias: self.expected_bias,
            evaluations: self.evaluations,
            seconds: self.seconds,
            doubts: &self.doubts,
        }
        .serialize(serializer)
    }
}

/// A model of a suite: its exact pair, where that comes from, and all runs on it.
///
/// # Examples
///
/// ```
/// use rlct::{closed_form, report::{SuiteModel, SuiteRun}};
///
/// let exact = closed_form::regular(1)?.coefficient().clone();
/// let square = SuiteModel::new("x²", "regular", 1, exact, "Watanabe 2009")
///     .with_run(SuiteRun::new("MALA", 1, 0.51, 0.01));
/// assert_eq!(square.runs().len(), 1);
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SuiteModel {
    name: String,
    group: String,
    dimension: usize,
    exact: LearningCoefficient,
    origin: String,
    runs: Vec<SuiteRun>,
}

impl SuiteModel {
    /// A model of a group, with d parameters, its exact pair and the origin of that.
    ///
    /// ```
    /// # use rlct::{closed_form, report::SuiteModel};
    /// # let exact = closed_form::regular(1)?.coefficient().clone();
    /// assert_eq!(SuiteModel::new("x²", "regular", 1, exact, "Watanabe 2009").dimension(), 1);
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        group: impl Into<String>,
        dimension: usize,
        exact: LearningCoefficient,
        origin: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            group: group.into(),
            dimension,
            exact,
            origin: origin.into(),
            runs: Vec::new(),
        }
    }

    /// The same with one more run.
    ///
    /// ```
    /// # use rlct::{closed_form, report::{SuiteModel, SuiteRun}};
    /// # let exact = closed_form::regular(1)?.coefficient().clone();
    /// let square = SuiteModel::new("x²", "regular", 1, exact, "Watanabe 2009");
    /// assert_eq!(square.with_run(SuiteRun::failed("MALA", 1, "NaN")).runs().len(), 1);
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn with_run(mut self, run: SuiteRun) -> Self {
        self.runs.push(run);
        self
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The group of models it belongs to.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The number d of parameters.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The exact pair (λ, m).
    #[must_use]
    pub fn exact(&self) -> &LearningCoefficient {
        &self.exact
    }

    /// Where the exact pair comes from.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The runs, in the order they were added.
    #[must_use]
    pub fn runs(&self) -> &[SuiteRun] {
        &self.runs
    }
}

#[derive(Serialize)]
struct ModelView<'a> {
    model: &'a str,
    group: &'a str,
    dimension: usize,
    #[serde(flatten)]
    exact: &'a LearningCoefficient,
    origin: &'a str,
    ways: Vec<CoverageSummary>,
    runs: &'a [SuiteRun],
}

impl Serialize for SuiteModel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ModelView {
            model: &self.name,
            group: &self.group,
            dimension: self.dimension,
            exact: &self.exact,
            origin: &self.origin,
            ways: CoverageSummary::by_way(&[self]),
            runs: &self.runs,
        }
        .serialize(serializer)
    }
}
