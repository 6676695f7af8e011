//! Matrices over ℚ: products, exact rank and null space with a proof.

mod fraction_free;
mod lifting;
mod modular;
mod proof;
mod square;
mod vectors;

pub(super) use modular::pivots;
pub use proof::RankProof;
pub(crate) use square::solution;
pub(crate) use vectors::rank;

use super::Rational;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Zero};
use serde::Serialize;
use std::fmt;

/// Why there is no such matrix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MatrixError {
    /// A list of entries of the wrong length.
    #[error("a {rows} × {columns} matrix has {expected} entries, got {found}")]
    Length {
        /// The rows.
        rows: usize,
        /// The columns.
        columns: usize,
        /// Their product.
        expected: usize,
        /// The number of entries given.
        found: usize,
    },
    /// Rows of different lengths.
    #[error("row {row} has {found} entries, the first row has {expected}")]
    Ragged {
        /// The row, from 0.
        row: usize,
        /// The length of the first row.
        expected: usize,
        /// Its length.
        found: usize,
    },
    /// Factors that do not fit.
    #[error("a matrix of {columns} columns cannot be multiplied by one of {rows} rows")]
    Shapes {
        /// The columns of the left factor.
        columns: usize,
        /// The rows of the right factor.
        rows: usize,
    },
    /// A determinant of a matrix that is not square.
    #[error("a {rows} × {columns} matrix is not square and has no determinant")]
    NotSquare {
        /// The rows.
        rows: usize,
        /// The columns.
        columns: usize,
    },
}

/// A matrix over ℚ, row after row.
///
/// # Examples
///
/// ```
/// use rlct::algebra::{Rational, RationalMatrix};
///
/// let m = RationalMatrix::from_rows([[1, 2], [2, 4]].map(|r| r.map(Rational::from).to_vec()))?;
/// let proof = m.rank();
/// assert_eq!(proof.rank(), 1);
/// assert_eq!(proof.null_basis()[0], [-2, 1].map(Rational::from));
/// # Ok::<(), rlct::algebra::MatrixError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct RationalMatrix {
    rows: usize,
    columns: usize,
    entries: Vec<Rational>,
}

impl RationalMatrix {
    /// The matrix of these entries, row after row; either size may be 0.
    ///
    /// # Errors
    /// [`MatrixError::Length`] unless there are rows × columns entries.
    ///
    /// ```
    /// # use rlct::algebra::RationalMatrix;
    /// assert!(RationalMatrix::new(2, 3, Vec::new()).is_err());
    /// assert_eq!(RationalMatrix::new(0, 3, Vec::new())?.rank().null_basis().len(), 3);
    /// # Ok::<(), rlct::algebra::MatrixError>(())
    /// ```
    pub fn new(rows: usize, columns: usize, entries: Vec<Rational>) -> Result<Self, MatrixError> {
        let expected = rows.saturating_mul(columns);
        if entries.len() != expected {
            return Err(MatrixError::Length {
                rows,
                columns,
                expected,
                found: entries.len(),
            });
        }
        Ok(Self {
            rows,
            columns,
            entries,
        })
    }

    /// The matrix of these rows; no rows make the 0 × 0 matrix.
    ///
    /// # Errors
    /// [`MatrixError::Ragged`].
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// assert!(RationalMatrix::from_rows([vec![Rational::ONE], vec![]]).is_err());
    /// ```
    pub fn from_rows(rows: impl IntoIterator<Item = Vec<Rational>>) -> Result<Self, MatrixError> {
        let mut count = 0;
        let mut width = 0;
        let mut entries = Vec::new();
        for row in rows {
            if count == 0 {
                width = row.len();
            } else if row.len() != width {
                return Err(MatrixError::Ragged {
                    row: count,
                    expected: width,
                    found: row.len(),
                });
            }
            count += 1;
            entries.extend(row);
        }
        Self::new(count, width, entries)
    }

    /// The matrix whose entry (i, j) is f(i, j).
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let ones = RationalMatrix::from_fn(2, 2, |_, _| Rational::ONE);
    /// assert_eq!(ones.rank().rank(), 1);
    /// ```
    #[must_use]
    pub fn from_fn(
        rows: usize,
        columns: usize,
        mut f: impl FnMut(usize, usize) -> Rational,
    ) -> Self {
        let entries = (0..rows)
            .flat_map(|i| (0..columns).map(move |j| (i, j)))
            .map(|(i, j)| f(i, j))
            .collect();
        Self {
            rows,
            columns,
            entries,
        }
    }

    /// The number of rows.
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// assert_eq!(RationalMatrix::from_fn(2, 3, |_, _| Rational::ONE).rows(), 2);
    /// ```
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// assert_eq!(RationalMatrix::from_fn(2, 3, |_, _| Rational::ONE).columns(), 3);
    /// ```
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Row i.
    ///
    /// # Panics
    /// If there is no such row.
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// assert_eq!(RationalMatrix::from_fn(2, 1, |i, _| Rational::from(i)).row(1), [Rational::ONE]);
    /// ```
    #[must_use]
    pub fn row(&self, i: usize) -> &[Rational] {
        assert!(i < self.rows, "row {i} of {}", self.rows);
        &self.entries[i * self.columns..(i + 1) * self.columns]
    }

    /// Entry (i, j).
    ///
    /// # Panics
    /// If there is no such entry.
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let m = RationalMatrix::from_fn(2, 2, |i, j| Rational::from(2 * i + j));
    /// assert_eq!(m.entry(1, 0).to_string(), "2");
    /// ```
    #[must_use]
    pub fn entry(&self, i: usize, j: usize) -> &Rational {
        assert!(j < self.columns, "column {j} of {}", self.columns);
        &self.row(i)[j]
    }

    /// The transposed matrix.
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let m = RationalMatrix::from_fn(1, 2, |_, j| Rational::from(j));
    /// assert_eq!(m.transpose().entry(1, 0), m.entry(0, 1));
    /// ```
    #[must_use]
    pub fn transpose(&self) -> Self {
        Self::from_fn(self.columns, self.rows, |i, j| self.entry(j, i).clone())
    }

    /// The product with another matrix.
    ///
    /// # Errors
    /// [`MatrixError::Shapes`].
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let m = RationalMatrix::from_fn(1, 2, |_, j| Rational::from(j + 1));
    /// assert_eq!(m.product(&m.transpose())?.entry(0, 0).to_string(), "5");
    /// # Ok::<(), rlct::algebra::MatrixError>(())
    /// ```
    pub fn product(&self, other: &Self) -> Result<Self, MatrixError> {
        if self.columns != other.rows {
            return Err(MatrixError::Shapes {
                columns: self.columns,
                rows: other.rows,
            });
        }
        Ok(Self::from_fn(self.rows, other.columns, |i, j| {
            let terms = self.row(i).iter().enumerate();
            terms
                .filter(|(_, a)| !a.is_zero())
                .map(|(k, a)| a * other.entry(k, j))
                .sum()
        }))
    }

    /// The rank, with its proof: see [`RankProof`].
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let m = RationalMatrix::from_fn(3, 3, |i, j| Rational::from(3 * i + j));
    /// assert_eq!(m.rank().rank(), 2);
    /// assert!(m.rank().proves(&m));
    /// ```
    #[must_use]
    pub fn rank(&self) -> RankProof {
        RankProof::of(self)
    }

    /// The determinant, by fraction-free elimination (Bareiss 1968).
    ///
    /// # Errors
    /// [`MatrixError::NotSquare`].
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let m = RationalMatrix::from_fn(2, 2, |i, j| Rational::from(2 * i + j + 1));
    /// assert_eq!(m.determinant()?.to_string(), "-2");
    /// # Ok::<(), rlct::algebra::MatrixError>(())
    /// ```
    pub fn determinant(&self) -> Result<Rational, MatrixError> {
        if self.rows != self.columns {
            return Err(MatrixError::NotSquare {
                rows: self.rows,
                columns: self.columns,
            });
        }
        let (integers, scales) = self.integer_rows();
        let determinant = fraction_free::eliminate(integers).1;
        Ok(scales
            .iter()
            .fold(Rational::from(determinant), |value, s| value / s))
    }

    /// The rank by fraction-free elimination (Bareiss 1968): slower than [`rank`](Self::rank) for
    /// large matrices and independent of it.
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let m = RationalMatrix::from_fn(4, 3, |i, j| Rational::from(i * j));
    /// assert_eq!(m.rank_by_elimination(), 1);
    /// ```
    #[must_use]
    pub fn rank_by_elimination(&self) -> usize {
        fraction_free::eliminate(self.integer_rows().0).0
    }

    /// The inverse, if there is one.
    ///
    /// # Errors
    /// [`MatrixError::NotSquare`].
    ///
    /// ```
    /// # use rlct::algebra::{Rational, RationalMatrix};
    /// let m = RationalMatrix::from_fn(2, 2, |i, j| Rational::from(2 * i + j + 1));
    /// let inverse = m.inverse()?.unwrap();
    /// assert_eq!(inverse.entry(1, 0).to_string(), "3/2");
    /// # Ok::<(), rlct::algebra::MatrixError>(())
    /// ```
    pub fn inverse(&self) -> Result<Option<Self>, MatrixError> {
        let n = self.rows;
        if n != self.columns {
            return Err(MatrixError::NotSquare {
                rows: n,
                columns: self.columns,
            });
        }
        let unit = |i: usize, j: usize| {
            if i == j {
                Rational::ONE
            } else {
                Rational::ZERO
            }
        };
        // (M | −1) has the null vectors (M⁻¹ e_j, e_j)
        let wide = Self::from_fn(n, 2 * n, |i, j| {
            if j < n {
                self.entry(i, j).clone()
            } else {
                -unit(i, j - n)
            }
        });
        let proof = wide.rank();
        if proof.pivot_columns().iter().any(|j| *j >= n) {
            return Ok(None);
        }
        let basis = proof.null_basis();
        Ok(Some(Self::from_fn(n, n, |i, j| {
            &basis[j][i] / &basis[j][n + j]
        })))
    }

    /// Each row times a positive number, so that the entries are coprime integers; and these
    /// numbers.
    fn integer_rows(&self) -> (Vec<Vec<BigInt>>, Vec<Rational>) {
        (0..self.rows).map(|i| integer_row(self.row(i))).unzip()
    }
}

/// The vector times the positive number that makes it coprime integers, and the number.
fn integer_row(row: &[Rational]) -> (Vec<BigInt>, Rational) {
    let common = row
        .iter()
        .fold(BigInt::one(), |lcm, x| lcm.lcm(&x.denominator()));
    let mut integers: Vec<BigInt> = row
        .iter()
        .map(|x| x.numerator() * (&common / x.denominator()))
        .collect();
    // from the smallest on, and no further than 1
    let mut sizes: Vec<&BigInt> = integers.iter().filter(|x| !x.is_zero()).collect();
    sizes.sort_by_key(|x| x.bits());
    let mut content = BigInt::zero();
    for x in sizes {
        content = content.gcd(x);
        if content.is_one() {
            break;
        }
    }
    if content.is_zero() || content.is_one() {
        return (integers, Rational::from(common));
    }
    for x in &mut integers {
        *x /= &content;
    }
    (integers, Rational::from(common) / Rational::from(content))
}

impl fmt::Display for RationalMatrix {
    /// Rows as lines, columns aligned.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.entries.iter().map(ToString::to_string).collect();
        let width = texts.iter().map(String::len).max().unwrap_or(0);
        for i in 0..self.rows {
            if i > 0 {
                writeln!(f)?;
            }
            for j in 0..self.columns {
                let gap = if j > 0 { "  " } else { "" };
                write!(f, "{gap}{:>width$}", texts[i * self.columns + j])?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
