//! The ways to estimate λ or U(t), as the commands `estimate` and `compare` use them.

use super::boxes::SmallerBox;
use super::interrupt::Interrupt;
use super::kept_run::KeptRun;
use super::progress::Progress;
use crate::Budget;
use crate::draws::{RecordedDraws, Recording};
use crate::estimate::{
    Energy, EstimateError, Ladder, LadderEstimate, LeastLoss, Llc, LlcEstimate, Temperatures,
    TemperaturesEstimate, VolumeEstimate, VolumeScaling,
};
use crate::loss::RegionLoss;
use crate::problem::LocalLoss;
use crate::report::EstimateReport;
use crate::sampler::{
    Control, Hmc, Langevin, Mala, PreconditionedSgld, SamplerError, Sghmc, Sgld, Sgnht, Tempering,
};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The time that the poles of K may take, which only serve a remark.
const TIME_FOR_POLES: Duration = Duration::from_secs(1);

/// A way to estimate λ, or U(t) at one temperature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Method {
    /// Volume scaling by multilevel splitting: λ and m, up to 20 parameters
    Volume,
    /// Posterior means over a ladder of temperatures with replica exchange: λ and m
    Ladder,
    /// U(t) at several temperatures, each by the chains of hmc, or on mini-batches of sgld, and a
    /// fit of λ and m: any number of parameters, also on samples
    Temperatures,
    /// U(t) at one temperature, not λ: Metropolis-adjusted Langevin chains
    Mala,
    /// U(t) at one temperature, not λ: stochastic gradient Langevin chains
    Sgld,
    /// The same with the diagonal preconditioner of RMSprop, held after the burn-in
    PreconditionedSgld,
    /// U(t) at one temperature, not λ: stochastic gradient Hamiltonian chains with friction
    Sghmc,
    /// U(t) at one temperature, not λ: stochastic gradient Nosé–Hoover thermostats
    Sgnht,
    /// U(t) at one temperature, not λ: Hamiltonian Monte Carlo with Metropolis test
    Hmc,
    /// U(t) at one temperature, not λ: No-U-Turn sampler of nuts-rs; only to compare with, for it
    /// is biased at singular minima. Needs the feature `nuts`
    Nuts,
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
    /// Rounds of volume scaling at the most; no option of the command line.
    pub(super) rounds: Option<usize>,
    pub(super) sweeps: Option<usize>,
    pub(super) radius: Option<f64>,
    pub(super) friction: Option<f64>,
    pub(super) thermostat_rate: Option<f64>,
    pub(super) leapfrog_steps: Option<usize>,
    pub(super) jitter: Option<f64>,
    pub(super) decay: Option<f64>,
    pub(super) damping: Option<f64>,
    pub(super) fixed: Vec<usize>,
    pub(super) orthogonal: bool,
    pub(super) budget: Option<u64>,
    /// Samples of a mini-batch.
    pub(super) batch: Option<usize>,
}

/// An estimate, with what is needed to judge it.
pub(super) struct Estimated {
    pub(super) report: EstimateReport,
    pub(super) details: Value,
    /// What else people should read, a line each.
    pub(super) notes: Vec<String>,
    /// U at its temperatures, where there are several.
    pub(super) energies: Vec<Energy>,
}

impl Settings {
    /// n of the posterior for a loss without data.
    pub(super) const NUM_SAMPLES: usize = 10_000;
    /// The step size, from which MALA and HMC then adapt.
    pub(super) const STEP_SIZE: f64 = 1e-3;
    /// That of SGHMC, and of preconditioned SGLD, where it is multiplied by 1/|∇L|.
    const SMALL_STEP_SIZE: f64 = 1e-4;
    const TINY_STEP_SIZE: f64 = 1e-6;
    /// Leapfrog steps of a trajectory.
    const LEAPFROG_STEPS: usize = 10;

    /// Estimates λ; `progress` moves along, and Ctrl-C or the time limit ends the run early. Chains
    /// are kept, if they are to be.
    pub(super) fn estimate(
        &self,
        method: Method,
        loss: &LocalLoss,
        (interrupt, progress): (&Interrupt, &Progress),
        kept: Option<&mut KeptRun>,
    ) -> Result<Estimated, EstimateError> {
        let watch = |seen: crate::sampler::Progress| progress.set(seen.done, seen.total);
        let control = interrupt.control().with_progress(&watch);
        let start = Instant::now();
        match method {
            Method::Volume => {
                let (volume, smaller) = self.by_volume(loss, &control)?;
                let seconds = start.elapsed().as_secs_f64();
                let report = EstimateReport::from_estimate(method.label(), &volume, seconds);
                Ok(in_box(report, volume_details(&volume), smaller))
            }
            Method::Ladder => {
                let (ladder, smaller) = self.by_ladder(loss, &control)?;
                let seconds = start.elapsed().as_secs_f64();
                let report = EstimateReport::from_estimate(method.label(), &ladder, seconds);
                let mut estimated = in_box(report, ladder_details(&ladder), smaller);
                estimated.energies = ladder.energies().to_vec();
                if matches!(ladder.least_loss(), LeastLoss::Fitted { .. }) {
                    estimated.notes.push(ladder.least_loss().to_string());
                }
                Ok(estimated)
            }
            Method::Temperatures => {
                let all = self.temperatures(loss)?;
                let all = match kept {
                    Some(kept) => kept.temperatures(&all, &control),
                    None => all.estimate_with(&control),
                }?;
                let seconds = start.elapsed().as_secs_f64();
                let report = EstimateReport::from_estimate(method.label(), &all, seconds);
                Ok(Estimated {
                    report,
                    details: temperatures_details(&all),
                    notes: temperatures_notes(&all),
                    energies: all.energies().to_vec(),
                })
            }
            #[cfg(feature = "nuts")]
            Method::Nuts => {
                let nuts = crate::sampler::Nuts::new();
                let llc = self
                    .llc(method, loss)?
                    .estimate_by_nuts_with(&nuts, &control)?;
                let seconds = start.elapsed().as_secs_f64();
                Ok(Estimated {
                    report: self.energy(method, loss, &llc, seconds),
                    details: llc_details(&llc),
                    notes: Vec::new(),
                    energies: Vec::new(),
                })
            }
            #[cfg(not(feature = "nuts"))]
            Method::Nuts => self.energy_by_chains(method, loss, &control, kept),
            Method::Mala
            | Method::Sgld
            | Method::PreconditionedSgld
            | Method::Sghmc
            | Method::Sgnht
            | Method::Hmc => self.energy_by_chains(method, loss, &control, kept),
        }
    }

    /// U(t) by this crate's chains.
    fn energy_by_chains(
        &self,
        method: Method,
        loss: &LocalLoss,
        control: &Control<'_>,
        kept: Option<&mut KeptRun>,
    ) -> Result<Estimated, EstimateError> {
        let start = Instant::now();
        let llc = self.llc(method, loss)?;
        let llc = match kept {
            Some(kept) => kept.llc(&llc, control),
            None => llc.estimate_with(control),
        }?;
        let seconds = start.elapsed().as_secs_f64();
        Ok(Estimated {
            report: self.energy(method, loss, &llc, seconds),
            details: llc_details(&llc),
            notes: llc_notes(&llc),
            energies: Vec::new(),
        })
    }

    /// Estimates λ by chains, and keeps their draws, also where they do not suffice for an
    /// estimate.
    pub(super) fn record(
        &self,
        method: Method,
        loss: &LocalLoss,
        (interrupt, progress): (&Interrupt, &Progress),
        recording: &Recording,
    ) -> Result<(Result<Estimated, EstimateError>, RecordedDraws), EstimateError> {
        let watch = |seen: crate::sampler::Progress| progress.set(seen.done, seen.total);
        let control = interrupt.control().with_progress(&watch);
        let start = Instant::now();
        let run = self.llc(method, loss)?.record_with(recording, &control)?;
        let seconds = start.elapsed().as_secs_f64();
        let estimated = run.estimate.map(|llc| Estimated {
            report: self.energy(method, loss, &llc, seconds),
            details: llc_details(&llc),
            notes: llc_notes(&llc),
            energies: Vec::new(),
        });
        Ok((estimated, run.draws))
    }

    /// The energy, with the likely distance to λ where K is a polynomial on all directions that
    /// move.
    fn energy(
        &self,
        method: Method,
        loss: &LocalLoss,
        llc: &LlcEstimate,
        seconds: f64,
    ) -> EstimateReport {
        let poles = if self.orthogonal {
            None
        } else {
            loss.candidate_poles(&self.fixed, &Budget::default().with_time(TIME_FOR_POLES))
        };
        EstimateReport::from_estimate(method.label(), llc, seconds)
            .with_likely_distance(poles.and_then(|poles| llc.likely_distance(&poles)))
    }

    /// Estimates the worst (λ, m) of all zeros in a region by its volumes.
    pub(super) fn over_region(
        &self,
        region: &RegionLoss,
        (interrupt, progress): (&Interrupt, &Progress),
    ) -> Result<Estimated, EstimateError> {
        let watch = |seen: crate::sampler::Progress| progress.set(seen.done, seen.total);
        let control = interrupt.control().with_progress(&watch);
        let start = Instant::now();
        let volume = self.with_particles(VolumeScaling::over(region).seed(self.seed));
        let volume = volume.estimate_with(&control)?;
        let seconds = start.elapsed().as_secs_f64();
        Ok(Estimated {
            report: EstimateReport::from_estimate(Method::Volume.label(), &volume, seconds),
            details: volume_details(&volume),
            notes: Vec::new(),
            energies: Vec::new(),
        })
    }

    fn with_particles<'a>(&self, volume: VolumeScaling<'a>) -> VolumeScaling<'a> {
        match self.particles {
            Some(particles) => volume.particles(particles),
            None => volume,
        }
    }

    pub(super) fn volume<'a>(&self, loss: &'a LocalLoss) -> VolumeScaling<'a> {
        let mut volume = self.with_particles(loss.volume().seed(self.seed));
        if let Some(rounds) = self.rounds {
            volume = volume.rounds(rounds);
        }
        if let Some(radius) = self.radius {
            volume = volume.radius(radius);
        }
        volume
    }

    pub(super) fn ladder<'a>(&self, loss: &'a LocalLoss) -> Ladder<'a> {
        let mut tempering = Tempering::new().with_seed(self.seed);
        if let Some(sweeps) = self.sweeps {
            tempering = tempering.with_sweeps(sweeps);
        }
        if let Some(radius) = self.radius {
            tempering = tempering.with_radius(radius);
        }
        loss.ladder().tempering(tempering)
    }

    pub(super) fn sampler(&self, method: Method) -> Langevin {
        let step = |default| self.step_size.unwrap_or(default);
        match method {
            Method::Sgld => Sgld::new(step(Self::STEP_SIZE)).into(),
            Method::PreconditionedSgld => {
                let mut sampler = PreconditionedSgld::new(step(Self::TINY_STEP_SIZE));
                if let Some(decay) = self.decay {
                    sampler = sampler.with_decay(decay);
                }
                if let Some(damping) = self.damping {
                    sampler = sampler.with_damping(damping);
                }
                sampler.into()
            }
            Method::Sghmc => {
                let mut sampler = Sghmc::new(step(Self::SMALL_STEP_SIZE));
                if let Some(friction) = self.friction {
                    sampler = sampler.with_friction(friction);
                }
                sampler.into()
            }
            Method::Sgnht => {
                let mut sampler = Sgnht::new(step(Self::SMALL_STEP_SIZE));
                if let Some(friction) = self.friction {
                    sampler = sampler.with_diffusion(friction);
                }
                if let Some(rate) = self.thermostat_rate {
                    sampler = sampler.with_thermostat_rate(rate);
                }
                sampler.into()
            }
            Method::Hmc => {
                let steps = self.leapfrog_steps.unwrap_or(Self::LEAPFROG_STEPS);
                let mut sampler = Hmc::adaptive(step(Self::STEP_SIZE), steps);
                if let Some(jitter) = self.jitter {
                    sampler = sampler.with_jitter(jitter);
                }
                sampler.into()
            }
            Method::Mala
            | Method::Volume
            | Method::Ladder
            | Method::Temperatures
            | Method::Nuts => Mala::adaptive(step(Self::STEP_SIZE)).into(),
        }
    }

    /// The estimate at several temperatures.
    pub(super) fn temperatures<'a>(
        &self,
        loss: &'a LocalLoss,
    ) -> Result<Temperatures<'a, f64>, SamplerError> {
        Ok(Temperatures::new(self.llc(Method::Temperatures, loss)?))
    }

    /// The estimate at one temperature.
    pub(super) fn llc<'a>(
        &self,
        method: Method,
        loss: &'a LocalLoss,
    ) -> Result<Llc<'a, f64>, SamplerError> {
        let mut llc = loss.llc().seed(self.seed);
        // data have an n of their own
        let assumed = loss
            .loss()
            .num_samples()
            .is_none()
            .then_some(Self::NUM_SAMPLES);
        if let Some(num_samples) = self.num_samples.or(assumed) {
            llc = llc.num_samples(num_samples);
        }
        if let Some(batch) = self.batch {
            llc = llc.batch_size(batch);
        }
        // HMC of which nothing is set is what is chosen where no sampler is
        let open = self.step_size.is_none() && self.leapfrog_steps.is_none();
        let open = method == Method::Hmc && open && self.jitter.is_none();
        if !(open || method == Method::Temperatures) {
            llc = llc.sampler(self.sampler(method));
        }
        if self.step_size.is_none() {
            llc = llc.tune_step_size();
        }
        if let Some(budget) = self.budget {
            llc = llc.budget(budget);
        }
        if !self.fixed.is_empty() {
            let dimension = loss.dimension();
            let mut free = vec![true; dimension];
            for &index in &self.fixed {
                *free
                    .get_mut(index)
                    .ok_or(SamplerError::NoSuchParameter { index, dimension })? = false;
            }
            llc = llc.mask(&free);
        }
        if self.orthogonal {
            llc = llc.orthogonal_to_gradient();
        }
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
        Ok(llc)
    }
}

impl Method {
    /// The most parameters of a network for which the ladder is the default: at 414 it takes about
    /// a CPU minute.
    pub(super) const LARGEST_LADDER: usize = 500;

    /// What estimates λ of a polynomial K in so many parameters where nothing is chosen.
    pub(super) fn suited_to_germ(dimension: usize) -> Self {
        match dimension <= VolumeScaling::LARGEST_DIMENSION {
            true => Self::Volume,
            false => Self::Ladder,
        }
    }

    /// The same for a network.
    pub(super) fn suited_to_network(dimension: usize) -> Self {
        match dimension <= Self::LARGEST_LADDER {
            true => Self::Ladder,
            false => Self::Temperatures,
        }
    }

    /// From how many samples on the ladder suits them: of fewer t·K is not large in its box at
    /// t = 2n/log n, and it would have no range.
    const LEAST_SAMPLES: usize = 1000;

    /// The default for λ on so many parameters and samples.
    pub(super) fn suited_to_samples(dimension: usize, samples: usize) -> Self {
        let few = dimension <= VolumeScaling::LARGEST_DIMENSION;
        match few && samples >= Self::LEAST_SAMPLES {
            true => Self::Ladder,
            false => Self::Temperatures,
        }
    }

    /// Whether it gives U(t) at one temperature, and not an estimate of λ.
    pub(super) fn is_one_temperature(self) -> bool {
        !matches!(self, Self::Volume | Self::Ladder | Self::Temperatures)
    }

    /// Whether it runs this crate's chains, at one temperature or several.
    pub(super) fn is_chains(self) -> bool {
        !matches!(self, Self::Volume | Self::Ladder | Self::Nuts)
    }

    /// Whether this program was built with it.
    pub(super) fn is_there(self) -> bool {
        self != Self::Nuts || cfg!(feature = "nuts")
    }

    /// The name in reports.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Volume => "volume scaling",
            Self::Ladder => "temperature ladder",
            Self::Temperatures => "several temperatures",
            Self::Mala => "posterior, MALA",
            Self::Sgld => "posterior, SGLD",
            Self::PreconditionedSgld => "posterior, preconditioned SGLD",
            Self::Sghmc => "posterior, SGHMC",
            Self::Sgnht => "posterior, SGNHT",
            Self::Hmc => "posterior, HMC",
            Self::Nuts => "posterior, NUTS",
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
        "least": ladder.least_loss(),
        "effective_sample_size": ladder.effective_sample_size(),
        "rhat": ladder.rhat(),
        "acceptance": ladder.acceptance(),
        "exchange": ladder.exchange(),
        "evaluations": ladder.evaluations(),
    })
}

fn temperatures_details(all: &TemperaturesEstimate) -> Value {
    json!({
        "fit": all.fit(),
        "least": all.least_loss(),
        "energies": all.energies(),
        "quotients": all.quotients(),
        "variances": all.variances(),
        "evaluations": all.evaluations(),
        "tunings": all.runs().iter().map(LlcEstimate::tuning).collect::<Vec<_>>(),
    })
}

/// A row a temperature, and what is fitted.
fn temperatures_notes(all: &TemperaturesEstimate) -> Vec<String> {
    let mut notes = vec![format!(
        "{:>12}  {:>20}  quotient with the row above",
        "t", "U(t) = t(E[L] − L(w*))"
    )];
    let quotients = std::iter::once(None).chain(all.quotients().iter().map(Some));
    for (run, quotient) in all.runs().iter().zip(quotients) {
        let number = |value: f64, error: f64| format!("{value:.4} ± {error:.4}");
        let quotient = quotient.map_or_else(String::new, |q| number(q.value, q.standard_error));
        let row = format!(
            "{:>12.2}  {:>22}  {quotient}",
            run.nbeta(),
            number(run.energy(), run.standard_error())
        );
        notes.push(row.trim_end().to_string());
    }
    notes.push(all.least_loss().to_string());
    if all.fit().given.len() > 1 {
        let shares: Vec<String> = all
            .fit()
            .given
            .iter()
            .filter(|given| given.probability > 0.01)
            .map(|given| {
                format!(
                    "{} with {:.0} %",
                    given.multiplicity,
                    100.0 * given.probability
                )
            })
            .collect();
        notes.push(format!("m: {}", shares.join(", ")));
    }
    if let Some(run) = all.runs().last() {
        notes.push(format!("chosen, at the coldest: {}", run.tuning()));
    }
    notes
}

fn llc_details(llc: &LlcEstimate) -> Value {
    json!({
        "nbeta": llc.nbeta(),
        "effective_sample_size": llc.effective_sample_size(),
        "rhat": llc.rhat(),
        "drift": llc.drift(),
        "acceptance": llc.acceptance(),
        "virial_bias": llc.virial_bias(),
        "localization_effect": llc.localization_effect(),
        "temperature_slope": llc.temperature_slope(),
        "tuning": llc.tuning(),
    })
}

/// An estimate of λ in a box, and what is to be said of that box.
fn in_box(report: EstimateReport, mut details: Value, smaller: Option<SmallerBox>) -> Estimated {
    if let Some(smaller) = &smaller {
        smaller.tell(&mut details);
    }
    Estimated {
        report,
        details,
        notes: smaller.iter().map(SmallerBox::note).collect(),
        energies: Vec::new(),
    }
}

fn llc_notes(llc: &LlcEstimate) -> Vec<String> {
    vec![format!("chosen: {}", llc.tuning())]
}
