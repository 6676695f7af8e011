//! Symmetric matrices that are only applied to vectors.

use super::{NumericalError, SampleGradients};
use crate::loss::Loss;
use nalgebra::DMatrix;
use std::fmt::Debug;

/// A symmetric d × d matrix given by its products with vectors.
///
/// # Examples
///
/// ```
/// use nalgebra::DMatrix;
/// use rlct::fisher::{MatrixOperator, Operator};
///
/// let mut operator = MatrixOperator::new(DMatrix::identity(2, 2))?;
/// let mut out = [0.0; 2];
/// operator.apply(&[1.0, 2.0], &mut out);
/// assert_eq!(out, [1.0, 2.0]);
/// # Ok::<(), rlct::fisher::NumericalError>(())
/// ```
pub trait Operator: Debug {
    /// The size d.
    fn dimension(&self) -> usize;

    /// Writes the product with `v` into `out`, both of length d.
    fn apply(&mut self, v: &[f64], out: &mut [f64]);
}

/// A symmetric matrix that is there.
///
/// # Examples
///
/// ```
/// use nalgebra::DMatrix;
/// use rlct::fisher::MatrixOperator;
/// assert!(MatrixOperator::new(DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 4.0])).is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixOperator {
    matrix: DMatrix<f64>,
}

impl MatrixOperator {
    /// The operator of a symmetric matrix.
    ///
    /// # Errors
    /// [`NumericalError::Length`] if it is not square, [`NumericalError::NotSymmetric`] (beyond
    /// rounding), [`NumericalError::NotFinite`].
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::MatrixOperator;
    /// assert!(MatrixOperator::new(DMatrix::zeros(2, 3)).is_err());
    /// ```
    pub fn new(matrix: DMatrix<f64>) -> Result<Self, NumericalError> {
        let (rows, columns) = matrix.shape();
        if rows != columns {
            return Err(NumericalError::Length {
                what: "a row of a square matrix",
                expected: rows,
                found: columns,
            });
        }
        for j in 0..columns {
            for i in 0..rows {
                let (a, b) = (matrix[(i, j)], matrix[(j, i)]);
                if !a.is_finite() {
                    return Err(NumericalError::NotFinite {
                        row: i,
                        column: j,
                        value: a,
                    });
                }
                if b.is_finite() && (a - b).abs() > 1e-12 * a.abs().max(b.abs()) {
                    return Err(NumericalError::NotSymmetric { row: i, column: j });
                }
            }
        }
        Ok(Self { matrix })
    }
}

impl From<MatrixOperator> for DMatrix<f64> {
    fn from(operator: MatrixOperator) -> Self {
        operator.matrix
    }
}

impl TryFrom<DMatrix<f64>> for MatrixOperator {
    type Error = NumericalError;

    fn try_from(matrix: DMatrix<f64>) -> Result<Self, NumericalError> {
        Self::new(matrix)
    }
}

impl Operator for MatrixOperator {
    fn dimension(&self) -> usize {
        self.matrix.nrows()
    }

    fn apply(&mut self, v: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        for (column, v) in self.matrix.column_iter().zip(v) {
            for (out, a) in out.iter_mut().zip(column.iter()) {
                *out += a * v;
            }
        }
    }
}

/// The Fisher information GᵀG/n by two thin products with the [`SampleGradients`] G.
///
/// # Examples
///
/// ```
/// use rlct::fisher::{FisherOperator, Operator, SampleGradients};
///
/// let gradients = SampleGradients::new(1, 3, vec![1.0, 2.0, 2.0])?;
/// let mut out = [0.0; 3];
/// FisherOperator::new(&gradients).apply(&[1.0, 0.0, 0.0], &mut out);
/// assert_eq!(out, [1.0, 2.0, 2.0]);
/// # Ok::<(), rlct::fisher::NumericalError>(())
/// ```
#[derive(Debug, Clone)]
pub struct FisherOperator<'a> {
    gradients: &'a SampleGradients,
    inner: Vec<f64>,
}

impl<'a> FisherOperator<'a> {
    /// The operator of these gradients.
    ///
    /// ```
    /// # use rlct::fisher::{FisherOperator, Operator, SampleGradients};
    /// let gradients = SampleGradients::new(1, 2, vec![1.0, 2.0])?;
    /// assert_eq!(FisherOperator::new(&gradients).dimension(), 2);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn new(gradients: &'a SampleGradients) -> Self {
        Self {
            gradients,
            inner: vec![0.0; gradients.samples()],
        }
    }
}

impl Operator for FisherOperator<'_> {
    fn dimension(&self) -> usize {
        self.gradients.dimension()
    }

    fn apply(&mut self, v: &[f64], out: &mut [f64]) {
        self.gradients.apply(v, &mut self.inner, out);
    }
}

/// The Hessian of a loss by central differences of its gradient: Hv ≈ (∇L(w + hv) − ∇L(w − hv))/2h,
/// with |hv| = step, error O(step²) + O(ε/step).
///
/// # Examples
///
/// ```
/// use rlct::fisher::{HessianOperator, Operator};
/// use rlct::loss::{Reading, PolynomialLoss};
///
/// let loss = PolynomialLoss::new(&["x^2 + 3*y^2".parse()?], Reading::Loss)?;
/// let mut hessian = HessianOperator::new(&loss, &[0.5, 0.5])?;
/// let mut out = [0.0; 2];
/// hessian.apply(&[0.0, 2.0], &mut out);
/// assert!((out[1] - 12.0).abs() < 1e-8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct HessianOperator<'a, L: ?Sized> {
    loss: &'a L,
    w: Vec<f64>,
    step: f64,
    moved: Vec<f64>,
    other: Vec<f64>,
    scratch: Vec<f64>,
}

impl<'a, L: Loss<f64> + ?Sized> HessianOperator<'a, L> {
    /// The Hessian at w, with the step ε^{1/3} max(1, |w|).
    ///
    /// # Errors
    /// [`NumericalError::Length`], [`NumericalError::Overflow`] where the gradient is not finite.
    ///
    /// ```
    /// # use rlct::{fisher::HessianOperator, loss::{Reading, PolynomialLoss}};
    /// let loss = PolynomialLoss::new(&["x^2".parse().unwrap()], Reading::Loss).unwrap();
    /// assert!(HessianOperator::new(&loss, &[]).is_err());
    /// ```
    pub fn new(loss: &'a L, w: &[f64]) -> Result<Self, NumericalError> {
        let d = loss.dimension();
        if w.len() != d {
            return Err(NumericalError::Length {
                what: "the parameter",
                expected: d,
                found: w.len(),
            });
        }
        let norm = w.iter().map(|x| x * x).sum::<f64>().sqrt();
        let mut operator = Self {
            loss,
            w: w.to_vec(),
            step: f64::EPSILON.cbrt() * norm.max(1.0),
            moved: w.to_vec(),
            other: vec![0.0; d],
            scratch: vec![0.0; loss.scratch_len()],
        };
        loss.gradient(w, &mut operator.other, &mut operator.scratch);
        if norm.is_finite() && operator.other.iter().all(|x| x.is_finite()) {
            Ok(operator)
        } else {
            Err(NumericalError::Overflow)
        }
    }

    /// With another step.
    ///
    /// # Errors
    /// [`NumericalError::Setting`] for a step that is not positive and finite.
    ///
    /// ```
    /// # use rlct::{fisher::HessianOperator, loss::{Reading, PolynomialLoss}};
    /// let loss = PolynomialLoss::new(&["x^2".parse().unwrap()], Reading::Loss).unwrap();
    /// assert!(HessianOperator::new(&loss, &[1.0])?.with_step(0.0).is_err());
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    pub fn with_step(self, step: f64) -> Result<Self, NumericalError> {
        if !(step > 0.0 && step.is_finite()) {
            return Err(NumericalError::Setting {
                what: "the step",
                value: step,
                allowed: "positive and finite",
            });
        }
        Ok(Self { step, ..self })
    }

    /// The step |hv|.
    ///
    /// ```
    /// # use rlct::{fisher::HessianOperator, loss::{Reading, PolynomialLoss}};
    /// let loss = PolynomialLoss::new(&["x^2".parse().unwrap()], Reading::Loss).unwrap();
    /// assert!((HessianOperator::new(&loss, &[1.0])?.step() - 6.06e-6).abs() < 1e-8);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn step(&self) -> f64 {
        self.step
    }

    /// The whole Hessian, d × d, made symmetric.
    ///
    /// # Errors
    /// [`NumericalError::TooLarge`] for d > 4096, [`NumericalError::Overflow`].
    ///
    /// ```
    /// # use rlct::{fisher::HessianOperator, loss::{Reading, PolynomialLoss}};
    /// let loss = PolynomialLoss::new(&["x*y".parse().unwrap()], Reading::Loss).unwrap();
    /// let h = HessianOperator::new(&loss, &[0.0, 0.0])?.matrix()?;
    /// assert!((h[(0, 1)] - 1.0).abs() < 1e-9 && h[(0, 0)].abs() < 1e-9);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    pub fn matrix(&mut self) -> Result<DMatrix<f64>, NumericalError> {
        const MOST: usize = 4096;
        let d = self.w.len();
        if d > MOST {
            return Err(NumericalError::TooLarge {
                what: "the number of parameters",
                limit: MOST,
                found: d,
            });
        }
        let mut matrix = DMatrix::zeros(d, d);
        let (mut unit, mut out) = (vec![0.0; d], vec![0.0; d]);
        for j in 0..d {
            unit[j] = 1.0;
            self.apply(&unit, &mut out);
            unit[j] = 0.0;
            matrix.set_column(j, &nalgebra::DVector::from_column_slice(&out));
        }
        if matrix.iter().any(|x| !x.is_finite()) {
            return Err(NumericalError::Overflow);
        }
        Ok((&matrix + matrix.transpose()) / 2.0)
    }
}

impl<L: Loss<f64> + ?Sized> Operator for HessianOperator<'_, L> {
    fn dimension(&self) -> usize {
        self.w.len()
    }

    fn apply(&mut self, v: &[f64], out: &mut [f64]) {
        let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        if norm == 0.0 {
            out.fill(0.0);
            return;
        }
        let h = self.step / norm;
        for (gradient, h) in [(&mut *out, h), (&mut self.other[..], -h)] {
            for ((moved, w), v) in self.moved.iter_mut().zip(&self.w).zip(v) {
                *moved = w + h * v;
            }
            self.loss.gradient(&self.moved, gradient, &mut self.scratch);
        }
        for (out, other) in out.iter_mut().zip(&self.other) {
            *out = (*out - other) / (2.0 * h);
        }
    }
}
