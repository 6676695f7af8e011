//! Independent normal or Poisson variables whose means are polynomials in the parameters.

use super::composite::{Composite, Head};
use super::divergence::Divergence;
use super::domain::{into_ring, parse_in};
use super::error::at_least;
use super::generators::linear_basis;
use super::{Domain, Model, ModelError};
use crate::algebra::{Polynomial, Rational, Variables};
use crate::loss::Loss;
use rand::{Rng, SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Distribution, Poisson, StandardNormal};
use serde::{Deserialize, Serialize};

/// How observations scatter about their means.
///
/// # Examples
///
/// ```
/// use rlct::model::Noise;
/// assert_ne!(Noise::Normal, Noise::Poisson);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Noise {
    /// N(c, 1): squared error.
    Normal,
    /// Poisson counts of mean c ≥ 0.
    Poisson,
}

/// Independent observations y_j of means c_j(w), j = 1, …, s, polynomials over ℚ, with normal or
/// Poisson [`Noise`]. One sample is one vector y.
///
/// - ideal at w*: ⟨c_j(w) − c_j(w*)⟩. For Poisson noise all c_j(w*) must be positive: where one is
///   0, K is linear in c_j;
/// - population loss: ½ Σ (c_j − c*_j)², or Σ [c_j − c*_j + c*_j log(c*_j / c_j)]; both exact;
/// - data: n vectors of length s, one after the other; sampled loss ½ Σ (y_j − c_j)² or Σ (c_j −
///   y_j log c_j), meaned, without constants.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, model::{Model, Noise, PolynomialMeans, rational_point}};
/// let model = PolynomialMeans::parse(["a", "b"], ["a*b", "a*b^2"], Noise::Normal)?;
/// let germ = model.germ(&rational_point(&[0.0, 1.0])?)?;
/// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 1/2, m = 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolynomialMeans {
    ring: Variables,
    means: Vec<Polynomial>,
    noise: Noise,
    domain: Domain,
}

impl PolynomialMeans {
    /// The model of these means.
    ///
    /// # Errors
    /// [`ModelError::TooSmall`] for no parameter or mean, [`ModelError::UnknownName`].
    ///
    /// ```
    /// # use rlct::{algebra::Variables, model::{Noise, PolynomialMeans}};
    /// let ring = Variables::new(["a"]).unwrap();
    /// assert!(PolynomialMeans::new(&ring, &[], Noise::Normal).is_err());
    /// ```
    pub fn new(ring: &Variables, means: &[Polynomial], noise: Noise) -> Result<Self, ModelError> {
        at_least("the number of parameters", 1, ring.len())?;
        at_least("the number of means", 1, means.len())?;
        let means = means
            .iter()
            .map(|c| into_ring(c, ring))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            ring: ring.clone(),
            means,
            noise,
            domain: Domain::whole(ring),
        })
    }

    /// The model of means given as texts in these parameters.
    ///
    /// # Errors
    /// As [`new`](Self::new), [`ModelError::Variables`] and [`ModelError::Parse`].
    ///
    /// ```
    /// # use rlct::model::{Noise, PolynomialMeans};
    /// assert!(PolynomialMeans::parse(["a"], ["a +"], Noise::Poisson).is_err());
    /// ```
    pub fn parse<P: Into<String>, S: AsRef<str>>(
        parameters: impl IntoIterator<Item = P>,
        means: impl IntoIterator<Item = S>,
        noise: Noise,
    ) -> Result<Self, ModelError> {
        let ring = Variables::new(parameters)?;
        let means = parse_in(&ring, means)?;
        Self::new(&ring, &means, noise)
    }

    /// The model on a domain.
    ///
    /// # Errors
    /// As [`Domain::parse`].
    ///
    /// ```
    /// # use rlct::model::{Model, Noise, PolynomialMeans};
    /// let model = PolynomialMeans::parse(["a"], ["a"], Noise::Poisson)?.on(["a"])?;
    /// assert_eq!(model.domain().constraints().len(), 1);
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

    /// The means c_j(w).
    ///
    /// ```
    /// # use rlct::model::{Noise, PolynomialMeans};
    /// assert_eq!(
    ///     PolynomialMeans::parse(["a"], ["a^2"], Noise::Normal)?.means()[0].to_string(),
    ///     "a^2"
    /// );
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    #[must_use]
    pub fn means(&self) -> &[Polynomial] {
        &self.means
    }

    pub(super) fn noise(&self) -> Noise {
        self.noise
    }

    pub(super) fn means_at(&self, w: &[Rational]) -> Result<Vec<Rational>, ModelError> {
        self.domain.check(w)?;
        let mut means = Vec::with_capacity(self.means.len());
        for (index, c) in self.means.iter().enumerate() {
            let value = c.evaluate(w)?;
            if self.noise == Noise::Poisson && value.is_negative() {
                return Err(ModelError::Negative {
                    what: "the Poisson mean",
                    index,
                    value,
                });
            }
            means.push(value);
        }
        Ok(means)
    }

    fn differences(&self, means: &[Rational]) -> Vec<Polynomial> {
        let pairs = self.means.iter().zip(means);
        pairs
            .map(|(c, value)| c - &Polynomial::constant(&self.ring, value.clone()))
            .collect()
    }
}

impl Model for PolynomialMeans {
    type Data = Vec<f64>;

    fn parameters(&self) -> &Variables {
        &self.ring
    }

    fn domain(&self) -> &Domain {
        &self.domain
    }

    fn ideal(&self, truth: &[Rational]) -> Result<Vec<Polynomial>, ModelError> {
        let means = self.means_at(truth)?;
        let missing = |(c, value): (&Polynomial, &Rational)| value.is_zero() && !c.is_zero();
        if self.noise == Noise::Poisson
            && let Some(index) = self.means.iter().zip(&means).position(missing)
        {
            return Err(ModelError::ZeroProbability {
                what: "the Poisson mean",
                index,
            });
        }
        Ok(linear_basis(self.differences(&means)))
    }

    // K is a positive definite form of the generators
    fn has_ideal_everywhere(&self) -> bool {
        true
    }

    fn population_loss(&self, truth: &[Rational]) -> Result<Box<dyn Loss<f64>>, ModelError> {
        let means = self.means_at(truth)?;
        let map = self.differences(&means);
        Ok(match self.noise {
            Noise::Normal => Box::new(Composite::at(truth, &map, &self.domain, HalfSquares)?),
            Noise::Poisson => {
                let head = Divergence {
                    truth: means.iter().map(Rational::to_f64).collect(),
                    normaliser: None,
                };
                Box::new(Composite::at(truth, &map, &self.domain, head)?)
            }
        })
    }

    /// s/2 for normal noise, Σ (c* − c* log c*) for Poisson noise: constants are left out as in the
    /// sampled loss.
    fn entropy(&self, truth: &[Rational]) -> Result<f64, ModelError> {
        let means = self.means_at(truth)?;
        Ok(match self.noise {
            Noise::Normal => means.len() as f64 / 2.0,
            Noise::Poisson => {
                let means = means.iter().map(Rational::to_f64).filter(|c| *c > 0.0);
                means.map(|c| c - c * c.ln()).sum()
            }
        })
    }

    fn sample(&self, truth: &[Rational], n: usize, seed: u64) -> Result<Vec<f64>, ModelError> {
        at_least("the number of samples", 1, n)?;
        let means: Vec<f64> = self.means_at(truth)?.iter().map(Rational::to_f64).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut data = Vec::with_capacity(n * means.len());
        for _ in 0..n {
            for c in &means {
                data.push(match self.noise {
                    Noise::Normal => {
                        let noise: f64 = StandardNormal.sample(&mut rng);
                        c + noise
                    }
                    Noise::Poisson => poisson(*c, &mut rng)?,
                });
            }
        }
        Ok(data)
    }

    fn sample_loss(&self, data: &Vec<f64>) -> Result<Box<dyn Loss<f64>>, ModelError> {
        let s = self.means.len();
        if data.len() < s {
            return Err(ModelError::NoSamples);
        }
        if !data.len().is_multiple_of(s) {
            return Err(ModelError::Length {
                what: "the data",
                expected: data.len() / s * s,
                found: data.len(),
            });
        }
        let allowed = match self.noise {
            Noise::Normal => "finite numbers",
            Noise::Poisson => "the counts 0, 1, 2, …",
        };
        let possible = |y: f64| match self.noise {
            Noise::Normal => y.is_finite(),
            Noise::Poisson => is_count(y),
        };
        if let Some(index) = data.iter().position(|y| !possible(*y)) {
            return Err(ModelError::Observation {
                index,
                value: data[index],
                allowed,
            });
        }
        let head = Scatter {
            noise: self.noise,
            data: data.clone(),
            size: s,
        };
        Ok(Box::new(Composite::new(&self.means, &self.domain, head)?))
    }
}

/// Whether a number is 0, 1, 2, …
pub(super) fn is_count(y: f64) -> bool {
    y >= 0.0 && y.is_finite() && y.fract() == 0.0
}

/// A Poisson count of this mean ≥ 0.
pub(super) fn poisson<R: Rng>(mean: f64, rng: &mut R) -> Result<f64, ModelError> {
    if mean <= 0.0 {
        return Ok(0.0);
    }
    let distribution = Poisson::new(mean).map_err(|_| ModelError::NotFinite {
        what: "the Poisson means",
        index: 0,
        value: mean,
    })?;
    Ok(distribution.sample(rng))
}

/// ½ Σ δ².
#[derive(Debug)]
struct HalfSquares;

impl Head for HalfSquares {
    fn evaluate(
        &self,
        c: &[f64],
        _batch: Option<&[u32]>,
        derivative: Option<&mut [f64]>,
        _scratch: &mut [f64],
    ) -> f64 {
        if let Some(derivative) = derivative {
            derivative.copy_from_slice(c);
        }
        c.iter().map(|c| c * c).sum::<f64>() / 2.0
    }
}

/// The mean of ½ Σ (y_j − c_j)² or Σ (c_j − y_j log c_j) over samples.
#[derive(Debug)]
struct Scatter {
    noise: Noise,
    data: Vec<f64>,
    size: usize,
}

impl Scatter {
    fn add(&self, i: usize, weight: f64, c: &[f64], derivative: Option<&mut [f64]>) -> f64 {
        let y = &self.data[i * self.size..(i + 1) * self.size];
        let mut value = 0.0;
        for (c, y) in c.iter().zip(y) {
            value += match self.noise {
                Noise::Normal => (c - y).powi(2) / 2.0,
                Noise::Poisson if *c < 0.0 || (*c == 0.0 && *y > 0.0) => f64::INFINITY,
                Noise::Poisson if *y == 0.0 => *c,
                Noise::Poisson => c - y * c.ln(),
            };
        }
        if let Some(derivative) = derivative {
            for ((out, c), y) in derivative.iter_mut().zip(c).zip(y) {
                *out += weight
                    * match self.noise {
                        Noise::Normal => c - y,
                        Noise::Poisson if *y == 0.0 => 1.0,
                        Noise::Poisson => 1.0 - y / c,
                    };
            }
        }
        weight * value
    }
}

impl Head for Scatter {
    fn num_samples(&self) -> Option<usize> {
        Some(self.data.len() / self.size)
    }

    fn evaluate(
        &self,
        c: &[f64],
        batch: Option<&[u32]>,
        mut derivative: Option<&mut [f64]>,
        _scratch: &mut [f64],
    ) -> f64 {
        let n = self.data.len() / self.size;
        let mut value = 0.0;
        match batch {
            None => {
                for i in 0..n {
                    value += self.add(i, 1.0 / n as f64, c, derivative.as_deref_mut());
                }
            }
            Some(batch) => {
                let weight = 1.0 / batch.len() as f64;
                for &i in batch {
                    value += self.add(i as usize, weight, c, derivative.as_deref_mut());
                }
            }
        }
        value
    }
}
