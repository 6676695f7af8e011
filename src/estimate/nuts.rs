//! The estimate at one temperature by NUTS.

use super::{Doubt, EstimateError, Llc, LlcEstimate};
use crate::loss::Scalar;
use crate::sampler::{Control, Nuts};

impl<T: Scalar> Llc<'_, T> {
    /// λ̂ by the No-U-Turn sampler instead of the one chosen; see [`Nuts`] for how far it is to be
    /// trusted. Any divergence is a doubt. The acceptance is not known, for a trajectory has no single one.
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate), and
    /// [`SamplerError::Unsupported`](crate::sampler::SamplerError::Unsupported) with a mask, a subspace or a prior on
    /// half-lines.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork, sampler::Nuts};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3);
    /// assert!(llc.estimate_by_nuts(&Nuts::new())?.acceptance().is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn estimate_by_nuts(&self, nuts: &Nuts) -> Result<LlcEstimate, EstimateError> {
        self.estimate_by_nuts_with(nuts, &Control::new())
    }

    /// [`estimate_by_nuts`](Self::estimate_by_nuts) under a [`Control`].
    ///
    /// # Errors
    /// As [`estimate_by_nuts`](Self::estimate_by_nuts).
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork, sampler::{Control, Nuts}};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).mask(&[true]).chains(0);
    /// assert!(llc.estimate_by_nuts_with(&Nuts::new(), &Control::new()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn estimate_by_nuts_with(
        &self,
        nuts: &Nuts,
        control: &Control<'_>,
    ) -> Result<LlcEstimate, EstimateError> {
        let nbeta = self.resolved_nbeta()?;
        let posterior = self.posterior(nbeta)?;
        let (draws, divergences, trajectories) = nuts.run(&self.chains, &posterior, control)?;
        let mut estimate = self.conclude(nbeta, draws)?;
        let mut doubts = estimate.verdict.doubts().to_vec();
        // no acceptance is known, but a Metropolis correction there is
        doubts.retain(|doubt| *doubt != Doubt::UncheckedStep);
        if divergences > 0 {
            doubts.push(Doubt::Divergences {
                divergences,
                trajectories,
            });
        }
        estimate.verdict = doubts.into();
        Ok(estimate)
    }
}
