//! The EM algorithm for mixtures of components that are fitted in closed form, accelerated.

use crate::model::lanes;
use pulp::{Arch, Simd, WithSimd};

/// The distribution of one component, on rows that are already known: the different ones.
pub(super) trait Component {
    /// How often each different row occurs.
    fn counts(&self) -> &[f64];

    /// Which of the different rows each row of the data is.
    fn row_places(&self) -> &[u32];

    /// The log-density of each row under the component that explains it best.
    fn best(&self) -> &[f64];

    /// The number of parameters.
    fn size(&self) -> usize;

    /// The maximum-likelihood parameters for weighted rows.
    fn estimate(&self, weights: &[f64], parameters: &mut [f64]);

    /// Brings parameters that the components share into line, after each was estimated alone.
    fn tie(&self, _weights: &[f64], _parameters: &mut [f64]) {}

    /// What is added to ℓ for a component: the logarithm of a prior that keeps ℓ bounded, but for a
    /// constant. [`estimate`](Self::estimate) maximises the sum.
    fn log_prior(&self, _parameters: &[f64]) -> f64 {
        0.0
    }

    /// log p(row | parameters) of all rows; −∞ where a row is impossible.
    fn log_densities(&self, parameters: &[f64], values: &mut [f64]);

    /// The component that explains a row best, drawn by a share towards the `overall` estimate
    /// where it would otherwise lie on the boundary, from which EM does not come back.
    fn near(&self, row: usize, share: f64, overall: &[f64], parameters: &mut [f64]);

    /// Brings extrapolated parameters back into their domain, `safe` being inside.
    fn confine(&self, parameters: &mut [f64], safe: &[f64]);

    /// Whether the parameters lie on the boundary of their domain.
    fn on_boundary(&self, parameters: &[f64]) -> bool;

    /// The same components of fewer rows that stand for all, where there are many: what a climb
    /// begins with.
    fn condensed(&self) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }

    /// The parameters in the units of the data.
    fn told(&self, parameters: &[f64]) -> Vec<f64> {
        parameters.to_vec()
    }
}

/// An extrapolation leaves at least this share of a probability.
pub(super) const KEPT: f64 = 0.1;

/// Makes extrapolated numbers probabilities, none below a share of its safe one.
pub(super) fn on_simplex(probabilities: &mut [f64], safe: &[f64]) {
    let mut sum = 0.0;
    for (p, safe) in probabilities.iter_mut().zip(safe) {
        *p = p.max(KEPT * safe);
        sum += *p;
    }
    for p in probabilities {
        *p /= sum;
    }
}

/// eˣ of x up to 700, and e⁻⁷⁰⁰ below −700: without branches, so that loops over it become vectors.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    let x = if x > -700.0 { x } else { -700.0 };
    lanes::exp(x).0
}

/// Σ f(aᵢ, bᵢ), as the sum of every sixteenth term and so on: these can be added at one time.
pub(super) fn summed(a: &[f64], b: &[f64], f: impl Fn(f64, f64) -> f64) -> f64 {
    Arch::new().dispatch(Terms { a, b, f })
}

struct Terms<'a, F> {
    a: &'a [f64],
    b: &'a [f64],
    f: F,
}

impl<F: Fn(f64, f64) -> f64> WithSimd for Terms<'_, F> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        const LANES: usize = 16;
        let mut sums = [0.0; LANES];
        let (left, right) = (self.a.chunks_exact(LANES), self.b.chunks_exact(LANES));
        for (a, b) in left.remainder().iter().zip(right.remainder()) {
            sums[0] += (self.f)(*a, *b);
        }
        for (a, b) in left.zip(right) {
            for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
                *sum += (self.f)(*a, *b);
            }
        }
        sums.iter().sum()
    }
}

/// The logarithms of a column less the rows' largest become their exponentials, and are added to
/// the sums of the rows.
struct Exponentials<'a> {
    column: &'a mut [f64],
    tops: &'a [f64],
    sums: &'a mut [f64],
}

impl WithSimd for Exponentials<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let places = self.tops.iter().zip(self.sums);
        for (value, (top, sum)) in self.column.iter_mut().zip(places) {
            *value = exp(*value - top);
            *sum += *value;
        }
    }
}

/// Σ count · log s, for s from 1 up to the number of components: where rows occur once, the
/// logarithm of products, which do not overflow.
fn log_product(sums: &[f64], counts: &[f64]) -> f64 {
    let blocks = sums.chunks(BLOCK).zip(counts.chunks(BLOCK));
    let each = blocks.map(|(sums, counts)| {
        if counts.iter().all(|count| *count == 1.0) {
            sums.iter().product::<f64>().ln()
        } else {
            sums.iter()
                .zip(counts)
                .map(|(s, count)| count * s.ln())
                .sum()
        }
    });
    each.sum()
}

/// Products of so many numbers up to 10⁹ do not overflow.
const BLOCK: usize = 32;

/// A mixture as a point: the weights, then the parameters of one component after the other.
pub(super) type Point = Vec<f64>;

/// The buffers of EM with some number of components: nothing is allocated in a step.
#[derive(Debug)]
pub(super) struct Em<'a, C> {
    model: &'a C,
    components: usize,
    total: f64,
    /// log(weight · density), then responsibilities times counts, component after component.
    shares: Vec<f64>,
    /// The largest of each row's logarithms.
    tops: Vec<f64>,
    /// The row's sums of shares, then log f where asked for.
    sums: Vec<f64>,
}

impl<'a, C: Component> Em<'a, C> {
    pub(super) fn new(model: &'a C, components: usize) -> Self {
        let rows = model.counts().len();
        Self {
            model,
            components,
            total: model.counts().iter().sum(),
            shares: vec![0.0; rows * components],
            tops: vec![0.0; rows],
            sums: vec![0.0; rows],
        }
    }

    pub(super) fn model(&self) -> &'a C {
        self.model
    }

    pub(super) fn components(&self) -> usize {
        self.components
    }

    /// The sum over the components of what is added to ℓ.
    pub(super) fn log_prior(&self, point: &[f64]) -> f64 {
        let parameters = point[self.components..].chunks_exact(self.model.size());
        parameters.map(|own| self.model.log_prior(own)).sum()
    }

    /// ℓ at a point, with what is added to it.
    pub(super) fn log_likelihood(&mut self, point: &[f64]) -> f64 {
        self.expect(point)
    }

    /// log f of every row at a point.
    pub(super) fn log_mixture(&mut self, point: &[f64]) -> &[f64] {
        self.expect(point);
        for (sum, top) in self.sums.iter_mut().zip(&self.tops) {
            *sum = top + sum.ln();
        }
        &self.sums
    }

    /// Counts times responsibilities at a point.
    pub(super) fn shares(&mut self, point: &[f64]) -> &[f64] {
        self.expect(point);
        self.share_out();
        &self.shares
    }

    /// One step of EM: ℓ at `from`, and the point after it.
    pub(super) fn step(&mut self, from: &[f64], to: &mut [f64]) -> f64 {
        let value = self.expect(from);
        self.share_out();
        let rows = self.tops.len();
        let (weights, all) = to.split_at_mut(self.components);
        let parameters = all.chunks_exact_mut(self.model.size());
        let columns = self.shares.chunks_exact(rows);
        for ((weight, parameters), column) in weights.iter_mut().zip(parameters).zip(columns) {
            *weight = summed(column, column, |share, _| share) / self.total;
            self.model.estimate(column, parameters);
        }
        self.model.tie(weights, all);
        value
    }

    /// ℓ, with exp(log − top) in the shares and their sums.
    fn expect(&mut self, point: &[f64]) -> f64 {
        let rows = self.tops.len();
        let (weights, parameters) = point.split_at(self.components);
        let parameters = parameters.chunks_exact(self.model.size());
        self.tops.fill(f64::NEG_INFINITY);
        let columns = self.shares.chunks_exact_mut(rows);
        for ((weight, parameters), column) in weights.iter().zip(parameters).zip(columns) {
            self.model.log_densities(parameters, column);
            let log_weight = weight.ln();
            for (value, top) in column.iter_mut().zip(&mut self.tops) {
                *value += log_weight;
                *top = top.max(*value);
            }
        }
        self.sums.fill(0.0);
        for column in self.shares.chunks_exact_mut(rows) {
            Arch::new().dispatch(Exponentials {
                column,
                tops: &self.tops,
                sums: &mut self.sums,
            });
        }
        let counts = self.model.counts();
        let value = summed(&self.tops, counts, |top, count| count * top);
        value + log_product(&self.sums, counts) + self.log_prior(point)
    }

    /// Responsibilities times counts.
    fn share_out(&mut self) {
        for (sum, count) in self.sums.iter_mut().zip(self.model.counts()) {
            *sum = count / *sum;
        }
        for column in self.shares.chunks_exact_mut(self.tops.len()) {
            for (value, scale) in column.iter_mut().zip(&self.sums) {
                // a vanishing component keeps defined parameters
                *value = (*value * scale).max(1e-300);
            }
        }
    }

    /// Brings an extrapolated point back into the domain, `safe` being inside.
    pub(super) fn confine(&self, bold: &mut [f64], safe: &[f64]) {
        let (weights, parameters) = bold.split_at_mut(self.components);
        let (safe_weights, safe) = safe.split_at(self.components);
        on_simplex(weights, safe_weights);
        let size = self.model.size();
        let pairs = parameters
            .chunks_exact_mut(size)
            .zip(safe.chunks_exact(size));
        for (parameters, safe) in pairs {
            self.model.confine(parameters, safe);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{exp, log_product};

    #[test]
    fn exponentials_are_those_of_the_standard_library() {
        for i in 0..200_000 {
            let x = -f64::from(i) * 3.6e-3;
            let expected = x.max(-700.0).exp();
            assert!((exp(x) / expected - 1.0).abs() < 1e-15, "{x}");
        }
        assert_eq!(exp(0.0), 1.0);
        assert!(exp(f64::NEG_INFINITY) < 1e-300);
    }

    #[test]
    fn products_have_the_logarithm_of_sums() {
        let sums: Vec<f64> = (0..100).map(|i| 1.0 + f64::from(i) / 7.0).collect();
        let mut counts = vec![1.0; 100];
        counts[70] = 3.0;
        let expected: f64 = sums.iter().zip(&counts).map(|(s, c)| c * s.ln()).sum();
        assert!((log_product(&sums, &counts) - expected).abs() < 1e-12);
    }
}
