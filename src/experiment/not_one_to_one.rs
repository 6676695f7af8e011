//! Ten small models: Fisher rank, fibres and λ in one table.

use super::{Demand, Experiment, ExperimentError, Lab, Measured, Prediction, Settings, Table};
use crate::Budget;
use crate::model::{
    Activation, Inputs, Kernel, Mixture, Model, Regression, ShallowNetwork, naive_bayes,
    rational_point, reduced_rank_regression,
};
use crate::problem::Problem;
use crate::sampler::Tempering;

pub(super) static EXPERIMENT: Experiment = Experiment {
    name: "not_one_to_one",
    about: "Ten small models that are not one-to-one, or are and yet singular: rank of the Fisher \
            information, the fibre through the truth, exact λ and λ̂",
    source: "Watanabe 2009, §1 and Remark 7.2; Aoyagi & Watanabe 2005; Aoyagi 2009; Sato & \
             Watanabe 2019",
    predictions,
    run,
};

/// A model at a truth, and what is known of it.
struct Row {
    name: &'static str,
    problem: Problem,
    fibre: &'static str,
    rank: usize,
    lambda: &'static str,
    multiplicity: usize,
}

const ROWS: usize = 10;

fn at(model: &impl Model, truth: &[f64]) -> Result<Problem, ExperimentError> {
    Ok(Problem::at(model, &rational_point(truth)?)?)
}

fn rows() -> Result<[Row; ROWS], ExperimentError> {
    let line = |w: &[&str], f: &str, truth: &[f64]| {
        at(
            &Regression::parse(["x"], w.to_vec(), [f], Inputs::Normal)?,
            truth,
        )
    };
    let tanh = |units, truth: &[f64]| {
        at(
            &ShallowNetwork::new(1, units, 1, Activation::Tanh, Inputs::Uniform)?,
            truth,
        )
    };
    let low_rank = reduced_rank_regression(2, 1, 2)?;
    let row = |name, problem, fibre, rank, (lambda, multiplicity)| Row {
        name,
        problem,
        fibre,
        rank,
        lambda,
        multiplicity,
    };
    let (w, ab) = (["w"], ["a", "b"]);
    let classes = [0.0, 0.5, 0.25, 0.5, 0.25, 0.5, 0.25];
    let poisson = at(&Mixture::new(Kernel::Poisson, 2)?, &[0.5, 1.0, 1.0])?;
    let empty = at(&naive_bayes(2, &[2, 2, 2])?, &classes)?;
    Ok([
        row(
            "wx at 1",
            line(&w, "w*x", &[1.0])?,
            "a point",
            1,
            ("1/2", 1),
        ),
        row(
            "w³x at 0",
            line(&w, "w^3*x", &[0.0])?,
            "a point",
            0,
            ("1/6", 1),
        ),
        row(
            "abx at (1, 1)",
            line(&ab, "a*b*x", &[1.0; 2])?,
            "ab = 1",
            1,
            ("1/2", 1),
        ),
        row(
            "abx at 0",
            line(&ab, "a*b*x", &[0.0; 2])?,
            "ab = 0, a cross",
            0,
            ("1/2", 2),
        ),
        row(
            "2-1-2, rank 1",
            at(&low_rank, &[1.0, 0.0, 1.0, 0.0])?,
            "scalings",
            3,
            ("3/2", 1),
        ),
        row(
            "2-1-2, rank 0",
            at(&low_rank, &[0.0; 4])?,
            "A = 0 or B = 0",
            0,
            ("1", 2),
        ),
        row(
            "tanh, one unit at 0",
            tanh(1, &[0.0; 2])?,
            "a cross",
            0,
            ("1/2", 2),
        ),
        row(
            "tanh, two units on one",
            tanh(2, &[0.5, 0.5, 1.0, 1.0])?,
            "equal units; a unit idle",
            2,
            ("5/4", 1),
        ),
        row(
            "two Poisson on one",
            poisson,
            "equal means; a weight 0",
            1,
            ("3/4", 1),
        ),
        row(
            "two classes, one empty",
            empty,
            "the empty class is free",
            4,
            ("2", 1),
        ),
    ])
}

fn predictions(settings: &Settings) -> Vec<Prediction> {
    let general = "Watanabe 2009; splitting lemma: λ = r/2 + λ(remainder)";
    vec![
        Prediction::new(
            "ranks",
            "models of which the rank of the Fisher information is that found by hand, of 10",
            Demand::at_least(ROWS as f64),
            "derivatives of the model, by hand",
        ),
        Prediction::new(
            "lambdas",
            "models of which the engine's (λ, m) is that of the literature, of 10",
            Demand::at_least(ROWS as f64),
            "Aoyagi & Watanabe 2005; Aoyagi 2009; Sato & Watanabe 2019; by hand",
        ),
        Prediction::new(
            "above_half_rank",
            "least λ − r/2, r the Fisher rank",
            Demand::at_least(0.0),
            general,
        ),
        Prediction::new(
            "below_half_dimension",
            "largest λ − d/2",
            Demand::at_most(0.0),
            general,
        ),
        Prediction::new(
            "regular",
            "models where λ = d/2 exactly if the Fisher information has full rank, of 10",
            Demand::at_least(ROWS as f64),
            general,
        ),
        Prediction::new(
            "one_to_one",
            "w³x: one-to-one, and yet λ − d/2 is",
            Demand::near(-1.0 / 3.0, 1e-12),
            "λ = 1/6, by hand: what counts is the zero set with its multiplicity, not the fibre",
        ),
        Prediction::new(
            "estimated",
            "largest |λ̂/λ − 1| over the ten, λ̂ by the temperature ladder, mean over seeds",
            Demand::at_most(settings.size.pick(0.3, 0.1, 0.05)),
            "the estimator's error for the effort of the size",
        ),
    ]
}

fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let rows = rows()?;
    let (mut ranks, mut lambdas, mut regular) = (0, 0, 0);
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut known = Vec::new();
    for row in &rows {
        lab.go_on()?;
        let geometry = row.problem.fisher(&Budget::default())?;
        let exact = row.problem.exact(&Budget::default())?;
        let Some(pair) = exact.answer().coefficient() else {
            lab.remark(format!("{}: the engine has bounds alone", row.name));
            continue;
        };
        let (lambda, half) = (pair.lambda().to_f64(), 0.5 * row.problem.dimension() as f64);
        let found = (pair.lambda().to_string(), pair.multiplicity());
        lambdas += i32::from(found == (row.lambda.to_string(), row.multiplicity));
        ranks += i32::from(geometry.rank() == row.rank);
        least = least.min(lambda - 0.5 * geometry.rank() as f64);
        most = most.max(lambda - half);
        regular += i32::from((geometry.rank() == row.problem.dimension()) == (lambda == half));
        if row.name.starts_with("w³") {
            lab.measure("one_to_one", Measured::exact(lambda - half))?;
        }
        known.push((row, geometry.rank(), found, lambda));
    }
    for (key, count) in [("ranks", ranks), ("lambdas", lambdas), ("regular", regular)] {
        lab.measure(key, Measured::exact(count.into()))?;
    }
    lab.measure("above_half_rank", Measured::exact(least))?;
    lab.measure("below_half_dimension", Measured::exact(most))?;

    // by default a quarter of the ladder's own effort: some of the losses are slow integrals
    let sweeps = lab.size().pick(Some(150), Some(1500), None);
    let mut table = Table::new(
        "Fisher rank, fibre and λ",
        [
            "model",
            "d",
            "rank",
            "fibre through the truth",
            "λ",
            "m",
            "λ̂",
        ],
    );
    let mut worst: f64 = 0.0;
    for (row, rank, (stated, multiplicity), lambda) in known {
        let found = lab.over_seeds(&format!("λ̂ of {}", row.name), |seed| {
            let tempering = Tempering {
                sweeps,
                seed,
                ..Tempering::new()
            };
            let ladder = row.problem.ladder()?.tempering(tempering);
            Ok(ladder.estimate_with(lab.control())?.lambda())
        })?;
        let estimate = Measured::mean(&found).figure;
        worst = worst.max((estimate / lambda - 1.0).abs());
        table.row([
            row.name.into(),
            row.problem.dimension().into(),
            rank.into(),
            row.fibre.into(),
            stated.into(),
            multiplicity.into(),
            estimate.into(),
        ]);
    }
    lab.table(table);
    lab.measure("estimated", Measured::exact(worst))
}
