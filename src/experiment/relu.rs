//! Networks with rectified units, although they are not analytic: λ̂ against what can be derived.

use super::{
    Cell, Demand, Experiment, ExperimentError, Lab, Measured, Prediction, Settings, Size, Table,
};
use crate::estimate::Ladder;
use crate::loss::{Loss, ReluPopulation};
use crate::network::{
    Activation, Dataset, Head, Network, NetworkDescription, NetworkLoss, Reduction, Table as Data,
};
use crate::sampler::Tempering;

pub(super) static EXPERIMENT: Experiment = Experiment {
    name: "relu",
    about: "One and two rectified units of one input on a truth of one: λ̂ by the temperature \
            ladder against the λ that can be derived, and tanh units of the same shape",
    source: "Footnote 13 of the project's sources: networks with ReLU, although not analytic",
    predictions,
    run,
};

const DERIVED: &str = "derived: orders of K along the directions that are not flat";
/// How far λ̂ may be off: what the ladder reaches on losses that are analytic.
const SHARE: f64 = 0.05;
/// The truth max(x, 0), as a, b, v.
const TRUTH: [f64; 3] = [1.0, 0.0, 1.0];
/// Fixed inputs of the tanh networks.
const INPUTS: usize = 16;

/// A point of the rectified network, and half the side of the box around it.
struct Case {
    key: &'static str,
    what: &'static str,
    point: &'static [f64],
    radius: f64,
    lambda: f64,
}

const CASES: [Case; 3] = [
    Case {
        key: "one_unit",
        what: "v·max(ax + b, 0) at max(x, 0)",
        point: &[1.0, 0.0, 1.0],
        radius: 0.5,
        lambda: 1.0,
    },
    Case {
        key: "dead_unit",
        what: "the same with a second unit that is 0 on all inputs around the point",
        point: &[1.0, 0.0, 1.0, 0.2, -2.0, 0.5],
        radius: 0.5,
        lambda: 1.0,
    },
    Case {
        key: "two_at_one_kink",
        what: "two units that share the kink of the truth and its slope by halves",
        point: &[1.0, 0.0, 0.5, 1.0, 0.0, 0.5],
        radius: 0.25,
        lambda: 4.0 / 3.0,
    },
];

fn predictions(_: &Settings) -> Vec<Prediction> {
    let mut stated: Vec<Prediction> = CASES
        .iter()
        .map(|case| {
            let near = Demand::near(case.lambda, SHARE * case.lambda);
            Prediction::new(case.key, format!("λ̂ of {}", case.what), near, DERIVED)
        })
        .collect();
    stated.push(Prediction::new(
        "one_tanh_unit",
        "λ̂ of v·tanh(ax + b) at tanh(x): regular, d/2",
        Demand::near(1.5, SHARE * 1.5),
        "rank 3 of the Fisher information",
    ));
    stated
}

fn estimate(
    lab: &Lab<'_>,
    loss: &dyn Loss<f64>,
    point: &[f64],
    radius: f64,
    seed: u64,
) -> Result<f64, ExperimentError> {
    let sweeps = lab.size().pick(600, 6000, 48_000);
    let tempering = Tempering::new()
        .with_sweeps(sweeps)
        .with_radius(radius)
        .with_seed(seed);
    let ladder = Ladder::new(loss, point).tempering(tempering);
    Ok(ladder.estimate_with(lab.control())?.fit().lambda)
}

/// A network of so many tanh units on fixed inputs, at the point where its units share tanh(x).
fn tanh(units: usize) -> Result<(NetworkLoss<f64>, Vec<f64>), ExperimentError> {
    let head = Head::SquaredError {
        variance: 1.0,
        outputs: Reduction::Sum,
    };
    let mut description = NetworkDescription::perceptron(&[1, units, 1], Activation::Tanh, head);
    if let Some(crate::network::Layer::Dense { bias, .. }) = description.layers.last_mut() {
        *bias = false;
    }
    let network = Network::new(&description)?;
    let inputs: Vec<f64> = (0..INPUTS)
        .map(|k| (2 * k + 1) as f64 / INPUTS as f64 - 1.0)
        .collect();
    let targets = inputs.iter().map(|x| x.tanh()).collect();
    let inputs = Data::new("inputs", 1, inputs)?;
    let data = Dataset::new(&network, inputs, Data::new("targets", 1, targets)?)?;
    let point = [
        vec![1.0; units],
        vec![0.0; units],
        vec![1.0 / units as f64; units],
    ];
    // without noise these inputs are all there is
    let loss = NetworkLoss::new(&network, &data)?.as_population();
    Ok((loss, point.concat()))
}

fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let mut table = Table::new("Units", ["network", "λ, derived", "λ̂ ± s.e. over seeds"]);
    for case in &CASES {
        let loss = ReluPopulation::new(case.point.len() / 3, &TRUTH)?;
        let lambdas = lab.over_seeds(case.what, |seed| {
            estimate(lab, &loss, case.point, case.radius, seed)
        })?;
        let mean = Measured::mean(&lambdas);
        let exact = Cell::from(case.lambda);
        table.row([Cell::from(case.what), exact, Cell::from(mean.to_string())]);
        lab.measure(case.key, mean)?;
    }
    let most = if lab.size() == Size::Small { 1 } else { 2 };
    for units in 1..=most {
        let (loss, point) = tanh(units)?;
        let what = ["one tanh unit", "two tanh units that share it"][units - 1];
        let lambdas = lab.over_seeds(what, |seed| estimate(lab, &loss, &point, 0.5, seed))?;
        let mean = Measured::mean(&lambdas);
        let exact = if units == 1 { "1.5" } else { "" };
        table.row([
            Cell::from(what),
            Cell::from(exact),
            Cell::from(mean.to_string()),
        ]);
        if units == 1 {
            lab.measure("one_tanh_unit", mean)?;
        }
    }
    lab.table(table);
    lab.remark(
        "A unit that is 0 on all inputs is free: the posterior around it is flat in three \
         directions, which count for nothing. On finitely many inputs a truth of 0 with a dead cell \
         would have K = 0 on an open set, and λ = 0.",
    );
    lab.remark(
        "Two rectified units at one kink give K of order |t|³ in the distance of their kinks, which \
         no analytic loss does.",
    );
    Ok(())
}
