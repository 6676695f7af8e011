//! The components of mixtures with infinitely many outcomes.

use serde::{Deserialize, Serialize};
use statrs::function::factorial::ln_factorial;
use std::f64::consts::PI;

/// The density of one component of a [`Mixture`](super::Mixture).
///
/// # Examples
///
/// ```
/// use rlct::model::Kernel;
/// assert_eq!(Kernel::Poisson.log_density(0.0, 2.0, 1.0), -2.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kernel {
    /// N(m, 1) on ℝ.
    NormalLocation,
    /// N(m, v) on ℝ, mean and variance unknown.
    Normal,
    /// Poisson of mean m ≥ 0.
    Poisson,
}

impl Kernel {
    /// The logarithm of the density at x of the component with this location; `variance` matters for
    /// [`Kernel::Normal`] alone.
    ///
    /// ```
    /// # use rlct::model::Kernel;
    /// let (wide, unit) = (Kernel::Normal, Kernel::NormalLocation);
    /// assert_eq!(wide.log_density(1.0, 0.0, 1.0), unit.log_density(1.0, 0.0, f64::NAN));
    /// ```
    #[must_use]
    pub fn log_density(self, x: f64, location: f64, variance: f64) -> f64 {
        match self {
            Self::NormalLocation => -((x - location).powi(2) + (2.0 * PI).ln()) / 2.0,
            Self::Normal if variance <= 0.0 => f64::NEG_INFINITY,
            Self::Normal => -((x - location).powi(2) / variance + (2.0 * PI * variance).ln()) / 2.0,
            Self::Poisson if x < 0.0 => f64::NEG_INFINITY,
            Self::Poisson if x == 0.0 => -location,
            Self::Poisson => x * location.ln() - location - ln_factorial(x as u64),
        }
    }

    /// Whether a component has a variance beside its location.
    pub(super) fn has_variance(self) -> bool {
        self == Self::Normal
    }
}
