//! Regression on functions that are polynomials in inputs and parameters.

use super::composite::Composite;
use super::domain::{into_ring, parse_in};
use super::error::{at_least, at_most};
use super::generators::linear_basis;
use super::regression_loss::{GramForm, Residuals};
use super::{Domain, Inputs, Model, ModelError};
use crate::algebra::{Monomial, Polynomial, Rational, Variables};
use crate::loss::Loss;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most coefficients c_kj(w) of a model.
const MAX_COEFFICIENTS: usize = 20_000;

/// Inputs and outputs of a regression, sample after sample.
///
/// # Examples
///
/// ```
/// use rlct::model::Observations;
/// // two samples of one input and one output
/// let data = Observations { inputs: vec![0.0, 1.0], outputs: vec![0.1, 0.9] };
/// assert_eq!(data.inputs.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observations {
    /// n × N inputs, sample after sample.
    pub inputs: Vec<f64>,
    /// n × M outputs, sample after sample.
    pub outputs: Vec<f64>,
}

/// The regression y = f(x, w) + N(0, I) on functions f: ℝᴺ → ℝᴹ whose components
/// f_k(x, w) = Σ_j c_kj(w) x^J are polynomials over ℚ in inputs and parameters.
///
/// - ideal at w*: ⟨c_kj(w) − c_kj(w*)⟩;
/// - population loss: K(w) = ½ E|f(x, w) − f(x, w*)|² = ½ Σ_k (c_k − c*_k)ᵀ G (c_k − c*_k), with
///   the exact Gram matrix G of the monomials under the distribution of the [`Inputs`];
/// - data: [`Observations`]; the sampled loss is 1/(2n) Σ |y − f(x, w)|², without the constant
///   M/2 · log 2π.
///
/// K and Σ gᵢ² are comparable everywhere, since G is positive definite.
///
/// # Examples
///
/// ```
/// use rlct::Budget;
/// use rlct::model::{Inputs, Model, Regression, rational_point};
///
/// // one polynomial neuron: f(x, w) = a (b x)³
/// let model = Regression::parse(["x"], ["a", "b"], ["a*(b*x)^3"], Inputs::Normal)?;
/// let germ = model.germ(&rational_point(&[0.0, 0.0])?)?;
/// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 1/6, m = 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regression {
    ring: Variables,
    num_inputs: usize,
    num_outputs: usize,
    distribution: Inputs,
    /// The monomials x^J.
    features: Vec<Monomial>,
    /// c_kj, output after output.
    coefficients: Vec<Polynomial>,
    domain: Domain,
}

impl Regression {
    /// The regression on these functions of the inputs and the parameters; every other variable is
    /// an error.
    ///
    /// # Errors
    /// [`ModelError::TooSmall`] for no input, parameter or function, [`ModelError::UnknownName`],
    /// [`ModelError::Variables`] if a name is both input and parameter, [`ModelError::TooLarge`].
    ///
    /// ```
    /// # use rlct::{algebra::Variables, model::{Inputs, Regression}};
    /// let (x, w) = (Variables::new(["x"]).unwrap(), Variables::new(["w"]).unwrap());
    /// let f = "w^2*x".parse().unwrap();
    /// assert_eq!(
    ///     Regression::new(&x, &w, &[f], Inputs::Uniform)?.coefficients()[0].to_string(),
    ///     "w^2"
    /// );
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    pub fn new(
        inputs: &Variables,
        parameters: &Variables,
        functions: &[Polynomial],
        distribution: Inputs,
    ) -> Result<Self, ModelError> {
        at_least("the number of inputs", 1, inputs.len())?;
        at_least("the number of parameters", 1, parameters.len())?;
        at_least("the number of functions", 1, functions.len())?;
        let all = Variables::new(inputs.names().iter().chain(parameters.names()).cloned())?;
        let mut split = Vec::with_capacity(functions.len());
        let mut features: BTreeMap<Monomial, ()> = BTreeMap::new();
        for f in functions {
            let mut by_feature: BTreeMap<Monomial, Vec<(Monomial, Rational)>> = BTreeMap::new();
            for (exponents, c) in into_ring(f, &all)?.terms() {
                let (x, w) = exponents.split_at(inputs.len());
                features.insert(Monomial::new(x), ());
                let terms = by_feature.entry(Monomial::new(x)).or_default();
                terms.push((Monomial::new(w), c.clone()));
            }
            split.push(by_feature);
        }
        let features: Vec<Monomial> = features.into_keys().collect();
        at_least("the number of terms of the functions", 1, features.len())?;
        at_most(
            "the number of coefficients",
            MAX_COEFFICIENTS,
            features.len().saturating_mul(functions.len()),
        )?;
        let coefficients = split
            .iter_mut()
            .flat_map(|terms| {
                let take = |feature| {
                    let terms = terms.remove(feature).unwrap_or_default();
                    Polynomial::from_terms(parameters, terms)
                };
                features.iter().map(take).collect::<Vec<_>>()
            })
            .collect();
        Ok(Self {
            ring: parameters.clone(),
            num_inputs: inputs.len(),
            num_outputs: functions.len(),
            distribution,
            features,
            coefficients,
            domain: Domain::whole(parameters),
        })
    }

    /// The regression on functions given as texts in these inputs and parameters.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`ModelError::Parse`].
    ///
    /// ```
    /// # use rlct::model::{Inputs, Regression};
    /// let model = Regression::parse(["x"], ["a", "b"], ["a*x + b*x^2", "a*b"], Inputs::Normal)?;
    /// assert_eq!((model.num_inputs(), model.num_outputs()), (1, 2));
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    pub fn parse<P: Into<String>, Q: Into<String>, S: AsRef<str>>(
        inputs: impl IntoIterator<Item = P>,
        parameters: impl IntoIterator<Item = Q>,
        functions: impl IntoIterator<Item = S>,
        distribution: Inputs,
    ) -> Result<Self, ModelError> {
        let inputs = Variables::new(inputs)?;
        let parameters = Variables::new(parameters)?;
        let all = Variables::new(inputs.names().iter().chain(parameters.names()).cloned())?;
        let functions = parse_in(&all, functions)?;
        Self::new(&inputs, &parameters, &functions, distribution)
    }

    /// The model on a domain.
    ///
    /// # Errors
    /// As [`Domain::parse`].
    ///
    /// ```
    /// # use rlct::{Budget, model::{Inputs, Model, Regression, rational_point}};
    /// let sum = Regression::parse(["x"], ["a", "b"], ["(a + b)*x"], Inputs::Normal)?;
    /// let germ = sum.on(["a", "b"])?.germ(&rational_point(&[0.0, 0.0])?)?; // a, b ≥ 0
    /// assert_eq!(
    ///     germ.learning_coefficient(&Budget::default())
    ///         .unwrap()
    ///         .to_string(),
    ///     "λ = 1, m = 1"
    /// );
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    pub fn on<S: AsRef<str>>(
        mut self,
        constraints: impl IntoIterator<Item = S>,
    ) -> Result<Self, ModelError> {
        self.domain = Domain::parse(&self.ring, constraints)?;
        Ok(self)
    }

    /// The number N of inputs.
    ///
    /// ```
    /// # use rlct::model::{Inputs, Regression};
    /// assert_eq!(
    ///     Regression::parse(["x", "y"], ["a"], ["a*x*y"], Inputs::Normal)?.num_inputs(),
    ///     2
    /// );
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    #[must_use]
    pub fn num_inputs(&self) -> usize {
        self.num_inputs
    }

    /// The number M of outputs.
    ///
    /// ```
    /// # use rlct::model::{Inputs, Regression};
    /// assert_eq!(Regression::parse(["x"], ["a"], ["a*x"], Inputs::Normal)?.num_outputs(), 1);
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    #[must_use]
    pub fn num_outputs(&self) -> usize {
        self.num_outputs
    }

    /// The coefficients c_kj(w), output after output, one for each monomial of the inputs that
    /// occurs.
    ///
    /// ```
    /// # use rlct::model::{Inputs, Regression};
    /// let model = Regression::parse(["x"], ["a", "b"], ["a*x + b*x^2 + a*b*x"], Inputs::Normal)?;
    /// assert_eq!(model.coefficients()[0].to_string(), "a*b + a");
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    #[must_use]
    pub fn coefficients(&self) -> &[Polynomial] {
        &self.coefficients
    }

    pub(super) fn features(&self) -> &[Monomial] {
        &self.features
    }

    pub(super) fn distribution(&self) -> Inputs {
        self.distribution
    }

    fn differences(&self, truth: &[Rational]) -> Result<Vec<Polynomial>, ModelError> {
        self.domain.check(truth)?;
        let difference = |c: &Polynomial| {
            let value = Polynomial::constant(&self.ring, c.evaluate(truth)?);
            Ok(c - &value)
        };
        self.coefficients.iter().map(difference).collect()
    }

    /// The values of the monomials at inputs, sample after sample.
    fn features_at(&self, inputs: &[f64]) -> Vec<f64> {
        inputs
            .chunks_exact(self.num_inputs)
            .flat_map(|x| self.features.iter().map(move |m| power(m, x)))
            .collect()
    }
}

fn power(monomial: &Monomial, x: &[f64]) -> f64 {
    let factors = monomial.exponents().iter().zip(x);
    factors.map(|(e, x)| x.powi(*e as i32)).product()
}

/// Checks shapes and finiteness of data; returns n.
pub(super) fn check_observations(
    data: &Observations,
    num_inputs: usize,
    num_outputs: usize,
) -> Result<usize, ModelError> {
    let n = data.inputs.len() / num_inputs;
    if n == 0 {
        return Err(ModelError::NoSamples);
    }
    for (what, list, width) in [
        ("the list of inputs", &data.inputs, num_inputs),
        ("the list of outputs", &data.outputs, num_outputs),
    ] {
        if list.len() != n * width {
            return Err(ModelError::Length {
                what,
                expected: n * width,
                found: list.len(),
            });
        }
        if let Some(index) = list.iter().position(|x| !x.is_finite()) {
            return Err(ModelError::NotFinite {
                what,
                index,
                value: list[index],
            });
        }
    }
    Ok(n)
}

impl Model for Regression {
    type Data = Observations;

    fn parameters(&self) -> &Variables {
        &self.ring
    }

    fn domain(&self) -> &Domain {
        &self.domain
    }

    fn ideal(&self, truth: &[Rational]) -> Result<Vec<Polynomial>, ModelError> {
        Ok(linear_basis(self.differences(truth)?))
    }

    // K is a positive definite form of the generators
    fn has_ideal_everywhere(&self) -> bool {
        true
    }

    fn population_loss(&self, truth: &[Rational]) -> Result<Box<dyn Loss<f64>>, ModelError> {
        let map = self.differences(truth)?;
        let mut gram = Vec::with_capacity(self.features.len() * self.features.len());
        for a in &self.features {
            for b in &self.features {
                let exponents = a.exponents().iter().zip(b.exponents());
                let moment: Rational = exponents
                    .map(|(a, b)| self.distribution.moment(a + b))
                    .product();
                gram.push(moment.to_f64());
            }
        }
        let head = GramForm {
            gram,
            features: self.features.len(),
        };
        Ok(Box::new(Composite::at(truth, &map, &self.domain, head)?))
    }

    /// M/2: the constant M/2 · log 2π is left out, as in the sampled loss.
    fn entropy(&self, truth: &[Rational]) -> Result<f64, ModelError> {
        self.domain.check(truth)?;
        Ok(self.num_outputs as f64 / 2.0)
    }

    fn sample(&self, truth: &[Rational], n: usize, seed: u64) -> Result<Observations, ModelError> {
        at_least("the number of samples", 1, n)?;
        self.domain.check(truth)?;
        let mut coefficients = Vec::with_capacity(self.coefficients.len());
        for c in &self.coefficients {
            coefficients.push(c.evaluate(truth)?.to_f64());
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let draw = |_| self.distribution.draw(&mut rng);
        let inputs: Vec<f64> = (0..n * self.num_inputs).map(draw).collect();
        let features = self.features_at(&inputs);
        let mut outputs = Vec::with_capacity(n * self.num_outputs);
        for e in features.chunks_exact(self.features.len()) {
            for c in coefficients.chunks_exact(self.features.len()) {
                let noise: f64 = StandardNormal.sample(&mut rng);
                outputs.push(c.iter().zip(e).map(|(c, e)| c * e).sum::<f64>() + noise);
            }
        }
        Ok(Observations { inputs, outputs })
    }

    fn sample_loss(&self, data: &Observations) -> Result<Box<dyn Loss<f64>>, ModelError> {
        let n = check_observations(data, self.num_inputs, self.num_outputs)?;
        let head = Residuals {
            num_samples: n,
            num_features: self.features.len(),
            num_outputs: self.num_outputs,
            features: self.features_at(&data.inputs),
            outputs: data.outputs.clone(),
        };
        Ok(Box::new(Composite::new(
            &self.coefficients,
            &self.domain,
            head,
        )?))
    }
}
