//! What came of holding an estimator against exact values.

use crate::report::{CoverageTest, SuiteModel};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// The outcome of a [`Suite`](super::Suite).
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    models: Vec<SuiteModel>,
    /// The case, the seed, and why there was no answer.
    failures: Vec<(String, u64, String)>,
    /// By family, all of them, and last all together.
    tests: Vec<CoverageTest>,
    rejected: Vec<String>,
    complete: bool,
    passes: bool,
}

impl Report {
    pub(super) const WAY: &'static str = "estimator";

    /// The name of all families together.
    const ALL: &'static str = "all";

    pub(super) fn new(
        models: Vec<SuiteModel>,
        failures: Vec<(String, u64, String)>,
        complete: bool,
    ) -> Self {
        let mut families: BTreeMap<&str, Vec<&SuiteModel>> = BTreeMap::new();
        for model in &models {
            families.entry(model.group()).or_default().push(model);
        }
        let of = |(family, models): (&&str, &Vec<&SuiteModel>)| {
            CoverageTest::of(family, Self::WAY, models)
        };
        let mut tests: Vec<CoverageTest> = families.iter().map(of).collect();
        let rejected = CoverageTest::rejected(&tests);
        let mut rejected: Vec<String> = rejected.iter().map(|test| test.family.clone()).collect();
        let all: Vec<&SuiteModel> = models.iter().collect();
        let pooled = CoverageTest::of(Self::ALL, Self::WAY, &all);
        if !CoverageTest::rejected(std::slice::from_ref(&pooled)).is_empty() {
            rejected.push(Self::ALL.to_string());
        }
        tests.push(pooled);
        let passes = failures.is_empty() && rejected.is_empty() && complete && !models.is_empty();
        Self {
            models,
            failures,
            tests,
            rejected,
            complete,
            passes,
        }
    }

    /// Whether every case has an answer, and no family, nor all together, rejects that 95 %
    /// intervals hold λ in at least 90 % of the runs (see [`CoverageTest`]).
    #[must_use]
    pub fn passes(&self) -> bool {
        self.passes
    }

    /// Whether all cases were asked.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The cases without an answer: the id, the seed, the reason.
    #[must_use]
    pub fn failures(&self) -> &[(String, u64, String)] {
        &self.failures
    }

    /// The families that reject, and `all` if all together do.
    #[must_use]
    pub fn rejected(&self) -> &[String] {
        &self.rejected
    }

    /// The cases with their runs.
    #[must_use]
    pub fn models(&self) -> &[SuiteModel] {
        &self.models
    }

    /// Fails a test with the table, if it does not pass.
    ///
    /// # Panics
    /// If it does not pass: this is for tests.
    pub fn assert_agrees(&self) {
        assert!(self.passes(), "{self}");
    }

    fn rows(&self) -> Vec<[String; 7]> {
        let rows = self.tests.iter();
        rows.map(|test| self.row(&test.family, test.probability))
            .collect()
    }

    fn row(&self, name: &str, probability: Option<f64>) -> [String; 7] {
        let is_meant = |model: &&SuiteModel| name == Self::ALL || model.group() == name;
        let models: Vec<&SuiteModel> = self.models.iter().filter(is_meant).collect();
        let (mut runs, mut failed, mut covered, mut errors) = (0, 0, 0, Vec::new());
        for model in &models {
            let lambda = model.exact().lambda().to_f64();
            for run in model.runs() {
                runs += 1;
                failed += usize::from(run.has_failed());
                covered += usize::from(!run.has_failed() && run.covers(lambda));
                if !run.has_failed() {
                    errors.push((run.value() / lambda - 1.0).abs());
                }
            }
        }
        errors.sort_by(f64::total_cmp);
        let is_rejected = self.rejected.iter().any(|family| family == name);
        let error = errors.get(errors.len() / 2);
        let verdict = match is_rejected || failed > 0 {
            true => "FAIL",
            false => "agrees",
        };
        [
            name.to_string(),
            models.len().to_string(),
            failed.to_string(),
            format!("{covered} of {}", runs - failed),
            error.map_or_else(String::new, |error| format!("{:.1} %", 100.0 * error)),
            probability.map_or_else(String::new, |p| format!("{p:.2}")),
            verdict.to_string(),
        ]
    }
}

/// The rows in columns.
#[cfg(feature = "cli")]
fn table(rows: &[[String; 7]]) -> String {
    use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(HEADER);
    for column in 1..6 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.add_rows(rows);
    table.to_string()
}

/// The same without what draws tables.
#[cfg(not(feature = "cli"))]
fn table(rows: &[[String; 7]]) -> String {
    let rows = rows.iter().map(|row| row.join(", "));
    let lines: Vec<String> = std::iter::once(HEADER.join(", ")).chain(rows).collect();
    lines.join("\n")
}

const HEADER: [&str; 7] = ["family", "cases", "failed", "hold λ", "error", "P", ""];

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", table(&self.rows()))?;
        const SHOWN: usize = 10;
        for (id, seed, reason) in self.failures.iter().take(SHOWN) {
            writeln!(f, "failed: {id}, seed {seed}: {reason}")?;
        }
        if self.failures.len() > SHOWN {
            writeln!(f, "and {} more", self.failures.len() - SHOWN)?;
        }
        writeln!(
            f,
            "hold λ: 95 % intervals; error: median of |λ̂/λ − 1|; P: the probability of so few, if \
             90 %\nwere to hold λ (by cases, Holm over families at 1 %)"
        )?;
        let verdict = match (self.passes, self.complete) {
            (true, _) => "PASS",
            (false, true) => "FAIL",
            (false, false) => "stopped before the end",
        };
        f.write_str(verdict)
    }
}
