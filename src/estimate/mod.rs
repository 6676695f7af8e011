//! Estimates of λ and m, each with a standard error and a verdict.

mod asymptotics;
mod error;
mod llc;
mod llc_estimate;
mod verdict;
mod volume;

pub use asymptotics::{Conditional, PoleFit};
pub use error::EstimateError;
pub use llc::Llc;
pub use llc_estimate::LlcEstimate;
pub use verdict::{Doubt, Verdict};
pub use volume::{VolumeEstimate, VolumeScaling};
