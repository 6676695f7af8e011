//! What a choice by WBIC is worth.

#[cfg(doc)]
use super::Selection;
use super::WbicEstimate;
use super::sbic::{DECIDED, probabilities};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Differences of WBIC up to this many standard errors are chance.
const ERRORS: f64 = 3.0;

/// What the choice of the model of the least WBIC is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub struct WbicChoice {
    /// The model of the least WBIC.
    pub name: String,
    /// Its posterior probability by exp(−WBIC).
    pub probability: f64,
    /// The models whose sampling did not converge: the standard errors say little there.
    pub not_converged: Vec<String>,
    /// The models whose WBIC is not above the least by more than three standard errors of the
    /// difference.
    pub within_error: Vec<String>,
    /// The models which would have the least WBIC if the prior's standard deviation were halved or
    /// doubled, to first order.
    pub by_other_priors: Vec<String>,
}

impl WbicChoice {
    pub(super) fn of(name: &str, names: &[&str], priors: &[f64], wbic: &[WbicEstimate]) -> Self {
        let probabilities = probabilities(priors, wbic.iter().map(|wbic| -wbic.value));
        let chosen = names.iter().position(|other| *other == name).unwrap_or(0);
        let best = &wbic[chosen];
        let those = |holds: &dyn Fn(usize, &WbicEstimate) -> bool| {
            let all = wbic.iter().enumerate().filter(|(i, wbic)| holds(*i, wbic));
            all.map(|(i, _)| names[i].to_string()).collect::<Vec<_>>()
        };
        // WBIC under s, s/2 and 2s
        let under = |wbic: &WbicEstimate, doublings: f64| {
            wbic.value + doublings * std::f64::consts::LN_2 * wbic.prior_effect.value
        };
        let least = |doublings: f64| {
            let values = wbic.iter().map(|wbic| under(wbic, doublings));
            values.fold(f64::INFINITY, f64::min)
        };
        let (halved, doubled) = (least(-1.0), least(1.0));
        Self {
            name: name.to_string(),
            probability: probabilities[chosen],
            not_converged: those(&|_, wbic| !wbic.verdict.is_converged()),
            within_error: those(&|i, other| {
                let error = best.standard_error.hypot(other.standard_error);
                let lead = other.value - best.value;
                // not a number where an error is unknown
                i != chosen && (error.is_nan() || lead <= ERRORS * error)
            }),
            by_other_priors: those(&|i, wbic| {
                i != chosen && (under(wbic, -1.0) <= halved || under(wbic, 1.0) <= doubled)
            }),
        }
    }

    /// Whether every sampling converged, no other WBIC is within three standard errors of the
    /// least, its model has [`Selection::DECIDED`] of the posterior probability, and it would be
    /// chosen as well under half or twice the prior's standard deviation.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        self.not_converged.is_empty()
            && self.within_error.is_empty()
            && self.by_other_priors.is_empty()
            && self.probability >= DECIDED
    }
}

impl fmt::Display for WbicChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = 100.0 * self.probability;
        if self.is_decided() {
            return write!(f, "{} ({percent:.1} %)", self.name);
        }
        write!(f, "undecided ({} has {percent:.1} %", self.name)?;
        for (what, models) in [
            ("not converged", &self.not_converged),
            ("within its error", &self.within_error),
            ("by other priors", &self.by_other_priors),
        ] {
            if !models.is_empty() {
                write!(f, "; {what}: {}", models.join(", "))?;
            }
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::{Doubt, Verdict, WithError};

    fn estimate(value: f64, error: f64, effect: f64, doubts: Vec<Doubt>) -> WbicEstimate {
        WbicEstimate {
            value,
            standard_error: error,
            effective_sample_size: 1000.0,
            rhat: 1.0,
            verdict: Verdict::of_energy(doubts),
            prior_deviation: 1.0,
            prior_effect: WithError {
                value: effect,
                standard_error: 0.01,
            },
        }
    }

    fn choice(other: WbicEstimate) -> WbicChoice {
        let wbic = [estimate(10.0, 0.1, 1.0, vec![]), other];
        WbicChoice::of("a", &["a", "b"], &[0.5, 0.5], &wbic)
    }

    #[test]
    fn every_reason_has_its_own_words() {
        let clear = choice(estimate(15.0, 0.1, 1.0, vec![]));
        assert!(clear.is_decided());
        assert_eq!(clear.to_string(), "a (99.3 %)");
        // far above the error, and yet not decided: nothing is within the error
        let doubtful = choice(estimate(15.0, 0.1, 1.0, vec![Doubt::Rhat { rhat: 1.5 }]));
        assert!(!doubtful.is_decided() && doubtful.within_error.is_empty());
        assert_eq!(
            doubtful.to_string(),
            "undecided (a has 99.3 %; not converged: b)"
        );
        let near = choice(estimate(15.0, 2.0, 1.0, vec![]));
        assert_eq!(
            near.to_string(),
            "undecided (a has 99.3 %; within its error: b)"
        );
        let small = choice(estimate(11.0, 0.1, 1.0, vec![]));
        assert_eq!(small.to_string(), "undecided (a has 73.1 %)");
        // half of s takes 6.2 from b and 0.7 from a
        let prior = choice(estimate(15.0, 0.1, 9.0, vec![]));
        assert_eq!(
            prior.to_string(),
            "undecided (a has 99.3 %; by other priors: b)"
        );
        let unknown = choice(estimate(15.0, f64::NAN, 1.0, vec![]));
        assert_eq!(unknown.within_error, ["b"]);
    }
}
