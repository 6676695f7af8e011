//! The command line as scripts see it: stdout, stderr and exit codes of the built binary.

#![cfg(feature = "cli")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot run the binary should fail"
)]

use serde_json::{Value, json};
use std::process::{Command, Stdio};

struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ended {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }
}

fn rlct(arguments: &[&str]) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_rlct"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

// ---- help and usage -------------------------------------------------------------------------

#[test]
fn help_names_commands_and_exit_codes() {
    let help = rlct(&["--help"]);
    assert_eq!(help.code, 0);
    for text in ["exact", "closed-form", "--json", "Exit codes", "130"] {
        assert!(
            help.stdout.contains(text),
            "{text} is missing from {}",
            help.stdout
        );
    }
}

#[test]
fn wrong_usage_is_code_2() {
    for arguments in [
        &["no-such-command"][..],
        &["closed-form"],
        &["closed-form", "deep-linear"],
        &["closed-form", "deep-linear", "--widths", "10,x"],
        &["closed-form", "deep-linear", "--widths", "10,-5"],
        &[
            "closed-form",
            "normal-crossing",
            "--powers",
            "1",
            "--prior",
            "0.5.1",
        ],
    ] {
        let ended = rlct(arguments);
        assert_eq!(ended.code, 2, "{arguments:?}");
        assert!(ended.stdout.is_empty(), "{arguments:?}");
        assert!(
            ended.stderr.contains("--help"),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
}

// ---- closed-form ----------------------------------------------------------------------------

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

// ---- the README -----------------------------------------------------------------------------

/// The words of a command line; single quotes group.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The text with every time such as `[0.123 s]` or `; 1.2 s` blanked.
fn without_times(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let blanked = words.iter().enumerate().map(|(i, word)| {
        let unit = words
            .get(i + 1)
            .is_some_and(|next| next.starts_with('s') && next.len() <= 2);
        if unit && word.trim_start_matches('[').parse::<f64>().is_ok() {
            "…"
        } else {
            word
        }
    });
    blanked.collect::<Vec<_>>().join(" ")
}

/// Every `$ rlct …` in the README prints what the README says.
#[test]
fn the_readme_tells_the_truth() {
    let readme = include_str!("../README.md");
    let mut commands = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for command in block
            .split("$ ")
            .filter_map(|command| command.strip_prefix("rlct "))
        {
            let (line, expected) = command.split_once('\n').unwrap();
            let arguments = words(line);
            let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
            let ended = rlct(&arguments);
            let printed = format!("{}{}", ended.stdout, ended.stderr);
            assert_eq!(
                without_times(printed.trim_end()),
                without_times(expected.trim_end()),
                "rlct {line}"
            );
            commands += 1;
        }
    }
    assert!(commands >= 3, "only {commands} commands found");
}
