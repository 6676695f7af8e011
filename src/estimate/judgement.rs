//! What the chains of a run say about themselves.

use super::thresholds::chains::{
    FEWEST_DRAWS, LARGEST_DRIFT, LARGEST_RHAT, LEAST_ACCEPTANCE, LEAST_ACCEPTANCE_UNTESTED,
    LEAST_EFFECTIVE_DRAWS,
};
use super::{Doubt, EstimateError};
use crate::diagnostics::{self, FEWEST_DRAWS_OF_DRIFT};
use crate::sampler::{ChainFailure, Control, Draws, Langevin, SamplerError};

/// The mean of the losses of chains, and how sure it is.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    /// Mean of the recorded losses minus the baseline.
    pub(super) mean_excess: f64,
    pub(super) standard_error: f64,
    pub(super) effective_sample_size: f64,
    pub(super) rhat: f64,
    /// 0 of fewer than [`FEWEST_DRAWS_OF_DRIFT`] draws a chain.
    pub(super) drift: f64,
}

impl Spread {
    pub(super) fn of(losses: &[&[f64]], baseline: f64) -> Result<Self, EstimateError> {
        let length = losses.first().map_or(0, |chain| chain.len());
        let excess = |chain: usize, draw: usize| losses[chain][draw] - baseline;
        let mean = diagnostics::mean_of(losses.len(), length, excess)?;
        Ok(Self {
            mean_excess: mean.value,
            standard_error: mean.standard_error,
            effective_sample_size: mean.effective_sample_size,
            rhat: diagnostics::rhat_of_some(losses)?,
            drift: if length >= FEWEST_DRAWS_OF_DRIFT {
                diagnostics::drift_of_batches(losses)?
            } else {
                0.0
            },
        })
    }
}

/// What speaks against an estimate from chains.
pub(super) struct Judgement {
    pub(super) acceptance: Option<f64>,
    pub(super) doubts: Vec<Doubt>,
}

impl Judgement {
    /// Refuses draws from which nothing follows: of chains that have all failed, or that were
    /// stopped too early.
    pub(super) fn check(
        draws: &Draws,
        losses: &[&[f64]],
        control: &Control<'_>,
    ) -> Result<(), EstimateError> {
        if losses.is_empty() {
            return Err(all_failed(&draws.failures(), draws.chains.len(), control).into());
        }
        if draws.stopped && losses[0].len() < FEWEST_DRAWS {
            return Err(control.too_early().into());
        }
        Ok(())
    }

    /// Judges `used` chains of those that were run.
    pub(super) fn of(
        draws: &Draws,
        used: usize,
        spread: &Spread,
        sampler: &Langevin,
        control: &Control<'_>,
    ) -> Self {
        let failures = draws.failures();
        let Spread {
            effective_sample_size,
            rhat,
            drift,
            ..
        } = *spread;
        let acceptances: Vec<f64> = draws.chains.iter().filter_map(|c| c.acceptance).collect();
        let acceptance = (!acceptances.is_empty())
            .then(|| acceptances.iter().sum::<f64>() / acceptances.len() as f64);
        let mut doubts = Vec::new();
        if !failures.is_empty() {
            doubts.push(Doubt::FailedChains {
                failed: failures.len(),
                chains: draws.chains.len(),
            });
        }
        if rhat.is_nan() || rhat > LARGEST_RHAT {
            doubts.push(Doubt::Rhat { rhat });
        }
        if effective_sample_size < LEAST_EFFECTIVE_DRAWS * used as f64 {
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
        if drift.is_nan() || drift.abs() > LARGEST_DRIFT {
            doubts.push(Doubt::Drift { drift });
        }
        if draws.stopped {
            doubts.push(Doubt::of_stop(control));
        }
        Self { acceptance, doubts }
    }
}

/// The acceptance below which a sampler is doubted.
fn least_acceptance(sampler: &Langevin) -> f64 {
    if sampler.is_metropolised() {
        LEAST_ACCEPTANCE
    } else {
        LEAST_ACCEPTANCE_UNTESTED
    }
}

fn all_failed(
    failures: &[(usize, ChainFailure)],
    chains: usize,
    control: &Control<'_>,
) -> SamplerError {
    match failures.iter().min_by_key(|(_, failure)| failure.step) {
        Some(&(chain, ChainFailure { step, failure })) => SamplerError::AllChainsFailed {
            chains,
            chain,
            step,
            failure,
        },
        None => control.too_early(),
    }
}
