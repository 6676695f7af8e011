//! The Metropolis-adjusted Langevin algorithm.

use super::chain_state::ChainState;
use super::error::SamplerError;
use super::failure::Failure;
use super::kernel::{Kernel, Sampler};
use super::metropolis::Metropolis;
use super::overdamped::{End, log_proposal_ratio, propose};
use super::saved::{SavedKernel, Unfit};
use crate::loss::Scalar;
use serde::{Deserialize, Serialize};

/// The acceptance at which MALA goes fastest (Roberts and Rosenthal 1998).
const ACCEPTANCE: f64 = 0.574;

/// The Metropolis-adjusted Langevin algorithm (Roberts and Tweedie 1996): the step of
/// [`Sgld`](super::Sgld) with the full gradient, accepted with the Metropolis–Hastings probability.
/// Exact at any step.
///
/// # Examples
///
/// ```
/// use rlct::sampler::Mala;
///
/// assert_eq!(Mala::new(1e-3).target_acceptance(), None);
/// assert_eq!(Mala::adaptive(1e-3).target_acceptance(), Some(0.574));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mala {
    step_size: f64,
    target_acceptance: Option<f64>,
}

impl Mala {
    /// MALA with a fixed step size ε.
    ///
    /// ```
    /// # use rlct::sampler::Mala;
    /// assert_eq!(Mala::new(1e-3).step_size(), 1e-3);
    /// ```
    #[must_use]
    pub fn new(step_size: f64) -> Self {
        Self {
            step_size,
            target_acceptance: None,
        }
    }

    /// MALA that moves its step size during the burn-in towards an acceptance of 0.574 (Roberts
    /// and Rosenthal 1998) and keeps it from then on.
    ///
    /// ```
    /// # use rlct::sampler::Mala;
    /// assert!(Mala::adaptive(1e-3).target_acceptance().is_some());
    /// ```
    #[must_use]
    pub fn adaptive(initial_step_size: f64) -> Self {
        Self {
            step_size: initial_step_size,
            target_acceptance: Some(ACCEPTANCE),
        }
    }

    /// The step size ε, or the one to start from.
    #[must_use]
    pub fn step_size(&self) -> f64 {
        self.step_size
    }

    /// The acceptance aimed at in the burn-in, if the step size adapts.
    #[must_use]
    pub fn target_acceptance(&self) -> Option<f64> {
        self.target_acceptance
    }
}

impl Sampler for Mala {
    fn name(&self) -> &'static str {
        "MALA"
    }

    fn check(&self) -> Result<(), SamplerError> {
        Ok(())
    }

    fn step_size(&self) -> f64 {
        self.step_size
    }

    fn fixed_at(self, step_size: f64) -> Self {
        Self::new(step_size)
    }

    fn adapting_from(self, step_size: f64) -> Self {
        Self::adaptive(step_size)
    }

    fn target_acceptance(&self) -> Option<f64> {
        self.target_acceptance
    }

    fn is_metropolised(&self) -> bool {
        true
    }

    fn gradients(&self) -> usize {
        1
    }

    fn learns_in_burn_in(&self) -> bool {
        false
    }

    fn metric_at(&self, _: f64) -> f64 {
        1.0
    }

    fn friction_of_step(&self) -> f64 {
        1.0
    }

    fn virial_tells(&self) -> bool {
        true
    }

    // The drift is w − w* ← (1 − εγ/2)(w − w*).
    fn relaxation(&self, localization: f64) -> Option<f64> {
        Some(2.0 / (localization * self.step_size()))
    }

    fn kernel<T: Scalar>(&self, state: &mut ChainState<'_, T>) -> Box<dyn Kernel<T>> {
        Box::new(MalaKernel {
            test: Metropolis::new(state, self.target_acceptance),
        })
    }
}

struct MalaKernel<T> {
    test: Metropolis<T>,
}

impl<T: Scalar> Kernel<T> for MalaKernel<T> {
    fn step(&mut self, state: &mut ChainState<'_, T>) -> Result<(), Failure> {
        let test = &mut self.test;
        test.begin(state)?;
        propose(state, &mut test.proposal);
        let posterior = state.posterior;
        let loss = posterior.loss;
        let value = loss.gradient(&test.proposal, &mut test.drift, &mut state.scratch);
        posterior.drift(&test.proposal, &mut test.drift);
        let log_density = posterior.log_density(&test.proposal, value);
        let new = End {
            w: &test.proposal,
            drift: &test.drift,
        };
        let old = End {
            w: &state.point.w,
            drift: &state.point.drift,
        };
        let proposal_ratio = log_proposal_ratio(new, old, &state.metric, state.step_size);
        let ratio = log_density - test.log_density + proposal_ratio;
        test.decide(state, value, log_density, ratio);
        Ok(())
    }

    fn save(&self) -> SavedKernel<T> {
        self.test.save()
    }

    fn restore(&mut self, saved: &SavedKernel<T>) -> Result<(), Unfit> {
        self.test.restore(saved)
    }
}
