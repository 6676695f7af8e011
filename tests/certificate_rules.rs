//! Certificates written by hand: every rule proves what it should, and nothing more.

use rlct::certificate::{Certificate, Pole, Verified};
use serde_json::{Value, json};

/// A chart, from `x y* z+:1/2 | generators: x; y | function: s; s^2 - 2; 1; 2`: `*` is extended,
/// `+` a half-line, `:h` an amplitude.
fn chart(text: &str) -> Value {
    let mut sections = text.split('|').map(str::trim);
    let coordinates: Vec<Value> = sections
        .next()
        .unwrap()
        .split_whitespace()
        .map(|word| {
            let (word, amplitude) = word.split_once(':').unwrap_or((word, "0"));
            json!({
                "name": word.trim_end_matches(['*', '+']),
                "domain": if word.contains('+') { "half-line" } else { "line" },
                "extent": if word.contains('*') { "extended" } else { "local" },
                "amplitude": amplitude,
            })
        })
        .collect();
    let mut chart = json!({"coordinates": coordinates, "functions": [], "generators": []});
    for section in sections {
        let (key, rest) = section.split_once(':').unwrap();
        let entries: Vec<&str> = rest.split(';').map(str::trim).collect();
        if key == "function" {
            let mut function = json!({"name": entries[0], "relation": entries[1]});
            if let [a, b] = entries[2..] {
                function["between"] = json!([a, b]);
            }
            chart["functions"].as_array_mut().unwrap().push(function);
        } else {
            chart[key] = json!(entries);
        }
    }
    chart
}

/// JSON with `'` for `"`.
fn relaxed(text: &str) -> Value {
    serde_json::from_str(&text.replace('\'', "\"")).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// A step: a chart and the fields of its rule.
fn step(on: &str, rule: &str) -> Value {
    let mut step = relaxed(&format!("{{{rule}}}"));
    step["chart"] = chart(on);
    step
}

/// A pole as (λ, m).
type Stated<'a> = Option<(&'a str, usize)>;

fn certificate(
    question: &str,
    lower: (&str, usize),
    upper: Stated<'_>,
    steps: Vec<Value>,
) -> Value {
    let pole = |(lambda, m): (&str, usize)| json!({"lambda": lambda, "multiplicity": m});
    let mut claim = json!({"lower": pole(lower)});
    if let Some(upper) = upper {
        claim["upper"] = pole(upper);
    }
    json!({
        "format": "rlct-certificate",
        "version": 1,
        "question": relaxed(&format!("{{{question}}}")),
        "claim": claim,
        "steps": steps,
    })
}

/// The same pole from both sides.
fn exact(question: &str, pole: (&str, usize), steps: Vec<Value>) -> Value {
    certificate(question, pole, Some(pole), steps)
}

fn check(certificate: &Value) -> Result<Verified, String> {
    let certificate = Certificate::from_json(&certificate.to_string()).unwrap();
    certificate.check().map_err(|e| e.to_string())
}

#[track_caller]
fn accepts(certificate: &Value) -> Verified {
    match check(certificate) {
        Ok(verified) => verified,
        Err(error) => panic!("{error}"),
    }
}

/// The certificate with one place changed is refused with this message.
#[track_caller]
fn refuses(certificate: &Value, place: &str, value: Value, message: &str) {
    let mut changed = certificate.clone();
    match changed.pointer_mut(place) {
        Some(old) => {
            assert_ne!(*old, value, "nothing changes at {place}");
            *old = value;
        }
        None => {
            let (parent, key) = place.rsplit_once('/').unwrap();
            let parent = changed.pointer_mut(parent).expect("the place exists");
            match parent {
                Value::Array(list) => list.push(value),
                parent => parent[key] = value,
            }
        }
    }
    refuted(&changed, message);
}

#[track_caller]
fn refuted(certificate: &Value, message: &str) {
    match check(certificate) {
        Ok(verified) => panic!("accepted: {verified:?}"),
        Err(error) => assert!(error.contains(message), "{error}"),
    }
}

/// A question about an ideal at the origin.
fn ideal(variables: &str, generators: &str) -> String {
    let list = |text: &str| json!(text.split(';').map(str::trim).collect::<Vec<_>>()).to_string();
    format!(
        "'variables': {}, 'generators': {}, 'reading': 'ideal'",
        list(variables),
        list(generators)
    )
}

/// x·y by its Newton polyhedron.
fn node() -> Value {
    exact(
        &ideal("x; y", "x*y"),
        ("1/2", 2),
        vec![step(
            "x y | generators: x*y",
            "'rule': 'newton', 'weights': [['1','0'],['0','1']],
             'terms': [{'generator': 0, 'coefficient': '1'}]",
        )],
    )
}

#[test]
fn a_node() {
    let verified = accepts(&node());
    let half = Pole::new("1/2".parse().unwrap(), 2);
    assert_eq!(verified.lower(), &half);
    assert_eq!(verified.upper(), Some(&half));
    assert_eq!(verified.steps(), [(half.clone(), half)]);
}

#[test]
fn newton_needs_its_conditions() {
    let node = node();
    for (place, value, message) in [
        (
            "/steps/0/weights/0",
            json!(["0", "0"]),
            "step 0 (newton): weight vector 0: it is 0",
        ),
        (
            "/steps/0/weights/0",
            json!(["-1", "1"]),
            "weight vector 0: a weight is negative",
        ),
        (
            "/steps/0/weights/0",
            json!(["0", "2"]),
            "linearly dependent",
        ),
        (
            "/steps/0/weights/0",
            json!(["1"]),
            "expected 2 weights but found 1",
        ),
        (
            "/steps/0/terms/0/coefficient",
            json!("1/2"),
            "add up to 1/2",
        ),
        (
            "/steps/0/terms/0/coefficient",
            json!("-1"),
            "is not positive",
        ),
        (
            "/steps/0/terms/0/generator",
            json!(1),
            "there is no generator 1",
        ),
        (
            "/steps/0/terms",
            json!([]),
            "the lower bound that is proved is (0, 2)",
        ),
        (
            "/steps/0/weights",
            json!([]),
            "the upper bound that is proved is none",
        ),
        (
            "/claim/lower/multiplicity",
            json!(1),
            "the lower bound that is proved is (1/2, 2)",
        ),
        (
            "/claim/upper/lambda",
            json!("1/4"),
            "the upper bound that is proved is (1/2, 2)",
        ),
        (
            "/claim/upper",
            json!(null),
            "the upper bound that is proved is (1/2, 2)",
        ),
        (
            "/question/generators",
            json!(["x*y^2"]),
            "the last step is not about the germ",
        ),
        (
            "/question/generators",
            json!([]),
            "the last step is not about the germ",
        ),
        (
            "/question/amplitude",
            json!(["0", "1"]),
            "amplitude of the coordinate y differs",
        ),
        (
            "/question/nonnegative",
            json!(["x"]),
            "expected (halfline, local, 0)",
        ),
        (
            "/question/variables",
            json!(["x", "y", "z"]),
            "number of variables differs",
        ),
        ("/question/variables", json!(["x", "x"]), "listed twice"),
        (
            "/steps/0/chart/coordinates/0/amplitude",
            json!("-1"),
            "is not above -1",
        ),
        (
            "/steps/0/chart/coordinates/0/extent",
            json!("extended"),
            "(line, extended, 0)",
        ),
        (
            "/steps/0/chart/coordinates/0/name",
            json!("1"),
            "cannot be a variable",
        ),
        (
            "/steps/0/chart/generators/0",
            json!("x*"),
            "generator 0: expected a number",
        ),
        (
            "/steps/0/chart/generators/0",
            json!("x*z"),
            "unknown variable `z`",
        ),
        (
            "/steps/0/chart/units",
            json!(["x"]),
            "real point: `x` is not shown to differ from 0",
        ),
        (
            "/steps/0/point",
            json!({"coordinates": ["1", "0"]}),
            "x is not 0",
        ),
        ("/steps", json!([]), "there are no steps"),
        (
            "/version",
            json!(2),
            "expected format rlct-certificate in version 1",
        ),
    ] {
        refuses(&node, place, value, message);
    }
    // x + y is not a monomial, and does not generate the ideal of one
    let sum = certificate(
        &ideal("x; y", "x + y"),
        ("1/2", 1),
        None,
        vec![step(
            "x y | generators: x + y",
            "'rule': 'newton', 'terms': [{'generator': 0, 'coefficient': '1'}]",
        )],
    );
    refuted(&sum, "evidence: none is given for `x + y`");
    refuses(
        &sum,
        "/steps/0/terms/0/evidence",
        json!({"because": "signs"}),
        "evidence: the terms of `0` are not all of one sign",
    );
    // the zero ideal has no pole that could be claimed
    let zero = certificate(
        &ideal("x", "0"),
        ("0", 1),
        None,
        vec![step("x | generators: 0", "'rule': 'open', 'reason': ''")],
    );
    accepts(&zero);
    let newton = |field: &str| step("x | generators: 0", &format!("'rule': 'newton', {field}"));
    for (field, message) in [
        (
            "'weights': [['1']]",
            "order of the generators is not positive",
        ),
        (
            "'terms': [{'generator': 0, 'coefficient': '1'}]",
            "generator 0 is 0",
        ),
    ] {
        refuses(&zero, "/steps/0", newton(field), message);
    }
}

/// x² − y³ by the weighted blow-up.
fn cusp() -> Value {
    let steps = vec![
        // 0, 1: the chart of y, for both signs
        step(
            "x y+:4 | generators: x^2*y^6 - y^6",
            "'rule': 'newton', 'weights': [['0','1']], 'terms': [{'generator': 0, 'coefficient': '1'}]",
        ),
        step(
            "x y+:4 | generators: x^2*y^6 + y^6",
            "'rule': 'newton', 'weights': [['0','1']], 'terms': [{'generator': 0, 'coefficient': '1'}]",
        ),
        // 2: the chart of x, away from the strict transform
        step(
            "x:4 y* | units: y^3 - 1 | generators: x^6*y^3 - x^6",
            "'rule': 'newton', 'weights': [['1','0']],
             'terms': [{'generator': 0, 'coefficient': '1', 'evidence': {'units': [1], 'rest': '1', 'because': 'signs'}}]",
        ),
        // 3 to 5: on it, y is a function of t = y³ − 1
        step(
            "x:4 t | function: y; y^3 - 1 - t | generators: x^6*t",
            "'rule': 'newton', 'weights': [['1','0']], 'point': {'coordinates': ['0','0'], 'functions': [['1/2','2']]},
             'terms': [{'generator': 0, 'coefficient': '1'}]",
        ),
        step(
            "x:4 t | function: y; y^3 - 1 - t | generators: x^6*y^3 - x^6",
            "'rule': 'ideal', 'forward': [{'combination': [[0,'1']], 'relations': [[0,'-x^6']]}],
             'back': [{'combination': [[0,'1']], 'relations': [[0,'x^6']]}], 'children': [{'step': 3}]",
        ),
        step(
            "x:4 y* | zeros: 1 - y^3 | generators: x^6 - x^6*y^3",
            "'rule': 'coordinate', 'index': 1, 'polynomial': 'y^3 - 1', 'form': 'implicit',
             'evidence': {'combination': ['1/3*y'], 'zeros': [[0, '1']], 'because': 'signs'}, 'children': [{'step': 4}]",
        ),
        // 6: the chart of x
        step(
            "x:4 y* | generators: x^6 - x^6*y^3",
            "'rule': 'split', 'polynomial': '2*y^3 - 2', 'children': [{'step': 2}, {'step': 5}]",
        ),
        step(
            "x y | generators: x^2 - y^3",
            "'rule': 'blow_up', 'weights': [[0,3],[1,2]], 'children': [{'step': 6}, {'step': 0}, {'step': 1}]",
        ),
    ];
    exact(&ideal("x; y", "x^2 - y^3"), ("5/12", 1), steps)
}

#[test]
fn the_cusp_by_a_weighted_blow_up() {
    let verified = accepts(&cusp());
    assert_eq!(verified.steps().len(), 8);
}

/// x² − y³ with y³ and x² folded away: u − v on u, v ≥ 0 or v on a line.
#[test]
fn the_cusp_by_folds() {
    // y³ = v on a line with amplitude 1/3 − 1, x² = u ≥ 0 with amplitude −1/2: u − v blown up
    // with weights (1, 1) has τ = 1/2 + 1/3 = 5/6 and order 1
    let tail =
        "'rule': 'newton', 'weights': [['0','1']], 'terms': [{'generator': 0, 'coefficient': '1'}]";
    let steps = vec![
        // chart of u: u(1 − v), v on the line
        step(
            "u+:-1/6 v*:-2/3 | units: 1 - v | generators: u - u*v",
            "'rule': 'newton', 'weights': [['1','0']],
             'terms': [{'generator': 0, 'coefficient': '1', 'evidence': {'units': [1], 'rest': '1', 'because': 'signs'}}]",
        ),
        // v = 1 there: v is a unit, and so is |v|^(−2/3)
        step(
            "u+:-1/6 v | units: 1 - v | generators: u*v",
            "'rule': 'newton', 'weights': [['1','0']], 'terms': [{'generator': 0, 'coefficient': '1'}]",
        ),
        step(
            "u+:-1/6 v*:-2/3 | zeros: 1 - v | units: v | generators: u - u*v",
            "'rule': 'coordinate', 'index': 1, 'polynomial': '1 - v', 'form': 'explicit', 'children': [{'step': 1}]",
        ),
        step(
            "u+:-1/6 v*:-2/3 | zeros: 1 - v | generators: u - u*v",
            "'rule': 'cover', 'polynomials': ['v'], 'evidence': {'zeros': [[0,'1']], 'because': 'signs'}, 'children': [{'step': 2}]",
        ),
        step(
            "u+:-1/6 v*:-2/3 | generators: u - u*v",
            "'rule': 'split', 'polynomial': '1 - v', 'children': [{'step': 0}, {'step': 3}]",
        ),
        // charts of v: ε = 1 and ε = −1
        step("u+:-1/2 v+:-1/6 | generators: u*v - v", tail),
        step("u+:-1/2 v+:-1/6 | generators: u*v + v", tail),
        step(
            "u+:-1/2 v:-2/3 | generators: u - v",
            "'rule': 'blow_up', 'weights': [[0,1],[1,1]], 'children': [{'step': 4}, {'step': 5}, {'step': 6}]",
        ),
        step(
            "x v:-2/3 | generators: x^2 - v",
            "'rule': 'fold', 'index': 0, 'power': 2, 'children': [{'step': 7}]",
        ),
        step(
            "x y | generators: x^2 - y^3",
            "'rule': 'fold', 'index': 1, 'power': 3, 'children': [{'step': 8}]",
        ),
    ];
    let folded = exact(&ideal("x; y", "x^2 - y^3"), ("5/12", 1), steps);
    // the cover evidence: v + (1 − v) = 1
    let mut folded = folded;
    folded["steps"][3]["evidence"]["combination"] = json!(["1"]);
    // 1 − v is a unit in step 1: v there is t, so the old unit v is 1 − t
    accepts(&folded);
    for (place, value, message) in [
        (
            "/steps/9/power",
            json!(2),
            "y in `-y^3 + x^2` has an exponent that 2 does not divide",
        ),
        ("/steps/9/power", json!(1), "the power is below 2"),
        ("/steps/9/index", json!(2), "there is no coordinate 2"),
        (
            "/steps/7/chart/coordinates/1/domain",
            json!("half-line"),
            "expected 2 children but found 3",
        ),
        (
            "/steps/8/chart/coordinates/1/amplitude",
            json!("0"),
            "child 0: step 7 is about another chart",
        ),
        (
            "/steps/7/children",
            json!([{"step": 4}, {"step": 5}]),
            "expected 3 children but found 2",
        ),
    ] {
        refuses(&folded, place, value, message);
    }
}
