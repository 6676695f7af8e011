//! What a ladder of tempered chains holds: states, a proposal, means over blocks, tallies.

use super::apart::Apart;
use super::tempering::BLOCKS;

/// The states of all replicas, one after the other: w, the gradient of K, and K.
pub(super) struct Replicas {
    pub(super) w: Vec<f64>,
    pub(super) gradient: Vec<f64>,
    pub(super) excess: Vec<f64>,
}

/// Where a replica would move, and what that takes.
pub(super) struct Proposal {
    pub(super) w: Vec<f64>,
    pub(super) gradient: Vec<f64>,
    /// The momentum of a trajectory, or the direction of a move.
    pub(super) direction: Vec<f64>,
    pub(super) scratch: Vec<f64>,
}

/// Means over blocks of sweeps, by rung; see [`LadderTrace`](super::ladder_trace::LadderTrace).
pub(super) struct Blocks {
    pub(super) energies: Vec<Vec<f64>>,
    pub(super) controls: Vec<Vec<f64>>,
    pub(super) distances: Vec<Vec<f64>>,
    /// Over many blocks.
    pub(super) apart: Vec<Vec<[Apart; 2]>>,
}

/// What is counted: sums of acceptance by rung, of exchange by pair of rungs, and how often K was
/// not resolved on a rung among so many looks; the sweeps of all blocks; evaluations of loss and
/// gradient.
pub(super) struct Tallies {
    pub(super) accepted: Vec<f64>,
    pub(super) exchanged: Vec<f64>,
    pub(super) unresolved: Vec<f64>,
    pub(super) looked: f64,
    pub(super) sampled: f64,
    pub(super) evaluations: u64,
}

impl Replicas {
    /// So many of them, all at w*.
    pub(super) fn at(w_star: &[f64], rungs: usize) -> Self {
        Self {
            w: w_star.repeat(rungs),
            gradient: vec![0.0; w_star.len() * rungs],
            excess: vec![0.0; rungs],
        }
    }

    /// Puts the state of one replica in the place of another's, in d dimensions.
    pub(super) fn copy(&mut self, from: usize, to: usize, d: usize) {
        let range = from * d..(from + 1) * d;
        self.w.copy_within(range.clone(), to * d);
        self.gradient.copy_within(range, to * d);
        self.excess[to] = self.excess[from];
    }
}

impl Proposal {
    pub(super) fn new(dimension: usize, scratch: usize) -> Self {
        Self {
            w: vec![0.0; dimension],
            gradient: vec![0.0; dimension],
            direction: vec![0.0; dimension],
            scratch: vec![0.0; scratch],
        }
    }
}

impl Blocks {
    /// With room for all blocks of so many rungs.
    pub(super) fn new(rungs: usize, dimension: usize) -> Self {
        let empty = || (0..rungs).map(|_| Vec::with_capacity(BLOCKS)).collect();
        Self {
            energies: empty(),
            controls: empty(),
            distances: empty(),
            apart: vec![Apart::places(dimension); rungs],
        }
    }

    fn all(&mut self) -> [&mut Vec<Vec<f64>>; 3] {
        [&mut self.energies, &mut self.controls, &mut self.distances]
    }

    /// Begins the next block on every rung.
    pub(super) fn begin(&mut self) {
        for values in self.all() {
            values.iter_mut().for_each(|blocks| blocks.push(0.0));
        }
        // States are forgotten at half of the blocks, at a quarter and so on: whichever block is
        // the last, those of a first part do not count.
        let block = self.energies.first().map_or(0, |blocks| blocks.len() - 1);
        if block > 0 && (1..=BLOCKS.ilog2()).any(|halvings| BLOCKS >> halvings == block) {
            let empty = |places: &mut Vec<[Apart; 2]>| places.fill([Apart::NONE; 2]);
            self.apart.iter_mut().for_each(empty);
        }
    }

    /// Takes back the block that was begun last.
    pub(super) fn take_back(&mut self) {
        for blocks in self.all().into_iter().flatten() {
            blocks.pop();
        }
    }

    /// Adds the part of one sweep in the means of a rung's last block.
    pub(super) fn add(&mut self, rung: usize, part: [f64; 3]) {
        for (values, part) in self.all().into_iter().zip(part) {
            if let Some(last) = values[rung].last_mut() {
                *last += part;
            }
        }
    }
}

impl Tallies {
    pub(super) fn new(rungs: usize) -> Self {
        Self {
            accepted: vec![0.0; rungs],
            exchanged: vec![0.0; rungs - 1],
            unresolved: vec![0.0; rungs],
            looked: 0.0,
            sampled: 0.0,
            evaluations: 0,
        }
    }
}
