//! The particles of multilevel splitting.

use super::apart::Apart;
use super::curve_moves::Walker;
use super::error::SamplerError;
use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt};

/// The relative change of K under a move by one unit in the last place above which floating point
/// no longer resolves K at a particle.
const ROUNDING_TOLERANCE: f64 = 0.1;

/// Moves of a particle from one look at the control to the next.
const LOOK_EVERY: usize = 16;

/// Refuses a loss below L(w*) unless rounding explains it.
pub(super) fn check_lowest(
    walker: &mut Walker<'_>,
    rng: &mut impl Rng,
) -> Result<(), SamplerError> {
    let rounding = walker.rounding_at_lowest(rng);
    if -walker.lowest > walker.tolerance.max(100.0 * rounding) {
        return Err(SamplerError::NotAMinimum {
            excess: walker.lowest,
            point: walker.lowest_point.clone(),
        });
    }
    walker.lowest = 0.0;
    Ok(())
}

/// Particles as offsets from w*, one after the other.
#[derive(Debug)]
pub(super) struct Population {
    pub(super) dimension: usize,
    pub(super) offsets: Vec<f64>,
    pub(super) excess: Vec<f64>,
    /// The offsets at the start of the level, and the order of a sort.
    pub(super) frozen: Vec<f64>,
    pub(super) order: Vec<u32>,
}

impl Population {
    pub(super) fn draw(
        particles: usize,
        walker: &mut Walker<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Result<Self, SamplerError> {
        let dimension = walker.lowest_point.len();
        let mut offsets = vec![0.0; particles * dimension];
        let mut excess = vec![0.0; particles];
        for (offset, k) in offsets.chunks_exact_mut(dimension).zip(&mut excess) {
            for _ in 0..walker.draws {
                walker.draw_prior(offset, rng);
                *k = walker.excess(offset);
                if *k != f64::INFINITY {
                    break;
                }
            }
            if *k == f64::INFINITY && walker.draws > 1 {
                return Err(SamplerError::RegionTooThin {
                    draws: walker.draws,
                });
            }
            if k.is_nan() {
                return Err(SamplerError::NotFinite {
                    what: "the loss at a draw of the prior",
                });
            }
        }
        let finite = || excess.iter().filter(|k| k.is_finite());
        let mean = finite().sum::<f64>() / finite().count().max(1) as f64;
        walker.tolerance = 64.0 * f64::EPSILON * mean;
        check_lowest(walker, rng)?;
        let frozen = offsets.clone();
        Ok(Self {
            dimension,
            offsets,
            excess,
            frozen,
            order: (0..particles as u32).collect(),
        })
    }

    /// Sorts by K, ascending.
    pub(super) fn sort(&mut self) {
        let d = self.dimension;
        self.order
            .iter_mut()
            .enumerate()
            .for_each(|(i, o)| *o = i as u32);
        self.order.sort_by(|&a, &b| {
            self.excess[a as usize]
                .total_cmp(&self.excess[b as usize])
                .then(a.cmp(&b))
        });
        for (target, &source) in self.frozen.chunks_exact_mut(d).zip(&self.order) {
            let source = source as usize * d;
            target.copy_from_slice(&self.offsets[source..source + d]);
        }
        std::mem::swap(&mut self.frozen, &mut self.offsets);
        self.excess.sort_by(f64::total_cmp);
    }

    /// Replaces the particles from `survivors` on by copies of the first ones.
    pub(super) fn refill(&mut self, survivors: usize) {
        let d = self.dimension;
        let dead = self.excess.len() - survivors;
        self.offsets.copy_within(..dead * d, survivors * d);
        self.excess.copy_within(..dead, survivors);
        self.frozen.copy_from_slice(&self.offsets);
    }

    /// Moves every particle so many times; `go_on` is asked now and then, and the answer is whether
    /// it never said no.
    pub(super) fn walk(
        &mut self,
        threshold: f64,
        moves: usize,
        walker: &mut Walker<'_>,
        rng: &mut ChaCha8Rng,
        go_on: impl Fn() -> bool,
    ) -> bool {
        walker.next_level();
        let d = self.dimension;
        for (offset, excess) in self.offsets.chunks_exact_mut(d).zip(&mut self.excess) {
            for done in 0..moves {
                if done % LOOK_EVERY == 0 && !go_on() {
                    return false;
                }
                walker.step(offset, excess, threshold, &self.frozen, rng);
            }
        }
        true
    }

    /// Correlation between twins of log |uᵢ|, in the worst coordinate.
    pub(super) fn twin_correlation(&self, survivors: usize) -> f64 {
        let d = self.dimension;
        let dead = self.excess.len() - survivors;
        let mut worst = 0.0_f64;
        for i in 0..d {
            let value =
                |particle: usize| (self.offsets[particle * d + i].abs() + f64::MIN_POSITIVE).ln();
            let count = 2.0 * dead as f64;
            let twins = || (0..dead).map(|p| (value(p), value(p + survivors)));
            let mean = twins().map(|(a, b)| a + b).sum::<f64>() / count;
            let mut covariance = 0.0;
            let mut variance = 0.0;
            for (a, b) in twins() {
                covariance += 2.0 * (a - mean) * (b - mean);
                variance += (a - mean).powi(2) + (b - mean).powi(2);
            }
            if variance > 0.0 {
                worst = worst.max(covariance / variance);
            }
        }
        worst
    }

    /// How far from w* the particles are; see [`Replicate`](super::splitting::Replicate).
    pub(super) fn apart(&self) -> Vec<[Apart; 2]> {
        let mut places = Apart::places(self.dimension);
        for offset in self.offsets.chunks_exact(self.dimension) {
            Apart::note(&mut places, offset.iter().copied());
        }
        places
    }

    /// Puts copies of others in the place of the particles where floating point no longer resolves
    /// K, and gives the fraction of these: such a particle can neither move nor die, and its copies
    /// would fill the population.
    pub(super) fn censor(&mut self, walker: &mut Walker<'_>, rng: &mut impl Rng) -> f64 {
        let d = self.dimension;
        let particles = self.excess.len();
        let mut resolved = Vec::with_capacity(particles);
        let mut lost = Vec::new();
        for p in 0..particles {
            let offset = &self.offsets[p * d..(p + 1) * d];
            // +∞ is a value of K like another, and not one of rounding.
            let is_resolved = self.excess[p] == f64::INFINITY
                || walker.rounding(offset, self.excess[p], rng) <= ROUNDING_TOLERANCE;
            if is_resolved {
                resolved.push(p);
            } else {
                lost.push(p);
            }
        }
        if !resolved.is_empty() {
            for &p in &lost {
                let other = resolved[rng.random_range(0..resolved.len())];
                self.offsets.copy_within(other * d..(other + 1) * d, p * d);
                self.excess[p] = self.excess[other];
            }
        }
        lost.len() as f64 / particles as f64
    }
}
