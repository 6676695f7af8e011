//! Coverage as tables for the terminal.

use super::{CoverageSummary, SuiteModel};
use comfy_table::{CellAlignment, Table, presets};

const COLUMNS: [&str; 11] = [
    "",
    "way",
    "runs",
    "95 % intervals that hold λ",
    "the same, trustworthy runs",
    "median |λ̂−λ|/λ",
    "m̂ = m, d ≤ 4",
    "m̂ = m",
    "λ̂−λ, m ≥ 2 (by m alone)",
    "evaluations",
    "s a run",
];

/// The ways over groups of models as a table: the name of each group, its models.
///
/// A way that gives U(t) at one temperature has a line, too, with U(t) in place of λ̂: how often
/// its interval holds λ though it is not an estimate of λ.
///
/// # Examples
///
/// ```
/// use rlct::{closed_form, report::{SuiteModel, SuiteRun, coverage_table}};
///
/// let exact = closed_form::regular(1)?.coefficient().clone();
/// let square = SuiteModel::new("x²", "regular", 1, exact, "Watanabe 2009")
///     .with_run(SuiteRun::new("MALA", 1, 0.51, 0.01));
/// let table = coverage_table(&[("all", vec![&square])]);
/// assert!(table.contains("100.0 % of 1"), "{table}");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
#[must_use]
pub fn coverage_table(groups: &[(&str, Vec<&SuiteModel>)]) -> String {
    let mut table = empty(&COLUMNS, 2);
    for (name, models) in groups {
        let summaries = CoverageSummary::by_way(models);
        let lines: Vec<[String; 10]> = summaries.iter().map(line).collect();
        if lines.is_empty() {
            continue;
        }
        let column = |i: usize| {
            let cells: Vec<&str> = lines.iter().map(|line| line[i].as_str()).collect();
            cells.join("\n")
        };
        let mut cells = vec![(*name).to_string()];
        cells.extend((0..10).map(column));
        table.add_row(cells);
    }
    table.trim_fmt()
}

/// A line for each model and way: λ, the mean of λ̂, coverage, errors.
///
/// # Examples
///
/// ```
/// use rlct::{closed_form, report::{SuiteModel, SuiteRun, model_table}};
///
/// let exact = closed_form::regular(1)?.coefficient().clone();
/// let square = SuiteModel::new("x²", "regular", 1, exact, "Watanabe 2009")
///     .with_run(SuiteRun::new("MALA", 1, 0.51, 0.01));
/// assert!(model_table(&[square]).contains("1/2"));
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
#[must_use]
pub fn model_table(models: &[SuiteModel]) -> String {
    let columns = [
        "model",
        "d",
        "λ",
        "m",
        "from",
        "way",
        "mean λ̂",
        "mean s.e.",
        "hold λ",
        "trustworthy",
        "median |λ̂−λ|/λ",
        "m̂ = m",
        "evaluations",
        "s a run",
    ];
    let mut table = empty(&columns, 6);
    for model in models {
        for (i, way) in CoverageSummary::by_way(&[model]).into_iter().enumerate() {
            let runs = || {
                model
                    .runs()
                    .iter()
                    .filter(|run| run.way() == way.way && !run.has_failed())
            };
            let count = runs().count() as f64;
            let mean = |total: f64| {
                if count > 0.0 {
                    format!("{:.4}", total / count)
                } else {
                    String::new()
                }
            };
            let mut cells = if i == 0 {
                vec![
                    model.name().to_string(),
                    model.dimension().to_string(),
                    model.exact().lambda().to_string(),
                    model.exact().multiplicity().to_string(),
                    model.origin().to_string(),
                ]
            } else {
                vec![String::new(); 5]
            };
            cells.extend([
                way.way.clone(),
                mean(runs().map(|run| run.value()).sum()),
                mean(runs().map(|run| run.standard_error()).sum()),
                way.covered.to_string(),
                way.trusted.to_string(),
                percent(way.median_relative_error),
                way.multiplicity.to_string(),
                count_of(way.median_evaluations),
                seconds(way.mean_seconds),
            ]);
            table.add_row(cells);
        }
    }
    table.trim_fmt()
}

fn empty(columns: &[&str], first_number: usize) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(columns);
    for i in first_number..columns.len() {
        if let Some(column) = table.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn line(summary: &CoverageSummary) -> [String; 10] {
    let runs = match summary.failed {
        0 => summary.runs.to_string(),
        failed => format!("{} ({failed} failed)", summary.runs),
    };
    let covered = if summary.energies > 0 {
        format!("{} (by chance)", summary.covered)
    } else {
        summary.covered.to_string()
    };
    let bias = match (
        summary.bias_of_multiple_poles,
        summary.expected_bias_of_multiple_poles,
    ) {
        (Some(bias), Some(expected)) => format!("{bias:+.4} ({expected:+.4})"),
        _ => String::new(),
    };
    [
        summary.way.clone(),
        runs,
        covered,
        summary.trusted_covered.to_string(),
        percent(summary.median_relative_error),
        summary.multiplicity_up_to_four.to_string(),
        summary.multiplicity.to_string(),
        bias,
        count_of(summary.median_evaluations),
        seconds(summary.mean_seconds),
    ]
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".into(), |value| format!("{:.2} %", 100.0 * value))
}

/// A number of evaluations, to three digits.
fn count_of(value: Option<f64>) -> String {
    value.map_or_else(|| "–".into(), |value| format!("{value:.2e}"))
}

fn seconds(value: Option<f64>) -> String {
    value.map_or_else(|| "–".into(), |value| format!("{value:.2}"))
}
