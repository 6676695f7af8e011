//! What a sampler of one chain is: settings, which answer what others ask, and a Markov kernel.

use super::chain_state::ChainState;
use super::error::SamplerError;
use super::failure::Failure;
use super::saved::{SavedKernel, Unfit};
use super::trace::ChainFailure;
use crate::loss::Scalar;

/// The step of a sampler, with the buffers that it alone needs.
pub(super) trait Kernel<T: Scalar>: Send {
    /// Moves the chain by one step.
    fn step(&mut self, state: &mut ChainState<'_, T>) -> Result<(), Failure>;

    /// What the next step needs and only the kernel has; nothing of what it computes anew.
    fn save(&self) -> SavedKernel<T>;

    /// Takes up what was saved, before the first step.
    fn restore(&mut self, saved: &SavedKernel<T>) -> Result<(), Unfit>;

    /// Takes some steps; the step and reason if the chain has to be given up. The loop is here, so
    /// that a sampler is looked up once a call and not once a step.
    fn advance(&mut self, state: &mut ChainState<'_, T>, steps: usize) -> Result<(), ChainFailure> {
        for _ in 0..steps {
            self.step(state).map_err(|failure| ChainFailure {
                step: state.step,
                failure,
            })?;
            state.step += 1;
        }
        Ok(())
    }
}

/// The settings of a sampler. Nothing has a default but [`note`](Self::note): a new sampler answers
/// every question.
pub(super) trait Sampler {
    /// The name in reports.
    fn name(&self) -> &'static str;

    /// What else a report should say of the settings.
    fn note(&self) -> Option<String> {
        None
    }

    /// Checks the settings but for the step size.
    fn check(&self) -> Result<(), SamplerError>;

    /// The step size ε, or the one to start from.
    fn step_size(&self) -> f64;

    /// The same sampler with a fixed step size.
    #[must_use]
    fn fixed_at(self, step_size: f64) -> Self
    where
        Self: Sized;

    /// The same sampler with a step size that its burn-in moves from here on; as it is, if it has
    /// no acceptance to move it by.
    #[must_use]
    fn adapting_from(self, step_size: f64) -> Self
    where
        Self: Sized;

    /// The acceptance to which the burn-in moves the step size, if it does.
    fn target_acceptance(&self) -> Option<f64>;

    /// Whether a Metropolis test makes the draws exact at any step.
    fn is_metropolised(&self) -> bool;

    /// Gradients that a step costs.
    fn gradients(&self) -> usize;

    /// Whether it learns in the burn-in what pilot chains do not find for it.
    fn learns_in_burn_in(&self) -> bool;

    /// The preconditioner Gᵢ of a parameter in which the gradient of the loss has this mean
    /// square; 1 without a preconditioner.
    fn metric_at(&self, mean_square: f64) -> f64;

    /// The friction α, 1 of overdamped dynamics: a step raises the virial by ε/(4α)·E\[∇U·G∇U\].
    fn friction_of_step(&self) -> f64;

    /// Whether the virial of the draws tells the bias of the step; not where the dynamics hold
    /// the virial right by themselves.
    fn virial_tells(&self) -> bool;

    /// The steps after which a parameter that the loss does not hold has forgotten where it began,
    /// under the localisation γ; `None` where no formula is known.
    fn relaxation(&self, localization: f64) -> Option<f64> {
        let _ = localization;
        None
    }

    /// The kernel of a chain that has not begun.
    fn kernel<T: Scalar>(&self, state: &mut ChainState<'_, T>) -> Box<dyn Kernel<T>>
    where
        Self: Sized;
}
