//! `rlct select` for topics and hidden Markov chains.

use super::{own_file, rlct};

/// Twelve documents of two kinds.
fn documents(name: &str) -> String {
    let rows: Vec<String> = (0..12)
        .map(|d| match d % 2 {
            0 => format!("{},{},{},2", 20 + d, 15 + d % 5, 3 + d % 3),
            _ => format!("{},2,{},{}", 3 + d % 4, 18 + d, 12 + d % 4),
        })
        .collect();
    own_file(name, &format!("sea,ship,tree,leaf\n{}\n", rows.join("\n")))
}

/// Two sequences, each with runs of 20 of which every seventh symbol differs.
fn runs(name: &str) -> String {
    let rows: Vec<String> = (0..400)
        .map(|t| {
            let high = (t / 20) % 2 == usize::from(t % 7 != 0);
            format!("{},{}", if high { "high" } else { "low" }, t / 200)
        })
        .collect();
    own_file(name, &format!("level,who\n{}\n", rows.join("\n")))
}

#[test]
fn topics_are_chosen_with_exact_coefficients() {
    let data = documents("documents.csv");
    let data = data.as_str();
    let columns = ["--columns", "sea,ship,tree,leaf"];
    let select = ["select", "--model", "topics", "--data", data];
    let all = [&select[..], &columns, &["--max-components", "3"]].concat();
    let (shares, parameters) = (own_file("shares.csv", ""), own_file("topics.csv", ""));
    let written = [
        "--verbose",
        "--force",
        "--memberships",
        shares.as_str(),
        "--fitted",
        parameters.as_str(),
    ];
    let ended = rlct(&[&all[..], &written].concat());
    for told in [
        "sBIC 2 topics (",
        "exact",
        "prior: models equally probable, any positive one",
        "word = ship",
        "topic 2",
    ] {
        assert!(
            ended.stdout.contains(told),
            "{told}: {}{}",
            ended.stdout,
            ended.stderr
        );
    }
    let shares = std::fs::read_to_string(shares).unwrap();
    assert_eq!(
        shares.lines().next(),
        Some("line,topic 1,topic 2,most probable")
    );
    assert_eq!(shares.lines().count(), 13);
    let parameters = std::fs::read_to_string(parameters).unwrap();
    assert!(
        parameters.contains("2 topics,probability,word,ship,topic 1,"),
        "{parameters}"
    );
    let value = rlct(&[&all[..], &["--json"]].concat()).json();
    assert_eq!(value["chosen"]["sbic"], "2 topics");
    assert_eq!(value["prior"]["models"], "equal");
    assert_eq!(value["models"][1]["dimension"], 3 + 13);
    assert_eq!(value["models"][1]["exact"], true);
    let sum: f64 = (0..2)
        .map(|k| {
            value["models"][1]["parameters"][k]["value"]
                .as_f64()
                .unwrap()
        })
        .sum();
    assert!((sum - 1.0).abs() < 1e-12);
}

#[test]
fn the_order_of_a_chain_rests_on_bounds() {
    let data = runs("runs.csv");
    let data = data.as_str();
    let all = [
        "select",
        "--model",
        "hidden-markov",
        "--data",
        data,
        "--columns",
        "level",
        "--sequence",
        "who",
    ];
    let smoothed = own_file("smoothed.csv", "");
    let written = ["--verbose", "--force", "--memberships", smoothed.as_str()];
    let ended = rlct(&[&all[..], &written].concat());
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    for told in [
        "sBIC 2 states (> 99.9 %)",
        "bounds",
        "prior: P(K) ∝ 1/K! for K states, rows of transitions Dirichlet of index 1",
        "to state 2",
        "level = high",
    ] {
        assert!(
            ended.stdout.contains(told),
            "{told}: {}{}",
            ended.stdout,
            ended.stderr
        );
    }
    let smoothed = std::fs::read_to_string(smoothed).unwrap();
    assert_eq!(smoothed.lines().count(), 401);
    assert!(smoothed.starts_with("line,state 1,state 2,most probable\n2,"));
    let value = rlct(&[&all[..], &["--json", "--concentration", "1/2"]].concat()).json();
    assert_eq!(value["models"][1]["dimension"], 4);
    assert_eq!(value["models"][1]["exact"], false);
    assert_eq!(value["prior"]["dirichlet"], "1/2");
    assert_eq!(value["num_samples"], 400);
}

#[test]
fn misuse_is_told() {
    let (words, symbols) = (documents("words.csv"), runs("symbols.csv"));
    let empty = own_file("nothing.csv", "");
    let negative = own_file("negative.csv", "a,b\n1,2\n3,-1\n");
    let same = own_file("same.csv", "x\nno\nno\nno\n");
    let topics = ["--model", "topics"];
    let markov = ["--model", "hidden-markov"];
    let (words, symbols, empty) = (words.as_str(), symbols.as_str(), empty.as_str());
    let (negative, same) = (negative.as_str(), same.as_str());
    for (model, data, options, part) in [
        (topics, empty, &["--columns", "a"][..], "the file is empty"),
        (markov, empty, &["--columns", "a"], "the file is empty"),
        (
            topics,
            negative,
            &["--columns", "a,b"],
            "line 3, column `b`: `-1` is not a count",
        ),
        (
            markov,
            same,
            &["--columns", "x"],
            "column `x` has one symbol only",
        ),
        (
            topics,
            words,
            &["--columns", "sea,tree", "--max-components", "3"],
            "from 1 to 2",
        ),
        (
            markov,
            symbols,
            &["--columns", "level,who"],
            "number of columns of a hidden Markov",
        ),
        (
            markov,
            symbols,
            &["--columns", "level", "--max-components", "300"],
            "at most 200 with sequences of 400",
        ),
        (
            markov,
            symbols,
            &["--columns", "level", "--missing", "drop"],
            "--missing",
        ),
        (
            topics,
            words,
            &["--columns", "sea,tree", "--sequence", "leaf"],
            "--sequence",
        ),
        (
            topics,
            words,
            &["--columns", "sea,tree", "--concentration", "1"],
            "--concentration",
        ),
        (
            topics,
            words,
            &["--columns", "sea,tree", "--marginal"],
            "--marginal",
        ),
        (markov, symbols, &["--max-components", "2"], "--columns"),
    ] {
        let all = [&["select", "--data", data][..], &model, options].concat();
        let ended = rlct(&all);
        assert_eq!(
            (ended.code != 0, ended.stdout.is_empty()),
            (true, true),
            "{part}"
        );
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
}
