//! Gröbner bases over ℚ for the graded reverse lexicographic order, within a budget.

use super::Term;
use super::{Monomial, Polynomial, Rational, Variables};
use crate::budget::{Budget, Exhausted, Meter, look};
use std::collections::BTreeMap;

/// Terms beyond this in one intermediate polynomial end the computation.
const MAX_TERMS: usize = 50_000;

/// So do more terms than this in all elements together.
const MAX_HELD: usize = 3_000_000;

/// The reduced Gröbner basis of an ideal of ℚ[x₁,…,x_d].
///
/// # Examples
///
/// ```
/// use rlct::{Budget, algebra::{GroebnerBasis, Polynomial}};
///
/// let circle_and_line = Polynomial::parse_all(["x^2 + y^2 - 1", "x - y"]).unwrap();
/// let basis = GroebnerBasis::of(&circle_and_line, &Budget::default())?;
/// assert_eq!(basis.dimension(), Some(0));
/// assert!(basis.contains(&"2*x^2 - 1".parse().unwrap(), &Budget::default())?);
/// # Ok::<(), rlct::Exhausted>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroebnerBasis {
    ring: Variables,
    /// Monic, sorted by increasing leading monomial, none divisible by another's leading monomial.
    elements: Vec<Polynomial>,
}

/// A pair of basis elements whose S-polynomial is still to be reduced.
struct Pair {
    first: usize,
    second: usize,
    lcm: Monomial,
}

impl GroebnerBasis {
    /// The basis of the ideal that the generators generate (Buchberger 1965, with the criteria of
    /// Gebauer & Möller 1988).
    ///
    /// # Errors
    /// [`Exhausted`] if the budget ends first.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::{GroebnerBasis, Polynomial}};
    /// let generators = Polynomial::parse_all(["x*y - 1", "x"]).unwrap();
    /// assert!(GroebnerBasis::of(&generators, &Budget::default())?.is_unit());
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    pub fn of(generators: &[Polynomial], budget: &Budget) -> Result<Self, Exhausted> {
        Self::within(generators, &budget.start())
    }

    pub(crate) fn within(generators: &[Polynomial], meter: &Meter) -> Result<Self, Exhausted> {
        let empty = Variables::from_trusted(Vec::new());
        let ring = generators
            .iter()
            .fold(empty, |ring, g| ring.union(g.variables()));
        let mut queue: Vec<Polynomial> = generators
            .iter()
            .filter_map(|g| g.in_ring(&ring))
            .filter(|g| !g.is_zero())
            .map(|g| monic(&g))
            .collect();
        queue.sort_by(|a, b| leading(b).cmp(leading(a)));
        let mut search = Search {
            elements: Vec::new(),
            alive: Vec::new(),
            pairs: Vec::new(),
            held: 0,
            meter,
        };
        while let Some(generator) = queue.pop() {
            let reduced = search.reduce(&generator)?;
            if !reduced.is_zero() {
                search.insert(monic(&reduced))?;
            }
        }
        while let Some(pair) = search.next_pair() {
            let s_polynomial = search.s_polynomial(&pair)?;
            let reduced = search.reduce(&s_polynomial)?;
            if !reduced.is_zero() {
                if reduced.degree() == 0 {
                    return Ok(Self {
                        elements: vec![monic(&reduced)],
                        ring,
                    });
                }
                search.insert(monic(&reduced))?;
            }
        }
        search.into_reduced(ring)
    }

    /// The elements, monic, by increasing leading monomial.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::{GroebnerBasis, Polynomial}};
    /// let generators = Polynomial::parse_all(["x^2 - y", "x*y - 1"]).unwrap();
    /// let basis = GroebnerBasis::of(&generators, &Budget::default())?;
    /// let shown: Vec<String> = basis.elements().iter().map(ToString::to_string).collect();
    /// assert_eq!(shown, ["y^2 - x", "x*y - 1", "x^2 - y"]);
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    #[must_use]
    pub fn elements(&self) -> &[Polynomial] {
        &self.elements
    }

    /// Whether the ideal is the whole ring: the generators have no common zero in ℂ^d.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::{GroebnerBasis, Polynomial}};
    /// let generators = [("x".parse::<Polynomial>().unwrap())];
    /// assert!(!GroebnerBasis::of(&generators, &Budget::default())?.is_unit());
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    #[must_use]
    pub fn is_unit(&self) -> bool {
        self.elements.first().is_some_and(|g| g.degree() == 0)
    }

    /// The normal form of a polynomial: its remainder by the basis, 0 exactly for members.
    ///
    /// # Errors
    /// [`Exhausted`] if the budget ends first.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::{GroebnerBasis, Polynomial}};
    /// let generators = Polynomial::parse_all(["x^2 - y"]).unwrap();
    /// let basis = GroebnerBasis::of(&generators, &Budget::default())?;
    /// let remainder = basis.normal_form(&"x^3".parse().unwrap(), &Budget::default())?;
    /// assert_eq!(remainder.to_string(), "x*y");
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    pub fn normal_form(&self, p: &Polynomial, budget: &Budget) -> Result<Polynomial, Exhausted> {
        let ring = self.ring.union(p.variables());
        let elements: Vec<Polynomial> = self
            .elements
            .iter()
            .filter_map(|g| g.in_ring(&ring))
            .collect();
        let p = p.in_ring(&ring).unwrap_or_else(|| p.clone());
        remainder(&p, elements.iter(), &budget.start())
    }

    /// Whether a polynomial belongs to the ideal.
    ///
    /// # Errors
    /// [`Exhausted`] if the budget ends first.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::{GroebnerBasis, Polynomial}};
    /// let generators = Polynomial::parse_all(["x - y"]).unwrap();
    /// let basis = GroebnerBasis::of(&generators, &Budget::default())?;
    /// assert!(basis.contains(&"x^2 - y^2".parse().unwrap(), &Budget::default())?);
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    pub fn contains(&self, p: &Polynomial, budget: &Budget) -> Result<bool, Exhausted> {
        Ok(self.normal_form(p, budget)?.is_zero())
    }

    /// The dimension of the zero set in ℂ^d; `None` if it is empty.
    ///
    /// It is the size of the largest set of variables such that no leading monomial is a product
    /// of these alone (Cox, Little & O'Shea, *Ideals, Varieties, and Algorithms*, §9.3).
    ///
    /// ```
    /// # use rlct::{Budget, algebra::{GroebnerBasis, Polynomial}};
    /// let generators = Polynomial::parse_all(["x*y", "x*z"]).unwrap();
    /// let basis = GroebnerBasis::of(&generators, &Budget::default())?;
    /// assert_eq!(basis.dimension(), Some(2));
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    #[must_use]
    pub fn dimension(&self) -> Option<usize> {
        if self.is_unit() {
            return None;
        }
        let supports: Vec<Vec<usize>> = self
            .elements
            .iter()
            .map(|g| {
                let exponents = leading(g).exponents();
                (0..exponents.len()).filter(|&i| exponents[i] > 0).collect()
            })
            .collect();
        Some(self.ring.len() - smallest_cover(&supports, &mut Vec::new(), self.ring.len()))
    }
}

/// The size of the smallest set of variables that meets every support.
fn smallest_cover(supports: &[Vec<usize>], chosen: &mut Vec<usize>, best: usize) -> usize {
    if chosen.len() >= best {
        return best;
    }
    let Some(open) = supports
        .iter()
        .find(|s| !s.iter().any(|v| chosen.contains(v)))
    else {
        return chosen.len();
    };
    let mut best = best;
    for &variable in open {
        chosen.push(variable);
        best = smallest_cover(supports, chosen, best);
        chosen.pop();
    }
    best
}

/// The leading monomial of a polynomial that is not 0.
fn leading(p: &Polynomial) -> &Monomial {
    &p.sorted_terms()[0].0
}

fn monic(p: &Polynomial) -> Polynomial {
    match p.sorted_terms().first().and_then(|(_, c)| c.recip()) {
        Some(inverse) if !inverse.is_one() => p.scale(&inverse),
        _ => p.clone(),
    }
}

/// The remainder of `p` by monic divisors, fully reduced.
fn remainder<'a>(
    p: &Polynomial,
    divisors: impl Iterator<Item = &'a Polynomial> + Clone,
    meter: &Meter,
) -> Result<Polynomial, Exhausted> {
    let mut rest: BTreeMap<Monomial, Rational> = p.sorted_terms().iter().cloned().collect();
    let mut irreducible: Vec<Term> = Vec::new();
    while let Some((monomial, coefficient)) = rest.pop_last() {
        let divisor = divisors.clone().find(|g| leading(g).divides(&monomial));
        let quotient = divisor.and_then(|g| Some((g, monomial.checked_div(leading(g))?)));
        let Some((g, quotient)) = quotient else {
            irreducible.push((monomial, coefficient));
            continue;
        };
        meter.spend(g.len() as u64 * (1 + coefficient.bits() / 64))?;
        for (m, c) in &g.sorted_terms()[1..] {
            let m = m
                .checked_mul(&quotient)
                .ok_or(Exhausted::Size("exponent"))?;
            let change = c * &coefficient;
            match rest.entry(m) {
                std::collections::btree_map::Entry::Vacant(slot) => {
                    slot.insert(-change);
                }
                std::collections::btree_map::Entry::Occupied(mut slot) => {
                    *slot.get_mut() -= change;
                    if slot.get().is_zero() {
                        slot.remove();
                    }
                }
            }
        }
        if rest.len() > MAX_TERMS {
            return Err(Exhausted::Size("polynomial"));
        }
    }
    Ok(Polynomial::from_sorted(p.variables().clone(), irreducible))
}

/// Buchberger's algorithm in progress.
struct Search<'a> {
    elements: Vec<Polynomial>,
    /// Whether no later element's leading monomial divides this one's.
    alive: Vec<bool>,
    pairs: Vec<Pair>,
    /// The terms of all elements.
    held: usize,
    meter: &'a Meter,
}

impl Search<'_> {
    fn reduce(&self, p: &Polynomial) -> Result<Polynomial, Exhausted> {
        let divisors = self
            .elements
            .iter()
            .zip(&self.alive)
            .filter(|(_, alive)| **alive);
        remainder(p, divisors.map(|(g, _)| g), self.meter)
    }

    /// The pair with the smallest lcm (normal strategy).
    fn next_pair(&mut self) -> Option<Pair> {
        let place = (0..self.pairs.len()).min_by(|&a, &b| {
            let (a, b) = (&self.pairs[a], &self.pairs[b]);
            a.lcm
                .cmp(&b.lcm)
                .then((a.first, a.second).cmp(&(b.first, b.second)))
        })?;
        Some(self.pairs.swap_remove(place))
    }

    fn s_polynomial(&self, pair: &Pair) -> Result<Polynomial, Exhausted> {
        let part = |g: &Polynomial| -> Option<Polynomial> {
            let quotient = pair.lcm.checked_div(leading(g))?;
            let terms: Option<Vec<Term>> = g
                .sorted_terms()
                .iter()
                .map(|(m, c)| Some((m.checked_mul(&quotient)?, c.clone())))
                .collect();
            Some(Polynomial::from_sorted(g.variables().clone(), terms?))
        };
        let (f, g) = (&self.elements[pair.first], &self.elements[pair.second]);
        self.meter.spend((f.len() + g.len()) as u64)?;
        match (part(f), part(g)) {
            (Some(f), Some(g)) => Ok(&f - &g),
            _ => Err(Exhausted::Size("exponent")),
        }
    }

    /// Adds an element and updates the pairs by the criteria of Gebauer & Möller.
    fn insert(&mut self, element: Polynomial) -> Result<(), Exhausted> {
        self.held += element.len();
        if self.held > MAX_HELD {
            return Err(Exhausted::Size("basis"));
        }
        let new = self.elements.len();
        look(new + self.pairs.len());
        let lead = leading(&element).clone();
        let lcm_with = |i: usize, elements: &[Polynomial]| leading(&elements[i]).lcm(&lead);
        // B: an old pair whose lcm the new leading monomial divides, strictly between
        let elements = &self.elements;
        self.pairs.retain(|pair| {
            !lead.divides(&pair.lcm)
                || lcm_with(pair.first, elements) == pair.lcm
                || lcm_with(pair.second, elements) == pair.lcm
        });
        let mut fresh: Vec<Pair> = (0..new)
            .filter(|&i| self.alive[i])
            .map(|i| Pair {
                first: i,
                second: new,
                lcm: lcm_with(i, elements),
            })
            .collect();
        // M and F: a new pair whose lcm another new pair's lcm divides; coprime pairs win ties
        fresh.sort_by(|a, b| {
            let coprime = |pair: &Pair| leading(&elements[pair.first]).is_coprime(&lead);
            a.lcm.cmp(&b.lcm).then(coprime(b).cmp(&coprime(a)))
        });
        let mut kept: Vec<Pair> = Vec::new();
        for pair in fresh {
            if !kept.iter().any(|k| k.lcm.divides(&pair.lcm)) {
                kept.push(pair);
            }
        }
        // Buchberger's first criterion
        kept.retain(|pair| !leading(&elements[pair.first]).is_coprime(&lead));
        self.pairs.extend(kept);
        for i in 0..new {
            if self.alive[i] && lead.divides(leading(&self.elements[i])) {
                self.alive[i] = false;
            }
        }
        self.elements.push(element);
        self.alive.push(true);
        Ok(())
    }

    fn into_reduced(self, ring: Variables) -> Result<GroebnerBasis, Exhausted> {
        let alive = self.alive;
        let minimal: Vec<Polynomial> = self
            .elements
            .into_iter()
            .zip(alive)
            .filter(|(_, a)| *a)
            .map(|(g, _)| g)
            .collect();
        let mut elements = Vec::with_capacity(minimal.len());
        for (i, g) in minimal.iter().enumerate() {
            let others = minimal
                .iter()
                .enumerate()
                .filter(|(j, _)| *j != i)
                .map(|(_, h)| h);
            elements.push(remainder(g, others, self.meter)?);
        }
        elements.sort_by(|a, b| leading(a).cmp(leading(b)));
        Ok(GroebnerBasis { ring, elements })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn basis(texts: &[&str]) -> GroebnerBasis {
        GroebnerBasis::of(&Polynomial::parse_all(texts).unwrap(), &Budget::default()).unwrap()
    }

    #[test]
    fn katsura_3_has_the_known_shape() {
        // Katsura-3: 8 solutions, dimension 0; Singular `std` (dp) gives 7 elements
        let basis = basis(&[
            "x + 2*y + 2*z + 2*t - 1",
            "x^2 + 2*y^2 + 2*z^2 + 2*t^2 - x",
            "2*x*y + 2*y*z + 2*z*t - y",
            "y^2 + 2*x*z + 2*y*t - z",
        ]);
        assert_eq!(basis.elements().len(), 7);
        assert_eq!(basis.dimension(), Some(0));
    }

    #[test]
    fn dimension_of_determinantal_ideals() {
        // rank ≤ 1 matrices 2×3 have dimension 4
        let minors = basis(&["a*e - b*d", "a*f - c*d", "b*f - c*e"]);
        assert_eq!(minors.dimension(), Some(4));
        assert_eq!(basis(&["x", "x - 1"]).dimension(), None);
    }

    #[test]
    fn budget_ends_the_search() {
        let generators =
            Polynomial::parse_all(["x^7+y^6*z+z^4+x*y", "x*y^5-z^3+x", "z^5*y+x^6+y^3"]).unwrap();
        let tiny = Budget::default().with_steps(1000);
        assert_eq!(
            GroebnerBasis::of(&generators, &tiny),
            Err(Exhausted::Steps(1000))
        );
    }

    fn generator() -> impl Strategy<Value = Polynomial> {
        let ring = Variables::from_trusted(vec!["x".into(), "y".into(), "z".into()]);
        prop::collection::vec((prop::collection::vec(0_u32..3, 3), -3_i64..4), 1..4).prop_map(
            move |terms| {
                let terms = terms
                    .into_iter()
                    .map(|(e, c)| (Monomial::new(&e), Rational::from(c)));
                Polynomial::from_terms(&ring, terms)
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn combinations_are_members_and_s_polynomials_reduce(
            gens in prop::collection::vec(generator(), 1..4),
            factor in generator(),
        ) {
            let budget = Budget::default().with_steps(300_000);
            if let Ok(basis) = GroebnerBasis::of(&gens, &budget) {
                for g in &gens {
                    prop_assert_eq!(basis.contains(&(g * &factor), &budget), Ok(true));
                }
                // Buchberger's criterion, checked on every pair
                for f in basis.elements() {
                    for g in basis.elements() {
                        let lcm = leading(f).lcm(leading(g));
                        let lift = |p: &Polynomial| {
                            let m = lcm.checked_div(leading(p)).unwrap();
                            let m = Polynomial::from_terms(p.variables(), [(m, Rational::ONE)]);
                            &m * p
                        };
                        let s = &lift(f) - &lift(g);
                        prop_assert_eq!(basis.contains(&s, &Budget::default()), Ok(true));
                    }
                }
            }
        }
    }
}
