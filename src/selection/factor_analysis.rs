//! Factor analysis, fitted by maximum likelihood.

use super::factor_loss::FactorLoss;
use super::reduced_rank::{Whitened, matrix};
use super::starts::{Attempt, best};
use super::{
    Candidate, Convergence, DataTable, FittedFamily, PairCoefficient, SampledFamily,
    SelectionError, Starts,
};
use crate::closed_form::{self, ClosedFormError};
use crate::loss::Loss;
use crate::sampler::Control;
use nalgebra::{DMatrix, SymmetricEigen};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// The least unique variance, as a share of the variable's variance.
pub(super) const FLOOR: f64 = 0.005;

/// Factor analysis y ~ N(μ, D + LLᵀ) of p variables with 0, 1, …, K factors: D diagonal, L of p ×
/// k.
///
/// # Fit
/// ECME (Liu & Rubin 1998) on the correlation matrix S: given D, the best L is known from the
/// eigenvectors of D^{−1/2} S D^{−1/2}; given that L, the EM step for D is D = diag(S − LLᵀ). The
/// likelihood never falls. The starts are D = (1 − k/2p)/diag(S⁻¹) (Jöreskog 1967) and random ones.
/// Unique variances below 0.005 of the variable's variance are kept there, as by `factanal` of R:
/// such a fit is *improper* (a Heywood case), and [`Convergence::on_boundary`] says so.
///
/// # Learning coefficients
/// At a generic truth of j factors in the model of i: exact where [`closed_form::factor_analysis`]
/// knows it, that is for j = i, for j = 0 and for (i, j) = (2, 1) with p ≥ 4; else the upper bound
/// of [`closed_form::factor_analysis_bounds`] (Drton & Plummer 2017). The mean adds p/2 to each: K
/// is comparable with K(Σ) + |μ − μ*|².
///
/// # Prior of WBIC
/// Variables are standardised by their sample means and deviations; there log Dᵢᵢ, the entries of L
/// and those of μ are N(0, 1).
///
/// # Examples
///
/// ```
/// use rlct::selection::{DataTable, FactorAnalysis, FittedFamily, Starts};
///
/// let noise = |i: u32, seed: u32| f64::from((i * i * seed + 5 * i) % 17) / 4.0;
/// let column = |seed: u32| -> Vec<f64> {
///     (0..40).map(|i| f64::from(i % 8) + noise(i, seed)).collect()
/// };
/// let data = [("a", column(3)), ("b", column(5)), ("c", column(7)), ("d", column(11))];
/// let family = FactorAnalysis::new(&DataTable::new(data)?, None, &Starts::new())?;
/// let candidates = family.candidates()?;
/// assert_eq!(candidates.len(), 2); // no or one factor: two need more variables
/// assert!(candidates[1].log_likelihood() > candidates[0].log_likelihood() + 10.0);
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FactorAnalysis {
    num_samples: usize,
    correlations: DMatrix<f64>,
    /// Σ log of the deviations of the variables.
    log_scale: f64,
    fits: Vec<FactorFit>,
    complete: bool,
    pub(super) names: Vec<String>,
}

/// The fit of one number of factors.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FactorFit {
    /// The maximised log-likelihood ℓ.
    pub log_likelihood: f64,
    /// D of the standardised variables.
    pub unique_variances: Vec<f64>,
    /// L of the standardised variables, a row for each: the k columns are such that LᵀD⁻¹L is
    /// diagonal and descending, not rotated, and none has a negative sum.
    pub loadings: Vec<Vec<f64>>,
    /// How the fit went.
    pub convergence: Convergence,
}

impl FactorAnalysis {
    /// Fits up to `max_factors` factors; by default as many as there are degrees of freedom for,
    /// (p − k)² ≥ p + k (Ledermann 1937).
    ///
    /// # Errors
    /// [`SelectionError::TooFewColumns`] for less than three variables,
    /// [`SelectionError::TooFewRows`] for n ≤ p, [`SelectionError::Constant`] and
    /// [`SelectionError::Collinear`], [`SelectionError::Setting`] for more factors than there are
    /// degrees of freedom for, or starts out of range.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, FactorAnalysis, SelectionError, Starts};
    /// let data = DataTable::new([("a", vec![1.0, 2.0, 4.0]), ("b", vec![0.0, 1.0, 0.0])])?;
    /// assert!(FactorAnalysis::new(&data, None, &Starts::new()).is_err());
    /// # Ok::<(), SelectionError>(())
    /// ```
    pub fn new(
        data: &DataTable,
        max_factors: Option<usize>,
        starts: &Starts,
    ) -> Result<Self, SelectionError> {
        Self::new_under(data, max_factors, starts, &Control::new())
    }

    /// The same under a [`Control`], which can watch and stop it. A stopped family has the numbers
    /// of factors whose fits were over, none in any case.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    ///
    /// ```
    /// # use rlct::sampler::Control;
    /// # use rlct::selection::{DataTable, FactorAnalysis, Starts};
    /// # use std::time::Duration;
    /// let data = DataTable::new([
    ///     ("a", vec![1.0, 2.0, 4.0, 3.0, 7.0, 5.0]),
    ///     ("b", vec![0.0, 1.0, 0.0, 5.0, 2.0, 2.0]),
    ///     ("c", vec![1.0, 1.0, 2.0, 0.0, 3.0, -4.0]),
    /// ])?;
    /// let control = Control::new().with_time(Duration::ZERO);
    /// let family = FactorAnalysis::new_under(&data, Some(0), &Starts::new(), &control)?;
    /// assert_eq!(family.fits().len(), 1);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn new_under(
        data: &DataTable,
        max_factors: Option<usize>,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        let (n, p) = (data.num_rows(), data.num_columns());
        if p < 3 {
            return Err(SelectionError::TooFewColumns {
                what: "factors",
                least: 3,
                found: p,
            });
        }
        starts.check()?;
        let most = (0..p)
            .take_while(|k| (p - k) * (p - k) >= p + k)
            .last()
            .unwrap_or(0);
        let factors = max_factors.unwrap_or(most);
        if factors > most {
            return Err(SelectionError::Setting {
                what: "the number of factors",
                expected: format!("at most {most} for {p} variables"),
                found: factors as f64,
            });
        }
        if n <= p {
            return Err(SelectionError::TooFewRows {
                model: format!("factor analysis of {p} variables"),
                least: p + 1,
                found: n,
            });
        }
        Whitened::new(data)?;
        let (columns, deviations) = data.standardised()?;
        let columns = matrix(&columns);
        let mut family = Self {
            num_samples: n,
            correlations: columns.tr_mul(&columns) / n as f64,
            log_scale: deviations.iter().map(|d| d.ln()).sum(),
            fits: Vec::new(),
            complete: true,
            names: data.names().to_vec(),
        };
        for k in 0..=factors {
            control.report(k as u64, factors as u64 + 1);
            let fit = family.fit(k, starts, control)?;
            if k > 0 && control.stopped() {
                family.complete = false;
                break;
            }
            family.fits.push(fit);
        }
        Ok(family)
    }

    /// The fits, by the number of factors.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, FactorAnalysis, SelectionError, Starts};
    /// let data = DataTable::new([
    ///     ("a", vec![1.0, 2.0, 4.0, 3.0, 7.0, 5.0]),
    ///     ("b", vec![0.0, 1.0, 0.0, 5.0, 2.0, 2.0]),
    ///     ("c", vec![1.0, 1.0, 2.0, 0.0, 3.0, -4.0]),
    /// ])?;
    /// let family = FactorAnalysis::new(&data, Some(0), &Starts::new())?;
    /// assert_eq!(family.fits()[0].unique_variances, [1.0, 1.0, 1.0]);
    /// # Ok::<(), SelectionError>(())
    /// ```
    #[must_use]
    pub fn fits(&self) -> &[FactorFit] {
        &self.fits
    }

    /// Whether there are fits of all numbers of factors asked for: not if stopped.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, FactorAnalysis, Starts};
    /// let data = DataTable::new([
    ///     ("a", vec![1.0, 2.0, 4.0, 3.0, 7.0, 5.0]),
    ///     ("b", vec![0.0, 1.0, 0.0, 5.0, 2.0, 2.0]),
    ///     ("c", vec![1.0, 1.0, 2.0, 0.0, 3.0, -4.0]),
    /// ])?;
    /// assert!(FactorAnalysis::new(&data, None, &Starts::new())?.is_complete());
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    fn fit(
        &self,
        factors: usize,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Result<FactorFit, SelectionError> {
        let p = self.correlations.nrows();
        let mut attempts = Vec::new();
        let inverse = self.correlations.clone().try_inverse();
        let share = 1.0 - factors as f64 / (2.0 * p as f64);
        let first: Option<Vec<f64>> =
            inverse.map(|s| s.diagonal().iter().map(|x| share / x).collect());
        if factors == 0 {
            attempts.push(self.climb(vec![1.0; p], 0, starts, control));
        } else {
            attempts.extend(first.map(|d| self.climb(d, factors, starts, control)));
            for start in 0..starts.count {
                let mut rng = ChaCha8Rng::seed_from_u64(starts.seed);
                rng.set_stream(start as u64);
                let d = (0..p).map(|_| rng.random_range(0.05..1.0)).collect();
                attempts.push(self.climb(d, factors, starts, control));
            }
        }
        let name = format!("{factors} factors");
        let Some((found, mut convergence)) = best(&attempts) else {
            let reason = "no start of the fit has a finite likelihood".into();
            return Err(SelectionError::Candidate { name, reason });
        };
        convergence.on_boundary = found.fit.iter().any(|d| *d <= FLOOR);
        Ok(FactorFit {
            log_likelihood: found.log_likelihood,
            loadings: self.loadings(&found.fit, factors),
            unique_variances: found.fit.clone(),
            convergence,
        })
    }

    /// ECME from unique variances D.
    fn climb(
        &self,
        mut d: Vec<f64>,
        factors: usize,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Attempt<Vec<f64>> {
        for x in &mut d {
            *x = x.clamp(FLOOR, 1.0);
        }
        let profile = d.clone();
        let (mut value, mut next) = self.concentrated(&d, factors);
        for iteration in 1..=starts.iterations {
            if control.stopped() {
                break;
            }
            let (higher, following) = self.concentrated(&next, factors);
            d = std::mem::replace(&mut next, following);
            let gain = higher - value;
            value = higher;
            if gain < starts.tolerance {
                return Attempt {
                    profile,
                    fit: d,
                    log_likelihood: value,
                    iterations: iteration,
                    converged: true,
                };
            }
        }
        Attempt {
            profile,
            fit: d,
            log_likelihood: value,
            iterations: starts.iterations,
            converged: false,
        }
    }

    /// The best L for D: D^{1/2} times the eigenvectors of D^{−1/2} S D^{−1/2} of the greatest
    /// eigenvalues θ, times √(θ − 1).
    fn loadings(&self, d: &[f64], factors: usize) -> Vec<Vec<f64>> {
        let p = d.len();
        let (spectrum, order) = self.spectrum(d);
        let mut rows = vec![Vec::with_capacity(factors); p];
        for &j in order.iter().take(factors) {
            let vector = spectrum.eigenvectors.column(j);
            let length = (spectrum.eigenvalues[j] - 1.0).max(0.0).sqrt();
            let column: Vec<f64> = (0..p).map(|i| d[i].sqrt() * vector[i] * length).collect();
            let sign = if column.iter().sum::<f64>() < 0.0 {
                -1.0
            } else {
                1.0
            };
            for (row, value) in rows.iter_mut().zip(column) {
                row.push(sign * value);
            }
        }
        rows
    }

    /// The eigenvalues and eigenvectors of D^{−1/2} S D^{−1/2}, and their order, descending.
    fn spectrum(&self, d: &[f64]) -> (SymmetricEigen<f64, nalgebra::Dyn>, Vec<usize>) {
        let p = d.len();
        let scaled = DMatrix::from_fn(p, p, |i, j| {
            self.correlations[(i, j)] / (d[i] * d[j]).sqrt()
        });
        let spectrum = SymmetricEigen::new(scaled);
        let mut order: Vec<usize> = (0..p).collect();
        order.sort_by(|a, b| spectrum.eigenvalues[*b].total_cmp(&spectrum.eigenvalues[*a]));
        (spectrum, order)
    }

    /// ℓ at D and the best L for it, and the EM step D = diag(S − LLᵀ).
    fn concentrated(&self, d: &[f64], factors: usize) -> (f64, Vec<f64>) {
        let p = d.len();
        let (spectrum, order) = self.spectrum(d);
        let mut divergence = d.iter().map(|x| x.ln()).sum::<f64>();
        let mut next = vec![1.0; p];
        for (place, &j) in order.iter().enumerate() {
            let theta = spectrum.eigenvalues[j];
            if place < factors && theta > 1.0 {
                divergence += theta.ln() + 1.0;
                for (i, x) in next.iter_mut().enumerate() {
                    *x -= d[i] * (theta - 1.0) * spectrum.eigenvectors[(i, j)].powi(2);
                }
            } else {
                divergence += theta;
            }
        }
        for x in &mut next {
            *x = x.clamp(FLOOR, 1.0);
        }
        let constant = p as f64 * std::f64::consts::TAU.ln() + 2.0 * self.log_scale;
        let n = self.num_samples as f64;
        (-n / 2.0 * (constant + divergence), next)
    }
}

/// (λ, m) or a bound for k factors at a truth of l, the mean included.
fn pair(p: usize, k: usize, l: usize) -> Result<PairCoefficient, SelectionError> {
    if k == 0 {
        return Ok(PairCoefficient::regular(2 * p));
    }
    let pair = match closed_form::factor_analysis(p, k, l) {
        Ok(value) => PairCoefficient::from(&value),
        Err(ClosedFormError::NotKnown { .. }) => {
            PairCoefficient::from(&closed_form::factor_analysis_bounds(p, k, l)?)
        }
        Err(error) => return Err(error.into()),
    };
    Ok(pair.with_regular(p))
}

impl FittedFamily for FactorAnalysis {
    fn num_samples(&self) -> usize {
        self.num_samples
    }

    fn candidates(&self) -> Result<Vec<Candidate>, SelectionError> {
        let p = self.correlations.nrows();
        let candidate = |(k, fit): (usize, &FactorFit)| {
            let loadings = p * k - k * k.saturating_sub(1) / 2;
            let dimension = p + (p + loadings).min(p * (p + 1) / 2);
            let name = format!("{k} factor{}", if k == 1 { "" } else { "s" });
            let new = Candidate::new(name, fit.log_likelihood, dimension, pair(p, k, k)?);
            (0..k).try_fold(new, |new, l| Ok(new.with_submodel(l, pair(p, k, l)?)))
        };
        self.fits.iter().enumerate().map(candidate).collect()
    }
}

impl SampledFamily for FactorAnalysis {
    fn loss(&self, factors: usize) -> Result<Box<dyn Loss<f64>>, SelectionError> {
        let most = self.fits.len() - 1;
        if factors > most {
            return Err(SelectionError::Setting {
                what: "the number of factors",
                expected: format!("at most {most}"),
                found: factors as f64,
            });
        }
        Ok(Box::new(FactorLoss::new(
            self.correlations.clone(),
            factors,
            self.num_samples,
            self.log_scale,
        )))
    }

    fn prior_deviation(&self) -> f64 {
        1.0
    }

    fn prior_coordinates(&self) -> &'static str {
        "log Dᵢᵢ, the entries of L and the means, of variables standardised by the data"
    }
}
