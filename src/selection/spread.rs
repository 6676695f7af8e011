//! Normal components of mixtures whose variances are fitted, a common one or one each.

use super::components::{Ordered, picked, tally};
use super::condensed::condensed;
use super::em::{Component, KEPT, summed};
use super::{DataTable, SelectionError};
use std::f64::consts::TAU;

/// The variance of a component placed at a row, as a share of the overall one, at least.
const NARROW: f64 = 0.05;

/// Normal components N(θ, σ²) of one variable. Parameters: (θ − x̄)/s and (σ/s)², s being the
/// deviation of the data, so that steps do not depend on units.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NormalSpread {
    /// Whether all components have the same variance.
    pub(super) common: bool,
    pub(super) centre: f64,
    pub(super) scale: f64,
    /// The least variance, in units of s².
    pub(super) floor: f64,
    /// Each variance v has a prior of density ∝ v^−α exp(−β/v), v and β in units of s².
    prior: [f64; 2],
    /// (x − x̄)/s.
    pub(super) values: Vec<f64>,
    best: Vec<f64>,
    counts: Vec<f64>,
    rows: Vec<u32>,
}

impl NormalSpread {
    /// `least` is the least deviation of a component, in the units of the data.
    pub(super) fn new(
        data: &DataTable,
        common: bool,
        least: impl FnOnce(f64) -> f64,
    ) -> Result<Self, SelectionError> {
        if data.num_columns() != 1 {
            return Err(SelectionError::Setting {
                what: "the number of columns of a normal mixture of unknown variance",
                expected: "1".into(),
                found: data.num_columns() as f64,
            });
        }
        // −0 as 0
        let (rows, counts, numbers) = tally(data.column(0).iter().map(|x| Ordered(x + 0.0)));
        let rows: Vec<f64> = rows.iter().map(|x| x.0).collect();
        let n = data.num_rows() as f64;
        let pairs = || rows.iter().zip(&counts);
        let centre: f64 = pairs().map(|(x, count)| x * (count / n)).sum();
        let squares = pairs().map(|(x, count)| (x - centre) * (x - centre) * (count / n));
        let scale = squares.sum::<f64>().sqrt();
        if rows.len() < 2 || !(scale > 0.0 && scale.is_finite()) {
            return Err(SelectionError::Constant {
                column: data.names()[0].clone(),
            });
        }
        let least = least(scale);
        if !(least > 0.0 && least < scale) {
            return Err(SelectionError::Setting {
                what: "the least standard deviation of a component",
                expected: format!("positive and below that of the data, {scale}"),
                found: least,
            });
        }
        let values: Vec<f64> = rows.iter().map(|x| (x - centre) / scale).collect();
        Ok(Self {
            common,
            centre,
            scale,
            floor: (least / scale).powi(2),
            prior: [0.0; 2],
            // of a component at the row that is as narrow as those that are placed there
            best: vec![-0.5 * (TAU * NARROW).ln() - scale.ln(); values.len()],
            values,
            counts,
            rows: numbers,
        })
    }

    /// With the prior v^−α exp(−β/v) of each variance, β in the units of the data.
    pub(super) fn with_prior(mut self, [alpha, beta]: [f64; 2]) -> Self {
        self.prior = [alpha, beta / (self.scale * self.scale)];
        self
    }

    /// Some of the rows, each as often as the counts say.
    pub(super) fn of_rows(&self, rows: &[usize], counts: &[f64]) -> Self {
        Self {
            common: self.common,
            centre: self.centre,
            scale: self.scale,
            floor: self.floor,
            prior: self.prior,
            values: picked(&self.values, rows),
            best: picked(&self.best, rows),
            counts: counts.to_vec(),
            rows: Vec::new(),
        }
    }
}

impl Component for NormalSpread {
    fn counts(&self) -> &[f64] {
        &self.counts
    }

    fn row_places(&self) -> &[u32] {
        &self.rows
    }

    fn best(&self) -> &[f64] {
        &self.best
    }

    fn size(&self) -> usize {
        2
    }

    fn estimate(&self, weights: &[f64], parameters: &mut [f64]) {
        let total = summed(weights, weights, |w, _| w);
        let mean = summed(weights, &self.values, |w, x| w * x) / total;
        let squares = summed(weights, &self.values, |w, x| w * (x - mean) * (x - mean));
        parameters[0] = mean;
        let [alpha, beta] = self.prior;
        parameters[1] = (squares + 2.0 * beta) / (total + 2.0 * alpha);
        if !self.common {
            // the likelihood falls on both sides of its maximum in the variance
            parameters[1] = parameters[1].max(self.floor);
        }
    }

    fn tie(&self, weights: &[f64], parameters: &mut [f64]) {
        if self.common {
            let variances = parameters.iter().skip(1).step_by(2);
            let pairs = weights.iter().zip(variances);
            let within: f64 = pairs.map(|(w, v)| w * v).sum();
            for variance in parameters.iter_mut().skip(1).step_by(2) {
                *variance = within.max(self.floor);
            }
        }
    }

    fn log_prior(&self, parameters: &[f64]) -> f64 {
        let [alpha, beta] = self.prior;
        -alpha * parameters[1].ln() - beta / parameters[1]
    }

    fn log_densities(&self, parameters: &[f64], values: &mut [f64]) {
        let (mean, half) = (parameters[0], 0.5 / parameters[1]);
        let top = -0.5 * (TAU * parameters[1]).ln() - self.scale.ln();
        for (value, x) in values.iter_mut().zip(&self.values) {
            *value = top - half * (x - mean) * (x - mean);
        }
    }

    fn near(&self, row: usize, share: f64, overall: &[f64], parameters: &mut [f64]) {
        parameters[0] = self.values[row];
        parameters[1] = (overall[1] * share.max(NARROW)).max(self.floor);
    }

    fn confine(&self, parameters: &mut [f64], safe: &[f64]) {
        parameters[1] = parameters[1].max(KEPT * safe[1]).max(self.floor);
    }

    fn on_boundary(&self, parameters: &[f64]) -> bool {
        parameters[1] <= self.floor * (1.0 + 1e-6)
    }

    fn condensed(&self) -> Option<Self> {
        let (values, counts) = condensed(&self.values, &self.counts)?;
        Some(Self {
            best: vec![self.best[0]; values.len()],
            values,
            counts,
            rows: Vec::new(),
            ..*self
        })
    }

    fn told(&self, parameters: &[f64]) -> Vec<f64> {
        vec![
            self.centre + self.scale * parameters[0],
            self.scale * parameters[1].sqrt(),
        ]
    }
}
