//! The layers as what is computed: maps with parameters, each with the activation that follows.

use super::NetworkError;
use super::activation::Activation;
use super::description::{Combine, Head, Inputs, Layer, NetworkDescription, Reduction};
use super::parameters::Parameter;

/// The most parameters a network may have.
const LIMIT: usize = 1 << 31;
/// The most units a layer may have.
const WIDEST: usize = 1 << 24;

/// A map with parameters; numbers are offsets in the parameter slice.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Map {
    /// None: an activation alone.
    Alone,
    /// x ↦ W x + b.
    Dense { weight: usize, bias: Option<usize> },
    /// x ↦ Wᵀ W x + b.
    Tied {
        weight: usize,
        hidden: usize,
        bias: Option<usize>,
    },
    /// Rows of tables.
    Embedding {
        /// The table of each token of a sample.
        tables: Vec<usize>,
        vocabulary: usize,
        width: usize,
        combine: Combine,
    },
}

/// A map and the activation after it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stage {
    pub(super) map: Map,
    pub(super) activation: Activation,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
}

impl Stage {
    pub(super) fn bias(&self) -> Option<usize> {
        match self.map {
            Map::Dense { bias, .. } | Map::Tied { bias, .. } => bias,
            Map::Alone | Map::Embedding { .. } => None,
        }
    }
}

/// Stages, parameters and their number, while layers are added.
#[derive(Default)]
struct Builder {
    stages: Vec<Stage>,
    parameters: Vec<Parameter>,
    dimension: usize,
}

impl Builder {
    /// Room for a tensor of a layer; where it begins.
    fn tensor(
        &mut self,
        layer: usize,
        kind: &'static str,
        what: &str,
        shape: &[usize],
    ) -> Result<usize, NetworkError> {
        let offset = self.dimension;
        let size = shape.iter().try_fold(1_usize, |n, &s| n.checked_mul(s));
        let end = size.and_then(|n| n.checked_add(offset));
        self.dimension = end
            .filter(|&end| end <= LIMIT)
            .ok_or(NetworkError::TooLarge {
                layer,
                limit: LIMIT,
            })?;
        self.parameters.push(Parameter {
            name: format!("layer{layer}.{what}"),
            shape: shape.to_vec(),
            offset,
            kind,
        });
        Ok(offset)
    }

    fn activation(&mut self, activation: Activation, width: usize) {
        match self.stages.last_mut() {
            Some(stage) if stage.activation == Activation::Identity => {
                stage.activation = activation;
            }
            _ => self.stages.push(Stage {
                map: Map::Alone,
                activation,
                inputs: width,
                outputs: width,
            }),
        }
    }

    fn map(&mut self, map: Map, inputs: usize, outputs: usize) {
        self.stages.push(Stage {
            map,
            activation: Activation::Identity,
            inputs,
            outputs,
        });
    }
}

/// Checks a description; its stages, its parameters and their number.
pub(super) fn stages(
    description: &NetworkDescription,
) -> Result<(Vec<Stage>, Vec<Parameter>, usize), NetworkError> {
    let shape = |what, reason: &str| NetworkError::Shape {
        what,
        reason: reason.to_string(),
    };
    let mut width = match description.inputs {
        Inputs::Real(width) => width,
        Inputs::Tokens { count, vocabulary } => {
            if vocabulary == 0 || vocabulary > WIDEST {
                return Err(shape("inputs", "the vocabulary must be from 1 to 2^24"));
            }
            count
        }
    };
    if width == 0 || width > WIDEST {
        return Err(shape("inputs", "a sample must have from 1 to 2^24 inputs"));
    }
    let is_real = matches!(description.inputs, Inputs::Real(_));
    if !is_real && !matches!(description.layers.first(), Some(Layer::Embedding { .. })) {
        return Err(shape(
            "layers",
            "tokens need an embedding as the first layer",
        ));
    }
    let mut builder = Builder::default();
    for (index, &layer) in description.layers.iter().enumerate() {
        let wrong = |reason: &str| NetworkError::Layer {
            layer: index,
            reason: reason.to_string(),
        };
        let size = |n: usize| match n {
            0 => Err(wrong("its width is 0")),
            n if n > WIDEST => Err(wrong("its width is above 2^24")),
            n => Ok(n),
        };
        match layer {
            Layer::Dense { outputs, bias } => {
                size(outputs)?;
                let weight = builder.tensor(index, "dense", "weight", &[outputs, width])?;
                let bias = bias
                    .then(|| builder.tensor(index, "dense", "bias", &[outputs]))
                    .transpose()?;
                builder.map(Map::Dense { weight, bias }, width, outputs);
                width = outputs;
            }
            Layer::Tied { hidden, bias } => {
                size(hidden)?;
                let weight = builder.tensor(index, "tied", "weight", &[hidden, width])?;
                let bias = bias
                    .then(|| builder.tensor(index, "tied", "bias", &[width]))
                    .transpose()?;
                let map = Map::Tied {
                    weight,
                    hidden,
                    bias,
                };
                builder.map(map, width, width);
            }
            Layer::Embedding {
                width: row,
                shared,
                combine,
            } => {
                let Inputs::Tokens { count, vocabulary } = description.inputs else {
                    return Err(wrong(
                        "an embedding needs tokens as inputs, not real numbers",
                    ));
                };
                if index > 0 {
                    return Err(wrong("an embedding can only be the first layer"));
                }
                let all = match combine {
                    Combine::Add => row,
                    Combine::Concatenate => row.saturating_mul(count),
                };
                size(all)?;
                let shape = [vocabulary, row];
                let tables = if shared || count == 1 {
                    let table = builder.tensor(index, "embedding", "weight", &shape)?;
                    vec![table; count]
                } else {
                    (0..count)
                        .map(|i| {
                            let name = format!("table{i}.weight");
                            builder.tensor(index, "embedding", &name, &shape)
                        })
                        .collect::<Result<_, _>>()?
                };
                let map = Map::Embedding {
                    tables,
                    vocabulary,
                    width: row,
                    combine,
                };
                builder.map(map, count, all);
                width = all;
            }
            Layer::LeakyRelu { slope } if !(slope.is_finite() && slope >= 0.0) => {
                return Err(wrong("the slope must be finite and not negative"));
            }
            _ => {
                if let Some(activation) = layer.activation() {
                    builder.activation(activation, width);
                }
            }
        }
    }
    let last = builder.stages.iter().rev();
    let last = last.map(|s| &s.map).find(|map| **map != Map::Alone);
    if !matches!(last, Some(Map::Dense { .. } | Map::Tied { .. })) {
        return Err(shape(
            "layers",
            "the last layer with parameters must be dense or tied",
        ));
    }
    match description.head {
        Head::CrossEntropy if width < 2 => {
            return Err(shape("head", "cross entropy needs at least two outputs"));
        }
        Head::SquaredError { variance, .. } if !(variance.is_finite() && variance > 0.0) => {
            return Err(shape("head", "the variance must be finite and above 0"));
        }
        _ => {}
    }
    Ok((builder.stages, builder.parameters, builder.dimension))
}

/// What half the sum of squared residuals is multiplied by.
pub(super) fn precision(variance: f64, outputs: Reduction, count: usize) -> f64 {
    match outputs {
        Reduction::Sum => 1.0 / variance,
        Reduction::Mean => 1.0 / (variance * count as f64),
    }
}
