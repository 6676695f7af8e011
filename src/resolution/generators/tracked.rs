//! Generators under change: every change is tracked, for the certificate.

use super::super::chart::Chart;
use super::super::moves::{Change, Combination, Link, Rewriting};
use super::super::nonvanishing::nonvanishing;
use crate::algebra::{Factors, Polynomial, Rational, SizeLimits, watched};
use crate::budget::look;

pub(super) fn limits() -> SizeLimits {
    watched().with_terms(3_000).with_work(200_000)
}

/// A sparse row of polynomial coefficients.
type Sparse = Vec<(usize, Polynomial)>;

fn add_to(row: &mut Sparse, k: usize, p: &Polynomial) {
    if p.is_zero() {
        return;
    }
    match row.iter_mut().find(|(i, _)| *i == k) {
        Some((_, sum)) => *sum = &*sum + p,
        None => row.push((k, p.clone())),
    }
    row.retain(|(_, p)| !p.is_zero());
}

/// Generators under reduction: f_j = Σ forward·g + Σ c·r and e_i·g_i = Σ back·f + Σ c·r.
#[derive(Clone)]
pub(in super::super) struct Tracked {
    polynomials: Vec<Polynomial>,
    forward: Vec<Sparse>,
    forward_relations: Vec<Sparse>,
    back: Vec<Sparse>,
    back_relations: Vec<Sparse>,
    /// The units e_i of e_i·g_i = Σ back·f + ….
    units: Vec<Polynomial>,
    /// Work with coefficients that is left; then nothing changes any more.
    left: u64,
    /// At least as many terms as there are in all.
    terms: u64,
}

/// The most terms that the polynomials and their combinations may have together.
const MOST_HELD: u64 = 3_000_000;

/// Work with the coefficients of one list of generators, in operations on machine words.
const MOST_WORK: u64 = 100_000_000;

/// The work of a product: that of its coefficients is in their common divisors, bit by bit.
fn work_of(p: &Polynomial, q: &Polynomial) -> u64 {
    let words = 1 + (p.coefficient_bits() + q.coefficient_bits()) / 64;
    let each = match words {
        1 | 2 => 1,
        words => words.saturating_mul(words).saturating_mul(64),
    };
    (p.len() as u64)
        .saturating_mul(q.len() as u64)
        .saturating_mul(each)
}

impl Tracked {
    pub(in super::super) fn new(chart: &Chart) -> Self {
        let one = chart.constant(1);
        let n = chart.generators.len();
        let unit = |i: usize| vec![(i, one.clone())];
        let (forward, back) = ((0..n).map(unit).collect(), (0..n).map(unit).collect());
        Self {
            polynomials: chart.generators.clone(),
            forward,
            forward_relations: vec![Vec::new(); n],
            back,
            back_relations: vec![Vec::new(); n],
            units: vec![one; n],
            left: MOST_WORK,
            terms: 0,
        }
    }

    /// Books the work of multiplying some polynomials by q; false if there is not as much left.
    fn affords<'a>(
        &mut self,
        all: impl IntoIterator<Item = &'a Polynomial>,
        q: &Polynomial,
    ) -> bool {
        let (mut work, mut terms) = (0_u64, 0_u64);
        for p in all {
            work = work.saturating_add(work_of(p, q));
            let products = p.len().saturating_mul(q.len());
            terms += products.min(limits().terms) as u64;
        }
        let affords = work <= self.left;
        self.left = self.left.saturating_sub(work);
        self.terms += terms;
        if self.terms > MOST_HELD {
            self.terms = terms + self.held();
        }
        affords && self.terms <= MOST_HELD
    }

    /// The terms of all polynomials and combinations.
    fn held(&self) -> u64 {
        let combinations = [
            &self.forward,
            &self.forward_relations,
            &self.back,
            &self.back_relations,
        ];
        let combinations = combinations.into_iter().flatten().flatten();
        let own = self.polynomials.iter().chain(&self.units);
        let all = own.chain(combinations.map(|(_, p)| p));
        all.map(|p| p.len() as u64).sum()
    }

    pub(in super::super) fn polynomials(&self) -> &[Polynomial] {
        &self.polynomials
    }

    /// f_j − q·f_i in the place of f_j; false if that is too large.
    pub(super) fn subtract(&mut self, j: usize, q: &Polynomial, i: usize) -> bool {
        let limits = limits();
        let mut factors = vec![self.polynomials[i].clone()];
        let rows = self.forward[i].iter().chain(&self.forward_relations[i]);
        factors.extend(rows.map(|(_, p)| p.clone()));
        let at_j = self.back.iter().flatten().filter(|(k, _)| *k == j);
        factors.extend(at_j.map(|(_, p)| p.clone()));
        if !self.affords(&factors, q) {
            return false;
        }
        let times = |p: &Polynomial| p.checked_mul(q, &limits).ok();
        let Some(product) = times(&self.polynomials[i]) else {
            return false;
        };
        let scaled = |row: &Sparse| -> Option<Sparse> {
            row.iter().map(|(k, p)| Some((*k, times(p)?))).collect()
        };
        let (Some(forward), Some(relations)) =
            (scaled(&self.forward[i]), scaled(&self.forward_relations[i]))
        else {
            return false;
        };
        look(4 * self.back.len());
        let mut back = self.back.clone();
        for row in &mut back {
            let Some(at_j) = row.iter().find(|(k, _)| *k == j).map(|(_, p)| p.clone()) else {
                continue;
            };
            let Some(more) = times(&at_j) else {
                return false;
            };
            add_to(row, i, &more);
        }
        self.back = back;
        self.polynomials[j] = &self.polynomials[j] - &product;
        for (k, p) in &forward {
            add_to(&mut self.forward[j], *k, &-p);
        }
        for (k, p) in &relations {
            add_to(&mut self.forward_relations[j], *k, &-p);
        }
        true
    }

    /// u·f_j, u a unit, in the place of f_j; false if that is too large.
    pub(in super::super) fn multiply(&mut self, j: usize, unit: &Polynomial) -> bool {
        let limits = limits();
        let mut factors = vec![self.polynomials[j].clone()];
        let rows = [&self.forward[j], &self.forward_relations[j]].into_iter();
        factors.extend(rows.flatten().map(|(_, p)| p.clone()));
        if !self.affords(&factors, unit) {
            return false;
        }
        let times = |p: &Polynomial| p.checked_mul(unit, &limits).ok();
        let all = |row: &Sparse, but: Option<usize>| -> Option<Sparse> {
            let entries = row.iter().map(|(k, p)| match but == Some(*k) {
                true => Some((*k, p.clone())),
                false => Some((*k, times(p)?)),
            });
            entries.collect()
        };
        let multiplied = || {
            let mut next = self.clone();
            next.polynomials[j] = times(&self.polynomials[j])?;
            next.forward[j] = all(&self.forward[j], None)?;
            next.forward_relations[j] = all(&self.forward_relations[j], None)?;
            for (i, row) in self.back.iter().enumerate() {
                if row.iter().any(|(k, _)| *k == j) {
                    next.back[i] = all(row, Some(j))?;
                    next.back_relations[i] = all(&self.back_relations[i], None)?;
                    next.units[i] = times(&self.units[i])?;
                }
            }
            Some(next)
        };
        match multiplied() {
            Some(next) => *self = next,
            None => return false,
        }
        true
    }

    /// f_j − c·r_l in the place of f_j.
    pub(in super::super) fn subtract_relation(
        &mut self,
        j: usize,
        c: &Polynomial,
        l: usize,
        relation: &Polynomial,
    ) -> bool {
        let limits = limits();
        if !self.affords([relation], c) {
            return false;
        }
        let Ok(product) = c.checked_mul(relation, &limits) else {
            return false;
        };
        // By row, if the row has an entry at j.
        let more = |row: &Sparse| {
            let at_j = row.iter().find(|(k, _)| *k == j);
            at_j.map(|(_, p)| p.checked_mul(c, &limits)).transpose()
        };
        let Ok(more) = self.back.iter().map(more).collect::<Result<Vec<_>, _>>() else {
            return false;
        };
        self.polynomials[j] = &self.polynomials[j] - &product;
        add_to(&mut self.forward_relations[j], l, &-c);
        for (more, relations) in more.iter().zip(&mut self.back_relations) {
            if let Some(more) = more {
                add_to(relations, l, more);
            }
        }
        true
    }

    /// Changes the factors of f_j modulo relation l, each by itself, so that multiple factors stay
    /// what they are: where `change` gives (u, q) for p, u·p = q modulo the relation, with a unit
    /// u. False if nothing changes.
    pub(in super::super) fn change_factors(
        &mut self,
        chart: &Chart,
        j: usize,
        l: usize,
        change: impl Fn(&Polynomial) -> Option<(Polynomial, Polynomial)>,
    ) -> bool {
        let limits = limits();
        let g = &self.polynomials[j];
        let power_of = |p: &Polynomial, k: u32| p.checked_pow(k, &limits).ok();
        let changed = || -> Option<(Polynomial, Polynomial)> {
            let factors = g.square_free_factors().unwrap_or_default();
            if factors.iter().all(|(_, k)| *k == 1) {
                return change(g);
            }
            let (mut units, mut product) = (chart.constant(1), chart.constant(1));
            let mut unchanged = g.clone();
            let mut any = false;
            for (p, k) in &factors {
                if let Some((unit, q)) = change(p) {
                    any = true;
                    unchanged = unchanged.exact_quotient(&power_of(p, *k)?)?;
                    units = units.checked_mul(&power_of(&unit, *k)?, &limits).ok()?;
                    product = product.checked_mul(&power_of(&q, *k)?, &limits).ok()?;
                }
            }
            let product = product.checked_mul(&unchanged, &limits).ok()?;
            any.then_some((units, product))
        };
        let Some((unit, product)) = changed() else {
            return false;
        };
        let relation = &chart.functions[l].relation;
        let Some(multiple) = g.checked_mul(&unit, &limits).ok() else {
            return false;
        };
        let Some(cofactor) = (&multiple - &product).exact_quotient(relation) else {
            return false;
        };
        (unit.as_constant().is_some_and(|u| u.is_one()) || self.multiply(j, &unit))
            && self.subtract_relation(j, &cofactor, l, relation)
    }

    /// The change of generators, and the chart with them; `None` if no evidence is found for a
    /// unit.
    pub(in super::super) fn change(self, chart: &Chart) -> Option<Change> {
        let kept: Vec<usize> = (0..self.polynomials.len())
            .filter(|&j| !self.polynomials[j].is_zero())
            .collect();
        let forward = kept
            .iter()
            .map(|&j| Combination {
                unit: None,
                generators: self.forward[j].clone(),
                relations: self.forward_relations[j].clone(),
            })
            .collect();
        let renumbered = |row: &Sparse| -> Sparse {
            row.iter()
                .filter_map(|(k, p)| Some((kept.iter().position(|j| j == k)?, p.clone())))
                .collect()
        };
        let back = self
            .back
            .iter()
            .zip(&self.back_relations)
            .zip(&self.units)
            .map(|((row, relations), unit)| {
                // a constant is divided out, another unit stated with its evidence
                let (unit, factor) = match unit.as_constant() {
                    Some(c) => (None, c.recip()?),
                    None => {
                        let evidence = nonvanishing(chart, unit)?.stated(chart);
                        (Some((unit.clone(), evidence)), Rational::ONE)
                    }
                };
                let scaled = |row: Sparse| -> Sparse {
                    row.into_iter()
                        .map(|(k, p)| (k, p.scale(&factor)))
                        .collect()
                };
                Some(Combination {
                    unit,
                    generators: scaled(renumbered(row)),
                    relations: scaled(relations.clone()),
                })
            })
            .collect::<Option<_>>()?;
        let mut next = chart.clone();
        next.generators = kept.iter().map(|&j| self.polynomials[j].clone()).collect();
        Some((Link::Ideal(Rewriting { forward, back }), next))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::chart::{Coordinate, Function, ring};
    use super::*;
    use crate::certificate::format::{CoordinateDomain, Extent};

    /// A local coordinate w1 and a function w2 that vanishes with it, 3·w2 = w1.
    fn chart(generators: &[&str]) -> Chart {
        let parse = |text: &str| Polynomial::parse_in(text, ring(2)).unwrap();
        Chart {
            names: ["w1", "w2"].map(String::from).to_vec(),
            coordinates: vec![Coordinate {
                domain: CoordinateDomain::Line,
                extent: Extent::Local,
                amplitude: Rational::ZERO,
            }],
            functions: vec![Function {
                relation: parse("3*w2 - w1"),
                between: None,
            }],
            zeros: vec![parse("w2")],
            units: Vec::new(),
            positive: Vec::new(),
            generators: generators.iter().map(|text| parse(text)).collect(),
        }
    }

    /// Σ generators·f + Σ relations·r, less the row's unit times g.
    fn defect(chart: &Chart, row: &Combination, from: &[Polynomial], g: &Polynomial) -> Polynomial {
        let unit = row.unit.as_ref().map(|(unit, _)| unit.clone());
        let start = &unit.unwrap_or_else(|| chart.constant(1)) * g;
        let relations = row.relations.iter();
        let relations = relations.map(|(l, c)| (c, &chart.functions[*l].relation));
        let combination = row.generators.iter().map(|(k, c)| (c, &from[*k]));
        let parts = combination.chain(relations);
        parts.fold(start, |rest, (c, p)| &rest - &(c * p))
    }

    #[test]
    fn rows_hold_after_a_multiplication_by_a_constant() {
        let chart = chart(&["w2^2 + w1^3", "w1^5"]);
        let mut tracked = Tracked::new(&chart);
        // 3·(y² + t³) − y·(3·y − t) = t·y + 3·t³
        assert!(tracked.multiply(0, &chart.constant(3)));
        let relation = &chart.functions[0].relation;
        assert!(tracked.subtract_relation(0, &chart.variable(1), 0, relation));
        let (link, next) = tracked.change(&chart).unwrap();
        let Link::Ideal(Rewriting { forward, back }) = link else {
            panic!("{link:?}");
        };
        for (row, f) in forward.iter().zip(&next.generators) {
            assert!(defect(&chart, row, &chart.generators, f).is_zero());
        }
        for (row, g) in back.iter().zip(&chart.generators) {
            assert!(defect(&chart, row, &next.generators, g).is_zero());
        }
    }
}
