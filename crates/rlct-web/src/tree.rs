//! The tree of charts of a certificate.

use crate::polyhedron::generators;
use rlct::algebra::Rational;
use rlct::certificate::Certificate;
use rlct::certificate::format::{Reading, Rule, StatedChart, Step};
use rlct::report::Derivation;
use serde::Serialize;

/// Of longer certificates the divisors are not computed again.
const MOST_CHARACTERS: usize = 1_000_000;

/// The steps by number, each with the steps it leads to; charts may share a step.
#[derive(Debug, Serialize)]
pub(crate) struct Tree {
    /// The step of the germ itself.
    root: usize,
    steps: Vec<Node>,
    /// Whether the tree is of the ideal (K), whose λ is half of that of K.
    halved: bool,
}

#[derive(Debug, Serialize)]
struct Node {
    rule: &'static str,
    poles: String,
    chart: String,
    action: String,
    branches: Vec<Edge>,
    /// The exceptional divisor of a blow-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    divisor: Option<Divisor>,
}

#[derive(Debug, Serialize)]
struct Edge {
    label: String,
    step: usize,
    attains: bool,
}

/// What a blow-up makes of ideal and volume along its divisor.
#[derive(Debug, Serialize)]
struct Divisor {
    /// The order k of the ideal.
    order: String,
    /// The order of the volume form, plus 1.
    volume: String,
    /// The pole volume/(2k).
    pole: String,
}

impl Tree {
    pub(crate) fn new(certificate: &Certificate, derivation: &Derivation<'_>) -> Self {
        let length = |step: &Step| step.chart.generators.iter().map(String::len).sum::<usize>();
        let all: usize = certificate.steps.iter().map(length).sum();
        let with_divisors = all <= MOST_CHARACTERS;
        let node = |(n, step): (usize, &Step)| {
            let told = derivation.step(n)?;
            let branches = told.branches.into_iter().map(|branch| Edge {
                label: branch.label,
                step: branch.step,
                attains: branch.attains,
            });
            Some(Node {
                rule: step.rule.name(),
                poles: told.poles,
                chart: told.chart,
                action: told.action,
                branches: branches.collect(),
                divisor: with_divisors.then(|| divisor(step)).flatten(),
            })
        };
        let steps: Vec<Node> = certificate
            .steps
            .iter()
            .enumerate()
            .filter_map(node)
            .collect();
        Self {
            root: steps.len().saturating_sub(1),
            steps,
            halved: certificate.question.reading != Reading::Ideal,
        }
    }
}

fn divisor(step: &Step) -> Option<Divisor> {
    let Rule::BlowUp { weights, .. } = &step.rule else {
        return None;
    };
    let order = order(&step.chart, weights)?;
    let entries = weights.iter().map(|&(i, weight)| {
        let coordinate = step.chart.coordinates.get(i)?;
        Some((&coordinate.amplitude + Rational::ONE) * Rational::from(weight))
    });
    let volume: Rational = entries.collect::<Option<Vec<_>>>()?.iter().sum();
    let twice = Rational::from(i64::try_from(order).ok()?) * Rational::from(2);
    Some(Divisor {
        order: order.to_string(),
        pole: (&volume * &twice.recip()?).to_string(),
        volume: volume.to_string(),
    })
}

/// The least weighted degree of the generators' terms.
fn order(chart: &StatedChart, weights: &[(usize, u32)]) -> Option<u64> {
    let generators = generators(chart)?;
    let terms = generators.iter().flat_map(|g| g.terms());
    let degrees = terms.map(|(exponents, _)| -> u64 {
        let entry = |&(i, weight): &(usize, u32)| {
            exponents
                .get(i)
                .map_or(0, |&e| u64::from(e) * u64::from(weight))
        };
        weights.iter().map(entry).sum()
    });
    degrees.min()
}
