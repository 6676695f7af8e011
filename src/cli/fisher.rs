//! `rlct fisher`: where and how a model is singular.

use super::interrupt::Interrupt;
use super::model::ModelName;
use super::output::Output;
use super::question::Understood;
use super::subject::SubjectArgs;
use super::{CliError, Exit};
use crate::Budget;
use crate::algebra::Rational;
use crate::fisher::LocalGeometry;
use crate::report::Outcome;
use crate::resolution::Answer;
use clap::{ArgGroup, Args};
use serde::Serialize;

const EXAMPLES: &str = "\
Examples:
  rlct fisher --ideal 'a*c' 'a*d' 'b*c' 'b*d' --at a=1,c=0
  rlct fisher 'x^2 + y^4'                            a loss: the rank of its Hessian
  rlct fisher --model reduced-rank --sizes 2,1,2 --truth a1_1=1,b1_1=1
  rlct fisher --model naive-bayes --sizes 2,2,2,2 \\
       --truth p0=1/2,p1_0=1/3,p1_1=2/3,p2_0=1/3,p2_1=2/3,p3_0=1/3,p3_1=2/3

The point is a true parameter, 0 where nothing is given. For tanh networks and mixtures
the generators stand for the model near the point only, and no generic rank is given.
If the engine's answer lies outside the bounds, the exit code is 1.";

/// The germ, or a model at a true parameter.
#[derive(Debug, Clone, Args)]
#[command(
    after_long_help = EXAMPLES,
    group = ArgGroup::new("subject").required(true).args(["loss", "ideal", "model"])
)]
pub(super) struct FisherArgs {
    #[command(flatten)]
    subject: SubjectArgs,
}

#[derive(Serialize)]
struct View<'a> {
    question: &'a str,
    #[serde(flatten)]
    understood: &'a Understood,
    #[serde(flatten)]
    geometry: &'a LocalGeometry,
    engine: &'a Outcome,
}

pub(super) fn run(args: &FisherArgs, output: &mut Output<'_>) -> Result<Exit, CliError> {
    let interrupt = Interrupt::install();
    let (problem, understood, _) = args.subject.subject()?;
    let germ = problem.germ()?;
    let budget = Budget::default().with_stop(interrupt.flag());
    let mut geometry = problem.fisher(&budget)?;
    if args
        .subject
        .family()
        .is_some_and(ModelName::has_local_ideal)
    {
        geometry = geometry.at_the_point_only();
    }
    let answer = germ.learning_coefficient(&budget)?;
    let agrees = agree(&geometry, &answer);
    let decided = answer.coefficient().is_some();
    let engine = Outcome::from(answer);
    if output.is_json() {
        output.value(&View {
            question: &understood.reading,
            understood: &understood,
            geometry: &geometry,
            engine: &engine,
        })?;
    } else {
        output.line(&understood.reading)?;
        tell(&geometry, germ.variables().names(), output)?;
        output.line(format_args!("engine: {engine}"))?;
    }
    Ok(match (agrees, decided) {
        _ if interrupt.is_set() => Exit::Interrupted,
        (false, _) => Exit::Disagreement,
        (true, true) => Exit::Success,
        (true, false) => Exit::Undecided,
    })
}

fn tell(
    geometry: &LocalGeometry,
    names: &[String],
    output: &mut Output<'_>,
) -> Result<(), CliError> {
    let (r, d) = (geometry.rank(), geometry.dimension());
    output.line(format_args!("rank: {r} of {d}"))?;
    for v in geometry.null_directions() {
        output.line(format_args!("  null direction: {}", direction(v, names)))?;
    }
    if let Some(generic) = geometry.generic() {
        output.line(format_args!("generic rank: {generic}"))?;
    }
    output.line(format_args!("parameters: {}", geometry.identifiability()))?;
    output.line(format_args!("true set: {}", geometry.morse_bott()))?;
    let splitting = geometry.splitting();
    let remainder: Vec<String> = splitting
        .remainder()
        .iter()
        .map(ToString::to_string)
        .collect();
    if !remainder.is_empty() {
        let more = if splitting.is_exact() {
            ""
        } else {
            " up to higher terms"
        };
        output.line(format_args!("  remainder: {}{more}", remainder.join(", ")))?;
    }
    match (geometry.coefficient(), geometry.upper()) {
        (Some(exact), _) => output.line(format_args!("so {exact} (Morse–Bott)")),
        (None, Some(upper)) => output.line(format_args!("so {} ≤ λ ≤ {upper}", geometry.lower())),
        (None, None) => output.line(format_args!(
            "so {} ≤ λ (the prior or the domain ends here: no upper bound)",
            geometry.lower()
        )),
    }
}

/// `∂a − 2∂b`.
fn direction(v: &[Rational], names: &[String]) -> String {
    let mut text = String::new();
    for (x, name) in v.iter().zip(names).filter(|(x, _)| !x.is_zero()) {
        match (text.is_empty(), x.is_negative()) {
            (true, true) => text.push('−'),
            (true, false) => {}
            (false, true) => text.push_str(" − "),
            (false, false) => text.push_str(" + "),
        }
        let size = x.abs();
        if !size.is_one() {
            text.push_str(&size.to_string());
        }
        text.push('∂');
        text.push_str(name);
    }
    text
}

/// Whether what the rank says is compatible with what the engine proved.
fn agree(geometry: &LocalGeometry, answer: &Answer) -> bool {
    let below = geometry.upper().is_none_or(|upper| answer.lower() <= upper);
    let same = match (geometry.coefficient(), answer.coefficient()) {
        (Some(a), Some(b)) => a == *b,
        _ => true,
    };
    below && same && answer.upper() >= geometry.lower()
}
