//! Rules in the words of the charts below them.

use super::super::canonical::canonical;
use super::super::chart::Chart;
use crate::algebra::{Monomial, Polynomial, Rational};
use crate::certificate::format::{Child, Row, Rule};

/// A rule with one child, as it speaks of the generators that the child states.
pub(super) fn stated_for_child(rule: Rule, next: &Chart) -> Rule {
    match rule {
        Rule::Ideal { forward, back, .. } => rows_of_child(next, forward, &back),
        other => other,
    }
}

/// The rows of a change of generators for the generators as the child states them: in its order,
/// and up to its factors.
fn rows_of_child(next: &Chart, forward: Vec<Row>, back: &[Row]) -> Rule {
    let (stated, child) = canonical(next);
    let pulled: Vec<Polynomial> = stated
        .generators
        .iter()
        .map(|g| pulled_back(next, g, &child))
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
    let scaled = |p: &str, factor: &Rational| match factor.is_one() {
        true => p.to_string(),
        false => format!("({factor})*({p})"),
    };
    let mut new_forward: Vec<Option<Row>> = vec![None; pulled.len()];
    for (row, found) in forward.into_iter().zip(&places) {
        let Some((place, factor)) = found else {
            continue;
        };
        let inverse = factor.recip().unwrap_or(Rational::ONE);
        let scale = |list: Vec<(usize, String)>| -> Vec<(usize, String)> {
            list.into_iter()
                .map(|(k, p)| (k, scaled(&p, &inverse)))
                .collect()
        };
        new_forward[*place] = Some(Row {
            combination: scale(row.combination),
            relations: scale(row.relations),
            ..row
        });
    }
    let moved = |row: &Row| Row {
        combination: row
            .combination
            .iter()
            .filter_map(|(i, p)| {
                let (place, factor) = places[*i].as_ref()?;
                Some((*place, scaled(p, factor)))
            })
            .collect(),
        ..row.clone()
    };
    Rule::Ideal {
        forward: new_forward.into_iter().flatten().collect(),
        back: back.iter().map(moved).collect(),
        children: Vec::new(),
    }
}

/// A polynomial of the canonical chart in the variables of the one that it came from.
fn pulled_back(derived: &Chart, p: &Polynomial, child: &Child) -> Polynomial {
    let d = derived.dimension();
    let terms = p.terms().map(|(e, c)| {
        let mut exponents = e.to_vec();
        let mut c = c.clone();
        for i in 0..d {
            let place = child.coordinates.as_ref().map_or(i, |order| order[i]);
            exponents[place] = e[i];
            if let Some(inverse) = child.scale.as_ref().and_then(|s| s[i].recip()) {
                c *= inverse.pow(e[i]);
            }
        }
        (Monomial::new(&exponents), c)
    });
    Polynomial::from_terms(derived.ring(), terms)
}
