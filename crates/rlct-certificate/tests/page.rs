//! What `proofs/FORMAT.md` says of texts, of what may be left out, and of what is checked though
//! nothing needs it; its examples are accepted, and its forms are read.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct_certificate::format::{Child, Evidence, Part, RealPoint, Row, Rule, StatedChart};
use rlct_certificate::{Certificate, Verified};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeSet;

use rlct_certificate::region::{Face, Inequality, Interval, RegionCertificate, RegionQuestion};

const PAGE: &str = include_str!("../../../proofs/FORMAT.md");

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

#[test]
fn the_examples_of_the_page_are_accepted() {
    let blocks = PAGE.split("```json\n").skip(1);
    let examples: Vec<&str> = blocks.filter_map(|b| b.split("```").next()).collect();
    assert_eq!(examples.len(), 2);
    for example in examples {
        assert!(check(example).unwrap().is_exact(), "{example}");
    }
}

/// The forms of the page, `{…}` in code, with the word in bold before them.
fn forms() -> Vec<(String, String)> {
    let before_examples = PAGE.split("## Examples").next().unwrap();
    let mut forms = Vec::new();
    // those in a block of their own
    for block in before_examples
        .split("\n\n")
        .filter(|b| b.starts_with("    {"))
    {
        forms.push((String::new(), block.to_string()));
    }
    for paragraph in before_examples
        .split("\n\n")
        .filter(|b| !b.starts_with("    "))
    {
        let name = paragraph
            .strip_prefix("**")
            .and_then(|rest| rest.split("**").next());
        for code in paragraph.split('`').skip(1).step_by(2) {
            if code.starts_with('{') && code.len() > 2 {
                forms.push((
                    name.unwrap_or_default().to_string(),
                    code.replace('\n', " "),
                ));
            }
        }
    }
    forms
}

/// A form as JSON: of several words the first, and values for what stands for one.
fn instance(form: &str) -> Option<Value> {
    let mut text = form.to_string();
    for several in [
        "\"half-line\"",
        "\"extended\"",
        "\"implicit\"",
        "\"loss\"",
        "\"absolute\"",
        "2",
        "3",
    ] {
        text = text.replace(&format!(" | {several}"), "");
    }
    let (mut json, mut rest) = (String::new(), text.as_str());
    while let Some(c) = rest.chars().next() {
        let word: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let length = if c == '"' {
            // what is in quotes stays, but for letters that stand for a number
            let inner = rest.get(1..)?.split('"').next()?;
            let stands = inner == "…" || inner.len() == 1 || inner.contains('_') && inner.len() < 4;
            let kept = if stands && !rest.starts_with("\"x\"") {
                "1"
            } else {
                inner
            };
            json += &format!("\"{kept}\"");
            inner.len() + 2
        } else if let Some(skipped) = [", …", ".."].iter().find(|dots| rest.starts_with(**dots)) {
            skipped.len()
        } else if word.is_empty() {
            json.push(c);
            c.len_utf8()
        } else {
            json += match word.as_str() {
                "E" => "{\"because\": \"signs\"}",
                "B" => "\"signs\"",
                "P" => "{\"coordinates\": [\"0\"]}",
                "row" => "{\"combination\": []}",
                number if number.parse::<u32>().is_ok() => number,
                _ => "1",
            };
            word.len()
        };
        rest = rest.get(length..)?;
    }
    serde_json::from_str(&json).ok()
}

/// That a form has the fields of a type, and no others.
#[track_caller]
fn has_the_fields_of<T: Serialize + DeserializeOwned>(form: &str, value: &Value) {
    let read: T = serde_json::from_value(value.clone()).unwrap_or_else(|e| panic!("{form}: {e}"));
    let written = serde_json::to_value(read).unwrap();
    let keys = |v: &Value| -> BTreeSet<String> { v.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(keys(&written), keys(value), "{form}");
}

#[test]
fn the_forms_of_the_page_are_read() {
    let mut rules = Vec::new();
    for (name, form) in forms() {
        if form.contains("\"rlct-region\"") {
            let whole = form
                .replace("{\"chart\": …, \"rule\": \"…\", …}, …", "")
                .replace("{\"format\": \"rlct-certificate\", …}", "{}");
            let mut value = instance(&whole).expect(&form);
            value["witness"] = certificate(2, &[step(&node(), &newton())]);
            has_the_fields_of::<RegionCertificate>(&form, &value);
            let question = &value["question"];
            has_the_fields_of::<RegionQuestion>(&form, question);
            has_the_fields_of::<Interval>(&form, &question["box"][0]);
            has_the_fields_of::<Inequality>(&form, &question["inequalities"][0]);
            has_the_fields_of::<Face>(&form, &value["faces"][0]);
            continue;
        }
        if form.contains("\"format\"") {
            // its steps are the forms of rules
            let whole = form.replace("{\"chart\": …, \"rule\": \"…\", …}, …", "");
            let mut value = instance(&whole).expect(&form);
            value["question"]["squares"]["terms"] = json!([["1", "x"]]);
            has_the_fields_of::<Certificate>(&form, &value);
            continue;
        }
        let has = |key: &str| form.contains(&format!("\"{key}\""));
        let Some(mut value) = instance(&form) else {
            // the names of the fields of a constant
            assert!(has("relation") && !form.contains(':'), "{form}");
            continue;
        };
        if !name.is_empty()
            && !["Evidence", "A real point"]
                .iter()
                .any(|w| name.starts_with(w))
        {
            value["rule"] = json!(name);
            if !["unit", "open", "newton", "order"].contains(&name.as_str()) {
                value["children"] = json!([{"step": 0}]);
            }
            if value.get("form").is_some() {
                value["polynomial"] = json!("x");
            }
            if has("combination") && name == "ideal" && !has("forward") {
                has_the_fields_of::<Row>(&form, &{
                    let mut row = value.clone();
                    let fields = row.as_object_mut().unwrap();
                    fields.remove("rule");
                    fields.remove("children");
                    row
                });
                continue;
            }
            has_the_fields_of::<Rule>(&form, &value);
            rules.push(name);
        } else if has("generators") {
            has_the_fields_of::<StatedChart>(&form, &value);
        } else if has("because") {
            has_the_fields_of::<Evidence>(&form, &value);
        } else if has("step") {
            has_the_fields_of::<Child>(&form, &value);
        } else if has("no_real_root") {
            value = json!({"because": value});
            has_the_fields_of::<Evidence>(&form, &value);
        } else if has("coordinates") {
            has_the_fields_of::<RealPoint>(&form, &value);
            let mut part = value;
            for list in part.as_object_mut().unwrap().values_mut() {
                *list = json!([0]);
            }
            has_the_fields_of::<Part>(&form, &part);
        } else {
            panic!("a form of nothing: {form}");
        }
    }
    rules.sort();
    // `both` has no field but its children
    let all =
        "blow_up coordinate cover definite factor fold ideal newton open order split sum unit";
    assert_eq!(rules.join(" "), all);
}
