//! Matrices of derivatives.

use super::FisherError;
use crate::algebra::{Polynomial, Rational, RationalMatrix, Variables};

/// The Jacobian J of a polynomial map c: ℝᵈ → ℝˢ, J_ij = ∂cᵢ/∂wⱼ.
///
/// For the map of a model's ideal at a true parameter its rank there is that of the Fisher
/// information.
///
/// # Examples
///
/// ```
/// use rlct::algebra::{Polynomial, Rational};
/// use rlct::fisher::Jacobian;
///
/// let product: Polynomial = "a*b".parse()?;
/// let jacobian = Jacobian::of(&[product])?;
/// let at = |a: i64, b: i64| jacobian.at(&[a, b].map(Rational::from)).map(|m| m.rank().rank());
/// assert_eq!((at(1, 2)?, at(0, 0)?), (1, 0));
/// // a∂a − b∂b leaves the product fixed
/// assert_eq!(jacobian.generic_rank().redundancy(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jacobian {
    ring: Variables,
    rows: Vec<Vec<Polynomial>>,
    map: Vec<Polynomial>,
}

impl Jacobian {
    /// The Jacobian of a map, in all variables of the rings of its components.
    ///
    /// # Errors
    /// [`FisherError::EmptyMap`].
    ///
    /// ```
    /// # use rlct::fisher::{FisherError, Jacobian};
    /// assert_eq!(Jacobian::of(&[]), Err(FisherError::EmptyMap));
    /// ```
    pub fn of(map: &[Polynomial]) -> Result<Self, FisherError> {
        let rings = map.iter().map(|c| c.variables().clone());
        let ring = rings
            .reduce(|a, b| a.union(&b))
            .ok_or(FisherError::EmptyMap)?;
        let map: Vec<Polynomial> = map.iter().filter_map(|c| c.in_ring(&ring)).collect();
        let gradient = |c: &Polynomial| (0..ring.len()).map(|j| c.derivative(j)).collect();
        Ok(Self {
            rows: map.iter().map(gradient).collect(),
            ring,
            map,
        })
    }

    /// The variables w₁, …, w_d.
    ///
    /// ```
    /// # use rlct::fisher::Jacobian;
    /// let jacobian = Jacobian::of(&["x*y".parse().unwrap()]).unwrap();
    /// assert_eq!(jacobian.variables().names(), ["x", "y"]);
    /// ```
    #[must_use]
    pub fn variables(&self) -> &Variables {
        &self.ring
    }

    /// The number s of components.
    ///
    /// ```
    /// # use rlct::fisher::Jacobian;
    /// assert_eq!(Jacobian::of(&["x*y".parse().unwrap()]).unwrap().components(), 1);
    /// ```
    #[must_use]
    pub fn components(&self) -> usize {
        self.rows.len()
    }

    /// The matrix of derivatives, row after row.
    ///
    /// ```
    /// # use rlct::fisher::Jacobian;
    /// let jacobian = Jacobian::of(&["x*y".parse().unwrap()]).unwrap();
    /// assert_eq!(jacobian.rows()[0][1].to_string(), "x");
    /// ```
    #[must_use]
    pub fn rows(&self) -> &[Vec<Polynomial>] {
        &self.rows
    }

    pub(super) fn map(&self) -> &[Polynomial] {
        &self.map
    }

    /// The matrix J(w) at a rational point.
    ///
    /// # Errors
    /// [`FisherError::Polynomial`] for a point of the wrong length.
    ///
    /// ```
    /// # use rlct::{algebra::Rational, fisher::Jacobian};
    /// let jacobian = Jacobian::of(&["x^2".parse().unwrap()]).unwrap();
    /// assert_eq!(jacobian.at(&[Rational::from(3)])?.entry(0, 0).to_string(), "6");
    /// assert!(jacobian.at(&[]).is_err());
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    pub fn at(&self, point: &[Rational]) -> Result<RationalMatrix, FisherError> {
        let mut entries = Vec::with_capacity(self.rows.len() * self.ring.len());
        for p in self.rows.iter().flatten() {
            entries.push(p.evaluate(point)?);
        }
        Ok(RationalMatrix::new(
            self.rows.len(),
            self.ring.len(),
            entries,
        )?)
    }
}

/// The Hessian ∂²K/∂wᵢ∂wⱼ of a polynomial at a rational point.
///
/// # Errors
/// [`FisherError::Polynomial`] for a point of the wrong length.
///
/// # Examples
///
/// ```
/// use rlct::{algebra::Rational, fisher::hessian};
///
/// let k = "x^2*y^2 + y^2".parse().unwrap();
/// assert_eq!(hessian(&k, &[0, 0].map(Rational::from))?.rank().rank(), 1);
/// # Ok::<(), rlct::fisher::FisherError>(())
/// ```
pub fn hessian(k: &Polynomial, point: &[Rational]) -> Result<RationalMatrix, FisherError> {
    let d = k.dimension();
    let mut entries = Vec::with_capacity(d * d);
    for i in 0..d {
        let slope = k.derivative(i);
        for j in 0..d {
            entries.push(slope.derivative(j).evaluate(point)?);
        }
    }
    Ok(RationalMatrix::new(d, d, entries)?)
}
