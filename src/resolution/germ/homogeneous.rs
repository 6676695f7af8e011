//! Weights in which a germ is homogeneous.

use super::builder::Germ;
use crate::algebra::Rational;
use crate::budget::{Budget, Exhausted};
use crate::polyhedron::{LinearProgram, Optimum};

impl Germ {
    /// Positive weights v in which every generator is weighted homogeneous, g(t^v w) = t^k g(w),
    /// with the germ at the origin; `None` if there are none.
    ///
    /// Then the origin is the worst point: the flow t^v moves every zero into any neighbourhood of
    /// the origin without changing its λ and m, and the integral near the origin is at least that
    /// near the moved zero.
    ///
    /// # Errors
    /// If the linear program for the weights ends early.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let weights = Germ::ideal(["x^2 - y^3"])?.homogeneous_weights(&Budget::default())?.unwrap();
    /// assert_eq!(&weights[0] * &2.into(), &weights[1] * &3.into());
    /// assert!(
    ///     Germ::ideal(["x^2 - y^3 - y^4"])?
    ///         .homogeneous_weights(&Budget::default())?
    ///         .is_none()
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn homogeneous_weights(&self, budget: &Budget) -> Result<Option<Vec<Rational>>, Exhausted> {
        if !self.point.is_origin() {
            return Ok(None);
        }
        let d = self.ring.len();
        // the smallest weights v ≥ 1 with v·(α − β) = 0 for all terms of a generator
        let mut program = LinearProgram::maximise(vec![Rational::from(-1); d]);
        for i in 0..d {
            let unit = (0..d).map(|j| Rational::from(i64::from(i == j)));
            program = program.at_least(unit.collect(), Rational::ONE);
        }
        // all differences are combinations of these
        let mut independent: Vec<Vec<Rational>> = Vec::new();
        let meter = budget.start();
        for g in &self.generators {
            let mut terms = g.terms().map(|(e, _)| e);
            let Some(first) = terms.next() else { continue };
            for e in terms {
                meter.spend((d * (1 + independent.len())) as u64)?;
                let difference = first.iter().zip(e);
                let row = difference.map(|(&a, &b)| Rational::from(i64::from(a) - i64::from(b)));
                extend_basis(&mut independent, row.collect());
            }
        }
        for row in independent {
            program = program.equal(row, Rational::ZERO);
        }
        Ok(match program.solve_within(&meter)? {
            Optimum::Attained { point, .. } => Some(point),
            Optimum::Unbounded | Optimum::Infeasible => None,
        })
    }
}

/// Adds a vector to independent ones, reduced so that they are echelon rows, unless it depends on
/// them.
fn extend_basis(rows: &mut Vec<Vec<Rational>>, mut vector: Vec<Rational>) {
    for row in rows.iter() {
        let Some(pivot) = row.iter().position(|x| !x.is_zero()) else {
            continue;
        };
        let factor = &vector[pivot] / &row[pivot];
        if !factor.is_zero() {
            for (x, y) in vector.iter_mut().zip(row) {
                *x -= &factor * y;
            }
        }
    }
    if vector.iter().any(|x| !x.is_zero()) {
        rows.push(vector);
    }
}
