//! Regions for `rlct compare --regions`: the worst zero of each, exactly and by volumes.

use super::super::interrupt::Interrupt;
use super::super::method::{Method, Settings};
use super::super::progress::Progress;
use super::super::{CliError, locus::with_prior};
use super::{failed, seconds_since};
use crate::problem::region_loss;
use crate::report::{ExactReport, Origin, Outcome, Row};
use crate::resolution::{Locus, Region};
use std::time::Instant;

/// An ideal on a region, with powers of the prior.
pub(super) struct RegionModel {
    pub(super) name: &'static str,
    ideal: &'static [&'static str],
    on: &'static str,
    prior: Option<&'static str>,
}

impl RegionModel {
    const fn new(
        name: &'static str,
        ideal: &'static [&'static str],
        on: &'static str,
        prior: Option<&'static str>,
    ) -> Self {
        Self {
            name,
            ideal,
            on,
            prior,
        }
    }

    fn locus(&self) -> Result<Locus, CliError> {
        let locus = Locus::ideal(self.ideal.iter())?;
        let region = Region::parse_in(self.on, locus.variables())
            .map_err(|error| CliError::Setting(error.to_string()))?;
        let region = match self.prior {
            Some(prior) => with_prior(region, prior, locus.variables())?,
            None => region,
        };
        Ok(locus.on(region)?)
    }

    /// The exact answer and the estimate.
    pub(super) fn row(
        &self,
        settings: &Settings,
        exact_only: bool,
        (interrupt, progress): (&Interrupt, &Progress),
    ) -> Result<Row, CliError> {
        let locus = self.locus()?;
        let start = Instant::now();
        let resolution = locus.resolve(&interrupt.budget())?;
        let outcome = match resolution.answer() {
            Some(answer) => Outcome::from(answer),
            None => Outcome::Error {
                message: resolution.to_string(),
            },
        };
        let exact = ExactReport::new(Origin::Engine, outcome, seconds_since(start));
        let row = Row::new(self.name).with_exact(exact);
        if exact_only {
            return Ok(row);
        }
        let loss = region_loss(&locus)?;
        let estimated = settings.over_region(&loss, (interrupt, progress));
        Ok(row.with_estimate(match estimated {
            Ok(estimated) => estimated.report,
            Err(error) => failed(Method::Volume, settings, &error.into()),
        }))
    }
}

/// Places where the worst zero is not where one would look first, in regions of every kind.
pub(super) const REGIONS: [RegionModel; 12] = [
    RegionModel::new("x(x−1)² on [−1, 2]", &["x*(x-1)^2"], "x in [-1, 2]", None),
    RegionModel::new(
        "nodal cubic in a box",
        &["y^2-x^2*(x+1)"],
        "x in [-2, 2], y in [-2, 2]",
        None,
    ),
    RegionModel::new(
        "the same without its node",
        &["y^2-x^2*(x+1)"],
        "x in [1, 2], y in [-3, 3]",
        None,
    ),
    RegionModel::new(
        "cusp at (√2, 0)",
        &["(x^2-2)^2-y^3"],
        "x in [0, 2], y in [-1, 1]",
        None,
    ),
    RegionModel::new(
        "circle and line",
        &["(x^2+y^2-1)*(2*x-1)"],
        "x in [-2, 2], y in [-2, 2]",
        None,
    ),
    RegionModel::new(
        "sides of a triangle",
        &["x*y*(1-x-y)"],
        "x, y >= 0, x + y <= 1",
        None,
    ),
    RegionModel::new(
        "the same, prior ∝ x^(−1/2)",
        &["x*y*(1-x-y)"],
        "x, y >= 0, x + y <= 1",
        Some("x^(-1/2)"),
    ),
    RegionModel::new(
        "x + y on a quadrant",
        &["x+y"],
        "x in [0, 1], y in [0, 1]",
        None,
    ),
    RegionModel::new(
        "binomial mixture, 2 trials",
        &["(1-a)*p+a*q-1/2", "(1-a)*p^2+a*q^2-1/4"],
        "a in [0, 1], p in [0, 1], q in [0, 1]",
        None,
    ),
    RegionModel::new(
        "Whitney's umbrella",
        &["x^2-y^2*z"],
        "x in [-1, 1], y in [-1, 1], z in [-1, 1]",
        None,
    ),
    RegionModel::new(
        "tanh network, 2 units",
        &["a1*b1+a2*b2", "a1*b1^3+a2*b2^3"],
        "a1 in [-2, 2], a2 in [-2, 2], b1 in [-2, 2], b2 in [-2, 2]",
        None,
    ),
    RegionModel::new(
        "linear 2-1-2, rank 0",
        &["a1*b1", "a1*b2", "a2*b1", "a2*b2"],
        "a1 in [-1, 1], a2 in [-1, 1], b1 in [-1, 1], b2 in [-1, 1]",
        None,
    ),
];
