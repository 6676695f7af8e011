//! The mini-batches of a chain.

use super::chains::{BatchSampling, Chains};
use super::saved::{Unfit, fits, refill};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

/// The mini-batches of a chain.
pub(super) struct Batches {
    /// Without replacement a permutation of the sample indices; its first entries are the batch.
    indices: Vec<u32>,
    size: usize,
    samples: u32,
    sampling: BatchSampling,
}

impl Batches {
    /// Those of a loss with so many samples, if it has any and a batch size is set.
    pub(super) fn of(settings: &Chains, samples: Option<usize>) -> Option<Self> {
        let (size, samples) = settings.batch_size.zip(samples)?;
        let samples = samples as u32;
        Some(Self {
            indices: match settings.batch_sampling {
                BatchSampling::WithoutReplacement => (0..samples).collect(),
                BatchSampling::WithReplacement => vec![0; size],
            },
            size,
            samples,
            sampling: settings.batch_sampling,
        })
    }

    /// Draws the samples of a step's batch.
    pub(super) fn draw(&mut self, rng: &mut ChaCha8Rng) -> &[u32] {
        match self.sampling {
            BatchSampling::WithoutReplacement => {
                for i in 0..self.size as u32 {
                    let j = rng.random_range(i..self.samples);
                    self.indices.swap(i as usize, j as usize);
                }
            }
            BatchSampling::WithReplacement => {
                for index in &mut self.indices {
                    *index = rng.random_range(0..self.samples);
                }
            }
        }
        &self.indices[..self.size]
    }

    /// The sample indices in their order.
    pub(super) fn indices(&self) -> &[u32] {
        &self.indices
    }

    /// Puts the sample indices into the order that was saved.
    pub(super) fn restore(&mut self, saved: &[u32]) -> Result<(), Unfit> {
        const PART: &str = "the order of the samples";
        fits(saved.iter().all(|&i| i < self.samples), PART)?;
        refill(&mut self.indices, saved, PART)
    }
}
