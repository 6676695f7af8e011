//! `rlct train`, and `rlct estimate` at what it trained.

use super::{Ended, rlct};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const DIGITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/digits.csv");

/// A folder for one test, away when it ends.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("rlct-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn at(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_string()
    }

    pub(super) fn file(&self, name: &str, text: &str) -> String {
        fs::write(self.0.join(name), text).unwrap();
        self.at(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn train(more: &[&str]) -> Ended {
    rlct(&[&["train"], more].concat())
}

/// Of a run on the digits.
const RUN: [&str; 6] = [
    "--perceptron",
    "64,32,10",
    "--data",
    DIGITS,
    "--hold-out",
    "360",
];

fn bytes(run: &str, file: &str) -> Vec<u8> {
    fs::read(Path::new(run).join(file)).unwrap()
}

#[test]
fn digits_are_learned_and_a_run_goes_on_to_the_last_bit() {
    let folder = Folder::new("train");
    let whole = folder.at("whole");
    let ended = train(&[&RUN[..], &["--out", &whole, "--json"]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let answer = ended.json();
    let last = answer["trace"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&answer["finished"], &last["step"]),
        (&json!(true), &json!(1000))
    );
    assert!(last["test_accuracy"].as_f64().unwrap() >= 0.95, "{last}");
    assert_eq!(answer["num_samples"], json!(1437));

    // the same, in two parts
    let parts = folder.at("parts");
    let some = [
        "--steps",
        "600",
        "--checkpoints",
        "0,500",
        "--trace-every",
        "50",
    ];
    let all = [
        "--steps",
        "1000",
        "--checkpoints",
        "0,500,1000",
        "--trace-every",
        "50",
    ];
    let ended = train(&[&RUN[..], &some, &["--out", &parts]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let ended = train(&["--resume", &parts, "--steps", "1000"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let ended = train(&[&RUN[..], &all, &["--out", &whole, "--force"]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for file in [
        "state.safetensors",
        "trace.csv",
        "step-00001000.safetensors",
    ] {
        assert_eq!(bytes(&parts, file), bytes(&whole, file), "{file}");
    }
    assert!(
        !Path::new(&whole).join("step-00000250.safetensors").exists(),
        "of the run before"
    );

    let again = train(&[&RUN[..], &["--out", &whole]].concat());
    assert_eq!(again.code, 2);
    assert!(
        again
            .stderr
            .contains("holds a run; --resume goes on with it"),
        "{}",
        again.stderr
    );
    let back = train(&["--resume", &parts, "--steps", "10"]);
    assert_eq!(back.code, 2);
    assert!(
        back.stderr.contains("the run has 1000 steps"),
        "{}",
        back.stderr
    );
}

#[test]
fn a_run_that_time_ends_goes_on() {
    let folder = Folder::new("train-time");
    let run = folder.at("run");
    let long = [
        "--steps",
        "1e9",
        "--checkpoints",
        "0",
        "--time",
        "0.5",
        "--out",
        &run,
    ];
    let ended = train(&[&RUN[..], &long].concat());
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stderr.contains("goes on"), "{}", ended.stderr);
    let step = |ended: &Ended| ended.json()["step"].as_u64().unwrap();
    let on = train(&["--resume", &run, "--time", "0.3", "--json"]);
    let further = train(&["--resume", &run, "--time", "0.3", "--json"]);
    assert!(
        0 < step(&on) && step(&on) < step(&further),
        "{}",
        further.stderr
    );
}

/// The exact loss of a network without hidden units, known in closed form.
#[test]
fn the_energy_along_a_run_is_that_of_its_loss() {
    let folder = Folder::new("along");
    // y = x/2 without noise: L = (w − 1/2)²·x̄²/2 + …, regular in w and b
    let rows: Vec<String> = (-20..=20)
        .map(|i| format!("{},{}", f64::from(i) / 10.0, f64::from(i) / 20.0))
        .collect();
    let data = folder.file("line.csv", &rows.join("\n"));
    let run = folder.at("run");
    let ended = train(&[
        "--perceptron",
        "1,1",
        "--head",
        "squared-error",
        "--data",
        &data,
        "--full-batch",
        "--optimizer",
        "sgd",
        "--rate",
        "0:0.5,100:0.2",
        "--steps",
        "200",
        "--checkpoints",
        "0,200",
        "--precision",
        "f64",
        "--out",
        &run,
    ]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let picture = folder.at("a.svg");
    let drawn: &[&str] = if cfg!(feature = "plot") {
        &["--picture", &picture]
    } else {
        &[]
    };
    let along = [
        "estimate", "--run", &run, "--energy", "--nbeta", "1e4", "--json",
    ];
    let ended = rlct(&[&along[..], drawn].concat());
    let rows = ended.json();
    assert_eq!(rows[0]["step"], json!("0"), "{}", ended.stderr);
    assert!(
        rows[0]["doubts"].to_string().contains("is no minimum"),
        "{rows}"
    );
    let (energy, error) = (&rows[1]["energy"], &rows[1]["standard_error"]);
    let (energy, error) = (energy.as_f64().unwrap(), error.as_f64().unwrap());
    // d/2 = 1, less γ/2t per direction
    assert!((energy - 1.0).abs() < 4.0 * error + 1e-3, "{rows}");
    assert_eq!(rows[1]["converged"], json!(true), "{rows}");
    if cfg!(feature = "plot") {
        assert!(fs::read_to_string(&picture).unwrap().starts_with("<svg"));
    }

    // one point of it, by its file; and of one parameter the refined coefficient, 1/2
    let weights = Path::new(&run).join("step-00000200.safetensors");
    let at = [
        "estimate",
        "--perceptron",
        "1,1",
        "--head",
        "squared-error",
        "--data",
        &data,
        "--weights",
        weights.to_str().unwrap(),
        "--energy",
        "--nbeta",
        "1e4",
        "--json",
    ];
    let of = |more: &[&str]| -> Value {
        let ended = rlct(&[&at[..], more].concat());
        assert_eq!(ended.code, 0, "{more:?}: {}{}", ended.stdout, ended.stderr);
        ended.json()
    };
    let close = |answer: &Value, expected: f64| {
        let (u, s) = (
            answer["energy"].as_f64().unwrap(),
            answer["standard_error"].as_f64().unwrap(),
        );
        assert!((u - expected).abs() < 4.0 * s + 1e-3, "{answer}");
    };
    close(&of(&[]), 1.0);
    close(&of(&["--only", "bias"]), 0.5);
    close(&of(&["--fix", "layer0.bias"]), 0.5);
    close(&of(&["--fix", "0"]), 0.5);
    let single = of(&["--precision", "f32"]);
    close(&single, 1.0);
    let reading = single["question"].to_string() + &single["reading"].to_string();
    assert!(reading.contains("in single precision"), "{single}");
    let no_network = rlct(&["estimate", "x^2", "--precision", "f32"]);
    assert_eq!(no_network.code, 2, "{}", no_network.stdout);
    let told = no_network.stderr.contains("--precision has no effect");
    assert!(told, "{}", no_network.stderr);
    let sgld = of(&[
        "--method",
        "sgld",
        "--batch",
        "10",
        "--step",
        "2e-6",
        "--num-draws",
        "40000",
    ]);
    close(&sgld, 1.0);
    // λ without --energy: two parameters, regular, by the ladder or from several temperatures, and
    // without L(w*)
    let at_several = |more: &[&str]| {
        let asked = at.iter().filter(|word| **word != "--energy");
        let asked: Vec<&str> = asked.chain(more).copied().collect();
        rlct(&asked)
    };
    let of_lambda = |ended: Ended| -> Value {
        let answer = ended.json();
        assert_eq!(
            answer["quantity"],
            json!("learning_coefficient"),
            "{answer}"
        );
        let (lambda, error) = (
            answer["lambda"].as_f64().unwrap(),
            answer["standard_error"].as_f64().unwrap(),
        );
        assert!(
            (lambda - 1.0).abs() < 3.0 * error && error < 0.6,
            "{answer}"
        );
        assert_eq!(answer["details"]["least"]["least_loss"], json!("fitted"));
        answer
    };
    // forty-one samples are too few for the ladder's box, unless it is asked for
    let few = [&at[..9], &["--json"]].concat();
    assert_eq!(of_lambda(rlct(&few))["way"], json!("several temperatures"));
    let few = rlct(&[&few[..], &["--method", "ladder"]].concat()).json();
    assert_eq!(few["way"], json!("temperature ladder"));
    assert_eq!(few["details"]["least"]["least_loss"], json!("fitted"));
    // what is asked of chains is asked of several temperatures
    let answer = of_lambda(at_several(&[]));
    assert_eq!(answer["way"], json!("several temperatures"));
    let details = &answer["details"];
    assert_eq!(details["energies"].as_array().unwrap().len(), 5);
    assert_eq!(details["quotients"].as_array().unwrap().len(), 4);
    let quotient = details["quotients"][3]["value"].as_f64().unwrap();
    assert!((quotient - 1.0).abs() < 0.3, "{details}");
    for (more, told) in [
        (&["--step", "1e-3"][..], "--step"),
        (&["--leapfrog", "3"], "--leapfrog"),
        (&["--draws", "x.csv"], "--draws"),
    ] {
        let ended = at_several(more);
        assert_eq!(ended.code, 2, "{more:?}: {}", ended.stdout);
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
    }
    let pattern = folder.at("run/*.safetensors");
    let ended = rlct(&[
        "estimate",
        "--perceptron",
        "1,1",
        "--head",
        "squared-error",
        "--data",
        &data,
        "--checkpoints",
        &pattern,
        "--energy",
        "--nbeta",
        "1e4",
    ]);
    assert_eq!(ended.code, 2, "{}", ended.stdout);
    let told = ended.stderr.contains("state.safetensors: no module fits");
    assert!(told, "the state is no point: {}", ended.stderr);
    let pattern = folder.at("run/step-*.safetensors");
    let ended = rlct(&[
        "estimate",
        "--perceptron",
        "1,1",
        "--head",
        "squared-error",
        "--data",
        &data,
        "--checkpoints",
        &pattern,
        "--energy",
        "--nbeta",
        "1e4",
    ]);
    assert!(
        ended.stdout.contains("doubtful at 0: "),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
}

#[test]
fn what_is_not_understood_is_refused_with_its_place() {
    let folder = Folder::new("network-misuse");
    let net = folder.file(
        "net.json",
        r#"{"inputs": {"real": 2}, "layers": [{"dense": {"outputs": 2}}], "head": "cross_entropy"}"#,
    );
    let broken = folder.file(
        "broken.json",
        "{\"inputs\": {\"real\": 2},\n \"layer\": []}",
    );
    let good = folder.file("good.csv", "1,2,0\n3,4,1\n");
    let label = folder.file("label.csv", "1,2,0\n3,4,2\n");
    let nan = folder.file("nan.csv", "1,2,0\n3,nan,1\n");
    let wide = folder.file("wide.csv", "1,2,3,0\n");
    let empty = folder.file("empty.csv", "");
    let torn = folder.file("torn.safetensors", "0123456789");
    let out = folder.at("out");
    let training = |data: &str, more: &[&str]| {
        train(&[&["--network", &net, "--data", data, "--out", &out], more].concat())
    };
    for (ended, part) in [
        (
            train(&["--network", &broken, "--data", &good, "--out", &out]),
            "line 2, column",
        ),
        (
            train(&["--network", "no.json", "--data", &good, "--out", &out]),
            "cannot read no.json",
        ),
        (
            train(&["--network", &net, "--out", &out]),
            "give them by --data",
        ),
        (
            training(&label, &[]),
            "row 1, column 0: 2 is not an integer from 0 to 1",
        ),
        (
            training(&nan, &[]),
            "row 1, column 1: NaN is not a finite number",
        ),
        (training(&wide, &[]), "has 4 columns, expected 3"),
        (training(&empty, &[]), "has no samples"),
        (
            training(&good, &["--batch", "0"]),
            "the batch size must be at least 1",
        ),
        (
            training(&good, &["--batch", "3"]),
            "at most the number of samples",
        ),
        (
            training(&good, &["--rate", "0.1,0.2"]),
            "each needs its step",
        ),
        (training(&good, &["--rate", "x"]), "is not a rate"),
        (
            training(&good, &["--momentum", "0.9"]),
            "--momentum has no effect on adam",
        ),
        (
            training(&good, &["--checkpoints", "2000"]),
            "is after the end",
        ),
        (training(&good, &["--hold-out", "2"]), "has no samples"),
        (training(&good, &["--start", &torn]), "torn.safetensors"),
        (train(&["--resume", &folder.at("nothing")]), "run.json"),
        (
            rlct(&["estimate", "--network", &net, "--data", &good]),
            "give --weights",
        ),
        (
            rlct(&[
                "estimate",
                "--network",
                &net,
                "--data",
                &good,
                "--weights",
                &torn,
            ]),
            "torn.safetensors",
        ),
        (
            rlct(&[
                "estimate",
                "--network",
                &net,
                "--data",
                &good,
                "--checkpoints",
                "no*.safetensors",
            ]),
            "no file matches",
        ),
        (
            rlct(&["estimate", "x^2", "--data", &good]),
            "--data has no effect on this loss",
        ),
        (
            rlct(&["estimate", "x^2", "--energy", "--fix", "z"]),
            "there is no parameter `z`",
        ),
        (
            rlct(&["estimate", "--run", &folder.at("nothing")]),
            "run.json",
        ),
    ] {
        assert_eq!(ended.code, 2, "{part}: {}{}", ended.stdout, ended.stderr);
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
        assert!(!Path::new(&out).exists(), "{part}: nothing is left behind");
    }
    // where there are weights
    let ended = training(&good, &["--steps", "10"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let along = |more: &[&str]| rlct(&[&["estimate", "--run", &out], more].concat());
    for (ended, part) in [
        (
            along(&["--energy", "--only", "layer7"]),
            "there are: layer0.weight, layer0.bias",
        ),
        (
            along(&["--method", "volume"]),
            "needs a loss whose least value is known",
        ),
        (
            along(&["--energy", "--batch", "3", "--num-draws", "10"]),
            "batch",
        ),
        (
            along(&["--energy", "--method", "hmc", "--batch", "1"]),
            "--batch has no effect on",
        ),
        (
            along(&["--energy", "--picture", "a.png"]),
            if cfg!(feature = "plot") {
                ".svg"
            } else {
                "without pictures"
            },
        ),
    ] {
        assert_eq!(ended.code, 2, "{part}: {}{}", ended.stdout, ended.stderr);
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
}
