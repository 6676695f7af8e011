//! The search: simplify, read off, open centres, and remember what is known.

use super::answer::Undecided;
use super::bracket::Bracket;
use super::chart::Chart;
use super::newton_step::newton_pole;
use super::simplify::{components, simplified};
use crate::algebra::{Monomial, Polynomial, Variables};
use crate::budget::{Exhausted, Meter};
use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// Centres one above the other; in two variables far fewer suffice for inputs of any use.
const MOST_CENTRES: usize = 64;

/// A search under way: its budget, and the poles of the charts it has settled.
#[derive(Debug)]
pub(super) struct Search<'a> {
    pub(super) meter: &'a Meter,
    known: RefCell<HashMap<Chart, Bracket>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(meter: &'a Meter) -> Self {
        Self {
            meter,
            known: RefCell::default(),
        }
    }

    /// The pole of a chart. When the budget ends, bounds that are already proved.
    pub(super) fn pole_of(&self, chart: &Chart, depth: usize) -> Bracket {
        if depth > MOST_CENTRES {
            return crude(chart, Undecided::Depth(MOST_CENTRES));
        }
        let simple = match simplified(chart.clone(), self.meter) {
            Ok(simple) => simple,
            Err(error) => return crude(chart, error.into()),
        };
        if simple.generators.iter().any(|g| simple.is_unit(g)) {
            return Bracket::unit();
        }
        components(&simple)
            .iter()
            .map(|part| self.connected_pole(&canonical(part), depth))
            .reduce(Bracket::sum)
            .unwrap_or_else(Bracket::unit)
    }

    /// The pole of a chart in canonical coordinates, from memory if it is known.
    fn connected_pole(&self, chart: &Chart, depth: usize) -> Bracket {
        if let Some(known) = self.known.borrow().get(chart) {
            return known.clone();
        }
        let found =
            newton_pole(chart, depth, self).unwrap_or_else(|error| crude(chart, error.into()));
        // what a limit cut short may go further elsewhere
        let cut_short = matches!(
            found.reason,
            Some(Undecided::Budget(Exhausted::Time(_) | Exhausted::Steps(_)) | Undecided::Depth(_))
        );
        if !cut_short {
            self.known.borrow_mut().insert(chart.clone(), found.clone());
        }
        found
    }
}

/// Bounds that need no work.
fn crude(chart: &Chart, reason: Undecided) -> Bracket {
    let (lower, upper) = (chart.crude_lower_bound(), chart.crude_upper_bound());
    Bracket::between(lower, upper, chart.dimension(), reason)
}

fn hash_of(value: &impl Hash) -> u64 {
    // the default keys are constants, so that runs agree
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The chart with its coordinates in an order that depends little on how it was reached: sorted by
/// how they occur in the generators, to two steps of refinement. Charts that differ by a renaming
/// mostly become equal; those that do not are only solved twice.
fn canonical(chart: &Chart) -> Chart {
    let d = chart.dimension();
    let mut colours: Vec<u64> = (0..d)
        .map(|i| hash_of(&(chart.extent[i], chart.domain[i], &chart.amplitude[i])))
        .collect();
    for _ in 0..3 {
        let mut occurrences: Vec<Vec<u64>> = vec![Vec::new(); d];
        for g in &chart.generators {
            let term = |(e, c): (&[u32], &_)| {
                let mut factors: Vec<(u64, u32)> = e
                    .iter()
                    .zip(&colours)
                    .filter(|(e, _)| **e > 0)
                    .map(|(e, c)| (*c, *e))
                    .collect();
                factors.sort_unstable();
                hash_of(&(factors, c))
            };
            let mut terms: Vec<u64> = g.terms().map(term).collect();
            let unsorted = terms.clone();
            terms.sort_unstable();
            let generator = hash_of(&terms);
            for ((e, _), term) in g.terms().zip(&unsorted) {
                for i in (0..d).filter(|&i| e[i] > 0) {
                    occurrences[i].push(hash_of(&(generator, term, e[i])));
                }
            }
        }
        for (colour, mut seen) in colours.iter_mut().zip(occurrences) {
            seen.sort_unstable();
            *colour = hash_of(&(*colour, seen));
        }
    }
    let mut order: Vec<usize> = (0..d).collect();
    order.sort_by_key(|&i| (colours[i], i));
    let ring = Variables::from_trusted((1..=d).map(|i| format!("w{i}")).collect());
    let permuted = |g: &Polynomial| {
        let terms = g.terms().map(|(e, c)| {
            let exponents: Vec<u32> = order.iter().map(|&i| e[i]).collect();
            (Monomial::new(&exponents), c.clone())
        });
        Polynomial::from_terms(&ring, terms)
    };
    let mut generators: Vec<Polynomial> = chart
        .generators
        .iter()
        .map(|g| permuted(g).primitive_part())
        .collect();
    let key = |g: &Polynomial| g.sorted_terms().to_vec();
    generators.sort_by_cached_key(key);
    Chart {
        generators,
        amplitude: order.iter().map(|&i| chart.amplitude[i].clone()).collect(),
        domain: order.iter().map(|&i| chart.domain[i]).collect(),
        extent: order.iter().map(|&i| chart.extent[i]).collect(),
        ring,
    }
}
