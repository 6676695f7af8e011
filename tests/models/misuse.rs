//! What must be refused, each with its own error.

use super::instances::point;
use rlct::model::{
    Activation, DeepLinearNetwork, Domain, FiniteOutcomes, GaussianCovariance, Inputs, Kernel,
    Mixture, Model, ModelError, Node, Noise, Observations, PolynomialMeans, Regression,
    ShallowNetwork, bayesian_network, binomial_mixture, factor_analysis, gaussian_latent_tree,
    hidden_markov, matrix_factorisation, naive_bayes, rational_point, reduced_rank_regression,
    restricted_boltzmann_machine,
};

#[test]
fn probabilities_must_sum_to_one() {
    let error = FiniteOutcomes::parse(["a"], ["a", "a"]).unwrap_err();
    assert_eq!(
        error,
        ModelError::NotNormalised {
            sum: "2*a".to_string()
        }
    );
    let error = FiniteOutcomes::parse(["a"], ["1"]).unwrap_err();
    assert!(matches!(
        error,
        ModelError::TooSmall {
            least: 2,
            found: 1,
            ..
        }
    ));
    let error = FiniteOutcomes::parse(["a"], ["b", "1 - b"]).unwrap_err();
    assert!(
        matches!(error, ModelError::Parse { index: 0, .. }),
        "{error}"
    );
    let error = FiniteOutcomes::parse(["a", "a"], ["a", "1 - a"]).unwrap_err();
    assert!(matches!(error, ModelError::Variables(_)));
}

#[test]
fn true_parameters_are_checked() {
    let model = naive_bayes(2, &[2, 2]).unwrap();
    let short = point("1/2 1/2");
    let wrong = ModelError::ParameterCount {
        expected: 5,
        found: 2,
    };
    assert_eq!(model.ideal(&short), Err(wrong.clone()));
    assert_eq!(model.germ(&short), Err(wrong.clone()));
    assert_eq!(model.population_loss(&short).unwrap_err(), wrong);
    assert_eq!(model.entropy(&short), Err(wrong.clone()));
    assert_eq!(model.sample(&short, 1, 0), Err(wrong));
    let outside = model.germ(&point("3/2 1/2 1/2 1/2 1/2"));
    assert!(
        matches!(outside, Err(ModelError::OutsideDomain { .. })),
        "{outside:?}"
    );
    let infinite = rational_point(&[0.5, f64::INFINITY]);
    assert!(matches!(
        infinite,
        Err(ModelError::NotFinite { index: 1, .. })
    ));
}

#[test]
fn k_that_is_linear_is_no_ideal() {
    // An outcome that the truth never shows.
    let model = binomial_mixture(2, 2).unwrap();
    let error = model.ideal(&point("1/2 0 0")).unwrap_err();
    assert!(
        matches!(error, ModelError::ZeroProbability { index: 1, .. }),
        "{error}"
    );
    // Its population loss exists, and is linear: K(p) = −log (1 − p)^2 ≈ 2p.
    let k = model.population_loss(&point("1/2 0 0")).unwrap();
    let value = k.value(&[0.5, 1e-6, 1e-6], &mut vec![0.0; k.scratch_len()]);
    assert!((value - 2e-6).abs() < 1e-10, "{value}");
    let counts = matrix_factorisation(2, 1, 2, Noise::Poisson).unwrap();
    assert!(matches!(
        counts.ideal(&point("0 0 0 0")),
        Err(ModelError::ZeroProbability { .. })
    ));
    let empty = Mixture::new(Kernel::Poisson, 2).unwrap();
    assert!(matches!(
        empty.ideal(&point("1/2 0 0")),
        Err(ModelError::ZeroProbability { .. })
    ));
}

#[test]
fn relu_has_losses_but_no_ideal() {
    let model = ShallowNetwork::new(1, 2, 1, Activation::Relu, Inputs::Normal).unwrap();
    let truth = point("1 0 1 0");
    assert!(matches!(
        model.ideal(&truth),
        Err(ModelError::NoIdeal { .. })
    ));
    assert!(matches!(
        model.germ(&truth),
        Err(ModelError::NoIdeal { .. })
    ));
    let k = model.population_loss(&truth).unwrap();
    let mut scratch = vec![0.0; k.scratch_len()];
    // f = relu(x) in truth; twice of it is ½ E relu(x)² = 1/4 away.
    assert_eq!(k.value(&[1.0, 0.0, 1.0, 0.0], &mut scratch), 0.0);
    let quarter = k.value(&[2.0, 0.0, 1.0, 0.0], &mut scratch);
    assert!((quarter - 0.25).abs() < 1e-9, "{quarter}");
    let data = model.sample(&truth, 100, 1).unwrap();
    assert_eq!(model.sample_loss(&data).unwrap().num_samples(), Some(100));
}

#[test]
fn truncations_without_proof_are_refused() {
    let three = Mixture::new(Kernel::Normal, 3).unwrap();
    let error = three.ideal(&point("0 1/2 0 0 0 1 1 1")).unwrap_err();
    assert!(matches!(error, ModelError::Truncation { .. }), "{error}");
    let model = Mixture::new(Kernel::Normal, 2).unwrap();
    let flat = model.ideal(&point("1/2 0 0 1 0")).unwrap_err();
    assert_eq!(flat, ModelError::NotPositiveDefinite);
}

#[test]
fn covariances_must_be_positive_definite() {
    let model = factor_analysis(3, 1).unwrap();
    assert_eq!(
        model.ideal(&point("0 0 1 1 1 1")),
        Err(ModelError::NotPositiveDefinite)
    );
    let own = GaussianCovariance::parse(["a"], 2, ["1", "a", "1"]).unwrap();
    let k = own.population_loss(&point("0")).unwrap();
    let mut scratch = vec![0.0; k.scratch_len()];
    assert_eq!(k.value(&[1.5], &mut scratch), f64::INFINITY);
    let sampled = own
        .sample_loss(&own.sample(&point("0"), 10, 1).unwrap())
        .unwrap();
    let mut scratch = vec![0.0; sampled.scratch_len()];
    assert_eq!(sampled.value(&[1.5], &mut scratch), f64::INFINITY);
    assert_eq!(
        sampled.batch_value(&[1.5], &[0, 1], &mut scratch),
        f64::INFINITY
    );
    let short = GaussianCovariance::parse(["a"], 2, ["1", "a"]).unwrap_err();
    assert!(matches!(
        short,
        ModelError::Length {
            expected: 3,
            found: 2,
            ..
        }
    ));
}

#[test]
fn sizes_and_graphs_are_checked() {
    let small = [
        naive_bayes(1, &[2]).unwrap_err(),
        naive_bayes(2, &[]).unwrap_err(),
        binomial_mixture(0, 2).unwrap_err(),
        hidden_markov(1, 1, 2).unwrap_err(),
        restricted_boltzmann_machine(0, 1).unwrap_err(),
        reduced_rank_regression(1, 0, 1).unwrap_err(),
        matrix_factorisation(0, 1, 1, Noise::Normal).unwrap_err(),
        DeepLinearNetwork::new(&[3]).unwrap_err(),
        Mixture::new(Kernel::Poisson, 0).unwrap_err(),
        gaussian_latent_tree(1, &[]).unwrap_err(),
    ];
    for error in small {
        assert!(matches!(error, ModelError::TooSmall { .. }), "{error}");
    }
    let large = [
        hidden_markov(2, 2, 100).unwrap_err(),
        restricted_boltzmann_machine(30, 1).unwrap_err(),
        factor_analysis(100, 1).unwrap_err(),
    ];
    for error in large {
        assert!(matches!(error, ModelError::TooLarge { .. }), "{error}");
    }
    let graphs = [
        bayesian_network(&[Node::observed(2, &[0])]).unwrap_err(),
        bayesian_network(&[Node::hidden(2, &[])]).unwrap_err(),
        gaussian_latent_tree(2, &[(0, 0)]).unwrap_err(),
        gaussian_latent_tree(3, &[(0, 1)]).unwrap_err(),
        gaussian_latent_tree(2, &[(0, 2), (2, 0), (1, 3)]).unwrap_err(),
    ];
    for error in graphs {
        assert!(matches!(error, ModelError::Graph { .. }), "{error}");
    }
}

#[test]
fn data_that_the_model_cannot_produce_are_refused() {
    let coin = FiniteOutcomes::parse(["p"], ["p", "1 - p"]).unwrap();
    assert_eq!(
        coin.sample_loss(&vec![]).unwrap_err(),
        ModelError::NoSamples
    );
    let error = coin.sample_loss(&vec![0, 2]).unwrap_err();
    assert!(matches!(error, ModelError::Observation { index: 1, .. }));
    assert!(matches!(
        coin.sample(&point("1/2"), 0, 0),
        Err(ModelError::TooSmall { .. })
    ));
    let counts = Mixture::new(Kernel::Poisson, 1).unwrap();
    for x in [-1.0, 0.5, f64::NAN] {
        let error = counts.sample_loss(&vec![1.0, x]).unwrap_err();
        assert!(
            matches!(error, ModelError::Observation { index: 1, .. }),
            "{error}"
        );
    }
    let means = PolynomialMeans::parse(["a"], ["a", "a^2"], Noise::Normal).unwrap();
    assert!(matches!(
        means.sample_loss(&vec![0.0; 3]),
        Err(ModelError::Length { .. })
    ));
    let line = Regression::parse(["x"], ["a"], ["a*x"], Inputs::Normal).unwrap();
    let uneven = Observations {
        inputs: vec![1.0, 2.0],
        outputs: vec![1.0],
    };
    assert!(matches!(
        line.sample_loss(&uneven),
        Err(ModelError::Length { .. })
    ));
    let infinite = Observations {
        inputs: vec![1.0],
        outputs: vec![f64::INFINITY],
    };
    assert!(matches!(
        line.sample_loss(&infinite),
        Err(ModelError::NotFinite { .. })
    ));
}

#[test]
fn domains_are_affine_and_losses_infinite_outside() {
    let coin = FiniteOutcomes::parse(["p"], ["p", "1 - p"]).unwrap();
    let error = coin.clone().on(["p^2"]).unwrap_err();
    assert!(matches!(error, ModelError::NotAffine { index: 0, .. }));
    let half = coin.on(["1/2 - p"]).unwrap();
    let k = half.population_loss(&point("1/3")).unwrap();
    let mut scratch = vec![0.0; k.scratch_len()];
    let mut gradient = [f64::NAN];
    assert_eq!(
        k.gradient(&[0.75], &mut gradient, &mut scratch),
        f64::INFINITY
    );
    assert_eq!(gradient, [0.0]);
    assert_eq!(k.value(&[f64::NAN], &mut scratch), f64::INFINITY);
    let ring = half.parameters().clone();
    let stranger = Domain::new(&ring, vec!["q".parse().unwrap()]).unwrap_err();
    assert_eq!(
        stranger,
        ModelError::UnknownName {
            name: "q".to_string()
        }
    );
    // Two constraints that pinch the parameter to a point leave no half-line.
    let pinched = FiniteOutcomes::parse(["p"], ["p", "1 - p"])
        .unwrap()
        .on(["p - 1/2", "1/2 - p"])
        .unwrap();
    assert!(matches!(
        pinched.germ(&point("1/2")),
        Err(ModelError::Corner { .. })
    ));
}
