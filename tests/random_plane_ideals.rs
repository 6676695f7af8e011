//! Random ideals of ℚ[x, y] with amplitudes and half-lines: how many end exact.
//!
//! Nobody knows their values; the checker replays every certificate before the answer is given.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the share exact is the result")]

mod common;

use common::steps;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rlct::Budget;
use rlct::algebra::{Monomial, Polynomial, Rational, SizeLimits, Variables};
use rlct::resolution::{Germ, Reading};

/// Two to four terms of degree 1 to `degree`.
fn polynomial(rng: &mut ChaCha8Rng, ring: &Variables, degree: u32) -> Polynomial {
    let terms: Vec<(Monomial, Rational)> = (0..rng.random_range(2..5))
        .map(|_| {
            let degree = rng.random_range(1..=degree);
            let x = rng.random_range(0..=degree);
            let c = [1_i64, -1, 2, -2, 3, -3][rng.random_range(0..6)];
            (Monomial::new(&[x, degree - x]), Rational::from(c))
        })
        .collect();
    Polynomial::from_terms(ring, terms)
}

/// One to three products of powers, of degree 41 at most; perhaps a prior |x|^h, perhaps y ≥ 0.
fn germ(rng: &mut ChaCha8Rng) -> Option<Germ> {
    let ring = Variables::new(["x", "y"]).unwrap();
    let generators: Vec<Polynomial> = (0..rng.random_range(1..4))
        .map(|_| {
            let first = polynomial(rng, &ring, 5);
            (0..rng.random_range(0..3)).fold(first, |product, _| {
                let factor = polynomial(rng, &ring, 4);
                let power = factor.checked_pow(rng.random_range(1..4), &SizeLimits::default());
                &product * &power.unwrap()
            })
        })
        .collect();
    let mut germ = Germ::new(Reading::Ideal, generators).ok()?;
    if rng.random_range(0..3) == 0 {
        let h = Rational::new(rng.random_range(0..4), 2).unwrap();
        germ = germ.amplitude_exponents([("x", h)]).unwrap();
    }
    if rng.random_range(0..3) == 0 {
        germ = germ.nonnegative(["y"]).unwrap();
    }
    Some(germ)
}

fn share(ideals: usize, seed: u64, budget: &Budget) -> (usize, usize) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut tried, mut exact) = (0, 0);
    for _ in 0..ideals {
        let Some(germ) = germ(&mut rng) else { continue };
        let answer = germ.learning_coefficient(budget).unwrap();
        assert!(answer.lower() <= answer.upper(), "{answer}");
        tried += 1;
        if answer.coefficient().is_some() {
            exact += 1;
        } else {
            let shown: Vec<String> = germ.generators().iter().map(ToString::to_string).collect();
            println!("{}: {answer}", shown.join(", "));
        }
    }
    println!("{exact} of {tried} exact");
    (exact, tried)
}

#[test]
fn most_plane_ideals_are_exact() {
    let (exact, tried) = share(120, 1, &steps(200_000));
    assert!(100 * exact >= 96 * tried, "{exact} of {tried}");
}

/// Factors of two generators that could take turns as a coordinate, for ever.
#[test]
fn factors_do_not_take_turns_for_ever() {
    let first = [
        "3*x^3*y - y^3 + 3*x^2 + 3*y",
        "-2*x^5 + 2*x^4 + 2*x^2*y",
        "-2*y^4 - y^3 - y^2",
    ];
    let second = [
        "-18*x^6*y^3 + 18*x^5*y^4 - 48*x^4*y^4 + 48*x^3*y^5 - 32*x^2*y^5 + 32*x*y^6 - 27*x^6 - \
         63*x^4*y - 24*x^2*y^2 + 16*y^3",
        "-x^3*y^2 - 2*x*y^4",
        "-2*x^4 + 3*x*y^3 - 2*x*y^2",
    ];
    for ideal in [first, second] {
        let germ = Germ::ideal(ideal).unwrap();
        let answer = germ.learning_coefficient(&Budget::default()).unwrap();
        assert!(answer.coefficient().is_some(), "{ideal:?}: {answer}");
    }
}

/// Centres at the zeros of polynomials with factors, and functions that need each other, or hide
/// all of the ideal.
#[test]
fn ideals_that_need_care() {
    for (ideal, value) in [
        (
            vec!["-2*x^8 - 2*x^6*y + 3*x^4*y^3 + 9*x^4*y + 6*x^2*y^2 - 9*y^4 - 9*y^2"],
            "λ = 5/16, m = 1",
        ),
        (
            vec!["3*x*y^7 + 6*x^3*y^4 + 9*x^2*y^5 + 18*x^4*y^2 + 3*x^3*y^3 + 9*x^4*y"],
            "λ = 1/6, m = 1",
        ),
        (
            vec![
                "3*x^8*y^8 + 30*x^9*y^4 - 3*x^4*y^8 + 75*x^10 - 30*x^5*y^4 - 75*x^6",
                "-2*x^8*y^9 + 6*x^9*y^7 - x^6*y^10 - 6*x^10*y^5 + 3*x^7*y^8 + 2*x^11*y^3 - \
                 3*x^8*y^6 + 12*x^7*y^7 - 21*x^6*y^8 + x^9*y^4 - 24*x^8*y^5 + 45*x^7*y^6 + \
                 6*x^5*y^8 - 9*x^4*y^9 + 12*x^9*y^3 - 27*x^8*y^4 - 12*x^6*y^6 + 18*x^5*y^7 + \
                 3*x^9*y^2 + 6*x^7*y^4 - 33*x^6*y^5 + 90*x^5*y^6 - 81*x^4*y^7 + 24*x^7*y^3 - \
                 108*x^6*y^4 + 108*x^5*y^5 - 12*x^4*y^6 + 36*x^3*y^7 - 27*x^2*y^8 + 18*x^7*y^2 - \
                 27*x^6*y^3 + 12*x^5*y^4 - 36*x^4*y^5 + 27*x^3*y^6 + 16*x^5*y^3 - 108*x^4*y^4 + \
                 216*x^3*y^5 - 135*x^2*y^6 + 36*x^5*y^2 - 108*x^4*y^3 + 89*x^3*y^4 - 36*x^2*y^5 + \
                 54*x*y^6 - 27*y^7 + 24*x^3*y^2 - 108*x^2*y^3 + 162*x*y^4 - 81*y^5",
                "3*x^3*y^2 - 3*x*y^4 + 3*x^3",
            ],
            "λ = 4/15, m = 1",
        ),
        (
            vec![
                "x^5*y^12 - 6*x^4*y^12 - 3*x^6*y^9 + 12*x^3*y^12 + 6*x^5*y^9 - x^3*y^11 - \
                 8*x^2*y^12 + 3*x^7*y^6 + 12*x^4*y^9 - 3*x^3*y^10 + 6*x^2*y^11 + 6*x^6*y^6 + \
                 3*x^4*y^8 - 24*x^3*y^9 + 18*x^2*y^10 - 12*x*y^11 - x^8*y^3 - 12*x^5*y^6 + \
                 9*x^4*y^7 - 6*x^3*y^8 - 36*x*y^10 + 8*y^11 - 6*x^7*y^3 - 3*x^5*y^5 - 24*x^4*y^6 - \
                 18*x^3*y^7 - 12*x^2*y^8 + 24*y^10 - 12*x^6*y^3 - 9*x^5*y^4 - 6*x^4*y^5 - \
                 36*x^2*y^7 + 24*x*y^8 + x^6*y^2 - 8*x^5*y^3 - 18*x^4*y^4 + 12*x^3*y^5 + 72*x*y^7 \
                 + 3*x^6*y + 6*x^5*y^2 + 36*x^3*y^4 + 24*x^2*y^5 + 18*x^5*y + 12*x^4*y^2 + \
                 72*x^2*y^4 + 36*x^4*y + 8*x^3*y^2 + 24*x^3*y",
                "-3*x^9*y^3 - 3*x^8*y^4 + 2*x^9*y^2 + 14*x^8*y^3 + 38*x^7*y^4 + 26*x^6*y^5 - \
                 2*x^8*y^2 - 36*x^7*y^3 - 84*x^6*y^4 - 120*x^5*y^5 - 64*x^4*y^6 - 4*x^8*y - \
                 13*x^7*y^2 - 9*x^6*y^3 + 72*x^5*y^4 + 72*x^4*y^5 + 64*x^3*y^6 + 32*x^2*y^7 + \
                 16*x^7*y + 44*x^6*y^2 + 76*x^5*y^3 + 104*x^4*y^4 - 22*x^6*y - 52*x^5*y^2 - \
                 20*x^4*y^3 + 32*x^3*y^4 - 16*x^2*y^5 + 24*x^5*y + 48*x^4*y^2 - 24*x^4*y - \
                 96*x^3*y^2 - 96*x^2*y^3",
            ],
            "λ = 3/14, m = 1",
        ),
    ] {
        let germ = Germ::ideal(&ideal).unwrap();
        let answer = germ.learning_coefficient(&Budget::default()).unwrap();
        assert_eq!(answer.to_string(), value, "{ideal:?}");
    }
}

#[test]
#[ignore = "takes a minute"]
fn many_plane_ideals_are_exact() {
    let (exact, tried) = share(2_000, 2, &Budget::default());
    assert!(100 * exact >= 99 * tried, "{exact} of {tried}");
}
