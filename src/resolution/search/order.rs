//! Bounds by multiplicity that are enough.

use super::super::chart::Chart;
use super::super::leaves::{Leaf, order_leaf};
use crate::algebra::Rational;
use crate::certificate::Pole;

/// A lower bound by multiplicity that reaches the cutoff.
pub(super) fn order_beyond(chart: &Chart, cutoff: &Pole) -> Option<Leaf> {
    let lambda = cutoff.lambda()?;
    // 1/(2μ) ≥ λ
    let most = (lambda * Rational::from(2)).recip()?;
    let most = most.numerator() / most.denominator();
    let most = u32::try_from(most).unwrap_or(8).min(8);
    let leaf = order_leaf(chart, most)?;
    (leaf.lower >= *cutoff).then_some(leaf)
}
