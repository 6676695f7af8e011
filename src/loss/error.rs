//! What can be wrong with a loss or a prior.

/// Why a loss or a prior could not be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LossError {
    /// A loss of no parameters.
    #[error("a loss needs at least one parameter")]
    NoParameters,
    /// Chains or a ladder on a loss of which only values are known.
    #[error(
        "only values of the loss are known, and chains follow its gradient; use volume scaling, or \
         give the gradient"
    )]
    NoGradient,
    /// A gradient that is not that of the loss.
    #[error(
        "the gradient is not that of the loss: along three random directions near w* it is off \
         differences of the loss by {:.0} % of both at least", 100.0 * mismatch
    )]
    GradientMismatch {
        /// The least difference of the three, as a share of both.
        mismatch: f64,
    },
    /// A polynomial loss without a single polynomial.
    #[error("a polynomial loss needs at least one polynomial")]
    NoGenerators,
    /// K = f was asked for with several polynomials.
    #[error("the form K = f takes one polynomial, got {found}; for K = Σ gᵢ² use the ideal form")]
    SeveralLosses {
        /// How many polynomials were given.
        found: usize,
    },
    /// An exponent vector whose length is not the dimension.
    #[error("term {term} of polynomial {generator} has {found} exponents, expected {expected}")]
    ExponentLength {
        /// Index of the polynomial.
        generator: usize,
        /// Index of the term in it.
        term: usize,
        /// The dimension.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// A coefficient that is infinite or NaN in floating point.
    #[error(
        "term {term} of polynomial {generator} has the coefficient {coefficient}, which is not \
         finite"
    )]
    Coefficient {
        /// Index of the polynomial.
        generator: usize,
        /// Index of the term in it.
        term: usize,
        /// The coefficient.
        coefficient: f64,
    },
    /// Fewer than two widths.
    #[error("a network needs an input and an output width, got {found} widths")]
    TooFewWidths {
        /// How many widths were given.
        found: usize,
    },
    /// A layer of width 0.
    #[error("layer {layer} has width 0")]
    ZeroWidth {
        /// Index of the layer, 0 is the input.
        layer: usize,
    },
    /// A matrix or data buffer of the wrong length.
    #[error("{what} has {found} entries, expected {expected}")]
    Length {
        /// Which buffer.
        what: &'static str,
        /// The length needed.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// A matrix or data buffer with an entry that is infinite or NaN.
    #[error("entry {index} of {what} is not finite")]
    NotFinite {
        /// Which buffer.
        what: &'static str,
        /// Index of the entry.
        index: usize,
    },
    /// A data set of no samples.
    #[error("a data set needs at least one sample (n = 0)")]
    NoSamples,
    /// Noise of negative or non-finite standard deviation.
    #[error("the noise needs a finite standard deviation of at least 0, got {sigma}")]
    Noise {
        /// The value given.
        sigma: f64,
    },
    /// Inputs without a range.
    #[error("the inputs need a finite half-width above 0, got {half_width}")]
    HalfWidth {
        /// The value given.
        half_width: f64,
    },
    /// A rank above the smallest width of the network.
    #[error("rank {rank} cannot be realised: the narrowest layer has width {narrowest}")]
    Rank {
        /// The rank asked for.
        rank: usize,
        /// The smallest width.
        narrowest: usize,
    },
    /// An exponent of the amplitude that is negative or not finite; of
    /// [`PowerCoordinates`](super::PowerCoordinates) one outside (−1, 0\].
    #[error(
        "exponent {index} of the amplitude is {exponent}: it must be finite, above −1, and below 0 \
         only where the point is 0 and there is no density by name"
    )]
    Amplitude {
        /// Index of the coordinate.
        index: usize,
        /// The exponent given.
        exponent: f64,
    },
    /// A normal density without a positive scale and a finite mean.
    #[error(
        "a normal prior has a positive, finite standard deviation and a finite mean; coordinate \
         {index} got {value}"
    )]
    PriorScale {
        /// Index of the coordinate.
        index: usize,
        /// What was given.
        value: f64,
    },
    /// An interval with nothing in it.
    #[error(
        "a uniform prior is on an interval from a lower to a larger upper end; for coordinate \
         {index} from {lower} to {upper} there is none"
    )]
    PriorInterval {
        /// Index of the coordinate.
        index: usize,
        /// The lower end that is left.
        lower: f64,
        /// The upper end that is left.
        upper: f64,
    },
    /// A power of the prior at an end of an interval that cannot be integrated.
    #[error("the power {exponent} of the prior at an end of an interval is not above -1")]
    EndPower {
        /// The power.
        exponent: f64,
    },
    /// A power below 0 at a side that is no end of an interval.
    #[error(
        "the power {exponent} of the prior at a slanted side is below 0: an unbounded density is \
         sampled at ends of intervals alone"
    )]
    SidePower {
        /// The power.
        exponent: f64,
    },
    /// Polynomials in different rings.
    #[error("polynomial {generator} has other variables than the first one")]
    Variables {
        /// Index of the polynomial.
        generator: usize,
    },
    /// An exponent out of range.
    #[error("the exponents k of a product of sines must be from 1 to 100, got {found}")]
    Exponent {
        /// The value given.
        found: usize,
    },
    /// A number of features that the toy model of superposition cannot have.
    #[error("the toy model of superposition has from 2 to 1000 features, got {found}")]
    Features {
        /// The number given.
        found: usize,
    },
    /// A polygon that does not fit the features.
    #[error("no {live}-gon with {positive} positive biases for {features} features: {reason}")]
    Polygon {
        /// Features in the polygon.
        live: usize,
        /// Features without a column and with a positive bias.
        positive: usize,
        /// Features in all.
        features: usize,
        /// Why.
        reason: &'static str,
    },
}
