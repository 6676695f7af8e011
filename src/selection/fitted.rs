//! What was fitted, with labels.

use super::{FittedFamily, SelectionError};
use serde::Serialize;
use std::fmt;

/// A family that tells the maximum-likelihood parameters of its models.
///
/// # Examples
///
/// ```
/// use rlct::selection::{DataTable, DescribedFamily, Mixtures, Starts};
///
/// let data = DataTable::new([("x", vec![-3.0, -3.1, -2.9, 3.0, 3.1])])?;
/// let family = Mixtures::normal(&data, 0.5, 2, &Starts::new())?;
/// let two = &family.fitted()?[1];
/// let heaviest = &two.parameters[0];
/// assert_eq!((heaviest.quantity, heaviest.part.as_deref()), ("weight", Some("component 1")));
/// assert!((heaviest.value - 0.6).abs() < 1e-6);
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
pub trait DescribedFamily: FittedFamily {
    /// The parameters of each candidate, in the order of the candidates.
    ///
    /// # Errors
    /// As [`FittedFamily::candidates`].
    fn fitted(&self) -> Result<Vec<FittedModel>, SelectionError>;
}

/// The maximum-likelihood parameters of one model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FittedModel {
    /// The model's name.
    pub name: String,
    /// The parameters.
    pub parameters: Vec<FittedParameter>,
    /// What is degenerate about the fit or the data.
    pub degeneracies: Vec<Degeneracy>,
}

impl FittedModel {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            parameters: Vec::new(),
            degeneracies: Vec::new(),
        }
    }
}

/// One number of a fit, and what it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FittedParameter {
    /// `weight`, `mean`, `success probability`, `probability` (of a state), `loading`,
    /// `uniqueness`, `coefficient`, `intercept` or `transition` (to the state in `variable`).
    pub quantity: &'static str,
    /// The column of the data: the feature, the observed variable, the response.
    pub variable: Option<String>,
    /// The state of a feature.
    pub state: Option<String>,
    /// The component, class or factor, by its number; the predictor of a coefficient.
    pub part: Option<String>,
    /// The value, in the units of the data; loadings and uniquenesses are of the standardised
    /// variables.
    pub value: f64,
}

impl FittedParameter {
    pub(super) fn new(quantity: &'static str, value: f64) -> Self {
        Self {
            quantity,
            variable: None,
            state: None,
            part: None,
            value,
        }
    }

    pub(super) fn of(mut self, variable: &str) -> Self {
        self.variable = Some(variable.into());
        self
    }

    pub(super) fn at(mut self, state: &str) -> Self {
        self.state = Some(state.into());
        self
    }

    pub(super) fn within(mut self, part: impl Into<String>) -> Self {
        self.part = Some(part.into());
        self
    }
}

/// What makes a fit, or the data of a model, degenerate.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Degeneracy {
    /// A Heywood case: a uniqueness at its least value, as a share of the variable's variance.
    Heywood {
        /// The observed variable.
        variable: String,
        /// The uniqueness.
        uniqueness: f64,
    },
    /// A component or class that explains less than half a row.
    Empty {
        /// The component or class.
        part: String,
        /// Its weight.
        weight: f64,
    },
    /// Two components or classes of the same parameters: only the sum of their weights is known.
    Same {
        /// The first.
        part: String,
        /// The other one.
        other: String,
    },
    /// A probability that is 0 or 1.
    Edge {
        /// The component or class.
        part: String,
        /// The feature, or the number of successes.
        variable: String,
        /// The state; none for a success.
        state: Option<String>,
        /// 0 or 1.
        value: f64,
    },
    /// A column without information, whose parameters are counted all the same.
    Constant {
        /// The column.
        variable: String,
    },
    /// A known deviation so large that one component has the greatest likelihood of all mixtures:
    /// σ ≥ ½ √Σ range², by Hoeffding's lemma (1963) and the gradient condition of Lindsay (1983).
    Wide {
        /// σ.
        deviation: f64,
        /// ½ √Σ range².
        half_range: f64,
    },
    /// A known deviation from which the rows deviate far more, even in the largest model.
    Narrow {
        /// σ.
        deviation: f64,
        /// The root mean square of the distances of the rows to the means, per coordinate.
        distance: f64,
    },
}

impl Degeneracy {
    /// Whether a fit lies on the boundary, or the data contradict the model; else nothing is wrong
    /// with the answer.
    #[must_use]
    pub fn is_doubt(&self) -> bool {
        !matches!(
            self,
            Self::Constant { .. } | Self::Wide { .. } | Self::Same { .. }
        )
    }
}

impl fmt::Display for Degeneracy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Heywood {
                variable,
                uniqueness,
            } => {
                write!(
                    f,
                    "Heywood case: the uniqueness of {variable} is at its least, {uniqueness}"
                )
            }
            Self::Empty { part, weight } => write!(
                f,
                "{part} is empty: its weight {weight:.2e} is less than half a row"
            ),
            Self::Same { part, other } => write!(f, "{part} and {other} are the same"),
            Self::Edge {
                part,
                variable,
                state: None,
                value,
            } => {
                write!(
                    f,
                    "{part}: the success probability of {variable} is {value}"
                )
            }
            Self::Edge {
                part,
                variable,
                state: Some(state),
                value,
            } => {
                write!(f, "{part}: P({variable} = {state}) is {value}")
            }
            Self::Constant { variable } => write!(
                f,
                "column {variable} is constant: it tells no components apart; leave it out"
            ),
            Self::Wide {
                deviation,
                half_range,
            } => write!(
                f,
                "σ = {deviation} is not below half the range of the data, {half_range:.4}: no \
                 mixture has a greater likelihood than one component"
            ),
            Self::Narrow {
                deviation,
                distance,
            } => write!(
                f,
                "σ = {deviation} is far too small, or there are more components: the rows are \
                 {distance:.4} from the means in the root mean square"
            ),
        }
    }
}
