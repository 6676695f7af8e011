//! A periodic landscape whose valleys have different learning coefficients.

use super::{Loss, LossError};

/// K(w) = ∏ sin(wᵢ)^(2kᵢ), zero where one of the coordinates is a multiple of π: there λ = 1/(2kᵢ),
/// and where several are, the least of them.
///
/// Every value of it is finite and it has no other minima, so that Langevin dynamics at low
/// temperature moves along valleys of equal loss and different λ.
///
/// # Examples
///
/// ```
/// use rlct::loss::{Loss, SineProduct};
///
/// let loss = SineProduct::new(&[1, 2])?;
/// let value: f64 = loss.value(&[0.5, 0.25], &mut []);
/// assert!((value - 0.5_f64.sin().powi(2) * 0.25_f64.sin().powi(4)).abs() < 1e-15);
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SineProduct {
    /// kᵢ.
    exponents: Vec<i32>,
}

impl SineProduct {
    /// The landscape with these kᵢ ≥ 1, at most 100.
    ///
    /// # Errors
    /// [`LossError::Exponent`] for a kᵢ out of range, and without any.
    pub fn new(exponents: &[u8]) -> Result<Self, LossError> {
        let wrong = exponents.iter().find(|k| !(1..=100).contains(*k));
        match (wrong, exponents.is_empty()) {
            (None, false) => Ok(Self {
                exponents: exponents.iter().map(|&k| i32::from(k)).collect(),
            }),
            (found, _) => Err(LossError::Exponent {
                found: found.copied().unwrap_or(0).into(),
            }),
        }
    }
}

impl Loss<f64> for SineProduct {
    fn dimension(&self) -> usize {
        self.exponents.len()
    }

    fn value(&self, w: &[f64], _: &mut [f64]) -> f64 {
        let factors = w.iter().zip(&self.exponents);
        factors.map(|(w, k)| w.sin().powi(2 * k)).product()
    }

    fn gradient(&self, w: &[f64], gradient: &mut [f64], scratch: &mut [f64]) -> f64 {
        for (i, slope) in gradient.iter_mut().enumerate() {
            // the product of the others times 2k sin^(2k−1) cos
            let mut product = 1.0;
            for (j, (x, k)) in w.iter().zip(&self.exponents).enumerate() {
                let (sine, cosine) = x.sin_cos();
                product *= if i == j {
                    f64::from(2 * k) * sine.powi(2 * k - 1) * cosine
                } else {
                    sine.powi(2 * k)
                };
            }
            *slope = product;
        }
        self.value(w, scratch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_are_differences_and_bad_exponents_are_refused() {
        let loss = SineProduct::new(&[1, 2, 3]).unwrap();
        let w = [0.7, -1.1, 2.3];
        let mut gradient = [0.0; 3];
        assert_eq!(
            loss.gradient(&w, &mut gradient, &mut []),
            loss.value(&w, &mut [])
        );
        for i in 0..3 {
            let at = |step: f64| {
                let mut moved = w;
                moved[i] += step;
                loss.value(&moved, &mut [])
            };
            let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!((slope - gradient[i]).abs() < 1e-9, "{i}");
        }
        for exponents in [&[][..], &[0], &[1, 101]] {
            assert!(SineProduct::new(exponents).is_err());
        }
    }
}
