//! The checker: it reads `proofs/FORMAT.md` to the letter and believes nothing.

mod chart;
mod compare;
mod coq;
mod error;
mod everywhere;
mod evidence;
mod point;
mod question;
mod reference;
mod region;
mod rules;
mod sign;
mod text;
mod work;

pub use compare::Difference;
pub use error::{CheckError, CheckErrorKind};
pub use everywhere::{ChartPoles, poles_of_charts};
pub use region::{VerifiedRegion, poles_of};
pub use work::MAX_DEGREE;

use super::Pole;
use super::format::{
    Certificate, Claim, FIRST_VERSION, FORMAT, Question, Reading, SQUARES_VERSION, StatedPole,
    Step, VERSION,
};
use chart::Chart;
use error::{Checked, malformed};
use rlct_algebra::{Rational, distinguishable};
use rules::{Context, Poles};
use std::cell::RefCell;
use std::fmt;
use work::Work;

/// What a check may cost before it is given up.
///
/// ```
/// use rlct_certificate::CheckLimits;
///
/// let patient = CheckLimits::default().with_work(10_000_000_000);
/// assert_ne!(patient, CheckLimits::default());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckLimits {
    /// Work in products of small coefficients: 3·10⁸, about half a minute, by default.
    pub work: u64,
    /// The number of steps, 100 000 by default.
    pub steps: usize,
}

impl Default for CheckLimits {
    fn default() -> Self {
        Self {
            work: 300_000_000,
            steps: 100_000,
        }
    }
}

impl CheckLimits {
    /// These limits with another bound of the work.
    ///
    /// ```
    /// # use rlct_certificate::CheckLimits;
    /// assert_eq!(CheckLimits::default().with_work(7).work, 7);
    /// ```
    #[must_use]
    pub fn with_work(self, work: u64) -> Self {
        Self { work, ..self }
    }

    /// These limits with another bound of the number of steps.
    ///
    /// ```
    /// # use rlct_certificate::CheckLimits;
    /// assert_eq!(CheckLimits::default().with_steps(7).steps, 7);
    /// ```
    #[must_use]
    pub fn with_steps(self, steps: usize) -> Self {
        Self { steps, ..self }
    }
}

/// What a certificate proves, as [`Certificate::check`] recomputed it.
///
/// ```
/// use rlct_certificate::{Pole, Verified};
///
/// fn is_exact(verified: &Verified) -> bool {
///     verified.upper() == Some(verified.lower())
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    steps: Vec<Poles>,
    lower: Pole,
    upper: Option<Pole>,
}

impl Verified {
    /// The pole at the point is at least this one: λ is larger, or the same and m not larger.
    ///
    /// ```
    /// # use rlct_certificate::{Pole, Verified};
    /// fn proves_a_lower_bound(verified: &Verified) -> bool {
    ///     verified.lower().lambda().is_some_and(|lambda| lambda.is_positive())
    /// }
    /// ```
    #[must_use]
    pub fn lower(&self) -> &Pole {
        &self.lower
    }

    /// The pole at the point is this one or worse; `None` if nothing is proved.
    ///
    /// ```
    /// # use rlct_certificate::{Pole, Verified};
    /// fn proves_an_upper_bound(verified: &Verified) -> bool {
    ///     verified.upper().is_some()
    /// }
    /// ```
    #[must_use]
    pub fn upper(&self) -> Option<&Pole> {
        self.upper.as_ref()
    }

    /// Whether λ and m are proved, not bounds alone.
    ///
    /// ```
    /// # use rlct_certificate::Verified;
    /// fn is_theorem(verified: &Verified) -> bool {
    ///     verified.is_exact() && !verified.is_empty()
    /// }
    /// ```
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.upper.as_ref() == Some(&self.lower)
    }

    /// Whether nothing is proved: λ ≥ 0 and no upper bound.
    ///
    /// ```
    /// # use rlct_certificate::Verified;
    /// fn says_something(verified: &Verified) -> bool {
    ///     !verified.is_empty()
    /// }
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.upper.is_none() && self.lower.lambda().is_some_and(|l| !l.is_positive())
    }

    /// For every step the poles (L, U) of its chart: every point of the centre has a pole at least
    /// L, some point has U or worse.
    ///
    /// ```
    /// # use rlct_certificate::{Pole, Verified};
    /// fn print(verified: &Verified) {
    ///     for (number, (lower, upper)) in verified.steps().iter().enumerate() {
    ///         println!("step {number}: {lower} to {upper}");
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn steps(&self) -> &[(Pole, Pole)] {
        &self.steps
    }
}

impl fmt::Display for Verified {
    /// What is proved, in words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lower = &self.lower;
        match &self.upper {
            Some(upper) if upper == lower => match lower.lambda() {
                Some(lambda) => write!(f, "λ = {lambda}, m = {}", lower.multiplicity()),
                None => f.write_str("no pole"),
            },
            Some(upper) => write!(f, "{lower} ≤ (λ, m) ≤ {upper}"),
            None if self.is_empty() => f.write_str("nothing"),
            None => write!(f, "(λ, m) ≥ {lower}"),
        }
    }
}

impl Question {
    /// That the checker reads this question: its point is one real point, and a loss is shown to
    /// be ≥ 0 near it.
    #[must_use]
    pub fn is_accepted(&self, limits: &CheckLimits) -> bool {
        question::root_chart(self, &Work::new(limits)).is_ok()
    }

    /// The least version of the format that has all that this question and these steps need.
    #[must_use]
    pub fn least_version(&self, steps: &[Step]) -> u32 {
        let of_constants = self.constants.iter().map(|c| &c.evidence);
        let mut all = of_constants.chain(steps.iter().flat_map(|step| step.rule.evidence()));
        if all.any(|evidence| !evidence.positive.is_empty()) {
            VERSION
        } else if self.squares.is_some() || self.reading == Reading::Absolute {
            SQUARES_VERSION
        } else {
            FIRST_VERSION
        }
    }
}

/// A step that was checked.
struct Proved {
    chart: Chart,
    poles: Poles,
}

/// That no two names of a certificate look alike, those of the question and of charts.
fn check_names<'a>(
    own: impl Iterator<Item = &'a String>,
    steps: &'a [Step],
    work: &Work,
) -> Checked<()> {
    let charts = steps.iter().flat_map(|step| {
        let coordinates = step.chart.coordinates.iter().map(|c| &c.name);
        coordinates.chain(step.chart.functions.iter().map(|f| &f.name))
    });
    let mut names: Vec<&String> = Vec::new();
    for name in own.chain(charts) {
        work.spend(1 + name.len() as u64 / 8)?;
        names.push(name);
    }
    names.sort_unstable();
    names.dedup();
    distinguishable(names).map_err(|e| CheckErrorKind::Malformed(e.to_string()))
}

/// The poles of K are so many times those of Σ gᵢ² to the power ½.
fn factor(reading: Reading) -> Rational {
    match reading {
        Reading::Ideal => Rational::ONE,
        Reading::Loss | Reading::Absolute => Rational::from(2),
    }
}

/// Checks steps one after the other; `roots` marks those that stand for something by themselves,
/// and every other one has to be the child of one.
fn prove(
    steps: &[Step],
    work: &Work,
    roots: impl FnOnce(&mut [bool]),
) -> Result<Vec<Proved>, CheckError> {
    let used = RefCell::new(vec![false; steps.len()]);
    let mut proved: Vec<Proved> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let at = |kind| CheckError {
            step: Some((number, step.rule.name())),
            kind,
        };
        let before = work.held();
        let chart = Chart::read(&step.chart, work).map_err(at)?;
        let after = work.held();
        let context = Context {
            chart: &chart,
            earlier: &proved,
            used: &used,
            work,
        };
        let poles = context.apply(&step.rule).map_err(at)?;
        work.keep(before, after);
        proved.push(Proved { chart, poles });
    }
    let mut used = used.into_inner();
    roots(&mut used);
    for (number, step) in steps.iter().enumerate() {
        if used.get(number) != Some(&true) {
            return Err(CheckError {
                step: Some((number, step.rule.name())),
                kind: CheckErrorKind::Unused,
            });
        }
    }
    Ok(proved)
}

impl Certificate {
    /// Checks every step, with [`CheckLimits::default`].
    ///
    /// # Errors
    /// The first thing that is wrong; [`CheckErrorKind::TooLarge`] if the check would take too
    /// long.
    ///
    /// # Examples
    ///
    /// K = x² + y² as a loss, by the signs of its terms:
    ///
    /// ```
    /// use rlct_certificate::{Certificate, Pole};
    ///
    /// let certificate = Certificate::from_json(
    ///     r#"{"format": "rlct-certificate", "version": 1,
    ///     "question": {"variables": ["x", "y"], "generators": ["x^2 + y^2"], "reading": "loss"},
    ///     "claim": {"lower": {"lambda": "1", "multiplicity": 1},
    ///               "upper": {"lambda": "1", "multiplicity": 1}},
    ///     "steps": [
    ///     {"chart": {"coordinates": [
    ///             {"name": "x", "domain": "line", "extent": "local", "amplitude": "0"},
    ///             {"name": "y", "domain": "line", "extent": "local", "amplitude": "0"}],
    ///         "generators": ["x^2", "y^2"]},
    ///       "rule": "newton", "weights": [["1", "1"]],
    ///       "terms": [{"generator": 0, "coefficient": "1/2"},
    ///         {"generator": 1, "coefficient": "1/2"}]},
    ///     {"chart": {"coordinates": [
    ///             {"name": "x", "domain": "line", "extent": "local", "amplitude": "0"},
    ///             {"name": "y", "domain": "line", "extent": "local", "amplitude": "0"}],
    ///         "generators": ["x^2 + y^2"]},
    ///       "rule": "definite", "generator": 0, "children": [{"step": 0}]}]}"#,
    /// )?;
    /// let verified = certificate.check()?;
    /// assert_eq!(verified.lower(), &Pole::new(1.into(), 1));
    /// assert_eq!(verified.steps()[0].1, Pole::new("1/2".parse()?, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(&self) -> Result<Verified, CheckError> {
        self.check_within(&CheckLimits::default())
    }

    /// Checks every step within given limits.
    ///
    /// # Errors
    /// As for [`Certificate::check`].
    ///
    /// ```
    /// # use rlct_certificate::{Certificate, CheckError, CheckLimits, Verified};
    /// fn quickly(certificate: &Certificate) -> Result<Verified, CheckError> {
    ///     certificate.check_within(&CheckLimits::default().with_work(1_000_000))
    /// }
    /// ```
    pub fn check_within(&self, limits: &CheckLimits) -> Result<Verified, CheckError> {
        let general = |kind| CheckError { step: None, kind };
        let (lower, upper) = self.check_heading().map_err(general)?;
        let verified = self.question.proved_by(self.version, &self.steps, limits)?;
        if verified.lower != lower {
            return Err(general(CheckErrorKind::Claim(format!(
                "the lower bound that is proved is {}",
                verified.lower
            ))));
        }
        if verified.upper != upper {
            let proved = verified.upper.map_or("none".to_string(), |p| p.to_string());
            return Err(general(CheckErrorKind::Claim(format!(
                "the upper bound that is proved is {proved}"
            ))));
        }
        Ok(verified)
    }

    /// That this is a certificate, and what it claims.
    fn check_heading(&self) -> Checked<(Pole, Option<Pole>)> {
        if self.format != FORMAT || !(FIRST_VERSION..=VERSION).contains(&self.version) {
            return malformed(format!(
                "expected format {FORMAT} in version {FIRST_VERSION} to {VERSION}"
            ));
        }
        let Claim { lower, upper } = &self.claim;
        Ok((claimed(lower)?, upper.as_ref().map(claimed).transpose()?))
    }
}

/// A pole as it is claimed.
fn claimed(stated: &StatedPole) -> Checked<Pole> {
    if stated.multiplicity == 0 {
        return malformed("a multiplicity is 0, but the order of a pole is at least 1");
    }
    Ok(Pole::new(stated.lambda.clone(), stated.multiplicity))
}

impl Question {
    /// What steps prove of this question, whatever is claimed: the last one belongs to its germ.
    ///
    /// # Errors
    /// The first thing that is wrong with the steps, or with a question of this version of the
    /// format; [`CheckErrorKind::TooLarge`] if the check would take too long.
    ///
    /// ```
    /// # use rlct_certificate::{Certificate, CheckError, CheckLimits, Verified};
    /// fn whatever_is_claimed(certificate: &Certificate) -> Result<Verified, CheckError> {
    ///     let Certificate { question, version, steps, .. } = certificate;
    ///     question.proved_by(*version, steps, &CheckLimits::default())
    /// }
    /// ```
    pub fn proved_by(
        &self,
        version: u32,
        steps: &[Step],
        limits: &CheckLimits,
    ) -> Result<Verified, CheckError> {
        let work = Work::new(limits);
        let general = |kind| CheckError { step: None, kind };
        self.check_size(version, steps, limits).map_err(general)?;
        let constants = self.constants.iter().map(|c| &c.name);
        let own = self.variables.iter().chain(constants);
        check_names(own, steps, &work).map_err(general)?;
        let root = question::root_chart(self, &work).map_err(general)?;
        let proved = prove(steps, &work, |used| {
            // the last one belongs to the question
            if let Some(used) = used.last_mut() {
                *used = true;
            }
        })?;
        let (lower, upper) = self.conclude(&root, &proved, &work).map_err(general)?;
        Ok(Verified {
            steps: proved.into_iter().map(|p| p.poles).collect(),
            lower,
            upper,
        })
    }

    /// That the version has what the question needs, and that there are not too many steps.
    fn check_size(&self, version: u32, steps: &[Step], limits: &CheckLimits) -> Checked<()> {
        if version < self.least_version(steps) {
            return malformed(format!(
                "`squares` and the reading `absolute` need version {SQUARES_VERSION}, `positive` \
                 in evidence version {VERSION}"
            ));
        }
        if steps.len() > limits.steps {
            return Err(CheckErrorKind::TooLarge(format!(
                "more than {} steps",
                limits.steps
            )));
        }
        Ok(())
    }

    /// What the last step proves of the question, as the poles of K.
    fn conclude(
        &self,
        root: &Chart,
        proved: &[Proved],
        work: &Work,
    ) -> Checked<(Pole, Option<Pole>)> {
        let Some(last) = proved.last() else {
            return malformed("there are no steps");
        };
        let same = if root.dimension() == last.chart.dimension()
            && root.functions.len() == last.chart.functions.len()
        {
            reference::Renaming::identity(root).matches(root, &last.chart, work)
        } else {
            malformed("the number of variables differs")
        };
        let same = same.map_err(|error| match error {
            CheckErrorKind::Malformed(difference) => CheckErrorKind::Malformed(format!(
                "the last step is not about the germ of the question: {difference}"
            )),
            other => other,
        })?;
        let factor = factor(self.reading);
        let (lower, upper) = &last.poles;
        let lower = lower.scale(&factor);
        let upper = upper.scale(&factor);
        let upper = (same && !upper.is_infinite()).then_some(upper);
        if upper.as_ref().is_some_and(|upper| lower > *upper) {
            // it cannot be: a mistake here or in the rules, and nothing to rely on
            return error::condition("the bounds contradict each other");
        }
        Ok((lower, upper))
    }
}
