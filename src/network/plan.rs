//! Where the stages keep what they compute.

use super::stages::{Map, Stage};

/// How many samples a block has at most.
const BLOCK: usize = 256;

/// The memory of a stage in the scratch: offsets, one after the other, by the size of a full block.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Room {
    /// Of a tied layer: W x.
    pub(super) hidden: usize,
    pub(super) values: usize,
    /// σ′, where it is no function of the values.
    pub(super) slopes: usize,
    pub(super) keeps_slopes: bool,
    /// Whether samples stand one after the other.
    pub(super) row_major: bool,
}

/// Stages and where they compute.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) stages: Vec<Stage>,
    pub(super) rooms: Vec<Room>,
    /// The samples of a full block.
    pub(super) block: usize,
    /// The length of the first part of the scratch, for inputs that are gathered. All offsets
    /// count from its end.
    pub(super) gathered: usize,
    /// Two buffers for errors, after each other.
    pub(super) errors: usize,
    /// The length of one of them.
    pub(super) errors_len: usize,
    /// W δ of a tied layer.
    pub(super) hidden_errors: usize,
    /// Losses of samples, then as many spare numbers.
    pub(super) losses: usize,
    end: usize,
    /// The first stage with parameters: errors go back no farther.
    pub(super) first: usize,
}

impl Plan {
    /// For passes over at most `samples` samples at once.
    pub(super) fn new(stages: Vec<Stage>, samples: usize) -> Self {
        let block = BLOCK.min(samples.max(1));
        // Lengths are multiples of 16: if the scratch begins at a multiple of 64 bytes, rooms do.
        let length = |units: usize| (units * block).next_multiple_of(16);
        let mut end = 0;
        let mut room = |units: usize| {
            let start = end;
            end += length(units);
            start
        };
        let mut rooms = Vec::new();
        let mut row_major = true;
        let tied = |stage: &Stage| match stage.map {
            Map::Tied { hidden, .. } => hidden,
            _ => 0,
        };
        for stage in &stages {
            row_major &= matches!(stage.map, Map::Alone | Map::Embedding { .. });
            let keeps_slopes = stage.activation.keeps_slopes();
            rooms.push(Room {
                hidden: room(tied(stage)),
                values: room(stage.outputs),
                slopes: room(if keeps_slopes { stage.outputs } else { 0 }),
                keeps_slopes,
                row_major,
            });
        }
        let widest = stages.iter().map(|s| s.outputs).max().unwrap_or(0);
        let errors = room(widest);
        room(widest);
        let hidden_errors = room(stages.iter().map(tied).max().unwrap_or(0));
        let losses = room(2);
        let gathered = length(stages.first().map_or(0, |stage| stage.inputs));
        let with_parameters = |stage: &Stage| stage.map != Map::Alone;
        Self {
            first: stages.iter().position(with_parameters).unwrap_or(0),
            stages,
            rooms,
            block,
            gathered,
            errors,
            errors_len: length(widest),
            hidden_errors,
            losses,
            end,
        }
    }

    pub(super) fn scratch_len(&self) -> usize {
        self.gathered + self.end
    }

    /// The number of outputs of the network.
    pub(super) fn outputs(&self) -> usize {
        self.stages.last().map_or(0, |stage| stage.outputs)
    }
}
