//! What a number is.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What is estimated: the learning coefficient λ, or a mean at one temperature that is not λ.
///
/// As JSON `{"quantity": "learning_coefficient"}` or
/// `{"quantity": "energy", "inverse_temperature": t}`.
///
/// # Examples
///
/// ```
/// use rlct::estimate::Quantity;
///
/// let energy = Quantity::Energy { inverse_temperature: 1000.0 };
/// assert_eq!(energy.to_string(), "U(t) at t = 1000.0");
/// assert_eq!(Quantity::LearningCoefficient.to_string(), "λ");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "quantity", rename_all = "snake_case")]
pub enum Quantity {
    /// The learning coefficient λ: the estimate was extrapolated to it over temperatures or
    /// volumes.
    LearningCoefficient,
    /// The energy U(t) = t·E_t\[K\], K = L − L(w*), under the posterior ∝ exp(−tK)·φ. It tends to λ
    /// as t → ∞, slowly: see [`CandidatePoles`](super::CandidatePoles).
    Energy {
        /// t = nβ.
        inverse_temperature: f64,
    },
}

impl Quantity {
    /// Whether it is an energy.
    ///
    /// ```
    /// # use rlct::estimate::Quantity;
    /// assert!(!Quantity::LearningCoefficient.is_energy());
    /// ```
    #[must_use]
    pub fn is_energy(&self) -> bool {
        matches!(self, Self::Energy { .. })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LearningCoefficient => f.write_str("λ"),
            Self::Energy {
                inverse_temperature,
            } => write!(f, "U(t) at t = {inverse_temperature:.1}"),
        }
    }
}
