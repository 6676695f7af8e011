//! The second way to expand functions that vanish on the centre, for charts that are stuck: only
//! terms of low order, and with several relations at once.
//!
//! Let y₁, …, y_n vanish on the centre, and r₁, …, r_n be relations whose terms without local
//! coordinate all involve one of them: r = M·y + terms with a local coordinate. Where det M ≠ 0 on
//! the centre, the adjugate gives A·y_k + B = Σ a_l·r_l with A = det M and a local coordinate in
//! every term of B. A generator times A has −B·m for every term A·y_k·m: sooner or later all that
//! is hidden is visible.

use super::centres::Along;
use super::chart::{Chart, plain};
use super::generators::Tracked;
use super::moves::Change;
use super::nonvanishing::nonvanishing;
use crate::algebra::{Monomial, Polynomial, Rational, SizeLimits, watched};
use crate::budget::{Exhausted, Meter};

/// Rounds of substitutions before a chart is left as it is.
const MOST_ROUNDS: usize = 60;

/// Terms that a generator may grow to.
const MOST_TERMS: usize = 2_000;

/// Products of terms in the substitutions.
const MOST_PRODUCTS: usize = 2_000_000;

/// Functions that vanish, and relations solved together.
const MOST_FUNCTIONS: usize = 6;
const MOST_TOGETHER: u32 = 3;

fn limits() -> SizeLimits {
    watched().with_terms(MOST_TERMS).with_work(500_000)
}

/// A·y + B = Σ a_l·r_l with A ≠ 0 on the centre.
struct Solved {
    /// The variable y.
    variable: usize,
    /// A.
    slope: Polynomial,
    /// B.
    rest: Polynomial,
    /// The numbers l of relations, and the factors a_l.
    factors: Vec<(usize, Polynomial)>,
}

/// The relations that vanish on the centre, to be solved for functions that do.
struct Relations<'a> {
    chart: &'a Chart,
    variables: Vec<usize>,
    /// The number of a relation, and its terms without local coordinate.
    pure: Vec<(usize, Polynomial)>,
}

/// The numbers below n in a set.
fn members(set: u32, n: usize) -> Vec<usize> {
    (0..n).filter(|i| set >> i & 1 == 1).collect()
}

/// The sets of so many numbers below n.
fn sets(size: u32, n: usize) -> impl Iterator<Item = u32> {
    (0..1_u32 << n).filter(move |set| set.count_ones() == size)
}

/// The c_k of p = Σ c_k·y_k, each term at the first of its y; `None` if a term involves none of
/// them.
fn parts(p: &Polynomial, variables: &[usize]) -> Option<Vec<Polynomial>> {
    let mut parts = vec![Vec::new(); variables.len()];
    for (e, c) in p.terms() {
        let place = variables.iter().position(|&v| e[v] > 0)?;
        let mut e = e.to_vec();
        e[variables[place]] -= 1;
        parts[place].push((Monomial::new(&e), c.clone()));
    }
    let parts = parts.into_iter();
    Some(
        parts
            .map(|terms| Polynomial::from_terms(p.variables(), terms))
            .collect(),
    )
}

impl<'a> Relations<'a> {
    fn of(chart: &'a Chart) -> Self {
        let vanishes = |v: &usize| chart.zeros.iter().any(|z| plain(z) == Some(*v));
        let functions = chart.dimension()..chart.variables();
        let variables: Vec<usize> = functions.filter(vanishes).collect();
        let pure = chart.functions.iter().enumerate();
        let pure = pure.map(|(l, f)| (l, chart.at_centre(&f.relation)));
        Self {
            chart,
            pure: pure
                .filter(|(_, p)| parts(p, &variables).is_some())
                .collect(),
            variables,
        }
    }

    /// A·y + B for a function y, by the fewest relations.
    fn solved(&self, y: usize) -> Option<Solved> {
        let others: Vec<usize> = self.variables.iter().copied().filter(|v| *v != y).collect();
        let most = MOST_TOGETHER.min(others.len() as u32 + 1);
        let systems = (1..=most).flat_map(|size| {
            let chosen = sets(size - 1, others.len());
            chosen.map(|set| members(set, others.len()))
        });
        systems.into_iter().find_map(|chosen| {
            let mut variables = vec![y];
            variables.extend(chosen.into_iter().map(|i| others[i]));
            let rows = self.pure.iter();
            let rows: Vec<(usize, Vec<Polynomial>)> = rows
                .filter_map(|(l, p)| Some((*l, parts(p, &variables)?)))
                .take(MOST_FUNCTIONS)
                .collect();
            sets(variables.len() as u32, rows.len()).find_map(|set| {
                let chosen = members(set, rows.len());
                let chosen: Vec<_> = chosen.into_iter().map(|i| &rows[i]).collect();
                self.by_adjugate(y, &chosen)
            })
        })
    }

    /// The first unknown of a square system.
    fn by_adjugate(&self, y: usize, rows: &[&(usize, Vec<Polynomial>)]) -> Option<Solved> {
        let chart = self.chart;
        let mut factors = Vec::new();
        let mut total = Polynomial::zero(chart.ring());
        for (place, (l, _)) in rows.iter().enumerate() {
            let others = rows.iter().enumerate().filter(|(i, _)| *i != place);
            let minor: Vec<Vec<Polynomial>> =
                others.map(|(_, (_, row))| row[1..].to_vec()).collect();
            let minor = chart.determinant(&minor)?;
            let factor = if place % 2 == 0 { minor } else { -&minor };
            if !factor.is_zero() {
                let relation = &chart.functions[*l].relation;
                total = &total + &factor.checked_mul(relation, &limits()).ok()?;
                factors.push((*l, factor));
            }
        }
        let [slope] = <[Polynomial; 1]>::try_from(parts(&chart.at_centre(&total), &[y])?).ok()?;
        let scale = match slope.as_constant() {
            Some(c) => c.recip()?,
            None => nonvanishing(chart, &slope).map(|_| Rational::ONE)?,
        };
        let rest = &total - &(&slope * &chart.variable(y));
        let factors = factors.into_iter();
        Some(Solved {
            variable: y,
            slope: slope.scale(&scale),
            rest: rest.scale(&scale),
            factors: factors.map(|(l, a)| (l, a.scale(&scale))).collect(),
        })
    }
}

impl Solved {
    /// Puts −B·m for A·y·m in the terms that `chosen` names, of generator j multiplied by A; false
    /// if that is too large.
    fn put_into(
        &self,
        chart: &Chart,
        tracked: &mut Tracked,
        j: usize,
        chosen: impl Fn(&Monomial) -> bool,
    ) -> bool {
        let terms = tracked.polynomials()[j].sorted_terms().iter();
        let terms = terms.filter(|(m, _)| chosen(m)).map(|(m, c)| {
            let mut e = m.exponents().to_vec();
            e[self.variable] -= 1;
            (Monomial::new(&e), c.clone())
        });
        let multiple = Polynomial::from_terms(chart.ring(), terms);
        let one = self.slope.as_constant().is_some_and(|c| c.is_one());
        (one || tracked.multiply(j, &self.slope))
            && self.factors.iter().all(|(l, a)| {
                let relation = &chart.functions[*l].relation;
                multiple
                    .checked_mul(a, &limits())
                    .is_ok_and(|c| tracked.subtract_relation(j, &c, *l, relation))
            })
    }
}

/// Generators in which no function that vanishes hides a term below the Newton polyhedron of the
/// others; `None` if none did.
pub(super) fn by_lowest_terms(chart: &Chart, meter: &Meter) -> Result<Option<Change>, Exhausted> {
    let relations = Relations::of(chart);
    if relations.variables.len() > MOST_FUNCTIONS {
        return Ok(None);
    }
    let functions = relations.variables.iter();
    let solved: Vec<Solved> = functions.filter_map(|&y| relations.solved(y)).collect();
    let small: Vec<usize> = chart
        .local()
        .into_iter()
        .chain(relations.variables)
        .collect();
    let order = |m: &Monomial| -> u64 { small.iter().map(|&i| u64::from(m.exponents()[i])).sum() };
    let mut tracked = Tracked::new(chart);
    let mut current = chart.clone();
    let mut spent = 0;
    for round in 0..MOST_ROUNDS {
        let along = Along::of(&current);
        let below = along.hull(meter)?;
        let mut hidden = false;
        for j in 0..current.generators.len() {
            for s in &solved {
                let hides =
                    |m: &Monomial| m.exponents()[s.variable] > 0 && !along.covers(&below, m);
                let g = &tracked.polynomials()[j];
                let terms = g.sorted_terms().iter().map(|(m, _)| m);
                let Some(least) = terms.filter(|m| hides(m)).map(order).min() else {
                    continue;
                };
                hidden = true;
                let work = g.len() * (s.slope.len() + s.rest.len());
                meter.spend_and_look(work as u64 + 64)?;
                spent += work;
                // as in Newton's iteration the order may double
                let chosen = |m: &Monomial| order(m) <= 2 * least && hides(m);
                if spent > MOST_PRODUCTS || !s.put_into(chart, &mut tracked, j, chosen) {
                    return Ok(None);
                }
            }
            current.generators[j] = tracked.polynomials()[j].clone();
            if current.generators[j].len() > MOST_TERMS {
                return Ok(None);
            }
        }
        if !hidden {
            return Ok((round > 0).then(|| tracked.change(chart)).flatten());
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::chart::{Coordinate, Function, ring};
    use super::*;
    use crate::Budget;
    use crate::certificate::format::{CoordinateDomain, Extent};

    /// Local coordinates w1, w2 and functions w3, w4 that vanish on the centre.
    fn chart(relations: [&str; 2], generators: &[&str]) -> Chart {
        let parse = |text: &str| Polynomial::parse_in(text, ring(4)).unwrap();
        let coordinate = Coordinate {
            domain: CoordinateDomain::Line,
            extent: Extent::Local,
            amplitude: Rational::ZERO,
        };
        let function = |text| Function {
            relation: parse(text),
            between: None,
        };
        Chart {
            names: ["t", "s", "y", "z"].map(String::from).to_vec(),
            coordinates: vec![coordinate; 2],
            functions: relations.map(function).to_vec(),
            zeros: vec![parse("w3"), parse("w4")],
            units: Vec::new(),
            positive: Vec::new(),
            generators: generators.iter().map(|text| parse(text)).collect(),
        }
    }

    /// The terms of order 2 of w3·w4 in the coordinates alone, after an expansion.
    fn product_to_lowest_order(relations: [&str; 2]) -> String {
        let chart = chart(relations, &["w1^3", "w2^3", "w3*w4"]);
        let meter = Budget::default().start();
        let (_, next) = by_lowest_terms(&chart, &meter).unwrap().unwrap();
        let terms = next.generators[2].sorted_terms().iter();
        let low = terms.filter(|(m, _)| m.degree() <= 2);
        assert!(low.clone().all(|(m, _)| m.exponents()[2..] == [0, 0]));
        let low = Polynomial::from_terms(ring(4), low.cloned());
        low.primitive_part().to_string()
    }

    #[test]
    fn relations_that_need_each_other_are_solved_together() {
        // y = (t + s)/2 + …, z = (t − s)/2 + …
        let relations = ["w3 + w4 - w1 - w1*w3", "w3 - w4 - w2 + w2*w4^2"];
        assert_eq!(product_to_lowest_order(relations), "w1^2 - w2^2");
    }

    #[test]
    fn powers_of_the_functions_alone_are_solved_for() {
        // y = t/2 + …, z = −2·y + … = −t + …: the relation of z says nothing of z, and powers of y
        // have no end
        let relations = ["w4 + 2*w3 + w3^2 - w2*w3", "2*w3 - w1 - w3^2"];
        assert_eq!(product_to_lowest_order(relations), "w1^2");
    }
}
