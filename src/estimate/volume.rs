//! Volume scaling: λ and m from how fast the prior volume of {K < ε} shrinks.

use super::asymptotics::{self, PoleFit, Slopes};
use super::elsewhere::Elsewhere;
use super::thresholds::volume::{LARGEST_DISPERSION, LEAST_FALL};
use super::{Doubt, EstimateError, VolumeEstimate};
use crate::loss::{Loss, Prior, RegionLoss};
use crate::sampler::{Control, Replicate, SamplerError, Splitting, SplittingEnd, SplittingRun};

/// Estimates (λ, m) from V(ε) = φ{K < ε} ~ C ε^λ (−log ε)^{m−1}, K = L − L(w*).
///
/// Multilevel splitting ([`Splitting`]) follows V over many orders of magnitude, several
/// independent times, and again where these leave open what m is; the slopes of log V are averaged
/// over models of the approach to the pole. Only values of the loss are used, no gradient and no
/// temperature. The prior is flat on the box of the given radius around w*, times the amplitude and
/// restricted to the half-lines of [`Prior`].
///
/// # Examples
///
/// ```
/// use rlct::estimate::VolumeScaling;
/// use rlct::loss::{Reading, PolynomialLoss};
///
/// // K = (xy)²: λ = 1/2, m = 2
/// let loss = PolynomialLoss::from_terms(2, &[vec![(vec![1, 1], 1.0)]], Reading::Ideal)?;
/// let estimate = VolumeScaling::new(&loss, &[0.0; 2]).particles(200).seed(1).estimate()?;
/// assert!((estimate.lambda() - 0.5).abs() < 3.0 * estimate.standard_error());
/// assert_eq!(estimate.multiplicity(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct VolumeScaling<'a> {
    loss: &'a dyn Loss<f64>,
    w_star: &'a [f64],
    prior: Prior,
    splitting: Splitting,
    rounds: usize,
    any_dimension: bool,
    /// The whole region, and no point.
    region: Option<&'a RegionLoss>,
}

/// Rounds of replicates at the most, and the probability of a multiplicity that ends them. In the
/// suite of `rlct compare` with one round m̂ was right in 97 % of the runs above that probability,
/// and in 67 % of those below: the probability was chosen on that suite, the number of rounds by
/// hand.
const MOST_ROUNDS: usize = 5;
const DECIDED: f64 = 0.8;
/// The dispersion above which no round follows: particles that mix slowly bias all replicates
/// alike, and more of them make the error smaller than the bias. Chosen by hand, below what is a
/// doubt.
const DISPERSED: f64 = 1.6;

/// How many standard errors λ̂ is above what any zero can have before there is said to be none.
/// Chosen by hand.
const SURELY: f64 = 3.0;

/// Bins of the fit, and coarser ones to see long-range correlations of the errors by. Chosen by
/// hand: enough for the windows of a fit to begin at many places.
const BINS: usize = 48;
const COARSER: [usize; 2] = [12, 4];
/// Over how many bins on either side variances are averaged, and the weights of that mean and of
/// the mean over all bins. Chosen by hand.
const SMOOTHING: usize = 2;
const WEIGHTS: [f64; 2] = [0.9, 0.1];
/// The shortest range in log(1/ε) that is divided into bins: a shorter one is none but for
/// rounding.
const SHORTEST: f64 = 1e-3;

impl<'a> VolumeScaling<'a> {
    /// The most parameters that are taken without [`any_dimension`](Self::any_dimension).
    ///
    /// Moves that forget a twin grow in number with d, and their cost with d again, while the
    /// precision of λ̂ falls relative to that of [`Ladder`](super::Ladder). On Σ wᵢ² the defaults
    /// took 16, 34 and more than 66 seconds of processor time for d = 10, 20 and 30, with standard
    /// errors of 0.4 and 0.5 % of λ; the ladder took 11, 9 and 12 seconds, with 0.01 %. The
    /// coverage of the intervals has been measured up to d = 20.
    pub const LARGEST_DIMENSION: usize = 20;

    /// The coefficient of `loss` at `w_star`, with the default [`Splitting`] and a flat prior.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let volume = VolumeScaling::new(&loss, &[0.0]);
    /// # let _ = volume;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn new(loss: &'a dyn Loss<f64>, w_star: &'a [f64]) -> Self {
        Self {
            loss,
            w_star,
            prior: Prior::flat(loss.dimension()),
            splitting: Splitting::default(),
            rounds: MOST_ROUNDS,
            any_dimension: false,
            region: None,
        }
    }

    /// The worst (λ, m) of all zeros of K ≥ 0 in a bounded region, with the default
    /// [`Splitting`]: particles start all over it, no point is singled out, and what a radius and
    /// a prior say has no effect. A zero whose λ is the least but whose share of V(ε) is small
    /// shows only at small ε.
    ///
    /// ```
    /// use rlct::estimate::VolumeScaling;
    /// use rlct::loss::{PolynomialLoss, Reading, RegionLoss};
    /// use std::sync::Arc;
    ///
    /// // K = x²(x − 1)⁴: λ is 1/2 at 0 and 1/4 at 1
    /// let terms = [(vec![1], 1.0), (vec![2], -2.0), (vec![3], 1.0)];
    /// let loss = PolynomialLoss::from_terms(1, &[terms.to_vec()], Reading::Ideal)?;
    /// let region = RegionLoss::new(Arc::new(loss), &[(-1.0, 2.0)])?;
    /// let estimate = VolumeScaling::over(&region).particles(100).estimate()?;
    /// assert!((estimate.lambda() - 0.25).abs() < 0.02);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn over(region: &'a RegionLoss) -> Self {
        Self {
            region: Some(region),
            ..Self::new(region, &[])
        }
    }

    /// Sets amplitude and half-lines.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::{LinearNetwork, Prior}};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let volume =
    ///     VolumeScaling::new(&loss, &[0.0]).prior(Prior::flat(1).with_amplitude(&[1.0])?);
    /// # let _ = volume;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn prior(mut self, prior: Prior) -> Self {
        self.prior = prior;
        self
    }

    /// Sets all the settings of the splitting at once.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork, sampler::Splitting};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let deep = Splitting::new().with_min_log_volume(-80.0);
    /// let volume = VolumeScaling::new(&loss, &[0.0]).splitting(deep);
    /// # let _ = volume;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn splitting(mut self, splitting: Splitting) -> Self {
        self.splitting = splitting;
        self
    }

    /// Sets the number of particles of each replicate.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let volume = VolumeScaling::new(&loss, &[0.0]).particles(1000);
    /// # let _ = volume;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn particles(mut self, particles: usize) -> Self {
        self.splitting.particles = particles;
        self
    }

    /// Sets half the side of the box around w*.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let volume = VolumeScaling::new(&loss, &[0.0]).radius(0.5);
    /// # let _ = volume;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn radius(mut self, radius: f64) -> Self {
        self.splitting.radius = radius;
        self
    }

    /// Half the side of the box.
    pub(super) fn box_radius(&self) -> f64 {
        self.splitting.radius
    }

    /// Sets how many rounds of replicates there are at the most: one follows another while no
    /// multiplicity has a probability above 0.8 and the particles mix well. Default 5.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::{Reading, PolynomialLoss}};
    /// // K = x²: λ = 1/2, and in one variable m = 1 from the start
    /// let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
    /// let volume = VolumeScaling::new(&loss, &[0.0]).particles(50);
    /// let (one, more) = (volume.clone().rounds(1).estimate()?, volume.estimate()?);
    /// assert_eq!(one.evaluations(), more.evaluations());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn rounds(mut self, rounds: usize) -> Self {
        self.rounds = rounds;
        self
    }

    /// Sets the seed.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let volume = VolumeScaling::new(&loss, &[0.0]).seed(1);
    /// # let _ = volume;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.splitting.seed = seed;
        self
    }

    /// Takes losses of more than [`LARGEST_DIMENSION`](Self::LARGEST_DIMENSION) parameters too,
    /// however long that takes.
    ///
    /// ```
    /// # use rlct::{estimate::{EstimateError, VolumeScaling}, loss::LinearNetwork};
    /// let loss = LinearNetwork::new(&[21, 1], &[0.0; 21])?;
    /// let w_star = [0.0; 21];
    /// let refused = VolumeScaling::new(&loss, &w_star).estimate();
    /// assert_eq!(refused, Err(EstimateError::TooManyParameters { dimension: 21, most: 20 }));
    /// let taken = VolumeScaling::new(&loss, &w_star).any_dimension().particles(1).estimate();
    /// assert!(matches!(taken, Err(EstimateError::Sampler(_)))); // of too few particles
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn any_dimension(mut self) -> Self {
        self.any_dimension = true;
        self
    }

    /// Runs the splitting and fits the pole.
    ///
    /// # Errors
    /// [`EstimateError::TooManyParameters`] above [`LARGEST_DIMENSION`](Self::LARGEST_DIMENSION),
    /// unless that is overridden; [`EstimateError::Sampler`] for settings out of range, a point
    /// that does not fit the loss or a loss below L(w*) in the box;
    /// [`EstimateError::RangeTooShort`] if floating point resolves K over too short a range.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// assert!(VolumeScaling::new(&loss, &[f64::NAN]).estimate().is_err());
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn estimate(&self) -> Result<VolumeEstimate, EstimateError> {
        self.estimate_with(&Control::new())
    }

    /// Runs under a [`Control`], which can watch and stop it.
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate), and [`SamplerError::StoppedEarly`] or
    /// [`SamplerError::TimeTooShort`] if the flag or the time stopped it before two replicates were
    /// far enough.
    ///
    /// [`SamplerError::StoppedEarly`]: crate::sampler::SamplerError::StoppedEarly
    /// [`SamplerError::TimeTooShort`]: crate::sampler::SamplerError::TimeTooShort
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork, sampler::Control};
    /// # use std::sync::atomic::AtomicBool;
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let flag = AtomicBool::new(true);
    /// let control = Control::new().with_stop(&flag);
    /// assert!(VolumeScaling::new(&loss, &[0.0]).estimate_with(&control).is_err());
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn estimate_with(&self, control: &Control<'_>) -> Result<VolumeEstimate, EstimateError> {
        let (dimension, most) = (self.loss.dimension(), Self::LARGEST_DIMENSION);
        if dimension > most && !self.any_dimension {
            return Err(EstimateError::TooManyParameters { dimension, most });
        }
        let mut run = self.run_from(0, control)?;
        for _ in 1..self.rounds {
            if stopped(&run) || !self.is_open(&run) {
                break;
            }
            let first = run.replicates.len();
            let more = self.run_from(first, control)?;
            if stopped(&more) {
                return self.answer(&run, Some(control));
            }
            run.replicates.extend(more.replicates);
            run.evaluations += more.evaluations;
        }
        if stopped(&run) {
            self.answer(&fullest(run), Some(control))
        } else {
            self.answer(&run, None)
        }
    }

    fn run_from(&self, first: usize, control: &Control<'_>) -> Result<SplittingRun, SamplerError> {
        let (loss, w_star, prior) = (self.loss, self.w_star, &self.prior);
        match self.region {
            Some(region) => self.splitting.run_over(first, region, control),
            None => self.splitting.run_from(first, loss, w_star, prior, control),
        }
    }

    /// Whether more replicates would tell more of m.
    fn is_open(&self, run: &SplittingRun) -> bool {
        let Some(range) = Range::of(run) else {
            return false;
        };
        match pole(run, range, self.max_multiplicity()) {
            (Some(fit), dispersion) => fit.probability() <= DECIDED && dispersion < DISPERSED,
            (None, _) => false,
        }
    }

    fn max_multiplicity(&self) -> usize {
        self.loss.dimension().min(asymptotics::LARGEST_MULTIPLICITY)
    }

    /// The answer from a run, and the control if it was stopped.
    fn answer(
        &self,
        run: &SplittingRun,
        stopped: Option<&Control<'_>>,
    ) -> Result<VolumeEstimate, EstimateError> {
        let estimate = match (Range::of(run), stopped) {
            (Some(range), _) => self.fit(run, range, stopped),
            (None, Some(control)) => Err(control.too_early().into()),
            (None, None) => Err(EstimateError::RangeTooShort {
                variable: "log(1/ε)",
                start: 0.0,
                end: 0.0,
            }),
        };
        match (self.region, stopped) {
            (Some(region), None) => with_a_zero(region, run, estimate),
            _ => estimate,
        }
    }

    fn fit(
        &self,
        run: &SplittingRun,
        range: Range,
        stopped: Option<&Control<'_>>,
    ) -> Result<VolumeEstimate, EstimateError> {
        let max_multiplicity = self.max_multiplicity();
        let (fit, dispersion) = pole(run, range, max_multiplicity);
        let Some(mut fit) = fit else {
            let Range { start, end } = range;
            return Err(match stopped {
                Some(control) => control.too_early().into(),
                None => EstimateError::RangeTooShort {
                    variable: "log(1/ε)",
                    start,
                    end,
                },
            });
        };
        // What all deaths of a replicate share, a fit to the bins does not see.
        let without = |replicate: usize| {
            let mut fewer = run.clone();
            fewer.replicates.remove(replicate);
            pole(&fewer, range, max_multiplicity).0
        };
        let left_out = asymptotics::jackknife((0..run.replicates.len()).map(without));
        fit.standard_error = fit.standard_error.max(left_out);
        let log_volume = run
            .replicates
            .iter()
            .map(|r| r.log_volume(f64::NEG_INFINITY))
            .fold(f64::NEG_INFINITY, f64::max);
        let mut doubts = Vec::new();
        if dispersion > LARGEST_DISPERSION {
            doubts.push(Doubt::Dispersion { dispersion });
        }
        if let Some(doubt) = fit.doubt() {
            doubts.push(doubt);
        }
        if log_volume > -LEAST_FALL {
            doubts.push(Doubt::ShortRange { fall: -log_volume });
        }
        if self.region.is_none() {
            let elsewhere = Elsewhere::new(&self.prior, self.splitting.particles);
            doubts.extend(elsewhere.doubt(run.replicates.iter().map(|r| r.apart.as_slice())));
        }
        doubts.extend(stopped.map(Doubt::of_stop));
        Ok(VolumeEstimate {
            fit,
            dispersion,
            log_volume,
            end: if stopped.is_some() {
                SplittingEnd::Stopped
            } else {
                run.replicates[0].end
            },
            evaluations: run.evaluations,
            verdict: doubts.into(),
        })
    }
}

/// Refuses an estimate that no zero can have: where K has none in the region, V(ε) is 0 below its
/// least value, and falls faster than any power there.
fn with_a_zero(
    region: &RegionLoss,
    run: &SplittingRun,
    estimate: Result<VolumeEstimate, EstimateError>,
) -> Result<VolumeEstimate, EstimateError> {
    let refused = match &estimate {
        Ok(found) => {
            let least = found.lambda() - SURELY * found.standard_error();
            least > region.largest_coefficient()
        }
        Err(error) => matches!(error, EstimateError::RangeTooShort { .. }),
    };
    let last = run.replicates.iter().filter_map(|r| r.deaths.last());
    let least = last.fold(f64::INFINITY, |least, death| least.min(death.log_epsilon));
    match refused && least.is_finite() {
        true => Err(EstimateError::NoZero { least: least.exp() }),
        false => estimate,
    }
}

/// The replicates of a run that was stopped from which the most is known: as many as, times how far
/// the least of them came, is most, two at least. Others may not even have begun.
fn fullest(mut run: SplittingRun) -> SplittingRun {
    let fall = |replicate: &Replicate| -replicate.log_volume(f64::NEG_INFINITY);
    let mut falls: Vec<f64> = run.replicates.iter().map(fall).collect();
    falls.sort_by(|a, b| b.total_cmp(a));
    let known = |count: usize| count as f64 * falls[count - 1];
    let best = (2..=falls.len()).max_by(|&a, &b| known(a).total_cmp(&known(b)));
    if let Some(least) = best.map(|count| falls[count - 1]) {
        run.replicates.retain(|replicate| fall(replicate) >= least);
    }
    run
}

fn stopped(run: &SplittingRun) -> bool {
    let is_stopped = |r: &Replicate| r.end == SplittingEnd::Stopped;
    run.replicates.iter().any(is_stopped)
}

/// The pole, and the dispersion: the largest over bins of several widths.
fn pole(run: &SplittingRun, range: Range, max_multiplicity: usize) -> (Option<PoleFit>, f64) {
    let fine = Binned::new(run, range, BINS);
    let dispersion = COARSER
        .iter()
        .map(|&bins| Binned::new(run, range, bins).dispersion())
        .fold(fine.dispersion(), f64::max);
    let slopes = fine.slopes(dispersion.max(1.0));
    let fit = asymptotics::fit(&slopes, range.start, max_multiplicity);
    (fit, dispersion)
}

/// The range of L = −log ε that every replicate covers, from V = 1/2 on, or where K is infinite on
/// more than half of the box from where it is finite.
#[derive(Debug, Clone, Copy)]
struct Range {
    start: f64,
    end: f64,
}

impl Range {
    fn of(run: &SplittingRun) -> Option<Self> {
        let mut start = f64::NEG_INFINITY;
        let mut end = f64::INFINITY;
        for replicate in &run.replicates {
            let mut fall = 0.0;
            let half = replicate.deaths.iter().find(|death| {
                fall += 1.0 / f64::from(death.alive);
                fall >= 2.0_f64.ln() && death.log_epsilon.is_finite()
            })?;
            start = start.max(-half.log_epsilon);
            end = end.min(-replicate.deaths.last()?.log_epsilon);
        }
        (end - start > SHORTEST).then_some(Self { start, end })
    }
}

/// Slopes of log V over equal bins in L, by replicate.
struct Binned {
    range: Range,
    width: f64,
    /// By bin, then replicate: the slope and its variance for independent deaths.
    slopes: Vec<Vec<f64>>,
    variances: Vec<Vec<f64>>,
}

impl Binned {
    fn new(run: &SplittingRun, range: Range, bins: usize) -> Self {
        let width = (range.end - range.start) / bins as f64;
        let replicates = run.replicates.len();
        let mut slopes = vec![vec![0.0; replicates]; bins];
        let mut variances = vec![vec![0.0; replicates]; bins];
        for (r, replicate) in run.replicates.iter().enumerate() {
            for death in &replicate.deaths {
                let position = (-death.log_epsilon - range.start) / width;
                if position >= 0.0 && position < bins as f64 {
                    let fall = 1.0 / (f64::from(death.alive) * width);
                    slopes[position as usize][r] += fall;
                    variances[position as usize][r] += fall * fall;
                }
            }
        }
        Self {
            range,
            width,
            slopes,
            variances,
        }
    }

    /// Variance between replicates over that of independent deaths, pooled over the bins.
    fn dispersion(&self) -> f64 {
        let mut observed = 0.0;
        let mut expected = 0.0;
        for (slopes, variances) in self.slopes.iter().zip(&self.variances) {
            let count = slopes.len() as f64;
            let mean = slopes.iter().sum::<f64>() / count;
            let weight = count / variances.iter().sum::<f64>();
            if weight.is_finite() {
                let square: f64 = slopes.iter().map(|s| (s - mean).powi(2)).sum();
                observed += weight * square / (count - 1.0);
                expected += 1.0;
            }
        }
        observed / expected
    }

    /// Means over the replicates, with errors of independent deaths times √dispersion. The
    /// variance of a bin is smoothed towards that of a bin with the mean number of deaths, so
    /// that a bin with few of them is not taken for a precise one.
    fn slopes(&self, dispersion: f64) -> Slopes {
        let replicates = self.slopes[0].len() as f64;
        let mean_of = |values: &[f64]| values.iter().sum::<f64>() / replicates;
        let bins = self.slopes.len();
        let total: f64 = self.variances.iter().map(|v| mean_of(v)).sum();
        let mut result = Slopes {
            inflation: dispersion,
            ..Slopes::default()
        };
        for (bin, slopes) in self.slopes.iter().enumerate() {
            let near = bin.saturating_sub(SMOOTHING)..(bin + SMOOTHING + 1).min(bins);
            let local = self.variances[near.clone()]
                .iter()
                .map(|v| mean_of(v))
                .sum::<f64>()
                / near.len() as f64;
            let [of_local, of_all] = WEIGHTS;
            let variance = of_local * local + of_all * total / bins as f64;
            result
                .lower
                .push(self.range.start + self.width * bin as f64);
            result
                .upper
                .push(self.range.start + self.width * (bin + 1) as f64);
            result.slope.push(mean_of(slopes));
            result
                .standard_error
                .push((dispersion * variance / replicates).sqrt());
        }
        result
    }
}
