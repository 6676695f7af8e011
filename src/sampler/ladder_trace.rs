//! What ladders of tempered chains leave behind.

use super::apart::Apart;
use serde::{Deserialize, Serialize};

/// One ladder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LadderTrace {
    /// By rung, then block of sweeps: the mean of t·K.
    pub energies: Vec<Vec<f64>>,
    /// By rung, then block of sweeps: the mean of a control variate, whose expectation is 0 where K
    /// is finite on the whole box: div(v p)/p for the field vᵢ = uᵢ(1 − uᵢ²/r²), u = w − w*
    /// (Assaraf and Caffarel 1999).
    pub controls: Vec<Vec<f64>>,
    /// By rung, then block of sweeps: the mean of log max |wᵢ − w*ᵢ|, which tells whether the arms
    /// are explored.
    pub distances: Vec<Vec<f64>>,
    /// By rung, then coordinate: how far from w* its states are, on the lower and on the upper
    /// side; last, by the largest |wᵢ − w*ᵢ|, as of an upper side. Over the second half of the
    /// sweeps; where the run was stopped earlier, over a half of them or more.
    pub apart: Vec<Vec<[Apart; 2]>>,
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
    /// The log t at which t·K is 1 at the median of the prior: of the hottest rung, as a rule.
    pub reference: f64,
    /// The loss from which K is measured: L(w*), or on samples the least that a descent from w*
    /// has found.
    pub baseline: f64,
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
    ///     apart: vec![vec![]],
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
