//! The toy model of superposition.

use super::family::{About, Tier};
use super::size::{half, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use std::fmt;

pub(super) const ABOUT: About = About {
    name: "toy model of superposition",
    source: Source::publication(
        "Chen, Lau, Mendel, Wei & Murfet",
        2023,
        "Dynamical versus Bayesian phase transitions in a toy model of superposition",
        "arXiv:2310.06301",
        "critical points; half the rank of the Hessian of their closed-form loss",
    ),
    conditions: "the loss of the paper with two hidden dimensions and six features near the \
                 polygon; local at a critical point, of the loss in excess of its value there; \
                 Morse–Bott, the rank of the Hessian found in floating point",
    tier: Tier::Published,
};

/// Critical points of the toy model of superposition with six features in two dimensions.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::Polygon;
///
/// assert_eq!(Polygon::Hexagon.to_string(), "6-gon");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Polygon {
    /// All six features in a regular hexagon.
    Hexagon,
    /// Five features in a regular pentagon; the sixth has no column and a negative bias.
    Pentagon,
    /// Five features in a regular pentagon; the sixth has no column and the bias 1/12.
    PentagonPositive,
}

impl fmt::Display for Polygon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Hexagon => "6-gon",
            Self::Pentagon => "5-gon, negative bias",
            Self::PentagonPositive => "5-gon, positive bias",
        })
    }
}

/// The local learning coefficient at a polygon of the toy model of superposition: 17/2 for the
/// 6-gon, 7 for the 5-gon with a negative and 17/2 with a positive bias of the dead feature.
///
/// 18 parameters, less the flat directions: one rotation for all, and for the pentagon with a
/// negative bias the two weights and the bias of the dead feature.
///
/// # Errors
/// None at present; a `Result` like the other families.
///
/// # References
/// Chen, Lau, Mendel, Wei & Murfet 2023, arXiv:2310.06301, for loss and points.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::{Polygon, superposition};
///
/// assert_eq!(superposition(Polygon::Pentagon)?.lambda().to_string(), "7");
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
pub fn superposition(polygon: Polygon) -> Result<ClosedForm, ClosedFormError> {
    let rank = match polygon {
        Polygon::Hexagon | Polygon::PentagonPositive => 17,
        Polygon::Pentagon => 14,
    };
    Ok(ClosedForm::of(
        half(rational(rank)),
        1,
        Family::Superposition,
        polygon.to_string(),
    ))
}
