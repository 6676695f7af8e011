//! Certificates: proofs of learning coefficients, and their independent checker.

pub mod format;
mod pole;

pub use pole::Pole;
