//! Elimination over ℤ without fractions.

use crate::budget::look;
use num_bigint::BigInt;
use num_traits::{One, Zero};

/// The rank, and the determinant if the matrix is square (Bareiss, Math. Comp. 22 (1968) 565–578):
/// after step k every entry is a minor of order k + 1, so the division by the last pivot leaves no
/// rest.
pub(super) fn eliminate(mut rows: Vec<Vec<BigInt>>) -> (usize, BigInt) {
    let width = rows.first().map_or(0, Vec::len);
    let mut last = BigInt::one();
    let mut rank = 0;
    let mut negative = false;
    for column in 0..width {
        let Some(pivot) = (rank..rows.len()).find(|&i| !rows[i][column].is_zero()) else {
            continue;
        };
        negative ^= pivot != rank;
        rows.swap(rank, pivot);
        let (done, rest) = rows.split_at_mut(rank + 1);
        let pivot_row = &done[rank];
        let p = &pivot_row[column];
        for row in rest {
            let words = p.bits() as usize / 64 + 1;
            look((width - column) * words * words);
            let factor = std::mem::take(&mut row[column]);
            for (entry, own) in row.iter_mut().zip(pivot_row).skip(column + 1) {
                *entry = (p * &*entry - &factor * own) / &last;
            }
        }
        last = p.clone();
        rank += 1;
    }
    let determinant = if rank == rows.len() && rank == width {
        if negative { -last } else { last }
    } else {
        BigInt::zero()
    };
    (rank, determinant)
}
