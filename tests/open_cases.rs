//! Germs that the engine once left undecided, by the kind of what stopped it: those of level 1 are
//! exact, of the others bounds hold the value.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::judge;
use rlct::Budget;
use rlct::algebra::Rational;
use rlct::resolution::{GermText, Reading};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Deserialize)]
struct Open {
    id: String,
    kind: String,
    generators: Vec<String>,
    form: Reading,
    #[serde(default)]
    nonnegative: Vec<String>,
    #[serde(default)]
    at: BTreeMap<String, Rational>,
    lambda: Rational,
    multiplicity: usize,
    /// 1: exact.
    level: u8,
}

fn check(of_level: impl Fn(u8) -> bool, seconds: u64) {
    let text = include_str!("data/open_cases.json");
    let cases: Vec<Open> = serde_json::from_str(text).unwrap();
    // time alone: what is tried last needs it, and is not counted in steps
    let budget = Budget::default()
        .with_steps(u64::MAX)
        .with_time(Duration::from_secs(seconds));
    for case in cases.into_iter().filter(|case| of_level(case.level)) {
        let germ = GermText::new(case.form, case.generators)
            .nonnegative(case.nonnegative)
            .at(case.at)
            .germ()
            .unwrap();
        let found = germ.learning_coefficient(&budget).unwrap();
        let name = format!("{} ({}): {found}", case.id, case.kind);
        let exact = judge(&found, &case.lambda, case.multiplicity)
            .unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
        assert!(exact || case.level > 1, "{name}");
    }
}

#[test]
fn germs_of_every_kind_are_exact() {
    // the slowest takes four seconds where code is optimised, and tests are not
    check(|level| level == 1, 40);
}

#[test]
fn bounds_hold_what_is_not_decided_in_a_second() {
    check(|level| level > 1, 1);
}
