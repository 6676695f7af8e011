//! The momentum of Hamiltonian and underdamped Langevin dynamics.

use super::chain_state::ChainState;
use crate::loss::{Prior, Scalar};

/// A velocity or momentum v, in units of the root of the mass matrix G⁻¹.
pub(super) struct Momentum<T> {
    pub(super) v: Vec<T>,
}

impl<T: Scalar> Momentum<T> {
    pub(super) fn new(state: &ChainState<'_, T>) -> Self {
        Self {
            v: vec![T::of(0.0); state.point.w.len()],
        }
    }

    /// v ← N(0, variance) in the subspace.
    pub(super) fn draw(&mut self, state: &mut ChainState<'_, T>, variance: f64) {
        self.v.fill(T::of(0.0));
        self.add_noise(state, T::of(1.0), T::of(variance.sqrt()));
    }

    /// v ← keep·v + scale·N(0, I) in the subspace.
    pub(super) fn add_noise(&mut self, state: &mut ChainState<'_, T>, keep: T, scale: T) {
        let (v, restriction) = (&mut self.v, &state.posterior.restriction);
        state.noise.hand_out(restriction, v.len(), |range, z| {
            for (v, &z) in v[range].iter_mut().zip(z) {
                *v = keep * *v + scale * z;
            }
        });
    }

    /// Reflects a position and the momentum at the prior's boundary.
    pub(super) fn reflect(&mut self, prior: &Prior, w: &mut [T]) {
        for (index, (w, v)) in w.iter_mut().zip(&mut self.v).enumerate() {
            if let Some((inside, turned)) = prior.reflected(index, *w) {
                *w = inside;
                if turned {
                    *v = -*v;
                }
            }
        }
    }

    /// w ← w + time·v for the chain, reflected.
    pub(super) fn glide(&mut self, state: &mut ChainState<'_, T>, time: f64) {
        let time = T::of(time);
        for (w, &v) in state.point.w.iter_mut().zip(&self.v) {
            *w += time * v;
        }
        let prior = &state.posterior.prior;
        if prior.has_boundary() {
            self.reflect(prior, &mut state.point.w);
        }
    }

    /// v ← v − time·√G·gradient.
    pub(super) fn kick(&mut self, gradient: &[T], metric: &[T], time: T) {
        let moved = self.v.iter_mut().zip(gradient);
        if metric.is_empty() {
            moved.for_each(|(v, &g)| *v -= time * g);
        } else {
            moved
                .zip(metric)
                .for_each(|((v, &g), &metric)| *v -= time * T::of(metric.float().sqrt()) * g);
        }
    }

    /// w ← w + time·√G·v.
    pub(super) fn shift(&self, w: &mut [T], metric: &[T], time: T) {
        let moved = w.iter_mut().zip(&self.v);
        if metric.is_empty() {
            moved.for_each(|(w, &v)| *w += time * v);
        } else {
            moved
                .zip(metric)
                .for_each(|((w, &v), &metric)| *w += time * T::of(metric.float().sqrt()) * v);
        }
    }

    /// |v|².
    pub(super) fn square(&self) -> f64 {
        self.v.iter().map(|v| v.float() * v.float()).sum()
    }
}
