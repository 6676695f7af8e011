//! Normal components of unknown variance under the normal-inverse-gamma prior.

use super::super::em::Component;
use super::super::spread::NormalSpread;
use super::conjugate::{Conjugate, dot, gamma};
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use statrs::function::gamma::ln_gamma;
use std::f64::consts::TAU;

/// A mean has the weight of so many rows, as in Fraley & Raftery 2007.
const KAPPA: f64 = 0.01;
/// σ² ~ inverse gamma(ν/2, ν₀ s²/2) with ν = 3 and ν₀ = 1.
const SHAPE: f64 = 1.5;
const RATE: f64 = 0.5;

/// θ | σ² ~ N(x̄, σ²/κ), σ² ~ inverse gamma; in units of the data's mean and deviation.
#[derive(Debug)]
pub(super) struct InverseGamma(pub(super) NormalSpread);

/// What the rows of a component say: their number, the mean of the posterior, and the sum of
/// squares that adds to twice the rate.
struct Group {
    rows: f64,
    mean: f64,
    squares: f64,
}

impl InverseGamma {
    fn groups<'a>(&'a self, labels: &'a [f64]) -> impl Iterator<Item = Group> + 'a {
        let values = &self.0.values;
        labels.chunks_exact(values.len()).map(move |labels| {
            let rows: f64 = labels.iter().sum();
            let sum = dot(labels, values);
            let own = if rows > 0.0 { sum / rows } else { 0.0 };
            let pairs = labels.iter().zip(values);
            let within: f64 = pairs.map(|(c, x)| c * (x - own) * (x - own)).sum();
            Group {
                rows,
                mean: sum / (KAPPA + rows),
                squares: within + KAPPA * rows / (KAPPA + rows) * own * own,
            }
        })
    }

    /// log ∫ over variances of groups that share one.
    fn log_integral(groups: &[Group]) -> f64 {
        let rows: f64 = groups.iter().map(|group| group.rows).sum();
        let squares: f64 = groups.iter().map(|group| group.squares).sum();
        let means = groups.iter().map(|group| (1.0 + group.rows / KAPPA).ln());
        let shape = SHAPE + rows / 2.0;
        -0.5 * (rows * TAU.ln() + means.sum::<f64>()) + SHAPE * RATE.ln() - ln_gamma(SHAPE)
            + ln_gamma(shape)
            - shape * (RATE + squares / 2.0).ln()
    }
}

impl Conjugate for InverseGamma {
    fn counts(&self) -> &[f64] {
        self.0.counts()
    }

    fn size(&self) -> usize {
        2
    }

    fn log_densities(&self, parameters: &[f64], values: &mut [f64]) {
        self.0.log_densities(parameters, values);
    }

    fn draw(&self, labels: &[f64], rng: &mut ChaCha8Rng, parameters: &mut [f64]) {
        let variance = |rows: f64, squares: f64, rng: &mut ChaCha8Rng| {
            let variance = (RATE + squares / 2.0) / gamma(SHAPE + rows / 2.0, rng);
            // a draw of the prior's tails, and no number
            variance.clamp(1e-100, 1e100)
        };
        let common = self.0.common.then(|| {
            let sums = self.groups(labels).map(|group| (group.rows, group.squares));
            let (rows, squares) = sums.fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
            variance(rows, squares, rng)
        });
        for (group, parameters) in self.groups(labels).zip(parameters.chunks_exact_mut(2)) {
            parameters[1] = common.unwrap_or_else(|| variance(group.rows, group.squares, rng));
            let normal: f64 = StandardNormal.sample(rng);
            parameters[0] = group.mean + normal * (parameters[1] / (KAPPA + group.rows)).sqrt();
        }
    }

    fn log_marginal(&self, labels: &[f64]) -> f64 {
        let groups: Vec<Group> = self.groups(labels).collect();
        let rows: f64 = groups.iter().map(|group| group.rows).sum();
        let sum: f64 = if self.0.common {
            Self::log_integral(&groups)
        } else {
            groups.chunks(1).map(Self::log_integral).sum()
        };
        sum - rows * self.0.scale.ln()
    }

    fn of_rows(&self, rows: &[usize], counts: &[f64]) -> Box<dyn Conjugate> {
        Box::new(Self(self.0.of_rows(rows, counts)))
    }

    fn prior(&self) -> String {
        let (centre, scale) = (self.0.centre, self.0.scale);
        let which = if self.0.common {
            "a common variance"
        } else {
            "variances"
        };
        format!(
            "{which} σ² inverse gamma(3/2, {:.4}), means N({centre:.4}, σ²/{KAPPA})",
            RATE * scale * scale
        )
    }
}
