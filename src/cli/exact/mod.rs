//! `rlct exact`: the pair (λ, m) of a germ, computed from its polynomials.

mod file;

pub(super) use file::{place, reason};

use super::germ::{GermArgs, germ, remark, solve};
use super::interrupt::Interrupt;
use super::output::Output;
use super::progress::Progress;
use super::question::{Form, Question};
use super::{CliError, Exit};
use crate::Budget;
use crate::report::{CaseReport, Outcome, Summary};
use clap::{ArgGroup, Args};
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const EXAMPLES: &str = "\
Examples:
  rlct exact 'x^2*y^4'                         the loss K = x^2*y^4 itself
  rlct exact --ideal 'a*c' 'a*d' 'b*c' 'b*d'   K = (a*c)^2 + (a*d)^2 + …
  rlct exact --ideal 'x+y' --nonnegative x,y   on the quadrant x, y ≥ 0
  rlct exact '(y-x^2)^2' --at x=1,y=1          near another point
  rlct exact --ideal 'x^2-2*y^2' --at x=s,y=1 --where 's^2 = 2, 1 < s < 2'
                                               near an irrational one
  rlct exact --file cases.json --json          many germs at once

A polynomial that starts with a minus sign goes into parentheses: '(-x^2+y^4)^2'.

FILE holds a JSON array of objects with \"id\", \"generators\" (polynomials) and
\"form\" (\"loss\" or \"ideal\"), and perhaps \"variables\", \"amplitude\", \"nonnegative\",
\"at\" ({\"a\": \"1/2\"}), \"where\" ([\"s^2 = 2, 1 < s < 2\"]), \"lambda\" and \"multiplicity\" (the published value, which
the answer is compared with).";

/// The germ, or a file of germs.
#[derive(Debug, Clone, Args)]
#[command(
    after_long_help = EXAMPLES,
    group = ArgGroup::new("germ").required(true).args(["loss", "ideal", "file"])
)]
pub(super) struct ExactArgs {
    #[command(flatten)]
    germ: GermArgs,
    /// A file of germs, JSON; `-` reads stdin
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["amplitude", "nonnegative", "at", "numbers", "variables", "certificate"]
    )]
    file: Option<PathBuf>,
    /// Write the proof of the answer to this file; `rlct check` replays it
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// The time for each germ, in seconds; then the bounds proved so far are the answer
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    time: Option<Duration>,
    /// The number of elementary steps for each germ, the same on every machine
    #[arg(long, value_name = "N")]
    steps: Option<u64>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| format!("`{text}` is not a number of seconds"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

impl ExactArgs {
    fn budget(&self, interrupt: &Interrupt) -> Budget {
        let mut budget = Budget::default().with_stop(interrupt.flag());
        if let Some(time) = self.time {
            budget = budget.with_time(time);
        }
        if let Some(steps) = self.steps {
            budget = budget.with_steps(steps);
        }
        budget
    }
}

/// The answer to a single question, with the reading it belongs to.
#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    case: &'a CaseReport,
    form: Form,
    reading: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<&'static str>,
}

pub(super) fn run(
    args: &ExactArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let interrupt = Interrupt::install();
    match &args.file {
        Some(path) => run_file(path, args, &interrupt, output, stderr),
        None => run_one(&args.germ.question(), args, &interrupt, output, stderr),
    }
}

fn run_one(
    question: &Question,
    args: &ExactArgs,
    interrupt: &Interrupt,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let start = Instant::now();
    let (outcome, remark) = {
        let _progress = Progress::spinner(question.to_string());
        let warn = |warning| drop(writeln!(stderr, "warning: {warning}"));
        let resolution = germ(question, warn)?.resolve(&args.budget(interrupt))?;
        if let Some(path) = &args.certificate {
            let text = resolution.certificate().to_json();
            std::fs::write(path, text).map_err(|error| CliError::WriteFile {
                path: path.clone(),
                error,
            })?;
        }
        let outcome = Outcome::from(resolution.answer().clone());
        (outcome, remark(&resolution))
    };
    let exit = exit_of(&outcome);
    let case = CaseReport::new(
        question.generators.join(", "),
        outcome,
        seconds_since(start),
    );
    if output.is_json() {
        let reading = question.to_string();
        output.value(&View {
            case: &case,
            form: question.form,
            reading,
            remark,
        })?;
    } else {
        output.line(question)?;
        output.line(case.outcome())?;
        if let Some(remark) = remark {
            output.line(remark)?;
        }
    }
    Ok(if interrupt.is_set() {
        Exit::Interrupted
    } else {
        exit
    })
}

fn run_file(
    path: &Path,
    args: &ExactArgs,
    interrupt: &Interrupt,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let cases = file::read(path)?;
    for case in &cases {
        for field in case.unknown_fields() {
            let id = &case.id;
            drop(writeln!(
                stderr,
                "warning: {id}: the field `{field}` is unknown and ignored"
            ));
        }
    }
    let budget = args.budget(interrupt);
    let progress = Progress::bar(cases.len() as u64, "");
    let mut reports = Vec::with_capacity(cases.len());
    let mut exit = Exit::Success;
    for case in &cases {
        if interrupt.is_set() {
            break;
        }
        progress.message(&case.id);
        let warn = |warning| {
            progress.suspend(|| drop(writeln!(stderr, "warning: {}: {warning}", case.id)));
        };
        let start = Instant::now();
        let outcome = solve(&case.question, &budget, warn).unwrap_or_else(|error| Outcome::Error {
            message: error.to_string(),
        });
        let mut report = CaseReport::new(&case.id, outcome, seconds_since(start));
        if let Some(published) = case.published() {
            report = report.published(published);
        }
        exit = exit.and(exit_of(report.outcome()));
        if report.agrees() == Some(false) {
            exit = exit.and(Exit::Disagreement);
        }
        if !output.is_json() {
            progress.suspend(|| output.line(&report))?;
        }
        reports.push(report);
        progress.advance();
    }
    drop(progress);
    if output.is_json() {
        output.lines(&reports)?;
    } else {
        output.line(reports.iter().collect::<Summary>())?;
    }
    if interrupt.is_set() {
        let (done, all) = (reports.len(), cases.len());
        drop(writeln!(stderr, "interrupted after {done} of {all} cases"));
        exit = Exit::Interrupted;
    }
    Ok(exit)
}

/// The time since, to the microsecond.
fn seconds_since(start: Instant) -> f64 {
    start.elapsed().as_micros() as f64 / 1e6
}

fn exit_of(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Exact(_) => Exit::Success,
        Outcome::Bounds { .. } => Exit::Undecided,
        Outcome::Error { .. } => Exit::BadInput,
    }
}
