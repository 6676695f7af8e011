//! `rlct verify`: any estimator of λ against exact values.

use super::interrupt::{Interrupt, time_limit};
use super::output::Output;
use super::progress::Progress;
use super::words::{count, trimmed};
use super::{CliError, Exit};
use crate::verify::{Case, Estimator, Own, Program, Suite, TEMPERATURES};
use clap::Args;
use serde_json::json;
use std::io::BufRead;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  rlct verify --command 'python3 my_estimator.py'   eight cases of every family, up to 4 parameters
  rlct verify                                       this program's volume scaling
  rlct verify --cases --family regular              the cases themselves, a line each
  rlct verify --command 'rlct verify --respond'     this program through the pipe

The program under test reads one JSON case a line from its standard input and writes one JSON answer
a line: {\"quantity\": \"lambda\", \"value\": 0.49, \"standard_error\": 0.01}, and `multiplicity` if
it knows m. Who samples at one temperature answers \"energy\", U at the t of the case, which is
known of the cases of --energies by quadrature. The protocol is in docs/conformance.md. λ is not in
a case. A case without an answer in time, or with one that is none, has failed; the program is then
started anew.

The exit code is 0 if every case has an answer and no family, nor all together, rejects that 95 %
intervals hold λ in at least 90 % of the runs; else 1.";

/// The program, and the cases.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct VerifyArgs {
    /// The program under test with its arguments; without it, this program's volume scaling
    #[arg(long, value_name = "COMMAND", value_parser = trimmed)]
    command: Option<String>,
    /// Answer cases from standard input, as a program under test does
    #[arg(long, conflicts_with_all = [
        "command", "cases", "seeds", "family", "time", "energies", "t"
    ])]
    respond: bool,
    /// Print the cases and ask nobody
    #[arg(long, conflicts_with = "command")]
    cases: bool,
    /// Only these families of the catalogue, by their keys
    #[arg(long, value_name = "FAMILY,…", value_delimiter = ',', value_parser = trimmed)]
    family: Vec<String>,
    /// Cases of at most so many parameters
    #[arg(long, value_name = "D", default_value_t = 4, value_parser = count::<usize>)]
    max_dimension: usize,
    /// At most so many cases of a family, spread evenly over it
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = count::<usize>)]
    per_family: usize,
    /// Seeds of each case
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = count::<u64>)]
    seeds: u64,
    /// The time of each case, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = time_limit)]
    time: Duration,
    /// Also the cases whose λ no certificate confirms, larger ones as a rule (--max-dimension)
    #[arg(long, conflicts_with_all = ["respond", "energies"])]
    all: bool,
    /// Only the cases of which U(t) is known, for estimators that answer `energy`
    #[arg(long)]
    energies: bool,
    /// The inverse temperature t of all cases, at which U is asked for
    #[arg(long, value_name = "T", default_value = "1000", value_parser = temperature)]
    t: f64,
    /// The estimator of this program, without --command
    #[arg(long, value_enum, default_value_t = Way::Volume, conflicts_with = "command")]
    way: Way,
    /// Particles of volume scaling, without --command
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = count::<usize>)]
    particles: usize,
}

/// The estimators of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Way {
    /// λ by volume scaling
    Volume,
    /// λ by the temperature ladder
    Ladder,
    /// U(t) by chains at one temperature
    OneTemperature,
}

impl VerifyArgs {
    fn own(&self) -> Own {
        match self.way {
            Way::Volume => Own::Volume {
                particles: self.particles,
            },
            Way::Ladder => Own::Ladder,
            Way::OneTemperature => Own::OneTemperature,
        }
    }
}

/// One of the temperatures that have references.
fn temperature(text: &str) -> Result<f64, String> {
    let known = TEMPERATURES.map(|t| t.to_string()).join(", ");
    let t = text.trim().parse::<f64>().ok();
    t.filter(|t| TEMPERATURES.contains(t))
        .ok_or_else(|| format!("U is known at t = {known}"))
}

/// The cases of these families of the catalogue, of all if there are none.
pub(super) fn of_families(names: &[String], all: bool) -> Result<Suite, CliError> {
    let suite = match all {
        true => Suite::with_losses()?,
        false => Suite::catalogue()?,
    };
    let known = suite.family_keys();
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        if !all && Suite::with_losses()?.family_keys().contains(name) {
            return Err(CliError::Setting(format!(
                "no certificate confirms λ of {name}: its cases are for `rlct verify --all` alone"
            )));
        }
        return Err(CliError::NoSuchFamily {
            name: name.clone(),
            known: known.join(", "),
        });
    }
    Ok(match names.is_empty() {
        true => suite,
        false => suite.families(names),
    })
}

pub(super) fn run(args: &VerifyArgs, output: &mut Output<'_>) -> Result<Exit, CliError> {
    if args.respond {
        return respond(args, output);
    }
    let suite = of_families(&args.family, args.all)?;
    let suite = match args.energies || (args.way == Way::OneTemperature && args.command.is_none()) {
        true => suite.with_energies(),
        false => suite,
    };
    let suite = suite
        .temperature(args.t)
        .max_dimension(args.max_dimension)
        .per_family(args.per_family)
        .seeds(args.seeds)
        .seconds(args.time.as_secs_f64());
    if suite.is_empty() {
        return Err(CliError::Setting(format!(
            "no such case has at most {} parameters; --max-dimension may be larger",
            args.max_dimension
        )));
    }
    if args.cases {
        for case in suite.cases() {
            output.line(serde_json::to_string(case).unwrap_or_default())?;
        }
        return Ok(Exit::Success);
    }
    let interrupt = Interrupt::install();
    let mut estimator: Box<dyn Estimator> = match &args.command {
        Some(command) => {
            let program = Program::new(command);
            let program = program.map_err(|error| CliError::Setting(error.to_string()))?;
            Box::new(program.with_stop(interrupt.flag()))
        }
        None => Box::new(args.own()),
    };
    let report = {
        let progress = Progress::bar(0, "cases");
        suite.run_while(&mut *estimator, &mut |done, total| {
            progress.set(done as u64, total as u64);
            !interrupt.is_set()
        })
    };
    if output.is_json() {
        output.value(&json!({ "schema": crate::SCHEMA, "report": report }))?;
    } else {
        output.line(&report)?;
    }
    Ok(match (report.is_complete(), report.passes()) {
        (false, _) => Exit::Interrupted,
        (true, true) => Exit::Success,
        (true, false) => Exit::Disagreement,
    })
}

/// Answers case after case: what a program under test does.
fn respond(args: &VerifyArgs, output: &mut Output<'_>) -> Result<Exit, CliError> {
    let mut estimator = args.own();
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(CliError::Write)?;
        let case: Case = serde_json::from_str(&line)
            .map_err(|error| CliError::Setting(format!("a line is no case: {error}")))?;
        let answer = match estimator.estimate(&case) {
            Ok(claim) => serde_json::to_string(&claim).unwrap_or_default(),
            Err(reason) => json!({ "error": reason }).to_string(),
        };
        output.line(answer)?;
    }
    Ok(Exit::Success)
}
