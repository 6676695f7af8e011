//! Pilot chains: scales of the parameters, a step size, starting points away from w*.

use super::spread::{Spread, preconditioner, variances};
use super::{Allowance, Starts};
use crate::estimate::journal::Journal;
use crate::estimate::run_state::{SavedLeg, SavedPilot, UnderWay};
use crate::estimate::{EstimateError, Llc, StateError};
use crate::loss::Scalar;
use crate::sampler::packed::{Exact, Numbers};
use crate::sampler::{Chains, Control, Hmc, Langevin, Mala, Posterior, Rounds, Sgld};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// What a pilot run hands to the chains.
pub(in crate::estimate) struct Pilot<T: Scalar> {
    pub(in crate::estimate) starts: Vec<Vec<T>>,
    /// Which of the starts came from away.
    pub(in crate::estimate) dispersed: Vec<bool>,
    pub(in crate::estimate) strayed: usize,
    /// How many start where chains at a hotter temperature ended.
    pub(in crate::estimate) hotter: usize,
    pub(in crate::estimate) metric: Option<Vec<T>>,
    pub(in crate::estimate) sampler: Langevin,
    /// The acceptance that the step size was found for, of a sampler with a Metropolis test.
    pub(in crate::estimate) target_acceptance: Option<f64>,
    pub(in crate::estimate) evaluations: u64,
}

/// How the length of trajectories varies. So much that short steps are among them, for places where
/// the posterior is narrow; but in many dimensions the sum over all of them decides, which is about
/// the same everywhere, and there the longest steps would only make all of them shorter. Chosen by
/// hand, as the dimension from which it is the smaller one, and the acceptance aimed at that of
/// [`Hmc::adaptive`].
const JITTER: f64 = 0.8;
const JITTER_OF_MANY: f64 = 0.2;
pub(in crate::estimate) const MANY: usize = 100;

/// HMC that adapts from a step, for posteriors of so many dimensions; `careful` aims at the
/// acceptance of chains and not of those that look around.
fn hmc(step: f64, leapfrog: usize, dimension: usize, careful: bool) -> Hmc {
    let sampler = Hmc::adaptive(step, leapfrog);
    match dimension < MANY {
        true if careful => sampler.with_care().with_jitter(JITTER),
        true => sampler.with_jitter(JITTER),
        false => sampler.with_jitter(JITTER_OF_MANY),
    }
}
/// The relative bias of U(t) aimed at for samplers without a Metropolis test. Chosen by hand: half
/// of the standard error that rounds aim at.
pub(in crate::estimate) const BIAS: f64 = 0.01;
/// Leapfrog steps of HMC while it looks around. Chosen by hand.
const LEAPFROG: usize = 8;
/// The shortest and the longest trajectory that a pilot chooses, in leapfrog steps. Chosen by hand.
pub(super) const SHORTEST: f64 = 2.0;
pub(super) const LONGEST: f64 = 64.0;
/// The length in time of a chosen trajectory, in units of the deviation of the widest parameter:
/// about π/2, a quarter of its period.
const QUARTER: f64 = 1.5;

/// The first step size ε of HMC, from which it adapts, where variances precondition it, in units of
/// these, and of HMC and MALA without them.
const FIRST_STEP: f64 = 0.1;
const FIRST_STEP_WITHOUT_METRIC: f64 = 1e-3;
/// nβ·ε of a sampler without a test, where the gradients at pilot draws tell none.
const LAST_RESORT: f64 = 1e-3;

/// By how much nβ·L of a chain from away lies above all that chains from w* have seen, at all of
/// its draws, where it is in another basin: its weight is then below e⁻¹⁰. Chosen by hand.
const STRAYED: f64 = 10.0;
/// The share of an offset from w* down to which a start is moved towards w* until the loss is
/// finite there.
const LEAST_SHRINK: f64 = 1e-6;
/// The hottest temperature of the annealing in units of nβ: 50 octaves away, more than there are
/// stages.
const HOTTEST: f64 = 1e-15;
/// The fewest trajectories of a leg, however small the budget is: variances need some.
const FEWEST: usize = 4;

/// Steps of the legs of a pilot: of MALA, [adapting, drawing]; of each window of HMC, as many
/// adapting as drawing; of a stage of the annealing; of all chains together; of the sampler's own
/// test; and looks for a sampler without a test. Chosen by hand; windows grow as the variances get
/// better.
const OPENING: [usize; 2] = [150, 50];
const WINDOWS: [usize; 4] = [40, 60, 80, 120];
const STAGES: usize = 40;
const STAGE: [usize; 2] = [8, 2];
const TOGETHER: usize = 100;
const TEST: [usize; 2] = [100, 20];
const LOOKS: usize = 16;
/// Gradients on batches at each point that a look ends at. Chosen by hand.
const BATCHES: usize = 16;
/// Trajectories of a chain in a pilot, about: the sum of its legs.
const TRAJECTORIES: usize = 900;
/// The same where it goes on from another temperature.
const TRAJECTORIES_RESUMED: usize = 400;

/// So many trajectories, fewer if the budget is small.
fn afford(trajectories: usize, thrift: f64) -> usize {
    ((trajectories as f64 / thrift) as usize).max(FEWEST)
}

/// What a pilot takes at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    /// Chains from w*, and from elsewhere.
    near: f64,
    away: f64,
    end: End,
    /// Gradients on batches for one on all the data.
    batches: f64,
    batched: bool,
    /// Whether it goes on from another temperature, where scales are known.
    resumed: bool,
}

/// How a pilot ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// With steps of the sampler, of which each takes so many gradients, or as many as is chosen.
    Test(Option<usize>),
    /// With looks at the gradient, for a sampler without a test.
    Looks,
}

impl Cost {
    pub(super) fn of<T: Scalar>(llc: &Llc<'_, T>, resumed: bool) -> Self {
        let chains = llc.chains.num_chains;
        let away = if resumed { 0 } else { llc.starts_away() };
        Self {
            near: (chains - away) as f64,
            away: away as f64,
            end: match &llc.sampler {
                None if llc.chains.batch_size.is_none() => End::Test(None),
                Some(sampler) if sampler.is_metropolised() => End::Test(Some(sampler.gradients())),
                Some(_) | None => End::Looks,
            },
            batches: batches(llc),
            batched: llc.chains.batch_size.is_some(),
            resumed,
        }
    }

    /// About the gradients at full length.
    pub(super) fn full(&self) -> f64 {
        let trajectories = match self.resumed {
            true => TRAJECTORIES_RESUMED,
            false => TRAJECTORIES,
        };
        (self.near + self.away) * (LEAPFROG * trajectories) as f64 * self.batches
    }

    /// The gradients at most.
    pub(super) fn most(&self, thrift: f64, longest: usize) -> u64 {
        let afford = |trajectories| afford(trajectories, thrift) as f64;
        // a Metropolis test begins with a gradient
        let leg =
            |chains: f64, steps: f64, gradients: usize| chains * (steps * gradients as f64 + 1.0);
        let all = self.near + self.away;
        let mut most = 0.0;
        if !self.resumed {
            most += leg(self.near, OPENING.map(afford).iter().sum(), 1);
            for window in WINDOWS {
                most += leg(self.near, 2.0 * afford(window), LEAPFROG);
            }
        }
        if self.away > 0.0 {
            let stage = leg(self.away, STAGE.iter().sum::<usize>() as f64, LEAPFROG);
            most += self.away + afford(STAGES) * stage;
        }
        most += leg(all, 2.0 * afford(TOGETHER), LEAPFROG);
        let mut on_batches = 0.0;
        match self.end {
            End::Test(gradients) => {
                let steps = TEST.map(afford).iter().sum();
                // HMC by itself is tried with a preconditioner and without
                let tries = if gradients.is_none() { 2.0 } else { 1.0 };
                most += tries * leg(all, steps, gradients.unwrap_or(longest));
            }
            End::Looks => {
                let points = all * (1.0 + afford(LOOKS));
                most += afford(LOOKS) * leg(all, 2.0, LEAPFROG) + points;
                if self.batched {
                    on_batches = points * BATCHES as f64;
                }
            }
        }
        (most * self.batches).ceil() as u64 + on_batches as u64
    }
}

/// Gradients on batches for one on all the data.
fn batches<T: Scalar>(llc: &Llc<'_, T>) -> f64 {
    match (llc.chains.batch_size, llc.loss.num_samples()) {
        (Some(batch), Some(samples)) => samples as f64 / batch as f64,
        _ => 1.0,
    }
}

/// Where chains at one temperature ended and how they moved: where those at the next go on.
#[derive(Debug, Clone)]
pub(in crate::estimate) struct Handoff<T> {
    pub(in crate::estimate) points: Vec<Vec<T>>,
    pub(in crate::estimate) metric: Option<Vec<T>>,
    pub(in crate::estimate) sampler: Langevin,
    pub(in crate::estimate) nbeta: f64,
}

/// One run of some chains.
struct Leg<T> {
    points: Vec<Vec<T>>,
    /// Geometric mean over the chains.
    step_size: f64,
    spreads: Vec<Spread>,
    /// The losses of the draws of each chain.
    losses: Vec<Vec<f64>>,
}

/// What stops a pilot, and what is kept of it.
type Watch<'b, 'j, T> = (&'b Control<'b>, &'b mut Journal<'j, T>);

/// A pilot under way.
struct Scout<'a, 'b, 'j, T: Scalar> {
    llc: &'b Llc<'a, T>,
    posterior: &'b Posterior<'a, T>,
    control: &'b Control<'b>,
    journal: &'b mut Journal<'j, T>,
    nbeta: f64,
    /// Gradients on all the data, and on batches.
    evaluations: u64,
    on_batches: u64,
    /// As in [`Allowance`].
    thrift: f64,
    legs: u64,
}

impl<'a, 'b, 'j, T: Scalar> Scout<'a, 'b, 'j, T> {
    fn new(
        llc: &'b Llc<'a, T>,
        posterior: &'b Posterior<'a, T>,
        thrift: f64,
        (control, journal): Watch<'b, 'j, T>,
    ) -> Self {
        Self {
            llc,
            posterior,
            control,
            journal,
            nbeta: posterior.nbeta(),
            evaluations: 0,
            on_batches: 0,
            thrift,
            legs: 0,
        }
    }
}

impl<T: Scalar> Scout<'_, '_, '_, T> {
    /// So many trajectories, fewer if the budget is small.
    fn afford(&self, trajectories: usize) -> usize {
        afford(trajectories, self.thrift)
    }

    /// Chains at temperature `nbeta` from `starts`; `adapting` steps, then `draws`.
    fn run(
        &mut self,
        nbeta: f64,
        starts: &[Vec<T>],
        metric: Option<&[T]>,
        sampler: Langevin,
        [adapting, draws]: [usize; 2],
    ) -> Result<Leg<T>, EstimateError> {
        self.legs += 1;
        if let Some(leg) = self.journal.leg(self.legs as usize - 1) {
            self.evaluations += leg.gradients;
            return Leg::restore(leg, self.llc.w_star.len());
        }
        let posterior = self.posterior.at_nbeta(nbeta)?;
        let settings = Chains::new()
            .with_num_chains(starts.len())
            .with_burn_in(adapting)
            .with_num_draws(draws)
            .with_seed(self.seed());
        let d = posterior_dimension(starts);
        let mut spreads: Vec<Spread> = (0..starts.len()).map(|_| Spread::new(d)).collect();
        let mut under_way = self.journal.take_under_way();
        let before = self.evaluations;
        let (points, losses) = loop {
            if let Some(leg) = &under_way {
                for (spread, saved) in spreads.iter_mut().zip(&leg.spreads) {
                    *spread = Spread::restore(saved, d)?;
                }
            }
            let mut rounds = Rounds::start(
                &settings,
                &posterior,
                &sampler,
                starts,
                metric,
                &mut spreads,
            )?;
            // how many steps the chains will take is not known yet
            let due = self.journal.until_due(self.control);
            if let Some(leg) = under_way.take() {
                rounds.restore(&leg.chains)?;
            }
            if !rounds.advance_to(adapting + draws, &due, 0) {
                if self.journal.is_kept() {
                    let chains = rounds.save();
                    let spreads = spreads.iter().map(|spread| spread.save(true)).collect();
                    self.journal.keep_under_way(UnderWay { chains, spreads });
                }
                if !self.journal.is_kept() || self.control.stopped() {
                    return Err(self.control.too_early().into());
                }
                under_way = self.journal.take_under_way();
                continue;
            }
            self.evaluations += rounds.gradients();
            let losses = rounds.losses();
            let losses: Vec<Vec<f64>> = losses.iter().map(|(l, _)| l.to_vec()).collect();
            break (rounds.points(), losses);
        };
        let good: Vec<f64> = points
            .iter()
            .filter(|(.., failure)| failure.is_none())
            .map(|&(_, step_size, _)| step_size.ln())
            .collect();
        let step_size = if good.is_empty() {
            sampler.step_size()
        } else {
            (good.iter().sum::<f64>() / good.len() as f64).exp()
        };
        let points = points
            .into_iter()
            .map(|(point, _, failure)| match failure {
                None => point,
                Some(_) => self.llc.w_star.to_vec(),
            })
            .collect();
        let leg = Leg {
            points,
            step_size,
            spreads,
            losses,
        };
        let gradients = self.evaluations - before;
        // of legs of few draws nobody asks for scales
        let scales = draws > STAGE[1];
        self.journal.keep_leg(|| leg.save(gradients, scales));
        Ok(leg)
    }

    /// A seed for the next leg, apart from that of the chains.
    fn seed(&self) -> u64 {
        let seed = self.llc.chains.seed;
        seed ^ 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(self.legs)
    }
}

impl<T: Scalar> Leg<T> {
    /// The leg for a journal, with the means and squares of its draws if `scales`.
    fn save(&self, gradients: u64, scales: bool) -> SavedLeg<T> {
        SavedLeg {
            points: self.points.iter().cloned().map(Numbers).collect(),
            step_size: Exact(self.step_size),
            gradients,
            spreads: self.spreads.iter().map(|s| s.save(scales)).collect(),
            losses: self.losses.iter().cloned().map(Numbers).collect(),
        }
    }

    /// The leg of a journal, of so many parameters.
    fn restore(saved: SavedLeg<T>, dimension: usize) -> Result<Self, EstimateError> {
        let spreads = saved.spreads.iter().map(|s| Spread::restore(s, dimension));
        let points: Vec<Vec<T>> = saved.points.into_iter().map(|p| p.0).collect();
        if points.iter().any(|point| point.len() != dimension) {
            return Err(StateError::Unfit("a point of the pilot").into());
        }
        Ok(Self {
            points,
            step_size: saved.step_size.0,
            spreads: spreads.collect::<Result<_, _>>()?,
            losses: saved.losses.into_iter().map(|l| l.0).collect(),
        })
    }

    /// The mean squared distance from a draw to the next, over the gradients of a draw.
    fn pace(&self, gradients: usize) -> f64 {
        let moves: f64 = self.spreads.iter().map(|s| (s.count - 1.0).max(0.0)).sum();
        let jumps: f64 = self.spreads.iter().map(|s| s.jumps).sum();
        jumps / moves / gradients as f64
    }
}

/// The variance of a parameter at the second of two temperatures, from that at the first: its
/// precision goes with t, but for its part γ.
fn at_temperature(variance: f64, gamma: f64, [from, t]: [f64; 2]) -> f64 {
    let of_loss = (1.0 / variance - gamma).max(0.0);
    1.0 / (of_loss * t / from + gamma)
}

fn posterior_dimension<T>(starts: &[Vec<T>]) -> usize {
    starts.first().map_or(0, Vec::len)
}

impl<T: Scalar> Pilot<T> {
    /// Looks around from w*.
    ///
    /// 1. Chains from w* learn the variance of every parameter, in windows; these precondition.
    /// 2. Draws of N(w*, 1/γ) are annealed from the temperature at which they are typical down to
    ///    that of the posterior, in steps of a factor two, or of more where that takes too many.
    /// 3. All together learn the variances and the step size once more.
    pub(in crate::estimate) fn run(
        llc: &Llc<'_, T>,
        posterior: &Posterior<'_, T>,
        baseline: f64,
        allowance: &Allowance,
        watch: Watch<'_, '_, T>,
    ) -> Result<Self, EstimateError> {
        let chains = llc.chains.num_chains;
        let nbeta = posterior.nbeta();
        let Allowance {
            thrift, longest, ..
        } = *allowance;
        let mut scout = Scout::new(llc, posterior, thrift, watch);
        let away = llc.starts_away();
        let moving = posterior.moving_dimension();
        let aligned = posterior.is_aligned();
        let here = vec![llc.w_star.to_vec(); chains - away];
        let short = OPENING.map(|steps| scout.afford(steps));
        let first = Mala::adaptive(FIRST_STEP_WITHOUT_METRIC);
        let mut leg = scout.run(nbeta, &here, None, first.into(), short)?;
        let scales = |leg: &Leg<T>| aligned.then(|| preconditioner(&leg.spreads)).flatten();
        let mut metric: Option<Vec<f64>> = None;
        for window in WINDOWS {
            let before = metric.is_some();
            metric = scales(&leg);
            let step = match (before, &metric) {
                (_, Some(_)) => FIRST_STEP,
                (true, None) => FIRST_STEP_WITHOUT_METRIC,
                (false, None) => leg.step_size,
            };
            let length = [scout.afford(window), scout.afford(window)];
            let sampler = hmc(step, LEAPFROG, moving, false).into();
            let cast = cast(metric.as_deref());
            leg = scout.run(nbeta, &leg.points, cast.as_deref(), sampler, length)?;
        }
        let mut starts = leg.points.clone();
        let mut dispersed = vec![false; chains - away];
        let before = metric.is_some();
        if away > 0 {
            metric = scales(&leg);
            let annealed = scout.anneal(posterior, away, metric.as_deref(), baseline)?;
            starts.extend(annealed);
            dispersed.extend(vec![true; away]);
        }
        let step = match (before, &metric) {
            (false, Some(_)) => FIRST_STEP,
            (true, None) => FIRST_STEP_WITHOUT_METRIC,
            _ => leg.step_size,
        };
        let sampler = hmc(step, LEAPFROG, moving, true);
        let length = [scout.afford(TOGETHER), scout.afford(TOGETHER)];
        let metric_cast = cast(metric.as_deref());
        leg = scout.run(
            nbeta,
            &starts,
            metric_cast.as_deref(),
            sampler.into(),
            length,
        )?;
        let strayed = put_back(&mut leg, &mut dispersed, nbeta);
        let ended = scout.end(leg, metric.as_deref(), longest)?;
        Ok(Self {
            starts: ended.starts,
            dispersed,
            strayed,
            hotter: 0,
            metric: ended.metric,
            sampler: ended.sampler,
            target_acceptance: ended.target_acceptance,
            evaluations: scout.gradients(),
        })
    }

    /// Goes on from where chains at another temperature ended: the step size, the length of
    /// trajectories and what preconditions them are found anew, from the scales known there.
    pub(in crate::estimate) fn resume(
        llc: &Llc<'_, T>,
        posterior: &Posterior<'_, T>,
        from: &Handoff<T>,
        allowance: &Allowance,
        watch: Watch<'_, '_, T>,
    ) -> Result<Self, EstimateError> {
        let chains = llc.chains.num_chains;
        let mut scout = Scout::new(llc, posterior, allowance.thrift, watch);
        let starts: Vec<Vec<T>> = (0..chains)
            .map(|chain| from.points[chain % from.points.len()].clone())
            .collect();
        let mut pilot = Self {
            starts,
            dispersed: vec![false; chains],
            strayed: 0,
            hotter: chains,
            metric: None,
            sampler: from.sampler,
            target_acceptance: None,
            evaluations: 0,
        };
        if !llc.has_pilot() {
            return Ok(pilot);
        }
        // lengths in w go with 1/√t where K is quadratic
        let ratio = from.nbeta / posterior.nbeta();
        let metric = from.metric.as_ref().map(|metric| {
            let at = |g: &T| {
                let temperatures = [from.nbeta, posterior.nbeta()];
                T::of(at_temperature(
                    g.float(),
                    posterior.localization(),
                    temperatures,
                ))
            };
            metric.iter().map(at).collect::<Vec<T>>()
        });
        let step = match &metric {
            Some(_) => from.sampler.step_size(),
            None => ratio.min(1.0) * from.sampler.step_size(),
        };
        let first = match from.sampler.is_metropolised() {
            true => step,
            false => FIRST_STEP_WITHOUT_METRIC / posterior.nbeta(),
        };
        let sampler = hmc(first, LEAPFROG, posterior.moving_dimension(), true);
        let length = [scout.afford(TOGETHER), scout.afford(TOGETHER)];
        let leg = scout.run(
            posterior.nbeta(),
            &pilot.starts,
            metric.as_deref(),
            sampler.into(),
            length,
        )?;
        let metric: Option<Vec<f64>> =
            metric.map(|metric| metric.iter().map(|g| g.float()).collect());
        let ended = scout.end(leg, metric.as_deref(), allowance.longest)?;
        pilot.starts = ended.starts;
        pilot.metric = ended.metric;
        pilot.sampler = ended.sampler;
        pilot.target_acceptance = ended.target_acceptance;
        pilot.evaluations = scout.gradients();
        Ok(pilot)
    }

    /// What is kept when the chains have begun.
    pub(in crate::estimate) fn save(&self, llc: &Llc<'_, T>) -> SavedPilot<T> {
        SavedPilot {
            dispersed: self.dispersed.clone(),
            strayed: self.strayed,
            hotter: self.hotter,
            metric: self.metric.clone().map(Numbers),
            sampler: match llc.sampler {
                Some(_) => None,
                None => Some(self.sampler.fixed_at(1.0)),
            },
            step_size: Exact(self.sampler.step_size()),
            target_acceptance: self.target_acceptance.map(Exact),
            evaluations: self.evaluations,
        }
    }

    /// What was kept, without starts.
    pub(in crate::estimate) fn of(
        saved: &SavedPilot<T>,
        llc: &Llc<'_, T>,
    ) -> Result<Self, EstimateError> {
        let sampler = llc.sampler.or(saved.sampler);
        let sampler = sampler.ok_or(StateError::Unfit("the sampler of the pilot"))?;
        Ok(Self {
            starts: Vec::new(),
            dispersed: saved.dispersed.clone(),
            strayed: saved.strayed,
            hotter: saved.hotter,
            metric: saved.metric.as_ref().map(|metric| metric.0.clone()),
            sampler: sampler.fixed_at(saved.step_size.0),
            target_acceptance: saved.target_acceptance.map(|target| target.0),
            evaluations: saved.evaluations,
        })
    }

    /// Where the chains start.
    pub(in crate::estimate) fn starts(&self) -> Starts {
        let dispersed = self.dispersed.iter().filter(|&&away| away).count();
        Starts {
            at_point: self.dispersed.len() - dispersed,
            dispersed,
            strayed: self.strayed,
            hotter: self.hotter,
        }
    }
}

/// The end of a pilot.
struct Ended<T: Scalar> {
    starts: Vec<Vec<T>>,
    metric: Option<Vec<T>>,
    sampler: Langevin,
    target_acceptance: Option<f64>,
}

impl<T: Scalar> Scout<'_, '_, '_, T> {
    /// Finds the step of the sampler, from where a leg ended that `had` a preconditioner or not.
    ///
    /// HMC that was not set by hand is tried with the scales of the parameters, if the leg tells
    /// them, and without, and goes on with the way that moves further, by the mean squared distance
    /// from draw to draw over gradients.
    fn end(
        &mut self,
        leg: Leg<T>,
        had: Option<&[f64]>,
        longest: usize,
    ) -> Result<Ended<T>, EstimateError> {
        let llc = self.llc;
        let moving = self.posterior.moving_dimension();
        let metric = match self.posterior.is_aligned() {
            true => preconditioner(&leg.spreads),
            false => None,
        };
        let cast_metric: Option<Vec<T>> = cast(metric.as_deref());
        let narrowest = |metric: &[f64]| metric.iter().copied().fold(f64::INFINITY, f64::min);
        let all = variances(&leg.spreads);
        // the step of the leg, where it was in units of variances, and where it was not
        let (with, without) = match had {
            Some(had) => (leg.step_size, leg.step_size * narrowest(had)),
            None => (FIRST_STEP, leg.step_size),
        };
        let length = TEST.map(|steps| self.afford(steps));
        match llc.sampler {
            None if llc.chains.batch_size.is_none() => {
                let widest = all.iter().copied().fold(0.0, f64::max).sqrt();
                let ways = [
                    cast_metric
                        .as_deref()
                        .map(|metric| (with, 1.0, Some(metric))),
                    Some((without, widest, None)),
                ];
                let mut best: Option<(f64, Ended<T>)> = None;
                for (step, wide, metric) in ways.into_iter().flatten() {
                    let steps = (QUARTER * wide / step.sqrt()).ceil();
                    let steps = steps.clamp(SHORTEST, longest as f64) as usize;
                    let sampler = hmc(step, steps, moving, true);
                    let tried =
                        self.run(self.nbeta, &leg.points, metric, sampler.into(), length)?;
                    let pace = tried.pace(steps);
                    if best.as_ref().is_some_and(|(before, _)| pace <= *before) {
                        continue;
                    }
                    let sampler = Langevin::from(sampler);
                    let ended = Ended {
                        starts: tried.points,
                        metric: metric.map(<[T]>::to_vec),
                        target_acceptance: sampler.target_acceptance(),
                        sampler: sampler.fixed_at(tried.step_size),
                    };
                    best = Some((pace, ended));
                }
                best.map(|(_, ended)| ended)
                    .ok_or_else(|| self.control.too_early().into())
            }
            Some(given) if given.is_metropolised() => {
                let step = if cast_metric.is_some() { with } else { without };
                let sampler = given.adapting_from(step);
                let cast = cast_metric.as_deref();
                let tried = self.run(self.nbeta, &leg.points, cast, sampler, length)?;
                Ok(Ended {
                    starts: tried.points,
                    metric: cast_metric,
                    target_acceptance: sampler.target_acceptance(),
                    sampler: sampler.fixed_at(tried.step_size),
                })
            }
            given => {
                let sampler = given.map_or_else(
                    || Sgld::new(1.0).into(),
                    |given| given.adapting_from(leg.step_size),
                );
                let look = Hmc::new(without, LEAPFROG).with_jitter(JITTER).into();
                let mut starts = leg.points;
                let mut points = starts.clone();
                for _ in 0..self.afford(LOOKS) {
                    starts = self.run(self.nbeta, &starts, None, look, [1, 1])?.points;
                    points.extend(starts.iter().cloned());
                }
                let step = self.stochastic_step(self.posterior, &points, &sampler);
                Ok(Ended {
                    starts,
                    metric: None,
                    target_acceptance: sampler.target_acceptance(),
                    sampler: sampler.fixed_at(step),
                })
            }
        }
    }

    /// Gradients so far, counted as on all the data.
    fn gradients(&self) -> u64 {
        (self.evaluations as f64 * batches(self.llc)).ceil() as u64 + self.on_batches
    }
}

fn cast<T: Scalar>(metric: Option<&[f64]>) -> Option<Vec<T>> {
    metric.map(|metric| metric.iter().map(|&g| T::of(g)).collect())
}

/// Puts chains from away back to where a chain from w* is, if all their losses are far above all of
/// the losses of chains from w*: they are in another basin, of no weight.
fn put_back<T: Scalar>(leg: &mut Leg<T>, dispersed: &mut [bool], nbeta: f64) -> usize {
    let near = dispersed.iter().filter(|&&away| !away).count();
    let largest = leg.losses[..near]
        .iter()
        .flatten()
        .copied()
        .fold(f64::MIN, f64::max);
    let mut strayed = 0;
    for (chain, away) in dispersed.iter_mut().enumerate().skip(near) {
        let lowest = leg.losses[chain].iter().copied().fold(f64::MAX, f64::min);
        if leg.losses[chain].is_empty() || nbeta * (lowest - largest) > STRAYED {
            leg.points[chain] = leg.points[chain % near].clone();
            leg.spreads[chain].count = 0.0;
            leg.spreads[chain].squares.fill(0.0);
            *away = false;
            strayed += 1;
        }
    }
    strayed
}

impl<T: Scalar> Scout<'_, '_, '_, T> {
    /// Starting points from N(w*, 1/γ), annealed.
    fn anneal(
        &mut self,
        posterior: &Posterior<'_, T>,
        count: usize,
        metric: Option<&[f64]>,
        baseline: f64,
    ) -> Result<Vec<Vec<T>>, EstimateError> {
        let gamma = posterior.localization();
        let mut scratch = vec![T::of(0.0); self.llc.loss.scratch_len()];
        let mut excess = 0.0_f64;
        let mut points: Vec<Vec<T>> = (0..count)
            .map(|chain| {
                let mut rng = ChaCha8Rng::seed_from_u64(self.seed());
                rng.set_stream(u64::MAX - chain as u64);
                let mut offset = vec![T::of(0.0); self.llc.w_star.len()];
                for x in &mut offset {
                    *x = T::of(T::normal(&mut rng).float() / gamma.sqrt());
                }
                posterior.project(&mut offset);
                let mut shrink = 1.0;
                loop {
                    let point = self.llc.moved(&offset, shrink);
                    let value = self.llc.loss.value(&point, &mut scratch).float() - baseline;
                    if value.is_finite() || shrink < LEAST_SHRINK {
                        excess = excess.max(if value.is_finite() { value } else { 0.0 });
                        return point;
                    }
                    shrink *= 0.5;
                }
            })
            .collect();
        self.evaluations += count as u64;
        let moving = posterior.moving_dimension() as f64;
        let hottest =
            (moving / excess.max(f64::MIN_POSITIVE)).clamp(HOTTEST * self.nbeta, self.nbeta);
        let octaves = (self.nbeta / hottest).log2();
        let stages = (octaves.ceil() as usize).min(self.afford(STAGES));
        let mut step = if metric.is_some() {
            FIRST_STEP
        } else {
            FIRST_STEP_WITHOUT_METRIC
        };
        for stage in 0..stages {
            let t = self.nbeta * (-octaves * (stages - stage) as f64 / stages as f64).exp2();
            // the precision of every parameter at nβ, scaled, but for its part γ
            let scaled: Option<Vec<T>> = metric.map(|metric| {
                let at = |&g: &f64| T::of(at_temperature(g, gamma, [self.nbeta, t]));
                metric.iter().map(at).collect()
            });
            let sampler = hmc(step, LEAPFROG, posterior.moving_dimension(), false).into();
            let leg = self.run(t, &points, scaled.as_deref(), sampler, STAGE)?;
            (points, step) = (leg.points, leg.step_size);
            if stage > 0 {
                self.journal.forget_end(self.legs as usize - 2);
            }
        }
        Ok(points)
    }

    /// The ε at which the step raises the virial by [`BIAS`] of its part from the loss, by the
    /// gradients at some points: ε/4·E[∇U_b·G∇U_b] = BIAS·E[(w − w*)·nβ∇L].
    fn stochastic_step(
        &mut self,
        posterior: &Posterior<'_, T>,
        points: &[Vec<T>],
        sampler: &Langevin,
    ) -> f64 {
        let (llc, loss) = (self.llc, self.llc.loss);
        let d = llc.w_star.len();
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed());
        let mut scratch = vec![T::of(0.0); loss.scratch_len()];
        let mut gradient = vec![T::of(0.0); d];
        let (mut virial, mut draws) = (0.0, 0.0);
        let (mut of_loss, mut of_all) = (vec![0.0; d], vec![0.0; d]);
        let sizes = llc.chains.batch_size.zip(loss.num_samples());
        for point in points {
            loss.gradient(point, &mut gradient, &mut scratch);
            self.evaluations += 1;
            posterior.project(&mut gradient);
            for ((w, w_star), g) in point.iter().zip(llc.w_star).zip(&gradient) {
                virial += (w.float() - w_star.float()) * self.nbeta * g.float();
            }
            for _ in 0..if sizes.is_some() { BATCHES } else { 1 } {
                if let Some((batch, samples)) = sizes {
                    self.on_batches += 1;
                    let batch: Vec<u32> = (0..batch)
                        .map(|_| rng.random_range(0..samples as u32))
                        .collect();
                    loss.batch_gradient(point, &batch, &mut gradient, &mut scratch);
                }
                for (square, g) in of_loss.iter_mut().zip(&gradient) {
                    *square += g.float() * g.float();
                }
                posterior.drift(point, &mut gradient);
                for (square, g) in of_all.iter_mut().zip(&gradient) {
                    *square += g.float() * g.float();
                }
                draws += 1.0;
            }
        }
        let virial = virial / points.len() as f64;
        let mut square = 0.0;
        for (all, of_loss) in of_all.iter().zip(&of_loss) {
            let metric = sampler.metric_at(of_loss / draws);
            square += metric * all / draws;
        }
        let friction = sampler.friction_of_step();
        let step = 4.0 * BIAS * friction * virial / square;
        if step > 0.0 && step.is_finite() {
            step
        } else {
            LAST_RESORT / self.nbeta
        }
    }
}
