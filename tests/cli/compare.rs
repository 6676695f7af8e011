//! `rlct compare`, and `rlct` alone.

use super::rlct;
use serde_json::json;

#[test]
fn every_exact_value_is_known_twice_and_agrees() {
    let ended = rlct(&["compare", "--exact-only", "--json"]);
    let value = ended.json();
    let rows = value["rows"].as_array().unwrap();
    assert!(rows.len() >= 10, "{} models", rows.len());
    for row in rows {
        let origins = row["exact"].as_array().unwrap().len();
        // without estimates, a value from the engine alone is undecided
        let verdict = if origins > 1 { "agree" } else { "undecided" };
        assert_eq!(row["verdict"], json!(verdict), "{row}");
        assert_eq!(row["estimates"], json!([]));
    }
}

#[test]
fn an_estimate_decides_where_the_engine_stands_alone() {
    let ended = rlct(&["compare", "--only", "cusp"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("5/12"), "{}", ended.stdout);
    assert!(ended.stdout.contains("volume scaling"), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("1 model: 1 agree"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_strict_threshold_finds_disagreement() {
    let ended = rlct(&["compare", "--only", "cusp", "--threshold", "1e-9", "--json"]);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    let value = ended.json();
    assert_eq!(value["verdict"], json!("disagree"));
    assert_eq!(
        value["rows"][0]["disagreements"][0]["between"],
        json!("estimate")
    );
}

#[test]
fn germs_are_estimated_in_two_ways() {
    let ended = rlct(&["compare", "--only", "sphere", "--json"]);
    assert_eq!(ended.code, 0, "{}", ended.stdout);
    let value = ended.json();
    let estimates = value["rows"][0]["estimates"].as_array().unwrap();
    let ways: Vec<_> = estimates
        .iter()
        .map(|estimate| estimate["way"].as_str().unwrap())
        .collect();
    assert_eq!(ways, ["volume scaling", "temperature ladder"]);
    for estimate in estimates {
        assert!(
            estimate["deviation"].as_f64().unwrap().abs() < 3.0,
            "{estimate}"
        );
    }
}

#[test]
fn wrong_usage_of_compare_is_code_2() {
    for arguments in [
        &["compare", "--threshold", "-1"][..],
        &["compare", "--threshold", "nan"],
    ] {
        assert_eq!(rlct(arguments).code, 2, "{arguments:?}");
    }
    let ended = rlct(&["compare", "--only", "no such model"]);
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.starts_with("error: no model"),
        "{}",
        ended.stderr
    );
}

fn suite(threads: &str) -> serde_json::Value {
    let arguments = [
        "compare",
        "--suite",
        "full",
        "--seeds",
        "1",
        "--only",
        "x⁴",
        "--way",
        "volume,ladder,one-temperature",
        "--json",
    ];
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_rlct"))
        .args(arguments)
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let mut value = serde_json::from_slice(&output.stdout).unwrap();
    remove_times(&mut value);
    value
}

fn remove_times(value: &mut serde_json::Value) {
    if let Some(object) = value.as_object_mut() {
        object.retain(|key, _| !key.ends_with("seconds"));
        object.values_mut().for_each(remove_times);
    }
    if let Some(array) = value.as_array_mut() {
        array.iter_mut().for_each(remove_times);
    }
}

#[test]
fn a_suite_counts_how_often_intervals_hold_the_exact_value() {
    let value = suite("1");
    assert_eq!(value, suite("2"), "the same runs for one thread and two");
    assert_eq!(value["finished_runs"], value["planned_runs"]);
    let models = value["models"].as_array().unwrap();
    let line = models.iter().find(|model| model["model"] == "x⁴").unwrap();
    assert_eq!(line["lambda"], json!("1/4"));
    assert_eq!(line["runs"].as_array().unwrap().len(), 3);
    let ways = value["groups"][0]["ways"].as_array().unwrap();
    let names: Vec<_> = ways
        .iter()
        .map(|way| way["way"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "volume scaling",
            "temperature ladder",
            "U(t) by MALA, not an estimate of λ"
        ]
    );
    for way in &ways[..2] {
        assert_eq!(way["covered"]["of"], json!(models.len()), "{way}");
        assert_eq!(way["failed"], json!(0), "{way}");
        assert!(
            way["median_relative_error"].as_f64().unwrap() < 0.1,
            "{way}"
        );
        assert!(way["median_evaluations"].as_f64().unwrap() > 1e4, "{way}");
    }
    // m ≥ 2 among the models: one temperature is biased, and the theory says so
    let bias = ways[2]["bias_of_multiple_poles"].as_f64().unwrap();
    assert!(bias < -0.05, "{bias}");
    assert!(ways[2]["expected_bias_of_multiple_poles"].as_f64().unwrap() < -0.05);
    // and it never calls itself trustworthy
    assert_eq!(ways[2]["energies"], ways[2]["runs"]);
    assert_eq!(ways[2]["trusted"]["hits"], json!(0));
    let run = &line["runs"].as_array().unwrap()[2];
    assert_eq!(
        (&run["quantity"], &run["lambda"]),
        (&json!("energy"), &json!(null))
    );
    assert_eq!(value["schema"], json!(2));
}

#[test]
fn a_suite_is_told_as_a_table() {
    let ended = rlct(&["compare", "--seeds", "1", "--only", "sphere", "--verbose"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for text in [
        "engine",
        "95 % intervals",
        "1 seeds, 4 of 4 runs",
        "default",
    ] {
        assert!(ended.stdout.contains(text), "{text}: {}", ended.stdout);
    }
    assert_eq!(rlct(&["compare", "--seeds", "0"]).code, 2);
    let way = |model: &str, way: &str| {
        rlct(&[
            "compare", "--suite", "full", "--seeds", "1", "--only", model, "--way", way,
        ])
    };
    let volume = way("sphere |w|², d = 3", "volume,one-temperature");
    assert!(volume.stdout.contains("2 of 2 runs"), "{}", volume.stdout);
    assert!(!volume.stdout.contains("ladder"), "{}", volume.stdout);
    let large = way("sphere |w|², d = 60", "volume");
    assert_eq!(large.code, 2);
    let remedy = "more than 20 parameters, too many for volume scaling; add --way ladder";
    assert!(large.stderr.contains(remedy), "{}", large.stderr);
    assert_eq!(
        rlct(&["compare", "--suite", "full", "--exact-only"]).code,
        2
    );
}

#[test]
fn the_default_of_a_network_is_the_ladder() {
    let ended = rlct(&[
        "compare",
        "--suite",
        "full",
        "--seeds",
        "1",
        "--only",
        "linear 2-2-2-2, rank 0",
        "--way",
        "default",
        "--json",
    ]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let value = ended.json();
    let run = &value["models"][0]["runs"][0];
    assert_eq!(run["way"], json!("default"));
    assert_eq!(run["quantity"], json!("learning_coefficient"));
}
