//! What chains at several temperatures answer.

use super::{DifferenceQuotient, Energy, LlcEstimate, PoleFit, Verdict, WithError};
use serde::{Deserialize, Serialize};
use std::fmt;

/// (λ̂, m̂) from chains at several temperatures, with the energies they are fitted to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemperaturesEstimate {
    pub(super) fit: PoleFit,
    pub(super) energies: Vec<Energy>,
    pub(super) quotients: Vec<DifferenceQuotient>,
    pub(super) least: LeastLoss,
    pub(super) evaluations: u64,
    pub(super) verdict: Verdict,
    pub(super) runs: Vec<LlcEstimate>,
}

/// The least loss L₀ in E_t\[L\] = L₀ + λ/t + ….
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "least_loss")]
pub enum LeastLoss {
    /// L(w*), of a population loss at its minimum.
    AtPoint {
        /// L(w*).
        value: f64,
    },
    /// Fitted, as on data.
    Fitted {
        /// L₀.
        value: f64,
        /// Its standard error.
        standard_error: f64,
        /// n(L(w*) − L₀) of n samples, which tells what point w* is: about 0 where L_n is least; of
        /// the order of λ at the true parameter (of a regular model that is its mean, d/2); far
        /// more where training has not ended. `None` where there are no samples.
        excess: Option<WithError>,
    },
}

impl LeastLoss {
    /// That which lies by `shift` ± `standard_error` above the loss at a point on so many samples.
    pub(super) fn fitted(
        at_point: f64,
        (shift, standard_error): (f64, f64),
        samples: Option<usize>,
    ) -> Self {
        Self::Fitted {
            value: at_point + shift,
            standard_error,
            excess: samples.map(|n| WithError {
                value: -shift * n as f64,
                standard_error: standard_error * n as f64,
            }),
        }
    }
}

impl fmt::Display for LeastLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtPoint { value } => write!(f, "L₀ = L(w*) = {value:.6}"),
            Self::Fitted {
                value,
                standard_error,
                excess,
            } => {
                write!(
                    f,
                    "L₀ = {value:.6} ± {standard_error:.6}, fitted; L(w*) is not used"
                )?;
                match excess {
                    Some(WithError {
                        value,
                        standard_error,
                    }) => write!(
                        f,
                        ": n(L(w*) − L₀) = {value:.1} ± {standard_error:.1}, about 0 at the \
                         minimum of the sample, of the order of λ at the true parameter, far more \
                         where training has not ended"
                    ),
                    None => Ok(()),
                }
            }
        }
    }
}

impl TemperaturesEstimate {
    /// λ̂.
    #[must_use]
    pub fn lambda(&self) -> f64 {
        self.fit.lambda
    }

    /// Standard error of λ̂: noise, choice of model, and on data the least loss.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.fit.standard_error
    }

    /// m̂, the most probable multiplicity.
    #[must_use]
    pub fn multiplicity(&self) -> usize {
        self.fit.multiplicity
    }

    /// The fit: λ̂ and the probability of each m.
    #[must_use]
    pub fn fit(&self) -> &PoleFit {
        &self.fit
    }

    /// U(t) = t (E_t\[L\] − L(w*)) at each temperature, from the hottest to the coldest. On data it
    /// has the error of L(w*) in it; see [`least_loss`](Self::least_loss).
    #[must_use]
    pub fn energies(&self) -> &[Energy] {
        &self.energies
    }

    /// The difference quotients of neighbouring temperatures, which need no L(w*) and are no
    /// estimates of λ by themselves.
    #[must_use]
    pub fn quotients(&self) -> &[DifferenceQuotient] {
        &self.quotients
    }

    /// L₀, fitted or known.
    #[must_use]
    pub fn least_loss(&self) -> LeastLoss {
        self.least
    }

    /// The estimates at each temperature, without their chains.
    #[must_use]
    pub fn runs(&self) -> &[LlcEstimate] {
        &self.runs
    }

    /// V(t) = t²·Var_t(L) at each temperature, where the recorded losses are on all the data:
    /// U(t) − dU/d log t. A datum on the approach, and no estimate of λ by itself.
    #[must_use]
    pub fn variances(&self) -> Vec<Option<WithError>> {
        let of = |run: &LlcEstimate| {
            let slope = run.temperature_slope?;
            Some(WithError {
                value: run.energy - slope.value,
                standard_error: run.standard_error.hypot(slope.standard_error),
            })
        };
        self.runs.iter().map(of).collect()
    }

    /// Gradients in all, pilots included.
    #[must_use]
    pub fn evaluations(&self) -> u64 {
        self.evaluations
    }

    /// Whether to trust λ̂ and its standard error.
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }
}
