//! Finding evidence that polynomials have no zero on the centre of a chart.

use super::chart::{Chart, plain};
use super::point::on_box;
use crate::algebra::{Polynomial, Rational, Univariate, combination_to, elimination};
use crate::budget::look;
use crate::certificate::format::{self, Because, Domain, RealPoint};

/// Why polynomials q have no common zero on the centre: e = Σ a·q̄ + Σ b·z̄ has none.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    /// Left out for one polynomial and a = 1.
    combination: Vec<Polynomial>,
    zeros: Vec<(usize, Polynomial)>,
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
    if let Some(reason) = reason(chart, &q) {
        return Some(Evidence::plainly(reason));
    }
    let Some(v) = only_variable(&q, chart.variables()) else {
        let own = std::slice::from_ref(&q);
        return by_linear_relations(chart, &q).or_else(|| by_identity_of_several(chart, own));
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
                units,
                because,
            });
        }
    }
    None
}

/// Evidence that polynomials have no common zero on the centre, by an identity Σ a·q̄ + Σ b·z̄ = ∏ u^n.
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
        units,
        because: Why::Signs,
    })
}

/// Units divided out, and why the rest has no zero.
type Reason = (Option<(Vec<u32>, Polynomial)>, Why);

/// Why a restricted polynomial has no zero on the centre: up to units, all its terms have one sign, or it is
/// univariate without real root.
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

/// Reduces q by vanishing polynomials that are linear in a variable with constant coefficient,
/// one step; what remains may have a sign.
fn by_linear_relations(chart: &Chart, q: &Polynomial) -> Option<Evidence> {
    for (k, z) in vanishing(chart).iter().enumerate() {
        for v in 0..chart.variables() {
            if z.degree_in(v) == 0 || q.degree_in(v) == 0 {
                continue;
            }
            let Some(leading) = z.leading_in(v).and_then(|c| c.as_constant()) else {
                continue;
            };
            let degree = z.degree_in(v);
            let mut rest = q.clone();
            let mut cofactor = Polynomial::zero(q.variables());
            while rest.degree_in(v) >= degree && !rest.is_zero() {
                let top = rest.leading_in(v)?;
                let shift = chart
                    .variable(v)
                    .checked_pow(rest.degree_in(v) - degree, &Default::default())
                    .ok()?;
                let factor = (&top * &shift).scale(&leading.recip()?);
                rest = &rest - &(&factor * z);
                cofactor = &cofactor - &factor;
                if rest.len() > 500 {
                    return None;
                }
            }
            if let Some((units, because)) = reason(chart, &rest) {
                return Some(Evidence {
                    combination: vec![chart.constant(1)],
                    zeros: vec![(k, cofactor)],
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
    by_identity_of_several(chart, &[]).or_else(|| by_elimination(chart))
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

fn only_variable(p: &Polynomial, n: usize) -> Option<usize> {
    let mut involved = (0..n).filter(|&i| p.degree_in(i) > 0);
    let first = involved.next()?;
    involved.next().is_none().then_some(first)
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
        .is_some_and(|c| c.domain == Domain::HalfLine);
    let at_zero = zero && !chart.is_unit_variable(v);
    positive || at_zero || (!half && u.count_negative_roots() > 0)
}

/// A real point of the centre at which the coordinates in `vanishing` are 0: small values are tried for
/// the other extended coordinates. The outer `None`: none was found; the inner: the origin will do.
pub(super) fn real_point(chart: &Chart, vanishing: &[usize]) -> Option<Option<RealPoint>> {
    const MOST: usize = 400;
    /// Terms evaluated before the search for a point is given up.
    const MOST_WORK: usize = 20_000;
    let relations = chart.functions.iter().map(|f| &f.relation);
    let conditions = relations
        .chain(&chart.zeros)
        .chain(&chart.units)
        .chain(&chart.positive);
    let size: usize = conditions.map(Polynomial::len).sum();
    let most = MOST.min(MOST_WORK / size.max(1)).max(1);
    let d = chart.dimension();
    let free: Vec<usize> = (0..d)
        .filter(|i| !chart.is_local(*i) && !vanishing.contains(i))
        .filter(|&i| {
            chart.is_unit_variable(i)
                || chart
                    .units
                    .iter()
                    .chain(&chart.positive)
                    .chain(&chart.zeros)
                    .any(|u| u.degree_in(i) > 0)
                || chart.functions.iter().any(|f| f.relation.degree_in(i) > 0)
        })
        .collect();
    let values = [
        (1, 1),
        (-1, 1),
        (2, 1),
        (-2, 1),
        (1, 2),
        (-1, 2),
        (0, 1),
        (3, 1),
        (-3, 1),
        (1, 3),
        (5, 2),
    ]
    .map(|(n, m)| Rational::new(n, m).unwrap_or(Rational::ONE));
    let values: Vec<Vec<Rational>> = free
        .iter()
        .map(|&i| {
            values
                .iter()
                .cloned()
                .chain(between_roots(chart, i))
                .collect()
        })
        .collect();
    let mut choice = vec![0_usize; free.len()];
    for _ in 0..most {
        look(size + d);
        let mut point = vec![Rational::ZERO; d];
        for ((&i, &k), values) in free.iter().zip(&choice).zip(&values) {
            point[i] = values[k].clone();
        }
        if let Some(functions) = admissible(chart, &point) {
            let at_origin = functions.is_empty() && point.iter().all(Rational::is_zero);
            return Some((!at_origin).then_some(RealPoint {
                coordinates: point,
                functions,
            }));
        }
        // the next choice, first coordinates fastest
        let mut place = 0;
        loop {
            if place == choice.len() {
                return None;
            }
            choice[place] += 1;
            if choice[place] < values[place].len() {
                break;
            }
            choice[place] = 0;
            place += 1;
        }
    }
    None
}

/// Values of a coordinate on all sides of the real roots of the conditions on it alone.
fn between_roots(chart: &Chart, i: usize) -> Vec<Rational> {
    let conditions = chart.units.iter().chain(&chart.positive);
    let mut ends: Vec<Rational> = conditions
        .filter(|u| only_variable(u, chart.variables()) == Some(i))
        .filter_map(|u| u.as_univariate(i))
        .flat_map(|u| u.real_roots())
        .flatten()
        .collect();
    ends.sort();
    ends.dedup();
    let half = Rational::new(1, 2).unwrap_or_default();
    let inner = ends.windows(2).map(|pair| (&pair[0] + &pair[1]) * &half);
    let outer = ends.first().map(|x| x - Rational::ONE).into_iter();
    outer
        .chain(ends.last().map(|x| x + Rational::ONE))
        .chain(inner)
        .collect()
}

/// Whether a point with these coordinates lies on the centre: intervals for the functions.
fn admissible(chart: &Chart, point: &[Rational]) -> Option<Vec<[Rational; 2]>> {
    let d = chart.dimension();
    for (c, x) in chart.coordinates.iter().zip(point) {
        if c.domain == Domain::HalfLine && x.is_negative() {
            return None;
        }
    }
    intervals(chart, point, &mut Vec::new(), d)
}

/// Extends intervals of the first functions to all, by isolating real roots.
fn intervals(
    chart: &Chart,
    point: &[Rational],
    known: &mut Vec<[Rational; 2]>,
    d: usize,
) -> Option<Vec<[Rational; 2]>> {
    let k = known.len();
    if k == chart.functions.len() {
        return conditions_hold(chart, point, known).then(|| known.clone());
    }
    // functions that vanish are known, later ones as well
    let relation = chart.restricted(&chart.functions[k].relation);
    let vanishes = chart.zeros.iter().any(|z| plain(z) == Some(d + k));
    let half = Rational::new(1, 2).unwrap_or_default();
    // over intervals: the roots at their middles
    let middles = known.iter().map(|[a, b]| (a + b) * &half);
    let earlier: Vec<Rational> = point.iter().cloned().chain(middles).collect();
    let candidates = if vanishes {
        vec![[Rational::ZERO, Rational::ZERO]]
    } else {
        // later functions must not occur once the coordinates have their values
        let at_point = with_values(&relation, point);
        if (k + 1..chart.functions.len()).any(|l| at_point.degree_in(d + l) > 0) {
            return None;
        }
        let u = with_values(&relation, &earlier).as_univariate(d + k)?;
        if u.coefficients().is_empty() {
            return None;
        }
        isolated_roots(&u)
    };
    for candidate in candidates {
        let inside = match &chart.functions[k].between {
            Some(between) => meet(&relation, d + k, &earlier, candidate, between),
            None => Some(candidate),
        };
        let Some(candidate) = inside else {
            continue;
        };
        known.push(candidate);
        if let Some(found) = intervals(chart, point, known, d) {
            return Some(found);
        }
        known.pop();
    }
    None
}

/// The part of an interval around a root that lies between the ends of another, if the root does:
/// the point itself, or ends of opposite signs.
fn meet(
    relation: &Polynomial,
    i: usize,
    earlier: &[Rational],
    [low, high]: [Rational; 2],
    [a, b]: &[Rational; 2],
) -> Option<[Rational; 2]> {
    if low >= *a && high <= *b {
        return Some([low, high]);
    }
    if low == high {
        return None;
    }
    let (low, high) = (low.max(a.clone()), high.min(b.clone()));
    let u = with_values(relation, earlier).as_univariate(i)?;
    let opposite = u.evaluate(&low).signum() * u.evaluate(&high).signum() < 0;
    (low < high && opposite).then_some([low, high])
}

/// p with values put for its first variables.
fn with_values(p: &Polynomial, values: &[Rational]) -> Polynomial {
    let terms = p.terms().map(|(e, c)| {
        let mut rest = e.to_vec();
        let mut c = c.clone();
        for (i, x) in values.iter().enumerate() {
            let k = std::mem::take(&mut rest[i]);
            if k > 0 {
                c *= x.pow(k);
            }
        }
        (crate::algebra::Monomial::new(&rest), c)
    });
    Polynomial::from_terms(p.variables(), terms)
}

/// Small intervals around the real roots: points for rational ones, ends of opposite signs for others.
fn isolated_roots(u: &Univariate) -> Vec<[Rational; 2]> {
    let p = u.square_free_part();
    let rational = u.rational_roots();
    let fine = Rational::new(1, 1024).unwrap_or_default();
    p.real_roots()
        .into_iter()
        .map(|root| {
            let [a, b] = p.narrowed(root, &fine);
            let exact = rational.iter().find(|r| a <= **r && **r <= b);
            exact.map_or([a, b], |r| [r.clone(), r.clone()])
        })
        .collect()
}

/// Whether zeros, units and positive polynomials are as they should be, in interval arithmetic.
fn conditions_hold(chart: &Chart, point: &[Rational], functions: &[[Rational; 2]]) -> bool {
    let boxes: Vec<[Rational; 2]> = point
        .iter()
        .map(|x| [x.clone(), x.clone()])
        .chain(functions.iter().cloned())
        .collect();
    let value = |p: &Polynomial| on_box(p, &boxes);
    let d = chart.dimension();
    let relations: Vec<Polynomial> = chart
        .functions
        .iter()
        .map(|f| chart.restricted(&f.relation).primitive_part())
        .collect();
    let is_relation = |z: &Polynomial| relations.contains(&chart.restricted(z).primitive_part());
    let relations_hold = chart.functions.iter().enumerate().all(|(k, f)| {
        let [a, b] = &functions[k];
        let at = |x: &Rational| {
            let mut place = boxes.clone();
            place[d + k] = [x.clone(), x.clone()];
            on_box(&f.relation, &place)
        };
        let ([la, ha], [lb, hb]) = (at(a), at(b));
        if a == b {
            return la.is_zero() && ha.is_zero();
        }
        (ha.is_negative() && lb.is_positive()) || (la.is_positive() && hb.is_negative())
    });
    relations_hold
        && chart.zeros.iter().all(|z| {
            let [a, b] = value(z);
            (a.is_zero() && b.is_zero()) || (plain(z).is_none() && is_relation(z))
        })
        && chart.units.iter().all(|u| {
            let [a, b] = value(u);
            a.is_positive() || b.is_negative()
        })
        && chart.positive.iter().all(|u| value(u)[0].is_positive())
}
