//! What is said of the zeros of a stratum, and what may divide them.

use crate::algebra::{Factors, Polynomial, Rational};
use crate::resolution::region::Region;
use crate::resolution::region::special_points::reduced;

/// The most polynomials at which strata are divided.
const MOST_DIVISORS: usize = 48;

/// Derivatives up to this order suggest divisors.
const MOST_ORDER: usize = 3;

/// The most minors of the matrix of derivatives that suggest divisors.
const MOST_MINORS: usize = 60;

/// What is said of the zeros of a stratum.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    pub(super) zeros: Vec<Polynomial>,
    pub(super) nonzero: Vec<Polynomial>,
    pub(super) positive: Vec<Polynomial>,
}

impl Conditions {
    pub(super) fn with(&self, zero: Option<&Polynomial>, nonzero: Option<&Polynomial>) -> Self {
        let mut next = self.clone();
        next.zeros.extend(zero.cloned());
        next.nonzero.extend(nonzero.cloned());
        next
    }

    pub(super) fn with_positive(&self, p: &Polynomial) -> Self {
        let mut next = self.clone();
        next.positive.push(p.clone());
        next
    }

    pub(super) fn mentions(&self, p: &Polynomial) -> bool {
        let all = self.zeros.iter().chain(&self.nonzero).chain(&self.positive);
        let negative = p.scale(&Rational::from(-1));
        all.into_iter().any(|q| q == p || *q == negative)
    }
}

/// A division at a factor of what is 0, which needs no search, of conditions that are simplified.
pub(super) fn by_factors(conditions: &Conditions) -> Option<Vec<Conditions>> {
    let factor = conditions.zeros.iter().find_map(|p| {
        let factors = p.simple_factors();
        (factors.len() > 1).then(|| factors.into_iter().next())?
    })?;
    Some(vec![
        conditions.with(Some(&factor), None),
        conditions.with(None, Some(&factor)),
    ])
}

/// The variable that a polynomial is, up to a factor, and whether that is positive.
pub(super) fn variable(p: &Polynomial) -> Option<(usize, bool)> {
    let (name, root, rises) = Region::side(p)?;
    let i = p.variables().index_of(&name)?;
    root.is_zero().then_some((i, rises))
}

/// The same conditions in fewer words: what is 0 without factors that are not, values of variables
/// put in, and without what follows from the rest. `None` if they contradict each other plainly.
pub(super) fn simplified(conditions: &Conditions) -> Option<Conditions> {
    let mut simple = conditions.clone();
    let is_not_zero = |p: &Polynomial| {
        let negative = p.scale(&Rational::from(-1));
        let known = conditions.nonzero.iter().chain(&conditions.positive);
        known.into_iter().any(|q| *q == *p || *q == negative)
    };
    for p in &mut simple.zeros {
        let mut factors = p.simple_factors();
        factors.retain(|factor| !is_not_zero(factor));
        let product = factors.into_iter().reduce(|p, q| &p * &q);
        *p = product.unwrap_or_else(|| p.clone());
    }
    // a product of which a factor is 0 is 0
    let zeros = simple.zeros.clone();
    simple.zeros.retain(|p| {
        let factors = p.simple_factors();
        factors.len() < 2 || !factors.iter().any(|factor| zeros.contains(factor))
    });
    // values of variables: c·x + d = 0
    let mut values: Vec<(usize, Polynomial)> = Vec::new();
    loop {
        let found = simple.zeros.iter().enumerate().find_map(|(k, p)| {
            let mut occurring = (0..p.dimension()).filter(|&i| p.degree_in(i) > 0);
            let i = occurring.next()?;
            let is_linear = occurring.next().is_none() && p.degree() == 1;
            is_linear.then_some((k, i))
        });
        let Some((k, i)) = found else { break };
        let Some((_, root, _)) = Region::side(&simple.zeros[k]) else {
            break;
        };
        let p = simple.zeros.remove(k);
        let mut images: Vec<Polynomial> = (0..p.dimension())
            .map(|j| Polynomial::variable(p.variables(), j))
            .collect();
        images[i] = Polynomial::constant(p.variables(), root);
        let lists = [&mut simple.zeros, &mut simple.nonzero, &mut simple.positive];
        for list in lists {
            for q in list.iter_mut() {
                if let Ok(put) = q.compose(&images, &Default::default()) {
                    *q = put;
                }
            }
        }
        for q in simple.zeros.iter_mut().filter(|q| !q.is_zero()) {
            *q = reduced(q);
        }
        values.push((i, p));
    }
    values.sort_by_key(|(i, _)| *i);
    simple.zeros.retain(|p| !p.is_zero());
    let number = |p: &Polynomial| p.as_constant();
    let refuted = simple.zeros.iter().any(|p| number(p).is_some())
        || simple.nonzero.iter().any(Polynomial::is_zero)
        || simple
            .positive
            .iter()
            .any(|p| number(p).is_some_and(|c| !c.is_positive()));
    if refuted {
        return None;
    }
    let factors = simple.nonzero.iter().flat_map(|p| p.simple_factors());
    simple.nonzero = factors.filter(|p| p.degree() > 0).collect();
    simple.positive.retain(|p| number(p).is_none());
    // of what has a sign that it is not 0 need not be said, and no sign is both
    let monic = |p: &Polynomial, with_sign: bool| {
        let first = p.terms().next().map_or(Rational::ONE, |(_, c)| c.clone());
        let size = match with_sign {
            true => first.abs(),
            false => first,
        };
        size.recip()
            .map_or_else(|| p.clone(), |inverse| p.scale(&inverse))
    };
    let signs: Vec<Polynomial> = simple.positive.iter().map(|p| monic(p, true)).collect();
    let negative = |p: &Polynomial| p.scale(&Rational::from(-1));
    let nonzero: Vec<Polynomial> = simple.nonzero.iter().map(|p| monic(p, false)).collect();
    let sized: Vec<Polynomial> = simple.positive.iter().map(|p| monic(p, false)).collect();
    let zeros = simple.zeros.iter().chain(values.iter().map(|(_, p)| p));
    let zeros: Vec<Polynomial> = zeros.map(|p| monic(&reduced(p), false)).collect();
    if signs.iter().any(|p| signs.contains(&negative(p)))
        || zeros
            .iter()
            .any(|p| nonzero.contains(p) || sized.contains(p))
    {
        return None;
    }
    simple.nonzero.retain(|p| !sized.contains(&monic(p, false)));
    let values = values.into_iter().map(|(_, p)| p);
    simple.zeros = values.chain(simple.zeros.iter().map(reduced)).collect();
    for list in [&mut simple.zeros, &mut simple.nonzero, &mut simple.positive] {
        let mut known: Vec<Polynomial> = Vec::new();
        list.retain(|p| {
            let own = monic(p, true);
            let is_new = !known.contains(&own);
            known.extend(is_new.then_some(own));
            is_new
        });
    }
    Some(simple)
}

/// Polynomials that divide zeros where their kind may change: the factors of the generators, of
/// their derivatives and of the minors of these, and the variables; simple ones first.
pub(super) fn divisors(generators: &[Polynomial]) -> Vec<Polynomial> {
    let Some(ring) = generators.first().map(|g| g.variables().clone()) else {
        return Vec::new();
    };
    let d = ring.len();
    let mut found: Vec<Polynomial> = Vec::new();
    let mut add = |p: &Polynomial| {
        for factor in p.simple_factors() {
            if factor.degree() > 0 && !found.contains(&factor) {
                found.push(factor);
            }
        }
    };
    for i in 0..d {
        if generators.iter().any(|g| g.degree_in(i) > 0) {
            add(&Polynomial::variable(&ring, i));
        }
    }
    let mut level: Vec<Polynomial> = generators.to_vec();
    for _ in 0..=MOST_ORDER {
        level.iter().for_each(&mut add);
        let next = level.iter().flat_map(|p| (0..d).map(|i| p.derivative(i)));
        level = next.filter(|p| p.degree() > 0).collect();
        level.truncate(MOST_MINORS);
    }
    let mut minors = 0;
    for (a, f) in generators.iter().enumerate() {
        for g in &generators[a + 1..] {
            for i in 0..d {
                for j in i + 1..d {
                    minors += 1;
                    if minors <= MOST_MINORS {
                        let product = |p: &Polynomial, q: &Polynomial| p * q;
                        let minor = &product(&f.derivative(i), &g.derivative(j))
                            - &product(&f.derivative(j), &g.derivative(i));
                        add(&minor);
                    }
                }
            }
        }
    }
    // crossings of factors first
    let own: Vec<Polynomial> = generators.iter().flat_map(|g| g.simple_factors()).collect();
    found.sort_by_key(|p| (!own.contains(p), p.degree(), p.terms().count()));
    found.truncate(MOST_DIVISORS);
    found
}
