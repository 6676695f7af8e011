//! Annealed importance sampling: the schedule, and the runs along it.

use super::conjugate::Conjugate;
use super::gibbs::{Gibbs, Point};
use crate::sampler::{Control, parallel};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use std::sync::atomic::{AtomicU64, Ordering};

/// The points that feel out the schedule.
const SCOUTS: usize = 32;
/// The standard deviation of a step's log-ratio when the schedule is felt out.
const STRIDE: f64 = 0.4;
/// The scouts' longest step: where the likelihood hardly depends on the parameters.
const LONGEST: f64 = 0.25;
/// The largest number of the scouts' steps: beyond, the rest is one step.
const MOST_STRIDES: usize = 2000;

/// What is integrated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) model: &'a dyn Conjugate,
    pub(super) components: usize,
    pub(super) concentration: f64,
}

/// Points that are resampled together.
struct Population<'a> {
    gibbs: Gibbs<'a>,
    rng: ChaCha8Rng,
    points: Vec<Point>,
    log_weights: Vec<f64>,
    /// log of the mean weight up to the last resampling.
    log_constant: f64,
}

impl<'a> Population<'a> {
    fn new(target: &Target<'a>, size: usize, seed: u64, stream: u64) -> Self {
        let mut gibbs = Gibbs::new(target.model, target.components, target.concentration);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self {
            points: (0..size).map(|_| gibbs.prior(&mut rng)).collect(),
            gibbs,
            rng,
            log_weights: vec![0.0; size],
            log_constant: 0.0,
        }
    }

    /// From one β to the next: weights, then a Gibbs step there.
    fn advance(&mut self, from: f64, to: f64) {
        for (point, log_weight) in self.points.iter_mut().zip(&mut self.log_weights) {
            self.gibbs.visit(point);
            *log_weight += self.gibbs.log_ratio(point, from, to);
            self.gibbs.step(to, &mut self.rng, point);
        }
        self.resample();
    }

    /// Systematic resampling where the effective number of points is below half of them.
    fn resample(&mut self) {
        let (log_mean, shares) = normalised(&self.log_weights);
        let effective = 1.0 / shares.iter().map(|share| share * share).sum::<f64>();
        let size = self.points.len();
        if size == 1 || effective >= size as f64 / 2.0 {
            return;
        }
        self.log_constant += log_mean;
        self.log_weights.fill(0.0);
        let first: f64 = self.rng.random();
        let (mut below, mut place) = (shares[0] * size as f64, 0);
        let chosen = (0..size).map(|index| {
            while index as f64 + first >= below && place + 1 < size {
                place += 1;
                below += shares[place] * size as f64;
            }
            place
        });
        self.points = chosen.map(|place| self.points[place].clone()).collect();
    }

    /// The standard deviation of d/dβ of the log-likelihood at β.
    fn deviation(&mut self, power: f64) -> f64 {
        let (_, shares) = normalised(&self.log_weights);
        let gibbs = &mut self.gibbs;
        let slopes = self.points.iter().map(|point| {
            gibbs.visit(point);
            gibbs.slope(point, power)
        });
        let slopes: Vec<f64> = slopes.collect();
        let pairs = || shares.iter().zip(&slopes);
        let mean: f64 = pairs().map(|(share, slope)| share * slope).sum();
        let variance = pairs().map(|(share, slope)| share * (slope - mean).powi(2));
        variance.sum::<f64>().sqrt()
    }

    fn log_estimate(&self) -> f64 {
        self.log_constant + normalised(&self.log_weights).0
    }

    /// The highest log-likelihood among the points.
    fn highest(&mut self) -> f64 {
        let gibbs = &mut self.gibbs;
        let values = self.points.iter().map(|point| {
            gibbs.visit(point);
            gibbs.log_ratio(point, 0.0, 1.0)
        });
        values.fold(f64::NEG_INFINITY, f64::max)
    }
}

/// log of the mean of the weights, and each weight's share of their sum.
pub(super) fn normalised(log_weights: &[f64]) -> (f64, Vec<f64>) {
    let top = log_weights
        .iter()
        .copied()
        .fold(f64::NEG_INFINITY, f64::max);
    let mut shares: Vec<f64> = log_weights.iter().map(|log| (log - top).exp()).collect();
    let sum: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= sum);
    (top + (sum / log_weights.len() as f64).ln(), shares)
}

/// Inverse temperatures from 0 to 1 between which the log-ratios have about equal variances, at
/// most `variance` in sum along the way, `least` to `most` steps. `None` if the control ended it.
pub(super) fn schedule(
    target: &Target<'_>,
    seed: u64,
    variance: f64,
    [least, most]: [usize; 2],
    control: &Control<'_>,
) -> Option<Vec<f64>> {
    // a stream of its own
    let mut scouts = Population::new(target, SCOUTS, seed, u64::MAX);
    let mut powers = vec![0.0];
    let mut lengths = vec![0.0];
    let (mut power, mut length) = (0.0_f64, 0.0);
    while power < 1.0 {
        if control.stopped() {
            return None;
        }
        let deviation = scouts.deviation(power);
        let free = powers.len() < MOST_STRIDES;
        let step = if free {
            (STRIDE / deviation).min(LONGEST)
        } else {
            1.0
        };
        // a step too short to be seen would never end
        let next = (power + step.max(1e-14)).min(1.0);
        length += deviation * (next - power);
        scouts.advance(power, next);
        power = next;
        powers.push(power);
        lengths.push(length);
    }
    let steps = (length * length / variance).ceil() as usize;
    let steps = steps.clamp(least, most);
    let mut between = 0;
    let inner = (1..steps).map(|step| {
        let wanted = length * step as f64 / steps as f64;
        while lengths[between + 1] < wanted && between + 2 < lengths.len() {
            between += 1;
        }
        let within = lengths[between + 1] - lengths[between];
        let share = if within > 0.0 {
            (wanted - lengths[between]) / within
        } else {
            0.0
        };
        powers[between] + share * (powers[between + 1] - powers[between])
    });
    let mut schedule = vec![0.0];
    schedule.extend(inner);
    schedule.push(1.0);
    Some(schedule)
}

/// The logarithm of each population's unbiased estimate of ∫ p(X | w) φ(w) dw, and the highest
/// log-likelihood of its points; `None` if the control ended it.
pub(super) fn runs(
    target: &Target<'_>,
    schedule: &[f64],
    [populations, points]: [usize; 2],
    seed: u64,
    control: &Control<'_>,
) -> Option<Vec<(f64, f64)>> {
    let done = AtomicU64::new(0);
    let total = (populations * (schedule.len() - 1)) as u64;
    let run = |stream: usize| {
        let mut population = Population::new(target, points, seed, stream as u64);
        for pair in schedule.windows(2) {
            if control.stopped() {
                return None;
            }
            population.advance(pair[0], pair[1]);
            control.report(done.fetch_add(1, Ordering::Relaxed) + 1, total);
        }
        Some((population.log_estimate(), population.highest()))
    };
    parallel::map(populations, run).into_iter().collect()
}
