//! What a family of models gives to a comparison.

use super::{Candidate, SelectionError};
use crate::loss::Loss;

/// A family of models fitted to data, so that sBIC and BIC can compare them.
///
/// # Examples
///
/// ```
/// use rlct::selection::{Candidate, FittedFamily, PairCoefficient, Selection, SelectionError};
///
/// struct Coin; // 60 heads in 100 throws: fair, or of any bias
///
/// impl FittedFamily for Coin {
///     fn num_samples(&self) -> usize {
///         100
///     }
///     fn candidates(&self) -> Result<Vec<Candidate>, SelectionError> {
///         let own = PairCoefficient::AtMost("1/2".parse().expect("a rational"));
///         let biased = 60.0 * 0.6_f64.ln() + 40.0 * 0.4_f64.ln();
///         Ok(vec![Candidate::new("biased", biased, 1, own)])
///     }
/// }
///
/// assert_eq!(Selection::new(&Coin)?.by_bic().name, "biased");
/// # Ok::<(), SelectionError>(())
/// ```
pub trait FittedFamily {
    /// The number n of samples.
    fn num_samples(&self) -> usize;

    /// The models, each after its submodels.
    ///
    /// # Errors
    /// [`SelectionError`], if a fit or a learning coefficient is not to be had.
    fn candidates(&self) -> Result<Vec<Candidate>, SelectionError>;
}

/// A family whose models can be sampled, for WBIC.
///
/// The prior of every model is N(0, s²) of each parameter, independent, in coordinates of the
/// family's choice; see there.
pub trait SampledFamily: FittedFamily {
    /// The mean negative log-likelihood L_n of a candidate, in the units of the data: its minimum
    /// is −ℓ/n.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] if there is no such candidate.
    fn loss(&self, candidate: usize) -> Result<Box<dyn Loss<f64>>, SelectionError>;

    /// The standard deviation s of the prior, unless [`Wbic::prior_deviation`](super::Wbic) sets
    /// it.
    fn prior_deviation(&self) -> f64;

    /// Of what the prior is N(0, s²), in words.
    fn prior_coordinates(&self) -> &'static str;
}
