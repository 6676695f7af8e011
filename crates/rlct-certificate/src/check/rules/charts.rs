//! Rules that cover the centre by other charts: split, cover, blow-up, and fold.

use super::{Context, Poles};
use crate::check::CheckErrorKind;
use crate::check::chart::{Chart, alone, exponent};
use crate::check::error::{Checked, condition, entry, entry_mut, length, shown};
use crate::check::evidence::no_common_zero;
use crate::format::{Child, CoordinateDomain, Evidence, Extent};
use rlct_algebra::{Polynomial, Rational};

impl Context<'_> {
    fn with_unit(&self, p: &Polynomial) -> Checked<Chart> {
        let mut chart = self.chart.copied(self.work)?;
        chart.units.push(p.clone());
        Ok(chart)
    }

    fn with_zero(&self, p: &Polynomial) -> Checked<Chart> {
        let mut chart = self.chart.copied(self.work)?;
        let extended = alone(p)
            .and_then(|(i, _)| chart.coordinates.get_mut(i))
            .filter(|c| c.extent == Extent::Extended);
        match extended {
            Some(coordinate) => coordinate.extent = Extent::Local,
            None => chart.zeros.push(p.clone()),
        }
        Ok(chart)
    }

    pub(super) fn split(&self, polynomial: &str, children: &[Child]) -> Checked<Poles> {
        let p = self
            .work
            .parse(polynomial, &self.chart.ring, "polynomial")?;
        self.worst(children, 2, |number| match number {
            0 => self.with_unit(&p),
            _ => self.with_zero(&p),
        })
    }

    pub(super) fn cover(
        &self,
        polynomials: &[String],
        evidence: &Evidence,
        children: &[Child],
    ) -> Checked<Poles> {
        length(children.len(), polynomials.len(), "children")?;
        let polynomials = self
            .work
            .parse_all(polynomials, &self.chart.ring, "polynomial")?;
        if polynomials.is_empty() {
            return condition("there are no polynomials");
        }
        no_common_zero(self.chart, &polynomials, evidence, self.work)?;
        self.worst(children, polynomials.len(), |number| {
            self.with_unit(entry(&polynomials, number, "polynomial")?)
        })
    }

    pub(super) fn blow_up(&self, weights: &[(usize, u32)], children: &[Child]) -> Checked<Poles> {
        let chart = self.chart;
        if weights.is_empty() {
            return condition("there are no weights");
        }
        let mut all_lines = true;
        let mut amplitude = -Rational::ONE;
        for (n, (i, a)) in weights.iter().enumerate() {
            let c = entry(&chart.coordinates, *i, "coordinate")?;
            if *a == 0 || weights.iter().take(n).any(|(j, _)| j == i) {
                return condition(format!("{} has weight 0 or two weights", chart.name(*i)));
            }
            if c.extent != Extent::Local {
                return condition(format!("{} is not local", chart.name(*i)));
            }
            all_lines &= c.domain == CoordinateDomain::Line;
            amplitude += Rational::from(*a) * c.tau();
            self.work.number(&amplitude)?;
        }
        // the charts: the place of the pair, the domain of u, and whether ε = −1
        let mut cases = Vec::new();
        for (n, (j, a)) in weights.iter().enumerate() {
            match entry(&chart.coordinates, *j, "coordinate")?.domain {
                CoordinateDomain::HalfLine => cases.push((n, CoordinateDomain::HalfLine, false)),
                CoordinateDomain::Line if all_lines && a % 2 == 1 => {
                    cases.push((n, CoordinateDomain::Line, false));
                }
                CoordinateDomain::Line => {
                    let signs = [false, true];
                    cases.extend(signs.map(|sign| (n, CoordinateDomain::HalfLine, sign)));
                }
            }
        }
        self.worst(children, cases.len(), |number| {
            let (n, domain, negative) = *entry(&cases, number, "chart")?;
            let (j, _) = *entry(weights, n, "pair")?;
            let mut blown = chart.map(&chart.ring, self.work, |p, _| {
                self.blow_up_polynomial(p, weights, j, negative)
            })?;
            for (place, (i, _)) in weights.iter().enumerate() {
                let c = entry_mut(&mut blown.coordinates, *i)?;
                if place == n {
                    c.domain = domain;
                    c.amplitude = amplitude.clone();
                } else if place > n {
                    c.extent = Extent::Extended;
                }
            }
            Ok(blown)
        })
    }

    /// p(w_j = ±u^{a_j}, w_i = u^{a_i}·w_i).
    fn blow_up_polynomial(
        &self,
        p: &Polynomial,
        weights: &[(usize, u32)],
        j: usize,
        negative: bool,
    ) -> Checked<Polynomial> {
        self.work.map_terms(p, p.variables(), |exponents, c| {
            let beyond = || CheckErrorKind::TooLarge("an exponent beyond 32 bits".to_string());
            let mut total = 0_u32;
            for (i, a) in weights {
                let product = exponent(exponents, *i)?.checked_mul(*a);
                let sum = product.and_then(|product| total.checked_add(product));
                total = sum.ok_or_else(beyond)?;
            }
            let mut image = exponents.to_vec();
            let power = std::mem::replace(entry_mut(&mut image, j)?, total);
            let c = if negative && power % 2 == 1 {
                -c
            } else {
                c.clone()
            };
            Ok((image, c))
        })
    }

    pub(super) fn fold(&self, index: usize, power: u32, children: &[Child]) -> Checked<Poles> {
        let (chart, work) = (self.chart, self.work);
        if power < 2 {
            return condition("the power is below 2");
        }
        let tau = entry(&chart.coordinates, index, "coordinate")?.tau();
        // units that are w_i alone become s alone
        let mut rest = chart.copied(work)?;
        let own = |p: &Polynomial| alone(p).is_some_and(|(i, _)| i == index);
        rest.units.retain(|p| !own(p));
        rest.positive.retain(|p| !own(p));
        let negative = |p: &&Polynomial| own(p) && p.terms().any(|(_, c)| c.is_negative());
        if chart.positive.iter().any(|p| negative(&p)) {
            return condition(format!("{} is negative", chart.name(index)));
        }
        let mut folded = rest.map(&chart.ring, work, |p, _| {
            work.map_terms(p, p.variables(), |exponents, c| {
                let mut image = exponents.to_vec();
                let e = entry_mut(&mut image, index)?;
                if *e % power != 0 {
                    return condition(format!(
                        "{} in {} has an exponent that {power} does not divide",
                        chart.name(index),
                        shown(p)
                    ));
                }
                *e /= power;
                Ok((image, c.clone()))
            })
        })?;
        folded
            .units
            .extend(chart.units.iter().filter(|p| own(p)).cloned());
        folded
            .positive
            .extend(chart.positive.iter().filter(|p| own(p)).cloned());
        let c = entry_mut(&mut folded.coordinates, index)?;
        c.amplitude = tau * work.inverse(&Rational::from(power))? - Rational::ONE;
        work.number(&c.amplitude)?;
        if power.is_multiple_of(2) {
            c.domain = CoordinateDomain::HalfLine;
        }
        self.only(children, &folded)
    }
}
