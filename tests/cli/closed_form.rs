//! `rlct closed-form`.

use super::rlct;
use serde_json::json;

#[test]
fn closed_forms_come_with_their_source() {
    let deep = rlct(&[
        "closed-form",
        "deep-linear",
        "--widths",
        "10,5,10",
        "--rank",
        "3",
    ]);
    assert_eq!(deep.code, 0);
    let mut lines = deep.stdout.lines();
    assert_eq!(lines.next(), Some("λ = 32, m = 1"));
    assert_eq!(
        lines.next(),
        Some("model:  deep linear network, widths 10-5-10, truth of rank 3")
    );
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("source: Aoyagi 2024, "))
    );
    assert!(deep.stderr.is_empty());
}

#[test]
fn every_family_answers() {
    for (arguments, first_line) in [
        (&["regular", "--parameters", "3"][..], "λ = 3/2, m = 1"),
        (&["normal-crossing", "--powers", "1,2"], "λ = 1/4, m = 1"),
        (
            &["normal-crossing", "--powers", "1,2", "--prior", "0,1"],
            "λ = 1/2, m = 2",
        ),
        (
            &["normal-crossing", "--powers", "1,3", "--prior", "1/2,3.5"],
            "λ = 3/4, m = 2",
        ),
        (
            &[
                "reduced-rank",
                "--inputs",
                "2",
                "--outputs",
                "2",
                "--hidden",
                "2",
                "--rank",
                "1",
            ],
            "λ = 2, m = 2",
        ),
        (&["deep-linear", "--widths", "2,2,2,2"], "λ = 3/2, m = 3"),
    ] {
        let ended = rlct(&[&["closed-form"], arguments].concat());
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
        assert_eq!(
            ended.stdout.lines().next(),
            Some(first_line),
            "{arguments:?}"
        );
    }
}

#[test]
fn closed_forms_as_json() {
    let ended = rlct(&[
        "closed-form",
        "reduced-rank",
        "--json",
        "--inputs",
        "4",
        "--outputs",
        "3",
        "--hidden",
        "2",
        "--rank",
        "1",
    ]);
    assert_eq!(ended.code, 0);
    let value = ended.json();
    assert_eq!(value["answer"], json!("exact"));
    assert_eq!(value["lambda"], json!("4"));
    assert_eq!(value["multiplicity"], json!(1));
    assert_eq!(value["family"], json!("reduced-rank regression"));
    assert_eq!(value["source"]["year"], json!(2005));
}

#[test]
fn impossible_sizes_are_explained() {
    let arguments = [
        "closed-form",
        "deep-linear",
        "--widths",
        "4,2,4",
        "--rank",
        "3",
    ];
    let ended = rlct(&arguments);
    assert_eq!(ended.code, 2);
    assert_eq!(
        ended.stderr,
        "error: rank 3 exceeds the narrowest width 2\n"
    );
    assert!(ended.stdout.is_empty());

    let ended = rlct(&[&["--json"], &arguments[..]].concat());
    assert_eq!(ended.code, 2);
    let message = "rank 3 exceeds the narrowest width 2";
    assert_eq!(ended.json(), json!({"answer": "error", "message": message}));
}
