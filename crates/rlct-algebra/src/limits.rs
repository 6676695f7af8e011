//! How large a result may grow.

/// How large results may grow before an operation gives up with
/// [`PolynomialError::TooLarge`](crate::PolynomialError::TooLarge).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SizeLimits {
    /// The most terms a result may have.
    pub terms: usize,
    /// The most products of terms (weighted by coefficient size in machine words) an operation
    /// may form.
    pub work: usize,
    /// Asked between pieces of the work: whether it is to be given up, as too large.
    pub(crate) give_up: Option<fn() -> bool>,
}

impl Default for SizeLimits {
    /// 100,000 terms, 20 million products: about a second.
    fn default() -> Self {
        Self {
            terms: 100_000,
            work: 20_000_000,
            give_up: None,
        }
    }
}

impl SizeLimits {
    /// The limits with another number of terms.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, SizeLimits};
    /// let p: Polynomial = "x + y".parse().unwrap();
    /// assert!(p.checked_pow(3, &SizeLimits::default().with_terms(3)).is_err());
    /// ```
    #[must_use]
    pub fn with_terms(self, terms: usize) -> Self {
        Self { terms, ..self }
    }

    /// The limits with another amount of work.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, SizeLimits};
    /// let p: Polynomial = "x + y".parse().unwrap();
    /// assert!(p.checked_mul(&p, &SizeLimits::default().with_work(3)).is_err());
    /// ```
    #[must_use]
    pub fn with_work(self, work: usize) -> Self {
        Self { work, ..self }
    }

    /// The limits under which work is also given up once this says so, as when a time is over.
    #[must_use]
    pub fn giving_up(self, give_up: fn() -> bool) -> Self {
        let give_up = Some(give_up);
        Self { give_up, ..self }
    }

    /// No limits: for results known to be small.
    pub const NONE: Self = Self {
        terms: usize::MAX,
        work: usize::MAX,
        give_up: None,
    };

    /// Whether the work is to be given up.
    pub(crate) fn is_given_up(&self) -> bool {
        self.give_up.is_some_and(|given_up| given_up())
    }
}
