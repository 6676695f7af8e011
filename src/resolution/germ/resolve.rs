//! From the germ to its answer: the search, and the check of what it found.

use super::super::answer::{Answer, Resolution, Undecided};
use super::super::chart::Chart;
use super::super::large_stack::on_large_stack;
use super::super::search::{CRUDE_TIME, Search};
use super::builder::Germ;
use super::error::GermError;
use super::negative::refuse_negative;
use crate::algebra::Polynomial;
use crate::budget::{Budget, Exhausted, Meter, abandonable};
use crate::certificate::format::{Question, Reading};
use std::time::Duration;

/// The terms of a germ whose check takes long.
const MANY_TERMS: usize = 1000;

/// How long the shortest proof of a bound may take beyond the time limit.
const CRUDEST_TIME: Duration = Duration::from_millis(500);

/// How long the check of what was proved may take, where little of the time limit is left.
const CHECK_TIME: Duration = Duration::from_millis(100);

impl Germ {
    /// The learning coefficient at the point: exact, or between proved bounds when the engine
    /// cannot decide or the budget ends.
    ///
    /// # Errors
    /// If the question has no answer: K does not vanish at the point, the point is outside the
    /// domain, or a loss is seen to be negative nearby.
    ///
    /// # References
    /// Watanabe 2009, *Algebraic Geometry and Statistical Learning Theory*, chapters 2 and 6;
    /// Varchenko 1976 and Howald 2003 for the Newton polyhedron.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::{Germ, GermError}};
    /// let answer = Germ::ideal(["x^2 - y^3"])?.learning_coefficient(&Budget::default())?;
    /// assert_eq!(answer.to_string(), "λ = 5/12, m = 1");
    /// let unit = Germ::ideal(["x + 3"])?.learning_coefficient(&Budget::default());
    /// assert!(matches!(unit, Err(GermError::Unit { .. })));
    /// let indefinite = Germ::of(&"x^2 - y^2".parse().unwrap())?;
    /// let refused = indefinite.learning_coefficient(&Budget::default());
    /// assert!(matches!(refused, Err(GermError::NegativeLoss { .. })));
    /// # Ok::<(), GermError>(())
    /// ```
    pub fn learning_coefficient(&self, budget: &Budget) -> Result<Answer, GermError> {
        Ok(self.resolve(budget)?.answer().clone())
    }

    /// The learning coefficient at the point together with the certificate that proves it.
    ///
    /// # Errors
    /// As [`learning_coefficient`](Self::learning_coefficient).
    ///
    /// ```
    /// # use rlct::{Budget, resolution::{Germ, GermError}};
    /// let resolution = Germ::ideal(["x^2 - y^3"])?.resolve(&Budget::default())?;
    /// assert_eq!(resolution.answer().to_string(), "λ = 5/12, m = 1");
    /// assert!(!resolution.certificate().steps.is_empty());
    /// # Ok::<(), GermError>(())
    /// ```
    pub fn resolve(&self, budget: &Budget) -> Result<Resolution, GermError> {
        on_large_stack(|| self.resolved(budget))
    }

    fn resolved(&self, budget: &Budget) -> Result<Resolution, GermError> {
        let (meter, whole) = (budget.start_half(), budget.start());
        let (chart, question) = self.posed(&whole, &meter)?;
        let crude = |by_order: bool, allowance: Duration| {
            within(&whole.at_least(allowance), || {
                let mut search = Search::new(&meter);
                let last = match by_order {
                    true => search.crude_root(&chart),
                    false => search.crudest_root(&chart),
                };
                Resolution::verified(&question, search.into_steps(), last, None)
            })
        };
        // a long germ takes long to check, in any proof: its shortest one comes first
        let terms: usize = chart.generators.iter().map(Polynomial::len).sum();
        let secured = match (terms > MANY_TERMS).then(|| crude(false, CRUDEST_TIME)) {
            Some(Ok(Ok(resolution))) => resolution,
            _ => None,
        };
        let mut search = Search::new(&meter);
        let (last, reason) = search.root(&chart);
        let steps = search.into_steps();
        let checked = within(&whole.at_least(CHECK_TIME), || {
            Resolution::verified(&question, steps, last, reason)
        });
        let reason = match checked {
            Ok(Ok(Some(resolution))) => return Ok(resolution),
            Ok(Ok(None)) => Undecided::Unverified("they bound λ on one side only".to_string()),
            Ok(Err(error)) => Undecided::Unverified(error.to_string()),
            Err(exhausted) => Undecided::Budget(exhausted),
        };
        if let Some(resolution) = secured {
            return Ok(resolution.because(reason));
        }
        // where the time was up, that is why there is no more than one side
        let mut refusal = match reason {
            Undecided::Budget(exhausted) => exhausted.into(),
            ref other => GermError::Certificate(other.to_string()),
        };
        for (by_order, allowance) in [(true, CRUDE_TIME), (false, CRUDEST_TIME)] {
            match crude(by_order, allowance) {
                Ok(Ok(Some(resolution))) => return Ok(resolution.because(reason)),
                Ok(Ok(None)) => {}
                Ok(Err(error)) => refusal = GermError::Certificate(error.to_string()),
                Err(exhausted) => refusal = exhausted.into(),
            }
        }
        Err(refusal)
    }

    /// The chart with the point at the origin, and the question as a certificate states it: an
    /// error if it has no answer, as far as that is seen in time.
    fn posed(&self, whole: &Meter, meter: &Meter) -> Result<(Chart, Question), GermError> {
        // without these there is not even a bound
        let posed = within(&whole.at_least(CRUDE_TIME), || {
            let (mut germ, signs) = self.placed()?;
            germ.expect_zero()?;
            let chart = germ.chart(&signs)?;
            let question = germ.question(&chart);
            Ok::<_, GermError>((germ, chart, question))
        });
        let (germ, chart, mut question) = posed??;
        if self.reading == Reading::Loss {
            // an exhausted budget is no evidence against the loss, nor for it
            if let Ok(refused) = within(meter, || refuse_negative(&chart, &germ.point, meter)) {
                refused?;
            }
            let unsigned = Question {
                reading: Reading::Absolute,
                ..question.clone()
            };
            let signed = within(meter, || {
                Ok::<_, GermError>(germ.with_sign(&chart, question))
            });
            question = signed.map_or(Ok(unsigned), |signed| signed)?;
        }
        Ok((chart, question))
    }
}

/// The work under a watch. An error that is only due to the time that was up is that of the budget.
fn within<T, E>(
    meter: &Meter,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<Result<T, E>, Exhausted> {
    let watch = meter.watch();
    let done = abandonable(work)?;
    drop(watch);
    match (&done, meter.over()) {
        (Err(_), Some(exhausted)) => Err(exhausted),
        _ => Ok(done),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algebra::{Polynomial, Rational};

    fn answer(generators: &[&str]) -> String {
        let germ = Germ::ideal(generators).unwrap();
        germ.learning_coefficient(&Budget::default())
            .unwrap()
            .to_string()
    }

    #[test]
    fn the_three_cases_of_a_face() {
        // no effect, smooth without and with a tie, singular at a rational centre
        assert_eq!(answer(&["(y^2-x^3)^2-x^5*y"]), "λ = 5/24, m = 1");
        assert_eq!(answer(&["x^2+y^3+z^5"]), "λ = 1/2, m = 1");
        assert_eq!(answer(&["x^2-y^2"]), "λ = 1/2, m = 2");
        assert_eq!(answer(&["(y-x^2)^3*(y+x^2)"]), "λ = 1/6, m = 1");
    }

    #[test]
    fn ties_at_irrational_real_points_count_and_complex_ones_do_not() {
        assert_eq!(answer(&["(y^2-2*x^2)^3+x^7"]), "λ = 1/6, m = 2");
        let loss: Polynomial = "(y^2+2*x^2)^3+x^7".parse().unwrap();
        let complex = Germ::of(&loss)
            .unwrap()
            .learning_coefficient(&Budget::default())
            .unwrap();
        assert_eq!(complex.to_string(), "λ = 1/3, m = 1");
    }

    #[test]
    fn bad_questions_are_named() {
        let germ = || Germ::ideal(["x*y"]).unwrap();
        assert!(matches!(Germ::ideal([""; 0]), Err(GermError::EmptyIdeal)));
        assert!(matches!(
            Germ::ideal(["x-x", "0*y"]),
            Err(GermError::ZeroIdeal)
        ));
        assert!(matches!(
            Germ::ideal(["x", "y+"]),
            Err(GermError::Parse { generator: 2, .. })
        ));
        assert!(matches!(
            germ().amplitude("x+y"),
            Err(GermError::Amplitude { .. })
        ));
        assert!(matches!(
            germ().amplitude("2*x"),
            Err(GermError::Amplitude { .. })
        ));
        assert!(matches!(
            germ().amplitude("z"),
            Err(GermError::UnknownVariable { .. })
        ));
        assert!(matches!(
            germ().nonnegative(["z"]),
            Err(GermError::UnknownVariable { .. })
        ));
        for wrong in [
            "x^(-1/2",
            "x^(-1/2)+y",
            "x^y",
            "2*x^(-1/2)",
            "^(-1/2)",
            "x^()",
        ] {
            let refused = germ().amplitude(wrong);
            assert!(
                matches!(refused, Err(GermError::Amplitude { .. })),
                "{wrong}"
            );
        }
        let negative = germ().amplitude("x^(-1)");
        assert!(matches!(negative, Err(GermError::NegativeAmplitude { .. })));
        let negative = germ().amplitude_exponents([("x", Rational::from(-1))]);
        assert!(matches!(negative, Err(GermError::NegativeAmplitude { .. })));
        let outside = germ()
            .nonnegative(["x"])
            .unwrap()
            .at([("x", Rational::from(-1))])
            .unwrap();
        let outside = outside.learning_coefficient(&Budget::default());
        assert!(matches!(outside, Err(GermError::OutsideDomain { .. })));
    }

    /// Dirichlet priors of index 1/2, and half-integer powers: by hand, τ/2k.
    #[test]
    fn amplitudes_above_minus_1() {
        for (generators, nonnegative, amplitude, value) in [
            (&["x*y"][..], &[][..], "x^(-1/2)", "λ = 1/4, m = 1"),
            (&["x*y"], &[], "x^(1/2)*y^(1/2)", "λ = 3/4, m = 2"),
            (&["x", "y"], &[], "y * x ^ ( -1/2 )", "λ = 5/4, m = 1"),
            (
                &["x + y"],
                &["x", "y"],
                "x^(-1/2)*y^(-1/2)",
                "λ = 1/2, m = 1",
            ),
            (&["x^2 - y^3"], &[], "x^(-1/3)*y^(-1/3)", "λ = 5/18, m = 1"),
        ] {
            let germ = Germ::ideal(generators.iter().copied()).unwrap();
            let germ = germ.nonnegative(nonnegative.iter().copied()).unwrap();
            let germ = germ.amplitude(amplitude).unwrap();
            let found = germ.resolve(&Budget::default()).unwrap();
            assert_eq!(found.answer().to_string(), value, "{amplitude}");
            let told = found.certificate().check().unwrap();
            assert_eq!(told.to_string(), value, "{amplitude}");
        }
    }

    #[test]
    fn an_amplitude_takes_the_place_of_the_one_before() {
        for last in ["y^(1/2)", "y"] {
            let twice = Germ::ideal(["x*y"]).unwrap().amplitude("x^(-1/2)").unwrap();
            let twice = twice.amplitude(last).unwrap();
            let once = Germ::ideal(["x*y"]).unwrap().amplitude(last).unwrap();
            let budget = Budget::default();
            let [twice, once] = [twice, once].map(|germ| germ.resolve(&budget).unwrap());
            assert_eq!(twice.certificate(), once.certificate(), "{last}");
        }
    }

    #[test]
    fn an_exhausted_budget_leaves_proved_bounds() {
        let germ = Germ::ideal(["x^2*y - z^3*w + x*w^4", "x*z - y^2*w + z^5"]).unwrap();
        for steps in [0, 10, 100, 1000, 10_000] {
            let answer = germ
                .learning_coefficient(&Budget::default().with_steps(steps))
                .unwrap();
            assert!(answer.lower() <= answer.upper(), "{answer}");
        }
    }
}
