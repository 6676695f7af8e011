//! Translates of subtori: the zero sets at which a germ can be centred.

use super::torus_zeros::Orthant;
use crate::algebra::{Polynomial, Rational};
use crate::budget::Exhausted;
use crate::polyhedron::FaceLattice;
use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, Signed};

/// A coset {s : |s^{μ_j}| = c_j, j ≤ k} of a subtorus, in some orthants of (ℝ∖0)^f: a rational
/// point for k = f.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coset {
    /// For s^e the exponents of y_j = s^{μ_j}, j ≤ k, and of f − k further torus coordinates z_l,
    /// as linear forms in e. The matrix is unimodular.
    forms: Vec<Vec<i64>>,
    /// c_1, …, c_k, positive.
    pub(super) values: Vec<Rational>,
    pub(super) orthants: Vec<Orthant>,
}

impl Coset {
    /// One point without zero coordinates.
    pub(super) fn point(point: &[Rational]) -> Self {
        let f = point.len();
        Self {
            forms: (0..f)
                .map(|i| (0..f).map(|j| i64::from(i == j)).collect())
                .collect(),
            values: point.iter().map(Rational::abs).collect(),
            orthants: vec![point.iter().map(Rational::signum).collect()],
        }
    }

    /// The zeros, in orthants where no binomial has one sign throughout, of a system of binomials
    /// in s_1, …, s_f and, if there is one more variable, 1/∏ s; `None` if another polynomial is
    /// among them or a coordinate is irrational.
    pub(super) fn of_binomials(
        system: &[Polynomial],
        orthants: Vec<Orthant>,
    ) -> Result<Option<Self>, Exhausted> {
        let Some(f) = orthants.first().map(Vec::len) else {
            return Ok(None);
        };
        // |s|^m = c for every binomial
        let mut relations: Vec<(Vec<Rational>, Rational)> = Vec::new();
        for p in system {
            let mut terms = p.terms();
            let (Some((a, c)), Some((b, d)), None) = (terms.next(), terms.next(), terms.next())
            else {
                return Ok(None);
            };
            let difference = |i: usize| i64::from(a[i]) - i64::from(b[i]);
            let inverse = if p.dimension() > f { difference(f) } else { 0 };
            let m = (0..f)
                .map(|i| Rational::from(difference(i) - inverse))
                .collect();
            relations.push((m, (d / c).abs()));
        }
        let rows: Vec<&[Rational]> = relations.iter().map(|(m, _)| m.as_slice()).collect();
        let along = FaceLattice::orthogonal_to(&rows, f)?;
        let kernel: Vec<Vec<Rational>> = along
            .basis
            .iter()
            .map(|b| b.iter().map(|&e| Rational::from(e)).collect())
            .collect();
        let kernel: Vec<&[Rational]> = kernel.iter().map(Vec::as_slice).collect();
        let across = FaceLattice::orthogonal_to(&kernel, f)?;
        let mut values = Vec::with_capacity(across.dimension());
        for mu in &across.basis {
            let Some(value) = value_at(mu, &relations) else {
                return Ok(None);
            };
            values.push(value);
        }
        let forms = across
            .dual
            .into_iter()
            .chain(across.complement_dual)
            .collect();
        Ok(Some(Self {
            forms,
            values,
            orthants,
        }))
    }

    /// The codimension k.
    pub(super) fn codimension(&self) -> usize {
        self.values.len()
    }

    /// The exponents of y_1, …, y_k, z_1, …, z_{f−k} in s^e.
    pub(super) fn exponents(&self, e: &[i64]) -> Result<Vec<i64>, Exhausted> {
        let overflow = Exhausted::Size("exponent");
        self.forms
            .iter()
            .map(|form| {
                form.iter()
                    .zip(e)
                    .try_fold(0_i64, |sum, (a, b)| sum.checked_add(a.checked_mul(*b)?))
                    .ok_or(overflow)
            })
            .collect()
    }
}

/// The value c > 0 of |s^μ| that relations |s|^m = c_m imply, μ in the span of the m over ℚ;
/// `None` if it is irrational.
fn value_at(mu: &[i64], relations: &[(Vec<Rational>, Rational)]) -> Option<Rational> {
    let combination = solve(mu, relations)?;
    let denominator = combination
        .iter()
        .fold(BigInt::one(), |n, x| n.lcm(&x.denominator()));
    let degree = u32::try_from(&denominator).ok()?;
    let mut power = Rational::ONE;
    for (x, (_, c)) in combination.iter().zip(relations) {
        let exponent = (x * &Rational::from(denominator.clone())).to_i64()?;
        let factor = c.pow(u32::try_from(exponent.unsigned_abs()).ok()?);
        power = if exponent < 0 {
            power / factor
        } else {
            power * factor
        };
    }
    let root = |n: &BigInt| -> Option<BigInt> {
        let n: BigUint = n.to_biguint()?;
        let root = n.nth_root(degree);
        (root.pow(degree) == n).then(|| root.into())
    };
    let (numerator, denominator) = (root(&power.numerator())?, root(&power.denominator())?);
    debug_assert!(
        numerator.is_positive(),
        "absolute values of non-zero numbers are positive"
    );
    Some(Rational::from(numerator) / Rational::from(denominator))
}

/// Rational x with Σ x_i m_i = μ.
fn solve(mu: &[i64], relations: &[(Vec<Rational>, Rational)]) -> Option<Vec<Rational>> {
    let n = relations.len();
    // one equation a coordinate; the last column is the right-hand side
    let mut rows: Vec<Vec<Rational>> = (0..mu.len())
        .map(|i| {
            let left = relations.iter().map(|(m, _)| m[i].clone());
            left.chain([Rational::from(mu[i])]).collect()
        })
        .collect();
    let mut pivots = Vec::new();
    for column in 0..n {
        let done = pivots.len();
        let Some(row) = (done..rows.len()).find(|&r| !rows[r][column].is_zero()) else {
            continue;
        };
        rows.swap(done, row);
        let inverse = rows[done][column].recip()?;
        rows[done].iter_mut().for_each(|x| *x *= &inverse);
        let pivot = rows[done].clone();
        for (_, other) in rows.iter_mut().enumerate().filter(|(r, _)| *r != done) {
            let factor = other[column].clone();
            if !factor.is_zero() {
                other
                    .iter_mut()
                    .zip(&pivot)
                    .for_each(|(x, p)| *x -= &factor * p);
            }
        }
        pivots.push(column);
    }
    if rows[pivots.len()..].iter().any(|row| !row[n].is_zero()) {
        return None;
    }
    let mut solution = vec![Rational::ZERO; n];
    for (row, &column) in rows.iter().zip(&pivots) {
        solution[column] = row[n].clone();
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coset(texts: &[&str]) -> Option<Coset> {
        let system = Polynomial::parse_all(texts).unwrap();
        Coset::of_binomials(&system, vec![vec![1; system[0].dimension()]]).unwrap()
    }

    #[test]
    fn binomials_define_cosets() {
        let diagonal = coset(&["x - 2*y", "z^2*x - 9*x^3"]).unwrap();
        assert_eq!(diagonal.codimension(), 2);
        // x = 2y, z = 3x: on it s^e depends on one torus coordinate z_1, and y_1, y_2 are fixed
        let value = |e: &[i64]| {
            let exponents = diagonal.exponents(e).unwrap();
            let fixed =
                exponents
                    .iter()
                    .zip(&diagonal.values)
                    .fold(Rational::ONE, |product, (e, c)| {
                        let power = c.pow(u32::try_from(e.unsigned_abs()).unwrap());
                        if *e < 0 {
                            product / power
                        } else {
                            product * power
                        }
                    });
            (fixed, exponents[2])
        };
        assert_eq!(value(&[1, -1, 0]), (Rational::from(2), 0));
        assert_eq!(value(&[-1, 0, 1]), (Rational::from(3), 0));
    }

    #[test]
    fn irrational_cosets_and_other_polynomials_are_refused() {
        assert_eq!(coset(&["x^2 - 2*y^2"]), None);
        assert_eq!(coset(&["x + y - z"]), None);
        assert!(coset(&["x^2 - 4*y^2"]).is_some());
    }
}
