//! Networks of layers as losses: described in a few lines, on data one brings.
//!
//! A [`NetworkDescription`] (JSON) says what comes in, which layers follow each other and which
//! likelihood the outputs have. A [`Network`] has checked it and knows where each weight stands in
//! the flat parameter slice; with a [`Dataset`] it is a [`NetworkLoss`], a
//! [`Loss`](crate::loss::Loss) like any other: the mean negative log likelihood per sample, with
//! mini-batches and losses of single samples, in `f32` or `f64`.
//!
//! | layer | map | parameters |
//! |---|---|---|
//! | `dense` | W x + b | W outputs × inputs, b |
//! | `embedding` | rows of tables, added or concatenated | vocabulary × width |
//! | `tied` | Wᵀ W x + b | W hidden × inputs, b |
//! | `identity`, `relu`, `leaky_relu`, `tanh`, `sigmoid`, `gelu`, `softplus`, `square` | σ(x) | none |
//!
//! | head | −log p(y \| f) |
//! |---|---|
//! | `squared_error` | \|f − y\|²/(2σ²), without its constant |
//! | `cross_entropy` | −log softmax(f)\[y\] |
//! | `logistic` | Σⱼ log(1 + e^fⱼ) − yⱼ fⱼ |
//!
//! Values where a batch is empty are NaN, as means of nothing are; samplers never ask for them.

mod activation;
mod alignment;
mod architecture;
mod cone;
mod dataset;
mod description;
mod error;
mod head;
#[cfg(test)]
mod laws;
mod modular_addition;
mod network_loss;
mod optimizer;
mod parameters;
mod pass;
mod plan;
mod stages;
mod state_file;
mod table_files;
mod train;
mod weights;

pub use activation::Activation;
pub use architecture::Network;
pub use cone::cone_direction;
pub use dataset::{Dataset, Table};
pub use description::{Combine, Head, Inputs, Layer, NetworkDescription, Reduction};
pub use error::NetworkError;
pub use network_loss::NetworkLoss;
pub use optimizer::Optimizer;
pub use parameters::Parameter;
pub use train::{TracePoint, Training, TrainingState};
