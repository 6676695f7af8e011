//! `rlct exact --file`.

use super::{rlct, rlct_reading, without_times};
use serde_json::json;
use std::io::Write;
use std::process::{Command, Stdio};

const CASES: &str = r#"[
    {"id": "node", "tier": "b", "variables": ["x", "y"], "generators": ["x^2-y^2"],
     "form": "ideal", "lambda": "1/2", "multiplicity": 2, "source": "elementary"},
    {"id": "corner", "variables": ["x", "y"], "generators": ["x*y"], "form": "ideal",
     "amplitude": "x", "lambda": "1/2", "multiplicity": 1},
    {"id": "point", "generators": ["(x+1)^2*(x-1)^4"], "form": "loss", "at": {"x": "1"}}
]"#;

#[test]
fn a_file_is_a_line_a_case_and_a_summary() {
    let ended = rlct_reading(CASES, &["exact", "--file", "-"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let printed = without_times(&ended.stdout);
    assert_eq!(
        printed.lines().collect::<Vec<_>>(),
        [
            "node: λ = 1/2, m = 2, as published … s]",
            "  K = Σ gᵢ² over the ideal (x^2-y^2) in x, y at the origin",
            "corner: λ = 1/2, m = 1, as published … s]",
            "  K = Σ gᵢ² over the ideal (x*y) in x, y at the origin, prior ∝ |x|",
            "point: λ = 1/4, m = 1 … s]",
            "  K = (x+1)^2*(x-1)^4 in x, at x = 1",
            "  local: K = 0 also at x = -1; λ there: --at x=-1",
            "3 cases: 3 exact, 0 bounds, 0 errors; 2 as published, 0 not; … s",
        ]
    );
}

#[test]
fn a_file_as_json_is_one_array() {
    let ended = rlct_reading(CASES, &["exact", "--file", "-", "--json"]);
    assert_eq!(ended.code, 0);
    let value = ended.json();
    let cases = value.as_array().unwrap();
    assert_eq!(cases.len(), 3);
    assert_eq!(cases[0]["id"], json!("node"));
    assert_eq!(cases[0]["answer"], json!("exact"));
    assert_eq!(cases[0]["lambda"], json!("1/2"));
    assert_eq!(cases[0]["multiplicity"], json!(2));
    assert!(cases[0]["seconds"].is_f64());
}

#[test]
fn the_gravest_case_decides_the_exit_code() {
    let case = |id: &str, rest: &str| format!(r#"{{"id": "{id}", "form": "ideal", {rest}}}"#);
    let good = case("good", r#""generators": ["x"]"#);
    let wrong = case(
        "wrong",
        r#""generators": ["x"], "lambda": "1", "multiplicity": 1"#,
    );
    let refused = case("refused", r#""generators": ["x/y"]"#);
    for (cases, code) in [
        (vec![&good], 0),
        (vec![&good, &refused], 2),
        (vec![&refused, &wrong, &good], 1),
    ] {
        let cases: Vec<&str> = cases.into_iter().map(String::as_str).collect();
        let file = format!("[{}]", cases.join(","));
        let ended = rlct_reading(&file, &["exact", "--file", "-"]);
        assert_eq!(ended.code, code, "{file}: {}", ended.stdout);
    }
    let cusp = case("cusp", r#""generators": ["x^2-y^3"]"#);
    let open = rlct_reading(
        &format!("[{cusp}]"),
        &["exact", "--file", "-", "--steps", "1"],
    );
    assert_eq!(open.code, 3, "{}", open.stdout);
}

#[test]
fn broken_files_are_explained() {
    let ended = rlct_reading("[\n  {\"id\": 7}\n]", &["exact", "--file", "-"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.starts_with("error: -:2: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("  {\"id\": 7}\n"), "{}", ended.stderr);

    let ended = rlct(&["exact", "--file", "no/such/file.json", "--json"]);
    assert_eq!(ended.code, 2);
    assert_eq!(ended.json()["answer"], json!("error"));

    let unknown = r#"[{"id": "a", "generators": ["x"], "form": "loss", "prior": "x"}]"#;
    let half = r#"[{"id": "a", "generators": ["x"], "form": "ideal", "lambda": "1/2"}]"#;
    for (text, part) in [
        (unknown, "the field `prior` is unknown"),
        (half, "both lambda, above 0, and multiplicity"),
    ] {
        let ended = rlct_reading(text, &["exact", "--file", "-"]);
        assert_eq!(ended.code, 2, "{}", ended.stdout);
        assert!(ended.stdout.contains(part), "{}", ended.stdout);
    }
}

/// Ctrl-C in the middle of much work: what is done is printed, and the code is 130.
#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_is_done() {
    use std::io::{BufRead, BufReader, Read};
    let hard = r#"["a*c+b*d", "a*e+b*f", "c*g+e*h", "d*g+f*h+a^3", "a*h^2+b^2*g+c^3*e"]"#;
    let mut file = format!(
        r#"[{{"id": "easy", "generators": ["x"], "form": "ideal"}},
            {{"id": "hard", "generators": {hard}, "form": "ideal"}}"#
    );
    for i in 0..50_000 {
        file += &format!(r#",{{"id": "{i}", "generators": ["x^2-y^3"], "form": "ideal"}}"#);
    }
    file += "]";
    let mut child = Command::new(env!("CARGO_BIN_EXE_rlct"))
        .args([
            "exact",
            "--file",
            "-",
            "--time",
            "3600",
            "--steps",
            "18446744073709551615",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(file.as_bytes())
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    // once the first case is printed, the signal is caught and the rest is ahead
    stdout.read_line(&mut line).unwrap();
    assert!(line.starts_with("easy: λ = 1/2"), "{line}");
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130));
    assert!(
        rest.lines()
            .last()
            .is_some_and(|line| line.contains(" cases: ")),
        "no summary"
    );
    let stderr = String::from_utf8(ended.stderr).unwrap();
    assert!(stderr.contains("interrupted after"), "{stderr}");
}
