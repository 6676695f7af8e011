//! What can be wrong with data and candidates.

use crate::closed_form::ClosedFormError;
use crate::estimate::EstimateError;
use crate::loss::LossError;

/// Why models cannot be compared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectionError {
    /// A table that is no CSV with one line of names.
    #[error("line {line}: {reason}")]
    Csv {
        /// The line, from 1; 0 if the reader does not tell.
        line: u64,
        /// What is wrong there.
        reason: String,
    },
    /// A column that is not there.
    #[error("there is no column `{name}`; the columns are: {}", columns.join(", "))]
    NoColumn {
        /// The name asked for.
        name: String,
        /// The names there are.
        columns: Vec<String>,
    },
    /// A column that is named twice.
    #[error("the column `{name}` is named twice")]
    SameColumn {
        /// The name.
        name: String,
    },
    /// No column at all.
    #[error("{what} need at least {least} column(s), got {found}")]
    TooFewColumns {
        /// What the columns are for.
        what: &'static str,
        /// The least number.
        least: usize,
        /// The number given.
        found: usize,
    },
    /// A cell without a number.
    #[error(
        "line {line}, column `{column}`: the value is missing; leave the line out or fill it in"
    )]
    Missing {
        /// The line, from 1.
        line: u64,
        /// The column's name.
        column: String,
    },
    /// A cell that is not a finite number.
    #[error("line {line}, column `{column}`: `{text}` is not {expected}")]
    Cell {
        /// The line, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// The text of the cell.
        text: String,
        /// What belongs there.
        expected: String,
    },
    /// Columns of different lengths.
    #[error("column `{column}` has {found} rows, the first one {expected}")]
    Ragged {
        /// The column's name.
        column: String,
        /// The rows of the first column.
        expected: usize,
        /// Its rows.
        found: usize,
    },
    /// A column whose values are all equal.
    #[error("column `{column}` is constant; leave it out")]
    Constant {
        /// The column's name.
        column: String,
    },
    /// A column that the ones before it determine.
    #[error(
        "column `{column}` is a linear combination of the columns before it; leave one of them out"
    )]
    Collinear {
        /// The column's name.
        column: String,
    },
    /// A document without words, or a word that occurs in no document.
    #[error("{what}; leave it out")]
    NoTokens {
        /// Which, in words.
        what: String,
    },
    /// A column in which all symbols are the same.
    #[error("column `{column}` has one symbol only: its order is not to be chosen")]
    OneSymbol {
        /// The column's name.
        column: String,
    },
    /// Responses without noise.
    #[error(
        "the predictors fit a combination of the responses exactly (canonical correlation 1): the \
         likelihood with estimated noise is not bounded"
    )]
    PerfectFit,
    /// Too few rows for the model.
    #[error("{model} needs at least {least} rows, got {found}")]
    TooFewRows {
        /// The model.
        model: String,
        /// The least number.
        least: usize,
        /// The number given.
        found: usize,
    },
    /// A setting out of its range.
    #[error("{what} must be {expected}, got {found}")]
    Setting {
        /// Which setting.
        what: &'static str,
        /// Its range.
        expected: String,
        /// The value given.
        found: f64,
    },
    /// No candidate.
    #[error("there is no model to choose from")]
    NoCandidates,
    /// A candidate that cannot be scored.
    #[error("model `{name}`: {reason}")]
    Candidate {
        /// The model's name.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// Sizes for which a closed form has no meaning.
    #[error(transparent)]
    ClosedForm(#[from] ClosedFormError),
    /// A loss that cannot be built.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// WBIC could not be sampled.
    #[error(transparent)]
    Estimate(#[from] EstimateError),
}
