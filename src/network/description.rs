//! What a network is, in a few lines of JSON.

use super::NetworkError;
use super::activation::Activation;
use serde::{Deserialize, Serialize};

/// A network in words: what comes in, the layers in order, and the likelihood of what comes out.
///
/// # Examples
///
/// ```
/// use rlct::network::NetworkDescription;
///
/// let description = NetworkDescription::parse(
///     r#"{
///         "inputs": {"real": 64},
///         "layers": [{"dense": {"outputs": 32}}, "tanh", {"dense": {"outputs": 10}}],
///         "head": "cross_entropy"
///     }"#,
/// )?;
/// assert_eq!(description.layers.len(), 3);
/// # Ok::<(), rlct::network::NetworkError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkDescription {
    /// What a sample's input is.
    pub inputs: Inputs,
    /// The layers, from the inputs to the outputs.
    pub layers: Vec<Layer>,
    /// The likelihood of a target given the outputs.
    pub head: Head,
}

impl NetworkDescription {
    /// Reads JSON. Fields that are not known are an error.
    ///
    /// # Errors
    /// [`NetworkError::Description`] with line and column.
    pub fn parse(json: &str) -> Result<Self, NetworkError> {
        serde_json::from_str(json).map_err(|error| NetworkError::Description {
            line: error.line(),
            column: error.column(),
            reason: error.to_string(),
        })
    }

    /// A multilayer perceptron: dense layers with biases of the given widths (inputs first,
    /// outputs last), an activation between any two of them.
    #[must_use]
    pub fn perceptron(widths: &[usize], activation: Activation, head: Head) -> Self {
        let mut layers = Vec::new();
        for (i, &outputs) in widths.iter().enumerate().skip(1) {
            if i > 1 {
                layers.push(activation.into());
            }
            layers.push(Layer::Dense {
                outputs,
                bias: true,
            });
        }
        Self {
            inputs: Inputs::Real(widths.first().copied().unwrap_or(0)),
            layers,
            head,
        }
    }
}

/// The input of one sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Inputs {
    /// So many real numbers.
    Real(usize),
    /// Integers from 0 to below `vocabulary`, for an embedding.
    Tokens {
        /// How many a sample has.
        #[serde(default = "one")]
        count: usize,
        /// How many values each may take.
        vocabulary: usize,
    },
}

fn one() -> usize {
    1
}

fn yes() -> bool {
    true
}

/// One layer: with parameters, or an [`Activation`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Layer {
    /// y = W x + b, W of shape outputs × inputs.
    Dense {
        /// The number of rows of W.
        outputs: usize,
        /// Whether there is a b.
        #[serde(default = "yes")]
        bias: bool,
    },
    /// Rows of tables, one for each token of the sample: summed, or one after the other. Only as
    /// the first layer, on tokens.
    Embedding {
        /// The length of a row.
        width: usize,
        /// Whether all tokens look into one table.
        #[serde(default = "yes")]
        shared: bool,
        /// What becomes of the rows.
        #[serde(default)]
        combine: Combine,
    },
    /// y = Wᵀ W x + b, W of shape hidden × inputs: with a rectifier after it, the toy model of
    /// superposition (Elhage et al. 2022).
    Tied {
        /// The number of rows of W.
        hidden: usize,
        /// Whether there is a b.
        #[serde(default = "yes")]
        bias: bool,
    },
    /// x.
    Identity,
    /// max(x, 0), with derivative 0 at 0.
    Relu,
    /// x for x > 0, `slope`·x else.
    LeakyRelu {
        /// The slope of the negative half.
        #[serde(default = "hundredth")]
        slope: f64,
    },
    /// tanh x.
    Tanh,
    /// 1/(1 + e⁻ˣ).
    Sigmoid,
    /// x Φ(x), Φ the normal distribution function (Hendrycks and Gimpel 2016).
    Gelu,
    /// log(1 + eˣ).
    Softplus,
    /// x².
    Square,
}

fn hundredth() -> f64 {
    0.01
}

impl Layer {
    /// The activation, if the layer is one.
    pub(super) fn activation(self) -> Option<Activation> {
        Some(match self {
            Self::Identity => Activation::Identity,
            Self::Relu => Activation::Relu,
            Self::LeakyRelu { slope } => Activation::LeakyRelu { slope },
            Self::Tanh => Activation::Tanh,
            Self::Sigmoid => Activation::Sigmoid,
            Self::Gelu => Activation::Gelu,
            Self::Softplus => Activation::Softplus,
            Self::Square => Activation::Square,
            Self::Dense { .. } | Self::Embedding { .. } | Self::Tied { .. } => return None,
        })
    }
}

impl From<Activation> for Layer {
    fn from(activation: Activation) -> Self {
        match activation {
            Activation::Identity => Self::Identity,
            Activation::Relu => Self::Relu,
            Activation::LeakyRelu { slope } => Self::LeakyRelu { slope },
            Activation::Tanh => Self::Tanh,
            Activation::Sigmoid => Self::Sigmoid,
            Activation::Gelu => Self::Gelu,
            Activation::Softplus => Self::Softplus,
            Activation::Square => Self::Square,
        }
    }
}

/// What an embedding makes of the rows of a sample's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Their sum.
    #[default]
    Add,
    /// One after the other.
    Concatenate,
}

/// The likelihood p(y | x, w) of a target y, given the outputs f of the network.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Head {
    /// Normal noise: |f − y|²/(2σ²). The constant ½ log(2πσ²) of each output is left out.
    SquaredError {
        /// σ².
        #[serde(default = "unit")]
        variance: f64,
        /// Whether the outputs are summed, which is the log likelihood of the stated σ², or
        /// averaged, which is that of σ² times the number of outputs.
        #[serde(default)]
        outputs: Reduction,
    },
    /// −log softmax(f)\[y\], y an integer from 0 to below the number of outputs.
    CrossEntropy,
    /// Σⱼ log(1 + e^fⱼ) − yⱼfⱼ, each yⱼ 0 or 1: independent Bernoulli variables.
    Logistic,
}

fn unit() -> f64 {
    1.0
}

/// How squared errors of several outputs make one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    /// Their sum.
    #[default]
    Sum,
    /// Their mean.
    Mean,
}
