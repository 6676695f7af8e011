//! Comparisons as tables for the terminal.

use super::{Comparison, EstimateReport, Row};
use comfy_table::{CellAlignment, Table, presets};

const COLUMNS: [&str; 7] = ["model", "way", "λ", "m", "deviation", "seconds", "verdict"];

/// One line of a model: way, λ, m, deviation, seconds.
type Line = [String; 5];

impl Comparison {
    /// The comparison as a table: a block for each model, in it a line for each value.
    ///
    /// ```
    /// # use rlct::{closed_form, report::{Comparison, EstimateReport, Row}};
    /// let square = Row::new("square")
    ///     .with_exact((&closed_form::regular(1)?).into())
    ///     .with_estimate(EstimateReport::new("ladder", 0.51, 0.01, 1.0));
    /// let table = Comparison::new().with_row(square).table();
    /// assert!(table.contains("1/2"));
    /// assert!(table.contains("0.5100 ± 0.0100"));
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::UTF8_HORIZONTAL_ONLY);
        table.set_header(COLUMNS);
        for column in 2..6 {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for row in self.rows() {
            let lines = lines(row);
            let column = |i: usize| {
                let cells: Vec<&str> = lines.iter().map(|line| line[i].as_str()).collect();
                cells.join("\n")
            };
            let mut cells = vec![row.model().to_string()];
            cells.extend((0..5).map(column));
            cells.push(row.agreement(self.threshold()).to_string());
            table.add_row(cells);
        }
        table.trim_fmt()
    }
}

fn lines(row: &Row) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for value in row.exact() {
        let (lambda, m) = match (value.outcome().coefficient(), value.outcome().bounds()) {
            (Some(pair), _) => (pair.lambda().to_string(), pair.multiplicity().to_string()),
            (None, Some((lower, upper))) => (format!("{lower} … {upper}"), String::new()),
            (None, None) => (value.outcome().to_string(), String::new()),
        };
        let way = value.origin().to_string();
        lines.push([way, lambda, m, String::new(), seconds(value.seconds())]);
    }
    for estimate in row.estimates() {
        lines.push(estimate_line(row, estimate));
        for doubt in estimate.doubts() {
            let mut line = Line::default();
            line[0] = format!("  doubtful: {doubt}");
            lines.push(line);
        }
    }
    lines
}

fn estimate_line(row: &Row, estimate: &EstimateReport) -> Line {
    let mut lambda = format!("{:.4} ± {:.4}", estimate.value(), estimate.standard_error());
    // in the column of λ, and not λ
    if estimate.quantity().is_energy() {
        lambda = format!("U(t) = {lambda}");
    }
    let m = estimate
        .multiplicity()
        .map(|m| m.to_string())
        .unwrap_or_default();
    let deviation = match row.deviation(estimate) {
        Some(deviation) if deviation.is_finite() => format!("{deviation:+.1} s.e."),
        _ => String::new(),
    };
    [
        estimate.way().to_string(),
        lambda,
        m,
        deviation,
        seconds(estimate.seconds()),
    ]
}

/// A time; a formula takes none.
fn seconds(seconds: f64) -> String {
    if seconds > 0.0 {
        format!("{seconds:.2}")
    } else {
        String::new()
    }
}
