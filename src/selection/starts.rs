//! Fits from several starts.

use super::SelectionError;
use serde::{Deserialize, Serialize};

/// How an iterative maximisation of the likelihood is run: from how many starts, how long.
///
/// # Examples
///
/// ```
/// use rlct::selection::Starts;
///
/// let starts = Starts::new().with_count(20).with_seed(1);
/// assert_eq!(starts.count, 20);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Starts {
    /// The number of random starts; others may be derived from the data. Default 10.
    pub count: usize,
    /// The most iterations of one start. Default 20 000.
    pub iterations: usize,
    /// Converged where less than this is left to gain in ℓ by what the last steps say (mixtures),
    /// or where a step gains less (factor analysis). Default 10⁻⁸.
    pub tolerance: f64,
    /// Seed of the starts; start s uses stream s of it. Default 0.
    pub seed: u64,
}

impl Default for Starts {
    fn default() -> Self {
        Self {
            count: 10,
            iterations: 20_000,
            tolerance: 1e-8,
            seed: 0,
        }
    }
}

impl Starts {
    /// The default settings.
    ///
    /// ```
    /// # use rlct::selection::Starts;
    /// assert_eq!(Starts::new(), Starts::default());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the number of random starts.
    ///
    /// ```
    /// # use rlct::selection::Starts;
    /// assert_eq!(Starts::new().with_count(3).count, 3);
    /// ```
    #[must_use]
    pub fn with_count(mut self, count: usize) -> Self {
        self.count = count;
        self
    }

    /// Sets the most iterations of one start.
    ///
    /// ```
    /// # use rlct::selection::Starts;
    /// assert_eq!(Starts::new().with_iterations(50).iterations, 50);
    /// ```
    #[must_use]
    pub fn with_iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// Sets the seed.
    ///
    /// ```
    /// # use rlct::selection::Starts;
    /// assert_eq!(Starts::new().with_seed(7).seed, 7);
    /// ```
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    pub(super) fn check(&self) -> Result<(), SelectionError> {
        let refused = |what, expected: &str, found| {
            Err(SelectionError::Setting {
                what,
                expected: expected.into(),
                found,
            })
        };
        if self.count == 0 {
            refused("the number of starts", "at least 1", 0.0)
        } else if self.iterations == 0 {
            refused("the number of iterations", "at least 1", 0.0)
        } else if !(self.tolerance > 0.0 && self.tolerance.is_finite()) {
            refused("the tolerance", "positive and finite", self.tolerance)
        } else {
            Ok(())
        }
    }
}

/// How a fit from several starts went.
///
/// # What is evidence that the maximum was found
/// That climbs end together says little if they began together. So each start has a *profile*: of
/// a mixture log f at 256 rows, spread evenly over the data in order; of a factor analysis the
/// unique variances of the standardised variables. Two starts *differ at the beginning* where their
/// profiles do by more than 0.1 in the mean of the absolute differences. [`independent`] counts
/// starts that differ so from each other and all end within 10⁻³ of the best ℓ; one alone is no
/// evidence, and [`is_confirmed`] is false. Two or more are evidence, not proof.
///
/// [`independent`]: Self::independent
/// [`is_confirmed`]: Self::is_confirmed
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Convergence {
    /// The number of starts.
    pub starts: usize,
    /// How many were climbed to the end: of mixtures, the best after a few steps of each.
    pub climbed: usize,
    /// How many of these converged.
    pub converged: usize,
    /// How many of these came within 10⁻³ of the best ℓ.
    pub agreeing: usize,
    /// How many of the agreeing ones differ from each other at the beginning.
    pub independent: usize,
    /// ℓ where each start that was climbed to the end came, the best first.
    #[serde(default)]
    pub log_likelihoods: Vec<f64>,
    /// ℓ of the other starts, after a few steps, the best first; of many values on a line that of
    /// their condensed copy, some 10⁻⁴ off.
    #[serde(default)]
    pub left: Vec<f64>,
    /// The iterations of the best start.
    pub iterations: usize,
    /// Whether the best fit lies on the boundary: a unique variance at its floor, a component
    /// without weight. The learning coefficients are those of interior truths.
    pub on_boundary: bool,
}

impl Convergence {
    /// Whether two starts that differ at the beginning found the best fit; or the fit is in closed
    /// form, from one start alone.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, Mixtures, Starts};
    /// let data = DataTable::new([("x", vec![-3.0, -3.1, -2.9, 3.0, 3.1, 2.9])])?;
    /// let family = Mixtures::normal(&data, 0.5, 2, &Starts::new())?;
    /// assert!(family.fits()[1].convergence.is_confirmed());
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.starts == 1 || self.independent >= 2
    }
}

/// The outcome of one start.
#[derive(Debug)]
pub(super) struct Attempt<F> {
    /// What tells starts apart.
    pub(super) profile: Vec<f64>,
    pub(super) fit: F,
    pub(super) log_likelihood: f64,
    pub(super) iterations: usize,
    pub(super) converged: bool,
}

/// Profiles whose entries are farther apart in the mean are those of different starts.
const DIFFERENT: f64 = 0.1;
/// Log-likelihoods this near agree.
const AGREEING: f64 = 1e-3;

/// The mean distance of two profiles.
pub(super) fn distance(a: &[f64], b: &[f64]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum();
    sum / a.len() as f64
}

/// Whether a start with this profile differs from all those that found the best ℓ so far.
pub(super) fn begins_anew<F>(attempts: &[Attempt<F>], profile: &[f64]) -> bool {
    let values = attempts.iter().map(|a| a.log_likelihood);
    let most = values.fold(f64::NEG_INFINITY, f64::max);
    let mut near = attempts
        .iter()
        .filter(|a| most - a.log_likelihood < AGREEING);
    near.all(|a| distance(&a.profile, profile) > DIFFERENT)
}

/// Numbers that are not infinite, the greatest first.
pub(super) fn descending(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

/// The best of the attempts; `None` without any of finite ℓ.
pub(super) fn best<F>(attempts: &[Attempt<F>]) -> Option<(&Attempt<F>, Convergence)> {
    let finite = attempts.iter().filter(|a| a.log_likelihood.is_finite());
    let best = finite.max_by(|a, b| a.log_likelihood.total_cmp(&b.log_likelihood))?;
    let near = |a: &&Attempt<F>| best.log_likelihood - a.log_likelihood < AGREEING;
    let mut independent: Vec<&Attempt<F>> = Vec::new();
    for attempt in attempts.iter().filter(near) {
        let new = |other: &&Attempt<F>| distance(&other.profile, &attempt.profile) > DIFFERENT;
        if independent.iter().all(new) {
            independent.push(attempt);
        }
    }
    let convergence = Convergence {
        starts: attempts.len(),
        climbed: attempts.len(),
        converged: attempts.iter().filter(|a| a.converged).count(),
        agreeing: attempts.iter().filter(near).count(),
        independent: independent.len(),
        log_likelihoods: descending(attempts.iter().map(|a| a.log_likelihood)),
        left: Vec::new(),
        iterations: best.iterations,
        on_boundary: false,
    };
    Some((best, convergence))
}
