//! Non-negative matrix factorisation.

use super::error::{at_least, at_most};
use super::{Domain, ModelError, Noise, PolynomialMeans};
use crate::algebra::{Polynomial, Variables};

/// Non-negative matrix factorisation: an M × N matrix of observations with means (XY)_mn, X ≥ 0 of
/// size M × H, Y ≥ 0 of size H × N, with squared error (normal noise) or Poisson likelihood. One
/// sample is one matrix, column after column.
///
/// Parameters: `x{m}_{h}`, column after column, then `y{h}_{n}`, column after column; all ≥ 0. At a
/// true parameter with zeros the germ lives on half-lines. Learning coefficients: Hayashi &
/// Watanabe, Neurocomputing 266 (2017) 21–28, bounds.
///
/// # Errors
/// [`ModelError::TooSmall`] for a size of 0, [`ModelError::TooLarge`].
///
/// ```
/// use rlct::{Budget, model::{Model, Noise, matrix_factorisation, rational_point}};
/// let model = matrix_factorisation(2, 1, 2, Noise::Normal)?;
/// let germ = model.germ(&rational_point(&[0.0; 4])?)?;
/// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 1, m = 2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn matrix_factorisation(
    rows: usize,
    inner: usize,
    columns: usize,
    noise: Noise,
) -> Result<PolynomialMeans, ModelError> {
    for (what, size) in [
        ("the number of rows", rows),
        ("the inner size", inner),
        ("the number of columns", columns),
    ] {
        at_least(what, 1, size)?;
        at_most(what, 256, size)?;
    }
    let x = (1..=inner).flat_map(|h| (1..=rows).map(move |m| format!("x{m}_{h}")));
    let y = (1..=columns).flat_map(|n| (1..=inner).map(move |h| format!("y{h}_{n}")));
    let ring = Variables::new(x.chain(y))?;
    let variable = |i: usize| Polynomial::variable(&ring, i);
    let mut means = Vec::with_capacity(rows * columns);
    for n in 0..columns {
        for m in 0..rows {
            means.push((0..inner).fold(Polynomial::zero(&ring), |sum, h| {
                let x = variable(h * rows + m);
                &sum + &(&x * &variable(inner * rows + n * inner + h))
            }));
        }
    }
    let domain = Domain::new(&ring, (0..ring.len()).map(variable).collect())?;
    Ok(PolynomialMeans::new(&ring, &means, noise)?.on_domain(domain))
}
