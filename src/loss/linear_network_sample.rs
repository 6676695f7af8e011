//! Deep linear networks on data: the mean negative log likelihood of n samples.

use super::linear_network::{Layers, check};
use super::linear_network_data::{Condensed, Samples};
use super::{LinearNetwork, LossError, Scalar};
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use std::ops::Range;

/// The loss of a deep linear network on n samples,
///
/// L_n(w) = 1/(2n) Σᵢ |yᵢ − W_L ⋯ W₁ xᵢ|²,
///
/// the mean negative log likelihood of y = W x + N(0, I) up to a constant. Mini-batches are means
/// over the given samples.
///
/// # Shapes
/// Parameters as in [`LinearNetwork`]. Inputs are H₀ × n and outputs H_L × n, column-major: one
/// sample after the other.
///
/// # Examples
///
/// ```
/// use rlct::loss::{LinearNetworkSample, Loss};
///
/// // y = 2x on two samples
/// let loss = LinearNetworkSample::new(&[1, 1], &[1.0, 3.0], &[2.0, 6.0])?;
/// let mut scratch = vec![0.0; loss.scratch_len()];
/// assert_eq!(loss.num_samples(), Some(2));
/// assert_eq!(loss.value(&[2.0], &mut scratch), 0.0);
/// assert_eq!(loss.value(&[1.0], &mut scratch), 2.5);
/// assert_eq!(loss.batch_value(&[1.0], &[0], &mut scratch), 0.5);
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LinearNetworkSample<T> {
    layers: Layers,
    inputs: Vec<T>,
    outputs: Vec<T>,
    num_samples: usize,
    condensed: Option<Condensed<T>>,
}

impl<T: Scalar> LinearNetworkSample<T> {
    /// The loss on given data.
    ///
    /// # Errors
    /// [`LossError::TooFewWidths`], [`LossError::ZeroWidth`], [`LossError::NoSamples`],
    /// [`LossError::Length`] or [`LossError::NotFinite`] for the data.
    ///
    /// ```
    /// # use rlct::loss::{LinearNetworkSample, LossError};
    /// let error = LinearNetworkSample::<f64>::new(&[1, 1], &[], &[]).unwrap_err();
    /// assert_eq!(error, LossError::NoSamples);
    /// ```
    pub fn new(widths: &[usize], inputs: &[T], outputs: &[T]) -> Result<Self, LossError> {
        let layers = Layers::new(widths)?;
        let num_samples = inputs.len() / layers.inputs();
        if num_samples == 0 {
            return Err(LossError::NoSamples);
        }
        check("the inputs", inputs, layers.inputs() * num_samples)?;
        check("the outputs", outputs, layers.outputs() * num_samples)?;
        Ok(Self {
            layers,
            inputs: inputs.to_vec(),
            outputs: outputs.to_vec(),
            num_samples,
            condensed: None,
        })
    }

    /// The same loss, which on all the data is computed from H₀ columns with the same sums of
    /// squares and products (a QR decomposition, n H₀² operations once): at the cost of H₀ samples,
    /// whatever n is. Mini-batches are of the samples as before. Of less than H₀ samples it is the
    /// loss as it was.
    ///
    /// ```
    /// # use rlct::loss::{LinearNetwork, LinearNetworkSample, Loss};
    /// let (population, w_star) = LinearNetwork::<f64>::of_rank(&[2, 2, 2], 1)?;
    /// let loss = LinearNetworkSample::draw(&population, 100_000, 1.0, 7)?;
    /// let value = loss.value(&w_star, &mut vec![0.0; loss.scratch_len()]);
    /// let loss = loss.condensed();
    /// let again = loss.value(&w_star, &mut vec![0.0; loss.scratch_len()]);
    /// assert!((value - again).abs() < 1e-12);
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn condensed(mut self) -> Self {
        if self.num_samples >= self.layers.inputs() {
            let condensed = Condensed::new(&self.layers, &self.inputs, &self.outputs);
            self.condensed = Some(condensed);
        }
        self
    }

    /// Draws n samples x ~ N(0, I), y = W* x + sigma·N(0, I) of a population loss. The draws are
    /// the same for `f32` and `f64` up to rounding.
    ///
    /// # Errors
    /// [`LossError::NoSamples`] for n = 0, [`LossError::Noise`] for sigma < 0 or not finite.
    ///
    /// ```
    /// # use rlct::loss::{LinearNetwork, LinearNetworkSample, Loss};
    /// let (population, w_star) = LinearNetwork::<f64>::of_rank(&[2, 2, 2], 1)?;
    /// let loss = LinearNetworkSample::draw(&population, 100, 0.0, 7)?;
    /// assert_eq!(loss.value(&w_star, &mut vec![0.0; loss.scratch_len()]), 0.0);
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn draw(
        population: &LinearNetwork<T>,
        num_samples: usize,
        sigma: f64,
        seed: u64,
    ) -> Result<Self, LossError> {
        if num_samples == 0 {
            return Err(LossError::NoSamples);
        }
        if !(sigma.is_finite() && sigma >= 0.0) {
            return Err(LossError::Noise { sigma });
        }
        let layers = Layers::new(population.widths())?;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let inputs: Vec<T> = (0..layers.inputs() * num_samples)
            .map(|_| T::normal(&mut rng))
            .collect();
        let mut outputs: Vec<T> = (0..layers.outputs() * num_samples)
            .map(|_| T::of(sigma) * T::normal(&mut rng))
            .collect();
        matmul(
            MatMut::from_column_major_slice_mut(&mut outputs, layers.outputs(), num_samples),
            Accum::Add,
            MatRef::from_column_major_slice(population.target(), layers.outputs(), layers.inputs()),
            MatRef::from_column_major_slice(&inputs, layers.inputs(), num_samples),
            T::of(1.0),
            Par::Seq,
        );
        Ok(Self {
            layers,
            inputs,
            outputs,
            num_samples,
            condensed: None,
        })
    }
}

impl<T: Scalar> Samples for LinearNetworkSample<T> {
    type Scalar = T;

    fn layers(&self) -> &Layers {
        &self.layers
    }

    fn count(&self) -> usize {
        self.num_samples
    }

    fn scale(&self) -> f64 {
        1.0
    }

    fn block<'a>(
        &'a self,
        places: Range<usize>,
        batch: Option<&[u32]>,
        x: &'a mut [T],
        y: &'a mut [T],
    ) -> (&'a [T], &'a [T]) {
        let (rows, outputs) = (self.layers.inputs(), self.layers.outputs());
        let Some(batch) = batch else {
            return (
                &self.inputs[places.start * rows..places.end * rows],
                &self.outputs[places.start * outputs..places.end * outputs],
            );
        };
        let columns = x.chunks_exact_mut(rows).zip(y.chunks_exact_mut(outputs));
        for ((x, y), &index) in columns.zip(&batch[places]) {
            let i = index as usize;
            x.copy_from_slice(&self.inputs[i * rows..(i + 1) * rows]);
            y.copy_from_slice(&self.outputs[i * outputs..(i + 1) * outputs]);
        }
        (x, y)
    }

    fn condensed(&self) -> Option<&Condensed<T>> {
        self.condensed.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use crate::loss::{LinearNetwork, LinearNetworkSample, Loss, LossError};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn gradient_agrees_with_differences_and_batches_with_the_whole(
            widths in prop::collection::vec(1usize..4, 2..5),
            n in 1usize..600,
            w in prop::collection::vec(-1.0..1.0f64, 36),
        ) {
            let rank = widths.iter().copied().min().unwrap();
            let (population, _) = LinearNetwork::<f64>::of_rank(&widths, rank).unwrap();
            let loss = LinearNetworkSample::draw(&population, n, 0.5, 3).unwrap();
            let w = &w[..loss.dimension()];
            let mut scratch = vec![f64::NAN; loss.scratch_len()];
            let mut gradient = vec![f64::NAN; w.len()];
            let value = loss.gradient(w, &mut gradient, &mut scratch);
            prop_assert_eq!(loss.value(w, &mut scratch), value);
            let condensed = loss.clone().condensed();
            let mut other = vec![f64::NAN; w.len()];
            let again = condensed.gradient(w, &mut other, &mut scratch);
            prop_assert!((again - value).abs() < 1e-10 * (1.0 + value));
            prop_assert!(gradient.iter().zip(&other).all(|(a, b)| (a - b).abs() < 1e-10));
            for i in 0..w.len() {
                let h = 1e-5;
                let mut moved = w.to_vec();
                moved[i] += h;
                let above = loss.value(&moved, &mut scratch);
                moved[i] -= 2.0 * h;
                let difference = (above - loss.value(&moved, &mut scratch)) / (2.0 * h);
                prop_assert!((gradient[i] - difference).abs() < 1e-6 * (1.0 + difference.abs()));
            }
            // The mean over a partition into two batches is the whole.
            let batch: Vec<u32> = (0..n as u32).rev().collect();
            let (left, right) = batch.split_at(n / 2);
            let mut half = vec![f64::NAN; w.len()];
            let mut mean = 0.0;
            let mut mean_gradient = vec![0.0; w.len()];
            for part in [left, right] {
                if part.is_empty() {
                    continue;
                }
                let weight = part.len() as f64 / n as f64;
                mean += weight * loss.batch_gradient(w, part, &mut half, &mut scratch);
                mean_gradient.iter_mut().zip(&half).for_each(|(m, g)| *m += weight * g);
            }
            prop_assert!((mean - value).abs() < 1e-10);
            for (a, b) in mean_gradient.iter().zip(&gradient) {
                prop_assert!((a - b).abs() < 1e-10);
            }
        }
    }

    #[test]
    fn the_mean_excess_loss_is_the_population_loss() {
        let (population, w_star) = LinearNetwork::<f64>::of_rank(&[2, 1, 2], 1).unwrap();
        let loss = LinearNetworkSample::draw(&population, 200_000, 1.0, 11).unwrap();
        let mut w = w_star.clone();
        w[0] += 0.5;
        let mut scratch = vec![0.0; loss.scratch_len()];
        let excess = loss.value(&w, &mut scratch) - loss.value(&w_star, &mut scratch);
        let k = population.value(&w, &mut vec![0.0; population.scratch_len()]);
        // The excess is a mean of n terms of standard deviation below 1: 5 standard errors.
        assert!(
            (excess - k).abs() < 5.0 / (200_000_f64).sqrt(),
            "{excess} against {k}"
        );
    }

    #[test]
    fn malformed_data_are_refused() {
        let (population, _) = LinearNetwork::<f64>::of_rank(&[1, 1], 1).unwrap();
        let draw = |n, sigma| LinearNetworkSample::draw(&population, n, sigma, 0).unwrap_err();
        assert_eq!(draw(0, 1.0), LossError::NoSamples);
        assert_eq!(draw(1, -1.0), LossError::Noise { sigma: -1.0 });
        let short = LinearNetworkSample::new(&[2, 1], &[0.0; 3], &[0.0; 1]).unwrap_err();
        assert_eq!(
            short,
            LossError::Length {
                what: "the inputs",
                expected: 2,
                found: 3
            }
        );
    }
}
