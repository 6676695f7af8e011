//! Small instances of every model, their types forgotten.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rlct::algebra::{Polynomial, Rational};
use rlct::loss::Loss;
use rlct::model::{
    Activation, DeepLinearNetwork, Domain, FiniteOutcomes, GaussianCovariance, Inputs, Kernel,
    Mixture, Model, Node, Noise, PolynomialMeans, Regression, ShallowNetwork, bayesian_network,
    binomial_mixture, diagonal_linear_network, factor_analysis, gaussian_latent_tree,
    hidden_markov, latent_dirichlet_allocation, matrix_factorisation, naive_bayes,
    polynomial_neurons, principal_components, reduced_rank_regression,
    restricted_boltzmann_machine,
};

/// Draws n samples with a seed and returns the loss on them.
type Draw = dyn Fn(usize, u64) -> Box<dyn Loss<f64>>;

/// A model at a true parameter.
pub(crate) struct Instance {
    pub(crate) name: &'static str,
    pub(crate) truth: Vec<Rational>,
    pub(crate) ideal: Vec<Polynomial>,
    pub(crate) population: Box<dyn Loss<f64>>,
    pub(crate) entropy: f64,
    sampled: Box<Draw>,
    domain: Domain,
}

impl Instance {
    pub(crate) fn sampled(&self, n: usize, seed: u64) -> Box<dyn Loss<f64>> {
        (self.sampled)(n, seed)
    }

    /// A random point of the domain, in the cube of this half-width about the true parameter.
    pub(crate) fn near(&self, width: f64, rng: &mut ChaCha8Rng) -> Vec<f64> {
        for _ in 0..100_000 {
            let moved = |x: &Rational| x.to_f64() + width * rng.random_range(-1.0..1.0);
            let w: Vec<f64> = self.truth.iter().map(moved).collect();
            if self.domain.contains(&w) {
                return w;
            }
        }
        panic!("{}: the domain is too thin", self.name);
    }

    pub(crate) fn inside(&self, w: &[f64]) -> bool {
        self.domain.contains(w)
    }
}

pub(crate) fn point(texts: &str) -> Vec<Rational> {
    texts
        .split_whitespace()
        .map(|t| t.parse().unwrap())
        .collect()
}

fn instance<M: Model + Clone + 'static>(name: &'static str, model: M, truth: &str) -> Instance {
    let truth = point(truth);
    let (sampled, at) = (model.clone(), truth.clone());
    Instance {
        name,
        ideal: model.ideal(&truth).unwrap(),
        population: model.population_loss(&truth).unwrap(),
        entropy: model.entropy(&truth).unwrap(),
        sampled: Box::new(move |n, seed| {
            let data = sampled.sample(&at, n, seed).unwrap();
            sampled.sample_loss(&data).unwrap()
        }),
        domain: model.domain().clone(),
        truth,
    }
}

pub(crate) fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// The own model of examples/02: a coin thrown by one of two people.
fn own_outcomes() -> FiniteOutcomes {
    FiniteOutcomes::parse(["a", "b"], ["a*b", "a - a*b", "1 - a"]).unwrap()
}

pub(crate) fn finite() -> Vec<Instance> {
    let hidden_pair = [
        Node::observed(2, &[]),
        Node::hidden(2, &[0]),
        Node::observed(2, &[1]),
        Node::observed(3, &[0, 1]),
    ];
    vec![
        instance("own outcomes", own_outcomes(), "1/2 1/3"),
        instance(
            "naive Bayes, independent",
            naive_bayes(2, &[2, 2, 2]).unwrap(),
            "1/2 1/3 1/3 1/4 1/4 1/2 1/2",
        ),
        instance(
            "naive Bayes, one class in truth",
            naive_bayes(2, &[2, 2]).unwrap(),
            "0 1/3 1/2 1/4 2/3",
        ),
        instance(
            "naive Bayes, dependent",
            naive_bayes(2, &[2, 3]).unwrap(),
            "1/3 1/3 2/3 1/4 1/2 1/2 1/4",
        ),
        instance(
            "Bayesian network",
            bayesian_network(&hidden_pair).unwrap(),
            "1/2 1/3 1/2 1/4 1/2 1/3 1/3 1/4 1/4 1/2 1/4 1/3 1/5",
        ),
        instance(
            "binomial mixture",
            binomial_mixture(2, 3).unwrap(),
            "1/2 1/3 1/3",
        ),
        instance(
            "binomial mixture, boundary",
            binomial_mixture(2, 3).unwrap(),
            "1 1/3 1/3",
        ),
        instance(
            "hidden Markov",
            hidden_markov(2, 2, 3).unwrap(),
            "1/2 1/3 1/2 2/5 2/5",
        ),
        instance(
            "latent Dirichlet",
            latent_dirichlet_allocation(3, 2, 2).unwrap(),
            "1/3 1/2 1/3 1/2 1/4 2/3",
        ),
        instance(
            "Boltzmann (3, 1)",
            restricted_boltzmann_machine(3, 1).unwrap(),
            "0 0 0",
        ),
        instance(
            "Boltzmann (2, 2)",
            restricted_boltzmann_machine(2, 2).unwrap(),
            "1/2 0 1/3 1/4",
        ),
    ]
}

pub(crate) fn regressions() -> Vec<Instance> {
    let own = Regression::parse(["x"], ["a", "b"], ["a*x + b^2*x^2", "a*b"], Inputs::Uniform);
    let tanh = |inputs, hidden, outputs| {
        ShallowNetwork::new(inputs, hidden, outputs, Activation::Tanh, Inputs::Uniform).unwrap()
    };
    vec![
        instance("own regression", own.unwrap(), "0 1"),
        instance(
            "reduced rank",
            reduced_rank_regression(2, 1, 2).unwrap(),
            "0 0 1 1/2",
        ),
        instance(
            "quadratic neurons",
            polynomial_neurons(2, 2, 1, 2).unwrap(),
            "1/2 1/2 1 0 1 0",
        ),
        instance(
            "diagonal network",
            diagonal_linear_network(2, 2).unwrap(),
            "0 1 0 2",
        ),
        instance(
            "deep linear",
            DeepLinearNetwork::new(&[2, 2, 1, 2]).unwrap(),
            "0 0 1 0 1 0 1/2 1",
        ),
        instance("tanh, zero truth", tanh(1, 2, 1), "0 0 0 0"),
        instance("tanh, zero truth, frequency", tanh(1, 2, 1), "0 0 1/2 1"),
        instance("tanh, one true unit", tanh(1, 2, 1), "1/2 1/2 1 1"),
        instance(
            "tanh, one true unit and an idle one",
            tanh(1, 2, 1),
            "1 0 1 0",
        ),
        instance("tanh, opposite units", tanh(1, 2, 1), "1 1 1 -1"),
        instance("tanh, two inputs and outputs", tanh(2, 1, 2), "0 0 0 0"),
        instance(
            "tanh, two inputs, one true unit",
            tanh(2, 2, 1),
            "1/2 1/2 1 1/2 1 1/2",
        ),
        instance(
            "exponential, two inputs",
            ShallowNetwork::new(2, 2, 1, Activation::Exponential, Inputs::Normal).unwrap(),
            "0 0 0 0 0 0",
        ),
        instance(
            "sine",
            ShallowNetwork::new(1, 2, 2, Activation::Sine, Inputs::Uniform).unwrap(),
            "1 0 0 0 1/2 0",
        ),
    ]
}

pub(crate) fn others() -> Vec<Instance> {
    let product = PolynomialMeans::parse(["a", "b"], ["a*b", "a*b^2"], Noise::Normal).unwrap();
    let factors = |noise| matrix_factorisation(2, 2, 2, noise).unwrap();
    let tree = gaussian_latent_tree(3, &[(0, 3), (3, 4), (1, 4), (2, 4)]).unwrap();
    let own = GaussianCovariance::parse(["a", "b"], 2, ["1 + a^2", "a*b", "1"]).unwrap();
    let mixture = |kernel, h| Mixture::new(kernel, h).unwrap();
    vec![
        instance("own means", product, "0 1/2"),
        instance(
            "matrix factorisation",
            factors(Noise::Normal),
            "1 1/2 0 0 1/2 0 1 1",
        ),
        instance(
            "Poisson factorisation",
            factors(Noise::Poisson),
            "1 1/2 1 1/2 1/2 1 1 1",
        ),
        instance("own covariance", own, "0 0"),
        instance(
            "factor analysis",
            factor_analysis(3, 1).unwrap(),
            "1 1/2 2 0 0 0",
        ),
        instance(
            "factor analysis, one factor",
            factor_analysis(3, 1).unwrap(),
            "1 1/2 2 1 1/2 0",
        ),
        instance(
            "principal components",
            principal_components(3, 2).unwrap(),
            "1 1 0 0 0 0 0",
        ),
        instance("latent tree", tree, "1 1 2 1/2 0 0 1/3"),
        instance(
            "normal mixture",
            mixture(Kernel::NormalLocation, 2),
            "1/2 0 0",
        ),
        instance(
            "normal mixture, boundary",
            mixture(Kernel::NormalLocation, 2),
            "1 0 1/2",
        ),
        instance(
            "normal mixture, three",
            mixture(Kernel::NormalLocation, 3),
            "1/4 1/4 0 0 2",
        ),
        instance(
            "normal mixture, variances",
            mixture(Kernel::Normal, 2),
            "1/2 0 0 1 1",
        ),
        instance(
            "normal mixture, variances, idle",
            mixture(Kernel::Normal, 2),
            "0 0 0 1 1",
        ),
        instance(
            "normal mixture, two true",
            mixture(Kernel::Normal, 2),
            "1/3 -1 1 1 1/2",
        ),
        instance("Poisson mixture", mixture(Kernel::Poisson, 2), "1/3 2 2"),
        instance(
            "Poisson mixture, at zero",
            mixture(Kernel::Poisson, 3),
            "1/3 1/3 0 2 2",
        ),
    ]
}

pub(crate) fn all() -> Vec<Instance> {
    finite()
        .into_iter()
        .chain(regressions())
        .chain(others())
        .collect()
}
