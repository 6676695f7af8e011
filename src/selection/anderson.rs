//! Anderson's acceleration of a fixed-point iteration.

use nalgebra::{DMatrix, DVector};
use std::collections::VecDeque;

/// The most differences that are remembered.
const MEMORY: usize = 10;
/// What is added to the normal equations, whose diagonal is 1: below it directions are rounding.
const RIDGE: f64 = 1e-12;

/// What an iteration x → F(x) has shown of F.
///
/// With the residuals f = F(x) − x of the last points, and with ΔF and Δf the differences from one
/// to the next, the next point is F(x) − ΔF γ, γ minimising |f − Δf γ|: where F is linear, the
/// point of least residual in the span of what was seen. With as many differences as there are
/// dimensions that is the secant method (Anderson 1965; Walker & Ni 2011; of EM Henderson &
/// Varadhan 2019).
///
/// Anderson 1965, *Iterative procedures for nonlinear integral equations*, Journal of the ACM 12,
/// 547–560. Walker & Ni 2011, *Anderson acceleration for fixed-point iterations*, SIAM Journal on
/// Numerical Analysis 49, 1715–1735. Henderson & Varadhan 2019, *Damped Anderson acceleration with
/// restarts and monotonicity control for accelerating EM and EM-like algorithms*, Journal of
/// Computational and Graphical Statistics 28, 834–846.
#[derive(Debug, Default)]
pub(super) struct Anderson {
    /// The last F(x) and F(x) − x.
    last: Option<(Vec<f64>, Vec<f64>)>,
    /// (ΔF, Δf), Δf of length 1, the oldest first.
    differences: VecDeque<(Vec<f64>, Vec<f64>)>,
}

impl Anderson {
    /// Forgets all that was seen.
    pub(super) fn forget(&mut self) {
        self.last = None;
        self.differences.clear();
    }

    /// Takes F(x) = `to` at x = `from` in.
    pub(super) fn see(&mut self, from: &[f64], to: &[f64]) {
        let residual: Vec<f64> = to.iter().zip(from).map(|(to, from)| to - from).collect();
        if let Some((last_to, last_residual)) = &self.last {
            let minus = |a: &[f64], b: &[f64]| -> Vec<f64> {
                a.iter().zip(b).map(|(a, b)| a - b).collect()
            };
            let mut value = minus(to, last_to);
            let mut change = minus(&residual, last_residual);
            let length = dot(&change, &change).sqrt();
            if length > f64::MIN_POSITIVE {
                value.iter_mut().for_each(|entry| *entry /= length);
                change.iter_mut().for_each(|entry| *entry /= length);
                if self.differences.len() == MEMORY.min(from.len()) {
                    self.differences.pop_front();
                }
                self.differences.push_back((value, change));
            }
        }
        self.last = Some((to.to_vec(), residual));
    }

    /// The next point; false where nothing is known but F(x), which then is the next point.
    pub(super) fn next(&self, point: &mut [f64]) -> bool {
        let Some((to, residual)) = &self.last else {
            return false;
        };
        point.copy_from_slice(to);
        let size = self.differences.len();
        if size == 0 {
            return false;
        }
        let products = DMatrix::from_fn(size, size, |i, j| {
            let own = if i == j { RIDGE } else { 0.0 };
            dot(&self.differences[i].1, &self.differences[j].1) + own
        });
        let right = DVector::from_fn(size, |i, _| dot(&self.differences[i].1, residual));
        let Some(cholesky) = products.cholesky() else {
            return false;
        };
        let coefficients = cholesky.solve(&right);
        for (coefficient, (value, _)) in coefficients.iter().zip(&self.differences) {
            for (point, value) in point.iter_mut().zip(value) {
                *point -= coefficient * value;
            }
        }
        point.iter().all(|entry| entry.is_finite())
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::Anderson;

    #[test]
    fn a_linear_iteration_ends_after_as_many_steps_as_dimensions() {
        // F(x) = Ax + b with rates .99, .9 and .5 in skew directions; the fixed point is (1, 2, 3)
        let map = |x: &[f64]| {
            let [a, b, c] = [x[0] - 1.0, x[1] - 2.0, x[2] - 3.0];
            vec![
                1.0 + 0.99 * a + 0.3 * b,
                2.0 + 0.9 * b + 0.1 * c,
                3.0 + 0.5 * c,
            ]
        };
        let (mut anderson, mut point) = (Anderson::default(), vec![0.0; 3]);
        for _ in 0..5 {
            let to = map(&point);
            anderson.see(&point, &to);
            anderson.next(&mut point);
        }
        for (found, expected) in point.iter().zip([1.0, 2.0, 3.0]) {
            assert!((found - expected).abs() < 1e-6, "{point:?}");
        }
    }

    #[test]
    fn nothing_known_is_a_step_of_the_iteration() {
        let (mut anderson, mut point) = (Anderson::default(), vec![0.0]);
        assert!(!anderson.next(&mut point));
        anderson.see(&[1.0], &[3.0]);
        assert!(!anderson.next(&mut point));
        assert_eq!(point, [3.0]);
        // at the fixed point nothing changes
        anderson.see(&[3.0], &[3.0]);
        anderson.see(&[3.0], &[3.0]);
        anderson.next(&mut point);
        assert_eq!(point, [3.0]);
        anderson.forget();
        assert!(!anderson.next(&mut point));
    }
}
