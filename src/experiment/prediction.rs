//! What is predicted, before anything is run.

use super::Measured;
use serde::Serialize;
use std::fmt;

/// What the theory says will be measured, and which figures are to be called agreement.
///
/// An experiment states its predictions as a function of its settings alone: nothing that was
/// measured can reach them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prediction {
    /// A short name, unique in the experiment, under which the figure is recorded.
    pub key: &'static str,
    /// The figure and the claim, in words.
    pub claim: String,
    /// The figures that agree with it.
    pub demand: Demand,
    /// Where claim and figure come from.
    pub source: String,
}

/// Which figures agree with a prediction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Demand {
    /// From `least` to `most`.
    Within {
        /// The least figure.
        least: f64,
        /// The largest figure.
        most: f64,
    },
    /// At least `least`.
    AtLeast {
        /// The least figure.
        least: f64,
    },
    /// At most `most`.
    AtMost {
        /// The largest figure.
        most: f64,
    },
    /// At most `tolerance` from `value`.
    Near {
        /// The predicted value.
        value: f64,
        /// The largest distance.
        tolerance: f64,
    },
    /// At most so many standard errors from `value`, the standard error being at most `largest`, so
    /// that noise is no agreement.
    Agrees {
        /// The predicted value.
        value: f64,
        /// The largest distance, in standard errors.
        errors: f64,
        /// The largest standard error.
        largest: f64,
    },
}

/// What came of a prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The figure is one that was demanded.
    Pass,
    /// It is not.
    Fail,
    /// There is no figure: the run ended before.
    NotMeasured,
}

impl Prediction {
    /// A prediction of the figure `key`.
    #[must_use]
    pub fn new(
        key: &'static str,
        claim: impl Into<String>,
        demand: Demand,
        source: impl Into<String>,
    ) -> Self {
        Self {
            key,
            claim: claim.into(),
            demand,
            source: source.into(),
        }
    }
}

impl Demand {
    /// From `least` to `most`.
    #[must_use]
    pub fn within(least: f64, most: f64) -> Self {
        Self::Within { least, most }
    }

    /// At least `least`.
    #[must_use]
    pub fn at_least(least: f64) -> Self {
        Self::AtLeast { least }
    }

    /// At most `most`.
    #[must_use]
    pub fn at_most(most: f64) -> Self {
        Self::AtMost { most }
    }

    /// At most `tolerance` from `value`.
    #[must_use]
    pub fn near(value: f64, tolerance: f64) -> Self {
        Self::Near { value, tolerance }
    }

    /// At most four standard errors from `value`, and these at most `largest`.
    #[must_use]
    pub fn agrees(value: f64, largest: f64) -> Self {
        Self::Agrees {
            value,
            errors: 4.0,
            largest,
        }
    }

    /// Judges a figure. One that is not finite agrees with nothing, and
    /// [`Agrees`](Self::Agrees) with no figure that has no standard error.
    ///
    /// ```
    /// use rlct::experiment::{Demand, Measured, Verdict};
    ///
    /// let half = Demand::agrees(0.5, 0.1);
    /// assert_eq!(half.judge(&Measured::with_error(0.52, 0.01)), Verdict::Pass);
    /// assert_eq!(half.judge(&Measured::with_error(0.60, 0.01)), Verdict::Fail);
    /// assert_eq!(half.judge(&Measured::with_error(0.52, 1.00)), Verdict::Fail);
    /// assert_eq!(Demand::at_most(1.0).judge(&Measured::exact(f64::NAN)), Verdict::Fail);
    /// ```
    #[must_use]
    pub fn judge(&self, measured: &Measured) -> Verdict {
        let figure = measured.figure;
        let met = figure.is_finite()
            && match *self {
                Self::Within { least, most } => (least..=most).contains(&figure),
                Self::AtLeast { least } => figure >= least,
                Self::AtMost { most } => figure <= most,
                Self::Near { value, tolerance } => (figure - value).abs() <= tolerance,
                Self::Agrees {
                    value,
                    errors,
                    largest,
                } => measured.standard_error.is_some_and(|error| {
                    error <= largest && (figure - value).abs() <= errors * error
                }),
            };
        if met { Verdict::Pass } else { Verdict::Fail }
    }

    /// The numbers it is made of; a demand with one that is NaN can never be met.
    #[cfg(test)]
    pub(super) fn bounds(&self) -> Vec<f64> {
        match *self {
            Self::Within { least, most } => vec![least, most],
            Self::AtLeast { least } => vec![least],
            Self::AtMost { most } => vec![most],
            Self::Near { value, tolerance } => vec![value, tolerance],
            Self::Agrees {
                value,
                errors,
                largest,
            } => vec![value, errors, largest],
        }
    }
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Within { least, most } => write!(f, "{} to {}", short(least), short(most)),
            Self::AtLeast { least } => write!(f, "≥ {}", short(least)),
            Self::AtMost { most } => write!(f, "≤ {}", short(most)),
            Self::Near { value, tolerance } => {
                write!(f, "{} ± {}", short(value), short(tolerance))
            }
            Self::Agrees { value, errors, .. } => {
                write!(f, "{}, within {errors} s.e.", short(value))
            }
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::NotMeasured => "not measured",
        })
    }
}

/// A number as people write it: the shortest of those that differ by at most 10⁻⁷ of it, in
/// scientific notation where it is very large or small.
pub(super) fn short(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e7).contains(&size) {
        let digits = (0..=6)
            .map(|digits| format!("{value:.digits$e}"))
            .find(|text| close(text, value));
        return digits.unwrap_or_else(|| format!("{value:e}"));
    }
    (0..=10)
        .map(|digits| format!("{value:.digits$}"))
        .find(|text| close(text, value))
        .unwrap_or_else(|| value.to_string())
}

fn close(text: &str, value: f64) -> bool {
    let written = text.parse::<f64>().unwrap_or(f64::NAN);
    (written - value).abs() <= 1e-7 * value.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_demand_is_judged_on_both_sides() {
        for (demand, passes, fails) in [
            (Demand::within(1.0, 2.0), 1.0, 2.1),
            (Demand::at_least(1.0), 1.0, 0.9),
            (Demand::at_most(1.0), 1.0, 1.1),
            (Demand::near(1.0, 0.5), 1.5, 1.6),
        ] {
            assert_eq!(demand.judge(&Measured::exact(passes)), Verdict::Pass);
            assert_eq!(demand.judge(&Measured::exact(fails)), Verdict::Fail);
            assert_eq!(demand.judge(&Measured::exact(f64::INFINITY)), Verdict::Fail);
        }
        let agrees = Demand::agrees(1.0, 0.1);
        assert_eq!(agrees.judge(&Measured::exact(1.0)), Verdict::Fail);
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (1911.41, "1911.41"),
            (0.0, "0"),
            (-0.3, "-0.3"),
            (1e-12, "1e-12"),
            (1.5e8, "1.5e8"),
        ] {
            assert_eq!(short(value), text);
        }
    }
}
