//! Real points of the centre of a chart.

use super::boxes::on_box;
use super::chart::{Chart, only_variable, plain};
use crate::algebra::{Monomial, Polynomial, Rational, Univariate};
use crate::budget::look;
use crate::certificate::format::{CoordinateDomain, RealPoint};

/// A real point of the centre at which the coordinates in `vanishing` are 0: small values are tried
/// for the other extended coordinates. The outer `None`: none was found; the inner: the origin will
/// do.
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
        if c.domain == CoordinateDomain::HalfLine && x.is_negative() {
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
        (Monomial::new(&rest), c)
    });
    Polynomial::from_terms(p.variables(), terms)
}

/// Small intervals around the real roots: points for rational ones, ends of opposite signs for
/// others.
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
