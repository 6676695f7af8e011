//! Statistical models, written once for both lanes: an ideal for the exact engine; a loss, data and
//! a sampled loss for the estimators.
//!
//! A model is a family of distributions p(x|w). At a *true parameter* w*, with truth q = p(·|w*),
//! the Kullback–Leibler divergence K(w) = ∫ q log(q / p(·|w)) is comparable near w* with Σ gᵢ(w)²
//! for an ideal ⟨gᵢ⟩, so the learning coefficient of the model at w* is that of the ideal (Watanabe
//! 2009, chapters 4 and 7). True parameters are rational, so that the ideal is exact.
//!
//! | engine | a model is given by | ideal at w* |
//! |---|---|---|
//! | [`FiniteOutcomes`] | probabilities p_x(w), polynomials | p_x(w) − p_x(w*) |
//! | [`Regression`] | functions f(x, w), polynomials in inputs and parameters | coefficients of f(x, w) − f(x, w*) |
//! | [`ShallowNetwork`] | widths and an analytic activation | Taylor moments Σ aᵢ bᵢᴶ − Σ a*ᵢ b*ᵢᴶ |
//! | [`DeepLinearNetwork`] | widths | entries of W_L⋯W₁ − W*_L⋯W*₁ |
//! | [`PolynomialMeans`] | means c_j(w) of normal or Poisson variables | c_j(w) − c_j(w*) |
//! | [`GaussianCovariance`] | a covariance matrix Σ(w) of polynomials | Σ(w)_ij − Σ(w*)_ij |
//! | [`Mixture`] | a kernel (normal, Poisson) and a number of components | moments about the true components |
//!
//! | family | function | engine |
//! |---|---|---|
//! | naive Bayes, latent classes | [`naive_bayes`] | finite outcomes |
//! | Bayesian networks with hidden nodes | [`bayesian_network`] | finite outcomes |
//! | binomial mixtures | [`binomial_mixture`] | finite outcomes |
//! | hidden Markov models with finite outputs | [`hidden_markov`] | finite outcomes |
//! | latent Dirichlet allocation, stochastic matrix factorisation | [`latent_dirichlet_allocation`] | finite outcomes |
//! | restricted Boltzmann machines, ±1 units without biases | [`restricted_boltzmann_machine`] | finite outcomes |
//! | reduced-rank regression | [`reduced_rank_regression`] | regression |
//! | polynomial and quadratic neurons | [`polynomial_neurons`] | regression |
//! | diagonal linear networks | [`diagonal_linear_network`] | regression |
//! | tanh, sine, exponential, ReLU networks of one hidden layer | [`ShallowNetwork::new`] | shallow network |
//! | deep linear networks | [`DeepLinearNetwork::new`] | deep linear network |
//! | normal mixtures, with known or unknown variances; Poisson mixtures | [`Mixture::new`] | mixture |
//! | factor analysis | [`factor_analysis`] | Gaussian covariance |
//! | probabilistic principal components | [`principal_components`] | Gaussian covariance |
//! | Gaussian latent trees | [`gaussian_latent_tree`] | Gaussian covariance |
//! | non-negative matrix factorisation | [`matrix_factorisation`] | polynomial means |
//!
//! A model of one's own is given by polynomials: [`FiniteOutcomes::parse`], [`Regression::parse`],
//! [`PolynomialMeans::parse`], [`GaussianCovariance::parse`].
//!
//! # Examples
//!
//! ```
//! use rlct::Budget;
//! use rlct::model::{Model, naive_bayes, rational_point};
//!
//! // two hidden classes, three binary features, which are independent in truth
//! let model = naive_bayes(2, &[2, 2, 2])?;
//! // the first class has no weight
//! let truth = rational_point(&[0.0, 0.5, 0.25, 0.5, 0.25, 0.5, 0.25])?;
//! let answer = model.germ(&truth)?.learning_coefficient(&Budget::default())?;
//! assert_eq!(answer.to_string(), "λ = 2, m = 1");
//!
//! // the loss on a thousand samples, for the estimators
//! let data = model.sample(&truth, 1000, 1)?;
//! let loss = model.sample_loss(&data)?;
//! assert_eq!((loss.dimension(), loss.num_samples()), (7, Some(1000)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bayesian_network;
mod binomial_mixture;
mod boltzmann;
mod composite;
mod covariance;
mod deep_linear;
mod diagonal_network;
mod divergence;
mod domain;
mod error;
mod factor_analysis;
mod finite_outcomes;
mod generators;
mod hidden_markov;
mod information;
mod inputs;
mod kernel;
pub(crate) mod lanes;
mod latent_dirichlet;
mod latent_tree;
mod matrix_factorisation;
mod means;
mod mixture;
mod mixture_divergence;
mod mixture_likelihood;
mod mixture_loss;
mod moments;
mod naive_bayes;
mod point;
mod polynomial_neurons;
mod reduced_rank;
mod regression;
mod regression_loss;
mod shallow_loss;
mod shallow_network;
mod simplices;

pub use bayesian_network::{Node, bayesian_network};
pub use binomial_mixture::binomial_mixture;
pub use boltzmann::restricted_boltzmann_machine;
pub use covariance::GaussianCovariance;
pub use deep_linear::DeepLinearNetwork;
pub use diagonal_network::diagonal_linear_network;
pub use domain::Domain;
pub use error::ModelError;
pub use factor_analysis::{factor_analysis, principal_components};
pub use finite_outcomes::FiniteOutcomes;
pub use hidden_markov::hidden_markov;
pub use information::FisherInformation;
pub use inputs::Inputs;
pub use kernel::Kernel;
pub use latent_dirichlet::latent_dirichlet_allocation;
pub use latent_tree::gaussian_latent_tree;
pub use matrix_factorisation::matrix_factorisation;
pub use means::{Noise, PolynomialMeans};
pub use mixture::Mixture;
pub use naive_bayes::naive_bayes;
pub use point::rational_point;
pub use polynomial_neurons::polynomial_neurons;
pub use reduced_rank::reduced_rank_regression;
pub use regression::{Observations, Regression};
pub use shallow_network::{Activation, ShallowNetwork};

use crate::algebra::{Polynomial, Rational, Variables};
use crate::loss::Loss;
use crate::resolution::{Germ, Locus, Reading, Region};
use std::fmt::Debug;

/// A parametric model with polynomial or analytic structure, for both lanes.
///
/// Every method that takes a true parameter refuses one of the wrong length
/// ([`ModelError::ParameterCount`]) or outside the domain ([`ModelError::OutsideDomain`]). Losses
/// are +∞ outside the domain and where the likelihood does not exist, never NaN for finite
/// parameters.
///
/// # Examples
///
/// ```
/// use rlct::model::{FiniteOutcomes, Model};
///
/// fn describe(model: &impl Model) -> String {
///     format!("{} parameters: {}", model.dimension(), model.parameters().names().join(", "))
/// }
///
/// let model = FiniteOutcomes::parse(["a", "b"], ["a*b", "1 - a*b"])?;
/// assert_eq!(describe(&model), "2 parameters: a, b");
/// # Ok::<(), rlct::model::ModelError>(())
/// ```
pub trait Model: Debug + Send + Sync {
    /// What one observes.
    type Data;

    /// The parameters w₁, …, w_d in the order of the parameter vectors.
    fn parameters(&self) -> &Variables;

    /// Where the parameters may lie.
    fn domain(&self) -> &Domain;

    /// The number d of parameters.
    fn dimension(&self) -> usize {
        self.parameters().len()
    }

    /// Generators of the ideal whose Σ gᵢ² is comparable with K near the true parameter. They are
    /// polynomials in all parameters and vanish at the true parameter.
    ///
    /// # Errors
    /// Those of the trait; [`ModelError::NoIdeal`], [`ModelError::ZeroProbability`] or
    /// [`ModelError::Truncation`] where there is none, or none that is proved.
    fn ideal(&self, truth: &[Rational]) -> Result<Vec<Polynomial>, ModelError>;

    /// The germ of the ideal at the true parameter, for the exact engine. Where the true parameter
    /// lies on the boundary of the domain, constraints that are active there become coordinates on
    /// half-lines.
    ///
    /// # Errors
    /// As [`ideal`](Self::ideal); [`ModelError::Corner`] where active constraints depend on each
    /// other.
    fn germ(&self, truth: &[Rational]) -> Result<Germ, ModelError> {
        self.domain().germ(self.ideal(truth)?, truth)
    }

    /// Whether Σ gᵢ² of [`ideal`](Self::ideal) is comparable with K near every zero of either in
    /// the domain, not only near the true parameter, as with finitely many moments.
    fn has_ideal_everywhere(&self) -> bool {
        false
    }

    /// All parameters of the domain that are as good as the true one: the zeros of the ideal, for
    /// the learning coefficient of the whole model.
    ///
    /// # Errors
    /// As [`ideal`](Self::ideal); [`ModelError::LocalIdeal`] where it stands for the model near the
    /// true parameter only.
    ///
    /// ```
    /// # use rlct::{Budget, model::{Model, naive_bayes, rational_point}};
    /// // two classes for one, three features: the worst parameter has one class of probability 0
    /// let model = naive_bayes(2, &[2, 2, 2])?;
    /// let found = model.locus(&rational_point(&[0.5; 7])?)?.resolve(&Budget::default())?;
    /// assert_eq!(found.to_string(), "λ = 2, m = 1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn locus(&self, truth: &[Rational]) -> Result<Locus, ModelError> {
        if !self.has_ideal_everywhere() {
            return Err(ModelError::LocalIdeal);
        }
        self.domain().check(truth)?;
        let mut region = Region::everywhere();
        for constraint in self.domain().constraints() {
            if constraint.degree() == 1 {
                region = region.with_inequality(constraint)?;
            }
        }
        let germ = Germ::new(Reading::Ideal, self.ideal(truth)?)?;
        Ok(Locus::of(&germ)?.on(region)?.with_candidate(truth))
    }

    /// The Kullback–Leibler divergence K(w) of the truth from the model, ≥ 0 and 0 at w*.
    ///
    /// # Errors
    /// Those of the trait.
    fn population_loss(&self, truth: &[Rational]) -> Result<Box<dyn Loss<f64>>, ModelError>;

    /// E[−log p(X|w*)], to which the sampled loss at w* tends: at other parameters it tends to this
    /// plus K(w). Constants that the model's [`sample_loss`](Self::sample_loss) leaves out are left
    /// out here too.
    ///
    /// # Errors
    /// Those of the trait.
    fn entropy(&self, truth: &[Rational]) -> Result<f64, ModelError>;

    /// n independent observations of the truth; the same seed gives the same data everywhere.
    ///
    /// # Errors
    /// Those of the trait; [`ModelError::TooSmall`] for n = 0.
    fn sample(&self, truth: &[Rational], n: usize, seed: u64) -> Result<Self::Data, ModelError>;

    /// The mean negative log likelihood of data, up to a constant, with mini-batches.
    ///
    /// # Errors
    /// [`ModelError::NoSamples`], [`ModelError::Observation`], [`ModelError::Length`] or
    /// [`ModelError::NotFinite`] for data that are none of the model's.
    fn sample_loss(&self, data: &Self::Data) -> Result<Box<dyn Loss<f64>>, ModelError>;
}
