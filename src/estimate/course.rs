//! The chains of an estimate at one temperature on their way, in rounds, to their end.

use super::chain_summary::{ChainSummary, Setting, Traces};
use super::journal::Journal;
use super::llc_run::LEAST_DRAWS;
use super::tuning::{Allowance, LengthRule};
use super::{EstimateError, Llc};
use crate::loss::Scalar;
use crate::sampler::{Chains, Control, Halt, Rounds};

/// The part of a chain that is left out at its start, where the burn-in is not set. Chosen by hand:
/// chains that have settled lose a tenth of their precision.
pub(super) const BURN_IN_SHARE: usize = 5;
/// A further round is as long as this part of the draws so far at least: a shorter one would change
/// little. Chosen by hand.
const LEAST_ROUND: u64 = 20;

/// The chains on their way to their end.
pub(super) struct Course<'a, 'l, T: Scalar> {
    pub(super) llc: &'a Llc<'l, T>,
    pub(super) settings: &'a Chains,
    pub(super) setting: &'a Setting,
    pub(super) dispersed: &'a [bool],
    pub(super) allowance: &'a Allowance,
    /// Gradients of a step of all chains.
    pub(super) cost: u64,
    /// Gradients before the chains, and with them.
    pub(super) before: u64,
    pub(super) spent: u64,
}

impl<T: Scalar> Course<'_, '_, T> {
    /// Advances the chains, to so many draws of each at first, until they are long enough; and what
    /// they then say, if that was looked at.
    pub(super) fn run(
        &mut self,
        rounds: &mut Rounds<'_, T>,
        mut draws: usize,
        control: &Control<'_>,
        journal: &mut Journal<'_, T>,
    ) -> Result<(LengthRule, Option<ChainSummary>), EstimateError> {
        let relative_error = self.llc.length.relative_error;
        let evaluations = self.allowance.budget;
        let thin = self.settings.steps_between_draws;
        let chains = self.settings.num_chains as u64;
        loop {
            let target = self.settings.burn_in + draws * thin;
            let total = target as u64 * chains;
            journal.advance(rounds, (target, draws), control, total);
            self.spent = self.before + rounds.gradients();
            if rounds.stopped() {
                let rule = match control.halted() {
                    Some(Halt::Time(time)) => LengthRule::Time {
                        seconds: time.as_secs_f64(),
                    },
                    _ => LengthRule::Stopped,
                };
                return Ok((rule, None));
            }
            if self.llc.draws_given {
                let rule = if draws < self.llc.chains.num_draws {
                    LengthRule::Budget { evaluations }
                } else {
                    LengthRule::Given
                };
                return Ok((rule, None));
            }
            let traces = self.traces(rounds);
            if traces.losses.is_empty() {
                return Ok((LengthRule::Given, None)); // all have failed
            }
            let summary = ChainSummary::of(&traces, self.setting)?;
            let Some(factor) = self.llc.length.factor(&summary) else {
                return Ok((LengthRule::Target { relative_error }, Some(summary)));
            };
            let left = evaluations.saturating_sub(self.spent) / self.cost / thin as u64;
            let more = ((draws as f64 * (factor - 1.0)).ceil() as u64).min(left);
            if more < LEAST_DRAWS as u64 || LEAST_ROUND * more < draws as u64 {
                return Ok((LengthRule::Budget { evaluations }, Some(summary)));
            }
            draws += more as usize;
        }
    }

    /// How many draws of each chain count as burn-in.
    pub(super) fn cut(&self, rounds: &Rounds<'_, T>) -> usize {
        if self.llc.burn_in_given || self.llc.draws_given {
            return 0;
        }
        let longest = rounds.losses().iter().map(|(l, _)| l.len()).max();
        longest.unwrap_or(0) / BURN_IN_SHARE
    }

    pub(super) fn traces<'r>(&self, rounds: &'r Rounds<'_, T>) -> Traces<'r> {
        let cut = self.cut(rounds);
        Traces::new(&rounds.losses(), &rounds.moments(), self.dispersed, |_| cut)
    }
}
