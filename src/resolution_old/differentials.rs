//! Derivatives and minors: where multiplicities are high and differentials dependent.

use crate::algebra::{Polynomial, Rational};

/// More minors or derivatives than this are not looked at.
const MOST_EQUATIONS: usize = 400;

/// All partial derivatives of order 1 to `order` − 1: with the polynomials themselves they vanish
/// where the multiplicity is at least `order`. `None` if there are too many.
pub(super) fn derivatives_below(polynomials: &[Polynomial], order: u64) -> Option<Vec<Polynomial>> {
    let mut result: Vec<Polynomial> = Vec::new();
    let mut layer: Vec<Polynomial> = polynomials.to_vec();
    for _ in 1..order {
        let mut next: Vec<Polynomial> = Vec::new();
        for p in &layer {
            for i in 0..p.dimension() {
                let derivative = p.derivative(i);
                if !derivative.is_zero() && !next.contains(&derivative) {
                    next.push(derivative);
                }
            }
        }
        result.extend(next.iter().cloned());
        if result.len() > MOST_EQUATIONS {
            return None;
        }
        layer = next;
    }
    Some(result)
}

/// The p×p minors of the Jacobian matrix: they vanish where the differentials have rank below p.
/// `None` if there are too many.
pub(super) fn jacobian_minors(
    polynomials: &[Polynomial],
    variables: usize,
    p: usize,
) -> Option<Vec<Polynomial>> {
    let rows: Vec<Vec<Polynomial>> = polynomials
        .iter()
        .map(|g| (0..variables).map(|i| g.derivative(i)).collect())
        .collect();
    let row_choices = choices(rows.len(), p)?;
    let column_choices = choices(variables, p)?;
    if row_choices.len() * column_choices.len() > MOST_EQUATIONS {
        return None;
    }
    let mut minors = Vec::new();
    for r in &row_choices {
        for c in &column_choices {
            let minor = determinant(&rows, r, c);
            if !minor.is_zero() && !minors.contains(&minor) {
                minors.push(minor);
            }
        }
    }
    Some(minors)
}

/// The p-element subsets of 0..n; `None` if there are too many.
fn choices(n: usize, p: usize) -> Option<Vec<Vec<usize>>> {
    let mut result: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..p {
        result = result
            .iter()
            .flat_map(|chosen| {
                let from = chosen.last().map_or(0, |l| l + 1);
                (from..n).map(|i| [chosen.as_slice(), &[i]].concat())
            })
            .collect();
        if result.len() > MOST_EQUATIONS * 4 {
            return None;
        }
    }
    Some(result)
}

/// A minor by expansion along its first row; p is small.
fn determinant(rows: &[Vec<Polynomial>], r: &[usize], c: &[usize]) -> Polynomial {
    let Some((&first, rest)) = r.split_first() else {
        return Polynomial::constant(rows[0][0].variables(), Rational::ONE);
    };
    let mut total = Polynomial::zero(rows[first][0].variables());
    for (place, &column) in c.iter().enumerate() {
        let entry = &rows[first][column];
        if entry.is_zero() {
            continue;
        }
        let others: Vec<usize> = c.iter().copied().filter(|&j| j != column).collect();
        let product = entry * &determinant(rows, rest, &others);
        total = if place % 2 == 0 {
            &total + &product
        } else {
            &total - &product
        };
    }
    total
}
