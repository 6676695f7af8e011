//! WBIC, WAIC, cross-validation and the singular fluctuation, where they are known.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(
    clippy::print_stdout,
    reason = "figures of a test, shown when it fails"
)]

use rlct::draws::{DrawsFile, Recording};
use rlct::estimate::{Doubt, EstimateError, Llc, WithError};
use rlct::loss::{LinearNetwork, LinearNetworkSample, Loss};
use rlct::sampler::Hmc;

/// y ~ N(w, I) in d dimensions, as a linear network with the constant input 1.
struct Location {
    d: usize,
    n: usize,
    loss: LinearNetworkSample<f64>,
    mean: Vec<f64>,
    /// Squared distances of the samples to their mean.
    squares: Vec<f64>,
}

impl Location {
    fn new(d: usize, n: usize) -> Self {
        // Fixed data of about unit variance, in no way normal: the formulas hold for any.
        let outputs: Vec<f64> = (0..d * n)
            .map(|i| 1.4 * (i as f64 * 1.7 + (i as f64 * 0.31).cos()).sin())
            .collect();
        let loss = LinearNetworkSample::new(&[1, d], &vec![1.0; n], &outputs).unwrap();
        let mean: Vec<f64> = (0..d)
            .map(|k| outputs[k..].iter().step_by(d).sum::<f64>() / n as f64)
            .collect();
        let squares = outputs
            .chunks_exact(d)
            .map(|y| y.iter().zip(&mean).map(|(y, m)| (y - m).powi(2)).sum())
            .collect();
        Self {
            d,
            n,
            loss,
            mean,
            squares,
        }
    }
}

fn close(what: &str, found: WithError, exact: f64, error_below: f64) {
    println!("{what}: {found} against {exact:.6}");
    assert!(
        (found.value - exact).abs() < 4.0 * found.standard_error,
        "{what}: {found} against {exact}"
    );
    assert!(found.standard_error < error_below, "{what}: {found}");
}

#[test]
fn a_regular_model_has_the_values_known_by_hand() {
    let model = Location::new(3, 40);
    let (d, n) = (model.d as f64, model.n as f64);
    // A start off the minimum, for nothing depends on it.
    let start: Vec<f64> = model.mean.iter().map(|m| m + 0.1).collect();
    for llc in [
        Llc::new(&model.loss, &start),
        Llc::new(&model.loss, &start).sampler(Hmc::adaptive(1e-2, 5)),
    ] {
        let predictive = llc
            .localization(0.0)
            .draws(8000)
            .steps_between_draws(2)
            .predictive()
            .unwrap();
        // The posterior is N(mean, I/n), a sample's loss half its squared distance.
        let total: f64 = model.squares.iter().sum();
        let mean_over =
            |f: &dyn Fn(f64) -> f64| model.squares.iter().map(|&s| f(s)).sum::<f64>() / n;
        let training = mean_over(&|s| s / (1.0 + 1.0 / n) / 2.0) + d / 2.0 * (1.0 / n).ln_1p();
        let variance = total / n + d / (2.0 * n);
        let spread = 1.0 + 1.0 / (n - 1.0);
        let left_out =
            mean_over(&|s| s * (n / (n - 1.0)).powi(2) / spread / 2.0) + d / 2.0 * spread.ln();
        close("T_n", predictive.training_loss(), training, 2e-3);
        close("V_n", predictive.functional_variance(), variance, 0.1);
        close("ν̂", predictive.singular_fluctuation(), variance / 2.0, 0.05);
        close("WAIC", predictive.waic(), training + variance / n, 3e-3);
        close("LOO", predictive.leave_one_out(), left_out, 3e-3);
        assert!(
            predictive.verdict().is_trustworthy(),
            "{}",
            predictive.verdict()
        );
        let shapes = predictive.pareto_shapes();
        assert!(
            shapes
                .iter()
                .all(|shape| shape.is_some_and(|shape| shape < 0.5))
        );
        // The data have about unit variance, so that ν is about d/2.
        assert!((variance / 2.0 - d / 2.0).abs() < 0.2, "{variance}");
    }
}

#[test]
fn wbic_of_a_regular_model_is_known() {
    let model = Location::new(4, 100);
    let llc = Llc::new(&model.loss, &model.mean)
        .localization(0.0)
        .draws(8000)
        .estimate()
        .unwrap();
    // n L_n(mean) + d/2·log n
    let exact = model.squares.iter().sum::<f64>() / 2.0 + 2.0 * 100_f64.ln();
    close("WBIC", llc.wbic().unwrap(), exact, 0.2);
    let other = Llc::new(&model.loss, &model.mean).inverse_temperature(0.5);
    assert_eq!(other.draws(100).estimate().unwrap().wbic(), None);
}

#[test]
fn standard_errors_of_waic_cover() {
    // Over 40 seeds, fewer than 33 intervals of 95 % cover with probability 0.0007.
    let model = Location::new(2, 25);
    let total: f64 = model.squares.iter().sum();
    let variance = total / 25.0 + 1.0 / 25.0;
    let covered = (0..40)
        .filter(|&seed| {
            let predictive = Llc::new(&model.loss, &model.mean)
                .localization(0.0)
                .draws(800)
                .seed(seed)
                .predictive()
                .unwrap();
            let found = predictive.functional_variance();
            (found.value - variance).abs() <= 1.96 * found.standard_error
        })
        .count();
    assert!((33..=40).contains(&covered), "{covered} of 40");
}

/// Over data sets, n(WAIC − L_n(w₀)) has the mean λ as n grows (Watanabe 2009), and for a singular
/// model that is not d/2: reduced rank 2-2-2 at rank 0 has λ = 3/2, d = 8.
fn reduced_rank_waic(data_sets: u64) -> (f64, f64, f64) {
    let n = 200;
    let population = LinearNetwork::<f64>::new(&[2, 2, 2], &[0.0; 4]).unwrap();
    let truth = [0.0; 8];
    let (mut values, mut fluctuation) = (Vec::new(), 0.0);
    for seed in 0..data_sets {
        let loss = LinearNetworkSample::draw(&population, n, 1.0, seed).unwrap();
        let at_truth = loss.value(&truth, &mut vec![0.0; loss.scratch_len()]);
        let predictive = Llc::new(&loss, &truth)
            .sampler(Hmc::adaptive(1e-2, 8))
            .burn_in(400)
            .draws(500)
            .seed(seed)
            .predictive()
            .unwrap();
        values.push(n as f64 * (predictive.waic().value - at_truth));
        fluctuation += predictive.singular_fluctuation().value / data_sets as f64;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt(), fluctuation)
}

#[test]
fn waic_of_reduced_rank_shows_lambda_and_not_half_the_dimension() {
    let (mean, error, fluctuation) = reduced_rank_waic(24);
    println!("n(WAIC − L_n(w₀)) = {mean:.3} ± {error:.3}, ν̂ = {fluctuation:.3}");
    assert!((mean - 1.5).abs() < 4.0 * error, "{mean} ± {error}");
    assert!(4.0 - mean > 4.0 * error, "{mean} ± {error}");
    assert!(fluctuation < 3.0);
}

#[test]
#[ignore = "a minute: 400 data sets"]
fn waic_of_reduced_rank_shows_lambda_precisely() {
    let (mean, error, fluctuation) = reduced_rank_waic(400);
    println!("n(WAIC − L_n(w₀)) = {mean:.3} ± {error:.3}, ν̂ = {fluctuation:.3}");
    // n is finite: up to a tenth of λ is allowed beside the error.
    assert!((mean - 1.5).abs() < 4.0 * error + 0.15, "{mean} ± {error}");
}

/// The log-likelihoods of a run, as [`store`](rlct::draws::DrawsFile) keeps them, against WAIC and
/// cross-validation of the same draws by this crate and by ArviZ 0.23.4:
/// `arviz.waic(data, scale="log")` and `arviz.loo(data, scale="log", reff=1)` of the store that
/// this test leaves in target/tmp/log-likelihoods.zarr, its groups opened by `xarray.open_zarr`.
#[test]
fn the_store_s_log_likelihoods_are_those_of_waic_and_cross_validation() {
    const ARVIZ: [f64; 2] = [-30.268_455_905_631_57, -30.315_423_474_412_84];
    let (population, truth) = LinearNetwork::<f64>::of_rank(&[2, 1, 2], 1).unwrap();
    let loss = LinearNetworkSample::draw(&population, 30, 1.0, 5).unwrap();
    let n = loss.num_samples().unwrap();
    let llc = Llc::new(&loss, &truth)
        .sampler(Hmc::new(4e-3, 8))
        .localization(1.0)
        .burn_in(200)
        .draws(400)
        .seed(3);
    let predictive = llc.predictive().unwrap();
    let recording = Recording::new().with_log_likelihoods();
    let draws = llc.nbeta(n as f64).record(&recording).unwrap().draws;
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/log-likelihoods.zarr");
    let file = DrawsFile::new(file).unwrap().replacing(true);
    draws.write(&file).unwrap();

    let rows: Vec<&[f64]> = (0..draws.num_chains())
        .flat_map(|chain| draws.log_likelihoods(chain).chunks_exact(n))
        .collect();
    let size = rows.len() as f64;
    assert_eq!(size, 1600.0);
    let (mut density, mut variance) = (0.0, 0.0);
    for sample in 0..n {
        let column = || rows.iter().map(|row| row[sample]);
        density += (column().map(f64::exp).sum::<f64>() / size).ln();
        let mean = column().sum::<f64>() / size;
        variance += column().map(|l| (l - mean).powi(2)).sum::<f64>() / (size - 1.0);
    }
    // the same draws
    let training = -density / n as f64;
    assert!((predictive.training_loss().value - training).abs() < 1e-12);
    assert!((predictive.functional_variance().value - variance).abs() < 1e-10);
    // the variance of ArviZ divides by the number of draws
    let waic = -(predictive.waic().value * n as f64 - variance / size);
    let left_out = -predictive.leave_one_out().value * n as f64;
    println!("{waic} {left_out}");
    assert!((waic - ARVIZ[0]).abs() < 1e-8, "{waic}");
    assert!((left_out - ARVIZ[1]).abs() < 1e-8, "{left_out}");
}

#[test]
fn misuse_is_named() {
    let population = LinearNetwork::<f64>::new(&[1, 1], &[0.0]).unwrap();
    let predictive = Llc::new(&population, &[0.0]).predictive();
    assert_eq!(predictive, Err(EstimateError::NoSamples));
    let model = Location::new(1, 10);
    for llc in [
        Llc::new(&model.loss, &[0.0]).nbeta(3.0),
        Llc::new(&model.loss, &[0.0]).num_samples(100),
        Llc::new(&model.loss, &[0.0]).inverse_temperature(0.5),
    ] {
        let error = llc.predictive().unwrap_err();
        assert_eq!(error, EstimateError::PredictiveTemperature);
    }
    let recording = Recording::new().with_log_likelihoods();
    let none = Llc::new(&population, &[0.0]).record(&recording);
    assert_eq!(none.unwrap_err(), EstimateError::NoSamples);
    let recording = recording.with_max_values(10 * 100);
    let many = Llc::new(&model.loss, &[0.0]).nbeta(10.0).draws(50);
    let refused = EstimateError::TooManyLogLikelihoods {
        num_samples: 10,
        most_draws: 100,
    };
    assert_eq!(many.record(&recording).unwrap_err(), refused);
    // An outlier so far off that one draw carries its weight.
    let mut outputs = vec![0.0; 10];
    outputs[0] = 60.0;
    let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 10], &outputs).unwrap();
    let doubtful = Llc::new(&loss, &[6.0]).draws(500).predictive().unwrap();
    let heavy = |doubt: &Doubt| matches!(doubt, Doubt::ParetoShape { samples: 1.., .. });
    assert!(doubtful.verdict().doubts().iter().any(heavy));
}
