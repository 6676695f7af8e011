//! Exact arithmetic, the ground floor: ℚ, polynomials and their parser, which are
//! [`rlct_algebra`]'s, and what the search needs besides: common divisors and factors, Gröbner
//! bases, real algebraic numbers, matrices over ℚ.

mod algebraic;
mod factors;
mod gcd;
mod groebner;
mod identity;
mod lifted_factors;
mod limits;
mod linear;
mod modular_gcd;
mod recombination;
mod univariate_factors;

pub use algebraic::{AlgebraicNumber, AlgebraicNumberError};
pub use factors::Factors;
pub use groebner::GroebnerBasis;
pub(crate) use identity::{combination_to, elimination};
pub(crate) use limits::watched;
pub use linear::{MatrixError, RankProof, RationalMatrix};
pub(crate) use linear::{rank, solution};
pub(crate) use rlct_algebra::Term;
pub use rlct_algebra::{
    MAX_VARIABLES, Monomial, ParseError, ParseErrorReason, Polynomial, PolynomialError, Rational,
    RationalError, Reading, SizeLimits, Univariate, Variables, VariablesError, distinguishable,
};

/// One term of a polynomial in floating point: the exponents of the variables, by position, and the
/// coefficient to machine precision.
pub type FloatTerm = (Vec<u32>, f64);
