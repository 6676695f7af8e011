//! `rlct experiment`.

use super::rlct;
use serde_json::json;

#[test]
fn experiments_are_listed() {
    let listed = rlct(&["experiment"]);
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    assert!(listed.stdout.contains("phase_transition\n"));
    let entries = rlct(&["experiment", "--json"]).json();
    assert_eq!(entries[0]["experiment"], json!("phase_transition"));
    let unknown = rlct(&["experiment", "phrenology"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("there are: phase_transition"),
        "{}",
        unknown.stderr
    );
    assert_eq!(
        rlct(&["experiment", "phase_transition", "--seeds", "0"]).code,
        2
    );
}

#[test]
fn everything_is_written_and_nothing_replaced() {
    let folder = std::env::temp_dir().join(format!("rlct-experiment-{}", std::process::id()));
    let out = folder.to_str().unwrap();
    let arguments = [
        "experiment",
        "phase-transition",
        "--size",
        "small",
        "--out",
        out,
    ];
    let ended = rlct(&arguments);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.starts_with("phase_transition: PASS"));
    let text = std::fs::read_to_string(folder.join("phase_transition.json")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["schema"], json!(1));
    assert_eq!(value["settings"], json!({ "size": "small", "seeds": 5 }));
    let sampled = value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|found| found["key"] == json!("crossing_sampled"))
        .unwrap();
    assert_eq!(sampled["measured"]["values"].as_array().unwrap().len(), 5);
    let page = std::fs::read_to_string(folder.join("phase_transition.txt")).unwrap();
    assert!(page.starts_with("phase_transition: PASS"));
    assert_eq!(
        cfg!(feature = "plot"),
        folder.join("phase_transition.svg").exists()
    );
    let again = rlct(&arguments);
    assert_eq!(again.code, 2);
    assert!(
        again.stderr.contains("--force replaces it"),
        "{}",
        again.stderr
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_time_ends_it_with_what_there_is() {
    let arguments = ["experiment", "phase_transition", "--time", "0"];
    let ended = rlct(&arguments);
    assert_eq!(ended.code, 3, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("not measured"));
    assert!(
        ended.stderr.contains("the time of 0 s was over"),
        "{}",
        ended.stderr
    );
}
