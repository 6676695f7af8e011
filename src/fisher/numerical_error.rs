//! What can be wrong with numerical spectra.

/// Why there is no numerical rank or spectrum.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NumericalError {
    /// No rows or no columns.
    #[error(
        "there are no gradients: the loss has no samples or no parameters; for a population loss \
         use the Hessian"
    )]
    NoSamples,
    /// A list of the wrong length.
    #[error("{what} has {found} entries, expected {expected}")]
    Length {
        /// Which list.
        what: &'static str,
        /// The length needed.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// An entry that is infinite or NaN.
    #[error("row {row} (a sample), column {column} (a parameter) is {value}, not finite")]
    NotFinite {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// The value.
        value: f64,
    },
    /// A matrix that is not symmetric.
    #[error("entries ({row}, {column}) and ({column}, {row}) differ; the matrix must be symmetric")]
    NotSymmetric {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
    },
    /// A product or a derivative beyond the range of floating point.
    #[error("a product overflowed; scale the loss or the parameters down")]
    Overflow,
    /// A size above what is written out.
    #[error("{what} is {found}, above the limit of {limit}; use an operator and Lanczos")]
    TooLarge {
        /// Which size.
        what: &'static str,
        /// The limit.
        limit: usize,
        /// The size.
        found: usize,
    },
    /// A setting out of range.
    #[error("{what} is {value}, must be {allowed}")]
    Setting {
        /// Which.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// An iteration that did not end.
    #[error("the singular values did not converge")]
    NoConvergence,
}
