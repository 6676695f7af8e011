//! Losses whose four forms are one computation.

use super::{Loss, Scalar};
use std::fmt::Debug;

/// A loss that computes value and gradient, on a batch or on all the data, in one place. It is a
/// [`Loss`] by that.
pub(crate) trait Evaluate: Send + Sync + Debug {
    /// The numbers it computes in.
    type Scalar: Scalar;

    /// As [`Loss::dimension`].
    fn dimension(&self) -> usize;

    /// As [`Loss::scratch_len`].
    fn scratch_len(&self) -> usize;

    /// As [`Loss::num_samples`].
    fn num_samples(&self) -> Option<usize>;

    /// As [`Loss::cost_in_samples`].
    fn cost_in_samples(&self) -> Option<usize> {
        self.num_samples()
    }

    /// The loss on the batch, or without one on all the data; ∇L is written if it is asked for.
    fn evaluate(
        &self,
        w: &[Self::Scalar],
        batch: Option<&[u32]>,
        gradient: Option<&mut [Self::Scalar]>,
        scratch: &mut [Self::Scalar],
    ) -> Self::Scalar;
}

impl<T: Scalar, E: Evaluate<Scalar = T>> Loss<T> for E {
    fn dimension(&self) -> usize {
        Evaluate::dimension(self)
    }

    fn scratch_len(&self) -> usize {
        Evaluate::scratch_len(self)
    }

    fn num_samples(&self) -> Option<usize> {
        Evaluate::num_samples(self)
    }

    fn cost_in_samples(&self) -> Option<usize> {
        Evaluate::cost_in_samples(self)
    }

    fn value(&self, w: &[T], scratch: &mut [T]) -> T {
        self.evaluate(w, None, None, scratch)
    }

    fn gradient(&self, w: &[T], gradient: &mut [T], scratch: &mut [T]) -> T {
        self.evaluate(w, None, Some(gradient), scratch)
    }

    fn batch_value(&self, w: &[T], batch: &[u32], scratch: &mut [T]) -> T {
        self.evaluate(w, Some(batch), None, scratch)
    }

    fn batch_gradient(&self, w: &[T], batch: &[u32], gradient: &mut [T], scratch: &mut [T]) -> T {
        self.evaluate(w, Some(batch), Some(gradient), scratch)
    }
}
