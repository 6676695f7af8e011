//! That a loss is nowhere negative near the point of its germ.

use super::CheckErrorKind;
use super::chart::Chart;
use super::error::{Checked, entry_mut, malformed, shown};
use super::point::{Interval, evaluate};
use super::work::Work;
use crate::format::{CoordinateDomain, Squares};
use rlct_algebra::{Monomial, Polynomial, Rational};
use std::collections::BTreeMap;

fn refuted<T>(message: impl Into<String>) -> Checked<T> {
    Err(CheckErrorKind::Sign(message.into()))
}

/// That K ≥ 0 near the point on the domain: `loss` plainly, or u·K = Σ c_i·q_i² where u ≠ 0 and the
/// c_i are plainly ≥ 0 there. `moved` brings the point to the origin.
///
/// Where u > 0, and that is dense, K ≥ 0 follows from the identity; elsewhere by continuity.
pub(super) fn nonnegative(
    root: &Chart,
    loss: &Polynomial,
    squares: Option<&Squares>,
    moved: &dyn Fn(&Polynomial) -> Checked<Polynomial>,
    work: &Work,
) -> Checked<()> {
    let Some(squares) = squares else {
        return plainly_nonnegative(root, &moved(loss)?, work).map(|_| ());
    };
    let mut left = loss.clone();
    if let Some(multiplier) = &squares.multiplier {
        let multiplier = work.parse(multiplier, &root.ring, "multiplier of the squares")?;
        if !plainly_nonnegative(root, &moved(&multiplier)?, work)? {
            return refuted("the multiplier of the squares is 0");
        }
        left = work.mul(&multiplier, loss)?;
    }
    for (i, (factor, base)) in squares.terms.iter().enumerate() {
        let factor = work.parse(factor, &root.ring, &format!("factor of square {i}"))?;
        let base = work.parse(base, &root.ring, &format!("square {i}"))?;
        plainly_nonnegative(root, &moved(&factor)?, work)?;
        let square = work.mul(&base, &base)?;
        left = work.sub(&left, &work.mul(&factor, &square)?)?;
    }
    if !left.is_zero() {
        return refuted(format!(
            "the squares do not add up to it; the difference is {}",
            shown(&left)
        ));
    }
    Ok(())
}

/// That p, in the coordinates of the root chart, is plainly ≥ 0 near the origin; and whether it is
/// not 0.
///
/// A term is good if its coefficient is positive and each exponent even or that of a half-line
/// coordinate. Every other term must be a multiple of a good one by a monomial that is not 1: near
/// the origin it is as small as one likes beside that good term.
fn plainly_nonnegative(root: &Chart, p: &Polynomial, work: &Work) -> Checked<bool> {
    let d = root.dimension();
    work.pass(p)?;
    let mut coefficients: BTreeMap<Vec<u32>, Vec<(Monomial, Rational)>> = BTreeMap::new();
    for (exponents, c) in p.terms() {
        let (own, constants) = exponents.split_at_checked(d).ok_or_else(|| {
            CheckErrorKind::Malformed("the number of variables differs".to_string())
        })?;
        let mut rest = vec![0; d];
        rest.extend_from_slice(constants);
        let terms = coefficients.entry(own.to_vec()).or_default();
        terms.push((Monomial::new(&rest), c.clone()));
    }
    let at = constants_box(root, d)?;
    let (mut good, mut others) = (Vec::new(), Vec::new());
    for (exponents, terms) in coefficients {
        let c = remainder(root, &Polynomial::from_terms(&root.ring, terms), work)?;
        if c.is_zero() {
            continue;
        }
        let mut pairs = exponents.iter().zip(&root.coordinates);
        let even = pairs.all(|(e, c)| e % 2 == 0 || c.domain == CoordinateDomain::HalfLine);
        if even && evaluate(&c, &at, work)?.low.is_positive() {
            good.push(exponents);
        } else {
            others.push((exponents, c));
        }
    }
    for (exponents, c) in &others {
        let mut dominated = false;
        for smaller in &good {
            work.spend(1 + d as u64 / 8)?;
            dominated = smaller.iter().zip(exponents).all(|(a, b)| a <= b);
            if dominated {
                break;
            }
        }
        if !dominated {
            let mut full = exponents.clone();
            full.resize(root.ring.len(), 0);
            let monomial =
                Polynomial::from_terms(&root.ring, [(Monomial::new(&full), Rational::ONE)]);
            let term = work.mul(c, &monomial)?;
            return refuted(format!(
                "near the point, the term {} of {} is neither plainly ≥ 0 nor a multiple of one \
                 that is; state `squares`, or the reading `absolute`",
                shown(&term),
                shown(p)
            ));
        }
    }
    Ok(!good.is_empty())
}

/// The intervals of the constants, behind zeros for the `d` variables.
pub(super) fn constants_box(root: &Chart, d: usize) -> Checked<Vec<Interval>> {
    let mut at = vec![Interval::point(&Rational::ZERO); d];
    for (k, f) in root.functions.iter().enumerate() {
        let Some([low, high]) = &f.between else {
            return malformed(format!("the constant {} has no interval", root.name(d + k)));
        };
        at.push(Interval {
            low: low.clone(),
            high: high.clone(),
        });
    }
    Ok(at)
}

/// The coefficient of the highest power of variable `i`.
fn leading(p: &Polynomial, i: usize, work: &Work) -> Checked<Polynomial> {
    work.passes(2, p)?;
    let n = p.degree_in(i);
    let mut terms = Vec::new();
    for (exponents, c) in p.terms() {
        let mut rest = exponents.to_vec();
        if std::mem::take(entry_mut(&mut rest, i)?) == n {
            terms.push((Monomial::new(&rest), c.clone()));
        }
    }
    Ok(Polynomial::from_terms(p.variables(), terms))
}

/// A polynomial in the constants modulo their relations, the last first, as far as these have
/// rational leading coefficients.
fn remainder(root: &Chart, p: &Polynomial, work: &Work) -> Checked<Polynomial> {
    let d = root.dimension();
    let mut rest = p.clone();
    let relations: Vec<&Polynomial> = root.relations().collect();
    for (k, relation) in relations.into_iter().enumerate().rev() {
        let i = d + k;
        let n = relation.degree_in(i);
        let inverse = leading(relation, i, work)?
            .as_constant()
            .and_then(|c| c.recip());
        let Some(inverse) = inverse.filter(|_| n > 0) else {
            continue;
        };
        while rest.degree_in(i) >= n {
            let mut shift = vec![0; root.ring.len()];
            *entry_mut(&mut shift, i)? = rest.degree_in(i) - n;
            let shift =
                Polynomial::from_terms(&root.ring, [(Monomial::new(&shift), inverse.clone())]);
            let factor = work.mul(&leading(&rest, i, work)?, &shift)?;
            rest = work.sub(&rest, &work.mul(&factor, relation)?)?;
        }
    }
    Ok(rest)
}
