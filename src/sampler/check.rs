//! What every sampler asks of its settings and of the point it starts from.

use super::error::SamplerError;
use crate::loss::{Loss, Prior, Scalar};

/// Checks a starting point against the loss and the prior.
pub(crate) fn check_point<T: Scalar>(
    loss: &dyn Loss<T>,
    w_star: &[T],
    prior: &Prior,
) -> Result<(), SamplerError> {
    let expected = loss.dimension();
    for (what, found) in [("w*", w_star.len()), ("the prior", prior.dimension())] {
        if found != expected {
            return Err(SamplerError::Dimension {
                what,
                expected,
                found,
            });
        }
    }
    if expected == 0 {
        return Err(SamplerError::TooFew {
            what: "parameters",
            least: 1,
            found: 0,
        });
    }
    for (index, w) in w_star.iter().enumerate() {
        let value = w.float();
        if !value.is_finite() {
            return Err(SamplerError::StartNotFinite { index, value });
        }
        if prior.has_boundary() && prior.nonnegative()[index] && value < 0.0 {
            return Err(SamplerError::StartOutside { index, value });
        }
        if let Some((lower, upper)) = prior.interval(index)
            && !(lower..=upper).contains(&value)
        {
            return Err(SamplerError::StartOutsideInterval {
                index,
                value,
                lower,
                upper,
            });
        }
    }
    Ok(())
}

/// Refuses normal densities and intervals, of which methods that look at a box around w* know
/// nothing.
pub(crate) fn check_box_prior(sampler: &'static str, prior: &Prior) -> Result<(), SamplerError> {
    if prior.has_normals() || prior.has_intervals() {
        return Err(SamplerError::PriorWithoutEffect { sampler });
    }
    Ok(())
}

/// L(w*) on all the data.
pub(crate) fn baseline<T: Scalar>(loss: &dyn Loss<T>, w_star: &[T]) -> Result<f64, SamplerError> {
    let mut scratch = vec![T::of(0.0); loss.scratch_len()];
    let value = loss.value(w_star, &mut scratch).float();
    if value.is_finite() {
        Ok(value)
    } else {
        Err(SamplerError::NotFinite { what: "L(w*)" })
    }
}

/// Checks that a setting is positive and finite.
pub(crate) fn check_positive(what: &'static str, value: f64) -> Result<(), SamplerError> {
    if value > 0.0 && value.is_finite() {
        Ok(())
    } else {
        Err(SamplerError::NotPositive { what, value })
    }
}
