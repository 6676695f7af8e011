//! How large the results of the engine may grow: all work ends with the budget that watches.

use super::SizeLimits;
use crate::budget::time_is_up;

/// The default limits, under which work is given up as well when the budget that watches over the
/// thread is at its end.
pub(crate) fn watched() -> SizeLimits {
    SizeLimits::default().giving_up(time_is_up)
}

/// For divisors that are known: the division serves as a proof.
pub(super) fn wide() -> SizeLimits {
    watched().with_terms(20_000).with_work(4_000_000)
}
