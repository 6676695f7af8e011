//! Lesson 6: a published validation, run again.
//!
//! One learns what U(t) is worth where it is taken for λ, and what several temperatures are: random
//! deep linear networks against Aoyagi's formula, after the validation of Lau, Furman, Wang, Murfet
//! and Wei (2023, arXiv:2308.12108), by plain mini-batch SGLD at that paper's settings, and by this
//! crate's default.
//!
//! ```text
//! 06_deep_linear_benchmark [NETWORKS[,NETWORKS…] [MOST_PARAMETERS [SEED [FILE.jsonl [WAYS]]]]]
//! ```
//!
//! Without arguments a few small networks, in seconds. Several numbers are those of each class of
//! the paper: `cargo run --release --example 06_deep_linear_benchmark -- 48,44,6 1000000` (hours;
//! one of 10⁶ parameters takes an hour). As many networks run side by side as there are
//! processors. What a FILE has is not run again, and what is run is added to it. WAYS are `both`,
//! `paper` or `default`.

#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use faer::Mat;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rlct::closed_form;
use rlct::estimate::{Estimate, Llc, Temperatures};
use rlct::loss::{LinearNetwork, LinearNetworkStream, Scalar};
use rlct::sampler::Sgld;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
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
fn paper(network: &Network, class: &Class, seed: u64) -> Result<Box<dyn Estimate>, Failure> {
    let n = class.num_samples;
    let loss = LinearNetworkStream::new(&network.widths, &network.truth, HALF_WIDTH, n, seed)?;
    let llc = Llc::new(&loss, &network.w_star)
        .sampler(Sgld::new(class.step_size))
        .chains(1)
        .batch_size(500)
        .burn_in(class.steps / 10 * 9)
        .draws(class.steps / 10)
        .seed(seed);
    Ok(Box::new(llc.estimate()?))
}

/// The crate's default, several temperatures up to the same one, on the expectation of the loss
/// over the inputs: E L = 2a²/(3 H_L)·½|W_L ⋯ W₁ − W*|².
fn default(network: &Network, class: &Class, seed: u64) -> Result<Box<dyn Estimate>, Failure> {
    let loss = LinearNetwork::new(&network.widths, &network.truth)?;
    let outputs = network.widths[network.widths.len() - 1] as f64;
    let n = class.num_samples as f64;
    let scale = 2.0 * HALF_WIDTH * HALF_WIDTH / (3.0 * outputs);
    let llc = Llc::new(&loss, &network.w_star).nbeta(scale * n / n.ln());
    Ok(Box::new(Temperatures::new(llc.seed(seed)).estimate()?))
}

/// Inputs are uniform on [−10, 10].
const HALF_WIDTH: f64 = 10.0;

/// One way on one network, as a line of the file: the paper takes U(t) for λ.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Seen {
    number: u64,
    way: String,
    widths: Vec<usize>,
    rank: usize,
    exact: f64,
    estimate: f64,
    standard_error: f64,
    converged: bool,
    verdict: String,
    seconds: f64,
}

impl Seen {
    fn error(&self) -> f64 {
        self.estimate / self.exact - 1.0
    }

    fn covers(&self) -> bool {
        (self.estimate - self.exact).abs() < 1.96 * self.standard_error
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The share of pairs of networks with different λ that the estimates put in the right order.
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

/// Spearman's rank correlation of the estimates with λ.
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

fn summary(way: &str, seen: &[Seen], networks: usize) {
    if seen.is_empty() {
        return;
    }
    let errors = || seen.iter().map(Seen::error);
    let largest = |converged: bool| {
        let those = seen.iter().filter(|s| s.converged == converged);
        100.0 * those.map(|s| s.error().abs()).fold(0.0, f64::max)
    };
    let covered = seen.iter().filter(|s| s.covers()).count();
    let converged = seen.iter().filter(|s| s.converged);
    let converged_covered = converged.clone().filter(|s| s.covers()).count();
    println!(
        "{way:8} {} of {networks} finished in {:.0} s; relative error: median {:+.1} %, of its \
         size {:.1} %, largest {:.1} % without a doubt and {:.1} % with one; rank correlation \
         {:.4}, order preserved {:.3}; λ in the 95 % interval of {covered}, of {} without a doubt \
         {converged_covered}",
        seen.len(),
        seen.iter().map(|s| s.seconds).sum::<f64>(),
        100.0 * median(errors().collect()),
        100.0 * median(errors().map(f64::abs).collect()),
        largest(true),
        largest(false),
        rank_correlation(seen),
        order_preserved(seen),
        converged.count(),
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

/// What is to be run.
struct Study {
    most: usize,
    seed: u64,
    file: Option<String>,
    ways: String,
    earlier: Vec<Seen>,
}

impl Study {
    /// The ways on the network with this number that have not been run.
    fn run(&self, class: &Class, number: u64) -> Result<Vec<Seen>, Failure> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(number);
        let network = Network::draw(class, self.most, &mut rng);
        let exact = closed_form::deep_linear(&network.widths, network.rank)?;
        let (mut told, mut all) = (String::new(), Vec::new());
        for way in ["paper", "default"] {
            let done = self
                .earlier
                .iter()
                .any(|s| s.number == number && s.way == way);
            if done || !["both", way].contains(&self.ways.as_str()) {
                continue;
            }
            let start = Instant::now();
            let found = match way {
                "paper" => paper(&network, class, number),
                _ => default(&network, class, number),
            };
            let seconds = start.elapsed().as_secs_f64();
            let found = match found {
                Ok(found) => found,
                Err(error) => {
                    told += &format!("  {way:8} {error}\n");
                    continue;
                }
            };
            let seen = Seen {
                number,
                way: way.into(),
                widths: network.widths.clone(),
                rank: network.rank,
                exact: exact.lambda().to_f64(),
                estimate: found.value(),
                standard_error: found.standard_error(),
                converged: found.verdict().is_converged(),
                verdict: found.verdict().to_string(),
                seconds,
            };
            told += &format!(
                "  {way:8} {:10.2} ± {:<8.2} {:+6.1} %  {seconds:7.1} s  {}\n",
                seen.estimate,
                seen.standard_error,
                100.0 * seen.error(),
                seen.verdict
            );
            all.push(seen);
        }
        // Networks end in any order, each shown and written whole.
        let _whole = std::io::stdout().lock();
        if !told.is_empty() {
            let parameters = network.w_star.len();
            println!(
                "{:?}, rank {}: {parameters} parameters, λ = {}\n{told}",
                network.widths,
                network.rank,
                exact.lambda()
            );
        }
        if let Some(path) = &self.file {
            let mut file = OpenOptions::new().create(true).append(true).open(path)?;
            for seen in &all {
                writeln!(file, "{}", serde_json::to_string(seen)?)?;
            }
        }
        Ok(all)
    }
}

/// What a file has, if it is there; a line that a kill has cut short is none.
fn earlier(path: &str) -> Result<Vec<Seen>, Failure> {
    let Ok(file) = File::open(path) else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for line in BufReader::new(file).lines() {
        all.extend(serde_json::from_str::<Seen>(&line?));
    }
    Ok(all)
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument =
        |i: usize, default: &'static str| arguments.get(i).map_or(default, String::as_str);
    let most = argument(1, "1000").parse()?;
    let counts = counts(argument(0, "4"), most)?;
    let file = arguments.get(3).cloned();
    let study = Study {
        most,
        seed: argument(2, "1").parse()?,
        earlier: file.as_deref().map_or(Ok(Vec::new()), earlier)?,
        file,
        ways: argument(4, "both").into(),
    };
    let jobs: Vec<&Class> = CLASSES
        .iter()
        .zip(&counts)
        .flat_map(|(class, &count)| (0..count).map(move |_| class))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<Seen>, String> {
        let mut seen = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(class) = jobs.get(number) else {
                return Ok(seen);
            };
            let of_network = study.run(class, number as u64);
            seen.extend(of_network.map_err(|error| error.to_string())?);
        }
    };
    let workers = std::thread::available_parallelism()?.get();
    let mut all = study.earlier.clone();
    std::thread::scope(|scope| -> Result<(), Failure> {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            all.extend(
                thread
                    .join()
                    .map_err(|_| "a network could not be estimated")??,
            );
        }
        Ok(())
    })?;
    for way in ["paper", "default"] {
        let of_way: Vec<Seen> = all.iter().filter(|seen| seen.way == way).cloned().collect();
        summary(way, &of_way, jobs.len());
    }
    Ok(())
}
