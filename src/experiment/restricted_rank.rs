//! Reduced-rank regression: λ across ranks, and the rank that data of growing size tell.

use super::{
    Demand, Experiment, ExperimentError, Lab, Measured, Prediction, Settings, Size, Table,
};
use crate::closed_form;
use crate::estimate::{Ladder, Llc};
use crate::loss::LinearNetwork;
use crate::plot::{Axis, Chart, Curve};
use crate::sampler::Tempering;
use crate::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection, Wbic};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

pub(super) static EXPERIMENT: Experiment = Experiment {
    name: "restricted_rank",
    about: "Reduced-rank regression y = BAx + noise: λ̂ of every rank against the exact λ, and the \
            rank that BIC, sBIC and WBIC find as n grows",
    source: "Aoyagi & Watanabe 2005; Watanabe 2013 (WBIC); Drton & Plummer 2017 (sBIC)",
    predictions,
    run,
};

/// Inputs, and as many outputs.
const WIDTH: usize = 4;
/// The rank of the truth.
const RANK: usize = 2;
/// The singular values of the truth; inputs and noise have variance 1.
const TRUTH: [f64; RANK] = [1.0, 0.35];
/// Ranks of the models whose λ is estimated.
const MODELS: [(usize, &str); 3] = [(2, "lambda_2"), (3, "lambda_3"), (4, "lambda_4")];
/// Sizes of the data.
const SAMPLES: [usize; 6] = [30, 60, 125, 250, 1000, 4000];
/// The size at which the second singular value is about as large as the noise makes one,
/// (√4 + √4)²/.35².
const THRESHOLD: usize = 2;
/// The size at which WBIC is sampled.
const WBIC_SAMPLES: usize = 1000;

fn lambda(hidden: usize) -> f64 {
    closed_form::reduced_rank(WIDTH, WIDTH, hidden, RANK)
        .map_or(f64::NAN, |value| value.lambda().to_f64())
}

/// Those of this size: the larger ones take longer than seconds.
fn models(size: Size) -> &'static [(usize, &'static str)] {
    &MODELS[..size.pick(1, 3, 3)]
}

fn predictions(settings: &Settings) -> Vec<Prediction> {
    let formula =
        "Aoyagi & Watanabe 2005, main theorem; 5 % is what the temperature ladder reaches";
    let theory = "Drton & Plummer 2017: sBIC is consistent, and penalises no more than BIC";
    let mut stated = Vec::new();
    for &(hidden, key) in models(settings.size) {
        let exact = lambda(hidden);
        stated.push(Prediction::new(
            key,
            format!("λ̂ of rank {hidden} at a truth of rank 2, by the temperature ladder"),
            Demand::near(exact, 0.05 * exact),
            formula,
        ));
    }
    stated.extend([
        Prediction::new(
            "sbic_large",
            "share of data sets of n = 4000 of which sBIC finds rank 2",
            Demand::at_least(0.95),
            theory,
        ),
        Prediction::new(
            "sbic_grows",
            "that share less the one at n = 30",
            Demand::at_least(0.2),
            theory,
        ),
        Prediction::new(
            "sbic_not_below_bic",
            "least difference over n of the mean ranks by sBIC and by BIC",
            Demand::at_least(0.0),
            theory,
        ),
        Prediction::new(
            "sbic_before_bic",
            "share that sBIC finds less the share that BIC finds, n = 125 (the threshold)",
            Demand::at_least(0.0),
            "BIC charges λ = d/2 where λ < d/2, and so chooses too small models",
        ),
        Prediction::new(
            "wbic",
            "share of data sets of n = 1000, a seed each, of which WBIC finds rank 2",
            Demand::at_least(0.8),
            "Watanabe 2013: WBIC = F + O(√log n)",
        ),
    ]);
    stated
}

/// Predictors and responses of n samples, y = diag(TRUTH)x + N(0, I).
fn data(n: usize, rng: &mut ChaCha8Rng) -> Result<ReducedRankRegression, ExperimentError> {
    let mut columns = |name: &str| -> Vec<(String, Vec<f64>)> {
        let column = |j| {
            let values = (0..n).map(|_| StandardNormal.sample(rng)).collect();
            (format!("{name}{j}"), values)
        };
        (1..=WIDTH).map(column).collect()
    };
    let (x, mut y) = (columns("x"), columns("y"));
    for (j, scale) in TRUTH.into_iter().enumerate() {
        for (y, x) in y[j].1.iter_mut().zip(&x[j].1) {
            *y += scale * x;
        }
    }
    let (x, y) = (DataTable::new(x)?, DataTable::new(y)?);
    Ok(ReducedRankRegression::new(
        &x,
        &y,
        NoiseCovariance::Known(1.0),
    )?)
}

/// The number in "rank 2".
fn rank(name: &str) -> f64 {
    let digits = name.rsplit(' ').next();
    digits.and_then(|d| d.parse().ok()).unwrap_or(f64::NAN)
}

/// The mean rank and the share of rank 2, by sBIC and by BIC.
type Choices = [[f64; 2]; 2];

fn choices(n: usize, sets: usize, seed: u64) -> Result<Choices, ExperimentError> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(n as u64);
    let mut sums = Choices::default();
    for _ in 0..sets {
        let selection = Selection::new(&data(n, &mut rng)?)?;
        for (sums, name) in sums
            .iter_mut()
            .zip([&selection.by_sbic().name, &selection.by_bic().name])
        {
            let rank = rank(name);
            sums[0] += rank / sets as f64;
            sums[1] += f64::from(u8::from(rank == RANK as f64)) / sets as f64;
        }
    }
    Ok(sums)
}

fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    ranks(lab)?;
    wbic(lab)?;
    lambdas(lab)
}

/// λ̂ and U(t) beside the exact λ.
fn lambdas(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let mut table = Table::new(
        "A truth of rank 2, 4 inputs and outputs",
        [
            "rank",
            "d/2",
            "λ",
            "m",
            "λ̂ (ladder)",
            "± over seeds",
            "U(n/log n), n = 10⁴",
        ],
    );
    let sweeps = lab.size().pick(Some(300), None, Some(12_000));
    for &(hidden, key) in models(lab.size()) {
        let (loss, w_star) = LinearNetwork::<f64>::of_rank(&[WIDTH, hidden, WIDTH], RANK)?;
        let exact = closed_form::reduced_rank(WIDTH, WIDTH, hidden, RANK)?;
        let pairs = lab.over_seeds(&format!("λ̂ of rank {hidden}"), |seed| {
            let tempering = Tempering {
                sweeps,
                seed,
                ..Tempering::new()
            };
            let ladder = Ladder::new(&loss, &w_star).tempering(tempering);
            let lambda = ladder.estimate_with(lab.control())?.lambda();
            let llc = Llc::new(&loss, &w_star).seed(seed);
            let llc = llc.relative_error(lab.size().pick(0.1, 0.02, 0.02));
            Ok((lambda, llc.estimate_with(lab.control())?.energy()))
        })?;
        let lambdas: Vec<f64> = pairs.iter().map(|pair| pair.0).collect();
        let energies: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
        let measured = Measured::mean(&lambdas);
        table.row([
            hidden.into(),
            (0.5 * w_star.len() as f64).into(),
            exact.lambda().to_string().into(),
            exact.multiplicity().into(),
            measured.figure.into(),
            measured.standard_error.unwrap_or(f64::NAN).into(),
            Measured::mean(&energies).figure.into(),
        ]);
        lab.measure(key, measured)?;
    }
    lab.table(table);
    Ok(())
}

/// The ranks that the criteria choose, over n.
fn ranks(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let sets = lab.size().pick(20, 100, 400);
    let chosen = lab.over_seeds("ranks by sBIC and BIC", |seed| {
        SAMPLES
            .into_iter()
            .map(|n| choices(n, sets, seed))
            .collect::<Result<Vec<_>, _>>()
    })?;
    let over_seeds = |place: usize, criterion: usize, figure: usize| -> Vec<f64> {
        let seeds = chosen.iter();
        seeds.map(|seed| seed[place][criterion][figure]).collect()
    };
    let mean = |place, criterion, figure| Measured::mean(&over_seeds(place, criterion, figure));
    let difference = |one: Vec<f64>, other: Vec<f64>| -> Measured {
        let pairs = one.iter().zip(&other);
        Measured::mean(&pairs.map(|(a, b)| a - b).collect::<Vec<_>>())
    };
    let last = SAMPLES.len() - 1;
    lab.measure("sbic_large", mean(last, 0, 1))?;
    let grown = difference(over_seeds(last, 0, 1), over_seeds(0, 0, 1));
    lab.measure("sbic_grows", grown)?;
    let least = (0..=last)
        .map(|place| difference(over_seeds(place, 0, 0), over_seeds(place, 1, 0)))
        .min_by(|a, b| a.figure.total_cmp(&b.figure));
    if let Some(least) = least {
        lab.measure("sbic_not_below_bic", least)?;
    }
    let before = difference(over_seeds(THRESHOLD, 0, 1), over_seeds(THRESHOLD, 1, 1));
    lab.measure("sbic_before_bic", before)?;

    let mut table = Table::new(
        "Share of data sets with rank 2, and mean rank",
        ["n", "sBIC", "BIC", "mean rank, sBIC", "mean rank, BIC"],
    );
    for (place, n) in SAMPLES.into_iter().enumerate() {
        table.row([
            n.into(),
            mean(place, 0, 1).figure.into(),
            mean(place, 1, 1).figure.into(),
            mean(place, 0, 0).figure.into(),
            mean(place, 1, 0).figure.into(),
        ]);
    }
    lab.table(table);
    let mut chart = Chart::new(
        "shares",
        "The true rank is found: sBIC, which charges λ, before BIC, which charges d/2",
        Axis::logarithmic("n"),
        Axis::linear("share of data sets with rank 2").with_range(0.0, 1.05),
    );
    for (criterion, name) in ["sBIC", "BIC"].into_iter().enumerate() {
        let measured: Vec<Measured> = (0..=last).map(|place| mean(place, criterion, 1)).collect();
        let points = || {
            SAMPLES
                .iter()
                .zip(&measured)
                .map(|(&n, m)| (n as f64, m.figure))
        };
        let errors = measured.iter().map(|m| m.standard_error.unwrap_or(0.0));
        chart = chart
            .with(Curve::line("", points()).with_colour(criterion))
            .with(
                Curve::points(name, points())
                    .with_errors(errors)
                    .with_colour(criterion),
            );
    }
    lab.chart(chart);
    Ok(())
}

/// The rank by WBIC.
fn wbic(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let settings = match lab.size() {
        Size::Small => Wbic::new().draws(300).burn_in(600).thinning(2),
        Size::Default | Size::Full => Wbic::new(),
    };
    let found = lab.over_seeds("WBIC", |seed| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let family = data(WBIC_SAMPLES, &mut rng)?;
        let settings = settings.clone().seed(seed);
        let selection =
            Selection::new(&family)?.with_wbic_under(&family, &settings, lab.control())?;
        let by = selection.by_wbic().ok_or(ExperimentError::Stopped)?;
        Ok(f64::from(u8::from(rank(&by.name) == RANK as f64)))
    })?;
    lab.measure("wbic", Measured::mean(&found))
}
