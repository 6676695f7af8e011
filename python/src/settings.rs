//! What Python sets of an estimate.

use crate::errors::EstimateError;
use pyo3::prelude::*;
use rlct::estimate::Llc;
use rlct::loss::{Prior, Scalar};
use rlct::sampler::{
    BatchSampling, Hmc, Langevin, Mala, PreconditionedSgld, RecordedLoss, Sghmc, Sgld, Sgnht,
    Splitting, Tempering,
};

/// The step size of a sampler that pilot chains tune: any.
const TO_BE_TUNED: f64 = 1e-3;
/// The leapfrog steps of HMC where none are set.
const LEAPFROG: usize = 10;

/// The settings, entries of a dict of which all are there; None is the library's own choice.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    /// A name, or settings as JSON.
    sampler: Option<String>,
    step: Option<f64>,
    leapfrog: Option<usize>,
    chains: Option<usize>,
    draws: Option<usize>,
    burn_in: Option<usize>,
    thin: Option<usize>,
    batch_size: Option<usize>,
    with_replacement: bool,
    record_full: bool,
    pub(crate) nbeta: Option<f64>,
    beta: Option<f64>,
    localization: Option<f64>,
    seed: Option<u64>,
    pub(crate) budget: Option<u64>,
    relative_error: Option<f64>,
    assumed_samples: Option<usize>,
    disperse: Option<bool>,
    mask: Option<Vec<bool>>,
    orthogonal: bool,
    /// How many temperatures, or one where it is 1.
    pub(crate) temperatures: Option<usize>,
    pub(crate) ratio: Option<f64>,
    pub(crate) fit_least_loss: Option<bool>,
    /// Of ladders and volumes.
    pub(crate) radius: Option<f64>,
    ladders: Option<usize>,
    sweeps: Option<usize>,
    particles: Option<usize>,
    replicates: Option<usize>,
    min_log_volume: Option<f64>,
    pub(crate) rounds: Option<usize>,
    pub(crate) any_dimension: bool,
    /// Of the run.
    pub(crate) time: Option<f64>,
    pub(crate) threads: usize,
    pub(crate) keep_draws: bool,
    pub(crate) max_parameters: usize,
}

impl Settings {
    /// The sampler, and whether pilot chains choose its step.
    fn sampler(&self) -> PyResult<Option<(Langevin, bool)>> {
        let Some(name) = &self.sampler else {
            return match (self.step, self.leapfrog) {
                (None, None) => Ok(None),
                _ => Err(EstimateError::new_err(
                    "step and leapfrog are settings of a sampler: name it, as sampler=\"sgld\"",
                )),
            };
        };
        if name.starts_with('{') {
            let sampler = serde_json::from_str(name)
                .map_err(|error| EstimateError::new_err(format!("the sampler: {error}")))?;
            return Ok(Some((sampler, false)));
        }
        if self.leapfrog.is_some() && name != "hmc" {
            return Err(EstimateError::new_err(format!(
                "leapfrog steps are those of hmc, and the sampler is {name}"
            )));
        }
        let step = self.step.unwrap_or(TO_BE_TUNED);
        let sampler: Langevin = match name.as_str() {
            "sgld" => Sgld::new(step).into(),
            "psgld" => PreconditionedSgld::new(step).into(),
            "sghmc" => Sghmc::new(step).into(),
            "sgnht" => Sgnht::new(step).into(),
            "mala" => Mala::new(step).into(),
            "hmc" => Hmc::new(step, self.leapfrog.unwrap_or(LEAPFROG)).into(),
            _ => {
                return Err(EstimateError::new_err(format!(
                    "there is no sampler {name:?}; the samplers are sgld, psgld, sghmc, sgnht, \
                     mala, hmc"
                )));
            }
        };
        Ok(Some((sampler, self.step.is_none())))
    }

    /// Chains with these settings.
    pub(crate) fn llc<'a, T: Scalar>(
        &self,
        mut llc: Llc<'a, T>,
        prior: Option<&Prior>,
    ) -> PyResult<Llc<'a, T>> {
        if let Some((sampler, tunes)) = self.sampler()? {
            llc = llc.sampler(sampler);
            if tunes {
                llc = llc.tune_step_size();
            }
        }
        if let Some(prior) = prior {
            llc = llc.prior(prior.clone());
        }
        let set = [
            (
                self.chains,
                Llc::chains as fn(Llc<'a, T>, usize) -> Llc<'a, T>,
            ),
            (self.draws, Llc::draws),
            (self.burn_in, Llc::burn_in),
            (self.thin, Llc::steps_between_draws),
            (self.batch_size, Llc::batch_size),
            (self.assumed_samples, Llc::num_samples),
        ];
        for (value, setter) in set {
            if let Some(value) = value {
                llc = setter(llc, value);
            }
        }
        let set = [
            (self.nbeta, Llc::nbeta as fn(Llc<'a, T>, f64) -> Llc<'a, T>),
            (self.beta, Llc::inverse_temperature),
            (self.localization, Llc::localization),
            (self.relative_error, Llc::relative_error),
        ];
        for (value, setter) in set {
            if let Some(value) = value {
                llc = setter(llc, value);
            }
        }
        if self.with_replacement {
            llc = llc.batch_sampling(BatchSampling::WithReplacement);
        }
        if self.record_full {
            llc = llc.recorded_loss(RecordedLoss::Full);
        }
        if let Some(seed) = self.seed {
            llc = llc.seed(seed);
        }
        if let Some(budget) = self.budget {
            llc = llc.budget(budget);
        }
        if let Some(disperse) = self.disperse {
            llc = llc.disperse(disperse);
        }
        if let Some(mask) = &self.mask {
            llc = llc.mask(mask);
        }
        if self.orthogonal {
            llc = llc.orthogonal_to_gradient();
        }
        Ok(llc)
    }

    /// Multilevel splitting with these settings.
    pub(crate) fn splitting(&self) -> Splitting {
        let mut splitting = Splitting::new();
        if let Some(particles) = self.particles {
            splitting = splitting.with_particles(particles);
        }
        if let Some(replicates) = self.replicates {
            splitting = splitting.with_replicates(replicates);
        }
        if let Some(log_volume) = self.min_log_volume {
            splitting = splitting.with_min_log_volume(log_volume);
        }
        if let Some(radius) = self.radius {
            splitting = splitting.with_radius(radius);
        }
        if let Some(seed) = self.seed {
            splitting = splitting.with_seed(seed);
        }
        splitting
    }

    /// Replica exchange with these settings.
    pub(crate) fn tempering(&self) -> Tempering {
        let mut tempering = Tempering::new();
        if let Some(ladders) = self.ladders {
            tempering = tempering.with_ladders(ladders);
        }
        if let Some(sweeps) = self.sweeps {
            tempering = tempering.with_sweeps(sweeps);
        }
        if let Some(burn_in) = self.burn_in {
            tempering = tempering.with_burn_in(burn_in);
        }
        if let Some(radius) = self.radius {
            tempering = tempering.with_radius(radius);
        }
        if let Some(seed) = self.seed {
            tempering = tempering.with_seed(seed);
        }
        tempering
    }
}
