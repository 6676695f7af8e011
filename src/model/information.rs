//! Fisher information over ℚ.

use super::covariance::place;
use super::{
    FiniteOutcomes, GaussianCovariance, Inputs, Model, ModelError, Noise, PolynomialMeans,
    Regression,
};
use crate::algebra::{Polynomial, Rational, RationalMatrix};

/// Models whose Fisher information at a rational parameter is a rational matrix.
///
/// # Examples
///
/// ```
/// use rlct::algebra::Rational;
/// use rlct::model::{FiniteOutcomes, FisherInformation};
///
/// // a coin: 1/(p(1 − p))
/// let coin = FiniteOutcomes::parse(["p"], ["p", "1 - p"])?;
/// let quarter = Rational::ONE / Rational::from(4);
/// assert_eq!(coin.fisher_information(&[quarter])?.entry(0, 0).to_string(), "16/3");
/// # Ok::<(), rlct::model::ModelError>(())
/// ```
pub trait FisherInformation: Model {
    /// The matrix I(w) = E[∂ log p ∂ log pᵀ], d × d, which is also the Hessian at w of the
    /// divergence K from w:
    ///
    /// - finite outcomes: Σ_x ∂p_x ∂p_xᵀ / p_x;
    /// - regression: Σ_k J_kᵀ G J_k with the Gram matrix G of the monomials of the inputs;
    /// - means: JᵀJ for normal noise, Σ_j ∂c_j ∂c_jᵀ / c_j for Poisson noise;
    /// - covariances: I_ij = ½ tr(Σ⁻¹ ∂ᵢΣ Σ⁻¹ ∂ⱼΣ).
    ///
    /// # Errors
    /// Those of [`Model`]; [`ModelError::ZeroProbability`] where a probability or a Poisson mean
    /// that is not constant is 0.
    fn fisher_information(&self, w: &[Rational]) -> Result<RationalMatrix, ModelError>;
}

/// The gradient at a point.
fn slopes(p: &Polynomial, w: &[Rational]) -> Result<Vec<Rational>, ModelError> {
    (0..w.len())
        .map(|j| Ok(p.derivative(j).evaluate(w)?))
        .collect()
}

/// Σ rowsᵢ rowsᵢᵀ / valuesᵢ, where rows that are 0 are left out.
fn weighted(
    what: &'static str,
    rows: &[Vec<Rational>],
    values: &[Rational],
    d: usize,
) -> Result<RationalMatrix, ModelError> {
    let mut inverses = Vec::with_capacity(rows.len());
    for (index, (row, value)) in rows.iter().zip(values).enumerate() {
        if row.iter().all(Rational::is_zero) {
            inverses.push(Rational::ZERO);
        } else {
            inverses.push(
                value
                    .recip()
                    .ok_or(ModelError::ZeroProbability { what, index })?,
            );
        }
    }
    Ok(RationalMatrix::from_fn(d, d, |i, j| {
        let terms = rows.iter().zip(&inverses);
        terms
            .map(|(row, inverse)| &row[i] * &row[j] * inverse)
            .sum()
    }))
}

impl FisherInformation for FiniteOutcomes {
    fn fisher_information(&self, w: &[Rational]) -> Result<RationalMatrix, ModelError> {
        let probabilities = self.probabilities_at(w)?;
        let mut rows = Vec::with_capacity(self.weights().len());
        for q in self.weights() {
            rows.push(slopes(q, w)?);
        }
        // p = q/Z: ∂p = (∂q − p ∂Z)/Z
        let mut z = Rational::ZERO;
        for q in self.weights() {
            z += q.evaluate(w)?;
        }
        let total: Vec<Rational> = (0..w.len())
            .map(|j| rows.iter().map(|row| &row[j]).sum())
            .collect();
        for (row, p) in rows.iter_mut().zip(&probabilities) {
            for (x, t) in row.iter_mut().zip(&total) {
                *x = (&*x - &(p * t)) / &z;
            }
        }
        weighted("the probability of outcome", &rows, &probabilities, w.len())
    }
}

impl FisherInformation for PolynomialMeans {
    fn fisher_information(&self, w: &[Rational]) -> Result<RationalMatrix, ModelError> {
        let means = self.means_at(w)?;
        let mut rows = Vec::with_capacity(means.len());
        for c in self.means() {
            rows.push(slopes(c, w)?);
        }
        let values = match self.noise() {
            Noise::Normal => vec![Rational::ONE; means.len()],
            Noise::Poisson => means,
        };
        weighted("the Poisson mean", &rows, &values, w.len())
    }
}

impl FisherInformation for Regression {
    fn fisher_information(&self, w: &[Rational]) -> Result<RationalMatrix, ModelError> {
        self.domain().check(w)?;
        let d = w.len();
        let mut rows = Vec::with_capacity(self.coefficients().len());
        for c in self.coefficients() {
            rows.push(slopes(c, w)?);
        }
        let gram = self.gram();
        let jacobian = |block: &[Vec<Rational>]| {
            RationalMatrix::from_fn(block.len(), d, |i, j| block[i][j].clone())
        };
        let mut sum = RationalMatrix::from_fn(d, d, |_, _| Rational::ZERO);
        for block in rows.chunks_exact(gram.rows()) {
            let j = jacobian(block);
            // the shapes fit by construction
            let Ok(part) = gram.product(&j).and_then(|gj| j.transpose().product(&gj)) else {
                continue;
            };
            sum = RationalMatrix::from_fn(d, d, |i, k| sum.entry(i, k) + part.entry(i, k));
        }
        Ok(sum)
    }
}

impl FisherInformation for GaussianCovariance {
    fn fisher_information(&self, w: &[Rational]) -> Result<RationalMatrix, ModelError> {
        let (p, d) = (self.size(), w.len());
        let triangle = self.triangle_at(w)?;
        let full = |entries: &[Rational]| {
            RationalMatrix::from_fn(p, p, |i, j| entries[place(p, i, j)].clone())
        };
        let inverse = match full(&triangle).inverse() {
            Ok(Some(inverse)) => inverse,
            _ => return Err(ModelError::NotPositiveDefinite),
        };
        let mut factors = Vec::with_capacity(d);
        for j in 0..d {
            let mut slopes = Vec::with_capacity(triangle.len());
            for entry in self.entries() {
                slopes.push(entry.derivative(j).evaluate(w)?);
            }
            let Ok(factor) = inverse.product(&full(&slopes)) else {
                return Err(ModelError::NotPositiveDefinite);
            };
            factors.push(factor);
        }
        let half = Rational::ONE / Rational::from(2);
        Ok(RationalMatrix::from_fn(d, d, |i, j| {
            let pairs = (0..p).flat_map(|a| (0..p).map(move |b| (a, b)));
            let terms = pairs.map(|(a, b)| factors[i].entry(a, b) * factors[j].entry(b, a));
            &half * &terms.sum::<Rational>()
        }))
    }
}

impl Regression {
    /// The Gram matrix E[x^J x^J'] of the monomials of the inputs.
    fn gram(&self) -> RationalMatrix {
        let (features, inputs): (_, Inputs) = (self.features(), self.distribution());
        RationalMatrix::from_fn(features.len(), features.len(), |i, j| {
            let exponents = features[i].exponents().iter().zip(features[j].exponents());
            exponents.map(|(a, b)| inputs.moment(a + b)).product()
        })
    }
}
