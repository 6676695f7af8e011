//! Functions that vanish on the centre, expanded as far as the Newton polyhedron asks.
//!
//! A relation, or a combination of relations, is A·y + B = 0 where y = 0 and A ≠ 0 on the centre, and B is of higher
//! order than y. There A·g is a generator as good as g, and its terms A·y·m are −B·m. This moves every term that y hides
//! below the Newton polyhedron of the visible terms up into it, as Newton's iteration does for a branch of a curve.
//! Where relations need each other, r = M·y + …, the adjugate of M solves their linear parts.

use super::centres::Along;
use super::chart::Chart;
use super::generators::Tracked;
use super::small_functions::{Small, Way, small_functions};
use crate::algebra::{Monomial, Polynomial, Rational, SizeLimits};
use crate::budget::{Exhausted, Meter};
use crate::certificate::format::Rule;

/// Rounds of substitutions before a chart is left as it is.
const MOST_ROUNDS: usize = 60;

/// Terms that a generator may grow to.
const MOST_TERMS: usize = 2_000;

/// Products of terms in one way of expansion: a chart that needs more is better blown up.
const MOST_PRODUCTS: usize = 500_000;

fn limits() -> SizeLimits {
    SizeLimits::default()
        .with_terms(MOST_TERMS)
        .with_work(500_000)
}

/// A generator as a product of powers, g = ∏ p^k: multiple factors stay what they are.
struct Product {
    factors: Vec<(Polynomial, u32)>,
}

impl Product {
    fn of(g: &Polynomial) -> Self {
        let whole = || vec![(g.clone(), 1)];
        let mut factors = g.square_free_factors().unwrap_or_else(whole);
        if factors.iter().all(|(_, k)| *k == 1) {
            factors = whole();
        } else {
            // the constant
            let product = factors.iter().fold(
                Polynomial::constant(g.variables(), Rational::ONE),
                |product, (p, k)| match p.checked_pow(*k, &SizeLimits::default()) {
                    Ok(power) => &product * &power,
                    Err(_) => product,
                },
            );
            match g.exact_quotient(&product) {
                Some(c) if c.as_constant().is_some_and(|c| c.is_one()) => {}
                Some(c) if c.as_constant().is_some() => factors.push((c, 1)),
                _ => factors = whole(),
            }
        }
        Self { factors }
    }

    fn is_plain(&self) -> bool {
        matches!(self.factors[..], [(_, 1)])
    }

    /// The product of all but one.
    fn others(&self, place: usize, ring: &Polynomial) -> Option<Polynomial> {
        let one = Polynomial::constant(ring.variables(), Rational::ONE);
        let others = self.factors.iter().enumerate().filter(|(i, _)| *i != place);
        others.map(|(_, f)| f).try_fold(one, |product, (p, k)| {
            let power = p.checked_pow(*k, &limits()).ok()?;
            product.checked_mul(&power, &limits()).ok()
        })
    }
}

/// Puts −B for A·y in the terms of factor `place` that `chosen` names: A^k·g changes by a multiple of the relations. False if
/// that is too large, `None` if there are no such terms.
fn put_in(
    chart: &Chart,
    tracked: &mut Tracked,
    (j, product, place): (usize, &mut Product, usize),
    small: &Small,
    chosen: impl Fn(&Monomial) -> bool,
) -> Option<bool> {
    let (p, k) = product.factors[place].clone();
    let v = small.variable;
    let terms = p.sorted_terms().iter();
    let terms = terms.filter(|(m, _)| m.exponents()[v] > 0 && chosen(m));
    let quotient = Polynomial::from_terms(
        p.variables(),
        terms.map(|(m, c)| {
            let mut e = m.exponents().to_vec();
            e[v] -= 1;
            (Monomial::new(&e), c.clone())
        }),
    );
    if quotient.is_zero() {
        return None;
    }
    let mut change = || -> Option<()> {
        let limits = limits();
        let y = chart.variable(v);
        let kept = &p - &(&quotient * &y);
        let kept = kept.checked_mul(&small.slope, &limits).ok()?;
        let put = quotient.checked_mul(&small.rest, &limits).ok()?;
        let next = &kept - &put;
        // (A·p)^k − next^k = (A·p − next)·Σ (A·p)^a·next^(k − 1 − a)
        let mut factor = quotient.clone();
        if !product.is_plain() {
            let scaled = p.checked_mul(&small.slope, &limits).ok()?;
            let mut sum = Polynomial::zero(chart.ring());
            for a in 0..k {
                let high = scaled.checked_pow(a, &limits).ok()?;
                let low = next.checked_pow(k - 1 - a, &limits).ok()?;
                sum = &sum + &high.checked_mul(&low, &limits).ok()?;
            }
            let others = product.others(place, &p)?;
            factor = factor.checked_mul(&sum, &limits).ok()?;
            factor = factor.checked_mul(&others, &limits).ok()?;
        }
        let unit = small.slope.checked_pow(k, &limits).ok()?;
        if !unit.as_constant().is_some_and(|u| u.is_one()) && !tracked.multiply(j, &unit) {
            return None;
        }
        for (l, a) in &small.factors {
            let c = factor.checked_mul(a, &limits).ok()?;
            if !tracked.subtract_relation(j, &c, *l, &chart.functions[*l].relation) {
                return None;
            }
        }
        product.factors[place].0 = next;
        Some(())
    };
    Some(change().is_some())
}

/// Generators in which no function hides a term below the Newton polyhedron of the others.
pub(super) fn expanded(chart: &Chart, meter: &Meter) -> Result<Option<(Rule, Chart)>, Exhausted> {
    for way in [Way::Whole, Way::ByOrder] {
        let small = small_functions(chart, way);
        if small.is_empty() {
            return Ok(None);
        }
        match expanded_by(chart, &small, way, meter)? {
            Expansion::Done(change) => return Ok(Some(*change)),
            Expansion::Unneeded => return Ok(None),
            Expansion::TooLarge => {}
        }
    }
    Ok(None)
}

/// How an expansion ends.
enum Expansion {
    Done(Box<(Rule, Chart)>),
    Unneeded,
    TooLarge,
}

fn expanded_by(
    chart: &Chart,
    small: &[Small],
    way: Way,
    meter: &Meter,
) -> Result<Expansion, Exhausted> {
    let vanishing: Vec<usize> = small.iter().map(|s| s.variable).collect();
    let local = chart.local();
    let order = |m: &Monomial| -> u32 {
        let at = |i: &usize| m.exponents()[*i];
        local.iter().map(at).sum::<u32>() + vanishing.iter().map(at).sum::<u32>()
    };
    let mut tracked = Tracked::new(chart);
    let mut current = chart.clone();
    let mut spent = 0;
    let mut products: Vec<Option<Product>> = chart.generators.iter().map(|_| None).collect();
    for round in 0..MOST_ROUNDS {
        let along = Along::of(&current);
        let below = along.hull(meter)?;
        let hides = |m: &Monomial| {
            vanishing.iter().any(|&v| m.exponents()[v] > 0) && !along.covers(&below, m)
        };
        let mut hidden = false;
        for (j, product) in products.iter_mut().enumerate() {
            for s in small {
                let g = &current.generators[j];
                let involves = |m: &Monomial| m.exponents()[s.variable] > 0;
                if !g
                    .sorted_terms()
                    .iter()
                    .any(|(m, _)| involves(m) && hides(m))
                {
                    continue;
                }
                hidden = true;
                let product = product.get_or_insert_with(|| Product::of(g));
                let plain = product.is_plain();
                for place in 0..product.factors.len() {
                    let (p, k) = &product.factors[place];
                    let size = p.len() + current.generators[j].len() * (*k as usize - 1);
                    let work = size * (s.slope.len() + s.rest.len()) * *k as usize;
                    meter.spend_and_look(work as u64 + 64)?;
                    spent += work;
                    if spent > MOST_PRODUCTS {
                        return Ok(Expansion::TooLarge);
                    }
                    let terms = p.sorted_terms().iter().map(|(m, _)| m);
                    let least = terms.filter(|m| involves(m)).map(order).min();
                    let done =
                        put_in(
                            chart,
                            &mut tracked,
                            (j, &mut *product, place),
                            s,
                            |m| match least {
                                _ if way == Way::Whole => true,
                                _ if plain => hides(m),
                                // as in Newton's iteration the order may double
                                least => least.is_some_and(|least| order(m) <= 2 * least),
                            },
                        );
                    if done == Some(false) {
                        return Ok(Expansion::TooLarge);
                    }
                }
                current.generators[j] = tracked.polynomials()[j].clone();
                if current.generators[j].len() > MOST_TERMS {
                    return Ok(Expansion::TooLarge);
                }
            }
        }
        if !hidden {
            return Ok(match tracked.rule(chart) {
                _ if round == 0 => Expansion::Unneeded,
                Some(change) => Expansion::Done(Box::new(change)),
                None => Expansion::TooLarge,
            });
        }
    }
    Ok(Expansion::TooLarge)
}

#[cfg(test)]
mod tests;
