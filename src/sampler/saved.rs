//! What of a chain is kept on disk, so that it goes on as if it had never stopped.

use super::packed::{Exact, Indices, Numbers, Words};
use super::trace::ChainFailure;
use crate::loss::Scalar;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A chain between two steps: all that its next step and its record depend on. What is scratch, or
/// follows from posterior and settings, is not part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "T: Scalar")]
pub(crate) struct SavedChain<T> {
    pub(super) step: usize,
    pub(super) step_size: Exact,
    pub(super) point: Numbers<T>,
    pub(super) value: Exact,
    pub(super) drift: Numbers<T>,
    pub(super) metric: Numbers<T>,
    /// Seed (four words), stream and position of the ChaCha8 generator, the lower half first.
    pub(super) rng: Words,
    pub(super) noise: SavedNoise<T>,
    /// The sample indices in their order, if gradients are on mini-batches.
    pub(super) batches: Option<Indices>,
    pub(super) losses: Numbers<f64>,
    pub(super) virials: Numbers<f64>,
    pub(super) squares: Numbers<f64>,
    /// Sum and number.
    pub(super) acceptance: (Exact, usize),
    /// When the loss on all the data may be looked at again, and how long to wait after that.
    pub(super) next_look: usize,
    pub(super) wait: usize,
    pub(super) kernel: SavedKernel<T>,
    pub(super) failure: Option<ChainFailure>,
}

impl<T> SavedChain<T> {
    /// The steps taken.
    pub(crate) fn step(&self) -> usize {
        self.step
    }
}

/// A stream of normal numbers: its generators, and the block that it is taking from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "T: Scalar")]
pub(super) struct SavedNoise<T> {
    pub(super) state: Words,
    pub(super) block: Numbers<T>,
    pub(super) taken: usize,
}

/// What a kernel alone keeps from one step to the next, by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "T: Scalar")]
pub(super) struct SavedKernel<T> {
    numbers: BTreeMap<String, Exact>,
    vectors: BTreeMap<String, Numbers<T>>,
}

/// A part of a saved chain that is missing, or does not fit the run that is to go on with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unfit(pub(crate) &'static str);

/// Whether a part fits.
pub(super) fn fits(fit: bool, part: &'static str) -> Result<(), Unfit> {
    fit.then_some(()).ok_or(Unfit(part))
}

/// Replaces the numbers of a buffer.
pub(super) fn refill<T: Copy>(
    buffer: &mut [T],
    saved: &[T],
    part: &'static str,
) -> Result<(), Unfit> {
    fits(buffer.len() == saved.len(), part)?;
    buffer.copy_from_slice(saved);
    Ok(())
}

impl<T: Scalar> SavedKernel<T> {
    /// Of a kernel that keeps nothing.
    pub(super) fn empty() -> Self {
        Self {
            numbers: BTreeMap::new(),
            vectors: BTreeMap::new(),
        }
    }

    pub(super) fn with_number(mut self, name: &'static str, value: f64) -> Self {
        self.numbers.insert(name.to_string(), Exact(value));
        self
    }

    pub(super) fn with_vector(mut self, name: &'static str, values: &[T]) -> Self {
        self.vectors
            .insert(name.to_string(), Numbers(values.to_vec()));
        self
    }

    /// A number that was saved.
    pub(super) fn number(&self, name: &'static str) -> Result<f64, Unfit> {
        self.numbers.get(name).map(|x| x.0).ok_or(Unfit(name))
    }

    /// Fills a buffer with a vector that was saved.
    pub(super) fn fill(&self, name: &'static str, buffer: &mut [T]) -> Result<(), Unfit> {
        let saved = self.vectors.get(name).ok_or(Unfit(name))?;
        refill(buffer, &saved.0, name)
    }

    /// That there is nothing, for a kernel that keeps nothing.
    pub(super) fn nothing(&self) -> Result<(), Unfit> {
        let empty = self.numbers.is_empty() && self.vectors.is_empty();
        fits(empty, "the state of the sampler")
    }
}
