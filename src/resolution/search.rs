//! The search: settles one chart after the other and writes down every step.

mod stated;

use super::answer::Undecided;
use super::canonical::canonical;
use super::centres::{Along, best_blow_up};
use super::chart::Chart;
use super::expansion::expanded;
use super::generators::{reduced, without_unit_factors, without_units};
use super::leaves::{
    Leaf, equal_weights_leaf, lowest_order_leaf, newton_leaf, open_leaf, order_leaf, unit_leaf,
    weights_leaf,
};
use super::lowest_terms::by_lowest_terms;
use super::moves::{blow_up, common_power, definite, fold, split};
use super::nonvanishing::{Evidence, vanishing_unit};
use super::real_point::real_point;
use super::shears::sparser;
use super::straighten::{
    Change, ZeroMove, completed_power, factor_as_coordinate, generator_as_coordinate,
    smooth_generator, zero_as_coordinate,
};
use super::structure::{own_monomial, parts};
use crate::algebra::{Polynomial, Rational};
use crate::budget::{Exhausted, Meter, abandonable};
use crate::certificate::Pole;
use crate::certificate::format::{Child, Row, Rule, StatedChart, Step};
use stated::stated_for_child;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// Steps one above the other; what needs more is left open.
const MOST_DEPTH: usize = 250;

/// Charts that are tried in two ways.
const MOST_SECOND_WAYS: u32 = 12;

/// Changes of coordinates for each coordinate, one after the other, before a blow-up is due. Those to factors are,
/// besides, at most as many as there are coordinates: factors of two generators may each ask to be a coordinate in the
/// place of the other, for ever and with growing coefficients, where a blow-up makes progress.
const MOST_CHANGES: usize = 4;

/// A factor is no coordinate in the first pass if that makes the generators so many times as long, and they are not short: blow-ups
/// get by without.
const MOST_GROWTH: u64 = 8;
const LEAST_BITS: u64 = 4_000;

/// How long bounds that need no search may take beyond the time limit.
pub(super) const CRUDE_TIME: Duration = Duration::from_millis(200);

/// The memory that the charts and steps of a search may take, in MiB.
const MOST_MEMORY: u64 = 768;

/// The length of the generators, with their coefficients.
fn bits(chart: &Chart) -> u64 {
    let of = |g: &Polynomial| g.len() as u64 * (8 + g.coefficient_bits());
    chart.generators.iter().map(of).sum()
}

/// The bytes that the polynomials of a chart take, about.
fn memory(chart: &Chart) -> u64 {
    let of = |p: &Polynomial| {
        let words = if p.dimension() > 12 {
            p.dimension() / 2
        } else {
            0
        };
        let bits = if p.coefficient_bits() > 64 {
            p.coefficient_bits()
        } else {
            0
        };
        p.len() as u64 * (120 + 8 * words as u64 + bits / 4)
    };
    chart.polynomials().map(of).sum()
}

/// The length of the texts in a chart.
fn chart_length(chart: &StatedChart) -> u64 {
    let functions = chart.functions.iter().map(|f| &f.relation);
    let conditions = chart
        .zeros
        .iter()
        .chain(&chart.units)
        .chain(&chart.positive);
    let all = functions.chain(conditions).chain(&chart.generators);
    all.map(|text| text.len() as u64).sum()
}

/// The length of the texts in a rule that may be long.
fn rule_length(rule: &Rule) -> u64 {
    let of_row = |row: &Row| {
        let parts = row.combination.iter().chain(&row.relations);
        parts.map(|(_, text)| text.len() as u64).sum::<u64>()
    };
    match rule {
        Rule::Ideal { forward, back, .. } => forward.iter().chain(back).map(of_row).sum(),
        Rule::Coordinate { polynomial, .. } | Rule::Split { polynomial, .. } => {
            polynomial.len() as u64
        }
        Rule::Cover { polynomials, .. } => polynomials.iter().map(|p| p.len() as u64).sum(),
        _ => 0,
    }
}

/// What is proved for a chart.
#[derive(Debug, Clone)]
pub(super) struct Proved {
    pub(super) child: Child,
    pub(super) lower: Pole,
    pub(super) upper: Pole,
    /// Why the two differ.
    pub(super) reason: Option<Undecided>,
}

/// A rule with its children filled in, and what it proves.
struct Settled {
    rule: Rule,
    lower: Pole,
    upper: Pole,
    reason: Option<Undecided>,
}

impl From<Leaf> for Settled {
    fn from(leaf: Leaf) -> Self {
        Self {
            rule: leaf.rule,
            lower: leaf.lower,
            upper: leaf.upper,
            reason: None,
        }
    }
}

/// A step of the search.
#[derive(Debug, Clone)]
struct Known {
    step: usize,
    lower: Pole,
    upper: Pole,
    reason: Option<Undecided>,
}

/// How a pass of the search goes about charts for which there are several ways. Charts that one pass has decided are known to
/// the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// Factors become coordinates; charts without a good blow-up stay open.
    Quick,
    /// The same, but small functions are expanded in charts without a good blow-up, and multiple units stay.
    Expanding,
    /// Only generators become coordinates, and small functions are expanded.
    BlowingUp,
}

impl Pass {
    /// The passes, with their shares of the time that is left.
    const ALL: [(Self, [u32; 2]); 3] = [
        (Self::Quick, [3, 4]),
        (Self::Expanding, [1, 2]),
        (Self::BlowingUp, [1, 1]),
    ];
}

/// A search under way.
#[derive(Debug)]
pub(super) struct Search<'a> {
    budget: &'a Meter,
    /// The meter of the pass.
    meter: Meter,
    pass: Pass,
    steps: Vec<Step>,
    known: HashMap<Chart, Known>,
    active: HashSet<Chart>,
    /// Bytes that the charts under way take, and those that stay: known charts and steps, as texts
    /// and, in the check, as charts.
    under_way: u64,
    kept: u64,
    /// How often a second way may still be tried where the first did not decide.
    second_ways: u32,
    /// The changes of coordinates since the last blow-up: all, and those to factors.
    changes: usize,
    factors: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(budget: &'a Meter) -> Self {
        Self {
            budget,
            meter: budget.share(1, 1),
            pass: Pass::Quick,
            steps: Vec::new(),
            known: HashMap::new(),
            active: HashSet::new(),
            under_way: 0,
            kept: 0,
            second_ways: MOST_SECOND_WAYS,
            changes: 0,
            factors: 0,
        }
    }

    /// All steps so far.
    pub(super) fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    fn push(&mut self, chart: &Chart, rule: Rule) -> usize {
        let stated = chart.stated();
        self.kept += memory(chart) + chart_length(&stated) + rule_length(&rule);
        self.steps.push(Step {
            chart: stated,
            rule,
        });
        self.steps.len() - 1
    }

    /// The germ itself: its chart is stated as it is. The number of its step, and why the bounds
    /// differ if they do.
    pub(super) fn root(&mut self, chart: &Chart) -> (usize, Option<Undecided>) {
        let mut children = Vec::new();
        let mut reason = None;
        for (pass, [numerator, denominator]) in Pass::ALL {
            self.pass = pass;
            self.meter = self.budget.share(numerator, denominator);
            self.second_ways = MOST_SECOND_WAYS;
            let watch = self.meter.watch();
            let settled = self.settle_or_open(chart, &Pole::INFINITE, 0);
            drop(watch);
            let step = self.push(chart, settled.rule);
            if settled.lower == settled.upper {
                return (step, None);
            }
            children.push(plain_child(step));
            // a larger budget may help: that is said rather than what stopped another pass, and
            // rather than what was not found because the time was up
            let found = match settled.reason {
                Some(Undecided::Budget(_)) => settled.reason,
                other => self.meter.over().map(Undecided::Budget).or(other),
            };
            reason = match found {
                Some(Undecided::Budget(_)) => found,
                _ => reason.or(found),
            };
            if let Err(exhausted) = self.budget.book(&self.meter) {
                reason = Some(exhausted.into());
                break;
            }
        }
        let allowance = self.budget.at_least(CRUDE_TIME);
        let watch = allowance.watch();
        children.extend(abandonable(|| self.crude_children(chart)).unwrap_or_default());
        drop(watch);
        let reason = reason.unwrap_or(Undecided::NoBlowUp);
        (self.push(chart, Rule::Both { children }), Some(reason))
    }

    /// The germ with the bounds that need no search.
    pub(super) fn crude_root(&mut self, chart: &Chart) -> usize {
        let children = self.crude_children(chart);
        match children.as_slice() {
            [only] => only.step,
            _ => self.push(chart, Rule::Both { children }),
        }
    }

    /// The germ with the bound by equal weights alone, which is short to prove.
    pub(super) fn crudest_root(&mut self, chart: &Chart) -> usize {
        let none = || open_leaf(chart, "no bound without search".into());
        let leaf = equal_weights_leaf(chart).unwrap_or_else(none);
        self.push(chart, leaf.rule)
    }

    /// The order of the generators, and equal weights; both modulo the relations, if there are any.
    fn crude_children(&mut self, chart: &Chart) -> Vec<Child> {
        if !chart.functions.is_empty()
            && let Some((rule, next)) = reduced(chart)
        {
            let (stated, mut child) = canonical(&next);
            let children = self.crude_leaves(&stated);
            child.step = self.push(&stated, Rule::Both { children });
            let rule = with_children(stated_for_child(rule, &next), vec![child]);
            return vec![plain_child(self.push(chart, rule))];
        }
        self.crude_leaves(chart)
    }

    fn crude_leaves(&mut self, chart: &Chart) -> Vec<Child> {
        let leaves = [lowest_order_leaf(chart), equal_weights_leaf(chart)];
        leaves
            .into_iter()
            .map(|leaf| leaf.unwrap_or_else(|| open_leaf(chart, "no bound without search".into())))
            .map(|leaf| plain_child(self.push(chart, leaf.rule)))
            .collect()
    }

    /// The pole of a chart as far as it may be worse than the cutoff.
    fn pole_of(&mut self, derived: &Chart, cutoff: &Pole, depth: usize) -> Proved {
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
        let (chart, mut child) = canonical(derived);
        if let Some(known) = self.known.get(&chart)
            && (known.lower == known.upper || known.lower >= *cutoff)
        {
            child.step = known.step;
            return Proved {
                child,
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
        child.step = step;
        Proved {
            child,
            lower: settled.lower,
            upper: settled.upper,
            reason: settled.reason,
        }
    }

    fn settle_or_open(&mut self, chart: &Chart, cutoff: &Pole, depth: usize) -> Settled {
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

    /// An error if the search takes too much memory.
    fn expect_memory(&self) -> Result<(), Exhausted> {
        match (self.under_way + self.kept) >> 20 {
            0..MOST_MEMORY => Ok(()),
            _ => Err(Exhausted::Memory(MOST_MEMORY)),
        }
    }

    fn settle(&mut self, chart: &Chart, cutoff: &Pole, depth: usize) -> Result<Settled, Exhausted> {
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
        let with_factors = self.pass != Pass::Expanding;
        let unit_factors = || with_factors.then(|| without_unit_factors(chart)).flatten();
        if let Some((rule, next)) = without_units(chart)
            .or_else(unit_factors)
            .or_else(|| reduced(chart))
        {
            return Ok(self.through(rule, &next, cutoff, depth));
        }
        if let Some((parts, charts, rest)) = parts(chart) {
            return Ok(self.sum(parts, &charts, &rest, depth));
        }
        let newton = newton_leaf(chart, &self.meter)?;
        if let Some(leaf) = newton
            && (leaf.lower == leaf.upper || leaf.lower >= *cutoff)
        {
            return Ok(leaf.into());
        }
        if let Some((monomial, rest, pole)) = own_monomial(chart) {
            return Ok(self.factored(monomial, &rest, &pole, cutoff, depth));
        }
        let mut changes = sparser(chart, &self.meter)?;
        let Some((rule, last)) = changes.pop() else {
            return self.resolved(chart, cutoff, depth);
        };
        let settled = self.through(rule, &last, cutoff, depth);
        let sparse = self.behind(changes, settled);
        self.or_else(chart, sparse, cutoff, |search| {
            search.resolved(chart, cutoff, depth)
        })
    }

    /// A chart that has no simpler form: by a coordinate, or by its centres.
    fn resolved(
        &mut self,
        chart: &Chart,
        cutoff: &Pole,
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
        if let Some(leaf) = order_beyond(chart, cutoff) {
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
            let rule = Rule::Definite {
                generator: g,
                children: Vec::new(),
            };
            return Ok(self.through(rule, &definite(chart, g), cutoff, depth));
        }
        let affordable = |change: &Change| {
            self.pass != Pass::Quick || bits(&change.1) <= MOST_GROWTH * bits(chart).max(LEAST_BITS)
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
                let rule = Rule::Fold {
                    index: i,
                    power,
                    children: Vec::new(),
                };
                return Ok(self.through(rule, &next, cutoff, depth));
            }
        }
        if let Some((rule, next)) = expanded(chart, &self.meter)? {
            return Ok(self.through(rule, &next, cutoff, depth));
        }
        // a coordinate that makes another one a function: the rest of the ideal is expanded along it
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
        cutoff: &Pole,
        second: impl FnOnce(&mut Self) -> Result<Settled, Exhausted>,
    ) -> Result<Settled, Exhausted> {
        let decided = |s: &Settled| s.lower == s.upper || s.lower >= *cutoff;
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
    fn unless_circular(&mut self, change: Change, cutoff: &Pole, depth: usize) -> Option<Settled> {
        let settled = self.changed(change, cutoff, depth);
        if settled.reason != Some(Undecided::Circle) || self.second_ways == 0 {
            return Some(settled);
        }
        self.second_ways -= 1;
        None
    }

    /// A change of coordinates, counted.
    fn changed(&mut self, (rule, next): Change, cutoff: &Pole, depth: usize) -> Settled {
        self.changes += 1;
        let settled = self.through(rule, &next, cutoff, depth);
        self.changes -= 1;
        settled
    }

    /// Work after a blow-up, or on fewer coordinates: changes are counted anew.
    fn afresh<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let changes = std::mem::take(&mut self.changes);
        let factors = std::mem::take(&mut self.factors);
        let done = work(self);
        (self.changes, self.factors) = (changes, factors);
        done
    }

    /// The centre divided, or blown up.
    fn by_centres(
        &mut self,
        chart: &Chart,
        cutoff: &Pole,
        depth: usize,
    ) -> Result<Settled, Exhausted> {
        let along = Along::of(chart);
        if let Some(p) = along.splitting_polynomial(chart, &self.meter)? {
            return Ok(self.divided(chart, &p, cutoff, depth));
        }
        let candidates = along.candidates(chart, &self.meter)?;
        let Some(weights) = best_blow_up(chart, &candidates, &self.meter)? else {
            let expanded = match self.pass {
                Pass::Quick => None,
                _ => by_lowest_terms(chart, &self.meter)?,
            };
            let last = expanded.or_else(|| factor_as_coordinate(chart, true));
            if let Some((rule, next)) = last {
                return Ok(self.through(rule, &next, cutoff, depth));
            }
            return Ok(self.bounded(chart, Undecided::NoBlowUp));
        };
        self.blown_up(chart, weights, cutoff, depth)
    }

    /// A rule with one child and the same pole.
    fn through(&mut self, rule: Rule, next: &Chart, cutoff: &Pole, depth: usize) -> Settled {
        let proved = self.pole_of(next, cutoff, depth + 1);
        Settled {
            rule: with_children(stated_for_child(rule, next), vec![proved.child]),
            lower: proved.lower,
            upper: proved.upper,
            reason: proved.reason,
        }
    }

    /// What is proved of the chart after some changes of coordinates, as a proof of the chart before them.
    fn behind(&mut self, changes: Vec<Change>, settled: Settled) -> Settled {
        changes
            .into_iter()
            .rev()
            .fold(settled, |settled, (rule, chart)| {
                let step = self.push(&chart, settled.rule);
                Settled {
                    rule: with_children(rule, vec![plain_child(step)]),
                    ..settled
                }
            })
    }

    /// Several charts that cover: the worst of their poles.
    fn worst(
        &mut self,
        charts: &[Chart],
        cutoff: &Pole,
        depth: usize,
    ) -> (Vec<Child>, Pole, Pole, Option<Undecided>) {
        let (mut lower, mut upper) = (Pole::INFINITE, Pole::INFINITE);
        let mut cutoff = cutoff.clone();
        let mut children = Vec::new();
        let mut reasons = Vec::new();
        let held: u64 = charts.iter().map(memory).sum();
        self.under_way += held;
        for chart in charts {
            let proved = self.pole_of(chart, &cutoff, depth + 1);
            cutoff = cutoff.min(proved.upper.clone());
            lower = lower.min(proved.lower.clone());
            upper = upper.min(proved.upper);
            reasons.extend(proved.reason.map(|r| (proved.lower, r)));
            children.push(proved.child);
        }
        self.under_way -= held;
        // the reason of a part that matters
        let reason = reasons
            .into_iter()
            .find(|(l, _)| *l < upper)
            .map(|(_, r)| r);
        (children, lower, upper, reason)
    }

    fn divided(&mut self, chart: &Chart, p: &Polynomial, cutoff: &Pole, depth: usize) -> Settled {
        let polynomial = chart.show(p);
        self.partitioned(&split(chart, p), cutoff, depth, |children| Rule::Split {
            polynomial,
            children,
        })
    }

    /// The worst of parts of the centre, under one rule.
    fn partitioned(
        &mut self,
        parts: &[Chart],
        cutoff: &Pole,
        depth: usize,
        rule: impl FnOnce(Vec<Child>) -> Rule,
    ) -> Settled {
        let (children, lower, upper, reason) = self.worst(parts, cutoff, depth);
        Settled {
            rule: rule(children),
            lower,
            upper,
            reason,
        }
    }

    /// The parts of the centre where one of the polynomials, without common zero, is not 0.
    fn covered(
        &mut self,
        chart: &Chart,
        polynomials: &[Polynomial],
        evidence: &Evidence,
        cutoff: &Pole,
        depth: usize,
    ) -> Settled {
        let part = |p: &Polynomial| {
            let mut part = chart.clone();
            part.units.push(p.clone());
            part
        };
        let charts: Vec<Chart> = polynomials.iter().map(part).collect();
        self.partitioned(&charts, cutoff, depth, |children| Rule::Cover {
            polynomials: polynomials.iter().map(|p| chart.show(p)).collect(),
            evidence: evidence.stated(chart),
            children,
        })
    }

    fn blown_up(
        &mut self,
        chart: &Chart,
        weights: Vec<(usize, u32)>,
        cutoff: &Pole,
        depth: usize,
    ) -> Result<Settled, Exhausted> {
        let Some(charts) = blow_up(chart, &weights) else {
            return Err(Exhausted::Size("exponent"));
        };
        let above = weights_leaf(chart, &self.meter)?;
        let known = above
            .as_ref()
            .map_or_else(|| Pole::INFINITE, |l| l.upper.clone());
        let least = cutoff.clone().min(known.clone());
        if let Some(leaf) = order_beyond(chart, &least) {
            if known > *cutoff {
                return Ok(leaf.into());
            }
            if let Some(above) = above {
                let lower = leaf.lower.clone();
                let children = vec![
                    plain_child(self.push(chart, leaf.rule)),
                    plain_child(self.push(chart, above.rule)),
                ];
                return Ok(Settled {
                    rule: Rule::Both { children },
                    lower,
                    upper: known,
                    reason: None,
                });
            }
        }
        let (children, lower, upper, reason) =
            self.afresh(|search| search.worst(&charts, &least, depth));
        let rule = Rule::BlowUp { weights, children };
        if known < upper
            && let Some(above) = above
        {
            let children = vec![
                plain_child(self.push(chart, rule)),
                plain_child(self.push(chart, above.rule)),
            ];
            return Ok(Settled {
                rule: Rule::Both { children },
                lower,
                upper: known,
                reason,
            });
        }
        Ok(Settled {
            rule,
            lower,
            upper,
            reason,
        })
    }

    fn sum(
        &mut self,
        parts: Vec<crate::certificate::format::Part>,
        charts: &[Chart],
        rest: &Chart,
        depth: usize,
    ) -> Settled {
        let mut children = Vec::new();
        let mut reason = None;
        let mut total: Option<(Pole, Pole)> = None;
        for chart in charts {
            let proved = self.afresh(|search| search.pole_of(chart, &Pole::INFINITE, depth + 1));
            total = Some(match total {
                None => (proved.lower, proved.upper),
                Some((lower, upper)) => (lower.add(&proved.lower), upper.add(&proved.upper)),
            });
            reason = reason.or(proved.reason);
            children.push(proved.child);
        }
        let (lower, mut upper) = total.unwrap_or((Pole::INFINITE, Pole::INFINITE));
        let conditions =
            rest.zeros.len() + rest.units.len() + rest.positive.len() + rest.functions.len();
        let mut point = None;
        if conditions > 0 {
            match real_point(rest, &[]) {
                Some(found) => point = found,
                None => upper = Pole::INFINITE,
            }
        }
        Settled {
            rule: Rule::Sum {
                parts,
                point,
                children,
            },
            lower,
            upper,
            reason,
        }
    }

    fn factored(
        &mut self,
        monomial: Vec<u32>,
        rest: &Chart,
        pole: &Pole,
        cutoff: &Pole,
        depth: usize,
    ) -> Settled {
        let matters = match pole.lambda() {
            // beyond this λ the rest has no say
            Some(lambda) => Pole::new(lambda.clone(), 0),
            None => Pole::INFINITE,
        };
        let cutoff = if cutoff.lambda() < pole.lambda() && cutoff.lambda().is_some() {
            cutoff.clone()
        } else {
            matters
        };
        let proved = self.afresh(|search| search.pole_of(rest, &cutoff, depth + 1));
        let upper = if proved.upper.lambda().is_some() {
            pole.combine(&proved.upper)
        } else {
            Pole::INFINITE
        };
        Settled {
            rule: Rule::Factor {
                monomial,
                children: vec![proved.child],
            },
            lower: pole.combine(&proved.lower),
            upper,
            reason: proved.reason,
        }
    }

    /// The bounds that need no further charts.
    fn bounded(&mut self, chart: &Chart, reason: Undecided) -> Settled {
        let mut leaves = Vec::new();
        leaves.extend(order_leaf(chart, 6));
        if let Ok(Some(leaf)) = newton_leaf(chart, &self.meter) {
            leaves.push(leaf);
        } else if let Ok(Some(leaf)) = weights_leaf(chart, &self.meter) {
            leaves.push(leaf);
        }
        let (mut lower, mut upper) = (Pole::nothing(chart.dimension()), Pole::INFINITE);
        let mut children = Vec::new();
        for leaf in leaves {
            lower = lower.max(leaf.lower.clone());
            upper = upper.min(leaf.upper.clone());
            children.push(plain_child(self.push(chart, leaf.rule)));
        }
        let rule = match children.len() {
            0 => open_leaf(chart, reason.to_string()).rule,
            1 => match self.steps.pop() {
                Some(step) => step.rule,
                None => open_leaf(chart, reason.to_string()).rule,
            },
            _ => Rule::Both { children },
        };
        Settled {
            rule,
            reason: (lower != upper).then_some(reason),
            lower,
            upper,
        }
    }
}

fn opened(chart: &Chart, reason: Undecided) -> Settled {
    Settled {
        reason: Some(reason.clone()),
        ..open_leaf(chart, reason.to_string()).into()
    }
}

fn plain_child(step: usize) -> Child {
    Child {
        step,
        coordinates: None,
        functions: None,
        scale: None,
    }
}

/// A lower bound by multiplicity that reaches the cutoff.
fn order_beyond(chart: &Chart, cutoff: &Pole) -> Option<Leaf> {
    let lambda = cutoff.lambda()?;
    // 1/(2μ) ≥ λ
    let most = (lambda * Rational::from(2)).recip()?;
    let most = most.numerator() / most.denominator();
    let most = u32::try_from(most).unwrap_or(8).min(8);
    let leaf = order_leaf(chart, most)?;
    (leaf.lower >= *cutoff).then_some(leaf)
}

fn with_children(mut rule: Rule, list: Vec<Child>) -> Rule {
    if let Some(children) = rule.child_list() {
        *children = list;
    }
    rule
}
