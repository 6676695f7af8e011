//! What all estimates have in common.

use super::{
    Doubt, LadderEstimate, LlcEstimate, PoleFit, Quantity, TemperaturesEstimate, Verdict,
    VolumeEstimate, WithError,
};
use serde::{Deserialize, Serialize};

/// How many standard errors on either side of a normal estimate hold 95 %: the 97.5 % point of the
/// normal distribution.
pub(crate) const NORMAL_95: f64 = 1.959_963_985;

/// An estimate of λ, or of the energy U(t), which is not λ: one number with its standard error,
/// what it is of, what speaks against it, and what it cost.
///
/// The types of the estimates have getters of the same names. Where λ̂ always exists, as for
/// [`VolumeEstimate::lambda`], the type's own is a plain number; [`Estimate::lambda`] is an
/// `Option`, since at one temperature there is none.
///
/// # Examples
///
/// ```
/// use rlct::estimate::{Estimate, Llc, Quantity, VolumeScaling};
/// use rlct::loss::LinearNetwork;
///
/// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
/// let volume = VolumeScaling::new(&loss, &[0.0]).particles(100).estimate()?;
/// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
/// let both: [&dyn Estimate; 2] = [&volume, &llc];
/// assert_eq!(both.map(|estimate| estimate.lambda().is_some()), [true, false]);
/// assert_eq!(both[0].quantity(), Quantity::LearningCoefficient);
/// assert_eq!(both.map(|estimate| estimate.multiplicity()), [Some(1), None]);
/// let (lower, upper) = both[1].interval();
/// assert!(lower < llc.energy() && llc.energy() < upper);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Estimate {
    /// What was estimated: λ, or U(t) at one temperature.
    fn quantity(&self) -> Quantity;

    /// The number, whatever it is, with its standard error.
    fn number(&self) -> WithError;

    /// Whether to trust the number and its standard error, and why not.
    fn verdict(&self) -> &Verdict;

    /// What the number cost.
    fn cost(&self) -> EstimateCost;

    /// The pole that was fitted, of methods that extrapolate to λ: λ̂ for each m, χ², window.
    fn pole(&self) -> Option<&PoleFit> {
        None
    }

    /// The number, whatever it is: λ̂ or U(t).
    fn value(&self) -> f64 {
        self.number().value
    }

    /// The standard error of the number. Of U(t) it is that of U(t), and says nothing of λ.
    fn standard_error(&self) -> f64 {
        self.number().standard_error
    }

    /// The interval that holds the estimated quantity in 95 % of cases: the value ± 1.96 standard
    /// errors. Of U(t) it is one for U(t) and not for λ.
    fn interval(&self) -> (f64, f64) {
        let WithError {
            value,
            standard_error,
        } = self.number();
        let half = NORMAL_95 * standard_error;
        (value - half, value + half)
    }

    /// λ̂; `None` where the number is not an estimate of λ, as at one temperature.
    fn lambda(&self) -> Option<f64> {
        (!self.quantity().is_energy()).then(|| self.value())
    }

    /// m̂, the most probable multiplicity; `None` of methods that find none.
    fn multiplicity(&self) -> Option<usize> {
        self.pole().map(|pole| pole.multiplicity)
    }

    /// The reasons not to trust the number, empty if there are none.
    fn doubts(&self) -> &[Doubt] {
        self.verdict().doubts()
    }
}

/// What an estimate cost.
///
/// # Examples
///
/// ```
/// use rlct::estimate::{EstimateCost, Evaluated};
///
/// let cost = EstimateCost { evaluations: 1000, of: Evaluated::Gradient };
/// assert_eq!(cost.evaluations, 1000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EstimateCost {
    /// How often the loss was evaluated, pilots included.
    pub evaluations: u64,
    /// What of it.
    pub of: Evaluated,
}

/// What an evaluation is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evaluated {
    /// The value of the loss alone.
    Loss,
    /// Its gradient.
    Gradient,
    /// Its gradient, or its value alone.
    LossOrGradient,
}

impl Estimate for VolumeEstimate {
    fn quantity(&self) -> Quantity {
        Quantity::LearningCoefficient
    }

    fn number(&self) -> WithError {
        of_pole(&self.fit)
    }

    fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    fn cost(&self) -> EstimateCost {
        EstimateCost {
            evaluations: self.evaluations,
            of: Evaluated::Loss,
        }
    }

    fn pole(&self) -> Option<&PoleFit> {
        Some(&self.fit)
    }
}

impl Estimate for LadderEstimate {
    fn quantity(&self) -> Quantity {
        Quantity::LearningCoefficient
    }

    fn number(&self) -> WithError {
        of_pole(&self.fit)
    }

    fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    fn cost(&self) -> EstimateCost {
        EstimateCost {
            evaluations: self.evaluations,
            of: Evaluated::LossOrGradient,
        }
    }

    fn pole(&self) -> Option<&PoleFit> {
        Some(&self.fit)
    }
}

impl Estimate for TemperaturesEstimate {
    fn quantity(&self) -> Quantity {
        Quantity::LearningCoefficient
    }

    fn number(&self) -> WithError {
        of_pole(&self.fit)
    }

    fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    fn cost(&self) -> EstimateCost {
        EstimateCost {
            evaluations: self.evaluations,
            of: Evaluated::Gradient,
        }
    }

    fn pole(&self) -> Option<&PoleFit> {
        Some(&self.fit)
    }
}

impl Estimate for LlcEstimate {
    fn quantity(&self) -> Quantity {
        Quantity::Energy {
            inverse_temperature: self.nbeta,
        }
    }

    fn number(&self) -> WithError {
        WithError {
            value: self.energy,
            standard_error: self.standard_error,
        }
    }

    fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    fn cost(&self) -> EstimateCost {
        EstimateCost {
            evaluations: self.tuning.evaluations,
            of: Evaluated::Gradient,
        }
    }
}

fn of_pole(fit: &PoleFit) -> WithError {
    WithError {
        value: fit.lambda,
        standard_error: fit.standard_error,
    }
}
