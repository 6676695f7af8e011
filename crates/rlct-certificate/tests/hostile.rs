//! Texts made to keep the checker busy, or to make it take memory: it gives up soon, and says why.
//!
//! The bars are a minute on one core and 2 GiB for any file of up to 64 MiB; the files here are
//! the small ones, and those that are turned away before they are read.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct_certificate::{Certificate, CheckLimits};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Not a measurement, for machines are busy, but the difference between slow and never: each takes
/// about two seconds.
const SOON: Duration = Duration::from_secs(180);

const MEMORY: &str = "the polynomials need too much memory";
const SPENT: &str = "the work for the check is spent";

fn coordinate(name: &str, extent: &str) -> Value {
    json!({"name": name, "domain": "line", "extent": extent, "amplitude": "0"})
}

/// A chart in x0, …, with these generators.
fn chart(variables: usize, generators: &[&str]) -> Value {
    let names = (0..variables).map(|i| coordinate(&format!("x{i}"), "local"));
    json!({"coordinates": names.collect::<Vec<_>>(), "generators": generators})
}

fn step(chart: &Value, rule: &Value) -> Value {
    let mut step = rule.clone();
    step["chart"] = chart.clone();
    step
}

fn open(chart: &Value) -> Value {
    step(chart, &json!({"rule": "open", "reason": ""}))
}

fn certificate(steps: &[Value]) -> String {
    json!({
        "format": "rlct-certificate",
        "version": 1,
        "question": {"variables": ["x0"], "generators": ["x0"], "reading": "ideal"},
        "claim": {"lower": {"lambda": "0", "multiplicity": 1}},
        "steps": steps,
    })
    .to_string()
}

/// That the text is refused with this reason, soon, with a share of the work that is allowed.
#[track_caller]
fn refused(text: &str, share: u64, reason: &str) {
    let start = Instant::now();
    let limits = CheckLimits::default();
    let work = limits.work / share;
    let error = match Certificate::from_json(text) {
        Err(error) => error.to_string(),
        Ok(certificate) => match certificate.check_within(&limits.with_work(work)) {
            Err(error) => error.to_string(),
            Ok(verified) => panic!("it is accepted: {verified}"),
        },
    };
    assert!(error.contains(reason), "{error:.300}");
    assert!(start.elapsed() < SOON, "it takes {:?}", start.elapsed());
}

fn sum(terms: impl Iterator<Item = String>) -> String {
    terms.collect::<Vec<_>>().join("+")
}

#[test]
fn what_is_too_long_is_turned_away_before_it_is_read() {
    let values = "too long: the fields and entries are more than the 4000000";
    for (list, entry) in [
        ("monomial", "0,"),
        ("children", r#"{"step":0},"#),
        ("parts", r#"{"coordinates":[]},"#),
        ("weights", r#"["1"],"#),
    ] {
        let counted = entry.matches([',', ':', '[', '{']).count();
        let entries = entry.repeat(4_000_001 / counted + 1);
        refused(&format!("{{\"{list}\":[{entries}]}}"), 1, values);
    }
    refused(&"[".repeat(5_000_000), 1, values);
    refused(&" ".repeat((1 << 26) + 1), 1, "too long: 67108865 bytes");
    // within strings nothing is counted
    let reason = json!({"rule": "open", "reason": ",".repeat(5_000_000)});
    let other = certificate(&[step(&chart(1, &[]), &reason)]);
    refused(&other, 1, "the last step is not about the germ");
}

#[test]
fn numbers_are_as_long_as_their_texts() {
    let newton = |weights: Value| json!({"rule": "newton", "weights": weights});
    let leaf = |weights| certificate(&[step(&chart(1, &["x0"]), &newton(weights))]);
    let reason = "is not a rational number p or p/q";
    refused(&leaf(json!(vec![["1e9999"]; 1000])), 1, reason);
    let digits = "7".repeat(2600);
    refused(
        &leaf(json!([[digits]])),
        1,
        "a number of more than 2500 digits",
    );
    let long = digits.get(..1200).unwrap();
    let weights = json!(vec![vec![format!("{long}/3"); 40]; 300]);
    let product: Vec<String> = (0..40).map(|i| format!("x{i}")).collect();
    let leaf = step(&chart(40, &[&product.join("*")]), &newton(weights));
    refused(&certificate(&[leaf]), 30, SPENT);
}

#[test]
fn what_expands_does_not_fill_the_memory() {
    let wide = |n: usize| format!("({})", sum((0..n).map(|i| format!("x{i}"))));
    let product = format!("{}*{}", wide(250), wide(190));
    let generators = vec![product.as_str(); 100];
    refused(&certificate(&[open(&chart(250, &generators))]), 1, MEMORY);
    // many derivatives of one polynomial
    let long = sum((1..40_000).map(|i| format!("x0^{i}")));
    let order = json!({"rule": "order", "generator": 0, "divisor": [0],
        "derivatives": vec![[1]; 1000],
        "evidence": {"combination": vec!["0"; 1000], "because": "signs"}});
    refused(
        &certificate(&[step(&chart(1, &[&long]), &order)]),
        1,
        MEMORY,
    );
    // the exponents of many terms of a convex combination
    let term = json!({"generator": 0, "coefficient": "1/1000000"});
    let newton = json!({"rule": "newton", "terms": vec![term; 100_000]});
    let one: Vec<String> = (0..250).map(|i| format!("x{i}")).collect();
    let leaf = step(&chart(250, &[&one.join("*")]), &newton);
    refused(&certificate(&[leaf]), 1, MEMORY);
}

#[test]
fn charts_of_many_children_are_made_one_by_one() {
    let long = sum((1..20_000).map(|i| format!("x0^{i}")));
    let big = chart(1, &[&long, &long]);
    let mut combination = vec!["0"; 5000];
    combination[0] = "1";
    let cover = json!({"rule": "cover", "polynomials": vec!["1"; 5000],
        "children": vec![json!({"step": 0}); 5000],
        "evidence": {"combination": combination, "because": "signs"}});
    refused(&certificate(&[open(&big), step(&big, &cover)]), 20, SPENT);
    let parts = json!({"rule": "sum", "parts": vec![json!({}); 200_000], "children": []});
    let reason = "expected 200000 children but found 0";
    refused(&certificate(&[step(&big, &parts)]), 1, reason);
    let many = chart(1, &["x0"; 10_000]);
    let empty = chart(0, &[]);
    let mut parts = vec![json!({}); 200_000];
    parts[0] = json!({"coordinates": [0]});
    let mut children = vec![json!({"step": 1}); 200_000];
    children[0] = json!({"step": 0});
    let rule = json!({"rule": "sum", "parts": parts, "children": children});
    let steps = [open(&many), open(&empty), step(&many, &rule)];
    refused(&certificate(&steps), 20, SPENT);
    // numbers of functions that do not exist, up to the largest
    let of_function = |number: u64| {
        let rule = json!({"rule": "sum", "children": [{"step": 0}],
            "parts": [{"functions": [number]}]});
        certificate(&[open(&empty), step(&empty, &rule)])
    };
    let largest = u64::from(u32::MAX);
    refused(&of_function(largest), 1, "there is no function");
    for number in [largest + 1, u64::MAX] {
        assert!(Certificate::from_json(&of_function(number)).is_err());
    }
}

#[test]
fn coprime_denominators_are_counted() {
    let fractions = |n: u64| {
        let base = 1_000_000_000_000_000_000_u64;
        sum((1..n).map(|i| format!("1/{}*x0^{i}", base + i * 1_000_003)))
    };
    let long = fractions(1000);
    let chart_ = chart(1, &[&long]);
    let row = json!({"combination": [[0, long]]});
    let ideal = json!({"rule": "ideal", "forward": [row], "children": [{"step": 0}]});
    refused(
        &certificate(&[open(&chart_), step(&chart_, &ideal)]),
        1,
        SPENT,
    );
    let text = format!("({})*({})", fractions(300), fractions(300));
    refused(
        &certificate(&[open(&chart(1, &[&text]))]),
        1,
        "products of terms",
    );
}

#[test]
fn determinants_are_paid_for() {
    let n = 24;
    let relation = |k: usize| {
        let entry = |i: usize| format!("{}*y{i}*x{}", (i * k * 7 + i + k) % 19 + 1, i % 7);
        format!("{}+y{k}", sum((0..n).map(entry)))
    };
    let functions = (0..n).map(|k| json!({"name": format!("y{k}"), "relation": relation(k)}));
    let mut chart_ = chart(7, &[]);
    chart_["functions"] = functions.collect();
    chart_["zeros"] = json!(["x0"]);
    chart_["coordinates"][0] = coordinate("x0", "extended");
    let rule = json!({"rule": "coordinate", "index": 0, "polynomial": "x0*y0",
        "form": "implicit", "children": [{"step": 0}]});
    refused(&certificate(&[step(&chart_, &rule)]), 10, "too large");
}
