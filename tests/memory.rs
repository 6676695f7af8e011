//! A chain of ten million parameters in at most five copies of them.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::loss::{LinearNetwork, LinearNetworkSample, Loss, Prior};
use rlct::sampler::{Chains, Control, Posterior, Sgld};

/// The most memory the process has held so far, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    let kib: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    1024 * kib
}

#[test]
fn ten_million_parameters_take_five_copies() {
    let before = peak();
    let (population, w_star) = LinearNetwork::<f32>::of_rank(&[1600; 5], 10).unwrap();
    let copy = 4 * population.dimension();
    assert_eq!(population.dimension(), 10_240_000);
    let loss = LinearNetworkSample::draw(&population, 128, 1.0, 1).unwrap();
    drop(population);
    let prior = Prior::flat(w_star.len());
    let posterior = Posterior::new(&loss, &w_star, prior, 100.0, 1.0).unwrap();
    let chains = Chains::new()
        .with_num_chains(1)
        .with_burn_in(1)
        .with_num_draws(2)
        .with_batch_size(32);
    let draws = chains
        .run(&posterior, &Sgld::new(1e-9).into(), &Control::new())
        .unwrap();
    assert!(draws.failures().is_empty());
    let copies = (peak() - before) as f64 / copy as f64;
    assert!(copies <= 5.0, "{copies} copies");
}
