//! What can be wrong with a question about ranks.

use crate::algebra::{MatrixError, PolynomialError};
use crate::budget::Exhausted;
use crate::resolution::GermError;

/// Why there is no exact rank, minor or splitting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FisherError {
    /// A map without components.
    #[error("the map has no components; give at least one polynomial")]
    EmptyMap,
    /// The point is given by algebraic numbers.
    #[error("the point is not rational; ranks are computed over ℚ, so give rational coordinates")]
    IrrationalPoint,
    /// A generator that does not vanish at the point.
    #[error(
        "generator {generator} has the value {value} at the point, so K > 0 there; move to a zero \
         of K"
    )]
    NotAZero {
        /// Its number, from 1.
        generator: usize,
        /// Its value.
        value: String,
    },
    /// A loss whose gradient does not vanish.
    #[error(
        "the loss has the slope {value} along {variable} at the point: that is no minimum, or one \
         on the boundary, of which the rank says nothing"
    )]
    NotAMinimum {
        /// The variable.
        variable: String,
        /// The derivative.
        value: String,
    },
    /// K = |g| is not smooth where it vanishes.
    #[error(
        "|g| has no Hessian where it vanishes, and no rank; ask about the ideal (g), whose λ is half \
         of that of |g|"
    )]
    Absolute,
    /// A loss with a negative direction.
    #[error(
        "the Hessian of the loss is not positive semi-definite at the point, so that is no minimum"
    )]
    Indefinite,
    /// An order of minors that the matrix has not.
    #[error("a {rows} × {columns} matrix has no minors of order {order}")]
    MinorOrder {
        /// The rows.
        rows: usize,
        /// The columns.
        columns: usize,
        /// The order.
        order: usize,
    },
    /// Too many minors.
    #[error(
        "the matrix has {count} minors of order {order}, above the limit of {limit}; take a \
         smaller model"
    )]
    TooManyMinors {
        /// How many (or 2¹²⁸ − 1 if more).
        count: u128,
        /// Their order.
        order: usize,
        /// The limit.
        limit: u128,
    },
    /// Polynomials grew too large, or a point has the wrong length.
    #[error(transparent)]
    Polynomial(#[from] PolynomialError),
    /// Matrices of shapes that do not fit.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// A germ that is none.
    #[error(transparent)]
    Germ(#[from] GermError),
    /// The budget ended.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}
