//! Generators reduced modulo the relations of the functions and against each other.

use super::super::chart::{Chart, layers};
use super::super::moves::Change;
use super::super::nonvanishing::nonvanishing;
use super::small::small_relations;
use super::tracked::{Tracked, limits};
use crate::algebra::{Monomial, Polynomial, Rational, combination_to};
use crate::budget::look;

/// The generators reduced modulo the relations, against each other as vectors over ℚ from the
/// lowest monomial up, and by those that are monomials or divisors of others.
pub(in super::super) fn reduced(chart: &Chart) -> Option<Change> {
    let mut tracked = Tracked::new(chart);
    let mut by_relations = false;
    let small = small_relations(chart);
    for j in 0..tracked.polynomials().len() {
        by_relations |= reduce_by_relations(chart, &mut tracked, &small, j);
    }
    interreduce(chart, &mut tracked);
    while reduce_by_monomials(chart, &mut tracked) | drop_multiples(&mut tracked) {}
    // in another order of the variables the elimination may go back: only what is shorter counts
    let terms = |list: &[Polynomial]| list.iter().map(Polynomial::len).sum::<usize>();
    let shorter = terms(tracked.polynomials()) < terms(&chart.generators);
    if by_relations || shorter {
        return tracked.change(chart);
    }
    None
}

/// Powers of functions are rewritten by their relations; a generator that is a multiple of p, where
/// p = t is a relation, becomes a multiple of t.
fn reduce_by_relations(chart: &Chart, tracked: &mut Tracked, small: &[usize], j: usize) -> bool {
    let mut changed = false;
    for _ in 0..64 {
        let mut step = false;
        for (l, f) in chart.functions.iter().enumerate() {
            let is_small = small.contains(&l);
            step |= !is_small && by_power(chart, tracked, j, l, &f.relation)
                || by_coordinate(chart, tracked, j, l, &f.relation)
                || !is_small && by_layers(chart, tracked, j, l, &f.relation);
        }
        step = step || by_combination(chart, tracked, j);
        if !step {
            break;
        }
        changed = true;
    }
    changed
}

/// c = Σ a_l·r̄_l on the centre: the a_l, for a small c and two or more relations.
pub(in super::super) fn by_relations(chart: &Chart, c: &Polynomial) -> Option<Vec<Polynomial>> {
    const MOST_DEGREE: u64 = 8;
    const MOST_TERMS: usize = 12;
    let relations = chart
        .functions
        .iter()
        .map(|f| chart.restricted(&f.relation));
    let relations: Vec<Polynomial> = relations.collect();
    let small = |p: &Polynomial| p.degree() <= MOST_DEGREE && p.len() <= MOST_TERMS;
    (relations.len() > 1 && relations.iter().all(small) && small(c))
        .then(|| combination_to(&relations, c))
        .flatten()
}

/// A coefficient of a monomial in the local coordinates that is 0 on the centre by several
/// relations together.
fn by_combination(chart: &Chart, tracked: &mut Tracked, j: usize) -> bool {
    if chart.functions.len() < 2 {
        return false;
    }
    let local = chart.local();
    let layers = layers(chart, &tracked.polynomials()[j], &local);
    let found = layers
        .iter()
        .find_map(|(e, c)| Some((e, by_relations(chart, c)?)));
    let Some((e, factors)) = found else {
        return false;
    };
    let monomial = chart.monomial_in(&local, e);
    let mut parts = factors.iter().enumerate().filter(|(_, a)| !a.is_zero());
    parts.all(|(l, a)| {
        tracked.subtract_relation(j, &(a * &monomial), l, &chart.functions[l].relation)
    })
}

/// The relation as c·y^n + lower powers of its own function y: rewrites y^n.
fn by_power(
    chart: &Chart,
    tracked: &mut Tracked,
    j: usize,
    l: usize,
    relation: &Polynomial,
) -> bool {
    let v = chart.dimension() + l;
    let degree = relation.degree_in(v);
    if degree == 0 || tracked.polynomials()[j].degree_in(v) < degree {
        return false;
    }
    let Some(leading) = relation.leading_in(v) else {
        return false;
    };
    if leading.as_constant().is_none() && nonvanishing(chart, &leading).is_none() {
        return false;
    }
    let inverse = leading.as_constant().and_then(|c| c.recip());
    let limits = limits();
    // lc^k·p = …: no term of the rest may bring the power back
    let rewritten = |p: &Polynomial| -> Option<(Polynomial, Polynomial)> {
        let mut rest = p.clone();
        let mut unit = chart.constant(1);
        while !rest.is_zero() && rest.degree_in(v) >= degree {
            let shift = rest.degree_in(v) - degree;
            let top = rest.leading_in(v)?;
            let mut power = vec![0; chart.variables()];
            power[v] = shift;
            let mut factor = &top * &chart.monomial(&power);
            match &inverse {
                Some(inverse) => factor = factor.scale(inverse),
                None => {
                    unit = unit.checked_mul(&leading, &limits).ok()?;
                    rest = rest.checked_mul(&leading, &limits).ok()?;
                }
            }
            rest = &rest - &factor.checked_mul(relation, &limits).ok()?;
        }
        Some((unit, rest))
    };
    tracked.change_factors(chart, j, l, |p| {
        (p.degree_in(v) >= degree).then(|| rewritten(p))?
    })
}

/// Coefficients of monomials in the local coordinates that are, on the centre, multiples of the
/// relation.
fn by_layers(
    chart: &Chart,
    tracked: &mut Tracked,
    j: usize,
    l: usize,
    relation: &Polynomial,
) -> bool {
    let on_centre = chart.restricted(relation);
    if on_centre.is_zero() {
        return false;
    }
    let local = chart.local();
    let limits = limits();
    let rewritten = |p: &Polynomial| -> Option<(Polynomial, Polynomial)> {
        let mut factor = Polynomial::zero(p.variables());
        for (e, c) in layers(chart, p, &local) {
            if let Some(quotient) = c.exact_quotient(&on_centre) {
                factor = &factor + &(&quotient * &chart.monomial_in(&local, &e));
            }
        }
        let product = factor.checked_mul(relation, &limits).ok()?;
        (!factor.is_zero()).then(|| (chart.constant(1), p - &product))
    };
    tracked.change_factors(chart, j, l, rewritten)
}

/// The relation p − t with t a coordinate that p does not involve: multiples of p become multiples
/// of t.
fn by_coordinate(
    chart: &Chart,
    tracked: &mut Tracked,
    j: usize,
    l: usize,
    relation: &Polynomial,
) -> bool {
    let g = &tracked.polynomials()[j];
    if g.is_zero() {
        return false;
    }
    for t in 0..chart.dimension() {
        if relation.degree_in(t) != 1 {
            continue;
        }
        let [p, c] = &relation.coefficients_in(t)[..] else {
            continue;
        };
        if c.as_constant().is_none() || p.len() < 2 {
            continue;
        }
        if let Some(quotient) = g.exact_quotient(p) {
            // g = a·p = a·r − a·c·t
            return tracked.subtract_relation(j, &quotient, l, relation);
        }
    }
    false
}

/// Gaussian elimination on the coefficients, pivoting at lowest monomials.
fn interreduce(chart: &Chart, tracked: &mut Tracked) {
    let mut open: Vec<usize> = (0..tracked.polynomials().len()).collect();
    let lowest = |p: &Polynomial| p.sorted_terms().last().map(|(m, _)| m.clone());
    while !open.is_empty() {
        look(16 * open.len());
        open.retain(|&j| !tracked.polynomials()[j].is_zero());
        let Some(&pivot) = open.iter().min_by(|&&a, &&b| {
            lowest(&tracked.polynomials()[a])
                .cmp(&lowest(&tracked.polynomials()[b]))
                .then(
                    tracked.polynomials()[a]
                        .len()
                        .cmp(&tracked.polynomials()[b].len()),
                )
                .then(a.cmp(&b))
        }) else {
            break;
        };
        open.retain(|&j| j != pivot);
        let Some((monomial, leading)) = tracked.polynomials()[pivot].sorted_terms().last().cloned()
        else {
            continue;
        };
        for j in (0..tracked.polynomials().len()).filter(|&j| j != pivot) {
            look(tracked.polynomials()[j].len() / 8 + 1);
            let at = tracked.polynomials()[j]
                .sorted_terms()
                .iter()
                .find(|(m, _)| *m == monomial)
                .map(|(_, c)| c.clone());
            if let Some(c) = at {
                let q = Polynomial::constant(chart.ring(), c / &leading);
                tracked.subtract(j, &q, pivot);
            }
        }
    }
}

/// Drops terms that are multiples of generators that are monomials.
fn reduce_by_monomials(chart: &Chart, tracked: &mut Tracked) -> bool {
    let mut changed = false;
    for i in 0..tracked.polynomials().len() {
        let [(monomial, leading)] = tracked.polynomials()[i].sorted_terms() else {
            continue;
        };
        let (monomial, leading) = (monomial.clone(), leading.clone());
        for j in (0..tracked.polynomials().len()).filter(|&j| j != i) {
            look(tracked.polynomials()[j].len() + 1);
            let multiples: Vec<(Monomial, Rational)> = tracked.polynomials()[j]
                .sorted_terms()
                .iter()
                .filter_map(|(m, c)| Some((m.checked_div(&monomial)?, c / &leading)))
                .collect();
            if !multiples.is_empty() {
                let q = Polynomial::from_terms(chart.ring(), multiples);
                changed |= tracked.subtract(j, &q, i);
            }
        }
    }
    changed
}

/// Drops generators that are multiples of another one.
fn drop_multiples(tracked: &mut Tracked) -> bool {
    let mut changed = false;
    for i in 0..tracked.polynomials().len() {
        if tracked.polynomials()[i].len() < 2 {
            continue;
        }
        for j in (0..tracked.polynomials().len()).filter(|&j| j != i) {
            look(1);
            let (f, g) = (&tracked.polynomials()[i], &tracked.polynomials()[j]);
            if g.is_zero() || g.degree() < f.degree() {
                continue;
            }
            if let Some(q) = g.exact_quotient(f) {
                changed |= tracked.subtract(j, &q, i);
            }
        }
    }
    changed
}
