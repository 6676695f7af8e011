//! What the chains of a run say about themselves.

use super::{Doubt, EstimateError};
use crate::diagnostics;
use crate::sampler::{ChainFailure, Draws, Langevin, SamplerError};

/// Mean loss and diagnostics of the chains that did not fail.
pub(super) struct Judgement {
    /// Mean of the recorded losses minus the baseline.
    pub(super) mean_excess: f64,
    pub(super) standard_error: f64,
    pub(super) effective_sample_size: f64,
    pub(super) rhat: f64,
    pub(super) drift: f64,
    pub(super) acceptance: Option<f64>,
    pub(super) doubts: Vec<Doubt>,
}

impl Judgement {
    pub(super) fn of(
        draws: &Draws,
        baseline: f64,
        sampler: &Langevin,
    ) -> Result<Self, EstimateError> {
        let failures = draws.failures();
        let losses = draws.losses();
        let chains = draws.chains.len();
        if losses.is_empty() {
            return Err(all_failed(&failures, chains).into());
        }
        if draws.stopped && losses[0].len() < 40 {
            return Err(SamplerError::StoppedEarly.into());
        }
        let count = (losses.len() * losses[0].len()) as f64;
        let excesses = losses.iter().flat_map(|c| c.iter()).map(|l| l - baseline);
        let mean_excess = excesses.sum::<f64>() / count;
        let standard_error = diagnostics::standard_error_of_mean(&losses)?;
        let effective_sample_size = diagnostics::effective_sample_size(&losses)?;
        let rhat = diagnostics::rhat(&losses)?;
        let drift = if losses[0].len() >= 40 {
            diagnostics::drift(&losses)?
        } else {
            0.0
        };
        let acceptances: Vec<f64> = draws.chains.iter().filter_map(|c| c.acceptance).collect();
        let acceptance = (!acceptances.is_empty())
            .then(|| acceptances.iter().sum::<f64>() / acceptances.len() as f64);
        let mut doubts = Vec::new();
        if !failures.is_empty() {
            doubts.push(Doubt::FailedChains {
                failed: failures.len(),
                chains,
            });
        }
        if rhat.is_nan() || rhat > 1.05 {
            doubts.push(Doubt::Rhat { rhat });
        }
        if effective_sample_size < 100.0 * losses.len() as f64 {
            doubts.push(Doubt::EffectiveSampleSize {
                effective_sample_size,
            });
        }
        match acceptance {
            Some(acceptance) if acceptance < least_acceptance(sampler) => {
                doubts.push(Doubt::Acceptance { acceptance });
            }
            None => doubts.push(Doubt::UncheckedStep),
            Some(_) => {}
        }
        if drift.is_nan() || drift.abs() > 3.0 {
            doubts.push(Doubt::Drift { drift });
        }
        if draws.stopped {
            doubts.push(Doubt::Stopped);
        }
        Ok(Self {
            mean_excess,
            standard_error,
            effective_sample_size,
            rhat,
            drift,
            acceptance,
            doubts,
        })
    }
}

/// A Metropolis test is right at any acceptance but slow below this; SGLD is biased where it is
/// not high.
fn least_acceptance(sampler: &Langevin) -> f64 {
    if sampler.is_metropolised() { 0.2 } else { 0.9 }
}

fn all_failed(failures: &[(usize, ChainFailure)], chains: usize) -> SamplerError {
    match failures.iter().min_by_key(|(_, failure)| failure.step) {
        Some(&(chain, ChainFailure { step, failure })) => SamplerError::AllChainsFailed {
            chains,
            chain,
            step,
            failure,
        },
        None => SamplerError::StoppedEarly,
    }
}
