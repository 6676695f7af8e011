//! Lesson 8: what a step costs, and what it must cost.
//!
//! One learns how close SGLD comes to the machine's limit: bytes over bandwidth plus operations
//! over peak, both measured in this run. A step reads w, w*, the gradient and writes w: 16 bytes a
//! parameter in single precision. Times are the shortest of several runs, of one thread, and where
//! the system counts them those of the processor, so that other work on the machine disturbs them
//! less.

#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, Par};
use rand::SeedableRng;
use rlct::loss::{LinearNetwork, LinearNetworkSample, Loss, PolynomialLoss, Prior, Reading};
use rlct::network::{Activation, Dataset, Network, NetworkDescription, NetworkLoss};
use rlct::sampler::{Chains, Control, NormalStream, Posterior, Sgld};
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

/// Seconds that the threads of this process have run, where Linux tells.
fn processor_time() -> Option<f64> {
    let mut nanoseconds = 0.0;
    for thread in std::fs::read_dir("/proc/self/task").ok()? {
        let counts = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        nanoseconds += counts.split(' ').next()?.parse::<f64>().ok()?;
    }
    Some(1e-9 * nanoseconds)
}

/// Seconds of the fastest of some runs.
fn fastest(runs: usize, mut task: impl FnMut()) -> f64 {
    let time = |_| {
        let (start, wall) = (processor_time(), Instant::now());
        task();
        let wall = wall.elapsed().as_secs_f64();
        match (start, processor_time()) {
            // The kernel counts in ticks of some milliseconds.
            (Some(start), Some(end)) if wall > 0.1 => end - start,
            _ => wall,
        }
    };
    (0..runs).map(time).fold(f64::INFINITY, f64::min)
}

/// Bytes a second of x ← a·x + b·y + c·z in single precision, arrays of 32 MB.
fn bandwidth() -> f64 {
    let count = 1 << 23;
    let mut x = vec![1.0_f32; count];
    let (y, z) = (vec![2.0_f32; count], vec![3.0_f32; count]);
    let seconds = fastest(8, || {
        for ((x, &y), &z) in x.iter_mut().zip(&y).zip(&z) {
            *x = 0.5 * *x + 0.25 * y - 0.125 * z;
        }
        black_box(&mut x);
    });
    16.0 * count as f64 / seconds
}

/// Operations a second of faer's product of square matrices in single precision.
fn peak() -> f64 {
    [256, 384, 512].into_iter().fold(0.0, |best: f64, n| {
        let a = Mat::from_fn(n, n, |i, j| (i + j) as f32);
        let mut c = Mat::<f32>::zeros(n, n);
        let seconds = fastest(12, || {
            matmul(&mut c, Accum::Replace, &a, &a, 1.0, Par::Seq);
            black_box(&mut c);
        });
        best.max(2.0 * (n as f64).powi(3) / seconds)
    })
}

/// Seconds of one step of SGLD, on batches of this size or on the loss as it is.
fn step(loss: &dyn Loss<f32>, w: &[f32], batch: Option<usize>) -> Result<f64, Box<dyn Error>> {
    let posterior = Posterior::new(loss, w, Prior::flat(w.len()), 100.0, 1.0)?;
    let steps = match batch {
        Some(batch) => (20_000_000 / (w.len() * batch.min(32))).clamp(4, 2000),
        None => 100_000,
    };
    let mut chains = Chains::new().with_num_chains(1).with_burn_in(0);
    chains.batch_size = batch;
    let run = |draws: usize| {
        let chains = chains.clone().with_num_draws(draws);
        fastest(8, || {
            black_box(
                chains
                    .run(&posterior, &Sgld::new(1e-8).into(), &Control::new())
                    .is_ok(),
            );
        })
    };
    // The difference leaves out what a run sets up.
    Ok((run(2 * steps) - run(steps)) / steps as f64)
}

fn main() -> Result<(), Box<dyn Error>> {
    #[cfg(feature = "parallel")]
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build_global()?;
    let (bandwidth, peak) = (bandwidth(), peak());
    println!(
        "bandwidth {:.1} GB/s, products {:.0} GFLOP/s",
        bandwidth / 1e9,
        peak / 1e9
    );
    let mut stream = NormalStream::<f32>::new(&mut rand::rngs::ChaCha8Rng::seed_from_u64(1));
    let mut noise = vec![0.0; 1 << 14];
    let seconds = fastest(20, || (0..20).for_each(|_| stream.fill(&mut noise))) / 20.0;
    println!(
        "normal numbers {:.2} ns each\n",
        1e9 * seconds / noise.len() as f64
    );
    println!(
        "{:36} {:>9} {:>12} {:>7}",
        "SGLD, single precision", "d", "µs a step", "limit"
    );
    let report = |name: &str, loss: &dyn Loss<f32>, w: &[f32], batch, operations: f64| {
        let limit = 16.0 * w.len() as f64 / bandwidth + operations / peak;
        let seconds = step(loss, w, batch)?;
        let share = 100.0 * limit / seconds;
        println!(
            "{name:36} {:>9} {:>12.2} {share:>5.0} %",
            w.len(),
            1e6 * seconds
        );
        Ok::<(), Box<dyn Error>>(())
    };
    // K = x²y²: K and ∇K are three products each.
    let product = PolynomialLoss::from_terms(2, &[vec![(vec![1, 1], 1.0)]], Reading::Ideal)?;
    report("polynomial x²y²", &product, &[0.0; 2], None, 6.0)?;
    let networks: [(&str, &[usize], usize); 4] = [
        ("deep linear 10-10-10, batch 64", &[10; 3], 64),
        ("deep linear 5 layers of 100, b. 500", &[100; 6], 500),
        ("deep linear 3 layers of 256, b. 256", &[256; 4], 256),
        ("deep linear 3 layers of 512, b. 512", &[512; 4], 512),
    ];
    for (name, widths, batch) in networks {
        let (population, w) = LinearNetwork::<f32>::of_rank(widths, 1)?;
        let loss = LinearNetworkSample::draw(&population, 1000, 1.0, 1)?;
        // Forward, and backward for the weights and, but for the first layer, for the inputs.
        let operations = 2 * batch * (3 * w.len() - widths[0] * widths[1]);
        report(name, &loss, &w, Some(batch), operations as f64)?;
    }
    for (e, h) in [(64, 128), (128, 256)] {
        let description = NetworkDescription::modular_addition(53, e, h, Activation::Gelu);
        let network = Network::new(&description)?;
        let loss = NetworkLoss::new(&network, &Dataset::modular_addition(&network)?)?;
        let operations = (12 * h * e + 6 * 53 * h) * 64;
        let name = format!("modular addition 53-{e}-{h}, batch 64");
        report(
            &name,
            &loss,
            &network.initial(1),
            Some(64),
            operations as f64,
        )?;
    }
    Ok(())
}
