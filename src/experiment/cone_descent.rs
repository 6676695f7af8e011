//! Cone descent against gradient descent, and gradient starvation.

use super::{Demand, Experiment, ExperimentError, Lab, Measured, Prediction, Settings, Table};
use crate::loss::{LinearNetwork, Loss, PolynomialLoss, Reading};
use crate::network::Table as Data;
use crate::network::{
    Activation, Dataset, Head, Network, NetworkDescription, NetworkLoss, Optimizer, Training,
    TrainingState, cone_direction,
};
use crate::plot::{Axis, Chart, Curve};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::FRAC_PI_2;

pub(super) static EXPERIMENT: Experiment = Experiment {
    name: "cone_descent",
    about: "Descent within a cone around −∇L, as far back to an anchor as it allows: which zero it \
            finds; and gradient starvation, a feature that keeps another from being learned",
    source: "a comment on greed in the documents this project starts from; Pezeshki et al. 2021 \
             (gradient starvation)",
    predictions,
    run,
};

/// Angles, and the distance to the anchor (1, 1) at which descent on ½(xy − 1)² from (2.5, .1)
/// ends.
const ENDS: [(f64, f64); 4] = [
    (0.0, 1.63),
    (0.5, 0.0018),
    (1.0, 0.0008),
    (FRAC_PI_2, 0.0003),
];
const RATE: f64 = 2e-3;
/// The strengths of the two features.
const FEATURES: [f64; 2] = [2.0, 1.0];
/// t and the ratio of the second feature's margin to the one that it has alone.
const STARVED: [(f64, f64); 3] = [(1e2, 0.272), (1e3, 0.247), (1e4, 0.235)];

fn predictions(settings: &Settings) -> Vec<Prediction> {
    let definition = "the definition: of all directions in the cone that with the least product \
                      with x − x₀";
    let reference = "reference program";
    let flow = "M + e^M = 1 + (μ₁² + μ₂²)t and M₂ + e^M₂ = 1 + μ₂²t, by hand";
    let last = if settings.size.pick(true, false, false) {
        1
    } else {
        2
    };
    vec![
        Prediction::new(
            "constraint",
            "largest violation of the cone and of |d| = 1 in random problems",
            Demand::at_most(1e-12),
            definition,
        ),
        Prediction::new(
            "optimal",
            "largest gain of a random direction of the cone over d",
            Demand::at_most(1e-12),
            definition,
        ),
        Prediction::new(
            "gradient_descent",
            "α = 0 and normalised gradient descent: coordinates that differ in a bit, 200 steps",
            Demand::at_most(0.0),
            definition,
        ),
        Prediction::new(
            "steepest",
            "½(xy − 1)² from (2.5, .1), anchor (1, 1), η = .002: distance of the end from the \
             anchor, α = 0",
            Demand::near(1.63, 0.01),
            reference,
        ),
        Prediction::new(
            "cone",
            "the same, the largest of α = .5, 1, π/2: the zero nearest to the anchor",
            Demand::at_most(2.0 * RATE),
            "the end is where the distance to the anchor is locally least; two steps of play",
        ),
        Prediction::new(
            "distance",
            "low-rank network 4-3-4 at a truth of rank 2: distance travelled by the cone α = 1, \
             anchor the start, over that of α = 0; mean",
            Demand::at_most(1.0),
            "the cone ends where the distance to the start is locally least on the zero set",
        ),
        Prediction::new(
            "distance_each",
            "the same: share of starts where the cone ends nearer",
            Demand::at_least(0.9),
            "as before",
        ),
        Prediction::new(
            "starvation",
            "logistic loss, features 2 and 1 in every sample: largest relative distance of the \
             ratio (margin of feature 2 : alone) from the formula at t = 10², …",
            Demand::at_most(0.02),
            flow,
        ),
        Prediction::new(
            "starvation_ratio",
            "that ratio at the last t",
            Demand::near(STARVED[last].1, 0.005),
            reference,
        ),
        Prediction::new(
            "control",
            "samples with one feature or the other: the same ratio, mean over t",
            Demand::near(1.0, 0.01),
            "the losses separate",
        ),
        Prediction::new(
            "network_order",
            "two-layer tanh network, SGD: share of seeds that learn the strong feature first",
            Demand::at_least(1.0),
            "the gradient of the strong feature is larger from the start",
        ),
        Prediction::new(
            "network_starved",
            "the same: margin of the weak feature over the margin that it has when alone; mean",
            Demand::at_most(0.8),
            "gradient starvation: what the strong feature has explained has no gradient",
        ),
    ]
}

fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    invariants(lab)?;
    hyperbola(lab)?;
    networks(lab)?;
    flow(lab)?;
    starvation(lab)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).powi(2))
        .sum::<f64>()
        .sqrt()
}

fn normals(rng: &mut ChaCha8Rng, count: usize) -> Vec<f64> {
    (0..count).map(|_| StandardNormal.sample(rng)).collect()
}

fn invariants(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let (problems, tries) = (60, lab.size().pick(200, 4000, 4000));
    let worst = lab.over_seeds("random cones", |seed| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (mut violation, mut gain) = (0.0_f64, 0.0_f64);
        for _ in 0..problems {
            let d = rng.random_range(2..12);
            let angle = rng.random_range(0.0..FRAC_PI_2);
            let [g, x, anchor] = [(); 3].map(|()| normals(&mut rng, d));
            let mut best = vec![0.0; d];
            cone_direction(&g, &x, &anchor, angle, &mut rng, &mut best);
            let steepness = dot(&g, &g).sqrt();
            let h: Vec<f64> = g.iter().map(|g| -g / steepness).collect();
            violation = violation
                .max(angle.cos() - dot(&best, &h))
                .max((dot(&best, &best).sqrt() - 1.0).abs());
            let away: Vec<f64> = x.iter().zip(&anchor).map(|(x, a)| x - a).collect();
            let reached = dot(&best, &away);
            for _ in 0..tries {
                let v = normals(&mut rng, d);
                let along = dot(&v, &h);
                let across: Vec<f64> = v.iter().zip(&h).map(|(v, h)| v - along * h).collect();
                let width = dot(&across, &across).sqrt();
                let tilt = angle * rng.random::<f64>();
                let parts = h.iter().zip(&across);
                let try_: f64 = parts
                    .map(|(h, v)| tilt.cos() * h + tilt.sin() * v / width)
                    .zip(&away)
                    .map(|(v, away)| v * away)
                    .sum();
                gain = gain.max(reached - try_);
            }
        }
        Ok([violation, gain])
    })?;
    for (i, key) in ["constraint", "optimal"].into_iter().enumerate() {
        let largest = worst.iter().map(|seed| seed[i]).fold(0.0, f64::max);
        lab.measure(key, Measured::exact(largest))?;
    }
    Ok(())
}

/// ½(xy − 1)².
fn hyperbola_loss() -> Result<PolynomialLoss<f64>, ExperimentError> {
    let terms = vec![(vec![2, 2], 0.5), (vec![1, 1], -1.0), (vec![0, 0], 0.5)];
    Ok(PolynomialLoss::from_terms(2, &[terms], Reading::Loss)?)
}

fn hyperbola(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let loss = hyperbola_loss()?;
    let (start, anchor) = ([2.5, 0.1], [1.0, 1.0]);
    let mut table = Table::new(
        "½(xy − 1)² from (2.5, .1) with the anchor (1, 1): where descent ends",
        ["α", "x", "y", "loss", "distance to the anchor", "reference"],
    );
    let steps = 20_000;
    let mut chart = Chart::new(
        "paths",
        "Descent on ½(xy − 1)²: the wider the cone, the nearer to the anchor (1, 1) it ends",
        Axis::linear("x"),
        Axis::linear("y"),
    );
    let mut farthest: f64 = 0.0;
    for (angle, reference) in ENDS {
        let training = Training {
            steps,
            checkpoints: (0..=steps).step_by(50).collect(),
            ..Training::new(Optimizer::Cone { angle }, RATE)
        };
        let mut path = Vec::new();
        let state = TrainingState::anchored(&start, &anchor);
        let end = training.descend(&loss, state, lab.control(), |_, w: &[f64]| {
            path.push((w[0], w[1]));
            Ok(())
        })?;
        lab.go_on()?;
        let apart = distance(&end.w, &anchor);
        table.row([
            angle.into(),
            end.w[0].into(),
            end.w[1].into(),
            loss.value(&end.w, &mut vec![0.0; loss.scratch_len()])
                .into(),
            apart.into(),
            reference.into(),
        ]);
        chart = chart.with(Curve::line(format!("α = {angle:.2}"), path));
        match angle {
            0.0 => lab.measure("steepest", Measured::exact(apart))?,
            _ => farthest = farthest.max(apart),
        }
    }
    let valley = (0..=60)
        .map(|i| 0.6 + 0.04 * f64::from(i))
        .map(|x| (x, 1.0 / x));
    lab.chart(chart.with(Curve::dashed("zeros", valley).with_colour(7)));
    lab.table(table);
    lab.measure("cone", Measured::exact(farthest))?;

    // normalised gradient descent by hand
    let training = Training {
        steps: 200,
        ..Training::new(Optimizer::Cone { angle: 0.0 }, RATE)
    };
    let state = TrainingState::anchored(&start, &anchor);
    let end = training.descend(&loss, state, lab.control(), |_, _| Ok(()))?;
    let mut w = start;
    let mut gradient = [0.0; 2];
    let mut scratch = vec![0.0; loss.scratch_len()];
    for _ in 0..200 {
        loss.gradient(&w, &mut gradient, &mut scratch);
        let steepness = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        for (w, g) in w.iter_mut().zip(gradient) {
            *w += RATE * (-g / steepness);
        }
    }
    let differ = w
        .iter()
        .zip(&end.w)
        .filter(|(a, b)| a.to_bits() != b.to_bits());
    lab.measure("gradient_descent", Measured::exact(differ.count() as f64))
}

/// Distances that descents travel on a low-rank network.
fn networks(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let (loss, _) = LinearNetwork::<f64>::of_rank(&[4, 3, 4], 2)?;
    let starts = lab.size().pick(4, 20, 100);
    let found = lab.over_seeds("descents on a low-rank network", |seed| {
        let mut ends = Vec::new();
        for start in 0..starts {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(start);
            let w: Vec<f64> = normals(&mut rng, loss.dimension());
            let travelled = |angle: f64| -> Result<(f64, f64), ExperimentError> {
                let training = Training {
                    schedule: vec![(0, 5e-3), (3000, 1e-3), (6000, 1e-4)],
                    steps: 9000,
                    seed,
                    ..Training::new(Optimizer::Cone { angle }, 5e-3)
                };
                let state = TrainingState::anchored(&w, &w);
                let end = training.descend(&loss, state, lab.control(), |_, _| Ok(()))?;
                lab.go_on()?;
                let mut scratch = vec![0.0; loss.scratch_len()];
                Ok((distance(&end.w, &w), loss.value(&end.w, &mut scratch)))
            };
            let (steepest, cone) = (travelled(0.0)?, travelled(1.0)?);
            ends.push([steepest.0, cone.0, steepest.1, cone.1]);
        }
        Ok(ends)
    })?;
    let ratios: Vec<f64> = found
        .iter()
        .map(|ends| ends.iter().map(|e| e[1] / e[0]).sum::<f64>() / ends.len() as f64)
        .collect();
    let nearer: Vec<f64> = found
        .iter()
        .map(|ends| ends.iter().filter(|e| e[1] <= e[0]).count() as f64 / ends.len() as f64)
        .collect();
    let losses = found.iter().flatten().map(|e| e[2].max(e[3]));
    lab.remark(format!(
        "Low-rank network: the largest loss at an end is {:.1e}.",
        losses.fold(0.0, f64::max)
    ));
    lab.measure("distance", Measured::mean(&ratios))?;
    lab.measure("distance_each", Measured::mean(&nearer))
}

/// The solution of M + e^M = c, c ≥ 1, by Newton's method.
fn margin(c: f64) -> f64 {
    let mut m = c.ln().max(0.0);
    for _ in 0..50 {
        m -= (m + m.exp() - c) / (1.0 + m.exp());
    }
    m
}

/// A loss on a data set of two-dimensional inputs with labels 0 or 1.
fn logistic(
    description: &NetworkDescription,
    samples: &[([f64; 2], f64)],
) -> Result<(Network, NetworkLoss<f64>), ExperimentError> {
    let network = Network::new(description)?;
    let inputs = samples.iter().flat_map(|(x, _)| *x).collect();
    let labels = samples.iter().map(|(_, y)| *y).collect();
    let data = Dataset::new(
        &network,
        Data::new("x", 2, inputs)?,
        Data::new("y", 1, labels)?,
    )?;
    let loss = NetworkLoss::new(&network, &data)?;
    Ok((network, loss))
}

/// Gradient flow of logistic regression, by steps of .01.
fn flow(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let times = &STARVED[..lab.size().pick(2, 3, 3)];
    // without a bias, from 0
    let description = NetworkDescription {
        layers: vec![crate::network::Layer::Dense {
            outputs: 1,
            bias: false,
        }],
        ..NetworkDescription::perceptron(&[2, 1], Activation::Tanh, Head::Logistic)
    };
    let [one, two] = FEATURES;
    let both = |x: [f64; 2]| vec![(x, 1.0), (x.map(|x| -x), 0.0)];
    let step = 0.01;
    let margins = |samples: Vec<([f64; 2], f64)>, share: f64| {
        let (_, loss) = logistic(&description, &samples)?;
        let steps = times.iter().map(|(t, _)| (t / step).round() as u64);
        let training = Training {
            steps: steps.clone().max().unwrap_or(0),
            checkpoints: steps.collect(),
            ..Training::new(Optimizer::sgd(), step * share)
        };
        let mut found = Vec::new();
        let state = TrainingState::start(&[0.0, 0.0]);
        training.descend(&loss, state, lab.control(), |_, w: &[f64]| {
            found.push(two * w[1]);
            Ok(())
        })?;
        lab.go_on()?;
        Ok::<_, ExperimentError>(found)
    };
    let joint = margins(both([one, two]), 1.0)?;
    let alone = margins(both([0.0, two]), 1.0)?;
    // half of the samples have the weak feature: weights of ½, made good by twice the rate
    let mixed = [both([one, 0.0]), both([0.0, two])].concat();
    let mixed = margins(mixed, 2.0)?;
    let mut table = Table::new(
        "Margin of the weak feature over the one that it has alone",
        ["t", "joint", "formula", "reference", "one or the other"],
    );
    let rho = two * two / (one * one + two * two);
    let (mut worst, mut controls, mut last) = (0.0_f64, Vec::new(), f64::NAN);
    for (place, &(t, reference)) in times.iter().enumerate() {
        let ratio = joint[place] / alone[place];
        let formula = rho * margin(1.0 + (one * one + two * two) * t) / margin(1.0 + two * two * t);
        worst = worst.max((ratio / formula - 1.0).abs());
        let control = mixed[place] / alone[place];
        controls.push(control);
        last = ratio;
        table.row([
            t.into(),
            ratio.into(),
            formula.into(),
            reference.into(),
            control.into(),
        ]);
    }
    lab.table(table);
    lab.measure("starvation", Measured::exact(worst))?;
    lab.measure("starvation_ratio", Measured::exact(last))?;
    lab.measure("control", Measured::exact(Measured::mean(&controls).figure))
}

/// Samples of both features with a little noise, or of the weak one alone.
fn noisy(both: bool, rng: &mut ChaCha8Rng) -> Vec<([f64; 2], f64)> {
    let one = |index: usize| {
        let sign = if index.is_multiple_of(2) { 1.0 } else { -1.0 };
        let strong = if both { FEATURES[0] } else { 0.0 };
        let x = [strong, FEATURES[1]].map(|mu| {
            let noise: f64 = StandardNormal.sample(rng);
            sign * mu + if mu > 0.0 { 0.1 * noise } else { 0.0 }
        });
        (x, f64::from(u8::from(sign > 0.0)))
    };
    (0..200).map(one).collect()
}

/// The same on a two-layer network by SGD.
fn starvation(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let steps = lab.size().pick(2000, 20_000, 100_000);
    let description = NetworkDescription::perceptron(&[2, 16, 1], Activation::Tanh, Head::Logistic);
    let found = lab.over_seeds("a two-layer network", |seed| {
        let train = |both: bool| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let (network, loss) = logistic(&description, &noisy(both, &mut rng))?;
            // half the difference of the outputs at ±μᵢeᵢ is what the network makes of feature i
            let probes: Vec<([f64; 2], f64)> = [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]
                .map(|[a, b]| ([a * FEATURES[0], b * FEATURES[1]], 0.0))
                .to_vec();
            let (_, probe) = logistic(&description, &probes)?;
            let training = Training {
                steps,
                batch: Some(20),
                seed,
                checkpoints: (0..=steps).step_by(20).collect(),
                ..Training::new(Optimizer::sgd(), 0.05)
            };
            let mut curve = Vec::new();
            let mut outputs = [0.0; 4];
            let mut scratch = vec![0.0; probe.scratch_len()];
            let state = TrainingState::start(&network.initial(seed));
            training.descend(&loss, state, lab.control(), |step, w: &[f64]| {
                probe.outputs(w, &mut outputs, &mut scratch);
                let strong = 0.5 * (outputs[0] - outputs[1]);
                curve.push((step, strong, 0.5 * (outputs[2] - outputs[3])));
                Ok(())
            })?;
            lab.go_on()?;
            Ok::<_, ExperimentError>(curve)
        };
        Ok((train(true)?, train(false)?))
    })?;
    let learned = |curve: &[(u64, f64, f64)], weak: bool| {
        let crossed = curve.iter().find(|c| (if weak { c.2 } else { c.1 }) >= 1.0);
        crossed.map_or(u64::MAX, |c| c.0)
    };
    let first = found.iter().map(|(joint, _)| {
        let before = learned(joint, false) < learned(joint, true);
        f64::from(u8::from(before))
    });
    lab.measure("network_order", Measured::mean(&first.collect::<Vec<_>>()))?;
    let starved: Vec<f64> = found
        .iter()
        .filter_map(|(joint, alone)| Some(joint.last()?.2 / alone.last()?.2))
        .collect();
    lab.measure("network_starved", Measured::mean(&starved))?;
    if let Some((joint, alone)) = found.first() {
        let curve = |c: &[(u64, f64, f64)], weak: bool| -> Vec<(f64, f64)> {
            let value = |c: &(u64, f64, f64)| if weak { c.2 } else { c.1 };
            c.iter().skip(1).map(|c| (c.0 as f64, value(c))).collect()
        };
        lab.chart(
            Chart::new(
                "starvation",
                "Gradient starvation: the weak feature stays behind what it would be alone",
                Axis::logarithmic("step"),
                Axis::linear("margin that the network makes of a feature"),
            )
            .with(Curve::line("strong feature", curve(joint, false)))
            .with(Curve::line("weak feature", curve(joint, true)))
            .with(Curve::dashed("weak feature, alone", curve(alone, true)).with_colour(1)),
        );
    }
    Ok(())
}
