//! What can be wrong with a network, its data, its weights and its training.

use crate::loss::LossError;

/// Why a network could not be built, fed or trained.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// A description that is no JSON of a network.
    #[error("line {line}, column {column} of the description: {reason}")]
    Description {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A layer that cannot stand where it stands, or has a size that is none.
    #[error("layer {layer}: {reason}")]
    Layer {
        /// Index of the layer, from 0.
        layer: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The inputs, the last layer or the head do not make a network.
    #[error("{what}: {reason}")]
    Shape {
        /// What is wrong: inputs, layers or head.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// More parameters than can be addressed.
    #[error("layer {layer} brings the number of parameters above {limit}")]
    TooLarge {
        /// Index of the layer, from 0.
        layer: usize,
        /// The most there may be.
        limit: usize,
    },
    /// A word that names no parameter.
    #[error("no parameter is called `{name}`; there are: {}", known.join(", "))]
    UnknownParameter {
        /// The word given.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A choice of parameters that leaves none.
    #[error("no parameter is left to move")]
    NothingMoves,
    /// A parameter vector of the wrong length.
    #[error("the network has {expected} parameters, got {found}")]
    Dimension {
        /// The number of parameters.
        expected: usize,
        /// The number given.
        found: usize,
    },
    /// A parameter that is infinite or NaN.
    #[error("entry {index} of {name} is {value}, which is not finite")]
    Weight {
        /// The name of the tensor.
        name: String,
        /// Index in it, row-major.
        index: usize,
        /// The entry.
        value: f64,
    },
    /// No sample.
    #[error("{what} has no samples (n = 0)")]
    NoSamples {
        /// Which data.
        what: String,
    },
    /// Data of another shape than needed.
    #[error("{what} has {found} {unit}, expected {expected}")]
    Size {
        /// Which data.
        what: String,
        /// Rows, columns, entries.
        unit: &'static str,
        /// The number needed.
        expected: usize,
        /// The number found.
        found: usize,
    },
    /// An entry of the data that cannot be.
    #[error("{what}, row {row}, column {column}: {value} is not {expected}")]
    Entry {
        /// Which data, with its file.
        what: String,
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
        /// The entry, as text.
        value: String,
        /// What it should be.
        expected: String,
    },
    /// A file that cannot be read or written.
    #[error("{file}: {reason}")]
    File {
        /// The path.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A tensor that is not in a file of weights, or does not fit.
    #[error("{file}: {reason}")]
    Tensor {
        /// The path.
        file: String,
        /// Which tensor, and what is wrong with it.
        reason: String,
    },
    /// A setting of training out of its range.
    #[error("{what} must be {expected}, got {found}")]
    Setting {
        /// The setting.
        what: &'static str,
        /// Its range.
        expected: &'static str,
        /// The value given.
        found: f64,
    },
    /// Training that left the finite numbers.
    #[error("the loss is {value} at step {step}: training diverged; take a smaller rate")]
    Diverged {
        /// The step.
        step: u64,
        /// The loss there.
        value: f64,
    },
    /// An error of a loss.
    #[error(transparent)]
    Loss(#[from] LossError),
}
