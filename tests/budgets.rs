//! Budgets are kept: no input of moderate size runs past its time by more than a second, or needs
//! more than a gigabyte.

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

/// Divisions of polynomials with long coefficients once took 20 times the budget here.
#[test]
fn long_divisions_end_with_the_budget() {
    let ideal = [
        "-8*x^7*y^2 - 24*x^6*y^3 - 18*x^5*y^4 + 4*x^7*y + 12*x^6*y^2 + 33*x^5*y^3 + 36*x^4*y^4 - \
         12*x^5*y^2 - 18*x^4*y^3 - 18*x^3*y^4 + 12*x^5*y + 48*x^4*y^2 + 72*x^3*y^3 + 27*x^2*y^4 - \
         36*x^3*y^2 - 90*x^2*y^3 - 54*x*y^4 + 27*x*y^3 + 27*y^4",
        "27*x^6*y^13 + 81*x^4*y^14 + 81*x^3*y^15 + 81*x^8*y^9 - 135*x^5*y^12 - 54*x^3*y^14 + \
         54*x^7*y^9 + 297*x^6*y^10 + 243*x^5*y^11 - 405*x^3*y^13 - 405*x^2*y^14 + 81*x^10*y^5 - \
         405*x^7*y^8 + 324*x^4*y^11 + 162*x^3*y^12 + 270*x^2*y^13 + 108*x^9*y^5 + 351*x^8*y^6 + \
         243*x^7*y^7 - 270*x^6*y^8 - 1485*x^5*y^9 - 1323*x^4*y^10 - 108*x^3*y^11 + 27*x^12*y - \
         405*x^9*y^4 + 36*x^8*y^5 + 234*x^7*y^6 + 684*x^6*y^7 + 324*x^5*y^8 - 1620*x^3*y^10 - \
         810*x^2*y^11 + 54*x^11*y + 135*x^10*y^2 + 81*x^9*y^3 - 540*x^8*y^4 - 1755*x^7*y^5 - \
         1323*x^6*y^6 + 108*x^5*y^7 + 324*x^4*y^8 + 648*x^3*y^9 + 540*x^2*y^10 - 135*x^11 + \
         36*x^10*y + 180*x^9*y^2 + 360*x^8*y^3 - 18*x^7*y^4 - 1170*x^6*y^5 - 3492*x^5*y^6 - \
         1764*x^4*y^7 - 72*x^3*y^8 - 270*x^10 - 667*x^9*y - 381*x^8*y^2 + 240*x^7*y^3 + \
         332*x^6*y^4 + 648*x^5*y^5 - 540*x^4*y^6 - 1620*x^3*y^7 - 540*x^2*y^8 - 180*x^9 - \
         900*x^8*y - 1848*x^7*y^2 - 858*x^6*y^3 + 72*x^5*y^4 + 456*x^4*y^5 + 744*x^3*y^6 + \
         360*x^2*y^7 - 40*x^8 - 120*x^7*y - 1216*x^6*y^2 - 1708*x^5*y^3 - 588*x^4*y^4 - \
         16*x^3*y^5 + 240*x^6*y + 240*x^5*y^2 - 360*x^4*y^3 - 480*x^3*y^4 - 120*x^2*y^5 + \
         80*x^5*y + 240*x^4*y^2 + 240*x^3*y^3 + 80*x^2*y^4",
    ];
    let germ = Germ::ideal(ideal).unwrap();
    let start = Instant::now();
    let budget = Budget::default().with_time(Duration::from_secs(2));
    let answer = germ.learning_coefficient(&budget).unwrap();
    let took = start.elapsed();
    println!("{answer} in {took:?}");
    assert!(took < Duration::from_secs(4), "{took:?}: {answer}");
}
