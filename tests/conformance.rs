//! Estimators held against exact values, through a pipe: set `RLCT_ESTIMATOR` to the command of
//! your own, `python3 my_estimator.py`, and run `cargo test --test conformance -- --nocapture`. The
//! protocol is in docs/conformance.md. Without it the test runs this crate's volume scaling.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rlct::verify::{Case, Claim, Program, Report, Suite};

/// The program under test; else this crate's own on a few cases.
#[test]
fn an_estimator_holds_what_it_says() {
    let report = match std::env::var("RLCT_ESTIMATOR") {
        Ok(command) => {
            let suite = Suite::catalogue().unwrap().max_dimension(4).per_family(8);
            suite.run(&mut Program::new(&command).unwrap())
        }
        Err(_) => {
            let own = format!(
                "'{}' verify --respond --particles 40",
                env!("CARGO_BIN_EXE_rlct")
            );
            let suite = Suite::catalogue().unwrap().max_dimension(2).per_family(2);
            let few = suite.families(["normal-crossing", "regular", "deep-linear"]);
            few.run(&mut Program::new(&own).unwrap())
        }
    };
    println!("{report}");
    report.assert_agrees();
}

/// Eighty cases.
fn suite() -> Suite {
    Suite::catalogue().unwrap().max_dimension(6).per_family(6)
}

/// λ̂ = factor·λ + noise of so many times the stated standard error, which is 2 % of λ.
fn made_up(factor: f64, noise: f64) -> Report {
    let suite = suite();
    let known = suite.values();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut estimator = |case: &Case| {
        let lambda = known[&case.id];
        let z: f64 = StandardNormal.sample(&mut rng);
        let error = 0.02 * lambda;
        Ok(Claim::lambda(factor * lambda + noise * z * error, error))
    };
    suite.run(&mut estimator)
}

#[test]
fn what_is_biased_or_too_sure_fails_and_what_is_honest_passes() {
    let honest = made_up(1.0, 1.0);
    assert!(honest.passes(), "{honest}");
    assert!(honest.models().len() >= 80, "{}", honest.models().len());
    // errors twice what they should be are honest, too
    assert!(made_up(1.0, 0.5).passes());
    for (what, report) in [
        ("10 % low", made_up(0.9, 1.0)),
        ("half as wide", made_up(1.0, 2.0)),
    ] {
        assert!(!report.passes(), "{what}: {report}");
        assert!(
            report.rejected().contains(&"all".to_string()),
            "{what}: {report}"
        );
        assert!(report.failures().is_empty());
    }
}

#[test]
fn what_is_no_answer_is_a_failure_with_its_reason() {
    let few = suite().families(["regular"]).max_dimension(3);
    for (claim, reason) in [
        (Claim::lambda(f64::NAN, 0.1), "NaN"),
        (Claim::lambda(1.0, 0.0), "not positive"),
        (Claim::lambda(1.0, f64::INFINITY), "not positive and finite"),
    ] {
        let report = few.run(&mut |_: &Case| Ok(claim.clone()));
        assert!(!report.passes());
        assert_eq!(report.failures().len(), few.len());
        assert!(
            report.failures()[0].2.contains(reason),
            "{:?}",
            report.failures()[0]
        );
    }
}

/// A program that is a script.
#[cfg(unix)]
fn shell(script: &str) -> Program {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{}.sh", COUNT.fetch_add(1, Ordering::Relaxed)));
    std::fs::write(&path, script).unwrap();
    Program::new(&format!("sh '{}'", path.display())).unwrap()
}

/// Programs that hang, die, talk nonsense, or answer one case and then die: each case is a failure
/// by itself, and the rest goes on.
#[cfg(unix)]
#[test]
fn programs_that_misbehave_are_failed_cases_and_stop_nothing() {
    let few = suite().families(["regular"]).max_dimension(3).seconds(0.5);
    let right = r#"{"quantity": "lambda", "value": 1.0, "standard_error": 9.0}"#;
    let other = right.replace("lambda", "temperature");
    for (script, reason) in [
        (
            format!("while read l; do echo '{other}'; done"),
            "unknown variant",
        ),
        ("while read l; do echo NaN; done".to_string(), "no answer"),
        (
            "while read l; do echo '{}'; done".to_string(),
            "missing field",
        ),
        (
            r#"while read l; do echo '{"error": "no such prior"}'; done"#.to_string(),
            "it says: no such prior",
        ),
        ("read l; exit 3".to_string(), "ended"),
        ("exec sleep 100".to_string(), "no answer in 0.5 s"),
        (format!("read l; echo '{right}'; exit 0"), "ended"),
        (
            format!(
                "while read l; do echo '{}'; done",
                right.replace("1.0", "1e999")
            ),
            "no answer",
        ),
        ("yes | tr -d '\\n'".to_string(), "bytes"),
    ] {
        let mut program = shell(&script);
        let report = few.run(&mut program);
        assert!(!report.passes(), "{script}");
        assert!(report.is_complete());
        let told = &report.failures()[0].2;
        assert!(told.contains(reason), "{script}: {told}");
    }
    let script = format!("while read l; do echo '{right}'; done");
    let mut program = shell(&script);
    assert!(few.run(&mut program).passes());
}

/// What a program has started is killed with it.
#[cfg(target_os = "linux")]
#[test]
fn children_of_a_program_that_hangs_are_killed_too() {
    let note = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("child.pid");
    let script = format!("sleep 1000 & echo $! > '{}'; wait", note.display());
    let few = suite().families(["regular"]).max_dimension(1).seconds(0.5);
    assert!(!few.run(&mut shell(&script)).passes());
    let pid = std::fs::read_to_string(note).unwrap();
    let state = std::path::Path::new("/proc")
        .join(pid.trim())
        .join("status");
    // it may be a zombie for a moment, until who has inherited it waits for it
    let alive = || {
        let status = std::fs::read_to_string(&state).unwrap_or_default();
        status
            .lines()
            .any(|l| l.starts_with("State:") && !l.contains('Z'))
    };
    let start = std::time::Instant::now();
    while alive() {
        assert!(start.elapsed().as_secs() < 10, "{}", state.display());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// A case has all that is needed to compute K, and the same in both ways it is told.
#[test]
fn terms_and_texts_of_cases_agree() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let suite = Suite::catalogue().unwrap().max_dimension(8);
    assert!(suite.len() > 300, "{}", suite.len());
    for case in suite.cases() {
        let germ = case.germ().unwrap();
        let w: Vec<f64> = case
            .variables
            .iter()
            .map(|_| rng.random_range(-1.0..1.0))
            .collect();
        for (g, terms) in germ.generators().iter().zip(&case.terms) {
            let of = |e: &[u32], c: &rlct::algebra::Rational| {
                let powers = e
                    .iter()
                    .zip(&w)
                    .map(|(k, x)| x.powi(i32::try_from(*k).unwrap()));
                c.to_f64() * powers.product::<f64>()
            };
            let of_text: f64 = g.terms().map(|(e, c)| of(e, c)).sum();
            let of_terms: f64 = terms.iter().map(|(e, c)| of(e, c)).sum();
            assert!(
                (of_text - of_terms).abs() <= 1e-9 * (1.0 + of_text.abs()),
                "{}",
                case.id
            );
            // K is 0 at the point
            assert!(
                terms.iter().all(|(e, _)| e.iter().any(|e| *e > 0)),
                "{}",
                case.id
            );
        }
        let line = serde_json::to_string(case).unwrap();
        assert_eq!(serde_json::from_str::<Case>(&line).unwrap(), *case);
        assert!(!line.contains('\n'));
    }
}
