//! Lesson 7: millions of parameters.
//!
//! One learns to sample a loss whose data are never stored: one deep linear network of many
//! parameters to U(t) at one temperature, against the λ of Aoyagi's formula (2024, *Neural
//! Networks* 172, 106132), by SGLD on mini-batches of 500 inputs that are computed when they are
//! needed, in single precision; and how many copies of the parameters were in memory at the most.
//!
//! ```text
//! 07_large_network [WIDTH LAYERS RANK [BURN_IN DRAWS [SEED]]]
//! ```
//!
//! Without arguments a small one, in seconds. Ten million parameters, in less than an hour on two
//! processors: `cargo run --release --example 07_large_network -- 2240 2 1680 3000 1000`.

#![allow(clippy::print_stdout, reason = "an example shows what it finds")]
#![allow(clippy::print_stderr, reason = "and how far it is")]

use rlct::closed_form;
use rlct::estimate::Llc;
use rlct::loss::{LinearNetwork, LinearNetworkStream};
use rlct::sampler::{BatchSampling, Control, Progress, Sgld};
use std::time::Instant;

/// Inputs are uniform on [−10, 10], as in Lau, Furman, Wang, Murfet and Wei (2023,
/// arXiv:2308.12108).
const HALF_WIDTH: f64 = 10.0;
/// Inputs in all, and in a batch.
const SAMPLES: usize = 20_000;
const BATCH: usize = 500;
/// E L = 2a²/(3H)·½|W_L ⋯ W₁ − W*|², and the posterior is exp(−t·½|W_L ⋯ W₁ − W*|²): t for each
/// unit of a layer. Random matrices with entries of size s change by 2s√H; t must grow with H for
/// the posterior to be local.
const SHARPNESS: f64 = 200.0;
/// ε·t: the discretisation adds a part of ε·t·h/4 in directions of curvature h ≤ layers, the
/// batches one of ε·t·H/(4·batch).
const STEP: f64 = 0.0125;

/// The most memory that the process had, in bytes, where Linux tells.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(1024.0 * kibibytes)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = std::env::args().skip(1).map(|text| text.parse());
    let arguments: Vec<usize> = arguments.collect::<Result<_, _>>()?;
    let argument = |i: usize, default| arguments.get(i).copied().unwrap_or(default);
    let (width, layers, rank) = (argument(0, 32), argument(1, 2), argument(2, 24));
    let (burn_in, draws) = (argument(3, 2000), argument(4, 1000));
    let widths = vec![width; layers + 1];
    let exact = closed_form::deep_linear(&widths, rank)?;
    let lambda = exact.lambda().to_f64();

    let (population, w_star) = LinearNetwork::<f32>::of_rank(&widths, rank)?;
    let truth = population.target();
    let loss = LinearNetworkStream::new(&widths, truth, HALF_WIDTH, SAMPLES, 1)?;
    drop(population);
    let sharpness = SHARPNESS * width as f64;
    let nbeta = sharpness * 3.0 * width as f64 / (2.0 * HALF_WIDTH * HALF_WIDTH);
    println!(
        "{layers} layers of {width}, rank {rank}: {} parameters, λ = {}, nβ = {nbeta:.3e}",
        w_star.len(),
        exact.lambda(),
    );
    let start = Instant::now();
    let progress = |at: Progress| {
        let seconds = start.elapsed().as_secs_f64();
        eprint!("\r{} of {} steps, {seconds:.0} s", at.done, at.total);
    };
    let estimate = Llc::new(&loss, &w_star)
        .nbeta(nbeta)
        .sampler(Sgld::new(STEP / sharpness))
        .chains(1)
        .batch_size(BATCH)
        .batch_sampling(BatchSampling::WithReplacement)
        .burn_in(burn_in)
        .draws(draws)
        .seed(argument(5, 1) as u64)
        .estimate_with(&Control::new().with_progress(&progress))?;
    eprintln!();
    println!(
        "U(t) = {:.1} ± {:.1} at t = nβ, {:+.2} % from λ; {:.0} s",
        estimate.energy(),
        estimate.standard_error(),
        100.0 * (estimate.energy() - lambda) / lambda,
        start.elapsed().as_secs_f64(),
    );
    for doubt in estimate.verdict().doubts() {
        println!("doubtful: {doubt}");
    }
    if let Some(bytes) = peak_memory() {
        let parameters = (4 * w_star.len()) as f64;
        println!(
            "at most {:.0} MB in memory; the parameters are {:.1} MB",
            bytes / 1e6,
            parameters / 1e6,
        );
    }
    Ok(())
}
