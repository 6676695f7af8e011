//! What the engine returns.

use crate::LearningCoefficient;
use crate::budget::Exhausted;
use crate::certificate::format::{Certificate, Claim, FORMAT, Question, Reading, StatedPole, Step};
use crate::certificate::{CheckError, CheckLimits, Pole, Verified};

/// The learning coefficient of a germ, exact or between proved bounds, then with what stopped the
/// engine. The lower bound is always stated, if only as 0.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, resolution::{Answer, Germ}};
///
/// let answer = Germ::ideal(["x^2 - y^3"])?.learning_coefficient(&Budget::default())?;
/// assert_eq!(answer.to_string(), "λ = 5/12, m = 1");
/// assert!(matches!(answer, Answer::Exact(_)));
/// # Ok::<(), rlct::resolution::GermError>(())
/// ```
pub type Answer = crate::Answer<Undecided>;

/// Why the engine returns bounds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undecided {
    /// The budget ended the search.
    #[error("{0}")]
    Budget(#[from] Exhausted),
    /// The centre of a chart could not be divided where a polynomial is 0.
    #[error("the zeros of {polynomial} along a centre could not be straightened")]
    Zeros {
        /// The polynomial.
        polynomial: String,
    },
    /// A curved side of a region was forgotten.
    #[error("what a curved side of the region does to zeros on it is not resolved")]
    CurvedSide,
    /// A chart has no blow-up that its Newton polyhedron suggests.
    #[error("no blow-up suggests itself in a chart")]
    NoBlowUp,
    /// The checker did not accept the steps of the search; what is stated needs none.
    #[error("the checker did not accept the search's steps: {0}")]
    Unverified(String),
    /// A chart came back to itself.
    #[error("a chart came back to itself")]
    Circle,
    /// The chain of steps is longer than is allowed.
    #[error("more than {0} steps one above the other")]
    Depth(usize),
}

/// An answer and the certificate that proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    answer: Answer,
    certificate: Certificate,
    verified: Verified,
}

impl Resolution {
    /// The answer that the checker finds proved by these steps: nothing is taken from the search
    /// but the steps. `None` if they bound λ on one side only.
    pub(super) fn verified(
        question: &Question,
        steps: Vec<Step>,
        last: usize,
        reason: Option<Undecided>,
    ) -> Result<Option<Self>, CheckError> {
        let steps = used_steps(steps, last);
        let version = question.least_version(&steps);
        let verified = question.proved_by(version, &steps, &CheckLimits::default())?;
        let stated = |pole: &Pole| {
            pole.lambda().map(|lambda| StatedPole {
                lambda: lambda.clone(),
                multiplicity: pole.multiplicity(),
            })
        };
        let (lower, upper) = (stated(verified.lower()), verified.upper().and_then(stated));
        let (Some(lower), Some(upper)) = (lower, upper) else {
            return Ok(None);
        };
        let answer = if lower == upper {
            LearningCoefficient::new(lower.lambda.clone(), lower.multiplicity).into()
        } else {
            Answer::Bounds {
                lower: Some(lower.lambda.clone()),
                upper: upper.lambda.clone(),
                reason: Some(reason.unwrap_or(Undecided::NoBlowUp)),
            }
        };
        let claim = Claim {
            lower,
            upper: Some(upper),
        };
        Ok(Some(Self {
            answer,
            certificate: Certificate {
                format: FORMAT.to_string(),
                version,
                question: question.clone(),
                claim,
                steps,
            },
            verified,
        }))
    }

    /// The same, with another reason why bounds are all there is.
    pub(super) fn because(mut self, why: Undecided) -> Self {
        if let Answer::Bounds { reason, .. } = &mut self.answer {
            *reason = Some(why);
        }
        self
    }

    /// What the checker found proved, step by step, when it checked the certificate.
    #[must_use]
    pub fn proved(&self) -> &Verified {
        &self.verified
    }

    /// The answer.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let resolution = Germ::ideal(["x*y"])?.resolve(&Budget::default())?;
    /// assert_eq!(resolution.answer().to_string(), "λ = 1/2, m = 2");
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// How the question was read: [`Reading::Absolute`] for a loss K = g of which it is not proved
    /// that g ≥ 0 near the point. The answer is then that of K = |g|, which is the same if g ≥ 0.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::{Germ, Reading}};
    /// let square = Germ::of(&"(y - x^2)^2 + x^40".parse().unwrap())?;
    /// assert_eq!(square.resolve(&Budget::default())?.reading(), Reading::Loss);
    /// // ≥ 0, since x^7 is small beside x^6 where x < 0, but no sum of squares is found
    /// let subtle = Germ::of(&"(y^2 - x^3)^2 + x^7".parse().unwrap())?;
    /// assert_eq!(subtle.resolve(&Budget::default())?.reading(), Reading::Absolute);
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn reading(&self) -> Reading {
        self.certificate.question.reading
    }

    /// Its proof.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let resolution = Germ::ideal(["x*y"])?.resolve(&Budget::default())?;
    /// assert_eq!(resolution.certificate().claim.lower.multiplicity, 2);
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

/// The steps that the last one needs, renumbered; it becomes the last.
pub(super) fn used_steps(steps: Vec<Step>, last: usize) -> Vec<Step> {
    let mut used = vec![false; steps.len()];
    let mut open = vec![last];
    while let Some(n) = open.pop() {
        if !std::mem::replace(&mut used[n], true) {
            open.extend(steps[n].rule.children().iter().map(|c| c.step));
        }
    }
    let mut number = vec![0; steps.len()];
    let mut kept = Vec::new();
    for (n, mut step) in steps.into_iter().enumerate().take(last + 1) {
        if used[n] {
            number[n] = kept.len();
            for child in step.rule.child_list().into_iter().flatten() {
                child.step = number[child.step];
            }
            kept.push(step);
        }
    }
    kept
}
