//! Moves that keep the pole and make the ideal easier to read: equal ideals, straightened
//! coordinates, disjoint variables.

use super::chart::{Chart, Domain, Extent};
use crate::algebra::{GroebnerBasis, Monomial, Polynomial, Rational, SizeLimits};
use crate::budget::{Exhausted, Meter};

/// Steps that the search for redundant generators may take at one chart.
const REDUNDANCY_STEPS: u64 = 200_000;

/// A straightened generator may not make the others longer than this.
fn straightening_limits() -> SizeLimits {
    SizeLimits::default().with_terms(5_000).with_work(500_000)
}

/// The chart after all moves that apply.
pub(super) fn simplified(mut chart: Chart, meter: &Meter) -> Result<Chart, Exhausted> {
    tidy(&mut chart);
    // every straightening makes one generator a monomial, so this ends
    for _ in 0..=2 * chart.generators.len() {
        let size: usize = chart.generators.iter().map(Polynomial::len).sum();
        meter.spend(size as u64 * 16)?;
        let Some(straight) = own_coordinate(&chart).or_else(|| straightened(&chart)) else {
            break;
        };
        chart = straight;
        tidy(&mut chart);
    }
    drop_redundant(&mut chart, meter)?;
    Ok(chart)
}

/// Zero and repeated generators go; the others become primitive, reduced against each other as
/// vectors over ℚ from the lowest monomial up, and free of multiples of monomial generators.
fn tidy(chart: &mut Chart) {
    chart.generators.retain(|g| !g.is_zero());
    strip_units(chart);
    interreduce(&mut chart.generators);
    loop {
        let before = chart.generators.clone();
        reduce_by_monomials(&mut chart.generators);
        chart.generators.retain(|g| !g.is_zero());
        if chart.generators == before {
            break;
        }
    }
    for g in &mut chart.generators {
        *g = g.primitive_part();
    }
    chart.generators.sort_by(|a, b| {
        a.sorted_terms()
            .iter()
            .rev()
            .map(|t| &t.0)
            .cmp(b.sorted_terms().iter().rev().map(|t| &t.0))
    });
    chart.generators.dedup();
}

/// Divides every generator by units: the largest monomial in torus coordinates that divides it,
/// and what remains beside its monomial content if that has no zero on the centre.
fn strip_units(chart: &mut Chart) {
    for place in 0..chart.generators.len() {
        let g = &chart.generators[place];
        let content = content_monomial(std::slice::from_ref(g), chart.dimension());
        let kept = Monomial::new(&chart.without_units(content.exponents()));
        let Some(rest) = divide_by_monomial(g, &content) else {
            continue;
        };
        let rest = match chart.is_unit(&rest) {
            true => Polynomial::constant(&chart.ring, Rational::ONE),
            false => rest,
        };
        let kept = Polynomial::from_terms(&chart.ring, [(kept, Rational::ONE)]);
        chart.generators[place] = &kept * &rest;
    }
}

/// Gaussian elimination on the coefficients, pivoting at lowest monomials.
fn interreduce(generators: &mut Vec<Polynomial>) {
    let mut done: Vec<Polynomial> = Vec::new();
    while !generators.is_empty() {
        let lowest = |p: &Polynomial| p.sorted_terms().last().map(|(m, _)| m.clone());
        let place = (0..generators.len())
            .min_by(|&a, &b| {
                lowest(&generators[a])
                    .cmp(&lowest(&generators[b]))
                    .then(a.cmp(&b))
            })
            .unwrap_or(0);
        let pivot = generators.swap_remove(place);
        if let Some((monomial, leading)) = pivot.sorted_terms().last().cloned() {
            let clear = |p: &mut Polynomial| {
                let coefficient = p
                    .sorted_terms()
                    .iter()
                    .find(|(m, _)| *m == monomial)
                    .map(|(_, c)| c.clone());
                if let Some(coefficient) = coefficient {
                    *p = &*p - &pivot.scale(&(coefficient / &leading));
                }
            };
            generators.iter_mut().for_each(clear);
            generators.retain(|p| !p.is_zero());
            done.iter_mut().for_each(clear);
        }
        done.push(pivot);
    }
    *generators = done;
}

/// Drops terms that are multiples of generators that are monomials.
fn reduce_by_monomials(generators: &mut [Polynomial]) {
    for i in 0..generators.len() {
        let [(monomial, _)] = generators[i].sorted_terms() else {
            continue;
        };
        let monomial = monomial.clone();
        for (j, g) in generators.iter_mut().enumerate().filter(|(j, _)| *j != i) {
            // of equal monomials the first stays
            if j < i && g.len() == 1 && g.sorted_terms()[0].0 == monomial {
                continue;
            }
            if g.sorted_terms().iter().any(|(m, _)| monomial.divides(m)) {
                let kept = g
                    .sorted_terms()
                    .iter()
                    .filter(|(m, _)| !monomial.divides(m))
                    .cloned()
                    .collect();
                *g = Polynomial::from_sorted(g.variables().clone(), kept);
            }
        }
    }
}

/// The largest monomial that divides every polynomial.
fn content_monomial(polynomials: &[Polynomial], dimension: usize) -> Monomial {
    let mut exponents = vec![u32::MAX; dimension];
    for (e, _) in polynomials.iter().flat_map(Polynomial::terms) {
        for (low, &e) in exponents.iter_mut().zip(e) {
            *low = e.min(*low);
        }
    }
    Monomial::new(&exponents)
}

fn divide_by_monomial(p: &Polynomial, monomial: &Monomial) -> Option<Polynomial> {
    let terms: Option<Vec<_>> = p
        .sorted_terms()
        .iter()
        .map(|(m, c)| Some((m.checked_div(monomial)?, c.clone())))
        .collect();
    Some(Polynomial::from_sorted(p.variables().clone(), terms?))
}

/// p = Σ p_k x_i^k: the coefficients p_k.
fn coefficients_in(p: &Polynomial, i: usize) -> Vec<Polynomial> {
    let mut parts: Vec<Vec<(Monomial, Rational)>> = vec![Vec::new(); p.degree_in(i) as usize + 1];
    for (exponents, c) in p.terms() {
        let mut rest = exponents.to_vec();
        let k = std::mem::take(&mut rest[i]) as usize;
        parts[k].push((Monomial::new(&rest), c.clone()));
    }
    parts
        .into_iter()
        .map(|terms| Polynomial::from_terms(p.variables(), terms))
        .collect()
}

/// Whether the coordinate may be replaced by another one: it runs over the line without amplitude.
fn is_free(chart: &Chart, i: usize) -> bool {
    chart.domain[i] == Domain::Line
        && chart.extent[i] != Extent::Torus
        && chart.amplitude[i].is_zero()
}

/// One generator M·p, M its monomial content, becomes M·w_i where p serves as a coordinate instead
/// of w_i: p vanishes on the centre and ∂p/∂w_i nowhere there, and w_i occurs neither in M nor in
/// another generator. The change of coordinates is analytic; no other generator sees it.
fn own_coordinate(chart: &Chart) -> Option<Chart> {
    for (place, g) in chart
        .generators
        .iter()
        .enumerate()
        .filter(|(_, g)| g.len() > 1)
    {
        let content = content_monomial(std::slice::from_ref(g), chart.dimension());
        let p = divide_by_monomial(g, &content)?;
        if !chart.on_centre(&p).is_zero() {
            continue;
        }
        let serves = |i: usize| {
            let elsewhere = chart
                .generators
                .iter()
                .enumerate()
                .any(|(j, h)| j != place && h.degree_in(i) > 0);
            is_free(chart, i)
                && p.degree_in(i) > 0
                && content.exponents()[i] == 0
                && !elsewhere
                && chart.is_unit(&p.derivative(i))
        };
        if let Some(i) = (0..chart.dimension()).find(|&i| serves(i)) {
            let mut straight = chart.clone();
            let content = Polynomial::from_terms(&chart.ring, [(content, Rational::ONE)]);
            straight.generators[place] = &content * &Polynomial::variable(&chart.ring, i);
            straight.extent[i] = Extent::Local;
            return Some(straight);
        }
    }
    None
}

/// One generator made a coordinate. With M the common monomial, a generator M·(U·w_i + q), where
/// U has no zero on the centre and q is 0 there and neither involves w_i, gives the coordinate
/// v = U·w_i + q instead of w_i; the other generators may then be taken at v = 0. The shortest q
/// is taken.
fn straightened(chart: &Chart) -> Option<Chart> {
    if chart.generators.is_empty() {
        return None;
    }
    let common = content_monomial(&chart.generators, chart.dimension());
    let parts: Vec<Polynomial> = chart
        .generators
        .iter()
        .map(|g| divide_by_monomial(g, &common))
        .collect::<Option<_>>()?;
    let mut candidates = Vec::new();
    for (g, p) in parts.iter().enumerate() {
        for i in 0..chart.dimension() {
            let free = is_free(chart, i) && common.exponents()[i] == 0;
            if !free || p.degree_in(i) != 1 {
                continue;
            }
            let [q, u] = <[Polynomial; 2]>::try_from(coefficients_in(p, i)).ok()?;
            let regular = chart.is_unit(&u) && chart.on_centre(&q).is_zero();
            let already_straight = q.is_zero() && u.as_constant().is_some();
            if regular && !already_straight {
                candidates.push((q.len() + u.len(), g, i, u, q));
            }
        }
    }
    candidates.sort_by_key(|(size, g, i, _, _)| (*size, *g, *i));
    candidates
        .into_iter()
        .find_map(|(_, g, i, u, q)| straighten(chart, &common, &parts, g, i, &u, &q))
}

fn straighten(
    chart: &Chart,
    common: &Monomial,
    parts: &[Polynomial],
    generator: usize,
    i: usize,
    u: &Polynomial,
    q: &Polynomial,
) -> Option<Chart> {
    let limits = straightening_limits();
    let minus_q = -q;
    let mut generators = Vec::with_capacity(parts.len());
    for (g, p) in parts.iter().enumerate() {
        let at_zero = if g == generator {
            Polynomial::variable(&chart.ring, i)
        } else {
            // U^e·p(w_i = −q/U) = Σ p_k (−q)^k U^(e−k)
            let coefficients = coefficients_in(p, i);
            let e = coefficients.len() - 1;
            let mut total = Polynomial::zero(&chart.ring);
            for (k, c) in coefficients
                .iter()
                .enumerate()
                .filter(|(_, c)| !c.is_zero())
            {
                let power = minus_q.checked_pow(k as u32, &limits).ok()?;
                let units = u.checked_pow((e - k) as u32, &limits).ok()?;
                let term = c
                    .checked_mul(&power, &limits)
                    .ok()?
                    .checked_mul(&units, &limits)
                    .ok()?;
                total = &total + &term;
            }
            total
        };
        let monomial = Polynomial::from_terms(&chart.ring, [(common.clone(), Rational::ONE)]);
        generators.push(at_zero.checked_mul(&monomial, &limits).ok()?);
    }
    let mut extent = chart.extent.clone();
    // away from v = 0 the ideal is (M), whose pole is no larger than at v = 0
    extent[i] = Extent::Local;
    Some(Chart {
        generators,
        extent,
        ..chart.clone()
    })
}

/// Drops generators that the others generate, as far as a small budget shows it.
fn drop_redundant(chart: &mut Chart, meter: &Meter) -> Result<(), Exhausted> {
    let all_monomials = chart.generators.iter().all(|g| g.len() == 1);
    if chart.generators.len() < 2 || all_monomials {
        return Ok(());
    }
    let part = meter.part(REDUNDANCY_STEPS);
    let mut order: Vec<Polynomial> = chart.generators.clone();
    order.sort_by_key(|g| (g.degree(), g.len()));
    while let Some(candidate) = order.pop() {
        let others: Vec<Polynomial> = chart
            .generators
            .iter()
            .filter(|g| **g != candidate)
            .cloned()
            .collect();
        if others.is_empty() {
            break;
        }
        let redundant = GroebnerBasis::within(&others, &part)
            .and_then(|basis| basis.contains_within(&candidate, &part));
        match redundant {
            Ok(true) => chart.generators = others,
            Ok(false) => {}
            Err(_) => break,
        }
    }
    meter.settle(&part)
}

/// The chart as a sum of ideals in disjoint coordinates; coordinates that no generator involves
/// are dropped.
pub(super) fn components(chart: &Chart) -> Vec<Chart> {
    let d = chart.dimension();
    let mut label: Vec<usize> = (0..d).collect();
    let supports: Vec<Vec<usize>> = chart
        .generators
        .iter()
        .map(|g| (0..d).filter(|&i| g.degree_in(i) > 0).collect())
        .collect();
    for support in &supports {
        let Some(&first) = support.first() else {
            continue;
        };
        for &i in support {
            let (from, to) = (label[i], label[first]);
            label
                .iter_mut()
                .filter(|l| **l == from)
                .for_each(|l| *l = to);
        }
    }
    let mut labels: Vec<usize> = supports
        .iter()
        .filter_map(|s| Some(label[*s.first()?]))
        .collect();
    labels.sort_unstable();
    labels.dedup();
    let component = |l: &usize| {
        let coordinates: Vec<usize> = (0..d).filter(|&i| label[i] == *l).collect();
        let belongs = |s: &Vec<usize>| s.first().is_some_and(|&i| label[i] == *l);
        let generators = chart
            .generators
            .iter()
            .zip(&supports)
            .filter(|(_, s)| belongs(s))
            .map(|(g, _)| g.clone())
            .collect();
        chart.restricted_to(&coordinates, generators)
    };
    labels.iter().map(component).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Budget;

    fn chart(texts: &[&str]) -> Chart {
        let generators = Polynomial::parse_all(texts).unwrap();
        let ring = generators[0].variables().clone();
        let d = ring.len();
        Chart {
            ring,
            generators,
            amplitude: vec![Rational::ZERO; d],
            domain: vec![Domain::Line; d],
            extent: vec![Extent::Local; d],
        }
    }

    fn shown(chart: &Chart) -> Vec<String> {
        let mut texts: Vec<String> = chart.generators.iter().map(ToString::to_string).collect();
        texts.sort();
        texts
    }

    fn simple(texts: &[&str]) -> Vec<String> {
        shown(&simplified(chart(texts), &Budget::default().start()).unwrap())
    }

    #[test]
    fn linear_generators_become_coordinates() {
        assert_eq!(simple(&["a*b + c", "a*b^2"]), ["a*b^2", "c"]);
        assert_eq!(simple(&["x + y", "x - y"]), ["x", "y"]);
        // a unit in front of the coordinate
        assert_eq!(
            simple(&["a*b + (1-a)*d", "a*b^2 + (1-a)*d^2"]),
            ["a*b^2", "d"]
        );
    }

    #[test]
    fn straightening_respects_a_common_monomial() {
        assert_eq!(
            simple(&["u^2*(v + w^2)", "u^3*(v - w^2 + w^3)"]),
            ["u^2*v", "u^3*w^2"]
        );
    }

    #[test]
    fn redundant_generators_go() {
        assert_eq!(simple(&["x^2 - y^3", "(x^2 - y^3)*(1 + x*y)"]).len(), 1);
        assert_eq!(simple(&["x^2", "x^3 + y^5", "x^2*y"]), ["x^2", "y^5"]);
    }

    #[test]
    fn half_lines_and_amplitudes_stay_where_they_are() {
        let mut half = chart(&["x + y^2"]);
        half.domain = vec![Domain::HalfLine; 2];
        let meter = Budget::default().start();
        assert_eq!(shown(&simplified(half, &meter).unwrap()), ["y^2 + x"]);
    }

    #[test]
    fn disjoint_variables_separate() {
        let parts = components(&chart(&["x*y", "z^2", "y^3", "w*w - w^3"]));
        let sizes: Vec<usize> = parts.iter().map(Chart::dimension).collect();
        assert_eq!(sizes, [2, 1, 1]);
    }
}
