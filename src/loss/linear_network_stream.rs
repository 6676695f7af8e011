//! Deep linear networks on data that are computed when they are needed.

use super::linear_network::{Layers, check};
use super::linear_network_data::Samples;
use super::product::product;
use super::{LossError, Scalar};
use faer::{Accum, MatMut, MatRef};
use std::ops::Range;

/// The mean squared error of a deep linear network on n samples without noise,
///
/// L_n(w) = 1/(n H_L) Σᵢ |W* xᵢ − W_L ⋯ W₁ xᵢ|²,  xᵢ uniform on [−a, a]^{H₀},
///
/// the data on which Lau, Furman, Wang, Murfet and Wei (2023, arXiv:2308.12108) validate U(t). At a
/// true parameter L_n(w*) = 0.
///
/// The samples are not kept: xᵢ is computed from the seed and i each time (SplitMix64 of Steele,
/// Lea and Flood 2014, a generator by counter), so that n = 10⁶ samples of 10³ inputs need no
/// memory.
///
/// # Shapes
/// Parameters as in [`LinearNetwork`](super::LinearNetwork). W* is H_L × H₀, column-major.
///
/// # Examples
///
/// ```
/// use rlct::loss::{LinearNetworkStream, Loss};
///
/// // y = 6x by two factors, 1000 inputs in [−10, 10]: E x² = 100/3
/// let loss = LinearNetworkStream::new(&[1, 1, 1], &[6.0], 10.0, 1000, 7)?;
/// let mut scratch = vec![0.0; loss.scratch_len()];
/// assert_eq!(loss.value(&[2.0, 3.0], &mut scratch), 0.0);
/// let excess: f64 = loss.value(&[2.0, 2.5], &mut scratch);
/// assert!((excess - 100.0 / 3.0).abs() < 4.0);
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LinearNetworkStream<T> {
    layers: Layers,
    target: Vec<T>,
    half_width: f64,
    num_samples: usize,
    seed: u64,
}

impl<T: Scalar> LinearNetworkStream<T> {
    /// The network of these widths with the truth W* (H_L × H₀, column-major), inputs in
    /// [−`half_width`, `half_width`].
    ///
    /// # Errors
    /// [`LossError::TooFewWidths`], [`LossError::ZeroWidth`], [`LossError::NoSamples`],
    /// [`LossError::Length`] or [`LossError::NotFinite`] for the truth, [`LossError::HalfWidth`]
    /// for inputs without a range.
    ///
    /// ```
    /// # use rlct::loss::{LinearNetworkStream, LossError};
    /// let error = LinearNetworkStream::new(&[1, 1], &[1.0], 0.0, 10, 0).unwrap_err();
    /// assert_eq!(error, LossError::HalfWidth { half_width: 0.0 });
    /// ```
    pub fn new(
        widths: &[usize],
        target: &[T],
        half_width: f64,
        num_samples: usize,
        seed: u64,
    ) -> Result<Self, LossError> {
        let layers = Layers::new(widths)?;
        check(
            "the target matrix",
            target,
            layers.inputs() * layers.outputs(),
        )?;
        if num_samples == 0 {
            return Err(LossError::NoSamples);
        }
        if !(half_width > 0.0 && half_width.is_finite()) {
            return Err(LossError::HalfWidth { half_width });
        }
        Ok(Self {
            layers,
            target: target.to_vec(),
            half_width,
            num_samples,
            seed,
        })
    }

    /// Writes the H₀ inputs of sample i.
    fn input(&self, index: u64, x: &mut [T]) {
        let first = index * self.layers.inputs() as u64;
        for (j, x) in x.iter_mut().enumerate() {
            let bits = split_mix(self.seed, first + j as u64);
            // 53 bits, uniform on (−1, 1)
            let unit = ((bits >> 11) as f64 + 0.5) * 2.0_f64.powi(-52) - 1.0;
            *x = T::of(self.half_width * unit);
        }
    }
}

/// The number `counter` of the SplitMix64 generator.
fn split_mix(seed: u64, counter: u64) -> u64 {
    let mut z = seed.wrapping_add((counter + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl<T: Scalar> Samples for LinearNetworkStream<T> {
    type Scalar = T;

    fn layers(&self) -> &Layers {
        &self.layers
    }

    fn count(&self) -> usize {
        self.num_samples
    }

    fn scale(&self) -> f64 {
        2.0 / self.layers.outputs() as f64
    }

    fn block<'a>(
        &'a self,
        places: Range<usize>,
        batch: Option<&[u32]>,
        x: &'a mut [T],
        y: &'a mut [T],
    ) -> (&'a [T], &'a [T]) {
        let (inputs, outputs) = (self.layers.inputs(), self.layers.outputs());
        let columns = places.len();
        for (x, place) in x.chunks_exact_mut(inputs).zip(places) {
            self.input(
                batch.map_or(place as u64, |batch| u64::from(batch[place])),
                x,
            );
        }
        product(
            MatMut::from_column_major_slice_mut(&mut *y, outputs, columns),
            Accum::Replace,
            MatRef::from_column_major_slice(&self.target, outputs, inputs),
            MatRef::from_column_major_slice(&*x, inputs, columns),
            T::of(1.0),
        );
        (x, y)
    }
}

#[cfg(test)]
mod tests {
    use super::{LinearNetworkStream, split_mix};
    use crate::loss::{LinearNetwork, Loss};

    #[test]
    fn the_generator_is_split_mix() {
        // the first numbers from seed 1234567, from the reference implementation of Vigna (2015)
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        for (counter, value) in (0..).zip(expected) {
            assert_eq!(split_mix(1_234_567, counter), value);
        }
    }

    #[test]
    fn the_mean_over_inputs_is_the_population_loss() {
        let (population, w_star) = LinearNetwork::<f64>::of_rank(&[3, 2, 4], 1).unwrap();
        let n = 100_000;
        let loss = LinearNetworkStream::new(&[3, 2, 4], population.target(), 10.0, n, 3).unwrap();
        let mut scratch = vec![0.0; loss.scratch_len()];
        assert_eq!(loss.value(&w_star, &mut scratch), 0.0);
        let mut w = w_star.clone();
        w.iter_mut()
            .zip([0.3, -0.2, 0.5, 0.1])
            .for_each(|(w, x)| *w += x);
        let value = loss.value(&w, &mut scratch);
        // E |Mx|² = a²/3 |M|², and K = ½ |M|²
        let k = population.value(&w, &mut vec![0.0; population.scratch_len()]);
        let expected = 100.0 / 3.0 * 2.0 * k / 4.0;
        // |Mx|² ≤ a² (Σ|Mᵢⱼ|)² bounds its standard deviation by the mean times at most 9
        assert!((value - expected).abs() < 5.0 * 9.0 * expected / (n as f64).sqrt());
    }

    #[test]
    fn batches_are_parts_of_the_whole_and_gradients_are_differences() {
        let loss =
            LinearNetworkStream::new(&[2, 3, 2], &[1.0, -0.5, 0.25, 2.0], 2.0, 600, 5).unwrap();
        let w: Vec<f64> = (0..12).map(|i| f64::from(i * 7 % 5) / 4.0 - 0.5).collect();
        let mut scratch = vec![0.0; loss.scratch_len()];
        let whole = loss.value(&w, &mut scratch);
        let (first, second): (Vec<u32>, Vec<u32>) = ((0..350).collect(), (350..600).collect());
        let parts = 350.0 * loss.batch_value(&w, &first, &mut scratch)
            + 250.0 * loss.batch_value(&w, &second, &mut scratch);
        assert!((parts / 600.0 - whole).abs() < 1e-12 * whole);
        let mut gradient = vec![0.0; 12];
        assert_eq!(loss.gradient(&w, &mut gradient, &mut scratch), whole);
        for i in 0..12 {
            let mut at = |h: f64| {
                let mut moved = w.clone();
                moved[i] += h;
                loss.value(&moved, &mut scratch)
            };
            let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!((gradient[i] - difference).abs() < 1e-6 * (1.0 + difference.abs()));
        }
    }
}
