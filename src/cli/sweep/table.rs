//! A sweep as a table and as a picture.

use super::{Cell, End, Plateau};
use comfy_table::{CellAlignment, Table, presets};

const COLUMNS: [&str; 9] = [
    "",
    "ε",
    "γ",
    "t = nβ",
    "U(t)",
    "step bias",
    "acceptance",
    "R̂",
    "ESS",
];

/// A line a cell; those of the plateau are marked.
pub(super) fn table(cells: &[Cell]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY);
    table.set_header(COLUMNS.iter().copied().chain(["verdict"]));
    for column in 1..COLUMNS.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for cell in cells {
        let mut line = vec![
            if cell.plateau { "*" } else { "" }.to_string(),
            format!("{:.2e}", cell.step_size),
            format!("{}", cell.localization),
            format!("{:.1}", cell.nbeta),
        ];
        match &cell.end {
            End::Estimate(numbers) => {
                line.push(format!(
                    "{:.4} ± {:.4}",
                    numbers.energy, numbers.standard_error
                ));
                let percent = |bias: f64| format!("{:+.1} %", 100.0 * bias);
                line.push(numbers.virial_bias.map_or_else(String::new, percent));
                let acceptance = |a: f64| format!("{a:.2}");
                line.push(numbers.acceptance.map_or_else(String::new, acceptance));
                line.push(format!("{:.3}", numbers.rhat));
                line.push(format!("{:.0}", numbers.effective_sample_size));
                line.push(match numbers.doubts.as_slice() {
                    [] => "converged".into(),
                    [doubt] => short(doubt),
                    [doubt, rest @ ..] => format!("{} (+{})", short(doubt), rest.len()),
                });
            }
            End::Diverged {
                failed,
                chains,
                step,
                ..
            } => {
                line.extend(vec![String::new(); 5]);
                line.push(format!(
                    "diverged: {failed} of {chains} chains, step {step}"
                ));
            }
        }
        table.add_row(line);
    }
    table.trim_fmt()
}

/// A doubt up to its explanation.
fn short(doubt: &str) -> String {
    if doubt.starts_with("the budget") {
        return "budget spent".into();
    }
    doubt.split(':').next().unwrap_or(doubt).to_string()
}

/// What the table shows.
pub(super) fn summary(plateau: Option<Plateau>) -> String {
    match plateau {
        Some(Plateau {
            inverse_temperature,
            cells,
            least,
            most,
        }) => format!(
            "* plateau of {cells} cells: U(t) from {least:.4} to {most:.4} at t = \
             {inverse_temperature:.1}; U(t) is not λ"
        ),
        None => {
            "no plateau: no two neighbouring cells of the same t have converged and agree".into()
        }
    }
}

/// U(t) over ε and nβ, or γ where there is one nβ alone; of several γ with several nβ the first.
#[cfg(feature = "plot")]
pub(super) fn picture(reading: &str, cells: &[Cell], plateau: Option<Plateau>) -> String {
    use crate::plot::HeatMap;
    let places = |axis: usize| cells.iter().map(|c| c.place[axis]).max().unwrap_or(0) + 1;
    let axis = if places(2) > 1 { 2 } else { 1 };
    let mut values = vec![vec![f64::NAN; places(0)]; places(axis)];
    let (mut x, mut y) = (
        vec![String::new(); places(0)],
        vec![String::new(); places(axis)],
    );
    for cell in cells.iter().filter(|cell| cell.place[3 - axis] == 0) {
        let (column, row) = (cell.place[0], cell.place[axis]);
        values[row][column] = cell.numbers().map_or(f64::NAN, |numbers| numbers.energy);
        x[column] = format!("{:.1e}", cell.step_size);
        y[row] = if axis == 2 {
            format!("{:.1}", cell.nbeta)
        } else {
            format!("{}", cell.localization)
        };
    }
    let name = if axis == 2 { "nβ" } else { "γ" };
    let title = match plateau {
        Some(Plateau { least, most, .. }) => {
            format!("U(t) of {reading}; plateau {least:.3} to {most:.3}")
        }
        None => format!("U(t) of {reading}; no plateau"),
    };
    HeatMap {
        title,
        x: ("step size ε".into(), x),
        y: (name.into(), y),
        values,
        ceiling: plateau.map(|plateau| 2.0 * plateau.most),
    }
    .svg()
}
