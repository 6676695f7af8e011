//! Two hidden classes with features independent given the class.

use super::family::{About, Tier};
use super::size::{at_least, half, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;
use std::cmp::Ordering;
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
                 independent in truth; all true probabilities inside (0, 1); weights of a Dirichlet \
                 prior, that of the probabilities positive on the closed polytope; the global \
                 coefficient",
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
/// numbers of states, at an independent truth, under a uniform prior of the weights:
/// [`latent_class_dirichlet`] at φ = 1. λ = (N + 1)/2 with N = Σ(s_v − 1): the classes' weights
/// vanish. m = 1 for three and more features; for two it is 1 + the number of them with two states.
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
    two_classes(states, &Rational::ONE)
}

/// The learning coefficient of the latent class model of two classes whose features have the given
/// numbers s_v of states, at an independent truth, under a Dirichlet prior of the weights with
/// index φ = `concentration`.
///
/// With d_v = s_v − 1 and N = Σ d_v, λ = N/2 + ½ min{φ, N/2, N − max d_v}. The means are N
/// coordinates; what is left is s⟨u_v u_w : v ≠ w⟩ with s = p(1 − p) ≥ 0 under the amplitude
/// p^(φ−1), which vanishes at λ = φ/2, and u_v ∈ ℝ^{d_v} the differences of the classes. Of these
/// only the lengths matter, under the amplitude Π|u_v|^{d_v−1}: the ideal is monomial, and its λ is
/// ½ min Σ d_v α_v over α_v + α_w ≥ 1, whose vertices are α = ½ and those with one α_v = 0 and the
/// others 1. The multiplicities of s and of u add where both reach the minimum. That of u is 1,
/// but 2 where max d_v = N/2.
///
/// # Errors
/// As [`latent_class`], and [`ClosedFormError::NotPositive`] for φ ≤ 0.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // six binary features: from φ = 3 on the prior of the weights does not matter
/// for (concentration, lambda) in [("1", "7/2"), ("5/2", "17/4"), ("7/2", "9/2"), ("9", "9/2")] {
///     let pair = closed_form::latent_class_dirichlet(&[2; 6], &concentration.parse()?)?;
///     assert_eq!(pair.lambda().to_string(), lambda);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn latent_class_dirichlet(
    states: &[usize],
    concentration: &Rational,
) -> Result<ClosedForm, ClosedFormError> {
    let pair = two_classes(states, concentration)?;
    let model = format!("{}, Dirichlet index {concentration}", pair.model());
    Ok(ClosedForm::of(
        pair.lambda().clone(),
        pair.multiplicity(),
        Family::LatentClass,
        model,
    ))
}

fn two_classes(states: &[usize], concentration: &Rational) -> Result<ClosedForm, ClosedFormError> {
    at_least("features", states.len(), 2)?;
    states.iter().try_for_each(|&s| at_least("states", s, 2))?;
    if !concentration.is_positive() {
        return Err(ClosedFormError::NotPositive {
            name: "Dirichlet index",
            value: concentration.clone(),
        });
    }
    let means: Rational = states.iter().map(|&s| rational(s - 1)).sum();
    let largest = rational(states.iter().max().map_or(0, |s| s - 1));
    let (together, alone) = (half(means.clone()), &means - &largest);
    let of_u = together.clone().min(alone.clone());
    let m_of_u = 1 + usize::from(together == alone);
    let m = match concentration.cmp(&of_u) {
        Ordering::Less => 1,
        Ordering::Equal => 1 + m_of_u,
        Ordering::Greater => m_of_u,
    };
    let lambda = half(means + concentration.clone().min(of_u));
    let text: Vec<_> = states.iter().map(ToString::to_string).collect();
    let model = format!("features of {} states", text.join(", "));
    Ok(ClosedForm::of(lambda, m, Family::LatentClass, model))
}
