//! Certificates written by hand: every rule proves what it should, and nothing more.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

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

/// The certificate with one place changed, or left out for `null`, is refused with this message.
#[track_caller]
fn refuses(certificate: &Value, place: &str, value: Value, message: &str) {
    let mut changed = certificate.clone();
    match changed.pointer_mut(place) {
        Some(_) if value.is_null() => {
            let (parent, key) = place.rsplit_once('/').unwrap();
            let parent = changed.pointer_mut(parent).expect("the place exists");
            parent.as_object_mut().unwrap().remove(key);
        }
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
        ("/claim/lower/multiplicity", json!(0), "a multiplicity is 0"),
        ("/claim/upper/multiplicity", json!(0), "a multiplicity is 0"),
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
            "generator 0: `x*`, character 2: a number, a name or `(` is expected",
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
            json!(4),
            "expected format rlct-certificate in version 1 to 3",
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
            "'rule': 'newton', 'weights': [['0','1']], 'terms': [{'generator': 0, 'coefficient': \
             '1'}]",
        ),
        step(
            "x y+:4 | generators: x^2*y^6 + y^6",
            "'rule': 'newton', 'weights': [['0','1']], 'terms': [{'generator': 0, 'coefficient': \
             '1'}]",
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
            "'rule': 'blow_up', 'weights': [[0,3],[1,2]], 'children': [{'step': 6}, {'step': 0}, \
             {'step': 1}]",
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
            "'rule': 'newton', 'weights': [['1','0']], 'terms': [{'generator': 0, 'coefficient': \
             '1'}]",
        ),
        step(
            "u+:-1/6 v*:-2/3 | zeros: 1 - v | units: v | generators: u - u*v",
            "'rule': 'coordinate', 'index': 1, 'polynomial': '1 - v', 'form': 'explicit', \
             'children': [{'step': 1}]",
        ),
        step(
            "u+:-1/6 v*:-2/3 | zeros: 1 - v | generators: u - u*v",
            "'rule': 'cover', 'polynomials': ['v'], 'evidence': {'zeros': [[0,'1']], 'because': \
             'signs'}, 'children': [{'step': 2}]",
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
            "'rule': 'blow_up', 'weights': [[0,1],[1,1]], 'children': [{'step': 4}, {'step': 5}, \
             {'step': 6}]",
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

/// Steps whose last one is about a germ, and what they should prove.
fn steps_of_germ(lower: (&str, usize), upper: Stated<'_>, steps: Vec<Value>) -> Value {
    let chart = &steps[steps.len() - 1]["chart"];
    let names: Vec<&str> = chart["coordinates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    let generators: Vec<&str> = chart["generators"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| g.as_str().unwrap())
        .collect();
    let question = ideal(&names.join(";"), &generators.join(";"));
    certificate(&question, lower, upper, steps)
}

/// Steps about other charts, in front of a proof that does not need them: where all of them are
/// right, that alone is complained of.
fn unused(mut steps: Vec<Value>) -> Value {
    let mut certificate = node();
    let last = certificate["steps"][0].take();
    steps.push(last);
    certificate["steps"] = json!(steps);
    certificate
}

#[track_caller]
fn right_but_unused(certificate: &Value) {
    refuted(certificate, "it is not used");
}

/// What step n proves, as λ and m below and above; ∞ for no pole.
fn proves(verified: &Verified, n: usize) -> [String; 2] {
    let (lower, upper) = &verified.steps()[n];
    [lower, upper].map(|pole| match pole.lambda() {
        Some(lambda) => format!("{lambda}, {}", pole.multiplicity()),
        None => "∞".to_string(),
    })
}

#[test]
fn low_multiplicity_bounds_from_below() {
    let order = |derivatives: &str, divisor: &str| {
        let rule = format!(
            "'rule': 'order', 'generator': 0, 'derivatives': {derivatives}, 'divisor': {divisor},
             'evidence': {{'combination': ['1'], 'because': 'signs'}}"
        );
        steps_of_germ(
            ("1/4", 1),
            None,
            vec![step("x y | generators: x^2*y + x^2*y^3", &rule)],
        )
    };
    // x²·f with ∂f/∂y = 1 + 3y²: (1/4, 1) from x², beyond 1/2 from f
    assert_eq!(
        proves(&accepts(&order("[[0,1]]", "[2,0]")), 0),
        ["1/4, 1", "∞"]
    );
    for (derivatives, divisor, message) in [
        ("[[0,1]]", "[3,0]", "step 0 (order)"),
        (
            "[[0,2]]",
            "[2,0]",
            "the terms of `0` are not all of one sign",
        ),
        ("[[1,0]]", "[2,0]", "step 0 (order)"),
        ("[[0,0]]", "[2,0]", "step 0 (order)"),
        ("[]", "[2,0]", "step 0 (order)"),
    ] {
        refuted(&order(derivatives, divisor), message);
    }
}

/// On lines along y the set |∂^μ f/∂y^μ| ≥ c, |f| ≤ ε is no longer than that of y^μ: the pole of
/// x^k·y^μ, whatever the order μ is.
#[test]
fn a_derivative_of_any_order_bounds_like_its_power() {
    for (generator, derivative, divisor, pole) in [
        ("y^3 + x", "[0,3]", "[0,0]", ("1/6", 1)),
        ("x^2*y^2 + x^3", "[0,2]", "[2,0]", ("1/4", 2)),
        ("x*y^2 + x^2", "[0,2]", "[1,0]", ("1/4", 1)),
        ("x^3*y^2 + x^4", "[0,2]", "[3,0]", ("1/6", 1)),
        ("x*y + x^2", "[0,1]", "[1,0]", ("1/2", 2)),
    ] {
        let rule = format!(
            "'rule': 'order', 'generator': 0, 'derivatives': [{derivative}], 'divisor': {divisor},
             'evidence': {{'because': 'signs'}}"
        );
        let steps = vec![step(&format!("x y | generators: {generator}"), &rule)];
        accepts(&certificate(&ideal("x; y", generator), pole, None, steps));
    }
}

#[test]
fn sums_and_factors_combine_the_poles_of_parts() {
    let line = |name: &str, n: u32| {
        step(
            &format!("{name} | generators: {name}^{n}"),
            "'rule': 'newton', 'weights': [['1']], 'terms': [{'generator': 0, 'coefficient': '1'}]",
        )
    };
    let sum = steps_of_germ(
        ("5/12", 1),
        Some(("5/12", 1)),
        vec![
            line("x", 2),
            line("y", 3),
            step(
                "x y | generators: x^2; y^3",
                "'rule': 'sum', 'parts': [{'coordinates': [0]}, {'coordinates': [1]}], 'children': \
                 [{'step': 0}, {'step': 1}]",
            ),
        ],
    );
    assert_eq!(proves(&accepts(&sum), 2), ["5/12, 1", "5/12, 1"]);
    for (place, value, message) in [
        (
            "/steps/2/parts/1/coordinates",
            json!([0]),
            "belongs to two parts",
        ),
        (
            "/steps/2/chart/generators/0",
            json!("x^2 + x*y"),
            "does not belong to one part",
        ),
        (
            "/steps/2/children",
            json!([{"step": 1}, {"step": 0}]),
            "child 0",
        ),
        ("/steps/2/children", json!([{"step": 0}]), "children"),
        ("/steps/2/parts", json!([]), "there are no parts"),
    ] {
        refuses(&sum, place, value, message);
    }
    let factor = steps_of_germ(
        ("1/6", 1),
        Some(("1/6", 1)),
        vec![
            line("y", 3),
            step(
                "x y | generators: x^2*y^3",
                "'rule': 'factor', 'monomial': [2, 0], 'children': [{'step': 0}]",
            ),
        ],
    );
    // the smaller pole, 1/6 of y³
    assert_eq!(proves(&accepts(&factor), 1), ["1/6, 1", "1/6, 1"]);
    for (place, value, message) in [
        ("/steps/1/monomial", json!([3, 0]), "step 1 (factor)"),
        ("/steps/1/monomial", json!([1, 0]), "step 1 (factor)"),
        ("/steps/1/monomial", json!([2]), "step 1 (factor)"),
        (
            "/steps/1/chart/generators/0",
            json!("x^2*y^3 + x^3"),
            "step 1 (factor)",
        ),
    ] {
        refuses(&factor, place, value, message);
    }
}

#[test]
fn sums_of_one_sign_are_their_terms() {
    let definite = |generator: &str| {
        steps_of_germ(("1/2", 1), Some(("1/2", 1)), vec![
            step(
                "x y | generators: x^2; y^2",
                "'rule': 'newton', 'weights': [['1','1']],
                 'terms': [{'generator': 0, 'coefficient': '1/2'}, {'generator': 1, 'coefficient': '1/2'}]",
            ),
            step(
                &format!("x y | generators: {generator}"),
                "'rule': 'definite', 'generator': 0, 'children': [{'step': 0}]",
            ),
        ])
    };
    assert_eq!(
        proves(&accepts(&definite("x^2 + y^2")), 1),
        ["1/2, 1", "1/2, 1"]
    );
    refuted(&definite("x^2 - y^2"), "step 1 (definite)");
    refuted(&definite("x^2 + x*y + y^2"), "step 1 (definite)");
    refuted(&definite("x^2 + y^4"), "child 0");
}

#[test]
fn both_takes_the_better_bound_of_the_same_chart() {
    let both = steps_of_germ(
        ("1/2", 2),
        Some(("1/2", 2)),
        vec![
            step(
                "x y | generators: x*y",
                "'rule': 'newton', 'weights': [['1','0'],['0','1']]",
            ),
            step(
                "x y | generators: x*y",
                "'rule': 'newton', 'terms': [{'generator': 0, 'coefficient': '1'}]",
            ),
            step(
                "x y | generators: x*y",
                "'rule': 'both', 'children': [{'step': 0}, {'step': 1}]",
            ),
        ],
    );
    let verified = accepts(&both);
    assert_eq!(proves(&verified, 0)[1], "1/2, 2");
    assert_eq!(proves(&verified, 1), ["1/2, 2", "∞"]);
    assert_eq!(proves(&verified, 2), ["1/2, 2", "1/2, 2"]);
    refuses(
        &both,
        "/steps/2/children",
        json!([{"step": 0}, {"step": 2}]),
        "child 1",
    );
    refuses(
        &both,
        "/steps/2/chart/generators/0",
        json!("x*y^2"),
        "child 0",
    );
}

/// Along the circle x² + y² = 1, on which no point has x = y = 0.
#[test]
fn covers_and_units_need_their_identity() {
    let cover = |evidence: &str| {
        unused(vec![
            step(
                "x* y* | zeros: x^2 + y^2 - 1 | units: 2*x | generators: x^2 + y^2 - 1",
                "'rule': 'open', 'reason': ''",
            ),
            step(
                "x* y* | zeros: x^2 + y^2 - 1 | units: 2*y | generators: x^2 + y^2 - 1",
                "'rule': 'open', 'reason': ''",
            ),
            step(
                "x* y* | zeros: x^2 + y^2 - 1 | generators: x^2 + y^2 - 1",
                &format!(
                    "'rule': 'cover', 'polynomials': ['2*x', '2*y'], 'evidence': {evidence}, \
                     'children': [{{'step': 0}}, {{'step': 1}}]"
                ),
            ),
        ])
    };
    right_but_unused(&cover(
        "{'combination': ['x', 'y'], 'zeros': [[0, '-2']], 'because': 'signs'}",
    ));
    for (evidence, message) in [
        (
            "{'combination': ['x', '-y'], 'zeros': [[0, '-2']], 'because': 'signs'}",
            "are not all of one sign",
        ),
        (
            "{'combination': ['x', 'y'], 'because': 'signs'}",
            "no term of",
        ),
        (
            "{'combination': ['x'], 'zeros': [[0, '-2']], 'because': 'signs'}",
            "coefficients in the combination",
        ),
        (
            "{'combination': ['x', 'y'], 'zeros': [[1, '-2']], 'because': 'signs'}",
            "there is no relation or zero 1",
        ),
        (
            "{'combination': ['x', 'y'], 'zeros': [[0, '-2']], 'because': {'no_real_root': 'x'}}",
            "step 2 (cover)",
        ),
    ] {
        if message == "step 2 (cover)" {
            // a constant has no root in any variable
            right_but_unused(&cover(evidence));
        } else {
            refuted(&cover(evidence), message);
        }
    }
    let unit = |g: &str, evidence: &str| {
        unused(vec![step(
            &format!("x y* | units: y | generators: {g}"),
            &format!("'rule': 'unit', 'generator': 0, 'evidence': {evidence}"),
        )])
    };
    right_but_unused(&unit("x + y^2", "{'because': 'signs'}"));
    refuted(
        &unit("x + y^2 - 1", "{'because': 'signs'}"),
        "are not all of one sign",
    );
    refuted(
        &unit("x + y^2 - 1", "{'because': {'no_real_root': 'y'}}"),
        "has a real root",
    );
    right_but_unused(&unit(
        "x + y^2 + y + 1",
        "{'because': {'no_real_root': 'y'}}",
    ));
    // an empty centre: a unit that is 0 there
    let empty = unused(vec![step(
        "x y | units: y | generators: x",
        "'rule': 'unit', 'evidence': {'units': [1], 'rest': '1', 'because': 'signs'}",
    )]);
    right_but_unused(&empty);
    refuses(&empty, "/steps/0/chart/units/0", json!("y - 1"), "is not");
}

/// Evidence by what is positive: 2x² − 1 > 0 is not so where x = 0.
#[test]
fn what_is_positive_is_evidence_from_version_3_on() {
    let unit = |chart: &str, generator: &str, evidence: &str| {
        let rule = format!("'rule': 'unit', {generator}'evidence': {evidence}");
        let mut certificate = unused(vec![step(chart, &rule)]);
        certificate["version"] = json!(3);
        certificate
    };
    let chart = "x* | positive: 2*x^2 - 1 | generators: x";
    let no_zero = |evidence: &str| unit(chart, "'generator': 0, ", evidence);
    let right = "{'combination': ['2*x'], 'positive': [['1', [1]]], 'because': 'signs'}";
    right_but_unused(&no_zero(right));
    refuses(&no_zero(right), "/version", json!(2), "version 3");
    for (evidence, message) in [
        (
            "{'combination': ['x'], 'positive': [['1', [1]]], 'because': 'signs'}",
            "may be negative",
        ),
        (
            "{'combination': ['2*x'], 'positive': [['-1', [1]]], 'because': 'signs'}",
            "may be negative",
        ),
        (
            "{'combination': ['2*x'], 'positive': [['1', [1, 1]]], 'because': 'signs'}",
            "exponents of what is positive",
        ),
        (
            "{'combination': ['2*x'], 'positive': [['1', [1]]], 'units': [1], 'rest': '1', \
             'because': 'signs'}",
            "without units",
        ),
        (
            "{'combination': ['2*x'], 'positive': [['1', [1]]], 'because': {'no_real_root': 'y'}}",
            "no coordinate",
        ),
    ] {
        refuted(&no_zero(evidence), message);
    }
    let empty = |chart: &str, evidence: &str| unit(chart, "", evidence);
    let once = "{'positive': [['1', [1]]], 'because': 'signs'}";
    right_but_unused(&empty("x y* | positive: x - 1 | generators: y", once));
    // 0 > 0, and a sum of two
    right_but_unused(&empty("x y* | positive: x | generators: y", once));
    right_but_unused(&empty(
        "x* y | positive: x - 2; 1 - x | generators: y",
        "{'positive': [['1', [1, 0]], ['1', [0, 1]]], 'because': 'signs'}",
    ));
    // x² is no number above 0
    refuted(
        &empty(
            "x* y | positive: -x^2 | generators: y",
            "{'positive': [['x^2', [1]]], 'because': 'signs'}",
        ),
        "units only",
    );
    let root = |chart: &str| {
        let evidence = "{'positive': [['1', [1]]], 'because': {'no_real_root': 'x'}}";
        empty(chart, evidence)
    };
    right_but_unused(&root("x* y | positive: -x^2 - x - 1 | generators: y"));
    refuted(
        &root("x* y | positive: x^2 + x + 1 | generators: y"),
        "is negative",
    );
    refuted(
        &root("x* y | positive: -x^2 + x + 1 | generators: y"),
        "real root",
    );
    // x ≠ 0 may be negative, and −x > 0 then
    refuted(
        &root("x* y | units: x | positive: -x | generators: y"),
        "sign at 0",
    );
}

/// y as a function of x by y² = x + 1, and a polynomial in both as the next coordinate.
#[test]
fn coordinates_that_functions_depend_on_need_the_determinant() {
    // ∂(r, p)/∂(y, x) with r = y² − x − 1 and p = y − 2: det = 2y·0 − (−1)·1 = 1
    let steps = |polynomial: &str, evidence: &str| {
        unused(vec![
            step(
                "t | function: y; y^2 - x - 1 | function: x; y - 2 - t | zeros: y - 2 | \
                 generators: t",
                "'rule': 'open', 'reason': ''",
            ),
            step(
                "x* | function: y; y^2 - x - 1 | zeros: y - 2 | generators: y - 2",
                &format!(
                    "'rule': 'coordinate', 'index': 0, 'polynomial': '{polynomial}', 'form': \
                     'implicit', 'evidence': {evidence}, 'children': [{{'step': 0}}]"
                ),
            ),
        ])
    };
    // the generator is y − 2 in the child too: the ideal rule would make it t
    refuted(&steps("y - 2", "{'because': 'signs'}"), "child 0");
    let mut right = steps("y - 2", "{'because': 'signs'}");
    right["steps"][0]["chart"]["generators"] = json!(["y - 2"]);
    right["steps"][0]["chart"]["zeros"] = json!([]);
    right_but_unused(&right);
    // without the determinant, ∂(y − 2)/∂x = 0 would have to be a unit
    refuses(
        &right,
        "/steps/1/polynomial",
        json!("y^2 - 4"),
        "step 1 (coordinate)",
    );
    refuses(&right, "/steps/1/form", json!("explicit"), "depends on x");
    refuses(
        &right,
        "/steps/1/evidence",
        json!({"because": {"no_real_root": "y"}, "combination": ["y"]}),
        "has a real root",
    );
}

/// x at 0, with a number s = √2 and the zero s² − 2, which restates its relation.
#[test]
fn a_zero_that_restates_a_relation_is_one() {
    let proof = |zero: &str, cofactor: &str| {
        let chart = |more: &str| format!("x | function: s; s^2 - 2; 1; 2 | {more}generators: x");
        let steps = vec![
            step(
                &chart(&format!("zeros: {zero} | ")),
                "'rule': 'newton', 'weights': [['1']], 'terms': [{'generator': 0, 'coefficient': '1'}],
                 'point': {'coordinates': ['0'], 'functions': [['5/4','3/2']]}",
            ),
            step(
                &chart(&format!("units: {zero} | ")),
                &format!("'rule': 'unit', 'evidence': {{'zeros': [[0,'{cofactor}']], 'units': [1], 'rest': '1', 'because': 'signs'}}"),
            ),
            step(
                &chart(""),
                &format!("'rule': 'split', 'polynomial': '{zero}', 'children': [{{'step': 1}}, {{'step': 0}}]"),
            ),
        ];
        let question = ideal("x", "x")
            + ", 'constants': [{'name': 's', 'relation': 's^2 - 2', 'between': ['1','2'],
                 'evidence': {'combination': ['s'], 'zeros': [[0,'-2']], 'because': 'signs'}}]";
        exact(&question, ("1/2", 1), steps)
    };
    accepts(&proof("s^2 - 2", "1"));
    accepts(&proof("3*s^2 - 6", "3"));
    // a multiple by more than a number is not looked through
    refuted(&proof("s^3 - 2*s", "s"), "`s^3 - 2*s` is not shown to be 0");
    // the interval must still hold the root
    refuses(
        &proof("s^2 - 2", "1"),
        "/steps/0/point/functions/0/0",
        json!("3/2"),
        "is not shown to have a root",
    );
}
