//! `rlct explain`: the derivation of an answer.

use super::check::proved;
use super::germ::{GermArgs, germ};
use super::interrupt::Interrupt;
use super::output::Output;
use super::{CliError, Exit};
use crate::Budget;
use crate::report::Derivation;
use crate::resolution::Answer;
use clap::{ArgGroup, Args};
use serde_json::json;
use std::io::Write;

/// The germ.
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("germ").required(true).args(["loss", "ideal"]))]
pub(super) struct ExplainArgs {
    #[command(flatten)]
    germ: GermArgs,
}

pub(super) fn run(
    args: &ExplainArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let interrupt = Interrupt::install();
    let question = args.germ.question();
    let warn = |warning| drop(writeln!(stderr, "warning: {warning}"));
    let budget = Budget::default().with_stop(interrupt.flag());
    let germ = germ(&question, warn)?;
    let weights = germ.homogeneous_weights(&budget).unwrap_or_default();
    let resolution = germ.resolve(&budget)?;
    let certificate = resolution.certificate();
    let verified = resolution.proved();
    if output.is_json() {
        let text = Derivation::new(certificate, verified).to_string();
        let proves = proved(verified);
        output.value(
            &json!({ "proves": proves, "homogeneous_weights": weights, "derivation": text }),
        )?;
    } else {
        output.line(&question)?;
        output.line(resolution.answer())?;
        if let Some(weights) = weights {
            let weights: Vec<String> = weights.iter().map(ToString::to_string).collect();
            let weights = weights.join(", ");
            output.line(format!(
                "weighted homogeneous, weights ({weights}): no zero is worse than the origin"
            ))?;
        }
        output.line("")?;
        output.line(Derivation::new(certificate, verified))?;
    }
    Ok(match resolution.answer() {
        _ if interrupt.is_set() => Exit::Interrupted,
        Answer::Exact { .. } => Exit::Success,
        Answer::Bounds { .. } => Exit::Undecided,
    })
}
