//! Multilevel splitting: how the prior volume of {K < ε} shrinks with ε.

use super::apart::Apart;
use super::check::{baseline, check_box_prior, check_point, check_positive};
use super::control::Control;
use super::curve_moves::Walker;
use super::error::SamplerError;
use super::parallel;
use super::population::{Population, check_lowest};
use crate::loss::{Loss, Prior, RegionLoss};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};

/// Settings of multilevel splitting (subset simulation; Au and Beck 2001; Cérou et al. 2012).
///
/// Particles start from the prior on a box around w*. At each level the half with the larger K
/// dies, the other half is doubled, and all are moved by Markov moves that leave the prior
/// restricted to {K < ε} invariant. With n particles alive, the death of the worst shrinks
/// log V by 1/n in the mean, so the sum of 1/n over the deaths up to ε estimates −log V(ε)
/// without bias (Nelson–Aalen). Only values of K are needed.
///
/// Particles at which floating point no longer resolves K are censored, that is, replaced by copies
/// of others without a death, and the replicate ends when there are more than a few of them. Where
/// {K = 0} is singular at w* and smooth elsewhere the smooth part goes first, and the singular
/// point can be followed far beyond it.
///
/// # Examples
///
/// ```
/// use rlct::loss::{Reading, PolynomialLoss, Prior};
/// use rlct::sampler::{Control, Splitting};
///
/// // K = x² on [−1, 1]: V(ε) = √ε
/// let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
/// let run = Splitting::new()
///     .with_particles(200)
///     .with_replicates(4)
///     .run(&loss, &[0.0], &Prior::flat(1), &Control::new())?;
/// let log_volume = run.replicates[0].log_volume((1e-6_f64).ln());
/// assert!((log_volume - 0.5 * (1e-6_f64).ln()).abs() < 1.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Splitting {
    /// Particles in each replicate. Default 200.
    pub particles: usize,
    /// Independent replicates; the spread between them is the error. Default 8.
    pub replicates: usize,
    /// Markov moves of each particle at the first level; later levels adapt the number to how
    /// much twins still resemble each other, up to four times this, and where that is not enough a
    /// ninth of them find the set again after a step of any size along it. Default 12 + 2d.
    pub moves: Option<usize>,
    /// Stop at this log V. Default −120 (V = 10⁻⁵²): a term (m − 1)/log(1/ε) in the slope takes
    /// that long to be told from the next pole.
    pub min_log_volume: f64,
    /// Stop at this log ε. Default −690.
    pub min_log_epsilon: f64,
    /// Half the side of the box around w*. The deepest point of K in the box should be w*:
    /// elsewhere in it λ must not be smaller. Default 1.
    pub radius: f64,
    /// Seed of the random streams, one a replicate. Default 0.
    pub seed: u64,
}

impl Default for Splitting {
    fn default() -> Self {
        Self {
            particles: 200,
            replicates: 8,
            moves: None,
            min_log_volume: -120.0,
            min_log_epsilon: -690.0,
            radius: 1.0,
            seed: 0,
        }
    }
}

/// One death: with `alive` particles left (itself included), the worst had log K = `log_epsilon`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Death {
    /// log K of the particle.
    pub log_epsilon: f64,
    /// How many particles were alive.
    pub alive: u32,
}

/// The deaths of one replicate, from the prior downwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Replicate {
    /// All deaths, log ε decreasing.
    pub deaths: Vec<Death>,
    /// Correlation between twins after the moves of a level, of the log-distance from w* in the
    /// worst coordinate; mean over the levels. 0 is perfect mixing, 1 none.
    pub twin_correlation: f64,
    /// Markov moves of a particle at the last level.
    pub last_moves: usize,
    /// Why the replicate ended.
    pub end: SplittingEnd,
    /// By coordinate: how far from w* the particles are at the end, on the lower and on the upper
    /// side; last, by the largest |wᵢ − w*ᵢ|, as of an upper side.
    pub apart: Vec<[Apart; 2]>,
}

/// Why splitting came to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SplittingEnd {
    /// The smallest volume asked for was reached.
    Volume,
    /// The smallest ε asked for was reached.
    Epsilon,
    /// Floating point no longer resolves K on the set.
    Resolution,
    /// Half of the particles share one value of K: V(ε) has a jump there.
    Plateau,
    /// The stop flag was set, or the time was over.
    Stopped,
}

/// All replicates of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplittingRun {
    /// The replicates, in the order of their streams.
    pub replicates: Vec<Replicate>,
    /// Evaluations of the loss in all.
    pub evaluations: u64,
}

impl Replicate {
    /// The estimate of log V(ε) at log ε: minus the sum of 1/alive over the deaths above.
    ///
    /// ```
    /// # use rlct::sampler::{Death, Replicate, SplittingEnd};
    /// let deaths = vec![
    ///     Death { log_epsilon: -1.0, alive: 2 },
    ///     Death { log_epsilon: -2.0, alive: 1 },
    /// ];
    /// let end = SplittingEnd::Volume;
    /// let apart = vec![];
    /// let replicate = Replicate { deaths, twin_correlation: 0.0, last_moves: 1, end, apart };
    /// assert_eq!(replicate.log_volume(-1.5), -0.5);
    /// ```
    #[must_use]
    pub fn log_volume(&self, log_epsilon: f64) -> f64 {
        -self
            .deaths
            .iter()
            .take_while(|death| death.log_epsilon >= log_epsilon)
            .map(|death| 1.0 / f64::from(death.alive))
            .sum::<f64>()
    }

    /// The estimate of log Z(t) = log ∫ e^(−tK) φ, φ uniform on the box, and of U(t) = t·E_t\[K\]:
    /// a death at ε takes V(ε)(1 − e^(−1/alive)) of the volume with it, where K = ε, and what is
    /// left at the end has K = 0. Sound for t ≪ 1/ε of the last death.
    ///
    /// ```
    /// # use rlct::sampler::{Death, Replicate, SplittingEnd};
    /// let deaths = vec![Death { log_epsilon: 0.0, alive: 1 }];
    /// let end = SplittingEnd::Volume;
    /// let apart = vec![];
    /// let replicate = Replicate { deaths, twin_correlation: 0.0, last_moves: 1, end, apart };
    /// let left = (-1.0_f64).exp();
    /// let (log_mass, energy) = replicate.partition(2.0);
    /// assert!((log_mass.exp() - ((1.0 - left) * (-2.0_f64).exp() + left)).abs() < 1e-12);
    /// assert!((energy - 2.0 * (1.0 - left / log_mass.exp())).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn partition(&self, t: f64) -> (f64, f64) {
        let (mut log_volume, mut mass, mut energy) = (0.0_f64, 0.0, 0.0);
        for death in &self.deaths {
            let share = 1.0 / f64::from(death.alive);
            let action = t * death.log_epsilon.exp();
            let weight = log_volume.exp() * -(-share).exp_m1() * (-action).exp();
            mass += weight;
            // far up e^(−tK) is 0 and tK may be infinite
            if weight > 0.0 {
                energy += weight * action;
            }
            log_volume -= share;
        }
        mass += log_volume.exp();
        (mass.ln(), energy / mass)
    }
}

/// The fraction of particles censored for want of resolution that ends a replicate: at one level,
/// and in the mean over about so many levels. A fraction f changes the slope of log V by f times
/// how much it differs where K is not resolved: λ of a smooth part of {K = 0} that is larger than
/// that of its singular point, say. Chosen by hand.
const MOST_CENSORED: f64 = 0.1;
const CENSORED: f64 = 0.02;
const CENSORED_MEMORY: f64 = 4.0;
/// A replicate that ends so leaves out what followed the last level with this part of the mean:
/// particles that are nearly censored move badly. Chosen by hand.
const SOUND_PART: f64 = 4.0;
/// The correlation of twins, after the most moves, at which particles begin to slide, which costs
/// some five times as much as another move. Chosen by looking at the suite of `rlct compare`: with
/// slides the dispersion of its binomial mixture falls from 3.5 to below 2.5 and its λ̂ from 0.83
/// to 0.75 (3/4); monomials, whose twins part well, do without.
const CORRELATION_TO_SLIDE: f64 = 0.4;
/// The correlation of twins above which a particle moves more often on the next level. Chosen by
/// hand.
const CORRELATED: f64 = 0.2;
/// The moves grow by one part in the first of these, or shrink by one in the second: quickly where
/// twins are alike, since their deaths are not independent, and slowly back. Chosen by hand.
const GROWTH: usize = 4;
const SHRINKAGE: usize = 10;
/// The fewest and the most moves, as a part and a multiple of those of the first level. Chosen by
/// hand.
const FEWEST_MOVES_PART: usize = 2;
const MOST_MOVES_TIMES: usize = 4;
/// Moves of a particle at the first level where none are set: so many, and so many a parameter.
/// Chosen by hand.
const FIRST_MOVES: [usize; 2] = [12, 2];
/// The fewest particles: with fewer the half that dies is no estimate of the threshold. Chosen by
/// hand.
const FEWEST_PARTICLES: usize = 10;
/// How many draws of the box are made for one in a region before that is called too thin. Chosen
/// by hand: a simplex of eight variables is the 40,000th part of its box.
const MOST_DRAWS: usize = 1_000_000;
/// The fewest replicates: one has no spread.
const FEWEST_REPLICATES: usize = 2;

impl Splitting {
    /// The default settings.
    ///
    /// ```
    /// # use rlct::sampler::Splitting;
    /// assert_eq!(Splitting::new(), Splitting::default());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the number of particles in each replicate.
    ///
    /// ```
    /// # use rlct::sampler::Splitting;
    /// assert_eq!(Splitting::new().with_particles(100).particles, 100);
    /// ```
    #[must_use]
    pub fn with_particles(mut self, particles: usize) -> Self {
        self.particles = particles;
        self
    }

    /// Sets the number of replicates.
    ///
    /// ```
    /// # use rlct::sampler::Splitting;
    /// assert_eq!(Splitting::new().with_replicates(4).replicates, 4);
    /// ```
    #[must_use]
    pub fn with_replicates(mut self, replicates: usize) -> Self {
        self.replicates = replicates;
        self
    }

    /// Sets the Markov moves of each particle at the first level.
    ///
    /// ```
    /// # use rlct::sampler::Splitting;
    /// assert_eq!(Splitting::new().with_moves(30).moves, Some(30));
    /// ```
    #[must_use]
    pub fn with_moves(mut self, moves: usize) -> Self {
        self.moves = Some(moves);
        self
    }

    /// Sets the log volume to stop at.
    ///
    /// ```
    /// # use rlct::sampler::Splitting;
    /// assert_eq!(Splitting::new().with_min_log_volume(-20.0).min_log_volume, -20.0);
    /// ```
    #[must_use]
    pub fn with_min_log_volume(mut self, log_volume: f64) -> Self {
        self.min_log_volume = log_volume;
        self
    }

    /// Sets half the side of the box.
    ///
    /// ```
    /// # use rlct::sampler::Splitting;
    /// assert_eq!(Splitting::new().with_radius(0.5).radius, 0.5);
    /// ```
    #[must_use]
    pub fn with_radius(mut self, radius: f64) -> Self {
        self.radius = radius;
        self
    }

    /// Sets the seed.
    ///
    /// ```
    /// # use rlct::sampler::Splitting;
    /// assert_eq!(Splitting::new().with_seed(3).seed, 3);
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
        check_point(loss, w_star, prior)?;
        check_box_prior("volume scaling", prior)?;
        if self.particles < FEWEST_PARTICLES {
            return Err(SamplerError::TooFew {
                what: "particles",
                least: FEWEST_PARTICLES,
                found: self.particles,
            });
        }
        if self.replicates < FEWEST_REPLICATES {
            return Err(SamplerError::TooFew {
                what: "replicates",
                least: FEWEST_REPLICATES,
                found: self.replicates,
            });
        }
        if self.moves == Some(0) {
            return Err(SamplerError::TooFew {
                what: "moves",
                least: 1,
                found: 0,
            });
        }
        check_positive("the radius of the box", self.radius)?;
        check_positive("minus the smallest log volume", -self.min_log_volume)?;
        check_positive("minus the smallest log ε", -self.min_log_epsilon)?;
        Ok(())
    }

    /// Runs all replicates around `w_star`, where K − K(w*) is measured.
    ///
    /// # Errors
    /// [`SamplerError`] for settings out of range, a point of the wrong length, not finite or
    /// outside the prior, a loss that is not finite at w*, and [`SamplerError::NotAMinimum`] if the
    /// loss falls below L(w*) in the box by more than rounding.
    ///
    /// ```
    /// # use rlct::loss::{Reading, PolynomialLoss, Prior};
    /// # use rlct::sampler::{Control, SamplerError, Splitting};
    /// let saddle = vec![(vec![2, 0], 1.0), (vec![0, 2], -1.0)];
    /// let loss = PolynomialLoss::from_terms(2, &[saddle], Reading::Loss)?;
    /// let run = Splitting::new().run(&loss, &[0.0; 2], &Prior::flat(2), &Control::new());
    /// assert!(matches!(run, Err(SamplerError::NotAMinimum { .. })));
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn run(
        &self,
        loss: &dyn Loss<f64>,
        w_star: &[f64],
        prior: &Prior,
        control: &Control<'_>,
    ) -> Result<SplittingRun, SamplerError> {
        self.run_from(0, loss, w_star, prior, control)
    }

    /// Runs the replicates on the streams from `first` on: more of a run that has so many.
    pub(crate) fn run_from(
        &self,
        first: usize,
        loss: &dyn Loss<f64>,
        w_star: &[f64],
        prior: &Prior,
        control: &Control<'_>,
    ) -> Result<SplittingRun, SamplerError> {
        self.check(loss, w_star, prior)?;
        let baseline = baseline(loss, w_star)?;
        let walker = Walker::new(loss, prior, w_star, baseline, self.radius);
        self.replicates(first, walker, control)
    }

    /// Runs the replicates on the streams from `first` on, over the whole of a region on which
    /// K ≥ 0; the radius has no effect.
    ///
    /// # Errors
    /// [`SamplerError`] for settings out of range, and [`SamplerError::RegionTooThin`].
    pub(crate) fn run_over(
        &self,
        first: usize,
        region: &RegionLoss,
        control: &Control<'_>,
    ) -> Result<SplittingRun, SamplerError> {
        let (prior, origin) = (region.prior()?, vec![0.0; region.dimension()]);
        self.check(region, &origin, &prior)?;
        let mut walker = Walker::new(region, &prior, &origin, 0.0, 1.0);
        walker.draws = MOST_DRAWS;
        self.replicates(first, walker, control)
    }

    fn replicates(
        &self,
        first: usize,
        walker: Walker<'_>,
        control: &Control<'_>,
    ) -> Result<SplittingRun, SamplerError> {
        let levels = (self.min_log_volume / (-2.0_f64.ln())).ceil() as u64;
        let total = levels * (first + self.replicates) as u64;
        let done = AtomicU64::new(levels * first as u64);
        control.report(levels * first as u64, total);
        let results: Vec<Result<_, SamplerError>> = parallel::map(self.replicates, |replicate| {
            let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
            rng.set_stream((first + replicate) as u64);
            let mut walker = walker.clone();
            let result = self.replicate(&mut walker, control, &mut rng, || {
                control.report(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            })?;
            Ok((result, walker.evaluations))
        });
        let mut replicates = Vec::with_capacity(self.replicates);
        let mut evaluations = 0;
        for result in results {
            let (replicate, count) = result?;
            replicates.push(replicate);
            evaluations += count;
        }
        Ok(SplittingRun {
            replicates,
            evaluations,
        })
    }

    fn replicate(
        &self,
        walker: &mut Walker<'_>,
        control: &Control<'_>,
        rng: &mut ChaCha8Rng,
        mut level_done: impl FnMut(),
    ) -> Result<Replicate, SamplerError> {
        let mut population = Population::draw(self.particles, walker, rng)?;
        let d = population.dimension;
        let survivors = self.particles.div_ceil(2);
        let [always, each] = FIRST_MOVES;
        let first_moves = self.moves.unwrap_or(always + each * d);
        let mut moves = first_moves;
        let mut deaths = Vec::new();
        let mut log_volume = 0.0;
        let mut correlations = (0.0, 0_u32);
        let mut recently_censored = 0.0;
        let mut sound = 0;
        let end = loop {
            population.sort();
            let threshold = population.excess[survivors];
            if threshold <= population.excess[0] || threshold <= f64::MIN_POSITIVE {
                break SplittingEnd::Plateau;
            }
            if control.stopped() {
                break SplittingEnd::Stopped;
            }
            for rank in (survivors..self.particles).rev() {
                let log_epsilon = population.excess[rank].ln();
                deaths.push(Death {
                    log_epsilon,
                    alive: rank as u32 + 1,
                });
                log_volume -= 1.0 / (rank as f64 + 1.0);
            }
            level_done();
            if log_volume <= self.min_log_volume {
                break SplittingEnd::Volume;
            }
            if threshold.ln() <= self.min_log_epsilon {
                break SplittingEnd::Epsilon;
            }
            population.refill(survivors);
            if !population.walk(threshold, moves, walker, rng, || !control.stopped()) {
                break SplittingEnd::Stopped;
            }
            if walker.lowest < 0.0 {
                check_lowest(walker, rng)?;
            }
            let correlation = population.twin_correlation(survivors);
            correlations = (correlations.0 + correlation, correlations.1 + 1);
            let fewest_moves = first_moves.div_ceil(FEWEST_MOVES_PART);
            let most_moves = MOST_MOVES_TIMES * first_moves;
            moves = if correlation > CORRELATED {
                moves + moves.div_ceil(GROWTH)
            } else {
                moves - moves / SHRINKAGE
            }
            .clamp(fewest_moves, most_moves);
            walker.slides |= moves == most_moves && correlation > CORRELATION_TO_SLIDE;
            let censored = population.censor(walker, rng);
            recently_censored += (censored - recently_censored) / CENSORED_MEMORY;
            if censored > MOST_CENSORED || recently_censored > CENSORED {
                deaths.truncate(sound);
                break SplittingEnd::Resolution;
            }
            if recently_censored < CENSORED / SOUND_PART {
                sound = deaths.len();
            }
        };
        Ok(Replicate {
            apart: population.apart(),
            deaths,
            twin_correlation: correlations.0 / f64::from(correlations.1.max(1)),
            last_moves: moves,
            end,
        })
    }
}
