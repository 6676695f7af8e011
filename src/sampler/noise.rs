//! Gaussian noise in blocks.

use super::packed::{Numbers, Words};
use super::saved::{SavedNoise, Unfit, fits, refill};
use crate::loss::Scalar;
use pulp::{Arch, Simd, WithSimd};
use rand::Rng;
use std::fmt;

/// How many generators run side by side. Loops over as many become vectors at every level of
/// optimisation; over eight they are unrolled first, and then stay as they are.
const LANES: usize = 16;
/// Random words in a block.
const WORDS: usize = 256;

/// A stream of standard normal numbers, made in blocks, their transform by vector instructions.
///
/// Words come from sixteen generators xoshiro256++ (Blackman and Vigna 2021, *ACM Trans. Math.
/// Softw.* 47, 36) in turn, normal numbers from them by [`Scalar::normals`]. The states of the
/// generators are 4096 bits of the random stream it is made from, a numbered ChaCha8 stream for a
/// chain. Why these: a counter-based generator costs several times as much a word (ten rounds of
/// two wide products in Philox, eight of twelve operations in ChaCha), and what it gains, jumps to
/// any place, a chain has no use for, since it reads its stream in order. Each generator has period
/// 2²⁵⁶ − 1; that any two of 2³⁰ of them meet within 2⁵⁰ words has probability below 2⁻¹⁴⁰.
///
/// The numbers depend neither on the instructions the processor has (vectors are chosen when the
/// stream is made; every operation is one that rounds correctly) nor on how they are asked for: a
/// stream read in pieces of any lengths is the stream read at once. Nothing is allocated after
/// [`new`](Self::new).
///
/// # Examples
///
/// ```
/// use rand::{SeedableRng, rngs::ChaCha8Rng};
/// use rlct::sampler::NormalStream;
///
/// let stream = || NormalStream::<f32>::new(&mut ChaCha8Rng::seed_from_u64(1));
/// let mut whole = [0.0; 1000];
/// stream().fill(&mut whole);
/// let mut parts = [0.0; 1000];
/// let mut again = stream();
/// parts.chunks_mut(7).for_each(|part| again.fill(part));
/// assert_eq!(whole, parts);
/// ```
#[derive(Clone)]
pub struct NormalStream<T> {
    arch: Arch,
    state: [[u64; LANES]; 4],
    words: Box<[u64; WORDS]>,
    block: Vec<T>,
    /// What was taken of the block.
    taken: usize,
}

impl<T: Scalar> NormalStream<T> {
    /// The stream seeded by the next 64 words of `rng`.
    ///
    /// ```
    /// # use rand::{SeedableRng, rngs::ChaCha8Rng};
    /// # use rlct::sampler::NormalStream;
    /// let mut stream = NormalStream::<f64>::new(&mut ChaCha8Rng::seed_from_u64(1));
    /// let mut z = [f64::NAN; 3];
    /// stream.fill(&mut z);
    /// assert!(z.iter().all(|z| z.abs() < 9.0));
    /// ```
    pub fn new<R: Rng + ?Sized>(rng: &mut R) -> Self {
        let mut state = [[0; LANES]; 4];
        for lane in 0..LANES {
            for part in &mut state {
                part[lane] = rng.next_u64();
            }
        }
        let length = WORDS * T::NORMALS_PER_WORD;
        Self {
            arch: Arch::new(),
            state,
            words: Box::new([0; WORDS]),
            block: vec![T::of(0.0); length],
            taken: length,
        }
    }

    /// Takes at least one number, unless none is asked for, and at most `most`: those that are
    /// ready. For use in a loop over pieces, where they need not be copied.
    ///
    /// ```
    /// # use rand::{SeedableRng, rngs::ChaCha8Rng};
    /// # use rlct::sampler::NormalStream;
    /// let mut stream = NormalStream::<f64>::new(&mut ChaCha8Rng::seed_from_u64(1));
    /// let first = stream.clone().take(10)[0];
    /// let mut z = [0.0];
    /// stream.fill(&mut z);
    /// assert_eq!(first, z[0]);
    /// ```
    #[inline]
    pub fn take(&mut self, most: usize) -> &[T] {
        if self.taken == self.block.len() && most > 0 {
            self.make_block();
        }
        let start = self.taken;
        self.taken += most.min(self.block.len() - start);
        &self.block[start..self.taken]
    }

    /// Fills a buffer with the next numbers.
    ///
    /// ```
    /// # use rand::{SeedableRng, rngs::ChaCha8Rng};
    /// # use rlct::sampler::NormalStream;
    /// let mut stream = NormalStream::<f64>::new(&mut ChaCha8Rng::seed_from_u64(1));
    /// let mut z = vec![0.0; 10_000];
    /// stream.fill(&mut z);
    /// let mean = z.iter().sum::<f64>() / 1e4;
    /// assert!(mean.abs() < 0.05); // five standard errors
    /// ```
    pub fn fill(&mut self, buffer: &mut [T]) {
        let mut rest = buffer;
        while !rest.is_empty() {
            let z = self.take(rest.len());
            let (now, later) = rest.split_at_mut(z.len());
            now.copy_from_slice(z);
            rest = later;
        }
    }

    /// The stream as it is.
    pub(super) fn save(&self) -> SavedNoise<T> {
        SavedNoise {
            state: Words(self.state.as_flattened().to_vec()),
            block: Numbers(self.block.clone()),
            taken: self.taken,
        }
    }

    /// Goes on from where the saved stream was.
    pub(super) fn restore(&mut self, saved: &SavedNoise<T>) -> Result<(), Unfit> {
        const PART: &str = "the stream of noise";
        refill(self.state.as_flattened_mut(), &saved.state.0, PART)?;
        refill(&mut self.block, &saved.block.0, PART)?;
        fits(saved.taken <= self.block.len(), PART)?;
        self.taken = saved.taken;
        Ok(())
    }

    fn make_block(&mut self) {
        self.arch.dispatch(Block {
            state: &mut self.state,
            words: &mut self.words,
            block: &mut self.block,
        });
        self.taken = 0;
    }
}

/// The making of a block, compiled for each set of vector instructions. Not a closure, for whose
/// call the compiler need not keep them.
struct Block<'a, T> {
    state: &'a mut [[u64; LANES]; 4],
    words: &'a mut [u64; WORDS],
    block: &'a mut [T],
}

impl<T: Scalar> WithSimd for Block<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        make_words(self.state, self.words);
        T::normals(self.words, self.block);
    }
}

/// Steps of the generators, each of which gives one word of [`LANES`].
#[inline(always)]
fn make_words(state: &mut [[u64; LANES]; 4], words: &mut [u64; WORDS]) {
    let [s0, s1, s2, s3] = state;
    for word in words.as_chunks_mut::<LANES>().0 {
        let states = s0.iter_mut().zip(&mut *s1).zip(&mut *s2).zip(&mut *s3);
        for (word, (((a, b), c), d)) in word.iter_mut().zip(states) {
            // Little-endian, for single precision looks at halves of words.
            let sum = a.wrapping_add(*d).rotate_left(23);
            *word = sum.wrapping_add(*a).to_le();
            let shifted = *b << 17;
            *c ^= *a;
            *d ^= *b;
            *b ^= *c;
            *a ^= *d;
            *c ^= shifted;
            *d = d.rotate_left(45);
        }
    }
}

impl<T> fmt::Debug for NormalStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NormalStream")
            .field("state", &self.state)
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}

/// Fills a buffer with standard normal numbers, drawn one by one: for ladders, whose d is small and
/// which mix them with other draws of one stream.
#[inline]
pub(super) fn fill_normal<T: Scalar, R: Rng>(buffer: &mut [T], rng: &mut R) {
    for z in buffer {
        *z = T::normal(rng);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::{ChaCha8Rng, Xoshiro256PlusPlus};

    /// The stream without vectors: the generators of the crate rand, and one pair at a time.
    fn reference<T: Scalar>(seed: u64, blocks: usize) -> Vec<T> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut lanes: Vec<_> = (0..LANES)
            .map(|_| {
                let mut bytes = [0; 32];
                rng.fill_bytes(&mut bytes);
                Xoshiro256PlusPlus::from_seed(bytes)
            })
            .collect();
        let mut normals = Vec::new();
        for _ in 0..blocks {
            let words: Vec<u64> = (0..WORDS).map(|i| lanes[i % LANES].next_u64()).collect();
            let pairs = WORDS * T::NORMALS_PER_WORD / 2;
            let mut block = vec![T::of(0.0); 2 * pairs];
            for k in 0..pairs {
                let mut pair = [T::of(0.0); 2];
                // The two words of a pair, or the two halves of a word made of theirs.
                let two = if T::NORMALS_PER_WORD == 1 {
                    [words[k], words[k + pairs]]
                } else {
                    let half = |j: usize| words[j / 2] >> (32 * (j % 2)) & 0xffff_ffff;
                    [half(k) | half(k + pairs) << 32, 0]
                };
                if T::NORMALS_PER_WORD == 1 {
                    T::normals(&two, &mut pair);
                } else {
                    T::normals(&two[..1], &mut pair);
                }
                block[k] = pair[0];
                block[k + pairs] = pair[1];
            }
            normals.extend(block);
        }
        normals
    }

    #[test]
    fn vectors_change_no_bit() {
        let rng = || ChaCha8Rng::seed_from_u64(9);
        let mut single = vec![0.0; 40 * WORDS];
        NormalStream::<f32>::new(&mut rng()).fill(&mut single);
        let bits = |z: &[f32]| z.iter().map(|z| z.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&single), bits(&reference(9, 20)));
        let mut double = vec![0.0; 20 * WORDS];
        NormalStream::<f64>::new(&mut rng()).fill(&mut double);
        let bits = |z: &[f64]| z.iter().map(|z| z.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&double), bits(&reference(9, 20)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn pieces_make_the_whole(pieces in prop::collection::vec(0usize..1500, 1..8), seed: u64) {
            let stream = || NormalStream::<f64>::new(&mut ChaCha8Rng::seed_from_u64(seed));
            let mut whole = vec![0.0; pieces.iter().sum()];
            stream().fill(&mut whole);
            let mut again = stream();
            let mut parts = Vec::new();
            for length in pieces {
                let mut part = vec![0.0; length];
                again.fill(&mut part);
                parts.extend(part);
            }
            prop_assert_eq!(whole, parts);
        }
    }
}
