//! Squared losses of networks of one hidden layer.

use super::Activation;
use crate::loss::Evaluate;

/// f(x) = Σ_i a_i σ(b_i · x): the parameters are a, unit after unit, then b, unit after unit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Units {
    pub(super) num_inputs: usize,
    pub(super) hidden: usize,
    pub(super) num_outputs: usize,
    pub(super) activation: Activation,
}

impl Units {
    fn argument(&self, i: usize, b: &[f64], x: &[f64]) -> f64 {
        let b = &b[i * self.num_inputs..(i + 1) * self.num_inputs];
        b.iter().zip(x).map(|(b, x)| b * x).sum()
    }

    /// f at inputs, sample after sample.
    pub(super) fn outputs(&self, w: &[f64], inputs: &[f64]) -> Vec<f64> {
        let (a, b) = w.split_at(self.hidden * self.num_outputs);
        let mut outputs = Vec::with_capacity(inputs.len() / self.num_inputs * self.num_outputs);
        for x in inputs.chunks_exact(self.num_inputs) {
            let start = outputs.len();
            outputs.resize(start + self.num_outputs, 0.0);
            for (i, a) in a.chunks_exact(self.num_outputs).enumerate() {
                let unit = self.activation.value(self.argument(i, b, x));
                for (out, a) in outputs[start..].iter_mut().zip(a) {
                    *out += a * unit;
                }
            }
        }
        outputs
    }
}

/// What the squared residuals are weighted with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Targets {
    /// Nodes of a quadrature with these weights.
    Population { weights: Vec<f64> },
    /// Samples, each of weight 1/n.
    Sample { num_samples: usize },
}

/// ½ Σ_s ω_s |f(x_s, w) − y_s|².
#[derive(Debug, Clone, PartialEq)]
pub(super) struct UnitLoss {
    pub(super) units: Units,
    pub(super) inputs: Vec<f64>,
    pub(super) outputs: Vec<f64>,
    pub(super) targets: Targets,
}

impl UnitLoss {
    /// ½ω|f(x_s) − y_s|² of one sample, its gradient added.
    fn add(
        &self,
        s: usize,
        weight: f64,
        w: &[f64],
        gradient: Option<&mut [f64]>,
        scratch: &mut [f64],
    ) -> f64 {
        let units = &self.units;
        let (n, outputs, hidden) = (units.num_inputs, units.num_outputs, units.hidden);
        let x = &self.inputs[s * n..(s + 1) * n];
        let (a, b) = w.split_at(hidden * outputs);
        let (residual, rest) = scratch.split_at_mut(outputs);
        let (arguments, values) = rest.split_at_mut(hidden);
        for (r, y) in residual
            .iter_mut()
            .zip(&self.outputs[s * outputs..(s + 1) * outputs])
        {
            *r = -y;
        }
        for (i, a) in a.chunks_exact(outputs).enumerate() {
            arguments[i] = units.argument(i, b, x);
            values[i] = units.activation.value(arguments[i]);
            for (r, a) in residual.iter_mut().zip(a) {
                *r += a * values[i];
            }
        }
        if let Some(gradient) = gradient {
            let (by_a, by_b) = gradient.split_at_mut(hidden * outputs);
            for i in 0..hidden {
                let own = i * outputs..(i + 1) * outputs;
                let mut back = 0.0;
                for ((g, a), r) in by_a[own.clone()].iter_mut().zip(&a[own]).zip(&*residual) {
                    *g += weight * r * values[i];
                    back += r * a;
                }
                back *= weight * units.activation.derivative_beside(arguments[i], values[i]);
                for (g, x) in by_b[i * n..(i + 1) * n].iter_mut().zip(x) {
                    *g += back * x;
                }
            }
        }
        weight * residual.iter().map(|r| r * r).sum::<f64>() / 2.0
    }
}

impl Evaluate for UnitLoss {
    type Scalar = f64;

    fn dimension(&self) -> usize {
        self.units.hidden * (self.units.num_inputs + self.units.num_outputs)
    }

    fn scratch_len(&self) -> usize {
        self.units.num_outputs + 2 * self.units.hidden
    }

    fn num_samples(&self) -> Option<usize> {
        match self.targets {
            Targets::Population { .. } => None,
            Targets::Sample { num_samples } => Some(num_samples),
        }
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
        let mut value = 0.0;
        match (&self.targets, batch) {
            (Targets::Population { weights }, _) => {
                for (s, weight) in weights.iter().enumerate() {
                    value += self.add(s, *weight, w, gradient.as_deref_mut(), scratch);
                }
            }
            (Targets::Sample { num_samples }, None) => {
                let weight = 1.0 / *num_samples as f64;
                for s in 0..*num_samples {
                    value += self.add(s, weight, w, gradient.as_deref_mut(), scratch);
                }
            }
            (Targets::Sample { .. }, Some(batch)) => {
                let weight = 1.0 / batch.len() as f64;
                for &s in batch {
                    value += self.add(s as usize, weight, w, gradient.as_deref_mut(), scratch);
                }
            }
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Inputs, Model, ShallowNetwork, rational_point};
    use approx::assert_relative_eq;

    #[test]
    fn the_gauss_rule_meets_a_closed_form_and_a_fine_sum() {
        // ½ E (a sin bx)² = a²/2 (1/2 − sin 2b / 4b) for uniform inputs.
        let network =
            |activation| ShallowNetwork::new(1, 1, 1, activation, Inputs::Uniform).unwrap();
        let zero = rational_point(&[0.0, 0.0]).unwrap();
        for (a, b) in [(1.0, 2.0_f64), (0.5, -1.0), (2.0, 1e-3)] {
            let k = network(super::Activation::Sine)
                .population_loss(&zero)
                .unwrap();
            let exact = a * a / 2.0 * (0.5 - (2.0 * b).sin() / (4.0 * b));
            let value = k.value(&[a, b], &mut vec![0.0; k.scratch_len()]);
            assert_relative_eq!(value, exact, max_relative = 1e-9);
            // Simpson's rule for tanh.
            let k = network(super::Activation::Tanh)
                .population_loss(&zero)
                .unwrap();
            let value = k.value(&[a, b], &mut vec![0.0; k.scratch_len()]);
            let n = 2000;
            let sum: f64 = (0..=n)
                .map(|i| {
                    let x = -1.0 + 2.0 * f64::from(i) / f64::from(n);
                    let weight = match i {
                        0 => 1.0,
                        i if i == n => 1.0,
                        i if i % 2 == 1 => 4.0,
                        _ => 2.0,
                    };
                    weight * (a * (b * x).tanh()).powi(2)
                })
                .sum();
            let exact = sum * 2.0 / f64::from(n) / 3.0 / 2.0 / 2.0;
            assert_relative_eq!(value, exact, max_relative = 1e-8);
        }
    }
}
