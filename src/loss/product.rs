//! Matrix products that are fast for small matrices as well.

use super::Scalar;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

/// Up to this many multiplications plain loops are faster than setting up a blocked product.
const SMALL: usize = 400;

/// `out` ← (`out` +) factor·a·b.
pub(super) fn product<T: Scalar>(
    mut out: MatMut<'_, T>,
    accumulate: Accum,
    a: MatRef<'_, T>,
    b: MatRef<'_, T>,
    factor: T,
) {
    let (rows, inner, cols) = (a.nrows(), a.ncols(), b.ncols());
    if rows * inner * cols > SMALL {
        matmul(out, accumulate, a, b, factor, Par::Seq);
        return;
    }
    for j in 0..cols {
        for i in 0..rows {
            let mut sum = T::of(0.0);
            for k in 0..inner {
                sum += a[(i, k)] * b[(k, j)];
            }
            let entry = &mut out[(i, j)];
            *entry = match accumulate {
                Accum::Replace => factor * sum,
                Accum::Add => *entry + factor * sum,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
