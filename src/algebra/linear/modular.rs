//! Linear algebra modulo primes below 2⁶¹.

use crate::algebra::Rational;
use crate::budget::look;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::ToPrimitive;

/// 2⁶¹ − 1, a Mersenne prime: products are reduced by shifts.
pub(super) const MERSENNE: u64 = (1 << 61) - 1;

/// The field of p elements, p a prime at most 2⁶¹ − 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::algebra) struct Field {
    pub(in crate::algebra) p: u64,
}

/// Pivots of an elimination: rows and columns of a minor that is not 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::algebra) struct Pivots {
    pub(super) rows: Vec<usize>,
    pub(in crate::algebra) columns: Vec<usize>,
}

impl Field {
    /// The first of [`fields`].
    pub(in crate::algebra) const LARGEST: Self = Self { p: MERSENNE };

    /// x mod p for x < 2¹²⁵.
    #[inline]
    fn reduce(self, x: u128) -> u64 {
        if self.p != MERSENNE {
            return (x % u128::from(self.p)) as u64;
        }
        // twice, since x >> 61 may exceed 61 bits
        let folded = (x & u128::from(MERSENNE)) + (x >> 61);
        let folded = (folded & u128::from(MERSENNE)) as u64 + (folded >> 61) as u64;
        if folded >= MERSENNE {
            folded - MERSENNE
        } else {
            folded
        }
    }

    pub(in crate::algebra) fn plus(self, a: u64, b: u64) -> u64 {
        // below 2⁶²
        let sum = a + b;
        if sum >= self.p { sum - self.p } else { sum }
    }

    pub(in crate::algebra) fn minus(self, a: u64, b: u64) -> u64 {
        if a >= b { a - b } else { a + self.p - b }
    }

    pub(in crate::algebra) fn times(self, a: u64, b: u64) -> u64 {
        self.reduce(u128::from(a) * u128::from(b))
    }

    pub(in crate::algebra) fn power(self, mut base: u64, mut exponent: u64) -> u64 {
        let mut value = 1;
        while exponent > 0 {
            if exponent & 1 == 1 {
                value = self.times(value, base);
            }
            base = self.times(base, base);
            exponent >>= 1;
        }
        value
    }

    /// 1/a for a ≠ 0, by Fermat's little theorem.
    pub(in crate::algebra) fn inverse(self, a: u64) -> u64 {
        self.power(a, self.p - 2)
    }

    pub(in crate::algebra) fn residue(self, x: &BigInt) -> u64 {
        match x.to_i64() {
            Some(x) => self.residue_of_word(i128::from(x)),
            None => x.mod_floor(&BigInt::from(self.p)).to_u64().unwrap_or(0),
        }
    }

    /// The image of a fraction, `None` if p divides its denominator.
    pub(in crate::algebra) fn fraction(self, x: &Rational) -> Option<u64> {
        let numerator = self.residue(&x.numerator());
        if x.is_integer() {
            return Some(numerator);
        }
        let denominator = self.residue(&x.denominator());
        (denominator != 0).then(|| self.times(numerator, self.inverse(denominator)))
    }

    /// The integer of least absolute value with this image.
    pub(in crate::algebra) fn symmetric(self, x: u64) -> BigInt {
        if x > self.p / 2 {
            BigInt::from(x) - BigInt::from(self.p)
        } else {
            BigInt::from(x)
        }
    }

    pub(super) fn residue_of_word(self, x: i128) -> u64 {
        x.rem_euclid(i128::from(self.p)) as u64
    }

    /// row += factor · other, on equal lengths.
    fn add_multiple(self, row: &mut [u64], factor: u64, other: &[u64]) {
        look(other.len() / 8 + 1);
        for (a, b) in row.iter_mut().zip(other) {
            *a = self.reduce(u128::from(factor) * u128::from(*b) + u128::from(*a));
        }
    }

    /// Gaussian elimination; the rows are destroyed.
    pub(in crate::algebra) fn pivots(self, mut rows: Vec<Vec<u64>>) -> Pivots {
        let width = rows.first().map_or(0, Vec::len);
        let mut order: Vec<usize> = (0..rows.len()).collect();
        let mut columns = Vec::new();
        for column in 0..width {
            let rank = columns.len();
            let Some(pivot) = (rank..rows.len()).find(|&i| rows[i][column] != 0) else {
                continue;
            };
            rows.swap(rank, pivot);
            order.swap(rank, pivot);
            let (done, rest) = rows.split_at_mut(rank + 1);
            let own = &done[rank];
            let inverse = self.inverse(own[column]);
            for row in rest.iter_mut().filter(|row| row[column] != 0) {
                let factor = self.p - self.times(row[column], inverse);
                self.add_multiple(&mut row[column..], factor, &own[column..]);
            }
            columns.push(column);
            if columns.len() == order.len() {
                break;
            }
        }
        order.truncate(columns.len());
        Pivots {
            rows: order,
            columns,
        }
    }

    /// The inverse of a square matrix, `None` if it is singular.
    pub(super) fn inverse_matrix(self, mut rows: Vec<Vec<u64>>) -> Option<Vec<Vec<u64>>> {
        let n = rows.len();
        for (i, row) in rows.iter_mut().enumerate() {
            row.extend((0..n).map(|j| u64::from(i == j)));
        }
        for column in 0..n {
            let pivot = (column..n).find(|&i| rows[i][column] != 0)?;
            rows.swap(column, pivot);
            let inverse = self.inverse(rows[column][column]);
            for a in &mut rows[column][column..] {
                *a = self.times(*a, inverse);
            }
            let own = rows[column].clone();
            for (i, row) in rows.iter_mut().enumerate() {
                if i != column && row[column] != 0 {
                    let factor = self.p - row[column];
                    self.add_multiple(&mut row[column..], factor, &own[column..]);
                }
            }
        }
        Some(rows.into_iter().map(|mut row| row.split_off(n)).collect())
    }

    /// Matrix times vector.
    pub(super) fn apply(self, matrix: &[Vec<u64>], x: &[u64]) -> Vec<u64> {
        let dot = |row: &Vec<u64>| {
            look(row.len() / 16 + 1);
            let mut sum = 0;
            // 7 products of 122 bits and a sum stay below 2¹²⁵
            for (row, x) in row.chunks(7).zip(x.chunks(7)) {
                let products = row
                    .iter()
                    .zip(x)
                    .map(|(a, b)| u128::from(*a) * u128::from(*b));
                sum = self.reduce(products.sum::<u128>() + u128::from(sum));
            }
            sum
        };
        matrix.iter().map(dot).collect()
    }
}

/// The prime 2⁶¹ − 1, then the primes below it, downwards.
pub(in crate::algebra) fn fields() -> impl Iterator<Item = Field> {
    (0..MERSENNE / 2)
        .map(|k| MERSENNE - 2 * k)
        .filter(|p| is_prime(*p))
        .map(|p| Field { p })
}

/// Miller and Rabin's test with the first twelve primes, which is exact below 3.3·10²⁴ (Sorenson & Webster 2017).
fn is_prime(n: u64) -> bool {
    const BASES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if n < 2 || BASES.iter().any(|b| n.is_multiple_of(*b) && n != *b) {
        return false;
    }
    let ring = Field { p: n };
    let twos = (n - 1).trailing_zeros();
    BASES.iter().filter(|b| **b < n).all(|b| {
        let mut x = ring.power(*b, (n - 1) >> twos);
        if x == 1 || x == n - 1 {
            return true;
        }
        (1..twos).any(|_| {
            x = ring.times(x, x);
            x == n - 1
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_are_known() {
        let small: Vec<u64> = (0..60).filter(|n| is_prime(*n)).collect();
        let known = [
            2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59,
        ];
        assert_eq!(small, known);
        assert!(!is_prime(3_215_031_751)); // a strong pseudoprime to 2, 3, 5 and 7
        let first: Vec<u64> = fields().take(2).map(|f| f.p).collect();
        // OEIS A013603: 2^61 − 31 is the prime below 2^61 − 1
        assert_eq!(first, [MERSENNE, (1 << 61) - 31]);
    }

    #[test]
    fn reduction_agrees_with_division() {
        let field = Field { p: MERSENNE };
        for x in [
            0,
            u128::from(MERSENNE),
            u128::from(MERSENNE) * 7 + 3,
            (1_u128 << 125) - 1,
            u128::from(MERSENNE - 1) * u128::from(MERSENNE - 1),
        ] {
            assert_eq!(u128::from(field.reduce(x)), x % u128::from(MERSENNE));
        }
    }

    #[test]
    fn inverses_are_inverse() {
        for field in fields().take(2) {
            let matrix = vec![vec![0, 2, 1], vec![3, 1, 4], vec![1, 5, 9]];
            let inverse = field.inverse_matrix(matrix.clone()).unwrap();
            for j in 0..3 {
                let column: Vec<u64> = inverse.iter().map(|row| row[j]).collect();
                let unit: Vec<u64> = (0..3).map(|i| u64::from(i == j)).collect();
                assert_eq!(field.apply(&matrix, &column), unit);
            }
            assert!(field.inverse_matrix(vec![vec![1, 2], vec![2, 4]]).is_none());
        }
    }
}
