//! Certificates: every answer has one, the checker replays it, and altered ones are refused.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use rlct::Budget;
use rlct::certificate::Certificate;
use rlct::resolution::{Answer, Germ};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn proofs() -> Vec<(String, Certificate)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs");
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        // proofs/coq has theory
        .filter(|path| path.join("certificate.json").is_file())
        .collect();
    folders.sort();
    folders
        .into_iter()
        .map(|folder| {
            let text = fs::read_to_string(folder.join("certificate.json")).unwrap();
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            (name, Certificate::from_json(&text).unwrap())
        })
        .collect()
}

/// The small instances of public problems: 136 germs, all of them exact.
#[test]
fn public_problems_are_proved() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs/public-problems");
    let mut checked = 0;
    for folder in fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        assert!(folder.join("README.md").is_file(), "{}", folder.display());
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_none_or(|kind| kind != "json") {
                continue;
            }
            let name = file.display().to_string();
            let text = fs::read_to_string(&file).unwrap();
            let verified = Certificate::from_json(&text).unwrap().check();
            let verified = verified.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(Some(verified.lower()), verified.upper(), "{name}");
            checked += 1;
        }
    }
    assert_eq!(checked, 136);
}

/// The published values, by the name of the case.
fn published() -> Vec<(String, String, u64)> {
    let mut all = Vec::new();
    for file in ["cases.json", "more_cases.json"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/data")
            .join(file);
        let cases: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        for case in cases {
            all.push((
                case["id"].as_str().unwrap().to_string(),
                case["lambda"].as_str().unwrap().to_string(),
                case["multiplicity"].as_u64().unwrap(),
            ));
        }
    }
    all
}

/// The names that cases have by the folders of their proofs, from the list of `proofs/README.md`,
/// which has every folder and what its certificate claims.
fn index() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs/README.md");
    let text = fs::read_to_string(root).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ["));
    let rows: BTreeMap<String, Vec<String>> = rows
        .map(|line| {
            let cells: Vec<String> = line.split(" | ").map(ToString::to_string).collect();
            let name = cells[0].split(['[', ']']).nth(1).unwrap();
            assert_eq!(cells[0], format!("| [{name}]({name}/README.md)"));
            (name.to_string(), cells)
        })
        .collect();
    let proofs = proofs();
    assert_eq!(rows.len(), proofs.len());
    let mut before = BTreeMap::new();
    for (name, certificate) in proofs {
        let row = &rows[&name];
        let json: Value = serde_json::from_str(&certificate.to_json()).unwrap();
        let claim = &json["claim"]["lower"];
        assert_eq!(row[1], claim["lambda"].as_str().unwrap(), "{name}");
        assert_eq!(row[2], claim["multiplicity"].to_string(), "{name}");
        let steps = json["steps"].as_array().unwrap().len();
        assert_eq!(row[3], steps.to_string(), "{name}");
        let id = row[5].trim_end_matches('|').trim();
        before.insert(
            name.clone(),
            if id.is_empty() { name } else { id.to_string() },
        );
    }
    before
}

#[test]
fn every_proof_is_accepted_and_proves_the_published_value() {
    let published = published();
    let (proofs, before) = (proofs(), index());
    assert!(proofs.len() >= 40, "only {} proofs", proofs.len());
    for (name, certificate) in proofs {
        let verified = certificate
            .check()
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        let id = before.get(&name).unwrap_or(&name);
        let (_, lambda, m) = published.iter().find(|(other, _, _)| other == id).unwrap();
        let lower = verified.lower();
        assert_eq!(verified.upper(), Some(lower), "{name} is exact");
        assert_eq!(lower.lambda(), Some(&lambda.parse().unwrap()), "{name}");
        assert_eq!(lower.multiplicity() as u64, *m, "{name}");
    }
}

/// Every number in a JSON value, by a path to it, altered in some ways.
fn alterations(value: &Value, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, Value)>) {
    match value {
        Value::Number(n) => {
            let n = n.as_u64().unwrap();
            found.push((path.clone(), (n + 1).into()));
            if n > 0 {
                found.push((path.clone(), (n - 1).into()));
            }
        }
        Value::String(text) => {
            // one digit or sign altered, each in turn
            for (i, c) in text.char_indices() {
                let replacement = match c {
                    '0'..='8' => char::from(c as u8 + 1),
                    '9' => '8',
                    '+' => '-',
                    '-' => '+',
                    _ => continue,
                };
                let mut altered = text.clone();
                altered.replace_range(i..=i, &replacement.to_string());
                found.push((path.clone(), altered.into()));
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                path.push(i.to_string());
                alterations(item, path, found);
                path.pop();
            }
            // one dropped, two neighbours swapped
            for i in 0..items.len() {
                let mut fewer = items.clone();
                fewer.remove(i);
                found.push((path.clone(), fewer.into()));
            }
            for i in 1..items.len() {
                let mut swapped = items.clone();
                swapped.swap(i - 1, i);
                found.push((path.clone(), swapped.into()));
            }
        }
        Value::Object(fields) => {
            for (key, item) in fields.iter().filter(|(key, _)| *key != "reason") {
                path.push(key.clone());
                alterations(item, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

fn with(value: &Value, path: &[String], altered: Value) -> Value {
    let mut copy = value.clone();
    let mut place = &mut copy;
    for key in path {
        place = match place {
            Value::Array(items) => &mut items[key.parse::<usize>().unwrap()],
            other => &mut other[key.as_str()],
        };
    }
    *place = altered;
    copy
}

/// Alters the certificates of `proofs/`; a mutant that is accepted must still ask the same question
/// and prove the same, which is true, or ask another question (then it must be its true answer, by
/// the engine).
#[test]
fn altered_certificates_prove_nothing_else() {
    const MOST_EACH: usize = 400;
    let (mut tried, mut unreadable, mut rejected, mut same, mut other) = (0, 0, 0, 0, 0);
    for (name, certificate) in proofs() {
        if certificate.steps.len() > 60 {
            continue;
        }
        let original: Value = serde_json::from_str(&certificate.to_json()).unwrap();
        let mut list = Vec::new();
        alterations(&original, &mut Vec::new(), &mut list);
        let stride = list.len().div_ceil(MOST_EACH).max(1);
        for (path, altered) in list.into_iter().step_by(stride) {
            tried += 1;
            let mutant = with(&original, &path, altered);
            let Ok(mutant) = Certificate::from_json(&mutant.to_string()) else {
                unreadable += 1;
                continue;
            };
            let Ok(verified) = mutant.check() else {
                rejected += 1;
                continue;
            };
            if mutant.question == certificate.question {
                same += 1;
                assert_eq!(mutant.claim, certificate.claim, "{name} at {path:?}");
            } else {
                // another question, answered: the engine has to agree
                other += 1;
                let q = &mutant.question;
                let germ = Germ::ideal(&q.generators).unwrap();
                let plain =
                    q.amplitude.is_empty() && q.nonnegative.is_empty() && q.point.is_empty();
                if plain
                    && q.reading == rlct::resolution::Reading::Ideal
                    && let Answer::Exact(coefficient) =
                        germ.learning_coefficient(&Budget::default()).unwrap()
                {
                    let lambda = Some(coefficient.lambda());
                    assert!(verified.lower().lambda() <= lambda, "{name} at {path:?}");
                    let upper = verified.upper().and_then(|u| u.lambda());
                    assert!(upper.is_none() || upper >= lambda, "{name} at {path:?}");
                }
            }
        }
    }
    let counts = format!(
        "{tried} mutants: {unreadable} unreadable, {rejected} rejected, {same} prove the same, \
         {other} another question"
    );
    assert!(tried >= 10_000, "{counts}");
    assert!(rejected + unreadable >= tried * 8 / 10, "{counts}");
}

#[test]
fn the_checker_stands_on_algebra_alone() {
    fn look(folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path);
                continue;
            }
            for line in fs::read_to_string(&path).unwrap().lines() {
                let code = line.trim_start();
                if code.starts_with("//") {
                    continue;
                }
                for word in ["GroebnerBasis", "f64", "f32", "Instant", "thread_local"] {
                    assert!(!code.contains(word), "{}: {line}", path.display());
                }
            }
        }
    }
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates");
    look(&crates.join("rlct-certificate/src"));
    // that it depends on the algebra alone of this workspace, its manifest says
    let manifest = fs::read_to_string(crates.join("rlct-certificate/Cargo.toml")).unwrap();
    let ours = |line: &&str| line.starts_with("rlct") && line.contains("workspace");
    let dependencies: Vec<&str> = manifest.lines().filter(ours).collect();
    assert_eq!(dependencies, ["rlct-algebra.workspace = true"]);
}
