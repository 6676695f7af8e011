//! `rlct closed-form`: learning coefficients from the literature.

use super::output::Output;
use super::{CliError, Exit};
use crate::algebra::Rational;
use crate::closed_form::{self, ClosedForm, ClosedFormError, Source};
use clap::{Args, Subcommand};
use serde::Serialize;

/// The family and its sizes.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(super) struct ClosedFormArgs {
    #[command(subcommand)]
    family: FamilyArgs,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
enum FamilyArgs {
    /// A regular model, λ = d/2: the loss is a sum of squares in suitable coordinates
    Regular {
        /// The number of parameters, or the codimension of a manifold of minima
        #[arg(short, long, value_name = "D")]
        parameters: usize,
    },
    /// A monomial loss Π w_i^(2k_i) under a monomial prior Π |w_i|^(h_i)
    NormalCrossing {
        /// The exponents k_1,k_2,… (half the exponents of the loss)
        #[arg(long, value_name = "K,…", value_delimiter = ',', required = true)]
        powers: Vec<u32>,
        /// The exponents h_1,h_2,… of the prior, rational numbers ≥ 0 [default: all 0, flat]
        #[arg(long, value_name = "H,…", value_delimiter = ',')]
        prior: Option<Vec<Rational>>,
    },
    /// Reduced-rank regression y = BAx + noise, a linear network with one hidden layer
    ReducedRank {
        /// The number of inputs M
        #[arg(long, value_name = "M")]
        inputs: usize,
        /// The number of outputs N
        #[arg(long, value_name = "N")]
        outputs: usize,
        /// The number of hidden units H
        #[arg(long, value_name = "H")]
        hidden: usize,
        /// The rank of the true map
        #[arg(long, value_name = "R", default_value_t = 0)]
        rank: usize,
    },
    /// A linear network of any depth
    DeepLinear {
        /// The widths from the inputs to the outputs
        #[arg(long, value_name = "W,…", value_delimiter = ',', required = true)]
        widths: Vec<usize>,
        /// The rank of the true map
        #[arg(long, value_name = "R", default_value_t = 0)]
        rank: usize,
    },
}

impl FamilyArgs {
    fn value(&self) -> Result<ClosedForm, ClosedFormError> {
        match self {
            Self::Regular { parameters } => closed_form::regular(*parameters),
            Self::NormalCrossing {
                powers,
                prior: Some(prior),
            } => closed_form::normal_crossing(powers, prior),
            Self::NormalCrossing {
                powers,
                prior: None,
            } => closed_form::normal_crossing(powers, &vec![Rational::ZERO; powers.len()]),
            Self::ReducedRank {
                inputs,
                outputs,
                hidden,
                rank,
            } => closed_form::reduced_rank(*inputs, *outputs, *hidden, *rank),
            Self::DeepLinear { widths, rank } => closed_form::deep_linear(widths, *rank),
        }
    }
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

pub(super) fn run(args: &ClosedFormArgs, output: &mut Output<'_>) -> Result<Exit, CliError> {
    let value = args.family.value()?;
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
        output.line(format_args!(
            "model:  {}, {}",
            value.family(),
            value.model()
        ))?;
        output.line(format_args!("source: {}", value.source()))?;
        output.line(format_args!("holds if {}", value.conditions()))?;
    }
    Ok(Exit::Success)
}
