//! The data of `rlct select`: where from, how read, what was understood.

use super::super::CliError;
use crate::selection::{CsvFormat, CsvRead, FitTable, SelectionError};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MissingArg {
    /// Tell the first missing value with its line and column
    Refuse,
    /// Leave out lines with a missing value in a column that is used
    Drop,
}

/// Where the data are, and how they are to be read.
#[derive(Debug, Clone, PartialEq, Args)]
pub(super) struct InputArgs {
    /// The data, a CSV with a line of names; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// What separates cells: `,`, `;`, tab or another character; without, what the line of names
    /// has
    #[arg(long, value_name = "CHARACTER", value_parser = separator)]
    separator: Option<char>,
    /// What is done with missing values: empty cells, NA, N/A, NaN, null, `.` or `?`
    #[arg(long, value_enum, default_value_t = MissingArg::Refuse)]
    missing: MissingArg,
}

impl InputArgs {
    /// The table of these columns; `words` says whether they may hold words.
    pub(super) fn table(&self, columns: &[String], words: bool) -> Result<CsvRead, CliError> {
        let mut format = CsvFormat::new()
            .with_words(words)
            .with_missing(self.missing == MissingArg::Drop);
        if let Some(separator) = self.separator {
            format = format.with_separator(separator);
        }
        format
            .read(self.reader()?, columns)
            .map_err(|error| self.told(error))
    }

    /// Models that were fitted elsewhere.
    pub(super) fn fits(&self, num_samples: usize) -> Result<FitTable, CliError> {
        let table = FitTable::from_csv(self.reader()?, self.separator, num_samples);
        table.map_err(|error| self.told(error))
    }

    pub(super) fn told(&self, error: SelectionError) -> CliError {
        CliError::Selection {
            path: self.shown(),
            error,
        }
    }

    /// Whether missing values are looked for.
    pub(super) fn drops(&self) -> bool {
        self.missing == MissingArg::Drop
    }

    fn shown(&self) -> PathBuf {
        if self.is_stdin() {
            "stdin".into()
        } else {
            self.data.clone()
        }
    }

    fn is_stdin(&self) -> bool {
        self.data == Path::new("-")
    }

    fn reader(&self) -> Result<Box<dyn Read>, CliError> {
        if self.is_stdin() {
            return Ok(Box::new(io::stdin()));
        }
        let file = File::open(&self.data).map_err(|error| CliError::Read {
            path: self.data.clone(),
            error,
        })?;
        Ok(Box::new(file))
    }

    /// What was understood, in words.
    pub(super) fn read(&self, read: &CsvRead) -> String {
        const MOST: usize = 8;
        let table = &read.table;
        let mut text = format!(
            "read: {} rows of {} ({})",
            table.num_rows(),
            listed(table.names(), MOST),
            self.shown().display()
        );
        match read.separator {
            ',' => {}
            '\t' => text += "; separated by tabs",
            other => text += &format!("; separated by `{other}`"),
        }
        if !read.dropped.is_empty() {
            let lines: Vec<String> = read.dropped.iter().map(u64::to_string).collect();
            let (count, lines) = (lines.len(), listed(&lines, MOST));
            text += &format!("; {count} left out for missing values, line(s) {lines}");
        }
        for (column, name) in table.names().iter().enumerate() {
            if !table.states(column).is_empty() {
                text += &format!("; {name} is {}", listed(table.states(column), MOST));
            }
        }
        text
    }
}

/// What was understood, for programs.
pub(super) fn understood(read: &CsvRead) -> Value {
    let table = &read.table;
    let columns = table.names().iter().enumerate();
    let columns = columns.map(|(j, name)| match table.states(j) {
        [] => json!({ "name": name }),
        states => json!({ "name": name, "states": states }),
    });
    json!({
        "rows": table.num_rows(),
        "columns": columns.collect::<Vec<_>>(),
        "separator": read.separator,
        "dropped_lines": read.dropped,
    })
}

fn listed(words: &[String], most: usize) -> String {
    let shown = words
        .iter()
        .take(most)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match words.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn separator(text: &str) -> Result<char, String> {
    match text.to_lowercase().as_str() {
        "tab" | "\\t" => return Ok('\t'),
        "comma" => return Ok(','),
        "semicolon" => return Ok(';'),
        "space" => return Ok(' '),
        _ => {}
    }
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) if c.is_ascii() && !c.is_alphanumeric() && !"\"\r\n.-+".contains(c) => {
            Ok(c)
        }
        _ => Err(format!(
            "`{text}` is not one character that can separate cells, such as , ; | or the words \
             tab, comma, semicolon"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::separator;

    #[test]
    fn separators_are_one_character_or_its_name() {
        let right = [
            ("tab", '\t'),
            ("\t", '\t'),
            (";", ';'),
            ("Semicolon", ';'),
            ("|", '|'),
        ];
        for (text, expected) in right {
            assert_eq!(separator(text), Ok(expected));
        }
        for text in ["", ";;", "a", "5", ".", "\"", "·"] {
            assert!(separator(text).is_err(), "{text}");
        }
    }
}
