//! Extreme eigenvalues without a matrix.

use super::{NumericalError, Operator};
use nalgebra::{DMatrix, SymmetricEigen};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;

/// The Lanczos method with full reorthogonalisation (Golub & Van Loan, *Matrix Computations*, 4th
/// ed., section 10.3): k products with the operator, memory of k + 2 vectors.
///
/// # Examples
///
/// ```
/// use nalgebra::DMatrix;
/// use rlct::fisher::{Lanczos, MatrixOperator};
///
/// let diagonal = DMatrix::from_fn(50, 50, |i, j| if i == j { (i * i) as f64 } else { 0.0 });
/// let spectrum = Lanczos::new(30).seed(1).run(&mut MatrixOperator::new(diagonal)?)?;
/// assert!((spectrum.largest() - 2401.0).abs() < 1e-8);
/// # Ok::<(), rlct::fisher::NumericalError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lanczos {
    steps: usize,
    seed: u64,
}

/// Ritz values of a Krylov space, each with an error bound.
///
/// # Examples
///
/// ```
/// use nalgebra::DMatrix;
/// use rlct::fisher::{Lanczos, MatrixOperator};
///
/// let ones = MatrixOperator::new(DMatrix::from_element(4, 4, 1.0))?;
/// let spectrum = Lanczos::new(4).run(&mut ones.clone())?;
/// assert!(spectrum.is_complete()); // two different eigenvalues, two steps
/// assert_eq!(spectrum.ritz_values().len(), 2);
/// # Ok::<(), rlct::fisher::NumericalError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LanczosSpectrum {
    ritz_values: Vec<f64>,
    errors: Vec<f64>,
    weights: Vec<f64>,
    complete: bool,
}

impl Lanczos {
    /// At most k steps, from a normal random vector of seed 0.
    ///
    /// ```
    /// # use rlct::fisher::Lanczos;
    /// assert_ne!(Lanczos::new(10), Lanczos::new(20));
    /// ```
    #[must_use]
    pub fn new(steps: usize) -> Self {
        Self { steps, seed: 0 }
    }

    /// With another seed.
    ///
    /// ```
    /// # use rlct::fisher::Lanczos;
    /// assert_ne!(Lanczos::new(10), Lanczos::new(10).seed(1));
    /// ```
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The Ritz values after min(k, d) steps, or fewer if the Krylov space is invariant.
    ///
    /// # Errors
    /// [`NumericalError::Setting`] for k = 0, [`NumericalError::NoSamples`] for d = 0,
    /// [`NumericalError::Overflow`] if a product is not finite.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{Lanczos, MatrixOperator};
    /// let mut zero = MatrixOperator::new(DMatrix::zeros(3, 3))?;
    /// assert_eq!(Lanczos::new(3).run(&mut zero)?.ritz_values(), [0.0]);
    /// assert!(Lanczos::new(0).run(&mut zero).is_err());
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    pub fn run<O: Operator + ?Sized>(
        &self,
        operator: &mut O,
    ) -> Result<LanczosSpectrum, NumericalError> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let start: Vec<f64> = (0..operator.dimension())
            .map(|_| StandardNormal.sample(&mut rng))
            .collect();
        self.run_from(operator, start)
    }

    /// As [`run`](Self::run), from a vector.
    pub(super) fn run_from<O: Operator + ?Sized>(
        &self,
        operator: &mut O,
        mut v: Vec<f64>,
    ) -> Result<LanczosSpectrum, NumericalError> {
        if self.steps == 0 {
            return Err(NumericalError::Setting {
                what: "the number of Lanczos steps",
                value: 0.0,
                allowed: "at least 1",
            });
        }
        let length = norm(&v);
        if length == 0.0 {
            return Err(NumericalError::NoSamples);
        }
        let mut basis: Vec<Vec<f64>> = Vec::new();
        let (mut diagonal, mut beside): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
        let mut out = vec![0.0; v.len()];
        v.iter_mut().for_each(|x| *x /= length);
        let most = self.steps.min(v.len());
        let mut scale = 0.0_f64;
        let complete = loop {
            operator.apply(&v, &mut out);
            if out.iter().any(|x| !x.is_finite()) {
                return Err(NumericalError::Overflow);
            }
            let alpha = dot(&v, &out);
            diagonal.push(alpha);
            basis.push(std::mem::take(&mut v));
            // twice is enough (Parlett, The Symmetric Eigenvalue Problem, section 6.9)
            for _ in 0..2 {
                for q in &basis {
                    let c = dot(q, &out);
                    out.iter_mut().zip(q).for_each(|(x, q)| *x -= c * q);
                }
            }
            let beta = norm(&out);
            scale = scale.max(alpha.abs()).max(beta);
            let invariant = beta <= f64::EPSILON * scale * basis.len() as f64 * 8.0;
            if invariant || basis.len() == most {
                let complete = invariant || basis.len() == out.len();
                beside.push(if complete { 0.0 } else { beta });
                break complete;
            }
            beside.push(beta);
            v = out.iter().map(|x| x / beta).collect();
        };
        let k = diagonal.len();
        let last = beside[k - 1];
        let tridiagonal = DMatrix::from_fn(k, k, |i, j| match i.abs_diff(j) {
            0 => diagonal[i],
            1 => beside[i.min(j)],
            _ => 0.0,
        });
        let eigen = SymmetricEigen::new(tridiagonal);
        let mut order: Vec<usize> = (0..k).collect();
        order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
        let take = |f: &dyn Fn(usize) -> f64| order.iter().map(|&i| f(i)).collect();
        Ok(LanczosSpectrum {
            ritz_values: take(&|i| eigen.eigenvalues[i]),
            errors: take(&|i| (last * eigen.eigenvectors[(k - 1, i)]).abs()),
            weights: take(&|i| eigen.eigenvectors[(0, i)].powi(2)),
            complete,
        })
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(v: &[f64]) -> f64 {
    dot(v, v).sqrt()
}

impl LanczosSpectrum {
    /// The Ritz values, largest first.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{Lanczos, MatrixOperator};
    /// let mut one = MatrixOperator::new(DMatrix::identity(2, 2))?;
    /// assert_eq!(Lanczos::new(2).run(&mut one)?.ritz_values().len(), 1);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn ritz_values(&self) -> &[f64] {
        &self.ritz_values
    }

    /// For each Ritz value θ a bound |β s|: some eigenvalue lies within this distance of θ (up to
    /// rounding).
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{Lanczos, MatrixOperator};
    /// let mut one = MatrixOperator::new(DMatrix::identity(2, 2))?;
    /// assert_eq!(Lanczos::new(2).run(&mut one)?.errors(), [0.0]);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn errors(&self) -> &[f64] {
        &self.errors
    }

    /// The squared components of the first vector along the Ritz vectors: weights of a Gauss
    /// quadrature, of sum 1.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{Lanczos, MatrixOperator};
    /// let mut one = MatrixOperator::new(DMatrix::identity(2, 2))?;
    /// assert_eq!(Lanczos::new(2).run(&mut one)?.weights(), [1.0]);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The largest Ritz value.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{Lanczos, MatrixOperator};
    /// let mut two = MatrixOperator::new(DMatrix::identity(2, 2) * 2.0)?;
    /// assert!((Lanczos::new(2).run(&mut two)?.largest() - 2.0).abs() < 1e-12);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn largest(&self) -> f64 {
        self.ritz_values.first().copied().unwrap_or(f64::NAN)
    }

    /// The smallest Ritz value.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{Lanczos, MatrixOperator};
    /// let mut two = MatrixOperator::new(DMatrix::identity(2, 2) * 2.0)?;
    /// assert!((Lanczos::new(2).run(&mut two)?.smallest() - 2.0).abs() < 1e-12);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn smallest(&self) -> f64 {
        self.ritz_values.last().copied().unwrap_or(f64::NAN)
    }

    /// Whether the Krylov space is invariant: with probability 1 the Ritz values are then all the
    /// different eigenvalues.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{Lanczos, MatrixOperator};
    /// let mut one = MatrixOperator::new(DMatrix::identity(3, 3))?;
    /// assert!(Lanczos::new(2).run(&mut one)?.is_complete());
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}
