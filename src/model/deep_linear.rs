//! Deep linear networks: the matrix losses of [`crate::loss`] beside the ideal of the entries.

use super::error::{at_least, at_most};
use super::generators::linear_basis;
use super::{Domain, Model, ModelError, Observations};
use crate::algebra::{Polynomial, Rational, SizeLimits, Variables};
use crate::loss::{LinearNetwork, LinearNetworkSample, Loss};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Distribution, StandardNormal};

/// The deep linear network y = W_L⋯W₁ x + N(0, I) with widths H₀ (inputs), …, H_L (outputs),
/// standard normal inputs.
///
/// - ideal at w*: the entries of W_L⋯W₁ − W*_L⋯W*₁;
/// - population loss: [`LinearNetwork`], ½‖W_L⋯W₁ − W*_L⋯W*₁‖²;
/// - data: [`Observations`]; sampled loss: [`LinearNetworkSample`].
///
/// Parameters: `w{layer}_{row}_{column}`, layer after layer, each matrix column after column.
/// Learning coefficient at the deepest true parameters:
/// [`closed_form::deep_linear`](crate::closed_form::deep_linear) (Aoyagi 2024).
///
/// # Examples
///
/// ```
/// use rlct::{Budget, model::{DeepLinearNetwork, Model, rational_point}};
/// let model = DeepLinearNetwork::new(&[1, 1, 1, 1])?;
/// let germ = model.germ(&rational_point(&[0.0; 3])?)?;
/// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 1/2, m = 3");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeepLinearNetwork {
    widths: Vec<usize>,
    ring: Variables,
    domain: Domain,
    /// The entries of W_L⋯W₁, column after column.
    product: Vec<Polynomial>,
}

impl DeepLinearNetwork {
    /// The network of these widths.
    ///
    /// # Errors
    /// [`ModelError::TooSmall`] for fewer than two widths or a width of 0;
    /// [`ModelError::TooLarge`].
    ///
    /// ```
    /// # use rlct::model::{DeepLinearNetwork, Model};
    /// assert_eq!(
    ///     DeepLinearNetwork::new(&[2, 1, 2])?.parameters().names(),
    ///     ["w1_1_1", "w1_1_2", "w2_1_1", "w2_2_1"]
    /// );
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    pub fn new(widths: &[usize]) -> Result<Self, ModelError> {
        at_least("the number of widths", 2, widths.len())?;
        for &width in widths {
            at_least("a width", 1, width)?;
            at_most("a width", 256, width)?;
        }
        let mut names = Vec::new();
        for (l, pair) in widths.windows(2).enumerate() {
            for column in 1..=pair[0] {
                names.extend((1..=pair[1]).map(|row| format!("w{}_{row}_{column}", l + 1)));
            }
        }
        let ring = Variables::new(names)?;
        let limits = SizeLimits::default();
        let (inputs, mut start) = (widths[0], 0);
        // The product so far, column after column; at first the identity.
        let mut product: Vec<Polynomial> = (0..inputs * inputs)
            .map(|i| {
                let one = i % inputs == i / inputs;
                Polynomial::constant(&ring, Rational::from(u32::from(one)))
            })
            .collect();
        for pair in widths.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let mut next = Vec::with_capacity(to * inputs);
            for column in product.chunks_exact(from) {
                for row in 0..to {
                    let mut sum = Polynomial::zero(&ring);
                    for (k, entry) in column.iter().enumerate() {
                        let weight = Polynomial::variable(&ring, start + k * to + row);
                        sum = &sum + &entry.checked_mul(&weight, &limits)?;
                    }
                    next.push(sum);
                }
            }
            product = next;
            start += from * to;
        }
        Ok(Self {
            widths: widths.to_vec(),
            domain: Domain::whole(&ring),
            ring,
            product,
        })
    }

    /// The widths H₀, …, H_L.
    ///
    /// ```
    /// # use rlct::model::DeepLinearNetwork;
    /// assert_eq!(DeepLinearNetwork::new(&[3, 2])?.widths(), [3, 2]);
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    #[must_use]
    pub fn widths(&self) -> &[usize] {
        &self.widths
    }

    fn target(&self, truth: &[Rational]) -> Result<Vec<Rational>, ModelError> {
        self.domain.check(truth)?;
        let value = |p: &Polynomial| p.evaluate(truth).map_err(ModelError::from);
        self.product.iter().map(value).collect()
    }

    fn target_floats(&self, truth: &[Rational]) -> Result<Vec<f64>, ModelError> {
        Ok(self.target(truth)?.iter().map(Rational::to_f64).collect())
    }
}

impl Model for DeepLinearNetwork {
    type Data = Observations;

    fn parameters(&self) -> &Variables {
        &self.ring
    }

    fn domain(&self) -> &Domain {
        &self.domain
    }

    fn ideal(&self, truth: &[Rational]) -> Result<Vec<Polynomial>, ModelError> {
        let target = self.target(truth)?;
        let difference =
            |(p, value): (&Polynomial, Rational)| p - &Polynomial::constant(&self.ring, value);
        Ok(linear_basis(
            self.product.iter().zip(target).map(difference).collect(),
        ))
    }

    // the ideal is that of W_L ⋯ W₁ − W*, of which K is a positive definite form
    fn has_ideal_everywhere(&self) -> bool {
        true
    }

    fn population_loss(&self, truth: &[Rational]) -> Result<Box<dyn Loss<f64>>, ModelError> {
        let target = self.target_floats(truth)?;
        Ok(Box::new(LinearNetwork::new(&self.widths, &target)?))
    }

    /// M/2: the constant M/2 · log 2π is left out, as in the sampled loss.
    fn entropy(&self, truth: &[Rational]) -> Result<f64, ModelError> {
        self.domain.check(truth)?;
        Ok(self.widths[self.widths.len() - 1] as f64 / 2.0)
    }

    fn sample(&self, truth: &[Rational], n: usize, seed: u64) -> Result<Observations, ModelError> {
        at_least("the number of samples", 1, n)?;
        let target = self.target_floats(truth)?;
        let (num_inputs, num_outputs) = (self.widths[0], self.widths[self.widths.len() - 1]);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
        let inputs: Vec<f64> = (0..n * num_inputs).map(|_| normal()).collect();
        let mut outputs = Vec::with_capacity(n * num_outputs);
        for x in inputs.chunks_exact(num_inputs) {
            for row in 0..num_outputs {
                let columns = target.chunks_exact(num_outputs).zip(x);
                outputs.push(columns.map(|(column, x)| column[row] * x).sum::<f64>() + normal());
            }
        }
        Ok(Observations { inputs, outputs })
    }

    fn sample_loss(&self, data: &Observations) -> Result<Box<dyn Loss<f64>>, ModelError> {
        let loss = LinearNetworkSample::new(&self.widths, &data.inputs, &data.outputs)?;
        Ok(Box::new(loss.condensed()))
    }
}
