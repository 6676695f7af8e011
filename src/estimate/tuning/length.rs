//! How long chains go on.

use crate::estimate::chain_summary::ChainSummary;
use crate::estimate::thresholds::chains::{
    LEAST_EFFECTIVE_DRAWS, ROUNDS_APART, ROUNDS_RELATIVE_ERROR, ROUNDS_RHAT,
    ROUNDS_RHAT_OF_DISTANCES,
};

/// When chains are long enough, and how long they may get.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::estimate) struct Length {
    /// The standard error aimed at, relative to U(t).
    pub(in crate::estimate) relative_error: f64,
    /// Gradients at most, over all chains; `None`: see [`Length::default_budget`].
    pub(in crate::estimate) budget: Option<u64>,
}

impl Default for Length {
    fn default() -> Self {
        Self {
            relative_error: ROUNDS_RELATIVE_ERROR,
            budget: None,
        }
    }
}

/// Gradients times parameters of a default budget, and its bounds in gradients. Chosen by hand: a
/// gradient costs about as many operations as there are parameters, or more; on data so many times
/// as many as there are thousands of samples that a pass costs.
const BUDGET: u64 = 200_000_000;
const SAMPLES: u64 = 1000;
const BUDGETS: [u64; 2] = [100_000, 2_000_000];

/// Chains that have not settled get longer by this factor at least. Chosen by hand.
const UNSETTLED: f64 = 2.0;
/// By how much more than what the errors ask for chains get longer, lest a round follow that is
/// short. Chosen by hand.
const MARGIN: f64 = 1.1;
/// The bounds of the factor of a round: a shorter one is not worth a look, and a longer one would
/// trust a standard error of few draws. Chosen by hand.
const FACTORS: [f64; 2] = [1.25, 3.0];

impl Length {
    /// The budget of gradients for a loss of so many parameters on so many samples, if it is on
    /// samples, where none is set.
    pub(super) fn default_budget(self, dimension: usize, samples: Option<usize>) -> u64 {
        let [least, most] = BUDGETS;
        let thousands = (samples.unwrap_or(0) as u64 / SAMPLES).max(1);
        (BUDGET / (dimension as u64).max(1) / thousands).clamp(least, most)
    }

    /// By which factor the chains should get longer: none, if they are long enough.
    pub(in crate::estimate) fn factor(&self, seen: &ChainSummary) -> Option<f64> {
        let aim = self.relative_error * seen.mean.abs();
        let precision = if seen.standard_error == 0.0 {
            0.0
        } else {
            (seen.standard_error / aim).powi(2)
        };
        let size = LEAST_EFFECTIVE_DRAWS * seen.chains as f64 / seen.losses.effective_sample_size;
        let mut factor = precision.max(size);
        let settled = seen.losses.rhat <= ROUNDS_RHAT
            && seen.rhat_of_distance <= ROUNDS_RHAT_OF_DISTANCES
            && seen.losses.drift.abs() <= ROUNDS_APART
            && seen.between_starts.is_none_or(|z| z.abs() <= ROUNDS_APART);
        if factor <= 1.0 && settled {
            return None;
        }
        if !settled {
            factor = factor.max(UNSETTLED);
        }
        // a factor that is not a number means: as much as is sensible at once
        let [least, most] = FACTORS;
        Some((MARGIN * factor).clamp(least, most))
    }
}
