//! The run of an estimate at one temperature: pilot, chains in rounds, judgement.

use super::chain_summary::{ChainSummary, Effects, Setting, Traces};
use super::course::{BURN_IN_SHARE, Course};
use super::journal::Journal;
use super::judgement::Judgement;
use super::run_state::Begun;
use super::thresholds::chains::{BELOW_MINIMUM_ERRORS, FEWEST_DRAWS};
use super::tuning::VIRIAL_SHARE;
use super::tuning::{Allowance, Handoff, LengthRule, Pilot, StepRule, Tuning};
use super::{Doubt, EstimateError, Llc, LlcEstimate, Verdict};
use crate::diagnostics::DiagnosticsError;
use crate::loss::Scalar;
use crate::sampler::{
    Chains, Control, Draws, Langevin, Mala, Observer, Posterior, RecordedLoss, Rounds,
};

/// Draws of a chain in the first round, after a pilot and without. Chosen by hand: after a pilot
/// somewhat more than the effective draws that are asked for, without one the default of
/// [`Chains`].
const FIRST_ROUND: usize = 250;
const FIRST_ROUND_WITHOUT_PILOT: usize = 2000;
/// The fewest steps of a burn-in after a pilot, before draws whose number is set. Chosen by hand.
const LEAST_BURN_IN: usize = 50;
/// The fewest draws of a chain of which anything is said, for the diagnostics need as many; and of
/// a further round.
pub(super) const LEAST_DRAWS: usize = 4;
/// The step size ε of MALA from which it adapts, where nothing tells one.
pub(super) const FIRST_STEP: f64 = 1e-3;

/// What became of the chains.
pub(super) struct Ran<T> {
    /// After the burn-in.
    pub(super) draws: Draws,
    /// The estimate, without its chains.
    pub(super) estimate: Result<LlcEstimate, EstimateError>,
    pub(super) nbeta: f64,
    pub(super) baseline: f64,
    /// The sampler with the step it came to.
    pub(super) sampler: Langevin,
    pub(super) settings: Chains,
    /// Where the chains that did not fail ended, if there are any.
    pub(super) handoff: Option<Handoff<T>>,
}

/// No observer of the draws.
pub(super) struct Unobserved;

impl<T> Observer<T> for Unobserved {
    fn draw(&mut self, _: &[T]) {}
}

impl<T: Scalar> Llc<'_, T> {
    /// Runs the chains and estimates U(t).
    ///
    /// # Errors
    /// [`EstimateError`]: settings out of range, a point that does not fit the loss, a loss not
    /// finite at w*, or all chains failed.
    ///
    /// ```
    /// # use rlct::{estimate::{EstimateError, Llc}, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let none = Llc::new(&loss, &[0.0]).num_samples(0).estimate();
    /// assert_eq!(none, Err(EstimateError::SampleSize { num_samples: 0 }));
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn estimate(&self) -> Result<LlcEstimate, EstimateError> {
        self.estimate_with(&Control::new())
    }

    /// Runs the chains under a [`Control`], which can watch and stop them.
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate), and
    /// [`SamplerError::StoppedEarly`](crate::sampler::SamplerError::StoppedEarly) or
    /// [`SamplerError::TimeTooShort`](crate::sampler::SamplerError::TimeTooShort) if there were too
    /// few draws when the flag or the time stopped the run.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork, sampler::Control};
    /// # use std::sync::atomic::AtomicBool;
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let flag = AtomicBool::new(true);
    /// let control = Control::new().with_stop(&flag);
    /// let stopped = Llc::new(&loss, &[0.0]).num_samples(100).estimate_with(&control);
    /// assert!(stopped.is_err());
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn estimate_with(&self, control: &Control<'_>) -> Result<LlcEstimate, EstimateError> {
        let ran = self.run::<Unobserved>(None, control, &mut [])?;
        let mut estimate = ran.estimate?;
        estimate.chains = ran.draws.chains;
        Ok(estimate)
    }

    /// Runs the chains, each with an observer of its draws if there are as many. Observers also see
    /// the draws that count as burn-in afterwards, all but the last [`Tuning::draws`] of each
    /// chain. They go on from where those of another temperature ended, if that is given.
    pub(super) fn run<O: Observer<T>>(
        &self,
        from: Option<&Handoff<T>>,
        control: &Control<'_>,
        observers: &mut [O],
    ) -> Result<Ran<T>, EstimateError> {
        self.run_kept(from, control, observers, &mut Journal::none())
    }

    /// [`run`](Self::run), kept in a journal: what it holds is not done again. The time does not
    /// shorten the pilot of what can go on later.
    pub(super) fn run_kept<O: Observer<T>>(
        &self,
        from: Option<&Handoff<T>>,
        control: &Control<'_>,
        observers: &mut [O],
        journal: &mut Journal<'_, T>,
    ) -> Result<Ran<T>, EstimateError> {
        let (nbeta, assumed_samples) = self.resolved_nbeta()?;
        let posterior = self.posterior(nbeta)?;
        self.check(&posterior)?;
        let timely = match journal.is_kept() {
            true => None,
            false => self.timely(control),
        };
        let allowance = self.allowance(timely, from.is_some())?;
        let setting = self.setting(&posterior)?;
        let baseline = setting.baseline;
        let begun = journal.take_begun();
        let watch = (control, &mut *journal);
        let pilot = match (&begun, from) {
            (Some(begun), _) => begun
                .pilot
                .as_ref()
                .map(|pilot| Pilot::of(pilot, self))
                .transpose()?,
            (None, Some(from)) => Some(Pilot::resume(self, &posterior, from, &allowance, watch)?),
            (None, None) if self.has_pilot_run() => {
                Some(Pilot::run(self, &posterior, baseline, &allowance, watch)?)
            }
            (None, None) => None,
        };
        let tuned = pilot.as_ref().filter(|_| self.has_pilot());
        let sampler = match (tuned, self.sampler) {
            (Some(pilot), _) => pilot.sampler,
            (None, given) => given.unwrap_or_else(|| Mala::adaptive(FIRST_STEP).into()),
        };
        let pilot_evaluations = pilot.as_ref().map_or(0, |p| p.evaluations);
        // the gradient at w*, to which a subspace is orthogonal
        let spent = pilot_evaluations + u64::from(self.orthogonal);
        let settings = match &begun {
            Some(begun) => self.settings_further(&begun.settings, &sampler, &allowance, spent),
            None => self.settings(&sampler, tuned.is_some(), &allowance, spent),
        };
        let dispersed = pilot
            .as_ref()
            .map_or_else(|| vec![false; settings.num_chains], |p| p.dispersed.clone());
        let starts = pilot.as_ref().map_or(&[][..], |p| &p.starts);
        let metric = tuned.and_then(|pilot| pilot.metric.as_deref());
        let mut rounds = Rounds::start(&settings, &posterior, &sampler, starts, metric, observers)?;
        if let Some(begun) = &begun {
            rounds.restore(&begun.chains)?;
        }
        let draws = match &begun {
            Some(begun) if !self.draws_given => begun.draws,
            _ => settings.num_draws,
        };
        journal.begin(|| Begun {
            pilot: pilot.as_ref().map(|pilot| pilot.save(self)),
            settings: settings.clone(),
            draws,
            chains: rounds.save(),
        });
        drop(begun);
        let mut course = Course {
            llc: self,
            settings: &settings,
            setting: &setting,
            dispersed: &dispersed,
            allowance: &allowance,
            cost: (settings.num_chains.saturating_mul(sampler.gradients())) as u64,
            before: spent,
            spent,
        };
        let (length_rule, summary) = course.run(&mut rounds, draws, control, journal)?;
        let cut = course.cut(&rounds);
        let evaluations = course.spent;
        let seen = Seen::of(&course.traces(&rounds), &setting, summary)?;
        let roughness = rounds.roughness();
        let points: Vec<Vec<T>> = rounds
            .points()
            .into_iter()
            .filter(|(.., failure)| failure.is_none())
            .map(|(point, ..)| point)
            .collect();
        let mut draws = rounds.finish();
        for chain in &mut draws.chains {
            chain.losses.drain(..cut.min(chain.losses.len()));
        }
        let steps_cut = settings.burn_in + cut * settings.steps_between_draws;
        let starts = pilot.as_ref().map_or(
            super::tuning::Starts {
                at_point: settings.num_chains,
                dispersed: 0,
                strayed: 0,
                hotter: 0,
            },
            Pilot::starts,
        );
        let step_rule = match tuned.map(|pilot| pilot.target_acceptance) {
            Some(Some(target)) => StepRule::Acceptance { target },
            Some(None) => StepRule::Virial {
                share: VIRIAL_SHARE,
            },
            None if sampler.adapts() => StepRule::Adapted,
            None => StepRule::Given,
        };
        let sampler_used = match draws.chains.first() {
            Some(chain) if sampler.adapts() => sampler.fixed_at(chain.step_size),
            _ => sampler,
        };
        let tuning = Tuning {
            sampler: sampler_used,
            step_rule,
            preconditioned: metric.is_some(),
            starts,
            burn_in: steps_cut,
            draws: draws.losses().first().map_or(0, |l| l.len()),
            length_rule,
            pilot_evaluations,
            evaluations,
            localization: setting.localization,
            assumed_samples,
        };
        let estimate = self
            .answer(&draws, seen, &setting, &sampler, tuning, control)
            .map(|mut estimate| {
                if let Some(roughness) = roughness {
                    let mut doubts = estimate.verdict.doubts().to_vec();
                    doubts.push(roughness.into());
                    estimate.verdict = doubts.into();
                }
                estimate
            });
        let handoff = (!points.is_empty()).then(|| Handoff {
            points,
            metric: metric.map(<[T]>::to_vec),
            sampler: sampler_used,
            nbeta,
        });
        Ok(Ran {
            draws,
            estimate,
            nbeta,
            baseline,
            sampler: sampler_used,
            settings,
            handoff,
        })
    }

    /// The constants of the posterior that make quantities of its draws.
    pub(super) fn setting(&self, posterior: &Posterior<'_, T>) -> Result<Setting, EstimateError> {
        Ok(Setting {
            baseline: posterior.baseline()?,
            nbeta: posterior.nbeta(),
            localization: posterior.localization(),
            virial_dimension: posterior
                .has_virial()
                .then(|| posterior.moving_dimension() as f64),
            near: posterior.moving_dimension() as f64 + self.prior.amplitude().iter().sum::<f64>(),
            full: self.chains.batch_size.is_none() || self.chains.recorded == RecordedLoss::Full,
        })
    }

    /// Whether the pilot chooses the step size.
    pub(super) fn has_pilot(&self) -> bool {
        self.sampler.is_none() || self.tunes_step
    }

    /// Whether there is a pilot, for the step size or for the starts.
    pub(super) fn has_pilot_run(&self) -> bool {
        self.has_pilot() || self.disperses()
    }

    /// How many chains start away from w*: half of them, drawn from N(w*, 1/γ).
    pub(super) fn starts_away(&self) -> usize {
        if self.disperses() && self.localization > 0.0 {
            self.chains.num_chains / 2
        } else {
            0
        }
    }

    /// Whether half of the chains start away from w*.
    pub(super) fn disperses(&self) -> bool {
        self.disperses.unwrap_or_else(|| self.has_pilot()) && self.chains.num_chains > 1
    }

    /// Checks the settings before any pilot.
    pub(super) fn check(&self, posterior: &Posterior<'_, T>) -> Result<(), EstimateError> {
        let sampler = match self.sampler {
            Some(sampler) => sampler,
            None if self.chains.batch_size.is_some() => crate::sampler::Sgld::new(1.0).into(),
            None => Mala::adaptive(FIRST_STEP).into(),
        };
        self.chains.check(posterior, &sampler)?;
        Ok(())
    }

    /// The settings of the chains, their first round cut to what is left of the budget.
    fn settings(
        &self,
        sampler: &Langevin,
        piloted: bool,
        allowance: &Allowance,
        spent: u64,
    ) -> Chains {
        let mut settings = self.chains.clone();
        if !self.burn_in_given && piloted && !sampler.learns_in_burn_in() {
            settings.burn_in = if self.draws_given {
                (settings.num_draws / BURN_IN_SHARE).clamp(LEAST_BURN_IN, settings.burn_in)
            } else {
                0
            };
        }
        if !self.draws_given {
            settings.num_draws = if piloted {
                FIRST_ROUND
            } else {
                FIRST_ROUND_WITHOUT_PILOT
            };
        }
        allowance.cut(&mut settings, sampler, spent, self.burn_in_given);
        settings
    }

    /// The settings of chains that had begun with others, with the draws that are wanted now.
    fn settings_further(
        &self,
        begun: &Chains,
        sampler: &Langevin,
        allowance: &Allowance,
        spent: u64,
    ) -> Chains {
        let mut settings = begun.clone();
        if self.draws_given {
            settings.num_draws = self.chains.num_draws;
            allowance.cut(&mut settings, sampler, spent, true);
        }
        settings
    }

    /// The estimate, without its chains.
    pub(super) fn answer(
        &self,
        draws: &Draws,
        seen: Seen,
        setting: &Setting,
        sampler: &Langevin,
        tuning: Tuning,
        control: &Control<'_>,
    ) -> Result<LlcEstimate, EstimateError> {
        let Seen::Enough { summary, effects } = seen else {
            let losses = draws.losses();
            Judgement::check(draws, &losses, control)?;
            if draws.stopped {
                return Err(control.too_early().into());
            }
            let (least, found) = (LEAST_DRAWS, losses.first().map_or(0, |chain| chain.len()));
            return Err(DiagnosticsError::TooFewDraws { least, found }.into());
        };
        if draws.stopped && summary.draws < FEWEST_DRAWS {
            return Err(control.too_early().into());
        }
        let judgement = Judgement::of(draws, summary.chains, &summary.losses, sampler, control);
        let (energy, standard_error) = (summary.mean, summary.standard_error);
        let mut doubts = judgement.doubts;
        summary.judge_step(&effects, sampler, &mut doubts);
        summary.judge(&effects, &mut doubts);
        if !tuning.preconditioned {
            let thin = self.chains.steps_between_draws.max(1) as f64;
            unsettled(
                summary.draws as f64 * thin,
                setting,
                &tuning.sampler,
                &mut doubts,
            );
        }
        if let LengthRule::Budget { evaluations } = tuning.length_rule {
            doubts.push(Doubt::Budget { evaluations });
        }
        if energy < -BELOW_MINIMUM_ERRORS * standard_error {
            doubts.push(Doubt::BelowMinimum { value: energy });
        }
        Ok(LlcEstimate {
            energy,
            standard_error,
            effective_sample_size: summary.losses.effective_sample_size,
            rhat: summary.losses.rhat,
            drift: summary.losses.drift,
            acceptance: judgement.acceptance,
            nbeta: setting.nbeta,
            wbic_samples: self.wbic_samples(),
            localization: setting.localization,
            baseline: setting.baseline,
            recorded: self.chains.recorded,
            virial_bias: effects.virial_bias,
            localization_effect: effects.localization_effect,
            temperature_slope: effects.temperature_slope,
            tuning,
            verdict: Verdict::of_energy(doubts),
            chains: Vec::new(),
        })
    }
}

/// Where chains of so many steps are too short for γ to have held the directions that the loss does
/// not, the doubts that come of it are replaced by the one that says so.
fn unsettled(steps: f64, setting: &Setting, sampler: &Langevin, doubts: &mut Vec<Doubt>) {
    let gamma = setting.localization;
    let Some(needed) = sampler.relaxation(gamma).filter(|&needed| steps < needed) else {
        return;
    };
    // a virial above D is what a step does; one below it, what a chain does that has not spread
    let spreads = |doubt: &Doubt| match doubt {
        Doubt::Virial { relative, .. } => *relative >= 0.0,
        Doubt::Places { .. } => false,
        _ => true,
    };
    let before = doubts.len();
    doubts.retain(spreads);
    if doubts.len() < before && needed.is_finite() {
        doubts.push(Doubt::Relaxation {
            steps,
            needed,
            localization: gamma * needed / steps,
        });
    }
}

/// What the draws of a run say.
pub(super) enum Seen {
    /// There are too few draws, of the chains that did not fail, to say anything.
    TooFew,
    Enough {
        summary: ChainSummary,
        effects: Effects,
    },
}

impl Seen {
    /// The effects besides a summary that is there from the last round, or the summary too.
    pub(super) fn of(
        traces: &Traces<'_>,
        setting: &Setting,
        summary: Option<ChainSummary>,
    ) -> Result<Self, EstimateError> {
        if traces.length() < LEAST_DRAWS {
            return Ok(Self::TooFew);
        }
        let summary = match summary {
            Some(summary) => summary,
            None => ChainSummary::of(traces, setting)?,
        };
        let effects = Effects::of(traces, setting)?;
        Ok(Self::Enough { summary, effects })
    }
}
