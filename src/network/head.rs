//! The last step: losses of samples from the outputs, and their derivatives.

use super::activation::{sigmoid, softplus};
use super::description::Head;
use super::stages::precision;
use crate::loss::Scalar;
use pulp::{Arch, Simd, WithSimd};

/// The targets of all samples.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Targets<T> {
    /// Row-major: one sample after the other.
    Real(Vec<T>),
    /// One integer a sample.
    Labels(Vec<u32>),
}

/// Which samples a block has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Samples<'a> {
    /// Neighbours, from here on.
    From(usize),
    /// These.
    Listed(&'a [u32]),
}

impl Samples<'_> {
    #[inline(always)]
    pub(super) fn index(&self, k: usize) -> usize {
        match self {
            Self::From(start) => start + k,
            Self::Listed(indices) => indices[k] as usize,
        }
    }
}

/// One block of samples at the head. `outputs` and `errors` are columns of `rows` samples.
pub(super) struct HeadBlock<'a, T> {
    pub(super) head: Head,
    pub(super) targets: &'a Targets<T>,
    pub(super) samples: Samples<'a>,
    pub(super) rows: usize,
    pub(super) outputs: &'a [T],
    /// Where the losses of the samples go.
    pub(super) losses: &'a mut [T],
    /// Where `weight` times the derivatives go; written even if nobody wants them.
    pub(super) errors: &'a mut [T],
    /// As many as there are rows.
    pub(super) spare: &'a mut [T],
    pub(super) weight: T,
}

impl<T: Scalar> HeadBlock<'_, T> {
    pub(super) fn run(self, arch: Arch) {
        arch.dispatch(self);
    }

    /// The real targets of the block into the errors, transposed.
    #[inline(always)]
    fn targets(&mut self) {
        let Targets::Real(targets) = self.targets else {
            unreachable!("checked when the loss is made");
        };
        let width = self.outputs.len() / self.rows;
        for k in 0..self.rows {
            let row = &targets[self.samples.index(k) * width..][..width];
            for (j, &y) in row.iter().enumerate() {
                self.errors[j * self.rows + k] = y;
            }
        }
    }

    #[inline(always)]
    fn squared(mut self, precision: T) {
        self.targets();
        let (rows, half) = (self.rows, T::of(0.5) * precision);
        let weight = self.weight * precision;
        self.losses.fill(T::of(0.0));
        let columns = self.errors.chunks_exact_mut(rows);
        for (errors, outputs) in columns.zip(self.outputs.chunks_exact(rows)) {
            for ((error, &f), loss) in errors.iter_mut().zip(outputs).zip(&mut *self.losses) {
                let r = f - *error;
                *loss += half * r * r;
                *error = weight * r;
            }
        }
    }

    #[inline(always)]
    fn logistic(mut self) {
        self.targets();
        let rows = self.rows;
        self.losses.fill(T::of(0.0));
        let columns = self.errors.chunks_exact_mut(rows);
        for (errors, outputs) in columns.zip(self.outputs.chunks_exact(rows)) {
            for ((error, &f), loss) in errors.iter_mut().zip(outputs).zip(&mut *self.losses) {
                let y = *error;
                *loss += softplus(f).0 - y * f;
                *error = self.weight * (sigmoid(f).0 - y);
            }
        }
    }

    #[inline(always)]
    fn cross_entropy(self) {
        let Targets::Labels(labels) = self.targets else {
            unreachable!("checked when the loss is made");
        };
        let rows = self.rows;
        let largest = &mut self.spare[..rows];
        largest.copy_from_slice(&self.outputs[..rows]);
        for column in self.outputs[rows..].chunks_exact(rows) {
            for (largest, &f) in largest.iter_mut().zip(column) {
                *largest = if f > *largest { f } else { *largest };
            }
        }
        let sums = &mut self.losses[..rows];
        sums.fill(T::of(0.0));
        let columns = self.errors.chunks_exact_mut(rows);
        for (errors, outputs) in columns.zip(self.outputs.chunks_exact(rows)) {
            let columns = errors.iter_mut().zip(outputs);
            for ((error, &f), (&largest, sum)) in columns.zip(largest.iter().zip(&mut *sums)) {
                let (power, rest) = (f - largest).exponential_parts();
                *error = power + power * rest;
                *sum += *error;
            }
        }
        // The margin of the label is kept as the logarithm is added last: ln of a sum of at least
        // one is accurate.
        for (k, (sum, largest)) in sums.iter_mut().zip(largest).enumerate() {
            let label = labels[self.samples.index(k)] as usize;
            let margin = *largest - self.outputs[label * rows + k];
            *largest = self.weight / *sum;
            *sum = margin + T::of(sum.float().ln());
        }
        for errors in self.errors.chunks_exact_mut(rows) {
            for (error, &scale) in errors.iter_mut().zip(&self.spare[..rows]) {
                *error *= scale;
            }
        }
        for k in 0..rows {
            let label = labels[self.samples.index(k)] as usize;
            self.errors[label * rows + k] -= self.weight;
        }
    }
}

impl<T: Scalar> WithSimd for HeadBlock<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        match self.head {
            Head::SquaredError { variance, outputs } => {
                let width = self.outputs.len() / self.rows;
                self.squared(T::of(precision(variance, outputs, width)));
            }
            Head::CrossEntropy => self.cross_entropy(),
            Head::Logistic => self.logistic(),
        }
    }
}
