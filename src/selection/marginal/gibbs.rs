//! Gibbs steps at an inverse temperature β of the components' densities.

use super::super::em::exp;
use super::conjugate::{Conjugate, dirichlet};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Binomial, Distribution};

/// A mixture as a point: the weights, then the parameters of one component after the other.
pub(super) type Point = Vec<f64>;

/// Rows that occur at most as often get their labels one by one.
const ONE_BY_ONE: f64 = 16.0;

/// The distributions φ(w) φ(θ) Πᵢ Σₖ wₖ p(xᵢ | θₖ)^β between the prior (β = 0) and the posterior
/// (β = 1). With the labels beside them they are conjugate at every β.
#[derive(Debug)]
pub(super) struct Gibbs<'a> {
    model: &'a dyn Conjugate,
    components: usize,
    concentration: f64,
    /// log p of each row, component after component, and the largest of each row.
    densities: Vec<f64>,
    tops: Vec<f64>,
    /// wₖ pᵏ at the later β, component after component, then the labels.
    shares: Vec<f64>,
    before: Vec<f64>,
    after: Vec<f64>,
}

impl<'a> Gibbs<'a> {
    pub(super) fn new(model: &'a dyn Conjugate, components: usize, concentration: f64) -> Self {
        let rows = model.counts().len();
        Self {
            model,
            components,
            concentration,
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

    /// The logarithm of the ratio of the likelihoods at two β, at the point taken up; the shares
    /// are those at the later one.
    pub(super) fn log_ratio(&mut self, point: &[f64], from: f64, to: f64) -> f64 {
        let rows = self.tops.len();
        self.before.fill(0.0);
        self.after.fill(0.0);
        let columns = self.densities.chunks_exact(rows);
        let shares = self.shares.chunks_exact_mut(rows);
        for ((weight, column), shares) in point.iter().zip(columns).zip(shares) {
            let sums = self.before.iter_mut().zip(&mut self.after);
            let each = column.iter().zip(&self.tops).zip(shares).zip(sums);
            for (((value, top), share), (before, after)) in each {
                let below = value - top;
                *before += weight * exp(from * below);
                *share = weight * exp(to * below);
                *after += *share;
            }
        }
        let counts = self.model.counts();
        let tops = counts.iter().zip(&self.tops);
        let top: f64 = tops.map(|(count, top)| count * top).sum();
        (to - from) * top + log_quotients(counts, &self.after, &self.before)
    }

    /// d/dβ of the log-likelihood at β, at the point taken up.
    pub(super) fn slope(&mut self, point: &[f64], power: f64) -> f64 {
        let rows = self.tops.len();
        // sums of the shares, and of shares times log-densities
        self.before.fill(0.0);
        self.after.fill(0.0);
        for (weight, column) in point.iter().zip(self.densities.chunks_exact(rows)) {
            let sums = self.before.iter_mut().zip(&mut self.after);
            for ((value, top), (sum, product)) in column.iter().zip(&self.tops).zip(sums) {
                let share = weight * exp(power * (value - top));
                *sum += share;
                *product += share * value;
            }
        }
        let sums = self.after.iter().zip(&self.before);
        let each = self.model.counts().iter().zip(sums);
        each.map(|(count, (product, sum))| count * product / sum)
            .sum()
    }

    /// The step that keeps the distribution at β: labels by the shares there, which
    /// [`log_ratio`](Self::log_ratio) has left, then weights and parameters given the labels.
    pub(super) fn step(&mut self, power: f64, rng: &mut ChaCha8Rng, point: &mut [f64]) {
        self.label(rng);
        self.draw(power, rng, point);
    }

    /// Labels in place of the shares.
    fn label(&mut self, rng: &mut ChaCha8Rng) {
        let (rows, components) = (self.tops.len(), self.components);
        for (row, count) in self.model.counts().iter().enumerate() {
            let sum = self.after[row];
            if *count == 1.0 {
                let chosen = self.drawn(row, sum, rng);
                for component in 0..components {
                    self.shares[component * rows + row] = f64::from(u8::from(component == chosen));
                }
            } else if *count <= ONE_BY_ONE {
                for component in 0..components {
                    self.densities[component * rows + row] = 0.0;
                }
                for _ in 0..*count as usize {
                    let chosen = self.drawn(row, sum, rng);
                    self.densities[chosen * rows + row] += 1.0;
                }
                for component in 0..components {
                    let place = component * rows + row;
                    self.shares[place] = self.densities[place];
                }
            } else {
                self.multinomial(row, *count, sum, rng);
            }
        }
    }

    /// The component of one row.
    fn drawn(&self, row: usize, sum: f64, rng: &mut ChaCha8Rng) -> usize {
        let rows = self.tops.len();
        let mut left = rng.random::<f64>() * sum;
        for component in 0..self.components - 1 {
            left -= self.shares[component * rows + row];
            if left < 0.0 {
                return component;
            }
        }
        self.components - 1
    }

    /// The labels of a row that occurs often: binomial numbers, one after the other.
    fn multinomial(&mut self, row: usize, count: f64, sum: f64, rng: &mut ChaCha8Rng) {
        let rows = self.tops.len();
        let (mut count, mut sum) = (count as u64, sum);
        for component in 0..self.components {
            let share = &mut self.shares[component * rows + row];
            let p = (*share / sum).clamp(0.0, 1.0);
            sum -= *share;
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
        dirichlet(self.concentration, 1.0, weights, rng);
        self.model.draw(&self.shares, power, rng, parameters);
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
