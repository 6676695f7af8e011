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
    let ended = rlct(&["compare", "--model", "cusp"]);
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
    let ended = rlct(&[
        "compare",
        "--model",
        "cusp",
        "--threshold",
        "1e-9",
        "--json",
    ]);
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
    let ended = rlct(&["compare", "--model", "sphere", "--json"]);
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
    let ended = rlct(&["compare", "--model", "no such model"]);
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.starts_with("error: no model"),
        "{}",
        ended.stderr
    );
}
