//! The Metropolis test.

use super::chain_state::{ChainState, Point};
use super::failure::Failure;
use super::saved::{SavedKernel, Unfit};
use crate::loss::Scalar;
use rand::RngExt;

/// A proposal, and what its test needs.
pub(super) struct Metropolis<T> {
    /// The log density at the point of the chain.
    pub(super) log_density: f64,
    pub(super) proposal: Vec<T>,
    /// The gradient of −log density at the proposal.
    pub(super) drift: Vec<T>,
    /// The acceptance to which the burn-in moves the step size.
    target_acceptance: Option<f64>,
}

impl<T: Scalar> Metropolis<T> {
    pub(super) fn new(state: &ChainState<'_, T>, target_acceptance: Option<f64>) -> Self {
        let d = state.point.w.len();
        Self {
            log_density: f64::NAN,
            proposal: vec![T::of(0.0); d],
            drift: vec![T::of(0.0); d],
            target_acceptance,
        }
    }

    /// Value, drift and log density at w, which are known but at the first step; recorded.
    pub(super) fn begin(&mut self, state: &mut ChainState<'_, T>) -> Result<(), Failure> {
        if state.step == 0 {
            let posterior = state.posterior;
            let Point { w, value, drift } = &mut state.point;
            *value = posterior.loss.gradient(w, drift, &mut state.scratch);
            posterior.drift(w, drift);
            self.log_density = posterior.log_density(w, *value);
            state.check_gradient()?;
        }
        state.record();
        state.keep_moments();
        Ok(())
    }

    /// The log density at the point; the proposal is made anew in every step.
    pub(super) fn save(&self) -> SavedKernel<T> {
        SavedKernel::empty().with_number("the log density", self.log_density)
    }

    /// Takes up what was saved.
    pub(super) fn restore(&mut self, saved: &SavedKernel<T>) -> Result<(), Unfit> {
        self.log_density = saved.number("the log density")?;
        Ok(())
    }

    /// Puts the proposal where the chain is.
    pub(super) fn propose_here(&mut self, state: &ChainState<'_, T>) {
        self.proposal.copy_from_slice(&state.point.w);
        self.drift.copy_from_slice(&state.point.drift);
    }

    /// Accepts the proposal or not, and adapts the step size in the burn-in. A proposal where the
    /// density is not finite is one that cannot be accepted.
    pub(super) fn decide(
        &mut self,
        state: &mut ChainState<'_, T>,
        value: T,
        log_density: f64,
        ratio: f64,
    ) {
        state.count_acceptance(ratio);
        let uniform: f64 = 1.0 - state.rng.random::<f64>();
        if uniform.ln() < ratio && log_density.is_finite() {
            std::mem::swap(&mut state.point.w, &mut self.proposal);
            std::mem::swap(&mut state.point.drift, &mut self.drift);
            state.point.value = value;
            self.log_density = log_density;
        }
        if let Some(target) = self.target_acceptance
            && !state.is_after_burn_in()
        {
            let accepted = if ratio.is_nan() {
                0.0
            } else {
                ratio.exp().min(1.0)
            };
            let rate = 1.0 / (state.step as f64 + 1.0).powf(0.6);
            state.step_size *= (2.0 * rate * (accepted - target)).exp();
        }
    }
}
