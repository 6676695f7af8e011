//! λ̂ from several temperatures, on deep linear networks whose λ is known.
//!
//! `cargo test --release --test temperatures -- --ignored --nocapture` is the study on data and on
//! the population: `NETWORKS=20 SETS=3 MOST=10000` before it are its defaults, `LEAST` is the
//! smallest n, and `SEED` that of the first network.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rlct::closed_form;
use rlct::estimate::{Doubt, EstimateError, LeastLoss, Llc, Temperatures, TemperaturesEstimate};
use rlct::loss::{LinearNetwork, LinearNetworkSample, Loss};
use rlct::sampler::{Control, Progress, SamplerError};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// A network at a true parameter: the first `rank` of the units of every layer hand one input each
/// on, by a factor of one.
struct Network {
    widths: Vec<usize>,
    rank: usize,
    w_star: Vec<f64>,
    /// W_L ⋯ W₁, column-major.
    truth: Vec<f64>,
    lambda: f64,
}

impl Network {
    fn new(widths: &[usize], rank: usize) -> Self {
        let diagonal = |rows: usize, columns: usize| -> Vec<f64> {
            (0..rows * columns)
                .map(|i| f64::from(u8::from(i % rows == i / rows && i % rows < rank)))
                .collect()
        };
        let last = widths[widths.len() - 1];
        let known = closed_form::deep_linear(widths, rank).unwrap();
        Self {
            widths: widths.to_vec(),
            rank,
            w_star: widths
                .windows(2)
                .flat_map(|pair| diagonal(pair[1], pair[0]))
                .collect(),
            truth: diagonal(last, widths[0]),
            lambda: known.coefficient().lambda().to_f64(),
        }
    }

    /// Two or three layers of 4 to 10 units.
    fn draw(rng: &mut ChaCha8Rng) -> Self {
        let layers = rng.random_range(2..4);
        let widths: Vec<usize> = (0..=layers).map(|_| rng.random_range(4..11)).collect();
        let least = widths.iter().copied().min().unwrap();
        Self::new(&widths, rng.random_range(0..=least))
    }

    /// n samples of standard normal inputs and noise.
    fn sample(&self, n: usize, seed: u64) -> LinearNetworkSample<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (inputs, outputs) = (self.widths[0], self.widths[self.widths.len() - 1]);
        let mut normal = |count: usize| -> Vec<f64> {
            (0..count)
                .map(|_| StandardNormal.sample(&mut rng))
                .collect()
        };
        let (x, mut y) = (normal(n * inputs), normal(n * outputs));
        for (x, y) in x.chunks(inputs).zip(y.chunks_mut(outputs)) {
            for (j, x) in x.iter().enumerate() {
                for (i, y) in y.iter_mut().enumerate() {
                    *y += self.truth[j * outputs + i] * x;
                }
            }
        }
        LinearNetworkSample::new(&self.widths, &x, &y).unwrap()
    }
}

/// What is found of one family at one n.
#[derive(Default)]
struct Tally {
    errors: Vec<f64>,
    held: usize,
    trusted: usize,
    trusted_held: usize,
}

impl Tally {
    fn add(&mut self, lambda: f64, estimate: &TemperaturesEstimate) {
        let off = estimate.lambda() - lambda;
        let holds = off.abs() <= 1.96 * estimate.standard_error();
        self.errors.push((off / lambda).abs());
        self.held += usize::from(holds);
        if estimate.verdict().is_trustworthy() {
            self.trusted += 1;
            self.trusted_held += usize::from(holds);
        }
    }

    fn median(&mut self) -> f64 {
        self.errors.sort_by(f64::total_cmp);
        self.errors[self.errors.len() / 2]
    }
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
#[ignore = "minutes to hours: see the head of the file"]
fn coverage_on_linear_networks() {
    let (networks, sets) = (setting("NETWORKS", 20), setting("SETS", 3));
    let (least, most) = (setting("LEAST", 1000), setting("MOST", 10_000));
    let first = setting("SEED", 4_000_000) as u64;
    let mut table = Vec::new();
    for n in [1000, 10_000, 100_000] {
        if n < least || n > most {
            continue;
        }
        let mut tallies = [Tally::default(), Tally::default()];
        for index in 0..networks as u64 {
            let network = Network::draw(&mut ChaCha8Rng::seed_from_u64(first + index));
            for set in 0..sets as u64 {
                let seed = first + 1000 * index + set;
                let sample = network.sample(n, seed);
                let population = LinearNetwork::new(&network.widths, &network.truth).unwrap();
                let losses: [&dyn Loss<f64>; 2] = [&sample, &population];
                for (which, loss) in losses.into_iter().enumerate() {
                    if which == 1 && set > 0 {
                        continue;
                    }
                    let llc = Llc::new(loss, &network.w_star).seed(seed);
                    let llc = if which == 1 { llc.num_samples(n) } else { llc };
                    let found = Temperatures::new(llc).estimate().unwrap();
                    tallies[which].add(network.lambda, &found);
                    println!(
                        "{} n = {n}, {:?} of rank {}, set {set}: λ = {}, λ̂ = {:.3} ± {:.3} ({:+.1}), {}",
                        ["data", "population"][which],
                        network.widths,
                        network.rank,
                        network.lambda,
                        found.lambda(),
                        found.standard_error(),
                        (found.lambda() - network.lambda) / found.standard_error(),
                        found.verdict()
                    );
                }
            }
        }
        for (name, mut tally) in ["data", "population"].into_iter().zip(tallies) {
            let median = 100.0 * tally.median();
            table.push(format!(
                "{name}, n = {n}: {} of {} intervals hold λ, {} of {} trustworthy ones; median error \
                 {:.1} %",
                tally.held,
                tally.errors.len(),
                tally.trusted_held,
                tally.trusted,
                median
            ));
        }
    }
    println!("{}", table.join("\n"));
}

/// Intervals on data hold λ, where U(t) with the baseline at the true parameter is below it.
#[test]
fn intervals_on_data_hold_lambda() {
    let mut tally = Tally::default();
    let (mut below, mut all) = (0, 0);
    for (widths, rank) in [(vec![5, 4, 5], 1), (vec![6, 6], 3), (vec![4, 3, 3, 4], 1)] {
        let network = Network::new(&widths, rank);
        for seed in 0..3 {
            let sample = network.sample(1000, seed);
            let llc = Llc::new(&sample, &network.w_star).seed(seed).budget(40_000);
            let found = Temperatures::new(llc).estimate().unwrap();
            assert!(matches!(found.least_loss(), LeastLoss::Fitted { .. }));
            below += usize::from(found.energies()[3].mean < network.lambda);
            all += 1;
            tally.add(network.lambda, &found);
        }
    }
    // of nine with a chance of 95 %, fewer than seven are seen once in 120 times
    assert!(tally.held >= 7, "{} of {all}", tally.held);
    assert!(tally.median() < 0.15);
    assert!(below >= 8, "{below} of {all}");
}

#[test]
fn a_stop_answers_with_the_temperatures_that_were_done_or_says_that_there_are_none() {
    let network = Network::new(&[5, 4, 5], 1);
    let population = LinearNetwork::new(&network.widths, &network.truth).unwrap();
    let all = |budget| Temperatures::new(Llc::new(&population, &network.w_star).budget(budget));
    let none = all(20_000).estimate_with(&Control::new().with_time(Duration::ZERO));
    assert!(
        matches!(
            none,
            Err(EstimateError::Sampler(SamplerError::TimeTooShort { .. }))
        ),
        "{none:?}"
    );
    // stopped as soon as the chains at the fourth temperature are under way
    let (stop, last, begun) = (
        AtomicBool::new(false),
        AtomicU64::new(1),
        AtomicUsize::new(0),
    );
    let watch = |seen: Progress| {
        // pilots do not know how many steps there will be
        if seen.total > 0 && seen.done < last.swap(seen.done, Ordering::Relaxed) {
            let before = begun.fetch_add(usize::from(seen.done == 0), Ordering::Relaxed);
            if seen.done == 0 && before == 3 {
                stop.store(true, Ordering::Relaxed);
            }
        }
    };
    let control = Control::new().with_stop(&stop).with_progress(&watch);
    let some = all(20_000).estimate_with(&control).unwrap();
    assert!((3..5).contains(&some.energies().len()));
    assert!(some.lambda().is_finite() && some.verdict().doubts().contains(&Doubt::Stopped));
}

#[test]
fn settings_out_of_range_are_refused() {
    let population = LinearNetwork::new(&[1, 1], &[0.0]).unwrap();
    let all = || Temperatures::new(Llc::new(&population, &[0.0]));
    let told = |estimate: Temperatures<'_, f64>| estimate.estimate().unwrap_err().to_string();
    assert!(told(all().ratio(1.0)).contains("ratio of temperatures"));
    assert!(told(all().ratio(f64::NAN)).contains("ratio of temperatures"));
    assert!(told(all().count(2)).contains("temperatures"));
}
