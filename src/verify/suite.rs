//! The cases that an estimator is held against.

use super::{Case, Claim, Estimator, Report};
use crate::LearningCoefficient;
use crate::catalogue::{self, Instance};
use crate::closed_form::ClosedFormError;
use crate::report::{SuiteModel, SuiteRun};
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
    cases: Vec<(Case, LearningCoefficient, String)>,
    seeds: u64,
    seconds: f64,
}

impl Suite {
    /// The time of a case, in seconds.
    pub const SECONDS: f64 = 60.0;

    /// All instances that there are, of one seed each.
    ///
    /// # Errors
    /// As [`catalogue::instances`].
    pub fn catalogue() -> Result<Self, ClosedFormError> {
        let of = |instance: &Instance| {
            let exact = instance.value().coefficient()?.clone();
            Some((Case::of(instance)?, exact, instance.source().to_string()))
        };
        Ok(Self {
            cases: catalogue::instances()?.iter().filter_map(of).collect(),
            seeds: 1,
            seconds: Self::SECONDS,
        })
    }

    /// Those of at most so many parameters.
    #[must_use]
    pub fn max_dimension(mut self, most: usize) -> Self {
        self.cases.retain(|(case, ..)| case.dimension() <= most);
        self
    }

    /// Those of these families, by their keys.
    #[must_use]
    pub fn families<S: AsRef<str>>(mut self, keys: impl IntoIterator<Item = S>) -> Self {
        let keys: Vec<S> = keys.into_iter().collect();
        let is_meant = |case: &Case| keys.iter().any(|key| key.as_ref() == case.family);
        self.cases.retain(|(case, ..)| is_meant(case));
        self
    }

    /// At most so many of each family, spread evenly over it.
    #[must_use]
    pub fn per_family(mut self, most: usize) -> Self {
        let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
        for (case, ..) in &self.cases {
            *sizes.entry(case.family.clone()).or_default() += 1;
        }
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        self.cases.retain(|(case, ..)| {
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
        self.cases.iter().map(|(case, ..)| case)
    }

    /// The families that there are.
    #[must_use]
    pub fn family_keys(&self) -> Vec<String> {
        let keys = self.cases.iter().map(|(case, ..)| case.family.clone());
        keys.collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    /// λ by case: for tests of the harness. An estimator is not given it.
    #[must_use]
    pub fn values(&self) -> BTreeMap<String, f64> {
        let pairs = self.cases.iter();
        pairs
            .map(|(case, exact, _)| (case.id.clone(), exact.lambda().to_f64()))
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
        'all: for (case, exact, source) in &self.cases {
            let mut model = SuiteModel::new(
                &case.id,
                &case.family,
                case.dimension(),
                exact.clone(),
                source,
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
                    refusal.map_or(Ok(claim), Err)
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

fn run(claim: &Claim, seed: u64) -> SuiteRun {
    let run = SuiteRun::new(Report::WAY, seed, claim.value, claim.standard_error);
    match claim.multiplicity {
        Some(m) => run.with_multiplicity(m, 1.0),
        None => run,
    }
}
