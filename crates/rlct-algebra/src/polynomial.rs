//! Polynomials over ℚ in named variables.

use super::rational::gcd;
use super::{Monomial, Rational, Variables};
use crate::work::{look, look_at_numbers};
use num_bigint::BigInt;
use std::fmt;

/// A polynomial Σ c_α x^α over ℚ in named variables.
///
/// Terms are sorted from the largest monomial (graded reverse lexicographic) to the smallest, and
/// no coefficient is 0, so equality is structural for polynomials in the same variables.
/// Arithmetic between polynomials in different variables takes place in the union of the two.
///
/// # Examples
///
/// ```
/// use rlct_algebra::Polynomial;
///
/// let cusp: Polynomial = "(y - x)^2 - x^3".parse()?;
/// assert_eq!(cusp.to_string(), "-x^3 + y^2 - 2*y*x + x^2");
/// assert_eq!(cusp.degree(), 3);
/// # Ok::<(), rlct_algebra::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Polynomial {
    variables: Variables,
    terms: Vec<Term>,
}

/// A monomial and its coefficient.
pub type Term = (Monomial, Rational);

/// Why an operation on polynomials has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolynomialError {
    /// An exponent would not fit in 32 bits.
    ExponentOverflow,
    /// The result would have more terms, or take more work, than is allowed.
    TooLarge {
        /// The limit that was exceeded.
        limit: usize,
        /// What was counted.
        what: &'static str,
    },
    /// A point or a list of polynomials has not one entry for each variable.
    WrongLength {
        /// The number of variables.
        expected: usize,
        /// The number of entries given.
        found: usize,
    },
}

impl fmt::Display for PolynomialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExponentOverflow => write!(f, "an exponent overflows 32 bits; lower the degrees"),
            Self::TooLarge { limit, what } => write!(
                f,
                "the expanded polynomial is too large (more than {limit} {what}); write it with \
                 fewer terms"
            ),
            Self::WrongLength { expected, found } => write!(
                f,
                "expected {expected} coordinates, one for each variable, but got {found}"
            ),
        }
    }
}

impl std::error::Error for PolynomialError {}

impl Polynomial {
    /// The polynomial 0.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, Variables};
    /// assert!(Polynomial::zero(&Variables::new(["x"])?).is_zero());
    /// # Ok::<(), rlct_algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn zero(variables: &Variables) -> Self {
        Self {
            variables: variables.clone(),
            terms: Vec::new(),
        }
    }

    /// The constant polynomial `value`.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, Rational, Variables};
    /// let one = Polynomial::constant(&Variables::new(["x"])?, Rational::ONE);
    /// assert_eq!(one.to_string(), "1");
    /// # Ok::<(), rlct_algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn constant(variables: &Variables, value: Rational) -> Self {
        Self::from_terms(variables, [(Monomial::one(variables.len()), value)])
    }

    /// The polynomial x_i.
    ///
    /// # Panics
    /// If there is no variable number `i`.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, Variables};
    /// assert_eq!(Polynomial::variable(&Variables::new(["x", "y"])?, 1).to_string(), "y");
    /// # Ok::<(), rlct_algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn variable(variables: &Variables, i: usize) -> Self {
        Self {
            variables: variables.clone(),
            terms: vec![(Monomial::variable(variables.len(), i), Rational::ONE)],
        }
    }

    /// The polynomial with the given terms; equal monomials are combined.
    ///
    /// # Panics
    /// If a monomial has not one exponent for each variable.
    ///
    /// ```
    /// # use rlct_algebra::{Monomial, Polynomial, Rational, Variables};
    /// let ring = Variables::new(["x", "y"])?;
    /// let terms = [
    ///     (Monomial::new(&[2, 0]), Rational::ONE),
    ///     (Monomial::new(&[0, 1]), (-3).into()),
    /// ];
    /// assert_eq!(Polynomial::from_terms(&ring, terms).to_string(), "x^2 - 3*y");
    /// # Ok::<(), rlct_algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn from_terms(
        variables: &Variables,
        terms: impl IntoIterator<Item = (Monomial, Rational)>,
    ) -> Self {
        let mut terms: Vec<Term> = terms.into_iter().collect();
        look(4 * terms.len());
        assert!(
            terms
                .iter()
                .all(|(m, _)| m.exponents().len() == variables.len()),
            "every monomial has one exponent for each of the {} variables",
            variables.len()
        );
        terms.sort_by(|a, b| b.0.cmp(&a.0));
        let mut combined: Vec<Term> = Vec::with_capacity(terms.len());
        for (monomial, coefficient) in terms {
            match combined.last_mut() {
                Some((last, sum)) if *last == monomial => *sum += coefficient,
                _ => combined.push((monomial, coefficient)),
            }
        }
        combined.retain(|(_, c)| !c.is_zero());
        Self::from_sorted(variables.clone(), combined)
    }

    /// Terms already sorted, combined and without zeros.
    pub fn from_sorted(variables: Variables, terms: Vec<Term>) -> Self {
        let mut result = Self { variables, terms };
        debug_assert!(result.is_canonical(), "terms must be sorted and non-zero");
        // much may have cancelled, and polynomials are kept
        if result.terms.capacity() > 2 * result.terms.len() + 64 {
            result.terms.shrink_to_fit();
        }
        result
    }

    /// Whether the representation obeys its invariants.
    pub fn is_canonical(&self) -> bool {
        self.terms
            .iter()
            .all(|(m, c)| m.exponents().len() == self.variables.len() && !c.is_zero())
            && self.terms.windows(2).all(|pair| pair[0].0 > pair[1].0)
    }

    /// The variables of the ring.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// let p: Polynomial = "y - x^2".parse()?;
    /// assert_eq!(p.variables().names(), ["y", "x"]); // in order of appearance
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn variables(&self) -> &Variables {
        &self.variables
    }

    /// The dimension d: how many variables the ring has.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// assert_eq!("x*y".parse::<Polynomial>()?.dimension(), 2);
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.variables.len()
    }

    /// The terms as (exponents, coefficient), from the largest monomial to the smallest.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, Rational};
    /// let p: Polynomial = "2*x^3*y".parse()?;
    /// assert_eq!(p.terms().next(), Some((&[3, 1][..], &Rational::from(2))));
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    pub fn terms(&self) -> impl ExactSizeIterator<Item = (&[u32], &Rational)> + Clone {
        self.terms.iter().map(|(m, c)| (m.exponents(), c))
    }

    /// The terms, from the largest monomial to the smallest.
    #[must_use]
    pub fn sorted_terms(&self) -> &[Term] {
        &self.terms
    }

    /// How many terms there are.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// assert_eq!("(x + y)^2".parse::<Polynomial>()?.len(), 3);
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there is no term: the polynomial 0. The same as [`Self::is_zero`].
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// assert!("x - x".parse::<Polynomial>()?.is_empty());
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether this is the polynomial 0.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// assert!("x - x".parse::<Polynomial>()?.is_zero());
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The value, if no variable occurs.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, Rational};
    /// assert_eq!("x - x + 3".parse::<Polynomial>()?.as_constant(), Some(Rational::from(3)));
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_constant(&self) -> Option<Rational> {
        match self.terms.as_slice() {
            [] => Some(Rational::ZERO),
            [(m, c)] if m.is_one() => Some(c.clone()),
            _ => None,
        }
    }

    /// The constant term: the value at the origin.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, Rational};
    /// assert_eq!("x + 3".parse::<Polynomial>()?.constant_term(), Rational::from(3));
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn constant_term(&self) -> Rational {
        match self.terms.last() {
            Some((m, c)) if m.is_one() => c.clone(),
            _ => Rational::ZERO,
        }
    }

    /// The total degree; 0 for the polynomial 0.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// assert_eq!("x^2*y + y^2".parse::<Polynomial>()?.degree(), 3);
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn degree(&self) -> u64 {
        self.terms.first().map_or(0, |(m, _)| m.degree())
    }

    /// The order of vanishing at the origin, the smallest total degree of a term; `None` for 0.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// assert_eq!("x^2*y + y^2".parse::<Polynomial>()?.order(), Some(2));
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn order(&self) -> Option<u64> {
        self.terms.last().map(|(m, _)| m.degree())
    }

    /// The largest exponent of variable `i`.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// assert_eq!("x^2*y + y^2".parse::<Polynomial>()?.degree_in(1), 2);
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn degree_in(&self, i: usize) -> u32 {
        self.terms
            .iter()
            .map(|(m, _)| m.exponents()[i])
            .max()
            .unwrap_or(0)
    }

    /// The size in bits of the largest coefficient: what budgets count.
    pub fn coefficient_bits(&self) -> u64 {
        self.terms.iter().map(|(_, c)| c.bits()).max().unwrap_or(0)
    }

    /// The content: the positive rational c such that p/c has coprime integer coefficients; 0 for
    /// the polynomial 0.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// assert_eq!("4/3*x + 2*y".parse::<Polynomial>()?.content().to_string(), "2/3");
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn content(&self) -> Rational {
        if let Some((_, first)) = self.terms.first()
            && self.terms.iter().all(|(_, c)| c.is_integer())
            && first.abs().is_one()
        {
            return Rational::ONE;
        }
        self.content_within(u64::MAX).unwrap_or(Rational::ZERO)
    }

    /// The content, unless the common denominator has more bits than this; 0 for the polynomial 0.
    pub(crate) fn content_within(&self, most_bits: u64) -> Option<Rational> {
        let mut numerator = BigInt::ZERO;
        let mut denominator = BigInt::from(1);
        for (_, c) in &self.terms {
            look(1);
            numerator = gcd(&numerator, &c.numerator());
            if !c.is_integer() {
                look_at_numbers(denominator.bits().max(c.bits()));
                let own = c.denominator();
                denominator *= &own / gcd(&denominator, &own);
                if denominator.bits() > most_bits {
                    return None;
                }
            }
        }
        if numerator == BigInt::ZERO {
            return Some(Rational::ZERO);
        }
        Some(Rational::from(numerator) / Rational::from(denominator))
    }

    /// The polynomial divided by its content, with positive leading coefficient.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// assert_eq!("-4/3*x + 2*y".parse::<Polynomial>()?.primitive_part().to_string(), "2*x - 3*y");
    /// # Ok::<(), rlct_algebra::ParseError>(())
    /// ```
    #[must_use]
    pub fn primitive_part(&self) -> Self {
        let Some((_, leading)) = self.terms.first() else {
            return self.clone();
        };
        look(self.len());
        let mut scale = self.content();
        if leading.is_negative() {
            scale = -scale;
        }
        if scale.is_one() {
            return self.clone();
        }
        let terms = self
            .terms
            .iter()
            .map(|(m, c)| (m.clone(), c / &scale))
            .collect();
        Self {
            variables: self.variables.clone(),
            terms,
        }
    }

    /// The same polynomial in a ring that has (at least) the variables that occur.
    /// `None` if a variable that occurs is missing there.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, Variables};
    /// let p: Polynomial = "x^2".parse().unwrap();
    /// let ring = Variables::new(["a", "x"]).unwrap();
    /// assert_eq!(p.in_ring(&ring).unwrap().terms().next().unwrap().0, [0, 2]);
    /// ```
    #[must_use]
    pub fn in_ring(&self, ring: &Variables) -> Option<Self> {
        if self.variables == *ring {
            return Some(self.clone());
        }
        let places: Vec<Option<usize>> = self
            .variables
            .names()
            .iter()
            .map(|name| ring.index_of(name))
            .collect();
        let mut terms = Vec::with_capacity(self.terms.len());
        for (m, c) in &self.terms {
            let mut exponents = vec![0; ring.len()];
            for (&e, place) in m.exponents().iter().zip(&places) {
                if e > 0 {
                    exponents[(*place)?] = e;
                }
            }
            terms.push((Monomial::new(&exponents), c.clone()));
        }
        Some(Self::from_terms(ring, terms))
    }
}

impl fmt::Display for Polynomial {
    /// As mathematics that [`str::parse`] reads back: `-x^3 + 2*x*y - 1/2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.terms.is_empty() {
            return f.write_str("0");
        }
        for (i, (monomial, coefficient)) in self.terms.iter().enumerate() {
            match (i, coefficient.is_negative()) {
                (0, false) => {}
                (0, true) => f.write_str("-")?,
                (_, false) => f.write_str(" + ")?,
                (_, true) => f.write_str(" - ")?,
            }
            let size = coefficient.abs();
            let mut written = false;
            if monomial.is_one() || !size.is_one() {
                write!(f, "{size}")?;
                written = true;
            }
            for (name, &e) in self.variables.names().iter().zip(monomial.exponents()) {
                if e == 0 {
                    continue;
                }
                if written {
                    f.write_str("*")?;
                }
                written = true;
                f.write_str(name)?;
                if e > 1 {
                    write!(f, "^{e}")?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Polynomial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} in {:?}", self.variables)
    }
}
