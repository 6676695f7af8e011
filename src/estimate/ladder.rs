//! The temperature ladder: λ and m from U(t) = t·E_t(K) over many temperatures.

use super::asymptotics::{self, PoleFit};
use super::elsewhere::Elsewhere;
use super::ladder_rungs::{Observed, convergence, median_around, usable_rungs};
use super::temperature_fit::Fitted;
use super::thresholds::ladder::{
    BELOW_MINIMUM_ERRORS, FEWEST_BLOCKS, LARGEST_DISPERSION, LARGEST_IMBALANCE, LARGEST_RHAT,
    LEAST_ACCEPTANCE, LEAST_EXCHANGE, LEAST_FALL, LEAST_FALL_OF_SAMPLES,
};
use super::{Doubt, EstimateError, LadderEstimate, LeastLoss};
use crate::loss::{Loss, Prior};
use crate::sampler::check::baseline;
use crate::sampler::{Apart, Control, LadderTrace, Tempering, TemperingRun};

/// Estimates (λ, m) by posterior sampling at many temperatures at once:
///
/// U(t) = t·E_t(K) = −d log Z(t)/d log t = λ − (m − 1)/(log t + c) + …,
///
/// with the mean over exp(−t·K) φ, K = L − L(w*). [`Tempering`] samples all rungs; U is fitted by
/// the same average over models of the approach to the pole as in
/// [`VolumeScaling`](super::VolumeScaling).
///
/// On n samples the coldest rung is t = 2n/log n, for the posterior at colder ones is more and more
/// that of the sample, and where L_n is least is not w*: L₀ is fitted with λ to the rungs down to a
/// thirtieth of that t, as by [`Temperatures`](super::Temperatures), and L(w*) is not used. By
/// default there are a quarter of the sweeps, or fewer where a pass costs more than a thousand
/// samples, by the root of that.
///
/// # Examples
///
/// ```
/// use rlct::estimate::Ladder;
/// use rlct::loss::{Reading, PolynomialLoss};
/// use rlct::sampler::Tempering;
///
/// // K = x²: λ = 1/2
/// let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
/// let estimate =
///     Ladder::new(&loss, &[0.0]).tempering(Tempering::new().with_sweeps(4000)).estimate()?;
/// assert!((estimate.lambda() - 0.5).abs() < 4.0 * estimate.standard_error());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Ladder<'a> {
    loss: &'a dyn Loss<f64>,
    w_star: &'a [f64],
    prior: Prior,
    tempering: Tempering,
}

impl<'a> Ladder<'a> {
    /// The coefficient of `loss` at `w_star`, with the default [`Tempering`] and a flat prior.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork};
    /// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let ladder = Ladder::new(&loss, &[0.0]);
    /// # let _ = ladder;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn new(loss: &'a dyn Loss<f64>, w_star: &'a [f64]) -> Self {
        let prior = Prior::flat(loss.dimension());
        Self {
            loss,
            w_star,
            prior,
            tempering: Tempering::default(),
        }
    }

    /// Sets amplitude and half-lines.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::{LinearNetwork, Prior}};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let ladder = Ladder::new(&loss, &[0.0]).prior(Prior::flat(1).with_nonnegative(&[0])?);
    /// # let _ = ladder;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn prior(mut self, prior: Prior) -> Self {
        self.prior = prior;
        self
    }

    /// Sets all the settings of the sampler at once.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Tempering};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let ladder = Ladder::new(&loss, &[0.0]).tempering(Tempering::new().with_sweeps(50_000));
    /// # let _ = ladder;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn tempering(mut self, tempering: Tempering) -> Self {
        self.tempering = tempering;
        self
    }

    /// Sets half the side of the box around w*.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let ladder = Ladder::new(&loss, &[0.0]).radius(0.5);
    /// # let _ = ladder;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn radius(mut self, radius: f64) -> Self {
        self.tempering.radius = radius;
        self
    }

    /// Half the side of the box.
    pub(super) fn box_radius(&self) -> f64 {
        self.tempering.radius
    }

    /// Sets the seed.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let ladder = Ladder::new(&loss, &[0.0]).seed(1);
    /// # let _ = ladder;
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.tempering.seed = seed;
        self
    }

    /// Runs the ladders and fits the pole.
    ///
    /// # Errors
    /// [`EstimateError::Sampler`] for settings out of range or a point that does not fit the loss;
    /// [`EstimateError::NotTheLeast`] if the mean of K is negative on a rung;
    /// [`EstimateError::RangeTooShort`] if floating point resolves K on too few rungs.
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// assert!(Ladder::new(&loss, &[0.0; 2]).estimate().is_err());
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn estimate(&self) -> Result<LadderEstimate, EstimateError> {
        self.estimate_with(&Control::new())
    }

    /// Runs under a [`Control`], which can watch and stop it.
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate), and [`SamplerError::StoppedEarly`] or
    /// [`SamplerError::TimeTooShort`] if the flag or the time stopped it before two ladders had
    /// made a tenth of their sweeps.
    ///
    /// [`SamplerError::StoppedEarly`]: crate::sampler::SamplerError::StoppedEarly
    /// [`SamplerError::TimeTooShort`]: crate::sampler::SamplerError::TimeTooShort
    ///
    /// ```
    /// # use rlct::{estimate::Ladder, loss::LinearNetwork, sampler::Control};
    /// # use std::sync::atomic::AtomicBool;
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let flag = AtomicBool::new(true);
    /// let control = Control::new().with_stop(&flag);
    /// assert!(Ladder::new(&loss, &[0.0]).estimate_with(&control).is_err());
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn estimate_with(&self, control: &Control<'_>) -> Result<LadderEstimate, EstimateError> {
        let mut tempering = self.tempering.clone();
        if let (Some(cost), None) = (self.loss.cost_in_samples(), tempering.sweeps) {
            let sweeps = Tempering::default_sweeps(self.w_star.len()) as f64;
            let thousands = (cost as f64 / 1000.0).max(1.0);
            let sweeps = sweeps / (FEWER * thousands.sqrt());
            tempering = tempering.with_sweeps((sweeps as usize).max(FEWEST_SWEEPS));
        }
        let mut run = tempering.run(self.loss, self.w_star, &self.prior, control)?;
        if run.stopped {
            keep_fullest(&mut run.ladders);
        }
        let blocks = run.ladders.iter().map(blocks_of).min().unwrap_or(0);
        if blocks < FEWEST_BLOCKS {
            return Err(control.too_early().into());
        }
        let convergence: Vec<(f64, f64)> = (0..run.log_t.len())
            .map(|rung| convergence(&run, rung, blocks))
            .collect::<Result<_, EstimateError>>()?;
        let rhats = median_around(&convergence);
        let samples = self.loss.num_samples().map(|n| n as f64);
        let rungs = match samples {
            Some(_) => run.log_t.len(),
            None => self.resolved_rungs(&run, &rhats)?,
        };
        let at_point = baseline(self.loss, self.w_star)?;
        let observed = Observed::new(&run, rungs, blocks).above(run.baseline - at_point);
        let most = self.w_star.len().min(asymptotics::LARGEST_MULTIPLICITY);
        let too_short = EstimateError::RangeTooShort {
            variable: "log t",
            start: run.log_t[0],
            end: run.log_t[rungs.max(1) - 1],
        };
        let fit_of = |observed: &Observed| match samples {
            Some(samples) => observed.fit_samples(samples, most),
            None => Some(Fitted {
                pole: observed.fit(most)?,
                least: None,
            }),
        };
        let fitted = fit_of(&observed).ok_or(too_short)?;
        let mut fit = fitted.pole;
        let least = match fitted.least {
            Some(shift) => LeastLoss::fitted(at_point, shift, self.loss.num_samples()),
            None => LeastLoss::AtPoint { value: at_point },
        };
        // What all rungs of a ladder share, a fit to the rungs does not see.
        let left_out = observed.jackknife(|fewer| Some(fit_of(fewer)?.pole));
        fit.standard_error = fit.standard_error.max(left_out);

        // Chains are judged on the rungs the best window uses.
        let used: Vec<usize> = (0..rungs)
            .filter(|&k| run.log_t[k] >= fit.window_start - WINDOW_MARGIN)
            .collect();
        // What all ladders share, their start, ladders do not see.
        let drift = observed.drift(&used);
        let hidden = drift.matters(fit.standard_error).then_some(drift);
        fit.standard_error = fit.standard_error.hypot(drift.excess());
        let rhat = used.iter().map(|&k| rhats[k]).fold(1.0, f64::max);
        let effective_sample_size = used
            .iter()
            .map(|&k| convergence[k].1)
            .fold(f64::INFINITY, f64::min);
        let lowest = |values: fn(&LadderTrace) -> &[f64]| {
            used.iter()
                .map(|&rung| {
                    let value = |l| values(l).get(rung).copied().unwrap_or(1.0);
                    run.ladders.iter().map(value).sum::<f64>() / run.ladders.len() as f64
                })
                .fold(1.0, f64::min)
        };
        let acceptance = lowest(|l| &l.acceptance);
        let exchange = lowest(|l| &l.exchange);
        let mut doubts = doubts(&run, rhat, acceptance, exchange, &observed);
        doubts.extend(match samples {
            None => of_population(&fit, run.log_t[0]),
            Some(_) => of_samples(&fit, run.reference).into_iter().collect(),
        });
        doubts.extend(fit.doubt());
        if run.stopped {
            doubts.push(Doubt::of_stop(control));
        }
        doubts.extend(self.elsewhere(&run, rungs, blocks));
        doubts.extend(hidden.map(|drift| Doubt::Drift {
            drift: drift.in_standard_errors(),
        }));
        Ok(LadderEstimate {
            rhat,
            effective_sample_size,
            acceptance,
            exchange,
            dispersion: observed.dispersion(),
            energies: observed.energies(),
            evaluations: run.evaluations,
            verdict: doubts.into(),
            least,
            fit,
        })
    }

    /// How many rungs of a loss that is least at w* are used.
    fn resolved_rungs(&self, run: &TemperingRun, rhats: &[f64]) -> Result<usize, EstimateError> {
        let rungs = usable_rungs(run, rhats);
        for rung in 0..rungs {
            let each = run.ladders.iter().map(|ladder| ladder.energy(rung));
            let energy = each.fold(f64::INFINITY, f64::min);
            if energy < 0.0 {
                let t = run.log_t[rung].exp();
                return Err(EstimateError::NotTheLeast { energy, t });
            }
        }
        Ok(rungs)
    }

    /// Whether the states of the coldest rung that is used all keep away from w*, over the second
    /// half of the sweeps: half of the ladders start near it.
    fn elsewhere(&self, run: &TemperingRun, rungs: usize, blocks: usize) -> Option<Doubt> {
        let coldest = rungs.checked_sub(1)?;
        let apart = run.ladders.iter().map(|ladder| ladder.apart.get(coldest));
        let apart: Option<Vec<&Vec<[Apart; 2]>>> = apart.collect();
        let elsewhere = Elsewhere::new(&self.prior, blocks - blocks / 2);
        elsewhere.doubt(apart?.into_iter().map(Vec::as_slice))
    }
}

/// The doubts about the chains.
fn doubts(
    run: &TemperingRun,
    rhat: f64,
    acceptance: f64,
    exchange: f64,
    observed: &Observed,
) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if rhat.is_nan() || rhat > LARGEST_RHAT {
        doubts.push(Doubt::Rhat { rhat });
    }
    if acceptance < LEAST_ACCEPTANCE {
        doubts.push(Doubt::Acceptance { acceptance });
    }
    if exchange < LEAST_EXCHANGE {
        doubts.push(Doubt::Exchange { rate: exchange });
    }
    let dispersion = observed.dispersion();
    if dispersion > LARGEST_DISPERSION {
        doubts.push(Doubt::Dispersion { dispersion });
    }
    if run.finite && observed.imbalance > LARGEST_IMBALANCE {
        let imbalance = observed.imbalance.sqrt();
        doubts.push(Doubt::Imbalance { imbalance });
    }
    doubts
}

/// That of samples so few that t·K is not large in the box.
fn of_samples(fit: &PoleFit, reference: f64) -> Option<Doubt> {
    let fall = fit.lambda * (fit.window_end - reference);
    (fall < LEAST_FALL_OF_SAMPLES).then_some(Doubt::ShortRange { fall })
}

/// Those about the point, and about a range that could be as long as one likes.
fn of_population(fit: &PoleFit, hottest: f64) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if fit.lambda < -BELOW_MINIMUM_ERRORS * fit.standard_error {
        doubts.push(Doubt::BelowMinimum { value: fit.lambda });
    }
    let fall = fit.lambda * (fit.window_end - hottest);
    if fall < LEAST_FALL {
        doubts.push(Doubt::ShortRange { fall });
    }
    doubts
}

fn blocks_of(ladder: &LadderTrace) -> usize {
    ladder.energies.first().map_or(0, Vec::len)
}

/// Keeps the ladders of a run that was stopped from which the most is known: as many as, times the
/// blocks of the shortest of them, is most, two at least. Others may not even have begun.
fn keep_fullest(ladders: &mut Vec<LadderTrace>) {
    let mut lengths: Vec<usize> = ladders.iter().map(blocks_of).collect();
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    let best = (2..=lengths.len()).max_by_key(|&count| count * lengths[count - 1]);
    if let Some(least) = best.map(|count| lengths[count - 1]) {
        ladders.retain(|ladder| blocks_of(ladder) >= least);
    }
}

/// By what the sweeps are divided on samples where they are not set: that a few temperatures tell
/// little of the least loss is then by far the larger error. Chosen by hand.
const FEWER: f64 = 4.0;
/// The fewest of them, where a pass over the samples costs so much that there are fewer yet.
const FEWEST_SWEEPS: usize = 300;
/// How far in log t before the best window rungs are judged with those in it. Chosen by hand: less
/// than a rung of a ladder whose λ is below ten.
const WINDOW_MARGIN: f64 = 0.5;
