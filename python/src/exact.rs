//! The exact engine and the checker.

use crate::errors::{
    GermError, RlctError, no_certificate, of_germ, of_problem, of_region, refused, unreadable,
};
use crate::models::{Asked, Wanted};
use crate::watch::{Stop, watched};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlct::algebra::{AlgebraicNumber, Polynomial, Variables};
use rlct::certificate::{Certificate, Pole, RegionCertificate};
use rlct::polyhedron::NewtonPolyhedron;
use rlct::problem::ProblemError;
use rlct::resolution::{
    Answer, Germ, GermError as Refused, Locus, Reading, Region, RegionError, RegionResolution,
    Resolution,
};
use rlct::{Budget, Problem};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// A question as the Python side writes it: polynomials or a model, and perhaps a region.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    germ: Option<Written>,
    model: Option<Asked>,
    on: Option<String>,
}

/// Polynomials at a point, with prior and domain, as texts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    pub(crate) generators: Vec<String>,
    reading: Reading,
    /// The ring; without it the variables that occur.
    variables: Option<Vec<String>>,
    amplitude: Option<String>,
    nonnegative: Vec<String>,
    at: BTreeMap<String, String>,
    /// Real algebraic numbers of the point.
    numbers: Vec<String>,
}

impl Written {
    /// The germ that is meant.
    pub(crate) fn germ(&self, py: Python<'_>) -> PyResult<Germ> {
        let texts = &self.generators;
        let parsed = match &self.variables {
            None => Polynomial::parse_all(texts),
            Some(names) => {
                let ring = Variables::new(names.iter().cloned())
                    .map_err(|error| GermError::new_err(error.to_string()))?;
                let parsed = texts.iter().enumerate();
                parsed
                    .map(|(i, text)| Polynomial::parse_in(text, &ring).map_err(|e| (i, e)))
                    .collect()
            }
        };
        let polynomials = parsed.map_err(|(place, error)| {
            let at = (error.column(), error.width());
            unreadable(py, (&texts[place], place), at, &error)
        })?;
        let mut numbers = Vec::new();
        for text in &self.numbers {
            let number = text.parse::<AlgebraicNumber>();
            numbers.push(number.map_err(|error| GermError::new_err(error.to_string()))?);
        }
        self.placed(polynomials, numbers)
            .map_err(|error| of_germ(py, texts, &error))
    }

    fn placed(
        &self,
        polynomials: Vec<Polynomial>,
        numbers: Vec<AlgebraicNumber>,
    ) -> Result<Germ, Refused> {
        let mut germ = Germ::new(self.reading, polynomials)?;
        if let Some(amplitude) = &self.amplitude {
            germ = germ.amplitude(amplitude)?;
        }
        for number in numbers {
            germ = germ.number(number)?;
        }
        germ.nonnegative(&self.nonnegative)?.at_values(&self.at)
    }
}

/// What the engine is asked.
enum Subject {
    Germ(Germ),
    Model(Box<Problem>),
    Region(Locus),
}

/// What it answers.
enum Resolved {
    Point(Box<Resolution>),
    Region(Box<RegionResolution>),
}

/// Why it does not.
enum Refusal {
    Problem(Box<ProblemError>),
    Region(Box<RegionError>),
}

impl Refusal {
    fn of_germ(error: Refused) -> Self {
        Self::of_problem(error.into())
    }

    fn of_problem(error: ProblemError) -> Self {
        Self::Problem(Box::new(error))
    }
}

impl Question {
    fn texts(&self) -> Vec<String> {
        let germ = self.germ.as_ref();
        germ.map_or_else(Vec::new, |germ| germ.generators.clone())
    }

    fn subject(&self, py: Python<'_>) -> PyResult<Subject> {
        let texts = self.texts();
        let (problem, locus) = match (&self.germ, &self.model) {
            (Some(text), None) => {
                let germ = text.germ(py)?;
                if self.on.is_none() {
                    return Ok(Subject::Germ(germ));
                }
                let locus = Locus::of(&germ).map_err(|error| of_region(py, &texts, &error))?;
                (None, Some((locus, None)))
            }
            (None, Some(model)) => {
                let locus = self.on.is_some();
                let wanted = Wanted {
                    locus,
                    ..Wanted::default()
                };
                let placed = model.placed(py, wanted)?;
                let with_domain = |locus: Locus| {
                    let domain = locus.region().clone();
                    (locus, Some(domain))
                };
                (Some(placed.problem), placed.locus.map(with_domain))
            }
            _ => return Err(PyValueError::new_err("give either polynomials or a model")),
        };
        match (problem, locus, &self.on) {
            (_, Some((locus, domain)), Some(text)) => {
                Ok(Subject::Region(on(py, locus, domain, text)?))
            }
            (Some(problem), ..) => Ok(Subject::Model(Box::new(problem))),
            _ => Err(GermError::new_err(
                "the model has no ideal on all of its domain",
            )),
        }
    }
}

/// The locus on the region of a text, within the domain of a model.
fn on(py: Python<'_>, locus: Locus, domain: Option<Region>, text: &str) -> PyResult<Locus> {
    let text = match (text, &domain) {
        ("model", Some(_)) => "everywhere",
        _ => text,
    };
    let region = Region::parse_in(text, locus.variables())
        .map_err(|error| unreadable(py, (text, 0), (error.column, error.width), &error))?;
    let region = match &domain {
        Some(domain) => region.within(domain),
        None => Ok(region),
    };
    region
        .and_then(|region| locus.on(region))
        .map_err(|error| of_region(py, &[], &error))
}

/// A budget of `seconds` and `steps`.
fn budget(seconds: f64, steps: u64) -> PyResult<Budget> {
    let time = if seconds == f64::INFINITY {
        Duration::MAX
    } else {
        Duration::try_from_secs_f64(seconds).map_err(|_| {
            PyValueError::new_err(format!(
                "the budget is a number of seconds from 0 on, or inf; got {seconds}"
            ))
        })?
    };
    Ok(Budget::default().with_time(time).with_steps(steps))
}

/// Answers a question in JSON by an answer in JSON.
#[pyfunction]
#[pyo3(signature = (question, *, seconds, steps))]
pub(crate) fn resolve(
    py: Python<'_>,
    question: &str,
    seconds: f64,
    steps: u64,
) -> PyResult<String> {
    let question: Question =
        serde_json::from_str(question).map_err(|error| GermError::new_err(plain(&error)))?;
    let subject = question.subject(py)?;
    let stop = Stop::default();
    let budget = budget(seconds, steps)?.with_stop(stop.flag.clone());
    let point = |resolution: Resolution| Resolved::Point(Box::new(resolution));
    let work = || match &subject {
        Subject::Germ(germ) => germ.resolve(&budget).map(point).map_err(Refusal::of_germ),
        Subject::Model(problem) => problem
            .exact(&budget)
            .map(point)
            .map_err(Refusal::of_problem),
        Subject::Region(locus) => locus
            .resolve(&budget)
            .map(|resolution| Resolved::Region(Box::new(resolution)))
            .map_err(|error| Refusal::Region(Box::new(error))),
    };
    let (result, raised) = watched(py, &stop, |_| Ok(()), work)?;
    if let Some(error) = raised {
        return Err(error);
    }
    let texts = question.texts();
    let resolved = result.map_err(|refusal| match refusal {
        Refusal::Problem(error) => of_problem(py, &texts, &error),
        Refusal::Region(error) => of_region(py, &texts, &error),
    })?;
    let answer = match resolved {
        Resolved::Point(resolution) => at_point(&resolution),
        Resolved::Region(resolution) => over_region(&resolution),
    };
    Ok(answer.to_string())
}

/// The message of an error of JSON, without the place in a text that nobody wrote.
fn plain(error: &serde_json::Error) -> String {
    let told = error.to_string();
    match told.rfind(" at line ") {
        Some(end) => told[..end].to_string(),
        None => told,
    }
}

fn of_reading(reading: Reading) -> Value {
    serde_json::to_value(reading).unwrap_or_default()
}

fn at_point(resolution: &Resolution) -> Value {
    let answer = resolution.answer();
    let reason = match answer {
        Answer::Exact(_) => None,
        _ => answer.reason().map(ToString::to_string),
    };
    let coefficient = answer.coefficient();
    json!({
        "lambda": coefficient.map(|c| c.lambda().to_string()),
        "multiplicity": coefficient.map(rlct::LearningCoefficient::multiplicity),
        "lower": answer.lower().to_string(),
        "upper": answer.upper().to_string(),
        "reason": reason,
        "reading": of_reading(resolution.reading()),
        "where": Value::Null,
        "certificate": resolution.certificate().to_json(),
        "text": answer.to_string(),
    })
}

fn over_region(resolution: &RegionResolution) -> Value {
    let coefficient = resolution.coefficient();
    let lambda = |pole: &Pole| pole.lambda().map(ToString::to_string);
    let text = match (resolution.answer(), resolution.has_no_zero()) {
        (_, true) => "K has no zero in the region".to_string(),
        (Some(answer), _) => answer.to_string(),
        (None, _) => match lambda(resolution.lower()) {
            Some(lower) => format!("λ ≥ {lower}"),
            None => "nothing is known of λ".to_string(),
        },
    };
    let reason = match resolution.has_no_zero() {
        true => Some("K has no zero in the region".to_string()),
        false => resolution.reason().map(ToString::to_string),
    };
    json!({
        "lambda": coefficient.as_ref().map(|c| c.lambda().to_string()),
        "multiplicity": coefficient.as_ref().map(rlct::LearningCoefficient::multiplicity),
        "lower": lambda(resolution.lower()),
        "upper": resolution.upper().and_then(lambda),
        "reason": reason,
        "reading": Value::Null,
        "where": resolution.attained().map(|point| {
            let names = resolution.certificate().question.variables.iter();
            names.zip(point).collect::<Vec<_>>()
        }),
        "certificate": resolution.certificate().to_json(),
        "text": text,
    })
}

/// A pole (λ, m), λ as text.
type Proved = Option<(String, usize)>;

fn proved(pole: &Pole) -> Proved {
    pole.lambda()
        .map(|lambda| (lambda.to_string(), pole.multiplicity()))
}

/// Replays a certificate, of a point or of a region: the bounds that it proves.
#[pyfunction]
pub(crate) fn check_certificate(py: Python<'_>, text: &str) -> PyResult<(Proved, Proved)> {
    let stop = Stop::default();
    if RegionCertificate::is_meant(text) {
        let certificate =
            RegionCertificate::from_json(text).map_err(|error| no_certificate(py, &error))?;
        let (checked, raised) = watched(py, &stop, |_| Ok(()), || certificate.check())?;
        raised.map_or(Ok(()), Err)?;
        let verified = checked.map_err(|error| refused(py, &error))?;
        return Ok((proved(verified.lower()), verified.upper().and_then(proved)));
    }
    let certificate = Certificate::from_json(text).map_err(|error| no_certificate(py, &error))?;
    let (checked, raised) = watched(py, &stop, |_| Ok(()), || certificate.check())?;
    raised.map_or(Ok(()), Err)?;
    let verified = checked.map_err(|error| refused(py, &error))?;
    Ok((proved(verified.lower()), verified.upper().and_then(proved)))
}

/// Names of the variables, exponents of the terms of all generators, and the facets (normal, level)
/// of their Newton polyhedron.
type Polyhedron = (Vec<String>, Vec<Vec<u32>>, Vec<(Vec<String>, String)>);

/// The Newton polyhedron of polynomials in the ring of the variables that occur.
#[pyfunction]
pub(crate) fn newton_polyhedron(py: Python<'_>, generators: Vec<String>) -> PyResult<Polyhedron> {
    let polynomials = Polynomial::parse_all(&generators).map_err(|(place, error)| {
        let at = (error.column(), error.width());
        unreadable(py, (&generators[place], place), at, &error)
    })?;
    let Some(first) = polynomials.first() else {
        return Err(GermError::new_err("give at least one polynomial"));
    };
    let names = first.variables().names().to_vec();
    let terms = polynomials.iter().flat_map(|p| p.terms());
    let exponents: Vec<Vec<u32>> = terms.map(|(exponents, _)| exponents.to_vec()).collect();
    if exponents.is_empty() {
        return Err(GermError::new_err(
            "the polynomials are zero, and have no Newton polyhedron",
        ));
    }
    let polyhedron = NewtonPolyhedron::new(names.len(), exponents.clone(), &Budget::default())
        .map_err(|error| RlctError::new_err(error.to_string()))?;
    let facet = |facet: &rlct::polyhedron::Facet| {
        let normal = facet.normal().iter().map(ToString::to_string).collect();
        (normal, facet.level().to_string())
    };
    let facets = polyhedron.facets().iter().map(facet).collect();
    Ok((names, exponents, facets))
}
