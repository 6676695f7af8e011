//! Bounds of (λ, m) as they are combined over points and over disjoint variables.

use super::answer::{Answer, Undecided};
use crate::LearningCoefficient;
use crate::algebra::Rational;

/// What is proved about the pole at a point or over a set: bounds of λ, where `None` is +∞
/// (the ideal is the unit ideal: no pole), and of m for the case that the bounds of λ agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bracket {
    pub(super) lower: Option<Rational>,
    pub(super) upper: Option<Rational>,
    /// Bounds of m, meaningful if `lower == upper`.
    pub(super) multiplicity: (usize, usize),
    pub(super) reason: Option<Undecided>,
}

/// a ≤ b where `None` is +∞.
fn at_most(a: Option<&Rational>, b: Option<&Rational>) -> bool {
    match (a, b) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(a), Some(b)) => a <= b,
    }
}

fn smaller(a: Option<Rational>, b: Option<Rational>) -> Option<Rational> {
    if at_most(a.as_ref(), b.as_ref()) {
        a
    } else {
        b
    }
}

impl Bracket {
    /// No pole at all.
    pub(super) fn unit() -> Self {
        Self {
            lower: None,
            upper: None,
            multiplicity: (1, 1),
            reason: None,
        }
    }

    pub(super) fn exact(lambda: Rational, multiplicity: usize) -> Self {
        Self {
            lower: Some(lambda.clone()),
            upper: Some(lambda),
            multiplicity: (multiplicity, multiplicity),
            reason: None,
        }
    }

    /// lower ≤ λ ≤ upper, in dimension d.
    pub(super) fn between(
        lower: Option<Rational>,
        upper: Option<Rational>,
        dimension: usize,
        reason: Undecided,
    ) -> Self {
        Self {
            lower,
            upper,
            multiplicity: (1, dimension.max(1)),
            reason: Some(reason),
        }
    }

    pub(super) fn is_exact(&self) -> bool {
        self.lower == self.upper
            && (self.multiplicity.0 == self.multiplicity.1 || self.lower.is_none())
    }

    /// The pole over the union of two sets: the smaller λ; of equal ones the larger m.
    pub(super) fn min(self, other: Self) -> Self {
        let lower = smaller(self.lower.clone(), other.lower.clone());
        let upper = smaller(self.upper.clone(), other.upper.clone());
        let mut multiplicity = (1, 1);
        let mut reason = None;
        for part in [&self, &other] {
            // a part that lies above the upper bound has no say
            if !at_most(part.lower.as_ref(), upper.as_ref()) {
                continue;
            }
            multiplicity.1 = multiplicity.1.max(part.multiplicity.1);
            if part.lower == part.upper && part.upper == upper {
                multiplicity.0 = multiplicity.0.max(part.multiplicity.0);
            }
            if !part.is_exact() && reason.is_none() {
                reason.clone_from(&part.reason);
            }
        }
        let mut result = Self {
            lower,
            upper,
            multiplicity,
            reason,
        };
        if result.is_exact() {
            result.reason = None;
        }
        result
    }

    /// The pole of a sum of ideals in disjoint variables.
    pub(super) fn sum(self, other: Self) -> Self {
        let add = |a: Option<Rational>, b: Option<Rational>| Some(a? + b?);
        Self {
            lower: add(self.lower, other.lower),
            upper: add(self.upper, other.upper),
            multiplicity: (
                self.multiplicity.0 + other.multiplicity.0 - 1,
                self.multiplicity.1 + other.multiplicity.1 - 1,
            ),
            reason: self.reason.or(other.reason),
        }
    }

    /// The bracket with a lower bound that is also proved.
    pub(super) fn at_least(mut self, bound: Option<Rational>) -> Self {
        if at_most(self.lower.as_ref(), bound.as_ref())
            && at_most(bound.as_ref(), self.upper.as_ref())
        {
            self.lower = bound;
        }
        self
    }

    /// The answer for K = Σ gᵢ², or with `factor` 2 for K = g, at a point where K vanishes.
    pub(super) fn into_answer(self, factor: i64) -> Answer {
        let exact = self.is_exact();
        let (Some(lower), Some(upper)) = (self.lower, self.upper) else {
            unreachable!("an ideal that vanishes at the point has a pole there");
        };
        let scaled = |bound: Rational| bound * Rational::from(factor);
        let (lower, upper) = (scaled(lower), scaled(upper));
        if exact {
            let coefficient = LearningCoefficient::new(lower, self.multiplicity.0);
            return Answer::Exact { coefficient };
        }
        debug_assert!(self.reason.is_some(), "every open bracket says why");
        let reason = self.reason.unwrap_or(Undecided::Zeros {
            face: "of a chart".to_string(),
        });
        Answer::Bounds {
            lower,
            upper,
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(text: &str) -> Rational {
        text.parse().unwrap()
    }

    fn open(lower: &str, upper: &str) -> Bracket {
        Bracket::between(Some(r(lower)), Some(r(upper)), 3, Undecided::Depth(1))
    }

    #[test]
    fn the_smaller_pole_wins_and_ties_keep_the_larger_order() {
        let a = Bracket::exact(r("1/2"), 1);
        assert_eq!(a.clone().min(Bracket::exact(r("3/4"), 3)), a);
        assert_eq!(
            a.clone().min(Bracket::exact(r("1/2"), 2)),
            Bracket::exact(r("1/2"), 2)
        );
        assert_eq!(a.clone().min(Bracket::unit()), a);
    }

    #[test]
    fn an_open_bracket_above_has_no_say() {
        let a = Bracket::exact(r("1/2"), 1);
        assert_eq!(a.clone().min(open("3/4", "1")), a);
        let touching = a.clone().min(open("1/2", "1"));
        assert_eq!(touching.multiplicity, (1, 3));
        assert!(!touching.is_exact());
        let below = a.min(open("1/4", "1"));
        assert_eq!((below.lower, below.upper), (Some(r("1/4")), Some(r("1/2"))));
    }

    #[test]
    fn sums_add() {
        let sum = Bracket::exact(r("1/2"), 2).sum(Bracket::exact(r("1/3"), 2));
        assert_eq!(sum, Bracket::exact(r("5/6"), 3));
        assert_eq!(Bracket::unit().sum(Bracket::exact(r("1/3"), 2)).lower, None);
    }
}
