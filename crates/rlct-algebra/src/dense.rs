//! Polynomials in one variable modulo a prime: coefficients from the constant term up, the last
//! not 0.

use crate::modular::Field;
use crate::work::look;

/// The coefficients, from the constant term up; empty for 0.
pub type Dense = Vec<u64>;

/// Drops leading coefficients that are 0.
pub fn trim(p: &mut Dense) {
    while p.last() == Some(&0) {
        p.pop();
    }
}

/// Quotient and remainder by b ≠ 0.
#[must_use]
pub fn divided(field: Field, mut a: Dense, b: &[u64]) -> (Dense, Dense) {
    let inverse = field.inverse(b.last().copied().unwrap_or(1));
    let steps = (a.len() + 1).saturating_sub(b.len());
    let mut quotient = vec![0; steps];
    for shift in (0..steps).rev() {
        look(b.len() / 8 + 1);
        let factor = field.times(a[shift + b.len() - 1], inverse);
        quotient[shift] = factor;
        if factor != 0 {
            for (c, d) in a[shift..].iter_mut().zip(b) {
                *c = field.minus(*c, field.times(factor, *d));
            }
        }
    }
    trim(&mut a);
    trim(&mut quotient);
    (quotient, a)
}

/// a·b.
#[must_use]
pub fn product(field: Field, a: &[u64], b: &[u64]) -> Dense {
    if a.is_empty() || b.is_empty() {
        return Dense::new();
    }
    let mut product = vec![0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        look(b.len() / 8 + 1);
        for (j, y) in b.iter().enumerate() {
            product[i + j] = field.plus(product[i + j], field.times(*x, *y));
        }
    }
    product
}

/// a − b.
#[must_use]
pub fn difference(field: Field, a: &[u64], b: &[u64]) -> Dense {
    let at = |p: &[u64], i: usize| p.get(i).copied().unwrap_or(0);
    let n = a.len().max(b.len());
    let mut difference = (0..n).map(|i| field.minus(at(a, i), at(b, i))).collect();
    trim(&mut difference);
    difference
}

/// p(x + c), of as many coefficients as p.
#[must_use]
pub fn translated(field: Field, mut p: Dense, c: u64) -> Dense {
    for end in 0..p.len() {
        look((p.len() - end) / 8 + 1);
        for i in (end..p.len() - 1).rev() {
            p[i] = field.plus(p[i], field.times(c, p[i + 1]));
        }
    }
    p
}

/// With leading coefficient 1.
#[must_use]
pub fn monic(field: Field, mut p: Dense) -> Dense {
    let inverse = field.inverse(p.last().copied().unwrap_or(1));
    for c in &mut p {
        *c = field.times(*c, inverse);
    }
    p
}

/// Euclid's algorithm: the divisor with leading coefficient 1.
#[must_use]
pub fn gcd(field: Field, mut a: Dense, mut b: Dense) -> Dense {
    while !b.is_empty() {
        let (_, rest) = divided(field, a, &b);
        a = std::mem::replace(&mut b, rest);
    }
    monic(field, a)
}
