//! Values of polynomials on boxes, by interval arithmetic.

use crate::algebra::{Polynomial, Rational};
use crate::budget::look;

/// The values of q on a box, by interval arithmetic term by term.
pub(super) fn on_box(q: &Polynomial, boxes: &[[Rational; 2]]) -> [Rational; 2] {
    let mut sum = [Rational::ZERO, Rational::ZERO];
    for (e, c) in q.terms() {
        look(8 * e.len());
        let mut product = [c.clone(), c.clone()];
        for ([a, b], &e) in boxes.iter().zip(e).filter(|(_, e)| **e > 0) {
            let (x, y) = (a.pow(e), b.pow(e));
            let power = if e % 2 == 1 || !a.is_negative() {
                [x, y]
            } else if !b.is_positive() {
                [y, x]
            } else {
                [Rational::ZERO, x.max(y)]
            };
            let ends = [
                &product[0] * &power[0],
                &product[0] * &power[1],
                &product[1] * &power[0],
                &product[1] * &power[1],
            ];
            product = [
                ends.iter().min().cloned().unwrap_or_default(),
                ends.iter().max().cloned().unwrap_or_default(),
            ];
        }
        sum[0] += &product[0];
        sum[1] += &product[1];
    }
    sum
}
