//! Exact arithmetic, the ground floor: ℚ, polynomials, the parser, Gröbner bases, real roots, real algebraic numbers, matrices over ℚ.

mod algebraic;
mod arithmetic;
mod dense;
mod factors;
mod gcd;
mod groebner;
mod identity;
mod lifted_factors;
mod linear;
mod modular_gcd;
mod monomial;
mod parse;
mod polynomial;
mod rational;
mod real_roots;
mod recombination;
mod univariate;
mod univariate_factors;
mod variables;

pub use algebraic::{AlgebraicNumber, AlgebraicNumberError};
pub use arithmetic::SizeLimits;
pub use groebner::GroebnerBasis;
pub(crate) use identity::{combination_to, elimination};
pub(crate) use linear::rank;
pub use linear::{MatrixError, RankProof, RationalMatrix};
pub use monomial::Monomial;
pub use parse::{ParseError, ParseErrorReason};
pub use polynomial::{Polynomial, PolynomialError};
pub use rational::{Rational, RationalError};
pub use univariate::Univariate;
pub use variables::{MAX_VARIABLES, Variables, VariablesError, distinguishable};
