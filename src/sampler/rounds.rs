//! Chains that are advanced in rounds, each as long as the caller decides from what it has seen.

use super::chains::Chains;
use super::control::{Control, Pace};
use super::error::SamplerError;
use super::langevin::Langevin;
use super::markov_chain::MarkovChain;
use super::parallel;
use super::posterior::Posterior;
use super::saved::{SavedChain, Unfit, fits};
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

    /// Takes every chain to its step number `target`, unless the control stops it before; whether
    /// all came there. Progress is told of `total` steps.
    pub(crate) fn advance_to(&mut self, target: usize, control: &Control<'_>, total: u64) -> bool {
        // a chain that has failed takes no more
        let of = |(chain, failure): &(MarkovChain<'_, T>, Option<ChainFailure>)| match failure {
            Some(_) => target,
            None => chain.step(),
        };
        let done: usize = self.chains.iter().map(of).sum();
        control.report(done as u64, total);
        let done = AtomicU64::new(done as u64);
        let stopped = AtomicBool::new(false);
        parallel::each(&mut self.chains, |(chain, failure)| {
            let mut pace = Pace::new();
            let mut step = chain.step();
            while step < target && failure.is_none() {
                if control.stopped() {
                    stopped.store(true, Ordering::Relaxed);
                    break;
                }
                let block = pace.block(target - step);
                *failure = chain.advance(block).err();
                step += block;
                pace.taken();
                let now = done.fetch_add(block as u64, Ordering::Relaxed) + block as u64;
                control.report(now, total);
            }
        });
        !stopped.into_inner()
    }

    /// Marks the run as stopped before its end.
    pub(crate) fn stop(&mut self) {
        self.stopped = true;
    }

    /// The chains between two steps.
    pub(crate) fn save(&self) -> Vec<SavedChain<T>> {
        let of =
            |(chain, failure): &(MarkovChain<'_, T>, Option<ChainFailure>)| chain.save(*failure);
        self.chains.iter().map(of).collect()
    }

    /// Goes on from where the saved chains were, before the first step.
    pub(crate) fn restore(&mut self, saved: &[SavedChain<T>]) -> Result<(), Unfit> {
        fits(saved.len() == self.chains.len(), "the number of chains")?;
        for ((chain, failure), saved) in self.chains.iter_mut().zip(saved) {
            chain.restore(saved)?;
            *failure = saved.failure;
        }
        Ok(())
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
