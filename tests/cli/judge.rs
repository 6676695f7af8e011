//! `rlct judge`: losses of chains that another program ran.

use super::{rlct, rlct_reading};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

const COLD: &str = "tests/data/traces/cold.csv";
const WARM: &str = "tests/data/traces/warm.csv";

fn golden() -> Value {
    let text = fs::read_to_string("tests/data/traces/golden.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

fn float(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// The sums of make_traces.py, which shares no code with this crate, on real traces of devinterp.
#[test]
fn real_traces_agree_with_numpy() {
    let golden = golden();
    let (cold, warm) = (&golden["files"]["cold.csv"], &golden["files"]["warm.csv"]);
    let nbeta = format!("{},{}", cold["nbeta"], warm["nbeta"]);
    let baseline = golden["baseline"].to_string();
    let arguments = [
        COLD,
        WARM,
        "--nbeta",
        &nbeta,
        "--baseline",
        &baseline,
        "--all-data",
    ];
    let ended = rlct(&[&["judge", "--json"], &arguments[..]].concat());
    assert_eq!(ended.stderr, "");
    let told = ended.json();
    let temperatures = told["temperatures"].as_array().unwrap();
    for (at, golden) in temperatures.iter().zip([warm, cold]) {
        assert_eq!(at["burn_in"], golden["burn_in"]);
        for (key, name) in [
            ("energy", "energy"),
            ("mean_loss", "mean_loss"),
            ("variance", "variance"),
        ] {
            let (ours, theirs) = (float(&at[key]["value"]), float(&golden[name]));
            assert!(
                (ours / theirs - 1.0).abs() < 1e-9,
                "{name}: {ours} and {theirs}"
            );
        }
        // the error from four means has three degrees of freedom: a factor of four either way
        let ours = float(&at["energy"]["standard_error"]);
        let theirs = float(&golden["error_from_the_chains_means"]);
        assert!((0.2..6.0).contains(&(ours / theirs)), "{ours} and {theirs}");
    }
    let quotient = &told["difference_quotients"][0];
    let (ours, theirs) = (
        float(&quotient["value"]),
        float(&golden["difference_quotient"]),
    );
    assert!((ours / theirs - 1.0).abs() < 1e-9, "{ours} and {theirs}");
    let text = rlct(&[&["judge"], &arguments[..]].concat());
    assert!(
        text.stdout
            .contains("difference quotient between t = 72.4 and 144.8: 3.08")
    );
    assert!(!text.stdout.contains("λ̂"), "{}", text.stdout);
    let converged = told["converged"].as_bool().unwrap();
    assert_eq!(
        (ended.code, text.code),
        if converged { (0, 0) } else { (3, 3) }
    );
}

/// The first draws in a table with a line a draw, and in a store as devinterp 2 writes it.
#[test]
fn the_same_chains_from_a_table_and_a_store() {
    let judged = |file: &str, more: &[&str]| {
        let path = format!("tests/data/traces/{file}");
        let told = rlct(&[&["judge", "--json", &path], more].concat()).json();
        (told["temperatures"][0].clone(), told["files"][0].clone())
    };
    let (table, _) = judged("long.csv", &["--nbeta", "72.38241365054198"]);
    let (store, read) = judged("sampling.zarr", &[]);
    assert_eq!((&read["chains"], &read["draws"]), (&4.into(), &60.into()));
    let layout = read["layout"].as_str().unwrap();
    assert_eq!(
        layout,
        "Zarr array sampling_loss, chains × draws, means over token_pos"
    );
    assert_eq!(table["nbeta"], store["nbeta"]);
    assert_eq!(table["burn_in"], store["burn_in"]);
    let mean = |at: &Value| float(&at["mean_loss"]["value"]);
    // the store's float32 are 0.25 away from the losses on either side
    assert!((mean(&table) - mean(&store)).abs() < 1e-6);
}

#[test]
fn what_is_missing_is_told_and_the_diagnostics_are_there() {
    let ended = rlct(&["judge", COLD, "--nbeta", "144.8"]);
    assert_eq!(ended.code, 3);
    assert!(
        ended.stdout.contains("no U(t): it needs L(w*)"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("--baseline"), "{}", ended.stdout);
    assert!(ended.stdout.contains("R̂") && ended.stdout.contains("ESS"));
    let json = rlct(&["judge", COLD, "--nbeta", "144.8", "--json"]).json();
    assert_eq!(json["answered"], false);
    assert_eq!(json["temperatures"][0]["energy"], Value::Null);

    let untold = rlct(&["judge", COLD]);
    assert_eq!(untold.code, 2);
    assert!(untold.stderr.contains("give --nbeta"), "{}", untold.stderr);
    let one = rlct(&["judge", COLD, WARM, "--nbeta", "144.8"]);
    assert_eq!(one.code, 2);
    assert!(
        one.stderr.contains("1 inverse temperature(s) for 2 set(s)"),
        "{}",
        one.stderr
    );
}

#[test]
fn draws_of_this_program_are_judged_as_they_are() {
    for ending in ["zarr", "csv"] {
        let name = format!("rlct-judge-{}.{ending}", std::process::id());
        let path: PathBuf = std::env::temp_dir().join(name);
        let file = path.to_str().unwrap();
        let run = [
            "estimate", "x^2+y^2", "--energy", "--seed", "1", "--nbeta", "500",
        ];
        let estimate = rlct(&[&run[..], &["--json", "--draws", file, "--force"]].concat()).json();
        let known = ["--nbeta", "500", "--baseline", "0"];
        let known: &[&str] = if ending == "csv" { &known } else { &[] };
        let arguments = ["judge", "--json", file, "--burn-in", "0"];
        let ended = rlct(&[&arguments[..], known].concat());
        let judged = &ended.json()["temperatures"][0];
        let ours = float(&judged["energy"]["value"]);
        let theirs = float(&estimate["energy"]);
        assert!((ours / theirs - 1.0).abs() < 1e-12, "{ours} and {theirs}");
        let (ours, theirs) = (
            &judged["energy"]["standard_error"],
            &estimate["standard_error"],
        );
        assert!((float(ours) / float(theirs) - 1.0).abs() < 1e-9);
        assert_eq!(ended.code, 0, "{}", ended.stdout);
        drop(fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path)));
    }
}

#[test]
fn stdin_failures_and_bad_cells() {
    // a chain that runs away, among chains that do not mix
    let mut table = String::from("chain_0,chain_1,chain_2\n");
    for i in 0..60 {
        let bad = if i == 30 { "nan" } else { "1.5" };
        let value = f64::from(i * 37 % 60) / 60.0;
        table += &format!("{value},{},{bad}\n", 1.0 - value * value);
    }
    let ended = rlct_reading(&table, &["judge", "-", "--nbeta", "10", "--baseline", "0"]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    for part in [
        "-: t = 10.0, 3 chain(s) of 60 draws; a column a chain: chain_0, chain_1, chain_2",
        "doubtful at t = 10.0: 1 of 3 chains failed",
        "→ left out: chain 2 at draw 30 (NaN). Halve the step",
        "few effective draws",
    ] {
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
    }
    for (text, told) in [
        (
            "a,b\n1,2\n3,\n",
            "stdin:3: column 2 (`b`): the value is missing",
        ),
        (
            "a,b\n1,2\n3,4\n",
            "2 draws of 2 are left after a burn-in of 0, and at least 20",
        ),
        ("a,b\n1,2\n3\n", "stdin:3: column 2: the line has 1 cells"),
        ("", "stdin:1: the file is empty"),
    ] {
        let ended = rlct_reading(text, &["judge", "-", "--nbeta", "10"]);
        assert_eq!(ended.code, 2, "{text}");
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
    }
    let ended = rlct(&["judge", "no-such-file.csv", "--nbeta", "10"]);
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("cannot read no-such-file.csv"),
        "{}",
        ended.stderr
    );
}
