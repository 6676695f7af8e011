//! Chains at several inverse temperatures: λ of any number of parameters, also on data.

use super::journal::Journal;
use super::llc_run::Unobserved;
use super::run_state::RunState;
use super::state_file::StateFile;
use super::temperature_fit::{self, Energies, Least};
use super::temperatures_estimate::{LeastLoss, TemperaturesEstimate};
use super::tuning::{Handoff, MANY};
use super::{
    DifferenceQuotient, Doubt, Energy, EstimateError, Llc, LlcEstimate, WithError, asymptotics,
};
use crate::draws::{RecordedDraws, Recording};
use crate::loss::Scalar;
use crate::sampler::{Control, Posterior, SamplerError, Tempering};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use std::mem::discriminant;

/// Estimates λ by the chains of [`Llc`] at several inverse temperatures t = nβ, from the hottest to
/// the coldest, each going on where those at the one before ended, and a fit of
///
/// E_t\[L\] = L₀ + λ/t − (m − 1)/(t (log t + c)) + …
///
/// with every shape of the approach that [`Ladder`](super::Ladder) weighs. On a population loss
/// (one without samples) L₀ = L(w*). On data L₀ is fitted: neither the true parameter nor a point
/// that training reached is where L_n is least, and an error of L(w*) goes into t(E_t\[L\] − L(w*))
/// multiplied by t; so no baseline is used at all.
///
/// The temperatures are nβ/4 to 64 nβ by factors of 4, where nβ is n/log n unless it was set; in
/// 100 dimensions and more, where colder chains take too long to settle, nβ/8 to nβ by factors of
/// 2, and on data nβ/8 to 2 nβ. The prior is that of [`Llc`], localised by γ: λ̂ is the
/// learning coefficient of the deepest singularity that the posterior at these temperatures
/// reaches around w*.
///
/// # Examples
///
/// ```
/// use rlct::estimate::{Llc, Temperatures};
/// use rlct::loss::LinearNetwork;
///
/// // K = ½ (w₂w₁)²: λ = 1/2, m = 2, and U(1086) = 0.39
/// let loss = LinearNetwork::new(&[1, 1, 1], &[0.0])?;
/// let estimate = Temperatures::new(Llc::new(&loss, &[0.0, 0.0]).seed(1)).estimate()?;
/// let coldest = estimate.energies().last().unwrap();
/// assert!(coldest.mean < 0.48);
/// assert!((estimate.lambda() - 0.5).abs() < 3.0 * estimate.standard_error());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Temperatures<'a, T: Scalar> {
    pub(super) llc: Llc<'a, T>,
    ratio: Option<f64>,
    count: Option<usize>,
    free: Option<bool>,
}

/// Ratio and number of the temperatures, and how many of them are colder than nβ: of a population
/// loss; of one in many dimensions; and on data, where the posterior at colder ones is more and
/// more that of the sample ([`Tempering::COLDER_THAN_WBIC`] has how the last was chosen).
const POPULATION: (f64, usize, i32) = (4.0, 5, 3);
const HOTTER: (f64, usize, i32) = (2.0, 4, 0);
const DATA: (f64, usize, i32) = (Tempering::COLDER_THAN_WBIC, 5, 1);
/// The fewest temperatures of a fit.
const LEAST: usize = 3;
/// Draws of the prior that tell from which t on U is not that of the prior.
const DRAWS_OF_PRIOR: usize = 33;
/// By how much more than one temperature alone all of them may take, where no budget is set.
const BUDGET: u64 = 2;

impl<'a, T: Scalar> Temperatures<'a, T> {
    /// λ by chains with the settings of `llc`; a [budget](Llc::budget) is that of all temperatures
    /// together, by default twice the one of `llc` alone.
    #[must_use]
    pub fn new(llc: Llc<'a, T>) -> Self {
        Self {
            llc,
            ratio: None,
            count: None,
            free: None,
        }
    }

    /// Sets the ratio of neighbouring temperatures, above 1.
    #[must_use]
    pub fn ratio(mut self, ratio: f64) -> Self {
        self.ratio = Some(ratio);
        self
    }

    /// Sets how many temperatures there are, three at least.
    #[must_use]
    pub fn count(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }

    /// Whether the least loss L₀ is fitted, or known to be L(w*): by default fitted on data.
    #[must_use]
    pub fn fit_least_loss(mut self, free: bool) -> Self {
        self.free = Some(free);
        self
    }

    /// The inverse temperatures, from the hottest to the coldest.
    ///
    /// # Errors
    /// [`EstimateError::Sampler`] for a ratio, a number of temperatures or an nβ out of range.
    pub fn inverse_temperatures(&self) -> Result<Vec<f64>, EstimateError> {
        let (nbeta, _) = self.llc.resolved_nbeta()?;
        let (ratio, count, colder) = match self.llc.loss.num_samples() {
            Some(_) => DATA,
            None if self.llc.posterior(nbeta)?.moving_dimension() >= MANY => HOTTER,
            None => POPULATION,
        };
        let ratio = self.ratio.unwrap_or(ratio);
        let count = self.count.unwrap_or(count);
        if !(ratio > 1.0 && ratio.is_finite()) {
            return Err(EstimateError::Sampler(SamplerError::Range {
                what: "the ratio of temperatures",
                range: "above 1",
                value: ratio,
            }));
        }
        if count < LEAST {
            return Err(EstimateError::Sampler(SamplerError::TooFew {
                what: "temperatures",
                least: LEAST,
                found: count,
            }));
        }
        let hottest = colder - (count as i32 - 1);
        Ok((hottest..=colder).map(|k| nbeta * ratio.powi(k)).collect())
    }

    /// Runs the chains and fits the pole.
    ///
    /// # Errors
    /// Those of [`Llc::estimate`] at any of the temperatures, and
    /// [`EstimateError::RangeTooShort`] where the energies are not finite.
    pub fn estimate(&self) -> Result<TemperaturesEstimate, EstimateError> {
        self.estimate_with(&Control::new())
    }

    /// Runs under a [`Control`], which can watch and stop it. The time is shared among the
    /// temperatures; stopped after three of them, it answers with these.
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate), and those of a stop before that.
    pub fn estimate_with(
        &self,
        control: &Control<'_>,
    ) -> Result<TemperaturesEstimate, EstimateError> {
        self.estimate_kept(None, control)
    }

    /// Runs under a [`Control`] and keeps the draws at each temperature, from the hottest to the
    /// coldest, also of those before a failure or a stop. The draws are those of
    /// [`estimate_with`](Self::estimate_with). Memory is that of [`Llc::record`] for each.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::{Llc, Temperatures}, loss::LinearNetwork};
    /// # use rlct::sampler::Control;
    /// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let several = Temperatures::new(Llc::new(&loss, &[0.0]).draws(100));
    /// let (draws, estimate) = several.record_with(&Recording::new(), &Control::new());
    /// assert_eq!((draws.len(), draws[4].num_draws()), (5, 100));
    /// assert_eq!(estimate, several.estimate());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "the draws are kept for what follows"]
    pub fn record_with(
        &self,
        recording: &Recording,
        control: &Control<'_>,
    ) -> (
        Vec<RecordedDraws>,
        Result<TemperaturesEstimate, EstimateError>,
    ) {
        let mut draws = Vec::new();
        let estimate = self.run_through(None, Some((recording, &mut draws)), control);
        (draws, estimate)
    }

    /// The same, kept in a state, if there is one, and from where that is.
    pub(super) fn estimate_kept(
        &self,
        kept: Option<(&mut RunState<T>, Option<&StateFile>)>,
        control: &Control<'_>,
    ) -> Result<TemperaturesEstimate, EstimateError> {
        self.run_through(kept, None, control)
    }

    fn run_through(
        &self,
        mut kept: Option<(&mut RunState<T>, Option<&StateFile>)>,
        mut recorded: Option<(&Recording, &mut Vec<RecordedDraws>)>,
        control: &Control<'_>,
    ) -> Result<TemperaturesEstimate, EstimateError> {
        let temperatures = self.inverse_temperatures()?;
        let budget = match self.llc.length.budget {
            Some(budget) => budget,
            None => BUDGET * self.llc.allowance(None, false)?.budget,
        };
        let mut runs: Vec<LlcEstimate> = Vec::new();
        let mut from: Option<Handoff<T>> = None;
        let mut spent = 0;
        for (index, &nbeta) in temperatures.iter().enumerate() {
            let left = temperatures.len() - index;
            let mut llc = self.llc.clone().nbeta(nbeta);
            if self.llc.length.budget.is_some() || !self.llc.draws_given {
                llc = llc.budget(budget.saturating_sub(spent) / left as u64);
            }
            llc.chains.seed ^= SEEDS.wrapping_mul(index as u64);
            let (share, mut journal) = match &mut kept {
                // what can go on takes its temperatures one after the other
                Some((state, file)) => (*control, Journal::of(state, index, *file)),
                None => (control.share(left), Journal::none()),
            };
            let from_here = from.as_ref();
            let is_kept = journal.is_kept();
            let ran = match &mut recorded {
                Some((recording, draws)) => {
                    let ran = llc.record_from(from_here, recording, &share);
                    ran.map(|(run, handoff)| {
                        draws.push(run.draws);
                        (handoff, run.estimate.map(LlcEstimate::without_chains))
                    })
                }
                None => llc
                    .run_kept::<Unobserved>(from_here, &share, &mut [], &mut journal)
                    .map(|ran| (ran.handoff, ran.estimate)),
            };
            let (from_here, estimate) = ran.unwrap_or_else(|error| (None, Err(error)));
            let estimate = match estimate {
                Ok(estimate) => estimate,
                Err(EstimateError::Sampler(error)) if error.is_stop() && runs.len() >= LEAST => {
                    break;
                }
                Err(error) => return Err(error),
            };
            spent += estimate.tuning.evaluations;
            from = from_here;
            runs.push(estimate);
            if control.stopped() && runs.len() >= LEAST {
                break;
            }
            if control.stopped() && is_kept {
                return Err(control.too_early().into());
            }
        }
        self.answer(runs, (temperatures.len(), budget), control)
    }

    fn answer(
        &self,
        runs: Vec<LlcEstimate>,
        (wanted, budget): (usize, u64),
        control: &Control<'_>,
    ) -> Result<TemperaturesEstimate, EstimateError> {
        let samples = self.llc.loss.num_samples();
        let least = match (self.free.unwrap_or(samples.is_some()), samples) {
            (false, _) => Least::Known,
            (true, Some(samples)) => Least::Free {
                samples: samples as f64,
            },
            // what has no samples does not fluctuate with them
            (true, None) => Least::Free {
                samples: f64::INFINITY,
            },
        };
        let data = Energies {
            log_t: runs.iter().map(|run| run.nbeta.ln()).collect(),
            energy: runs.iter().map(|run| run.energy).collect(),
            standard_error: runs.iter().map(|run| run.standard_error).collect(),
        };
        let coldest = runs.last().ok_or_else(|| control.too_early())?;
        let posterior = self.llc.posterior(coldest.nbeta)?;
        let moving = posterior.moving_dimension();
        let most = moving.clamp(1, asymptotics::LARGEST_MULTIPLICITY);
        let reference = self.reference(&posterior, coldest.baseline);
        let too_short = EstimateError::RangeTooShort {
            variable: "log t",
            start: data.log_t[0],
            end: coldest.nbeta.ln(),
        };
        let fitted = temperature_fit::fit(&data, least, reference, most).ok_or(too_short)?;
        let mut doubts = doubts(&runs, least == Least::Known);
        for doubt in &mut doubts {
            if let Doubt::Budget { evaluations } = doubt {
                *evaluations = budget;
            }
        }
        if runs.len() < wanted
            && !doubts
                .iter()
                .any(|d| matches!(d, Doubt::Stopped | Doubt::Time { .. }))
        {
            doubts.push(Doubt::of_stop(control));
        }
        doubts.extend(fitted.pole.doubt());
        let energies = runs.iter().map(|run| Energy {
            log_t: run.nbeta.ln(),
            mean: run.energy,
            standard_error: run.standard_error,
        });
        Ok(TemperaturesEstimate {
            energies: energies.collect(),
            quotients: runs.windows(2).map(quotient).collect(),
            least: match fitted.least {
                Some(shift) => LeastLoss::fitted(coldest.baseline, shift, samples),
                None => LeastLoss::AtPoint {
                    value: coldest.baseline,
                },
            },
            evaluations: runs.iter().map(|run| run.tuning.evaluations).sum(),
            fit: fitted.pole,
            verdict: doubts.into(),
            runs,
        })
    }

    /// The log t at which tK is about 1 under the prior N(w*, 1/γ), or N(w*, 1) where γ = 0.
    fn reference(&self, posterior: &Posterior<'_, T>, baseline: f64) -> f64 {
        let gamma = posterior.localization();
        let width = if gamma > 0.0 { gamma.powf(-0.5) } else { 1.0 };
        let mut scratch = vec![T::of(0.0); self.llc.loss.scratch_len()];
        let mut rng = ChaCha8Rng::seed_from_u64(self.llc.chains.seed ^ SEEDS);
        let mut excess: Vec<f64> = (0..DRAWS_OF_PRIOR)
            .map(|_| {
                let mut offset: Vec<T> = (0..self.llc.w_star.len())
                    .map(|_| T::of(T::normal(&mut rng).float() * width))
                    .collect();
                posterior.project(&mut offset);
                let point = self.llc.moved(&offset, 1.0);
                self.llc.loss.value(&point, &mut scratch).float() - baseline
            })
            .filter(|k| k.is_finite() && *k > 0.0)
            .collect();
        excess.sort_by(f64::total_cmp);
        // a loss that is nowhere finite and above its value at w*: from where the chains are
        let median = excess.get(excess.len() / 2).copied().unwrap_or(1.0);
        -median.ln()
    }
}

/// That of two neighbours.
fn quotient(pair: &[LlcEstimate]) -> DifferenceQuotient {
    // the baseline, which both have, cancels
    let excess = |run: &LlcEstimate| WithError {
        value: run.energy / run.nbeta,
        standard_error: run.standard_error / run.nbeta,
    };
    let between = [pair[0].nbeta, pair[1].nbeta];
    DifferenceQuotient::new(between, [excess(&pair[0]), excess(&pair[1])])
}

/// Apart from the seeds of pilots.
const SEEDS: u64 = 0xD1B5_4A32_D192_ED03;

/// The doubts of all temperatures, each once, as it is at the coldest that raises it; an effect of
/// γ is one only at the coldest, for at hotter ones it belongs to the approach.
fn doubts(runs: &[LlcEstimate], known: bool) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = Vec::new();
    for (index, run) in runs.iter().enumerate().rev() {
        for doubt in run.verdict.doubts() {
            let counts = match doubt {
                Doubt::Localization { .. } => index + 1 == runs.len(),
                // L(w*) is not used
                Doubt::BelowMinimum { .. } => known,
                _ => true,
            };
            if counts
                && !doubts
                    .iter()
                    .any(|d| discriminant(d) == discriminant(doubt))
            {
                doubts.push(doubt.clone());
            }
        }
    }
    doubts
}
