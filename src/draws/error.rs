//! What can be wrong with recording and writing draws.

use std::io;
use std::path::PathBuf;

/// Why draws were not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DrawsError {
    /// The ending of the file names no format.
    #[error("`{}` does not end in .zarr, .json or .csv; the ending chooses the \
             format", path.display())]
    Ending {
        /// The file.
        path: PathBuf,
    },
    /// There is something already.
    #[error("{} exists; choose another name, or have it replaced (--force)", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// What is there is not what would be written, and is not replaced.
    #[error("{} exists and is no {what}; it is not replaced, choose another name", path.display())]
    NotReplaced {
        /// The file.
        path: PathBuf,
        /// What would be written.
        what: &'static str,
    },
    /// There are no draws.
    #[error("no chain has come to its first draw: nothing is written to {}", path.display())]
    NoDraws {
        /// The file.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot write {}: {error}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
}
