//! Whether the states of least K lie around w* at all.

use super::Doubt;
use super::thresholds::fit::WAY_TO_THE_MEDIAN;
use crate::loss::Prior;

/// What would be expected of states around w*.
///
/// Near w* the set {K < ε} has a part of every box around w*. The share of its states within a
/// distance ρ of w* (the largest |wᵢ − w*ᵢ|) is at least about (ρ/R)^e, with the number of
/// parameters and the degree of the amplitude for e, where half of them are within R: of N
/// independent states the nearest is expected at (log 2/N)^{1/e} of the median distance, or nearer.
/// If all keep farther off than that, the zeros of K that the box has most of are elsewhere, and
/// the pole is theirs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Elsewhere {
    /// e.
    exponent: f64,
    /// N; states that are correlated count in part, see [`INDEPENDENT`].
    states: f64,
}

/// The part of the states that count as independent. Chosen by hand.
const INDEPENDENT: f64 = 0.25;

impl Elsewhere {
    /// Of so many states under a prior.
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

    /// The doubt, from the least and the typical distance of each of several independent runs.
    pub(super) fn doubt(self, distances: &[[f64; 2]]) -> Option<Doubt> {
        let nearest = self.away(distances)?;
        Some(Doubt::Elsewhere { nearest })
    }

    /// The least distance, where all states keep farther away than those around w* would.
    pub(super) fn away(self, distances: &[[f64; 2]]) -> Option<f64> {
        let nearest = distances.iter().map(|d| d[0]).fold(f64::INFINITY, f64::min);
        let mut typical: Vec<f64> = distances.iter().map(|d| d[1]).collect();
        typical.sort_by(f64::total_cmp);
        let median = *typical.get(typical.len() / 2)?;
        let states = (INDEPENDENT * self.states).max(1.0);
        let expected = (std::f64::consts::LN_2 / states).powf(1.0 / self.exponent.max(1.0));
        let threshold = expected + WAY_TO_THE_MEDIAN * (1.0 - expected);
        (nearest > threshold * median).then_some(nearest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn states_around_the_point_are_no_doubt_and_states_elsewhere_are() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for dimension in [1, 2, 5, 10, 20] {
            for stratum in [1, dimension] {
                let mut run = |shift: f64| {
                    let mut all: Vec<f64> = (0..200)
                        .map(|_| {
                            (0..stratum)
                                .map(|_| rng.random_range(-1.0..1.0_f64))
                                .fold(shift, |most, u: f64| most.max(u.abs()))
                        })
                        .collect();
                    all.sort_by(f64::total_cmp);
                    [all[0], all[100]]
                };
                let elsewhere = Elsewhere {
                    exponent: dimension as f64,
                    states: 800.0,
                };
                let around: Vec<[f64; 2]> = (0..4).map(|_| run(0.0)).collect();
                assert_eq!(elsewhere.doubt(&around), None, "{dimension} {stratum}");
                let away = vec![[0.999, 1.0]; 4];
                assert_eq!(
                    elsewhere.doubt(&away),
                    Some(Doubt::Elsewhere { nearest: 0.999 })
                );
            }
        }
    }
}
