//! Sizes of models: what is asked of them, and their arithmetic without overflow.

use super::ClosedFormError;
use crate::algebra::Rational;

/// An error unless the size is at least `least`.
pub(super) fn at_least(
    name: &'static str,
    value: usize,
    least: usize,
) -> Result<(), ClosedFormError> {
    if value < least {
        return Err(ClosedFormError::TooSmall { name, value, least });
    }
    Ok(())
}

/// An error unless the size is at most `most`.
pub(super) fn at_most(
    name: &'static str,
    value: usize,
    most: usize,
) -> Result<(), ClosedFormError> {
    if value > most {
        return Err(ClosedFormError::TooLarge { name, value, most });
    }
    Ok(())
}

/// An error if one of the sizes is 0.
pub(super) fn positive(sizes: &[(&'static str, usize)]) -> Result<(), ClosedFormError> {
    sizes.iter().try_for_each(|(name, n)| at_least(name, *n, 1))
}

pub(super) fn rational(n: usize) -> Rational {
    Rational::from(n)
}

pub(super) fn half(value: Rational) -> Rational {
    value / Rational::from(2)
}

pub(super) fn quarter(value: Rational) -> Rational {
    value / Rational::from(4)
}

/// A multiplicity as a machine word.
pub(super) fn multiplicity(m: Option<usize>) -> Result<usize, ClosedFormError> {
    m.ok_or(ClosedFormError::MultiplicityTooLarge)
}

/// The largest i in 0..=most with `holds(i)`, for a condition that holds at 0 and, once it fails,
/// fails for good.
pub(super) fn last(most: usize, holds: impl Fn(u128) -> bool) -> usize {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if holds(middle as u128) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}
