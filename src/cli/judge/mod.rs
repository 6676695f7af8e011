//! `rlct judge`: losses of chains that another program ran.

mod table;

use super::output::Output;
use super::words::{count, trimmed};
use super::{CliError, Exit};
use crate::draws::LossTrace;
use crate::estimate::{TraceJudge, TraceJudgement, Verdict};
use clap::Args;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  rlct judge losses.csv --nbeta 144.8 --baseline 1.9433
  rlct judge cold.csv warm.csv --nbeta 144.8,72.4      the difference quotient: no baseline needed
  rlct judge samples.zarr                              nβ as the store tells it
  some-sampler | rlct judge - --nbeta 1000

A table has a column a chain, or a line a draw with columns chain, draw (or step) and loss, and
perhaps nbeta; a Zarr store an array of losses over chain and draw. A loss is the mean over
samples: the posterior is ∝ exp(−nβ L). The exit code is 3 where the means are doubted, or where
neither U(t) nor a difference quotient can be told.";

/// Files of losses, and at which inverse temperatures.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct JudgeArgs {
    /// Losses of chains: CSV or a Zarr store, several for several temperatures; `-` reads stdin
    #[arg(value_name = "TRACE", required = true)]
    files: Vec<PathBuf>,
    /// The inverse temperatures t = nβ at which the chains were run, one for each file
    #[arg(
        long,
        value_name = "T,…",
        value_delimiter = ',',
        allow_negative_numbers = true
    )]
    nbeta: Vec<f64>,
    /// L(w*), the loss at the point, on all the data: then U(t) is told
    #[arg(long, value_name = "L0", allow_negative_numbers = true)]
    baseline: Option<f64>,
    /// Draws to leave out at the beginning of each chain, or `auto`: as many as MSER-5 finds
    #[arg(long, value_name = "N|auto", default_value = "auto", value_parser = burn_in)]
    burn_in: BurnIn,
    /// The columns of losses, or the array, by name, where they are not found by themselves
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', value_parser = trimmed)]
    column: Vec<String>,
    /// The losses are on all the data, not on mini-batches: the variance V(t) = t² Var L is told
    #[arg(long)]
    all_data: bool,
}

/// How many draws are left out.
#[derive(Debug, Clone, Copy, PartialEq)]
enum BurnIn {
    Automatic,
    Draws(usize),
}

fn burn_in(text: &str) -> Result<BurnIn, String> {
    match text.trim() {
        "auto" => Ok(BurnIn::Automatic),
        number => count(number).map(BurnIn::Draws),
    }
}

/// What was understood of a file.
#[derive(Debug, Clone, Serialize)]
struct Understood {
    file: PathBuf,
    nbeta: f64,
    chains: usize,
    draws: usize,
    names: Vec<String>,
    layout: String,
}

#[derive(Serialize)]
struct View<'a> {
    schema: u32,
    files: &'a [Understood],
    burn_in_rule: &'static str,
    #[serde(flatten)]
    judgement: &'a TraceJudgement,
    converged: bool,
    answered: bool,
    /// What is missing for a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'static str>,
}

const MSER: &str = "MSER-5";
const MISSING: &str = "no U(t): it needs L(w*), the loss at the point on all the data, by --baseline \
                       L0; or chains at a second temperature, for the difference quotient";

pub(super) fn run(
    args: &JudgeArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let mut read: Vec<(&Path, LossTrace)> = Vec::new();
    for path in &args.files {
        let traces = LossTrace::read(path, &args.column)?;
        read.extend(traces.into_iter().map(|trace| (path.as_path(), trace)));
    }
    let temperatures = temperatures(args, &read, stderr)?;
    let mut judge = TraceJudge::new().on_all_data(args.all_data);
    for ((_, trace), nbeta) in read.iter().zip(&temperatures) {
        judge = judge.at(*nbeta, &trace.losses);
    }
    if let Some(baseline) = args.baseline.or_else(|| told_baseline(&read)) {
        judge = judge.baseline(baseline);
    }
    if let BurnIn::Draws(draws) = args.burn_in {
        judge = judge.burn_in(draws);
    }
    let judgement = judge.judge()?;
    let files: Vec<Understood> = read
        .into_iter()
        .zip(&temperatures)
        .map(|((file, trace), &nbeta)| Understood {
            file: file.into(),
            nbeta,
            chains: trace.losses.len(),
            draws: trace.num_draws(),
            names: trace.names,
            layout: trace.layout,
        })
        .collect();
    let verdict = judgement.verdict();
    let answered = judgement.has_number();
    let burn_in_rule = match args.burn_in {
        BurnIn::Automatic => MSER,
        BurnIn::Draws(_) => "given",
    };
    if output.is_json() {
        output.value(&View {
            schema: crate::SCHEMA,
            files: &files,
            burn_in_rule,
            judgement: &judgement,
            converged: verdict.is_converged(),
            answered,
            missing: (!answered).then_some(MISSING),
        })?;
    } else {
        tell(&files, burn_in_rule, &judgement, &verdict, output)?;
        if !answered {
            output.line(MISSING)?;
        }
    }
    Ok(if verdict.is_converged() && answered {
        Exit::Success
    } else {
        Exit::Undecided
    })
}

/// The baseline that all stores tell.
fn told_baseline(read: &[(&Path, LossTrace)]) -> Option<f64> {
    let (_, first) = read.first()?;
    let same = read
        .iter()
        .all(|(_, trace)| trace.baseline == first.baseline);
    first.baseline.filter(|_| same)
}

/// The inverse temperature of each set of chains.
fn temperatures(
    args: &JudgeArgs,
    read: &[(&Path, LossTrace)],
    stderr: &mut dyn Write,
) -> Result<Vec<f64>, CliError> {
    let told: Vec<Option<f64>> = read.iter().map(|(_, trace)| trace.nbeta).collect();
    if args.nbeta.is_empty() {
        let unknown = read.iter().find(|(_, trace)| trace.nbeta.is_none());
        return match unknown {
            Some((path, _)) => Err(CliError::Setting(format!(
                "{} does not tell its inverse temperature: give --nbeta, the t = nβ at which the \
                 chains were run, one for each file",
                path.display()
            ))),
            None => Ok(told.into_iter().flatten().collect()),
        };
    }
    if args.nbeta.len() != read.len() {
        return Err(CliError::Setting(format!(
            "{} inverse temperature(s) for {} set(s) of chains: --nbeta has one for each file, in \
             their order",
            args.nbeta.len(),
            read.len()
        )));
    }
    for ((path, trace), given) in read.iter().zip(&args.nbeta) {
        if let Some(nbeta) = trace.nbeta
            && (nbeta - given).abs() > 1e-6 * nbeta.abs()
        {
            drop(writeln!(
                stderr,
                "note: {} says nβ = {nbeta}; --nbeta {given} is taken",
                path.display()
            ));
        }
    }
    Ok(args.nbeta.clone())
}

/// The judgement for people.
fn tell(
    files: &[Understood],
    rule: &str,
    judgement: &TraceJudgement,
    verdict: &Verdict,
    output: &mut Output<'_>,
) -> Result<(), CliError> {
    for file in files {
        output.line(format_args!(
            "{}: t = {}, {} chain(s) of {} draws; {}",
            file.file.display(),
            table::rounded(file.nbeta),
            file.chains,
            file.draws,
            file.layout
        ))?;
    }
    output.line(match rule {
        MSER => {
            "burn-in by MSER-5: the cut after which the standard error of the mean over chains \
                 is least"
        }
        _ => "burn-in as given",
    })?;
    if let Some(baseline) = judgement.baseline {
        output.line(format_args!("L(w*) = {baseline}"))?;
    }
    output.line(table::table(judgement))?;
    for quotient in &judgement.difference_quotients {
        let [warm, cold] = quotient.between.map(table::rounded);
        output.line(format_args!(
            "difference quotient between t = {warm} and {cold}: {:.4} ± {:.4}",
            quotient.value, quotient.standard_error
        ))?;
    }
    if verdict.is_converged() {
        output.line(verdict)?;
    }
    for at in &judgement.temperatures {
        let t = table::rounded(at.nbeta);
        for advised in &at.doubts {
            output.line(format_args!("doubtful at t = {t}: {}", advised.doubt))?;
            output.line(format_args!("  → {}", advised.advice))?;
        }
    }
    for advised in judgement
        .difference_quotients
        .iter()
        .flat_map(|q| &q.doubts)
    {
        output.line(format_args!("doubtful: {}", advised.doubt))?;
        output.line(format_args!("  → {}", advised.advice))?;
    }
    let named = match (
        judgement.baseline,
        judgement.difference_quotients.as_slice(),
    ) {
        (Some(_), []) => "U(t) is not λ. ",
        (Some(_), _) => "U(t) and the difference quotient are not λ. ",
        (None, [_, ..]) => "The difference quotient is not λ. ",
        (None, []) => "",
    };
    output.line(format_args!(
        "{named}Losses do not show the bias of the step: compare with a run at half of it"
    ))
}
