//! Rules about the ideal: other generators, sums, factors, several proofs.

use super::bounds::divisor_pole;
use super::{Context, Poles};
use crate::Pole;
use crate::check::CheckErrorKind;
use crate::check::chart::{Chart, Facts, alone, involves};
use crate::check::error::{Checked, condition, entry, length, shown};
use crate::check::evidence::no_zero;
use crate::check::point::real_point;
use crate::check::reference::{Renaming, differs};
use crate::format::{Child, CoordinateDomain, Extent, Part, RealPoint, Row};
use rlct_algebra::{Monomial, Polynomial, Rational};

impl Context<'_> {
    pub(super) fn both(&self, children: &[Child]) -> Checked<Poles> {
        if children.len() < 2 {
            return condition("there are fewer than two children");
        }
        let mut best = (Pole::nothing(self.chart.dimension()), Pole::INFINITE);
        for (number, child) in children.iter().enumerate() {
            let (lower, upper) = self.follow(number, child, self.chart)?;
            best = (best.0.better(&lower), best.1.worse(&upper));
        }
        Ok(best)
    }

    pub(super) fn sum(
        &self,
        parts: &[Part],
        point: Option<&RealPoint>,
        children: &[Child],
    ) -> Checked<Poles> {
        let (chart, work) = (self.chart, self.work);
        if parts.is_empty() {
            return condition("there are no parts");
        }
        let mut owner: Vec<Option<usize>> = vec![None; chart.ring.len()];
        let mut derived = Vec::new();
        for (n, part) in parts.iter().enumerate() {
            derived.push(chart.part(&part.coordinates, &part.functions, work)?);
            let functions = part.functions.iter().map(|f| f + chart.dimension());
            for i in part.coordinates.iter().copied().chain(functions) {
                match owner.get_mut(i) {
                    Some(slot) if slot.is_none() => *slot = Some(n),
                    _ => return condition(format!("{} belongs to two parts", chart.name(i))),
                }
            }
        }
        // the parts that the variables of a polynomial belong to; `None` stands for no part
        let owners = |p: &Polynomial| -> Vec<Option<usize>> {
            let places = owner.iter().enumerate().filter(|(i, _)| involves(p, *i));
            places.map(|(_, part)| *part).collect()
        };
        for g in chart.generators.iter().filter(|g| !g.is_zero()) {
            work.pass(g)?;
            if !one_part(&owners(g)) {
                return condition(format!("{} does not belong to one part", shown(g)));
            }
        }
        let (mut lower, mut upper) = (Pole::new(Rational::ZERO, 1), Pole::new(Rational::ZERO, 1));
        for (l, u) in self.follow_all(children, &derived)? {
            (lower, upper) = (lower.add(&l), upper.add(&u));
        }
        // what remains restricts the centre beyond the product of the parts' centres
        let conditions = || {
            chart
                .zeros
                .iter()
                .chain(&chart.units)
                .chain(&chart.positive)
        };
        let remaining: Vec<&Polynomial> = conditions().filter(|p| !one_part(&owners(p))).collect();
        let none = |i: &usize| owner.get(*i) == Some(&None);
        let d = chart.dimension();
        let coordinates: Vec<usize> = (0..d).filter(none).collect();
        let functions: Vec<usize> = (0..chart.functions.len())
            .filter(|k| none(&(d + k)))
            .collect();
        if upper.is_infinite() || (remaining.is_empty() && functions.is_empty()) {
            return Ok((lower, upper));
        }
        let outside = |p: &Polynomial| owners(p).iter().all(Option::is_none);
        let relations = functions.iter().filter_map(|k| chart.functions.get(*k));
        if !remaining.iter().all(|p| outside(p)) || !relations.clone().all(|f| outside(&f.relation))
        {
            return Ok((lower, Pole::INFINITE));
        }
        let mut rest = chart.part(&coordinates, &functions, work)?;
        // conditions without variables, which `part` leaves out
        for (list, of) in [
            (&mut rest.zeros, &chart.zeros),
            (&mut rest.units, &chart.units),
            (&mut rest.positive, &chart.positive),
        ] {
            let constants = of.iter().filter_map(Polynomial::as_constant);
            list.extend(constants.map(|c| Polynomial::constant(&rest.ring, c)));
        }
        if point.is_none() && !rest.functions.is_empty() {
            return Ok((lower, Pole::INFINITE));
        }
        match real_point(&rest, point, work) {
            Ok(_) => Ok((lower, upper)),
            // the origin, which stands for a point left out, need not lie there
            Err(CheckErrorKind::Point(_)) if point.is_none() => Ok((lower, Pole::INFINITE)),
            Err(error) => Err(error),
        }
    }

    pub(super) fn factor(&self, monomial: &[u32], children: &[Child]) -> Checked<Poles> {
        let (chart, work) = (self.chart, self.work);
        let facts = chart.facts(work)?;
        length(
            monomial.len(),
            chart.dimension(),
            "exponents of the monomial",
        )?;
        let mut k = monomial.to_vec();
        k.resize(chart.ring.len(), 0);
        let mut quotients = chart.clone();
        let divided: Checked<Vec<Polynomial>> = chart
            .generators
            .iter()
            .map(|g| self.quotient(g, &k))
            .collect();
        quotients.generators = divided?;
        let mut pole = Pole::INFINITE;
        let mut possible = true;
        for (i, (k, c)) in monomial.iter().zip(&chart.coordinates).enumerate() {
            if *k == 0 {
                continue;
            }
            let zeros = quotients.relations().chain(&chart.zeros);
            let units = chart
                .units
                .iter()
                .chain(&chart.positive)
                .filter(|p| alone(p).is_none());
            let places = zeros.chain(&quotients.generators).chain(units);
            if let Some(p) = places.into_iter().find(|p| involves(p, i)) {
                return condition(format!("{} occurs in {}", chart.name(i), shown(p)));
            }
            if facts.is_unit(i) {
                possible &= has_unit_values(chart, i);
            } else {
                pole = pole.combine(&divisor_pole(c, *k, work)?);
            }
        }
        let places = monomial.iter().enumerate();
        let kept: Vec<usize> = places.filter(|(_, k)| **k == 0).map(|(i, _)| i).collect();
        let functions: Vec<usize> = (0..chart.functions.len()).collect();
        let mut derived = quotients.part(&kept, &functions, work)?;
        for (list, of) in [
            (&mut derived.zeros, &chart.zeros),
            (&mut derived.units, &chart.units),
            (&mut derived.positive, &chart.positive),
            (&mut derived.generators, &quotients.generators),
        ] {
            let constants = of.iter().filter_map(Polynomial::as_constant);
            list.extend(constants.map(|c| Polynomial::constant(&derived.ring, c)));
        }
        let (lower, upper) = self.only(children, derived)?;
        let upper = if possible && !upper.is_infinite() {
            pole.combine(&upper)
        } else {
            Pole::INFINITE
        };
        Ok((pole.combine(&lower), upper))
    }

    pub(super) fn ideal(
        &self,
        forward: &[Row],
        back: &[Row],
        children: &[Child],
    ) -> Checked<Poles> {
        let (chart, work) = (self.chart, self.work);
        length(children.len(), 1, "children")?;
        let child = entry(children, 0, "child")?;
        let step = self.earlier(0, child)?;
        let renaming = Renaming::read(child, chart, &step.chart, work)
            .map_err(|error| differs(0, child.step, error))?;
        let pulled = step.chart.generators.iter();
        let new: Checked<Vec<Polynomial>> = pulled
            .map(|f| renaming.back(f, &chart.ring, work))
            .collect();
        let new = new?;
        self.rows(forward, &new, &chart.generators)?;
        let mut derived = chart.clone();
        derived.generators.clone_from(&new);
        let (lower, upper) = self.follow(0, child, &derived)?;
        if back.is_empty() {
            return Ok((lower, Pole::INFINITE));
        }
        self.rows(back, &chart.generators, &new)?;
        Ok((lower, upper))
    }

    /// unit·target = Σ a·source + Σ c·relation, one row a target.
    fn rows(&self, rows: &[Row], targets: &[Polynomial], sources: &[Polynomial]) -> Checked<()> {
        let (chart, work) = (self.chart, self.work);
        length(rows.len(), targets.len(), "rows")?;
        let relations: Vec<Polynomial> = chart.relations().cloned().collect();
        for (j, (row, target)) in rows.iter().zip(targets).enumerate() {
            let mut difference = target.clone();
            if let Some(unit) = &row.unit {
                let unit = work.parse(unit, &chart.ring, "unit")?;
                no_zero(chart, &unit, row.evidence.as_ref(), work)?;
                difference = work.mul(&unit, target)?;
            }
            let sources = row.combination.iter().map(|pair| (pair, sources));
            let relations = row
                .relations
                .iter()
                .map(|pair| (pair, relations.as_slice()));
            for ((k, a), list) in sources.chain(relations) {
                let a = work.parse(a, &chart.ring, "coefficient")?;
                let product = work.mul(&a, entry(list, *k, "polynomial")?)?;
                difference = work.sub(&difference, &product)?;
            }
            if !difference.is_zero() {
                return condition(format!(
                    "row {j} for {} does not hold; the difference is {}",
                    shown(target),
                    shown(&difference)
                ));
            }
        }
        Ok(())
    }

    pub(super) fn definite(&self, generator: usize, children: &[Child]) -> Checked<Poles> {
        let (chart, work) = (self.chart, self.work);
        let g = entry(&chart.generators, generator, "generator")?;
        let facts: Facts = chart.facts(work)?;
        work.pass(g)?;
        if facts.sign(g).is_none() {
            return condition(format!("the terms of {} are not all of one sign", shown(g)));
        }
        let terms = g.terms().map(|(exponents, c)| {
            Polynomial::from_terms(&chart.ring, [(Monomial::new(exponents), c.clone())])
        });
        let mut derived = chart.clone();
        derived.generators.splice(generator..=generator, terms);
        self.only(children, derived)
    }
}

fn one_part(owners: &[Option<usize>]) -> bool {
    let first = owners.first().copied().flatten();
    first.is_some() && owners.iter().all(|part| *part == first)
}

/// Whether a unit coordinate takes values on the centre that its single units allow.
fn has_unit_values(chart: &Chart, i: usize) -> bool {
    let Some(c) = chart.coordinates.get(i) else {
        return false;
    };
    let of_this = |p: &&Polynomial| alone(p).is_some_and(|(j, _)| j == i);
    let signs = chart.positive.iter().filter(of_this).filter_map(alone);
    let (mut above, mut below) = (true, c.domain == CoordinateDomain::Line);
    for (_, factor) in signs {
        above &= factor.is_positive();
        below &= factor.is_negative();
    }
    c.extent == Extent::Extended && (above || below)
}
