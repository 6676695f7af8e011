//! `rlct exact`: the pair (λ, m) of a germ, computed from its polynomials.

mod file;
mod picture;
mod region;

pub(super) use file::{place, reason};

use super::germ::germ;
use super::interrupt::{Interrupt, time_limit};
use super::output::Output;
use super::progress::Progress;
use super::question::Understood;
use super::subject::SubjectArgs;
use super::words::{count, trimmed};
use super::{CliError, Exit};
use crate::report::{CaseReport, Outcome, Summary};
use crate::{Answer, Budget};
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
  rlct exact --model tanh --sizes 1,2,1 --truth a1_1=1,b1_1=1/2
                                               a model at a true parameter
  rlct exact --ideal 'y^2-x^2*(x+1)' --on 'x in [-2, 2], y in [-2, 2]'
                                               the worst of all zeros in a box
  rlct exact --model reduced-rank --sizes 2,2,2 --on model
                                               … of a model, on its own domain
  rlct exact --file cases.json --json          many germs at once

A polynomial that starts with a minus sign goes into parentheses: '(-x^2+y^4)^2'.

FILE holds a JSON array of objects with \"id\", \"generators\" (polynomials) and
\"form\" (\"loss\", \"absolute\" or \"ideal\"), and perhaps \"variables\", \"amplitude\", \"nonnegative\",
\"at\" ({\"a\": \"1/2\"}), \"where\" ([\"s^2 = 2, 1 < s < 2\"]), \"lambda\" and
\"multiplicity\" (the published value, which the answer is compared with).";

/// The germ, or a file of germs.
#[derive(Debug, Clone, Args)]
#[command(
    after_long_help = EXAMPLES,
    group = ArgGroup::new("subject").required(true).args(["loss", "ideal", "model", "file"]),
    group = ArgGroup::new("written").multiple(true).args(["certificate", "picture"])
)]
pub(super) struct ExactArgs {
    #[command(flatten)]
    subject: SubjectArgs,
    /// A file of germs, JSON; `-` reads stdin
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = [
            "amplitude", "nonnegative", "at", "numbers", "variables", "certificate", "reading",
        ]
    )]
    file: Option<PathBuf>,
    /// In place of a point all zeros in a region, of which the worst counts: `everywhere`, or
    /// 'x in [-2, 2], y >= 0'; variables without an interval take all values. With --model its
    /// domain, `model`, or a part of it
    #[arg(
        long,
        value_name = "REGION",
        value_parser = trimmed,
        conflicts_with_all = ["amplitude", "nonnegative", "at", "numbers", "file"]
    )]
    on: Option<String>,
    /// With --on: powers of the prior at ends of intervals, as 'x^(-1/2)*(1-x)'
    #[arg(long, value_name = "POWERS", value_parser = trimmed, requires = "on")]
    prior: Option<String>,
    /// Write the proof of the answer to this file, which `rlct check` replays; with `-` the proof
    /// goes to stdout and the answer to stderr
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// A picture of the Newton polygon of a germ in two variables, in a file that ends in .svg
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "on"])]
    picture: Option<PathBuf>,
    /// Let --certificate and --picture replace a file that exists
    #[arg(long, requires = "written")]
    force: bool,
    /// The time for each germ, in seconds; then the bounds proved so far are the answer
    #[arg(long, value_name = "SECONDS", value_parser = time_limit)]
    time: Option<Duration>,
    /// The number of elementary steps for each germ, the same on every machine
    #[arg(long, value_name = "N", value_parser = count::<u64>)]
    steps: Option<u64>,
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
    /// Nothing where the question was not understood.
    #[serde(flatten)]
    understood: Option<&'a Understood>,
}

pub(super) fn run(
    args: &ExactArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let interrupt = Interrupt::install();
    match (&args.file, &args.on) {
        (Some(path), _) => run_file(path, args, &interrupt, output, stderr),
        (None, Some(region)) => region::run(args, region, &interrupt, output, stderr),
        (None, None) => run_one(args, &interrupt, output, stderr),
    }
}

/// That a file for the certificate may be written.
fn check_certificate_file(args: &ExactArgs) -> Result<(), CliError> {
    match &args.certificate {
        Some(path) if path.as_os_str() != "-" && !args.force && path.exists() => {
            Err(CliError::Exists { path: path.clone() })
        }
        _ => Ok(()),
    }
}

/// Writes the certificate to its file, if there is one; whether it has to go to stdout.
fn write_certificate(args: &ExactArgs, certificate: &str) -> Result<bool, CliError> {
    let Some(path) = &args.certificate else {
        return Ok(false);
    };
    if path.as_os_str() == "-" {
        return Ok(true);
    }
    std::fs::write(path, certificate).map_err(|error| CliError::WriteFile {
        path: path.clone(),
        error,
    })?;
    Ok(false)
}

fn run_one(
    args: &ExactArgs,
    interrupt: &Interrupt,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let start = Instant::now();
    check_certificate_file(args)?;
    picture::check(args)?;
    let mut certificate = String::new();
    let mut to_stdout = false;
    let (outcome, understood) = {
        let _progress = Progress::spinner(args.subject.shown());
        let (problem, understood, _) = args.subject.subject()?;
        picture::write(args, &problem)?;
        let resolution = problem.exact(&args.budget(interrupt))?;
        if args.certificate.is_some() {
            certificate = resolution.certificate().to_json();
            to_stdout = write_certificate(args, &certificate)?;
        }
        let understood = understood.resolved(&resolution);
        (Outcome::from(resolution.answer().clone()), understood)
    };
    let exit = exit_of(&outcome);
    let name = match args.subject.family() {
        Some(_) => understood.reading.clone(),
        None => args.subject.germ.text().generators.join(", "),
    };
    let case = CaseReport::new(name, outcome, seconds_since(start));
    if to_stdout {
        output.bytes(certificate.as_bytes())?;
        let json = output.is_json();
        tell_one(&case, &understood, &mut Output::new(stderr, json))?;
    } else {
        tell_one(&case, &understood, output)?;
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
    let budget = args.budget(interrupt);
    let progress = Progress::bar(cases.len() as u64, "");
    let mut reports = Vec::with_capacity(cases.len());
    let mut readings = Vec::with_capacity(cases.len());
    let mut exit = Exit::Success;
    for case in &cases {
        if interrupt.is_set() {
            break;
        }
        progress.message(&case.id);
        let start = Instant::now();
        let (outcome, understood) = answer(case, &budget);
        let mut report = CaseReport::new(&case.id, outcome, seconds_since(start));
        if let Some(published) = case.published() {
            report = report.published(published);
        }
        exit = exit.and(exit_of(report.outcome()));
        if report.agrees() == Some(false) {
            exit = exit.and(Exit::Disagreement);
        }
        if !output.is_json() {
            progress.suspend(|| tell(&report, understood.as_ref(), output))?;
        }
        reports.push(report);
        readings.push(understood);
        progress.advance();
    }
    drop(progress);
    if output.is_json() {
        let views: Vec<View<'_>> = reports
            .iter()
            .zip(&readings)
            .map(|(case, understood)| View {
                case,
                understood: understood.as_ref(),
            })
            .collect();
        output.lines(&views)?;
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

/// The answer to a case, and what was understood of it.
fn answer(case: &file::Case, budget: &Budget) -> (Outcome, Option<Understood>) {
    let error = |error: CliError| Outcome::Error {
        message: error.to_string(),
    };
    if let Err(refused) = case.check() {
        return (error(refused), None);
    }
    match germ(&case.question) {
        Ok(germ) => {
            let understood = Understood::new(&case.question, &germ);
            match germ.resolve(budget) {
                Ok(resolution) => {
                    let understood = understood.resolved(&resolution);
                    (resolution.answer().clone().into(), Some(understood))
                }
                Err(refused) => (error(refused.into()), Some(understood)),
            }
        }
        Err(refused) => (error(refused), None),
    }
}

/// The answer to a single question.
fn tell_one(
    case: &CaseReport,
    understood: &Understood,
    output: &mut Output<'_>,
) -> Result<(), CliError> {
    if output.is_json() {
        let understood = Some(understood);
        return output.value(&View { case, understood });
    }
    output.line(&understood.reading)?;
    output.line(case.outcome())?;
    understood
        .remarks()
        .try_for_each(|remark| output.line(remark))
}

/// A case in a line, then what was understood of it.
fn tell(
    report: &CaseReport,
    understood: Option<&Understood>,
    output: &mut Output<'_>,
) -> Result<(), CliError> {
    output.line(report)?;
    if let Some(understood) = understood {
        output.line(format_args!("  {}", understood.reading))?;
        for remark in understood.remarks() {
            output.line(format_args!("  {remark}"))?;
        }
    }
    Ok(())
}

/// The time since, to the microsecond.
fn seconds_since(start: Instant) -> f64 {
    start.elapsed().as_micros() as f64 / 1e6
}

fn exit_of(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Answer(Answer::Exact(_)) => Exit::Success,
        Outcome::Answer(Answer::Bounds { .. }) => Exit::Undecided,
        Outcome::Error { .. } => Exit::BadInput,
    }
}
