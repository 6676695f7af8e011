//! Chains that are advanced in rounds, each as long as the caller decides from what it has seen.

use super::chains::Chains;
use super::control::{Control, Pace};
use super::error::SamplerError;
use super::langevin::Langevin;
use super::markov_chain::MarkovChain;
use super::parallel;
use super::posterior::Posterior;
use super::trace::{Chain, ChainFailure, Draws, Moments, Observer, Roughness};
use crate::loss::Scalar;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Chains under way. A chain that fails stays where it is, and the others go on.
pub(crate) struct Rounds<'a, T: Scalar> {
    chains: Vec<(MarkovChain<'a, T>, Option<ChainFailure>)>,
    stopped: bool,
}

impl<'a, T: Scalar> Rounds<'a, T> {
    /// Chains at their starting points, w* if there are none, with a constant preconditioner for
    /// MALA and HMC if there is one; each with an observer of its draws if there are any.
    pub(crate) fn start<O: Observer<T>>(
        settings: &'a Chains,
        posterior: &'a Posterior<'a, T>,
        sampler: &'a Langevin,
        starts: &[Vec<T>],
        metric: Option<&[T]>,
        observers: &'a mut [O],
    ) -> Result<Self, SamplerError> {
        let baseline = settings.check(posterior, sampler)?;
        let mut observers = observers.iter_mut();
        let chains = (0..settings.num_chains).map(|index| {
            let seen = observers.next().map(|o| o as &mut dyn Observer<T>);
            let stream = index as u64;
            let mut chain = MarkovChain::new(settings, posterior, sampler, baseline, stream, seen);
            chain.begin_at(starts.get(index).map(Vec::as_slice), metric);
            (chain, None)
        });
        Ok(Self {
            chains: chains.collect(),
            stopped: false,
        })
    }

    /// Takes so many more steps with every chain. `done` steps of `total` are reported on from.
    pub(crate) fn advance(&mut self, steps: usize, control: &Control<'_>, done: u64, total: u64) {
        control.report(done, total);
        let done = AtomicU64::new(done);
        let stopped = AtomicBool::new(false);
        parallel::each(&mut self.chains, |(chain, failure)| {
            let mut pace = Pace::new();
            let mut step = 0;
            while step < steps && failure.is_none() {
                if control.stopped() {
                    stopped.store(true, Ordering::Relaxed);
                    break;
                }
                let block = pace.block(steps - step);
                *failure = chain.advance(block).err();
                step += block;
                pace.taken();
                let now = done.fetch_add(block as u64, Ordering::Relaxed) + block as u64;
                control.report(now, total);
            }
        });
        self.stopped |= stopped.into_inner();
    }

    /// The gradients taken so far, over all chains: those of every step, and for a Metropolis test
    /// the one at the start.
    pub(crate) fn gradients(&self) -> u64 {
        let of = |(chain, _): &(MarkovChain<'_, T>, _)| chain.gradients();
        self.chains.iter().map(of).sum()
    }

    /// Where the chains are now, and their step sizes.
    pub(crate) fn points(&self) -> Vec<(Vec<T>, f64, Option<ChainFailure>)> {
        self.chains
            .iter()
            .map(|(chain, failure)| {
                let (w, step_size) = chain.point();
                (w.to_vec(), step_size, *failure)
            })
            .collect()
    }

    /// The moments of the draws of every chain.
    pub(crate) fn moments(&self) -> Vec<&Moments> {
        self.chains
            .iter()
            .map(|(chain, _)| chain.moments())
            .collect()
    }

    /// By how much the spacing of floating-point numbers at w* is above the length of a step, for
    /// the parameter and the chain where it is most; see [`MarkovChain::roughness`].
    pub(crate) fn roughness(&self) -> Option<Roughness> {
        let of = |(chain, _): &(MarkovChain<'a, T>, _)| chain.roughness();
        let found = self.chains.iter().filter_map(of);
        found.max_by(|a, b| (a.spacing / a.step).total_cmp(&(b.spacing / b.step)))
    }

    /// The losses of every chain so far, and whether it has failed.
    pub(crate) fn losses(&self) -> Vec<(&[f64], bool)> {
        self.chains
            .iter()
            .map(|(chain, failure)| (chain.losses(), failure.is_some()))
            .collect()
    }

    /// Whether the run was told to stop.
    pub(crate) fn stopped(&self) -> bool {
        self.stopped
    }

    /// The chains as they are.
    pub(crate) fn finish(self) -> Draws {
        let chains: Vec<Chain> = self
            .chains
            .into_iter()
            .map(|(chain, failure)| chain.finish(failure))
            .collect();
        Draws {
            chains,
            stopped: self.stopped,
        }
    }
}
