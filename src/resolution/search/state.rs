//! The state of a search: what is proved so far, and what it has taken.

use super::super::answer::Undecided;
use super::super::chart::Chart;
use super::super::leaves::{Leaf, open_leaf};
use super::size::{chart_length, memory, rule_length};
use crate::budget::{Exhausted, Meter};
use crate::certificate::Pole;
use crate::certificate::format::{Child, Rule, Step};
use std::collections::{HashMap, HashSet};

/// Charts that are tried in two ways.
pub(super) const MOST_SECOND_WAYS: u32 = 12;

/// The memory that the charts and steps of a search may take, in MiB.
const MOST_MEMORY: u64 = 768;

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
pub(super) struct Settled {
    pub(super) rule: Rule,
    pub(super) lower: Pole,
    pub(super) upper: Pole,
    pub(super) reason: Option<Undecided>,
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
pub(super) struct Known {
    pub(super) step: usize,
    pub(super) lower: Pole,
    pub(super) upper: Pole,
    pub(super) reason: Option<Undecided>,
}

/// How a pass of the search goes about charts for which there are several ways. Charts that one
/// pass has decided are known to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// In the coordinates of a projection, if its branch locus has normal crossings.
    Projected,
    /// Factors become coordinates; charts without a good blow-up stay open.
    Quick,
    /// The same, but what is blown up is what the Newton polyhedron tells, whatever the charts look
    /// like, and the chart of the lowest weight comes first: a germ that is non-degenerate there
    /// ends soon, where charts that look simple may come back with ever higher exponents.
    Facets,
    /// As the first one, in the coordinates of the shear with this number that breaks a symmetry.
    Sheared(usize),
    /// The same, but small functions are expanded in charts without a good blow-up, and multiple
    /// units stay.
    Expanding,
    /// Only generators become coordinates, and small functions are expanded.
    BlowingUp,
}

impl Pass {
    /// The passes, with their shares of the time that is left.
    pub(super) const ALL: [(Self, [u32; 2]); 8] = [
        (Self::Projected, [1, 8]),
        (Self::Quick, [1, 2]),
        (Self::Facets, [1, 8]),
        (Self::Sheared(0), [2, 3]),
        (Self::Sheared(1), [1, 3]),
        (Self::Sheared(2), [1, 3]),
        (Self::Expanding, [1, 2]),
        (Self::BlowingUp, [1, 1]),
    ];
}

/// A search under way.
#[derive(Debug)]
pub(in super::super) struct Search<'a> {
    pub(super) budget: &'a Meter,
    /// The meter of the pass.
    pub(super) meter: Meter,
    pub(super) pass: Pass,
    pub(super) steps: Vec<Step>,
    pub(super) known: HashMap<Chart, Known>,
    pub(super) active: HashSet<Chart>,
    /// Bytes that the charts under way take, and those that stay: known charts and steps, as texts
    /// and, in the check, as charts.
    pub(super) under_way: u64,
    pub(super) kept: u64,
    /// How often a second way may still be tried where the first did not decide.
    pub(super) second_ways: u32,
    /// The changes of coordinates since the last blow-up: all, and those to factors.
    pub(super) changes: usize,
    pub(super) factors: usize,
}

impl<'a> Search<'a> {
    pub(in super::super) fn new(budget: &'a Meter) -> Self {
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
    pub(in super::super) fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    pub(super) fn push(&mut self, chart: &Chart, rule: Rule) -> usize {
        let stated = chart.stated();
        self.kept += memory(chart) + chart_length(&stated) + rule_length(&rule);
        self.steps.push(Step {
            chart: stated,
            rule,
        });
        self.steps.len() - 1
    }

    /// An error if the search takes too much memory.
    pub(super) fn expect_memory(&self) -> Result<(), Exhausted> {
        match (self.under_way + self.kept) >> 20 {
            0..MOST_MEMORY => Ok(()),
            _ => Err(Exhausted::Memory(MOST_MEMORY)),
        }
    }

    /// Work after a blow-up, or on fewer coordinates: changes are counted anew.
    pub(super) fn afresh<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let changes = std::mem::take(&mut self.changes);
        let factors = std::mem::take(&mut self.factors);
        let done = work(self);
        (self.changes, self.factors) = (changes, factors);
        done
    }
}

pub(super) fn opened(chart: &Chart, reason: Undecided) -> Settled {
    Settled {
        reason: Some(reason.clone()),
        ..open_leaf(chart, reason.to_string()).into()
    }
}

pub(super) fn plain_child(step: usize) -> Child {
    Child {
        step,
        coordinates: None,
        functions: None,
        scale: None,
    }
}
