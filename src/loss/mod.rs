//! Losses: what a landscape must offer to be sampled, and the landscapes that come with the crate.
//!
//! Everything in the numerical lane stands on one small trait, [`Loss`]: flat parameter slices,
//! a value, a gradient, optionally a mini-batch. Samplers and estimators know nothing else about
//! a model.
//!
//! | landscape | type |
//! |---|---|
//! | K = Σ gᵢ² or K = f with polynomials gᵢ, f | [`PolynomialLoss`] |
//! | deep linear network, population loss ½‖W_L⋯W₁ − W*‖² | [`LinearNetwork`] |
//! | deep linear network on n samples, with mini-batches | [`LinearNetworkSample`] |
//! | deep linear network on samples that are computed, not kept | [`LinearNetworkStream`] |
//! | rectified units of one input, uniform on \[−1, 1\], population loss | [`ReluPopulation`] |
//! | the toy model of superposition, population loss | [`Superposition`] |
//! | the toy model of superposition on n samples, with mini-batches | [`SuperpositionSample`] |
//! | ∏ sin(wᵢ)^(2kᵢ): valleys with different λ | [`SineProduct`] |
//! | K on a bounded region, for its volumes | [`RegionLoss`] |
//! | a closure, with a gradient or without | [`FnLoss`], [`FnValue`] |
//! | a loss in `f32`, for chains in `f64` | [`SinglePrecision`] |

mod box_muller;
mod closure;
mod error;
mod evaluate;
mod exponential;
mod linear_network;
mod linear_network_data;
mod linear_network_sample;
mod linear_network_stream;
mod polynomial;
mod polynomial_map;
mod power_coordinates;
mod power_table;
mod prior;
mod prior_factors;
mod product;
mod region_loss;
mod relu_population;
mod scalar;
mod sine_product;
mod single_precision;
mod superposition;
mod superposition_points;
mod superposition_sample;

pub use crate::algebra::{FloatTerm, Reading};
pub use closure::{FnLoss, FnValue, gradient_mismatch};
pub use error::LossError;
pub(crate) use evaluate::Evaluate;
pub use linear_network::LinearNetwork;
pub use linear_network_sample::LinearNetworkSample;
pub use linear_network_stream::LinearNetworkStream;
pub use polynomial::PolynomialLoss;
pub(crate) use polynomial_map::{PolynomialMap, float_terms};
pub use power_coordinates::PowerCoordinates;
pub use prior::Prior;
pub(crate) use product::product;
#[cfg(feature = "parallel")]
pub(crate) use product::with_spare_threads;
pub use region_loss::RegionLoss;
pub use relu_population::ReluPopulation;
pub use scalar::Scalar;
pub use sine_product::SineProduct;
pub use single_precision::SinglePrecision;
pub use superposition::Superposition;
pub use superposition_points::GonPoint;
pub use superposition_sample::SuperpositionSample;

use std::fmt::Debug;

/// A loss landscape L: ℝᵈ → ℝ on flat parameter slices of length d.
///
/// The trait is dyn-compatible and allocates nothing: a caller asks once for
/// [`scratch_len`](Loss::scratch_len) scalars and lends them to each call. Methods take slices of
/// exactly the stated lengths; the samplers and estimators of this crate check lengths once,
/// before their loops.
///
/// A loss that is not finite somewhere returns what floating point gives (∞ or NaN); the samplers
/// detect that and isolate the chain, so an implementation need not check.
///
/// # Examples
///
/// ```
/// use rlct::loss::Loss;
///
/// /// L(w) = |w|²/2.
/// #[derive(Debug)]
/// struct Bowl;
///
/// impl Loss<f64> for Bowl {
///     fn dimension(&self) -> usize {
///         2
///     }
///     fn value(&self, w: &[f64], _scratch: &mut [f64]) -> f64 {
///         w.iter().map(|x| x * x).sum::<f64>() / 2.0
///     }
///     fn gradient(&self, w: &[f64], gradient: &mut [f64], scratch: &mut [f64]) -> f64 {
///         gradient.copy_from_slice(w);
///         self.value(w, scratch)
///     }
/// }
///
/// let loss: &dyn Loss<f64> = &Bowl;
/// let mut gradient = [0.0; 2];
/// assert_eq!(loss.gradient(&[3.0, 4.0], &mut gradient, &mut []), 12.5);
/// assert_eq!(gradient, [3.0, 4.0]);
/// assert_eq!(loss.num_samples(), None);
/// ```
pub trait Loss<T: Scalar>: Send + Sync + Debug {
    /// The number d of parameters.
    fn dimension(&self) -> usize;

    /// How many scalars of scratch memory every other method needs; their content between calls
    /// is of no meaning.
    fn scratch_len(&self) -> usize {
        0
    }

    /// The number n of samples the loss is a mean over, or `None` for a deterministic loss (a
    /// population loss, a polynomial).
    fn num_samples(&self) -> Option<usize> {
        None
    }

    /// As many samples one pass over all the data costs: n, or fewer where sums stand for them.
    /// Budgets are made by it.
    fn cost_in_samples(&self) -> Option<usize> {
        self.num_samples()
    }

    /// L(w) on all the data. `w` has length d, `scratch` length [`scratch_len`](Loss::scratch_len).
    fn value(&self, w: &[T], scratch: &mut [T]) -> T;

    /// Writes ∇L(w) into `gradient` (length d) and returns L(w), both on all the data.
    fn gradient(&self, w: &[T], gradient: &mut [T], scratch: &mut [T]) -> T;

    /// The loss on the samples with the given indices (each below n), mean over the batch.
    ///
    /// A deterministic loss has no samples and answers with [`value`](Loss::value).
    fn batch_value(&self, w: &[T], batch: &[u32], scratch: &mut [T]) -> T {
        let _ = batch;
        self.value(w, scratch)
    }

    /// Gradient and loss on the samples with the given indices, mean over the batch.
    ///
    /// A deterministic loss has no samples and answers with [`gradient`](Loss::gradient).
    fn batch_gradient(&self, w: &[T], batch: &[u32], gradient: &mut [T], scratch: &mut [T]) -> T {
        let _ = batch;
        self.gradient(w, gradient, scratch)
    }

    /// Whether the gradient can be followed; asked once, near `w`, before chains begin.
    ///
    /// # Errors
    /// [`LossError::NoGradient`] of a loss that has values only, and what else is wrong with it.
    fn check_gradient(&self, w: &[T]) -> Result<(), LossError> {
        let _ = w;
        Ok(())
    }

    /// Writes the loss l_i(w) of every sample into `values` (length n); L(w) is their mean. By
    /// default one batch of one sample after the other.
    fn sample_values(&self, w: &[T], values: &mut [T], scratch: &mut [T]) {
        for (index, value) in values.iter_mut().enumerate() {
            *value = self.batch_value(w, &[index as u32], scratch);
        }
    }
}
