//! Hamiltonian Monte Carlo.

use super::chain_state::ChainState;
use super::error::SamplerError;
use super::failure::Failure;
use super::kernel::{Kernel, Sampler};
use super::metropolis::Metropolis;
use super::momentum::Momentum;
use super::saved::{SavedKernel, Unfit};
use crate::loss::Scalar;
use rand::RngExt;
use serde::{Deserialize, Serialize};

/// The acceptance for which pilot chains choose ε of the HMC that they choose: above the optimum of
/// independent coordinates, 0.651, since singular posteriors have narrow places. Chosen by hand. An
/// HMC that was set by hand keeps the target of its own [`Hmc::adaptive`].
const PILOT_ACCEPTANCE: f64 = 0.9;

/// Hamiltonian Monte Carlo with Metropolis test (Duane, Kennedy, Pendleton and Roweth 1987; Neal
/// 2011): a draw takes `leapfrog_steps` steps of length √ε along a trajectory with fresh momentum,
/// each costing a full gradient. Exact at any step; with one leapfrog step and no jitter it is
/// [`Mala`](super::Mala) of the same ε.
///
/// For each trajectory the length √ε is multiplied by a number uniform in [1 − j, 1 + j], so that
/// no period of the trajectories locks in. Half-lines of the prior reflect, position and momentum.
///
/// # Examples
///
/// ```
/// use rlct::sampler::Hmc;
///
/// let sampler = Hmc::adaptive(1e-3, 10);
/// assert_eq!((sampler.leapfrog_steps(), sampler.jitter()), (10, 0.2));
/// assert_eq!(sampler.target_acceptance(), Some(0.8));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Hmc {
    step_size: f64,
    leapfrog_steps: usize,
    jitter: f64,
    target_acceptance: Option<f64>,
}

impl Hmc {
    /// HMC with a fixed ε and jitter j = 0.2.
    ///
    /// ```
    /// # use rlct::sampler::Hmc;
    /// assert_eq!(Hmc::new(1e-3, 5).leapfrog_steps(), 5);
    /// ```
    #[must_use]
    pub fn new(step_size: f64, leapfrog_steps: usize) -> Self {
        Self {
            step_size,
            leapfrog_steps,
            jitter: 0.2,
            target_acceptance: None,
        }
    }

    /// HMC that moves ε during the burn-in towards an acceptance of 0.8, above the optimum 0.651
    /// of independent coordinates (Beskos et al. 2013) for the sake of others, and keeps it from
    /// then on.
    ///
    /// ```
    /// # use rlct::sampler::Hmc;
    /// assert!(Hmc::adaptive(1e-3, 5).target_acceptance().is_some());
    /// ```
    #[must_use]
    pub fn adaptive(initial_step_size: f64, leapfrog_steps: usize) -> Self {
        Self {
            target_acceptance: Some(0.8),
            ..Self::new(initial_step_size, leapfrog_steps)
        }
    }

    /// Lets an adaptive ε aim at the acceptance of pilot chains, above that of
    /// [`adaptive`](Self::adaptive).
    pub(crate) fn with_care(mut self) -> Self {
        self.target_acceptance = Some(PILOT_ACCEPTANCE);
        self
    }

    /// Sets the jitter j, at least 0 and below 1.
    ///
    /// ```
    /// # use rlct::sampler::Hmc;
    /// assert_eq!(Hmc::new(1e-3, 5).with_jitter(0.0).jitter(), 0.0);
    /// ```
    #[must_use]
    pub fn with_jitter(mut self, jitter: f64) -> Self {
        self.jitter = jitter;
        self
    }

    /// The step size ε, or the one to start from.
    #[must_use]
    pub fn step_size(&self) -> f64 {
        self.step_size
    }

    /// The number of leapfrog steps of a trajectory.
    #[must_use]
    pub fn leapfrog_steps(&self) -> usize {
        self.leapfrog_steps
    }

    /// The jitter j.
    ///
    /// ```
    /// # use rlct::sampler::Hmc;
    /// assert_eq!(Hmc::new(1e-3, 1).jitter(), 0.2);
    /// ```
    #[must_use]
    pub fn jitter(&self) -> f64 {
        self.jitter
    }

    /// The acceptance aimed at in the burn-in, if the step size adapts.
    #[must_use]
    pub fn target_acceptance(&self) -> Option<f64> {
        self.target_acceptance
    }
}

impl Sampler for Hmc {
    fn name(&self) -> &'static str {
        "HMC"
    }

    fn note(&self) -> Option<String> {
        Some(format!("{} leapfrog steps", self.leapfrog_steps))
    }

    fn check(&self) -> Result<(), SamplerError> {
        if self.leapfrog_steps == 0 {
            return Err(SamplerError::TooFew {
                what: "leapfrog steps",
                least: 1,
                found: 0,
            });
        }
        if !(0.0..1.0).contains(&self.jitter) {
            return Err(SamplerError::Range {
                what: "the jitter",
                range: "at least 0 and below 1",
                value: self.jitter,
            });
        }
        Ok(())
    }

    fn step_size(&self) -> f64 {
        self.step_size
    }

    fn fixed_at(self, step_size: f64) -> Self {
        Self::new(step_size, self.leapfrog_steps).with_jitter(self.jitter)
    }

    fn adapting_from(self, step_size: f64) -> Self {
        Self::adaptive(step_size, self.leapfrog_steps).with_jitter(self.jitter)
    }

    fn target_acceptance(&self) -> Option<f64> {
        self.target_acceptance
    }

    fn is_metropolised(&self) -> bool {
        true
    }

    fn gradients(&self) -> usize {
        self.leapfrog_steps
    }

    fn learns_in_burn_in(&self) -> bool {
        false
    }

    fn metric_at(&self, _: f64) -> f64 {
        1.0
    }

    fn friction_of_step(&self) -> f64 {
        1.0
    }

    fn virial_tells(&self) -> bool {
        true
    }

    fn kernel<T: Scalar>(&self, state: &mut ChainState<'_, T>) -> Box<dyn Kernel<T>> {
        Box::new(HmcKernel {
            hmc: *self,
            test: Metropolis::new(state, self.target_acceptance),
            momentum: Momentum::new(state),
        })
    }
}

struct HmcKernel<T> {
    hmc: Hmc,
    test: Metropolis<T>,
    momentum: Momentum<T>,
}

impl<T: Scalar> Kernel<T> for HmcKernel<T> {
    fn step(&mut self, state: &mut ChainState<'_, T>) -> Result<(), Failure> {
        self.test.begin(state)?;
        self.momentum.draw(state, 1.0);
        let before = 0.5 * self.momentum.square() - self.test.log_density;
        let shift = 2.0 * state.rng.random::<f64>() - 1.0;
        let time = state.step_size.sqrt() * (1.0 + self.hmc.jitter * shift);
        self.test.propose_here(state);
        let value = self.trajectory(state, time);
        let log_density = if value.finite() {
            state.posterior.log_density(&self.test.proposal, value)
        } else {
            f64::NEG_INFINITY
        };
        let ratio = before + log_density - 0.5 * self.momentum.square();
        self.test.decide(state, value, log_density, ratio);
        Ok(())
    }

    fn save(&self) -> SavedKernel<T> {
        // every trajectory draws its own momentum
        self.test.save()
    }

    fn restore(&mut self, saved: &SavedKernel<T>) -> Result<(), Unfit> {
        self.test.restore(saved)
    }
}

impl<T: Scalar> HmcKernel<T> {
    /// Moves the proposal along a trajectory in steps of this time: the loss at its end, or where
    /// it is no longer finite.
    fn trajectory(&mut self, state: &mut ChainState<'_, T>, time: f64) -> T {
        let (time, half) = (T::of(time), T::of(0.5 * time));
        let (posterior, metric) = (state.posterior, &state.metric);
        let (loss, prior) = (posterior.loss, &posterior.prior);
        let (momentum, test) = (&mut self.momentum, &mut self.test);
        let mut value = state.point.value;
        for _ in 0..self.hmc.leapfrog_steps {
            momentum.kick(&test.drift, metric, half);
            momentum.shift(&mut test.proposal, metric, time);
            if prior.has_boundary() {
                momentum.reflect(prior, &mut test.proposal);
            }
            value = loss.gradient(&test.proposal, &mut test.drift, &mut state.scratch);
            if !value.finite() {
                break;
            }
            posterior.drift(&test.proposal, &mut test.drift);
            momentum.kick(&test.drift, metric, half);
        }
        value
    }
}
