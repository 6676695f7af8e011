//! Irreducible factors over ℚ of polynomials in one variable: those modulo one large prime (Cantor,
//! Zassenhaus 1981, *A new algorithm for factoring polynomials over finite fields*), put together
//! to factors over ℤ by trial division.

use super::recombination::recombined;
use super::{Rational, Univariate};
use rlct_algebra::dense::{Dense, difference, divided, gcd, monic, product, trim};
use rlct_algebra::modular::{Field, fields};

/// Polynomials of higher degree stay as they are.
const MOST_DEGREE: usize = 40;

/// So do those with more factors modulo the prime.
const MOST_MODULAR: usize = 12;

/// Primes tried until one keeps the factors apart.
const MOST_PRIMES: usize = 4;

/// The factors of a square-free polynomial: irreducible ones over ℚ unless degree or coefficients
/// are large. Their product is the polynomial up to a constant in any case.
pub(super) fn irreducible_factors(p: &Univariate) -> Vec<Univariate> {
    let p = p.primitive();
    match p.degree() {
        Some(2..=MOST_DEGREE) => {}
        _ => return vec![p],
    }
    let modular = fields().take(MOST_PRIMES).find_map(|field| {
        let image = monic(field, p.residues(field)?);
        is_square_free(field, &image).then(|| (field, modular_factors(field, image)))
    });
    match modular {
        Some((field, factors)) if (2..=MOST_MODULAR).contains(&factors.len()) => {
            let divide = |p: &Univariate, chosen: &[&Dense]| {
                let candidate = candidate(p, field, chosen);
                Some((p.exact_quotient(&candidate)?.primitive(), candidate))
            };
            recombined(p, factors, divide, || false)
        }
        _ => vec![p],
    }
}

pub(super) fn is_square_free(field: Field, p: &Dense) -> bool {
    gcd(field, p.clone(), derivative(field, p)).len() == 1
}

fn derivative(field: Field, p: &[u64]) -> Dense {
    let terms = p.iter().enumerate().skip(1);
    let mut derivative = terms.map(|(i, c)| field.times(*c, i as u64)).collect();
    trim(&mut derivative);
    derivative
}

/// aⁿ modulo f.
fn power(field: Field, a: &[u64], mut n: u64, f: &[u64]) -> Dense {
    let times = |a: &[u64], b: &[u64]| divided(field, product(field, a, b), f).1;
    let mut base = divided(field, a.to_vec(), f).1;
    let mut result = vec![1];
    while n > 0 {
        if n & 1 == 1 {
            result = times(&result, &base);
        }
        base = times(&base, &base);
        n >>= 1;
    }
    result
}

/// The irreducible factors of a monic square-free polynomial modulo the prime.
pub(super) fn modular_factors(field: Field, mut f: Dense) -> Vec<Dense> {
    let x = [0, 1];
    let mut found = Vec::new();
    let mut frobenius = x.to_vec();
    let mut degree = 1;
    while f.len() > 2 * degree {
        // x^(p^degree) − x is the product of the irreducible polynomials of degrees that divide
        // this one
        frobenius = power(field, &frobenius, field.p, &f);
        let common = gcd(field, f.clone(), difference(field, &frobenius, &x));
        if common.len() > 1 {
            f = divided(field, f, &common).0;
            frobenius = divided(field, frobenius, &f).1;
            equal_degrees(field, common, degree, &mut found);
        }
        degree += 1;
    }
    if f.len() > 1 {
        found.push(f);
    }
    found
}

/// The factors of a product of irreducible polynomials of one degree d.
fn equal_degrees(field: Field, f: Dense, d: usize, found: &mut Vec<Dense>) {
    /// Each try fails for about half of the polynomials a.
    const MOST_TRIES: u64 = 60;
    if f.len() == d + 1 {
        found.push(f);
        return;
    }
    // anything without pattern
    let mut state = 0x9E37_79B9_7F4A_7C15 % field.p;
    for _ in 0..MOST_TRIES {
        let mut next = || {
            state = field.plus(field.times(state, 6_364_136_223_846_793_005 % field.p), 1);
            state
        };
        let a: Dense = (0..2 * d).map(|_| next()).collect();
        // a^((p^d − 1)/2) = (a·a^p·…·a^(p^(d−1)))^((p − 1)/2) is 1 or −1 modulo each factor
        let mut norm = vec![1];
        let mut conjugate = a;
        for _ in 0..d {
            norm = divided(field, product(field, &norm, &conjugate), &f).1;
            conjugate = power(field, &conjugate, field.p, &f);
        }
        let root = power(field, &norm, (field.p - 1) / 2, &f);
        let common = gcd(field, f.clone(), difference(field, &root, &[1]));
        if common.len() > 1 && common.len() < f.len() {
            let (other, _) = divided(field, f, &common);
            equal_degrees(field, common, d, found);
            equal_degrees(field, other, d, found);
            return;
        }
    }
    found.push(f);
}

/// The polynomial over ℤ with the leading coefficient of p and, up to it, this image: its primitive
/// part.
fn candidate(p: &Univariate, field: Field, factors: &[&Dense]) -> Univariate {
    let leading = p.coefficients().last().map(Rational::numerator);
    let leading = vec![field.residue(&leading.unwrap_or_default())];
    let image = factors
        .iter()
        .fold(leading, |image, f| product(field, &image, f));
    let coefficients = image
        .into_iter()
        .map(|c| Rational::from(field.symmetric(c)));
    Univariate::new(coefficients).primitive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn univariate(coefficients: &[i64]) -> Univariate {
        Univariate::new(coefficients.iter().map(|&c| Rational::from(c)))
    }

    fn degrees(p: &Univariate) -> Vec<usize> {
        let factors = irreducible_factors(p);
        let mut degrees: Vec<usize> = factors.iter().filter_map(Univariate::degree).collect();
        degrees.sort_unstable();
        degrees
    }

    #[test]
    fn factors_without_rational_root() {
        // (2x³ + 3)(3x³ + 2), (x² − 2)(x² + x + 1), Φ₁₅ irreducible, x⁴ + 1 reducible modulo every
        // prime
        assert_eq!(degrees(&univariate(&[6, 0, 0, 13, 0, 0, 6])), [3, 3]);
        assert_eq!(degrees(&univariate(&[-2, -2, -1, 1, 1])), [2, 2]);
        assert_eq!(degrees(&univariate(&[1, -1, 0, 1, -1, 1, 0, -1, 1])), [8]);
        assert_eq!(degrees(&univariate(&[1, 0, 0, 0, 1])), [4]);
        // x¹² − 1
        let mut power = vec![0; 13];
        (power[0], power[12]) = (-1, 1);
        assert_eq!(degrees(&univariate(&power)), [1, 1, 2, 2, 2, 4]);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 200,
            rng_seed: RngSeed::Fixed(5),
            ..ProptestConfig::default()
        })]

        #[test]
        fn factors_multiply_back(
            parts in prop::collection::vec(prop::collection::vec(-9_i64..10, 2..5), 1..5),
        ) {
            let parts = parts.iter().map(|p| univariate(p));
            let parts: Vec<Univariate> = parts.filter(|p| p.degree() > Some(0)).collect();
            prop_assume!(!parts.is_empty());
            let p = parts.iter().fold(univariate(&[1]), |product, p| times(&product, p));
            let p = p.square_free_part().primitive();
            let factors = irreducible_factors(&p);
            let back = factors.iter().fold(univariate(&[1]), |product, p| times(&product, p));
            prop_assert_eq!(back.primitive(), p);
            // no factor is split by a part
            for factor in &factors {
                for part in &parts {
                    let common = factor.gcd(part).degree();
                    prop_assert!(common == Some(0) || common == factor.degree());
                }
            }
        }
    }

    fn times(a: &Univariate, b: &Univariate) -> Univariate {
        let mut product = vec![Rational::ZERO; a.coefficients().len() + b.coefficients().len() - 1];
        for (i, x) in a.coefficients().iter().enumerate() {
            for (j, y) in b.coefficients().iter().enumerate() {
                product[i + j] += x * y;
            }
        }
        Univariate::new(product)
    }
}
