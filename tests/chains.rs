//! Langevin chains and the estimates from them, against exact values and against misuse.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::estimate::{Doubt, EstimateError, Llc};
use rlct::loss::{LinearNetwork, LinearNetworkSample, Loss, PolynomialLoss, Prior, Reading};
use rlct::sampler::{
    Chains, Control, Draws, Failure, Langevin, Mala, Posterior, RecordedLoss, SamplerError, Sgld,
};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

fn polynomial(text: &str, form: Reading) -> PolynomialLoss<f64> {
    PolynomialLoss::new(&[text.parse().unwrap()], form).unwrap()
}

/// K = |w|²/2 in d parameters: λ = d/2 exactly at every temperature.
fn regular(d: usize) -> LinearNetwork<f64> {
    LinearNetwork::new(&[d, 1], &vec![0.0; d]).unwrap()
}

fn run(
    loss: &dyn Loss<f64>,
    w_star: &[f64],
    chains: &Chains,
    sampler: impl Into<Langevin>,
) -> Draws {
    let prior = Prior::flat(w_star.len());
    let posterior = Posterior::new(loss, w_star, prior, 1e3, 1.0).unwrap();
    chains
        .run(&posterior, &sampler.into(), &Control::new())
        .unwrap()
}

#[test]
fn the_same_seed_gives_the_same_draws_and_another_seed_others() {
    let (population, w_star) = LinearNetwork::<f64>::of_rank(&[3, 2, 3], 1).unwrap();
    let loss = LinearNetworkSample::draw(&population, 300, 1.0, 5).unwrap();
    let chains = Chains::new()
        .with_num_draws(100)
        .with_burn_in(50)
        .with_seed(9);
    for sampler in [Langevin::from(Sgld::new(1e-4)), Mala::adaptive(1e-4).into()] {
        let first = run(&loss, &w_star, &chains, sampler);
        assert_eq!(first, run(&loss, &w_star, &chains, sampler));
        assert_ne!(
            first,
            run(&loss, &w_star, &chains.clone().with_seed(8), sampler)
        );
        assert_ne!(first.chains[0], first.chains[1]);
        // A chain does not depend on how many others there are.
        let more = run(&loss, &w_star, &chains.clone().with_num_chains(6), sampler);
        assert_eq!(first.chains[..], more.chains[..4]);
    }
    let batches = chains.with_batch_size(32);
    let first = run(&loss, &w_star, &batches, Sgld::new(1e-4));
    assert_eq!(first, run(&loss, &w_star, &batches, Sgld::new(1e-4)));
}

#[cfg(feature = "parallel")]
#[test]
fn draws_do_not_depend_on_the_number_of_threads() {
    use rlct::estimate::{Ladder, VolumeScaling};
    use rlct::sampler::{Splitting, Tempering};

    let loss = polynomial("x^2 - y^3", Reading::Ideal);
    let w_star = [0.0; 2];
    let all = || {
        let chains = Chains::new().with_num_draws(200).with_num_chains(5);
        let draws = run(&loss, &w_star, &chains, Mala::adaptive(1e-3));
        let splitting = Splitting::new()
            .with_particles(60)
            .with_min_log_volume(-20.0);
        let volume = VolumeScaling::new(&loss, &w_star)
            .splitting(splitting)
            .estimate();
        let tempering = Tempering::new().with_sweeps(500);
        let ladder = Ladder::new(&loss, &w_star).tempering(tempering).estimate();
        (draws, volume, ladder)
    };
    let within = |threads: usize| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
            .install(all)
    };
    let one = within(1);
    assert_eq!(one, within(2));
    assert_eq!(one, within(7));
}

#[cfg(feature = "parallel")]
#[test]
fn threads_within_a_chain_change_no_bit() {
    let (population, w_star) = LinearNetwork::<f32>::of_rank(&[512; 3], 5).unwrap();
    let loss = LinearNetworkSample::draw(&population, 300, 1.0, 2).unwrap();
    let prior = Prior::flat(w_star.len());
    let posterior = Posterior::new(&loss, &w_star, prior, 50.0, 1.0).unwrap();
    let chains = Chains::new()
        .with_num_chains(1)
        .with_burn_in(0)
        .with_num_draws(6)
        .with_batch_size(260);
    let within = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| {
            chains
                .run(&posterior, &Sgld::new(1e-6).into(), &Control::new())
                .unwrap()
        })
    };
    let one = within(1);
    assert!(one.failures().is_empty());
    assert_eq!(one, within(2));
    assert_eq!(one, within(3));
}

/// A bowl that is undefined beyond a distance, where some chains wander.
#[derive(Debug)]
struct Cliff {
    edge: f64,
}

impl Loss<f64> for Cliff {
    fn dimension(&self) -> usize {
        1
    }
    fn value(&self, w: &[f64], _: &mut [f64]) -> f64 {
        if w[0].abs() > self.edge {
            f64::NAN
        } else {
            w[0] * w[0] / 2.0
        }
    }
    fn gradient(&self, w: &[f64], gradient: &mut [f64], scratch: &mut [f64]) -> f64 {
        gradient[0] = w[0];
        self.value(w, scratch)
    }
}

#[test]
fn a_failed_chain_is_named_and_the_others_are_kept() {
    // The posterior has standard deviation 1/√1001; a chain of this length passes 3.8 of them in
    // 45 % of the cases, so that all or none of eight do so for one seed in a hundred.
    let loss = Cliff {
        edge: 3.8 / 1001_f64.sqrt(),
    };
    let chains = Chains::new().with_num_chains(8).with_num_draws(10_000);
    let draws = run(&loss, &[0.0], &chains, Sgld::new(1e-4));
    let failures = draws.failures();
    assert!(!failures.is_empty() && failures.len() < 8, "{failures:?}");
    for (chain, failure) in &failures {
        assert_eq!(failure.failure, Failure::Loss);
        assert!(failure.step > 0 && draws.chains[*chain].losses.len() < 10_000);
    }
    assert_eq!(draws.losses().len(), 8 - failures.len());
    assert!(draws.losses().iter().all(|losses| losses.len() == 10_000));

    let llc = Llc::new(&loss, &[0.0])
        .nbeta(1e3)
        .chains(8)
        .draws(10_000)
        .sampler(Sgld::new(1e-4))
        .estimate()
        .unwrap();
    let doubt = Doubt::FailedChains {
        failed: failures.len(),
        chains: 8,
    };
    assert!(llc.verdict().doubts().contains(&doubt), "{}", llc.verdict());
    assert!(llc.energy().is_finite());
}

#[test]
fn divergence_of_all_chains_is_an_error_with_chain_and_step() {
    // A quartic with a step far too long.
    let loss = polynomial("x^4 + y^4", Reading::Ideal);
    let error = Llc::new(&loss, &[0.5, 0.5])
        .nbeta(1e6)
        .sampler(Sgld::new(1.0))
        .estimate();
    let Err(EstimateError::Sampler(SamplerError::AllChainsFailed {
        chains: 4, step, ..
    })) = error
    else {
        panic!("{error:?}");
    };
    assert!(step < 100);
}

#[test]
fn estimates_of_regular_models_cover() {
    // λ = d/2; nβ is large enough for γ not to matter. 40 intervals of 95 %: fewer than 33 inside
    // has probability 0.0007 (binomial) if the intervals are right.
    let loss = regular(3);
    let w_star = [0.0; 3];
    let mut covered = 0;
    for seed in 0..40 {
        let llc = Llc::new(&loss, &w_star)
            .nbeta(1e6)
            .draws(500)
            .seed(seed)
            .estimate()
            .unwrap();
        assert!(llc.acceptance().unwrap() > 0.4, "{:?}", llc.acceptance());
        covered += usize::from((llc.energy() - 1.5).abs() <= 1.96 * llc.standard_error());
    }
    assert!((33..=40).contains(&covered), "{covered} of 40");
}

#[test]
fn mala_agrees_with_quadrature_at_a_finite_temperature() {
    // E[nK] for exp(−n x²y²)·N(0, I), by quadrature, at n = 100 where one temperature mixes. The
    // step is stable in the arms up to |x| = 3: one that is adapted to the mean acceptance is not,
    // and does not enter them.
    let loss = polynomial("x*y", Reading::Ideal);
    let llc = Llc::new(&loss, &[0.0; 2])
        .nbeta(100.0)
        .sampler(Mala::new(1e-3))
        .chains(8)
        .draws(20_000)
        .steps_between_draws(10)
        .seed(3)
        .estimate()
        .unwrap();
    let exact = 0.3542;
    println!(
        "{} ± {} {}",
        llc.energy(),
        llc.standard_error(),
        llc.verdict()
    );
    assert!(
        (llc.energy() - exact).abs() < 4.0 * llc.standard_error() + 5e-5,
        "{} ± {}",
        llc.energy(),
        llc.standard_error()
    );
}

#[test]
fn sgld_with_a_small_step_agrees_with_mala_and_a_long_step_is_doubted() {
    let loss = regular(2);
    let estimate = |step: f64| {
        let sampler = Sgld::new(step / 1e3);
        Llc::new(&loss, &[0.0; 2])
            .nbeta(1e3)
            .sampler(sampler)
            .draws(20_000)
            .estimate()
            .unwrap()
    };
    // Stationary variance of SGLD on a quadratic: 1/(1 − ε nβ/4).
    let good = estimate(0.02);
    assert!(
        (good.energy() - 4.0 / 3.98).abs() < 4.0 * good.standard_error(),
        "{}",
        good.energy()
    );
    assert!(good.acceptance().unwrap() > 0.95);
    let long = estimate(1.0);
    assert!(
        (long.energy() - 4.0 / 3.0).abs() < 4.0 * long.standard_error(),
        "{}",
        long.energy()
    );
    assert!(
        long.verdict()
            .doubts()
            .iter()
            .any(|d| matches!(d, Doubt::Acceptance { .. }))
    );
}

#[test]
fn half_lines_and_amplitudes_are_sampled() {
    // K = w² on w ≥ 0 with prior ∝ w: λ = 1.
    let loss = polynomial("w", Reading::Ideal);
    let prior = Prior::flat(1)
        .with_amplitude(&[1.0])
        .unwrap()
        .with_nonnegative(&[0])
        .unwrap();
    let llc = Llc::new(&loss, &[0.0])
        .prior(prior)
        .nbeta(1e4)
        .localization(0.0)
        .sampler(Mala::adaptive(1e-4))
        .draws(10_000)
        .estimate()
        .unwrap();
    let deviation = (llc.energy() - 1.0) / llc.standard_error();
    assert!(
        deviation.abs() < 4.0,
        "{} ± {}",
        llc.energy(),
        llc.standard_error()
    );
    assert!(llc.chains().iter().all(|chain| chain.last_point[0] >= 0.0));
}

/// The prior vanishes at w*, where its gradient is infinite, and some of the starts are w*.
#[test]
fn chains_leave_a_point_where_the_prior_vanishes() {
    // K = x²y² with prior ∝ |xy| on the square: λ = 1, and U(1000) is known by quadrature
    let loss = polynomial("x*y", Reading::Ideal);
    let mut prior = Prior::flat(2).with_amplitude(&[1.0, 1.0]).unwrap();
    for index in 0..2 {
        prior = prior.with_uniform(index, -1.0, 1.0).unwrap();
    }
    let suite = rlct::verify::Suite::catalogue().unwrap();
    let known = suite.energies()["normal-crossing: k = (1, 1), h = (1, 1)"][1];
    let llc = Llc::new(&loss, &[0.0, 0.0]).prior(prior).nbeta(1e3);
    let llc = llc.localization(0.0).seed(1);
    // the step of SGLD biases it, near w = 0 above all
    assert!(llc.clone().sampler(Sgld::new(1e-4)).estimate().is_ok());
    for llc in [llc.clone(), llc.sampler(Mala::new(1e-3))] {
        let found = llc.estimate().unwrap();
        let off = (found.energy() - known).abs();
        assert!(
            off < 5.0 * found.standard_error() + 0.05 * known,
            "{} ± {}, {known}",
            found.energy(),
            found.standard_error()
        );
    }
}

#[test]
fn the_baseline_is_that_of_all_the_data_and_repeats_agree() {
    let (population, w_star) = LinearNetwork::<f64>::of_rank(&[2, 2], 2).unwrap();
    let loss = LinearNetworkSample::draw(&population, 2000, 1.0, 1).unwrap();
    let full = loss.value(&w_star, &mut vec![0.0; loss.scratch_len()]);
    let estimate = |seed| {
        Llc::new(&loss, &w_star)
            .sampler(Sgld::new(1e-5))
            .batch_size(100)
            .recorded_loss(RecordedLoss::Full)
            .burn_in(4000)
            .draws(4000)
            .seed(seed)
            .estimate()
            .unwrap()
    };
    let (first, second) = (estimate(1), estimate(2));
    assert_eq!(first.baseline(), full);
    let spread = first.standard_error().hypot(second.standard_error());
    assert!((first.energy() - second.energy()).abs() < 4.0 * spread);
    // These chains are too short for the virial to stand in for the acceptance.
    assert!(first.verdict().doubts().contains(&Doubt::UncheckedStep));
    assert_eq!(first.acceptance(), None);
    // nβ is n/log n, not the batch size over its logarithm.
    assert!((first.nbeta() - 2000.0 / 2000_f64.ln()).abs() < 1e-9);
    // λ = 2 lowered by about λ/log n, since w* is the truth and not the empirical minimiser.
    let expected = 2.0 * (1.0 - 1.0 / 2000_f64.ln());
    assert!(
        (first.energy() - expected).abs() < 0.6,
        "{} against {expected}",
        first.energy()
    );
}

#[test]
fn single_precision_agrees_with_double() {
    let single = LinearNetwork::<f32>::new(&[2, 1], &[0.0; 2]).unwrap();
    let llc = Llc::new(&single, &[0.0_f32; 2])
        .nbeta(1e3)
        .draws(5000)
        .estimate()
        .unwrap();
    assert!(
        (llc.energy() - 1.0).abs() < 4.0 * llc.standard_error(),
        "{}",
        llc.energy()
    );
}

#[test]
fn a_point_that_is_no_minimum_is_doubted() {
    let loss = polynomial("(x - 1)^2", Reading::Loss);
    let llc = Llc::new(&loss, &[0.0])
        .nbeta(1e3)
        .sampler(Mala::adaptive(1e-4))
        .estimate()
        .unwrap();
    assert!(
        llc.verdict()
            .doubts()
            .iter()
            .any(|d| matches!(d, Doubt::BelowMinimum { .. }))
    );
}

#[test]
fn a_stopped_run_answers_with_what_it_has() {
    let loss = regular(2);
    let stop = AtomicBool::new(false);
    let steps = AtomicU64::new(0);
    let watch = |progress: rlct::sampler::Progress| {
        steps.store(progress.done, Ordering::Relaxed);
        if progress.done > 20_000 {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let control = Control::new().with_stop(&stop).with_progress(&watch);
    let llc = Llc::new(&loss, &[0.0; 2])
        .nbeta(1e3)
        .draws(100_000_000)
        .chains(2)
        .estimate_with(&control)
        .unwrap();
    assert!(steps.load(Ordering::Relaxed) > 20_000);
    assert!(llc.verdict().doubts().contains(&Doubt::Stopped));
    assert!((llc.energy() - 1.0).abs() < 6.0 * llc.standard_error());
}

#[test]
fn misuse_is_named() {
    let loss = regular(1);
    let sampler = |error: Result<_, EstimateError>| match error {
        Err(EstimateError::Sampler(error)) => error,
        other => panic!("{other:?}"),
    };
    let llc = |w_star: &'static [f64]| Llc::new(&loss, w_star).nbeta(10.0);
    assert_eq!(
        sampler(llc(&[0.0, 0.0]).estimate()),
        SamplerError::Dimension {
            what: "w*",
            expected: 1,
            found: 2
        }
    );
    assert!(matches!(
        sampler(llc(&[f64::NAN]).estimate()),
        SamplerError::StartNotFinite { index: 0, .. }
    ));
    assert_eq!(
        sampler(
            llc(&[-1.0])
                .prior(Prior::flat(1).with_nonnegative(&[0]).unwrap())
                .estimate()
        ),
        SamplerError::StartOutside {
            index: 0,
            value: -1.0
        }
    );
    assert_eq!(
        sampler(llc(&[0.0]).chains(0).estimate()),
        SamplerError::TooFew {
            what: "chains",
            least: 1,
            found: 0
        }
    );
    assert_eq!(
        sampler(llc(&[0.0]).draws(0).estimate()),
        SamplerError::TooFew {
            what: "draws",
            least: 1,
            found: 0
        }
    );
    assert_eq!(
        sampler(llc(&[0.0]).sampler(Sgld::new(0.0)).estimate()),
        SamplerError::NotPositive {
            what: "the step size ε",
            value: 0.0
        }
    );
    assert_eq!(
        sampler(llc(&[0.0]).nbeta(-2.0).estimate()),
        SamplerError::NotPositive {
            what: "nβ",
            value: -2.0
        }
    );
    assert_eq!(
        sampler(llc(&[0.0]).localization(-1.0).estimate()),
        SamplerError::Negative {
            what: "the localization γ",
            value: -1.0
        }
    );
    assert_eq!(
        sampler(
            llc(&[0.0])
                .sampler(Sgld::new(1e-3))
                .batch_size(4)
                .estimate()
        ),
        SamplerError::BatchWithoutSamples
    );
    let pole = polynomial("1/2 + x^2", Reading::Loss);
    let beta = Llc::new(&pole, &[0.0])
        .num_samples(10)
        .inverse_temperature(-1.0)
        .estimate();
    assert_eq!(beta, Err(EstimateError::InverseTemperature { beta: -1.0 }));
    let none = Llc::new(&pole, &[0.0]).num_samples(0).estimate();
    assert_eq!(none, Err(EstimateError::SampleSize { num_samples: 0 }));

    let (population, w_star) = LinearNetwork::<f64>::of_rank(&[1, 1], 1).unwrap();
    let data = LinearNetworkSample::draw(&population, 10, 1.0, 0).unwrap();
    let batch = |batch| {
        Llc::new(&data, &w_star)
            .sampler(Sgld::new(1e-3))
            .batch_size(batch)
    };
    assert_eq!(
        sampler(batch(11).estimate()),
        SamplerError::BatchTooLarge {
            batch: 11,
            num_samples: 10
        }
    );
    assert_eq!(
        sampler(batch(0).estimate()),
        SamplerError::TooFew {
            what: "samples in a batch",
            least: 1,
            found: 0
        }
    );
    assert_eq!(
        sampler(batch(5).sampler(Mala::new(1e-3)).estimate()),
        SamplerError::BatchWithMetropolis
    );
    let cliff = Cliff { edge: -1.0 };
    assert_eq!(
        sampler(Llc::new(&cliff, &[0.0]).nbeta(1.0).estimate()),
        SamplerError::NotFinite { what: "L(w*)" }
    );
}
