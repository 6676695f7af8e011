//! That a loss is nowhere negative near its point: sums of squares, for the certificate to state.

use super::point::Sign;
use crate::algebra::{Factors, Monomial, Polynomial, Rational, SizeLimits, watched};

/// u·p = Σ c_i·q_i² with u ≠ 0 and the c_i plainly ≥ 0 near the point.
#[derive(Debug, Clone)]
pub(super) struct SumOfSquares {
    pub(super) multiplier: Polynomial,
    /// The pairs (c_i, q_i).
    pub(super) terms: Vec<(Polynomial, Polynomial)>,
}

/// Whether a polynomial is plainly ≥ 0 near the origin, from its exponents and the signs of its
/// coefficients: each term is positive with exponents that are even or those of variables ≥ 0, or a
/// multiple of such a term by a monomial that is not 1.
pub(super) fn is_plainly_nonnegative(terms: &[(Vec<u32>, Sign)], half_line: &[bool]) -> bool {
    let even = |e: &[u32]| e.iter().zip(half_line).all(|(e, half)| e % 2 == 0 || *half);
    let is_good = |(e, sign): &&(Vec<u32>, Sign)| *sign == Sign::Positive && even(e);
    let (good, others): (Vec<_>, Vec<_>) = terms
        .iter()
        .filter(|(_, sign)| *sign != Sign::Zero)
        .partition(is_good);
    let divides = |a: &[u32], b: &[u32]| a.iter().zip(b).all(|(a, b)| a <= b);
    let dominated = |e: &[u32]| good.iter().any(|(smaller, _)| divides(smaller, e));
    !good.is_empty() && others.iter().all(|(e, _)| dominated(e))
}

/// How often a sum is sought for a part of a sum.
const MOST_DEPTH: usize = 8;

/// Larger polynomials are left alone.
fn limits() -> SizeLimits {
    watched().with_terms(400).with_work(100_000)
}

fn is_moderate(p: &Polynomial) -> bool {
    /// The highest degree.
    const MOST: u64 = 200;
    p.len() <= limits().terms && p.degree() <= MOST
}

fn product(p: &Polynomial, q: &Polynomial) -> Option<Polynomial> {
    p.checked_mul(q, &limits()).ok()
}

fn constant(p: &Polynomial, value: i64) -> Polynomial {
    Polynomial::constant(p.variables(), Rational::from(value))
}

/// A sum of squares for p, by what is plain, by square factors, by completing the square in a
/// variable, and by an LDLᵀ decomposition; `None` if these find none.
///
/// `is_plain` says what needs no sum: that a polynomial is plainly ≥ 0 near the point.
pub(super) fn sum_of_squares(
    p: &Polynomial,
    is_plain: &dyn Fn(&Polynomial) -> bool,
) -> Option<SumOfSquares> {
    found(p, is_plain, MOST_DEPTH)
}

fn found(
    p: &Polynomial,
    is_plain: &dyn Fn(&Polynomial) -> bool,
    depth: usize,
) -> Option<SumOfSquares> {
    if is_plain(p) {
        return Some(SumOfSquares {
            multiplier: constant(p, 1),
            terms: vec![(p.clone(), constant(p, 1))],
        });
    }
    if depth == 0 || !is_moderate(p) {
        return None;
    }
    by_factors(p, is_plain, depth)
        .or_else(|| by_completion(p, is_plain, depth))
        .or_else(|| by_decomposition(p, is_plain))
}

/// p = r·s² where a sum is found for r.
fn by_factors(
    p: &Polynomial,
    is_plain: &dyn Fn(&Polynomial) -> bool,
    depth: usize,
) -> Option<SumOfSquares> {
    let mut root = constant(p, 1);
    for (factor, power) in p.square_free_factors()? {
        for _ in 0..power / 2 {
            root = product(&root, &factor)?;
        }
    }
    if root.as_constant().is_some() {
        return None;
    }
    let rest = p.exact_quotient(&product(&root, &root)?)?;
    let sum = found(&rest, is_plain, depth - 1)?;
    let times = |(c, q): (Polynomial, Polynomial)| Some((c, product(&q, &root)?));
    Some(SumOfSquares {
        multiplier: sum.multiplier,
        terms: sum.terms.into_iter().map(times).collect::<Option<_>>()?,
    })
}

/// p = a·v² + b·v + c in a variable v, a plainly ≥ 0: 4a·p = (2a·v + b)² + (4a·c − b²), and a sum
/// is found for the last, which is free of v.
fn by_completion(
    p: &Polynomial,
    is_plain: &dyn Fn(&Polynomial) -> bool,
    depth: usize,
) -> Option<SumOfSquares> {
    let quadratic = (0..p.dimension()).filter(|&v| p.degree_in(v) == 2);
    quadratic.into_iter().find_map(|v| {
        let [c, b, a] = p.coefficients_in(v).try_into().ok()?;
        if !is_plain(&a) {
            return None;
        }
        let four_a = a.scale(&Rational::from(4));
        let discriminant = &product(&four_a, &c)? - &product(&b, &b)?;
        let sum = if discriminant.is_zero() {
            SumOfSquares {
                multiplier: constant(p, 1),
                terms: Vec::new(),
            }
        } else {
            found(&discriminant, is_plain, depth - 1)?
        };
        let variable = Polynomial::variable(p.variables(), v);
        let root = &product(&a.scale(&Rational::from(2)), &variable)? + &b;
        let mut terms = vec![(sum.multiplier.clone(), root)];
        terms.extend(sum.terms);
        Some(SumOfSquares {
            multiplier: product(&four_a, &sum.multiplier)?,
            terms,
        })
    })
}

/// p = Σ c·q² + a rest that is plainly ≥ 0, by elimination in a Gram matrix whose rows are the
/// monomials m with a positive term c·m² of p: each term of p that is a product of two of them
/// belongs to the earlier one, the smallest first or the largest first.
fn by_decomposition(
    p: &Polynomial,
    is_plain: &dyn Fn(&Polynomial) -> bool,
) -> Option<SumOfSquares> {
    let half = |(e, c): (&[u32], &Rational)| -> Option<Monomial> {
        let even = c.is_positive() && e.iter().all(|e| e % 2 == 0);
        even.then(|| Monomial::new(&e.iter().map(|e| e / 2).collect::<Vec<_>>()))
    };
    let mut rows: Vec<Monomial> = p.terms().filter_map(half).collect();
    for _ in 0..2 {
        let mut rest = p.clone();
        let mut terms = Vec::new();
        for (n, row) in rows.iter().enumerate() {
            let coefficient = |m: &Monomial| {
                let term = rest.sorted_terms().iter().find(|(own, _)| own == m);
                term.map(|(_, c)| c.clone())
            };
            let pivot = coefficient(&row.checked_mul(row)?);
            let Some(pivot) = pivot.filter(Rational::is_positive) else {
                continue;
            };
            let inverse = (Rational::from(2) * &pivot).recip()?;
            let mut base = vec![(row.clone(), Rational::ONE)];
            for later in &rows[n + 1..] {
                if let Some(c) = coefficient(&row.checked_mul(later)?) {
                    base.push((later.clone(), c * &inverse));
                }
            }
            if base.len() == 1 {
                continue;
            }
            let base = Polynomial::from_terms(p.variables(), base);
            let square = product(&base, &base)?.scale(&pivot);
            rest = &rest - &square;
            terms.push((Polynomial::constant(p.variables(), pivot), base));
        }
        if rest.is_zero() || is_plain(&rest) {
            if !rest.is_zero() {
                terms.push((rest, constant(p, 1)));
            }
            return Some(SumOfSquares {
                multiplier: constant(p, 1),
                terms,
            });
        }
        rows.reverse();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Positive coefficients and even exponents.
    fn is_plain(p: &Polynomial) -> bool {
        let even = |e: &[u32]| e.iter().all(|e| e % 2 == 0);
        !p.is_zero() && p.terms().all(|(e, c)| c.is_positive() && even(e))
    }

    fn holds(p: &Polynomial, sum: &SumOfSquares) {
        let mut right = Polynomial::zero(p.variables());
        for (c, q) in &sum.terms {
            assert!(is_plain(c), "{c}");
            right = &right + &(c * &(q * q));
        }
        assert!(is_plain(&sum.multiplier), "{}", sum.multiplier);
        assert_eq!(&sum.multiplier * p, right);
    }

    #[test]
    fn sums_are_found_and_hold() {
        for text in [
            "x^2 + y^4",
            "(x - y)^2",
            "(y - x^2)^2 + x^40",
            "(x + y^2 - z)^2 + (x - 3*z)^2",
            "(x^2 - y^2)^2*(x^2 + y^2)",
            "(x*y - z)^2 + (x + y)^2*z^2",
            "(x^3 - y^3)^2 + x^2*y^4",
            "2*x^2 - 2*x*y + y^2",
            "(x^2*y - z^3)^2 + z^4",
            "(1 + x)^2 - 2*x",
        ] {
            let p: Polynomial = text.parse().unwrap();
            let sum = sum_of_squares(&p, &is_plain).unwrap_or_else(|| panic!("{text}"));
            holds(&p, &sum);
        }
    }

    #[test]
    fn what_changes_sign_has_no_sum() {
        for text in [
            "x",
            "-x^2",
            "x^2 - y^2",
            "x*y",
            "x^2 - 3*x*y + y^2",
            "x^3 + y^2",
        ] {
            let p: Polynomial = text.parse().unwrap();
            assert!(sum_of_squares(&p, &is_plain).is_none(), "{text}");
        }
    }

    #[test]
    fn large_polynomials_are_left_alone() {
        let p: Polynomial = "(x - y)^2*x^400".parse().unwrap();
        assert!(sum_of_squares(&p, &is_plain).is_none());
    }
}
