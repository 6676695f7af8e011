//! Models of finitely many outcomes, their probabilities polynomials in the parameters.

use super::composite::{Composite, Head};
use super::divergence::Divergence;
use super::domain::{into_ring, parse_in};
use super::error::{at_least, at_most};
use super::generators::linear_basis;
use super::{Domain, Model, ModelError};
use crate::algebra::{Polynomial, Rational, Variables};
use crate::loss::Loss;
use rand::distr::Distribution;
use rand::distr::weighted::WeightedIndex;
use rand::{SeedableRng, rngs::ChaCha8Rng};

/// The most outcomes of a model.
const MAX_OUTCOMES: usize = 4096;

/// A model of outcomes x = 0, 1, …, whose probabilities p_x(w) are polynomials over ℚ with Σ p_x =
/// 1, or weights q_x(w) with p_x = q_x / Σ q.
///
/// - ideal at w*: ⟨p_x(w) − p_x(w*)⟩, or ⟨q_x(w) Z(w*) − q_x(w*) Z(w)⟩ for weights of sum Z;
/// - population loss: K(w) = Σ p*_x log(p*_x / p_x(w)), exact; +∞ where an outcome that happens has
///   no probability, and outside the domain;
/// - data: the observed outcomes, by number.
///
/// K and Σ gᵢ² are comparable near w* when every p*_x > 0: K = Σ p*_x φ(r_x) with
/// φ(r) = r − log(1 + r) ≍ r² and r_x = p_x/p*_x − 1 (Watanabe 2009, section 7.1, has the same for
/// finite mixtures). Where p*_x = 0, K is linear in p_x and the ideal is refused.
///
/// # Examples
///
/// ```
/// use rlct::model::{FiniteOutcomes, Model, rational_point};
/// use rlct::Budget;
///
/// // two coins with biases of which only the product is seen
/// let model = FiniteOutcomes::parse(["a", "b"], ["a*b", "1 - a*b"])?;
/// let truth = rational_point(&[0.5, 0.5])?;
/// let answer = model.germ(&truth)?.learning_coefficient(&Budget::default())?;
/// assert_eq!(answer.to_string(), "λ = 1/2, m = 1");
///
/// let k = model.population_loss(&truth)?;
/// let mut scratch = vec![0.0; k.scratch_len()];
/// assert_eq!(k.value(&[0.25, 1.0], &mut scratch), 0.0); // on the true set ab = 1/4
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiniteOutcomes {
    ring: Variables,
    weights: Vec<Polynomial>,
    /// Z = Σ weights, unless it is the polynomial 1.
    normaliser: Option<Polynomial>,
    domain: Domain,
}

impl FiniteOutcomes {
    /// The model of these probabilities, polynomials in variables of the ring; its domain is ℝᵈ
    /// until [`on`](Self::on) restricts it.
    ///
    /// # Errors
    /// [`ModelError::NotNormalised`] if the sum is not identically 1, [`ModelError::TooSmall`] for
    /// fewer than two outcomes, [`ModelError::UnknownName`].
    ///
    /// ```
    /// # use rlct::{algebra::Variables, model::FiniteOutcomes};
    /// let ring = Variables::new(["a"]).unwrap();
    /// let halves = ["a", "a"].map(|t| t.parse().unwrap());
    /// assert!(FiniteOutcomes::new(&ring, &halves).is_err());
    /// ```
    pub fn new(ring: &Variables, probabilities: &[Polynomial]) -> Result<Self, ModelError> {
        let model = Self::unnormalised(ring, probabilities)?;
        match model.normaliser {
            None => Ok(model),
            Some(sum) => Err(ModelError::NotNormalised {
                sum: sum.to_string(),
            }),
        }
    }

    /// The model of probabilities given as texts in these parameters.
    ///
    /// # Errors
    /// As [`new`](Self::new), [`ModelError::Variables`] and [`ModelError::Parse`].
    ///
    /// ```
    /// # use rlct::model::{FiniteOutcomes, ModelError};
    /// let error = FiniteOutcomes::parse(["a"], ["a", "1 - 2*a"]).unwrap_err();
    /// assert_eq!(error, ModelError::NotNormalised { sum: "-a + 1".to_string() });
    /// ```
    pub fn parse<P: Into<String>, S: AsRef<str>>(
        parameters: impl IntoIterator<Item = P>,
        probabilities: impl IntoIterator<Item = S>,
    ) -> Result<Self, ModelError> {
        let ring = Variables::new(parameters)?;
        let probabilities = parse_in(&ring, probabilities)?;
        Self::new(&ring, &probabilities)
    }

    /// The model p_x = q_x / Σ q of weights q_x ≥ 0.
    ///
    /// # Errors
    /// [`ModelError::TooSmall`] for fewer than two outcomes, [`ModelError::UnknownName`].
    ///
    /// ```
    /// # use rlct::{algebra::Variables, model::{FiniteOutcomes, Model}};
    /// let ring = Variables::new(["t"]).unwrap();
    /// let odds = ["1", "t^2"].map(|t| t.parse().unwrap());
    /// let model = FiniteOutcomes::unnormalised(&ring, &odds)?;
    /// let truth = ["1".parse().unwrap()];
    /// assert_eq!(model.probabilities_at(&truth)?, ["1/2", "1/2"].map(|p| p.parse().unwrap()));
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    pub fn unnormalised(ring: &Variables, weights: &[Polynomial]) -> Result<Self, ModelError> {
        at_least("the number of parameters", 1, ring.len())?;
        at_least("the number of outcomes", 2, weights.len())?;
        at_most("the number of outcomes", MAX_OUTCOMES, weights.len())?;
        let weights = weights
            .iter()
            .map(|q| into_ring(q, ring))
            .collect::<Result<Vec<_>, _>>()?;
        let sum = weights
            .iter()
            .fold(Polynomial::zero(ring), |sum, q| &sum + q);
        let normalised = sum.as_constant().is_some_and(|c| c.is_one());
        Ok(Self {
            ring: ring.clone(),
            weights,
            normaliser: (!normalised).then_some(sum),
            domain: Domain::whole(ring),
        })
    }

    /// The model on a domain.
    ///
    /// # Errors
    /// As [`Domain::parse`].
    ///
    /// ```
    /// # use rlct::model::{FiniteOutcomes, Model};
    /// let coin = FiniteOutcomes::parse(["p"], ["p", "1 - p"])?.on(["p", "1 - p"])?;
    /// assert!(coin.domain().contains(&[0.5]));
    /// assert!(coin.ideal(&["3/2".parse().unwrap()]).is_err());
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    pub fn on<S: AsRef<str>>(
        mut self,
        constraints: impl IntoIterator<Item = S>,
    ) -> Result<Self, ModelError> {
        self.domain = Domain::parse(&self.ring, constraints)?;
        Ok(self)
    }

    pub(super) fn on_domain(mut self, domain: Domain) -> Self {
        self.domain = domain;
        self
    }

    /// The probabilities (or weights) as polynomials, one an outcome.
    ///
    /// ```
    /// # use rlct::model::FiniteOutcomes;
    /// let coin = FiniteOutcomes::parse(["p"], ["p", "1 - p"])?;
    /// assert_eq!(coin.weights()[1].to_string(), "-p + 1");
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    #[must_use]
    pub fn weights(&self) -> &[Polynomial] {
        &self.weights
    }

    /// The exact probabilities of the outcomes at a parameter.
    ///
    /// # Errors
    /// [`ModelError::OutsideDomain`], [`ModelError::ParameterCount`], [`ModelError::Negative`].
    ///
    /// ```
    /// # use rlct::model::FiniteOutcomes;
    /// let coin = FiniteOutcomes::parse(["p"], ["p", "1 - p"])?;
    /// let p = coin.probabilities_at(&["1/3".parse().unwrap()])?;
    /// assert_eq!(p[1].to_string(), "2/3");
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    pub fn probabilities_at(&self, w: &[Rational]) -> Result<Vec<Rational>, ModelError> {
        let (weights, z) = self.weights_at(w)?;
        Ok(weights.iter().map(|q| q / &z).collect())
    }

    /// The weights and their sum Z at a parameter, Z > 0.
    fn weights_at(&self, w: &[Rational]) -> Result<(Vec<Rational>, Rational), ModelError> {
        self.domain.check(w)?;
        let mut weights = Vec::with_capacity(self.weights.len());
        for (index, q) in self.weights.iter().enumerate() {
            let value = q.evaluate(w)?;
            if value.is_negative() {
                return Err(ModelError::Negative {
                    what: "the probability of outcome",
                    index,
                    value,
                });
            }
            weights.push(value);
        }
        let z: Rational = weights.iter().sum();
        if z.is_zero() {
            return Err(ModelError::ZeroProbability {
                what: "the sum of the weights up to outcome",
                index: weights.len() - 1,
            });
        }
        Ok((weights, z))
    }

    /// The numbers g_x = q_x Z* − q*_x Z, or p_x − p*_x.
    fn differences(&self, weights: &[Rational], z: &Rational) -> Vec<Polynomial> {
        let difference = |(q, truth): (&Polynomial, &Rational)| match &self.normaliser {
            None => q - &Polynomial::constant(&self.ring, truth.clone()),
            Some(sum) => &q.scale(z) - &sum.scale(truth),
        };
        self.weights.iter().zip(weights).map(difference).collect()
    }
}

impl Model for FiniteOutcomes {
    type Data = Vec<u32>;

    fn parameters(&self) -> &Variables {
        &self.ring
    }

    fn domain(&self) -> &Domain {
        &self.domain
    }

    fn ideal(&self, truth: &[Rational]) -> Result<Vec<Polynomial>, ModelError> {
        let (weights, z) = self.weights_at(truth)?;
        let missing = |(q, truth): (&Polynomial, &Rational)| truth.is_zero() && !q.is_zero();
        if let Some(index) = self.weights.iter().zip(&weights).position(missing) {
            return Err(ModelError::ZeroProbability {
                what: "the probability of outcome",
                index,
            });
        }
        Ok(linear_basis(self.differences(&weights, &z)))
    }

    // at a zero all probabilities are those of the truth; with weights of which only the ratios
    // count all of them may vanish
    fn has_ideal_everywhere(&self) -> bool {
        self.normaliser.is_none()
    }

    fn population_loss(&self, truth: &[Rational]) -> Result<Box<dyn Loss<f64>>, ModelError> {
        let (weights, z) = self.weights_at(truth)?;
        let mut map = self.differences(&weights, &z);
        if let Some(sum) = &self.normaliser {
            map.push(sum - &Polynomial::constant(&self.ring, z.clone()));
        }
        let head = Divergence {
            truth: weights.iter().map(|q| (q / &z).to_f64()).collect(),
            normaliser: self.normaliser.is_some().then(|| z.to_f64()),
        };
        Ok(Box::new(Composite::at(truth, &map, &self.domain, head)?))
    }

    fn entropy(&self, truth: &[Rational]) -> Result<f64, ModelError> {
        let p = self.probabilities_at(truth)?;
        let p = p.iter().map(Rational::to_f64).filter(|p| *p > 0.0);
        Ok(p.map(|p| -p * p.ln()).sum())
    }

    fn sample(&self, truth: &[Rational], n: usize, seed: u64) -> Result<Vec<u32>, ModelError> {
        at_least("the number of samples", 1, n)?;
        let (weights, _) = self.weights_at(truth)?;
        let weights: Vec<f64> = weights.iter().map(Rational::to_f64).collect();
        // Weights that are ≥ 0 with a positive sum are never refused.
        let distribution = WeightedIndex::new(&weights).map_err(|_| ModelError::NotFinite {
            what: "the weights of the outcomes",
            index: 0,
            value: weights.iter().sum(),
        })?;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        Ok((0..n)
            .map(|_| distribution.sample(&mut rng) as u32)
            .collect())
    }

    fn sample_loss(&self, data: &Vec<u32>) -> Result<Box<dyn Loss<f64>>, ModelError> {
        let outcomes = self.weights.len();
        if data.is_empty() {
            return Err(ModelError::NoSamples);
        }
        let mut frequencies = vec![0.0; outcomes];
        for (index, &x) in data.iter().enumerate() {
            let Some(frequency) = frequencies.get_mut(x as usize) else {
                return Err(ModelError::Observation {
                    index,
                    value: f64::from(x),
                    allowed: "the numbers of the outcomes, from 0",
                });
            };
            *frequency += 1.0 / data.len() as f64;
        }
        let mut map = self.weights.clone();
        map.extend(self.normaliser.clone());
        let head = Observed {
            data: data.clone(),
            frequencies,
            normalised: self.normaliser.is_none(),
        };
        Ok(Box::new(Composite::new(&map, &self.domain, head)?))
    }
}

/// −Σ f_x log q_x + log Z for frequencies f of outcomes.
#[derive(Debug)]
struct Observed {
    data: Vec<u32>,
    frequencies: Vec<f64>,
    normalised: bool,
}

impl Head for Observed {
    fn num_samples(&self) -> Option<usize> {
        Some(self.data.len())
    }

    /// The frequencies stand for all of them.
    fn cost_in_samples(&self) -> Option<usize> {
        Some(1)
    }

    fn scratch_len(&self) -> usize {
        self.frequencies.len()
    }

    fn evaluate(
        &self,
        c: &[f64],
        batch: Option<&[u32]>,
        derivative: Option<&mut [f64]>,
        scratch: &mut [f64],
    ) -> f64 {
        let outcomes = self.frequencies.len();
        let frequencies = match batch {
            None => &self.frequencies[..],
            Some(batch) => {
                let counted = &mut scratch[..outcomes];
                counted.fill(0.0);
                for &i in batch {
                    counted[self.data[i as usize] as usize] += 1.0 / batch.len() as f64;
                }
                counted
            }
        };
        let z = if self.normalised { 1.0 } else { c[outcomes] };
        if z <= 0.0 {
            return f64::INFINITY;
        }
        let mut value = z.ln();
        for (f, q) in frequencies.iter().zip(c) {
            if *f > 0.0 {
                value += if *q > 0.0 { -f * q.ln() } else { f64::INFINITY };
            }
        }
        if let Some(derivative) = derivative {
            for ((f, q), out) in frequencies.iter().zip(c).zip(derivative.iter_mut()) {
                *out = if *f > 0.0 { -f / q } else { 0.0 };
            }
            if !self.normalised {
                derivative[outcomes] = 1.0 / z;
            }
        }
        value
    }
}
