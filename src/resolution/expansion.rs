//! Functions that vanish on the centre, expanded as far as the Newton polyhedron asks.
//!
//! A relation is A·y + B = 0 with B free of y. Where y = 0 and A ≠ 0 on the centre, A·g is a
//! generator as good as g, and its terms A·y·m are −B·m. This moves every term that y hides below
//! the Newton polyhedron of the visible terms up into it, as Newton's iteration does for a branch
//! of a curve.

use super::centres::Along;
use super::chart::Chart;
use super::generators::{MOST_TERMS, Tracked, small_functions};
use super::moves::Change;
use crate::algebra::Monomial;
use crate::budget::{Exhausted, Meter};

/// Rounds of substitutions before a chart is left as it is.
const MOST_ROUNDS: usize = 40;

/// Generators in which no function hides a term below the Newton polyhedron of the others.
pub(super) fn expanded(chart: &Chart, meter: &Meter) -> Result<Option<Change>, Exhausted> {
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
            return Ok((round > 0).then(|| tracked.change(chart)).flatten());
        }
    }
    Ok(None)
}
