//! Settings of replica exchange over a ladder of temperatures, MALA within the rungs.

use super::check::{check_box_prior, check_point, check_positive};
use super::error::SamplerError;
use crate::loss::{Loss, Prior};
use serde::{Deserialize, Serialize};

/// Settings of replica exchange (Hukushima and Nemoto 1996) for densities
/// ∝ exp(−t·K(w)) φ(w) on a box around w*, K = L − L(w*), at temperatures t₀ < t₁ < … in geometric
/// progression.
///
/// Within a rung short Hamiltonian trajectories (one step of which is MALA), their step drawn anew
/// each time from a mixture over two orders of magnitude below a scale tuned in the burn-in, every
/// other one in units of the width of tK where it begins, and scalings about w* and shifts along
/// differences of other rungs' states run along the arms of crossings: singular posteriors have no
/// one scale. Between rungs states are exchanged by the deterministic even–odd scheme (Okabe et al.
/// 2001; Syed et al. 2022). Several independent ladders give the errors; every other one starts
/// close to w*, the rest by cooling down from anywhere in the box, so that R̂ between them shows
/// where they have not forgotten their starts.
///
/// Where rungs are not given, a pilot ladder over [`PILOT_RANGE`](Self::PILOT_RANGE) finds them:
/// t·K is about Gamma-distributed with shape λ, so states go fastest along rungs of a ratio of
/// about 1.6/√λ in log t, and the ladder ends where log Z has fallen by [`FALL`](Self::FALL), not
/// before log t has grown by 30 (for large λ, by 12 since U came near λ), or where floating point
/// no longer resolves K; on n samples at t = 2n/log n.
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
    /// Sweeps before, in which steps are tuned; never part of an estimate. Default a third of the
    /// sweeps.
    pub burn_in: Option<usize>,
    /// Trajectories of a rung in a sweep; four scalings about w* and four shifts follow. Default 3,
    /// in more than 8 dimensions 1.
    pub moves: Option<usize>,
    /// The most leapfrog steps of a trajectory, which takes from one to that many. One step is
    /// MALA. Default: √d.
    pub leapfrogs: Option<usize>,
    /// log t of the coldest rung over that of the hottest, where t·K is about 1 under the prior.
    /// Default: from a pilot ladder.
    pub log_range: Option<f64>,
    /// log t of the coldest rung, where [`log_range`](Self::log_range) is not set. Default: on n
    /// samples log(2n/log n), else from a pilot ladder.
    pub coldest: Option<f64>,
    /// log t from one rung to the next. Default: from a pilot ladder, at most log 2 where the
    /// coldest rung is set or on samples.
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
            coldest: None,
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

/// Scalings and shifts of a rung in a sweep: they cost a value of the loss and reach what
/// trajectories creep to.
const JUMPS: usize = 4;

/// Up to how many dimensions MALA does about as well as longer trajectories.
const SMALL_DIMENSION: usize = 8;

/// Into how many consecutive blocks the sweeps of a ladder are averaged.
pub(crate) const BLOCKS: usize = 50;

impl Tempering {
    /// How far log Z falls, at least, along a ladder whose length is not given, if floating point
    /// allows it.
    pub const FALL: f64 = 60.0;
    /// The range in log t of the pilot ladder, and the longest of a ladder whose length is not
    /// given.
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

    /// The least range in log t of a ladder whose coldest rung is given, or is that of samples: a
    /// factor of thirty, although t·K may then be small on the hottest rung already.
    pub const LEAST_RANGE: f64 = 3.5;

    /// How many times colder than n/log n, the temperature of WBIC, the coldest rung on n samples
    /// is. Chosen on 41 runs at n = 10⁴ that no study judges (linear networks, Poisson mixtures and
    /// naive Bayes models drawn for it): the median error of λ̂ was 4.5 % at 1, 2.7 % at 2 and
    /// 3.7 % at 4, where what the sample alone has outweighs what a longer range tells.
    pub const COLDER_THAN_WBIC: f64 = 2.0;

    /// Sets log t of the coldest rung.
    ///
    /// ```
    /// # use rlct::sampler::Tempering;
    /// assert_eq!(Tempering::new().with_coldest(5.0).coldest, Some(5.0));
    /// ```
    #[must_use]
    pub fn with_coldest(mut self, log_t: f64) -> Self {
        self.coldest = Some(log_t);
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
        let sweeps = self.sweeps.unwrap_or_else(|| Self::default_sweeps(d));
        Effort {
            sweeps,
            burn_in: self.burn_in.unwrap_or(sweeps / 3),
            moves: self.moves.unwrap_or(if small { 3 } else { 1 }),
            leapfrogs: self.leapfrogs.unwrap_or(d.isqrt().max(1)),
            jumps: JUMPS,
        }
    }

    /// The sweeps where none are set.
    pub(crate) fn default_sweeps(d: usize) -> usize {
        let share = (SMALL_DIMENSION as f64 / d.max(SMALL_DIMENSION) as f64).sqrt();
        (6_000.0 * share) as usize
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

    pub(super) fn check(
        &self,
        loss: &dyn Loss<f64>,
        w_star: &[f64],
        prior: &Prior,
    ) -> Result<(), SamplerError> {
        check_point(loss, w_star, prior)?;
        loss.check_gradient(w_star)?;
        check_box_prior("the temperature ladder", prior)?;
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
        check_positive("the radius of the box", self.radius)?;
        check_positive("the range in log t", self.log_range.unwrap_or(1.0))?;
        if let Some(coldest) = self.coldest.filter(|coldest| !coldest.is_finite()) {
            return Err(SamplerError::Range {
                what: "log t of the coldest rung",
                range: "a number",
                value: coldest,
            });
        }
        check_positive("the ratio in log t", self.log_ratio.unwrap_or(1.0))
    }
}
