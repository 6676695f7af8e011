//! Boxes around w* without a worse zero of K than that at w*.

use super::{
    Doubt, Estimate, EstimateError, Ladder, LadderEstimate, VolumeEstimate, VolumeScaling,
};
use crate::sampler::Control;

/// The next box reaches so far towards the states of least K that keep away from w*.
const PART_OF_THE_WAY: f64 = 0.5;
/// The most boxes.
const MOST_BOXES: usize = 5;

/// An estimate in a box that was made smaller while [`Doubt::Elsewhere`] said that a worse zero of
/// K lies in it. Where the last box still has that doubt, so has the estimate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InSmallerBox<E> {
    /// The estimate in the last box.
    pub estimate: E,
    /// Half the side of that box.
    pub radius: f64,
    /// How far from w*, by the largest |wᵢ − w*ᵢ|, the worse zeros are at least that smaller boxes
    /// have left out, the first box's first.
    pub left_out: Vec<f64>,
}

impl VolumeScaling<'_> {
    /// The pole at w* itself: [`estimate_with`](Self::estimate_with), again in a box of half the
    /// distance while a worse zero of K is seen at some distance, in at most five boxes.
    ///
    /// # Errors
    /// As [`estimate_with`](Self::estimate_with) in the first box. Where a smaller one gives none,
    /// for want of time say, the answer is that of the box before, with its doubt.
    ///
    /// ```
    /// use rlct::estimate::VolumeScaling;
    /// use rlct::loss::{PolynomialLoss, Reading};
    /// use rlct::sampler::Control;
    ///
    /// // K = (x (x − 3/4)³)² has λ = 1/2 at 0, and 1/6 at 3/4
    /// let x = |power: u32, factor: f64| (vec![power], factor);
    /// let terms = vec![x(4, 1.0), x(3, -9.0 / 4.0), x(2, 27.0 / 16.0), x(1, -27.0 / 64.0)];
    /// let loss = PolynomialLoss::from_terms(1, &[terms], Reading::Ideal)?;
    /// let found = VolumeScaling::new(&loss, &[0.0]).in_smaller_box(&Control::new())?;
    /// assert!(found.radius < 0.75 && (found.left_out[0] - 0.75).abs() < 0.05);
    /// assert!((found.estimate.lambda() - 0.5).abs() < 0.03);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn in_smaller_box(
        &self,
        control: &Control<'_>,
    ) -> Result<InSmallerBox<VolumeEstimate>, EstimateError> {
        smaller(self.box_radius(), |radius| {
            self.clone().radius(radius).estimate_with(control)
        })
    }
}

impl Ladder<'_> {
    /// The same by the ladder; see [`VolumeScaling::in_smaller_box`].
    ///
    /// # Errors
    /// As there, and as [`estimate_with`](Self::estimate_with).
    pub fn in_smaller_box(
        &self,
        control: &Control<'_>,
    ) -> Result<InSmallerBox<LadderEstimate>, EstimateError> {
        smaller(self.box_radius(), |radius| {
            self.clone().radius(radius).estimate_with(control)
        })
    }
}

fn smaller<E: Estimate>(
    mut radius: f64,
    mut run: impl FnMut(f64) -> Result<E, EstimateError>,
) -> Result<InSmallerBox<E>, EstimateError> {
    let mut estimate = run(radius)?;
    let mut left_out = Vec::new();
    for _ in 1..MOST_BOXES {
        let doubts = estimate.verdict().doubts().iter();
        let mut distances = doubts.filter_map(|doubt| match doubt {
            Doubt::Elsewhere { nearest } => Some(*nearest),
            _ => None,
        });
        let Some(nearest) = distances.next().filter(|nearest| *nearest > 0.0) else {
            break;
        };
        let Ok(next) = run(PART_OF_THE_WAY * nearest) else {
            break;
        };
        (estimate, radius) = (next, PART_OF_THE_WAY * nearest);
        left_out.push(nearest);
    }
    Ok(InSmallerBox {
        estimate,
        radius,
        left_out,
    })
}
