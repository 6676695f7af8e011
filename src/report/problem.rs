//! A problem asked of both lanes at once.

use super::{Comparison, EstimateReport, ExactReport, Origin, Outcome, Row};
use crate::Budget;
use crate::estimate::{Estimate, EstimateError, Quantity, VolumeScaling};
use crate::problem::{LocalLoss, Problem};
use std::time::Instant;

impl Problem {
    /// The exact answer beside λ̂ by volume scaling, up to
    /// [`VolumeScaling::LARGEST_DIMENSION`] parameters, and by the temperature ladder, with the
    /// seed 1: as a table ([`Comparison::table`]) and as JSON. What fails is told in its place.
    ///
    /// ```no_run
    /// # use rlct::{Budget, Problem};
    /// let comparison = Problem::loss("x^2*y^4")?.compare(&Budget::default());
    /// println!("{}\n{comparison}", comparison.table());
    /// # Ok::<(), rlct::problem::ProblemError>(())
    /// ```
    #[must_use]
    pub fn compare(&self, budget: &Budget) -> Comparison {
        const SEED: u64 = 1;
        let mut row = Row::new(self.name());
        let start = Instant::now();
        let outcome = match self.exact(budget) {
            Ok(resolution) => resolution.answer().clone().into(),
            Err(error) => Outcome::Error {
                message: error.to_string(),
            },
        };
        let seconds = start.elapsed().as_secs_f64();
        row = row.with_exact(ExactReport::new(Origin::Engine, outcome, seconds));
        if self.dimension() <= VolumeScaling::LARGEST_DIMENSION {
            let estimate = |loss: &LocalLoss| loss.volume().seed(SEED).estimate();
            row = row.with_estimate(self.report("volume scaling", estimate));
        }
        let estimate = |loss: &LocalLoss| loss.ladder().seed(SEED).estimate();
        row = row.with_estimate(self.report("temperature ladder", estimate));
        Comparison::new().with_row(row)
    }

    fn report<E: Estimate>(
        &self,
        way: &str,
        estimate: impl FnOnce(&LocalLoss) -> Result<E, EstimateError>,
    ) -> EstimateReport {
        let failed = |error: &dyn std::error::Error| {
            EstimateReport::failed(way, Quantity::LearningCoefficient, error.to_string())
        };
        let start = Instant::now();
        let estimated = match self.local_loss() {
            Ok(loss) => estimate(loss),
            Err(error) => return failed(&error),
        };
        match estimated {
            Ok(estimate) => {
                EstimateReport::from_estimate(way, &estimate, start.elapsed().as_secs_f64())
            }
            Err(error) => failed(&error),
        }
    }
}
