//! The engine on the germs of models, against learning coefficients from the literature and from
//! derivations.

use super::instances::point;
use rlct::Budget;
use rlct::algebra::Rational;
use rlct::closed_form;
use rlct::estimate::VolumeScaling;
use rlct::model::{
    Activation, DeepLinearNetwork, Inputs, Kernel, Mixture, Model, Noise, ShallowNetwork,
    binomial_mixture, diagonal_linear_network, factor_analysis, gaussian_latent_tree,
    latent_dirichlet_allocation, matrix_factorisation, naive_bayes, polynomial_neurons,
    principal_components, reduced_rank_regression, restricted_boltzmann_machine,
};

fn answer(model: &impl Model, truth: &str) -> String {
    let budget = Budget::default()
        .with_steps(20_000_000)
        .with_time(std::time::Duration::from_secs(60));
    let germ = model.germ(&point(truth)).unwrap();
    germ.learning_coefficient(&budget).unwrap().to_string()
}

#[track_caller]
fn expect(model: &impl Model, truth: &str, lambda: &str, m: usize) {
    assert_eq!(answer(model, truth), format!("λ = {lambda}, m = {m}"));
}

/// Rusakov & Geiger 2005, Theorem 4: n features, (n + 1)/2 if all are independent, (2n − 1)/2 with
/// one dependent pair, (2n + 1)/2 generically; n = 2: (3/2, 3) and (3/2, 1). These are the smallest
/// values over the true set; for independent features they are attained where a class has no
/// weight. More states for n = 2: the ideal of the means and of s u_v u_w.
#[test]
fn naive_bayes_models() {
    let three = naive_bayes(2, &[2, 2, 2]).unwrap();
    expect(&three, "0 1/3 1/2 1/4 1/3 1/2 2/3", "2", 1);
    expect(&three, "1/2 1/3 2/3 1/4 1/2 1/2 1/2", "5/2", 1);
    expect(&three, "1/2 1/3 2/3 1/4 1/2 1/2 1/4", "7/2", 1);
    // Both classes equal and of positive weight: three means and <u1 u2, u1 u3, u2 u3>, 3/2 + 3/4.
    expect(&three, "1/2 1/3 1/3 1/4 1/4 1/2 1/2", "9/4", 1);
    let four = naive_bayes(2, &[2, 2, 2, 2]).unwrap();
    expect(&four, "0 1/3 1/2 1/4 1/3 1/2 2/3 1/2 1/5", "5/2", 1);
    let pair = naive_bayes(2, &[2, 2]).unwrap();
    expect(&pair, "0 1/3 1/3 1/4 1/4", "3/2", 3);
    expect(&pair, "1/2 1/3 1/3 1/4 1/4", "3/2", 2);
    expect(&pair, "1/2 1/3 2/3 1/4 1/2", "3/2", 1);
    let uneven = naive_bayes(2, &[2, 3]).unwrap();
    expect(&uneven, "0 1/3 1/3 1/4 1/2 1/4 1/2", "2", 2);
}

/// Yamazaki, Aoyagi & Watanabe 2010: two components, one true: 3/4.
#[test]
fn binomial_mixtures() {
    let model = binomial_mixture(2, 2).unwrap();
    expect(&model, "1/2 1/3 1/3", "3/4", 1);
    expect(&model, "1 1/3 1/3", "3/4", 1);
    // a superfluous component elsewhere costs a half for its weight
    expect(&model, "1 1/3 1/2", "1", 1);
}

/// (3r + H − 2)/4 for Poisson mixtures (Sato & Watanabe 2019) with uniform prior of the weights,
/// the same for normal ones.
#[test]
fn infinite_mixtures() {
    for kernel in [Kernel::Poisson, Kernel::NormalLocation] {
        let two = Mixture::new(kernel, 2).unwrap();
        expect(&two, "1/2 1 1", "3/4", 1);
        let three = Mixture::new(kernel, 3).unwrap();
        expect(&three, "1/3 1/3 1 1 2", "7/4", 1);
        expect(&three, "1/3 1/3 1 1 1", "1", 1);
    }
}

/// Cumulant ideal, in equal weights: two coordinates and <mu(d + mu^2), d^2 + ...>, whose λ is 1/2.
#[test]
fn normal_mixtures_of_unknown_variance() {
    expect(&Mixture::new(Kernel::Normal, 1).unwrap(), "1 2", "1", 1);
    expect(
        &Mixture::new(Kernel::Normal, 2).unwrap(),
        "1/2 0 0 1 1",
        "3/2",
        2,
    );
    // an idle component on the true one: a <mu(3d + mu^2), 3d^2 + ...>, (1/2, 3), the worst point
    let two = Mixture::new(Kernel::Normal, 2).unwrap();
    expect(&two, "0 0 0 1 1", "3/2", 3);
}

#[test]
fn shallow_networks() {
    let network =
        |n, h, m, activation| ShallowNetwork::new(n, h, m, activation, Inputs::Uniform).unwrap();
    // Aoyagi 2009: tanh with one input, one output and zero truth
    expect(&network(1, 1, 1, Activation::Tanh), "0 0", "1/2", 2);
    expect(&network(1, 2, 1, Activation::Tanh), "0 0 0 0", "2/3", 1);
    expect(&network(1, 3, 1, Activation::Tanh), "0 0 0 0 0 0", "5/6", 1);
    expect(&network(1, 1, 1, Activation::Exponential), "0 0", "1/2", 2);
    expect(
        &network(1, 3, 1, Activation::Exponential),
        "0 0 0 0 0 0",
        "1",
        2,
    );
    expect(
        &network(2, 2, 2, Activation::Exponential),
        "0 0 0 0 0 0 0 0",
        "7/4",
        1,
    );
    expect(
        &network(1, 2, 1, Activation::Exponential),
        "0 0 0 0",
        "3/4",
        1,
    );
    // two units on one true unit: 5/4; a true unit and an idle one: 1 + 1/2, of order 2
    expect(&network(1, 2, 1, Activation::Tanh), "1/2 1/2 1 1", "5/4", 1);
    expect(&network(1, 2, 1, Activation::Tanh), "1 0 1 0", "3/2", 2);
    // one unit, N inputs, M outputs: min(M, N)/2, of order 2 if M = N
    expect(&network(2, 1, 2, Activation::Tanh), "0 0 0 0", "1", 2);
    expect(
        &network(2, 1, 1, Activation::Exponential),
        "0 0 0",
        "1/2",
        1,
    );
}

#[test]
fn linear_networks_against_closed_forms() {
    for (n, h, m, r, truth) in [
        (1, 2, 2, 0, "0 0 0 0 0 0"),
        (2, 1, 2, 0, "0 0 0 0"),
        (2, 1, 2, 1, "1 0 1 0"),
        (2, 2, 1, 0, "0 0 0 0 0 0"),
        (2, 2, 2, 1, "1 0 0 0 1 0 0 0"),
    ] {
        let known = closed_form::reduced_rank(m, n, h, r).unwrap();
        let model = reduced_rank_regression(n, h, m).unwrap();
        expect(
            &model,
            truth,
            &known.lambda().to_string(),
            known.multiplicity(),
        );
        let deep = DeepLinearNetwork::new(&[n, h, m]).unwrap();
        assert_eq!(answer(&deep, truth), answer(&model, truth));
    }
    let known = closed_form::deep_linear(&[1, 2, 2, 1], 0).unwrap();
    let deep = DeepLinearNetwork::new(&[1, 2, 2, 1]).unwrap();
    expect(
        &deep,
        &"0 ".repeat(8),
        &known.lambda().to_string(),
        known.multiplicity(),
    );
    // Products of disjoint variables: N/2, of order N(L − 1) + 1.
    expect(
        &diagonal_linear_network(3, 2).unwrap(),
        &"0 ".repeat(6),
        "3/2",
        4,
    );
}

/// One unit a(w·x)^p: min(1/2, N/(2p)), of order 2 if N = p. Two quadratic units of one input:
/// (1/2, 2).
#[test]
fn neurons_of_powers() {
    expect(&polynomial_neurons(1, 1, 1, 3).unwrap(), "0 0", "1/6", 1);
    expect(&polynomial_neurons(2, 1, 1, 2).unwrap(), "0 0 0", "1/2", 2);
    expect(
        &polynomial_neurons(1, 2, 1, 2).unwrap(),
        "0 0 0 0",
        "1/2",
        2,
    );
}

/// Aoyagi 2010; M > N + 1 gives MN/4.
#[test]
fn boltzmann_machines() {
    expect(
        &restricted_boltzmann_machine(2, 1).unwrap(),
        "0 0",
        "1/2",
        2,
    );
    expect(
        &restricted_boltzmann_machine(3, 1).unwrap(),
        "0 0 0",
        "3/4",
        1,
    );
    expect(
        &restricted_boltzmann_machine(4, 1).unwrap(),
        "0 0 0 0",
        "1",
        1,
    );
}

/// Saravanan & Salla 2026: one factor, p variables: p, (2p − 1)/2, 3p/4 for at least 3, exactly 2,
/// at most 1 non-zero loadings.
#[test]
fn factor_analyses_and_trees() {
    let one = factor_analysis(3, 1).unwrap();
    expect(&one, "1 1 1 1 1 1", "3", 1);
    expect(&one, "1 1 1 1 1 0", "5/2", 1);
    expect(&one, "1 1 1 0 0 0", "9/4", 1);
    // the same truth as the last, at a worse true parameter
    expect(&one, "1 1 1 1 0 0", "5/2", 1);
    expect(&factor_analysis(2, 1).unwrap(), "1 1 0 0", "3/2", 2);
    // [q0 d − q0(q0 − 1)/2 + 1]/2 + (d − q0)(q − q0)/4
    expect(&principal_components(3, 1).unwrap(), "1 0 0 0", "5/4", 1);
    expect(&principal_components(3, 1).unwrap(), "1 1 0 0", "2", 1);
    // Drton, Lin, Weihs & Zwiernik 2017: the quartet and a path, independent in truth
    let quartet = gaussian_latent_tree(4, &[(0, 4), (1, 4), (4, 5), (2, 5), (3, 5)]).unwrap();
    expect(&quartet, "1 1 1 1 0 0 0 0 0", "3", 1);
    let path = gaussian_latent_tree(2, &[(0, 2), (2, 3), (3, 1)]).unwrap();
    expect(&path, "1 1 0 0 0", "3/2", 3);
}

/// Zero truth on the orthant: (H min(M, N)/2, 1 or H + 1 if M = N); a strictly positive truth: as
/// reduced-rank regression.
#[test]
fn non_negative_factorisations() {
    let squared = |m, h, n| matrix_factorisation(m, h, n, Noise::Normal).unwrap();
    expect(&squared(2, 1, 2), "0 0 0 0", "1", 2);
    expect(&squared(2, 1, 3), "0 0 0 0 0", "1", 1);
    expect(&squared(2, 2, 2), &"0 ".repeat(8), "2", 3);
    let known = closed_form::reduced_rank(2, 2, 2, 1).unwrap();
    for noise in [Noise::Normal, Noise::Poisson] {
        let model = matrix_factorisation(2, 2, 2, noise).unwrap();
        expect(
            &model,
            &"1 ".repeat(8),
            &known.lambda().to_string(),
            known.multiplicity(),
        );
    }
}

/// Hayashi 2021: λ = RRR(M − 1, N − 1, H − 1, r) + (M − 1)/2, the same m.
#[test]
fn latent_dirichlet_allocations() {
    let two = latent_dirichlet_allocation(3, 2, 2).unwrap();
    expect(&two, "1/3 1/3 1/3 1/3 1/4 1/4", "3/2", 1);
    let three = latent_dirichlet_allocation(3, 2, 3).unwrap();
    expect(&three, "1/3 1/3 1/3 1/3 1/4 1/4 1/4", "2", 2);
    for (documents, value) in [(2, "3/2"), (3, "2")] {
        let known = closed_form::reduced_rank(2, documents - 1, 1, 0).unwrap();
        assert_eq!((known.lambda() + &Rational::ONE).to_string(), value);
    }
}

/// On the orthant no terms cancel: x₁y₁ + x₂y₂ is ⟨x₁y₁, x₂y₂⟩, (1, 3) and not 1/2. Volume scaling
/// sees the same.
#[test]
fn half_lines_are_seen_by_both_lanes() {
    let model = matrix_factorisation(1, 2, 1, Noise::Normal).unwrap();
    expect(&model, "0 0 0 0", "1", 3);
    let k = model.population_loss(&point("0 0 0 0")).unwrap();
    let estimate = VolumeScaling::new(&*k, &[0.0; 4])
        .prior(model.domain().prior())
        .particles(300)
        .seed(1)
        .estimate()
        .unwrap();
    let (lambda, error) = (estimate.lambda(), estimate.standard_error());
    assert!(
        (lambda - 1.0).abs() < 4.0 * error && error < 0.1,
        "{lambda} ± {error}"
    );
}
