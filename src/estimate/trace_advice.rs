//! What to change about chains whose losses are doubted, and by how much.

use super::Doubt;
use super::thresholds::chains::{LARGEST_RHAT, LEAST_EFFECTIVE_DRAWS};
use super::trace_judgement::JudgedTemperature;

/// So many times as many draws are still a matter of patience; where more would be needed, the
/// chains are rather in different places.
const PATIENCE: f64 = 20.0;

/// What was seen of chains at one temperature.
pub(super) struct Seen<'a> {
    pub(super) judged: &'a JudgedTemperature,
    pub(super) losses: &'a [&'a [f64]],
    /// What the chains are called: their places among all that were given.
    pub(super) names: &'a [usize],
    pub(super) baseline: Option<f64>,
}

/// The advice that goes with a doubt.
pub(super) fn advice(doubt: &Doubt, seen: &Seen<'_>) -> String {
    let at = seen.judged;
    let all = at.draws + at.burn_in;
    match doubt {
        Doubt::FailedChains { .. } => {
            let left = at.failures.iter();
            let left: Vec<String> = left
                .map(|f| format!("chain {} at draw {} ({})", f.chain, f.draw, f.value))
                .collect();
            let left = left.join(", ");
            format!("left out: {left}. Halve the step ε until no chain runs away")
        }
        Doubt::OneChain => {
            "run 4 chains with different seeds, best from different points near w*: \
                            one alone does not show what it has not reached"
                .into()
        }
        Doubt::StuckChain { chain } => format!(
            "leave chain {chain} out, or find out why it does not move: a step of 0, moves that are \
             all refused, or the loss of weights that are not the chain's"
        ),
        Doubt::Constant => "record the losses with more digits (nine of float32, seventeen of \
                            float64), and see that the chains move at all"
            .into(),
        Doubt::BurnIn { .. } => format!(
            "the second half alone was judged; run the chains twice as long, {} draws, or with a \
             longer step",
            2 * all
        ),
        Doubt::Rhat { rhat } => of_rhat(*rhat, seen),
        Doubt::EffectiveSampleSize {
            effective_sample_size,
        } => {
            let factor = LEAST_EFFECTIVE_DRAWS * at.chains as f64 / effective_sample_size;
            more_draws(factor, at.draws, all)
        }
        Doubt::Drift { drift } => {
            let way = if *drift < 0.0 { "fall" } else { "rise" };
            format!(
                "the losses still {way}: leave out {} draws in place of {}, or run {} of them",
                at.burn_in + at.draws / 2,
                at.burn_in,
                2 * all
            )
        }
        Doubt::BelowMinimum { .. } => {
            let (mean, least) = (at.mean_loss.value, at.least_loss);
            let baseline = seen.baseline.unwrap_or(f64::NAN);
            format!(
                "L(w*) = {baseline} is above the mean loss {mean:.6} of the chains, whose least is \
                 {least:.6}: take L(w*) on all the data and not on a batch, or train on until w* is \
                 a minimum and run the chains from there"
            )
        }
        _ => "run the chains longer, and with a smaller step".into(),
    }
}

fn more_draws(factor: f64, draws: usize, all: usize) -> String {
    if factor.is_finite() && factor > 0.0 {
        let needed = (all - draws) as f64 + factor * draws as f64;
        format!(
            "{factor:.1} times as many draws, {needed:.0} a chain, or as many that lie further \
             apart or are made by a longer step"
        )
    } else {
        "more draws".into()
    }
}

/// R̂² − 1 of chains that mix falls as one over the number of draws.
fn of_rhat(rhat: f64, seen: &Seen<'_>) -> String {
    let at = seen.judged;
    let factor = (rhat * rhat - 1.0) / (LARGEST_RHAT * LARGEST_RHAT - 1.0);
    let patience = if factor <= PATIENCE {
        format!(
            "if they differ by chance, {} draws a chain will do; ",
            at.burn_in + (factor * at.draws as f64).ceil() as usize
        )
    } else {
        String::new()
    };
    let means: Vec<f64> = seen.losses.iter().map(|chain| mean(chain)).collect();
    let Some((odd, others)) = odd_one_out(&means) else {
        return format!("{patience}the halves of the chain differ: run it longer");
    };
    format!(
        "{patience}chain {} is furthest, with a mean loss of {:.6} against {others:.6} of the \
         others: start all from one point, raise γ if they leave its neighbourhood, or judge the \
         places apart",
        seen.names[odd], means[odd]
    )
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The value furthest from the mean of the others, and that mean.
fn odd_one_out(means: &[f64]) -> Option<(usize, f64)> {
    if means.len() < 2 {
        return None;
    }
    let sum: f64 = means.iter().sum();
    let others = |i: usize| (sum - means[i]) / (means.len() - 1) as f64;
    let distance = |i: &usize| (means[*i] - others(*i)).abs();
    let odd = (0..means.len()).max_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    Some((odd, others(odd)))
}
