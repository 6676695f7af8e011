//! How far two learners of one truth are apart.

use super::policies::posterior;
use super::{Demand, Experiment, ExperimentError, Lab, Measured, Prediction, Settings, Table};
use crate::estimate::EstimateError;
use crate::plot::{Axis, Chart, Curve};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

pub(super) static EXPERIMENT: Experiment = Experiment {
    name: "two_learners",
    about: "Two Bayes-predictive learners of one truth, of different classes and data: what they \
            do differs by at most √(λ_A/2n_A) + √(λ_B/2n_B)",
    source: "hoped for in the documents this project starts from; Pinsker's inequality and E KL = \
             λ/n (Watanabe 2009)",
    predictions,
    run,
};

/// Learner A has N(ab, 1), learner B N(g, 1), uniform on [−1, 1]; the truth is N(0, 1).
const LAMBDA: [f64; 2] = [0.5, 0.5];
const SAMPLES: [f64; 3] = [100.0, 1000.0, 10_000.0];

fn predictions(_: &Settings) -> Vec<Prediction> {
    let reference = "reference program, 150 draws";
    let bound = "E KL from n·KL of the two models (experiment policies), and Pinsker";
    let theory = "E sup_r |E_A r − E_B r| ≤ √(E KL_A/2) + √(E KL_B/2), r from 0 to 1, by hand";
    vec![
        Prediction::new(
            "distance_100",
            "n = 100 each: mean total variation of the two predictions",
            Demand::near(0.0373, 0.006),
            reference,
        ),
        Prediction::new(
            "bound_100",
            "n = 100: √(E KL_A/2) + √(E KL_B/2)",
            Demand::agrees(0.0888, 0.01),
            bound,
        ),
        Prediction::new(
            "distance_1000",
            "n = 1000: mean total variation",
            Demand::near(0.01315, 0.002),
            reference,
        ),
        Prediction::new(
            "bound_1000",
            "n = 1000: √(E KL_A/2) + √(E KL_B/2)",
            Demand::agrees(0.029_32, 0.003),
            bound,
        ),
        Prediction::new(
            "every_draw",
            "share of draws, all n, whose total variation is within its own √(KL_A/2) + √(KL_B/2)",
            Demand::at_least(1.0),
            "Pinsker's inequality and the triangle's",
        ),
        Prediction::new(
            "lambda_bound",
            "largest ratio over n of the mean total variation to √(λ_A/2n) + √(λ_B/2n)",
            Demand::at_most(1.0),
            theory,
        ),
        Prediction::new(
            "rate",
            "exponent of the mean total variation in n, from 100 to 10⁴",
            Demand::near(-0.5, 0.06),
            "√(λ/2n)",
        ),
    ]
}

/// The predictive density relative to N(0, 1) on a grid of x, from the posterior of g.
fn predictive(
    n: f64,
    s: f64,
    log_density: impl Fn(f64) -> f64,
    grid: &[f64],
) -> Result<Vec<f64>, EstimateError> {
    let posterior = posterior(n, s, log_density)?;
    // N(x; g, 1)/N(x; 0, 1)
    let ratio = |x: f64| posterior.mean(|g| (g * x - 0.5 * g * g).exp());
    Ok(grid.iter().map(|&x| ratio(x)).collect())
}

/// Total variation of two predictions, and KL(q ‖ p) of both.
fn draw(n: f64, scores: [f64; 2]) -> Result<[f64; 3], EstimateError> {
    // the trapezium on a wide interval is exact to the last digits for analytic integrands
    let (half, cells) = (8.5, 340);
    let step = 2.0 * half / f64::from(cells);
    let grid: Vec<f64> = (0..=cells).map(|i| -half + step * f64::from(i)).collect();
    let weights: Vec<f64> = grid
        .iter()
        .map(|x| step * (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt())
        .collect();
    let a = predictive(n, scores[0], |g| (-0.5 * g.abs().ln()).ln(), &grid)?;
    let b = predictive(n, scores[1], |_| 0.0, &grid)?;
    let sum =
        |f: &dyn Fn(usize) -> f64| -> f64 { (0..grid.len()).map(|i| weights[i] * f(i)).sum() };
    Ok([
        0.5 * sum(&|i| (a[i] - b[i]).abs()),
        // q log q/p with p − q added, which sums to 0 and removes the noise of a small KL
        sum(&|i| a[i] - 1.0 - a[i].ln()),
        sum(&|i| b[i] - 1.0 - b[i].ln()),
    ])
}

/// √(E x/2) with its standard error.
fn root_of_half(values: &[f64]) -> (f64, f64) {
    let mean = Measured::mean(values);
    let root = (0.5 * mean.figure).sqrt();
    (root, mean.standard_error.unwrap_or(f64::NAN) / (4.0 * root))
}

fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let draws = lab.size().pick(12, 60, 400);
    let mut table = Table::new(
        "Two learners: total variation and its bounds",
        [
            "n",
            "E TV",
            "bound, measured KL",
            "bound, λ",
            "TV/bound of λ",
            "n·KL_A",
            "n·KL_B",
        ],
    );
    let (mut within, mut total, mut largest) = (0, 0, 0.0_f64);
    let mut distances = Vec::new();
    let mut bounds = Vec::new();
    for (place, n) in SAMPLES.into_iter().enumerate() {
        let found = lab.over_seeds(&format!("draws at n = {n}"), |seed| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(place as u64);
            let draws = (0..draws).map(|_| {
                let scores: [f64; 2] = std::array::from_fn(|_| StandardNormal.sample(&mut rng));
                Ok(draw(n, scores)?)
            });
            draws.collect::<Result<Vec<_>, ExperimentError>>()
        })?;
        let found: Vec<[f64; 3]> = found.into_iter().flatten().collect();
        let column = |i: usize| -> Vec<f64> { found.iter().map(|values| values[i]).collect() };
        let distance = Measured::mean(&column(0));
        let distance = Measured {
            values: Vec::new(),
            ..distance
        };
        let (kl_a, kl_b) = (column(1), column(2));
        let (roots, errors) = (root_of_half(&kl_a), root_of_half(&kl_b));
        let bound = Measured::with_error(roots.0 + errors.0, roots.1.hypot(errors.1));
        let by_lambda: f64 = LAMBDA
            .iter()
            .map(|lambda| (lambda / (2.0 * n)).sqrt())
            .sum();
        total += found.len();
        within += found
            .iter()
            .filter(|[tv, a, b]| *tv <= (0.5 * a).sqrt() + (0.5 * b).sqrt())
            .count();
        largest = largest.max(distance.figure / by_lambda);
        table.row([
            n.into(),
            distance.figure.into(),
            bound.figure.into(),
            by_lambda.into(),
            (distance.figure / by_lambda).into(),
            (n * Measured::mean(&kl_a).figure).into(),
            (n * Measured::mean(&kl_b).figure).into(),
        ]);
        distances.push((n, distance.clone()));
        bounds.push((n, by_lambda));
        for (key, measured) in [("distance", distance), ("bound", bound)] {
            if n < 5000.0 {
                lab.measure(&format!("{key}_{n}"), measured)?;
            }
        }
    }
    lab.table(table);
    let share = within as f64 / total as f64;
    lab.measure("every_draw", Measured::exact(share))?;
    lab.measure("lambda_bound", Measured::exact(largest))?;
    let (first, last) = (&distances[0], &distances[SAMPLES.len() - 1]);
    let rate = (last.1.figure / first.1.figure).ln() / (last.0 / first.0).ln();
    lab.measure("rate", Measured::exact(rate))?;
    lab.remark(format!(
        "The bound is loose by a factor of about {:.1}: Pinsker's inequality is loose, and two \
         errors of different sign are counted as if they had the same.",
        1.0 / largest
    ));
    let points = || distances.iter().map(|(n, measured)| (*n, measured.figure));
    let errors = distances
        .iter()
        .map(|(_, m)| m.standard_error.unwrap_or(0.0));
    lab.chart(
        Chart::new(
            "distance",
            "Two learners of one truth: how far their predictions are apart",
            Axis::logarithmic("n"),
            Axis::logarithmic("total variation"),
        )
        .with(Curve::points("measured", points()).with_errors(errors))
        .with(Curve::dashed("√(λ_A/2n) + √(λ_B/2n)", bounds)),
    );
    Ok(())
}
