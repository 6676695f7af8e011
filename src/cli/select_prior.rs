//! The prior under which models are chosen, in words and as JSON.

use crate::algebra::Rational;
use crate::selection::ComponentsPrior;
use serde_json::{Value, json};
use std::fmt;

/// The prior. Unless they are numbers of components, the models are equally probable.
pub(super) enum Prior {
    /// Nothing that is used depends on another.
    Models,
    /// That of a mixture's number of components, and the Dirichlet index of its weights.
    Mixture(ComponentsPrior, Rational),
    /// That of the number of topics.
    Topics(ComponentsPrior),
    /// That of the number of states, and the Dirichlet index of the rows of transitions.
    HiddenMarkov(ComponentsPrior, Rational),
    /// N(0, s²).
    Wbic {
        deviation: f64,
        coordinates: &'static str,
    },
}

impl Prior {
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Models => json!({ "models": "equal" }),
            Self::Mixture(models, index) | Self::HiddenMarkov(models, index) => {
                json!({ "models": models, "dirichlet": index })
            }
            Self::Topics(models) => json!({ "models": models }),
            Self::Wbic {
                deviation,
                coordinates,
            } => json!({
                "models": "equal",
                "wbic": { "deviation": deviation, "coordinates": coordinates },
            }),
        }
    }
}

impl fmt::Display for Prior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mixture(models, _) => write!(f, "prior: {models}")?,
            Self::HiddenMarkov(ComponentsPrior::Poisson, _) => {
                write!(f, "prior: P(K) ∝ 1/K! for K states")?;
            }
            Self::Topics(ComponentsPrior::Poisson) => {
                write!(f, "prior: P(K) ∝ 1/K! for K topics")?;
            }
            _ => write!(f, "prior: {}", ComponentsPrior::Equal)?,
        }
        match self {
            Self::Models => Ok(()),
            Self::Topics(_) => write!(f, ", any positive one of topics and shares"),
            Self::HiddenMarkov(_, index) => {
                write!(f, ", rows of transitions Dirichlet of index {index}")
            }
            Self::Mixture(_, index) => write!(f, ", weights Dirichlet of index {index}"),
            Self::Wbic { deviation, .. } => {
                write!(f, ", WBIC's parameters N(0, s²) with s = {deviation:.3}")
            }
        }
    }
}
