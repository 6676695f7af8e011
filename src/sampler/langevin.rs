//! The register of samplers for one chain: a sampler is listed here once, and nowhere else in the
//! library.

use super::chain_state::ChainState;
use super::check::check_positive;
use super::error::SamplerError;
use super::hmc::Hmc;
use super::kernel::{Kernel, Sampler};
use super::mala::Mala;
use super::preconditioned::PreconditionedSgld;
use super::sghmc::Sghmc;
use super::sgld::Sgld;
use super::sgnht::Sgnht;
use crate::loss::Scalar;
use serde::{Deserialize, Serialize};

/// Makes the choice among all samplers, each a variant of the same name as its settings.
macro_rules! register {
    ($(#[$of_all:meta])* pub enum Langevin { $($(#[$of_one:meta])* $name:ident,)* }) => {
        $(#[$of_all])*
        pub enum Langevin {
            $($(#[$of_one])* $name($name),)*
        }

        $(impl From<$name> for Langevin {
            fn from(sampler: $name) -> Self {
                Self::$name(sampler)
            }
        })*

        impl Langevin {
            fn settings(&self) -> &dyn Sampler {
                match self {
                    $(Self::$name(sampler) => sampler,)*
                }
            }

            /// The same sampler with a fixed step size.
            pub(crate) fn fixed_at(self, step_size: f64) -> Self {
                match self {
                    $(Self::$name(sampler) => sampler.fixed_at(step_size).into(),)*
                }
            }

            /// The same sampler with a step size that its burn-in moves from here on; as it is, if
            /// it has no acceptance to move it by.
            pub(crate) fn adapting_from(self, step_size: f64) -> Self {
                match self {
                    $(Self::$name(sampler) => sampler.adapting_from(step_size).into(),)*
                }
            }

            /// The kernel of a chain that has not begun.
            pub(super) fn kernel<T: Scalar>(
                &self,
                state: &mut ChainState<'_, T>,
            ) -> Box<dyn Kernel<T>> {
                match self {
                    $(Self::$name(sampler) => sampler.kernel(state),)*
                }
            }
        }
    };
}

register! {
    /// A sampler for one chain: discretised Langevin dynamics, overdamped or with momentum (of
    /// which HMC is the case of no friction between draws).
    ///
    /// The step sizes ε agree: [`Sghmc`] with friction 1 is [`Sgld`] of the same ε, [`Hmc`] with
    /// one leapfrog step and no jitter is [`Mala`] of the same ε.
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
        Sgld,
        /// With Metropolis–Hastings correction, on all the data.
        Mala,
        /// SGLD with the preconditioner of RMSprop, mini-batches allowed.
        PreconditionedSgld,
        /// With momentum and friction, mini-batches allowed.
        Sghmc,
        /// With momentum and a thermostat, mini-batches allowed.
        Sgnht,
        /// Hamiltonian trajectories with Metropolis test, on all the data.
        Hmc,
    }
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
        self.settings().step_size()
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
        self.settings().is_metropolised()
    }

    /// The name in reports.
    pub(crate) fn name(&self) -> &'static str {
        self.settings().name()
    }

    /// What else a report should say of the settings.
    pub(crate) fn note(&self) -> Option<String> {
        self.settings().note()
    }

    /// Whether the burn-in moves the step size.
    pub(crate) fn adapts(&self) -> bool {
        self.target_acceptance().is_some()
    }

    /// The acceptance to which the burn-in moves the step size, if it does.
    pub(crate) fn target_acceptance(&self) -> Option<f64> {
        self.settings().target_acceptance()
    }

    /// Gradients that a step costs.
    pub(crate) fn gradients(&self) -> usize {
        self.settings().gradients()
    }

    /// Whether it learns in the burn-in what pilot chains do not find for it.
    pub(crate) fn learns_in_burn_in(&self) -> bool {
        self.settings().learns_in_burn_in()
    }

    /// The preconditioner Gᵢ of a parameter in which the gradient of the loss has this mean
    /// square; 1 without a preconditioner.
    pub(crate) fn metric_at(&self, mean_square: f64) -> f64 {
        self.settings().metric_at(mean_square)
    }

    /// The friction α, 1 of overdamped dynamics: a step raises the virial by ε/(4α)·E\[∇U·G∇U\].
    pub(crate) fn friction_of_step(&self) -> f64 {
        self.settings().friction_of_step()
    }

    /// Whether the virial of the draws tells the bias of the step.
    pub(crate) fn virial_tells(&self) -> bool {
        self.settings().virial_tells()
    }

    /// The steps after which a parameter that the loss does not hold has forgotten where it began.
    pub(crate) fn relaxation(&self, localization: f64) -> Option<f64> {
        self.settings().relaxation(localization)
    }

    pub(super) fn check(&self) -> Result<(), SamplerError> {
        check_positive("the step size ε", self.step_size())?;
        self.settings().check()
    }
}
