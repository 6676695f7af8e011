//! `--save-state` and `--resume`: a run in parts.

use super::network::Folder;
use super::{Ended, rlct};
use serde_json::Value;
use std::time::Instant;

const QUESTION: [&str; 9] = [
    "estimate",
    "x^2*y^2+x^4*z^2",
    "--energy",
    "--seed",
    "3",
    "--num-draws",
    "20000",
    "--json",
    "--force",
];

/// The answer but for the time it took.
fn answer(ended: &Ended) -> Value {
    let mut answer = ended.json();
    answer.as_object_mut().unwrap().remove("seconds");
    answer
}

fn asked<'a>(question: &[&'a str], more: &[&'a str]) -> Ended {
    let force = more.contains(&"--save-state");
    let question = question.iter().filter(|word| force || **word != "--force");
    let words: Vec<&str> = question.chain(more).copied().collect();
    rlct(&words)
}

/// The run in parts, the first a quarter as long as the whole takes and then ever longer, so that
/// it ends on a busy machine too; how many there were.
fn in_parts(question: &[&str], state: &str) -> usize {
    let start = Instant::now();
    let whole = asked(question, &[]);
    let first = start.elapsed().as_secs_f64() / 4.0;
    let seconds = first.to_string();
    let mut part = asked(question, &["--time", &seconds, "--save-state", state]);
    let saved = format!("state saved to {state}: ");
    let mut parts = 1;
    while part
        .stderr
        .contains(&format!("{saved}go on with --resume {state}"))
    {
        let seconds = (first * 1.5_f64.powi(parts)).to_string();
        part = asked(question, &["--time", &seconds, "--resume", state]);
        parts += 1;
    }
    assert!(part.stderr.contains(&saved), "{}", part.stderr);
    assert_eq!(part.code, whole.code, "{}", part.stderr);
    assert_eq!(answer(&part), answer(&whole));
    parts as usize
}

#[test]
fn a_run_in_parts_is_the_run() {
    let folder = Folder::new("kept-run");
    let state = folder.at("a.state");
    assert!(in_parts(&QUESTION, &state) > 1);
    let all = [
        "estimate",
        "x^2*y^2",
        "--method",
        "temperatures",
        "--json",
        "--num-draws",
        "3000",
    ];
    let all = [&all[..], &["--force"]].concat();
    assert!(in_parts(&all, &folder.at("b.state")) > 1);
}

#[test]
fn what_cannot_go_on_is_refused() {
    let folder = Folder::new("kept-run-refused");
    let state = folder.at("a.state");
    let quick = [
        "estimate",
        "x^2+y^2",
        "--energy",
        "--num-draws",
        "50",
        "--force",
    ];
    let first = asked(&quick, &["--save-state", &state]);
    assert!(
        first.stderr.contains("for more draws go on with"),
        "{}",
        first.stderr
    );
    let text = std::fs::read_to_string(&state).unwrap();
    let cut = folder.file("cut.state", &text[..text.len() / 2]);
    let changed = folder.file("changed.state", &text.replacen("AAAA", "AAAB", 1));
    let other = folder.file("other.state", "{}");
    let refused = |words: &[&str], told: &str| {
        let ended = rlct(words);
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
    };
    let with = |more: &[&'static str], file: &str, told: &str| {
        let words = [&quick[..5], more, &["--resume", file]].concat();
        refused(&words, told);
    };
    with(&["--seed", "1"], &state, "the seed is 0 there, and 1 here");
    with(
        &["--localization", "2"],
        &state,
        "the localization γ is 1 there",
    );
    with(&["--method", "mala"], &state, "the sampler is chosen there");
    with(&[], &cut, "it ends within line 2");
    with(&[], &changed, "checksum");
    with(&[], &other, "its first line is not");
    with(&[], &folder.at("none.state"), "cannot be read");
    let estimate = |loss| ["estimate", loss, "--energy", "--num-draws", "50"];
    let resumed = ["--resume", &state];
    refused(
        &[&estimate("x^2+2*y^2")[..], &resumed].concat(),
        "the loss, by its values",
    );
    refused(
        &[
            "estimate",
            "x^2+y^2",
            "--energy",
            "--num-draws",
            "49",
            "--resume",
            &state,
        ],
        "49",
    );
    refused(
        &[&estimate("x^2+y^2")[..], &["--save-state", &state]].concat(),
        "exists; --resume",
    );
    refused(
        &["estimate", "x^2+y^2", "--save-state", &state],
        "it is for --method temperatures",
    );
    let nowhere = folder.at("none/a.state");
    refused(
        &[&estimate("x^2+y^2")[..], &["--save-state", &nowhere]].concat(),
        "cannot be written",
    );
    // and the state is as it was
    assert_eq!(std::fs::read_to_string(&state).unwrap(), text);
    let longer = rlct(&[
        "estimate",
        "x^2+y^2",
        "--energy",
        "--num-draws",
        "80",
        "--resume",
        &state,
    ]);
    assert!(longer.stdout.contains("of 80 draws"), "{}", longer.stdout);
}
