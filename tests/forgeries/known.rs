//! Valid certificates of germs whose (λ, m) is known.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rlct::Budget;
use rlct::algebra::{Monomial, Polynomial, Rational, Variables};
use rlct::certificate::format::{Certificate, Question, Reading, Rule, Step};
use rlct::certificate::{CheckLimits, Pole, Verified};
use rlct::resolution::Germ;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The bounds that a step proves: every point of the centre has the first pole or a better one,
/// some point the second or a worse one.
pub(crate) type Poles = (Pole, Pole);

/// A step with the poles that it would prove were its rule right.
#[derive(Debug, Clone)]
pub(crate) struct Glued {
    pub(crate) step: Step,
    /// For a rule without children.
    pub(crate) leaf: Poles,
}

/// A certificate that is right, and the pole of its germ.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) question: Question,
    pub(crate) version: u32,
    pub(crate) steps: Vec<Glued>,
    /// (λ, m) of K.
    pub(crate) truth: Pole,
}

impl Known {
    /// The factor from the pole of the ideal to that of K.
    pub(crate) fn factor(&self) -> Rational {
        match self.question.reading {
            Reading::Ideal => Rational::ONE,
            Reading::Loss | Reading::Absolute => Rational::from(2),
        }
    }

    fn new(name: &str, certificate: Certificate, truth: Pole) -> Self {
        let limits = CheckLimits::default();
        let verified = certificate
            .check_within(&limits)
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(holds(&verified, &truth), "{name}: {verified}, not {truth}");
        let poles = verified.steps().iter().cloned();
        let steps = certificate.steps.into_iter().zip(poles);
        Self {
            steps: steps.map(|(step, leaf)| Glued { step, leaf }).collect(),
            question: certificate.question,
            version: certificate.version,
            truth,
        }
    }
}

/// Whether bounds allow a pole.
pub(crate) fn allows(lower: &Pole, upper: Option<&Pole>, truth: &Pole) -> bool {
    lower <= truth && upper.is_none_or(|upper| truth <= upper)
}

pub(crate) fn holds(verified: &Verified, truth: &Pole) -> bool {
    allows(verified.lower(), verified.upper(), truth)
}

/// The certificates of `proofs/` with at most so many steps, with their published values.
fn proofs(most: usize) -> Vec<Known> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut known = Vec::new();
    for file in ["cases.json", "more_cases.json"] {
        let text = fs::read_to_string(root.join("tests/data").join(file)).unwrap();
        let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
        for case in cases {
            let name = case["id"].as_str().unwrap();
            let path = root.join("proofs").join(name).join("certificate.json");
            let Ok(text) = fs::read_to_string(path) else {
                continue;
            };
            let certificate = Certificate::from_json(&text).unwrap();
            if certificate.steps.len() > most {
                continue;
            }
            let lambda: Rational = case["lambda"].as_str().unwrap().parse().unwrap();
            let m = usize::try_from(case["multiplicity"].as_u64().unwrap()).unwrap();
            known.push(Known::new(name, certificate, Pole::new(lambda, m)));
        }
    }
    known
}

fn resolved(name: String, germ: &Germ, truth: Option<Pole>) -> Option<Known> {
    let found = germ.resolve(&Budget::default().with_steps(20_000)).ok()?;
    let certificate = found.certificate().clone();
    if certificate.steps.len() > 60 {
        return None;
    }
    let truth = truth.or_else(|| found.proved().upper().cloned())?;
    let exact = found.proved().is_exact();
    exact.then(|| Known::new(&name, certificate, truth))
}

/// λ = min (h_i + 1)/(2k_i) and how often it is attained, for Σ over one monomial w^k.
fn monomial_pole(pairs: impl IntoIterator<Item = (u32, Rational)>) -> Pole {
    let poles = pairs.into_iter().filter(|(k, _)| *k > 0).map(|(k, h)| {
        let tau = h + Rational::ONE;
        Pole::new(tau * Rational::from(2 * k).recip().unwrap(), 1)
    });
    poles.fold(Pole::INFINITE, |all, one| all.combine(&one))
}

/// Monomials with amplitudes and half-lines, by the formula.
fn monomial(rng: &mut ChaCha8Rng) -> Option<Known> {
    let names = ["x", "y", "z"];
    let k: Vec<u32> = names.iter().map(|_| rng.random_range(0..4)).collect();
    let h: Vec<Rational> = names
        .iter()
        .map(|_| Rational::new(rng.random_range(0..4), 2).unwrap())
        .collect();
    let ring = Variables::new(names).unwrap();
    let g = Polynomial::from_terms(&ring, [(Monomial::new(&k), Rational::ONE)]);
    let truth = monomial_pole(k.iter().copied().zip(h.iter().cloned()));
    let half = names.iter().filter(|_| rng.random_range(0..3) == 0);
    let germ = Germ::new(Reading::Ideal, vec![g])
        .ok()?
        .amplitude_exponents(names.iter().zip(h))
        .unwrap()
        .nonnegative(half)
        .unwrap();
    resolved(format!("monomial {k:?}"), &germ, Some(truth))
}

/// (x² − 2)^a·x^b·y^c at a root of s³ − 2s: λ = 1/(2a) or 1/(2b) beside 1/(2c), as the root is
/// irrational or 0.
fn at_roots(rng: &mut ChaCha8Rng, found: &mut Vec<Known>) {
    let [a, b, c] = [0; 3].map(|_: i32| rng.random_range(1..5_u32));
    let generator = format!("(x^2 - 2)^{a}*x^{b}*y^{c}");
    for (bounds, k) in [("1 < s < 2", a), ("-2 < s < -1", a), ("-1 < s < 1", b)] {
        let germ = Germ::ideal([&generator])
            .unwrap()
            .number(format!("s^3 = 2*s, {bounds}").parse().unwrap())
            .unwrap()
            .at_values([("x", "s")])
            .unwrap();
        let truth = monomial_pole([(k, Rational::ZERO), (c, Rational::ZERO)]);
        found.extend(resolved(
            format!("{generator} at {bounds}"),
            &germ,
            Some(truth),
        ));
    }
}

/// Some terms of degree 2 to 5 in two or three variables, perhaps with an amplitude and half-lines;
/// the engine's answer is taken for true.
fn random(rng: &mut ChaCha8Rng) -> Option<Known> {
    let d = rng.random_range(2..4);
    let names = ["x", "y", "z"].get(..d).unwrap();
    let ring = Variables::new(names.iter().copied()).unwrap();
    let generators = (0..rng.random_range(1..3)).map(|_| {
        let terms = (0..rng.random_range(1..4)).map(|_| {
            let mut exponents = vec![0; d];
            for _ in 0..rng.random_range(1..6) {
                exponents[rng.random_range(0..d)] += 1;
            }
            let c = [1, -1, 2, -3][rng.random_range(0..4)];
            (Monomial::new(&exponents), Rational::from(c))
        });
        Polynomial::from_terms(&ring, terms)
    });
    let mut germ = Germ::new(Reading::Ideal, generators.collect()).ok()?;
    if rng.random_range(0..3) == 0 {
        let h = Rational::new(rng.random_range(1..4), 2).unwrap();
        germ = germ.amplitude_exponents([("x", h)]).unwrap();
    }
    if rng.random_range(0..3) == 0 {
        germ = germ.nonnegative(["y"]).unwrap();
    }
    resolved(format!("random {:?}", germ.generators()), &germ, None)
}

/// All: `proofs/` with few steps, and certificates that are computed now.
pub(crate) fn known(rng: &mut ChaCha8Rng, steps: usize, fresh: usize) -> Vec<Known> {
    let mut known = proofs(steps);
    for _ in 0..fresh {
        known.extend(monomial(rng));
        known.extend(random(rng));
        if rng.random_range(0..3) == 0 {
            at_roots(rng, &mut known);
        }
    }
    known
}

/// Step `last` and the earlier ones that it needs, numbered anew.
pub(crate) fn needed(steps: &[Glued], last: usize) -> Vec<Glued> {
    let mut places = vec![None; steps.len()];
    let mut wanted = vec![false; steps.len()];
    wanted[last] = true;
    for n in (0..=last).rev().filter(|n| *n < steps.len()) {
        if wanted[n] {
            let children = steps[n].step.rule.children();
            for child in children.iter().filter(|c| c.step < n) {
                wanted[child.step] = true;
            }
        }
    }
    let mut kept: Vec<Glued> = Vec::new();
    for (n, glued) in steps.iter().enumerate().filter(|(n, _)| wanted[*n]) {
        places[n] = Some(kept.len());
        let mut glued = glued.clone();
        for child in glued.step.rule.child_list().into_iter().flatten() {
            child.step = places
                .get(child.step)
                .copied()
                .flatten()
                .unwrap_or(child.step);
        }
        kept.push(glued);
    }
    kept
}

/// What the last step proves for whoever believes every step: the arithmetic of the rules alone.
pub(crate) fn believed(steps: &[Glued]) -> Poles {
    let mut poles: Vec<Poles> = Vec::new();
    for glued in steps {
        let children = glued.step.rule.children().iter();
        let of: Vec<Poles> = children
            .map(|c| poles.get(c.step).cloned())
            .map(|found| found.unwrap_or((Pole::INFINITE, Pole::INFINITE)))
            .collect();
        poles.push(step_poles(glued, &of));
    }
    let nothing = || (Pole::nothing(1), Pole::INFINITE);
    poles.pop().unwrap_or_else(nothing)
}

fn step_poles(glued: &Glued, of: &[Poles]) -> Poles {
    let chart = &glued.step.chart;
    let nothing = (Pole::nothing(chart.coordinates.len()), Pole::INFINITE);
    let fold =
        |start: Poles, f: &dyn Fn(&Pole, &Pole) -> Pole, g: &dyn Fn(&Pole, &Pole) -> Pole| {
            of.iter()
                .fold(start, |all, one| (f(&all.0, &one.0), g(&all.1, &one.1)))
        };
    let best = (Pole::INFINITE, Pole::INFINITE);
    match &glued.step.rule {
        Rule::Unit { .. } | Rule::Open { .. } | Rule::Newton { .. } | Rule::Order { .. } => {
            glued.leaf.clone()
        }
        Rule::Both { .. } => fold(nothing, &Pole::better, &Pole::worse),
        Rule::Sum { .. } => {
            let zero = Pole::new(Rational::ZERO, 1);
            fold((zero.clone(), zero), &Pole::add, &Pole::add)
        }
        Rule::Factor { monomial, .. } => {
            let places = monomial.iter().zip(&chart.coordinates);
            let own = places
                .filter(|(_, c)| !chart.units.contains(&c.name))
                .map(|(k, c)| (*k, c.amplitude.clone()));
            let own = monomial_pole(own);
            fold(best, &|_, l| own.combine(l), &|_, u| own.combine(u))
        }
        Rule::BlowUp { .. } | Rule::Split { .. } | Rule::Cover { .. } => {
            fold(best, &Pole::worse, &Pole::worse)
        }
        Rule::Coordinate { .. } | Rule::Definite { .. } | Rule::Fold { .. } => {
            fold(best, &Pole::worse, &Pole::worse)
        }
        Rule::Ideal { back, .. } => {
            let (lower, upper) = fold(best, &Pole::worse, &Pole::worse);
            let equal = !back.is_empty();
            (lower, if equal { upper } else { Pole::INFINITE })
        }
    }
}
