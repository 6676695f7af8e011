//! `rlct explain`: the derivation of an answer.

use super::interrupt::Interrupt;
use super::output::Output;
use super::question::Understood;
use super::subject::SubjectArgs;
use super::{CliError, Exit};
use crate::algebra::{Rational, Reading};
use crate::report::Derivation;
use crate::{Answer, Budget};
use clap::{ArgGroup, Args};
use serde::Serialize;

/// Why the root of the tree has half of the answer.
const FROM_IDEAL_TO_LOSS: &str = "the tree is of the ideal (K), whose loss is K²: λ of K is twice \
                                  the λ at its root, m the same";

#[derive(Serialize)]
struct View<'a> {
    proves: String,
    homogeneous_weights: Option<Vec<Rational>>,
    derivation: String,
    #[serde(flatten)]
    understood: &'a Understood,
}

/// The germ, or a model at a true parameter.
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("subject").required(true).args(["loss", "ideal", "model"]))]
pub(super) struct ExplainArgs {
    #[command(flatten)]
    subject: SubjectArgs,
}

pub(super) fn run(args: &ExplainArgs, output: &mut Output<'_>) -> Result<Exit, CliError> {
    let interrupt = Interrupt::install();
    let budget = Budget::default().with_stop(interrupt.flag());
    let (problem, understood, _) = args.subject.subject()?;
    let germ = problem.germ()?;
    let weights = germ.homogeneous_weights(&budget).unwrap_or_default();
    let resolution = germ.resolve(&budget)?;
    let understood = understood.resolved(&resolution);
    let certificate = resolution.certificate();
    let verified = resolution.proved();
    if output.is_json() {
        let text = Derivation::new(certificate, verified).to_string();
        output.value(&View {
            proves: verified.to_string(),
            homogeneous_weights: weights,
            derivation: text,
            understood: &understood,
        })?;
    } else {
        output.line(&understood.reading)?;
        output.line(resolution.answer())?;
        if let Some(weights) = weights {
            let weights: Vec<String> = weights.iter().map(ToString::to_string).collect();
            let weights = weights.join(", ");
            output.line(format!(
                "weighted homogeneous, weights ({weights}): no zero is worse than the origin"
            ))?;
        }
        for remark in understood.remarks() {
            output.line(remark)?;
        }
        if germ.reading() != Reading::Ideal {
            output.line(FROM_IDEAL_TO_LOSS)?;
        }
        output.line("")?;
        output.line(Derivation::new(certificate, verified))?;
    }
    Ok(match resolution.answer() {
        _ if interrupt.is_set() => Exit::Interrupted,
        Answer::Exact(_) => Exit::Success,
        Answer::Bounds { .. } => Exit::Undecided,
    })
}
