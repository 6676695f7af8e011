//! Monomials x^α, ordered by degree and then reverse lexicographically.

use smallvec::SmallVec;
use std::cmp::Ordering;

/// A monomial x^α: its exponents, inline for up to twelve variables, and its total degree.
///
/// The order is graded reverse lexicographic: by total degree, ties by the *smaller* exponent of
/// the last variable in which they differ.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Monomial {
    degree: u64,
    exponents: SmallVec<[u32; 12]>,
}

impl Monomial {
    /// The monomial with the given exponents.
    ///
    /// ```
    /// # use rlct::algebra::Monomial;
    /// assert_eq!(Monomial::new(&[2, 1]).degree(), 3);
    /// ```
    #[must_use]
    pub fn new(exponents: &[u32]) -> Self {
        Self {
            degree: exponents.iter().map(|&e| u64::from(e)).sum(),
            exponents: SmallVec::from_slice(exponents),
        }
    }

    /// The monomial 1 in `dimension` variables.
    ///
    /// ```
    /// # use rlct::algebra::Monomial;
    /// assert!(Monomial::one(3).is_one());
    /// ```
    #[must_use]
    pub fn one(dimension: usize) -> Self {
        Self {
            degree: 0,
            exponents: SmallVec::from_elem(0, dimension),
        }
    }

    /// The monomial x_i in `dimension` variables.
    ///
    /// # Panics
    /// If `i ≥ dimension`.
    ///
    /// ```
    /// # use rlct::algebra::Monomial;
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
    /// # use rlct::algebra::Monomial;
    /// assert_eq!(Monomial::new(&[2, 1]).exponents(), [2, 1]);
    /// ```
    #[must_use]
    pub fn exponents(&self) -> &[u32] {
        &self.exponents
    }

    /// The total degree |α|.
    ///
    /// ```
    /// # use rlct::algebra::Monomial;
    /// assert_eq!(Monomial::one(2).degree(), 0);
    /// ```
    #[must_use]
    pub fn degree(&self) -> u64 {
        self.degree
    }

    /// Whether α = 0.
    ///
    /// ```
    /// # use rlct::algebra::Monomial;
    /// assert!(!Monomial::variable(2, 0).is_one());
    /// ```
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.degree == 0
    }

    /// The product, or `None` if an exponent overflows 32 bits.
    ///
    /// ```
    /// # use rlct::algebra::Monomial;
    /// let x = Monomial::new(&[u32::MAX]);
    /// assert_eq!(x.checked_mul(&Monomial::variable(1, 0)), None);
    /// ```
    #[must_use]
    pub fn checked_mul(&self, other: &Self) -> Option<Self> {
        let mut exponents = self.exponents.clone();
        for (e, &o) in exponents.iter_mut().zip(&other.exponents) {
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
    /// # use rlct::algebra::Monomial;
    /// assert!(Monomial::new(&[1, 0]).divides(&Monomial::new(&[2, 3])));
    /// ```
    #[must_use]
    pub fn divides(&self, other: &Self) -> bool {
        self.degree <= other.degree
            && self
                .exponents
                .iter()
                .zip(&other.exponents)
                .all(|(a, b)| a <= b)
    }

    /// The quotient `self / other`, if `other` divides.
    ///
    /// ```
    /// # use rlct::algebra::Monomial;
    /// let quotient = Monomial::new(&[2, 3]).checked_div(&Monomial::new(&[1, 0]));
    /// assert_eq!(quotient, Some(Monomial::new(&[1, 3])));
    /// ```
    #[must_use]
    pub fn checked_div(&self, other: &Self) -> Option<Self> {
        let mut exponents = self.exponents.clone();
        for (e, &o) in exponents.iter_mut().zip(&other.exponents) {
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
    /// # use rlct::algebra::Monomial;
    /// let lcm = Monomial::new(&[2, 0]).lcm(&Monomial::new(&[1, 1]));
    /// assert_eq!(lcm, Monomial::new(&[2, 1]));
    /// ```
    #[must_use]
    pub fn lcm(&self, other: &Self) -> Self {
        let exponents: SmallVec<[u32; 12]> = self
            .exponents
            .iter()
            .zip(&other.exponents)
            .map(|(a, b)| *a.max(b))
            .collect();
        Self {
            degree: exponents.iter().map(|&e| u64::from(e)).sum(),
            exponents,
        }
    }

    /// Whether no variable occurs in both.
    ///
    /// ```
    /// # use rlct::algebra::Monomial;
    /// assert!(Monomial::new(&[2, 0]).is_coprime(&Monomial::new(&[0, 1])));
    /// ```
    #[must_use]
    pub fn is_coprime(&self, other: &Self) -> bool {
        self.exponents
            .iter()
            .zip(&other.exponents)
            .all(|(a, b)| *a == 0 || *b == 0)
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
