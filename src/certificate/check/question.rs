//! The chart of the germ that a question asks about.

use super::CheckErrorKind;
use super::chart::{Chart, Coordinate, Function, check_amplitude, check_interval, involves};
use super::error::{Checked, condition, entry, length, malformed};
use super::evidence::no_zero;
use super::point::{Interval, evaluate};
use super::work::Work;
use crate::algebra::{Polynomial, Rational, Variables};
use crate::certificate::format::{Domain, Extent, Question, Reading};

/// The chart of the germ: variables as local coordinates, constants as functions, the generators at
/// w + point.
pub(super) fn root_chart(question: &Question, work: &Work) -> Checked<Chart> {
    let d = question.variables.len();
    let constants = question.constants.iter().map(|c| c.name.clone());
    let ring = Variables::new(question.variables.iter().cloned().chain(constants))
        .map_err(|e| CheckErrorKind::Malformed(e.to_string()))?;
    if question.reading == Reading::Loss {
        length(question.generators.len(), 1, "generators of a loss")?;
    }
    let mut chart = Chart {
        functions: Vec::new(),
        coordinates: Vec::new(),
        zeros: Vec::new(),
        units: Vec::new(),
        positive: Vec::new(),
        generators: Vec::new(),
        ring: ring.clone(),
    };
    for c in &question.constants {
        check_interval(c.between.as_ref(), &c.name, work)?;
        let relation = work.parse(&c.relation, &ring, &format!("relation of {}", c.name))?;
        let k = chart.functions.len();
        if (0..ring.len()).any(|i| (i < d || i > d + k) && involves(&relation, i)) {
            return condition(format!(
                "the relation of {} involves more than the constants up to it",
                c.name
            ));
        }
        chart.functions.push(Function {
            relation,
            between: c.between.clone(),
        });
    }
    let amplitude = or_default(&question.amplitude, d, Rational::ZERO, "amplitudes")?;
    let point = or_default(
        &question.point,
        d,
        "0".to_string(),
        "coordinates of the point",
    )?;
    for (i, name) in question.nonnegative.iter().enumerate() {
        let known = question.variables.contains(name);
        if !known || question.nonnegative.iter().take(i).any(|n| n == name) {
            return malformed(format!("{name} is not a variable, or is listed twice"));
        }
    }
    let mut values: Vec<Polynomial> = Vec::new();
    for ((name, h), text) in question.variables.iter().zip(amplitude).zip(&point) {
        check_amplitude(&h, name, work)?;
        let value = work.parse(text, &ring, &format!("value of {name}"))?;
        if (0..d).any(|i| involves(&value, i)) {
            return condition(format!("the value of {name} involves variables"));
        }
        let at_zero = value.is_zero();
        let half_line = question.nonnegative.contains(name);
        if half_line && value.as_constant().is_none_or(|c| c.is_negative()) {
            return condition(format!("the value of {name} is not a rational number ≥ 0"));
        }
        if !at_zero && !h.is_zero() {
            not_zero(&chart, &value, name, work)?;
        }
        chart.coordinates.push(Coordinate {
            domain: if half_line && at_zero {
                Domain::HalfLine
            } else {
                Domain::Line
            },
            extent: Extent::Local,
            amplitude: if at_zero { h } else { Rational::ZERO },
        });
        values.push(value);
    }
    let one = chart.constant(Rational::ONE);
    for mut g in work.parse_all(&question.generators, &ring, "generator")? {
        if (d..ring.len()).any(|i| involves(&g, i)) {
            return condition("the generators involve constants");
        }
        for (i, value) in values.iter().enumerate().filter(|(_, v)| !v.is_zero()) {
            let moved = work.add(&chart.variable(i)?, value)?;
            g = work.substitute(&g, i, (&moved, &one), 0)?;
        }
        chart.generators.push(g);
    }
    for (k, c) in question.constants.iter().enumerate() {
        let relation = &entry(&chart.functions, k, "constant")?.relation;
        let derivative = work.derivative(relation, d + k)?;
        no_zero(&chart, &derivative, Some(&c.evidence), work)?;
    }
    Ok(chart)
}

/// The list, or `n` defaults if it is left out.
fn or_default<T: Clone>(list: &[T], n: usize, default: T, what: &str) -> Checked<Vec<T>> {
    if list.is_empty() {
        return Ok(vec![default; n]);
    }
    length(list.len(), n, what)?;
    Ok(list.to_vec())
}

/// That a value in the constants is not 0, from the intervals of the constants.
fn not_zero(chart: &Chart, value: &Polynomial, name: &str, work: &Work) -> Checked<()> {
    let d = chart.ring.len() - chart.functions.len();
    let mut at = vec![Interval::point(&Rational::ZERO); d];
    for (k, f) in chart.functions.iter().enumerate() {
        match &f.between {
            Some([low, high]) => at.push(Interval {
                low: low.clone(),
                high: high.clone(),
            }),
            None if involves(value, d + k) => {
                return condition(format!("{name} has an amplitude but no interval"));
            }
            None => at.push(Interval::point(&Rational::ZERO)),
        }
    }
    if evaluate(value, &at, work)?.contains_zero() {
        return condition(format!(
            "{name} has an amplitude, and its value is not shown to differ from 0"
        ));
    }
    Ok(())
}
