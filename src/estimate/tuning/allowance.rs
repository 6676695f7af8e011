//! How a budget of gradients is divided between the pilot and the chains.

use super::pilot;
use crate::estimate::{EstimateError, Llc};
use crate::loss::Scalar;
use crate::sampler::{Chains, Control, Langevin, parallel};
use std::time::{Duration, Instant};

/// What a run may take, pilot included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::estimate) struct Allowance {
    /// Gradients in all.
    pub(in crate::estimate) budget: u64,
    /// Whether the chains are cut to it: not where their length was set by hand, and no budget.
    pub(in crate::estimate) binds: bool,
    /// Pilot trajectories at full length over what is affordable, at least 1.
    pub(super) thrift: f64,
    /// The most leapfrog steps of a trajectory whose length the pilot chooses.
    pub(super) longest: usize,
}

/// The fewest draws of each chain that a budget has to be good for: a fifth of them is burn-in, and
/// the drift of the rest needs
/// [`FEWEST_DRAWS_OF_DRIFT`](crate::diagnostics::FEWEST_DRAWS_OF_DRIFT).
const FEWEST_DRAWS: usize = 50;
/// The part of the steps that is burn-in where a budget cuts it short. Chosen by hand, more than
/// without a budget: short chains settle in a larger part of theirs.
const BURN_IN_SHARE: usize = 3;
/// The part of a budget that the pilot aims at. Chosen by hand.
const PILOT_SHARE: f64 = 0.25;
/// A default budget is so many times the least at least. Chosen by hand.
const AMPLE: u64 = 4;
/// The part of the time that is left for which gradients are counted on: others may use the
/// machine too, and what is between gradients takes time. Chosen by hand.
const TIMELY_SHARE: f64 = 0.6;
/// How long gradients are timed, and the part of the time that this may take. Chosen by hand.
const TIMING: Duration = Duration::from_millis(20);
const TIMING_SHARE: u32 = 50;
/// The thrift at which every leg of a pilot is as short as may be: more than its longest leg over
/// the fewest trajectories of one.
const THRIFTIEST: f64 = 1024.0;

impl<T: Scalar> Llc<'_, T> {
    /// How many gradients the time allows, if it is limited: they are timed at w*. Gradients on
    /// batches where there are batches.
    pub(in crate::estimate) fn timely(&self, control: &Control<'_>) -> Option<u64> {
        let left = control.left()?;
        let mut scratch = vec![T::of(0.0); self.loss.scratch_len()];
        let mut gradient = vec![T::of(0.0); self.w_star.len()];
        let size = self.chains.batch_size.zip(self.loss.num_samples());
        let batch: Option<Vec<u32>> =
            size.map(|(batch, samples)| (0..batch.min(samples) as u32).collect());
        let (start, most) = (Instant::now(), TIMING.min(left / TIMING_SHARE));
        let mut taken = 0_u32;
        while taken == 0 || start.elapsed() < most {
            match &batch {
                Some(batch) => {
                    let w = self.w_star;
                    self.loss
                        .batch_gradient(w, batch, &mut gradient, &mut scratch)
                }
                None => self.loss.gradient(self.w_star, &mut gradient, &mut scratch),
            };
            taken += 1;
        }
        let seconds = start.elapsed().as_secs_f64() / f64::from(taken);
        let at_once = parallel::at_once(self.chains.num_chains) as f64;
        let gradients = TIMELY_SHARE * left.as_secs_f64() * at_once / seconds;
        Some(gradients.max(1.0) as u64)
    }

    /// Divides the budget, or the gradients that the time allows where these are fewer: to them the
    /// pilot is fitted, while the chains go on until the time is over. `resumed`: the pilot goes on
    /// from another temperature.
    pub(in crate::estimate) fn allowance(
        &self,
        timely: Option<u64>,
        resumed: bool,
    ) -> Result<Allowance, EstimateError> {
        let pilot = if resumed {
            self.has_pilot()
        } else {
            self.has_pilot_run()
        };
        let cost = pilot.then(|| pilot::Cost::of(self, resumed));
        let of_pilot = |thrift: f64, longest: usize| {
            let cost = cost.as_ref().map(|cost| cost.most(thrift, longest));
            // the gradient at w*, to which a subspace is orthogonal
            cost.unwrap_or(0) + u64::from(self.orthogonal)
        };
        let shortest = pilot::SHORTEST as usize;
        let least_steps = self.least_steps() as u64;
        let chains = self.chains.num_chains as u64;
        let of_chains = |longest: usize| {
            let gradients = self.gradients_of_a_step(longest) as u64;
            let of_chain = least_steps.saturating_mul(gradients).saturating_add(1);
            chains.saturating_mul(of_chain)
        };
        let least = of_pilot(THRIFTIEST, shortest).saturating_add(of_chains(shortest));
        let budget = match self.length.budget {
            Some(budget) if budget < least => {
                return Err(EstimateError::BudgetTooSmall { budget, least });
            }
            Some(budget) => budget,
            None => {
                // gradients on batches cost as batches do
                let samples = self.chains.batch_size.or(self.loss.cost_in_samples());
                let default = self.length.default_budget(self.loss.dimension(), samples);
                default.max(least.saturating_mul(AMPLE))
            }
        };
        let binds = self.length.budget.is_some() || !self.draws_given;
        let counts = binds || timely.is_some();
        let of_chains = |longest| if counts { of_chains(longest) } else { 0 };
        let affordable = timely.map_or(budget, |timely| timely.min(budget));
        let fits = |thrift: f64, longest: usize| {
            of_pilot(thrift, longest).saturating_add(of_chains(longest)) <= affordable
        };
        let aim = PILOT_SHARE * affordable as f64;
        let full = cost.as_ref().map_or(0.0, pilot::Cost::full);
        let mut thrift = (full / aim).max(1.0);
        while thrift < THRIFTIEST && !fits(thrift, shortest) {
            thrift *= 2.0;
        }
        let mut longest = pilot::LONGEST as usize;
        while longest > shortest && !fits(thrift, longest) {
            longest -= 1;
        }
        Ok(Allowance {
            budget,
            binds,
            thrift,
            longest,
        })
    }

    /// Gradients of a step of the chains, if trajectories whose length is not given have so many
    /// leapfrog steps.
    fn gradients_of_a_step(&self, longest: usize) -> usize {
        match &self.sampler {
            Some(sampler) => sampler.gradients(),
            None if self.chains.batch_size.is_some() => 1,
            None => longest,
        }
    }

    /// The fewest steps of a chain from which there is an estimate.
    fn least_steps(&self) -> usize {
        let draws = if self.draws_given {
            self.chains.num_draws.min(FEWEST_DRAWS)
        } else {
            FEWEST_DRAWS
        };
        let draws = draws.saturating_mul(self.chains.steps_between_draws);
        if self.burn_in_given {
            self.chains.burn_in.saturating_add(draws)
        } else if self.has_pilot() && !self.burns_in() {
            draws
        } else {
            draws.saturating_add(draws.div_ceil(BURN_IN_SHARE - 1))
        }
    }

    /// Whether chains have a burn-in after a pilot, where none is set.
    fn burns_in(&self) -> bool {
        self.draws_given || self.sampler.is_some_and(|given| given.learns_in_burn_in())
    }
}

impl Allowance {
    /// Cuts the burn-in, unless it was set by hand, and the draws to what is left of the budget
    /// after `spent` gradients.
    pub(in crate::estimate) fn cut(
        &self,
        settings: &mut Chains,
        sampler: &Langevin,
        spent: u64,
        burn_in_given: bool,
    ) {
        if !self.binds {
            return;
        }
        let of_chain = self.budget.saturating_sub(spent) / settings.num_chains.max(1) as u64;
        // one gradient is at the start of a chain
        let steps = of_chain.saturating_sub(1) / sampler.gradients().max(1) as u64;
        let steps = usize::try_from(steps).unwrap_or(usize::MAX);
        if !burn_in_given {
            settings.burn_in = settings.burn_in.min(steps / BURN_IN_SHARE);
        }
        let draws = steps.saturating_sub(settings.burn_in) / settings.steps_between_draws.max(1);
        settings.num_draws = settings.num_draws.min(draws);
    }
}
