//! Real algebraic numbers, each the one root of a polynomial over ℚ in an interval.

use super::{ParseError, Polynomial, Rational, Univariate, Variables, VariablesError};
use std::fmt;
use std::str::FromStr;

/// A real algebraic number with a name: the only root of a square-free polynomial over ℚ in an open
/// interval.
///
/// It is read from an equation in its name and an interval; the interval may be left out where the
/// equation has only one real solution.
///
/// # Examples
///
/// ```
/// use rlct::algebra::AlgebraicNumber;
///
/// let s: AlgebraicNumber = "s^2 = 2, 1 < s < 2".parse()?;
/// assert_eq!(s.name(), "s");
/// assert!((s.to_f64() - 2f64.sqrt()).abs() < 1e-15);
/// let c: AlgebraicNumber = "c^3 + c = 3".parse()?;
/// assert!(c.to_f64() > 1.2);
/// assert!("s^2 = 2".parse::<AlgebraicNumber>().is_err()); // which of the two?
/// # Ok::<(), rlct::algebra::AlgebraicNumberError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlgebraicNumber {
    name: String,
    polynomial: Univariate,
    between: [Rational; 2],
}

/// Why there is no such number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AlgebraicNumberError {
    /// A side of the equation cannot be read.
    #[error("{text}: {source}")]
    Parse {
        /// The side.
        text: String,
        /// What is wrong with it.
        source: ParseError,
    },
    /// The equation is not in one unknown.
    #[error("`{equation}` is no equation in one unknown; write s^2 = 2, 1 < s < 2")]
    Unknowns {
        /// The equation.
        equation: String,
    },
    /// The interval cannot be read.
    #[error("`{interval}` is no interval for {name}; write 1 < {name} < 2")]
    Interval {
        /// The interval.
        interval: String,
        /// The name of the number.
        name: String,
    },
    /// The name is no name of a variable.
    #[error(transparent)]
    Name(#[from] VariablesError),
    /// The equation is too large.
    #[error("{equation} has degree {degree}; degrees up to {most} are read")]
    Degree {
        /// The equation.
        equation: String,
        /// Its degree.
        degree: usize,
        /// The largest degree there may be.
        most: usize,
    },
    /// Numbers in the equation or the interval are too long.
    #[error("{equation} has numbers of {bits} bits; up to {most} are read")]
    Bits {
        /// The equation.
        equation: String,
        /// The bits of the longest number.
        bits: u64,
        /// The most bits there may be.
        most: u64,
    },
    /// Not exactly one root in the interval.
    #[error("{equation} has {count} real solutions {range}, and one is wanted{remedy}")]
    Count {
        /// The equation.
        equation: String,
        /// How many.
        count: usize,
        /// Where they were looked for.
        range: String,
        /// All real solutions, to choose from.
        remedy: String,
    },
}

impl AlgebraicNumber {
    /// The only root of a polynomial between two rationals, neither of them included.
    ///
    /// # Errors
    /// [`AlgebraicNumberError::Count`] if there is none, or more than one.
    ///
    /// ```
    /// # use rlct::algebra::{AlgebraicNumber, Rational, Univariate};
    /// let p = Univariate::new([-2, 0, 1].map(Rational::from)); // x² − 2
    /// let root = AlgebraicNumber::new("s", &p, [Rational::from(-2), Rational::ZERO])?;
    /// assert!(root.to_f64() < 0.0);
    /// assert!(AlgebraicNumber::new("s", &p, [Rational::from(-2), Rational::from(2)]).is_err());
    /// # Ok::<(), rlct::algebra::AlgebraicNumberError>(())
    /// ```
    pub fn new(
        name: impl Into<String>,
        polynomial: &Univariate,
        between: [Rational; 2],
    ) -> Result<Self, AlgebraicNumberError> {
        let name = name.into();
        Variables::new([name.as_str()])?;
        size_is_moderate(&name, polynomial, &between)?;
        let [low, high] = &between;
        let count = if low < high && polynomial.degree().is_some() {
            roots_between(polynomial, &between)
        } else {
            0
        };
        if count != 1 {
            let range = format!("with {low} < {name} < {high}");
            return Err(miscounted(&name, polynomial, count, range));
        }
        Ok(Self {
            name,
            polynomial: polynomial.square_free_part(),
            between,
        })
    }

    /// The only real root of a polynomial.
    fn only_root(name: &str, polynomial: &Univariate) -> Result<Self, AlgebraicNumberError> {
        size_is_moderate(name, polynomial, &[])?;
        let roots = match polynomial.degree() {
            Some(_) => polynomial.real_roots(),
            None => Vec::new(),
        };
        let [[low, high]] = roots.as_slice() else {
            return Err(miscounted(
                name,
                polynomial,
                roots.len(),
                "in all".to_string(),
            ));
        };
        let between = if low == high {
            [low - Rational::ONE, high + Rational::ONE]
        } else {
            [low.clone(), high.clone()]
        };
        Self::new(name, polynomial, between)
    }

    /// The name.
    ///
    /// ```
    /// # use rlct::algebra::AlgebraicNumber;
    /// assert_eq!("t^3 = 2".parse::<AlgebraicNumber>()?.name(), "t");
    /// # Ok::<(), rlct::algebra::AlgebraicNumberError>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The square-free polynomial p with p(s) = 0.
    ///
    /// ```
    /// # use rlct::algebra::AlgebraicNumber;
    /// assert_eq!("t^3 = 2".parse::<AlgebraicNumber>()?.polynomial().degree(), Some(3));
    /// # Ok::<(), rlct::algebra::AlgebraicNumberError>(())
    /// ```
    #[must_use]
    pub fn polynomial(&self) -> &Univariate {
        &self.polynomial
    }

    /// The ends of an open interval that holds no other root.
    ///
    /// ```
    /// # use rlct::algebra::AlgebraicNumber;
    /// let s: AlgebraicNumber = "s^2 = 2, 1 < s < 2".parse()?;
    /// assert_eq!(s.between()[1].to_string(), "2");
    /// # Ok::<(), rlct::algebra::AlgebraicNumberError>(())
    /// ```
    #[must_use]
    pub fn between(&self) -> &[Rational; 2] {
        &self.between
    }

    /// The nearest machine number, to the last digits.
    ///
    /// ```
    /// # use rlct::algebra::AlgebraicNumber;
    /// assert_eq!("2*t = 1".parse::<AlgebraicNumber>()?.to_f64(), 0.5);
    /// # Ok::<(), rlct::algebra::AlgebraicNumberError>(())
    /// ```
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        let bits = i64::try_from(self.between[0].bits()).unwrap_or(0);
        let width = Rational::new(1, 2)
            .unwrap_or_default()
            .pow(u32::try_from(70 + bits).unwrap_or(70));
        let [low, high] = self.within(&width);
        ((low + high) * Rational::new(1, 2).unwrap_or_default()).to_f64()
    }

    /// Ends of a closed interval of at most this width that holds the number.
    pub(crate) fn within(&self, width: &Rational) -> [Rational; 2] {
        self.polynomial.narrowed(self.between.clone(), width)
    }

    /// The number with a shorter interval, which is still open around it.
    pub(crate) fn halved(mut self) -> Self {
        let [low, high] = &self.between;
        let width = high - low;
        let [a, b] = self.within(&(&width * Rational::new(1, 4).unwrap_or_default()));
        let quarter = width * Rational::new(1, 8).unwrap_or_default();
        // the number may be rational, and then it is both ends
        self.between = if a == b {
            [
                (&a - &quarter).max(low.clone()),
                (&b + &quarter).min(high.clone()),
            ]
        } else {
            [a, b]
        };
        self
    }

    /// Whether q is 0 at the number; and the number as a root of what the polynomial and q have in
    /// common, or of the rest.
    pub(crate) fn told_by(&self, q: &Univariate) -> (bool, Self) {
        let common = self.polynomial.gcd(q);
        if common.degree().is_none_or(|n| n == 0) {
            return (q.degree().is_none(), self.clone());
        }
        let vanishes = roots_between(&common, &self.between) == 1;
        let polynomial = match vanishes {
            true => Some(common),
            false => self.polynomial.exact_quotient(&common),
        };
        let mut told = self.clone();
        if let Some(polynomial) = polynomial {
            told.polynomial = polynomial;
        }
        (vanishes, told)
    }

    /// The polynomial in its variable of a ring.
    pub(crate) fn relation(&self, ring: &Variables, i: usize) -> Polynomial {
        self.polynomial.in_variable(ring, i).primitive_part()
    }
}

/// Roots are isolated without a budget: that degree and numbers are such that this is quick.
fn size_is_moderate(
    name: &str,
    p: &Univariate,
    ends: &[Rational],
) -> Result<(), AlgebraicNumberError> {
    const MOST: usize = 60;
    const MOST_BITS: u64 = 1000;
    let numbers = p.coefficients().iter().chain(ends);
    let bits = numbers.map(Rational::bits).max().unwrap_or(0);
    if bits > MOST_BITS {
        return Err(AlgebraicNumberError::Bits {
            equation: format!("the equation for {name}"),
            bits,
            most: MOST_BITS,
        });
    }
    match p.degree() {
        Some(degree) if degree > MOST => Err(AlgebraicNumberError::Degree {
            equation: format!("the equation for {name}"),
            degree,
            most: MOST,
        }),
        _ => Ok(()),
    }
}

/// How many distinct real roots lie strictly between.
fn roots_between(p: &Univariate, [low, high]: &[Rational; 2]) -> usize {
    let above = |c: &Rational| p.translated(c).count_positive_roots();
    let at_high = usize::from(p.evaluate(high).is_zero());
    above(low) - above(high) - at_high
}

fn miscounted(name: &str, p: &Univariate, count: usize, range: String) -> AlgebraicNumberError {
    let fine = Rational::new(1, 100_000_000).unwrap_or_default();
    let roots = match p.degree() {
        Some(_) => p.real_roots(),
        None => Vec::new(),
    };
    let square_free = p.square_free_part();
    let near: Vec<String> = roots
        .into_iter()
        .map(|root| format!("{:.6}", square_free.narrowed(root, &fine)[0].to_f64()))
        .collect();
    let remedy = match near.as_slice() {
        [] => String::new(),
        near => format!(
            "; its real solutions are near {}: give an interval around one of them, as 1 < {name} \
             < 2",
            near.join(", ")
        ),
    };
    AlgebraicNumberError::Count {
        equation: format!("{} = 0", in_name(p, name)),
        count,
        range,
        remedy,
    }
}

/// The polynomial in a variable of this name.
fn in_name(p: &Univariate, name: &str) -> Polynomial {
    let ring = Variables::from_trusted(vec![name.to_string()]);
    p.in_variable(&ring, 0)
}

impl FromStr for AlgebraicNumber {
    type Err = AlgebraicNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (equation, interval) = match text.split_once(',') {
            Some((equation, interval)) => (equation.trim(), Some(interval.trim())),
            None => (text.trim(), None),
        };
        let sides: Vec<&str> = equation.splitn(2, '=').collect();
        let parsed = Polynomial::parse_all(&sides).map_err(|(i, source)| Self::Err::Parse {
            text: sides[i].trim().to_string(),
            source,
        })?;
        let difference = match parsed.as_slice() {
            [left, right] => left - right,
            [only] => only.clone(),
            _ => unreachable!("there are one or two sides"),
        };
        let unknowns = || Self::Err::Unknowns {
            equation: equation.to_string(),
        };
        let [name] = difference.variables().names() else {
            return Err(unknowns());
        };
        let polynomial = difference.as_univariate(0).ok_or_else(unknowns)?;
        let Some(interval) = interval else {
            return Self::only_root(name, &polynomial);
        };
        let malformed = || Self::Err::Interval {
            interval: interval.to_string(),
            name: name.clone(),
        };
        let parts: Vec<&str> = interval.split('<').map(str::trim).collect();
        let [low, middle, high] = parts.as_slice() else {
            return Err(malformed());
        };
        if middle != name {
            return Err(malformed());
        }
        let end = |text: &str| text.parse::<Rational>().map_err(|_| malformed());
        Self::new(name.as_str(), &polynomial, [end(low)?, end(high)?])
    }
}

impl fmt::Display for AlgebraicNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            polynomial,
            between: [low, high],
        } = self;
        write!(
            f,
            "{} = 0, {low} < {name} < {high}",
            in_name(polynomial, name).primitive_part()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> AlgebraicNumber {
        text.parse().unwrap()
    }

    fn refusal(text: &str) -> String {
        text.parse::<AlgebraicNumber>().unwrap_err().to_string()
    }

    #[test]
    fn numbers_are_read_and_shown() {
        assert_eq!(
            number("s^2 = 2, 1 < s < 2").to_string(),
            "s^2 - 2 = 0, 1 < s < 2"
        );
        // multiple factors are left out
        assert_eq!(
            number("(c^2-2)^3, 0 < c < 3/2").to_string(),
            "c^2 - 2 = 0, 0 < c < 3/2"
        );
        assert_eq!(number("3*q = 2").to_string(), "3*q - 2 = 0, 0 < q < 8");
    }

    #[test]
    fn what_is_no_number_is_refused_with_a_remedy() {
        let two = refusal("s^2 = 2");
        assert!(two.contains("2 real solutions in all"), "{two}");
        assert!(two.contains("near -1.414214, 1.41421"), "{two}");
        assert!(refusal("s^2 = -2").contains("0 real solutions"));
        assert!(refusal("s^2 = 2, 2 < s < 3").contains("0 real solutions with 2 < s < 3"));
        assert!(refusal("s^2 = 2, 3 < s < -3").contains("0 real solutions"));
        assert!(refusal("s^2 = 2, 1 < t < 2").contains("no interval for s"));
        assert!(refusal("s^2 = 2, 1, 2").contains("no interval for s"));
        assert!(refusal("s*t = 2").contains("one unknown"));
        assert!(refusal("1 = 2").contains("one unknown"));
        assert!(refusal("s = s").contains("solutions"));
        assert!(refusal("s^2 = 2 +").contains("2 +"));
        let long = refusal(&format!("s^2 = 1{}", "0".repeat(500)));
        assert!(long.contains("1662 bits; up to 1000 are read"), "{long}");
    }

    #[test]
    fn halving_keeps_the_number() {
        for text in [
            "s^2 = 2, 1 < s < 2",
            "3*s = 1",
            "s^3 - s = 0, -1/2 < s < 2/3",
        ] {
            let mut s = number(text);
            let value = s.to_f64();
            for _ in 0..20 {
                s = s.halved();
                let [low, high] = s.between();
                assert_eq!(roots_between(s.polynomial(), s.between()), 1, "{s}");
                assert!(low.to_f64() <= value && value <= high.to_f64());
            }
            let width = &s.between()[1] - &s.between()[0];
            assert!(width < Rational::new(1, 1000).unwrap());
        }
    }

    #[test]
    fn vanishing_is_decided_for_the_one_root() {
        let s = number("(s^2-2)*(s-5), 1 < s < 2");
        let p = |c: &[i64]| Univariate::new(c.iter().copied().map(Rational::from));
        let told = |q: &[i64]| {
            let (vanishes, number) = s.told_by(&p(q));
            (vanishes, number.to_string())
        };
        let short = "s^2 - 2 = 0, 1 < s < 2".to_string();
        assert_eq!(told(&[-2, 0, 1]), (true, short.clone()));
        assert_eq!(told(&[-5, 1]), (false, short));
        assert_eq!(told(&[1, 1]), (false, s.to_string()));
    }
}
