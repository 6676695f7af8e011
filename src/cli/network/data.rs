//! Which network, and which samples.

use crate::cli::CliError;
use crate::cli::words::{ByName, count};
use crate::network::{Activation, Dataset, Head, Network, NetworkDescription};
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A network, in a file or in words.
#[derive(Debug, Clone, Default, Args)]
pub(in crate::cli) struct NetworkOptions {
    /// A network of layers, described in JSON; its loss is the mean negative log likelihood per
    /// sample of --data
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) network: Option<PathBuf>,
    /// A perceptron in place of a description: its widths, from the inputs to the outputs
    #[arg(long, value_name = "W,…", value_delimiter = ',', value_parser = count::<usize>,
          conflicts_with = "network")]
    pub(in crate::cli) perceptron: Vec<usize>,
    /// The activation of the perceptron [default: tanh]
    #[arg(long, value_parser = ByName::<ActivationName>::new(), requires = "perceptron")]
    activation: Option<ActivationName>,
    /// The likelihood of the perceptron [default: cross-entropy]
    #[arg(long, value_parser = ByName::<HeadName>::new(), requires = "perceptron")]
    head: Option<HeadName>,
}

/// The activations that need no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ActivationName {
    /// x
    Identity,
    /// max(x, 0)
    Relu,
    /// tanh x
    Tanh,
    /// 1/(1 + e⁻ˣ)
    Sigmoid,
    /// x Φ(x)
    Gelu,
    /// log(1 + eˣ)
    Softplus,
    /// x²
    Square,
}

/// The likelihoods, σ² = 1 for squared errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum HeadName {
    /// −log softmax(f)[y]; labels from 0
    CrossEntropy,
    /// ½ |f − y|²
    SquaredError,
    /// Independent zeros and ones
    Logistic,
}

impl NetworkOptions {
    /// What the network is; `None` if none is asked about.
    pub(in crate::cli) fn description(&self) -> Result<Option<NetworkDescription>, CliError> {
        if let Some(path) = &self.network {
            let text = std::fs::read_to_string(path).map_err(|error| CliError::Read {
                path: path.clone(),
                error,
            })?;
            let described = NetworkDescription::parse(&text);
            return described.map(Some).map_err(|error| CliError::OfFile {
                path: path.clone(),
                error,
            });
        }
        if self.perceptron.is_empty() {
            return Ok(None);
        }
        let activation = match self.activation.unwrap_or(ActivationName::Tanh) {
            ActivationName::Identity => Activation::Identity,
            ActivationName::Relu => Activation::Relu,
            ActivationName::Tanh => Activation::Tanh,
            ActivationName::Sigmoid => Activation::Sigmoid,
            ActivationName::Gelu => Activation::Gelu,
            ActivationName::Softplus => Activation::Softplus,
            ActivationName::Square => Activation::Square,
        };
        let head = match self.head.unwrap_or(HeadName::CrossEntropy) {
            HeadName::CrossEntropy => Head::CrossEntropy,
            HeadName::Logistic => Head::Logistic,
            HeadName::SquaredError => Head::SquaredError {
                variance: 1.0,
                outputs: crate::network::Reduction::Sum,
            },
        };
        let widths = &self.perceptron;
        Ok(Some(NetworkDescription::perceptron(
            widths, activation, head,
        )))
    }
}

/// The samples of training and of the test, as a run of training remembers them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct Data {
    /// Samples: .npz with arrays x and y, or .csv or .npy with the inputs, then the targets
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) data: Option<PathBuf>,
    /// Other samples, to test on
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) test: Option<PathBuf>,
    /// So many of the samples are held out for the test
    #[arg(long, value_name = "N", value_parser = count::<usize>, conflicts_with = "test")]
    pub(in crate::cli) hold_out: Option<usize>,
    /// The seed that says which are held out [default: 0]
    #[arg(long, value_name = "S", value_parser = count::<u64>, requires = "hold_out")]
    pub(in crate::cli) hold_out_seed: Option<u64>,
}

impl Data {
    /// The samples for training and those for the test.
    pub(in crate::cli) fn read(
        &self,
        network: &Network,
    ) -> Result<(Dataset, Option<Dataset>), CliError> {
        let Some(path) = &self.data else {
            let missing = "a network needs samples: give them by --data FILE";
            return Err(CliError::Setting(missing.into()));
        };
        let data = Dataset::read(network, path)?;
        if let Some(path) = &self.test {
            return Ok((data, Some(Dataset::read(network, path)?)));
        }
        match self.hold_out {
            Some(held) => {
                let parts = data.hold_out(held, self.hold_out_seed.unwrap_or(0))?;
                Ok((parts.0, Some(parts.1)))
            }
            None => Ok((data, None)),
        }
    }

    /// Where the samples come from, in words.
    pub(in crate::cli) fn source(&self) -> String {
        let name = |path: &Option<PathBuf>| match path {
            Some(path) => shown(path),
            None => String::new(),
        };
        match self.hold_out {
            Some(held) => format!("{}, {held} held out", name(&self.data)),
            None => name(&self.data),
        }
    }
}

/// A path's last part: what people know a file by.
pub(super) fn shown(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.map_or_else(|| path.display().to_string(), std::borrow::Cow::into_owned)
}

/// The network in a few words: `64-32-10, tanh, cross entropy`.
pub(super) fn in_words(description: &NetworkDescription) -> String {
    use crate::network::{Inputs, Layer};
    let mut widths = vec![match description.inputs {
        Inputs::Real(width) => width.to_string(),
        Inputs::Tokens {
            count, vocabulary, ..
        } => format!("{count} of {vocabulary}"),
    }];
    let mut between: Vec<String> = Vec::new();
    for layer in &description.layers {
        match layer {
            Layer::Dense { outputs, .. } => widths.push(outputs.to_string()),
            Layer::Embedding { width, .. } => widths.push(format!("e{width}")),
            Layer::Tied { hidden, .. } => widths.push(format!("t{hidden}")),
            Layer::LeakyRelu { slope } => between.push(format!("leaky ReLU {slope}")),
            other => between.push(format!("{other:?}").to_lowercase()),
        }
    }
    between.dedup();
    let head = match description.head {
        Head::CrossEntropy => "cross entropy".to_string(),
        Head::Logistic => "logistic".to_string(),
        Head::SquaredError { variance, .. } => format!("squared error, σ² = {variance}"),
    };
    let parts = [vec![widths.join("-")], between, vec![head]].concat();
    parts.join(", ")
}
