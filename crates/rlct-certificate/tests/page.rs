//! What `proofs/FORMAT.md` says of texts, of what may be left out, and of what is checked though
//! nothing needs it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct_certificate::{Certificate, Verified};
use serde_json::{Value, json};

fn line(name: &str) -> Value {
    json!({"name": name, "domain": "line", "extent": "local", "amplitude": "0"})
}

fn chart(names: &[&str], generators: &[&str]) -> Value {
    let coordinates: Vec<Value> = names.iter().map(|name| line(name)).collect();
    json!({"coordinates": coordinates, "generators": generators})
}

fn node() -> Value {
    chart(&["x", "y"], &["x*y"])
}

fn step(chart: &Value, rule: &Value) -> Value {
    let mut step = rule.clone();
    step["chart"] = chart.clone();
    step
}

/// The Newton polyhedron of x·y, from below.
fn newton() -> Value {
    json!({"rule": "newton", "terms": [{"generator": 0, "coefficient": "1"}]})
}

/// About the ideal (x·y), with (λ, m) ≥ (1/2, m).
fn certificate(m: usize, steps: &[Value]) -> Value {
    json!({
        "format": "rlct-certificate", "version": 1,
        "question": {"variables": ["x", "y"], "generators": ["x*y"], "reading": "ideal"},
        "claim": {"lower": {"lambda": "1/2", "multiplicity": m}},
        "steps": steps,
    })
}

fn check(text: &str) -> Result<Verified, String> {
    let certificate = Certificate::from_json(text).map_err(|e| format!("unreadable: {e}"))?;
    certificate.check().map_err(|e| e.to_string())
}

#[track_caller]
fn refused(text: &str, reason: &str) {
    let error = check(text).expect_err("it is accepted");
    assert!(error.contains(reason), "{error}");
}

#[track_caller]
fn accepted(text: &str) {
    if let Err(error) = check(text) {
        panic!("{error}");
    }
}

#[test]
fn empty_lists_say_what_left_out_ones_say() {
    let same = json!({"rule": "ideal", "forward": [{"combination": [[0, "1"]]}],
        "children": [{"step": 0}]});
    let valid = certificate(2, &[step(&node(), &newton()), step(&node(), &same)]);
    accepted(&valid.to_string());
    let evidence = json!({"because": "signs", "combination": [], "zeros": [], "units": []});
    for (place, key, value) in [
        ("/question", "amplitude", json!([])),
        ("/question", "nonnegative", json!([])),
        ("/question", "constants", json!([])),
        ("/question", "point", json!([])),
        ("/steps/0/chart", "functions", json!([])),
        ("/steps/0/chart", "zeros", json!([])),
        ("/steps/1/chart", "units", json!([])),
        ("/steps/1/chart", "positive", json!([])),
        ("/steps/0", "weights", json!([])),
        ("/steps/0/terms/0", "evidence", evidence),
        ("/steps/1", "back", json!([])),
        ("/steps/1/forward/0", "relations", json!([])),
        ("/steps/1/children/0", "coordinates", json!([])),
        ("/steps/1/children/0", "functions", json!([])),
        ("/steps/1/children/0", "scale", json!([])),
    ] {
        let mut changed = valid.clone();
        changed.pointer_mut(place).unwrap()[key] = value;
        accepted(&changed.to_string());
    }
}

#[test]
fn values_without_a_meaning_are_unreadable() {
    let valid = certificate(2, &[step(&node(), &newton())]).to_string();
    accepted(&valid);
    for (from, to) in [
        (r#""rule":"newton""#, r#""rule":"newton","point":null"#),
        (r#""rule":"newton""#, r#""rule":"newton","remark":"?""#),
        (r#""version":1"#, r#""version":true"#),
        (r#""version":1"#, r#""version":1.0"#),
        (r#""version":1"#, r#""version":1e0"#),
        (r#""generator":0"#, r#""generator":-0"#),
        (r#""generator":0"#, r#""generator":4294967296000000000000"#),
        (r#""coefficient":"1""#, r#""coefficient":1"#),
        (r#""coefficient":"1""#, r#""coefficient":"1.0""#),
        (r#""coefficient":"1""#, r#""coefficient":"+1""#),
        (r#""coefficient":"1""#, r#""coefficient":"1/0""#),
        (r#""coefficient":"1""#, r#""coefficient":"\ud800""#),
    ] {
        let changed = valid.replacen(from, to, 1);
        assert_ne!(changed, valid, "{from}");
        refused(&changed, "unreadable");
    }
}

#[test]
fn polynomials_are_written_in_one_way() {
    let with = |text: &str| {
        let chart = chart(&["x", "y"], &[text]);
        certificate(2, &[step(&chart, &newton())]).to_string()
    };
    for text in ["x*y", "(x)*(y)", "-x*y", "2/3*y*x", "x^1*(y - 0)"] {
        accepted(&with(text));
    }
    for (text, reason) in [
        ("x y", "an operator + - * ^, a `)` or the end"),
        ("2x*y", "an operator + - * ^, a `)` or the end"),
        ("x*y/2", "an operator + - * ^, a `)` or the end"),
        ("x**1*y", "a number, a name or `(`"),
        ("+x*y", "a number, a name or `(`"),
        ("x*y^(1)", "an exponent is digits alone"),
        ("1.0*x*y", "an operator"),
        ("(x*y", "a `)` is missing"),
        ("", "a number, a name or `(`"),
        ("x*y\u{7}", "a control character"),
        ("x*z", "unknown variable `z`"),
    ] {
        refused(&with(text), reason);
    }
}

#[test]
fn stated_points_and_evidence_are_checked() {
    // nothing needs the point: there are no weights, and nothing is left over
    let outside = json!({"coordinates": ["1", "0"]});
    let mut leaf = newton();
    leaf["point"] = outside;
    let reason = "real point: the local coordinate x is not 0";
    refused(&certificate(2, &[step(&node(), &leaf)]).to_string(), reason);
    let sum = |point: Value| {
        let part = json!({"coordinates": [0, 1]});
        let rule = json!({"rule": "sum", "parts": [part], "point": point,
            "children": [{"step": 0}]});
        let mut upper = newton();
        upper["weights"] = json!([["1", "0"], ["0", "1"]]);
        let mut steps = certificate(2, &[step(&node(), &upper), step(&node(), &rule)]);
        steps["claim"]["upper"] = steps["claim"]["lower"].clone();
        steps.to_string()
    };
    accepted(&sum(json!({"coordinates": []})));
    refused(
        &sum(json!({"coordinates": ["0"]})),
        "coordinates of the real point",
    );
    // a row's unit is left out, and so is 1, but the evidence is false
    let row = json!({"combination": [[0, "1"]], "evidence": {"because": {"no_real_root": "x"}}});
    let with = |row: &Value| {
        let rule = json!({"rule": "ideal", "forward": [row], "children": [{"step": 0}]});
        certificate(2, &[step(&node(), &newton()), step(&node(), &rule)]).to_string()
    };
    accepted(&with(&row));
    let mut wrong = row;
    wrong["evidence"] = json!({"combination": ["x^2"], "because": "signs"});
    refused(&with(&wrong), "no term of `x^2` involves only units");
}

#[test]
fn parts_without_coordinates_change_nothing() {
    let empty = json!({});
    let open = step(&empty, &json!({"rule": "open", "reason": ""}));
    let rule = json!({"rule": "sum", "parts": [{}, {"coordinates": [0, 1]}, {}],
        "children": [{"step": 0}, {"step": 1}, {"step": 0}]});
    let steps = [open, step(&node(), &newton()), step(&node(), &rule)];
    accepted(&certificate(2, &steps).to_string());
    let reason = "the lower bound that is proved is (1/2, 2)";
    refused(&certificate(1, &steps).to_string(), reason);
}
