//! What is wrong with a question, and where.

use rlct::algebra::ParseError;
use serde::Serialize;
use std::fmt::Display;

/// The field of the page that an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Field {
    /// The loss, or a generator by its number from 0.
    Generators,
    /// The point.
    At,
    /// The algebraic numbers of the point.
    Where,
    /// The variables that are ≥ 0.
    Nonnegative,
    /// The monomial of the prior.
    Amplitude,
    /// The variables of the ring.
    Variables,
    /// A certificate.
    Certificate,
    /// None of them: the question as a whole.
    Request,
}

/// An error, with the place in the text of a field if there is one. Columns count characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The field.
    pub field: Field,
    /// Which of the generators, or of the numbers, from 0.
    pub index: usize,
    /// The column, from 0.
    pub column: Option<usize>,
    /// How many characters are meant.
    pub width: usize,
    /// What is wrong.
    pub message: String,
}

impl Fault {
    /// An error about a field as a whole.
    pub fn of(field: Field, error: impl Display) -> Self {
        Self {
            field,
            index: 0,
            column: None,
            width: 0,
            message: error.to_string(),
        }
    }

    /// An error at a place of the text of a field, which begins `offset` characters before what
    /// was parsed.
    pub fn parsed(field: Field, index: usize, offset: usize, error: &ParseError) -> Self {
        Self {
            index,
            ..Self::of(field, error)
        }
        .at(offset + error.column(), error.width())
    }

    /// The same with a place.
    #[must_use]
    pub fn at(self, column: usize, width: usize) -> Self {
        Self {
            column: Some(column),
            width: width.max(1),
            ..self
        }
    }
}
