//! From the user's words to the engine and back.

use super::CliError;
use super::words::{ByName, trimmed};
use crate::algebra::{AlgebraicNumber, Polynomial, Variables};
use crate::resolution::{Assignment, Germ, GermError, GermText, Reading};
use clap::{Args, ValueEnum};

/// A germ in words: polynomials, prior, domain and point.
#[derive(Debug, Clone, Args)]
pub(super) struct GermArgs {
    /// The loss K itself, a polynomial ≥ 0 near the point that vanishes there
    #[arg(value_name = "K", value_parser = trimmed)]
    loss: Option<String>,
    /// How K is read: as a loss ≥ 0, or as |K|, for K of either sign [default: loss]
    #[arg(long, value_name = "READING", requires = "loss", conflicts_with = "ideal",
          value_parser = ByName::<Sign>::new())]
    reading: Option<Sign>,
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

/// How a single polynomial is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sign {
    /// A polynomial ≥ 0 near the point
    Loss,
    /// Its absolute value: saddles, and levels of a loss through points that are no minima
    Absolute,
}

impl From<Sign> for Reading {
    fn from(sign: Sign) -> Self {
        match sign {
            Sign::Loss => Self::Loss,
            Sign::Absolute => Self::Absolute,
        }
    }
}

impl GermArgs {
    /// Of K ≥ 0 there is no proof over a region: what is said where |K| is meant although a loss
    /// was asked about.
    pub(super) fn remark_on_sign(&self, meant: Reading) -> Option<&'static str> {
        let asked = self.reading == Some(Sign::Absolute);
        (meant == Reading::Absolute && !asked)
            .then_some("K is read as |K|: that it is ≥ 0 all over the region is not proved")
    }

    /// An option that is about polynomials near a point and was given, where none are asked about.
    pub(super) fn of_a_point(&self) -> Option<&'static str> {
        let options = [
            ("--amplitude", self.amplitude.is_some()),
            ("--nonnegative", !self.nonnegative.is_empty()),
            ("--at", !self.at.is_empty()),
            ("--where", !self.numbers.is_empty()),
        ];
        let given = options.into_iter().find(|(_, given)| *given);
        given.map(|(option, _)| option)
    }

    /// The same, or one that is about the polynomials alone.
    pub(super) fn of_polynomials(&self) -> Option<&'static str> {
        let more = [
            ("--variables", self.variables.is_some()),
            ("--reading", self.reading.is_some()),
        ];
        let given = more.into_iter().find(|(_, given)| *given);
        self.of_a_point().or(given.map(|(option, _)| option))
    }

    /// What was written.
    pub(super) fn text(&self) -> GermText {
        let (generators, form) = match &self.loss {
            Some(loss) => {
                let sign = self.reading.unwrap_or(Sign::Loss);
                (vec![loss.clone()], sign.into())
            }
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
