//! Limits of what samples: gradients, time, parameters, precision.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use rlct::estimate::{Doubt, EstimateError, Ladder, LengthRule, Llc, LlcEstimate, VolumeScaling};
use rlct::loss::{LinearNetwork, LinearNetworkSample, Loss, PolynomialLoss, Reading};
use rlct::sampler::{
    Control, Hmc, Langevin, Mala, PreconditionedSgld, SamplerError, Sghmc, Sgld, Sgnht,
};
use rlct::selection::Wbic;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A loss that counts its gradients, in gradients on a batch of the given size.
#[derive(Debug)]
struct Counting<'a> {
    loss: &'a dyn Loss<f64>,
    /// Gradients on batches for one on all the data.
    batches: u64,
    spent: AtomicU64,
}

impl<'a> Counting<'a> {
    fn new(loss: &'a dyn Loss<f64>, batches: u64) -> Self {
        let spent = AtomicU64::new(0);
        Self {
            loss,
            batches,
            spent,
        }
    }

    fn spent(&self) -> u64 {
        self.spent.load(Ordering::Relaxed)
    }
}

impl Loss<f64> for Counting<'_> {
    fn dimension(&self) -> usize {
        self.loss.dimension()
    }

    fn scratch_len(&self) -> usize {
        self.loss.scratch_len()
    }

    fn num_samples(&self) -> Option<usize> {
        self.loss.num_samples()
    }

    fn value(&self, w: &[f64], scratch: &mut [f64]) -> f64 {
        self.loss.value(w, scratch)
    }

    fn gradient(&self, w: &[f64], gradient: &mut [f64], scratch: &mut [f64]) -> f64 {
        self.spent.fetch_add(self.batches, Ordering::Relaxed);
        self.loss.gradient(w, gradient, scratch)
    }

    fn batch_gradient(
        &self,
        w: &[f64],
        batch: &[u32],
        gradient: &mut [f64],
        scratch: &mut [f64],
    ) -> f64 {
        self.spent.fetch_add(1, Ordering::Relaxed);
        self.loss.batch_gradient(w, batch, gradient, scratch)
    }

    fn sample_values(&self, w: &[f64], values: &mut [f64], scratch: &mut [f64]) {
        self.loss.sample_values(w, values, scratch);
    }
}

fn crossing() -> PolynomialLoss<f64> {
    PolynomialLoss::new(&["x*y".parse().unwrap()], Reading::Ideal).unwrap()
}

/// What a sampler is given, `None` for what is chosen.
fn samplers() -> impl Strategy<Value = Option<Langevin>> {
    prop_oneof![
        Just(None),
        Just(Some(Sgld::new(1e-5).into())),
        Just(Some(PreconditionedSgld::new(1e-6).into())),
        Just(Some(Sghmc::new(1e-5).into())),
        Just(Some(Sgnht::new(1e-5).into())),
        Just(Some(Mala::adaptive(1e-3).into())),
        (1_usize..=64).prop_map(|steps| Some(Hmc::adaptive(1e-3, steps).into())),
    ]
}

/// Runs with a budget that suffices and one that does not.
fn holds<'a>(llc: Llc<'a, f64>, loss: &Counting<'_>, budget: u64) -> Result<(), TestCaseError> {
    match llc.clone().budget(budget).estimate() {
        Ok(llc) => {
            prop_assert!(loss.spent() <= budget, "{} of {budget}", loss.spent());
            // a trajectory that leaves the numbers ends before all of its steps are taken
            let told = llc.tuning().evaluations;
            prop_assert!(
                told >= loss.spent() && told <= budget,
                "{told}, {}",
                loss.spent()
            );
        }
        Err(EstimateError::BudgetTooSmall { budget: b, least }) => {
            prop_assert!(b == budget && least > budget && loss.spent() == 0);
            let enough = llc.clone().budget(least).estimate();
            let failed = |error: &EstimateError| {
                matches!(
                    error,
                    EstimateError::Sampler(SamplerError::AllChainsFailed { .. })
                )
            };
            prop_assert!(enough.as_ref().err().is_none_or(failed), "{enough:?}");
            prop_assert!(loss.spent() <= least, "{} of {least}", loss.spent());
            let short = llc.budget(least - 1).estimate();
            let one_less = EstimateError::BudgetTooSmall {
                budget: least - 1,
                least,
            };
            prop_assert_eq!(short, Err(one_less));
        }
        // of a sampler without a test a chain may run away
        Err(EstimateError::Sampler(SamplerError::AllChainsFailed { .. })) => {
            prop_assert!(loss.spent() <= budget, "{} of {budget}", loss.spent());
        }
        Err(error) => prop_assert!(false, "{error}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_run_takes_more_gradients_than_its_budget(
        sampler in samplers(),
        exponent in 1.5..4.5_f64,
        chains in 1_usize..7,
        thin in 1_usize..5,
        burn_in in proptest::option::of(0_usize..300),
        draws in proptest::option::of(1_usize..3000),
        tunes in any::<bool>(),
        disperse in proptest::option::of(any::<bool>()),
        seed in 0..100_u64,
    ) {
        let crossing = crossing();
        let loss = Counting::new(&crossing, 1);
        let mut llc = Llc::new(&loss, &[0.0; 2]).chains(chains).steps_between_draws(thin);
        llc = llc.seed(seed);
        if let Some(sampler) = sampler {
            llc = llc.sampler(sampler);
        }
        if let Some(burn_in) = burn_in {
            llc = llc.burn_in(burn_in);
        }
        if let Some(draws) = draws {
            // fewer make no estimate
            llc = llc.draws(draws.max(4));
        }
        if tunes {
            llc = llc.tune_step_size();
        }
        if let Some(disperse) = disperse {
            llc = llc.disperse(disperse);
        }
        holds(llc, &loss, 10_f64.powf(exponent) as u64)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_run_on_batches_takes_more_gradients_than_its_budget(
        tunes in any::<bool>(), exponent in 2.0..5.0_f64, seed in 0..100_u64,
    ) {
        let (population, w_star) = LinearNetwork::<f64>::of_rank(&[2, 1, 2], 1).unwrap();
        let data = LinearNetworkSample::draw(&population, 80, 1.0, 5).unwrap();
        let loss = Counting::new(&data, 8);
        let mut llc = Llc::new(&loss, &w_star).batch_size(10).seed(seed);
        if !tunes {
            llc = llc.sampler(Sgld::new(1e-4));
        }
        holds(llc, &loss, 10_f64.powf(exponent) as u64)?;
    }
}

#[test]
fn draws_set_by_hand_are_cut_by_a_budget_set_by_hand_alone() {
    let loss = crossing();
    let llc = Llc::new(&loss, &[0.0; 2]).sampler(Mala::adaptive(1e-3));
    let given = llc.clone().draws(60_000).burn_in(10).estimate().unwrap();
    assert_eq!(given.tuning().evaluations, 4 * 60_011);
    assert_eq!(given.tuning().length_rule, LengthRule::Given);
    let cut = llc.draws(60_000).budget(20_000).estimate().unwrap();
    let evaluations = 20_000;
    assert!(cut.tuning().evaluations <= evaluations);
    assert_eq!(cut.tuning().length_rule, LengthRule::Budget { evaluations });
    let doubts = cut.verdict().doubts();
    assert!(
        doubts.contains(&Doubt::Budget { evaluations }),
        "{doubts:?}"
    );
}

/// Runs that take much longer than the time.
fn within<R>(seconds: f64, run: impl Fn(&Control<'_>) -> R) -> R {
    let start = Instant::now();
    let control = Control::new().with_time(Duration::from_secs_f64(seconds));
    let found = run(&control);
    let took = start.elapsed().as_secs_f64();
    assert!(took < seconds + 5.0, "{took} s of {seconds} s");
    found
}

fn is_out_of_time(llc: &LlcEstimate, seconds: f64) -> bool {
    llc.verdict().doubts().contains(&Doubt::Time { seconds })
        && llc.tuning().length_rule == LengthRule::Time { seconds }
}

#[test]
fn chains_end_with_the_time_and_answer_with_what_they_have() {
    let loss = crossing();
    for sampler in [Langevin::from(Sgld::new(1e-5)), Mala::adaptive(1e-3).into()] {
        let llc = Llc::new(&loss, &[0.0; 2])
            .sampler(sampler)
            .draws(1_000_000_000);
        let llc = within(2.0, |control| llc.estimate_with(control)).unwrap();
        assert!(is_out_of_time(&llc, 2.0), "{:?}", llc.verdict());
        assert!(llc.energy() > 0.1 && llc.energy() < 1.0, "{}", llc.energy());
    }
    let llc = Llc::new(&loss, &[0.0; 2]);
    let none = within(0.0, |control| llc.estimate_with(control));
    let too_short = SamplerError::TimeTooShort { seconds: 0.0 };
    assert_eq!(none, Err(EstimateError::Sampler(too_short)));
}

#[test]
fn ladders_and_replicates_end_with_the_time() {
    let loss = crossing();
    let ladder = Ladder::new(&loss, &[0.0; 2]);
    let ladder = ladder.tempering(rlct::sampler::Tempering::new().with_sweeps(100_000));
    let none = within(0.0, |control| ladder.estimate_with(control));
    let too_short = || EstimateError::Sampler(SamplerError::TimeTooShort { seconds: 0.0 });
    assert_eq!(none.map(|_| ()), Err(too_short()));
    let volume = VolumeScaling::new(&loss, &[0.0; 2]).particles(2000);
    let none = within(0.0, |control| volume.estimate_with(control));
    assert_eq!(none.map(|_| ()), Err(too_short()));
    // with some more there is an answer, or the time is named
    for seconds in [1.0, 2.0] {
        let is_named = |doubts: &[Doubt]| doubts.contains(&Doubt::Time { seconds });
        let error = EstimateError::Sampler(SamplerError::TimeTooShort { seconds });
        match within(seconds, |control| ladder.estimate_with(control)) {
            Ok(found) => assert!(is_named(found.verdict().doubts())),
            Err(found) => assert_eq!(found, error),
        }
        match within(seconds, |control| volume.estimate_with(control)) {
            Ok(found) => assert!(is_named(found.verdict().doubts())),
            Err(found) => assert_eq!(found, error),
        }
    }
}

#[test]
fn wbic_ends_with_the_time() {
    let x: Vec<f64> = (0..100).map(|i| f64::from(i % 7) - 3.0).collect();
    let loss = LinearNetworkSample::new(&[1, 1], &x, &x).unwrap();
    let wbic = Wbic::new().draws(1_000_000_000);
    let wbic = within(0.5, |control| wbic.estimate_with(&loss, 10.0, control)).unwrap();
    let time = Doubt::Time { seconds: 0.5 };
    assert!(wbic.verdict.doubts().contains(&time), "{:?}", wbic.verdict);
}

#[test]
fn steps_below_the_spacing_of_numbers_are_doubted() {
    let rough = |llc: &LlcEstimate| {
        let mut doubts = llc.verdict().doubts().iter();
        doubts.any(|doubt| matches!(doubt, Doubt::Rounding { parameter: 1, .. }))
    };
    // K = ½ |w − w*|², nβ = 10⁶: steps of about 10⁻³, numbers at 10⁵ are 2⁻⁷ apart
    let far = [0.0_f32, 1e5];
    let network = LinearNetwork::<f32>::new(&[2, 1], &far).unwrap();
    let llc = Llc::new(&network, &far).nbeta(1e6).estimate().unwrap();
    assert!(rough(&llc), "{}", llc.verdict());
    let far = far.map(f64::from);
    let network = LinearNetwork::<f64>::new(&[2, 1], &far).unwrap();
    let llc = Llc::new(&network, &far).nbeta(1e6).estimate().unwrap();
    assert!(!rough(&llc), "{}", llc.verdict());
    // a parameter that does not move is not rounded
    let far = [0.0_f32, 1e5];
    let network = LinearNetwork::<f32>::new(&[2, 1], &far).unwrap();
    let held = Llc::new(&network, &far).nbeta(1e6).mask(&[true, false]);
    let llc = held.sampler(Sgld::new(1e-8)).draws(500).estimate().unwrap();
    assert!(!rough(&llc), "{}", llc.verdict());
}

#[test]
fn volume_scaling_of_many_parameters_is_refused_before_it_begins() {
    let d = VolumeScaling::LARGEST_DIMENSION + 31;
    let loss = LinearNetwork::<f64>::new(&[d, 1], &vec![0.0; d]).unwrap();
    let w_star = vec![0.0; d];
    let volume = VolumeScaling::new(&loss, &w_star);
    let refused = within(0.0, |control| volume.estimate_with(control));
    let error = refused.unwrap_err();
    assert_eq!(
        error.to_string(),
        "too many parameters for volume scaling (51; at most 20): use the temperature ladder \
         (--method ladder)"
    );
    let taken = volume.any_dimension();
    let taken = within(0.2, |control| taken.estimate_with(control));
    assert!(!matches!(
        taken,
        Err(EstimateError::TooManyParameters { .. })
    ));
}
