//! Budgets are kept: no input of moderate size runs past its time by more than a second, or needs more than a gigabyte.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the figures are the result")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rlct::Budget;
use rlct::algebra::{Monomial, Polynomial, Rational, Variables};
use rlct::resolution::{Germ, Reading};
use std::time::{Duration, Instant};

/// Up to 6 variables, 3 generators, degree 12 and 30 terms in all.
fn random_germ(rng: &mut ChaCha8Rng) -> Vec<Polynomial> {
    let d = rng.random_range(1..=6);
    let names = ["a", "b", "c", "x", "y", "z"];
    let ring = Variables::new(names.into_iter().take(d)).unwrap();
    let count = rng.random_range(1..=3_usize);
    let degree = rng.random_range(2..=12);
    let terms = rng.random_range(1..=30 / count);
    let mut generators = Vec::new();
    while generators.len() < count {
        let list: Vec<_> = (0..terms)
            .map(|_| {
                let mut exponents = vec![0; d];
                for _ in 0..rng.random_range(1..=degree) {
                    exponents[rng.random_range(0..d)] += 1;
                }
                let c = rng.random_range(-9_i64..=9);
                (Monomial::new(&exponents), Rational::from(c))
            })
            .collect();
        let g = Polynomial::from_terms(&ring, list);
        if !g.is_zero() {
            generators.push(g);
        }
    }
    generators
}

/// The most memory that this process has held, in MiB, where the system says.
fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024)
}

fn run(inputs: u64, time: Duration) {
    let (mut exact, mut longest) = (0, Duration::ZERO);
    for seed in 0..inputs {
        let generators = random_germ(&mut ChaCha8Rng::seed_from_u64(seed));
        let germ = Germ::new(Reading::Ideal, generators.clone()).unwrap();
        let start = Instant::now();
        let resolution = germ.resolve(&Budget::default().with_time(time)).unwrap();
        let took = start.elapsed();
        exact += u32::from(resolution.answer().coefficient().is_some());
        if took > longest {
            longest = took;
            println!("seed {seed}: {took:?}");
        }
        let shown = || {
            generators
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        assert!(
            took < time + Duration::from_secs(1),
            "seed {seed}: {took:?} for {}",
            shown()
        );
    }
    let memory = most_memory();
    println!("{inputs} inputs, {exact} exact, the longest took {longest:?}, memory {memory:?} MiB");
    assert!(memory.is_none_or(|m| m < 1024), "{memory:?} MiB");
}

#[test]
#[ignore = "takes minutes, and measures time"]
fn random_inputs_keep_their_budget() {
    run(300, Duration::from_secs(1));
}
