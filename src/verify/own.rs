//! The estimators of this crate, held to the same.

use super::{Case, Claim, Estimator};
use crate::estimate::Estimate;
use crate::problem::Problem;

/// Volume scaling with so many particles, one round.
///
/// ```
/// use rlct::verify::{Estimator, Own, Suite};
///
/// let report = Suite::catalogue()?.families(["regular"]).max_dimension(2).run(&mut Own::new(40));
/// assert!(report.failures().is_empty());
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Own {
    particles: usize,
}

impl Own {
    /// With so many particles in each replicate.
    #[must_use]
    pub fn new(particles: usize) -> Self {
        Self { particles }
    }
}

impl Estimator for Own {
    fn estimate(&mut self, case: &Case) -> Result<Claim, String> {
        let problem = Problem::of(case.germ()?);
        let volume = problem.volume().map_err(|error| error.to_string())?;
        let volume = volume.particles(self.particles).rounds(1).seed(case.seed);
        let found = volume.estimate().map_err(|error| error.to_string())?;
        Ok(Claim {
            multiplicity: (found.fit().probability() > 0.9).then_some(found.multiplicity()),
            ..Claim::lambda(found.value(), found.standard_error())
        })
    }
}
