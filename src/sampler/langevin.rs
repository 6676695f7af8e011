//! Langevin samplers: SGLD, and MALA, which corrects it; the choice among all samplers.

use super::{Hmc, PreconditionedSgld, SamplerError, Sghmc, Sgnht};
use serde::{Deserialize, Serialize};

/// Stochastic gradient Langevin dynamics (Welling and Teh 2011),
///
/// w ← w − ε/2·(nβ ∇L_b(w) + γ(w − w*) − ∇log φ(w)) + N(0, ε).
///
/// Half-lines of the prior reflect. The draws are biased at any fixed step; [`Mala`] is exact.
///
/// # Examples
///
/// ```
/// use rlct::sampler::Sgld;
///
/// assert_eq!(Sgld::new(1e-4).step_size(), 1e-4);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sgld {
    step_size: f64,
}

impl Sgld {
    /// SGLD with step size ε.
    ///
    /// ```
    /// # use rlct::sampler::Sgld;
    /// let sampler = Sgld::new(1e-5);
    /// # let _ = sampler;
    /// ```
    #[must_use]
    pub fn new(step_size: f64) -> Self {
        Self { step_size }
    }

    /// The step size ε.
    ///
    /// ```
    /// # use rlct::sampler::Sgld;
    /// assert_eq!(Sgld::new(1e-5).step_size(), 1e-5);
    /// ```
    #[must_use]
    pub fn step_size(&self) -> f64 {
        self.step_size
    }
}

/// The Metropolis-adjusted Langevin algorithm (Roberts and Tweedie 1996): the step of [`Sgld`]
/// with the full gradient, accepted with the Metropolis–Hastings probability. Exact at any step.
///
/// # Examples
///
/// ```
/// use rlct::sampler::Mala;
///
/// assert_eq!(Mala::new(1e-3).target_acceptance(), None);
/// assert_eq!(Mala::adaptive(1e-3).target_acceptance(), Some(0.574));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mala {
    step_size: f64,
    target_acceptance: Option<f64>,
}

impl Mala {
    /// MALA with a fixed step size ε.
    ///
    /// ```
    /// # use rlct::sampler::Mala;
    /// assert_eq!(Mala::new(1e-3).step_size(), 1e-3);
    /// ```
    #[must_use]
    pub fn new(step_size: f64) -> Self {
        Self {
            step_size,
            target_acceptance: None,
        }
    }

    /// MALA that moves its step size during the burn-in towards an acceptance of 0.574 (Roberts
    /// and Rosenthal 1998) and keeps it from then on.
    ///
    /// ```
    /// # use rlct::sampler::Mala;
    /// assert!(Mala::adaptive(1e-3).target_acceptance().is_some());
    /// ```
    #[must_use]
    pub fn adaptive(initial_step_size: f64) -> Self {
        Self {
            step_size: initial_step_size,
            target_acceptance: Some(0.574),
        }
    }

    /// The step size ε, or the one to start from.
    ///
    /// ```
    /// # use rlct::sampler::Mala;
    /// assert_eq!(Mala::adaptive(1e-3).step_size(), 1e-3);
    /// ```
    #[must_use]
    pub fn step_size(&self) -> f64 {
        self.step_size
    }

    /// The acceptance aimed at in the burn-in, if the step size adapts.
    ///
    /// ```
    /// # use rlct::sampler::Mala;
    /// assert_eq!(Mala::new(1.0).target_acceptance(), None);
    /// ```
    #[must_use]
    pub fn target_acceptance(&self) -> Option<f64> {
        self.target_acceptance
    }
}

/// A sampler for one chain: discretised Langevin dynamics, overdamped or with momentum (of which
/// HMC is the case of no friction between draws).
///
/// The step sizes ε agree: [`Sghmc`] with friction 1 is [`Sgld`] of the same ε, [`Hmc`] with one
/// leapfrog step and no jitter is [`Mala`] of the same ε.
///
/// # Examples
///
/// ```
/// use rlct::sampler::{Langevin, Mala, Sgld};
///
/// let samplers: [Langevin; 2] = [Sgld::new(1e-4).into(), Mala::new(1e-3).into()];
/// assert_eq!(samplers[1].step_size(), 1e-3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Langevin {
    /// Without correction, mini-batches allowed.
    Sgld(Sgld),
    /// With Metropolis–Hastings correction, on all the data.
    Mala(Mala),
    /// SGLD with the preconditioner of RMSprop, mini-batches allowed.
    PreconditionedSgld(PreconditionedSgld),
    /// With momentum and friction, mini-batches allowed.
    Sghmc(Sghmc),
    /// With momentum and a thermostat, mini-batches allowed.
    Sgnht(Sgnht),
    /// Hamiltonian trajectories with Metropolis test, on all the data.
    Hmc(Hmc),
}

impl Langevin {
    /// The step size ε.
    ///
    /// ```
    /// # use rlct::sampler::{Langevin, Sgld};
    /// assert_eq!(Langevin::from(Sgld::new(0.5)).step_size(), 0.5);
    /// ```
    #[must_use]
    pub fn step_size(&self) -> f64 {
        match self {
            Self::Sgld(sgld) => sgld.step_size,
            Self::Mala(mala) => mala.step_size,
            Self::PreconditionedSgld(sgld) => sgld.step_size,
            Self::Sghmc(sghmc) => sghmc.step_size,
            Self::Sgnht(sgnht) => sgnht.step_size,
            Self::Hmc(hmc) => hmc.step_size,
        }
    }

    /// Whether a Metropolis test makes the draws exact at any step; it needs all the data.
    ///
    /// ```
    /// # use rlct::sampler::{Hmc, Langevin, Sgld};
    /// assert!(Langevin::from(Hmc::new(0.5, 3)).is_metropolised());
    /// assert!(!Langevin::from(Sgld::new(0.5)).is_metropolised());
    /// ```
    #[must_use]
    pub fn is_metropolised(&self) -> bool {
        matches!(self, Self::Mala(_) | Self::Hmc(_))
    }

    /// The same sampler with a fixed step size.
    pub(crate) fn fixed_at(mut self, step_size: f64) -> Self {
        match &mut self {
            Self::Sgld(sgld) => sgld.step_size = step_size,
            Self::Mala(mala) => *mala = Mala::new(step_size),
            Self::PreconditionedSgld(sgld) => sgld.step_size = step_size,
            Self::Sghmc(sghmc) => sghmc.step_size = step_size,
            Self::Sgnht(sgnht) => sgnht.step_size = step_size,
            Self::Hmc(hmc) => {
                *hmc = Hmc::new(step_size, hmc.leapfrog_steps()).with_jitter(hmc.jitter());
            }
        }
        self
    }

    /// Whether the burn-in moves the step size.
    pub(crate) fn adapts(&self) -> bool {
        match self {
            Self::Mala(mala) => mala.target_acceptance().is_some(),
            Self::Hmc(hmc) => hmc.target_acceptance().is_some(),
            _ => false,
        }
    }

    /// Gradients that a step costs.
    pub(crate) fn gradients(&self) -> usize {
        match self {
            Self::Hmc(hmc) => hmc.leapfrog_steps(),
            _ => 1,
        }
    }

    pub(super) fn check(&self) -> Result<(), SamplerError> {
        super::check::check_positive("the step size ε", self.step_size())?;
        match self {
            Self::Sgld(_) | Self::Mala(_) => Ok(()),
            Self::PreconditionedSgld(sgld) => sgld.check(),
            Self::Sghmc(sghmc) => sghmc.check(),
            Self::Sgnht(sgnht) => sgnht.check(),
            Self::Hmc(hmc) => hmc.check(),
        }
    }
}

impl From<Sgld> for Langevin {
    fn from(sampler: Sgld) -> Self {
        Self::Sgld(sampler)
    }
}

impl From<Mala> for Langevin {
    fn from(sampler: Mala) -> Self {
        Self::Mala(sampler)
    }
}

impl From<PreconditionedSgld> for Langevin {
    fn from(sampler: PreconditionedSgld) -> Self {
        Self::PreconditionedSgld(sampler)
    }
}

impl From<Sghmc> for Langevin {
    fn from(sampler: Sghmc) -> Self {
        Self::Sghmc(sampler)
    }
}

impl From<Sgnht> for Langevin {
    fn from(sampler: Sgnht) -> Self {
        Self::Sgnht(sampler)
    }
}

impl From<Hmc> for Langevin {
    fn from(sampler: Hmc) -> Self {
        Self::Hmc(sampler)
    }
}
