//! The ways of estimating, at the cost a run of a suite may have.

use super::subject::{Cost, Subject};
use crate::cli::method::{Method, Settings};
use crate::estimate::{EstimateError, VolumeScaling};
use crate::report::SuiteRun;
use crate::sampler::{Control, Mala, Tempering};
use clap::ValueEnum;
use std::time::Instant;

/// A way of estimating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli::compare) enum Way {
    /// Volume scaling, up to 20 parameters
    Volume,
    /// The temperature ladder
    Ladder,
    /// U(t) by MALA at one temperature, which is not an estimate of λ
    OneTemperature,
    /// What `rlct estimate` does without --method: volume scaling up to 20 parameters, beyond them
    /// the ladder, and of large networks several temperatures
    Default,
}

impl Way {
    /// The ways for a model: volume scaling only where it is affordable.
    pub(super) fn of(subject: &Subject) -> Vec<Self> {
        let affordable = subject.loss.dimension() <= Effort::LARGEST_VOLUME;
        let mut ways = Self::ALL.to_vec();
        ways.retain(|&way| way != Self::Volume || affordable);
        ways
    }

    const ALL: [Self; 4] = [
        Self::Volume,
        Self::Ladder,
        Self::OneTemperature,
        Self::Default,
    ];

    /// Its name.
    fn label(self) -> &'static str {
        match self {
            Self::Volume => "volume scaling",
            Self::Ladder => "temperature ladder",
            Self::OneTemperature => "U(t) by MALA, not an estimate of λ",
            Self::Default => "default",
        }
    }
}

/// What a run may cost. Everything else is the library's default.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Particles of each of the replicates of volume scaling.
    particles: usize,
    /// Sweeps of each of the temperature ladders.
    sweeps: usize,
    /// n of the posterior at one temperature, nβ = n/log n.
    num_samples: usize,
    /// Draws of each of the chains at one temperature, and MALA moves from one to the next.
    draws: usize,
    steps_between_draws: usize,
    /// Moves before, in which the step is tuned.
    burn_in: usize,
}

impl Effort {
    /// By the cost of an evaluation and the number of parameters.
    pub(super) fn of(subject: &Subject) -> Self {
        let d = subject.loss.dimension();
        let (particles, sweeps, draws) = match (subject.cost, d) {
            (Cost::High, _) => (24, 500, 500),
            (Cost::Medium, _) => (40, 1000, 500),
            (Cost::Low, ..=4) => (144, 2000, 2000),
            (Cost::Low, ..=10) => (32, 3000, 2000),
            (Cost::Low, ..=20) => (24, 3500, 2000),
            (Cost::Low, _) => (24, 2500, 2000),
        };
        Self {
            particles,
            sweeps,
            num_samples: 100_000,
            draws,
            steps_between_draws: 10,
            burn_in: 5000,
        }
    }

    /// Up to how many parameters volume scaling is tried.
    pub(super) const LARGEST_VOLUME: usize = VolumeScaling::LARGEST_DIMENSION;
    const CHAINS: usize = 4;

    /// One run; `multiplicity` tells the bias that one temperature should have.
    pub(super) fn run(
        &self,
        way: Way,
        subject: &Subject,
        multiplicity: usize,
        seed: u64,
        control: &Control<'_>,
    ) -> SuiteRun {
        let start = Instant::now();
        let run = match way {
            Way::Volume => self.volume(subject, seed, control),
            Way::Ladder => self.ladder(subject, seed, control),
            Way::OneTemperature => self.one_temperature(subject, multiplicity, seed, control),
            Way::Default => by_default(subject, seed, control),
        };
        run.unwrap_or_else(|error| SuiteRun::failed(way.label(), seed, error.to_string()))
            .with_seconds(start.elapsed().as_secs_f64())
    }

    fn volume(
        &self,
        subject: &Subject,
        seed: u64,
        control: &Control<'_>,
    ) -> Result<SuiteRun, EstimateError> {
        let volume = subject
            .loss
            .volume()
            .radius(subject.radius)
            .particles(self.particles)
            .seed(seed)
            .estimate_with(control)?;
        let label = Way::Volume.label();
        Ok(SuiteRun::from_estimate(label, seed, &volume))
    }

    fn ladder(
        &self,
        subject: &Subject,
        seed: u64,
        control: &Control<'_>,
    ) -> Result<SuiteRun, EstimateError> {
        let tempering = Tempering::new()
            .with_sweeps(self.sweeps)
            .with_radius(subject.radius)
            .with_seed(seed);
        let ladder = subject
            .loss
            .ladder()
            .tempering(tempering)
            .estimate_with(control)?;
        let label = Way::Ladder.label();
        Ok(SuiteRun::from_estimate(label, seed, &ladder))
    }

    fn one_temperature(
        &self,
        subject: &Subject,
        multiplicity: usize,
        seed: u64,
        control: &Control<'_>,
    ) -> Result<SuiteRun, EstimateError> {
        let llc = subject
            .loss
            .llc()
            .num_samples(self.num_samples)
            .sampler(Mala::adaptive(1e-4))
            .chains(Self::CHAINS)
            .draws(self.draws)
            .steps_between_draws(self.steps_between_draws)
            .burn_in(self.burn_in)
            .seed(seed)
            .estimate_with(control)?;
        let moves = Self::CHAINS * (self.burn_in + self.draws * self.steps_between_draws);
        let label = Way::OneTemperature.label();
        // the moves of all chains are what the table of the suite counts
        Ok(SuiteRun::from_estimate(label, seed, &llc)
            .with_expected_bias(llc.temperature_bias(multiplicity))
            .with_evaluations(moves as u64))
    }
}

/// What `rlct estimate` does without `--method`, with nothing set but the seed.
fn by_default(
    subject: &Subject,
    seed: u64,
    control: &Control<'_>,
) -> Result<SuiteRun, EstimateError> {
    let (label, loss) = (Way::Default.label(), &subject.loss);
    let settings = Settings {
        seed,
        ..Settings::default()
    };
    match subject.by_default {
        Method::Ladder => {
            let (ladder, _) = settings.by_ladder(loss, control)?;
            Ok(SuiteRun::from_estimate(label, seed, &ladder))
        }
        Method::Temperatures => {
            let all = settings.temperatures(loss)?.estimate_with(control)?;
            Ok(SuiteRun::from_estimate(label, seed, &all))
        }
        // those of suites are the three that estimate λ
        _ => {
            let (volume, _) = settings.by_volume(loss, control)?;
            Ok(SuiteRun::from_estimate(label, seed, &volume))
        }
    }
}
