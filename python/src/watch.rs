//! Work on a thread of its own, while the calling one looks for signals.

use crate::errors::RlctError;
use pyo3::prelude::*;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Room for what follows proofs down to their last step.
const STACK: usize = 64 << 20;
/// How long the calling thread waits between two looks.
const LOOK: Duration = Duration::from_millis(50);
/// How long after a stop the loss is still called, so that chains can end their steps.
const GRACE: Duration = Duration::from_secs(1);

/// How work is stopped.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    /// Work should come to its end; shared with the budget of the exact engine.
    pub(crate) flag: Arc<AtomicBool>,
    /// Losses of Python are not to be called any more.
    pub(crate) refuse: AtomicBool,
}

/// Runs `work` on another thread. Meanwhile this one is detached from Python but for a look every
/// 50 ms, at signals and by `tick`; what these raise stops the work and is the second answer. Work
/// that panics is an `RlctError`.
pub(crate) fn watched<R: Send>(
    py: Python<'_>,
    stop: &Stop,
    tick: impl Fn(Python<'_>) -> PyResult<()> + Sync,
    work: impl FnOnce() -> R + Send,
) -> PyResult<(R, Option<PyErr>)> {
    py.detach(|| {
        thread::scope(|scope| {
            let (sender, ended) = channel::<()>();
            let thread = thread::Builder::new().stack_size(STACK);
            let spawned = thread.spawn_scoped(scope, move || {
                let result = work();
                drop(sender);
                result
            });
            let worker = spawned.map_err(|error| RlctError::new_err(error.to_string()))?;
            let mut raised: Option<(PyErr, Instant)> = None;
            while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(LOOK) {
                match &raised {
                    None => {
                        let looked =
                            Python::attach(|py| py.check_signals().and_then(|()| tick(py)));
                        if let Err(error) = looked {
                            stop.flag.store(true, Ordering::Relaxed);
                            raised = Some((error, Instant::now()));
                        }
                    }
                    Some((_, since)) if since.elapsed() > GRACE => {
                        stop.refuse.store(true, Ordering::Relaxed);
                    }
                    Some(_) => {}
                }
            }
            let result = worker
                .join()
                .map_err(|panic| RlctError::new_err(format!("a panic: {}", message(&*panic))))?;
            Ok((result, raised.map(|(error, _)| error)))
        })
    })
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("of unknown cause")
}

/// Panics where work does, for the test of what becomes of it.
#[pyfunction]
pub(crate) fn _panic(py: Python<'_>, text: String) -> PyResult<()> {
    let stop = Stop::default();
    #[expect(clippy::panic, reason = "what is tested")]
    let ((), raised) = watched(py, &stop, |_| Ok(()), move || panic!("{text}"))?;
    raised.map_or(Ok(()), Err)
}
