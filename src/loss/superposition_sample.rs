//! The toy model of superposition on samples.

use super::evaluate::Evaluate;
use super::{LossError, Superposition};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// The loss of the toy model of superposition on n samples x = μ eᵢ, the mean of
/// |x − ReLU(WᵀW x + b)|²; parameters as in [`Superposition`].
///
/// # Examples
///
/// ```
/// use rlct::loss::{Loss, Superposition, SuperpositionSample};
///
/// let population = Superposition::new(6)?;
/// let w = population.polygon(6, 0)?.w;
/// let sample = SuperpositionSample::draw(&population, 100_000, 1)?;
/// let (exact, mean) = (population.value(&w, &mut []), sample.value(&w, &mut []));
/// assert!((mean / exact - 1.0).abs() < 0.02);
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SuperpositionSample {
    features: usize,
    /// i and μ.
    samples: Vec<(u32, f64)>,
}

impl SuperpositionSample {
    /// Draws n samples, i uniform among the features and μ uniform in \[0, 1).
    ///
    /// # Errors
    /// [`LossError::NoSamples`] for n = 0.
    pub fn draw(
        population: &Superposition,
        num_samples: usize,
        seed: u64,
    ) -> Result<Self, LossError> {
        if num_samples == 0 {
            return Err(LossError::NoSamples);
        }
        let features = population.features();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let samples = (0..num_samples)
            .map(|_| {
                (
                    rng.random_range(0..features as u32),
                    rng.random_range(0.0..1.0),
                )
            })
            .collect();
        Ok(Self { features, samples })
    }

    /// Adds the loss of a sample, and `scale` times its gradient.
    fn add(
        &self,
        w: &[f64],
        (i, mu): (u32, f64),
        scale: f64,
        mut gradient: Option<&mut [f64]>,
    ) -> f64 {
        let (c, i) = (self.features, i as usize);
        let (x, y) = (w[2 * i], w[2 * i + 1]);
        let mut sum = 0.0;
        for j in 0..c {
            let (u, v) = (w[2 * j], w[2 * j + 1]);
            let output = mu * (x * u + y * v) + w[2 * c + j];
            let target = if i == j { mu } else { 0.0 };
            let error = output.max(0.0) - target;
            sum += error * error;
            if output > 0.0
                && let Some(gradient) = gradient.as_deref_mut()
            {
                let slope = 2.0 * scale * error;
                gradient[2 * c + j] += slope;
                gradient[2 * i] += slope * mu * u;
                gradient[2 * i + 1] += slope * mu * v;
                gradient[2 * j] += slope * mu * x;
                gradient[2 * j + 1] += slope * mu * y;
            }
        }
        sum
    }
}

impl Evaluate for SuperpositionSample {
    type Scalar = f64;

    fn dimension(&self) -> usize {
        3 * self.features
    }

    fn scratch_len(&self) -> usize {
        0
    }

    fn num_samples(&self) -> Option<usize> {
        Some(self.samples.len())
    }

    fn evaluate(
        &self,
        w: &[f64],
        batch: Option<&[u32]>,
        mut gradient: Option<&mut [f64]>,
        _: &mut [f64],
    ) -> f64 {
        if let Some(gradient) = gradient.as_deref_mut() {
            gradient.fill(0.0);
        }
        let count = batch.map_or(self.samples.len(), <[u32]>::len) as f64;
        let mut one =
            |&sample: &(u32, f64)| self.add(w, sample, 1.0 / count, gradient.as_deref_mut());
        let sum: f64 = match batch {
            Some(batch) => batch.iter().map(|&k| one(&self.samples[k as usize])).sum(),
            None => self.samples.iter().map(one).sum(),
        };
        sum / count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::Loss;

    #[test]
    fn gradients_are_differences_on_batches_and_on_all() {
        let population = Superposition::new(5).unwrap();
        let loss = SuperpositionSample::draw(&population, 40, 3).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let w: Vec<f64> = (0..15).map(|_| rng.random_range(-1.0..1.0)).collect();
        let batch = [0, 7, 7, 39];
        let mut gradient = vec![0.0; 15];
        for all in [true, false] {
            let value = |w: &[f64]| match all {
                true => loss.value(w, &mut []),
                false => loss.batch_value(w, &batch, &mut []),
            };
            let found = match all {
                true => loss.gradient(&w, &mut gradient, &mut []),
                false => loss.batch_gradient(&w, &batch, &mut gradient, &mut []),
            };
            assert_eq!(found, value(&w));
            for k in 0..15 {
                let at = |step: f64| {
                    let mut moved = w.clone();
                    moved[k] += step;
                    value(&moved)
                };
                let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
                assert!((slope - gradient[k]).abs() < 1e-8, "{k}");
            }
        }
        assert!(SuperpositionSample::draw(&population, 0, 1).is_err());
    }
}
