//! Statistical models: gradients against differences, ideals against K, samples against
//! probabilities, the engine against known learning coefficients, and what must be refused.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod gradients;
mod ideals;
mod instances;
mod known_values;
mod misuse;
mod samples;
