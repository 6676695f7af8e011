//! The rules of the search: each settles the charts that it leads to and is written down with them.

use super::super::answer::Undecided;
use super::super::chart::{Chart, plain};
use super::super::leaves::{newton_leaf, open_leaf, order_leaf, weights_leaf};
use super::super::moves::{Change, Link, blow_up};
use super::super::nonvanishing::Evidence;
use super::super::real_point::real_point;
use super::cutoff::Cutoff;
use super::size::memory;
use super::state::{Search, Settled, plain_child};
use super::stated::{to_canonical, to_chart};
use crate::algebra::Polynomial;
use crate::budget::Exhausted;
use crate::certificate::Pole;
use crate::certificate::format::{Child, Extent, Part, Rule};

/// Where p ≠ 0, and where p = 0.
fn split(chart: &Chart, p: &Polynomial) -> [Chart; 2] {
    let mut nonzero = chart.clone();
    nonzero.units.push(p.clone());
    let mut zero = chart.clone();
    match plain(p) {
        Some(i) if i < chart.dimension() => zero.coordinates[i].extent = Extent::Local,
        _ => zero.zeros.push(p.clone()),
    }
    [nonzero, zero]
}

impl Search<'_> {
    /// A link to a chart with the same pole.
    pub(super) fn through(
        &mut self,
        link: Link,
        next: &Chart,
        cutoff: &Cutoff,
        depth: usize,
    ) -> Settled {
        let rule = to_canonical(link, next);
        let proved = self.pole_of(next, cutoff, depth + 1);
        Settled {
            rule: rule(proved.child),
            lower: proved.lower,
            upper: proved.upper,
            reason: proved.reason,
        }
    }

    /// What is proved of the chart after some changes of coordinates, as a proof of the chart
    /// before them.
    pub(super) fn behind(&mut self, changes: Vec<Change>, settled: Settled) -> Settled {
        changes
            .into_iter()
            .rev()
            .fold(settled, |settled, (link, chart)| {
                let rule = to_chart(link, &chart);
                let step = self.push(&chart, settled.rule);
                Settled {
                    rule: rule(plain_child(step)),
                    ..settled
                }
            })
    }

    /// Several charts that cover: the worst of their poles.
    fn worst(
        &mut self,
        charts: &[Chart],
        cutoff: &Cutoff,
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
            cutoff = cutoff.with_known(&proved.upper);
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

    pub(super) fn divided(
        &mut self,
        chart: &Chart,
        p: &Polynomial,
        cutoff: &Cutoff,
        depth: usize,
    ) -> Settled {
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
        cutoff: &Cutoff,
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
    pub(super) fn covered(
        &mut self,
        chart: &Chart,
        polynomials: &[Polynomial],
        evidence: &Evidence,
        cutoff: &Cutoff,
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

    pub(super) fn blown_up(
        &mut self,
        chart: &Chart,
        weights: Vec<(usize, u32)>,
        cutoff: &Cutoff,
        depth: usize,
    ) -> Result<Settled, Exhausted> {
        let Some(charts) = blow_up(chart, &weights) else {
            return Err(Exhausted::Size("exponent"));
        };
        let above = weights_leaf(chart, &self.meter)?;
        let known = above
            .as_ref()
            .map_or_else(|| Pole::INFINITE, |l| l.upper.clone());
        let least = cutoff.clone().with_known(&known);
        if let Some(leaf) = least.order_leaf(chart) {
            if cutoff.is_passed_by(&known) {
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

    pub(super) fn sum(
        &mut self,
        parts: Vec<Part>,
        charts: &[Chart],
        rest: &Chart,
        depth: usize,
    ) -> Settled {
        let mut children = Vec::new();
        let mut reason = None;
        let mut total: Option<(Pole, Pole)> = None;
        for chart in charts {
            let proved = self.afresh(|search| search.pole_of(chart, &Cutoff::NONE, depth + 1));
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

    pub(super) fn factored(
        &mut self,
        monomial: Vec<u32>,
        rest: &Chart,
        pole: &Pole,
        cutoff: &Cutoff,
        depth: usize,
    ) -> Settled {
        let cutoff = match (pole.lambda(), cutoff.lambda()) {
            (Some(own), Some(needed)) if needed < own => cutoff.clone(),
            // beyond this λ the rest has no say
            (Some(own), _) => Cutoff::Beyond(own.clone()),
            (None, _) => Cutoff::NONE,
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
    pub(super) fn bounded(&mut self, chart: &Chart, reason: Undecided) -> Settled {
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
