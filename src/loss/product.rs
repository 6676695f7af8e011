//! Matrix products: small ones without set-up, large ones in parts that several threads may take.

use super::Scalar;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use std::cell::Cell;

/// Products of at least this many multiplications, about a millisecond, are halved.
const LARGE: usize = 1 << 26;
/// Up to this many multiplications plain loops are faster than setting up a blocked product.
const SMALL: usize = 24;

thread_local! {
    /// Whether there are threads without a chain.
    static SPARE: Cell<bool> = const { Cell::new(false) };
}

/// Runs a task; if there are threads to spare, large products in it use them.
#[cfg_attr(
    not(any(feature = "parallel", test)),
    expect(dead_code, reason = "one thread")
)]
pub(crate) fn with_spare_threads<R>(spare: bool, task: impl FnOnce() -> R) -> R {
    let before = SPARE.replace(spare);
    let result = task();
    SPARE.set(before);
    result
}

/// dst ← (dst +) factor·lhs·rhs. A large product is cut into halves of columns, by its shape
/// alone: rounding, and so the result, does not depend on whether threads share the halves.
pub(crate) fn product<T: Scalar>(
    dst: MatMut<'_, T>,
    accumulate: Accum,
    lhs: MatRef<'_, T>,
    rhs: MatRef<'_, T>,
    factor: T,
) {
    if dst.nrows() * dst.ncols() * lhs.ncols() <= SMALL {
        small(dst, accumulate, lhs, rhs, factor);
    } else {
        parts(dst, accumulate, lhs, rhs, factor, SPARE.get());
    }
}

fn small<T: Scalar>(
    mut dst: MatMut<'_, T>,
    accumulate: Accum,
    lhs: MatRef<'_, T>,
    rhs: MatRef<'_, T>,
    factor: T,
) {
    for j in 0..dst.ncols() {
        for i in 0..dst.nrows() {
            let mut sum = T::of(0.0);
            for k in 0..lhs.ncols() {
                sum += lhs[(i, k)] * rhs[(k, j)];
            }
            let entry = &mut dst[(i, j)];
            *entry = match accumulate {
                Accum::Replace => factor * sum,
                Accum::Add => *entry + factor * sum,
            };
        }
    }
}

fn parts<T: Scalar>(
    dst: MatMut<'_, T>,
    accumulate: Accum,
    lhs: MatRef<'_, T>,
    rhs: MatRef<'_, T>,
    factor: T,
    spare: bool,
) {
    let columns = dst.ncols();
    if columns < 64 || dst.nrows() * columns * lhs.ncols() < LARGE {
        matmul(dst, accumulate, lhs, rhs, factor, Par::Seq);
        return;
    }
    // A multiple of the width of kernels.
    let middle = (columns / 2).next_multiple_of(16);
    let (left, right) = dst.split_at_col_mut(middle);
    let (rhs_left, rhs_right) = rhs.split_at_col(middle);
    let first = || parts(left, accumulate, lhs, rhs_left, factor, spare);
    let second = || parts(right, accumulate, lhs, rhs_right, factor, spare);
    both(spare, first, second);
}

/// Runs two tasks, side by side if there are threads to spare.
fn both(spare: bool, first: impl FnOnce() + Send, second: impl FnOnce() + Send) {
    #[cfg(feature = "parallel")]
    if spare {
        rayon::join(first, second);
        return;
    }
    #[cfg(not(feature = "parallel"))]
    let _ = spare;
    first();
    second();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_product_is_that_of_its_columns_with_and_without_threads() {
        let (m, k, n) = (512, 512, 300);
        let entry = |i: usize| ((i * 7919) % 1009) as f32 / 1009.0 - 0.5;
        let lhs: Vec<f32> = (0..m * k).map(entry).collect();
        let rhs: Vec<f32> = (0..k * n).map(|i| entry(i + 13)).collect();
        let multiply = || {
            let mut dst = vec![1.0; m * n];
            product(
                MatMut::from_column_major_slice_mut(&mut dst, m, n),
                Accum::Add,
                MatRef::from_column_major_slice(&lhs, m, k),
                MatRef::from_column_major_slice(&rhs, k, n),
                2.0,
            );
            dst
        };
        let sequential = multiply();
        assert_eq!(sequential, with_spare_threads(true, multiply));
        for (i, j) in [(0, 0), (5, 159), (511, 160), (77, 299)] {
            let exact: f64 = (0..k)
                .map(|l| f64::from(lhs[l * m + i]) * f64::from(rhs[j * k + l]))
                .sum();
            assert!((f64::from(sequential[j * m + i]) - 1.0 - 2.0 * exact).abs() < 1e-3);
        }
    }

    #[test]
    fn small_products_are_those_of_the_library() {
        let entries: Vec<f64> = (0..12).map(|i| (f64::from(i)).sin()).collect();
        let a = MatRef::from_column_major_slice(&entries[..6], 2, 3);
        let b = MatRef::from_column_major_slice(&entries, 4, 3).transpose();
        for accumulate in [Accum::Replace, Accum::Add] {
            let (mut ours, mut theirs) = ([1.0; 8], [1.0; 8]);
            let out = MatMut::from_column_major_slice_mut(&mut ours, 2, 4);
            product(out, accumulate, a, b, 0.5);
            let out = MatMut::from_column_major_slice_mut(&mut theirs, 2, 4);
            matmul(out, accumulate, a, b, 0.5, Par::Seq);
            for (x, y) in ours.iter().zip(&theirs) {
                assert!((x - y).abs() < 1e-14);
            }
        }
    }
}
