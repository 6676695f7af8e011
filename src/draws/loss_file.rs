//! Files of losses, whatever they are.

use super::{LossTrace, TraceError, loss_table, zarr_reader};
use std::io::{self, Read};
use std::path::Path;

impl LossTrace {
    /// Reads a file or a Zarr store, `-` is the standard input; a trace for each inverse
    /// temperature that it holds, in the order in which they appear. Of the columns or arrays
    /// those named `columns` are taken, if there are any names.
    ///
    /// # Errors
    /// [`TraceError`] with the line and column, or the array, where there is something else.
    pub fn read(path: &Path, columns: &[String]) -> Result<Vec<Self>, TraceError> {
        let refused = |error| TraceError::Read {
            path: path.into(),
            error,
        };
        if path.is_dir() {
            return Ok(vec![zarr_reader::read(path, columns)?]);
        }
        let mut bytes = Vec::new();
        if path == Path::new("-") {
            io::stdin().read_to_end(&mut bytes).map_err(refused)?;
        } else {
            bytes = std::fs::read(path).map_err(refused)?;
        }
        let at = |(line, reason)| TraceError::Line {
            path: if path == Path::new("-") {
                "stdin".into()
            } else {
                path.into()
            },
            line,
            reason,
        };
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = valid.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
            at((
                line,
                "this is no text (UTF-8); tables are CSV, stores Zarr".into(),
            ))
        })?;
        Self::from_text(&text, columns).map_err(at)
    }

    /// The same of a table's text; an error is the line, from 1, and what is wrong there.
    ///
    /// # Errors
    /// Cells that are missing or no numbers, lines of different length, columns that are not there.
    pub fn from_text(text: &str, columns: &[String]) -> Result<Vec<Self>, (u64, String)> {
        loss_table::read(text, columns)
    }
}
