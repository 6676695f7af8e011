//! The landscape of zeros against strata that were derived by hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use rlct::algebra::{Polynomial, Rational, Reading, Variables};
use rlct::certificate::Pole;
use rlct::resolution::{Germ, Landscape, Locus, Region, Stratum};
use rlct::{Budget, LearningCoefficient};

fn locus(generators: &[&str], names: &[&str], on: &str) -> Locus {
    let ring = Variables::new(names.iter().copied()).unwrap();
    let generators = generators
        .iter()
        .map(|g| Polynomial::parse_in(g, &ring).unwrap());
    let germ = Germ::new(Reading::Ideal, generators.collect()).unwrap();
    let region = Region::parse_in(on, &ring).unwrap();
    Locus::of(&germ).unwrap().on(region).unwrap()
}

fn landscape(locus: &Locus) -> Landscape {
    let budget = Budget::default().with_steps(u64::MAX);
    locus.landscape(&budget).unwrap()
}

fn rational(text: &str) -> Rational {
    text.parse().unwrap()
}

/// The only stratum that holds a point.
fn of<'a>(landscape: &'a Landscape, point: &[Rational]) -> &'a Stratum {
    let mut holding = landscape.strata.iter().filter(|s| s.contains(point));
    let stratum = holding
        .next()
        .unwrap_or_else(|| panic!("no stratum holds {point:?}"));
    assert!(holding.next().is_none(), "two strata hold {point:?}");
    stratum
}

/// That the stratum of a point has a value, or bounds that hold it.
fn assert_at(name: &str, landscape: &Landscape, point: &[&str], (lambda, m): (&str, usize)) {
    let point: Vec<Rational> = point.iter().map(|x| rational(x)).collect();
    let stratum = of(landscape, &point);
    let truth = LearningCoefficient::new(rational(lambda), m);
    match stratum.coefficient() {
        Some(found) => assert_eq!(found, truth, "{name} at {point:?}"),
        None => assert!(
            stratum.lower <= Pole::new(rational(lambda), m),
            "{name} at {point:?}"
        ),
    }
}

#[test]
fn strata_that_are_known() {
    // name; variables; ideal; region; whether all is to be proved; points with (λ, m)
    type Known<'a> = (
        &'a [&'a str],
        &'a [&'a str],
        &'a str,
        bool,
        &'a [(&'a [&'a str], (&'a str, usize))],
    );
    let known: [Known<'_>; 8] = [
        (
            &["x", "y"],
            &["y^2 - x^2*(x + 1)"],
            "x in [-2, 2], y in [-2, 2]",
            true,
            &[
                (&["0", "0"], ("1/2", 2)),
                (&["-1", "0"], ("1/2", 1)),
                (&["-3/4", "3/8"], ("1/2", 1)),
            ],
        ),
        (
            &["x", "y"],
            &["y^2 - x^3"],
            "everywhere",
            true,
            &[(&["0", "0"], ("5/12", 1)), (&["1", "-1"], ("1/2", 1))],
        ),
        // an isolated point of a curve, complex branches
        (
            &["x", "y"],
            &["y^2 + x^2 - x^3"],
            "everywhere",
            true,
            &[(&["0", "0"], ("1/2", 1)), (&["1", "0"], ("1/2", 1))],
        ),
        // lines through two triple points
        (
            &["x", "y"],
            &["x*y*(x-1)*(y-1)*(x-y)"],
            "x in [-1, 2], y in [-1, 2]",
            true,
            &[
                (&["0", "0"], ("1/3", 1)),
                (&["1", "1"], ("1/3", 1)),
                (&["1", "0"], ("1/2", 2)),
                (&["0", "1/2"], ("1/2", 1)),
                (&["1/3", "1/3"], ("1/2", 1)),
            ],
        ),
        // Whitney's umbrella: the handle differs by sign
        (
            &["x", "y", "z"],
            &["x^2 - y^2*z"],
            "everywhere",
            true,
            &[
                (&["0", "0", "0"], ("1/2", 2)),
                (&["0", "0", "2"], ("1/2", 2)),
                (&["0", "0", "-2"], ("1/2", 1)),
                (&["0", "3", "0"], ("1/2", 1)),
                (&["2", "1", "4"], ("1/2", 1)),
            ],
        ),
        (
            &["a", "p", "q"],
            &["(1-a)*p + a*q - 1/2", "(1-a)*p^2 + a*q^2 - 1/4"],
            "everywhere",
            false,
            &[
                (&["1/3", "1/2", "1/2"], ("3/4", 1)),
                (&["0", "1/2", "1/4"], ("1", 1)),
            ],
        ),
        (
            &["x", "y", "z"],
            &["x*y", "x*z"],
            "everywhere",
            true,
            &[
                (&["0", "0", "0"], ("1/2", 1)),
                (&["0", "1", "-1"], ("1/2", 1)),
                (&["1", "0", "0"], ("1", 1)),
            ],
        ),
        (&["x", "y"], &["x^2 + y^2 + 1"], "everywhere", true, &[]),
    ];
    for (names, generators, on, all, points) in known {
        let locus = locus(generators, names, on);
        let found = landscape(&locus);
        let name = locus.to_string();
        let proved = found.strata.iter().all(|stratum| stratum.is_uniform);
        assert!(proved || !all, "{name}: {found:?}");
        for (point, value) in points {
            assert_at(&name, &found, point, *value);
        }
        assert!(
            !points.is_empty() || found.strata.is_empty(),
            "{name}: {found:?}"
        );
    }
}

/// What is said of a stratum is what the engine says at its example.
#[test]
fn examples_have_the_value_of_their_stratum() {
    let questions: [(&[&str], &[&str]); 6] = [
        (&["x", "y"], &["(x^2 + y^2 - 1)*(x - y)^2"]),
        (&["x", "y"], &["x*(y - x^2)*(y + 1)^3"]),
        (&["x", "y", "z"], &["x*y*z"]),
        (&["x", "y", "z"], &["x^2 - y^2*z"]),
        (&["x", "y", "z"], &["x*y - z^2", "x*z"]),
        (&["a", "b", "c"], &["a*b - 1", "a*c"]),
    ];
    for (names, generators) in questions {
        let locus = locus(generators, names, "everywhere");
        let found = landscape(&locus);
        let mut rational_examples = 0;
        for stratum in &found.strata {
            let Some(example) = &stratum.example else {
                continue;
            };
            let point: Option<Vec<Rational>> = example.iter().map(|x| x.parse().ok()).collect();
            let Some(point) = point else { continue };
            rational_examples += 1;
            assert!(
                stratum.contains(&point),
                "{locus}: {}",
                stratum.conditions()
            );
            let germ = Germ::new(Reading::Ideal, locus.generators().to_vec()).unwrap();
            let values = names.iter().copied().zip(point);
            let local = germ
                .at(values)
                .unwrap()
                .learning_coefficient(&Budget::default())
                .unwrap();
            let local = local.coefficient().unwrap().clone();
            match stratum.coefficient() {
                Some(value) => assert_eq!(value, local, "{locus}: {}", stratum.conditions()),
                None => assert_eq!(stratum.at_example, Some(local)),
            }
        }
        assert!(rational_examples >= 1, "{locus}: {found:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Lines with multiplicities: at a point, 1/(2 max(k, Σk/2)) of the lines through it.
    #[test]
    fn arrangements_of_lines(
        lines in prop::collection::vec(((-2_i64..3), (-2_i64..3), (-2_i64..3), 1_u32..4), 2..4),
        seed in any::<u64>(),
    ) {
        let mut kept: Vec<(i64, i64, i64, u32)> = Vec::new();
        for (a, b, c, k) in lines {
            let same = |&(d, e, f, _): &(i64, i64, i64, u32)| {
                a * e == b * d && a * f == c * d && b * f == c * e
            };
            if (a, b) != (0, 0) && !kept.iter().any(same) {
                kept.push((a, b, c, k));
            }
        }
        prop_assume!(!kept.is_empty());
        let product: Vec<String> = kept
            .iter()
            .map(|(a, b, c, k)| format!("(({a})*x + ({b})*y - ({c}))^{k}"))
            .collect();
        let locus = locus(&[&product.join("*")], &["x", "y"], "everywhere");
        let found = landscape(&locus);
        // points of each line, and crossings
        let mut points = Vec::new();
        for &(a, b, c, _) in &kept {
            let norm = Rational::from(a * a + b * b);
            let foot = |u: i64| Rational::from(u * c) / norm.clone();
            for k in 0..20 {
                let along = i64::try_from((seed >> k) % 97).unwrap() - 48;
                let along = Rational::from(along) / Rational::from(31);
                points.push(vec![
                    foot(a) - Rational::from(b) * along.clone(),
                    foot(b) + Rational::from(a) * along,
                ]);
            }
            for &(d, e, f, _) in &kept {
                let det = a * e - b * d;
                if det != 0 {
                    let det = Rational::from(det);
                    points.push(vec![
                        Rational::from(c * e - b * f) / det.clone(),
                        Rational::from(a * f - c * d) / det,
                    ]);
                }
            }
        }
        for point in points {
            let value = |(a, b, c, _): &&(i64, i64, i64, u32)| {
                Rational::from(*a) * point[0].clone() + Rational::from(*b) * point[1].clone()
                    == Rational::from(*c)
            };
            let through: Vec<u32> = kept.iter().filter(value).map(|line| line.3).collect();
            let most = *through.iter().max().unwrap();
            let sum: u32 = through.iter().sum();
            let at_line = Rational::new(1, i64::from(2 * most)).unwrap();
            let at_point = Rational::new(1, i64::from(sum)).unwrap();
            let truth = match through.len() {
                1 => (at_line, 1),
                2 if through[0] == through[1] => (at_line, 2),
                _ if at_point < at_line => (at_point, 1),
                _ if at_point == at_line => (at_line, 2),
                _ => (at_line, 1),
            };
            let stratum = of(&found, &point);
            let value = stratum.coefficient();
            let expected = LearningCoefficient::new(truth.0, truth.1);
            prop_assert_eq!(value, Some(expected), "{} at {:?}", locus, point);
        }
    }
}

/// Every zero is in one stratum: ideals of which a division once lost what contradicts itself.
#[test]
fn strata_do_not_overlap() {
    type Question<'a> = (&'a [&'a str], &'a [&'a str], &'a [&'a [&'a str]]);
    let questions: [Question<'_>; 7] = [
        (
            &["x", "y", "z"],
            &["x^2-y^2*z", "x*y"],
            &[&["0", "0", "-4"], &["0", "0", "0"]],
        ),
        (
            &["x", "y", "z"],
            &["(x^2-y^2*z)*z"],
            &[
                &["0", "0", "3"],
                &["0", "0", "-3"],
                &["0", "0", "0"],
                &["1", "2", "0"],
            ],
        ),
        (
            &["x", "y", "z"],
            &["(x^2+y^2*z)*(z+x)"],
            &[
                &["0", "0", "0"],
                &["0", "0", "-1"],
                &["0", "0", "1"],
                &["2", "1", "-4"],
            ],
        ),
        (
            &["x", "y", "z", "w"],
            &["x*w-y*z", "x*y"],
            &[
                &["0", "0", "-3", "0"],
                &["0", "0", "1", "2"],
                &["0", "0", "0", "0"],
            ],
        ),
        (
            &["x", "y"],
            &["(y-x^2+3)^2*(x-y)*(y-x^2)"],
            &[
                &["0", "0"],
                &["1", "1"],
                &["2", "4"],
                &["2", "1"],
                &["3", "3"],
            ],
        ),
        (
            &["x", "y", "z"],
            &["(x^2*(z-5)+y^4)*x"],
            &[&["0", "0", "5"], &["0", "0", "1"], &["0", "1", "1"]],
        ),
        (&["x", "y"], &["(x^4+(y-1/2)^4)^3"], &[&["0", "1/2"]]),
    ];
    for (names, generators, points) in questions {
        let found = landscape(&locus(generators, names, "everywhere"));
        for point in points {
            let point: Vec<Rational> = point.iter().map(|x| rational(x)).collect();
            of(&found, &point);
        }
    }
}
