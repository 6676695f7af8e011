//! The landscape: the zeros of K inside a region, divided by where their (λ, m) is the same.
//!
//! A stratum is what some polynomials say of a zero: these are 0, those are not, others positive.
//! The search settles all of a stratum at once, from a chart whose centre it is, and the checker
//! tells three poles: that every point has at least, that some point has at most, and that every
//! point has at most. Where the first and the last agree the stratum is done; elsewhere it is
//! divided at a polynomial that the equations suggest.

mod conditions;
mod example;

use conditions::{Conditions, by_factors, divisors, simplified, variable};
use example::{example, rank, told};

use super::solve::FaceChart;
use super::special_points::{Value, reduced};
use super::{Locus, Region, RegionError};
use crate::LearningCoefficient;
use crate::algebra::rank as rank_of;
use crate::algebra::{GroebnerBasis, Monomial, Polynomial, Rational};
use crate::budget::{Budget, Meter, abandonable};
use crate::certificate::format::Extent;
use crate::certificate::region::Place;
use crate::certificate::{ChartPoles, CheckLimits, Pole, poles_of_charts};
use crate::resolution::Germ;
use crate::resolution::answer::used_steps;
use crate::resolution::chart::{Chart, ring};
use crate::resolution::large_stack::on_large_stack;
use crate::resolution::search::Search;
use std::time::Duration;

/// The most divisions one below the other.
const MOST_DIVISIONS: usize = 12;

/// Generators of more terms together are not divided: their factors take too long.
const MOST_TERMS: usize = 1000;

/// The most time for one stratum, and its share of all. Chosen looking at some forty ideals in one
/// to eight variables.
const FOR_ONE: Duration = Duration::from_millis(250);
const SHARE: u32 = 10;

/// One part of the zeros.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Stratum {
    /// These are 0 there; their real zeros include those of the generators.
    pub zeros: Vec<Polynomial>,
    /// These are not.
    pub nonzero: Vec<Polynomial>,
    /// These are positive.
    pub positive: Vec<Polynomial>,
    /// The dimension near the example, where one is known.
    pub dimension: Option<usize>,
    /// Every point of the stratum has this pole or a better one.
    pub lower: Pole,
    /// Whether it is proved that every point has it.
    pub is_uniform: bool,
    /// A real point of the stratum: a text for each variable.
    pub example: Option<Vec<String>>,
    /// (λ, m) at the example, if the stratum is not proved uniform and the engine decides it.
    pub at_example: Option<LearningCoefficient>,
}

impl Stratum {
    /// The (λ, m) of every point, if that is proved.
    #[must_use]
    pub fn coefficient(&self) -> Option<LearningCoefficient> {
        let lambda = self.lower.lambda().filter(|_| self.is_uniform)?;
        Some(LearningCoefficient::new(
            lambda.clone(),
            self.lower.multiplicity(),
        ))
    }

    /// Whether a point fulfils the conditions.
    #[must_use]
    pub fn contains(&self, point: &[Rational]) -> bool {
        let sign = |p: &Polynomial| p.evaluate(point).map_or(0, |value| value.signum());
        self.zeros.iter().all(|p| sign(p) == 0)
            && self.nonzero.iter().all(|p| sign(p) != 0)
            && self.positive.iter().all(|p| sign(p) > 0)
    }

    /// The conditions, in words: `x = 0, y ≠ 0, z > 0`.
    #[must_use]
    pub fn conditions(&self) -> String {
        let told = |p: &Polynomial, sign: &str| format!("{p} {sign} 0");
        let zeros = self.zeros.iter().map(|p| told(p, "="));
        let nonzero = self.nonzero.iter().map(|p| told(p, "≠"));
        let positive = self.positive.iter().map(|p| {
            let is_negative = p.terms().next().is_some_and(|(_, c)| c.is_negative());
            match is_negative {
                true => told(&p.scale(&Rational::from(-1)), "<"),
                false => told(p, ">"),
            }
        });
        let all: Vec<String> = zeros.chain(nonzero).chain(positive).collect();
        all.join(", ")
    }
}

/// The strata, worst first: together they are the zeros inside the region.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Landscape {
    /// The strata.
    pub strata: Vec<Stratum>,
    /// Whether the time was up before all of them were divided as far as the search would.
    pub out_of_time: bool,
}

/// The work on one landscape.
struct Division<'a> {
    locus: &'a Locus,
    budget: &'a Budget,
    meter: Meter,
    /// The chart of all that is inside the region.
    inside: Chart,
    divisors: Vec<Polynomial>,
    out_of_time: bool,
}

pub(super) fn landscape(locus: &Locus, budget: &Budget) -> Result<Landscape, RegionError> {
    on_large_stack(|| divided(locus, budget))
}

fn divided(locus: &Locus, budget: &Budget) -> Result<Landscape, RegionError> {
    let names = locus.ring.names();
    let place = |name: &String| match locus.region.interval(name) {
        Some(_) => Place::Inside,
        None => Place::Any,
    };
    let mut face: Vec<Place> = names.iter().map(place).collect();
    face.extend(locus.inequalities.iter().map(|_| Place::Inside));
    let FaceChart::Chart(inside) = locus.chart(&face) else {
        return Err(RegionError::TooLarge);
    };
    let terms: usize = locus.generators.iter().map(|g| g.terms().count()).sum();
    if terms > MOST_TERMS {
        return Err(RegionError::TooLong {
            terms,
            most: MOST_TERMS,
        });
    }
    let mut division = Division {
        locus,
        budget,
        meter: budget.start(),
        inside: *inside,
        divisors: divisors(&locus.generators),
        out_of_time: false,
    };
    let zeros = Conditions {
        zeros: locus.generators.iter().map(reduced).collect(),
        ..Conditions::default()
    };
    let mut strata = division.divide(&zeros, MOST_DIVISIONS);
    let factor = locus.factor();
    for stratum in &mut strata {
        stratum.lower = stratum.lower.scale(&factor);
        division.look(stratum);
    }
    strata.sort_by(|a, b| a.lower.cmp(&b.lower).then(a.dimension.cmp(&b.dimension)));
    Ok(Landscape {
        strata,
        out_of_time: division.out_of_time,
    })
}

impl Division<'_> {
    /// The poles of all points that fulfil conditions; `None` if the search fails.
    ///
    /// Where a variable has one sign it is also tried as ± a square: x² − y²z is a product for
    /// z = s² > 0, and s ↦ s² is a change of coordinates there.
    fn poles(&self, conditions: &Conditions) -> Option<ChartPoles> {
        let Some(conditions) = &simplified(conditions) else {
            // nothing is there
            return Some(ChartPoles::nowhere(self.locus.ring.len()));
        };
        let chart = self.chart(conditions);
        let poles = self.poles_of(&chart)?;
        if poles.uniform().is_some() || poles.lower.is_infinite() {
            return Some(poles);
        }
        for (i, rises) in conditions.positive.iter().filter_map(variable) {
            let squared = rooted(&chart, i, rises).and_then(|chart| self.poles_of(&chart));
            if let Some(squared) = squared.filter(|poles| poles.uniform().is_some()) {
                return Some(squared);
            }
        }
        Some(poles)
    }

    /// A lower bound at all points that fulfil conditions, whether or not K is 0 there, and
    /// everywhere: without equations and sides a search is often shorter.
    fn bound(&self, conditions: &Conditions) -> Pole {
        let mut simple = conditions.clone();
        simple.zeros.retain(|p| Region::side(p).is_some());
        let chart = Chart {
            positive: Vec::new(),
            ..self.chart(&simple)
        };
        let poles = self.poles_within(&chart, 4 * FOR_ONE);
        poles.map_or(Pole::nothing(self.locus.ring.len()), |poles| poles.lower)
    }

    /// The chart whose centre is what conditions say.
    fn chart(&self, conditions: &Conditions) -> Chart {
        let own = |p: &Polynomial| {
            let terms = p.terms().map(|(e, c)| (Monomial::new(e), c.clone()));
            Polynomial::from_terms(ring(self.locus.ring.len()), terms)
        };
        let mut chart = self.inside.clone();
        for p in &conditions.zeros {
            match variable(p) {
                Some((i, _)) => chart.coordinates[i].extent = Extent::Local,
                None => chart.zeros.push(own(p)),
            }
        }
        chart.units.extend(conditions.nonzero.iter().map(own));
        chart.positive.extend(conditions.positive.iter().map(own));
        chart
    }

    fn poles_of(&self, chart: &Chart) -> Option<ChartPoles> {
        self.poles_within(chart, FOR_ONE)
    }

    fn poles_within(&self, chart: &Chart, most: Duration) -> Option<ChartPoles> {
        let limit = (self.budget.time() / SHARE).max(FOR_ONE / 4).min(most);
        let meter = self.budget.clone().with_time(limit).start();
        let mut search = Search::new(&meter);
        let (last, _) = search.root(chart);
        let steps = used_steps(search.into_steps(), last);
        let watch = meter.watch();
        let poles = abandonable(|| poles_of_charts(&steps, &CheckLimits::default()));
        drop(watch);
        poles.ok()?.ok()?.pop()
    }

    /// The strata of all points that fulfil conditions.
    fn divide(&mut self, conditions: &Conditions, depth: usize) -> Vec<Stratum> {
        let Some(conditions) = &simplified(conditions) else {
            return Vec::new();
        };
        self.out_of_time |= self.meter.over().is_some();
        let can_divide = depth > 0 && !self.out_of_time;
        let parts = match by_factors(conditions).filter(|_| can_divide) {
            Some(parts) => parts,
            None => {
                let poles = self.poles(conditions);
                let of = |test: fn(&ChartPoles) -> bool| poles.as_ref().is_some_and(test);
                if of(|poles| poles.lower.is_infinite()) {
                    return Vec::new();
                }
                let is_done = of(|poles| poles.uniform().is_some());
                let parts = match can_divide && !is_done {
                    true => self.parts(conditions),
                    false => None,
                };
                let Some(parts) = parts else {
                    let nothing = Pole::nothing(self.locus.ring.len());
                    let mut lower = poles.map_or(nothing, |poles| poles.lower);
                    if !is_done {
                        lower = lower.better(&self.bound(conditions));
                    }
                    return vec![stratum(conditions, lower, is_done)];
                };
                parts
            }
        };
        let of_parts: Vec<Vec<Stratum>> = parts
            .iter()
            .map(|part| self.divide(part, depth - 1))
            .collect();
        // parts that are all alike are one
        let filled: Vec<&Vec<Stratum>> = of_parts.iter().filter(|part| !part.is_empty()).collect();
        let alone = |part: &&Vec<Stratum>| {
            let one = part.first().filter(|_| part.len() == 1);
            one.and_then(|one| one.is_uniform.then(|| one.lower.clone()))
        };
        let values: Vec<Option<Pole>> = filled.iter().map(alone).collect();
        if let Some(Some(first)) = values.first()
            && values.iter().all(|value| value.as_ref() == Some(first))
        {
            return vec![stratum(conditions, first.clone(), true)];
        }
        of_parts.into_iter().flatten().collect()
    }

    /// A division of a stratum that helps, if one is found: what is left where the polynomial is
    /// not 0 has one value, or where it is 0; or its signs make a difference.
    fn parts(&mut self, conditions: &Conditions) -> Option<Vec<Conditions>> {
        let mut second = None;
        for p in self.divisors.clone() {
            if conditions.nonzero.contains(&p) {
                match self.signs(conditions, &p) {
                    Some((parts, true)) => return Some(parts),
                    Some((parts, false)) => second = second.or(Some(parts)),
                    None => {}
                }
                continue;
            }
            if conditions.mentions(&p) {
                continue;
            }
            if self.meter.over().is_some() {
                self.out_of_time = true;
                break;
            }
            let (off, on) = (
                conditions.with(None, Some(&p)),
                conditions.with(Some(&p), None),
            );
            let of_off = self.poles(&off);
            let of_on = self.poles(&on);
            let is_empty = |poles: &Option<ChartPoles>| {
                let poles = poles.as_ref();
                poles.is_some_and(|poles| poles.lower.is_infinite())
            };
            let is_uniform = |poles: &Option<ChartPoles>| {
                let poles = poles.as_ref();
                poles.is_some_and(|poles| poles.uniform().is_some())
            };
            // it is 0 on all of the stratum, or nowhere: that is known then
            match (is_empty(&of_off), is_empty(&of_on)) {
                (true, _) if is_uniform(&of_on) => return Some(vec![on]),
                (_, true) if is_uniform(&of_off) => return Some(vec![off]),
                (false, false) => {}
                _ => continue,
            }
            let parts = vec![on.clone(), off.clone()];
            if is_uniform(&of_off) {
                return Some(parts);
            }
            let with_signs = self.signs(&off, &p).map(|(signs, all)| {
                let parts: Vec<Conditions> = std::iter::once(on).chain(signs).collect();
                (parts, all)
            });
            match with_signs {
                Some((parts, true)) => return Some(parts),
                _ if second.is_some() => {}
                _ if is_uniform(&of_on) => second = Some(parts),
                with_signs => second = with_signs.map(|(parts, _)| parts),
            }
        }
        second
    }

    /// What is not 0, by its sign, if a sign has one value; and whether nothing else is left.
    fn signs(&self, conditions: &Conditions, p: &Polynomial) -> Option<(Vec<Conditions>, bool)> {
        let mut rest = conditions.clone();
        rest.nonzero.retain(|q| q != p);
        let negative = p.scale(&Rational::from(-1));
        let signs = vec![rest.with_positive(p), rest.with_positive(&negative)];
        let is_done = |sign: &Conditions| {
            let poles = self.poles(sign)?;
            Some((poles.uniform().is_some(), poles.lower.is_infinite()))
        };
        let [(one, no_one), (other, no_other)] = [is_done(&signs[0])?, is_done(&signs[1])?];
        // a sign that is empty says nothing by itself
        let helps = one && (other || no_other) || other && no_one;
        (one || other).then_some((signs, helps))
    }

    /// Looks for a real point of a stratum, its dimension there, and what the engine says of it.
    fn look(&self, stratum: &mut Stratum) {
        let Some(point) = example(self.locus, stratum) else {
            return;
        };
        let x: Vec<f64> = point.iter().map(Value::to_f64).collect();
        stratum.dimension = self.dimension(&stratum.zeros, &x);
        stratum.example = Some(point.iter().map(told).collect());
        if stratum.is_uniform {
            return;
        }
        let found = self.coefficient(&point);
        match &found {
            Some(value) if self.is_orbit(stratum) => {
                stratum.lower = Pole::new(value.lambda().clone(), value.multiplicity());
                stratum.is_uniform = true;
            }
            _ => stratum.at_example = found,
        }
    }

    /// Whether scalings wᵢ ↦ t^(vᵢ) wᵢ that preserve the ideal move any point of a stratum to any
    /// other: each variable is 0 there or has a sign, nothing else is said, and on those with a
    /// sign the exponents v are free.
    fn is_orbit(&self, stratum: &Stratum) -> bool {
        let all = |list: &[Polynomial]| {
            let places = list.iter().map(|p| variable(p).map(|(i, _)| i));
            places.collect::<Option<Vec<usize>>>()
        };
        let (Some(zero), Some(signed)) = (all(&stratum.zeros), all(&stratum.positive)) else {
            return false;
        };
        let d = self.locus.ring.len();
        let told = (0..d).all(|i| zero.contains(&i) != signed.contains(&i));
        if !told || !stratum.nonzero.is_empty() {
            return false;
        }
        // v is orthogonal to the differences of the exponents of each generator
        let mut differences: Vec<Vec<Rational>> = Vec::new();
        for g in &self.locus.generators {
            let mut terms = g.terms().map(|(e, _)| e);
            let Some(first) = terms.next() else { continue };
            differences.extend(terms.map(|e| {
                let pairs = e.iter().zip(first);
                let difference =
                    |(a, b): (&u32, &u32)| Rational::from(i64::from(*a) - i64::from(*b));
                pairs.map(difference).collect()
            }));
        }
        let of_zero = differences.iter().map(|row| {
            let columns = zero.iter().map(|&i| row[i].clone());
            columns.collect::<Vec<Rational>>()
        });
        let of_zero: Vec<Vec<Rational>> = of_zero.collect();
        rank_of(&differences) == rank_of(&of_zero)
    }

    /// The dimension near a point: that of the equations over ℂ, where as many derivatives are
    /// independent there; else nobody knows.
    fn dimension(&self, zeros: &[Polynomial], x: &[f64]) -> Option<usize> {
        let budget = self.share();
        let of_complex = match zeros.is_empty() {
            true => x.len(),
            false => GroebnerBasis::of(zeros, &budget).ok()?.dimension()?,
        };
        (of_complex + rank(zeros, x) == x.len()).then_some(of_complex)
    }

    /// A budget for a look at one stratum.
    fn share(&self) -> Budget {
        let limit = (self.budget.time() / SHARE).min(FOR_ONE);
        self.budget.clone().with_time(limit)
    }

    fn coefficient(&self, point: &[Value]) -> Option<LearningCoefficient> {
        let germ = Germ::new(self.locus.reading, self.locus.generators.clone()).ok()?;
        let germ = super::solve::at(germ, self.locus.ring.names(), point)?;
        let budget = self.share();
        germ.learning_coefficient(&budget)
            .ok()?
            .coefficient()
            .cloned()
    }
}

/// A chart on which coordinate `i` has a sign, with ± its square in its place.
fn rooted(chart: &Chart, i: usize, is_positive: bool) -> Option<Chart> {
    let d = chart.coordinates.len();
    let x = Polynomial::variable(ring(d), i);
    let mut images: Vec<Polynomial> = (0..d).map(|j| Polynomial::variable(ring(d), j)).collect();
    images[i] = (&x * &x).scale(&Rational::from(if is_positive { 1 } else { -1 }));
    let put = |list: &[Polynomial]| {
        let images = list
            .iter()
            .map(|p| p.compose(&images, &Default::default()).ok());
        images.collect::<Option<Vec<_>>>()
    };
    let mut positive = put(&chart.positive)?;
    positive.push(x);
    Some(Chart {
        zeros: put(&chart.zeros)?,
        units: put(&chart.units)?,
        generators: put(&chart.generators)?,
        positive,
        ..chart.clone()
    })
}

fn stratum(conditions: &Conditions, lower: Pole, is_uniform: bool) -> Stratum {
    Stratum {
        zeros: conditions.zeros.clone(),
        nonzero: conditions.nonzero.clone(),
        positive: conditions.positive.clone(),
        dimension: None,
        lower,
        is_uniform,
        example: None,
        at_example: None,
    }
}
