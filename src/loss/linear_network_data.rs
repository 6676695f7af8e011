//! Deep linear networks on samples, wherever these come from.

use super::linear_network::Layers;
use super::{Evaluate, Scalar};
use faer::{Accum, Mat, MatRef};
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

    /// What stands for all the data, if there is something shorter.
    fn condensed(&self) -> Option<&Condensed<Self::Scalar>> {
        None
    }
}

/// H₀ columns with the same sums of squares and products as all samples: for every W,
/// Σᵢ |yᵢ − W xᵢ|² over the samples is that over these columns, and what no W explains.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condensed<T> {
    /// H₀ × H₀, column-major.
    inputs: Vec<T>,
    /// H_L × H₀, column-major.
    outputs: Vec<T>,
    /// Σᵢ |yᵢ − Ŵ xᵢ|² for the best Ŵ.
    unexplained: T,
}

impl<T: Scalar> Condensed<T> {
    /// An orthogonal change of the samples makes all of the inputs but the first H₀ columns zero.
    /// There are at least H₀ samples.
    pub(super) fn new(layers: &Layers, inputs: &[T], outputs: &[T]) -> Self {
        let (rows, columns) = (layers.inputs(), inputs.len() / layers.inputs());
        let x = Mat::from_fn(columns, rows, |i, j| inputs[i * rows + j].float());
        let y = Mat::from_fn(columns, layers.outputs(), |i, j| {
            outputs[i * layers.outputs() + j].float()
        });
        let qr = x.qr();
        let basis = qr.compute_thin_Q();
        let turned = basis.transpose() * &y;
        let left = &basis * &turned - &y;
        let triangle = qr.thin_R();
        let of = |matrix: MatRef<'_, f64>| -> Vec<T> {
            let rows = (0..matrix.nrows()).flat_map(|i| (0..matrix.ncols()).map(move |j| (i, j)));
            rows.map(|(i, j)| T::of(matrix[(i, j)])).collect()
        };
        Self {
            inputs: of(triangle),
            outputs: of(turned.as_ref()),
            unexplained: T::of(left.squared_norm_l2()),
        }
    }
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

    fn cost_in_samples(&self) -> Option<usize> {
        match self.condensed() {
            Some(_) => Some(self.layers().inputs()),
            None => Some(self.count()),
        }
    }

    /// One pass over the samples, or what stands for them, in blocks.
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
        let number = batch.map_or(self.count(), <[u32]>::len);
        let weight = T::of(self.scale() / number as f64);
        let condensed = self.condensed().filter(|_| batch.is_none());
        let total = condensed.map_or(number, |_| inputs);
        let mut sum = condensed.map_or(T::of(0.0), |all| all.unexplained);
        let mut done = 0;
        while done < total {
            let columns = block.min(total - done);
            let (x, y) = (&mut x[..inputs * columns], &mut y[..outputs * columns]);
            let (x, y) = match condensed {
                Some(all) => (
                    &all.inputs[done * inputs..(done + columns) * inputs],
                    &all.outputs[done * outputs..(done + columns) * outputs],
                ),
                None => self.block(done..done + columns, batch, x, y),
            };
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
