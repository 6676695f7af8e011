//! How long chains go on.

use super::super::evidence::Evidence;

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
            relative_error: 0.02,
            budget: None,
        }
    }
}

/// Effective draws of each chain, at least.
const EFFECTIVE: f64 = 100.0;
/// R̂ of the losses, and of the distances to w*, at most.
const RHAT: f64 = 1.01;
const RHAT_OF_DISTANCE: f64 = 1.05;
/// Standard errors between early and late draws, and between chains from w* and from elsewhere.
const APART: f64 = 3.0;

/// Gradients times parameters of a default budget, and its bounds.
const BUDGET: u64 = 200_000_000;
const BUDGETS: [u64; 2] = [100_000, 2_000_000];

impl Length {
    /// The budget of gradients for a loss of so many parameters, where none is set.
    pub(super) fn default_budget(self, dimension: usize) -> u64 {
        let [least, most] = BUDGETS;
        (BUDGET / (dimension as u64).max(1)).clamp(least, most)
    }

    /// By which factor the chains should get longer: none, if they are long enough.
    pub(in crate::estimate) fn factor(&self, seen: &Evidence) -> Option<f64> {
        let aim = self.relative_error * seen.mean.abs();
        let precision = if seen.standard_error == 0.0 {
            0.0
        } else {
            (seen.standard_error / aim).powi(2)
        };
        let size = EFFECTIVE * seen.chains as f64 / seen.losses.effective_sample_size;
        let mut factor = precision.max(size);
        let settled = seen.losses.rhat <= RHAT
            && seen.rhat_of_distance <= RHAT_OF_DISTANCE
            && seen.losses.drift.abs() <= APART
            && seen.between_starts.is_none_or(|z| z.abs() <= APART);
        if factor <= 1.0 && settled {
            return None;
        }
        if !settled {
            factor = factor.max(2.0);
        }
        // a factor that is not a number means: as much as is sensible at once
        Some((1.1 * factor).clamp(1.25, 3.0))
    }
}
