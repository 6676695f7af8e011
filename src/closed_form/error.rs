//! What can be wrong with the sizes a closed form is asked for.

use crate::algebra::Rational;

/// Sizes for which a closed form has no meaning.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::{self, ClosedFormError};
///
/// let error = closed_form::deep_linear(&[4, 2, 4], 3).unwrap_err();
/// assert_eq!(error, ClosedFormError::RankTooLarge { rank: 3, narrowest: 2 });
/// assert_eq!(error.to_string(), "rank 3 exceeds the narrowest width 2");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClosedFormError {
    /// A model without parameters has no learning coefficient.
    #[error("a model needs at least one parameter")]
    NoParameters,
    /// A linear network needs an input and an output width.
    #[error("a linear network needs at least two widths, the inputs and the outputs; got {given}")]
    TooFewWidths {
        /// How many widths were given.
        given: usize,
    },
    /// A layer is empty.
    #[error("layer {layer} has width 0 (layers count from 0, the inputs)")]
    ZeroWidth {
        /// The layer, counted from 0 at the inputs.
        layer: usize,
    },
    /// No factorisation of the truth through the layers exists.
    #[error("rank {rank} exceeds the narrowest width {narrowest}")]
    RankTooLarge {
        /// The rank of the truth.
        rank: usize,
        /// The smallest of the widths.
        narrowest: usize,
    },
    /// Loss and prior speak of different numbers of coordinates.
    #[error("{powers} powers of the loss, but {amplitude} exponents of the prior")]
    LengthMismatch {
        /// The number of exponents k of the loss.
        powers: usize,
        /// The number of exponents h of the prior.
        amplitude: usize,
    },
    /// The loss is a constant: all its exponents are zero.
    #[error("at least one power of the loss must be positive")]
    NoPositivePower,
    /// The prior grows without bound at the point.
    #[error("exponent {value} of the prior at coordinate {index} is negative")]
    NegativeAmplitude {
        /// The coordinate, counted from 0.
        index: usize,
        /// Its exponent.
        value: Rational,
    },
    /// The multiplicity exceeds the machine word.
    #[error("the multiplicity of a network of {widths} widths exceeds the machine word")]
    MultiplicityOverflow {
        /// The number of widths.
        widths: usize,
    },
    /// The multiplicity exceeds the machine word.
    #[error("the multiplicity at these sizes exceeds the machine word")]
    MultiplicityTooLarge,
    /// A size is too small for the model.
    #[error("{name}: {value} is too small; the model needs at least {least}")]
    TooSmall {
        /// The size.
        name: &'static str,
        /// Its value.
        value: usize,
        /// The least value.
        least: usize,
    },
    /// A size is too large for the others.
    #[error("{name}: {value} is too large; the other sizes allow at most {most}")]
    TooLarge {
        /// The size.
        name: &'static str,
        /// Its value.
        value: usize,
        /// The largest value.
        most: usize,
    },
    /// A number that must be positive is not.
    #[error("{name} is {value}; it must be positive")]
    NotPositive {
        /// The number.
        name: &'static str,
        /// Its value.
        value: Rational,
    },
    /// No proved formula covers these sizes.
    #[error("no proved formula: {what}")]
    NotKnown {
        /// What is not known, and what to use instead.
        what: &'static str,
    },
    /// Edges that make no tree, or no forest in it.
    #[error("{what}")]
    NotAForest {
        /// What is wrong with the edges.
        what: String,
    },
    /// The linear program of the formula is too large.
    #[error("the Newton polyhedron of the tree is too large: {0}")]
    Unfinished(#[from] crate::Exhausted),
}
