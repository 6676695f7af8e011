//! A network that learns to add modulo p, and all pairs of numbers.

use super::activation::Activation;
use super::architecture::Network;
use super::dataset::{Dataset, Table};
use super::description::{Combine, Head, Inputs, Layer, NetworkDescription};
use super::error::NetworkError;

impl NetworkDescription {
    /// The network of Panickssery and Vaintrob (2023) for addition modulo p,
    ///
    /// W₂ σ(Wₗ E\[a\] + Wᵣ E\[b\] + c), by cross entropy,
    ///
    /// with one table E of embeddings of width `embedding`, \[Wₗ Wᵣ\] as the weight of one dense
    /// layer of `hidden` units, and logits of the p numbers without a bias. The published one has
    /// two biases of Wₗ and Wᵣ in place of their sum c, which is the same function.
    ///
    /// # Examples
    ///
    /// ```
    /// use rlct::loss::Loss;
    /// use rlct::network::{Activation, Dataset, Network, NetworkDescription, NetworkLoss};
    ///
    /// let description = NetworkDescription::modular_addition(53, 12, 48, Activation::Gelu);
    /// let network = Network::new(&description)?;
    /// let (train, _) = Dataset::modular_addition(&network)?.hold_out(141, 1)?;
    /// let loss = NetworkLoss::<f32>::new(&network, &train)?;
    /// assert_eq!((loss.dimension(), loss.num_samples()), (4380, Some(2668)));
    /// let w: Vec<f32> = network.initial(7);
    /// // an untrained network: about log 53 = 3.97
    /// let value = loss.value(&w, &mut vec![0.0; loss.scratch_len()]);
    /// assert!((3.5..4.5).contains(&value));
    /// # Ok::<(), rlct::network::NetworkError>(())
    /// ```
    #[must_use]
    pub fn modular_addition(
        modulus: usize,
        embedding: usize,
        hidden: usize,
        activation: Activation,
    ) -> Self {
        Self {
            inputs: Inputs::Tokens {
                count: 2,
                vocabulary: modulus,
            },
            layers: vec![
                Layer::Embedding {
                    width: embedding,
                    shared: true,
                    combine: Combine::Concatenate,
                },
                Layer::Dense {
                    outputs: hidden,
                    bias: true,
                },
                activation.into(),
                Layer::Dense {
                    outputs: modulus,
                    bias: false,
                },
            ],
            head: Head::CrossEntropy,
        }
    }
}

impl Dataset {
    /// All p² pairs (a, b) of numbers below the vocabulary p of a network of two tokens, a before
    /// b, with label a + b mod p. [`hold_out`](Self::hold_out) makes a split.
    ///
    /// # Errors
    /// As [`Dataset::new`], for a network that has not two tokens, or fewer classes than p.
    ///
    /// ```
    /// # use rlct::network::{Activation, Dataset, Network, NetworkDescription};
    /// let description = NetworkDescription::modular_addition(7, 2, 3, Activation::Square);
    /// let pairs = Dataset::modular_addition(&Network::new(&description)?)?;
    /// assert_eq!(pairs.num_samples(), 49);
    /// let real = NetworkDescription::perceptron(&[2, 3], Activation::Tanh, description.head);
    /// assert!(Dataset::modular_addition(&Network::new(&real)?).is_err());
    /// # Ok::<(), rlct::network::NetworkError>(())
    /// ```
    pub fn modular_addition(network: &Network) -> Result<Self, NetworkError> {
        let Inputs::Tokens { vocabulary: p, .. } = network.inputs() else {
            return Err(NetworkError::Shape {
                what: "inputs",
                reason: "addition is of two tokens, not of real numbers".into(),
            });
        };
        let pairs = (0..p).flat_map(|a| (0..p).map(move |b| (a, b)));
        let tokens = pairs.clone().flat_map(|(a, b)| [a as f64, b as f64]);
        let sums = pairs.map(|(a, b)| ((a + b) % p) as f64);
        Self::new(
            network,
            Table::new("pairs", 2, tokens.collect())?,
            Table::new("sums", 1, sums.collect())?,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::Loss;
    use crate::network::NetworkLoss;
    use approx::assert_relative_eq;

    type Function = fn(f64) -> f64;

    /// The loss by the definition, one sample at a time.
    fn direct(w: &[f64], [p, e, h]: [usize; 3], sigma: Function) -> f64 {
        let (table, w) = w.split_at(p * e);
        let (first, w) = w.split_at(2 * e * h);
        let (bias, second) = w.split_at(h);
        let mut sum = 0.0;
        for (a, b) in (0..p).flat_map(|a| (0..p).map(move |b| (a, b))) {
            let row = |token: usize, k: usize| table[token * e + k];
            let units: Vec<f64> = (0..h)
                .map(|i| {
                    let left: f64 = (0..e).map(|k| first[i * 2 * e + k] * row(a, k)).sum();
                    let right: f64 = (0..e).map(|k| first[(2 * i + 1) * e + k] * row(b, k)).sum();
                    sigma(left + right + bias[i])
                })
                .collect();
            let score = |c: usize| -> f64 { (0..h).map(|i| second[c * h + i] * units[i]).sum() };
            let partition: f64 = (0..p).map(|c| score(c).exp()).sum();
            sum += partition.ln() - score((a + b) % p);
        }
        sum / (p * p) as f64
    }

    #[test]
    fn it_is_the_published_network() {
        let gelu = |x: f64| x * 0.5 * statrs::function::erf::erfc(-x / 2_f64.sqrt());
        let kinds: [(Activation, Function); 3] = [
            (Activation::Gelu, gelu),
            (Activation::Relu, |x| x.max(0.0)),
            (Activation::Square, |x| x * x),
        ];
        for (seed, (activation, sigma)) in kinds.into_iter().enumerate() {
            let sizes @ [p, e, h] = [5 + seed, 3, 4];
            let description = NetworkDescription::modular_addition(p, e, h, activation);
            let network = Network::new(&description).unwrap();
            let pairs = Dataset::modular_addition(&network).unwrap();
            let loss = NetworkLoss::<f64>::new(&network, &pairs).unwrap();
            let w: Vec<f64> = network.initial(seed as u64);
            let value = loss.value(&w, &mut vec![f64::NAN; loss.scratch_len()]);
            assert_relative_eq!(value, direct(&w, sizes, sigma), max_relative = 1e-12);
        }
    }
}
