//! The temperatures as a table.

use crate::estimate::{TraceJudgement, WithError};
use comfy_table::{CellAlignment, Table, presets};

/// An inverse temperature with one decimal, small ones with four digits.
pub(super) fn rounded(t: f64) -> String {
    if t >= 10.0 {
        format!("{t:.1}")
    } else {
        format!("{t:.4}")
    }
}

/// A line a temperature; columns of what is not known for any are left out.
pub(super) fn table(judgement: &TraceJudgement) -> String {
    let has_energy = judgement.baseline.is_some();
    let has_variance = judgement
        .temperatures
        .iter()
        .any(|at| at.variance.is_some());
    let mut names = vec!["t = nβ", "chains", "burn-in", "draws", "mean loss"];
    names.extend(has_energy.then_some("U(t)"));
    names.extend(has_variance.then_some("V(t)"));
    names.extend(["R̂", "ESS", "drift"]);
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(names.iter().copied().chain(["verdict"]));
    for column in 0..names.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let number = |number: WithError, digits: usize| {
        format!(
            "{:.digits$} ± {:.digits$}",
            number.value, number.standard_error
        )
    };
    for at in &judgement.temperatures {
        let mut line = vec![
            rounded(at.nbeta),
            at.chains.to_string(),
            at.burn_in.to_string(),
            at.draws.to_string(),
            number(at.mean_loss, digits(at.mean_loss.standard_error)),
        ];
        line.extend(at.energy.map(|energy| number(energy, 4)));
        line.extend(at.variance.map(|variance| number(variance, 4)));
        line.push(format!("{:.3}", at.rhat));
        line.push(format!("{:.0}", at.effective_sample_size));
        line.push(
            at.drift
                .map_or_else(String::new, |drift| format!("{drift:+.1}")),
        );
        line.push(match at.doubts.len() {
            0 => "converged".into(),
            1 => "1 doubt".into(),
            more => format!("{more} doubts"),
        });
        table.add_row(line);
    }
    table.trim_fmt()
}

/// As many decimals as show two digits of an error.
fn digits(error: f64) -> usize {
    if error > 0.0 && error.is_finite() {
        (1.0 - error.log10().floor()).clamp(0.0, 12.0) as usize
    } else {
        6
    }
}
