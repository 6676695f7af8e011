//! Arithmetic modulo primes below 2⁶¹.
//!
//! Residues are words below the prime; what is handed in must be.

use crate::Rational;
use num_bigint::BigInt;
use num_integer::Integer;

/// 2⁶¹ − 1, a Mersenne prime: products are reduced by shifts.
pub const MERSENNE: u64 = (1 << 61) - 1;

/// The field of p elements, p a prime at most 2⁶¹ − 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The prime.
    pub p: u64,
}

impl Field {
    /// The first of [`fields`].
    pub const LARGEST: Self = Self { p: MERSENNE };

    /// x mod p for x < 2¹²⁵.
    #[inline]
    #[must_use]
    pub fn reduce(self, x: u128) -> u64 {
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

    /// a + b.
    #[must_use]
    pub fn plus(self, a: u64, b: u64) -> u64 {
        // below 2⁶²
        let sum = a + b;
        if sum >= self.p { sum - self.p } else { sum }
    }

    /// a − b.
    #[must_use]
    pub fn minus(self, a: u64, b: u64) -> u64 {
        if a >= b { a - b } else { a + self.p - b }
    }

    /// a·b.
    #[must_use]
    pub fn times(self, a: u64, b: u64) -> u64 {
        self.reduce(u128::from(a) * u128::from(b))
    }

    /// The power of a residue.
    #[must_use]
    pub fn power(self, mut base: u64, mut exponent: u64) -> u64 {
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
    #[must_use]
    pub fn inverse(self, a: u64) -> u64 {
        self.power(a, self.p - 2)
    }

    /// x mod p.
    #[must_use]
    pub fn residue(self, x: &BigInt) -> u64 {
        match i64::try_from(x) {
            Ok(x) => self.residue_of_word(i128::from(x)),
            Err(_) => u64::try_from(x.mod_floor(&BigInt::from(self.p))).unwrap_or(0),
        }
    }

    /// The image of a fraction, `None` if p divides its denominator.
    #[must_use]
    pub fn fraction(self, x: &Rational) -> Option<u64> {
        let numerator = self.residue(&x.numerator());
        if x.is_integer() {
            return Some(numerator);
        }
        let denominator = self.residue(&x.denominator());
        (denominator != 0).then(|| self.times(numerator, self.inverse(denominator)))
    }

    /// The integer of least absolute value with this image.
    #[must_use]
    pub fn symmetric(self, x: u64) -> BigInt {
        if x > self.p / 2 {
            BigInt::from(x) - BigInt::from(self.p)
        } else {
            BigInt::from(x)
        }
    }

    /// x mod p for a machine word.
    #[must_use]
    pub fn residue_of_word(self, x: i128) -> u64 {
        x.rem_euclid(i128::from(self.p)) as u64
    }
}

/// The prime 2⁶¹ − 1, then the primes below it, downwards.
pub fn fields() -> impl Iterator<Item = Field> {
    (0..MERSENNE / 2)
        .map(|k| MERSENNE - 2 * k)
        .filter(|p| is_prime(*p))
        .map(|p| Field { p })
}

/// Miller and Rabin's test with the first twelve primes, which is exact below 3.3·10²⁴ (Sorenson &
/// Webster 2017).
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
}
