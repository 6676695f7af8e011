//! The barrier between two trained networks, with their symmetries and without.

use super::{
    Cell, Demand, Experiment, ExperimentError, Lab, Measured, Prediction, Settings, Size, Table,
};
use crate::estimate::Llc;
use crate::loss::Loss;
use crate::network::{
    Activation, Dataset, Head, Network, NetworkDescription, NetworkLoss, Optimizer, Table as Data,
    Training,
};
use crate::plot::{Axis, Chart, Curve};
use crate::sampler::Sgld;

pub(super) static EXPERIMENT: Experiment = Experiment {
    name: "mode_connectivity",
    about: "Two networks trained apart on handwritten digits: the barrier on the straight line \
            between them, before and after their permutations and signs are taken out",
    source: "Beren's comment; Entezari, Sedghi, Saukh & Neyshabur 2021; Ainsworth, Hayase & \
             Srinivasa 2022",
    predictions,
    run,
};

/// The digits of UCI, which ship with the crate.
const DIGITS: &str = include_str!("../../examples/data/digits.csv");
const PIXELS: usize = 64;
const CLASSES: usize = 10;
const WIDTHS: [usize; 3] = [32, 128, 512];
const BATCH: usize = 64;
const RATE: f64 = 0.002;
/// The intervals of the straight line.
const INTERVALS: usize = 20;
/// The width at which U is estimated at the ends and in the middle.
const NARROW: usize = WIDTHS[0];
/// Of SGLD there: γ and ε.
const LOCALIZATION: f64 = 100.0;
const STEP: f64 = 3e-5;

fn predictions(settings: &Settings) -> Vec<Prediction> {
    let literature = "Entezari et al. 2021; Ainsworth et al. 2022: near zero for wide networks";
    let wide = widest(settings.size);
    vec![
        Prediction::new(
            "relu_share",
            format!("ReLU, width {wide}: largest aligned barrier of a pair over the unaligned"),
            Demand::at_most(0.3),
            literature,
        ),
        Prediction::new(
            "tanh_share",
            format!("tanh, width {wide}: the same"),
            Demand::at_most(0.3),
            literature,
        ),
        Prediction::new(
            "relu_falls",
            "ReLU: largest ratio of mean aligned barriers of a width and the one before",
            Demand::at_most(1.0),
            literature,
        ),
        Prediction::new(
            "tanh_falls",
            "tanh: the same",
            Demand::at_most(1.0),
            literature,
        ),
    ]
}

fn widest(size: Size) -> usize {
    size.pick(WIDTHS[1], WIDTHS[2], WIDTHS[2])
}

/// The digits, grey values from 0 to 1.
fn digits(network: &Network) -> Result<Dataset, ExperimentError> {
    let numbers = DIGITS.lines().flat_map(|line| line.split(','));
    let numbers: Option<Vec<f64>> = numbers.map(|cell| cell.trim().parse().ok()).collect();
    let numbers = numbers.ok_or_else(|| ExperimentError::Numerical {
        what: "digits.csv".into(),
        reason: "a cell is not a number".into(),
    })?;
    let rows = || numbers.chunks_exact(PIXELS + 1);
    let greys = rows().flat_map(|row| row[..PIXELS].iter().map(|grey| grey / 16.0));
    let inputs = Data::new("digits.csv", PIXELS, greys.collect())?;
    let labels = Data::new("digits.csv", 1, rows().map(|row| row[PIXELS]).collect())?;
    Ok(Dataset::new(network, inputs, labels)?)
}

/// A pair of trained networks.
struct Pair {
    /// (1−t) L(w₀) + t L(w₁) and L((1−t) w₀ + t w₁) over t, unaligned and aligned.
    lines: [Vec<f64>; 2],
    barriers: [f64; 2],
    /// U at both ends and in the middle of the aligned line, at the narrow width.
    energies: Option<[f64; 3]>,
}

fn pair(
    lab: &Lab<'_>,
    (activation, width): (Activation, usize),
    seed: u64,
) -> Result<Pair, ExperimentError> {
    let widths = [PIXELS, width, CLASSES];
    let description = NetworkDescription::perceptron(&widths, activation, Head::CrossEntropy);
    let network = Network::new(&description)?;
    let loss = NetworkLoss::<f32>::new(&network, &digits(&network)?)?;
    let train = |seed: u64| -> Result<Vec<f32>, ExperimentError> {
        let training = Training {
            steps: lab.size().pick(500, 2000, 2000),
            batch: Some(BATCH),
            seed,
            trace_every: 0,
            ..Training::new(Optimizer::adam(), RATE)
        };
        let start = network.initial(seed);
        let end = training.run(&loss, None, &start, lab.control(), |_| Ok(()))?;
        lab.go_on()?;
        Ok(end.w)
    };
    let (one, other) = (train(2 * seed)?, train(2 * seed + 1)?);
    let aligned = network.aligned(&other, &one)?;
    let mut scratch = vec![0.0; loss.scratch_len()];
    let mut line = |to: &[f32]| -> Vec<f64> {
        let at = |k: usize| {
            let t = k as f32 / INTERVALS as f32;
            let w = one.iter().zip(to).map(|(a, b)| (1.0 - t) * a + t * b);
            f64::from(loss.value(&w.collect::<Vec<f32>>(), &mut scratch))
        };
        (0..=INTERVALS).map(at).collect()
    };
    let lines = [line(&other), line(&aligned)];
    let barriers = [&lines[0], &lines[1]].map(|line| {
        let ends = [line[0], line[INTERVALS]];
        let above = line.iter().enumerate().map(|(k, value)| {
            let t = k as f64 / INTERVALS as f64;
            value - (1.0 - t) * ends[0] - t * ends[1]
        });
        above.fold(0.0, f64::max)
    });
    let energies = match width == NARROW && lab.size() != Size::Small {
        false => None,
        true => {
            let middle: Vec<f32> = one
                .iter()
                .zip(&aligned)
                .map(|(a, b)| 0.5 * (a + b))
                .collect();
            let mut energies = [f64::NAN; 3];
            for (energy, w) in energies.iter_mut().zip([&one, &middle, &aligned]) {
                let llc = Llc::new(&loss, w)
                    .sampler(Sgld::new(STEP))
                    .localization(LOCALIZATION)
                    .batch_size(BATCH)
                    .chains(2)
                    .burn_in(4000)
                    .draws(8000)
                    .seed(seed);
                *energy = llc.estimate_with(lab.control())?.energy();
            }
            Some(energies)
        }
    };
    Ok(Pair {
        lines,
        barriers,
        energies,
    })
}

fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let widths = WIDTHS
        .into_iter()
        .filter(|&width| width <= widest(lab.size()));
    let widths: Vec<usize> = widths.collect();
    let columns = ["network", "barrier", "aligned", "largest share", "falls in"];
    let mut table = Table::new("Barriers, nats per sample, means over the pairs", columns);
    let mut energies = Table::new(
        format!("U(t) at γ = {LOCALIZATION} along the aligned line, width {NARROW}"),
        ["network", "one end", "middle", "other end"],
    );
    for (name, activation) in [("relu", Activation::Relu), ("tanh", Activation::Tanh)] {
        let mut means = Vec::new();
        for &width in &widths {
            let what = format!("{name}, width {width}");
            let pairs = lab.over_seeds(&what, |seed| pair(lab, (activation, width), seed))?;
            let mean = |of: &dyn Fn(&Pair) -> f64| {
                Measured::mean(&pairs.iter().map(of).collect::<Vec<_>>())
            };
            let shares = pairs.iter().map(|pair| pair.barriers[1] / pair.barriers[0]);
            let share = shares.fold(0.0, f64::max);
            let fall = pairs
                .iter()
                .filter(|pair| pair.barriers[1] < pair.barriers[0]);
            let (unaligned, aligned) = (mean(&|p| p.barriers[0]), mean(&|p| p.barriers[1]));
            means.push(aligned.figure);
            table.row([
                Cell::from(what.as_str()),
                Cell::from(unaligned.to_string()),
                Cell::from(aligned.to_string()),
                Cell::from(share),
                Cell::from(format!("{} of {}", fall.count(), pairs.len())),
            ]);
            if pairs.iter().any(|pair| pair.energies.is_some()) {
                let at = |i: usize| mean(&|p| p.energies.map_or(f64::NAN, |e| e[i])).to_string();
                let cells = [what.clone(), at(0), at(1), at(2)];
                energies.row(cells.map(Cell::from));
            }
            if width == widest(lab.size()) {
                let key = format!("{name}_share");
                lab.measure(&key, Measured::exact(share))?;
                let curve = |i: usize| {
                    let at = move |k: usize| k as f64 / INTERVALS as f64;
                    let lines = pairs.iter().map(move |pair| &pair.lines[i]);
                    let lines: Vec<&Vec<f64>> = lines.collect();
                    (0..=INTERVALS).map(move |k| {
                        let sum: f64 = lines.iter().map(|line| line[k]).sum();
                        (at(k), sum / lines.len() as f64)
                    })
                };
                let (x, y) = (Axis::linear("t"), Axis::linear("L, nats per sample"));
                lab.chart(
                    Chart::new(name, format!("{what}: L between two networks"), x, y)
                        .with(Curve::line("as they are", curve(0)))
                        .with(Curve::line("aligned", curve(1))),
                );
            }
        }
        let falls = means.windows(2).map(|pair| pair[1] / pair[0]);
        let worst = falls.fold(0.0, f64::max);
        lab.measure(&format!("{name}_falls"), Measured::exact(worst))?;
    }
    lab.table(table);
    if !energies.rows().is_empty() {
        lab.table(energies);
    }
    lab.remark(
        "The barrier is the largest excess of L((1−t)w₀ + t w₁) over the straight line between its \
         ends. Symmetries: the order of the hidden units, and of tanh their signs, by weight \
         matching.",
    );
    Ok(())
}
