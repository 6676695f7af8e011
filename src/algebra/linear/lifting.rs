//! Solutions of square systems over ℚ by p-adic lifting (Dixon, Numer. Math. 40 (1982) 137–141).

use super::modular::{apply, inverse_matrix};
use crate::budget::look;
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use rlct_algebra::modular::Field;

/// A square integer matrix that is invertible modulo p.
#[derive(Debug)]
pub(super) struct Lift<'a> {
    field: Field,
    inverse: Vec<Vec<u64>>,
    matrix: Matrix<'a>,
    /// Bits enough for any numerator or denominator, by Hadamard's inequality.
    bits: u64,
}

#[derive(Debug)]
enum Matrix<'a> {
    /// Entries so small that residuals are machine words of 128 bits.
    Words(Vec<Vec<i64>>),
    Large(Vec<Vec<&'a BigInt>>),
}

/// The remaining right-hand side.
enum Residual {
    Words(Vec<i128>),
    Large(Vec<BigInt>),
}

impl<'a> Lift<'a> {
    /// `None` if the matrix is singular modulo p.
    pub(super) fn new(field: Field, rows: Vec<Vec<&'a BigInt>>, right_bits: u64) -> Option<Self> {
        let n = rows.len() as u64;
        let residues = rows
            .iter()
            .map(|row| row.iter().map(|x| field.residue(x)).collect())
            .collect();
        let inverse = inverse_matrix(field, residues)?;
        let largest = rows.iter().flatten().map(|x| x.bits()).max().unwrap_or(0);
        let log = u64::from(64 - n.leading_zeros());
        let bits = n * (largest.max(right_bits) + log / 2 + 1) + 2;
        let small = largest.max(right_bits) <= 62 && largest.max(right_bits) + 61 + log <= 124;
        let words = || {
            rows.iter()
                .map(|row| row.iter().map(|x| x.to_i64()).collect::<Option<Vec<_>>>())
                .collect::<Option<Vec<_>>>()
        };
        let matrix = match small.then(words).flatten() {
            Some(words) => Matrix::Words(words),
            None => Matrix::Large(rows),
        };
        Some(Self {
            field,
            inverse,
            matrix,
            bits,
        })
    }

    /// The integer vector (x, d), d > 0, with matrix · x = d · right, found with the fewest digits
    /// for which `accept` says yes; `None` if it never does, although all digits were there. `hint`
    /// is tried as denominator first.
    pub(super) fn solve(
        &self,
        right: &[BigInt],
        hint: &BigInt,
        mut accept: impl FnMut(&[BigInt], &BigInt) -> bool,
    ) -> Option<(Vec<BigInt>, BigInt)> {
        let most = (2 * self.bits) / 60 + 3;
        let mut residual = match &self.matrix {
            Matrix::Words(_) => Residual::Words(right.iter().filter_map(BigInt::to_i128).collect()),
            Matrix::Large(_) => Residual::Large(right.to_vec()),
        };
        let mut digits: Vec<Vec<u64>> = Vec::new();
        let mut next = 2;
        loop {
            while digits.len() < next {
                digits.push(self.step(&mut residual));
            }
            let modulus = num_traits::pow(BigInt::from(self.field.p), digits.len());
            if let Some((x, d)) = self.fractions(&digits, &modulus, hint)
                && accept(&x, &d)
            {
                return Some((x, d));
            }
            if digits.len() as u64 >= most {
                return None;
            }
            next = (2 * next).min(most as usize);
        }
    }

    /// The next p-adic digit of the solution; the residual becomes (residual − matrix · digit)/p.
    fn step(&self, residual: &mut Residual) -> Vec<u64> {
        let field = self.field;
        let residues: Vec<u64> = match &*residual {
            Residual::Words(r) => r.iter().map(|x| field.residue_of_word(*x)).collect(),
            Residual::Large(r) => r.iter().map(|x| field.residue(x)).collect(),
        };
        let digit = apply(field, &self.inverse, &residues);
        match (residual, &self.matrix) {
            (Residual::Words(residual), Matrix::Words(matrix)) => {
                for (r, row) in residual.iter_mut().zip(matrix) {
                    let products = row.iter().zip(&digit);
                    let sum: i128 = products.map(|(a, x)| i128::from(*a) * i128::from(*x)).sum();
                    *r = (*r - sum) / i128::from(field.p);
                }
            }
            (Residual::Large(residual), Matrix::Large(matrix)) => {
                for (r, row) in residual.iter_mut().zip(matrix) {
                    look(2 * row.len());
                    for (a, x) in row.iter().zip(&digit) {
                        *r -= *a * *x;
                    }
                    *r /= field.p;
                }
            }
            _ => {}
        }
        digit
    }

    /// Small fractions with a common denominator that the digits are the expansions of.
    fn fractions(
        &self,
        digits: &[Vec<u64>],
        modulus: &BigInt,
        hint: &BigInt,
    ) -> Option<(Vec<BigInt>, BigInt)> {
        let n = self.inverse.len();
        let bound = (modulus >> 1_u32).sqrt();
        let mut denominator = BigInt::one();
        let mut numerators: Vec<BigInt> = Vec::with_capacity(n);
        for i in 0..n {
            look(digits.len() * 16);
            let own: Vec<u64> = digits.iter().map(|d| d[i]).collect();
            let value = assemble(&own, self.field.p);
            let scaled = centred(&value * &denominator, modulus);
            if scaled.abs() <= bound {
                numerators.push(scaled);
                continue;
            }
            let (numerator, factor) = {
                let hinted = centred(&scaled * hint, modulus);
                if hinted.abs() <= bound && hint.abs() <= bound {
                    (hinted, hint.clone())
                } else {
                    fraction(&scaled, modulus, &bound)?
                }
            };
            denominator *= &factor;
            for x in &mut numerators {
                *x *= &factor;
            }
            numerators.push(numerator);
            // too few digits: fractions of random numbers, whose common denominator grows with each
            if denominator.abs() > bound || numerators.iter().any(|x| x.abs() > bound) {
                return None;
            }
        }
        if denominator.is_negative() {
            denominator = -denominator;
            for x in &mut numerators {
                *x = -std::mem::take(x);
            }
        }
        Some((numerators, denominator))
    }
}

/// Σ digits[k] pᵏ, by halves.
fn assemble(digits: &[u64], p: u64) -> BigInt {
    fn part(digits: &[u64], p: u64) -> (BigInt, BigInt) {
        if let [one] = digits {
            return (BigInt::from(*one), BigInt::from(p));
        }
        let (low, high) = digits.split_at(digits.len() / 2);
        let ((low, power), (high, rest)) = (part(low, p), part(high, p));
        (low + high * &power, power * rest)
    }
    if digits.is_empty() {
        return BigInt::zero();
    }
    part(digits, p).0
}

/// The representative of least absolute value.
fn centred(x: BigInt, modulus: &BigInt) -> BigInt {
    let x = x.mod_floor(modulus);
    if &x + &x > *modulus { x - modulus } else { x }
}

/// n/d ≡ x with |n|, d ≤ bound, if there is one (Wang 1981): Euclid's algorithm stopped half-way.
fn fraction(x: &BigInt, modulus: &BigInt, bound: &BigInt) -> Option<(BigInt, BigInt)> {
    let (mut a, mut b) = (modulus.clone(), x.mod_floor(modulus));
    let (mut s, mut t) = (BigInt::zero(), BigInt::one());
    while b > *bound {
        look(b.bits() as usize / 32);
        let (q, r) = a.div_rem(&b);
        (a, b) = (b, r);
        let next = &s - q * &t;
        (s, t) = (t, next);
    }
    if t.sign() == Sign::Minus {
        (b, t) = (-b, -t);
    }
    (t <= *bound && !t.is_zero() && b.gcd(&t).is_one()).then_some((b, t))
}
