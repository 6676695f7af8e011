//! The draws of a run as they are kept.

use super::{DrawsFile, Summary, Trace};
use crate::sampler::{Chain, Failure};
use serde_json::{Map, Value};

/// The draws of all chains: losses, distances, the parameters that were chosen, and what the run
/// was.
///
/// # Examples
///
/// ```
/// use rlct::draws::Recording;
/// use rlct::{estimate::Llc, loss::LinearNetwork};
///
/// let loss = LinearNetwork::new(&[1, 1, 1], &[0.0])?;
/// let run = Llc::new(&loss, &[0.0, 0.0]).nbeta(1e3).draws(200).record(&Recording::new())?;
/// assert_eq!((run.draws.num_chains(), run.draws.num_draws()), (4, 200));
/// assert_eq!(run.draws.names(), ["w_0", "w_1"]);
/// assert_eq!(run.draws.losses(0), run.estimate?.chains()[0].losses);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedDraws {
    pub(super) parameters: Vec<usize>,
    /// Of the parameters kept; `None` if they have none.
    pub(super) given_names: Option<Vec<String>>,
    pub(super) w_star: Vec<f64>,
    pub(super) nbeta: f64,
    pub(super) baseline: f64,
    pub(super) chains: Vec<(Chain, Trace)>,
    pub(super) attributes: Map<String, Value>,
    /// Of how many samples the log-likelihoods are kept.
    pub(super) num_samples: usize,
}

impl RecordedDraws {
    /// The draws of parameters `parameters` of all, with the names of all or of the first ones.
    pub(crate) fn new(
        parameters: Vec<usize>,
        names: &[String],
        w_star: Vec<f64>,
        (nbeta, baseline): (f64, f64),
        chains: Vec<(Chain, Trace)>,
    ) -> Self {
        let given = parameters.iter().map(|&i| names.get(i).cloned());
        let given_names = given.collect::<Option<Vec<_>>>();
        let draws = Self {
            given_names: given_names.filter(|names| !names.is_empty()),
            parameters,
            w_star,
            nbeta,
            baseline,
            chains,
            attributes: Map::new(),
            num_samples: 0,
        };
        let (kept, length) = draws.kept();
        draws
            .with_attribute("equal_chains", kept)
            .with_attribute("equal_draws", length)
    }

    /// With the log-likelihoods of so many samples in the traces.
    pub(crate) fn with_samples(mut self, num_samples: usize) -> Self {
        self.num_samples = num_samples;
        self
    }

    /// log p(sample | w) of a chain, the n samples of one draw after those of another; empty if
    /// there is no such chain, or they were not kept
    /// ([`Recording::with_log_likelihoods`](super::Recording::with_log_likelihoods)).
    #[must_use]
    pub fn log_likelihoods(&self, chain: usize) -> &[f64] {
        let trace = self.chains.get(chain).map(|(_, trace)| trace);
        trace.map_or(&[], |trace| &trace.log_likelihoods)
    }

    /// The number of chains.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).chains(2).record(&Recording::new())?;
    /// assert_eq!(run.draws.num_chains(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn num_chains(&self) -> usize {
        self.chains.len()
    }

    /// The number of draws of the longest chain.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).record(&Recording::new())?;
    /// assert_eq!(run.draws.num_draws(), 50);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn num_draws(&self) -> usize {
        self.chains
            .iter()
            .map(|(_, trace)| trace.distances.len())
            .max()
            .unwrap_or(0)
    }

    /// The names of the parameters kept; `w_i` by index where none were given.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let recording = Recording::new().with_names(["slope"]);
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).record(&recording)?;
    /// assert_eq!(run.draws.names(), ["slope"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.given_names.clone().unwrap_or_else(|| {
            let indices = self.parameters.iter();
            indices.map(|i| format!("w_{i}")).collect()
        })
    }

    /// The losses of a chain, draw after draw; empty if there is no such chain.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).record(&Recording::new())?;
    /// assert_eq!((run.draws.losses(3).len(), run.draws.losses(4).len()), (50, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn losses(&self, chain: usize) -> &[f64] {
        self.chains
            .get(chain)
            .map_or(&[], |(chain, trace)| &chain.losses[..trace.distances.len()])
    }

    /// |w − w*| of a chain's draws; empty if there is no such chain.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).record(&Recording::new())?;
    /// let (w, distances) = (run.draws.parameter(0, 0), run.draws.distances(0));
    /// assert!(w.iter().zip(distances).all(|(w, distance)| w.abs() == *distance));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn distances(&self, chain: usize) -> &[f64] {
        self.trace(chain).map_or(&[], |trace| &trace.distances)
    }

    /// The mean Metropolis acceptance from each draw of a chain to the next, NaN where it is not
    /// known; empty if there is no such chain.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).record(&Recording::new())?;
    /// assert!(run.draws.acceptances(0).iter().all(|rate| (0.0..=1.0).contains(rate)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn acceptances(&self, chain: usize) -> &[f64] {
        self.trace(chain).map_or(&[], |trace| &trace.acceptances)
    }

    /// w*, of the parameters kept.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.5])?;
    /// let run = Llc::new(&loss, &[0.5]).nbeta(1e3).draws(50).record(&Recording::new())?;
    /// assert_eq!(run.draws.w_star(), [0.5]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn w_star(&self) -> &[f64] {
        &self.w_star
    }

    fn trace(&self, chain: usize) -> Option<&Trace> {
        self.chains.get(chain).map(|(_, trace)| trace)
    }

    /// The draws of one of the parameters kept, by its place among them; empty if there is none.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).record(&Recording::new())?;
    /// // L = ½ w²
    /// let (w, l) = (run.draws.parameter(0, 0), run.draws.losses(0));
    /// assert!(w.iter().zip(l).all(|(w, l)| (w * w / 2.0 - l).abs() < 1e-12));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn parameter(&self, chain: usize, parameter: usize) -> Vec<f64> {
        let width = self.parameters.len();
        match self.chains.get(chain) {
            Some((_, trace)) if parameter < width => trace.points[parameter..]
                .iter()
                .step_by(width)
                .copied()
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Summaries of nβ(L(w) − L(w*)), whose mean is U(t) at t = nβ, of |w − w*|, and of each
    /// parameter kept, over the chains that did not fail, cut to equal length as
    /// [`Draws::losses`](crate::sampler::Draws::losses).
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).record(&Recording::new())?;
    /// let summaries = run.draws.summaries();
    /// assert_eq!(summaries[0].name, "energy");
    /// assert!((summaries[0].mean - run.estimate?.energy()).abs() < 1e-12);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn summaries(&self) -> Vec<Summary> {
        let (kept, length) = self.kept();
        let of = |name: &str, values: &dyn Fn(usize) -> Vec<f64>| {
            let chains: Vec<Vec<f64>> = kept
                .iter()
                .map(|&chain| {
                    let mut values = values(chain);
                    values.truncate(length);
                    values
                })
                .collect();
            Summary::of(name, &chains)
        };
        let mut summaries = vec![
            of("energy", &|chain| self.excesses(chain)),
            of("distance", &|chain| self.chains[chain].1.distances.clone()),
        ];
        for (place, name) in self.names().iter().enumerate() {
            summaries.push(of(name, &|chain| self.parameter(chain, place)));
        }
        summaries
    }

    /// The chains whose draws count, and how many of each.
    fn kept(&self) -> (Vec<usize>, usize) {
        let good = |c: &usize| self.chains[*c].0.failure.is_none();
        let good: Vec<usize> = (0..self.chains.len()).filter(good).collect();
        let draws = |c: usize| self.chains[c].1.distances.len();
        let mut lengths: Vec<usize> = good.iter().map(|&c| draws(c)).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        let draws_kept = |&(longer, &length): &(usize, &usize)| (longer + 1) * length;
        let longest = lengths.iter().enumerate().max_by_key(draws_kept);
        let length = longest.map_or(0, |(_, &length)| length);
        (
            good.into_iter().filter(|&c| draws(c) >= length).collect(),
            length,
        )
    }

    /// nβ (L(w) − L(w*)) of a chain.
    pub(super) fn excesses(&self, chain: usize) -> Vec<f64> {
        let losses = self.losses(chain).iter();
        losses
            .map(|loss| self.nbeta * (loss - self.baseline))
            .collect()
    }

    /// The log density of a chain's draws, up to a constant: log φ(w) − γ/2·|w − w*|² − nβ L(w),
    /// with the recorded losses; empty if there is no such chain.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).record(&Recording::new())?;
    /// let (w, density) = (run.draws.parameter(0, 0), run.draws.log_densities(0));
    /// assert!((density[7] + 0.5 * 1001.0 * w[7] * w[7]).abs() < 1e-9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn log_densities(&self, chain: usize) -> Vec<f64> {
        let log_priors = self.trace(chain).map_or(&[][..], |trace| &trace.log_priors);
        let both = self.losses(chain).iter().zip(log_priors);
        both.map(|(loss, log_prior)| log_prior - self.nbeta * loss)
            .collect()
    }

    /// Whether the chain ran away after its last draw.
    pub(super) fn diverged(&self, chain: usize) -> bool {
        let failure = self.chains[chain].0.failure;
        failure.is_some_and(|f| f.failure == Failure::Diverged)
    }

    /// What the run was: estimate, temperature, settings.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).record(&Recording::new())?;
    /// assert_eq!(run.draws.attributes()["nbeta"], 1e3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    /// The same with one more attribute, which replaces one of that name.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).record(&Recording::new())?;
    /// let draws = run.draws.with_attribute("model", "K = w^2/2");
    /// assert_eq!(draws.attributes()["model"], "K = w^2/2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_attribute(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }

    /// Writes the draws in the format of the file.
    ///
    /// # Errors
    /// As [`DrawsFile::write`].
    ///
    /// ```
    /// # use rlct::{draws::{DrawsFile, Recording}, estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let run = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).record(&Recording::new())?;
    /// let nowhere = DrawsFile::new("/no/such/folder/draws.json")?;
    /// assert!(run.draws.write(&nowhere).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write(&self, file: &DrawsFile) -> Result<(), super::DrawsError> {
        file.write(self)
    }
}
