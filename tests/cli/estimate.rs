//! `rlct estimate`.

use super::{rlct, without_times};
use serde_json::json;

#[test]
fn volume_scaling_finds_lambda_and_m() {
    let arguments = [
        "estimate",
        "x^2*y^4",
        "--particles",
        "200",
        "--seed",
        "1",
        "--json",
    ];
    let ended = rlct(&arguments);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let value = ended.json();
    let (lambda, error) = (
        value["lambda"].as_f64().unwrap(),
        value["standard_error"].as_f64().unwrap(),
    );
    assert!((lambda - 0.25).abs() < 4.0 * error, "{lambda} ± {error}");
    assert_eq!(value["trustworthy"], json!(true));
    assert_eq!(value["schema"], json!(2));
    assert_eq!(value["quantity"], json!("learning_coefficient"));
    assert!(value.get("energy").is_none());
    assert_eq!(value["dimension"], json!(2));
    assert_eq!(value["doubts"], json!([]));
    assert!(value["details"]["fit"].is_object());
}

#[test]
fn the_same_seed_gives_the_same_estimate() {
    let arguments = ["estimate", "x^2+y^2", "--method", "mala", "--seed", "5"];
    let (one, other) = (rlct(&arguments), rlct(&arguments));
    assert_eq!(without_times(&one.stdout), without_times(&other.stdout));
    assert_eq!(
        one.stdout.lines().next(),
        Some("K = x^2+y^2 in x, y at the origin")
    );
    let another = rlct(&["estimate", "x^2+y^2", "--method", "mala", "--seed", "6"]);
    assert_ne!(without_times(&one.stdout), without_times(&another.stdout));
}

#[test]
fn doubts_are_told_and_code_3() {
    let arguments = [
        "estimate",
        "x^2",
        "--method",
        "mala",
        "--num-draws",
        "40",
        "--json",
    ];
    let ended = rlct(&arguments);
    assert_eq!(ended.code, 3, "{}{}", ended.stdout, ended.stderr);
    let value = ended.json();
    assert_eq!(value["trustworthy"], json!(false));
    assert_eq!(value["converged"], json!(false));
    assert!(value["doubts"][0].is_string());
    assert!(value["details"]["rhat"].is_f64());
}

/// x²y² at n = 10⁴: U = 0.391 by quadrature, λ = 1/2.
#[test]
fn one_temperature_is_no_estimate_of_lambda() {
    let chains = ["estimate", "x^2*y^2", "--method", "hmc", "--seed", "1"];
    let ended = rlct(&chains);
    assert_eq!(ended.code, 3, "{}{}", ended.stdout, ended.stderr);
    let lines: Vec<_> = ended.stdout.lines().collect();
    assert!(lines[1].starts_with("U(t) = 0.3"), "{}", ended.stdout);
    assert!(lines[1].contains(" at t = 1085.7 (posterior, HMC)"));
    assert_eq!(lines[2], "converged");
    assert!(lines[3].starts_with("λ is likely "), "{}", ended.stdout);
    for word in ["trustworthy", "λ̂"] {
        assert!(!ended.stdout.contains(word), "{}", ended.stdout);
    }
    assert!(ended.stderr.contains("--method ladder"), "{}", ended.stderr);

    // asked for by its name, it is the answer
    let asked = rlct(&[&chains[..], &["--energy", "--json"]].concat());
    assert_eq!(asked.code, 0, "{}{}", asked.stdout, asked.stderr);
    assert_eq!(asked.stderr, "");
    let value = asked.json();
    assert_eq!(value["schema"], json!(2));
    assert_eq!(value["quantity"], json!("energy"));
    assert_eq!(value["lambda"], json!(null));
    assert_eq!(
        (&value["converged"], &value["trustworthy"]),
        (&json!(true), &json!(false))
    );
    let number = |name: &str| value[name].as_f64().unwrap();
    let t = 1e4 / 1e4_f64.ln();
    assert!((number("inverse_temperature") - t).abs() < 1e-9);
    let off = (number("energy") - 0.391) / number("standard_error");
    assert!(off.abs() < 3.0, "{off}");
    let likely = &value["likely_distance"];
    let (lower, upper) = (&likely["lower"], &likely["upper"]);
    assert!(lower.as_f64().unwrap() < 0.109 && 0.109 < upper.as_f64().unwrap());

    let volume = rlct(&["estimate", "x^2", "--energy", "--method", "volume"]);
    assert_eq!(volume.code, 2);
    assert!(
        volume.stderr.contains("--energy needs chains"),
        "{}",
        volume.stderr
    );
}

/// λ = 3/2: the codimension of the fibre over 2, of four parameters with one symmetry.
#[test]
fn linear_networks_are_estimated_by_the_ladder() {
    let network = [
        "estimate",
        "--linear-network",
        "2,1,2",
        "--rank",
        "1",
        "--json",
    ];
    let ended = rlct(&network);
    let value = ended.json();
    assert_eq!(value["way"], json!("temperature ladder"), "{value}");
    assert!(
        value["reading"]
            .as_str()
            .unwrap()
            .starts_with("K = ½‖W_L⋯W_1 − W*‖²")
    );
    let number = |name: &str| value[name].as_f64().unwrap();
    let off = (number("lambda") - 1.5) / number("standard_error");
    assert!(off.abs() < 4.0, "{value}");
}

#[test]
fn the_energy_of_a_linear_network_is_that_of_chains() {
    let chains = ["--method", "hmc"];
    let network = ["estimate", "--linear-network", "2,1,2", "--rank", "1"];
    let ended = rlct(&[&network[..], &chains].concat());
    let lines: Vec<_> = ended.stdout.lines().collect();
    assert_eq!(lines[0], "K = ½‖W_L⋯W_1 − W*‖², widths 2-1-2, W* of rank 1");
    assert!(lines[1].contains("(posterior, HMC)"), "{}", ended.stdout);
    assert!(lines[1].starts_with("U(t) = "), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("distance to λ unknown"),
        "{}",
        ended.stdout
    );
    assert_eq!(ended.code, 3);
}

#[test]
fn options_without_effect_are_refused() {
    for (option, arguments) in [
        ("--step", &["x^2", "--step", "1e-3"][..]),
        ("--chains", &["x^2", "--chains", "2"]),
        ("--nbeta", &["x^2", "--nbeta", "100"]),
        ("--samples", &["x^2", "--samples", "1e4"]),
        ("--num-draws", &["x^2", "--num-draws", "1e3"]),
        ("--localization", &["x^2", "--localization", "1"]),
        (
            "--localization",
            &["x^2", "--method", "ladder", "--localization", "1"],
        ),
        (
            "--particles",
            &["x^2", "--method", "ladder", "--particles", "50"],
        ),
        ("--sweeps", &["x^2", "--sweeps", "50"]),
        ("--radius", &["x^2", "--method", "hmc", "--radius", "2"]),
        (
            "--friction",
            &["x^2", "--method", "HMC", "--friction", "0.1"],
        ),
        (
            "--leapfrog",
            &["x^2", "--method", "mala", "--leapfrog", "3"],
        ),
        (
            "--thermostat-rate",
            &["x^2", "--method", "sghmc", "--thermostat-rate", "1"],
        ),
        ("--decay", &["x^2", "--method", "sgld", "--decay", "0.9"]),
        ("--draws", &["x^2", "--draws", "draws.csv"]),
        ("--checkpoints", &["x^2", "--checkpoints", "points.csv"]),
    ] {
        let ended = rlct(&[&["estimate"], arguments].concat());
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stdout);
        assert!(ended.stdout.is_empty(), "{arguments:?}");
        let told = ended.stderr.contains(option) && ended.stderr.contains("--method");
        assert!(told, "{arguments:?}: {}", ended.stderr);
    }
    let nuts = rlct(&["sweep", "x^2", "--method", "nuts"]);
    assert_eq!(nuts.code, 2, "{}", nuts.stdout);
    for arguments in [
        &["compare", "--verbose"][..],
        &["compare", "--suite", "standard", "--threshold", "2"],
        &["sweep", "x^2", "--draws", "100"],
    ] {
        assert_eq!(rlct(arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn names_are_matched_without_regard_to_case() {
    let arguments = [
        "estimate",
        "x^2",
        "--num-draws",
        "100",
        "--chains",
        "2",
        "--method",
    ];
    for method in ["SGLD", "Preconditioned_SGLD"] {
        let ended = rlct(&[&arguments[..], &[method]].concat());
        assert_eq!(ended.code, 3, "{method}: {}", ended.stderr);
    }
    let unknown = rlct(&[&arguments[..], &["sgd"]].concat());
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("preconditioned-sgld"),
        "{}",
        unknown.stderr
    );
    let family = rlct(&["closed-form", "DEEP_linear", "--widths", "1e1,5,10"]);
    assert!(
        family.stdout.starts_with("λ = 22, m = 2\n"),
        "{}",
        family.stderr
    );
    let unknown = rlct(&["closed-form", "deep"]);
    assert!(unknown.stderr.contains("deep-linear"), "{}", unknown.stderr);
    let unknown = rlct(&["catalogue", "--family", "deep"]);
    assert!(unknown.stderr.contains("deep-linear"), "{}", unknown.stderr);
    let unknown = rlct(&["compare", "--only", "no such model"]);
    assert!(unknown.stderr.contains("cusp"), "{}", unknown.stderr);
}

#[test]
fn usage_errors_are_json_where_json_is_asked_for() {
    for arguments in [
        &["estimate", "x^2", "--no-such", "--json"][..],
        &["--json", "closed-form", "deep-linear", "--widths", "x"],
        &["exact", "--json"],
    ] {
        let ended = rlct(arguments);
        assert_eq!(ended.code, 2);
        let value = ended.json();
        assert_eq!(value["answer"], json!("error"), "{value}");
        assert!(value["message"].is_string());
        assert!(ended.stderr.contains("--help"), "{}", ended.stderr);
    }
    let help = rlct(&["exact", "--help", "--json"]);
    assert_eq!(help.code, 0);
    assert!(help.stdout.contains("Usage"));
}

#[test]
fn shells_complete_and_manuals_are_written() {
    for shell in ["bash", "zsh", "Fish"] {
        let ended = rlct(&["completions", shell]);
        assert!(
            ended.stdout.contains("checkpoints"),
            "{shell}: {}",
            ended.stderr
        );
    }
    let page = rlct(&["man", "estimate"]);
    assert!(page.stdout.contains(".TH"), "{}", page.stderr);
    assert!(rlct(&["man"]).stdout.contains("Exit codes"));
    assert_eq!(rlct(&["man", "nothing"]).code, 2);
}

#[test]
fn impossible_estimates_are_refused() {
    for arguments in [
        &["x/y"][..],
        &["x"],
        &["x^2", "--method", "mala", "--step", "nan"],
        &["x^2", "--method", "mala", "--samples", "1"],
        &["x^2", "--method", "mala", "--chains", "0"],
        &["x^2", "--radius", "-1"],
        &["--linear-network", "5"],
        &["--linear-network", "5,2,5", "--rank", "3"],
        &["x^2", "--at", "z=1"],
        &["--ideal", "x", "--nonnegative", "x", "--at", "x=-1"],
    ] {
        let ended = rlct(&[&["estimate"], arguments].concat());
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stdout);
        assert!(
            ended.stderr.starts_with("error: "),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
}

#[test]
fn wrong_usage_of_estimate_is_code_2() {
    for arguments in [
        &["estimate"][..],
        &["estimate", "x^2", "--linear-network", "1,1"],
        &["estimate", "x^2", "--rank", "1"],
        &["estimate", "--linear-network", "1,1", "--at", "x=1"],
        &["estimate", "x^2", "--method", "guess"],
        &["estimate", "x^2", "--samples", "100", "--nbeta", "10"],
    ] {
        let ended = rlct(arguments);
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stdout);
        assert!(
            ended.stderr.contains("--help"),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
}

#[test]
fn every_sampler_is_a_method() {
    for (method, name, settings) in [
        ("sgld", "SGLD", &["--step", "1e-5", "--thin", "50"][..]),
        (
            "preconditioned-sgld",
            "preconditioned SGLD",
            &["--decay", "0.9", "--damping", "1e-4", "--thin", "50"],
        ),
        ("sghmc", "SGHMC", &["--friction", "0.2"]),
        (
            "sgnht",
            "SGNHT",
            &["--friction", "0.2", "--thermostat-rate", "0.02"],
        ),
        ("hmc", "HMC", &["--leapfrog", "5", "--jitter", "0.1"]),
    ] {
        let mut arguments = vec!["estimate", "x^2+y^2", "--method", method, "--fix", "1"];
        arguments.extend(["--num-draws", "5000", "--json"]);
        arguments.extend(settings);
        let ended = rlct(&arguments);
        let value = ended.json();
        assert_eq!(value["way"], json!(format!("posterior, {name}")));
        let (energy, error) = (
            value["energy"].as_f64().unwrap(),
            value["standard_error"].as_f64().unwrap(),
        );
        // x alone is left: U = 1/2; the steps' bias is below a tenth of it.
        assert!(
            (energy - 0.5).abs() < 4.0 * error + 0.05,
            "{method}: {energy} ± {error}"
        );
        assert_eq!(value["lambda"], json!(null), "{method}");
        assert_eq!((ended.code, &value["trustworthy"]), (3, &json!(false)));
    }
    let ended = rlct(&["estimate", "x^2", "--method", "hmc", "--fix", "0"]);
    assert_eq!(ended.code, 2, "{}", ended.stdout);
    assert!(ended.stderr.contains("no parameter is left to move"));
    let ended = rlct(&["estimate", "x^2", "--method", "hmc", "--fix", "1"]);
    assert_eq!(ended.code, 2, "{}", ended.stdout);
    assert!(ended.stderr.contains("there is no parameter 1"));
}

/// U(t) = ½t/(t + γ + 1/s²) of ½x², γ = 1.
#[test]
fn priors_by_name() {
    let base = ["estimate", "1/2*x^2", "--energy", "--nbeta", "20", "--json"];
    let with = |more: &[&str]| rlct(&[&base[..], more].concat());
    let near = |ended: &super::Ended, truth: f64| {
        let told = ended.json();
        let number = |key: &str| told[key].as_f64().unwrap();
        let errors = (number("energy") - truth) / number("standard_error");
        assert!(errors.abs() < 4.0, "{}", ended.stdout);
    };
    near(&with(&["--prior", "normal(0,0.25)"]), 10.0 / 37.0);
    near(&with(&["--prior", "half-normal(1/4)"]), 10.0 / 37.0);
    // a product: 1/s² = 16 + 16; the user's coordinates, though those of the loss are moved
    let twice = ["--prior", "x: normal(0,1/4)", "--prior", "normal(0,0.25)"];
    near(&with(&twice), 10.0 / 53.0);
    let moved = [
        "estimate",
        "1/2*(x-3)^2",
        "--at",
        "x=3",
        "--energy",
        "--nbeta",
        "20",
        "--json",
    ];
    near(
        &rlct(&[&moved[..], &["--prior", "normal(3,0.25)"]].concat()),
        10.0 / 37.0,
    );

    let refused = with(&["--prior", "x: nromal(0,1)"]);
    assert_eq!(refused.code, 2);
    let caret = "  x: nromal(0,1)\n     ^^^^^^";
    assert!(refused.stderr.contains(caret), "{}", refused.stderr);
    let outside = with(&["--prior", "uniform(1,2)"]);
    assert_eq!(outside.code, 2);
    assert!(
        outside.stderr.contains("must hold the point"),
        "{}",
        outside.stderr
    );
    let volume = rlct(&["estimate", "x^2", "--prior", "normal(0,1)"]);
    assert_eq!(volume.code, 2);
    assert!(
        volume.stderr.contains("does not change λ"),
        "{}",
        volume.stderr
    );
}

/// Powers below 0 and Dirichlet priors: exact beside estimated, K = x²y² and x² + y⁴.
#[test]
fn priors_that_are_unbounded_at_the_point() {
    let check = |germ: &str, prior: &str, exact: &[&str], more: &[&str]| {
        let exact = rlct(&[&["exact", germ, "--json"], exact].concat()).json();
        let lambda = exact["lambda"].as_str().unwrap().to_string();
        let (over, under) = lambda.split_once('/').unwrap();
        let lambda = over.parse::<f64>().unwrap() / under.parse::<f64>().unwrap();
        let base = ["estimate", germ, "--prior", prior, "--seed", "1", "--json"];
        let ended = rlct(&[&base[..], more].concat());
        let told = ended.json();
        let number = |key: &str| told[key].as_f64().unwrap();
        let errors = (number("lambda") - lambda) / number("standard_error");
        assert!(
            errors.abs() < 3.5,
            "{germ} under {prior}: {lambda}, {}",
            ended.stdout
        );
        assert_eq!(told["prior"], json!([prior]));
    };
    check("x^2*y^2", "x^(-1/2)", &["--amplitude", "x^(-1/2)"], &[]);
    let weights = ["--amplitude", "x^(-1/2)*y", "--nonnegative", "x,y"];
    check(
        "x^2+y^4",
        "dirichlet(1/2,2,1)",
        &weights,
        &["--method", "ladder"],
    );

    let germ = "x^2*y^2";
    let refused = |more: &[&str], reason: &str| {
        let ended = rlct(&[&["estimate", germ, "--energy"], more].concat());
        assert_eq!(ended.code, 2, "{}", ended.stdout);
        assert!(ended.stderr.contains(reason), "{}", ended.stderr);
    };
    refused(&["--prior", "y: dirichlet(1/2,2)"], "λ does not");
    refused(&["--prior", "x^(-1)"], "  x^(-1)\n  ^^^^^^");
    refused(&["--prior", "x^(-1/2)", "--orthogonal"], "unbounded at 0");
    let sweep = [
        "sweep", "x^2", "--prior", "x^(-1/2)", "--nbeta", "1000", "--json",
    ];
    let told = rlct(&[&sweep[..], &["--step", "1e-4", "--seed", "1"]].concat()).json();
    let cell = &told["cells"][0];
    let number = |key: &str| cell[key].as_f64().unwrap();
    let errors = (number("energy") - 0.25) / number("standard_error");
    assert!(errors.abs() < 4.0, "{cell}");
}
