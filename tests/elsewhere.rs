//! A worse zero of K in the box than the point that was asked about is seen and told.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::algebra::{Polynomial, Variables};
use rlct::estimate::{Doubt, EstimateError, Ladder, Llc, LlcEstimate, VolumeScaling};
use rlct::loss::{PolynomialLoss, Reading};
use rlct::sampler::{Control, Tempering};

/// The doubts of both ways in a box of this radius around the point, and λ̂ of each.
fn seen(generator: &str, point: &[f64], radius: f64) -> [(Option<f64>, f64, f64); 2] {
    let ring = Variables::new(["x", "y"]).unwrap();
    let generator = Polynomial::parse_in(generator, &ring).unwrap();
    let loss = PolynomialLoss::new(&[generator], Reading::Ideal).unwrap();
    let volume = VolumeScaling::new(&loss, point)
        .radius(radius)
        .particles(40)
        .estimate()
        .unwrap();
    let tempering = Tempering::new().with_sweeps(800).with_radius(radius);
    let ladder = Ladder::new(&loss, point)
        .tempering(tempering)
        .estimate()
        .unwrap();
    let nearest = |doubts: &[Doubt]| {
        doubts.iter().find_map(|doubt| match doubt {
            Doubt::Elsewhere { nearest } => Some(*nearest),
            _ => None,
        })
    };
    [
        (
            nearest(volume.verdict().doubts()),
            volume.lambda(),
            volume.standard_error(),
        ),
        (
            nearest(ladder.verdict().doubts()),
            ladder.lambda(),
            ladder.standard_error(),
        ),
    ]
}

/// Generator, point, distance of the worse zero, λ at the point.
const WORSE: [(&str, [f64; 2], f64, f64); 3] = [
    ("(x-1)*(x^2+y^2)^2", [1.0, 0.0], 1.0, 0.5),
    ("x*(x-3/4)^3", [0.0, 0.0], 0.75, 0.5),
    ("(x^2+y^2)*((x-2/3)^2+y^2)^3", [0.0, 0.0], 2.0 / 3.0, 0.5),
];

#[test]
fn a_worse_zero_in_the_box_is_told_with_its_distance() {
    for (generator, point, distance, lambda) in WORSE {
        for (nearest, estimate, _) in seen(generator, &point, 1.0) {
            let nearest = nearest.unwrap_or_else(|| panic!("{generator}: {estimate} in silence"));
            assert!((nearest - distance).abs() < 0.1, "{generator}: {nearest}");
        }
        for (nearest, estimate, error) in seen(generator, &point, 0.6 * distance) {
            assert_eq!(nearest, None, "{generator}");
            assert!(
                (estimate - lambda).abs() < 4.0 * error,
                "{generator}: {estimate}"
            );
        }
    }
}

/// By itself, without a radius.
#[test]
fn a_smaller_box_leaves_a_worse_zero_out() {
    for (generator, point, distance, lambda) in WORSE {
        let ring = Variables::new(["x", "y"]).unwrap();
        let generator = Polynomial::parse_in(generator, &ring).unwrap();
        let loss = PolynomialLoss::new(&[generator], Reading::Ideal).unwrap();
        let volume = VolumeScaling::new(&loss, &point).particles(40);
        let found = volume.in_smaller_box(&Control::new()).unwrap();
        assert!(found.radius < distance && found.estimate.verdict().doubts().is_empty());
        assert!((found.left_out[0] - distance).abs() < 0.1, "{found:?}");
        let (estimate, error) = (found.estimate.lambda(), found.estimate.standard_error());
        assert!((estimate - lambda).abs() < 4.0 * error, "{estimate}");
    }
}

/// A loss that is negative somewhere in the box is no loss around a minimum.
#[test]
fn a_point_that_is_no_minimum_is_refused_by_the_ladder_too() {
    let ring = Variables::new(["x", "y"]).unwrap();
    let loss = Polynomial::parse_in("x*(x^2+y^2)", &ring).unwrap();
    let loss = PolynomialLoss::new(&[loss], Reading::Loss).unwrap();
    let tempering = Tempering::new().with_sweeps(200);
    let refused = Ladder::new(&loss, &[0.0; 2])
        .tempering(tempering)
        .estimate();
    assert!(
        matches!(refused, Err(EstimateError::NotTheLeast { .. })),
        "{refused:?}"
    );
}

#[test]
fn what_lies_around_the_point_is_not_doubted_for_it() {
    let around = [
        "x",
        "x*y",
        "x^2+y^2",
        "x^2*y^3",
        "x^2-y^3",
        "x^3+y^4",
        "x*(x-3/4)",
    ];
    for generator in around {
        for (nearest, ..) in seen(generator, &[0.0, 0.0], 1.0) {
            assert_eq!(nearest, None, "{generator}");
        }
    }
}

/// Chains some of which fall into a deeper zero are doubted; a larger γ holds them at the point.
#[test]
fn chains_that_leave_the_point_are_doubted() {
    // K = (x − 1)² (x² + y²)⁴: λ = 1/2 at (1, 0), 1/4 at the origin
    let ring = Variables::new(["x", "y"]).unwrap();
    let generator = Polynomial::parse_in("(x-1)*(x^2+y^2)^2", &ring).unwrap();
    let loss = PolynomialLoss::new(&[generator], Reading::Ideal).unwrap();
    let estimate = |gamma: f64| {
        let llc = Llc::new(&loss, &[1.0, 0.0]).seed(3).num_samples(1_000_000);
        llc.localization(gamma).estimate().unwrap()
    };
    let places = |estimate: &LlcEstimate| {
        let doubts = estimate.verdict().doubts();
        let told = |d: &Doubt| matches!(d, Doubt::Away { .. } | Doubt::Places { .. });
        doubts.iter().any(told)
    };
    let (loose, tight) = (estimate(1.0), estimate(300.0));
    assert!(places(&loose), "{}", loose.verdict());
    assert!(!places(&tight), "{}", tight.verdict());
}
