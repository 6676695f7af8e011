//! The localised, tempered posterior that Langevin chains sample.

use super::check::{baseline, check_point, check_positive};
use super::error::SamplerError;
use super::restriction::Restriction;
use crate::loss::{Loss, Prior, Scalar};
use std::sync::OnceLock;

/// The density ∝ exp(−nβ L(w) − γ/2·|w − w*|²) φ(w), on all of ℝᵈ or on an affine subspace through
/// w*: chosen parameters, the directions orthogonal to ∇L(w*), or both.
///
/// # Examples
///
/// ```
/// use rlct::loss::{Reading, PolynomialLoss, Prior};
/// use rlct::sampler::Posterior;
///
/// let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
/// let posterior = Posterior::new(&loss, &[0.0], Prior::flat(1), 100.0, 1.0)?;
/// assert_eq!(posterior.nbeta(), 100.0);
/// assert!(Posterior::new(&loss, &[0.0], Prior::flat(1), -1.0, 1.0).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Posterior<'a, T: Scalar> {
    pub(crate) loss: &'a dyn Loss<T>,
    pub(super) w_star: &'a [T],
    pub(super) prior: Prior,
    pub(super) nbeta: f64,
    pub(super) localization: f64,
    pub(super) restriction: Restriction<T>,
    /// L(w*), once it was asked for: on much data it costs as much as many steps.
    baseline: OnceLock<f64>,
}

impl<'a, T: Scalar> Posterior<'a, T> {
    /// The posterior at nβ = `nbeta` and γ = `localization` around `w_star`.
    ///
    /// # Errors
    /// [`SamplerError::NotPositive`] for nβ ≤ 0, [`SamplerError::Negative`] for γ < 0, and what a
    /// starting point can be wrong about: its length, values that are not finite, the prior's
    /// domain.
    ///
    /// ```
    /// # use rlct::loss::{Reading, PolynomialLoss, Prior};
    /// # use rlct::sampler::{Posterior, SamplerError};
    /// let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
    /// let error = Posterior::new(&loss, &[0.0; 2], Prior::flat(1), 1.0, 0.0).unwrap_err();
    /// assert_eq!(error, SamplerError::Dimension { what: "w*", expected: 1, found: 2 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(
        loss: &'a dyn Loss<T>,
        w_star: &'a [T],
        prior: Prior,
        nbeta: f64,
        localization: f64,
    ) -> Result<Self, SamplerError> {
        check_point(loss, w_star, &prior)?;
        loss.check_gradient(w_star)?;
        check_positive("nβ", nbeta)?;
        if !(localization >= 0.0 && localization.is_finite()) {
            return Err(SamplerError::Negative {
                what: "the localization γ",
                value: localization,
            });
        }
        Ok(Self {
            loss,
            w_star,
            prior,
            nbeta,
            localization,
            restriction: Restriction::none(w_star.len()),
            baseline: OnceLock::new(),
        })
    }

    /// L(w*) on all the data.
    pub(crate) fn baseline(&self) -> Result<f64, SamplerError> {
        if let Some(&value) = self.baseline.get() {
            return Ok(value);
        }
        let value = baseline(self.loss, self.w_star)?;
        Ok(*self.baseline.get_or_init(|| value))
    }

    /// Holds the parameters with `false` at w*: the posterior of the others, as for refined local
    /// learning coefficients (Wang, Hoogland, van Wingerden, Furman and Murfet 2024,
    /// arXiv:2410.02984). A later mask replaces this one.
    ///
    /// # Errors
    /// [`SamplerError::Dimension`] for a mask of the wrong length, [`SamplerError::NothingMoves`]
    /// if no parameter is left.
    ///
    /// ```
    /// # use rlct::loss::{Reading, PolynomialLoss, Prior};
    /// # use rlct::sampler::{Posterior, SamplerError};
    /// let loss = PolynomialLoss::from_terms(2, &[vec![(vec![1, 1], 1.0)]], Reading::Ideal)?;
    /// let posterior = Posterior::new(&loss, &[0.0, 1.0], Prior::flat(2), 5.0, 0.0)?;
    /// assert_eq!(posterior.clone().with_mask(&[true, false])?.moving_dimension(), 1);
    /// assert_eq!(posterior.with_mask(&[false; 2]).unwrap_err(), SamplerError::NothingMoves);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_mask(mut self, free: &[bool]) -> Result<Self, SamplerError> {
        let oblique = self.restriction.is_oblique();
        self.restriction = Restriction::none(self.w_star.len());
        self.restriction.mask(free)?;
        if oblique {
            self.restriction.orthogonal(self.loss, self.w_star)?;
        }
        Ok(self)
    }

    /// Restricts w − w* to directions orthogonal to ∇L(w*) (on all the data, in the parameters
    /// that move), for points that are no minima: there the loss is stationary to first order.
    /// Where the gradient vanishes every direction is orthogonal to it, and nothing changes.
    ///
    /// # Errors
    /// [`SamplerError::OrthogonalWithBoundary`] with a prior on half-lines,
    /// [`SamplerError::NotFinite`] for a gradient that is not, [`SamplerError::NothingMoves`] if
    /// there is only one parameter.
    ///
    /// ```
    /// # use rlct::loss::{Reading, PolynomialLoss, Prior};
    /// # use rlct::sampler::Posterior;
    /// // K = x + y²
    /// let terms = [vec![(vec![1, 0], 1.0), (vec![0, 2], 1.0)]];
    /// let loss = PolynomialLoss::from_terms(2, &terms, Reading::Loss)?;
    /// let posterior = Posterior::new(&loss, &[0.0, 0.0], Prior::flat(2), 5.0, 0.0)?;
    /// assert_eq!(posterior.orthogonal_to_gradient()?.moving_dimension(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn orthogonal_to_gradient(mut self) -> Result<Self, SamplerError> {
        if self.prior.has_boundary() {
            return Err(SamplerError::OrthogonalWithBoundary);
        }
        if !self.restriction.is_oblique() {
            self.restriction.orthogonal(self.loss, self.w_star)?;
        }
        Ok(self)
    }

    /// The dimension of the subspace in which w moves: d, if it is not restricted.
    ///
    /// ```
    /// # use rlct::loss::{Reading, PolynomialLoss, Prior};
    /// # use rlct::sampler::Posterior;
    /// # let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
    /// let posterior = Posterior::new(&loss, &[0.0], Prior::flat(1), 5.0, 0.0)?;
    /// assert_eq!(posterior.moving_dimension(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn moving_dimension(&self) -> usize {
        self.restriction.dimension()
    }

    /// nβ.
    #[must_use]
    pub fn nbeta(&self) -> f64 {
        self.nbeta
    }

    /// γ.
    #[must_use]
    pub fn localization(&self) -> f64 {
        self.localization
    }

    /// The same posterior at another nβ.
    pub(crate) fn at_nbeta(&self, nbeta: f64) -> Result<Self, SamplerError> {
        check_positive("nβ", nbeta)?;
        Ok(Self {
            nbeta,
            ..self.clone()
        })
    }

    /// Projects a direction to the subspace in which w moves.
    pub(crate) fn project(&self, direction: &mut [T]) {
        self.restriction.project(direction);
    }

    /// Whether the subspace is spanned by coordinates, so that a diagonal preconditioner keeps it.
    pub(crate) fn is_aligned(&self) -> bool {
        !self.restriction.is_oblique()
    }

    /// Whether E[(w − w*)·∇U(w)] is the moving dimension D for U = −log density: no boundary but
    /// through w*, where w − w* has no normal component.
    pub(crate) fn has_virial(&self) -> bool {
        // of the two ends of an interval at most one is at w*
        if self.prior.has_intervals() {
            return false;
        }
        let bounds = self.prior.nonnegative().iter().zip(self.prior.amplitude());
        bounds
            .zip(self.w_star)
            .all(|((&half, &h), w)| !(half || h > 0.0) || w.float() == 0.0)
    }

    /// Turns ∇L at w into the gradient of −log density, projected to the subspace, in place.
    pub(crate) fn drift(&self, w: &[T], gradient: &mut [T]) {
        let nbeta = T::of(self.nbeta);
        let gamma = T::of(self.localization);
        for ((g, &x), &x_star) in gradient.iter_mut().zip(w).zip(self.w_star) {
            *g = nbeta * *g + gamma * (x - x_star);
        }
        if self.prior.has_amplitude() {
            for ((g, &x), &h) in gradient.iter_mut().zip(w).zip(self.prior.amplitude()) {
                if h > 0.0 {
                    *g -= T::of(h) / x;
                }
            }
        }
        if self.prior.has_normals() {
            for (index, (g, &x)) in gradient.iter_mut().zip(w).enumerate() {
                if let Some((mean, precision)) = self.prior.normal(index) {
                    *g += T::of(precision) * (x - T::of(mean));
                }
            }
        }
        self.restriction.project(gradient);
    }

    /// log density at w with loss `value`, up to a constant; −∞ outside the prior's domain.
    pub(crate) fn log_density(&self, w: &[T], value: T) -> f64 {
        let mut square = 0.0;
        let mut log_prior = 0.0;
        for (i, (&x, &x_star)) in w.iter().zip(self.w_star).enumerate() {
            let offset = x.float() - x_star.float();
            square += offset * offset;
            if !self.restriction.is_free(i) {
                continue;
            }
            if self.prior.has_boundary() && self.prior.reflected(i, x).is_some() {
                return f64::NEG_INFINITY;
            }
            if self.prior.has_amplitude() || self.prior.has_normals() {
                log_prior += self.prior.log_density_of(i, x.float());
            }
        }
        log_prior - self.nbeta * value.float() - 0.5 * self.localization * square
    }
}
