//! What is done about one chart: the first way that applies.

use super::super::answer::Undecided;
use super::super::canonical::canonical;
use super::super::centres::{Along, best_blow_up};
use super::super::chart::Chart;
use super::super::expansion::expanded;
use super::super::generators::{
    reduced, without_any_unit_factors, without_unit_factors, without_units,
};
use super::super::leaves::{newton_leaf, unit_leaf};
use super::super::lowest_terms::by_lowest_terms;
use super::super::moves::{Change, Link, common_power, definite, fold};
use super::super::nonvanishing::vanishing_unit;
use super::super::shears::sparser;
use super::super::straighten::{
    ZeroMove, completed_power, factor_as_coordinate, generator_as_coordinate, smooth_generator,
    zero_as_coordinate,
};
use super::super::structure::{own_monomial, parts};
use super::cutoff::Cutoff;
use super::size::{bits, memory};
use super::state::{Known, Pass, Proved, Search, Settled, opened, plain_child};
use crate::algebra::Polynomial;
use crate::budget::{Exhausted, abandonable};
use crate::certificate::Pole;
use crate::certificate::format::Rule;

/// Steps one above the other; what needs more is left open.
const MOST_DEPTH: usize = 250;

/// Changes of coordinates for each coordinate, one after the other, before a blow-up is due. Those
/// to factors are, besides, at most as many as there are coordinates: factors of two generators may
/// each ask to be a coordinate in the place of the other, for ever and with growing coefficients,
/// where a blow-up makes progress.
const MOST_CHANGES: usize = 4;

/// A factor is no coordinate in the first pass if that makes the generators so many times as long,
/// and they are not short: blow-ups get by without.
const MOST_GROWTH: u64 = 8;
const LEAST_BITS: u64 = 4_000;

impl Search<'_> {
    /// The pole of a chart as far as it may be worse than the cutoff.
    pub(super) fn pole_of(&mut self, derived: &Chart, cutoff: &Cutoff, depth: usize) -> Proved {
        if let Some(evidence) = vanishing_unit(derived) {
            // the canonical form would forget the unit that is 0
            let rule = Rule::Unit {
                generator: None,
                evidence: evidence.stated(derived),
            };
            return Proved {
                child: plain_child(self.push(derived, rule)),
                lower: Pole::INFINITE,
                upper: Pole::INFINITE,
                reason: None,
            };
        }
        let (chart, renaming) = canonical(derived);
        if let Some(known) = self.known.get(&chart)
            && (known.lower == known.upper || cutoff.is_reached_by(&known.lower))
        {
            return Proved {
                child: renaming.child(known.step),
                lower: known.lower.clone(),
                upper: known.upper.clone(),
                reason: known.reason.clone(),
            };
        }
        let settled = if self.active.insert(chart.clone()) {
            let settled = self.settle_or_open(&chart, cutoff, depth);
            self.active.remove(&chart);
            settled
        } else {
            opened(&chart, Undecided::Circle)
        };
        let step = self.push(&chart, settled.rule);
        let known = Known {
            step,
            lower: settled.lower.clone(),
            upper: settled.upper.clone(),
            reason: settled.reason.clone(),
        };
        self.known.insert(chart, known);
        Proved {
            child: renaming.child(step),
            lower: settled.lower,
            upper: settled.upper,
            reason: settled.reason,
        }
    }

    pub(super) fn settle_or_open(
        &mut self,
        chart: &Chart,
        cutoff: &Cutoff,
        depth: usize,
    ) -> Settled {
        if depth > MOST_DEPTH {
            return opened(chart, Undecided::Depth(MOST_DEPTH));
        }
        let before = (self.changes, self.factors, self.under_way);
        // the chart, and the one that it is the canonical form of
        self.under_way += 2 * memory(chart);
        let settled = abandonable(|| self.settle(chart, cutoff, depth));
        // work that was abandoned left them as they were in its midst
        (self.changes, self.factors, self.under_way) = before;
        settled
            .flatten()
            .unwrap_or_else(|error| opened(chart, error.into()))
    }

    fn settle(
        &mut self,
        chart: &Chart,
        cutoff: &Cutoff,
        depth: usize,
    ) -> Result<Settled, Exhausted> {
        let size: usize = chart.generators.iter().map(Polynomial::len).sum();
        self.meter.spend_and_look(64 + 16 * size as u64)?;
        self.expect_memory()?;
        if let Some(leaf) = unit_leaf(chart) {
            return Ok(leaf.into());
        }
        match zero_as_coordinate(chart) {
            None => {}
            Some(ZeroMove::Coordinate(change)) => {
                return Ok(self.through(change.0, &change.1, cutoff, depth));
            }
            Some(ZeroMove::Split(p)) => return Ok(self.divided(chart, &p, cutoff, depth)),
            Some(ZeroMove::Cover(polynomials, evidence)) => {
                return Ok(self.covered(chart, &polynomials, &evidence, cutoff, depth));
            }
            Some(ZeroMove::Stuck(p)) => {
                return Ok(self.bounded(
                    chart,
                    Undecided::Zeros {
                        polynomial: chart.show(&p),
                    },
                ));
            }
        }
        if depth == 0
            && let Some((link, next)) = without_any_unit_factors(chart)
        {
            return Ok(self.through(link, &next, cutoff, depth));
        }
        let with_factors = self.pass != Pass::Expanding;
        let unit_factors = || with_factors.then(|| without_unit_factors(chart)).flatten();
        if let Some((link, next)) = without_units(chart)
            .or_else(unit_factors)
            .or_else(|| reduced(chart))
        {
            return Ok(self.through(link, &next, cutoff, depth));
        }
        if let Some((parts, charts, rest)) = parts(chart) {
            return Ok(self.sum(parts, &charts, &rest, depth));
        }
        let newton = newton_leaf(chart, &self.meter)?;
        if let Some(leaf) = newton
            && (leaf.lower == leaf.upper || cutoff.is_reached_by(&leaf.lower))
        {
            return Ok(leaf.into());
        }
        if let Some((monomial, rest, pole)) = own_monomial(chart) {
            return Ok(self.factored(monomial, &rest, &pole, cutoff, depth));
        }
        let mut changes = sparser(chart, &self.meter)?;
        let Some((link, last)) = changes.pop() else {
            return self.resolved(chart, cutoff, depth);
        };
        let settled = self.through(link, &last, cutoff, depth);
        let sparse = self.behind(changes, settled);
        self.or_else(chart, sparse, cutoff, |search| {
            search.resolved(chart, cutoff, depth)
        })
    }

    /// A chart that has no simpler form: by a coordinate, or by its centres.
    fn resolved(
        &mut self,
        chart: &Chart,
        cutoff: &Cutoff,
        depth: usize,
    ) -> Result<Settled, Exhausted> {
        let may_change = self.changes < MOST_CHANGES * chart.dimension();
        let blows_up = self.pass == Pass::BlowingUp;
        let may_straighten = may_change && !blows_up && self.factors < chart.dimension();
        if may_change
            && let Some(change) = generator_as_coordinate(chart)
            && let Some(settled) = self.unless_circular(change, cutoff, depth)
        {
            return Ok(settled);
        }
        if let Some(leaf) = cutoff.order_leaf(chart) {
            return Ok(leaf.into());
        }
        if may_change
            && let Some(change) = completed_power(chart)
            && let Some(settled) = self.unless_circular(change, cutoff, depth)
        {
            return Ok(settled);
        }
        let indefinite = |g: &Polynomial| g.len() > 1 && chart.definite_sign(g).is_some();
        if let Some(g) = chart.generators.iter().position(indefinite) {
            let link = Link::Definite { generator: g };
            return Ok(self.through(link, &definite(chart, g), cutoff, depth));
        }
        let affordable = |change: &Change| {
            [Pass::Expanding, Pass::BlowingUp].contains(&self.pass)
                || bits(&change.1) <= MOST_GROWTH * bits(chart).max(LEAST_BITS)
        };
        if may_straighten
            && let Some(change) = factor_as_coordinate(chart, false).filter(affordable)
        {
            self.factors += 1;
            let settled = self.unless_circular(change, cutoff, depth);
            self.factors -= 1;
            if let Some(settled) = settled {
                return Ok(settled);
            }
        }
        for i in 0..chart.dimension() {
            let power = common_power(chart, i);
            if power > 1
                && let Some(next) = fold(chart, i, power)
            {
                let link = Link::Fold { index: i, power };
                return Ok(self.through(link, &next, cutoff, depth));
            }
        }
        if let Some((link, next)) = expanded(chart, &self.meter)? {
            return Ok(self.through(link, &next, cutoff, depth));
        }
        // a coordinate that makes another one a function: the rest of the ideal is expanded along
        // it
        let plane = chart.local().len() <= 2;
        let curve = || factor_as_coordinate(chart, true);
        let curve = (plane && may_straighten).then(curve).flatten();
        let straightens = usize::from(curve.is_some());
        let smooth = || {
            let wanted = may_change && !blows_up;
            wanted.then(|| smooth_generator(chart)).flatten()
        };
        let Some(change) = curve.or_else(smooth) else {
            return self.by_centres(chart, cutoff, depth);
        };
        self.factors += straightens;
        let first = self.changed(change, cutoff, depth);
        self.factors -= straightens;
        self.or_else(chart, first, cutoff, |search| {
            search.by_centres(chart, cutoff, depth)
        })
    }

    /// What one way proved of a chart; if that does not decide, together with a second way.
    fn or_else(
        &mut self,
        chart: &Chart,
        mut first: Settled,
        cutoff: &Cutoff,
        second: impl FnOnce(&mut Self) -> Result<Settled, Exhausted>,
    ) -> Result<Settled, Exhausted> {
        let decided = |s: &Settled| s.lower == s.upper || cutoff.is_reached_by(&s.lower);
        if decided(&first) || self.second_ways == 0 {
            return Ok(first);
        }
        self.second_ways -= 1;
        let second = match second(self) {
            Ok(second) => second,
            Err(_) => return Ok(first),
        };
        if decided(&second) {
            return Ok(second);
        }
        let (lower, upper) = (
            first.lower.clone().max(second.lower.clone()),
            first.upper.clone().min(second.upper.clone()),
        );
        let reason = first.reason.take();
        let children = [first.rule, second.rule]
            .map(|rule| plain_child(self.push(chart, rule)))
            .to_vec();
        Ok(Settled {
            rule: Rule::Both { children },
            reason: (lower != upper).then_some(reason).flatten(),
            lower,
            upper,
        })
    }

    /// A change of coordinates, unless others after it lead back here: then another move may do.
    fn unless_circular(
        &mut self,
        change: Change,
        cutoff: &Cutoff,
        depth: usize,
    ) -> Option<Settled> {
        let settled = self.changed(change, cutoff, depth);
        if settled.reason != Some(Undecided::Circle) || self.second_ways == 0 {
            return Some(settled);
        }
        self.second_ways -= 1;
        None
    }

    /// A change of coordinates, counted.
    fn changed(&mut self, (link, next): Change, cutoff: &Cutoff, depth: usize) -> Settled {
        self.changes += 1;
        let settled = self.through(link, &next, cutoff, depth);
        self.changes -= 1;
        settled
    }

    /// The centre divided, or blown up.
    fn by_centres(
        &mut self,
        chart: &Chart,
        cutoff: &Cutoff,
        depth: usize,
    ) -> Result<Settled, Exhausted> {
        let along = Along::of(chart);
        if let Some(p) = along.splitting_polynomial(chart, &self.meter)? {
            return Ok(self.divided(chart, &p, cutoff, depth));
        }
        let candidates = along.candidates(chart, &self.meter)?;
        let best = match self.pass {
            Pass::Facets => candidates.first().cloned().map(|mut weights| {
                // in the first chart all others are extended: that of the lowest weight has the
                // lowest degree
                weights.sort_by_key(|&(i, a)| (a, i));
                weights
            }),
            _ => best_blow_up(chart, &candidates, &self.meter)?,
        };
        let Some(weights) = best else {
            let expanded = match self.pass {
                Pass::Projected | Pass::Quick | Pass::Facets | Pass::Sheared(_) => None,
                Pass::Expanding | Pass::BlowingUp => by_lowest_terms(chart, &self.meter)?,
            };
            let last = expanded.or_else(|| factor_as_coordinate(chart, true));
            if let Some((link, next)) = last {
                return Ok(self.through(link, &next, cutoff, depth));
            }
            return Ok(self.bounded(chart, Undecided::NoBlowUp));
        };
        self.blown_up(chart, weights, cutoff, depth)
    }
}
