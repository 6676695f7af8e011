//! Tables of an experiment.

use super::measured::rounded;
use serde::Serialize;
use std::fmt;

/// A table: what the figures of an experiment are made of.
///
/// # Examples
///
/// ```
/// use rlct::experiment::Table;
///
/// let mut table = Table::new("λ by width", ["width", "λ", "λ̂"]);
/// table.row([4.into(), "7/2".into(), 3.52.into()]);
/// assert_eq!(table.rows().len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

/// A cell: text, or a number, which is shown with five digits and kept with all.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(i64),
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new<C: Into<String>>(
        title: impl Into<String>,
        columns: impl IntoIterator<Item = C>,
    ) -> Self {
        Self {
            title: title.into(),
            columns: columns.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, a cell a column; missing ones are empty.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let mut cells: Vec<Cell> = cells.into_iter().collect();
        cells.resize(self.columns.len(), Cell::Text(String::new()));
        self.rows.push(cells);
    }

    /// What it is a table of.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The names of the columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Cell {
    fn from(number: i32) -> Self {
        Self::Whole(number.into())
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Whole(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => f.write_str(&rounded(*number, 5)),
            Self::Whole(number) => write!(f, "{number}"),
        }
    }
}
