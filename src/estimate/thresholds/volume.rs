//! Volume scaling: when λ̂ and its standard error are doubted.
//!
//! | doubt | where |
//! |---|---|
//! | [`Dispersion`](Doubt::Dispersion) | > [`LARGEST_DISPERSION`] |
//! | [`ShortRange`](Doubt::ShortRange) | fall of log V < [`LEAST_FALL`] |
//! | [`Fit`](Doubt::Fit) | as in [`fit`](super::fit) |

#[cfg(doc)]
use crate::estimate::Doubt;

/// The variance of slopes between replicates over that of independent deaths: 1 for particles that
/// mix perfectly. The factor is counted in the error, but slow particles bias all replicates alike.
/// Chosen by hand. Of the suite of `rlct compare` the binomial mixture is beyond it without slides
/// (dispersion 3.5, λ̂ = 0.83 instead of 3/4), and below it with them (λ̂ = 0.75).
pub const LARGEST_DISPERSION: f64 = 2.5;

/// By how much log V falls at least, in the shortest replicate: a power of ε, with its logarithms,
/// is hardly to be told from other functions over less. Chosen by hand: a tenth of what
/// [`Splitting`](crate::sampler::Splitting) aims at.
pub const LEAST_FALL: f64 = 12.0;
