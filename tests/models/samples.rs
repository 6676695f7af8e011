//! Sampled data: frequencies, and the sampled loss against K plus entropy.

use super::instances::{all, point, rng};
use rlct::model::{
    FiniteOutcomes, Kernel, Mixture, Model, binomial_mixture, hidden_markov, naive_bayes,
    restricted_boltzmann_machine,
};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// The sampled loss at a point is a mean of independent terms of mean K + entropy: five standard
/// errors.
#[test]
fn the_sampled_loss_tends_to_k_plus_entropy() {
    let mut rng = rng(21);
    for instance in all() {
        let n = 4000;
        let loss = instance.sampled(n, 17);
        let mut scratch = vec![0.0; loss.scratch_len()];
        let mut own = vec![0.0; instance.population.scratch_len()];
        for width in [0.0, 0.2] {
            let w = instance.near(width, &mut rng);
            let expected = instance.population.value(&w, &mut own) + instance.entropy;
            if expected.is_infinite() {
                continue;
            }
            let terms: Vec<f64> = (0..n as u32)
                .map(|i| loss.batch_value(&w, &[i], &mut scratch))
                .collect();
            let mean = terms.iter().sum::<f64>() / n as f64;
            let variance = terms.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
            let error = (variance / n as f64).sqrt();
            assert!(
                (mean - expected).abs() < 5.0 * error + 1e-9,
                "{}: the sampled loss is {mean} ± {error}, K + entropy {expected}",
                instance.name
            );
        }
    }
}

/// The χ² statistic of counts against probabilities has a tail probability above 10⁻⁴.
fn agree(name: &str, counts: &[usize], probabilities: &[f64]) {
    let n: usize = counts.iter().sum();
    let statistic: f64 = counts
        .iter()
        .zip(probabilities)
        .map(|(c, p)| (*c as f64 - n as f64 * p).powi(2) / (n as f64 * p))
        .sum();
    let law = ChiSquared::new((counts.len() - 1) as f64).unwrap();
    let tail = 1.0 - law.cdf(statistic);
    assert!(tail > 1e-4, "{name}: χ² = {statistic}, tail {tail}");
}

fn frequencies(name: &str, model: &FiniteOutcomes, truth: &str) {
    let truth = point(truth);
    let probabilities: Vec<f64> = model
        .probabilities_at(&truth)
        .unwrap()
        .iter()
        .map(|p| p.to_f64())
        .collect();
    let mut counts = vec![0; probabilities.len()];
    for x in model.sample(&truth, 20_000, 29).unwrap() {
        counts[x as usize] += 1;
    }
    agree(name, &counts, &probabilities);
}

#[test]
fn outcomes_have_the_frequencies_of_their_probabilities() {
    frequencies(
        "naive Bayes",
        &naive_bayes(2, &[2, 3]).unwrap(),
        "1/3 1/3 2/3 1/4 1/2 1/2 1/4",
    );
    frequencies(
        "binomial mixture",
        &binomial_mixture(2, 4).unwrap(),
        "1/4 1/3 2/3",
    );
    frequencies(
        "hidden Markov",
        &hidden_markov(2, 2, 4).unwrap(),
        "1/3 1/4 1/2 2/5 4/5",
    );
    let machine = restricted_boltzmann_machine(3, 2).unwrap();
    frequencies("Boltzmann", &machine, "1/2 1/3 -1/4 1/5 0 1/2");
}

#[test]
fn poisson_counts_have_the_frequencies_of_the_mixture() {
    let model = Mixture::new(Kernel::Poisson, 2).unwrap();
    let data = model.sample(&point("1/3 1 4"), 20_000, 31).unwrap();
    let mut counts = vec![0; 10];
    for x in data {
        counts[(x as usize).min(9)] += 1;
    }
    let density = |x: f64, m: f64| Kernel::Poisson.log_density(x, m, 1.0).exp();
    let mut probabilities: Vec<f64> = (0..9)
        .map(|x| density(f64::from(x), 1.0) / 3.0 + density(f64::from(x), 4.0) * 2.0 / 3.0)
        .collect();
    probabilities.push(1.0 - probabilities.iter().sum::<f64>());
    agree("Poisson mixture", &counts, &probabilities);
}

#[test]
fn a_seed_fixes_the_data() {
    let model = hidden_markov(2, 2, 3).unwrap();
    let truth = point("1/3 1/4 1/2 2/5 4/5");
    let draw = |seed| model.sample(&truth, 50, seed).unwrap();
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}
