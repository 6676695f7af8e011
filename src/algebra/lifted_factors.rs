//! Factors over ℚ of polynomials in several variables.
//!
//! Kronecker's substitution makes all variables but one, x, powers of a single y, from whose
//! exponents theirs can be read. Modulo one large prime the polynomial is factored at y = c, the
//! factors are lifted to power series in t = y − c (Hensel), and products of them are put together:
//! those that belong to a factor over ℚ are, times the leading coefficient, polynomials in t
//! (Musser 1975, *Multivariate polynomial factorization*; von zur Gathen, Gerhard, *Modern Computer
//! Algebra*, §15). A division over ℚ proves each.

use super::gcd::content_in;
use super::limits::wide;
use super::recombination::recombined;
use super::univariate_factors::{is_square_free, modular_factors};
use super::{Monomial, Polynomial, Rational};
use crate::budget::{look, time_is_up};
use rlct_algebra::dense::{Dense, difference, divided, product, translated, trim};
use rlct_algebra::modular::Field;
use std::cell::Cell;

/// Coefficients that an image has; larger polynomials stay as they are.
const MOST_SIZE: usize = 3_000;

/// The highest degree in x.
const MOST_DEGREE: u32 = 24;

/// Factors at y = c.
const MOST_FACTORS: usize = 10;

/// Work in putting factors together: products of coefficients.
const MOST_WORK: usize = 100_000_000;

/// Orders in t beyond the degree: there the products that count are 0.
const MORE: usize = 2;

/// Values c that are tried.
const VALUES: [u64; 4] = [1_000_003, 7_368_787, 15_485_867, 32_452_867];

/// A power series in t with polynomials in x as coefficients, cut off.
type Series = Vec<Dense>;

/// Factors of a square-free polynomial in two or more variables without contents: irreducible ones
/// over ℚ unless it is large. Their product is the polynomial up to a constant in any case.
pub(super) fn factors_by_lifting(p: &Polynomial) -> Vec<Polynomial> {
    let whole = || vec![p.primitive_part()];
    let Some(image) = Image::of(p) else {
        return whole();
    };
    image.factors(Field::LARGEST, p).unwrap_or_else(whole)
}

/// Kronecker's substitution for one polynomial.
struct Image {
    /// x.
    main: usize,
    /// The other variables, with the powers of y that they become and their degrees.
    others: Vec<(usize, usize, usize)>,
    /// The degree in y.
    degree: usize,
}

impl Image {
    /// For a polynomial that may have factors, and is not too large.
    fn of(p: &Polynomial) -> Option<Self> {
        let mut involved: Vec<usize> = (0..p.dimension()).filter(|&i| p.degree_in(i) > 0).collect();
        involved.sort_by_key(|&i| (p.degree_in(i), i));
        let (&main, rest) = involved.split_first()?;
        // of degree 1, and without content
        if !(2..=MOST_DEGREE).contains(&p.degree_in(main)) {
            return None;
        }
        let mut others = Vec::new();
        let mut weight = 1_usize;
        for &i in rest {
            let degree = p.degree_in(i) as usize;
            others.push((i, weight, degree));
            weight = weight.checked_mul(degree + 1)?;
            if weight > MOST_SIZE {
                return None;
            }
        }
        let mut image = Self {
            main,
            others,
            degree: 0,
        };
        let powers = p.terms().map(|(e, _)| image.power(e));
        image.degree = powers.max()?;
        let size = (image.degree + 1 + MORE) * p.degree_in(main) as usize;
        (size <= MOST_SIZE).then_some(image)
    }

    fn power(&self, e: &[u32]) -> usize {
        let others = self.others.iter();
        others.map(|(i, weight, _)| e[*i] as usize * weight).sum()
    }

    fn factors(&self, field: Field, p: &Polynomial) -> Option<Vec<Polynomial>> {
        let p = p.primitive_part();
        VALUES.into_iter().find_map(|c| {
            let orders = self.degree + 1 + MORE;
            let leading = self.leading(field, &p, c, orders)?;
            let series = self.monic_series(field, &p, c, &leading)?;
            let start = series.first()?.clone();
            if !is_square_free(field, &start) {
                return None;
            }
            let factors = modular_factors(field, start);
            if !(2..=MOST_FACTORS).contains(&factors.len()) {
                return Some(vec![p.clone()]);
            }
            let lifted = lifted(field, series, &factors)?;
            Some(self.put_together(field, p.clone(), c, &leading, lifted))
        })
    }

    /// The coefficients of the powers of x, as polynomials in t = y − c.
    fn coefficients(&self, field: Field, p: &Polynomial, c: u64) -> Vec<Dense> {
        let degree = p.degree_in(self.main) as usize;
        let mut rows = vec![vec![0; self.degree + 1]; degree + 1];
        for (e, value) in p.terms() {
            let entry = &mut rows[e[self.main] as usize][self.power(e)];
            *entry = field.plus(*entry, field.residue(&value.numerator()));
        }
        let rows = rows.into_iter();
        rows.map(|row| translated(field, row, c)).collect()
    }

    /// The leading coefficient to so many orders, not 0 at t = 0.
    fn leading(&self, field: Field, p: &Polynomial, c: u64, orders: usize) -> Option<Dense> {
        let mut leading = self.coefficients(field, p, c).pop()?;
        leading.resize(orders, 0);
        (leading.first() != Some(&0)).then_some(leading)
    }

    /// p divided by its leading coefficient.
    fn monic_series(
        &self,
        field: Field,
        p: &Polynomial,
        c: u64,
        leading: &[u64],
    ) -> Option<Series> {
        let orders = leading.len();
        let inverse = inverse_series(field, leading);
        let mut series = vec![vec![0; p.degree_in(self.main) as usize + 1]; orders];
        for (i, row) in self.coefficients(field, p, c).iter().enumerate() {
            for (k, c) in times_cut(field, row, &inverse, orders)
                .into_iter()
                .enumerate()
            {
                series[k][i] = c;
            }
        }
        series.iter_mut().for_each(trim);
        (!time_is_up()).then_some(series)
    }

    /// The factors over ℚ: products of lifted ones.
    fn put_together(
        &self,
        field: Field,
        p: Polynomial,
        c: u64,
        leading: &[u64],
        lifted: Vec<Series>,
    ) -> Vec<Polynomial> {
        let work = Cell::new(0);
        let divide = |p: &Polynomial, chosen: &[&Series]| {
            let candidate = self.candidate(field, p, c, leading, chosen, &work)?;
            let quotient = p.quotient_within(&candidate, &wide())?;
            Some((quotient.primitive_part(), candidate))
        };
        recombined(p, lifted, divide, || work.get() > MOST_WORK || time_is_up())
    }

    /// What a product of lifted factors stands for, if it is a polynomial.
    fn candidate(
        &self,
        field: Field,
        p: &Polynomial,
        c: u64,
        leading: &[u64],
        chosen: &[&Series],
        work: &Cell<usize>,
    ) -> Option<Polynomial> {
        let orders = leading.len();
        if work.get() > MOST_WORK {
            return None;
        }
        // the second coefficient of the product is the sum of theirs
        let mut second = vec![0; orders];
        for series in chosen {
            let degree = series.first()?.len() - 1;
            for (sum, layer) in second.iter_mut().zip(series.iter()) {
                *sum = field.plus(*sum, layer.get(degree - 1).copied().unwrap_or(0));
            }
        }
        work.update(|w| w + orders * orders);
        if !ends(&times_cut(field, &second, leading, orders), self.degree) {
            return None;
        }
        let mut total: Series = leading.iter().map(|&c| vec![c]).collect();
        total.iter_mut().for_each(trim);
        for series in chosen {
            let width = series.first()?.len();
            work.update(|w| w + orders * orders * width);
            total = (0..orders)
                .map(|k| layer(field, &total, series, k))
                .collect();
        }
        let rows = total.iter().map(Vec::len).max()?;
        let at = |i: usize| -> Dense {
            let row = total.iter().map(|layer| layer.get(i).copied().unwrap_or(0));
            row.collect()
        };
        let mut terms = Vec::new();
        for i in 0..rows {
            let mut row = at(i);
            if !ends(&row, self.degree) {
                return None;
            }
            row.truncate(self.degree + 1);
            let row = translated(field, row, field.minus(0, c));
            for (k, &c) in row.iter().enumerate().filter(|(_, c)| **c != 0) {
                let mut e = vec![0; p.dimension()];
                e[self.main] = u32::try_from(i).ok()?;
                for (j, weight, degree) in &self.others {
                    e[*j] = u32::try_from(k / weight % (degree + 1)).ok()?;
                }
                terms.push((Monomial::new(&e), Rational::from(field.symmetric(c))));
            }
        }
        let candidate = Polynomial::from_terms(p.variables(), terms);
        let content = content_in(&candidate, self.main)?;
        let quotient = candidate.quotient_within(&content, &wide())?;
        Some(quotient.primitive_part())
    }
}

/// Whether nothing is left beyond a degree.
fn ends(p: &[u64], degree: usize) -> bool {
    p.iter().skip(degree + 1).all(|c| *c == 0)
}

/// The product of two series of numbers to so many orders.
fn times_cut(field: Field, a: &[u64], b: &[u64], orders: usize) -> Dense {
    let mut product = vec![0; orders];
    for (i, x) in a.iter().enumerate().take(orders).filter(|(_, x)| **x != 0) {
        look((orders - i) / 8 + 1);
        for (sum, y) in product[i..].iter_mut().zip(b) {
            *sum = field.plus(*sum, field.times(*x, *y));
        }
    }
    product
}

/// 1/a for a series of numbers that does not begin with 0.
fn inverse_series(field: Field, a: &[u64]) -> Dense {
    let first = field.inverse(a[0]);
    let mut inverse = vec![first];
    for k in 1..a.len() {
        look(k / 8 + 1);
        let sum = (1..=k).fold(0, |sum, i| {
            field.plus(sum, field.times(a[i], inverse[k - i]))
        });
        inverse.push(field.times(field.minus(0, sum), first));
    }
    inverse
}

/// Order k of a product.
fn layer(field: Field, a: &Series, b: &Series, k: usize) -> Dense {
    let mut sum = Dense::new();
    for i in 0..=k {
        let (Some(x), Some(y)) = (a.get(i), b.get(k - i)) else {
            continue;
        };
        if x.is_empty() || y.is_empty() {
            continue;
        }
        look(x.len() * y.len() / 8 + 1);
        sum.resize(sum.len().max(x.len() + y.len() - 1), 0);
        for (m, c) in x.iter().enumerate() {
            for (n, d) in y.iter().enumerate() {
                sum[m + n] = field.plus(sum[m + n], field.times(*c, *d));
            }
        }
    }
    trim(&mut sum);
    sum
}

/// The factors of a monic series that begin with these, pairwise coprime ones.
fn lifted(field: Field, series: Series, factors: &[Dense]) -> Option<Vec<Series>> {
    let (first, rest) = factors.split_first()?;
    if rest.is_empty() {
        return Some(vec![series]);
    }
    let one = vec![1];
    let others = rest.iter().fold(one, |total, f| product(field, &total, f));
    let [own, others] = lifted_pair(field, &series, first, &others)?;
    let mut found = vec![own];
    found.extend(lifted(field, others, rest)?);
    Some(found)
}

/// The two factors g·h of a monic series that begin with coprime ones.
fn lifted_pair(field: Field, f: &Series, g: &Dense, h: &Dense) -> Option<[Series; 2]> {
    let inverse = inverse_modulo(field, h, g)?;
    let mut lifts = [vec![g.clone()], vec![h.clone()]];
    for (k, wanted) in f.iter().enumerate().skip(1) {
        if k % 16 == 0 && time_is_up() {
            return None;
        }
        // f_k − Σ g_i·h_{k−i} = g_k·h + h_k·g with the degree of g_k below that of g
        let rest = difference(field, wanted, &layer(field, &lifts[0], &lifts[1], k));
        let own = divided(field, product(field, &rest, &inverse), g).1;
        let (other, none) = divided(field, difference(field, &rest, &product(field, &own, h)), g);
        if !none.is_empty() {
            return None;
        }
        lifts[0].push(own);
        lifts[1].push(other);
    }
    Some(lifts)
}

/// 1/a modulo b, if they are coprime.
fn inverse_modulo(field: Field, a: &[u64], b: &[u64]) -> Option<Dense> {
    let (mut high, mut low) = (b.to_vec(), divided(field, a.to_vec(), b).1);
    let (mut before, mut factor) = (Dense::new(), vec![1]);
    while low.len() > 1 {
        let (quotient, rest) = divided(field, high, &low);
        let next = difference(field, &before, &product(field, &quotient, &factor));
        (high, low) = (low, rest);
        (before, factor) = (factor, next);
    }
    let [c] = low[..] else { return None };
    let inverse = vec![field.inverse(c)];
    Some(divided(field, product(field, &factor, &inverse), b).1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algebra::Factors;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn factors(text: &str) -> Vec<String> {
        let p: Polynomial = text.parse().unwrap();
        let mut shown: Vec<String> = factors_by_lifting(&p)
            .iter()
            .map(ToString::to_string)
            .collect();
        shown.sort();
        shown
    }

    #[test]
    fn products_come_apart() {
        assert_eq!(
            factors("(2*x^3 + 3*y^2 - 6)*(3*x^3 + x*y + 3*y^4)"),
            ["2*x^3 + 3*y^2 - 6", "3*y^4 + 3*x^3 + x*y"]
        );
        assert_eq!(
            factors("(x*y^2 - z^3 + 1)*(x^2 + y*z)*(x^2 + 2*y*z)"),
            ["x*y^2 - z^3 + 1", "x^2 + 2*y*z", "x^2 + y*z"]
        );
        // with leading coefficients that share factors with the others
        assert_eq!(
            factors("((y^2 - 1)*x^2 + y)*((y - 1)*x^2 - x + 3)"),
            ["y*x^2 - x^2 - x + 3", "y^2*x^2 - x^2 + y"]
        );
    }

    #[test]
    fn what_is_irreducible_stays() {
        for p in ["x^2 - 2*y^2 + y^3", "x^4 + y^4 + x*y", "x^2 + y^2 + z^2"] {
            assert_eq!(factors(p).len(), 1, "{p}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 60,
            rng_seed: RngSeed::Fixed(1),
            ..ProptestConfig::default()
        })]

        #[test]
        fn the_product_is_what_it_was(
            a in prop::collection::vec(-3_i64..4, 9),
            b in prop::collection::vec(-3_i64..4, 9),
        ) {
            let ring = crate::algebra::Variables::new(["x", "y"]).unwrap();
            let polynomial = |c: &[i64]| {
                let terms = c.iter().enumerate().map(|(k, &c)| {
                    (Monomial::new(&[k as u32 % 3, k as u32 / 3]), Rational::from(c))
                });
                Polynomial::from_terms(&ring, terms)
            };
            let p = &polynomial(&a) * &polynomial(&b);
            prop_assume!(p.as_constant().is_none());
            let simple = p.simple_factors();
            // every factor divides, and all of them with their multiplicities are p
            let mut rest = p.clone();
            for f in &simple {
                let mut divides = false;
                while let Some(quotient) = rest.exact_quotient(f) {
                    rest = quotient;
                    divides = true;
                }
                prop_assert!(divides);
            }
            prop_assert!(rest.as_constant().is_some());
            let parts = [polynomial(&a), polynomial(&b)];
            let is_constant = |q: &Polynomial| q.as_constant().is_some();
            let coprime = || is_constant(&parts[0].gcd(&parts[1]).unwrap());
            if !parts.iter().any(is_constant) && coprime() {
                prop_assert!(simple.len() >= 2);
            }
        }
    }
}
