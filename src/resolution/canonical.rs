//! Charts up to the names and the order of their variables, so that each is settled once.

use super::balance::{balancing_scale, scaled};
use super::chart::Chart;
use crate::algebra::{Polynomial, Rational};
use crate::budget::look;
use crate::certificate::format::Child;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// How the canonical form of a chart has the chart's coordinates.
#[derive(Debug, Clone)]
pub(super) struct Renaming {
    /// The coordinates in the order of the canonical form, if it is another one.
    pub(super) coordinates: Option<Vec<usize>>,
    /// The factor of each coordinate of the canonical form in the chart's, if one is not 1.
    pub(super) scale: Option<Vec<Rational>>,
}

impl Renaming {
    /// The reference to the step of the canonical form.
    pub(super) fn child(self, step: usize) -> Child {
        Child {
            step,
            coordinates: self.coordinates,
            functions: None,
            scale: self.scale,
        }
    }
}

fn hash_of(value: &impl Hash) -> u64 {
    // the default keys are constants, so that runs agree
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn sorted(mut list: Vec<Polynomial>) -> Vec<Polynomial> {
    list.retain(|p| !p.is_zero());
    list.sort_by_cached_key(|p| p.sorted_terms().to_vec());
    list.dedup();
    list
}

/// p divided by its content; its sign is kept.
fn positively_scaled(p: &Polynomial) -> Polynomial {
    match p.content().recip() {
        Some(scale) => p.scale(&scale),
        None => p.clone(),
    }
}

/// The same germs, with primitive polynomials, and without conditions that hold anyway.
fn tidied(chart: &Chart) -> Chart {
    let mut tidy = chart.clone();
    let primitive = |list: &[Polynomial]| list.iter().map(Polynomial::primitive_part).collect();
    let at_centre = |list: &[Polynomial]| -> Vec<Polynomial> {
        list.iter().map(|p| chart.at_centre(p)).collect()
    };
    tidy.generators = sorted(primitive(&chart.generators));
    tidy.zeros = sorted(primitive(&at_centre(&chart.zeros)));
    let varies = |p: &Polynomial| p.as_constant().is_none_or(|c| c.is_zero());
    let mut units = at_centre(&chart.units);
    units.retain(varies);
    let mut positive = at_centre(&chart.positive);
    positive.retain(|p| p.as_constant().is_none_or(|c| !c.is_positive()));
    tidy.positive = sorted(positive.iter().map(positively_scaled).collect());
    tidy.units = sorted(primitive(&units));
    tidy
}

/// The chart with its variables in an order that depends little on how it was reached: sorted by
/// how they occur, to three steps of refinement. Charts that differ by a renaming mostly become
/// equal; those that do not are only solved twice.
pub(super) fn canonical(chart: &Chart) -> (Chart, Renaming) {
    let chart = tidied(chart);
    let d = chart.dimension();
    let n = chart.variables();
    let colours = colours(&chart);
    let mut coordinates: Vec<usize> = (0..d).collect();
    coordinates.sort_by_key(|&i| (colours[i], i));
    let mut functions: Vec<usize> = (0..n - d).collect();
    // a function's relation involves earlier ones only: their order stays
    functions.sort_unstable();
    let mut result = tidied(&chart.renumbered(&coordinates, &functions));
    for f in &mut result.functions {
        f.relation = f.relation.primitive_part();
    }
    let balance = balancing_scale(&result).and_then(|scale| {
        result = tidied(&scaled(&result, &scale)?);
        for f in &mut result.functions {
            f.relation = f.relation.primitive_part();
        }
        Some(scale)
    });
    let scale = match (balance, normal_signs(&mut result)) {
        (Some(scale), Some(signs)) => Some(scale.iter().zip(&signs).map(|(a, b)| a * b).collect()),
        (scale, signs) => scale.or(signs),
    };
    let is_identity = |order: &[usize]| order.iter().enumerate().all(|(i, o)| i == *o);
    let listed = |order: Vec<usize>| (!is_identity(&order)).then_some(order);
    let renaming = Renaming {
        coordinates: listed(coordinates),
        scale,
    };
    (result, renaming)
}

/// What tells the variables of a tidied chart apart: how they occur, to three steps of refinement.
/// Variables that a symmetry exchanges have the same.
pub(super) fn colours(chart: &Chart) -> Vec<u64> {
    let d = chart.dimension();
    let n = chart.variables();
    let mut colours: Vec<u64> = (0..n)
        .map(|i| match chart.coordinates.get(i) {
            Some(c) => hash_of(&(0, c)),
            None => hash_of(&(1, &chart.functions[i - d].between)),
        })
        .collect();
    let lists: [Vec<&Polynomial>; 5] = [
        chart.generators.iter().collect(),
        chart.functions.iter().map(|f| &f.relation).collect(),
        chart.zeros.iter().collect(),
        chart.units.iter().collect(),
        chart.positive.iter().collect(),
    ];
    for _ in 0..3 {
        let mut occurrences: Vec<Vec<u64>> = vec![Vec::new(); n];
        for (kind, list) in lists.iter().enumerate() {
            for (place, g) in list.iter().enumerate() {
                look(g.len() * n);
                let term = |(e, c): (&[u32], &Rational)| {
                    let mut factors: Vec<(u64, u32)> = e
                        .iter()
                        .zip(&colours)
                        .filter(|(e, _)| **e > 0)
                        .map(|(e, c)| (*c, *e))
                        .collect();
                    factors.sort_unstable();
                    hash_of(&(factors, c.abs()))
                };
                let unsorted: Vec<u64> = g.terms().map(term).collect();
                let mut terms = unsorted.clone();
                terms.sort_unstable();
                let own = if kind == 1 {
                    Some(colours[d + place])
                } else {
                    None
                };
                let polynomial = hash_of(&(kind, own, &terms));
                for ((e, _), term) in g.terms().zip(&unsorted) {
                    for i in (0..n).filter(|&i| e[i] > 0) {
                        occurrences[i].push(hash_of(&(polynomial, term, e[i])));
                    }
                }
                if kind == 1 {
                    occurrences[d + place].push(polynomial);
                }
            }
        }
        for (colour, mut seen) in colours.iter_mut().zip(occurrences) {
            seen.sort_unstable();
            *colour = hash_of(&(*colour, seen));
        }
    }
    colours
}

/// Flips coordinates on lines so that, greedily, second terms have positive signs.
fn normal_signs(chart: &mut Chart) -> Option<Vec<Rational>> {
    use crate::certificate::format::CoordinateDomain;
    let d = chart.dimension();
    let mut sign: Vec<Option<bool>> = (0..d)
        .map(|i| (chart.coordinates[i].domain == CoordinateDomain::HalfLine).then_some(false))
        .collect();
    for g in &chart.generators {
        let Some((first, c0)) = g.terms().next() else {
            continue;
        };
        for (e, c) in g.terms().skip(1) {
            let odd: Vec<usize> = (0..d).filter(|&i| (e[i] ^ first[i]) & 1 == 1).collect();
            let free: Vec<usize> = odd.iter().copied().filter(|&i| sign[i].is_none()).collect();
            let Some((&pivot, others)) = free.split_first() else {
                continue;
            };
            for &i in others {
                sign[i] = Some(false);
            }
            let flips = odd.iter().filter(|&&i| sign[i] == Some(true)).count();
            let negative = c.signum() != c0.signum();
            sign[pivot] = Some(negative != (flips % 2 == 1));
        }
    }
    if sign.iter().all(|s| *s != Some(true)) {
        return None;
    }
    let flipped = |p: &Polynomial| {
        let terms = p.sorted_terms().iter().map(|(m, c)| {
            let odd = m
                .exponents()
                .iter()
                .zip(&sign)
                .filter(|(e, s)| *e % 2 == 1 && **s == Some(true))
                .count();
            (m.clone(), if odd % 2 == 1 { -c } else { c.clone() })
        });
        Some(Polynomial::from_sorted(
            p.variables().clone(),
            terms.collect(),
        ))
    };
    if let Some(next) = chart.mapped(flipped) {
        *chart = tidied(&next);
    }
    let scale = |s: &Option<bool>| Rational::from(if *s == Some(true) { -1 } else { 1 });
    Some(sign.iter().map(scale).collect())
}
