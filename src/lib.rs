//! Learning coefficients of singular models: exact (λ, m) beside estimated λ̂.

pub mod algebra;
mod learning_coefficient;
pub mod loss;
pub mod sampler;

pub use learning_coefficient::LearningCoefficient;
pub mod estimate;
pub mod diagnostics;
