//! Comparisons as tables for the terminal.

use super::{Comparison, EstimateReport, Row};
use comfy_table::{CellAlignment, Table, presets};

impl Comparison {
    /// The comparison as a table: a line for each value, grouped by model.
    ///
    /// ```
    /// # use rlct::{closed_form, report::{Comparison, EstimateReport, Row}};
    /// let square = Row::new("square")
    ///     .with_exact((&closed_form::regular(1)?).into())
    ///     .with_estimate(EstimateReport::new("MALA", 0.51, 0.01, 1.0));
    /// let table = Comparison::new().with_row(square).table();
    /// assert!(table.contains("1/2"));
    /// assert!(table.contains("0.5100 ± 0.0100"));
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::UTF8_HORIZONTAL_ONLY);
        table.set_header(["model", "way", "λ", "m", "deviation", "seconds", "verdict"]);
        for column in 2..6 {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for row in self.rows() {
            for line in lines(row, self.threshold()) {
                table.add_row(line);
            }
        }
        table.to_string()
    }
}

/// The cells of a model: its name and verdict stand on its first line.
fn lines(row: &Row, threshold: f64) -> Vec<[String; 7]> {
    let mut lines = Vec::new();
    for value in row.exact() {
        let (lambda, m) = match (value.outcome().coefficient(), value.outcome().bounds()) {
            (Some(pair), _) => (pair.lambda().to_string(), pair.multiplicity().to_string()),
            (None, Some((lower, upper))) => (format!("{lower} … {upper}"), String::new()),
            (None, None) => (value.outcome().to_string(), String::new()),
        };
        lines.push(cells(
            value.origin().to_string(),
            lambda,
            m,
            String::new(),
            value.seconds(),
        ));
    }
    for estimate in row.estimates() {
        lines.push(estimate_cells(row, estimate));
        for doubt in estimate.doubts() {
            let mut cells = [const { String::new() }; 7];
            cells[1] = format!("  doubtful: {doubt}");
            lines.push(cells);
        }
    }
    if lines.is_empty() {
        lines.push([const { String::new() }; 7]);
    }
    lines[0][0] = row.model().to_string();
    lines[0][6] = row.verdict(threshold).to_string();
    lines
}

fn estimate_cells(row: &Row, estimate: &EstimateReport) -> [String; 7] {
    let lambda = format!(
        "{:.4} ± {:.4}",
        estimate.lambda(),
        estimate.standard_error()
    );
    let m = estimate
        .multiplicity()
        .map(|m| m.to_string())
        .unwrap_or_default();
    let deviation = match row.deviation(estimate) {
        Some(deviation) if deviation.is_finite() => format!("{deviation:+.1} s.e."),
        _ => String::new(),
    };
    cells(
        estimate.way().to_string(),
        lambda,
        m,
        deviation,
        estimate.seconds(),
    )
}

fn cells(way: String, lambda: String, m: String, deviation: String, seconds: f64) -> [String; 7] {
    let seconds = format!("{seconds:.2}");
    [
        String::new(),
        way,
        lambda,
        m,
        deviation,
        seconds,
        String::new(),
    ]
}
