//! Deep linear networks on samples, wherever these come from.

use super::linear_network::Layers;
use super::{Evaluate, Scalar};
use faer::Accum;
use std::fmt::Debug;
use std::ops::Range;

/// How many samples a pass takes through the network at once: activations stay in cache.
const BLOCK: usize = 256;

/// Samples (xᵢ, yᵢ) of a deep linear network, and the loss on them,
///
/// L_n(w) = c/(2n) Σᵢ |yᵢ − W_L ⋯ W₁ xᵢ|².
pub(super) trait Samples: Send + Sync + Debug {
    /// The numbers they are in.
    type Scalar: Scalar;

    fn layers(&self) -> &Layers;

    /// n.
    fn count(&self) -> usize;

    /// c.
    fn scale(&self) -> f64;

    /// The samples at these places of the batch, or of all the data: inputs H₀ × b and outputs H_L
    /// × b, column-major. Those that do not lie together are written to `x` and `y`.
    fn block<'a>(
        &'a self,
        places: Range<usize>,
        batch: Option<&[u32]>,
        x: &'a mut [Self::Scalar],
        y: &'a mut [Self::Scalar],
    ) -> (&'a [Self::Scalar], &'a [Self::Scalar]);
}

impl<T: Scalar, S: Samples<Scalar = T>> Evaluate for S {
    type Scalar = T;

    fn dimension(&self) -> usize {
        self.layers().dimension()
    }

    fn scratch_len(&self) -> usize {
        let (layers, block) = (self.layers(), BLOCK.min(self.count()));
        (layers.inputs() + layers.outputs()) * block + layers.scratch_len(block)
    }

    fn num_samples(&self) -> Option<usize> {
        Some(self.count())
    }

    /// One pass over the samples in blocks.
    fn evaluate(
        &self,
        w: &[T],
        batch: Option<&[u32]>,
        mut gradient: Option<&mut [T]>,
        scratch: &mut [T],
    ) -> T {
        let (layers, block) = (self.layers(), BLOCK.min(self.count()));
        let (inputs, outputs) = (layers.inputs(), layers.outputs());
        let (x, scratch) = scratch.split_at_mut(inputs * block);
        let (y, scratch) = scratch.split_at_mut(outputs * block);
        let total = batch.map_or(self.count(), <[u32]>::len);
        let weight = T::of(self.scale() / total as f64);
        let mut sum = T::of(0.0);
        let mut done = 0;
        while done < total {
            let columns = block.min(total - done);
            let (x, y) = (&mut x[..inputs * columns], &mut y[..outputs * columns]);
            let (x, y) = self.block(done..done + columns, batch, x, y);
            sum += layers.residual(w, Some(x), y, columns, scratch);
            if let Some(gradient) = gradient.as_deref_mut() {
                let accumulate = if done == 0 {
                    Accum::Replace
                } else {
                    Accum::Add
                };
                layers.backward(w, Some(x), columns, weight, accumulate, gradient, scratch);
            }
            done += columns;
        }
        sum * weight * T::of(0.5)
    }
}
