//! A certificate as a derivation that people read.

use crate::certificate::format::{
    Certificate, CoordinateDomain, Extent, Form, Rule, StatedChart, Step,
};
use crate::certificate::{Pole, Verified};
use std::fmt;

/// The steps of a checked certificate as a tree of charts: for each the ideal, the move, and the
/// pole; an arrow marks where the minimum is attained. A step that several charts share is told
/// once.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, report::Derivation, resolution::Germ};
///
/// let resolution = Germ::ideal(["x^2 - y^3"])?.resolve(&Budget::default())?;
/// let verified = resolution.certificate().check().unwrap();
/// let text = Derivation::new(resolution.certificate(), &verified).to_string();
/// assert!(text.contains("blow up"), "{text}");
/// # Ok::<(), rlct::resolution::GermError>(())
/// ```
#[derive(Debug)]
pub struct Derivation<'a> {
    certificate: &'a Certificate,
    verified: &'a Verified,
}

impl<'a> Derivation<'a> {
    /// The derivation of what a certificate proves.
    ///
    /// ```
    /// # use rlct::{Budget, report::Derivation, resolution::Germ};
    /// let resolution = Germ::ideal(["x*y"])?.resolve(&Budget::default())?;
    /// let verified = resolution.certificate().check().unwrap();
    /// let text = Derivation::new(resolution.certificate(), &verified).to_string();
    /// assert!(text.starts_with("[0]"));
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn new(certificate: &'a Certificate, verified: &'a Verified) -> Self {
        Self {
            certificate,
            verified,
        }
    }

    /// What is told of a step by its number, from 0; the last one is the germ of the question.
    ///
    /// ```
    /// # use rlct::{Budget, report::Derivation, resolution::Germ};
    /// let resolution = Germ::ideal(["x*y"])?.resolve(&Budget::default())?;
    /// let verified = resolution.certificate().check().unwrap();
    /// let told = Derivation::new(resolution.certificate(), &verified).step(0).unwrap();
    /// assert_eq!(told.poles, "(λ, m) = (1/2, 2)");
    /// assert_eq!(told.chart, "ideal (x*y) near x; y = 0");
    /// assert!(told.branches.is_empty());
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn step(&self, number: usize) -> Option<ToldStep> {
        let step = self.certificate.steps.get(number)?;
        let (lower, upper) = self.verified.steps().get(number)?;
        let children = step.rule.children();
        let branches = children.iter().enumerate().map(|(place, child)| Branch {
            label: label_of(step, place),
            step: child.step,
            attains: children.len() > 1
                && self
                    .verified
                    .steps()
                    .get(child.step)
                    .is_some_and(|(_, u)| u == upper)
                && !upper.is_infinite(),
        });
        Some(ToldStep {
            poles: poles(lower, upper),
            chart: chart(&step.chart),
            action: telling(step),
            branches: branches.collect(),
        })
    }
}

/// A step of a derivation in words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToldStep {
    /// The poles that are proved of the chart.
    pub poles: String,
    /// The chart: its ideal and where its centre is.
    pub chart: String,
    /// What is done there.
    pub action: String,
    /// The charts that this leads to.
    pub branches: Vec<Branch>,
}

/// A chart that a step leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Branch {
    /// Which one it is, where there are several: `chart 1`, or a condition.
    pub label: String,
    /// The number of its step.
    pub step: usize,
    /// Whether it is one of several and attains the minimum.
    pub attains: bool,
}

impl fmt::Display for Derivation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = &self.certificate.steps;
        let Some(last) = steps.len().checked_sub(1) else {
            return Ok(());
        };
        let mut told = vec![false; steps.len()];
        // (depth, the branch)
        let root = Branch {
            label: String::new(),
            step: last,
            attains: false,
        };
        let mut open: Vec<(usize, Branch)> = vec![(0, root)];
        let mut first = true;
        while let Some((depth, branch)) = open.pop() {
            let n = branch.step;
            let Some(step) = self.step(n) else {
                continue;
            };
            if !std::mem::take(&mut first) {
                writeln!(f)?;
            }
            let indent = "  ".repeat(depth.min(40));
            let arrow = if branch.attains { " ←" } else { "" };
            let label = match branch.label.as_str() {
                "" => String::new(),
                label => format!("{label}: "),
            };
            write!(f, "{indent}{label}[{n}] {}", step.poles)?;
            if std::mem::replace(&mut told[n], true) {
                write!(f, " as above{arrow}")?;
                continue;
            }
            write!(f, "{arrow}\n{indent}    {}", step.chart)?;
            write!(f, "\n{indent}    {}", step.action)?;
            open.extend(step.branches.into_iter().rev().map(|b| (depth + 1, b)));
        }
        Ok(())
    }
}

fn poles(lower: &Pole, upper: &Pole) -> String {
    match (lower.is_infinite(), lower == upper) {
        (true, _) => "no pole".to_string(),
        (false, true) => format!("(λ, m) = {lower}"),
        (false, false) if upper.is_infinite() => format!("(λ, m) at least {lower}"),
        (false, false) => format!("(λ, m) from {lower} to {upper}"),
    }
}

fn chart(chart: &StatedChart) -> String {
    let coordinate = |c: &crate::certificate::format::Coordinate| {
        let mut text = c.name.clone();
        if c.domain == CoordinateDomain::HalfLine {
            text.push_str(" ≥ 0");
        }
        if !c.amplitude.is_zero() {
            text.push_str(&format!(", |{}|^({}) dw", c.name, c.amplitude));
        }
        text
    };
    let listed = |extent: Extent| -> Vec<String> {
        let of = chart.coordinates.iter().filter(|c| c.extent == extent);
        of.map(coordinate).collect()
    };
    let mut text = format!("ideal ({})", chart.generators.join(", "));
    let (near, along) = (listed(Extent::Local), listed(Extent::Extended));
    if !near.is_empty() {
        text.push_str(&format!(" near {} = 0", near.join("; ")));
    }
    if !along.is_empty() {
        text.push_str(&format!(", along {}", along.join("; ")));
    }
    for f in &chart.functions {
        text.push_str(&format!(", where {} = 0 defines {}", f.relation, f.name));
    }
    for z in &chart.zeros {
        text.push_str(&format!(", {z} = 0"));
    }
    for u in &chart.units {
        text.push_str(&format!(", {u} ≠ 0"));
    }
    for p in &chart.positive {
        text.push_str(&format!(", {p} > 0"));
    }
    text
}

fn name(chart: &StatedChart, i: usize) -> &str {
    chart.coordinates.get(i).map_or("?", |c| c.name.as_str())
}

fn telling(step: &Step) -> String {
    let chart = &step.chart;
    let power = |(name, e): (&str, u32)| match e {
        1 => name.to_string(),
        e => format!("{name}^{e}"),
    };
    match &step.rule {
        Rule::Unit {
            generator: None, ..
        } => "there is no real point here".to_string(),
        Rule::Unit {
            generator: Some(g), ..
        } => {
            let g = chart.generators.get(*g).map_or("?", String::as_str);
            format!("{g} has no zero here")
        }
        Rule::Open { reason } => format!("left open: {reason}"),
        Rule::Newton { weights, terms, .. } => {
            let weight = |v: &Vec<crate::algebra::Rational>| {
                let entries: Vec<String> = v.iter().map(ToString::to_string).collect();
                format!("({})", entries.join(", "))
            };
            let mut text = "Newton polyhedron".to_string();
            if !weights.is_empty() {
                let list: Vec<String> = weights.iter().map(weight).collect();
                text.push_str(&format!(": weights {} bound λ above", list.join(", ")));
            }
            if !terms.is_empty() {
                let term = |t: &crate::certificate::format::ConvexTerm| {
                    let g = chart
                        .generators
                        .get(t.generator)
                        .map_or("?", String::as_str);
                    format!("{} of {g}", t.coefficient)
                };
                let list: Vec<String> = terms.iter().map(term).collect();
                text.push_str(&format!("; below by the combination {}", list.join(" + ")));
            }
            text
        }
        Rule::Order { derivatives, .. } => {
            let order = derivatives.iter().map(|a| a.iter().sum::<u32>()).max();
            format!(
                "multiplicity at most {} on the divisors' stratum: no effect below this",
                order.unwrap_or(0)
            )
        }
        Rule::Both { .. } => "two proofs, one for each bound".to_string(),
        Rule::Sum { .. } => "a sum in disjoint variables".to_string(),
        Rule::Factor { monomial, .. } => {
            let factors: Vec<String> = monomial
                .iter()
                .enumerate()
                .filter(|(_, k)| **k > 0)
                .map(|(i, &k)| power((name(chart, i), k)))
                .collect();
            format!("the factor {} stands apart", factors.join("*"))
        }
        Rule::BlowUp { weights, .. } => {
            let list: Vec<String> = weights
                .iter()
                .map(|(i, a)| format!("{}: {a}", name(chart, *i)))
                .collect();
            format!("blow up with weights {}", list.join(", "))
        }
        Rule::Split { polynomial, .. } => {
            format!("divide the centre: {polynomial} ≠ 0 and {polynomial} = 0")
        }
        Rule::Cover { polynomials, .. } => {
            format!("cover the centre: {} ≠ 0", polynomials.join(" ≠ 0, "))
        }
        Rule::Coordinate {
            index,
            polynomial,
            form,
            ..
        } => {
            let old = name(chart, *index);
            match form {
                Form::Explicit => format!("new coordinate {old}′ = {polynomial} instead of {old}"),
                Form::Implicit => format!(
                    "new coordinate t = {polynomial} instead of {old}, which becomes its function"
                ),
            }
        }
        Rule::Ideal { .. } => "the same ideal by simpler generators".to_string(),
        Rule::Definite { generator, .. } => {
            let g = chart.generators.get(*generator).map_or("?", String::as_str);
            format!("the terms of {g} have one sign: it is as large as they are together")
        }
        Rule::Fold { index, power, .. } => {
            let old = name(chart, *index);
            format!("{old}^{power} as coordinate instead of {old}")
        }
    }
}

fn label_of(step: &Step, place: usize) -> String {
    match &step.rule {
        Rule::Split { polynomial, .. } if place == 0 => format!("{polynomial} ≠ 0"),
        Rule::Split { polynomial, .. } => format!("{polynomial} = 0"),
        Rule::BlowUp { .. } => format!("chart {}", place + 1),
        Rule::Sum { .. } => format!("summand {}", place + 1),
        _ => String::new(),
    }
}
