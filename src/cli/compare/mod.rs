//! `rlct compare`: every way to know a learning coefficient, side by side.

mod models;
mod regions;
mod suite;

use super::germ::germ;
use super::interrupt::{Interrupt, time_limit};
use super::method::{Method, Settings};
use super::output::Output;
use super::progress::Progress;
use super::words::{ByName, count, holds};
use super::{CliError, Exit};
use crate::estimate::Quantity;
use crate::problem::Problem;
use crate::report::{Agreement, Comparison, EstimateReport, ExactReport, Origin, Outcome, Row};
use clap::Args;
use models::Model;
use regions::{REGIONS, RegionModel};
use serde::Serialize;
use std::io::Write;
use std::time::{Duration, Instant};
use suite::{Suite, Way};

/// What to compare, and how strictly.
#[derive(Debug, Clone, Args)]
pub(super) struct CompareArgs {
    /// Only the models whose name contains this text
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// How many standard errors a trustworthy estimate may deviate from the exact value
    /// [default: 3]
    #[arg(long, value_name = "T", value_parser = threshold)]
    threshold: Option<f64>,
    /// The seed of all random streams
    #[arg(long, default_value_t = CompareArgs::SEED, value_parser = count::<u64>)]
    seed: u64,
    /// Only exact values, no estimates
    #[arg(long, conflicts_with_all = ["suite", "seeds", "ways"])]
    exact_only: bool,
    /// The worst zero of whole regions, exactly and by volumes, in place of germs
    #[arg(long, conflicts_with_all = ["suite", "seeds", "ways", "verbose"])]
    regions: bool,
    /// How often the intervals hold the exact λ, over the models of a suite
    #[arg(long, value_name = "SUITE", value_parser = ByName::<Suite>::new())]
    suite: Option<Suite>,
    /// Seeds of each model of the suite, from --seed on [default: 20]
    #[arg(long, value_name = "K", value_parser = seeds)]
    seeds: Option<u64>,
    /// Only these ways of estimating the models of the suite; all by default
    #[arg(
        long = "way",
        value_name = "WAY",
        value_delimiter = ',',
        value_parser = ByName::<Way>::new()
    )]
    ways: Vec<Way>,
    /// A suite model by model as well
    #[arg(long)]
    verbose: bool,
    /// The time for the whole comparison, in seconds; then the answer is what is done
    #[arg(long, value_name = "SECONDS", value_parser = time_limit)]
    time: Option<Duration>,
}

/// The JSON of a comparison: with the model in the midst of which it ended, where it did.
#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    comparison: &'a Comparison,
    #[serde(skip_serializing_if = "Option::is_none")]
    interrupted: Option<&'a str>,
}

impl CompareArgs {
    const SEED: u64 = 1;
    const SEEDS: u64 = 20;
}

impl Default for CompareArgs {
    fn default() -> Self {
        Self {
            only: None,
            threshold: None,
            seed: Self::SEED,
            exact_only: false,
            regions: false,
            suite: None,
            seeds: None,
            ways: Vec::new(),
            verbose: false,
            time: None,
        }
    }
}

fn seeds(text: &str) -> Result<u64, String> {
    let seeds = count(text)?;
    if (1..=10_000).contains(&seeds) {
        Ok(seeds)
    } else {
        Err("a suite has 1 to 10000 seeds".into())
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
        if args.threshold.is_some() {
            return Err(CliError::Setting(
                "--threshold is for the table of models; a suite counts 95 % intervals".into(),
            ));
        }
        let suite = args.suite.unwrap_or(Suite::Standard);
        let seeds = args.seeds.unwrap_or(CompareArgs::SEEDS);
        return suite::run(suite, seeds, args, output, stderr);
    }
    if args.verbose {
        return Err(CliError::Setting(
            "--verbose is for a suite: --suite standard".into(),
        ));
    }
    let mut models = asked(args)?;
    if let Some(name) = &args.only {
        let known: Vec<&str> = models.iter().map(Asked::name).collect();
        let known = known.join("; ");
        models.retain(|model| holds(model.name(), name));
        if models.is_empty() {
            let name = name.clone();
            return Err(CliError::NoSuchModel { name, known });
        }
    }
    let interrupt = Interrupt::install().within(args.time);
    let progress = Progress::bar(0, "");
    let threshold = args.threshold.unwrap_or(Comparison::THRESHOLD);
    let mut comparison = Comparison::new().with_threshold(threshold);
    let mut interrupted = None;
    for (i, model) in models.iter().enumerate() {
        progress.message(format!(
            "model {} of {}: {}",
            i + 1,
            models.len(),
            model.name()
        ));
        let row = model.row(args, &interrupt, &progress)?;
        if interrupt.halted().is_some() {
            // what was cut short says nothing, neither for agreement nor against it
            interrupted = Some(model.name());
            break;
        }
        comparison = comparison.with_row(row);
    }
    drop(progress);
    if output.is_json() {
        let comparison = &comparison;
        output.value(&View {
            comparison,
            interrupted,
        })?;
    } else {
        output.line(comparison.table_within(output.width()))?;
        output.line(&comparison)?;
        if let Some(name) = interrupted {
            output.line(format_args!("{name}: interrupted"))?;
        }
    }
    if let Some((exit, why)) = interrupt.end().filter(|_| interrupted.is_some()) {
        let (done, all) = (comparison.rows().len(), models.len());
        drop(writeln!(stderr, "{why} after {done} of {all} models"));
        return Ok(if comparison.agreement() == Agreement::Disagree {
            exit.and(Exit::Disagreement)
        } else {
            exit
        });
    }
    Ok(match comparison.agreement() {
        Agreement::Agree => Exit::Success,
        Agreement::Disagree => Exit::Disagreement,
        Agreement::Undecided => Exit::Undecided,
    })
}

/// What a row is about.
enum Asked {
    Model(Box<Model>),
    Region(&'static RegionModel),
}

fn asked(args: &CompareArgs) -> Result<Vec<Asked>, CliError> {
    if args.regions {
        return Ok(REGIONS.iter().map(Asked::Region).collect());
    }
    let models = models::models()?.into_iter();
    Ok(models.map(|model| Asked::Model(Box::new(model))).collect())
}

impl Asked {
    fn name(&self) -> &'static str {
        match self {
            Self::Model(model) => model.name,
            Self::Region(region) => region.name,
        }
    }

    fn row(
        &self,
        args: &CompareArgs,
        interrupt: &Interrupt,
        progress: &Progress,
    ) -> Result<Row, CliError> {
        match self {
            Self::Model(model) => row(model, args, interrupt, progress),
            Self::Region(region) => {
                region.row(&short(args.seed), args.exact_only, (interrupt, progress))
            }
        }
    }
}

fn seconds_since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64()
}

/// Everything that is known of a model.
fn row(
    model: &Model,
    args: &CompareArgs,
    interrupt: &Interrupt,
    progress: &Progress,
) -> Result<Row, CliError> {
    let mut row = Row::new(model.name);
    let of_germ = model.germ.as_ref().map(germ).transpose()?.map(Problem::of);
    if let Some(problem) = &of_germ {
        let start = Instant::now();
        let outcome = match problem.exact(&interrupt.budget()) {
            Ok(resolution) => resolution.answer().clone().into(),
            Err(error) => Outcome::Error {
                message: error.to_string(),
            },
        };
        let seconds = seconds_since(start);
        row = row.with_exact(ExactReport::new(Origin::Engine, outcome, seconds));
    }
    row = model
        .closed_forms
        .iter()
        .fold(row, |row, value| row.with_exact(value.into()));
    if args.exact_only {
        return Ok(row);
    }
    let estimate = |problem: &Problem, method: Method, settings: Settings| {
        let loss = problem.local_loss().map_err(CliError::from);
        loss.and_then(|loss| Ok(settings.estimate(method, loss, (interrupt, progress), None)?))
            .map(|estimated| estimated.report)
            .unwrap_or_else(|error| failed(method, &settings, &error))
    };
    if let Some(problem) = &of_germ {
        for method in [Method::Volume, Method::Ladder] {
            row = row.with_estimate(estimate(problem, method, short(args.seed)));
        }
    }
    if let Some((widths, rank)) = &model.network {
        let problem = Problem::linear_network(widths, *rank)?;
        for (method, settings) in [
            (Method::Ladder, few_sweeps(args.seed)),
            (Method::Mala, long_chains(args.seed)),
        ] {
            row = row.with_estimate(estimate(&problem, method, settings));
        }
    }
    Ok(row)
}

/// Less than the default, for an answer within seconds.
fn short(seed: u64) -> Settings {
    Settings {
        seed,
        particles: Some(80),
        rounds: Some(1),
        sweeps: Some(3000),
        ..Settings::default()
    }
}

/// The ladder where a sweep is expensive.
fn few_sweeps(seed: u64) -> Settings {
    Settings {
        seed,
        sweeps: Some(300),
        ..Settings::default()
    }
}

/// U(t) at a large n, by chains of half a million steps whose ε MALA adapts. The directions in
/// which K is flat are not explored in that time, which is told.
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
