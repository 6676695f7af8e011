//! Estimates of λ and of U(t), on losses in Rust and in Python.

use crate::callback::{Callback, Number, ValueOnly};
use crate::errors::{EstimateError, RlctError, in_python};
use crate::native::{Engine, NativeLoss};
use crate::settings::Settings;
use crate::watch::{Stop, watched};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use rlct::draws::{RecordedDraws, Recording};
use rlct::estimate::{
    Doubt, Estimate, EstimateError as NoEstimate, Ladder, Llc, LlcEstimate, Temperatures, Verdict,
    VolumeScaling,
};
use rlct::loss::{Loss, Prior, Scalar};
use rlct::sampler::{Control, Progress};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a run has come to: the estimate as JSON, or why there is none; and its draws.
type Answered = (Result<Value, NoEstimate>, Vec<RecordedDraws>);

/// A verdict: its word, and every doubt as (kind, text).
pub(crate) fn told(verdict: &Verdict) -> Value {
    let word = match verdict {
        Verdict::Trustworthy => "trustworthy",
        Verdict::Converged => "converged",
        Verdict::Doubtful(_) => "doubtful",
    };
    let doubts: Vec<(String, String)> = verdict
        .doubts()
        .iter()
        .map(|doubt| (kind(doubt), doubt.to_string()))
        .collect();
    json!({"word": word, "doubts": doubts})
}

/// The name of a doubt in the library's JSON.
fn kind(doubt: &Doubt) -> String {
    match serde_json::to_value(doubt) {
        Ok(Value::String(kind)) => kind,
        Ok(Value::Object(map)) => map
            .into_iter()
            .next()
            .map_or(String::new(), |(kind, _)| kind),
        _ => String::new(),
    }
}

/// An estimate in JSON. What all have is beside the details of its kind.
fn of(
    estimate: &(impl Estimate + Serialize),
    method: &str,
    (effective_sample_size, rhat): (Option<f64>, Option<f64>),
) -> Value {
    let number = estimate.number();
    json!({
        "method": method,
        "quantity": estimate.quantity(),
        "value": number.value,
        "standard_error": number.standard_error,
        "multiplicity": estimate.multiplicity(),
        "effective_sample_size": effective_sample_size,
        "rhat": rhat,
        "verdict": told(estimate.verdict()),
        "cost": estimate.cost(),
        "details": serde_json::to_value(estimate).unwrap_or_default(),
    })
}

/// Chains at one temperature, or at several.
fn chains<T: Scalar>(llc: Llc<'_, T>, settings: &Settings, control: &Control<'_>) -> Answered {
    let recording = Recording::new().with_max_parameters(settings.max_parameters);
    let one = match settings.temperatures {
        Some(count) => count == 1,
        None => settings.nbeta.is_some(),
    };
    if one {
        let answer = |estimate: LlcEstimate| {
            let seen = (
                Some(estimate.effective_sample_size()),
                Some(estimate.rhat()),
            );
            of(&estimate.without_chains(), "llc", seen)
        };
        if !settings.keep_draws {
            return (llc.estimate_with(control).map(answer), Vec::new());
        }
        return match llc.record_with(&recording, control) {
            Ok(run) => (run.estimate.map(answer), vec![run.draws]),
            Err(error) => (Err(error), Vec::new()),
        };
    }
    let mut several = Temperatures::new(llc);
    if let Some(count) = settings.temperatures {
        several = several.count(count);
    }
    if let Some(ratio) = settings.ratio {
        several = several.ratio(ratio);
    }
    if let Some(free) = settings.fit_least_loss {
        several = several.fit_least_loss(free);
    }
    let (draws, estimate) = match settings.keep_draws {
        true => several.record_with(&recording, control),
        false => (Vec::new(), several.estimate_with(control)),
    };
    let answer = estimate.map(|estimate| {
        let runs = estimate.runs().iter();
        let least = runs.clone().map(LlcEstimate::effective_sample_size);
        let largest = runs.map(LlcEstimate::rhat);
        let seen = (least.reduce(f64::min), largest.reduce(f64::max));
        of(&estimate, "temperatures", seen)
    });
    (answer, draws)
}

fn ladder(
    loss: &dyn Loss<f64>,
    w_star: &[f64],
    prior: Option<&Prior>,
    settings: &Settings,
    control: &Control<'_>,
) -> Answered {
    let mut ladder = Ladder::new(loss, w_star).tempering(settings.tempering());
    if let Some(prior) = prior {
        ladder = ladder.prior(prior.clone());
    }
    let answer = ladder.estimate_with(control).map(|estimate| {
        let seen = (
            Some(estimate.effective_sample_size()),
            Some(estimate.rhat()),
        );
        of(&estimate, "ladder", seen)
    });
    (answer, Vec::new())
}

fn volume(
    loss: &dyn Loss<f64>,
    w_star: &[f64],
    prior: Option<&Prior>,
    settings: &Settings,
    control: &Control<'_>,
) -> Answered {
    let mut volume = VolumeScaling::new(loss, w_star).splitting(settings.splitting());
    if let Some(prior) = prior {
        volume = volume.prior(prior.clone());
    }
    if let Some(rounds) = settings.rounds {
        volume = volume.rounds(rounds);
    }
    if settings.any_dimension {
        volume = volume.any_dimension();
    }
    let answer = volume.estimate_with(control);
    (
        answer.map(|estimate| of(&estimate, "volume", (None, None))),
        Vec::new(),
    )
}

/// What ran, and what was raised meanwhile.
struct Ran {
    answered: Answered,
    raised: Option<PyErr>,
}

/// Runs `work` under a control, in a pool of threads of its own, and tells `progress`.
fn run(
    py: Python<'_>,
    (stop, settings): (&Stop, &Settings),
    progress: Option<&Py<PyAny>>,
    work: impl FnOnce(&Control<'_>) -> Answered + Send,
) -> PyResult<Ran> {
    let limited = settings.time.filter(|seconds| *seconds != f64::INFINITY);
    let time = limited.map(|seconds| {
        Duration::try_from_secs_f64(seconds).map_err(|_| {
            PyValueError::new_err(format!("time is a number of seconds, got {seconds}"))
        })
    });
    let time = time.transpose()?;
    let (done, total) = (AtomicU64::new(0), AtomicU64::new(0));
    let watch = |progress: Progress| {
        done.store(progress.done, Ordering::Relaxed);
        total.store(progress.total, Ordering::Relaxed);
    };
    let tick = |py: Python<'_>| match progress {
        Some(tell) => {
            let (done, total) = (done.load(Ordering::Relaxed), total.load(Ordering::Relaxed));
            tell.call1(py, (done.min(total), total)).map(drop)
        }
        None => Ok(()),
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.threads)
        .build()
        .map_err(|error| RlctError::new_err(error.to_string()))?;
    let (answered, raised) = watched(py, stop, tick, || {
        let mut control = Control::new().with_stop(&stop.flag).with_progress(&watch);
        if let Some(time) = time {
            control = control.with_time(time);
        }
        pool.install(|| work(&control))
    })?;
    if raised.is_none() {
        tick(py)?;
    }
    Ok(Ran { answered, raised })
}

/// Runs an estimate: `method` is llc, ladder or volume. The answer is a dict.
#[pyfunction]
#[pyo3(signature = (method, loss, w_star, settings, *, value=None, num_samples=None, single=false,
                    progress=None))]
#[expect(
    clippy::too_many_arguments,
    reason = "it is called from one place, by names"
)]
pub(crate) fn estimate<'py>(
    py: Python<'py>,
    method: &str,
    loss: Bound<'py, PyAny>,
    w_star: PyReadonlyArray1<'py, f64>,
    settings: Settings,
    value: Option<Py<PyAny>>,
    num_samples: Option<usize>,
    single: bool,
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let w_star = w_star.to_vec()?;
    let (stop, progress) = (Stop::default(), progress.as_ref());
    if let Ok(native) = loss.cast::<NativeLoss>() {
        let ran = of_native(
            py,
            method,
            native.get(),
            &w_star,
            &settings,
            (&stop, progress),
        )?;
        return outcome(py, ran, 0);
    }
    let callback = |stop| {
        let call = (
            loss.clone().unbind(),
            value.as_ref().map(|v| v.clone_ref(py)),
        );
        Callback::new(call, w_star.len(), num_samples, stop)
    };
    let callback = callback(&stop);
    let (stop, settings) = (&stop, &settings);
    let (ran, callback) = match (method, single) {
        ("llc", true) => {
            let w_star: Vec<f32> = w_star.iter().map(|w| *w as f32).collect();
            (
                of_callable(py, &callback, &w_star, settings, (stop, progress)),
                callback,
            )
        }
        ("llc", false) => (
            of_callable(py, &callback, &w_star, settings, (stop, progress)),
            callback,
        ),
        (_, true) => {
            return Err(EstimateError::new_err(format!(
                "the {method} needs double precision: its K goes far below 10⁻⁷"
            )));
        }
        ("ladder", false) => {
            let work = |control: &Control<'_>| ladder(&callback, &w_star, None, settings, control);
            (run(py, (stop, settings), progress, work), callback)
        }
        ("volume", false) => {
            let loss = ValueOnly(callback);
            let work = |control: &Control<'_>| volume(&loss, &w_star, None, settings, control);
            (run(py, (stop, settings), progress, work), loss.0)
        }
        (_, false) => {
            return Err(PyValueError::new_err(format!(
                "there is no method {method}"
            )));
        }
    };
    if let Some(error) = callback.take_error() {
        return Err(error);
    }
    outcome(py, ran?, callback.calls())
}

fn of_callable<T: Number>(
    py: Python<'_>,
    callback: &Callback<'_>,
    w_star: &[T],
    settings: &Settings,
    (stop, progress): (&Stop, Option<&Py<PyAny>>),
) -> PyResult<Ran> {
    let llc = settings.llc(Llc::new(callback, w_star), None)?;
    run(py, (stop, settings), progress, |control| {
        chains(llc, settings, control)
    })
}

fn of_native(
    py: Python<'_>,
    method: &str,
    native: &NativeLoss,
    w_star: &[f64],
    settings: &Settings,
    (stop, progress): (&Stop, Option<&Py<PyAny>>),
) -> PyResult<Ran> {
    let prior = Some(&native.prior);
    let runs = (stop, settings);
    match (method, &native.engine, native.double()) {
        ("llc", Engine::Single(loss), _) => {
            let w_star: Vec<f32> = w_star.iter().map(|w| *w as f32).collect();
            let llc = settings.llc(Llc::new(&**loss, &w_star), prior)?;
            run(py, runs, progress, |control| chains(llc, settings, control))
        }
        ("llc", _, Some(loss)) => {
            let llc = settings.llc(Llc::new(loss, w_star), prior)?;
            run(py, runs, progress, |control| chains(llc, settings, control))
        }
        ("ladder", _, Some(loss)) => {
            let work = |control: &Control<'_>| ladder(loss, w_star, prior, settings, control);
            run(py, runs, progress, work)
        }
        ("volume", _, Some(loss)) => {
            let work = |control: &Control<'_>| volume(loss, w_star, prior, settings, control);
            run(py, runs, progress, work)
        }
        (_, _, None) => Err(EstimateError::new_err(format!(
            "the {method} needs double precision: its K goes far below 10⁻⁷"
        ))),
        _ => Err(PyValueError::new_err(format!(
            "there is no method {method}"
        ))),
    }
}

fn outcome(py: Python<'_>, ran: Ran, calls: u64) -> PyResult<Bound<'_, PyDict>> {
    let (answer, draws) = ran.answered;
    let told = PyDict::new(py);
    match answer {
        Ok(answer) => told.set_item("estimate", answer.to_string())?,
        Err(error) => {
            told.set_item("estimate", py.None())?;
            told.set_item("error", in_python(&error))?;
        }
    }
    told.set_item("raised", ran.raised)?;
    told.set_item("calls", calls)?;
    let kept = PyList::empty(py);
    for draws in &draws {
        kept.append(of_draws(py, draws)?)?;
    }
    told.set_item("draws", kept)?;
    Ok(told)
}

/// The draws at one temperature: lists of one array a chain.
fn of_draws<'py>(py: Python<'py>, draws: &RecordedDraws) -> PyResult<Bound<'py, PyDict>> {
    let chains = || 0..draws.num_chains();
    let arrays = |of: &dyn Fn(usize) -> Vec<f64>| -> Vec<Bound<'py, PyArray1<f64>>> {
        chains()
            .map(|chain| PyArray1::from_vec(py, of(chain)))
            .collect()
    };
    let names = draws.names();
    let mut points = Vec::new();
    for chain in chains() {
        let columns: Vec<Vec<f64>> = (0..names.len())
            .map(|parameter| draws.parameter(chain, parameter))
            .collect();
        let length = draws.distances(chain).len();
        let rows: Vec<Vec<f64>> = (0..length)
            .map(|draw| columns.iter().map(|column| column[draw]).collect())
            .collect();
        let array = match (names.is_empty(), length) {
            (true, _) | (_, 0) => PyArray2::zeros(py, [length, names.len()], false),
            _ => PyArray2::from_vec2(py, &rows)
                .map_err(|error| RlctError::new_err(error.to_string()))?,
        };
        points.push(array);
    }
    let told = PyDict::new(py);
    told.set_item("losses", arrays(&|chain| draws.losses(chain).to_vec()))?;
    told.set_item(
        "distances",
        arrays(&|chain| draws.distances(chain).to_vec()),
    )?;
    told.set_item("log_densities", arrays(&|chain| draws.log_densities(chain)))?;
    told.set_item(
        "acceptances",
        arrays(&|chain| draws.acceptances(chain).to_vec()),
    )?;
    told.set_item("points", points)?;
    told.set_item("names", names)?;
    told.set_item("w_star", PyArray1::from_slice(py, draws.w_star()))?;
    let attributes = serde_json::to_string(draws.attributes());
    let attributes = attributes.map_err(|error| RlctError::new_err(error.to_string()))?;
    told.set_item("attributes", attributes)?;
    Ok(told)
}
