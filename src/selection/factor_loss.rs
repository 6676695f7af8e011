//! The sampled loss of factor analysis, from the correlation matrix.

use crate::loss::Loss;
use nalgebra::{Cholesky, DMatrix, DVector};

/// L_n = ½(p log 2π + log det Σ + tr Σ⁻¹(S + μμᵀ)) + log J with Σ = D + LLᵀ.
///
/// Parameters: log Dᵢᵢ, μ, then L, column after column.
#[derive(Debug)]
pub(super) struct FactorLoss {
    correlations: DMatrix<f64>,
    factors: usize,
    num_samples: usize,
    constant: f64,
}

impl FactorLoss {
    pub(super) fn new(
        correlations: DMatrix<f64>,
        factors: usize,
        num_samples: usize,
        log_scale: f64,
    ) -> Self {
        let p = correlations.nrows() as f64;
        Self {
            correlations,
            factors,
            num_samples,
            constant: p / 2.0 * std::f64::consts::TAU.ln() + log_scale,
        }
    }

    fn evaluate(&self, w: &[f64], gradient: Option<&mut [f64]>) -> f64 {
        let p = self.correlations.nrows();
        let (logs, rest) = w.split_at(p);
        let (mean, loadings) = rest.split_at(p);
        let loadings = DMatrix::from_column_slice(p, self.factors, loadings);
        let mean = DVector::from_column_slice(mean);
        let mut covariance = &loadings * loadings.transpose();
        for (i, log) in logs.iter().enumerate() {
            covariance[(i, i)] += log.exp();
        }
        if covariance.iter().any(|x| !x.is_finite()) {
            return f64::INFINITY;
        }
        let Some(cholesky) = Cholesky::new(covariance) else {
            return f64::INFINITY;
        };
        let diagonal = cholesky.l_dirty().diagonal();
        let log_determinant: f64 = diagonal.iter().map(|l| 2.0 * l.ln()).sum();
        let inverse = cholesky.inverse();
        let moments = &self.correlations + &mean * mean.transpose();
        let solved = &inverse * moments;
        if let Some(gradient) = gradient {
            // Σ⁻¹ − Σ⁻¹(S + μμᵀ)Σ⁻¹, twice the derivative by Σ
            let slope = &inverse - &solved * &inverse;
            for (i, log) in logs.iter().enumerate() {
                gradient[i] = slope[(i, i)] * log.exp() / 2.0;
            }
            let (to_mean, to_loadings) = gradient[p..].split_at_mut(p);
            to_mean.copy_from_slice((&inverse * mean).as_slice());
            to_loadings.copy_from_slice((slope * loadings).as_slice());
        }
        self.constant + (log_determinant + solved.trace()) / 2.0
    }
}

impl Loss<f64> for FactorLoss {
    fn dimension(&self) -> usize {
        self.correlations.nrows() * (2 + self.factors)
    }

    fn num_samples(&self) -> Option<usize> {
        Some(self.num_samples)
    }

    fn value(&self, w: &[f64], _scratch: &mut [f64]) -> f64 {
        self.evaluate(w, None)
    }

    fn gradient(&self, w: &[f64], gradient: &mut [f64], _scratch: &mut [f64]) -> f64 {
        self.evaluate(w, Some(gradient))
    }
}

#[cfg(test)]
mod tests {
    use crate::selection::{DataTable, FactorAnalysis, FittedFamily, SampledFamily, Starts};
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;
    use rand_distr::{Distribution, StandardNormal};

    /// Two factors of three variables each.
    fn family() -> FactorAnalysis {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut normal = move || -> f64 { StandardNormal.sample(&mut rng) };
        let mut columns = vec![Vec::new(); 6];
        for _ in 0..60 {
            let factors = [normal(), normal()];
            for (j, column) in columns.iter_mut().enumerate() {
                column.push(factors[j / 3] + 0.3 * factors[j % 2] + 0.8 * normal());
            }
        }
        let columns = columns.into_iter().zip(["a", "b", "c", "d", "e", "f"]);
        let data = DataTable::new(columns.map(|(column, name)| (name, column))).unwrap();
        FactorAnalysis::new(&data, Some(2), &Starts::new()).unwrap()
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let family = family();
        for factors in 0..=2 {
            let loss = family.loss(factors).unwrap();
            let d = loss.dimension();
            let w: Vec<f64> = (0..d)
                .map(|i| ((i * 13 + 5) % 11) as f64 / 9.0 - 0.5)
                .collect();
            let mut gradient = vec![0.0; d];
            loss.gradient(&w, &mut gradient, &mut []);
            for i in 0..d {
                let at = |step: f64| {
                    let mut moved = w.clone();
                    moved[i] += step;
                    loss.value(&moved, &mut [])
                };
                let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!(
                    (slope - gradient[i]).abs() < 1e-7 * (1.0 + slope.abs()),
                    "{factors} {i}"
                );
            }
        }
    }

    /// Gradient descent, which shares nothing with ECME, ends at the same likelihood.
    #[test]
    fn the_least_loss_is_the_maximised_likelihood() {
        let family = family();
        for (factors, candidate) in family.candidates().unwrap().iter().enumerate() {
            let fit = &family.fits()[factors];
            assert!(
                fit.convergence.converged > 0 && !fit.convergence.on_boundary,
                "{fit:?}"
            );
            let loss = family.loss(factors).unwrap();
            let d = loss.dimension();
            let mut w: Vec<f64> = (0..d)
                .map(|i| ((i * 7 + 3) % 5) as f64 / 5.0 - 0.4)
                .collect();
            let mut gradient = vec![0.0; d];
            for _ in 0..20_000 {
                loss.gradient(&w, &mut gradient, &mut []);
                for (x, g) in w.iter_mut().zip(&gradient) {
                    *x -= 0.05 * g;
                }
            }
            let least = -60.0 * loss.value(&w, &mut []);
            let maximum = candidate.log_likelihood();
            assert!(
                (least - maximum).abs() < 1e-3,
                "{factors}: {least} {maximum}"
            );
        }
    }
}
