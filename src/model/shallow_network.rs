//! Networks of one hidden layer with analytic activations, and ReLU networks, which have no ideal.

use super::error::{at_least, at_most};
use super::generators::linear_basis;
use super::lanes::{self, LANES, Lanes};
use super::regression::check_observations;
use super::shallow_loss::{UnitLoss, Units};
use super::{Domain, Inputs, Model, ModelError, Observations};
use crate::algebra::{Monomial, Polynomial, Rational, Variables};
use crate::loss::Loss;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

/// The most quadrature nodes of a population loss.
const MAX_NODES: usize = 50_000;

/// The activation σ of the hidden units of a [`ShallowNetwork`].
///
/// # Examples
///
/// ```
/// use rlct::model::Activation;
/// assert_eq!(Activation::Relu.value(-1.0), 0.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Activation {
    /// tanh s: the Taylor coefficients of s, s³, s⁵, … are all non-zero (they are Bernoulli numbers
    /// up to factors).
    Tanh,
    /// sin s: the same exponents.
    Sine,
    /// e^s − 1: the coefficients of s, s², s³, … are all non-zero.
    Exponential,
    /// max(0, s): not analytic, there is no ideal.
    Relu,
}

impl Activation {
    /// σ(s).
    ///
    /// ```
    /// # use rlct::model::Activation;
    /// assert_eq!(Activation::Tanh.value(0.0), 0.0);
    /// ```
    #[must_use]
    pub fn value(self, s: f64) -> f64 {
        match self {
            Self::Tanh => lanes::tanh(s),
            Self::Sine => s.sin(),
            Self::Exponential => s.exp_m1(),
            Self::Relu => s.max(0.0),
        }
    }

    /// σ′(s); 0 at the kink of ReLU.
    ///
    /// ```
    /// # use rlct::model::Activation;
    /// assert_eq!(Activation::Sine.derivative(0.0), 1.0);
    /// ```
    #[must_use]
    pub fn derivative(self, s: f64) -> f64 {
        self.derivative_beside(s, self.value(s))
    }

    /// σ of several numbers.
    #[inline(always)]
    pub(super) fn values(self, arguments: &Lanes) -> Lanes {
        let mut values = [0.0; LANES];
        if self == Self::Tanh {
            // a loop of its own, which becomes vectors
            for (value, s) in values.iter_mut().zip(arguments) {
                *value = lanes::tanh(*s);
            }
        } else {
            for (value, s) in values.iter_mut().zip(arguments) {
                *value = self.value(*s);
            }
        }
        values
    }

    /// σ′(s), given σ(s).
    #[inline(always)]
    pub(super) fn derivative_beside(self, s: f64, value: f64) -> f64 {
        match self {
            Self::Tanh => 1.0 - value * value,
            Self::Sine => s.cos(),
            Self::Exponential => 1.0 + value,
            Self::Relu => f64::from(u8::from(s > 0.0)),
        }
    }

    /// Whether σ(−s) = −σ(s).
    fn is_odd(self) -> bool {
        self.exponents() == Some((1, 2))
    }

    /// The first exponent and the step of the Taylor series at 0, every coefficient of which is
    /// non-zero.
    fn exponents(self) -> Option<(u32, u32)> {
        match self {
            Self::Tanh | Self::Sine => Some((1, 2)),
            Self::Exponential => Some((1, 1)),
            Self::Relu => None,
        }
    }
}

/// The regression y = Σ_i a_i σ(b_i · x) + N(0, I) with H hidden units, N inputs, M outputs, no
/// biases.
///
/// - ideal at w*: the Taylor moments Σ_i a_ki b_i^J − Σ_i a*_ki b*_i^J with |J| = s + nQ for n = 0,
///   …, H + r − 1, where the Taylor coefficients of σ are non-zero exactly at the degrees s + nQ
///   (tanh: 1 + 2n) and r is the number of units of the true function. These finitely many generate
///   the ideal of all f(x, w) − f(x, w*): for any x the numbers β = (b_i · x)^Q and (b*_i · x)^Q
///   are the roots of a polynomial of degree H + r, so the moments of each degree obey a linear
///   recurrence of that order whose coefficients are polynomials in b and x (Newton's identities;
///   for N = 1 and zero truth Aoyagi 2009, IJPAM 52:177–204, has the first H);
/// - population loss: K(w) = ½ E|f(x, w) − f(x, w*)|², by a product Gauss rule of the [`Inputs`]
///   (32 nodes for one input, 16 a coordinate for two, 8 from three on, and always more than the
///   degrees of the moments, so that K and Σ gᵢ² stay comparable). K is exactly the loss for inputs
///   distributed as the rule; for |b| ≤ 2 and uniform inputs in one dimension the rule is accurate
///   to 10⁻⁸;
/// - data: [`Observations`]; sampled loss 1/(2n) Σ |y − f(x, w)|².
///
/// ReLU has the losses, but [`ideal`](Model::ideal) answers [`ModelError::NoIdeal`].
///
/// # Examples
///
/// ```
/// use rlct::{Budget, model::{Activation, Inputs, Model, ShallowNetwork, rational_point}};
/// let model = ShallowNetwork::new(1, 2, 1, Activation::Tanh, Inputs::Uniform)?;
/// let germ = model.germ(&rational_point(&[0.0; 4])?)?;
/// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 2/3, m = 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShallowNetwork {
    num_inputs: usize,
    hidden: usize,
    num_outputs: usize,
    activation: Activation,
    distribution: Inputs,
    ring: Variables,
    domain: Domain,
}

impl ShallowNetwork {
    /// The network of N inputs, H hidden units and M outputs. Parameters: the output weights
    /// `a{k}_{i}` of unit i to output k, unit after unit, then the input weights `b{j}_{i}`, unit
    /// after unit.
    ///
    /// # Errors
    /// [`ModelError::TooSmall`] for a size of 0, [`ModelError::TooLarge`] for more than 256
    /// parameters.
    ///
    /// ```
    /// # use rlct::model::{Activation, Inputs, Model, ShallowNetwork};
    /// let model = ShallowNetwork::new(2, 1, 1, Activation::Relu, Inputs::Normal)?;
    /// assert_eq!(model.parameters().names(), ["a1_1", "b1_1", "b2_1"]);
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    pub fn new(
        inputs: usize,
        hidden: usize,
        outputs: usize,
        activation: Activation,
        distribution: Inputs,
    ) -> Result<Self, ModelError> {
        for (what, size) in [
            ("the number of inputs", inputs),
            ("the number of hidden units", hidden),
            ("the number of outputs", outputs),
        ] {
            at_least(what, 1, size)?;
            at_most(what, 256, size)?;
        }
        let a = (1..=hidden).flat_map(|i| (1..=outputs).map(move |k| format!("a{k}_{i}")));
        let b = (1..=hidden).flat_map(|i| (1..=inputs).map(move |j| format!("b{j}_{i}")));
        let ring = Variables::new(a.chain(b))?;
        Ok(Self {
            num_inputs: inputs,
            hidden,
            num_outputs: outputs,
            activation,
            distribution,
            domain: Domain::whole(&ring),
            ring,
        })
    }

    /// The activation of the hidden units.
    ///
    /// ```
    /// # use rlct::model::{Activation, Inputs, ShallowNetwork};
    /// let model = ShallowNetwork::new(1, 1, 1, Activation::Sine, Inputs::Normal)?;
    /// assert_eq!(model.activation(), Activation::Sine);
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    #[must_use]
    pub fn activation(&self) -> Activation {
        self.activation
    }

    fn units(&self) -> Units {
        Units {
            num_inputs: self.num_inputs,
            hidden: self.hidden,
            num_outputs: self.num_outputs,
            activation: self.activation,
        }
    }

    /// The number r of units of the true function: distinct non-zero input weights (up to sign, for
    /// odd σ) whose output weights do not cancel.
    fn true_units(&self, truth: &[Rational], odd: bool) -> usize {
        let (a, b) = truth.split_at(self.hidden * self.num_outputs);
        let mut units: Vec<(Vec<Rational>, Vec<Rational>)> = Vec::new();
        for (a, b) in a
            .chunks_exact(self.num_outputs)
            .zip(b.chunks_exact(self.num_inputs))
        {
            let Some(first) = b.iter().find(|b| !b.is_zero()) else {
                continue;
            };
            let flip = odd && first.is_negative();
            let sign = |list: &[Rational]| -> Vec<Rational> {
                list.iter()
                    .map(|x| if flip { -x } else { x.clone() })
                    .collect()
            };
            let (a, b) = (sign(a), sign(b));
            match units.iter_mut().find(|(_, known)| *known == b) {
                Some((sum, _)) => {
                    for (sum, a) in sum.iter_mut().zip(&a) {
                        *sum = &*sum + a;
                    }
                }
                None => units.push((a, b)),
            }
        }
        units.retain(|(a, _)| a.iter().any(|a| !a.is_zero()));
        units.len()
    }

    /// The degrees of the moments that generate the ideal at the true parameter.
    fn degrees(&self, truth: &[Rational]) -> Option<Vec<u32>> {
        let (first, step) = self.activation.exponents()?;
        let count = (self.hidden + self.true_units(truth, self.activation.is_odd())) as u32;
        Some((0..count).map(|n| first + n * step).collect())
    }
}

/// All exponent vectors of n variables of this total degree.
fn exponents_of_degree(n: usize, degree: u32) -> Vec<Vec<u32>> {
    if n == 1 {
        return vec![vec![degree]];
    }
    (0..=degree)
        .rev()
        .flat_map(|first| {
            exponents_of_degree(n - 1, degree - first)
                .into_iter()
                .map(move |mut rest| {
                    rest.insert(0, first);
                    rest
                })
        })
        .collect()
}

impl Model for ShallowNetwork {
    type Data = Observations;

    fn parameters(&self) -> &Variables {
        &self.ring
    }

    fn domain(&self) -> &Domain {
        &self.domain
    }

    fn ideal(&self, truth: &[Rational]) -> Result<Vec<Polynomial>, ModelError> {
        self.domain.check(truth)?;
        let degrees = self.degrees(truth).ok_or(ModelError::NoIdeal {
            reason: "a ReLU network is not analytic in its parameters",
        })?;
        let last = degrees.last().copied().unwrap_or(0);
        // C(last + N, N) is at least the number of exponent vectors of the last degree.
        let count =
            (1..=self.num_inputs).fold(1.0, |c, j| c * (f64::from(last) + j as f64) / j as f64);
        at_most("the number of moments", 10_000, count as usize)?;
        let (d, outputs) = (self.ring.len(), self.num_outputs);
        let mut moments = Vec::new();
        for degree in degrees {
            for exponents in exponents_of_degree(self.num_inputs, degree) {
                for k in 0..outputs {
                    let terms = (0..self.hidden).map(|i| {
                        let mut term = vec![0; d];
                        term[i * outputs + k] = 1;
                        let first = self.hidden * outputs + i * self.num_inputs;
                        term[first..first + self.num_inputs].copy_from_slice(&exponents);
                        (Monomial::new(&term), Rational::ONE)
                    });
                    let moment = Polynomial::from_terms(&self.ring, terms);
                    let value = moment.evaluate(truth)?;
                    moments.push(&moment - &Polynomial::constant(&self.ring, value));
                }
            }
        }
        Ok(linear_basis(moments))
    }

    fn population_loss(&self, truth: &[Rational]) -> Result<Box<dyn Loss<f64>>, ModelError> {
        self.domain.check(truth)?;
        let least = match self.num_inputs {
            1 => 32,
            2 => 16,
            _ => 8,
        };
        let last = self
            .degrees(truth)
            .and_then(|d| d.last().copied())
            .unwrap_or(0);
        let per_coordinate = least.max(last as usize + 1);
        let nodes = u32::try_from(self.num_inputs)
            .ok()
            .and_then(|n| per_coordinate.checked_pow(n))
            .unwrap_or(usize::MAX);
        at_most("the number of quadrature nodes", MAX_NODES, nodes)?;
        let rule = self.distribution.rule(per_coordinate);
        let mut inputs = Vec::with_capacity(nodes * self.num_inputs);
        let mut weights = Vec::with_capacity(nodes);
        // Where σ is odd, so is the residual, and its square the same at x and −x, the node of
        // number nodes − 1 − node.
        let (kept, share) = match self.activation.is_odd() {
            true => (nodes / 2, 2.0),
            false => (nodes, 1.0),
        };
        for node in 0..kept {
            let (mut rest, mut weight) = (node, share);
            for _ in 0..self.num_inputs {
                let (x, w) = rule[rest % per_coordinate];
                inputs.push(x);
                weight *= w;
                rest /= per_coordinate;
            }
            weights.push(weight);
        }
        let w: Vec<f64> = truth.iter().map(Rational::to_f64).collect();
        let outputs = self.units().outputs(&w, &inputs);
        Ok(Box::new(UnitLoss::on_nodes(
            self.units(),
            &inputs,
            &outputs,
            &weights,
        )))
    }

    /// M/2: the constant M/2 · log 2π is left out, as in the sampled loss.
    fn entropy(&self, truth: &[Rational]) -> Result<f64, ModelError> {
        self.domain.check(truth)?;
        Ok(self.num_outputs as f64 / 2.0)
    }

    fn sample(&self, truth: &[Rational], n: usize, seed: u64) -> Result<Observations, ModelError> {
        at_least("the number of samples", 1, n)?;
        self.domain.check(truth)?;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let draw = |_| self.distribution.draw(&mut rng);
        let inputs: Vec<f64> = (0..n * self.num_inputs).map(draw).collect();
        let w: Vec<f64> = truth.iter().map(Rational::to_f64).collect();
        let mut outputs = self.units().outputs(&w, &inputs);
        for y in &mut outputs {
            let noise: f64 = StandardNormal.sample(&mut rng);
            *y += noise;
        }
        Ok(Observations { inputs, outputs })
    }

    fn sample_loss(&self, data: &Observations) -> Result<Box<dyn Loss<f64>>, ModelError> {
        check_observations(data, self.num_inputs, self.num_outputs)?;
        Ok(Box::new(UnitLoss::on_samples(
            self.units(),
            &data.inputs,
            &data.outputs,
        )))
    }
}
