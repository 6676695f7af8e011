//! Where the search ends: monomial ideals, low multiplicity, units.

use super::chart::{Chart, content_monomial, without_monomial};
use super::monomial::monomial_pole;
use super::nonvanishing::{Evidence, empty_centre, nonvanishing};
use super::real_point::real_point;
use crate::algebra::{Monomial, Polynomial, Rational};
use crate::budget::{Exhausted, Meter, look};
use crate::certificate::Pole;
use crate::certificate::format::{ConvexTerm, Rule};
use crate::polyhedron::{LinearProgram, NewtonPolyhedron, Optimum, rank};
use std::collections::HashMap;

/// A rule without children, with what it proves.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub(super) rule: Rule,
    pub(super) lower: Pole,
    /// `Pole::INFINITE` claims nothing.
    pub(super) upper: Pole,
}

/// A generator without zero on the centre, or an empty centre.
pub(super) fn unit_leaf(chart: &Chart) -> Option<Leaf> {
    let leaf = |generator, evidence| Leaf {
        rule: Rule::Unit {
            generator,
            evidence,
        },
        lower: Pole::INFINITE,
        upper: Pole::INFINITE,
    };
    for (i, g) in chart.generators.iter().enumerate() {
        if !chart.restricted(g).is_zero()
            && let Some(evidence) = nonvanishing(chart, g)
        {
            return Some(leaf(Some(i), evidence.stated(chart)));
        }
    }
    let evidence = empty_centre(chart)?;
    Some(leaf(None, evidence.stated(chart)))
}

/// The exponents of a polynomial's monomial content in the coordinates, if the rest has no zero.
fn monomial_times_unit(chart: &Chart, g: &Polynomial) -> Option<(Vec<u32>, Option<Evidence>)> {
    let d = chart.dimension();
    let mut content = content_monomial([g], chart.variables());
    content[d..].iter_mut().for_each(|e| *e = 0);
    let rest = without_monomial(g, &content);
    content.truncate(d);
    if rest.as_constant().is_some() {
        return Some((content, None));
    }
    let evidence = nonvanishing(chart, &rest)?;
    Some((content, Some(evidence)))
}

/// Some coordinates of a list of exponents.
fn chosen(exponents: &[u32], places: &[usize]) -> Vec<u32> {
    places.iter().map(|&i| exponents[i]).collect()
}

/// Bounds by the Newton polyhedron: above by weights, below by the generators that are
/// monomials times units. Exact if all are.
pub(super) fn newton_leaf(chart: &Chart, meter: &Meter) -> Result<Option<Leaf>, Exhausted> {
    let monomials: Vec<Option<_>> = chart
        .generators
        .iter()
        .map(|g| monomial_times_unit(chart, g))
        .collect();
    let all_monomial = monomials.iter().all(Option::is_some);
    if monomials.iter().all(Option::is_none) {
        return Ok(None);
    }
    let places = chart.non_units();
    let tau: Vec<Rational> = places.iter().map(|&i| chart.tau(i)).collect();
    let below: Vec<Vec<u32>> = monomials
        .iter()
        .flatten()
        .map(|(e, _)| chosen(e, &places))
        .collect();
    if below.iter().any(|e| e.iter().all(|e| *e == 0)) {
        return Ok(None);
    }
    if all_monomial {
        return monomial_leaf(chart, &monomials, &below, (&places, &tau), meter);
    }
    let gamma = NewtonPolyhedron::within(places.len(), below, meter)?;
    let Some(pole) = gamma.pole(&tau) else {
        return Ok(None);
    };
    let lambda = pole.coefficient().lambda().clone();
    let (c, order) = match relative_interior(&gamma, &pole, &tau, meter)? {
        Some(found) => found,
        None => return Ok(None),
    };
    let lower = Pole::new(lambda.clone(), order);
    let terms = convex_terms(chart, &monomials, &places, gamma.points(), &c);
    let (gamma, pole) = upper_polyhedron(chart, &places, &tau, meter)?;
    let mut upper = Pole::INFINITE;
    let (mut weights, mut point) = (Vec::new(), None);
    if let Some(pole) = pole
        && let Some((w, p)) = independent_weights(chart, &gamma, pole.tied_facets(), &places)
    {
        upper = Pole::new(pole.coefficient().lambda().clone(), w.len());
        (weights, point) = (w, p);
    }
    Ok(Some(Leaf {
        rule: Rule::Newton {
            weights,
            point,
            terms,
        },
        lower,
        upper,
    }))
}

/// Monomials times units, with evidence for the units that are not constant.
type Monomials = [Option<(Vec<u32>, Option<Evidence>)>];

/// The coefficient of each point goes to the first generator with its monomial.
fn convex_terms(
    chart: &Chart,
    monomials: &Monomials,
    places: &[usize],
    points: &[Vec<u32>],
    c: &[Rational],
) -> Vec<ConvexTerm> {
    let mut terms = Vec::new();
    let mut used = vec![false; points.len()];
    let numbers: HashMap<&Vec<u32>, usize> = points.iter().zip(0..).collect();
    for (generator, found) in monomials.iter().enumerate() {
        let Some((e, evidence)) = found else { continue };
        let Some(&place) = numbers.get(&chosen(e, places)) else {
            continue;
        };
        if used[place] || !c[place].is_positive() {
            continue;
        }
        used[place] = true;
        terms.push(ConvexTerm {
            generator,
            coefficient: c[place].clone(),
            evidence: evidence.as_ref().map(|e| e.stated(chart)),
        });
    }
    terms
}

/// The pole of monomials, from both sides, by linear programs.
fn monomial_leaf(
    chart: &Chart,
    monomials: &Monomials,
    below: &[Vec<u32>],
    (places, tau): (&[usize], &[Rational]),
    meter: &Meter,
) -> Result<Option<Leaf>, Exhausted> {
    let mut points = below.to_vec();
    points.sort_unstable();
    points.dedup();
    let Some(found) = monomial_pole(&points, tau, meter)? else {
        return Ok(None);
    };
    let pole = Pole::new(found.lambda, found.weights.len());
    let upper = at_real_point(chart, &found.weights, places);
    let (weights, point) = upper.clone().unwrap_or_default();
    Ok(Some(Leaf {
        rule: Rule::Newton {
            weights,
            point,
            terms: convex_terms(chart, monomials, places, &points, &found.convex),
        },
        lower: pole.clone(),
        upper: upper.map_or(Pole::INFINITE, |_| pole),
    }))
}

type WeightsAtPoint = (
    Vec<Vec<Rational>>,
    Option<crate::certificate::format::RealPoint>,
);

/// The Newton polyhedron of all terms, and its pole.
fn upper_polyhedron(
    chart: &Chart,
    places: &[usize],
    tau: &[Rational],
    meter: &Meter,
) -> Result<(NewtonPolyhedron, Option<crate::polyhedron::NewtonPole>), Exhausted> {
    let mut points: Vec<Vec<u32>> = chart
        .generators
        .iter()
        .flat_map(Polynomial::terms)
        .map(|(e, _)| chosen(e, places))
        .collect();
    points.sort_unstable();
    points.dedup();
    let gamma = NewtonPolyhedron::within(places.len(), points, meter)?;
    let pole = gamma.pole(tau);
    Ok((gamma, pole))
}

/// The upper bound by weights alone.
pub(super) fn weights_leaf(chart: &Chart, meter: &Meter) -> Result<Option<Leaf>, Exhausted> {
    let places = chart.non_units();
    let tau: Vec<Rational> = places.iter().map(|&i| chart.tau(i)).collect();
    let (gamma, Some(pole)) = upper_polyhedron(chart, &places, &tau, meter)? else {
        return Ok(None);
    };
    let Some((weights, point)) = independent_weights(chart, &gamma, pole.tied_facets(), &places)
    else {
        return Ok(None);
    };
    Ok(Some(Leaf {
        lower: Pole::nothing(chart.dimension()),
        upper: Pole::new(pole.coefficient().lambda().clone(), weights.len()),
        rule: Rule::Newton {
            weights,
            point,
            terms: Vec::new(),
        },
    }))
}

/// A largest independent set of tied normals, and a real point at which their coordinates are 0.
fn independent_weights(
    chart: &Chart,
    gamma: &NewtonPolyhedron,
    tied: &[usize],
    places: &[usize],
) -> Option<WeightsAtPoint> {
    let mut independent: Vec<Vec<Rational>> = Vec::new();
    for &f in tied {
        if independent.len() == places.len() {
            break;
        }
        independent.push(gamma.facets()[f].normal().to_vec());
        if rank(&independent) < independent.len() {
            independent.pop();
        }
    }
    at_real_point(chart, &independent, places)
}

/// Weights in all coordinates, and a real point at which those that they involve are 0.
fn at_real_point(
    chart: &Chart,
    independent: &[Vec<Rational>],
    places: &[usize],
) -> Option<WeightsAtPoint> {
    let weights: Vec<Vec<Rational>> = independent
        .iter()
        .map(|v| {
            let mut full = vec![Rational::ZERO; chart.dimension()];
            for (x, &i) in v.iter().zip(places) {
                full[i] = x.clone();
            }
            full
        })
        .collect();
    let support: Vec<usize> = (0..chart.dimension())
        .filter(|&i| weights.iter().any(|v| !v[i].is_zero()))
        .collect();
    let point = real_point(chart, &support)?;
    Some((weights, point))
}

/// t*·τ as a combination of the points and directions of the smallest face that holds it, all
/// coefficients positive: those of the points, and the codimension of the face.
fn relative_interior(
    gamma: &NewtonPolyhedron,
    pole: &crate::polyhedron::NewtonPole,
    tau: &[Rational],
    meter: &Meter,
) -> Result<Option<(Vec<Rational>, usize)>, Exhausted> {
    let d = tau.len();
    let tied: Vec<_> = pole
        .tied_facets()
        .iter()
        .map(|&f| &gamma.facets()[f])
        .collect();
    let value = |v: &[Rational], e: &[u32]| -> Rational {
        look(2 * d);
        v.iter().zip(e).map(|(v, &e)| v * &Rational::from(e)).sum()
    };
    let points: Vec<usize> = (0..gamma.points().len())
        .filter(|&p| {
            tied.iter()
                .all(|f| value(f.normal(), &gamma.points()[p]) == *f.level())
        })
        .collect();
    let directions: Vec<usize> = (0..d)
        .filter(|&i| tied.iter().all(|f| f.normal()[i].is_zero()))
        .collect();
    let two_lambda = pole.coefficient().lambda() * Rational::from(2);
    let Some(t) = two_lambda.recip() else {
        return Ok(None);
    };
    // maximise ε with c = ε + c′, slack = ε + s′
    let columns = 1 + points.len() + directions.len();
    let mut objective = vec![Rational::ZERO; columns];
    objective[0] = Rational::ONE;
    let mut program = LinearProgram::maximise(objective);
    let mut convex = vec![Rational::ONE; 1 + points.len()];
    convex[0] = Rational::from(points.len());
    convex.resize(columns, Rational::ZERO);
    program = program.equal(convex, Rational::ONE);
    for (i, tau_i) in tau.iter().enumerate() {
        let mut row = vec![Rational::ZERO; columns];
        for (k, &p) in points.iter().enumerate() {
            let e = Rational::from(gamma.points()[p][i]);
            row[0] += &e;
            row[1 + k] = e;
        }
        if let Some(k) = directions.iter().position(|j| *j == i) {
            row[0] += Rational::ONE;
            row[1 + points.len() + k] = Rational::ONE;
        }
        program = program.equal(row, &t * tau_i);
    }
    let Optimum::Attained { point, value, .. } = program.solve_within(meter)? else {
        return Ok(None);
    };
    if !value.is_positive() {
        return Ok(None);
    }
    let mut c = vec![Rational::ZERO; gamma.points().len()];
    for (k, &p) in points.iter().enumerate() {
        c[p] = &value + &point[1 + k];
    }
    Ok(Some((c, pole.coefficient().multiplicity())))
}

/// A lower bound by the order of one generator along the strata of its divisors.
pub(super) fn order_leaf(chart: &Chart, most: u32) -> Option<Leaf> {
    chart
        .generators
        .iter()
        .enumerate()
        .filter_map(|(i, g)| order_of(chart, i, g, most))
        .max_by(|a, b| a.lower.cmp(&b.lower))
}

fn order_of(chart: &Chart, generator: usize, g: &Polynomial, most: u32) -> Option<Leaf> {
    let d = chart.dimension();
    let mut divisor = content_monomial([g], chart.variables());
    divisor.truncate(d);
    for (i, k) in divisor.iter_mut().enumerate() {
        if chart.is_unit_variable(i) {
            *k = 0;
        }
    }
    // exponents of units may stay: they are no zeros
    let mut full = divisor.clone();
    full.resize(chart.variables(), 0);
    let f = without_monomial(g, &full);
    let outside: Vec<usize> = (0..d).filter(|&i| divisor[i] == 0).collect();
    if outside
        .iter()
        .any(|&i| chart.coordinates[i].amplitude.is_negative() && !chart.is_unit_variable(i))
    {
        return None;
    }
    let usable: Vec<usize> = outside
        .into_iter()
        .filter(|&i| chart.functions.iter().all(|f| f.relation.degree_in(i) == 0))
        .collect();
    let mut layer: Vec<(Vec<u32>, Polynomial)> = vec![(vec![0; d], f)];
    for order in 1..=most {
        let mut next: Vec<(Vec<u32>, Polynomial)> = Vec::new();
        for (alpha, p) in &layer {
            for &i in &usable {
                let mut alpha = alpha.clone();
                alpha[i] += 1;
                if next.iter().any(|(seen, _)| *seen == alpha) {
                    continue;
                }
                look(p.len());
                let derivative = p.derivative(i);
                if !derivative.is_zero() {
                    next.push((alpha, derivative));
                }
            }
            if next.len() > 200 {
                return None;
            }
        }
        let found = next
            .iter()
            .find_map(|(alpha, p)| Some((alpha.clone(), nonvanishing(chart, p)?)));
        if let Some((alpha, evidence)) = found {
            return Some(Leaf {
                lower: order_bound(chart, &divisor, order),
                upper: Pole::INFINITE,
                rule: Rule::Order {
                    generator,
                    derivatives: vec![alpha],
                    divisor,
                    evidence: evidence.stated(chart),
                },
            });
        }
        layer = next;
    }
    None
}

/// The pole of w^2k·s^2μ for the divisor w^k and the order μ.
fn order_bound(chart: &Chart, divisor: &[u32], order: u32) -> Pole {
    let transversal = Rational::new(1, 2 * i64::from(order)).unwrap_or_default();
    let divisors = divisor.iter().enumerate().filter(|(_, k)| **k > 0);
    divisors
        .map(|(j, &k)| Pole::new(chart.tau(j) / Rational::from(2 * i64::from(k)), 1))
        .fold(Pole::new(transversal, 1), |all, one| all.combine(&one))
}

/// Nothing is known.
pub(super) fn open_leaf(chart: &Chart, reason: String) -> Leaf {
    Leaf {
        rule: Rule::Open { reason },
        lower: Pole::nothing(chart.dimension()),
        upper: Pole::INFINITE,
    }
}

/// Whether all coordinates are local, and functions are numbers.
fn is_germ(chart: &Chart) -> bool {
    let d = chart.dimension();
    (0..d)
        .all(|i| chart.is_local(i) && chart.functions.iter().all(|f| f.relation.degree_in(i) == 0))
}

/// The lowest degree in the coordinates of a term.
fn local_order(chart: &Chart, g: &Polynomial) -> Option<u64> {
    let d = chart.dimension();
    let degrees = g
        .terms()
        .map(|(e, _)| e[..d].iter().map(|e| u64::from(*e)).sum());
    degrees.min()
}

/// Derivatives of a higher order are not taken: their coefficients, factorials, grow beyond what a
/// certificate may hold.
const MOST_ORDER: u64 = 800;

/// The derivative ∂^α p in the first variables.
fn derivative_along(p: &Polynomial, alpha: &[u32]) -> Polynomial {
    let terms = p.terms().filter_map(|(e, c)| {
        let mut exponents = e.to_vec();
        let mut c = c.clone();
        for (e, &a) in exponents.iter_mut().zip(alpha) {
            let lowered = e.checked_sub(a)?;
            // e·(e − 1)·…·(e − a + 1)
            c *= (lowered + 1..=*e).map(Rational::from).product::<Rational>();
            *e = lowered;
        }
        look(c.bits() as usize);
        Some((Monomial::new(&exponents), c))
    });
    Polynomial::from_terms(p.variables(), terms)
}

/// The multiplicity of a generator at the origin: a derivative along a term of lowest degree is
/// constant there.
pub(super) fn lowest_order_leaf(chart: &Chart) -> Option<Leaf> {
    let negative = chart.coordinates.iter().any(|c| c.amplitude.is_negative());
    if negative || !is_germ(chart) {
        return None;
    }
    let d = chart.dimension();
    let (generator, g) = chart
        .generators
        .iter()
        .enumerate()
        .min_by_key(|(_, g)| local_order(chart, g).unwrap_or(u64::MAX))?;
    let order = local_order(chart, g)?;
    let lowest = g.terms().map(|(e, _)| &e[..d]);
    let lowest = lowest.filter(|e| e.iter().map(|e| u64::from(*e)).sum::<u64>() == order);
    if order > MOST_ORDER {
        return None;
    }
    // the coefficient of one of the lowest monomials has no zero: without functions, that of any
    let (alpha, evidence) = lowest.into_iter().find_map(|alpha| {
        let derivative = derivative_along(g, alpha);
        Some((alpha, nonvanishing(chart, &derivative)?.stated(chart)))
    })?;
    let divisor = vec![0; chart.dimension()];
    let order = u32::try_from(order).ok()?;
    Some(Leaf {
        lower: order_bound(chart, &divisor, order),
        upper: Pole::INFINITE,
        rule: Rule::Order {
            generator,
            derivatives: vec![alpha.to_vec()],
            divisor,
            evidence,
        },
    })
}

/// The divisor of the blow-up of the origin.
pub(super) fn equal_weights_leaf(chart: &Chart) -> Option<Leaf> {
    let generators = chart.generators.iter();
    let order = generators.filter_map(|g| local_order(chart, g)).min()?;
    if order == 0 || !is_germ(chart) {
        return None;
    }
    // a germ's centre is its one point; that of a face may be empty
    let conditions = [&chart.zeros, &chart.units, &chart.positive];
    let is_plain = chart.functions.is_empty() && conditions.iter().all(|list| list.is_empty());
    let point = match is_plain {
        true => None,
        false => real_point(chart, &[])?,
    };
    let total: Rational = (0..chart.dimension()).map(|i| chart.tau(i)).sum();
    let lambda = total * Rational::new(1, i64::try_from(2 * order).ok()?).ok()?;
    Some(Leaf {
        lower: Pole::nothing(chart.dimension()),
        upper: Pole::new(lambda, 1),
        rule: Rule::Newton {
            weights: vec![vec![Rational::ONE; chart.dimension()]],
            point,
            terms: Vec::new(),
        },
    })
}
