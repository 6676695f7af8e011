//! `rlct closed-form`: learning coefficients from the literature.

mod families;
mod words;

use super::output::Output;
use super::{CliError, Exit};
use crate::algebra::Rational;
use crate::closed_form::{ClosedForm, ClosedFormBounds, Source};
use clap::Args;
use families::{FamilyArgs, Found};
use serde::Serialize;

const HELP: &str = "\
Where only bounds are proved, they are the answer and the exit code is 3.
`rlct catalogue` lists all families, also those without a subcommand here.";

/// The family and its sizes.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(after_help = HELP)]
pub(super) struct ClosedFormArgs {
    #[command(subcommand)]
    family: FamilyArgs,
}

#[derive(Serialize)]
struct View<'a> {
    answer: &'static str,
    lambda: &'a Rational,
    multiplicity: usize,
    family: &'static str,
    model: &'a str,
    source: Source,
    conditions: &'static str,
}

#[derive(Serialize)]
struct BoundsView<'a> {
    answer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower: Option<&'a Rational>,
    upper: &'a Rational,
    family: &'static str,
    model: &'a str,
    source: Source,
    conditions: &'static str,
}

pub(super) fn run(args: &ClosedFormArgs, output: &mut Output<'_>) -> Result<Exit, CliError> {
    match args.family.found()? {
        Found::Exact(value) => exact(&value, output),
        Found::Bounds(value) => bounds(&value, output),
    }
}

fn exact(value: &ClosedForm, output: &mut Output<'_>) -> Result<Exit, CliError> {
    if output.is_json() {
        output.value(&View {
            answer: "exact",
            lambda: value.lambda(),
            multiplicity: value.multiplicity(),
            family: value.family().name(),
            model: value.model(),
            source: value.source(),
            conditions: value.conditions(),
        })?;
    } else {
        output.line(value.coefficient())?;
        let family = value.family();
        output.line(format_args!("model:  {family}, {}", value.model()))?;
        output.line(format_args!("source: {}", value.source()))?;
        output.line(format_args!("holds if {}", value.conditions()))?;
    }
    Ok(Exit::Success)
}

fn bounds(value: &ClosedFormBounds, output: &mut Output<'_>) -> Result<Exit, CliError> {
    let family = value.family();
    if output.is_json() {
        output.value(&BoundsView {
            answer: "bounds",
            lower: value.lower(),
            upper: value.upper(),
            family: family.name(),
            model: value.model(),
            source: value.source(),
            conditions: family.conditions(),
        })?;
    } else {
        output.line(match value.lower() {
            Some(lower) => format!("{lower} ≤ λ ≤ {}", value.upper()),
            None => format!("λ ≤ {}", value.upper()),
        })?;
        output.line(format_args!("model:  {family}, {}", value.model()))?;
        output.line(format_args!("source: {}", value.source()))?;
        output.line(format_args!("holds if {}", family.conditions()))?;
    }
    Ok(Exit::Undecided)
}
