//! `rlct export`. Coq is not needed here: proofs/coq/run.sh lets it read what is written.

use super::{Ended, rlct, rlct_reading};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn export(file: &str, options: &[&str]) -> Ended {
    rlct(&[&["export", "--coq", file], options].concat())
}

/// The text without what Coq reads as one word, and whether its brackets are balanced.
fn balanced(text: &str) -> bool {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            ')' | ']' if open.pop() != Some(c) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

#[test]
fn all_proofs_are_transcribed() {
    let mut files = 0;
    for entry in std::fs::read_dir(format!("{ROOT}/proofs")).unwrap() {
        let path = entry.unwrap().path().join("certificate.json");
        if !path.exists() {
            continue;
        }
        let ended = export(&path.display().to_string(), &["--name", "proof"]);
        assert_eq!(ended.code, 0, "{}: {}", path.display(), ended.stderr);
        let term = &ended.stdout;
        assert!(balanced(term), "{}", path.display());
        assert!(term.contains("\nDefinition proof : certificate := Certificate "));
        assert!(term.ends_with("].\n"));
        // no step is lost, and no text is left
        let json: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let steps = json["steps"].as_array().unwrap().len();
        assert_eq!(term.matches("Step (Chart ").count(), steps);
        assert!(term.is_ascii() && !term.contains('"'), "{}", path.display());
        files += 1;
    }
    assert!(files >= 106, "{files}");
}

/// K = (x − y)(x + 1/2)², written with a parenthesis, with y ≥ 0.
const LOSS: &str = r#"{"format": "rlct-certificate", "version": 1,
    "question": {"variables": ["x", "y"], "generators": ["(x - y)*(x + 1/2)^2"],
                 "reading": "loss", "nonnegative": ["y"]},
    "claim": {"lower": {"lambda": "0", "multiplicity": 2}},
    "steps": [{"chart": {"coordinates": [
            {"name": "x", "domain": "line", "extent": "local", "amplitude": "0"},
            {"name": "y", "domain": "half-line", "extent": "local", "amplitude": "-1/2"}],
        "generators": []}, "rule": "open", "reason": "wrong, but transcribed"}]}"#;

#[test]
fn a_certificate_is_transcribed_word_for_word() {
    let ended = rlct_reading(LOSS, &["export", "--coq", "-"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let product = "[([3], (int 1)); ([2; 1], (int (-1))); ([2], (int 1)); ([1; 1], (int (-1))); \
                   ([1], (1#4)); ([0; 1], ((-1)#4))]";
    assert_eq!(
        ended.stdout,
        format!(
            "From RLCT Require Import Checker.\nLocal Open Scope Q_scope.\nLocal Open Scope \
             N_scope.\n\nDefinition the_certificate : certificate := Certificate 1\n (Question 2 \
             [{product}] ReadLoss None [] [1] [] [])\n (Pole (int 0) 2) None\n [Step (Chart \
             [Coordinate false true (int 0); Coordinate true true ((-1)#2)] [] [] [] [] [])\n   \
             (Open)].\n"
        )
    );
    let json = rlct_reading(LOSS, &["export", "--coq", "-", "--json"]).json();
    assert_eq!(json["coq"].as_str().unwrap(), ended.stdout);
}

#[test]
fn what_cannot_be_transcribed_is_told() {
    let missing = export("no/such/file.json", &[]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("cannot read no/such/file.json"));
    for (from, to, told) in [
        (
            "rlct-certificate",
            "rlct-paper",
            "expected format rlct-certificate",
        ),
        ("[\"y\"]", "[\"z\"]", "z is not a variable"),
        ("1/2)^2", "1/2)**2", "generator"),
        ("\"name\": \"y\"", "\"name\": \"х\"", "look alike"),
        ("\"steps\"", "\"stops\"", "unknown field"),
    ] {
        let text = LOSS.replacen(from, to, 1);
        assert_ne!(text, LOSS);
        let ended = rlct_reading(&text, &["export", "--coq", "-"]);
        assert_eq!(ended.code, 2, "{to}: {}", ended.stdout);
        assert!(ended.stderr.contains(told), "{to}: {}", ended.stderr);
        assert!(ended.stdout.is_empty());
    }
    let named = rlct_reading(LOSS, &["export", "--coq", "-", "--name", "2x"]);
    assert_eq!(named.code, 2);
    assert!(named.stderr.contains("`2x` is no name in Coq"));
}
