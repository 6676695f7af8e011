//! Components of mixtures: binomial, normal of known variance, products of categories.

use super::condensed::condensed;
use super::em::{Component, KEPT, on_simplex, summed};
use super::{DataTable, SelectionError};
use statrs::function::factorial::ln_binomial;

/// Probabilities that are 0 or 1 but for this lie on the boundary.
const EDGE: f64 = 1e-6;

/// Numbers of successes in a known number of trials. Parameters: the probability of a success.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Binomial {
    pub(super) trials: f64,
    /// Numbers of successes.
    pub(super) successes: Vec<f64>,
    /// log of the binomial coefficients.
    pub(super) constants: Vec<f64>,
    best: Vec<f64>,
    counts: Vec<f64>,
    rows: Vec<u32>,
}

impl Binomial {
    pub(super) fn new(data: &DataTable, trials: u64) -> Result<Self, SelectionError> {
        let rows = integers(data, 0, trials)?;
        let (rows, counts, numbers) = tally(rows.into_iter().map(|row| row[0]));
        let constants = rows.iter().map(|k| ln_binomial(trials, *k)).collect();
        let mut new = Self {
            trials: trials as f64,
            successes: rows.into_iter().map(|k| k as f64).collect(),
            constants,
            best: Vec::new(),
            counts,
            rows: numbers,
        };
        let own = |row: usize| new.log_density(new.successes[row] / new.trials, row);
        new.best = (0..new.counts.len()).map(own).collect();
        Ok(new)
    }

    /// Some of the rows, each as often as the counts say.
    pub(super) fn of_rows(&self, rows: &[usize], counts: &[f64]) -> Self {
        Self {
            trials: self.trials,
            successes: picked(&self.successes, rows),
            constants: picked(&self.constants, rows),
            best: picked(&self.best, rows),
            counts: counts.to_vec(),
            rows: Vec::new(),
        }
    }

    fn log_density(&self, p: f64, row: usize) -> f64 {
        let k = self.successes[row];
        self.constants[row] + times_log(k, p) + times_log(self.trials - k, 1.0 - p)
    }
}

impl Component for Binomial {
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
        let total = summed(weights, weights, |w, _| w);
        let sum = summed(weights, &self.successes, |w, k| w * k);
        parameters[0] = (sum / (total * self.trials)).clamp(0.0, 1.0);
    }

    fn log_densities(&self, parameters: &[f64], values: &mut [f64]) {
        let (yes, no) = (parameters[0].ln(), (-parameters[0]).ln_1p());
        if yes.is_finite() && no.is_finite() {
            let rows = self.successes.iter().zip(&self.constants);
            for (value, (k, constant)) in values.iter_mut().zip(rows) {
                *value = constant + k * yes + (self.trials - k) * no;
            }
        } else {
            for (row, value) in values.iter_mut().enumerate() {
                *value = self.log_density(parameters[0], row);
            }
        }
    }

    fn near(&self, row: usize, share: f64, overall: &[f64], parameters: &mut [f64]) {
        let own = self.successes[row] / self.trials;
        parameters[0] = own + share * (overall[0] - own);
    }

    fn confine(&self, parameters: &mut [f64], safe: &[f64]) {
        let (least, most) = (KEPT * safe[0], 1.0 - KEPT * (1.0 - safe[0]));
        parameters[0] = parameters[0].max(least).min(most);
    }

    fn on_boundary(&self, parameters: &[f64]) -> bool {
        !(EDGE..=1.0 - EDGE).contains(&parameters[0])
    }
}

/// k log p with 0 log 0 = 0.
fn times_log(k: f64, p: f64) -> f64 {
    if k == 0.0 { 0.0 } else { k * p.ln() }
}

/// Normal components N(θ, σ² I) of known σ. Parameters: (θ − x̄)/σ, so that steps do not depend on
/// units.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Normal {
    pub(super) deviation: f64,
    pub(super) centre: Vec<f64>,
    /// The columns of (x − x̄)/σ, one after the other.
    columns: Vec<f64>,
    /// The log-density at the mean, for every row.
    best: Vec<f64>,
    counts: Vec<f64>,
    rows: Vec<u32>,
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
        let dimension = data.num_columns();
        let rows = (0..data.num_rows()).map(|i| {
            // −0 as 0
            let row = (0..dimension).map(|j| Ordered(data.column(j)[i] + 0.0));
            row.collect::<Vec<_>>()
        });
        let (rows, counts, numbers) = tally(rows);
        let n = data.num_rows() as f64;
        let mean = |j: usize| data.column(j).iter().map(|x| x / n).sum::<f64>();
        let centre: Vec<f64> = (0..dimension).map(mean).collect();
        let mut columns = Vec::with_capacity(dimension * rows.len());
        for (j, centre) in centre.iter().enumerate() {
            columns.extend(rows.iter().map(|row| (row[j].0 - centre) / deviation));
        }
        let sizes = columns.iter().map(|z| z.abs());
        let size = sizes.fold(f64::MIN_POSITIVE, f64::max);
        // ½ Σ z², which is what ℓ of one component loses
        let loss = columns
            .chunks_exact(rows.len().max(1))
            .flat_map(|column| column.iter().zip(&counts))
            .map(|(z, count)| count * (z / size) * (z / size) / 2.0)
            .sum::<f64>();
        let ratio = size * (loss * f64::EPSILON / ROUNDING).sqrt();
        if ratio.is_nan() || ratio > 1.0 {
            let spread = deviation * size * (2.0 * loss / n).sqrt();
            return Err(SelectionError::Setting {
                what: "the components' standard deviation",
                expected: format!(
                    "at least {:.2e} for data whose own is {spread:.2e}: else ℓ is too large for \
                     differences of {ROUNDING} to be seen",
                    deviation * ratio
                ),
                found: deviation,
            });
        }
        let log_scale = deviation.ln() + std::f64::consts::TAU.ln() / 2.0;
        Ok(Self {
            deviation,
            centre,
            columns,
            best: vec![-(dimension as f64) * log_scale; rows.len()],
            counts,
            rows: numbers,
        })
    }

    /// Some of the rows, each as often as the counts say.
    pub(super) fn of_rows(&self, rows: &[usize], counts: &[f64]) -> Self {
        let columns = self.each_column().map(|column| picked(column, rows));
        Self {
            deviation: self.deviation,
            centre: self.centre.clone(),
            columns: columns.collect::<Vec<_>>().concat(),
            best: picked(&self.best, rows),
            counts: counts.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(super) fn each_column(&self) -> std::slice::ChunksExact<'_, f64> {
        self.columns.chunks_exact(self.counts.len())
    }
}

impl Component for Normal {
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
        self.centre.len()
    }

    fn estimate(&self, weights: &[f64], parameters: &mut [f64]) {
        let total = summed(weights, weights, |w, _| w);
        for (parameter, column) in parameters.iter_mut().zip(self.each_column()) {
            *parameter = summed(weights, column, |w, x| w * x) / total;
        }
    }

    fn log_densities(&self, parameters: &[f64], values: &mut [f64]) {
        values.copy_from_slice(&self.best);
        for (mean, column) in parameters.iter().zip(self.each_column()) {
            for (value, x) in values.iter_mut().zip(column) {
                *value -= 0.5 * (x - mean) * (x - mean);
            }
        }
    }

    fn near(&self, row: usize, _share: f64, _overall: &[f64], parameters: &mut [f64]) {
        for (parameter, column) in parameters.iter_mut().zip(self.each_column()) {
            *parameter = column[row];
        }
    }

    fn confine(&self, _parameters: &mut [f64], _safe: &[f64]) {}

    fn on_boundary(&self, _parameters: &[f64]) -> bool {
        false
    }

    fn condensed(&self) -> Option<Self> {
        if self.size() > 1 {
            return None;
        }
        let (columns, counts) = condensed(&self.columns, &self.counts)?;
        Some(Self {
            deviation: self.deviation,
            centre: self.centre.clone(),
            best: vec![self.best[0]; columns.len()],
            columns,
            counts,
            rows: Vec::new(),
        })
    }

    fn told(&self, parameters: &[f64]) -> Vec<f64> {
        let pairs = parameters.iter().zip(&self.centre);
        pairs
            .map(|(z, centre)| centre + self.deviation * z)
            .collect()
    }
}

/// ℓ is to be known so well.
const ROUNDING: f64 = 1e-3;

/// Finite numbers in order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ordered(pub(super) f64);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Features independent given the component. Parameters: the probabilities of the states of the
/// first feature, then those of the second, and so on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Categories {
    states: Vec<usize>,
    /// Where in the parameters the probability of each state is, feature after feature.
    places: Vec<u32>,
    /// 0: the component of one row has it for certain.
    best: Vec<f64>,
    counts: Vec<f64>,
    rows: Vec<u32>,
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
        let (rows, counts, numbers) = tally(rows.into_iter());
        let mut places = Vec::with_capacity(rows.len() * states.len());
        let mut first = 0;
        for (j, states) in states.iter().enumerate() {
            places.extend(rows.iter().map(|row| (first + row[j] as usize) as u32));
            first += states;
        }
        Ok(Self {
            states,
            places,
            best: vec![0.0; counts.len()],
            counts,
            rows: numbers,
        })
    }

    /// Some of the rows, each as often as the counts say.
    pub(super) fn of_rows(&self, rows: &[usize], counts: &[f64]) -> Self {
        let places = self.each_feature().map(|places| picked(places, rows));
        Self {
            states: self.states.clone(),
            places: places.collect::<Vec<_>>().concat(),
            best: picked(&self.best, rows),
            counts: counts.to_vec(),
            rows: Vec::new(),
        }
    }

    /// The number of states of each feature.
    pub(super) fn states(&self) -> &[usize] {
        &self.states
    }

    pub(super) fn each_feature(&self) -> std::slice::ChunksExact<'_, u32> {
        self.places.chunks_exact(self.counts.len())
    }
}

impl Component for Categories {
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
        self.states.iter().sum()
    }

    fn estimate(&self, weights: &[f64], parameters: &mut [f64]) {
        let total: f64 = weights.iter().sum();
        parameters.fill(0.0);
        for places in self.each_feature() {
            for (weight, place) in weights.iter().zip(places) {
                parameters[*place as usize] += weight;
            }
        }
        for parameter in parameters {
            *parameter /= total;
        }
    }

    fn log_densities(&self, parameters: &[f64], values: &mut [f64]) {
        values.fill(0.0);
        let mut first = 0;
        for (places, states) in self.each_feature().zip(&self.states) {
            // few states: their logarithms fit on the stack
            let mut logs = [0.0; FEW];
            if *states <= FEW {
                for (log, p) in logs.iter_mut().zip(&parameters[first..first + states]) {
                    *log = p.ln();
                }
                for (value, place) in values.iter_mut().zip(places) {
                    *value += logs[*place as usize - first];
                }
            } else {
                for (value, place) in values.iter_mut().zip(places) {
                    *value += parameters[*place as usize].ln();
                }
            }
            first += states;
        }
    }

    fn near(&self, row: usize, share: f64, overall: &[f64], parameters: &mut [f64]) {
        for (parameter, overall) in parameters.iter_mut().zip(overall) {
            *parameter = share * overall;
        }
        for places in self.each_feature() {
            parameters[places[row] as usize] += 1.0 - share;
        }
    }

    fn confine(&self, parameters: &mut [f64], safe: &[f64]) {
        let mut first = 0;
        for states in &self.states {
            let range = first..first + states;
            on_simplex(&mut parameters[range.clone()], &safe[range]);
            first += states;
        }
    }

    fn on_boundary(&self, parameters: &[f64]) -> bool {
        parameters.iter().any(|p| *p < EDGE)
    }
}

/// As many states have their logarithms on the stack.
const FEW: usize = 64;

/// The values of some rows.
pub(super) fn picked<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().map(|row| values[*row]).collect()
}

/// The rows of a table of whole numbers in a range.
pub(super) fn integers(
    data: &DataTable,
    least: u64,
    most: u64,
) -> Result<Vec<Vec<u64>>, SelectionError> {
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

/// The different rows, in order, how often each occurs, and which of them each row is.
pub(super) fn tally<R: Ord>(rows: impl Iterator<Item = R>) -> (Vec<R>, Vec<f64>, Vec<u32>) {
    let mut all: Vec<(R, usize)> = rows.zip(0..).collect();
    all.sort_unstable();
    let mut different: Vec<R> = Vec::with_capacity(all.len());
    let mut counts: Vec<f64> = Vec::with_capacity(all.len());
    let mut numbers = vec![0; all.len()];
    for (row, place) in all {
        match counts.last_mut() {
            Some(count) if different.last() == Some(&row) => *count += 1.0,
            _ => {
                different.push(row);
                counts.push(1.0);
            }
        }
        numbers[place] = (different.len() - 1) as u32;
    }
    (different, counts, numbers)
}
