//! Evidence that polynomials have no common zero on the centre of a chart.

use super::CheckErrorKind;
use super::chart::{Chart, Facts, exponent};
use super::error::{Checked, entry, length, shown};
use super::work::Work;
use crate::format::{Because, CoordinateDomain, Evidence};
use rlct_algebra::{Polynomial, Rational, Univariate};

/// The highest degree of a polynomial whose real roots are counted.
const MAX_ROOT_DEGREE: usize = 100;

fn refuted<T>(message: impl Into<String>) -> Checked<T> {
    Err(CheckErrorKind::Evidence(message.into()))
}

/// That q has no zero on the centre; without evidence its restriction must be a constant.
pub(super) fn no_zero(
    chart: &Chart,
    q: &Polynomial,
    evidence: Option<&Evidence>,
    work: &Work,
) -> Checked<()> {
    if let Some(evidence) = evidence {
        return no_common_zero(chart, std::slice::from_ref(q), evidence, work);
    }
    let restricted = chart.facts(work)?.restrict(q, work)?;
    match restricted.as_constant() {
        Some(c) if !c.is_zero() => Ok(()),
        _ => refuted(format!("none is given for {}", shown(q))),
    }
}

/// That q_1, …, q_r have no common zero on the centre Z; for r = 0, that Z is empty.
pub(super) fn no_common_zero(
    chart: &Chart,
    qs: &[Polynomial],
    evidence: &Evidence,
    work: &Work,
) -> Checked<()> {
    let facts = chart.facts(work)?;
    let mut e = chart.constant(Rational::ZERO);
    if evidence.combination.is_empty()
        && let [q] = qs
    {
        e = facts.restrict(q, work)?;
    } else {
        length(
            evidence.combination.len(),
            qs.len(),
            "coefficients in the combination",
        )?;
        let coefficients = work.parse_all(&evidence.combination, &chart.ring, "coefficient")?;
        for (a, q) in coefficients.iter().zip(qs) {
            e = work.add(&e, &work.mul(a, &facts.restrict(q, work)?)?)?;
        }
    }
    let vanishing: Vec<&Polynomial> = chart.relations().chain(&chart.zeros).collect();
    for (k, b) in &evidence.zeros {
        let zero = facts.restrict(entry(&vanishing, *k, "relation or zero")?, work)?;
        let b = work.parse(b, &chart.ring, "coefficient of a zero")?;
        e = work.add(&e, &work.mul(&b, &zero)?)?;
    }
    if !evidence.positive.is_empty() {
        return contradicted(chart, &facts, e, evidence, work);
    }
    match (&evidence.rest, evidence.units.is_empty()) {
        (None, true) => {}
        (Some(rest), false) => {
            let rest = work.parse(rest, &chart.ring, "rest")?;
            let product = units(chart, &facts, &evidence.units, work)?;
            if work.mul(&rest, &product)? != e {
                return refuted(format!(
                    "{} is not {} times {}",
                    shown(&e),
                    shown(&rest),
                    shown(&product)
                ));
            }
            e = rest;
        }
        _ => return refuted("units and a rest belong together"),
    }
    match &evidence.because {
        Because::Signs => signs(&facts, &e),
        Because::NoRealRoot(variable) => no_real_root(chart, &facts, &e, variable, work),
    }
}

/// All terms have one sign, and one of them is not 0.
fn signs(facts: &Facts, e: &Polynomial) -> Checked<()> {
    if facts.sign(e).is_none() {
        return refuted(format!("the terms of {} are not all of one sign", shown(e)));
    }
    if !has_unit_term(facts, e) {
        return refuted(format!("no term of {} involves only units", shown(e)));
    }
    Ok(())
}

/// Whether a term involves only variables that are units.
fn has_unit_term(facts: &Facts, e: &Polynomial) -> bool {
    let not_zero = |exponents: &[u32]| {
        let mut pairs = exponents.iter().zip(&facts.unit);
        pairs.all(|(e, unit)| *e == 0 || *unit)
    };
    e.terms().any(|(exponents, _)| not_zero(exponents))
}

/// At a common zero e, a combination of what is 0 there, is 0. But e − Σ s·∏ p̄^n ≥ 0 and s ≥ 0,
/// where p > 0, and one of them is not 0.
fn contradicted(
    chart: &Chart,
    facts: &Facts,
    mut e: Polynomial,
    evidence: &Evidence,
    work: &Work,
) -> Checked<()> {
    if !evidence.units.is_empty() || evidence.rest.is_some() {
        return refuted("`positive` goes without units and a rest");
    }
    let nonnegative = |p: &Polynomial| p.is_zero() || facts.sign(p) == Some(1);
    let mut is_positive = false;
    for (s, exponents) in &evidence.positive {
        let s = work.parse(s, &chart.ring, "factor of what is positive")?;
        if !nonnegative(&s) {
            return refuted(format!("a term of {} may be negative", shown(&s)));
        }
        is_positive |= has_unit_term(facts, &s);
        length(
            exponents.len(),
            chart.positive.len(),
            "exponents of what is positive",
        )?;
        let mut product = s;
        for (p, n) in chart.positive.iter().zip(exponents) {
            if *n > 0 {
                let power = work.pow(&facts.restrict(p, work)?, *n)?;
                product = work.mul(&product, &power)?;
            }
        }
        e = work.sub(&e, &product)?;
    }
    match &evidence.because {
        Because::Signs => {
            if !nonnegative(&e) {
                return refuted(format!("a term of {} may be negative", shown(&e)));
            }
            if !is_positive && !has_unit_term(facts, &e) {
                return refuted(format!(
                    "neither {} nor a factor has a term of units only",
                    shown(&e)
                ));
            }
            Ok(())
        }
        Because::NoRealRoot(variable) => {
            // without a root it has the sign of its values far out, where a coordinate gets to
            let coordinate = chart.ring.index_of(variable);
            let Some(v) = coordinate.filter(|v| *v < chart.dimension()) else {
                return refuted(format!("{variable} is no coordinate"));
            };
            no_real_root(chart, facts, &e, variable, work)?;
            let at_zero = e.terms().any(|(exponents, _)| exponents.get(v) == Some(&0));
            if facts.nonnegative.get(v) != Some(&true) && !at_zero {
                return refuted(format!("{} may change its sign at 0", shown(&e)));
            }
            let leading = e
                .terms()
                .max_by_key(|(exponents, _)| exponents.get(v).copied());
            if leading.is_some_and(|(_, c)| c.is_positive()) {
                return Ok(());
            }
            refuted(format!("{} is negative", shown(&e)))
        }
    }
}

/// ∏ ū^n.
fn units(chart: &Chart, facts: &Facts, exponents: &[u32], work: &Work) -> Checked<Polynomial> {
    let count = chart.units.len() + chart.positive.len();
    length(exponents.len(), count, "exponents of the units")?;
    let mut product = chart.constant(Rational::ONE);
    for (unit, n) in chart.units.iter().chain(&chart.positive).zip(exponents) {
        if *n > 0 {
            let power = work.pow(&facts.restrict(unit, work)?, *n)?;
            product = work.mul(&product, &power)?;
        }
    }
    Ok(product)
}

/// e is a polynomial in one variable, without a root where this variable runs.
fn no_real_root(
    chart: &Chart,
    facts: &Facts,
    e: &Polynomial,
    variable: &str,
    work: &Work,
) -> Checked<()> {
    let Some(v) = chart.ring.index_of(variable) else {
        return refuted(format!("there is no variable {variable}"));
    };
    let between = chart
        .functions
        .get(v.wrapping_sub(chart.dimension()))
        .and_then(|f| f.between.clone());
    let mut p = coefficients(e, v, between.as_ref(), work)?;
    if facts.is_unit(v) {
        // the root 0 is outside
        while p.first().is_some_and(Rational::is_zero) {
            p.remove(0);
        }
    }
    let half_line = facts.positive.get(v) == Some(&true)
        || chart.coordinates.get(v).map(|c| c.domain) == Some(CoordinateDomain::HalfLine);
    let negative = !half_line && facts.nonnegative.get(v) != Some(&true);
    let root_at_zero = p.first().is_some_and(Rational::is_zero);
    let found = match between {
        Some([a, b]) => {
            let a = if negative { a } else { a.max(Rational::ZERO) };
            a < b && roots_within(p, &a, &b) > 0
        }
        None => {
            let zero = root_at_zero && facts.positive.get(v) != Some(&true);
            let p = Univariate::new(p);
            zero || p.count_positive_roots() > 0 || (negative && p.count_negative_roots() > 0)
        }
    };
    if found {
        return refuted(format!("{} has a real root in the domain", shown(e)));
    }
    Ok(())
}

/// How many distinct real roots a polynomial in variable `v` alone, not 0, has in (a, b).
pub(super) fn roots_between(
    p: &Polynomial,
    v: usize,
    between: &[Rational; 2],
    work: &Work,
) -> Checked<usize> {
    let [a, b] = between;
    Ok(roots_within(coefficients(p, v, Some(between), work)?, a, b))
}

/// The coefficients of a polynomial in variable `v` alone, not 0; the count of its real roots is
/// paid for.
pub(super) fn coefficients(
    p: &Polynomial,
    v: usize,
    between: Option<&[Rational; 2]>,
    work: &Work,
) -> Checked<Vec<Rational>> {
    let mut coefficients = Vec::new();
    for (exponents, c) in p.terms() {
        let power = exponent(exponents, v)? as usize;
        if exponents.iter().enumerate().any(|(i, e)| i != v && *e > 0) {
            return refuted(format!("{} involves more than one variable", shown(p)));
        }
        if power > MAX_ROOT_DEGREE {
            return Err(CheckErrorKind::TooLarge(format!(
                "the roots of a polynomial of degree above {MAX_ROOT_DEGREE}"
            )));
        }
        if coefficients.len() <= power {
            coefficients.resize(power + 1, Rational::ZERO);
        }
        if let Some(slot) = coefficients.get_mut(power) {
            *slot = c.clone();
        }
    }
    if coefficients.is_empty() {
        return refuted("a polynomial whose roots are counted is 0");
    }
    // real root isolation works with numbers of about degree × bits
    let n = coefficients.len() as u64;
    let bits: u64 = coefficients.iter().map(Rational::bits).sum::<u64>();
    let ends: u64 = between.into_iter().flatten().map(Rational::bits).sum();
    let words = (bits + n * ends) * 2 / 64 + 1;
    work.spend(n.pow(4).saturating_mul(words).saturating_mul(words))?;
    Ok(coefficients)
}

/// How many real roots lie in (a, b): with s = (x − a)/(b − a) = 1/(1 + t), the roots t > 0.
pub(super) fn roots_within(mut p: Vec<Rational>, a: &Rational, b: &Rational) -> usize {
    shift(&mut p, a);
    let mut scale = Rational::ONE;
    for c in &mut p {
        *c *= &scale;
        scale *= b - a;
    }
    p.reverse();
    shift(&mut p, &Rational::ONE);
    Univariate::new(p).count_positive_roots()
}

/// p(x + a), by Horner's scheme.
fn shift(p: &mut [Rational], a: &Rational) {
    for start in 0..p.len() {
        let mut carry = Rational::ZERO;
        for c in p.iter_mut().skip(start).rev() {
            *c += &carry * a;
            carry = c.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All sets of roots from −4 to 4, in all intervals around them.
    #[test]
    fn roots_in_an_interval() {
        for set in 0..1_u32 << 9 {
            let roots: Vec<i64> = (0..9)
                .filter(|k| set >> k & 1 == 1)
                .map(|k| k - 4)
                .collect();
            let mut p = vec![Rational::ONE];
            for root in &roots {
                // times (x − root)
                let mut times_x = vec![Rational::ZERO];
                times_x.extend(p.iter().cloned());
                for (c, old) in times_x.iter_mut().zip(&p) {
                    *c -= Rational::from(*root) * old;
                }
                p = times_x;
            }
            for (a, width) in (-6..5).flat_map(|a| [1, 2, 5, 11].map(|width| (a, width))) {
                let inside = roots.iter().filter(|r| a < **r && **r < a + width).count();
                let found = roots_within(p.clone(), &a.into(), &(a + width).into());
                assert_eq!(found, inside, "{roots:?} between {a} and {}", a + width);
            }
        }
    }
}
