//! `rlct exact … --on REGION`: the worst (λ, m) of all zeros in a region.

use super::super::interrupt::Interrupt;
use super::super::locus::locus;
use super::super::output::Output;
use super::super::progress::Progress;
use super::super::{CliError, Exit};
use super::{ExactArgs, check_certificate_file, seconds_since, write_certificate};
use crate::algebra::{Rational, Reading};
use crate::certificate::Pole;
use crate::resolution::RegionResolution;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

#[derive(Serialize)]
struct View {
    answer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    lambda: Option<Rational>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multiplicity: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower: Option<Rational>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower_multiplicity: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper: Option<Rational>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper_multiplicity: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The parts of the region that are not settled.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    undecided_where: Vec<String>,
    /// A point where the upper bound is attained, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    attained: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<&'static str>,
    seconds: f64,
    reading: String,
    form: Reading,
    variables: Vec<String>,
    generators: Vec<String>,
    #[serde(rename = "box")]
    intervals: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inequalities: Vec<String>,
}

/// Answers the question of the command line about a region.
pub(super) fn run(
    args: &ExactArgs,
    text: &str,
    interrupt: &Interrupt,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let start = Instant::now();
    check_certificate_file(args)?;
    let locus = locus(&args.subject, text, args.prior.as_deref())?;
    let resolution = {
        let _progress = Progress::spinner(args.subject.shown());
        locus.resolve(&args.budget(interrupt))?
    };
    let certificate = resolution.certificate().to_json();
    let to_stdout = write_certificate(args, &certificate)?;
    let remark = args.subject.germ.remark_on_sign(locus.reading());
    let view = View::new(&resolution, remark, seconds_since(start));
    if to_stdout {
        output.bytes(certificate.as_bytes())?;
        let json = output.is_json();
        tell(&view, &resolution, &mut Output::new(stderr, json))?;
    } else {
        tell(&view, &resolution, output)?;
    }
    Ok(match (interrupt.is_set(), resolution.is_exact()) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Success,
        (false, false) => Exit::Undecided,
    })
}

impl View {
    fn new(found: &RegionResolution, remark: Option<&'static str>, seconds: f64) -> Self {
        let question = &found.certificate().question;
        let exact = found.coefficient();
        let answer = match (found.has_no_zero(), &exact) {
            (true, _) => "no zero",
            (false, Some(_)) => "exact",
            (false, None) => "bounds",
        };
        let is_open = answer == "bounds";
        let lambda = |pole: &Pole| pole.lambda().cloned();
        let named = |point: &[String]| {
            let names = question.variables.iter().cloned();
            names.zip(point.iter().cloned()).collect()
        };
        Self {
            answer,
            lambda: exact.as_ref().map(|exact| exact.lambda().clone()),
            multiplicity: exact.as_ref().map(crate::LearningCoefficient::multiplicity),
            lower: is_open.then(|| lambda(found.lower())).flatten(),
            lower_multiplicity: is_open.then(|| found.lower().multiplicity()),
            upper_multiplicity: found.upper().filter(|_| is_open).map(Pole::multiplicity),
            upper: is_open.then(|| found.upper().and_then(lambda)).flatten(),
            reason: found.reason().filter(|_| is_open).map(ToString::to_string),
            undecided_where: found.undecided_where().to_vec(),
            attained: found.attained().map(named),
            remark,
            seconds,
            reading: question.to_string(),
            form: question.reading,
            variables: question.variables.clone(),
            generators: question.generators.clone(),
            intervals: serde_json::to_value(&question.intervals).unwrap_or_default(),
            inequalities: {
                let inequalities = question.inequalities.iter();
                inequalities.map(|l| l.function.clone()).collect()
            },
        }
    }
}

fn tell(view: &View, found: &RegionResolution, output: &mut Output<'_>) -> Result<(), CliError> {
    if output.is_json() {
        return output.value(view);
    }
    output.line(&view.reading)?;
    let at = view.attained.as_ref().map(|point| {
        let pairs: Vec<String> = view
            .variables
            .iter()
            .filter_map(|name| Some(format!("{name} = {}", point.get(name)?)))
            .collect();
        pairs.join(", ")
    });
    match (found.coefficient(), at) {
        (Some(_), Some(at)) => output.line(format_args!("{found}, as at {at}"))?,
        _ => output.line(found)?,
    }
    if let Some(reason) = &view.reason {
        let parts = found.undecided_where();
        let place = match parts {
            [] => String::new(),
            [one] => format!(" ({one})"),
            [first, rest @ ..] => format!(" ({first}, and {} more)", rest.len()),
        };
        output.line(format_args!("undecided{place}: {reason}"))?;
    }
    if let Some(remark) = view.remark {
        output.line(remark)?;
    }
    Ok(())
}
