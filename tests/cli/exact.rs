//! `rlct exact` of one germ.

use super::{own_path, rlct, rlct_reading};
use serde_json::json;

#[test]
fn a_polynomial_is_the_loss_and_the_reading_is_told() {
    let ended = rlct(&["exact", "x^2*y^4"]);
    assert_eq!(ended.code, 0);
    assert_eq!(
        ended.stdout,
        "K = x^2*y^4 in x, y at the origin\nλ = 1/4, m = 1\n"
    );
    assert!(ended.stderr.is_empty());

    let ended = rlct(&["exact", "--ideal", "x*y^2"]);
    assert_eq!(
        ended.stdout,
        "K = Σ gᵢ² over the ideal (x*y^2) in x, y at the origin\nλ = 1/4, m = 1\n"
    );
}

#[test]
fn a_polynomial_may_begin_with_a_minus() {
    let ended = rlct(&["exact", "-2*x*y + x^2 + y^2"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(
        ended.stdout,
        "K = -2*x*y + x^2 + y^2 in x, y at the origin\nλ = 1/2, m = 1\n"
    );
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
fn only_variables_of_the_ring_are_nonnegative() {
    let nonnegative = |names: &str| rlct(&["exact", "--ideal", "x+y", "--nonnegative", names]);
    for names in ["x, y", " x ,y", "x,y"] {
        let ended = nonnegative(names);
        assert!(
            ended.stdout.ends_with("λ = 1, m = 1\n"),
            "{names}: {}",
            ended.stderr
        );
    }
    for names in ["1-x,y", "x,z", "X,y", "x y", ""] {
        let ended = nonnegative(names);
        assert_eq!(ended.code, 2, "{names}: {}", ended.stdout);
        assert!(
            ended.stderr.contains("is not a variable of the ring"),
            "{}",
            ended.stderr
        );
        assert!(ended.stdout.is_empty());
    }
    // a variable that does not occur can be one of the ring
    let ended = rlct(&[
        "exact",
        "--ideal",
        "a*c",
        "--nonnegative",
        "x",
        "--variables",
        "a, c,x",
    ]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains(" in a, c, x at the origin, x ≥ 0"),
        "{}",
        ended.stdout
    );
    // K = Σ over the entries of AB, non-negative
    let matrices = ["a*c", "a*d", "b*c", "b*d"];
    let file = r#"[{"id": "n", "generators": ["a*c", "a*d", "b*c", "b*d"], "form": "ideal",
        "nonnegative": [" a", "b ", "c", "d"]}]"#;
    let ended = rlct_reading(file, &["exact", "--file", "-"]);
    let line = rlct(
        &[
            &["exact", "--ideal"],
            &matrices[..],
            &["--nonnegative", "a, b, c, d"],
        ]
        .concat(),
    );
    let answer = line.stdout.lines().last().unwrap();
    assert!(
        ended.stdout.contains(answer),
        "{}{}",
        ended.stdout,
        line.stdout
    );
    let unknown = file.replace("\" a\"", "\"1-a\"");
    assert_eq!(rlct_reading(&unknown, &["exact", "--file", "-"]).code, 2);
}

#[test]
fn scientific_notation_is_a_number() {
    for (generators, answer) in [
        (&["1e-05*x*y", "x^2"][..], "λ = 1/2, m = 2"),
        (&["1e3*x*y", "x^2"], "λ = 1/2, m = 2"),
        (&["2.5e2*x*y"], "λ = 1/2, m = 2"),
        (&["2*e*x"], "λ = 1/2, m = 2"),
    ] {
        let ended = rlct(&[&["exact", "--ideal"], generators].concat());
        assert_eq!(ended.stdout.lines().last(), Some(answer), "{generators:?}");
    }
}

#[test]
fn functions_and_indices_are_refused() {
    for (polynomial, remedy) in [
        ("sin(x)", "sin*("),
        ("tanh(a*b)", "--model tanh"),
        ("sqrt(2)*x*y", "--where"),
        ("x[1]*x[2]", "x_1"),
        ("f(x)", "f*("),
        ("x2y3", "x^2*y^3"),
        ("x*y + xy", "x*y"),
    ] {
        let ended = rlct(&["exact", polynomial]);
        assert_eq!(ended.code, 2, "{polynomial}: {}", ended.stdout);
        assert!(
            ended.stderr.contains(remedy),
            "{polynomial}: {}",
            ended.stderr
        );
        assert!(
            ended.stderr.contains("\n    ") || ended.stderr.contains("  ^"),
            "{}",
            ended.stderr
        );
    }
    let ended = rlct(&["exact", "x_1^2*x_2^2"]);
    assert!(
        ended.stdout.ends_with("λ = 1/2, m = 2\n"),
        "{}",
        ended.stderr
    );
    // a ring given in words settles what a name is
    let ended = rlct(&["exact", "xy^2", "--variables", "xy"]);
    assert_eq!(
        ended.stdout,
        "K = xy^2 in xy at the origin\nλ = 1/2, m = 1\n"
    );
}

#[test]
fn other_zeros_are_told() {
    let ended = rlct(&["exact", "x^2*(x-1)^4"]);
    assert_eq!(
        ended.stdout,
        "K = x^2*(x-1)^4 in x at the origin\nλ = 1/2, m = 1\n\
         local: K = 0 also at x = 1; λ there: --at x=1\n"
    );
    let there = rlct(&["exact", "x^2*(x-1)^4", "--at", "x=1", "--json"]).json();
    assert_eq!(there["lambda"], json!("1/4"));
    assert_eq!(there["at"], json!({"x": "1"}));
    assert_eq!(there["other_zeros"], json!([{"x": "0"}]));
    assert_eq!(there["variables"], json!(["x"]));
    assert_eq!(there["version"], json!(env!("CARGO_PKG_VERSION")));
    // weighted homogeneous: no zero is worse
    assert_eq!(
        rlct(&["exact", "--ideal", "x*(x-y)"])
            .stdout
            .lines()
            .count(),
        2
    );
}

#[test]
fn a_point_has_one_value_a_variable() {
    for at in ["x=1,x=0", "x=", "=1"] {
        assert_eq!(rlct(&["exact", "x^2*y^2", "--at", at]).code, 2, "{at}");
    }
    let file = r#"[{"id": "n", "generators": ["x"], "form": "ideal", "at": {"x": 0, "x": 1}}]"#;
    let ended = rlct_reading(file, &["exact", "--file", "-"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("two values"), "{}", ended.stderr);
}

#[test]
fn explain_tells_of_the_factor_between_loss_and_ideal() {
    let ended = rlct(&["explain", "x^2*y^4"]);
    assert!(ended.stdout.contains("λ = 1/4"), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("λ of K is twice the λ at its root"),
        "{}",
        ended.stdout
    );
    let ideal = rlct(&["explain", "--ideal", "x^2*y^4"]);
    assert!(!ideal.stdout.contains("twice"), "{}", ideal.stdout);
}

#[test]
fn certificates_do_not_overwrite_and_go_to_stdout() {
    let file = std::env::temp_dir().join(format!("rlct-exact-{}.json", std::process::id()));
    let path = file.to_str().unwrap();
    let arguments = ["exact", "--ideal", "x^2-y^3", "--certificate", path];
    assert_eq!(rlct(&arguments).code, 0);
    let again = rlct(&arguments);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("--force"), "{}", again.stderr);
    assert_eq!(rlct(&[&arguments[..], &["--force"]].concat()).code, 0);
    let written = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let piped = rlct(&["exact", "--ideal", "x^2-y^3", "--certificate", "-"]);
    assert_eq!(piped.stdout.trim_end(), written.trim_end());
    assert!(piped.stderr.contains("λ = 5/12, m = 1"), "{}", piped.stderr);
    let checked = rlct_reading(&piped.stdout, &["check", "-"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
}

#[test]
fn counts_may_be_written_in_scientific_notation() {
    let ended = rlct(&["exact", "--ideal", "x^2-y^3", "--steps", "1e6"]);
    assert!(
        ended.stdout.ends_with("λ = 5/12, m = 1\n"),
        "{}",
        ended.stderr
    );
    let ended = rlct(&["exact", "x^2", "--steps", "1.5"]);
    assert!(ended.stderr.contains("not a count"), "{}", ended.stderr);
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

#[test]
fn every_command_about_a_germ_takes_a_model() {
    let tanh = ["--model", "tanh", "--sizes", "1,1,1"];
    let of = |arguments: &[&str]| rlct(&[arguments, &tanh[..]].concat());
    let exact = of(&["exact"]);
    assert_eq!(exact.code, 0, "{}", exact.stderr);
    let lines: Vec<&str> = exact.stdout.lines().collect();
    assert_eq!(lines[0], "tanh network, true parameter a1_1 = 0, b1_1 = 0");
    assert_eq!(lines[1], "λ = 1/2, m = 2");
    // a point is not the model
    assert!(
        lines[2].starts_with("local: λ at this parameter"),
        "{lines:?}"
    );
    let explained = of(&["explain"]);
    assert!(
        explained.stdout.contains("ideal (a1_1*b1_1)"),
        "{}",
        explained.stdout
    );
    let fisher = of(&["fisher"]);
    assert!(fisher.stdout.contains("rank: 0 of 2"), "{}", fisher.stdout);
    let energy = of(&["estimate", "--energy", "--num-draws", "200", "--json"]);
    let value = energy.json();
    assert_eq!(value["variables"], json!(["a1_1", "b1_1"]));
    assert!(value["energy"].as_f64().unwrap() > 0.0, "{value}");
    let sweep = of(&["sweep", "--step", "1e-3", "--num-draws", "50"]);
    assert!(sweep.stdout.starts_with("tanh network"), "{}", sweep.stdout);

    let truth = [
        "--truth",
        "p0=1/2,p1_0=1/2,p1_1=1/2,p2_0=1/2,p2_1=1/2,p3_0=1/2,p3_1=1/2",
    ];
    let bayes = ["exact", "--model", "naive-bayes", "--sizes", "2,2,2,2"];
    let bayes = rlct(&[&bayes[..], &truth[..]].concat());
    assert!(bayes.stdout.contains("λ = 9/4, m = 1"), "{}", bayes.stdout);
    for wrong in [
        &["--truth", "x=1"][..],
        &["--truth", "a1_1=1", "--at", "a1_1=1"],
    ] {
        let refused = rlct(&[&["exact"][..], &tanh, wrong].concat());
        assert_eq!(refused.code, 2, "{}", refused.stdout);
    }
}

/// Exact answers are not made by way of floating point: 10^400 is beyond it.
#[test]
fn numbers_beyond_floating_point_are_exact_and_not_estimated() {
    for command in ["exact", "explain", "fisher"] {
        let ended = rlct(&[command, "(10^400)*x^2 + y^2"]);
        assert_eq!(ended.code, 0, "{command}: {}", ended.stderr);
        assert!(ended.stdout.contains("λ = 1, m = 1"), "{}", ended.stdout);
    }
    let ended = rlct(&["estimate", "(10^400)*x^2 + y^2"]);
    assert_eq!(ended.code, 2, "{}", ended.stdout);
    assert!(ended.stderr.contains("not finite"), "{}", ended.stderr);
}

/// All zeros in a region: the worst counts, and the certificate is replayed.
#[test]
fn regions_are_understood_answered_and_checked() {
    let file = own_path("region.json").display().to_string();
    let node = [
        "exact",
        "--ideal",
        "y^2 - x^2*(x+1)",
        "--force",
        "--certificate",
        &file,
    ];
    let boxed = [&node[..], &["--on", "x in [-2, 2], y in [-2, 2]", "--json"]].concat();
    let ended = rlct(&boxed);
    let told = ended.json();
    assert_eq!(
        (&told["lambda"], &told["multiplicity"]),
        (&json!("1/2"), &json!(2))
    );
    assert_eq!(
        (ended.code, &told["attained"]),
        (0, &json!({"x": "0", "y": "0"}))
    );
    let checked = rlct(&["check", &file]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    assert!(
        checked.stdout.contains("λ = 1/2, m = 2"),
        "{}",
        checked.stdout
    );
    // about a region, not a point
    let other = rlct(&["check", &file, "--ideal", "y^2 - x^2*(x+1)"]);
    assert_eq!(other.code, 1);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("\"1/2\"", "\"1/3\"")).unwrap();
    assert_eq!(rlct(&["check", &file]).code, 1);

    let none = [
        "exact",
        "--ideal",
        "x^2+y^2-9",
        "--on",
        "x in [-2,2], y in [-2,2]",
    ];
    let ended = rlct(&none);
    assert_eq!(
        (ended.code, ended.stdout.contains("no zero")),
        (0, true),
        "{}",
        ended.stdout
    );
    let bayes = [
        "exact",
        "--model",
        "naive-bayes",
        "--sizes",
        "2,2,2",
        "--on",
        "model",
    ];
    let truth = "p0=1/2,p1_0=1/2,p1_1=1/2,p2_0=1/2,p2_1=1/2";
    let told = rlct(&[&bayes[..], &["--truth", truth, "--json"]].concat()).json();
    assert_eq!(
        (&told["lambda"], &told["multiplicity"]),
        (&json!("3/2"), &json!(3))
    );

    let refused = |more: &[&str], reason: &str| {
        let ended = rlct(&[&["exact", "--ideal", "x*y"], more].concat());
        assert_eq!(ended.code, 2, "{more:?}: {}", ended.stdout);
        assert!(ended.stderr.contains(reason), "{more:?}: {}", ended.stderr);
    };
    refused(
        &["--on", "x in [0, one]"],
        "  x in [0, one]\n           ^^^",
    );
    refused(&["--on", "x in (0, 1)"], "closed");
    refused(&["--on", "x < 1"], "write <= or >=");
    refused(&["--on", "x - x <= 1"], "no variable");
    refused(&["--on", "z in [0, 1]"], "no variable `z`");
    refused(&["--on", "x in [1, 0]"], "empty");
    refused(
        &["--on", "x in [0, 1]", "--at", "x=0"],
        "cannot be used with",
    );
    refused(
        &["--on", "x in [0, 1]", "--prior", "y^(1/2)"],
        "vanishes at an end",
    );
    refused(
        &["--on", "x in [0, 1]", "--prior", "x^(-1)"],
        "not above -1",
    );
    refused(
        &["--on", "x in [0, 1]", "--prior", "(x-2)^2"],
        "vanishes at x = 2",
    );
    let tanh = [
        "exact", "--model", "tanh", "--sizes", "1,1,1", "--on", "model",
    ];
    let ended = rlct(&tanh);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("ask at a point"), "{}", ended.stderr);
}

/// Strata: the table, JSON, what is refused, and a picture.
#[test]
fn strata_are_told_and_what_is_of_one_point_is_refused() {
    let told = rlct(&["strata", "--ideal", "x^2-y^2*z", "--json"]).json();
    assert_eq!(told["answer"], "strata");
    assert_eq!(told["strata"].as_array().unwrap().len(), 5);
    assert_eq!(told["strata"][0]["lambda"], "1/2");
    assert_eq!(told["strata"][0]["multiplicity"], 2);
    assert_eq!(told["strata"][0]["example"]["z"], "0");
    let refused = |more: &[&str], reason: &str| {
        let ended = rlct(&[&["strata", "--ideal", "x*y"], more].concat());
        assert_eq!(ended.code, 2, "{more:?}: {}", ended.stdout);
        assert!(ended.stderr.contains(reason), "{more:?}: {}", ended.stderr);
    };
    refused(&["--nonnegative", "x"], "--nonnegative");
    refused(&["--amplitude", "x"], "--amplitude");
    refused(&["--at", "x=1"], "--at");
    refused(&["--sizes", "3"], "--model");
    refused(&["--on", "z >= 0"], "`z`");
    refused(
        &["--variables", "x,y,z", "--picture", "a.svg"],
        "two variables",
    );
    refused(
        &["--picture", "a.png"],
        if cfg!(feature = "plot") {
            "svg"
        } else {
            "pictures"
        },
    );
    let empty = rlct(&["strata", "--ideal", "x^2+y^2+1"]);
    assert_eq!(empty.code, 0);
    assert!(empty.stdout.contains("no zero inside"), "{}", empty.stdout);
    #[cfg(feature = "plot")]
    {
        let path = own_path("node.svg");
        let path = path.to_str().unwrap();
        let node = "y^2-x^2*(x+1)";
        let ended = rlct(&["strata", "--ideal", node, "--picture", path]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let svg = std::fs::read_to_string(path).unwrap();
        assert!(svg.contains("λ = 1/2, m = 2"));
    }
}

/// Volumes of whole regions, and what has none.
#[test]
fn estimates_over_regions_are_told_and_refused_where_there_is_none() {
    let line = ["estimate", "--ideal", "x*(x-1)^2", "--on", "x in [-1, 2]"];
    let told = rlct(&[&line[..], &["--particles", "60", "--json"]].concat()).json();
    let (lambda, error) = (&told["lambda"], &told["standard_error"]);
    let off = (lambda.as_f64().unwrap() - 0.25) / error.as_f64().unwrap();
    assert!(off.abs() < 4.0, "{told}");
    assert_eq!(told["quantity"], "learning_coefficient");
    let refused = |line: &[&str], reason: &str| {
        let ended = rlct(&[&["estimate"], line].concat());
        assert_eq!(ended.code, 2, "{line:?}: {}", ended.stdout);
        assert!(ended.stderr.contains(reason), "{line:?}: {}", ended.stderr);
    };
    refused(&["--ideal", "x", "--on", "x >= 0"], "no upper end");
    refused(&["--ideal", "x^2+1", "--on", "x in [-1, 1]"], "no zero");
    refused(
        &["--ideal", "x", "--on", "x in [0, 1]", "--radius", "2"],
        "--radius",
    );
    refused(
        &["--ideal", "x", "--on", "x in [0, 1]", "--method", "ladder"],
        "volume",
    );
    refused(
        &["--ideal", "x", "--on", "x in [0, 1]", "--sweeps", "9"],
        "--sweeps",
    );
    let simplex = "x, y >= 0, x + y <= 1";
    refused(
        &[
            "--ideal",
            "x",
            "--variables",
            "x,y",
            "--on",
            simplex,
            "--prior",
            "(1-x-y)^(-1/2)",
        ],
        "slanted",
    );
}
