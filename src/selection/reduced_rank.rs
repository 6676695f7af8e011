//! Reduced-rank regression, fitted exactly.

use super::reduced_rank_loss::RankLoss;
use super::{Candidate, DataTable, FittedFamily, PairCoefficient, SampledFamily, SelectionError};
use crate::closed_form;
use crate::loss::Loss;
use nalgebra::DMatrix;

/// What is known of the covariance of the noise of a regression.
///
/// # Examples
///
/// ```
/// use rlct::selection::NoiseCovariance;
///
/// assert_eq!(NoiseCovariance::default(), NoiseCovariance::Estimated);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum NoiseCovariance {
    /// The covariance of the noise is any positive definite matrix, and estimated: N(N+1)/2 further
    /// parameters. Nothing then depends on the units of the responses.
    #[default]
    Estimated,
    /// The noise is N(0, σ² I) with this σ.
    Known(f64),
}

/// Reduced-rank regression y = c + B A x + ε of every rank from 0 to min(M, N): M predictors, N
/// responses, an intercept c, and noise ε ~ N(0, Σ), Σ estimated or known.
///
/// The maximum of the likelihood is exact. With Σ estimated, ℓ_r = −n/2 (N log 2π + N + log det
/// S_yy + Σ_{j ≤ r} log(1 − ρⱼ²)) with the canonical correlations ρⱼ; with Σ = σ² I, ℓ_r = −nN/2
/// log 2πσ² − (|Y|² − Σ_{j ≤ r} sⱼ²)/(2σ²) with the singular values sⱼ of the fitted responses.
///
/// # Learning coefficients
/// For the model of rank i at a truth of rank j, (λ, m) is that of
/// [`closed_form::reduced_rank`]`(M, N, i, j)`, exact, plus half the number of the other
/// parameters: N for the intercept and N(N+1)/2 for Σ where it is estimated. For K is the sum
/// KL(N(0, Σ*) ‖ N(0, Σ)) + ½ E|Σ^{−1/2}(c − c* + (BA − W*)x)|², whose summands are not negative;
/// near the truth Σ^{−1/2} is bounded above and below, and c can be shifted by (BA − W*)·E x. So K
/// is comparable with |Σ − Σ*|² + |c − c*|² + |BA − W*|², and the coefficients add. The same number
/// is added to every λ; no comparison of ranks depends on it.
///
/// # Prior of WBIC
/// Predictors are whitened to unit covariance; responses are whitened likewise (Σ estimated) or
/// divided by σ. There every entry of A, B and c, the logarithms of the diagonal and the other
/// entries of the triangular T with TᵀT = Σ^{−1} are N(0, s²), where s² is the greatest
/// singular value of the least-squares fit, but at least 1: a product BA of the size of the fit is
/// no outlier.
///
/// # References
/// Anderson 1951, Annals of Mathematical Statistics 22, 327–351; Izenman 1975, Journal of
/// Multivariate Analysis 5, 248–264, for the fit.
///
/// # Examples
///
/// ```
/// use rlct::selection::{DataTable, FittedFamily, NoiseCovariance, ReducedRankRegression};
///
/// let predictors = DataTable::new([("x", vec![0.0, 1.0, 2.0, 3.0, 4.0])])?;
/// let responses = DataTable::new([("y", vec![0.1, 0.9, 2.2, 2.8, 4.1])])?;
/// let noise = NoiseCovariance::Known(0.2);
/// let family = ReducedRankRegression::new(&predictors, &responses, noise)?;
/// let [rank_0, rank_1] = &family.candidates()?[..] else { panic!("two ranks") };
/// assert_eq!((rank_0.dimension(), rank_1.dimension()), (1, 2));
/// assert!(rank_1.log_likelihood() > rank_0.log_likelihood());
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ReducedRankRegression {
    num_samples: usize,
    /// S_xy in whitened coordinates, M × N.
    cross: DMatrix<f64>,
    /// S_yy in the coordinates of the loss.
    responses: DMatrix<f64>,
    /// Descending.
    singular_values: Vec<f64>,
    noise: NoiseCovariance,
    /// log |dy/dỹ| of the change of coordinates of one response.
    log_jacobian: f64,
    inputs: Side,
    outputs: Side,
}

/// The columns of one side in the units of the data.
#[derive(Debug, Clone, PartialEq)]
struct Side {
    names: Vec<String>,
    means: Vec<f64>,
    /// The rows of x − x̄ are those of the coordinates of the fit times this.
    units: DMatrix<f64>,
}

impl Side {
    fn new(table: &DataTable, units: DMatrix<f64>) -> Self {
        let n = table.num_rows() as f64;
        let columns = (0..table.num_columns()).map(|j| table.column(j));
        Self {
            names: table.names().to_vec(),
            means: columns
                .map(|column| column.iter().map(|x| x / n).sum())
                .collect(),
            units,
        }
    }
}

impl ReducedRankRegression {
    /// Fits every rank.
    ///
    /// # Errors
    /// [`SelectionError::Ragged`] for tables of different lengths, [`SelectionError::SameColumn`]
    /// for a column on both sides, [`SelectionError::TooFewRows`] for n < M + N + 1 (n < M + 2 with
    /// known noise), [`SelectionError::Constant`] and [`SelectionError::Collinear`] for columns
    /// without information, [`SelectionError::PerfectFit`] for responses without noise,
    /// [`SelectionError::Setting`] for σ not positive.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, NoiseCovariance};
    /// # use rlct::selection::{ReducedRankRegression, SelectionError};
    /// let x = DataTable::new([("x", vec![0.0, 1.0, 2.0, 3.0])])?;
    /// let y = DataTable::new([("y", vec![0.0, 2.0, 4.0, 6.0])])?;
    /// let error = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated).unwrap_err();
    /// assert_eq!(error, SelectionError::PerfectFit);
    /// # Ok::<(), SelectionError>(())
    /// ```
    pub fn new(
        predictors: &DataTable,
        responses: &DataTable,
        noise: NoiseCovariance,
    ) -> Result<Self, SelectionError> {
        let num_samples = predictors.num_rows();
        if responses.num_rows() != num_samples {
            return Err(SelectionError::Ragged {
                column: responses.names()[0].clone(),
                expected: num_samples,
                found: responses.num_rows(),
            });
        }
        let names = predictors.names();
        if let Some(name) = responses.names().iter().find(|name| names.contains(name)) {
            return Err(SelectionError::SameColumn { name: name.clone() });
        }
        let (inputs, outputs) = (predictors.num_columns(), responses.num_columns());
        let least = match noise {
            NoiseCovariance::Estimated => inputs + outputs + 1,
            NoiseCovariance::Known(_) => inputs + 2,
        };
        if num_samples < least {
            return Err(SelectionError::TooFewRows {
                model: format!("a regression of {outputs} responses on {inputs} predictors"),
                least,
                found: num_samples,
            });
        }
        let x = Whitened::new(predictors)?;
        let n = num_samples as f64;
        let (cross, gram, log_jacobian, units) = match noise {
            NoiseCovariance::Estimated => {
                let y = Whitened::new(responses)?;
                let cross = x.basis.tr_mul(&y.basis);
                let gram = DMatrix::identity(outputs, outputs);
                (cross, gram, y.log_scale, y.units)
            }
            NoiseCovariance::Known(sigma) => {
                if !(sigma > 0.0 && sigma.is_finite()) {
                    return Err(SelectionError::Setting {
                        what: "the noise's standard deviation",
                        expected: "positive and finite".into(),
                        found: sigma,
                    });
                }
                let (columns, deviations) = responses.standardised()?;
                let mut y = matrix(&columns);
                for (mut column, deviation) in y.column_iter_mut().zip(&deviations) {
                    column *= deviation / sigma / n.sqrt();
                }
                let cross = x.basis.tr_mul(&y);
                let units = DMatrix::identity(outputs, outputs) * sigma;
                let log_jacobian = outputs as f64 * sigma.ln();
                (cross, y.tr_mul(&y), log_jacobian, units)
            }
        };
        let mut singular_values: Vec<f64> = cross.singular_values().iter().copied().collect();
        singular_values.sort_by(|a, b| b.total_cmp(a));
        let perfect = |rho: &f64| 1.0 - rho * rho < 1e-12;
        if noise == NoiseCovariance::Estimated && singular_values.iter().any(perfect) {
            return Err(SelectionError::PerfectFit);
        }
        Ok(Self {
            num_samples,
            cross,
            responses: gram,
            singular_values,
            noise,
            log_jacobian,
            inputs: Side::new(predictors, x.units),
            outputs: Side::new(responses, units),
        })
    }

    /// The canonical correlations of predictors and responses, descending; with known noise the
    /// singular values of the fitted responses, divided by σ√n.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression};
    /// # let x = DataTable::new([("x", vec![1.0, -1.0, 1.0, -1.0])])?;
    /// # let y = DataTable::new([("y", vec![2.0, -2.0, 0.0, 0.0])])?;
    /// let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated)?;
    /// assert!((family.singular_values()[0] - 0.5_f64.sqrt()).abs() < 1e-12);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn singular_values(&self) -> &[f64] {
        &self.singular_values
    }

    /// The maximised log-likelihood ℓ_r of a rank; ranks above min(M, N) do not raise it further.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression};
    /// # let x = DataTable::new([("x", vec![1.0, -1.0, 1.0, -1.0])])?;
    /// # let y = DataTable::new([("y", vec![2.0, -2.0, 0.0, 0.0])])?;
    /// let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated)?;
    /// let gain = family.log_likelihood(1) - family.log_likelihood(0);
    /// assert!((gain - 2.0 * 2_f64.ln()).abs() < 1e-12); // −n/2 log(1 − ρ²)
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn log_likelihood(&self, rank: usize) -> f64 {
        let n = self.num_samples as f64;
        let outputs = self.responses.nrows() as f64;
        let fitted = self.singular_values.iter().take(rank);
        let quadratic = match self.noise {
            NoiseCovariance::Estimated => {
                outputs + fitted.map(|rho| (-rho * rho).ln_1p()).sum::<f64>()
            }
            NoiseCovariance::Known(_) => {
                self.responses.trace() - fitted.map(|s| s * s).sum::<f64>()
            }
        };
        let constant = outputs * std::f64::consts::TAU.ln() + 2.0 * self.log_jacobian;
        -n / 2.0 * (constant + quadratic)
    }

    /// The names of the predictors.
    #[must_use]
    pub fn predictor_names(&self) -> &[String] {
        &self.inputs.names
    }

    /// The names of the responses.
    #[must_use]
    pub fn response_names(&self) -> &[String] {
        &self.outputs.names
    }

    /// The maximum-likelihood BA, a row for each response with an entry for each predictor, and the
    /// intercepts c, in the units of the data; ranks above min(M, N) are that.
    #[must_use]
    pub fn coefficients(&self, rank: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
        let (inputs, outputs) = self.cross.shape();
        let svd = self.cross.clone().svd(true, true);
        let mut order: Vec<usize> = (0..svd.singular_values.len()).collect();
        order.sort_by(|a, b| svd.singular_values[*b].total_cmp(&svd.singular_values[*a]));
        let mut kept = DMatrix::zeros(inputs, outputs);
        if let (Some(u), Some(v)) = (&svd.u, &svd.v_t) {
            for &j in order.iter().take(rank) {
                kept += u.column(j) * v.row(j) * svd.singular_values[j];
            }
        }
        // the predictors' coordinates were found to be independent
        let inverse = self.inputs.units.clone().try_inverse();
        let inverse = inverse.unwrap_or_else(|| DMatrix::zeros(inputs, inputs));
        let all = inverse * kept * &self.outputs.units;
        let rows: Vec<Vec<f64>> = all
            .column_iter()
            .map(|w| w.iter().copied().collect())
            .collect();
        let intercepts = rows.iter().zip(&self.outputs.means).map(|(row, mean)| {
            let pairs = row.iter().zip(&self.inputs.means);
            mean - pairs.map(|(w, x)| w * x).sum::<f64>()
        });
        let intercepts = intercepts.collect();
        (rows, intercepts)
    }

    /// The number of parameters besides BA: intercept and noise.
    fn regular_parameters(&self) -> usize {
        let outputs = self.responses.nrows();
        match self.noise {
            NoiseCovariance::Estimated => outputs + outputs * (outputs + 1) / 2,
            NoiseCovariance::Known(_) => outputs,
        }
    }
}

impl FittedFamily for ReducedRankRegression {
    fn num_samples(&self) -> usize {
        self.num_samples
    }

    fn candidates(&self) -> Result<Vec<Candidate>, SelectionError> {
        let (inputs, outputs) = self.cross.shape();
        let regular = self.regular_parameters();
        let pair = |rank: usize, truth: usize| -> Result<PairCoefficient, SelectionError> {
            if rank == 0 {
                return Ok(PairCoefficient::regular(regular));
            }
            let value = closed_form::reduced_rank(inputs, outputs, rank, truth)?;
            Ok(PairCoefficient::from(&value).with_regular(regular))
        };
        let candidate = |rank: usize| {
            let dimension = regular + rank * (inputs + outputs - rank);
            let name = format!("rank {rank}");
            let own = pair(rank, rank)?;
            let new = Candidate::new(name, self.log_likelihood(rank), dimension, own);
            (0..rank).try_fold(new, |new, truth| {
                Ok(new.with_submodel(truth, pair(rank, truth)?))
            })
        };
        (0..=inputs.min(outputs)).map(candidate).collect()
    }
}

impl SampledFamily for ReducedRankRegression {
    fn loss(&self, rank: usize) -> Result<Box<dyn Loss<f64>>, SelectionError> {
        let (inputs, outputs) = self.cross.shape();
        if rank > inputs.min(outputs) {
            return Err(SelectionError::Setting {
                what: "the rank",
                expected: format!("at most {}", inputs.min(outputs)),
                found: rank as f64,
            });
        }
        Ok(Box::new(RankLoss::new(
            &self.cross,
            &self.responses,
            rank,
            self.num_samples,
            self.noise == NoiseCovariance::Estimated,
            self.log_jacobian,
        )))
    }

    fn prior_deviation(&self) -> f64 {
        self.singular_values
            .iter()
            .fold(1.0_f64, |top, s| top.max(*s))
            .sqrt()
    }

    fn prior_coordinates(&self) -> &'static str {
        match self.noise {
            NoiseCovariance::Estimated => {
                "the entries of A, B and c, the logarithms of the diagonal and the other entries of \
                 the triangular T with TᵀT = Σ⁻¹, of variables whitened by the data"
            }
            NoiseCovariance::Known(_) => {
                "the entries of A, B and c, of predictors whitened by the data and responses \
                 divided by σ"
            }
        }
    }
}

/// An orthonormal basis of centred columns.
pub(super) struct Whitened {
    /// n × columns.
    basis: DMatrix<f64>,
    /// ½ log det of the columns' covariance.
    log_scale: f64,
    /// The rows of the centred columns are those of √n · basis times this.
    units: DMatrix<f64>,
}

impl Whitened {
    pub(super) fn new(table: &DataTable) -> Result<Self, SelectionError> {
        let (columns, deviations) = table.standardised()?;
        let n = table.num_rows() as f64;
        let (basis, triangle) = (matrix(&columns) / n.sqrt()).qr().unpack();
        let diagonal = triangle.diagonal();
        // the share of the column's deviation that the others leave
        if let Some(place) = diagonal.iter().position(|r| r.abs() < 1e-7) {
            return Err(SelectionError::Collinear {
                column: table.names()[place].clone(),
            });
        }
        let scales = diagonal.iter().zip(&deviations);
        let mut units = triangle.clone();
        for (mut column, deviation) in units.column_iter_mut().zip(&deviations) {
            column *= *deviation;
        }
        Ok(Self {
            units,
            log_scale: scales.map(|(r, d)| r.abs().ln() + d.ln()).sum(),
            basis,
        })
    }
}

/// The matrix with these columns.
pub(super) fn matrix(columns: &[Vec<f64>]) -> DMatrix<f64> {
    let rows = columns.first().map_or(0, Vec::len);
    DMatrix::from_fn(rows, columns.len(), |i, j| columns[j][i])
}
