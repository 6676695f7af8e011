//! Where answers go: text for people, JSON for programs.

use super::CliError;
use serde::Serialize;
use std::fmt;
use std::io::{self, Write};

/// The stream of answers, and whether they are JSON.
pub(super) struct Output<'a> {
    stream: &'a mut dyn Write,
    json: bool,
}

impl<'a> Output<'a> {
    pub(super) fn new(stream: &'a mut dyn Write, json: bool) -> Self {
        Self { stream, json }
    }

    /// Whether answers are to be JSON.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// Writes a line for people.
    pub(super) fn line(&mut self, text: impl fmt::Display) -> Result<(), CliError> {
        let written = writeln!(self.stream, "{text}").and_then(|()| self.stream.flush());
        written.map_err(CliError::Write)
    }

    /// Writes a value for programs, indented.
    pub(super) fn value(&mut self, value: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| CliError::Write(io::Error::from(error)))?;
        self.line(text)
    }

    /// Writes an array for programs, a line an element.
    pub(super) fn lines<T: Serialize>(&mut self, values: &[T]) -> Result<(), CliError> {
        let lines: Result<Vec<_>, _> = values.iter().map(serde_json::to_string).collect();
        let lines = lines.map_err(|error| CliError::Write(io::Error::from(error)))?;
        match lines.as_slice() {
            [] => self.line("[]"),
            lines => self.line(format_args!("[\n  {}\n]", lines.join(",\n  "))),
        }
    }
}
