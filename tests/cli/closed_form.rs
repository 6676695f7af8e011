//! `rlct closed-form`.

use super::rlct;
use serde_json::json;

#[test]
fn closed_forms_come_with_their_source() {
    let deep = rlct(&[
        "closed-form",
        "deep-linear",
        "--widths",
        "10,5,10",
        "--rank",
        "3",
    ]);
    assert_eq!(deep.code, 0);
    let mut lines = deep.stdout.lines();
    assert_eq!(lines.next(), Some("λ = 32, m = 1"));
    assert_eq!(
        lines.next(),
        Some("model:  deep linear network, widths 10-5-10, truth of rank 3")
    );
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("source: Aoyagi 2024, "))
    );
    assert!(deep.stderr.is_empty());
}

#[test]
fn every_family_answers() {
    for (arguments, first_line) in [
        (&["regular", "--parameters", "3"][..], "λ = 3/2, m = 1"),
        (&["normal-crossing", "--powers", "1,2"], "λ = 1/4, m = 1"),
        (
            &["normal-crossing", "--powers", "1,2", "--prior", "0,1"],
            "λ = 1/2, m = 2",
        ),
        (
            &["normal-crossing", "--powers", "1,3", "--prior", "1/2,3.5"],
            "λ = 3/4, m = 2",
        ),
        (
            &[
                "reduced-rank",
                "--inputs",
                "2",
                "--outputs",
                "2",
                "--hidden",
                "2",
                "--rank",
                "1",
            ],
            "λ = 2, m = 2",
        ),
        (&["deep-linear", "--widths", "2,2,2,2"], "λ = 3/2, m = 3"),
        (
            &["shallow-network", "--units", "3", "--true-units", "1"],
            "λ = 3/2, m = 2",
        ),
        (
            &["finite-mixture", "--components", "2", "--dirichlet", "1/4"],
            "λ = 5/8, m = 1",
        ),
        (&["naive-bayes", "--features", "2"], "λ = 3/2, m = 3"),
        (
            &[
                "naive-bayes",
                "--features",
                "4",
                "--truth",
                "one-dependent-pair",
            ],
            "λ = 7/2, m = 1",
        ),
        (
            &["factor-analysis", "--variables", "4", "--factors", "3"],
            "λ = 5, m = 4",
        ),
        (
            &[
                "principal-components",
                "--variables",
                "3",
                "--components",
                "2",
            ],
            "λ = 2, m = 1",
        ),
        (&["latent-forest", "--tree", "0-1,0-2"], "λ = 3/2, m = 2"),
        (
            &[
                "latent-forest",
                "--tree",
                "0-1,0-2,0-3",
                "--forest",
                "1-0,0-2",
            ],
            "λ = 5/2, m = 1",
        ),
        (
            &["boltzmann-machine", "--visible", "3", "--hidden", "2"],
            "λ = 3/2, m = 3",
        ),
        (
            &[
                "nonnegative-factorisation",
                "--rows",
                "2",
                "--columns",
                "2",
                "--inner",
                "2",
            ],
            "λ = 2, m = 3",
        ),
        (
            &[
                "latent-dirichlet",
                "--words",
                "4",
                "--documents",
                "3",
                "--topics",
                "2",
                "--rank",
                "1",
            ],
            "λ = 7/2, m = 1",
        ),
        (
            &["minors", "--rows", "3", "--columns", "4", "--size", "2"],
            "λ = 3, m = 2",
        ),
        (&["superposition", "--polygon", "pentagon"], "λ = 7, m = 1"),
        (
            &["single-germ", "--name", "whitney-umbrella"],
            "λ = 1/2, m = 2",
        ),
    ] {
        let ended = rlct(&[&["closed-form"], arguments].concat());
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
        assert_eq!(
            ended.stdout.lines().next(),
            Some(first_line),
            "{arguments:?}"
        );
    }
}

#[test]
fn closed_forms_as_json() {
    let ended = rlct(&[
        "closed-form",
        "reduced-rank",
        "--json",
        "--inputs",
        "4",
        "--outputs",
        "3",
        "--hidden",
        "2",
        "--rank",
        "1",
    ]);
    assert_eq!(ended.code, 0);
    let value = ended.json();
    assert_eq!(value["answer"], json!("exact"));
    assert_eq!(value["lambda"], json!("4"));
    assert_eq!(value["multiplicity"], json!(1));
    assert_eq!(value["family"], json!("reduced-rank regression"));
    assert_eq!(value["source"]["year"], json!(2005));
}

#[test]
fn impossible_sizes_are_explained() {
    let arguments = [
        "closed-form",
        "deep-linear",
        "--widths",
        "4,2,4",
        "--rank",
        "3",
    ];
    let ended = rlct(&arguments);
    assert_eq!(ended.code, 2);
    assert_eq!(
        ended.stderr,
        "error: rank 3 exceeds the narrowest width 2\n"
    );
    assert!(ended.stdout.is_empty());

    let ended = rlct(&[&["--json"], &arguments[..]].concat());
    assert_eq!(ended.code, 2);
    let message = "rank 3 exceeds the narrowest width 2";
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        ended.json(),
        json!({"answer": "error", "message": message, "version": version})
    );
}

#[test]
fn bounds_are_told_as_bounds() {
    let bounds = [
        "closed-form",
        "boltzmann-machine",
        "--visible",
        "4",
        "--hidden",
        "4",
    ];
    let ended = rlct(&bounds);
    assert_eq!(ended.code, 3);
    assert_eq!(ended.stdout.lines().next(), Some("3 ≤ λ ≤ 4"));
    let value = rlct(&[&bounds[..], &["--json"]].concat()).json();
    assert_eq!(value["answer"], json!("bounds"));
    assert_eq!(value["upper"], json!("4"));
    assert!(value.get("lambda").is_none());

    let upper = [
        "closed-form",
        "factor-analysis",
        "--variables",
        "6",
        "--factors",
        "3",
    ];
    let ended = rlct(&[&upper[..], &["--true-factors", "2"]].concat());
    assert_eq!(ended.code, 3);
    assert_eq!(ended.stdout.lines().next(), Some("λ ≤ 19/2"));

    let tree = rlct(&["closed-form", "latent-forest", "--tree", "0-1,2-3"]);
    assert_eq!(tree.code, 2);
    assert!(tree.stderr.contains("are no tree"), "{}", tree.stderr);
}

#[test]
fn arrangements_are_read_as_products() {
    let told = |forms: &[&str]| {
        let args: Vec<&str> = ["closed-form", "arrangement"]
            .iter()
            .chain(forms)
            .copied()
            .collect();
        rlct(&args)
    };
    for (forms, value) in [
        (&["x", "y"][..], "λ = 1/2, m = 2"),
        (&["x*y*(x-y)"], "λ = 1/3, m = 1"),
        (&["x3-x1", "x1-x2", "x2-x3"], "λ = 1/3, m = 1"),
        // not multiplied out
        (&["(x+y+z+w)^30"], "λ = 1/60, m = 1"),
        (&["(x+y+z)^30*(x-y)^20"], "λ = 1/60, m = 1"),
        (&["x^2-y^2"], "λ = 1/2, m = 2"),
    ] {
        let ended = told(forms);
        assert_eq!(ended.code, 0, "{forms:?}: {}", ended.stderr);
        assert_eq!(ended.stdout.lines().next(), Some(value), "{forms:?}");
    }
    for wrong in ["x-y^2", "(x+y)-(x-y)^2", "x+1", "0", "3", "x^2+y^2", ""] {
        let ended = told(&[wrong]);
        assert_eq!(ended.code, 2, "{wrong}: {}", ended.stdout);
    }
}
