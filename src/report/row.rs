//! One model of a comparison: its exact values, its estimates, and whether they agree.

use super::{Agreement, Disagreement, EstimateReport, ExactReport};
use crate::LearningCoefficient;
use crate::algebra::Rational;

/// A model with its exact values and its estimates.
///
/// # Examples
///
/// ```
/// use rlct::{closed_form, report::{EstimateReport, Row, Agreement}};
///
/// let row = Row::new("reduced rank 2·2·2, rank 1")
///     .with_exact((&closed_form::reduced_rank(2, 2, 2, 1)?).into())
///     .with_exact((&closed_form::deep_linear(&[2, 2, 2], 1)?).into())
///     .with_estimate(EstimateReport::new("ladder", 1.97, 0.02, 4.0));
/// assert_eq!(row.agreement(3.0), Agreement::Agree);
/// assert_eq!(row.agreement(1.0), Agreement::Disagree);
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    model: String,
    exact: Vec<ExactReport>,
    estimates: Vec<EstimateReport>,
}

impl Row {
    /// A model without values yet.
    ///
    /// ```
    /// # use rlct::report::{Row, Agreement};
    /// assert_eq!(Row::new("x^2").agreement(3.0), Agreement::Undecided);
    /// ```
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            exact: Vec::new(),
            estimates: Vec::new(),
        }
    }

    /// The same with one more exact value.
    ///
    /// ```
    /// # use rlct::{closed_form, report::Row};
    /// let row = Row::new("square").with_exact((&closed_form::regular(1)?).into());
    /// assert_eq!(row.exact().len(), 1);
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn with_exact(mut self, value: ExactReport) -> Self {
        self.exact.push(value);
        self
    }

    /// The same with one more estimate.
    ///
    /// ```
    /// # use rlct::report::{EstimateReport, Row};
    /// let row = Row::new("square").with_estimate(EstimateReport::new("ladder", 0.5, 0.01, 1.0));
    /// assert_eq!(row.estimates().len(), 1);
    /// ```
    #[must_use]
    pub fn with_estimate(mut self, estimate: EstimateReport) -> Self {
        self.estimates.push(estimate);
        self
    }

    /// The name of the model.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The exact values, in the order they were added.
    #[must_use]
    pub fn exact(&self) -> &[ExactReport] {
        &self.exact
    }

    /// The estimates, in the order they were added.
    #[must_use]
    pub fn estimates(&self) -> &[EstimateReport] {
        &self.estimates
    }

    /// The first exact pair among the values.
    ///
    /// ```
    /// # use rlct::{closed_form, report::Row};
    /// let row = Row::new("square").with_exact((&closed_form::regular(1)?).into());
    /// assert_eq!(row.coefficient().map(|pair| pair.multiplicity()), Some(1));
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn coefficient(&self) -> Option<&LearningCoefficient> {
        self.exact
            .iter()
            .find_map(|value| value.outcome().coefficient())
    }

    /// The tightest interval that the exact values prove for λ.
    fn interval(&self) -> Option<(&Rational, &Rational)> {
        self.exact
            .iter()
            .filter_map(|value| value.outcome().bounds())
            .reduce(|(lower, upper), (least, most)| (lower.max(least), upper.min(most)))
    }

    /// The deviation of an estimate of λ from what is exactly known, in standard errors; `None` if
    /// nothing is, and for an energy U(t), which is not an estimate of λ.
    ///
    /// ```
    /// # use rlct::{closed_form, report::{EstimateReport, Row}};
    /// let row = Row::new("square").with_exact((&closed_form::regular(1)?).into());
    /// let estimate = EstimateReport::new("ladder", 0.75, 0.125, 1.0);
    /// assert_eq!(row.deviation(&estimate), Some(2.0));
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn deviation(&self, estimate: &EstimateReport) -> Option<f64> {
        let (lower, upper) = self.interval()?;
        estimate.deviation_from_interval(lower, upper)
    }

    /// Every contradiction: exact values that differ, and trustworthy estimates more than
    /// `threshold` standard errors from the exact value or with another multiplicity.
    ///
    /// ```
    /// # use rlct::{closed_form, report::{EstimateReport, Row}};
    /// let row = Row::new("square")
    ///     .with_exact((&closed_form::regular(1)?).into())
    ///     .with_estimate(EstimateReport::new("ladder", 0.75, 0.05, 1.0));
    /// assert_eq!(row.disagreements(3.0).len(), 1);
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn disagreements(&self, threshold: f64) -> Vec<Disagreement> {
        let mut found = Vec::new();
        for (i, one) in self.exact.iter().enumerate() {
            for other in &self.exact[i + 1..] {
                if one.outcome().agrees_with(other.outcome()) == Some(false) {
                    let (one, other) = (one.to_string(), other.to_string());
                    found.push(Disagreement::Exact { one, other });
                }
            }
        }
        for estimate in self
            .estimates
            .iter()
            .filter(|estimate| estimate.is_trustworthy())
        {
            let way = || estimate.way().to_string();
            if let Some(deviation) = self.deviation(estimate)
                && deviation.abs() > threshold
            {
                found.push(Disagreement::Estimate {
                    way: way(),
                    deviation,
                });
            }
            if let (Some(ours), Some(pair)) = (estimate.multiplicity(), self.coefficient())
                && ours != pair.multiplicity()
            {
                let exact = pair.multiplicity();
                found.push(Disagreement::Multiplicity {
                    way: way(),
                    estimate: ours,
                    exact,
                });
            }
        }
        found
    }

    /// Whether the values agree; energies take no part. A trustworthy estimate may be up to
    /// `threshold` standard errors from the exact value.
    ///
    /// ```
    /// # use rlct::{closed_form, report::{Row, Agreement}};
    /// let lonely = Row::new("square").with_exact((&closed_form::regular(1)?).into());
    /// assert_eq!(lonely.agreement(3.0), Agreement::Undecided);
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn agreement(&self, threshold: f64) -> Agreement {
        if !self.disagreements(threshold).is_empty() {
            return Agreement::Disagree;
        }
        let failed = self
            .exact
            .iter()
            .any(|value| value.outcome().bounds().is_none());
        let trusted = self
            .estimates
            .iter()
            .filter(|estimate| estimate.is_trustworthy())
            .count();
        if failed || self.exact.is_empty() || self.exact.len() + trusted < 2 {
            return Agreement::Undecided;
        }
        Agreement::Agree
    }
}
