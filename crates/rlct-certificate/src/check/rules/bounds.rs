//! Rules without children: units, Newton polyhedra, low order.

use super::{Context, Poles};
use crate::Pole;
use crate::check::chart::{Coordinate, exponent, involves};
use crate::check::error::{Checked, condition, entry, length, shown};
use crate::check::evidence::{no_common_zero, no_zero};
use crate::check::point::real_point;
use crate::check::work::Work;
use crate::format::{ConvexTerm, Evidence, RealPoint};
use rlct_algebra::{Monomial, Polynomial, Rational};

/// The most derivatives that are taken one after another.
const MAX_ORDER: u64 = 1000;

impl Context<'_> {
    fn generator(&self, i: usize) -> Checked<&Polynomial> {
        entry(&self.chart.generators, i, "generator")
    }

    pub(super) fn unit(&self, generator: Option<usize>, evidence: &Evidence) -> Checked<Poles> {
        let qs = match generator {
            Some(i) => vec![self.generator(i)?.clone()],
            None => Vec::new(),
        };
        no_common_zero(self.chart, &qs, evidence, self.work)?;
        Ok((Pole::INFINITE, Pole::INFINITE))
    }

    /// λ ≤ v·τ/(2 o(v)) for all weights v; independent weights with equality count for m.
    pub(super) fn newton_upper(
        &self,
        weights: &[Vec<Rational>],
        point: Option<&RealPoint>,
    ) -> Checked<Pole> {
        let chart = self.chart;
        let d = chart.dimension();
        if weights.is_empty() && point.is_none() {
            return Ok(Pole::INFINITE);
        }
        let at = real_point(chart, point, self.work)?;
        if weights.is_empty() {
            return Ok(Pole::INFINITE);
        }
        let mut common: Option<Rational> = None;
        for (n, v) in weights.iter().enumerate() {
            let wrong = |what: &str| condition(format!("weight vector {n}: {what}"));
            length(v.len(), d, "weights")?;
            for (weight, x) in v.iter().zip(&at) {
                self.work.number(weight)?;
                if weight.is_negative() {
                    return wrong("a weight is negative");
                }
                if !weight.is_zero() && !x.is_zero() {
                    return wrong("a weighted coordinate is not 0 at the point");
                }
            }
            if v.iter().all(Rational::is_zero) {
                return wrong("it is 0");
            }
            let mut order: Option<Rational> = None;
            for g in &chart.generators {
                self.work.pass(g)?;
                for (exponents, _) in g.terms() {
                    let value = dot(v, exponents, self.work)?;
                    order = Some(order.map_or(value.clone(), |least| least.min(value)));
                }
            }
            let Some(order) = order.filter(Rational::is_positive) else {
                return wrong("the order of the generators is not positive");
            };
            let taus = v.iter().zip(&chart.coordinates);
            let mut numerator = Rational::ZERO;
            for (weight, c) in taus {
                numerator += weight * c.tau();
                self.work.number(&numerator)?;
            }
            let lambda = numerator * self.work.inverse(&(Rational::from(2) * order))?;
            self.work.number(&lambda)?;
            if common.as_ref().is_some_and(|c| *c != lambda) {
                return wrong("it gives another λ than the first");
            }
            common = Some(lambda);
        }
        if self.work.rank(weights.to_vec())? != weights.len() {
            return condition("the weight vectors are linearly dependent");
        }
        match common {
            Some(lambda) => Ok(Pole::new(lambda, weights.len())),
            None => condition("there is no weight vector"),
        }
    }

    /// λ ≥ 1/(2t) where t·τ lies above a convex combination of exponents of monomials in the ideal.
    pub(super) fn newton_lower(&self, terms: &[ConvexTerm]) -> Checked<Pole> {
        let (chart, work) = (self.chart, self.work);
        let d = chart.dimension();
        if terms.is_empty() {
            return Ok(Pole::nothing(d));
        }
        let facts = chart.facts(work)?;
        // C, the coordinates that can be 0 on the centre
        let places: Vec<(usize, &Coordinate)> = chart.coordinates.iter().enumerate().collect();
        let centre: Vec<(usize, Rational)> = places
            .into_iter()
            .filter(|(i, _)| !facts.is_unit(*i))
            .map(|(i, c)| (i, c.tau()))
            .collect();
        let mut sum = Rational::ZERO;
        let mut beta = vec![Rational::ZERO; centre.len()];
        let mut alphas: Vec<Vec<Rational>> = Vec::new();
        for term in terms {
            // the exponents, and later their differences: three words a number, and some more
            work.hold(2 * (16 + 8 * centre.len() as u64))?;
            let g = self.generator(term.generator)?;
            work.number(&term.coefficient)?;
            if !term.coefficient.is_positive() {
                return condition("a coefficient of the convex combination is not positive");
            }
            sum += &term.coefficient;
            work.number(&sum)?;
            if g.is_zero() {
                return condition(format!("generator {} is 0", term.generator));
            }
            work.pass(g)?;
            let mut content = vec![u32::MAX; chart.ring.len()];
            for (exponents, _) in g.terms() {
                for (least, e) in content.iter_mut().zip(exponents) {
                    *least = (*least).min(*e);
                }
            }
            for least in content.iter_mut().skip(d) {
                *least = 0;
            }
            let places = centre.iter();
            let alpha = places.map(|(i, _)| Ok(Rational::from(exponent(&content, *i)?)));
            let alpha: Vec<Rational> = alpha.collect::<Checked<_>>()?;
            let cofactor = self.quotient(g, &content)?;
            no_zero(chart, &cofactor, term.evidence.as_ref(), work)?;
            for (b, a) in beta.iter_mut().zip(&alpha) {
                *b += &term.coefficient * a;
                work.number(b)?;
            }
            alphas.push(alpha);
        }
        if !sum.is_one() {
            return condition(format!("the coefficients add up to {sum}, not to 1"));
        }
        let ratios: Vec<Rational> = beta
            .iter()
            .zip(&centre)
            .map(|(b, (_, tau))| b / tau)
            .collect();
        let Some(t) = ratios.iter().max().filter(|t| t.is_positive()) else {
            return condition("the monomials are units on the centre");
        };
        // the unit vectors of the other coordinates span their own space
        let tight: Vec<bool> = ratios.iter().map(|r| r == t).collect();
        let slack = tight.iter().filter(|tight| !**tight).count();
        let mut differences = Vec::new();
        if let Some((first, rest)) = alphas.split_first() {
            for alpha in rest {
                let pairs = alpha.iter().zip(first).zip(&tight);
                let tight_ones = pairs.filter(|(_, tight)| **tight);
                differences.push(tight_ones.map(|((a, b), _)| a - b).collect());
            }
        }
        let face = slack + work.rank(differences)?;
        let lambda = work.inverse(&(Rational::from(2) * t))?;
        let Some(codimension) = centre.len().checked_sub(face) else {
            return condition("a face has more dimensions than there are coordinates");
        };
        // where t·τ lies inside the polyhedron, λ is larger, with some multiplicity or other
        Ok(Pole::new(lambda, codimension.max(1)))
    }

    /// p / w^k, which must be exact; `k` has an entry for every variable.
    pub(super) fn quotient(&self, p: &Polynomial, k: &[u32]) -> Checked<Polynomial> {
        self.work.pass(p)?;
        let divisor = Monomial::new(k);
        let mut terms = Vec::new();
        for (exponents, c) in p.terms() {
            let Some(rest) = Monomial::new(exponents).checked_div(&divisor) else {
                return condition(format!("{} is not divisible by the monomial", shown(p)));
            };
            terms.push((rest, c.clone()));
        }
        Ok(Polynomial::from_terms(p.variables(), terms))
    }

    /// The pole of w^2k·s^2μ, where f = g/w^k has a derivative of order at most μ along the strata
    /// of the divisor at every point: on lines in its direction the set where f is small is no
    /// larger than for s^μ.
    pub(super) fn order(
        &self,
        generator: usize,
        derivatives: &[Vec<u32>],
        divisor: &[u32],
        evidence: &Evidence,
    ) -> Checked<Poles> {
        let (chart, work) = (self.chart, self.work);
        let d = chart.dimension();
        let facts = chart.facts(work)?;
        length(divisor.len(), d, "exponents of the divisor")?;
        let mut padded = divisor.to_vec();
        padded.resize(chart.ring.len(), 0);
        let f = self.quotient(self.generator(generator)?, &padded)?;
        let mut at_divisors = Pole::INFINITE;
        for (i, (k, c)) in divisor.iter().zip(&chart.coordinates).enumerate() {
            match (*k, facts.is_unit(i)) {
                (0, false) if c.amplitude.is_negative() => {
                    return condition(format!("the amplitude of {} is negative", chart.name(i)));
                }
                (0, _) => {}
                (_, true) => {
                    return condition(format!("{} is a unit in the divisor", chart.name(i)));
                }
                (k, false) => at_divisors = at_divisors.combine(&divisor_pole(c, k, work)?),
            }
        }
        let mut order = 0;
        let mut values = Vec::new();
        for alpha in derivatives {
            length(alpha.len(), d, "orders of a derivative")?;
            let total: u64 = alpha.iter().map(|a| u64::from(*a)).sum();
            if total > MAX_ORDER {
                return condition(format!("a derivative of order above {MAX_ORDER}"));
            }
            order = order.max(total);
            work.pass(&f)?;
            let mut value = f.clone();
            for (i, (times, k)) in alpha
                .iter()
                .zip(divisor)
                .enumerate()
                .filter(|(_, p)| *p.0 > 0)
            {
                if *k > 0 {
                    return condition(format!("a derivative along the divisor {}", chart.name(i)));
                }
                for r in chart.relations() {
                    work.pass(r)?;
                }
                if chart.relations().any(|r| involves(r, i)) {
                    return condition(format!("{} occurs in a relation", chart.name(i)));
                }
                for _ in 0..*times {
                    value = work.derivative(&value, i)?;
                }
            }
            values.push(work.hold_polynomial(value)?);
        }
        if order == 0 {
            return condition("there are no derivatives of positive order");
        }
        no_common_zero(chart, &values, evidence, work)?;
        // at most MAX_ORDER
        let lambda = work.inverse(&Rational::from(2 * order as usize))?;
        let lower = at_divisors.combine(&Pole::new(lambda, 1));
        Ok((lower, Pole::INFINITE))
    }
}

/// The pole (τ/(2k), 1) of w^k, k > 0.
pub(in crate::check) fn divisor_pole(c: &Coordinate, k: u32, work: &Work) -> Checked<Pole> {
    let twice = Rational::from(2) * Rational::from(k);
    Ok(Pole::new(c.tau() * work.inverse(&twice)?, 1))
}

fn dot(v: &[Rational], exponents: &[u32], work: &Work) -> Checked<Rational> {
    let mut sum = Rational::ZERO;
    let pairs = v.iter().zip(exponents);
    for (x, e) in pairs.filter(|(x, e)| **e > 0 && !x.is_zero()) {
        sum += x * Rational::from(*e);
        work.number(&sum)?;
    }
    Ok(sum)
}
