//! The prior of the number of components.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The prior of the number K of components or classes, over the numbers that are fitted, for the
/// posterior probabilities and the choice. sBIC itself averages over submodels that are equally
/// probable.
///
/// # References
/// Nobile 2005, *Bayesian finite mixtures: a note on prior specification and posterior
/// computation*, arXiv:0711.0458 (technical report 05-3, University of Glasgow), for the Poisson
/// distribution of mean 1. Richardson & Green 1997 and the package sBIC of R have equal
/// probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ComponentsPrior {
    /// P(K) ∝ 1/K!, the Poisson distribution of mean 1.
    #[default]
    Poisson,
    /// All numbers equally probable.
    Equal,
}

impl ComponentsPrior {
    /// The weight of K components, P(K) but for a constant.
    pub(super) fn weight(self, components: usize) -> f64 {
        match self {
            // 1 over a large factorial is still positive
            Self::Poisson => (1..=components.min(170)).map(|k| 1.0 / k as f64).product(),
            Self::Equal => 1.0,
        }
    }
}

impl fmt::Display for ComponentsPrior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Poisson => "P(K) ∝ 1/K! for K components",
            Self::Equal => "models equally probable",
        })
    }
}
