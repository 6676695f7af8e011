//! How far sBIC's log Bayes factors are from those of the sampled log marginal likelihoods.
//!
//! `cargo test --release --test marginal_study -- --ignored --nocapture`; hours with the 40 data
//! sets of each family and up to n = 10 000. `SETS=6 MOST=1000` before it: some minutes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rlct::selection::{
    Annealing, ConjugateMixtures, DataTable, FittedFamily, Mixtures, Selection, Starts,
};

fn setting(name: &str, default: usize) -> usize {
    let value = std::env::var(name).ok();
    value.map_or(default, |text| text.parse().unwrap())
}

/// Data of one component or two, by the parity of the set, and the family with its yardstick.
fn sample(kind: &str, n: usize, set: usize) -> (Mixtures, ConjugateMixtures) {
    let mut rng = ChaCha8Rng::seed_from_u64(set as u64);
    let two = set % 2 == 1;
    let second: Vec<bool> = (0..n).map(|_| two && rng.random::<f64>() < 0.4).collect();
    let starts = Starts::new();
    let mut throws = |trials: usize, [a, b]: [f64; 2]| -> Vec<f64> {
        let p = second.iter().map(|second| if *second { b } else { a });
        p.map(|p| f64::from((0..trials).filter(|_| rng.random::<f64>() < p).count() as u32))
            .collect()
    };
    match kind {
        "normal" => {
            let noise = second.iter().map(|second| {
                let z: f64 = StandardNormal.sample(&mut rng);
                z + if *second { 3.0 } else { 0.0 }
            });
            let data = DataTable::new([("x", noise.collect::<Vec<_>>())]).unwrap();
            // one prior for all n
            let conjugate = ConjugateMixtures::normal_with(&data, 1.0, &[(1.0, 4.0)]);
            (
                Mixtures::normal(&data, 1.0, 3, &starts).unwrap(),
                conjugate.unwrap(),
            )
        }
        "binomial" => {
            let data = DataTable::new([("k", throws(12, [0.3, 0.6]))]).unwrap();
            let conjugate = ConjugateMixtures::binomial(&data, 12);
            (
                Mixtures::binomial(&data, 12, 3, &starts).unwrap(),
                conjugate.unwrap(),
            )
        }
        _ => {
            let items = (0..6).map(|item| (format!("{item}"), throws(1, [0.25, 0.75])));
            let data = DataTable::new(items.collect::<Vec<_>>()).unwrap();
            let conjugate = ConjugateMixtures::latent_classes(&data);
            (
                Mixtures::latent_classes(&data, 3, &starts).unwrap(),
                conjugate.unwrap(),
            )
        }
    }
}

/// The slope of a least-squares line, and its standard error.
fn slope(points: &[(f64, f64)]) -> (f64, f64) {
    let n = points.len() as f64;
    let mean = |f: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(f).sum::<f64>() / n;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    let xx = n * mean(&|p| (p.0 - x).powi(2));
    let slope = n * mean(&|p| (p.0 - x) * (p.1 - y)) / xx;
    let rest = n * mean(&|p| (p.1 - y - slope * (p.0 - x)).powi(2));
    (slope, (rest / (n - 2.0) / xx).sqrt())
}

#[test]
#[ignore = "hours: see the head of the file"]
fn log_bayes_factors_stay_near_the_yardstick() {
    let (sets, most) = (setting("SETS", 40), setting("MOST", 10_000));
    let mut steep = Vec::new();
    for kind in ["normal", "binomial", "latent class"] {
        let mut all = Vec::new();
        for truth in [1, 2] {
            for larger in [2, 3] {
                let mut points = Vec::new();
                for n in [100, 300, 1000, 3000, 10_000] {
                    if n > most || (n == 300 || n == 3000) && most >= 10_000 {
                        continue;
                    }
                    let errors = (0..sets).filter(|set| set % 2 + 1 == truth).map(|set| {
                        let (family, conjugate) = sample(kind, n, set);
                        let selection = Selection::new(&family).unwrap();
                        let marginal = |k| {
                            let found = Annealing::new().estimate(&conjugate, k).unwrap();
                            let fit = &selection.scores()[k - 1];
                            let low = found.is_far_below(fit.log_likelihood, fit.dimension);
                            if found.is_doubtful() || low {
                                println!("doubtful: {kind} {n} {set} {k}: {found:?}");
                            }
                            found.value
                        };
                        let scores = selection.scores();
                        let criterion = scores[larger - 1].sbic - scores[larger - 2].sbic;
                        assert_eq!(family.num_samples(), n);
                        criterion - (marginal(larger) - marginal(larger - 1))
                    });
                    let errors: Vec<f64> = errors.collect();
                    let size = errors.len() as f64;
                    let mean = errors.iter().sum::<f64>() / size;
                    let spread = errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / size;
                    println!(
                        "{kind}, truth {truth}, {larger} against {}, n = {n}: {mean:+.2} ± {:.2}",
                        larger - 1,
                        spread.sqrt()
                    );
                    points.extend(errors.iter().map(|error| ((n as f64).ln(), *error)));
                }
                let (value, error) = slope(&points);
                println!("    slope on log n {value:+.3} ± {error:.3}");
                all.extend(points);
            }
        }
        let (value, error) = slope(&all);
        println!("{kind}: slope on log n {value:+.3} ± {error:.3}");
        if value.abs() > 0.25 + 2.0 * error {
            steep.push(format!("{kind} {value:+.3} ± {error:.3}"));
        }
    }
    assert!(steep.is_empty(), "{steep:?}");
}
