//! Certificates: proofs of learning coefficients, and their independent checker.

pub mod format;
