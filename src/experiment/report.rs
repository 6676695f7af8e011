//! What an experiment found.

use super::{Measured, Prediction, Settings, Table, Verdict};
use crate::plot::Chart;
use serde::Serialize;

/// A prediction with what came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What was stated before.
    #[serde(flatten)]
    pub prediction: Prediction,
    /// The figure, if the run came that far.
    pub measured: Option<Measured>,
    /// Whether they agree.
    pub verdict: Verdict,
    /// What the experiment says about the figure.
    pub explanation: Option<String>,
}

/// Everything of a run: its JSON is the file `NAME.json` of `rlct experiment --out`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExperimentReport {
    /// The version of these fields.
    pub schema: u32,
    /// The name of the experiment.
    pub experiment: &'static str,
    /// What it is about, in a line.
    pub about: &'static str,
    /// Whose experiment it is.
    pub source: &'static str,
    /// Size and seeds.
    pub settings: Settings,
    /// PASS or FAIL of the whole.
    pub verdict: Verdict,
    /// Whether it ran to its end.
    pub complete: bool,
    /// How long it took.
    pub seconds: f64,
    /// The predictions and figures.
    pub findings: Vec<Finding>,
    /// The tables.
    pub tables: Vec<Table>,
    /// The charts.
    pub charts: Vec<Chart>,
    /// What else there is to say.
    pub remarks: Vec<String>,
}

impl ExperimentReport {
    /// The version of the fields of the JSON.
    pub const SCHEMA: u32 = 1;
    /// The columns of a terminal of which nothing is known.
    #[cfg(feature = "cli")]
    pub const WIDTH: u16 = 80;

    /// How many predictions have this verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        let findings = self.findings.iter();
        findings.filter(|found| found.verdict == verdict).count()
    }

    /// The finding of this key.
    #[must_use]
    pub fn finding(&self, key: &str) -> Option<&Finding> {
        self.findings
            .iter()
            .find(|found| found.prediction.key == key)
    }
}

/// FAIL if one failed, else "not measured" if one was not, else PASS.
pub(super) fn overall(findings: &[Finding]) -> Verdict {
    let any = |verdict| findings.iter().any(|found| found.verdict == verdict);
    if any(Verdict::Fail) {
        Verdict::Fail
    } else if any(Verdict::NotMeasured) {
        Verdict::NotMeasured
    } else {
        Verdict::Pass
    }
}
