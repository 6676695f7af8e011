//! The cases that an estimator is held against.

use super::energy::references;
use super::{Case, Claim, EnergyReference, Estimator, Quantity, Report, TEMPERATURES, energy};
use crate::LearningCoefficient;
use crate::catalogue::{self, Instance};
use crate::closed_form::ClosedFormError;
use crate::report::{SuiteModel, SuiteRun};
use crate::resolution::GermText;
use std::collections::BTreeMap;
use std::time::Instant;

/// Instances of the catalogue with a polynomial germ and an exact value.
///
/// # Examples
///
/// An estimator that knows the answer passes, and one that is 10 % low with the same errors fails.
///
/// ```
/// use rlct::verify::{Case, Claim, Suite};
///
/// let suite = Suite::catalogue()?.families(["normal-crossing"]).max_dimension(3);
/// let known = suite.values();
/// let mut right = |case: &Case| Ok(Claim::lambda(known[&case.id], 0.01 * known[&case.id]));
/// assert!(suite.run(&mut right).passes());
/// let mut low = |case: &Case| Ok(Claim::lambda(0.9 * known[&case.id], 0.01 * known[&case.id]));
/// assert!(!suite.run(&mut low).passes());
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Suite {
    cases: Vec<Asked>,
    seeds: u64,
    seconds: f64,
}

/// A case, and what its answer is held against.
#[derive(Debug, Clone)]
struct Asked {
    case: Case,
    exact: LearningCoefficient,
    source: String,
    /// U at the [`TEMPERATURES`].
    energies: Option<[f64; 3]>,
}

impl Suite {
    /// The time of a case, in seconds.
    pub const SECONDS: f64 = 60.0;

    /// All instances with a [`germ`](Instance::germ), of one seed each.
    ///
    /// # Errors
    /// As [`catalogue::instances`].
    pub fn catalogue() -> Result<Self, ClosedFormError> {
        Self::of(&Instance::germ)
    }

    /// Those too whose K is known as polynomials without one, larger ones as a rule: nothing but
    /// the source says that λ is theirs.
    ///
    /// ```
    /// # use rlct::verify::Suite;
    /// let (certified, all) = (Suite::catalogue()?, Suite::with_losses()?);
    /// assert!(all.len() > certified.len() + 150);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    ///
    /// # Errors
    /// As [`catalogue::instances`].
    pub fn with_losses() -> Result<Self, ClosedFormError> {
        Self::of(&Instance::polynomials)
    }

    fn of(
        polynomials: &dyn for<'a> Fn(&'a Instance) -> Option<&'a GermText>,
    ) -> Result<Self, ClosedFormError> {
        let references = references();
        let of = |instance: &Instance| {
            Some(Asked {
                case: Case::of(instance, polynomials(instance)?)?,
                exact: instance.value().coefficient()?.clone(),
                source: instance.source().to_string(),
                energies: references.get(instance.id()).copied(),
            })
        };
        Ok(Self {
            cases: catalogue::instances()?.iter().filter_map(of).collect(),
            seeds: 1,
            seconds: Self::SECONDS,
        })
    }

    /// Those of which U is known at the [`TEMPERATURES`]: for estimators that answer with it.
    #[must_use]
    pub fn with_energies(mut self) -> Self {
        self.cases.retain(|asked| asked.energies.is_some());
        self
    }

    /// Sets the inverse temperature t of all cases, 1000 at first. U is known at the
    /// [`TEMPERATURES`] alone.
    #[must_use]
    pub fn temperature(mut self, t: f64) -> Self {
        self.cases.iter_mut().for_each(|asked| asked.case.t = t);
        self
    }

    /// U by quadrature of the cases of which it can be computed: what `proofs/energies.json` has.
    /// `go_on` is asked before each of them, and told how many are done, and of how many.
    pub fn compute_energies(
        &self,
        go_on: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Vec<EnergyReference> {
        let mut found = Vec::new();
        for (done, asked) in self.cases.iter().enumerate() {
            if !go_on(done, self.cases.len()) {
                break;
            }
            let at = |t: f64| energy(&asked.case, t).filter(|u| u.is_finite());
            if let [Some(a), Some(b), Some(c)] = TEMPERATURES.map(at) {
                let rounded = |u: f64| format!("{u:.9e}").parse().unwrap_or(u);
                found.push(EnergyReference {
                    id: asked.case.id.clone(),
                    energies: [a, b, c].map(rounded),
                });
            }
        }
        found
    }

    /// Those of at most so many parameters.
    #[must_use]
    pub fn max_dimension(mut self, most: usize) -> Self {
        self.cases.retain(|asked| asked.case.dimension() <= most);
        self
    }

    /// Those of these families, by their keys.
    #[must_use]
    pub fn families<S: AsRef<str>>(mut self, keys: impl IntoIterator<Item = S>) -> Self {
        let keys: Vec<S> = keys.into_iter().collect();
        let is_meant = |case: &Case| keys.iter().any(|key| key.as_ref() == case.family);
        self.cases.retain(|asked| is_meant(&asked.case));
        self
    }

    /// At most so many of each family, spread evenly over it.
    #[must_use]
    pub fn per_family(mut self, most: usize) -> Self {
        let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
        for case in self.cases() {
            *sizes.entry(case.family.clone()).or_default() += 1;
        }
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        self.cases.retain(|Asked { case, .. }| {
            let size = sizes.get(&case.family).copied().unwrap_or(0);
            let place = seen.entry(case.family.clone()).or_default();
            let (before, after) = (*place * most / size, (*place + 1) * most / size);
            *place += 1;
            size <= most || after > before
        });
        self
    }

    /// So many seeds of each case, from 1 on.
    #[must_use]
    pub fn seeds(mut self, seeds: u64) -> Self {
        self.seeds = seeds;
        self
    }

    /// The time of each case, in seconds.
    #[must_use]
    pub fn seconds(mut self, seconds: f64) -> Self {
        self.seconds = seconds;
        self
    }

    /// How many cases there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cases.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }

    /// The cases, with neither seed nor time yet.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().map(|asked| &asked.case)
    }

    /// The families that there are.
    #[must_use]
    pub fn family_keys(&self) -> Vec<String> {
        let keys = self.cases().map(|case| case.family.clone());
        keys.collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    /// λ by case: for tests of the harness. An estimator is not given it.
    #[must_use]
    pub fn values(&self) -> BTreeMap<String, f64> {
        let pairs = self.cases.iter();
        pairs
            .map(|asked| (asked.case.id.clone(), asked.exact.lambda().to_f64()))
            .collect()
    }

    /// U at the [`TEMPERATURES`] by case, where it is known.
    #[must_use]
    pub fn energies(&self) -> BTreeMap<String, [f64; 3]> {
        let pairs = self.cases.iter();
        pairs
            .filter_map(|asked| Some((asked.case.id.clone(), asked.energies?)))
            .collect()
    }

    /// Asks an estimator every case.
    pub fn run(&self, estimator: &mut dyn Estimator) -> Report {
        self.run_while(estimator, &mut |_, _| true)
    }

    /// The same while `go_on` says so, which is told how many runs are done, and of how many.
    pub fn run_while(
        &self,
        estimator: &mut dyn Estimator,
        go_on: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Report {
        let total = self.cases.len() * usize::try_from(self.seeds).unwrap_or(usize::MAX);
        let mut models: Vec<SuiteModel> = Vec::new();
        let mut failures = Vec::new();
        let mut done = 0;
        'all: for asked in &self.cases {
            let case = &asked.case;
            let mut model = SuiteModel::new(
                &case.id,
                &case.family,
                case.dimension(),
                asked.exact.clone(),
                &asked.source,
            );
            for seed in 1..=self.seeds {
                if !go_on(done, total) {
                    break 'all;
                }
                let case = Case {
                    seed,
                    seconds: self.seconds,
                    ..case.clone()
                };
                let start = Instant::now();
                let answer = estimator.estimate(&case).and_then(|claim| {
                    let refusal = claim.refusal();
                    let claim = refusal.map_or(Ok(claim), Err)?;
                    asked.in_units_of_lambda(claim)
                });
                let seconds = start.elapsed().as_secs_f64();
                let run = match answer {
                    Ok(claim) => run(&claim, seed),
                    Err(reason) => {
                        failures.push((case.id.clone(), seed, reason.clone()));
                        SuiteRun::failed(Report::WAY, seed, reason)
                    }
                };
                model = model.with_run(run.with_seconds(seconds));
                done += 1;
            }
            models.push(model);
        }
        Report::new(models, failures, done == total)
    }
}

impl Asked {
    /// The claim about λ that is as far off, in proportion, as one about U is.
    fn in_units_of_lambda(&self, claim: Claim) -> Result<Claim, String> {
        let t = self.case.t;
        if claim.quantity == Quantity::Lambda {
            return Ok(claim);
        }
        let place = TEMPERATURES.iter().position(|&other| other == t);
        let energy = place.zip(self.energies).map(|(i, of)| of[i]);
        let energy = energy.ok_or_else(|| format!("there is no reference for U at t = {t}"))?;
        let unit = self.exact.lambda().to_f64() / energy;
        Ok(Claim {
            multiplicity: None,
            ..Claim::lambda(unit * claim.value, unit * claim.standard_error)
        })
    }
}

fn run(claim: &Claim, seed: u64) -> SuiteRun {
    let run = SuiteRun::new(Report::WAY, seed, claim.value, claim.standard_error);
    match claim.multiplicity {
        Some(m) => run.with_multiplicity(m, 1.0),
        None => run,
    }
}
