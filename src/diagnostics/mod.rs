//! Convergence diagnostics of Markov chains: effective sample size, rank-normalised split R̂,
//! Monte Carlo standard errors, drift.
//!
//! Definitions are those of Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021, *Bayesian
//! Analysis* 16, 667, as ArviZ computes them; tests hold them to ArviZ's numbers. All functions
//! take chains of equal length, one slice a chain.

mod autocorrelation;
mod batches;
mod error;
mod fourier;
mod pareto;
mod rank;

pub use error::DiagnosticsError;

use autocorrelation::effective_size;
pub(crate) use batches::{drift_of_batches, mean_of, rhat_of_some};
pub(crate) use pareto::{smoothed_tail, tail_size};
pub(crate) use rank::quantile_of_sorted;
use rank::{folded, indicator_below_quantile, rank_normalised, split};

/// Chains checked to be of equal length, at least four draws each, and finite.
fn checked<C: AsRef<[f64]>>(chains: &[C]) -> Result<Vec<&[f64]>, DiagnosticsError> {
    let chains: Vec<&[f64]> = chains.iter().map(AsRef::as_ref).collect();
    let expected = chains.first().ok_or(DiagnosticsError::NoChains)?.len();
    for (chain, draws) in chains.iter().enumerate() {
        if draws.len() != expected {
            return Err(DiagnosticsError::UnequalChains {
                chain,
                expected,
                found: draws.len(),
            });
        }
        if let Some(draw) = draws.iter().position(|x| !x.is_finite()) {
            return Err(DiagnosticsError::NotFinite { chain, draw });
        }
    }
    if expected < FEWEST_DRAWS {
        return Err(DiagnosticsError::TooFewDraws {
            least: FEWEST_DRAWS,
            found: expected,
        });
    }
    Ok(chains)
}

/// The fewest draws of each chain of which [`drift`] answers: a tenth of them is four, as many as
/// [`standard_error_of_mean`] needs.
pub const FEWEST_DRAWS_OF_DRIFT: usize = 10 * FEWEST_DRAWS;

/// The fewest draws of each chain of which anything is said: halves of two, so that each has a
/// variance.
const FEWEST_DRAWS: usize = 4;

/// Rank-normalised split R̂: the larger of that of the draws and of the draws folded around their
/// median. 1 when all half-chains agree; Vehtari et al. take them to disagree above 1.01, and the
/// verdicts of estimates have [thresholds](crate::estimate::thresholds) of their own.
///
/// # Errors
/// [`DiagnosticsError`] if there are no chains, fewer than 4 draws, unequal lengths or values
/// that are not finite.
///
/// ```
/// use rlct::diagnostics::rhat;
///
/// let apart = [vec![0.0, 1.0, 0.0, 1.0, 0.5, 0.2], vec![9.0, 8.0, 9.5, 8.5, 9.1, 8.2]];
/// assert!(rhat(&apart)? > 1.5);
/// # Ok::<(), rlct::diagnostics::DiagnosticsError>(())
/// ```
pub fn rhat<C: AsRef<[f64]>>(chains: &[C]) -> Result<f64, DiagnosticsError> {
    let halves = split(&checked(chains)?);
    let bulk = plain_rhat(&rank_normalised(&halves));
    let tail = plain_rhat(&rank_normalised(&folded(&halves)));
    Ok(bulk.max(tail))
}

fn plain_rhat(chains: &[Vec<f64>]) -> f64 {
    let draws = chains[0].len() as f64;
    let means: Vec<f64> = chains
        .iter()
        .map(|c| c.iter().sum::<f64>() / draws)
        .collect();
    let within = chains
        .iter()
        .zip(&means)
        .map(|(c, mean)| c.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (draws - 1.0))
        .sum::<f64>()
        / chains.len() as f64;
    let between = variance(&means);
    if within == 0.0 {
        return if between == 0.0 { 1.0 } else { f64::INFINITY };
    }
    ((between / within) + (draws - 1.0) / draws).sqrt()
}

/// Variance with n − 1 in the denominator; 0 for one value.
fn variance(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    if values.len() < 2 {
        return 0.0;
    }
    let mean = values.iter().sum::<f64>() / n;
    values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)
}

/// Effective sample size for the mean (split chains, Geyer's initial monotone sequence).
///
/// # Errors
/// As [`rhat`].
///
/// ```
/// use rlct::diagnostics::effective_sample_size;
///
/// let slow: Vec<f64> = (0..100).map(|i| f64::from(i) / 100.0).collect();
/// assert!(effective_sample_size(&[slow])? < 10.0);
/// # Ok::<(), rlct::diagnostics::DiagnosticsError>(())
/// ```
pub fn effective_sample_size<C: AsRef<[f64]>>(chains: &[C]) -> Result<f64, DiagnosticsError> {
    Ok(effective_size(&split(&checked(chains)?)))
}

/// Effective sample size in the bulk: that of the rank-normalised draws.
///
/// # Errors
/// As [`rhat`].
///
/// ```
/// use rlct::diagnostics::bulk_effective_sample_size;
///
/// let chain: Vec<f64> = (0..50).map(|i| (1.7 * f64::from(i)).sin()).collect();
/// assert!(bulk_effective_sample_size(&[chain])? > 1.0);
/// # Ok::<(), rlct::diagnostics::DiagnosticsError>(())
/// ```
pub fn bulk_effective_sample_size<C: AsRef<[f64]>>(chains: &[C]) -> Result<f64, DiagnosticsError> {
    Ok(effective_size(&rank_normalised(&split(&checked(chains)?))))
}

/// Effective sample size in the tails: the smaller of those for the 5 % and 95 % quantiles.
///
/// # Errors
/// As [`rhat`].
///
/// ```
/// use rlct::diagnostics::tail_effective_sample_size;
///
/// let chain: Vec<f64> = (0..50).map(|i| (1.7 * f64::from(i)).sin()).collect();
/// assert!(tail_effective_sample_size(&[chain])? > 1.0);
/// # Ok::<(), rlct::diagnostics::DiagnosticsError>(())
/// ```
pub fn tail_effective_sample_size<C: AsRef<[f64]>>(chains: &[C]) -> Result<f64, DiagnosticsError> {
    let chains = checked(chains)?;
    let size = |level| effective_size(&split_indicator(&chains, level));
    Ok(size(0.05).min(size(0.95)))
}

fn split_indicator(chains: &[&[f64]], level: f64) -> Vec<Vec<f64>> {
    let indicators = indicator_below_quantile(chains, level);
    let views: Vec<&[f64]> = indicators.iter().map(Vec::as_slice).collect();
    split(&views)
}

/// Monte Carlo standard error of the mean of all draws: sd/√ESS.
///
/// # Errors
/// As [`rhat`].
///
/// ```
/// use rlct::diagnostics::standard_error_of_mean;
///
/// let chain: Vec<f64> = (0..50).map(|i| (1.7 * f64::from(i)).sin()).collect();
/// assert!(standard_error_of_mean(&[chain])? < 1.0);
/// # Ok::<(), rlct::diagnostics::DiagnosticsError>(())
/// ```
pub fn standard_error_of_mean<C: AsRef<[f64]>>(chains: &[C]) -> Result<f64, DiagnosticsError> {
    let chains = checked(chains)?;
    let all: Vec<f64> = chains.iter().flat_map(|c| c.iter().copied()).collect();
    Ok((variance(&all) / effective_size(&split(&chains))).sqrt())
}

/// Drift: the mean of the last half of the draws minus that of the first tenth, in standard
/// errors (Geweke 1992). Estimates are doubted beyond
/// ±[`LARGEST_DRIFT`](crate::estimate::thresholds::chains::LARGEST_DRIFT).
///
/// # Errors
/// As [`rhat`], with at least [`FEWEST_DRAWS_OF_DRIFT`] draws a chain.
///
/// ```
/// use rlct::diagnostics::drift;
///
/// let settling: Vec<f64> = (0..200).map(|i| (-f64::from(i) / 60.0).exp()).collect();
/// let steady: Vec<f64> = (0..200).map(|i| (2.3 * f64::from(i)).sin()).collect();
/// assert!(drift(&[steady])?.abs() < 3.0);
/// assert!(drift(&[settling])? < 0.0);
/// # Ok::<(), rlct::diagnostics::DiagnosticsError>(())
/// ```
pub fn drift<C: AsRef<[f64]>>(chains: &[C]) -> Result<f64, DiagnosticsError> {
    let chains = checked(chains)?;
    let draws = chains[0].len();
    if draws < FEWEST_DRAWS_OF_DRIFT {
        return Err(DiagnosticsError::TooFewDraws {
            least: FEWEST_DRAWS_OF_DRIFT,
            found: draws,
        });
    }
    let early: Vec<&[f64]> = chains.iter().map(|c| &c[..draws / 10]).collect();
    let late: Vec<&[f64]> = chains.iter().map(|c| &c[draws / 2..]).collect();
    let mean = |part: &[&[f64]]| {
        part.iter().flat_map(|c| c.iter()).sum::<f64>() / (part.len() * part[0].len()) as f64
    };
    let error = standard_error_of_mean(&early)?.hypot(standard_error_of_mean(&late)?);
    let difference = mean(&late) - mean(&early);
    Ok(if difference == 0.0 {
        0.0
    } else {
        difference / error
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// The draws for which ArviZ 0.23.4 was asked.
    fn reference() -> Vec<Vec<f64>> {
        (0..4)
            .map(|c| {
                let c = f64::from(c);
                (0..50)
                    .map(|i| (0.37 * f64::from(i) * (c + 1.0)).sin() + 0.01 * c * f64::from(i))
                    .collect()
            })
            .collect()
    }

    #[test]
    fn agrees_with_arviz() {
        let chains = reference();
        assert_relative_eq!(
            rhat(&chains).unwrap(),
            1.1435240301600944,
            max_relative = 1e-9
        );
        assert_relative_eq!(
            bulk_effective_sample_size(&chains).unwrap(),
            29.164170070230853,
            max_relative = 1e-9
        );
        assert_relative_eq!(
            tail_effective_sample_size(&chains).unwrap(),
            41.8286946955713,
            max_relative = 1e-9
        );
        assert_relative_eq!(
            standard_error_of_mean(&chains).unwrap(),
            0.1207300962469762,
            max_relative = 1e-9
        );
    }

    #[test]
    fn malformed_chains_are_refused() {
        let none: [Vec<f64>; 0] = [];
        assert_eq!(rhat(&none), Err(DiagnosticsError::NoChains));
        assert_eq!(
            rhat(&[[0.0; 3]]),
            Err(DiagnosticsError::TooFewDraws { least: 4, found: 3 })
        );
        assert_eq!(
            rhat(&[vec![0.0; 4], vec![0.0; 5]]),
            Err(DiagnosticsError::UnequalChains {
                chain: 1,
                expected: 4,
                found: 5
            })
        );
        assert_eq!(
            rhat(&[[0.0, 1.0, f64::NAN, 2.0]]),
            Err(DiagnosticsError::NotFinite { chain: 0, draw: 2 })
        );
        assert_eq!(
            drift(&[[1.0; 39]]),
            Err(DiagnosticsError::TooFewDraws {
                least: 40,
                found: 39
            })
        );
    }

    #[test]
    fn constant_chains_have_no_error() {
        let chains = [[1.0; 50]; 2];
        assert_eq!(rhat(&chains), Ok(1.0));
        assert_eq!(standard_error_of_mean(&chains), Ok(0.0));
        assert_eq!(drift(&chains), Ok(0.0));
    }
}
