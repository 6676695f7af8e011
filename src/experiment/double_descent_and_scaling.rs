//! Generalisation errors: n·E[G] → λ, parameter scaling, and the double descent of least squares.

use super::policies::online_regret;
use super::{
    Demand, Experiment, ExperimentError, Lab, Measured, Prediction, Settings, Size, Table,
};
use crate::closed_form;
use crate::estimate::{Ladder, Llc};
use crate::loss::{LinearNetwork, LinearNetworkSample, Loss};
use crate::plot::{Axis, Chart, Curve};
use crate::sampler::Tempering;
use nalgebra::{Cholesky, DMatrix, DVector};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

pub(super) static EXPERIMENT: Experiment = Experiment {
    name: "double_descent_and_scaling",
    about: "Generalisation: n·E[G] → λ and not d/2, λ that saturates while d grows, and what of \
            double descent λ explains (the regular branch) and what not (the peak)",
    source: "Watanabe 2009; Aoyagi & Watanabe 2005; Belkin, Hsu & Xu 2020 (weak features)",
    predictions,
    run,
};

/// Models N(g, 1) at the truth 0, w uniform: the key, g, the log density of g, and n·E[KL] at
/// n = 10⁶.
type Line = (&'static str, &'static str, fn(f64) -> f64, f64);
const LINES: [Line; 4] = [
    ("error_regular", "g = w, λ = 1/2", |_| 0.0, 0.5),
    (
        "error_cube",
        "g = w³, λ = 1/6",
        |g| -2.0 / 3.0 * g.abs().ln(),
        1.0 / 6.0,
    ),
    ("error_square", "g = w², λ = 1/4", half_line, 0.25),
    // ½ − 1/(2 log n) + …: a multiplicity of 2 is slow
    (
        "error_product",
        "g = ab, λ = 1/2, m = 2",
        |g| (-g.abs().ln()).ln(),
        0.4303,
    ),
];

fn half_line(g: f64) -> f64 {
    if g > 0.0 {
        -0.5 * g.ln()
    } else {
        f64::NEG_INFINITY
    }
}

/// The network whose WAIC is sampled: λ = 4, d/2 = 9.
const WIDTHS: [usize; 3] = [3, 3, 3];
const WAIC_SAMPLES: usize = 400;

/// Hidden units of six inputs and outputs at a truth of rank 2, and λ.
const HIDDEN: [(usize, f64); 6] = [
    (2, 10.0),
    (3, 12.0),
    (4, 13.5),
    (6, 16.0),
    (8, 17.5),
    (12, 18.0),
];

/// Least squares on p of D features: n, D, |β|², σ² and p.
const ROWS: usize = 40;
const FEATURES: usize = 100;
const NOISE: f64 = 0.25;
const USED: [usize; 13] = [0, 5, 10, 20, 30, 36, 38, 42, 44, 50, 60, 80, 100];
/// Nearer to the peak the error of a draw has no variance.
const FAR: usize = 10;

fn predictions(settings: &Settings) -> Vec<Prediction> {
    let mut stated: Vec<Prediction> = LINES
        .iter()
        .map(|(key, name, _, value)| {
            let source = "E KL = dR/dn, R = λ log n − (m−1) log log n: by hand, and quadrature";
            let claim = format!("n·E[KL] of the Bayes prediction at n = 10⁶, {name}");
            Prediction::new(key, claim, Demand::near(*value, 1e-3), source)
        })
        .collect();
    let waic =
        "E n(WAIC − S_n) = λ + o(1), Watanabe 2010; λ = 4 by Aoyagi & Watanabe 2005, d/2 = 9";
    stated.extend([
        Prediction::new(
            "waic",
            "network 3-3-3 at a truth of rank 1, n = 400: mean of n(WAIC − S_n), S_n the loss of \
             the truth",
            Demand::agrees(4.0, settings.size.pick(1.5, 0.6, 0.3)),
            waic,
        ),
        Prediction::new(
            "waic_not_dimension",
            "the same is nearer to λ = 4 than to d/2 = 9",
            Demand::at_most(6.5),
            waic,
        ),
        Prediction::new(
            "scaling",
            "6 inputs and outputs, truth of rank 2, H = 2, 3, 4, 6, 8, 12: formula equal to 10, \
             12, 27/2, 16, 35/2, 18, while d/2 goes from 12 to 72",
            Demand::at_least(6.0),
            "Aoyagi & Watanabe 2005, computed by hand",
        ),
        Prediction::new(
            "descent",
            "least squares of least norm, |n − p| ≥ 10: largest relative distance of the mean \
             error from the formula",
            Demand::at_most(settings.size.pick(0.2, 0.05, 0.03)),
            "p ≤ n − 2: (|β_c|² + σ²)(1 + p/(n−p−1)); p ≥ n + 2: |β_T|²(1 − n/p) + (|β_c|² + σ²)(1 + \
             n/(p−n−1)); Belkin, Hsu & Xu 2020",
        ),
        Prediction::new(
            "peak",
            "its error at p = 38 and 42, the less, over the larger one at p = 20 and 60",
            Demand::at_least(4.0),
            "the same formula: 33.9/2.2 = 15",
        ),
        Prediction::new(
            "regular_branch",
            "excess KL of p = 5 features times n/p: λ/n with λ = p/2 would give 1/2",
            Demand::within(0.45, 0.65),
            "½ n/(n − p − 1) = .588 by the formula; → λ/p = 1/2 as n → ∞",
        ),
        Prediction::new(
            "bayes",
            "largest ratio of the error of the posterior mean at one p to that at the p before, \
             prior N(0, |β|²/D)",
            Demand::at_most(1.02),
            "features that are known cannot harm a Bayesian whose prior holds: no peak",
        ),
    ]);
    // 144 parameters take longer than seconds
    if settings.size != Size::Small {
        stated.push(Prediction::new(
            "saturation",
            "λ̂ at H = 12 (144 parameters), by the temperature ladder",
            Demand::within(0.95 * 18.0, 1.05 * 18.0),
            "MN/2 = 18, Aoyagi & Watanabe 2005",
        ));
    }
    stated
}

fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    scaling(lab)?;
    let values = lab.map("generalisation errors", &LINES, |line| {
        let (n, step) = (1e6, 0.02_f64);
        let up = online_regret(n * step.exp(), &line.2)?;
        let down = online_regret(n * (-step).exp(), &line.2)?;
        Ok((line.0, (up - down) / (2.0 * step)))
    })?;
    for (key, value) in values {
        lab.measure(key, Measured::exact(value))?;
    }
    descent(lab)?;
    waic(lab)?;
    saturation(lab)
}

fn waic(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let sets = lab.size().pick(2, 10, 50);
    let (population, w_star) = LinearNetwork::<f64>::of_rank(&WIDTHS, 1)?;
    let seeds = lab.settings().seeds;
    let runs: Vec<u64> = (1..=sets * seeds).collect();
    let found = lab.map("WAIC", &runs, |&seed| {
        let data = LinearNetworkSample::draw(&population, WAIC_SAMPLES, 1.0, seed)?;
        let mut scratch = vec![0.0; data.scratch_len()];
        let truth = data.value(&w_star, &mut scratch);
        let llc = Llc::new(&data, &w_star).seed(seed);
        let waic = llc.predictive_with(lab.control())?.waic().value;
        Ok(WAIC_SAMPLES as f64 * (waic - truth))
    })?;
    let measured = Measured::mean(&found);
    lab.measure("waic_not_dimension", measured.clone())?;
    lab.measure("waic", measured)
}

fn scaling(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let mut table = Table::new(
        "Six inputs and outputs, truth of rank 2: λ saturates at MN/2 = 18",
        ["H", "d/2", "λ", "m"],
    );
    let mut right = 0;
    let (mut lambdas, mut halves) = (Vec::new(), Vec::new());
    for (hidden, lambda) in HIDDEN {
        let exact = closed_form::reduced_rank(6, 6, hidden, 2)?;
        right += i32::from(exact.lambda().to_f64() == lambda);
        table.row([
            hidden.into(),
            (6 * hidden).into(),
            exact.lambda().to_string().into(),
            exact.multiplicity().into(),
        ]);
        lambdas.push((hidden as f64, exact.lambda().to_f64()));
        halves.push((hidden as f64, 6.0 * hidden as f64));
    }
    lab.table(table);
    lab.measure("scaling", Measured::exact(right.into()))?;
    lab.chart(
        Chart::new(
            "scaling",
            "Parameters are not what is paid for: λ saturates while d/2 grows",
            Axis::linear("hidden units H"),
            Axis::linear("λ and d/2"),
        )
        .with(Curve::line("λ (truth of rank 2)", lambdas))
        .with(Curve::dashed("d/2", halves)),
    );
    Ok(())
}

fn saturation(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    if lab.size() == Size::Small {
        return Ok(());
    }
    let (loss, w_star) = LinearNetwork::<f64>::of_rank(&[6, 12, 6], 2)?;
    let found = lab.over_seeds("λ̂ of 144 parameters", |seed| {
        let ladder = Ladder::new(&loss, &w_star).tempering(Tempering::new().with_seed(seed));
        Ok(ladder.estimate_with(lab.control())?.lambda())
    })?;
    lab.measure("saturation", Measured::mean(&found))
}

/// The mean squared error of the prediction of a new y, by the formula.
fn formula(p: usize) -> f64 {
    let (n, share) = (ROWS as f64, p as f64 / FEATURES as f64);
    let unexplained = 1.0 - share + NOISE;
    let p = p as f64;
    if p < n {
        unexplained * (1.0 + p / (n - p - 1.0))
    } else {
        share * (1.0 - n / p) + unexplained * (1.0 + n / (p - n - 1.0))
    }
}

/// The squared error of the prediction of a new y from the first p features, by least squares of
/// least norm and by the posterior mean under the prior N(0, 1/D) of each coefficient.
fn errors(x: &DMatrix<f64>, y: &DVector<f64>, beta: &DVector<f64>, p: usize) -> [f64; 2] {
    let rest: f64 = beta.iter().skip(p).map(|b| b * b).sum::<f64>() + NOISE;
    if p == 0 {
        return [beta.norm_squared() + NOISE; 2];
    }
    let used = x.columns(0, p);
    let error = |ridge: f64| {
        // β̂ = (XᵀX + r)⁻¹Xᵀy = Xᵀ(XXᵀ + r)⁻¹y, by the smaller of the two
        let solved = if p <= x.nrows() {
            let gram = used.tr_mul(&used) + DMatrix::identity(p, p) * ridge;
            Cholesky::new(gram).map(|gram| gram.solve(&used.tr_mul(y)))
        } else {
            let gram = used * used.transpose() + DMatrix::identity(x.nrows(), x.nrows()) * ridge;
            Cholesky::new(gram).map(|gram| used.tr_mul(&gram.solve(y)))
        };
        let distance = solved.map(|found| (found - beta.rows(0, p)).norm_squared());
        distance.unwrap_or(f64::NAN) + rest
    };
    // what is left out is noise of its variance for whoever does not see it
    let variance = 1.0 - p as f64 / FEATURES as f64 + NOISE;
    [error(0.0), error(variance * FEATURES as f64)]
}

/// Mean errors over draws of data and of β, for every p.
fn mean_errors(draws: usize, seed: u64) -> Vec<[f64; 2]> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut sums = vec![[0.0; 2]; USED.len()];
    for _ in 0..draws {
        let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
        let x = DMatrix::from_fn(ROWS, FEATURES, |_, _| normal());
        let beta = DVector::from_fn(FEATURES, |_, _| normal() / (FEATURES as f64).sqrt());
        let y = &x * &beta + DVector::from_fn(ROWS, |_, _| normal() * NOISE.sqrt());
        for (sums, p) in sums.iter_mut().zip(USED) {
            for (sum, error) in sums.iter_mut().zip(errors(&x, &y, &beta, p)) {
                *sum += error / draws as f64;
            }
        }
    }
    sums
}

fn descent(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let draws = lab.size().pick(30, 1000, 10_000);
    let found = lab.over_seeds("double descent", |seed| Ok(mean_errors(draws, seed)))?;
    let mean = |place: usize, way: usize| {
        let values: Vec<f64> = found.iter().map(|seed| seed[place][way]).collect();
        Measured::mean(&values)
    };
    let least_squares: Vec<Measured> = (0..USED.len()).map(|place| mean(place, 0)).collect();
    let bayes: Vec<Measured> = (0..USED.len()).map(|place| mean(place, 1)).collect();
    let mut table = Table::new(
        "Error of a new y, n = 40, D = 100",
        [
            "p",
            "least norm",
            "± over seeds",
            "formula",
            "posterior mean",
        ],
    );
    let mut worst: f64 = 0.0;
    for (place, p) in USED.into_iter().enumerate() {
        let (measured, predicted) = (&least_squares[place], formula(p));
        if p.abs_diff(ROWS) >= FAR {
            worst = worst.max((measured.figure / predicted - 1.0).abs());
        }
        table.row([
            p.into(),
            measured.figure.into(),
            measured.standard_error.unwrap_or(f64::NAN).into(),
            predicted.into(),
            bayes[place].figure.into(),
        ]);
    }
    lab.table(table);
    lab.measure("descent", Measured::exact(worst))?;
    let at = |p: usize| USED.iter().position(|used| *used == p).unwrap_or(0);
    let figure = |p: usize| least_squares[at(p)].figure;
    let peak = figure(38).min(figure(42)) / figure(20).max(figure(60));
    lab.measure("peak", Measured::exact(peak))?;
    let unexplained = 1.0 - 5.0 / FEATURES as f64 + NOISE;
    let excess = 0.5 * (figure(5) / unexplained - 1.0) * ROWS as f64 / 5.0;
    let error = least_squares[at(5)].standard_error.unwrap_or(f64::NAN);
    let error = 0.5 * error / unexplained * ROWS as f64 / 5.0;
    lab.measure("regular_branch", Measured::with_error(excess, error))?;
    let ratios = bayes.windows(2).map(|pair| pair[1].figure / pair[0].figure);
    lab.measure("bayes", Measured::exact(ratios.fold(0.0, f64::max)))?;
    lab.remark(
        "Double descent: its left branch is the λ/n of a regular model, λ = p/2, and the peak at p = \
         n is the point estimator's; the Bayesian prediction from the same data has none.",
    );
    let smooth = |range: std::ops::RangeInclusive<usize>| {
        range.map(|p| (p as f64, formula(p))).collect::<Vec<_>>()
    };
    let points = |measured: &[Measured]| -> Vec<(f64, f64)> {
        let pairs = USED.iter().zip(measured);
        pairs.map(|(&p, m)| (p as f64, m.figure)).collect()
    };
    lab.chart(
        Chart::new(
            "descent",
            "Double descent is the point estimator's: n = 40 samples, p of 100 features",
            Axis::linear("features p"),
            Axis::logarithmic("squared error of a new y"),
        )
        .with(Curve::points("least squares of least norm", points(&least_squares)).with_colour(0))
        .with(Curve::dashed("formula", smooth(0..=38)).with_colour(0))
        .with(Curve::dashed("", smooth(42..=100)).with_colour(0))
        .with(Curve::line("Bayes", points(&bayes)).with_colour(1)),
    );
    Ok(())
}
