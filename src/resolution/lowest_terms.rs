//! The second way to expand functions that vanish on the centre, for charts that are stuck: only terms of low order, and
//! with several relations at once.
//!
//! Let y₁, …, y_n vanish on the centre, and relations r₁, …, r_n with them, linear parts M·y. Where det M ≠ 0 on the centre,
//! the adjugate gives det M·y_k + B = Σ a_l·r_l with B free of y_k alone: terms det M·y_k·m of a generator are −B·m, and of
//! higher order as soon as no y occurs alone in B.

use super::centres::Along;
use super::chart::{Chart, plain};
use super::evidence::nonvanishing;
use super::generators::Tracked;
use crate::algebra::{Monomial, Polynomial, Rational, SizeLimits};
use crate::budget::{Exhausted, Meter};
use crate::certificate::format::Rule;

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
    SizeLimits::default()
        .with_terms(MOST_TERMS)
        .with_work(500_000)
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

/// The linear parts of the relations that vanish on the centre, in the functions that do.
struct LinearParts {
    variables: Vec<usize>,
    /// The number of a relation, and its linear part.
    rows: Vec<(usize, Vec<Polynomial>)>,
}

/// The numbers below n in a set.
fn members(set: u32, n: usize) -> Vec<usize> {
    (0..n).filter(|i| set >> i & 1 == 1).collect()
}

impl LinearParts {
    fn of(chart: &Chart) -> Self {
        let vanishes = |v: &usize| chart.zeros.iter().any(|z| plain(z) == Some(*v));
        let variables: Vec<usize> = (chart.dimension()..chart.variables())
            .filter(vanishes)
            .collect();
        let relations = chart.functions.iter().map(|f| &f.relation).enumerate();
        let rows = relations
            .filter(|(_, r)| chart.restricted(r).is_zero())
            .map(|(l, r)| {
                let entry = |&v: &usize| chart.restricted(&r.derivative(v));
                (l, variables.iter().map(entry).collect())
            })
            .collect();
        Self { variables, rows }
    }

    /// The relations that determine y_k together with the fewest others.
    fn solved(&self, chart: &Chart, k: usize) -> Option<Solved> {
        let n = self.variables.len();
        let sets = |size: u32, n: usize| (0..1_u32 << n).filter(move |s| s.count_ones() == size);
        for size in 1..=MOST_TOGETHER.min(n as u32) {
            for columns in sets(size, n).filter(|s| s >> k & 1 == 1) {
                let columns = members(columns, n);
                let within = |row: &[Polynomial]| {
                    let mut occurring = (0..n).filter(|&i| !row[i].is_zero()).peekable();
                    occurring.peek().is_some() && occurring.all(|i| columns.contains(&i))
                };
                let rows: Vec<&(usize, Vec<Polynomial>)> =
                    self.rows.iter().filter(|(_, row)| within(row)).collect();
                if rows.len() > MOST_FUNCTIONS {
                    return None;
                }
                let chosen = sets(size, rows.len()).find_map(|chosen| {
                    let rows: Vec<_> = members(chosen, rows.len())
                        .into_iter()
                        .map(|i| rows[i])
                        .collect();
                    self.by_adjugate(chart, k, &rows, &columns)
                });
                if chosen.is_some() {
                    return chosen;
                }
            }
        }
        None
    }

    fn by_adjugate(
        &self,
        chart: &Chart,
        k: usize,
        rows: &[&(usize, Vec<Polynomial>)],
        columns: &[usize],
    ) -> Option<Solved> {
        let variable = self.variables[k];
        let mut factors = Vec::new();
        let mut total = Polynomial::zero(chart.ring());
        for (place, (l, _)) in rows.iter().enumerate() {
            // the cofactor of the entry in column k
            let others = rows.iter().enumerate().filter(|(i, _)| *i != place);
            let entries = |row: &[Polynomial]| -> Vec<Polynomial> {
                let columns = columns.iter().filter(|&&c| c != k);
                columns.map(|&c| row[c].clone()).collect()
            };
            let minor: Vec<Vec<Polynomial>> = others.map(|(_, (_, row))| entries(row)).collect();
            let minor = chart.determinant(&minor)?;
            let column = columns.iter().position(|&c| c == k)?;
            let factor = match (place + column).is_multiple_of(2) {
                true => minor,
                false => -&minor,
            };
            if factor.is_zero() {
                continue;
            }
            let relation = &chart.functions[*l].relation;
            total = &total + &factor.checked_mul(relation, &limits()).ok()?;
            factors.push((*l, factor));
        }
        let slope = chart.restricted(&total.derivative(variable));
        let constant = slope.as_constant();
        if constant.is_none() {
            nonvanishing(chart, &slope)?;
        }
        let scale = constant.map_or(Some(Rational::ONE), |c| c.recip())?;
        let rest = &total - &(&slope * &chart.variable(variable));
        let factors = factors.into_iter();
        Some(Solved {
            variable,
            slope: slope.scale(&scale),
            rest: rest.scale(&scale),
            factors: factors.map(|(l, a)| (l, a.scale(&scale))).collect(),
        })
    }
}

impl Solved {
    /// Puts −B·m for A·y·m in the terms that `chosen` names, of generator j multiplied by A; false if that is too large.
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

/// Generators in which no function that vanishes hides a term below the Newton polyhedron of the others; `None` if none did.
pub(super) fn by_lowest_terms(
    chart: &Chart,
    meter: &Meter,
) -> Result<Option<(Rule, Chart)>, Exhausted> {
    let linear = LinearParts::of(chart);
    let n = linear.variables.len();
    if n == 0 || n > MOST_FUNCTIONS {
        return Ok(None);
    }
    let solved: Vec<Solved> = (0..n).filter_map(|k| linear.solved(chart, k)).collect();
    let small: Vec<usize> = chart.local().into_iter().chain(linear.variables).collect();
    let order = |m: &Monomial| -> u32 { small.iter().map(|&i| m.exponents()[i]).sum() };
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
            return Ok((round > 0).then(|| tracked.rule(chart)).flatten());
        }
    }
    Ok(None)
}
