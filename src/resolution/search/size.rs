//! How much charts and rules take.

use super::super::chart::Chart;
use crate::algebra::Polynomial;
use crate::certificate::format::{Row, Rule, StatedChart};

/// The length of the generators, with their coefficients.
pub(super) fn bits(chart: &Chart) -> u64 {
    let of = |g: &Polynomial| g.len() as u64 * (8 + g.coefficient_bits());
    chart.generators.iter().map(of).sum()
}

/// The bytes that the polynomials of a chart take, about.
pub(super) fn memory(chart: &Chart) -> u64 {
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
pub(super) fn chart_length(chart: &StatedChart) -> u64 {
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
pub(super) fn rule_length(rule: &Rule) -> u64 {
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
