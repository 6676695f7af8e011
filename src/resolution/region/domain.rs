//! Boxes: an interval for each variable, with powers of the prior at its ends.

use crate::algebra::Rational;
use crate::certificate::CheckError;
use crate::certificate::region::Interval;
use crate::resolution::GermError;

/// A box, perhaps unbounded: where variables lie, with a prior
/// ∝ ∏ (xᵢ − aᵢ)^{hᵢ} (bᵢ − xᵢ)^{kᵢ} times what is positive.
///
/// # Examples
///
/// ```
/// use rlct::resolution::Region;
///
/// let region: Region = "x in [0, 2], y >= -1".parse()?;
/// assert_eq!(region.to_string(), "x in [0, 2], y >= -1");
/// assert_eq!("everywhere".parse::<Region>()?, Region::everywhere());
/// assert!("x in [2, 0]".parse::<Region>().is_err());
/// # Ok::<(), rlct::resolution::RegionTextError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Region {
    pub(super) intervals: Vec<Interval>,
}

/// Why a question about a region has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegionError {
    /// The generators are no ideal.
    #[error(transparent)]
    Germ(#[from] GermError),
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
        lower: Rational,
        /// The lesser one.
        upper: Rational,
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
        exponent: Rational,
    },
    /// The search's proof was refused.
    #[error("the checker did not accept the search's steps: {0}")]
    Certificate(CheckError),
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
                lower: lower.clone(),
                upper: upper.clone(),
            });
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
            exponent: exponent.clone(),
        };
        let slot = slot.ok_or_else(refused)?;
        let sum = slot.clone().unwrap_or(Rational::ZERO) + &exponent;
        if sum <= Rational::from(-1) {
            return Err(refused());
        }
        *slot = (!sum.is_zero()).then_some(sum);
        Ok(self)
    }

    /// The names of the variables that have an interval.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.intervals.iter().map(|v| v.variable.as_str())
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
