//! One chain: its state, and the kernel that moves it.

use super::chain_state::ChainState;
use super::chains::Chains;
use super::kernel::Kernel;
use super::langevin::Langevin;
use super::posterior::Posterior;
use super::saved::{SavedChain, Unfit};
use super::trace::{Chain, ChainFailure, Moments, Observer, Roughness};
use crate::loss::Scalar;

/// A chain under way.
pub(super) struct MarkovChain<'a, T: Scalar> {
    sampler: &'a Langevin,
    kernel: Box<dyn Kernel<T>>,
    state: ChainState<'a, T>,
}

impl<'a, T: Scalar> MarkovChain<'a, T> {
    /// A chain at w*.
    pub(super) fn new(
        settings: &'a Chains,
        posterior: &'a Posterior<'a, T>,
        sampler: &'a Langevin,
        baseline: f64,
        stream: u64,
        observer: Option<&'a mut dyn Observer<T>>,
    ) -> Self {
        let step_size = sampler.step_size();
        let mut state = ChainState::new(settings, posterior, step_size, baseline, stream, observer);
        Self {
            sampler,
            kernel: sampler.kernel(&mut state),
            state,
        }
    }

    /// Starts elsewhere; see [`ChainState::begin_at`].
    pub(super) fn begin_at(&mut self, w: Option<&[T]>, metric: Option<&[T]>) {
        self.state.begin_at(w, metric);
    }

    /// Takes some steps; the step and reason if the chain has to be given up.
    pub(super) fn advance(&mut self, steps: usize) -> Result<(), ChainFailure> {
        self.kernel.advance(&mut self.state, steps)
    }

    /// Where the chain is, and its step size.
    pub(super) fn point(&self) -> (&[T], f64) {
        (&self.state.point.w, self.state.step_size)
    }

    /// The steps taken.
    pub(super) fn step(&self) -> usize {
        self.state.step
    }

    /// The chain between two steps.
    pub(super) fn save(&self, failure: Option<ChainFailure>) -> SavedChain<T> {
        self.state.save(self.kernel.save(), failure)
    }

    /// Goes on from where the saved chain was, before the first step.
    pub(super) fn restore(&mut self, saved: &SavedChain<T>) -> Result<(), Unfit> {
        self.state.restore(saved)?;
        self.kernel.restore(&saved.kernel)
    }

    /// The losses of the draws so far.
    pub(super) fn losses(&self) -> &[f64] {
        self.state.losses()
    }

    pub(super) fn moments(&self) -> &Moments {
        self.state.moments()
    }

    /// The gradients taken so far.
    pub(super) fn gradients(&self) -> u64 {
        if self.state.step == 0 {
            return 0;
        }
        let first = u64::from(self.sampler.is_metropolised());
        self.state.step as u64 * self.sampler.gradients() as u64 + first
    }

    /// Where rounding is coarser than a step; see [`ChainState::roughness`].
    pub(super) fn roughness(&self) -> Option<Roughness> {
        self.state.roughness()
    }

    pub(super) fn finish(self, failure: Option<ChainFailure>) -> Chain {
        // What is long goes before the point is copied.
        drop(self.kernel);
        self.state.finish(failure)
    }
}
