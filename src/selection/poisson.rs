//! Poisson components of mixtures.

use super::components::{integers, picked, tally};
use super::em::{Component, KEPT};
use super::{DataTable, SelectionError};
use statrs::function::gamma::ln_gamma;

/// Rates below this lie on the boundary: a component of zeros.
const EDGE: f64 = 1e-6;

/// Counts. Parameters: the rate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Poisson {
    pub(super) numbers: Vec<f64>,
    /// −log k!.
    pub(super) constants: Vec<f64>,
    best: Vec<f64>,
    counts: Vec<f64>,
    rows: Vec<u32>,
}

impl Poisson {
    pub(super) fn new(data: &DataTable) -> Result<Self, SelectionError> {
        if data.num_columns() != 1 {
            return Err(SelectionError::Setting {
                what: "the number of columns of a Poisson mixture",
                expected: "1".into(),
                found: data.num_columns() as f64,
            });
        }
        let rows = integers(data, 0, 1 << 32)?;
        let (rows, counts, places) = tally(rows.into_iter().map(|row| row[0]));
        let numbers: Vec<f64> = rows.into_iter().map(|k| k as f64).collect();
        let constants: Vec<f64> = numbers.iter().map(|k| -ln_gamma(k + 1.0)).collect();
        let pairs = numbers.iter().zip(&constants);
        let best = pairs.map(|(k, constant)| constant + log_kernel(*k, *k));
        Ok(Self {
            best: best.collect(),
            numbers,
            constants,
            counts,
            rows: places,
        })
    }

    /// Some of the rows, each as often as the counts say.
    pub(super) fn of_rows(&self, rows: &[usize], counts: &[f64]) -> Self {
        Self {
            numbers: picked(&self.numbers, rows),
            constants: picked(&self.constants, rows),
            best: picked(&self.best, rows),
            counts: counts.to_vec(),
            rows: Vec::new(),
        }
    }
}

/// k log r − r with 0 log 0 = 0.
fn log_kernel(k: f64, rate: f64) -> f64 {
    let power = if k == 0.0 { 0.0 } else { k * rate.ln() };
    power - rate
}

impl Component for Poisson {
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
        1
    }

    fn estimate(&self, weights: &[f64], parameters: &mut [f64]) {
        let total: f64 = weights.iter().sum();
        let pairs = weights.iter().zip(&self.numbers);
        parameters[0] = pairs.map(|(w, k)| w * k).sum::<f64>() / total;
    }

    fn log_densities(&self, parameters: &[f64], values: &mut [f64]) {
        let (rate, log_rate) = (parameters[0], parameters[0].ln());
        for (value, (k, constant)) in values
            .iter_mut()
            .zip(self.numbers.iter().zip(&self.constants))
        {
            let power = if *k == 0.0 { 0.0 } else { k * log_rate };
            *value = constant + power - rate;
        }
    }

    fn near(&self, row: usize, share: f64, overall: &[f64], parameters: &mut [f64]) {
        let own = self.numbers[row];
        parameters[0] = own + share * (overall[0] - own);
    }

    fn confine(&self, parameters: &mut [f64], safe: &[f64]) {
        parameters[0] = parameters[0].max(KEPT * safe[0]);
    }

    fn on_boundary(&self, parameters: &[f64]) -> bool {
        parameters[0] < EDGE
    }
}
