//! Draws out: the Zarr store read back from its own metadata, JSON, CSV, failures and limits.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot write or read its files should fail"
)]

use rlct::draws::{DrawsError, DrawsFile, RecordedDraws, Recording};
use rlct::estimate::{EstimateError, Llc};
use rlct::loss::{LinearNetwork, Loss, PolynomialLoss, Reading};
use rlct::sampler::{Control, Progress, Sgld};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// A folder of this test alone, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("rlct-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> DrawsFile {
        DrawsFile::new(self.0.join(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// An array of a Zarr v3 store, as its metadata describe it: any regular grid of uncompressed
/// little-endian chunks of whole width.
struct Array {
    shape: Vec<usize>,
    dimensions: Vec<String>,
    values: Vec<f64>,
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn sizes(value: &Value) -> Vec<usize> {
    let sizes = value.as_array().unwrap().iter();
    sizes.map(|size| size.as_u64().unwrap() as usize).collect()
}

fn read(array: &Path) -> Array {
    let about = json(&array.join("zarr.json"));
    assert_eq!(
        (&about["zarr_format"], &about["node_type"]),
        (&3.into(), &"array".into())
    );
    let shape = sizes(&about["shape"]);
    let chunk = sizes(&about["chunk_grid"]["configuration"]["chunk_shape"]);
    assert_eq!(
        chunk[1..],
        shape[1..],
        "chunks along the first dimension only"
    );
    let separator = about["chunk_key_encoding"]["configuration"]["separator"]
        .as_str()
        .unwrap();
    let [codec] = about["codecs"].as_array().unwrap().as_slice() else {
        panic!("one codec expected: {about}");
    };
    assert_eq!(codec["name"], "bytes");
    let kind = about["data_type"].as_str().unwrap();
    let width = if kind == "bool" { 1 } else { 8 };
    assert!(width == 1 || codec["configuration"]["endian"] == "little");
    let mut values = Vec::new();
    for index in 0..shape[0].div_ceil(chunk[0]) {
        let mut key = vec!["c".to_string(), index.to_string()];
        key.resize(shape.len() + 1, "0".to_string());
        let bytes = fs::read(array.join(key.join(separator))).unwrap();
        assert_eq!(bytes.len(), width * chunk.iter().product::<usize>());
        values.extend(bytes.chunks_exact(width).map(|bytes| match kind {
            "bool" => f64::from(bytes[0]),
            "int64" => i64::from_le_bytes(bytes.try_into().unwrap()) as f64,
            "float64" => f64::from_le_bytes(bytes.try_into().unwrap()),
            other => panic!("data type {other}"),
        }));
    }
    let names = about["dimension_names"].as_array().unwrap().iter();
    Array {
        shape,
        dimensions: names
            .map(|name| name.as_str().unwrap().to_string())
            .collect(),
        values,
    }
}

fn crossing() -> PolynomialLoss<f64> {
    PolynomialLoss::new(&["x^2 + x*y + y^2".parse().unwrap()], Reading::Loss).unwrap()
}

fn recorded(names: &[&str]) -> (RecordedDraws, rlct::estimate::LlcEstimate) {
    let recording = Recording::new().with_names(names.iter().copied());
    let loss = crossing();
    let llc = Llc::new(&loss, &[0.0; 2]).nbeta(1e3).draws(300).seed(5);
    let run = llc.record(&recording).unwrap();
    assert_eq!(run.estimate, llc.estimate());
    (run.draws, run.estimate.unwrap())
}

#[test]
fn the_store_holds_the_draws() {
    let folder = Folder::new("store");
    let (draws, estimate) = recorded(&["x", "y"]);
    let file = folder.file("d.zarr");
    draws.write(&file).unwrap();
    assert_eq!(folder.names(), ["d.zarr"]);
    let about = json(&file.path().join("zarr.json"));
    assert_eq!(about["node_type"], "group");
    let close = |value: &Value, to: f64| (value.as_f64().unwrap() - to).abs() < 1e-12;
    assert!(close(&about["attributes"]["energy"], estimate.energy()));
    assert!(about["attributes"]["lambda_hat"].is_null());
    assert_eq!(about["attributes"]["quantity"], "energy");
    assert_eq!(about["attributes"]["inverse_temperature"], 1e3);
    assert_eq!(about["attributes"]["schema"], rlct::SCHEMA);
    assert_eq!(about["attributes"]["nbeta"], 1e3);
    assert_eq!(about["attributes"]["seed"], 5);
    assert_eq!(about["attributes"]["all_parameters_recorded"], true);

    let array = |name: &str| read(&file.path().join(name));
    let [x, y, loss] = ["posterior/x", "posterior/y", "sample_stats/loss"].map(array);
    assert_eq!(
        (&x.shape, &x.dimensions),
        (&vec![4, 300], &vec!["chain".into(), "draw".into()])
    );
    let losses: Vec<f64> = estimate
        .chains()
        .iter()
        .flat_map(|chain| chain.losses.clone())
        .collect();
    assert_eq!(loss.values, losses);
    for chain in 0..4 {
        assert_eq!(x.values[chain * 300..][..300], draws.parameter(chain, 0));
    }
    let [lp, distance, energy] =
        ["sample_stats/lp", "posterior/distance", "posterior/energy"].map(array);
    for i in 0..1200 {
        let (x, y) = (x.values[i], y.values[i]);
        let k = x * x + x * y + y * y;
        assert!((loss.values[i] - k).abs() < 1e-15);
        assert!((energy.values[i] - 1e3 * k).abs() < 1e-12);
        // γ = 1 by default
        assert!((lp.values[i] + 1e3 * k + 0.5 * (x * x + y * y)).abs() < 1e-12);
        assert!((distance.values[i] - x.hypot(y)).abs() < 1e-12);
    }
    let mean = energy.values.iter().sum::<f64>() / 1200.0;
    assert!((mean - estimate.energy()).abs() < 1e-12);
    let [rate, step, diverging] = ["acceptance_rate", "step_size", "diverging"]
        .map(|name| array(&format!("sample_stats/{name}")));
    for chain in 0..4 {
        let of = &estimate.chains()[chain];
        assert!(
            step.values[chain * 300..][..300]
                .iter()
                .all(|&e| e == of.step_size)
        );
        // every step between two draws is one of them here, but for the last
        let mean = rate.values[chain * 300 + 1..][..299].iter().sum::<f64>() / 299.0;
        assert!((mean - of.acceptance.unwrap()).abs() < 2.0 / 299.0);
    }
    assert!(diverging.values.iter().all(|&flag| flag == 0.0));
    assert_eq!(array("posterior/draw").values[299], 299.0);
    assert_eq!(array("constant_data/w_star").values, [0.0; 2]);
}

#[test]
fn of_many_parameters_the_first_are_kept() {
    let folder = Folder::new("many");
    let (loss, w_star) = LinearNetwork::<f64>::of_rank(&[6, 5, 6], 2).unwrap();
    let recording = Recording::new().with_max_parameters(7);
    let llc = Llc::new(&loss, &w_star).nbeta(1e5).draws(100);
    let run = llc.record(&recording).unwrap();
    let file = folder.file("d.zarr");
    run.draws.write(&file).unwrap();
    let w = read(&file.path().join("posterior/w"));
    assert_eq!(w.shape, [4, 100, 7]);
    assert_eq!(w.dimensions, ["chain", "draw", "parameter"]);
    assert_eq!(
        w.values[7..14],
        (0..7)
            .map(|i| run.draws.parameter(0, i)[1])
            .collect::<Vec<_>>()
    );
    let attributes = &json(&file.path().join("zarr.json"))["attributes"];
    assert_eq!(attributes["all_parameters_recorded"], false);
    assert_eq!(
        (&attributes["recorded_parameters"], &attributes["dimension"]),
        (&7.into(), &60.into())
    );
    // the distance is over all parameters
    let distance = read(&file.path().join("posterior/distance")).values;
    let of_seven: f64 = (0..7).map(|i| (w.values[i] - w_star[i]).powi(2)).sum();
    assert!(distance[0] * distance[0] > of_seven);
    let some = Recording::new().with_parameters(&[59, 3, 60]);
    let run = llc.record(&some).unwrap();
    assert_eq!(run.draws.names(), ["w_59", "w_3"]);
}

/// A loss that is NaN for |w| > 0.1.
#[derive(Debug)]
struct Cliff;

impl Loss<f64> for Cliff {
    fn dimension(&self) -> usize {
        1
    }

    fn value(&self, w: &[f64], _: &mut [f64]) -> f64 {
        if w[0].abs() > 0.1 {
            f64::NAN
        } else {
            w[0] * w[0]
        }
    }

    fn gradient(&self, w: &[f64], gradient: &mut [f64], scratch: &mut [f64]) -> f64 {
        gradient[0] = 2.0 * w[0];
        self.value(w, scratch)
    }
}

#[test]
fn chains_that_fail_are_padded() {
    let folder = Folder::new("fail");
    let llc = Llc::new(&Cliff, &[0.0])
        .nbeta(200.0)
        .sampler(Sgld::new(1e-4))
        .burn_in(10)
        .draws(400)
        .seed(1);
    let run = llc.record(&Recording::new().with_names(["w"])).unwrap();
    let lengths: Vec<usize> = (0..4).map(|c| run.draws.losses(c).len()).collect();
    assert!(lengths.iter().any(|&l| l < 400), "{lengths:?}");
    let file = folder.file("d.zarr");
    run.draws.write(&file).unwrap();
    let [w, loss] = ["posterior/w", "sample_stats/loss"].map(|name| read(&file.path().join(name)));
    let longest = lengths.iter().copied().max().unwrap();
    assert_eq!(w.shape, [4, longest]);
    for (chain, &length) in lengths.iter().enumerate() {
        for (array, kept) in [
            (&w, run.draws.parameter(chain, 0)),
            (&loss, run.draws.losses(chain).to_vec()),
        ] {
            let row = &array.values[chain * longest..][..longest];
            assert_eq!(row[..length], kept);
            assert!(row[length..].iter().all(|x| x.is_nan()));
        }
    }
    let failures = &json(&file.path().join("zarr.json"))["attributes"]["failures"];
    assert_eq!(
        failures.as_array().unwrap().len(),
        lengths.iter().filter(|&&l| l < 400).count()
    );
}

#[test]
fn a_stopped_run_keeps_its_draws() {
    let folder = Folder::new("stop");
    let loss = crossing();
    let llc = Llc::new(&loss, &[0.0; 2])
        .nbeta(1e3)
        .burn_in(64)
        .draws(100_000)
        .chains(1);
    let flag = AtomicBool::new(false);
    let watch = |seen: Progress| flag.store(seen.done > 1000, Ordering::Relaxed);
    let control = Control::new().with_stop(&flag).with_progress(&watch);
    let run = llc
        .record_with(&Recording::new().with_max_values(400_000), &control)
        .unwrap();
    let kept = run.draws.num_draws();
    assert!((900..2000).contains(&kept), "{kept}");
    let file = folder.file("d.csv");
    run.draws.write(&file).unwrap();
    let text = fs::read_to_string(file.path()).unwrap();
    assert_eq!(text.lines().count(), kept + 1);
    assert_eq!(run.draws.attributes()["stopped"], true);
}

#[test]
fn csv_and_json_hold_the_draws() {
    let folder = Folder::new("text");
    let (draws, estimate) = recorded(&["x", "y"]);
    draws.write(&folder.file("d.csv")).unwrap();
    let mut reader = csv::Reader::from_path(folder.0.join("d.csv")).unwrap();
    let rows: Vec<Vec<f64>> = reader
        .records()
        .map(|row| {
            row.unwrap()
                .iter()
                .map(|cell| cell.parse().unwrap())
                .collect()
        })
        .collect();
    assert_eq!(reader.headers().unwrap().len(), 7);
    assert_eq!(rows.len(), 1200);
    let row = &rows[2 * 300 + 17];
    assert_eq!(row[..3], [2.0, 17.0, draws.losses(2)[17]]);
    assert_eq!(
        row[5..],
        [draws.parameter(2, 0)[17], draws.parameter(2, 1)[17]]
    );

    draws.write(&folder.file("d.json")).unwrap();
    let value = json(&folder.0.join("d.json"));
    let summaries = value["summaries"].as_array().unwrap();
    let names: Vec<_> = summaries
        .iter()
        .map(|s| s["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["energy", "distance", "x", "y"]);
    assert!((summaries[0]["mean"].as_f64().unwrap() - estimate.energy()).abs() < 1e-12);
    let error = summaries[0]["standard_error"].as_f64().unwrap();
    assert!((error - estimate.standard_error()).abs() < 1e-12);
    assert_eq!(value["chains"][3]["losses"][9], draws.losses(3)[9]);
}

#[test]
fn what_is_there_is_not_overwritten() {
    let folder = Folder::new("there");
    let (draws, _) = recorded(&[]);
    for name in ["d.csv", "d.zarr"] {
        let file = folder.file(name);
        file.check().unwrap();
        draws.write(&file).unwrap();
        assert!(matches!(file.check(), Err(DrawsError::Exists { .. })));
        assert!(matches!(draws.write(&file), Err(DrawsError::Exists { .. })));
        draws.write(&file.replacing(true)).unwrap();
    }
    // a folder that is no store stays
    fs::create_dir(folder.0.join("other.zarr")).unwrap();
    fs::write(folder.0.join("other.zarr/thesis.tex"), "…").unwrap();
    let file = folder.file("other.zarr").replacing(true);
    assert!(matches!(
        draws.write(&file),
        Err(DrawsError::NotReplaced { .. })
    ));
    assert!(folder.0.join("other.zarr/thesis.tex").exists());
    let mut names = folder.names();
    names.sort();
    assert_eq!(
        names,
        ["d.csv", "d.zarr", "other.zarr"],
        "nothing half-written is left"
    );
    assert!(matches!(
        folder.file("no/d.csv").check(),
        Err(DrawsError::Write { .. })
    ));
}

#[test]
fn checkpoints_are_judged_one_by_one() {
    // K = (xy)²: regular across an axis, a node at the origin, and no minimum at (1, 1)
    let loss = PolynomialLoss::<f64>::new(&["x*y".parse().unwrap()], Reading::Ideal).unwrap();
    let llc = Llc::new(&loss, &[0.0; 2])
        .nbeta(1e4)
        .localization(100.0)
        .draws(4000)
        .seed(4);
    let points = [[1.0, 1.0], [2.0, 0.0], [f64::NAN, 0.0]];
    let along: Vec<_> = llc.along(points, &Control::new()).collect();
    let first = along[0].as_ref().unwrap();
    let below =
        |doubt: &rlct::estimate::Doubt| matches!(doubt, rlct::estimate::Doubt::BelowMinimum { .. });
    assert!(
        first.verdict().doubts().iter().any(below),
        "{}",
        first.verdict()
    );
    let second = along[1].as_ref().unwrap();
    assert!((second.energy() - 0.5).abs() < 5.0 * second.standard_error());
    assert_eq!(along[1], llc.at(&[2.0, 0.0]).estimate());
    assert!(matches!(along[2], Err(EstimateError::Sampler(_))));
    let flag = AtomicBool::new(true);
    let stopped = Control::new().with_stop(&flag);
    assert_eq!(llc.along(points, &stopped).count(), 0);
}
