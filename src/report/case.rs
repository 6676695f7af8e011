//! One named case of a file of cases, and the count over all of them.

use super::Outcome;
use crate::{Answer, LearningCoefficient};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The outcome of one case of a file, beside the published value if the file has one.
///
/// As JSON an object `{"id", "answer": "exact", "lambda", "multiplicity", "seconds"}` or
/// `{"id", "answer": "bounds", "lower", "upper", "reason", "seconds"}`; where a published value is
/// known, `"published": {"lambda", "multiplicity"}` and `"agrees"` follow.
///
/// # Examples
///
/// ```
/// use rlct::{LearningCoefficient, algebra::Rational, report::CaseReport};
///
/// let pair = LearningCoefficient::new(Rational::new(5, 12)?, 1);
/// let case = CaseReport::new("cusp", pair.clone().into(), 0.01).published(pair);
/// assert_eq!(case.agrees(), Some(true));
/// # Ok::<(), rlct::algebra::RationalError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseReport {
    id: String,
    #[serde(flatten)]
    outcome: Outcome,
    seconds: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    published: Option<LearningCoefficient>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agrees: Option<bool>,
}

impl CaseReport {
    /// The outcome of the case `id`, found in so many seconds.
    ///
    /// ```
    /// # use rlct::report::{CaseReport, Outcome};
    /// let case = CaseReport::new(
    ///     "a",
    ///     Outcome::Error {
    ///         message: "the ideal is empty".into(),
    ///     },
    ///     0.0,
    /// );
    /// assert_eq!(case.id(), "a");
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>, outcome: Outcome, seconds: f64) -> Self {
        Self {
            id: id.into(),
            outcome,
            seconds,
            published: None,
            agrees: None,
        }
    }

    /// The same with the value that the literature has.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, algebra::Rational, report::{CaseReport, Outcome}};
    /// let ours = Outcome::from(LearningCoefficient::new(Rational::ONE, 1));
    /// let theirs = LearningCoefficient::new(Rational::ONE, 2);
    /// assert_eq!(CaseReport::new("a", ours, 0.0).published(theirs).agrees(), Some(false));
    /// ```
    #[must_use]
    pub fn published(mut self, value: LearningCoefficient) -> Self {
        self.agrees = self.outcome.agrees_with(&value.clone().into());
        self.published = Some(value);
        self
    }

    /// The name of the case.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What was found.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The time it took, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    /// Whether the outcome is consistent with the published value; `None` where one is missing.
    ///
    /// ```
    /// # use rlct::{Answer, LearningCoefficient, algebra::Rational, report::CaseReport};
    /// let bounds: Answer = Answer::Bounds {
    ///     lower: None,
    ///     upper: Rational::ONE,
    ///     reason: Some("out of time".into()),
    /// };
    /// let case = CaseReport::new("a", bounds.into(), 0.0);
    /// assert_eq!(case.agrees(), None);
    /// let published = LearningCoefficient::new(Rational::from(2), 1);
    /// assert_eq!(case.published(published).agrees(), Some(false));
    /// ```
    #[must_use]
    pub fn agrees(&self) -> Option<bool> {
        self.agrees
    }
}

impl fmt::Display for CaseReport {
    /// One line: name, outcome, agreement with the published value, time; the message of an error
    /// may go on below.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = self.outcome.to_string();
        let (line, rest) = outcome.split_once('\n').unwrap_or((&outcome, ""));
        write!(f, "{}: {line}", self.id)?;
        match (&self.published, self.agrees) {
            (Some(_), Some(true)) if self.outcome.coefficient().is_some() => {
                f.write_str(", as published")?;
            }
            (Some(value), Some(false)) => write!(f, ", BUT PUBLISHED: {value}")?,
            (Some(value), _) => write!(f, " (published: {value})")?,
            (None, _) => {}
        }
        write!(f, " [{:.3} s]", self.seconds)?;
        if rest.is_empty() {
            Ok(())
        } else {
            write!(f, "\n{rest}")
        }
    }
}

/// How many cases were decided, left open, refused, and how many contradict the literature.
///
/// # Examples
///
/// ```
/// use rlct::report::{CaseReport, Outcome, Summary};
///
/// let case = CaseReport::new("a", Outcome::Error { message: "the ideal is empty".into() }, 0.0);
/// let summary: Summary = [&case].into_iter().collect();
/// assert_eq!(summary.errors(), 1);
/// assert!(summary.to_string().starts_with("1 case: 0 exact, 0 bounds, 1 error"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Summary {
    exact: usize,
    bounds: usize,
    errors: usize,
    disagreements: usize,
    confirmed: usize,
    seconds: f64,
}

impl Summary {
    /// How many cases have an exact answer.
    #[must_use]
    pub fn exact(&self) -> usize {
        self.exact
    }

    /// How many cases were left open between two bounds.
    #[must_use]
    pub fn bounds(&self) -> usize {
        self.bounds
    }

    /// How many cases were refused.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// How many exact answers equal the published value.
    #[must_use]
    pub fn confirmed(&self) -> usize {
        self.confirmed
    }

    /// How many outcomes contradict the published value.
    #[must_use]
    pub fn disagreements(&self) -> usize {
        self.disagreements
    }
}

impl<'a> FromIterator<&'a CaseReport> for Summary {
    fn from_iter<I: IntoIterator<Item = &'a CaseReport>>(cases: I) -> Self {
        let mut summary = Self::default();
        for case in cases {
            match case.outcome {
                Outcome::Answer(Answer::Exact(_)) => summary.exact += 1,
                Outcome::Answer(Answer::Bounds { .. }) => summary.bounds += 1,
                Outcome::Error { .. } => summary.errors += 1,
            }
            let exact = case.outcome.coefficient().is_some();
            summary.confirmed += usize::from(exact && case.agrees == Some(true));
            summary.disagreements += usize::from(case.agrees == Some(false));
            summary.seconds += case.seconds;
        }
        summary
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            exact,
            bounds,
            errors,
            disagreements,
            confirmed,
            seconds,
        } = self;
        let cases = exact + bounds + errors;
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        write!(
            f,
            "{cases} case{}: {exact} exact, {bounds} bounds, ",
            plural(cases)
        )?;
        write!(f, "{errors} error{}", plural(*errors))?;
        if *confirmed > 0 || *disagreements > 0 {
            write!(f, "; {confirmed} as published, {disagreements} not")?;
        }
        write!(f, "; {seconds:.1} s")
    }
}
