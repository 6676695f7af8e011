//! The moves from a chart to others, as `proofs/FORMAT.md` states them; those to one chart with the
//! same pole as links, which are rules that still lack the step of that chart.

use super::chart::{Chart, Coordinate, Function, plain, renumbered, ring};
use crate::algebra::{Monomial, Polynomial, Rational, SizeLimits, watched};
use crate::certificate::MAX_DEGREE;
use crate::certificate::format::{Child, CoordinateDomain, Evidence, Extent, Form, Row, Rule};

/// Polynomials beyond these limits end a branch of the search.
fn limits() -> SizeLimits {
    watched().with_terms(5_000).with_work(500_000)
}

/// Coefficients longer than this end it too.
const MOST_BITS: u64 = 2_000;

fn moderate(p: Polynomial) -> Option<Polynomial> {
    (p.len() <= 5_000 && p.coefficient_bits() <= MOST_BITS).then_some(p)
}

/// Blow-ups end at this degree: what follows them multiplies it, and the checker refuses
/// [`MAX_DEGREE`].
const HIGHEST_DEGREE: u64 = MAX_DEGREE / 8;

/// w_j = ε·u^{a_j}, w_i = u^{a_i}·w_i for the weighted coordinates; the charts in order.
pub(super) fn blow_up(chart: &Chart, weights: &[(usize, u32)]) -> Option<Vec<Chart>> {
    let total: Rational = weights
        .iter()
        .map(|&(i, a)| chart.tau(i) * Rational::from(i64::from(a)))
        .sum();
    let on_lines = weights
        .iter()
        .all(|&(i, _)| chart.coordinates[i].domain == CoordinateDomain::Line);
    let mut charts = Vec::new();
    for (place, &(j, a)) in weights.iter().enumerate() {
        let (signs, domain): (&[bool], _) = match chart.coordinates[j].domain {
            CoordinateDomain::HalfLine => (&[false], CoordinateDomain::HalfLine),
            CoordinateDomain::Line if on_lines && a % 2 == 1 => (&[false], CoordinateDomain::Line),
            CoordinateDomain::Line => (&[false, true], CoordinateDomain::HalfLine),
        };
        for &negative in signs {
            let pull_back = |p: &Polynomial| -> Option<Polynomial> {
                let mut terms = Vec::with_capacity(p.len());
                for (e, c) in p.terms() {
                    let mut exponents = e.to_vec();
                    let mut u = 0_u32;
                    for &(i, a) in weights {
                        u = u.checked_add(e[i].checked_mul(a)?)?;
                    }
                    exponents[j] = u;
                    let c = if negative && e[j] % 2 == 1 {
                        -c
                    } else {
                        c.clone()
                    };
                    terms.push((Monomial::new(&exponents), c));
                }
                Some(Polynomial::from_terms(p.variables(), terms))
            };
            let mut next = chart.mapped(pull_back)?;
            if next.polynomials().any(|p| p.degree() > HIGHEST_DEGREE) {
                return None;
            }
            next.coordinates[j] = Coordinate {
                domain,
                extent: Extent::Local,
                amplitude: &total - Rational::ONE,
            };
            for &(i, _) in &weights[place + 1..] {
                next.coordinates[i].extent = Extent::Extended;
            }
            charts.push(next);
        }
    }
    Some(charts)
}

fn proportional(p: &Polynomial, q: &Polynomial) -> bool {
    p.primitive_part() == q.primitive_part()
}

/// t = p = U·w_i + q in the place of w_i, solved for w_i.
pub(super) fn explicit_coordinate(chart: &Chart, i: usize, p: &Polynomial) -> Option<Chart> {
    if p.degree_in(i) != 1 {
        return None;
    }
    let [q, unit] = <[Polynomial; 2]>::try_from(p.coefficients_in(i)).ok()?;
    let numerator = &chart.variable(i) - &q;
    let limits = limits();
    let restricted = chart.restricted(p);
    let known =
        |z: &Polynomial| proportional(z, p) || proportional(&chart.restricted(z), &restricted);
    let vanishes = restricted.is_zero() || chart.zeros.iter().any(known);
    let replaced = |f: &Polynomial, even: bool| -> Option<Polynomial> {
        let mut degree = f.degree_in(i);
        if even && degree % 2 == 1 {
            degree += 1;
        }
        let mut total = Polynomial::zero(f.variables());
        for (k, c) in f.layers_in(i) {
            let power = numerator.checked_pow(k, &limits).ok()?;
            let units = unit.checked_pow(degree - k, &limits).ok()?;
            let term = c
                .checked_mul(&power, &limits)
                .and_then(|p| p.checked_mul(&units, &limits))
                .ok()?;
            total = &total + &term;
        }
        moderate(total)
    };
    let mut source = chart.clone();
    source.zeros.retain(|z| !proportional(z, p));
    let positive: Option<Vec<Polynomial>> =
        chart.positive.iter().map(|f| replaced(f, true)).collect();
    let mut next = source.mapped(|f| replaced(f, false))?;
    next.positive = positive?;
    if chart.coordinates[i].domain == CoordinateDomain::HalfLine {
        next.positive.push(replaced(&chart.variable(i), true)?);
    }
    next.units.push(unit);
    let extent = if vanishes || chart.is_local(i) {
        Extent::Local
    } else {
        Extent::Extended
    };
    next.coordinates[i] = Coordinate {
        domain: CoordinateDomain::Line,
        extent,
        amplitude: Rational::ZERO,
    };
    Some(next)
}

/// t = p in the place of w_i, which becomes the last function.
pub(super) fn implicit_coordinate(chart: &Chart, i: usize, p: &Polynomial) -> Chart {
    let n = chart.variables();
    // w_i moves to the end
    let map: Vec<Option<usize>> = (0..n).map(|k| Some(if k == i { n } else { k })).collect();
    let move_over = |p: &Polynomial| Some(renumbered(p, &map, n + 1));
    let mut source = chart.clone();
    source.zeros.retain(|z| !proportional(z, p));
    let Some(mut next) = source.mapped(move_over) else {
        unreachable!("a renumbering always succeeds");
    };
    let y = Polynomial::variable(ring(n + 1), n);
    next.names.push(chart.names[i].clone());
    next.names[i] = chart.fresh_name("t");
    let relation = &renumbered(p, &map, n + 1) - &Polynomial::variable(ring(n + 1), i);
    next.functions.push(Function {
        relation,
        between: None,
    });
    if chart.is_local(i) {
        next.zeros.push(y.clone());
    }
    if chart.coordinates[i].domain == CoordinateDomain::HalfLine {
        next.positive.push(y);
    }
    next.coordinates[i] = Coordinate {
        domain: CoordinateDomain::Line,
        extent: Extent::Local,
        amplitude: Rational::ZERO,
    };
    next
}

/// The powers n ≥ 2 by which coordinates may be folded: the common divisor of all exponents.
pub(super) fn common_power(chart: &Chart, i: usize) -> u32 {
    let relations = chart.functions.iter().map(|f| &f.relation);
    let own = |u: &&Polynomial| plain(u) != Some(i);
    let lists = chart.generators.iter().chain(&chart.zeros).chain(relations);
    let conditions = chart.units.iter().chain(&chart.positive).filter(own);
    lists
        .chain(conditions)
        .flat_map(Polynomial::terms)
        .fold(0, |gcd, (e, _)| num_integer::gcd(gcd, e[i]))
}

/// s = w_i^n in the place of w_i.
pub(super) fn fold(chart: &Chart, i: usize, n: u32) -> Option<Chart> {
    let divided = |p: &Polynomial| {
        if plain(p) == Some(i) {
            return Some(p.clone()); // among the units: s ≠ 0
        }
        let terms = p.terms().map(|(e, c)| {
            let mut e = e.to_vec();
            e[i] /= n;
            (Monomial::new(&e), c.clone())
        });
        Some(Polynomial::from_terms(p.variables(), terms))
    };
    // s is no coordinate of the sign that w has
    let is_negative = |p: &Polynomial| {
        plain(p) == Some(i) && p.sorted_terms().iter().all(|(_, c)| c.is_negative())
    };
    if chart.positive.iter().any(is_negative) {
        return None;
    }
    let mut next = chart.mapped(divided)?;
    let c = &mut next.coordinates[i];
    if n.is_multiple_of(2) {
        c.domain = CoordinateDomain::HalfLine;
    }
    c.amplitude = (&c.amplitude + Rational::ONE) / Rational::from(i64::from(n)) - Rational::ONE;
    Some(next)
}

/// Generator g as its terms, one by one.
pub(super) fn definite(chart: &Chart, g: usize) -> Chart {
    let mut next = chart.clone();
    let removed = next.generators.remove(g);
    let terms = removed
        .sorted_terms()
        .iter()
        .map(|t| Polynomial::from_sorted(chart.ring().clone(), vec![t.clone()]));
    next.generators.extend(terms);
    next
}

/// A link and the chart that it leads to.
pub(super) type Change = (Link, Chart);

/// What a chart has in common with the next one, in the words of the first.
#[derive(Debug, Clone)]
pub(super) enum Link {
    /// Other generators of the same ideal.
    Ideal(Rewriting),
    /// A polynomial in the place of a coordinate.
    Coordinate {
        /// The coordinate.
        index: usize,
        /// The polynomial, as it is stated.
        polynomial: String,
        /// Whether the old coordinate is solved for, or becomes a function.
        form: Form,
        /// Why the polynomial may be a coordinate.
        evidence: Option<Evidence>,
    },
    /// The terms of a generator that has one sign, one by one.
    Definite {
        /// The generator.
        generator: usize,
    },
    /// A power in the place of a coordinate.
    Fold {
        /// The coordinate.
        index: usize,
        /// The power.
        power: u32,
    },
}

/// The change from generators g to generators f, modulo the relations r.
#[derive(Debug, Clone)]
pub(super) struct Rewriting {
    /// For each f, a combination of the g.
    pub(super) forward: Vec<Combination>,
    /// For each g, a combination of the f.
    pub(super) back: Vec<Combination>,
}

/// unit·p = Σ a·q over some of the other generators q, + Σ c·r over some of the relations r.
#[derive(Debug, Clone)]
pub(super) struct Combination {
    /// The unit, with the evidence that it has no zero on the centre; 1 if there is none.
    pub(super) unit: Option<(Polynomial, Evidence)>,
    /// The numbers of the q, and the a.
    pub(super) generators: Vec<(usize, Polynomial)>,
    /// The numbers of the r, and the c.
    pub(super) relations: Vec<(usize, Polynomial)>,
}

/// A rule that is whole as soon as the step of its one child is known. All else is written down
/// already: polynomials take more memory than their texts, and charts may wait for long.
pub(super) type Waiting = Box<dyn FnOnce(Child) -> Rule>;

impl Link {
    /// The rule of the link, with the rows that state a change of generators.
    pub(super) fn waiting(self, rows: impl FnOnce(&Rewriting) -> (Vec<Row>, Vec<Row>)) -> Waiting {
        match self {
            Self::Ideal(rewriting) => {
                let (forward, back) = rows(&rewriting);
                Box::new(|child| Rule::Ideal {
                    forward,
                    back,
                    children: vec![child],
                })
            }
            Self::Coordinate {
                index,
                polynomial,
                form,
                evidence,
            } => Box::new(move |child| Rule::Coordinate {
                index,
                polynomial,
                form,
                evidence,
                children: vec![child],
            }),
            Self::Definite { generator } => Box::new(move |child| Rule::Definite {
                generator,
                children: vec![child],
            }),
            Self::Fold { index, power } => Box::new(move |child| Rule::Fold {
                index,
                power,
                children: vec![child],
            }),
        }
    }
}

impl Combination {
    /// The combination as a certificate states it in the names of a chart. `generators` gives, for
    /// the number of a generator, the number and the multiple by which it is stated, if it is
    /// stated at all; everything is multiplied by `factor` besides.
    pub(super) fn stated(
        &self,
        chart: &Chart,
        factor: &Rational,
        generators: impl Fn(usize) -> Option<(usize, Rational)>,
    ) -> Row {
        let combination = self.generators.iter().filter_map(|(i, a)| {
            let (place, multiple) = generators(*i)?;
            Some((place, multiple_of(chart, a, &(&multiple * factor))))
        });
        let relations = self.relations.iter();
        Row {
            unit: self.unit.as_ref().map(|(unit, _)| chart.show(unit)),
            evidence: self.unit.as_ref().map(|(_, evidence)| evidence.clone()),
            combination: combination.collect(),
            relations: relations
                .map(|(l, c)| (*l, multiple_of(chart, c, factor)))
                .collect(),
        }
    }
}

/// A multiple of a polynomial. The number stands before the polynomial, not in its coefficients: so
/// one sees in a certificate what comes from the order and the scale of the generators alone.
fn multiple_of(chart: &Chart, p: &Polynomial, factor: &Rational) -> String {
    let shown = chart.show(p);
    match factor.is_one() {
        true => shown,
        false => format!("({factor})*({shown})"),
    }
}
