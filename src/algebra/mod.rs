//! Exact arithmetic, the ground floor: ℚ, polynomials, the parser, Gröbner bases, real roots.

mod rational;

pub use rational::{Rational, RationalError};
