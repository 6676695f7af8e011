//! What holds for every experiment, and the frame on an experiment made for it.

use super::*;
use crate::sampler::Control;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

fn stated(_: &Settings) -> Vec<Prediction> {
    vec![
        Prediction::new(
            "seed",
            "the mean seed",
            Demand::near(3.0, 0.0),
            "arithmetic",
        ),
        Prediction::new("late", "a figure", Demand::at_least(1.0), "arithmetic"),
    ]
}

fn measured(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let seeds = lab.over_seeds("seeds", |seed| Ok(seed as f64))?;
    lab.measure("seed", Measured::mean(&seeds))?;
    lab.go_on()?;
    lab.explain("late", "it is small")?;
    lab.measure("late", Measured::exact(0.0))
}

static PROBE: Experiment = Experiment {
    name: "probe",
    about: "a probe",
    source: "this file",
    predictions: stated,
    run: measured,
};

#[test]
fn every_experiment_states_predictions_before_it_runs() {
    let mut names = BTreeSet::new();
    for experiment in EXPERIMENTS {
        assert!(names.insert(experiment.name()), "{}", experiment.name());
        assert!(!experiment.about().is_empty() && !experiment.source().is_empty());
        for size in [Size::Small, Size::Default, Size::Full] {
            let predictions = experiment.predictions(&Settings::new(size));
            assert!(!predictions.is_empty(), "{}", experiment.name());
            let mut keys = BTreeSet::new();
            for prediction in predictions {
                let key = format!("{}: {}", experiment.name(), prediction.key);
                assert!(keys.insert(prediction.key), "{key} twice");
                assert!(
                    !prediction.claim.is_empty() && !prediction.source.is_empty(),
                    "{key}"
                );
                let bounds = prediction.demand.bounds();
                assert!(bounds.iter().all(|bound| bound.is_finite()), "{key}");
            }
        }
    }
}

#[test]
fn figures_are_judged_and_those_without_a_prediction_refused() {
    let report = PROBE
        .run(Settings::default(), &Control::new(), &|_| {})
        .unwrap();
    let verdicts: Vec<Verdict> = report.findings.iter().map(|found| found.verdict).collect();
    assert_eq!(verdicts, [Verdict::Pass, Verdict::Fail]);
    assert_eq!((report.verdict, report.complete), (Verdict::Fail, true));
    assert_eq!(
        report.findings[1].explanation.as_deref(),
        Some("it is small")
    );
    let unknown = Experiment {
        predictions: |_| Vec::new(),
        ..PROBE
    };
    let error = unknown.run(Settings::default(), &Control::new(), &|_| {});
    assert!(matches!(error, Err(ExperimentError::NotPredicted { .. })));
    let settings = Settings {
        seeds: 0,
        ..Settings::default()
    };
    let error = PROBE.run(settings, &Control::new(), &|_| {});
    assert!(matches!(error, Err(ExperimentError::NoSeeds)));
}

#[test]
fn what_is_stopped_keeps_what_it_has() {
    let flag = AtomicBool::new(true);
    let control = Control::new().with_stop(&flag);
    let report = PROBE.run(Settings::default(), &control, &|_| {}).unwrap();
    assert_eq!(
        (report.verdict, report.complete),
        (Verdict::NotMeasured, false)
    );
    assert_eq!(report.count(Verdict::NotMeasured), 2);
    // stopped when the seeds are done, by who watches it
    flag.store(false, Ordering::Relaxed);
    let last = AtomicBool::new(false);
    let run = Experiment {
        run: |lab| {
            let seeds = lab.over_seeds("seeds", |seed| Ok(seed as f64))?;
            lab.measure("seed", Measured::mean(&seeds))?;
            lab.map("end", &[0], |_| Ok(()))?;
            lab.measure("late", Measured::exact(1.0))
        },
        ..PROBE
    };
    let observer = |stage: Stage<'_>| {
        if stage.what == "end" {
            flag.store(true, Ordering::Relaxed);
            last.store(true, Ordering::Relaxed);
        }
    };
    let report = run.run(Settings::default(), &control, &observer).unwrap();
    assert!(last.into_inner() && !report.complete);
    assert_eq!(report.findings[0].verdict, Verdict::Pass);
    assert_eq!(report.findings[1].verdict, Verdict::NotMeasured);
}

#[cfg(feature = "cli")]
#[test]
fn pages_and_tables_fit_the_terminal() {
    let report = PROBE
        .run(Settings::default(), &Control::new(), &|_| {})
        .unwrap();
    let wide = |text: &str| text.lines().any(|line| line.chars().count() > 80);
    let (page, table) = (
        report.text(),
        ExperimentReport::summary(&[report.clone(), report]),
    );
    for text in [&page, &table] {
        assert!(!wide(text), "{text}");
        assert!(text.contains("PASS") && text.contains("FAIL"), "{text}");
    }
    assert!(
        page.contains("late: it is small") && page.contains("arithmetic"),
        "{page}"
    );
    assert!(
        table.ends_with("2 experiments: 2 predictions PASS, 2 FAIL"),
        "{table}"
    );
}
