//! Whether the states of least K lie around w* at all.

use super::Doubt;
use super::thresholds::fit::WAY_TO_THE_MEDIAN;
use crate::loss::Prior;
use crate::sampler::Apart;

/// What would be expected of states around w*.
///
/// Near w* the set {K < ε} has a part of every box around w*. The share of its states within a
/// distance ρ of w* (the largest |wᵢ − w*ᵢ|) is at least about (ρ/R)^e, with the number of
/// parameters and the degree of the amplitude for e, where half of them are within R: of N
/// independent states the nearest is expected at (log 2/N)^{1/e} of the median distance, or nearer.
/// If all keep farther off than that, the zeros of K that the box has most of are elsewhere, and
/// the pole is theirs. In one coordinate alone, on one side of w* or the other, states are no
/// farther: where worse zeros leave most coordinates free, one tells (naive Bayes of an independent
/// truth: the weight, which is 0 or 1 at them). And each run may have found another worse zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Elsewhere {
    /// e.
    exponent: f64,
    /// N, of one run; states that are correlated count in part, see [`INDEPENDENT`].
    states: f64,
}

/// The part of the states that count as independent. Chosen by hand.
const INDEPENDENT: f64 = 0.25;

impl Elsewhere {
    /// Of so many states of each run, under a prior.
    pub(super) fn new(prior: &Prior, states: usize) -> Self {
        let degree: f64 = prior.amplitude().iter().sum();
        Self {
            exponent: prior.dimension() as f64 + degree,
            states: states as f64,
        }
    }

    /// Of so many independent states, of which chains have fewer than draws, in a space whose parts
    /// near w* go with this power of the distance.
    pub(super) fn of_chains(exponent: f64, effective_draws: f64) -> Self {
        Self {
            exponent,
            states: effective_draws,
        }
    }

    /// The doubt, from what several independent runs noted of the distances of their states.
    pub(super) fn doubt<'a>(self, runs: impl Iterator<Item = &'a [[Apart; 2]]>) -> Option<Doubt> {
        let runs: Vec<&[[Apart; 2]]> = runs.collect();
        let together = runs
            .iter()
            .skip(1)
            .fold(runs.first()?.to_vec(), |sum, run| {
                let sides = sum.iter().zip(*run);
                sides
                    .map(|(a, b)| [0, 1].map(|side| a[side].and(b[side])))
                    .collect()
            });
        let all = Self {
            states: self.states * runs.len() as f64,
            ..self
        };
        let alone: Option<Vec<f64>> = runs.iter().map(|run| self.nearest(run)).collect();
        let alone = alone.and_then(|each| each.into_iter().min_by(f64::total_cmp));
        let nearest = all.nearest(&together).into_iter().chain(alone);
        let nearest = nearest.max_by(f64::total_cmp)?;
        Some(Doubt::Elsewhere { nearest })
    }

    /// Where some coordinate, or the largest, shows that all states keep away: the distance.
    fn nearest(self, places: &[[Apart; 2]]) -> Option<f64> {
        let total = places.last()?[1].states;
        let away = |sides: &[Apart; 2]| {
            let far = |side: &Apart| {
                side.states == 0.0 || self.away(side.least, side.mean(), side.states / total)
            };
            (total > 0.0 && sides.iter().all(far)).then(|| sides[0].least.min(sides[1].least))
        };
        places.iter().filter_map(away).max_by(f64::total_cmp)
    }

    /// The least distance, where all states of all chains keep farther away than those around w*
    /// would, from the least and the median of each.
    pub(super) fn all_away(self, distances: &[[f64; 2]]) -> Option<f64> {
        let nearest = distances.iter().map(|d| d[0]).fold(f64::INFINITY, f64::min);
        let mut typical: Vec<f64> = distances.iter().map(|d| d[1]).collect();
        typical.sort_by(f64::total_cmp);
        let median = *typical.get(typical.len() / 2)?;
        self.away(nearest, median, 1.0).then_some(nearest)
    }

    /// Whether this part of the states, of which the nearest and a typical one are so far, keeps
    /// farther away than those around w* would.
    fn away(self, nearest: f64, typical: f64, part: f64) -> bool {
        let states = (INDEPENDENT * self.states * part).max(1.0);
        let expected = (std::f64::consts::LN_2 / states).powf(1.0 / self.exponent.max(1.0));
        nearest > (expected + WAY_TO_THE_MEDIAN * (1.0 - expected)) * typical
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    /// What is noted of 200 states.
    fn apart(dimension: usize, state: impl Fn(usize) -> Vec<f64>) -> Vec<[Apart; 2]> {
        let mut places = Apart::places(dimension);
        for offsets in (0..200).map(state) {
            Apart::note(&mut places, offsets.into_iter());
        }
        places
    }

    fn doubt(dimension: usize, runs: &[Vec<[Apart; 2]>]) -> Option<Doubt> {
        let elsewhere = Elsewhere {
            exponent: dimension as f64,
            states: 200.0,
        };
        elsewhere.doubt(runs.iter().map(Vec::as_slice))
    }

    #[test]
    fn states_around_the_point_are_no_doubt_and_states_elsewhere_are() {
        let rng = std::cell::RefCell::new(ChaCha8Rng::seed_from_u64(1));
        for dimension in [1, 2, 5, 10, 20] {
            for stratum in [1, dimension] {
                // off the stratum the states are as near as K < ε wants them
                let state = |_: usize| {
                    let any = || rng.borrow_mut().random_range(-1.0..1.0_f64);
                    let width = |i: usize| if i < stratum { 1.0 } else { 1e-9 };
                    (0..dimension).map(|i| width(i) * any()).collect()
                };
                let around: Vec<_> = (0..4).map(|_| apart(dimension, state)).collect();
                assert_eq!(doubt(dimension, &around), None, "{dimension} {stratum}");
                let away = vec![apart(dimension, |_| vec![0.999; dimension]); 4];
                let seen = Some(Doubt::Elsewhere { nearest: 0.999 });
                assert_eq!(doubt(dimension, &away), seen);
            }
        }
    }

    #[test]
    fn one_coordinate_tells_on_both_sides_and_in_each_run() {
        let rng = std::cell::RefCell::new(ChaCha8Rng::seed_from_u64(2));
        // as of a mixture with the weight 1/4: the worse zeros have the weight 0 or 1
        let of = |weights: [f64; 2]| {
            apart(4, |state| {
                let any = || rng.borrow_mut().random_range(-0.5..0.5_f64);
                let weight = weights[state % 2];
                vec![
                    weight - 0.25 + 1e-3 * any().abs() * (0.5 - weight).signum(),
                    any(),
                    any(),
                    any(),
                ]
            })
        };
        let nearest = |runs: &[Vec<[Apart; 2]>]| match doubt(4, runs) {
            Some(Doubt::Elsewhere { nearest }) => nearest,
            other => panic!("{other:?}"),
        };
        for weights in [[[0.0; 2]; 4], [[0.0, 1.0]; 4]] {
            let runs = weights.map(of);
            assert!((nearest(&runs) - 0.25).abs() < 1e-3);
        }
        // each run elsewhere
        let runs = [[0.0; 2], [1.0; 2], [0.0; 2], [1.0; 2]].map(of);
        assert!((nearest(&runs) - 0.25).abs() < 1e-3);
        // half of the runs around w*
        let around = [[0.25; 2], [0.0, 1.0], [0.25; 2], [1.0; 2]].map(of);
        assert_eq!(doubt(4, &around), None);
    }
}
