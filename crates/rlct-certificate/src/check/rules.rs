//! The rules, one by one: from the poles of the children to those of a step.

mod bounds;
mod charts;
mod coordinate;
mod ideals;

pub(super) use bounds::divisor_pole;

use super::chart::Chart;
use super::error::{Checked, entry, entry_mut, length};
use super::reference::{Renaming, differs};
use super::work::Work;
use super::{CheckErrorKind, Proved};
use crate::Pole;
use crate::format::{Child, Rule};
use std::cell::RefCell;

/// The lower and the upper pole of a step.
pub(super) type Poles = (Pole, Pole);

/// A step in its place: its chart and what was proved before.
pub(super) struct Context<'a> {
    pub(super) chart: &'a Chart,
    pub(super) earlier: &'a [Proved],
    pub(super) used: &'a RefCell<Vec<bool>>,
    pub(super) work: &'a Work,
}

impl Context<'_> {
    /// The step that a child refers to.
    fn earlier(&self, number: usize, child: &Child) -> Checked<&Proved> {
        let step = self.earlier.get(child.step).ok_or(CheckErrorKind::Child {
            child: number,
            difference: format!("step {} is not an earlier step", child.step),
        })?;
        *entry_mut(&mut self.used.borrow_mut(), child.step)? = true;
        Ok(step)
    }

    /// The poles of a derived chart, by the step of a child.
    fn follow(&self, number: usize, child: &Child, derived: &Chart) -> Checked<Poles> {
        let step = self.earlier(number, child)?;
        let held = self.work.held();
        let same = Renaming::read(child, derived, &step.chart, self.work)
            .and_then(|renaming| renaming.matches(derived, &step.chart, self.work))
            .map_err(|error| differs(number, child.step, error))?;
        self.work.release(held);
        let (lower, upper) = step.poles.clone();
        Ok((lower, if same { upper } else { Pole::INFINITE }))
    }

    /// The poles of some derived charts, one a child. They are made one after the other, so that
    /// there is one at a time.
    fn follow_all(
        &self,
        children: &[Child],
        count: usize,
        mut derive: impl FnMut(usize) -> Checked<Chart>,
    ) -> Checked<Vec<Poles>> {
        length(children.len(), count, "children")?;
        let mut poles = Vec::new();
        for (number, child) in children.iter().enumerate() {
            let held = self.work.held();
            let derived = derive(number)?;
            poles.push(self.follow(number, child, &derived)?);
            self.work.release(held);
        }
        Ok(poles)
    }

    /// The same for charts that cover: the worst poles.
    fn worst(
        &self,
        children: &[Child],
        count: usize,
        derive: impl FnMut(usize) -> Checked<Chart>,
    ) -> Checked<Poles> {
        let poles = self.follow_all(children, count, derive)?;
        let nothing = (Pole::INFINITE, Pole::INFINITE);
        Ok(poles.iter().fold(nothing, |(lower, upper), (l, u)| {
            (lower.worse(l), upper.worse(u))
        }))
    }

    /// The same for one child.
    fn only(&self, children: &[Child], derived: &Chart) -> Checked<Poles> {
        length(children.len(), 1, "children")?;
        let child = entry(children, 0, "child")?;
        self.follow(0, child, derived)
    }

    /// The poles that a rule proves for the chart.
    pub(super) fn apply(&self, rule: &Rule) -> Checked<Poles> {
        match rule {
            Rule::Unit {
                generator,
                evidence,
            } => self.unit(*generator, evidence),
            Rule::Open { .. } => Ok((Pole::nothing(self.chart.dimension()), Pole::INFINITE)),
            Rule::Newton {
                weights,
                point,
                terms,
            } => Ok((
                self.newton_lower(terms)?,
                self.newton_upper(weights, point.as_ref())?,
            )),
            Rule::Order {
                generator,
                derivatives,
                divisor,
                evidence,
            } => self.order(*generator, derivatives, divisor, evidence),
            Rule::Both { children } => self.both(children),
            Rule::Sum {
                parts,
                point,
                children,
            } => self.sum(parts, point.as_ref(), children),
            Rule::Factor { monomial, children } => self.factor(monomial, children),
            Rule::BlowUp { weights, children } => self.blow_up(weights, children),
            Rule::Split {
                polynomial,
                children,
            } => self.split(polynomial, children),
            Rule::Cover {
                polynomials,
                evidence,
                children,
            } => self.cover(polynomials, evidence, children),
            Rule::Coordinate {
                index,
                polynomial,
                form,
                evidence,
                children,
            } => self.coordinate(*index, polynomial, *form, evidence.as_ref(), children),
            Rule::Ideal {
                forward,
                back,
                children,
            } => self.ideal(forward, back, children),
            Rule::Definite {
                generator,
                children,
            } => self.definite(*generator, children),
            Rule::Fold {
                index,
                power,
                children,
            } => self.fold(*index, *power, children),
        }
    }
}
