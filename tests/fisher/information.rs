//! The Fisher information over ℚ against the Hessian of the population loss.

use rlct::algebra::Rational;
use rlct::fisher::HessianOperator;
use rlct::model::{
    FiniteOutcomes, FisherInformation, GaussianCovariance, Inputs, Noise, PolynomialMeans,
    Regression, naive_bayes, reduced_rank_regression,
};

fn check(model: &impl FisherInformation, texts: &[&str]) {
    let truth: Vec<Rational> = texts.iter().map(|t| t.parse().unwrap()).collect();
    let exact = model.fisher_information(&truth).unwrap();
    let loss = model.population_loss(&truth).unwrap();
    let w: Vec<f64> = truth.iter().map(Rational::to_f64).collect();
    let numerical = HessianOperator::new(&*loss, &w).unwrap().matrix().unwrap();
    let scale = numerical.amax().max(1.0);
    for i in 0..w.len() {
        for j in 0..w.len() {
            assert_eq!(exact.entry(i, j), exact.entry(j, i));
            let difference = (exact.entry(i, j).to_f64() - numerical[(i, j)]).abs();
            assert!(
                difference < 1e-6 * scale,
                "({i}, {j}): {difference} in {model:?}"
            );
        }
    }
}

#[test]
fn the_information_is_the_hessian_of_the_divergence() {
    check(
        &FiniteOutcomes::parse(["p"], ["p", "1 - p"]).unwrap(),
        &["1/3"],
    );
    let ring = rlct::algebra::Variables::new(["s", "t"]).unwrap();
    let odds = ["1 + s^2", "t^2 + s", "3"].map(|t| t.parse().unwrap());
    check(
        &FiniteOutcomes::unnormalised(&ring, &odds).unwrap(),
        &["1/2", "2"],
    );
    check(
        &naive_bayes(2, &[2, 3]).unwrap(),
        &["1/3", "1/4", "1/2", "1/5", "2/5", "1/3", "1/3"],
    );
    check(
        &reduced_rank_regression(2, 1, 2).unwrap(),
        &["1", "2", "-1", "3"],
    );
    for inputs in [Inputs::Normal, Inputs::Uniform] {
        let model = Regression::parse(["x"], ["a", "b"], ["a*x + b^2*x^3", "a*b"], inputs).unwrap();
        check(&model, &["2", "-1"]);
    }
    for noise in [Noise::Normal, Noise::Poisson] {
        let model = PolynomialMeans::parse(["a", "b"], ["a*b", "a^2 + 1", "2"], noise).unwrap();
        check(&model, &["2", "3"]);
    }
    let entries = ["1 + a^2", "a*b", "1 + b^2"];
    check(
        &GaussianCovariance::parse(["a", "b"], 2, entries).unwrap(),
        &["1", "-2"],
    );
}

#[test]
fn outcomes_of_no_probability_are_refused() {
    let coin = FiniteOutcomes::parse(["p"], ["p", "1 - p"]).unwrap();
    assert!(coin.fisher_information(&[Rational::ZERO]).is_err());
    let counts = PolynomialMeans::parse(["a"], ["a", "0"], Noise::Poisson).unwrap();
    assert!(counts.fisher_information(&[Rational::ZERO]).is_err());
    assert!(counts.fisher_information(&[Rational::ONE]).is_ok());
}
