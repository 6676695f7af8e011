//! What the draws of an estimate at one temperature say besides their mean.

use super::elsewhere::Elsewhere;
use super::judgement::Spread;
use super::thresholds::chains::{
    LARGEST_DIFFERENCE_OF_STARTS, LARGEST_RHAT_OF_DISTANCES, LEAST_EFFECTIVE_DRAWS,
    LOCALIZATION_ERRORS, VIRIAL_ERRORS, VIRIAL_ERRORS_UNTESTED, VIRIAL_SHARE_OF_ERROR, VISIBLE,
};
use super::{Doubt, EstimateError, WithError};
use crate::diagnostics;
use crate::sampler::{Langevin, Moments};

/// The draws of the chains that did not fail, cut to equal length, and which of them started away
/// from w*.
pub(super) struct Traces<'a> {
    pub(super) losses: Vec<&'a [f64]>,
    pub(super) virials: Vec<&'a [f64]>,
    pub(super) squares: Vec<&'a [f64]>,
    pub(super) dispersed: Vec<bool>,
}

/// The constants that make quantities of draws.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) baseline: f64,
    pub(super) nbeta: f64,
    pub(super) localization: f64,
    /// The dimension D in which w moves, if E[(w − w*)·∇U] = D holds.
    pub(super) virial_dimension: Option<f64>,
    /// The power of the distance with which the prior's parts near w* go: the dimension in which w
    /// moves, and the degree of its amplitude.
    pub(super) near: f64,
    /// Whether the recorded losses are on all the data.
    pub(super) full: bool,
}

/// What tells of chains whether they are long enough; looked at after every round.
#[derive(Debug, Clone)]
pub(super) struct ChainSummary {
    pub(super) losses: Spread,
    pub(super) chains: usize,
    /// Of each chain.
    pub(super) draws: usize,
    /// U(t).
    pub(super) mean: f64,
    pub(super) standard_error: f64,
    pub(super) rhat_of_distance: f64,
    /// Mean of the dispersed chains minus that of the others, in standard errors.
    pub(super) between_starts: Option<f64>,
    /// The least distance of a draw from w*, where all keep farther away than those around w*
    /// would.
    pub(super) away: Option<f64>,
}

/// What else the draws say; looked at once, at the end.
#[derive(Debug, Clone)]
pub(super) struct Effects {
    /// (E[(w − w*)·∇U] − D)/E[(w − w*)·nβ∇L].
    pub(super) virial_bias: Option<WithError>,
    /// dU/d log γ.
    pub(super) localization_effect: WithError,
    /// dU/d log t at t = nβ.
    pub(super) temperature_slope: Option<WithError>,
}

impl<'a> Traces<'a> {
    /// The draws after the first `cut` of each chain.
    pub(super) fn new(
        losses: &[(&'a [f64], bool)],
        moments: &[&'a Moments],
        dispersed: &[bool],
        cut: impl Fn(usize) -> usize,
    ) -> Self {
        let mut lengths: Vec<usize> = losses
            .iter()
            .zip(moments)
            .filter(|((_, failed), _)| !failed)
            .map(|((l, _), m)| l.len().min(m.virials.len()))
            .collect();
        // Where a stop left chains of different lengths, leave out short ones if that keeps more.
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        let length = lengths
            .iter()
            .enumerate()
            .max_by_key(|&(longer, &length)| (longer + 1) * length)
            .map_or(0, |(_, &length)| length);
        let from = cut(length).min(length);
        let mut traces = Self {
            losses: Vec::new(),
            virials: Vec::new(),
            squares: Vec::new(),
            dispersed: Vec::new(),
        };
        for ((&(l, failed), m), &away) in losses.iter().zip(moments).zip(dispersed) {
            if failed || l.len().min(m.virials.len()) < length || length == 0 {
                continue;
            }
            traces.losses.push(&l[from..length]);
            traces.virials.push(&m.virials[from..length]);
            traces.squares.push(&m.squares[from..length]);
            traces.dispersed.push(away);
        }
        traces
    }

    /// The draws of each chain.
    pub(super) fn length(&self) -> usize {
        self.losses.first().map_or(0, |losses| losses.len())
    }

    /// The mean of a function of two traces, with its standard error.
    fn mean_of(
        &self,
        one: &[&[f64]],
        other: &[&[f64]],
        f: impl Fn(f64, f64) -> f64,
    ) -> Result<WithError, EstimateError> {
        let at = |chain: usize, draw: usize| f(one[chain][draw], other[chain][draw]);
        let mean = diagnostics::mean_of(one.len(), self.length(), at)?;
        Ok(WithError {
            value: mean.value,
            standard_error: mean.standard_error,
        })
    }
}

/// Of a chain's |w − w*|², the least and the median of |w − w*|.
fn least_and_median(squares: &[f64]) -> [f64; 2] {
    let mut sorted = squares.to_vec();
    let middle = sorted.len() / 2;
    if sorted.is_empty() {
        return [f64::NAN; 2];
    }
    let (below, median, _) = sorted.select_nth_unstable_by(middle, f64::total_cmp);
    let least = below.iter().copied().fold(*median, f64::min);
    [least.sqrt(), median.sqrt()]
}

/// The plain mean of traces.
fn mean(chains: &[&[f64]]) -> f64 {
    let count: usize = chains.iter().map(|chain| chain.len()).sum();
    chains.iter().flat_map(|chain| chain.iter()).sum::<f64>() / count as f64
}

impl ChainSummary {
    pub(super) fn of(traces: &Traces<'_>, setting: &Setting) -> Result<Self, EstimateError> {
        let losses = Spread::of(&traces.losses, setting.baseline)?;
        let elsewhere = Elsewhere::of_chains(setting.near, losses.effective_sample_size);
        // of few draws the nearest may be far by chance
        let enough = losses.effective_sample_size >= LEAST_EFFECTIVE_DRAWS;
        let apart: Vec<[f64; 2]> = traces.squares.iter().map(|s| least_and_median(s)).collect();
        Ok(Self {
            away: elsewhere.all_away(&apart).filter(|_| enough),
            chains: traces.losses.len(),
            draws: traces.length(),
            mean: setting.nbeta * losses.mean_excess,
            standard_error: setting.nbeta * losses.standard_error,
            losses,
            rhat_of_distance: diagnostics::rhat_of_some(&traces.squares)?,
            between_starts: between_starts(traces)?,
        })
    }
}

impl Effects {
    pub(super) fn of(traces: &Traces<'_>, setting: &Setting) -> Result<Self, EstimateError> {
        let Setting {
            baseline,
            nbeta,
            localization: gamma,
            ..
        } = *setting;
        let (losses, squares) = (&traces.losses, &traces.squares);
        let (mean_loss, mean_square) = (mean(losses), mean(squares));
        let product = |l: f64, s: f64| (l - mean_loss) * (s - mean_square);
        let covariance = traces.mean_of(losses, squares, product)?;
        let temperature_slope = if setting.full {
            // E[tK] − Var(tK), K = L − L(w*)
            let slope = |l: f64, _| {
                let (excess, centred) = (nbeta * (l - baseline), nbeta * (l - mean_loss));
                excess - centred * centred
            };
            Some(traces.mean_of(losses, losses, slope)?)
        } else {
            None
        };
        let virial_bias = match setting.virial_dimension {
            None => None,
            Some(dimension) => {
                let of_all = |v: f64, _| v - dimension;
                let excess = traces.mean_of(&traces.virials, squares, of_all)?;
                let of_loss = mean(&traces.virials) - gamma * mean_square;
                (of_loss > 0.0).then(|| WithError {
                    value: excess.value / of_loss,
                    standard_error: excess.standard_error / of_loss,
                })
            }
        };
        Ok(Self {
            virial_bias,
            localization_effect: WithError {
                value: -0.5 * gamma * nbeta * covariance.value,
                standard_error: 0.5 * gamma * nbeta * covariance.standard_error,
            },
            temperature_slope,
        })
    }
}

impl ChainSummary {
    /// What the virial says about the bias of the step; it replaces a low acceptance of SGLD, or
    /// none at all, as a doubt.
    pub(super) fn judge_step(
        &self,
        effects: &Effects,
        sampler: &Langevin,
        doubts: &mut Vec<Doubt>,
    ) {
        let Some(bias) = effects.virial_bias else {
            return;
        };
        let off = |errors: f64| bias.value.abs() > errors * bias.standard_error;
        if sampler.is_metropolised() {
            if off(VIRIAL_ERRORS) {
                doubts.push(virial(bias));
            }
            return;
        }
        // as small a bias as the standard error can hold
        let error = self.standard_error / self.mean.abs();
        let visible =
            off(VIRIAL_ERRORS_UNTESTED) && bias.value.abs() > VIRIAL_SHARE_OF_ERROR * error;
        // by construction without meaning for a thermostat, and without power where it is inexact
        let telling = sampler.virial_tells() && bias.standard_error < VISIBLE;
        if visible {
            doubts.push(virial(bias));
        }
        if telling {
            doubts.retain(|doubt| {
                !matches!(doubt, Doubt::UncheckedStep)
                    && (visible || !matches!(doubt, Doubt::Acceptance { .. }))
            });
        }
    }

    /// The other doubts.
    pub(super) fn judge(&self, effects: &Effects, doubts: &mut Vec<Doubt>) {
        if let Some(difference) = self.between_starts
            && (difference.is_nan() || difference.abs() > LARGEST_DIFFERENCE_OF_STARTS)
        {
            doubts.push(Doubt::Starts { difference });
        }
        if self.rhat_of_distance.is_nan() || self.rhat_of_distance > LARGEST_RHAT_OF_DISTANCES {
            doubts.push(Doubt::Places {
                rhat: self.rhat_of_distance,
            });
        }
        if let Some(nearest) = self.away {
            doubts.push(Doubt::Away { nearest });
        }
        let visible = VISIBLE * self.mean.abs();
        let effect = effects.localization_effect;
        let change = std::f64::consts::LN_2 * effect.value;
        if change.abs() > visible
            && effect.value.abs() > LOCALIZATION_ERRORS * effect.standard_error
        {
            doubts.push(Doubt::Localization { change });
        }
        if self.standard_error == 0.0 {
            doubts.push(Doubt::Constant);
        }
    }
}

fn virial(bias: WithError) -> Doubt {
    Doubt::Virial {
        relative: bias.value,
        standard_error: bias.standard_error,
    }
}

fn between_starts(traces: &Traces<'_>) -> Result<Option<f64>, EstimateError> {
    let group = |away: bool| -> Vec<&[f64]> {
        let pairs = traces.losses.iter().zip(&traces.dispersed);
        pairs
            .filter(|&(_, &dispersed)| dispersed == away)
            .map(|(&losses, _)| losses)
            .collect()
    };
    let (near, away) = (group(false), group(true));
    if near.is_empty() || away.is_empty() {
        return Ok(None);
    }
    let mean = |chains: &[&[f64]]| {
        diagnostics::mean_of(chains.len(), traces.length(), |chain, i| chains[chain][i])
    };
    let (near, away) = (mean(&near)?, mean(&away)?);
    let difference = away.value - near.value;
    Ok(Some(if difference == 0.0 {
        0.0
    } else {
        difference / near.standard_error.hypot(away.standard_error)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::Scalar;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    /// Whether four chains of normal draws around a point so far from w* are away.
    fn away(dimension: usize, distance: f64) -> Option<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(dimension as u64);
        let mut square = || {
            let along = distance + f64::normal(&mut rng);
            let across = (1..dimension).map(|_| f64::normal(&mut rng).powi(2));
            along * along + across.sum::<f64>()
        };
        let squares: Vec<Vec<f64>> = (0..4)
            .map(|_| (0..500).map(|_| square()).collect())
            .collect();
        let losses: Vec<&[f64]> = squares.iter().map(Vec::as_slice).collect();
        let traces = Traces {
            virials: losses.clone(),
            squares: losses.clone(),
            dispersed: vec![false; 4],
            losses,
        };
        let setting = Setting {
            baseline: 0.0,
            nbeta: 1.0,
            localization: 1.0,
            virial_dimension: None,
            near: dimension as f64,
            full: true,
        };
        ChainSummary::of(&traces, &setting).unwrap().away
    }

    #[test]
    fn chains_around_the_point_are_not_away_and_chains_elsewhere_are() {
        for dimension in [1, 2, 5, 10, 50] {
            assert_eq!(away(dimension, 0.0), None, "{dimension}");
            assert!(
                dimension > 10 || away(dimension, 30.0).is_some(),
                "{dimension}"
            );
        }
    }
}
