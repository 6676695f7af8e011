//! Losses given by polynomials: K = Σ gᵢ², or K = f.

use super::polynomial_map::{PolynomialMap, float_terms};
use super::{Loss, LossError, Scalar};
use crate::algebra::{FloatTerm, Polynomial, Reading};

/// A polynomial loss compiled into straight-line arithmetic.
///
/// Powers of variables are shared between all terms, and K = Σ gᵢ² is evaluated as a sum of
/// squares of the gᵢ, never expanded, so that cancellation near the zero set stays that of the
/// generators. Scratch: one scalar a power.
///
/// # Examples
///
/// ```
/// use rlct::loss::{Loss, Reading, PolynomialLoss};
///
/// // K = (x² − y³)²
/// let cusp = vec![(vec![2, 0], 1.0), (vec![0, 3], -1.0)];
/// let loss = PolynomialLoss::<f64>::from_terms(2, &[cusp], Reading::Ideal)?;
/// let mut scratch = vec![0.0; loss.scratch_len()];
/// assert_eq!(loss.value(&[3.0, 2.0], &mut scratch), 1.0);
/// let mut gradient = [0.0; 2];
/// loss.gradient(&[3.0, 2.0], &mut gradient, &mut scratch);
/// assert_eq!(gradient, [12.0, -24.0]);
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PolynomialLoss<T> {
    dimension: usize,
    form: Reading,
    map: PolynomialMap<T>,
}

impl<T: Scalar> PolynomialLoss<T> {
    /// Compiles polynomials of one ring; the parameters are its variables, in their order.
    ///
    /// # Errors
    /// [`LossError::Variables`] if the rings differ, else as [`from_terms`](Self::from_terms).
    ///
    /// ```
    /// # use rlct::{algebra::Polynomial, loss::{Loss, Reading, PolynomialLoss}};
    /// let k: Polynomial = "x^2*y^4".parse()?;
    /// let loss = PolynomialLoss::new(&[k], Reading::Loss)?;
    /// let mut scratch = vec![0.0; loss.scratch_len()];
    /// assert_eq!(loss.value(&[3.0, 2.0], &mut scratch), 144.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(generators: &[Polynomial], form: Reading) -> Result<Self, LossError> {
        let ring = generators
            .first()
            .ok_or(LossError::NoGenerators)?
            .variables();
        if let Some(generator) = generators.iter().position(|g| g.variables() != ring) {
            return Err(LossError::Variables { generator });
        }
        let terms = float_terms(generators);
        Self::from_terms(ring.len(), &terms, form)
    }

    /// Compiles polynomials given by their terms, exponent vectors of length `dimension`.
    ///
    /// # Errors
    /// [`LossError::NoParameters`], [`LossError::NoGenerators`],
    /// [`LossError::SeveralLosses`] for a loss, or its absolute value, of more than one polynomial,
    /// [`LossError::ExponentLength`] and [`LossError::Coefficient`] for malformed terms.
    ///
    /// ```
    /// # use rlct::loss::{Reading, LossError, PolynomialLoss};
    /// let f = vec![(vec![2], 1.0)];
    /// assert!(PolynomialLoss::<f32>::from_terms(1, &[f.clone()], Reading::Loss).is_ok());
    /// let two = PolynomialLoss::<f32>::from_terms(1, &[f.clone(), f], Reading::Loss);
    /// assert_eq!(two, Err(LossError::SeveralLosses { found: 2 }));
    /// ```
    pub fn from_terms(
        dimension: usize,
        generators: &[Vec<FloatTerm>],
        form: Reading,
    ) -> Result<Self, LossError> {
        if dimension == 0 {
            return Err(LossError::NoParameters);
        }
        if generators.is_empty() {
            return Err(LossError::NoGenerators);
        }
        if form != Reading::Ideal && generators.len() > 1 {
            return Err(LossError::SeveralLosses {
                found: generators.len(),
            });
        }
        Ok(Self {
            dimension,
            form,
            map: PolynomialMap::from_terms(dimension, generators)?,
        })
    }

    /// Whether K = Σ gᵢ², K = f or K = |f|.
    #[must_use]
    pub fn form(&self) -> Reading {
        self.form
    }
}

impl<T: Scalar> Loss<T> for PolynomialLoss<T> {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn scratch_len(&self) -> usize {
        self.map.table_len()
    }

    fn value(&self, w: &[T], scratch: &mut [T]) -> T {
        self.map.fill_for_values(w, scratch);
        match self.form {
            Reading::Loss => return self.map.value(0, scratch),
            Reading::Absolute => return magnitude(self.map.value(0, scratch)).0,
            Reading::Ideal => {}
        }
        let mut sum = T::of(0.0);
        for index in 0..self.map.outputs() {
            let g = self.map.value(index, scratch);
            sum += g * g;
        }
        sum
    }

    fn gradient(&self, w: &[T], gradient: &mut [T], scratch: &mut [T]) -> T {
        self.map.fill(w, scratch);
        gradient.fill(T::of(0.0));
        let mut sum = T::of(0.0);
        for index in 0..self.map.outputs() {
            let g = self.map.value(index, scratch);
            let (value, factor) = match self.form {
                Reading::Ideal => (g * g, g + g),
                Reading::Loss => (g, T::of(1.0)),
                Reading::Absolute => magnitude(g),
            };
            sum += value;
            self.map.add_gradient(index, factor, gradient, scratch);
        }
        sum
    }
}

/// |g|, and its derivative by g.
fn magnitude<T: Scalar>(g: T) -> (T, T) {
    if g.float() < 0.0 {
        (-g, T::of(-1.0))
    } else {
        (g, T::of(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms(dimension: usize) -> impl Strategy<Value = Vec<FloatTerm>> {
        prop::collection::vec((prop::collection::vec(0u32..4, dimension), -2.0..2.0), 1..5)
    }

    fn direct(generators: &[Vec<FloatTerm>], form: Reading, w: &[f64]) -> f64 {
        let values = generators.iter().map(|g| {
            g.iter()
                .map(|(e, c)| {
                    c * w
                        .iter()
                        .zip(e)
                        .map(|(x, &e)| x.powi(e as i32))
                        .product::<f64>()
                })
                .sum::<f64>()
        });
        match form {
            Reading::Ideal => values.map(|g| g * g).sum(),
            Reading::Loss => values.sum(),
            Reading::Absolute => values.sum::<f64>().abs(),
        }
    }

    proptest! {
        #[test]
        fn value_and_gradient_agree_with_the_definition(
            generators in prop::collection::vec(terms(3), 1..4),
            w in prop::collection::vec(-1.5..1.5f64, 3),
            ideal: bool,
        ) {
            let (generators, form) = if ideal {
                (generators, Reading::Ideal)
            } else {
                (generators[..1].to_vec(), Reading::Loss)
            };
            let loss = PolynomialLoss::<f64>::from_terms(3, &generators, form).unwrap();
            let mut scratch = vec![f64::NAN; loss.scratch_len()];
            let mut gradient = [0.0; 3];
            let value = loss.gradient(&w, &mut gradient, &mut scratch);
            let scale = 1.0 + direct(&generators, form, &w).abs();
            prop_assert!((value - direct(&generators, form, &w)).abs() <= 1e-10 * scale);
            scratch.fill(f64::NAN);
            prop_assert_eq!(loss.value(&w, &mut scratch), value);
            for i in 0..3 {
                let h = 1e-5;
                let mut moved = w.clone();
                moved[i] += h;
                let above = direct(&generators, form, &moved);
                moved[i] -= 2.0 * h;
                let below = direct(&generators, form, &moved);
                let difference = (above - below) / (2.0 * h);
                prop_assert!(
                    (gradient[i] - difference).abs() <= 1e-4 * (1.0 + difference.abs() + scale),
                    "d/dw{} is {}, differences give {}", i, gradient[i], difference
                );
            }
        }
    }

    #[test]
    fn malformed_polynomials_are_refused() {
        let square: Vec<FloatTerm> = vec![(vec![2], 1.0)];
        let build = |d: usize, g: &[Vec<FloatTerm>]| {
            PolynomialLoss::<f32>::from_terms(d, g, Reading::Ideal).unwrap_err()
        };
        assert_eq!(
            build(0, std::slice::from_ref(&square)),
            LossError::NoParameters
        );
        assert_eq!(build(1, &[]), LossError::NoGenerators);
        assert_eq!(
            build(2, &[square]),
            LossError::ExponentLength {
                generator: 0,
                term: 0,
                expected: 2,
                found: 1
            }
        );
        let error = build(1, &[vec![(vec![1], 1e300)]]);
        assert!(matches!(
            error,
            LossError::Coefficient {
                generator: 0,
                term: 0,
                ..
            }
        ));
    }

    #[test]
    fn a_large_exponent_takes_few_products() {
        let terms = vec![vec![(vec![101, 0], 1.0), (vec![0, 100], -1.0)]];
        let loss = PolynomialLoss::<f64>::from_terms(2, &terms, Reading::Ideal).unwrap();
        assert!(loss.scratch_len() < 30, "{} slots", loss.scratch_len());
        let mut scratch = vec![0.0; loss.scratch_len()];
        assert_eq!(loss.value(&[1.0, 1.0], &mut scratch), 0.0);
    }
}
