//! Essential coordinates: an ideal that is invariant under translations along a line needs one
//! coordinate less.
//!
//! Where Σ vᵢ·∂g/∂wᵢ = 0 for all generators g, they are polynomials in the wᵢ − (vᵢ/vⱼ)·wⱼ for any
//! j with vⱼ ≠ 0. The v are a kernel over ℚ (Carlini 2006, *Reducing the number of variables of a
//! polynomial*).

use super::chart::Chart;
use super::moves::Change;
use super::straighten::explicit;
use crate::algebra::{Monomial, Polynomial, Rational};
use crate::budget::look;
use std::collections::BTreeMap;

/// The derivatives of all generators by one coordinate, or a combination of such: coefficients by
/// generator and monomial.
type Vector = BTreeMap<(usize, Monomial), Rational>;

/// Changes, one after the other, after which one coordinate less occurs in the generators.
pub(super) fn fewer_coordinates(chart: &Chart) -> Option<Vec<Change>> {
    let v = translation(chart)?;
    let moved = |i: &usize| !v[*i].is_zero();
    let (free, fixed): (Vec<usize>, Vec<usize>) = (0..chart.dimension())
        .filter(moved)
        .partition(|&i| chart.is_replaceable(i));
    let is_local = |i: &&usize| chart.is_local(**i);
    let j = match fixed[..] {
        [] => *free.iter().rfind(is_local).or(free.last())?,
        [j] => j,
        _ => return None,
    };
    // what is 0 on the centre must stay so
    if !chart.is_local(j) && free.iter().any(|i| chart.is_local(*i)) {
        return None;
    }
    let inverse = v[j].recip()?;
    let mut changes: Vec<Change> = Vec::new();
    for i in free.into_iter().filter(|i| *i != j) {
        let current = changes.last().map_or(chart, |(_, next)| next);
        let shift = current.variable(j).scale(&(&v[i] * &inverse));
        let change = explicit(current, i, &(&current.variable(i) - &shift))?;
        changes.push(change);
    }
    Some(changes)
}

/// A vector v ≠ 0 along which all generators are constant, supported on coordinates that occur in
/// them.
fn translation(chart: &Chart) -> Option<Vec<Rational>> {
    let d = chart.dimension();
    // rows of an echelon form with their origin: Σ origin·derivatives
    let mut rows: Vec<(Vector, Vec<Rational>)> = Vec::new();
    for i in 0..d {
        let mut vector = derivatives(&chart.generators, i);
        if vector.is_empty() {
            continue;
        }
        let mut origin = vec![Rational::ZERO; d];
        origin[i] = Rational::ONE;
        for (row, from) in &rows {
            look(4 * (row.len() + vector.len()));
            let Some((pivot, leading)) = row.first_key_value() else {
                continue;
            };
            let Some(factor) = vector.get(pivot).map(|c| -(c / leading)) else {
                continue;
            };
            for (key, c) in row {
                *vector.entry(key.clone()).or_insert(Rational::ZERO) += &factor * c;
            }
            vector.retain(|_, c| !c.is_zero());
            for (total, c) in origin.iter_mut().zip(from) {
                *total += &factor * c;
            }
        }
        if vector.is_empty() {
            return Some(origin);
        }
        rows.push((vector, origin));
    }
    None
}

fn derivatives(generators: &[Polynomial], i: usize) -> Vector {
    let numbered = generators.iter().enumerate();
    let terms = numbered.flat_map(|(k, g)| {
        let derivative = g.derivative(i);
        let terms = derivative.sorted_terms().to_vec();
        terms.into_iter().map(move |(m, c)| ((k, m), c))
    });
    terms.collect()
}

#[cfg(test)]
mod tests {
    use super::super::chart::samples::at_origin;
    use super::*;
    use crate::certificate::format::Extent;

    #[test]
    fn differences_of_coordinates_need_one_less() {
        let chart = at_origin(3, &["(w1 - w2)*(w2 - w3)*(w1 - w3)", "(w1 - 2*w2 + w3)^2"]);
        let changes = fewer_coordinates(&chart).unwrap();
        let (_, last) = changes.last().unwrap();
        let occurs = |i: &usize| last.generators.iter().any(|g| g.degree_in(*i) > 0);
        assert_eq!((0..3).filter(occurs).collect::<Vec<_>>(), [0, 1]);
        assert!(fewer_coordinates(last).is_none());
    }

    #[test]
    fn what_is_not_invariant_stays() {
        assert!(fewer_coordinates(&at_origin(3, &["w1^2 + w2^2 - w3^2"])).is_none());
        // each is, but along other lines
        assert!(fewer_coordinates(&at_origin(2, &["w1 - w2", "w1 + w2"])).is_none());
    }

    #[test]
    fn one_damped_coordinate_may_be_the_one_left_out() {
        let mut chart = at_origin(2, &["(w1 - 3*w2)^2"]);
        chart.coordinates[0].amplitude = Rational::ONE;
        let changes = fewer_coordinates(&chart).unwrap();
        assert_eq!(changes[0].1.generators[0].to_string(), "9*w2^2");
        // not along a centre on which it does not vanish
        chart.coordinates[0].extent = Extent::Extended;
        assert!(fewer_coordinates(&chart).is_none());
        chart.coordinates[0].extent = Extent::Local;
        chart.coordinates[1].amplitude = Rational::ONE;
        assert!(fewer_coordinates(&chart).is_none());
    }
}
