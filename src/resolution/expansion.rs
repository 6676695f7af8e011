//! Functions that vanish on the centre, expanded as far as the Newton polyhedron asks.
//!
//! A relation is A·y + B = 0 with B free of y. Where y = 0 and A ≠ 0 on the centre, A·g is a generator as good as
//! g, and its terms A·y·m are −B·m. This moves every term that y hides below the Newton polyhedron of the visible
//! terms up into it, as Newton's iteration does for a branch of a curve.

use super::centres::Along;
use super::chart::{Chart, plain};
use super::evidence::nonvanishing;
use super::generators::Tracked;
use crate::algebra::{Monomial, Polynomial, watched};
use crate::budget::{Exhausted, Meter};
use crate::certificate::format::Rule;

/// Rounds of substitutions before a chart is left as it is.
const MOST_ROUNDS: usize = 40;

/// Terms that a generator may grow to.
const MOST_TERMS: usize = 2_000;

/// A function y that vanishes on the centre, with its relation A·y + B.
struct Small {
    /// The number of the relation.
    relation: usize,
    /// The variable.
    variable: usize,
    /// A.
    slope: Polynomial,
    /// B.
    rest: Polynomial,
}

fn small_functions(chart: &Chart) -> Vec<Small> {
    let vanishes = |v: usize| chart.zeros.iter().any(|z| plain(z) == Some(v));
    let functions = chart.functions.iter().enumerate();
    functions
        .filter_map(|(relation, f)| {
            let variable = chart.dimension() + relation;
            if !vanishes(variable) {
                return None;
            }
            let [rest, slope] = divided(&f.relation, variable);
            nonvanishing(chart, &slope)?;
            Some(Small {
                relation,
                variable,
                slope,
                rest,
            })
        })
        .collect()
}

impl Small {
    /// A·(p₀ + y·p₁) = A·p₀ − B·p₁ modulo the relation, p₀ free of y: (A, A·p₀ − B·p₁).
    fn put_into(&self, p: &Polynomial) -> Option<(Polynomial, Polynomial)> {
        if p.degree_in(self.variable) == 0 {
            return None;
        }
        let [without, with] = divided(p, self.variable);
        let limits = watched().with_terms(MOST_TERMS);
        let kept = without.checked_mul(&self.slope, &limits).ok()?;
        let replaced = with.checked_mul(&self.rest, &limits).ok()?;
        Some((self.slope.clone(), &kept - &replaced))
    }
}

/// The numbers of the functions that are small in the sense above: their powers are not rewritten by lower ones.
pub(super) fn small_relations(chart: &Chart) -> Vec<usize> {
    small_functions(chart).iter().map(|s| s.relation).collect()
}

/// p₀ and p₁ of p = p₀ + x_v·p₁, p₀ free of x_v.
fn divided(p: &Polynomial, v: usize) -> [Polynomial; 2] {
    let part = |with: bool| {
        let terms = p.terms().filter(|(e, _)| (e[v] > 0) == with);
        let terms = terms.map(|(e, c)| {
            let mut e = e.to_vec();
            e[v] = e[v].saturating_sub(1);
            (Monomial::new(&e), c.clone())
        });
        Polynomial::from_terms(p.variables(), terms)
    };
    [part(false), part(true)]
}

/// Generators in which no function hides a term below the Newton polyhedron of the others.
pub(super) fn expanded(chart: &Chart, meter: &Meter) -> Result<Option<(Rule, Chart)>, Exhausted> {
    let small = small_functions(chart);
    if small.is_empty() {
        return Ok(None);
    }
    let mut tracked = Tracked::new(chart);
    let mut current = chart.clone();
    for round in 0..MOST_ROUNDS {
        let along = Along::of(&current);
        let below = along.hull(meter)?;
        let mut hidden = false;
        for j in 0..current.generators.len() {
            for s in &small {
                let hides =
                    |m: &Monomial| m.exponents()[s.variable] > 0 && !along.covers(&below, m);
                let g = &current.generators[j];
                if !g.sorted_terms().iter().any(|(m, _)| hides(m)) {
                    continue;
                }
                hidden = true;
                let work = g.len() * (s.slope.len() + s.rest.len());
                meter.spend(work as u64)?;
                if !tracked.change_factors(chart, j, s.relation, |p| s.put_into(p)) {
                    return Ok(None);
                }
                current.generators[j] = tracked.polynomials()[j].clone();
                if current.generators[j].len() > MOST_TERMS {
                    return Ok(None);
                }
            }
        }
        if !hidden {
            return Ok((round > 0).then(|| tracked.rule(chart)).flatten());
        }
    }
    Ok(None)
}
