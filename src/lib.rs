//! Learning coefficients of singular models: exact (λ, m) beside estimated λ̂.

pub mod algebra;
mod budget;
#[cfg(feature = "cli")]
pub mod cli;
pub mod closed_form;
pub mod diagnostics;
pub mod estimate;
mod learning_coefficient;
pub mod loss;
pub mod polyhedron;
pub mod report;
pub mod resolution;
pub mod sampler;

pub use budget::{Budget, Exhausted};
pub use learning_coefficient::LearningCoefficient;
