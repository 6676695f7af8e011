//! The state of one ladder of tempered chains; nothing is allocated after its construction.

use super::apart::Apart;
use super::ladder_buffers::{Blocks, Proposal, Replicas, Tallies};
use super::ladder_trace::LadderTrace;
use super::noise::fill_normal;
use super::tempering::{Effort, Tempering};
use crate::loss::{Loss, Prior, Scalar};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

/// log of the spread of step sizes below the largest one.
const STEP_SPREAD: f64 = 5.0;
/// The acceptance aimed at in the mean over that spread.
const TARGET_ACCEPTANCE: f64 = 0.5;

/// The log of an acceptance probability at which a trajectory is given up.
const LEAST_LOG_RATIO: f64 = -1e3;
/// Width in log curvature of the levels that give a local step.
const LEVEL: f64 = 3.0;
/// How often a first state where the loss is infinite is drawn again, and by how much nearer to w*:
/// at last nearer than 10⁻¹⁷ of the box, then w* itself.
const CLOSER: usize = 200;
const SHRINK: f64 = 0.8;

/// The logarithms of the largest step sizes ε = h² of a rung.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Steps {
    /// ε itself, wherever the state is.
    pub(super) rung: f64,
    /// ε in units of the width of tK at the state, 1/(t·s) for the curvature s = |∇K|²/2K: along an
    /// arm of a crossing widths differ by many orders of magnitude.
    pub(super) local: f64,
}

/// Which of the two a trajectory takes.
#[derive(Debug, Clone, Copy)]
enum Scale {
    Rung,
    /// With the offset of the levels.
    Local(f64),
}

/// Σ f(wᵢ, gᵢ, pᵢ), in four sums side by side: one alone would wait for each of its additions.
fn sum_of(
    w: &mut [f64],
    g: &[f64],
    p: &mut [f64],
    mut f: impl FnMut(&mut f64, f64, &mut f64) -> f64,
) -> f64 {
    let mut sums = [0.0; 4];
    let mut ws = w.chunks_exact_mut(4);
    let mut gs = g.chunks_exact(4);
    let mut ps = p.chunks_exact_mut(4);
    for ((w, g), p) in (&mut ws).zip(&mut gs).zip(&mut ps) {
        for lane in 0..4 {
            sums[lane] += f(&mut w[lane], g[lane], &mut p[lane]);
        }
    }
    let rest = ws.into_remainder().iter_mut().zip(gs.remainder());
    for ((w, g), p) in rest.zip(ps.into_remainder()) {
        sums[0] += f(w, *g, p);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// What a ladder samples: K = loss − baseline around w*, and the prior.
#[derive(Debug, Clone, Copy)]
pub(super) struct Landscape<'a> {
    pub(super) loss: &'a dyn Loss<f64>,
    pub(super) w_star: &'a [f64],
    pub(super) prior: &'a Prior,
    pub(super) baseline: f64,
}

pub(super) struct LadderState<'a> {
    settings: &'a Tempering,
    landscape: Landscape<'a>,
    /// Whether the prior is flat and has no half-lines.
    flat: bool,
    effort: Effort,
    rng: ChaCha8Rng,
    t: Vec<f64>,
    /// The largest log step sizes, by rung.
    steps: Vec<Steps>,
    /// Which replica sits on a rung.
    replica: Vec<usize>,
    replicas: Replicas,
    proposal: Proposal,
    sweep: usize,
    blocks: Blocks,
    tallies: Tallies,
}

impl Steps {
    fn at(self, scale: Scale, level: f64, t: f64) -> f64 {
        match scale {
            Scale::Rung => self.rung,
            Scale::Local(offset) => self.local - t.ln() - LEVEL * (level - offset + 0.5),
        }
    }
}

impl Scale {
    /// The level of log s, s = |∇K|²/2K, which fixes the step; one level for all states where the
    /// step is the rung's.
    fn level(self, excess: f64, gradient: &[f64]) -> f64 {
        match self {
            Self::Rung => 0.0,
            Self::Local(offset) => {
                let square: f64 = gradient.iter().map(|g| g * g).sum();
                // on samples K may be a little below 0
                ((0.5 * square / excess.abs()).ln() / LEVEL + offset).floor()
            }
        }
    }
}

impl<'a> LadderState<'a> {
    pub(super) fn new(
        settings: &'a Tempering,
        landscape: Landscape<'a>,
        log_t: &[f64],
        steps: &[Steps],
        rng: ChaCha8Rng,
    ) -> Self {
        let d = landscape.w_star.len();
        let rungs = log_t.len();
        let prior = landscape.prior;
        Self {
            settings,
            landscape,
            flat: !prior.has_amplitude() && !prior.has_boundary(),
            effort: settings.effort(d),
            rng,
            t: log_t.iter().map(|l| l.exp()).collect(),
            steps: steps.to_vec(),
            replica: (0..rungs).collect(),
            replicas: Replicas::at(landscape.w_star, rungs),
            proposal: Proposal::new(d, landscape.loss.scratch_len()),
            sweep: 0,
            blocks: Blocks::new(rungs, d),
            tallies: Tallies::new(rungs),
        }
    }

    /// The first states, rung after rung: close to w*, or by cooling down from anywhere in the box,
    /// and so many moves of each kind on the rung. Where ladders of the two kinds have not
    /// forgotten their starts, R̂ between them shows it; both begin with too high an energy, which
    /// moves on the rung lower in far fewer steps than exchanges would. `go_on` is asked after
    /// every rung.
    pub(super) fn start(
        &mut self,
        close: bool,
        moves: usize,
        mut go_on: impl FnMut(usize) -> bool,
    ) {
        let d = self.dimension();
        for rung in 0..self.t.len() {
            if close || rung == 0 {
                let mut width = self.settings.radius * (self.t[0] / self.t[rung]).powf(0.25);
                self.draw_around(rung, width);
                // w* at the border of where the loss is finite: nearer, and at last w* itself
                for closer in 1..=CLOSER {
                    if self.replicas.excess[rung].is_finite() {
                        break;
                    }
                    width = if closer < CLOSER { SHRINK * width } else { 0.0 };
                    self.draw_around(rung, width);
                }
            } else {
                self.replicas.copy(rung - 1, rung, d);
            }
            for _ in 0..moves {
                self.trajectory(rung);
                self.rescale(rung);
            }
            if !go_on(rung) {
                return;
            }
        }
    }

    /// A state of a rung within `width` of w*, and K there.
    fn draw_around(&mut self, rung: usize, width: f64) {
        let d = self.dimension();
        let start = rung * d;
        for i in 0..d {
            let u: f64 = self.rng.random::<f64>();
            let sign = if self.landscape.prior.nonnegative()[i] || self.rng.random() {
                1.0
            } else {
                -1.0
            };
            self.replicas.w[start + i] = self.landscape.w_star[i] + sign * width * u;
        }
        self.replicas.excess[rung] = self.landscape.loss.gradient(
            &self.replicas.w[start..start + d],
            &mut self.replicas.gradient[start..start + d],
            &mut self.proposal.scratch,
        ) - self.landscape.baseline;
    }

    fn dimension(&self) -> usize {
        self.landscape.w_star.len()
    }

    /// K where a replica would move.
    fn excess_at_proposal(&mut self) -> f64 {
        self.tallies.evaluations += 1;
        let Proposal { w, scratch, .. } = &mut self.proposal;
        self.landscape.loss.value(w, scratch) - self.landscape.baseline
    }

    /// The largest log step sizes, by rung.
    pub(super) fn steps(&self) -> &[Steps] {
        &self.steps
    }

    /// Sweeps that tune the step sizes, at first by `rate` in the logarithm; `go_on` is asked
    /// before every one of them.
    pub(super) fn tune(&mut self, sweeps: usize, rate: f64, mut go_on: impl FnMut() -> bool) {
        for _ in 0..sweeps {
            if !go_on() {
                return;
            }
            self.sweep += 1;
            let rate = rate / (self.sweep as f64).powf(0.6);
            for rung in 0..self.t.len() {
                for _ in 0..self.effort.moves {
                    let (scale, acceptance) = self.trajectory(rung);
                    let step = match scale {
                        Scale::Rung => &mut self.steps[rung].rung,
                        Scale::Local(_) => &mut self.steps[rung].local,
                    };
                    *step += rate * (acceptance - TARGET_ACCEPTANCE);
                }
                for _ in 0..self.effort.jumps {
                    self.rescale(rung);
                    self.shift(rung);
                }
            }
            self.exchange(false);
        }
    }

    /// Sweeps of one block; `go_on` is asked before every one of them, and a block that is not
    /// finished is left out.
    pub(super) fn sample(&mut self, sweeps: usize, mut go_on: impl FnMut() -> bool) {
        let (rungs, d) = (self.t.len(), self.dimension());
        self.blocks.begin();
        for done in 0..sweeps {
            if !go_on() {
                self.blocks.take_back();
                self.tallies.sampled += done as f64;
                return;
            }
            self.sweep += 1;
            for rung in 0..rungs {
                for _ in 0..self.effort.moves {
                    self.tallies.accepted[rung] += self.trajectory(rung).1;
                }
                for _ in 0..self.effort.jumps {
                    self.rescale(rung);
                    self.shift(rung);
                }
            }
            self.exchange(true);
            for rung in 0..rungs {
                let energy = self.t[rung] * self.replicas.excess[self.replica[rung]];
                let start = self.replica[rung] * d;
                let offsets = self.replicas.w[start..start + d].iter();
                let offsets = offsets.zip(self.landscape.w_star).map(|(w, c)| w - c);
                // where along its arms the state is
                let distance = Apart::note(&mut self.blocks.apart[rung], offsets);
                let log_distance = distance.max(f64::MIN_POSITIVE).ln();
                let seen = [energy, self.divergence(rung), log_distance];
                self.blocks.add(rung, seen.map(|x| x / sweeps as f64));
            }
            if self.sweep.is_multiple_of(37) {
                self.look_at_rounding();
            }
        }
        self.tallies.sampled += sweeps as f64;
    }

    /// div(v p)/p at the state of a rung, for the density p and the field vᵢ = uᵢ(1 − uᵢ²/r²), u =
    /// w − w*, which vanishes on the walls of the box: its mean is 0 by the divergence theorem.
    /// Where K is quadratic it is about d − 2tK, so that it tells most of the noise of tK.
    fn divergence(&self, rung: usize) -> f64 {
        let d = self.dimension();
        let start = self.replica[rung] * d;
        let radius = self.settings.radius;
        let mut sum = 0.0;
        for (i, &centre) in self.landscape.w_star.iter().enumerate() {
            // A half-line that begins inside the box, off w*, is a wall the field does not vanish
            // on.
            if self.landscape.prior.nonnegative()[i] && centre > 0.0 && centre < radius {
                continue;
            }
            let w = self.replicas.w[start + i];
            let u = w - centre;
            let square = (u / radius).powi(2);
            let field = u * (1.0 - square);
            sum += 1.0 - 3.0 * square;
            sum += field * self.force(self.t[rung], w, self.replicas.gradient[start + i], i);
        }
        sum
    }

    pub(super) fn finish(self) -> LadderTrace {
        let moves = (self.tallies.sampled * self.effort.moves as f64).max(1.0);
        let share = |values: Vec<f64>, of: f64| values.iter().map(|v| v / of.max(1.0)).collect();
        LadderTrace {
            energies: self.blocks.energies,
            controls: self.blocks.controls,
            distances: self.blocks.distances,
            apart: self.blocks.apart,
            acceptance: share(self.tallies.accepted, moves),
            exchange: share(self.tallies.exchanged, self.tallies.sampled / 2.0),
            unresolved: share(self.tallies.unresolved, self.tallies.looked),
            evaluations: self.tallies.evaluations,
        }
    }

    /// Whether a point lies in the box and in the prior's domain.
    fn inside(&self, w: &[f64]) -> bool {
        w.iter()
            .zip(self.landscape.w_star)
            .all(|(x, c)| (x - c).abs() <= self.settings.radius)
            && self.landscape.prior.contains(w)
    }

    /// ∂ log density / ∂wᵢ at a point with gradient of K `gradient`.
    #[inline]
    fn force(&self, t: f64, w: f64, gradient: f64, i: usize) -> f64 {
        let h = self.landscape.prior.amplitude()[i];
        if h > 0.0 {
            h / w - t * gradient
        } else {
            -t * gradient
        }
    }

    /// One trajectory of the replica on a rung: the scale of its step, and its acceptance
    /// probability.
    fn trajectory(&mut self, rung: usize) -> (Scale, f64) {
        let scale = if self.rng.random() {
            Scale::Local(self.rng.random())
        } else {
            Scale::Rung
        };
        let replica = self.replica[rung];
        let d = self.dimension();
        let gradient = &self.replicas.gradient[replica * d..(replica + 1) * d];
        let level = scale.level(self.replicas.excess[replica], gradient);
        let log_step = self.steps[rung].at(scale, level, self.t[rung]);
        // MALA's ε is the square of the leapfrog's step.
        let h = (0.5 * (log_step - STEP_SPREAD * self.rng.random::<f64>())).exp();
        let acceptance = if h.is_finite() {
            self.leapfrogs(rung, h, scale, level)
        } else {
            0.0
        };
        (scale, acceptance)
    }

    /// A trajectory of Hamiltonian dynamics (Neal 2011), of 1 to `leapfrogs` steps of h; one step
    /// is MALA. Walls reflect. It must end on the level on which it began, or the way back would
    /// have another step. Its acceptance probability.
    fn leapfrogs(&mut self, rung: usize, h: f64, scale: Scale, level: f64) -> f64 {
        let d = self.dimension();
        let t = self.t[rung];
        let steps = self.rng.random_range(1..=self.effort.leapfrogs);
        let replica = self.replica[rung];
        let range = replica * d..(replica + 1) * d;
        fill_normal(&mut self.proposal.direction, &mut self.rng);
        let uniform: f64 = 1.0 - self.rng.random::<f64>();
        self.proposal
            .w
            .copy_from_slice(&self.replicas.w[range.clone()]);
        self.proposal
            .gradient
            .copy_from_slice(&self.replicas.gradient[range.clone()]);
        let mut excess = self.replicas.excess[replica];
        let mut log_ratio = t * excess;
        for _ in 0..steps {
            if self.flat && self.stays_inside(h, t) {
                log_ratio += self.straight_step(h, t);
            } else if let Some(kinetic) = self.reflected_step(h, t) {
                log_ratio += kinetic;
            } else {
                return 0.0;
            }
            self.tallies.evaluations += 1;
            excess = self.landscape.loss.gradient(
                &self.proposal.w,
                &mut self.proposal.gradient,
                &mut self.proposal.scratch,
            ) - self.landscape.baseline;
            log_ratio -= self.last_kick(h, t);
            let so_far = log_ratio - t * excess;
            if so_far.is_nan() || so_far < LEAST_LOG_RATIO {
                return 0.0;
            }
        }
        if scale.level(excess, &self.proposal.gradient) != level {
            return 0.0;
        }
        log_ratio -= t * excess;
        for i in 0..d {
            let power = self.landscape.prior.amplitude()[i];
            if power > 0.0 {
                log_ratio += power
                    * (self.proposal.w[i] / self.replicas.w[range.start + i])
                        .abs()
                        .ln();
            }
        }
        if log_ratio.is_nan() {
            return 0.0;
        }
        if uniform.ln() < log_ratio {
            self.replicas.w[range.clone()].copy_from_slice(&self.proposal.w);
            self.replicas.gradient[range].copy_from_slice(&self.proposal.gradient);
            self.replicas.excess[replica] = excess;
        }
        log_ratio.exp().min(1.0)
    }

    /// Whether a step that no wall bends, for a flat prior, ends inside the box.
    fn stays_inside(&self, h: f64, t: f64) -> bool {
        let half = 0.5 * h * t;
        let radius = self.settings.radius;
        let states = self.proposal.w.iter().zip(&self.proposal.gradient);
        let momenta = self
            .proposal
            .direction
            .iter()
            .zip(self.landscape.w_star.iter());
        states.zip(momenta).fold(true, |inside, ((w, g), (p, c))| {
            inside & ((w + h * (p - half * g) - c).abs() <= radius)
        })
    }

    /// The first half of a leapfrog step and its move, for a flat prior and away from walls: the
    /// kinetic energy before.
    fn straight_step(&mut self, h: f64, t: f64) -> f64 {
        let (half, inverse) = (0.5 * h * t, 1.0 / h);
        let (states, gradient) = (&mut self.proposal.w, &self.proposal.gradient);
        sum_of(states, gradient, &mut self.proposal.direction, |w, g, p| {
            let kick = -half * g;
            let new = *w + h * (*p + kick);
            // The momentum of the step as it was rounded: a step below the last place of w is none.
            let momentum = (new - *w) * inverse;
            (*w, *p) = (new, momentum);
            0.5 * (momentum - kick).powi(2)
        })
    }

    /// The same for any prior, with walls that reflect; `None` if the step leaves the box all the
    /// same.
    fn reflected_step(&mut self, h: f64, t: f64) -> Option<f64> {
        let mut kinetic = 0.0;
        for i in 0..self.dimension() {
            let old = self.proposal.w[i];
            let kick = 0.5 * h * self.force(t, old, self.proposal.gradient[i], i);
            let unfolded = old + h * (self.proposal.direction[i] + kick);
            let (new, sign) = self.reflect(unfolded, i);
            // As above.
            let momentum = if sign == 1.0 {
                (new - old) / h
            } else {
                (unfolded - old) / h
            };
            kinetic += 0.5 * (momentum - kick).powi(2);
            self.proposal.direction[i] = sign * momentum;
            self.proposal.w[i] = new;
        }
        self.inside(&self.proposal.w).then_some(kinetic)
    }

    /// The second half of a leapfrog step: the kinetic energy after it.
    fn last_kick(&mut self, h: f64, t: f64) -> f64 {
        if self.flat {
            let half = 0.5 * h * t;
            let (states, gradient) = (&mut self.proposal.w, &self.proposal.gradient);
            return sum_of(states, gradient, &mut self.proposal.direction, |_, g, p| {
                *p -= half * g;
                0.5 * *p * *p
            });
        }
        let mut kinetic = 0.0;
        for i in 0..self.dimension() {
            let kick = 0.5 * h * self.force(t, self.proposal.w[i], self.proposal.gradient[i], i);
            self.proposal.direction[i] += kick;
            kinetic += 0.5 * self.proposal.direction[i].powi(2);
        }
        kinetic
    }

    /// A coordinate past a wall of the box or of its half-line comes back from it, with the sign of
    /// its momentum.
    #[inline]
    fn reflect(&self, w: f64, i: usize) -> (f64, f64) {
        let (centre, radius) = (self.landscape.w_star[i], self.settings.radius);
        let lower = if self.landscape.prior.nonnegative()[i] {
            (centre - radius).max(0.0)
        } else {
            centre - radius
        };
        let upper = centre + radius;
        if w < lower {
            (2.0 * lower - w, -1.0)
        } else if w > upper {
            (2.0 * upper - w, -1.0)
        } else {
            (w, 1.0)
        }
    }

    /// One Metropolis move along a scaling (w − w*)ᵢ ↦ (w − w*)ᵢ·exp(s·vᵢ), v a sparse integer
    /// vector: along the arms of a normal crossing, where Langevin steps of the width of an arm
    /// only creep.
    fn rescale(&mut self, rung: usize) {
        let d = self.dimension();
        let replica = self.replica[rung];
        let range = replica * d..(replica + 1) * d;
        let spread = (3.0 * self.rng.random::<f64>() - 1.5).exp();
        if self.t.len() > 2 && self.rng.random() {
            self.difference(rung, true);
        } else {
            self.sparse_direction();
        }
        let s = spread * f64::normal(&mut self.rng);
        let uniform: f64 = 1.0 - self.rng.random::<f64>();
        let mut log_jacobian = 0.0;
        // Most directions have few different entries.
        let (mut last, mut factor) = (0.0, 1.0);
        for i in 0..d {
            let (old, centre) = (self.replicas.w[range.start + i], self.landscape.w_star[i]);
            let exponent = s * self.proposal.direction[i];
            if exponent != last {
                (last, factor) = (exponent, exponent.exp());
            }
            self.proposal.w[i] = match exponent {
                0.0 => old,
                _ => centre + (old - centre) * factor,
            };
            log_jacobian += exponent;
        }
        self.metropolis(rung, log_jacobian, uniform);
    }

    /// Small integers on one to three coordinates, or 1 on all.
    fn sparse_direction(&mut self) {
        let d = self.dimension();
        if self.rng.random_range(0..4_u32) == 0 {
            self.proposal.direction.fill(1.0);
            return;
        }
        self.proposal.direction.fill(0.0);
        for _ in 0..self.rng.random_range(1..=3_u32) {
            let size = f64::from(self.rng.random_range(1..=2_u32));
            let i = self.rng.random_range(0..d);
            self.proposal.direction[i] = if self.rng.random() { size } else { -size };
        }
    }

    /// The difference of two replicas on other rungs, or of the logarithms of their distances from
    /// w* (ter Braak 2006): they lie along the arms, wherever those run. Neither is the replica
    /// that moves, so that the direction does not depend on it.
    fn difference(&mut self, rung: usize, logarithms: bool) {
        let d = self.dimension();
        let rungs = self.t.len();
        // Near rungs have about the same scales.
        let near = |state: &mut Self| loop {
            let reach = (rungs - 1).min(8);
            let low = rung.saturating_sub(reach / 2).min(rungs - 1 - reach);
            let other = low + state.rng.random_range(0..=reach);
            if other != rung {
                return state.replica[other] * d;
            }
        };
        let (p, q) = (near(self), near(self));
        for i in 0..d {
            let (a, b) = (self.replicas.w[p + i], self.replicas.w[q + i]);
            self.proposal.direction[i] = if logarithms {
                let ratio = ((a - self.landscape.w_star[i]) / (b - self.landscape.w_star[i]))
                    .abs()
                    .ln();
                if ratio.is_finite() { ratio } else { 0.0 }
            } else {
                a - b
            };
        }
    }

    /// One Metropolis move along the difference of two replicas on near rungs.
    fn shift(&mut self, rung: usize) {
        if self.t.len() < 3 {
            return;
        }
        let d = self.dimension();
        let start = self.replica[rung] * d;
        self.difference(rung, false);
        let spread = (4.0 * self.rng.random::<f64>() - 3.0).exp();
        let s = spread * f64::normal(&mut self.rng);
        let uniform: f64 = 1.0 - self.rng.random::<f64>();
        for i in 0..d {
            self.proposal.w[i] = self.replicas.w[start + i] + s * self.proposal.direction[i];
        }
        self.metropolis(rung, 0.0, uniform);
    }

    /// Accepts or rejects the proposal, a symmetric one but for the Jacobian.
    fn metropolis(&mut self, rung: usize, log_jacobian: f64, uniform: f64) {
        if !self.inside(&self.proposal.w) {
            return;
        }
        let d = self.dimension();
        let replica = self.replica[rung];
        let range = replica * d..(replica + 1) * d;
        let mut log_ratio = log_jacobian;
        for i in 0..d {
            let (old, new) = (self.replicas.w[range.start + i], self.proposal.w[i]);
            let h = self.landscape.prior.amplitude()[i];
            if h > 0.0 && new != old {
                log_ratio += h * (new / old).abs().ln();
            }
        }
        let excess = self.excess_at_proposal();
        log_ratio += self.t[rung] * (self.replicas.excess[replica] - excess);
        if uniform.ln() < log_ratio {
            let (w, gradient) = (
                &mut self.replicas.w[range.clone()],
                &mut self.replicas.gradient[range],
            );
            w.copy_from_slice(&self.proposal.w);
            self.tallies.evaluations += 1;
            self.replicas.excess[replica] =
                self.landscape
                    .loss
                    .gradient(w, gradient, &mut self.proposal.scratch)
                    - self.landscape.baseline;
        }
    }

    /// Exchanges between even pairs on even sweeps and odd pairs on odd ones.
    fn exchange(&mut self, count: bool) {
        let first = self.sweep % 2;
        for rung in (first..self.t.len() - 1).step_by(2) {
            let (a, b) = (self.replica[rung], self.replica[rung + 1]);
            let log_ratio = (self.t[rung + 1] - self.t[rung])
                * (self.replicas.excess[b] - self.replicas.excess[a]);
            let uniform: f64 = 1.0 - self.rng.random::<f64>();
            if uniform.ln() < log_ratio {
                self.replica.swap(rung, rung + 1);
            }
            if count {
                self.tallies.exchanged[rung] += log_ratio.exp().min(1.0);
            }
        }
    }

    /// Counts the rungs where moving w by one unit in the last place changes t·K by over 0.1.
    fn look_at_rounding(&mut self) {
        let d = self.dimension();
        self.tallies.looked += 1.0;
        for rung in 0..self.t.len() {
            let replica = self.replica[rung];
            for i in 0..d {
                let w = self.replicas.w[replica * d + i];
                self.proposal.w[i] = if self.rng.random() {
                    w.next_up()
                } else {
                    w.next_down()
                };
            }
            let moved = self.excess_at_proposal();
            let change = (moved - self.replicas.excess[replica]).abs() * self.t[rung];
            if change.is_nan() || change > 0.1 {
                self.tallies.unresolved[rung] += 1.0;
            }
        }
    }
}
