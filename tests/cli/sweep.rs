//! `rlct sweep`.

use super::rlct;
use serde_json::json;

#[test]
fn a_plateau_is_found_and_diverged_cells_are_told() {
    // ε nβ h = 2: at ε = 1e-2 a step of SGLD is unstable on x² + y² at nβ = 1000.
    let arguments = [
        "sweep",
        "x^2+y^2",
        "--nbeta",
        "1000",
        "--step",
        "5e-6,1e-5,2e-5,4e-4,1e-2",
        "--json",
    ];
    let ended = rlct(&arguments);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let value = ended.json();
    assert_eq!(value["complete"], json!(true));
    let cells = value["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 5);
    let last = &cells[4];
    assert_eq!(last["answer"], json!("diverged"));
    assert!(last.get("energy").is_none() && last["reason"].is_string());
    // 1/(1 − ε(2nβ + γ)/4) = 1.25 at ε = 4e-4: an estimate, but not of the plateau
    assert_eq!(cells[3]["plateau"], json!(false));
    let biased = cells[3]["energy"].as_f64().unwrap();
    assert!((biased - 1.25).abs() < 0.1, "{biased}");
    assert!(
        cells
            .iter()
            .filter(|cell| cell["plateau"] == json!(true))
            .count()
            >= 2
    );
    for end in ["least", "most"] {
        let energy = value["plateau"][end].as_f64().unwrap();
        assert!((energy - 1.0).abs() < 0.1, "{energy}");
    }
    assert_eq!(value["plateau"]["inverse_temperature"], json!(1000.0));
    assert_eq!(
        (&value["schema"], &value["quantity"]),
        (&json!(2), &json!("energy"))
    );
    assert!(cells[3]["lambda"].is_null() && cells[3].get("trustworthy").is_none());
}

#[test]
fn the_grid_is_the_product_of_its_axes() {
    let arguments = [
        "sweep",
        "x^2",
        "--step",
        "1e-5..1e-4:2",
        "--localization",
        "0.1,1,10",
        "--beta",
        "0.05,0.1",
        "--samples",
        "1000",
        "--num-draws",
        "200",
        "--json",
    ];
    let value = rlct(&arguments).json();
    let cells = value["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 12);
    assert_eq!(cells[0]["nbeta"], json!(50.0));
    assert_eq!(cells[11]["localization"], json!(10.0));
    // short chains are doubted, and make no plateau
    assert_eq!(value["plateau"], json!(null));
}

#[test]
fn the_default_grid_lies_around_the_step_of_the_pilot() {
    let ended = rlct(&["sweep", "x^2+y^2", "--method", "mala"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("* plateau of "), "{}", ended.stdout);
    assert!(ended.stdout.contains("U(t) is not λ"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("λ̂") && !ended.stdout.contains("trustworthy"));
    assert_eq!(
        ended.stdout,
        rlct(&["sweep", "x^2+y^2", "--method", "mala"]).stdout
    );
}

#[test]
fn wrong_sweeps_are_refused() {
    for arguments in [
        &["sweep"][..],
        &["sweep", "x^2", "--step", "1..2"],
        &["sweep", "x^2", "--step", "a"],
        &["sweep", "x^2", "--method", "volume"],
        &["sweep", "x^2", "--step", "-1"],
        &["sweep", "x^2", "--beta", "1", "--nbeta", "10"],
        &["sweep", "x^2", "--localization", "0.1,-1"],
    ] {
        let ended = rlct(arguments);
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stdout);
        assert!(
            ended.stderr.contains("error"),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
}

#[cfg(feature = "plot")]
#[test]
fn the_picture_shows_every_cell() {
    let path = std::env::temp_dir().join(format!("rlct-sweep-{}.svg", std::process::id()));
    let arguments = [
        "sweep",
        "x^2",
        "--nbeta",
        "1000",
        "--step",
        "1e-5,1e-4,1e-2",
        "--localization",
        "1,10",
        "--num-draws",
        "300",
        "--picture",
        path.to_str().unwrap(),
    ];
    rlct(&arguments);
    let svg = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(svg.starts_with("<svg"));
    assert_eq!(svg.matches("diverged").count(), 2);
    assert!(svg.contains("step size"));
}

#[cfg(not(feature = "plot"))]
#[test]
fn a_picture_needs_its_feature() {
    let ended = rlct(&["sweep", "x^2", "--picture", "x.svg"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("--features plot"), "{}", ended.stderr);
}
