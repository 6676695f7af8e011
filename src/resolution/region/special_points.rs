//! Isolated special points of the zeros, with algebraic coordinates: where generators have finitely
//! many common zeros, and where the zeros of one generator are singular.
//!
//! They only propose: what is proved at a point is a germ's certificate.

use super::Locus;
use crate::algebra::{
    AlgebraicNumber, Factors, GroebnerBasis, Monomial, Polynomial, Rational, Univariate,
};
use crate::budget::{Budget, Exhausted};
use std::time::Duration;

/// The most time for one system of equations.
const FOR_ONE_SYSTEM: Duration = Duration::from_millis(300);

/// Longer generators are not looked at.
const MOST_TERMS: usize = 400;

/// The most equations in one variable are of this degree.
const MOST_DEGREE: usize = 24;

/// Coordinates of a higher degree over ℚ are left out.
const MOST_ALGEBRAIC: usize = 6;

/// Points that are looked at, at the most.
const MOST_POINTS: usize = 4096;

/// What is 0 in floating point.
const TINY: f64 = 1e-7;

/// What is positive in floating point, as a share of the terms.
const CLEARLY: f64 = 0.05;

/// The width, a power of 1/2, of the intervals of irrational coordinates.
const WIDTH: u32 = 12;

/// A coordinate of a point.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Rational(Rational),
    Number(AlgebraicNumber),
}

impl Value {
    pub(super) fn to_f64(&self) -> f64 {
        match self {
            Self::Rational(value) => value.to_f64(),
            Self::Number(number) => number.to_f64(),
        }
    }
}

/// Points with at least one irrational coordinate at which all generators are 0 in floating point.
pub(super) fn special_points(locus: &Locus) -> Vec<Vec<Value>> {
    let mut points = Vec::new();
    for system in systems(locus) {
        let budget = Budget::default().with_time(FOR_ONE_SYSTEM);
        if let Ok(Some(found)) = points_of(locus, &system, &budget) {
            points.extend(found);
        }
    }
    points
}

/// The equations that are tried: the generators, and of one generator its singular points, those of
/// all its factors together.
fn systems(locus: &Locus) -> Vec<Vec<Polynomial>> {
    let terms: usize = locus.generators.iter().map(|g| g.terms().count()).sum();
    if terms > MOST_TERMS {
        return Vec::new();
    }
    let d = locus.ring.len();
    let generators: Vec<Polynomial> = locus.generators.iter().map(reduced).collect();
    let mut systems = vec![generators.clone()];
    if let [g] = generators.as_slice() {
        let slopes = (0..d).map(|i| g.derivative(i)).filter(|p| !p.is_zero());
        systems.push(std::iter::once(g.clone()).chain(slopes).collect());
    }
    systems
}

/// A polynomial with the same real zeros, and no multiple factors.
pub(super) fn reduced(g: &Polynomial) -> Polynomial {
    let factors = g.simple_factors();
    let mut product: Option<Polynomial> = None;
    for factor in &factors {
        product = match product {
            None => Some(factor.clone()),
            Some(product) => match product.checked_mul(factor, &Default::default()) {
                Ok(product) => Some(product),
                Err(_) => return g.clone(),
            },
        };
    }
    product.unwrap_or_else(|| g.clone())
}

/// The points of a system, if they are finitely many over ℂ.
fn points_of(
    locus: &Locus,
    system: &[Polynomial],
    budget: &Budget,
) -> Result<Option<Vec<Vec<Value>>>, Exhausted> {
    let basis = GroebnerBasis::of(system, budget)?;
    if basis.dimension() != Some(0) {
        return Ok(None);
    }
    let mut values: Vec<Vec<Value>> = Vec::new();
    for i in 0..locus.ring.len() {
        let Some(equation) = equation_of(&basis, locus, i, budget)? else {
            return Ok(None);
        };
        values.push(real_values(locus, i, &equation));
    }
    let count: usize = values.iter().map(Vec::len).product();
    if count == 0 || count > MOST_POINTS {
        return Ok(None);
    }
    let mut points = vec![Vec::new()];
    for choices in &values {
        points = points
            .iter()
            .flat_map(|point: &Vec<Value>| {
                choices.iter().map(move |value| {
                    let mut longer = point.clone();
                    longer.push(value.clone());
                    longer
                })
            })
            .collect();
    }
    points.retain(|point| {
        let x: Vec<f64> = point.iter().map(Value::to_f64).collect();
        let irrational = point.iter().any(|value| matches!(value, Value::Number(_)));
        let is_zero = locus.generators.iter().all(|g| {
            let (sum, size) = sums(g, &x);
            sum.abs() <= TINY * size
        });
        // so far inside that interval arithmetic sees it
        let is_inside = locus.inequalities.iter().all(|l| {
            let (sum, size) = sums(l, &x);
            sum > CLEARLY * size
        });
        irrational && is_zero && is_inside
    });
    Ok(Some(points))
}

/// The sum of a polynomial's terms at a point, and of their sizes.
pub(super) fn sums(g: &Polynomial, x: &[f64]) -> (f64, f64) {
    let (mut sum, mut size) = (0.0, 0.0);
    for (exponents, c) in g.terms() {
        let powers = exponents.iter().zip(x);
        let term = powers.fold(c.to_f64(), |t, (&e, x)| t * x.powf(f64::from(e)));
        sum += term;
        size += term.abs();
    }
    (sum, size)
}

/// The equation of least degree that variable `i` fulfils modulo an ideal of finitely many zeros:
/// the first power of it whose normal form depends on those of the powers before.
fn equation_of(
    basis: &GroebnerBasis,
    locus: &Locus,
    i: usize,
    budget: &Budget,
) -> Result<Option<Univariate>, Exhausted> {
    let ring = &locus.ring;
    let x = Polynomial::variable(ring, i);
    // reduced normal forms, the monomial that each begins with, and the powers it is made of
    let mut rows: Vec<(Polynomial, Monomial, Vec<Rational>)> = Vec::new();
    let mut power = Polynomial::constant(ring, Rational::ONE);
    for n in 0..=MOST_DEGREE {
        power = basis.normal_form(&power, budget)?;
        let mut rest = power.clone();
        let mut made = vec![Rational::ZERO; n + 1];
        made[n] = Rational::ONE;
        for (row, first, of) in &rows {
            let coefficient = |p: &Polynomial| {
                let mut terms = p.terms();
                terms.find_map(|(e, c)| (Monomial::new(e) == *first).then(|| c.clone()))
            };
            let (Some(here), Some(there)) = (coefficient(&rest), coefficient(row)) else {
                continue;
            };
            let Some(factor) = there.recip().map(|inverse| &here * &inverse) else {
                continue;
            };
            rest = &rest - &row.scale(&factor);
            for (made, of) in made.iter_mut().zip(of) {
                *made = &*made - &(&factor * of);
            }
        }
        let Some((first, _)) = rest.terms().next() else {
            return Ok(Some(Univariate::new(made)));
        };
        let first = Monomial::new(first);
        rows.push((rest, first, made));
        power = &power * &x;
    }
    Ok(None)
}

/// The real roots of an equation for a variable, as far as they are inside its interval.
pub(super) fn real_values(locus: &Locus, i: usize, equation: &Univariate) -> Vec<Value> {
    let name = &locus.ring.names()[i];
    let factors = equation.in_variable(&locus.ring, i).simple_factors();
    let mut values = Vec::new();
    for factor in factors {
        let Some(factor) = factor.as_univariate(i) else {
            continue;
        };
        if factor.degree().is_none_or(|degree| degree > MOST_ALGEBRAIC) {
            continue;
        }
        let half = Rational::new(1, 2).unwrap_or_default();
        for (k, between) in factor.real_roots().into_iter().enumerate() {
            let [low, high] = factor.narrowed(between, &half.pow(WIDTH));
            if low == high {
                values.push(Value::Rational(low));
                continue;
            }
            let mut own = format!("{name}_{k}");
            while locus.ring.index_of(&own).is_some() {
                own.push('_');
            }
            let number = AlgebraicNumber::new(own, &factor, [low, high]);
            values.extend(number.ok().map(Value::Number));
        }
    }
    let Some(interval) = locus.region.interval(name) else {
        return values;
    };
    let inside = |value: &Value| {
        let (low, high) = match value {
            Value::Rational(value) => (value, value),
            Value::Number(number) => (&number.between()[0], &number.between()[1]),
        };
        interval.lower.as_ref().is_none_or(|a| a < low)
            && interval.upper.as_ref().is_none_or(|b| high < b)
    };
    values.retain(inside);
    values
}
