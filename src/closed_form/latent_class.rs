//! Two hidden classes with features independent given the class.

use super::family::{About, Tier};
use super::size::{at_least, half, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;
use std::fmt;

pub(super) const NAIVE_BAYES: About = About {
    name: "naive Bayes model of two classes",
    source: Source::publication(
        "Rusakov & Geiger",
        2005,
        "Asymptotic model selection for naive Bayesian networks",
        "Journal of Machine Learning Research 6, 1–35",
        "theorem 4",
    ),
    conditions: "n binary features independent given a binary hidden class; all true probabilities \
                 inside (0, 1); the prior is positive on the closed cube; the global coefficient",
    tier: Tier::Derived,
};

pub(super) const LATENT_CLASS: About = About {
    name: "latent class model of two classes, independent truth",
    source: Source::derivation("Covariances of two hidden classes", "latent classes"),
    conditions: "features of s_v states each, independent given a binary hidden class and \
                 independent in truth; all true probabilities inside (0, 1); the prior is positive \
                 on the closed polytope; the global coefficient",
    tier: Tier::Derived,
};

/// What is true of a naive Bayes model of two classes.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::NaiveBayesTruth;
///
/// assert_eq!(NaiveBayesTruth::OneDependentPair.to_string(), "one dependent pair");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NaiveBayesTruth {
    /// At least three features depend on the class.
    Generic,
    /// Exactly two features are dependent.
    OneDependentPair,
    /// All features are independent.
    Independent,
}

impl fmt::Display for NaiveBayesTruth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Generic => "generic",
            Self::OneDependentPair => "one dependent pair",
            Self::Independent => "independent",
        })
    }
}

/// The learning coefficient of the naive Bayes model of two classes with n = `features` binary
/// features: (2n + 1)/2 at a generic truth (n ≥ 3), (2n − 1)/2 if exactly one pair of features is
/// dependent, (n + 1)/2 if all are independent, with m = 1 but for two independent features,
/// where (3/2, 3).
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two features, or less than three of them at a
/// generic truth.
///
/// # References
/// Rusakov & Geiger 2005, *Asymptotic model selection for naive Bayesian networks*, Journal of
/// Machine Learning Research 6, theorem 4.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::{NaiveBayesTruth, naive_bayes};
///
/// let pair = naive_bayes(4, NaiveBayesTruth::Independent)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 5/2, m = 1");
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
pub fn naive_bayes(features: usize, truth: NaiveBayesTruth) -> Result<ClosedForm, ClosedFormError> {
    let least = if truth == NaiveBayesTruth::Generic {
        3
    } else {
        2
    };
    at_least("features", features, least)?;
    let n = rational(features);
    let (twice, m) = match truth {
        NaiveBayesTruth::Generic => (rational(2) * n + Rational::ONE, 1),
        NaiveBayesTruth::OneDependentPair => (rational(2) * n - Rational::ONE, 1),
        NaiveBayesTruth::Independent => (n + Rational::ONE, if features == 2 { 3 } else { 1 }),
    };
    let model = format!("{features} binary features, truth {truth}");
    Ok(ClosedForm::of(half(twice), m, Family::NaiveBayes, model))
}

/// The learning coefficient of the latent class model of two classes whose features have the given
/// numbers of states, at an independent truth.
///
/// The means are N = Σ(s_v − 1) coordinates; what is left is s⟨u_v u_w⟩ with s = p(1 − p) ≥ 0 and
/// u_v the differences of the classes. λ = (N + 1)/2: the classes' weights vanish. m = 1 for three
/// and more features; for two it is 1 + the number of them with two states.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two features, or a feature with less than two
/// states.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::latent_class(&[2, 3])?.coefficient().to_string(), "λ = 2, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn latent_class(states: &[usize]) -> Result<ClosedForm, ClosedFormError> {
    at_least("features", states.len(), 2)?;
    states.iter().try_for_each(|&s| at_least("states", s, 2))?;
    let means: Rational = states.iter().map(|&s| rational(s - 1)).sum();
    let m = match states {
        [u, v] => 1 + usize::from(*u == 2) + usize::from(*v == 2),
        _ => 1,
    };
    let text: Vec<_> = states.iter().map(ToString::to_string).collect();
    let model = format!("features of {} states", text.join(", "));
    Ok(ClosedForm::of(
        half(means + Rational::ONE),
        m,
        Family::LatentClass,
        model,
    ))
}
