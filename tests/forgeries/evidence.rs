//! False evidence: centres that are called empty, ideals that are called units.

use crate::glue::{Forgery, about, child, coin, last, pick, reference, references};
use crate::known::{Glued, Known};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rlct::algebra::Rational;
use rlct::certificate::Pole;
use rlct::certificate::format::{Because, ConvexTerm, Evidence, Rule, StatedChart, Step};

fn signs() -> Evidence {
    Evidence {
        combination: Vec::new(),
        zeros: Vec::new(),
        positive: Vec::new(),
        units: Vec::new(),
        rest: None,
        because: Because::Signs,
    }
}

fn some_evidence(rng: &mut ChaCha8Rng, known: &Known) -> Option<Evidence> {
    let found: Vec<&Evidence> = known
        .steps
        .iter()
        .flat_map(|g| g.step.rule.evidence())
        .collect();
    pick(rng, &found).map(|e| (*e).clone())
}

fn evidences_mut(rule: &mut Rule) -> Vec<&mut Evidence> {
    match rule {
        Rule::Unit { evidence, .. }
        | Rule::Order { evidence, .. }
        | Rule::Cover { evidence, .. } => {
            vec![evidence]
        }
        Rule::Newton { terms, .. } => terms
            .iter_mut()
            .filter_map(|t| t.evidence.as_mut())
            .collect(),
        Rule::Coordinate { evidence, .. } => evidence.iter_mut().collect(),
        Rule::Ideal { forward, back, .. } => {
            let rows = forward.iter_mut().chain(back);
            rows.filter_map(|row| row.evidence.as_mut()).collect()
        }
        _ => Vec::new(),
    }
}

/// A child replaced by the pretence that its centre is empty, or its ideal a unit.
pub(crate) fn empty_strata(rng: &mut ChaCha8Rng, known: &[Known]) -> Option<Forgery> {
    let asked = pick(rng, known)?;
    let place = *pick(rng, &references(&asked.steps))?;
    let mut steps = asked.steps.clone();
    let old = reference(&mut steps, place)?.step;
    let mut chart = steps[old].step.chart.clone();
    let names: Vec<String> = chart.coordinates.iter().map(|c| c.name.clone()).collect();
    let name = pick(rng, &names).cloned().unwrap_or("1".to_string());
    match rng.random_range(0..7) {
        0 => chart.units.push(name),
        1 => chart.units.push("0".to_string()),
        2 => chart.positive.push(format!("-{name}")),
        3 => chart.positive.push("-1".to_string()),
        4 => chart.zeros.push("1".to_string()),
        5 => chart.zeros.push(format!("{name}^2 + 1")),
        _ => {}
    }
    let number = chart.functions.len() + chart.zeros.len();
    let mut evidence = some_evidence(rng, asked).unwrap_or_else(signs);
    if coin(rng) && number > 0 {
        evidence = signs();
        let k = rng.random_range(0..number);
        evidence
            .zeros
            .push((k, ["1", "-1"][rng.random_range(0..2)].to_string()));
    }
    let generator = (coin(rng) && !chart.generators.is_empty())
        .then(|| rng.random_range(0..chart.generators.len()));
    let unit = Rule::Unit {
        generator,
        evidence,
    };
    let forged = Glued {
        step: Step { chart, rule: unit },
        leaf: (Pole::INFINITE, Pole::INFINITE),
    };
    if coin(rng) {
        steps[old] = forged;
    } else {
        // in front of the step that needs it
        for glued in steps.iter_mut().skip(place.0) {
            for child in glued.step.rule.child_list().into_iter().flatten() {
                child.step += usize::from(child.step >= place.0);
            }
        }
        steps.insert(place.0, forged);
        reference(&mut steps, (place.0 + 1, place.1))?.step = place.0;
    }
    Some(about(asked, steps))
}

/// The germ divided at a polynomial or covered, with the stratum that counts called empty.
pub(crate) fn split_away(rng: &mut ChaCha8Rng, known: &[Known]) -> Option<Forgery> {
    let asked = pick(rng, known)?;
    let mut steps = asked.steps.clone();
    let root = last(asked).step.chart.clone();
    let names: Vec<&String> = root.coordinates.iter().map(|c| &c.name).collect();
    let name = (*pick(rng, &names)?).clone();
    let p = match rng.random_range(0..4) {
        0 => name.clone(),
        1 => format!("{name} - 1"),
        2 => format!("{name}^2 + 1"),
        _ => pick(rng, &root.generators)?.clone(),
    };
    let nowhere = (Pole::INFINITE, Pole::INFINITE);
    let leaf = |chart: StatedChart, evidence: Evidence, generator| Glued {
        step: Step {
            chart,
            rule: Rule::Unit {
                generator,
                evidence,
            },
        },
        leaf: nowhere.clone(),
    };
    let (mut off, mut on) = (root.clone(), root.clone());
    off.units.push(p.clone());
    on.zeros.push(p.clone());
    let at_p = Evidence {
        zeros: vec![(root.functions.len(), "1".to_string())],
        ..signs()
    };
    let of_p = Evidence {
        combination: vec!["1".to_string()],
        ..signs()
    };
    let n = steps.len();
    let rule = match rng.random_range(0..3) {
        // p ≠ 0 near the point, they say, and there the ideal is no better than a unit
        0 => {
            steps.push(leaf(off, of_p, Some(0)));
            steps.push(leaf(on, at_p, None));
            Rule::Split {
                polynomial: p,
                children: vec![child(n), child(n + 1)],
            }
        }
        1 => {
            steps.push(leaf(
                off,
                some_evidence(rng, asked).unwrap_or(of_p),
                Some(0),
            ));
            Rule::Cover {
                polynomials: vec![p],
                evidence: signs(),
                children: vec![child(n)],
            }
        }
        _ => {
            steps.push(leaf(root.clone(), at_p, None));
            Rule::Both {
                children: vec![child(n - 1), child(n)],
            }
        }
    };
    let chart = root;
    steps.push(Glued {
        step: Step { chart, rule },
        leaf: nowhere,
    });
    Some(about(asked, steps))
}

/// Evidence of another step, or a leaf for the germ that rests on it.
pub(crate) fn evidence_moved(rng: &mut ChaCha8Rng, known: &[Known]) -> Option<Forgery> {
    let (asked, other) = (pick(rng, known)?, pick(rng, known)?);
    let chart = last(asked).step.chart.clone();
    let d = chart.coordinates.len();
    let evidence = some_evidence(rng, other).unwrap_or_else(signs);
    let generator = rng.random_range(0..chart.generators.len().max(1));
    let half = |k: usize| Rational::new(1, 2 * i64::try_from(k).unwrap()).unwrap();
    let (rule, lower) = match rng.random_range(0..4) {
        0 => {
            let mut steps = asked.steps.clone();
            let with: Vec<usize> = (0..steps.len())
                .filter(|n| steps[*n].step.rule.evidence().next().is_some())
                .collect();
            let n = *pick(rng, &with)?;
            for own in evidences_mut(&mut steps[n].step.rule) {
                *own = evidence.clone();
            }
            // with a better leaf in its place
            steps[n].leaf.0 = Pole::INFINITE;
            return Some(about(asked, steps));
        }
        1 => {
            let k = rng.random_range(0..d.max(1));
            let mut alpha = vec![0; d];
            if let Some(slot) = alpha.get_mut(k) {
                *slot = rng.random_range(1..3);
            }
            let order = alpha.iter().sum::<u32>().max(1) as usize;
            let rule = Rule::Order {
                generator,
                derivatives: vec![alpha],
                divisor: vec![0; d],
                evidence,
            };
            (rule, Pole::new(half(order), 1))
        }
        2 => {
            let unit = Rule::Unit {
                generator: coin(rng).then_some(generator),
                evidence,
            };
            (unit, Pole::INFINITE)
        }
        _ => {
            let terms = vec![ConvexTerm {
                generator,
                coefficient: Rational::ONE,
                evidence: Some(evidence),
            }];
            let rule = Rule::Newton {
                weights: Vec::new(),
                point: None,
                terms,
            };
            (rule, Pole::new(half(rng.random_range(1..4)), 1))
        }
    };
    let glued = Glued {
        step: Step { chart, rule },
        leaf: (lower, Pole::INFINITE),
    };
    Some(about(asked, vec![glued]))
}
