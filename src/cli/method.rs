//! The ways to estimate λ, as the commands `estimate` and `compare` use them.

use super::interrupt::Interrupt;
use super::landscape::Landscape;
use super::progress::Progress;
use crate::estimate::{
    EstimateError, Ladder, LadderEstimate, Llc, LlcEstimate, VolumeEstimate, VolumeScaling,
};
use crate::report::EstimateReport;
use crate::sampler::{Control, Mala, Sgld, Tempering};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;

/// A way to estimate λ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Method {
    /// Volume scaling by multilevel splitting: λ and m, up to about ten parameters
    Volume,
    /// Posterior means over a ladder of temperatures with replica exchange: λ and m
    Ladder,
    /// Posterior mean at one temperature, Metropolis-adjusted Langevin chains
    Mala,
    /// Posterior mean at one temperature, stochastic gradient Langevin chains
    Sgld,
}

/// Settings that are not left to the library's defaults.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    pub(super) seed: u64,
    pub(super) num_samples: Option<usize>,
    pub(super) nbeta: Option<f64>,
    pub(super) localization: Option<f64>,
    pub(super) step_size: Option<f64>,
    pub(super) chains: Option<usize>,
    pub(super) draws: Option<usize>,
    pub(super) burn_in: Option<usize>,
    pub(super) steps_between_draws: Option<usize>,
    pub(super) particles: Option<usize>,
    pub(super) sweeps: Option<usize>,
    pub(super) radius: Option<f64>,
}

/// An estimate, with what is needed to judge it.
pub(super) struct Estimated {
    pub(super) report: EstimateReport,
    pub(super) details: Value,
}

impl Settings {
    /// n of the posterior for a loss without data.
    const NUM_SAMPLES: usize = 10_000;
    /// The step size to start from, over which MALA then adapts.
    const STEP_SIZE: f64 = 1e-3;

    /// Estimates λ; `progress` moves along, and Ctrl-C ends the run early.
    pub(super) fn estimate(
        &self,
        method: Method,
        landscape: &Landscape,
        interrupt: &Interrupt,
        progress: &Progress,
    ) -> Result<Estimated, EstimateError> {
        let stop = interrupt.flag();
        let watch = |seen: crate::sampler::Progress| progress.set(seen.done, seen.total);
        let control = Control::new()
            .with_stop(Arc::as_ref(&stop))
            .with_progress(&watch);
        let start = Instant::now();
        match method {
            Method::Volume => {
                let volume = self.volume(landscape).estimate_with(&control)?;
                let seconds = start.elapsed().as_secs_f64();
                let report = EstimateReport::from_volume(method.label(), &volume, seconds);
                Ok(Estimated {
                    report,
                    details: volume_details(&volume),
                })
            }
            Method::Ladder => {
                let ladder = self.ladder(landscape).estimate_with(&control)?;
                let seconds = start.elapsed().as_secs_f64();
                let report = EstimateReport::from_ladder(method.label(), &ladder, seconds);
                Ok(Estimated {
                    report,
                    details: ladder_details(&ladder),
                })
            }
            Method::Mala | Method::Sgld => {
                let llc = self.llc(method, landscape).estimate_with(&control)?;
                let seconds = start.elapsed().as_secs_f64();
                let report = EstimateReport::from_llc(method.label(), &llc, seconds);
                Ok(Estimated {
                    report,
                    details: llc_details(&llc),
                })
            }
        }
    }

    fn volume<'a>(&self, landscape: &'a Landscape) -> VolumeScaling<'a> {
        let mut volume = VolumeScaling::new(&*landscape.loss, &landscape.w_star)
            .prior(landscape.prior.clone())
            .seed(self.seed);
        if let Some(particles) = self.particles {
            volume = volume.particles(particles);
        }
        if let Some(radius) = self.radius {
            volume = volume.radius(radius);
        }
        volume
    }

    fn ladder<'a>(&self, landscape: &'a Landscape) -> Ladder<'a> {
        let mut tempering = Tempering::new().with_seed(self.seed);
        if let Some(sweeps) = self.sweeps {
            tempering = tempering.with_sweeps(sweeps);
        }
        if let Some(radius) = self.radius {
            tempering = tempering.with_radius(radius);
        }
        Ladder::new(&*landscape.loss, &landscape.w_star)
            .prior(landscape.prior.clone())
            .tempering(tempering)
    }

    fn llc<'a>(&self, method: Method, landscape: &'a Landscape) -> Llc<'a, f64> {
        let step_size = self.step_size.unwrap_or(Self::STEP_SIZE);
        let mut llc = Llc::new(&*landscape.loss, &landscape.w_star)
            .prior(landscape.prior.clone())
            .num_samples(self.num_samples.unwrap_or(Self::NUM_SAMPLES))
            .seed(self.seed);
        llc = match method {
            Method::Sgld => llc.sampler(Sgld::new(step_size)),
            _ => llc.sampler(Mala::adaptive(step_size)),
        };
        if let Some(nbeta) = self.nbeta {
            llc = llc.nbeta(nbeta);
        }
        if let Some(localization) = self.localization {
            llc = llc.localization(localization);
        }
        if let Some(chains) = self.chains {
            llc = llc.chains(chains);
        }
        if let Some(draws) = self.draws {
            llc = llc.draws(draws);
        }
        if let Some(burn_in) = self.burn_in {
            llc = llc.burn_in(burn_in);
        }
        if let Some(steps) = self.steps_between_draws {
            llc = llc.steps_between_draws(steps);
        }
        llc
    }
}

impl Method {
    /// The name in reports.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Volume => "volume scaling",
            Self::Ladder => "temperature ladder",
            Self::Mala => "posterior, MALA",
            Self::Sgld => "posterior, SGLD",
        }
    }
}

fn volume_details(volume: &VolumeEstimate) -> Value {
    json!({
        "fit": volume.fit(),
        "dispersion": volume.dispersion(),
        "log_volume": volume.log_volume(),
        "evaluations": volume.evaluations(),
    })
}

fn ladder_details(ladder: &LadderEstimate) -> Value {
    json!({
        "fit": ladder.fit(),
        "dispersion": ladder.dispersion(),
        "effective_sample_size": ladder.effective_sample_size(),
        "rhat": ladder.rhat(),
        "acceptance": ladder.acceptance(),
        "exchange": ladder.exchange(),
        "evaluations": ladder.evaluations(),
    })
}

fn llc_details(llc: &LlcEstimate) -> Value {
    json!({
        "nbeta": llc.nbeta(),
        "effective_sample_size": llc.effective_sample_size(),
        "rhat": llc.rhat(),
        "drift": llc.drift(),
        "acceptance": llc.acceptance(),
    })
}
