//! Squared losses as functions of the coefficients of a regression.

use super::composite::Head;

/// ½ Σ_k δ_kᵀ G δ_k for blocks δ_k of the coefficients.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GramForm {
    /// J × J, row after row.
    pub(super) gram: Vec<f64>,
    /// J.
    pub(super) features: usize,
}

impl Head for GramForm {
    fn scratch_len(&self) -> usize {
        self.features
    }

    fn evaluate(
        &self,
        c: &[f64],
        _batch: Option<&[u32]>,
        mut derivative: Option<&mut [f64]>,
        scratch: &mut [f64],
    ) -> f64 {
        let mut value = 0.0;
        let product = &mut scratch[..self.features];
        for (k, block) in c.chunks_exact(self.features).enumerate() {
            for (row, out) in self
                .gram
                .chunks_exact(self.features)
                .zip(product.iter_mut())
            {
                *out = row.iter().zip(block).map(|(g, c)| g * c).sum();
            }
            value += block.iter().zip(&*product).map(|(c, p)| c * p).sum::<f64>();
            if let Some(derivative) = derivative.as_deref_mut() {
                derivative[k * self.features..(k + 1) * self.features].copy_from_slice(product);
            }
        }
        value / 2.0
    }
}

/// 1/(2n) Σ_i Σ_k (y_ik − Σ_j c_kj e_ij)².
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Residuals {
    pub(super) num_samples: usize,
    pub(super) num_features: usize,
    pub(super) num_outputs: usize,
    /// e_ij, sample after sample.
    pub(super) features: Vec<f64>,
    /// y_ik, sample after sample.
    pub(super) outputs: Vec<f64>,
}

impl Residuals {
    /// Adds ½|residual|² of sample i, weighted, to the value and its derivative.
    fn add(&self, i: usize, weight: f64, c: &[f64], derivative: Option<&mut [f64]>) -> f64 {
        let e = &self.features[i * self.num_features..(i + 1) * self.num_features];
        let y = &self.outputs[i * self.num_outputs..(i + 1) * self.num_outputs];
        let residual = |c: &[f64], y: f64| c.iter().zip(e).map(|(c, e)| c * e).sum::<f64>() - y;
        let mut value = 0.0;
        match derivative {
            None => {
                for (c, y) in c.chunks_exact(self.num_features).zip(y) {
                    value += residual(c, *y).powi(2);
                }
            }
            Some(derivative) => {
                let blocks = derivative.chunks_exact_mut(self.num_features);
                for ((c, y), out) in c.chunks_exact(self.num_features).zip(y).zip(blocks) {
                    let r = residual(c, *y);
                    value += r * r;
                    for (out, e) in out.iter_mut().zip(e) {
                        *out += weight * r * e;
                    }
                }
            }
        }
        weight * value / 2.0
    }
}

impl Head for Residuals {
    fn num_samples(&self) -> Option<usize> {
        Some(self.num_samples)
    }

    fn evaluate(
        &self,
        c: &[f64],
        batch: Option<&[u32]>,
        mut derivative: Option<&mut [f64]>,
        _scratch: &mut [f64],
    ) -> f64 {
        let mut value = 0.0;
        match batch {
            None => {
                let weight = 1.0 / self.num_samples as f64;
                for i in 0..self.num_samples {
                    value += self.add(i, weight, c, derivative.as_deref_mut());
                }
            }
            Some(batch) => {
                let weight = 1.0 / batch.len() as f64;
                for &i in batch {
                    value += self.add(i as usize, weight, c, derivative.as_deref_mut());
                }
            }
        }
        value
    }
}
