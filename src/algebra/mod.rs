//! Exact arithmetic, the ground floor: ℚ, polynomials, the parser, Gröbner bases, real roots.

mod arithmetic;
mod monomial;
mod parse;
mod polynomial;
mod rational;
mod variables;

pub use arithmetic::SizeLimits;
pub use monomial::Monomial;
pub use parse::{ParseError, ParseErrorReason};
pub use polynomial::{Polynomial, PolynomialError};
pub use rational::{Rational, RationalError};
pub use variables::{MAX_VARIABLES, Variables, VariablesError};
