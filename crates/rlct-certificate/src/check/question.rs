//! The chart of the germ that a question asks about.

use super::CheckErrorKind;
use super::chart::{Chart, Coordinate, Function, check_amplitude, check_interval, involves};
use super::error::{Checked, condition, entry, length, malformed, shown};
use super::evidence::{no_zero, roots_between};
use super::point::{Interval, evaluate};
use super::sign::{constants_box, nonnegative};
use super::work::Work;
use crate::format::{CoordinateDomain, Extent, Question, Reading};
use rlct_algebra::{Polynomial, Rational, Variables};

/// A question as it was read.
#[derive(Debug)]
pub(super) struct Germ {
    /// The variables as local coordinates, the constants as functions, the generators at w + point.
    /// The centre is one real point: each constant is the one root of its relation in its interval.
    pub(super) chart: Chart,
    /// The point, in the ring of the chart.
    pub(super) values: Vec<Polynomial>,
    /// The generators as they are stated, in the ring of the chart.
    pub(super) generators: Vec<Polynomial>,
}

impl Germ {
    /// p(w + point).
    fn moved(&self, p: &Polynomial, work: &Work) -> Checked<Polynomial> {
        let one = self.chart.constant(Rational::ONE);
        let mut moved = p.clone();
        let values = self.values.iter().enumerate();
        for (i, value) in values.filter(|(_, value)| !value.is_zero()) {
            let shifted = work.add(&self.chart.variable(i)?, value)?;
            let degree = moved.degree_in(i);
            moved = work.substitute(&moved, i, (&shifted, &one), degree)?;
        }
        Ok(moved)
    }
}

/// The chart of the germ; a loss is shown to be ≥ 0 near the point.
pub(super) fn root_chart(question: &Question, work: &Work) -> Checked<Chart> {
    let germ = germ(question, work)?;
    if let (Reading::Loss, [loss]) = (question.reading, germ.generators.as_slice()) {
        let moved = |p: &Polynomial| germ.moved(p, work);
        nonnegative(&germ.chart, loss, question.squares.as_ref(), &moved, work)?;
    }
    Ok(germ.chart)
}

/// The germ that a question states, whatever the sign of a loss.
pub(super) fn germ(question: &Question, work: &Work) -> Checked<Germ> {
    let d = question.variables.len();
    let constants = question.constants.iter().map(|c| c.name.clone());
    let ring = Variables::new(question.variables.iter().cloned().chain(constants))
        .map_err(|e| CheckErrorKind::Malformed(e.to_string()))?;
    if question.reading != Reading::Ideal {
        length(question.generators.len(), 1, "generators of a loss")?;
    }
    if question.reading != Reading::Loss && question.squares.is_some() {
        return malformed("`squares` belong to the reading `loss`");
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
        if c.between.is_none() {
            return malformed(format!("the constant {} has no `between`", c.name));
        }
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
        one_root(&chart, d, k, work)?;
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
            not_zero(&chart, d, &value, name, work)?;
        }
        chart.coordinates.push(Coordinate {
            domain: if half_line && at_zero {
                CoordinateDomain::HalfLine
            } else {
                CoordinateDomain::Line
            },
            extent: Extent::Local,
            amplitude: if at_zero { h } else { Rational::ZERO },
        });
        values.push(value);
    }
    let generators = work.parse_all(&question.generators, &ring, "generator")?;
    let mut germ = Germ {
        chart,
        values,
        generators,
    };
    for g in &germ.generators {
        if (d..ring.len()).any(|i| involves(g, i)) {
            return condition("the generators involve constants");
        }
        let moved = germ.moved(g, work)?;
        germ.chart.generators.push(moved);
    }
    for (k, c) in question.constants.iter().enumerate() {
        let relation = &entry(&germ.chart.functions, k, "constant")?.relation;
        let derivative = work.derivative(relation, d + k)?;
        no_zero(&germ.chart, &derivative, Some(&c.evidence), work)?;
    }
    Ok(germ)
}

/// The list, or `n` defaults if it is left out.
fn or_default<T: Clone>(list: &[T], n: usize, default: T, what: &str) -> Checked<Vec<T>> {
    if list.is_empty() {
        return Ok(vec![default; n]);
    }
    length(list.len(), n, what)?;
    Ok(list.to_vec())
}

/// That the relation of constant k has exactly one root in its interval, at the values of the
/// earlier constants: by counting the roots if it involves none of these; otherwise by opposite
/// signs at the ends, and a derivative without zero between, for all values of the earlier ones in
/// their intervals.
fn one_root(chart: &Chart, d: usize, k: usize, work: &Work) -> Checked<()> {
    let mut at = constants_box(chart, d)?;
    let place = d + k;
    let name = chart.name(place);
    let function = entry(&chart.functions, k, "constant")?;
    let (relation, Some(between)) = (&function.relation, &function.between) else {
        return malformed(format!("the constant {name} has no `between`"));
    };
    let [a, b] = between;
    if (0..place).all(|i| !involves(relation, i)) {
        return match roots_between(relation, place, between, work)? {
            1 => Ok(()),
            n => condition(format!(
                "the relation {} of the constant {name} has {n} roots between {a} and {b}, not one",
                shown(relation)
            )),
        };
    }
    let derivative = evaluate(&work.derivative(relation, place)?, &at, work)?;
    let mut at_end = |end: &Rational| {
        if let Some(slot) = at.last_mut() {
            *slot = Interval::point(end);
        }
        evaluate(relation, &at, work)
    };
    let (low, high) = (at_end(a)?, at_end(b)?);
    let changes = (low.high.is_negative() && high.low.is_positive())
        || (low.low.is_positive() && high.high.is_negative());
    if derivative.contains_zero() || !changes {
        return condition(format!(
            "the relation {} of the constant {name} is not shown to have exactly one root between \
             {a} and {b}",
            shown(relation)
        ));
    }
    Ok(())
}

/// That a value in the constants is not 0, from the intervals of the constants.
fn not_zero(chart: &Chart, d: usize, value: &Polynomial, name: &str, work: &Work) -> Checked<()> {
    if evaluate(value, &constants_box(chart, d)?, work)?.contains_zero() {
        return condition(format!(
            "{name} has an amplitude, and its value is not shown to differ from 0"
        ));
    }
    Ok(())
}
