//! Rules in the words of the charts below them.

use super::super::canonical::{Renaming, canonical};
use super::super::chart::Chart;
use super::super::moves::{Combination, Link, Rewriting, Waiting};
use crate::algebra::{Monomial, Polynomial, Rational};
use crate::certificate::format::Row;

/// The rule of a link to a chart that is stated as it is.
pub(super) fn to_chart(link: Link, next: &Chart) -> Waiting {
    let same = |i| Some((i, Rational::ONE));
    link.waiting(|rewriting| {
        let rows = |list: &[Combination]| {
            let rows = list
                .iter()
                .map(|row| row.stated(next, &Rational::ONE, same));
            rows.collect()
        };
        (rows(&rewriting.forward), rows(&rewriting.back))
    })
}

/// The rule of a link to a chart that is stated in its canonical form.
pub(super) fn to_canonical(link: Link, next: &Chart) -> Waiting {
    link.waiting(|rewriting| rows_to_canonical(rewriting, next))
}

/// The rows of a change of generators for the generators as the canonical form has them: in its
/// order, and up to its factors.
fn rows_to_canonical(rewriting: &Rewriting, next: &Chart) -> (Vec<Row>, Vec<Row>) {
    let (stated, renaming) = canonical(next);
    let pulled: Vec<Polynomial> = stated
        .generators
        .iter()
        .map(|g| pulled_back(next, g, &renaming))
        .collect();
    // derived generator i = factor × stated generator place
    let place = |i: usize| -> Option<(usize, Rational)> {
        let g = &next.generators[i];
        let leading = &g.sorted_terms().first()?.1;
        let place = pulled
            .iter()
            .position(|f| f.primitive_part() == g.primitive_part())?;
        Some((place, leading / &pulled[place].sorted_terms().first()?.1))
    };
    let places: Vec<Option<(usize, Rational)>> = (0..next.generators.len()).map(place).collect();
    let mut forward: Vec<Option<Row>> = vec![None; pulled.len()];
    for (combination, found) in rewriting.forward.iter().zip(&places) {
        let Some((place, factor)) = found else {
            continue;
        };
        let inverse = factor.recip().unwrap_or(Rational::ONE);
        let row = combination.stated(next, &inverse, |k| Some((k, Rational::ONE)));
        forward[*place] = Some(row);
    }
    let back = rewriting.back.iter();
    (
        forward.into_iter().flatten().collect(),
        back.map(|row| row.stated(next, &Rational::ONE, |i| places[i].clone()))
            .collect(),
    )
}

/// A polynomial of the canonical chart in the variables of the one that it came from.
fn pulled_back(derived: &Chart, p: &Polynomial, renaming: &Renaming) -> Polynomial {
    let d = derived.dimension();
    let terms = p.terms().map(|(e, c)| {
        let mut exponents = e.to_vec();
        let mut c = c.clone();
        for i in 0..d {
            let place = renaming.coordinates.as_ref().map_or(i, |order| order[i]);
            exponents[place] = e[i];
            if let Some(inverse) = renaming.scale.as_ref().and_then(|s| s[i].recip()) {
                c *= inverse.pow(e[i]);
            }
        }
        (Monomial::new(&exponents), c)
    });
    Polynomial::from_terms(derived.ring(), terms)
}
