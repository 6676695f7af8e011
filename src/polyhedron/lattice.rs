//! Integer lattices: kernels, ranks, and coordinates along a face.

use crate::algebra::Rational;
use crate::budget::Exhausted;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

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

/// Monomial coordinates along a face F of a polyhedron in ℝ^d, dim F = f.
///
/// The lattice L = {b ∈ ℤ^d : v·b = 0 for the normals v of the facets through F} is parallel to F
/// and saturated, so a basis of it extends to one of ℤ^d. On the torus, s_l = x^{b_l} are f
/// coordinates, and x^α = x^{α₀}·∏ s_l^{w_l·(α−α₀)} for α, α₀ ∈ F, with w_l dual to b_l.
#[derive(Debug, Clone)]
pub(crate) struct FaceLattice {
    /// b_1, …, b_f.
    pub(crate) basis: Vec<Vec<i64>>,
    /// w_1, …, w_f with w_l·b_m = δ_lm.
    pub(crate) dual: Vec<Vec<i64>>,
    /// The duals of vectors that complete b_1, …, b_f to a basis of ℤ^d.
    pub(crate) complement_dual: Vec<Vec<i64>>,
}

impl FaceLattice {
    /// The lattice orthogonal to integer vectors in ℤ^d.
    pub(crate) fn orthogonal_to(
        normals: &[&[Rational]],
        dimension: usize,
    ) -> Result<Self, Exhausted> {
        let identity = |i: usize, j: usize| {
            if i == j {
                BigInt::one()
            } else {
                BigInt::zero()
            }
        };
        let square = || -> Vec<Vec<BigInt>> {
            (0..dimension)
                .map(|i| (0..dimension).map(|j| identity(i, j)).collect())
                .collect()
        };
        // columns[j] is column j of the unimodular U; inverse[j] is row j of U⁻¹
        let (mut columns, mut inverse) = (square(), square());
        let mut settled = 0;
        for normal in normals {
            let normal: Vec<BigInt> = normal.iter().map(Rational::numerator).collect();
            let product = |column: &[BigInt]| -> BigInt {
                column.iter().zip(&normal).map(|(c, v)| c * v).sum()
            };
            let mut values: Vec<BigInt> = columns.iter().map(|c| product(c)).collect();
            // Euclid on the unsettled columns until at most one has a non-zero product
            loop {
                let smallest = (settled..dimension)
                    .filter(|&j| !values[j].is_zero())
                    .min_by(|&a, &b| values[a].abs().cmp(&values[b].abs()).then(a.cmp(&b)));
                let Some(pivot) = smallest else { break };
                let other = (settled..dimension).find(|&j| j != pivot && !values[j].is_zero());
                let Some(other) = other else {
                    columns.swap(settled, pivot);
                    inverse.swap(settled, pivot);
                    settled += 1;
                    break;
                };
                // column_other −= q·column_pivot, so row_pivot of the inverse += q·row_other
                let q = values[other].div_floor(&values[pivot]);
                for i in 0..dimension {
                    let change = &q * &columns[pivot][i];
                    columns[other][i] -= change;
                    let change = &q * &inverse[other][i];
                    inverse[pivot][i] += change;
                }
                let change = &q * &values[pivot];
                values[other] -= change;
            }
        }
        let small = |vectors: &[Vec<BigInt>]| -> Result<Vec<Vec<i64>>, Exhausted> {
            let entry = |e: &BigInt| e.to_i64().ok_or(Exhausted::Size("exponent"));
            vectors
                .iter()
                .map(|v| v.iter().map(entry).collect())
                .collect()
        };
        Ok(Self {
            basis: small(&columns[settled..])?,
            dual: small(&inverse[settled..])?,
            complement_dual: small(&inverse[..settled])?,
        })
    }

    /// The dimension f of the face.
    pub(crate) fn dimension(&self) -> usize {
        self.basis.len()
    }

    /// The exponents w_l·α of the coordinates s_l in x^α, up to a common shift; an error where
    /// they do not fit a machine word.
    pub(crate) fn coordinates(&self, exponents: &[u32]) -> Result<Vec<i64>, Exhausted> {
        let overflow = || Exhausted::Size("exponent");
        self.dual
            .iter()
            .map(|w| {
                let terms = w
                    .iter()
                    .zip(exponents)
                    .map(|(w, &e)| w.checked_mul(i64::from(e)));
                terms
                    .fold(Some(0_i64), |sum, term| sum?.checked_add(term?))
                    .ok_or_else(overflow)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn basis_and_dual_fit(normals in prop::collection::vec(prop::collection::vec(0_i64..5, 4), 0..4)) {
            let normals: Vec<Vec<Rational>> =
                normals.iter().map(|v| v.iter().map(|&e| Rational::from(e)).collect()).collect();
            let rows: Vec<&[Rational]> = normals.iter().map(Vec::as_slice).collect();
            let lattice = FaceLattice::orthogonal_to(&rows, 4).unwrap();
            prop_assert_eq!(lattice.dimension() + rank(&normals), 4);
            let dot = |a: &[i64], b: &[i64]| -> i64 { a.iter().zip(b).map(|(x, y)| x * y).sum() };
            for (l, w) in lattice.dual.iter().enumerate() {
                for (m, b) in lattice.basis.iter().enumerate() {
                    prop_assert_eq!(dot(w, b), i64::from(l == m));
                }
            }
            for v in &normals {
                let v: Vec<i64> = v.iter().map(|e| e.to_i64().unwrap()).collect();
                for b in &lattice.basis {
                    prop_assert_eq!(dot(&v, b), 0);
                }
            }
        }
    }
}
