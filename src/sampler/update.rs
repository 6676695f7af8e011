//! One pass over the parameters, a block at a time, with the noise of the block still in cache.

use super::failure::Failure;
use super::noise::NormalStream;
use super::restriction::Restriction;
use crate::loss::Scalar;
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// The numbers of w ← w − half·(nβ g + γ (w − w*)) + scale·z.
#[derive(Debug, Clone, Copy)]
pub(super) struct LangevinStep<T> {
    pub(super) nbeta: T,
    pub(super) gamma: T,
    pub(super) half: T,
    pub(super) scale: T,
}

impl<T: Scalar> LangevinStep<T> {
    /// Moves a block, after a look at the gradient; with w, w* and g it moves 16 bytes a parameter
    /// in single precision.
    pub(super) fn apply(
        self,
        arch: Arch,
        w: &mut [T],
        centre: &[T],
        gradient: &[T],
        noise: &[T],
    ) -> Result<(), Failure> {
        arch.dispatch(Move {
            step: self,
            w,
            centre,
            gradient,
            noise,
        })
    }
}

/// A block of a step, compiled for each set of vector instructions.
struct Move<'a, T> {
    step: LangevinStep<T>,
    w: &'a mut [T],
    centre: &'a [T],
    gradient: &'a [T],
    noise: &'a [T],
}

impl<T: Scalar> WithSimd for Move<'_, T> {
    type Output = Result<(), Failure>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        if !all_finite(self.gradient) {
            return Err(Failure::Gradient);
        }
        let LangevinStep {
            nbeta,
            gamma,
            half,
            scale,
        } = self.step;
        let along = self.centre.iter().zip(self.gradient).zip(self.noise);
        for (w, ((&c, &g), &z)) in self.w.iter_mut().zip(along) {
            let drift = nbeta * g + gamma * (*w - c);
            *w = *w - half * drift + scale * z;
        }
        if all_finite(self.w) {
            Ok(())
        } else {
            Err(Failure::Parameter)
        }
    }
}

/// Whether no entry is infinite or NaN; without an early exit, so that it is done in vectors.
#[inline(always)]
pub(super) fn all_finite<T: Scalar>(x: &[T]) -> bool {
    x.iter().fold(true, |finite, x| finite & x.finite())
}

/// Hands the noise of one step to `update`, with its place, in pieces as they come from the stream;
/// in one piece where it must be projected to a subspace, through the buffer `whole`, which is
/// empty otherwise.
pub(super) fn with_noise<T: Scalar>(
    stream: &mut NormalStream<T>,
    whole: &mut [T],
    restriction: &Restriction<T>,
    dimension: usize,
    mut update: impl FnMut(Range<usize>, &[T]),
) {
    if whole.is_empty() {
        let mut start = 0;
        while start < dimension {
            let noise = stream.take(dimension - start);
            let end = start + noise.len();
            update(start..end, noise);
            start = end;
        }
    } else {
        stream.fill(whole);
        restriction.project(whole);
        update(0..dimension, whole);
    }
}
