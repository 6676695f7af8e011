//! Components of mixtures: binomial, normal of known variance, products of categories.

use super::em::Component;
use super::{DataTable, SelectionError};
use statrs::function::factorial::ln_binomial;
use std::collections::BTreeMap;

/// Probabilities that are 0 or 1 but for this lie on the boundary.
const EDGE: f64 = 1e-6;

/// Numbers of successes in a known number of trials. Parameters: the probability of a success.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Binomial {
    trials: u64,
    successes: Vec<u64>,
    counts: Vec<f64>,
}

impl Binomial {
    pub(super) fn new(data: &DataTable, trials: u64) -> Result<Self, SelectionError> {
        let rows = integers(data, 0, trials)?;
        let (successes, counts) = tally(rows.into_iter().map(|row| row[0]));
        Ok(Self {
            trials,
            successes,
            counts,
        })
    }
}

impl Component for Binomial {
    fn counts(&self) -> &[f64] {
        &self.counts
    }

    fn estimate(&self, weights: &[f64]) -> Vec<f64> {
        let total: f64 = weights.iter().sum();
        let pairs = weights.iter().zip(&self.successes);
        let mean = pairs.map(|(w, k)| w / total * *k as f64).sum::<f64>();
        vec![(mean / self.trials as f64).clamp(0.0, 1.0)]
    }

    fn log_density(&self, parameters: &[f64], row: usize) -> f64 {
        let (k, p) = (self.successes[row], parameters[0]);
        let rest = self.trials - k;
        ln_binomial(self.trials, k) + times_log(k as f64, p) + times_log(rest as f64, 1.0 - p)
    }

    fn on_boundary(&self, parameters: &[f64]) -> bool {
        !(EDGE..=1.0 - EDGE).contains(&parameters[0])
    }
}

/// k log p with 0 log 0 = 0.
fn times_log(k: f64, p: f64) -> f64 {
    if k == 0.0 { 0.0 } else { k * p.ln() }
}

/// Normal components N(θ, σ² I) of known σ. Parameters: the mean θ.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Normal {
    deviation: f64,
    /// Row after row.
    rows: Vec<Vec<f64>>,
    counts: Vec<f64>,
}

impl Normal {
    pub(super) fn new(data: &DataTable, deviation: f64) -> Result<Self, SelectionError> {
        if !(deviation > 0.0 && deviation.is_finite()) {
            return Err(SelectionError::Setting {
                what: "the components' standard deviation",
                expected: "positive and finite".into(),
                found: deviation,
            });
        }
        let columns = 0..data.num_columns();
        let row = |i: usize| columns.clone().map(|j| data.column(j)[i]).collect();
        Ok(Self {
            deviation,
            rows: (0..data.num_rows()).map(row).collect(),
            counts: vec![1.0; data.num_rows()],
        })
    }
}

impl Component for Normal {
    fn counts(&self) -> &[f64] {
        &self.counts
    }

    fn estimate(&self, weights: &[f64]) -> Vec<f64> {
        let total: f64 = weights.iter().sum();
        let mean = |j: usize| {
            let pairs = weights.iter().zip(&self.rows);
            pairs.map(|(w, row)| w / total * row[j]).sum()
        };
        (0..self.rows[0].len()).map(mean).collect()
    }

    fn log_density(&self, mean: &[f64], row: usize) -> f64 {
        let pairs = mean.iter().zip(&self.rows[row]);
        let square: f64 = pairs.map(|(m, x)| ((x - m) / self.deviation).powi(2)).sum();
        let log_scale = self.deviation.ln() + std::f64::consts::TAU.ln() / 2.0;
        -square / 2.0 - mean.len() as f64 * log_scale
    }

    fn on_boundary(&self, _parameters: &[f64]) -> bool {
        false
    }
}

/// Features independent given the component. Parameters: the probabilities of the states of the
/// first feature, then those of the second, and so on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Categories {
    states: Vec<usize>,
    /// Codes from 0, row after row.
    rows: Vec<Vec<u64>>,
    counts: Vec<f64>,
}

impl Categories {
    /// Each column's different values are its states.
    pub(super) fn new(data: &DataTable) -> Result<Self, SelectionError> {
        let mut rows = integers(data, 0, 1 << 32)?;
        let mut states = Vec::new();
        for (j, name) in data.names().iter().enumerate() {
            let mut codes: Vec<u64> = rows.iter().map(|row| row[j]).collect();
            codes.sort_unstable();
            codes.dedup();
            if codes.len() < 2 {
                return Err(SelectionError::Constant {
                    column: name.clone(),
                });
            }
            for row in &mut rows {
                row[j] = codes.binary_search(&row[j]).unwrap_or(0) as u64;
            }
            states.push(codes.len());
        }
        let (rows, counts) = tally(rows.into_iter());
        Ok(Self {
            states,
            rows,
            counts,
        })
    }

    /// The number of states of each feature.
    pub(super) fn states(&self) -> &[usize] {
        &self.states
    }
}

impl Component for Categories {
    fn counts(&self) -> &[f64] {
        &self.counts
    }

    fn estimate(&self, weights: &[f64]) -> Vec<f64> {
        let total: f64 = weights.iter().sum();
        let mut parameters = vec![0.0; self.states.iter().sum()];
        for (weight, row) in weights.iter().zip(&self.rows) {
            let mut first = 0;
            for (code, states) in row.iter().zip(&self.states) {
                parameters[first + *code as usize] += weight / total;
                first += states;
            }
        }
        parameters
    }

    fn log_density(&self, parameters: &[f64], row: usize) -> f64 {
        let mut first = 0;
        let mut value = 0.0;
        for (code, states) in self.rows[row].iter().zip(&self.states) {
            value += parameters[first + *code as usize].ln();
            first += states;
        }
        value
    }

    fn on_boundary(&self, parameters: &[f64]) -> bool {
        parameters.iter().any(|p| *p < EDGE)
    }
}

/// The rows of a table of whole numbers in a range.
fn integers(data: &DataTable, least: u64, most: u64) -> Result<Vec<Vec<u64>>, SelectionError> {
    let cell = |i: usize, j: usize| {
        let value = data.column(j)[i];
        if value.fract() == 0.0 && (least as f64..=most as f64).contains(&value) {
            Ok(value as u64)
        } else {
            Err(SelectionError::Cell {
                line: data.line(i),
                column: data.names()[j].clone(),
                text: value.to_string(),
                expected: format!("a whole number from {least} to {most}"),
            })
        }
    };
    (0..data.num_rows())
        .map(|i| (0..data.num_columns()).map(|j| cell(i, j)).collect())
        .collect()
}

/// The different rows and how often each occurs.
fn tally<R: Ord>(rows: impl Iterator<Item = R>) -> (Vec<R>, Vec<f64>) {
    let mut counts: BTreeMap<R, f64> = BTreeMap::new();
    for row in rows {
        *counts.entry(row).or_default() += 1.0;
    }
    counts.into_iter().unzip()
}
