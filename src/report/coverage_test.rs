//! Whether intervals hold λ as often as they should, family by family.

use super::{SuiteModel, SuiteRun};
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::beta::checked_beta_reg;
use std::fmt;

/// The test that 95 % intervals of trustworthy runs hold λ in at least 90 % of them, exact and one
/// sided, with models as clusters: seeds of one model tend to hold λ together.
///
/// The number of runs is divided by the design effect, the variance of the share between models
/// over that of independent runs (Kish 1965), and made smaller where there are few models; of that
/// effective number the binomial probability is taken at the share that was seen (Korn and Graubard
/// 1998, *Survey Methodology* 24, 193). Over families the probabilities are compared with
/// [`LEVEL`](Self::LEVEL) by the procedure of Holm (1979, *Scandinavian Journal of Statistics* 6,
/// 65).
///
/// # Examples
///
/// ```
/// use rlct::{closed_form, report::{CoverageTest, SuiteModel, SuiteRun}};
///
/// let exact = closed_form::regular(1)?.coefficient().clone(); // λ = 1/2
/// let model = |name: &str, values: &[f64]| {
///     let model = SuiteModel::new(name, "regular", 1, exact.clone(), "Watanabe 2009");
///     let run = |(seed, &value)| SuiteRun::new("ladder", seed as u64, value, 0.01);
///     values.iter().enumerate().map(run).fold(model, SuiteModel::with_run)
/// };
/// let (right, wrong) = ([0.5, 0.51, 0.49, 0.5], [0.6, 0.61, 0.62, 0.4]);
/// let models: Vec<_> = (0..6).map(|i| model(&i.to_string(), &right)).collect();
/// let test = CoverageTest::of("regular", "ladder", &models.iter().collect::<Vec<_>>());
/// assert_eq!(test.probability, Some(1.0));
/// let models: Vec<_> = (0..6).map(|i| model(&i.to_string(), &wrong)).collect();
/// let test = CoverageTest::of("regular", "ladder", &models.iter().collect::<Vec<_>>());
/// assert!(test.probability.unwrap() < 1e-4);
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CoverageTest {
    /// The family of models.
    pub family: String,
    /// The way of estimating.
    pub way: String,
    /// The models with trustworthy runs.
    pub models: usize,
    /// Their trustworthy runs.
    pub runs: usize,
    /// How many of these hold λ.
    pub covered: usize,
    /// As many independent runs would tell as much.
    pub effective_runs: f64,
    /// The probability of so few or fewer, if 90 % were to hold λ; `None` of no runs.
    pub probability: Option<f64>,
}

/// The probability for quantiles of Student's distribution that stand for few clusters: that of
/// the intervals.
const OUTSIDE: f64 = 0.05;

impl CoverageTest {
    /// The least share of intervals that is to hold λ.
    pub const LEAST: f64 = 0.9;
    /// The level over all families.
    pub const LEVEL: f64 = 0.01;

    /// The trustworthy runs of one way on models of a family.
    #[must_use]
    pub fn of(family: &str, way: &str, models: &[&SuiteModel]) -> Self {
        let trusted = |run: &&SuiteRun| run.way() == way && run.is_trustworthy();
        let clusters: Vec<[f64; 2]> = models
            .iter()
            .map(|model| {
                let lambda = model.exact().lambda().to_f64();
                let runs = || model.runs().iter().filter(trusted);
                [
                    runs().filter(|run| run.covers(lambda)).count(),
                    runs().count(),
                ]
            })
            .map(|counts| counts.map(|count| count as f64))
            .filter(|[_, runs]| *runs > 0.0)
            .collect();
        let [covered, runs] = clusters
            .iter()
            .fold([0.0, 0.0], |[x, n], [of_x, of_n]| [x + of_x, n + of_n]);
        let effective_runs = effective(&clusters, covered, runs);
        Self {
            family: family.into(),
            way: way.into(),
            models: clusters.len(),
            runs: runs as usize,
            covered: covered as usize,
            effective_runs,
            probability: (runs > 0.0).then(|| at_most(covered / runs, effective_runs)),
        }
    }

    /// The tests that reject at [`LEVEL`](Self::LEVEL), by Holm's procedure over all of them.
    #[must_use]
    pub fn rejected(tests: &[Self]) -> Vec<&Self> {
        let mut sorted: Vec<(f64, &Self)> = tests
            .iter()
            .filter_map(|test| Some((test.probability?, test)))
            .collect();
        sorted.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let count = sorted.len();
        sorted
            .into_iter()
            .enumerate()
            .map_while(|(rank, (p, test))| {
                (p * (count - rank) as f64 <= Self::LEVEL).then_some(test)
            })
            .collect()
    }
}

/// How many independent runs would tell as much as those of clusters.
fn effective(clusters: &[[f64; 2]], covered: f64, runs: f64) -> f64 {
    let count = clusters.len() as f64;
    if clusters.len() < 2 {
        return count;
    }
    let share = covered / runs;
    let squares: f64 = clusters.iter().map(|[x, n]| (x - share * n).powi(2)).sum();
    let between = count / (count - 1.0) * squares / (runs * runs);
    let independent = share * (1.0 - share) / runs;
    // where all hold λ or none does, nothing is seen to vary between models
    let design = if independent > 0.0 {
        (between / independent).max(1.0)
    } else {
        1.0
    };
    let few = match runs > count {
        true => (quantile(runs - 1.0) / quantile(count - 1.0)).powi(2),
        false => 1.0,
    };
    runs / design * few
}

fn quantile(degrees: f64) -> f64 {
    StudentsT::new(0.0, 1.0, degrees).map_or(f64::INFINITY, |t| t.inverse_cdf(1.0 - OUTSIDE / 2.0))
}

/// P(X ≤ share·n) of a binomial X of n draws at [`CoverageTest::LEAST`], for any real n.
fn at_most(share: f64, n: f64) -> f64 {
    let held = share * n;
    if held >= n {
        return 1.0;
    }
    checked_beta_reg(n - held, held + 1.0, 1.0 - CoverageTest::LEAST).unwrap_or(f64::NAN)
}

impl fmt::Display for CoverageTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} of {}", self.family, self.covered, self.runs)?;
        match self.probability {
            Some(p) if p < 1e-3 => write!(f, ", P = {p:.0e})"),
            Some(p) => write!(f, ", P = {p:.3})"),
            None => f.write_str(")"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_probability_is_the_binomial_one() {
        // P(X ≤ 18) of 20 at 0.9 = 1 − 0.9²⁰ − 20·0.9¹⁹·0.1
        let exact = 1.0 - 0.9_f64.powi(20) - 2.0 * 0.9_f64.powi(19);
        assert_relative_eq!(at_most(0.9, 20.0), exact, max_relative = 1e-12);
        assert_relative_eq!(at_most(0.0, 3.0), 1e-3, max_relative = 1e-9);
        assert_relative_eq!(at_most(1.0, 7.5), 1.0);
    }

    #[test]
    fn seeds_that_hold_together_count_once() {
        // ten models of eight seeds: each holds always or never
        let together: Vec<[f64; 2]> = (0..10)
            .map(|i| [f64::from(u8::from(i > 2)) * 8.0, 8.0])
            .collect();
        let n = effective(&together, 56.0, 80.0);
        assert!(n < 10.0, "{n}");
        // as many spread evenly
        let apart = vec![[5.6, 8.0]; 10];
        assert!(effective(&apart, 56.0, 80.0) > 50.0);
        assert_relative_eq!(effective(&[[8.0, 8.0]], 8.0, 8.0), 1.0);
    }

    #[test]
    fn holm_stops_at_the_first_that_does_not_reject() {
        let test = |p: f64| CoverageTest {
            family: p.to_string(),
            way: "ladder".into(),
            models: 5,
            runs: 40,
            covered: 30,
            effective_runs: 20.0,
            probability: Some(p),
        };
        let tests = [test(0.004), test(0.5), test(0.001), test(0.0045)];
        let rejected = CoverageTest::rejected(&tests);
        // 0.001·4 ≤ 0.01, 0.004·3 > 0.01
        assert_eq!(
            rejected.iter().map(|t| t.probability).collect::<Vec<_>>(),
            [Some(0.001)]
        );
    }
}
