//! Where answers go: text for people, JSON for programs.

use super::CliError;
use crate::report::Comparison;
use serde::Serialize;
use std::fmt;
use std::io::{self, Write};

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An answer, and what gave it.
#[derive(Serialize)]
struct Versioned<'a, T> {
    #[serde(flatten)]
    value: &'a T,
    version: &'static str,
}

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

    /// The columns that there are for people: those of the terminal, between 80 and 120; 80 where
    /// the output goes elsewhere.
    pub(super) fn width(&self) -> u16 {
        const WIDTHS: [u16; 2] = [Comparison::WIDTH, 120];
        let terminal = comfy_table::Table::new().width();
        terminal.map_or(WIDTHS[0], |width| width.clamp(WIDTHS[0], WIDTHS[1]))
    }

    /// Writes a line for people.
    pub(super) fn line(&mut self, text: impl fmt::Display) -> Result<(), CliError> {
        let written = writeln!(self.stream, "{text}").and_then(|()| self.stream.flush());
        written.map_err(CliError::Write)
    }

    /// Writes text as it is.
    pub(super) fn bytes(&mut self, text: &[u8]) -> Result<(), CliError> {
        let written = self.stream.write_all(text);
        written
            .and_then(|()| self.stream.flush())
            .map_err(CliError::Write)
    }

    /// Writes an object for programs, indented, with the version of this program.
    pub(super) fn value(&mut self, value: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(&Versioned {
            value,
            version: VERSION,
        })
        .map_err(|error| CliError::Write(io::Error::from(error)))?;
        self.line(text)
    }

    /// Writes an array of answers for programs, a line an element, each with the version of this
    /// program.
    pub(super) fn lines<T: Serialize>(&mut self, values: &[T]) -> Result<(), CliError> {
        let versioned = values.iter().map(|value| Versioned {
            value,
            version: VERSION,
        });
        self.data(&versioned.collect::<Vec<_>>())
    }

    /// Writes an array for programs, a line an element, as it is.
    pub(super) fn data<T: Serialize>(&mut self, values: &[T]) -> Result<(), CliError> {
        let lines: Result<Vec<_>, _> = values.iter().map(serde_json::to_string).collect();
        let lines = lines.map_err(|error| CliError::Write(io::Error::from(error)))?;
        match lines.as_slice() {
            [] => self.line("[]"),
            lines => self.line(format_args!("[\n  {}\n]", lines.join(",\n  "))),
        }
    }
}
