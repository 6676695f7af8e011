//! Log marginal likelihoods of mixtures against integrals by other means, and what they choose.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rlct::sampler::{Control, Progress};
use rlct::selection::{
    Annealing, ComponentsPrior, ConjugateMixtures, DataTable, FittedFamily, Mixtures, Selection,
    SelectionError, Starts,
};
use statrs::function::factorial::ln_binomial;
use std::sync::atomic::{AtomicBool, Ordering};

fn column(values: impl IntoIterator<Item = f64>) -> DataTable {
    DataTable::new([("x", values.into_iter().collect::<Vec<_>>())]).unwrap()
}

/// Successes in 12 trials, of one or two probabilities.
fn throws(rows: usize, two: bool) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let throw = |row: usize| {
        let p = if two && row.is_multiple_of(3) {
            0.6
        } else {
            0.3
        };
        f64::from((0..12).filter(|_| rng.random::<f64>() < p).count() as u32)
    };
    (0..rows).map(throw).collect()
}

/// log ∫∫∫ of two binomial components by the midpoint rule, on a grid of `fine` values of each
/// probability and of the weight.
fn by_midpoints(throws: &[f64], fine: usize) -> f64 {
    let grid: Vec<f64> = (0..fine).map(|i| (i as f64 + 0.5) / fine as f64).collect();
    let mut counts = [0.0; 13];
    for k in throws {
        counts[*k as usize] += 1.0;
    }
    let density = |p: &f64| -> Vec<f64> {
        let log = |k: u32| f64::from(k) * p.ln() + f64::from(12 - k) * (1.0 - p).ln();
        (0..13)
            .map(|k| (ln_binomial(12, k.into()) + log(k)).exp())
            .collect()
    };
    let densities: Vec<Vec<f64>> = grid.iter().map(density).collect();
    let mut logs = Vec::new();
    // p ≤ q alone, by symmetry
    for (i, a) in densities.iter().enumerate() {
        for b in &densities[..i] {
            for w in &grid {
                let each = counts.iter().zip(a.iter().zip(b));
                let mix = each.map(|(c, (a, b))| c * (w * a + (1.0 - w) * b).ln());
                logs.push(mix.sum::<f64>());
            }
        }
    }
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logs.iter().map(|log| (log - top).exp()).sum();
    top + (2.0 * sum / (fine as f64).powi(3)).ln()
}

#[test]
fn integrals_over_a_grid_are_met() {
    // the diagonal, left out of the grid's half, is a share of 1/120
    for (rows, two, slack) in [(60, false, 0.02), (150, true, 0.01)] {
        let throws = throws(rows, two);
        let expected = by_midpoints(&throws, 120);
        let family = ConjugateMixtures::binomial(&column(throws), 12).unwrap();
        let found = Annealing::new().estimate(&family, 2).unwrap();
        let (off, error) = (found.value - expected, found.standard_error);
        println!(
            "{rows}: {expected:.3} {off:+.3} ± {error:.3}, {} steps",
            found.steps
        );
        assert!(error < 0.25 && !found.is_doubtful(), "{found:?}");
        assert!(off.abs() < 4.0 * error + slack, "{found:?} {expected}");
    }
}

/// Estimates from different seeds scatter as their errors say, and do not depend on the resampling.
#[test]
fn errors_are_those_of_seeds() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let x = (0..60).map(|row| {
        let z: f64 = StandardNormal.sample(&mut rng);
        z + 2.5 * f64::from(row % 2)
    });
    let family = ConjugateMixtures::normal_with(&column(x), 1.0, &[(1.0, 4.0)]).unwrap();
    let estimate =
        |annealing: Annealing, seed| annealing.with_seed(seed).estimate(&family, 3).unwrap();
    let all: Vec<_> = (0..12)
        .map(|seed| estimate(Annealing::new(), seed))
        .collect();
    let mean = all.iter().map(|m| m.value).sum::<f64>() / 12.0;
    let squares = all
        .iter()
        .map(|m| ((m.value - mean) / m.standard_error).powi(2));
    let ratio = squares.sum::<f64>() / 11.0;
    // χ² with 11 degrees of freedom, of errors that are themselves known to a fifth
    assert!((0.2..3.5).contains(&ratio), "{ratio} {all:?}");
    let plain = estimate(Annealing::new().with_points(1).with_populations(64), 99);
    let error = plain
        .standard_error
        .hypot(all[0].standard_error / 12_f64.sqrt());
    assert!((plain.value - mean).abs() < 4.0 * error, "{plain:?} {mean}");
    assert_eq!(estimate(Annealing::new(), 0), all[0], "by the seed alone");
}

/// Priors that differ by units alone differ by the Jacobian.
#[test]
fn units_do_not_matter() {
    let x = [-2.0, -1.5, 0.1, 2.0, 2.5, 2.2, 3.0];
    let plain = ConjugateMixtures::normal(&column(x), 1.0).unwrap();
    let moved = ConjugateMixtures::normal(&column(x.map(|x| 50.0 * (x + 7.0))), 50.0).unwrap();
    for components in [1, 2] {
        let [a, b] =
            [&plain, &moved].map(|f| Annealing::new().estimate(f, components).unwrap().value);
        assert!(
            (a - 7.0 * 50_f64.ln() - b).abs() < 1e-6,
            "{components}: {a} {b}"
        );
    }
}

#[test]
fn poisson_rates_are_found_and_weighed_as_by_sbic() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let [few, many] = [2.0, 9.0].map(|rate| rand_distr::Poisson::new(rate).unwrap());
    let k: Vec<f64> = (0..300)
        .map(|row| if row % 3 == 0 { many } else { few }.sample(&mut rng))
        .collect();
    let data = column(k.iter().copied());
    let family = Mixtures::poisson(&data, 3, &Starts::new()).unwrap();
    let family = family.with_components_prior(ComponentsPrior::Equal);
    // the mean of a Poisson mixture at its maximum is that of the data
    let mean = k.iter().sum::<f64>() / 300.0;
    for fit in family.fits() {
        let pairs = fit.weights.iter().zip(&fit.parameters);
        let fitted: f64 = pairs.map(|(w, rate)| w * rate[0]).sum();
        assert!((fitted - mean).abs() < 1e-4 * mean, "{fit:?}");
        assert!(fit.convergence.is_confirmed());
    }
    // λ = (3r + H − 2)/4 of Sato & Watanabe 2019
    let candidates = family.candidates().unwrap();
    let lambdas = candidates[2]
        .submodels()
        .iter()
        .map(|(_, pair)| pair.lambda().to_string());
    assert_eq!(lambdas.collect::<Vec<_>>(), ["1", "7/4"]);
    let conjugate = ConjugateMixtures::poisson(&data).unwrap();
    let annealing = Annealing::new();
    let marginals = (1..=3).map(|k| annealing.estimate(&conjugate, k).unwrap());
    let selection = Selection::new(&family)
        .unwrap()
        .with_marginals(marginals.collect());
    // this sample looks as if it had a third rate, by both alike
    let chosen = &selection.by_marginal().unwrap().name;
    assert_eq!(&selection.by_sbic().name, chosen);
    for (score, marginal) in selection.scores().iter().zip(selection.marginals()) {
        assert!(!marginal.is_doubtful(), "{marginal:?}");
        assert!(!marginal.is_far_below(score.log_likelihood, score.dimension));
        // a posterior mean of the likelihood is below its maximum, and sBIC is near it
        assert!(marginal.value < score.log_likelihood);
        assert!(
            (marginal.value - score.sbic).abs() < 1.5,
            "{marginal:?} {score:?}"
        );
    }
}

#[test]
fn zeros_alone_are_integrated() {
    let zeros = ConjugateMixtures::poisson(&column([0.0; 5])).unwrap();
    // one rate, exponential of mean 1: ∫ e^−6r dr
    let one = Annealing::new().estimate(&zeros, 1).unwrap();
    assert!(one.exact && (one.value + 6_f64.ln()).abs() < 1e-12);
    // the mean of a fifth power is the less, the less the mean scatters
    let three = Annealing::new().estimate(&zeros, 3).unwrap();
    assert!(three.value < one.value - 3.0 * three.standard_error);
}

#[test]
fn a_run_can_be_watched_and_stopped() {
    let family = ConjugateMixtures::binomial(&column(throws(40, true)), 12).unwrap();
    let stop = AtomicBool::new(false);
    let watch = |seen: Progress| {
        if 4 * seen.done > seen.total {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let control = Control::new().with_stop(&stop).with_progress(&watch);
    let stopped = Annealing::new().estimate_under(&family, 2, &control);
    assert!(
        matches!(stopped, Err(SelectionError::Estimate(_))),
        "{stopped:?}"
    );
}

#[test]
fn misuse_is_refused() {
    let data = column([0.0, 1.0, 3.0]);
    let two = DataTable::new([("a", vec![1.0, 2.0]), ("b", vec![0.0, 1.0])]).unwrap();
    assert!(ConjugateMixtures::binomial(&data, 2).is_err());
    assert!(ConjugateMixtures::binomial(&two, 2).is_err());
    assert!(ConjugateMixtures::poisson(&two).is_err());
    assert!(ConjugateMixtures::poisson(&column([0.5, 1.0])).is_err());
    assert!(ConjugateMixtures::normal(&data, 0.0).is_err());
    assert!(ConjugateMixtures::normal_with(&two, 1.0, &[(0.0, 1.0)]).is_err());
    assert!(ConjugateMixtures::normal_with(&data, 1.0, &[(0.0, -1.0)]).is_err());
    let family = ConjugateMixtures::binomial(&data, 3).unwrap();
    assert!(Annealing::new().estimate(&family, 0).is_err());
    assert!(
        Annealing::new()
            .with_populations(1)
            .estimate(&family, 2)
            .is_err()
    );
    assert!(
        Annealing::new()
            .with_points(0)
            .estimate(&family, 2)
            .is_err()
    );
    assert!(
        Annealing::new()
            .with_variance(0.0)
            .estimate(&family, 2)
            .is_err()
    );
    assert!(Annealing::new().with_steps(0).estimate(&family, 2).is_err());
    assert!(family.with_concentration(f64::NAN).is_err());
}

/// Maxima with variances that are fitted, and their boundary.
#[test]
fn variances_are_fitted() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let x = (0..200).map(|row| {
        let z: f64 = StandardNormal.sample(&mut rng);
        if row % 2 == 0 { 0.4 * z } else { 4.0 + z }
    });
    let data = column(x);
    let (starts, control) = (Starts::new(), Control::new());
    let free = Mixtures::normal_variances(&data, Some(0.1), 3, &starts, &control).unwrap();
    let common = Mixtures::normal_common_variance(&data, 3, &starts, &control).unwrap();
    let values = |family: &Mixtures| -> Vec<f64> {
        family.fits().iter().map(|fit| fit.log_likelihood).collect()
    };
    let (narrow, wide) = (values(&common), values(&free));
    assert!(
        narrow.is_sorted() && wide.is_sorted(),
        "{narrow:?} {wide:?}"
    );
    // one component is the same; of two, separate variances fit better
    assert!((narrow[0] - wide[0]).abs() < 1e-9 && wide[1] > narrow[1] + 20.0);
    let mut deviations: Vec<f64> = free.fits()[1].parameters.iter().map(|p| p[1]).collect();
    deviations.sort_by(f64::total_cmp);
    assert!((deviations[0] - 0.4).abs() < 0.1 && (deviations[1] - 1.0).abs() < 0.2);
    let same = &common.fits()[2].parameters;
    assert!(
        same.iter().all(|p| (p[1] - same[0][1]).abs() < 1e-9),
        "{same:?}"
    );
    // d and λ: 3K − 1 and 2K; (3/2, 3) and 7/6 for two at one
    for (family, dimensions, lambda) in [(&free, [2, 5, 8], "3/2"), (&common, [2, 4, 6], "7/6")] {
        let candidates = family.candidates().unwrap();
        let found: Vec<usize> = candidates.iter().map(|c| c.dimension()).collect();
        assert_eq!(found, dimensions);
        assert_eq!(candidates[1].submodels()[0].1.lambda().to_string(), lambda);
        assert!(!candidates[2].submodels()[0].1.is_exact());
    }
    // under the prior ℓ is a little below its maximum, and a group's variance that of its rows and
    // of five more
    let prior = Mixtures::normal_variances(&data, None, 2, &starts, &control).unwrap();
    let lost = free.fits()[1].log_likelihood - prior.fits()[1].log_likelihood;
    assert!(lost > 0.0 && lost < 0.5, "{lost}");
    let two = Mixtures::normal_common_variance(&data, 2, &starts, &control).unwrap();
    let scale = two.fits()[1].parameters[0][1].powi(2);
    let (fit, rows) = (&prior.fits()[1], prior.memberships(2).unwrap());
    for (k, parameters) in fit.parameters.iter().enumerate() {
        let pairs = || rows.iter().map(|row| row[k]).zip(data.column(0));
        let size: f64 = pairs().map(|(share, _)| share).sum();
        let squares: f64 = pairs()
            .map(|(share, x)| share * (x - parameters[0]).powi(2))
            .sum();
        let expected = (squares + scale) / (size + 5.0);
        assert!(
            (parameters[1].powi(2) / expected - 1.0).abs() < 1e-3,
            "{fit:?}"
        );
    }
    let conjugate = ConjugateMixtures::normal_spread(&data, false).unwrap();
    let annealing = Annealing::new();
    let all: Vec<_> = (1..=3)
        .map(|k| annealing.estimate(&conjugate, k).unwrap())
        .collect();
    assert!(all[1].value > all[0].value + 10.0 && !all[1].is_doubtful());
    // a value that occurs often draws a component to the bound, which is named
    let spiked = column((0..60).map(|row| if row < 20 { 1.0 } else { f64::from(row) / 10.0 }));
    let spiked = Mixtures::normal_variances(&spiked, Some(0.01), 2, &starts, &control).unwrap();
    assert!(spiked.fits()[1].convergence.on_boundary);
    assert!(!free.fits()[1].convergence.on_boundary);
    let refused = Mixtures::normal_variances(&data, Some(1e6), 2, &starts, &control);
    assert!(refused.is_err());
}
