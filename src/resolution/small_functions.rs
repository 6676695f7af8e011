//! Functions that vanish on the centre, solved for to lowest order.

use super::chart::{Chart, plain};
use super::evidence::nonvanishing;
use crate::algebra::{Monomial, Polynomial, SizeLimits};

/// Functions whose relations need each other, solved together.
const MOST_COUPLED: usize = 4;

fn limits() -> SizeLimits {
    SizeLimits::default().with_terms(2_000).with_work(500_000)
}

/// A function y that vanishes on the centre, with A·y + B = Σ a_l·r_l.
pub(super) struct Small {
    /// The variable.
    pub(super) variable: usize,
    /// A.
    pub(super) slope: Polynomial,
    /// B.
    pub(super) rest: Polynomial,
    /// The numbers l of relations, and the factors a_l.
    pub(super) factors: Vec<(usize, Polynomial)>,
}

/// The numbers of the functions that vanish on the centre because their names are among the zeros.
fn vanishing_functions(chart: &Chart) -> Vec<usize> {
    let vanishes = |v: usize| chart.zeros.iter().any(|z| plain(z) == Some(v));
    (0..chart.functions.len())
        .filter(|l| vanishes(chart.dimension() + l))
        .collect()
}

/// How terms with small functions are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// All terms, by whole relations.
    Whole,
    /// Terms of low order; coupled relations are solved together.
    ByOrder,
}

pub(super) fn small_functions(chart: &Chart, way: Way) -> Vec<Small> {
    let vanishing = vanishing_functions(chart);
    if way == Way::Whole {
        let own = vanishing.iter().filter_map(|&l| by_itself(chart, l, way));
        return own.collect();
    }
    let own = vanishing.iter().filter_map(|&l| by_itself(chart, l, way));
    let linear = LinearParts::of(chart, &vanishing);
    own.map(|small| match linear.coupled(&small) {
        Some(group) => linear.solved(chart, &group, &small),
        None => Some(small),
    })
    .collect::<Option<Vec<_>>>()
    .unwrap_or_else(|| {
        let own = vanishing.iter().filter_map(|&l| by_itself(chart, l, way));
        own.collect()
    })
}

/// Relation l as A·y + B, y its own function. A is the whole coefficient where the relation has degree 1 in y: then y can be
/// eliminated. Otherwise it is the coefficient's part without local coordinates: less of what is not hidden is multiplied, and
/// every term of B that needs no other function brings a local coordinate.
fn by_itself(chart: &Chart, l: usize, way: Way) -> Option<Small> {
    let relation = &chart.functions[l].relation;
    let variable = chart.dimension() + l;
    let [_, with] = divided(relation, variable);
    let vanishing = vanishing_functions(chart);
    let free = vanishing
        .iter()
        .all(|k| with.degree_in(chart.dimension() + k) == 0);
    let slope = if free || way == Way::Whole {
        with
    } else {
        chart.at_centre(&with)
    };
    nonvanishing(chart, &slope)?;
    let small = Small {
        rest: relation - &(&slope * &chart.variable(variable)),
        variable,
        slope,
        factors: vec![(l, chart.constant(1))],
    };
    Some(small.scaled())
}

impl Small {
    /// With A = 1 where A is constant.
    fn scaled(self) -> Self {
        let Some(inverse) = self.slope.as_constant().and_then(|a| a.recip()) else {
            return self;
        };
        let factors = self.factors.iter();
        Self {
            variable: self.variable,
            slope: self.slope.scale(&inverse),
            rest: self.rest.scale(&inverse),
            factors: factors.map(|(l, a)| (*l, a.scale(&inverse))).collect(),
        }
    }
}

/// The matrix M of the linear parts of relations in the functions that vanish, on the centre.
struct LinearParts {
    functions: Vec<usize>,
    entries: Vec<Vec<Polynomial>>,
}

impl LinearParts {
    fn of(chart: &Chart, vanishing: &[usize]) -> Self {
        let entry = |l: usize, k: usize| {
            let [_, with] = divided(&chart.functions[l].relation, chart.dimension() + k);
            chart.restricted(&with)
        };
        let row = |&l: &usize| vanishing.iter().map(|&k| entry(l, k)).collect();
        Self {
            functions: vanishing.to_vec(),
            entries: vanishing.iter().map(row).collect(),
        }
    }

    /// The places that relation `from` needs, directly or through others.
    fn needed(&self, from: usize) -> Vec<bool> {
        let mut seen = vec![false; self.functions.len()];
        let mut open = vec![from];
        while let Some(place) = open.pop() {
            for (k, entry) in self.entries[place].iter().enumerate() {
                if k != place && !seen[k] && !entry.is_zero() {
                    seen[k] = true;
                    open.push(k);
                }
            }
        }
        seen
    }

    /// The places of the relations that need each other, this one among them; `None` if it needs none that needs it.
    fn coupled(&self, small: &Small) -> Option<Vec<usize>> {
        let own = small.factors.first().map(|(l, _)| *l)?;
        let own = self.functions.iter().position(|l| *l == own)?;
        let needed = self.needed(own);
        let group: Vec<usize> = (0..self.functions.len())
            .filter(|&k| k == own || (needed[k] && self.needed(k)[own]))
            .collect();
        (group.len() > 1).then_some(group)
    }

    /// det·y + B = Σ adj_l·r_l over the group.
    fn solved(&self, chart: &Chart, group: &[usize], small: &Small) -> Option<Small> {
        if group.len() > MOST_COUPLED {
            return None;
        }
        let rows: Vec<Vec<Polynomial>> = group
            .iter()
            .map(|&l| group.iter().map(|&k| self.entries[l][k].clone()).collect())
            .collect();
        let own = small.factors.first().map(|(l, _)| *l)?;
        let column = group.iter().position(|&k| self.functions[k] == own)?;
        let mut factors = Vec::new();
        let mut total = Polynomial::zero(chart.ring());
        for (row, &place) in group.iter().enumerate() {
            // the cofactor of entry (row, column)
            let others = rows.iter().enumerate().filter(|(i, _)| *i != row);
            let minor: Vec<Vec<Polynomial>> = others
                .map(|(_, r)| {
                    let entries = r.iter().enumerate().filter(|(j, _)| *j != column);
                    entries.map(|(_, p)| p.clone()).collect()
                })
                .collect();
            let minor = chart.determinant(&minor)?;
            let factor = if (row + column).is_multiple_of(2) {
                minor
            } else {
                -&minor
            };
            if factor.is_zero() {
                continue;
            }
            let l = self.functions[place];
            let product = factor.checked_mul(&chart.functions[l].relation, &limits());
            total = &total + &product.ok()?;
            factors.push((l, factor));
        }
        // det, and what else y is multiplied by without local coordinates
        let [_, with] = divided(&total, small.variable);
        let slope = chart.at_centre(&with);
        nonvanishing(chart, &slope)?;
        let solved = Small {
            rest: &total - &(&slope * &chart.variable(small.variable)),
            variable: small.variable,
            slope,
            factors,
        };
        Some(solved.scaled())
    }
}

/// The numbers of the functions that are small in the sense above: their powers are not rewritten by lower ones.
pub(super) fn small_relations(chart: &Chart) -> Vec<usize> {
    let own = vanishing_functions(chart).into_iter();
    own.filter(|&l| by_itself(chart, l, Way::Whole).is_some())
        .collect()
}

/// p₀ and p₁ of p = p₀ + x_v·p₁, p₀ free of x_v.
fn divided(p: &Polynomial, v: usize) -> [Polynomial; 2] {
    let part = |with: bool| {
        let terms = p.terms().filter(|(e, _)| (e[v] > 0) == with);
        let terms = terms.map(|(e, c)| {
            let mut e = e.to_vec();
            e[v] = e[v].saturating_sub(1);
            (Monomial::new(&e), c.clone())
        });
        Polynomial::from_terms(p.variables(), terms)
    };
    [part(false), part(true)]
}
