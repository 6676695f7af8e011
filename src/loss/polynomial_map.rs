//! Polynomial maps ℝᵈ → ℝˢ compiled into straight-line arithmetic, with their derivatives.

use super::power_table::{PowerTable, TermList};
use super::{LossError, Scalar};
use crate::algebra::{FloatTerm, Polynomial};

/// Polynomials over shared powers of the variables, each followed by its partial derivatives.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PolynomialMap<T> {
    powers: PowerTable,
    /// How many slots of the power table the values need; the rest is for the derivatives.
    value_slots: usize,
    terms: TermList<T>,
    /// End of each polynomial in `terms`, after a leading 0.
    term_ends: Vec<u32>,
    derivatives: TermList<T>,
    /// Which variable each entry of `derivatives` is the derivative by.
    derivative_variables: Vec<u32>,
    /// End of each polynomial in `derivatives`, after a leading 0.
    derivative_ends: Vec<u32>,
}

/// The terms of polynomials of one ring, as floating-point numbers.
pub(crate) fn float_terms(polynomials: &[Polynomial]) -> Vec<Vec<FloatTerm>> {
    polynomials
        .iter()
        .map(|g| {
            g.terms()
                .map(|(exponents, c)| (exponents.to_vec(), c.to_f64()))
                .collect()
        })
        .collect()
}

impl<T: Scalar> PolynomialMap<T> {
    /// Compiles polynomials given by their terms, exponent vectors of length `dimension`.
    pub(crate) fn from_terms(
        dimension: usize,
        polynomials: &[Vec<FloatTerm>],
    ) -> Result<Self, LossError> {
        let mut powers = PowerTable::new(dimension);
        let mut given: Vec<(&[u32], f64)> = Vec::new();
        let mut term_ends = vec![0];
        for (generator, polynomial) in polynomials.iter().enumerate() {
            for (term, (exponents, coefficient)) in polynomial.iter().enumerate() {
                if exponents.len() != dimension {
                    return Err(LossError::ExponentLength {
                        generator,
                        term,
                        expected: dimension,
                        found: exponents.len(),
                    });
                }
                if !T::of(*coefficient).finite() {
                    return Err(LossError::Coefficient {
                        generator,
                        term,
                        coefficient: *coefficient,
                    });
                }
                given.push((exponents, *coefficient));
            }
            term_ends.push(given.len() as u32);
        }
        let mut terms = TermList::new();
        terms.extend(&given, &mut powers);
        let value_slots = powers.len();
        let mut lowered: Vec<(Vec<u32>, f64)> = Vec::new();
        let mut derivative_variables = Vec::new();
        let mut derivative_ends = vec![0];
        for polynomial in polynomials {
            for (exponents, coefficient) in polynomial {
                for (variable, &exponent) in exponents.iter().enumerate() {
                    if exponent > 0 {
                        let mut rest = exponents.clone();
                        rest[variable] -= 1;
                        lowered.push((rest, coefficient * f64::from(exponent)));
                        derivative_variables.push(variable as u32);
                    }
                }
            }
            derivative_ends.push(lowered.len() as u32);
        }
        let lowered: Vec<(&[u32], f64)> = lowered.iter().map(|(e, c)| (&**e, *c)).collect();
        let mut derivatives = TermList::new();
        derivatives.extend(&lowered, &mut powers);
        Ok(Self {
            powers,
            value_slots,
            terms,
            term_ends,
            derivatives,
            derivative_variables,
            derivative_ends,
        })
    }

    /// The number s of polynomials.
    pub(crate) fn outputs(&self) -> usize {
        self.term_ends.len() - 1
    }

    /// The length of the table that the other methods work on.
    pub(crate) fn table_len(&self) -> usize {
        self.powers.len()
    }

    /// Prepares the table at w for [`value`](Self::value).
    #[inline]
    pub(crate) fn fill_for_values(&self, w: &[T], table: &mut [T]) {
        self.powers.fill(w, self.value_slots, table);
    }

    /// Prepares the table at w for values and derivatives.
    #[inline]
    pub(crate) fn fill(&self, w: &[T], table: &mut [T]) {
        self.powers.fill(w, self.powers.len(), table);
    }

    /// The value of polynomial `index`.
    #[inline]
    pub(crate) fn value(&self, index: usize, table: &[T]) -> T {
        let range = self.term_ends[index] as usize..self.term_ends[index + 1] as usize;
        range.fold(T::of(0.0), |sum, term| sum + self.terms.term(term, table))
    }

    /// Adds factor · ∇(polynomial `index`) to the gradient.
    #[inline]
    pub(crate) fn add_gradient(&self, index: usize, factor: T, gradient: &mut [T], table: &[T]) {
        for term in self.derivative_ends[index] as usize..self.derivative_ends[index + 1] as usize {
            let variable = self.derivative_variables[term] as usize;
            gradient[variable] += factor * self.derivatives.term(term, table);
        }
    }
}
