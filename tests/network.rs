//! Networks from and to files, and their training.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::loss::Loss;
use rlct::network::{
    Activation, Dataset, Head, Network, NetworkDescription, NetworkError, NetworkLoss, Optimizer,
    Table, Training, TrainingState,
};
use rlct::sampler::{BatchSampling, Control};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn kept(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/network");
    folder.join(name)
}

/// An empty folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn network(name: &str) -> Network {
    let json = std::fs::read_to_string(kept(&format!("{name}.json"))).unwrap();
    Network::new(&NetworkDescription::parse(&json).unwrap()).unwrap()
}

/// tests/data/network/make_fixtures.py wrote them, with PyTorch.
#[test]
fn losses_and_gradients_are_those_of_pytorch() {
    let none = BTreeMap::new();
    for name in ["classes", "regression", "pairs"] {
        let network = network(name);
        let data = Dataset::read(&network, &kept(&format!("{name}.npz"))).unwrap();
        let weights = kept(&format!("{name}.safetensors"));
        let w: Vec<f64> = network.read_weights(&weights, &none).unwrap();
        let loss = NetworkLoss::<f64>::new(&network, &data).unwrap();
        let mut gradient = vec![f64::NAN; w.len()];
        let value = loss.gradient(&w, &mut gradient, &mut vec![f64::NAN; loss.scratch_len()]);
        let bytes = std::fs::read(kept(&format!("{name}_gradient.safetensors"))).unwrap();
        let theirs = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let numbers = |name: &str| -> Vec<f64> {
            let tensor = theirs.tensor(name).unwrap();
            let numbers = tensor.data().as_chunks::<8>().0.iter();
            numbers.map(|bytes| f64::from_le_bytes(*bytes)).collect()
        };
        let expected = numbers("loss")[0];
        assert!(
            (value / expected - 1.0).abs() < 1e-12,
            "{name}: {value} {expected}"
        );
        let mut entries = 0;
        for parameter in network.parameters() {
            let own = parameter.name.trim_start_matches("layer");
            let other = match (name, own) {
                ("pairs", "0.weight") => "token_table.weight",
                ("pairs", "1.weight") => "hidden.weight",
                ("pairs", "1.bias") => "hidden.bias",
                ("pairs", "3.weight") => "answer.weight",
                (_, own) => own,
            };
            for (a, b) in gradient[parameter.range()].iter().zip(numbers(other)) {
                assert!((a - b).abs() < 1e-12, "{name}, {other}: {a} {b}");
                entries += 1;
            }
        }
        assert_eq!(entries, w.len());
        let single = NetworkLoss::<f32>::new(&network, &data).unwrap();
        let w: Vec<f32> = network.read_weights(&weights, &none).unwrap();
        let value = single.value(&w, &mut vec![0.0; single.scratch_len()]);
        assert!((f64::from(value) / expected - 1.0).abs() < 1e-6);
    }
}

#[test]
fn weights_go_to_a_file_and_back() {
    let network = network("classes");
    let path = folder("network_weights").join("w.safetensors");
    let none = BTreeMap::new();
    let w: Vec<f32> = network.initial(5);
    network.write_weights(&path, &w).unwrap();
    assert_eq!(network.read_weights::<f32>(&path, &none).unwrap(), w);
    let wide: Vec<f64> = network.initial(5);
    network.write_weights(&path, &wide).unwrap();
    assert_eq!(network.read_weights::<f64>(&path, &none).unwrap(), wide);
}

#[test]
fn weights_that_do_not_fit_are_errors() {
    let classes = network("classes");
    let path = kept("classes.safetensors");
    let none = BTreeMap::new();
    let error = |network: &Network, path: &Path, names: &BTreeMap<String, String>| {
        let error = network.read_weights::<f64>(path, names).unwrap_err();
        error.to_string()
    };
    let other = network("regression");
    let text = error(&other, &path, &none);
    assert!(
        text.contains("tensor `0.weight` has shape [7, 5]") || text.contains("no module fits"),
        "{text}"
    );
    let name = |key: &str, value: &str| BTreeMap::from([(key.to_string(), value.to_string())]);
    let text = error(&classes, &path, &name("layer0.weight", "fc.weight"));
    assert!(
        text.contains("has no tensor `fc.weight`; there are: "),
        "{text}"
    );
    let text = error(&classes, &path, &name("layer9.weight", "0.weight"));
    assert!(
        text.starts_with("no parameter is called `layer9.weight`"),
        "{text}"
    );
    let text = error(&classes, &path, &name("layer0.weight", "2.weight"));
    assert!(
        text.contains("tensor `2.weight` has shape [6, 7], but layer0.weight is [7, 5]"),
        "{text}"
    );
    let folder = folder("network_misfits");
    let bytes = std::fs::read(&path).unwrap();
    for length in [0, 7, 40, bytes.len() - 1] {
        let path = folder.join("short.safetensors");
        std::fs::write(&path, &bytes[..length]).unwrap();
        assert!(
            error(&classes, &path, &none).contains("short.safetensors: "),
            "{length}"
        );
    }
    let text = error(&classes, &folder.join("absent.safetensors"), &none);
    assert!(text.contains("absent.safetensors: "));
    let mut bytes = bytes;
    let last = bytes.len();
    bytes[last - 8..].copy_from_slice(&f64::NAN.to_le_bytes());
    let path = folder.join("nan.safetensors");
    std::fs::write(&path, bytes).unwrap();
    assert!(error(&classes, &path, &none).contains("is NaN, which is not finite"));
}

#[test]
fn tables_are_read_and_what_is_wrong_in_them_is_placed() {
    let folder = folder("network_tables");
    let description = NetworkDescription::perceptron(&[2, 3], Activation::Tanh, Head::CrossEntropy);
    let network = Network::new(&description).unwrap();
    let read = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        Dataset::read(&network, &path)
    };
    let data = read("fine.csv", "a,b,label\n0.5, 1,2\n-1e-3,0,0\n").unwrap();
    assert_eq!(data.num_samples(), 2);
    assert_eq!(
        read("bare.csv", "0.5,1,2\n-1e-3,0,0\n")
            .unwrap()
            .num_samples(),
        2
    );
    let wrong = |text: &str| read("wrong.csv", text).unwrap_err().to_string();
    assert!(wrong("a,b,c\n1,2,0\n1,x,0\n").ends_with("line 3, column 2: `x` is not a number"));
    assert!(wrong("1,2,7\n").ends_with("row 0, column 0: 7 is not an integer from 0 to 2"));
    assert!(wrong("1,inf,0\n").ends_with("row 0, column 1: inf is not a finite number"));
    assert!(wrong("1,2\n").ends_with("has 2 columns, expected 3"));
    assert!(wrong("1,2,0\n1,2\n").contains("wrong.csv: "));
    assert!(wrong("a,b,c\n").ends_with("has no samples (n = 0)"));
    assert!(
        read("wrong.npz", "no archive")
            .unwrap_err()
            .to_string()
            .contains("wrong.npz: ")
    );
    assert!(
        read("wrong.npy", "no array")
            .unwrap_err()
            .to_string()
            .contains("wrong.npy: ")
    );
    assert!(
        read("wrong.txt", "")
            .unwrap_err()
            .to_string()
            .contains("is none of .csv")
    );
    let error = Table::read(&kept("classes.npz"), Some("z")).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("has no array `z`; there are: x, y"),
        "{error}"
    );
    let table = Table::read(&kept("classes.npz"), Some("x")).unwrap();
    assert_eq!((table.rows, table.columns), (23, 5));
}

/// Two half-moons, each a class.
fn moons(n: usize) -> (Network, NetworkLoss<f32>) {
    let description =
        NetworkDescription::perceptron(&[2, 16, 2], Activation::Tanh, Head::CrossEntropy);
    let network = Network::new(&description).unwrap();
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for i in 0..n {
        let (class, angle) = (i % 2, (i / 2) as f64 * 0.173 % std::f64::consts::PI);
        let sign = 1.0 - 2.0 * class as f64;
        x.extend([
            sign * angle.cos() + class as f64,
            sign * angle.sin() + 0.5 * class as f64,
        ]);
        y.push(class as f64);
    }
    let inputs = Table::new("moons", 2, x).unwrap();
    let labels = Table::new("classes", 1, y).unwrap();
    let data = Dataset::new(&network, inputs, labels).unwrap();
    let loss = NetworkLoss::new(&network, &data).unwrap();
    (network, loss)
}

#[test]
fn every_optimizer_learns_and_a_run_that_was_stopped_goes_on_bit_by_bit() {
    let (network, loss) = moons(200);
    let start: Vec<f32> = network.initial(2);
    let sgd = |momentum, decay, decoupled| Optimizer::Sgd {
        momentum,
        decay,
        decoupled,
    };
    let adam = |decay, decoupled| Optimizer::Adam {
        betas: [0.9, 0.999],
        epsilon: 1e-8,
        decay,
        decoupled,
    };
    let optimizers = [
        (Optimizer::sgd(), 0.5),
        (sgd(0.9, 1e-4, false), 0.1),
        (sgd(0.9, 1e-4, true), 0.1),
        (Optimizer::adam(), 0.01),
        (adam(1e-4, false), 0.01),
        (adam(1e-2, true), 0.01),
    ];
    let control = Control::new();
    let name = format!("rlct-training-{}.safetensors", std::process::id());
    let file = std::env::temp_dir().join(name);
    use BatchSampling::{WithReplacement, WithoutReplacement};
    for (k, (optimizer, rate)) in optimizers.into_iter().enumerate() {
        let training = Training {
            schedule: vec![(0, rate), (1200, rate / 4.0)],
            steps: 2000,
            batch: if k == 0 { None } else { Some(24) },
            sampling: if k % 2 == 0 {
                WithReplacement
            } else {
                WithoutReplacement
            },
            checkpoints: vec![0, 777],
            ..Training::new(optimizer, rate)
        };
        assert_eq!(
            (training.rate(1199), training.rate(1200)),
            (rate, rate / 4.0)
        );
        let mut seen = Vec::new();
        let whole = training.run(&loss, Some(&loss), &start, &control, |state| {
            seen.push((state.step, state.w.clone()));
            if state.step == 777 {
                state.write(&file)?;
            }
            Ok(())
        });
        let whole = whole.unwrap();
        assert_eq!((seen[0].0, &seen[0].1), (0, &start));
        let last = whole.trace.last().unwrap();
        assert_eq!((last.step, last.test_loss), (2000, Some(last.loss)));
        assert!(last.accuracy.unwrap() > 0.97, "{optimizer:?}: {last:?}");
        let short = Training {
            steps: 777,
            ..training.clone()
        };
        let state = short
            .run(&loss, None, &start, &control, |_| Ok(()))
            .unwrap();
        assert_eq!(state.w, seen[1].1);
        let resumed = training.resume(&loss, Some(&loss), state, &control, |_| Ok(()));
        assert_eq!(resumed.unwrap().w, whole.w);
        // From the file, all of it goes on as it would have: means of squares, records.
        let kept = TrainingState::<f32>::read(&file, &network).unwrap();
        assert_eq!(kept.step, 777);
        let resumed = training.resume(&loss, Some(&loss), kept, &control, |_| Ok(()));
        assert_eq!(resumed.unwrap(), whole);
    }
    let error = TrainingState::<f64>::read(&file, &network).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("holds F32, and training is in F64"),
        "{error}"
    );
    let other = NetworkDescription::perceptron(&[2, 3, 2], Activation::Tanh, Head::CrossEntropy);
    let error = TrainingState::<f32>::read(&file, &Network::new(&other).unwrap()).unwrap_err();
    assert!(
        error.to_string().contains("the network 17 parameters"),
        "{error}"
    );
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let error = TrainingState::<f32>::read(&file, &network).unwrap_err();
    assert!(matches!(error, NetworkError::File { .. }), "{error}");
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn what_is_held_out_is_a_part() {
    let network = moons(2).0;
    let table = |n: usize| Table::new("x", 2, (0..2 * n).map(|i| i as f64).collect()).unwrap();
    let labels = |n: usize| Table::new("y", 1, vec![0.0; n]).unwrap();
    let data = |n| Dataset::new(&network, table(n), labels(n)).unwrap();
    let (left, held) = data(10).hold_out(3, 1).unwrap();
    assert_eq!((left.num_samples(), held.num_samples()), (7, 3));
    assert_eq!(data(10).hold_out(3, 1).unwrap(), (left, held.clone()));
    assert_ne!(data(10).hold_out(3, 2).unwrap().1, held);
    for held in [0, 10, 11] {
        let error = data(10).hold_out(held, 1).unwrap_err();
        assert!(matches!(error, NetworkError::NoSamples { .. }), "{error}");
    }
}

/// One parameter, f(x) = w x at x = 1, y = 0: ∇L = w; steps by hand.
#[test]
fn steps_are_those_of_the_formulas() {
    let json = r#"{"inputs": {"real": 1}, "layers": [{"dense": {"outputs": 1, "bias": false}}],
        "head": {"squared_error": {}}}"#;
    let network = Network::new(&NetworkDescription::parse(json).unwrap()).unwrap();
    let table = |x| Table::new("one", 1, vec![x]).unwrap();
    let data = Dataset::new(&network, table(1.0), table(0.0)).unwrap();
    let loss = NetworkLoss::<f64>::new(&network, &data).unwrap();
    let after = |optimizer, steps| {
        let training = Training {
            steps,
            ..Training::new(optimizer, 0.1)
        };
        let run = training.run(&loss, None, &[2.0], &Control::new(), |_| Ok(()));
        run.unwrap().w[0]
    };
    let sgd = |momentum, decay, decoupled| Optimizer::Sgd {
        momentum,
        decay,
        decoupled,
    };
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-14, "{a} {b}");
    close(after(sgd(0.0, 0.0, false), 2), 2.0 * 0.81);
    close(
        after(sgd(0.5, 0.0, false), 2),
        1.8 - 0.1 * (0.5 * 2.0 + 1.8),
    );
    close(after(sgd(0.0, 0.5, false), 1), 2.0 - 0.1 * 3.0);
    close(after(sgd(0.0, 0.5, true), 1), 2.0 * 0.95 - 0.2);
    let epsilon = 1e-8;
    close(
        after(Optimizer::adam(), 1),
        2.0 - 0.1 * 2.0 / (2.0 + epsilon),
    );
    let decayed = Optimizer::Adam {
        betas: [0.9, 0.999],
        epsilon,
        decay: 0.5,
        decoupled: true,
    };
    close(after(decayed, 1), 2.0 * 0.95 - 0.1 * 2.0 / (2.0 + epsilon));
}

#[test]
fn training_that_cannot_be_is_an_error() {
    let (network, loss) = moons(20);
    let start: Vec<f32> = network.initial(2);
    let error = |training: Training, start: &[f32]| {
        let run = training.run(&loss, None, start, &Control::new(), |_| Ok(()));
        run.unwrap_err()
    };
    let base = Training::new(Optimizer::sgd(), 0.1);
    let with = |change: &dyn Fn(&mut Training)| {
        let mut training = base.clone();
        change(&mut training);
        error(training, &start).to_string()
    };
    assert_eq!(
        with(&|t| t.batch = Some(0)),
        "the batch size must be at least 1, got 0"
    );
    assert!(with(&|t| t.batch = Some(21)).contains("at most the number of samples"));
    assert!(with(&|t| t.schedule.clear()).contains("the length of the schedule"));
    assert!(with(&|t| t.schedule = vec![(0, 0.1), (0, 0.2)]).contains("increasing"));
    assert!(with(&|t| t.schedule = vec![(0, f64::NAN)]).contains("a rate must be finite"));
    let short = error(base.clone(), &start[1..]);
    assert!(matches!(
        short,
        NetworkError::Dimension {
            expected: 82,
            found: 81
        }
    ));
    // What the data do not hold is multiplied by 1 - 10 in each step.
    let optimizer = Optimizer::Sgd {
        momentum: 0.0,
        decay: 1.0,
        decoupled: false,
    };
    let diverged = error(Training::new(optimizer, 10.0), &start);
    assert!(
        matches!(diverged, NetworkError::Diverged { .. }),
        "{diverged}"
    );
    let state = TrainingState {
        first: Vec::new(),
        ..TrainingState::start(&start)
    };
    let resumed = base.resume(&loss, None, state, &Control::new(), |_| Ok(()));
    assert!(matches!(
        resumed,
        Err(NetworkError::Dimension { found: 0, .. })
    ));
}

/// Permutations of the hidden units, and signs where the activation is odd, are found again.
#[test]
fn symmetries_are_taken_out() {
    use rand::seq::SliceRandom;
    use rand::{RngExt, SeedableRng};
    use rlct::network::{Inputs, Layer};
    let mut rng = rand::rngs::ChaCha8Rng::seed_from_u64(5);
    for (activation, bias) in [
        (Activation::Tanh, true),
        (Activation::Relu, true),
        (Activation::Tanh, false),
    ] {
        let (inputs, hidden, outputs) = (3, 7, 2);
        let dense = |outputs, bias| Layer::Dense { outputs, bias };
        let network = Network::new(&NetworkDescription {
            inputs: Inputs::Real(inputs),
            layers: vec![dense(hidden, bias), activation.into(), dense(outputs, true)],
            head: Head::CrossEntropy,
        })
        .unwrap();
        let w: Vec<f64> = network.initial(3);
        let mut order: Vec<usize> = (0..hidden).collect();
        order.shuffle(&mut rng);
        let mut moved = w.clone();
        let out = hidden * (inputs + usize::from(bias));
        for (j, &k) in order.iter().enumerate() {
            let odd = activation == Activation::Tanh && rng.random::<bool>();
            let sign = if odd { -1.0 } else { 1.0 };
            for i in 0..inputs {
                moved[j * inputs + i] = sign * w[k * inputs + i];
            }
            if bias {
                moved[hidden * inputs + j] = sign * w[hidden * inputs + k];
            }
            for o in 0..outputs {
                moved[out + o * hidden + j] = sign * w[out + o * hidden + k];
            }
        }
        assert_ne!(moved, w);
        assert_eq!(network.aligned(&moved, &w).unwrap(), w, "{activation:?}");
    }
    let deep = NetworkDescription::perceptron(&[2, 3, 3, 2], Activation::Tanh, Head::CrossEntropy);
    let deep = Network::new(&deep).unwrap();
    let w: Vec<f64> = deep.initial(1);
    let error = deep.aligned(&w, &w).unwrap_err();
    assert!(matches!(error, NetworkError::Shape { .. }), "{error}");
}
