//! `rlct compare`: every way to know a learning coefficient, side by side.

mod models;
mod suite;

use super::germ::solve;
use super::interrupt::Interrupt;
use super::landscape::Landscape;
use super::method::{Method, Settings};
use super::output::Output;
use super::progress::Progress;
use super::{CliError, Exit};
use crate::Budget;
use crate::estimate::Quantity;
use crate::report::{Comparison, EstimateReport, ExactReport, Origin, Outcome, Row, Verdict};
use clap::Args;
use models::Model;
use std::io::Write;
use std::time::Instant;
use suite::{Suite, Way};

/// What to compare, and how strictly.
#[derive(Debug, Clone, Args)]
pub(super) struct CompareArgs {
    /// Only the models whose name contains this text
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// How many standard errors a trustworthy estimate may deviate from the exact value
    /// [default: 3]
    #[arg(long, value_name = "T", value_parser = threshold)]
    threshold: Option<f64>,
    /// The seed of all random streams
    #[arg(long, default_value_t = CompareArgs::SEED)]
    seed: u64,
    /// Only exact values, no estimates
    #[arg(long, conflicts_with_all = ["suite", "seeds", "ways"])]
    exact_only: bool,
    /// How often the intervals hold the exact λ, over the models of a suite
    #[arg(long, value_name = "SUITE")]
    suite: Option<Suite>,
    /// Seeds of each model of the suite, from --seed on [default: 20]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(1..=10_000))]
    seeds: Option<u64>,
    /// Only these ways of estimating the models of the suite; all by default
    #[arg(long = "way", value_name = "WAY", value_delimiter = ',')]
    ways: Vec<Way>,
    /// A suite model by model as well
    #[arg(long)]
    verbose: bool,
}

impl CompareArgs {
    const SEED: u64 = 1;
    const SEEDS: u64 = 20;
}

impl Default for CompareArgs {
    fn default() -> Self {
        Self {
            model: None,
            threshold: None,
            seed: Self::SEED,
            exact_only: false,
            suite: None,
            seeds: None,
            ways: Vec::new(),
            verbose: false,
        }
    }
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
    if args.suite.is_some() || args.seeds.is_some() || !args.ways.is_empty() {
        let suite = args.suite.unwrap_or(Suite::Standard);
        let seeds = args.seeds.unwrap_or(CompareArgs::SEEDS);
        return suite::run(suite, seeds, args, output, stderr);
    }
    let mut models = models::models()?;
    if let Some(name) = &args.model {
        models.retain(|model| model.name.contains(name.as_str()));
        if models.is_empty() {
            return Err(CliError::NoSuchModel { name: name.clone() });
        }
    }
    let interrupt = Interrupt::install();
    let progress = Progress::bar(0, "");
    let threshold = args.threshold.unwrap_or(Comparison::THRESHOLD);
    let mut comparison = Comparison::new().with_threshold(threshold);
    for (i, model) in models.iter().enumerate() {
        if interrupt.is_set() {
            break;
        }
        progress.message(format!(
            "model {} of {}: {}",
            i + 1,
            models.len(),
            model.name
        ));
        comparison = comparison.with_row(row(model, args, &interrupt, &progress));
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
fn row(model: &Model, args: &CompareArgs, interrupt: &Interrupt, progress: &Progress) -> Row {
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
    row = model
        .closed_forms
        .iter()
        .fold(row, |row, value| row.with_exact(value.into()));
    if args.exact_only {
        return row;
    }
    let estimate = |landscape: Result<Landscape, CliError>, method: Method, settings: Settings| {
        landscape
            .and_then(|landscape| Ok(settings.estimate(method, &landscape, interrupt, progress)?))
            .map(|estimated| estimated.report)
            .unwrap_or_else(|error| failed(method, &settings, &error))
    };
    if let Some(germ) = &model.germ {
        for method in [Method::Volume, Method::Ladder] {
            let landscape = Landscape::of_germ(germ, |_| ());
            row = row.with_estimate(estimate(landscape, method, short(args.seed)));
        }
    }
    if let Some((widths, rank)) = &model.network {
        for (method, settings) in [
            (Method::Ladder, few_sweeps(args.seed)),
            (Method::Mala, long_chains(args.seed)),
        ] {
            let landscape = Landscape::of_linear_network(widths, *rank);
            row = row.with_estimate(estimate(landscape, method, settings));
        }
    }
    row
}

/// Less than the default, for an answer within seconds.
fn short(seed: u64) -> Settings {
    Settings {
        seed,
        particles: Some(100),
        sweeps: Some(6000),
        ..Settings::default()
    }
}

/// The ladder where a sweep is expensive: half a minute for a hundred parameters.
fn few_sweeps(seed: u64) -> Settings {
    Settings {
        seed,
        sweeps: Some(1000),
        ..Settings::default()
    }
}

/// U(t) at a large n, by chains of half a million steps whose ε MALA adapts. The directions in which K
/// is flat are not explored in that time, which is told.
fn long_chains(seed: u64) -> Settings {
    Settings {
        seed,
        step_size: Some(1e-7),
        num_samples: Some(1_000_000),
        burn_in: Some(50_000),
        steps_between_draws: Some(100),
        draws: Some(4_000),
        ..Settings::default()
    }
}

/// A failure is an estimate that is not to be trusted.
fn failed(method: Method, settings: &Settings, error: &CliError) -> EstimateReport {
    let quantity = if method.is_one_temperature() {
        let n = settings.num_samples.unwrap_or(Settings::NUM_SAMPLES) as f64;
        Quantity::Energy {
            inverse_temperature: n / n.ln(),
        }
    } else {
        Quantity::LearningCoefficient
    };
    EstimateReport::failed(method.label(), quantity, error.to_string())
}
