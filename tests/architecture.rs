//! The rule of imports of ARCHITECTURE.md: downwards only, no lane in the other, and no circles
//! among the files of a folder.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The house from the ground up: nothing imports what stands later.
const FLOORS: [&str; 24] = [
    "clock",
    "budget",
    "algebra",
    "learning_coefficient",
    "answer",
    "polyhedron",
    "closed_form",
    "resolution",
    "catalogue",
    "loss",
    "sampler",
    "diagnostics",
    "draws",
    "estimate",
    "fisher",
    "model",
    "network",
    "problem",
    "selection",
    "report",
    "verify",
    "plot",
    "experiment",
    "cli",
];

/// What knows exact answers alone, and what knows samples alone.
const EXACT: [&str; 3] = ["closed_form", "resolution", "catalogue"];
const NUMERICAL: [&str; 5] = ["loss", "sampler", "diagnostics", "draws", "estimate"];

/// Names that the front page gives to what is elsewhere.
const AT_THE_ROOT: [(&str, &str); 5] = [
    ("Answer", "answer"),
    ("Budget", "budget"),
    ("Exhausted", "budget"),
    ("LearningCoefficient", "learning_coefficient"),
    ("Problem", "problem"),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All files below a folder, with their paths from it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file without comments and without its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| match line.find("//") {
        Some(start) => &line[..start],
        None => line,
    });
    let code = lines.collect::<Vec<_>>().join("\n");
    match code.find("#[cfg(test)]\nmod") {
        Some(start) => code[..start].to_string(),
        None => code,
    }
}

/// The names right after each `prefix`: one, or those of a list in braces.
fn names_after(code: &str, prefix: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        let inside = |c: &char| c.is_alphanumeric() || *c == '_';
        text.trim_start().chars().take_while(inside).collect()
    };
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        // `super::super::` is not `super::`
        if code[..at].ends_with("::") || code[..at].ends_with(char::is_alphanumeric) {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.insert(name(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (i, c) in list.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                _ if start && !c.is_whitespace() => {
                    names.insert(name(&list[i..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    names
}

/// The folder or file of `src` that a file belongs to.
fn place(path: &Path, folder: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap();
    let first = inside.iter().next().unwrap().to_str().unwrap();
    first.trim_end_matches(".rs").to_string()
}

#[test]
fn imports_point_downwards() {
    let source = source();
    let root: BTreeMap<&str, &str> = AT_THE_ROOT.into();
    let floor = |name: &str| FLOORS.iter().position(|floor| *floor == name);
    for path in files(&source) {
        let own = place(&path, &source);
        let Some(stands) = floor(&own) else {
            assert!(
                ["lib", "main"].contains(&own.as_str()),
                "{own} has no floor"
            );
            continue;
        };
        for name in names_after(&code(&path), "crate::") {
            let name = root.get(name.as_str()).copied().unwrap_or(&name);
            let Some(below) = floor(name) else { continue };
            assert!(below <= stands, "{} imports {name}", path.display());
            let crosses = |from: &[&str], to: &[&str]| from.contains(&&*own) && to.contains(&name);
            assert!(
                !crosses(&EXACT, &NUMERICAL) && !crosses(&NUMERICAL, &EXACT),
                "{} imports {name} of the other lane",
                path.display()
            );
        }
    }
}

/// What each file of a folder, a subfolder being one, takes from others of it.
fn edges(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let root = source().join(folder);
    let all = files(&root);
    let places: BTreeSet<String> = all.iter().map(|path| place(path, &root)).collect();
    // what mod.rs hands on
    let mut origin = BTreeMap::new();
    let facade = code(&root.join("mod.rs"));
    for name in places.iter().filter(|name| *name != "mod") {
        for item in names_after(&facade, &format!(" {name}::")) {
            origin.insert(item, name.clone());
        }
    }
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in all.iter().filter(|path| place(path, &root) != "mod") {
        let own = place(path, &root);
        let inside = path.strip_prefix(&root).unwrap();
        let is_facade = path.file_name().is_some_and(|name| name == "mod.rs");
        let up = inside.iter().count() - usize::from(is_facade);
        let code = code(path);
        let mut taken = names_after(&code, &"super::".repeat(up));
        taken.extend(names_after(&code, &format!("crate::{folder}::")));
        let known = taken
            .iter()
            .filter_map(|name| places.get(name).or_else(|| origin.get(name)));
        let others: Vec<String> = known.filter(|name| **name != own).cloned().collect();
        edges.entry(own).or_default().extend(others);
    }
    edges
}

/// A circle, if there is one: files that remain when those that take nothing are left out.
fn circle(mut edges: BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    loop {
        let free: Vec<String> = edges
            .iter()
            .filter(|(_, taken)| taken.is_empty())
            .map(|(name, _)| name.clone())
            .collect();
        if free.is_empty() {
            return edges.into_keys().collect();
        }
        for name in free {
            edges.remove(&name);
            edges.values_mut().for_each(|taken| {
                taken.remove(&name);
            });
        }
    }
}

#[test]
fn no_file_imports_one_that_imports_it() {
    for folder in ["resolution", "sampler"] {
        let edges = edges(folder);
        assert!(
            edges.values().any(|taken| taken.len() > 1),
            "{folder}: {edges:?}"
        );
        let circle = circle(edges);
        assert!(circle.is_empty(), "src/{folder}: {}", circle.join(", "));
    }
    let both = |a: &str, b: &str| (a.to_string(), BTreeSet::from([b.to_string()]));
    assert_eq!(circle([both("a", "b"), both("b", "a")].into()), ["a", "b"]);
}
