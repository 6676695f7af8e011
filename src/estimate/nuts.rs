//! The estimate at one temperature by NUTS.

use super::chain_summary::Traces;
use super::llc_run::Seen;
use super::thresholds::chains::FEWEST_DRAWS;
use super::tuning::{LengthRule, Starts, StepRule, Tuning};
use super::{Doubt, EstimateError, Llc, LlcEstimate, Verdict};
use crate::loss::Scalar;
use crate::sampler::{Control, Halt, Hmc, Nuts};

impl<T: Scalar> Llc<'_, T> {
    /// U(t) by the No-U-Turn sampler instead of the one chosen; see [`Nuts`] for how far it is to
    /// be trusted. Any divergence is a doubt. The acceptance is not known, for a trajectory has no
    /// single one. The [`Tuning`] names HMC of the mean step and the mean number of leapfrog steps.
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate), and
    /// [`SamplerError::Unsupported`](crate::sampler::SamplerError::Unsupported) with a mask, a
    /// subspace or a prior on half-lines.
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
        let (nbeta, assumed_samples) = self.resolved_nbeta()?;
        let posterior = self.posterior(nbeta)?;
        let setting = self.setting(&posterior)?;
        // without a budget set by hand, the draws that are set are made
        let budget = self.length.budget;
        let ran = nuts.run(&self.chains, &posterior, budget, control)?;
        let chains = &ran.draws.chains;
        let losses: Vec<(&[f64], bool)> = chains
            .iter()
            .map(|chain| (chain.losses.as_slice(), chain.failure.is_some()))
            .collect();
        let moments: Vec<_> = ran.moments.iter().collect();
        let traces = Traces::new(&losses, &moments, &vec![false; chains.len()], |_| 0);
        if let (Some(budget), true) = (budget, ran.cut && traces.length() < FEWEST_DRAWS) {
            let burn_in = self.chains.burn_in;
            let least = burn_in + FEWEST_DRAWS * self.chains.steps_between_draws;
            // a trajectory takes two gradients at least, one for its draw
            let least = budget.max((2 * least * chains.len()) as u64) + 1;
            return Err(EstimateError::BudgetTooSmall { budget, least });
        }
        let seen = Seen::of(&traces, &setting, None)?;
        let steps = self.chains.burn_in + self.chains.num_draws * self.chains.steps_between_draws;
        let trajectories = (steps * chains.len()).max(1) as u64;
        let step = chains.iter().map(|chain| chain.step_size).sum::<f64>() / chains.len() as f64;
        let leapfrog_steps = ran.gradients.div_ceil(trajectories).max(1);
        let sampler = Hmc::new(step * step, leapfrog_steps as usize).into();
        let tuning = Tuning {
            sampler,
            step_rule: StepRule::Acceptance {
                target: nuts.target_acceptance,
            },
            preconditioned: true,
            starts: Starts {
                at_point: chains.len(),
                dispersed: 0,
                strayed: 0,
                hotter: 0,
            },
            burn_in: self.chains.burn_in,
            draws: traces.length(),
            length_rule: match (control.halted(), budget) {
                (Some(Halt::Time(time)), _) if ran.draws.stopped => LengthRule::Time {
                    seconds: time.as_secs_f64(),
                },
                _ if ran.draws.stopped => LengthRule::Stopped,
                (_, Some(evaluations)) if ran.cut => LengthRule::Budget { evaluations },
                _ => LengthRule::Given,
            },
            pilot_evaluations: 0,
            evaluations: ran.gradients,
            localization: posterior.localization(),
            assumed_samples,
        };
        let mut estimate = self.answer(&ran.draws, seen, &setting, &sampler, tuning, control)?;
        let mut doubts = estimate.verdict.doubts().to_vec();
        // no acceptance is known, but a Metropolis correction there is
        doubts.retain(|doubt| *doubt != Doubt::UncheckedStep);
        if ran.divergences > 0 {
            doubts.push(Doubt::Divergences {
                divergences: ran.divergences,
                trajectories: ran.trajectories,
            });
        }
        estimate.verdict = Verdict::of_energy(doubts);
        estimate.chains = ran.draws.chains;
        Ok(estimate)
    }
}
