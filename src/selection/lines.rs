//! Mixtures of linear regressions.

use super::components::{Ordered, tally};
use super::em::{Component, KEPT};
use super::mixture_kind::Kind;
use super::{DataTable, Mixtures, SelectionError, Starts};
use crate::sampler::Control;
use nalgebra::{DMatrix, DVector, SymmetricEigen};
use std::f64::consts::TAU;

/// The least variance, as a share of that of the response.
const FLOOR: f64 = 1e-6;
/// The variance of a component placed at a row, as a share of the overall one, at least.
const NARROW: f64 = 0.05;
/// A component placed at a row goes through as many rows near it as it has coefficients, times
/// this.
const NEAR: usize = 4;
/// Directions of the predictors with less than this share of the largest one's square are none.
const RANK: f64 = 1e-10;
/// The most rows looked at, and subsets of rows, before general position is given up.
const LOOKED_AT: usize = 200;
const SUBSETS: usize = 20_000;

/// Components y = c + bx + N(0, σ²). Parameters: the coefficients of 1 and of the standardised
/// predictors in units of the response's scale, then σ² in its square where it is fitted; the scale
/// is σ where that is known, else the deviation of the response.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lines {
    /// Means and deviations of the predictors.
    units: Vec<(f64, f64)>,
    centre: f64,
    scale: f64,
    known: bool,
    /// 1 and the standardised predictors, column after column.
    predictors: Vec<f64>,
    response: Vec<f64>,
    best: Vec<f64>,
    counts: Vec<f64>,
    rows: Vec<u32>,
}

impl Lines {
    fn new(
        predictors: &DataTable,
        response: &DataTable,
        noise: Option<f64>,
    ) -> Result<Self, SelectionError> {
        if response.num_columns() != 1 {
            return Err(SelectionError::Setting {
                what: "the number of responses of a mixture of regressions",
                expected: "1".into(),
                found: response.num_columns() as f64,
            });
        }
        if let Some(noise) = noise.filter(|noise| !(*noise > 0.0 && noise.is_finite())) {
            return Err(SelectionError::Setting {
                what: "the noise of the response",
                expected: "positive and finite".into(),
                found: noise,
            });
        }
        let columns: Vec<&[f64]> = (0..predictors.num_columns())
            .map(|j| predictors.column(j))
            .collect();
        let units: Vec<(f64, f64)> = columns.iter().map(|column| moments(column)).collect();
        for (name, (column, (_, deviation))) in
            predictors.names().iter().zip(columns.iter().zip(&units))
        {
            if is_constant(column) || !deviation.is_finite() {
                return Err(SelectionError::Constant {
                    column: name.clone(),
                });
            }
        }
        let (centre, spread) = moments(response.column(0));
        if is_constant(response.column(0)) || !spread.is_finite() {
            return Err(SelectionError::Constant {
                column: response.names()[0].clone(),
            });
        }
        let scale = noise.unwrap_or(spread);
        let all = (0..response.num_rows()).map(|i| {
            // −0 as 0
            let row = columns.iter().map(|column| Ordered(column[i] + 0.0));
            let row = row.chain([Ordered(response.column(0)[i] + 0.0)]);
            row.collect::<Vec<_>>()
        });
        let (rows, counts, numbers) = tally(all);
        let mut standardised = vec![1.0; rows.len()];
        for (j, (mean, deviation)) in units.iter().enumerate() {
            standardised.extend(rows.iter().map(|row| (row[j].0 - mean) / deviation));
        }
        let response = rows
            .iter()
            .map(|row| (row[columns.len()].0 - centre) / scale);
        let narrow = if noise.is_some() { 1.0 } else { NARROW };
        let new = Self {
            units,
            centre,
            scale,
            known: noise.is_some(),
            predictors: standardised,
            response: response.collect(),
            best: vec![-0.5 * (TAU * narrow).ln() - scale.ln(); rows.len()],
            counts,
            rows: numbers,
        };
        // by its rank, whether one is a combination of those before it
        for j in 1..new.coefficients() {
            let gram = new.gram(&new.counts, j + 1);
            if !is_of_full_rank(&gram) {
                return Err(SelectionError::Collinear {
                    column: predictors.names()[j - 1].clone(),
                });
            }
        }
        Ok(new)
    }

    fn coefficients(&self) -> usize {
        self.units.len() + 1
    }

    fn column(&self, j: usize) -> &[f64] {
        &self.predictors[j * self.response.len()..][..self.response.len()]
    }

    /// Σ w z zᵀ of the first columns.
    fn gram(&self, weights: &[f64], columns: usize) -> DMatrix<f64> {
        let mut gram = DMatrix::zeros(columns, columns);
        for i in 0..columns {
            for j in 0..=i {
                let rows = self.column(i).iter().zip(self.column(j)).zip(weights);
                let sum: f64 = rows.map(|((a, b), w)| w * a * b).sum();
                gram[(i, j)] = sum;
                gram[(j, i)] = sum;
            }
        }
        gram
    }

    /// The coefficients of least Σ w (y − bz)², those of least size where there are several.
    fn least_squares(&self, weights: &[f64], coefficients: &mut [f64]) {
        let size = self.coefficients();
        let gram = self.gram(weights, size);
        let right = DVector::from_fn(size, |j, _| {
            let rows = self.column(j).iter().zip(&self.response).zip(weights);
            rows.map(|((z, y), w)| w * z * y).sum()
        });
        let narrow = |pivots: &DMatrix<f64>| {
            let squares = (0..size).map(|j| pivots[(j, j)] * pivots[(j, j)] / gram[(j, j)]);
            squares.fold(f64::INFINITY, f64::min) > RANK
        };
        let solved = match gram.clone().cholesky() {
            Some(cholesky) if narrow(cholesky.l_dirty()) => cholesky.solve(&right),
            _ => {
                let eigen = SymmetricEigen::new(gram);
                let most = eigen.eigenvalues.max();
                let mut turned = eigen.eigenvectors.transpose() * right;
                for (entry, value) in turned.iter_mut().zip(eigen.eigenvalues.iter()) {
                    *entry = if *value > RANK * most {
                        *entry / value
                    } else {
                        0.0
                    };
                }
                eigen.eigenvectors * turned
            }
        };
        coefficients.copy_from_slice(solved.as_slice());
    }

    /// y − bz of every row.
    fn residuals(&self, coefficients: &[f64], residuals: &mut [f64]) {
        residuals.copy_from_slice(&self.response);
        for (j, coefficient) in coefficients.iter().enumerate() {
            for (residual, z) in residuals.iter_mut().zip(self.column(j)) {
                *residual -= coefficient * z;
            }
        }
    }

    /// Whether the products zᵢzⱼ are linearly independent over the rows: then densities and their
    /// derivatives up to order two are, at components that differ at every row.
    fn quadrics_are_independent(&self) -> bool {
        let size = self.coefficients();
        let pairs: Vec<(usize, usize)> = (0..size)
            .flat_map(|i| (0..=i).map(move |j| (i, j)))
            .collect();
        let gram = DMatrix::from_fn(pairs.len(), pairs.len(), |a, b| {
            let ((i, j), (k, l)) = (pairs[a], pairs[b]);
            let columns = [i, j, k, l].map(|place| self.column(place));
            let product = |row: usize| columns.iter().map(|column| column[row]).product::<f64>();
            (0..self.response.len())
                .map(|row| product(row) * self.counts[row])
                .sum()
        });
        is_of_full_rank(&gram)
    }

    /// The most components of a generic truth that are shown to have no other mixture beside them:
    /// a line that agrees with one of j at every row agrees with one at q = p + 1 rows in general
    /// position if there are more than j(q − 1) such rows (Hennig 2000); q − 1 at most are on one
    /// hyperplane.
    fn identified(&self) -> usize {
        if !self.quadrics_are_independent() {
            return 0;
        }
        let size = self.coefficients();
        let mut chosen: Vec<DVector<f64>> = Vec::new();
        let wanted = 8 * (size - 1) + 1;
        let rows = self.response.len();
        // spread over the rows, which are in order of the predictors
        let step = (rows / LOOKED_AT).max(1);
        for row in (0..rows).step_by(step) {
            let point = DVector::from_fn(size, |j, _| self.column(j)[row]).normalize();
            if chosen.len() == wanted || !in_general_position(&chosen, &point) {
                continue;
            }
            chosen.push(point);
        }
        chosen.len().saturating_sub(1) / (size - 1)
    }
}

fn is_constant(column: &[f64]) -> bool {
    column.iter().all(|x| *x == column[0])
}

/// The mean and the deviation.
fn moments(column: &[f64]) -> (f64, f64) {
    let n = column.len() as f64;
    let mean = column.iter().map(|x| x / n).sum::<f64>();
    let square = column
        .iter()
        .map(|x| (x - mean) * (x - mean) / n)
        .sum::<f64>();
    (mean, square.sqrt())
}

/// Whether the least eigenvalue of a Gram matrix is more than a share of the largest.
fn is_of_full_rank(gram: &DMatrix<f64>) -> bool {
    let eigenvalues = gram.symmetric_eigenvalues();
    eigenvalues.min() > RANK * eigenvalues.max()
}

/// Whether no hyperplane through 0 and all but one dimension of `chosen` points has the new one;
/// not where there are too many to look at.
fn in_general_position(chosen: &[DVector<f64>], point: &DVector<f64>) -> bool {
    let size = point.len();
    let mut places: Vec<usize> = (0..size - 1).collect();
    if chosen.len() < size - 1 {
        let mut all = DMatrix::zeros(size, chosen.len() + 1);
        for (j, column) in chosen.iter().chain([point]).enumerate() {
            all.set_column(j, column);
        }
        return is_of_full_rank(&(all.transpose() * &all));
    }
    for _ in 0..SUBSETS {
        let mut all = DMatrix::zeros(size, size);
        for (j, place) in places.iter().enumerate() {
            all.set_column(j, &chosen[*place]);
        }
        all.set_column(size - 1, point);
        if all.determinant().abs() <= RANK.sqrt() {
            return false;
        }
        // the next subset, in lexicographic order
        let last = (0..places.len())
            .rev()
            .find(|&k| places[k] < chosen.len() - (places.len() - k));
        let Some(last) = last else {
            return true;
        };
        places[last] += 1;
        for k in last + 1..places.len() {
            places[k] = places[k - 1] + 1;
        }
    }
    false
}

impl Component for Lines {
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
        self.coefficients() + usize::from(!self.known)
    }

    fn estimate(&self, weights: &[f64], parameters: &mut [f64]) {
        let (coefficients, variance) = parameters.split_at_mut(self.coefficients());
        self.least_squares(weights, coefficients);
        if let Some(variance) = variance.first_mut() {
            let mut residuals = vec![0.0; self.response.len()];
            self.residuals(coefficients, &mut residuals);
            let pairs = residuals.iter().zip(weights);
            *variance = pairs.map(|(r, w)| w * r * r).sum::<f64>() / weights.iter().sum::<f64>();
        }
    }

    fn tie(&self, weights: &[f64], parameters: &mut [f64]) {
        if self.known {
            return;
        }
        let each = parameters.chunks_exact_mut(self.size());
        let variances: Vec<&mut f64> = each.filter_map(|own| own.last_mut()).collect();
        let within: f64 = variances.iter().zip(weights).map(|(v, w)| **v * w).sum();
        for variance in variances {
            *variance = within.max(FLOOR);
        }
    }

    fn log_densities(&self, parameters: &[f64], values: &mut [f64]) {
        let (coefficients, variance) = parameters.split_at(self.coefficients());
        let variance = variance.first().copied().unwrap_or(1.0);
        self.residuals(coefficients, values);
        let top = -0.5 * (TAU * variance).ln() - self.scale.ln();
        for value in values {
            *value = top - 0.5 * *value * *value / variance;
        }
    }

    /// Through the rows nearest to it, predictors and response alike.
    fn near(&self, row: usize, share: f64, overall: &[f64], parameters: &mut [f64]) {
        let size = self.coefficients();
        let (centre, spread) = moments(&self.response);
        let distance = |other: usize| {
            let columns = (1..size).map(|j| self.column(j)[other] - self.column(j)[row]);
            let response = (self.response[other] - self.response[row]) / spread.max(centre.abs());
            columns.map(|d| d * d).sum::<f64>() + response * response
        };
        let mut all: Vec<(f64, usize)> = (0..self.response.len())
            .map(|other| (distance(other), other))
            .collect();
        let wanted = (NEAR * size).min(all.len());
        all.select_nth_unstable_by(wanted - 1, |a, b| a.0.total_cmp(&b.0));
        let mut weights = vec![0.0; self.response.len()];
        for (_, other) in &all[..wanted] {
            weights[*other] = self.counts[*other];
        }
        self.least_squares(&weights, &mut parameters[..size]);
        if !self.known {
            parameters[size] = (overall[size] * share.max(NARROW)).max(FLOOR);
        }
    }

    fn confine(&self, parameters: &mut [f64], safe: &[f64]) {
        if !self.known {
            let place = self.coefficients();
            parameters[place] = parameters[place].max(KEPT * safe[place]).max(FLOOR);
        }
    }

    fn on_boundary(&self, parameters: &[f64]) -> bool {
        !self.known && parameters[self.coefficients()] <= FLOOR * (1.0 + 1e-6)
    }

    fn told(&self, parameters: &[f64]) -> Vec<f64> {
        let slopes = parameters[1..self.coefficients()].iter().zip(&self.units);
        let slopes: Vec<f64> = slopes.map(|(b, (_, s))| self.scale * b / s).collect();
        let shift: f64 = slopes
            .iter()
            .zip(&self.units)
            .map(|(b, (mean, _))| b * mean)
            .sum();
        let mut told = vec![self.centre + self.scale * parameters[0] - shift];
        told.extend(slopes);
        if !self.known {
            told.push(self.scale * parameters[self.coefficients()].sqrt());
        }
        told
    }
}

impl Mixtures {
    /// Mixtures of linear regressions y = c + bx + N(0, σ²) of one response on p predictors, each
    /// component with its own c and b; σ = `noise`, or without a common one that is fitted.
    ///
    /// N = p + 1. With σ known λ is exact at truths of j components where (1, x)(1, x)ᵀ spans the
    /// symmetric matrices over the rows and more than jp of the rows are found in general position:
    /// at a generic truth the densities and their derivatives up to order two are then independent,
    /// and the fibre has no other mixture (Hennig 2000); else, and where σ is fitted, it is an
    /// upper bound. A predictor of two values has neither.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] unless there is one response, for σ not positive, no components
    /// or starts out of range; [`SelectionError::Constant`] and [`SelectionError::Collinear`];
    /// [`SelectionError::TooFewRows`] for not more rows than components.
    ///
    /// # References
    /// Hennig 2000, *Identifiability of models for clusterwise linear regression*, Journal of
    /// Classification 17, 273–296.
    ///
    /// ```
    /// # use rlct::{sampler::Control, selection::{DataTable, FittedFamily, Mixtures, Starts}};
    /// // two lines that cross
    /// let x: Vec<f64> = (0..40).map(f64::from).collect();
    /// let y = x.iter().map(|x| if x % 3.0 == 0.0 { 40.0 - x } else { *x }).collect();
    /// let [x, y] = [("x", x), ("y", y)].map(|column| DataTable::new([column]));
    /// let (starts, control) = (Starts::new(), Control::new());
    /// let family = Mixtures::regressions(&x?, &y?, Some(1.0), 2, &starts, &control)?;
    /// let slopes: Vec<f64> = family.fits()[1].parameters.iter().map(|line| line[1]).collect();
    /// assert!((slopes[0] - 1.0).abs() < 0.1 && (slopes[1] + 1.0).abs() < 0.1);
    /// assert_eq!(family.candidates()?[1].submodels()[0].1.lambda().to_string(), "3/2");
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn regressions(
        predictors: &DataTable,
        response: &DataTable,
        noise: Option<f64>,
        max_components: usize,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        let model = Lines::new(predictors, response, noise)?;
        let columns = [predictors, response].into_iter().flat_map(|table| {
            let columns = (0..table.num_columns()).map(|j| table.column(j).to_vec());
            table.names().iter().cloned().zip(columns)
        });
        let data = DataTable::new(columns)?;
        let kind = Kind::Lines {
            predictors: predictors.num_columns(),
            known: noise.is_some(),
            identified: model.identified(),
        };
        Self::fitted(&data, &model, kind, max_components, starts, control)
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use crate::algebra::Rational;
    use crate::sampler::Control;
    use crate::selection::em::Component;
    use crate::selection::{
        DataTable, FittedFamily, Mixtures, PairCoefficient, SelectionError, Starts,
    };

    fn table<const N: usize>(columns: [(&str, Vec<f64>); N]) -> DataTable {
        DataTable::new(columns).unwrap()
    }

    fn column(n: usize, f: impl Fn(f64) -> f64) -> Vec<f64> {
        (0..n).map(|i| f(i as f64)).collect()
    }

    #[test]
    fn one_component_is_least_squares() {
        // y = 2 + 3a − b + residuals orthogonal to 1, a and b
        let (a, b) = (
            vec![1.0, 1.0, 3.0, 3.0, 1.0, 1.0, 3.0, 3.0],
            vec![5.0, 7.0, 5.0, 7.0, 5.0, 7.0, 5.0, 7.0],
        );
        let r = [0.5, -0.5, -0.5, 0.5, -0.5, 0.5, 0.5, -0.5];
        let y = (0..8).map(|i| 2.0 + 3.0 * a[i] - b[i] + r[i]).collect();
        let (x, y) = (table([("a", a), ("b", b)]), table([("y", y)]));
        let (starts, control) = (Starts::new(), Control::new());
        let family = Mixtures::regressions(&x, &y, None, 1, &starts, &control).unwrap();
        let fit = &family.fits()[0];
        for (found, expected) in fit.parameters[0].iter().zip([2.0, 3.0, -1.0, 0.5]) {
            assert!((found - expected).abs() < 1e-10, "{:?}", fit.parameters);
        }
        // −n/2 (log 2πσ² + 1)
        let expected = -4.0 * ((std::f64::consts::TAU * 0.25).ln() + 1.0);
        assert!((fit.log_likelihood - expected).abs() < 1e-10);
        // c, two slopes and σ
        assert_eq!(family.candidates().unwrap()[0].dimension(), 4);
    }

    #[test]
    fn identifiability_is_that_of_the_predictors() {
        let y = table([("y", column(60, |i| (i * 1.7).sin()))]);
        let identified = |x: DataTable| Lines::new(&x, &y, Some(1.0)).unwrap().identified();
        // two values: not even the squares are independent; three and five values: pairs,
        // quadruples
        assert_eq!(identified(table([("x", column(60, |i| i % 2.0))])), 0);
        assert_eq!(identified(table([("x", column(60, |i| i % 3.0))])), 2);
        assert_eq!(identified(table([("x", column(60, |i| i % 5.0))])), 4);
        let many = identified(table([("x", column(60, |i| i))]));
        assert_eq!(many, 8);
        // two predictors on a grid of three by three have all products, but no line through more
        // than five in general position
        let grid = table([
            ("a", column(60, |i| i % 3.0)),
            ("b", column(60, |i| (i / 3.0).floor() % 3.0)),
        ]);
        assert!((1..=2).contains(&identified(grid)));
        let free = [
            ("a", column(60, |i| (i * i * 0.37).sin())),
            ("b", column(60, |i| (i * 2.3).cos())),
        ];
        assert!(identified(table(free)) >= 4);
    }

    #[test]
    fn lambda_is_exact_where_it_is_shown_to_be() {
        let x = column(50, |i| (i * 0.9).sin());
        let y = table([(
            "y",
            column(50, |i| {
                (i * 0.9).sin() * (-1.0_f64).powf(i) + 0.1 * (i * 3.1).cos()
            }),
        )]);
        let pairs = |x: Vec<f64>, noise: Option<f64>| {
            let x = table([("x", x)]);
            let (starts, control) = (Starts::new(), Control::new());
            let family = Mixtures::regressions(&x, &y, noise, 3, &starts, &control).unwrap();
            assert_eq!(family.concentration(), &"3/2".parse::<Rational>().unwrap());
            let candidates = family.candidates().unwrap();
            candidates[2]
                .submodels()
                .iter()
                .map(|(_, pair)| pair.clone())
                .collect::<Vec<_>>()
        };
        // ½{jN + j − 1 + (3 − j)N/2}, N = 2
        let exact = pairs(x.clone(), Some(0.1));
        assert!(
            exact
                .iter()
                .all(|pair| matches!(pair, PairCoefficient::Exact(_)))
        );
        let found: Vec<String> = exact.iter().map(|pair| pair.lambda().to_string()).collect();
        assert_eq!(found, ["2", "3"]);
        let bound = pairs(x.clone(), None);
        assert!(
            bound
                .iter()
                .all(|pair| matches!(pair, PairCoefficient::AtMost(_)))
        );
        let two = pairs(x.iter().map(|x| x.signum()).collect(), Some(0.1));
        assert!(
            two.iter()
                .all(|pair| matches!(pair, PairCoefficient::AtMost(_)))
        );
    }

    #[test]
    fn what_cannot_be_fitted_is_refused() {
        let y = table([("y", column(20, |i| i * i))]);
        let (starts, control) = (Starts::new(), Control::new());
        let refused = |x: DataTable, y: &DataTable, noise: Option<f64>| {
            Mixtures::regressions(&x, y, noise, 2, &starts, &control).unwrap_err()
        };
        let x = || table([("x", column(20, |i| i))]);
        let twice = table([
            ("x", column(20, |i| i)),
            ("z", column(20, |i| 3.0 - 2.0 * i)),
        ]);
        assert_eq!(
            refused(twice, &y, None),
            SelectionError::Collinear { column: "z".into() }
        );
        let flat = table([("c", vec![1.0; 20])]);
        assert_eq!(
            refused(flat.clone(), &y, None),
            SelectionError::Constant { column: "c".into() }
        );
        assert_eq!(
            refused(x(), &flat, None),
            SelectionError::Constant { column: "c".into() }
        );
        assert!(matches!(
            refused(x(), &y, Some(0.0)),
            SelectionError::Setting { .. }
        ));
        let both = table([("y", column(20, |i| i)), ("w", column(20, |i| i * i))]);
        assert!(matches!(
            refused(x(), &both, None),
            SelectionError::Setting { .. }
        ));
    }

    #[test]
    fn a_row_far_from_all_others_has_a_component_of_its_own() {
        let x = table([("x", column(30, |i| i))]);
        let y = table([("y", column(30, |i| if i == 7.0 { 500.0 } else { i }))]);
        let model = Lines::new(&x, &y, Some(1.0)).unwrap();
        let mut parameters = vec![0.0; model.size()];
        let overall = parameters.clone();
        model.near(7, 0.2, &overall, &mut parameters);
        assert!(parameters.iter().all(|p| p.is_finite()));
    }
}
