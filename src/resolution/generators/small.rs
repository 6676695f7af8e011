//! Functions that vanish on the centre and are solved for by their relation.

use super::super::chart::{Chart, plain};
use super::super::nonvanishing::nonvanishing;
use crate::algebra::{Monomial, Polynomial, watched};

/// Terms that a generator may grow to.
pub(in super::super) const MOST_TERMS: usize = 2_000;

/// A function y that vanishes on the centre, with its relation A·y + B.
pub(in super::super) struct Small {
    /// The number of the relation.
    pub(in super::super) relation: usize,
    /// The variable.
    pub(in super::super) variable: usize,
    /// A.
    pub(in super::super) slope: Polynomial,
    /// B.
    pub(in super::super) rest: Polynomial,
}

pub(in super::super) fn small_functions(chart: &Chart) -> Vec<Small> {
    let vanishes = |v: usize| chart.zeros.iter().any(|z| plain(z) == Some(v));
    let functions = chart.functions.iter().enumerate();
    functions
        .filter_map(|(relation, f)| {
            let variable = chart.dimension() + relation;
            if !vanishes(variable) {
                return None;
            }
            let [rest, slope] = divided(&f.relation, variable);
            nonvanishing(chart, &slope)?;
            Some(Small {
                relation,
                variable,
                slope,
                rest,
            })
        })
        .collect()
}

impl Small {
    /// A·(p₀ + y·p₁) = A·p₀ − B·p₁ modulo the relation, p₀ free of y: (A, A·p₀ − B·p₁).
    pub(in super::super) fn put_into(&self, p: &Polynomial) -> Option<(Polynomial, Polynomial)> {
        if p.degree_in(self.variable) == 0 {
            return None;
        }
        let [without, with] = divided(p, self.variable);
        let limits = watched().with_terms(MOST_TERMS);
        let kept = without.checked_mul(&self.slope, &limits).ok()?;
        let replaced = with.checked_mul(&self.rest, &limits).ok()?;
        Some((self.slope.clone(), &kept - &replaced))
    }
}

/// The numbers of the functions that are small in the sense above: their powers are not rewritten
/// by lower ones.
pub(super) fn small_relations(chart: &Chart) -> Vec<usize> {
    small_functions(chart).iter().map(|s| s.relation).collect()
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
