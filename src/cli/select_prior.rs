//! The prior under which models are chosen, in words and as JSON.

use crate::algebra::Rational;
use serde_json::{Value, json};
use std::fmt;

/// The prior, beside that of the models, which are equally probable.
pub(super) enum Prior {
    /// Nothing that is used depends on another.
    Models,
    /// The Dirichlet index of a mixture's weights.
    Weights(Rational),
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
            Self::Weights(index) => json!({ "models": "equal", "dirichlet": index }),
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
        f.write_str("prior: models equally probable")?;
        match self {
            Self::Models => Ok(()),
            Self::Weights(index) => write!(f, ", weights Dirichlet of index {index}"),
            Self::Wbic { deviation, .. } => {
                write!(f, ", WBIC's parameters N(0, s²) with s = {deviation:.3}")
            }
        }
    }
}
