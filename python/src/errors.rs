//! What is raised in Python.

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;
use rlct::certificate::{CertificateError as Unreadable, CheckError};
use rlct::problem::ProblemError;
use rlct::resolution::{GermError as Refused, RegionError};

create_exception!(
    rlct,
    RlctError,
    PyException,
    "The engine failed: a mistake of the library, and none of the question."
);
create_exception!(
    rlct,
    ParseError,
    PyValueError,
    "A text is no polynomial, or no region. Attributes: `text`, `column` (characters from 0), \
     `width`, and `generator`, which of several texts from 0. The message shows the place."
);
create_exception!(
    rlct,
    GermError,
    PyValueError,
    "A question that has no answer: no zero at the point, an unknown variable, a loss below 0."
);
create_exception!(
    rlct,
    CertificateError,
    PyValueError,
    "A certificate that cannot be read, or that proves nothing. Attribute: `step`, the step that \
     was refused from 0, or None."
);
create_exception!(
    rlct,
    EstimateError,
    PyValueError,
    "There is no estimate: settings out of range, a loss that is not finite, chains too short."
);

/// A message in which options of the command line are called what they are in Python.
pub(crate) fn in_python(error: &dyn std::fmt::Display) -> String {
    error
        .to_string()
        .replace("--reading absolute", "reading=\"absolute\"")
        .replace("(--method ladder)", "(rlct.ladder)")
}

/// How much of a text is shown before and after the place in it.
const AROUND: usize = 60;

/// The place in a text, marked in a line of its own; of a long text what is around it.
fn shown(text: &str, column: usize, width: usize) -> String {
    let from = column.saturating_sub(AROUND);
    let some: String = text.chars().skip(from).take(2 * AROUND).collect();
    let before = if from > 0 { "…" } else { "" };
    let more = text.chars().nth(from + 2 * AROUND).is_some();
    let after = if more { "…" } else { "" };
    let indent = " ".repeat(before.chars().count() + column - from);
    let marks = "^".repeat(width.min(2 * AROUND - (column - from)));
    format!("  {before}{some}{after}\n  {indent}{marks}")
}

/// A text that cannot be read, with the place in it.
pub(crate) fn unreadable(
    py: Python<'_>,
    (text, generator): (&str, usize),
    (column, width): (usize, usize),
    reason: &dyn std::fmt::Display,
) -> PyErr {
    let width = width.max(1);
    let error = ParseError::new_err(format!("{reason}\n{}", shown(text, column, width)));
    let value = error.value(py);
    let set = value
        .setattr("text", text)
        .and_then(|()| value.setattr("column", column))
        .and_then(|()| value.setattr("width", width))
        .and_then(|()| value.setattr("generator", generator));
    set.err().unwrap_or(error)
}

/// What is wrong with a germ whose generators are these texts.
pub(crate) fn of_germ(py: Python<'_>, texts: &[String], error: &Refused) -> PyErr {
    match error {
        Refused::Parse { generator, source } => {
            let place = generator.saturating_sub(1);
            let text = texts.get(place).map_or("", String::as_str);
            unreadable(py, (text, place), (source.column(), source.width()), source)
        }
        Refused::Value { text, source, .. } => {
            unreadable(py, (text, 0), (source.column(), source.width()), error)
        }
        _ => GermError::new_err(in_python(error)),
    }
}

/// What is wrong with a question about a region.
pub(crate) fn of_region(py: Python<'_>, texts: &[String], error: &RegionError) -> PyErr {
    match error {
        RegionError::Germ(error) => of_germ(py, texts, error),
        _ => GermError::new_err(in_python(error)),
    }
}

/// What is wrong with a problem.
pub(crate) fn of_problem(py: Python<'_>, texts: &[String], error: &ProblemError) -> PyErr {
    match error {
        ProblemError::Germ(error) => of_germ(py, texts, error),
        _ => GermError::new_err(in_python(error)),
    }
}

/// A certificate that cannot be read.
pub(crate) fn no_certificate(py: Python<'_>, error: &Unreadable) -> PyErr {
    at_step(py, error.to_string(), None)
}

/// A certificate that proves nothing.
pub(crate) fn refused(py: Python<'_>, error: &CheckError) -> PyErr {
    at_step(py, error.to_string(), error.step())
}

fn at_step(py: Python<'_>, message: String, step: Option<usize>) -> PyErr {
    let error = CertificateError::new_err(message);
    let set = error.value(py).setattr("step", step);
    set.err().unwrap_or(error)
}
