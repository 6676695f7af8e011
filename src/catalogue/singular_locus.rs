//! How far the zero set of an instance is singular.

use super::Written;
use crate::Budget;
use crate::algebra::{GroebnerBasis, Monomial, Polynomial, Rational, SizeLimits, Variables, rank};
use crate::closed_form::Family;
use crate::resolution::GermText;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Where the zero set is smooth.
const SMOOTH: i64 = -1;
/// The most components of a monomial ideal that are compared, and the most variables and terms of
/// an equation whose derivatives are taken: the catalogue is made anew by whoever asks for it.
const MOST_COMPONENTS: usize = 200;
const MOST_VARIABLES: usize = 4;
const MOST_TERMS: usize = 12;
/// For the basis of an equation and its derivatives, in units of the budget.
const STEPS: u64 = 200_000;

/// The dimension of the singular locus at the point of the zero set in ℂ^d, −1 where it is smooth;
/// `None` where none of the cases applies.
pub(super) fn dimension(
    family: Family,
    sizes: &Map<String, Value>,
    polynomials: Option<(&GermText, &Written)>,
) -> Option<i64> {
    let size = |name: &str| sizes.get(name).and_then(Value::as_i64);
    match family {
        // matrices of rank < t are singular where the rank is < t − 1 (Bruns and Vetter 1988,
        // theorem 2.6), of dimension (t − 2)(rows + columns − t + 2)
        Family::Minors => {
            let rank = size("size")? - 2;
            return Some(match rank {
                ..0 => SMOOTH,
                _ => rank * (size("rows")? + size("columns")? - rank),
            });
        }
        // symmetric ones the same, and of rank ≤ r there are r n − r(r − 1)/2 dimensions
        Family::SymmetricMinors => {
            let rank = size("size")? - 2;
            return Some(match rank {
                ..0 => SMOOTH,
                _ => rank * size("n")? - rank * (rank - 1) / 2,
            });
        }
        _ => {}
    }
    let (text, written) = polynomials?;
    let generators = at_origin(written)?;
    if generators.iter().all(|g| g.len() == 1) {
        return of_monomials(&generators, written.dimension());
    }
    if linear_rank(&generators) == generators.len() {
        return Some(SMOOTH);
    }
    match &generators[..] {
        [f] => of_equation(f, text),
        _ => None,
    }
}

/// The generators in coordinates at the point, where that is rational.
fn at_origin(written: &Written) -> Option<Vec<Polynomial>> {
    let ring = Variables::new(written.variables().iter().cloned()).ok()?;
    let point = written.point().iter().map(|x| x.parse().ok());
    let point: Vec<Rational> = point.collect::<Option<_>>()?;
    let generators = written.terms().iter().map(|terms| {
        let terms = terms.iter().map(|(e, c)| (Monomial::new(e), c.clone()));
        let p = Polynomial::from_terms(&ring, terms);
        p.translate(&point, &SizeLimits::default()).ok()
    });
    let generators: Vec<Polynomial> = generators.collect::<Option<_>>()?;
    Some(generators.into_iter().filter(|g| !g.is_zero()).collect())
}

/// The rank of the linear parts.
fn linear_rank(generators: &[Polynomial]) -> usize {
    let part = |g: &Polynomial| {
        let mut row = vec![Rational::ZERO; g.dimension()];
        for (e, c) in g.terms().filter(|(e, _)| e.iter().sum::<u32>() == 1) {
            if let Some(i) = e.iter().position(|&k| k == 1) {
                row[i] = c.clone();
            }
        }
        row
    };
    rank(&generators.iter().map(part).collect::<Vec<_>>())
}

/// Of monomials: the zero set is a union of coordinate subspaces, one for each smallest set of
/// variables that meets every monomial, and singular where two of them meet.
fn of_monomials(monomials: &[Polynomial], dimension: usize) -> Option<i64> {
    let support = |g: &Polynomial| -> BTreeSet<usize> {
        let terms = g.terms().flat_map(|(e, _)| e.iter().enumerate());
        terms.filter(|&(_, &k)| k > 0).map(|(i, _)| i).collect()
    };
    let supports: Vec<BTreeSet<usize>> = monomials.iter().map(support).collect();
    // sets that meet the supports so far, none within another
    let mut covers = vec![BTreeSet::new()];
    for support in &supports {
        let mut next: Vec<BTreeSet<usize>> = Vec::new();
        for cover in &covers {
            if !cover.is_disjoint(support) {
                next.push(cover.clone());
                continue;
            }
            next.extend(support.iter().map(|&i| {
                let mut more = cover.clone();
                more.insert(i);
                more
            }));
        }
        next.sort_by_key(BTreeSet::len);
        covers.clear();
        for cover in next {
            if !covers.iter().any(|smaller| smaller.is_subset(&cover)) {
                covers.push(cover);
            }
        }
        if covers.len() > MOST_COMPONENTS {
            return None;
        }
    }
    let pairs = (0..covers.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let meeting = pairs.map(|(i, j)| dimension - covers[i].union(&covers[j]).count());
    Some(meeting.max().map_or(SMOOTH, |dimension| dimension as i64))
}

/// Of one equation without repeated factors: f = 0 and all derivatives. The dimension is that at
/// the origin where weights move every zero there.
fn of_equation(f: &Polynomial, text: &GermText) -> Option<i64> {
    let d = f.dimension();
    if d > MOST_VARIABLES || f.len() > MOST_TERMS {
        return None;
    }
    let budget = Budget::default().with_steps(STEPS);
    text.germ().ok()?.homogeneous_weights(&budget).ok()??;
    let mut all = vec![f.clone()];
    all.extend((0..d).map(|i| f.derivative(i)));
    let basis = GroebnerBasis::of(&all, &budget).ok()?;
    match basis.dimension() {
        None => Some(SMOOTH),
        // as large as the zero set: a factor is there twice
        Some(found) if found + 1 >= d => None,
        Some(found) => Some(found as i64),
    }
}
