//! What can be wrong with a text that should be a polynomial.

use super::MAX_DEPTH;
use std::fmt;

/// Why a text is not a polynomial, and where.
///
/// # Examples
///
/// ```
/// use rlct::algebra::Polynomial;
///
/// let error = "x^2 + (y".parse::<Polynomial>().unwrap_err();
/// assert_eq!(error.column(), 8);
/// assert_eq!(error.to_string(), "expected `)` but the text ends, at column 9");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    pub(super) column: usize,
    pub(super) width: usize,
    pub(super) reason: ParseErrorReason,
}

/// What the parser objects to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorReason {
    /// There is nothing to read.
    #[error("expected a polynomial but found nothing")]
    Empty,
    /// Something else was expected here.
    #[error("expected {expected} but found `{found}`")]
    Unexpected {
        /// What could stand here.
        expected: &'static str,
        /// What does.
        found: String,
    },
    /// The text ends too early.
    #[error("expected {expected} but the text ends")]
    UnexpectedEnd {
        /// What could stand here.
        expected: &'static str,
    },
    /// A variable that the ring does not have.
    #[error("unknown variable `{name}`; the variables are {known}")]
    UnknownVariable {
        /// The name.
        name: String,
        /// The variables there are.
        known: String,
    },
    /// A name that may be a product as well as a variable, where no ring is given.
    #[error(
        "`{name}` may be one variable or {product}; write * between factors and ^ before exponents, \
         or name all variables (--variables {name},…)"
    )]
    AmbiguousName {
        /// The name.
        name: String,
        /// The product.
        product: String,
    },
    /// A number such as `2e3` beside a variable that it may contain.
    #[error(
        "`{text}` may be a number in scientific notation or a product with the variable `{name}`; \
         write the product with *, or the number in decimals"
    )]
    AmbiguousNumber {
        /// The number as written.
        text: String,
        /// The variable.
        name: String,
    },
    /// A name before a parenthesis or an argument: a function or an index in other languages.
    #[error("`{name}` followed by {meaning}")]
    Application {
        /// The name.
        name: String,
        /// What the argument begins with, what that looks like, and what to write instead.
        meaning: String,
    },
    /// Division by something that is not a constant.
    #[error("division by a polynomial; only constants divide")]
    DivisionByPolynomial,
    /// Division by 0.
    #[error("division by zero")]
    DivisionByZero,
    /// A negative exponent.
    #[error("negative exponent; exponents are integers ≥ 0")]
    NegativeExponent,
    /// An exponent beyond 32 bits.
    #[error("exponent too large; at most {} is supported", u32::MAX)]
    ExponentOverflow,
    /// Parentheses nested too deeply.
    #[error("nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// The expanded polynomial or the text is too large.
    #[error("too large: more than {limit} {what}")]
    TooLarge {
        /// The limit.
        limit: usize,
        /// What was counted.
        what: &'static str,
    },
}

impl ParseError {
    /// Where the trouble is: the column, in characters from 0.
    ///
    /// ```
    /// # use rlct::algebra::Polynomial;
    /// assert_eq!("x/y".parse::<Polynomial>().unwrap_err().column(), 2);
    /// ```
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// How many characters are concerned, at least 1.
    ///
    /// ```
    /// # use rlct::algebra::Polynomial;
    /// assert_eq!("x/(y+1)".parse::<Polynomial>().unwrap_err().width(), 5);
    /// ```
    #[must_use]
    pub fn width(&self) -> usize {
        self.width.max(1)
    }

    /// What is wrong there.
    ///
    /// ```
    /// # use rlct::algebra::{ParseErrorReason, Polynomial};
    /// let error = "x/0".parse::<Polynomial>().unwrap_err();
    /// assert_eq!(error.reason(), &ParseErrorReason::DivisionByZero);
    /// ```
    #[must_use]
    pub fn reason(&self) -> &ParseErrorReason {
        &self.reason
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at column {}", self.reason, self.column + 1)
    }
}

impl std::error::Error for ParseError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.reason)
    }
}
