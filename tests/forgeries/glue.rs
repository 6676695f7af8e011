//! Ways to glue valid steps together wrongly.

use crate::evidence::{empty_strata, evidence_moved, split_away};
use crate::known::{Glued, Known, Poles, believed, needed};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rlct::algebra::Rational;
use rlct::certificate::format::{
    Child, Coordinate, CoordinateDomain, Extent, Part, Question, Reading, Rule, StatedChart, Step,
};
use rlct::certificate::{CheckLimits, Pole};

/// A certificate to be, with what its steps would prove if they were believed.
pub(crate) struct Forgery {
    pub(crate) question: Question,
    pub(crate) version: u32,
    pub(crate) steps: Vec<Glued>,
    /// The poles of the ideal at the last step.
    pub(crate) claim: Poles,
    /// The pole of K, and the factor from the ideal's.
    pub(crate) truth: Pole,
    pub(crate) factor: Rational,
}

/// A way to forge; `None` where the dice fall so that there is nothing to change.
pub(crate) type Way = fn(&mut ChaCha8Rng, &[Known]) -> Option<Forgery>;

pub(crate) const WAYS: [(&str, Way); 12] = [
    ("wrong root", wrong_root),
    ("wrong question", wrong_question),
    ("swapped subtrees", swapped_subtrees),
    ("empty strata", empty_strata),
    ("strata called empty", split_away),
    ("missing or doubled", wrong_charts),
    ("swapped constants", swapped_constants),
    ("changed conditions", changed_conditions),
    ("dropped steps", dropped_steps),
    ("evidence moved", evidence_moved),
    ("glued by another rule", another_rule),
    ("altered claim", altered_claim),
];

pub(crate) fn pick<'a, T>(rng: &mut ChaCha8Rng, list: &'a [T]) -> Option<&'a T> {
    (!list.is_empty()).then(|| &list[rng.random_range(0..list.len())])
}

pub(crate) fn coin(rng: &mut ChaCha8Rng) -> bool {
    rng.random_range(0..2) == 0
}

/// About the germ of a known one, by these steps.
pub(crate) fn about(known: &Known, steps: Vec<Glued>) -> Forgery {
    let steps = needed(&steps, steps.len().saturating_sub(1));
    Forgery {
        claim: believed(&steps),
        question: known.question.clone(),
        version: known.version,
        factor: known.factor(),
        truth: known.truth.clone(),
        steps,
    }
}

pub(crate) fn last(known: &Known) -> &Glued {
    known.steps.last().expect("a certificate has steps")
}

/// The steps of one certificate before those of another, whose numbers move on.
fn joined(first: &[Glued], second: &[Glued]) -> Vec<Glued> {
    let mut steps = first.to_vec();
    for glued in second {
        let mut glued = glued.clone();
        for child in glued.step.rule.child_list().into_iter().flatten() {
            child.step += first.len();
        }
        steps.push(glued);
    }
    steps
}

pub(crate) fn child(step: usize) -> Child {
    Child {
        step,
        coordinates: None,
        functions: None,
        scale: None,
    }
}

/// The places (step, child) of all references.
pub(crate) fn references(steps: &[Glued]) -> Vec<(usize, usize)> {
    let numbers = steps.iter().enumerate();
    numbers
        .flat_map(|(n, g)| (0..g.step.rule.children().len()).map(move |c| (n, c)))
        .collect()
}

pub(crate) fn reference(steps: &mut [Glued], (n, c): (usize, usize)) -> Option<&mut Child> {
    steps.get_mut(n)?.step.rule.child_list()?.get_mut(c)
}

/// The proof of one germ under the chart of another.
fn wrong_root(rng: &mut ChaCha8Rng, known: &[Known]) -> Option<Forgery> {
    let (asked, other) = (pick(rng, known)?, pick(rng, known)?);
    let mut steps = other.steps.clone();
    let d = last(asked).step.chart.coordinates.len();
    if coin(rng) && last(other).step.chart.coordinates.len() == d {
        steps.last_mut()?.step.chart = last(asked).step.chart.clone();
    }
    Some(about(asked, steps))
}

/// A proof as it stands for a question with another domain, amplitude, point or generator.
fn wrong_question(rng: &mut ChaCha8Rng, known: &[Known]) -> Option<Forgery> {
    let (asked, other) = (pick(rng, known)?, pick(rng, known)?);
    let mut forgery = about(asked, other.steps.clone());
    let fits = asked.question.variables.len() == other.question.variables.len();
    if !fits {
        return None;
    }
    // the germ of the first, in the words of the second as far as they say the same
    if coin(rng) {
        let chart = &mut forgery.steps.last_mut()?.step.chart;
        chart
            .generators
            .clone_from(&last(asked).step.chart.generators);
    }
    forgery.claim = last(other).leaf.clone();
    Some(forgery)
}

/// A child proved by another step: of the same certificate, or of another one.
fn swapped_subtrees(rng: &mut ChaCha8Rng, known: &[Known]) -> Option<Forgery> {
    let (asked, other) = (pick(rng, known)?, pick(rng, known)?);
    let place = *pick(rng, &references(&asked.steps))?;
    let mut steps;
    if coin(rng) {
        steps = asked.steps.clone();
        let chosen = rng.random_range(0..place.0);
        reference(&mut steps, place)?.step = chosen;
    } else {
        let end = rng.random_range(0..other.steps.len());
        let subtree = needed(&other.steps, end);
        let moved = (place.0 + subtree.len(), place.1);
        steps = joined(&subtree, &asked.steps);
        let old = reference(&mut steps, moved)?.step;
        let new = subtree.len() - 1;
        if coin(rng) {
            // under the chart that is expected there
            steps[new].step.chart = steps[old].step.chart.clone();
        }
        reference(&mut steps, moved)?.step = new;
    }
    Some(about(asked, steps))
}

/// A covering with a chart left out, proved twice, or in another's place.
fn wrong_charts(rng: &mut ChaCha8Rng, known: &[Known]) -> Option<Forgery> {
    let asked = pick(rng, known)?;
    let mut steps = asked.steps.clone();
    let many: Vec<usize> = (0..steps.len())
        .filter(|n| steps[*n].step.rule.children().len() > 1)
        .collect();
    let n = *pick(rng, &many)?;
    let count = steps[n].step.rule.children().len();
    let (i, j) = (rng.random_range(0..count), rng.random_range(0..count));
    let kind = rng.random_range(0..3);
    let rule = &mut steps[n].step.rule;
    let children = rule.child_list()?;
    match kind {
        0 => children[i] = children[j].clone(),
        1 => {
            children.remove(i);
        }
        _ => children.swap(i, j),
    }
    if kind == 1 && coin(rng) {
        // so that the numbers fit
        match rule {
            Rule::BlowUp { weights, .. } if weights.len() == count => {
                weights.remove(i);
            }
            Rule::Cover { polynomials, .. } => {
                polynomials.remove(i);
            }
            Rule::Sum { parts, .. } => {
                parts.remove(i);
            }
            _ => {}
        }
    }
    Some(about(asked, steps))
}

/// Constants with other intervals, relations or evidence, and points at other ones.
fn swapped_constants(rng: &mut ChaCha8Rng, known: &[Known]) -> Option<Forgery> {
    let with: Vec<&Known> = known
        .iter()
        .filter(|k| !k.question.constants.is_empty())
        .collect();
    let asked = *pick(rng, &with)?;
    let other = *pick(rng, &with)?;
    let constants = other.question.constants.clone();
    let mut forgery = about(asked, asked.steps.clone());
    // the same generators with the other constant, as it is asked and as it is proved
    let same = asked.question.generators == other.question.generators;
    if same && coin(rng) {
        forgery = about(asked, other.steps.clone());
    }
    let chart = last(other).step.chart.functions.clone();
    match rng.random_range(0..4) {
        0 if same => {
            for glued in &mut forgery.steps {
                for (f, g) in glued.step.chart.functions.iter_mut().zip(&chart) {
                    f.between.clone_from(&g.between);
                }
            }
        }
        1 if same => {
            for (f, c) in forgery
                .steps
                .last_mut()?
                .step
                .chart
                .functions
                .iter_mut()
                .zip(&constants)
            {
                f.relation.clone_from(&c.relation);
                f.between.clone_from(&c.between);
            }
        }
        2 => {
            // a number swapped for another wherever it stands
            let text = ["2", "1", "3"][rng.random_range(0..3)];
            for glued in &mut forgery.steps {
                for g in &mut glued.step.chart.generators {
                    *g = g.replace('2', text);
                }
            }
        }
        _ => {
            for (c, d) in forgery.question.constants.iter_mut().zip(&constants) {
                c.evidence = d.evidence.clone();
            }
            forgery.steps = about(other, other.steps.clone()).steps;
            forgery.claim = believed(&forgery.steps);
        }
    }
    Some(forgery)
}

/// Domains, extents, amplitudes, units, zeros or bounds of a chart changed, in one step or in all.
fn changed_conditions(rng: &mut ChaCha8Rng, known: &[Known]) -> Option<Forgery> {
    let asked = pick(rng, known)?;
    let mut steps = asked.steps.clone();
    let n = rng.random_range(0..steps.len());
    let names: Vec<String> = steps[n]
        .step
        .chart
        .coordinates
        .iter()
        .map(|c| c.name.clone())
        .collect();
    let name = pick(rng, &names)?.clone();
    let kind = rng.random_range(0..9);
    let half = Rational::new(1, 2).unwrap();
    let change = |chart: &mut StatedChart| {
        let own = chart.coordinates.iter_mut().find(|c| c.name == name);
        if let Some(c) = own {
            match kind {
                0 => c.domain = CoordinateDomain::HalfLine,
                1 => c.domain = CoordinateDomain::Line,
                2 => c.extent = Extent::Local,
                3 => c.extent = Extent::Extended,
                4 => c.amplitude = &c.amplitude + Rational::ONE,
                5 => c.amplitude = &c.amplitude - &half,
                _ => {}
            }
        }
        match kind {
            6 => chart.units.push(name.clone()),
            7 => chart.zeros.clear(),
            8 => {
                chart.units.clear();
                chart.positive.clear();
            }
            _ => {}
        }
    };
    let everywhere = coin(rng);
    for (k, glued) in steps.iter_mut().enumerate() {
        if everywhere || k == n {
            change(&mut glued.step.chart);
        }
    }
    let mut forgery = about(asked, steps);
    if let Some(claim) = of_another_germ(asked, &forgery.steps) {
        forgery.claim = claim;
    }
    Some(forgery)
}

/// What the steps prove of the germ that the last of them is about, where that can be asked.
fn of_another_germ(asked: &Known, steps: &[Glued]) -> Option<Poles> {
    let chart = &steps.last()?.step.chart;
    let half = |c: &&Coordinate| c.domain == CoordinateDomain::HalfLine;
    let mut question = asked.question.clone();
    question.reading = Reading::Ideal;
    question.squares = None;
    question.variables = chart.coordinates.iter().map(|c| c.name.clone()).collect();
    question.amplitude = chart
        .coordinates
        .iter()
        .map(|c| c.amplitude.clone())
        .collect();
    let halves = chart.coordinates.iter().filter(half);
    question.nonnegative = halves.map(|c| c.name.clone()).collect();
    question.generators.clone_from(&chart.generators);
    question.point.clear();
    let steps: Vec<Step> = steps.iter().map(|g| g.step.clone()).collect();
    let proved = question.proved_by(asked.version, &steps, &CheckLimits::default());
    let proved = proved.ok()?;
    let upper = proved.upper().cloned().unwrap_or(Pole::INFINITE);
    Some((proved.lower().clone(), upper))
}

/// A step left out: what needs it goes on with its child.
fn dropped_steps(rng: &mut ChaCha8Rng, known: &[Known]) -> Option<Forgery> {
    let asked = pick(rng, known)?;
    let place = *pick(rng, &references(&asked.steps))?;
    let mut steps = asked.steps.clone();
    let dropped = reference(&mut steps, place)?.step;
    let next = pick(rng, steps[dropped].step.rule.children())?.step;
    if coin(rng) {
        steps[next].step.chart = steps[dropped].step.chart.clone();
    }
    for glued in &mut steps {
        for child in glued.step.rule.child_list().into_iter().flatten() {
            if child.step == dropped {
                child.step = next;
            }
        }
    }
    Some(about(asked, steps))
}

/// One more step for the germ, by a rule that makes a little of it.
fn another_rule(rng: &mut ChaCha8Rng, known: &[Known]) -> Option<Forgery> {
    let (asked, other) = (pick(rng, known)?, pick(rng, known)?);
    let chart = last(asked).step.chart.clone();
    let (d, e) = (chart.coordinates.len(), chart.functions.len());
    let mut steps = joined(&asked.steps, &other.steps);
    let (own, foreign) = (asked.steps.len() - 1, steps.len() - 1);
    let some = if coin(rng) { own } else { foreign };
    let names: Vec<&String> = chart.coordinates.iter().map(|c| &c.name).collect();
    let row = || rlct::certificate::format::Row {
        unit: None,
        evidence: None,
        combination: vec![(0, "1".to_string())],
        relations: Vec::new(),
    };
    let children = vec![child(some)];
    let rule = match rng.random_range(0..7) {
        0 => Rule::Both {
            children: vec![child(own), child(foreign)],
        },
        1 => Rule::Factor {
            monomial: (0..d).map(|_| rng.random_range(0..2)).collect(),
            children,
        },
        2 => Rule::Fold {
            index: rng.random_range(0..d.max(1)),
            power: rng.random_range(2..4),
            children,
        },
        3 => {
            let rows = |n: usize| (0..n).map(|_| row()).collect();
            let pulled = steps[some].step.chart.generators.len();
            Rule::Ideal {
                forward: rows(pulled),
                back: rows(if coin(rng) { chart.generators.len() } else { 0 }),
                children,
            }
        }
        4 => {
            let mut all: Vec<usize> = (0..d).collect();
            let second = all.split_off(rng.random_range(0..=d));
            let part = |coordinates, functions| Part {
                coordinates,
                functions,
            };
            Rule::Sum {
                parts: vec![part(all, (0..e).collect()), part(second, Vec::new())],
                point: None,
                children: vec![child(own), child(foreign)],
            }
        }
        5 => Rule::Coordinate {
            index: rng.random_range(0..d.max(1)),
            polynomial: (*pick(rng, &names)?).clone(),
            form: rlct::certificate::format::Form::Explicit,
            evidence: None,
            children,
        },
        _ => Rule::Definite {
            generator: 0,
            children,
        },
    };
    steps.push(Glued {
        step: Step { chart, rule },
        leaf: (Pole::INFINITE, Pole::INFINITE),
    });
    Some(about(asked, steps))
}

/// The right steps, and a claim that is not theirs.
fn altered_claim(rng: &mut ChaCha8Rng, known: &[Known]) -> Option<Forgery> {
    let asked = pick(rng, known)?;
    let mut forgery = about(asked, asked.steps.clone());
    forgery.claim = altered(rng, &forgery.claim);
    Some(forgery)
}

/// The poles with one of them made too good, or too bad.
pub(crate) fn altered(rng: &mut ChaCha8Rng, (lower, upper): &Poles) -> Poles {
    let pole = |old: &Pole, by: &Rational, m: usize| match old.lambda() {
        Some(lambda) => Pole::new(lambda * by, m),
        None => Pole::new(Rational::ONE, m),
    };
    let (up, down) = ("9/8".parse().unwrap(), "7/8".parse().unwrap());
    let m = lower.multiplicity();
    match rng.random_range(0..4) {
        0 => (pole(lower, &up, m), upper.clone()),
        1 => (lower.clone(), pole(upper, &down, upper.multiplicity())),
        2 if m > 1 => (pole(lower, &Rational::ONE, m - 1), upper.clone()),
        _ => (
            lower.clone(),
            pole(upper, &Rational::ONE, upper.multiplicity() + 1),
        ),
    }
}
