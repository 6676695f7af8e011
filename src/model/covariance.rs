//! Centred Gaussian models whose covariance matrix is polynomial in the parameters.

use super::composite::{Composite, Head};
use super::divergence::excess;
use super::domain::{into_ring, parse_in};
use super::error::{at_least, at_most};
use super::generators::linear_basis;
use super::{Domain, Model, ModelError};
use crate::algebra::{Polynomial, Rational, Variables};
use crate::loss::Loss;
use nalgebra::{Cholesky, DMatrix};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Distribution, StandardNormal};

/// The model N(0, Σ(w)) in ℝᵖ with polynomial entries Σ(w)_ij over ℚ.
///
/// - ideal at w*: ⟨Σ(w)_ij − Σ(w*)_ij⟩;
/// - population loss: K(w) = ½(tr(Σ⁻¹Σ*) − log det(Σ⁻¹Σ*) − p), as a sum of divergences of each
///   variable given those before it, so that no digits cancel near the truth; +∞ where Σ is not
///   positive definite;
/// - data: n vectors, one after the other; sampled loss ½(log det Σ + tr(Σ⁻¹S)) with the second
///   moments S, without the constant p/2 · log 2π.
///
/// K and Σ gᵢ² are comparable near w*, K being a positive definite quadratic form in Σ − Σ* to
/// leading order. The loss on data allocates p × p matrices at each evaluation.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, model::{GaussianCovariance, Model, rational_point}};
/// // two variables whose correlation is a product
/// let model = GaussianCovariance::parse(["a", "b"], 2, ["1", "a*b", "1"])?;
/// let germ = model.germ(&rational_point(&[0.0, 0.0])?)?;
/// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 1/2, m = 2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GaussianCovariance {
    ring: Variables,
    size: usize,
    /// The upper triangle, row after row.
    entries: Vec<Polynomial>,
    domain: Domain,
}

impl GaussianCovariance {
    /// The model of p variables with this upper triangle of Σ, row after row (Σ₁₁, Σ₁₂, …, Σ₁ₚ,
    /// Σ₂₂, …).
    ///
    /// # Errors
    /// [`ModelError::Length`] unless there are p(p + 1)/2 entries, [`ModelError::TooSmall`] or
    /// [`ModelError::TooLarge`] for p outside 1‥64, [`ModelError::UnknownName`].
    ///
    /// ```
    /// # use rlct::{algebra::Variables, model::GaussianCovariance};
    /// let ring = Variables::new(["v"]).unwrap();
    /// assert!(GaussianCovariance::new(&ring, 2, &["v".parse().unwrap()]).is_err());
    /// ```
    pub fn new(ring: &Variables, size: usize, entries: &[Polynomial]) -> Result<Self, ModelError> {
        at_least("the number of parameters", 1, ring.len())?;
        at_least("the number of variables", 1, size)?;
        at_most("the number of variables", 64, size)?;
        if entries.len() != size * (size + 1) / 2 {
            return Err(ModelError::Length {
                what: "the upper triangle of the covariance matrix",
                expected: size * (size + 1) / 2,
                found: entries.len(),
            });
        }
        let entries = entries
            .iter()
            .map(|e| into_ring(e, ring))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            ring: ring.clone(),
            size,
            entries,
            domain: Domain::whole(ring),
        })
    }

    /// The model of a covariance matrix given as texts in these parameters.
    ///
    /// # Errors
    /// As [`new`](Self::new), [`ModelError::Variables`] and [`ModelError::Parse`].
    ///
    /// ```
    /// # use rlct::model::GaussianCovariance;
    /// assert_eq!(GaussianCovariance::parse(["v"], 1, ["v^2"])?.size(), 1);
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    pub fn parse<P: Into<String>, S: AsRef<str>>(
        parameters: impl IntoIterator<Item = P>,
        size: usize,
        entries: impl IntoIterator<Item = S>,
    ) -> Result<Self, ModelError> {
        let ring = Variables::new(parameters)?;
        let entries = parse_in(&ring, entries)?;
        Self::new(&ring, size, &entries)
    }

    /// The model on a domain.
    ///
    /// # Errors
    /// As [`Domain::parse`].
    ///
    /// ```
    /// # use rlct::model::{GaussianCovariance, Model};
    /// let model = GaussianCovariance::parse(["v"], 1, ["v"])?.on(["v"])?;
    /// assert!(model.ideal(&["-1".parse().unwrap()]).is_err());
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    pub fn on<S: AsRef<str>>(
        mut self,
        constraints: impl IntoIterator<Item = S>,
    ) -> Result<Self, ModelError> {
        self.domain = Domain::parse(&self.ring, constraints)?;
        Ok(self)
    }

    pub(super) fn on_domain(mut self, domain: Domain) -> Self {
        self.domain = domain;
        self
    }

    /// The number p of observed variables.
    ///
    /// ```
    /// # use rlct::model::GaussianCovariance;
    /// assert_eq!(GaussianCovariance::parse(["v"], 2, ["1", "v", "1"])?.size(), 2);
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    pub(super) fn entries(&self) -> &[Polynomial] {
        &self.entries
    }

    /// The exact upper triangle at a parameter, checked to be positive definite (Gaussian
    /// elimination over ℚ).
    pub(super) fn triangle_at(&self, w: &[Rational]) -> Result<Vec<Rational>, ModelError> {
        self.domain.check(w)?;
        let mut triangle = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            triangle.push(entry.evaluate(w)?);
        }
        let p = self.size;
        let mut rows: Vec<Vec<Rational>> = (0..p)
            .map(|i| (0..p).map(|j| triangle[place(p, i, j)].clone()).collect())
            .collect();
        for i in 0..p {
            if !rows[i][i].is_positive() {
                return Err(ModelError::NotPositiveDefinite);
            }
            let pivot = rows[i].clone();
            for row in &mut rows[i + 1..] {
                let factor = &row[i] / &pivot[i];
                for (entry, own) in row.iter_mut().zip(&pivot) {
                    *entry = &*entry - &(&factor * own);
                }
            }
        }
        Ok(triangle)
    }

    /// Σ* in floating point and its Cholesky factor.
    fn factor_at(&self, w: &[Rational]) -> Result<DMatrix<f64>, ModelError> {
        let triangle = self.triangle_at(w)?;
        let floats: Vec<f64> = triangle.iter().map(Rational::to_f64).collect();
        Cholesky::new(symmetric(self.size, &floats))
            .map(|c| c.l())
            .ok_or(ModelError::NotPositiveDefinite)
    }

    fn differences(&self, triangle: &[Rational]) -> Vec<Polynomial> {
        let pairs = self.entries.iter().zip(triangle);
        pairs
            .map(|(e, value)| e - &Polynomial::constant(&self.ring, value.clone()))
            .collect()
    }
}

/// Where entry (i, j) stands in the upper triangle.
pub(super) fn place(p: usize, i: usize, j: usize) -> usize {
    let (i, j) = (i.min(j), i.max(j));
    i * p - i * (i + 1) / 2 + j
}

fn symmetric(p: usize, triangle: &[f64]) -> DMatrix<f64> {
    DMatrix::from_fn(p, p, |i, j| triangle[place(p, i, j)])
}

/// Writes the derivative by the entries of the upper triangle, given the one by a full symmetric
/// matrix of p rows.
fn write_derivative(p: usize, full: impl Fn(usize, usize) -> f64, derivative: &mut [f64]) {
    for i in 0..p {
        for j in i..p {
            let both = if i == j { 1.0 } else { 2.0 };
            derivative[place(p, i, j)] = both * full(i, j);
        }
    }
}

/// The product of two matrices of p rows and columns, by rows.
fn product(
    p: usize,
    left: impl Fn(usize, usize) -> f64,
    right: impl Fn(usize, usize) -> f64,
    out: &mut [f64],
) {
    for (i, row) in out.chunks_exact_mut(p).enumerate() {
        for (j, entry) in row.iter_mut().enumerate() {
            *entry = (0..p).map(|k| left(i, k) * right(k, j)).sum();
        }
    }
}

impl Model for GaussianCovariance {
    type Data = Vec<f64>;

    fn parameters(&self) -> &Variables {
        &self.ring
    }

    fn domain(&self) -> &Domain {
        &self.domain
    }

    fn ideal(&self, truth: &[Rational]) -> Result<Vec<Polynomial>, ModelError> {
        Ok(linear_basis(self.differences(&self.triangle_at(truth)?)))
    }

    // K = 0 where Σ = Σ*, and is of second order there
    fn has_ideal_everywhere(&self) -> bool {
        true
    }

    fn population_loss(&self, truth: &[Rational]) -> Result<Box<dyn Loss<f64>>, ModelError> {
        let map = self.differences(&self.triangle_at(truth)?);
        let factor = self.factor_at(truth)?;
        let inverse_factor = factor
            .solve_lower_triangular(&DMatrix::identity(self.size, self.size))
            .ok_or(ModelError::NotPositiveDefinite)?;
        Ok(Box::new(Composite::at(
            truth,
            &map,
            &self.domain,
            Divergence { inverse_factor },
        )?))
    }

    /// ½(log det Σ* + p): the constant p/2 · log 2π is left out, as in the sampled loss.
    fn entropy(&self, truth: &[Rational]) -> Result<f64, ModelError> {
        let factor = self.factor_at(truth)?;
        let log_determinant: f64 = factor.diagonal().iter().map(|l| 2.0 * l.ln()).sum();
        Ok((log_determinant + self.size as f64) / 2.0)
    }

    fn sample(&self, truth: &[Rational], n: usize, seed: u64) -> Result<Vec<f64>, ModelError> {
        at_least("the number of samples", 1, n)?;
        let factor = self.factor_at(truth)?;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut data = Vec::with_capacity(n * self.size);
        for _ in 0..n {
            let z: Vec<f64> = (0..self.size)
                .map(|_| StandardNormal.sample(&mut rng))
                .collect();
            for i in 0..self.size {
                data.push((0..=i).map(|j| factor[(i, j)] * z[j]).sum());
            }
        }
        Ok(data)
    }

    fn sample_loss(&self, data: &Vec<f64>) -> Result<Box<dyn Loss<f64>>, ModelError> {
        let num_samples = data.len() / self.size;
        if num_samples == 0 {
            return Err(ModelError::NoSamples);
        }
        if data.len() != num_samples * self.size {
            return Err(ModelError::Length {
                what: "the data",
                expected: num_samples * self.size,
                found: data.len(),
            });
        }
        if let Some(index) = data.iter().position(|x| !x.is_finite()) {
            return Err(ModelError::NotFinite {
                what: "the data",
                index,
                value: data[index],
            });
        }
        let data = DMatrix::from_column_slice(self.size, num_samples, data);
        let head = Likelihood {
            moments: &data * data.transpose() / num_samples as f64,
            data,
        };
        Ok(Box::new(Composite::new(&self.entries, &self.domain, head)?))
    }
}

/// ½(tr(Σ⁻¹Σ*) − log det(Σ⁻¹Σ*) − p) as a function of Σ − Σ*.
///
/// With Σ* = LLᵀ and A = L⁻¹(Σ − Σ*)L⁻ᵀ it is the divergence of N(0, I + A) from N(0, I). By the
/// chain rule, with I + A = U diag(1 + e) Uᵀ for a unit lower triangle U and c the entries of U⁻¹
/// below the diagonal, it is ½ Σ_i [φ(−e_i/(1 + e_i)) + Σ_{j<i} c_ij²/(1 + e_i)] for φ(r) = r −
/// log(1 + r): variable i has, given those before it, a variance of 1 + e_i and a mean that is
/// linear in them. No summand is negative, and e_i = A_ii − Σ_{j<i} U_ij²(1 + e_j) needs no
/// difference from 1, so that nothing cancels near the truth.
#[derive(Debug)]
struct Divergence {
    /// L⁻¹.
    inverse_factor: DMatrix<f64>,
}

impl Divergence {
    /// out = M X Mᵀ for the square matrices M and X, by rows; `half` has as many entries.
    fn congruence(&self, is_transposed: bool, x: &[f64], half: &mut [f64], out: &mut [f64]) {
        let p = self.inverse_factor.nrows();
        let entry = |i: usize, j: usize| match is_transposed {
            true => self.inverse_factor[(j, i)],
            false => self.inverse_factor[(i, j)],
        };
        product(p, entry, |k, j| x[k * p + j], half);
        product(p, |i, k| half[i * p + k], |k, j| entry(j, k), out);
    }
}

impl Head for Divergence {
    fn scratch_len(&self) -> usize {
        let p = self.inverse_factor.nrows();
        3 * p * p + p
    }

    fn evaluate(
        &self,
        c: &[f64],
        _batch: Option<&[u32]>,
        derivative: Option<&mut [f64]>,
        scratch: &mut [f64],
    ) -> f64 {
        let p = self.inverse_factor.nrows();
        if c.iter().any(|x| !x.is_finite()) {
            return f64::INFINITY;
        }
        let (relative, scratch) = scratch.split_at_mut(p * p);
        let (factor, scratch) = scratch.split_at_mut(p * p);
        let (inverse, excesses) = scratch.split_at_mut(p * p);
        for i in 0..p {
            for j in 0..p {
                factor[i * p + j] = c[place(p, i, j)];
            }
        }
        self.congruence(false, factor, inverse, relative);
        let mut value = 0.0;
        for i in 0..p {
            // row i of U, and e_i
            let mut e = relative[i * p + i];
            for j in 0..i {
                let mut entry = relative[i * p + j];
                for k in 0..j {
                    entry -= factor[i * p + k] * factor[j * p + k] * (1.0 + excesses[k]);
                }
                factor[i * p + j] = entry / (1.0 + excesses[j]);
                e -= factor[i * p + j] * entry;
            }
            if e.is_nan() || e <= -1.0 {
                return f64::INFINITY;
            }
            excesses[i] = e;
            // row i of U⁻¹, whose diagonal is 1
            let mut squares = 0.0;
            for j in 0..i {
                let below: f64 = (j + 1..i)
                    .map(|k| factor[i * p + k] * inverse[k * p + j])
                    .sum();
                let entry = -(factor[i * p + j] + below);
                inverse[i * p + j] = entry;
                squares += entry * entry;
            }
            value += (excess(-e / (1.0 + e)) + squares / (1.0 + e)) / 2.0;
        }
        if let Some(derivative) = derivative {
            // ∂K/∂A = ½ (I + A)⁻¹ A (I + A)⁻¹, with (I + A)⁻¹ = U⁻ᵀ diag(1 + e)⁻¹ U⁻¹
            let lower = |i: usize, j: usize| match i == j {
                true => 1.0,
                false => inverse[i * p + j],
            };
            for i in 0..p {
                for j in 0..=i {
                    let entry: f64 = (i..p)
                        .map(|k| lower(k, i) * lower(k, j) / (1.0 + excesses[k]))
                        .sum();
                    factor[i * p + j] = entry;
                    factor[j * p + i] = entry;
                }
            }
            let (half, full) = (inverse, factor);
            product(p, |i, k| full[i * p + k], |k, j| relative[k * p + j], half);
            product(
                p,
                |i, k| half[i * p + k] / 2.0,
                |k, j| full[k * p + j],
                relative,
            );
            self.congruence(true, relative, half, full);
            write_derivative(p, |i, j| full[i * p + j], derivative);
        }
        value
    }
}

/// ½(log det Σ + tr(Σ⁻¹S)).
#[derive(Debug)]
struct Likelihood {
    /// p × n.
    data: DMatrix<f64>,
    /// S of all samples.
    moments: DMatrix<f64>,
}

impl Head for Likelihood {
    fn num_samples(&self) -> Option<usize> {
        Some(self.data.ncols())
    }

    /// The moments stand for all of them.
    fn cost_in_samples(&self) -> Option<usize> {
        Some(1)
    }

    fn evaluate(
        &self,
        c: &[f64],
        batch: Option<&[u32]>,
        derivative: Option<&mut [f64]>,
        _scratch: &mut [f64],
    ) -> f64 {
        let p = self.data.nrows();
        let Some(cholesky) = Cholesky::new(symmetric(p, c)) else {
            return f64::INFINITY;
        };
        let own;
        let moments = match batch {
            None => &self.moments,
            Some(batch) => {
                let columns: Vec<usize> = batch.iter().map(|i| *i as usize).collect();
                let chosen = self.data.select_columns(&columns);
                own = &chosen * chosen.transpose() / batch.len() as f64;
                &own
            }
        };
        let log_determinant: f64 = cholesky
            .l_dirty()
            .diagonal()
            .iter()
            .map(|l| 2.0 * l.ln())
            .sum();
        let solved = cholesky.solve(moments);
        if let Some(derivative) = derivative {
            // ½(Σ⁻¹ − Σ⁻¹SΣ⁻¹)
            let inverse = cholesky.inverse();
            let full = (&inverse - &solved * &inverse) / 2.0;
            write_derivative(p, |i, j| full[(i, j)], derivative);
        }
        (log_determinant + solved.trace()) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use nalgebra::SymmetricEigen;
    use proptest::prelude::*;

    /// K and its derivative by the full matrix Σ − Σ*, from the eigenvalues e of A: K = ½ Σ φ(−e/(1
    /// + e)), ∂K/∂Σ = ½ L⁻ᵀ V diag(e/(1 + e)²) Vᵀ L⁻¹.
    fn by_eigenvalues(inverse_factor: &DMatrix<f64>, c: &[f64]) -> (f64, Vec<f64>) {
        let relative =
            inverse_factor * symmetric(inverse_factor.nrows(), c) * inverse_factor.transpose();
        let spectrum = SymmetricEigen::new(relative);
        let value = spectrum
            .eigenvalues
            .iter()
            .map(|e| match *e > -1.0 {
                true => excess(-e / (1.0 + e)) / 2.0,
                false => f64::INFINITY,
            })
            .sum();
        let left = inverse_factor.transpose() * &spectrum.eigenvectors;
        let scaled =
            DMatrix::from_diagonal(&spectrum.eigenvalues.map(|e| e / (1.0 + e).powi(2) / 2.0));
        let mut derivative = vec![0.0; c.len()];
        let full = &left * scaled * left.transpose();
        write_derivative(full.nrows(), |i, j| full[(i, j)], &mut derivative);
        (value, derivative)
    }

    fn evaluate(head: &Divergence, c: &[f64]) -> (f64, Vec<f64>) {
        let mut scratch = vec![f64::NAN; head.scratch_len()];
        let mut derivative = vec![f64::NAN; c.len()];
        let alone = head.evaluate(c, None, None, &mut scratch);
        let value = head.evaluate(c, None, Some(&mut derivative), &mut scratch);
        assert_eq!(value.to_bits(), alone.to_bits());
        (value, derivative)
    }

    proptest! {
        #[test]
        fn conditionals_meet_eigenvalues(
            p in 1..=6_usize,
            entries in prop::collection::vec(-1.0..1.0_f64, 42),
            size in -8..=1_i32,
        ) {
            let half = p * (p + 1) / 2;
            let mut factor = DMatrix::identity(p, p);
            let mut next = entries.iter();
            for i in 0..p {
                for j in 0..i {
                    factor[(i, j)] = *next.next().unwrap();
                }
            }
            let inverse_factor = factor
                .solve_lower_triangular(&DMatrix::identity(p, p))
                .unwrap();
            let c: Vec<f64> = next.take(half).map(|x| x * 10_f64.powi(size)).collect();
            let head = Divergence { inverse_factor };
            let (value, derivative) = evaluate(&head, &c);
            let (expected, slope) = by_eigenvalues(&head.inverse_factor, &c);
            if expected.is_finite() && expected < 1e6 {
                assert_relative_eq!(value, expected, max_relative = 1e-7, epsilon = 1e-300);
                let scale = slope.iter().fold(0.0_f64, |s, x| s.max(x.abs()));
                for (a, b) in derivative.iter().zip(&slope) {
                    assert_abs_diff_eq!(a, b, epsilon = 1e-7 * scale);
                }
            } else if expected == f64::INFINITY {
                // a matrix at the border may be told to be on either side
                assert!(value > 1e3, "{value}");
            }
        }
    }

    #[test]
    fn nothing_cancels_near_the_truth() {
        // one variable: K = (e − log(1 + e))/2 at variance 1/(1 + e); two: a correlation r
        for size in [1e-2, 1e-9, 1e-120] {
            let head = Divergence {
                inverse_factor: DMatrix::identity(2, 2),
            };
            let (value, derivative) = evaluate(&head, &[0.0, size, 0.0]);
            // ½ log(1 − r²) + r²/(1 − r²)
            let square = size * size;
            let expected = (-square).ln_1p() / 2.0 + square / (1.0 - square);
            assert_relative_eq!(value, expected, max_relative = 1e-12, epsilon = 0.0);
            assert_relative_eq!(derivative[1], size, max_relative = 3.1 * square + 1e-12);
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_has_no_divergence() {
        let head = Divergence {
            inverse_factor: DMatrix::identity(2, 2),
        };
        for c in [
            [-1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
            [-2.0, 0.0, 0.0],
            [f64::NAN, 0.0, 0.0],
            [f64::INFINITY, 0.0, 0.0],
        ] {
            assert_eq!(evaluate(&head, &c).0, f64::INFINITY);
        }
    }
}
