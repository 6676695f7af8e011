//! Traces and spectral densities from random vectors.

use super::{Lanczos, NumericalError, Operator};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use serde::Serialize;
use std::f64::consts::PI;

/// A trace with its standard error.
///
/// # Examples
///
/// ```
/// use nalgebra::DMatrix;
/// use rlct::fisher::{MatrixOperator, trace};
///
/// // exact for diagonal matrices
/// let estimate = trace(&mut MatrixOperator::new(DMatrix::identity(5, 5))?, 4, 1)?;
/// assert_eq!((estimate.mean, estimate.standard_error), (5.0, 0.0));
/// # Ok::<(), rlct::fisher::NumericalError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TraceEstimate {
    /// The mean of zᵀAz over the probes.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// The trace of an operator by Hutchinson's estimator (1990): the mean of zᵀAz over probes z of
/// independent signs, which is unbiased with variance 2 Σ_{i≠j} A_ij².
///
/// # Errors
/// [`NumericalError::Setting`] for fewer than two probes, [`NumericalError::NoSamples`] for d = 0,
/// [`NumericalError::Overflow`].
///
/// # Examples
///
/// ```
/// use nalgebra::DMatrix;
/// use rlct::fisher::{MatrixOperator, trace};
///
/// let matrix = DMatrix::from_fn(30, 30, |i, j| 1.0 / (1.0 + i.abs_diff(j) as f64));
/// let estimate = trace(&mut MatrixOperator::new(matrix)?, 200, 1)?;
/// assert!((estimate.mean - 30.0).abs() < 4.0 * estimate.standard_error);
/// # Ok::<(), rlct::fisher::NumericalError>(())
/// ```
pub fn trace<O: Operator + ?Sized>(
    operator: &mut O,
    probes: usize,
    seed: u64,
) -> Result<TraceEstimate, NumericalError> {
    if probes < 2 {
        return Err(NumericalError::Setting {
            what: "the number of probes",
            value: probes as f64,
            allowed: "at least 2",
        });
    }
    let d = operator.dimension();
    if d == 0 {
        return Err(NumericalError::NoSamples);
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut out = vec![0.0; d];
    let mut values = Vec::with_capacity(probes);
    for _ in 0..probes {
        let z = signs(d, &mut rng);
        operator.apply(&z, &mut out);
        let value: f64 = z.iter().zip(&out).map(|(z, a)| z * a).sum();
        if !value.is_finite() {
            return Err(NumericalError::Overflow);
        }
        values.push(value);
    }
    let mean = values.iter().sum::<f64>() / probes as f64;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    let variance = squares / (probes as f64 - 1.0);
    Ok(TraceEstimate {
        mean,
        standard_error: (variance / probes as f64).sqrt(),
    })
}

/// Independent signs ±1.
fn signs(d: usize, rng: &mut ChaCha8Rng) -> Vec<f64> {
    (0..d)
        .map(|_| if rng.random::<bool>() { 1.0 } else { -1.0 })
        .collect()
}

/// The spectral density of an operator by stochastic Lanczos quadrature (Ubaru, Chen & Saad, SIAM
/// J. Matrix Anal. Appl. 38 (2017) 1075–1099): nodes θ and weights of sum 1, so that Σ weight ·
/// f(θ) ≈ tr f(A)/d.
///
/// # Examples
///
/// ```
/// use nalgebra::DMatrix;
/// use rlct::fisher::{MatrixOperator, SpectralDensity};
///
/// // half of the eigenvalues are 0, half are 3
/// let matrix = DMatrix::from_fn(40, 40, |i, j| if i == j { 3.0 * (i % 2) as f64 } else { 0.0 });
/// let density = SpectralDensity::of(&mut MatrixOperator::new(matrix)?, 10, 8, 1)?;
/// assert!((density.share(1.5, 4.0) - 0.5).abs() < 1e-9);
/// # Ok::<(), rlct::fisher::NumericalError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpectralDensity {
    nodes: Vec<(f64, f64)>,
}

impl SpectralDensity {
    /// From `probes` Lanczos runs of `steps` steps, from vectors of independent signs.
    ///
    /// # Errors
    /// As [`Lanczos::run`], and [`NumericalError::Setting`] for no probes.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{MatrixOperator, SpectralDensity};
    /// let mut one = MatrixOperator::new(DMatrix::identity(3, 3))?;
    /// assert!(SpectralDensity::of(&mut one, 3, 0, 0).is_err());
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    pub fn of<O: Operator + ?Sized>(
        operator: &mut O,
        steps: usize,
        probes: usize,
        seed: u64,
    ) -> Result<Self, NumericalError> {
        if probes == 0 {
            return Err(NumericalError::Setting {
                what: "the number of probes",
                value: 0.0,
                allowed: "at least 1",
            });
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut nodes = Vec::new();
        for _ in 0..probes {
            let start = signs(operator.dimension(), &mut rng);
            let run = Lanczos::new(steps).run_from(operator, start)?;
            let weights = run.weights().iter().map(|w| w / probes as f64);
            nodes.extend(run.ritz_values().iter().copied().zip(weights));
        }
        nodes.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(Self { nodes })
    }

    /// Nodes with their weights, smallest node first.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{MatrixOperator, SpectralDensity};
    /// let mut one = MatrixOperator::new(DMatrix::identity(3, 3))?;
    /// assert_eq!(SpectralDensity::of(&mut one, 3, 2, 0)?.nodes().len(), 2);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn nodes(&self) -> &[(f64, f64)] {
        &self.nodes
    }

    /// The share of eigenvalues between two numbers.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{MatrixOperator, SpectralDensity};
    /// let mut one = MatrixOperator::new(DMatrix::identity(3, 3))?;
    /// assert!((SpectralDensity::of(&mut one, 3, 2, 0)?.share(0.5, 1.5) - 1.0).abs() < 1e-12);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn share(&self, from: f64, to: f64) -> f64 {
        let inside = self.nodes.iter().filter(|(x, _)| (from..=to).contains(x));
        inside.map(|(_, weight)| weight).sum()
    }

    /// The k-th moment Σ weight · θᵏ ≈ tr Aᵏ/d.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{MatrixOperator, SpectralDensity};
    /// let mut two = MatrixOperator::new(DMatrix::identity(3, 3) * 2.0)?;
    /// assert!((SpectralDensity::of(&mut two, 3, 2, 0)?.moment(2) - 4.0).abs() < 1e-12);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn moment(&self, k: i32) -> f64 {
        self.nodes
            .iter()
            .map(|(x, weight)| weight * x.powi(k))
            .sum()
    }

    /// The density at x, each node spread to a normal distribution of this width.
    ///
    /// ```
    /// # use nalgebra::DMatrix;
    /// # use rlct::fisher::{MatrixOperator, SpectralDensity};
    /// let mut one = MatrixOperator::new(DMatrix::identity(3, 3))?;
    /// let density = SpectralDensity::of(&mut one, 3, 2, 0)?;
    /// assert!(density.smoothed(1.0, 0.1) > 3.9 && density.smoothed(2.0, 0.1) < 1e-20);
    /// # Ok::<(), rlct::fisher::NumericalError>(())
    /// ```
    #[must_use]
    pub fn smoothed(&self, x: f64, width: f64) -> f64 {
        let bump = |node: f64| (-0.5 * ((x - node) / width).powi(2)).exp();
        let sum: f64 = self.nodes.iter().map(|(node, w)| w * bump(*node)).sum();
        sum / (width * (2.0 * PI).sqrt())
    }
}
