//! The stochastic gradient Nosé–Hoover thermostat.

use super::chain_state::ChainState;
use super::check::check_positive;
use super::error::SamplerError;
use super::failure::Failure;
use super::kernel::{Kernel, Sampler};
use super::momentum::Momentum;
use super::saved::{SavedKernel, Unfit};
use crate::loss::Scalar;
use serde::{Deserialize, Serialize};

/// The stochastic gradient Nosé–Hoover thermostat (Ding, Fang, Babbush, Chen, Skeel and Neven
/// 2014): momentum with a friction α that adapts until the kinetic energy is right, which takes up
/// the unknown noise of mini-batches.
///
/// With η = ε/2, D the number of parameters that move and U_b as in [`Sghmc`](super::Sghmc), a step
/// is the symmetric splitting of Leimkuhler and Shang 2016 (BADODAB), one gradient each:
///
/// v ← v − η ∇U_b(w);  w ← w + v/2;  α ← α + κ/2·(|v|²/(Dη) − 1);
/// v ← e^{−α} v + N(0, ηa(1 − e^{−2α})/α);  α ← α + κ/2·(|v|²/(Dη) − 1);  w ← w + v/2.
///
/// The Euler scheme of the first paper (where κ = η) has the variance of a Gaussian wrong by a
/// factor 1 − α/2; this one has it right at every step for which it is stable, up to the
/// fluctuations of α, of variance κ/D. Half-lines of the prior reflect.
///
/// # Examples
///
/// ```
/// use rlct::sampler::Sgnht;
///
/// let sampler = Sgnht::new(1e-4).with_diffusion(0.05);
/// assert_eq!((sampler.diffusion(), sampler.thermostat_rate()), (0.05, 0.01));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sgnht {
    step_size: f64,
    diffusion: f64,
    thermostat_rate: f64,
}

impl Sgnht {
    /// SGNHT with step size ε, diffusion a = 0.1, which is also the first friction, and κ = 0.01.
    ///
    /// ```
    /// # use rlct::sampler::Sgnht;
    /// assert_eq!(Sgnht::new(1e-4).diffusion(), 0.1);
    /// ```
    #[must_use]
    pub fn new(step_size: f64) -> Self {
        Self {
            step_size,
            diffusion: 0.1,
            thermostat_rate: 0.01,
        }
    }

    /// Sets the diffusion a > 0.
    ///
    /// ```
    /// # use rlct::sampler::Sgnht;
    /// assert_eq!(Sgnht::new(1e-4).with_diffusion(0.2).diffusion(), 0.2);
    /// ```
    #[must_use]
    pub fn with_diffusion(mut self, diffusion: f64) -> Self {
        self.diffusion = diffusion;
        self
    }

    /// Sets the rate κ > 0 at which the friction follows the kinetic energy.
    ///
    /// ```
    /// # use rlct::sampler::Sgnht;
    /// assert_eq!(Sgnht::new(1e-4).with_thermostat_rate(0.1).thermostat_rate(), 0.1);
    /// ```
    #[must_use]
    pub fn with_thermostat_rate(mut self, rate: f64) -> Self {
        self.thermostat_rate = rate;
        self
    }

    /// The step size ε.
    #[must_use]
    pub fn step_size(&self) -> f64 {
        self.step_size
    }

    /// The diffusion a.
    ///
    /// ```
    /// # use rlct::sampler::Sgnht;
    /// assert_eq!(Sgnht::new(1e-4).diffusion(), 0.1);
    /// ```
    #[must_use]
    pub fn diffusion(&self) -> f64 {
        self.diffusion
    }

    /// The rate κ of the thermostat.
    ///
    /// ```
    /// # use rlct::sampler::Sgnht;
    /// assert_eq!(Sgnht::new(1e-4).thermostat_rate(), 0.01);
    /// ```
    #[must_use]
    pub fn thermostat_rate(&self) -> f64 {
        self.thermostat_rate
    }
}

impl Sampler for Sgnht {
    fn name(&self) -> &'static str {
        "SGNHT"
    }

    fn check(&self) -> Result<(), SamplerError> {
        check_positive("the diffusion a", self.diffusion)?;
        check_positive("the thermostat's rate κ", self.thermostat_rate)
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
        self.diffusion
    }

    fn virial_tells(&self) -> bool {
        false
    }

    fn kernel<T: Scalar>(&self, state: &mut ChainState<'_, T>) -> Box<dyn Kernel<T>> {
        Box::new(SgnhtKernel {
            sgnht: *self,
            momentum: Momentum::new(state),
            friction: self.diffusion,
        })
    }
}

struct SgnhtKernel<T> {
    sgnht: Sgnht,
    momentum: Momentum<T>,
    /// α, which adapts.
    friction: f64,
}

impl<T: Scalar> SgnhtKernel<T> {
    /// α ← α + κ/2·(|v|²/(Dη) − 1).
    fn adapt_friction(&mut self, state: &ChainState<'_, T>, eta: f64) {
        let moving = state.posterior.restriction.dimension() as f64;
        let temperature = self.momentum.square() / (moving * eta);
        self.friction += 0.5 * self.sgnht.thermostat_rate * (temperature - 1.0);
    }
}

impl<T: Scalar> Kernel<T> for SgnhtKernel<T> {
    fn step(&mut self, state: &mut ChainState<'_, T>) -> Result<(), Failure> {
        let eta = 0.5 * state.step_size;
        if state.step == 0 {
            self.momentum.draw(state, eta);
        }
        state.evaluate()?;
        state.turn_to_drift();
        let rate = T::of(eta);
        for (v, &g) in self.momentum.v.iter_mut().zip(&state.point.drift) {
            *v -= rate * g;
        }
        self.momentum.glide(state, 0.5);
        self.adapt_friction(state, eta);
        let friction = self.friction;
        // (1 − e^{−2α})/α, which is 2 at α = 0.
        let ratio = if friction == 0.0 {
            2.0
        } else {
            -(-2.0 * friction).exp_m1() / friction
        };
        let scale = T::of((eta * self.sgnht.diffusion * ratio).sqrt());
        self.momentum
            .add_noise(state, T::of((-friction).exp()), scale);
        self.adapt_friction(state, eta);
        self.momentum.glide(state, 0.5);
        state.check_point()
    }

    fn save(&self) -> SavedKernel<T> {
        SavedKernel::empty()
            .with_vector("the momentum", &self.momentum.v)
            .with_number("the thermostat", self.friction)
    }

    fn restore(&mut self, saved: &SavedKernel<T>) -> Result<(), Unfit> {
        saved.fill("the momentum", &mut self.momentum.v)?;
        self.friction = saved.number("the thermostat")?;
        Ok(())
    }
}
