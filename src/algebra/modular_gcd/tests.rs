use super::super::limits::wide;
use super::super::{Factors, Variables};
use super::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn divisor(a: &Polynomial, b: &Polynomial) -> Polynomial {
    let (a, b) = (a.primitive_part(), b.primitive_part());
    let both = |d: &Polynomial| {
        [&a, &b]
            .into_iter()
            .all(|p| p.quotient_within(d, &wide()).is_some())
    };
    modular(&a, &b, both).unwrap()
}

fn all(texts: &[&str]) -> Vec<Polynomial> {
    Polynomial::parse_all(texts).unwrap()
}

/// h is the divisor of f·h and g·h, f and g coprime.
fn finds([f, g, h]: [&Polynomial; 3]) {
    assert_eq!(divisor(&(f * h), &(g * h)), h.primitive_part());
}

#[test]
fn planted_divisors_of_high_degree() {
    let p = all(&[
        "x^100 + 3*x^50*y - 7*y^3 + 2",
        "x^2 - y*x + 5",
        "y^4 + x - 1",
        "(x + 2*y + 1)^30 - x^7*y",
    ]);
    finds([&p[1], &p[2], &p[0]]);
    finds([&p[1], &p[2], &p[3]]);
    finds([&p[0], &p[2], &p[3]]);
    let one = divisor(&p[0], &p[3]);
    assert_eq!(one.as_constant(), Some(Rational::ONE));
}

#[test]
fn high_powers_give_their_multiple_factor() {
    let p = all(&["(x^2 - y^3 + 2*x*y)^33 * (x - y)"]);
    let factors = p[0].square_free_factors().unwrap();
    let shown: Vec<String> = factors.iter().map(|(f, k)| format!("({f})^{k}")).collect();
    assert_eq!(shown, ["(x - y)^1", "(y^3 - x^2 - 2*x*y)^33"]);
}

#[test]
fn contents_in_every_variable() {
    let p = all(&[
        "6*(y^2 + 1)*(x - z)*(x + y*z)",
        "15*(y^2 + 1)*(x - z)*(z^2 + x)",
        "(y^2 + 1)*(x - z)",
    ]);
    assert_eq!(divisor(&p[0], &p[1]), p[2].primitive_part());
    let p = all(&["y*(x + 1)", "y*(z + 1)", "y"]);
    assert_eq!(divisor(&p[0], &p[1]), p[2]);
}

#[test]
fn unlucky_primes_are_left_out() {
    let prime = fields().next().unwrap().p;
    let h = format!("x^2*y + {prime}*x - 3*y^2 + {prime}^2");
    // equal modulo the prime; a leading coefficient that is 0 there
    let f = format!("x + y + 1 + {prime}*x");
    let p = all(&[&f, "x + y + 1", &h, &format!("{prime}*x*y + y^2 + 1")]);
    finds([&p[0], &p[1], &p[2]]);
    finds([&p[3], &p[1], &p[2]]);
    finds([&p[0], &p[1], &p[3]]);
}

#[test]
fn unlucky_points_are_left_out() {
    let field = fields().next().unwrap();
    let first = field.times(START % field.p, FACTOR % field.p);
    // equal where y is the first point
    let f = format!("x^2 + x*y + {first}*y + 1");
    let g = "x^2 + x*y + y^2 + 1";
    let leading = format!("(y - {first})*x^2 + 1");
    let p = all(&[&f, g, "x*y + x + 2", &leading]);
    finds([&p[0], &p[1], &p[2]]);
    finds([&p[0], &p[3], &p[2]]);
    finds([&p[0], &p[1], &p[3]]);
}

fn polynomial(d: usize, degree: u32, most: usize) -> impl Strategy<Value = Polynomial> {
    let term = (prop::collection::vec(0..=degree, d), -1_000_i64..1_000);
    prop::collection::vec(term, 1..most).prop_map(move |terms| {
        let names = ["x", "y", "z", "w"].into_iter().take(d);
        let ring = Variables::new(names).unwrap();
        let terms = terms.into_iter();
        let terms = terms.map(|(e, c)| (Monomial::new(&e), Rational::from(c)));
        Polynomial::from_terms(&ring, terms)
    })
}

fn triple() -> impl Strategy<Value = [Polynomial; 3]> {
    // sparse in up to four variables, dense in one and two
    let shape = prop::sample::select(vec![
        (1, 12, 12),
        (2, 9, 6),
        (2, 3, 20),
        (3, 4, 6),
        (4, 2, 8),
    ]);
    shape.prop_flat_map(|(d, degree, most)| {
        let p = || polynomial(d, degree, most);
        (p(), p(), p()).prop_map(|(f, g, h)| [f, g, h])
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        rng_seed: RngSeed::Fixed(4),
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_planted_divisor_is_found([f, g, h] in triple()) {
        prop_assume!(![&f, &g, &h].iter().any(|p| p.as_constant().is_some()));
        let common = divisor(&(&f * &h), &(&g * &h));
        let cofactor = common.exact_quotient(&h.primitive_part());
        prop_assert!(cofactor.is_some(), "{common} lacks {h}");
        // the rest is the divisor of f and g
        prop_assert_eq!(cofactor.unwrap().primitive_part(), f.gcd(&g).unwrap());
    }
}
