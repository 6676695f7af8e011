//! Squared losses of networks of one hidden layer.

use super::Activation;
use super::lanes::{LANES, Lanes};
use crate::loss::Evaluate;
use pulp::{Arch, Simd, WithSimd};

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

/// ½ Σ_s ω_s |f(x_s, w) − y_s|², several samples side by side.
#[derive(Debug, Clone)]
pub(super) struct UnitLoss {
    arch: Arch,
    units: Units,
    /// By block of samples: the N inputs, then the M outputs.
    rows: Vec<Lanes>,
    /// ω by block of samples; 0 beyond the last.
    weights: Vec<Lanes>,
    num_samples: Option<usize>,
}

impl UnitLoss {
    /// The loss of the population, at the nodes of a quadrature with these weights.
    pub(super) fn on_nodes(units: Units, inputs: &[f64], outputs: &[f64], weights: &[f64]) -> Self {
        Self::new(units, inputs, outputs, weights, None)
    }

    /// The loss on samples, each of weight 1/n.
    pub(super) fn on_samples(units: Units, inputs: &[f64], outputs: &[f64]) -> Self {
        let n = inputs.len() / units.num_inputs;
        let weights = vec![1.0 / n as f64; n];
        Self::new(units, inputs, outputs, &weights, Some(n))
    }

    /// Inputs and outputs come node after node.
    fn new(
        units: Units,
        inputs: &[f64],
        outputs: &[f64],
        weights: &[f64],
        num_samples: Option<usize>,
    ) -> Self {
        let (n, m) = (units.num_inputs, units.num_outputs);
        let blocks = 0..weights.len().div_ceil(LANES);
        let lanes = |block: usize, width: usize, place: usize, of: &[f64]| -> Lanes {
            let value = |lane| of.get((block * LANES + lane) * width + place);
            std::array::from_fn(|lane| value(lane).copied().unwrap_or(0.0))
        };
        Self {
            arch: Arch::new(),
            weights: blocks.clone().map(|b| lanes(b, 1, 0, weights)).collect(),
            rows: blocks
                .flat_map(|b| {
                    let x = (0..n).map(move |j| lanes(b, n, j, inputs));
                    x.chain((0..m).map(move |k| lanes(b, m, k, outputs)))
                })
                .collect(),
            units,
            num_samples,
        }
    }
}

/// One evaluation, compiled for each set of vector instructions.
struct Sum<'a> {
    loss: &'a UnitLoss,
    w: &'a [f64],
    batch: Option<&'a [u32]>,
    /// Residuals by output; arguments, then values by unit; inputs and outputs of a block of a
    /// batch.
    residuals: &'a mut [Lanes],
    arguments: &'a mut [Lanes],
    values: &'a mut [Lanes],
    drawn: &'a mut [Lanes],
    /// The gradient by lanes.
    sums: Option<&'a mut [Lanes]>,
}

impl WithSimd for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) -> f64 {
        let loss = self.loss;
        let width = loss.units.num_inputs + loss.units.num_outputs;
        let mut total = [0.0; LANES];
        match self.batch {
            None => {
                for (rows, weights) in loss.rows.chunks_exact(width).zip(&loss.weights) {
                    self.add(rows, weights, &mut total);
                }
            }
            Some(batch) => {
                let share = 1.0 / batch.len() as f64;
                for chunk in batch.chunks(LANES) {
                    let mut weights = [0.0; LANES];
                    for (lane, &s) in chunk.iter().enumerate() {
                        weights[lane] = share;
                        let (block, from) = (s as usize / LANES, s as usize % LANES);
                        for (row, given) in self.drawn.iter_mut().zip(&loss.rows[block * width..]) {
                            row[lane] = given[from];
                        }
                    }
                    // The lanes beyond a short chunk keep what they had, at weight 0.
                    let drawn = std::mem::take(&mut self.drawn);
                    self.add(drawn, &weights, &mut total);
                    self.drawn = drawn;
                }
            }
        }
        total.iter().sum::<f64>() / 2.0
    }
}

impl Sum<'_> {
    /// ω|f(x) − y|² of one block, and its gradient.
    #[inline(always)]
    fn add(&mut self, rows: &[Lanes], weights: &Lanes, total: &mut Lanes) {
        let units = &self.loss.units;
        let (n, outputs, hidden) = (units.num_inputs, units.num_outputs, units.hidden);
        let (x, y) = rows.split_at(n);
        let (a, b) = self.w.split_at(hidden * outputs);
        for (r, y) in self.residuals.iter_mut().zip(y) {
            for l in 0..LANES {
                r[l] = -y[l];
            }
        }
        for i in 0..hidden {
            let mut argument = [0.0; LANES];
            for (b, x) in b[i * n..(i + 1) * n].iter().zip(x) {
                for l in 0..LANES {
                    argument[l] += b * x[l];
                }
            }
            let value = units.activation.values(&argument);
            for (r, a) in self.residuals.iter_mut().zip(&a[i * outputs..]) {
                for l in 0..LANES {
                    r[l] += a * value[l];
                }
            }
            self.arguments[i] = argument;
            self.values[i] = value;
        }
        for r in &mut *self.residuals {
            for l in 0..LANES {
                total[l] += weights[l] * (r[l] * r[l]);
            }
        }
        let Some(sums) = &mut self.sums else {
            return;
        };
        let (by_a, by_b) = sums.split_at_mut(hidden * outputs);
        for i in 0..hidden {
            let (argument, value) = (&self.arguments[i], &self.values[i]);
            let mut back = [0.0; LANES];
            let own = i * outputs..(i + 1) * outputs;
            for ((g, a), r) in by_a[own.clone()]
                .iter_mut()
                .zip(&a[own])
                .zip(&*self.residuals)
            {
                for l in 0..LANES {
                    g[l] += weights[l] * r[l] * value[l];
                    back[l] += r[l] * a;
                }
            }
            for l in 0..LANES {
                back[l] *= weights[l] * units.activation.derivative_beside(argument[l], value[l]);
            }
            for (g, x) in by_b[i * n..(i + 1) * n].iter_mut().zip(x) {
                for l in 0..LANES {
                    g[l] += back[l] * x[l];
                }
            }
        }
    }
}

impl Evaluate for UnitLoss {
    type Scalar = f64;

    fn dimension(&self) -> usize {
        self.units.hidden * (self.units.num_inputs + self.units.num_outputs)
    }

    fn scratch_len(&self) -> usize {
        let units = &self.units;
        LANES * (units.num_inputs + 2 * units.num_outputs + 2 * units.hidden + self.dimension())
    }

    fn num_samples(&self) -> Option<usize> {
        self.num_samples
    }

    fn evaluate(
        &self,
        w: &[f64],
        batch: Option<&[u32]>,
        gradient: Option<&mut [f64]>,
        scratch: &mut [f64],
    ) -> f64 {
        let units = &self.units;
        let (residuals, rows) = scratch
            .as_chunks_mut::<LANES>()
            .0
            .split_at_mut(units.num_outputs);
        let (arguments, rows) = rows.split_at_mut(units.hidden);
        let (values, rows) = rows.split_at_mut(units.hidden);
        let (drawn, sums) = rows.split_at_mut(units.num_inputs + units.num_outputs);
        let sums = &mut sums[..self.dimension()];
        let batch = batch.filter(|_| self.num_samples.is_some());
        if batch.is_some() {
            drawn.fill([0.0; LANES]);
        }
        if gradient.is_some() {
            sums.fill([0.0; LANES]);
        }
        let value = self.arch.dispatch(Sum {
            loss: self,
            w,
            batch,
            residuals,
            arguments,
            values,
            drawn,
            sums: gradient.is_some().then_some(&mut *sums),
        });
        if let Some(gradient) = gradient {
            for (g, lanes) in gradient.iter_mut().zip(&*sums) {
                *g = lanes.iter().sum();
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
