//! Ranks over ℚ.

use crate::algebra::Rational;

/// The rank of a list of vectors over ℚ.
pub(crate) fn rank(vectors: &[Vec<Rational>]) -> usize {
    let mut rows: Vec<Vec<Rational>> = vectors.to_vec();
    let width = rows.first().map_or(0, Vec::len);
    let mut rank = 0;
    for column in 0..width {
        let Some(pivot) = (rank..rows.len()).find(|&i| !rows[i][column].is_zero()) else {
            continue;
        };
        rows.swap(rank, pivot);
        let (done, rest) = rows.split_at_mut(rank + 1);
        let pivot_row = &done[rank];
        for row in rest.iter_mut().filter(|row| !row[column].is_zero()) {
            let factor = &row[column] / &pivot_row[column];
            for (entry, p) in row.iter_mut().zip(pivot_row).skip(column) {
                *entry -= &factor * p;
            }
        }
        rank += 1;
    }
    rank
}
