//! Lesson 6: a published validation, run again.
//!
//! One learns what U(t) is worth where it is taken for λ: random deep linear networks against
//! Aoyagi's formula, after the validation of Lau, Furman, Wang, Murfet and Wei (2023,
//! arXiv:2308.12108), by plain mini-batch SGLD at that paper's settings, and by this crate's
//! default.
//!
//! ```text
//! 06_deep_linear_benchmark [NETWORKS[,NETWORKS…] [MOST_PARAMETERS [SEED]]]
//! ```
//!
//! Without arguments a few small networks, in seconds. Several numbers are those of each class of
//! the paper: `cargo run --release --example 06_deep_linear_benchmark -- 48,44,6 1000000` (an hour
//! and a half; one of 10⁶ parameters takes an hour). As many networks run side by side as there are
//! processors.

#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use faer::Mat;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rlct::closed_form;
use rlct::estimate::{Llc, LlcEstimate};
use rlct::loss::{LinearNetwork, LinearNetworkStream, Scalar};
use rlct::sampler::Sgld;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

/// A class of networks of the paper: ranges of widths and layers (the upper ends excluded), n and
/// the step size ε and the number of steps of SGLD.
struct Class {
    widths: (usize, usize),
    layers: (usize, usize),
    num_samples: usize,
    step_size: f64,
    steps: usize,
}

const CLASSES: [Class; 4] = [
    Class {
        widths: (5, 50),
        layers: (2, 5),
        num_samples: 100_000,
        step_size: 5e-7,
        steps: 10_000,
    },
    Class {
        widths: (5, 100),
        layers: (2, 10),
        num_samples: 100_000,
        step_size: 5e-7,
        steps: 10_000,
    },
    Class {
        widths: (50, 500),
        layers: (2, 10),
        num_samples: 1_000_000,
        step_size: 1e-7,
        steps: 50_000,
    },
    Class {
        widths: (100, 1000),
        layers: (2, 20),
        num_samples: 1_000_000,
        step_size: 2e-8,
        steps: 50_000,
    },
];

/// A network with a true parameter.
struct Network {
    widths: Vec<usize>,
    w_star: Vec<f32>,
    /// W_L ⋯ W₁, column-major.
    truth: Vec<f32>,
    rank: usize,
}

impl Network {
    /// Widths and layers of a class, and a random rank r of W*, whose singular values are between
    /// 1/2 and 2: each matrix has the L-th root of them, between random orthonormal bases. All
    /// matrices have the rank of their product: such points are one orbit of the changes of bases,
    /// the one of the least λ, for which the formula stands. (The paper lowers the ranks of single
    /// Gaussian matrices. At such a point the local λ can be larger, and the posterior at this n
    /// does not see the many small singular values of their product.)
    fn draw(class: &Class, most_parameters: usize, rng: &mut ChaCha8Rng) -> Self {
        let widths: Vec<usize> = loop {
            let layers = rng.random_range(class.layers.0..class.layers.1);
            let widths: Vec<usize> = (0..=layers)
                .map(|_| rng.random_range(class.widths.0..class.widths.1))
                .collect();
            if parameters(&widths) <= most_parameters {
                break widths;
            }
        };
        let layers = widths.len() - 1;
        let narrowest = widths.iter().copied().min().unwrap_or(1);
        let rank = rng.random_range(1..=narrowest);
        let singular_values: Vec<f32> = (0..rank)
            .map(|_| f32::of(2.0_f64.powf(rng.random_range(-1.0..1.0))))
            .collect();
        let bases: Vec<Mat<f32>> = widths
            .iter()
            .map(|&width| orthonormal(width, rank, rng))
            .collect();
        // Left basis times powers of the singular values times the transpose of the right basis.
        let between = |left: &Mat<f32>, right: &Mat<f32>, power: f32| -> Vec<f32> {
            let scaled = Mat::from_fn(left.nrows(), rank, |i, k| {
                left[(i, k)] * singular_values[k].powf(power)
            });
            column_major(&(scaled * right.transpose()))
        };
        let root = 1.0 / layers as f32;
        Self {
            w_star: bases
                .windows(2)
                .flat_map(|pair| between(&pair[1], &pair[0], root))
                .collect(),
            truth: between(&bases[layers], &bases[0], 1.0),
            rank,
            widths,
        }
    }
}

fn parameters(widths: &[usize]) -> usize {
    widths.windows(2).map(|pair| pair[0] * pair[1]).sum()
}

/// A random orthonormal basis of `rank` columns.
fn orthonormal(rows: usize, rank: usize, rng: &mut ChaCha8Rng) -> Mat<f32> {
    Mat::from_fn(rows, rank, |_, _| f32::normal(rng))
        .qr()
        .compute_thin_Q()
}

fn column_major(matrix: &Mat<f32>) -> Vec<f32> {
    (0..matrix.ncols())
        .flat_map(|j| matrix.col_as_slice(j).to_vec())
        .collect()
}

/// Plain SGLD as in the paper: one chain, batches of 500, γ = 1, nβ = n/log n, and U(t) from the
/// mini-batch losses of the last tenth of the steps.
fn paper(network: &Network, class: &Class, seed: u64) -> Result<LlcEstimate, Failure> {
    let n = class.num_samples;
    let loss = LinearNetworkStream::new(&network.widths, &network.truth, HALF_WIDTH, n, seed)?;
    Ok(Llc::new(&loss, &network.w_star)
        .sampler(Sgld::new(class.step_size))
        .chains(1)
        .batch_size(500)
        .burn_in(class.steps / 10 * 9)
        .draws(class.steps / 10)
        .seed(seed)
        .estimate()?)
}

/// The crate's default, at the same temperature, on the expectation of the loss over the inputs:
/// E L = 2a²/(3 H_L)·½|W_L ⋯ W₁ − W*|².
fn default(network: &Network, class: &Class, seed: u64) -> Result<LlcEstimate, Failure> {
    let loss = LinearNetwork::new(&network.widths, &network.truth)?;
    let outputs = network.widths[network.widths.len() - 1] as f64;
    let n = class.num_samples as f64;
    let scale = 2.0 * HALF_WIDTH * HALF_WIDTH / (3.0 * outputs);
    Ok(Llc::new(&loss, &network.w_star)
        .nbeta(scale * n / n.ln())
        .seed(seed)
        .estimate()?)
}

/// Inputs are uniform on [−10, 10].
const HALF_WIDTH: f64 = 10.0;

/// U(t), its 95 % interval and cost, of one way on one network: the paper takes it for λ.
struct Seen {
    exact: f64,
    estimate: f64,
    covers: bool,
    converged: bool,
}

fn print(
    name: &str,
    result: Result<LlcEstimate, Failure>,
    exact: f64,
    seconds: f64,
) -> Option<Seen> {
    match result {
        Err(error) => {
            println!("  {name:8} {error}");
            None
        }
        Ok(llc) => {
            let (energy, error) = (llc.energy(), llc.standard_error());
            let converged = llc.verdict().is_converged();
            let deviation = 100.0 * (energy - exact) / exact;
            let note = if converged { "" } else { "  doubtful" };
            println!(
                "  {name:8} {energy:10.2} ± {error:<8.2} {deviation:+6.1} %  {seconds:7.1} s{note}"
            );
            Some(Seen {
                exact,
                estimate: energy,
                covers: (energy - exact).abs() < 1.96 * error,
                converged,
            })
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The share of pairs of networks with different λ that U(t) puts in the right order.
fn order_preserved(seen: &[Seen]) -> f64 {
    let (mut right, mut all) = (0, 0);
    for (i, a) in seen.iter().enumerate() {
        for b in &seen[..i] {
            if a.exact != b.exact {
                all += 1;
                right += usize::from((a.exact < b.exact) == (a.estimate < b.estimate));
            }
        }
    }
    f64::from(right as u32) / f64::from(all.max(1))
}

/// Spearman's rank correlation of U(t) with λ.
fn rank_correlation(seen: &[Seen]) -> f64 {
    let ranks = |value: fn(&Seen) -> f64| -> Vec<f64> {
        let below = |x: f64| {
            let less = seen.iter().filter(|s| value(s) < x).count();
            let equal = seen.iter().filter(|s| value(s) == x).count();
            less as f64 + 0.5 * (equal as f64 - 1.0)
        };
        seen.iter().map(|s| below(value(s))).collect()
    };
    let (x, y) = (ranks(|s| s.exact), ranks(|s| s.estimate));
    let middle = (seen.len() as f64 - 1.0) / 2.0;
    let moment = |a: &[f64], b: &[f64]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| (a - middle) * (b - middle))
            .sum()
    };
    moment(&x, &y) / (moment(&x, &x) * moment(&y, &y)).sqrt()
}

fn summary(name: &str, seen: &[Seen], networks: usize) {
    let relative: Vec<f64> = seen
        .iter()
        .map(|s| (s.estimate - s.exact) / s.exact)
        .collect();
    let covered = seen.iter().filter(|s| s.covers).count();
    let converged = seen.iter().filter(|s| s.converged).count();
    let converged_covered = seen.iter().filter(|s| s.converged && s.covers).count();
    println!(
        "{name:8} {} of {networks} finished; U(t) − λ, relative: median {:+.1} %, median of \
         absolute values {:.1} %; rank correlation {:.3}, order preserved {:.3}; λ in the 95 % \
         interval of U(t) {covered}, of {converged} converged {converged_covered}",
        seen.len(),
        100.0 * median(relative.clone()),
        100.0 * median(relative.iter().map(|r| r.abs()).collect()),
        rank_correlation(seen),
        order_preserved(seen),
    );
}

/// How many networks of each class: a single number is spread over the classes that have networks
/// small enough.
fn counts(text: &str, most_parameters: usize) -> Result<Vec<u64>, Failure> {
    if text.contains(',') {
        return Ok(text.split(',').map(str::parse).collect::<Result<_, _>>()?);
    }
    let networks: u64 = text.parse()?;
    let possible = CLASSES
        .iter()
        .take_while(|class| 2 * class.widths.0 * class.widths.0 <= most_parameters)
        .count()
        .max(1) as u64;
    Ok((0..possible)
        .map(|class| networks / possible + u64::from(class < networks % possible))
        .collect())
}

/// Both ways on the network with this number.
fn compare(
    class: &Class,
    most: usize,
    seed: u64,
    number: u64,
) -> Result<[Option<Seen>; 2], Failure> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number);
    let network = Network::draw(class, most, &mut rng);
    let exact = closed_form::deep_linear(&network.widths, network.rank)?;
    let lambda = exact.lambda().to_f64();
    let start = Instant::now();
    let paper = paper(&network, class, number);
    let paper_seconds = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let default = default(&network, class, number);
    let default_seconds = start.elapsed().as_secs_f64();
    // Networks end in any order, each shown whole.
    let _whole = std::io::stdout().lock();
    println!(
        "{:?}, rank {}: {} parameters, λ = {}",
        network.widths,
        network.rank,
        network.w_star.len(),
        exact.lambda()
    );
    Ok([
        print("paper", paper, lambda, paper_seconds),
        print("default", default, lambda, default_seconds),
    ])
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument =
        |i: usize, default: &'static str| arguments.get(i).map_or(default, String::as_str);
    let (most, seed): (usize, u64) = (argument(1, "1000").parse()?, argument(2, "1").parse()?);
    let counts = counts(argument(0, "4"), most)?;
    let jobs: Vec<&Class> = CLASSES
        .iter()
        .zip(&counts)
        .flat_map(|(class, &count)| (0..count).map(move |_| class))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<[Option<Seen>; 2]>, String> {
        let mut seen = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(class) = jobs.get(number) else {
                return Ok(seen);
            };
            let pair = compare(class, most, seed, number as u64);
            seen.push(pair.map_err(|error| error.to_string())?);
        }
    };
    let workers = std::thread::available_parallelism()?.get();
    let mut by_way = [Vec::new(), Vec::new()];
    std::thread::scope(|scope| -> Result<(), Failure> {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            for pair in thread
                .join()
                .map_err(|_| "a network could not be estimated")??
            {
                for (seen, of_way) in pair.into_iter().zip(&mut by_way) {
                    of_way.extend(seen);
                }
            }
        }
        Ok(())
    })?;
    summary("paper", &by_way[0], jobs.len());
    summary("default", &by_way[1], jobs.len());
    Ok(())
}
