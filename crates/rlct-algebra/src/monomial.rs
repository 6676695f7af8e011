//! Monomials x^α, ordered by degree and then reverse lexicographically.

use crate::exponents::Exponents;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A monomial x^α: its exponents, inline for up to twelve variables, and its total degree.
///
/// The order is graded reverse lexicographic: by total degree, ties by the *smaller* exponent of
/// the last variable in which they differ.
#[derive(Clone)]
pub struct Monomial {
    degree: u64,
    exponents: Exponents,
}

impl Monomial {
    /// The monomial with the given exponents.
    ///
    /// ```
    /// # use rlct_algebra::Monomial;
    /// assert_eq!(Monomial::new(&[2, 1]).degree(), 3);
    /// ```
    #[must_use]
    pub fn new(exponents: &[u32]) -> Self {
        Self {
            degree: exponents.iter().map(|&e| u64::from(e)).sum(),
            exponents: Exponents::of(exponents),
        }
    }

    /// The monomial 1 in `dimension` variables.
    ///
    /// ```
    /// # use rlct_algebra::Monomial;
    /// assert!(Monomial::one(3).is_one());
    /// ```
    #[must_use]
    pub fn one(dimension: usize) -> Self {
        Self {
            degree: 0,
            exponents: Exponents::zeros(dimension),
        }
    }

    /// The monomial x_i in `dimension` variables.
    ///
    /// # Panics
    /// If `i ≥ dimension`.
    ///
    /// ```
    /// # use rlct_algebra::Monomial;
    /// assert_eq!(Monomial::variable(2, 1).exponents(), [0, 1]);
    /// ```
    #[must_use]
    pub fn variable(dimension: usize, i: usize) -> Self {
        let mut monomial = Self::one(dimension);
        monomial.exponents[i] = 1;
        monomial.degree = 1;
        monomial
    }

    /// The exponents α, one a variable.
    ///
    /// ```
    /// # use rlct_algebra::Monomial;
    /// assert_eq!(Monomial::new(&[2, 1]).exponents(), [2, 1]);
    /// ```
    #[must_use]
    pub fn exponents(&self) -> &[u32] {
        &self.exponents
    }

    /// The total degree |α|.
    ///
    /// ```
    /// # use rlct_algebra::Monomial;
    /// assert_eq!(Monomial::one(2).degree(), 0);
    /// ```
    #[must_use]
    pub fn degree(&self) -> u64 {
        self.degree
    }

    /// Whether α = 0.
    ///
    /// ```
    /// # use rlct_algebra::Monomial;
    /// assert!(!Monomial::variable(2, 0).is_one());
    /// ```
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.degree == 0
    }

    /// The product, or `None` if an exponent overflows 32 bits.
    ///
    /// ```
    /// # use rlct_algebra::Monomial;
    /// let x = Monomial::new(&[u32::MAX]);
    /// assert_eq!(x.checked_mul(&Monomial::variable(1, 0)), None);
    /// ```
    #[must_use]
    pub fn checked_mul(&self, other: &Self) -> Option<Self> {
        let mut exponents = self.exponents.clone();
        for (e, &o) in exponents.iter_mut().zip(other.exponents.iter()) {
            *e = e.checked_add(o)?;
        }
        Some(Self {
            degree: self.degree + other.degree,
            exponents,
        })
    }

    /// Whether this divides `other`: α ≤ β in every variable.
    ///
    /// ```
    /// # use rlct_algebra::Monomial;
    /// assert!(Monomial::new(&[1, 0]).divides(&Monomial::new(&[2, 3])));
    /// ```
    #[must_use]
    pub fn divides(&self, other: &Self) -> bool {
        self.degree <= other.degree
            && self
                .exponents
                .iter()
                .zip(other.exponents.iter())
                .all(|(a, b)| a <= b)
    }

    /// The quotient `self / other`, if `other` divides.
    ///
    /// ```
    /// # use rlct_algebra::Monomial;
    /// let quotient = Monomial::new(&[2, 3]).checked_div(&Monomial::new(&[1, 0]));
    /// assert_eq!(quotient, Some(Monomial::new(&[1, 3])));
    /// ```
    #[must_use]
    pub fn checked_div(&self, other: &Self) -> Option<Self> {
        let mut exponents = self.exponents.clone();
        for (e, &o) in exponents.iter_mut().zip(other.exponents.iter()) {
            *e = e.checked_sub(o)?;
        }
        Some(Self {
            degree: self.degree - other.degree,
            exponents,
        })
    }

    /// The least common multiple.
    ///
    /// ```
    /// # use rlct_algebra::Monomial;
    /// let lcm = Monomial::new(&[2, 0]).lcm(&Monomial::new(&[1, 1]));
    /// assert_eq!(lcm, Monomial::new(&[2, 1]));
    /// ```
    #[must_use]
    pub fn lcm(&self, other: &Self) -> Self {
        let mut exponents = self.exponents.clone();
        for (e, &o) in exponents.iter_mut().zip(other.exponents.iter()) {
            *e = o.max(*e);
        }
        Self {
            degree: exponents.iter().map(|&e| u64::from(e)).sum(),
            exponents,
        }
    }

    /// Whether no variable occurs in both.
    ///
    /// ```
    /// # use rlct_algebra::Monomial;
    /// assert!(Monomial::new(&[2, 0]).is_coprime(&Monomial::new(&[0, 1])));
    /// ```
    #[must_use]
    pub fn is_coprime(&self, other: &Self) -> bool {
        self.exponents
            .iter()
            .zip(other.exponents.iter())
            .all(|(a, b)| *a == 0 || *b == 0)
    }
}

impl PartialEq for Monomial {
    fn eq(&self, other: &Self) -> bool {
        self.degree == other.degree && *self.exponents == *other.exponents
    }
}

impl Eq for Monomial {}

impl Hash for Monomial {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.exponents.hash(state);
    }
}

impl fmt::Debug for Monomial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Monomial").field(&&*self.exponents).finish()
    }
}

impl PartialOrd for Monomial {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Monomial {
    fn cmp(&self, other: &Self) -> Ordering {
        self.degree.cmp(&other.degree).then_with(|| {
            other
                .exponents
                .iter()
                .rev()
                .cmp(self.exponents.iter().rev())
        })
    }
}
