//! Deep linear networks w ↦ W_L⋯W₁, and their population loss.

use super::product::product;
use super::{Loss, LossError, Scalar};
use faer::{Accum, MatMut, MatRef};

/// The population loss of a deep linear network,
///
/// K(w) = ½ ‖W_L ⋯ W₁ − W*‖² (Frobenius norm).
///
/// It is the Kullback–Leibler divergence of the regression y = W x + N(0, I) with inputs of
/// covariance I (Aoyagi 2024, *Neural Networks* 172, 106132).
///
/// # Shapes
/// With widths H₀ (input), H₁, …, H_L (output), Wₗ is Hₗ × Hₗ₋₁. The parameter slice holds
/// W₁, W₂, …, W_L one after the other, each column-major; d = Σ Hₗ Hₗ₋₁. W* is H_L × H₀,
/// column-major. Matrix products are faer's, on views of the slices.
///
/// # Examples
///
/// ```
/// use rlct::loss::{LinearNetwork, Loss};
///
/// // widths 1-1-1, K = ½ (w₂ w₁ − 6)²
/// let loss = LinearNetwork::new(&[1, 1, 1], &[6.0])?;
/// let mut scratch = vec![0.0; loss.scratch_len()];
/// let mut gradient = [0.0; 2];
/// assert_eq!(loss.gradient(&[2.0, 2.0], &mut gradient, &mut scratch), 2.0);
/// assert_eq!(gradient, [-4.0, -4.0]);
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LinearNetwork<T> {
    layers: Layers,
    target: Vec<T>,
}

impl<T: Scalar> LinearNetwork<T> {
    /// The network of these widths with target W* (H_L × H₀, column-major).
    ///
    /// # Errors
    /// [`LossError::TooFewWidths`], [`LossError::ZeroWidth`], [`LossError::Length`] or
    /// [`LossError::NotFinite`] for the target.
    ///
    /// ```
    /// # use rlct::loss::{LinearNetwork, LossError};
    /// let error = LinearNetwork::<f32>::new(&[2, 0, 2], &[0.0; 4]).unwrap_err();
    /// assert_eq!(error, LossError::ZeroWidth { layer: 1 });
    /// ```
    pub fn new(widths: &[usize], target: &[T]) -> Result<Self, LossError> {
        let layers = Layers::new(widths)?;
        check(
            "the target matrix",
            target,
            layers.inputs() * layers.outputs(),
        )?;
        Ok(Self {
            layers,
            target: target.to_vec(),
        })
    }

    /// The network of these widths with W* = diag(1, …, 1, 0, …) of the given rank, and the
    /// parameter w* at its deepest singularity: every Wₗ has the first `rank` diagonal entries 1
    /// and vanishes otherwise.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`LossError::Rank`] if a layer is narrower than the rank.
    ///
    /// ```
    /// # use rlct::loss::{LinearNetwork, Loss};
    /// let (loss, w_star) = LinearNetwork::<f64>::of_rank(&[2, 3, 2], 1)?;
    /// let mut scratch = vec![0.0; loss.scratch_len()];
    /// assert_eq!(loss.value(&w_star, &mut scratch), 0.0);
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn of_rank(widths: &[usize], rank: usize) -> Result<(Self, Vec<T>), LossError> {
        let layers = Layers::new(widths)?;
        let narrowest = widths.iter().copied().min().unwrap_or(0);
        if rank > narrowest {
            return Err(LossError::Rank { rank, narrowest });
        }
        let mut target = vec![T::of(0.0); layers.inputs() * layers.outputs()];
        for i in 0..rank {
            target[i * layers.outputs() + i] = T::of(1.0);
        }
        let mut w_star = vec![T::of(0.0); layers.dimension()];
        for layer in 0..layers.depth() {
            let rows = widths[layer + 1];
            for i in 0..rank {
                w_star[layers.offsets[layer] + i * rows + i] = T::of(1.0);
            }
        }
        Ok((Self { layers, target }, w_star))
    }

    /// The widths H₀, …, H_L.
    #[must_use]
    pub fn widths(&self) -> &[usize] {
        &self.layers.widths
    }

    /// The target W*, column-major.
    #[must_use]
    pub fn target(&self) -> &[T] {
        &self.target
    }
}

impl<T: Scalar> Loss<T> for LinearNetwork<T> {
    fn dimension(&self) -> usize {
        self.layers.dimension()
    }

    fn scratch_len(&self) -> usize {
        self.layers.scratch_len(self.layers.inputs())
    }

    fn value(&self, w: &[T], scratch: &mut [T]) -> T {
        let columns = self.layers.inputs();
        let squares = self
            .layers
            .residual(w, None, &self.target, columns, scratch);
        squares * T::of(0.5)
    }

    fn gradient(&self, w: &[T], gradient: &mut [T], scratch: &mut [T]) -> T {
        let columns = self.layers.inputs();
        let squares = self
            .layers
            .residual(w, None, &self.target, columns, scratch);
        self.layers.backward(
            w,
            None,
            columns,
            T::of(1.0),
            Accum::Replace,
            gradient,
            scratch,
        );
        squares * T::of(0.5)
    }
}

/// Checks length and finiteness of a buffer.
pub(super) fn check<T: Scalar>(
    what: &'static str,
    buffer: &[T],
    expected: usize,
) -> Result<(), LossError> {
    if buffer.len() != expected {
        return Err(LossError::Length {
            what,
            expected,
            found: buffer.len(),
        });
    }
    match buffer.iter().position(|x| !x.finite()) {
        Some(index) => Err(LossError::NotFinite { what, index }),
        None => Ok(()),
    }
}

/// residual ← residual − targets; the sum of its squares, in sixteen partial sums side by side.
fn subtract<T: Scalar>(residual: &mut [T], targets: &[T]) -> T {
    const LANES: usize = 16;
    let mut squares = [T::of(0.0); LANES];
    let (blocks, rest) = residual.as_chunks_mut::<LANES>();
    let (targets, last) = targets[..blocks.len() * LANES + rest.len()].as_chunks::<LANES>();
    for (r, y) in blocks.iter_mut().zip(targets) {
        for ((r, &y), square) in r.iter_mut().zip(y).zip(&mut squares) {
            *r -= y;
            *square += *r * *r;
        }
    }
    for ((r, &y), square) in rest.iter_mut().zip(last).zip(&mut squares) {
        *r -= y;
        *square += *r * *r;
    }
    squares.iter().fold(T::of(0.0), |sum, &square| sum + square)
}

/// Widths and offsets of a chain of matrices in a flat slice, with forward and backward passes.
///
/// Scratch for b columns: the activations of layers 1‥L (the last one becomes the residual), then
/// one buffer for the backward pass.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layers {
    pub(super) widths: Vec<usize>,
    pub(super) offsets: Vec<usize>,
}

impl Layers {
    pub(super) fn new(widths: &[usize]) -> Result<Self, LossError> {
        if widths.len() < 2 {
            return Err(LossError::TooFewWidths {
                found: widths.len(),
            });
        }
        if let Some(layer) = widths.iter().position(|&h| h == 0) {
            return Err(LossError::ZeroWidth { layer });
        }
        let mut offsets = vec![0];
        let mut end = 0;
        for pair in widths.windows(2) {
            end += pair[0] * pair[1];
            offsets.push(end);
        }
        Ok(Self {
            widths: widths.to_vec(),
            offsets,
        })
    }

    pub(super) fn depth(&self) -> usize {
        self.widths.len() - 1
    }

    pub(super) fn inputs(&self) -> usize {
        self.widths[0]
    }

    pub(super) fn outputs(&self) -> usize {
        self.widths[self.depth()]
    }

    pub(super) fn dimension(&self) -> usize {
        self.offsets[self.depth()]
    }

    pub(super) fn scratch_len(&self, columns: usize) -> usize {
        let hidden: usize = self.widths[1..].iter().sum();
        let widest = self.widths[1..].iter().copied().max().unwrap_or(0);
        (hidden + 2 * widest) * columns
    }

    /// Wₗ₊₁ as a view.
    fn matrix<'a, T: Scalar>(&self, w: &'a [T], layer: usize) -> MatRef<'a, T> {
        let entries = &w[self.offsets[layer]..self.offsets[layer + 1]];
        MatRef::from_column_major_slice(entries, self.widths[layer + 1], self.widths[layer])
    }

    /// Forward pass: leaves the activations and the residual W_L⋯W₁ X − Y in `scratch`, returns
    /// ‖residual‖². `inputs` = `None` is X = I.
    pub(super) fn residual<T: Scalar>(
        &self,
        w: &[T],
        inputs: Option<&[T]>,
        targets: &[T],
        columns: usize,
        scratch: &mut [T],
    ) -> T {
        let mut start = 0;
        for layer in 0..self.depth() {
            let rows = self.widths[layer + 1];
            let previous_len = if layer == 0 {
                0
            } else {
                self.widths[layer] * columns
            };
            let (before, rest) = scratch.split_at_mut(start);
            let out = &mut rest[..rows * columns];
            let previous = match (layer, inputs) {
                (0, None) => {
                    out.copy_from_slice(&w[..self.offsets[1]]);
                    start += rows * columns;
                    continue;
                }
                (0, Some(x)) => x,
                _ => &before[start - previous_len..],
            };
            product(
                MatMut::from_column_major_slice_mut(out, rows, columns),
                Accum::Replace,
                self.matrix(w, layer),
                MatRef::from_column_major_slice(previous, self.widths[layer], columns),
                T::of(1.0),
            );
            start += rows * columns;
        }
        subtract(
            &mut scratch[start - self.outputs() * columns..start],
            targets,
        )
    }

    /// Backward pass after [`residual`](Self::residual): gradient of ½‖residual‖² times `factor`,
    /// replacing or adding to `gradient`.
    #[expect(
        clippy::too_many_arguments,
        reason = "one call site each for its two users"
    )]
    pub(super) fn backward<T: Scalar>(
        &self,
        w: &[T],
        inputs: Option<&[T]>,
        columns: usize,
        factor: T,
        accumulate: Accum,
        gradient: &mut [T],
        scratch: &mut [T],
    ) {
        let hidden: usize = self.widths[1..].iter().sum::<usize>() * columns;
        let (activations, buffers) = scratch.split_at_mut(hidden);
        let (mut error, mut next) = buffers.split_at_mut(buffers.len() / 2);
        let mut end = hidden - self.outputs() * columns;
        let residual = &activations[end..];
        for layer in (0..self.depth()).rev() {
            let (rows, cols) = (self.widths[layer + 1], self.widths[layer]);
            let out = &mut gradient[self.offsets[layer]..self.offsets[layer + 1]];
            let error_here = if layer + 1 == self.depth() {
                residual
            } else {
                &error[..rows * columns]
            };
            let delta = MatRef::from_column_major_slice(error_here, rows, columns);
            let input = match (layer, inputs) {
                (0, Some(x)) => x,
                (0, None) => {
                    let replace = matches!(accumulate, Accum::Replace);
                    for (g, &e) in out.iter_mut().zip(error_here) {
                        *g = if replace { factor * e } else { *g + factor * e };
                    }
                    return;
                }
                _ => &activations[end - cols * columns..end],
            };
            product(
                MatMut::from_column_major_slice_mut(out, rows, cols),
                accumulate,
                delta,
                MatRef::from_column_major_slice(input, cols, columns).transpose(),
                factor,
            );
            if layer > 0 {
                product(
                    MatMut::from_column_major_slice_mut(&mut next[..cols * columns], cols, columns),
                    Accum::Replace,
                    self.matrix(w, layer).transpose(),
                    delta,
                    T::of(1.0),
                );
                end -= cols * columns;
                std::mem::swap(&mut error, &mut next);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// W_L ⋯ W₁ by the schoolbook method.
    fn schoolbook(widths: &[usize], w: &[f64]) -> Vec<f64> {
        let n = widths[0];
        let mut result = vec![0.0; n * n];
        (0..n).for_each(|i| result[i * n + i] = 1.0);
        let mut offset = 0;
        for pair in widths.windows(2) {
            let (cols, rows) = (pair[0], pair[1]);
            let mut next = vec![0.0; rows * n];
            for j in 0..n {
                for k in 0..cols {
                    for i in 0..rows {
                        next[j * rows + i] += w[offset + k * rows + i] * result[j * cols + k];
                    }
                }
            }
            offset += rows * cols;
            result = next;
        }
        result
    }

    proptest! {
        #[test]
        fn value_and_gradient_agree_with_the_definition(
            widths in prop::collection::vec(1usize..5, 2..5),
            seed in prop::collection::vec(-1.0..1.0f64, 64),
            target in prop::collection::vec(-1.0..1.0f64, 16),
        ) {
            let size = widths[0] * widths[widths.len() - 1];
            let loss = LinearNetwork::new(&widths, &target[..size]).unwrap();
            let w = &seed[..loss.dimension()];
            let mut scratch = vec![f64::NAN; loss.scratch_len()];
            let mut gradient = vec![f64::NAN; w.len()];
            let value = loss.gradient(w, &mut gradient, &mut scratch);
            let direct = schoolbook(&widths, w)
                .iter()
                .zip(&target)
                .map(|(p, t)| (p - t).powi(2) / 2.0)
                .sum::<f64>();
            prop_assert!((value - direct).abs() < 1e-12);
            prop_assert_eq!(loss.value(w, &mut scratch), value);
            for i in 0..w.len() {
                let h = 1e-5;
                let mut moved = w.to_vec();
                moved[i] += h;
                let above = loss.value(&moved, &mut scratch);
                moved[i] -= 2.0 * h;
                let difference = (above - loss.value(&moved, &mut scratch)) / (2.0 * h);
                prop_assert!((gradient[i] - difference).abs() < 1e-7);
            }
        }
    }

    #[test]
    fn single_precision_agrees_with_double() {
        let (double, mut w) = LinearNetwork::<f64>::of_rank(&[3, 4, 2], 2).unwrap();
        w.iter_mut()
            .enumerate()
            .for_each(|(i, x)| *x += 0.1 * (i as f64).sin());
        let (single, _) = LinearNetwork::<f32>::of_rank(&[3, 4, 2], 2).unwrap();
        let w_single: Vec<f32> = w.iter().map(|&x| x as f32).collect();
        let mut gradient = vec![0.0; w.len()];
        let mut gradient_single = vec![0.0_f32; w.len()];
        let value = double.gradient(&w, &mut gradient, &mut vec![0.0; double.scratch_len()]);
        let mut scratch = vec![0.0_f32; single.scratch_len()];
        let value_single = single.gradient(&w_single, &mut gradient_single, &mut scratch);
        assert!((value - f64::from(value_single)).abs() < 1e-5);
        for (a, b) in gradient.iter().zip(&gradient_single) {
            assert!((a - f64::from(*b)).abs() < 1e-5);
        }
    }

    #[test]
    fn malformed_networks_are_refused() {
        let new =
            |widths: &[usize], target: &[f64]| LinearNetwork::new(widths, target).unwrap_err();
        assert_eq!(new(&[3], &[]), LossError::TooFewWidths { found: 1 });
        assert_eq!(
            new(&[1, 2], &[0.0]),
            LossError::Length {
                what: "the target matrix",
                expected: 2,
                found: 1
            }
        );
        assert_eq!(
            new(&[1, 1], &[f64::NAN]),
            LossError::NotFinite {
                what: "the target matrix",
                index: 0
            }
        );
        let rank = LinearNetwork::<f64>::of_rank(&[3, 1, 3], 2).unwrap_err();
        assert_eq!(
            rank,
            LossError::Rank {
                rank: 2,
                narrowest: 1
            }
        );
    }
}
