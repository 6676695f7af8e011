//! A network that learns to add modulo p.

use super::{Loss, LossError, Scalar};
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};

/// How many samples a pass takes through the last layer at once.
const BLOCK: usize = 256;

/// The function between the layers of [`ModularAddition`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AdditionActivation {
    /// x Φ(x), Φ the normal distribution function (Hendrycks and Gimpel 2016).
    Gelu,
    /// max(x, 0).
    Relu,
    /// x².
    Square,
}

/// The cross entropy of the network of Panickssery and Vaintrob (2023) for addition modulo p,
///
/// L_n(w) = −1/n Σᵢ log softmax(W₂·σ(Wₗ E\[aᵢ\] + bₗ + Wᵣ E\[bᵢ\] + bᵣ))\[cᵢ\],
///
/// mean over the pairs (a, b) of a training split, cᵢ = aᵢ + bᵢ mod p unless other labels are
/// given.
///
/// # Shapes
/// With embedding width e and hidden width h the parameter slice holds E (e × p), Wₗ and Wᵣ
/// (h × e), bₗ and bᵣ (h), W₂ (p × h), each column-major; d = ep + 2h(e + 1) + ph. Since only p
/// tokens exist, Wₗ E + bₗ and Wᵣ E + bᵣ are computed once a pass, not once a sample; the gradient
/// likewise is summed by token first.
///
/// # Examples
///
/// ```
/// use rlct::loss::{AdditionActivation, Loss, ModularAddition};
///
/// let loss = ModularAddition::split(53, 12, 48, AdditionActivation::Gelu, 0.95, 1)?;
/// assert_eq!((Loss::<f32>::dimension(&loss), loss.samples().len()), (4428, 2668));
/// let w: Vec<f32> = loss.initial(7);
/// // an untrained network: about log 53 = 3.97
/// let value: f32 = loss.value(&w, &mut vec![0.0; Loss::<f32>::scratch_len(&loss)]);
/// assert!((3.5..4.5).contains(&value));
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModularAddition {
    modulus: usize,
    embedding: usize,
    hidden: usize,
    activation: AdditionActivation,
    /// a, b and the label.
    samples: Vec<[u32; 3]>,
}

impl ModularAddition {
    /// The network of embedding width `embedding` and hidden width `hidden` on samples (a, b,
    /// label).
    ///
    /// # Errors
    /// [`LossError::ZeroWidth`] for p, e or h = 0 (layers 0, 1, 2), [`LossError::NoSamples`],
    /// [`LossError::Token`] for a number that is not below p.
    ///
    /// ```
    /// # use rlct::loss::{AdditionActivation, LossError, ModularAddition};
    /// let relu = AdditionActivation::Relu;
    /// let new = |samples: &[[u32; 3]]| ModularAddition::new(5, 2, 3, relu, samples);
    /// assert!(new(&[[1, 4, 0]]).is_ok());
    /// assert_eq!(new(&[[1, 5, 1]]), Err(LossError::Token { sample: 0, token: 5, modulus: 5 }));
    /// ```
    pub fn new(
        modulus: usize,
        embedding: usize,
        hidden: usize,
        activation: AdditionActivation,
        samples: &[[u32; 3]],
    ) -> Result<Self, LossError> {
        if let Some(layer) = [modulus, embedding, hidden].iter().position(|&h| h == 0) {
            return Err(LossError::ZeroWidth { layer });
        }
        if samples.is_empty() {
            return Err(LossError::NoSamples);
        }
        for (sample, tokens) in samples.iter().enumerate() {
            if let Some(&token) = tokens.iter().find(|&&t| t as usize >= modulus) {
                return Err(LossError::Token {
                    sample,
                    token,
                    modulus,
                });
            }
        }
        Ok(Self {
            modulus,
            embedding,
            hidden,
            activation,
            samples: samples.to_vec(),
        })
    }

    /// The network on a random split of all p² pairs: ⌊fraction·p²⌋ of them, at least one.
    ///
    /// # Errors
    /// As [`new`](Self::new); [`LossError::Fraction`] unless 0 < fraction ≤ 1.
    ///
    /// ```
    /// # use rlct::loss::{AdditionActivation, ModularAddition};
    /// let loss = ModularAddition::split(7, 2, 3, AdditionActivation::Square, 0.5, 1)?;
    /// assert_eq!(loss.samples().len(), 24);
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn split(
        modulus: usize,
        embedding: usize,
        hidden: usize,
        activation: AdditionActivation,
        fraction: f64,
        seed: u64,
    ) -> Result<Self, LossError> {
        if !(fraction > 0.0 && fraction <= 1.0) {
            return Err(LossError::Fraction { fraction });
        }
        let p = modulus as u32;
        let mut samples: Vec<_> = (0..p)
            .flat_map(|a| (0..p).map(move |b| [a, b, (a + b) % p]))
            .collect();
        samples.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let count = (fraction * samples.len() as f64) as usize;
        samples.truncate(count.max(1));
        Self::new(modulus, embedding, hidden, activation, &samples)
    }

    /// The samples (a, b, label).
    #[must_use]
    pub fn samples(&self) -> &[[u32; 3]] {
        &self.samples
    }

    /// A random start: E ~ N(0, 1), the other entries uniform within ±1/√(inputs of the layer).
    ///
    /// ```
    /// # use rlct::loss::{AdditionActivation, ModularAddition};
    /// let loss = ModularAddition::new(5, 2, 3, AdditionActivation::Relu, &[[1, 4, 0]])?;
    /// assert_eq!(loss.initial::<f64>(1).len(), 5 * 2 + 2 * 3 * 3 + 5 * 3);
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn initial<T: Scalar>(&self, seed: u64) -> Vec<T> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let [_, left, _, output, end] = self.offsets();
        let mut w: Vec<T> = (0..left).map(|_| T::normal(&mut rng)).collect();
        for i in left..end {
            let inputs = if i < output {
                self.embedding
            } else {
                self.hidden
            };
            let u = 2.0 * rng.random::<f64>() - 1.0;
            w.push(T::of(u / (inputs as f64).sqrt()));
        }
        w
    }

    /// Where E, [Wₗ Wᵣ], the biases and W₂ begin, and d.
    fn offsets(&self) -> [usize; 5] {
        let left = self.embedding * self.modulus;
        let biases = left + 2 * self.hidden * self.embedding;
        let output = biases + 2 * self.hidden;
        [0, left, biases, output, output + self.modulus * self.hidden]
    }

    fn block(&self) -> usize {
        BLOCK.min(self.samples.len())
    }

    /// σ(x) and σ′(x).
    #[inline(always)]
    fn activate<T: Scalar>(&self, x: T) -> (T, T) {
        match self.activation {
            AdditionActivation::Gelu => {
                let (cdf, density) = x.normal_cdf_and_density();
                (x * cdf, cdf + x * density)
            }
            AdditionActivation::Relu if x > T::of(0.0) => (x, T::of(1.0)),
            AdditionActivation::Relu => (T::of(0.0), T::of(0.0)),
            AdditionActivation::Square => (x * x, x + x),
        }
    }

    /// Loss and, if asked for, gradient on the samples of a batch or on all.
    fn pass<T: Scalar>(
        &self,
        w: &[T],
        batch: Option<&[u32]>,
        mut gradient: Option<&mut [T]>,
        scratch: &mut [T],
    ) -> T {
        let (p, e, h) = (self.modulus, self.embedding, self.hidden);
        let [_, left, biases, output, _] = self.offsets();
        let (tables, scratch) = scratch.split_at_mut(2 * h * p);
        let (table_gradients, scratch) = scratch.split_at_mut(2 * h * p);
        let columns = self.block();
        let (activations, scratch) = scratch.split_at_mut(h * columns);
        let (slopes, scratch) = scratch.split_at_mut(h * columns);
        let (errors, scratch) = scratch.split_at_mut(h * columns);
        let logits = &mut scratch[..p * columns];
        let tokens = column_major(&w[..left], e, p);
        let first = |side: usize| column_major(&w[left + side * h * e..][..h * e], h, e);
        let second = column_major(&w[output..], p, h);
        for side in 0..2 {
            let table = &mut tables[side * h * p..][..h * p];
            for column in table.chunks_exact_mut(h) {
                column.copy_from_slice(&w[biases + side * h..][..h]);
            }
            let table = MatMut::from_column_major_slice_mut(table, h, p);
            matmul(table, Accum::Add, first(side), tokens, T::of(1.0), Par::Seq);
        }
        let zero = T::of(0.0);
        if let Some(gradient) = gradient.as_deref_mut() {
            gradient.fill(zero);
            table_gradients.fill(zero);
        }
        let total = batch.map_or(self.samples.len(), <[u32]>::len);
        let weight = T::of(1.0 / total as f64);
        let sample = |k: usize| self.samples[batch.map_or(k, |batch| batch[k] as usize)];
        let side = |table: usize, token: u32| (table * p + token as usize) * h;
        let mut sum = zero;
        let mut done = 0;
        while done < total {
            let now = columns.min(total - done);
            for k in 0..now {
                let [a, b, _] = sample(done + k);
                let (x, y) = (&tables[side(0, a)..][..h], &tables[side(1, b)..][..h]);
                let out = activations[k * h..][..h].iter_mut();
                let out = out.zip(&mut slopes[k * h..][..h]);
                for ((activation, slope), (&x, &y)) in out.zip(x.iter().zip(y)) {
                    (*activation, *slope) = self.activate(x + y);
                }
            }
            let hidden = column_major(&activations[..h * now], h, now);
            let scores = MatMut::from_column_major_slice_mut(&mut logits[..p * now], p, now);
            matmul(scores, Accum::Replace, second, hidden, T::of(1.0), Par::Seq);
            for (k, scores) in logits[..p * now].chunks_exact_mut(p).enumerate() {
                sum += cross_entropy(scores, sample(done + k)[2] as usize);
            }
            if let Some(gradient) = gradient.as_deref_mut() {
                let delta = column_major(&logits[..p * now], p, now);
                let out = MatMut::from_column_major_slice_mut(&mut gradient[output..], p, h);
                matmul(out, Accum::Add, delta, hidden.transpose(), weight, Par::Seq);
                let out = MatMut::from_column_major_slice_mut(&mut errors[..h * now], h, now);
                matmul(
                    out,
                    Accum::Replace,
                    second.transpose(),
                    delta,
                    weight,
                    Par::Seq,
                );
                errors[..h * now]
                    .iter_mut()
                    .zip(&*slopes)
                    .for_each(|(e, &s)| *e *= s);
                for (k, error) in errors[..h * now].chunks_exact(h).enumerate() {
                    let [a, b, _] = sample(done + k);
                    for start in [side(0, a), side(1, b)] {
                        let sums = &mut table_gradients[start..][..h];
                        sums.iter_mut().zip(error).for_each(|(s, &e)| *s += e);
                    }
                }
            }
            done += now;
        }
        if let Some(gradient) = gradient {
            for side in 0..2 {
                let sums = &table_gradients[side * h * p..][..h * p];
                for column in sums.chunks_exact(h) {
                    let bias = &mut gradient[biases + side * h..][..h];
                    bias.iter_mut().zip(column).for_each(|(b, &s)| *b += s);
                }
                let sums = column_major(sums, h, p);
                let out = &mut gradient[left + side * h * e..][..h * e];
                let out = MatMut::from_column_major_slice_mut(out, h, e);
                matmul(
                    out,
                    Accum::Replace,
                    sums,
                    tokens.transpose(),
                    T::of(1.0),
                    Par::Seq,
                );
                let out = MatMut::from_column_major_slice_mut(&mut gradient[..left], e, p);
                matmul(
                    out,
                    Accum::Add,
                    first(side).transpose(),
                    sums,
                    T::of(1.0),
                    Par::Seq,
                );
            }
        }
        sum * weight
    }
}

fn column_major<T>(entries: &[T], rows: usize, columns: usize) -> MatRef<'_, T> {
    MatRef::from_column_major_slice(entries, rows, columns)
}

/// −log softmax(scores)[label]; leaves softmax(scores) − e_label in `scores`.
fn cross_entropy<T: Scalar>(scores: &mut [T], label: usize) -> T {
    let largest = scores
        .iter()
        .fold(scores[0], |m, &s| if s > m { s } else { m });
    let margin = largest - scores[label];
    let mut sum = T::of(0.0);
    for score in scores.iter_mut() {
        *score = (*score - largest).exponential();
        sum += *score;
    }
    let scale = T::of(1.0) / sum;
    scores.iter_mut().for_each(|score| *score *= scale);
    scores[label] -= T::of(1.0);
    margin + T::of(sum.float().ln())
}

impl<T: Scalar> Loss<T> for ModularAddition {
    fn dimension(&self) -> usize {
        self.offsets()[4]
    }

    fn scratch_len(&self) -> usize {
        4 * self.hidden * self.modulus + (3 * self.hidden + self.modulus) * self.block()
    }

    fn num_samples(&self) -> Option<usize> {
        Some(self.samples.len())
    }

    fn value(&self, w: &[T], scratch: &mut [T]) -> T {
        self.pass(w, None, None, scratch)
    }

    fn gradient(&self, w: &[T], gradient: &mut [T], scratch: &mut [T]) -> T {
        self.pass(w, None, Some(gradient), scratch)
    }

    fn batch_value(&self, w: &[T], batch: &[u32], scratch: &mut [T]) -> T {
        self.pass(w, Some(batch), None, scratch)
    }

    fn batch_gradient(&self, w: &[T], batch: &[u32], gradient: &mut [T], scratch: &mut [T]) -> T {
        self.pass(w, Some(batch), Some(gradient), scratch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The loss by the definition, one sample at a time.
    fn direct(loss: &ModularAddition, w: &[f64]) -> f64 {
        let (p, e, h) = (loss.modulus, loss.embedding, loss.hidden);
        let [_, left, biases, output, _] = loss.offsets();
        let mut sum = 0.0;
        for &[a, b, label] in &loss.samples {
            let mut scores = vec![0.0; p];
            for i in 0..h {
                let mut x = w[biases + i] + w[biases + h + i];
                for k in 0..e {
                    x += w[left + k * h + i] * w[a as usize * e + k];
                    x += w[left + h * e + k * h + i] * w[b as usize * e + k];
                }
                let y = match loss.activation {
                    AdditionActivation::Gelu => {
                        x * 0.5 * statrs::function::erf::erfc(-x / 2_f64.sqrt())
                    }
                    AdditionActivation::Relu => x.max(0.0),
                    AdditionActivation::Square => x * x,
                };
                for (c, score) in scores.iter_mut().enumerate() {
                    *score += w[output + i * p + c] * y;
                }
            }
            let partition: f64 = scores.iter().map(|s| s.exp()).sum();
            sum += partition.ln() - scores[label as usize];
        }
        sum / loss.samples.len() as f64
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn value_and_gradient_agree_with_the_definition(
            p in 2usize..6, e in 1usize..4, h in 1usize..5, kind in 0..3, seed: u64,
        ) {
            let activation = [
                AdditionActivation::Gelu,
                AdditionActivation::Relu,
                AdditionActivation::Square,
            ][kind as usize];
            let loss = ModularAddition::split(p, e, h, activation, 0.8, seed).unwrap();
            let w: Vec<f64> = loss.initial(seed ^ 1);
            let mut scratch = vec![f64::NAN; Loss::<f64>::scratch_len(&loss)];
            let mut gradient = vec![f64::NAN; w.len()];
            let value = loss.gradient(&w, &mut gradient, &mut scratch);
            prop_assert!((value - direct(&loss, &w)).abs() < 1e-9);
            prop_assert_eq!(loss.value(&w, &mut scratch), value);
            for i in 0..w.len() {
                let h = 1e-6;
                let mut moved = w.clone();
                moved[i] += h;
                let above: f64 = loss.value(&moved, &mut scratch);
                moved[i] -= 2.0 * h;
                let difference = (above - loss.value(&moved, &mut scratch)) / (2.0 * h);
                // A kink of the rectifier within ±h has probability of about 10⁻⁵ a case.
                prop_assert!(
                    (gradient[i] - difference).abs() < 1e-6,
                    "{} {difference}",
                    gradient[i]
                );
            }
            // Single precision, and a batch of all the samples in another order.
            let single: Vec<f32> = w.iter().map(|&x| x as f32).collect();
            let mut single_gradient = vec![f32::NAN; w.len()];
            let mut scratch = vec![f32::NAN; Loss::<f32>::scratch_len(&loss)];
            let all: Vec<u32> = (0..loss.samples.len() as u32).rev().collect();
            let batch = loss.batch_gradient(&single, &all, &mut single_gradient, &mut scratch);
            prop_assert!((f64::from(batch) - value).abs() < 1e-5 * (1.0 + value));
            let scale = gradient.iter().fold(1.0, |m: f64, g| m.max(g.abs()));
            for (a, b) in gradient.iter().zip(&single_gradient) {
                prop_assert!((a - f64::from(*b)).abs() < 2e-5 * scale);
            }
        }
    }

    #[test]
    fn several_blocks_are_the_mean_of_their_samples() {
        let loss = ModularAddition::split(23, 3, 4, AdditionActivation::Gelu, 0.9, 3).unwrap();
        assert!(loss.samples.len() > BLOCK);
        let w: Vec<f64> = loss.initial(2);
        let mut scratch = vec![f64::NAN; Loss::<f64>::scratch_len(&loss)];
        let mut values = vec![f64::NAN; loss.samples.len()];
        loss.sample_values(&w, &mut values, &mut scratch);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert!((loss.value(&w, &mut scratch) - mean).abs() < 1e-12);
    }
}
