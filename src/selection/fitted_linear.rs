//! What was fitted of factor analyses and reduced-rank regressions.

use super::factor_analysis::{FLOOR, FactorAnalysis};
use super::fitted::{Degeneracy, DescribedFamily, FittedModel, FittedParameter};
use super::reduced_rank::ReducedRankRegression;
use super::{FittedFamily, SelectionError};

impl DescribedFamily for FactorAnalysis {
    /// Loadings, variable by variable, then uniquenesses, of the standardised variables. Factors
    /// are such that LᵀD⁻¹L is diagonal and descending, not rotated; the
    /// loadings of each add up to a number that is not negative.
    fn fitted(&self) -> Result<Vec<FittedModel>, SelectionError> {
        let mut models = Vec::new();
        for (candidate, fit) in self.candidates()?.iter().zip(self.fits()) {
            let mut model = FittedModel::new(candidate.name());
            for (name, loadings) in self.names.iter().zip(&fit.loadings) {
                for (factor, value) in loadings.iter().enumerate() {
                    let loading = FittedParameter::new("loading", *value).of(name);
                    let part = format!("factor {}", factor + 1);
                    model.parameters.push(loading.within(part));
                }
            }
            for (name, value) in self.names.iter().zip(&fit.unique_variances) {
                model
                    .parameters
                    .push(FittedParameter::new("uniqueness", *value).of(name));
                if *value <= FLOOR {
                    model.degeneracies.push(Degeneracy::Heywood {
                        variable: name.clone(),
                        uniqueness: *value,
                    });
                }
            }
            models.push(model);
        }
        Ok(models)
    }
}

impl DescribedFamily for ReducedRankRegression {
    /// The coefficients BA, response by response, then the intercepts.
    fn fitted(&self) -> Result<Vec<FittedModel>, SelectionError> {
        let mut models = Vec::new();
        for (rank, candidate) in self.candidates()?.iter().enumerate() {
            let mut model = FittedModel::new(candidate.name());
            let (coefficients, intercepts) = self.coefficients(rank);
            for (response, row) in self.response_names().iter().zip(&coefficients) {
                for (predictor, value) in self.predictor_names().iter().zip(row) {
                    let coefficient = FittedParameter::new("coefficient", *value).of(response);
                    model.parameters.push(coefficient.within(predictor));
                }
            }
            for (response, value) in self.response_names().iter().zip(&intercepts) {
                model
                    .parameters
                    .push(FittedParameter::new("intercept", *value).of(response));
            }
            models.push(model);
        }
        Ok(models)
    }
}

#[cfg(test)]
mod tests {
    use crate::selection::{
        DataTable, DescribedFamily, FactorAnalysis, NoiseCovariance, ReducedRankRegression, Starts,
    };

    fn wave(seed: u32) -> Vec<f64> {
        (0..40)
            .map(|i| f64::from((i * i * seed + 5 * i) % 17) / 4.0)
            .collect()
    }

    #[test]
    fn loadings_and_uniquenesses_make_the_correlations() {
        let common = wave(3);
        let mixed = |seed: u32, share: f64| {
            let pairs = common.iter().zip(wave(seed));
            pairs.map(|(c, own)| share * c + own).collect::<Vec<f64>>()
        };
        let columns = [
            ("a", mixed(5, 2.0)),
            ("b", mixed(7, 2.5)),
            ("c", mixed(11, -3.0)),
        ];
        let data = DataTable::new(columns.clone()).unwrap();
        let family = FactorAnalysis::new(&data, None, &Starts::new()).unwrap();
        let one = &family.fitted().unwrap()[1];
        let values: Vec<f64> = one.parameters.iter().map(|p| p.value).collect();
        let (loadings, unique) = values.split_at(3);
        // three variables and one factor: the fit is exact
        let correlation = |x: &[f64], y: &[f64]| {
            let n = x.len() as f64;
            let mean = |x: &[f64]| x.iter().sum::<f64>() / n;
            let (mx, my) = (mean(x), mean(y));
            let sum = |f: &dyn Fn(usize) -> f64| (0..x.len()).map(f).sum::<f64>();
            let xy = sum(&|i| (x[i] - mx) * (y[i] - my));
            xy / (sum(&|i| (x[i] - mx).powi(2)) * sum(&|i| (y[i] - my).powi(2))).sqrt()
        };
        for i in 0..3 {
            assert!(
                (loadings[i].powi(2) + unique[i] - 1.0).abs() < 1e-3,
                "{values:?}"
            );
            for j in 0..i {
                let expected = correlation(&columns[i].1, &columns[j].1);
                assert!(
                    (loadings[i] * loadings[j] - expected).abs() < 1e-3,
                    "{values:?}"
                );
            }
        }
        assert!(loadings.iter().sum::<f64>() >= 0.0);
        assert_eq!(one.parameters[2].variable.as_deref(), Some("c"));
    }

    #[test]
    fn coefficients_of_full_rank_are_least_squares() {
        let (x1, x2) = (wave(3), wave(5));
        let response = |a: f64, b: f64, noise: u32| {
            let rows = x1.iter().zip(&x2).zip(wave(noise));
            rows.map(|((p, q), e)| a * p + b * q + 0.3 * e + 2.0)
                .collect::<Vec<f64>>()
        };
        let (y1, y2) = (response(1.0, -2.0, 7), response(0.5, 3.0, 11));
        let x = DataTable::new([("x1", x1.clone()), ("x2", x2.clone())]).unwrap();
        let y = DataTable::new([("y1", y1.clone()), ("y2", y2.clone())]).unwrap();
        for noise in [NoiseCovariance::Estimated, NoiseCovariance::Known(0.4)] {
            let family = ReducedRankRegression::new(&x, &y, noise).unwrap();
            let (full, intercepts) = family.coefficients(2);
            // residuals are orthogonal to the intercept and the predictors
            for (k, y) in [&y1, &y2].into_iter().enumerate() {
                let residual =
                    |i: usize| y[i] - intercepts[k] - full[k][0] * x1[i] - full[k][1] * x2[i];
                for column in [&vec![1.0; 40], &x1, &x2] {
                    let sum: f64 = (0..40).map(|i| residual(i) * column[i]).sum();
                    assert!(sum.abs() < 1e-9, "{sum}");
                }
            }
            let (one, intercepts) = family.coefficients(1);
            let determinant = one[0][0] * one[1][1] - one[0][1] * one[1][0];
            assert!(determinant.abs() < 1e-12, "{one:?}");
            // ℓ of rank 1 at these coefficients is the maximised one
            let residual = |y: &[f64], k: usize, i: usize| {
                y[i] - intercepts[k] - one[k][0] * x1[i] - one[k][1] * x2[i]
            };
            let sum = |f: &dyn Fn(usize) -> f64| (0..40).map(f).sum::<f64>();
            let s11 = sum(&|i| residual(&y1, 0, i).powi(2));
            let s22 = sum(&|i| residual(&y2, 1, i).powi(2));
            let s12 = sum(&|i| residual(&y1, 0, i) * residual(&y2, 1, i));
            let tau = std::f64::consts::TAU;
            let expected = match noise {
                NoiseCovariance::Estimated => {
                    let det = (s11 * s22 - s12 * s12) / 1600.0;
                    -20.0 * (2.0 * tau.ln() + det.ln() + 2.0)
                }
                NoiseCovariance::Known(sigma) => {
                    let v = sigma * sigma;
                    -40.0 * (tau * v).ln() - (s11 + s22) / (2.0 * v)
                }
            };
            assert!((family.log_likelihood(1) - expected).abs() < 1e-8);
        }
        let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated).unwrap();
        let rank_0 = &family.fitted().unwrap()[0];
        assert!(rank_0.parameters[..4].iter().all(|p| p.value.abs() < 1e-12));
    }
}
