//! Estimates.
mod asymptotics;
mod volume;
pub use volume::prototype;
