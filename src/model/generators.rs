//! Generators of an ideal, simplified by linear algebra over ℚ.

use crate::algebra::{Monomial, Polynomial, Rational};
use std::collections::BTreeMap;

/// A basis of the ℚ-span of the polynomials, in reduced echelon form by their monomials.
///
/// Σ gᵢ² of two bases of one span are comparable (the change of basis is an invertible constant
/// matrix), so λ and m are the same; but high-degree terms shared between generators are gone.
pub(super) fn linear_basis(polynomials: Vec<Polynomial>) -> Vec<Polynomial> {
    let mut basis: BTreeMap<Monomial, Polynomial> = BTreeMap::new();
    for polynomial in polynomials {
        let mut rest = polynomial;
        // Every element of the basis has leading coefficient 1 and no leading monomial of another.
        loop {
            let hit = rest.terms().find_map(|(exponents, c)| {
                let monomial = Monomial::new(exponents);
                basis.contains_key(&monomial).then(|| (monomial, c.clone()))
            });
            let Some((monomial, c)) = hit else { break };
            if let Some(element) = basis.get(&monomial) {
                rest = &rest - &element.scale(&c);
            }
        }
        let Some((exponents, c)) = rest.terms().next() else {
            continue;
        };
        let monomial = Monomial::new(exponents);
        let Some(inverse) = c.recip() else { continue };
        let rest = rest.scale(&inverse);
        for element in basis.values_mut() {
            let own: Rational = element
                .terms()
                .find(|(e, _)| *e == monomial.exponents())
                .map_or(Rational::ZERO, |(_, c)| c.clone());
            if !own.is_zero() {
                *element = &*element - &rest.scale(&own);
            }
        }
        basis.insert(monomial, rest);
    }
    basis.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algebra::Variables;

    #[test]
    fn the_span_stays_and_common_terms_go() {
        let ring = Variables::new(["x", "y"]).unwrap();
        let read = |t: &str| Polynomial::parse_in(t, &ring).unwrap();
        let given = vec![
            read("x*y + x"),
            read("2*x*y - y"),
            read("3*x*y + x - y"),
            read("x*y + x + 1"),
        ];
        let basis: Vec<String> = linear_basis(given)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(basis.len(), 3);
        assert!(basis.contains(&"1".to_string()), "{basis:?}");
        assert!(basis.contains(&"x + 1/2*y".to_string()), "{basis:?}");
        assert!(basis.contains(&"x*y - 1/2*y".to_string()), "{basis:?}");
    }
}
