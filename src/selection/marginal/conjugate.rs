//! Components with conjugate priors: drawn, and integrated, given which rows are theirs.

use super::super::components::{Binomial, Categories, Normal};
use super::super::em::Component;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, Gamma, StandardNormal};
use statrs::function::beta::ln_beta;
use statrs::function::gamma::ln_gamma;
use std::fmt::Debug;

/// The components of a mixture and the prior of their parameters, conjugate to the likelihood of
/// rows whose components are known: the labels, how many of each different row belong to the
/// component, component after component.
pub(super) trait Conjugate: Debug + Send + Sync {
    /// How often each different row occurs.
    fn counts(&self) -> &[f64];

    /// The number of parameters of a component.
    fn size(&self) -> usize;

    /// log p(row | parameters) of all rows.
    fn log_densities(&self, parameters: &[f64], values: &mut [f64]);

    /// Draws the parameters of all components from φ(θ) Π p(row | its component)^label, with labels
    /// that need not be whole.
    fn draw(&self, labels: &[f64], rng: &mut ChaCha8Rng, parameters: &mut [f64]);

    /// log ∫ Π p(row | its component) φ(θ) dθ.
    fn log_marginal(&self, labels: &[f64]) -> f64;

    /// The same components of some of the rows, each as often as the counts say.
    fn of_rows(&self, rows: &[usize], counts: &[f64]) -> Box<dyn Conjugate>;

    /// The prior of a component's parameters, in words.
    fn prior(&self) -> String;
}

/// Probabilities below this are as good as 0, and have a finite logarithm.
pub(super) const LEAST: f64 = 1e-150;
/// The largest number below 1.
const ALMOST_ONE: f64 = 1.0 - f64::EPSILON / 2.0;

/// A draw of Gamma(shape, 1), positive also where the shape is small.
pub(super) fn gamma(shape: f64, rng: &mut ChaCha8Rng) -> f64 {
    // refused for a shape that is not positive alone
    Gamma::new(shape, 1.0).map_or(LEAST, |gamma| gamma.sample(rng).max(LEAST))
}

/// A draw of Dirichlet(concentration + counts), in place of the counts.
pub(super) fn dirichlet(concentration: f64, counts: &mut [f64], rng: &mut ChaCha8Rng) {
    let mut sum = 0.0;
    for count in counts.iter_mut() {
        *count = gamma(concentration + *count, rng);
        sum += *count;
    }
    for count in counts {
        *count = (*count / sum).max(LEAST);
    }
}

/// log ∫ Π wᵢ^countᵢ over Dirichlet(concentration).
pub(super) fn log_dirichlet(concentration: f64, counts: &[f64]) -> f64 {
    let (total, all) = (counts.iter().sum::<f64>(), counts.len() as f64);
    let each = counts.iter().map(|count| ln_gamma(concentration + count));
    each.sum::<f64>() - all * ln_gamma(concentration) + ln_gamma(all * concentration)
        - ln_gamma(all * concentration + total)
}

/// Σ labels · values.
pub(super) fn dot(labels: &[f64], values: &[f64]) -> f64 {
    labels.iter().zip(values).map(|(a, b)| a * b).sum()
}

/// Probabilities of success under the uniform distribution.
#[derive(Debug)]
pub(super) struct UniformBinomial(pub(super) Binomial);

impl UniformBinomial {
    /// Numbers of successes and failures.
    fn outcomes(&self, labels: &[f64]) -> (f64, f64) {
        let successes = dot(labels, &self.0.successes);
        (
            successes,
            labels.iter().sum::<f64>() * self.0.trials - successes,
        )
    }
}

impl Conjugate for UniformBinomial {
    fn counts(&self) -> &[f64] {
        self.0.counts()
    }

    fn size(&self) -> usize {
        1
    }

    fn log_densities(&self, parameters: &[f64], values: &mut [f64]) {
        self.0.log_densities(parameters, values);
    }

    fn draw(&self, labels: &[f64], rng: &mut ChaCha8Rng, parameters: &mut [f64]) {
        let columns = labels.chunks_exact(self.counts().len());
        for (parameter, labels) in parameters.iter_mut().zip(columns) {
            let (successes, failures) = self.outcomes(labels);
            let a = gamma(1.0 + successes, rng);
            let b = gamma(1.0 + failures, rng);
            *parameter = (a / (a + b)).clamp(LEAST, ALMOST_ONE);
        }
    }

    fn log_marginal(&self, labels: &[f64]) -> f64 {
        let columns = labels.chunks_exact(self.counts().len());
        let each = columns.map(|labels| {
            let (successes, failures) = self.outcomes(labels);
            dot(labels, &self.0.constants) + ln_beta(1.0 + successes, 1.0 + failures)
        });
        each.sum()
    }

    fn of_rows(&self, rows: &[usize], counts: &[f64]) -> Box<dyn Conjugate> {
        Box::new(Self(self.0.of_rows(rows, counts)))
    }

    fn prior(&self) -> String {
        "probabilities of success uniform on [0, 1]".into()
    }
}

/// Means under N(mᵢ, τᵢ²), in units of σ from the data's mean.
#[derive(Debug)]
pub(super) struct NormalMeans {
    pub(super) model: Normal,
    /// (m, τ) of each column, in the units of the parameters.
    pub(super) scaled: Vec<(f64, f64)>,
    /// The same in the units of the data.
    pub(super) told: Vec<(f64, f64)>,
}

impl NormalMeans {
    pub(super) fn new(model: Normal, told: Vec<(f64, f64)>) -> Self {
        let units = |((m, t), centre): (&(f64, f64), &f64)| {
            ((m - centre) / model.deviation, t / model.deviation)
        };
        let scaled = told.iter().zip(&model.centre).map(units).collect();
        Self {
            model,
            scaled,
            told,
        }
    }
}

impl Conjugate for NormalMeans {
    fn counts(&self) -> &[f64] {
        self.model.counts()
    }

    fn size(&self) -> usize {
        self.model.size()
    }

    fn log_densities(&self, parameters: &[f64], values: &mut [f64]) {
        self.model.log_densities(parameters, values);
    }

    fn draw(&self, labels: &[f64], rng: &mut ChaCha8Rng, parameters: &mut [f64]) {
        let each = labels.chunks_exact(self.counts().len());
        for (labels, parameters) in each.zip(parameters.chunks_exact_mut(self.size())) {
            let size: f64 = labels.iter().sum();
            let columns = self.model.each_column().zip(&self.scaled);
            for (parameter, (column, (m, t))) in parameters.iter_mut().zip(columns) {
                let precision = size + 1.0 / (t * t);
                let mean = (dot(labels, column) + m / (t * t)) / precision;
                let normal: f64 = StandardNormal.sample(rng);
                *parameter = mean + normal / precision.sqrt();
            }
        }
    }

    fn log_marginal(&self, labels: &[f64]) -> f64 {
        let mut sum = 0.0;
        for labels in labels.chunks_exact(self.counts().len()) {
            let size: f64 = labels.iter().sum();
            sum += dot(labels, self.model.best());
            if size == 0.0 {
                continue;
            }
            for (column, (m, t)) in self.model.each_column().zip(&self.scaled) {
                let mean = dot(labels, column) / size;
                let square = |x: &f64| (x - mean) * (x - mean);
                let within: f64 = labels.iter().zip(column).map(|(c, x)| c * square(x)).sum();
                let spread = size.mul_add(t * t, 1.0);
                sum -= 0.5 * (within + size / spread * square(m) + spread.ln());
            }
        }
        sum
    }

    fn of_rows(&self, rows: &[usize], counts: &[f64]) -> Box<dyn Conjugate> {
        Box::new(Self {
            model: self.model.of_rows(rows, counts),
            scaled: self.scaled.clone(),
            told: self.told.clone(),
        })
    }

    fn prior(&self) -> String {
        let each = self.told.iter().map(|(m, t)| format!("N({m:.4}, {t:.4}²)"));
        format!("means {}", each.collect::<Vec<_>>().join(", "))
    }
}

/// The probabilities of each feature's states under Dirichlet(1).
#[derive(Debug)]
pub(super) struct UniformCategories(pub(super) Categories);

impl UniformCategories {
    /// How many rows have each state.
    fn tally(&self, labels: &[f64], tally: &mut [f64]) {
        tally.fill(0.0);
        for places in self.0.each_feature() {
            for (label, place) in labels.iter().zip(places) {
                tally[*place as usize] += label;
            }
        }
    }
}

impl Conjugate for UniformCategories {
    fn counts(&self) -> &[f64] {
        self.0.counts()
    }

    fn size(&self) -> usize {
        self.0.size()
    }

    fn log_densities(&self, parameters: &[f64], values: &mut [f64]) {
        self.0.log_densities(parameters, values);
    }

    fn draw(&self, labels: &[f64], rng: &mut ChaCha8Rng, parameters: &mut [f64]) {
        let each = labels.chunks_exact(self.counts().len());
        for (labels, mut parameters) in each.zip(parameters.chunks_exact_mut(self.size())) {
            self.tally(labels, parameters);
            for states in self.0.states() {
                let (feature, rest) = parameters.split_at_mut(*states);
                dirichlet(1.0, feature, rng);
                parameters = rest;
            }
        }
    }

    fn log_marginal(&self, labels: &[f64]) -> f64 {
        let mut tally = vec![0.0; self.size()];
        let mut sum = 0.0;
        for labels in labels.chunks_exact(self.counts().len()) {
            self.tally(labels, &mut tally);
            let mut rest = &tally[..];
            for states in self.0.states() {
                let (feature, others) = rest.split_at(*states);
                sum += log_dirichlet(1.0, feature);
                rest = others;
            }
        }
        sum
    }

    fn of_rows(&self, rows: &[usize], counts: &[f64]) -> Box<dyn Conjugate> {
        Box::new(Self(self.0.of_rows(rows, counts)))
    }

    fn prior(&self) -> String {
        "the states of each feature Dirichlet(1)".into()
    }
}
