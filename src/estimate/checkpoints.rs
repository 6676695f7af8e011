//! U(t) along a list of points.

use super::{EstimateError, Llc, LlcEstimate};
use crate::loss::Scalar;
use crate::sampler::{Control, SamplerError};

impl<'a, T: Scalar> Llc<'a, T> {
    /// The same settings at another point w*.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// // K = ½ (w₂w₁)²: a node at 0, regular across the axis at (1, 0)
    /// let loss = LinearNetwork::new(&[1, 1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0, 0.0]).nbeta(1e4).localization(100.0);
    /// assert!(llc.at(&[1.0, 0.0]).estimate()?.energy() > llc.estimate()?.energy());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn at<'b>(&self, w_star: &'b [T]) -> Llc<'b, T>
    where
        'a: 'b,
    {
        let mut llc: Llc<'b, T> = self.clone();
        llc.w_star = w_star;
        llc
    }

    /// U(t) at each of a list of points, as the checkpoints of a training run, one after the other:
    /// the points may be read from somewhere as they are needed. Each is what
    /// [`estimate`](Self::estimate) gives there with the same seed. A point that is no minimum has
    /// the doubt [`BelowMinimum`](super::Doubt::BelowMinimum), and one where nothing can run is an
    /// error of its own; the others follow. After a stop there are no more.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork, sampler::Control};
    /// let loss = LinearNetwork::new(&[1, 1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0, 0.0]).nbeta(1e4).draws(500);
    /// let points = [vec![1.0, 1.0], vec![1.0, 0.0], vec![0.0]];
    /// let control = Control::new();
    /// let along: Vec<_> = llc.along(&points, &control).collect();
    /// assert_eq!(along[1], llc.at(&[1.0, 0.0]).estimate());
    /// assert!(!along[0].as_ref().is_ok_and(|llc| llc.verdict().is_converged()), "L = ½ > 0");
    /// assert!(along[2].is_err(), "one coordinate instead of two");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn along<P: AsRef<[T]>>(
        &self,
        points: impl IntoIterator<Item = P>,
        control: &Control<'_>,
    ) -> impl Iterator<Item = Result<LlcEstimate, EstimateError>> {
        let within = points.into_iter().take_while(|_| !control.stopped());
        within.map(|point| {
            let (expected, found) = (self.loss.dimension(), point.as_ref().len());
            if expected != found {
                let what = "the checkpoint";
                return Err(SamplerError::Dimension {
                    what,
                    expected,
                    found,
                }
                .into());
            }
            self.at(point.as_ref()).estimate_with(control)
        })
    }
}
