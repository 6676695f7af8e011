//! `rlct select`.

use super::rlct;
use std::path::{Path, PathBuf};

fn linnerud() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/linnerud.csv");
    path.to_str().unwrap().to_string()
}

fn written(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
}

#[test]
fn the_rank_of_the_linnerud_data() {
    let data = linnerud();
    let mut arguments = vec!["select", "--model", "reduced-rank", "--data", &data];
    arguments.extend(["--predictors", "Weight,Waist,Pulse"]);
    arguments.extend(["--responses", "Chins,Situps,Jumps", "--no-wbic"]);
    let ended = rlct(&arguments);
    // sBIC of rank 1 leads by 2.4 and 3.5 only: 88.6 %
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let told = "chosen from n = 20: sBIC undecided (rank 1 has 88.6 %), BIC rank 1 (90.9 %)";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    let row = |name: &str| {
        let row = ended.stdout.lines().find(|line| line.contains(name));
        row.unwrap().to_string()
    };
    assert!(row(" rank 1 ").contains("-276.728*") && !row(" rank 1 ").contains("-275.739*"));
    assert!(ended.stdout.ends_with("prior: models equally probable\n"));

    arguments.push("--json");
    let value = rlct(&arguments).json();
    assert_eq!(value["chosen"]["sbic"], "rank 1");
    assert_eq!(value["models"].as_array().unwrap().len(), 4);
    assert_eq!(value["models"][1]["exact"], true);
    assert_eq!(value["decided"]["sbic"], false);
    let probability = |model: usize, key: &str| value["models"][model][key].as_f64().unwrap();
    for key in ["prior", "sbic_probability", "bic_probability"] {
        let sum: f64 = (0..4).map(|model| probability(model, key)).sum();
        assert!((sum - 1.0).abs() < 1e-12, "{key}: {sum}");
    }
    let odds = probability(1, "sbic_probability") / probability(0, "sbic_probability");
    let lead = probability(1, "sbic") - probability(0, "sbic");
    assert!((odds.ln() - lead).abs() < 1e-9);
}

/// WBIC of regular models whose prior matters: told as that, and no doubt of the chains.
#[test]
fn the_prior_of_wbic_is_told_and_set() {
    let rows: Vec<String> = (0..40_u32)
        .map(|i| format!("{},{}", f64::from(i) / 10.0, f64::from(i * 7 % 11)))
        .collect();
    let file = written("wbic.csv", &format!("x,y\n{}\n", rows.join("\n")));
    let mut arguments = vec!["select", "--model", "reduced-rank", "--data", &file];
    arguments.extend(["--predictors", "x", "--responses", "y", "--noise", "3"]);
    let plain = rlct(&[&arguments[..], &["--json"]].concat()).json();
    let prior = &plain["prior"]["wbic"];
    assert_eq!(prior["deviation"], plain["wbic"][0]["prior_deviation"]);
    assert!(prior["coordinates"].as_str().unwrap().contains("whitened"));
    let wide = [&arguments[..], &["--prior-deviation", "40"]].concat();
    let ended = rlct(&wide);
    let told = "WBIC's parameters N(0, s²) with s = 40.000";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    let narrow = [&arguments[..], &["--prior-deviation", "0.05", "--json"]].concat();
    let narrow = rlct(&narrow).json();
    assert_eq!(narrow["prior"]["wbic"]["deviation"], 0.05);
    let effect = &narrow["wbic"][0]["prior_effect"];
    let [value, error] = ["value", "standard_error"].map(|key| effect[key].as_f64().unwrap());
    assert!(value.abs() > 10.0 * error, "{effect}");
    for model in narrow["wbic"].as_array().unwrap() {
        let doubts = model["verdict"].to_string();
        assert!(!doubts.contains("localization"), "{doubts}");
    }
    for bad in ["0", "-1", "inf", "nan"] {
        let set = format!("--prior-deviation={bad}");
        let ended = rlct(&[&arguments[..], &[set.as_str()]].concat());
        assert_eq!(ended.code, 2, "{bad}");
        assert!(ended.stderr.contains("positive"), "{}", ended.stderr);
    }
}

#[test]
fn the_concentration_changes_sbic_as_the_theory_says() {
    let rows: Vec<String> = (0..64_u32)
        .map(|i| {
            (0..6)
                .map(|v| ((i >> v) & 1).to_string())
                .collect::<Vec<_>>()
                .join(",")
        })
        .collect();
    let file = written("bits.csv", &format!("a,b,c,d,e,f\n{}\n", rows.join("\n")));
    let mut arguments = vec!["select", "--model", "latent-class", "--data", &file];
    arguments.extend(["--columns", "a,b,c,d,e,f"]);
    let under = |index: Option<&str>| {
        let set = index.map(|index| format!("--concentration={index}"));
        let mut all = arguments.clone();
        all.extend(set.as_deref());
        all.push("--json");
        rlct(&all).json()
    };
    let lead = |value: &serde_json::Value| {
        let sbic = |model: usize| value["models"][model]["sbic"].as_f64().unwrap();
        sbic(0) - sbic(1)
    };
    let [own, seven, large, one] = [None, Some("7/2"), Some("100"), Some("1")].map(under);
    assert_eq!(own["prior"]["dirichlet"], "7/2");
    assert_eq!(own["models"], seven["models"]);
    assert_eq!(
        own["models"], large["models"],
        "above N/2 the index has no effect"
    );
    assert!(lead(&own) > lead(&one) + 2.0, "{own} {one}");
    assert_eq!(own["chosen"]["sbic"], "1 class");
    for bad in ["0", "-1/2", "x"] {
        let set = format!("--concentration={bad}");
        let ended = rlct(&[&arguments[..], &[set.as_str()]].concat());
        assert_eq!(ended.code, 2, "{bad}: {}", ended.stderr);
    }
}

#[test]
fn factors_with_bounds_are_undecided() {
    let data = linnerud();
    let columns = "Weight,Waist,Pulse,Chins,Situps,Jumps";
    let ended = rlct(&[
        "select",
        "--model",
        "factor-analysis",
        "--data",
        &data,
        "--columns",
        columns,
        "--no-wbic",
        "--starts",
        "4",
    ]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stdout.contains("3 factors") && ended.stdout.contains("bounds"));
}

#[test]
fn mixtures_of_every_kind() {
    let rows: Vec<String> = (0..60_usize)
        .map(|i| {
            let high = i % 2;
            let flip = |a: usize| if i % a == 0 { 1 - high } else { high };
            format!(
                "{},{},{},{}",
                1 + 5 * high + i % 3,
                flip(7),
                flip(11),
                flip(13)
            )
        })
        .collect();
    let file = written("mixtures.csv", &format!("k,a,b,c\n{}\n", rows.join("\n")));
    for arguments in [
        &[
            "--model",
            "binomial-mixture",
            "--columns",
            "k",
            "--trials",
            "8",
        ][..],
        &[
            "--model",
            "normal-mixture",
            "--columns",
            "k",
            "--deviation",
            "1",
        ],
        &["--model", "latent-class", "--columns", "a,b,c"],
    ] {
        let mut all = vec!["select", "--data", &file, "--json"];
        all.extend(arguments);
        let value = rlct(&all).json();
        let chosen = value["chosen"]["sbic"].as_str().unwrap();
        assert!(chosen.starts_with("2 c"), "{arguments:?}: {value}");
        assert_eq!(value["models"][1]["exact"], true);
        assert!(value["fits"][1]["converged"].as_u64().unwrap() > 0);
    }
}

#[test]
fn time_ends_the_fits_with_what_there_is() {
    let rows: Vec<String> = (0..50_u32).map(|i| (i % 7).to_string()).collect();
    let file = written("timed.csv", &format!("k\n{}\n", rows.join("\n")));
    let mut arguments = vec!["select", "--model", "normal-mixture", "--data", &file];
    arguments.extend([
        "--columns",
        "k",
        "--deviation",
        "1",
        "--max-components",
        "4",
    ]);
    let whole = rlct(&[&arguments[..], &["--time", "600", "--json"]].concat()).json();
    assert_eq!(whole["complete"], true);
    assert_eq!(whole["fits"].as_array().unwrap().len(), 4);
    for fit in whole["fits"].as_array().unwrap() {
        assert!(fit["independent"].as_u64() <= fit["agreeing"].as_u64());
        assert!(fit["agreeing"].as_u64() <= fit["climbed"].as_u64());
    }
    arguments.extend(["--time", "0"]);
    let ended = rlct(&arguments);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let told = "the time of 0 s was over after the fits of 1 model(s)";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    assert!(ended.stdout.contains("1 component") && !ended.stdout.contains("2 components"));
    arguments.push("--json");
    let value = rlct(&arguments).json();
    assert_eq!(value["complete"], false);
    assert_eq!(value["models"].as_array().unwrap().len(), 1);
}

#[test]
fn bad_data_is_told_with_line_and_column() {
    for (text, told) in [
        (
            "a,b\n1,2\n3,x\n",
            "line 3, column `b`: `x` is not a finite number",
        ),
        ("a,b\n1,2\n,4\n", "line 3, column `a`: the value is missing"),
        (
            "a,b\n1,2\n3,inf\n",
            "line 3, column `b`: `inf` is not a finite number",
        ),
        (
            "a,b\n1,2\n3,4,5\n",
            "line 3: 3 cells, but 2 columns have names",
        ),
        (
            "a,c\n1,2\n3,4\n",
            "there is no column `b`; the columns are: a, c",
        ),
        ("a,b,b\n1,2,3\n3,4,5\n", "the column `b` is named twice"),
        ("a,b\n1,2\n", "at least 2 rows, got 1"),
        ("a,b\n1,2\n3,4\n", "needs at least 3 rows, got 2"),
        ("a,b\n1,2\n1,4\n1,5\n1,7\n", "column `a` is constant"),
        (
            "a,b\n1,2\n2,4\n3,6\n4,8\n",
            "fit a combination of the responses exactly",
        ),
        ("", "there is no column `a`"),
    ] {
        let file = written("bad.csv", text);
        let ended = rlct(&[
            "select",
            "--model",
            "reduced-rank",
            "--data",
            &file,
            "--predictors",
            "a",
            "--responses",
            "b",
        ]);
        assert_eq!(ended.code, 2, "{text}");
        assert!(ended.stderr.contains(told), "{text}: {}", ended.stderr);
        assert!(ended.stdout.is_empty());
    }
    let missing = rlct(&[
        "select",
        "--model",
        "latent-class",
        "--data",
        "no-such.csv",
        "--columns",
        "a,b,c",
    ]);
    assert_eq!(missing.code, 2);
    let foreign = rlct(&[
        "select",
        "--model",
        "latent-class",
        "--data",
        "x.csv",
        "--columns",
        "a",
        "--trials",
        "3",
    ]);
    assert!(foreign.stderr.contains("--trials"), "{}", foreign.stderr);
}
