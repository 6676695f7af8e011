//! Centres that are empty by inequalities: products of what is positive add up to what is not.
//!
//! On the centre of a chart Σ b·z − Σ c·∏ pⁿ is negative if the z vanish, the p are positive and
//! the c ≥ 0 are not all 0; if it is a sum of terms that are never negative, the centre is empty
//! (Stengle 1974, the Positivstellensatz; that degrees as low as these suffice is not true in
//! general). The numbers are a point of a linear program (Handelman 1988).

use super::chart::Chart;
use crate::algebra::{Monomial, Polynomial, Rational};
use crate::budget::Budget;
use crate::polyhedron::{LinearProgram, Optimum};
use std::collections::BTreeMap;

/// Variables that the inequalities may involve together.
const MOST_VARIABLES: usize = 4;
/// Inequalities.
const MOST_POSITIVE: usize = 10;
/// The degree of products.
const MOST_DEGREE: u64 = 4;
/// Columns and rows of the linear program.
const MOST_COLUMNS: usize = 400;
const MOST_ROWS: usize = 90;
/// Steps of its solution.
const STEPS: u64 = 4_000;

/// A proof: multipliers of what vanishes, and products with exponents of the `positive` and factors
/// that are never negative.
pub(super) struct Products {
    pub(super) multipliers: Vec<Polynomial>,
    pub(super) products: Vec<(Vec<u32>, Polynomial)>,
}

type Terms = BTreeMap<Vec<u32>, Rational>;

fn terms(p: &Polynomial) -> Terms {
    p.terms().map(|(e, c)| (e.to_vec(), c.clone())).collect()
}

/// Shows that the centre is empty, where these polynomials, restricted, are 0 too.
pub(super) fn contradiction(chart: &Chart, vanishing: &[Polynomial]) -> Option<Products> {
    let positive: Vec<Polynomial> = chart.positive.iter().map(|p| chart.restricted(p)).collect();
    // an end of an interval is among them
    let is_end = |p: &Polynomial| p.degree() == 1 && p.len() == 2;
    if positive.len() > MOST_POSITIVE || !positive.iter().any(is_end) {
        return None;
    }
    let n = chart.variables();
    let all = || positive.iter().chain(vanishing);
    let involved: Vec<usize> = (0..n)
        .filter(|&i| all().any(|p| p.degree_in(i) > 0))
        .collect();
    if involved.is_empty() || involved.len() > MOST_VARIABLES {
        return None;
    }
    let highest = all().map(Polynomial::degree).max().unwrap_or(0);
    if highest > MOST_DEGREE {
        return None;
    }
    let least = highest.max(2);
    // even degrees: squares of what is bounded
    (least..=MOST_DEGREE.min(least + 2))
        .filter(|degree| degree % 2 == 0 || *degree == least)
        .find_map(|degree| of_degree(chart, &positive, vanishing, &involved, degree))
}

/// The same with products of this degree at the most.
fn of_degree(
    chart: &Chart,
    positive: &[Polynomial],
    vanishing: &[Polynomial],
    involved: &[usize],
    degree: u64,
) -> Option<Products> {
    let monomials = monomials(chart.variables(), involved, degree);
    let is_even = |e: &[u32]| {
        let monomial = Polynomial::from_terms(chart.ring(), [(Monomial::new(e), Rational::ONE)]);
        chart.definite_sign(&monomial) == Some(1)
    };
    // products of the positive
    let mut products: Vec<(Vec<u32>, Polynomial)> = Vec::new();
    let mut open = vec![(0, vec![0; positive.len()], chart.constant(1))];
    while let Some((from, exponents, product)) = open.pop() {
        for (k, p) in positive.iter().enumerate().skip(from) {
            if product.degree() + p.degree() > degree || p.degree() == 0 {
                continue;
            }
            let mut exponents = exponents.clone();
            exponents[k] += 1;
            let longer = &product * p;
            products.push((exponents.clone(), longer.clone()));
            if products.len() > MOST_COLUMNS {
                return None;
            }
            open.push((k, exponents, longer));
        }
    }
    // columns: products, monomials that are never negative, multiples of what vanishes of both
    // signs; a row a monomial
    let mut columns: Vec<Terms> = products.iter().map(|(_, p)| terms(p)).collect();
    let even: Vec<&Vec<u32>> = monomials.iter().filter(|e| is_even(e)).collect();
    columns.extend(
        even.iter()
            .map(|e| Terms::from([((*e).clone(), Rational::ONE)])),
    );
    let mut multiples = Vec::new();
    for (k, z) in vanishing.iter().enumerate().filter(|(_, z)| !z.is_zero()) {
        for e in &monomials {
            let own: u64 = e.iter().map(|e| u64::from(*e)).sum();
            if own + z.degree() <= degree {
                let shift =
                    Polynomial::from_terms(chart.ring(), [(Monomial::new(e), Rational::ONE)]);
                multiples.push((k, shift.clone()));
                columns.push(terms(&(z * &shift)));
            }
        }
    }
    let (signed, free) = (products.len() + even.len(), multiples.len());
    let width = signed + 2 * free;
    let mut rows: BTreeMap<Vec<u32>, Vec<Rational>> = BTreeMap::new();
    if width > MOST_COLUMNS {
        return None;
    }
    for (j, column) in columns.iter().enumerate() {
        for (e, c) in column {
            let row = rows
                .entry(e.clone())
                .or_insert_with(|| vec![Rational::ZERO; width]);
            row[j] = c.clone();
            if j >= signed {
                row[j + free] = -c.clone();
            }
        }
    }
    if rows.len() > MOST_ROWS {
        return None;
    }
    // what adds up to 0 is positive: a product, or a constant
    let one = |j: usize| match j < products.len()
        || even
            .get(j.wrapping_sub(products.len()))
            .is_some_and(|e| e.iter().all(|e| *e == 0))
    {
        true => Rational::ONE,
        false => Rational::ZERO,
    };
    let mut program = LinearProgram::maximise(vec![Rational::ZERO; width]);
    program = program.equal((0..width).map(one).collect(), Rational::ONE);
    for row in rows.into_values() {
        program = program.equal(row, Rational::ZERO);
    }
    let budget = Budget::default().with_steps(STEPS);
    let Ok(Optimum::Attained { point, .. }) = program.solve(&budget) else {
        return None;
    };
    let mut multipliers = vec![Polynomial::zero(chart.ring()); vanishing.len()];
    for (place, (k, shift)) in multiples.iter().enumerate() {
        let c = &point[signed + place] - &point[signed + free + place];
        multipliers[*k] = &multipliers[*k] - &shift.scale(&c);
    }
    // Σ c·∏p + e + Σ b·z = 0, that is e = −Σ b·z − Σ c·∏p
    let products = products
        .into_iter()
        .zip(&point)
        .filter(|(_, c)| !c.is_zero());
    Some(Products {
        multipliers,
        products: products
            .map(|((exponents, _), c)| (exponents, Polynomial::constant(chart.ring(), c.clone())))
            .collect(),
    })
}

/// Exponents of the monomials in these variables up to a degree.
fn monomials(n: usize, involved: &[usize], degree: u64) -> Vec<Vec<u32>> {
    let mut all = vec![vec![0; n]];
    for &i in involved {
        let shorter = std::mem::take(&mut all);
        for e in shorter {
            let own: u64 = e.iter().map(|e| u64::from(*e)).sum();
            for power in 0..=degree.saturating_sub(own) {
                let mut e = e.clone();
                e[i] = u32::try_from(power).unwrap_or(u32::MAX);
                all.push(e);
            }
        }
    }
    all
}
