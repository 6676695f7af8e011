//! A germ as a whole: the passes over it, and the bounds that need no search.

use super::super::answer::Undecided;
use super::super::canonical::canonical;
use super::super::chart::Chart;
use super::super::generators::reduced;
use super::super::leaves::{equal_weights_leaf, lowest_order_leaf, open_leaf};
use super::super::projection::along_projection;
use super::super::shears::symmetry_breaking;
use super::cutoff::Cutoff;
use super::state::{MOST_SECOND_WAYS, Pass, Search, plain_child};
use super::stated::to_canonical;
use crate::budget::abandonable;
use crate::certificate::format::{Child, Rule};
use std::cell::LazyCell;
use std::time::Duration;

/// How long bounds that need no search may take beyond the time limit.
pub(in super::super) const CRUDE_TIME: Duration = Duration::from_millis(200);

impl Search<'_> {
    /// The germ itself: its chart is stated as it is. The number of its step, and why the bounds
    /// differ if they do.
    pub(in super::super) fn root(&mut self, chart: &Chart) -> (usize, Option<Undecided>) {
        let mut children = Vec::new();
        let mut reason = None;
        // looked for in the first pass that asks
        let find = || abandonable(|| symmetry_breaking(chart)).unwrap_or_default();
        let shears = LazyCell::new(find);
        for (pass, [numerator, denominator]) in Pass::ALL {
            self.pass = pass;
            self.meter = self.budget.share(numerator, denominator);
            self.second_ways = MOST_SECOND_WAYS;
            let watch = self.meter.watch();
            let settled = match pass {
                Pass::Sheared(number) => {
                    let Some((link, next)) = shears.get(number).cloned() else {
                        continue;
                    };
                    self.through(link, &next, &Cutoff::NONE, 0)
                }
                Pass::Projected => {
                    let mut changes = abandonable(|| along_projection(chart)).unwrap_or_default();
                    let Some((link, last)) = changes.pop() else {
                        continue;
                    };
                    let settled = self.through(link, &last, &Cutoff::NONE, 0);
                    self.behind(changes, settled)
                }
                _ => self.settle_or_open(chart, &Cutoff::NONE, 0),
            };
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
    pub(in super::super) fn crude_root(&mut self, chart: &Chart) -> usize {
        let children = self.crude_children(chart);
        match children.as_slice() {
            [only] => only.step,
            _ => self.push(chart, Rule::Both { children }),
        }
    }

    /// The germ with the bound by equal weights alone, which is short to prove.
    pub(in super::super) fn crudest_root(&mut self, chart: &Chart) -> usize {
        let none = || open_leaf(chart, "no bound without search".into());
        let leaf = equal_weights_leaf(chart).unwrap_or_else(none);
        self.push(chart, leaf.rule)
    }

    /// The order of the generators, and equal weights; both modulo the relations, if there are any.
    fn crude_children(&mut self, chart: &Chart) -> Vec<Child> {
        if !chart.functions.is_empty()
            && let Some((link, next)) = reduced(chart)
        {
            let (stated, renaming) = canonical(&next);
            let children = self.crude_leaves(&stated);
            let step = self.push(&stated, Rule::Both { children });
            let rule = to_canonical(link, &next)(renaming.child(step));
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
}
