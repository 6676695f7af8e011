//! Runs that are stopped, written down, read back and gone on with: bit for bit the run without a
//! stop, for every sampler, in single and double precision, on all the data and on batches.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::estimate::{
    EstimateError, Llc, LlcEstimate, RunState, StateError, StateFile, Temperatures,
};
use rlct::loss::{Loss, Prior, Scalar};
use rlct::sampler::{
    BatchSampling, Control, Hmc, Langevin, Mala, PreconditionedSgld, RecordedLoss, Sghmc, Sgld,
    Sgnht,
};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// ½ (y − a b x)² over samples, singular along a b = 1, and c² besides; it raises a flag at the
/// gradient of a number.
#[derive(Debug)]
struct Product {
    samples: Vec<(f64, f64)>,
    slope: f64,
    left: AtomicUsize,
    stop: AtomicBool,
}

impl Product {
    fn new(slope: f64) -> Self {
        let x = |i: u32| f64::from((i * 37) % 101) / 50.0 - 1.0;
        let noise = |i: u32| f64::from((i * 53) % 97) / 97.0 - 0.5;
        Self {
            samples: (0..60).map(|i| (x(i), slope * x(i) + noise(i))).collect(),
            slope,
            left: AtomicUsize::new(usize::MAX),
            stop: AtomicBool::new(false),
        }
    }

    /// Raises the flag after so many gradients from now on.
    fn stop_after(&self, gradients: usize) {
        self.stop.store(false, Ordering::SeqCst);
        self.left.store(gradients, Ordering::SeqCst);
    }

    fn over<T: Scalar>(&self, w: &[T], gradient: Option<&mut [T]>, batch: &[u32]) -> T {
        let [a, b, c] = [w[0], w[1], w[2]].map(Scalar::float);
        let (mut sum, mut slope) = (c * c, 0.0);
        for &i in batch {
            let (x, y) = self.samples[i as usize];
            let rest = y - a * b * x;
            sum += 0.5 * rest * rest / batch.len() as f64;
            slope -= rest * x / batch.len() as f64;
        }
        if let Some(gradient) = gradient {
            for (to, g) in gradient.iter_mut().zip([slope * b, slope * a, 2.0 * c]) {
                *to = T::of(g);
            }
            let count = |left: usize| left.checked_sub(1);
            let (order, before) = (Ordering::SeqCst, &self.left);
            if before.fetch_update(order, order, count).unwrap_or(0) <= 1 {
                self.stop.store(true, Ordering::SeqCst);
            }
        }
        T::of(sum)
    }

    fn all(&self) -> Vec<u32> {
        (0..self.samples.len() as u32).collect()
    }
}

impl<T: Scalar> Loss<T> for Product {
    fn dimension(&self) -> usize {
        3
    }

    fn num_samples(&self) -> Option<usize> {
        Some(self.samples.len())
    }

    fn value(&self, w: &[T], _: &mut [T]) -> T {
        self.over(w, None, &self.all())
    }

    fn gradient(&self, w: &[T], gradient: &mut [T], _: &mut [T]) -> T {
        self.over(w, Some(gradient), &self.all())
    }

    fn batch_value(&self, w: &[T], batch: &[u32], _: &mut [T]) -> T {
        self.over(w, None, batch)
    }

    fn batch_gradient(&self, w: &[T], batch: &[u32], gradient: &mut [T], _: &mut [T]) -> T {
        self.over(w, Some(gradient), batch)
    }
}

fn point<T: Scalar>(loss: &Product) -> Vec<T> {
    [loss.slope, 1.0, 0.0].map(T::of).to_vec()
}

/// The result and the last state in words, which for floating-point numbers are exact.
fn told<T: Scalar, E: std::fmt::Debug>(
    result: &Result<E, EstimateError>,
    state: &RunState<T>,
) -> (String, String) {
    (format!("{result:?}"), state.to_text().unwrap())
}

/// The gradients at which a loss is told from others, twice: when a run is begun and gone on with.
const ASKED: usize = 9;

/// The run in one go, and with stops after every so many gradients; how often it was stopped.
fn compare<T: Scalar, E: std::fmt::Debug>(
    loss: &Product,
    begin: impl Fn() -> Result<RunState<T>, EstimateError>,
    go_on: impl Fn(&mut RunState<T>, &Control<'_>) -> Result<E, EstimateError>,
    stops: &[usize],
) -> usize {
    loss.stop_after(usize::MAX);
    let mut state = begin().unwrap();
    let whole = go_on(&mut state, &Control::new());
    let whole = told(&whole, &state);
    let mut count = 0;
    for &gradients in stops {
        let mut state = begin().unwrap();
        loop {
            loss.stop_after(ASKED + gradients);
            let control = Control::new().with_stop(&loss.stop);
            let result = go_on(&mut state, &control);
            let text = state.to_text().unwrap();
            state = RunState::from_text(&text).unwrap();
            assert_eq!(state.to_text().unwrap(), text);
            if !loss.stop.load(Ordering::SeqCst) {
                let (answer, end) = told(&result, &state);
                assert_eq!(answer, whole.0, "after {gradients} gradients");
                assert!(end == whole.1, "after {gradients} gradients");
                break;
            }
            count += 1;
            assert!(
                count < 100_000,
                "no step is taken after {gradients} gradients"
            );
        }
    }
    count
}

fn kept<T: Scalar>(
    llc: &Llc<'_, T>,
) -> impl Fn(&mut RunState<T>, &Control<'_>) -> Result<LlcEstimate, EstimateError> {
    move |state, control| llc.go_on(state, None, control)
}

fn samplers(batched: bool) -> Vec<Langevin> {
    let stochastic: [Langevin; 5] = [
        Sgld::new(2e-3).into(),
        PreconditionedSgld::new(1e-3).into(),
        PreconditionedSgld::new(1e-3).adapting_throughout().into(),
        Sghmc::new(1e-3).into(),
        Sgnht::new(1e-3).into(),
    ];
    let tested: [Langevin; 2] = [Mala::adaptive(1e-2).into(), Hmc::adaptive(1e-2, 3).into()];
    let tested = tested.into_iter().filter(|_| !batched);
    stochastic.into_iter().chain(tested).collect()
}

/// Every sampler; the stops fall into the burn-in and behind it.
fn every_sampler<T: Scalar>() {
    let loss = Product::new(1.0);
    let w_star = point::<T>(&loss);
    for batched in [false, true] {
        for (index, sampler) in samplers(batched).into_iter().enumerate() {
            let mut llc = Llc::new(&loss, &w_star)
                .sampler(sampler)
                .nbeta(200.0)
                .chains(2)
                .burn_in(60)
                .draws(120)
                .steps_between_draws(1 + index % 2)
                .seed(index as u64);
            if batched {
                // one after the other, all ways to draw batches and to record
                llc = llc.batch_size(7).batch_sampling(match index % 2 {
                    0 => BatchSampling::WithoutReplacement,
                    _ => BatchSampling::WithReplacement,
                });
                if index > 2 {
                    llc = llc.recorded_loss(RecordedLoss::Full);
                }
            }
            let stopped = compare(&loss, || llc.begin(), kept(&llc), &[17, 307]);
            assert!(stopped > 10, "{sampler:?} was stopped {stopped} times");
        }
    }
}

#[test]
fn every_sampler_goes_on_in_double_precision() {
    every_sampler::<f64>();
}

#[test]
fn every_sampler_goes_on_in_single_precision() {
    every_sampler::<f32>();
}

/// What the pilots choose: scales, steps, dispersed starts, lengths in rounds.
fn every_choice<T: Scalar>() {
    let loss = Product::new(1.0);
    let w_star = point::<T>(&loss);
    let plain = || Llc::new(&loss, &w_star).nbeta(200.0).seed(5);
    let normal = Prior::flat(3).with_normal(0, 0.0, 1.0).unwrap();
    let all = [
        plain().relative_error(0.2),
        plain().batch_size(7).draws(100),
        plain().sampler(Sghmc::new(1.0)).tune_step_size().draws(100),
        plain().sampler(Mala::new(1e-2)).disperse(true).draws(100),
        plain().budget(6_000).mask(&[true, false, true]),
        plain().orthogonal_to_gradient().draws(100),
        plain()
            .prior(normal)
            .batch_size(7)
            .draws(50)
            .sampler(Sgld::new(1e-3)),
        // chains that fail
        plain().sampler(Sgld::new(1e3)).draws(100),
    ];
    for llc in all {
        compare(&loss, || llc.begin(), kept(&llc), &[397, 5003]);
    }
}

#[test]
fn pilots_go_on_in_double_precision() {
    every_choice::<f64>();
}

#[test]
fn pilots_go_on_in_single_precision() {
    every_choice::<f32>();
}

#[test]
fn several_temperatures_go_on() {
    let loss = Product::new(1.0);
    let w_star = point::<f64>(&loss);
    let llc = Llc::new(&loss, &w_star).nbeta(200.0).draws(100);
    let all = Temperatures::new(llc).count(3);
    let go_on = |state: &mut RunState<f64>, control: &Control<'_>| all.go_on(state, None, control);
    let stopped = compare(&loss, || all.begin(), go_on, &[2003]);
    assert!(stopped > 10, "{stopped}");
    let mut state = all.begin().unwrap();
    let longer = Temperatures::new(Llc::new(&loss, &w_star).nbeta(200.0).draws(200)).count(3);
    let refused = longer.go_on(&mut state, None, &Control::new());
    assert!(
        matches!(
            refused,
            Err(EstimateError::State(StateError::Question { .. }))
        ),
        "{refused:?}"
    );
}

#[test]
fn a_run_without_a_state_is_the_same() {
    let loss = Product::new(1.0);
    let w_star = point::<f64>(&loss);
    let llc = Llc::new(&loss, &w_star).relative_error(0.2);
    let mut state = llc.begin().unwrap();
    let kept = llc.go_on(&mut state, None, &Control::new());
    assert_eq!(format!("{kept:?}"), format!("{:?}", llc.estimate()));
}

#[test]
fn a_run_gets_longer() {
    let loss = Product::new(1.0);
    let w_star = point::<f64>(&loss);
    let of = |draws| Llc::new(&loss, &w_star).seed(2).burn_in(80).draws(draws);
    let mut state = of(100).begin().unwrap();
    of(100).go_on(&mut state, None, &Control::new()).unwrap();
    let before = state.clone();
    let fewer = of(99).go_on(&mut state, None, &Control::new());
    assert!(
        matches!(fewer, Err(EstimateError::State(StateError::Fewer { .. }))),
        "{fewer:?}"
    );
    assert_eq!(state, before);
    let longer = of(300).go_on(&mut state, None, &Control::new()).unwrap();
    assert_eq!(longer, of(300).estimate().unwrap());
    assert_eq!(state.steps(), 4 * 380);
}

#[test]
fn another_question_is_refused() {
    let (loss, other) = (Product::new(1.0), Product::new(1.0 + 1e-12));
    let w_star = point::<f64>(&loss);
    let llc = Llc::new(&loss, &w_star).draws(50);
    let state = llc.begin().unwrap();
    let mut moved = w_star.clone();
    moved[2] = 1e-300;
    let others = [
        ("seed", llc.clone().seed(1)),
        ("sampler", llc.clone().sampler(Mala::new(1e-3))),
        ("localization", llc.clone().localization(2.0)),
        ("nβ", llc.clone().nbeta(10.0)),
        ("chains", llc.clone().chains(5)),
        ("draws", llc.clone().draws(60)), // which pilots may see, until the chains begin
        ("batches", llc.clone().batch_size(3)),
        ("moves", llc.clone().mask(&[true, true, false])),
        (
            "prior",
            llc.clone()
                .prior(Prior::flat(3).with_normal(0, 1.0, 1.0).unwrap()),
        ),
        ("w*", llc.at(&moved)),
        ("loss", Llc::new(&other, &w_star).draws(50)),
    ];
    for (what, llc) in others {
        let refused = llc.go_on(&mut state.clone(), None, &Control::new());
        match refused {
            Err(EstimateError::State(StateError::Question { what: told, .. })) => {
                assert!(told.contains(what), "{told} instead of {what}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[test]
fn what_is_no_state_is_refused() {
    let loss = Product::new(1.0);
    let w_star = point::<f64>(&loss);
    let llc = Llc::new(&loss, &w_star).draws(50);
    let mut state = llc.begin().unwrap();
    llc.go_on(&mut state, None, &Control::new()).unwrap();
    let text = state.to_text().unwrap();
    let read = RunState::<f64>::from_text;
    assert!(matches!(
        RunState::<f32>::from_text(&text),
        Err(StateError::Precision { .. })
    ));
    assert_eq!(read(""), Err(StateError::NotAState));
    assert_eq!(
        read("{\"format\":\"other\",\"format_version\":1}\n"),
        Err(StateError::NotAState)
    );
    let newer = text.replacen("\"format_version\":1", "\"format_version\":2", 1);
    assert_eq!(read(&newer), Err(StateError::Format { found: 2, known: 1 }));
    let older = text.replacen("\"version\":\"", "\"version\":\"0.0.", 1);
    assert!(matches!(read(&older), Err(StateError::Version { .. })));
    // every cut, and every change of a byte
    for at in (0..text.len()).step_by(331) {
        assert!(read(&text[..at]).is_err(), "cut at {at}");
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
        assert!(
            read(&String::from_utf8(bytes).unwrap()).is_err(),
            "changed at {at}"
        );
    }
    assert_eq!(read(&text), Ok(state));
}

#[test]
fn a_state_is_written_while_the_run_goes_on() {
    let loss = Product::new(1.0);
    let w_star = point::<f64>(&loss);
    let llc = Llc::new(&loss, &w_star).draws(20_000).burn_in(10);
    let folder = std::env::temp_dir().join(format!("rlct-run-state-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = StateFile::new(folder.join("a.state")).every(std::time::Duration::ZERO);
    let mut state = llc.begin().unwrap();
    let whole = llc.go_on(&mut state, Some(&file), &Control::new()).unwrap();
    let names: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
    assert_eq!(names.len(), 1, "{names:?}");
    // as after a power cut
    let mut cut = file.read::<f64>().unwrap();
    assert!(
        cut.steps() < state.steps(),
        "{} of {}",
        cut.steps(),
        state.steps()
    );
    let again = llc.go_on(&mut cut, None, &Control::new()).unwrap();
    assert_eq!(told(&Ok(again), &cut), told(&Ok(whole), &state));
    let nowhere = StateFile::new(folder.join("none/a.state"));
    assert!(matches!(
        nowhere.write(&state),
        Err(StateError::Unwritable(_))
    ));
    assert!(matches!(
        nowhere.read::<f64>(),
        Err(StateError::Unreadable(_))
    ));
    std::fs::remove_dir_all(folder).unwrap();
}
