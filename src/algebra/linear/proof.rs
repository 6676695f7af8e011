//! The rank of a matrix over ℚ with a proof that anyone can check.

use super::lifting::Lift;
use super::modular::{Pivots, pivots};
use super::{RationalMatrix, integer_row};
use crate::algebra::Rational;
use num_bigint::BigInt;
use num_traits::{One, Zero};
use rlct_algebra::modular::{Field, fields};
use serde::Serialize;

/// The rank r of an m × n matrix over ℚ, proved from both sides.
///
/// - rank ≥ r: the minor of order r with these rows and columns is not 0 modulo a prime, so not 0;
/// - rank ≤ r: n − r vectors that the matrix maps to 0, independent since each is the only one with
///   an entry ≠ 0 in its own non-pivot column. They are found by p-adic lifting (Dixon 1982) and
///   checked exactly.
///
/// If the prime divides the minors that matter, the vectors do not exist and another prime is
/// taken.
///
/// # Examples
///
/// ```
/// use rlct::algebra::{Rational, RationalMatrix};
///
/// let m = RationalMatrix::from_fn(2, 3, |i, j| Rational::from(i + j));
/// let proof = m.rank();
/// assert_eq!((proof.rank(), proof.pivot_columns()), (2, &[0, 1][..]));
/// assert_eq!(proof.null_basis()[0], [1, -2, 1].map(Rational::from));
/// assert!(proof.proves(&m));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RankProof {
    prime: u64,
    pub(super) rows: Vec<usize>,
    pub(super) columns: Vec<usize>,
    pub(super) null_basis: Vec<Vec<Rational>>,
}

impl RankProof {
    pub(super) fn of(matrix: &RationalMatrix) -> Self {
        let (integers, _) = matrix.integer_rows();
        // Finitely many primes divide a minor that is not 0, so one of them ends the loop.
        for field in fields() {
            if let Some(proof) = Self::modulo(field, &integers, matrix.columns()) {
                return proof;
            }
        }
        unreachable!("no prime below 2^61 is left, but a minor has finitely many divisors")
    }

    fn modulo(field: Field, integers: &[Vec<BigInt>], width: usize) -> Option<Self> {
        let residues = |row: &Vec<BigInt>| row.iter().map(|x| field.residue(x)).collect();
        let Pivots { rows, columns } = pivots(field, integers.iter().map(residues).collect());
        let rank = columns.len();
        let mut null_basis = Vec::with_capacity(width - rank);
        if rank < width {
            let block = rows
                .iter()
                .map(|&i| columns.iter().map(|&j| &integers[i][j]).collect())
                .collect();
            let bits = integers.iter().flatten().map(BigInt::bits).max();
            let lift = Lift::new(field, block, bits.unwrap_or(0))?;
            let mut hint = BigInt::one();
            for free in (0..width).filter(|j| !columns.contains(j)) {
                let right: Vec<BigInt> = rows.iter().map(|&i| -&integers[i][free]).collect();
                let is_null = |x: &[BigInt], d: &BigInt| {
                    integers.iter().all(|row| {
                        let terms = columns.iter().zip(x).filter(|(j, _)| !row[**j].is_zero());
                        let sum: BigInt = terms.map(|(&j, x)| &row[j] * x).sum();
                        (sum + d * &row[free]).is_zero()
                    })
                };
                let (x, d) = lift.solve(&right, &hint, is_null)?;
                let mut vector = vec![Rational::ZERO; width];
                for (&j, x) in columns.iter().zip(x) {
                    vector[j] = Rational::from(x);
                }
                vector[free] = Rational::from(d.clone());
                let (primitive, _) = integer_row(&vector);
                null_basis.push(primitive.into_iter().map(Rational::from).collect());
                hint = d;
            }
        }
        Some(Self {
            prime: field.p,
            rows,
            columns,
            null_basis,
        })
    }

    /// The rank r.
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// assert_eq!(RationalMatrix::from_fn(3, 3, |_, _| Rational::ZERO).rank().rank(), 0);
    /// ```
    #[must_use]
    pub fn rank(&self) -> usize {
        self.columns.len()
    }

    /// The prime modulo which the minor is not 0.
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let one = RationalMatrix::from_fn(1, 1, |_, _| Rational::ONE);
    /// assert_eq!(one.rank().prime(), (1 << 61) - 1);
    /// ```
    #[must_use]
    pub fn prime(&self) -> u64 {
        self.prime
    }

    /// The rows of the minor.
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let column = RationalMatrix::from_fn(2, 1, |i, _| Rational::from(i));
    /// assert_eq!(column.rank().pivot_rows(), [1]);
    /// ```
    #[must_use]
    pub fn pivot_rows(&self) -> &[usize] {
        &self.rows
    }

    /// The columns of the minor.
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let row = RationalMatrix::from_fn(1, 2, |_, j| Rational::from(j));
    /// assert_eq!(row.rank().pivot_columns(), [1]);
    /// ```
    #[must_use]
    pub fn pivot_columns(&self) -> &[usize] {
        &self.columns
    }

    /// A basis of the null space {v : Mv = 0}: coprime integers.
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let m = RationalMatrix::from_fn(1, 2, |_, j| Rational::from(j));
    /// assert_eq!(m.rank().null_basis(), [[1, 0].map(Rational::from)]);
    /// ```
    #[must_use]
    pub fn null_basis(&self) -> &[Vec<Rational>] {
        &self.null_basis
    }

    /// Whether this proves the rank of the matrix: replays both halves.
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let one = RationalMatrix::from_fn(2, 2, |_, _| Rational::ONE);
    /// let other = RationalMatrix::from_fn(2, 2, |i, j| Rational::from(i + j));
    /// assert!(one.rank().proves(&one) && !one.rank().proves(&other));
    /// ```
    #[must_use]
    pub fn proves(&self, matrix: &RationalMatrix) -> bool {
        let (n, r) = (matrix.columns(), self.rank());
        let fits = self.rows.len() == r
            && self.rows.iter().all(|i| *i < matrix.rows())
            && self.columns.iter().all(|j| *j < n)
            && self.null_basis.len() + r == n
            && self.null_basis.iter().all(|v| v.len() == n);
        if !fits {
            return false;
        }
        let field = Field { p: self.prime };
        let (integers, _) = matrix.integer_rows();
        let minor = self.rows.iter().map(|&i| {
            let entry = |j: &usize| field.residue(&integers[i][*j]);
            self.columns.iter().map(entry).collect()
        });
        let free = (0..n).filter(|j| !self.columns.contains(j));
        let is_own = |(v, own): (&Vec<Rational>, usize)| {
            (0..n)
                .filter(|j| !self.columns.contains(j))
                .all(|j| v[j].is_zero() != (j == own))
        };
        pivots(field, minor.collect()).columns.len() == r
            && self.null_basis.iter().zip(free).all(is_own)
            && self.null_basis.iter().all(|v| {
                let (v, _) = integer_row(v);
                integers.iter().all(|row| {
                    let sum: BigInt = row.iter().zip(&v).map(|(a, b)| a * b).sum();
                    sum.is_zero()
                })
            })
    }
}
