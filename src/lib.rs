//! Learning coefficients of singular models: exact (λ, m) beside estimated λ̂.

pub mod algebra;
mod budget;
mod learning_coefficient;
pub mod polyhedron;
pub mod resolution;

pub use budget::{Budget, Exhausted};
pub use learning_coefficient::LearningCoefficient;
