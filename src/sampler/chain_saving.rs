//! A chain to disk and back; what the kernel alone keeps is in its own hands.

use super::chain_state::ChainState;
use super::packed::{Exact, Indices, Numbers, Words};
use super::saved::{SavedChain, SavedKernel, Unfit, fits, refill};
use super::trace::{ChainFailure, Moments};
use crate::loss::Scalar;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

impl<T: Scalar> ChainState<'_, T> {
    /// The chain between two steps.
    pub(super) fn save(
        &self,
        kernel: SavedKernel<T>,
        failure: Option<ChainFailure>,
    ) -> SavedChain<T> {
        let Moments { virials, squares } = &self.record.moments;
        let (sum, count) = self.record.acceptance;
        SavedChain {
            step: self.step,
            step_size: Exact(self.step_size),
            point: Numbers(self.point.w.clone()),
            value: Exact(self.point.value.float()),
            drift: Numbers(self.point.drift.clone()),
            metric: Numbers(self.metric.clone()),
            rng: words_of(&self.rng),
            noise: self.noise.stream.save(),
            batches: self
                .batches
                .as_ref()
                .map(|batches| Indices(batches.indices().to_vec())),
            losses: Numbers(self.record.losses.clone()),
            virials: Numbers(virials.clone()),
            squares: Numbers(squares.clone()),
            acceptance: (Exact(sum), count),
            next_look: self.divergence.next_look,
            wait: self.divergence.wait,
            kernel,
            failure,
        }
    }

    /// Puts a chain that has not begun where the saved one was. Its record goes on from there, and
    /// its observer does not see again what was recorded.
    pub(super) fn restore(&mut self, saved: &SavedChain<T>) -> Result<(), Unfit> {
        refill(&mut self.point.w, &saved.point.0, "the point")?;
        refill(&mut self.point.drift, &saved.drift.0, "the gradient")?;
        let metric = saved.metric.0.len();
        fits(
            metric == 0 || metric == self.point.w.len(),
            "the preconditioner",
        )?;
        self.metric.clone_from(&saved.metric.0);
        self.point.value = T::of(saved.value.0);
        self.step = saved.step;
        self.step_size = saved.step_size.0;
        fits(self.step_size > 0.0, "the step size")?;
        self.rng = rng_of(&saved.rng)?;
        self.noise.stream.restore(&saved.noise)?;
        match (&mut self.batches, &saved.batches) {
            (Some(batches), Some(saved)) => batches.restore(&saved.0)?,
            (None, None) => {}
            _ => return Err(Unfit("the mini-batches")),
        }
        self.record.losses.clone_from(&saved.losses.0);
        self.record.moments = Moments {
            virials: saved.virials.0.clone(),
            squares: saved.squares.0.clone(),
        };
        self.record.acceptance = (saved.acceptance.0.0, saved.acceptance.1);
        self.divergence.next_look = saved.next_look;
        self.divergence.wait = saved.wait;
        Ok(())
    }
}

fn words_of(rng: &ChaCha8Rng) -> Words {
    let seed = rng.get_seed();
    let parts = seed.as_chunks::<8>().0.iter();
    let mut words: Vec<u64> = parts.map(|&b| u64::from_le_bytes(b)).collect();
    let position = rng.get_word_pos();
    words.extend([rng.get_stream(), position as u64, (position >> 64) as u64]);
    Words(words)
}

fn rng_of(words: &Words) -> Result<ChaCha8Rng, Unfit> {
    let [a, b, c, d, stream, low, high] = words.0[..] else {
        return Err(Unfit("the random stream"));
    };
    let mut seed = [0; 32];
    for (bytes, word) in seed.as_chunks_mut::<8>().0.iter_mut().zip([a, b, c, d]) {
        *bytes = word.to_le_bytes();
    }
    let mut rng = ChaCha8Rng::from_seed(seed);
    rng.set_stream(stream);
    rng.set_word_pos(u128::from(high) << 64 | u128::from(low));
    Ok(rng)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::Rng;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Also in the middle of a block, and of a word of 64 bits.
        #[test]
        fn a_stream_goes_on(seed: u64, stream: u64, taken in 0usize..200, half: bool) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(stream);
            for _ in 0..taken {
                rng.next_u64();
            }
            if half {
                rng.next_u32();
            }
            let mut again = rng_of(&words_of(&rng)).unwrap();
            for _ in 0..100 {
                prop_assert_eq!(rng.next_u64(), again.next_u64());
            }
        }
    }
}
