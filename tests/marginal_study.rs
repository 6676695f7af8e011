//! How far sBIC's log Bayes factors are from those of the sampled log marginal likelihoods.
//!
//! `cargo test --release --test marginal_study -- --ignored --nocapture`; hours with the 40 data
//! sets of each family and up to n = 10 000. `SETS=6 MOST=1000` before it: some minutes; `LEAST` is
//! the other end, `SPARSE=1` leaves n = 300 and 3000 out, `FAMILY=binomial` takes one family alone,
//! and `FINER=1` has a quarter of the steps; `POPULATIONS` and `POINTS` are those of the annealing.
//!
//! Seen with 40 sets and `FINER=1`, slopes of all Bayes factors of a family: binomial, n = 100 to
//! 10 000, +0.04 ± 0.03; with `SPARSE=1` normal +0.05 ± 0.03 and latent classes −0.20 ± 0.09. Of
//! the latent classes three against two at one class alone has −0.42 ± 0.10: −1.9, −3.6 and −3.8 at
//! n = 100, 1000 and 10 000. An hour each on half a core.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rlct::selection::{Annealing, ConjugateMixtures, DataTable, Mixtures, Selection, Starts};

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
                // as if read off to a twentieth of σ, so that the number of different values, and
                // with it the time of the yardstick, is bounded
                ((z + if *second { 3.0 } else { 0.0 }) * 20.0).round() / 20.0
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

/// The errors of sBIC's log Bayes factors of 2 against 1 and of 3 against 2 components on one data
/// set, with the standard error of the yardstick's.
fn errors(kind: &str, n: usize, set: usize) -> [(f64, f64); 2] {
    let (family, conjugate) = sample(kind, n, set);
    let index = family.concentration().to_f64();
    let conjugate = conjugate.with_concentration(index).unwrap();
    let selection = Selection::new(&family).unwrap();
    let scores = selection.scores();
    let annealing = Annealing::new()
        .with_variance(1.0 / setting("FINER", 4) as f64)
        .with_populations(setting("POPULATIONS", 16))
        .with_points(setting("POINTS", 8));
    let marginal = |k: usize| {
        let found = annealing.estimate(&conjugate, k).unwrap();
        let fit = &scores[k - 1];
        if found.is_doubtful() || found.is_far_below(fit.log_likelihood, fit.dimension) {
            println!("doubtful: {kind} {n} {set} {k}: {found:?}");
        }
        (found.value, found.standard_error)
    };
    let all = [1, 2, 3].map(marginal);
    [0, 1].map(|k| {
        let criterion = scores[k + 1].sbic - scores[k].sbic;
        let error = all[k].1.hypot(all[k + 1].1);
        (criterion - (all[k + 1].0 - all[k].0), error)
    })
}

/// Bounded errors: within a family the slope on log n is within ±1/4 of 0.
#[test]
#[ignore = "hours: see the head of the file"]
fn log_bayes_factors_stay_near_the_yardstick() {
    let (sets, most) = (setting("SETS", 40), setting("MOST", 10_000));
    let mut steep = Vec::new();
    for kind in ["binomial", "latent class", "normal"] {
        if std::env::var("FAMILY").is_ok_and(|family| family != kind) {
            continue;
        }
        // by truth and by the models compared
        let mut points = [[(); 2]; 2].map(|row| row.map(|()| Vec::new()));
        for n in [100, 300, 1000, 3000, 10_000] {
            let left_out = setting("SPARSE", 0) == 1 && (n == 300 || n == 3000);
            if n > most || n < setting("LEAST", 0) || left_out {
                continue;
            }
            let mut here = [[(); 2]; 2].map(|row| row.map(|()| Vec::new()));
            for set in 0..sets {
                for (larger, found) in errors(kind, n, set).into_iter().enumerate() {
                    here[set % 2][larger].push(found);
                }
            }
            for (truth, row) in here.iter().enumerate() {
                for (larger, found) in row.iter().enumerate() {
                    let size = found.len() as f64;
                    let mean = found.iter().map(|(e, _)| e).sum::<f64>() / size;
                    let squares = found.iter().map(|(e, _)| (e - mean).powi(2));
                    let noise = found.iter().map(|(_, own)| own * own).sum::<f64>() / size;
                    println!(
                        "{kind}, truth {}, {} against {}, n = {n}: {mean:+.2}, deviation {:.2}, of \
                         which by the yardstick {:.2}",
                        truth + 1,
                        larger + 2,
                        larger + 1,
                        (squares.sum::<f64>() / size).sqrt(),
                        noise.sqrt()
                    );
                    let log_n = (n as f64).ln();
                    points[truth][larger].extend(found.iter().map(|(e, _)| (log_n, *e)));
                }
            }
        }
        for (truth, row) in points.iter().enumerate() {
            for (larger, points) in row.iter().enumerate() {
                let ((value, error), of) = (slope(points), larger + 2);
                println!(
                    "    truth {}, {of}: slope {value:+.3} ± {error:.3}",
                    truth + 1
                );
            }
        }
        let (value, error) = slope(&points.concat().concat());
        println!("{kind}: slope on log n {value:+.3} ± {error:.3}");
        if value.abs() > 0.25 {
            steep.push(format!("{kind} {value:+.3} ± {error:.3}"));
        }
    }
    assert!(steep.is_empty(), "{steep:?}");
}
