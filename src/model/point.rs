//! True parameters.

use super::ModelError;
use crate::algebra::Rational;
use num_rational::BigRational;

/// The exact value of each floating-point number: 0.5 is 1/2, but 0.1 is 3602879701896397/2⁵⁵. For
/// other fractions parse texts: `"1/10".parse::<Rational>()`.
///
/// # Errors
/// [`ModelError::NotFinite`] for an infinite number or NaN.
///
/// ```
/// use rlct::model::rational_point;
/// assert_eq!(rational_point(&[0.75, -2.0])?, ["3/4", "-2"].map(|t| t.parse().unwrap()));
/// assert!(rational_point(&[f64::NAN]).is_err());
/// # Ok::<(), rlct::model::ModelError>(())
/// ```
pub fn rational_point(w: &[f64]) -> Result<Vec<Rational>, ModelError> {
    let exact = |(index, &value): (usize, &f64)| {
        BigRational::from_float(value)
            .map(Rational::from)
            .ok_or(ModelError::NotFinite {
                what: "the point",
                index,
                value,
            })
    };
    w.iter().enumerate().map(exact).collect()
}
