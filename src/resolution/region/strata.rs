//! The landscape: the zeros of K inside a region, divided by where their (λ, m) is the same.
//!
//! A stratum is what some polynomials say of a zero: these are 0, those are not, others positive.
//! The search settles all of a stratum at once, from a chart whose centre it is, and the checker
//! tells three poles: that every point has at least, that some point has at most, and that every
//! point has at most. Where the first and the last agree the stratum is done; elsewhere it is
//! divided at a polynomial that the equations suggest.

use super::solve::FaceChart;
use super::special_points::{Value, real_values};
use super::{Locus, Region, RegionError};
use crate::LearningCoefficient;
use crate::algebra::rank as rank_of;
use crate::algebra::{
    AlgebraicNumber, Factors, GroebnerBasis, Monomial, Polynomial, Rational, Reading, Univariate,
};
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

/// The most polynomials at which strata are divided.
const MOST_DIVISORS: usize = 48;

/// Derivatives up to this order suggest divisors.
const MOST_ORDER: usize = 3;

/// The most minors of the matrix of derivatives that suggest divisors.
const MOST_MINORS: usize = 60;

/// The most time for one stratum, and its share of all.
const FOR_ONE: Duration = Duration::from_millis(250);
const SHARE: u32 = 10;

/// The most points of which all but one coordinate are chosen, in the search for an example.
const MOST_TRIED: usize = 4000;

/// A polynomial in floating point that is not 0, as a share of its terms.
const NOT_ZERO: f64 = 1e-6;

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

/// What is said of the zeros of a stratum.
#[derive(Debug, Clone, Default)]
struct Conditions {
    zeros: Vec<Polynomial>,
    nonzero: Vec<Polynomial>,
    positive: Vec<Polynomial>,
}

impl Conditions {
    fn with(&self, zero: Option<&Polynomial>, nonzero: Option<&Polynomial>) -> Self {
        let mut next = self.clone();
        next.zeros.extend(zero.cloned());
        next.nonzero.extend(nonzero.cloned());
        next
    }

    fn with_positive(&self, p: &Polynomial) -> Self {
        let mut next = self.clone();
        next.positive.push(p.clone());
        next
    }

    fn mentions(&self, p: &Polynomial) -> bool {
        let all = self.zeros.iter().chain(&self.nonzero).chain(&self.positive);
        let negative = p.scale(&Rational::from(-1));
        all.into_iter().any(|q| q == p || *q == negative)
    }
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
    let factor = match locus.reading {
        Reading::Ideal => Rational::ONE,
        _ => Rational::from(2),
    };
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
        let signed = conditions.positive.iter().filter_map(|p| {
            let (name, root, rises) = Region::side(p)?;
            let i = self.locus.ring.index_of(&name)?;
            root.is_zero().then_some((i, rises))
        });
        for (i, rises) in signed {
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
        let mut simple = simplified(conditions).unwrap_or_else(|| conditions.clone());
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
            let p = own(p);
            let alone = (0..chart.coordinates.len()).find(|&i| {
                let mut terms = p.terms();
                let first = terms.next();
                let is_i = |e: &[u32]| e.iter().enumerate().all(|(j, e)| *e == u32::from(j == i));
                first.is_some_and(|(e, _)| is_i(e)) && terms.next().is_none()
            });
            match alone {
                Some(i) => chart.coordinates[i].extent = Extent::Local,
                None => chart.zeros.push(p),
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
                if let Some(parts) = self.signs(conditions, &p, true) {
                    return Some(parts);
                }
                second = second.or_else(|| self.signs(conditions, &p, false));
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
            if let Some(signs) = self.signs(&off, &p, true) {
                return Some(std::iter::once(on).chain(signs).collect());
            }
            if second.is_none() && is_uniform(&of_on) {
                second = Some(parts);
            }
            second = second.or_else(|| {
                let signs = self.signs(&off, &p, false)?;
                Some(std::iter::once(on).chain(signs).collect())
            });
        }
        second
    }

    /// What is not 0, by its sign, if each sign has one value, or at least one of them.
    fn signs(&self, conditions: &Conditions, p: &Polynomial, all: bool) -> Option<Vec<Conditions>> {
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
        (helps || !all && (one || other)).then_some(signs)
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
        let ring = &self.locus.ring;
        let variable = |p: &Polynomial| {
            let (name, ..) = Region::side(p).filter(|(_, root, _)| root.is_zero())?;
            ring.index_of(&name)
        };
        let all = |list: &[Polynomial]| list.iter().map(variable).collect::<Option<Vec<usize>>>();
        let (Some(zero), Some(signed)) = (all(&stratum.zeros), all(&stratum.positive)) else {
            return false;
        };
        let d = ring.len();
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
        let limit = (self.budget.time() / SHARE).min(FOR_ONE);
        let budget = self.budget.clone().with_time(limit);
        let of_complex = match zeros.is_empty() {
            true => x.len(),
            false => GroebnerBasis::of(zeros, &budget).ok()?.dimension()?,
        };
        (of_complex + rank(zeros, x) == x.len()).then_some(of_complex)
    }

    fn coefficient(&self, point: &[Value]) -> Option<LearningCoefficient> {
        let germ = Germ::new(self.locus.reading, self.locus.generators.clone()).ok()?;
        let germ = super::solve::at(germ, self.locus.ring.names(), point)?;
        let limit = (self.budget.time() / SHARE).min(FOR_ONE);
        let budget = self.budget.clone().with_time(limit);
        germ.learning_coefficient(&budget)
            .ok()?
            .coefficient()
            .cloned()
    }
}

/// A division at a factor of what is 0, which needs no search.
fn by_factors(conditions: &Conditions) -> Option<Vec<Conditions>> {
    let simple = simplified(conditions)?;
    let factor = simple.zeros.iter().find_map(|p| {
        let factors = p.simple_factors();
        (factors.len() > 1).then(|| factors.into_iter().next())?
    })?;
    Some(vec![
        simple.with(Some(&factor), None),
        simple.with(None, Some(&factor)),
    ])
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
    let conditions = &simplified(conditions).unwrap_or_else(|| conditions.clone());
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

/// The same conditions in fewer words: what is 0 without factors that are not, values of variables
/// put in, and without what follows from the rest. `None` if they contradict each other plainly.
fn simplified(conditions: &Conditions) -> Option<Conditions> {
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

/// A polynomial with the same real zeros, and no multiple factors.
fn reduced(g: &Polynomial) -> Polynomial {
    let factors = g.simple_factors();
    let mut product: Option<Polynomial> = None;
    for factor in &factors {
        product = match product {
            None => Some(factor.clone()),
            Some(product) => match product.checked_mul(factor, &Default::default()) {
                Ok(product) => Some(product),
                Err(_) => return g.clone(),
            },
        };
    }
    product.unwrap_or_else(|| g.clone())
}

/// Polynomials that divide zeros where their kind may change: the factors of the generators, of
/// their derivatives and of the minors of these, and the variables; simple ones first.
fn divisors(generators: &[Polynomial]) -> Vec<Polynomial> {
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

/// A real point of a stratum inside the region: rational, or with one algebraic coordinate.
fn example(locus: &Locus, stratum: &Stratum) -> Option<Vec<Value>> {
    let d = locus.ring.len();
    let values: Vec<Rational> = [
        (0, 1),
        (1, 2),
        (-1, 2),
        (1, 1),
        (-1, 1),
        (3, 4),
        (2, 1),
        (-2, 1),
        (1, 4),
    ]
    .iter()
    .filter_map(|(p, q)| Rational::new(*p, *q).ok())
    .collect();
    let mut most = values.len();
    let count = |most: usize| most.checked_pow(u32::try_from(d - 1).unwrap_or(u32::MAX));
    while most > 1 && count(most).is_none_or(|count| count * d > MOST_TRIED) {
        most -= 1;
    }
    let mut irrational = None;
    let mut chosen = vec![0_usize; d - 1];
    loop {
        for free in 0..d {
            let others = (0..d).filter(|i| *i != free).zip(&chosen);
            let images: Vec<Polynomial> = {
                let mut images: Vec<Polynomial> = (0..d)
                    .map(|i| Polynomial::variable(&locus.ring, i))
                    .collect();
                for (i, k) in others {
                    images[i] = Polynomial::constant(&locus.ring, values[*k].clone());
                }
                images
            };
            for value in free_values(locus, stratum, free, &images, &values[..most]) {
                let mut point: Vec<Value> = Vec::with_capacity(d);
                let mut rest = chosen.iter();
                for i in 0..d {
                    point.push(match i == free {
                        true => value.clone(),
                        false => Value::Rational(values[*rest.next()?].clone()),
                    });
                }
                if !is_in(locus, stratum, &point) {
                    continue;
                }
                match value {
                    Value::Rational(_) => return Some(point),
                    Value::Number(_) => irrational = irrational.or(Some(point)),
                }
            }
        }
        let Some(i) = (0..d - 1).rfind(|&i| chosen[i] + 1 < most) else {
            return irrational;
        };
        chosen[i] += 1;
        chosen[i + 1..].fill(0);
    }
}

/// Values of one variable, the others given, at which what is to be 0 is 0.
fn free_values(
    locus: &Locus,
    stratum: &Stratum,
    free: usize,
    images: &[Polynomial],
    values: &[Rational],
) -> Vec<Value> {
    let mut common: Option<Univariate> = None;
    for p in &stratum.zeros {
        let Ok(p) = p.compose(images, &Default::default()) else {
            return Vec::new();
        };
        if p.is_zero() {
            continue;
        }
        let Some(p) = p.as_univariate(free) else {
            return Vec::new();
        };
        common = Some(common.map_or_else(|| p.clone(), |q| q.gcd(&p)));
    }
    match common {
        None => values.iter().cloned().map(Value::Rational).collect(),
        Some(p) if p.degree().is_none_or(|degree| degree == 0) => Vec::new(),
        Some(p) => real_values(locus, free, &p),
    }
}

/// Whether a point is in a stratum and inside the region: exactly where it is rational, else as far
/// as floating point tells.
fn is_in(locus: &Locus, stratum: &Stratum, point: &[Value]) -> bool {
    let rational: Option<Vec<Rational>> = point
        .iter()
        .map(|value| match value {
            Value::Rational(value) => Some(value.clone()),
            Value::Number(_) => None,
        })
        .collect();
    for (name, value) in locus.ring.names().iter().zip(point) {
        let x = value.to_f64();
        let (lower, upper) = locus.region.ends(name);
        if lower.is_some_and(|a| a.to_f64() >= x) || upper.is_some_and(|b| b.to_f64() <= x) {
            return false;
        }
    }
    if let Some(point) = rational {
        let positive = |p: &Polynomial| p.evaluate(&point).is_ok_and(|v| v.is_positive());
        return stratum.contains(&point) && locus.inequalities.iter().all(positive);
    }
    let x: Vec<f64> = point.iter().map(Value::to_f64).collect();
    let size_of = |p: &Polynomial| {
        let (sum, size) = super::special_points::sums(p, &x);
        (sum, NOT_ZERO * size)
    };
    let zero = |p: &Polynomial| size_of(p).0.abs() <= size_of(p).1;
    let positive = |p: &Polynomial| size_of(p).0 > size_of(p).1;
    stratum.zeros.iter().all(zero)
        && !stratum.nonzero.iter().any(zero)
        && stratum.positive.iter().all(positive)
        && locus.inequalities.iter().all(positive)
}

/// A value as a text: an irrational one with its equation.
fn told(value: &Value) -> String {
    match value {
        Value::Rational(value) => value.to_string(),
        Value::Number(number) => {
            let number = rounded(number);
            let [a, b] = number.between();
            let name = number.name();
            let ring = crate::algebra::Variables::from_trusted(vec![name.to_string()]);
            let equation = number.polynomial().in_variable(&ring, 0);
            format!("{name} ({equation} = 0, {a} < {name} < {b})")
        }
    }
}

/// The number with eighths as the ends of its interval, where they tell it from the other roots.
fn rounded(number: &AlgebraicNumber) -> AlgebraicNumber {
    let x = 8.0 * number.to_f64();
    let eighths = |x: f64| Rational::new(x as i64, 8).ok();
    let around = eighths(x.floor()).zip(eighths(x.ceil()));
    around
        .and_then(|(a, b)| AlgebraicNumber::new(number.name(), number.polynomial(), [a, b]).ok())
        .unwrap_or_else(|| number.clone())
}

/// The rank of the derivatives at a point, in floating point.
fn rank(zeros: &[Polynomial], x: &[f64]) -> usize {
    let rows = zeros.iter().map(|p| {
        let slopes = (0..x.len()).map(|i| super::special_points::sums(&p.derivative(i), x).0);
        slopes.collect::<Vec<f64>>()
    });
    super::candidates::rank(rows.collect())
}
