//! Samplers with momentum: SGHMC, SGNHT, and HMC.

use super::SamplerError;
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
    pub(super) step_size: f64,
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
    ///
    /// ```
    /// # use rlct::sampler::Sghmc;
    /// assert_eq!(Sghmc::new(1e-4).step_size(), 1e-4);
    /// ```
    #[must_use]
    pub fn step_size(&self) -> f64 {
        self.step_size
    }

    /// The friction α.
    ///
    /// ```
    /// # use rlct::sampler::Sghmc;
    /// assert_eq!(Sghmc::new(1e-4).with_friction(0.5).friction(), 0.5);
    /// ```
    #[must_use]
    pub fn friction(&self) -> f64 {
        self.friction
    }

    /// The estimate β̂ of the gradient's noise.
    ///
    /// ```
    /// # use rlct::sampler::Sghmc;
    /// assert_eq!(Sghmc::new(1e-4).gradient_noise(), 0.0);
    /// ```
    #[must_use]
    pub fn gradient_noise(&self) -> f64 {
        self.gradient_noise
    }

    pub(super) fn check(&self) -> Result<(), SamplerError> {
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
}

/// The stochastic gradient Nosé–Hoover thermostat (Ding, Fang, Babbush, Chen, Skeel and Neven
/// 2014): momentum with a friction α that adapts until the kinetic energy is right, which takes up
/// the unknown noise of mini-batches.
///
/// With η = ε/2, D the number of parameters that move and U_b as in [`Sghmc`], a step is the
/// symmetric splitting of Leimkuhler and Shang 2016 (BADODAB), one gradient each:
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
    pub(super) step_size: f64,
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
    ///
    /// ```
    /// # use rlct::sampler::Sgnht;
    /// assert_eq!(Sgnht::new(1e-4).step_size(), 1e-4);
    /// ```
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

    pub(super) fn check(&self) -> Result<(), SamplerError> {
        super::check::check_positive("the diffusion a", self.diffusion)?;
        super::check::check_positive("the thermostat's rate κ", self.thermostat_rate)
    }
}

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
    pub(super) step_size: f64,
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

    /// Sets the acceptance that an adaptive ε aims at.
    pub(crate) fn aiming_at(mut self, acceptance: f64) -> Self {
        self.target_acceptance = Some(acceptance);
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
    ///
    /// ```
    /// # use rlct::sampler::Hmc;
    /// assert_eq!(Hmc::new(1e-3, 5).step_size(), 1e-3);
    /// ```
    #[must_use]
    pub fn step_size(&self) -> f64 {
        self.step_size
    }

    /// The number of leapfrog steps of a trajectory.
    ///
    /// ```
    /// # use rlct::sampler::Hmc;
    /// assert_eq!(Hmc::new(1e-3, 1).leapfrog_steps(), 1);
    /// ```
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
    ///
    /// ```
    /// # use rlct::sampler::Hmc;
    /// assert_eq!(Hmc::new(1e-3, 1).target_acceptance(), None);
    /// ```
    #[must_use]
    pub fn target_acceptance(&self) -> Option<f64> {
        self.target_acceptance
    }

    pub(super) fn check(&self) -> Result<(), SamplerError> {
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
}
