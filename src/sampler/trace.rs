//! What chains leave behind, and who watches them.

use super::failure::Failure;
use serde::{Deserialize, Serialize};

/// What sees every draw of a chain, besides its record of losses.
pub(crate) trait Observer<T>: Send {
    /// The point of a draw.
    fn draw(&mut self, w: &[T]);

    /// The Metropolis acceptance of a step, where it is known; in the burn-in as well.
    fn acceptance(&mut self, _: f64) {}
}

/// One chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// Losses of the draws, in order; those before the failure if the chain failed.
    pub losses: Vec<f64>,
    /// Where the chain ended.
    pub last_point: Vec<f64>,
    /// Mean Metropolis–Hastings acceptance after the burn-in. For SGLD on all the data that of
    /// its proposals, had they been up for acceptance; `None` with mini-batches.
    pub acceptance: Option<f64>,
    /// The step size after the burn-in.
    pub step_size: f64,
    /// If the chain was given up: at which step, and why.
    pub failure: Option<ChainFailure>,
}

/// Where and why a chain was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainFailure {
    /// The step, counted from the start of the burn-in.
    pub step: usize,
    /// Why.
    pub failure: Failure,
}

/// All chains of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draws {
    /// The chains, in the order of their streams.
    pub chains: Vec<Chain>,
    /// Whether the stop flag or the time limit ended the run; chains may then differ in length.
    pub stopped: bool,
}

impl Draws {
    /// Losses of the chains that did not fail, cut to equal length. Where a stop left chains of
    /// different lengths, the shorter ones are left out if that keeps more draws in all.
    ///
    /// ```
    /// # use rlct::sampler::{Chain, Draws};
    /// let chain = |losses: Vec<f64>| Chain {
    ///     losses, last_point: vec![], acceptance: None, step_size: 1.0, failure: None,
    /// };
    /// let chains = vec![chain(vec![1.0, 2.0]), chain(vec![]), chain(vec![3.0, 4.0, 5.0])];
    /// let draws = Draws { chains, stopped: true };
    /// assert_eq!(draws.losses(), [[1.0, 2.0], [3.0, 4.0]]);
    /// ```
    #[must_use]
    pub fn losses(&self) -> Vec<&[f64]> {
        let good = || self.chains.iter().filter(|chain| chain.failure.is_none());
        let mut lengths: Vec<usize> = good().map(|chain| chain.losses.len()).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        let draws_kept = |&(longer, &length): &(usize, &usize)| (longer + 1) * length;
        let length = lengths
            .iter()
            .enumerate()
            .max_by_key(draws_kept)
            .map_or(0, |(_, &l)| l);
        good()
            .filter(|chain| chain.losses.len() >= length)
            .map(|chain| &chain.losses[..length])
            .collect()
    }

    /// The chains that failed, by index.
    ///
    /// ```
    /// # use rlct::sampler::Draws;
    /// assert!(Draws { chains: vec![], stopped: false }.failures().is_empty());
    /// ```
    #[must_use]
    pub fn failures(&self) -> Vec<(usize, ChainFailure)> {
        self.chains
            .iter()
            .enumerate()
            .filter_map(|(index, chain)| chain.failure.map(|failure| (index, failure)))
            .collect()
    }
}

/// (w − w*)·∇U and |w − w*|² of the draws, U = −log density; a gradient on a batch stands for that
/// on all the data, of which it is an unbiased estimate.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moments {
    pub(crate) virials: Vec<f64>,
    pub(crate) squares: Vec<f64>,
}

/// A parameter whose steps are shorter than the spacing of floating-point numbers at w*.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Roughness {
    pub(crate) parameter: usize,
    /// √(ε Gᵢ), G the preconditioner.
    pub(crate) step: f64,
    /// Between neighbouring numbers at w*ᵢ.
    pub(crate) spacing: f64,
}
