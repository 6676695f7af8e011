//! Experiments as far as they need no long runs: closed forms, critical points, crossings by
//! quadrature, the constraint of the cone. Every run here is stopped where sampling begins.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::experiment::{
    Demand, Experiment, ExperimentReport, Measured, Settings, Size, Stage, Verdict,
};
use rlct::sampler::Control;
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs until the first stage whose name begins so.
fn until(name: &str, stage: &str) -> ExperimentReport {
    let stop = AtomicBool::new(false);
    let observer = |now: Stage<'_>| {
        if now.what.starts_with(stage) {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let control = Control::new().with_stop(&stop);
    let experiment = Experiment::named(name).unwrap();
    let report = experiment
        .run(Settings::new(Size::Small), &control, &observer)
        .unwrap();
    assert!(stop.into_inner(), "{name} has no stage `{stage}`");
    assert!(!report.complete);
    report
}

/// These predictions and no others were measured, and hold.
fn hold(report: &ExperimentReport, keys: &[&str]) {
    for found in &report.findings {
        let (key, measured) = (found.prediction.key, &found.measured);
        let expected = match keys.contains(&key) {
            true => Verdict::Pass,
            false => Verdict::NotMeasured,
        };
        assert_eq!(found.verdict, expected, "{key}: {measured:?}");
    }
    for key in keys {
        assert!(
            report.finding(key).is_some(),
            "nothing is predicted of {key}"
        );
    }
}

#[test]
fn phases_cross_where_they_should() {
    let report = until("phase_transition", "volumes");
    hold(
        &report,
        &[
            "crossing",
            "leading_order",
            "equal_loss",
            "equal_loss_odds",
            "reentrant_start",
            "reentrant_end",
            "reentrant_start_half",
            "reentrant_end_half",
            "two_optima_mean",
            "two_optima_order",
            "two_optima_variance",
        ],
    );
}

#[test]
fn policies_have_the_lambda_of_the_theory() {
    let report = until("policies", "volumes of the regret");
    hold(
        &report,
        &[
            "classes",
            "bandit",
            "bandit_factors",
            "transition",
            "no_transition",
            "online",
            "online_singular",
            "online_regular",
            "online_kl",
        ],
    );
}

#[test]
fn generalisation_errors_tend_to_lambda() {
    let report = until("double_descent_and_scaling", "double descent");
    hold(
        &report,
        &[
            "scaling",
            "error_regular",
            "error_cube",
            "error_square",
            "error_product",
        ],
    );
}

#[test]
fn priors_hide_or_show_what_is_beside() {
    // as far as takes a second
    let report = until("entropic_selection", "escapes");
    hold(
        &report,
        &[
            "odds_exponent",
            "odds_crossing",
            "escape_quartic",
            "escape_quadratic",
        ],
    );
}

#[test]
fn cones_keep_to_their_angle() {
    let report = until("cone_descent", "descents on a low-rank network");
    let keys = [
        "constraint",
        "optimal",
        "gradient_descent",
        "steepest",
        "cone",
    ];
    hold(&report, &keys);
}

#[test]
fn polygons_are_critical_points() {
    let report = until("superposition", "SGD from the square");
    let keys = [
        "closed_form",
        "levels",
        "critical",
        "chambers",
        "flat_directions",
        "laplace_transition",
    ];
    hold(&report, &keys);
}

#[test]
fn ten_models_have_the_rank_and_lambda_of_the_literature() {
    let report = until("not_one_to_one", "λ̂ of");
    hold(
        &report,
        &[
            "ranks",
            "lambdas",
            "above_half_rank",
            "below_half_dimension",
            "regular",
            "one_to_one",
        ],
    );
}

#[test]
fn two_learners_keep_to_their_bounds() {
    let settings = Settings {
        size: Size::Small,
        seeds: 2,
    };
    let experiment = Experiment::named("two_learners").unwrap();
    let report = experiment.run(settings, &Control::new(), &|_| {}).unwrap();
    for key in ["every_draw", "lambda_bound"] {
        assert_eq!(report.finding(key).unwrap().verdict, Verdict::Pass);
    }
    // the same figures from the same seeds, a change of one, and JSON that says so
    let again = experiment.run(settings, &Control::new(), &|_| {}).unwrap();
    assert_eq!(report.findings, again.findings);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["findings"][0]["key"], "distance_100");
    assert_eq!(
        json["findings"][0]["verdict"],
        serde_json::json!(report.findings[0].verdict)
    );
    let demand = Demand::at_most(1.0);
    assert_eq!(demand.judge(&Measured::mean(&[0.5, 1.6])), Verdict::Fail);
}
