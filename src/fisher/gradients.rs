//! Per-sample gradients of a loss.

use super::NumericalError;
use super::singular::NumericalRank;
use crate::loss::Loss;
use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, Mat, MatMut, MatRef, Par};
use nalgebra::DMatrix;

/// The most rows of a square matrix that is written out: 16,384² doubles are 2 GiB.
const MOST: usize = 16_384;

/// The gradients ∇ℓᵢ(w) of the n samples' losses, the rows of an n × d matrix G.
///
/// - Fisher information (empirical), and Gauss–Newton matrix: GᵀG/n, d × d; for a Gaussian
///   regression at unit residuals both agree in mean;
/// - its eigenvalues other than 0 are those of the Gram matrix GGᵀ/n, n × n: for n < d no d × d
///   matrix is formed.
///
/// # Shapes
/// Stored sample after sample: sample i has entries i·d, …, i·d + d − 1.
///
/// # Examples
///
/// ```
/// use rlct::fisher::SampleGradients;
/// use rlct::loss::LinearNetworkSample;
///
/// // y = 2x on two samples, at w = 1: residuals −x, gradients −x²
/// let loss = LinearNetworkSample::new(&[1, 1], &[1.0, 3.0], &[2.0, 6.0])?;
/// let gradients = SampleGradients::of(&loss, &[1.0])?;
/// assert_eq!(gradients.row(1), [-9.0]);
/// assert_eq!(gradients.fisher()?[(0, 0)], 41.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SampleGradients {
    samples: usize,
    dimension: usize,
    entries: Vec<f64>,
}

impl SampleGradients {
    /// The gradients of a loss at a parameter: n calls with one sample each.
    ///
    /// # Errors
    /// [`NumericalError::NoSamples`] for a loss without samples, [`NumericalError::Length`],
    /// [`NumericalError::NotFinite`] naming the sample and the parameter.
    ///
    /// ```
    /// # use rlct::{fisher::{NumericalError, SampleGradients}, loss::{Reading, PolynomialLoss}};
    /// let population = PolynomialLoss::new(&["x^2".parse().unwrap()], Reading::Loss).unwrap();
    /// assert_eq!(SampleGradients::of(&population, &[1.0]), Err(NumericalError::NoSamples));
    /// ```
    pub fn of<L: Loss<f64> + ?Sized>(loss: &L, w: &[f64]) -> Result<Self, NumericalError> {
        let d = loss.dimension();
        if w.len() != d {
            return Err(NumericalError::Length {
                what: "the parameter",
                expected: d,
                found: w.len(),
            });
        }
        let n = loss.num_samples().ok_or(NumericalError::NoSamples)?;
        let n = u32::try_from(n).map_err(|_| NumericalError::TooLarge {
            what: "the number of samples",
            limit: u32::MAX as usize,
            found: n,
        })?;
        let mut entries = vec![0.0; n as usize * d];
        let mut scratch = vec![0.0; loss.scratch_len()];
        if d > 0 {
            for (i, row) in (0..n).zip(entries.chunks_exact_mut(d)) {
                loss.batch_gradient(w, &[i], row, &mut scratch);
            }
        }
        Self::new(n as usize, d, entries)
    }

    /// The matrix of these gradients, sample after sample.
    ///
    /// # Errors
    /// [`NumericalError::NoSamples`], [`NumericalError::Length`], [`NumericalError::NotFinite`].
    ///
    /// ```
    /// # use rlct::fisher::SampleGradients;
    /// assert!(SampleGradients::new(1, 2, vec![1.0, f64::NAN]).is_err());
    /// ```
    pub fn new(
        samples: usize,
        dimension: usize,
        entries: Vec<f64>,
    ) -> Result<Self, NumericalError> {
        if samples == 0 || dimension == 0 {
            return Err(NumericalError::NoSamples);
        }
        if entries.len() != samples.saturating_mul(dimension) {
            return Err(NumericalError::Length {
                what: "the list of gradients",
                expected: samples.saturating_mul(dimension),
                found: entries.len(),
            });
        }
        if let Some(place) = entries.iter().position(|x| !x.is_finite()) {
            return Err(NumericalError::NotFinite {
                row: place / dimension,
                column: place % dimension,
                value: entries[place],
            });
        }
        Ok(Self {
            samples,
            dimension,
            entries,
        })
    }

    /// The number n of samples.
    ///
    /// ```
    /// # use rlct::fisher::SampleGradients;
    /// assert_eq!(SampleGradients::new(2, 1, vec![1.0, 2.0])?.samples(), 2);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// The number d of parameters.
    ///
    /// ```
    /// # use rlct::fisher::SampleGradients;
    /// assert_eq!(SampleGradients::new(2, 1, vec![1.0, 2.0])?.dimension(), 1);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The gradient of sample i.
    ///
    /// # Panics
    /// If there is no such sample.
    ///
    /// ```
    /// # use rlct::fisher::SampleGradients;
    /// assert_eq!(SampleGradients::new(2, 1, vec![1.0, 2.0])?.row(1), [2.0]);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn row(&self, i: usize) -> &[f64] {
        assert!(i < self.samples, "sample {i} of {}", self.samples);
        &self.entries[i * self.dimension..(i + 1) * self.dimension]
    }

    /// Gᵀ, d × n: a view, column after column.
    pub(super) fn columns(&self) -> MatRef<'_, f64> {
        MatRef::from_column_major_slice(&self.entries, self.dimension, self.samples)
    }

    /// The Fisher information GᵀG/n, d × d, by a triangular product.
    ///
    /// # Errors
    /// [`NumericalError::TooLarge`] for d > 16,384; use [`FisherOperator`](super::FisherOperator)
    /// there. [`NumericalError::Overflow`] if a product is beyond the range of floating point.
    ///
    /// ```
    /// # use rlct::fisher::SampleGradients;
    /// let g = SampleGradients::new(2, 2, vec![1.0, 0.0, 1.0, 2.0])?;
    /// assert_eq!(g.fisher()?[(1, 1)], 2.0);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    pub fn fisher(&self) -> Result<DMatrix<f64>, NumericalError> {
        let columns = self.columns();
        self.square(columns, "the number of parameters")
    }

    /// The Gram matrix GGᵀ/n, n × n, with the same eigenvalues ≠ 0 as the Fisher information.
    ///
    /// # Errors
    /// As [`fisher`](Self::fisher), for n.
    ///
    /// ```
    /// # use rlct::fisher::SampleGradients;
    /// let g = SampleGradients::new(2, 3, vec![1.0, 0.0, 2.0, 1.0, 2.0, 0.0])?;
    /// assert!((g.gram()?.trace() - g.fisher()?.trace()).abs() < 1e-15);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    pub fn gram(&self) -> Result<DMatrix<f64>, NumericalError> {
        self.square(self.columns().transpose(), "the number of samples")
    }

    /// A Aᵀ/n.
    fn square(
        &self,
        a: MatRef<'_, f64>,
        what: &'static str,
    ) -> Result<DMatrix<f64>, NumericalError> {
        let size = a.nrows();
        if size > MOST {
            return Err(NumericalError::TooLarge {
                what,
                limit: MOST,
                found: size,
            });
        }
        let mut square = Mat::<f64>::zeros(size, size);
        triangular::matmul(
            square.as_mut(),
            BlockStructure::TriangularLower,
            Accum::Replace,
            a,
            BlockStructure::Rectangular,
            a.transpose(),
            BlockStructure::Rectangular,
            1.0 / self.samples as f64,
            Par::Seq,
        );
        let full = DMatrix::from_fn(size, size, |i, j| square[(i.max(j), i.min(j))]);
        if full.iter().all(|x| x.is_finite()) {
            Ok(full)
        } else {
            Err(NumericalError::Overflow)
        }
    }

    /// The numerical rank of G, which is that of the Fisher information, with the gap that supports
    /// it.
    ///
    /// # Errors
    /// [`NumericalError::NoConvergence`].
    ///
    /// ```
    /// # use rlct::fisher::SampleGradients;
    /// let rank = SampleGradients::new(3, 2, vec![1.0, 2.0, 2.0, 4.0, -1.0, -2.0])?.rank()?;
    /// assert_eq!(rank.rank(), 1);
    /// assert!(rank.doubts().is_empty());
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    pub fn rank(&self) -> Result<NumericalRank, NumericalError> {
        NumericalRank::of_view(self.columns())
    }

    /// out = GᵀG v / n by two thin products; `inner` has length n.
    pub(super) fn apply(&self, v: &[f64], inner: &mut [f64], out: &mut [f64]) {
        let (n, d) = (self.samples, self.dimension);
        let columns = self.columns();
        matmul(
            MatMut::from_column_major_slice_mut(inner, n, 1),
            Accum::Replace,
            columns.transpose(),
            MatRef::from_column_major_slice(v, d, 1),
            1.0 / n as f64,
            Par::Seq,
        );
        matmul(
            MatMut::from_column_major_slice_mut(out, d, 1),
            Accum::Replace,
            columns,
            MatRef::from_column_major_slice(inner, n, 1),
            1.0,
            Par::Seq,
        );
    }
}

impl TryFrom<&DMatrix<f64>> for SampleGradients {
    type Error = NumericalError;

    /// The rows as samples.
    fn try_from(matrix: &DMatrix<f64>) -> Result<Self, NumericalError> {
        let rows = matrix.transpose();
        Self::new(matrix.nrows(), matrix.ncols(), rows.as_slice().to_vec())
    }
}

impl From<&SampleGradients> for DMatrix<f64> {
    /// G, n × d.
    fn from(gradients: &SampleGradients) -> Self {
        Self::from_row_slice(gradients.samples, gradients.dimension, &gradients.entries)
    }
}
