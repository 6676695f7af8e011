//! From where on the pole of a chart has no say.

use super::super::chart::Chart;
use super::super::leaves::{Leaf, order_leaf};
use crate::algebra::Rational;
use crate::certificate::Pole;

/// The poles of a chart that need not be known better, because another one is worse anyway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cutoff {
    /// This pole, and all that are better.
    From(Pole),
    /// All with a larger λ than this. Those with this λ matter, whatever their multiplicity is.
    Beyond(Rational),
}

impl Cutoff {
    /// Every pole matters that is finite.
    pub(super) const NONE: Self = Self::From(Pole::INFINITE);

    /// The λ from which on, or beyond which, poles do not matter; `None` for ∞.
    pub(super) fn lambda(&self) -> Option<&Rational> {
        match self {
            Self::From(pole) => pole.lambda(),
            Self::Beyond(lambda) => Some(lambda),
        }
    }

    /// Whether a pole is one of those that do not matter.
    pub(super) fn is_reached_by(&self, pole: &Pole) -> bool {
        match self {
            Self::From(least) => pole >= least,
            Self::Beyond(lambda) => pole.lambda().is_none_or(|own| own > lambda),
        }
    }

    /// Whether a pole is one of those that do not matter, and not the first of them.
    pub(super) fn is_passed_by(&self, pole: &Pole) -> bool {
        match self {
            Self::From(least) => pole > least,
            Self::Beyond(_) => self.is_reached_by(pole),
        }
    }

    /// The cutoff once it is known that there is a pole at least as bad as this one.
    pub(super) fn with_known(self, pole: &Pole) -> Self {
        if self.is_reached_by(pole) {
            self
        } else {
            Self::From(pole.clone())
        }
    }

    /// A lower bound by multiplicity that reaches the cutoff.
    pub(super) fn order_leaf(&self, chart: &Chart) -> Option<Leaf> {
        let lambda = self.lambda()?;
        // 1/(2μ) ≥ λ
        let most = (lambda * Rational::from(2)).recip()?;
        let most = most.numerator() / most.denominator();
        let most = u32::try_from(most).unwrap_or(8).min(8);
        let leaf = order_leaf(chart, most)?;
        self.is_reached_by(&leaf.lower).then_some(leaf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pole(lambda: i64, multiplicity: usize) -> Pole {
        Pole::new(lambda.into(), multiplicity)
    }

    #[test]
    fn beyond_a_lambda_no_multiplicity_is_left_out() {
        let beyond = Cutoff::Beyond(1.into());
        assert!(!beyond.is_reached_by(&pole(1, 1)) && !beyond.is_passed_by(&pole(1, 1)));
        assert!(beyond.is_reached_by(&pole(2, 5)) && beyond.is_passed_by(&Pole::INFINITE));
        assert_eq!(beyond.clone().with_known(&pole(2, 1)), beyond);
        assert_eq!(beyond.with_known(&pole(1, 3)), Cutoff::From(pole(1, 3)));
    }

    #[test]
    fn from_a_pole_on_the_pole_itself_is_left_out() {
        let from = Cutoff::From(pole(1, 2));
        assert!(from.is_reached_by(&pole(1, 2)) && !from.is_passed_by(&pole(1, 2)));
        assert!(from.is_passed_by(&pole(1, 1)) && !from.is_reached_by(&pole(1, 3)));
        assert_eq!(from.clone().with_known(&pole(1, 1)), from);
        assert_eq!(
            Cutoff::NONE.with_known(&pole(1, 1)),
            Cutoff::From(pole(1, 1))
        );
    }
}
