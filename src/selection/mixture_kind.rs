//! The families of mixtures, their dimensions and learning coefficients.

use super::PairCoefficient;
use super::SelectionError;
use super::mixture_pairs::{common_variance, latent_classes, smooth, variances};
use crate::algebra::Rational;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Binomial {
        trials: usize,
    },
    Poisson,
    Normal {
        dimension: usize,
        deviation: f64,
    },
    /// Normal, a fitted variance for all.
    CommonVariance,
    /// Normal, a fitted variance each.
    Variances,
    /// Linear regressions on so many predictors, σ known or a fitted one for all.
    Lines {
        predictors: usize,
        known: bool,
        /// The most components of a truth at which λ is exact.
        identified: usize,
    },
    LatentClasses {
        states: Vec<usize>,
    },
}

impl Kind {
    /// The number of parameters of one component.
    pub(super) fn dimension(&self) -> usize {
        match self {
            Self::Binomial { .. } | Self::Poisson | Self::CommonVariance => 1,
            Self::Variances => 2,
            Self::Normal { dimension, .. } => *dimension,
            Self::Lines { predictors, .. } => predictors + 1,
            Self::LatentClasses { states } => states.iter().map(|s| s - 1).sum(),
        }
    }

    /// The number of parameters of i components with their weights.
    pub(super) fn dimension_of(&self, i: usize) -> usize {
        let shared = match self {
            Self::CommonVariance | Self::Lines { known: false, .. } => 1,
            _ => 0,
        };
        i * self.dimension() + i - 1 + shared
    }

    /// i components at a truth of j, weights of Dirichlet index φ.
    pub(super) fn pair(
        &self,
        i: usize,
        j: usize,
        phi: &Rational,
    ) -> Result<PairCoefficient, SelectionError> {
        if i == j {
            // identifiable, so regular at a generic truth: the generic fibre is finite
            return Ok(PairCoefficient::regular(self.dimension_of(i)));
        }
        match self {
            Self::Binomial { trials } => smooth(1, i, j, phi, trials + 1 >= 3 * j),
            Self::Poisson => smooth(1, i, j, phi, true),
            Self::Normal { dimension, .. } => smooth(*dimension, i, j, phi, true),
            Self::Lines {
                predictors,
                known,
                identified,
            } => {
                let pair = smooth(predictors + 1, i, j, phi, *known && j <= *identified)?;
                Ok(if *known { pair } else { pair.with_regular(1) })
            }
            Self::CommonVariance => common_variance(i, j, phi),
            Self::Variances => variances(i, j, phi),
            Self::LatentClasses { states } => latent_classes(states, i, j, phi),
        }
    }

    /// The word for one component, and for several.
    pub(super) fn parts(&self) -> (&'static str, &'static str) {
        match self {
            Self::LatentClasses { .. } => ("class", "classes"),
            _ => ("component", "components"),
        }
    }
}
