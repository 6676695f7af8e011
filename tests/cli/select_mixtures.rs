//! `rlct select` for mixtures: the prior of their number, fitted variances, marginal likelihoods.

use super::rlct;
use std::path::PathBuf;

/// Two groups of counts, 30 rows.
fn counts() -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("two_groups.csv");
    let rows: Vec<String> = (0..30_u32)
        .map(|i| (if i % 3 == 0 { 12 + i % 5 } else { i % 4 }).to_string())
        .collect();
    std::fs::write(&path, format!("k\n{}\n", rows.join("\n"))).unwrap();
    path.to_str().unwrap().to_string()
}

fn select<'a>(data: &'a str, options: &[&'a str]) -> Vec<&'a str> {
    [&["select", "--data", data, "--columns", "k"], options].concat()
}

#[test]
fn the_prior_of_the_number_of_components() {
    let data = counts();
    let poisson = ["--model", "poisson-mixture", "--max-components", "3"];
    let own = rlct(&select(&data, &poisson));
    let told = "prior: P(K) ∝ 1/K! for K components, weights Dirichlet of index 1";
    assert!(own.stdout.contains(told), "{}", own.stdout);
    let json = |options: &[&str]| {
        let all = [&poisson[..], options, &["--json"]].concat();
        rlct(&select(&data, &all)).json()
    };
    let (own, equal) = (json(&[]), json(&["--components-prior", "equal"]));
    assert_eq!(own["prior"]["models"], "poisson");
    assert_eq!(equal["prior"]["models"], "equal");
    let prior =
        |value: &serde_json::Value, model: usize| value["models"][model]["prior"].as_f64().unwrap();
    // 6 : 3 : 1
    assert!((prior(&own, 0) - 0.6).abs() < 1e-12 && (prior(&own, 2) - 0.1).abs() < 1e-12);
    assert!((prior(&equal, 2) - 1.0 / 3.0).abs() < 1e-12);
    for value in [&own, &equal] {
        // P(M) exp(sBIC) over the sum of all
        let score = |model: usize, key: &str| value["models"][model][key].as_f64().unwrap();
        let posterior = |model: usize| prior(value, model).ln() + score(model, "sbic");
        let odds = score(1, "sbic_probability") / score(2, "sbic_probability");
        assert!((odds.ln() - posterior(1) + posterior(2)).abs() < 1e-9);
    }
    let foreign = rlct(&[
        "select",
        "--model",
        "fits",
        "--data",
        &data,
        "--num-samples",
        "30",
        "--components-prior",
        "equal",
    ]);
    assert_eq!(foreign.code, 2);
    assert!(
        foreign.stderr.contains("--components-prior"),
        "{}",
        foreign.stderr
    );
}

#[test]
fn marginal_likelihoods_are_told_with_their_errors() {
    let data = counts();
    let options = ["--model", "poisson-mixture", "--marginal"];
    let ended = rlct(&select(&data, &options));
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    for told in [
        "log marginal likelihood 2 components (",
        "rates exponential of mean",
    ] {
        assert!(ended.stdout.contains(told), "{}", ended.stdout);
    }
    let value = rlct(&select(&data, &[&options[..], &["--json"]].concat())).json();
    assert_eq!(value["marginals"][0]["exact"], true);
    let marginals = value["marginals"].as_array().unwrap();
    for (marginal, model) in marginals.iter().zip(value["models"].as_array().unwrap()) {
        let difference = marginal["value"].as_f64().unwrap() - model["sbic"].as_f64().unwrap();
        assert!(difference.abs() < 2.5, "{marginal} {model}");
    }
    let sum: f64 = (0..2)
        .map(|k| value["marginal_probabilities"][k].as_f64().unwrap())
        .sum();
    assert!((sum - 1.0).abs() < 1e-12);
}

#[test]
fn variances_are_known_or_fitted() {
    let data = counts();
    let normal = ["--model", "normal-mixture"];
    for (which, quantity) in [("common", 4), ("free", 5)] {
        let options = [&normal[..], &["--variance", which, "--json"]].concat();
        let value = rlct(&select(&data, &options)).json();
        assert_eq!(value["models"][1]["dimension"], quantity, "{which}");
        assert_eq!(value["models"][1]["exact"], true);
        let parameters = value["models"][1]["parameters"].to_string();
        assert!(parameters.contains("standard deviation"), "{parameters}");
    }
    for (options, word) in [
        (&[][..], "--deviation SIGMA"),
        (
            &["--variance", "common", "--least-deviation", "1"],
            "--variance free",
        ),
        (
            &["--variance", "free", "--least-deviation=-1"],
            "least standard deviation",
        ),
        (
            &["--variance", "free", "--deviation", "1"],
            "cannot be used with",
        ),
    ] {
        let mut all = normal.to_vec();
        all.extend(options);
        let ended = rlct(&select(&data, &all));
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains(word), "{word}: {}", ended.stderr);
    }
}
