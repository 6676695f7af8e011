//! An ideal seen along a projection: Jung's method.
//!
//! Let g have order o ≥ 2 along the centre and q = ∂^(o−1)g/∂w^(o−1), a smooth hypersurface of
//! maximal contact that the projection along w maps onto the space of the other coordinates. The
//! norm of a function along q = 0 is a polynomial in those, B·f = N + A·q with a cofactor B. One
//! norm after the other gives
//!
//! E·g = N₀·… + N₁·…·q + N₂·…·q² + …,
//!
//! with units in the places of the dots. Where every N is a unit times powers of polynomials p with
//! independent differentials (a branch locus with normal crossings), q and the p are coordinates in
//! which g looks like monomials with unit coefficients; so does a discriminant along the strata of
//! codimension 2 of its own singular locus, where no coordinate that the germ was given in is
//! constant.
//!
//! Jung 1908; Abhyankar 1955 for the quasi-ordinary case; Lipman 1975, *Introduction to resolution
//! of singularities*.

use super::chart::{Chart, plain, renumbered};
use super::generators::Tracked;
use super::moves::Change;
use super::nonvanishing::nonvanishing;
use super::straighten::{explicit, implicit};
use crate::algebra::{Factors, Polynomial, Rational, SizeLimits, watched};
use std::cmp::Reverse;

/// A longer or higher generator is not looked at.
const MOST_TERMS: usize = 100;
const MOST_DEGREE: u64 = 20;

fn limits() -> SizeLimits {
    watched().with_terms(1_000).with_work(40_000)
}

fn times(p: &Polynomial, q: &Polynomial) -> Option<Polynomial> {
    p.checked_mul(q, &limits()).ok()
}

/// Changes of coordinates, one after the other, after which the one generator is a sum of monomials
/// with unit coefficients; none if the branch locus has no normal crossings, or if it is such a sum
/// already.
pub(super) fn along_projection(chart: &Chart) -> Vec<Change> {
    let [g] = chart.generators.as_slice() else {
        return Vec::new(); // each generator would have a branch locus of its own
    };
    // in two variables the other ways are complete
    let serves = chart.functions.is_empty() && chart.dimension() > 2;
    if !serves || g.len() > MOST_TERMS || g.degree() > MOST_DEGREE {
        return Vec::new();
    }
    if let Some(changes) = projected(chart, g) {
        return changes;
    }
    // a direction that is transversal to the tangent cone
    sheared(chart, g)
        .and_then(|change| {
            let [g] = change.1.generators.as_slice() else {
                return None;
            };
            let mut changes = projected(&change.1, g)?;
            changes.insert(0, change);
            Some(changes)
        })
        .unwrap_or_default()
}

/// The order along the centre, if it is at least 2.
fn order(chart: &Chart, g: &Polynomial) -> Option<u32> {
    let local = chart.local();
    let degree = |e: &[u32]| local.iter().map(|&i| u64::from(e[i])).sum::<u64>();
    let least = g.terms().map(|(e, _)| degree(e)).min()?;
    u32::try_from(least).ok().filter(|order| *order >= 2)
}

/// w_j − w_i in the place of w_j, for two coordinates whose product is in the lowest form where no
/// power of a coordinate alone is.
fn sheared(chart: &Chart, g: &Polynomial) -> Option<Change> {
    let order = order(chart, g)?;
    let local = chart.local();
    let serves = |i: &usize| chart.is_replaceable(*i);
    let pure = |i: usize| derivative(g, i, order);
    if local.iter().any(|&i| !chart.restricted(&pure(i)).is_zero()) {
        return None;
    }
    for &a in local.iter().filter(|i| serves(i)) {
        for &b in local.iter().filter(|i| **i != a && serves(i)) {
            let difference = &chart.variable(a) - &chart.variable(b);
            let change = explicit(chart, a, &difference)?;
            let next = change.1.generators.first()?;
            if !change.1.restricted(&derivative(next, b, order)).is_zero() {
                return Some(change);
            }
        }
    }
    None
}

fn derivative(g: &Polynomial, i: usize, times: u32) -> Polynomial {
    (0..times).fold(g.clone(), |g, _| g.derivative(i))
}

/// The projection along each coordinate in turn, those first whose hypersurface has few sheets.
fn projected(chart: &Chart, g: &Polynomial) -> Option<Vec<Change>> {
    let order = order(chart, g)?;
    let contact = |w: usize| derivative(g, w, order - 1).primitive_part();
    let mut candidates: Vec<(usize, Polynomial)> = chart
        .local()
        .into_iter()
        .filter(|&w| chart.is_replaceable(w))
        .map(|w| (w, contact(w)))
        .filter(|(w, q)| !chart.restricted(&q.derivative(*w)).is_zero())
        .collect();
    candidates.sort_by_key(|(w, q)| (q.degree_in(*w), q.len(), *w));
    let along = |(w, q): (usize, Polynomial)| Projection { chart, w, q }.changes(g, order);
    candidates.into_iter().find_map(along)
}

/// The projection along w_w onto the hypersurface q = 0.
struct Projection<'a> {
    chart: &'a Chart,
    w: usize,
    q: Polynomial,
}

/// unit·f = Σ terms.
struct Expansion {
    unit: Polynomial,
    terms: Vec<Term>,
}

/// coefficient·q^power·norm: a norm is free of w.
struct Term {
    coefficient: Polynomial,
    power: u32,
    norm: Polynomial,
}

/// A norm as a unit times powers of polynomials, which are given by number.
struct Factored {
    unit: Polynomial,
    powers: Vec<(usize, u32)>,
}

impl Projection<'_> {
    fn changes(&self, g: &Polynomial, order: u32) -> Option<Vec<Change>> {
        let Expansion { unit, terms } = self.expanded(g, order)?;
        let last = terms.last()?;
        if last.power != order || last.norm.as_constant().is_none() {
            return None;
        }
        let mut branches: Vec<Polynomial> = Vec::new();
        let parts = terms
            .iter()
            .map(|term| self.factored(&term.norm, &mut branches));
        let parts: Vec<Factored> = parts.collect::<Option<_>>()?;
        if branches.iter().chain([&self.q]).all(|p| plain(p).is_some()) {
            return None;
        }
        let mut frame = Frame::of(self.chart);
        frame.take(&self.q, &[self.w])?;
        for p in &branches {
            frame.take(p, &self.chart.local())?;
        }
        let mut tracked = Tracked::new(&frame.chart);
        if !tracked.multiply(0, &frame.moved(&unit)) {
            return None;
        }
        for (term, part) in terms.iter().zip(&parts) {
            let coefficient = times(&term.coefficient, &part.unit)?;
            let branches = part.powers.iter().map(|(p, k)| (p + 1, *k));
            let powers: Vec<(usize, u32)> = [(0, term.power)].into_iter().chain(branches).collect();
            frame.put_coordinates(&mut tracked, &frame.moved(&coefficient), &powers)?;
        }
        let change = tracked.change(&frame.chart)?;
        frame.changes.push(change);
        Some(frame.changes)
    }

    /// f expanded in powers of q, until what is left is a unit or the power is `most`.
    fn expanded(&self, f: &Polynomial, most: u32) -> Option<Expansion> {
        let one = self.chart.constant(1);
        let mut expansion = Expansion {
            unit: one.clone(),
            terms: Vec::new(),
        };
        let mut rest = f.clone();
        for power in 0.. {
            if rest.is_zero() {
                break;
            }
            if power == most || nonvanishing(self.chart, &rest).is_some() {
                expansion.terms.push(Term {
                    coefficient: rest,
                    power,
                    norm: one,
                });
                break;
            }
            let Norm { b, n, a } = norm(&rest, &self.q, self.w)?;
            nonvanishing(self.chart, &b)?;
            expansion.unit = times(&expansion.unit, &b)?;
            for term in &mut expansion.terms {
                term.coefficient = times(&term.coefficient, &b)?;
            }
            if !n.is_zero() {
                expansion.terms.push(Term {
                    coefficient: one.clone(),
                    power,
                    norm: n,
                });
            }
            rest = a;
        }
        Some(expansion)
    }

    /// A norm by its factors that vanish on the centre, each found before or new.
    fn factored(&self, norm: &Polynomial, branches: &mut Vec<Polynomial>) -> Option<Factored> {
        let mut unit = norm.clone();
        let mut powers = Vec::new();
        for (f, k) in norm.square_free_factors()? {
            for p in f.simple_factors() {
                if nonvanishing(self.chart, &p).is_some() {
                    continue;
                }
                if !self.chart.restricted(&p).is_zero() {
                    return None;
                }
                for _ in 0..k {
                    unit = unit.exact_quotient(&p)?;
                }
                let number = branches.iter().position(|b| *b == p).unwrap_or_else(|| {
                    branches.push(p);
                    branches.len() - 1
                });
                powers.push((number, k));
            }
        }
        (branches.len() < self.chart.dimension()).then_some(Factored { unit, powers })
    }
}

/// B·f = N + A·q with N free of w.
struct Norm {
    b: Polynomial,
    n: Polynomial,
    a: Polynomial,
}

/// The norm of f along q = 0 by Euclid's algorithm without fractions; `None` where f and q have a
/// common factor that is not q, and where it grows too long.
fn norm(f: &Polynomial, q: &Polynomial, w: usize) -> Option<Norm> {
    let zero = Polynomial::zero(f.variables());
    let divided = divided(f, q, w)?;
    let mut older = (q.clone(), zero.clone());
    let mut newer = (divided.rest, divided.unit);
    while newer.0.degree_in(w) > 0 {
        let step = self::divided(&older.0, &newer.0, w)?;
        let b = &times(&step.unit, &older.1)? - &times(&step.quotient, &newer.1)?;
        if step.rest.is_zero() {
            return None;
        }
        let common = step.rest.gcd(&b)?;
        let next = (
            step.rest.exact_quotient(&common)?,
            b.exact_quotient(&common)?,
        );
        older = std::mem::replace(&mut newer, next);
    }
    let (n, b) = newer;
    let a = (&times(&b, f)? - &n).exact_quotient(q)?;
    Some(Norm { b, n, a })
}

/// unit·f = quotient·q + rest, the rest of lower degree in w than q and the unit free of w.
struct Divided {
    unit: Polynomial,
    quotient: Polynomial,
    rest: Polynomial,
}

fn divided(f: &Polynomial, q: &Polynomial, w: usize) -> Option<Divided> {
    let degree = q.degree_in(w);
    let leading = q.leading_in(w)?;
    let mut found = Divided {
        unit: Polynomial::constant(f.variables(), Rational::ONE),
        quotient: Polynomial::zero(f.variables()),
        rest: f.clone(),
    };
    while !found.rest.is_zero() && found.rest.degree_in(w) >= degree {
        let top = found.rest.leading_in(w)?;
        let shift = found.rest.degree_in(w) - degree;
        let power = Polynomial::variable(f.variables(), w).checked_pow(shift, &limits());
        let factor = times(&top, &power.ok()?)?;
        found.unit = times(&found.unit, &leading)?;
        found.quotient = &times(&found.quotient, &leading)? + &factor;
        found.rest = &times(&found.rest, &leading)? - &times(&factor, q)?;
    }
    Some(found)
}

/// A chart in which polynomials have become coordinates, one after the other.
struct Frame {
    chart: Chart,
    changes: Vec<Change>,
    /// Where the variables of the first chart are now.
    places: Vec<Option<usize>>,
    /// The coordinates t, with the polynomial p and, if t is not c·p, the relation p − t.
    taken: Vec<Taken>,
}

struct Taken {
    polynomial: Polynomial,
    coordinate: usize,
    relation: Option<usize>,
}

impl Frame {
    fn of(chart: &Chart) -> Self {
        Self {
            chart: chart.clone(),
            changes: Vec::new(),
            places: (0..chart.variables()).map(Some).collect(),
            taken: Vec::new(),
        }
    }

    /// A polynomial of the first chart.
    fn moved(&self, p: &Polynomial) -> Polynomial {
        renumbered(p, &self.places, self.chart.variables())
    }

    /// p as a coordinate in the place of one of those of the first chart, unless it is one.
    fn take(&mut self, p: &Polynomial, instead_of: &[usize]) -> Option<()> {
        let is_taken = |t: usize| self.taken.iter().any(|taken| taken.coordinate == t);
        if let Some(i) = plain(p)
            && let Some(t) = self.places[i]
            && t < self.chart.dimension()
        {
            self.taken.push(Taken {
                polynomial: p.clone(),
                coordinate: t,
                relation: None,
            });
            return Some(());
        }
        let here = self.moved(p);
        let mut free: Vec<(usize, usize)> = instead_of
            .iter()
            .filter_map(|&i| Some((i, self.places[i]?)))
            .filter(|&(_, t)| t < self.chart.dimension() && !is_taken(t))
            .collect();
        free.sort_by_key(|&(i, _)| (p.degree_in(i), Reverse(i)));
        let (i, t, change) = free
            .into_iter()
            .find_map(|(i, t)| Some((i, t, implicit(&self.chart, t, &here)?)))?;
        self.chart = change.1.clone();
        self.changes.push(change);
        self.places[i] = Some(self.chart.variables() - 1);
        self.taken.push(Taken {
            polynomial: p.clone(),
            coordinate: t,
            relation: Some(self.chart.functions.len() - 1),
        });
        Some(())
    }

    /// Powers of the coordinates in the places of the same powers of the polynomials, in a part of
    /// the generator.
    fn put_coordinates(
        &self,
        tracked: &mut Tracked,
        coefficient: &Polynomial,
        powers: &[(usize, u32)],
    ) -> Option<()> {
        let power = |p: &Polynomial, k: u32| p.checked_pow(k, &limits()).ok();
        let written = |number: usize| self.moved(&self.taken[number].polynomial);
        let mut outside = coefficient.clone();
        for (place, &(number, k)) in powers.iter().enumerate() {
            let taken = &self.taken[number];
            let (p, t) = (written(number), self.chart.variable(taken.coordinate));
            let Some(l) = taken.relation else {
                outside = times(&outside, &power(&p, k)?)?;
                continue;
            };
            // p^k − t^k = (p − t)·Σ p^a·t^(k−1−a)
            let mut cofactor = Polynomial::zero(self.chart.ring());
            for a in 0..k {
                cofactor = &cofactor + &times(&power(&p, a)?, &power(&t, k - 1 - a)?)?;
            }
            cofactor = times(&cofactor, &outside)?;
            for &(later, k) in &powers[place + 1..] {
                cofactor = times(&cofactor, &power(&written(later), k)?)?;
            }
            let relation = &self.chart.functions[l].relation;
            if !cofactor.is_zero() && !tracked.subtract_relation(0, &cofactor, l, relation) {
                return None;
            }
            outside = times(&outside, &power(&t, k)?)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::chart::ring;
    use super::super::chart::samples::at_origin;
    use super::*;

    fn projected(dimension: usize, generators: &[&str]) -> Vec<Vec<String>> {
        let changes = along_projection(&at_origin(dimension, generators));
        let shown = |(_, chart): &Change| {
            let generators = chart.generators.iter();
            generators
                .map(|g| chart.restricted(g).to_string())
                .collect()
        };
        changes.iter().map(shown).collect()
    }

    #[test]
    fn a_norm_is_free_of_the_direction() {
        let ring = ring(2);
        let parse = |text: &str| Polynomial::parse_in(text, ring).unwrap();
        let (f, q) = (parse("w1^3 + w2*w1 + 1"), parse("w1^2 - w2"));
        let found = norm(&f, &q, 0).unwrap();
        assert_eq!(found.n.degree_in(0), 0);
        // (w1³ + w2·w1 + 1) at ±√w2: 1 − 4·w2³
        assert_eq!(found.n.primitive_part(), parse("4*w2^3 - 1"));
        let defect = &(&found.b * &f) - &(&found.a * &q);
        assert_eq!(defect, found.n);
    }

    #[test]
    fn what_has_no_branch_locus_with_normal_crossings_stays() {
        // the swallowtail at its deepest point
        let swallowtail = "16*w1^4*w3 - 4*w1^3*w2^2 - 128*w1^2*w3^2 + 144*w1*w2^2*w3 - 27*w2^4 \
                           + 256*w3^3";
        assert!(projected(3, &[swallowtail]).is_empty());
        assert!(projected(2, &["w1^2 - w2^3"]).is_empty());
    }
}
