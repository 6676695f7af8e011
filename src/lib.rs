//! Learning coefficients of singular models: exact (λ, m) beside estimated λ̂.

pub mod algebra;
pub mod closed_form;
mod learning_coefficient;
pub mod report;

pub use learning_coefficient::LearningCoefficient;
