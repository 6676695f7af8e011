//! Real points of the centre, by interval arithmetic and the intermediate value theorem.

use super::CheckErrorKind;
use super::chart::{Chart, alone, exponent, proportional};
use super::error::{Checked, length, shown};
use super::work::Work;
use crate::format::{CoordinateDomain, Extent, RealPoint};
use rlct_algebra::{Polynomial, Rational};

/// A closed interval with rational ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) low: Rational,
    pub(super) high: Rational,
}

impl Interval {
    pub(super) fn point(x: &Rational) -> Self {
        Self {
            low: x.clone(),
            high: x.clone(),
        }
    }

    fn is_point(&self) -> bool {
        self.low == self.high
    }

    pub(super) fn contains_zero(&self) -> bool {
        !self.low.is_positive() && !self.high.is_negative()
    }

    fn times(&self, other: &Self) -> Self {
        let products = [
            &self.low * &other.low,
            &self.low * &other.high,
            &self.high * &other.low,
            &self.high * &other.high,
        ];
        let [first, rest @ ..] = products;
        rest.into_iter().fold(Self::point(&first), |hull, x| Self {
            low: hull.low.min(x.clone()),
            high: hull.high.max(x),
        })
    }

    /// The powers xⁿ.
    fn power(&self, n: u32, work: &Work) -> Checked<Self> {
        let (a, b) = (work.power(&self.low, n)?, work.power(&self.high, n)?);
        let low = match n % 2 {
            0 if self.contains_zero() => Rational::ZERO,
            _ => a.clone().min(b.clone()),
        };
        Ok(Self {
            low,
            high: a.max(b),
        })
    }
}

/// The values of a polynomial on a box.
pub(super) fn evaluate(p: &Polynomial, at: &[Interval], work: &Work) -> Checked<Interval> {
    let mut sum = Interval::point(&Rational::ZERO);
    for (exponents, c) in p.terms() {
        let mut value = Interval::point(c);
        for (i, x) in at.iter().enumerate() {
            let n = exponent(exponents, i)?;
            if n > 0 {
                work.spend(1)?;
                value = value.times(&x.power(n, work)?);
                work.number(&value.low)?;
                work.number(&value.high)?;
            }
        }
        sum.low += value.low;
        sum.high += value.high;
        work.number(&sum.low)?;
        work.number(&sum.high)?;
    }
    Ok(sum)
}

fn refuted<T>(message: impl Into<String>) -> Checked<T> {
    Err(CheckErrorKind::Point(message.into()))
}

/// That the point lies in the centre; its coordinates.
pub(super) fn real_point(
    chart: &Chart,
    stated: Option<&RealPoint>,
    work: &Work,
) -> Checked<Vec<Rational>> {
    let d = chart.dimension();
    let origin = RealPoint {
        coordinates: vec![Rational::ZERO; d],
        functions: Vec::new(),
    };
    let point = stated.unwrap_or(&origin);
    length(point.coordinates.len(), d, "coordinates of the real point")?;
    let expected = chart.functions.len();
    length(
        point.functions.len(),
        expected,
        "intervals of the real point",
    )?;
    let mut values = Vec::new();
    for (i, (x, c)) in point.coordinates.iter().zip(&chart.coordinates).enumerate() {
        work.number(x)?;
        if c.extent == Extent::Local && !x.is_zero() {
            return refuted(format!("the local coordinate {} is not 0", chart.name(i)));
        }
        if c.domain == CoordinateDomain::HalfLine && x.is_negative() {
            return refuted(format!("{} is negative", chart.name(i)));
        }
        values.push(Interval::point(x));
    }
    for [low, high] in &point.functions {
        work.number(low)?;
        work.number(high)?;
        let (low, high) = (low.clone(), high.clone());
        values.push(Interval { low, high });
    }
    for (k, f) in chart.functions.iter().enumerate() {
        let name = chart.name(d + k);
        let interval = values[d + k].clone();
        if interval.low > interval.high {
            return refuted(format!("the interval of {name} is empty"));
        }
        if let Some([a, b]) = &f.between {
            let inside = *a <= interval.low && interval.high <= *b;
            let inner = !interval.is_point() || (*a < interval.low && interval.high < *b);
            if !inside || !inner {
                return refuted(format!("the interval of {name} leaves its bounds"));
            }
        }
        let is_late = |(i, e): (usize, &u32)| i > d + k && *e > 0 && !values[i].is_point();
        let vanishes = |(e, x): (&u32, &Interval)| *e > 0 && x.is_point() && x.low.is_zero();
        if f.relation
            .terms()
            .any(|(e, _)| e.iter().enumerate().any(is_late) && !e.iter().zip(&values).any(vanishes))
        {
            return refuted(format!("the relation of {name} involves later functions"));
        }
        let at = |end: &Rational| {
            let mut values = values.clone();
            values[d + k] = Interval::point(end);
            evaluate(&f.relation, &values, work)
        };
        let (a, b) = (at(&interval.low)?, at(&interval.high)?);
        let zero = Interval::point(&Rational::ZERO);
        let changes = (a.high.is_negative() && b.low.is_positive())
            || (a.low.is_positive() && b.high.is_negative());
        if !(changes || (interval.is_point() && a == zero)) {
            return refuted(format!(
                "the relation {} is not shown to have a root in the interval of {name}",
                shown(&f.relation)
            ));
        }
    }
    // the relations are 0 at the point, hence what restricts to a multiple of one of them
    let facts = chart.facts(work)?;
    let mut vanishing = Vec::new();
    for r in chart.relations() {
        vanishing.push(work.hold_polynomial(facts.restrict(r, work)?)?);
    }
    for p in &chart.zeros {
        if evaluate(p, &values, work)? == Interval::point(&Rational::ZERO) {
            continue;
        }
        let restricted = facts.restrict(p, work)?;
        for r in &vanishing {
            work.pass(r)?;
        }
        if alone(p).is_some() || !vanishing.iter().any(|r| proportional(r, &restricted)) {
            return refuted(format!("{} is not shown to be 0", shown(p)));
        }
    }
    for p in &chart.units {
        if evaluate(p, &values, work)?.contains_zero() {
            return refuted(format!("{} is not shown to differ from 0", shown(p)));
        }
    }
    for p in &chart.positive {
        if !evaluate(p, &values, work)?.low.is_positive() {
            return refuted(format!("{} is not shown to be positive", shown(p)));
        }
    }
    Ok(point.coordinates.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckLimits;

    /// All intervals between −4 and 6, and powers below the sixth.
    #[test]
    fn intervals_hold_the_values() {
        let work = Work::new(&CheckLimits::default());
        let intervals = || (-4_i64..5).flat_map(|a| (0_i64..3).map(move |w| (a, w)));
        let interval = |(a, w): (i64, i64)| Interval {
            low: a.into(),
            high: (a + w).into(),
        };
        for (a, w) in intervals() {
            for n in 0..6 {
                let power = interval((a, w)).power(n, &work).unwrap();
                for x in a..=a + w {
                    let value = Rational::from(x).pow(n);
                    assert!(power.low <= value && value <= power.high);
                }
            }
            for (b, v) in intervals() {
                let product = interval((a, w)).times(&interval((b, v)));
                for (x, y) in (a..=a + w).flat_map(|x| (b..=b + v).map(move |y| (x, y))) {
                    let value = Rational::from(x * y);
                    assert!(product.low <= value && value <= product.high);
                }
            }
        }
    }
}
