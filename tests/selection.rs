//! Model selection: laws of sBIC, published values, and choices on simulated data.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rlct::algebra::Rational;
use rlct::closed_form::{latent_class_dirichlet, mixture_bounds};
use rlct::sampler::{Control, Progress};
use rlct::selection::{
    Candidate, ComponentsPrior, DataTable, FactorAnalysis, FittedFamily, Mixtures, NoiseCovariance,
    PairCoefficient, ReducedRankRegression, SampledFamily, Selection, Starts, Wbic, sbic,
};
use rlct::{Budget, LearningCoefficient, Problem};
use statrs::distribution::{ContinuousCDF, Normal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn pair(quarters: i64, m: usize) -> PairCoefficient {
    let lambda = Rational::new(quarters, 4).unwrap();
    PairCoefficient::Exact(LearningCoefficient::new(lambda, m))
}

/// Log-likelihoods, own λ's and those at submodels of a chain: any positive numbers.
type Chain = Vec<Link>;

/// ℓ, and 4λ and m at each submodel and at the model itself.
type Link = (f64, Vec<(i64, usize)>);

fn chain() -> impl Strategy<Value = Chain> {
    let model = |k: usize| {
        let pairs = prop::collection::vec((1_i64..20, 1_usize..4), k + 1);
        (-40.0..0.0_f64, pairs)
    };
    (1_usize..6).prop_flat_map(move |k| (0..k).map(model).collect::<Vec<_>>())
}

fn candidates(chain: &Chain, shift: f64) -> Vec<Candidate> {
    let new = |(i, (value, pairs)): (usize, &Link)| {
        let (own, m) = pairs[i];
        let new = Candidate::new(format!("{i}"), value + shift, i + 1, pair(own, m));
        pairs[..i]
            .iter()
            .enumerate()
            .fold(new, |new, (j, (l, m))| new.with_submodel(j, pair(*l, *m)))
    };
    chain.iter().enumerate().map(new).collect()
}

/// The quadratics as they stand in the paper, in plain numbers.
fn naive(chain: &Chain, n: f64) -> Vec<f64> {
    let mut values: Vec<f64> = Vec::new();
    for (i, (log_likelihood, pairs)) in chain.iter().enumerate() {
        let prime = |j: usize| {
            let (quarters, m) = pairs[j];
            let lambda = quarters as f64 / 4.0;
            log_likelihood.exp() * n.powf(-lambda) * n.ln().powi(m as i32 - 1)
        };
        let b = values.iter().sum::<f64>() - prime(i);
        let c: f64 = values.iter().enumerate().map(|(j, l)| l * prime(j)).sum();
        values.push((-b + (b * b + 4.0 * c).sqrt()) / 2.0);
    }
    values
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::with_cases(300)
    })]

    #[test]
    fn sbic_solves_the_system(chain in chain(), n in 3_usize..2000) {
        let scores = sbic(&candidates(&chain, 0.0), n).unwrap();
        let n = n as f64;
        // the system itself, scaled by its largest term
        for (i, score) in scores.iter().enumerate() {
            let (log_likelihood, pairs) = &chain[i];
            let mut sum = 0.0;
            let mut size = 0.0_f64;
            for j in 0..=i {
                let (quarters, m) = pairs[j];
                let prime = log_likelihood - quarters as f64 / 4.0 * n.ln();
                let prime = prime + (m as f64 - 1.0) * n.ln().ln();
                // an average of the L′: divide by L(Mᵢ)², which is near the largest terms
                let weight = (scores[j].sbic - score.sbic).exp();
                let term = weight * (1.0 - (prime - score.sbic).exp());
                sum += term;
                size = size.max(term.abs()).max(weight);
            }
            prop_assert!(sum.abs() < 1e-8 * (1.0 + size), "{sum} {size}");
        }
    }

    #[test]
    fn sbic_agrees_with_plain_arithmetic(chain in chain(), n in 3_usize..2000) {
        let scores = sbic(&candidates(&chain, 0.0), n).unwrap();
        for (score, value) in scores.iter().zip(naive(&chain, n as f64)) {
            // where plain arithmetic cancels it is not the reference
            let largest = scores.iter().map(|s| s.sbic.exp()).fold(0.0, f64::max);
            if value > 0.0 && value > 1e-7 * largest {
                prop_assert!(
                    (score.sbic - value.ln()).abs() < 1e-6,
                    "{} {}",
                    score.sbic,
                    value.ln()
                );
            }
        }
    }

    #[test]
    fn constants_pass_through(chain in chain(), shift in -1e6..1e6_f64) {
        let plain = sbic(&candidates(&chain, 0.0), 100).unwrap();
        let shifted = sbic(&candidates(&chain, shift), 100).unwrap();
        for (a, b) in plain.iter().zip(&shifted) {
            prop_assert!((a.sbic + shift - b.sbic).abs() < 1e-6 && b.sbic.is_finite());
        }
    }

    #[test]
    fn sbic_is_an_average_and_grows_with_the_likelihood(chain in chain(), gain in 0.0..20.0_f64) {
        let n = 50_f64;
        let scores = sbic(&candidates(&chain, 0.0), 50).unwrap();
        for (score, (log_likelihood, pairs)) in scores.iter().zip(&chain) {
            let primes = pairs.iter().map(|(quarters, m)| {
                log_likelihood - *quarters as f64 / 4.0 * n.ln() + (*m as f64 - 1.0) * n.ln().ln()
            });
            let least = primes.clone().fold(f64::INFINITY, f64::min);
            let most = primes.fold(f64::NEG_INFINITY, f64::max);
            prop_assert!(least - 1e-9 <= score.sbic && score.sbic <= most + 1e-9);
        }
        let mut better = chain.clone();
        better.last_mut().unwrap().0 += gain;
        let higher = sbic(&candidates(&better, 0.0), 50).unwrap();
        let last = chain.len() - 1;
        prop_assert!(higher[last].sbic >= scores[last].sbic - 1e-9);
        // smaller λ at a submodel: a greater value
        if last > 0 {
            let mut cheaper = chain.clone();
            cheaper[last].1[0].0 = 1;
            let higher = sbic(&candidates(&cheaper, 0.0), 50).unwrap();
            prop_assert!(higher[last].sbic >= scores[last].sbic - 1e-9);
        }
    }

    #[test]
    fn regular_models_have_the_bic(values in prop::collection::vec(-1e6..0.0_f64, 1..6)) {
        let all: Vec<Candidate> = values.iter().enumerate().map(|(i, value)| {
            let own = pair(2 * (i as i64 + 1), 1);
            let new = Candidate::new("m", *value, i + 1, own.clone());
            (0..i).fold(new, |new, j| new.with_submodel(j, own.clone()))
        }).collect();
        for score in sbic(&all, 1000).unwrap() {
            prop_assert!((score.sbic - score.bic).abs() < 1e-8 * score.bic.abs());
            prop_assert!(score.exact);
        }
    }
}

#[test]
fn bounds_are_passed_on_and_misuse_is_refused() {
    let small = Candidate::new("small", -10.0, 1, pair(2, 1));
    let bound = PairCoefficient::AtMost(Rational::ONE);
    let middle = Candidate::new("middle", -9.0, 2, pair(4, 1)).with_submodel(0, bound);
    let large = Candidate::new("large", -8.0, 3, pair(6, 1))
        .with_submodel(0, pair(3, 1))
        .with_submodel(1, pair(5, 1));
    let scores = sbic(&[small.clone(), middle.clone(), large], 100).unwrap();
    let exact: Vec<bool> = scores.iter().map(|score| score.exact).collect();
    assert_eq!(
        exact,
        [true, false, false],
        "what rests on a bound is no exact value"
    );

    assert!(sbic(&[], 100).is_err());
    assert!(sbic(std::slice::from_ref(&small), 2).is_err());
    assert!(
        sbic(&[middle], 100).is_err(),
        "a submodel that is not there"
    );
    assert!(sbic(&[small.clone().with_weight(0.0)], 100).is_err());
    assert!(sbic(&[Candidate::new("nan", f64::NAN, 1, pair(2, 1))], 100).is_err());
}

fn linnerud(names: &[&str]) -> DataTable {
    let csv = include_str!("../examples/data/linnerud.csv");
    DataTable::from_csv(csv.as_bytes(), names).unwrap()
}

fn linnerud_regression(noise: NoiseCovariance) -> ReducedRankRegression {
    let predictors = linnerud(&["Weight", "Waist", "Pulse"]);
    ReducedRankRegression::new(&predictors, &linnerud(&["Chins", "Situps", "Jumps"]), noise)
        .unwrap()
}

/// The canonical correlations of these data as the manual of SAS prints them (SAS/STAT User's
/// Guide, the CANCORR procedure, "Canonical correlation analysis of fitness club data"), and its
/// Wilks' Λ = Π(1 − ρ²) = 0.35039053.
#[test]
fn canonical_correlations_are_the_published_ones() {
    let family = linnerud_regression(NoiseCovariance::Estimated);
    let published = [0.795608, 0.200556, 0.072570];
    for (found, known) in family.singular_values().iter().zip(published) {
        assert!((found - known).abs() < 1e-6, "{found} {known}");
    }
    let wilks = (-(family.log_likelihood(3) - family.log_likelihood(0)) / 10.0).exp();
    assert!((wilks - 0.350_390_53).abs() < 1e-7, "{wilks}");
}

/// Every model of rank r is regular at its own generic points: λ = d/2, m = 1, which the closed
/// form must give; and no λ at a submodel exceeds it.
#[test]
fn own_coefficients_are_half_the_dimension() {
    let mut families: Vec<Box<dyn FittedFamily>> = Vec::new();
    for noise in [NoiseCovariance::Estimated, NoiseCovariance::Known(2.0)] {
        families.push(Box::new(linnerud_regression(noise)));
    }
    let six = linnerud(&["Weight", "Waist", "Pulse", "Chins", "Situps", "Jumps"]);
    let starts = Starts::new().with_count(2);
    families.push(Box::new(FactorAnalysis::new(&six, None, &starts).unwrap()));
    let pulse = linnerud(&["Chins"]);
    families.push(Box::new(
        Mixtures::binomial(&pulse, 20, 4, &starts).unwrap(),
    ));
    families.push(Box::new(Mixtures::normal(&six, 30.0, 3, &starts).unwrap()));
    for family in &families {
        let candidates = family.candidates().unwrap();
        for candidate in &candidates {
            let half = Rational::from(candidate.dimension()) / Rational::from(2);
            assert_eq!(candidate.own().lambda(), &half);
            assert!(candidate.own().is_exact() && candidate.own().multiplicity() == 1);
            for (j, pair) in candidate.submodels() {
                assert!(pair.lambda() <= &half);
                assert!(pair.lambda() >= candidates[*j].own().lambda());
            }
        }
        let values: Vec<f64> = candidates.iter().map(Candidate::log_likelihood).collect();
        assert!(values.is_sorted_by(|a, b| *b >= a - 1e-6), "{values:?}");
    }
}

#[test]
fn units_do_not_matter() {
    let scaled = |table: &DataTable, by: f64| {
        let columns = (0..3).map(|j| {
            let column = table.column(j).iter().map(|x| by * x - 7.0 * by);
            (table.names()[j].clone(), column.collect())
        });
        DataTable::new(columns.collect::<Vec<(String, Vec<f64>)>>()).unwrap()
    };
    let x = linnerud(&["Weight", "Waist", "Pulse"]);
    let y = linnerud(&["Chins", "Situps", "Jumps"]);
    let plain = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated).unwrap();
    for by in [1e-100, 1e-3, 1e150] {
        let moved = ReducedRankRegression::new(
            &scaled(&x, by),
            &scaled(&y, 1.0 / by),
            NoiseCovariance::Estimated,
        );
        let moved = moved.unwrap();
        for rank in 0..=3 {
            let jacobian = 60.0 * by.ln();
            let (a, b) = (
                plain.log_likelihood(rank) + jacobian,
                moved.log_likelihood(rank),
            );
            assert!((a - b).abs() < 1e-6 * a.abs(), "{by}: {a} {b}");
        }
    }
}

#[test]
fn collinear_columns_are_named() {
    let a = vec![1.0, 2.0, 4.0, 8.0, 5.0, 7.0];
    let b: Vec<f64> = a.iter().map(|x| 3.0 * x + 1.0).collect();
    let x = DataTable::new([("a", a), ("b", b)]).unwrap();
    let y = DataTable::new([("y", vec![1.0, 0.0, 1.0, 0.0, 2.0, 1.0])]).unwrap();
    let error = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("column `b` is a linear combination")
    );
}

/// WBIC of rank 0 with known noise is a regular model: E_β over y = c + ε with c ~ N(0, 1) in units
/// of σ is known, n·L(0) − … : each mean has the tempered posterior variance 1/(nβ + 1).
#[test]
fn wbic_of_a_normal_mean_is_known() {
    let family = linnerud_regression(NoiseCovariance::Known(40.0));
    let loss = family.loss(0).unwrap();
    let wbic = Wbic::new().seed(3).estimate(&*loss, 1.0).unwrap();
    let n = 20_f64;
    let expected = -family.log_likelihood(0) + 3.0 * n / 2.0 / (n / n.ln() + 1.0);
    let error = wbic.standard_error;
    assert!(
        error < 0.1 && (wbic.value - expected).abs() < 4.0 * error,
        "{wbic:?} {expected}"
    );
    assert!(wbic.verdict.is_converged(), "{}", wbic.verdict);
}

/// How often sBIC and BIC find rank 1 in 4 × 4 regressions.
fn shares(n: usize, runs: u64, signal: f64) -> [usize; 2] {
    let mut found = [0; 2];
    for run in 0..runs {
        let mut rng = ChaCha8Rng::seed_from_u64(run);
        let mut normal = move || -> f64 { StandardNormal.sample(&mut rng) };
        let (mut x, mut y) = (vec![Vec::new(); 4], vec![Vec::new(); 4]);
        for _ in 0..n {
            let row = [(); 4].map(|()| normal());
            let score: f64 = row.iter().sum::<f64>() / 2.0 * signal / 2.0;
            for (column, value) in x.iter_mut().zip(row) {
                column.push(value);
            }
            for column in &mut y {
                column.push(score + normal());
            }
        }
        let table = |prefix: &str, columns: Vec<Vec<f64>>| {
            let named = columns.into_iter().enumerate();
            DataTable::new(named.map(|(j, column)| (format!("{prefix}{j}"), column))).unwrap()
        };
        let family =
            ReducedRankRegression::new(&table("x", x), &table("y", y), NoiseCovariance::Estimated)
                .unwrap();
        let selection = Selection::new(&family).unwrap();
        found[0] += usize::from(selection.by_sbic().name == "rank 1");
        found[1] += usize::from(selection.by_bic().name == "rank 1");
    }
    found
}

#[test]
fn sbic_finds_a_weak_rank_1_as_often_as_bic_and_a_strong_one_mostly() {
    for (n, signal) in [
        (200, 0.25),
        (500, 0.25),
        (1000, 0.25),
        (200, 1.0),
        (1000, 1.0),
    ] {
        let [sbic, bic] = shares(n, 200, signal);
        println!("n = {n}, signal {signal}: rank 1 by sBIC in {sbic}, by BIC in {bic} of 200");
        // where the signal is strong BIC is right, and sBIC overfits in a few of a hundred
        let least = if signal < 1.0 { bic } else { 185 };
        assert!(sbic >= least, "n = {n}: {sbic} {bic}");
    }
}

#[test]
fn latent_classes_and_mixtures_report_their_fits() {
    let data = linnerud(&["Chins"]);
    let family = Mixtures::binomial(&data, 20, 3, &Starts::new()).unwrap();
    for fit in family.fits() {
        assert!(fit.convergence.converged > 0 && fit.convergence.agreeing > 0);
        assert!((fit.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        // the mean of a binomial mixture at its maximum is that of the data
        let pairs = fit.weights.iter().zip(&fit.parameters);
        let mean: f64 = pairs.map(|(w, p)| 20.0 * w * p[0]).sum();
        assert!((mean - 9.45).abs() < 1e-6, "{mean}");
    }
}

const MINI: &str = include_str!("data/selection/mini.csv");
const FLIP_C: &str = include_str!("data/selection/flip_C.csv");
const GALAXIES: &str = include_str!("data/selection/galaxies.csv");
const ACIDITY: &str = include_str!("data/selection/acidity.csv");
const SAXONY: &str = include_str!("data/selection/saxony.csv");

fn read(csv: &str, column: &str) -> DataTable {
    DataTable::from_csv(csv.as_bytes(), &[column]).unwrap()
}

fn seeded(seed: u64) -> Starts {
    Starts::new().with_seed(seed)
}

fn log_likelihoods(family: &Mixtures) -> Vec<f64> {
    family.fits().iter().map(|fit| fit.log_likelihood).collect()
}

/// The maxima of `tests/data/selection/README.md`, from an independent EM with hundreds of starts.
#[test]
fn the_maximum_is_found_from_every_seed() {
    for (csv, column, deviation, maxima, chosen) in [
        (MINI, "x", 1.0, &[(4, -40.514)][..], Some(4)),
        (FLIP_C, "x", 1.0, &[(6, -343.103)], Some(6)),
        (GALAXIES, "v", 1.0, &[(2, -469.781)], None),
        (GALAXIES, "v", 0.6, &[(2, -1086.01), (3, -542.08)], None),
        (ACIDITY, "v", 0.35, &[(4, -180.825)], Some(4)),
    ] {
        let data = read(csv, column);
        let most = maxima.last().unwrap().0;
        for seed in 0..20 {
            let beyond = most + usize::from(chosen.is_some());
            let family = Mixtures::normal(&data, deviation, beyond, &seeded(seed)).unwrap();
            for (components, value) in maxima {
                let fit = &family.fits()[components - 1];
                let found = fit.log_likelihood;
                assert!((found - value).abs() < 0.006, "{seed}: {found} {value}");
            }
            if let Some(chosen) = chosen {
                let values = |selection: &Selection| -> Vec<f64> {
                    selection.scores().iter().map(|score| score.sbic).collect()
                };
                let own = values(&Selection::new(&family).unwrap());
                let equal = family.with_components_prior(ComponentsPrior::Equal);
                let selection = Selection::new(&equal).unwrap();
                assert_eq!(values(&selection), own, "sBIC is the same under any P(K)");
                assert_eq!(selection.by_sbic().name, format!("{chosen} components"));
            }
        }
    }
    let data = read(SAXONY, "k");
    for seed in 0..20 {
        let found = log_likelihoods(&Mixtures::binomial(&data, 12, 4, &seeded(seed)).unwrap());
        let gain = found[3] - found[2];
        assert!((gain - 0.030).abs() < 0.001, "{seed}: {found:?}");
    }
}

/// Centres 4 to 6 standard deviations from each other and one far away, and a number of rows.
fn centres_and_rows(set: u64, rng: &mut ChaCha8Rng) -> (Vec<f64>, usize) {
    let near = 2 + set as usize % 4;
    let mut centres = vec![0.0];
    for _ in 1..near {
        centres.push(centres.last().unwrap() + rng.random_range(4.0..6.0));
    }
    centres.push(60.0 + 40.0 * set as f64);
    (centres, 80 + 60 * set as usize / 7)
}

/// Clusters 4 to 6 standard deviations from each other, and a small group far away. Deviations are
/// drawn in strata of equal probability: what is asked is whether the fit is found, and not how
/// often a sample looks as if it had a component more.
fn clusters(set: u64) -> (DataTable, usize) {
    let mut rng = ChaCha8Rng::seed_from_u64(100 + set);
    let normal = Normal::new(0.0, 1.0).unwrap();
    let (centres, rows) = centres_and_rows(set, &mut rng);
    let near = centres.len() - 1;
    let few = rows / 16;
    let mut x = Vec::new();
    for (group, centre) in centres.iter().enumerate() {
        let (first, last) = (
            group * (rows - few) / near,
            (group + 1) * (rows - few) / near,
        );
        let size = if group == near { few } else { last - first };
        for row in 0..size {
            let level = (row as f64 + rng.random::<f64>()) / size as f64;
            x.push(centre + normal.inverse_cdf(level));
        }
    }
    (DataTable::new([("x", x)]).unwrap(), near + 1)
}

#[test]
fn clusters_and_a_far_group_are_counted_from_every_seed() {
    for set in 0..8 {
        let (data, components) = clusters(set);
        for seed in 0..20 {
            let family = Mixtures::normal(&data, 1.0, components + 2, &seeded(seed)).unwrap();
            let selection = Selection::new(&family).unwrap();
            assert_eq!(
                selection.by_sbic().name,
                format!("{components} components"),
                "set {set}, seed {seed}"
            );
            let convergence = &family.fits()[components - 1].convergence;
            assert!(convergence.is_confirmed(), "{convergence:?}");
        }
    }
}

/// The same without strata: what is chosen with 90 % is right. sBIC takes a component too many in
/// some samples, from every seed, and tells them from none.
#[test]
fn random_clusters_are_counted_right_or_left_undecided() {
    let mut right = 0;
    for set in 0..8_u64 {
        let mut rng = ChaCha8Rng::seed_from_u64(700 + set);
        let (centres, rows) = centres_and_rows(set, &mut rng);
        let near = centres.len() - 1;
        let x = (0..rows).map(|row| {
            let group = if row < rows / 16 {
                near
            } else {
                rng.random_range(0..near)
            };
            let noise: f64 = StandardNormal.sample(&mut rng);
            centres[group] + noise
        });
        let data = DataTable::new([("x", x.collect::<Vec<f64>>())]).unwrap();
        let name = format!("{} components", near + 1);
        let mut chosen = Vec::new();
        for seed in 0..3 {
            let family = Mixtures::normal(&data, 1.0, near + 3, &seeded(seed)).unwrap();
            let selection = Selection::new(&family).unwrap();
            assert!(selection.by_sbic().name == name || !selection.is_decided_by_sbic());
            chosen.push(selection.by_sbic().name.clone());
        }
        assert!(
            chosen.iter().all(|other| *other == chosen[0]),
            "set {set}: {chosen:?}"
        );
        right += usize::from(chosen[0] == name);
    }
    assert!(right >= 5, "{right} of 8");
}

/// 12 throws of one of two dice, and 4 in 10 000 of a third, which is loaded.
#[test]
fn a_rare_component_is_found() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let k = (0..10_000).map(|row| {
        let other = if row % 3 == 0 { 0.3 } else { 1.0 / 6.0 };
        let p = if row < 4 { 0.95 } else { other };
        f64::from((0..12).filter(|_| rng.random::<f64>() < p).count() as u32)
    });
    let data = DataTable::new([("k", k.collect::<Vec<f64>>())]).unwrap();
    for seed in 0..20 {
        let family = Mixtures::binomial(&data, 12, 3, &seeded(seed)).unwrap();
        let fit = &family.fits()[2];
        let rare = fit
            .weights
            .iter()
            .position(|weight| *weight < 1e-3)
            .unwrap();
        assert!((fit.weights[rare] - 4e-4).abs() < 1e-4, "{seed}: {fit:?}");
        assert!(fit.parameters[rare][0] > 0.85, "{seed}: {fit:?}");
        assert!(fit.convergence.is_confirmed(), "{seed}: {fit:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(2),
        ..ProptestConfig::with_cases(60)
    })]

    #[test]
    fn more_components_never_fit_worse(
        x in prop::collection::vec(-20.0..20.0_f64, 6..30),
        seed in 0_u64..1000,
    ) {
        let k = x.iter().map(|x| (x.abs() / 2.0).floor()).collect::<Vec<_>>();
        let data = DataTable::new([("x", x), ("k", k)]).unwrap();
        let starts = seeded(seed).with_count(2);
        let both = Mixtures::normal(&data, 2.0, 5, &starts).unwrap();
        let k = DataTable::new([("k", data.column(1).to_vec())]).unwrap();
        let one = Mixtures::binomial(&k, 10, 5, &starts).unwrap();
        for family in [both, one] {
            let values = log_likelihoods(&family);
            prop_assert!(values.is_sorted(), "{values:?}");
        }
    }

    #[test]
    fn units_of_a_normal_mixture_do_not_matter(
        x in prop::collection::vec(-5.0..5.0_f64, 10..30),
        scale in -5..6_i32,
    ) {
        let by = 10_f64.powi(scale);
        let moved = x.iter().map(|x| by * (x + 3.0)).collect::<Vec<_>>();
        let n = x.len() as f64;
        let plain = DataTable::new([("x", x)]).unwrap();
        let moved = DataTable::new([("x", moved)]).unwrap();
        let plain = Mixtures::normal(&plain, 1.0, 3, &Starts::new()).unwrap();
        let moved = Mixtures::normal(&moved, by, 3, &Starts::new()).unwrap();
        for (a, b) in plain.fits().iter().zip(moved.fits()) {
            let jacobian = n * by.ln();
            prop_assert!((a.log_likelihood - jacobian - b.log_likelihood).abs() < 1e-3);
        }
    }
}

#[test]
fn a_fit_on_the_boundary_is_exact_and_named() {
    let k = (0..40)
        .map(|row| f64::from(row % 2) * 8.0)
        .collect::<Vec<_>>();
    let data = DataTable::new([("k", k)]).unwrap();
    let family = Mixtures::binomial(&data, 8, 2, &Starts::new()).unwrap();
    let fit = &family.fits()[1];
    assert!((fit.log_likelihood + 40.0 * 2_f64.ln()).abs() < 1e-6);
    assert!(fit.convergence.on_boundary && fit.convergence.is_confirmed());
}

#[test]
fn a_stopped_family_has_the_fits_that_were_over() {
    let data = read(GALAXIES, "v");
    let whole = Mixtures::normal(&data, 1.0, 4, &Starts::new()).unwrap();
    assert!(whole.is_complete());
    let at_once = Control::new().with_time(Duration::ZERO);
    let family = Mixtures::normal_under(&data, 1.0, 4, &Starts::new(), &at_once).unwrap();
    assert_eq!(family.fits(), &whole.fits()[..1]);
    assert!(!family.is_complete());
    // progress counts the numbers of components
    let stop = AtomicBool::new(false);
    let watch = |seen: Progress| {
        if 2 * seen.done > seen.total {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let control = Control::new().with_stop(&stop).with_progress(&watch);
    let family = Mixtures::normal_under(&data, 1.0, 4, &Starts::new(), &control).unwrap();
    assert_eq!(family.fits(), &whole.fits()[..2]);
    assert_eq!(Selection::new(&family).unwrap().scores().len(), 2);
}

#[test]
#[ignore = "a matter of seconds, on a machine that does nothing else"]
fn large_samples_are_fitted_in_seconds() {
    for (rows, most) in [(1000, 0.1), (200_000, 10.0)] {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let x = (0..rows).map(|row| {
            let noise: f64 = StandardNormal.sample(&mut rng);
            noise + if row % 3 == 0 { 2.0 } else { 0.0 }
        });
        let data = DataTable::new([("x", x.collect::<Vec<_>>())]).unwrap();
        let start = Instant::now();
        let family = Mixtures::normal(&data, 1.0, 2, &Starts::new()).unwrap();
        let took = start.elapsed().as_secs_f64();
        println!(
            "n = {rows}: {took:.3} s, {:?}",
            family.fits()[1].convergence
        );
        assert!(took < most, "n = {rows}: {took} s");
    }
}

/// λ of two latent classes at an independent truth by the engine: means as coordinates, the
/// covariances s·u_v·u_w with s ≥ 0 under the amplitude s^(φ−1).
#[test]
fn two_classes_have_the_engines_coefficient_for_every_index() {
    for (states, indices) in [
        (&[2_usize, 2][..], 1..=3_usize),
        (&[2, 3], 1..=3),
        (&[2, 2, 2], 1..=3),
        (&[4, 2, 2], 1..=4),
        (&[3, 2, 2], 1..=3),
    ] {
        let u = |v: usize| (0..states[v] - 1).map(move |k| format!("u{v}_{k}"));
        let mut generators = Vec::new();
        for v in 0..states.len() {
            for w in 0..v {
                let pairs = u(v).flat_map(|one| u(w).map(move |other| (one.clone(), other)));
                generators.extend(pairs.map(|(one, other)| format!("s*{one}*{other}")));
            }
        }
        let means: usize = states.iter().map(|s| s - 1).sum();
        for index in indices {
            let problem = Problem::ideal(&generators)
                .unwrap()
                .nonnegative(["s"])
                .unwrap();
            let problem = if index > 1 {
                problem.amplitude(&format!("s^{}", index - 1)).unwrap()
            } else {
                problem
            };
            let found = problem.exact(&Budget::default()).unwrap();
            let found = found.answer().coefficient().unwrap().clone();
            let pair = latent_class_dirichlet(states, &index.into()).unwrap();
            let lambda = found.lambda() + &(Rational::from(means) / Rational::from(2));
            assert_eq!(pair.lambda(), &lambda, "{states:?} {index}");
            assert_eq!(
                pair.multiplicity(),
                found.multiplicity(),
                "{states:?} {index}"
            );
        }
    }
    assert!(latent_class_dirichlet(&[2, 2], &Rational::ZERO).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(3),
        ..ProptestConfig::with_cases(40)
    })]

    /// λ grows with φ up to N/2 and no further, lies between the λ of the truth and half of the
    /// dimension, and is below the published bound.
    #[test]
    fn lambda_grows_with_the_concentration_up_to_half_of_the_parameters(
        features in 3_usize..7,
        quarters in 1_i64..30,
    ) {
        let rows = 20 + features;
        let bit = |row: usize, v: usize| f64::from(u8::from((row * (v + 3)) % 11 < 5));
        let columns = (0..features).map(|v| {
            (format!("x{v}"), (0..rows).map(|row| bit(row, v)).collect::<Vec<_>>())
        });
        let data = DataTable::new(columns.collect::<Vec<_>>()).unwrap();
        let most = 2 + usize::from(features > 4);
        let starts = Starts::new().with_count(1);
        let family = Mixtures::latent_classes(&data, most, &starts).unwrap();
        let own = family.candidates().unwrap();
        let index = Rational::new(quarters, 4).unwrap();
        let other = family.with_concentration(index.clone()).unwrap().candidates().unwrap();
        for (i, (own, other)) in own.iter().zip(&other).enumerate() {
            prop_assert_eq!(own.own(), other.own());
            for ((j, most), (_, pair)) in own.submodels().iter().zip(other.submodels()) {
                prop_assert!(pair.lambda() <= most.lambda());
                let half = Rational::from(features) / Rational::from(2);
                prop_assert_eq!(pair.lambda() == most.lambda(), index >= half);
                prop_assert_eq!(pair.is_exact(), (i, *j) == (1, 0));
                let published = mixture_bounds(features, i + 1, j + 1, &index).unwrap();
                prop_assert!(pair.lambda() <= published.upper());
                let truth = Rational::from((j + 1) * features + j) / Rational::from(2);
                prop_assert!(pair.lambda() > &truth);
            }
        }
    }
}
