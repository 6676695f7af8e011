//! The estimate of a log marginal likelihood and its error.

use super::super::SelectionError;
use super::ConjugateMixtures;
use super::annealing::{self, Target, normalised};
use super::stages::stages;
use crate::estimate::{EstimateError, FreeEnergyEstimate};
use crate::sampler::Control;
use serde::{Deserialize, Serialize};

/// Annealed importance sampling (Neal 2001) of the marginal likelihood of a mixture.
///
/// The data come in stages, each about twice as large as the last and spread evenly over them. A
/// stage leads points from the posterior of the rows before (at first from the prior) through
/// φ(w) φ(θ) Π_old Σₖ wₖ p(xᵢ | θₖ) Π_new Σₖ wₖ p(xᵢ | θₖ)^β, β from 0 to 1, by Gibbs steps of labels,
/// weights and parameters, which the priors allow at every β, and Metropolis steps of weights. The
/// product of the ratios of these densities on the way has the marginal likelihood as its mean,
/// however badly the steps mix. Labels are summed out of the ratios, and all of their permutations
/// are met as often as they are in the prior: switching of labels needs no correction.
///
/// Why stages: the power β on all rows at once flattens the components until those of data that
/// are well apart coincide, and their weights, free then, have to be found again where they part.
///
/// Small populations of points are resampled where their weights degenerate (Del Moral, Doucet &
/// Jasra 2006), which keeps the mean. The β's are those at which a first population finds the
/// ratios of equal variance; they are fixed before the runs. The populations are independent: their
/// mean is the estimate, and their scatter, by the delta method, its error.
///
/// One component is integrated in closed form.
///
/// # References
/// Neal 2001, *Annealed importance sampling*, Statistics and Computing 11, 125–139. Del Moral,
/// Doucet & Jasra 2006, *Sequential Monte Carlo samplers*, Journal of the Royal Statistical Society
/// B 68, 411–436.
///
/// # Examples
///
/// ```
/// use rlct::selection::{Annealing, ConjugateMixtures, DataTable};
///
/// let x = vec![-2.1, -1.9, -2.0, 2.0, 1.8, 2.2];
/// let family = ConjugateMixtures::normal(&DataTable::new([("x", x)])?, 0.2)?;
/// let annealing = Annealing::new().with_seed(1);
/// let one = annealing.estimate(&family, 1)?;
/// let two = annealing.estimate(&family, 2)?;
/// assert!(two.value - one.value > 100.0 && !two.is_doubtful());
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Annealing {
    populations: usize,
    points: usize,
    variance: f64,
    steps: [usize; 2],
    seed: u64,
}

/// A log marginal likelihood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LogMarginal {
    /// log ∫ p(X | w) φ(w) dw.
    pub value: f64,
    /// Its standard error; 0 where it is exact.
    pub standard_error: f64,
    /// Whether it is a closed form.
    pub exact: bool,
    /// The number of independent populations, or of runs of replica exchange; 0 where it is exact.
    pub populations: usize,
    /// (Σ Ẑ)²/Σ Ẑ² over their estimates Ẑ: how many of them count.
    pub effective_populations: f64,
    /// The steps from the prior to the posterior; the sweeps of each run of replica exchange.
    pub steps: usize,
    /// The highest log-likelihood among the last points; of one component none.
    pub highest_log_likelihood: Option<f64>,
    /// What else makes it doubtful, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
}

impl LogMarginal {
    /// −F of a free energy by thermodynamic integration.
    pub(crate) fn of_free_energy(found: &FreeEnergyEstimate) -> Self {
        Self {
            value: -found.value(),
            standard_error: found.standard_error(),
            exact: false,
            populations: found.runs(),
            effective_populations: found.runs() as f64,
            steps: found.sweeps(),
            highest_log_likelihood: Some(-found.lowest_energy()),
            doubts: found.doubts(),
        }
    }

    /// Whether the error bar is in doubt: less than half of the populations count, or the standard
    /// error exceeds 1/2.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        !self.exact
            && (2.0 * self.effective_populations < self.populations as f64
                || self.standard_error.is_nan()
                || self.standard_error > 0.5)
    }

    /// Whether the points stayed far below a known log-likelihood of the model, that of its fit
    /// with d parameters: more than five standard deviations below what a regular posterior has,
    /// whose log-likelihoods are Gamma(d/2) below. Then a part of the posterior was never met, and
    /// the value may be much too small; or the fit is a spike that the posterior does not weigh.
    #[must_use]
    pub fn is_far_below(&self, log_likelihood: f64, dimension: usize) -> bool {
        let half = dimension as f64 / 2.0;
        self.highest_log_likelihood
            .is_some_and(|highest| highest < log_likelihood - half - 5.0 * half.sqrt())
    }
}

impl Default for Annealing {
    fn default() -> Self {
        Self {
            populations: 16,
            points: 8,
            variance: 1.0,
            steps: [60, 2000],
            seed: 0,
        }
    }
}

impl Annealing {
    /// 16 populations of 8 points; in each stage 60 to 2000 steps, as many as keep the variance of a
    /// point's log weight at 1 in all if every step forgot the last.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the number of independent populations, at least 2.
    #[must_use]
    pub fn with_populations(mut self, populations: usize) -> Self {
        self.populations = populations;
        self
    }

    /// Sets the number of points of each population; with 1 there is no resampling.
    #[must_use]
    pub fn with_points(mut self, points: usize) -> Self {
        self.points = points;
        self
    }

    /// Sets the number of steps of each stage.
    #[must_use]
    pub fn with_steps(mut self, steps: usize) -> Self {
        self.steps = [steps; 2];
        self
    }

    /// Sets the variance of a point's log weight for which the steps are chosen, 1 by default: with a
    /// quarter there are four times as many. At 1, two latent classes at n = 1000 come out by up to
    /// three standard errors too low, for the steps do forget less there than is assumed.
    #[must_use]
    pub fn with_variance(mut self, variance: f64) -> Self {
        self.variance = variance;
        self
    }

    /// Sets the seed; population s uses stream s of it.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The log marginal likelihood of a number of components.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] for no component, less than two populations, no point or step.
    pub fn estimate(
        &self,
        family: &ConjugateMixtures,
        components: usize,
    ) -> Result<LogMarginal, SelectionError> {
        self.estimate_under(family, components, &Control::new())
    }

    /// The same under a [`Control`], which can watch and stop it.
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate), and [`SelectionError::Estimate`] if it was stopped.
    pub fn estimate_under(
        &self,
        family: &ConjugateMixtures,
        components: usize,
        control: &Control<'_>,
    ) -> Result<LogMarginal, SelectionError> {
        for (what, least, found) in [
            ("the number of components", 1, components),
            ("the number of populations", 2, self.populations),
            ("the number of points of a population", 1, self.points),
            ("the number of steps", 1, self.steps[0]),
        ] {
            if found < least {
                return Err(SelectionError::Setting {
                    what,
                    expected: format!("at least {least}"),
                    found: found as f64,
                });
            }
        }
        if !(self.variance > 0.0 && self.variance.is_finite()) {
            return Err(SelectionError::Setting {
                what: "the variance of a point's log weight",
                expected: "positive and finite".into(),
                found: self.variance,
            });
        }
        if components == 1 {
            return Ok(LogMarginal {
                value: family.model.log_marginal(family.model.counts()),
                standard_error: 0.0,
                exact: true,
                populations: 0,
                effective_populations: 0.0,
                steps: 0,
                highest_log_likelihood: None,
                doubts: Vec::new(),
            });
        }
        self.sampled(family, components, control)
    }

    /// The same for any number of components, one too.
    pub(super) fn sampled(
        &self,
        family: &ConjugateMixtures,
        components: usize,
        control: &Control<'_>,
    ) -> Result<LogMarginal, SelectionError> {
        let stages = stages(&*family.model);
        let target = Target {
            stages: &stages,
            components,
            concentration: family.concentration,
        };
        let size = [self.populations, self.points];
        let schedule = annealing::schedule(&target, self.seed, self.variance, self.steps, control);
        let runs = schedule.and_then(|schedule| {
            let runs = annealing::runs(&target, &schedule, size, self.seed, control)?;
            Some((runs, schedule.iter().map(|powers| powers.len() - 1).sum()))
        });
        let Some((runs, steps)) = runs else {
            return Err(EstimateError::from(control.too_early()).into());
        };
        let logs: Vec<f64> = runs.iter().map(|(log, _)| *log).collect();
        let (value, shares) = normalised(&logs);
        let all = self.populations as f64;
        // each share is Ẑ/(N · mean): its relative scatter is that of the mean, but for √N
        let scatter = shares.iter().map(|share| (all * share - 1.0).powi(2));
        Ok(LogMarginal {
            value,
            standard_error: (scatter.sum::<f64>() / (all - 1.0) / all).sqrt(),
            exact: false,
            populations: self.populations,
            effective_populations: 1.0 / shares.iter().map(|share| share * share).sum::<f64>(),
            steps,
            highest_log_likelihood: runs.iter().map(|(_, highest)| *highest).reduce(f64::max),
            doubts: Vec::new(),
        })
    }
}
