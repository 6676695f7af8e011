//! The sides of a region: what follows from what, and how far it reaches, by linear programs.

use super::Locus;
use crate::Budget;
use crate::algebra::{Polynomial, Rational};
use crate::certificate::region::Interval;
use crate::polyhedron::{LinearProgram, Optimum};

impl Locus {
    /// Without ends of intervals and inequalities that follow from the rest: where more conditions
    /// meet than there are dimensions a face has no coordinates of its own.
    pub(super) fn without_implied_ends(mut self) -> Self {
        if self.inequalities.is_empty() {
            return self;
        }
        let names = self.ring.names().to_vec();
        for (i, name) in names.iter().enumerate() {
            for at_upper in [false, true] {
                if self.is_implied(i, at_upper) {
                    let interval = self.region.intervals.iter_mut();
                    for interval in interval.filter(|v| v.variable == *name) {
                        match at_upper {
                            true => interval.upper = None,
                            false => interval.lower = None,
                        }
                    }
                }
            }
        }
        let mut k = 0;
        while k < self.inequalities.len() {
            let is_plain = self.region.inequalities[k].power().is_zero();
            if is_plain && self.follows(k) {
                self.region.inequalities.remove(k);
                self.inequalities.remove(k);
            } else {
                k += 1;
            }
        }
        let has_end = |v: &Interval| v.lower.is_some() || v.upper.is_some();
        self.region.intervals.retain(has_end);
        self
    }

    /// Whether an end without a power follows from the other conditions.
    fn is_implied(&self, i: usize, at_upper: bool) -> bool {
        let name = &self.ring.names()[i];
        let Some(interval) = self.region.interval(name) else {
            return false;
        };
        let (end, power) = match at_upper {
            true => (&interval.upper, interval.at_upper()),
            false => (&interval.lower, interval.at_lower()),
        };
        let (Some(end), true) = (end, power.is_zero()) else {
            return false;
        };
        let sign = Rational::from(if at_upper { 1 } else { -1 });
        let of_variable = |l: usize| match l == i {
            true => sign.clone(),
            false => Rational::ZERO,
        };
        let most = self.maximum(&of_variable, Some((i, at_upper)), None);
        most.is_some_and(|value| value <= end * &sign)
    }

    /// Whether an inequality follows from the other conditions.
    fn follows(&self, k: usize) -> bool {
        if self.inequalities[k].degree() != 1 {
            return false;
        }
        let (slopes, constant) = affine(&self.inequalities[k], self.ring.len());
        let most = self.maximum(&|l| -slopes[l].clone(), None, Some(k));
        most.is_some_and(|value| value <= constant)
    }

    /// The maximum of a linear function where the conditions hold but for one end and one
    /// inequality, if there is one.
    fn maximum(
        &self,
        objective: &dyn Fn(usize) -> Rational,
        without_end: Option<(usize, bool)>,
        without: Option<usize>,
    ) -> Option<Rational> {
        let d = self.ring.len();
        // x = x⁺ − x⁻
        let row = |coefficients: &dyn Fn(usize) -> Rational| -> Vec<Rational> {
            let plus = (0..d).map(coefficients);
            plus.clone().chain(plus.map(|c| -c)).collect()
        };
        let unit = |j: usize| move |l: usize| Rational::from(i64::from(l == j));
        let mut program = LinearProgram::maximise(row(objective));
        for (j, name) in self.ring.names().iter().enumerate() {
            let Some(interval) = self.region.interval(name) else {
                continue;
            };
            let kept = |at_upper: bool| without_end != Some((j, at_upper));
            if let Some(a) = interval.lower.as_ref().filter(|_| kept(false)) {
                program = program.at_least(row(&unit(j)), a.clone());
            }
            if let Some(b) = interval.upper.as_ref().filter(|_| kept(true)) {
                program = program.at_most(row(&unit(j)), b.clone());
            }
        }
        for (k, function) in self.inequalities.iter().enumerate() {
            // curved sides say nothing here
            if without != Some(k) && function.degree() == 1 {
                let (slopes, constant) = affine(function, d);
                program = program.at_least(row(&|l| slopes[l].clone()), -constant);
            }
        }
        match program.solve(&Budget::default()) {
            Ok(Optimum::Attained { value, .. }) => Some(value),
            _ => None,
        }
    }

    /// The slanted sides ℓ ≥ 0: the slopes of ℓ, its constant, and its power in the prior.
    #[must_use]
    pub fn slanted_sides(&self) -> Vec<(Vec<Rational>, Rational, Rational)> {
        let sides = self.inequalities.iter().zip(&self.region.inequalities);
        sides
            .filter(|(function, _)| function.degree() == 1)
            .map(|(function, inequality)| {
                let (slopes, constant) = affine(function, self.ring.len());
                (slopes, constant, inequality.power())
            })
            .collect()
    }

    /// The curved sides: ℓ of those ℓ ≥ 0 that are not of degree 1.
    pub fn curved_sides(&self) -> impl Iterator<Item = &Polynomial> {
        self.inequalities.iter().filter(|l| l.degree() > 1)
    }

    /// The powers of the prior at the lower and the upper end of the variable with index `i`, as
    /// far as the region reaches them.
    #[must_use]
    pub fn end_powers(&self, i: usize) -> (Rational, Rational) {
        let interval = self.ring.names().get(i);
        let Some(interval) = interval.and_then(|name| self.region.interval(name)) else {
            return (Rational::ZERO, Rational::ZERO);
        };
        let (lower, upper) = self.extent(i);
        let at = |end: &Option<Rational>, reached: Option<Rational>, power: Rational| match end {
            Some(end) if Some(end) == reached.as_ref() => power,
            _ => Rational::ZERO,
        };
        (
            at(&interval.lower, lower, interval.at_lower()),
            at(&interval.upper, upper, interval.at_upper()),
        )
    }

    /// The least and the greatest value of the variable with index `i` in the region, where it has
    /// one: the box around a simplex, say.
    #[must_use]
    pub fn extent(&self, i: usize) -> (Option<Rational>, Option<Rational>) {
        let of_variable = |sign: i64| move |l: usize| Rational::from(if l == i { sign } else { 0 });
        let least = self.maximum(&of_variable(-1), None, None);
        (
            least.map(|value| -value),
            self.maximum(&of_variable(1), None, None),
        )
    }
}

/// The coefficients and the constant of an affine function.
fn affine(function: &Polynomial, d: usize) -> (Vec<Rational>, Rational) {
    let mut slopes = vec![Rational::ZERO; d];
    let mut constant = Rational::ZERO;
    for (e, c) in function.terms() {
        match e.iter().position(|e| *e == 1) {
            Some(i) => slopes[i] = c.clone(),
            None => constant = c.clone(),
        }
    }
    (slopes, constant)
}
