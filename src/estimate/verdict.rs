//! Whether an estimate is to be trusted, and if not, why.

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

/// A reason not to trust an estimate.
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
    /// R̂ above 1.05.
    Rhat {
        /// The rank-normalised split R̂.
        rhat: f64,
    },
    /// An effective sample size below 100 for each chain or ladder.
    EffectiveSampleSize {
        /// The effective sample size.
        effective_sample_size: f64,
    },
    /// A Metropolis acceptance below 0.2: moves that are refused, or for SGLD a step that is too
    /// long for its bias to be small.
    Acceptance {
        /// The mean acceptance.
        acceptance: f64,
    },
    /// Mini-batches, or momentum without a Metropolis test: no acceptance is known, the bias of the
    /// step is unchecked.
    UncheckedStep,
    /// The means of early and late draws differ by more than three standard errors.
    Drift {
        /// The difference in standard errors.
        drift: f64,
    },
    /// The mean loss is below L(w*) by more than two standard errors: w* is not a minimum.
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
    /// A single draw makes up much of an importance weight of leave-one-out cross-validation.
    LeaveOneOutWeight {
        /// The largest share.
        weight: f64,
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
    /// The virial E[(w − w*)·∇U] is not the dimension D: the step biases the draws, or they have not
    /// settled.
    Virial {
        /// The relative excess, about the relative bias of U(t).
        relative: f64,
        /// Its standard error.
        standard_error: f64,
    },
    /// Chains from w* and chains from elsewhere differ in their mean loss.
    Starts {
        /// The difference in standard errors.
        difference: f64,
    },
    /// R̂ of the distances from w* above 1.1: the chains are in different places.
    Places {
        /// R̂ of |w − w*|².
        rhat: f64,
    },
    /// The localisation γ carries a visible part of the answer.
    Localization {
        /// By how much U(t) changes when γ is doubled.
        change: f64,
    },
    /// The loss is the same at all draws.
    Constant,
    /// The budget of gradients ended before the aim was reached.
    Budget {
        /// The budget.
        evaluations: u64,
    },
    /// Errors of slopes are correlated over long ranges: the particles mix too slowly.
    Dispersion {
        /// Variance between replicates over that of independent deaths.
        dispersion: f64,
    },
    /// A mean that is 0 in equilibrium is not: the states do not fill the box where K is flat.
    Imbalance {
        /// Its distance from 0, in standard errors.
        imbalance: f64,
    },
    /// Neighbouring temperatures hardly ever exchange their states.
    Exchange {
        /// The lowest rate of exchange of a pair.
        rate: f64,
    },
    /// No candidate fits the slopes (χ² far above the degrees of freedom).
    Fit {
        /// χ² over degrees of freedom.
        reduced_chi_squared: f64,
    },
    /// The asymptotic range seen is short, log V or log Z has fallen by less than 12.
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
            Self::LeaveOneOutWeight { weight } => {
                write!(
                    f,
                    "one draw has {weight:.2} of a weight of the cross-validation"
                )
            }
            Self::Virial {
                relative,
                standard_error,
            } => write!(
                f,
                "the virial is off by {:+.1} ± {:.1} %: the step biases the draws, or they have not settled",
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
            Self::Localization { change } => {
                write!(f, "U(t) depends on γ ({change:+.3} when γ is doubled)")
            }
            Self::Constant => f.write_str("the loss is the same at all draws"),
            Self::Budget { evaluations } => {
                write!(
                    f,
                    "the budget of {evaluations} gradients ended before the aim was reached"
                )
            }
            Self::Stopped => f.write_str("stopped before its end"),
            Self::Time { seconds } => {
                write!(f, "the time of {seconds} s was over before the end")
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
                "the states do not fill the box (a mean that should be 0 is {imbalance:.1} standard errors off)"
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
