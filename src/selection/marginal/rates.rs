//! Poisson components under exponential priors.

use super::super::em::Component;
use super::super::poisson::Poisson;
use super::conjugate::{Conjugate, LEAST, dot, gamma};
use rand::rngs::ChaCha8Rng;
use statrs::function::gamma::ln_gamma;

/// Rates under the exponential distribution of a mean.
#[derive(Debug)]
pub(super) struct ExponentialRates {
    model: Poisson,
    mean: f64,
}

impl ExponentialRates {
    /// The prior's mean is that of the data; 1 where these are all 0.
    pub(super) fn new(model: Poisson) -> Self {
        let mut mean = [0.0];
        model.estimate(model.counts(), &mut mean);
        let mean = if mean[0] > 0.0 { mean[0] } else { 1.0 };
        Self { model, mean }
    }
}

impl Conjugate for ExponentialRates {
    fn counts(&self) -> &[f64] {
        self.model.counts()
    }

    fn size(&self) -> usize {
        1
    }

    fn log_densities(&self, parameters: &[f64], values: &mut [f64]) {
        self.model.log_densities(parameters, values);
    }

    fn draw(&self, labels: &[f64], rng: &mut ChaCha8Rng, parameters: &mut [f64]) {
        let columns = labels.chunks_exact(self.counts().len());
        for (parameter, labels) in parameters.iter_mut().zip(columns) {
            let rows: f64 = labels.iter().sum();
            let shape = 1.0 + dot(labels, &self.model.numbers);
            *parameter = (gamma(shape, rng) / (1.0 / self.mean + rows)).max(LEAST);
        }
    }

    fn log_marginal(&self, labels: &[f64]) -> f64 {
        let columns = labels.chunks_exact(self.counts().len());
        let each = columns.map(|labels| {
            let rows: f64 = labels.iter().sum();
            let shape = 1.0 + dot(labels, &self.model.numbers);
            dot(labels, &self.model.constants) + ln_gamma(shape)
                - shape * (1.0 / self.mean + rows).ln()
                - self.mean.ln()
        });
        each.sum()
    }

    fn of_rows(&self, rows: &[usize], counts: &[f64]) -> Box<dyn Conjugate> {
        Box::new(Self {
            model: self.model.of_rows(rows, counts),
            mean: self.mean,
        })
    }

    fn prior(&self) -> String {
        format!("rates exponential of mean {:.4}", self.mean)
    }
}
