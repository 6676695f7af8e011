//! Elementary shears that leave fewer terms.
//!
//! A polynomial automorphism spreads a sparse ideal over many terms. Tame ones are made of
//! elementary shears w_i ↦ w_i + c·m, m a monomial in the other coordinates, and a shear is undone
//! by one with the opposite sign. It moves terms along lines of exponents only: those that the
//! direction m/w_i joins. With s = w_i/m the terms on a line are a monomial times a polynomial
//! g(s), and the shear makes g(s + c) of it. So the terms that a shear leaves are counted line by
//! line, without expanding anything, and only few c make a line shorter: those at which g or a
//! derivative of g is 0.

use super::balance::grows;
use super::canonical::colours;
use super::chart::Chart;
use super::essential::fewer_coordinates;
use super::moves::Change;
use super::straighten::explicit;
use crate::algebra::{Monomial, Polynomial, Rational, Univariate};
use crate::budget::{Exhausted, Meter, look};
use num_bigint::BigInt;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Ideals with more terms are left as they are: pairs of terms are compared.
const MOST_TERMS: usize = 2_000;

/// So are those of a higher degree: lines of exponents are written out.
const MOST_DEGREE: u64 = 400;

/// Directions that are counted.
const MOST_COUNTED: usize = 20_000;

/// Directions that are looked at, those that join most terms.
const MOST_DIRECTIONS: usize = 24;

/// Values of c that are tried for each.
const MOST_CONSTANTS: usize = 4;

/// Longer constants than this many bits are not worth the fewer terms.
const MOST_BITS: u64 = 32;

/// w_i and m.
type Direction = (usize, Monomial);

/// The number of terms, and the sum of their degrees.
type Measure = (usize, u64);

/// A shear w_i ↦ w_i + c·m. The order is that of preference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Shear {
    left: Measure,
    bits: u64,
    direction: Direction,
    constant: Rational,
}

/// Changes of coordinates, one after the other, after which the ideal has fewer terms, or needs
/// fewer coordinates.
pub(super) fn sparser(chart: &Chart, meter: &Meter) -> Result<Vec<Change>, Exhausted> {
    let mut changes: Vec<Change> = Vec::new();
    if !chart.functions.is_empty() || size(&chart.generators) < 2 {
        return Ok(changes);
    }
    // each shear lowers the measure, and else the number of coordinates in the generators gets less
    loop {
        let current = changes.last().map_or(chart, |(_, next)| next);
        let terms = size(&current.generators);
        let degrees = current.generators.iter().map(Polynomial::degree);
        if terms > MOST_TERMS || degrees.max() > Some(MOST_DEGREE) {
            break;
        }
        if let Some(change) = best_shear(current, meter)? {
            changes.push(change);
            continue;
        }
        meter.spend((terms * chart.dimension()) as u64)?;
        match fewer_coordinates(current) {
            Some(more) => changes.extend(more),
            None => break,
        }
    }
    Ok(changes)
}

/// Changes of coordinates that break a symmetry: w_j − w_i in the place of w_j, for two that are
/// exchangeable. One for each number of terms that are left in one class of coordinates, those of
/// the highest degree first, which leave the fewest.
///
/// Where a germ is symmetric in its coordinates (the units of a network), its singularity lies
/// along diagonals, and each blow-up of coordinate planes leaves it there.
pub(super) fn symmetry_breaking(chart: &Chart) -> Vec<Change> {
    const MOST: usize = 3;
    if !chart.functions.is_empty() || size(&chart.generators) > MOST_TERMS / 4 {
        return Vec::new();
    }
    let colours = colours(chart);
    let degree = |i: usize| chart.generators.iter().map(|g| g.degree_in(i)).max();
    let serves = |i: &usize| chart.is_local(*i) && chart.is_replaceable(*i);
    let mut found: BTreeMap<(Reverse<Option<u32>>, u64, usize), Change> = BTreeMap::new();
    for j in (0..chart.dimension()).filter(serves) {
        for i in (0..j).filter(serves).filter(|&i| colours[i] == colours[j]) {
            let difference = &chart.variable(j) - &chart.variable(i);
            if let Some(change) = explicit(chart, j, &difference) {
                let key = (Reverse(degree(j)), colours[j], size(&change.1.generators));
                found.entry(key).or_insert(change);
            }
        }
    }
    found.into_values().take(MOST).collect()
}

/// The shear that leaves the least, if that is less than before.
fn best_shear(chart: &Chart, meter: &Meter) -> Result<Option<Change>, Exhausted> {
    let before = measure(&chart.generators);
    let mut best: Option<Shear> = None;
    for direction in directions(chart, meter)? {
        meter.spend(before.0 as u64 / 2)?;
        let most = best.as_ref().map_or(before, |b| b.left);
        let lines = Lines::along(&chart.generators, &direction);
        if let Some(found) = lines.best(direction, most, meter)?
            && best.as_ref().is_none_or(|b| found < *b)
        {
            best = Some(found);
        }
    }
    Ok(best.and_then(|shear| {
        let (i, m) = &shear.direction;
        let shift = Polynomial::from_terms(chart.ring(), [(m.clone(), shear.constant.clone())]);
        let change = explicit(chart, *i, &(&chart.variable(*i) - &shift))?;
        let is_better = measure(&change.1.generators) < before;
        (is_better && !grows(chart, &change.1)).then_some(change)
    }))
}

fn measure(generators: &[Polynomial]) -> Measure {
    let degrees = |g: &Polynomial| {
        g.sorted_terms()
            .iter()
            .map(|(m, _)| m.degree())
            .sum::<u64>()
    };
    (size(generators), generators.iter().map(degrees).sum())
}

fn size(generators: &[Polynomial]) -> usize {
    generators.iter().map(Polynomial::len).sum()
}

/// The directions m/w_i between two terms of a generator, those between most terms first.
fn directions(chart: &Chart, meter: &Meter) -> Result<Vec<Direction>, Exhausted> {
    // what is 0 on the centre must stay so
    let vanishes = |m: &Monomial| {
        (0..)
            .zip(m.exponents())
            .any(|(j, e)| *e > 0 && chart.is_local(j))
    };
    let serves =
        |(i, m): &Direction| chart.is_replaceable(*i) && (!chart.is_local(*i) || vanishes(m));
    let mut found: BTreeMap<Direction, usize> = BTreeMap::new();
    for g in &chart.generators {
        meter.spend((g.len() * g.len() / 64) as u64)?;
        for (from, _) in g.terms() {
            look(g.len() * from.len() / 4);
            for (to, _) in g.terms() {
                let Some(direction) = direction(from, to).filter(serves) else {
                    continue;
                };
                if found.len() < MOST_COUNTED || found.contains_key(&direction) {
                    *found.entry(direction).or_default() += 1;
                }
            }
        }
    }
    let mut found: Vec<(Direction, usize)> = found.into_iter().collect();
    found.sort_by_cached_key(|((i, m), pairs)| (Reverse(*pairs), m.degree(), *i, m.clone()));
    found.truncate(MOST_DIRECTIONS);
    Ok(found.into_iter().map(|(direction, _)| direction).collect())
}

/// i and m with w^to = w^from·m/w_i, m free of w_i and not 1.
fn direction(from: &[u32], to: &[u32]) -> Option<Direction> {
    let mut place = None;
    for (i, (&a, &b)) in from.iter().zip(to).enumerate() {
        if b < a {
            if place.is_some() || a - b > 1 {
                return None;
            }
            place = Some(i);
        }
    }
    let m: Vec<u32> = from
        .iter()
        .zip(to)
        .map(|(&a, &b)| b.saturating_sub(a))
        .collect();
    let m = Monomial::new(&m);
    (!m.is_one()).then_some((place?, m))
}

/// The terms of an ideal on lines of one direction.
struct Lines {
    /// The degree of m.
    degree: u64,
    /// What single terms spread into, whatever c ≠ 0 is.
    of_single: Measure,
    /// The g(s) of several terms, with the degree of the monomial without w_i at their end.
    several: Vec<(u64, Univariate)>,
}

impl Lines {
    fn along(generators: &[Polynomial], (i, m): &Direction) -> Self {
        let mut lines = Self {
            degree: m.degree(),
            of_single: (0, 0),
            several: Vec::new(),
        };
        for g in generators {
            look(8 * g.len());
            let mut on_line: BTreeMap<Vec<u32>, Vec<(u32, &Rational)>> = BTreeMap::new();
            for (e, c) in g.terms() {
                // m in the place of w_i: the same for all terms of the line
                let n = e[*i];
                let mut end: Vec<u32> = e
                    .iter()
                    .zip(m.exponents())
                    .map(|(e, m)| e + n * m)
                    .collect();
                end[*i] = 0;
                on_line.entry(end).or_default().push((n, c));
            }
            for (end, terms) in on_line {
                let end = end.into_iter().map(u64::from).sum();
                match terms[..] {
                    [(n, _)] => {
                        let (count, degrees) = lines.measure(end, 0..=n as usize);
                        lines.of_single.0 += count;
                        lines.of_single.1 += degrees;
                    }
                    _ => lines.several.push((end, univariate(&terms))),
                }
            }
        }
        lines
    }

    /// Of the terms with these powers of s on a line: s^n is w_i^n in the place of m^n.
    fn measure(&self, end: u64, powers: impl Iterator<Item = usize>) -> Measure {
        powers.fold((0, 0), |(count, degrees), n| {
            (count + 1, degrees + end + n as u64 - n as u64 * self.degree)
        })
    }

    /// The best constant for the direction, if it leaves less than `most`.
    fn best(
        &self,
        direction: Direction,
        most: Measure,
        meter: &Meter,
    ) -> Result<Option<Shear>, Exhausted> {
        if self.of_single.0 + self.several.len() > most.0 {
            return Ok(None);
        }
        let mut votes: BTreeMap<Rational, usize> = BTreeMap::new();
        for c in self.several.iter().flat_map(|(_, g)| constants(g)) {
            *votes.entry(c).or_default() += 1;
        }
        let mut votes: Vec<(Rational, usize)> = votes.into_iter().collect();
        votes.retain(|(c, _)| c.bits() <= MOST_BITS);
        votes.sort_by_cached_key(|(c, n)| (Reverse(*n), c.bits(), c.clone()));
        votes.truncate(MOST_CONSTANTS);
        let lengths = self.several.iter().map(|(_, g)| g.coefficients().len());
        let products: usize = lengths.map(|n| n * n).sum();
        meter.spend((votes.len() * products / 64) as u64)?;
        let shears = votes.into_iter().map(|(c, _)| Shear {
            left: self.left_by(&c),
            bits: c.bits(),
            direction: direction.clone(),
            constant: c,
        });
        Ok(shears.min().filter(|s| s.left < most))
    }

    /// What is left by a constant.
    fn left_by(&self, c: &Rational) -> Measure {
        let lines = self
            .several
            .iter()
            .map(|(end, g)| self.measure(*end, g.exponents_translated(c).into_iter()));
        lines.fold(self.of_single, |total, line| {
            (total.0 + line.0, total.1 + line.1)
        })
    }
}

fn univariate(terms: &[(u32, &Rational)]) -> Univariate {
    let degree = terms.iter().map(|(n, _)| *n).max().unwrap_or(0);
    let mut coefficients = vec![Rational::ZERO; degree as usize + 1];
    for (n, c) in terms {
        coefficients[*n as usize] = (*c).clone();
    }
    Univariate::new(coefficients)
}

/// The c ≠ 0 at which the last derivative but one of g is 0 (that of a perfect power is among
/// them), or, of degree 2, g itself.
///
/// To shift factors of higher degree to a root does not pay: of 256·a³ − 128·a²·c² + 16·a·c⁴ in the
/// discriminant of quartics it leaves a term less, a²·(a + c²/4), where the resolution wants the
/// symmetric form.
fn constants(g: &Univariate) -> Vec<Rational> {
    let [lower @ .., last, leading] = g.coefficients() else {
        return Vec::new();
    };
    let Some(share) = (leading * &Rational::from(1 + lower.len() as i64)).recip() else {
        return Vec::new();
    };
    let middle = -(last * &share);
    let mut found = Vec::new();
    if let [lowest] = lower
        && !lowest.is_zero()
        && let Some(root) = square_root(&(&(&middle * &middle) - &(lowest / leading)))
    {
        // (s − middle)² = middle² − g(0)/leading
        found.extend([&middle - &root, &middle + &root]);
    }
    found.push(middle);
    found.retain(|c| !c.is_zero());
    found.sort();
    found.dedup();
    found
}

/// The root of a square.
fn square_root(q: &Rational) -> Option<Rational> {
    if q.is_negative() {
        return None;
    }
    let root = |n: BigInt| {
        let root = n.sqrt();
        (&root * &root == n).then(|| Rational::from(root))
    };
    Some(root(q.numerator())? / root(q.denominator())?)
}

#[cfg(test)]
mod tests {
    use super::super::chart::samples::at_origin;
    use super::super::moves::Link;
    use super::*;
    use crate::Budget;
    use crate::certificate::format::{CoordinateDomain, Extent};

    /// The generators after all changes that help.
    fn straightened(mut chart: Chart) -> Vec<String> {
        let meter = Budget::default().start();
        let changes = sparser(&chart, &meter).unwrap();
        if let Some((_, last)) = changes.into_iter().last() {
            chart = last;
        }
        let shown = chart.generators.iter().map(|g| chart.show(g));
        shown.collect()
    }

    #[test]
    fn shears_are_undone_one_after_the_other() {
        // w1·w2·w3 after w1 ↦ w1 − 2·w2², then w2 ↦ w2 + w3·w1 + w3
        let g = "(w1 - 2*(w2 + w3*w1 + w3)^2)*(w2 + w3*w1 + w3)*w3";
        assert_eq!(straightened(at_origin(3, &[g])), ["w1*w2*w3"]);
    }

    #[test]
    fn a_form_becomes_diagonal() {
        let left = straightened(at_origin(
            3,
            &["w1^2 + 2*w1*w2 + 3*w2^2 - 4*w2*w3 + 5*w3^2"],
        ));
        assert_eq!(left, ["w1^2 + 2*w2^2 + 3*w3^2"]);
    }

    #[test]
    fn generators_share_the_shear() {
        let ideal = ["(w1 + w2)*w2 + w3*w4", "(w1 + w2)*w2^2 + w3*w4^2"];
        let left = straightened(at_origin(4, &ideal));
        assert_eq!(left, ["w1*w2 + w3*w4", "w1*w2^2 + w3*w4^2"]);
    }

    #[test]
    fn bounded_and_damped_coordinates_stay() {
        let mut bounded = at_origin(3, &["(w1 + w2)*w3"]);
        bounded.coordinates[0].domain = CoordinateDomain::HalfLine;
        bounded.coordinates[1].amplitude = Rational::ONE;
        let meter = Budget::default().start();
        assert!(sparser(&bounded, &meter).unwrap().is_empty());
        bounded.coordinates[0].domain = CoordinateDomain::Line;
        assert_eq!(straightened(bounded), ["w1*w3"]);
    }

    #[test]
    fn along_a_centre_only_what_vanishes_there_is_added() {
        let mut line = at_origin(2, &["w1^2 + 2*w1*w2 + w2^2"]);
        line.coordinates[1].extent = Extent::Extended;
        let meter = Budget::default().start();
        let changes = sparser(&line, &meter).unwrap();
        // w2 + w1 in the place of w2, not of w1
        let (link, next) = changes.first().unwrap();
        assert!(matches!(link, Link::Coordinate { index: 1, .. }));
        assert_eq!(next.coordinates[1].extent, Extent::Extended);
        assert_eq!(next.generators[0].to_string(), "w2^2");
    }

    #[test]
    fn high_powers_are_left_alone() {
        let high = "w1^4000000000 + w1^3999999999*w2^2 + w2";
        let meter = Budget::default().start();
        assert!(sparser(&at_origin(2, &[high]), &meter).unwrap().is_empty());
    }

    #[test]
    fn terms_are_counted_without_their_coefficients() {
        // 81·(s − 1/3)⁴
        let g = "81*w1^4 - 108*w1^3 + 54*w1^2 - 12*w1 + 1";
        let chart = at_origin(1, &[g]);
        let line = chart.generators[0].as_univariate(0).unwrap();
        let third = Rational::new(1, 3).unwrap();
        assert_eq!(line.exponents_translated(&third), [4]);
        assert_eq!(line.exponents_translated(&Rational::ONE), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_line_gives_its_constants() {
        let g = |coefficients: [i64; 3]| Univariate::new(coefficients.map(Rational::from));
        // (s − 3)², (s − 1)(s − 2), s² + 1
        assert_eq!(constants(&g([9, -6, 1])), [Rational::from(3)]);
        let three_halves = Rational::new(3, 2).unwrap();
        let expected = [Rational::ONE, three_halves, Rational::from(2)];
        assert_eq!(constants(&g([2, -3, 1])), expected);
        assert!(constants(&g([1, 0, 1])).is_empty());
        assert_eq!(
            constants(&Univariate::new([8, 2].map(Rational::from))),
            [Rational::from(-4)]
        );
    }
}
