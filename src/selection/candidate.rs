//! The models to choose from, and the learning coefficients between them.

use crate::LearningCoefficient;
use crate::algebra::Rational;
use crate::closed_form::{ClosedForm, ClosedFormBounds};
use serde::{Deserialize, Serialize};

/// The learning coefficient of a model at generic points of a submodel: exact, or an upper bound.
///
/// # Examples
///
/// ```
/// use rlct::{closed_form, selection::PairCoefficient};
///
/// let pair = PairCoefficient::from(&closed_form::reduced_rank(2, 2, 2, 1)?);
/// assert!(pair.is_exact());
/// let bound = PairCoefficient::from(&closed_form::factor_analysis_bounds(6, 3, 1)?);
/// assert!(!bound.is_exact());
/// assert_eq!(bound.lambda().to_string(), "17/2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PairCoefficient {
    /// λ and m are known.
    Exact(LearningCoefficient),
    /// λ is at most this; m is taken as 1.
    AtMost(Rational),
}

impl PairCoefficient {
    /// Half the dimension of a regular model.
    pub(super) fn regular(dimension: usize) -> Self {
        Self::Exact(LearningCoefficient::new(half(dimension), 1))
    }

    /// λ, or its upper bound.
    ///
    /// ```
    /// # use rlct::selection::PairCoefficient;
    /// assert!(PairCoefficient::AtMost(3.into()).lambda().is_integer());
    /// ```
    #[must_use]
    pub fn lambda(&self) -> &Rational {
        match self {
            Self::Exact(pair) => pair.lambda(),
            Self::AtMost(upper) => upper,
        }
    }

    /// m; 1 beside a bound.
    ///
    /// ```
    /// # use rlct::selection::PairCoefficient;
    /// assert_eq!(PairCoefficient::AtMost(3.into()).multiplicity(), 1);
    /// ```
    #[must_use]
    pub fn multiplicity(&self) -> usize {
        match self {
            Self::Exact(pair) => pair.multiplicity(),
            Self::AtMost(_) => 1,
        }
    }

    /// Whether (λ, m) is known, not only bounded.
    ///
    /// ```
    /// # use rlct::selection::PairCoefficient;
    /// assert!(!PairCoefficient::AtMost(3.into()).is_exact());
    /// ```
    #[must_use]
    pub fn is_exact(&self) -> bool {
        matches!(self, Self::Exact(_))
    }

    /// With further identifiable parameters whose divergence adds to K: d/2 more.
    pub(super) fn with_regular(self, parameters: usize) -> Self {
        let more = half(parameters);
        match self {
            Self::Exact(pair) => {
                let lambda = pair.lambda() + &more;
                Self::Exact(LearningCoefficient::new(lambda, pair.multiplicity()))
            }
            Self::AtMost(upper) => Self::AtMost(upper + more),
        }
    }

    /// log n^{−λ} (log n)^{m−1}.
    pub(super) fn log_penalty(&self, log_n: f64) -> f64 {
        (self.multiplicity() as f64 - 1.0) * log_n.ln() - self.lambda().to_f64() * log_n
    }
}

fn half(count: usize) -> Rational {
    Rational::from(count) / Rational::from(2)
}

impl From<&ClosedForm> for PairCoefficient {
    fn from(value: &ClosedForm) -> Self {
        Self::Exact(value.coefficient().clone())
    }
}

impl From<&ClosedFormBounds> for PairCoefficient {
    fn from(bounds: &ClosedFormBounds) -> Self {
        Self::AtMost(bounds.upper().clone())
    }
}

/// A model with its maximised likelihood and its learning coefficients at itself and its submodels.
///
/// # Examples
///
/// ```
/// use rlct::{LearningCoefficient, selection::{Candidate, PairCoefficient}};
///
/// let regular = |d: i64| LearningCoefficient::new(d.into(), 1);
/// let small = Candidate::new("small", -120.0, 2, PairCoefficient::Exact(regular(1)));
/// let large = Candidate::new("large", -117.0, 4, PairCoefficient::Exact(regular(2)))
///     .with_submodel(0, PairCoefficient::AtMost("3/2".parse()?));
/// assert_eq!(large.submodels().len(), 1);
/// # Ok::<(), rlct::algebra::RationalError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub(super) name: String,
    pub(super) log_likelihood: f64,
    pub(super) dimension: usize,
    pub(super) own: PairCoefficient,
    pub(super) submodels: Vec<(usize, PairCoefficient)>,
    pub(super) weight: f64,
    /// The weight among the posterior probabilities, where it is another one.
    #[serde(default)]
    pub(super) prior: Option<f64>,
}

impl Candidate {
    /// A model without submodels and of prior weight 1: its maximised log-likelihood ℓ, its
    /// dimension d (that of the set of its distributions), and (λ, m) at its own generic points,
    /// which is (d/2, 1) wherever those are regular.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, selection::{Candidate, PairCoefficient}};
    /// let own = PairCoefficient::Exact(LearningCoefficient::new(1.into(), 1));
    /// assert_eq!(Candidate::new("m", -3.0, 2, own).name(), "m");
    /// ```
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        log_likelihood: f64,
        dimension: usize,
        own: PairCoefficient,
    ) -> Self {
        Self {
            name: name.into(),
            log_likelihood,
            dimension,
            own,
            submodels: Vec::new(),
            weight: 1.0,
            prior: None,
        }
    }

    /// Adds a submodel, by its place in the list of candidates, with the learning coefficient of
    /// this model at its generic points. *All* submodels are to be added, not only the largest.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, selection::{Candidate, PairCoefficient}};
    /// # let own = PairCoefficient::Exact(LearningCoefficient::new(1.into(), 1));
    /// let model = Candidate::new("m", -3.0, 2, own.clone()).with_submodel(0, own);
    /// assert_eq!(model.submodels()[0].0, 0);
    /// ```
    #[must_use]
    pub fn with_submodel(mut self, index: usize, coefficient: PairCoefficient) -> Self {
        self.submodels.push((index, coefficient));
        self
    }

    /// Sets the prior weight of the model, in sBIC's average over submodels and in the posterior
    /// probabilities; weights need not add up to 1.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, selection::{Candidate, PairCoefficient}};
    /// # let own = PairCoefficient::Exact(LearningCoefficient::new(1.into(), 1));
    /// let rare = Candidate::new("m", -3.0, 2, own).with_weight(0.1);
    /// # let _ = rare;
    /// ```
    #[must_use]
    pub fn with_weight(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// Sets the prior weight of the model in the posterior probabilities alone: sBIC itself stays
    /// that of the weights of [`with_weight`](Self::with_weight).
    #[must_use]
    pub fn with_prior(mut self, weight: f64) -> Self {
        self.prior = Some(weight);
        self
    }

    /// The model's name.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, selection::{Candidate, PairCoefficient}};
    /// # let own = PairCoefficient::Exact(LearningCoefficient::new(1.into(), 1));
    /// assert_eq!(Candidate::new("m", -3.0, 2, own).name(), "m");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The maximised log-likelihood ℓ.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, selection::{Candidate, PairCoefficient}};
    /// # let own = PairCoefficient::Exact(LearningCoefficient::new(1.into(), 1));
    /// assert_eq!(Candidate::new("m", -3.0, 2, own).log_likelihood(), -3.0);
    /// ```
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// The dimension d.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, selection::{Candidate, PairCoefficient}};
    /// # let own = PairCoefficient::Exact(LearningCoefficient::new(1.into(), 1));
    /// assert_eq!(Candidate::new("m", -3.0, 2, own).dimension(), 2);
    /// ```
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The learning coefficient at the model's own generic points.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, selection::{Candidate, PairCoefficient}};
    /// # let own = PairCoefficient::Exact(LearningCoefficient::new(1.into(), 1));
    /// assert!(Candidate::new("m", -3.0, 2, own).own().is_exact());
    /// ```
    #[must_use]
    pub fn own(&self) -> &PairCoefficient {
        &self.own
    }

    /// The submodels by place, with the learning coefficients at their generic points.
    ///
    /// ```
    /// # use rlct::{LearningCoefficient, selection::{Candidate, PairCoefficient}};
    /// # let own = PairCoefficient::Exact(LearningCoefficient::new(1.into(), 1));
    /// assert!(Candidate::new("m", -3.0, 2, own).submodels().is_empty());
    /// ```
    #[must_use]
    pub fn submodels(&self) -> &[(usize, PairCoefficient)] {
        &self.submodels
    }
}
