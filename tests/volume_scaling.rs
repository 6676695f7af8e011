//! Volume scaling against the exact learning coefficients of `tests/data/cases.json`.
//!
//! The exact values only judge the estimates; nothing of them goes into an estimate.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table of estimates is the result")]

use rlct::algebra::{Polynomial, Variables};
use rlct::estimate::{Doubt, VolumeEstimate, VolumeScaling};
use rlct::loss::{PolynomialLoss, Prior, Reading};
use rlct::sampler::{Control, Progress, Splitting, SplittingEnd};
use serde::Deserialize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Two-sided normal quantiles.
const QUANTILE_95: f64 = 1.959_964;
const QUANTILE_997: f64 = 2.967_738;

#[derive(Debug, Deserialize)]
struct Case {
    id: String,
    #[serde(default)]
    tier: String,
    variables: Vec<String>,
    generators: Vec<String>,
    form: Reading,
    #[serde(default)]
    amplitude: Option<String>,
    #[serde(default)]
    nonnegative: Vec<String>,
    lambda: String,
    multiplicity: usize,
}

impl Case {
    fn exact_lambda(&self) -> f64 {
        self.lambda
            .parse::<rlct::algebra::Rational>()
            .unwrap()
            .to_f64()
    }

    fn estimate(&self, particles: usize, seed: u64) -> VolumeEstimate {
        let ring = Variables::new(&self.variables).unwrap();
        let parse = |text: &String| Polynomial::parse_in(text, &ring).unwrap();
        let generators: Vec<Polynomial> = self.generators.iter().map(parse).collect();
        let loss = PolynomialLoss::new(&generators, self.form).unwrap();
        let d = self.variables.len();
        let mut prior = Prior::flat(d);
        if let Some(text) = &self.amplitude {
            let monomial = parse(text);
            let (exponents, _) = monomial.terms().next().unwrap();
            let exponents: Vec<f64> = exponents.iter().map(|&h| f64::from(h)).collect();
            prior = prior.with_amplitude(&exponents).unwrap();
        }
        let half_lines: Vec<usize> = self
            .nonnegative
            .iter()
            .map(|name| ring.index_of(name).unwrap())
            .collect();
        let prior = prior.with_nonnegative(&half_lines).unwrap();
        VolumeScaling::new(&loss, &vec![0.0; d])
            .prior(prior)
            .particles(particles)
            .seed(seed)
            .estimate()
            .unwrap_or_else(|error| panic!("{}: {error}", self.id))
    }
}

/// All germs of at most four variables, none left out.
fn small_cases() -> Vec<Case> {
    small_cases_of(include_str!("data/cases.json"))
}

fn small_cases_of(text: &str) -> Vec<Case> {
    let cases: Vec<Case> = serde_json::from_str(text).unwrap();
    cases
        .into_iter()
        .filter(|case| case.variables.len() <= 4)
        .collect()
}

fn line(case: &Case, estimate: &VolumeEstimate) -> String {
    let deviation = (estimate.lambda() - case.exact_lambda()) / estimate.standard_error();
    format!(
        "{} λ = {:7} λ̂ = {:.4} ± {:.4} ({deviation:+.1}) m = {} m̂ = {} {}",
        case.id,
        case.lambda,
        estimate.lambda(),
        estimate.standard_error(),
        case.multiplicity,
        estimate.multiplicity(),
        estimate.verdict(),
    )
}

/// K = (xyz)², with so few particles that one round of replicates leaves m open.
fn undecided(loss: &PolynomialLoss<f64>) -> VolumeScaling<'_> {
    VolumeScaling::new(loss, &[0.0; 3]).particles(24).seed(7)
}

fn product_of_three() -> PolynomialLoss<f64> {
    PolynomialLoss::from_terms(3, &[vec![(vec![1, 1, 1], 1.0)]], Reading::Ideal).unwrap()
}

#[test]
fn more_replicates_follow_until_the_multiplicity_is_decided() {
    let loss = product_of_three();
    let rounds = |rounds| undecided(&loss).rounds(rounds).estimate().unwrap();
    let (one, two, three) = (rounds(1), rounds(2), rounds(3));
    assert!(one.fit().probability() < 0.8, "{:?}", one.fit());
    assert!(two.evaluations() > one.evaluations());
    assert!(two.standard_error() < one.standard_error());
    // a third round only where the second does not decide
    let open = two.fit().probability() <= 0.8 && two.dispersion() < 1.6;
    assert_eq!(three.evaluations() > two.evaluations(), open);
    assert_eq!(rounds(0), one, "one round at the least");
}

#[test]
fn a_round_that_is_stopped_leaves_the_rounds_before() {
    let loss = product_of_three();
    let one = undecided(&loss).rounds(1).estimate().unwrap();
    let (stop, levels) = (AtomicBool::new(false), AtomicU64::new(u64::MAX));
    let watch = |progress: Progress| {
        // as soon as there is more to do than in the first round
        let first = levels.fetch_min(progress.total, Ordering::Relaxed);
        if progress.total > first {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let control = Control::new().with_stop(&stop).with_progress(&watch);
    let stopped = undecided(&loss).estimate_with(&control).unwrap();
    assert_eq!(stopped.fit(), one.fit());
    assert!(stopped.verdict().doubts().contains(&Doubt::Stopped));
}

#[test]
fn a_singular_point_is_followed_beyond_the_smooth_part_around_it() {
    // K = (x² − y³)²: on the smooth branches floating point resolves it down to some 10⁻³², at the
    // cusp much further.
    let terms = vec![(vec![2, 0], 1.0), (vec![0, 3], -1.0)];
    let loss = PolynomialLoss::from_terms(2, &[terms], Reading::Ideal).unwrap();
    let run = Splitting::new()
        .with_particles(100)
        .with_replicates(4)
        .run(&loss, &[0.0; 2], &Prior::flat(2), &Control::new())
        .unwrap();
    for replicate in &run.replicates {
        assert_eq!(replicate.end, SplittingEnd::Volume);
        assert!(replicate.log_volume(-32.0 * 10_f64.ln()) > -40.0);
    }
}

/// Estimates of these germs, and whether the intervals hold λ and m̂ is m.
fn inside<'a>(cases: impl IntoIterator<Item = &'a Case>) -> (Vec<(&'a Case, bool)>, String) {
    let (mut inside, mut lines) = (Vec::new(), Vec::new());
    for case in cases {
        let estimate = case.estimate(100, 1);
        lines.push(line(case, &estimate));
        let deviation = (estimate.lambda() - case.exact_lambda()) / estimate.standard_error();
        if deviation.abs() <= QUANTILE_997 {
            inside.push((case, estimate.multiplicity() == case.multiplicity));
        }
    }
    let table = lines.join("\n");
    println!("{table}");
    (inside, table)
}

/// The hard target: at least 20 germs over the tiers inside their own 99.7 % interval, m̂ right
/// for at least 17 of those. All 47 germs are tried, so that nothing is picked; more than a tenth
/// outside would be intervals that lie.
#[test]
#[ignore = "takes two minutes; a part of it runs as estimates_agree_with_some_exact_values"]
fn estimates_agree_with_exact_values() {
    let cases = small_cases();
    let (inside, table) = inside(&cases);
    let right = inside.iter().filter(|(_, right)| *right).count();
    assert!(
        inside.len() >= 20 && right >= 17,
        "{} inside, {right} right:\n{table}",
        inside.len()
    );
    assert!(
        10 * inside.len() >= 9 * cases.len(),
        "{} of {}:\n{table}",
        inside.len(),
        cases.len()
    );
    for tier in ["a", "b", "c", "d", "x"] {
        assert!(
            inside.iter().any(|(case, _)| case.tier == tier),
            "tier {tier}:\n{table}"
        );
    }
}

/// The same bars for every sixth germ.
#[test]
fn estimates_agree_with_some_exact_values() {
    let cases = small_cases();
    let some: Vec<&Case> = cases.iter().step_by(6).collect();
    let (inside, table) = inside(some.iter().copied());
    let right = inside.iter().filter(|(_, right)| *right).count();
    assert!(
        10 * inside.len() >= 9 * some.len() && 20 * right >= 17 * inside.len(),
        "{} of {} inside, {right} right:\n{table}",
        inside.len(),
        some.len()
    );
}

/// Coverage over many seeds: 95 % intervals of estimates called trustworthy hold the exact value
/// in 90 to 99 % of cases.
fn check_coverage(cases: &[Case], seeds: std::ops::Range<u64>) {
    let (mut trusted, mut covered, mut right, mut all) = (0_u32, 0_u32, 0_u32, 0_u32);
    for case in cases {
        for seed in seeds.clone() {
            let estimate = case.estimate(150, seed);
            println!("{}", line(case, &estimate));
            let deviation = (estimate.lambda() - case.exact_lambda()) / estimate.standard_error();
            all += 1;
            right += u32::from(estimate.multiplicity() == case.multiplicity);
            if estimate.verdict().is_trustworthy() {
                trusted += 1;
                covered += u32::from(deviation.abs() <= QUANTILE_95);
            }
        }
    }
    let coverage = f64::from(covered) / f64::from(trusted);
    println!("{trusted} of {all} trusted, coverage {coverage:.3}, m̂ right in {right}");
    assert!(
        (0.90..=0.99).contains(&coverage),
        "coverage {coverage} of {trusted}"
    );
}

/// On the germs the estimator was developed with, other seeds.
#[test]
#[ignore = "takes ten minutes"]
fn intervals_cover() {
    check_coverage(&small_cases(), 100..108);
}

/// On germs that played no part in its development.
#[test]
#[ignore = "takes three minutes"]
fn intervals_cover_on_germs_not_seen_before() {
    let cases = small_cases_of(include_str!("data/more_cases.json"));
    check_coverage(&cases, 200..203);
}
