//! Numerical rank: singular values and the gap between them.

use super::NumericalError;
use faer::{Mat, MatRef};
use nalgebra::DMatrix;
use serde::Serialize;
use std::fmt;

/// A gap σ_r/σ_{r+1} below this supports no rank.
const CLEAR_GAP: f64 = 1e3;
/// From so many times more rows than columns on, a QR factorisation comes first.
const TALL: usize = 2;

/// Why a numerical rank is not to be trusted.
///
/// # Examples
///
/// ```
/// use rlct::fisher::RankDoubt;
/// assert!(RankDoubt::NoGap { ratio: 10.0 }.to_string().contains("no gap"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "doubt", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RankDoubt {
    /// The singular values fall off without a clear step at the threshold.
    NoGap {
        /// σ_r/σ_{r+1}.
        ratio: f64,
    },
    /// Without scaling rows and columns the rank would be another: small rows or columns are
    /// rounding errors, or small in truth; floating point cannot tell.
    Scaling {
        /// The rank of the matrix as given.
        unscaled: usize,
    },
}

impl fmt::Display for RankDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoGap { ratio } => write!(
                f,
                "no gap in the singular values: only a factor of {ratio:.1} at the threshold"
            ),
            Self::Scaling { unscaled } => write!(
                f,
                "the rank depends on the scales of parameters or samples: {unscaled} without \
                 scaling"
            ),
        }
    }
}

/// The numerical rank of a matrix, with the singular values and the gap that support it.
///
/// Columns, then rows are scaled by powers of two so that the largest entries lie in [1, 2): that
/// changes no rank, and entries of 10^±150 do no harm. Singular values σ₁ ≥ σ₂ ≥ … are those of the
/// scaled matrix; for tall matrices they are taken from the factor R of a QR factorisation. The
/// rank is the number of σᵢ > ε·max(m, n)·σ₁ (ε the machine's precision, as in LAPACK's users'
/// guide), the gap is σ_r/max(σ_{r+1}, ε σ₁), and where it is below 1000 there is a [`RankDoubt`].
///
/// # Examples
///
/// ```
/// use nalgebra::DMatrix;
/// use rlct::fisher::NumericalRank;
///
/// let rank = NumericalRank::of(&DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 0.5, 1.0]))?;
/// assert_eq!(rank.rank(), 1);
/// assert!(rank.gap() > 1e10 && rank.is_clear());
/// # Ok::<(), rlct::fisher::NumericalError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NumericalRank {
    rank: usize,
    singular_values: Vec<f64>,
    threshold: f64,
    gap: f64,
    doubts: Vec<RankDoubt>,
}

impl NumericalRank {
    /// The numerical rank of a matrix; an empty or zero matrix has rank 0.
    ///
    /// # Errors
    /// [`NumericalError::NotFinite`], [`NumericalError::NoConvergence`].
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::NumericalRank;
    /// assert_eq!(NumericalRank::of(&DMatrix::zeros(3, 2))?.rank(), 0);
    /// assert_eq!(NumericalRank::of(&DMatrix::zeros(0, 2))?.rank(), 0);
    /// assert!(NumericalRank::of(&DMatrix::from_element(1, 1, f64::INFINITY)).is_err());
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    pub fn of(matrix: &DMatrix<f64>) -> Result<Self, NumericalError> {
        let (m, n) = matrix.shape();
        if let Some(place) = matrix.as_slice().iter().position(|x| !x.is_finite()) {
            return Err(NumericalError::NotFinite {
                row: place % m,
                column: place / m,
                value: matrix.as_slice()[place],
            });
        }
        Self::of_view(MatRef::from_column_major_slice(matrix.as_slice(), m, n))
    }

    /// As [`of`](Self::of), of finite entries.
    pub(super) fn of_view(matrix: MatRef<'_, f64>) -> Result<Self, NumericalError> {
        let (m, n) = (matrix.nrows(), matrix.ncols());
        let relative = f64::EPSILON * m.max(n) as f64;
        let (scaled, even) = equilibrated(matrix);
        let values = singular_values(scaled)?;
        let largest = values.first().copied().unwrap_or(0.0);
        let threshold = relative * largest;
        let count =
            |values: &[f64], threshold: f64| values.iter().filter(|s| **s > threshold).count();
        let rank = count(&values, threshold);
        let gap = match (rank.checked_sub(1).map(|k| values[k]), values.get(rank)) {
            (Some(last), Some(next)) => last / next.max(f64::EPSILON * largest),
            (Some(last), None) => last / (f64::EPSILON * largest),
            (None, _) => f64::INFINITY,
        };
        let mut doubts = Vec::new();
        if gap < CLEAR_GAP {
            doubts.push(RankDoubt::NoGap { ratio: gap });
        }
        if !even {
            let unscaled = plain_values(matrix)?;
            let largest = unscaled.first().copied().unwrap_or(0.0);
            let unscaled = count(&unscaled, relative * largest);
            if unscaled != rank {
                doubts.push(RankDoubt::Scaling { unscaled });
            }
        }
        Ok(Self {
            rank,
            singular_values: values,
            threshold,
            gap,
            doubts,
        })
    }

    /// The rank.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::NumericalRank;
    /// // columns of 10^±150 do no harm, but a doubt tells that they are there
    /// let rank = NumericalRank::of(&DMatrix::from_row_slice(
    ///     2,
    ///     2,
    ///     &[1e150, 1e-150, 2e150, 5e-150],
    /// ))?;
    /// assert_eq!((rank.rank(), rank.doubts().len()), (2, 1));
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// The singular values of the scaled matrix, largest first.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::NumericalRank;
    /// assert_eq!(NumericalRank::of(&DMatrix::identity(2, 2))?.singular_values().len(), 2);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn singular_values(&self) -> &[f64] {
        &self.singular_values
    }

    /// The threshold ε·max(m, n)·σ₁.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::NumericalRank;
    /// assert!(NumericalRank::of(&DMatrix::identity(2, 2))?.threshold() < 1e-15);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// The gap σ_r/max(σ_{r+1}, ε σ₁); infinite for rank 0.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::NumericalRank;
    /// assert!(NumericalRank::of(&DMatrix::identity(2, 2))?.gap() > 1e15);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn gap(&self) -> f64 {
        self.gap
    }

    /// What speaks against the rank.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{NumericalRank, RankDoubt};
    /// // singular values fall from 1 to 10⁻¹⁷ without a step
    /// let hilbert = DMatrix::from_fn(12, 12, |i, j| 1.0 / (i + j + 1) as f64);
    /// assert!(matches!(NumericalRank::of(&hilbert)?.doubts(), [RankDoubt::NoGap { .. }, ..]));
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn doubts(&self) -> &[RankDoubt] {
        &self.doubts
    }

    /// Whether there is no doubt.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::NumericalRank;
    /// assert!(NumericalRank::of(&DMatrix::identity(2, 2))?.is_clear());
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.doubts.is_empty()
    }
}

/// The exponent e with 2^e ≤ x < 2^(e+1); 0 for x = 0.
fn exponent(x: f64) -> i32 {
    if x == 0.0 {
        return 0;
    }
    // subnormal numbers are lifted first
    let (x, lift) = if x < f64::MIN_POSITIVE {
        (x * 2f64.powi(64), 64)
    } else {
        (x, 0)
    };
    ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023 - lift
}

/// x · 2^−e without overflow on the way.
fn lowered(x: f64, e: i32) -> f64 {
    let half = e / 2;
    x * 2f64.powi(-half) * 2f64.powi(half - e)
}

/// The matrix with columns, then rows scaled; and whether all scales were within a factor of 1000
/// of each other.
fn equilibrated(matrix: MatRef<'_, f64>) -> (Mat<f64>, bool) {
    let (m, n) = (matrix.nrows(), matrix.ncols());
    let mut scaled = Mat::<f64>::zeros(m, n);
    let mut even = true;
    let spread = |exponents: &[i32]| {
        let bounds = exponents.iter().min().zip(exponents.iter().max());
        bounds.is_some_and(|(low, high)| high - low > 10)
    };
    let largest =
        |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, |a: f64, x| a.max(x.abs()));
    let mut columns = Vec::with_capacity(n);
    for j in 0..n {
        let top = largest(&mut (0..m).map(|i| matrix[(i, j)]));
        let e = exponent(top);
        if top > 0.0 {
            columns.push(e);
        }
        for i in 0..m {
            scaled[(i, j)] = lowered(matrix[(i, j)], e);
        }
    }
    even &= !spread(&columns);
    let mut tops = vec![0.0_f64; m];
    for j in 0..n {
        for (i, top) in tops.iter_mut().enumerate() {
            *top = top.max(scaled[(i, j)].abs());
        }
    }
    let rows: Vec<i32> = tops.iter().map(|top| exponent(*top)).collect();
    let seen: Vec<i32> = rows
        .iter()
        .zip(&tops)
        .filter(|(_, top)| **top > 0.0)
        .map(|(e, _)| *e)
        .collect();
    even &= !spread(&seen);
    for j in 0..n {
        for (i, e) in rows.iter().enumerate() {
            scaled[(i, j)] = lowered(scaled[(i, j)], *e);
        }
    }
    (scaled, even)
}

/// Singular values of the matrix as it is, divided by the power of two of its largest entry.
fn plain_values(matrix: MatRef<'_, f64>) -> Result<Vec<f64>, NumericalError> {
    let (m, n) = (matrix.nrows(), matrix.ncols());
    let mut top = 0.0_f64;
    for j in 0..n {
        for i in 0..m {
            top = top.max(matrix[(i, j)].abs());
        }
    }
    let e = exponent(top);
    singular_values(Mat::from_fn(m, n, |i, j| lowered(matrix[(i, j)], e)))
}

/// Singular values, largest first.
fn singular_values(matrix: Mat<f64>) -> Result<Vec<f64>, NumericalError> {
    let (m, n) = (matrix.nrows(), matrix.ncols());
    if m == 0 || n == 0 {
        return Ok(Vec::new());
    }
    let values = if m >= TALL * n {
        matrix.qr().thin_R().singular_values()
    } else if n >= TALL * m {
        matrix
            .transpose()
            .to_owned()
            .qr()
            .thin_R()
            .singular_values()
    } else {
        matrix.singular_values()
    };
    let mut values = values.map_err(|_| NumericalError::NoConvergence)?;
    values.sort_by(|a, b| b.total_cmp(a));
    Ok(values)
}
