//! Linear algebra modulo primes below 2⁶¹.

use crate::budget::look;
use rlct_algebra::modular::Field;

/// Pivots of an elimination: rows and columns of a minor that is not 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::algebra) struct Pivots {
    pub(super) rows: Vec<usize>,
    pub(in crate::algebra) columns: Vec<usize>,
}

/// row += factor · other, on equal lengths.
fn add_multiple(field: Field, row: &mut [u64], factor: u64, other: &[u64]) {
    look(other.len() / 8 + 1);
    for (a, b) in row.iter_mut().zip(other) {
        *a = field.reduce(u128::from(factor) * u128::from(*b) + u128::from(*a));
    }
}

/// Gaussian elimination; the rows are destroyed.
pub(in crate::algebra) fn pivots(field: Field, mut rows: Vec<Vec<u64>>) -> Pivots {
    let width = rows.first().map_or(0, Vec::len);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut columns = Vec::new();
    for column in 0..width {
        let rank = columns.len();
        let Some(pivot) = (rank..rows.len()).find(|&i| rows[i][column] != 0) else {
            continue;
        };
        rows.swap(rank, pivot);
        order.swap(rank, pivot);
        let (done, rest) = rows.split_at_mut(rank + 1);
        let own = &done[rank];
        let inverse = field.inverse(own[column]);
        for row in rest.iter_mut().filter(|row| row[column] != 0) {
            let factor = field.p - field.times(row[column], inverse);
            add_multiple(field, &mut row[column..], factor, &own[column..]);
        }
        columns.push(column);
        if columns.len() == order.len() {
            break;
        }
    }
    order.truncate(columns.len());
    Pivots {
        rows: order,
        columns,
    }
}

/// The inverse of a square matrix, `None` if it is singular.
pub(super) fn inverse_matrix(field: Field, mut rows: Vec<Vec<u64>>) -> Option<Vec<Vec<u64>>> {
    let n = rows.len();
    for (i, row) in rows.iter_mut().enumerate() {
        row.extend((0..n).map(|j| u64::from(i == j)));
    }
    for column in 0..n {
        let pivot = (column..n).find(|&i| rows[i][column] != 0)?;
        rows.swap(column, pivot);
        let inverse = field.inverse(rows[column][column]);
        for a in &mut rows[column][column..] {
            *a = field.times(*a, inverse);
        }
        let own = rows[column].clone();
        for (i, row) in rows.iter_mut().enumerate() {
            if i != column && row[column] != 0 {
                let factor = field.p - row[column];
                add_multiple(field, &mut row[column..], factor, &own[column..]);
            }
        }
    }
    Some(rows.into_iter().map(|mut row| row.split_off(n)).collect())
}

/// Matrix times vector.
pub(super) fn apply(field: Field, matrix: &[Vec<u64>], x: &[u64]) -> Vec<u64> {
    let dot = |row: &Vec<u64>| {
        look(row.len() / 16 + 1);
        let mut sum = 0;
        // 7 products of 122 bits and a sum stay below 2¹²⁵
        for (row, x) in row.chunks(7).zip(x.chunks(7)) {
            let products = row
                .iter()
                .zip(x)
                .map(|(a, b)| u128::from(*a) * u128::from(*b));
            sum = field.reduce(products.sum::<u128>() + u128::from(sum));
        }
        sum
    };
    matrix.iter().map(dot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlct_algebra::modular::fields;

    #[test]
    fn inverses_are_inverse() {
        for field in fields().take(2) {
            let matrix = vec![vec![0, 2, 1], vec![3, 1, 4], vec![1, 5, 9]];
            let inverse = inverse_matrix(field, matrix.clone()).unwrap();
            for j in 0..3 {
                let column: Vec<u64> = inverse.iter().map(|row| row[j]).collect();
                let unit: Vec<u64> = (0..3).map(|i| u64::from(i == j)).collect();
                assert_eq!(apply(field, &matrix, &column), unit);
            }
            assert!(inverse_matrix(field, vec![vec![1, 2], vec![2, 4]]).is_none());
        }
    }
}
