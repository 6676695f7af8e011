//! `rlct catalogue`.

use super::rlct;
use serde_json::json;

#[test]
fn families_are_counted() {
    let ended = rlct(&["catalogue"]);
    assert_eq!(ended.code, 0);
    let last = ended.stdout.lines().last().unwrap();
    let numbers: Vec<usize> = last
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|word| word.parse().ok())
        .collect();
    let &[instances, families, exact, certified, globally] = numbers.as_slice() else {
        panic!("{last}");
    };
    assert!(
        instances >= 450
            && families >= 40
            && certified >= 120
            && exact >= certified
            && globally >= 80,
        "{last}"
    );
    // a line a family, between heading and sum
    assert_eq!(ended.stdout.lines().count(), families + 2);
}

#[test]
fn the_written_file_is_what_the_command_writes() {
    let ended = rlct(&["catalogue", "--json"]);
    assert_eq!(ended.code, 0);
    assert!(ended.stdout == include_str!("../../proofs/catalogue.json"));
}

#[test]
fn a_family_is_listed_and_confirmed() {
    let listed = rlct(&["catalogue", "--family", "power-difference"]);
    assert_eq!(listed.code, 0);
    assert_eq!(
        listed.stdout.lines().nth(1),
        Some("λ = 1/2, m = 2     depth 2  [engine certificate; certified globally]")
    );
    let bounds = rlct(&["catalogue", "--family", "relu-bounds"]);
    assert!(bounds.stdout.starts_with("λ ≤ 9/2 "), "{}", bounds.stdout);

    let confirmed = rlct(&["catalogue", "--family", "power-difference", "--verify"]);
    assert_eq!(confirmed.code, 0, "{}", confirmed.stderr);
    let sum = "6 germs: 6 certified, 0 undecided, 0 contradicted";
    assert_eq!(confirmed.stdout.lines().last(), Some(sum));
    let globally = rlct(&[
        "catalogue",
        "--family",
        "power-difference",
        "--verify",
        "--on",
        "model",
    ]);
    assert_eq!(globally.code, 0, "{}", globally.stderr);
    assert_eq!(globally.stdout.lines().last(), Some(sum));
    let value = rlct(&[
        "catalogue",
        "--family",
        "power-difference",
        "--verify",
        "--json",
    ])
    .json();
    assert_eq!(value[0]["confirmation"], json!("certified"));

    // a claim that a small budget does not keep is undecided, not confirmed
    let starved = rlct(&[
        "catalogue",
        "--family",
        "tensor-two-terms",
        "--verify",
        "--steps",
        "50",
    ]);
    assert_eq!(starved.code, 3, "{}", starved.stdout);
    assert!(
        starved.stdout.starts_with("undecided "),
        "{}",
        starved.stdout
    );
}

#[test]
fn unknown_families_are_refused() {
    let ended = rlct(&["catalogue", "--family", "no-such"]);
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("no family `no-such`"),
        "{}",
        ended.stderr
    );
}
