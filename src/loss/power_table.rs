//! A straight-line program for monomials: each power of each variable, and each monomial of several
//! terms, is computed once.

use super::Scalar;
use std::collections::BTreeMap;

/// Powers of variables and monomials as a list of products of earlier slots. Slots 0‥d hold the
/// variables.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PowerTable {
    dimension: usize,
    /// Slot d + k is the product of the two slots `products[k]`.
    products: Vec<(u32, u32)>,
    slots: BTreeMap<(usize, u32), u32>,
    monomials: BTreeMap<Vec<u32>, u32>,
}

impl PowerTable {
    pub(super) fn new(dimension: usize) -> Self {
        Self {
            dimension,
            products: Vec::new(),
            slots: BTreeMap::new(),
            monomials: BTreeMap::new(),
        }
    }

    /// How many slots the program fills.
    pub(super) fn len(&self) -> usize {
        self.dimension + self.products.len()
    }

    /// The slot of `variable^exponent`, `exponent` ≥ 1; adds what is missing, by halving.
    pub(super) fn slot(&mut self, variable: usize, exponent: u32) -> u32 {
        if exponent == 1 {
            return variable as u32;
        }
        if let Some(&slot) = self.slots.get(&(variable, exponent)) {
            return slot;
        }
        let small = self.slot(variable, exponent / 2);
        let large = self.slot(variable, exponent - exponent / 2);
        self.products.push((small, large));
        let slot = (self.len() - 1) as u32;
        self.slots.insert((variable, exponent), slot);
        slot
    }

    /// The slot of a monomial that is not 1, the exponents given by position; adds what is missing,
    /// variable after variable.
    fn monomial(&mut self, exponents: &[u32]) -> Option<u32> {
        if let Some(&slot) = self.monomials.get(exponents) {
            return Some(slot);
        }
        let last = exponents.iter().rposition(|&e| e > 0)?;
        let mut before = exponents.to_vec();
        before[last] = 0;
        let power = self.slot(last, exponents[last]);
        let slot = match self.monomial(&before) {
            None => power,
            Some(before) => {
                self.products.push((before, power));
                (self.len() - 1) as u32
            }
        };
        self.monomials.insert(exponents.to_vec(), slot);
        Some(slot)
    }

    /// Fills the first `upto` slots of `table` at the point w.
    #[inline]
    pub(super) fn fill<T: Scalar>(&self, w: &[T], upto: usize, table: &mut [T]) {
        table[..self.dimension].copy_from_slice(w);
        for (k, &(a, b)) in self.products[..upto - self.dimension].iter().enumerate() {
            table[self.dimension + k] = table[a as usize] * table[b as usize];
        }
    }
}

/// Polynomials as flat lists over the slots of a [`PowerTable`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TermList<T> {
    coefficients: Vec<T>,
    /// Start of each term's factors; one more than there are terms.
    starts: Vec<u32>,
    factors: Vec<u32>,
}

impl<T: Scalar> TermList<T> {
    pub(super) fn new() -> Self {
        Self {
            coefficients: Vec::new(),
            starts: vec![0],
            factors: Vec::new(),
        }
    }

    /// Appends coefficients · Π variableᵉ, the exponents given by position. A monomial that occurs
    /// more than once becomes a slot; the factors of another are multiplied in place, without a way
    /// through memory.
    pub(super) fn extend(&mut self, terms: &[(&[u32], f64)], powers: &mut PowerTable) {
        let mut counts = BTreeMap::<&[u32], usize>::new();
        for (exponents, _) in terms {
            *counts.entry(exponents).or_default() += 1;
        }
        for (exponents, coefficient) in terms {
            self.coefficients.push(T::of(*coefficient));
            if counts[exponents] > 1 {
                self.factors.extend(powers.monomial(exponents));
            } else {
                for (variable, &exponent) in exponents.iter().enumerate() {
                    if exponent > 0 {
                        self.factors.push(powers.slot(variable, exponent));
                    }
                }
            }
            self.starts.push(self.factors.len() as u32);
        }
    }

    /// The value of term `index`.
    #[inline]
    pub(super) fn term(&self, index: usize, table: &[T]) -> T {
        let factors = &self.factors[self.starts[index] as usize..self.starts[index + 1] as usize];
        factors
            .iter()
            .fold(self.coefficients[index], |product, &slot| {
                product * table[slot as usize]
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_shared_and_right() {
        let mut powers = PowerTable::new(2);
        let seventh = powers.slot(0, 7);
        let count = powers.len();
        let third = powers.slot(0, 3);
        assert_eq!(powers.len(), count, "x^3 was computed on the way to x^7");
        let square = powers.slot(1, 2);
        let mut table = vec![0.0; powers.len()];
        powers.fill(&[2.0, 3.0], powers.len(), &mut table);
        assert_eq!(table[seventh as usize], 128.0);
        assert_eq!(table[third as usize], 8.0);
        assert_eq!(table[square as usize], 9.0);
    }

    #[test]
    fn a_monomial_of_several_terms_is_one_slot() {
        let mut powers = PowerTable::new(3);
        let mut list = TermList::<f64>::new();
        let (shared, single) = ([1, 2, 1], [1, 0, 2]);
        let terms: [(&[u32], f64); 4] = [
            (&shared, 2.0),
            (&single, 5.0),
            (&shared, -3.0),
            (&[0; 3], 7.0),
        ];
        list.extend(&terms, &mut powers);
        assert_eq!(list.starts, [0, 1, 3, 4, 4]);
        let mut table = vec![0.0; powers.len()];
        powers.fill(&[2.0, 3.0, 5.0], powers.len(), &mut table);
        let values: Vec<f64> = (0..4).map(|k| list.term(k, &table)).collect();
        assert_eq!(values, [180.0, 250.0, -270.0, 7.0]);
    }
}
