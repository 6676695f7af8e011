//! Addition modulo p as a task for a network: the model and the data of Panickssery and Vaintrob.

use crate::estimate::{EstimateError, Llc};
use crate::experiment::ExperimentError;
use crate::network::{
    Activation, Dataset, Network, NetworkDescription, NetworkLoss, Optimizer, Table, Training,
};
use crate::sampler::{BatchSampling, Control, SamplerError, Sgld};
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

/// Units of the hidden layer, and entries of an embedded token.
const HIDDEN: usize = 48;
const EMBEDDING: usize = 12;
/// Samples of a batch of training.
const BATCH: usize = 128;
/// Weight decay, in the gradient.
const DECAY: f64 = 2e-4;
/// Of SGLD: γ, ε, samples of a batch, steps, and those that are left out.
pub(in crate::experiment) const LOCALIZATION: f64 = 5.0;
pub(in crate::experiment) const STEP: f64 = 1e-3;
const SGLD_BATCH: usize = 64;
const SGLD_STEPS: usize = 3000;
const SGLD_BURN_IN: usize = SGLD_STEPS / 4;

/// What is to be learned of the pairs (a, b).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::experiment) enum Labels {
    /// a + b modulo p.
    Sum,
    /// A label at random for each pair.
    Random,
}

/// A network on the pairs that are trained on, and on the others.
pub(in crate::experiment) struct Task {
    pub(in crate::experiment) network: Network,
    pub(in crate::experiment) loss: NetworkLoss<f32>,
    pub(in crate::experiment) test: NetworkLoss<f32>,
    pub(in crate::experiment) samples: usize,
    seed: u64,
}

impl Task {
    /// All p² pairs, of which a share is trained on.
    pub(in crate::experiment) fn new(
        p: usize,
        share: f64,
        labels: Labels,
        seed: u64,
    ) -> Result<Self, ExperimentError> {
        let description =
            NetworkDescription::modular_addition(p, EMBEDDING, HIDDEN, Activation::Gelu);
        let network = Network::new(&description)?;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(1);
        let mut pairs: Vec<(usize, usize)> = (0..p * p).map(|pair| (pair / p, pair % p)).collect();
        pairs.shuffle(&mut rng);
        let tokens = |pairs: &[(usize, usize)]| -> Vec<f64> {
            let tokens = pairs.iter().flat_map(|&(a, b)| [a as f64, b as f64]);
            tokens.collect()
        };
        let mut sums = |pairs: &[(usize, usize)]| -> Vec<f64> {
            let label = |&(a, b): &(usize, usize)| match labels {
                Labels::Sum => ((a + b) % p) as f64,
                Labels::Random => rng.random_range(0..p) as f64,
            };
            pairs.iter().map(label).collect()
        };
        let samples = (share * (p * p) as f64).floor() as usize;
        let mut part = |pairs: &[(usize, usize)]| -> Result<NetworkLoss<f32>, ExperimentError> {
            let inputs = Table::new("pairs", 2, tokens(pairs))?;
            let labels = Table::new("labels", 1, sums(pairs))?;
            let data = Dataset::new(&network, inputs, labels)?;
            Ok(NetworkLoss::new(&network, &data)?)
        };
        let (train, rest) = pairs.split_at(samples);
        let (loss, test) = (part(train)?, part(rest)?);
        Ok(Self {
            network,
            loss,
            test,
            samples,
            seed,
        })
    }

    /// The published start: E normal, the other entries uniform within ±1/√(inputs), of Wₗ and Wᵣ
    /// each by itself, and c of the variance that two biases have together.
    pub(in crate::experiment) fn start(&self) -> Vec<f32> {
        let mut w: Vec<f32> = self.network.initial(self.seed);
        for parameter in self.network.parameters() {
            // the layer has twice the inputs of each of the two that it stands for
            let scale = match parameter.name.as_str() {
                "layer1.weight" => std::f32::consts::SQRT_2,
                "layer1.bias" => 2.0,
                _ => 1.0,
            };
            for w in &mut w[parameter.range()] {
                *w *= scale;
            }
        }
        w
    }

    /// Adam with weight decay, on batches drawn with replacement.
    pub(in crate::experiment) fn training(&self, rate: f64, steps: u64) -> Training {
        let optimizer = Optimizer::Adam {
            betas: [0.9, 0.999],
            epsilon: 1e-8,
            decay: DECAY,
            decoupled: false,
        };
        Training {
            steps,
            batch: Some(BATCH),
            sampling: BatchSampling::WithReplacement,
            seed: self.seed,
            trace_every: 0,
            ..Training::new(optimizer, rate)
        }
    }

    /// nβ = kn/log(kn) of the published estimates, k a multiplier of n.
    pub(in crate::experiment) fn nbeta(&self, multiplier: f64) -> f64 {
        let n = multiplier * self.samples as f64;
        n / n.ln()
    }

    /// U as it was published: one chain of SGLD on batches, in all directions or in those that are
    /// orthogonal to the gradient at w*. `None` where the chain diverged.
    pub(in crate::experiment) fn energy(
        &self,
        w: &[f32],
        nbeta: f64,
        restricted: bool,
        control: &Control<'_>,
    ) -> Result<Option<f64>, ExperimentError> {
        let llc = self.llc(w, nbeta);
        let llc = match restricted {
            true => llc.orthogonal_to_gradient(),
            false => llc,
        };
        match llc.estimate_with(control) {
            Ok(estimate) => Ok(Some(estimate.energy())),
            Err(EstimateError::Sampler(SamplerError::AllChainsFailed { .. })) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The chain itself.
    pub(in crate::experiment) fn llc<'a>(&'a self, w: &'a [f32], nbeta: f64) -> Llc<'a, f32> {
        Llc::new(&self.loss, w)
            .sampler(Sgld::new(STEP))
            .nbeta(nbeta)
            .localization(LOCALIZATION)
            .batch_size(SGLD_BATCH)
            .batch_sampling(BatchSampling::WithReplacement)
            .chains(1)
            .burn_in(SGLD_BURN_IN)
            .draws(SGLD_STEPS - SGLD_BURN_IN)
            .seed(self.seed)
    }
}
