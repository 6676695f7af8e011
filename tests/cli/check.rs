//! `rlct check`.

use super::{Ended, rlct, rlct_reading};
use serde_json::{Value, json};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn refused(name: &str) -> String {
    format!("{ROOT}/tests/data/refused-certificates/{name}.json")
}

fn proof(name: &str) -> String {
    format!("{ROOT}/proofs/{name}/certificate.json")
}

fn check(files: &[&str], options: &[&str]) -> Ended {
    rlct(&[&["check"], files, options].concat())
}

#[test]
fn hand_made_certificates_are_refused_and_claims_of_nothing_have_their_code() {
    let folder = format!("{ROOT}/tests/data/refused-certificates");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path().display().to_string();
        let nothing = ["A15", "A16", "A17"].iter().any(|name| path.contains(name));
        let ended = check(&[&path], &[]);
        assert_eq!(ended.code, if nothing { 4 } else { 1 }, "{path}");
        assert!(
            !ended.stdout.contains("accepted"),
            "{path}: {}",
            ended.stdout
        );
        assert!(!ended.stdout.contains('\u{1b}') && !ended.stderr.contains('\u{1b}'));
        files += 1;
    }
    assert_eq!(files, 17);
}

/// K = x·y between bounds alone.
const BOUNDS: &str = r#"{"format": "rlct-certificate", "version": 1,
    "question": {"variables": ["x", "y"], "generators": ["x*y"], "reading": "ideal"},
    "claim": {"lower": {"lambda": "0", "multiplicity": 2},
              "upper": {"lambda": "1/2", "multiplicity": 2}},
    "steps": [{"chart": {"coordinates": [
            {"name": "x", "domain": "line", "extent": "local", "amplitude": "0"},
            {"name": "y", "domain": "line", "extent": "local", "amplitude": "0"}],
        "generators": ["x*y"]},
      "rule": "newton", "weights": [["1", "0"], ["0", "1"]]}]}"#;

#[test]
fn of_several_files_the_gravest_counts() {
    let (good, wrong, nothing) = (
        proof("line"),
        refused("A8-loss-sign"),
        refused("A16-zeroideal"),
    );
    let missing = "no/such/file.json";
    for (files, code) in [
        (vec![&*good], 0),
        (vec!["-"], 3),
        (vec![&*good, "-"], 3),
        (vec!["-", &*nothing, &*good], 4),
        (vec![&*nothing, missing], 2),
        (vec![missing, &*wrong, &*nothing], 1),
        (vec![&*wrong, missing], 1),
    ] {
        let ended = rlct_reading(BOUNDS, &[&["check"], files.as_slice()].concat());
        assert_eq!(
            ended.code, code,
            "{files:?}: {}{}",
            ended.stdout, ended.stderr
        );
    }
}

#[test]
fn an_unreadable_file_does_not_stop_the_others() {
    let good = proof("line");
    let ended = check(&["no/such/file.json", &good], &[]);
    assert!(
        ended.stderr.contains("cannot read no/such/file.json"),
        "{}",
        ended.stderr
    );
    assert!(ended.stdout.contains("accepted"), "{}", ended.stdout);
    let ended = rlct_reading("[1, 2", &["check", "-", &good, "--json"]);
    assert_eq!(ended.code, 2);
    let values: Vec<Value> = serde_json::Deserializer::from_str(&ended.stdout)
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(values.len(), 2);
    assert_eq!(values[0]["file"], json!("-"));
    assert!(
        values[0]["error"]
            .as_str()
            .unwrap()
            .contains("not a certificate")
    );
    assert_eq!(values[1]["accepted"], json!(true));
}

#[test]
fn the_question_is_told() {
    let swallowtail = check(&[&proof("swallowtail")], &[]);
    let lines: Vec<&str> = swallowtail.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", swallowtail.stdout);
    assert!(lines[1].starts_with("  K = "), "{}", lines[1]);
    assert!(lines[1].ends_with("at the origin"), "{}", lines[1]);
    let value = rlct_reading(BOUNDS, &["check", "-", "--json"]).json();
    assert_eq!(value["verdict"], json!("bounds"));
    assert_eq!(value["upper"], json!({"lambda": "1/2", "multiplicity": 2}));
    assert_eq!(
        value["question"],
        json!({"variables": ["x", "y"], "generators": ["x*y"], "reading": "ideal",
            "at": {"x": "0", "y": "0"}, "constants": [], "amplitude": {}, "nonnegative": [],
            "text": "K = Σ gᵢ² over the ideal (x*y), in x, y, at the origin"})
    );
}

#[test]
fn the_question_is_compared() {
    let options: &[(&[&str], i32)] = &[
        (&["--ideal", "x*y"], 3),
        (&["--ideal", "-y*x"], 3),
        (&["--ideal", "x*y", "--at", "x=0,y=0"], 3),
        (&["--ideal", "x*y", "--variables", "y,x"], 3),
        (&["--ideal", "x*y^2"], 1),
        (&["--ideal", "x*y", "--at", "x=1"], 1),
        (&["--ideal", "x*y", "--amplitude", "x"], 1),
        (&["--ideal", "x*y", "--nonnegative", "x"], 1),
        (&["--ideal", "x*y", "--variables", "x,y,z"], 1),
        (&["--loss", "x*y"], 1),
        (&["--absolute", "x*y"], 1),
        (&["--ideal", "x*"], 2),
        (&["--at", "x=0"], 2),
        (&["--ideal", "x*y", "--loss", "x*y"], 2),
    ];
    for (options, code) in options {
        let ended = rlct_reading(BOUNDS, &[&["check", "-"], *options].concat());
        assert_eq!(
            ended.code, *code,
            "{options:?}: {}{}",
            ended.stdout, ended.stderr
        );
        let said = ended.stderr.contains("it answers another question");
        assert_eq!(said, *code == 1, "{options:?}: {}", ended.stderr);
    }
}

#[test]
fn a_loss_of_unknown_sign_is_said_to_be_one() {
    const REMARK: &str = "that K ≥ 0 near the point is not proved";
    let subtle = "(y^2-x^3)^2+x^7";
    let ended = rlct(&["exact", subtle]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains(REMARK), "{}", ended.stdout);
    let value = rlct(&["exact", subtle, "--json"]).json();
    assert!(value["remark"].as_str().unwrap().contains(REMARK));
    let file = format!(r#"[{{"id": "a", "generators": ["{subtle}"], "form": "loss"}}]"#);
    let ended = rlct_reading(&file, &["exact", "--file", "-"]);
    assert!(ended.stdout.contains(REMARK), "{}", ended.stdout);
    let ended = rlct(&["exact", "(y-x^2)^2+x^40"]);
    assert!(!ended.stdout.contains("proved"), "{}", ended.stdout);
}
