//! Losses of mixtures: sums over grid points or data of functions of log p(x).

use super::Kernel;
use super::divergence::excess_of_log;
use super::domain::Bounds;
use super::mixture_likelihood::{Blocks, Component, MOST, Moments, is_plain};
use crate::loss::Evaluate;

/// What a mixture is made of, for evaluation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    pub(super) kernel: Kernel,
    pub(super) components: usize,
    pub(super) bounds: Bounds,
}

/// What the points of one evaluation share, by component, and the log densities of the components
/// at one point.
pub(super) struct Prepared<'a> {
    log_weights: &'a mut [f64],
    offsets: &'a mut [f64],
    scales: &'a mut [f64],
    logs: &'a mut [f64],
}

impl Shape {
    /// How many numbers [`prepare`](Self::prepare) needs.
    pub(super) fn scratch_len(&self) -> usize {
        4 * self.components
    }

    pub(super) fn prepare<'a>(&self, w: &[f64], scratch: &'a mut [f64]) -> Prepared<'a> {
        let h = self.components;
        let (log_weights, rest) = scratch.split_at_mut(h);
        let (offsets, rest) = rest.split_at_mut(h);
        let (scales, rest) = rest.split_at_mut(h);
        for i in 0..h {
            let (weight, location, variance) = self.component(i, w);
            log_weights[i] = weight.ln();
            (offsets[i], scales[i]) = self.kernel.prepared(location, variance);
        }
        Prepared {
            log_weights,
            offsets,
            scales,
            logs: &mut rest[..h],
        }
    }

    /// Weight, location and variance of component i.
    pub(super) fn component(&self, i: usize, w: &[f64]) -> (f64, f64, f64) {
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
    pub(super) fn log_density(&self, x: f64, w: &[f64], prepared: &mut Prepared<'_>) -> f64 {
        let locations = &w[self.components - 1..];
        let (mut largest, mut at) = (f64::NEG_INFINITY, 0);
        for (i, location) in locations.iter().enumerate().take(self.components) {
            let exponent = self.kernel.exponent(x, *location, prepared.scales[i]);
            prepared.logs[i] = prepared.offsets[i] + exponent;
            let log = prepared.log_weights[i] + prepared.logs[i];
            if log > largest {
                (largest, at) = (log, i);
            }
        }
        if largest == f64::NEG_INFINITY {
            return largest;
        }
        let mut others = 0.0;
        for (i, (weight, log)) in prepared.log_weights.iter().zip(&*prepared.logs).enumerate() {
            if i != at {
                others += (weight + log - largest).exp();
            }
        }
        largest + others.ln_1p()
    }

    /// Adds factor · ∇ log p(x), given the log density of the mixture, whose evaluation left those
    /// of the components.
    fn add_gradient(
        &self,
        x: f64,
        w: &[f64],
        factor: f64,
        log_p: f64,
        prepared: &Prepared<'_>,
        gradient: &mut [f64],
    ) {
        let h = self.components;
        let logs = &prepared.logs;
        let last = (logs[h - 1] - log_p).exp();
        for i in 0..h {
            let (weight, location, variance) = self.component(i, w);
            let ratio = if i + 1 < h {
                (logs[i] - log_p).exp()
            } else {
                last
            };
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
                        let before = self.kernel.exponent(x - 1.0, location, prepared.scales[i]);
                        (prepared.offsets[i] + before - log_p).exp() - ratio
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
    Likelihood(Data),
}

/// What stands for all the data.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Data {
    /// Counts, each of which occurs so many times.
    Counts(Vec<(f64, f64)>),
    /// Numbers, many side by side.
    Numbers(Blocks),
}

/// The loss of a mixture on grid points or on data.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MixtureLoss {
    pub(super) shape: Shape,
    pub(super) points: Vec<f64>,
    pub(super) summands: Summands,
}

impl MixtureLoss {
    /// Adds what x gives, which is point k of a grid.
    fn add(
        &self,
        x: f64,
        k: usize,
        weight: f64,
        w: &[f64],
        gradient: Option<&mut [f64]>,
        prepared: &mut Prepared<'_>,
    ) -> f64 {
        let log_p = self.shape.log_density(x, w, prepared);
        let (value, factor) = match &self.summands {
            Summands::Divergence { step, truth } => {
                let density = step * truth[k].exp();
                if density == 0.0 {
                    // p* vanishes (or underflows): what is left of the summand is h p.
                    (step * log_p.exp(), step * log_p.exp())
                } else {
                    let ratio = log_p - truth[k];
                    (density * excess_of_log(ratio), density * ratio.exp_m1())
                }
            }
            Summands::Likelihood(_) => (-weight * log_p, -weight),
        };
        if let Some(gradient) = gradient
            && log_p > f64::NEG_INFINITY
        {
            self.shape
                .add_gradient(x, w, factor, log_p, prepared, gradient);
        }
        value
    }
}

impl MixtureLoss {
    /// The components at a parameter, where observations can be taken side by side.
    fn components(&self, w: &[f64]) -> Option<[Component; MOST]> {
        let h = self.shape.components;
        if h > MOST || self.shape.kernel == Kernel::Poisson {
            return None;
        }
        let mut components = [Component::default(); MOST];
        for (i, component) in components.iter_mut().enumerate().take(h) {
            let (weight, location, variance) = self.shape.component(i, w);
            let (offset, scale) = self.shape.kernel.prepared(location, variance);
            *component = Component {
                weight,
                location,
                log_factor: weight.ln() + offset,
                scale,
            };
        }
        is_plain(&components[..h]).then_some(components)
    }

    /// The mean over all the data, and its gradient, which is 0 on entry.
    fn on_blocks(
        &self,
        blocks: &Blocks,
        components: &[Component],
        gradient: Option<&mut [f64]>,
    ) -> f64 {
        let share = 1.0 / self.points.len() as f64;
        let h = components.len();
        let mut moments = [Moments::default(); MOST];
        let wanted = gradient.is_some().then_some(&mut moments[..h]);
        let value = -share * blocks.log_likelihood(components, wanted);
        if let Some(gradient) = gradient {
            let by_weight = |i: usize| moments[i].shares / components[i].weight;
            for (i, (c, m)) in components.iter().zip(&moments).enumerate() {
                if i + 1 < h {
                    gradient[i] = -share * (by_weight(i) - by_weight(h - 1));
                }
                // one over the variance
                let precision = 2.0 * c.scale;
                gradient[h - 1 + i] = -share * m.deviations * precision;
                if self.shape.kernel.has_variance() {
                    let relative = m.squares * precision - m.shares;
                    gradient[2 * h - 1 + i] = -share * relative * precision / 2.0;
                }
            }
        }
        value
    }
}

impl Evaluate for MixtureLoss {
    type Scalar = f64;

    fn dimension(&self) -> usize {
        let per_component = if self.shape.kernel.has_variance() {
            3
        } else {
            2
        };
        per_component * self.shape.components - 1
    }

    fn scratch_len(&self) -> usize {
        self.shape.scratch_len()
    }

    fn num_samples(&self) -> Option<usize> {
        match self.summands {
            Summands::Divergence { .. } => None,
            Summands::Likelihood(_) => Some(self.points.len()),
        }
    }

    fn cost_in_samples(&self) -> Option<usize> {
        match &self.summands {
            Summands::Likelihood(Data::Counts(counts)) => Some(counts.len()),
            _ => self.num_samples(),
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
        if !self.shape.bounds.contain(w) {
            return f64::INFINITY;
        }
        let prepared = &mut self.shape.prepare(w, scratch);
        let mut value = 0.0;
        let share = 1.0 / self.points.len() as f64;
        match (batch, &self.summands) {
            (Some(batch), Summands::Likelihood(_)) => {
                let weight = 1.0 / batch.len() as f64;
                for &k in batch {
                    let (x, k) = (self.points[k as usize], k as usize);
                    value += self.add(x, k, weight, w, gradient.as_deref_mut(), prepared);
                }
            }
            (None, Summands::Likelihood(Data::Counts(counts))) => {
                for &(x, times) in counts {
                    let weight = times * share;
                    value += self.add(x, 0, weight, w, gradient.as_deref_mut(), prepared);
                }
            }
            _ => match (&self.summands, self.components(w)) {
                (Summands::Likelihood(Data::Numbers(blocks)), Some(components)) => {
                    let components = &components[..self.shape.components];
                    value = self.on_blocks(blocks, components, gradient);
                }
                _ => {
                    for (k, &x) in self.points.iter().enumerate() {
                        value += self.add(x, k, share, w, gradient.as_deref_mut(), prepared);
                    }
                }
            },
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Kernel, Mixture, Model, rational_point};
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// All the data at once, side by side or by counts, are the mean of single observations.
        #[test]
        fn all_the_data_are_the_mean_of_each(
            kernel in prop::sample::select(vec![
                Kernel::NormalLocation, Kernel::Normal, Kernel::Poisson,
            ]),
            n in 1_usize..200,
            raw in prop::collection::vec(0.01..1.0_f64, 9),
            edge in prop::bool::weighted(0.2),
        ) {
            let model = Mixture::new(kernel, 3).unwrap();
            let truth = match kernel {
                Kernel::Normal => vec![0.25, 0.5, -1.0, 0.0, 2.0, 1.0, 0.5, 2.0],
                Kernel::NormalLocation => vec![0.25, 0.5, -1.0, 0.0, 2.0],
                Kernel::Poisson => vec![0.25, 0.5, 1.0, 3.0, 5.0],
            };
            let truth = rational_point(&truth).unwrap();
            let loss = model.sample_loss(&model.sample(&truth, n, 5).unwrap()).unwrap();
            let sum: f64 = raw[..3].iter().sum();
            let mut w: Vec<f64> = vec![raw[0] / sum, raw[1] / sum];
            if edge {
                w[0] = 0.0;
            }
            w.extend(raw[3..loss.dimension() + 1].iter().map(|x| 4.0 * x));
            let d = loss.dimension();
            let mut scratch = vec![f64::NAN; loss.scratch_len()];
            let (mut gradient, mut one) = (vec![f64::NAN; d], vec![f64::NAN; d]);
            let value = loss.gradient(&w, &mut gradient, &mut scratch);
            prop_assert_eq!(loss.value(&w, &mut scratch), value);
            let (mut mean, mut mean_gradient) = (0.0, vec![0.0; d]);
            for k in 0..n as u32 {
                mean += loss.batch_gradient(&w, &[k], &mut one, &mut scratch) / n as f64;
                let add = |(m, g): (&mut f64, &f64)| *m += g / n as f64;
                mean_gradient.iter_mut().zip(&one).for_each(add);
            }
            prop_assert!((mean - value).abs() < 1e-12 * (1.0 + value.abs()));
            for (a, b) in mean_gradient.iter().zip(&gradient) {
                prop_assert!((a - b).abs() < 1e-10 * (1.0 + b.abs()), "{} {}", a, b);
            }
        }
    }

    /// K of one component against another, by the grid.
    fn divergence(kernel: Kernel, truth: &[f64], w: &[f64]) -> f64 {
        let model = Mixture::new(kernel, 1).unwrap();
        let k = model
            .population_loss(&rational_point(truth).unwrap())
            .unwrap();
        k.value(w, &mut vec![0.0; k.scratch_len()])
    }

    #[test]
    fn the_grid_meets_the_closed_forms_of_single_components() {
        for m in [0.001, -0.5, 3.0, 6.0] {
            let k = divergence(Kernel::NormalLocation, &[0.5], &[0.5 + m]);
            assert_relative_eq!(k, m * m / 2.0, max_relative = 1e-8);
        }
        for (m, v) in [(0.0, 1.001), (1.0, 0.5), (-2.0, 3.0), (0.5, 0.25)] {
            // The truth is N(1, 2).
            let (ratio, shift): (f64, f64) = (2.0 / v, m);
            let exact = (ratio - 1.0 - ratio.ln() + shift * shift / v) / 2.0;
            let k = divergence(Kernel::Normal, &[1.0, 2.0], &[1.0 + m, v]);
            assert_relative_eq!(k, exact, max_relative = 1e-8);
        }
        for m in [0.1, 1.9, 2.001, 10.0] {
            let exact: f64 = 2.0 * (2.0_f64 / m).ln() - 2.0 + m;
            let k = divergence(Kernel::Poisson, &[2.0], &[m]);
            assert_relative_eq!(k, exact, max_relative = 1e-8);
        }
    }

    #[test]
    fn the_grid_is_fine_enough_for_two_components() {
        // Against a grid of a third of the step: the truth is the same, with an idle narrow
        // component.
        let coarse = Mixture::new(Kernel::Normal, 2).unwrap();
        let fine = Mixture::new(Kernel::Normal, 3).unwrap();
        let truth = rational_point(&[0.25, -1.0, 2.0, 1.0, 1.0]).unwrap();
        let idle = rational_point(&[0.25, 0.75, -1.0, 2.0, 0.0, 1.0, 1.0, 0.125]).unwrap();
        let (k, l) = (
            coarse.population_loss(&truth).unwrap(),
            fine.population_loss(&idle).unwrap(),
        );
        for w in [
            [0.5, -2.0, 3.0, 0.5, 2.0],
            [0.9, 4.0, -4.0, 1.0, 1.0],
            [0.3, -1.0, 2.1, 1.0, 0.2],
        ] {
            let [a, m, n, v, u] = w;
            let same = [a, 1.0 - a, m, n, 0.0, v, u, 1.0];
            let (k, l) = (
                k.value(&w, &mut vec![0.0; k.scratch_len()]),
                l.value(&same, &mut vec![0.0; l.scratch_len()]),
            );
            assert_relative_eq!(k, l, max_relative = 1e-8);
        }
    }

    #[test]
    fn known_variances_need_fewer_nodes() {
        let known = Mixture::new(Kernel::NormalLocation, 2).unwrap();
        let unknown = Mixture::new(Kernel::Normal, 2).unwrap();
        let k = known.population_loss(&rational_point(&[0.25, -1.0, 2.0]).unwrap());
        let l = unknown.population_loss(&rational_point(&[0.25, -1.0, 2.0, 1.0, 1.0]).unwrap());
        let (k, l) = (k.unwrap(), l.unwrap());
        for [a, m, n] in [[0.5, -2.0, 3.0], [0.9, 3.0, -3.0], [0.3, -1.0, 2.1]] {
            let (k, l) = (
                k.value(&[a, m, n], &mut vec![0.0; k.scratch_len()]),
                l.value(&[a, m, n, 1.0, 1.0], &mut vec![0.0; l.scratch_len()]),
            );
            assert_relative_eq!(k, l, max_relative = 1e-8);
        }
    }
}
