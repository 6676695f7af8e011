//! Certificates answer one question, of one real point and a loss that is ≥ 0, and tell which.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::Budget;
use rlct::certificate::{Certificate, CheckErrorKind, Difference, Verified};
use rlct::resolution::{Germ, GermError, Reading};
use serde_json::{Value, json};
use std::path::Path;

fn refused_file(name: &str) -> Certificate {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/refused-certificates");
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    Certificate::from_json(&text).unwrap()
}

/// Certificates written by hand to prove what is not true, each with what is wrong with it.
const REFUSED: [(&str, &str); 14] = [
    (
        "A1-factor-empty.json",
        "the claim differs: the upper bound that is proved is (1/2, 1)",
    ),
    (
        "A2-amplitude-hidden-zero.json",
        "x has an amplitude, and its value is not shown to differ",
    ),
    ("A3-two-roots.json", "the constant s has no `between`"),
    (
        "A8-loss-negative.json",
        "that K ≥ 0 near the point is not shown",
    ),
    (
        "A8-loss-sign.json",
        "that K ≥ 0 near the point is not shown",
    ),
    (
        "A10-sum-empty-chain.json",
        "the claim differs: the upper bound that is proved is (1/2, 1)",
    ),
    (
        "A11-implicit-empty.json",
        "`x` is not shown to differ from 0",
    ),
    (
        "A12-fold-factor-empty.json",
        "the claim differs: the upper bound that is proved is (1/2, 1)",
    ),
    (
        "A14-homoglyph.json",
        "the names `x` and `\u{445}` look alike",
    ),
    (
        "A18-duplicate-weights.json",
        "the weight vectors are linearly dependent",
    ),
    (
        "A19-zero-part.json",
        "the claim differs: the upper bound that is proved is none",
    ),
    (
        "A20-constant-outside-interval.json",
        "s has 0 roots between 5 and 6, not one",
    ),
    (
        "A20b-constant-not-real.json",
        "the constant s has no `between`",
    ),
    // a part without coordinates has no pole of order 0, which would lower the order of the sum
    (
        "A21-sum-empty-part.json",
        "the claim differs: the lower bound that is proved is (1/2, 2)",
    ),
];

#[test]
fn certificates_of_what_is_not_true_are_refused() {
    let mut other = Vec::new();
    for (name, reason) in REFUSED {
        let error = refused_file(name).check().unwrap_err().to_string();
        if !error.contains(reason) {
            other.push(format!("{name}: {error}"));
        }
    }
    assert!(other.is_empty(), "{other:#?}");
}

#[test]
fn claims_of_nothing_prove_nothing() {
    for name in ["A15-open.json", "A16-zeroideal.json", "A17-novars.json"] {
        let verified = refused_file(name).check().unwrap();
        assert!(verified.is_empty() && !verified.is_exact(), "{name}");
    }
    // and all files of the folder are in these tests
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/refused-certificates");
    assert_eq!(
        std::fs::read_dir(folder).unwrap().count(),
        REFUSED.len() + 3
    );
}

fn refusal(certificate: &Value) -> Option<CheckErrorKind> {
    let certificate = Certificate::from_json(&certificate.to_string()).unwrap();
    certificate.check().err().map(|error| error.kind().clone())
}

#[track_caller]
fn refused(certificate: &Value, reason: &str) {
    let error = refusal(certificate).expect("it is accepted").to_string();
    assert!(error.contains(reason), "{error}");
}

/// K = x² at a point with constants that nothing depends on.
fn with_constants(constants: &Value) -> Value {
    let functions: Vec<Value> = constants
        .as_array()
        .unwrap()
        .iter()
        .map(|c| json!({"name": c["name"], "relation": c["relation"], "between": c["between"]}))
        .collect();
    json!({
        "format": "rlct-certificate",
        "version": 1,
        "question": {"variables": ["x"], "generators": ["x"], "reading": "ideal",
            "constants": constants},
        "claim": {"lower": {"lambda": "1/2", "multiplicity": 1}},
        "steps": [{
            "chart": {"coordinates": [
                    {"name": "x", "domain": "line", "extent": "local", "amplitude": "0"}],
                "functions": functions, "generators": ["x"]},
            "rule": "newton", "terms": [{"generator": 0, "coefficient": "1"}]}],
    })
}

/// A constant whose relation has a derivative that the evidence shows to be non-zero.
fn constant(name: &str, relation: &str, between: [&str; 2], evidence: &Value) -> Value {
    json!({"name": name, "relation": relation, "between": between, "evidence": evidence})
}

#[test]
fn constants_have_exactly_one_value() {
    let by_root = |name: &str| json!({"because": {"no_real_root": name}});
    let one = |relation: &str, between: [&str; 2]| {
        with_constants(&json!([constant("s", relation, between, &by_root("s"))]))
    };
    assert_eq!(refusal(&one("s^2 - 2", ["1", "2"])), None);
    // the ends do not count
    assert_eq!(refusal(&one("(s - 1)*(s - 2)", ["3/2", "3"])), None);
    refused(
        &one("s^2 - 2", ["2", "3"]),
        "has 0 roots between 2 and 3, not one",
    );
    refused(
        &one("(s - 1)*(s - 2)", ["1", "2"]),
        "has 0 roots between 1 and 2, not one",
    );
    refused(
        &one("(s - 1)*(s - 2)", ["0", "3"]),
        "has 2 roots between 0 and 3, not one",
    );
    refused(
        &one("s^2 + 1", ["-9", "9"]),
        "has 0 roots between -9 and 9, not one",
    );
    refused(&one("0", ["0", "1"]), "is 0");
    refused(&one("s^2 - 2", ["2", "1"]), "the interval of s is empty");
}

#[test]
fn constants_over_constants_need_a_sign_change_and_a_derivative() {
    // s = √2, t = √s, and the derivative 2t of the second by the identity t·2t − 2(t² − s) = 2s
    let second = json!({"combination": ["t"], "zeros": [[1, "-2"]], "units": [],
        "because": {"no_real_root": "s"}});
    let tower = |relation: &str, first: [&str; 2], between: [&str; 2]| {
        with_constants(&json!([
            constant(
                "s",
                "s^2 - 2",
                first,
                &json!({"because": {"no_real_root": "s"}})
            ),
            constant("t", relation, between, &second),
        ]))
    };
    assert_eq!(refusal(&tower("t^2 - s", ["1", "2"], ["1/2", "2"])), None);
    // no root there; two roots; a root that the long interval of s does not show
    let reason = "t is not shown to have exactly one root";
    refused(&tower("t^2 - s", ["1", "2"], ["2", "3"]), reason);
    refused(&tower("t^2 - s", ["1", "2"], ["-2", "2"]), reason);
    assert_eq!(refusal(&tower("t^2 - s", ["1", "2"], ["-2", "-1/2"])), None);
    refused(&tower("t^2 - s", ["1", "2"], ["11/10", "2"]), reason);
    refused(&tower("t^2 + s", ["1", "2"], ["0", "9"]), reason);
}

fn exact(germ: &Germ) -> (Certificate, Verified) {
    let resolution = germ.resolve(&Budget::default()).unwrap();
    let certificate = resolution.certificate().clone();
    let verified = certificate.check().unwrap();
    (certificate, verified)
}

fn loss(text: &str) -> Germ {
    Germ::of(&text.parse().unwrap()).unwrap()
}

#[test]
fn losses_are_shown_to_be_nonnegative() {
    // plainly, by a smaller term, by squares
    for (text, has_squares) in [
        ("x^2 + y^4", false),
        ("x^6*(8 + x) + y^2 - x^2*y^3", false),
        ("(x - y)^2", true),
        ("(y - x^2)^2 + x^40", true),
        ("(x*y - z)^2 + z^2*(x - y)^4", true),
        ("(x + y)^2*(2 + x*y) ", true),
        ("(x^2 - 2*x*y + 2*y^2)^3", true),
    ] {
        let (certificate, _) = exact(&loss(text));
        let question = &certificate.question;
        assert_eq!(question.reading, Reading::Loss, "{text}");
        assert_eq!(question.squares.is_some(), has_squares, "{text}");
        assert_eq!(certificate.version, 1 + u32::from(has_squares), "{text}");
    }
    // where x ≥ 0, x³ is as good as a square
    let half = loss("x^3 + y^2").nonnegative(["x"]).unwrap();
    assert_eq!(exact(&half).0.question.reading, Reading::Loss);
    // at other points, rational and not
    let moved = loss("(x - 1)^2*(y - 2)^4*(x + y)").at([("x", 1.into()), ("y", 2.into())]);
    assert_eq!(exact(&moved.unwrap()).0.question.reading, Reading::Loss);
    let root = || "s^2 = 2, 1 < s < 2".parse().unwrap();
    for text in [
        "(x^2 - 2)^2",
        "(x^2 - 2)^2*(x + 7)",
        "((x^2 - 2) + y)^2 + y^4",
    ] {
        let germ = loss(text).number(root()).unwrap().at_values([("x", "s")]);
        let (certificate, _) = exact(&germ.unwrap());
        assert_eq!(certificate.question.reading, Reading::Loss, "{text}");
    }
}

#[test]
fn a_loss_of_unknown_sign_is_read_as_its_absolute_value() {
    let germ = loss("(y^2 - x^3)^2 + x^7");
    let resolution = germ.resolve(&Budget::default()).unwrap();
    assert_eq!(resolution.reading(), Reading::Absolute);
    let (certificate, verified) = exact(&germ);
    assert_eq!(certificate.version, 2);
    assert!(certificate.question.to_string().ends_with("is not proved"));
    // K and |K| have one pole
    assert!(verified.is_exact());
    // what is seen to be negative is refused, unless |g| is asked about
    let negative = loss("x^2 - y^2").resolve(&Budget::default());
    assert!(matches!(negative, Err(GermError::NegativeLoss { .. })));
    let absolute = Germ::new(Reading::Absolute, vec!["x^2 - y^2".parse().unwrap()]).unwrap();
    assert_eq!(exact(&absolute).1.lower().to_string(), "(1, 2)");
}

#[test]
fn what_shows_the_sign_is_checked() {
    let (certificate, _) = exact(&loss("(y - x^2)^2 + x^40"));
    let valid: Value = serde_json::from_str(&certificate.to_json()).unwrap();
    assert_eq!(refusal(&valid), None);
    let with = |squares: Value| {
        let mut changed = valid.clone();
        changed["question"]["squares"] = squares;
        changed
    };
    let good = json!({"terms": [["1", "y - x^2"], ["x^38", "x"]]});
    assert_eq!(refusal(&with(good)), None);
    let zero = json!({"multiplier": "0", "terms": []});
    refused(&with(zero), "the multiplier of the squares is 0");
    let odd = json!({"multiplier": "x", "terms": [["x", "y - x^2"], ["x^39", "x"]]});
    refused(&with(odd), "the term `x` of `x` is neither plainly ≥ 0");
    let negative = json!({"terms": [["-1", "x"], ["1", "y"]]});
    refused(&with(negative), "neither plainly ≥ 0");
    let other = json!({"terms": [["1", "y - x^2"], ["x^36", "x"]]});
    refused(&with(other), "the squares do not add up to it");
    let mut old = valid.clone();
    old["version"] = json!(1);
    refused(&old, "need version 2");
    let mut plain = valid.clone();
    plain["question"].as_object_mut().unwrap().remove("squares");
    refused(&plain, "that K ≥ 0 near the point is not shown");
    // of the absolute value nothing is to be shown, and nothing is said
    plain["question"]["reading"] = json!("absolute");
    assert_eq!(refusal(&plain), None);
    let mut both = valid.clone();
    both["question"]["reading"] = json!("absolute");
    refused(&both, "`squares` belong to the reading `loss`");
}

#[test]
fn signs_at_an_irrational_point_are_those_of_the_value() {
    // plainly: at x = s the coefficients of (x² − 2)² are 0, 0, 4s² = 8, 4s and 1
    let germ = loss("(x^2 - 2)^2").number("s^2 = 2, 1 < s < 2".parse().unwrap());
    let (certificate, _) = exact(&germ.unwrap().at_values([("x", "s")]).unwrap());
    assert_eq!(certificate.question.squares, None);
    // x² − 2 changes its sign there
    let mut changed: Value = serde_json::from_str(&certificate.to_json()).unwrap();
    changed["question"]["generators"] = json!(["x^2 - 2"]);
    refused(&changed, "that K ≥ 0 near the point is not shown");
}

#[test]
fn control_characters_are_refused_and_never_shown() {
    let mut open: Value = serde_json::from_str(&refused_file("A15-open.json").to_json()).unwrap();
    // a reason is for people, and no rule reads it
    assert_eq!(refusal(&open), None);
    open["question"]["generators"] = json!(["x\u{1b}[2J"]);
    let certificate = Certificate::from_json(&open.to_string()).unwrap();
    let error = certificate.check().unwrap_err().to_string();
    assert!(
        error.contains(r"\u{1b}") && !error.contains('\u{1b}'),
        "{error}"
    );
    assert!(!certificate.question.to_string().contains('\u{1b}'));
    let unknown = Certificate::from_json("{\"\\u001b[2J\": 1}").unwrap_err();
    assert!(!unknown.to_string().contains('\u{1b}'), "{unknown}");
}

#[test]
fn look_alikes_are_refused_across_charts() {
    let mut certificate: Value =
        serde_json::from_str(&refused_file("A16-zeroideal.json").to_json()).unwrap();
    assert_eq!(refusal(&certificate), None);
    certificate["steps"][0]["chart"]["coordinates"][0]["name"] = json!("\u{445}");
    refused(&certificate, "look alike");
    let error = Germ::ideal(["x*\u{445}"]).unwrap_err();
    assert!(matches!(error, GermError::Names(_)), "{error}");
    let number = "ѕ^2 = 2, 1 < ѕ < 2".parse().unwrap();
    let error = Germ::ideal(["s"]).unwrap().number(number).unwrap_err();
    assert!(matches!(error, GermError::Names(_)), "{error}");
    assert!(Germ::ideal(["θ*x + Δ_x^2"]).is_ok());
}

/// That the question of the first germ is not that of the second.
#[track_caller]
fn differ(one: &Germ, other: &Germ) -> Difference {
    let (one, other) = (one.to_question().unwrap(), other.to_question().unwrap());
    assert_eq!(one.is_the_same_as(&one), Ok(()));
    assert_eq!(other.is_the_same_as(&other), Ok(()));
    let difference = one.is_the_same_as(&other).unwrap_err();
    let back = other.is_the_same_as(&one).unwrap_err();
    let kind = std::mem::discriminant;
    assert_eq!(kind(&difference), kind(&back));
    difference
}

#[test]
fn questions_are_compared_as_mathematics() {
    let ideal = |generators: &[&str]| Germ::ideal(generators).unwrap();
    let same = |one: &Germ, other: &Germ| {
        let (one, other) = (one.to_question().unwrap(), other.to_question().unwrap());
        assert_eq!(one.is_the_same_as(&other), Ok(()));
    };
    same(&ideal(&["x^2 - y", "x*y"]), &ideal(&["y*x", "3*y - 3*x^2"]));
    same(&loss("(x - y)^2"), &loss("2*(y - x)^2"));
    let node = ideal(&["x*y"]);
    assert!(matches!(
        differ(&node, &ideal(&["x*y^2"])),
        Difference::Generators { .. }
    ));
    assert!(matches!(
        differ(&node, &ideal(&["x*y", "x"])),
        Difference::Generators { .. }
    ));
    assert!(matches!(
        differ(&node, &ideal(&["x*y*z"])),
        Difference::Variables { .. }
    ));
    assert!(matches!(
        differ(&ideal(&["x^2"]), &loss("x^2")),
        Difference::Reading { .. }
    ));
    let signs = (loss("x^2"), loss("-x^2"));
    assert!(matches!(
        differ(&signs.0, &signs.1),
        Difference::Generators { .. }
    ));

    let damped = |a: &str| node.clone().amplitude(a).unwrap();
    assert!(matches!(
        differ(&node, &damped("x")),
        Difference::Amplitude { .. }
    ));
    let half = node.clone().nonnegative(["y"]).unwrap();
    assert!(matches!(differ(&node, &half), Difference::Domain { .. }));
    let at = |germ: &Germ, x: i64| germ.clone().at([("x", x.into())]).unwrap();
    assert!(matches!(
        differ(&node, &at(&node, 1)),
        Difference::Point { .. }
    ));
    // at x = 1 neither |x| nor x ≥ 0 says anything
    same(&at(&node, 1), &at(&damped("x"), 1));
    same(
        &at(&node, 1),
        &at(&node.clone().nonnegative(["x"]).unwrap(), 1),
    );
}

#[test]
fn irrational_points_are_compared_as_numbers() {
    let at = |number: &str| {
        let germ = Germ::ideal(["x^2 - 2*y^2"]).unwrap();
        let germ = germ.number(number.parse().unwrap()).unwrap();
        germ.at_values([("x", "s"), ("y", "1")]).unwrap()
    };
    let (short, long) = (
        at("s^2 = 2, 1 < s < 3/2"),
        at("(s^2 - 2)*(s + 7), 0 < s < 9"),
    );
    let (short, long) = (short.to_question().unwrap(), long.to_question().unwrap());
    assert_eq!(short.is_the_same_as(&long), Ok(()));
    assert_eq!(long.is_the_same_as(&short), Ok(()));
    let minus = at("s^2 = 2, -2 < s < 0");
    let difference = differ(&at("s^2 = 2, 1 < s < 2"), &minus);
    assert!(
        matches!(difference, Difference::Constant { .. }),
        "{difference}"
    );
}

#[test]
fn the_engines_answers_are_to_the_question_that_was_asked() {
    for text in ["x^2*y^4", "(y - x^2)^2 + x^40"] {
        let germ = loss(text);
        let (certificate, _) = exact(&germ);
        let asked = germ.to_question().unwrap();
        assert_eq!(certificate.question.is_the_same_as(&asked), Ok(()));
    }
    let subtle = loss("(y^2 - x^3)^2 + x^7");
    let (certificate, _) = exact(&subtle);
    let difference = certificate
        .question
        .is_the_same_as(&subtle.to_question().unwrap());
    assert!(matches!(difference, Err(Difference::Reading { .. })));
}
