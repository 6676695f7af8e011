//! Certificates of 200 random questions, written to `target/tmp/fresh-certificates`, where
//! `.ci/run` lets the second checker read them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the counts are the result")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rlct::Budget;
use rlct::algebra::{Monomial, Polynomial, Rational, SizeLimits, Variables};
use rlct::resolution::{Germ, Reading};
use std::path::Path;

/// One to three terms of degree 1 to `degree`.
fn polynomial(rng: &mut ChaCha8Rng, ring: &Variables, degree: u32) -> Polynomial {
    let terms = (0..rng.random_range(1..4)).map(|_| {
        let mut exponents = vec![0; ring.len()];
        for _ in 0..rng.random_range(1..=degree) {
            exponents[rng.random_range(0..ring.len())] += 1;
        }
        let c = [1_i64, -1, 1, -1, 2, -3][rng.random_range(0..6)];
        (Monomial::new(&exponents), Rational::from(c))
    });
    Polynomial::from_terms(ring, terms.collect::<Vec<_>>())
}

/// An ideal or a sum of squares in two or three variables, or one at an irrational point; perhaps
/// with a prior |x|^h, perhaps with y ≥ 0.
fn germ(rng: &mut ChaCha8Rng) -> Option<Germ> {
    let ring =
        Variables::new(["x", "y", "z"].iter().take(rng.random_range(2..4)).copied()).unwrap();
    let square = |p: &Polynomial| p.checked_mul(p, &SizeLimits::default()).unwrap();
    match rng.random_range(0..4) {
        0 => {
            let squares = (0..rng.random_range(1..4)).map(|_| square(&polynomial(rng, &ring, 3)));
            let loss = squares.reduce(|sum, one| &sum + &one).unwrap();
            Germ::new(Reading::Loss, vec![loss]).ok()
        }
        1 => {
            let [a, b] = [0; 2].map(|_: u32| rng.random_range(1..4));
            let n = [2, 3, 5][rng.random_range(0..3)];
            let tail = ["y", "y - x^2 + s", "y^2 - (x^2 - s)^3"][rng.random_range(0..3)];
            let tail = tail.replace('s', &n.to_string());
            Germ::ideal([format!("(x^2 - {n})^{a}*({tail})^{b}")])
                .ok()?
                .number(format!("s^2 = {n}, 1 < s < 3").parse().unwrap())
                .unwrap()
                .at_values([("x", "s")])
                .ok()
        }
        _ => {
            let generators = (0..rng.random_range(1..4)).map(|_| {
                let first = polynomial(rng, &ring, 4);
                match rng.random_range(0..3) {
                    0 => &first * &polynomial(rng, &ring, 2),
                    _ => first,
                }
            });
            let mut germ = Germ::new(Reading::Ideal, generators.collect()).ok()?;
            if rng.random_range(0..3) == 0 {
                let h = Rational::new(rng.random_range(0..4), 2).unwrap();
                germ = germ.amplitude_exponents([("x", h)]).unwrap();
            }
            if rng.random_range(0..3) == 0 {
                germ = germ.nonnegative(["y"]).unwrap();
            }
            Some(germ)
        }
    }
}

#[test]
fn two_hundred_certificates_for_the_second_checker() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fresh-certificates");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(2026);
    let budget = Budget::default().with_steps(3_000);
    let (mut written, mut exact) = (0, 0);
    while written < 200 {
        let Some(germ) = germ(&mut rng) else { continue };
        let Ok(found) = germ.resolve(&budget) else {
            continue;
        };
        let proved = found.certificate().check().unwrap();
        assert_eq!(&proved, found.proved());
        exact += usize::from(proved.is_exact());
        let file = folder.join(format!("{written:03}.json"));
        std::fs::write(file, found.certificate().to_json()).unwrap();
        written += 1;
    }
    println!("{exact} of {written} exact");
    assert!(2 * exact > written);
}
