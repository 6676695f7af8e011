//! Which polynomials become coordinates.

use super::balance::grows;
use super::chart::{Chart, content_monomial, plain, without_monomial};
use super::generators::by_relations;
use super::moves::{Change, Link, explicit_coordinate, implicit_coordinate};
use super::nonvanishing::{Evidence, by_identity, nonvanishing};
use crate::algebra::{Factors, Polynomial, Rational};
use crate::certificate::format::Form;

fn link(
    chart: &Chart,
    index: usize,
    p: &Polynomial,
    form: Form,
    evidence: Option<&Evidence>,
) -> Link {
    Link::Coordinate {
        index,
        polynomial: chart.show(p),
        form,
        evidence: evidence.map(|e| e.stated(chart)),
    }
}

/// p = U·w_i + q as a coordinate instead of w_i, if U is a unit there.
pub(super) fn explicit(chart: &Chart, i: usize, p: &Polynomial) -> Option<Change> {
    explicit_with(chart, i, p, nonvanishing)
}

/// How evidence for a unit is looked for.
type Look = fn(&Chart, &Polynomial) -> Option<Evidence>;

fn explicit_with(chart: &Chart, i: usize, p: &Polynomial, look: Look) -> Option<Change> {
    if p.degree_in(i) != 1 || !chart.is_replaceable(i) {
        return None;
    }
    if chart.involves_function(p) && !chart.functions_ignore(i) {
        return None;
    }
    let unit = p.leading_in(i)?;
    let evidence = match unit.as_constant() {
        Some(_) => None,
        None => Some(look(chart, &unit)?),
    };
    let next = explicit_coordinate(chart, i, p)?;
    Some((link(chart, i, p, Form::Explicit, evidence.as_ref()), next))
}

/// p as a coordinate instead of w_i, which becomes a function.
pub(super) fn implicit(chart: &Chart, i: usize, p: &Polynomial) -> Option<Change> {
    implicit_with(chart, i, p, nonvanishing)
}

fn implicit_with(chart: &Chart, i: usize, p: &Polynomial, look: Look) -> Option<Change> {
    if !chart.is_replaceable(i) {
        return None;
    }
    let slope = chart.slope(i, p)?;
    if chart.restricted(&slope).is_zero() {
        return None;
    }
    let evidence = look(chart, &slope)?;
    let next = implicit_coordinate(chart, i, p);
    Some((link(chart, i, p, Form::Implicit, Some(&evidence)), next))
}

/// One generator made a coordinate, up to the common monomial M of all: the shortest first.
pub(super) fn generator_as_coordinate(chart: &Chart) -> Option<Change> {
    let common = content_monomial(&chart.generators, chart.variables());
    let parts: Vec<Polynomial> = chart
        .generators
        .iter()
        .map(|g| without_monomial(g, &common))
        .collect();
    let mut candidates: Vec<(usize, usize, usize)> = Vec::new();
    for (g, p) in parts.iter().enumerate() {
        if p.len() < 2 || !chart.restricted(p).is_zero() {
            continue;
        }
        for (i, k) in common.iter().enumerate().take(chart.dimension()) {
            if *k == 0 && p.degree_in(i) == 1 && chart.is_replaceable(i) {
                candidates.push((p.len(), g, i));
            }
        }
    }
    candidates.sort_unstable();
    candidates
        .into_iter()
        .find_map(|(_, g, i)| explicit(chart, i, &parts[g]))
        .or_else(|| own_coordinate(chart))
}

/// A generator without critical point on the centre as a coordinate, in the place of one that
/// becomes a function.
pub(super) fn smooth_generator(chart: &Chart) -> Option<Change> {
    let mut generators: Vec<&Polynomial> = chart.generators.iter().collect();
    generators.sort_by_key(|g| g.len());
    let local = chart.local();
    generators.into_iter().find_map(|g| {
        if g.len() < 2 || !chart.restricted(g).is_zero() {
            return None;
        }
        local.iter().find_map(|&i| implicit(chart, i, g))
    })
}

/// A generator M·p, M its own monomial content, with a coordinate that occurs only in p.
fn own_coordinate(chart: &Chart) -> Option<Change> {
    for (place, g) in chart.generators.iter().enumerate() {
        let content = content_monomial([g], chart.variables());
        let p = without_monomial(g, &content);
        if p.len() < 2 || !chart.restricted(&p).is_zero() {
            continue;
        }
        let elsewhere = |i: usize| {
            chart
                .generators
                .iter()
                .enumerate()
                .any(|(j, h)| j != place && h.degree_in(i) > 0)
        };
        for (i, k) in content.iter().enumerate().take(chart.dimension()) {
            if *k == 0
                && p.degree_in(i) > 0
                && !elsewhere(i)
                && let Some(change) = explicit(chart, i, &p).or_else(|| implicit(chart, i, &p))
            {
                return Some(change);
            }
        }
    }
    None
}

/// The next power completed: n·a·w + b as coordinate in the place of w, where a generator is, up to
/// its monomial, a·wⁿ + b·wⁿ⁻¹ + … with a constant a (Tschirnhaus), if that leaves fewer terms.
pub(super) fn completed_power(chart: &Chart) -> Option<Change> {
    let size = |chart: &Chart| chart.generators.iter().map(Polynomial::len).sum::<usize>();
    let before = size(chart);
    chart.generators.iter().find_map(|g| {
        let content = content_monomial([g], chart.variables());
        let places = (0..chart.dimension()).filter(|&i| content[i] == 0);
        completed_in(chart, &without_monomial(g, &content), places, |next| {
            size(next) < before && !grows(chart, next)
        })
    })
}

/// The same for a polynomial of degree 2 that vanishes on the centre.
fn completed_zero(chart: &Chart, number: usize) -> Option<Change> {
    let p = &chart.zeros[number];
    if p.degree() != 2 {
        return None;
    }
    let simpler =
        |next: &Chart| next.zeros.len() == chart.zeros.len() && next.zeros[number].len() < p.len();
    completed_in(chart, p, 0..chart.dimension(), simpler)
}

fn completed_in(
    chart: &Chart,
    p: &Polynomial,
    places: impl Iterator<Item = usize>,
    simpler: impl Fn(&Chart) -> bool,
) -> Option<Change> {
    for i in places.filter(|&i| p.degree_in(i) > 1) {
        let (degree, layers) = (p.degree_in(i), p.layers_in(i));
        let (Some(a), Some(b)) = (layers.get(&degree), layers.get(&(degree - 1))) else {
            continue;
        };
        let Some(a) = a.as_constant() else { continue };
        if chart.is_local(i) && !chart.restricted(b).is_zero() {
            continue;
        }
        let slope = a * Rational::from(i64::from(p.degree_in(i)));
        let coordinate = &chart.variable(i).scale(&slope) + b;
        if let Some(change) = explicit(chart, i, &coordinate)
            && simpler(&change.1)
        {
            return Some(change);
        }
    }
    None
}

/// A multiple smooth factor of a generator made a coordinate. One that is no graph makes another
/// coordinate a function; that is put off until all other factors are units, unless `at_once`.
pub(super) fn factor_as_coordinate(chart: &Chart, at_once: bool) -> Option<Change> {
    for g in &chart.generators {
        let content = content_monomial([g], chart.variables());
        let p = without_monomial(g, &content);
        if p.len() < 3 {
            continue;
        }
        let Some(factors) = p.square_free_factors() else {
            continue;
        };
        let multiple = || factors.iter().filter(|(_, k)| *k > 1);
        let candidates: Vec<Polynomial> = multiple()
            .flat_map(|(f, _)| f.simple_factors())
            .filter(|f| f.len() > 1 && chart.restricted(f).is_zero())
            .collect();
        let places: Vec<usize> = (0..chart.dimension())
            .filter(|&i| content[i] == 0)
            .collect();
        let find = |change: fn(&Chart, usize, &Polynomial) -> Option<Change>| {
            let at = |f: &Polynomial| places.iter().find_map(|&i| change(chart, i, f));
            candidates.iter().find_map(at)
        };
        if let Some(change) = find(explicit) {
            return Some(change);
        }
        let alone = || {
            let others = factors.iter().filter(|(f, _)| !candidates.contains(f));
            candidates.len() == 1
                && others
                    .into_iter()
                    .all(|(f, _)| nonvanishing(chart, f).is_some())
        };
        if (at_once || alone())
            && let Some(change) = find(implicit)
        {
            return Some(change);
        }
    }
    None
}

/// A factor of a generator that is, on the centre, one of its `zeros` made a coordinate: it serves
/// better than the zero alone.
fn factor_over_zero(chart: &Chart, open: &[Polynomial]) -> Option<Change> {
    let restricted: Vec<Polynomial> = open
        .iter()
        .map(|z| chart.restricted(z).primitive_part())
        .collect();
    for g in &chart.generators {
        let factors = g.square_free_factors()?;
        for (f, _) in factors.iter().filter(|(f, _)| f.len() > 1) {
            for f in f.simple_factors() {
                if open.contains(&f) || !restricted.contains(&chart.restricted(&f).primitive_part())
                {
                    continue;
                }
                let mut places = (0..chart.dimension()).filter(|&i| !chart.is_local(i));
                if let Some(change) =
                    places.find_map(|i| explicit(chart, i, &f).or_else(|| implicit(chart, i, &f)))
                {
                    return Some(change);
                }
            }
        }
    }
    None
}

/// What to do about the `zeros` of a chart.
pub(super) enum ZeroMove {
    /// One becomes a coordinate.
    Coordinate(Box<Change>),
    /// The centre is to be divided at this polynomial first.
    Split(Polynomial),
    /// The centre is covered by the places where one of these polynomials is not 0.
    Cover(Vec<Polynomial>, Box<Evidence>),
    /// Nothing helps.
    Stuck(Polynomial),
}

/// A vanishing polynomial made a coordinate, or what stands in the way; `None` if there are none
/// but functions.
pub(super) fn zero_as_coordinate(chart: &Chart) -> Option<ZeroMove> {
    // a coordinate that is 0 on the whole centre becomes local, also on a half-line
    let extended = |i: &usize| *i < chart.dimension() && !chart.is_local(*i);
    if let Some(i) = chart.zeros.iter().filter_map(plain).find(extended) {
        return Some(ZeroMove::Split(chart.variable(i)));
    }
    let mut open: Vec<Polynomial> = chart
        .zeros
        .iter()
        .filter(|z| plain(z).is_none() && !chart.vanishes_by_relation(z))
        .filter(|z| by_relations(chart, &chart.restricted(z)).is_none())
        .cloned()
        .collect();
    open.sort_by_key(|p| (p.degree(), p.len()));
    let first = open.first()?.clone();
    let number = |p: &Polynomial| chart.zeros.iter().position(|z| z == p);
    let completed = |p: &Polynomial| number(p).and_then(|k| completed_zero(chart, k));
    let change = factor_over_zero(chart, &open).or_else(|| open.iter().find_map(completed));
    if let Some(change) = change {
        return Some(ZeroMove::Coordinate(Box::new(change)));
    }
    for p in &open {
        let restricted = chart.restricted(p);
        let candidates: Vec<usize> = (0..chart.dimension())
            .filter(|&i| restricted.degree_in(i) > 0)
            .collect();
        for &i in &candidates {
            if let Some(change) = explicit(chart, i, p) {
                return Some(ZeroMove::Coordinate(Box::new(change)));
            }
        }
        for &i in &candidates {
            if let Some(change) = implicit(chart, i, p) {
                return Some(ZeroMove::Coordinate(Box::new(change)));
            }
        }
        // divide first where a coordinate may be 0, then where a derivative is
        if let Some(&i) = candidates.iter().find(|&&i| !chart.is_replaceable(i)) {
            return Some(ZeroMove::Split(chart.variable(i)));
        }
    }
    let deep: Look = |chart, q| by_identity(chart, std::slice::from_ref(q));
    for p in &open {
        let restricted = chart.restricted(p);
        let may_serve =
            |i: usize| restricted.degree_in(i) > 0 || chart.involves_function(&restricted);
        let candidates: Vec<usize> = (0..chart.dimension())
            .filter(|&i| !chart.is_local(i) && may_serve(i) && chart.is_replaceable(i))
            .collect();
        for &i in &candidates {
            if let Some(change) =
                explicit_with(chart, i, p, deep).or_else(|| implicit_with(chart, i, p, deep))
            {
                return Some(ZeroMove::Coordinate(Box::new(change)));
            }
        }
        let slopes: Vec<Polynomial> = candidates
            .iter()
            .filter_map(|&i| chart.slope(i, p))
            .collect();
        if slopes.len() > 1
            && let Some(evidence) = by_identity(chart, &slopes)
        {
            return Some(ZeroMove::Cover(slopes, Box::new(evidence)));
        }
    }
    for p in &open {
        let restricted = chart.restricted(p);
        let mut derivatives: Vec<Polynomial> = (0..chart.dimension())
            .filter(|&i| restricted.degree_in(i) > 0)
            .flat_map(|i| restricted.derivative(i).simple_factors())
            .filter(|q| !chart.restricted(q).is_zero())
            .collect();
        derivatives.sort_by_key(|q| (q.degree(), q.len()));
        for q in derivatives {
            if nonvanishing(chart, &q).is_none() && !chart.zeros.contains(&q) {
                return Some(ZeroMove::Split(q));
            }
        }
        // functions: a common factor with a relation
        for f in &chart.functions {
            let relation = chart.restricted(&f.relation);
            if let Some(common) = relation.gcd(&restricted)
                && common.as_constant().is_none()
                && common != restricted.primitive_part()
            {
                return Some(ZeroMove::Split(common));
            }
        }
    }
    Some(ZeroMove::Stuck(first))
}
