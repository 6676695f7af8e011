//! Exact arithmetic: ℚ, monomials, polynomials and their parser, polynomials in one variable and
//! their real roots, arithmetic modulo primes.
//!
//! What a checker of certificates must trust is here, and no more: the crate depends on big
//! integers and serde alone, has no clock, no thread-local state and no search. Work that may take
//! long is bounded by [`SizeLimits`], and tells how far it is through [`work`].
//!
//! # Examples
//!
//! ```
//! use rlct_algebra::{Polynomial, Rational, SizeLimits};
//!
//! let cusp: Polynomial = "(y - x)^2 - x^3".parse()?;
//! assert_eq!(cusp.evaluate(&[1.into(), Rational::ONE])?, Rational::from(-1));
//! let moved = cusp.translate(&[Rational::ZERO, 1.into()], &SizeLimits::default())?;
//! assert_eq!(moved.terms().next().map(|(exponents, _)| exponents), Some(&[0, 3][..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arithmetic;
pub mod dense;
mod division;
mod exponents;
mod limits;
pub mod modular;
mod monomial;
mod parse;
mod polynomial;
mod rational;
mod reading;
mod real_roots;
mod univariate;
mod variables;
pub mod work;

pub use limits::SizeLimits;
pub use monomial::Monomial;
pub use parse::{ParseError, ParseErrorReason};
pub use polynomial::{Polynomial, PolynomialError, Term};
pub use rational::{Rational, RationalError};
pub use reading::Reading;
pub use univariate::Univariate;
pub use variables::{MAX_VARIABLES, Variables, VariablesError, distinguishable};
