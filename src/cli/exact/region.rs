//! `rlct exact … --on REGION`: the worst (λ, m) of all zeros in a region.

use super::super::interrupt::Interrupt;
use super::super::output::Output;
use super::super::progress::Progress;
use super::super::{Caret, CliError, Exit};
use super::{ExactArgs, check_certificate_file, seconds_since, write_certificate};
use crate::algebra::{Polynomial, Rational, Reading, Variables};
use crate::certificate::Pole;
use crate::resolution::{Locus, Region, RegionResolution};
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
    upper: Option<Rational>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// A point where the upper bound is attained, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    attained: Option<BTreeMap<String, String>>,
    seconds: f64,
    reading: String,
    form: Reading,
    variables: Vec<String>,
    generators: Vec<String>,
    #[serde(rename = "box")]
    intervals: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inequalities: Vec<String>,
    version: &'static str,
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
    let locus = locus(args, text)?;
    let resolution = {
        let _progress = Progress::spinner(args.subject.shown());
        locus.resolve(&args.budget(interrupt))?
    };
    let certificate = resolution.certificate().to_json();
    let to_stdout = write_certificate(args, &certificate)?;
    let view = View::new(&resolution, seconds_since(start));
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

/// The ideal on the region that is meant.
fn locus(args: &ExactArgs, text: &str) -> Result<Locus, CliError> {
    let (locus, domain) = match args.subject.on_domain()? {
        Some(locus) => (locus.clone(), Some(locus.region().clone())),
        None => {
            let germ = super::super::germ::germ(&args.subject.germ.text())?;
            (Locus::of(&germ)?, None)
        }
    };
    let text = match (text, &domain) {
        ("model", Some(_)) => "everywhere",
        _ => text,
    };
    let region = Region::parse_in(text, locus.variables()).map_err(
        |error: crate::resolution::RegionTextError| {
            let place = Caret::new(text, error.column, error.width);
            CliError::Setting(format!("{error}\n{place}"))
        },
    )?;
    let region = match &domain {
        Some(domain) => region.within(domain)?,
        None => region,
    };
    let region = match &args.prior {
        None => region,
        Some(prior) => with_prior(region, prior, locus.variables())?,
    };
    Ok(locus.on(region)?)
}

/// A region with the factors (x − a)^h and (b − x)^h of a text.
fn with_prior(mut region: Region, text: &str, ring: &Variables) -> Result<Region, CliError> {
    let mut from = 0;
    for factor in factors(text) {
        let column = text[..from].chars().count();
        let refused = |reason: String| {
            let lead = factor.len() - factor.trim_start().len();
            let width = factor.trim().chars().count();
            let place = Caret::new(text, column + lead, width);
            CliError::Setting(format!("{reason}\n{place}"))
        };
        from += factor.len() + 1;
        let (base, exponent) = match factor.rsplit_once('^') {
            None => (factor, Rational::ONE),
            Some((base, exponent)) => {
                let inside = exponent
                    .trim()
                    .trim_start_matches('(')
                    .trim_end_matches(')');
                let exponent = inside.trim().parse::<Rational>().map_err(|_| {
                    refused("the exponent is no rational number, such as 2 or (-1/2)".into())
                })?;
                (base, exponent)
            }
        };
        let polynomial = Polynomial::parse_in(base, ring)
            .map_err(|error| refused(format!("`{}`: {error}", base.trim())))?;
        let Some((name, root, rises)) = Region::side(&polynomial) else {
            let own = polynomial
                .to_string()
                .parse::<Polynomial>()
                .unwrap_or(polynomial);
            let next = region.clone().with_power_of(&own, exponent);
            region = next.map_err(|_| {
                refused(
                    "a factor of the prior is linear in one variable, as x^(-1/2) or (1 - x)^2, or \
                     one of the region's inequalities"
                        .into(),
                )
            })?;
            continue;
        };
        let ends = region.ends(&name);
        let at_end = match rises {
            true => ends.0.as_ref() == Some(&root),
            false => ends.1.as_ref() == Some(&root),
        };
        if !at_end {
            return Err(refused(format!(
                "a factor of the prior vanishes at an end of an interval, as x^(1/2) on [0, 1]; \
                 this one vanishes at {name} = {root}. Leave it out where it is positive"
            )));
        }
        region = region
            .with_power(&name, !rises, exponent)
            .map_err(|error| refused(error.to_string()))?;
    }
    Ok(region)
}

/// The factors of a product, cut at the signs `*` that no parenthesis holds.
fn factors(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut factors) = (0_i32, 0, Vec::new());
    for (place, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '*' if depth == 0 => {
                factors.push(&text[from..place]);
                from = place + 1;
            }
            _ => {}
        }
    }
    factors.push(&text[from..]);
    factors
}

impl View {
    fn new(found: &RegionResolution, seconds: f64) -> Self {
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
            upper: is_open.then(|| found.upper().and_then(lambda)).flatten(),
            reason: found.reason().filter(|_| is_open).map(ToString::to_string),
            attained: found.attained().map(named),
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
            version: env!("CARGO_PKG_VERSION"),
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
        output.line(format_args!("undecided: {reason}"))?;
    }
    if view.form == Reading::Absolute {
        output.line("K is read as |K|: that it is ≥ 0 all over the region is not proved")?;
    }
    Ok(())
}
