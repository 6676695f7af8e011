//! Germs at points with irrational coordinates.
//!
//! Where p has a simple root s, p(v) is a coordinate near v = s as good as v: a germ with p(v) put
//! for a variable has at v = s the λ and m that it had at 0. Every number field, and every way to
//! write the point in one, leaves them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the share exact is the result")]

mod common;

use common::{Case, judge, known_cases, steps};
use rlct::Budget;
use rlct::algebra::{Polynomial, Rational, SizeLimits, Variables};
use rlct::resolution::{Answer, Germ, GermError, Reading};

/// The case with polynomials put for some variables, at a point given by numbers.
fn moved(
    case: &Case,
    images: &[(usize, &str)],
    numbers: &[&str],
    values: &[(usize, &str)],
) -> Option<Germ> {
    let ring = case.ring();
    let mut all: Vec<Polynomial> = (0..ring.len())
        .map(|i| Polynomial::variable(&ring, i))
        .collect();
    for (i, image) in images {
        let image = image.replace('v', &ring.names()[*i]);
        all[*i] = Polynomial::parse_in(&image, &ring).unwrap();
    }
    let limits = SizeLimits::default().with_terms(400);
    let compose = |g: &Polynomial| g.compose(&all, &limits).ok().filter(|g| g.degree() <= 40);
    let generators: Option<Vec<_>> = case.polynomials().iter().map(compose).collect();
    let amplitude = case.amplitude_exponents().into_iter().map(Rational::from);
    let mut germ = Germ::new(case.form, generators?)
        .unwrap()
        .amplitude_exponents(case.variables.iter().zip(amplitude))
        .unwrap()
        .nonnegative(&case.nonnegative)
        .unwrap();
    for number in numbers {
        germ = germ.number(number.parse().unwrap()).unwrap();
    }
    let values = values.iter().map(|(i, value)| (&case.variables[*i], value));
    Some(germ.at_values(values).unwrap())
}

/// The variables without amplitude that take both signs.
fn free(case: &Case) -> Vec<usize> {
    let amplitude = case.amplitude_exponents();
    (0..case.variables.len())
        .filter(|&i| amplitude[i] == 0 && !case.nonnegative.contains(&case.variables[i]))
        .collect()
}

/// The share of exact answers over all cases, in percent, and how many were tried.
fn share(change: impl Fn(&Case, &[usize]) -> Option<Germ>) -> (usize, usize) {
    let (mut tried, mut exact) = (0, 0);
    for case in known_cases() {
        let free = free(&case);
        if case.variables.len() > 3 || case.variables.iter().any(|v| v == "s" || v == "t") {
            continue;
        }
        let Some(germ) = change(&case, &free) else {
            continue;
        };
        let found = germ.learning_coefficient(&steps(60_000)).unwrap();
        match judge(&found, &case.lambda, case.multiplicity) {
            Ok(is_exact) => {
                tried += 1;
                exact += usize::from(is_exact);
                if !is_exact {
                    println!("{}: {found}", case.id);
                }
            }
            Err(wrong) => panic!("{}: {wrong}", case.id),
        }
    }
    println!("{exact} of {tried} exact");
    (exact, tried)
}

#[test]
fn one_coordinate_in_a_quadratic_field() {
    let (exact, tried) = share(|case, free| {
        moved(
            case,
            &[(*free.first()?, "v^2 - 2")],
            &["s^2 = 2, 1 < s < 2"],
            &[(free[0], "s")],
        )
    });
    assert!(
        tried > 60 && 100 * exact >= 90 * tried,
        "{exact} of {tried}"
    );
}

#[test]
fn two_coordinates_in_one_cubic_field() {
    let (exact, tried) = share(|case, free| {
        let [i, j, ..] = *free else { return None };
        let images = [(i, "v^3 - v - 1"), (j, "v^3 - 3*v^2 + 2*v - 1")];
        // both are roots of the same field: p(v − 1) = v³ − 3v² + 2v − 1
        moved(case, &images, &["s^3 - s = 1"], &[(i, "s"), (j, "s + 1")])
    });
    assert!(
        tried > 40 && 100 * exact >= 75 * tried,
        "{exact} of {tried}"
    );
}

#[test]
#[ignore = "takes most of a minute"]
fn two_coordinates_in_different_fields() {
    let (exact, tried) = share(|case, free| {
        let [i, j, ..] = *free else { return None };
        let images = [(i, "v^2 - 2"), (j, "v^2 - 3")];
        let numbers = ["s^2 = 2, 1 < s < 2", "t^2 = 3, -2 < t < -1"];
        moved(case, &images, &numbers, &[(i, "s"), (j, "t")])
    });
    assert!(
        tried > 40 && 100 * exact >= 85 * tried,
        "{exact} of {tried}"
    );
}

fn germ(reading: Reading, generators: &[&str], number: &str) -> Germ {
    let generators = Polynomial::parse_all(generators).unwrap();
    let germ = Germ::new(reading, generators).unwrap();
    germ.number(number.parse().unwrap()).unwrap()
}

fn answer(germ: Germ) -> Result<Answer, GermError> {
    germ.learning_coefficient(&Budget::default())
}

const ROOT: &str = "s^2 = 2, 1 < s < 2";

#[test]
fn prior_and_domain_at_an_irrational_point() {
    // |x|^h and x ≥ 0 have no effect away from 0, however near
    let near = germ(Reading::Ideal, &["x^2-2"], "s^2 = 2, 0 < s < 2")
        .amplitude("x")
        .unwrap()
        .nonnegative(["x"])
        .unwrap();
    let exact = answer(near.clone().at_values([("x", "s")]).unwrap()).unwrap();
    assert_eq!(exact.to_string(), "λ = 1/2, m = 1");
    let outside = answer(near.at_values([("x", "-s")]).unwrap());
    assert!(
        matches!(outside, Err(GermError::OutsideDomain { .. })),
        "{outside:?}"
    );
    // a value that is 0 only in disguise
    let hidden = germ(Reading::Ideal, &["x*y"], ROOT).amplitude("x").unwrap();
    let hidden = hidden.at_values([("x", "s^2 - 2")]).unwrap();
    assert_eq!(answer(hidden).unwrap().to_string(), "λ = 1/2, m = 1");
}

#[test]
fn a_root_is_one_root_alone() {
    // at √2 the factor x + √2 is a unit, and so is x − 5
    let both = germ(
        Reading::Ideal,
        &["(x^2-2)*(x-5)^3"],
        "(s^2-2)*(s-5)^2, 1 < s < 2",
    );
    assert_eq!(
        answer(both.at_values([("x", "s")]).unwrap())
            .unwrap()
            .to_string(),
        "λ = 1/2, m = 1"
    );
    let five = germ(
        Reading::Ideal,
        &["(x^2-2)*(x-5)^3"],
        "(s^2-2)*(s-5)^2, 4 < s < 6",
    );
    assert_eq!(
        answer(five.at_values([("x", "s")]).unwrap())
            .unwrap()
            .to_string(),
        "λ = 1/6, m = 1"
    );
}

#[test]
fn bad_points_are_named() {
    let circle = || germ(Reading::Ideal, &["x^2+y^2-1"], ROOT);
    let off = answer(circle().at_values([("x", "s")]).unwrap());
    assert!(
        matches!(&off, Err(GermError::Unit { value, .. }) if value.contains('≈')),
        "{off:?}"
    );
    let taken = circle().number("x^2 = 2, 1 < x < 2".parse().unwrap());
    assert!(
        matches!(taken, Err(GermError::NameTaken { .. })),
        "{taken:?}"
    );
    let unknown = circle().at_values([("x", "s+q")]);
    assert!(
        matches!(unknown, Err(GermError::Value { .. })),
        "{unknown:?}"
    );
    // √2·√2 = 2, but the two numbers do not know of each other
    let related =
        germ(Reading::Ideal, &["x*y-2"], ROOT).number("t^2 = 2, 1 < t < 2".parse().unwrap());
    let related = answer(
        related
            .unwrap()
            .at_values([("x", "s"), ("y", "t")])
            .unwrap(),
    );
    assert!(
        matches!(related, Err(GermError::Undecided { generator: 1 })),
        "{related:?}"
    );
    let negative = answer(
        germ(Reading::Loss, &["(x^2-2)*y^2"], ROOT)
            .at_values([("x", "s")])
            .unwrap(),
    );
    assert!(
        matches!(negative, Err(GermError::NegativeLoss { .. })),
        "{negative:?}"
    );
}

#[test]
fn a_small_budget_leaves_bounds() {
    let ring = Variables::new(["x", "y"]).unwrap();
    let g = Polynomial::parse_in("(x^3-2)^2 - (y^2-3)^3", &ring).unwrap();
    let germ = Germ::new(Reading::Ideal, vec![g])
        .unwrap()
        .number("s^3 = 2".parse().unwrap())
        .unwrap()
        .number("t^2 = 3, 1 < t < 2".parse().unwrap())
        .unwrap()
        .at_values([("x", "s"), ("y", "t")])
        .unwrap();
    for most in [0, 100, 1_000, 10_000, 100_000] {
        let found = germ.learning_coefficient(&steps(most)).unwrap();
        judge(&found, &Rational::new(5, 12).unwrap(), 1).unwrap();
    }
}
