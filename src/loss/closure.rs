//! Losses that are closures.

use super::{Loss, LossError, Scalar};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use std::fmt;

/// The share by which a gradient may differ from differences along every one of [`DIRECTIONS`].
const DIFFERENT: f64 = 0.1;
const DIRECTIONS: usize = 3;
/// How far from w* differences are taken, as a share of 1 + |wᵢ|: at a minimum gradients are 0.
const AWAY: f64 = 0.05;

/// A loss given by a closure that writes ∇L(w) into its second argument and returns L(w).
///
/// In debug builds the gradient is held against differences of the loss before chains begin, three
/// random directions near w*; where none of them agrees within a tenth the run is refused. Anywhere
/// else [`gradient_mismatch`] does that.
///
/// # Examples
///
/// ```
/// use rlct::estimate::{Estimate, Llc};
/// use rlct::loss::FnLoss;
///
/// // K = x²y², λ = 1/2, m = 2
/// let loss = FnLoss::new(2, |w: &[f64], gradient: &mut [f64]| {
///     gradient[0] = 2.0 * w[0] * w[1] * w[1];
///     gradient[1] = 2.0 * w[0] * w[0] * w[1];
///     w[0] * w[0] * w[1] * w[1]
/// })?;
/// let found = Llc::new(&loss, &[0.0, 0.0]).nbeta(1e3).draws(500).estimate()?;
/// assert!(found.value() > 0.2 && found.value() < 0.6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FnLoss<F> {
    dimension: usize,
    function: F,
}

impl<F> FnLoss<F> {
    /// The loss of `dimension` parameters.
    ///
    /// # Errors
    /// [`LossError::NoParameters`].
    pub fn new(dimension: usize, function: F) -> Result<Self, LossError> {
        if dimension == 0 {
            return Err(LossError::NoParameters);
        }
        Ok(Self {
            dimension,
            function,
        })
    }
}

impl<F> fmt::Debug for FnLoss<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FnLoss of {} parameters", self.dimension)
    }
}

impl<T: Scalar, F: Fn(&[T], &mut [T]) -> T + Send + Sync> Loss<T> for FnLoss<F> {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn scratch_len(&self) -> usize {
        self.dimension
    }

    fn value(&self, w: &[T], scratch: &mut [T]) -> T {
        (self.function)(w, &mut scratch[..self.dimension])
    }

    fn gradient(&self, w: &[T], gradient: &mut [T], _scratch: &mut [T]) -> T {
        (self.function)(w, gradient)
    }

    fn check_gradient(&self, w: &[T]) -> Result<(), LossError> {
        if cfg!(debug_assertions) && w.len() == self.dimension {
            let mismatch = gradient_mismatch(self, w);
            if mismatch > DIFFERENT {
                return Err(LossError::GradientMismatch { mismatch });
            }
        }
        Ok(())
    }
}

/// A loss of which only values are known, by a closure.
///
/// [`VolumeScaling`](crate::estimate::VolumeScaling) needs no more; chains and the ladder follow
/// gradients, and refuse it.
///
/// # Examples
///
/// ```
/// use rlct::estimate::{Llc, VolumeScaling};
/// use rlct::loss::FnValue;
///
/// // K = (x² − y³)², λ = 5/12
/// let loss = FnValue::new(2, |w: &[f64]| (w[0] * w[0] - w[1].powi(3)).powi(2))?;
/// let volume = VolumeScaling::new(&loss, &[0.0, 0.0]).particles(100).estimate()?;
/// assert!((volume.lambda() - 5.0 / 12.0).abs() < 0.1);
/// assert!(Llc::new(&loss, &[0.0, 0.0]).nbeta(1e3).estimate().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FnValue<F> {
    dimension: usize,
    function: F,
}

impl<F> FnValue<F> {
    /// The loss of `dimension` parameters.
    ///
    /// # Errors
    /// [`LossError::NoParameters`].
    pub fn new(dimension: usize, function: F) -> Result<Self, LossError> {
        if dimension == 0 {
            return Err(LossError::NoParameters);
        }
        Ok(Self {
            dimension,
            function,
        })
    }
}

impl<F> fmt::Debug for FnValue<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FnValue of {} parameters", self.dimension)
    }
}

impl<T: Scalar, F: Fn(&[T]) -> T + Send + Sync> Loss<T> for FnValue<F> {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn value(&self, w: &[T], _scratch: &mut [T]) -> T {
        (self.function)(w)
    }

    /// NaN: see [`check_gradient`](Loss::check_gradient).
    fn gradient(&self, w: &[T], gradient: &mut [T], _scratch: &mut [T]) -> T {
        gradient.fill(T::of(f64::NAN));
        (self.function)(w)
    }

    fn check_gradient(&self, _w: &[T]) -> Result<(), LossError> {
        Err(LossError::NoGradient)
    }
}

/// How far the gradient of a loss is from differences of its values: along three random directions
/// u at a random point near w, |∇L·u − (L(w + hu) − L(w − hu))/2h| as a share of the sum of both
/// sizes, beyond what rounding explains; the least of the three, since a kink may lie on one. 0
/// where values are not finite.
///
/// `w` has the length d of the loss.
///
/// ```
/// use rlct::loss::{FnLoss, gradient_mismatch};
///
/// let right = FnLoss::new(1, |w: &[f64], g: &mut [f64]| { g[0] = 2.0 * w[0]; w[0] * w[0] })?;
/// let wrong = FnLoss::new(1, |w: &[f64], g: &mut [f64]| { g[0] = w[0]; w[0] * w[0] })?;
/// assert!(gradient_mismatch(&right, &[1.0]) < 1e-6);
/// assert!((gradient_mismatch(&wrong, &[1.0]) - 1.0 / 3.0).abs() < 1e-6);
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[must_use]
pub fn gradient_mismatch<T: Scalar>(loss: &dyn Loss<T>, w: &[T]) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut random = || 2.0 * rng.random::<f64>() - 1.0;
    let mut scratch = vec![T::of(0.0); loss.scratch_len()];
    let point: Vec<f64> = w
        .iter()
        .map(|w| w.float() + AWAY * (1.0 + w.float().abs()) * random())
        .collect();
    let rounded: Vec<T> = point.iter().map(|w| T::of(*w)).collect();
    let mut gradient = rounded.clone();
    let value = loss.gradient(&rounded, &mut gradient, &mut scratch).float();
    let epsilon = T::spacing(1.0);
    let mut least = f64::INFINITY;
    for _ in 0..DIRECTIONS {
        let mut direction: Vec<f64> = point.iter().map(|_| random()).collect();
        let length = direction.iter().map(|u| u * u).sum::<f64>().sqrt();
        direction.iter_mut().for_each(|u| *u /= length);
        let size = point.iter().fold(1.0_f64, |size, w| size.max(w.abs()));
        let step = epsilon.cbrt() * size;
        let mut at = |sign: f64| {
            let moved = point
                .iter()
                .zip(&direction)
                .map(|(w, u)| T::of(w + sign * step * u));
            loss.value(&moved.collect::<Vec<T>>(), &mut scratch).float()
        };
        let [above, below] = [at(1.0), at(-1.0)];
        let slope: f64 = gradient
            .iter()
            .zip(&direction)
            .map(|(g, u)| g.float() * u)
            .sum();
        let difference = (above - below) / (2.0 * step);
        if !(slope.is_finite() && difference.is_finite()) {
            return 0.0;
        }
        // values rounded, and the points they belong to
        let noise = 8.0 * epsilon * (value.abs() / step + size * slope.abs() / step);
        let beyond = ((slope - difference).abs() - noise).max(0.0);
        let sizes = slope.abs() + difference.abs();
        least = least.min(if beyond > 0.0 { beyond / sizes } else { 0.0 });
    }
    least
}

#[cfg(test)]
mod tests {
    use super::{FnLoss, FnValue, gradient_mismatch};
    use crate::loss::{LinearNetworkSample, Loss, LossError, PolynomialLoss, Prior, Reading};
    use crate::sampler::{Posterior, SamplerError};

    fn bowl(factor: f64) -> FnLoss<impl Fn(&[f64], &mut [f64]) -> f64 + Send + Sync> {
        let function = move |w: &[f64], gradient: &mut [f64]| {
            for (g, w) in gradient.iter_mut().zip(w) {
                *g = factor * w;
            }
            w.iter().map(|w| w * w).sum::<f64>() / 2.0
        };
        FnLoss::new(3, function).unwrap()
    }

    #[test]
    fn a_wrong_gradient_is_told() {
        assert!(gradient_mismatch(&bowl(1.0), &[0.0; 3]) < 1e-6);
        assert!(gradient_mismatch(&bowl(-1.0), &[0.0; 3]) > 0.9);
        let posterior = |factor: f64| {
            let loss = bowl(factor);
            Posterior::new(&loss, &[0.0; 3], Prior::flat(3), 10.0, 1.0).map(|_| ())
        };
        assert_eq!(posterior(1.0), Ok(()));
        let wrong = posterior(2.0).unwrap_err();
        let SamplerError::Loss(error) = &wrong else {
            panic!("{wrong}")
        };
        let mismatch = matches!(**error, LossError::GradientMismatch { .. });
        assert!(mismatch, "{wrong}");
    }

    #[test]
    fn the_losses_of_the_crate_agree_with_their_differences() {
        let cusp = [vec![(vec![2, 0], 1.0), (vec![0, 3], -1.0)]];
        let cusp = PolynomialLoss::<f64>::from_terms(2, &cusp, Reading::Ideal).unwrap();
        assert!(gradient_mismatch(&cusp, &[0.0; 2]) < 1e-5);
        let inputs: Vec<f32> = (0..20).map(|i| (i as f32).sin()).collect();
        let sample = LinearNetworkSample::new(&[1, 2, 1], &inputs, &inputs).unwrap();
        assert!(gradient_mismatch(&sample, &[0.5_f32; 4]) < 0.05);
    }

    #[test]
    fn values_alone_have_no_chains() {
        let loss = FnValue::new(2, |w: &[f64]| w[0] * w[0] * w[1]).unwrap();
        assert_eq!(loss.value(&[2.0, 3.0], &mut []), 12.0);
        let error = Posterior::new(&loss, &[0.0; 2], Prior::flat(2), 10.0, 1.0).unwrap_err();
        assert_eq!(error, SamplerError::from(LossError::NoGradient));
        assert_eq!(
            FnValue::new(0, |_: &[f64]| 0.0).unwrap_err(),
            LossError::NoParameters
        );
    }
}
