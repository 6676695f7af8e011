//! The free energy −log Z on data, by thermodynamic integration.

use super::EstimateError;
use crate::diagnostics;
use crate::loss::Loss;
use crate::sampler::{Control, ReplicaExchange, SamplerError, parallel};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};

/// Rungs β > 0 of the ladder.
const RUNGS: usize = 24;
/// βₖ = (k/K)^5, more of them where the mean energy changes most (Friel & Pettitt 2008).
const POWER: i32 = 5;
/// Batches of each run, for the standard error.
const BATCHES: usize = 8;
/// Two ways that differ by more than this many joint standard errors are told.
const ERRORS: f64 = 4.0;

/// The free energy F = −log ∫ exp(−n L_n(w)) N(w; 0, s²I) dw of a loss on n samples.
///
/// F = ∫₀¹ E_β\[n L_n\] dβ over the posteriors ∝ exp(−β n L_n) N(0, s²I), which replica exchange
/// ([`ReplicaExchange`]) samples at βₖ = (k/24)⁵. The integral is the trapezoidal rule with its
/// first correction, ½Δ(E₀ + E₁) + Δ²/12 (V₁ − V₀), V = Var_β\[n L_n\] (Friel, Hurn & Wyse 2014);
/// the first interval, where E₀ may be infinite, is −log E₀\[exp(−β₁ n L_n)\]. The same draws give
/// the sum of −log E_{βₖ}\[exp(−(βₖ₊₁ − βₖ) n L_n)\] (stepping stones, Xie et al. 2011), which has
/// no error of the rule: where both disagree, the answer is in doubt.
///
/// F ≈ n L_n(w₀) + λ log n − (m − 1) log log n (Watanabe 2009); WBIC is its value up to O(√log n).
///
/// # References
/// Friel & Pettitt 2008, *Marginal likelihood estimation via power posteriors*, Journal of the
/// Royal Statistical Society B 70, 589–607. Friel, Hurn & Wyse 2014, *Improving power posterior
/// estimation of statistical evidence*, Statistics and Computing 24, 709–723. Xie, Lewis, Fan,
/// Kuo & Chen 2011, *Improving marginal likelihood estimation for Bayesian phylogenetic model
/// selection*, Systematic Biology 60, 150–160.
///
/// # Examples
///
/// ```
/// use rlct::estimate::FreeEnergy;
/// use rlct::loss::LinearNetworkSample;
///
/// // y = w x + N(0, 1) with y = x, w ~ N(0, 1): n L_n = ½ Σx² (w − 1)²
/// let x: Vec<f64> = (0..50).map(|i| f64::from(i % 5) - 2.0).collect();
/// let loss = LinearNetworkSample::new(&[1, 1], &x, &x)?;
/// let found = FreeEnergy::new(1.0).seed(1).estimate(&loss)?;
/// let s: f64 = x.iter().map(|x| x * x).sum();
/// let exact = 0.5 * (1.0 + s).ln() + 0.5 * s / (1.0 + s);
/// assert!((found.value() - exact).abs() < 5.0 * found.standard_error());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FreeEnergy {
    prior_deviation: f64,
    runs: usize,
    sweeps: usize,
    leapfrogs: usize,
    seed: u64,
}

/// A free energy with its error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FreeEnergyEstimate {
    value: f64,
    standard_error: f64,
    by_stepping_stones: f64,
    standard_error_of_stones: f64,
    rhat: f64,
    exchange: f64,
    lowest_energy: f64,
    runs: usize,
    sweeps: usize,
}

impl FreeEnergy {
    /// The prior N(0, s²) of each parameter, s = `prior_deviation`; four runs of 1000 sweeps after
    /// 500, trajectories of eight steps.
    #[must_use]
    pub fn new(prior_deviation: f64) -> Self {
        Self {
            prior_deviation,
            runs: 4,
            sweeps: 1000,
            leapfrogs: 8,
            seed: 0,
        }
    }

    /// Sets the number of independent runs, at least 2.
    #[must_use]
    pub fn runs(mut self, runs: usize) -> Self {
        self.runs = runs;
        self
    }

    /// Sets the number of sweeps of each run, at least 64; half as many go before them.
    #[must_use]
    pub fn sweeps(mut self, sweeps: usize) -> Self {
        self.sweeps = sweeps;
        self
    }

    /// Sets the number of leapfrog steps of a trajectory.
    #[must_use]
    pub fn leapfrog_steps(mut self, steps: usize) -> Self {
        self.leapfrogs = steps;
        self
    }

    /// Sets the seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Samples a loss on n samples.
    ///
    /// # Errors
    /// [`EstimateError::Sampler`] for settings out of range, a loss without samples or gradients,
    /// and a loss that is finite at no draw of the prior.
    pub fn estimate(&self, loss: &dyn Loss<f64>) -> Result<FreeEnergyEstimate, EstimateError> {
        self.estimate_with(loss, &Control::new())
    }

    /// The same under a [`Control`], which can watch and stop it.
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate), and [`SamplerError::StoppedEarly`] if it was stopped.
    pub fn estimate_with(
        &self,
        loss: &dyn Loss<f64>,
        control: &Control<'_>,
    ) -> Result<FreeEnergyEstimate, EstimateError> {
        let num_samples = loss.num_samples().unwrap_or(0);
        for (what, least, found) in [
            ("samples of the loss", 1, num_samples),
            ("runs", 2, self.runs),
            ("sweeps", 8 * BATCHES, self.sweeps),
        ] {
            if found < least {
                return Err(SamplerError::TooFew { what, least, found }.into());
            }
        }
        let n = num_samples as f64;
        // from the coldest
        let mut betas: Vec<f64> = (1..=RUNGS)
            .rev()
            .map(|k| (k as f64 / RUNGS as f64).powi(POWER))
            .collect();
        betas.push(0.0);
        let total = (self.runs * self.sweeps) as u64;
        let done = AtomicU64::new(0);
        let runs = parallel::map(self.runs, |run| {
            let exchange = ReplicaExchange {
                num_samples: n,
                inverse_temperatures: betas.clone(),
                prior_deviation: self.prior_deviation,
                sweeps: self.sweeps,
                burn_in: self.sweeps / 2,
                leapfrogs: self.leapfrogs,
                seed: self.seed.wrapping_mul(1 << 20).wrapping_add(run as u64),
            };
            let mut energies = vec![Vec::with_capacity(self.sweeps); betas.len()];
            let ended = exchange.run_losses(loss, control, |losses| {
                for (energies, value) in energies.iter_mut().zip(losses) {
                    energies.push(n * value);
                }
                control.report(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            })?;
            Ok((energies, ended))
        });
        let runs: Result<Vec<_>, SamplerError> = runs.into_iter().collect();
        let runs = runs?;
        if runs.iter().any(|(_, ended)| ended.stopped) {
            return Err(control.too_early().into());
        }
        let energies: Vec<&[Vec<f64>]> = runs.iter().map(|(energies, _)| &energies[..]).collect();
        let (value, standard_error) = pooled(&energies, &|part| integral(&betas, part));
        let (stones, of_stones) = pooled(&energies, &|part| stepping_stones(&betas, part));
        let coldest: Vec<&[f64]> = energies.iter().map(|run| &run[0][..]).collect();
        let exchanges = runs.iter().flat_map(|(_, ended)| &ended.exchange);
        let lowest = coldest.iter().flat_map(|run| run.iter().copied());
        Ok(FreeEnergyEstimate {
            value,
            standard_error,
            by_stepping_stones: stones,
            standard_error_of_stones: of_stones,
            rhat: diagnostics::rhat(&coldest).unwrap_or(f64::NAN),
            exchange: exchanges.copied().fold(1.0, f64::min),
            lowest_energy: lowest.fold(f64::INFINITY, f64::min),
            runs: self.runs,
            sweeps: self.sweeps,
        })
    }
}

impl FreeEnergyEstimate {
    /// F.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The standard error of the sampling.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.standard_error
    }

    /// F by stepping stones, from the same draws.
    #[must_use]
    pub fn by_stepping_stones(&self) -> f64 {
        self.by_stepping_stones
    }

    /// R̂ of the energies n L_n of the runs at β = 1.
    #[must_use]
    pub fn rhat(&self) -> f64 {
        self.rhat
    }

    /// The lowest rate of exchange of two neighbours.
    #[must_use]
    pub fn exchange(&self) -> f64 {
        self.exchange
    }

    /// The least n L_n that was met at β = 1.
    #[must_use]
    pub fn lowest_energy(&self) -> f64 {
        self.lowest_energy
    }

    /// The number of independent runs.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.runs
    }

    /// The sweeps of each run that were used.
    #[must_use]
    pub fn sweeps(&self) -> usize {
        self.sweeps
    }

    /// Why the value is in doubt, in words: none where it is not.
    ///
    /// R̂ above 1.05, neighbours that exchange in less than 2 % of the attempts, or two ways of
    /// integration that differ by more than four joint standard errors.
    #[must_use]
    pub fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        if self.rhat.is_nan() || self.rhat > 1.05 {
            doubts.push(format!("R̂ = {:.3} of the runs at β = 1", self.rhat));
        }
        if self.exchange < 0.02 {
            doubts.push(format!(
                "two neighbours of the ladder exchange {:.1} % of the time",
                100.0 * self.exchange
            ));
        }
        let error = self.standard_error.hypot(self.standard_error_of_stones);
        let apart = (self.value - self.by_stepping_stones).abs();
        if apart.is_nan() || apart > ERRORS * error {
            doubts.push(format!(
                "thermodynamic integration and stepping stones are {apart:.2} apart"
            ));
        }
        doubts
    }
}

/// What a way of integration finds from all draws, and its standard error: the greater of those
/// that the scatter of runs and that of batches tell.
fn pooled(energies: &[&[Vec<f64>]], way: &dyn Fn(&[Vec<f64>]) -> f64) -> (f64, f64) {
    let rungs = energies[0].len();
    let together: Vec<Vec<f64>> = (0..rungs)
        .map(|k| energies.iter().flat_map(|run| &run[k]).copied().collect())
        .collect();
    let by_run: Vec<f64> = energies.iter().map(|run| way(run)).collect();
    let mut by_batch = Vec::new();
    for run in energies {
        let length = run[0].len() / BATCHES;
        for batch in 0..BATCHES {
            let part = |rung: &Vec<f64>| rung[batch * length..(batch + 1) * length].to_vec();
            by_batch.push(way(&run.iter().map(part).collect::<Vec<_>>()));
        }
    }
    let error = standard_error(&by_run).max(standard_error(&by_batch));
    (way(&together), error)
}

fn standard_error(values: &[f64]) -> f64 {
    let (_, variance) = moments(values);
    (variance / values.len() as f64).sqrt()
}

fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (mean, squares / (count - 1.0))
}

/// The corrected trapezoidal rule over the rungs, from the coldest to β = 0.
fn integral(betas: &[f64], energies: &[Vec<f64>]) -> f64 {
    let hottest = betas.len() - 1;
    let of_rungs: Vec<(f64, f64)> = energies[..hottest].iter().map(|e| moments(e)).collect();
    let inner: f64 = (0..hottest - 1)
        .map(|k| {
            let width = betas[k] - betas[k + 1];
            let ((cold, variance), (hot, more)) = (of_rungs[k], of_rungs[k + 1]);
            0.5 * width * (cold + hot) + width * width / 12.0 * (variance - more)
        })
        .sum();
    inner + stone(betas[hottest - 1], &energies[hottest])
}

fn stepping_stones(betas: &[f64], energies: &[Vec<f64>]) -> f64 {
    let pairs = betas.windows(2).zip(&energies[1..]);
    pairs.map(|(pair, hot)| stone(pair[0] - pair[1], hot)).sum()
}

/// −log of the mean of exp(−Δ e).
fn stone(width: f64, energies: &[f64]) -> f64 {
    let least = energies.iter().copied().fold(f64::INFINITY, f64::min);
    let sum: f64 = energies.iter().map(|e| (-width * (e - least)).exp()).sum();
    width * least - (sum / energies.len() as f64).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::LinearNetworkSample;

    /// Two inputs, one output, n samples of y = x₁ − ½x₂ with errors that repeat.
    fn regression(n: u32) -> (Vec<f64>, Vec<f64>) {
        let x: Vec<f64> = (0..n)
            .flat_map(|i| [f64::from(i % 7) / 3.0 - 1.0, f64::from(i % 4) / 2.0 - 0.7])
            .collect();
        let y = x.chunks(2).enumerate();
        let y = y.map(|(i, x)| x[0] - 0.5 * x[1] + [0.6, -1.1, 0.3, 0.2, -0.4][i % 5]);
        let y = y.collect();
        (x, y)
    }

    #[test]
    fn a_linear_regression_has_its_closed_form() {
        let (x, y) = regression(60);
        let loss = LinearNetworkSample::new(&[2, 1], &x, &y).unwrap();
        let s = 2.0_f64;
        // n L_n(w) = c + ½(w − ŵ)ᵀA(w − ŵ); F by completing the square, from values of the loss
        let n = 60.0;
        let mut scratch = vec![0.0; Loss::<f64>::scratch_len(&loss)];
        let mut value = |w: [f64; 2]| n * Loss::<f64>::value(&loss, &w, &mut scratch);
        let at_zero = value([0.0, 0.0]);
        let (a, b) = (value([1.0, 0.0]), value([0.0, 1.0]));
        let (c, d) = (value([-1.0, 0.0]), value([0.0, -1.0]));
        let second = [a + c - 2.0 * at_zero, b + d - 2.0 * at_zero];
        let first = [(a - c) / 2.0, (b - d) / 2.0];
        let mixed =
            value([1.0, 1.0]) - at_zero - first[0] - first[1] - 0.5 * (second[0] + second[1]);
        let precision = s.powi(-2);
        let (p, q) = (second[0] + precision, second[1] + precision);
        let determinant = p * q - mixed * mixed;
        let solved = (q * first[0].powi(2) - 2.0 * mixed * first[0] * first[1]
            + p * first[1].powi(2))
            / determinant;
        let exact = at_zero - 0.5 * solved + 0.5 * (determinant * s.powi(4)).ln();
        let mut held = 0;
        for seed in 0..20 {
            let settings = FreeEnergy::new(s).sweeps(400).seed(seed);
            let found = settings.estimate(&loss).unwrap();
            assert!(found.doubts().is_empty(), "{:?}", found.doubts());
            assert!(found.standard_error() < 0.2, "{found:?}");
            let off = (found.value() - exact).abs();
            held += usize::from(off < 1.96 * found.standard_error());
        }
        // P(at most 15 of 20 at 95 %) = 0.3 %
        assert!(held > 15, "{held} of 20");
    }

    #[test]
    fn a_singular_posterior_agrees_with_quadrature() {
        // n L_n = 50 (ab − 1)², a, b ~ N(0, 1): the fibre ab = 1 has two branches
        let x = vec![1.0; 100];
        let loss = LinearNetworkSample::new(&[1, 1, 1], &x, &x).unwrap();
        let (step, mut z) = (0.005, 0.0);
        for i in -1200..=1200 {
            for j in -1200..=1200 {
                let (a, b) = (f64::from(i) * step, f64::from(j) * step);
                let r = a * b - 1.0;
                z += (-50.0 * r * r - 0.5 * (a * a + b * b)).exp();
            }
        }
        let exact = -(z * step * step / std::f64::consts::TAU).ln();
        let found = FreeEnergy::new(1.0).seed(3).estimate(&loss).unwrap();
        assert!(found.doubts().is_empty(), "{:?}", found.doubts());
        let off = found.value() - exact;
        assert!(
            off.abs() < 3.5 * found.standard_error(),
            "{exact} {found:?}"
        );
        assert!(found.standard_error() < 0.1);
    }

    #[test]
    fn what_cannot_run_is_told() {
        let (x, y) = regression(10);
        let loss = LinearNetworkSample::new(&[2, 1], &x, &y).unwrap();
        for bad in [
            FreeEnergy::new(-1.0),
            FreeEnergy::new(f64::NAN),
            FreeEnergy::new(1.0).runs(1),
            FreeEnergy::new(1.0).sweeps(3),
            FreeEnergy::new(1.0).leapfrog_steps(0),
        ] {
            assert!(bad.estimate(&loss).is_err(), "{bad:?}");
        }
        let control = Control::new().with_time(std::time::Duration::ZERO);
        assert!(FreeEnergy::new(1.0).estimate_with(&loss, &control).is_err());
    }
}
