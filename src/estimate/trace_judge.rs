//! The judgement on chains made elsewhere, from their losses alone.

use super::burn_in::burn_in;
use super::judge_error::JudgeError;
use super::judgement::Spread;
use super::thresholds::chains::{
    BELOW_MINIMUM_ERRORS, LARGEST_DRIFT, LARGEST_RHAT, LEAST_EFFECTIVE_DRAWS,
};
use super::thresholds::traces::{FEWEST_DRAWS, RISING_ERRORS};
use super::trace_advice::{Seen, advice};
use super::trace_judgement::{
    AdvisedDoubt, DifferenceQuotient, JudgedTemperature, NotFinite, TraceJudgement,
};
use super::{Doubt, EstimateError, WithError};
use crate::diagnostics::{self, DiagnosticsError, FEWEST_DRAWS_OF_DRIFT};

/// Judges the losses of chains, wherever they were run: at each inverse temperature t = nβ the
/// burn-in, the mean loss with a standard error that knows of autocorrelation and of the chains'
/// spread, R̂, drift, what speaks against it and what to change; U(t) if L(w*) is known; and between
/// two temperatures the [`DifferenceQuotient`], which needs no L(w*).
///
/// A loss is the mean over samples, so that the posterior is ∝ exp(−nβ L(w)) φ(w). Losses do not
/// tell of the bias of a step ε without a Metropolis test: compare with chains at ε/2.
///
/// # Examples
///
/// ```
/// use rlct::estimate::TraceJudge;
///
/// // K = ½w² under exp(−tK): losses by inversion, without autocorrelation
/// let normal = |i: u32, k: u32| -> f64 {
///     let uniform = |c: f64| (f64::from(i * 4 + k) * c + 0.5).fract();
///     let radius = (-2.0 * (1.0 - uniform(0.754_877_666)).ln()).sqrt();
///     radius * (std::f64::consts::TAU * uniform(0.569_840_29)).cos()
/// };
/// let at = |t: f64| -> Vec<Vec<f64>> {
///     let loss = |i, k| 0.2 + 0.5 * normal(i, k).powi(2) / t;
///     (0..4).map(|k| (0..500).map(|i| loss(i, k)).collect()).collect()
/// };
/// let judged = TraceJudge::new().at(100.0, &at(100.0)).at(200.0, &at(200.0)).baseline(0.2).judge()?;
/// assert!(judged.verdict().is_converged(), "{}", judged.verdict());
/// let energy = judged.temperatures[1].energy.unwrap();
/// assert!((energy.value - 0.5).abs() < 4.0 * energy.standard_error);
/// let quotient = &judged.difference_quotients[0];
/// assert_eq!(quotient.between, [100.0, 200.0]);
/// assert!((quotient.value - 0.5).abs() < 4.0 * quotient.standard_error);
/// # Ok::<(), rlct::estimate::JudgeError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct TraceJudge {
    temperatures: Vec<(f64, Vec<Vec<f64>>)>,
    baseline: Option<f64>,
    burn_in: Option<usize>,
    on_all_data: bool,
}

impl TraceJudge {
    /// Nothing to judge yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Chains at the inverse temperature t = `nbeta`: the losses of each, draw after draw.
    #[must_use]
    pub fn at<C: AsRef<[f64]>>(mut self, nbeta: f64, chains: &[C]) -> Self {
        let chains = chains.iter().map(|chain| chain.as_ref().to_vec());
        self.temperatures.push((nbeta, chains.collect()));
        self
    }

    /// L(w*), on all the data: U(t) is then told.
    #[must_use]
    pub fn baseline(mut self, baseline: f64) -> Self {
        self.baseline = Some(baseline);
        self
    }

    /// Leaves out so many draws at the beginning of each chain. Otherwise MSER-5 says how many
    /// (White 1997): those without which the standard error of the mean over the chains is least.
    #[must_use]
    pub fn burn_in(mut self, draws: usize) -> Self {
        self.burn_in = Some(draws);
        self
    }

    /// Whether the losses are on all the data, and not on mini-batches: the variance t² Var_t L is
    /// then told.
    #[must_use]
    pub fn on_all_data(mut self, on_all_data: bool) -> Self {
        self.on_all_data = on_all_data;
        self
    }

    /// The judgement. A chain with a loss that is NaN or infinite is left out, and told.
    ///
    /// # Errors
    /// [`JudgeError`] where nothing follows from the losses: no chains, chains of different
    /// lengths, fewer than 20 draws after the burn-in, no chain that is finite throughout,
    /// temperatures that are not positive or given twice.
    pub fn judge(&self) -> Result<TraceJudgement, JudgeError> {
        if self.temperatures.is_empty() {
            return Err(JudgeError::NoChains);
        }
        if let Some(baseline) = self.baseline.filter(|baseline| !baseline.is_finite()) {
            return Err(JudgeError::Baseline { baseline });
        }
        let mut temperatures = Vec::new();
        for (nbeta, chains) in &self.temperatures {
            temperatures.push(self.temperature(*nbeta, chains)?);
        }
        temperatures.sort_by(|one, other| one.nbeta.total_cmp(&other.nbeta));
        let mut difference_quotients = Vec::new();
        for pair in temperatures.windows(2) {
            if pair[0].nbeta == pair[1].nbeta {
                let nbeta = pair[0].nbeta;
                return Err(JudgeError::SameTemperature { nbeta });
            }
            difference_quotients.push(quotient(&pair[0], &pair[1]));
        }
        Ok(TraceJudgement {
            baseline: self.baseline,
            temperatures,
            difference_quotients,
        })
    }

    fn temperature(
        &self,
        nbeta: f64,
        chains: &[Vec<f64>],
    ) -> Result<JudgedTemperature, JudgeError> {
        if !(nbeta.is_finite() && nbeta > 0.0) {
            return Err(JudgeError::InverseTemperature { nbeta });
        }
        let length = chains.first().ok_or(JudgeError::NoChains)?.len();
        if let Some(chain) = chains.iter().position(|chain| chain.len() != length) {
            let unequal = DiagnosticsError::UnequalChains {
                chain,
                expected: length,
                found: chains[chain].len(),
            };
            return Err(unequal.into());
        }
        let (kept, failures) = finite(nbeta, chains)?;
        let too_few = |burn_in: usize| JudgeError::TooFewDraws {
            nbeta,
            draws: length,
            burn_in,
            left: length.saturating_sub(burn_in),
            least: FEWEST_DRAWS,
        };
        if length < FEWEST_DRAWS {
            return Err(too_few(self.burn_in.unwrap_or(0)));
        }
        let whole: Vec<&[f64]> = kept.iter().map(|&chain| chains[chain].as_slice()).collect();
        let found = match self.burn_in {
            Some(draws) => Some(draws),
            None => burn_in(&whole),
        };
        // where none was found the second half is what has settled most
        let cut = found.unwrap_or(length / 2).min(length);
        if length - cut < FEWEST_DRAWS {
            return Err(too_few(cut));
        }
        let losses: Vec<&[f64]> = whole.iter().map(|chain| &chain[cut..]).collect();
        let draws = length - cut;
        let origin = self.baseline.unwrap_or(losses[0][0]);
        let spread = Spread::of(&losses, origin).map_err(|error| match error {
            EstimateError::Diagnostics(error) => error,
            // a spread is computed from draws alone
            _ => DiagnosticsError::NoChains,
        })?;
        let mean_loss = WithError {
            value: origin + spread.mean_excess,
            standard_error: spread.standard_error,
        };
        let energy = self.baseline.map(|_| WithError {
            value: nbeta * spread.mean_excess,
            standard_error: nbeta * spread.standard_error,
        });
        let variance = if self.on_all_data {
            let square = |chain: usize, draw: usize| {
                (nbeta * (losses[chain][draw] - mean_loss.value)).powi(2)
            };
            let mean = diagnostics::mean_of(losses.len(), draws, square)?;
            Some(WithError {
                value: mean.value,
                standard_error: mean.standard_error,
            })
        } else {
            None
        };
        let drift = (draws >= FEWEST_DRAWS_OF_DRIFT).then_some(spread.drift);
        let mut judged = JudgedTemperature {
            nbeta,
            chains: losses.len(),
            draws,
            burn_in: cut,
            mean_loss,
            least_loss: losses
                .iter()
                .flat_map(|l| l.iter())
                .copied()
                .fold(f64::INFINITY, f64::min),
            energy,
            variance,
            effective_sample_size: spread.effective_sample_size,
            rhat: spread.rhat,
            drift,
            failures,
            doubts: Vec::new(),
        };
        let doubts = doubts(&judged, &losses, &kept, found.is_none());
        let seen = Seen {
            judged: &judged,
            losses: &losses,
            names: &kept,
            baseline: self.baseline,
        };
        let advised = doubts.into_iter().map(|doubt| AdvisedDoubt {
            advice: advice(&doubt, &seen),
            doubt,
        });
        let advised = advised.collect();
        judged.doubts = advised;
        Ok(judged)
    }
}

/// The chains that are finite throughout, and the others.
fn finite(nbeta: f64, chains: &[Vec<f64>]) -> Result<(Vec<usize>, Vec<NotFinite>), JudgeError> {
    let mut kept = Vec::new();
    let mut failures = Vec::new();
    for (chain, losses) in chains.iter().enumerate() {
        match losses.iter().position(|loss| !loss.is_finite()) {
            None => kept.push(chain),
            Some(draw) => failures.push(NotFinite {
                chain,
                draw,
                value: losses[draw],
            }),
        }
    }
    if kept.is_empty()
        && let Some(first) = failures.iter().min_by_key(|failure| failure.draw)
    {
        return Err(JudgeError::NoFiniteChain {
            nbeta,
            chain: first.chain,
            draw: first.draw,
            value: first.value,
        });
    }
    Ok((kept, failures))
}

fn doubts(
    judged: &JudgedTemperature,
    losses: &[&[f64]],
    names: &[usize],
    no_burn_in: bool,
) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if !judged.failures.is_empty() {
        doubts.push(Doubt::FailedChains {
            failed: judged.failures.len(),
            chains: judged.failures.len() + judged.chains,
        });
    }
    let is_stuck = |chain: &[f64]| chain.iter().all(|loss| *loss == chain[0]);
    let stuck: Vec<usize> = (0..losses.len())
        .filter(|&chain| is_stuck(losses[chain]))
        .collect();
    if stuck.len() == losses.len() {
        // whatever else is computed of constants tells nothing
        doubts.push(Doubt::Constant);
        return doubts;
    }
    if losses.len() == 1 {
        doubts.push(Doubt::OneChain);
    }
    doubts.extend(stuck.iter().map(|&chain| Doubt::StuckChain {
        chain: names[chain],
    }));
    if no_burn_in {
        doubts.push(Doubt::BurnIn {
            draws: judged.draws + judged.burn_in,
        });
    }
    let rhat = judged.rhat;
    if rhat.is_nan() || rhat > LARGEST_RHAT {
        doubts.push(Doubt::Rhat { rhat });
    }
    let effective_sample_size = judged.effective_sample_size;
    let least = LEAST_EFFECTIVE_DRAWS * judged.chains as f64;
    if effective_sample_size.is_nan() || effective_sample_size < least {
        doubts.push(Doubt::EffectiveSampleSize {
            effective_sample_size,
        });
    }
    if let Some(drift) = judged
        .drift
        .filter(|d| d.is_nan() || d.abs() > LARGEST_DRIFT)
    {
        doubts.push(Doubt::Drift { drift });
    }
    if let Some(energy) = judged.energy
        && energy.value < -BELOW_MINIMUM_ERRORS * energy.standard_error
    {
        doubts.push(Doubt::BelowMinimum {
            value: energy.value,
        });
    }
    doubts
}

fn quotient(warm: &JudgedTemperature, cold: &JudgedTemperature) -> DifferenceQuotient {
    let between = [warm.nbeta, cold.nbeta];
    let mut quotient = DifferenceQuotient::new(between, [warm.mean_loss, cold.mean_loss]);
    let DifferenceQuotient {
        value,
        standard_error,
        ..
    } = quotient;
    if value < -RISING_ERRORS * standard_error {
        quotient.doubts.push(AdvisedDoubt {
            doubt: Doubt::RisingLoss {
                value,
                standard_error,
            },
            advice: format!(
                "run both temperatures on the same loss and data, from the same point, with the \
                 same γ and step, and longer: {} and {} draws a chain to begin with",
                2 * (warm.draws + warm.burn_in),
                2 * (cold.draws + cold.burn_in)
            ),
        });
    }
    quotient
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::Scalar;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    /// Four chains of K = ½(w₁² + … + w_6²) at t, whose parameters are AR(1) of stationary variance
    /// 1/t: E_t\[K\] = 3/t, Var_t K = 3/t².
    fn chains(seed: u64, t: f64, draws: usize) -> Vec<Vec<f64>> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let phi: f64 = 0.8;
        (0..4)
            .map(|_| {
                let mut w: Vec<f64> = (0..6).map(|_| f64::normal(&mut rng)).collect();
                (0..draws)
                    .map(|_| {
                        for x in &mut w {
                            *x = phi * *x + (1.0 - phi * phi).sqrt() * f64::normal(&mut rng);
                        }
                        0.5 * w.iter().map(|x| x * x).sum::<f64>() / t + 1.25
                    })
                    .collect()
            })
            .collect()
    }

    fn judged(seed: u64) -> TraceJudgement {
        let (cold, warm) = (chains(seed, 400.0, 800), chains(seed + 1000, 100.0, 800));
        let judge = TraceJudge::new().at(400.0, &cold).at(100.0, &warm);
        judge.baseline(1.25).on_all_data(true).judge().unwrap()
    }

    /// By the binomial distribution 40 intervals of 95 % hold the truth at least 33 times with a
    /// probability above 0.999.
    #[test]
    fn intervals_hold_the_truth() {
        let mut held = [0; 3];
        let mut converged = 0;
        for seed in 0..40 {
            let judged = judged(seed);
            assert_eq!(judged.temperatures[0].nbeta, 100.0);
            let cold = &judged.temperatures[1];
            let quotient = &judged.difference_quotients[0];
            let of_quotient = WithError {
                value: quotient.value,
                standard_error: quotient.standard_error,
            };
            let numbers = [cold.energy.unwrap(), cold.variance.unwrap(), of_quotient];
            for (held, number) in held.iter_mut().zip(numbers) {
                *held += usize::from((number.value - 3.0).abs() < 1.96 * number.standard_error);
            }
            converged += usize::from(judged.verdict().is_converged());
        }
        assert!(held.iter().all(|held| *held >= 33), "{held:?}");
        assert!(converged >= 36, "{converged}");
    }

    #[test]
    fn what_is_wrong_with_chains_is_doubted_with_advice() {
        let good = chains(1, 400.0, 800);
        let with = |change: &dyn Fn(&mut Vec<Vec<f64>>)| {
            let mut chains = good.clone();
            change(&mut chains);
            let judge = TraceJudge::new().at(400.0, &chains).baseline(1.25);
            judge.judge().unwrap().temperatures.remove(0)
        };
        let first = |judged: &JudgedTemperature| judged.doubts[0].clone();
        assert!(with(&|_| {}).doubts.is_empty());

        let failed = with(&|chains| chains[2][17] = f64::NAN);
        assert_eq!(failed.chains, 3);
        assert_eq!((failed.failures[0].chain, failed.failures[0].draw), (2, 17));
        assert_eq!(
            first(&failed).doubt,
            Doubt::FailedChains {
                failed: 1,
                chains: 4
            }
        );
        assert!(first(&failed).advice.contains("chain 2 at draw 17 (NaN)"));

        let one = with(&|chains| chains.truncate(1));
        assert_eq!(first(&one).doubt, Doubt::OneChain);
        let stuck = with(&|chains| chains[1] = vec![1.26; 800]);
        assert_eq!(first(&stuck).doubt, Doubt::StuckChain { chain: 1 });
        let constant = with(&|chains| chains.fill(vec![1.26; 800]));
        assert_eq!(constant.doubts.len(), 1);
        assert_eq!(first(&constant).doubt, Doubt::Constant);

        let apart = with(&|chains| chains[3].iter_mut().for_each(|loss| *loss += 0.05));
        assert!(matches!(first(&apart).doubt, Doubt::Rhat { rhat } if rhat > 1.5));
        assert!(
            first(&apart).advice.contains("chain 3"),
            "{}",
            first(&apart).advice
        );

        let falling = with(&|chains| {
            for chain in chains {
                (0..800).for_each(|i| chain[i] += 0.1 * (1.0 - i as f64 / 800.0));
            }
        });
        assert_eq!(first(&falling).doubt, Doubt::BurnIn { draws: 800 });
        assert!(
            first(&falling).advice.contains("1600"),
            "{}",
            first(&falling).advice
        );

        let short = with(&|chains| chains.iter_mut().for_each(|chain| chain.truncate(100)));
        // of so few draws MSER may find nothing either
        let few =
            |advised: &AdvisedDoubt| matches!(advised.doubt, Doubt::EffectiveSampleSize { .. });
        assert!(short.doubts.iter().any(few), "{:?}", short.doubts);

        let judge = TraceJudge::new()
            .at(400.0, &good)
            .baseline(1.3)
            .judge()
            .unwrap();
        let doubt = first(&judge.temperatures[0]);
        assert!(matches!(doubt.doubt, Doubt::BelowMinimum { value } if value < -10.0));
        assert!(doubt.advice.contains("1.3"), "{}", doubt.advice);

        // the temperatures mixed up
        let judge = TraceJudge::new()
            .at(100.0, &good)
            .at(400.0, &chains(2, 100.0, 800));
        let judged = judge.judge().unwrap();
        let doubts = &judged.difference_quotients[0].doubts;
        assert!(matches!(doubts[0].doubt, Doubt::RisingLoss { .. }));
        assert!(
            judged
                .temperatures
                .iter()
                .all(|at| at.energy.is_none() && at.variance.is_none())
        );
    }

    #[test]
    fn a_burn_in_given_is_taken() {
        let judge = TraceJudge::new()
            .at(400.0, &chains(1, 400.0, 800))
            .burn_in(300);
        let at = judge.judge().unwrap().temperatures.remove(0);
        assert_eq!((at.burn_in, at.draws), (300, 500));
    }

    #[test]
    fn losses_from_which_nothing_follows_are_refused() {
        let good = chains(1, 400.0, 60);
        let told = |judge: TraceJudge| judge.judge().unwrap_err().to_string();
        let at = |chains: &[Vec<f64>]| TraceJudge::new().at(400.0, chains);
        assert!(told(TraceJudge::new()).contains("no chains"));
        assert!(told(at(&[])).contains("no chains"));
        assert!(told(TraceJudge::new().at(0.0, &good)).contains("positive and finite, got 0"));
        assert!(told(at(&good).at(400.0, &good)).contains("t = 400 is given twice"));
        assert!(told(at(&good).baseline(f64::NAN)).contains("finite, got NaN"));
        assert!(told(at(&good).burn_in(45)).contains("15 draws of 60 are left"));
        let short: Vec<Vec<f64>> = good.iter().map(|chain| chain[..19].to_vec()).collect();
        assert!(told(at(&short)).contains("run the chains longer"));
        let mut uneven = good.clone();
        uneven[1].pop();
        assert!(told(at(&uneven)).contains("chain 1 has 59 draws, the first one 60"));
        let mut bad = good;
        bad.iter_mut().for_each(|chain| chain[9] = f64::INFINITY);
        bad[2][4] = f64::NAN;
        assert!(told(at(&bad)).contains("draw 4 of chain 2 is NaN"));
    }
}
