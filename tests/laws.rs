//! Laws of the learning coefficient, on random ideals: what must not change, and what adds up.
//!
//! Two answers about the same germ are compared by what they prove: exact ones must be equal, and
//! bounds must overlap. A law therefore holds also where the engine does not decide.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rlct::algebra::{Monomial, Polynomial, Rational, SizeLimits, Variables};
use rlct::polyhedron::NewtonPolyhedron;
use rlct::resolution::{Answer, Germ, Reading};
use rlct::{Budget, LearningCoefficient};

/// Steps and not time, so that the outcome is the same on every machine.
fn budget() -> Budget {
    Budget::default()
        .with_steps(300_000)
        .with_time(std::time::Duration::from_secs(600))
}

fn answer(generators: &[Polynomial]) -> Answer {
    let germ = Germ::new(Reading::Ideal, generators.to_vec()).unwrap();
    germ.learning_coefficient(&budget()).unwrap()
}

fn ring(names: &[&str]) -> Variables {
    Variables::new(names.iter().copied()).unwrap()
}

/// A polynomial without constant term: few terms, small exponents, small coefficients.
fn polynomial(variables: Variables) -> impl Strategy<Value = Polynomial> {
    let d = variables.len();
    let term = (
        prop::collection::vec(0_u32..5, d),
        prop_oneof![-2_i64..0, 1_i64..3],
    );
    prop::collection::vec(term, 1..4).prop_map(move |terms| {
        let terms = terms.into_iter().map(|(mut e, c)| {
            if e.iter().all(|e| *e == 0) {
                e[0] = 1;
            }
            (Monomial::new(&e), Rational::from(c))
        });
        Polynomial::from_terms(&variables, terms)
    })
}

fn ideal(names: &'static [&'static str]) -> impl Strategy<Value = Vec<Polynomial>> {
    prop::collection::vec(polynomial(ring(names)), 1..4)
        .prop_filter("not all zero", |gens| gens.iter().any(|g| !g.is_zero()))
}

/// A product of powers of few binomials: singular faces, multiple roots, centres to open.
fn plane_curve() -> impl Strategy<Value = Polynomial> {
    let factor = (1_i64..3, 1_u32..4, 1_u32..4, 1_u32..4, any::<bool>());
    prop::collection::vec(factor, 1..3).prop_map(|factors| {
        let mut product = "x^0"
            .parse::<Polynomial>()
            .unwrap()
            .in_ring(&ring(&["x", "y"]))
            .unwrap();
        for (c, a, b, power, plus) in factors {
            let sign = if plus { '+' } else { '-' };
            let text = format!("y^{b} {sign} {c}*x^{a}");
            let factor = Polynomial::parse_in(&text, &ring(&["x", "y"])).unwrap();
            for _ in 0..power {
                product = &product * &factor;
            }
        }
        product
    })
}

fn compatible(a: &Answer, b: &Answer) -> bool {
    match (a.coefficient(), b.coefficient()) {
        (Some(a), Some(b)) => a == b,
        _ => a.lower() <= b.upper() && b.lower() <= a.upper(),
    }
}

fn compose(p: &Polynomial, images: &[Polynomial]) -> Polynomial {
    p.compose(images, &SizeLimits::default()).unwrap()
}

/// The same cases on every run.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 96,
        rng_seed: RngSeed::Fixed(20),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn permuting_and_scaling_variables(
        gens in ideal(&["x", "y", "z"]),
        a in 1_i64..4,
        b in -3_i64..0,
    ) {
        let space = ring(&["x", "y", "z"]);
        let variable = |i: usize, c: i64| Polynomial::variable(&space, i).scale(&Rational::from(c));
        let images = [variable(2, a), variable(0, b), variable(1, 1)];
        let changed: Vec<Polynomial> = gens.iter().map(|g| compose(g, &images)).collect();
        let (before, after) = (answer(&gens), answer(&changed));
        prop_assert!(compatible(&before, &after), "{before} against {after}");
    }

    #[test]
    fn multiplying_a_generator_by_a_unit(
        gens in ideal(&["x", "y"]),
        factor in polynomial(ring(&["x", "y"])),
        c in 1_i64..4,
    ) {
        let unit = &factor + &Polynomial::constant(&ring(&["x", "y"]), Rational::from(c));
        let mut changed = gens.clone();
        changed[0] = &changed[0] * &unit;
        let (before, after) = (answer(&gens), answer(&changed));
        prop_assert!(compatible(&before, &after), "{before} against {after}");
    }

    #[test]
    fn adding_a_redundant_generator(
        gens in ideal(&["x", "y", "z"]),
        factor in polynomial(ring(&["x", "y", "z"])),
    ) {
        let mut changed = gens.clone();
        let sum = gens.iter().fold(Polynomial::zero(&ring(&["x", "y", "z"])), |sum, g| &sum + g);
        changed.push(&sum * &factor);
        let (before, after) = (answer(&gens), answer(&changed));
        prop_assert!(compatible(&before, &after), "{before} against {after}");
    }

    #[test]
    fn adding_a_flat_variable(gens in ideal(&["x", "y"])) {
        let wider = ring(&["t", "x", "y", "u"]);
        let changed: Vec<Polynomial> = gens.iter().map(|g| g.in_ring(&wider).unwrap()).collect();
        prop_assert_eq!(answer(&gens), answer(&changed));
    }

    #[test]
    fn disjoint_sums_add(one in ideal(&["x", "y"]), two in ideal(&["z", "w"])) {
        let both = answer(&[one.as_slice(), &two].concat());
        let (one, two) = (answer(&one), answer(&two));
        if let (Some(a), Some(b)) = (one.coefficient(), two.coefficient()) {
            prop_assert_eq!(both.coefficient(), Some(&a.sum(b)));
        } else {
            let (lower, upper) = (one.lower() + two.lower(), one.upper() + two.upper());
            prop_assert!(
                *both.lower() <= upper && lower <= *both.upper(),
                "{one} and {two} against {both}"
            );
        }
    }

    #[test]
    fn disjoint_products_take_the_smaller(
        one in ideal(&["x", "y"]),
        two in polynomial(ring(&["z"])),
    ) {
        prop_assume!(!two.is_zero());
        let product: Vec<Polynomial> = one.iter().map(|g| g * &two).collect();
        let both = answer(&product);
        let (one, two) = (answer(&one), answer(&[two]));
        if let (Some(a), Some(b)) = (one.coefficient(), two.coefficient()) {
            let expected: LearningCoefficient = a.product(b);
            let lambda = expected.lambda();
            prop_assert!(
                both.lower() <= lambda && lambda <= both.upper(),
                "{expected} against {both}"
            );
            if let Some(found) = both.coefficient() {
                prop_assert_eq!(found, &expected);
            }
        }
    }

    #[test]
    fn never_above_the_newton_polyhedron_nor_half_the_dimension(gens in ideal(&["x", "y", "z"])) {
        let exponents: Vec<Vec<u32>> =
            gens.iter().flat_map(Polynomial::terms).map(|(e, _)| e.to_vec()).collect();
        let flat = vec![Rational::ONE; 3];
        let newton = NewtonPolyhedron::lambda_by_program(&exponents, &flat, &budget());
        let newton = newton.unwrap().unwrap();
        let found = answer(&gens);
        prop_assert!(*found.upper() <= newton, "{found} against {newton}");
        prop_assert!(*found.upper() <= Rational::new(3, 2).unwrap());
        prop_assert!(found.lower().is_positive());
    }

    #[test]
    fn more_generators_do_not_lower_it(
        gens in ideal(&["x", "y", "z"]),
        more in polynomial(ring(&["x", "y", "z"])),
    ) {
        let before = answer(&gens);
        let after = answer(&[gens.as_slice(), &[more]].concat());
        prop_assert!(before.lower() <= after.upper(), "{before} against {after}");
    }

    #[test]
    fn half_lines_and_amplitudes_do_not_lower_it(gens in ideal(&["x", "y"])) {
        let whole = answer(&gens);
        let germ = Germ::new(Reading::Ideal, gens).unwrap();
        let half = germ.clone().nonnegative(["x"]).unwrap();
        let half = half.learning_coefficient(&budget()).unwrap();
        let damped = germ.amplitude("x*y^2").unwrap().learning_coefficient(&budget()).unwrap();
        prop_assert!(whole.lower() <= half.upper(), "{whole} against {half}");
        prop_assert!(whole.lower() <= damped.upper(), "{whole} against {damped}");
    }

    #[test]
    fn powers_divide_it(gens in polynomial(ring(&["x", "y"])), power in 2_u32..4) {
        prop_assume!(!gens.is_zero());
        let raised = gens.checked_pow(power, &SizeLimits::default()).unwrap();
        let (once, often) = (answer(&[gens]), answer(&[raised]));
        if let (Some(a), Some(b)) = (once.coefficient(), often.coefficient()) {
            prop_assert_eq!(a.lambda(), &(b.lambda() * &Rational::from(power)));
            prop_assert_eq!(a.multiplicity(), b.multiplicity());
        }
    }

    #[test]
    fn a_square_as_loss_is_the_ideal(g in polynomial(ring(&["x", "y"]))) {
        prop_assume!(!g.is_zero());
        let ideal = answer(std::slice::from_ref(&g));
        let loss = Germ::of(&(&g * &g)).unwrap().learning_coefficient(&budget()).unwrap();
        prop_assert!(compatible(&ideal, &loss), "{ideal} against {loss}");
    }

    #[test]
    fn plane_curves_under_automorphisms(
        curve in plane_curve(),
        a in -2_i64..3,
        b in -2_i64..3,
        k in 1_u32..4,
    ) {
        let plane = ring(&["x", "y"]);
        let image = |text: &str| Polynomial::parse_in(text, &plane).unwrap();
        let shear = [image("x"), image(&format!("y + ({a})*x^{k}"))];
        let other = [image(&format!("x + ({b})*y^2")), image("y")];
        let changed = compose(&compose(&curve, &shear), &other);
        let (before, after) = (answer(&[curve]), answer(&[changed]));
        prop_assert!(compatible(&before, &after), "{before} against {after}");
    }

    #[test]
    fn triangular_changes_in_space(
        gens in ideal(&["x", "y", "z"]),
        a in -2_i64..3,
        b in -2_i64..3,
    ) {
        let space = ring(&["x", "y", "z"]);
        let image = |text: &str| Polynomial::parse_in(text, &space).unwrap();
        let [y, z] = [format!("y + ({a})*x^2"), format!("z + ({b})*x*y")];
        let images = [image("x"), image(&y), image(&z)];
        let changed: Vec<Polynomial> = gens.iter().map(|g| compose(g, &images)).collect();
        let (before, after) = (answer(&gens), answer(&changed));
        prop_assert!(compatible(&before, &after), "{before} against {after}");
    }
}
