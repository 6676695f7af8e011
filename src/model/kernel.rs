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
    /// The logarithm of the density at x of the component with this location; `variance` matters
    /// for [`Kernel::Normal`] alone.
    ///
    /// ```
    /// # use rlct::model::Kernel;
    /// let (wide, unit) = (Kernel::Normal, Kernel::NormalLocation);
    /// assert_eq!(wide.log_density(1.0, 0.0, 1.0), unit.log_density(1.0, 0.0, f64::NAN));
    /// ```
    #[must_use]
    pub fn log_density(self, x: f64, location: f64, variance: f64) -> f64 {
        let (offset, scale) = self.prepared(location, variance);
        offset + self.exponent(x, location, scale)
    }

    /// What of the log density does not depend on x, and the number by which
    /// [`exponent`](Self::exponent) knows the component besides its location: logarithms that many
    /// x share.
    pub(super) fn prepared(self, location: f64, variance: f64) -> (f64, f64) {
        match self {
            Self::NormalLocation => (-(2.0 * PI).ln() / 2.0, 0.5),
            Self::Normal if variance <= 0.0 => (f64::NEG_INFINITY, 0.0),
            Self::Normal => (-(2.0 * PI * variance).ln() / 2.0, 0.5 / variance),
            Self::Poisson => (-location, location.ln()),
        }
    }

    /// What of the log density depends on x.
    #[inline]
    pub(super) fn exponent(self, x: f64, location: f64, scale: f64) -> f64 {
        match self {
            Self::NormalLocation | Self::Normal => -scale * (x - location).powi(2),
            Self::Poisson if x < 0.0 => f64::NEG_INFINITY,
            Self::Poisson if x == 0.0 => 0.0,
            Self::Poisson => x * scale - ln_factorial(x as u64),
        }
    }

    /// Whether a component has a variance beside its location.
    pub(super) fn has_variance(self) -> bool {
        self == Self::Normal
    }
}
