//! Comparisons as tables for the terminal.

use super::{Comparison, EstimateReport, Row};
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, presets};

const COLUMNS: [&str; 5] = ["model, way", "λ", "m", "deviation", "seconds"];

/// One line of a model: way, λ, m, deviation, seconds.
type Line = [String; 5];

impl Comparison {
    /// The columns of a terminal of which nothing is known.
    pub const WIDTH: u16 = 80;

    /// The comparison as a table for [`WIDTH`](Self::WIDTH) columns: a block for each model, with
    /// its verdict, in it a line for each value. Doubts are numbered, and told under the table.
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
        self.table_within(Self::WIDTH)
    }

    /// The same for so many columns; below about sixty cells are wrapped.
    #[must_use]
    pub fn table_within(&self, width: u16) -> String {
        let mut table = Table::new();
        let mut style = presets::UTF8_HORIZONTAL_ONLY;
        style = style.row_separator(LineStyle::none());
        table.load_style(style);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width);
        table.set_header(COLUMNS);
        for column in 1..5 {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let mut notes = Vec::new();
        for (i, row) in self.rows().iter().enumerate() {
            if i > 0 {
                table.add_row([""; 5]);
            }
            let verdict = row.agreement(self.threshold());
            table.add_row([format!("{}: {verdict}", row.model())]);
            for line in lines(row, &mut notes) {
                table.add_row(line);
            }
        }
        let table = table.trim_fmt();
        match notes.is_empty() {
            true => table,
            false => format!("{table}\n{}", notes_within(&notes, width)),
        }
    }
}

/// The notes under the table, a number and a text each.
fn notes_within(notes: &[String], width: u16) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width);
    for (i, note) in notes.iter().enumerate() {
        table.add_row([mark(i), note.clone()]);
    }
    table.trim_fmt()
}

/// `[1]` for the first note.
fn mark(note: usize) -> String {
    format!("[{}]", note + 1)
}

fn lines(row: &Row, notes: &mut Vec<String>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for value in row.exact() {
        let outcome = value.outcome();
        let (lambda, m) = match (outcome.coefficient(), outcome.bounds()) {
            (Some(pair), _) => (pair.lambda().to_string(), pair.multiplicity().to_string()),
            (None, Some((lower, upper))) => (format!("{lower} … {upper}"), String::new()),
            (None, None) => {
                notes.push(outcome.to_string());
                (format!("none {}", mark(notes.len() - 1)), String::new())
            }
        };
        let way = format!("  {}", value.origin());
        lines.push([way, lambda, m, String::new(), seconds(value.seconds())]);
    }
    for estimate in row.estimates() {
        let mut line = estimate_line(row, estimate);
        line[0].insert_str(0, "  ");
        for doubt in estimate.doubts() {
            let note = format!("doubtful: {doubt}");
            let known = notes.iter().position(|earlier| *earlier == note);
            let place = known.unwrap_or(notes.len());
            if known.is_none() {
                notes.push(note);
            }
            line[0].push_str(&format!(" {}", mark(place)));
        }
        lines.push(line);
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
