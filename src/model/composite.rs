//! Losses L(w) = ℓ(c(w)) with a polynomial map c: one gradient for all models given by polynomials.

use super::domain::Bounds;
use super::{Domain, ModelError};
use crate::algebra::{Polynomial, Rational, SizeLimits};
use crate::loss::{Evaluate, PolynomialMap, float_terms};
use std::fmt::Debug;

/// The function ℓ of the values c ∈ ℝˢ of a polynomial map, with its derivative.
pub(super) trait Head: Debug + Send + Sync {
    /// The number of samples, for losses on data.
    fn num_samples(&self) -> Option<usize> {
        None
    }

    /// As many samples all the data cost.
    fn cost_in_samples(&self) -> Option<usize> {
        self.num_samples()
    }

    /// How many scalars of scratch memory [`evaluate`](Self::evaluate) needs.
    fn scratch_len(&self) -> usize {
        0
    }

    /// ℓ(c) on all data or on a batch; writes ∂ℓ/∂c where a slice is lent. May be +∞, and the
    /// derivative is then of no meaning.
    fn evaluate(
        &self,
        c: &[f64],
        batch: Option<&[u32]>,
        derivative: Option<&mut [f64]>,
        scratch: &mut [f64],
    ) -> f64;
}

/// ℓ(c(w − w₀)) on a domain, +∞ outside.
///
/// With w₀ the true parameter, the map holds c(w) − c(w₀) as polynomials in w − w₀ without constant
/// terms, translated exactly: no digits cancel near the truth.
#[derive(Debug)]
pub(super) struct Composite<H> {
    dimension: usize,
    origin: Vec<f64>,
    map: PolynomialMap<f64>,
    bounds: Bounds,
    head: H,
}

impl<H: Head> Composite<H> {
    /// The loss of polynomials in the parameters.
    pub(super) fn new(map: &[Polynomial], domain: &Domain, head: H) -> Result<Self, ModelError> {
        let dimension = map.first().map_or(0, Polynomial::dimension);
        Ok(Self {
            dimension,
            origin: vec![0.0; dimension],
            map: PolynomialMap::from_terms(dimension, &float_terms(map))?,
            bounds: Bounds::of(domain),
            head,
        })
    }

    /// The loss of polynomials that are translated to the true parameter first.
    pub(super) fn at(
        truth: &[Rational],
        map: &[Polynomial],
        domain: &Domain,
        head: H,
    ) -> Result<Self, ModelError> {
        let limits = SizeLimits::default();
        let moved = map
            .iter()
            .map(|g| g.translate(truth, &limits))
            .collect::<Result<Vec<_>, _>>()?;
        let mut loss = Self::new(&moved, domain, head)?;
        loss.origin = truth.iter().map(Rational::to_f64).collect();
        Ok(loss)
    }
}

impl<H: Head> Evaluate for Composite<H> {
    type Scalar = f64;

    fn dimension(&self) -> usize {
        self.dimension
    }

    fn scratch_len(&self) -> usize {
        self.dimension + self.map.table_len() + 2 * self.map.outputs() + self.head.scratch_len()
    }

    fn num_samples(&self) -> Option<usize> {
        self.head.num_samples()
    }

    fn cost_in_samples(&self) -> Option<usize> {
        self.head.cost_in_samples()
    }

    fn evaluate(
        &self,
        w: &[f64],
        batch: Option<&[u32]>,
        gradient: Option<&mut [f64]>,
        scratch: &mut [f64],
    ) -> f64 {
        let s = self.map.outputs();
        let (u, scratch) = scratch.split_at_mut(self.dimension);
        let (table, scratch) = scratch.split_at_mut(self.map.table_len());
        let (c, scratch) = scratch.split_at_mut(s);
        let (derivative, scratch) = scratch.split_at_mut(s);
        if !self.bounds.contain(w) {
            if let Some(gradient) = gradient {
                gradient.fill(0.0);
            }
            return f64::INFINITY;
        }
        for ((u, w), origin) in u.iter_mut().zip(w).zip(&self.origin) {
            *u = w - origin;
        }
        let Some(gradient) = gradient else {
            self.map.fill_for_values(u, table);
            for (index, c) in c.iter_mut().enumerate() {
                *c = self.map.value(index, table);
            }
            return self.head.evaluate(c, batch, None, scratch);
        };
        self.map.fill(u, table);
        for (index, c) in c.iter_mut().enumerate() {
            *c = self.map.value(index, table);
        }
        derivative.fill(0.0);
        let value = self.head.evaluate(c, batch, Some(derivative), scratch);
        gradient.fill(0.0);
        if value < f64::INFINITY {
            for (index, factor) in derivative.iter().enumerate() {
                self.map.add_gradient(index, *factor, gradient, table);
            }
        }
        value
    }
}
