//! The answer both lanes are about: the learning coefficient λ and its multiplicity m.

use crate::algebra::Rational;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The pair (λ, m): −λ is the largest pole of the zeta function
/// ζ(z) = ∫ K(w)^z φ(w) dw, and m is the order of that pole.
///
/// Equivalently the volume V(ε) = φ{K < ε} ~ C ε^λ (−log ε)^(m−1), and the free energy
/// F_n ≈ n L + λ log n − (m−1) log log n (Watanabe 2009, *Algebraic Geometry and Statistical
/// Learning Theory*, main formula II).
///
/// # Examples
///
/// ```
/// use rlct::LearningCoefficient;
///
/// // K₁(x) + K₂(y) in disjoint variables: the coefficients add.
/// let square = LearningCoefficient::new("1/2".parse()?, 1);
/// let node = LearningCoefficient::new("1/2".parse()?, 2);
/// assert_eq!(square.sum(&node).to_string(), "λ = 1, m = 2");
/// # Ok::<(), rlct::algebra::RationalError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LearningCoefficient {
    lambda: Rational,
    multiplicity: usize,
}

impl LearningCoefficient {
    /// The pair (λ, m).
    ///
    /// # Panics
    /// If λ ≤ 0 or m = 0: no zeta function of a loss that vanishes at the point has such a pole.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, algebra::Rational};
    /// let pole = LearningCoefficient::new(Rational::new(5, 12)?, 1);
    /// assert_eq!(pole.multiplicity(), 1);
    /// # Ok::<(), rlct::algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn new(lambda: Rational, multiplicity: usize) -> Self {
        assert!(
            lambda.is_positive(),
            "a learning coefficient is positive, got {lambda}"
        );
        assert!(multiplicity > 0, "the order of a pole is at least 1");
        Self {
            lambda,
            multiplicity,
        }
    }

    /// The learning coefficient λ.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, algebra::Rational};
    /// let pole = LearningCoefficient::new(Rational::new(5, 12)?, 1);
    /// assert_eq!(pole.lambda().to_string(), "5/12");
    /// # Ok::<(), rlct::algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn lambda(&self) -> &Rational {
        &self.lambda
    }

    /// The multiplicity m: the order of the pole −λ.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, algebra::Rational};
    /// assert_eq!(LearningCoefficient::new(Rational::ONE, 2).multiplicity(), 2);
    /// ```
    #[must_use]
    pub fn multiplicity(&self) -> usize {
        self.multiplicity
    }

    /// The pole of K₁(x) + K₂(y), losses ≥ 0 in disjoint variables: (λ₁ + λ₂, m₁ + m₂ − 1)
    /// (Watanabe 2009, Remark 7.2; the volumes convolve).
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, algebra::Rational};
    /// let node = LearningCoefficient::new(Rational::new(1, 2)?, 2);
    /// assert_eq!(node.sum(&node), LearningCoefficient::new(Rational::ONE, 3));
    /// # Ok::<(), rlct::algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn sum(&self, other: &Self) -> Self {
        Self::new(
            &self.lambda + &other.lambda,
            self.multiplicity + other.multiplicity - 1,
        )
    }

    /// The pole of K₁(x)·K₂(y), losses in disjoint variables: the smaller λ; orders add on a tie.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, algebra::Rational};
    /// let square = LearningCoefficient::new(Rational::new(1, 2)?, 1);
    /// assert_eq!(square.product(&square), LearningCoefficient::new(Rational::new(1, 2)?, 2));
    /// # Ok::<(), rlct::algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn product(&self, other: &Self) -> Self {
        use std::cmp::Ordering::{Equal, Greater, Less};
        match self.lambda.cmp(&other.lambda) {
            Less => self.clone(),
            Greater => other.clone(),
            Equal => Self::new(self.lambda.clone(), self.multiplicity + other.multiplicity),
        }
    }
}

impl fmt::Display for LearningCoefficient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "λ = {}, m = {}", self.lambda, self.multiplicity)
    }
}
