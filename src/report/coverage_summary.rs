//! What the runs of a suite say of each way of estimating.

use super::{SuiteModel, SuiteRun};
use crate::estimate::thresholds::fit::LEAST_PROBABILITY_STATED;
use serde::{Serialize, Serializer};

/// So many of so many.
///
/// # Examples
///
/// ```
/// use rlct::report::Share;
///
/// let share = Share::new(19, 20);
/// assert_eq!(share.to_string(), "95.0 % of 20");
/// assert_eq!(Share::new(0, 0).value(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    hits: usize,
    of: usize,
}

impl Share {
    /// `hits` of `of`.
    ///
    /// ```
    /// # use rlct::report::Share;
    /// assert_eq!(Share::new(1, 4).value(), Some(0.25));
    /// ```
    #[must_use]
    pub fn new(hits: usize, of: usize) -> Self {
        Self { hits, of }
    }

    /// The share; `None` of nothing.
    ///
    /// ```
    /// # use rlct::report::Share;
    /// assert_eq!(Share::new(3, 4).value(), Some(0.75));
    /// ```
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// Of how many.
    #[must_use]
    pub fn of(&self) -> usize {
        self.of
    }

    fn count(flags: impl Iterator<Item = bool>) -> Self {
        flags.fold(Self::default(), |share, hit| Self {
            hits: share.hits + usize::from(hit),
            of: share.of + 1,
        })
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.value() {
            Some(value) => f.pad(&format!("{:.1} % of {}", 100.0 * value, self.of)),
            None => f.pad("–"),
        }
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View {
            hits: usize,
            of: usize,
            share: Option<f64>,
        }
        View {
            hits: self.hits,
            of: self.of,
            share: self.value(),
        }
        .serialize(serializer)
    }
}

/// One way of estimating over several models and seeds.
///
/// # Examples
///
/// ```
/// use rlct::{closed_form, report::{CoverageSummary, SuiteModel, SuiteRun}};
///
/// let exact = closed_form::regular(1)?.coefficient().clone();
/// let square = SuiteModel::new("x²", "regular", 1, exact, "Watanabe 2009")
///     .with_run(SuiteRun::new("MALA", 1, 0.51, 0.01))
///     .with_run(SuiteRun::new("MALA", 2, 0.45, 0.01))
///     .with_run(SuiteRun::failed("MALA", 3, "NaN"));
/// let summary = CoverageSummary::of("MALA", &[&square]);
/// assert_eq!((summary.runs, summary.failed), (3, 1));
/// assert_eq!(summary.covered.value(), Some(1.0 / 3.0));
/// // a run that failed counts as one that is far off
/// assert!((summary.median_relative_error.unwrap() - 0.1).abs() < 1e-12);
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CoverageSummary {
    /// The way of estimating.
    pub way: String,
    /// How many runs.
    pub runs: usize,
    /// How many of them ended without an estimate.
    pub failed: usize,
    /// How many gave U(t) at one temperature, which is not an estimate of λ.
    pub energies: usize,
    /// 95 % intervals that hold the exact λ, of all runs; those of U(t) by coincidence.
    pub covered: Share,
    /// How many runs call themselves trustworthy; U(t) never does.
    pub trusted: Share,
    /// 95 % intervals that hold the exact λ, of the runs that call themselves trustworthy.
    pub trusted_covered: Share,
    /// Median of |λ̂ − λ|/λ, of U(t) in place of λ̂ too, over all runs; `None` where half of them
    /// failed.
    pub median_relative_error: Option<f64>,
    /// The same over the runs that call themselves trustworthy.
    pub trusted_median_relative_error: Option<f64>,
    /// m̂ = m, of the runs that give m̂ on models with d ≤ 4.
    pub multiplicity_up_to_four: Share,
    /// m̂ = m, of all runs that give m̂.
    pub multiplicity: Share,
    /// m̂ = m, of the runs whose m̂ is stated: its probability is at least
    /// [`LEAST_PROBABILITY_STATED`].
    pub multiplicity_stated: Share,
    /// Mean of λ̂ − λ, of U(t) in place of λ̂ too, over runs on models with m ≥ 2.
    pub bias_of_multiple_poles: Option<f64>,
    /// Mean over the same runs of the part that m makes of U(t) − λ, −(m − 1)/log t.
    pub expected_bias_of_multiple_poles: Option<f64>,
    /// Median number of evaluations of the loss, with or without its gradient.
    pub median_evaluations: Option<f64>,
    /// Mean time of a run in seconds; runs side by side share the machine.
    pub mean_seconds: Option<f64>,
}

impl CoverageSummary {
    /// The summary of one way over models.
    ///
    /// ```
    /// # use rlct::report::CoverageSummary;
    /// assert_eq!(CoverageSummary::of("MALA", &[]).runs, 0);
    /// ```
    #[must_use]
    pub fn of(way: &str, models: &[&SuiteModel]) -> Self {
        let runs: Vec<(&SuiteModel, &SuiteRun)> = models
            .iter()
            .flat_map(|&model| model.runs().iter().map(move |run| (model, run)))
            .filter(|(_, run)| run.way() == way)
            .collect();
        let lambda = |model: &SuiteModel| model.exact().lambda().to_f64();
        let covers = |(model, run): &(&SuiteModel, &SuiteRun)| run.covers(lambda(model));
        let error = |(model, run): &(&SuiteModel, &SuiteRun)| {
            ((run.value() - lambda(model)) / lambda(model)).abs()
        };
        let trusted = || runs.iter().filter(|(_, run)| run.is_trustworthy());
        let right = |(model, run): &(&SuiteModel, &SuiteRun)| {
            run.multiplicity()
                .map(|m| (model.dimension() <= 4, m == model.exact().multiplicity()))
        };
        let multiple = || {
            runs.iter()
                .filter(|(model, run)| model.exact().multiplicity() > 1 && !run.has_failed())
        };
        Self {
            way: way.into(),
            runs: runs.len(),
            failed: runs.iter().filter(|(_, run)| run.has_failed()).count(),
            energies: runs
                .iter()
                .filter(|(_, run)| run.quantity().is_energy())
                .count(),
            covered: Share::count(runs.iter().map(covers)),
            trusted: Share::count(runs.iter().map(|(_, run)| run.is_trustworthy())),
            trusted_covered: Share::count(trusted().map(covers)),
            median_relative_error: median(runs.iter().map(error).collect()),
            trusted_median_relative_error: median(trusted().map(error).collect()),
            multiplicity_up_to_four: Share::count(
                runs.iter()
                    .filter_map(right)
                    .filter_map(|(few, right)| few.then_some(right)),
            ),
            multiplicity: Share::count(runs.iter().filter_map(right).map(|(_, right)| right)),
            multiplicity_stated: Share::count(
                runs.iter()
                    .filter(|(_, run)| {
                        run.multiplicity_probability() >= Some(LEAST_PROBABILITY_STATED)
                    })
                    .filter_map(right)
                    .map(|(_, right)| right),
            ),
            bias_of_multiple_poles: mean(
                multiple().map(|(model, run)| run.value() - lambda(model)),
            ),
            expected_bias_of_multiple_poles: mean(multiple().map(|(_, run)| run.expected_bias())),
            median_evaluations: median(
                runs.iter()
                    .filter(|(_, run)| !run.has_failed())
                    .map(|(_, run)| run.evaluations() as f64)
                    .collect(),
            ),
            mean_seconds: mean(runs.iter().map(|(_, run)| run.seconds())),
        }
    }

    /// The summaries of all ways that occur, in the order of their first runs.
    ///
    /// ```
    /// # use rlct::{closed_form, report::{CoverageSummary, SuiteModel, SuiteRun}};
    /// # let exact = closed_form::regular(1)?.coefficient().clone();
    /// let square = SuiteModel::new("x²", "regular", 1, exact, "Watanabe 2009")
    ///     .with_run(SuiteRun::new("volume", 1, 0.51, 0.01))
    ///     .with_run(SuiteRun::new("MALA", 1, 0.45, 0.01));
    /// assert_eq!(CoverageSummary::by_way(&[&square]).len(), 2);
    /// # Ok::<(), closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn by_way(models: &[&SuiteModel]) -> Vec<Self> {
        let mut ways: Vec<&str> = Vec::new();
        for run in models.iter().flat_map(|model| model.runs()) {
            if !ways.contains(&run.way()) {
                ways.push(run.way());
            }
        }
        ways.into_iter().map(|way| Self::of(way, models)).collect()
    }
}

/// A failed run's error is larger than every other.
fn median(mut values: Vec<f64>) -> Option<f64> {
    for value in &mut values {
        if value.is_nan() {
            *value = f64::INFINITY;
        }
    }
    values.sort_by(f64::total_cmp);
    let n = values.len();
    if n == 0 {
        return None;
    }
    let median = f64::midpoint(values[(n - 1) / 2], values[n / 2]);
    median.is_finite().then_some(median)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}
