//! Stochastic gradient Hamiltonian Monte Carlo.

use super::chain_state::ChainState;
use super::error::SamplerError;
use super::failure::Failure;
use super::kernel::{Kernel, Sampler};
use super::momentum::Momentum;
use super::saved::{SavedKernel, Unfit};
use crate::loss::Scalar;
use serde::{Deserialize, Serialize};

/// Stochastic gradient Hamiltonian Monte Carlo (Chen, Fox and Guestrin 2014, eq. 15),
///
/// v ← (1 − α) v − η ∇U_b(w) + N(0, 2(α − β̂)η),  w ← w + v,  η = ε/2,
///
/// where U_b = nβ L_b + γ/2·|w − w*|² − log φ. At α = 1 it is [`Sgld`](super::Sgld) of the same ε.
/// Half-lines of the prior reflect.
///
/// No Metropolis test, so the draws are biased at any fixed step. On a Gaussian of precision k the
/// variance is 1/k · 1/(1 − ηk/(2(2 − α))) with the full gradient; noise of mini-batches adds to
/// it unless β̂, half its variance times η, is given.
///
/// # Examples
///
/// ```
/// use rlct::sampler::Sghmc;
///
/// let sampler = Sghmc::new(1e-4).with_friction(0.05);
/// assert_eq!((sampler.friction(), sampler.gradient_noise()), (0.05, 0.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sghmc {
    step_size: f64,
    friction: f64,
    gradient_noise: f64,
}

impl Sghmc {
    /// SGHMC with step size ε, friction α = 0.1 and β̂ = 0.
    ///
    /// ```
    /// # use rlct::sampler::Sghmc;
    /// assert_eq!(Sghmc::new(1e-4).friction(), 0.1);
    /// ```
    #[must_use]
    pub fn new(step_size: f64) -> Self {
        Self {
            step_size,
            friction: 0.1,
            gradient_noise: 0.0,
        }
    }

    /// Sets the friction α, above 0 and at most 1.
    ///
    /// ```
    /// # use rlct::sampler::Sghmc;
    /// assert_eq!(Sghmc::new(1e-4).with_friction(1.0).friction(), 1.0);
    /// ```
    #[must_use]
    pub fn with_friction(mut self, friction: f64) -> Self {
        self.friction = friction;
        self
    }

    /// Sets β̂, the estimate of the noise that mini-batches bring; at least 0 and below α.
    ///
    /// ```
    /// # use rlct::sampler::Sghmc;
    /// assert_eq!(Sghmc::new(1e-4).with_gradient_noise(0.01).gradient_noise(), 0.01);
    /// ```
    #[must_use]
    pub fn with_gradient_noise(mut self, noise: f64) -> Self {
        self.gradient_noise = noise;
        self
    }

    /// The step size ε.
    #[must_use]
    pub fn step_size(&self) -> f64 {
        self.step_size
    }

    /// The friction α.
    #[must_use]
    pub fn friction(&self) -> f64 {
        self.friction
    }

    /// The estimate β̂ of the gradient's noise.
    #[must_use]
    pub fn gradient_noise(&self) -> f64 {
        self.gradient_noise
    }
}

impl Sampler for Sghmc {
    fn name(&self) -> &'static str {
        "SGHMC"
    }

    fn check(&self) -> Result<(), SamplerError> {
        if !(self.friction > 0.0 && self.friction <= 1.0) {
            return Err(SamplerError::Range {
                what: "the friction α",
                range: "above 0 and at most 1",
                value: self.friction,
            });
        }
        if !(0.0..self.friction).contains(&self.gradient_noise) {
            return Err(SamplerError::Range {
                what: "the gradient noise β̂",
                range: "at least 0 and below the friction α",
                value: self.gradient_noise,
            });
        }
        Ok(())
    }

    fn step_size(&self) -> f64 {
        self.step_size
    }

    fn fixed_at(self, step_size: f64) -> Self {
        Self { step_size, ..self }
    }

    fn adapting_from(self, _: f64) -> Self {
        self
    }

    fn target_acceptance(&self) -> Option<f64> {
        None
    }

    fn is_metropolised(&self) -> bool {
        false
    }

    fn gradients(&self) -> usize {
        1
    }

    fn learns_in_burn_in(&self) -> bool {
        false
    }

    fn metric_at(&self, _: f64) -> f64 {
        1.0
    }

    fn friction_of_step(&self) -> f64 {
        self.friction
    }

    fn virial_tells(&self) -> bool {
        true
    }

    // The drift is w − w* ← (1 − εγ/2)(w − w*), slowed by the friction.
    fn relaxation(&self, localization: f64) -> Option<f64> {
        Some(2.0 * self.friction_of_step() / (localization * self.step_size()))
    }

    fn kernel<T: Scalar>(&self, state: &mut ChainState<'_, T>) -> Box<dyn Kernel<T>> {
        Box::new(SghmcKernel {
            sghmc: *self,
            momentum: Momentum::new(state),
        })
    }
}

struct SghmcKernel<T> {
    sghmc: Sghmc,
    momentum: Momentum<T>,
}

impl<T: Scalar> Kernel<T> for SghmcKernel<T> {
    fn step(&mut self, state: &mut ChainState<'_, T>) -> Result<(), Failure> {
        let Self { sghmc, momentum } = self;
        let eta = 0.5 * state.step_size;
        if state.step == 0 {
            momentum.draw(state, eta);
        }
        state.evaluate()?;
        state.turn_to_drift();
        let keep = T::of(1.0 - sghmc.friction);
        let noise = 2.0 * (sghmc.friction - sghmc.gradient_noise) * eta;
        let (rate, scale) = (T::of(eta), T::of(noise.sqrt()));
        let (v, drift) = (&mut momentum.v, &state.point.drift);
        let restriction = &state.posterior.restriction;
        state.noise.hand_out(restriction, v.len(), |range, z| {
            let push = drift[range.clone()].iter().zip(z);
            for (v, (&g, &z)) in v[range].iter_mut().zip(push) {
                *v = keep * *v - rate * g + scale * z;
            }
        });
        momentum.glide(state, 1.0);
        state.check_point()
    }

    fn save(&self) -> SavedKernel<T> {
        SavedKernel::empty().with_vector("the momentum", &self.momentum.v)
    }

    fn restore(&mut self, saved: &SavedKernel<T>) -> Result<(), Unfit> {
        saved.fill("the momentum", &mut self.momentum.v)
    }
}
