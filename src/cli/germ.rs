//! From the user's words to the engine and back.

use super::CliError;
use super::words::trimmed;
use crate::algebra::{AlgebraicNumber, Polynomial, Variables};
use crate::resolution::{Assignment, Germ, GermError, GermText, Reading};
use clap::Args;

/// A germ in words: polynomials, prior, domain and point.
#[derive(Debug, Clone, Args)]
pub(super) struct GermArgs {
    /// The loss K itself, a polynomial ≥ 0 near the point that vanishes there
    #[arg(value_name = "K", value_parser = trimmed)]
    loss: Option<String>,
    /// Generators g₁ g₂ … of an ideal: K = Σ gᵢ²
    #[arg(long, value_name = "G", num_args = 1.., value_parser = trimmed)]
    ideal: Vec<String>,
    /// A monomial A, such as a*b^2 or a^(-1/2)*b: the prior is proportional to |A| near the point
    /// [default: 1]
    #[arg(long, value_name = "A", value_parser = trimmed)]
    amplitude: Option<String>,
    /// Variables that are ≥ 0 on the domain
    #[arg(long, value_name = "X,…", value_delimiter = ',', value_parser = trimmed)]
    nonnegative: Vec<String>,
    /// The point: values of variables, 0 where not given
    #[arg(long, value_name = "X=Q,…", value_delimiter = ',')]
    at: Vec<Assignment>,
    /// A real algebraic number for the point: an equation and an interval with one of its roots
    #[arg(long = "where", value_name = "S^2 = 2, 1 < S < 2")]
    numbers: Vec<AlgebraicNumber>,
    /// The variables of the ring [default: those that occur]
    #[arg(long, value_name = "X,…", value_delimiter = ',', value_parser = trimmed)]
    variables: Option<Vec<String>>,
}

impl GermArgs {
    /// What was written.
    pub(super) fn text(&self) -> GermText {
        let (generators, form) = match &self.loss {
            Some(loss) => (vec![loss.clone()], Reading::Loss),
            None => (self.ideal.clone(), Reading::Ideal),
        };
        GermText {
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

/// The germ that is asked about.
pub(super) fn germ(question: &GermText) -> Result<Germ, CliError> {
    let germ = Germ::new(question.form, polynomials(question)?)?;
    let is_variable = |name: &String| germ.variables().index_of(name).is_some();
    if let Some(name) = question.nonnegative.iter().find(|name| !is_variable(name)) {
        return Err(CliError::NotAVariable {
            name: name.clone(),
            ring: germ.variables().names().join(", "),
        });
    }
    for (i, at) in question.at.iter().enumerate() {
        if question.at[..i]
            .iter()
            .any(|earlier| earlier.name == at.name)
        {
            return Err(CliError::TwoValues {
                name: at.name.clone(),
            });
        }
    }
    question.placed(germ).map_err(|error| match error {
        GermError::Value { text, source, .. } => CliError::Value {
            text,
            error: source,
        },
        error => error.into(),
    })
}

/// The generators, in the ring that is asked for or in that of the variables that occur.
fn polynomials(question: &GermText) -> Result<Vec<Polynomial>, CliError> {
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
