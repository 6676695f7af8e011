//! Gibbs steps of a mixture where the densities of its last rows have a power β.

use super::super::em::exp;
use super::conjugate::{Conjugate, dirichlet};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Binomial, Distribution, StandardNormal};

/// A mixture as a point: the weights, then the parameters of one component after the other.
pub(super) type Point = Vec<f64>;

/// Rows that occur at most as often get their labels one by one.
const ONE_BY_ONE: f64 = 16.0;
/// Metropolis steps of weights in each step.
const MOVES: usize = 3;
/// The widest of their proposals, in the logarithm of the odds.
const WIDE: f64 = 4.0;
/// Weights do not move below this.
const LEAST_WEIGHT: f64 = 1e-140;

/// The distributions φ(w) φ(θ) Πᵢ Σₖ wₖ p(xᵢ | θₖ)^βᵢ with βᵢ = 1 for the rows before `first` and
/// βᵢ = β from there on. With the labels beside them they are conjugate at every β.
#[derive(Debug)]
pub(super) struct Gibbs<'a> {
    model: &'a dyn Conjugate,
    first: usize,
    components: usize,
    concentration: f64,
    total: f64,
    /// log p of each row, component after component, and the largest of each row.
    densities: Vec<f64>,
    tops: Vec<f64>,
    /// p^β at the later β, component after component, over the largest of each row; then the labels.
    shares: Vec<f64>,
    /// Σₖ wₖ p^β at the earlier β, and at the later one.
    before: Vec<f64>,
    after: Vec<f64>,
}

impl<'a> Gibbs<'a> {
    pub(super) fn new(
        model: &'a dyn Conjugate,
        first: usize,
        components: usize,
        concentration: f64,
    ) -> Self {
        let rows = model.counts().len();
        Self {
            model,
            first,
            components,
            concentration,
            total: model.counts().iter().sum(),
            densities: vec![0.0; rows * components],
            tops: vec![0.0; rows],
            shares: vec![0.0; rows * components],
            before: vec![0.0; rows],
            after: vec![0.0; rows],
        }
    }

    /// A draw from the prior.
    pub(super) fn prior(&mut self, rng: &mut ChaCha8Rng) -> Point {
        let mut point = vec![0.0; self.components * (1 + self.model.size())];
        self.shares.fill(0.0);
        self.draw(0.0, rng, &mut point);
        point
    }

    /// Takes up a point.
    pub(super) fn visit(&mut self, point: &[f64]) {
        let rows = self.tops.len();
        let parameters = point[self.components..].chunks_exact(self.model.size());
        self.tops.fill(f64::NEG_INFINITY);
        for (parameters, column) in parameters.zip(self.densities.chunks_exact_mut(rows)) {
            self.model.log_densities(parameters, column);
            for (value, top) in column.iter().zip(&mut self.tops) {
                *top = top.max(*value);
            }
        }
    }

    /// The logarithm of the ratio of the likelihoods at two β, at the point taken up.
    pub(super) fn log_ratio(&mut self, point: &[f64], from: f64, to: f64) -> f64 {
        let (rows, first) = (self.tops.len(), self.first);
        self.before.fill(0.0);
        self.after.fill(0.0);
        let columns = self.densities.chunks_exact(rows);
        let shares = self.shares.chunks_exact_mut(rows);
        for ((weight, column), shares) in point.iter().zip(columns).zip(shares) {
            let each = column.iter().zip(&self.tops).zip(&mut *shares);
            let each = each.zip(&mut self.after);
            for (((value, top), share), after) in each.take(first) {
                *share = exp(value - top);
                *after += weight * *share;
            }
            let each = column[first..].iter().zip(&self.tops[first..]);
            let each = each.zip(&mut shares[first..]);
            let sums = self.before[first..].iter_mut();
            let each = each.zip(sums.zip(&mut self.after[first..]));
            for (((value, top), share), (before, after)) in each {
                let below = value - top;
                *before += weight * exp(from * below);
                *share = exp(to * below);
                *after += weight * *share;
            }
        }
        let counts = &self.model.counts()[first..];
        let tops = counts.iter().zip(&self.tops[first..]);
        let top: f64 = tops.map(|(count, top)| count * top).sum();
        let ratio = log_quotients(counts, &self.after[first..], &self.before[first..]);
        (to - from) * top + ratio
    }

    /// The log-likelihood of all rows at a point.
    pub(super) fn log_likelihood(&mut self, point: &[f64]) -> f64 {
        self.visit(point);
        let first = std::mem::replace(&mut self.first, 0);
        let value = self.log_ratio(point, 0.0, 1.0);
        self.first = first;
        value
    }

    /// d/dβ of the log-likelihood at β, at the point taken up.
    pub(super) fn slope(&mut self, point: &[f64], power: f64) -> f64 {
        let (rows, first) = (self.tops.len(), self.first);
        // sums of the shares, and of shares times log-densities
        self.before.fill(0.0);
        self.after.fill(0.0);
        for (weight, column) in point.iter().zip(self.densities.chunks_exact(rows)) {
            let sums = self.before.iter_mut().zip(&mut self.after);
            let each = column.iter().zip(&self.tops).zip(sums).skip(first);
            for ((value, top), (sum, product)) in each {
                let share = weight * exp(power * (value - top));
                *sum += share;
                *product += share * value;
            }
        }
        let sums = self.after.iter().zip(&self.before);
        let each = self.model.counts().iter().zip(sums).skip(first);
        each.map(|(count, (product, sum))| count * product / sum)
            .sum()
    }

    /// The step that keeps the distribution at β, after [`log_ratio`](Self::log_ratio) to it: some
    /// weights, then labels, then weights and parameters given the labels.
    pub(super) fn step(&mut self, power: f64, rng: &mut ChaCha8Rng, point: &mut [f64]) {
        if self.components > 1 {
            for _ in 0..MOVES {
                self.move_weights(rng, &mut point[..self.components]);
            }
        }
        self.label(rng, &point[..self.components]);
        self.draw(power, rng, point);
    }

    /// A Metropolis step that shares the weight of two components out anew, labels summed out.
    /// Labels and weights hold each other fast where the components are alike, as all are at small
    /// β: there Gibbs steps alone move the weights by 1/√n.
    fn move_weights(&mut self, rng: &mut ChaCha8Rng, weights: &mut [f64]) {
        let rows = self.tops.len();
        let first = rng.random_range(0..self.components);
        let other = rng.random_range(0..self.components - 1);
        let second = if other < first { other } else { other + 1 };
        let both = weights[first] + weights[second];
        // log-uniform from 1/√n, as far as weights of components far apart move, to 4
        let narrow = -0.5 * self.total.ln();
        let scale = (narrow + rng.random::<f64>() * (WIDE.ln() - narrow)).exp();
        let normal: f64 = StandardNormal.sample(rng);
        let odds = (weights[first] / weights[second]).ln() + scale * normal;
        let [new_first, new_second] = [-odds, odds].map(|odds| both / (1.0 + odds.exp()));
        if !(new_first > LEAST_WEIGHT && new_second > LEAST_WEIGHT) {
            return;
        }
        let columns = |component: usize| component * rows..(component + 1) * rows;
        let (a, b) = (&self.shares[columns(first)], &self.shares[columns(second)]);
        let (da, db) = (new_first - weights[first], new_second - weights[second]);
        let sums = self.before.iter_mut().zip(&self.after);
        for ((new, old), (a, b)) in sums.zip(a.iter().zip(b)) {
            // the difference of two sums may round to less than 0
            *new = (old + (da * a + db * b)).max(f64::MIN_POSITIVE);
        }
        // the density of the odds' logarithm is (w w′)^φ
        let prior = (new_first * new_second / (weights[first] * weights[second])).ln();
        let gain = log_quotients(self.model.counts(), &self.before, &self.after);
        if gain + self.concentration * prior > rng.random::<f64>().ln() {
            weights[first] = new_first;
            weights[second] = new_second;
            // afresh, so that rounding does not add up
            self.after.fill(0.0);
            for (weight, column) in weights.iter().zip(self.shares.chunks_exact(rows)) {
                for (sum, share) in self.after.iter_mut().zip(column) {
                    *sum += weight * share;
                }
            }
        }
    }

    /// Labels in place of the shares.
    fn label(&mut self, rng: &mut ChaCha8Rng, weights: &[f64]) {
        let rows = self.tops.len();
        for (row, count) in self.model.counts().iter().enumerate() {
            let sum = self.after[row];
            if *count > ONE_BY_ONE {
                self.multinomial(row, *count, weights, rng);
                continue;
            }
            // the densities of the row are done with
            for component in 0..self.components {
                self.densities[component * rows + row] = 0.0;
            }
            for _ in 0..*count as usize {
                let mut left = rng.random::<f64>() * sum;
                let mut chosen = self.components - 1;
                for (component, weight) in weights[..chosen].iter().enumerate() {
                    left -= weight * self.shares[component * rows + row];
                    if left < 0.0 {
                        chosen = component;
                        break;
                    }
                }
                self.densities[chosen * rows + row] += 1.0;
            }
            for component in 0..self.components {
                let place = component * rows + row;
                self.shares[place] = self.densities[place];
            }
        }
    }

    /// The labels of a row that occurs often: binomial numbers, one after the other.
    fn multinomial(&mut self, row: usize, count: f64, weights: &[f64], rng: &mut ChaCha8Rng) {
        let rows = self.tops.len();
        let (mut count, mut sum) = (count as u64, self.after[row]);
        for (component, weight) in weights.iter().enumerate() {
            let share = &mut self.shares[component * rows + row];
            let own = weight * *share;
            let p = (own / sum).clamp(0.0, 1.0);
            sum -= own;
            let last = component + 1 == self.components;
            let number = match Binomial::new(count, p) {
                Ok(binomial) if !last => binomial.sample(rng),
                _ => count,
            };
            *share = number as f64;
            count -= number;
        }
    }

    /// Weights and parameters given the labels.
    fn draw(&mut self, power: f64, rng: &mut ChaCha8Rng, point: &mut [f64]) {
        let rows = self.tops.len();
        let (weights, parameters) = point.split_at_mut(self.components);
        for (weight, labels) in weights.iter_mut().zip(self.shares.chunks_exact(rows)) {
            *weight = labels.iter().sum();
        }
        dirichlet(self.concentration, weights, rng);
        for labels in self.shares.chunks_exact_mut(rows) {
            labels[self.first..]
                .iter_mut()
                .for_each(|label| *label *= power);
        }
        self.model.draw(&self.shares, rng, parameters);
    }
}

/// Σ count · log(a/b); where rows occur once, the logarithm of products.
fn log_quotients(counts: &[f64], above: &[f64], below: &[f64]) -> f64 {
    let blocks = counts.chunks(BLOCK).zip(above.chunks(BLOCK));
    let each = blocks.zip(below.chunks(BLOCK));
    let each = each.map(|((counts, above), below)| {
        if counts.iter().all(|count| *count == 1.0) {
            let quotients = above.iter().zip(below).map(|(a, b)| a / b);
            let product: f64 = quotients.product();
            if product > f64::MIN_POSITIVE && product < f64::MAX {
                return product.ln();
            }
        }
        let quotients = above.iter().zip(below).map(|(a, b)| (a / b).ln());
        counts.iter().zip(quotients).map(|(c, log)| c * log).sum()
    });
    each.sum()
}

/// Quotients in one product.
const BLOCK: usize = 8;
