//! What can be wrong with losses that another program wrote.

use std::io;
use std::path::PathBuf;

/// Why a file of losses was not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The system refused.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
    /// A line of a table is not what was expected.
    #[error("{}:{line}: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong there, with the column, and what to do.
        reason: String,
    },
    /// A Zarr store holds no losses that can be read.
    #[error("{}: {reason}", path.display())]
    Store {
        /// The group, array or chunk.
        path: PathBuf,
        /// What is wrong there, and what to do.
        reason: String,
    },
}
