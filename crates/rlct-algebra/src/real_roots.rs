//! Real roots of polynomials in one variable: Descartes' rule of signs and bisection (Collins,
//! Akritas 1976).

use super::{Rational, Univariate};
use crate::work::look;
use num_bigint::{BigInt, Sign};
use num_integer::Integer;

impl Univariate {
    /// Disjoint intervals, each around one of the distinct real roots, in increasing order: [r, r]
    /// for some of the rational roots, otherwise open intervals (a, b) at whose ends p is not 0 or
    /// has another root.
    ///
    /// ```
    /// # use rlct_algebra::{Rational, Univariate};
    /// let p = Univariate::new([0, -2, 0, 1].map(Rational::from)); // x³ − 2x
    /// assert_eq!(p.real_roots().len(), 3);
    /// assert_eq!(p.real_roots()[1], [Rational::ZERO, Rational::ZERO]);
    /// ```
    #[must_use]
    pub fn real_roots(&self) -> Vec<[Rational; 2]> {
        let negated = |[a, b]: [Rational; 2]| [-b, -a];
        let mut roots: Vec<_> = self
            .mirrored()
            .positive_roots()
            .into_iter()
            .map(negated)
            .collect();
        roots.reverse();
        if self.coefficients().first().is_some_and(Rational::is_zero) {
            roots.push([Rational::ZERO, Rational::ZERO]);
        }
        roots.extend(self.positive_roots());
        roots
    }

    /// How many distinct real roots lie in (0, ∞).
    ///
    /// ```
    /// # use rlct_algebra::{Rational, Univariate};
    /// let p = Univariate::new([2, -3, 1].map(Rational::from)); // (x − 1)(x − 2)
    /// assert_eq!(p.count_positive_roots(), 2);
    /// ```
    #[must_use]
    pub fn count_positive_roots(&self) -> usize {
        match variations(self.coefficients().iter().map(Rational::signum)) {
            n @ (0 | 1) => n,
            _ => self.positive_roots().len(),
        }
    }

    /// How many distinct real roots lie in (−∞, 0).
    ///
    /// ```
    /// # use rlct_algebra::{Rational, Univariate};
    /// let p = Univariate::new([-1, 0, 1].map(Rational::from));
    /// assert_eq!(p.count_negative_roots(), 1);
    /// ```
    #[must_use]
    pub fn count_negative_roots(&self) -> usize {
        self.mirrored().count_positive_roots()
    }

    /// The rational roots other than 0, in increasing order.
    ///
    /// With a_n the leading coefficient of integer coefficients, a_n^(n−1)·p(y/a_n) is monic in y,
    /// so the rational roots are y/a_n for integer y; one candidate remains in a short interval.
    ///
    /// ```
    /// # use rlct_algebra::{Rational, Univariate};
    /// let p = Univariate::new([1, -5, 6].map(Rational::from)); // (2x − 1)(3x − 1)
    /// let roots: Vec<String> = p.rational_roots().iter().map(ToString::to_string).collect();
    /// assert_eq!(roots, ["1/3", "1/2"]);
    /// ```
    #[must_use]
    pub fn rational_roots(&self) -> Vec<Rational> {
        let p = self.without_root_zero().square_free_part().primitive();
        let Some(leading) = p.coefficients().last().map(Rational::abs) else {
            return Vec::new();
        };
        let floor = |x: &Rational| x.numerator().div_floor(&x.denominator());
        let mut found = Vec::new();
        for root in p.real_roots() {
            let [a, b] = p.narrowed(
                root,
                &(leading.recip().unwrap_or(Rational::ONE) / Rational::from(2)),
            );
            let candidate = match a == b {
                true => a.clone(),
                // the only multiple of 1/a_n that [a, b] may hold
                false => Rational::from(floor(&(b * &leading))) / &leading,
            };
            if a <= candidate && p.evaluate(&candidate).is_zero() {
                found.push(candidate);
            }
        }
        found
    }

    /// An interval around one simple root made shorter than a width, by bisection.
    pub fn narrowed(&self, [mut a, mut b]: [Rational; 2], width: &Rational) -> [Rational; 2] {
        if a == b {
            return [a, b];
        }
        let half = Rational::new(1, 2).unwrap_or_default();
        // p may have another root at the end a: the sign just above it
        let at_a = match self.evaluate(&a).signum() {
            0 => self.derivative().evaluate(&a).signum(),
            sign => sign,
        };
        while &b - &a >= *width || self.evaluate(&a).is_zero() || self.evaluate(&b).is_zero() {
            let middle = (&a + &b) * &half;
            match self.evaluate(&middle).signum() {
                0 => return [middle.clone(), middle],
                sign if sign == at_a => a = middle,
                _ => b = middle,
            }
        }
        [a, b]
    }

    /// p without multiple factors.
    pub fn square_free_part(&self) -> Self {
        self.exact_quotient(&self.gcd(&self.derivative()))
            .unwrap_or_else(|| self.clone())
    }

    fn positive_roots(&self) -> Vec<[Rational; 2]> {
        let p = self.without_root_zero();
        if variations(p.coefficients().iter().map(Rational::signum)) == 0 {
            return Vec::new();
        }
        let p: Vec<BigInt> = p
            .square_free_part()
            .primitive()
            .coefficients()
            .iter()
            .map(Rational::numerator)
            .collect();
        let n = p.len() - 1;
        // all positive roots lie below 2^bound (Fujiwara 1916)
        let top = p[n].bits() as i64;
        let lower = p[..n].iter().enumerate();
        let bound = lower
            .filter(|(_, c)| **c != BigInt::ZERO)
            .map(|(i, c)| (c.bits() as i64 - top + 1).div_euclid((n - i) as i64) + 2)
            .max()
            .unwrap_or(0)
            .max(0) as u64;
        let scaled = p
            .into_iter()
            .enumerate()
            .map(|(i, c)| c << (bound * i as u64));
        let unit = |c: &BigInt, depth: u64| {
            Rational::from(c << bound) / Rational::from(BigInt::from(1) << depth)
        };
        let mut found = Vec::new();
        // q on (0, 1) is p on 2^bound·(c, c + 1)/2^depth
        let mut open = vec![(scaled.collect::<Vec<BigInt>>(), BigInt::ZERO, 0_u64)];
        while let Some((mut q, c, depth)) = open.pop() {
            if q[0] == BigInt::ZERO {
                let root = unit(&c, depth);
                found.push([root.clone(), root]);
                q.remove(0);
            }
            let mut reversed: Vec<BigInt> = q.iter().rev().cloned().collect();
            shift_by_one(&mut reversed);
            match variations(reversed.iter().map(sign)) {
                0 => {}
                1 => found.push([unit(&c, depth), unit(&(&c + 1), depth)]),
                _ => {
                    let n = q.len() - 1;
                    for (i, x) in q.iter_mut().enumerate() {
                        *x <<= n - i;
                    }
                    let left = q.clone();
                    shift_by_one(&mut q);
                    let twice: BigInt = c * 2;
                    open.push((q, &twice + 1, depth + 1));
                    open.push((left, twice, depth + 1));
                }
            }
        }
        found
    }
}

fn sign(x: &BigInt) -> i8 {
    match x.sign() {
        Sign::Minus => -1,
        Sign::NoSign => 0,
        Sign::Plus => 1,
    }
}

/// q(x + 1).
fn shift_by_one(q: &mut [BigInt]) {
    for low in 0..q.len() {
        let words = q[low].bits() as usize / 64 + 1;
        look((q.len() - low) * words);
        for i in (low..q.len() - 1).rev() {
            let (head, tail) = q.split_at_mut(i + 1);
            head[i] += &tail[0];
        }
    }
}

/// Sign changes in a sequence, zeros left out.
fn variations(signs: impl Iterator<Item = i8>) -> usize {
    let signs: Vec<i8> = signs.filter(|s| *s != 0).collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integers(coefficients: &[i64]) -> Univariate {
        Univariate::new(coefficients.iter().map(|&c| Rational::from(c)))
    }

    #[test]
    fn close_and_distant_roots() {
        // (10⁶x − 1)(10⁶x − 2)(x − 10⁹)
        let p = integers(&[
            -2_000_000_000,
            2_000_000_000_000_002,
            -1_000_000_000_000_000 - 1,
            0,
        ]);
        assert_eq!(p.degree(), Some(2));
        let roots = p.real_roots();
        assert_eq!(roots.len(), 2);
        for [a, b] in roots {
            assert!(a <= b && !a.is_negative());
        }
    }

    #[test]
    fn chebyshev_polynomials_have_all_roots_real() {
        let (mut before, mut now) = (integers(&[1]), integers(&[0, 1]));
        for n in 2..=40_usize {
            let mut next = vec![Rational::ZERO; n + 1];
            for (i, c) in now.coefficients().iter().enumerate() {
                next[i + 1] += c * Rational::from(2);
            }
            for (i, c) in before.coefficients().iter().enumerate() {
                next[i] -= c;
            }
            (before, now) = (now, Univariate::new(next));
            assert_eq!(now.real_roots().len(), n);
            assert_eq!(now.count_positive_roots(), n / 2);
        }
    }

    #[test]
    fn narrow_intervals_hold_their_root() {
        let p = integers(&[-2, 0, 1]);
        let width = Rational::new(1, 1 << 20).unwrap();
        let roots = p.real_roots();
        let [a, b] = p.narrowed(roots[1].clone(), &width);
        assert!(&a * &a < Rational::from(2) && &b * &b > Rational::from(2) && b - a < width);
    }
}
