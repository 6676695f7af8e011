//! `rlct strata`: where on the zeros of K which (λ, m) is.

mod picture;

use super::checkpoints::check_picture;
use super::interrupt::{Interrupt, time_limit};
use super::locus::locus;
use super::output::Output;
use super::progress::Progress;
use super::subject::SubjectArgs;
use super::words::trimmed;
use super::{CliError, Exit};
use crate::Budget;
use crate::algebra::{Polynomial, Rational, Reading};
use crate::certificate::Pole;
use crate::resolution::{Landscape, Locus, RegionResolution, Stratum};
use clap::{ArgGroup, Args};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const EXAMPLES: &str = "\
Examples:
  rlct strata --ideal 'x^2-y^2*z'                  Whitney's umbrella, everywhere
  rlct strata --ideal 'y^2-x^2*(x+1)' --on 'x in [-2,2], y in [-2,2]' --picture node.svg
  rlct strata --model naive-bayes --sizes 2,2,2 --truth p1=1/2,… --on model

A stratum is what some polynomials say of a zero: these are 0, those are not, others are positive.
(λ, m) of a stratum is that of every one of its points, with a prior that is positive there; where
that is not proved, the least it can be is told, and what it is at the example. On the sides of a
region it may be larger, and powers of the prior may make it smaller: what the region as a whole
has is told below the table (see `rlct exact --on`).

The exit code is 0 if all strata are proved, else 3.";

/// The zeros, and where.
#[derive(Debug, Clone, Args)]
#[command(
    after_long_help = EXAMPLES,
    group = ArgGroup::new("germ").required(true).args(["loss", "ideal", "model"]),
)]
pub(super) struct StrataArgs {
    #[command(flatten)]
    subject: SubjectArgs,
    /// Where: `everywhere`, 'x in [-2, 2], y >= 0, x + y <= 1', or with --model `model`
    #[arg(
        long,
        value_name = "REGION",
        value_parser = trimmed,
        default_value = "everywhere"
    )]
    on: String,
    /// In two variables: the zeros, coloured by λ, in a file that ends in .svg
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// The time in seconds; what is not divided by then has bounds
    #[arg(long, value_name = "SECONDS", value_parser = time_limit)]
    time: Option<Duration>,
}

#[derive(Serialize)]
struct StratumView {
    zeros: Vec<String>,
    nonzero: Vec<String>,
    positive: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimension: Option<usize>,
    uniform: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    lambda: Option<Rational>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multiplicity: Option<usize>,
    /// Where (λ, m) is not proved to be the same: the least λ, and that at the example.
    #[serde(skip_serializing_if = "Option::is_none")]
    lower: Option<Rational>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_example: Option<AtExample>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<BTreeMap<String, String>>,
}

#[derive(Serialize)]
struct AtExample {
    lambda: Rational,
    multiplicity: usize,
}

#[derive(Serialize)]
struct View {
    answer: &'static str,
    strata: Vec<StratumView>,
    /// The worst of the whole region, its sides included.
    worst: String,
    reading: String,
    form: Reading,
    variables: Vec<String>,
    seconds: f64,
}

pub(super) fn run(args: &StrataArgs, output: &mut Output<'_>) -> Result<Exit, CliError> {
    let start = Instant::now();
    let interrupt = Interrupt::install();
    // a default is no conflict to the parser of arguments
    if let Some(option) = args.subject.germ.of_a_point() {
        return Err(CliError::NoEffect {
            option,
            method: "strata".into(),
            needs: "it is for one point, and strata are of all zeros, under a positive prior",
        });
    }
    let locus = locus(&args.subject, &args.on, None)?;
    if let Some(path) = &args.picture {
        if locus.variables().len() != 2 {
            return Err(CliError::Setting(format!(
                "a picture is of zeros in two variables, and here are {}",
                locus.variables().len()
            )));
        }
        check_picture(path)?;
    }
    let mut budget = Budget::default().with_stop(interrupt.flag());
    if let Some(time) = args.time {
        budget = budget.with_time(time);
    }
    let (landscape, worst) = {
        let _progress = Progress::spinner(args.subject.shown());
        // somewhat less than half of the time for each
        let half = budget.clone().with_time(budget.time() * 2 / 5);
        (locus.landscape(&half)?, locus.resolve(&half)?)
    };
    if let Some(path) = &args.picture {
        picture::write(path, &locus, &landscape)?;
    }
    let seconds = start.elapsed().as_secs_f64();
    let remark = args.subject.germ.remark_on_sign(locus.reading());
    tell(&locus, &landscape, &worst, (seconds, remark), output)?;
    let all_proved = landscape.strata.iter().all(|stratum| stratum.is_uniform);
    Ok(match (interrupt.is_set(), all_proved) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Success,
        (false, false) => Exit::Undecided,
    })
}

fn tell(
    locus: &Locus,
    landscape: &Landscape,
    worst: &RegionResolution,
    (seconds, remark): (f64, Option<&'static str>),
    output: &mut Output<'_>,
) -> Result<(), CliError> {
    let names = locus.variables().names();
    if output.is_json() {
        return output.value(&View {
            answer: match landscape.strata.is_empty() {
                true => "no zero",
                false => "strata",
            },
            strata: landscape
                .strata
                .iter()
                .map(|s| StratumView::new(s, names))
                .collect(),
            worst: worst.to_string(),
            reading: locus.to_string(),
            form: locus.reading(),
            variables: names.to_vec(),
            seconds,
        });
    }
    output.line(locus)?;
    if landscape.strata.is_empty() {
        output.line("K has no zero inside")?;
    } else {
        output.line(table(landscape, names, output.width()))?;
    }
    output.line(format_args!("the whole region, with its sides: {worst}"))?;
    let unproved = landscape.strata.iter().filter(|s| !s.is_uniform).count();
    if unproved > 0 {
        let reason = match landscape.out_of_time {
            true => "; the time was up",
            false => "",
        };
        output.line(format_args!(
            "not proved to be the same all along: {unproved} of {}{reason}",
            landscape.strata.len()
        ))?;
    }
    if let Some(remark) = remark {
        output.line(remark)?;
    }
    Ok(())
}

fn table(landscape: &Landscape, names: &[String], width: u16) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width);
    let example = format!("example ({})", names.join(", "));
    table.set_header(["where", "dimension", "λ", "m", example.as_str()]);
    for column in 1..4 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for stratum in &landscape.strata {
        let (lambda, m) = values(stratum);
        let example = stratum.example.as_ref().map(|point| point.join(", "));
        let example = match (example, &stratum.at_example) {
            (None, _) => "no point known".to_string(),
            (Some(point), None) => format!("({point})"),
            (Some(point), Some(at)) => format!("({point}): {at}"),
        };
        let dimension = stratum.dimension.map(|d| d.to_string());
        table.add_row([
            stratum.conditions(),
            dimension.unwrap_or_default(),
            lambda,
            m,
            example,
        ]);
    }
    table.to_string()
}

/// λ and m as they are told: of a stratum that is not proved uniform the least λ.
fn values(stratum: &Stratum) -> (String, String) {
    if let Some(value) = stratum.coefficient() {
        return (value.lambda().to_string(), value.multiplicity().to_string());
    }
    let least = stratum.lower.lambda();
    let least = least.map_or_else(|| "∞".to_string(), ToString::to_string);
    (format!("≥ {least}"), String::new())
}

impl StratumView {
    fn new(stratum: &Stratum, names: &[String]) -> Self {
        let texts = |list: &[Polynomial]| list.iter().map(ToString::to_string).collect();
        let value = stratum.coefficient();
        let least = |pole: &Pole| pole.lambda().cloned();
        Self {
            zeros: texts(&stratum.zeros),
            nonzero: texts(&stratum.nonzero),
            positive: texts(&stratum.positive),
            dimension: stratum.dimension,
            uniform: stratum.is_uniform,
            lambda: value.as_ref().map(|value| value.lambda().clone()),
            multiplicity: value.as_ref().map(crate::LearningCoefficient::multiplicity),
            lower: (!stratum.is_uniform)
                .then(|| least(&stratum.lower))
                .flatten(),
            at_example: stratum.at_example.as_ref().map(|at| AtExample {
                lambda: at.lambda().clone(),
                multiplicity: at.multiplicity(),
            }),
            example: stratum.example.as_ref().map(|point| {
                let pairs = names.iter().cloned().zip(point.iter().cloned());
                pairs.collect()
            }),
        }
    }
}
