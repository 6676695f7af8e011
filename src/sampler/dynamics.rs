//! Steps of the samplers with momentum.

use super::chain_state::ChainState;
use super::failure::Failure;
use super::hamiltonian::{Hmc, Sghmc, Sgnht};
use super::update::with_noise;
use crate::loss::Scalar;
use rand::RngExt;

impl<T: Scalar> ChainState<'_, T> {
    /// momentum ← N(0, variance) in the subspace.
    fn draw_momentum(&mut self, variance: f64) {
        self.momentum.fill(T::of(0.0));
        self.add_noise(T::of(1.0), T::of(variance.sqrt()));
    }

    /// momentum ← keep·momentum + scale·N(0, I) in the subspace.
    fn add_noise(&mut self, keep: T, scale: T) {
        let (momentum, restriction) = (&mut self.momentum, &self.posterior.restriction);
        let (stream, noise, d) = (&mut self.normals, &mut self.noise, momentum.len());
        with_noise(stream, noise, restriction, d, |range, z| {
            for (v, &z) in momentum[range].iter_mut().zip(z) {
                *v = keep * *v + scale * z;
            }
        });
    }

    /// Reflects position and momentum at the prior's half-lines.
    fn reflect(nonnegative: &[bool], w: &mut [T], momentum: &mut [T]) {
        for ((w, v), &reflects) in w.iter_mut().zip(momentum).zip(nonnegative) {
            if reflects && w.float() < 0.0 {
                *w = -*w;
                *v = -*v;
            }
        }
    }

    /// w ← w + time·momentum.
    fn glide(&mut self, time: f64) {
        let time = T::of(time);
        for (w, &v) in self.w.iter_mut().zip(&self.momentum) {
            *w += time * v;
        }
        let prior = &self.posterior.prior;
        if prior.has_boundary() {
            Self::reflect(prior.nonnegative(), &mut self.w, &mut self.momentum);
        }
    }

    pub(super) fn sghmc(&mut self, sghmc: &Sghmc) -> Result<(), Failure> {
        let eta = 0.5 * self.step_size;
        if self.step == 0 {
            self.draw_momentum(eta);
        }
        self.evaluate()?;
        self.posterior.drift(&self.w, &mut self.drift);
        self.keep_moments();
        let keep = T::of(1.0 - sghmc.friction());
        let noise = 2.0 * (sghmc.friction() - sghmc.gradient_noise()) * eta;
        let (rate, scale) = (T::of(eta), T::of(noise.sqrt()));
        let (momentum, drift) = (&mut self.momentum, &self.drift);
        let (stream, restriction) = (&mut self.normals, &self.posterior.restriction);
        let d = momentum.len();
        with_noise(stream, &mut self.noise, restriction, d, |range, z| {
            let push = drift[range.clone()].iter().zip(z);
            for (v, (&g, &z)) in momentum[range].iter_mut().zip(push) {
                *v = keep * *v - rate * g + scale * z;
            }
        });
        self.glide(1.0);
        self.check_point()
    }

    pub(super) fn sgnht(&mut self, sgnht: &Sgnht) -> Result<(), Failure> {
        let eta = 0.5 * self.step_size;
        if self.step == 0 {
            self.draw_momentum(eta);
        }
        self.evaluate()?;
        self.posterior.drift(&self.w, &mut self.drift);
        self.keep_moments();
        let rate = T::of(eta);
        for (v, &g) in self.momentum.iter_mut().zip(&self.drift) {
            *v -= rate * g;
        }
        self.glide(0.5);
        self.adapt_friction(sgnht, eta);
        let friction = self.friction;
        // (1 − e^{−2α})/α, which is 2 at α = 0.
        let ratio = if friction == 0.0 {
            2.0
        } else {
            -(-2.0 * friction).exp_m1() / friction
        };
        let scale = T::of((eta * sgnht.diffusion() * ratio).sqrt());
        self.add_noise(T::of((-friction).exp()), scale);
        self.adapt_friction(sgnht, eta);
        self.glide(0.5);
        self.check_point()
    }

    /// α ← α + κ/2·(|v|²/(Dη) − 1).
    fn adapt_friction(&mut self, sgnht: &Sgnht, eta: f64) {
        let moving = self.posterior.restriction.dimension() as f64;
        let temperature = square(&self.momentum) / (moving * eta);
        self.friction += 0.5 * sgnht.thermostat_rate() * (temperature - 1.0);
    }

    /// momentum ← momentum − time·√G·gradient: the mass matrix is G⁻¹, the momentum in units of its
    /// root.
    fn kick(momentum: &mut [T], gradient: &[T], metric: &[T], time: T) {
        let moved = momentum.iter_mut().zip(gradient);
        if metric.is_empty() {
            moved.for_each(|(v, &g)| *v -= time * g);
        } else {
            moved
                .zip(metric)
                .for_each(|((v, &g), &metric)| *v -= time * T::of(metric.float().sqrt()) * g);
        }
    }

    /// w ← w + time·√G·momentum.
    fn shift(w: &mut [T], momentum: &[T], metric: &[T], time: T) {
        let moved = w.iter_mut().zip(momentum);
        if metric.is_empty() {
            moved.for_each(|(w, &v)| *w += time * v);
        } else {
            moved
                .zip(metric)
                .for_each(|((w, &v), &metric)| *w += time * T::of(metric.float().sqrt()) * v);
        }
    }

    pub(super) fn hmc(&mut self, hmc: &Hmc) -> Result<(), Failure> {
        self.begin()?;
        self.draw_momentum(1.0);
        let before = 0.5 * square(&self.momentum) - self.log_density;
        let shift = 2.0 * self.rng.random::<f64>() - 1.0;
        let time = self.step_size.sqrt() * (1.0 + hmc.jitter() * shift);
        let (time, half) = (T::of(time), T::of(0.5 * time));
        self.proposal.copy_from_slice(&self.w);
        self.proposal_drift.copy_from_slice(&self.drift);
        let (loss, prior) = (self.posterior.loss, &self.posterior.prior);
        let mut value = self.value;
        for _ in 0..hmc.leapfrog_steps() {
            Self::kick(&mut self.momentum, &self.proposal_drift, &self.metric, half);
            Self::shift(&mut self.proposal, &self.momentum, &self.metric, time);
            if prior.has_boundary() {
                Self::reflect(prior.nonnegative(), &mut self.proposal, &mut self.momentum);
            }
            value = loss.gradient(&self.proposal, &mut self.proposal_drift, &mut self.scratch);
            if !value.finite() {
                break;
            }
            self.posterior
                .drift(&self.proposal, &mut self.proposal_drift);
            Self::kick(&mut self.momentum, &self.proposal_drift, &self.metric, half);
        }
        let log_density = if value.finite() {
            self.posterior.log_density(&self.proposal, value)
        } else {
            f64::NEG_INFINITY
        };
        let ratio = before + log_density - 0.5 * square(&self.momentum);
        self.metropolis(value, log_density, ratio, hmc.target_acceptance());
        Ok(())
    }
}

/// |x|².
fn square<T: Scalar>(x: &[T]) -> f64 {
    x.iter().map(|x| x.float() * x.float()).sum()
}
