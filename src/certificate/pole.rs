//! Poles (λ, m) and their order.

use crate::algebra::Rational;
use std::cmp::Ordering;

/// A pole: −λ with its order m; λ = `None` is +∞, no pole at all.
///
/// Poles are ordered by the volume that they belong to: (λ, m) < (λ′, m′), *worse*, if λ < λ′, or λ = λ′ and m > m′.
///
/// # Examples
///
/// ```
/// use rlct::certificate::Pole;
///
/// let half = |m| Pole::new("1/2".parse().unwrap(), m);
/// assert!(half(2) < half(1));
/// assert!(half(1) < Pole::none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pole {
    lambda: Option<Rational>,
    multiplicity: usize,
}

impl Pole {
    /// The pole (λ, m).
    ///
    /// ```
    /// # use rlct::certificate::Pole;
    /// assert_eq!(Pole::new("5/12".parse()?, 1).multiplicity(), 1);
    /// # Ok::<(), rlct::algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn new(lambda: Rational, multiplicity: usize) -> Self {
        Self {
            lambda: Some(lambda),
            multiplicity,
        }
    }

    /// (∞, 1): no pole.
    ///
    /// ```
    /// # use rlct::certificate::Pole;
    /// assert!(Pole::none().lambda().is_none());
    /// ```
    #[must_use]
    pub fn none() -> Self {
        Self {
            lambda: None,
            multiplicity: 1,
        }
    }

    /// (0, d): the lower bound that claims nothing in d coordinates.
    ///
    /// ```
    /// # use rlct::certificate::Pole;
    /// assert!(Pole::trivial(3) < Pole::new("1/100".parse()?, 3));
    /// # Ok::<(), rlct::algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn trivial(dimension: usize) -> Self {
        Self::new(Rational::ZERO, dimension.max(1))
    }

    /// λ, or `None` for +∞.
    ///
    /// ```
    /// # use rlct::certificate::Pole;
    /// assert!(Pole::none().lambda().is_none());
    /// ```
    #[must_use]
    pub fn lambda(&self) -> Option<&Rational> {
        self.lambda.as_ref()
    }

    /// m.
    ///
    /// ```
    /// # use rlct::certificate::Pole;
    /// assert_eq!(Pole::none().multiplicity(), 1);
    /// ```
    #[must_use]
    pub fn multiplicity(&self) -> usize {
        self.multiplicity
    }

    /// The pole of a product of ideals in disjoint variables: the worse one, with orders added
    /// where both λ agree.
    ///
    /// ```
    /// # use rlct::certificate::Pole;
    /// let line = Pole::new("1/2".parse()?, 1);
    /// assert_eq!(line.combine(&line).multiplicity(), 2);
    /// # Ok::<(), rlct::algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn combine(&self, other: &Self) -> Self {
        if self.lambda.is_some() && self.lambda == other.lambda {
            return Self {
                lambda: self.lambda.clone(),
                multiplicity: self.multiplicity + other.multiplicity,
            };
        }
        self.min(other).clone()
    }

    /// The pole of a sum of ideals in disjoint variables: (λ + λ′, m + m′ − 1).
    ///
    /// ```
    /// # use rlct::certificate::Pole;
    /// let line = Pole::new("1/2".parse()?, 1);
    /// assert_eq!(line.add(&line), Pole::new("1".parse()?, 1));
    /// # Ok::<(), rlct::algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        match (&self.lambda, &other.lambda) {
            (Some(a), Some(b)) => Self::new(a + b, self.multiplicity + other.multiplicity - 1),
            _ => Self::none(),
        }
    }
}

impl Ord for Pole {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_lambda = match (&self.lambda, &other.lambda) {
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        by_lambda.then(other.multiplicity.cmp(&self.multiplicity))
    }
}

impl PartialOrd for Pole {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
