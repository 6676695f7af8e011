//! The parser: polynomials as people type them.
//!
//! ```text
//! sum      = ['+' | '-'] product { ('+' | '-') product }
//! product  = factor { ['*' | '·' | '/'] factor }          juxtaposition multiplies: 2x y^2
//! factor   = ('+' | '-') factor | power
//! power    = atom [ ('^' | '**') exponent | superscripts ]
//! exponent = integer | '(' integer ')'
//! atom     = number | name | '(' sum ')' | '[' sum ']'
//! number   = digits [ '.' digits ] [ 'e' ['+' | '-'] digits ]
//! ```
//!
//! Products associate to the left, so `3/2*a` is (3/2)·a and `1/2x` is (1/2)·x. Only constants
//! divide.
//!
//! What may mean something else in another language is refused, never guessed: a name directly
//! before a parenthesis, `f(x)` or `x[1]`; a number such as `2e3` beside a variable `e3`; and,
//! where no ring is given, names that may be products, as Singular prints them: `x2y`.

mod error;
mod names;
mod tokens;

pub use error::{ParseError, ParseErrorReason};

use super::arithmetic::sum;
use super::rational::MAX_DECIMAL_EXPONENT;
use super::{Polynomial, PolynomialError, Rational, SizeLimits, Variables, VariablesError};
use std::str::FromStr;
use tokens::{Placed, Token, spelling, tokens};

/// Parentheses and signs nested deeper than this are refused.
const MAX_DEPTH: usize = 200;

/// Texts longer than this (in bytes) are refused.
const MAX_LENGTH: usize = 1 << 24;

/// A polynomial under construction and the columns it was read from.
struct Piece {
    value: Polynomial,
    start: usize,
    end: usize,
}

struct Reader<'a> {
    tokens: &'a [Placed],
    place: usize,
    end: usize,
    ring: &'a Variables,
    limits: &'a SizeLimits,
    depth: usize,
    /// What is left of the work that the whole text may take.
    work: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.place).map(|p| &p.token)
    }

    /// The columns of the next token, or of the end.
    fn span(&self) -> (usize, usize) {
        self.tokens
            .get(self.place)
            .map_or((self.end, self.end), |p| (p.start, p.end))
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.place += usize::from(found);
        found
    }

    fn error(&self, expected: &'static str) -> ParseError {
        let (start, end) = self.span();
        let reason = match self.peek() {
            None => ParseErrorReason::UnexpectedEnd { expected },
            Some(token) => ParseErrorReason::Unexpected {
                expected,
                found: spelling(token),
            },
        };
        ParseError {
            column: start,
            width: end - start,
            reason,
        }
    }

    fn sum(&mut self) -> Result<Piece, ParseError> {
        let first = self.product()?;
        let (start, mut end) = (first.start, first.end);
        if !matches!(self.peek(), Some(Token::Plus | Token::Minus)) {
            return Ok(first);
        }
        let mut count = first.value.len();
        let mut summands = vec![first.value];
        loop {
            let negative = match self.peek() {
                Some(Token::Plus) => false,
                Some(Token::Minus) => true,
                _ => break,
            };
            self.place += 1;
            let next = self.product()?;
            end = next.end;
            count += next.value.len();
            if count > self.limits.terms {
                let reason = ParseErrorReason::TooLarge {
                    limit: self.limits.terms,
                    what: "terms",
                };
                return Err(ParseError {
                    column: next.start,
                    width: next.end - next.start,
                    reason,
                });
            }
            summands.push(if negative { -&next.value } else { next.value });
        }
        Ok(Piece {
            value: sum(self.ring, summands),
            start,
            end,
        })
    }

    fn product(&mut self) -> Result<Piece, ParseError> {
        let mut left = self.factor()?;
        loop {
            match self.peek() {
                Some(Token::Times) => {
                    self.place += 1;
                    let right = self.factor()?;
                    left = self.multiply(left, right)?;
                }
                Some(Token::Over) => {
                    self.place += 1;
                    let right = self.factor()?;
                    self.spend(&left.value, &right.value, (left.start, right.end))?;
                    left = divide(left, &right)?;
                }
                Some(
                    Token::Number(_)
                    | Token::Scientific(..)
                    | Token::Name(_)
                    | Token::Open
                    | Token::OpenSquare,
                ) => {
                    self.no_application()?;
                    let right = self.power()?;
                    left = self.multiply(left, right)?;
                }
                _ => return Ok(left),
            }
        }
    }

    /// Takes the work of a product of two polynomials.
    fn spend(
        &mut self,
        left: &Polynomial,
        right: &Polynomial,
        (start, end): (usize, usize),
    ) -> Result<(), ParseError> {
        let words = (left.coefficient_bits().max(right.coefficient_bits()) / 64 + 1) as usize;
        let words = words.saturating_add(left.denominator_words(right));
        let products = left.len().saturating_mul(right.len());
        let cost = products.saturating_mul(words).saturating_mul(words);
        match self.work.checked_sub(cost) {
            Some(left) => self.work = left,
            None => {
                let error = PolynomialError::TooLarge {
                    limit: self.limits.work,
                    what: "products of terms",
                };
                return Err(too_large(&error, start, end));
            }
        }
        Ok(())
    }

    /// Refuses a name that the next token would be the argument or the index of.
    fn no_application(&self) -> Result<(), ParseError> {
        let before = self.place.checked_sub(1).and_then(|i| self.tokens.get(i));
        let (Some(before), Some(next)) = (before, self.tokens.get(self.place)) else {
            return Ok(());
        };
        let Token::Name(name) = &before.token else {
            return Ok(());
        };
        let applies = match next.token {
            Token::OpenSquare => true,
            Token::Open => before.end == next.start || names::is_function(name),
            _ => names::is_function(name),
        };
        if !applies {
            return Ok(());
        }
        let argument = spelling(&next.token);
        let reason = ParseErrorReason::Application {
            name: name.clone(),
            meaning: format!("`{argument}` {}", names::application(name, &argument)),
        };
        Err(ParseError {
            column: before.start,
            width: next.end - before.start,
            reason,
        })
    }

    /// The value of a number with an exponent, unless it may be a product with a variable.
    fn scientific(
        &self,
        (value, text, variable): (Option<&Rational>, &str, &str),
    ) -> Result<Rational, ParseErrorReason> {
        let next = self.tokens.get(self.place + 1);
        let (_, end) = self.span();
        let goes_on = match next.map(|next| (&next.token, next.start)) {
            Some((Token::Name(name), start)) if start == end => Some(format!("{variable}{name}")),
            _ => None,
        };
        if goes_on.is_some() || self.ring.index_of(variable).is_some() {
            return Err(ParseErrorReason::AmbiguousNumber {
                text: text.to_string(),
                name: goes_on.unwrap_or_else(|| variable.to_string()),
            });
        }
        value.cloned().ok_or(ParseErrorReason::TooLarge {
            limit: MAX_DECIMAL_EXPONENT,
            what: "places in scientific notation",
        })
    }

    fn multiply(&mut self, left: Piece, right: Piece) -> Result<Piece, ParseError> {
        let (start, end) = (left.start, right.end);
        self.spend(&left.value, &right.value, (start, end))?;
        let value = left
            .value
            .checked_mul(&right.value, self.limits)
            .map_err(|e| too_large(&e, start, end))?;
        Ok(Piece { value, start, end })
    }

    fn factor(&mut self) -> Result<Piece, ParseError> {
        let mut negative = false;
        let (start, _) = self.span();
        loop {
            match self.peek() {
                Some(Token::Minus) => negative = !negative,
                Some(Token::Plus) => {}
                _ => break,
            }
            self.place += 1;
        }
        let mut piece = self.power()?;
        if negative {
            piece.value = -&piece.value;
        }
        piece.start = start;
        Ok(piece)
    }

    fn power(&mut self) -> Result<Piece, ParseError> {
        let base = self.atom()?;
        let (start, mut end) = self.span();
        let overflow = ParseErrorReason::ExponentOverflow;
        let exponent = if let Some(Token::Superscript(value)) = self.peek() {
            let value = *value;
            self.place += 1;
            value.ok_or(ParseError {
                column: start,
                width: end - start,
                reason: overflow,
            })?
        } else if self.take(&Token::Power) {
            let (value, exponent_end) = self.exponent()?;
            end = exponent_end;
            value
        } else {
            return Ok(base);
        };
        if matches!(self.peek(), Some(Token::Power | Token::Superscript(_))) {
            return Err(self.error("one exponent, in parentheses if it is a tower"));
        }
        // a power is several products
        let limits = self.limits.clone().with_work(self.limits.work / 8);
        let value = base
            .value
            .checked_pow(exponent, &limits)
            .map_err(|e| too_large(&e, base.start, end))?;
        self.spend(&value, &value, (base.start, end))?;
        Ok(Piece {
            value,
            start: base.start,
            end,
        })
    }

    fn exponent(&mut self) -> Result<(u32, usize), ParseError> {
        let (start, _) = self.span();
        // LaTeX has braces
        let closing = match self.peek() {
            Some(Token::Open) => Some((Token::Close, "`)`")),
            Some(Token::Other('{')) => Some((Token::Other('}'), "`}`")),
            _ => None,
        };
        self.place += usize::from(closing.is_some());
        let negative = self.take(&Token::Minus);
        let (_, mut end) = self.span();
        let Some(Token::Number(number)) = self.peek() else {
            return Err(self.error("an exponent (an integer ≥ 0)"));
        };
        if !number.is_integer() {
            return Err(self.error("an exponent (an integer ≥ 0)"));
        }
        let value = number.to_i64().and_then(|v| u32::try_from(v).ok());
        let is_zero = number.is_zero();
        self.place += 1;
        if let Some((token, expected)) = closing {
            end = self.span().1;
            if !self.take(&token) {
                return Err(self.error(expected));
            }
        }
        let at = |reason| ParseError {
            column: start,
            width: end - start,
            reason,
        };
        if negative && !is_zero {
            return Err(at(ParseErrorReason::NegativeExponent));
        }
        Ok((
            value.ok_or_else(|| at(ParseErrorReason::ExponentOverflow))?,
            end,
        ))
    }

    fn atom(&mut self) -> Result<Piece, ParseError> {
        const EXPECTED: &str = "a number, a variable or `(`";
        let (start, end) = self.span();
        let value = match self.peek() {
            Some(Token::Number(number)) => Polynomial::constant(self.ring, number.clone()),
            Some(Token::Scientific(value, text, variable)) => {
                let number =
                    self.scientific((value.as_ref(), text, variable))
                        .map_err(|reason| ParseError {
                            column: start,
                            width: end - start,
                            reason,
                        })?;
                Polynomial::constant(self.ring, number)
            }
            Some(Token::Name(name)) => match self.ring.index_of(name) {
                Some(i) => Polynomial::variable(self.ring, i),
                None => {
                    let known = match self.ring.names() {
                        [] => "none".to_string(),
                        names => names.join(", "),
                    };
                    let reason = ParseErrorReason::UnknownVariable {
                        name: name.clone(),
                        known,
                    };
                    return Err(ParseError {
                        column: start,
                        width: end - start,
                        reason,
                    });
                }
            },
            Some(open @ (Token::Open | Token::OpenSquare)) => {
                let (close, expected) = match open {
                    Token::Open => (Token::Close, "`)`"),
                    _ => (Token::CloseSquare, "`]`"),
                };
                if self.depth == MAX_DEPTH {
                    let reason = ParseErrorReason::TooDeep;
                    return Err(ParseError {
                        column: start,
                        width: end - start,
                        reason,
                    });
                }
                self.place += 1;
                self.depth += 1;
                let inner = self.sum()?;
                self.depth -= 1;
                let (_, end) = self.span();
                if !self.take(&close) {
                    return Err(self.error(expected));
                }
                return Ok(Piece {
                    value: inner.value,
                    start,
                    end,
                });
            }
            _ => return Err(self.error(EXPECTED)),
        };
        self.place += 1;
        Ok(Piece { value, start, end })
    }
}

fn divide(left: Piece, right: &Piece) -> Result<Piece, ParseError> {
    let at = |reason| ParseError {
        column: right.start,
        width: right.end - right.start,
        reason,
    };
    let constant = right
        .value
        .as_constant()
        .ok_or_else(|| at(ParseErrorReason::DivisionByPolynomial))?;
    let inverse = constant
        .recip()
        .ok_or_else(|| at(ParseErrorReason::DivisionByZero))?;
    Ok(Piece {
        value: left.value.scale(&inverse),
        start: left.start,
        end: right.end,
    })
}

fn too_large(error: &PolynomialError, start: usize, end: usize) -> ParseError {
    let reason = match error {
        PolynomialError::TooLarge { limit, what } => ParseErrorReason::TooLarge {
            limit: *limit,
            what,
        },
        _ => ParseErrorReason::ExponentOverflow,
    };
    ParseError {
        column: start,
        width: end.saturating_sub(start),
        reason,
    }
}

fn placed_tokens(text: &str) -> Result<Vec<Placed>, ParseError> {
    if text.len() > MAX_LENGTH {
        let reason = ParseErrorReason::TooLarge {
            limit: MAX_LENGTH,
            what: "bytes of text",
        };
        return Err(ParseError {
            column: 0,
            width: 1,
            reason,
        });
    }
    let tokens = tokens(text);
    if tokens.is_empty() {
        return Err(ParseError {
            column: 0,
            width: 1,
            reason: ParseErrorReason::Empty,
        });
    }
    Ok(tokens)
}

fn read(
    text: &str,
    tokens: &[Placed],
    ring: &Variables,
    limits: &SizeLimits,
    work: &mut usize,
) -> Result<Polynomial, ParseError> {
    let end = text.trim_end().chars().count();
    let mut reader = Reader {
        tokens,
        place: 0,
        end,
        ring,
        limits,
        depth: 0,
        work: *work,
    };
    let piece = reader.sum();
    *work = reader.work;
    let piece = piece?;
    if reader.peek().is_some() {
        return Err(reader.error("an operator or the end"));
    }
    Ok(piece.value)
}

/// The names in the tokens, in order of appearance after those of `known`.
fn collect_names(tokens: &[Placed], known: &mut Vec<String>) -> Result<(), ParseError> {
    for Placed { token, start, end } in tokens {
        if let Token::Name(name) = token
            && !known.contains(name)
        {
            known.push(name.clone());
            if let Err(VariablesError::TooMany { .. }) = Variables::new(known.iter().cloned()) {
                let limit = super::MAX_VARIABLES;
                let reason = ParseErrorReason::TooLarge {
                    limit,
                    what: "variables",
                };
                return Err(ParseError {
                    column: *start,
                    width: end - start,
                    reason,
                });
            }
        }
    }
    Ok(())
}

/// The error at the first place of a name that may be a product.
fn ambiguous(texts: &[Vec<Placed>], name: &str, product: String) -> (usize, ParseError) {
    let is_it = |placed: &&Placed| matches!(&placed.token, Token::Name(found) if found == name);
    let places = texts.iter().enumerate();
    let first = places
        .filter_map(|(i, tokens)| tokens.iter().find(is_it).map(|placed| (i, placed)))
        .next();
    let (text, column, width) = first.map_or((0, 0, 1), |(i, placed)| {
        (i, placed.start, placed.end - placed.start)
    });
    let reason = ParseErrorReason::AmbiguousName {
        name: name.to_string(),
        product,
    };
    (
        text,
        ParseError {
            column,
            width,
            reason,
        },
    )
}

impl Polynomial {
    /// Reads a polynomial in given variables.
    ///
    /// # Errors
    /// [`ParseError`] with the column, also when a variable is not among them.
    ///
    /// ```
    /// # use rlct_algebra::{Polynomial, Variables};
    /// let ring = Variables::new(["x", "y"]).unwrap();
    /// assert_eq!(Polynomial::parse_in("2x y^2", &ring).unwrap().to_string(), "2*x*y^2");
    /// let error = Polynomial::parse_in("x + z", &ring).unwrap_err();
    /// assert_eq!(error.to_string(), "unknown variable `z`; the variables are x, y, at column 5");
    /// ```
    pub fn parse_in(text: &str, ring: &Variables) -> Result<Self, ParseError> {
        let limits = SizeLimits::default();
        let mut work = most_work(text, &limits);
        read(text, &placed_tokens(text)?, ring, &limits, &mut work)
    }

    /// [`Polynomial::parse_in`] for texts that nobody vouches for: `work` bounds the products of
    /// the whole text together, and returns what is left.
    ///
    /// # Errors
    /// As [`Polynomial::parse_in`], and [`ParseErrorReason::TooLarge`] when the work is spent.
    pub fn parse_within(
        text: &str,
        ring: &Variables,
        limits: &SizeLimits,
        work: &mut usize,
    ) -> Result<Self, ParseError> {
        read(text, &placed_tokens(text)?, ring, limits, work)
    }

    /// Reads several polynomials into one ring, whose variables are those that occur, in order
    /// of appearance.
    ///
    /// # Errors
    /// The number of the text, from 0, and what is wrong with it; also where a name may be a
    /// product ([`ParseErrorReason::AmbiguousName`]), for which a ring must be given.
    ///
    /// ```
    /// # use rlct_algebra::Polynomial;
    /// let generators = Polynomial::parse_all(["b*c", "a"]).unwrap();
    /// assert_eq!(generators[1].variables().names(), ["b", "c", "a"]);
    /// ```
    pub fn parse_all<S: AsRef<str>>(
        texts: impl IntoIterator<Item = S>,
    ) -> Result<Vec<Self>, (usize, ParseError)> {
        Self::parse_into_one_ring(texts, names::doubtful)
    }

    /// [`Polynomial::parse_all`] for texts of programs, in which every name is one.
    ///
    /// # Errors
    /// The number of the text, from 0, and what is wrong with it.
    pub fn parse_own<S: AsRef<str>>(
        texts: impl IntoIterator<Item = S>,
    ) -> Result<Vec<Self>, (usize, ParseError)> {
        Self::parse_into_one_ring(texts, |_| None)
    }

    /// The polynomials in the ring of the names that occur, unless one of them is doubtful.
    fn parse_into_one_ring<S: AsRef<str>>(
        texts: impl IntoIterator<Item = S>,
        doubtful: impl Fn(&[String]) -> Option<(usize, String)>,
    ) -> Result<Vec<Self>, (usize, ParseError)> {
        let texts: Vec<S> = texts.into_iter().collect();
        let mut names: Vec<String> = Vec::new();
        let mut read_texts = Vec::new();
        for (i, text) in texts.iter().enumerate() {
            let tokens = placed_tokens(text.as_ref()).map_err(|e| (i, e))?;
            collect_names(&tokens, &mut names).map_err(|e| (i, e))?;
            read_texts.push(tokens);
        }
        if let Some((place, product)) = doubtful(&names) {
            return Err(ambiguous(&read_texts, &names[place], product));
        }
        let ring = Variables::from_trusted(names);
        let limits = SizeLimits::default();
        let parse = |i: usize| {
            let text = texts[i].as_ref();
            let mut work = most_work(text, &limits);
            read(text, &read_texts[i], &ring, &limits, &mut work)
        };
        (0..texts.len())
            .map(|i| parse(i).map_err(|e| (i, e)))
            .collect()
    }
}

/// The work that a text may take: what its length explains, and two large products.
fn most_work(text: &str, limits: &SizeLimits) -> usize {
    const WORK_A_BYTE: usize = 200;
    text.len()
        .saturating_mul(WORK_A_BYTE)
        .saturating_add(2 * limits.work)
}

impl FromStr for Polynomial {
    type Err = ParseError;

    /// Reads a polynomial; its variables are those that occur, in order of appearance.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut parsed = Self::parse_all([text]).map_err(|(_, error)| error)?;
        parsed.pop().ok_or(ParseError {
            column: 0,
            width: 1,
            reason: ParseErrorReason::Empty,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        text.parse::<Polynomial>()
            .map_or_else(|e| e.to_string(), |p| p.to_string())
    }

    #[test]
    fn reads_what_people_type() {
        let cases = [
            ("(y-x^2)^2 - x^5", "-x^5 + x^4 - 2*y*x^2 + y^2"),
            ("3/2*a*b", "3/2*a*b"),
            ("2x y^2", "2*x*y^2"),
            ("x**2", "x^2"),
            ("-x^2", "-x^2"),
            ("- (x - -y)", "-x - y"),
            ("θ_1·θ_2", "θ_1*θ_2"),
            ("x²y¹⁰", "x^2*y^10"),
            (
                "0.5x + .5x",
                "expected a number, a variable or `(` but found `.`, at column 8",
            ),
            ("1/2x", "1/2*x"),
            ("x^(3)", "x^3"),
            ("x*-y", "-x*y"),
            ("x−y", "x - y"),
            ("(x+1)(x-1)", "x^2 - 1"),
            ("2(3)", "6"),
            ("x^0", "1"),
            ("x' * x", "x'*x"),
            ("1e-05*x*y", "1/100000*x*y"),
            ("1e3*x + 2.5e2*x*y", "250*x*y + 1000*x"),
            ("2.E+1*x", "20*x"),
            ("2e*x", "2*e*x"),
            ("x^{12}y", "x^12*y"),
            ("[x+1][x-1]", "x^2 - 1"),
            ("sin*(x)", "sin*x"),
            ("x (y+1)", "x*y + x"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn errors_name_the_column() {
        let cases = [
            ("", "expected a polynomial but found nothing, at column 1"),
            (
                "   ",
                "expected a polynomial but found nothing, at column 1",
            ),
            (
                "x +",
                "expected a number, a variable or `(` but the text ends, at column 4",
            ),
            (
                "x + * y",
                "expected a number, a variable or `(` but found `*`, at column 5",
            ),
            ("(x", "expected `)` but the text ends, at column 3"),
            (
                "x)",
                "expected an operator or the end but found `)`, at column 2",
            ),
            (
                "x/y",
                "division by a polynomial; only constants divide, at column 3",
            ),
            ("x/(1-1)", "division by zero, at column 3"),
            (
                "x^-2",
                "negative exponent; exponents are integers ≥ 0, at column 3",
            ),
            (
                "x^y",
                "expected an exponent (an integer ≥ 0) but found `y`, at column 3",
            ),
            (
                "x^1.5",
                "expected an exponent (an integer ≥ 0) but found `3/2`, at column 3",
            ),
            (
                "x^99999999999",
                "exponent too large; at most 4294967295 is supported, at column 3",
            ),
            (
                "x^2^3",
                "expected one exponent, in parentheses if it is a tower but found `^`, at column 4",
            ),
            (
                "x = y",
                "expected an operator or the end but found `=`, at column 3",
            ),
            (
                "θ + é + !",
                "expected a number, a variable or `(` but found `!`, at column 9",
            ),
            (
                "x + f(y)",
                "`f` followed by `(` looks like a function or an index: write f*( for a product, \
                 f_1 for a variable with an index, at column 5",
            ),
            (
                "x[1]*x[2]",
                "`x` followed by `[` looks like an index: write x_1 for a variable with an index, \
                 x*[ for a product, at column 1",
            ),
            (
                "1 + sin y",
                "`sin` followed by `y` looks like a function, and K is a polynomial: write the \
                 first terms of its series, or sin*y for a product, at column 5",
            ),
            (
                "2e1*x + e1",
                "`2e1` may be a number in scientific notation or a product with the variable `e1`; \
                 write the product with *, or the number in decimals, at column 1",
            ),
            (
                "e*x + 2e-3",
                "`2e-3` may be a number in scientific notation or a product with the variable `e`; \
                 write the product with *, or the number in decimals, at column 7",
            ),
            (
                "2e3x",
                "`2e3` may be a number in scientific notation or a product with the variable \
                 `e3x`; write the product with *, or the number in decimals, at column 1",
            ),
            (
                "x + 1e9999999999",
                "too large: more than 10000 places in scientific notation, at column 5",
            ),
            (
                "x*y + x2y",
                "`x2y` may be one variable or x^2*y; write * between factors and ^ before \
                 exponents, or name all variables (--variables x2y,…), at column 7",
            ),
            ("(x]", "expected `)` but found `]`, at column 3"),
            (
                "(x^4000000000)^2",
                "exponent too large; at most 4294967295 is supported, at column 1",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn huge_inputs_are_refused_quickly() {
        let million = vec!["x"; 1_000_000].join("+");
        let variables = (0..1000)
            .map(|i| format!("x{i}"))
            .collect::<Vec<_>>()
            .join("+");
        let nested = "(".repeat(100_000);
        let signs = "-".repeat(1_000_000) + "x";
        let too_large = |text: &str| text.parse::<Polynomial>().unwrap_err().reason().clone();
        assert!(matches!(
            too_large(&million),
            ParseErrorReason::TooLarge { what: "terms", .. }
        ));
        assert!(matches!(
            too_large(&variables),
            ParseErrorReason::TooLarge {
                what: "variables",
                ..
            }
        ));
        assert_eq!(too_large(&nested), ParseErrorReason::TooDeep);
        assert_eq!(shown(&signs), "x");
        for text in [
            "(a+b+c+d)^1000",
            "(1+x)^1000000",
            "(9999999999^1000000)^100000",
        ] {
            assert!(
                matches!(too_large(text), ParseErrorReason::TooLarge { .. }),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn display_parses_back(
            terms in prop::collection::vec(
                (prop::collection::vec(0_u32..4, 3), -9_i64..10, 1_i64..5),
                0..6,
            ),
        ) {
            let ring = Variables::new(["x", "y_2", "ζ"]).unwrap();
            let terms = terms.into_iter().map(|(e, n, d)| {
                (super::super::Monomial::new(&e), Rational::new(n, d).unwrap())
            });
            let p = Polynomial::from_terms(&ring, terms);
            prop_assert_eq!(Polynomial::parse_in(&p.to_string(), &ring).unwrap(), p);
        }

        #[test]
        fn never_panics(text in "[-+*/^() xy0-9.²θ]{0,40}") {
            let _ = text.parse::<Polynomial>();
        }

        #[test]
        fn never_panics_on_any_text(text in "\\PC{0,40}") {
            let _ = text.parse::<Polynomial>();
        }
    }
}
