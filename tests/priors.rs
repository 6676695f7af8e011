//! Priors by name: U(t) of the regular model K = ½w² against what it is exactly.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::algebra::Reading;
use rlct::draws::Recording;
use rlct::estimate::{EstimateError, Ladder, Llc, VolumeScaling};
use rlct::loss::{LossError, PolynomialLoss, Prior};
use rlct::sampler::{Hmc, Langevin, Mala, SamplerError};
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// K = ½w².
fn half_square() -> PolynomialLoss<f64> {
    PolynomialLoss::from_terms(1, &[vec![(vec![2], 0.5)]], Reading::Loss).unwrap()
}

/// How many of `seeds` intervals of 95 % hold the truth.
fn held(
    loss: &PolynomialLoss<f64>,
    prior: &Prior,
    (nbeta, gamma): (f64, f64),
    sampler: &Langevin,
    truth: f64,
    seeds: u64,
) -> usize {
    let inside = |seed: &u64| {
        let llc = Llc::new(loss, &[0.0]).prior(prior.clone()).nbeta(nbeta);
        let llc = llc.localization(gamma).sampler(*sampler).seed(*seed);
        let answer = llc.draws(2000).estimate().unwrap();
        (answer.energy() - truth).abs() < 1.96 * answer.standard_error()
    };
    (0..seeds).filter(inside).count()
}

/// By the binomial distribution of 20 intervals of 95 % at least 15 hold, but in 3 of 10⁴ cases.
const SEEDS: u64 = 20;
const LEAST: usize = 15;

/// U(t) = ½t/(t + γ + 1/s²), with a third of it taken by the prior.
#[test]
fn normal_priors_narrow_the_posterior() {
    let loss = half_square();
    let (t, gamma, s) = (20.0, 1.0, 0.3);
    let truth = 0.5 * t / (t + gamma + 1.0 / (s * s));
    assert!(truth < 0.32);
    let prior = Prior::flat(1).with_normal(0, 0.0, s).unwrap();
    for sampler in [Hmc::new(0.02, 8).into(), Mala::new(0.03).into()] {
        let held = held(&loss, &prior, (t, gamma), &sampler, truth, SEEDS);
        assert!(held >= LEAST, "{sampler:?}: {held} of {SEEDS}");
    }
    // a mean away from the point moves it: E[w²] = 1/h + (m/(s²h))², h = t + γ + 1/s²
    let (mean, h) = (0.4, t + gamma + 1.0 / (s * s));
    let moved = mean / (s * s * h);
    let truth = 0.5 * t * (1.0 / h + moved * moved);
    let prior = Prior::flat(1).with_normal(0, mean, s).unwrap();
    let held = held(
        &loss,
        &prior,
        (t, gamma),
        &Hmc::new(0.02, 8).into(),
        truth,
        SEEDS,
    );
    assert!(held >= LEAST, "{held} of {SEEDS}");
}

/// On [−a, b] the posterior is a truncated normal distribution of variance 1/h:
/// E[hw²] = 1 − (bφ(b) + aφ(a))/(Φ(b) − Φ(−a)) in units of its standard deviation.
#[test]
fn uniform_priors_cut() {
    let loss = half_square();
    let (t, gamma) = (9.0, 1.0);
    let h: f64 = t + gamma;
    let (a, b) = (0.2, 0.5);
    let normal = Normal::new(0.0, 1.0).unwrap();
    let (low, high) = (a * h.sqrt(), b * h.sqrt());
    let ends = high * normal.pdf(high) + low * normal.pdf(low);
    let truth = 0.5 * t / h * (1.0 - ends / (normal.cdf(high) - normal.cdf(-low)));
    assert!(truth < 0.25, "cut from 0.45 to {truth}");
    let prior = Prior::flat(1).with_uniform(0, -a, b).unwrap();
    for sampler in [Hmc::new(0.02, 8).into(), Mala::new(0.05).into()] {
        let held = held(&loss, &prior, (t, gamma), &sampler, truth, SEEDS);
        assert!(held >= LEAST, "{sampler:?}: {held} of {SEEDS}");
    }
    let llc = Llc::new(&loss, &[0.0]).prior(prior).nbeta(t).draws(1000);
    let run = llc.record(&Recording::new()).unwrap();
    let draws: Vec<f64> = (0..run.draws.num_chains())
        .flat_map(|chain| run.draws.parameter(chain, 0))
        .collect();
    assert!(draws.iter().all(|w| (-a..=b).contains(w)));
    // both ends are reached
    assert!(draws.iter().any(|w| *w < -0.15) && draws.iter().any(|w| *w > 0.4));
}

/// The half of a normal distribution has the second moment of the whole; its mean is not 0.
#[test]
fn half_normal_priors_are_one_sided() {
    let loss = half_square();
    let (t, gamma, s) = (20.0, 1.0, 0.3);
    let h = t + gamma + 1.0 / (s * s);
    let prior = Prior::flat(1).with_half_normal(0, s).unwrap();
    let truth = 0.5 * t / h;
    let held = held(
        &loss,
        &prior,
        (t, gamma),
        &Hmc::new(0.02, 8).into(),
        truth,
        SEEDS,
    );
    assert!(held >= LEAST, "{held} of {SEEDS}");
    let llc = Llc::new(&loss, &[0.0])
        .prior(prior)
        .nbeta(t)
        .localization(gamma);
    let run = llc.draws(4000).record(&Recording::new()).unwrap();
    let draws: Vec<f64> = (0..run.draws.num_chains())
        .flat_map(|chain| run.draws.parameter(chain, 0))
        .collect();
    assert!(draws.iter().all(|w| *w >= 0.0));
    let mean = draws.iter().sum::<f64>() / draws.len() as f64;
    let truth = (2.0 / (std::f64::consts::PI * h)).sqrt();
    assert!((mean / truth - 1.0).abs() < 0.05, "{mean} and {truth}");
}

#[test]
fn what_makes_no_prior_is_refused() {
    let flat = || Prior::flat(1);
    assert!(matches!(
        flat().with_normal(0, 0.0, 0.0),
        Err(LossError::PriorScale { .. })
    ));
    assert!(matches!(
        flat().with_normal(0, f64::NAN, 1.0),
        Err(LossError::PriorScale { .. })
    ));
    assert!(matches!(
        flat().with_normal(1, 0.0, 1.0),
        Err(LossError::Length { .. })
    ));
    assert!(matches!(
        flat().with_uniform(0, 1.0, 1.0),
        Err(LossError::PriorInterval { .. })
    ));
    let below = flat().with_uniform(0, -2.0, -1.0).unwrap();
    assert!(matches!(
        below.with_half_normal(0, 1.0),
        Err(LossError::PriorInterval { .. })
    ));

    let loss = half_square();
    let away = flat().with_uniform(0, 1.0, 2.0).unwrap();
    let error = Llc::new(&loss, &[0.0]).prior(away).estimate().unwrap_err();
    let outside = SamplerError::StartOutsideInterval {
        index: 0,
        value: 0.0,
        lower: 1.0,
        upper: 2.0,
    };
    assert_eq!(error, EstimateError::Sampler(outside));

    // ladders and volumes look at a box, and say what to do
    let normal = flat().with_normal(0, 0.0, 1.0).unwrap();
    let volume = VolumeScaling::new(&loss, &[0.0])
        .prior(normal.clone())
        .estimate();
    let ladder = Ladder::new(&loss, &[0.0]).prior(normal).estimate();
    for error in [volume.unwrap_err(), ladder.unwrap_err()] {
        assert!(
            error
                .to_string()
                .contains("does not change λ: leave it out"),
            "{error}"
        );
    }
}
