//! Minors: equations of the places where the rank drops.

use super::{FisherError, Jacobian};
use crate::algebra::{Polynomial, Rational, SizeLimits, watched};
use std::collections::HashMap;

/// The most minors that are written out.
const MOST: u128 = 5_000;

impl Jacobian {
    /// Generators of the ideal of minors of this order: its real zeros are the points where the
    /// rank is smaller. With the generic rank as order they are the singular locus of the model.
    /// Minors that are 0 are left out, the others divided by their contents, each once; no
    /// generators say that the rank is smaller everywhere, and the generator 1 that it is nowhere.
    ///
    /// # Errors
    /// [`FisherError::MinorOrder`], [`FisherError::TooManyMinors`], or [`FisherError::Polynomial`]
    /// if a minor grows too large.
    ///
    /// ```
    /// # use rlct::fisher::Jacobian;
    /// // one tanh unit: a b, a b³; singular where a b² · b = 0
    /// let jacobian = Jacobian::of(&["a*b", "a*b^3"].map(|t| t.parse().unwrap()))?;
    /// let minors = jacobian.minors(2)?;
    /// assert_eq!(minors.len(), 1);
    /// assert_eq!(minors[0].to_string(), "a*b^3");
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    pub fn minors(&self, order: usize) -> Result<Vec<Polynomial>, FisherError> {
        let (s, d) = (self.components(), self.variables().len());
        if order > s.min(d) {
            return Err(FisherError::MinorOrder {
                rows: s,
                columns: d,
                order,
            });
        }
        let count = binomial(s, order).saturating_mul(binomial(d, order));
        if count > MOST {
            return Err(FisherError::TooManyMinors {
                count,
                order,
                limit: MOST,
            });
        }
        let mut found: Vec<Polynomial> = Vec::new();
        for rows in subsets(s, order) {
            let mut expansion = Expansion {
                jacobian: self,
                rows: &rows,
                known: HashMap::new(),
                limits: watched(),
            };
            for columns in subsets(d, order) {
                let minor = expansion.minor(0, &columns)?;
                let minor = minor.primitive_part();
                if !minor.is_zero() && !found.contains(&minor) {
                    found.push(minor);
                }
            }
        }
        Ok(found)
    }
}

/// Minors of given rows, those of the last rows first, each once.
struct Expansion<'a> {
    jacobian: &'a Jacobian,
    rows: &'a [usize],
    known: HashMap<Vec<usize>, Polynomial>,
    limits: SizeLimits,
}

impl Expansion<'_> {
    /// The minor of the rows from `first` on, by Laplace's expansion along the first of them.
    fn minor(&mut self, first: usize, columns: &[usize]) -> Result<Polynomial, FisherError> {
        let ring = self.jacobian.variables();
        let Some(&row) = self.rows.get(first) else {
            return Ok(Polynomial::constant(ring, Rational::ONE));
        };
        if let Some(known) = self.known.get(columns) {
            return Ok(known.clone());
        }
        let mut sum = Polynomial::zero(ring);
        for (k, &column) in columns.iter().enumerate() {
            let entry = &self.jacobian.rows()[row][column];
            if entry.is_zero() {
                continue;
            }
            let others: Vec<usize> = columns.iter().copied().filter(|c| *c != column).collect();
            let product = entry.checked_mul(&self.minor(first + 1, &others)?, &self.limits)?;
            sum = if k % 2 == 0 {
                &sum + &product
            } else {
                &sum - &product
            };
        }
        self.known.insert(columns.to_vec(), sum.clone());
        Ok(sum)
    }
}

fn binomial(n: usize, k: usize) -> u128 {
    let step = |c: u128, i: u128| Some(c.checked_mul(n as u128 - i)? / (i + 1));
    (0..k as u128).try_fold(1, step).unwrap_or(u128::MAX)
}

/// The subsets of {0, …, n − 1} of size k, in lexicographic order.
fn subsets(n: usize, k: usize) -> Vec<Vec<usize>> {
    let mut partial: Vec<Vec<usize>> = vec![Vec::new()];
    for size in 0..k {
        partial = partial
            .into_iter()
            .flat_map(|subset| {
                let from = subset.last().map_or(0, |last| last + 1);
                (from..=n - (k - size)).map(move |next| {
                    let mut longer = subset.clone();
                    longer.push(next);
                    longer
                })
            })
            .collect();
    }
    partial
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_and_their_number() {
        assert_eq!(subsets(4, 2).len() as u128, binomial(4, 2));
        assert_eq!(subsets(3, 3), [[0, 1, 2]]);
        assert_eq!(subsets(3, 0), [Vec::<usize>::new()]);
    }

    #[test]
    fn minors_of_order_three_agree_with_determinants() {
        let map = ["x*y + z", "y^2*z", "x - z^3"].map(|t| t.parse().unwrap());
        let jacobian = Jacobian::of(&map).unwrap();
        let minor = &jacobian.minors(3).unwrap()[0];
        let point = [2, -3, 5].map(Rational::from);
        let names = jacobian.variables().names();
        assert_eq!(names, ["x", "y", "z"]);
        let value = minor.evaluate(&point).unwrap();
        let determinant = jacobian.at(&point).unwrap().determinant().unwrap();
        assert_eq!(value.abs(), determinant.abs());
        assert!(jacobian.minors(4).is_err());
        assert_eq!(jacobian.minors(0).unwrap()[0].to_string(), "1");
    }
}
