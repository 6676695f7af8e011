//! The comparison of exact values and estimates over a list of models.

use super::{Agreement, Disagreement, EstimateReport, ExactReport, Row};
use serde::{Serialize, Serializer};
use std::fmt;

/// Exact values and estimates, model by model, and whether they agree.
///
/// An estimate that claims to be trustworthy agrees while it is within
/// [`threshold`](Self::threshold) standard errors of the exact value. An estimate with doubts is
/// shown and takes no part in the agreement, and so is an energy U(t), which is not an estimate of
/// λ.
///
/// As JSON: `{"schema", "verdict", "threshold", "rows": [{"model", "verdict", "exact": [..],
/// "estimates": [{.., "trustworthy", "converged", "deviation"}], "disagreements": [..]}]}`, with
/// the fields of [`EstimateReport`] in each estimate.
///
/// # Examples
///
/// ```
/// use rlct::{closed_form, report::{Comparison, EstimateReport, Row, Agreement}};
///
/// let square = Row::new("square")
///     .with_exact((&closed_form::regular(1)?).into())
///     .with_estimate(EstimateReport::new("ladder", 0.51, 0.01, 1.0));
/// let comparison = Comparison::new().with_row(square);
/// assert_eq!(comparison.agreement(), Agreement::Agree);
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    rows: Vec<Row>,
    threshold: f64,
}

impl Comparison {
    /// How many standard errors a trustworthy estimate may deviate: 3, which a correct Gaussian
    /// error bar exceeds once in 370 times.
    pub const THRESHOLD: f64 = 3.0;

    /// A comparison without models yet.
    ///
    /// ```
    /// # use rlct::report::{Comparison, Agreement};
    /// assert_eq!(Comparison::new().agreement(), Agreement::Undecided);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self {
            rows: Vec::new(),
            threshold: Self::THRESHOLD,
        }
    }

    /// The same with another threshold, in standard errors.
    ///
    /// # Panics
    /// If the threshold is not a positive number.
    ///
    /// ```
    /// # use rlct::report::Comparison;
    /// assert_eq!(Comparison::new().with_threshold(4.0).threshold(), 4.0);
    /// ```
    #[must_use]
    pub fn with_threshold(mut self, threshold: f64) -> Self {
        assert!(threshold > 0.0, "a threshold is positive, got {threshold}");
        self.threshold = threshold;
        self
    }

    /// The same with one more model.
    ///
    /// ```
    /// # use rlct::report::{Comparison, Row};
    /// assert_eq!(Comparison::new().with_row(Row::new("square")).rows().len(), 1);
    /// ```
    #[must_use]
    pub fn with_row(mut self, row: Row) -> Self {
        self.rows.push(row);
        self
    }

    /// The models, in the order they were added.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How many standard errors a trustworthy estimate may deviate from the exact value.
    #[must_use]
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// Whether every exact value and every trustworthy estimate of every model agree.
    ///
    /// ```
    /// # use rlct::{closed_form, report::{Comparison, EstimateReport, Row, Agreement}};
    /// let square = Row::new("square")
    ///     .with_exact((&closed_form::regular(1)?).into())
    ///     .with_estimate(EstimateReport::new("ladder", 0.75, 0.01, 1.0));
    /// assert_eq!(Comparison::new().with_row(square).agreement(), Agreement::Disagree);
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn agreement(&self) -> Agreement {
        let of_rows: Vec<_> = self
            .rows
            .iter()
            .map(|row| row.agreement(self.threshold))
            .collect();
        if of_rows.contains(&Agreement::Disagree) {
            Agreement::Disagree
        } else if of_rows.is_empty() || of_rows.contains(&Agreement::Undecided) {
            Agreement::Undecided
        } else {
            Agreement::Agree
        }
    }

    fn count(&self, agreement: Agreement) -> usize {
        self.rows
            .iter()
            .filter(|row| row.agreement(self.threshold) == agreement)
            .count()
    }
}

impl Default for Comparison {
    fn default() -> Self {
        Self::new()
    }
}

impl FromIterator<Row> for Comparison {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Self {
        rows.into_iter().fold(Self::new(), Self::with_row)
    }
}

impl fmt::Display for Comparison {
    /// The agreement in one line, then each contradiction in one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let models = self.rows.len();
        write!(f, "{models} model{}: ", if models == 1 { "" } else { "s" })?;
        write!(
            f,
            "{} agree, {} disagree, {} undecided (threshold {} standard errors)",
            self.count(Agreement::Agree),
            self.count(Agreement::Disagree),
            self.count(Agreement::Undecided),
            self.threshold
        )?;
        for row in &self.rows {
            for disagreement in row.disagreements(self.threshold) {
                write!(f, "\n{}: {disagreement}", row.model())?;
            }
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct ComparisonView<'a> {
    schema: u32,
    verdict: Agreement,
    threshold: f64,
    rows: Vec<RowView<'a>>,
}

#[derive(Serialize)]
struct RowView<'a> {
    model: &'a str,
    verdict: Agreement,
    exact: &'a [ExactReport],
    estimates: Vec<EstimateView<'a>>,
    disagreements: Vec<Disagreement>,
}

#[derive(Serialize)]
struct EstimateView<'a> {
    #[serde(flatten)]
    estimate: &'a EstimateReport,
    trustworthy: bool,
    converged: bool,
    deviation: Option<f64>,
}

impl Serialize for Comparison {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self
            .rows
            .iter()
            .map(|row| RowView {
                model: row.model(),
                verdict: row.agreement(self.threshold),
                exact: row.exact(),
                estimates: row
                    .estimates()
                    .iter()
                    .map(|estimate| EstimateView {
                        estimate,
                        trustworthy: estimate.is_trustworthy(),
                        converged: estimate.is_converged(),
                        deviation: row.deviation(estimate),
                    })
                    .collect(),
                disagreements: row.disagreements(self.threshold),
            })
            .collect();
        ComparisonView {
            schema: crate::SCHEMA,
            verdict: self.agreement(),
            threshold: self.threshold,
            rows,
        }
        .serialize(serializer)
    }
}
