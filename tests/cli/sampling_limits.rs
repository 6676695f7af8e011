//! Limits of the commands that sample: gradients, time, Ctrl-C.

use super::rlct;
use std::time::Instant;

#[test]
fn a_budget_holds_or_is_refused_with_what_is_needed() {
    let ended = rlct(&["estimate", "x^2*y^2", "--method", "hmc", "--budget", "500"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(ended.stderr.contains("needs at least"), "{}", ended.stderr);
    for method in [
        "hmc",
        "mala",
        "sgld",
        "preconditioned-sgld",
        "sghmc",
        "sgnht",
    ] {
        let arguments = [
            "estimate", "x^2*y^2", "--method", method, "--budget", "20000", "--json",
        ];
        for more in [
            &[][..],
            &["--step", "1e-5"],
            &["--chains", "9", "--thin", "3"],
        ] {
            let ended = rlct(&[&arguments[..], more].concat());
            let value = ended.json();
            let spent = value["details"]["tuning"]["evaluations"].as_u64();
            let spent = spent.unwrap_or_else(|| panic!("{method} {more:?}: {value}"));
            assert!(spent > 0 && spent <= 20_000, "{method} {more:?}: {spent}");
        }
    }
}

#[test]
fn every_command_that_samples_ends_with_its_time() {
    let points = std::env::temp_dir().join(format!("rlct-limits-{}.csv", std::process::id()));
    std::fs::write(&points, "0,0\n".repeat(1000)).unwrap();
    let file = points.to_str().unwrap();
    let long = [
        "--method",
        "sgld",
        "--num-draws",
        "100000000",
        "--time",
        "1",
    ];
    let commands: [(Vec<&str>, &str); 5] = [
        (
            [&["estimate", "x^2*y^2"], &long[..]].concat(),
            "the time of 1 s",
        ),
        (
            vec!["estimate", "x^2*y^2", "--time", "0"],
            "the time of 0 s",
        ),
        (
            [&["estimate", "x^2*y^2", "--checkpoints", file], &long[..]].concat(),
            "of 1000 checkpoints",
        ),
        (
            vec!["sweep", "x^2*y^2", "--time", "0.1"],
            "the time of 0.1 s was over",
        ),
        (
            vec!["compare", "--time", "1"],
            "the time of 1 s was over after",
        ),
    ];
    for (arguments, told) in commands {
        let start = Instant::now();
        let ended = rlct(&arguments);
        let took = start.elapsed().as_secs_f64();
        assert_eq!(ended.code, 3, "{arguments:?}: {}", ended.stderr);
        let text = ended.stdout + &ended.stderr;
        assert!(text.contains(told), "{arguments:?}: {text}");
        assert!(took < 5.0, "{arguments:?}: {took} s");
    }
    std::fs::remove_file(points).unwrap();
}

#[test]
fn many_parameters_are_for_the_ladder_and_that_is_said() {
    let sphere: Vec<String> = (0..21).map(|i| format!("w{i}^2")).collect();
    let sphere = sphere.join("+");
    let ended = rlct(&["estimate", &sphere, "--time", "0"]);
    assert_eq!(ended.code, 3);
    assert!(
        ended
            .stderr
            .contains("note: the method is temperature ladder"),
        "{}",
        ended.stderr
    );
    let ended = rlct(&["estimate", &sphere, "--method", "volume"]);
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("use the temperature ladder"),
        "{}",
        ended.stderr
    );
}

/// Ctrl-C is 130 in every command that samples, soon.
#[cfg(unix)]
#[test]
fn an_interrupt_is_130_everywhere() {
    use std::process::{Command, Stdio};
    let points = std::env::temp_dir().join(format!("rlct-stop-{}.csv", std::process::id()));
    std::fs::write(&points, "0,0\n".repeat(1000)).unwrap();
    let file = points.to_str().unwrap();
    let long = ["--method", "sgld", "--num-draws", "100000000"];
    let commands: [(Vec<&str>, &str); 6] = [
        (
            [&["estimate", "x^2*y^2"], &long[..]].concat(),
            "stopped before its end",
        ),
        (
            [&["estimate", "x^2*y^2", "--checkpoints", file], &long[..]].concat(),
            "interrupted after 0 of 1000 checkpoints",
        ),
        (
            vec![
                "estimate", "x^2*y^2", "--method", "ladder", "--sweeps", "1000000",
            ],
            "",
        ),
        (
            vec!["sweep", "x^2*y^2", "--budget", "100000000000"],
            "interrupted after 0 of 5 cells",
        ),
        (vec!["compare", "--only", "10-5-10"], ": interrupted"),
        (
            vec![
                "compare", "--suite", "full", "--only", "sphere", "--seeds", "1000",
            ],
            "interrupted",
        ),
    ];
    for (arguments, told) in commands {
        let child = Command::new(env!("CARGO_BIN_EXE_rlct"))
            .args(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(1500));
        let start = Instant::now();
        let kill = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap();
        assert!(kill.success());
        let ended = child.wait_with_output().unwrap();
        let took = start.elapsed().as_secs_f64();
        let text = [ended.stdout, ended.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(ended.status.code(), Some(130), "{arguments:?}: {text}");
        assert!(text.contains(told), "{arguments:?}: {text}");
        assert!(
            !text.contains("agree with NaN") && !text.contains("NaN"),
            "{text}"
        );
        assert!(took < 10.0, "{arguments:?}: {took} s");
    }
    std::fs::remove_file(points).unwrap();
}
