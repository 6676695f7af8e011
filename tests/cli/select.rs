//! `rlct select`.

use super::{own_file, own_path, rlct, rlct_reading};
use std::path::Path;

fn linnerud() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/linnerud.csv");
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
    let told = "chosen from n = 20: sBIC undecided (rank 1 has 88.6 %),\n  BIC rank 1 (90.9 %)";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    let row = |name: &str| {
        let row = ended.stdout.lines().find(|line| line.starts_with(name));
        row.unwrap().to_string()
    };
    assert!(row("rank 1 ").contains("-276.728*") && !row("rank 1 ").contains("-275.739*"));
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

/// The free energy beside WBIC, under the same prior.
#[test]
fn the_marginal_likelihood_stands_beside_wbic() {
    let rows: Vec<String> = (0..40_u32)
        .map(|i| format!("{},{}", f64::from(i) / 10.0, f64::from(i * 7 % 11)))
        .collect();
    let file = own_file("marginal.csv", &format!("x,y\n{}\n", rows.join("\n")));
    let mut arguments = vec!["select", "--model", "reduced-rank", "--data", &file];
    arguments.extend([
        "--predictors",
        "x",
        "--responses",
        "y",
        "--noise",
        "3",
        "--marginal",
    ]);
    let value = rlct(&[&arguments[..], &["--json"]].concat()).json();
    let marginals = value["marginals"].as_array().unwrap();
    assert_eq!(marginals.len(), 2);
    for (marginal, wbic) in marginals.iter().zip(value["wbic"].as_array().unwrap()) {
        let [log, error] = ["value", "standard_error"].map(|key| marginal[key].as_f64().unwrap());
        assert!(error > 0.0 && error < 0.3, "{marginal}");
        let difference = log + wbic["value"].as_f64().unwrap();
        assert!(difference.abs() < 3.0, "{marginal} beside {wbic}");
    }
    assert!(
        value["prior_of_marginals"]
            .as_str()
            .unwrap()
            .contains("N(0, s²)")
    );
    arguments.extend(["--no-wbic", "--prior-deviation", "1"]);
    let alone = rlct(&arguments);
    assert!(alone.stdout.contains("log marginal") && !alone.stdout.contains("WBIC"));
    let last = arguments
        .iter()
        .filter(|argument| **argument != "--marginal");
    let ended = rlct(&last.copied().collect::<Vec<_>>());
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("leave out --no-wbic"),
        "{}",
        ended.stderr
    );
}

/// WBIC of regular models whose prior matters: told as that, and no doubt of the chains.
#[test]
fn the_prior_of_wbic_is_told_and_set() {
    let rows: Vec<String> = (0..40_u32)
        .map(|i| format!("{},{}", f64::from(i) / 10.0, f64::from(i * 7 % 11)))
        .collect();
    let file = own_file("wbic.csv", &format!("x,y\n{}\n", rows.join("\n")));
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
    let file = own_file("bits.csv", &format!("a,b,c,d,e,f\n{}\n", rows.join("\n")));
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
    let file = own_file("mixtures.csv", &format!("k,a,b,c\n{}\n", rows.join("\n")));
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
    let file = own_file("timed.csv", &format!("k\n{}\n", rows.join("\n")));
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
        ("a,b\n", "line 1: there are no rows below the line of names"),
        (
            "a;b\n1;2\n3,5;4\n",
            "line 3, column `a`: `3,5` is not a finite number; write a decimal point",
        ),
        (
            "a;b,c\n1;2,3\n",
            "line 1: the line of names has commas and semicolons",
        ),
        ("a,b\n1,2\n3,4\n", "needs at least 3 rows, got 2"),
        ("a,b\n1,2\n1,4\n1,5\n1,7\n", "column `a` is constant"),
        (
            "a,b\n1,2\n2,4\n3,6\n4,8\n",
            "fit a combination of the responses exactly",
        ),
        ("", "line 1: the file is empty"),
    ] {
        let file = own_file("bad.csv", text);
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

/// Two classes of three answers, with one missing and one column of numbers.
fn survey() -> String {
    let rows = (0..80_usize).map(|i| {
        let yes = i % 3 == 0;
        let word = |flip: usize| if yes != (i % flip == 0) { "yes" } else { "no" };
        let third = if i == 40 { "NA" } else { word(13) };
        format!("{};{};{third};{},5", word(7), word(11), i % 4)
    });
    format!(
        "a;b;c;number\r\n{}\r\n",
        rows.collect::<Vec<_>>().join("\r\n")
    )
}

#[test]
fn words_separators_and_missing_values_are_understood_and_said_back() {
    let file = own_file("survey.csv", &survey());
    let arguments = ["select", "--model", "latent-class", "--data"];
    let columns = ["--columns", "a,b,c"];
    let refused = rlct(&[&arguments[..], &[&file], &columns].concat());
    assert_eq!(refused.code, 2);
    let told = "line 42, column `c`: the value is missing; leave the line out or fill it in";
    assert!(refused.stderr.contains(told), "{}", refused.stderr);

    let drop = ["--missing", "drop"];
    let read = rlct(&[&arguments[..], &[&file], &columns, &drop].concat());
    let told = format!(
        "read: 79 rows of a, b, c ({file}); separated by `;`; 1 left out for missing values, \
         line(s) 42; a is no, yes; b is no, yes; c is no, yes"
    );
    assert!(read.stderr.contains(&told), "{}", read.stderr);
    assert!(read.stdout.contains("sBIC 2 classes"), "{}", read.stdout);

    let all = [
        &arguments[..],
        &["-"],
        &columns,
        &drop,
        &["--json", "--verbose"],
    ]
    .concat();
    let value = rlct_reading(&survey(), &all).json();
    assert_eq!(value["data"]["dropped_lines"][0], 42);
    assert_eq!(value["data"]["columns"][2]["states"][1], "yes");
    assert_eq!(value["data"]["rows"], 79);
    let parameters = value["models"][1]["parameters"].as_array().unwrap();
    assert_eq!(parameters.len(), 2 + 2 * 6);
    assert_eq!(parameters[0]["part"], "class 1");
    assert!(parameters[0]["value"].as_f64() > parameters[1]["value"].as_f64());
    assert_eq!(parameters[2]["state"], "no");
    let fit = &value["fits"][1];
    let ends = fit["log_likelihoods"].as_array().unwrap().len() as u64;
    let left = fit["left"].as_array().unwrap().len() as u64;
    assert_eq!(Some(ends), fit["climbed"].as_u64());
    assert_eq!(Some(ends + left), fit["starts"].as_u64());
    assert_eq!(
        fit["log_likelihoods"][0],
        value["models"][1]["log_likelihood"]
    );

    // one separator by force: then there is one column
    let forced = [&arguments[..], &[&file], &columns, &["--separator", "tab"]].concat();
    let forced = rlct(&forced);
    assert!(forced.stderr.contains("no column `a`"), "{}", forced.stderr);
    let comma = [&arguments[..], &[&file], &["--columns", "a,b,number"]].concat();
    let comma = rlct(&comma);
    let told = "line 2, column `number`: `0,5` is not a finite number; write a decimal point";
    assert!(comma.stderr.contains(told), "{}", comma.stderr);
    let latin = own_file("latin.csv", b"a,b,c\nja,\xfc,ja\n");
    let latin = rlct(&[&arguments[..], &[&latin], &columns].concat());
    assert!(
        latin.stderr.contains("line 2: character 4 is not UTF-8"),
        "{}",
        latin.stderr
    );
}

#[test]
fn what_was_fitted_is_printed_and_written() {
    let rows: Vec<String> = (0..40_u32)
        .map(|i| (10.0 * f64::from(u32::from(i % 4 == 0)) + f64::from(i % 5) / 2.0).to_string())
        .collect();
    let data = own_file("fitted.csv", &format!("x\n{}\n", rows.join("\n")));
    let [fitted, members] = ["fitted_out.csv", "members_out.csv"].map(|name| {
        let path = own_path(name);
        drop(std::fs::remove_file(&path));
        path.to_str().unwrap().to_string()
    });
    let mut arguments = vec!["select", "--model", "normal-mixture", "--data", &data];
    arguments.extend(["--columns", "x", "--deviation", "1", "--verbose"]);
    arguments.extend(["--fitted", &fitted, "--memberships", &members]);
    let ended = rlct(&arguments);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let text = &ended.stdout[ended.stdout.find("\n2 components").unwrap()..];
    assert!(
        text.contains("component 1") && text.contains("mean of x"),
        "{text}"
    );
    assert!(text.contains("ℓ of the starts: -"), "{text}");
    assert!(ended.stdout.lines().all(|line| line.chars().count() <= 80));

    let rows = |path: &str| -> Vec<Vec<String>> {
        let text = std::fs::read_to_string(path).unwrap();
        let cells = |line: &str| line.split(',').map(String::from).collect();
        text.lines().map(cells).collect()
    };
    let parameters = rows(&fitted);
    assert_eq!(
        parameters[0].join(","),
        "model,quantity,variable,state,part,value"
    );
    // one component: weight and mean; two: twice as many
    assert_eq!(parameters.len(), 1 + 2 + 4);
    let heavy = &parameters[3];
    assert_eq!(
        heavy[..5],
        ["2 components", "weight", "", "", "component 1"]
    );
    assert!((heavy[5].parse::<f64>().unwrap() - 0.75).abs() < 1e-3);
    let members_rows = rows(&members);
    assert_eq!(
        members_rows[0].join(","),
        "line,component 1,component 2,most probable"
    );
    assert_eq!(members_rows.len(), 41);
    for (i, row) in members_rows[1..].iter().enumerate() {
        assert_eq!(row[0], (i + 2).to_string());
        let expected = if i % 4 == 0 {
            "component 2"
        } else {
            "component 1"
        };
        assert_eq!(row[3], expected);
    }

    // files are not replaced unasked
    let again = rlct(&arguments);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("--force"), "{}", again.stderr);
    arguments.extend(["--force", "--memberships-of", "1"]);
    assert_eq!(rlct(&arguments).code, 0);
    assert_eq!(rows(&members)[1].join(","), "2,1,component 1");
    arguments.pop();
    arguments.push("7");
    let none = rlct(&arguments);
    assert!(none.stderr.contains("there are 1 to 2"), "{}", none.stderr);
}

#[test]
fn coefficients_and_loadings_have_the_names_of_the_data() {
    let data = linnerud();
    let mut arguments = vec!["select", "--model", "reduced-rank", "--data", &data];
    arguments.extend(["--predictors", "Weight,Waist,Pulse"]);
    arguments.extend(["--responses", "Chins,Situps,Jumps", "--no-wbic", "--json"]);
    let value = rlct(&arguments).json();
    let parameters = value["models"][3]["parameters"].as_array().unwrap();
    // R: lm(cbind(Chins, Situps, Jumps) ~ Weight + Waist + Pulse)
    let find = |variable: &str, part: Option<&str>| {
        let found = parameters
            .iter()
            .find(|p| p["variable"] == variable && p["part"].as_str() == part);
        found.unwrap()["value"].as_f64().unwrap()
    };
    for (variable, part, expected) in [
        ("Chins", Some("Weight"), 0.078_843_840_062_950_52),
        ("Situps", Some("Waist"), -17.387_220_564_985_98),
        ("Jumps", None, 179.886_789_035_688_48),
    ] {
        let found = find(variable, part);
        assert!((found / expected - 1.0).abs() < 1e-6, "{variable}: {found}");
    }
}

#[test]
fn degenerate_fits_name_variables_and_components() {
    // b is a but for little: its uniqueness goes to the floor
    let rows = (0..60_u32).map(|i| {
        let wave = |by: u32| f64::from((i * i * by + 5 * i) % 17);
        let a = wave(3) + wave(7) / 3.0;
        format!("{a},{},{}", 0.05 * wave(11) + a, wave(5) + 0.8 * a)
    });
    let file = own_file(
        "heywood.csv",
        &format!("a,b,c\n{}\n", rows.collect::<Vec<_>>().join("\n")),
    );
    let mut arguments = vec!["select", "--model", "factor-analysis", "--data", &file];
    arguments.extend(["--columns", "a,b,c", "--no-wbic"]);
    let ended = rlct(&arguments);
    assert_eq!(ended.code, 3);
    let told = "1 factor: the best fit lies on the boundary of the model, where λ may differ: \
                Heywood case: the uniqueness of";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);

    let counts: Vec<String> = (0..40_u32)
        .map(|i| (8 * u32::from(i % 3 == 0)).to_string())
        .collect();
    let file = own_file("edge.csv", &format!("k\n{}\n", counts.join("\n")));
    let mut arguments = vec!["select", "--model", "binomial-mixture", "--data", &file];
    arguments.extend(["--columns", "k", "--trials", "8"]);
    let ended = rlct(&arguments);
    assert_eq!(ended.code, 3);
    let told = "component 1: the success probability of k is 0; component 2: the success \
                probability of k is 1";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
}

#[test]
fn a_deviation_that_does_not_fit_the_data_is_told() {
    let rows: Vec<String> = (0..30_u32).map(|i| (i * i).to_string()).collect();
    let file = own_file(
        "deviation.csv",
        &format!("x,y\n{}\n", rows.join(",5\n") + ",5"),
    );
    let run = |columns: &str, deviation: &str| {
        let mut arguments = vec!["select", "--model", "normal-mixture", "--data", &file];
        let deviation = format!("--deviation={deviation}");
        arguments.extend(["--columns", columns, &deviation]);
        rlct(&arguments)
    };
    for deviation in ["0", "-1", "nan", "inf", "1e-9", "1e-300"] {
        let ended = run("x", deviation);
        assert_eq!(ended.code, 2, "{deviation}");
        let told = "the components' standard deviation must be";
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
    }
    let narrow = run("x", "0.01");
    assert_eq!(narrow.code, 3);
    assert!(
        narrow.stderr.contains("σ = 0.01 is far too small"),
        "{}",
        narrow.stderr
    );
    let wide = run("x", "1e6");
    assert!(
        wide.stderr.contains("half the range of the data, 420.5000"),
        "{}",
        wide.stderr
    );
    assert!(wide.stdout.contains("sBIC undecided (1 component has"));
    let constant = run("x,y", "100");
    assert!(
        constant.stderr.contains("column y is constant"),
        "{}",
        constant.stderr
    );
}

#[test]
fn models_fitted_elsewhere_are_compared_by_their_table() {
    // the fits of factor analyses of Linnerud's data, given back as a table
    let data = linnerud();
    let columns = "Weight,Waist,Pulse,Chins,Situps,Jumps";
    let mut arguments = vec!["select", "--model", "factor-analysis", "--data", &data];
    arguments.extend([
        "--columns",
        columns,
        "--no-wbic",
        "--max-factors",
        "1",
        "--json",
    ]);
    let whole = rlct(&arguments).json();
    let ell = |i: usize| whole["models"][i]["log_likelihood"].as_f64().unwrap();
    // λ of one factor at none: 3p/4 (Drton, Lin, Weihs & Zwiernik 2017), and p/2 of the mean
    let own = |i: usize| whole["models"][i]["dimension"].as_u64().unwrap();
    let text = format!(
        "model,log_likelihood,dimension,submodel,lambda,multiplicity\n\
         1 factor,{},{},,,\n1 factor,,,0 factors,15/2,1\n0 factors,{},{},,,\n",
        ell(1),
        own(1),
        ell(0),
        own(0)
    );
    let file = own_file("fits.csv", &text);
    let ended = rlct(&[
        "select",
        "--model",
        "fits",
        "--data",
        &file,
        "--num-samples",
        "20",
        "--json",
    ]);
    let value = ended.json();
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for i in 0..2 {
        for key in ["name", "sbic", "bic", "exact"] {
            assert_eq!(value["models"][i][key], whole["models"][i][key], "{key}");
        }
    }
    let circle = text + "0 factors,,,1 factor,9,1\n";
    let file = own_file("circle.csv", &circle);
    let mut arguments = vec![
        "select",
        "--model",
        "fits",
        "--data",
        &file,
        "--num-samples",
        "20",
    ];
    let ended = rlct(&arguments);
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("submodels in a circle"),
        "{}",
        ended.stderr
    );
    arguments.extend(["--columns", "a"]);
    assert!(
        rlct(&arguments)
            .stderr
            .contains("--columns is not one of this family")
    );
    let without = rlct(&arguments[..5]);
    assert!(
        without.stderr.contains("--num-samples"),
        "{}",
        without.stderr
    );
}
