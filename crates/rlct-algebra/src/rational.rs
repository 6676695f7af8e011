//! The field ℚ: machine words while they suffice, big integers beyond.

use crate::work::{look, look_at_numbers};
use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_rational::BigRational;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

/// The largest size of an exponent of ten that [`Rational`] reads.
pub(crate) const MAX_DECIMAL_EXPONENT: usize = 10_000;

/// A rational number, always in lowest terms with positive denominator.
///
/// Numerator and denominator are kept in machine words while they fit and in a
/// [`BigRational`] otherwise; the two representations are never mixed for one value, so equality
/// and hashing are structural. Displays and serialises as mathematics: `5/12`, `-3`.
///
/// # Examples
///
/// ```
/// use rlct_algebra::Rational;
///
/// let half = Rational::new(1, 2)?;
/// let third: Rational = "1/3".parse()?;
/// assert_eq!((&half + &third).to_string(), "5/6");
/// # Ok::<(), rlct_algebra::RationalError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Rational(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    /// `den > 0`, `gcd(num, den) = 1`.
    Small { num: i64, den: i64 },
    /// In lowest terms, and does not fit `Small`.
    Big(Box<BigRational>),
}

/// What is wrong with a would-be rational number.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RationalError {
    /// The denominator is zero.
    ZeroDenominator {
        /// The numerator that was given.
        numerator: String,
    },
    /// The text is not of the form `p` or `p/q` with integers p and q.
    Malformed {
        /// The text that was given.
        text: String,
    },
}

impl fmt::Display for RationalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ZeroDenominator { numerator } => {
                write!(f, "the denominator of {numerator}/0 is zero")
            }
            Self::Malformed { text } => write!(
                f,
                "`{text}` is not a rational number; write it as 3, -7/4 or 0.25"
            ),
        }
    }
}

impl std::error::Error for RationalError {}

impl Rational {
    /// The number 0.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert_eq!(Rational::ZERO, Rational::from(0));
    /// ```
    pub const ZERO: Self = Self(Repr::Small { num: 0, den: 1 });
    /// The number 1.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert_eq!(Rational::ONE, Rational::from(1));
    /// ```
    pub const ONE: Self = Self(Repr::Small { num: 1, den: 1 });

    /// The fraction `num/den` in lowest terms.
    ///
    /// # Errors
    /// [`RationalError::ZeroDenominator`] if `den` is 0.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert_eq!(Rational::new(6, -4)?.to_string(), "-3/2");
    /// assert!(Rational::new(1, 0).is_err());
    /// # Ok::<(), rlct_algebra::RationalError>(())
    /// ```
    pub fn new(num: i64, den: i64) -> Result<Self, RationalError> {
        if den == 0 {
            return Err(RationalError::ZeroDenominator {
                numerator: num.to_string(),
            });
        }
        Ok(Self::from_i128(i128::from(num), i128::from(den)))
    }

    /// The fraction num/den, `den ≠ 0`, of values below 2¹²⁷ in size.
    fn from_i128(num: i128, den: i128) -> Self {
        debug_assert!(den != 0, "denominator must not vanish");
        let (num, den) = if den < 0 { (-num, -den) } else { (num, den) };
        if den == 1 {
            return match i64::try_from(num) {
                Ok(num) => Self(Repr::Small { num, den: 1 }),
                Err(_) => Self(Repr::Big(Box::new(BigRational::from_integer(num.into())))),
            };
        }
        let g = match (u64::try_from(num.unsigned_abs()), u64::try_from(den)) {
            (Ok(a), Ok(b)) => i128::from(a.gcd(&b)),
            _ => num.gcd(&den),
        };
        let (num, den) = (num / g, den / g);
        match (i64::try_from(num), i64::try_from(den)) {
            (Ok(num), Ok(den)) => Self(Repr::Small { num, den }),
            _ => Self(Repr::Big(Box::new(BigRational::new_raw(
                num.into(),
                den.into(),
            )))),
        }
    }

    /// A big fraction already in lowest terms, moved to machine words where it fits.
    fn from_reduced(value: BigRational) -> Self {
        match (i64::try_from(value.numer()), i64::try_from(value.denom())) {
            (Ok(num), Ok(den)) => Self(Repr::Small { num, den }),
            _ => Self(Repr::Big(Box::new(value))),
        }
    }

    fn big(&self) -> BigRational {
        match &self.0 {
            Repr::Small { num, den } => BigRational::new_raw((*num).into(), (*den).into()),
            Repr::Big(value) => (**value).clone(),
        }
    }

    /// The numerator (of either sign).
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert_eq!(Rational::new(-6, 4)?.numerator(), (-3).into());
    /// # Ok::<(), rlct_algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn numerator(&self) -> BigInt {
        match &self.0 {
            Repr::Small { num, .. } => (*num).into(),
            Repr::Big(value) => value.numer().clone(),
        }
    }

    /// The denominator, positive.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert_eq!(Rational::new(-6, 4)?.denominator(), 2.into());
    /// # Ok::<(), rlct_algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn denominator(&self) -> BigInt {
        match &self.0 {
            Repr::Small { den, .. } => (*den).into(),
            Repr::Big(value) => value.denom().clone(),
        }
    }

    /// Whether the number is 0.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert!(Rational::ZERO.is_zero());
    /// ```
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small { num: 0, .. })
    }

    /// Whether the number is 1.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert!(Rational::from(1).is_one());
    /// ```
    #[must_use]
    pub fn is_one(&self) -> bool {
        matches!(self.0, Repr::Small { num: 1, den: 1 })
    }

    /// Whether the denominator is 1.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert!(Rational::from(-4).is_integer());
    /// ```
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small { den, .. } => *den == 1,
            Repr::Big(value) => *value.denom() == BigInt::from(1),
        }
    }

    /// The sign: −1, 0 or 1.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert_eq!(Rational::new(-1, 2)?.signum(), -1);
    /// # Ok::<(), rlct_algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn signum(&self) -> i8 {
        match &self.0 {
            Repr::Small { num, .. } => num.signum() as i8,
            Repr::Big(value) if *value.numer() < BigInt::ZERO => -1,
            Repr::Big(_) => 1,
        }
    }

    /// Whether the number is greater than 0.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert!(Rational::ONE.is_positive());
    /// ```
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.signum() > 0
    }

    /// Whether the number is less than 0.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert!(!Rational::ZERO.is_negative());
    /// ```
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.signum() < 0
    }

    /// The absolute value.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert_eq!(Rational::from(-2).abs(), Rational::from(2));
    /// ```
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.is_negative() {
            -self
        } else {
            self.clone()
        }
    }

    /// The reciprocal 1/x, or `None` for 0.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert_eq!(Rational::from(2).recip(), Some(Rational::new(1, 2)?));
    /// assert_eq!(Rational::ZERO.recip(), None);
    /// # Ok::<(), rlct_algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn recip(&self) -> Option<Self> {
        match &self.0 {
            Repr::Small { num: 0, .. } => None,
            Repr::Small { num, den } => Some(Self::from_i128(i128::from(*den), i128::from(*num))),
            Repr::Big(value) => Some(Self::from_reduced(value.recip())),
        }
    }

    /// The power xᵉ.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert_eq!(Rational::new(-2, 3)?.pow(3).to_string(), "-8/27");
    /// # Ok::<(), rlct_algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn pow(&self, exponent: u32) -> Self {
        let mut base = self.clone();
        let mut result = Self::ONE;
        let mut e = exponent;
        while e > 0 {
            if e & 1 == 1 {
                result *= &base;
            }
            e >>= 1;
            if e > 0 {
                base = &base * &base;
            }
        }
        result
    }

    /// The nearest floating-point number. For the numerical lane and for display; nothing exact
    /// is ever computed from it.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert_eq!(Rational::new(1, 4)?.to_f64(), 0.25);
    /// # Ok::<(), rlct_algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Small { num, den } => *num as f64 / *den as f64,
            Repr::Big(value) => nearest(value),
        }
    }

    /// The number as a machine integer, if it is one.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert_eq!(Rational::from(7).to_i64(), Some(7));
    /// assert_eq!(Rational::new(1, 2)?.to_i64(), None);
    /// # Ok::<(), rlct_algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small { num, den: 1 } => Some(*num),
            _ => None,
        }
    }

    /// The quotient x/y of two integers, if y divides x.
    pub(super) fn integer_quotient(&self, divisor: &Self) -> Option<Self> {
        if divisor.is_zero() {
            return None;
        }
        if let (Some(a), Some(b)) = (self.to_i64(), divisor.to_i64()) {
            let (a, b) = (i128::from(a), i128::from(b));
            return (a % b == 0).then(|| Self::from_i128(a / b, 1));
        }
        if !self.is_integer() || !divisor.is_integer() {
            return None;
        }
        let (quotient, rest) = self.numerator().div_rem(&divisor.numerator());
        (rest == BigInt::ZERO).then(|| quotient.into())
    }

    /// Size in bits of numerator and denominator together: what a budget counts.
    ///
    /// ```
    /// # use rlct_algebra::Rational;
    /// assert_eq!(Rational::new(4, 3)?.bits(), 5);
    /// # Ok::<(), rlct_algebra::RationalError>(())
    /// ```
    #[must_use]
    pub fn bits(&self) -> u64 {
        match &self.0 {
            Repr::Small { num, den } => u64::from(
                (64 - num.unsigned_abs().leading_zeros())
                    + (64 - den.unsigned_abs().leading_zeros()),
            ),
            Repr::Big(value) => value.numer().bits() + value.denom().bits(),
        }
    }

    /// Whether the value obeys the invariants of its representation.
    #[cfg(test)]
    pub fn is_canonical(&self) -> bool {
        match &self.0 {
            Repr::Small { num, den } => *den > 0 && num.gcd(den).unsigned_abs() == 1,
            Repr::Big(value) => {
                *value.denom() > BigInt::ZERO
                    && value.numer().gcd(value.denom()) == BigInt::from(1)
                    && (i64::try_from(value.numer()).is_err()
                        || i64::try_from(value.denom()).is_err())
            }
        }
    }
}

impl Default for Rational {
    fn default() -> Self {
        Self::ZERO
    }
}

impl From<i64> for Rational {
    fn from(value: i64) -> Self {
        Self(Repr::Small { num: value, den: 1 })
    }
}

impl From<i32> for Rational {
    fn from(value: i32) -> Self {
        i64::from(value).into()
    }
}

impl From<u32> for Rational {
    fn from(value: u32) -> Self {
        i64::from(value).into()
    }
}

impl From<usize> for Rational {
    fn from(value: usize) -> Self {
        BigInt::from(value).into()
    }
}

impl From<BigInt> for Rational {
    fn from(value: BigInt) -> Self {
        Self::from_reduced(BigRational::from_integer(value))
    }
}

impl From<BigRational> for Rational {
    /// The same number; reduced first, in case it was made by `new_raw`.
    fn from(value: BigRational) -> Self {
        Self::from_reduced(value.reduced())
    }
}

impl From<Rational> for BigRational {
    fn from(value: Rational) -> Self {
        value.big()
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) => {
                (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)))
            }
            _ => self.big().cmp(&other.big()),
        }
    }
}

/// The greatest common divisor. Most pairs have one that fits a machine word, often 1: a division
/// then saves the search bit by bit.
pub(super) fn gcd(a: &BigInt, b: &BigInt) -> BigInt {
    let (small, large) = if a.bits() <= b.bits() { (a, b) } else { (b, a) };
    let Ok(word) = u64::try_from(small.magnitude()) else {
        look_at_numbers(large.bits());
        return a.gcd(b);
    };
    if word <= 1 {
        return if word == 1 {
            BigInt::from(1)
        } else {
            large.magnitude().clone().into()
        };
    }
    let rest = u64::try_from(large.magnitude() % word).unwrap_or(0);
    BigInt::from(word.gcd(&rest))
}

/// The nearest floating-point number, ties to even.
fn nearest(x: &BigRational) -> f64 {
    /// Bits of a quotient: those of a mantissa, and some to round by.
    const KEPT: i64 = 56;
    /// log₂ of the least positive number.
    const LEAST: i64 = -1074;
    let sign = if *x.numer() < BigInt::ZERO { -1.0 } else { 1.0 };
    let (a, b) = (x.numer().magnitude(), x.denom().magnitude());
    let size = a.bits() as i64 - b.bits() as i64;
    if size > 1100 {
        return sign * f64::INFINITY;
    }
    if size < -1200 {
        return sign * 0.0;
    }
    let unit = size - KEPT;
    let (quotient, rest) = match unit < 0 {
        true => (a << unit.unsigned_abs()).div_rem(b),
        false => a.div_rem(&(b << unit.unsigned_abs())),
    };
    // one more bit says whether anything follows
    let follows = u64::from(rest != BigUint::ZERO);
    let (bits, unit) = (
        u64::try_from(quotient).unwrap_or(0) << 1 | follows,
        unit - 1,
    );
    let length = 64 - i64::from(bits.leading_zeros());
    let dropped = (length - i64::from(f64::MANTISSA_DIGITS)).max(LEAST - unit);
    if dropped > 63 {
        return sign * 0.0;
    }
    let (kept, rest) = (bits >> dropped, bits & ((1 << dropped) - 1));
    let half = 1_u64 << (dropped - 1);
    let up = rest > half || (rest == half && kept & 1 == 1);
    let exponent = (unit + dropped) as i32;
    // in two steps: neither leaves the range before the number itself does
    let (first, second) = (exponent / 2, exponent - exponent / 2);
    sign * (kept + u64::from(up)) as f64 * 2_f64.powi(first) * 2_f64.powi(second)
}

fn add(x: &Rational, y: &Rational) -> Rational {
    match (&x.0, &y.0) {
        (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) => {
            let (a, b, c, d) = (
                i128::from(*a),
                i128::from(*b),
                i128::from(*c),
                i128::from(*d),
            );
            if b == d {
                Rational::from_i128(a + c, b)
            } else {
                Rational::from_i128(a * d + c * b, b * d)
            }
        }
        _ if x.is_integer() && y.is_integer() => {
            look((x.bits() + y.bits()) as usize / 64);
            (x.numerator() + y.numerator()).into()
        }
        _ => {
            look_at_numbers(x.bits().max(y.bits()));
            let ((a, b), (c, d)) = (x.big().into_raw(), y.big().into_raw());
            let g = gcd(&b, &d);
            let (b, d) = (b / &g, d / &g);
            let sum = a * &d + c * &b;
            // what is left to cancel divides g
            let h = gcd(&sum, &g);
            Rational::from_reduced(BigRational::new_raw(sum / &h, b * d * (g / h)))
        }
    }
}

fn mul(x: &Rational, y: &Rational) -> Rational {
    match (&x.0, &y.0) {
        (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) => Rational::from_i128(
            i128::from(*a) * i128::from(*c),
            i128::from(*b) * i128::from(*d),
        ),
        _ if x.is_integer() && y.is_integer() => {
            look_at_numbers(x.bits().max(y.bits()));
            (x.numerator() * y.numerator()).into()
        }
        _ => {
            look_at_numbers(x.bits().max(y.bits()));
            let ((a, b), (c, d)) = (x.big().into_raw(), y.big().into_raw());
            let (g, h) = (gcd(&a, &d), gcd(&c, &b));
            let (a, b, c, d) = (a / &g, b / &h, c / h, d / g);
            Rational::from_reduced(BigRational::new_raw(a * c, b * d))
        }
    }
}

fn div(x: &Rational, y: &Rational) -> Rational {
    #[expect(
        clippy::expect_used,
        reason = "as for the integer types, division by zero panics"
    )]
    let inverse = y
        .recip()
        .expect("attempt to divide a rational number by zero");
    mul(x, &inverse)
}

fn sub(x: &Rational, y: &Rational) -> Rational {
    add(x, &-y)
}

macro_rules! operator {
    ($trait:ident, $method:ident, $assign:ident, $assign_method:ident, $function:path) => {
        impl $trait<&Rational> for &Rational {
            type Output = Rational;
            fn $method(self, other: &Rational) -> Rational {
                $function(self, other)
            }
        }
        impl $trait<Rational> for Rational {
            type Output = Rational;
            fn $method(self, other: Rational) -> Rational {
                $function(&self, &other)
            }
        }
        impl $trait<&Rational> for Rational {
            type Output = Rational;
            fn $method(self, other: &Rational) -> Rational {
                $function(&self, other)
            }
        }
        impl $trait<Rational> for &Rational {
            type Output = Rational;
            fn $method(self, other: Rational) -> Rational {
                $function(self, &other)
            }
        }
        impl $assign<&Rational> for Rational {
            fn $assign_method(&mut self, other: &Rational) {
                *self = $function(self, other);
            }
        }
        impl $assign<Rational> for Rational {
            fn $assign_method(&mut self, other: Rational) {
                *self = $function(self, &other);
            }
        }
    };
}

operator!(Add, add, AddAssign, add_assign, add);
operator!(Sub, sub, SubAssign, sub_assign, sub);
operator!(Mul, mul, MulAssign, mul_assign, mul);
operator!(Div, div, DivAssign, div_assign, div);

impl Neg for &Rational {
    type Output = Rational;
    fn neg(self) -> Rational {
        match &self.0 {
            Repr::Small { num, den } => Rational::from_i128(-i128::from(*num), i128::from(*den)),
            // −(2⁶³) becomes a machine word
            Repr::Big(value) => Rational::from_reduced(-(**value).clone()),
        }
    }
}

impl Neg for Rational {
    type Output = Rational;
    fn neg(self) -> Rational {
        -&self
    }
}

impl Sum for Rational {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, |a, b| a + b)
    }
}

impl<'a> Sum<&'a Rational> for Rational {
    fn sum<I: Iterator<Item = &'a Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, |a, b| a + b)
    }
}

impl Product for Rational {
    fn product<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ONE, |a, b| a * b)
    }
}

impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match &self.0 {
            Repr::Small { num, den: 1 } => num.to_string(),
            Repr::Small { num, den } => format!("{num}/{den}"),
            Repr::Big(value) => value.to_string(),
        };
        f.pad(&text)
    }
}

impl fmt::Debug for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Rational {
    type Err = RationalError;

    /// Reads `p`, `p/q`, a finite decimal such as `0.25`, or one with an exponent such as `2.5e-3`,
    /// exactly. Exponents are at most 10 000 in size.
    fn from_str(text: &str) -> Result<Self, RationalError> {
        let malformed = || RationalError::Malformed {
            text: text.to_string(),
        };
        let integer = |s: &str| -> Result<BigInt, RationalError> {
            let digits = s.strip_prefix(['-', '+']).unwrap_or(s);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(malformed());
            }
            s.parse().map_err(|_| malformed())
        };
        let trimmed = text.trim();
        if let Some((num, den)) = trimmed.split_once('/') {
            let (num, den) = (integer(num.trim())?, integer(den.trim())?);
            if den == BigInt::ZERO {
                return Err(RationalError::ZeroDenominator {
                    numerator: num.to_string(),
                });
            }
            return Ok(Self::from_reduced(BigRational::new(num, den)));
        }
        if let Some((digits, exponent)) = trimmed.split_once(['e', 'E']) {
            let exponent: i64 = exponent.parse().map_err(|_| malformed())?;
            let size = usize::try_from(exponent.unsigned_abs()).map_err(|_| malformed())?;
            let is_number = digits.ends_with(|c: char| c.is_ascii_digit());
            if size > MAX_DECIMAL_EXPONENT || !is_number || digits.contains(['e', 'E', '/']) {
                return Err(malformed());
            }
            let power = Self::from(BigInt::from(10).pow(size as u32));
            let number = Self::from_str(digits).map_err(|_| malformed())?;
            return Ok(if exponent < 0 {
                &number / &power
            } else {
                &number * &power
            });
        }
        if let Some((whole, fraction)) = trimmed.split_once('.') {
            if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
                return Err(malformed());
            }
            let num = integer(&format!("{whole}{fraction}"))?;
            let den = BigInt::from(10).pow(fraction.len() as u32);
            return Ok(Self::from_reduced(BigRational::new(num, den)));
        }
        Ok(integer(trimmed)?.into())
    }
}

impl Serialize for Rational {
    /// As the string `"p/q"`: JSON numbers would lose digits.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rational {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // reading digits takes quadratic time
        const MAX_LENGTH: usize = 10_000;
        let text = String::deserialize(deserializer)?;
        if text.len() > MAX_LENGTH {
            return Err(serde::de::Error::custom(format_args!(
                "a number of more than {MAX_LENGTH} characters"
            )));
        }
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Numbers at the edges of the machine word and beyond it.
    fn rational() -> impl Strategy<Value = Rational> {
        let integer = prop_oneof![
            (-20i128..20).boxed(),
            any::<i64>().prop_map(i128::from).boxed(),
            (i128::from(i64::MIN) - 2..i128::from(i64::MIN) + 2).boxed(),
            (i128::from(i64::MAX) - 2..i128::from(i64::MAX) + 3).boxed(),
            any::<i128>().boxed(),
        ];
        (integer.clone(), integer).prop_map(|(n, d)| {
            let d = if d == 0 { 1 } else { d };
            Rational::from(BigRational::new(n.into(), d.into()))
        })
    }

    #[test]
    fn the_nearest_number_at_the_ends_of_the_range() {
        let two = |e: u32| BigInt::from(2).pow(e);
        let f = |a: BigInt, b: BigInt| nearest(&BigRational::new_raw(a, b));
        assert_eq!(f(1.into(), two(1074)), f64::from_bits(1));
        assert_eq!(f(1.into(), two(1075)), 0.0);
        assert_eq!(f(3.into(), two(1076)), f64::from_bits(1));
        assert_eq!(f(3.into(), two(1075)), f64::from_bits(2));
        assert_eq!(f(-two(1024) + 1, 1.into()), -f64::INFINITY);
        assert_eq!(f(two(1024) - two(971), 1.into()), f64::MAX);
        assert_eq!(f(two(2000), two(1999)), 2.0);
        assert_eq!(f(two(60) + 1, two(60)), 1.0);
    }

    proptest! {
        #[test]
        fn the_nearest_number_is_that_of_num_rational(
            a in any::<i128>(), b in 1_i128.., up in 0_u32..1100, down in 0_u32..1100
        ) {
            let two = |e: u32| BigInt::from(2).pow(e);
            let x = BigRational::new(BigInt::from(a) * two(up), BigInt::from(b) * two(down));
            let expected = num_traits::ToPrimitive::to_f64(&x);
            prop_assert_eq!(Some(nearest(&x)), expected);
        }

        #[test]
        fn field_axioms(a in rational(), b in rational(), c in rational()) {
            prop_assert_eq!(&a + &b, &b + &a);
            prop_assert_eq!(&(&a + &b) + &c, &a + &(&b + &c));
            prop_assert_eq!(&a * &b, &b * &a);
            prop_assert_eq!(&(&a * &b) * &c, &a * &(&b * &c));
            prop_assert_eq!(&a * &(&b + &c), &(&a * &b) + &(&a * &c));
            prop_assert_eq!(&a - &a, Rational::ZERO);
            if !a.is_zero() {
                prop_assert_eq!(&a / &a, Rational::ONE);
            }
        }

        #[test]
        fn agrees_with_big_rational_and_is_canonical(a in rational(), b in rational()) {
            let (x, y) = (BigRational::from(a.clone()), BigRational::from(b.clone()));
            for (ours, theirs) in [(&a + &b, &x + &y), (&a - &b, &x - &y), (&a * &b, &x * &y)] {
                prop_assert!(ours.is_canonical());
                prop_assert_eq!(BigRational::from(ours), theirs);
            }
            prop_assert_eq!(a.cmp(&b), x.cmp(&y));
            prop_assert!((-&a).is_canonical());
            prop_assert_eq!(-&-&a, a);
        }

        #[test]
        fn integers_divide_exactly_or_not(a in rational(), b in rational()) {
            let (a, b) = (Rational::from(a.numerator()), Rational::from(b.numerator()));
            if !b.is_zero() {
                prop_assert_eq!((&a * &b).integer_quotient(&b), Some(a.clone()));
                let quotient = &a / &b;
                let whole = quotient.is_integer().then_some(quotient);
                prop_assert_eq!(a.integer_quotient(&b), whole);
            }
        }

        #[test]
        fn display_parses_back(a in rational()) {
            prop_assert_eq!(a.to_string().parse::<Rational>().unwrap(), a.clone());
            let json = serde_json::to_string(&a).unwrap();
            prop_assert_eq!(serde_json::from_str::<Rational>(&json).unwrap(), a);
        }
    }

    #[test]
    fn reads_decimals_exactly() {
        assert_eq!(
            "0.25".parse::<Rational>().unwrap(),
            Rational::new(1, 4).unwrap()
        );
        assert_eq!(
            "-0.5".parse::<Rational>().unwrap(),
            Rational::new(-1, 2).unwrap()
        );
    }

    #[test]
    fn scientific_notation_is_exact() {
        for (text, expected) in [
            ("1e5", "100000"),
            ("-2.5E-3", "-1/400"),
            ("1e-05", "1/100000"),
            ("0e9", "0"),
            ("12e+1", "120"),
        ] {
            assert_eq!(
                text.parse::<Rational>().unwrap().to_string(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_nonsense() {
        for text in [
            "",
            "x",
            "1/",
            "/2",
            "1/0",
            "1.",
            "--1",
            "1/2/3",
            "0x10",
            "1e",
            "e5",
            "1e1.5",
            "1.e5",
            "1e5/2",
            "1e2e3",
            "1e10001",
            "1e99999999999999999999",
        ] {
            assert!(text.parse::<Rational>().is_err(), "{text}");
        }
    }
}
