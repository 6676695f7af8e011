//! Summaries of draws, as a table of parameters has them.

use crate::diagnostics::{
    bulk_effective_sample_size, quantile_of_sorted, rhat, standard_error_of_mean,
    tail_effective_sample_size,
};
use serde::{Deserialize, Serialize};

/// Mean, spread and diagnostics of one quantity over chains of equal length, as ArviZ defines them.
/// What is not known, R̂ of a constant or of less than four draws, is `None`.
///
/// # Examples
///
/// ```
/// use rlct::draws::Summary;
///
/// let chains = [vec![1.0, 2.0, 3.0, 4.0], vec![2.0, 3.0, 4.0, 5.0]];
/// let summary = Summary::of("x", &chains);
/// assert_eq!((summary.mean, summary.quantiles[2]), (3.0, 3.0));
/// assert!(summary.rhat.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Summary {
    /// The name of the quantity.
    pub name: String,
    /// Mean of all draws.
    pub mean: f64,
    /// Standard deviation of all draws, with the divisor N − 1.
    pub standard_deviation: f64,
    /// The quantiles at 2.5, 25, 50, 75 and 97.5 %.
    pub quantiles: [f64; 5],
    /// Standard error of the mean.
    pub standard_error: Option<f64>,
    /// Effective sample size of the centre.
    pub bulk_effective_sample_size: Option<f64>,
    /// Effective sample size of the 5 and 95 % quantiles, the smaller one.
    pub tail_effective_sample_size: Option<f64>,
    /// Rank-normalised split R̂.
    pub rhat: Option<f64>,
}

impl Summary {
    /// The levels of [`quantiles`](Self::quantiles).
    ///
    /// ```
    /// # use rlct::draws::Summary;
    /// assert_eq!(Summary::LEVELS[2], 0.5);
    /// ```
    pub const LEVELS: [f64; 5] = [0.025, 0.25, 0.5, 0.75, 0.975];

    /// The summary of chains of equal length; NaN if there are no draws.
    ///
    /// ```
    /// # use rlct::draws::Summary;
    /// assert!(Summary::of("x", &[] as &[Vec<f64>]).mean.is_nan());
    /// ```
    #[must_use]
    pub fn of<C: AsRef<[f64]>>(name: impl Into<String>, chains: &[C]) -> Self {
        let mut sorted: Vec<f64> = chains.iter().flat_map(AsRef::as_ref).copied().collect();
        sorted.sort_by(f64::total_cmp);
        let count = sorted.len() as f64;
        let mean = sorted.iter().sum::<f64>() / count;
        let squares: f64 = sorted.iter().map(|x| (x - mean).powi(2)).sum();
        let quantile = |level| {
            if sorted.is_empty() {
                f64::NAN
            } else {
                quantile_of_sorted(&sorted, level)
            }
        };
        let known = |x: f64| x.is_finite().then_some(x);
        Self {
            name: name.into(),
            mean,
            standard_deviation: (squares / (count - 1.0)).sqrt(),
            quantiles: Self::LEVELS.map(quantile),
            standard_error: standard_error_of_mean(chains).ok().and_then(known),
            bulk_effective_sample_size: bulk_effective_sample_size(chains).ok().and_then(known),
            tail_effective_sample_size: tail_effective_sample_size(chains).ok().and_then(known),
            rhat: rhat(chains).ok().and_then(known),
        }
    }
}
