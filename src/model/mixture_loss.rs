//! Losses of mixtures: sums over grid points or data of functions of log p(x).

use super::Kernel;
use super::divergence::excess;
use super::domain::Bounds;
use crate::loss::Loss;

/// What a mixture is made of, for evaluation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    pub(super) kernel: Kernel,
    pub(super) components: usize,
    pub(super) bounds: Bounds,
}

impl Shape {
    /// Weight, location and variance of component i.
    fn component(&self, i: usize, w: &[f64]) -> (f64, f64, f64) {
        let h = self.components;
        let weight = if i + 1 < h {
            w[i]
        } else {
            (1.0 - w[..h - 1].iter().sum::<f64>()).max(0.0)
        };
        let variance = if self.kernel.has_variance() {
            w[2 * h - 1 + i]
        } else {
            1.0
        };
        (weight, w[h - 1 + i], variance)
    }

    /// log p(x); leaves the log densities of the components in `logs`.
    pub(super) fn log_density(&self, x: f64, w: &[f64], logs: &mut [f64]) -> f64 {
        let mut largest = f64::NEG_INFINITY;
        for (i, log) in logs.iter_mut().enumerate() {
            let (weight, location, variance) = self.component(i, w);
            *log = self.kernel.log_density(x, location, variance);
            if weight > 0.0 {
                largest = largest.max(weight.ln() + *log);
            }
        }
        if largest == f64::NEG_INFINITY {
            return largest;
        }
        let mut sum = 0.0;
        for (i, log) in logs.iter().enumerate() {
            let (weight, ..) = self.component(i, w);
            if weight > 0.0 {
                sum += (weight.ln() + log - largest).exp();
            }
        }
        largest + sum.ln()
    }

    /// Adds factor · ∇ log p(x), given the log densities of the components and of the mixture.
    fn add_gradient(
        &self,
        x: f64,
        w: &[f64],
        factor: f64,
        (log_p, logs): (f64, &[f64]),
        gradient: &mut [f64],
    ) {
        let h = self.components;
        let last = (logs[h - 1] - log_p).exp();
        for i in 0..h {
            let (weight, location, variance) = self.component(i, w);
            let ratio = (logs[i] - log_p).exp();
            if i + 1 < h {
                gradient[i] += factor * (ratio - last);
            }
            if weight == 0.0 {
                continue;
            }
            let deviation = x - location;
            gradient[h - 1 + i] += factor
                * weight
                * match self.kernel {
                    Kernel::NormalLocation => ratio * deviation,
                    Kernel::Normal => ratio * deviation / variance,
                    // ∂/∂m of the probability of x is that of x − 1 minus that of x.
                    Kernel::Poisson => {
                        (self.kernel.log_density(x - 1.0, location, 1.0) - log_p).exp() - ratio
                    }
                };
            if self.kernel.has_variance() {
                let relative = deviation * deviation / variance - 1.0;
                gradient[2 * h - 1 + i] += factor * weight * ratio * relative / (2.0 * variance);
            }
        }
    }
}

/// What is summed over the points.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Summands {
    /// h [p* log(p*/p) − p* + p] at grid points, log p* given.
    Divergence { step: f64, truth: Vec<f64> },
    /// −log p / n on data.
    Likelihood,
}

/// The loss of a mixture on grid points or on data.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MixtureLoss {
    pub(super) shape: Shape,
    pub(super) points: Vec<f64>,
    pub(super) summands: Summands,
}

impl MixtureLoss {
    fn add(
        &self,
        k: usize,
        weight: f64,
        w: &[f64],
        gradient: Option<&mut [f64]>,
        logs: &mut [f64],
    ) -> f64 {
        let x = self.points[k];
        let log_p = self.shape.log_density(x, w, logs);
        let (value, factor) = match &self.summands {
            Summands::Divergence { step, truth } => {
                let density = step * truth[k].exp();
                if density == 0.0 {
                    // p* vanishes (or underflows): what is left of the summand is h p.
                    (step * log_p.exp(), step * log_p.exp())
                } else {
                    let r = (log_p - truth[k]).exp_m1();
                    (density * excess(r), density * r)
                }
            }
            Summands::Likelihood => (-weight * log_p, -weight),
        };
        if let Some(gradient) = gradient
            && log_p > f64::NEG_INFINITY
        {
            self.shape
                .add_gradient(x, w, factor, (log_p, logs), gradient);
        }
        value
    }

    fn evaluate(
        &self,
        w: &[f64],
        batch: Option<&[u32]>,
        mut gradient: Option<&mut [f64]>,
        scratch: &mut [f64],
    ) -> f64 {
        if let Some(gradient) = gradient.as_deref_mut() {
            gradient.fill(0.0);
        }
        if !self.shape.bounds.contain(w) {
            return f64::INFINITY;
        }
        let logs = &mut scratch[..self.shape.components];
        let mut value = 0.0;
        match (batch, &self.summands) {
            (Some(batch), Summands::Likelihood) => {
                let weight = 1.0 / batch.len() as f64;
                for &k in batch {
                    value += self.add(k as usize, weight, w, gradient.as_deref_mut(), logs);
                }
            }
            _ => {
                let weight = 1.0 / self.points.len() as f64;
                for k in 0..self.points.len() {
                    value += self.add(k, weight, w, gradient.as_deref_mut(), logs);
                }
            }
        }
        value
    }
}

impl Loss<f64> for MixtureLoss {
    fn dimension(&self) -> usize {
        let per_component = if self.shape.kernel.has_variance() {
            3
        } else {
            2
        };
        per_component * self.shape.components - 1
    }

    fn scratch_len(&self) -> usize {
        self.shape.components
    }

    fn num_samples(&self) -> Option<usize> {
        match self.summands {
            Summands::Divergence { .. } => None,
            Summands::Likelihood => Some(self.points.len()),
        }
    }

    fn value(&self, w: &[f64], scratch: &mut [f64]) -> f64 {
        self.evaluate(w, None, None, scratch)
    }

    fn gradient(&self, w: &[f64], gradient: &mut [f64], scratch: &mut [f64]) -> f64 {
        self.evaluate(w, None, Some(gradient), scratch)
    }

    fn batch_value(&self, w: &[f64], batch: &[u32], scratch: &mut [f64]) -> f64 {
        self.evaluate(w, Some(batch), None, scratch)
    }

    fn batch_gradient(
        &self,
        w: &[f64],
        batch: &[u32],
        gradient: &mut [f64],
        scratch: &mut [f64],
    ) -> f64 {
        self.evaluate(w, Some(batch), Some(gradient), scratch)
    }
}
