//! A network without data: its parameters, a start, its outputs.

use super::NetworkError;
use super::description::{Head, Inputs, NetworkDescription};
use super::parameters::{Parameter, marked};
use super::stages::{Stage, stages};
use crate::loss::Scalar;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// A network whose sizes were checked: what stands where in its parameter slice.
///
/// The slice holds the layers in order, each with its weight, then its bias. A weight is
/// outputs × inputs, row-major, as in PyTorch; an embedding vocabulary × width; the weight W of a
/// tied layer hidden × inputs. [`parameters`](Self::parameters) lists all with names.
///
/// # Examples
///
/// ```
/// use rlct::network::{Network, NetworkDescription};
///
/// let network = Network::new(&NetworkDescription::parse(
///     r#"{"inputs": {"real": 3}, "layers": [{"dense": {"outputs": 2}}, "relu",
///         {"dense": {"outputs": 1, "bias": false}}], "head": {"squared_error": {}}}"#,
/// )?)?;
/// let names: Vec<_> = network.parameters().iter().map(|p| (&*p.name, p.offset)).collect();
/// assert_eq!(names, [("layer0.weight", 0), ("layer0.bias", 6), ("layer2.weight", 8)]);
/// assert_eq!(network.dimension(), 10);
/// let free = network.all_but(&["bias"])?;
/// assert_eq!(free.iter().filter(|&&free| free).count(), 8);
/// # Ok::<(), rlct::network::NetworkError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    description: NetworkDescription,
    pub(super) stages: Vec<Stage>,
    parameters: Vec<Parameter>,
    dimension: usize,
}

impl Network {
    /// The network of a description.
    ///
    /// # Errors
    /// [`NetworkError::Layer`], [`NetworkError::Shape`] or [`NetworkError::TooLarge`].
    pub fn new(description: &NetworkDescription) -> Result<Self, NetworkError> {
        let (stages, parameters, dimension) = stages(description)?;
        Ok(Self {
            description: description.clone(),
            stages,
            parameters,
            dimension,
        })
    }

    /// What it was made from.
    #[must_use]
    pub fn description(&self) -> &NetworkDescription {
        &self.description
    }

    /// The tensors, in the order of the slice.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The number of parameters.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The inputs of a sample.
    #[must_use]
    pub fn inputs(&self) -> Inputs {
        self.description.inputs
    }

    /// The likelihood.
    #[must_use]
    pub fn head(&self) -> Head {
        self.description.head
    }

    /// The number of outputs.
    #[must_use]
    pub fn num_outputs(&self) -> usize {
        self.stages.last().map_or(0, |stage| stage.outputs)
    }

    /// A mask, `true` for the parameters that one of the words means: the name of a tensor
    /// (`layer2.weight`), a layer (`layer2`), a kind (`dense`, `tied`, `embedding`), `weight` or
    /// `bias`. For [`Llc::mask`](crate::estimate::Llc::mask) and its like: the refined coefficient
    /// of part of a network.
    ///
    /// # Errors
    /// [`NetworkError::UnknownParameter`]; [`NetworkError::NothingMoves`] without words.
    pub fn only(&self, words: &[impl AsRef<str>]) -> Result<Vec<bool>, NetworkError> {
        let mask = marked(&self.parameters, self.dimension, words)?;
        moving(mask)
    }

    /// The mask with `true` for all other parameters.
    ///
    /// # Errors
    /// As [`only`](Self::only); [`NetworkError::NothingMoves`] if none is left.
    pub fn all_but(&self, words: &[impl AsRef<str>]) -> Result<Vec<bool>, NetworkError> {
        let mut mask = marked(&self.parameters, self.dimension, words)?;
        mask.iter_mut().for_each(|marked| *marked = !*marked);
        moving(mask)
    }

    /// A random start, as PyTorch's layers have by default: rows of embeddings N(0, 1), weights
    /// and biases of dense and tied layers uniform within ±1/√(inputs of the layer).
    #[must_use]
    pub fn initial<T: Scalar>(&self, seed: u64) -> Vec<T> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut w = vec![T::of(0.0); self.dimension];
        let mut within = 1.0;
        for parameter in &self.parameters {
            if parameter.shape.len() == 2 {
                within = 1.0 / (parameter.shape[1] as f64).sqrt();
            }
            for w in &mut w[parameter.range()] {
                *w = if parameter.kind == "embedding" {
                    T::normal(&mut rng)
                } else {
                    T::of(within * (2.0 * rng.random::<f64>() - 1.0))
                };
            }
        }
        w
    }

    /// The number of parameters must fit, each must be finite.
    ///
    /// # Errors
    /// [`NetworkError::Dimension`] or [`NetworkError::Weight`] with the tensor's name.
    pub fn check<T: Scalar>(&self, w: &[T]) -> Result<(), NetworkError> {
        if w.len() != self.dimension {
            return Err(NetworkError::Dimension {
                expected: self.dimension,
                found: w.len(),
            });
        }
        for parameter in &self.parameters {
            let entries = &w[parameter.range()];
            if let Some(index) = entries.iter().position(|x| !x.finite()) {
                return Err(NetworkError::Weight {
                    name: parameter.name.clone(),
                    index,
                    value: entries[index].float(),
                });
            }
        }
        Ok(())
    }
}

fn moving(mask: Vec<bool>) -> Result<Vec<bool>, NetworkError> {
    if mask.iter().any(|&free| free) {
        Ok(mask)
    } else {
        Err(NetworkError::NothingMoves)
    }
}
