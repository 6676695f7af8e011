//! `rlct estimate --draws` and `--checkpoints`.

use super::{rlct, rlct_reading};
use serde_json::json;
use std::fs;

#[test]
fn draws_are_written_once() {
    let path = std::env::temp_dir().join(format!("rlct-cli-draws-{}.zarr", std::process::id()));
    drop(fs::remove_dir_all(&path));
    let file = path.to_str().unwrap();
    let arguments = [
        "estimate",
        "x^2+y^2",
        "--energy",
        "--num-draws",
        "1000",
        "--draws",
        file,
    ];
    let ended = rlct(&arguments);
    assert!(
        ended.stdout.contains("(posterior, HMC)"),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    assert!(
        ended.stdout.ends_with(&format!("draws: {file}\n")),
        "{}",
        ended.stdout
    );
    let about = fs::read_to_string(path.join("zarr.json")).unwrap();
    let about: serde_json::Value = serde_json::from_str(&about).unwrap();
    assert_eq!(
        about["attributes"]["model"],
        json!("K = x^2+y^2 in x, y at the origin")
    );
    assert!(path.join("posterior/y/zarr.json").is_file());
    let again = rlct(&arguments);
    assert_eq!(again.code, 2, "{}", again.stdout);
    assert!(again.stderr.contains("exists"), "{}", again.stderr);
    let forced = rlct(&[&arguments[..], &["--force", "--json"]].concat());
    assert_eq!(forced.json()["draws"], json!(file));
    fs::remove_dir_all(&path).unwrap();
}

#[test]
fn impossible_draws_are_refused() {
    for (arguments, part) in [
        (
            &["--energy", "--draws", "4000"][..],
            "does not end in .zarr, .json or .csv",
        ),
        (
            &["--energy", "--draws", "no/such/folder/d.csv"],
            "cannot write no/such/folder/d.csv",
        ),
        (
            &["--draws", "d.csv", "--method", "volume"],
            "--draws needs chains",
        ),
        (
            &["--checkpoints", "c.csv", "--method", "ladder"],
            "--checkpoints needs chains",
        ),
        (
            &["--energy", "--checkpoints", "no/such/file.csv"],
            "cannot read no/such/file.csv",
        ),
    ] {
        let ended = rlct(&[&["estimate", "x^2"], arguments].concat());
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stdout);
        assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
    if !cfg!(feature = "nuts") {
        let ended = rlct(&["estimate", "x^2", "--method", "nuts"]);
        assert_eq!(ended.code, 2);
        assert!(ended.stderr.contains("--features nuts"), "{}", ended.stderr);
    }
}

#[test]
fn checkpoints_are_a_line_each() {
    // localised enough for the crossing at the origin to be out of reach
    let arguments = [
        "estimate",
        "--ideal",
        "x*y",
        "--method",
        "hmc",
        "--checkpoints",
        "-",
        "--localization",
        "100",
        "--json",
    ];
    let ended = rlct_reading("step,y,x\n0,1,1\n900,0,2\n", &arguments);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let rows = ended.json();
    assert_eq!(
        (&rows[0]["step"], &rows[1]["step"]),
        (&json!("0"), &json!("900"))
    );
    assert_eq!(
        (&rows[0]["loss"], &rows[1]["loss"]),
        (&json!(1.0), &json!(0.0))
    );
    assert_eq!(rows[0]["converged"], json!(false));
    assert_eq!(
        (&rows[1]["schema"], &rows[1]["quantity"]),
        (&json!(2), &json!("energy"))
    );
    assert_eq!(
        (&rows[1]["lambda"], &rows[1]["trustworthy"]),
        (&json!(null), &json!(false))
    );
    let doubts = rows[0]["doubts"].to_string();
    assert!(doubts.contains("is no minimum"), "{doubts}");
    let energy = rows[1]["energy"].as_f64().unwrap();
    let error = rows[1]["standard_error"].as_f64().unwrap();
    assert!(
        (energy - 0.5).abs() < 4.0 * error + 0.02,
        "{energy} ± {error}"
    );
    // converged throughout: an answer only where U(t) is asked for
    let good = [&arguments[..], &["--num-draws", "4000"]].concat();
    let ended = rlct_reading("2,0\n0,2\n", &good);
    assert!(
        ended
            .json()
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["converged"] == json!(true))
    );
    assert_eq!(ended.code, 3);
    assert!(ended.stderr.contains("--method ladder"), "{}", ended.stderr);
    let asked = rlct_reading("2,0\n0,2\n", &[&good[..], &["--energy"]].concat());
    assert_eq!((asked.code, asked.stderr.as_str()), (0, ""));

    let network = [
        "estimate",
        "--linear-network",
        "1,1,1",
        "--method",
        "hmc",
        "--checkpoints",
        "-",
    ];
    let ended = rlct_reading("[[1, 0], [0, 1]]", &network);
    assert!(
        ended.stdout.contains("verdict"),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    for (text, part) in [
        ("1,2\n3,x\n", "-:2: column 2: `x` is not a finite number"),
        (
            "[[1, 2],\n [3]]",
            "-:2: invalid length 1, expected an array of 2 numbers",
        ),
        ("", "there is no point in it"),
    ] {
        let ended = rlct_reading(text, &network);
        assert_eq!(ended.code, 2, "{}", ended.stdout);
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
}
