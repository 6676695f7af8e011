//! Lesson 11: λ̂ on data, of four families whose λ at the true parameter is known.
//!
//! One learns that on n samples the default holds λ as often as its intervals say, for deep linear
//! networks, tanh networks, mixtures and naive Bayes models, although the baseline L_n(w*) at the
//! true parameter would make U(t) too low.
//!
//! ```text
//! 11_on_data [FILE.jsonl [PARTS [SETS|minimiser [N]]]]
//! ```
//!
//! With `minimiser` in place of SETS the same at points that were found, not known: by a descent on
//! L_n from the neighbourhood of the true parameter. The table has λ of the
//! deepest point of the fibre, the true parameter, and λ of the generic point of the fibre that a
//! descent on K reaches from the same start, half the rank of its Hessian; no estimate is judged.
//!
//! Every run is a line of the file, and what is in it is not run again: the study goes on where it
//! was stopped, days later too. Without a file a few small models are run, in seconds. PARTS is
//! `all`, or a text that the names of the models to run contain; N is the size of the data if it
//! is not to be 1000, 10,000 and, for linear networks, 100,000. λ at the true parameter is from
//! the exact engine or Aoyagi's formula (2024, *Neural Networks* 172, 106132); it is used to judge
//! the estimates alone.

#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use nalgebra::{DMatrix, DVector};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rlct::Budget;
use rlct::closed_form;
use rlct::estimate::{Estimate, Ladder, Llc, Temperatures, VolumeScaling};
use rlct::loss::{LinearNetwork, LinearNetworkSample, Loss, Prior};
use rlct::model::{
    Activation, Inputs, Kernel, Mixture, Model, ShallowNetwork, naive_bayes, rational_point,
};
use rlct::problem::{LocalLoss, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error>;
/// The loss on n samples that a seed draws.
type Sample = Box<dyn Fn(usize, u64) -> Result<Box<dyn Loss<f64>>, Failure>>;

/// The seed of everything that is drawn.
const SEED: u64 = 20_261_130;
/// How long the engine may think about a model.
const PATIENCE: Duration = Duration::from_secs(600);

/// The true parameter, and data of n samples for a seed.
struct Subject {
    family: &'static str,
    name: String,
    lambda: f64,
    w_star: Vec<f64>,
    prior: Prior,
    sizes: &'static [usize],
    sample: Sample,
    population: Population,
}

/// K.
enum Population {
    Linear(LinearNetwork<f64>),
    Model(LocalLoss),
}

impl Population {
    fn loss(&self) -> &dyn Loss<f64> {
        match self {
            Self::Linear(network) => network,
            Self::Model(local) => local.loss(),
        }
    }
}

/// A run, as a line of the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Run {
    family: String,
    model: String,
    parameters: usize,
    n: usize,
    set: u64,
    lambda: f64,
    estimate: f64,
    standard_error: f64,
    /// U(t) at the coldest t with the baseline L_n(w*).
    energy: f64,
    trustworthy: bool,
    verdict: String,
    seconds: f64,
    /// At a minimiser that was found: λ of the generic point of the fibre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    generic: Option<f64>,
}

impl Run {
    fn key(&self) -> (String, usize, u64, bool) {
        (self.model.clone(), self.n, self.set, self.generic.is_some())
    }

    fn holds(&self) -> bool {
        (self.estimate - self.lambda).abs() <= 1.96 * self.standard_error
    }
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parts = arguments.get(1).map_or("all", String::as_str);
    let is_found = arguments.get(2).is_some_and(|text| text == "minimiser");
    let sets = match arguments.get(2) {
        Some(text) if !is_found => text.parse()?,
        Some(_) => 1,
        None => 3,
    };
    let mut subjects = linear()?;
    subjects.extend(tanh()?);
    subjects.extend(mixtures()?);
    subjects.extend(bayes()?);
    if arguments.is_empty() {
        subjects.retain(|subject| subject.family == "mixture" && subject.w_star.len() < 4);
        subjects.iter_mut().for_each(|s| s.sizes = &[1000]);
    }
    let mut runs = match arguments.first() {
        Some(path) => earlier(path)?,
        None => Vec::new(),
    };
    let done: Vec<_> = runs.iter().map(Run::key).collect();
    let sizes: Vec<usize> = match arguments.get(3) {
        Some(text) => vec![text.parse()?],
        None => vec![1000, 10_000, 100_000],
    };
    for n in sizes {
        for set in 0..if arguments.is_empty() { 1 } else { sets } {
            for subject in subjects.iter().filter(|s| s.sizes.contains(&n)) {
                let key = (subject.name.clone(), n, set, is_found);
                let wanted = parts == "all" || subject.name.contains(parts);
                if !wanted || done.contains(&key) {
                    continue;
                }
                let run = subject.run(n, set, is_found)?;
                println!(
                    "{}, n = {n}, set {set}: λ = {:.4}, λ̂ = {:.4} ± {:.4} ({:+.1} s.e.), {:.1} s, \
                     {}",
                    run.model,
                    run.lambda,
                    run.estimate,
                    run.standard_error,
                    (run.estimate - run.lambda) / run.standard_error,
                    run.seconds,
                    run.verdict
                );
                if let Some(path) = arguments.first() {
                    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
                    writeln!(file, "{}", serde_json::to_string(&run)?)?;
                }
                runs.push(run);
            }
        }
    }
    match is_found {
        true => side_by_side(&runs),
        false => {
            runs.retain(|run| run.generic.is_none());
            table(&runs);
        }
    }
    Ok(())
}

impl Subject {
    fn run(&self, n: usize, set: u64, is_found: bool) -> Result<Run, Failure> {
        // data sets of different models and sizes share nothing
        let name = self.name.bytes().fold(SEED, |hash, byte| {
            hash.wrapping_mul(0x0100_0000_01B3) ^ u64::from(byte)
        });
        let seed = name.wrapping_add(1000 * n as u64).wrapping_add(set);
        let loss = (self.sample)(n, seed)?;
        let start = Instant::now();
        let (w_star, generic) = match is_found {
            false => (self.w_star.clone(), None),
            true => {
                let mut rng = ChaCha8Rng::seed_from_u64(seed ^ SEED);
                let mut away =
                    |w: &f64| w + AWAY * (rng.random::<f64>() + rng.random::<f64>() - 1.0);
                let mut near: Vec<f64> = self.w_star.iter().map(&mut away).collect();
                // probabilities are from 0 to 1
                while !self.inside(&near) {
                    near.iter_mut()
                        .zip(&self.w_star)
                        .for_each(|(w, c)| *w = 0.5 * (*w + c));
                }
                let fibre = self.descend(self.population.loss(), &near);
                let rank = rank_of_hessian(self.population.loss(), &fibre);
                (self.descend(&*loss, &near), Some(0.5 * rank as f64))
            }
        };
        // the default: what `rlct estimate` does on samples
        let few = w_star.len() <= VolumeScaling::LARGEST_DIMENSION;
        let (found, coldest): (Box<dyn Estimate>, _) = if few {
            let ladder = Ladder::new(&*loss, &w_star).prior(self.prior.clone());
            let ladder = ladder.seed(set).estimate()?;
            let coldest = ladder.energies().last().copied();
            (Box::new(ladder), coldest)
        } else {
            let llc = Llc::new(&*loss, &w_star).prior(self.prior.clone());
            let all = Temperatures::new(llc.seed(set)).estimate()?;
            let coldest = all.energies().last().copied();
            (Box::new(all), coldest)
        };
        Ok(Run {
            family: self.family.into(),
            model: self.name.clone(),
            parameters: self.w_star.len(),
            n,
            set,
            lambda: self.lambda,
            estimate: found.value(),
            standard_error: found.standard_error(),
            energy: coldest.map_or(f64::NAN, |coldest| coldest.mean),
            trustworthy: found.verdict().is_trustworthy(),
            verdict: found.verdict().to_string(),
            seconds: start.elapsed().as_secs_f64(),
            generic,
        })
    }
}

/// How far from the true parameter a descent begins, at most, in each coordinate.
const AWAY: f64 = 0.3;
/// Steps of a descent at most.
const STEPS: usize = 20_000;

impl Subject {
    /// Whether the prior is there, and K with it.
    fn inside(&self, w: &[f64]) -> bool {
        let k = self.population.loss();
        self.prior.contains(w) && k.value(w, &mut vec![0.0; k.scratch_len()]).is_finite()
    }

    /// Where gradient steps of the length of Barzilai and Borwein (1988, *IMA Journal of Numerical
    /// Analysis* 8, 141) from `start` lead, inside.
    fn descend(&self, loss: &dyn Loss<f64>, start: &[f64]) -> Vec<f64> {
        let mut scratch = vec![0.0; loss.scratch_len()];
        let mut w = start.to_vec();
        let mut gradient = vec![0.0; w.len()];
        let mut value = loss.gradient(&w, &mut gradient, &mut scratch);
        let (mut best, mut least) = (w.clone(), value);
        let mut length = 1e-2;
        for _ in 0..STEPS {
            let squared: f64 = gradient.iter().map(|g| g * g).sum();
            if squared < 1e-24 {
                break;
            }
            let (old_w, old_gradient) = (w.clone(), gradient.clone());
            // a step that raises the loss by much is tried again, shorter
            let mut moved = f64::NAN;
            for _ in 0..60 {
                for ((w, old), g) in w.iter_mut().zip(&old_w).zip(&old_gradient) {
                    *w = old - length * g;
                }
                moved = loss.gradient(&w, &mut gradient, &mut scratch);
                let is_good = moved <= value + 0.1 * value.abs().min(squared);
                if moved.is_finite() && is_good && self.inside(&w) {
                    break;
                }
                length *= 0.25;
            }
            if !moved.is_finite() || !self.inside(&w) {
                break;
            }
            value = moved;
            if value < least {
                (best, least) = (w.clone(), value);
            }
            let (mut both, mut change) = (0.0, 0.0);
            for i in 0..w.len() {
                let (s, y) = (w[i] - old_w[i], gradient[i] - old_gradient[i]);
                both += s * y;
                change += s * s;
            }
            if both > 0.0 {
                length = (change / both).clamp(1e-9, 1e3);
            }
        }
        best
    }
}

/// The rank of the second derivatives of K, by differences of its gradient.
fn rank_of_hessian(loss: &dyn Loss<f64>, w: &[f64]) -> usize {
    const STEP: f64 = 1e-5;
    const LEAST: f64 = 1e-8;
    let d = w.len();
    let mut scratch = vec![0.0; loss.scratch_len()];
    let mut at = |i: usize, sign: f64| {
        let mut moved = w.to_vec();
        moved[i] += sign * STEP;
        let mut gradient = vec![0.0; d];
        loss.gradient(&moved, &mut gradient, &mut scratch);
        DVector::from_vec(gradient)
    };
    let columns: Vec<DVector<f64>> = (0..d)
        .map(|i| (at(i, 1.0) - at(i, -1.0)) / (2.0 * STEP))
        .collect();
    let hessian = DMatrix::from_columns(&columns);
    let symmetric = (&hessian + hessian.transpose()) / 2.0;
    let eigenvalues = symmetric.symmetric_eigenvalues();
    let largest = eigenvalues.iter().fold(0.0_f64, |m, e| m.max(e.abs()));
    eigenvalues
        .iter()
        .filter(|e| e.abs() > LEAST * largest)
        .count()
}

/// Twenty networks of two to four layers, 50 to 400 parameters, at their deepest singularity.
fn linear() -> Result<Vec<Subject>, Failure> {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut subjects: Vec<Subject> = Vec::new();
    while subjects.len() < 20 {
        let layers = rng.random_range(2..=4);
        let widths: Vec<usize> = (0..=layers).map(|_| rng.random_range(3..=12)).collect();
        let parameters: usize = widths.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let narrowest = widths.iter().copied().min().unwrap_or(0);
        let rank = rng.random_range(0..narrowest);
        let shown: Vec<String> = widths.iter().map(ToString::to_string).collect();
        let name = format!("linear {}, rank {rank}", shown.join("-"));
        if !(50..=400).contains(&parameters) || subjects.iter().any(|s| s.name == name) {
            continue;
        }
        let (k, w_star) = LinearNetwork::of_rank(&widths, rank)?;
        let population = k.clone();
        subjects.push(Subject {
            family: "deep linear",
            name,
            lambda: closed_form::deep_linear(&widths, rank)?.lambda().to_f64(),
            w_star,
            prior: Prior::flat(parameters),
            sizes: &[1000, 10_000, 100_000],
            sample: Box::new(move |n, seed| {
                let sample = LinearNetworkSample::draw(&k, n, 1.0, seed)?;
                Ok(Box::new(sample.condensed()))
            }),
            population: Population::Linear(population),
        });
    }
    Ok(subjects)
}

/// A statistical model at a true parameter, whose λ the engine finds.
fn subject<M: Model + 'static>(
    family: &'static str,
    name: &str,
    model: M,
    truth: &[f64],
) -> Result<Subject, Failure> {
    let truth = rational_point(truth)?;
    let problem = Problem::at(&model, &truth)?;
    // other programs may be at work beside this one
    let budget = Budget::default().with_time(PATIENCE);
    let answer = problem.exact(&budget)?.answer().clone();
    let exact = answer.coefficient().ok_or("no exact value")?;
    let local = problem.local_loss()?.clone();
    Ok(Subject {
        family,
        name: name.into(),
        lambda: exact.lambda().to_f64(),
        w_star: local.w_star().to_vec(),
        prior: local.prior().clone(),
        sizes: &[1000, 10_000],
        sample: Box::new(move |n, seed| {
            let data = model.sample(&truth, n, seed)?;
            Ok(model.sample_loss(&data)?)
        }),
        population: Population::Model(local),
    })
}

/// Networks of one hidden layer: inputs, units, outputs, and the true parameter.
fn tanh() -> Result<Vec<Subject>, Failure> {
    let models: [(usize, usize, usize, &[f64]); 10] = [
        (1, 1, 1, &[0.0; 2]),
        (1, 2, 1, &[0.0; 4]),
        (1, 3, 1, &[0.0; 6]),
        (2, 1, 1, &[0.0; 3]),
        (2, 2, 1, &[0.0; 6]),
        (1, 1, 2, &[0.0; 3]),
        (1, 2, 2, &[0.0; 6]),
        (1, 1, 1, &[1.0, 1.0]),
        (1, 2, 1, &[1.0, 0.0, 1.0, 0.0]),
        (2, 2, 1, &[1.0, 0.0, 1.0, 1.0, 0.0, 0.0]),
    ];
    let each = models.into_iter().map(|(inputs, units, outputs, truth)| {
        let model = ShallowNetwork::new(inputs, units, outputs, Activation::Tanh, Inputs::Uniform)?;
        let live = truth.iter().filter(|&&w| w != 0.0).count().min(1);
        let name = format!("tanh {inputs}-{units}-{outputs}, {live} true units");
        subject("tanh", &name, model, truth)
    });
    each.collect()
}

fn mixtures() -> Result<Vec<Subject>, Failure> {
    let models: [(Kernel, &str, usize, &[f64]); 10] = [
        (
            Kernel::NormalLocation,
            "normal, 2 for 1",
            2,
            &[0.5, 0.0, 0.0],
        ),
        (
            Kernel::NormalLocation,
            "normal, 2 for 1, unequal",
            2,
            &[0.25, 0.0, 0.0],
        ),
        (
            Kernel::NormalLocation,
            "normal, 2 for 2",
            2,
            &[0.5, -1.0, 1.0],
        ),
        (
            Kernel::NormalLocation,
            "normal, 3 for 1",
            3,
            &[0.25, 0.25, 0.0, 0.0, 0.0],
        ),
        (
            Kernel::NormalLocation,
            "normal, 3 for 2",
            3,
            &[0.25, 0.25, -1.0, -1.0, 1.0],
        ),
        (Kernel::Poisson, "Poisson, 2 for 1", 2, &[0.5, 2.0, 2.0]),
        (
            Kernel::Poisson,
            "Poisson, 2 for 1, unequal",
            2,
            &[0.25, 3.0, 3.0],
        ),
        (Kernel::Poisson, "Poisson, 2 for 2", 2, &[0.5, 1.0, 4.0]),
        (
            Kernel::Poisson,
            "Poisson, 3 for 1",
            3,
            &[0.25, 0.25, 2.0, 2.0, 2.0],
        ),
        (
            Kernel::Poisson,
            "Poisson, 3 for 2",
            3,
            &[0.25, 0.25, 1.0, 1.0, 4.0],
        ),
    ];
    let each = models.into_iter().map(|(kernel, name, components, truth)| {
        let model = Mixture::new(kernel, components)?;
        subject("mixture", &format!("mixture, {name}"), model, truth)
    });
    each.collect()
}

/// Classes with independent binary or ternary features; the truth has one class less.
fn bayes() -> Result<Vec<Subject>, Failure> {
    let models: [(&str, usize, &[usize], &[f64]); 10] = [
        ("2 × 2", 2, &[2, 2], &[0.5, 0.5, 0.5, 0.5, 0.5]),
        ("2 × 2, unequal", 2, &[2, 2], &[0.5, 0.25, 0.25, 0.5, 0.5]),
        (
            "2 × 2 × 2",
            2,
            &[2, 2, 2],
            &[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
        ),
        (
            "2 × 2 × 2, unequal",
            2,
            &[2, 2, 2],
            &[0.5, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75],
        ),
        (
            "2 × 2 × 2, no class",
            2,
            &[2, 2, 2],
            &[0.0, 0.5, 0.25, 0.5, 0.25, 0.5, 0.25],
        ),
        (
            "2 × 2 × 2, two classes",
            2,
            &[2, 2, 2],
            &[0.5, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75],
        ),
        (
            "2 × 2 × 2 × 2",
            2,
            &[2, 2, 2, 2],
            &[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
        ),
        (
            "3 × 2",
            2,
            &[3, 2],
            &[0.5, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5],
        ),
        (
            "3 × 3",
            2,
            &[3, 3],
            &[0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25],
        ),
        (
            "2 × 2 × 2 × 2, two classes",
            2,
            &[2, 2, 2, 2],
            &[0.5, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75],
        ),
    ];
    let each = models.into_iter().map(|(name, classes, states, truth)| {
        let model = naive_bayes(classes, states)?;
        subject("naive Bayes", &format!("naive Bayes, {name}"), model, truth)
    });
    each.collect()
}

/// The runs of a file, if it is there; a line that a kill has cut short is none.
fn earlier(path: &str) -> Result<Vec<Run>, Failure> {
    let Ok(file) = File::open(path) else {
        return Ok(Vec::new());
    };
    let mut runs = Vec::new();
    for line in BufReader::new(file).lines() {
        runs.extend(serde_json::from_str::<Run>(&line?));
    }
    Ok(runs)
}

/// The runs at minimisers, with both exact values.
fn side_by_side(runs: &[Run]) {
    println!(
        "{:<42} {:>7} {:>8} {:>8} {:>16} {:>8}",
        "model", "n", "deepest", "generic", "λ̂", "U(t)"
    );
    for run in runs {
        if let Some(generic) = run.generic {
            println!(
                "{:<42} {:>7} {:>8.3} {generic:>8.3} {:>8.3} ± {:>5.3} {:>8.3}",
                run.model, run.n, run.lambda, run.estimate, run.standard_error, run.energy
            );
        }
    }
}

/// By family and n.
fn table(runs: &[Run]) {
    let mut cells: BTreeMap<(&str, usize), Vec<&Run>> = BTreeMap::new();
    for run in runs {
        cells.entry((&run.family, run.n)).or_default().push(run);
        cells.entry(("all", run.n)).or_default().push(run);
    }
    let percent = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    println!(
        "{:<12} {:>7} {:>5} {:>7} {:>17} {:>7} {:>9}",
        "family", "n", "runs", "hold λ", "of trustworthy", "error", "of U(t)"
    );
    for ((family, n), runs) in cells {
        let median = |of: &dyn Fn(&Run) -> f64| {
            let mut errors: Vec<f64> = runs
                .iter()
                .map(|run| (of(run) / run.lambda - 1.0).abs())
                .collect();
            errors.sort_by(f64::total_cmp);
            100.0 * errors[errors.len() / 2]
        };
        let held = runs.iter().filter(|run| run.holds()).count();
        let trusted = runs.iter().filter(|run| run.trustworthy);
        let of_them = trusted.clone().filter(|run| run.holds()).count();
        println!(
            "{family:<12} {n:>7} {:>5} {:>5.1} % {:>7.1} % of {:>3} {:>5.1} % {:>7.1} %",
            runs.len(),
            percent(held, runs.len()),
            percent(of_them, trusted.clone().count()),
            trusted.count(),
            median(&|run| run.estimate),
            median(&|run| run.energy),
        );
    }
}
