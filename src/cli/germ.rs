//! From the user's words to the engine and back.

use super::CliError;
use super::question::{Form, Question};
use crate::Budget;
use crate::algebra::{Polynomial, Variables};
use crate::report::Outcome;
use crate::resolution::{Germ, Reading};

/// The answer to a question, within a budget; `warn` hears of what has no effect.
pub(super) fn solve(
    question: &Question,
    budget: &Budget,
    warn: impl FnMut(String),
) -> Result<Outcome, CliError> {
    Ok(germ(question, warn)?.learning_coefficient(budget)?.into())
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
    let point = question
        .at
        .iter()
        .map(|at| (at.name.as_str(), at.value.clone()));
    Ok(germ.nonnegative(&nonnegative)?.at(point)?)
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
