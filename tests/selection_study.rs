//! Simulations of the choice among mixtures: a study, not run by default.
//!
//! `cargo test --test selection_study -- --ignored --nocapture`, a matter of minutes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rlct::algebra::Rational;
use rlct::selection::{DataTable, Mixtures, Selection, Starts};
use std::cmp::Ordering;

/// The most components that are fitted.
const MOST: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Normal,
    Binomial,
    Classes,
}

const KINDS: [Kind; 3] = [Kind::Normal, Kind::Binomial, Kind::Classes];

/// n rows of a truth with `parts` components, and its fits.
fn fitted(kind: Kind, parts: usize, n: usize, seed: u64) -> Mixtures {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let features = 6;
    let mut columns = vec![Vec::with_capacity(n); if kind == Kind::Classes { features } else { 1 }];
    for _ in 0..n {
        let part = rng.random_range(0..parts);
        match kind {
            // σ = 1, neighbours 2.5 apart
            Kind::Normal => {
                let noise: f64 = StandardNormal.sample(&mut rng);
                columns[0].push(2.5 * part as f64 + noise);
            }
            // 12 trials
            Kind::Binomial => {
                let p = [[0.4, 0.0, 0.0], [0.3, 0.65, 0.0], [0.15, 0.5, 0.85]][parts - 1][part];
                let successes = (0..12).filter(|_| rng.random::<f64>() < p).count();
                columns[0].push(f64::from(successes as u32));
            }
            // one class of 0.35; two of 0.25 and 0.75; a third that differs in half of the features
            Kind::Classes => {
                for (v, column) in columns.iter_mut().enumerate() {
                    let p = match (parts, part) {
                        (1, _) => 0.35,
                        (_, 0) => 0.2,
                        (_, 1) => 0.8,
                        _ => [0.15, 0.85][usize::from(v < features / 2)],
                    };
                    column.push(f64::from(u8::from(rng.random::<f64>() < p)));
                }
            }
        }
    }
    let named = columns.into_iter().enumerate();
    let data = DataTable::new(named.map(|(j, column)| (format!("x{j}"), column))).unwrap();
    let starts = Starts::new().with_seed(seed);
    match kind {
        Kind::Normal => Mixtures::normal(&data, 1.0, MOST, &starts),
        Kind::Binomial => Mixtures::binomial(&data, 12, MOST, &starts),
        Kind::Classes => Mixtures::latent_classes(&data, MOST, &starts),
    }
    .unwrap()
}

/// The number of the model's components.
fn parts(name: &str) -> usize {
    name.split(' ').next().unwrap().parse().unwrap()
}

/// What the default index was chosen on: the study below judges it on other seeds.
#[test]
#[ignore = "the choice of the default concentration: minutes"]
fn concentrations_side_by_side() {
    let runs: u64 = std::env::var("RUNS").map_or(30, |runs| runs.parse().unwrap());
    for kind in KINDS {
        for truth in 1..=3 {
            for n in [100, 300] {
                let mut right = [0; 6];
                let mut over = [0; 6];
                for run in 0..runs {
                    let mut family = fitted(kind, truth, n, 1_000_000 + run);
                    let own = family.concentration().clone();
                    let half = &own - &(Rational::ONE / Rational::from(2));
                    let bic = parts(&Selection::new(&family).unwrap().by_bic().name);
                    let quarter: Rational = "1/4".parse().unwrap();
                    let indices = [quarter, Rational::ONE, half, own.clone(), &own + &own];
                    let mut chosen = Vec::new();
                    for index in indices {
                        family = family.with_concentration(index).unwrap();
                        chosen.push(parts(&Selection::new(&family).unwrap().by_sbic().name));
                    }
                    chosen.push(bic);
                    for (k, chosen) in chosen.iter().enumerate() {
                        right[k] += usize::from(*chosen == truth);
                        over[k] += usize::from(chosen.cmp(&truth) == Ordering::Greater);
                    }
                }
                println!(
                    "{kind:?}, truth {truth}, n = {n}, of {runs}: right at φ = 1/4, 1, N/2, \
                     (N+1)/2, N+1 and by BIC {right:?}, too many {over:?}"
                );
            }
        }
    }
}
