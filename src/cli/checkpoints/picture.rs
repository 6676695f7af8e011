//! The picture of estimates along points: loss, share that is right, U(t).

use super::Row;
use crate::cli::CliError;
use crate::estimate::LlcEstimate;
use crate::plot::{Axis, Chart, Curve};
use std::path::Path;

fn estimate<'a>(row: &Row<'a>) -> Option<&'a LlcEstimate> {
    row.estimate.as_ref().ok()
}

/// The charts, from the top.
#[cfg_attr(not(feature = "plot"), allow(dead_code))]
fn charts(rows: &[Row<'_>]) -> Vec<Chart> {
    // a step that has no number is its place
    let step = |place: usize| {
        let number = rows[place].point.step.parse::<f64>();
        number.unwrap_or(place as f64 + 1.0)
    };
    // steps double as a rule; the start has its place on the axis too
    let along = |value: &dyn Fn(&Row<'_>) -> Option<f64>| -> Vec<(f64, f64)> {
        let known = rows.iter().enumerate();
        known
            .filter_map(|(i, row)| Some((step(i) + 1.0, value(row)?)))
            .collect()
    };
    let x = || Axis::logarithmic("step + 1");
    let both = |chart: Chart, name: &str, place: usize, points: Vec<(f64, f64)>| {
        if points.is_empty() {
            return chart;
        }
        let line = Curve::line(name, points.clone()).with_colour(place);
        let marks = Curve::points("", points).with_colour(place);
        chart.with(line).with(marks)
    };
    let loss = Chart::new("loss", "", x(), Axis::logarithmic("L, nats per sample"));
    let train = along(&|row| Some(estimate(row)?.baseline()));
    let loss = both(loss, "training", 0, train);
    let loss = both(loss, "test", 1, along(&|row| row.seen.test_loss));
    let mut charts = vec![loss];
    let right = along(&|row| row.seen.accuracy);
    if !right.is_empty() {
        let chart = Chart::new("right", "", x(), Axis::linear("share that is right"));
        let chart = both(chart, "training", 0, right);
        charts.push(both(chart, "test", 1, along(&|row| row.seen.test_accuracy)));
    }
    let energy = |sure: bool| {
        fn of<'a>(row: &Row<'a>, sure: bool) -> Option<&'a LlcEstimate> {
            estimate(row).filter(|llc| llc.verdict().is_converged() == sure)
        }
        let points = along(&|row| Some(of(row, sure)?.energy()));
        let errors: Vec<f64> = rows
            .iter()
            .filter_map(|row| Some(of(row, sure)?.standard_error()))
            .collect();
        (points, errors)
    };
    let first = rows.iter().find_map(estimate);
    let name = first.map_or("U(t)".into(), |llc| llc.quantity().to_string());
    let mut chart = Chart::new("energy", "", x(), Axis::linear(name));
    for (place, sure, label) in [(0, true, "converged"), (1, false, "doubtful")] {
        let (points, errors) = energy(sure);
        if !points.is_empty() {
            chart = chart.with(
                Curve::points(label, points)
                    .with_errors(errors)
                    .with_colour(place),
            );
        }
    }
    charts.push(chart);
    charts
}

/// Writes the picture, which must end in `.svg`.
#[cfg(feature = "plot")]
pub(super) fn write(path: &Path, reading: &str, rows: &[Row<'_>]) -> Result<(), CliError> {
    let svg = Chart::stacked(reading, &charts(rows));
    std::fs::write(path, svg).map_err(|error| CliError::WriteFile {
        path: path.into(),
        error,
    })
}

/// Without the feature there are none.
#[cfg(not(feature = "plot"))]
pub(super) fn write(_: &Path, _: &str, _: &[Row<'_>]) -> Result<(), CliError> {
    Ok(())
}

/// Whether a picture can be written there: refused before the work, not after it.
pub(in crate::cli) fn check(path: &Path) -> Result<(), CliError> {
    if !cfg!(feature = "plot") {
        return Err(CliError::Setting(
            "this rlct was built without pictures; build it with --features plot".into(),
        ));
    }
    match path.extension() {
        Some(ending) if ending == "svg" => Ok(()),
        _ => Err(CliError::Setting(format!(
            "{} does not end in .svg",
            path.display()
        ))),
    }
}
