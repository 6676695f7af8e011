//! Replica exchange over a ladder of temperatures, MALA within the rungs.

use super::control::Control;
use super::ladder_state::{LadderState, Landscape};
use super::{SamplerError, parallel, pilot};
use crate::loss::{Loss, Prior};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Settings of replica exchange (Hukushima and Nemoto 1996) for densities
/// ∝ exp(−t·K(w)) φ(w) on a box around w*, K = L − L(w*), at temperatures t₀ < t₁ < … in geometric
/// progression.
///
/// Within a rung short Hamiltonian trajectories (one step of which is MALA), their step drawn anew each time from a
/// mixture over two orders of magnitude below a scale tuned in the burn-in, every other one in units of the width of tK
/// where it begins, and scalings about w* and shifts along differences of other rungs' states run along the arms of
/// crossings: singular posteriors have no one scale.
/// Between rungs states are exchanged by the deterministic even–odd scheme (Okabe et al. 2001; Syed et al. 2022). Several independent
/// ladders give the errors; every other one starts close to w*, the rest by cooling down from
/// anywhere in the box, so that R̂ between them shows where they have not forgotten their starts.
///
/// Where rungs are not given, a pilot ladder over [`PILOT_RANGE`](Self::PILOT_RANGE) finds them: t·K is about
/// Gamma-distributed with shape λ, so states go fastest along rungs of a ratio of about 1.6/√λ in log t, and
/// the ladder ends where log Z has fallen by [`FALL`](Self::FALL), not before log t has grown by 30 (for large λ, by 12
/// since U came near λ), or where floating point no longer resolves K.
///
/// # Examples
///
/// ```
/// use rlct::loss::{Reading, PolynomialLoss, Prior};
/// use rlct::sampler::{Control, Tempering};
///
/// // K = x²: t·E(K) → 1/2
/// let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
/// let run = Tempering::new()
///     .with_sweeps(2000)
///     .run(&loss, &[0.0], &Prior::flat(1), &Control::new())?;
/// let coldest = run.log_t.len() - 1;
/// let energy: f64 = run.ladders.iter().map(|l| l.energy(coldest)).sum::<f64>() / 8.0;
/// assert!((energy - 0.5).abs() < 0.1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tempering {
    /// Independent ladders. Default 8.
    pub ladders: usize,
    /// Sweeps after the burn-in; in a sweep every rung moves and then offers an exchange.
    /// Default 6 000, in more than 8 dimensions 6 000·√(8/d).
    pub sweeps: Option<usize>,
    /// Sweeps before, in which steps are tuned; never part of an estimate. Default a third of the sweeps.
    pub burn_in: Option<usize>,
    /// Trajectories of a rung in a sweep; four scalings about w* and four shifts follow. Default 3, in more than 8
    /// dimensions 1.
    pub moves: Option<usize>,
    /// The most leapfrog steps of a trajectory, which takes from one to that many. One step is MALA. Default: √d.
    pub leapfrogs: Option<usize>,
    /// log t of the coldest rung over that of the hottest, where t·K is about 1 under the prior.
    /// Default: from a pilot ladder.
    pub log_range: Option<f64>,
    /// log t from one rung to the next. Default: from a pilot ladder.
    pub log_ratio: Option<f64>,
    /// Half the side of the box around w*. Default 1.
    pub radius: f64,
    /// Seed of the random streams, one a ladder. Default 0.
    pub seed: u64,
}

impl Default for Tempering {
    fn default() -> Self {
        Self {
            ladders: 8,
            sweeps: None,
            burn_in: None,
            moves: None,
            leapfrogs: None,
            log_range: None,
            log_ratio: None,
            radius: 1.0,
            seed: 0,
        }
    }
}

/// How much a ladder moves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    pub(super) sweeps: usize,
    pub(super) burn_in: usize,
    pub(super) moves: usize,
    pub(super) leapfrogs: usize,
    /// Scalings, and as many shifts.
    pub(super) jumps: usize,
}

/// Scalings and shifts of a rung in a sweep: they cost a value of the loss and reach what trajectories creep to.
const JUMPS: usize = 4;

/// Up to how many dimensions MALA does about as well as longer trajectories.
const SMALL_DIMENSION: usize = 8;

/// Into how many consecutive blocks the sweeps of a ladder are averaged.
pub(crate) const BLOCKS: usize = 50;

/// One ladder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LadderTrace {
    /// By rung, then block of sweeps: the mean of t·K.
    pub energies: Vec<Vec<f64>>,
    /// By rung, then block of sweeps: the mean of a control variate, whose expectation is 0 where K is finite on
    /// the whole box: div(v p)/p for the field vᵢ = uᵢ(1 − uᵢ²/r²), u = w − w* (Assaraf and Caffarel 1999).
    pub controls: Vec<Vec<f64>>,
    /// By rung, then block of sweeps: the mean of log max |wᵢ − w*ᵢ|, which tells whether the arms are explored.
    pub distances: Vec<Vec<f64>>,
    /// By rung: acceptance of the trajectories.
    pub acceptance: Vec<f64>,
    /// By pair of neighbouring rungs: rate of exchange.
    pub exchange: Vec<f64>,
    /// By rung: the fraction of states looked at where t·K changes by more than 0.1 when w moves
    /// by one unit in the last place.
    pub unresolved: Vec<f64>,
    /// Evaluations of loss and gradient.
    pub evaluations: u64,
}

/// All ladders of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemperingRun {
    /// log t of the rungs, ascending.
    pub log_t: Vec<f64>,
    /// The ladders, in the order of their streams.
    pub ladders: Vec<LadderTrace>,
    /// Whether K was finite at all draws of the prior that the run began with.
    pub finite: bool,
    /// Whether the stop flag or the time limit ended the run; ladders may then differ in length.
    pub stopped: bool,
    /// Evaluations of loss and gradient.
    pub evaluations: u64,
}

impl LadderTrace {
    /// The mean of t·K on a rung; NaN if no block of sweeps was finished.
    ///
    /// ```
    /// # use rlct::sampler::LadderTrace;
    /// let trace = LadderTrace {
    ///     energies: vec![vec![0.4, 0.6]],
    ///     controls: vec![vec![0.2, -0.2]],
    ///     distances: vec![vec![-1.0, -1.5]],
    ///     acceptance: vec![0.5],
    ///     exchange: vec![],
    ///     unresolved: vec![0.0],
    ///     evaluations: 0,
    /// };
    /// assert_eq!(trace.energy(0), 0.5);
    /// ```
    #[must_use]
    pub fn energy(&self, rung: usize) -> f64 {
        let blocks = &self.energies[rung];
        blocks.iter().sum::<f64>() / blocks.len() as f64
    }
}

impl Tempering {
    /// How far log Z falls, at least, along a ladder whose length is not given, if floating point allows it.
    pub const FALL: f64 = 60.0;
    /// The range in log t of the pilot ladder, and the longest of a ladder whose length is not given.
    pub const PILOT_RANGE: f64 = 140.0;

    /// The default settings.
    ///
    /// ```
    /// # use rlct::sampler::Tempering;
    /// assert_eq!(Tempering::new(), Tempering::default());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the number of independent ladders.
    ///
    /// ```
    /// # use rlct::sampler::Tempering;
    /// assert_eq!(Tempering::new().with_ladders(4).ladders, 4);
    /// ```
    #[must_use]
    pub fn with_ladders(mut self, ladders: usize) -> Self {
        self.ladders = ladders;
        self
    }

    /// Sets the number of sweeps.
    ///
    /// ```
    /// # use rlct::sampler::Tempering;
    /// assert_eq!(Tempering::new().with_sweeps(1200).sweeps, Some(1200));
    /// ```
    #[must_use]
    pub fn with_sweeps(mut self, sweeps: usize) -> Self {
        self.sweeps = Some(sweeps);
        self
    }

    /// Sets the number of sweeps of the burn-in, and of moves on each rung before.
    ///
    /// ```
    /// # use rlct::sampler::Tempering;
    /// assert_eq!(Tempering::new().with_burn_in(100).burn_in, Some(100));
    /// ```
    #[must_use]
    pub fn with_burn_in(mut self, burn_in: usize) -> Self {
        self.burn_in = Some(burn_in);
        self
    }

    /// Sets how far the ladder reaches in log t.
    ///
    /// ```
    /// # use rlct::sampler::Tempering;
    /// assert_eq!(Tempering::new().with_log_range(20.0).log_range, Some(20.0));
    /// ```
    #[must_use]
    pub fn with_log_range(mut self, log_range: f64) -> Self {
        self.log_range = Some(log_range);
        self
    }

    /// Sets the ratio of neighbouring temperatures, in log t.
    ///
    /// ```
    /// # use rlct::sampler::Tempering;
    /// assert_eq!(Tempering::new().with_log_ratio(0.5).log_ratio, Some(0.5));
    /// ```
    #[must_use]
    pub fn with_log_ratio(mut self, log_ratio: f64) -> Self {
        self.log_ratio = Some(log_ratio);
        self
    }

    /// Sets the most leapfrog steps of a trajectory.
    ///
    /// ```
    /// # use rlct::sampler::Tempering;
    /// assert_eq!(Tempering::new().with_leapfrogs(1).leapfrogs, Some(1));
    /// ```
    #[must_use]
    pub fn with_leapfrogs(mut self, leapfrogs: usize) -> Self {
        self.leapfrogs = Some(leapfrogs);
        self
    }

    /// What is set, and the defaults in d dimensions for the rest.
    pub(super) fn effort(&self, d: usize) -> Effort {
        // Trajectories grow with d, and their number falls.
        let small = d <= SMALL_DIMENSION;
        let share = (SMALL_DIMENSION as f64 / d.max(SMALL_DIMENSION) as f64).sqrt();
        let sweeps = self.sweeps.unwrap_or((6_000.0 * share) as usize);
        Effort {
            sweeps,
            burn_in: self.burn_in.unwrap_or(sweeps / 3),
            moves: self.moves.unwrap_or(if small { 3 } else { 1 }),
            leapfrogs: self.leapfrogs.unwrap_or(d.isqrt().max(1)),
            jumps: JUMPS,
        }
    }

    /// Sets half the side of the box.
    ///
    /// ```
    /// # use rlct::sampler::Tempering;
    /// assert_eq!(Tempering::new().with_radius(0.5).radius, 0.5);
    /// ```
    #[must_use]
    pub fn with_radius(mut self, radius: f64) -> Self {
        self.radius = radius;
        self
    }

    /// Sets the seed.
    ///
    /// ```
    /// # use rlct::sampler::Tempering;
    /// assert_eq!(Tempering::new().with_seed(3).seed, 3);
    /// ```
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    fn check(
        &self,
        loss: &dyn Loss<f64>,
        w_star: &[f64],
        prior: &Prior,
    ) -> Result<(), SamplerError> {
        super::check_point(loss, w_star, prior)?;
        let effort = self.effort(w_star.len());
        for (what, least, found) in [
            ("ladders", 2, self.ladders),
            ("sweeps", BLOCKS, effort.sweeps),
            ("sweeps of burn-in", 1, effort.burn_in),
            ("moves", 1, effort.moves),
            ("leapfrog steps", 1, effort.leapfrogs),
        ] {
            if found < least {
                return Err(SamplerError::TooFew { what, least, found });
            }
        }
        super::check_positive("the radius of the box", self.radius)?;
        super::check_positive("the range in log t", self.log_range.unwrap_or(1.0))?;
        super::check_positive("the ratio in log t", self.log_ratio.unwrap_or(1.0))
    }

    /// Runs all ladders around `w_star`.
    ///
    /// # Errors
    /// [`SamplerError`] for settings out of range, a point of the wrong length, not finite or
    /// outside the prior, a loss that is not finite at w* or at draws of the prior.
    ///
    /// ```
    /// # use rlct::loss::{Reading, PolynomialLoss, Prior};
    /// # use rlct::sampler::{Control, SamplerError, Tempering};
    /// let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
    /// let one = Tempering::new().with_ladders(1);
    /// assert_eq!(
    ///     one.run(&loss, &[0.0], &Prior::flat(1), &Control::new()),
    ///     Err(SamplerError::TooFew { what: "ladders", least: 2, found: 1 })
    /// );
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn run(
        &self,
        loss: &dyn Loss<f64>,
        w_star: &[f64],
        prior: &Prior,
        control: &Control<'_>,
    ) -> Result<TemperingRun, SamplerError> {
        self.check(loss, w_star, prior)?;
        let baseline = super::baseline(loss, w_star)?;
        let (scale, finite) = self.typical_excess(loss, w_star, prior, baseline)?;
        let landscape = Landscape {
            loss,
            w_star,
            prior,
            baseline,
        };
        let plan = pilot::Plan::of(self, landscape, -scale.ln(), control)?;
        let (log_t, steps) = (plan.log_t, plan.steps);
        let effort = self.effort(w_star.len());
        let block = effort.sweeps / BLOCKS;
        let total = ((2 * effort.burn_in + block * BLOCKS) * self.ladders) as u64;
        let done = AtomicU64::new(0);
        let report = |sweeps: usize| {
            let sweeps = sweeps as u64;
            control.report(done.fetch_add(sweeps, Ordering::Relaxed) + sweeps, total);
        };
        report(0);
        let stopped = AtomicBool::new(false);
        let go_on = || {
            let halted = control.stopped();
            if halted {
                stopped.store(true, Ordering::Relaxed);
            }
            !halted
        };
        let ladders = parallel::map(self.ladders, |ladder| {
            let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
            rng.set_stream(ladder as u64 + 1);
            let mut state = LadderState::new(self, landscape, &log_t, &steps, rng);
            let moves = effort.burn_in;
            state.start(ladder % 2 == 0, moves, |rung| {
                report((rung + 1) * moves / log_t.len() - rung * moves / log_t.len());
                go_on()
            });
            let mut tuned = 0;
            while tuned < effort.burn_in && go_on() {
                let now = (effort.burn_in - tuned).min(100);
                // The pilot has found the steps: they need little more.
                state.tune(now, 0.5, go_on);
                report(now);
                tuned += now;
            }
            for _ in 0..BLOCKS {
                if !go_on() {
                    break;
                }
                state.sample(block, go_on);
                report(block);
            }
            state.finish()
        });
        let evaluations = plan.evaluations + ladders.iter().map(|l| l.evaluations).sum::<u64>();
        Ok(TemperingRun {
            log_t,
            ladders,
            finite,
            stopped: stopped.into_inner(),
            evaluations,
        })
    }

    /// The median of K under the prior, and whether K was finite at all draws.
    fn typical_excess(
        &self,
        loss: &dyn Loss<f64>,
        w_star: &[f64],
        prior: &Prior,
        baseline: f64,
    ) -> Result<(f64, bool), SamplerError> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut walker =
            super::curve_moves::Walker::new(loss, prior, w_star, baseline, self.radius);
        let mut offset = vec![0.0; w_star.len()];
        let mut values: Vec<f64> = (0..301)
            .map(|_| {
                walker.draw_prior(&mut offset, &mut rng);
                walker.excess(&offset)
            })
            .collect();
        // K may be infinite on a part of the box: the scale is that of the rest.
        let drawn = values.len();
        values.retain(|k| k.is_finite());
        values.sort_by(f64::total_cmp);
        let median = values.get(values.len() / 2).copied().unwrap_or(f64::NAN);
        if median.is_finite() && median > 0.0 {
            Ok((median, values.len() == drawn))
        } else {
            Err(SamplerError::NotFinite {
                what: "the logarithm of the median loss on the box",
            })
        }
    }
}
