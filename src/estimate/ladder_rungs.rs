//! U by ladder and rung: what independent ladders say of it, and the pole that is fitted.

use super::asymptotics::{self, PoleFit, Slopes};
use super::temperature_fit::{self, Energies, Fitted, Least};
use super::thresholds::ladder::{DRIFT_CHANCE, DRIFT_PROBABILITY, LARGEST_RHAT};
use super::{Energy, EstimateError};
use crate::diagnostics;
use crate::sampler::{LadderTrace, Plateau, Tempering, TemperingRun};
use std::ops::Range;

/// How much U has changed from the first half of the sweeps to the second, in the mean over rungs:
/// all ladders may still be on the same way from their starts, and agree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drift {
    difference: f64,
    standard_error: f64,
    /// The degrees of freedom of the error, one less than there are ladders.
    degrees: f64,
}

impl Drift {
    pub(super) fn in_standard_errors(self) -> f64 {
        self.difference / self.standard_error
    }

    /// What of the change chance does not explain.
    pub(super) fn excess(self) -> f64 {
        let chance = asymptotics::student(self.degrees, DRIFT_CHANCE) * self.standard_error;
        (self.difference.powi(2) - chance.powi(2)).max(0.0).sqrt()
    }

    /// Whether it is beyond chance, and what chance does not explain more than the error that is
    /// known.
    pub(super) fn matters(self, error: f64) -> bool {
        self.in_standard_errors().abs() > asymptotics::student(self.degrees, DRIFT_PROBABILITY)
            && self.excess() > error
    }
}

/// R̂ between the ladders and the effective number of blocks, of one rung.
pub(super) fn convergence(
    run: &TemperingRun,
    rung: usize,
    blocks: usize,
) -> Result<(f64, f64), EstimateError> {
    let blocks_of = |values: fn(&LadderTrace) -> &[Vec<f64>]| -> Vec<&[f64]> {
        let ladders = run.ladders.iter();
        ladders.map(|l| &values(l)[rung][..blocks]).collect()
    };
    let energies = blocks_of(|l| &l.energies);
    let distances = blocks_of(|l| &l.distances);
    let rhat = diagnostics::rhat(&energies)?;
    // tK is about as large anywhere along an arm of a crossing: the distance from w* tells where
    // the states are.
    let arms = 1.0 + ARMS * (diagnostics::rhat(&distances)? - 1.0);
    Ok((
        rhat.max(arms),
        diagnostics::effective_sample_size(&energies)?,
    ))
}

/// What the excess over 1 of the R̂ of the distances from w* counts: they are autocorrelated more
/// than U, which depends on them little. Chosen by hand.
const ARMS: f64 = 0.5;
/// The share of states that floating point does not resolve above which a rung is left out. Chosen
/// by hand.
const LARGEST_UNRESOLVED: f64 = 0.005;
/// How far U may be from its end to be near, relative to it. Chosen by hand.
const NEAR: f64 = 0.15;
/// How many rungs on either side tell with a rung whether it has converged, by the median: the
/// largest of many R̂ would be large by chance alone. Chosen by hand.
const REACH: usize = 2;
/// How far in log t past where U has come near its end a fit reaches at least, whether the rungs
/// there have converged or not: the approach to the pole is seen over less only in part. Chosen by
/// hand.
const LEAST_TAIL: f64 = 6.0;
/// The fewest rungs to fit, in all and past where U has come near its end; rungs that have not
/// converged are used, and doubted, rather than fewer. Chosen by hand, somewhat more than the fit
/// needs at all.
const LEAST_RUNGS: usize = 20;
const LEAST_RUNGS_NEAR: usize = 10;
/// The mean square of the control variates, in standard errors, up to which they are subtracted: 1
/// is expected where their expectation is 0 as it should be, and where it is not they would shift
/// U. Chosen by hand, below what is a doubt.
const LARGEST_CONTROLLED: f64 = 2.0;
/// Over how many rungs on either side the variances between ladders are averaged: of eight ladders
/// one alone is known to half of itself. Chosen by hand.
const SMOOTHING: usize = 3;
/// The sizes of groups of rungs, and a number of groups, between whose means ladders show errors
/// that are correlated over short and long ranges. Chosen by hand.
const GROUP_SIZES: [usize; 2] = [3, 6];
const FEWEST_GROUPS: usize = 4;

/// By rung: the median R̂ of the rungs around.
pub(super) fn median_around(convergence: &[(f64, f64)]) -> Vec<f64> {
    (0..convergence.len())
        .map(|rung| {
            let around = rung.saturating_sub(REACH)..(rung + REACH + 1).min(convergence.len());
            let mut rhats: Vec<f64> = convergence[around].iter().map(|(rhat, _)| *rhat).collect();
            rhats.sort_by(f64::total_cmp);
            rhats[rhats.len() / 2]
        })
        .collect()
}

/// How many rungs, from the hottest on: those that floating point resolves, and of those on which U
/// is near its end up to the first that has not converged, but as far as a fit needs them. Ladders
/// may disagree about a transition on the way there, and agree below it.
pub(super) fn usable_rungs(run: &TemperingRun, rhats: &[f64]) -> usize {
    let mean = |value: &dyn Fn(&LadderTrace) -> f64| {
        run.ladders.iter().map(value).sum::<f64>() / run.ladders.len() as f64
    };
    let resolved = (0..run.log_t.len())
        .find(|&rung| mean(&|l| l.unresolved[rung]) > LARGEST_UNRESOLVED)
        .unwrap_or(run.log_t.len());
    let energies: Vec<f64> = (0..resolved)
        .map(|rung| mean(&|l| l.energy(rung)))
        .collect();
    let near = Plateau::of(&energies, NEAR).start;
    let converged = (near..resolved)
        .find(|&rung| rhats[rung].is_nan() || rhats[rung] > LARGEST_RHAT)
        .unwrap_or(resolved);
    let enough = run
        .log_t
        .partition_point(|&l| l < run.log_t[near] + LEAST_TAIL);
    converged
        .max(enough)
        .max(LEAST_RUNGS)
        .max(near + LEAST_RUNGS_NEAR)
        .min(resolved)
}

/// U by ladder and rung.
#[derive(Clone)]
pub(super) struct Observed {
    log_t: Vec<f64>,
    /// The log t at which t·K is about 1 in the box.
    reference: f64,
    /// How far the control variates are from their expectation.
    pub(super) imbalance: f64,
    /// By rung, then ladder.
    energies: Vec<Vec<f64>>,
    /// The same: what the second half of the sweeps has more than the first.
    changes: Vec<Vec<f64>>,
    /// Variances of the mean over ladders, smoothed over neighbouring rungs.
    variances: Vec<f64>,
}

impl Observed {
    pub(super) fn new(run: &TemperingRun, rungs: usize, blocks: usize) -> Self {
        let imbalance = imbalance(run, rungs, blocks);
        let controlled = run.finite && imbalance <= LARGEST_CONTROLLED;
        let (mut energies, mut changes) = (Vec::new(), Vec::new());
        for rung in 0..rungs {
            let slope = if controlled {
                control_slope(run, rung, blocks)
            } else {
                0.0
            };
            let mean = |l: &LadderTrace, blocks: Range<usize>| {
                let (energies, controls) = (&l.energies[rung], &l.controls[rung]);
                mean_of(&energies[blocks.clone()]) - slope * mean_of(&controls[blocks])
            };
            let half = blocks / 2;
            let ladders = run.ladders.iter();
            energies.push(
                ladders
                    .clone()
                    .map(|l| mean(l, 0..blocks))
                    .collect::<Vec<f64>>(),
            );
            changes.push(
                ladders
                    .map(|l| mean(l, half..blocks) - mean(l, 0..half))
                    .collect(),
            );
        }
        let raw: Vec<f64> = energies
            .iter()
            .map(|values| variance_of_mean(values))
            .collect();
        let variances = (0..rungs)
            .map(|rung| {
                let near = rung.saturating_sub(SMOOTHING)..(rung + SMOOTHING + 1).min(rungs);
                raw[near.clone()].iter().sum::<f64>() / near.len() as f64
            })
            .collect();
        Self {
            log_t: run.log_t[..rungs].to_vec(),
            reference: run.reference,
            imbalance,
            energies,
            changes,
            variances,
        }
    }

    /// With K measured from a loss that is lower by so much.
    pub(super) fn above(mut self, by: f64) -> Self {
        for (values, log_t) in self.energies.iter_mut().zip(&self.log_t) {
            values.iter_mut().for_each(|u| *u += by * log_t.exp());
        }
        self
    }

    fn mean(&self, rung: usize) -> f64 {
        self.energies[rung].iter().sum::<f64>() / self.energies[rung].len() as f64
    }

    /// Variance between ladders of means over groups of rungs, over that of independent rungs:
    /// the larger over groups of several sizes.
    pub(super) fn dispersion(&self) -> f64 {
        let rungs = self.energies.len();
        let ladders = self.energies.first().map_or(0, Vec::len);
        let mut largest = 1.0_f64;
        let [small, large] = GROUP_SIZES;
        for groups in [rungs / small, rungs / large, FEWEST_GROUPS] {
            if groups < 2 || groups > rungs {
                continue;
            }
            let mut ratio = 0.0;
            for group in 0..groups {
                let members = group * rungs / groups..(group + 1) * rungs / groups;
                let means: Vec<f64> = (0..ladders)
                    .map(|l| {
                        self.energies[members.clone()]
                            .iter()
                            .map(|e| e[l])
                            .sum::<f64>()
                            / members.len() as f64
                    })
                    .collect();
                let independent = self.variances[members.clone()].iter().sum::<f64>()
                    / (members.len() * members.len()) as f64;
                ratio += variance_of_mean(&means) / independent / groups as f64;
            }
            largest = largest.max(ratio);
        }
        largest
    }

    /// The drift in the mean over some rungs.
    pub(super) fn drift(&self, rungs: &[usize]) -> Drift {
        let ladders = self.energies.first().map_or(0, Vec::len);
        let differences: Vec<f64> = (0..ladders)
            .map(|l| rungs.iter().map(|&k| self.changes[k][l]).sum::<f64>() / rungs.len() as f64)
            .collect();
        Drift {
            difference: mean_of(&differences),
            standard_error: variance_of_mean(&differences).sqrt(),
            degrees: ladders as f64 - 1.0,
        }
    }

    fn slopes(&self, dispersion: f64) -> Slopes {
        /// U is a derivative: the mean slope over a short interval around log t, short beside the
        /// distance of rungs so that it is as good as one.
        const HALF_WIDTH: f64 = 0.01;
        let mut slopes = Slopes {
            inflation: dispersion,
            ..Slopes::default()
        };
        for (rung, &log_t) in self.log_t.iter().enumerate() {
            slopes.lower.push(log_t - HALF_WIDTH);
            slopes.upper.push(log_t + HALF_WIDTH);
            slopes.slope.push(self.mean(rung));
            let shape = RESOLUTION * self.mean(rung).abs();
            slopes
                .standard_error
                .push((dispersion * self.variances[rung] + shape * shape).sqrt());
        }
        slopes
    }

    /// The pole.
    pub(super) fn fit(&self, max_multiplicity: usize) -> Option<PoleFit> {
        let slopes = self.slopes(self.dispersion());
        asymptotics::fit(&slopes, *self.log_t.first()?, max_multiplicity)
    }

    /// The pole and the least loss of so many samples, from the last rungs over
    /// [`Tempering::LEAST_RANGE`] in log t.
    pub(super) fn fit_samples(&self, samples: f64, max_multiplicity: usize) -> Option<Fitted> {
        let dispersion = self.dispersion();
        // the first of them may be off by rounding
        let cold = self.log_t.last()? - Tempering::LEAST_RANGE - 1e-9;
        let (mut log_t, mut energy, mut standard_error) = (Vec::new(), Vec::new(), Vec::new());
        for rung in (0..self.log_t.len()).filter(|&rung| self.log_t[rung] >= cold) {
            log_t.push(self.log_t[rung]);
            energy.push(self.mean(rung));
            standard_error.push((dispersion * self.variances[rung]).sqrt());
        }
        let data = Energies {
            log_t,
            energy,
            standard_error,
        };
        let least = Least::Free { samples };
        temperature_fit::fit(&data, least, self.reference, max_multiplicity)
    }

    /// The standard error of λ̂ by leaving out each ladder in turn.
    pub(super) fn jackknife(&self, fit: impl Fn(&Self) -> Option<PoleFit>) -> f64 {
        let ladders = self.energies.first().map_or(0, Vec::len);
        asymptotics::jackknife((0..ladders).map(|ladder| {
            let mut fewer = self.clone();
            fewer.energies.iter_mut().for_each(|e| {
                e.remove(ladder);
            });
            fit(&fewer)
        }))
    }

    pub(super) fn energies(&self) -> Vec<Energy> {
        (0..self.log_t.len())
            .map(|rung| Energy {
                log_t: self.log_t[rung],
                mean: self.mean(rung),
                standard_error: self.variances[rung].sqrt(),
            })
            .collect()
    }
}

/// The slope of U on the control variate, over the blocks of all ladders.
fn control_slope(run: &TemperingRun, rung: usize, blocks: usize) -> f64 {
    let pairs = || {
        run.ladders.iter().flat_map(|l| {
            let controls = l.controls[rung][..blocks].iter();
            l.energies[rung][..blocks].iter().zip(controls)
        })
    };
    let count = (run.ladders.len() * blocks) as f64;
    let energy = pairs().map(|(e, _)| e).sum::<f64>() / count;
    let (mut both, mut square) = (0.0, 0.0);
    for (e, c) in pairs() {
        both += (e - energy) * c;
        square += c * c;
    }
    if square > 0.0 && (both / square).is_finite() {
        both / square
    } else {
        0.0
    }
}

/// How far the means of the control variate are from 0: the mean square over the rungs, in standard
/// errors between ladders, as it would be for Gaussian ladders of known variance, so about 1 at
/// best. It is larger where K is infinite on a part of the box that the draws of the prior have
/// missed, and where ladders have not filled the box along the directions in which K is flat.
fn imbalance(run: &TemperingRun, rungs: usize, blocks: usize) -> f64 {
    let ladders = run.ladders.len() as f64;
    let square = |rung: usize| {
        let means: Vec<f64> = run
            .ladders
            .iter()
            .map(|l| mean_of(&l.controls[rung][..blocks]))
            .collect();
        let student = mean_of(&means).powi(2) / variance_of_mean(&means);
        // the square of Student's t has the mean ν/(ν − 2), ν = ladders − 1
        student * (ladders - 3.0).max(1.0) / (ladders - 1.0)
    };
    (0..rungs).map(square).sum::<f64>() / rungs as f64
}

pub(super) fn mean_of(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The relative precision to which a pole and its next one describe U: control variates can make
/// the noise smaller, and a fit would then take the terms that are left out for signal. Chosen by
/// hand.
const RESOLUTION: f64 = 3e-4;

fn variance_of_mean(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0) / n
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::Scalar;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    const RUNGS: usize = 24;
    const BLOCKS: usize = 50;

    /// Ladders of noise around a mean that depends on the block.
    fn observed(seed: u64, mean: impl Fn(usize) -> f64) -> Observed {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut ladder = || {
            let mut blocks = |mean: &dyn Fn(usize) -> f64| -> Vec<Vec<f64>> {
                (0..RUNGS)
                    .map(|_| {
                        (0..BLOCKS)
                            .map(|b| mean(b) + 0.1 * f64::normal(&mut rng))
                            .collect()
                    })
                    .collect()
            };
            LadderTrace {
                energies: blocks(&mean),
                controls: blocks(&|_| 0.0),
                distances: Vec::new(),
                apart: Vec::new(),
                acceptance: Vec::new(),
                exchange: Vec::new(),
                unresolved: Vec::new(),
                evaluations: 0,
            }
        };
        let run = TemperingRun {
            log_t: (0..RUNGS).map(|k| k as f64).collect(),
            ladders: (0..8).map(|_| ladder()).collect(),
            reference: 0.0,
            baseline: 0.0,
            finite: true,
            stopped: false,
            evaluations: 0,
        };
        Observed::new(&run, RUNGS, BLOCKS)
    }

    #[test]
    fn a_drift_that_all_ladders_share_is_seen() {
        let rungs: Vec<usize> = (4..RUNGS).collect();
        let drift = observed(1, |b| 5.0 + 0.5 * (-(b as f64) / 20.0).exp()).drift(&rungs);
        assert!(drift.matters(0.01));
        // The second half is lower by 0.2, and higher than the limit by 0.1.
        assert!(drift.difference < -0.1 && drift.excess() > 0.1);
    }

    #[test]
    fn without_drift_one_is_seen_by_chance_only() {
        let rungs: Vec<usize> = (4..RUNGS).collect();
        let seen = (0..400).filter(|&seed| observed(seed, |_| 5.0).drift(&rungs).excess() > 0.0);
        let seen = seen.count();
        // 20 are expected, with a standard deviation of 4.4.
        assert!((3..=37).contains(&seen), "{seen}");
    }
}
