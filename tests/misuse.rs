//! What users get wrong with estimates from chains, and what they are told.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::estimate::{Doubt, EstimateError, Llc, LlcEstimate};
use rlct::loss::{LinearNetwork, LinearNetworkSample, Loss, LossError};
use rlct::sampler::{
    Failure, Hmc, Langevin, Mala, PreconditionedSgld, SamplerError, Sghmc, Sgld, Sgnht,
};
use std::sync::atomic::{AtomicBool, Ordering};

/// K = |w|²/2.
fn bowl(d: usize) -> LinearNetwork<f64> {
    LinearNetwork::new(&[d, 1], &vec![0.0; d]).unwrap()
}

fn all(step: f64) -> [Langevin; 6] {
    [
        Sgld::new(step).into(),
        Mala::new(step).into(),
        PreconditionedSgld::new(step).into(),
        Sghmc::new(step).into(),
        Sgnht::new(step).into(),
        Hmc::new(step, 3).into(),
    ]
}

fn error(result: Result<LlcEstimate, EstimateError>) -> (SamplerError, String) {
    match result {
        Err(EstimateError::Sampler(error)) => (error.clone(), error.to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_point_that_is_no_minimum_is_doubted_by_every_sampler() {
    let loss = bowl(2);
    for sampler in all(1e-4) {
        let sampler = match sampler {
            Langevin::PreconditionedSgld(_) => PreconditionedSgld::new(1e-5).into(),
            other => other,
        };
        let llc = Llc::new(&loss, &[1.0, 0.0])
            .nbeta(1e3)
            .sampler(sampler)
            .estimate()
            .unwrap();
        let below = |doubt: &Doubt| matches!(doubt, Doubt::BelowMinimum { .. });
        assert!(llc.verdict().doubts().iter().any(below), "{sampler:?}");
    }
}

#[test]
fn a_step_too_long_is_caught_within_a_hundred_steps() {
    // Just beyond stability on a bowl of precision 1001, where nothing overflows for long.
    let unstable: [Langevin; 3] = [
        Sgld::new(4.4e-3).into(),
        Sghmc::new(10e-3).into(),
        Sgnht::new(10e-3).into(),
    ];
    for d in [1, 50] {
        let loss = bowl(d);
        for sampler in unstable {
            let w_star = vec![0.0; d];
            let llc = Llc::new(&loss, &w_star).nbeta(1e3).sampler(sampler);
            match error(llc.estimate()) {
                (
                    SamplerError::AllChainsFailed {
                        chains: 4,
                        step,
                        failure: Failure::Diverged,
                        ..
                    },
                    message,
                ) => {
                    assert!(step < 100, "{sampler:?}: {step}");
                    assert!(message.contains("take a smaller one"), "{message}");
                }
                other => panic!("{sampler:?}: {other:?}"),
            }
        }
        // A Metropolis test refuses such steps; the acceptance tells.
        let low = |doubt: &Doubt| matches!(doubt, Doubt::Acceptance { .. });
        let w_star = vec![0.0; d];
        for sampler in [Mala::new(1.0).into(), Langevin::from(Hmc::new(1.0, 3))] {
            let llc = Llc::new(&loss, &w_star).nbeta(1e3).sampler(sampler);
            let llc = llc.estimate().unwrap();
            assert!(llc.verdict().doubts().iter().any(low), "{sampler:?}");
        }
        // A preconditioner shrinks with the gradient that grows, as long as it adapts.
        for (step, diverges) in [(2e-4, false), (1e-3, true)] {
            let sampler = PreconditionedSgld::new(step);
            let llc = Llc::new(&loss, &w_star).nbeta(1e3).sampler(sampler);
            match llc.burn_in(500).estimate() {
                Ok(llc) => assert!(llc.verdict().doubts().iter().any(low)),
                Err(EstimateError::Sampler(SamplerError::AllChainsFailed {
                    step,
                    failure: Failure::Diverged,
                    ..
                })) => assert!(diverges && (500..600).contains(&step), "{step}"),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn divergence_on_batches_is_caught_and_noisy_batches_are_not_divergence() {
    let (population, w_star) = LinearNetwork::<f64>::of_rank(&[2, 2], 1).unwrap();
    let loss = LinearNetworkSample::draw(&population, 1000, 1.0, 2).unwrap();
    let batches = |step: f64| {
        Llc::new(&loss, &w_star)
            .sampler(Sgld::new(step))
            .batch_size(10)
            .draws(200)
    };
    let (SamplerError::AllChainsFailed { step, failure, .. }, _) = error(batches(0.2).estimate())
    else {
        panic!("not a divergence")
    };
    assert_eq!(failure, Failure::Diverged);
    assert!(step < 100, "{step}");
    // Losses of single samples are far above the posterior's range at this temperature.
    let cold = batches(1e-12).batch_size(1).nbeta(1e9).estimate().unwrap();
    assert!(cold.chains().iter().all(|chain| chain.failure.is_none()));
}

/// A bowl whose first visit beyond a standard deviation gives NaN, once: one chain's misfortune.
#[derive(Debug)]
struct Once(AtomicBool);

impl Loss<f64> for Once {
    fn dimension(&self) -> usize {
        1
    }
    fn value(&self, w: &[f64], _: &mut [f64]) -> f64 {
        if w[0].abs() > 0.03 && !self.0.swap(true, Ordering::Relaxed) {
            return f64::NAN;
        }
        w[0] * w[0] / 2.0
    }
    fn gradient(&self, w: &[f64], gradient: &mut [f64], scratch: &mut [f64]) -> f64 {
        gradient[0] = w[0];
        self.value(w, scratch)
    }
}

#[test]
fn one_chain_of_nan_is_left_out_and_named() {
    for sampler in all(1e-4) {
        if sampler.is_metropolised() {
            continue; // which refuses such a point, as it should
        }
        let loss = Once(AtomicBool::new(false));
        let llc = Llc::new(&loss, &[0.0])
            .nbeta(1e3)
            .sampler(sampler)
            .estimate()
            .unwrap();
        let failed = Doubt::FailedChains {
            failed: 1,
            chains: 4,
        };
        assert!(llc.verdict().doubts().contains(&failed), "{sampler:?}");
        assert!(llc.energy().is_finite() && llc.energy() > 0.0);
        let failure = llc.chains().iter().find_map(|c| c.failure).unwrap();
        assert_eq!(failure.failure, Failure::Loss);
    }
}

#[test]
fn no_samples_are_refused() {
    let loss = bowl(1);
    let estimate = Llc::new(&loss, &[0.0]).num_samples(0).estimate();
    assert_eq!(estimate, Err(EstimateError::SampleSize { num_samples: 0 }));
    let none = LinearNetworkSample::<f64>::new(&[1, 1], &[], &[]);
    assert_eq!(none.unwrap_err(), LossError::NoSamples);
}

#[test]
fn batches_that_cannot_be_are_refused() {
    let (population, w_star) = LinearNetwork::<f64>::of_rank(&[1, 1], 1).unwrap();
    let loss = LinearNetworkSample::draw(&population, 10, 1.0, 0).unwrap();
    for sampler in all(1e-4) {
        let batch = |batch| Llc::new(&loss, &w_star).sampler(sampler).batch_size(batch);
        let (found, _) = error(batch(11).estimate());
        if sampler.is_metropolised() {
            assert_eq!(found, SamplerError::BatchWithMetropolis);
            continue;
        }
        let expected = SamplerError::BatchTooLarge {
            batch: 11,
            num_samples: 10,
        };
        assert_eq!(found, expected);
        assert!(matches!(
            error(batch(0).estimate()).0,
            SamplerError::TooFew { .. }
        ));
    }
}

#[test]
fn temperatures_that_cannot_be_are_refused() {
    let loss = bowl(1);
    for beta in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let llc = Llc::new(&loss, &[0.0]).num_samples(10);
        assert!(matches!(
            llc.inverse_temperature(beta).estimate(),
            Err(EstimateError::InverseTemperature { .. })
        ));
        let (found, _) = error(Llc::new(&loss, &[0.0]).nbeta(beta).estimate());
        assert!(matches!(
            found,
            SamplerError::NotPositive { what: "nβ", .. }
        ));
    }
}

#[test]
fn lengths_that_do_not_fit_are_refused() {
    let loss = bowl(2);
    for (w_star, mask, what, found) in [
        (vec![0.0; 3], vec![true; 2], "w*", 3),
        (vec![0.0; 2], vec![true; 3], "the mask", 3),
        (vec![0.0; 2], vec![], "the mask", 0),
    ] {
        let llc = Llc::new(&loss, &w_star).nbeta(10.0).mask(&mask);
        let expected = SamplerError::Dimension {
            what,
            expected: 2,
            found,
        };
        assert_eq!(error(llc.estimate()).0, expected);
    }
}

#[test]
fn nothing_to_move_is_refused() {
    let loss = bowl(2);
    for sampler in all(1e-4) {
        let llc = Llc::new(&loss, &[0.0; 2]).nbeta(10.0).sampler(sampler);
        let (found, message) = error(llc.mask(&[false; 2]).estimate());
        assert_eq!(found, SamplerError::NothingMoves);
        assert!(message.contains("keep at least one"), "{message}");
    }
    // One parameter is left, and the gradient takes it.
    let llc = Llc::new(&loss, &[1.0, 0.0])
        .nbeta(10.0)
        .mask(&[true, false])
        .orthogonal_to_gradient();
    assert_eq!(error(llc.estimate()).0, SamplerError::NothingMoves);
    let prior = rlct::loss::Prior::flat(2).with_nonnegative(&[0]).unwrap();
    let llc = Llc::new(&loss, &[1.0, 0.0]).nbeta(10.0).prior(prior);
    let (found, _) = error(llc.orthogonal_to_gradient().estimate());
    assert_eq!(found, SamplerError::OrthogonalWithBoundary);
}

#[test]
fn settings_out_of_range_are_refused() {
    let loss = bowl(1);
    let settings: [(Langevin, &str); 12] = [
        (Sgld::new(0.0).into(), "the step size ε"),
        (Hmc::new(-1.0, 2).into(), "the step size ε"),
        (Hmc::new(0.1, 0).into(), "leapfrog steps"),
        (Hmc::new(0.1, 2).with_jitter(1.0).into(), "the jitter"),
        (Hmc::new(0.1, 2).with_jitter(f64::NAN).into(), "the jitter"),
        (Sghmc::new(0.1).with_friction(0.0).into(), "the friction α"),
        (Sghmc::new(0.1).with_friction(1.5).into(), "the friction α"),
        (
            Sghmc::new(0.1).with_gradient_noise(0.1).into(),
            "the gradient noise β̂",
        ),
        (
            Sgnht::new(0.1).with_diffusion(0.0).into(),
            "the diffusion a",
        ),
        (
            Sgnht::new(0.1).with_thermostat_rate(-1.0).into(),
            "the thermostat's rate κ",
        ),
        (
            PreconditionedSgld::new(0.1).with_decay(1.0).into(),
            "the decay ρ",
        ),
        (
            PreconditionedSgld::new(0.1).with_damping(0.0).into(),
            "the damping δ",
        ),
    ];
    for (sampler, name) in settings {
        let llc = Llc::new(&loss, &[0.0]).nbeta(10.0).sampler(sampler);
        let (_, message) = error(llc.estimate());
        assert!(message.contains(name), "{message}");
    }
}
