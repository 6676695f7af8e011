//! From the zeros of K in a region to its volumes.

use super::ProblemError;
use crate::algebra::{Rational, Reading};
use crate::loss::{PolynomialLoss, RegionLoss};
use crate::resolution::Locus;
use std::sync::Arc;

/// K and the prior on a bounded region, for [`VolumeScaling::over`] beside the exact
/// [`Locus::resolve`].
///
/// [`VolumeScaling::over`]: crate::estimate::VolumeScaling::over
///
/// # Errors
/// [`ProblemError::Unbounded`] of a region that is not bounded, [`ProblemError::Loss`] for a power
/// below 0 of a slanted side, and for polynomials that floating point cannot hold.
///
/// ```
/// use rlct::estimate::VolumeScaling;
/// use rlct::problem::region_loss;
/// use rlct::resolution::{Locus, Region};
/// use rlct::Budget;
///
/// let region: Region = "x in [-2, 2], y in [-2, 2]".parse()?;
/// let node = Locus::ideal(["y^2 - x^2*(x + 1)"])?.on(region)?;
/// let exact = node.resolve(&Budget::default())?.coefficient().unwrap().lambda().to_f64();
/// let loss = region_loss(&node)?;
/// let estimate = VolumeScaling::over(&loss).particles(100).estimate()?;
/// assert!((estimate.lambda() - exact).abs() < 3.0 * estimate.standard_error());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn region_loss(locus: &Locus) -> Result<RegionLoss, ProblemError> {
    let names = locus.variables().names();
    let loss = PolynomialLoss::new(locus.generators(), locus.reading())?;
    let mut intervals = Vec::with_capacity(names.len());
    for (i, name) in names.iter().enumerate() {
        match locus.extent(i) {
            (Some(lower), Some(upper)) => intervals.push((lower.to_f64(), upper.to_f64())),
            (lower, _) => {
                return Err(ProblemError::Unbounded {
                    name: name.clone(),
                    end: if lower.is_none() { "lower" } else { "upper" },
                });
            }
        }
    }
    let mut region = RegionLoss::new(Arc::new(loss), &intervals)?;
    for i in 0..names.len() {
        let (lower, upper) = locus.end_powers(i);
        region = region.with_powers(i, [lower.to_f64(), upper.to_f64()])?;
    }
    for (slopes, constant, power) in locus.slanted_sides() {
        let slopes: Vec<f64> = slopes.iter().map(Rational::to_f64).collect();
        region = region.with_side(&slopes, constant.to_f64(), power.to_f64())?;
    }
    for function in locus.curved_sides() {
        let side = PolynomialLoss::new(std::slice::from_ref(function), Reading::Loss)?;
        region = region.with_curved_side(Arc::new(side))?;
    }
    Ok(region)
}
