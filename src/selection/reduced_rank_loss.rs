//! The sampled loss of reduced-rank regression, from second moments.

use crate::loss::Loss;
use nalgebra::DMatrix;

/// L_n = N/2 log 2π + log J − log det T + ½ tr(T (E + (W − R)(W − R)ᵀ + ccᵀ) Tᵀ), where W = BA, R
/// is the least-squares fit, E the covariance of its residuals, and T is triangular with TᵀT =
/// Σ^{−1}.
///
/// Parameters: A (H × M, row after row), B (N × H), c, and if the noise is estimated log Tᵢᵢ and
/// Tᵢⱼ for j < i, row after row.
#[derive(Debug)]
pub(super) struct RankLoss {
    inputs: usize,
    outputs: usize,
    hidden: usize,
    num_samples: usize,
    estimated: bool,
    /// R, N × M, row after row.
    fit: Vec<f64>,
    /// E, N × N.
    residual: Vec<f64>,
    constant: f64,
}

impl RankLoss {
    pub(super) fn new(
        cross: &DMatrix<f64>,
        responses: &DMatrix<f64>,
        hidden: usize,
        num_samples: usize,
        estimated: bool,
        log_jacobian: f64,
    ) -> Self {
        let (inputs, outputs) = cross.shape();
        let residual = responses - cross.tr_mul(cross);
        Self {
            inputs,
            outputs,
            hidden,
            num_samples,
            estimated,
            // column-major M × N is row-major N × M
            fit: cross.as_slice().to_vec(),
            residual: residual.as_slice().to_vec(),
            constant: outputs as f64 / 2.0 * std::f64::consts::TAU.ln() + log_jacobian,
        }
    }

    fn evaluate(&self, w: &[f64], scratch: &mut [f64], gradient: Option<&mut [f64]>) -> f64 {
        let (m, n, h) = (self.inputs, self.outputs, self.hidden);
        let (a, rest) = w.split_at(h * m);
        let (b, rest) = rest.split_at(n * h);
        let (c, precision) = rest.split_at(n);
        let (difference, scratch) = scratch.split_at_mut(n * m);
        let (covariance, scratch) = scratch.split_at_mut(n * n);
        let (triangle, scratch) = scratch.split_at_mut(n * n);
        let (product, pulled) = scratch.split_at_mut(n * n);
        for i in 0..n {
            for k in 0..m {
                let w: f64 = (0..h).map(|l| b[i * h + l] * a[l * m + k]).sum();
                difference[i * m + k] = w - self.fit[i * m + k];
            }
        }
        let row = |i: usize| &difference[i * m..(i + 1) * m];
        for i in 0..n {
            for j in 0..n {
                covariance[i * n + j] =
                    self.residual[i * n + j] + dot(row(i), row(j)) + c[i] * c[j];
            }
        }
        triangle.fill(0.0);
        let mut log_determinant = 0.0;
        let mut place = n;
        for i in 0..n {
            if self.estimated {
                log_determinant += precision[i];
                triangle[i * n..i * n + i].copy_from_slice(&precision[place..place + i]);
                place += i;
            }
            triangle[i * n + i] = if self.estimated {
                precision[i].exp()
            } else {
                1.0
            };
        }
        // T C
        for i in 0..n {
            for j in 0..n {
                product[i * n + j] = (0..=i)
                    .map(|l| triangle[i * n + l] * covariance[l * n + j])
                    .sum();
            }
        }
        let trace: f64 = (0..n * n).map(|i| product[i] * triangle[i]).sum();
        if let Some(gradient) = gradient {
            self.pull_back(w, difference, triangle, product, pulled, gradient);
        }
        self.constant - log_determinant + trace / 2.0
    }

    fn pull_back(
        &self,
        w: &[f64],
        difference: &[f64],
        triangle: &[f64],
        product: &[f64],
        pulled: &mut [f64],
        gradient: &mut [f64],
    ) {
        let (m, n, h) = (self.inputs, self.outputs, self.hidden);
        let (a, rest) = w.split_at(h * m);
        let (b, rest) = rest.split_at(n * h);
        let (to_a, to) = gradient.split_at_mut(h * m);
        let (to_b, to) = to.split_at_mut(n * h);
        let (to_c, to_precision) = to.split_at_mut(n);
        let inverse = |i: usize, j: usize| -> f64 {
            (i.max(j)..n)
                .map(|l| triangle[l * n + i] * triangle[l * n + j])
                .sum()
        };
        for i in 0..n {
            to_c[i] = (0..n).map(|j| inverse(i, j) * rest[j]).sum();
            let row = &mut pulled[i * m..(i + 1) * m];
            row.fill(0.0);
            for j in 0..n {
                let p = inverse(i, j);
                for (x, d) in row.iter_mut().zip(&difference[j * m..(j + 1) * m]) {
                    *x += p * d;
                }
            }
        }
        for l in 0..h {
            for k in 0..m {
                to_a[l * m + k] = (0..n).map(|i| b[i * h + l] * pulled[i * m + k]).sum();
            }
        }
        for i in 0..n {
            for l in 0..h {
                to_b[i * h + l] = dot(&pulled[i * m..(i + 1) * m], &a[l * m..(l + 1) * m]);
            }
        }
        if self.estimated {
            let mut place = n;
            for i in 0..n {
                to_precision[i] = product[i * n + i] * triangle[i * n + i] - 1.0;
                to_precision[place..place + i].copy_from_slice(&product[i * n..i * n + i]);
                place += i;
            }
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

impl Loss<f64> for RankLoss {
    fn dimension(&self) -> usize {
        let (m, n, h) = (self.inputs, self.outputs, self.hidden);
        let noise = if self.estimated { n * (n + 1) / 2 } else { 0 };
        h * (m + n) + n + noise
    }

    fn num_samples(&self) -> Option<usize> {
        Some(self.num_samples)
    }

    fn scratch_len(&self) -> usize {
        2 * self.outputs * self.inputs + 3 * self.outputs * self.outputs
    }

    fn value(&self, w: &[f64], scratch: &mut [f64]) -> f64 {
        self.evaluate(w, scratch, None)
    }

    fn gradient(&self, w: &[f64], gradient: &mut [f64], scratch: &mut [f64]) -> f64 {
        self.evaluate(w, scratch, Some(gradient))
    }
}

#[cfg(test)]
mod tests {
    use crate::selection::{
        DataTable, FittedFamily, NoiseCovariance, ReducedRankRegression, SampledFamily,
    };

    fn families() -> [ReducedRankRegression; 2] {
        let column = |seed: u32| -> Vec<f64> {
            (0..25_u32)
                .map(|i| f64::from((i * i * seed + 7 * i + seed * seed) % 23) - 3.0)
                .collect()
        };
        let x = DataTable::new([("a", column(2)), ("b", column(3)), ("c", column(5))]).unwrap();
        let y = DataTable::new([("d", column(7)), ("e", column(11))]).unwrap();
        [NoiseCovariance::Estimated, NoiseCovariance::Known(4.0)]
            .map(|noise| ReducedRankRegression::new(&x, &y, noise).unwrap())
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        for family in families() {
            for rank in 0..=2 {
                let loss = family.loss(rank).unwrap();
                let d = loss.dimension();
                let mut scratch = vec![0.0; loss.scratch_len()];
                let mut gradient = vec![0.0; d];
                let w: Vec<f64> = (0..d)
                    .map(|i| ((i * 13 + 5) % 11) as f64 / 9.0 - 0.5)
                    .collect();
                loss.gradient(&w, &mut gradient, &mut scratch);
                for i in 0..d {
                    let mut at = |step: f64| {
                        let mut moved = w.clone();
                        moved[i] += step;
                        loss.value(&moved, &mut scratch)
                    };
                    let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
                    assert!(
                        (slope - gradient[i]).abs() < 1e-7 * (1.0 + slope.abs()),
                        "{rank} {i}"
                    );
                }
            }
        }
    }

    /// Gradient descent on the loss ends at −ℓ/n, the maximum by singular values.
    #[test]
    fn the_least_loss_is_the_maximised_likelihood() {
        for family in families() {
            for (rank, candidate) in family.candidates().unwrap().iter().enumerate() {
                let loss = family.loss(rank).unwrap();
                let d = loss.dimension();
                let mut scratch = vec![0.0; loss.scratch_len()];
                let mut gradient = vec![0.0; d];
                let mut w: Vec<f64> = (0..d)
                    .map(|i| ((i * 7 + 3) % 5) as f64 / 5.0 - 0.4)
                    .collect();
                for _ in 0..20_000 {
                    loss.gradient(&w, &mut gradient, &mut scratch);
                    for (x, g) in w.iter_mut().zip(&gradient) {
                        *x -= 0.1 * g;
                    }
                }
                let least = -25.0 * loss.value(&w, &mut scratch);
                let maximum = candidate.log_likelihood();
                assert!(
                    (least - maximum).abs() < 1e-6,
                    "rank {rank}: {least} {maximum}"
                );
            }
        }
    }
}
