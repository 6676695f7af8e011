//! The state of the search: an ideal along the centre of a coordinate chart.

use crate::algebra::{Monomial, Polynomial, Rational, Variables, watched};
use crate::budget::look;
use crate::certificate::format::{self, CoordinateDomain, Extent, StatedChart};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

/// A coordinate of a chart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Coordinate {
    pub(super) domain: CoordinateDomain,
    pub(super) extent: Extent,
    /// h > −1.
    pub(super) amplitude: Rational,
}

/// A function y of the coordinates, given by r(w, y) = 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Function {
    pub(super) relation: Polynomial,
    pub(super) between: Option<[Rational; 2]>,
}

/// An ideal in coordinates w and functions y of them, with amplitude |w|^h and a domain, along its
/// centre Z: the real points at which the local coordinates and the `zeros` are 0, the `units` are
/// not, and the `positive` polynomials are positive. `proofs/FORMAT.md` has the details.
///
/// All polynomials live in one ring: the coordinates, then the functions. Names are for the reader
/// only; charts that differ in names alone are equal.
#[derive(Debug, Clone)]
pub(super) struct Chart {
    pub(super) names: Vec<String>,
    pub(super) coordinates: Vec<Coordinate>,
    pub(super) functions: Vec<Function>,
    pub(super) zeros: Vec<Polynomial>,
    pub(super) units: Vec<Polynomial>,
    pub(super) positive: Vec<Polynomial>,
    pub(super) generators: Vec<Polynomial>,
}

impl PartialEq for Chart {
    fn eq(&self, other: &Self) -> bool {
        self.coordinates == other.coordinates
            && self.functions == other.functions
            && self.zeros == other.zeros
            && self.units == other.units
            && self.positive == other.positive
            && self.generators == other.generators
    }
}

impl Eq for Chart {}

impl Hash for Chart {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.coordinates.hash(state);
        self.functions.hash(state);
        self.zeros.hash(state);
        self.units.hash(state);
        self.positive.hash(state);
        self.generators.hash(state);
    }
}

/// More variables than this have no ring of their own; germs have fewer.
const MOST_VARIABLES: usize = 256;

static RINGS: LazyLock<Vec<Variables>> = LazyLock::new(|| {
    (0..=MOST_VARIABLES)
        .map(|n| Variables::from_trusted((1..=n).map(|i| format!("w{i}")).collect()))
        .collect()
});

/// The ring that all charts with n coordinates and functions share.
pub(super) fn ring(n: usize) -> &'static Variables {
    &RINGS[n.min(MOST_VARIABLES)]
}

/// p = c·v for a variable v: its number.
pub(super) fn plain(p: &Polynomial) -> Option<usize> {
    let [(monomial, _)] = p.sorted_terms() else {
        return None;
    };
    (monomial.degree() == 1)
        .then(|| monomial.exponents().iter().position(|e| *e == 1))
        .flatten()
}

/// The one variable below n that a polynomial involves.
pub(super) fn only_variable(p: &Polynomial, n: usize) -> Option<usize> {
    let mut involved = (0..n).filter(|&i| p.degree_in(i) > 0);
    let first = involved.next()?;
    involved.next().is_none().then_some(first)
}

/// The polynomial with variable i replaced by number map[i]; those without number must not occur.
pub(super) fn renumbered(p: &Polynomial, map: &[Option<usize>], n: usize) -> Polynomial {
    let terms = p.terms().map(|(e, c)| {
        let mut exponents = vec![0; n];
        for (e, place) in e.iter().zip(map) {
            if let Some(place) = place {
                exponents[*place] += e;
            }
        }
        (Monomial::new(&exponents), c.clone())
    });
    Polynomial::from_terms(ring(n), terms)
}

/// The largest monomial that divides every polynomial, as exponents.
pub(super) fn content_monomial<'a>(
    polynomials: impl IntoIterator<Item = &'a Polynomial>,
    n: usize,
) -> Vec<u32> {
    let mut lowest = vec![u32::MAX; n];
    for (e, _) in polynomials.into_iter().flat_map(Polynomial::terms) {
        for (low, &e) in lowest.iter_mut().zip(e) {
            *low = e.min(*low);
        }
    }
    for low in &mut lowest {
        if *low == u32::MAX {
            *low = 0;
        }
    }
    lowest
}

/// p divided by a monomial that divides it.
pub(super) fn without_monomial(p: &Polynomial, exponents: &[u32]) -> Polynomial {
    let terms = p.terms().map(|(e, c)| {
        let rest: Vec<u32> = e.iter().zip(exponents).map(|(a, b)| a - b).collect();
        (Monomial::new(&rest), c.clone())
    });
    Polynomial::from_sorted(p.variables().clone(), terms.collect())
}

/// A generator as a polynomial in the local coordinates: coefficients along the centre by
/// exponents.
pub(super) type Layers = BTreeMap<Vec<u32>, Polynomial>;

pub(super) fn layers(chart: &Chart, g: &Polynomial, local: &[usize]) -> Layers {
    let mut terms: BTreeMap<Vec<u32>, Vec<_>> = BTreeMap::new();
    for (m, c) in g.sorted_terms() {
        let mut rest = m.exponents().to_vec();
        let exponents = local
            .iter()
            .map(|&i| std::mem::take(&mut rest[i]))
            .collect();
        let m = Monomial::new(&rest);
        terms.entry(exponents).or_default().push((m, c.clone()));
    }
    terms
        .into_iter()
        .map(|(e, terms)| {
            let p = Polynomial::from_terms(g.variables(), terms);
            (e, chart.restricted(&p))
        })
        .filter(|(_, p)| !p.is_zero())
        .collect()
}

impl Chart {
    /// d, the number of coordinates.
    pub(super) fn dimension(&self) -> usize {
        self.coordinates.len()
    }

    /// All polynomials of the chart.
    pub(super) fn polynomials(&self) -> impl Iterator<Item = &Polynomial> {
        let relations = self.functions.iter().map(|f| &f.relation);
        let conditions = self.zeros.iter().chain(&self.units).chain(&self.positive);
        relations.chain(conditions).chain(&self.generators)
    }

    /// The number of coordinates and functions.
    pub(super) fn variables(&self) -> usize {
        self.coordinates.len() + self.functions.len()
    }

    pub(super) fn ring(&self) -> &'static Variables {
        ring(self.variables())
    }

    pub(super) fn variable(&self, i: usize) -> Polynomial {
        Polynomial::variable(self.ring(), i)
    }

    pub(super) fn constant(&self, c: i64) -> Polynomial {
        Polynomial::constant(self.ring(), Rational::from(c))
    }

    pub(super) fn monomial(&self, exponents: &[u32]) -> Polynomial {
        let mut full = exponents.to_vec();
        full.resize(self.variables(), 0);
        Polynomial::from_terms(self.ring(), [(Monomial::new(&full), Rational::ONE)])
    }

    /// The monomial with these exponents in some of the coordinates.
    pub(super) fn monomial_in(&self, coordinates: &[usize], exponents: &[u32]) -> Polynomial {
        let mut full = vec![0; self.dimension()];
        for (&i, &e) in coordinates.iter().zip(exponents) {
            full[i] = e;
        }
        self.monomial(&full)
    }

    /// The local coordinates.
    pub(super) fn local(&self) -> Vec<usize> {
        (0..self.dimension())
            .filter(|&i| self.is_local(i))
            .collect()
    }

    pub(super) fn is_local(&self, i: usize) -> bool {
        self.coordinates
            .get(i)
            .is_some_and(|c| c.extent == Extent::Local)
    }

    /// τ_i = h_i + 1.
    pub(super) fn tau(&self, i: usize) -> Rational {
        &self.coordinates[i].amplitude + Rational::ONE
    }

    /// Whether a variable alone is one of the units.
    pub(super) fn is_unit_variable(&self, i: usize) -> bool {
        self.units
            .iter()
            .chain(&self.positive)
            .any(|u| plain(u) == Some(i))
    }

    pub(super) fn is_positive_variable(&self, i: usize) -> bool {
        let positive = |u: &Polynomial| plain(u) == Some(i) && u.sorted_terms()[0].1.is_positive();
        self.positive.iter().any(positive)
    }

    /// The coordinates that are not units.
    pub(super) fn non_units(&self) -> Vec<usize> {
        (0..self.dimension())
            .filter(|&i| !self.is_unit_variable(i))
            .collect()
    }

    /// p with 0 put for the local coordinates.
    pub(super) fn at_centre(&self, p: &Polynomial) -> Polynomial {
        let stays = |e: &[u32]| {
            !e.iter()
                .enumerate()
                .any(|(i, e)| *e > 0 && self.is_local(i))
        };
        let terms = p
            .sorted_terms()
            .iter()
            .filter(|(m, _)| stays(m.exponents()));
        Polynomial::from_sorted(p.variables().clone(), terms.cloned().collect())
    }

    /// p̄: 0 put for the local coordinates and the variables that are alone among the zeros.
    pub(super) fn restricted(&self, p: &Polynomial) -> Polynomial {
        look(p.len());
        let vanishing: Vec<usize> = self.zeros.iter().filter_map(plain).collect();
        let stays = |e: &[u32]| {
            !e.iter()
                .enumerate()
                .any(|(i, e)| *e > 0 && (self.is_local(i) || vanishing.contains(&i)))
        };
        let terms = p
            .sorted_terms()
            .iter()
            .filter(|(m, _)| stays(m.exponents()));
        Polynomial::from_sorted(p.variables().clone(), terms.cloned().collect())
    }

    /// Whether p is 0 on the centre already by the local coordinates and one of the relations.
    pub(super) fn vanishes_by_relation(&self, p: &Polynomial) -> bool {
        let p = self.restricted(p);
        let relations = self.functions.iter().map(|f| self.restricted(&f.relation));
        p.is_zero()
            || relations
                .into_iter()
                .any(|r| !r.is_zero() && p.exact_quotient(&r).is_some())
    }

    /// Whether all relations are, on the centre, stationary in a coordinate.
    pub(super) fn functions_ignore(&self, i: usize) -> bool {
        self.functions
            .iter()
            .all(|f| self.restricted(&f.relation.derivative(i)).is_zero())
    }

    /// What must not be 0 for p to become a coordinate in the place of w_i: ∂p/∂w_i, or the
    /// determinant of ∂(r_1, …, r_k, p)/∂(y_1, …, y_k, w_i) if functions in p depend on w_i. `None`
    /// if that is too large.
    pub(super) fn slope(&self, i: usize, p: &Polynomial) -> Option<Polynomial> {
        const MOST_FUNCTIONS: usize = 3;
        if !self.involves_function(p) || self.functions_ignore(i) {
            return Some(p.derivative(i));
        }
        if self.functions.len() > MOST_FUNCTIONS {
            return None;
        }
        let variables: Vec<usize> = (self.dimension()..self.variables()).chain([i]).collect();
        let rows = self.functions.iter().map(|f| &f.relation).chain([p]);
        let rows: Vec<Vec<Polynomial>> = rows
            .map(|r| variables.iter().map(|&v| r.derivative(v)).collect())
            .collect();
        self.determinant(&rows)
    }

    /// By the first column.
    pub(super) fn determinant(&self, rows: &[Vec<Polynomial>]) -> Option<Polynomial> {
        let limits = watched().with_terms(500).with_work(20_000);
        let mut sum = self.constant(i64::from(rows.is_empty()));
        for (i, row) in rows.iter().enumerate().filter(|(_, row)| !row[0].is_zero()) {
            let others = rows.iter().enumerate().filter(|(j, _)| *j != i);
            let minor: Vec<Vec<Polynomial>> = others.map(|(_, row)| row[1..].to_vec()).collect();
            let product = row[0]
                .checked_mul(&self.determinant(&minor)?, &limits)
                .ok()?;
            sum = if i % 2 == 0 {
                &sum + &product
            } else {
                &sum - &product
            };
        }
        Some(sum)
    }

    /// Whether p may become a coordinate in the place of w_i as far as domain and amplitude go.
    pub(super) fn is_replaceable(&self, i: usize) -> bool {
        let Some(c) = self.coordinates.get(i) else {
            return false;
        };
        (c.domain == CoordinateDomain::Line && c.amplitude.is_zero()) || self.is_unit_variable(i)
    }

    /// Whether a polynomial involves a function.
    pub(super) fn involves_function(&self, p: &Polynomial) -> bool {
        (self.dimension()..self.variables()).any(|i| p.degree_in(i) > 0)
    }

    /// The sign that all terms of p have on the centre, if they have one.
    pub(super) fn definite_sign(&self, p: &Polynomial) -> Option<i8> {
        let is_even = |i: usize, e: u32| {
            e.is_multiple_of(2)
                || self
                    .coordinates
                    .get(i)
                    .is_some_and(|c| c.domain == CoordinateDomain::HalfLine)
                || self.is_positive_variable(i)
        };
        let sign = p.terms().next()?.1.signum();
        p.terms()
            .all(|(e, c)| c.signum() == sign && e.iter().enumerate().all(|(i, e)| is_even(i, *e)))
            .then_some(sign)
    }

    /// The chart with every polynomial changed; `None` if one is too large.
    pub(super) fn mapped(
        &self,
        change: impl Fn(&Polynomial) -> Option<Polynomial>,
    ) -> Option<Self> {
        let all = |list: &[Polynomial]| list.iter().map(&change).collect::<Option<Vec<_>>>();
        let functions = self.functions.iter().map(|f| {
            Some(Function {
                relation: change(&f.relation)?,
                between: f.between.clone(),
            })
        });
        Some(Self {
            names: self.names.clone(),
            coordinates: self.coordinates.clone(),
            functions: functions.collect::<Option<_>>()?,
            zeros: all(&self.zeros)?,
            units: all(&self.units)?,
            positive: all(&self.positive)?,
            generators: all(&self.generators)?,
        })
    }

    /// The chart in some of its coordinates and functions; polynomials with others must have been
    /// left out.
    pub(super) fn renumbered(&self, coordinates: &[usize], functions: &[usize]) -> Self {
        let d = self.dimension();
        let n = coordinates.len() + functions.len();
        let chosen = coordinates
            .iter()
            .copied()
            .chain(functions.iter().map(|f| d + f));
        let mut map = vec![None; self.variables()];
        for (new, old) in chosen.clone().enumerate() {
            map[old] = Some(new);
        }
        let all = |list: &[Polynomial]| list.iter().map(|p| renumbered(p, &map, n)).collect();
        let function = |&f: &usize| Function {
            relation: renumbered(&self.functions[f].relation, &map, n),
            between: self.functions[f].between.clone(),
        };
        Self {
            names: chosen.map(|i| self.names[i].clone()).collect(),
            coordinates: coordinates
                .iter()
                .map(|&i| self.coordinates[i].clone())
                .collect(),
            functions: functions.iter().map(function).collect(),
            zeros: all(&self.zeros),
            units: all(&self.units),
            positive: all(&self.positive),
            generators: all(&self.generators),
        }
    }

    /// A name that no variable has.
    pub(super) fn fresh_name(&self, base: &str) -> String {
        let taken = |name: &String| self.names.contains(name);
        let numbered = (1..).map(|i| format!("{base}{i}"));
        numbered
            .into_iter()
            .find(|name| !taken(name))
            .unwrap_or_default()
    }

    /// A polynomial in the chart's own names.
    pub(super) fn show(&self, p: &Polynomial) -> String {
        let ring = Variables::from_trusted(self.names.clone());
        Polynomial::from_sorted(ring, p.sorted_terms().to_vec()).to_string()
    }

    /// The chart as a certificate states it.
    pub(super) fn stated(&self) -> StatedChart {
        let all = |list: &[Polynomial]| list.iter().map(|p| self.show(p)).collect();
        StatedChart {
            coordinates: self
                .coordinates
                .iter()
                .zip(&self.names)
                .map(|(c, name)| format::Coordinate {
                    name: name.clone(),
                    domain: c.domain,
                    extent: c.extent,
                    amplitude: c.amplitude.clone(),
                })
                .collect(),
            functions: self
                .functions
                .iter()
                .zip(&self.names[self.dimension()..])
                .map(|(f, name)| format::Function {
                    name: name.clone(),
                    relation: self.show(&f.relation),
                    between: f.between.clone(),
                })
                .collect(),
            zeros: all(&self.zeros),
            units: all(&self.units),
            positive: all(&self.positive),
            generators: all(&self.generators),
        }
    }
}

/// Charts for tests.
#[cfg(test)]
pub(super) mod samples {
    use super::*;

    /// An ideal at the origin of so many lines.
    pub(in super::super) fn at_origin(dimension: usize, generators: &[&str]) -> Chart {
        let line = Coordinate {
            domain: CoordinateDomain::Line,
            extent: Extent::Local,
            amplitude: Rational::ZERO,
        };
        let parse = |text: &&str| Polynomial::parse_in(text, ring(dimension)).unwrap();
        Chart {
            names: (1..=dimension).map(|i| format!("w{i}")).collect(),
            coordinates: vec![line; dimension],
            functions: Vec::new(),
            zeros: Vec::new(),
            units: Vec::new(),
            positive: Vec::new(),
            generators: generators.iter().map(parse).collect(),
        }
    }
}
