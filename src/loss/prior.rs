//! The prior near a point: which orthant, and which powers of coordinates it vanishes like.

use super::LossError;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A prior φ(w) ∝ Π |wᵢ|^{hᵢ}, restricted to wᵢ ≥ 0 for chosen coordinates.
///
/// Learning coefficients depend on the prior only through such a factor (any smooth positive
/// factor drops out). Flat on all of ℝᵈ by default.
///
/// # Examples
///
/// ```
/// use rlct::loss::Prior;
///
/// // |x|·dx dy on the half-plane y ≥ 0
/// let prior = Prior::flat(2).with_amplitude(&[1.0, 0.0])?.with_nonnegative(&[1])?;
/// assert!(prior.contains(&[-0.5, 0.5]));
/// assert!(!prior.contains(&[0.5, -0.5]));
/// assert_eq!(prior.log_density(&[0.5, 0.5]), 0.5_f64.ln());
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prior {
    dimension: usize,
    /// Empty if all exponents vanish: a large network has no use for d zeros.
    amplitude: Vec<f64>,
    /// Empty if no coordinate is restricted.
    nonnegative: Vec<bool>,
    #[serde(skip)]
    absent: Absent,
}

/// The lists that a prior does not store, made when they are asked for.
#[derive(Debug, Clone, Default)]
struct Absent {
    amplitude: OnceLock<Vec<f64>>,
    nonnegative: OnceLock<Vec<bool>>,
}

impl PartialEq for Absent {
    /// They follow from the dimension.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Prior {
    /// The flat prior on ℝᵈ.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// assert!(Prior::flat(3).is_flat());
    /// ```
    #[must_use]
    pub fn flat(dimension: usize) -> Self {
        Self {
            dimension,
            amplitude: Vec::new(),
            nonnegative: Vec::new(),
            absent: Absent::default(),
        }
    }

    /// Multiplies by Π |wᵢ|^{hᵢ}; `exponents` has length d.
    ///
    /// # Errors
    /// [`LossError::Length`] if there are not d exponents, [`LossError::Amplitude`] if one is
    /// negative or not finite.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// assert_eq!(Prior::flat(2).with_amplitude(&[0.0, 1.5])?.amplitude(), [0.0, 1.5]);
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn with_amplitude(mut self, exponents: &[f64]) -> Result<Self, LossError> {
        if exponents.len() != self.dimension {
            return Err(LossError::Length {
                what: "the amplitude",
                expected: self.dimension,
                found: exponents.len(),
            });
        }
        if let Some(index) = exponents.iter().position(|h| !(*h >= 0.0 && h.is_finite())) {
            return Err(LossError::Amplitude {
                index,
                exponent: exponents[index],
            });
        }
        self.amplitude.clear();
        if exponents.iter().any(|&h| h > 0.0) {
            self.amplitude.extend_from_slice(exponents);
        }
        Ok(self)
    }

    /// Restricts the coordinates with these indices to wᵢ ≥ 0.
    ///
    /// # Errors
    /// [`LossError::Length`] if an index is not below d.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// assert_eq!(Prior::flat(2).with_nonnegative(&[1])?.nonnegative(), [false, true]);
    /// assert!(Prior::flat(2).with_nonnegative(&[2]).is_err());
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn with_nonnegative(mut self, indices: &[usize]) -> Result<Self, LossError> {
        if self.nonnegative.is_empty() && !indices.is_empty() {
            self.nonnegative = vec![false; self.dimension];
        }
        for &index in indices {
            let expected = self.dimension;
            *self.nonnegative.get_mut(index).ok_or(LossError::Length {
                what: "the list of non-negative coordinates' dimension",
                expected,
                found: index + 1,
            })? = true;
        }
        Ok(self)
    }

    /// The number d of parameters.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The exponents hᵢ.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// assert_eq!(Prior::flat(2).amplitude(), [0.0, 0.0]);
    /// ```
    #[must_use]
    pub fn amplitude(&self) -> &[f64] {
        if self.has_amplitude() {
            return &self.amplitude;
        }
        let zeros = || vec![0.0; self.dimension];
        self.absent.amplitude.get_or_init(zeros)
    }

    /// Which coordinates are restricted to wᵢ ≥ 0.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// assert_eq!(Prior::flat(2).nonnegative(), [false, false]);
    /// ```
    #[must_use]
    pub fn nonnegative(&self) -> &[bool] {
        if self.has_boundary() {
            return &self.nonnegative;
        }
        let none = || vec![false; self.dimension];
        self.absent.nonnegative.get_or_init(none)
    }

    /// Whether the prior is constant on ℝᵈ.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// assert!(!Prior::flat(1).with_nonnegative(&[0])?.is_flat());
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn is_flat(&self) -> bool {
        !self.has_amplitude() && !self.has_boundary()
    }

    /// Whether the prior varies, that is some hᵢ > 0.
    pub(crate) fn has_amplitude(&self) -> bool {
        !self.amplitude.is_empty()
    }

    /// Whether some coordinate is restricted to a half-line.
    pub(crate) fn has_boundary(&self) -> bool {
        !self.nonnegative.is_empty()
    }

    /// Whether w lies in the restricted orthant.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// assert!(Prior::flat(1).contains(&[-1.0]));
    /// ```
    #[must_use]
    pub fn contains(&self, w: &[f64]) -> bool {
        !self.has_boundary()
            || w.iter()
                .zip(&self.nonnegative)
                .all(|(&x, &half)| !half || x >= 0.0)
    }

    /// log φ(w) = Σ hᵢ log |wᵢ| inside the orthant, up to a constant.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// assert_eq!(Prior::flat(2).log_density(&[0.1, 0.2]), 0.0);
    /// ```
    #[must_use]
    pub fn log_density(&self, w: &[f64]) -> f64 {
        if !self.has_amplitude() {
            return 0.0;
        }
        w.iter()
            .zip(&self.amplitude)
            .filter(|&(_, &h)| h > 0.0)
            .map(|(x, &h)| h * x.abs().ln())
            .sum()
    }
}
