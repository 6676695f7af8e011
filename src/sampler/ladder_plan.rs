//! The plan of a temperature ladder: where its rungs should be, found by a pilot ladder.

use super::control::Control;
use super::error::SamplerError;
use super::ladder_state::{LadderState, Landscape, Steps};
use super::tempering::Tempering;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use std::f64::consts::LN_2;

/// log t from one rung of the pilot to the next.
const RATIO: f64 = 2.0;
/// Moves of each kind on a rung before the first sweep.
const COOLING: usize = 100;
/// Sweeps of the pilot that tune the steps, and sweeps after.
const TUNING: usize = 400;
const SWEEPS: usize = 200;
/// The shortest ladder in log t, where floating point allows it: a term (m − 1)/log t in U falls
/// with log t alone, whatever λ is.
const LEAST_RANGE: f64 = 30.0;
/// Where that term is below a hundredth of λ, it is enough to go on for so long since U came near
/// λ.
const TAIL: f64 = 12.0;
/// λ from which on that is so, and what counts as near, relative to λ.
const LARGE: f64 = 4.0;
const NEAR: f64 = 0.1;
/// The fewest rungs of a ladder whose length is not given: a fit needs some.
const LEAST_RUNGS: usize = 24;
/// The fewest rungs of a ladder whose coldest rung is given, and of its pilot.
const FEWEST: usize = 3;
/// The distance of rungs in log t, in units of 1/√λ, about the standard deviation of log tK: about
/// one exchange in four is accepted, and states go fastest from the hottest rung to the coldest and
/// back (Kofke 2002; Kone and Kofke 2005).
const SPACING: f64 = 1.6;
/// Rungs further apart tell too little of U, rungs closer together cost more than they tell.
const RATIOS: std::ops::RangeInclusive<f64> = 0.15..=2.5;

/// Where U has come near its end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Plateau {
    /// About λ: the median of U over the colder half of the rungs.
    pub(crate) level: f64,
    /// The first rung from which on, in the hotter half, U is near that.
    pub(crate) start: usize,
}

impl Plateau {
    /// From U by rung; near is what differs by no more than the tolerance, relative to the level.
    pub(crate) fn of(energies: &[f64], tolerance: f64) -> Self {
        let (hotter, colder) = energies.split_at(energies.len() / 2);
        let mut colder = colder.to_vec();
        colder.sort_by(f64::total_cmp);
        let level = colder.get(colder.len() / 2).copied().unwrap_or(f64::NAN);
        let far = |u: &f64| (u / level - 1.0).abs() > tolerance;
        let start = hotter.iter().rposition(far).map_or(0, |rung| rung + 1);
        Self { level, start }
    }
}

/// The rungs of a ladder, and the step sizes to begin with.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) log_t: Vec<f64>,
    pub(super) steps: Vec<Steps>,
    pub(super) evaluations: u64,
}

impl Plan {
    /// Rungs from log t = `hottest` on: as set, or by a pilot ladder. Its progress is that of its
    /// sweeps; how long the ladders will take is known after it.
    pub(super) fn of(
        settings: &Tempering,
        landscape: Landscape<'_>,
        hottest: f64,
        control: &Control<'_>,
    ) -> Result<Self, SamplerError> {
        let limit = limit(settings, landscape, hottest);
        // the hottest rung that is wanted may be colder than the coldest there is to be
        let hottest = limit.map_or(hottest, |limit| limit.coldest - limit.range);
        let limit = limit.map(|limit| limit.range);
        let pilot_range = limit.unwrap_or(Tempering::PILOT_RANGE);
        let rungs = ((pilot_range / RATIO) as usize + 1).max(FEWEST);
        let log_t: Vec<f64> = (0..rungs).map(|k| hottest + RATIO * k as f64).collect();
        let guess = |l: &f64| Steps {
            rung: (hottest - l) / 2.0,
            local: 0.0,
        };
        let guess: Vec<Steps> = log_t.iter().map(guess).collect();
        // The ladders have the streams from 1 on.
        let rng = ChaCha8Rng::seed_from_u64(settings.seed);
        let mut pilot = LadderState::new(settings, landscape, &log_t, &guess, rng);
        let total = (COOLING + TUNING + SWEEPS) as u64;
        pilot.start(true, COOLING, |rung| {
            control.report(((rung + 1) * COOLING / rungs) as u64, total);
            !control.stopped()
        });
        let mut done = COOLING as u64;
        let mut go_on = || {
            control.report(done, total);
            done += 1;
            !control.stopped()
        };
        pilot.tune(TUNING, 2.0, &mut go_on);
        pilot.sample(SWEEPS, &mut go_on);
        if control.stopped() {
            return Err(control.too_early());
        }
        let steps = pilot.steps().to_vec();
        let trace = pilot.finish();
        let resolved = trace
            .unresolved
            .iter()
            .position(|&share| share > 0.3)
            .unwrap_or(rungs);
        let energies: Vec<f64> = (0..resolved).map(|rung| trace.energy(rung)).collect();
        let plateau = Plateau::of(&energies, NEAR);
        let lambda = Some(plateau.level)
            .filter(|u| u.is_finite() && *u > 0.0)
            .unwrap_or(1.0);
        let least = if lambda > LARGE {
            (RATIO * plateau.start as f64 + TAIL).min(LEAST_RANGE)
        } else {
            LEAST_RANGE
        };
        let longest = (RATIO * resolved as f64).max(RATIO * 6.0);
        let range = settings.log_range.or(limit).unwrap_or_else(|| {
            (Tempering::FALL / lambda)
                .clamp(least, Tempering::PILOT_RANGE)
                .min(longest)
        });
        let ratio = settings
            .log_ratio
            .unwrap_or_else(|| (SPACING / lambda.sqrt()).clamp(*RATIOS.start(), *RATIOS.end()));
        let ratio = match (limit, settings.log_ratio) {
            (Some(_), None) => ratio.min(LN_2),
            _ => ratio,
        };
        let (count, ratio) = match (settings.log_range, settings.log_ratio) {
            (None, None) => {
                let least = limit.map_or(LEAST_RUNGS, |_| FEWEST);
                let count = ((range / ratio).ceil() as usize + 1).max(least);
                (count, range / (count - 1) as f64)
            }
            _ => ((range / ratio).ceil() as usize + 1, ratio),
        };
        let chosen: Vec<f64> = (0..count).map(|k| hottest + ratio * k as f64).collect();
        let steps = chosen
            .iter()
            .map(|l| {
                let position = ((l - hottest) / RATIO).clamp(0.0, (rungs - 1) as f64);
                let below = (position as usize).min(rungs - 2);
                let weight = position - below as f64;
                let between = |a: f64, b: f64| a * (1.0 - weight) + b * weight;
                let (a, b) = (steps[below], steps[below + 1]);
                Steps {
                    rung: between(a.rung, b.rung),
                    local: between(a.local, b.local),
                }
            })
            .collect();
        Ok(Self {
            log_t: chosen,
            steps,
            evaluations: trace.evaluations,
        })
    }
}

/// The coldest rung, where that is set or there are samples, and how far it is from the hottest.
#[derive(Debug, Clone, Copy)]
struct Limit {
    coldest: f64,
    range: f64,
}

fn limit(settings: &Tempering, landscape: Landscape<'_>, hottest: f64) -> Option<Limit> {
    if settings.log_range.is_some() {
        return None;
    }
    let of_samples = landscape.loss.num_samples().map(|n| {
        let n = n as f64;
        (Tempering::COLDER_THAN_WBIC * n / n.ln().max(1.0)).ln()
    });
    let coldest = settings.coldest.or(of_samples)?;
    let range = (coldest - hottest).max(Tempering::LEAST_RANGE);
    Some(Limit { coldest, range })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plateau_begins_after_the_last_hot_rung_that_is_far() {
        let energies = [0.1, 0.98, 0.5, 0.95, 0.99, 1.0, 1.0, 1.01, 3.0, 0.99];
        let plateau = Plateau::of(&energies, 0.1);
        assert_eq!(
            plateau,
            Plateau {
                level: 1.0,
                start: 3
            }
        );
        assert!(Plateau::of(&[], 0.1).level.is_nan());
    }
}
