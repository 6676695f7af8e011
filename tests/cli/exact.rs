//! `rlct exact` of one germ.

use super::rlct;
use serde_json::json;

#[test]
fn a_polynomial_is_the_loss_and_the_reading_is_told() {
    let ended = rlct(&["exact", "x^2*y^4"]);
    assert_eq!(ended.code, 0);
    assert_eq!(ended.stdout, "K = x^2*y^4\nλ = 1/4, m = 1\n");
    assert!(ended.stderr.is_empty());

    let ended = rlct(&["exact", "--ideal", "x*y^2"]);
    assert_eq!(
        ended.stdout,
        "K = Σ gᵢ² over the ideal (x*y^2)\nλ = 1/4, m = 1\n"
    );
}

#[test]
fn a_polynomial_may_begin_with_a_minus() {
    let ended = rlct(&["exact", "-2*x*y + x^2 + y^2"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(ended.stdout, "K = -2*x*y + x^2 + y^2\nλ = 1/2, m = 1\n");
    let ended = rlct(&["exact", "--ideal", "-x^2", "-y^3+x*y", "--json"]);
    assert_eq!(ended.json()["answer"], "exact", "{}", ended.stderr);
    let ended = rlct(&["exact", "-x^2 +"]);
    let carets: Vec<&str> = ended.stderr.lines().skip(1).take(2).collect();
    assert_eq!(carets, ["  -x^2 +", "        ^"]);
    let ended = rlct(&["exact", "x^2*y^2", "--amplitude", "-x*y"]);
    assert!(
        ended.stderr.contains("amplitude `-x*y` is not a monomial"),
        "{}",
        ended.stderr
    );
    // after `--` an argument stays as it is
    let ended = rlct(&["check", "--", "-no-such-file.json"]);
    assert!(
        ended.stderr.contains("cannot read -no-such-file.json"),
        "{}",
        ended.stderr
    );
}

#[test]
fn priors_domains_and_points() {
    let matrices = ["exact", "--ideal", "a*c", "a*d", "b*c", "b*d"];
    for (options, answer) in [
        (&[][..], "λ = 1, m = 2"),
        (&["--amplitude", "a"], "λ = 1, m = 1"),
        (&["--at", "a=0,b=1"], "λ = 1, m = 1"),
        (&["--amplitude", "c", "--at", "a=0,b=1"], "λ = 3/2, m = 1"),
    ] {
        let ended = rlct(&[&matrices, options].concat());
        assert_eq!(
            ended.stdout.lines().last(),
            Some(answer),
            "{options:?}: {}",
            ended.stderr
        );
    }
    for (options, answer) in [
        (&[][..], "λ = 1/2, m = 1"),
        (&["--nonnegative", "x,y"], "λ = 1, m = 1"),
    ] {
        let ended = rlct(&[&["exact", "--ideal", "x+y"], options].concat());
        assert_eq!(ended.stdout.lines().last(), Some(answer), "{options:?}");
    }
}

#[test]
fn a_sign_without_effect_is_warned_of() {
    let ended = rlct(&["exact", "--ideal", "a*c", "--nonnegative", "x"]);
    assert_eq!(ended.code, 0);
    assert_eq!(
        ended.stderr,
        "warning: `x` ≥ 0 has no effect: `x` does not occur in K\n"
    );
}

#[test]
fn one_germ_as_json() {
    let value = rlct(&["exact", "--ideal", "x^2-y^3", "--json"]).json();
    for (field, expected) in [
        ("answer", json!("exact")),
        ("lambda", json!("5/12")),
        ("multiplicity", json!(1)),
        ("form", json!("ideal")),
    ] {
        assert_eq!(value[field], expected, "{value}");
    }
    assert!(value["seconds"].is_f64());
}

#[test]
fn bad_polynomials_are_marked() {
    for (polynomial, stderr) in [
        (
            "x^2 + (y",
            "error: expected `)` but the text ends, at column 9\n  x^2 + (y\n          ^\n",
        ),
        (
            "x/y",
            "error: division by a polynomial; only constants divide, at column 3\n  x/y\n    ^\n",
        ),
        (
            "θ^-1",
            "error: negative exponent; exponents are integers ≥ 0, at column 3\n  θ^-1\n    ^^\n",
        ),
    ] {
        let ended = rlct(&["exact", polynomial]);
        assert_eq!(
            (ended.code, ended.stderr.as_str()),
            (2, stderr),
            "{polynomial}"
        );
        assert!(ended.stdout.is_empty());
    }
    let ended = rlct(&["exact", "x + z", "--variables", "x,y"]);
    assert!(
        ended.stderr.starts_with("error: unknown variable `z`"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.ends_with("\n  x + z\n      ^\n"),
        "{}",
        ended.stderr
    );
}

#[test]
fn germs_without_a_coefficient_are_refused() {
    for arguments in [
        &["x - x"][..],
        &["1 + x^2"],
        &["x^2 - y^4"],
        &["x^99999999999"],
        &["x^2", "--at", "z=1"],
        &["x^2", "--at", "x=1"],
        &["x^2", "--amplitude", "x+1"],
        &["x^2", "--amplitude", "z"],
        &["x^2", "--variables", "x,x"],
        &["--ideal", "x", "--nonnegative", "x", "--at", "x=-1"],
    ] {
        let ended = rlct(&[&["exact"], arguments].concat());
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stdout);
        assert!(
            ended.stderr.starts_with("error: "),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
}

#[test]
fn wrong_usage_of_exact_is_code_2() {
    for arguments in [
        &["exact"][..],
        &["exact", "--ideal"],
        &["exact", "x", "--ideal", "y"],
        &["exact", "--file", "x.json", "--at", "x=1"],
        &["exact", "x", "--at", "x"],
        &["exact", "x", "--time", "nan"],
        &["exact", "x", "--time=-1"],
    ] {
        let ended = rlct(arguments);
        assert_eq!(ended.code, 2, "{arguments:?}");
        assert!(
            ended.stderr.contains("--help"),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
}

#[test]
fn an_exhausted_budget_is_code_3() {
    let ended = rlct(&["exact", "--ideal", "x^2-y^3", "--steps", "1", "--json"]);
    assert_eq!(ended.code, 3, "{}", ended.stdout);
    let value = ended.json();
    assert_eq!(value["answer"], json!("bounds"));
    for field in ["lower", "upper", "reason"] {
        assert!(value[field].is_string(), "{value}");
    }
}

#[test]
fn points_may_be_irrational() {
    let arguments = ["exact", "--ideal", "x^2-2*y^2", "--at", "x=s,y=1"];
    let at = |number: &str| rlct(&[&arguments[..], &["--where", number]].concat());
    let exact = at("s^2 = 2, 1 < s < 2");
    assert_eq!(exact.code, 0, "{}", exact.stderr);
    assert!(
        exact.stdout.contains("where s^2 - 2 = 0, 1 < s < 2"),
        "{}",
        exact.stdout
    );
    assert!(
        exact.stdout.ends_with("λ = 1/2, m = 1\n"),
        "{}",
        exact.stdout
    );
    // which of the two roots, or no number at all
    let vague = at("s^2 = 2");
    assert_eq!(vague.code, 2);
    assert!(
        vague.stderr.contains("near -1.414214, 1.41421"),
        "{}",
        vague.stderr
    );
    for value in ["x=nan", "x=q+1"] {
        let unknown = rlct(&["exact", "x", "--at", value]);
        assert_eq!(unknown.code, 2);
        assert!(unknown.stderr.contains("--where"), "{}", unknown.stderr);
        assert!(unknown.stderr.contains('^'), "{}", unknown.stderr);
    }
}
