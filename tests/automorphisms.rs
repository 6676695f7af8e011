//! Germs with known values after random changes of coordinates.
//!
//! A polynomial automorphism that fixes the point (and every coordinate that carries an amplitude
//! or bounds the domain) changes neither λ nor m.
//!
//! A monomial change w = u^A, wᵢ = ∏ uⱼ^Aᵢⱼ with A ≥ 0 unimodular, is no isomorphism at the
//! origin, but a bijection of (ℝ∖0)ᵈ: of the positive orthant since A is invertible over ℤ, and of
//! the signs since det A is odd. The integral of K(u^A)^z·|u^A|^h·|Jacobian| over |u| ≤ δ, with
//! Jacobian ±∏ uⱼ^(Σᵢ Aᵢⱼ − 1), is therefore the integral of K(w)^z·|w|^h over a *part* of a
//! neighbourhood of the origin. Hence (λ, −m) can only grow, and where the charts of a subdivision
//! of the orthant cover almost everything their integrals add up to the original one: λ is the
//! least over **the whole exceptional fibre**. The origins of the charts are enough for monomial
//! ideals, where every other point of the fibre has the ideal of a chart's origin with some
//! coordinates made units, and hence no smaller λ.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the share exact is the result")]

mod common;

use common::{Case, judge, known_cases, steps};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseError, TestRunner};
use rlct::LearningCoefficient;
use rlct::algebra::{Monomial, Polynomial, Rational, SizeLimits, Variables};
use rlct::resolution::{Answer, Germ, Reading};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The least share of exact answers in 2, 3 and 4 variables, in percent.
///
/// The aim of the engine is 100 in two variables. To be raised with the engine, never lowered.
const LEAST_EXACT: [(usize, u32); 3] = [(2, 100), (3, 98), (4, 95)];

/// Steps of a germ. Hard ones end as bounds.
const STEPS: u64 = 120_000;

/// Steps of a germ of two variables: none of them should end as bounds.
const STEPS_IN_THE_PLANE: u64 = 1_000_000;

/// A germ that grows beyond this many terms is left out.
const MOST_TERMS: usize = 400;

// ---- automorphisms --------------------------------------------------------------------------

/// One step of an automorphism of ℚ[w].
#[derive(Debug, Clone)]
enum Move {
    /// wᵢ ↦ wᵢ + p(the other variables), p without constant term.
    Shear(usize, Vec<(Vec<u32>, i64)>),
    /// wᵢ ↦ wᵢ + c wⱼ.
    Add(usize, usize, i64),
    /// wᵢ ↔ wⱼ.
    Swap(usize, usize),
    /// wᵢ ↦ −wᵢ.
    Flip(usize),
}

impl Move {
    fn images(&self, ring: &Variables) -> Vec<Polynomial> {
        let mut images: Vec<Polynomial> = (0..ring.len())
            .map(|i| Polynomial::variable(ring, i))
            .collect();
        match self {
            Self::Shear(i, terms) => {
                let terms = terms
                    .iter()
                    .map(|(e, c)| (Monomial::new(e), Rational::from(*c)));
                images[*i] = &images[*i] + &Polynomial::from_terms(ring, terms);
            }
            Self::Add(i, j, c) => {
                images[*i] = &images[*i] + &images[*j].scale(&Rational::from(*c));
            }
            Self::Swap(i, j) => images.swap(*i, *j),
            Self::Flip(i) => images[*i] = -&images[*i],
        }
        images
    }
}

/// A term of degree 1 to `degree` without the variable i.
fn term(d: usize, i: usize, degree: usize) -> impl Strategy<Value = (Vec<u32>, i64)> {
    let others: Vec<usize> = (0..d).filter(|j| *j != i).collect();
    let factors = prop::collection::vec(prop::sample::select(others), 1..=degree);
    let c = prop::sample::select(vec![-2_i64, -1, 1, 2]);
    (factors, c).prop_map(move |(factors, c)| {
        let mut exponents = vec![0; d];
        for j in factors {
            exponents[j] += 1;
        }
        (exponents, c)
    })
}

fn shear(d: usize, free: Vec<usize>) -> impl Strategy<Value = Move> {
    prop::sample::select(free).prop_flat_map(move |i| {
        let degree = if d == 2 { 3 } else { 2 };
        prop::collection::vec(term(d, i, degree), 1..=2).prop_map(move |p| Move::Shear(i, p))
    })
}

fn linear(d: usize, free: Vec<usize>) -> impl Strategy<Value = Move> {
    let of = || prop::sample::select(free.clone());
    prop_oneof![
        3 => (of(), 1..d, prop::sample::select(vec![-1_i64, 1]))
            .prop_map(move |(i, k, c)| Move::Add(i, (i + k) % d, c)),
        1 => (of(), of()).prop_map(|(i, j)| Move::Swap(i, j)),
        1 => of().prop_map(Move::Flip),
    ]
}

/// Up to three shears and up to three elementary matrices, of the free variables only.
fn automorphism(d: usize, free: Vec<usize>) -> impl Strategy<Value = Vec<Move>> {
    (
        prop::collection::vec(shear(d, free.clone()), 1..=3),
        prop::collection::vec(linear(d, free), 0..=3),
    )
        .prop_map(|(shears, linear)| shears.into_iter().chain(linear).collect::<Vec<_>>())
        .prop_shuffle()
}

/// The germs that a map can move: d variables, one of them neither damped nor bounded.
fn movable(d: usize) -> Vec<(Case, Vec<usize>)> {
    known_cases()
        .into_iter()
        .filter(|case| case.variables.len() == d)
        .filter_map(|case| {
            let amplitude = case.amplitude_exponents();
            let free: Vec<usize> = (0..d)
                .filter(|&i| amplitude[i] == 0 && !case.nonnegative.contains(&case.variables[i]))
                .collect();
            (!free.is_empty()).then_some((case, free))
        })
        .collect()
}

fn moved(case: &Case, moves: &[Move]) -> Option<Vec<Polynomial>> {
    let limits = SizeLimits::default().with_terms(MOST_TERMS);
    let ring = case.ring();
    moves
        .iter()
        .try_fold(case.polynomials(), |generators, step| {
            let images = step.images(&ring);
            let compose = |g: &Polynomial| g.compose(&images, &limits).ok();
            generators.iter().map(compose).collect()
        })
}

fn answer(case: &Case, generators: Vec<Polynomial>, most_steps: u64) -> Answer {
    let germ = Germ::new(case.form, generators).unwrap();
    let amplitude = case.amplitude_exponents().into_iter().map(Rational::from);
    let germ = germ
        .amplitude_exponents(case.variables.iter().zip(amplitude))
        .unwrap();
    let germ = germ.nonnegative(&case.nonnegative).unwrap();
    germ.learning_coefficient(&steps(most_steps)).unwrap()
}

/// How many germs were tried, and which stayed undecided.
#[derive(Debug, Default)]
struct Count {
    tried: u32,
    exact: u32,
    too_large: u32,
    /// How often, and the shortest germ.
    open: BTreeMap<String, (u32, String)>,
}

impl Count {
    fn add(&mut self, id: &str, exact: bool, germ: String) {
        self.tried += 1;
        self.exact += u32::from(exact);
        if !exact {
            let (times, shortest) = self
                .open
                .entry(id.to_string())
                .or_insert_with(|| (0, germ.clone()));
            *times += 1;
            if germ.len() < shortest.len() {
                *shortest = germ;
            }
        }
    }
}

/// Tries so many random automorphisms on random germs of d variables.
fn try_automorphisms(d: usize, cases: u32, seed: u64, most_steps: u64) -> Count {
    let germs = movable(d);
    assert!(!germs.is_empty(), "no germs of {d} variables");
    let strategy = prop::sample::select(germs).prop_flat_map(move |(case, free)| {
        let shown = (case.generators.clone(), case.id.clone());
        (Just(case), automorphism(d, free), Just(shown))
    });
    let config = ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let count = RefCell::new(Count::default());
    TestRunner::new(config)
        .run(&strategy, |(case, moves, _)| {
            let Some(generators) = moved(&case, &moves) else {
                count.borrow_mut().too_large += 1;
                return Ok(());
            };
            let shown: Vec<String> = generators.iter().map(ToString::to_string).collect();
            let found = answer(&case, generators, most_steps);
            let exact = judge(&found, &case.lambda, case.multiplicity)
                .map_err(|wrong| TestCaseError::fail(format!("{}: {shown:?}: {wrong}", case.id)))?;
            let shown = format!("({}): {found}", shown.join(", "));
            count.borrow_mut().add(&case.id, exact, shown);
            Ok(())
        })
        .unwrap_or_else(|wrong| panic!("{wrong}"));
    count.into_inner()
}

fn check_share(d: usize, count: &Count) {
    let Count {
        tried,
        exact,
        too_large,
        open,
    } = count;
    println!("{d} variables: {exact} of {tried} exact, {too_large} too large, open:");
    for (id, (times, germ)) in open {
        println!("  {id} {times} times, for one {germ}");
    }
    let (_, least) = LEAST_EXACT.into_iter().find(|(n, _)| *n == d).unwrap();
    assert!(
        100 * exact >= least * tried,
        "less than {least} % exact in {d} variables: {exact} of {tried}"
    );
    assert!(
        4 * too_large <= *tried,
        "too many maps that make too large a germ: {too_large}"
    );
}

#[test]
fn germs_of_two_variables_under_automorphisms() {
    check_share(2, &try_automorphisms(2, 450, 2, STEPS_IN_THE_PLANE));
}

#[test]
fn germs_of_three_variables_under_automorphisms() {
    check_share(3, &try_automorphisms(3, 60, 3, STEPS));
}

#[test]
fn germs_of_four_variables_under_automorphisms() {
    check_share(4, &try_automorphisms(4, 30, 4, STEPS));
}

#[test]
#[ignore = "takes minutes"]
fn many_germs_under_automorphisms() {
    for seed in [102, 7, 8, 9, 10, 11, 12] {
        check_share(2, &try_automorphisms(2, 450, seed, STEPS_IN_THE_PLANE));
    }
    for (d, cases) in [(3, 180), (4, 90)] {
        check_share(d, &try_automorphisms(d, cases, 100 + d as u64, STEPS));
    }
}

// ---- monomial changes -----------------------------------------------------------------------

/// Columns of a unimodular matrix ≥ 0: the rays of a cone of a subdivision of the orthant.
type Cone = Vec<Vec<u32>>;

fn orthant(d: usize) -> Cone {
    (0..d)
        .map(|j| (0..d).map(|i| u32::from(i == j)).collect())
        .collect()
}

/// The star subdivision at the sum of some rays, one chart for each of them: the blow-up of a
/// coordinate subspace.
fn subdivide(cone: &Cone, rays: &[usize]) -> Vec<Cone> {
    let d = cone.len();
    let sum: Vec<u32> = (0..d)
        .map(|i| rays.iter().map(|&r| cone[r][i]).sum())
        .collect();
    let with = |r: usize| {
        let mut chart = cone.clone();
        chart[r].clone_from(&sum);
        chart
    };
    rays.iter().map(|&r| with(r)).collect()
}

/// The germ w = u^A pulled back with amplitude and Jacobian.
fn pulled_back(
    reading: Reading,
    generators: &[Polynomial],
    amplitude: &[u32],
    cone: &Cone,
    names: &[String],
) -> Germ {
    let pull = |e: &[u32]| -> Vec<u32> {
        let order = |ray: &Vec<u32>| ray.iter().zip(e).map(|(a, e)| a * e).sum();
        cone.iter().map(order).collect()
    };
    let pull_polynomial = |g: &Polynomial| {
        let terms = g.terms().map(|(e, c)| (Monomial::new(&pull(e)), c.clone()));
        Polynomial::from_terms(g.variables(), terms)
    };
    let germ = Germ::new(reading, generators.iter().map(pull_polynomial).collect()).unwrap();
    let h = cone.iter().map(|ray| {
        let tau = ray.iter().zip(amplitude).map(|(a, h)| a * (h + 1));
        Rational::from(tau.sum::<u32>() - 1)
    });
    germ.amplitude_exponents(names.iter().zip(h)).unwrap()
}

/// Proper subsets of at least two of d rays, as a list to choose from.
fn choices_of_rays(d: usize) -> Vec<Vec<usize>> {
    (1_u32..1 << d)
        .filter(|set| set.count_ones() >= 2)
        .map(|set| (0..d).filter(|i| set >> i & 1 == 1).collect())
        .collect()
}

/// Up to three blow-ups, each followed into one of its charts.
fn chart(d: usize) -> impl Strategy<Value = Cone> {
    let step = (
        prop::sample::select(choices_of_rays(d)),
        any::<prop::sample::Index>(),
    );
    prop::collection::vec(step, 1..=3).prop_map(move |steps| {
        steps.into_iter().fold(orthant(d), |cone, (rays, which)| {
            subdivide(&cone, &rays).swap_remove(which.index(rays.len()))
        })
    })
}

#[test]
fn one_monomial_chart_never_lowers_the_pole() {
    let germs: Vec<Case> = known_cases()
        .into_iter()
        .filter(|case| (2..=4).contains(&case.variables.len()) && case.nonnegative.is_empty())
        .collect();
    let strategy = prop::sample::select(germs).prop_flat_map(|case| {
        let d = case.variables.len();
        (Just(case), chart(d))
    });
    let config = ProptestConfig {
        cases: 120,
        rng_seed: RngSeed::Fixed(5),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new(config)
        .run(&strategy, |(case, cone)| {
            let germ = pulled_back(
                case.form,
                &case.polynomials(),
                &case.amplitude_exponents(),
                &cone,
                &case.variables,
            );
            let found = germ.learning_coefficient(&steps(STEPS)).unwrap();
            prop_assert!(
                *found.upper() >= case.lambda,
                "{} in the chart {cone:?}: {found} below {}",
                case.id,
                case.lambda
            );
            if let Some(pair) = found.coefficient()
                && *pair.lambda() == case.lambda
            {
                prop_assert!(
                    pair.multiplicity() <= case.multiplicity,
                    "{} in the chart {cone:?}: {found}, but m = {}",
                    case.id,
                    case.multiplicity
                );
            }
            Ok(())
        })
        .unwrap_or_else(|wrong| panic!("{wrong}"));
}

/// A random monomial ideal and amplitude.
fn monomial_ideal(d: usize) -> impl Strategy<Value = (Vec<Polynomial>, Vec<u32>)> {
    let ring = Variables::new((0..d).map(|i| format!("x{i}"))).unwrap();
    let exponents = prop::collection::vec(0_u32..5, d)
        .prop_filter("1 is no zero", |e| e.iter().any(|e| *e > 0));
    let generators = prop::collection::vec(exponents, 1..5).prop_map(move |ideal| {
        let generator =
            |e: &Vec<u32>| Polynomial::from_terms(&ring, [(Monomial::new(e), Rational::ONE)]);
        ideal.iter().map(generator).collect::<Vec<_>>()
    });
    (generators, prop::collection::vec(0_u32..3, d))
}

/// Follows blow-ups into all their charts.
fn fan(d: usize) -> impl Strategy<Value = Vec<Cone>> {
    let step = (
        prop::sample::select(choices_of_rays(d)),
        any::<prop::sample::Index>(),
    );
    prop::collection::vec(step, 1..=3).prop_map(move |steps| {
        let mut cones = vec![orthant(d)];
        for (rays, which) in steps {
            // one cone alone may be subdivided: the charts still cover almost everything
            let cone = cones.swap_remove(which.index(cones.len()));
            cones.extend(subdivide(&cone, &rays));
        }
        cones
    })
}

/// The integral is the sum of those over the charts: the least λ, and the largest m there.
#[test]
fn the_charts_of_a_monomial_ideal_add_up() {
    let strategy = (2_usize..=4).prop_flat_map(|d| (monomial_ideal(d), fan(d)));
    let config = ProptestConfig {
        cases: 200,
        rng_seed: RngSeed::Fixed(6),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new(config)
        .run(&strategy, |((generators, amplitude), fan)| {
            let d = amplitude.len();
            let names = generators[0].variables().names();
            let exact = |cone: &Cone| -> Result<LearningCoefficient, TestCaseError> {
                let germ = pulled_back(Reading::Ideal, &generators, &amplitude, cone, names);
                let found = germ.learning_coefficient(&steps(STEPS)).unwrap();
                // a linear program decides
                found.coefficient().cloned().ok_or_else(|| {
                    TestCaseError::fail(format!("a monomial ideal is undecided: {found}"))
                })
            };
            let whole = exact(&orthant(d))?;
            let charts = fan.iter().map(exact).collect::<Result<Vec<_>, _>>()?;
            let lambda = charts
                .iter()
                .map(LearningCoefficient::lambda)
                .min()
                .unwrap();
            let m = charts
                .iter()
                .filter(|c| c.lambda() == lambda)
                .map(LearningCoefficient::multiplicity)
                .max()
                .unwrap();
            prop_assert_eq!(&whole, &LearningCoefficient::new(lambda.clone(), m));
            Ok(())
        })
        .unwrap_or_else(|wrong| panic!("{wrong}"));
}
