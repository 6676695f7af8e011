//! What an estimate chose by itself, and why.

mod allowance;
mod length;
mod pilot;
mod spread;

pub(super) use allowance::Allowance;
pub(super) use length::Length;
pub(super) use pilot::{BIAS as VIRIAL_SHARE, Handoff, MANY, Pilot};

use crate::sampler::Langevin;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The settings an estimate at one temperature ran with: those set by hand, and those it chose.
///
/// # Examples
///
/// ```
/// use rlct::estimate::{Llc, StepRule};
/// use rlct::loss::LinearNetwork;
///
/// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
/// let llc = Llc::new(&loss, &[0.0]).seed(1).estimate()?;
/// let tuning = llc.tuning();
/// assert!(matches!(tuning.step_rule, StepRule::Acceptance { .. }));
/// assert_eq!(tuning.assumed_samples, Some(10_000));
/// assert!(tuning.to_string().starts_with("HMC, "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tuning {
    /// The sampler of the draws, with its step size ε.
    pub sampler: Langevin,
    /// How ε was chosen.
    pub step_rule: StepRule,
    /// Whether the variances of the pilot draws precondition the steps of MALA or HMC.
    pub preconditioned: bool,
    /// Where the chains start.
    pub starts: Starts,
    /// Steps of each chain that are no draws, after the pilot.
    pub burn_in: usize,
    /// Draws of each chain.
    pub draws: usize,
    /// What ended the chains.
    pub length_rule: LengthRule,
    /// Gradients that the pilot took, over all chains, counted as on all the data.
    pub pilot_evaluations: u64,
    /// Gradients in all, a gradient of the chains on a batch counted as one.
    pub evaluations: u64,
    /// The localisation γ.
    pub localization: f64,
    /// n, where the loss has none and none was set.
    pub assumed_samples: Option<usize>,
}

/// How the step size ε was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepRule {
    /// By hand.
    Given,
    /// By hand at first; the sampler adapted it in its burn-in.
    Adapted,
    /// By pilot chains, for a Metropolis acceptance.
    Acceptance {
        /// The acceptance aimed at.
        target: f64,
    },
    /// By the gradients at pilot draws: ε/4·E|∇U_b|², by which a step of ε raises the virial
    /// E[(w − w*)·∇U], is this share of E[(w − w*)·nβ∇L].
    Virial {
        /// The relative bias aimed at.
        share: f64,
    },
}

/// Where the chains start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Starts {
    /// Chains that start at w* (or where the pilot from there ended).
    pub at_point: usize,
    /// Chains that start at draws of N(w*, 1/γ), annealed to the posterior's temperature.
    pub dispersed: usize,
    /// Of those that were to, how many ended in another basin far above L(w*), and started from
    /// w* instead.
    pub strayed: usize,
    /// Of those that start at w*, how many did so at a hotter temperature, and go on from there.
    #[serde(default)]
    pub hotter: usize,
}

/// What ended the chains.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LengthRule {
    /// Their length was set by hand.
    Given,
    /// The standard error, R̂ of losses and distances, the effective sample size, the drift and the
    /// difference between starts were good enough: see
    /// [`thresholds::chains`](crate::estimate::thresholds::chains).
    Target {
        /// The standard error aimed at, relative to U(t).
        relative_error: f64,
    },
    /// The budget of gradients was spent before that.
    Budget {
        /// The budget.
        evaluations: u64,
    },
    /// The stop flag.
    Stopped,
    /// The time was over.
    Time {
        /// The time allowed.
        seconds: f64,
    },
}

impl fmt::Display for Tuning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, step_size) = (self.sampler.name(), self.sampler.step_size());
        write!(f, "{name}, ε = {step_size:.2e} ")?;
        match self.step_rule {
            StepRule::Given => f.write_str("(given)")?,
            StepRule::Adapted => f.write_str("(adapted)")?,
            StepRule::Acceptance { target } => write!(f, "(for acceptance {target})")?,
            StepRule::Virial { share } => write!(f, "(for a bias of {} %)", 100.0 * share)?,
        }
        if let Some(note) = self.sampler.note() {
            write!(f, ", {note}")?;
        }
        if self.preconditioned {
            f.write_str(", preconditioned")?;
        }
        let Starts {
            at_point,
            dispersed,
            strayed,
            hotter,
        } = self.starts;
        write!(f, "; {} chains", at_point + dispersed)?;
        if dispersed > 0 {
            write!(f, " ({dispersed} from dispersed starts)")?;
        }
        if hotter > 0 {
            f.write_str(" (from a hotter temperature)")?;
        }
        if strayed > 0 {
            write!(f, " ({strayed} strayed into another basin, put back)")?;
        }
        write!(f, " of {} draws", self.draws)?;
        match self.length_rule {
            LengthRule::Given => f.write_str(" (given)")?,
            LengthRule::Target { relative_error } => {
                write!(f, " (for an error of {} %)", 100.0 * relative_error)?;
            }
            LengthRule::Budget { .. } => f.write_str(" (budget spent)")?,
            LengthRule::Stopped => f.write_str(" (stopped)")?,
            LengthRule::Time { seconds } => write!(f, " (time of {seconds} s over)")?,
        }
        write!(
            f,
            " after {} steps; γ = {}; {} gradients",
            self.burn_in, self.localization, self.evaluations
        )?;
        match self.assumed_samples {
            Some(n) => write!(f, "; n = {n} assumed"),
            None => Ok(()),
        }
    }
}
