//! `rlct compare`: every way to know a learning coefficient, side by side.

mod models;

use super::germ::solve;
use super::interrupt::Interrupt;
use super::output::Output;
use super::progress::Progress;
use super::{CliError, Exit};
use crate::Budget;
use crate::report::{Comparison, ExactReport, Origin, Outcome, Row, Verdict};
use clap::Args;
use models::Model;
use std::io::Write;
use std::time::Instant;

/// What to compare, and how strictly.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct CompareArgs {
    /// Only the models whose name contains this text
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// How many standard errors a trustworthy estimate may deviate from the exact value
    /// [default: 3]
    #[arg(long, value_name = "T", value_parser = threshold)]
    threshold: Option<f64>,
}

fn threshold(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(threshold) if threshold > 0.0 => Ok(threshold),
        _ => Err(format!("`{text}` is not a positive number")),
    }
}

pub(super) fn run(
    args: &CompareArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let mut models = models::models()?;
    if let Some(name) = &args.model {
        models.retain(|model| model.name.contains(name.as_str()));
        if models.is_empty() {
            return Err(CliError::NoSuchModel { name: name.clone() });
        }
    }
    let interrupt = Interrupt::install();
    let progress = Progress::bar(models.len() as u64, "");
    let threshold = args.threshold.unwrap_or(Comparison::THRESHOLD);
    let mut comparison = Comparison::new().with_threshold(threshold);
    for model in &models {
        if interrupt.is_set() {
            break;
        }
        progress.message(model.name);
        comparison = comparison.with_row(row(model, &interrupt));
        progress.advance();
    }
    drop(progress);
    if output.is_json() {
        output.value(&comparison)?;
    } else {
        output.line(comparison.table())?;
        output.line(&comparison)?;
    }
    if interrupt.is_set() {
        let (done, all) = (comparison.rows().len(), models.len());
        drop(writeln!(stderr, "interrupted after {done} of {all} models"));
        return Ok(Exit::Interrupted);
    }
    Ok(match comparison.verdict() {
        Verdict::Agree => Exit::Success,
        Verdict::Disagree => Exit::Disagreement,
        Verdict::Undecided => Exit::Undecided,
    })
}

/// Everything that is known of a model.
fn row(model: &Model, interrupt: &Interrupt) -> Row {
    let mut row = Row::new(model.name);
    if let Some(germ) = &model.germ {
        let start = Instant::now();
        let budget = Budget::default().with_stop(interrupt.flag());
        let outcome = solve(germ, &budget, |_| ()).unwrap_or_else(|error| Outcome::Error {
            message: error.to_string(),
        });
        let seconds = start.elapsed().as_secs_f64();
        row = row.with_exact(ExactReport::new(Origin::Engine, outcome, seconds));
    }
    model
        .closed_forms
        .iter()
        .fold(row, |row, value| row.with_exact(value.into()))
}
