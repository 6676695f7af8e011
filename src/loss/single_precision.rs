//! A loss in single precision under chains in double precision.

use super::{Loss, LossError};

/// L(w) computed by a loss in `f32`, for samplers and estimators that count in `f64`.
///
/// Parameters are rounded to `f32` (24 bits) and values and gradients widened, so that large
/// products take half the time while chains, their averages and their acceptance tests stay in
/// double precision. L is then known to about 6·10⁻⁸ of itself: it suits networks on data, where
/// nβ L(w) is far below 10⁷, and not population losses near their zeros at low temperatures.
///
/// # Examples
///
/// ```
/// use rlct::loss::{Loss, PolynomialLoss, Reading, SinglePrecision};
///
/// let loss = PolynomialLoss::<f32>::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
/// let loss = SinglePrecision::new(loss);
/// let mut scratch = vec![0.0; Loss::<f64>::scratch_len(&loss)];
/// // 0.1² in single precision
/// let value: f64 = loss.value(&[0.1], &mut scratch);
/// assert!(value != 0.01 && (value - 0.01).abs() < 1e-9);
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SinglePrecision<L> {
    loss: L,
}

impl<L: Loss<f32>> SinglePrecision<L> {
    /// The loss, of which `f64` is seen.
    #[must_use]
    pub fn new(loss: L) -> Self {
        Self { loss }
    }

    /// The loss itself.
    #[must_use]
    pub fn inner(&self) -> &L {
        &self.loss
    }

    /// The most numbers a call writes: d, or those of the samples.
    fn written(&self) -> usize {
        let samples = self.loss.num_samples().unwrap_or(0);
        self.loss.dimension().max(samples)
    }

    /// w, room for so many numbers to be written, and the scratch memory of the loss, within that
    /// of `f64`.
    fn parts<'a>(&self, w: &[f64], written: usize, scratch: &'a mut [f64]) -> [&'a mut [f32]; 3] {
        let room: &mut [f32] = pulp::bytemuck::cast_slice_mut(scratch);
        let (point, room) = room.split_at_mut(w.len());
        for (single, double) in point.iter_mut().zip(w) {
            *single = *double as f32;
        }
        let (single, room) = room.split_at_mut(written);
        [point, single, &mut room[..self.loss.scratch_len()]]
    }
}

impl<L: Loss<f32>> Loss<f64> for SinglePrecision<L> {
    fn dimension(&self) -> usize {
        self.loss.dimension()
    }

    fn scratch_len(&self) -> usize {
        (self.loss.dimension() + self.written() + self.loss.scratch_len()).div_ceil(2)
    }

    fn num_samples(&self) -> Option<usize> {
        self.loss.num_samples()
    }

    fn cost_in_samples(&self) -> Option<usize> {
        self.loss.cost_in_samples()
    }

    fn value(&self, w: &[f64], scratch: &mut [f64]) -> f64 {
        let [w, _, scratch] = self.parts(w, 0, scratch);
        self.loss.value(w, scratch).into()
    }

    fn gradient(&self, w: &[f64], gradient: &mut [f64], scratch: &mut [f64]) -> f64 {
        let [w, single, scratch] = self.parts(w, w.len(), scratch);
        let value = self.loss.gradient(w, single, scratch);
        widen(single, gradient);
        value.into()
    }

    fn batch_value(&self, w: &[f64], batch: &[u32], scratch: &mut [f64]) -> f64 {
        let [w, _, scratch] = self.parts(w, 0, scratch);
        self.loss.batch_value(w, batch, scratch).into()
    }

    fn batch_gradient(
        &self,
        w: &[f64],
        batch: &[u32],
        gradient: &mut [f64],
        scratch: &mut [f64],
    ) -> f64 {
        let [w, single, scratch] = self.parts(w, w.len(), scratch);
        let value = self.loss.batch_gradient(w, batch, single, scratch);
        widen(single, gradient);
        value.into()
    }

    fn check_gradient(&self, w: &[f64]) -> Result<(), LossError> {
        let single: Vec<f32> = w.iter().map(|&w| w as f32).collect();
        self.loss.check_gradient(&single)
    }

    fn sample_values(&self, w: &[f64], values: &mut [f64], scratch: &mut [f64]) {
        let [w, single, scratch] = self.parts(w, values.len(), scratch);
        self.loss.sample_values(w, single, scratch);
        widen(single, values);
    }
}

fn widen(single: &[f32], double: &mut [f64]) {
    for (double, &single) in double.iter_mut().zip(single) {
        *double = single.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{
        Activation, Dataset, Head, Network, NetworkDescription, NetworkLoss, Table,
    };
    use approx::assert_relative_eq;

    #[test]
    fn it_is_the_loss_in_double_precision_but_for_rounding() {
        // more samples than parameters, and fewer
        for n in [3, 200] {
            let head = Head::CrossEntropy;
            let description = NetworkDescription::perceptron(&[2, 4, 3], Activation::Tanh, head);
            let network = Network::new(&description).unwrap();
            let x = (0..2 * n).map(|i| f64::from(i % 17) / 8.0 - 1.0).collect();
            let y = (0..n).map(|i| f64::from(i % 3)).collect();
            let table = |columns, entries| Table::new("t", columns, entries).unwrap();
            let data = Dataset::new(&network, table(2, x), table(1, y)).unwrap();
            let double = NetworkLoss::<f64>::new(&network, &data).unwrap();
            let single = SinglePrecision::new(NetworkLoss::new(&network, &data).unwrap());
            let w: Vec<f64> = network.initial(1);
            let (d, batch) = (w.len(), [2, 0, 1, 1]);
            let see = |loss: &dyn Loss<f64>| {
                assert_eq!(
                    (loss.dimension(), loss.num_samples()),
                    (d, Some(n as usize))
                );
                let mut scratch = vec![f64::NAN; loss.scratch_len()];
                let mut seen = vec![
                    loss.value(&w, &mut scratch),
                    loss.batch_value(&w, &batch, &mut scratch),
                ];
                let mut gradient = vec![f64::NAN; d];
                seen.push(loss.gradient(&w, &mut gradient, &mut scratch));
                seen.extend(&gradient);
                seen.push(loss.batch_gradient(&w, &batch, &mut gradient, &mut scratch));
                seen.extend(&gradient);
                let mut values = vec![f64::NAN; n as usize];
                loss.sample_values(&w, &mut values, &mut scratch);
                seen.extend(&values);
                seen
            };
            let (a, b) = (see(&single), see(&double));
            assert_ne!(a, b);
            for (a, b) in a.iter().zip(&b) {
                assert_relative_eq!(a, b, max_relative = 1e-4, epsilon = 1e-6);
            }
        }
    }
}
