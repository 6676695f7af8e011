//! Boxes with further sides: where variables lie, with powers of the prior at the ends.

use crate::algebra::{Polynomial, Rational};
use crate::certificate::CheckError;
use crate::certificate::region::{Inequality, Interval};
use crate::resolution::GermError;

/// A box, perhaps unbounded, with inequalities: where variables lie, with a prior
/// ∝ ∏ (xᵢ − aᵢ)^{hᵢ} (bᵢ − xᵢ)^{kᵢ} ∏ ℓ^h times what is positive.
///
/// # Examples
///
/// ```
/// use rlct::resolution::Region;
///
/// let region: Region = "x in [0, 2], y >= -1".parse()?;
/// assert_eq!(region.to_string(), "x in [0, 2], y >= -1");
/// assert_eq!("everywhere".parse::<Region>()?, Region::everywhere());
/// let simplex: Region = "x, y >= 0, x + y <= 1".parse()?;
/// assert_eq!(simplex.to_string(), "x >= 0, y >= 0, -x - y + 1 >= 0");
/// assert!("x in [2, 0]".parse::<Region>().is_err());
/// # Ok::<(), rlct::resolution::RegionTextError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Region {
    pub(super) intervals: Vec<Interval>,
    pub(super) inequalities: Vec<Inequality>,
}

/// Where a text is no region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct RegionTextError {
    /// The column in characters, from 0.
    pub column: usize,
    /// How many characters.
    pub width: usize,
    /// What is wrong there.
    pub reason: String,
}

/// Why a question about a region has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegionError {
    /// The generators are no ideal.
    #[error(transparent)]
    Germ(#[from] GermError),
    /// A text that tells no region.
    #[error(transparent)]
    Text(#[from] RegionTextError),
    /// An interval of something else.
    #[error("there is no variable `{name}`; the variables are {}", known.join(", "))]
    NoVariable {
        /// The name.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// An interval without inside.
    #[error("the interval of {name} is empty: {lower} is not below {upper}")]
    Empty {
        /// The variable.
        name: String,
        /// The greater end.
        lower: String,
        /// The lesser one.
        upper: String,
    },
    /// A power of the prior that cannot be integrated, or at an end that there is not.
    #[error(
        "the power {exponent} of the prior at an end of {name} is not above -1, or there is no \
         such end"
    )]
    Power {
        /// The variable.
        name: String,
        /// The power.
        exponent: String,
    },
    /// An inequality without a variable.
    #[error("`{function}` ≥ 0 has no variable")]
    Constant {
        /// The number.
        function: String,
    },
    /// The polynomials are too long once they are moved to the sides of the region.
    #[error("the polynomials are too long to be expanded at the sides of the region")]
    TooLarge,
    /// The polynomials are too long to be divided into strata.
    #[error("the polynomials have {terms} terms; strata are looked for of at most {most}")]
    TooLong {
        /// How many terms they have.
        terms: usize,
        /// The most.
        most: usize,
    },
    /// The search's proof was refused.
    #[error("the checker did not accept the search's steps: {0}")]
    Certificate(Box<CheckError>),
}

impl Region {
    /// All real points.
    #[must_use]
    pub fn everywhere() -> Self {
        Self::default()
    }

    /// The same with a variable between two ends; with those given before both hold.
    ///
    /// # Errors
    /// [`RegionError::Empty`] if nothing is left between them.
    ///
    /// ```
    /// # use rlct::resolution::Region;
    /// let half = Region::everywhere().with_interval("x", Some(0.into()), None)?;
    /// assert_eq!(half.to_string(), "x >= 0");
    /// # Ok::<(), rlct::resolution::RegionError>(())
    /// ```
    pub fn with_interval(
        mut self,
        name: &str,
        lower: Option<Rational>,
        upper: Option<Rational>,
    ) -> Result<Self, RegionError> {
        let known = self.intervals.iter().position(|v| v.variable == name);
        let place = known.unwrap_or_else(|| {
            self.intervals.push(Interval {
                variable: name.to_string(),
                lower: None,
                upper: None,
                lower_exponent: None,
                upper_exponent: None,
            });
            self.intervals.len() - 1
        });
        let interval = &mut self.intervals[place];
        interval.lower = match (interval.lower.take(), lower) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        interval.upper = match (interval.upper.take(), upper) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if let (Some(lower), Some(upper)) = (&interval.lower, &interval.upper)
            && lower >= upper
        {
            return Err(RegionError::Empty {
                name: name.to_string(),
                lower: lower.to_string(),
                upper: upper.to_string(),
            });
        }
        Ok(self)
    }

    /// The same where also ℓ ≥ 0. A curved side, of a higher degree, is forgotten for lower bounds,
    /// and upper bounds are those of zeros strictly inside it: what it does to zeros on it is not
    /// resolved.
    ///
    /// # Errors
    /// [`RegionError::Constant`] for a number, [`RegionError::Empty`] as
    /// [`with_interval`](Self::with_interval).
    ///
    /// ```
    /// # use rlct::resolution::Region;
    /// let half = Region::everywhere().with_inequality(&"1 - x - y".parse().unwrap())?;
    /// assert_eq!(half.to_string(), "-x - y + 1 >= 0");
    /// let interval = Region::everywhere().with_inequality(&"1 - 2*x".parse().unwrap())?;
    /// assert_eq!(interval.to_string(), "x <= 1/2");
    /// # Ok::<(), rlct::resolution::RegionError>(())
    /// ```
    pub fn with_inequality(mut self, function: &Polynomial) -> Result<Self, RegionError> {
        let shown = function.to_string();
        if function.degree() == 0 {
            return Err(RegionError::Constant { function: shown });
        }
        if let Some((name, root, rises)) = Self::side(function) {
            let root = Some(root);
            return match rises {
                true => self.with_interval(&name, root, None),
                false => self.with_interval(&name, None, root),
            };
        }
        if self
            .inequalities
            .iter()
            .all(|known| known.function != shown)
        {
            self.inequalities.push(Inequality {
                function: shown,
                exponent: None,
            });
        }
        Ok(self)
    }

    /// What lies in both; the powers of the prior are those of this one.
    ///
    /// # Errors
    /// As [`with_interval`](Self::with_interval).
    pub fn within(mut self, other: &Self) -> Result<Self, RegionError> {
        for v in &other.intervals {
            self = self.with_interval(&v.variable, v.lower.clone(), v.upper.clone())?;
        }
        for l in &other.inequalities {
            if self
                .inequalities
                .iter()
                .all(|known| known.function != l.function)
            {
                self.inequalities.push(l.clone());
            }
        }
        Ok(self)
    }

    /// Multiplies the prior by (x − a)^h, or by (b − x)^h at the upper end.
    ///
    /// # Errors
    /// [`RegionError::Power`] if the power comes to −1 or less, or the variable has no such end.
    ///
    /// ```
    /// # use rlct::resolution::Region;
    /// let region: Region = "x in [0, 1]".parse().unwrap();
    /// assert!(region.clone().with_power("x", false, "-1/2".parse().unwrap()).is_ok());
    /// assert!(region.with_power("x", true, (-1).into()).is_err());
    /// ```
    pub fn with_power(
        mut self,
        name: &str,
        at_upper: bool,
        exponent: Rational,
    ) -> Result<Self, RegionError> {
        let interval = self.intervals.iter_mut().find(|v| v.variable == name);
        let slot = interval.and_then(|interval| match at_upper {
            false if interval.lower.is_some() => Some(&mut interval.lower_exponent),
            true if interval.upper.is_some() => Some(&mut interval.upper_exponent),
            _ => None,
        });
        let refused = || RegionError::Power {
            name: name.to_string(),
            exponent: exponent.to_string(),
        };
        let slot = slot.ok_or_else(refused)?;
        let sum = slot.clone().unwrap_or(Rational::ZERO) + &exponent;
        if sum <= Rational::from(-1) {
            return Err(refused());
        }
        *slot = (!sum.is_zero()).then_some(sum);
        Ok(self)
    }

    /// Multiplies the prior by ℓ^h for an inequality ℓ ≥ 0 of the region, as it is written there.
    ///
    /// # Errors
    /// [`RegionError::Power`] if there is no such inequality, if its degree is above 1, or if the
    /// power comes to −1 or less.
    pub fn with_power_of(
        mut self,
        function: &Polynomial,
        exponent: Rational,
    ) -> Result<Self, RegionError> {
        let refused = || RegionError::Power {
            name: function.to_string(),
            exponent: exponent.to_string(),
        };
        let same = |known: &&mut Inequality| {
            let known: Option<Polynomial> = known.function.parse().ok();
            known.is_some_and(|known| known == *function)
        };
        let slot = self
            .inequalities
            .iter_mut()
            .find(same)
            .ok_or_else(refused)?;
        let sum = slot.power() + &exponent;
        if sum <= Rational::from(-1) || function.degree() > 1 {
            return Err(refused());
        }
        slot.exponent = (!sum.is_zero()).then_some(sum);
        Ok(self)
    }

    /// The names of the variables that have an interval.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.intervals.iter().map(|v| v.variable.as_str())
    }

    /// c·x + d, a side of an interval: the variable, where it vanishes, and whether c > 0.
    #[must_use]
    pub fn side(p: &Polynomial) -> Option<(String, Rational, bool)> {
        let (mut slope, mut constant) = (None, Rational::ZERO);
        for (exponents, c) in p.terms() {
            match exponents.iter().sum::<u32>() {
                0 => constant = c.clone(),
                1 if slope.is_none() => {
                    slope = Some((exponents.iter().position(|e| *e == 1)?, c.clone()));
                }
                _ => return None,
            }
        }
        let (i, slope) = slope?;
        let root = -constant * &slope.recip()?;
        let name = p.variables().names().get(i)?.clone();
        Some((name, root, slope.is_positive()))
    }

    /// The lower and the upper end of a variable's interval, if it has them.
    #[must_use]
    pub fn ends(&self, name: &str) -> (Option<Rational>, Option<Rational>) {
        let ends = |v: &Interval| (v.lower.clone(), v.upper.clone());
        self.interval(name).map_or((None, None), ends)
    }

    pub(super) fn interval(&self, name: &str) -> Option<&Interval> {
        self.intervals.iter().find(|v| v.variable == name)
    }
}
