//! `rlct select` for mixtures: the prior of their number, fitted variances, marginal likelihoods.

use super::{own_file, rlct};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

/// Two groups of counts, 30 rows.
fn counts() -> String {
    let rows: Vec<String> = (0..30_u32)
        .map(|i| (if i % 3 == 0 { 12 + i % 5 } else { i % 4 }).to_string())
        .collect();
    own_file("two_groups.csv", &format!("k\n{}\n", rows.join("\n")))
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

/// Rows in clusters 4 to 6 standard deviations apart, and a sixteenth of them in a group far away.
fn clusters(set: u64) -> (String, usize) {
    let mut rng = ChaCha8Rng::seed_from_u64(40_000 + set);
    let near = 2 + set as usize % 4;
    let mut centres = vec![0.0];
    for _ in 1..near {
        centres.push(centres.last().unwrap() + rng.random_range(4.0..6.0));
    }
    centres.push(60.0 + 40.0 * set as f64);
    let rows = 80 + 60 * set as usize / 7;
    let mut text = "k\n".to_string();
    for row in 0..rows {
        let far = row < rows / 16;
        let group = if far { near } else { rng.random_range(0..near) };
        let noise: f64 = StandardNormal.sample(&mut rng);
        text += &format!("{}\n", centres[group] + noise);
    }
    (own_file(&format!("clusters_{set}.csv"), &text), near + 1)
}

/// Exit code 0 says that there is nothing to doubt: then the number is right.
#[test]
fn exit_code_0_only_for_the_right_number() {
    let mut decided = 0;
    for set in 0..8 {
        let (data, truth) = clusters(set);
        let most = (truth + 2).to_string();
        for seed in ["0", "1", "2"] {
            let options = ["--model", "normal-mixture", "--deviation", "1", "--json"];
            let more = ["--max-components", &most, "--seed", seed];
            let ended = rlct(&select(&data, &[&options[..], &more].concat()));
            let code = ended.code;
            let chosen = ended.json()["chosen"]["sbic"].to_string();
            assert!(code == 0 || code == 3, "set {set}, seed {seed}: {code}");
            if code == 0 {
                decided += 1;
                assert_eq!(
                    chosen,
                    format!("\"{truth} components\""),
                    "set {set}, seed {seed}"
                );
            }
        }
    }
    assert!(decided >= 3, "{decided} of 24");
}

#[test]
fn lines_of_regressions_are_counted_and_told() {
    let mut rng = ChaCha8Rng::seed_from_u64(41_000);
    let mut text = "x,z,y\n".to_string();
    for _ in 0..240 {
        let (x, z): (f64, f64) = (rng.random_range(-2.0..2.0), StandardNormal.sample(&mut rng));
        let noise: f64 = StandardNormal.sample(&mut rng);
        let line = if rng.random::<f64>() < 0.4 {
            1.0 + 2.0 * x
        } else {
            -1.0 - 1.5 * x
        };
        text += &format!("{x},{z},{}\n", line + 0.5 * z + 0.4 * noise);
    }
    let data = own_file("lines.csv", &text);
    let data = data.as_str();
    let model = ["select", "--model", "regression-mixture", "--data", data];
    let columns = ["--predictors", "x,z", "--responses", "y"];
    let all = |more: &[&'static str]| [&model[..], &columns, more].concat();
    let ended = rlct(&all(&[
        "--noise",
        "0.4",
        "--max-components",
        "3",
        "--verbose",
    ]));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("sBIC 2 components"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("intercept"), "{}", ended.stdout);
    let value = rlct(&all(&["--noise", "0.4", "--json"])).json();
    let parameters = value["models"][1]["parameters"].as_array().unwrap();
    let told = |part: &str, quantity: &str, variable: &str| {
        let found = parameters.iter().find(|p| {
            p["part"] == part
                && p["quantity"] == quantity
                && (variable.is_empty() || p["variable"] == variable)
        });
        found.unwrap()["value"].as_f64().unwrap()
    };
    assert!((told("component 1", "intercept", "") + 1.0).abs() < 0.15);
    assert!((told("component 1", "coefficient", "x") + 1.5).abs() < 0.15);
    assert!((told("component 2", "coefficient", "x") - 2.0).abs() < 0.15);
    // σ fitted: one parameter more, and λ's that are bounds
    let value = rlct(&all(&["--json"])).json();
    assert_eq!(value["models"][1]["dimension"], 8);
    assert_eq!(value["models"][1]["exact"], false);
    for (options, word) in [
        (["--columns", "z"], "--columns"),
        (["--noise", "0"], "positive and finite"),
        (["--trials", "3"], "--trials"),
    ] {
        let ended = rlct(&all(&options));
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains(word), "{word}: {}", ended.stderr);
    }
    let ended = rlct(&all(&["--marginal"]));
    assert!(
        ended.code == 2 && ended.stderr.contains("--marginal"),
        "{}",
        ended.stderr
    );
}
