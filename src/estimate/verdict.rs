//! Whether an estimate is to be trusted, and if not, why.

#[cfg(doc)]
use super::thresholds;
use crate::sampler::{Control, Halt, Roughness};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The judgement on a number and its standard error. It never looks at the exact answer.
///
/// The word depends on what the number is: an estimate of λ, extrapolated over temperatures or
/// volumes, is *trustworthy*; a mean at one temperature, which is not an estimate of λ, has
/// *converged*.
///
/// # Examples
///
/// ```
/// use rlct::estimate::{Doubt, Verdict};
///
/// assert!(Verdict::from(vec![]).is_trustworthy());
/// let energy = Verdict::of_energy(vec![]);
/// assert!(energy.is_converged() && !energy.is_trustworthy());
/// let verdict = Verdict::from(vec![Doubt::Rhat { rhat: 1.3 }]);
/// assert_eq!(verdict.to_string(), "doubtful: the chains disagree (R̂ = 1.300)");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing speaks against the estimate and its standard error.
    Trustworthy,
    /// Nothing speaks against the mean at one temperature and its standard error. Of λ it says
    /// nothing.
    Converged,
    /// The estimate may be off by more than its standard error says.
    Doubtful(Vec<Doubt>),
}

/// A reason not to trust an estimate. The [`thresholds`] beyond which each is raised are constants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Doubt {
    /// Chains were given up.
    FailedChains {
        /// How many.
        failed: usize,
        /// Of how many.
        chains: usize,
    },
    /// R̂ above [`LARGEST_RHAT`](thresholds::chains::LARGEST_RHAT) of chains, or
    /// [`LARGEST_RHAT`](thresholds::ladder::LARGEST_RHAT) of ladders.
    Rhat {
        /// The rank-normalised split R̂.
        rhat: f64,
    },
    /// An effective sample size of chains below
    /// [`LEAST_EFFECTIVE_DRAWS`](thresholds::chains::LEAST_EFFECTIVE_DRAWS) for each of them.
    /// Ladders have no such doubt.
    EffectiveSampleSize {
        /// The effective sample size.
        effective_sample_size: f64,
    },
    /// A low Metropolis acceptance. Of a sampler with a test, moves are refused: below
    /// [`LEAST_ACCEPTANCE`](thresholds::chains::LEAST_ACCEPTANCE) of chains, or
    /// [`LEAST_ACCEPTANCE`](thresholds::ladder::LEAST_ACCEPTANCE) of a rung. Of SGLD, the step is
    /// too long for its bias to be small: below
    /// [`LEAST_ACCEPTANCE_UNTESTED`](thresholds::chains::LEAST_ACCEPTANCE_UNTESTED), unless the
    /// virial tells that it is small.
    Acceptance {
        /// The mean acceptance.
        acceptance: f64,
    },
    /// Mini-batches, or momentum without a Metropolis test: no acceptance is known, the bias of the
    /// step is unchecked.
    UncheckedStep,
    /// The means of early and late draws differ: of chains by more than
    /// [`LARGEST_DRIFT`](thresholds::chains::LARGEST_DRIFT) standard errors; of ladders by more
    /// than chance does with a probability of
    /// [`DRIFT_PROBABILITY`](thresholds::ladder::DRIFT_PROBABILITY) by Student's distribution (5.4
    /// standard errors of eight ladders), and by what matters beside the standard error of λ̂.
    Drift {
        /// The difference in standard errors.
        drift: f64,
    },
    /// The mean loss is below L(w*) by more than
    /// [`BELOW_MINIMUM_ERRORS`](thresholds::chains::BELOW_MINIMUM_ERRORS) standard errors: w* is
    /// not a minimum.
    BelowMinimum {
        /// U(t) at one temperature, or λ̂ of a ladder: negative.
        value: f64,
    },
    /// Trajectories of NUTS lost their energy: there are places that it cannot enter, and the mean
    /// leaves them out.
    Divergences {
        /// How many.
        divergences: usize,
        /// Of how many trajectories.
        trajectories: usize,
    },
    /// The importance weights of leave-one-out cross-validation have heavy tails: their Pareto
    /// shape k̂ is above [`largest_shape`](thresholds::prediction::largest_shape), or too few stand
    /// out.
    ParetoShape {
        /// Of how many samples.
        samples: usize,
        /// The largest k̂ of these, where one was fitted.
        largest: Option<f64>,
        /// Above which it is doubted.
        threshold: f64,
    },
    /// There is one chain: nothing tells whether another would agree with it.
    OneChain,
    /// A chain's loss never changes, while those of others do.
    StuckChain {
        /// The chain, from 0.
        chain: usize,
    },
    /// No burn-in was found: the losses have not settled within
    /// [`LARGEST_BURN_IN`](thresholds::traces::LARGEST_BURN_IN) of the draws.
    BurnIn {
        /// The draws of each chain.
        draws: usize,
    },
    /// The mean loss rises with t, by more than
    /// [`RISING_ERRORS`](thresholds::traces::RISING_ERRORS) standard errors, although in
    /// equilibrium it falls.
    RisingLoss {
        /// The difference quotient of two temperatures: negative.
        value: f64,
        /// Its standard error.
        standard_error: f64,
    },
    /// The stop flag ended the run.
    Stopped,
    /// The time was over before the run was at its end.
    Time {
        /// The time allowed.
        seconds: f64,
    },
    /// Steps are shorter than the spacing of floating-point numbers at w*: the draws are those of
    /// rounding.
    Rounding {
        /// The parameter where that is most so, by index from 0.
        parameter: usize,
        /// The length √ε of a step in that parameter.
        step: f64,
        /// The distance of neighbouring numbers there.
        spacing: f64,
    },
    /// The virial E[(w − w*)·∇U] is not the dimension D: the step biases the draws, or they have
    /// not settled. Beyond [`VIRIAL_ERRORS`](thresholds::chains::VIRIAL_ERRORS) with a Metropolis
    /// test, [`VIRIAL_ERRORS_UNTESTED`](thresholds::chains::VIRIAL_ERRORS_UNTESTED) without.
    Virial {
        /// The relative excess, about the relative bias of U(t).
        relative: f64,
        /// Its standard error.
        standard_error: f64,
    },
    /// Chains from w* and chains from elsewhere differ in their mean loss, by more than
    /// [`LARGEST_DIFFERENCE_OF_STARTS`](thresholds::chains::LARGEST_DIFFERENCE_OF_STARTS).
    Starts {
        /// The difference in standard errors.
        difference: f64,
    },
    /// R̂ of the distances from w* above
    /// [`LARGEST_RHAT_OF_DISTANCES`](thresholds::chains::LARGEST_RHAT_OF_DISTANCES): the chains are
    /// in different places.
    Places {
        /// R̂ of |w − w*|².
        rhat: f64,
    },
    /// The chains are shorter than the time in which γ holds what the loss does not: distances
    /// from w* and the virial have not settled, and tell nothing of U(t).
    Relaxation {
        /// The steps of a chain, after the burn-in.
        steps: f64,
        /// Those that it takes to forget the start, 2/(γε).
        needed: f64,
        /// The γ at which the steps would have been enough.
        localization: f64,
    },
    /// The localisation γ carries a visible part of the answer, more than
    /// [`VISIBLE`](thresholds::chains::VISIBLE).
    Localization {
        /// By how much U(t) changes when γ is doubled.
        change: f64,
    },
    /// The states of least K keep away from w*, in a coordinate or in the largest, by more than
    /// [`WAY_TO_THE_MEDIAN`](thresholds::fit::WAY_TO_THE_MEDIAN): the box has a zero of K that is
    /// worse than w*, and the pole is its.
    Elsewhere {
        /// The least distance of a state from w* in that coordinate: by the largest |wᵢ − w*ᵢ| all
        /// are at least so far.
        nearest: f64,
    },
    /// The draws keep away from w*, by more than
    /// [`WAY_TO_THE_MEDIAN`](thresholds::fit::WAY_TO_THE_MEDIAN): the chains have left its basin.
    Away {
        /// The least distance |w − w*| of a draw.
        nearest: f64,
    },
    /// The loss is the same at all draws.
    Constant,
    /// The budget of gradients ended before the aim was reached.
    Budget {
        /// The budget.
        evaluations: u64,
    },
    /// Errors of slopes are correlated over long ranges: the particles or ladders mix too slowly.
    /// Above [`LARGEST_DISPERSION`](thresholds::volume::LARGEST_DISPERSION) of volume scaling,
    /// [`LARGEST_DISPERSION`](thresholds::ladder::LARGEST_DISPERSION) of ladders.
    Dispersion {
        /// Variance between replicates over that of independent deaths.
        dispersion: f64,
    },
    /// A mean that is 0 in equilibrium is not: the states do not fill the box where K is flat. Its
    /// square is above [`LARGEST_IMBALANCE`](thresholds::ladder::LARGEST_IMBALANCE).
    Imbalance {
        /// Its distance from 0, in standard errors: the root of the mean square over the rungs.
        imbalance: f64,
    },
    /// Neighbouring temperatures hardly ever exchange their states: less often than
    /// [`LEAST_EXCHANGE`](thresholds::ladder::LEAST_EXCHANGE).
    Exchange {
        /// The lowest rate of exchange of a pair.
        rate: f64,
    },
    /// No candidate fits the slopes: χ² is above
    /// [`LARGEST_REDUCED_CHI_SQUARED`](thresholds::fit::LARGEST_REDUCED_CHI_SQUARED) times the
    /// degrees of freedom.
    Fit {
        /// χ² over degrees of freedom.
        reduced_chi_squared: f64,
    },
    /// The asymptotic range seen is short: log V has fallen by less than
    /// [`LEAST_FALL`](thresholds::volume::LEAST_FALL), or log Z by less than
    /// [`LEAST_FALL`](thresholds::ladder::LEAST_FALL).
    ShortRange {
        /// By how much it fell.
        fall: f64,
    },
}

impl Verdict {
    /// The judgement on U(t), a mean at one temperature, with these doubts.
    ///
    /// ```
    /// # use rlct::estimate::Verdict;
    /// assert_eq!(Verdict::of_energy(vec![]).to_string(), "converged");
    /// ```
    #[must_use]
    pub fn of_energy(doubts: Vec<Doubt>) -> Self {
        if doubts.is_empty() {
            Self::Converged
        } else {
            Self::Doubtful(doubts)
        }
    }

    /// Whether nothing speaks against the number and its standard error, whatever the number is.
    ///
    /// ```
    /// # use rlct::estimate::{Doubt, Verdict};
    /// assert!(Verdict::Converged.is_converged() && Verdict::Trustworthy.is_converged());
    /// assert!(!Verdict::Doubtful(vec![Doubt::Stopped]).is_converged());
    /// ```
    #[must_use]
    pub fn is_converged(&self) -> bool {
        self.doubts().is_empty()
    }

    /// Whether nothing speaks against an estimate of λ, or of a predictive loss; never of U(t), a
    /// mean at one temperature, which is not an estimate of λ.
    ///
    /// ```
    /// # use rlct::estimate::Verdict;
    /// assert!(Verdict::Trustworthy.is_trustworthy());
    /// assert!(!Verdict::Converged.is_trustworthy());
    /// ```
    #[must_use]
    pub fn is_trustworthy(&self) -> bool {
        matches!(self, Self::Trustworthy)
    }

    /// The reasons against it.
    ///
    /// ```
    /// # use rlct::estimate::{Doubt, Verdict};
    /// assert_eq!(Verdict::Doubtful(vec![Doubt::Stopped]).doubts(), [Doubt::Stopped]);
    /// ```
    #[must_use]
    pub fn doubts(&self) -> &[Doubt] {
        match self {
            Self::Trustworthy | Self::Converged => &[],
            Self::Doubtful(doubts) => doubts,
        }
    }
}

impl Doubt {
    /// Why a run ended that was stopped under this control.
    pub(super) fn of_stop(control: &Control<'_>) -> Self {
        match control.halted() {
            Some(Halt::Time(time)) => Self::Time {
                seconds: time.as_secs_f64(),
            },
            _ => Self::Stopped,
        }
    }
}

impl From<Roughness> for Doubt {
    fn from(roughness: Roughness) -> Self {
        let Roughness {
            parameter,
            step,
            spacing,
        } = roughness;
        Self::Rounding {
            parameter,
            step,
            spacing,
        }
    }
}

/// The judgement on an estimate of λ, or of a predictive loss, with these doubts.
impl From<Vec<Doubt>> for Verdict {
    fn from(doubts: Vec<Doubt>) -> Self {
        if doubts.is_empty() {
            Self::Trustworthy
        } else {
            Self::Doubtful(doubts)
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trustworthy => f.write_str("trustworthy"),
            Self::Converged => f.write_str("converged"),
            Self::Doubtful(doubts) => {
                f.write_str("doubtful: ")?;
                for (i, doubt) in doubts.iter().enumerate() {
                    write!(f, "{}{doubt}", if i == 0 { "" } else { "; " })?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FailedChains { failed, chains } => {
                write!(f, "{failed} of {chains} chains failed")
            }
            Self::Rhat { rhat } => write!(f, "the chains disagree (R̂ = {rhat:.3})"),
            Self::EffectiveSampleSize {
                effective_sample_size,
            } => {
                write!(f, "few effective draws ({effective_sample_size:.0})")
            }
            Self::Acceptance { acceptance } => write!(f, "low acceptance ({acceptance:.2})"),
            Self::UncheckedStep => {
                f.write_str("the bias of the step is unchecked, for no acceptance is known")
            }
            Self::Drift { drift } => write!(f, "the draws drift ({drift:+.1} standard errors)"),
            Self::BelowMinimum { value } => {
                write!(
                    f,
                    "the mean loss is below L(w*) ({value:.3}): w* is no minimum"
                )
            }
            Self::Divergences {
                divergences,
                trajectories,
            } => {
                write!(f, "{divergences} of {trajectories} trajectories diverged")
            }
            Self::ParetoShape {
                samples,
                largest,
                threshold,
            } => {
                write!(
                    f,
                    "the weights of the cross-validation of {samples} samples are heavy-tailed ("
                )?;
                match largest {
                    Some(largest) => write!(f, "k̂ up to {largest:.2}, above {threshold:.2})"),
                    None => f.write_str("too few stand out for k̂)"),
                }
            }
            Self::Virial {
                relative,
                standard_error,
            } => write!(
                f,
                "the virial is off by {:+.1} ± {:.1} %: the step biases the draws, or they have \
                 not settled",
                100.0 * relative,
                100.0 * standard_error
            ),
            Self::Starts { difference } => write!(
                f,
                "chains from w* and from elsewhere differ ({difference:+.1} standard errors)"
            ),
            Self::Places { rhat } => {
                write!(
                    f,
                    "the chains are in different places (R̂ = {rhat:.3} of |w − w*|²)"
                )
            }
            Self::Relaxation {
                steps,
                needed,
                localization,
            } => write!(
                f,
                "chains of {steps:.0} steps are shorter than 2/(γε) = {needed:.0}, in which γ \
                 holds flat directions: take more steps, or γ = {localization:.3}"
            ),
            Self::Localization { change } => {
                write!(f, "U(t) depends on γ ({change:+.3} when γ is doubled)")
            }
            Self::Elsewhere { nearest } => write!(
                f,
                "the states of least K keep {nearest:.3} away from w*: the box has a worse zero \
                 there, and λ̂ is its; for that of w* take a radius below {nearest:.3}"
            ),
            Self::Away { nearest } => write!(
                f,
                "the draws keep {nearest:.3} away from w*: the chains have left its basin, and the \
                 number is of another place; a larger γ holds them"
            ),
            Self::Constant => f.write_str("the loss is the same at all draws"),
            Self::Budget { evaluations } => {
                write!(
                    f,
                    "the budget of {evaluations} gradients ended before the aim was reached"
                )
            }
            Self::OneChain => f.write_str("there is only one chain"),
            Self::StuckChain { chain } => {
                write!(f, "the loss of chain {chain} (from 0) never changes")
            }
            Self::BurnIn { draws } => write!(
                f,
                "no burn-in was found: the losses have not settled in half of the {draws} draws"
            ),
            Self::RisingLoss {
                value,
                standard_error,
            } => write!(
                f,
                "the mean loss rises with t (difference quotient {value:.3} ± {standard_error:.3})"
            ),
            Self::Stopped => f.write_str("stopped before its end"),
            Self::Time { seconds } => {
                write!(f, "the time of {seconds} s was over")
            }
            Self::Rounding {
                parameter,
                step,
                spacing,
            } => write!(
                f,
                "steps of {step:.1e} are below the spacing {spacing:.1e} of floating-point numbers \
                 at parameter {parameter} of w*: use f64, or move w* towards 0"
            ),
            Self::Dispersion { dispersion } => {
                write!(
                    f,
                    "the particles mix too slowly (dispersion {dispersion:.1})"
                )
            }
            Self::Imbalance { imbalance } => write!(
                f,
                "the states do not fill the box (a mean that should be 0 is {imbalance:.1} \
                 standard errors off)"
            ),
            Self::Exchange { rate } => write!(f, "temperatures hardly exchange (rate {rate:.2})"),
            Self::Fit {
                reduced_chi_squared,
            } => {
                write!(
                    f,
                    "no model fits the slopes (χ²/dof = {reduced_chi_squared:.1})"
                )
            }
            Self::ShortRange { fall } => {
                write!(f, "the range is short (the logarithm fell by {fall:.1})")
            }
        }
    }
}
