//! Volume scaling: λ and m from how fast the prior volume of {K < ε} shrinks.

use super::asymptotics::{self, PoleFit, Slopes};
use crate::sampler::SplittingRun;

/// Fine bins for the fit and coarse ones for the dispersion.
const BINS: usize = 48;
const COARSE: usize = 8;

/// Slopes of log V over equal bins in L = −log ε between two ends, by replicate.
fn slopes_by_replicate(run: &SplittingRun, start: f64, end: f64, bins: usize) -> Vec<Vec<f64>> {
    let width = (end - start) / bins as f64;
    run.replicates
        .iter()
        .map(|replicate| {
            let mut slopes = vec![0.0; bins];
            for death in &replicate.deaths {
                let position = (-death.log_epsilon - start) / width;
                if position >= 0.0 && position < bins as f64 {
                    slopes[position as usize] += 1.0 / (f64::from(death.alive) * width);
                }
            }
            slopes
        })
        .collect()
}

/// Mean over the replicates.
fn mean(by_replicate: &[Vec<f64>], bin: usize) -> f64 {
    by_replicate.iter().map(|slopes| slopes[bin]).sum::<f64>() / by_replicate.len() as f64
}

/// Variance between replicates over that of a Poisson process, pooled over the bins.
fn dispersion(by_replicate: &[Vec<f64>], alive: f64, width: f64) -> f64 {
    let count = by_replicate.len() as f64;
    let bins = by_replicate[0].len();
    let pooled: f64 = (0..bins)
        .map(|bin| {
            let mean = mean(by_replicate, bin);
            let square: f64 = by_replicate.iter().map(|s| (s[bin] - mean).powi(2)).sum();
            square / (count - 1.0) / (mean / (alive * width))
        })
        .sum();
    pooled / bins as f64
}

pub fn prototype(run: &SplittingRun, particles: usize, d: usize) -> Option<(PoleFit, f64, f64)> {
    let end = run.replicates.iter().map(|r| -r.deaths.last().map_or(0.0, |d| d.log_epsilon)).fold(f64::INFINITY, f64::min);
    // median of K under the prior: where V = 1/2
    let mut starts: Vec<f64> = run.replicates.iter().map(|r| -r.deaths[r.deaths.len().min(particles / 2) - 1].log_epsilon).collect();
    starts.sort_by(f64::total_cmp);
    let start = starts[starts.len() / 2];
    let fine = slopes_by_replicate(run, start, end, BINS);
    let coarse = slopes_by_replicate(run, start, end, COARSE);
    // mean exposure: between survivors and all
    let alive = particles as f64 * 0.72;
    let phi = dispersion(&fine, alive, (end - start) / BINS as f64);
    let phi_coarse = dispersion(&coarse, alive, (end - start) / COARSE as f64);
    let inflation = phi.max(phi_coarse).max(1.0);
    let width = (end - start) / BINS as f64;
    let mut slopes = Slopes::default();
    for bin in 0..BINS {
        slopes.lower.push(start + width * bin as f64);
        slopes.upper.push(start + width * (bin + 1) as f64);
        let s = mean(&fine, bin);
        slopes.slope.push(s);
        slopes.standard_error.push((inflation * s / (alive * width * run.replicates.len() as f64)).sqrt());
    }
    Some((asymptotics::fit(&slopes, start, d.min(6))?, phi, phi_coarse))
}
