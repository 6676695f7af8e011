//! `rlct closed-form`: learning coefficients from the literature.

mod families;
mod words;

use super::output::Output;
use super::{CliError, Exit};
use crate::Answer;
use crate::closed_form::Source;
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
    #[serde(flatten)]
    answer: &'a Answer,
    family: &'static str,
    model: &'a str,
    source: Source,
    conditions: &'static str,
}

pub(super) fn run(args: &ClosedFormArgs, output: &mut Output<'_>) -> Result<Exit, CliError> {
    let Found {
        answer,
        family,
        model,
    } = args.family.found()?;
    if output.is_json() {
        output.value(&View {
            answer: &answer,
            family: family.name(),
            model: &model,
            source: family.source(),
            conditions: family.conditions(),
        })?;
    } else {
        match &answer {
            // Both ends are told, even where they are equal.
            Answer::Bounds {
                lower: Some(lower),
                upper,
                ..
            } => output.line(format_args!("{lower} ≤ λ ≤ {upper}"))?,
            answer => output.line(answer)?,
        }
        output.line(format_args!("model:  {family}, {model}"))?;
        output.line(format_args!("source: {}", family.source()))?;
        output.line(format_args!("holds if {}", family.conditions()))?;
    }
    Ok(match answer {
        Answer::Exact(_) => Exit::Success,
        Answer::Bounds { .. } => Exit::Undecided,
    })
}
