//! Units in front of generators, stripped.

use super::super::chart::{Chart, content_monomial, plain, without_monomial};
use super::super::moves::{Change, Combination, Link, Rewriting};
use super::super::nonvanishing::nonvanishing;
use super::tracked::limits;
use crate::algebra::{Factors, Polynomial};
use crate::certificate::format;

/// Longer generators are not factored in search of units.
const MOST_FACTORED: usize = 1_000;

/// Units in front of generators are divided out.
pub(in super::super) fn without_units(chart: &Chart) -> Option<Change> {
    divided_by(chart, unit_part)
}

/// Powers of factors without zero are divided out, in plane charts: multiple factors decide there,
/// and with such a unit they hide in the product of both.
pub(in super::super) fn without_unit_factors(chart: &Chart) -> Option<Change> {
    if chart.local().len() > 2 {
        return None;
    }
    divided_by(chart, |chart, g| unit_factor(chart, g, 2))
}

/// All factors without zero are divided out, simple ones too: from the germ itself, before anything
/// is expanded and hides them.
pub(in super::super) fn without_any_unit_factors(chart: &Chart) -> Option<Change> {
    let terms: usize = chart.generators.iter().map(Polynomial::len).sum();
    if terms > MOST_FACTORED {
        return None;
    }
    divided_by(chart, |chart, g| unit_factor(chart, g, 1))
}

/// g = unit·rest with evidence that the unit has no zero on the centre.
type Parts = (Polynomial, Polynomial, format::Evidence);

fn divided_by(
    chart: &Chart,
    unit_of: impl Fn(&Chart, &Polynomial) -> Option<Parts>,
) -> Option<Change> {
    let mut next = chart.clone();
    let (mut forward, mut back) = (Vec::new(), Vec::new());
    let mut changed = false;
    for (i, g) in chart.generators.iter().enumerate() {
        let one = chart.constant(1);
        let stripped = unit_of(chart, g);
        let (unit, rest, evidence) = match stripped {
            Some((unit, rest, evidence)) => {
                changed = true;
                (unit, rest, Some(evidence))
            }
            None => (one.clone(), g.clone(), None),
        };
        forward.push(Combination {
            unit: evidence.map(|evidence| (unit.clone(), evidence)),
            generators: vec![(i, one)],
            relations: Vec::new(),
        });
        back.push(Combination {
            unit: None,
            generators: vec![(i, unit)],
            relations: Vec::new(),
        });
        next.generators[i] = rest;
    }
    changed.then_some((Link::Ideal(Rewriting { forward, back }), next))
}

/// g = unit·rest with evidence, if there is such a unit that is not constant.
fn unit_part(chart: &Chart, g: &Polynomial) -> Option<Parts> {
    let n = chart.variables();
    // powers of unit variables
    let mut content = content_monomial([g], n);
    for (i, e) in content.iter_mut().enumerate() {
        if !chart.is_unit_variable(i) {
            *e = 0;
        }
    }
    if content.iter().any(|e| *e > 0) {
        let unit = chart.monomial(&content);
        let evidence = nonvanishing(chart, &unit)?.stated(chart);
        return Some((unit, without_monomial(g, &content), evidence));
    }
    // all but the monomial
    let content = content_monomial([g], n);
    let cofactor = without_monomial(g, &content);
    if cofactor.as_constant().is_some() {
        return None;
    }
    if content.iter().any(|e| *e > 0)
        && let Some(evidence) = nonvanishing(chart, &cofactor)
    {
        return Some((cofactor, chart.monomial(&content), evidence.stated(chart)));
    }
    // a known unit
    for u in chart.units.iter().chain(&chart.positive) {
        if plain(u).is_none()
            && u.as_constant().is_none()
            && let Some(rest) = g.exact_quotient(u)
            && let Some(evidence) = nonvanishing(chart, u)
        {
            return Some((u.clone(), rest, evidence.stated(chart)));
        }
    }
    None
}

/// The same with the powers of the irreducible factors that have no zero on the centre, beside
/// others, among those of a multiplicity or more.
fn unit_factor(chart: &Chart, g: &Polynomial, least: u32) -> Option<Parts> {
    if g.len() > MOST_FACTORED {
        return None;
    }
    let mut powers = Vec::new();
    for (product, k) in g.square_free_factors()?.iter().filter(|(_, k)| *k >= least) {
        for f in product.simple_factors() {
            if plain(&f).is_none() && nonvanishing(chart, &f).is_some() {
                powers.push(f.checked_pow(*k, &limits()).ok()?);
            }
        }
    }
    let product = powers.iter().try_fold(chart.constant(1), |unit, power| {
        unit.checked_mul(power, &limits()).ok()
    })?;
    if product.as_constant().is_some() {
        return None;
    }
    // all at once if there is evidence for the product, else one of them: the others follow
    let mut units = std::iter::once(product).chain(powers);
    let (unit, evidence) = units.find_map(|unit| {
        let evidence = nonvanishing(chart, &unit)?.stated(chart);
        Some((unit, evidence))
    })?;
    let rest = g.exact_quotient(&unit)?;
    Some((unit, rest, evidence))
}
