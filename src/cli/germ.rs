//! From the user's words to the engine and back.

use super::CliError;
use super::question::{Assignment, Form, Question};
use crate::Budget;
use crate::algebra::{AlgebraicNumber, Polynomial, Variables};
use crate::report::Outcome;
use crate::resolution::{Germ, GermError, Reading, Resolution};
use clap::Args;
use std::convert::Infallible;

/// A germ in words: polynomials, prior, domain and point.
#[derive(Debug, Clone, Args)]
pub(super) struct GermArgs {
    /// The loss K itself, a polynomial ≥ 0 near the point that vanishes there
    #[arg(value_name = "K", value_parser = trimmed)]
    loss: Option<String>,
    /// Generators g₁ g₂ … of an ideal: K = Σ gᵢ²
    #[arg(long, value_name = "G", num_args = 1.., value_parser = trimmed)]
    ideal: Vec<String>,
    /// A monomial A: the prior is proportional to |A| near the point [default: 1]
    #[arg(long, value_name = "A", value_parser = trimmed)]
    amplitude: Option<String>,
    /// Variables that are ≥ 0 on the domain
    #[arg(long, value_name = "X,…", value_delimiter = ',')]
    nonnegative: Vec<String>,
    /// The point: values of variables, 0 where not given
    #[arg(long, value_name = "X=Q,…", value_delimiter = ',')]
    at: Vec<Assignment>,
    /// A real algebraic number for the point: an equation and an interval with one of its roots
    #[arg(long = "where", value_name = "S^2 = 2, 1 < S < 2")]
    numbers: Vec<AlgebraicNumber>,
    /// The variables of the ring [default: those that occur]
    #[arg(long, value_name = "X,…", value_delimiter = ',')]
    variables: Option<Vec<String>>,
}

/// A polynomial without the spaces around it.
fn trimmed(text: &str) -> Result<String, Infallible> {
    Ok(text.trim().to_owned())
}

impl GermArgs {
    pub(super) fn question(&self) -> Question {
        let (generators, form) = match &self.loss {
            Some(loss) => (vec![loss.clone()], Form::Loss),
            None => (self.ideal.clone(), Form::Ideal),
        };
        Question {
            generators,
            form,
            variables: self.variables.clone(),
            amplitude: self.amplitude.clone(),
            nonnegative: self.nonnegative.clone(),
            at: self.at.clone(),
            numbers: self.numbers.clone(),
        }
    }
}

/// The answer to a question, within a budget; `warn` hears of what has no effect.
pub(super) fn solve(
    question: &Question,
    budget: &Budget,
    mut warn: impl FnMut(String),
) -> Result<Outcome, CliError> {
    let resolution = germ(question, &mut warn)?.resolve(budget)?;
    if let Some(remark) = remark(&resolution) {
        warn(remark.to_string());
    }
    Ok(resolution.answer().clone().into())
}

/// What the answer to a loss leaves open.
pub(super) fn remark(resolution: &Resolution) -> Option<&'static str> {
    (resolution.reading() == Reading::Absolute)
        .then_some("K = |g|: that K ≥ 0 near the point is not proved")
}

/// The germ that is asked about; `warn` hears of what has no effect.
pub(super) fn germ(question: &Question, mut warn: impl FnMut(String)) -> Result<Germ, CliError> {
    let reading = match question.form {
        Form::Ideal => Reading::Ideal,
        Form::Loss => Reading::Loss,
    };
    let generators = polynomials(question)?;
    let mut nonnegative = question.nonnegative.clone();
    if let (None, Some(first)) = (&question.variables, generators.first()) {
        // K does not depend on them, nor then does the answer on their sign
        nonnegative.retain(|name| {
            let occurs = first.variables().index_of(name).is_some();
            if !occurs {
                warn(format!(
                    "`{name}` ≥ 0 has no effect: `{name}` does not occur in K"
                ));
            }
            occurs
        });
    }
    let mut germ = Germ::new(reading, generators)?;
    if let Some(amplitude) = &question.amplitude {
        germ = germ.amplitude(amplitude)?;
    }
    for number in &question.numbers {
        germ = germ.number(number.clone())?;
    }
    let point = question.at.iter().map(|at| (&at.name, &at.value));
    germ.nonnegative(&nonnegative)?
        .at_values(point)
        .map_err(|error| match error {
            GermError::Value { text, source, .. } => CliError::Value {
                text,
                error: source,
            },
            error => error.into(),
        })
}

/// The generators, in the ring that is asked for or in that of the variables that occur.
fn polynomials(question: &Question) -> Result<Vec<Polynomial>, CliError> {
    let unreadable = |(i, error): (usize, _)| CliError::Polynomial {
        text: question.generators[i].clone(),
        error,
    };
    let Some(names) = &question.variables else {
        return Polynomial::parse_all(&question.generators).map_err(unreadable);
    };
    let ring = Variables::new(names.iter().cloned())?;
    let texts = question.generators.iter().enumerate();
    texts
        .map(|(i, text)| Polynomial::parse_in(text, &ring).map_err(|error| unreadable((i, error))))
        .collect()
}
