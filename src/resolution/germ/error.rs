//! What can be wrong with a germ.

use crate::algebra::{ParseError, PolynomialError, Rational, VariablesError};
use crate::budget::Exhausted;

/// Why there is no such germ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GermError {
    /// No generator was given.
    #[error("the ideal has no generators; give at least one polynomial")]
    EmptyIdeal,
    /// A loss, or |g|, of several polynomials.
    #[error(
        "a loss is one polynomial, and here are {found}; K = Σ gᵢ² is that of an ideal of several"
    )]
    NotOnePolynomial {
        /// How many there are.
        found: usize,
    },
    /// Every generator is the polynomial 0, so K = 0 everywhere.
    #[error("every generator is zero, so K = 0 everywhere and there is no learning coefficient")]
    ZeroIdeal,
    /// A generator does not vanish at the point.
    #[error(
        "generator {generator} has the value {value} at the point, so K > 0 there and λ is \
         infinite; move to a zero of K with `at`"
    )]
    Unit {
        /// The number of the generator, from 1.
        generator: usize,
        /// Its value at the point; that of an algebraic number to some digits.
        value: String,
    },
    /// Whether a generator vanishes at the point cannot be told.
    #[error(
        "whether generator {generator} is 0 at the point could not be decided; \
         give the point by one algebraic number instead of several"
    )]
    Undecided {
        /// The number of the generator, from 1.
        generator: usize,
    },
    /// An algebraic number has a name that is taken.
    #[error("the number `{name}` has the name of a variable or of another number")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// The value of a variable cannot be read.
    #[error("{name} = {text}: {source}")]
    Value {
        /// The variable.
        name: String,
        /// The value as given.
        text: String,
        /// What is wrong with it.
        source: ParseError,
    },
    /// A loss takes negative values near the point.
    #[error(
        "the loss is negative near the point (for one, its terms {terms} are); \
         a loss is ≥ 0 — for K = g² give g as an ideal, for K = |g| read it as absolute \
         (Germ::absolute, --reading absolute)"
    )]
    NegativeLoss {
        /// The leading terms that are negative somewhere.
        terms: String,
    },
    /// A polynomial cannot be read.
    #[error("generator {generator}: {source}")]
    Parse {
        /// The number of the text, from 1.
        generator: usize,
        /// What is wrong with it.
        source: ParseError,
    },
    /// A variable does not occur in the generators.
    #[error("unknown variable `{name}`; the variables are {known}")]
    UnknownVariable {
        /// The name.
        name: String,
        /// The variables there are.
        known: String,
    },
    /// The amplitude is not a monomial with rational exponents.
    #[error("the amplitude `{amplitude}` is not a monomial; write it as a*b^2 or a^(-1/2)*b")]
    Amplitude {
        /// The amplitude as given.
        amplitude: String,
    },
    /// An amplitude exponent is −1 or less.
    #[error(
        "the amplitude exponent of `{name}` is {exponent}; it must be above -1, or there is no \
         integral"
    )]
    NegativeAmplitude {
        /// The variable.
        name: String,
        /// Its exponent.
        exponent: Rational,
    },
    /// The point lies outside the domain.
    #[error("the point has {name} = {value}, outside the domain {name} ≥ 0")]
    OutsideDomain {
        /// The variable.
        name: String,
        /// Its value; that of an algebraic number to some digits.
        value: String,
    },
    /// Not even the bounds that need no search passed the checker: the input is beyond its limits.
    #[error("the germ is beyond the limits of the checker: {0}")]
    Certificate(String),
    /// Names of variables or numbers that cannot be told apart.
    #[error(transparent)]
    Names(#[from] VariablesError),
    /// The germ cannot be moved to the point.
    #[error(transparent)]
    Polynomial(#[from] PolynomialError),
    /// The budget ended before there was any bound: the germ could not even be moved to the point,
    /// or its simplest bounds not be checked.
    #[error("there is no bound yet: {0}")]
    Exhausted(#[from] Exhausted),
}
