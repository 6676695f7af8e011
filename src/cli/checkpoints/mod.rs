//! `rlct estimate --checkpoints`: U(t) at every point of a file.

mod file;

pub(super) use file::{Checkpoint, read};

use super::estimate::FOR_LAMBDA;
use super::interrupt::Interrupt;
use super::method::{Method, Settings};
use super::output::Output;
use super::progress::Progress;
use super::{CliError, Exit};
use crate::estimate::{Doubt, EstimateError, LlcEstimate};
use crate::problem::LocalLoss;
use crate::sampler::SamplerError;
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};
use std::io::Write;

/// The estimates to make.
pub(super) struct Run {
    pub(super) reading: String,
    pub(super) method: Method,
    pub(super) points: Vec<Checkpoint>,
    /// Whether U(t) is what is asked for, and not λ.
    pub(super) energy: bool,
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
        let control = interrupt.control().with_progress(&watch);
        let points = self.points.iter().enumerate().map(|(i, point)| {
            progress.message(format!("checkpoint {} of {all}", i + 1));
            &point.w
        });
        let estimates: Vec<_> = llc.along(points, &control).collect();
        drop(progress);
        let rows: Vec<(&Checkpoint, &Result<LlcEstimate, EstimateError>)> =
            self.points.iter().zip(&estimates).collect();
        if output.is_json() {
            let values: Vec<Value> = rows.iter().map(|(point, row)| value(point, row)).collect();
            output.lines(&values)?;
        } else {
            output.line(&self.reading)?;
            output.line(table(&rows))?;
        }
        let sure = |row: &Result<LlcEstimate, _>| {
            row.as_ref().is_ok_and(|llc| llc.verdict().is_converged())
        };
        if !self.energy {
            drop(writeln!(stderr, "{FOR_LAMBDA}"));
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

/// Whether the estimate was not ended by Ctrl-C or the time.
fn is_finished(row: &Result<LlcEstimate, EstimateError>) -> bool {
    match row {
        Ok(llc) => {
            let ended = |doubt: &Doubt| matches!(doubt, Doubt::Stopped | Doubt::Time { .. });
            !llc.verdict().doubts().iter().any(ended)
        }
        Err(EstimateError::Sampler(error)) => !matches!(
            error,
            SamplerError::StoppedEarly | SamplerError::TimeTooShort { .. }
        ),
        Err(_) => true,
    }
}

fn value(point: &Checkpoint, row: &Result<LlcEstimate, EstimateError>) -> Value {
    match row {
        Ok(llc) => {
            let doubts = llc.verdict().doubts().iter().map(ToString::to_string);
            json!({
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
            })
        }
        Err(error) => json!({
            "schema": crate::SCHEMA, "step": point.step, "error": error.to_string(),
        }),
    }
}

fn table(rows: &[(&Checkpoint, &Result<LlcEstimate, EstimateError>)]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    let first = rows.iter().find_map(|(_, row)| row.as_ref().ok());
    let energy = first.map_or("U(t)".into(), |llc| llc.quantity().to_string());
    table.set_header(["step", "L(w*)", energy.as_str(), "verdict"]);
    for column in 0..3 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for (point, row) in rows {
        let cells = match row {
            Ok(llc) => {
                let doubts = llc.verdict().doubts().iter();
                let doubts: Vec<String> =
                    doubts.map(|doubt| format!("doubtful: {doubt}")).collect();
                let verdict = if doubts.is_empty() {
                    llc.verdict().to_string()
                } else {
                    doubts.join("\n")
                };
                let energy = format!("{:.4} ± {:.4}", llc.energy(), llc.standard_error());
                [format!("{:.3e}", llc.baseline()), energy, verdict]
            }
            Err(error) => [
                String::new(),
                String::new(),
                format!("no estimate: {error}"),
            ],
        };
        table.add_row([point.step.clone()].into_iter().chain(cells));
    }
    table.trim_fmt()
}
