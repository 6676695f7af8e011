//! Why polynomials have no zero on the centre of a chart: the evidence, found and stated.

use super::chart::{Chart, only_variable, plain};
use super::products;
use crate::algebra::{Polynomial, Rational, Univariate, combination_to, elimination};
use crate::certificate::format::{self, Because, CoordinateDomain};

/// Why polynomials q have no common zero on the centre: e = Σ a·q̄ + Σ b·z̄ has none.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    /// Left out for one polynomial and a = 1.
    combination: Vec<Polynomial>,
    zeros: Vec<(usize, Polynomial)>,
    /// Products of the `positive` that are subtracted, by exponents, with factors that are never
    /// negative.
    positive: Vec<(Vec<u32>, Polynomial)>,
    /// Exponents of the units, and the rest.
    units: Option<(Vec<u32>, Polynomial)>,
    because: Why,
}

#[derive(Debug, Clone, Copy)]
enum Why {
    Signs,
    NoRealRoot(usize),
}

impl Evidence {
    /// The evidence for e that shows itself.
    fn plainly((units, because): Reason) -> Self {
        Self {
            combination: Vec::new(),
            zeros: Vec::new(),
            positive: Vec::new(),
            units,
            because,
        }
    }

    /// As a certificate states it.
    pub(super) fn stated(&self, chart: &Chart) -> format::Evidence {
        format::Evidence {
            combination: self.combination.iter().map(|a| chart.show(a)).collect(),
            zeros: self
                .zeros
                .iter()
                .map(|(k, b)| (*k, chart.show(b)))
                .collect(),
            positive: self
                .positive
                .iter()
                .map(|(exponents, factor)| (chart.show(factor), exponents.clone()))
                .collect(),
            units: self.units.iter().flat_map(|(n, _)| n.clone()).collect(),
            rest: self.units.as_ref().map(|(_, rest)| chart.show(rest)),
            because: match self.because {
                Why::Signs => Because::Signs,
                Why::NoRealRoot(v) => Because::NoRealRoot(chart.names[v].clone()),
            },
        }
    }
}

/// The restrictions of the relations, then of the zeros.
fn vanishing(chart: &Chart) -> Vec<Polynomial> {
    let relations = chart.functions.iter().map(|f| &f.relation);
    relations
        .chain(&chart.zeros)
        .map(|p| chart.restricted(p))
        .collect()
}

/// Evidence that q has no zero on the centre.
pub(super) fn nonvanishing(chart: &Chart, q: &Polynomial) -> Option<Evidence> {
    let q = chart.restricted(q);
    if q.is_zero() {
        return empty_centre(chart);
    }
    without_positive(chart, &q).or_else(|| contradiction(chart, Some(&q)))
}

/// The same from what is 0 or not 0, whatever is positive.
fn without_positive(chart: &Chart, q: &Polynomial) -> Option<Evidence> {
    if let Some(reason) = reason(chart, q) {
        return Some(Evidence::plainly(reason));
    }
    let Some(v) = only_variable(q, chart.variables()) else {
        let own = std::slice::from_ref(q);
        return by_linear_relations(chart, q).or_else(|| by_identity_of_several(chart, own));
    };
    // together with what vanishes
    let u = q.as_univariate(v)?;
    for (k, z) in vanishing(chart).iter().enumerate() {
        if z.is_zero() || z.degree_in(v) == 0 {
            continue;
        }
        let Some(z) = z.as_univariate(v) else {
            continue;
        };
        let (gcd, a, b) = u.bezout(&z);
        let gcd = gcd.in_variable(chart.ring(), v);
        if let Some((units, because)) = reason(chart, &gcd) {
            return Some(Evidence {
                combination: vec![a.in_variable(chart.ring(), v)],
                zeros: vec![(k, b.in_variable(chart.ring(), v))],
                positive: Vec::new(),
                units,
                because,
            });
        }
    }
    None
}

/// Evidence that polynomials have no common zero on the centre, by an identity Σ a·q̄ + Σ b·z̄ = ∏
/// u^n.
pub(super) fn by_identity(chart: &Chart, polynomials: &[Polynomial]) -> Option<Evidence> {
    let own = polynomials.iter().map(|q| chart.restricted(q));
    let all: Vec<Polynomial> = own.chain(vanishing(chart)).collect();
    let units: Vec<Polynomial> = chart
        .units
        .iter()
        .chain(&chart.positive)
        .map(|u| chart.restricted(u))
        .collect();
    let one = chart.constant(1);
    let (factors, units) = match combination_to(&all, &one) {
        Some(factors) => (factors, None),
        None => {
            let useful = |u: &&Polynomial| !u.is_zero() && u.as_constant().is_none();
            let product = units
                .iter()
                .filter(useful)
                .fold(one.clone(), |product, u| &product * u);
            if product.as_constant().is_some() {
                return None;
            }
            let exponents = units.iter().map(|u| u32::from(useful(&u))).collect();
            (combination_to(&all, &product)?, Some((exponents, one)))
        }
    };
    let (own, others) = factors.split_at(polynomials.len());
    let zeros = others.iter().enumerate().filter(|(_, b)| !b.is_zero());
    Some(Evidence {
        combination: own.to_vec(),
        zeros: zeros.map(|(k, b)| (k, b.clone())).collect(),
        positive: Vec::new(),
        units,
        because: Why::Signs,
    })
}

/// Units divided out, and why the rest has no zero.
type Reason = (Option<(Vec<u32>, Polynomial)>, Why);

/// Why a restricted polynomial has no zero on the centre: up to units, all its terms have one sign,
/// or it is univariate without real root.
fn reason(chart: &Chart, e: &Polynomial) -> Option<Reason> {
    /// Real roots of polynomials of higher degree are not isolated.
    const MOST_DEGREE: u32 = 60;
    if e.is_zero() {
        return None;
    }
    let direct = |e: &Polynomial| -> Option<Why> {
        if has_sign(chart, e) {
            return Some(Why::Signs);
        }
        let v = only_variable(e, chart.variables())?;
        if e.degree_in(v) > MOST_DEGREE {
            return None;
        }
        (!has_root(chart, v, &e.as_univariate(v)?)).then_some(Why::NoRealRoot(v))
    };
    if let Some(why) = direct(e) {
        return Some((None, why));
    }
    let (exponents, rest) = divided_by_units(chart, e)?;
    let why = direct(&rest)?;
    Some((Some((exponents, rest)), why))
}

/// p = factor·z + rest with rest of lower degree in v than z, whose leading coefficient in v is a
/// constant; `None` if it is not, or the rest is long.
fn reduced_by(
    chart: &Chart,
    p: &Polynomial,
    z: &Polynomial,
    v: usize,
) -> Option<(Polynomial, Polynomial)> {
    let inverse = z.leading_in(v)?.as_constant()?.recip()?;
    let degree = z.degree_in(v);
    let mut rest = p.clone();
    let mut quotient = Polynomial::zero(p.variables());
    while rest.degree_in(v) >= degree && !rest.is_zero() {
        let shift = chart
            .variable(v)
            .checked_pow(rest.degree_in(v) - degree, &Default::default())
            .ok()?;
        let factor = (&rest.leading_in(v)? * &shift).scale(&inverse);
        rest = &rest - &(&factor * z);
        quotient = &quotient + &factor;
        if rest.len() > 500 {
            return None;
        }
    }
    Some((rest, quotient))
}

/// Reduces q by vanishing polynomials that are linear in a variable with constant coefficient,
/// one step; what remains may have a sign.
fn by_linear_relations(chart: &Chart, q: &Polynomial) -> Option<Evidence> {
    for (k, z) in vanishing(chart).iter().enumerate() {
        for v in 0..chart.variables() {
            if z.degree_in(v) == 0 || q.degree_in(v) == 0 {
                continue;
            }
            let Some((rest, factor)) = reduced_by(chart, q, z, v) else {
                continue;
            };
            let cofactor = -&factor;
            if let Some((units, because)) = reason(chart, &rest) {
                return Some(Evidence {
                    combination: vec![chart.constant(1)],
                    zeros: vec![(k, cofactor)],
                    positive: Vec::new(),
                    units,
                    because,
                });
            }
        }
    }
    None
}

/// Evidence that the centre has no real point.
pub(super) fn empty_centre(chart: &Chart) -> Option<Evidence> {
    if let Some(evidence) = vanishing_unit(chart) {
        return Some(evidence);
    }
    for (k, z) in vanishing(chart).iter().enumerate() {
        if z.is_zero() || plain(z).is_some() {
            continue;
        }
        let mut without = chart.clone();
        let relations = chart.functions.len();
        if k >= relations {
            without.zeros.remove(k - relations);
            // the others keep their numbers below k only
            if let Some(mut evidence) = nonvanishing_simple(&without, z) {
                for (l, _) in &mut evidence.zeros {
                    if *l >= k {
                        *l += 1;
                    }
                }
                return Some(with_zero(chart, k, evidence));
            }
        } else if let Some(reason) = reason(chart, z) {
            return Some(with_zero(chart, k, Evidence::plainly(reason)));
        }
    }
    by_identity_of_several(chart, &[])
        .or_else(|| by_elimination(chart))
        .or_else(|| contradiction(chart, None))
}

/// Something positive that is ≤ 0 where q and what vanishes are 0: one of `positive`, or a sum of
/// two, up to multiples of these.
fn contradiction(chart: &Chart, q: Option<&Polynomial>) -> Option<Evidence> {
    let known = |p: &Polynomial| plain(p).is_some_and(|i| chart.is_positive_variable(i));
    if chart.positive.iter().all(known) {
        return None;
    }
    let vanishing = vanishing(chart);
    let zeros = vanishing.iter().enumerate().map(|(k, z)| (Some(k), z));
    let bases: Vec<(Option<usize>, &Polynomial)> = q
        .map(|q| (None, q))
        .into_iter()
        .chain(zeros)
        .filter(|(_, z)| !z.is_zero() && z.len() <= 12 && z.degree() <= 6)
        .collect();
    // each with what it is modulo one of the polynomials that vanish
    let mut small = Vec::new();
    for (k, p) in chart.positive.iter().enumerate() {
        let p = chart.restricted(p);
        if p.len() > 12 {
            continue;
        }
        for (base, z) in &bases {
            for v in (0..chart.variables()).filter(|&v| z.degree_in(v) > 0) {
                if p.degree_in(v) >= z.degree_in(v)
                    && let Some((rest, factor)) = reduced_by(chart, &p, z, v)
                {
                    small.push((k, rest, Some((*base, factor))));
                }
            }
        }
        small.push((k, p, None));
    }
    let sums = |(a, b): (usize, usize)| -> Vec<Rational> {
        let (p, q) = (&small[a].1, &small[b].1);
        let factor = |(e, c): (&[u32], &Rational)| {
            let (_, other) = q.terms().find(|(f, _)| *f == e)?;
            (c.signum() != other.signum()).then(|| (c / other).abs())
        };
        p.terms().filter_map(factor).collect()
    };
    let alone = (0..small.len()).map(|a| vec![(a, Rational::ONE)]);
    let pairs = (0..small.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    let pairs = pairs.filter(|&(a, b)| small[a].0 != small[b].0);
    let pairs = pairs.flat_map(|(a, b)| {
        let of = move |factor| vec![(a, Rational::ONE), (b, factor)];
        sums((a, b)).into_iter().map(of)
    });
    let of_two = alone.chain(pairs).find_map(|parts| {
        let mut rest = Polynomial::zero(chart.ring());
        for (a, factor) in &parts {
            rest = &rest - &small[*a].1.scale(factor);
        }
        let because = never_negative(chart, &rest)?;
        let mut own = Polynomial::zero(chart.ring());
        let mut zeros = Vec::new();
        for (a, factor) in &parts {
            match &small[*a].2 {
                Some((None, multiple)) => own = &own + &multiple.scale(factor),
                Some((Some(k), multiple)) => zeros.push((*k, multiple.scale(factor))),
                None => {}
            }
        }
        Some(Evidence {
            combination: q.map(|_| own).into_iter().collect(),
            zeros,
            positive: parts
                .into_iter()
                .map(|(a, c)| {
                    let mut exponents = vec![0; chart.positive.len()];
                    exponents[small[a].0] = 1;
                    (exponents, Polynomial::constant(chart.ring(), c))
                })
                .collect(),
            units: None,
            because,
        })
    });
    of_two.or_else(|| by_products(chart, q, &vanishing))
}

/// The same by products of several of `positive`.
fn by_products(
    chart: &Chart,
    q: Option<&Polynomial>,
    vanishing: &[Polynomial],
) -> Option<Evidence> {
    let all: Vec<Polynomial> = vanishing.iter().chain(q).cloned().collect();
    let found = products::contradiction(chart, &all)?;
    let mut multipliers = found.multipliers;
    let own = q.and_then(|_| multipliers.pop());
    let zeros = multipliers.into_iter().enumerate();
    Some(Evidence {
        combination: own.into_iter().collect(),
        zeros: zeros.filter(|(_, b)| !b.is_zero()).collect(),
        positive: found.products,
        units: None,
        because: Why::Signs,
    })
}

/// Why a polynomial is ≥ 0 on the centre: all its terms are, or it has no root and is positive
/// somewhere.
fn never_negative(chart: &Chart, p: &Polynomial) -> Option<Why> {
    if p.is_zero() || chart.definite_sign(p) == Some(1) {
        return Some(Why::Signs);
    }
    let v = only_variable(p, chart.variables()).filter(|v| *v < chart.dimension())?;
    let u = p.as_univariate(v)?;
    let positive = u.coefficients().last().is_some_and(Rational::is_positive);
    let at_zero = u.coefficients().first().is_some_and(Rational::is_zero);
    (positive && !at_zero && p.degree_in(v) <= 60 && !has_root(chart, v, &u))
        .then_some(Why::NoRealRoot(v))
}

/// Two vanishing polynomials in the same two variables: one is eliminated.
fn by_elimination(chart: &Chart) -> Option<Evidence> {
    const MOST_DEGREE: u64 = 8;
    let vanishing = vanishing(chart);
    let involved = |p: &Polynomial| -> Vec<usize> {
        (0..chart.variables())
            .filter(|&i| p.degree_in(i) > 0)
            .collect()
    };
    let plane: Vec<(usize, &Polynomial)> = vanishing
        .iter()
        .enumerate()
        .filter(|(_, z)| involved(z).len() == 2 && z.degree() <= MOST_DEGREE)
        .collect();
    for (n, (k, p)) in plane.iter().enumerate() {
        for (l, q) in plane[..n]
            .iter()
            .filter(|(_, q)| involved(q) == involved(p))
        {
            for v in involved(p) {
                let Some([a, b, rest]) = elimination(p, q, v) else {
                    continue;
                };
                if let Some((units, because)) = reason(chart, &rest) {
                    return Some(Evidence {
                        combination: Vec::new(),
                        zeros: vec![(*k, a), (*l, b)],
                        positive: Vec::new(),
                        units,
                        because,
                    });
                }
            }
        }
    }
    None
}

/// A unit that is 0 on the centre: it has no point, since 0 = 1·u.
pub(super) fn vanishing_unit(chart: &Chart) -> Option<Evidence> {
    let units: Vec<&Polynomial> = chart.units.iter().chain(&chart.positive).collect();
    let place = units.iter().position(|u| chart.restricted(u).is_zero())?;
    let mut exponents = vec![0; units.len()];
    exponents[place] = 1;
    Some(Evidence {
        combination: Vec::new(),
        zeros: Vec::new(),
        positive: Vec::new(),
        units: Some((exponents, chart.constant(1))),
        because: Why::Signs,
    })
}

/// An identity where two or more vanishing polynomials are at hand, all of them small.
fn by_identity_of_several(chart: &Chart, polynomials: &[Polynomial]) -> Option<Evidence> {
    const MOST_DEGREE: u64 = 6;
    let mut vanishing = vanishing(chart);
    vanishing.retain(|z| !z.is_zero());
    let small = vanishing
        .iter()
        .chain(polynomials)
        .all(|p| p.degree() <= MOST_DEGREE && p.len() <= 12);
    (vanishing.len() > 1 && small)
        .then(|| by_identity(chart, polynomials))
        .flatten()
}

/// Evidence for z̄_k read as evidence that nothing vanishes: e = a·z̄_k + ….
fn with_zero(chart: &Chart, k: usize, evidence: Evidence) -> Evidence {
    let mut zeros = evidence.zeros;
    let own = evidence.combination.into_iter().next();
    zeros.push((k, own.unwrap_or_else(|| chart.constant(1))));
    Evidence {
        combination: Vec::new(),
        zeros,
        ..evidence
    }
}

fn nonvanishing_simple(chart: &Chart, q: &Polynomial) -> Option<Evidence> {
    if q.is_zero() {
        None
    } else {
        nonvanishing(chart, q)
    }
}

/// All terms have one sign, and one is a product of units.
fn has_sign(chart: &Chart, q: &Polynomial) -> bool {
    chart.definite_sign(q).is_some()
        && q.terms().any(|(e, _)| {
            e.iter()
                .enumerate()
                .all(|(i, e)| *e == 0 || chart.is_unit_variable(i))
        })
}

/// q = rest·∏ ū_j^{n_j} with as many units as there are; `None` if there are none.
fn divided_by_units(chart: &Chart, q: &Polynomial) -> Option<(Vec<u32>, Polynomial)> {
    let units = chart.units.iter().chain(&chart.positive);
    let units: Vec<Polynomial> = units.map(|u| chart.restricted(u)).collect();
    let mut exponents = vec![0; units.len()];
    let mut rest = q.clone();
    // the largest first: one may be a multiple of another
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by_key(|&k| std::cmp::Reverse(units[k].degree()));
    for k in order {
        let (u, n) = (&units[k], &mut exponents[k]);
        if u.is_zero() || u.as_constant().is_some() {
            continue;
        }
        while rest.as_constant().is_none() && rest.degree() >= u.degree() {
            let Some(quotient) = rest.exact_quotient(u) else {
                break;
            };
            rest = quotient;
            *n += 1;
        }
    }
    exponents
        .iter()
        .any(|n| *n > 0)
        .then_some((exponents, rest))
}

/// Whether a univariate polynomial in variable v has a real root among the values of v.
fn has_root(chart: &Chart, v: usize, u: &Univariate) -> bool {
    let zero = u.coefficients().first().is_some_and(Rational::is_zero);
    if let Some(f) = v.checked_sub(chart.dimension())
        && let Some([a, b]) = &chart.functions[f].between
    {
        // shift to the interval: roots above a, less those at b and above
        let above = |c: &Rational| u.translated(c).count_positive_roots();
        let at_b = usize::from(u.evaluate(b).is_zero());
        return above(a) > above(b) + at_b;
    }
    let positive = u.count_positive_roots() > 0;
    if chart.is_positive_variable(v) {
        return positive;
    }
    let half = chart
        .coordinates
        .get(v)
        .is_some_and(|c| c.domain == CoordinateDomain::HalfLine);
    let at_zero = zero && !chart.is_unit_variable(v);
    positive || at_zero || (!half && u.count_negative_roots() > 0)
}
