//! The pilot of a temperature ladder: where its rungs should be.

use super::ladder_state::{LadderState, Landscape};
use super::tempering::Tempering;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// log t from one rung of the pilot to the next.
const RATIO: f64 = 2.0;
/// Sweeps of the pilot that tune the steps, and sweeps after.
const TUNING: usize = 400;
const SWEEPS: usize = 200;
/// The shortest ladder in log t, where floating point allows it: a term (m − 1)/log t in U falls with log t
/// alone, whatever λ is.
const LEAST_RANGE: f64 = 30.0;
/// Where that term is below a hundredth of λ, it is enough to go on for so long since U came near λ.
const TAIL: f64 = 12.0;
/// λ from which on that is so, and what counts as near, relative to λ.
const LARGE: f64 = 4.0;
const NEAR: f64 = 0.1;
/// The fewest rungs of a ladder whose length is not given: a fit needs some.
const LEAST_RUNGS: usize = 24;
/// Rungs further apart tell too little of U, rungs closer together cost more than they tell.
const RATIOS: std::ops::RangeInclusive<f64> = 0.15..=2.5;

/// The rungs of a ladder, and the log step sizes to begin with.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) log_t: Vec<f64>,
    pub(super) log_steps: Vec<f64>,
    pub(super) evaluations: u64,
}

impl Plan {
    /// Rungs from log t = `hottest` on: as set, or by a pilot ladder.
    pub(super) fn of(settings: &Tempering, landscape: Landscape<'_>, hottest: f64) -> Self {
        let rungs = (Tempering::PILOT_RANGE / RATIO) as usize + 1;
        let log_t: Vec<f64> = (0..rungs).map(|k| hottest + RATIO * k as f64).collect();
        let guess: Vec<f64> = log_t.iter().map(|l| (hottest - l) / 2.0).collect();
        // The ladders have the streams from 1 on.
        let rng = ChaCha8Rng::seed_from_u64(settings.seed);
        let mut pilot = LadderState::new(settings, landscape, &log_t, &guess, rng);
        pilot.start(true);
        pilot.tune(TUNING, 2.0);
        pilot.sample(SWEEPS);
        let steps = pilot.log_steps().to_vec();
        let trace = pilot.finish();
        let resolved = trace
            .unresolved
            .iter()
            .position(|&share| share > 0.3)
            .unwrap_or(rungs);
        // λ is about the median of U over the colder half of what floating point resolves.
        let mut energies: Vec<f64> = (resolved / 2..resolved)
            .map(|rung| trace.energy(rung))
            .collect();
        energies.sort_by(f64::total_cmp);
        let lambda = energies
            .get(energies.len() / 2)
            .copied()
            .filter(|u| u.is_finite() && *u > 0.0)
            .unwrap_or(1.0);

        let far = |&rung: &usize| (trace.energy(rung) / lambda - 1.0).abs() > NEAR;
        let least = if lambda > LARGE {
            let near = (0..resolved / 2).rev().find(far).map_or(0, |rung| rung + 1);
            (RATIO * near as f64 + TAIL).min(LEAST_RANGE)
        } else {
            LEAST_RANGE
        };
        let longest = (RATIO * resolved as f64).max(RATIO * 6.0);
        let range = settings.log_range.unwrap_or_else(|| {
            (Tempering::FALL / lambda)
                .clamp(least, Tempering::PILOT_RANGE)
                .min(longest)
        });
        let ratio = settings
            .log_ratio
            .unwrap_or_else(|| (1.1 / lambda.sqrt()).clamp(*RATIOS.start(), *RATIOS.end()));
        let (count, ratio) = match (settings.log_range, settings.log_ratio) {
            (None, None) => {
                let count = ((range / ratio).ceil() as usize + 1).max(LEAST_RUNGS);
                (count, range / (count - 1) as f64)
            }
            _ => ((range / ratio).ceil() as usize + 1, ratio),
        };
        let chosen: Vec<f64> = (0..count).map(|k| hottest + ratio * k as f64).collect();
        let log_steps = chosen
            .iter()
            .map(|l| {
                let position = ((l - hottest) / RATIO).clamp(0.0, (rungs - 1) as f64);
                let below = (position as usize).min(rungs - 2);
                let weight = position - below as f64;
                steps[below] * (1.0 - weight) + steps[below + 1] * weight
            })
            .collect();
        Self {
            log_t: chosen,
            log_steps,
            evaluations: trace.evaluations,
        }
    }
}
