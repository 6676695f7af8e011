//! Losses that are Python callables.

use crate::watch::Stop;
use numpy::{AllowTypeChange, Element, PyArray1, PyArrayLike1, PyUntypedArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use rlct::loss::{Loss, LossError, Scalar, gradient_mismatch};
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The share by which a gradient may differ from differences of the loss along each of a few random
/// directions, as of losses that are closures.
const DIFFERENT: f64 = 0.1;

/// `f32` or `f64`, in Rust and in NumPy.
pub(crate) trait Number: Scalar + Element + for<'a, 'py> FromPyObject<'a, 'py> {}
impl Number for f32 {}
impl Number for f64 {}

/// `call(w[, batch]) -> (value, gradient)`.
///
/// A loss in Rust cannot fail. The first exception is kept, work is stopped, and from then on the
/// answer is NaN without a call: no more than the calls that other threads are in follow.
pub(crate) struct Callback<'a> {
    call: Py<PyAny>,
    /// `value(w[, batch]) -> value`, where that is cheaper.
    value: Option<Py<PyAny>>,
    dimension: usize,
    num_samples: Option<usize>,
    stop: &'a Stop,
    error: Mutex<Option<PyErr>>,
    calls: AtomicU64,
    /// Whether the gradient has been held against differences.
    checked: AtomicBool,
}

impl fmt::Debug for Callback<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a Python loss of {} parameters", self.dimension)
    }
}

impl<'a> Callback<'a> {
    pub(crate) fn new(
        (call, value): (Py<PyAny>, Option<Py<PyAny>>),
        dimension: usize,
        num_samples: Option<usize>,
        stop: &'a Stop,
    ) -> Self {
        Self {
            call,
            value,
            dimension,
            num_samples,
            stop,
            error: Mutex::new(None),
            calls: AtomicU64::new(0),
            checked: AtomicBool::new(false),
        }
    }

    /// The exception that ended the calls, if one did.
    pub(crate) fn take_error(&self) -> Option<PyErr> {
        self.error.lock().ok().and_then(|mut error| error.take())
    }

    /// How often Python was called.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    fn ask<T: Number>(&self, w: &[T], batch: Option<&[u32]>, gradient: Option<&mut [T]>) -> T {
        let nothing = T::of(f64::NAN);
        if self.stop.refuse.load(Ordering::Relaxed) {
            return nothing;
        }
        Python::attach(|py| {
            // another thread may have failed while this one waited for Python
            if self.stop.refuse.load(Ordering::Relaxed) {
                return nothing;
            }
            self.calls.fetch_add(1, Ordering::Relaxed);
            self.asked(py, w, batch, gradient).unwrap_or_else(|error| {
                self.stop.refuse.store(true, Ordering::Relaxed);
                self.stop.flag.store(true, Ordering::Relaxed);
                if let Ok(mut first) = self.error.lock() {
                    first.get_or_insert(error);
                }
                nothing
            })
        })
    }

    /// Asks the callable, for a new array each time: it may keep it.
    fn asked<T: Number>(
        &self,
        py: Python<'_>,
        w: &[T],
        batch: Option<&[u32]>,
        gradient: Option<&mut [T]>,
    ) -> PyResult<T> {
        let point = PyArray1::from_slice(py, w);
        let batch = batch.map(|batch| PyArray1::from_slice(py, batch));
        let call = |callable: &Py<PyAny>| match &batch {
            Some(batch) => callable.bind(py).call1((&point, batch)),
            None => callable.bind(py).call1((&point,)),
        };
        if let (None, Some(value)) = (&gradient, &self.value) {
            return number(&call(value)?).map(T::of);
        }
        let answer = call(&self.call)?;
        let pair = answer.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>();
        let Ok((value, slope)) = pair else {
            return Err(PyTypeError::new_err(format!(
                "a loss returns the pair (value, gradient); this one returned {}",
                answer.get_type().name()?
            )));
        };
        let value = number(&value)?;
        if let Some(gradient) = gradient {
            copy(&slope, gradient)?;
        }
        Ok(T::of(value))
    }
}

/// The value of a loss.
fn number(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    value.extract::<f64>().map_err(|_| {
        let kind = value.get_type().name();
        PyTypeError::new_err(format!(
            "the value of a loss is one number; this one is {}",
            kind.map_or_else(|_| "none".to_string(), |kind| kind.to_string())
        ))
    })
}

/// Copies a gradient that was returned.
fn copy<T: Number>(slope: &Bound<'_, PyAny>, gradient: &mut [T]) -> PyResult<()> {
    let given = slope.extract::<PyArrayLike1<'_, T, AllowTypeChange>>();
    let Ok(given) = given else {
        let shape = slope.getattr("shape").and_then(|shape| shape.str());
        return Err(PyTypeError::new_err(match shape {
            Ok(shape) => format!(
                "the gradient is a one-dimensional array of real numbers, of shape ({},); this one \
                 has the shape {shape}",
                gradient.len()
            ),
            Err(_) => format!(
                "the gradient is a one-dimensional array of real numbers; this one is {}",
                slope.get_type().name()?
            ),
        }));
    };
    if given.len() != gradient.len() {
        return Err(PyValueError::new_err(format!(
            "the gradient has {} entries, and w has {}",
            given.len(),
            gradient.len()
        )));
    }
    match given.as_slice() {
        Ok(slice) => gradient.copy_from_slice(slice),
        Err(_) => {
            let entries = given.as_array();
            gradient
                .iter_mut()
                .zip(entries.iter())
                .for_each(|(gradient, entry)| *gradient = *entry);
        }
    }
    Ok(())
}

impl<T: Number> Loss<T> for Callback<'_> {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn num_samples(&self) -> Option<usize> {
        self.num_samples
    }

    fn value(&self, w: &[T], _: &mut [T]) -> T {
        self.ask(w, None, None)
    }

    fn gradient(&self, w: &[T], gradient: &mut [T], _: &mut [T]) -> T {
        self.ask(w, None, Some(gradient))
    }

    fn batch_value(&self, w: &[T], batch: &[u32], _: &mut [T]) -> T {
        self.ask(w, Some(batch), None)
    }

    fn batch_gradient(&self, w: &[T], batch: &[u32], gradient: &mut [T], _: &mut [T]) -> T {
        self.ask(w, Some(batch), Some(gradient))
    }

    fn check_gradient(&self, w: &[T]) -> Result<(), LossError> {
        if self.checked.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let mismatch = gradient_mismatch(self, w);
        if mismatch > DIFFERENT {
            return Err(LossError::GradientMismatch { mismatch });
        }
        Ok(())
    }
}

/// The value of a callable alone, for volumes: it need not know a gradient.
pub(crate) struct ValueOnly<'a>(pub(crate) Callback<'a>);

impl fmt::Debug for ValueOnly<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Loss<f64> for ValueOnly<'_> {
    fn dimension(&self) -> usize {
        self.0.dimension
    }

    fn num_samples(&self) -> Option<usize> {
        self.0.num_samples
    }

    fn value(&self, w: &[f64], _: &mut [f64]) -> f64 {
        self.0.ask(w, None, None)
    }

    fn gradient(&self, w: &[f64], gradient: &mut [f64], scratch: &mut [f64]) -> f64 {
        gradient.fill(f64::NAN);
        self.value(w, scratch)
    }

    fn check_gradient(&self, _: &[f64]) -> Result<(), LossError> {
        Err(LossError::NoGradient)
    }
}
