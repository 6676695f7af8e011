//! A loss in coordinates that are powers, in which a prior that is unbounded at 0 is flat.

use super::{Loss, LossError, Scalar};
use std::sync::Arc;

/// L(w(u)) with wᵢ = sgn(uᵢ) |uᵢ|^{pᵢ} for chosen coordinates, pᵢ ≥ 1.
///
/// For pᵢ = 1/(1 + h), −1 < h < 0, the density |wᵢ|^h dwᵢ is proportional to duᵢ: chains and
/// volumes, which cannot sample an unbounded density, have a flat one in u. λ and m do not change.
///
/// # Examples
///
/// ```
/// use rlct::loss::{Loss, PolynomialLoss, PowerCoordinates, Reading};
/// use std::sync::Arc;
///
/// // K = w² under |w|^(−1/2) dw is K = u⁴ under du: λ = 1/4
/// let square = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
/// let loss = PowerCoordinates::new(Arc::new(square), &[(0, -0.5)])?;
/// let mut scratch = vec![0.0; Loss::<f64>::scratch_len(&loss)];
/// assert_eq!(loss.value(&[-0.5], &mut scratch), 0.0625);
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PowerCoordinates<T: Scalar> {
    loss: Arc<dyn Loss<T>>,
    /// Coordinates with their pᵢ.
    powers: Vec<(usize, T)>,
}

impl<T: Scalar> PowerCoordinates<T> {
    /// The loss in the coordinates u in which |wᵢ|^h is flat, for pairs (i, h).
    ///
    /// # Errors
    /// [`LossError::Length`] for a coordinate that is not there, [`LossError::Amplitude`] for an h
    /// that is not above −1 and at most 0.
    pub fn new(loss: Arc<dyn Loss<T>>, exponents: &[(usize, f64)]) -> Result<Self, LossError> {
        let mut powers = Vec::with_capacity(exponents.len());
        for &(index, exponent) in exponents {
            if index >= loss.dimension() {
                return Err(LossError::Length {
                    what: "the amplitude",
                    expected: loss.dimension(),
                    found: index + 1,
                });
            }
            if !(exponent > -1.0 && exponent <= 0.0) {
                return Err(LossError::Amplitude { index, exponent });
            }
            powers.push((index, T::of(1.0 / (1.0 + exponent))));
        }
        Ok(Self { loss, powers })
    }

    /// w(u).
    pub fn point(&self, u: &[T]) -> Vec<T> {
        let mut w = u.to_vec();
        self.apply(&mut w);
        w
    }

    fn apply(&self, w: &mut [T]) {
        for &(index, power) in &self.powers {
            let u = w[index].float();
            w[index] = T::of(u.abs().powf(power.float()).copysign(u));
        }
    }

    /// The gradient in u from that in w.
    fn pull_back(&self, u: &[T], gradient: &mut [T]) {
        for &(index, power) in &self.powers {
            let power = power.float();
            gradient[index] *= T::of(power * u[index].float().abs().powf(power - 1.0));
        }
    }

    fn split<'a>(&self, u: &[T], scratch: &'a mut [T]) -> (&'a mut [T], &'a mut [T]) {
        let (w, rest) = scratch.split_at_mut(u.len());
        w.copy_from_slice(u);
        self.apply(w);
        (w, rest)
    }
}

impl<T: Scalar> Loss<T> for PowerCoordinates<T> {
    fn dimension(&self) -> usize {
        self.loss.dimension()
    }

    fn scratch_len(&self) -> usize {
        self.loss.dimension() + self.loss.scratch_len()
    }

    fn num_samples(&self) -> Option<usize> {
        self.loss.num_samples()
    }

    fn cost_in_samples(&self) -> Option<usize> {
        self.loss.cost_in_samples()
    }

    fn value(&self, u: &[T], scratch: &mut [T]) -> T {
        let (w, rest) = self.split(u, scratch);
        self.loss.value(w, rest)
    }

    fn gradient(&self, u: &[T], gradient: &mut [T], scratch: &mut [T]) -> T {
        let (w, rest) = self.split(u, scratch);
        let value = self.loss.gradient(w, gradient, rest);
        self.pull_back(u, gradient);
        value
    }

    fn batch_value(&self, u: &[T], batch: &[u32], scratch: &mut [T]) -> T {
        let (w, rest) = self.split(u, scratch);
        self.loss.batch_value(w, batch, rest)
    }

    fn batch_gradient(&self, u: &[T], batch: &[u32], gradient: &mut [T], scratch: &mut [T]) -> T {
        let (w, rest) = self.split(u, scratch);
        let value = self.loss.batch_gradient(w, batch, gradient, rest);
        self.pull_back(u, gradient);
        value
    }

    fn check_gradient(&self, u: &[T]) -> Result<(), LossError> {
        self.loss.check_gradient(&self.point(u))
    }

    fn sample_values(&self, u: &[T], values: &mut [T], scratch: &mut [T]) {
        let (w, rest) = self.split(u, scratch);
        self.loss.sample_values(w, values, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{PolynomialLoss, Reading};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_gradient_is_that_of_the_value(
            x in -2.0..2.0_f64,
            y in -2.0..2.0_f64,
            h in -0.8..0.0_f64,
        ) {
            // x y² + x²
            let terms = [vec![(vec![1, 2], 1.0), (vec![2, 0], 1.0)]];
            let inner = PolynomialLoss::from_terms(2, &terms, Reading::Loss).unwrap();
            let loss = PowerCoordinates::new(Arc::new(inner), &[(0, h)]).unwrap();
            let mut scratch = vec![0.0; Loss::<f64>::scratch_len(&loss)];
            let mut gradient = [0.0; 2];
            let value = loss.gradient(&[x, y], &mut gradient, &mut scratch);
            prop_assert_eq!(value, loss.value(&[x, y], &mut scratch));
            prop_assume!(x.abs() > 1e-2);
            for i in 0..2 {
                let mut at = |step: f64| {
                    let mut u = [x, y];
                    u[i] += step;
                    loss.value(&u, &mut scratch)
                };
                let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
                let size = 1.0 + gradient[i].abs() + value.abs();
                // a kink in the second derivative near u = 0
                let off = difference - gradient[i];
                prop_assert!(off.abs() < 1e-4 * size, "{} {}", difference, gradient[i]);
            }
        }
    }

    #[test]
    fn exponents_out_of_range_are_refused() {
        let terms = [vec![(vec![1], 1.0)]];
        let square = PolynomialLoss::from_terms(1, &terms, Reading::Ideal).unwrap();
        let square: Arc<dyn Loss<f64>> = Arc::new(square);
        for h in [-1.0, -2.0, 0.5, f64::NAN] {
            let refused = PowerCoordinates::new(Arc::clone(&square), &[(0, h)]);
            assert!(
                matches!(refused, Err(LossError::Amplitude { index: 0, .. })),
                "{h}"
            );
        }
        assert!(PowerCoordinates::new(square, &[(1, -0.5)]).is_err());
    }
}
