//! A network of layers as what an estimate is asked about: at weights from a file, or along the
//! checkpoints of a run.

use super::data::{in_words, shown};
use super::run::{Precision, RunDirectory};
use super::{Data, NetworkOptions};
use crate::cli::CliError;
use crate::cli::checkpoints::{Checkpoint, Seen};
use crate::loss::{Loss, Prior, SinglePrecision};
use crate::network::{Dataset, Network, NetworkError, NetworkLoss};
use crate::problem::Problem;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A network on data, at weights.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct TrainedArgs {
    #[command(flatten)]
    network: NetworkOptions,
    #[command(flatten)]
    data: Data,
    /// The weights of the network: a .safetensors file
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// A tensor of the network and its name in the files of weights: layer0.weight=fc1.weight
    #[arg(long = "tensor", value_name = "OURS=THEIRS", value_parser = renamed)]
    tensors: Vec<(String, String)>,
    /// A directory of `rlct train`: its network, its samples, its checkpoints
    #[arg(long, value_name = "DIR", conflicts_with_all = [
        "network", "perceptron", "data", "hold_out", "weights", "checkpoints",
    ])]
    run: Option<PathBuf>,
    /// The precision in which a network of layers is evaluated; chains count in f64 [default: f64]
    #[arg(long)]
    precision: Option<Precision>,
}

fn renamed(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((ours, theirs)) if !ours.is_empty() && !theirs.is_empty() => {
            Ok((ours.to_string(), theirs.to_string()))
        }
        _ => Err(format!("`{text}` is not OURS=THEIRS")),
    }
}

/// The loss of a network of layers, in one of two precisions.
#[derive(Debug, Clone)]
enum Layered {
    Single(SinglePrecision<NetworkLoss<f32>>),
    Double(NetworkLoss<f64>),
}

impl Layered {
    fn new(network: &Network, data: &Dataset, precision: Precision) -> Result<Self, NetworkError> {
        Ok(match precision {
            Precision::F32 => Self::Single(SinglePrecision::new(NetworkLoss::new(network, data)?)),
            Precision::F64 => Self::Double(NetworkLoss::new(network, data)?),
        })
    }

    fn value(&self, w: &[f64]) -> f64 {
        let loss: &dyn Loss<f64> = match self {
            Self::Single(loss) => loss,
            Self::Double(loss) => loss,
        };
        loss.value(w, &mut vec![0.0; loss.scratch_len()])
    }

    fn accuracy(&self, w: &[f64]) -> Option<f64> {
        match self {
            Self::Single(loss) => {
                let single: Vec<f32> = w.iter().map(|&w| w as f32).collect();
                loss.inner().accuracy(&single)
            }
            Self::Double(loss) => loss.accuracy(w),
        }
    }
}

/// A network on its samples, and points of it.
pub(in crate::cli) struct Trained {
    pub(in crate::cli) network: Network,
    pub(in crate::cli) reading: String,
    loss: Layered,
    test: Option<Layered>,
    /// Where an estimate is asked for: one point, unless checkpoints are.
    pub(in crate::cli) points: Vec<Checkpoint>,
    /// Whether the points are a list, and not one point.
    pub(in crate::cli) is_list: bool,
}

impl TrainedArgs {
    /// What is asked about, if it is a network of layers. `checkpoints` may be a pattern of
    /// `.safetensors` files.
    pub(in crate::cli) fn trained(
        &self,
        checkpoints: Option<&Path>,
    ) -> Result<Option<Trained>, CliError> {
        let names: BTreeMap<String, String> = self.tensors.iter().cloned().collect();
        let precision = self.precision.unwrap_or(Precision::F64);
        if let Some(path) = &self.run {
            let directory = RunDirectory::new(path);
            let asked = directory.asked()?;
            let data = Data {
                test: self.data.test.clone().or_else(|| asked.data.test.clone()),
                ..asked.data.clone()
            };
            let network = Network::new(&asked.network)?;
            let points = directory.checkpoints()?;
            if points.is_empty() {
                let nothing = format!("{} holds no checkpoint", path.display());
                return Err(CliError::Setting(nothing));
            }
            let points = points
                .into_iter()
                .map(|(step, path)| (step.to_string(), path));
            return Trained::new(network, (&data, precision), points, &names, true).map(Some);
        }
        let Some(description) = self.network.description()? else {
            self.without_network()?;
            return Ok(None);
        };
        let network = Network::new(&description)?;
        match (checkpoints, &self.weights) {
            (Some(pattern), None) if is_weights(pattern) => {
                let points = matching(pattern)?;
                Trained::new(network, (&self.data, precision), points, &names, true).map(Some)
            }
            (_, Some(path)) => {
                let point = [(shown(path), path.clone())];
                Trained::new(network, (&self.data, precision), point, &names, false).map(Some)
            }
            (Some(file), None) => {
                // points in a table are read where the loss is known
                let (data, test) = self.data.read(&network)?;
                let parts = (&data, test.as_ref());
                let of = (&self.data, precision);
                let mut trained = Trained::at(network, parts, of, Vec::new(), true)?;
                trained.points =
                    crate::cli::checkpoints::read(file, trained.network.dimension(), &[])?;
                Ok(Some(trained))
            }
            (None, None) => Err(CliError::Setting(
                "where? give --weights FILE.safetensors, or --checkpoints".into(),
            )),
        }
    }

    /// Options of networks without one.
    fn without_network(&self) -> Result<(), CliError> {
        let given = [
            ("--data", self.data.data.is_some()),
            ("--test", self.data.test.is_some()),
            ("--hold-out", self.data.hold_out.is_some()),
            ("--weights", self.weights.is_some()),
            ("--tensor", !self.tensors.is_empty()),
            ("--precision", self.precision.is_some()),
        ];
        match given.into_iter().find(|(_, given)| *given) {
            Some((option, _)) => Err(CliError::NoEffect {
                option,
                method: "this loss".into(),
                needs: "it is for --network FILE or --perceptron W,…",
            }),
            None => Ok(()),
        }
    }
}

fn is_weights(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending == "safetensors")
}

/// The number at the end of a file's name, or its place in the list.
fn step(path: &Path, place: usize) -> (u64, String) {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy());
    let stem = stem.unwrap_or_default();
    let digits = stem.len() - stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let number = stem[stem.len() - digits..].parse().ok();
    match number {
        Some(number) => (number, number.to_string()),
        None => (place as u64, shown(path)),
    }
}

/// The files of a pattern, in the order of the numbers at the end of their names.
fn matching(pattern: &Path) -> Result<Vec<(String, PathBuf)>, CliError> {
    let text = pattern.to_string_lossy();
    let bad = |reason: String| CliError::Setting(format!("--checkpoints {text}: {reason}"));
    let paths = glob::glob(&text).map_err(|error| bad(error.to_string()))?;
    let paths: Result<Vec<PathBuf>, _> = paths.collect();
    let paths = paths.map_err(|error| bad(error.to_string()))?;
    if paths.is_empty() {
        return Err(bad("no file matches".into()));
    }
    let mut numbered: Vec<((u64, String), PathBuf)> = paths
        .into_iter()
        .enumerate()
        .map(|(place, path)| (step(&path, place), path))
        .collect();
    numbered.sort();
    Ok(numbered
        .into_iter()
        .map(|((_, step), path)| (step, path))
        .collect())
}

impl Trained {
    fn new(
        network: Network,
        (data, precision): (&Data, Precision),
        points: impl IntoIterator<Item = (String, PathBuf)>,
        names: &BTreeMap<String, String>,
        is_list: bool,
    ) -> Result<Self, CliError> {
        let (train, test) = data.read(&network)?;
        let read = |(step, path): (String, PathBuf)| -> Result<Checkpoint, CliError> {
            let w = network.read_weights(&path, names)?;
            Ok(Checkpoint { step, w })
        };
        let points: Result<Vec<_>, _> = points.into_iter().map(read).collect();
        Self::at(
            network.clone(),
            (&train, test.as_ref()),
            (data, precision),
            points?,
            is_list,
        )
    }

    fn at(
        network: Network,
        (train, test): (&Dataset, Option<&Dataset>),
        (data, precision): (&Data, Precision),
        points: Vec<Checkpoint>,
        is_list: bool,
    ) -> Result<Self, CliError> {
        let loss = Layered::new(&network, train, precision)?;
        let test = test
            .map(|test| Layered::new(&network, test, precision))
            .transpose()?;
        let in_precision = match precision {
            Precision::F32 => ", in single precision",
            Precision::F64 => "",
        };
        let place = match &points[..] {
            [point] if !is_list => format!(", at {}", point.step),
            _ => String::new(),
        };
        let reading = format!(
            "L_n(w) = −1/n Σ log p(y|x, w): {}; n = {} of {}{place}{in_precision}",
            in_words(network.description()),
            train.num_samples(),
            data.source(),
        );
        Ok(Self {
            network,
            reading,
            loss,
            test,
            points,
            is_list,
        })
    }

    /// The loss at the first of the points.
    pub(in crate::cli) fn problem(&self) -> Problem {
        let first = self.points.first().map(|point| point.w.clone());
        let w_star = first.unwrap_or_else(|| vec![0.0; self.network.dimension()]);
        let prior = Prior::flat(w_star.len());
        match self.loss.clone() {
            Layered::Single(loss) => Problem::numerical(loss, w_star, prior),
            Layered::Double(loss) => Problem::numerical(loss, w_star, prior),
        }
    }

    /// The names of the parameters: `layer0.weight[5]`.
    pub(in crate::cli) fn names(&self) -> Vec<String> {
        let parameters = self.network.parameters().iter();
        let names = parameters.flat_map(|p| (0..p.len()).map(|i| format!("{}[{i}]", p.name)));
        names.collect()
    }

    /// What else is known of a point: how often it is right, and on the test samples.
    pub(in crate::cli) fn seen(&self, w: &[f64]) -> Seen {
        Seen {
            accuracy: self.loss.accuracy(w),
            test_loss: self.test.as_ref().map(|test| test.value(w)),
            test_accuracy: self.test.as_ref().and_then(|test| test.accuracy(w)),
        }
    }
}
