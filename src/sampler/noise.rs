//! Gaussian noise in blocks.

use crate::loss::Scalar;
use rand::Rng;

/// Fills a buffer with standard normal numbers.
#[inline]
pub(super) fn fill_normal<T: Scalar, R: Rng>(buffer: &mut [T], rng: &mut R) {
    for z in buffer {
        *z = T::normal(rng);
    }
}
