//! `rlct estimate --checkpoints`: U(t) at every point of a file.

mod file;
mod picture;

pub(super) use file::{Checkpoint, read};
pub(super) use picture::check as check_picture;

use super::estimate::for_lambda;
use super::interrupt::Interrupt;
use super::method::{Method, Settings};
use super::output::Output;
use super::progress::Progress;
use super::{CliError, Exit};
use crate::estimate::{Doubt, EstimateError, LlcEstimate};
use crate::problem::LocalLoss;
use crate::sampler::SamplerError;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::Write;
use std::mem::{Discriminant, discriminant};
use std::path::PathBuf;

/// The estimates to make.
pub(super) struct Run {
    pub(super) reading: String,
    pub(super) method: Method,
    pub(super) points: Vec<Checkpoint>,
    /// What else is known of the points, if anything.
    pub(super) seen: Vec<Seen>,
    /// Whether U(t) is what is asked for, and not λ.
    pub(super) energy: bool,
    /// Where a picture goes.
    pub(super) picture: Option<PathBuf>,
}

/// What a network of layers does at a point.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Seen {
    /// The share of the samples that are right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) accuracy: Option<f64>,
    /// L on the test samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) test_loss: Option<f64>,
    /// The share of the test samples that are right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) test_accuracy: Option<f64>,
}

/// A point with all that is known of it.
struct Row<'a> {
    point: &'a Checkpoint,
    seen: Seen,
    estimate: &'a Result<LlcEstimate, EstimateError>,
}

impl Run {
    /// Estimates, and prints a line a point.
    pub(super) fn answer(
        &self,
        settings: &Settings,
        loss: &LocalLoss,
        interrupt: &Interrupt,
        output: &mut Output<'_>,
        stderr: &mut dyn Write,
    ) -> Result<Exit, CliError> {
        let llc = settings
            .llc(self.method, loss)
            .map_err(EstimateError::from)?;
        let all = self.points.len();
        let progress = Progress::bar(0, self.method.label());
        let watch = |seen: crate::sampler::Progress| progress.set(seen.done, seen.total);
        let mut estimates = Vec::new();
        for (i, point) in self.points.iter().enumerate() {
            if interrupt.halted().is_some() {
                break;
            }
            progress.message(format!("checkpoint {} of {all}", i + 1));
            let control = interrupt.share(all - i).with_progress(&watch);
            estimates.extend(llc.along([&point.w], &control));
        }
        drop(progress);
        let refused = |row: &Result<LlcEstimate, _>| row.is_err() && is_finished(row);
        if let Some(Err(error)) = estimates.first()
            && estimates.iter().all(refused)
        {
            // what is wrong at every point is wrong with the question
            return Err(error.clone().into());
        }
        let rows: Vec<Row<'_>> = self
            .points
            .iter()
            .zip(&estimates)
            .enumerate()
            .map(|(i, (point, estimate))| Row {
                point,
                seen: self.seen.get(i).copied().unwrap_or_default(),
                estimate,
            })
            .collect();
        if output.is_json() {
            let values: Vec<Value> = rows.iter().map(value).collect();
            output.lines(&values)?;
        } else {
            output.line(&self.reading)?;
            output.line(table(&rows, output.width()))?;
            for line in doubts(&rows) {
                output.line(line)?;
            }
        }
        if let Some(path) = &self.picture {
            picture::write(path, &self.reading, &rows)?;
        }
        let sure = |row: &Result<LlcEstimate, _>| {
            row.as_ref().is_ok_and(|llc| llc.verdict().is_converged())
        };
        if !self.energy {
            drop(writeln!(stderr, "{}", for_lambda(loss)));
        }
        let done = estimates.iter().filter(|row| is_finished(row)).count();
        if let Some((exit, why)) = interrupt.end().filter(|_| done < all) {
            drop(writeln!(stderr, "{why} after {done} of {all} checkpoints"));
            Ok(exit)
        } else if self.energy && estimates.iter().all(sure) {
            Ok(Exit::Success)
        } else {
            Ok(Exit::Undecided)
        }
    }
}

/// Whether there is an estimate, which Ctrl-C did not end.
fn is_finished(row: &Result<LlcEstimate, EstimateError>) -> bool {
    match row {
        Ok(llc) => !llc.verdict().doubts().contains(&Doubt::Stopped),
        Err(EstimateError::Sampler(error)) => !matches!(
            error,
            SamplerError::StoppedEarly | SamplerError::TimeTooShort { .. }
        ),
        Err(_) => true,
    }
}

fn value(row: &Row<'_>) -> Value {
    let point = row.point;
    match row.estimate {
        Ok(llc) => {
            let doubts = llc.verdict().doubts().iter().map(ToString::to_string);
            let mut value = json!({
                "schema": crate::SCHEMA,
                "step": point.step,
                "loss": llc.baseline(),
                "quantity": "energy",
                "inverse_temperature": llc.nbeta(),
                "energy": llc.energy(),
                // for one release, beside the energy
                "lambda": Value::Null,
                "standard_error": llc.standard_error(),
                "effective_sample_size": llc.effective_sample_size(),
                "rhat": llc.rhat(),
                "converged": llc.verdict().is_converged(),
                "trustworthy": llc.verdict().is_trustworthy(),
                "doubts": doubts.collect::<Vec<_>>(),
            });
            if let (Some(value), Ok(Value::Object(seen))) =
                (value.as_object_mut(), serde_json::to_value(row.seen))
            {
                value.extend(seen);
            }
            value
        }
        Err(error) => json!({
            "schema": crate::SCHEMA, "step": point.step, "error": error.to_string(),
        }),
    }
}

/// Every kind of doubt once, with the points where it is and what it says at the first of them.
fn doubts(rows: &[Row<'_>]) -> Vec<String> {
    let mut kinds: Vec<(Discriminant<Doubt>, &Doubt, Vec<&str>)> = Vec::new();
    for row in rows {
        let verdict = row.estimate.as_ref().ok().map(LlcEstimate::verdict);
        for doubt in verdict.iter().flat_map(|verdict| verdict.doubts()) {
            let kind = discriminant(doubt);
            match kinds.iter_mut().find(|(known, ..)| *known == kind) {
                Some((.., steps)) => steps.push(&row.point.step),
                None => kinds.push((kind, doubt, vec![&row.point.step])),
            }
        }
    }
    let line = |(_, doubt, steps): (_, &Doubt, Vec<&str>)| match steps.len() {
        all if all == rows.len() && all > 1 => format!("doubtful everywhere: {doubt} (the first)"),
        1 => format!("doubtful at {}: {doubt}", steps[0]),
        _ => format!("doubtful at {}: {doubt} (the first)", steps.join(", ")),
    };
    kinds.into_iter().map(line).collect()
}

fn table(rows: &[Row<'_>], width: u16) -> String {
    let with_accuracy = rows.iter().any(|row| row.seen.accuracy.is_some());
    let with_test = rows.iter().any(|row| row.seen.test_accuracy.is_some());
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width);
    let first = rows.iter().find_map(|row| row.estimate.as_ref().ok());
    let energy = first.map_or("U(t)".into(), |llc| llc.quantity().to_string());
    let mut header = vec!["step", "L(w*)"];
    header.extend(with_accuracy.then_some("right"));
    header.extend(with_test.then_some("in test"));
    header.extend([energy.as_str(), "verdict"]);
    table.set_header(&header);
    for column in 0..header.len() - 1 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for row in rows {
        let share = |x: Option<f64>| x.map_or(String::new(), |x| format!("{:.1} %", 100.0 * x));
        let mut cells = vec![row.point.step.clone()];
        let (loss, energy, verdict) = match row.estimate {
            Ok(llc) => {
                let verdict = match llc.verdict().is_converged() {
                    true => llc.verdict().to_string(),
                    false => "doubtful".into(),
                };
                let energy = format!("{:.4} ± {:.4}", llc.energy(), llc.standard_error());
                (format!("{:.3e}", llc.baseline()), energy, verdict)
            }
            Err(error) => (
                String::new(),
                String::new(),
                format!("no estimate: {error}"),
            ),
        };
        cells.push(loss);
        cells.extend(with_accuracy.then(|| share(row.seen.accuracy)));
        cells.extend(with_test.then(|| share(row.seen.test_accuracy)));
        cells.extend([energy, verdict]);
        table.add_row(cells);
    }
    table.trim_fmt()
}
