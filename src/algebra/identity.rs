//! Polynomials without common complex zero: Σ a_i p_i = 1 (Hilbert's Nullstellensatz), by linear
//! algebra in bounded degree.

use super::limits::watched;
use super::linear::pivots;
use super::{Factors, Monomial, Polynomial, Rational};
use crate::budget::look;
use rlct_algebra::modular::Field;
use std::collections::HashMap;

/// Unknown coefficients tried at once.
const MOST_UNKNOWNS: usize = 260;

/// Degrees above that of the polynomials.
const MOST_EXTRA: u32 = 4;

/// a_1, …, a_r with Σ a_i p_i = target, of small degree; `None` if none was found.
pub(crate) fn combination_to(
    polynomials: &[Polynomial],
    target: &Polynomial,
) -> Option<Vec<Polynomial>> {
    let n = target.dimension();
    let all = || polynomials.iter().chain([target]);
    let involved: Vec<usize> = (0..n)
        .filter(|&i| all().any(|p| p.degree_in(i) > 0))
        .collect();
    let least = u32::try_from(all().map(Polynomial::degree).max()?).ok()?;
    (least..=least.saturating_add(MOST_EXTRA))
        .find_map(|degree| within(polynomials, target, &involved, degree))
}

/// (a, b, r) with a·p + b·q = r, r ≠ 0 free of x_v: by pseudo-remainders with their cofactors.
/// `None` if p and q have a common factor with x_v, or numbers grow too large.
pub(crate) fn elimination(p: &Polynomial, q: &Polynomial, v: usize) -> Option<[Polynomial; 3]> {
    let limits = watched().with_terms(300).with_work(20_000);
    let one = Polynomial::constant(p.variables(), Rational::ONE);
    let zero = Polynomial::zero(p.variables());
    let mut high = [one.clone(), zero.clone(), p.clone()];
    let mut low = [zero, one, q.clone()];
    if high[2].degree_in(v) < low[2].degree_in(v) {
        std::mem::swap(&mut high, &mut low);
    }
    while low[2].degree_in(v) > 0 {
        let leading = low[2].leading_in(v)?;
        while !high[2].is_zero() && high[2].degree_in(v) >= low[2].degree_in(v) {
            let top = high[2].leading_in(v)?;
            let mut shift = vec![0; p.dimension()];
            shift[v] = high[2].degree_in(v) - low[2].degree_in(v);
            let shift =
                Polynomial::from_terms(p.variables(), [(Monomial::new(&shift), Rational::ONE)]);
            let common = top.gcd(&leading)?;
            let (up, down) = (
                leading.exact_quotient(&common)?,
                top.exact_quotient(&common)?,
            );
            let factor = down.checked_mul(&shift, &limits).ok()?;
            for (h, l) in high.iter_mut().zip(&low) {
                let (h0, l0) = (
                    h.checked_mul(&up, &limits).ok()?,
                    l.checked_mul(&factor, &limits).ok()?,
                );
                *h = &h0 - &l0;
            }
        }
        if high[2].is_zero() {
            return None;
        }
        std::mem::swap(&mut high, &mut low);
    }
    Some(low)
}

/// The same with all a_i p_i of at most a degree.
fn within(
    polynomials: &[Polynomial],
    target: &Polynomial,
    involved: &[usize],
    degree: u32,
) -> Option<Vec<Polynomial>> {
    let mut columns: Vec<(usize, Monomial)> = Vec::new();
    for (i, p) in polynomials.iter().enumerate().filter(|(_, p)| !p.is_zero()) {
        let room = degree.checked_sub(u32::try_from(p.degree()).ok()?)?;
        if count(involved.len(), room) > MOST_UNKNOWNS as u64 {
            return None;
        }
        for m in monomials(target.dimension(), involved, room) {
            columns.push((i, m));
            if columns.len() > MOST_UNKNOWNS {
                return None;
            }
        }
    }
    // one row a monomial of the products, the target last
    let mut place: HashMap<Monomial, usize> = HashMap::new();
    let width = columns.len() + 1;
    let mut rows: Vec<Vec<Rational>> = Vec::new();
    let mut add = |m: Monomial, column: usize, c: &Rational| {
        let row = *place.entry(m).or_insert_with(|| {
            rows.push(vec![Rational::ZERO; width]);
            rows.len() - 1
        });
        rows[row][column] += c;
    };
    for (column, (i, m)) in columns.iter().enumerate() {
        for (e, c) in polynomials[*i].sorted_terms() {
            add(e.checked_mul(m)?, column, c);
        }
    }
    for (e, c) in target.sorted_terms() {
        add(e.clone(), width - 1, c);
    }
    if !solvable_modulo_prime(&rows) {
        return None;
    }
    let solution = solve(rows)?;
    let mut found: Vec<Vec<(Monomial, Rational)>> = vec![Vec::new(); polynomials.len()];
    for ((i, m), c) in columns.into_iter().zip(solution) {
        found[i].push((m, c));
    }
    let polynomial = |terms| Polynomial::from_terms(target.variables(), terms);
    Some(found.into_iter().map(polynomial).collect())
}

/// How many monomials of at most a degree there are in n variables.
fn count(n: usize, degree: u32) -> u64 {
    // C(n + degree, n)
    (1..=n as u64).fold(1_u64, |count, k| {
        count.saturating_mul(u64::from(degree) + k) / k
    })
}

/// The monomials of at most a degree in some variables.
fn monomials(n: usize, involved: &[usize], degree: u32) -> Vec<Monomial> {
    let mut found = vec![vec![0_u32; n]];
    for &i in involved {
        let mut longer = Vec::new();
        for e in &found {
            for k in 0..=degree - e.iter().sum::<u32>() {
                let mut e = e.clone();
                e[i] = k;
                longer.push(e);
            }
        }
        found = longer;
    }
    found.iter().map(|e| Monomial::new(e)).collect()
}

/// Whether the equations have a solution modulo a prime: if not, they almost certainly have none.
fn solvable_modulo_prime(rows: &[Vec<Rational>]) -> bool {
    let field = Field::LARGEST;
    let images = |row: &Vec<Rational>| row.iter().map(|c| field.fraction(c)).collect();
    let Some(rows) = rows.iter().map(images).collect::<Option<Vec<Vec<u64>>>>() else {
        return true;
    };
    let unknowns = rows.first().map_or(0, |row| row.len() - 1);
    !pivots(field, rows).columns.contains(&unknowns)
}

/// A solution of the linear equations whose last column is the right-hand side, by elimination;
/// unknowns without pivot are 0.
fn solve(mut rows: Vec<Vec<Rational>>) -> Option<Vec<Rational>> {
    let unknowns = rows.first()?.len() - 1;
    let mut pivots: Vec<usize> = Vec::new();
    for column in 0..unknowns {
        look(rows.len() * unknowns / 8);
        let done = pivots.len();
        // short numbers first
        let Some(row) = (done..rows.len())
            .filter(|&r| !rows[r][column].is_zero())
            .min_by_key(|&r| rows[r].iter().map(Rational::bits).sum::<u64>())
        else {
            continue;
        };
        rows.swap(done, row);
        let inverse = rows[done][column].recip()?;
        for c in &mut rows[done] {
            *c *= &inverse;
        }
        let pivot = rows[done].clone();
        for (r, other) in rows.iter_mut().enumerate() {
            if r != done && !other[column].is_zero() {
                look(unknowns);
                let factor = other[column].clone();
                for (c, p) in other.iter_mut().zip(&pivot).filter(|(_, p)| !p.is_zero()) {
                    *c -= &factor * p;
                }
            }
        }
        pivots.push(column);
    }
    let solvable = rows[pivots.len()..].iter().all(|r| r[unknowns].is_zero());
    solvable.then(|| {
        let mut solution = vec![Rational::ZERO; unknowns];
        for (row, column) in rows.iter().zip(pivots) {
            solution[column] = row[unknowns].clone();
        }
        solution
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_holds() {
        let p = Polynomial::parse_all(["x^3 + y^3 + 2", "x^2", "y^2"]).unwrap();
        let one = Polynomial::constant(p[0].variables(), Rational::ONE);
        let a = combination_to(&p, &one).unwrap();
        let sum = a
            .iter()
            .zip(&p)
            .fold(Polynomial::zero(one.variables()), |sum, (a, p)| {
                &sum + &(a * p)
            });
        assert_eq!(sum, one);
        assert!(combination_to(&p[1..], &one).is_none());
    }

    #[test]
    fn a_variable_is_eliminated() {
        let p = Polynomial::parse_all(["a^2*b^2 - b^2 + 3*a*b + 3", "3*a^3*b + 7*a^2 + 6*a*b + 2"])
            .unwrap();
        for v in 0..2 {
            let [a, b, r] = elimination(&p[0], &p[1], v).unwrap();
            assert_eq!(&(&a * &p[0]) + &(&b * &p[1]), r);
            assert!(r.degree_in(v) == 0 && !r.is_zero());
        }
    }
}
