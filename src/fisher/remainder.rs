//! The splitting lemma over ℚ: a loss as squares and a remainder.

use super::FisherError;
use crate::algebra::{
    Monomial, Polynomial, PolynomialError, Rational, RationalMatrix, SizeLimits, watched,
};
use serde::{Serialize, Serializer};

/// The degree up to which coordinates are expanded as power series.
const DEGREE: u64 = 5;

/// How K splits at a zero, in suitable analytic coordinates: K ≍ x₁² + … + x_r² + R(y), R = Σ
/// ρᵢ(y)² in the other d − r coordinates, each ρᵢ of order ≥ 2 (R of order ≥ 3 if K is no sum of
/// squares).
///
/// r equations h = 0 with independent gradients are solved for r of the coordinates as power series
/// of the others (implicit function theorem); the other generators, restricted to that manifold,
/// are the remainder. The series are exact where they end, and else cut off after degree 5.
///
/// # Examples
///
/// ```
/// use rlct::{fisher::LocalGeometry, resolution::Germ};
///
/// let geometry = LocalGeometry::of(&Germ::ideal(["z - x^2", "x*y + z - x^2"])?)?;
/// let splitting = geometry.splitting();
/// assert_eq!((splitting.squares(), splitting.order()), (1, Some(2)));
/// assert_eq!(splitting.remainder()[0].to_string(), "x*y");
/// assert!(splitting.is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SquaresAndRemainder {
    squares: usize,
    eliminated: Vec<String>,
    #[serde(serialize_with = "as_texts")]
    remainder: Vec<Polynomial>,
    exact: bool,
    order: Option<u64>,
    seen: u64,
}

fn as_texts<S: Serializer>(polynomials: &[Polynomial], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(polynomials.iter().map(ToString::to_string))
}

impl SquaresAndRemainder {
    /// The number r of squares.
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// let geometry = LocalGeometry::of(&Germ::ideal(["x", "y + x^2"]).unwrap())?;
    /// assert_eq!(geometry.splitting().squares(), 2);
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn squares(&self) -> usize {
        self.squares
    }

    /// The variables that became the coordinates x₁, …, x_r.
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// let geometry = LocalGeometry::of(&Germ::ideal(["x*y + y"]).unwrap())?;
    /// assert_eq!(geometry.splitting().eliminated(), ["y"]);
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn eliminated(&self) -> &[String] {
        &self.eliminated
    }

    /// The remainder's generators ρᵢ (the one function R, if K was given as a loss) in coordinates
    /// that are 0 at the point, not 0; up to terms of higher degree unless
    /// [`is_exact`](Self::is_exact).
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// let geometry = LocalGeometry::of(&Germ::ideal(["x", "y^3 + x*y"]).unwrap())?;
    /// assert_eq!(geometry.splitting().remainder()[0].to_string(), "y^3");
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn remainder(&self) -> &[Polynomial] {
        &self.remainder
    }

    /// Whether the remainder is known completely.
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// // x = −y² − y⁴ − … never ends
    /// let geometry = LocalGeometry::of(&Germ::ideal(["x + y^2 + x^2", "x*y"]).unwrap())?;
    /// assert!(!geometry.splitting().is_exact());
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The lowest degree in the remainder, if there is one up to [`seen`](Self::seen).
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// let geometry = LocalGeometry::of(&Germ::ideal(["x + y^2 + x^2", "x*y"]).unwrap())?;
    /// assert_eq!(geometry.splitting().order(), Some(3));
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn order(&self) -> Option<u64> {
        self.order
    }

    /// The degree up to which the remainder is known; all of it if exact.
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// let geometry = LocalGeometry::of(&Germ::ideal(["x + y^2 + x^2", "x*y"]).unwrap())?;
    /// assert!(geometry.splitting().seen() >= 3);
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// The remainder is 0: the true set is a manifold there.
    pub(super) fn is_smooth(&self) -> bool {
        self.exact && self.remainder.is_empty()
    }

    /// Splits: `equations` have independent gradients at the origin in the variables `pivots`, and
    /// `others` are what is restricted to their zeros.
    pub(super) fn of(
        equations: &[Polynomial],
        others: &[Polynomial],
        pivots: &[usize],
        names: &[String],
    ) -> Result<Self, FisherError> {
        let linear = |h: &Polynomial, j: usize| {
            let mut terms = h.terms();
            terms
                .find(|(e, _)| e[j] == 1 && e.iter().sum::<u32>() == 1)
                .map_or(Rational::ZERO, |(_, c)| c.clone())
        };
        let r = pivots.len();
        let block = RationalMatrix::from_fn(r, r, |i, j| linear(&equations[i], pivots[j]));
        let inverse = block.inverse()?.ok_or(FisherError::Indefinite)?;
        // x_j + … : the equations with the unit matrix as linear part in the pivots
        let solved: Vec<Polynomial> = (0..r)
            .map(|i| {
                let scaled = equations.iter().enumerate();
                let scaled = scaled.map(|(k, h)| h.scale(inverse.entry(i, k)));
                scaled
                    .reduce(|a, b| &a + &b)
                    .unwrap_or_else(|| equations[i].clone())
            })
            .collect();
        let limits = watched().with_terms(20_000).with_work(4_000_000);
        let mut splitting = Self {
            squares: r,
            eliminated: pivots.iter().map(|&j| names[j].clone()).collect(),
            remainder: Vec::new(),
            exact: false,
            order: None,
            seen: 1,
        };
        match splitting.expand(&solved, others, pivots, &limits) {
            Ok(()) | Err(PolynomialError::TooLarge { .. }) => Ok(splitting),
            Err(error) => Err(error.into()),
        }
    }

    /// Expands as far as the limits allow; what was found stays.
    fn expand(
        &mut self,
        solved: &[Polynomial],
        others: &[Polynomial],
        pivots: &[usize],
        limits: &SizeLimits,
    ) -> Result<(), PolynomialError> {
        let Some(ring) = solved
            .iter()
            .chain(others)
            .next()
            .map(|p| p.variables().clone())
        else {
            self.exact = true;
            return Ok(());
        };
        let mut images: Vec<Polynomial> = (0..ring.len())
            .map(|j| {
                if pivots.contains(&j) {
                    Polynomial::zero(&ring)
                } else {
                    Polynomial::variable(&ring, j)
                }
            })
            .collect();
        for degree in 1..=DEGREE {
            // x := x − h(x, y) is right to one degree more each time
            let mut exact = true;
            let mut next = images.clone();
            for (h, &j) in solved.iter().zip(pivots) {
                let rest = h.compose(&images, limits)?;
                exact &= rest.is_zero();
                next[j] = truncated(&(&images[j] - &rest), degree);
            }
            if !exact {
                images = next;
            }
            let mut restricted = Vec::new();
            for g in others {
                let value = g.compose(&images, limits)?;
                let value = if exact {
                    value
                } else {
                    truncated(&value, degree)
                };
                if !value.is_zero() && !restricted.contains(&value) {
                    restricted.push(value);
                }
            }
            self.order = restricted.iter().filter_map(Polynomial::order).min();
            self.remainder = restricted;
            self.exact = exact;
            self.seen = degree;
            if exact {
                break;
            }
        }
        Ok(())
    }
}

/// The terms up to a degree.
fn truncated(p: &Polynomial, degree: u64) -> Polynomial {
    let low = p.terms().map(|(e, c)| (Monomial::new(e), c.clone()));
    Polynomial::from_terms(p.variables(), low.filter(|(m, _)| m.degree() <= degree))
}
