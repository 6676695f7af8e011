//! The estimators of this crate, held to the same.

use super::{Case, Claim, Estimator};
use crate::algebra::Rational;
use crate::estimate::{Estimate, PoleFit};
use crate::loss::Prior;
use crate::problem::Problem;
use crate::sampler::Control;
use std::time::Duration;

/// One of the estimators of this crate.
///
/// ```
/// use rlct::verify::{Estimator, Own, Suite};
///
/// let suite = Suite::catalogue()?.families(["regular"]).max_dimension(2);
/// let report = suite.run(&mut Own::Volume { particles: 40 });
/// assert!(report.failures().is_empty());
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// λ by [`VolumeScaling`](crate::estimate::VolumeScaling), one round.
    Volume {
        /// The particles of each replicate.
        particles: usize,
    },
    /// λ by a [`Ladder`](crate::estimate::Ladder) with its default settings.
    Ladder,
    /// U at the t of the case by [`Llc`](crate::estimate::Llc) on the box, without localisation.
    OneTemperature,
}

impl Estimator for Own {
    fn estimate(&mut self, case: &Case) -> Result<Claim, String> {
        let problem = Problem::of(case.germ()?);
        // whoever asks waits no longer, so that what there is by then is the answer
        let time = Duration::try_from_secs_f64(case.seconds).map_err(|error| error.to_string())?;
        let control = Control::new().with_time(time.mul_f64(SHARE));
        let told = |error: &dyn std::fmt::Display| error.to_string();
        match *self {
            Self::Volume { particles } => {
                let volume = problem.volume().map_err(|error| told(&error))?;
                let volume = volume.particles(particles).rounds(1).seed(case.seed);
                let found = volume.estimate_with(&control);
                let found = found.map_err(|error| told(&error))?;
                Ok(claim(&found, found.fit()))
            }
            Self::Ladder => {
                let ladder = problem.ladder().map_err(|error| told(&error))?;
                let found = ladder.seed(case.seed).estimate_with(&control);
                let found = found.map_err(|error| told(&error))?;
                Ok(claim(&found, found.fit()))
            }
            Self::OneTemperature => {
                let local = problem.local_loss().map_err(|error| error.to_string())?;
                let llc = local.llc().prior(boxed(case, local.prior())?);
                let llc = llc.localization(0.0).nbeta(case.t).seed(case.seed);
                let found = llc.estimate_with(&control);
                let found = found.map_err(|error| error.to_string())?;
                Ok(Claim::energy(found.value(), found.standard_error()))
            }
        }
    }
}

/// The share of the time of a case that is spent on it, so that the answer comes in time.
const SHARE: f64 = 0.9;

/// λ̂, and m̂ where it is sure.
fn claim(found: &impl Estimate, fit: &PoleFit) -> Claim {
    Claim {
        multiplicity: (fit.probability() > 0.9).then_some(fit.multiplicity),
        ..Claim::lambda(found.value(), found.standard_error())
    }
}

/// The prior of a case on its box. Powers below 0, whose coordinates are not those of the case,
/// have none.
fn boxed(case: &Case, around: &Prior) -> Result<Prior, String> {
    if case.amplitude.iter().any(Rational::is_negative) {
        return Err("powers of the prior below 0 have no box here".to_string());
    }
    let mut prior = around.clone();
    for (index, name) in case.variables.iter().enumerate() {
        let lower = match case.nonnegative.contains(name) {
            true => 0.0,
            false => -1.0,
        };
        prior = prior
            .with_uniform(index, lower, 1.0)
            .map_err(|error| error.to_string())?;
    }
    Ok(prior)
}
