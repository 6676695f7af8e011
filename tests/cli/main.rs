//! The command line as scripts see it: stdout, stderr and exit codes of the built binary.

#![cfg(feature = "cli")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot run the binary should fail"
)]

mod catalogue;
mod check;
mod closed_form;
mod compare;
mod draws;
mod estimate;
mod exact;
mod experiment;
mod export;
mod files;
mod fisher;
mod gallery;
mod judge;
mod kept_run;
mod network;
mod readme;
mod sampling_limits;
mod select;
mod select_mixtures;
mod select_sequences;
mod sweep;

use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
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
    rlct_reading("", arguments)
}

/// Runs the command with a text on stdin.
fn rlct_reading(stdin: &str, arguments: &[&str]) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rlct"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // a command that does not read closes the pipe
    drop(child.stdin.take().unwrap().write_all(stdin.as_bytes()));
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The path of a file of the test that runs: its thread bears its name, and no two tests, which run
/// side by side, write one file.
fn own_path(name: &str) -> PathBuf {
    let test = std::thread::current().name().unwrap().replace("::", ".");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// Writes such a file and gives its path.
fn own_file(name: &str, text: &(impl AsRef<[u8]> + ?Sized)) -> String {
    let path = own_path(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
}

/// The text with every time such as `[0.123 s]` or `; 1.2 s` blanked.
fn without_times(text: &str) -> String {
    let blank = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let blanked = words.iter().enumerate().map(|(i, word)| {
            let number = word.trim_start_matches('[').parse::<f64>().is_ok();
            let unit = words
                .get(i + 1)
                .is_some_and(|next| ["s", "s]"].contains(next));
            if number && unit { "…" } else { word }
        });
        blanked.collect::<Vec<_>>().join(" ")
    };
    text.lines().map(blank).collect::<Vec<_>>().join("\n")
}

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
