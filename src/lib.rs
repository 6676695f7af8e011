//! Learning coefficients of singular models: exact (λ, m) beside estimated λ̂.

pub mod algebra;
mod budget;
pub mod diagnostics;
pub mod estimate;
mod learning_coefficient;
pub mod loss;
pub mod polyhedron;
pub mod resolution;
pub mod sampler;

pub use budget::{Budget, Exhausted};
pub use learning_coefficient::LearningCoefficient;
