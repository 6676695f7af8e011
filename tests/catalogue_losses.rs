//! Every instance of the catalogue as a loss: 0 at its point, not below it around, and the same in
//! numpy.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "what was seen is told")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rlct::catalogue::{Instance, instances};
use rlct::problem::Problem;
use rlct::verify::landscape;
use serde_json::json;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Exact instances without a loss, by the beginnings of their names, with a word why.
const WITHOUT: &[(&str, usize, &str)] = &[
    (
        "quadratic-network-local: 5 units, 10",
        1,
        "100,000 exponents",
    ),
    ("quadratic-network-local: 100 units", 1, "90,000 exponents"),
    (
        "latent-dirichlet",
        3,
        "truths of higher rank in up to 700 parameters",
    ),
    (
        "two-state-markov",
        1,
        "no polynomials are known to be its ideal",
    ),
];

fn all() -> Vec<Instance> {
    instances().unwrap()
}

/// A point near w* on the domain.
fn near(problem: &Problem, size: f64, rng: &mut ChaCha8Rng) -> Vec<f64> {
    let local = problem.local_loss().unwrap();
    let half_lines = local.prior().nonnegative();
    let places = local.w_star().iter().zip(half_lines);
    let moved = places.map(|(w, &half)| match size * rng.random_range(-1.0..1.0) {
        by if half => w + f64::abs(by),
        by => w + by,
    });
    moved.collect()
}

fn value(problem: &Problem, w: &[f64]) -> f64 {
    let loss = problem.local_loss().unwrap().loss();
    loss.value(w, &mut vec![0.0; loss.scratch_len()])
}

#[test]
fn every_exact_instance_has_a_loss_that_vanishes_at_its_point_and_is_not_below() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (mut seen, mut without) = (0, Vec::new());
    for instance in &all() {
        let Some(problem) = landscape(instance) else {
            if instance.coefficient().is_some() {
                without.push(instance.id().to_string());
            }
            continue;
        };
        let local = problem.local_loss().unwrap();
        let at = value(&problem, local.w_star());
        assert!(at.abs() < 1e-18, "{}: K(w*) = {at}", instance.id());
        let mut largest = 0.0_f64;
        for size in [1e-3, 1e-2, 1e-1] {
            for _ in 0..5 {
                let w = near(&problem, size, &mut rng);
                let k = value(&problem, &w);
                assert!(k > -1e-13, "{}: K = {k} at {w:?}", instance.id());
                largest = largest.max(k);
            }
        }
        assert!(largest > 0.0, "{}: K = 0 all around", instance.id());
        seen += 1;
    }
    println!("{seen} losses; without: {without:#?}");
    let named = |id: &String| WITHOUT.iter().any(|(start, ..)| id.starts_with(start));
    let unnamed: Vec<&String> = without.iter().filter(|id| !named(id)).collect();
    assert!(unnamed.is_empty(), "{unnamed:#?}");
    assert_eq!(
        without.len(),
        WITHOUT.iter().map(|(_, n, _)| n).sum::<usize>()
    );
}

/// By formulas, which have gradients of their own, but where only values are known.
#[test]
fn gradients_of_formulas_are_those_of_their_values() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut seen = 0;
    let formulas = all().into_iter().filter(|i| i.polynomials().is_none());
    for problem in formulas.filter_map(|instance| landscape(&instance)) {
        let local = problem.local_loss().unwrap();
        let (loss, d) = (local.loss(), local.dimension());
        if loss.check_gradient(local.w_star()).is_err() || d > 2000 {
            continue;
        }
        let (mut gradient, mut scratch) = (vec![0.0; d], vec![0.0; loss.scratch_len()]);
        let w = near(&problem, 0.3, &mut rng);
        loss.gradient(&w, &mut gradient, &mut scratch);
        let u: Vec<f64> = (0..d).map(|_| rng.random_range(-1.0..1.0)).collect();
        let along = |h: f64| -> Vec<f64> { w.iter().zip(&u).map(|(w, u)| w + h * u).collect() };
        let difference = (value(&problem, &along(1e-5)) - value(&problem, &along(-1e-5))) / 2e-5;
        let slope: f64 = gradient.iter().zip(&u).map(|(g, u)| g * u).sum();
        let scale = gradient.iter().map(|g| g.abs()).sum::<f64>();
        let name = problem.name();
        assert!(
            (difference - slope).abs() < 1e-5 * scale,
            "{name}: {difference} {slope}"
        );
        seen += 1;
    }
    assert!(seen >= 15, "{seen}");
}

/// The same points in `examples/estimators/losses.py`, where numpy is installed.
#[test]
fn numpy_has_the_same_losses() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = std::env::var("RLCT_PYTHON").unwrap_or_else(|_| "python3".into());
    let numpy = Command::new(&python).args(["-c", "import numpy"]).output();
    if !numpy.is_ok_and(|ended| ended.status.success()) {
        println!("numpy is not installed: its losses are not compared");
        return;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut lines = String::new();
    let mut asked = 0;
    for instance in &all() {
        let algebraic = instance.written().is_some_and(|written| {
            let is_rational = |x: &String| x.parse::<rlct::algebra::Rational>().is_ok();
            !written.point().iter().all(is_rational)
        });
        let Some(problem) = landscape(instance).filter(|_| !algebraic) else {
            continue;
        };
        // powers below 0 of the prior are flat in coordinates of its own
        if problem.local_loss().unwrap().has_unbounded_prior() {
            continue;
        }
        let w = near(&problem, 0.1, &mut rng);
        let k = value(&problem, &w);
        // what cancels is known to fewer digits on either side
        if k > 1e-9 {
            let is_moved = instance.polynomials().is_some();
            let line = json!({ "id": instance.id(), "w": w, "is_moved": is_moved, "value": k });
            lines += &format!("{line}\n");
            asked += 1;
        }
    }
    let mut child = Command::new(&python)
        .args(["examples/estimators/losses.py", "proofs/catalogue.json"])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let ended = child.wait_with_output().unwrap();
    drop(writer.join().unwrap());
    let told = String::from_utf8_lossy(&ended.stdout);
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(told.contains(&format!("{asked} values agree")), "{told}");
    println!("{told}");
}
