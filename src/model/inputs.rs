//! Distributions of the inputs of a regression.

use crate::algebra::Rational;
use nalgebra::{DMatrix, SymmetricEigen};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

/// How the inputs x ∈ ℝᴺ of a regression are distributed: independent coordinates.
///
/// The learning coefficient does not depend on it, as long as the functions of the model stay
/// linearly independent; the loss does.
///
/// # Examples
///
/// ```
/// use rlct::model::Inputs;
/// assert_eq!(Inputs::Normal.moment(4).to_string(), "3");
/// assert_eq!(Inputs::Uniform.moment(4).to_string(), "1/5");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Inputs {
    /// Standard normal coordinates.
    #[default]
    Normal,
    /// Coordinates uniform on [−1, 1].
    Uniform,
}

impl Inputs {
    /// E[x^k] of one coordinate: (k − 1)!! or 1/(k + 1) for even k, 0 for odd k.
    ///
    /// ```
    /// # use rlct::model::Inputs;
    /// assert!(Inputs::Normal.moment(3).is_zero());
    /// ```
    #[must_use]
    pub fn moment(self, k: u32) -> Rational {
        if k % 2 == 1 {
            return Rational::ZERO;
        }
        match self {
            Self::Normal => (1..k).step_by(2).map(Rational::from).product(),
            Self::Uniform => Rational::ONE / Rational::from(k + 1),
        }
    }

    pub(super) fn draw<R: Rng>(self, rng: &mut R) -> f64 {
        match self {
            Self::Normal => StandardNormal.sample(rng),
            Self::Uniform => rng.random_range(-1.0..=1.0),
        }
    }

    /// Nodes and weights of the Gauss rule of this distribution, exact for polynomials of degree
    /// below 2n (Golub & Welsch 1969: the spectrum of the Jacobi matrix).
    pub(super) fn rule(self, n: usize) -> Vec<(f64, f64)> {
        let off_diagonal = |k: usize| {
            let k = k as f64;
            match self {
                Self::Normal => k.sqrt(),
                Self::Uniform => k / (4.0 * k * k - 1.0).sqrt(),
            }
        };
        let jacobi = DMatrix::from_fn(n, n, |i, j| {
            if i.abs_diff(j) == 1 {
                off_diagonal(i.max(j))
            } else {
                0.0
            }
        });
        let spectrum = SymmetricEigen::new(jacobi);
        let weights = spectrum.eigenvectors.row(0).map(|v| v * v);
        let mut rule: Vec<(f64, f64)> = spectrum
            .eigenvalues
            .iter()
            .copied()
            .zip(weights.iter().copied())
            .collect();
        rule.sort_by(|a, b| a.0.total_cmp(&b.0));
        rule
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_gauss_rules_have_the_exact_moments() {
        for inputs in [Inputs::Normal, Inputs::Uniform] {
            for n in [1, 2, 5, 12] {
                let rule = inputs.rule(n);
                for k in 0..(2 * n as u32).min(14) {
                    let sum: f64 = rule.iter().map(|(x, w)| w * x.powi(k as i32)).sum();
                    let exact = inputs.moment(k).to_f64();
                    // An odd moment is a difference of terms as large as the even one beside it.
                    let scale = inputs.moment(k + k % 2).to_f64();
                    assert_relative_eq!(sum, exact, epsilon = 1e-10 * scale);
                }
            }
        }
    }
}
