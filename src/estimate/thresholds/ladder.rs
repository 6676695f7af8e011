//! The temperature ladder: when λ̂ and its standard error are doubted.
//!
//! | doubt | where |
//! |---|---|
//! | [`Rhat`](Doubt::Rhat) | R̂ between the ladders > [`LARGEST_RHAT`] |
//! | [`Acceptance`](Doubt::Acceptance) | of the trajectories < [`LEAST_ACCEPTANCE`] |
//! | [`Exchange`](Doubt::Exchange) | of a pair of rungs < [`LEAST_EXCHANGE`] |
//! | [`Dispersion`](Doubt::Dispersion) | > [`LARGEST_DISPERSION`] |
//! | [`Imbalance`](Doubt::Imbalance) | mean square > [`LARGEST_IMBALANCE`] |
//! | [`Drift`](Doubt::Drift) | beyond Student's point of [`DRIFT_PROBABILITY`] |
//! | [`BelowMinimum`](Doubt::BelowMinimum) | λ̂ below −[`BELOW_MINIMUM_ERRORS`] |
//! | [`ShortRange`](Doubt::ShortRange) | fall of log Z < [`LEAST_FALL`], on samples < [`LEAST_FALL_OF_SAMPLES`] |
//! | [`Fit`](Doubt::Fit) | as in [`fit`](super::fit) |
//!
//! Diagnostics of rungs are those of the rungs that the best window of the fit uses, and count by
//! the worst of them. A ladder's draws are blocks of sweeps, of which the effective number is told
//! but raises no doubt: the error comes from the spread of independent ladders.

#[cfg(doc)]
use crate::estimate::Doubt;

/// R̂ above which a rung has not converged: a ratio of standard deviations between and within
/// ladders, by the median of the rungs around. That of the distances from w* counts half. The
/// limit of [`chains`](super::chains::LARGEST_RHAT), chosen by hand.
pub const LARGEST_RHAT: f64 = 1.05;

/// The mean probability of acceptance of a rung's trajectories. Lower than for
/// [`chains`](super::chains::LEAST_ACCEPTANCE), since scalings, shifts and exchanges move a rung
/// besides, and the steps of trajectories are drawn over two orders of magnitude. Chosen by hand.
pub const LEAST_ACCEPTANCE: f64 = 0.1;

/// The rate of exchange of a pair of rungs below which states hardly pass from one to the other.
/// Chosen by hand: at the distance of the default rungs it is about 0.25.
pub const LEAST_EXCHANGE: f64 = 0.1;

/// The variance between ladders of means over groups of rungs, over that of independent rungs: 1
/// for independent ones, and counted in the error. Higher than for
/// [`volume`](super::volume::LARGEST_DISPERSION), since exchanges carry states from rung to rung.
/// Chosen by hand.
pub const LARGEST_DISPERSION: f64 = 6.0;

/// The mean square over the rungs of the control variates, in standard errors of their means,
/// above which the ladders have not filled the box: 1 is expected of those that have. Chosen by
/// hand. The doubt tells the square root.
pub const LARGEST_IMBALANCE: f64 = 4.0;

/// How rare a change between the halves of the sweeps must be by chance, up or down, for a doubt:
/// a probability of Student's distribution with one degree of freedom less than there are ladders.
/// Chosen by hand: chance is then out of the question. What of the change exceeds
/// [`DRIFT_CHANCE`] must be larger than the standard error of λ̂ besides.
pub const DRIFT_PROBABILITY: f64 = 0.001;

/// The probability of chance up to which a change between the halves of the sweeps is explained by
/// it (Student's distribution); what is beyond adds to the standard error of λ̂. The usual 5 %.
pub const DRIFT_CHANCE: f64 = 0.05;

/// Standard errors by which λ̂ is below 0 where w* is no minimum, since λ > 0 there. As for
/// [`chains`](super::chains::BELOW_MINIMUM_ERRORS).
pub const BELOW_MINIMUM_ERRORS: f64 = 2.0;

/// By how much log Z falls at least, as λ̂ times the range of log t: a power of t is hardly to be
/// told from other functions over less. Chosen by hand, a third of that of log V for
/// [`volume`](super::volume::LEAST_FALL); no reason for the difference is on record.
pub const LEAST_FALL: f64 = 4.0;

/// The same on samples, from where t·K is 1 at the median of the box to t = 2n/log n: below it the
/// samples hardly tell w* from the rest of the box. Chosen by hand; on more samples or in a larger
/// box it is more.
pub const LEAST_FALL_OF_SAMPLES: f64 = 1.0;

/// The fewest blocks of sweeps of a ladder from which there is an answer after a stop, of the 50
/// that all sweeps make: a tenth, chosen by hand. R̂ needs four.
pub const FEWEST_BLOCKS: usize = 5;
