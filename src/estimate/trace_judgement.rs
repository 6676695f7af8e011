//! What is said of chains made elsewhere.

use super::{Doubt, Verdict, WithError};
use serde::{Deserialize, Serialize};

/// The judgement on losses of chains made elsewhere, by [`TraceJudge`](super::TraceJudge).
///
/// Nothing in it is λ̂: U(t) is the energy at one inverse temperature, and a difference quotient
/// lies between V at two of them. All of them tend to λ as t → ∞.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceJudgement {
    /// L(w*), if it was given.
    pub baseline: Option<f64>,
    /// The temperatures, by rising t.
    pub temperatures: Vec<JudgedTemperature>,
    /// One for each pair of neighbouring temperatures.
    pub difference_quotients: Vec<DifferenceQuotient>,
}

/// What the chains at one inverse temperature t = nβ say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JudgedTemperature {
    /// t = nβ.
    pub nbeta: f64,
    /// The chains that count: those without NaN or infinite losses.
    pub chains: usize,
    /// The draws of each of them that count, after the burn-in.
    pub draws: usize,
    /// The draws of each chain that were left out at its beginning.
    pub burn_in: usize,
    /// The mean loss E_t\[L\].
    pub mean_loss: WithError,
    /// The least loss of the draws that count.
    pub least_loss: f64,
    /// U(t) = t (E_t\[L\] − L(w*)); `None` without L(w*). The standard error is that of the mean
    /// loss: L(w*) is taken to be exact.
    pub energy: Option<WithError>,
    /// V(t) = t² Var_t L, which is −dE_t\[L\]/d(1/t) in equilibrium; `None` unless the losses are on
    /// all the data, since those of mini-batches vary by themselves.
    pub variance: Option<WithError>,
    /// Effective number of draws of the losses.
    pub effective_sample_size: f64,
    /// Rank-normalised split R̂ of the losses.
    pub rhat: f64,
    /// Late minus early mean loss in standard errors; `None` of fewer than 40 draws.
    pub drift: Option<f64>,
    /// The chains that were left out.
    pub failures: Vec<NotFinite>,
    /// What speaks against the mean loss and its standard error.
    pub doubts: Vec<AdvisedDoubt>,
}

/// A chain that was left out for a loss that is NaN or infinite.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NotFinite {
    /// The chain, from 0.
    pub chain: usize,
    /// The first such draw, from 0.
    pub draw: usize,
    /// Its loss; in JSON null.
    #[serde(skip_deserializing, default = "nan")]
    pub value: f64,
}

fn nan() -> f64 {
    f64::NAN
}

/// A doubt, and what to change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AdvisedDoubt {
    /// The doubt.
    pub doubt: Doubt,
    /// What to change, and by how much.
    pub advice: String,
}

/// (E_{t′}L − E_tL)/(1/t′ − 1/t) of two inverse temperatures (Watanabe 2013, *Journal of Machine
/// Learning Research* 14, 867, Corollary 3): the mean of V(t) = t² Var_t L over 1/t between them,
/// since dE_t\[L\]/dt = −Var_t L. It needs no L(w*). It tends to λ as t → ∞, for m > 1 from further
/// below than U(t).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DifferenceQuotient {
    /// The two inverse temperatures, the lower one first.
    pub between: [f64; 2],
    /// The quotient.
    pub value: f64,
    /// Its standard error, for chains that are independent of each other.
    pub standard_error: f64,
    /// What speaks against it besides the doubts about its two temperatures.
    pub doubts: Vec<AdvisedDoubt>,
}

impl DifferenceQuotient {
    /// That of the mean losses at two inverse temperatures, the lower one first.
    pub(super) fn new(between: [f64; 2], losses: [WithError; 2]) -> Self {
        let [warm, cold] = losses;
        let width = 1.0 / between[0] - 1.0 / between[1];
        Self {
            between,
            value: (warm.value - cold.value) / width,
            standard_error: warm.standard_error.hypot(cold.standard_error) / width,
            doubts: Vec::new(),
        }
    }
}

impl TraceJudgement {
    /// Whether the means and their standard errors have converged, and if not, all the doubts.
    /// Never [trustworthy](Verdict::is_trustworthy), for nothing here is an estimate of λ.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let mut doubts: Vec<Doubt> = Vec::new();
        let all = self.temperatures.iter().flat_map(|at| &at.doubts);
        let all = all.chain(self.difference_quotients.iter().flat_map(|q| &q.doubts));
        for advised in all {
            if !doubts.contains(&advised.doubt) {
                doubts.push(advised.doubt.clone());
            }
        }
        Verdict::of_energy(doubts)
    }

    /// Whether there is a number: U(t) at a temperature, or a difference quotient.
    #[must_use]
    pub fn has_number(&self) -> bool {
        self.baseline.is_some() || !self.difference_quotients.is_empty()
    }
}
