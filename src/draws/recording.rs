//! What is kept of the draws, and the observer that keeps it.

use crate::loss::Scalar;
use crate::sampler::{Observer, Posterior};
use serde::{Deserialize, Serialize};

/// What to keep of the draws. The loss, |w − w*| and the log density are kept of every draw; of the
/// parameters those chosen, or the first ones, within limits that bound the memory.
///
/// # Examples
///
/// ```
/// use rlct::draws::Recording;
///
/// let recording = Recording::new().with_max_parameters(3);
/// // of 10⁷ parameters, with 4 chains of 2000 draws
/// assert_eq!(recording.chosen(10_000_000, 4 * 2000), [0, 1, 2]);
/// assert_eq!(Recording::new().with_parameters(&[7, 2]).chosen(10, 100), [7, 2]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recording {
    /// The parameters to keep, by index from 0; `None` for the first ones. Default `None`.
    pub parameters: Option<Vec<usize>>,
    /// How many parameters are kept at most. Default 1000.
    pub max_parameters: usize,
    /// How many numbers all chains together keep of the parameters at most. Default 2²⁵, 256 MiB.
    pub max_values: usize,
    /// The names of the parameters of the loss, or of the first of them. Default none.
    pub names: Vec<String>,
    /// Whether the log-likelihood of each sample is kept of every draw, n numbers a draw. Default
    /// no.
    pub log_likelihoods: bool,
}

impl Default for Recording {
    fn default() -> Self {
        Self {
            parameters: None,
            max_parameters: 1000,
            max_values: 1 << 25,
            names: Vec::new(),
            log_likelihoods: false,
        }
    }
}

impl Recording {
    /// The first parameters, at most 1000 and 2²⁵ numbers in all.
    ///
    /// ```
    /// # use rlct::draws::Recording;
    /// assert_eq!(Recording::new(), Recording::default());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses the parameters, by index from 0. Those the loss does not have are left out, and so
    /// are the last ones where all exceed the limits.
    ///
    /// ```
    /// # use rlct::draws::Recording;
    /// assert_eq!(Recording::new().with_parameters(&[1]).parameters, Some(vec![1]));
    /// ```
    #[must_use]
    pub fn with_parameters(mut self, parameters: &[usize]) -> Self {
        self.parameters = Some(parameters.to_vec());
        self
    }

    /// Sets how many parameters are kept at most.
    ///
    /// ```
    /// # use rlct::draws::Recording;
    /// assert_eq!(Recording::new().with_max_parameters(5).max_parameters, 5);
    /// ```
    #[must_use]
    pub fn with_max_parameters(mut self, count: usize) -> Self {
        self.max_parameters = count;
        self
    }

    /// Sets how many numbers all chains together keep of the parameters at most.
    ///
    /// ```
    /// # use rlct::draws::Recording;
    /// let recording = Recording::new().with_max_values(1000);
    /// assert_eq!(recording.chosen(50, 4 * 100), [0, 1]);
    /// ```
    #[must_use]
    pub fn with_max_values(mut self, count: usize) -> Self {
        self.max_values = count;
        self
    }

    /// Names the parameters of the loss, in their order.
    ///
    /// ```
    /// # use rlct::draws::Recording;
    /// assert_eq!(Recording::new().with_names(["x", "y"]).names, ["x", "y"]);
    /// ```
    #[must_use]
    pub fn with_names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names = names.into_iter().map(Into::into).collect();
        self
    }

    /// Keeps log p(sample | w) of each sample and draw too, for WAIC and cross-validation by
    /// others: `log_likelihood` of a Zarr store is what `loo` and `waic` of ArviZ read. They are
    /// what these want at nβ = n alone.
    ///
    /// ```
    /// # use rlct::draws::Recording;
    /// assert!(Recording::new().with_log_likelihoods().log_likelihoods);
    /// ```
    #[must_use]
    pub fn with_log_likelihoods(mut self) -> Self {
        self.log_likelihoods = true;
        self
    }

    /// The parameters kept of a loss of so many, if all chains together take so many draws.
    ///
    /// ```
    /// # use rlct::draws::Recording;
    /// assert_eq!(Recording::new().chosen(2, 8000), [0, 1]);
    /// ```
    #[must_use]
    pub fn chosen(&self, dimension: usize, draws: usize) -> Vec<usize> {
        let most = self.max_parameters.min(self.max_values / draws.max(1));
        match &self.parameters {
            Some(parameters) => {
                let there = parameters.iter().copied().filter(|&i| i < dimension);
                there.take(most).collect()
            }
            None => (0..dimension.min(most)).collect(),
        }
    }
}

/// What is kept of one chain besides its losses; one entry a draw.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Trace {
    /// The parameters kept, draw after draw.
    pub(crate) points: Vec<f64>,
    /// |w − w*|.
    pub(crate) distances: Vec<f64>,
    /// The log density without the loss.
    pub(crate) log_priors: Vec<f64>,
    /// The mean acceptance since the draw before; NaN where it is not known.
    pub(crate) acceptances: Vec<f64>,
    /// log p(sample | w) of all samples, draw after draw; empty if they are not kept.
    pub(crate) log_likelihoods: Vec<f64>,
}

/// Keeps the trace of one chain.
pub(crate) struct Recorder<'a, T: Scalar> {
    posterior: &'a Posterior<'a, T>,
    w_star: &'a [T],
    chosen: &'a [usize],
    /// Sum and number of the acceptances since the last draw.
    acceptance: (f64, usize),
    /// Room for the losses of the samples, where they are kept.
    samples: Option<(Vec<T>, Vec<T>)>,
    trace: Trace,
}

impl<'a, T: Scalar> Recorder<'a, T> {
    pub(crate) fn new(
        posterior: &'a Posterior<'a, T>,
        w_star: &'a [T],
        chosen: &'a [usize],
    ) -> Self {
        Self {
            posterior,
            w_star,
            chosen,
            acceptance: (0.0, 0),
            samples: None,
            trace: Trace::default(),
        }
    }

    /// Keeps the log-likelihoods of so many samples too.
    pub(crate) fn with_samples(mut self, num_samples: usize) -> Self {
        let scratch = vec![T::of(0.0); self.posterior.loss.scratch_len()];
        self.samples = Some((vec![T::of(0.0); num_samples], scratch));
        self
    }

    pub(crate) fn into_trace(self, draws: usize) -> Trace {
        let mut trace = self.trace;
        let cut = trace.distances.len().saturating_sub(draws);
        trace.points.drain(..cut * self.chosen.len());
        let num_samples = self.samples.map_or(0, |(values, _)| values.len());
        trace.log_likelihoods.drain(..cut * num_samples);
        for values in [
            &mut trace.distances,
            &mut trace.log_priors,
            &mut trace.acceptances,
        ] {
            values.drain(..cut);
        }
        trace
    }
}

impl<T: Scalar> Observer<T> for Recorder<'_, T> {
    fn draw(&mut self, w: &[T]) {
        let trace = &mut self.trace;
        trace
            .points
            .extend(self.chosen.iter().map(|&i| w[i].float()));
        let offsets = w.iter().zip(self.w_star);
        let square: f64 = offsets
            .map(|(w, w_star)| (w.float() - w_star.float()).powi(2))
            .sum();
        trace.distances.push(square.sqrt());
        trace
            .log_priors
            .push(self.posterior.log_density(w, T::of(0.0)));
        if let Some((values, scratch)) = &mut self.samples {
            self.posterior.loss.sample_values(w, values, scratch);
            trace
                .log_likelihoods
                .extend(values.iter().map(|loss| -loss.float()));
        }
        let (sum, count) = std::mem::take(&mut self.acceptance);
        trace.acceptances.push(sum / count as f64);
    }

    fn acceptance(&mut self, acceptance: f64) {
        if self.trace.distances.is_empty() {
            // of the burn-in the last step alone
            self.acceptance = (acceptance, 1);
        } else {
            self.acceptance.0 += acceptance;
            self.acceptance.1 += 1;
        }
    }
}
