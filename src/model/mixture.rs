//! Mixtures of normal or Poisson distributions.

use super::domain::Bounds;
use super::error::{at_least, at_most};
use super::generators::linear_basis;
use super::means::{is_count, poisson};
use super::mixture_divergence::MixtureDivergence;
use super::mixture_likelihood::Blocks;
use super::mixture_loss::{Data, MixtureLoss, Shape, Summands};
use super::moments::moments;
use super::{Domain, Kernel, Model, ModelError};
use crate::algebra::{Polynomial, Rational, Variables};
use crate::loss::Loss;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Distribution, StandardNormal};

/// The most nodes of a quadrature.
const MAX_NODES: usize = 20_000;

/// The mixture p(x) = Σ_i a_i k(x | m_i, v_i) of H components with weights on the simplex and a
/// [`Kernel`] k.
///
/// - ideal at w*: components are gathered by the true location (and variance) they sit on. A
///   cluster C at (m*, v*) of true weight a* gives the moments Σ_{i∈C} a_i q_k(m_i − m*, v_i − v*)
///   − [k = 0] a*, with q_k the k-th derivative at 0 of exp(μt + vt²/2) in t (q_k = μᵏ for known
///   variance and Poisson). The densities ∂ᵏ/∂mᵏ k(x|m*, v*) are linearly independent, so all these
///   moments generate the ideal; a finite number does:
///   - known variance, Poisson: k = 0, …, |C| (Newton's identities: the moments obey a linear
///     recurrence of order |C| with polynomial coefficients);
///   - unknown variance, |C| = 1: k ≤ 2; |C| > 1: the least K such that at the true weights the
///     moments up to K contain every monomial of weighted degree K + 1 and K + 2 (μ of weight 1, v
///     of weight 2), decided by Gröbner bases; by Nakayama's lemma the later moments then lie in
///     the ideal of the first K near w*. It needs positive true weights in such a cluster (or |C| =
///     2 with one weight 0, where K = 4), else [`ModelError::Truncation`];
/// - population loss: K(w) = Σ_x h [p* log(p*/p) − p* + p] over a grid: all counts up to a bound
///   where the tail is below 10⁻¹⁶, or equidistant nodes (h = a sixth of the standard deviation, a
///   tenth of the least true one where they are unknown, 12 deviations beyond all true components).
///   Every summand is ≥ 0 and vanishes at the truth. Accurate to 10⁻⁸ or better for components
///   within 6 true deviations of the true ones and no narrower than a third of the narrowest;
///   components outside the grid are not seen;
/// - data: numbers; sampled loss −1/n Σ log p(x), nothing left out.
///
/// Parameters: the weights `a1`, …, `a(H−1)` (the last is what remains), the locations `m1`, …,
/// `mH`, and for [`Kernel::Normal`] the variances `v1`, …, `vH`.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, model::{Kernel, Mixture, Model, rational_point}};
/// // two components fitted to one, with equal weights
/// let model = Mixture::new(Kernel::NormalLocation, 2)?;
/// let germ = model.germ(&rational_point(&[0.5, 0.0, 0.0])?)?;
/// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 3/4, m = 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mixture {
    kernel: Kernel,
    components: usize,
    ring: Variables,
    domain: Domain,
}

impl Mixture {
    /// The mixture of H components of a kernel.
    ///
    /// # Errors
    /// [`ModelError::TooSmall`] for no component, [`ModelError::TooLarge`].
    ///
    /// ```
    /// # use rlct::model::{Kernel, Mixture, Model};
    /// let model = Mixture::new(Kernel::Normal, 2)?;
    /// assert_eq!(model.parameters().names(), ["a1", "m1", "m2", "v1", "v2"]);
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    pub fn new(kernel: Kernel, components: usize) -> Result<Self, ModelError> {
        at_least("the number of components", 1, components)?;
        at_most("the number of components", 64, components)?;
        let mut names: Vec<String> = (1..components).map(|i| format!("a{i}")).collect();
        names.extend((1..=components).map(|i| format!("m{i}")));
        if kernel.has_variance() {
            names.extend((1..=components).map(|i| format!("v{i}")));
        }
        let ring = Variables::new(names)?;
        let variable = |i: usize| Polynomial::variable(&ring, i);
        let mut constraints: Vec<Polynomial> = (0..components - 1).map(variable).collect();
        if components > 1 {
            constraints.push(Self::last_weight(&ring, components));
        }
        match kernel {
            Kernel::NormalLocation => {}
            Kernel::Poisson => {
                constraints.extend((0..components).map(|i| variable(components - 1 + i)));
            }
            Kernel::Normal => {
                constraints.extend((0..components).map(|i| variable(2 * components - 1 + i)));
            }
        }
        let domain = Domain::new(&ring, constraints)?;
        Ok(Self {
            kernel,
            components,
            ring,
            domain,
        })
    }

    /// 1 − a₁ − … − a_{H−1}.
    pub(super) fn last_weight(ring: &Variables, components: usize) -> Polynomial {
        let one = Polynomial::constant(ring, Rational::ONE);
        (0..components - 1).fold(one, |rest, i| &rest - &Polynomial::variable(ring, i))
    }

    /// The kernel.
    ///
    /// ```
    /// # use rlct::model::{Kernel, Mixture};
    /// assert_eq!(Mixture::new(Kernel::Poisson, 2)?.kernel(), Kernel::Poisson);
    /// # Ok::<(), rlct::model::ModelError>(())
    /// ```
    #[must_use]
    pub fn kernel(&self) -> Kernel {
        self.kernel
    }

    fn shape(&self) -> Shape {
        Shape {
            kernel: self.kernel,
            components: self.components,
            bounds: Bounds::of(&self.domain),
        }
    }

    /// Checks the true parameter, variances > 0 included; returns it in floating point.
    fn check(&self, truth: &[Rational]) -> Result<Vec<f64>, ModelError> {
        self.domain.check(truth)?;
        if self.kernel.has_variance()
            && !truth[2 * self.components - 1..]
                .iter()
                .all(Rational::is_positive)
        {
            return Err(ModelError::NotPositiveDefinite);
        }
        Ok(truth.iter().map(Rational::to_f64).collect())
    }

    /// Location and standard deviation of each true component.
    fn spread(&self, w: &[f64]) -> Vec<(f64, f64)> {
        let locations = &w[self.components - 1..2 * self.components - 1];
        let deviation = |(i, m): (usize, &f64)| match self.kernel {
            Kernel::NormalLocation => (*m, 1.0),
            Kernel::Normal => (*m, w[2 * self.components - 1 + i].sqrt()),
            Kernel::Poisson => (*m, m.sqrt()),
        };
        locations.iter().enumerate().map(deviation).collect()
    }

    /// The divergence, summed over the nodes one by one.
    pub(super) fn direct(&self, truth: &[Rational]) -> Result<MixtureLoss, ModelError> {
        let w = self.check(truth)?;
        let (points, step) = self.grid(&w)?;
        let shape = self.shape();
        let mut scratch = vec![0.0; shape.scratch_len()];
        let mut prepared = shape.prepare(&w, &mut scratch);
        let truth = points
            .iter()
            .map(|x| shape.log_density(*x, &w, &mut prepared))
            .collect();
        Ok(MixtureLoss {
            shape,
            points,
            summands: Summands::Divergence { step, truth },
        })
    }

    /// The nodes of the grid and their common weight h.
    fn grid(&self, w: &[f64]) -> Result<(Vec<f64>, f64), ModelError> {
        let spread = self.spread(w);
        let reach = |sign: f64, extra: f64| {
            spread
                .iter()
                .map(move |(m, s)| m * sign + 12.0 * s + extra)
                .fold(f64::MIN, f64::max)
        };
        let (low, high, step) = match self.kernel {
            Kernel::Poisson => (0.0, reach(1.0, 40.0).ceil(), 1.0),
            _ => {
                let narrowest = spread.iter().map(|(_, s)| *s).fold(f64::MAX, f64::min);
                // Components narrower than the true ones ask for more nodes.
                let nodes = if self.kernel.has_variance() {
                    10.0
                } else {
                    6.0
                };
                (-reach(-1.0, 0.0), reach(1.0, 0.0), narrowest / nodes)
            }
        };
        let count = ((high - low) / step).ceil();
        // A count beyond usize saturates, and is refused.
        at_most("the number of quadrature nodes", MAX_NODES, count as usize)?;
        let nodes = (0..=count as usize).map(|k| low + k as f64 * step);
        Ok((nodes.collect(), step))
    }
}

impl Model for Mixture {
    type Data = Vec<f64>;

    fn parameters(&self) -> &Variables {
        &self.ring
    }

    fn domain(&self) -> &Domain {
        &self.domain
    }

    fn ideal(&self, truth: &[Rational]) -> Result<Vec<Polynomial>, ModelError> {
        self.check(truth)?;
        let weights: Vec<Rational> = self.weights(truth);
        let locations = &truth[self.components - 1..];
        let positive = |(a, m): (&Rational, &Rational)| a.is_positive() && m.is_positive();
        if self.kernel == Kernel::Poisson && !weights.iter().zip(locations).any(positive) {
            return Err(ModelError::ZeroProbability {
                what: "the probability of the count",
                index: 1,
            });
        }
        Ok(linear_basis(moments(
            self.kernel,
            &self.ring,
            &weights,
            truth,
        )?))
    }

    fn population_loss(&self, truth: &[Rational]) -> Result<Box<dyn Loss<f64>>, ModelError> {
        let w = truth.iter().map(Rational::to_f64).collect::<Vec<_>>();
        Ok(match MixtureDivergence::new(self.direct(truth)?, &w) {
            Ok(loss) => Box::new(loss),
            Err(direct) => Box::new(direct),
        })
    }

    fn entropy(&self, truth: &[Rational]) -> Result<f64, ModelError> {
        let w = self.check(truth)?;
        let (points, step) = self.grid(&w)?;
        let shape = self.shape();
        let mut scratch = vec![0.0; shape.scratch_len()];
        let mut prepared = shape.prepare(&w, &mut scratch);
        let summand = |x: &f64| {
            let log = shape.log_density(*x, &w, &mut prepared);
            if log > f64::NEG_INFINITY {
                -step * log * log.exp()
            } else {
                0.0
            }
        };
        Ok(points.iter().map(summand).sum())
    }

    fn sample(&self, truth: &[Rational], n: usize, seed: u64) -> Result<Vec<f64>, ModelError> {
        at_least("the number of samples", 1, n)?;
        let w = self.check(truth)?;
        let weights: Vec<f64> = self.weights(truth).iter().map(Rational::to_f64).collect();
        let spread = self.spread(&w);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut data = Vec::with_capacity(n);
        for _ in 0..n {
            let mut left: f64 = rng.random();
            let beyond = weights.iter().position(|a| {
                left -= a;
                left < 0.0
            });
            let (m, s) = spread[beyond.unwrap_or(self.components - 1)];
            data.push(match self.kernel {
                Kernel::Poisson => poisson(m, &mut rng)?,
                _ => {
                    let z: f64 = StandardNormal.sample(&mut rng);
                    m + s * z
                }
            });
        }
        Ok(data)
    }

    fn sample_loss(&self, data: &Vec<f64>) -> Result<Box<dyn Loss<f64>>, ModelError> {
        if data.is_empty() {
            return Err(ModelError::NoSamples);
        }
        let (possible, allowed): (fn(f64) -> bool, _) = match self.kernel {
            Kernel::Poisson => (is_count, "the counts 0, 1, 2, …"),
            _ => (f64::is_finite, "finite numbers"),
        };
        if let Some(index) = data.iter().position(|x| !possible(*x)) {
            return Err(ModelError::Observation {
                index,
                value: data[index],
                allowed,
            });
        }
        Ok(Box::new(MixtureLoss {
            shape: self.shape(),
            points: data.clone(),
            summands: Summands::Likelihood(match self.kernel {
                Kernel::Poisson => Data::Counts(counted(data)),
                _ => Data::Numbers(Blocks::new(data)),
            }),
        }))
    }
}

/// Each count and how often it occurs.
fn counted(data: &[f64]) -> Vec<(f64, f64)> {
    let mut sorted = data.to_vec();
    sorted.sort_by(f64::total_cmp);
    let runs = sorted.chunk_by(|a, b| a == b);
    runs.map(|run| (run[0], run.len() as f64)).collect()
}

impl Mixture {
    /// All H weights at a parameter.
    fn weights(&self, w: &[Rational]) -> Vec<Rational> {
        let mut weights = w[..self.components - 1].to_vec();
        weights.push(Rational::ONE - weights.iter().sum::<Rational>());
        weights
    }
}
