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
    /// The number of random starts. Default 10.
    pub count: usize,
    /// The most iterations of one start. Default 20 000.
    pub iterations: usize,
    /// Converged where an iteration gains less than this in ℓ. Default 10⁻⁸.
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Convergence {
    /// The number of starts.
    pub starts: usize,
    /// How many of them converged.
    pub converged: usize,
    /// How many came within 10⁻³ of the best ℓ: one alone may not have found the maximum.
    pub agreeing: usize,
    /// The iterations of the best start.
    pub iterations: usize,
    /// Whether the best fit lies on the boundary: a unique variance at its floor, a component
    /// without weight. The learning coefficients are those of interior truths.
    pub on_boundary: bool,
}

/// The outcome of one start.
pub(super) struct Attempt<F> {
    pub(super) fit: F,
    pub(super) log_likelihood: f64,
    pub(super) iterations: usize,
    pub(super) converged: bool,
}

/// The best of the attempts; `None` without any of finite ℓ.
pub(super) fn best<F>(attempts: Vec<Attempt<F>>) -> Option<(F, f64, Convergence)> {
    let starts = attempts.len();
    let converged = attempts.iter().filter(|a| a.converged).count();
    let values: Vec<f64> = attempts.iter().map(|a| a.log_likelihood).collect();
    let best = attempts
        .into_iter()
        .filter(|a| a.log_likelihood.is_finite())
        .max_by(|a, b| a.log_likelihood.total_cmp(&b.log_likelihood))?;
    let near = |value: &&f64| best.log_likelihood - **value < 1e-3;
    let convergence = Convergence {
        starts,
        converged,
        agreeing: values.iter().filter(near).count(),
        iterations: best.iterations,
        on_boundary: false,
    };
    Some((best.fit, best.log_likelihood, convergence))
}
