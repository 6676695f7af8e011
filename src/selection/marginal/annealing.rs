//! Annealed importance sampling: the schedule, and the runs along it.

use super::conjugate::Conjugate;
use super::gibbs::{Gibbs, Point};
use super::stages::Stage;
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
/// The largest number of the scouts' steps in a stage: beyond, the rest is one step.
const MOST_STRIDES: usize = 1000;

/// What is integrated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) stages: &'a [Stage],
    pub(super) components: usize,
    pub(super) concentration: f64,
}

impl<'a> Target<'a> {
    fn gibbs(&self, stage: &'a Stage) -> Gibbs<'a> {
        let model: &dyn Conjugate = &*stage.model;
        Gibbs::new(model, stage.first, self.components, self.concentration)
    }
}

/// Points that are resampled together.
struct Population {
    rng: ChaCha8Rng,
    points: Vec<Point>,
    log_weights: Vec<f64>,
    /// log of the mean weight up to the last resampling.
    log_constant: f64,
}

impl Population {
    /// Draws from the prior.
    fn new(target: &Target<'_>, size: usize, seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        let mut gibbs = target.gibbs(&target.stages[0]);
        Self {
            points: (0..size).map(|_| gibbs.prior(&mut rng)).collect(),
            rng,
            log_weights: vec![0.0; size],
            log_constant: 0.0,
        }
    }

    /// From one β to the next: weights, then a Gibbs step there.
    fn advance(&mut self, gibbs: &mut Gibbs<'_>, from: f64, to: f64) {
        for (point, log_weight) in self.points.iter_mut().zip(&mut self.log_weights) {
            gibbs.visit(point);
            *log_weight += gibbs.log_ratio(point, from, to);
            gibbs.step(to, &mut self.rng, point);
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
    fn deviation(&mut self, gibbs: &mut Gibbs<'_>, power: f64) -> f64 {
        let (_, shares) = normalised(&self.log_weights);
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
}

/// log of the mean of the weights, and each weight's share of their sum.
pub(super) fn normalised(log_weights: &[f64]) -> (f64, Vec<f64>) {
    let logs = log_weights.iter().copied();
    let top = logs.fold(f64::NEG_INFINITY, f64::max);
    let mut shares: Vec<f64> = log_weights.iter().map(|log| (log - top).exp()).collect();
    let sum: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= sum);
    (top + (sum / log_weights.len() as f64).ln(), shares)
}

/// The inverse temperatures of a stage as the scouts took them, and the length of the way to each:
/// the sum of the standard deviations of the log-ratios.
struct Way {
    powers: Vec<f64>,
    lengths: Vec<f64>,
}

impl Way {
    fn length(&self) -> f64 {
        self.lengths.last().copied().unwrap_or(0.0)
    }

    /// Steps of equal length.
    fn divided(&self, steps: usize) -> Vec<f64> {
        let mut between = 0;
        let inner = (1..steps).map(|step| {
            let wanted = self.length() * step as f64 / steps as f64;
            while self.lengths[between + 1] < wanted && between + 2 < self.lengths.len() {
                between += 1;
            }
            let within = self.lengths[between + 1] - self.lengths[between];
            let share = (wanted - self.lengths[between]) / within;
            let [least, most] = [self.powers[between], self.powers[between + 1]];
            // within is 0 where nothing depends on the parameters
            if share.is_finite() {
                least + share * (most - least)
            } else {
                most
            }
        });
        let mut powers = vec![0.0];
        powers.extend(inner);
        powers.push(1.0);
        powers
    }
}

/// The inverse temperatures of each stage, from 0 to 1. With so many steps the log-ratios of a
/// point have `variance` in sum, if every step forgets the last, at the least cost: a stage of
/// length L and c rows gets a number in proportion to L/√c, `least` to `most` in each. `None` if
/// the control ended it.
pub(super) fn schedule(
    target: &Target<'_>,
    seed: u64,
    variance: f64,
    [least, most]: [usize; 2],
    control: &Control<'_>,
) -> Option<Vec<Vec<f64>>> {
    // a stream of its own
    let mut scouts = Population::new(target, SCOUTS, seed, u64::MAX);
    let mut ways = Vec::new();
    for stage in target.stages {
        let mut gibbs = target.gibbs(stage);
        let mut way = Way {
            powers: vec![0.0],
            lengths: vec![0.0],
        };
        let (mut power, mut length) = (0.0_f64, 0.0);
        while power < 1.0 {
            if control.stopped() {
                return None;
            }
            let deviation = scouts.deviation(&mut gibbs, power);
            let free = way.powers.len() < MOST_STRIDES;
            let step = if free {
                (STRIDE / deviation).min(LONGEST)
            } else {
                1.0
            };
            let next = (power + step).min(1.0);
            length += deviation * (next - power);
            scouts.advance(&mut gibbs, power, next);
            power = next;
            way.powers.push(power);
            way.lengths.push(length);
        }
        ways.push(way);
    }
    let cost = |stage: &Stage| (stage.model.counts().len() as f64).sqrt();
    let pairs = || ways.iter().zip(target.stages);
    let whole: f64 = pairs().map(|(way, stage)| way.length() * cost(stage)).sum();
    let divided = pairs().map(|(way, stage)| {
        let steps = way.length() / cost(stage) * whole / variance;
        way.divided((steps.ceil() as usize).clamp(least, most))
    });
    Some(divided.collect())
}

/// The logarithm of each population's unbiased estimate of ∫ p(X | w) φ(w) dw, and the highest
/// log-likelihood of its last points; `None` if the control ended it.
pub(super) fn runs(
    target: &Target<'_>,
    schedule: &[Vec<f64>],
    [populations, points]: [usize; 2],
    seed: u64,
    control: &Control<'_>,
) -> Option<Vec<(f64, f64)>> {
    let cost = |stage: &Stage| stage.model.counts().len() as u64;
    let pairs = || schedule.iter().zip(target.stages);
    let once: u64 = pairs()
        .map(|(powers, stage)| cost(stage) * (powers.len() as u64 - 1))
        .sum();
    let done = AtomicU64::new(0);
    let run = |stream: usize| {
        let mut population = Population::new(target, points, seed, stream as u64);
        let mut highest = f64::NEG_INFINITY;
        for (powers, stage) in pairs() {
            let mut gibbs = target.gibbs(stage);
            for pair in powers.windows(2) {
                if control.stopped() {
                    return None;
                }
                population.advance(&mut gibbs, pair[0], pair[1]);
                let now = done.fetch_add(cost(stage), Ordering::Relaxed) + cost(stage);
                control.report(now, populations as u64 * once);
            }
            let values = population.points.iter();
            let values = values.map(|point| gibbs.log_likelihood(point));
            highest = values.fold(f64::NEG_INFINITY, f64::max);
        }
        Some((population.log_estimate(), highest))
    };
    parallel::map(populations, run).into_iter().collect()
}
