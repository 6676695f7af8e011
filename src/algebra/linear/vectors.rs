//! The rank of a few vectors, without proof objects.

use super::integer_row;
use super::modular::pivots;
use crate::algebra::Rational;
use crate::budget::look;
use rlct_algebra::modular::Field;

/// Up to so many entries machine words usually suffice for fractions.
const SMALL: usize = 64;

/// The rank of a list of vectors over ℚ.
///
/// A rank modulo a prime is never above the true one; only where it is not full are fractions
/// eliminated.
pub(crate) fn rank(vectors: &[Vec<Rational>]) -> usize {
    let width = vectors.first().map_or(0, Vec::len);
    let most = vectors.len().min(width);
    if vectors.len() * width > SMALL {
        let field = Field::LARGEST;
        let residues = vectors.iter().map(|v| {
            look(8 * v.len());
            integer_row(v).0.iter().map(|x| field.residue(x)).collect()
        });
        if pivots(field, residues.collect()).columns.len() == most {
            return most;
        }
    }
    let mut rows: Vec<Vec<Rational>> = vectors.to_vec();
    let mut rank = 0;
    for column in 0..width {
        let Some(pivot) = (rank..rows.len()).find(|&i| !rows[i][column].is_zero()) else {
            continue;
        };
        rows.swap(rank, pivot);
        let (done, rest) = rows.split_at_mut(rank + 1);
        let pivot_row = &done[rank];
        for row in rest.iter_mut().filter(|row| !row[column].is_zero()) {
            look(width);
            let factor = &row[column] / &pivot_row[column];
            for (entry, p) in row.iter_mut().zip(pivot_row).skip(column) {
                *entry -= &factor * p;
            }
        }
        rank += 1;
    }
    rank
}
