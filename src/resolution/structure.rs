//! Disjoint variables: sums of ideals, and monomials in variables of their own.

use super::chart::{Chart, content_monomial, plain, without_monomial};
use crate::algebra::{Polynomial, Rational};
use crate::certificate::Pole;
use crate::certificate::format::Part;

/// The variables that occur in a polynomial.
fn support(p: &Polynomial) -> Vec<usize> {
    (0..p.dimension()).filter(|&i| p.degree_in(i) > 0).collect()
}

/// The parts of a sum in disjoint variables, with their charts, and the chart of the variables of
/// no part. `None` if all variables belong together.
pub(super) fn parts(chart: &Chart) -> Option<(Vec<Part>, Vec<Chart>, Chart)> {
    let (d, n) = (chart.dimension(), chart.variables());
    let mut label: Vec<usize> = (0..n).collect();
    let mut join = |variables: &[usize]| {
        let Some(&first) = variables.first() else {
            return;
        };
        for &i in variables {
            let (from, to) = (label[i], label[first]);
            label
                .iter_mut()
                .filter(|l| **l == from)
                .for_each(|l| *l = to);
        }
    };
    for g in &chart.generators {
        join(&support(g));
    }
    for (k, f) in chart.functions.iter().enumerate() {
        let mut variables = support(&f.relation);
        variables.push(d + k);
        join(&variables);
    }
    // conditions keep variables together that the generators involve
    let conditions = || {
        chart
            .zeros
            .iter()
            .chain(&chart.units)
            .chain(&chart.positive)
    };
    for p in conditions() {
        join(&support(p));
    }
    let mut labels: Vec<usize> = chart
        .generators
        .iter()
        .filter_map(|g| Some(label[*support(g).first()?]))
        .collect();
    labels.sort_unstable();
    labels.dedup();
    let used = (0..n).filter(|i| labels.contains(&label[*i])).count();
    if labels.len() < 2 && used == n {
        return None;
    }
    let mut rest = chart.clone();
    let outside = |p: &Polynomial| {
        support(p)
            .first()
            .is_none_or(|&i| !labels.contains(&label[i]))
    };
    rest.generators.clear();
    rest.zeros.retain(outside);
    rest.units.retain(outside);
    rest.positive.retain(outside);
    let coordinates: Vec<usize> = (0..d).filter(|&i| !labels.contains(&label[i])).collect();
    let functions: Vec<usize> = (d..n)
        .filter(|&i| !labels.contains(&label[i]))
        .map(|i| i - d)
        .collect();
    let rest = rest.renumbered(&coordinates, &functions);
    let mut parts = Vec::new();
    let mut charts = Vec::new();
    for l in &labels {
        let coordinates: Vec<usize> = (0..d).filter(|&i| label[i] == *l).collect();
        let functions: Vec<usize> = (d..n).filter(|&i| label[i] == *l).map(|i| i - d).collect();
        let belongs = |p: &&Polynomial| {
            let variables = support(p);
            !variables.is_empty() && variables.iter().all(|&i| label[i] == *l)
        };
        let all = |list: &[Polynomial]| list.iter().filter(belongs).cloned().collect();
        let mut part = chart.clone();
        part.generators = all(&chart.generators);
        part.zeros = all(&chart.zeros);
        part.units = all(&chart.units);
        part.positive = all(&chart.positive);
        charts.push(part.renumbered(&coordinates, &functions));
        parts.push(Part {
            coordinates,
            functions,
        });
    }
    Some((parts, charts, rest))
}

/// The common monomial in coordinates that occur nowhere else: its exponents, the chart without
/// them, and the monomial's pole.
pub(super) fn own_monomial(chart: &Chart) -> Option<(Vec<u32>, Chart, Pole)> {
    let d = chart.dimension();
    let content = content_monomial(&chart.generators, chart.variables());
    let quotients: Vec<Polynomial> = chart
        .generators
        .iter()
        .map(|g| without_monomial(g, &content))
        .collect();
    let elsewhere = |i: usize| {
        let relations = chart.functions.iter().map(|f| &f.relation);
        let conditions = chart.units.iter().chain(&chart.positive);
        quotients
            .iter()
            .chain(relations)
            .chain(&chart.zeros)
            .chain(conditions.filter(|u| plain(u) != Some(i)))
            .any(|p| p.degree_in(i) > 0)
    };
    let own: Vec<usize> = (0..d)
        .filter(|&i| content[i] > 0 && !elsewhere(i))
        .collect();
    if own.is_empty() || own.len() == d {
        return None;
    }
    let mut monomial = vec![0; d];
    for &i in &own {
        monomial[i] = content[i];
    }
    let mut full = monomial.clone();
    full.resize(chart.variables(), 0);
    let mut rest = chart.clone();
    rest.generators = chart
        .generators
        .iter()
        .map(|g| without_monomial(g, &full))
        .collect();
    let free = |u: &Polynomial| !plain(u).is_some_and(|i| own.contains(&i));
    rest.units.retain(free);
    rest.positive.retain(free);
    let coordinates: Vec<usize> = (0..d).filter(|i| !own.contains(i)).collect();
    let functions: Vec<usize> = (0..chart.functions.len()).collect();
    let mut pole = Pole::INFINITE;
    for &i in own.iter().filter(|&&i| !chart.is_unit_variable(i)) {
        let lambda = chart.tau(i) / Rational::from(2 * i64::from(content[i]));
        pole = pole.combine(&Pole::new(lambda, 1));
    }
    Some((monomial, rest.renumbered(&coordinates, &functions), pole))
}
