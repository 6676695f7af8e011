//! Rules about the ideal: other generators, sums, factors, several proofs.

use super::bounds::divisor_pole;
use super::{Context, Poles};
use crate::Pole;
use crate::check::CheckErrorKind;
use crate::check::chart::{Chart, Facts, alone, involves};
use crate::check::error::{Checked, condition, entry, entry_mut, length, shown};
use crate::check::evidence::no_zero;
use crate::check::point::real_point;
use crate::check::reference::{Renaming, differs};
use crate::check::work::Work;
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
        length(children.len(), parts.len(), "children")?;
        let d = chart.dimension();
        let mut owner: Vec<Option<usize>> = vec![None; chart.ring.len()];
        for (n, part) in parts.iter().enumerate() {
            let mut members = Vec::new();
            for i in &part.coordinates {
                entry(&chart.coordinates, *i, "coordinate")?;
                members.push(*i);
            }
            for k in &part.functions {
                entry(&chart.functions, *k, "function")?;
                members.push(d + k);
            }
            for i in members {
                let slot = entry_mut(&mut owner, i)?;
                if slot.is_some() {
                    return condition(format!("{} belongs to two parts", chart.name(i)));
                }
                *slot = Some(n);
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
        let derive = |number| {
            let part = entry(parts, number, "part")?;
            chart.part(&part.coordinates, &part.functions, work)
        };
        for (l, u) in self.follow_all(children, parts.len(), derive)? {
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
        let coordinates: Vec<usize> = (0..d).filter(none).collect();
        let functions: Vec<usize> = (0..chart.functions.len())
            .filter(|k| none(&(d + k)))
            .collect();
        let outside = |p: &Polynomial| owners(p).iter().all(Option::is_none);
        let mut apart = remaining.iter().all(|p| outside(p));
        for k in &functions {
            apart &= outside(&entry(&chart.functions, *k, "function")?.relation);
        }
        if !apart {
            return Ok((lower, Pole::INFINITE));
        }
        if point.is_none() && remaining.is_empty() && functions.is_empty() {
            // the coordinates of no part may all be 0
            return Ok((lower, upper));
        }
        let mut rest = chart.part(&coordinates, &functions, work)?;
        add_constants(&mut rest, chart, work)?;
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
        let mut quotients = chart.copied(work)?;
        let divided = |g| work.hold_polynomial(self.quotient(g, &k)?);
        let divided: Checked<Vec<Polynomial>> = chart.generators.iter().map(divided).collect();
        quotients.generators = divided?;
        let mut pole = Pole::INFINITE;
        let mut possible = true;
        for (i, (k, c)) in monomial.iter().zip(&chart.coordinates).enumerate() {
            if *k == 0 {
                continue;
            }
            for p in quotients.polynomials() {
                work.pass(p)?;
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
        add_constants(&mut derived, &quotients, work)?;
        let (lower, upper) = self.only(children, &derived)?;
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
            .map(|f| work.hold_polynomial(renaming.back(f, &chart.ring, work)?))
            .collect();
        let new = new?;
        self.rows(forward, &new, &chart.generators)?;
        let mut derived = chart.copied(work)?;
        derived.generators = work.copied(&new)?;
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
        let relations = work.copied(&relations)?;
        for (j, (row, target)) in rows.iter().zip(targets).enumerate() {
            let mut difference = target.clone();
            let unit = match &row.unit {
                Some(unit) => work.parse(unit, &chart.ring, "unit")?,
                None => chart.constant(Rational::ONE),
            };
            if row.unit.is_some() || row.evidence.is_some() {
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
            let term = [(Monomial::new(exponents), c.clone())];
            work.hold_polynomial(Polynomial::from_terms(&chart.ring, term))
        });
        let terms: Vec<Polynomial> = terms.collect::<Checked<_>>()?;
        let mut derived = chart.copied(work)?;
        derived.generators.splice(generator..=generator, terms);
        self.only(children, &derived)
    }
}

/// Adds what [`Chart::part`] leaves out: conditions and generators without variables.
fn add_constants(part: &mut Chart, of: &Chart, work: &Work) -> Checked<()> {
    let ring = part.ring.clone();
    for (list, of) in [
        (&mut part.zeros, &of.zeros),
        (&mut part.units, &of.units),
        (&mut part.positive, &of.positive),
        (&mut part.generators, &of.generators),
    ] {
        for c in of.iter().filter_map(Polynomial::as_constant) {
            list.push(work.hold_polynomial(Polynomial::constant(&ring, c))?);
        }
    }
    Ok(())
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
