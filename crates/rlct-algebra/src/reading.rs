//! What a list of polynomials stands for.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How polynomials give a loss K.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// K = Σ gᵢ².
    Ideal,
    /// K = g, one polynomial that is ≥ 0 near the point.
    Loss,
    /// K = |g|, one polynomial of any sign.
    Absolute,
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ideal => "K = Σ gᵢ²",
            Self::Loss => "K = g",
            Self::Absolute => "K = |g|",
        })
    }
}
