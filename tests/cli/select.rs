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
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let last = ended.stdout.lines().last().unwrap();
    assert_eq!(last, "chosen from n = 20: sBIC rank 1, BIC rank 1");

    arguments.push("--json");
    let value = rlct(&arguments).json();
    assert_eq!(value["chosen"]["sbic"], "rank 1");
    assert_eq!(value["models"].as_array().unwrap().len(), 4);
    assert_eq!(value["models"][1]["exact"], true);
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
