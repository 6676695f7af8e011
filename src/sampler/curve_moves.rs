//! Markov moves that leave the prior restricted to {K < ε} invariant.
//!
//! Each move draws from the exact conditional law on a curve through the current point, by slice
//! sampling with shrinkage (Neal 2003, *Annals of Statistics* 31, 705). Two families of curves:
//! lines u + t·v, and scalings uᵢ ↦ uᵢ·exp(t·vᵢ), which run along the arms of normal crossings and
//! along quasi-homogeneous branches, where lines can only creep. Directions come from the
//! coordinate axes, from sparse integer vectors, and from differences of other particles, which
//! learn the shape of the set (ter Braak 2006, *Statistics and Computing* 16, 239). Where the set
//! is thin and curved any such curve leaves it at once, and particles slide along it.

mod slide;

use crate::loss::{Loss, Prior};
use rand::{Rng, RngExt};

/// A family of curves through a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Curve {
    /// u + t·v.
    Line,
    /// uᵢ·exp(t·vᵢ).
    Scaling,
}

impl Curve {
    /// One coordinate of the point at t, on the curve through `u` with direction `v`.
    fn point(self, u: f64, v: f64, t: f64) -> f64 {
        match self {
            Self::Line => u + t * v,
            Self::Scaling => u * (t * v).exp(),
        }
    }
}

/// How often a slice is shrunk before the particle stays where it is. Chosen by hand: a bracket
/// that is shrunk so often, at random, is below a thousandth of what it was.
const MAX_SHRINKS: usize = 24;
/// How many accepted lengths of coordinate moves are remembered, per coordinate. Chosen by hand.
const MEMORY: usize = 64;

/// Where the kinds of moves end, among as many as one is drawn from: six are along an axis, four
/// are scalings along small integers, three along differences of logarithms, two go along
/// differences of particles, one reflects or swaps, and where particles slide two more are slides,
/// which cost some five times as much. Chosen by hand.
const AXES: i32 = 6;
const SPARSE: i32 = AXES + 4;
const LOGARITHMS: i32 = SPARSE + 3;
const DIFFERENCES: i32 = LOGARITHMS + 2;
const REFLECTIONS: i32 = DIFFERENCES + 1;
const SLIDES: i32 = REFLECTIONS + 2;

/// The logarithm of the most by which a bracket along an axis exceeds a length that was accepted:
/// the set may have places that are wider. Chosen by hand.
const AXIS_SPREAD: f64 = 3.0;
/// The range of the logarithm of a bracket of scalings along small integers, and minus its least:
/// brackets are from a third of an e-fold to twenty. Chosen by hand.
const SCALING_SPREAD: [f64; 2] = [4.0, 1.0];
/// The longest bracket along a difference of two particles, in its length: to either particle and
/// beyond. Chosen by hand.
const LONGEST_DIFFERENCE: f64 = 2.0;
/// One in so many scalings is by the same factor on all coordinates, about w*. Chosen by hand.
const EVEN_SCALINGS: u32 = 4;
/// The most coordinates of the other scalings, and their largest integer: those of low-degree
/// quasi-homogeneous branches. Chosen by hand.
const MOST_COORDINATES: u32 = 3;
const LARGEST_INTEGER: u32 = 2;
/// How many floating-point neighbours tell how precisely the lowest loss is known. Chosen by hand.
const NEIGHBOURS: usize = 8;

/// Everything needed to move one particle at a time inside {K < ε}.
#[derive(Debug, Clone)]
pub(super) struct Walker<'a> {
    loss: &'a dyn Loss<f64>,
    prior: &'a Prior,
    centre: &'a [f64],
    baseline: f64,
    radius: f64,
    scratch: Vec<f64>,
    point: Vec<f64>,
    proposal: Vec<f64>,
    direction: Vec<f64>,
    line: Vec<f64>,
    /// The length of the segment of {K < ε} met last, by coordinate: where to look for the next
    /// one's ends.
    segments: Vec<f64>,
    /// Accepted lengths of coordinate moves: the ones being used and the ones being gathered.
    lengths: Vec<[f64; MEMORY]>,
    gathered: Vec<[f64; MEMORY]>,
    gathered_count: Vec<usize>,
    /// The lowest excess loss met, and where: a negative one means w* is no minimum.
    pub(super) lowest: f64,
    pub(super) lowest_point: Vec<f64>,
    /// How far below 0 the excess may be by rounding, from the size of the loss on the box.
    pub(super) tolerance: f64,
    pub(super) evaluations: u64,
    /// Whether particles also slide along the set: dear, and needed where it is thin and curved.
    pub(super) slides: bool,
    /// How many draws of the prior are made for one where K is finite: 1 where ∞ is a value of K
    /// like another, more where it says that a point is not in the region.
    pub(super) draws: usize,
}

impl<'a> Walker<'a> {
    pub(super) fn new(
        loss: &'a dyn Loss<f64>,
        prior: &'a Prior,
        centre: &'a [f64],
        baseline: f64,
        radius: f64,
    ) -> Self {
        let d = centre.len();
        Self {
            loss,
            prior,
            centre,
            baseline,
            radius,
            scratch: vec![0.0; loss.scratch_len()],
            point: vec![0.0; d],
            proposal: vec![0.0; d],
            direction: vec![0.0; d],
            line: vec![0.0; d],
            segments: vec![radius; d],
            lengths: vec![[2.0 * radius; MEMORY]; d],
            gathered: vec![[0.0; MEMORY]; d],
            gathered_count: vec![0; d],
            lowest: 0.0,
            lowest_point: vec![0.0; d],
            tolerance: 0.0,
            evaluations: 0,
            slides: false,
            draws: 1,
        }
    }

    /// A draw from the prior on the box around w*, as an offset from w*.
    pub(super) fn draw_prior(&self, offset: &mut [f64], rng: &mut impl Rng) {
        for (i, u) in offset.iter_mut().enumerate() {
            let power = self.prior.amplitude()[i] + 1.0;
            let low = self.centre[i] + self.lowest_offset(i);
            let high = self.centre[i] + self.radius;
            let to_uniform = |x: f64| x.signum() * x.abs().powf(power);
            let (a, b) = (to_uniform(low), to_uniform(high));
            let y: f64 = a + (b - a) * rng.random::<f64>();
            *u = y.signum() * y.abs().powf(1.0 / power) - self.centre[i];
        }
    }

    /// K at an offset from w*, in absolute value: below zero it is rounding, or w* is not a
    /// minimum, which `lowest` remembers.
    pub(super) fn excess(&mut self, offset: &[f64]) -> f64 {
        for ((p, &c), &u) in self.point.iter_mut().zip(self.centre).zip(offset) {
            *p = c + u;
        }
        self.evaluations += 1;
        let excess = self.loss.value(&self.point, &mut self.scratch) - self.baseline;
        if excess < self.lowest {
            self.lowest = excess;
            self.lowest_point.copy_from_slice(&self.point);
        }
        excess.abs()
    }

    /// The relative change of K when every coordinate of w moves by one unit in the last place,
    /// up or down at random: what floating point can resolve there.
    pub(super) fn rounding(&mut self, offset: &[f64], excess: f64, rng: &mut impl Rng) -> f64 {
        for ((p, &c), &u) in self.point.iter_mut().zip(self.centre).zip(offset) {
            let w = c + u;
            *p = if rng.random() {
                w.next_up()
            } else {
                w.next_down()
            };
        }
        let moved = self.loss.value(&self.point, &mut self.scratch) - self.baseline;
        (moved - excess).abs() / excess
    }

    /// How far the loss at the lowest point met is from that at floating-point neighbours.
    pub(super) fn rounding_at_lowest(&mut self, rng: &mut impl Rng) -> f64 {
        let mut largest = f64::EPSILON * self.baseline.abs();
        for _ in 0..NEIGHBOURS {
            for (p, &w) in self.point.iter_mut().zip(&self.lowest_point) {
                *p = if rng.random() {
                    w.next_up()
                } else {
                    w.next_down()
                };
            }
            let moved = self.loss.value(&self.point, &mut self.scratch) - self.baseline;
            largest = largest.max((moved - self.lowest).abs());
        }
        largest
    }

    /// Starts a new level: from now on lengths of coordinate moves are those accepted on the last.
    pub(super) fn next_level(&mut self) {
        for i in 0..self.lengths.len() {
            if self.gathered_count[i] >= MEMORY {
                self.lengths[i] = self.gathered[i];
            }
            self.gathered_count[i] = 0;
        }
    }

    /// One move of the particle at `offset` with excess loss `excess` inside {K < threshold};
    /// `population` holds offsets of particles, frozen while the level lasts.
    pub(super) fn step(
        &mut self,
        offset: &mut [f64],
        excess: &mut f64,
        threshold: f64,
        population: &[f64],
        rng: &mut impl Rng,
    ) {
        let d = offset.len();
        let kinds = if self.slides && d > 1 {
            SLIDES
        } else {
            REFLECTIONS
        };
        match rng.random_range(0..kinds) {
            0..AXES => {
                let i = rng.random_range(0..d);
                self.direction.fill(0.0);
                self.direction[i] = 1.0;
                let spread = (AXIS_SPREAD * rng.random::<f64>()).exp();
                let length = self.lengths[i][rng.random_range(0..MEMORY)];
                let bracket = (2.0 * self.radius).min(spread * length);
                let moved = self.slice(Curve::Line, bracket, offset, excess, threshold, rng);
                if let Some(t) = moved {
                    self.gathered[i][self.gathered_count[i] % MEMORY] = t.abs();
                    self.gathered_count[i] += 1;
                }
            }
            AXES..SPARSE => {
                self.sparse_direction(rng);
                let [range, least] = SCALING_SPREAD;
                let bracket = (range * rng.random::<f64>() - least).exp();
                self.slice(Curve::Scaling, bracket, offset, excess, threshold, rng);
            }
            SPARSE..LOGARITHMS => {
                self.difference_of_logarithms(population, rng);
                let bracket = LONGEST_DIFFERENCE * rng.random::<f64>();
                self.slice(Curve::Scaling, bracket, offset, excess, threshold, rng);
            }
            LOGARITHMS..DIFFERENCES => {
                self.difference(population, rng);
                let bracket = LONGEST_DIFFERENCE * rng.random::<f64>();
                self.slice(Curve::Line, bracket, offset, excess, threshold, rng);
            }
            DIFFERENCES..REFLECTIONS => self.reflect_or_swap(offset, excess, threshold, rng),
            _ => self.slide(offset, excess, threshold, population, rng),
        }
    }

    /// Small integers on one to three coordinates, or the same on all.
    fn sparse_direction(&mut self, rng: &mut impl Rng) {
        let d = self.direction.len();
        if rng.random_range(0..EVEN_SCALINGS) == 0 {
            self.direction.fill(1.0);
            return;
        }
        self.direction.fill(0.0);
        for _ in 0..rng.random_range(1..=MOST_COORDINATES) {
            let size = f64::from(rng.random_range(1..=LARGEST_INTEGER));
            self.direction[rng.random_range(0..d)] = if rng.random() { size } else { -size };
        }
    }

    /// log |p| − log |q| for two particles, on all coordinates or on a random half of them.
    fn difference_of_logarithms(&mut self, population: &[f64], rng: &mut impl Rng) {
        let d = self.direction.len();
        let count = population.len() / d;
        let (p, q) = (rng.random_range(0..count), rng.random_range(0..count));
        let whole: bool = rng.random();
        for i in 0..d {
            let (a, b) = (population[p * d + i].abs(), population[q * d + i].abs());
            let used = (whole || rng.random()) && a > 0.0 && b > 0.0;
            self.direction[i] = if used { (a / b).ln() } else { 0.0 };
        }
    }

    /// p − q for two particles.
    fn difference(&mut self, population: &[f64], rng: &mut impl Rng) {
        let d = self.direction.len();
        let count = population.len() / d;
        let (p, q) = (rng.random_range(0..count), rng.random_range(0..count));
        for i in 0..d {
            self.direction[i] = population[p * d + i] - population[q * d + i];
        }
    }

    /// Draws from the slice of {K < threshold} along a curve; the parameter of the new point.
    fn slice(
        &mut self,
        curve: Curve,
        bracket: f64,
        offset: &mut [f64],
        excess: &mut f64,
        threshold: f64,
        rng: &mut impl Rng,
    ) -> Option<f64> {
        let floor = (1.0 - rng.random::<f64>()).ln();
        let slope = self.log_jacobian(curve);
        let mut low = -bracket * rng.random::<f64>();
        let mut high = low + bracket;
        for _ in 0..MAX_SHRINKS {
            let t = low + (high - low) * rng.random::<f64>();
            self.move_along(curve, t, offset);
            if slope * t + self.density_ratio(offset, &self.proposal) >= floor
                && self.inside(&self.proposal)
            {
                let proposal = std::mem::take(&mut self.proposal);
                let candidate = self.excess(&proposal);
                self.proposal = proposal;
                if candidate < threshold {
                    offset.copy_from_slice(&self.proposal);
                    *excess = candidate;
                    return Some(t);
                }
            }
            if t < 0.0 {
                low = t;
            } else {
                high = t;
            }
        }
        None
    }

    /// Sets the proposal to the point at `t` on a curve through `offset`.
    fn move_along(&mut self, curve: Curve, t: f64, offset: &[f64]) {
        for ((p, &u), &v) in self.proposal.iter_mut().zip(offset).zip(&self.direction) {
            *p = curve.point(u, v, t);
        }
    }

    /// The derivative in t of the logarithm of the determinant of u ↦ the point at t.
    fn log_jacobian(&self, curve: Curve) -> f64 {
        match curve {
            Curve::Line => 0.0,
            Curve::Scaling => self.direction.iter().sum(),
        }
    }

    /// Changes the sign of some coordinates, or exchanges two of them.
    fn reflect_or_swap(
        &mut self,
        offset: &mut [f64],
        excess: &mut f64,
        threshold: f64,
        rng: &mut impl Rng,
    ) {
        let d = offset.len();
        self.proposal.copy_from_slice(offset);
        if rng.random() {
            let (i, j) = (rng.random_range(0..d), rng.random_range(0..d));
            self.proposal.swap(i, j);
        } else {
            for p in &mut self.proposal {
                if rng.random() {
                    *p = -*p;
                }
            }
        }
        let floor = (1.0 - rng.random::<f64>()).ln();
        if self.density_ratio(offset, &self.proposal) >= floor && self.inside(&self.proposal) {
            let proposal = std::mem::take(&mut self.proposal);
            let candidate = self.excess(&proposal);
            self.proposal = proposal;
            if candidate < threshold {
                offset.copy_from_slice(&self.proposal);
                *excess = candidate;
            }
        }
    }

    /// The smallest offset of a coordinate in the box and in the prior's orthant.
    fn lowest_offset(&self, i: usize) -> f64 {
        match self.prior.nonnegative()[i] {
            true => (-self.centre[i]).max(-self.radius),
            false => -self.radius,
        }
    }

    /// log φ(to) − log φ(from).
    fn density_ratio(&self, from: &[f64], to: &[f64]) -> f64 {
        if !self.prior.has_amplitude() {
            return 0.0;
        }
        (0..from.len())
            .filter(|&i| self.prior.amplitude()[i] > 0.0 && to[i] != from[i])
            .map(|i| {
                let ratio = (self.centre[i] + to[i]) / (self.centre[i] + from[i]);
                self.prior.amplitude()[i] * ratio.abs().ln()
            })
            .sum()
    }

    /// Whether a point lies in the box and in the prior's orthant.
    fn inside(&self, offset: &[f64]) -> bool {
        offset.iter().all(|u| u.abs() <= self.radius)
            && (!self.prior.has_boundary()
                || (0..offset.len())
                    .all(|i| !self.prior.nonnegative()[i] || self.centre[i] + offset[i] >= 0.0))
    }
}
