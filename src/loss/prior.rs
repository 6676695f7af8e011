//! The prior: which orthant or intervals, which powers of coordinates it vanishes like, which
//! normal densities.

use super::prior_factors::{Factors, folded};
use super::{LossError, Scalar};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A prior φ(w) ∝ Π |wᵢ|^{hᵢ}, restricted to wᵢ ≥ 0 for chosen coordinates; times normal densities
/// and densities that are constant on an interval, for chains at one temperature.
///
/// Learning coefficients depend on the prior only through the powers and what of the boundary
/// passes through the point: a factor that is smooth and positive there drops out of λ, though not
/// of U(t). Flat on all of ℝᵈ by default.
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    factors: Option<Box<Factors>>,
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
            factors: None,
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

    /// Multiplies by the normal density of the coordinate `index` with this mean and standard
    /// deviation, up to a constant.
    ///
    /// # Errors
    /// [`LossError::Length`] if the index is not below d, [`LossError::PriorScale`] for a standard
    /// deviation that is not positive and finite or a mean that is not finite.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// let prior = Prior::flat(2).with_normal(1, 1.0, 0.5)?;
    /// assert_eq!(prior.log_density(&[7.0, 2.0]), -2.0);
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn with_normal(
        mut self,
        index: usize,
        mean: f64,
        standard_deviation: f64,
    ) -> Result<Self, LossError> {
        self.check_index(index)?;
        let precision = standard_deviation.powi(-2);
        let positive = standard_deviation > 0.0 && precision > 0.0 && precision.is_finite();
        if !positive || !mean.is_finite() {
            let value = if positive { mean } else { standard_deviation };
            return Err(LossError::PriorScale { index, value });
        }
        let factors = self.factors.get_or_insert_default();
        factors.multiply_normal(self.dimension, index, (mean, precision));
        Ok(self)
    }

    /// Restricts the coordinate `index` to the interval from `lower` to `upper`, and to those given
    /// before: a uniform prior there.
    ///
    /// # Errors
    /// [`LossError::Length`] if the index is not below d, [`LossError::PriorInterval`] if the ends
    /// are not finite or nothing is left between them.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// let prior = Prior::flat(1).with_uniform(0, -1.0, 2.0)?;
    /// assert!(prior.contains(&[1.5]) && !prior.contains(&[-1.5]));
    /// assert!(prior.with_uniform(0, 3.0, 4.0).is_err());
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn with_uniform(mut self, index: usize, lower: f64, upper: f64) -> Result<Self, LossError> {
        self.check_index(index)?;
        let refused = |lower, upper| LossError::PriorInterval {
            index,
            lower,
            upper,
        };
        if !(lower.is_finite() && upper.is_finite() && lower < upper) {
            return Err(refused(lower, upper));
        }
        let factors = self.factors.get_or_insert_default();
        let (low, high) = factors.restrict(self.dimension, index, (lower, upper));
        let low = if self.nonnegative()[index] {
            low.max(0.0)
        } else {
            low
        };
        if low >= high {
            return Err(refused(low, high));
        }
        Ok(self)
    }

    /// Multiplies by the normal density of mean 0 on wᵢ ≥ 0, for the coordinate `index`.
    ///
    /// # Errors
    /// As [`with_normal`](Self::with_normal), and [`LossError::PriorInterval`] if an interval given
    /// before lies below 0.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// let prior = Prior::flat(1).with_half_normal(0, 0.5)?;
    /// assert_eq!(prior.log_density(&[1.0]), -2.0);
    /// assert!(!prior.contains(&[-1.0]));
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn with_half_normal(self, index: usize, scale: f64) -> Result<Self, LossError> {
        let prior = self
            .with_normal(index, 0.0, scale)?
            .with_nonnegative(&[index])?;
        match prior.interval(index) {
            Some((lower, upper)) if lower >= upper => Err(LossError::PriorInterval {
                index,
                lower,
                upper,
            }),
            _ => Ok(prior),
        }
    }

    fn check_index(&self, index: usize) -> Result<(), LossError> {
        if index < self.dimension {
            return Ok(());
        }
        Err(LossError::Length {
            what: "the prior",
            expected: self.dimension,
            found: index + 1,
        })
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
        if !self.nonnegative.is_empty() {
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
        !self.has_amplitude() && !self.has_boundary() && !self.has_normals()
    }

    /// Whether the prior varies, that is some hᵢ > 0.
    pub(crate) fn has_amplitude(&self) -> bool {
        !self.amplitude.is_empty()
    }

    /// Whether a power that is not 0 belongs to a coordinate that is 0 at w.
    pub(crate) fn vanishes_at<T: Scalar>(&self, w: &[T]) -> bool {
        let mut pairs = self.amplitude.iter().zip(w);
        pairs.any(|(&h, w)| h != 0.0 && w.float() == 0.0)
    }

    /// Whether some coordinate is restricted to a half-line or an interval.
    pub(crate) fn has_boundary(&self) -> bool {
        !self.nonnegative.is_empty() || self.has_intervals()
    }

    /// Whether some coordinate has a normal density.
    pub(crate) fn has_normals(&self) -> bool {
        self.factors
            .as_ref()
            .is_some_and(|factors| factors.has_normals())
    }

    /// Whether some coordinate is restricted to an interval.
    pub(crate) fn has_intervals(&self) -> bool {
        self.factors
            .as_ref()
            .is_some_and(|factors| factors.has_intervals())
    }

    /// The mean and the precision of a coordinate's normal density.
    pub(crate) fn normal(&self, index: usize) -> Option<(f64, f64)> {
        self.factors.as_ref()?.normal(index)
    }

    /// The interval of a coordinate, within its half-line.
    pub(crate) fn interval(&self, index: usize) -> Option<(f64, f64)> {
        let (lower, upper) = self.factors.as_ref()?.interval(index)?;
        let is_half = !self.nonnegative.is_empty() && self.nonnegative[index];
        Some((if is_half { lower.max(0.0) } else { lower }, upper))
    }

    /// Where reflection at the boundary takes a coordinate from outside, and whether its velocity
    /// turns round; `None` inside.
    pub(crate) fn reflected<T: Scalar>(&self, index: usize, w: T) -> Option<(T, bool)> {
        let x = w.float();
        if let Some((lower, upper)) = self.interval(index) {
            if (lower..=upper).contains(&x) || !x.is_finite() {
                return None;
            }
            let (inside, turned) = folded(x, (lower, upper));
            return Some((T::of(inside), turned));
        }
        let is_half = !self.nonnegative.is_empty() && self.nonnegative[index];
        (is_half && x < 0.0).then(|| (-w, true))
    }

    /// Whether w lies in the restricted orthant.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// assert!(Prior::flat(1).contains(&[-1.0]));
    /// ```
    #[must_use]
    pub fn contains(&self, w: &[f64]) -> bool {
        let outside = |(index, &x): (usize, &f64)| {
            let ends = self.interval(index);
            (!self.nonnegative.is_empty() && self.nonnegative[index] && x < 0.0)
                || ends.is_some_and(|(lower, upper)| !(lower..=upper).contains(&x))
        };
        !self.has_boundary() || !w.iter().enumerate().any(outside)
    }

    /// log φ(w) = Σ hᵢ log |wᵢ| − Σ (wᵢ − mᵢ)²/2σᵢ² inside the domain, up to a constant.
    ///
    /// ```
    /// # use rlct::loss::Prior;
    /// assert_eq!(Prior::flat(2).log_density(&[0.1, 0.2]), 0.0);
    /// ```
    #[must_use]
    pub fn log_density(&self, w: &[f64]) -> f64 {
        let terms = w.iter().enumerate();
        terms.map(|(index, &x)| self.log_density_of(index, x)).sum()
    }

    /// The part of a coordinate in it.
    pub(crate) fn log_density_of(&self, index: usize, x: f64) -> f64 {
        let power = match self.has_amplitude() && self.amplitude[index] > 0.0 {
            true => self.amplitude[index] * x.abs().ln(),
            false => 0.0,
        };
        match self.normal(index) {
            Some((mean, precision)) => power - 0.5 * precision * (x - mean).powi(2),
            None => power,
        }
    }
}
