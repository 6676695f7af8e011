//! `rlct fisher`: where and how a model is singular.

use super::germ::{GermArgs, germ};
use super::interrupt::Interrupt;
use super::output::Output;
use super::question::{Question, Understood};
use super::words::{ByName, count};
use super::{CliError, Exit};
use crate::Budget;
use crate::algebra::Rational;
use crate::fisher::LocalGeometry;
use crate::model::{
    Activation, DeepLinearNetwork, Inputs, Kernel, Mixture, Model, ModelError, ShallowNetwork,
    naive_bayes, reduced_rank_regression,
};
use crate::report::Outcome;
use crate::resolution::{Answer, Germ};
use clap::{ArgGroup, Args, ValueEnum};
use serde::Serialize;

const EXAMPLES: &str = "\
Examples:
  rlct fisher --ideal 'a*c' 'a*d' 'b*c' 'b*d' --at a=1,c=0
  rlct fisher 'x^2 + y^4'                            a loss: the rank of its Hessian
  rlct fisher --model reduced-rank --sizes 2,1,2 --at a1_1=1,b1_1=1
  rlct fisher --model naive-bayes --sizes 2,2,2,2 \\
       --at p0=1/2,p1_0=1/3,p1_1=2/3,p2_0=1/3,p2_1=2/3,p3_0=1/3,p3_1=2/3

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
    germ: GermArgs,
    /// A statistical model; --at gives its true parameter
    #[arg(long, value_parser = ByName::<ModelName>::new(), requires = "sizes",
          conflicts_with_all = ["amplitude", "nonnegative", "numbers", "variables"])]
    model: Option<ModelName>,
    /// Its sizes: inputs,hidden,outputs; widths; classes,states,…; components
    #[arg(long, value_name = "N,…", value_delimiter = ',', requires = "model", value_parser = count::<usize>)]
    sizes: Vec<usize>,
}

/// Models by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModelName {
    /// Reduced-rank regression: inputs,hidden,outputs
    ReducedRank,
    /// A deep linear network: its widths
    DeepLinear,
    /// A tanh network of one hidden layer: inputs,hidden,outputs
    Tanh,
    /// Latent classes: classes, then the states of each feature
    NaiveBayes,
    /// A mixture of normal distributions of variance 1: components
    NormalMixture,
    /// A mixture of Poisson distributions: components
    PoissonMixture,
}

#[derive(Serialize)]
struct View<'a> {
    question: &'a str,
    /// What was understood of a germ; of a model the names of its parameters.
    #[serde(flatten)]
    understood: Option<&'a Understood>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variables: Option<&'a [String]>,
    #[serde(flatten)]
    geometry: &'a LocalGeometry,
    engine: &'a Outcome,
}

pub(super) fn run(args: &FisherArgs, output: &mut Output<'_>) -> Result<Exit, CliError> {
    let interrupt = Interrupt::install();
    let question = args.germ.question();
    let (title, germ, understood) = match args.model {
        Some(model) => {
            let (title, germ) = model.germ(&args.sizes, &question)?;
            (title, germ, None)
        }
        None => {
            let germ = germ(&question)?;
            let understood = Understood::new(&question, &germ);
            (understood.reading.clone(), germ, Some(understood))
        }
    };
    let budget = Budget::default().with_stop(interrupt.flag());
    let mut geometry = LocalGeometry::within(&germ, &budget)?;
    if args.model.is_some_and(ModelName::has_local_ideal) {
        geometry = geometry.at_the_point_only();
    }
    let answer = germ.learning_coefficient(&budget)?;
    let agrees = agree(&geometry, &answer);
    let decided = answer.coefficient().is_some();
    let engine = Outcome::from(answer);
    if output.is_json() {
        output.value(&View {
            question: &title,
            understood: understood.as_ref(),
            variables: understood.is_none().then(|| germ.variables().names()),
            geometry: &geometry,
            engine: &engine,
        })?;
    } else {
        output.line(&title)?;
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

impl ModelName {
    /// Whether the ideal stands for the model near the true parameter only, as finitely many moments do: elsewhere more of them would be
    /// needed, so their generic rank is not the model's.
    fn has_local_ideal(self) -> bool {
        matches!(
            self,
            Self::Tanh | Self::NormalMixture | Self::PoissonMixture
        )
    }

    fn germ(self, sizes: &[usize], question: &Question) -> Result<(String, Germ), CliError> {
        let wrong = |model, needed| CliError::Sizes {
            model,
            needed,
            found: sizes.len(),
        };
        match (self, sizes) {
            (Self::ReducedRank, &[n, h, m]) => place(
                "reduced-rank regression",
                &reduced_rank_regression(n, h, m)?,
                question,
            ),
            (Self::ReducedRank, _) => Err(wrong("reduced-rank", "inputs,hidden,outputs")),
            (Self::DeepLinear, widths) => place(
                "deep linear network",
                &DeepLinearNetwork::new(widths)?,
                question,
            ),
            (Self::Tanh, &[n, h, m]) => {
                let model = ShallowNetwork::new(n, h, m, Activation::Tanh, Inputs::Normal)?;
                place("tanh network", &model, question)
            }
            (Self::Tanh, _) => Err(wrong("tanh", "inputs,hidden,outputs")),
            (Self::NaiveBayes, [classes, states @ ..]) => {
                place("naive Bayes", &naive_bayes(*classes, states)?, question)
            }
            (Self::NaiveBayes, _) => Err(wrong("naive-bayes", "classes,states,…")),
            (Self::NormalMixture, &[h]) => place(
                "normal mixture",
                &Mixture::new(Kernel::NormalLocation, h)?,
                question,
            ),
            (Self::NormalMixture, _) => Err(wrong("normal-mixture", "components")),
            (Self::PoissonMixture, &[h]) => place(
                "Poisson mixture",
                &Mixture::new(Kernel::Poisson, h)?,
                question,
            ),
            (Self::PoissonMixture, _) => Err(wrong("poisson-mixture", "components")),
        }
    }
}

/// A model at the true parameter that the question gives.
fn place<M: Model>(name: &str, model: &M, question: &Question) -> Result<(String, Germ), CliError> {
    let mut truth = vec![Rational::ZERO; model.dimension()];
    for at in &question.at {
        let name = at.name.clone();
        let i = model.parameters().index_of(&name);
        let i = i.ok_or_else(|| ModelError::UnknownName { name: name.clone() })?;
        truth[i] = at
            .value
            .parse()
            .map_err(|error| CliError::Coordinate { name, error })?;
    }
    let names = model.parameters().names().iter().zip(&truth);
    let at: Vec<String> = names.map(|(name, x)| format!("{name} = {x}")).collect();
    let title = format!("{name}, true parameter {}", at.join(", "));
    Ok((title, model.germ(&truth)?))
}
