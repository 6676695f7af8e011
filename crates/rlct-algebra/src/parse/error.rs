//! What can be wrong with a text that should be a polynomial.

use super::MAX_DEPTH;
use std::fmt;

/// Why a text is not a polynomial, and where.
///
/// # Examples
///
/// ```
/// use rlct_algebra::Polynomial;
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
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseErrorReason {
    /// There is nothing to read.
    Empty,
    /// Something else was expected here.
    Unexpected {
        /// What could stand here.
        expected: &'static str,
        /// What does.
        found: String,
    },
    /// The text ends too early.
    UnexpectedEnd {
        /// What could stand here.
        expected: &'static str,
    },
    /// A variable that the ring does not have.
    UnknownVariable {
        /// The name.
        name: String,
        /// The variables there are.
        known: String,
    },
    /// A name that may be a product as well as a variable, where no ring is given.
    AmbiguousName {
        /// The name.
        name: String,
        /// The product.
        product: String,
    },
    /// A number such as `2e3` beside a variable that it may contain.
    AmbiguousNumber {
        /// The number as written.
        text: String,
        /// The variable.
        name: String,
    },
    /// A name before a parenthesis or an argument: a function or an index in other languages.
    Application {
        /// The name.
        name: String,
        /// What the argument begins with, what that looks like, and what to write instead.
        meaning: String,
    },
    /// Division by something that is not a constant.
    DivisionByPolynomial,
    /// Division by 0.
    DivisionByZero,
    /// A negative exponent.
    NegativeExponent,
    /// An exponent beyond 32 bits.
    ExponentOverflow,
    /// Parentheses nested too deeply.
    TooDeep,
    /// The expanded polynomial or the text is too large.
    TooLarge {
        /// The limit.
        limit: usize,
        /// What was counted.
        what: &'static str,
    },
}

impl fmt::Display for ParseErrorReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "expected a polynomial but found nothing"),
            Self::Unexpected { expected, found } => {
                write!(f, "expected {expected} but found `{found}`")
            }
            Self::UnexpectedEnd { expected } => write!(f, "expected {expected} but the text ends"),
            Self::UnknownVariable { name, known } => {
                write!(f, "unknown variable `{name}`; the variables are {known}")
            }
            Self::AmbiguousName { name, product } => write!(
                f,
                "`{name}` may be one variable or {product}; write * between factors and ^ before \
                 exponents, or name all variables (--variables {name},…)"
            ),
            Self::AmbiguousNumber { text, name } => write!(
                f,
                "`{text}` may be a number in scientific notation or a product with the variable \
                 `{name}`; write the product with *, or the number in decimals"
            ),
            Self::Application { name, meaning } => write!(f, "`{name}` followed by {meaning}"),
            Self::DivisionByPolynomial => {
                write!(f, "division by a polynomial; only constants divide")
            }
            Self::DivisionByZero => write!(f, "division by zero"),
            Self::NegativeExponent => write!(f, "negative exponent; exponents are integers ≥ 0"),
            Self::ExponentOverflow => {
                write!(f, "exponent too large; at most {} is supported", u32::MAX)
            }
            Self::TooDeep => write!(f, "nested more than {MAX_DEPTH} deep"),
            Self::TooLarge { limit, what } => write!(f, "too large: more than {limit} {what}"),
        }
    }
}

impl std::error::Error for ParseErrorReason {}

impl ParseError {
    /// Where the trouble is: the column, in characters from 0.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// assert_eq!("x/y".parse::<Polynomial>().unwrap_err().column(), 2);
    /// ```
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// How many characters are concerned, at least 1.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// assert_eq!("x/(y+1)".parse::<Polynomial>().unwrap_err().width(), 5);
    /// ```
    #[must_use]
    pub fn width(&self) -> usize {
        self.width.max(1)
    }

    /// What is wrong there.
    ///
    /// ```
    /// # use rlct_algebra::{ParseErrorReason, Polynomial};
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
