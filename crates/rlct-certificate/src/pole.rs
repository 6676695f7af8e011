//! Poles (λ, m) and how they compare, combine and add.

use rlct_algebra::Rational;
use std::cmp::Ordering;
use std::fmt;

/// A pole (λ, m): 0 ≤ λ ≤ ∞ with multiplicity m ≥ 1, always.
///
/// Poles are ordered from worse to better: smaller λ first, for equal λ larger m first. So the
/// minimum belongs to the larger volume ε^λ (−log ε)^(m−1). λ = 0 claims nothing of a lower bound,
/// λ = ∞ nothing of an upper one; m = 1 for λ = ∞.
///
/// # Examples
///
/// ```
/// use rlct_algebra::Rational;
/// use rlct_certificate::Pole;
///
/// let half = |m| Pole::new(Rational::new(1, 2).unwrap(), m);
/// assert!(half(2) < half(1));
/// assert!(half(1) < Pole::INFINITE);
/// assert_eq!(half(1).combine(&half(1)), half(2));
/// assert_eq!(half(1).add(&half(1)), Pole::new(Rational::ONE, 1));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pole {
    /// `None` is ∞.
    lambda: Option<Rational>,
    multiplicity: usize,
}

impl Pole {
    /// (∞, 1), the pole where the ideal does not vanish.
    ///
    /// ```
    /// # use rlct_certificate::Pole;
    /// assert_eq!(Pole::INFINITE.to_string(), "(∞, 1)");
    /// ```
    pub const INFINITE: Self = Self {
        lambda: None,
        multiplicity: 1,
    };

    /// The pole (λ, m) of a finite λ.
    ///
    /// # Panics
    /// If m = 0: the order of a pole is at least 1.
    ///
    /// ```
    /// # use rlct_certificate::Pole;
    /// assert_eq!(Pole::new("5/12".parse()?, 1).to_string(), "(5/12, 1)");
    /// # Ok::<(), rlct_algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn new(lambda: Rational, multiplicity: usize) -> Self {
        assert!(multiplicity > 0, "the order of a pole is at least 1");
        Self {
            lambda: Some(lambda),
            multiplicity,
        }
    }

    /// (0, d): a lower bound that claims nothing in dimension d.
    ///
    /// ```
    /// # use rlct_certificate::Pole;
    /// assert_eq!(Pole::nothing(3).to_string(), "(0, 3)");
    /// ```
    #[must_use]
    pub fn nothing(dimension: usize) -> Self {
        Self::new(Rational::ZERO, dimension.max(1))
    }

    /// λ, or `None` for ∞.
    ///
    /// ```
    /// # use rlct_certificate::Pole;
    /// assert_eq!(Pole::INFINITE.lambda(), None);
    /// ```
    #[must_use]
    pub fn lambda(&self) -> Option<&Rational> {
        self.lambda.as_ref()
    }

    /// m.
    ///
    /// ```
    /// # use rlct_certificate::Pole;
    /// assert_eq!(Pole::nothing(2).multiplicity(), 2);
    /// ```
    #[must_use]
    pub fn multiplicity(&self) -> usize {
        self.multiplicity
    }

    /// Whether λ = ∞.
    ///
    /// ```
    /// # use rlct_certificate::Pole;
    /// assert!(Pole::INFINITE.is_infinite());
    /// ```
    #[must_use]
    pub fn is_infinite(&self) -> bool {
        self.lambda.is_none()
    }

    /// The worse of two poles: smaller λ, for equal λ larger m.
    ///
    /// ```
    /// # use rlct_certificate::Pole;
    /// assert_eq!(Pole::INFINITE.worse(&Pole::nothing(1)), Pole::nothing(1));
    /// ```
    #[must_use]
    pub fn worse(&self, other: &Self) -> Self {
        self.min(other).clone()
    }

    /// The better of two poles: larger λ, for equal λ smaller m.
    ///
    /// ```
    /// # use rlct_certificate::Pole;
    /// assert_eq!(Pole::INFINITE.better(&Pole::nothing(1)), Pole::INFINITE);
    /// ```
    #[must_use]
    pub fn better(&self, other: &Self) -> Self {
        self.max(other).clone()
    }

    /// The pole of a product of ideals in disjoint variables: the worse one, (λ, m + m′) if both
    /// λ agree.
    ///
    /// ```
    /// # use rlct_certificate::Pole;
    /// let one = Pole::new(1.into(), 1);
    /// assert_eq!(one.combine(&one), Pole::new(1.into(), 2));
    /// assert_eq!(one.combine(&Pole::INFINITE), one);
    /// ```
    #[must_use]
    pub fn combine(&self, other: &Self) -> Self {
        match (&self.lambda, &other.lambda) {
            (Some(a), Some(b)) if a == b => Self::new(
                a.clone(),
                self.multiplicity.saturating_add(other.multiplicity),
            ),
            _ => self.worse(other),
        }
    }

    /// The pole of a sum of ideals in disjoint variables: (λ + λ′, m + m′ − 1), ∞ if one λ is ∞.
    ///
    /// ```
    /// # use rlct_certificate::Pole;
    /// let (one, two) = (Pole::new(1.into(), 2), Pole::new(2.into(), 3));
    /// assert_eq!(one.add(&two), Pole::new(3.into(), 4));
    /// assert_eq!(one.add(&Pole::INFINITE), Pole::INFINITE);
    /// ```
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        match (&self.lambda, &other.lambda) {
            (Some(a), Some(b)) => Self::new(
                a + b,
                self.multiplicity.saturating_add(other.multiplicity - 1),
            ),
            _ => Self::INFINITE,
        }
    }

    /// The pole (c·λ, m).
    ///
    /// ```
    /// # use rlct_certificate::Pole;
    /// assert_eq!(Pole::new(1.into(), 2).scale(&2.into()), Pole::new(2.into(), 2));
    /// ```
    #[must_use]
    pub fn scale(&self, factor: &Rational) -> Self {
        Self {
            lambda: self.lambda.as_ref().map(|lambda| lambda * factor),
            multiplicity: self.multiplicity,
        }
    }
}

impl PartialOrd for Pole {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pole {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_lambda = match (&self.lambda, &other.lambda) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => a.cmp(b),
        };
        by_lambda.then_with(|| other.multiplicity.cmp(&self.multiplicity))
    }
}

impl fmt::Display for Pole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.lambda {
            Some(lambda) => write!(f, "({lambda}, {})", self.multiplicity),
            None => write!(f, "(∞, {})", self.multiplicity),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "the order of a pole is at least 1")]
    fn no_pole_has_order_0() {
        let _ = Pole::new(Rational::ONE, 0);
    }
}
