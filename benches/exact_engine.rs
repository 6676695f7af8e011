//! The exact engine on the cases file, and on single germs of growing size.

use criterion::{Criterion, criterion_group, criterion_main};
use rlct::Budget;
use rlct::algebra::{Polynomial, Variables};
use rlct::resolution::{Germ, Reading};
use serde_json::Value;
use std::hint::black_box;

/// The germs of some tiers of the cases file.
fn germs(tiers: &[&str]) -> Vec<Germ> {
    let path = format!("{}/tests/data/cases.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the cases file is part of the repository");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("the cases file is JSON");
    let strings = |value: &Value| -> Vec<String> {
        let items = value.as_array().into_iter().flatten();
        items
            .filter_map(|v| v.as_str().map(str::to_string))
            .collect()
    };
    cases
        .iter()
        .filter(|case| {
            case["tier"]
                .as_str()
                .is_some_and(|tier| tiers.contains(&tier))
        })
        .map(|case| {
            let ring = Variables::new(strings(&case["variables"])).expect("distinct names");
            let read = |g: &String| Polynomial::parse_in(g, &ring).expect("polynomials");
            let generators = strings(&case["generators"]).iter().map(read).collect();
            let reading = if case["form"] == "loss" {
                Reading::Loss
            } else {
                Reading::Ideal
            };
            let germ = Germ::new(reading, generators).expect("a germ");
            let germ = germ
                .nonnegative(strings(&case["nonnegative"]))
                .expect("known names");
            match case["amplitude"].as_str() {
                Some(amplitude) => germ.amplitude(amplitude).expect("a monomial"),
                None => germ,
            }
        })
        .collect()
}

fn cases_file(c: &mut Criterion) {
    let mut group = c.benchmark_group("cases");
    group.sample_size(10);
    for tier in ["a", "b", "c", "d", "x"] {
        let germs = germs(&[tier]);
        group.bench_function(format!("tier {tier} ({} germs)", germs.len()), |b| {
            b.iter(|| {
                for germ in &germs {
                    let _ = black_box(germ.learning_coefficient(&Budget::default()));
                }
            });
        });
    }
    group.finish();
}

fn single(c: &mut Criterion) {
    let mut group = c.benchmark_group("germ");
    let inputs: [(&str, &[&str]); 5] = [
        ("cusp", &["x^2 - y^3"]),
        ("large exponents", &["x^101 - y^100"]),
        ("a rational centre", &["(y-x^2)^2 + x^40"]),
        ("tanh, two units", &["a*b + c*d", "a*b^3 + c*d^3"]),
        (
            "determinant 3x3",
            &["a*e*i + b*f*g + c*d*h - c*e*g - b*d*i - a*f*h"],
        ),
    ];
    for (name, generators) in inputs {
        let germ = Germ::ideal(generators).expect("a germ");
        group.bench_function(name, |b| {
            b.iter(|| black_box(germ.learning_coefficient(&Budget::default())));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = cases_file, single
}
criterion_main!(benches);
